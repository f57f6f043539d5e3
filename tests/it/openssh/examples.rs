//! One case for every name in the table of reasons, so that no name outlives its difference.

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding};

use super::mutants::sound;
use super::oracle::{Answers, Case, Message, Oracle};
use super::reasons::REASONS;
use super::samples::{
    BEGIN, Device, MARIA, MESSAGE, Outer, Pen, Sample, armor, bare, base64, device, eve, points_of_small_order, rsa,
    supported, unarmored, unwire, webauthn, wire,
};

/// The case of a sample with another ring.
fn ringed(sample: &Sample, ring: impl Into<Vec<u8>>) -> Case {
    Case { ring: ring.into(), ..sound(sample) }
}

/// The case of a sample with other fields in its signature.
fn rewired(sample: &Sample, change: impl Fn(&mut Outer)) -> Case {
    let mut outer = Outer::read(&unarmored(sample.armor.as_bytes()).unwrap()).unwrap();
    change(&mut outer);
    Case { signature: armor(&outer.to_bytes()).into_bytes(), ..sound(sample) }
}

/// A signed statement in other bytes.
fn stated(text: &str) -> Case {
    let (pen, namespace) = (Pen::of(1), "holdpoint/approve@v1");
    Case {
        ring: format!("{MARIA} {}\n", pen.key()).into(),
        person: MARIA.to_owned(),
        namespace: namespace.to_owned(),
        message: Message::Statement(text.as_bytes().to_vec()),
        signature: pen.sign(namespace, text.as_bytes()).into_bytes(),
    }
}

fn of_rings(sample: &Sample) -> Vec<(&'static str, Case)> {
    let key = &sample.key;
    let point = unwire(&base64(key.trim_start_matches("ssh-ed25519 ").as_bytes()).unwrap(), 2).0.remove(1);
    let respelt = Base64::encode_string(&wire(&[&b"ssh-ed25519\0"[..], &point]));
    let ring = |text: String| ringed(sample, text);
    vec![
        ("person is a pattern", ring(format!("*@example.com {key}\n"))),
        ("person is denied", ring(format!("!eve@example.com,{MARIA} {key}\n"))),
        ("people in a list", ring(format!("lee@example.com,{MARIA} {key}\n"))),
        ("person is no address", ring(format!("\"{MARIA}\" {key}\n"))),
        ("people who differ in case", ring(format!("{MARIA} {key}\nMaria@example.com {}\n", eve().key))),
        ("key counts twice", ring(format!("{MARIA} {key}\nlee@example.com {key}\n"))),
        ("certificate authority", ring(format!("{MARIA} {key}\nlee@example.com cert-authority {}\n", eve().key))),
        ("dates of a key", ring(format!("{MARIA} valid-after=\"20200101\" {key}\n"))),
        ("option in another spelling", ring(format!("{MARIA} NAMESPACES=\"holdpoint/approve@v1\" {key}\n"))),
        ("namespace is a pattern", ring(format!("{MARIA} namespaces=\"holdpoint/*\" {key}\n"))),
        ("namespace of somebody else", ring(format!("{MARIA} namespaces=\"git,holdpoint/approve@v1\" {key}\n"))),
        ("namespace twice", ring(format!("{MARIA} namespaces=\"holdpoint/approve@v1,holdpoint/approve@v1\" {key}\n"))),
        ("line ends of Windows in a ring", ring(format!("{MARIA} {key} laptop\r\n"))),
        ("hidden characters in a ring", ring(format!("{MARIA} {key} lap\u{202e}top\n"))),
        ("key of another type in a ring", ringed(&rsa(), format!("{MARIA} {}\n", rsa().key))),
        ("key in another spelling in a ring", ring(format!("{MARIA} ssh-ed25519 {respelt}\n"))),
        ("key for which anybody can sign", nobodys(&points_of_small_order()[2], &points_of_small_order()[2])),
        ("a line that nobody can read", ring(format!("{MARIA} {key}\nlee@example.com\n"))),
    ]
}

