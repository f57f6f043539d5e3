//! Spoilt statements, signatures, armors and rings, each put to both. `HOLDPOINT_MUTANTS` says how
//! many there are; a mutant's number makes it again.

use super::oracle::{Answers, Case, Message, Oracle};
use super::samples::{APPROVE, Device, MARIA, MESSAGE, Pen, Sample, bare, certificate, device, eve, rsa, supported};
use super::spoil::{Dice, spoil_armor, spoil_bytes, spoil_ring, spoil_text, spoil_wire};

/// How many mutants of each of the four kinds.
fn count() -> u64 {
    const USUALLY: u64 = 3_000;
    let all = std::env::var("HOLDPOINT_MUTANTS").map_or(USUALLY, |it| it.parse().expect("a number"));
    all / 4
}

/// The case in which nothing is spoilt.
pub(super) fn sound(sample: &Sample) -> Case {
    let ring = format!("# people\n{MARIA} {} laptop\neve@example.com\t{}\n", sample.key, eve().key);
    Case {
        ring: if sample.key == eve().key { format!("{MARIA} {}\n", sample.key) } else { ring }.into_bytes(),
        person: MARIA.to_owned(),
        namespace: APPROVE.to_owned(),
        message: Message::Bytes(MESSAGE.to_vec()),
        signature: sample.armor.clone().into_bytes(),
    }
}

/// Compares on as many mutants as are wanted. Every pair of answers must occur, or nothing was compared.
#[expect(clippy::print_stdout, reason = "shown with --nocapture: how far the generator reaches")]
fn compare_all(kind: u64, mutant: impl Fn(&mut Dice) -> Case) {
    let mut oracle = Oracle::new();
    let mut broken = Vec::new();
    for number in 0..count() {
        if let Err(why) = oracle.compare(&mutant(&mut Dice::of(kind, number))) {
            broken.push(format!("mutant {kind}-{number}: {why}"));
        }
    }
    println!("{:#?}", oracle.tally);
    assert!(broken.is_empty(), "{} of {}:\n{}", broken.len(), count(), broken[..broken.len().min(9)].join("\n"));
    let only_openssh = oracle.tally.keys().any(|it| matches!(it, Answers::OnlyOpenssh(_)));
    let agreed = [Answers::BothYes, Answers::BothNo].iter().all(|it| oracle.tally.contains_key(it));
    assert!(agreed && only_openssh, "{:?}", oracle.tally);
}

#[test]
fn what_holdpoint_accepts_openssh_accepts_among_spoilt_signatures() {
    let mut samples =
        [supported(), vec![device(&Device::Ed25519, 0), device(&Device::P256, 0x40), rsa(), certificate()]].concat();
    // Most people have these.
    samples.extend(supported().into_iter().take(3));
    compare_all(1, |dice| {
        let mut case = sound(&dice.one_of(&samples));
        for _ in 0..=dice.below(2) {
            spoil_wire(dice, &mut case.signature);
        }
        case
    });
}

#[test]
fn what_holdpoint_accepts_openssh_accepts_among_spoilt_armors() {
    let samples = supported();
    compare_all(2, |dice| {
        let mut case = sound(&dice.one_of(&samples));
        match dice.below(4) {
            0 => spoil_text(dice, &mut case.signature),
            1 => spoil_bytes(dice, &mut case.signature),
            _ => spoil_armor(dice, &mut case.signature),
        }
        case
    });
}

#[test]
fn what_holdpoint_accepts_openssh_accepts_among_spoilt_rings() {
    let samples = [supported(), vec![rsa(), certificate()]].concat();
    compare_all(3, |dice| {
        let mut case = sound(&dice.one_of(&samples));
        for _ in 0..=dice.below(2) {
            match dice.below(6) {
                0 => spoil_text(dice, &mut case.ring),
                1 => spoil_bytes(dice, &mut case.ring),
                _ => spoil_ring(dice, &mut case.ring),
            }
        }
        case
    });
}

#[test]
fn what_holdpoint_accepts_openssh_accepts_among_spoilt_statements() {
    let statements: [&str; 4] = [
        include_str!("../../../fuzz/seeds/statement/approve.toml"),
        include_str!("../../../fuzz/seeds/statement/hold.toml"),
        include_str!("../../../fuzz/seeds/statement/publish.toml"),
        include_str!("../../../fuzz/seeds/statement/waive.toml"),
    ];
    let value = |text: &str, key: &str| {
        let line = text.lines().find_map(|it| it.strip_prefix(&format!("{key} = \""))).unwrap().to_owned();
        line.trim_end_matches('"').to_owned()
    };
    let pen = Pen::of(1);
    compare_all(4, |dice| {
        let good = dice.one_of(&statements);
        let (by, namespace) = (value(good, "by"), format!("holdpoint/{}@v1", value(good, "kind")));
        let mut spoilt = good.as_bytes().to_vec();
        if dice.below(10) > 0 {
            match dice.below(3) {
                0 => spoil_bytes(dice, &mut spoilt),
                _ => spoil_text(dice, &mut spoilt),
            }
        }
        // Signed as it was, as it is now, or for something else.
        let signature = match dice.below(6) {
            0 => pen.sign(&namespace, good.as_bytes()),
            1 => pen.sign("holdpoint/revoke@v1", &spoilt),
            _ => pen.sign(&namespace, &spoilt),
        };
        Case {
            ring: format!("{by} {}\n{} {}\n", pen.key(), "lee@example.com", bare(&eve().key)).into_bytes(),
            person: by,
            namespace,
            message: Message::Statement(spoilt),
            signature: signature.into_bytes(),
        }
    });
}