fn of_signatures(sample: &Sample) -> Vec<(&'static str, Case)> {
    let zeros = |outer: &mut Outer| {
        let (name, numbers, _) = outer.parts().unwrap();
        let (halves, _) = unwire(&numbers, 2);
        let padded: Vec<Vec<u8>> = halves.iter().map(|it| [&[0][..], it].concat()).collect();
        outer.proof = wire(&[name, wire(&padded)]);
    };
    let larger = |outer: &mut Outer| {
        let (name, mut numbers, _) = outer.parts().unwrap();
        super::spoil::add_order(&mut numbers[32..]);
        outer.proof = wire(&[name, numbers]);
    };
    let armored = |text: String| Case { signature: text.into_bytes(), ..sound(sample) };
    vec![
        ("armor in another spelling", armored(format!("{}# signed in a hurry\n", sample.armor))),
        (
            "signature file that is too large",
            armored(sample.armor.replace(BEGIN, &format!("{BEGIN}{}", "\n".repeat(9_000)))),
        ),
        ("version 0", rewired(sample, |it| it.version = 0)),
        ("reserved field", rewired(sample, |it| it.reserved = b"anything".to_vec())),
        ("number with an idle zero", rewired(&supported()[2], zeros)),
        ("number beyond the order of its curve", rewired(sample, larger)),
        ("name that ends in a zero byte", rewired(sample, |it| it.namespace.push(0))),
        ("signature of a browser", sound(&webauthn())),
        ("nobody touched the device", sound(&device(&Device::Ed25519, 0))),
        ("unknown flags of a device", sound(&device(&Device::P256, 0x41))),
    ]
}

fn of_questions(sample: &Sample) -> Vec<(&'static str, Case)> {
    let statement = include_str!("../../../fuzz/seeds/statement/approve.toml");
    let pen = Pen::of(2);
    let git = Case {
        namespace: "git".to_owned(),
        signature: pen.sign("git", MESSAGE).into_bytes(),
        ..ringed(sample, format!("{MARIA} {}\n", bare(&pen.key())))
    };
    vec![
        ("statement in another spelling", stated(&statement.replace("kind = ", "kind  = "))),
        ("statement that is too large", stated(&format!("{statement}# {}\n", "x".repeat(33_000)))),
        (
            "asked about a person who is no address",
            Case { person: "maria".to_owned(), ..ringed(sample, format!("maria {}\n", sample.key)) },
        ),
        ("asked about a namespace of somebody else", git),
    ]
}

#[test]
fn every_difference_that_is_meant_has_its_name() {
    let sample = supported().remove(0);
    let mut oracle = Oracle::new();
    let cases = [of_rings(&sample), of_signatures(&sample), of_questions(&sample)].concat();
    for (name, case) in &cases {
        assert_eq!(oracle.compare(case), Ok(Answers::OnlyOpenssh(name)), "{name}\n{case}");
    }
    let shown: BTreeSet<&str> = cases.iter().map(|it| it.0).collect();
    assert_eq!(shown, REASONS.iter().map(|it| it.name).collect(), "each name of the table (right) has a case (left)");
}

#[test]
fn a_sound_signature_of_every_type_passes_with_both() {
    let mut oracle = Oracle::new();
    for sample in [supported(), vec![eve()]].concat() {
        assert_eq!(oracle.compare(&sound(&sample)), Ok(Answers::BothYes), "{}", sample.key);
    }
    let statement = include_str!("../../../fuzz/seeds/statement/approve.toml");
    assert_eq!(oracle.compare(&stated(statement)), Ok(Answers::BothYes));
}

#[test]
fn every_reason_is_a_sentence_of_its_own() {
    for (at, reason) in REASONS.iter().enumerate() {
        assert!(reason.because.contains(' ') && !reason.because.ends_with('.'), "{}", reason.name);
        let same = REASONS[..at].iter().find(|it| it.name == reason.name);
        assert!(same.is_none(), "`{}` stands there twice", reason.name);
    }
}

#[test]
fn a_key_for_which_anybody_can_sign_never_opens_the_gate() {
    let mut oracle = Oracle::new();
    let points = points_of_small_order();
    for key in &points {
        for commitment in &points {
            let case = nobodys(key, commitment);
            let name = "key for which anybody can sign";
            let answers = oracle.compare(&case).unwrap();
            assert!([Answers::BothNo, Answers::OnlyOpenssh(name)].contains(&answers), "{answers:?}");
        }
    }
    assert!(oracle.tally.len() == 2, "{:?}", oracle.tally);
}

/// Nobody signed this, with no key: the number in the signature is nothing, and so is the point.
fn nobodys(key: &[u8], commitment: &[u8]) -> Case {
    let blob = wire(&[&b"ssh-ed25519"[..], key]);
    let proof = wire(&[&b"ssh-ed25519"[..], &[commitment, &[0; 32]].concat()]);
    let case = rewired(&supported()[0], |it| (it.key, it.proof) = (blob.clone(), proof.clone()));
    Case { ring: format!("{MARIA} ssh-ed25519 {}\n", Base64::encode_string(&blob)).into(), ..case }
}
