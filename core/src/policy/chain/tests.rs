//! The chain: who signs what when owners change, as other systems test the rotation of their root; and what is no chain.

use super::*;
use crate::finding::Severity;
use crate::world::{World, person};

/// One policy: its owners, how many of them are needed, and who signs it. Words, as a person would say it.
type Step = (&'static str, usize, &'static str);

/// What happens, in a few words; the policies; the number in force, or what is wrong.
type Case = (&'static str, &'static [Step], Result<u64, Vec<Code>>);

/// A world whose first policy is the first step, and whose later ones follow it.
fn world(steps: &[Step]) -> World {
    let (owners, threshold, signers) = steps[0];
    let mut world = World::with_policy(|it| owned(it, owners, threshold));
    world.policy_files.retain(|path, _| !path.ends_with(".sig"));
    for signer in signers.split_whitespace() {
        world.sign_policy("0001", signer);
    }
    for (at, (owners, threshold, signers)) in steps.iter().enumerate().skip(1) {
        append(&mut world, at + 1, |it| owned(&it, owners, *threshold), signers);
    }
    world
}

fn owned(policy: &str, owners: &str, threshold: usize) -> String {
    let (before, rest) = policy.split_once("[owners]\n").unwrap();
    let (_, after) = rest.split_once("[roles]").unwrap();
    let members: Vec<String> = owners.split_whitespace().map(|it| format!("\"{}\"", person(it))).collect();
    format!("{before}[owners]\nmembers = [{}]\nthreshold = {threshold}\n[roles]{after}", members.join(", "))
}

/// Puts policy `number` behind the one before it, whether the chain is good so far or not.
fn append(world: &mut World, number: usize, edit: impl FnOnce(String) -> String, signers: &str) {
    let (old, new) = (folder(number as u64 - 1), folder(number as u64));
    let (text, ring) = (world.policy_text(&format!("{old}/policy.toml")), world.policy_text(&format!("{old}/signers")));
    let rest = text.split_once("\nproject").unwrap().1;
    let header = format!(
        "schema = 1\nversion = {number}\nprevious = \"{}\"\nsigners = \"{}\"\nsealed = \"{}\"\nproject",
        Digest::of(text.as_bytes()),
        Digest::of(ring.as_bytes()),
        Digest::of(b""),
    );
    world.put_policy(&new, "policy.toml", edit(format!("{header}{rest}")));
    world.put_policy(&new, "signers", ring);
    world.put_policy(&new, "sealed", String::new());
    for signer in signers.split_whitespace() {
        world.sign_policy(&new, signer);
    }
}

/// The number of the policy in force, or the codes of what is wrong.
fn outcome(world: &World) -> Result<u64, Vec<Code>> {
    world.chain().map(|it| it.current().number()).map_err(|findings| {
        assert!(findings.iter().all(|it| it.severity == Severity::Unverifiable && !it.next.is_empty()));
        findings.iter().map(|it| it.code).collect()
    })
}

#[test]
fn a_change_of_owners_needs_those_before_and_those_after() {
    let broken = |n: usize| Err(vec![Code::PolicyThreshold; n]);
    let cases: &[Case] = &[
        ("nothing changes", &[("dana", 1, "dana"), ("dana", 1, "dana")], Ok(2)),
        ("one owner hands over, both sign", &[("dana", 1, "dana"), ("sam", 1, "dana sam")], Ok(2)),
        ("somebody else signs as well", &[("dana", 1, "dana"), ("sam", 1, "dana sam eve")], Ok(2)),
        ("the old owner did not sign", &[("dana", 1, "dana"), ("sam", 1, "sam")], broken(1)),
        ("the new owner did not sign", &[("dana", 1, "dana"), ("sam", 1, "dana")], broken(1)),
        ("nobody signed", &[("dana", 1, "dana"), ("sam", 1, "")], broken(1)),
        ("only strangers signed", &[("dana", 1, "dana"), ("sam", 1, "eve kim lee")], broken(1)),
        (
            "three of five stay",
            &[("dana sam eve ned ada", 3, "dana sam eve"), ("dana sam eve ned ada", 3, "eve ned ada")],
            Ok(2),
        ),
        (
            "two of five are too few",
            &[("dana sam eve ned ada", 3, "dana sam eve"), ("dana sam eve ned ada", 3, "eve ned")],
            broken(1),
        ),
        (
            "one of five is replaced, three are both",
            &[("dana sam eve ned ada", 3, "dana sam eve"), ("dana sam eve ned lee", 3, "dana sam eve")],
            Ok(2),
        ),
        (
            "one is replaced, and only two of the old signed",
            &[("dana sam eve ned ada", 3, "dana sam eve"), ("dana sam eve ned lee", 3, "dana sam lee")],
            broken(1),
        ),
        (
            "one is replaced, and only two of the new signed",
            &[("dana sam eve ned ada", 3, "dana sam eve"), ("dana sam eve ned lee", 3, "dana sam ada")],
            broken(1),
        ),
        (
            "four sign, three for each side",
            &[("dana sam eve ned ada", 3, "dana sam eve"), ("dana sam eve ned lee", 3, "dana sam ada lee")],
            Ok(2),
        ),
        (
            "all are replaced in one step",
            &[("dana sam eve", 2, "dana sam"), ("ned ada lee", 2, "dana eve ned lee")],
            Ok(2),
        ),
        (
            "all are replaced in two",
            &[("dana sam", 2, "dana sam"), ("sam ned", 2, "dana sam ned"), ("ned ada", 2, "sam ned ada")],
            Ok(3),
        ),
        (
            "the second of two steps lacks one",
            &[("dana sam", 2, "dana sam"), ("sam ned", 2, "dana sam ned"), ("ned ada", 2, "sam ada")],
            broken(1),
        ),
        (
            "the first step fails, and so nothing after it is believed",
            &[("dana", 1, "dana"), ("sam", 1, "sam"), ("ned", 1, "sam ned")],
            broken(1),
        ),
        (
            "the threshold rises, and enough sign",
            &[("dana sam eve", 1, "dana"), ("dana sam eve", 2, "dana sam")],
            Ok(2),
        ),
        (
            "the threshold rises, and only the old number signs",
            &[("dana sam eve", 1, "dana"), ("dana sam eve", 2, "dana")],
            broken(1),
        ),
        (
            "the threshold falls, and the old number signs",
            &[("dana sam eve", 2, "dana sam"), ("dana sam eve", 1, "dana sam")],
            Ok(2),
        ),
        (
            "the threshold falls, and only the new number signs",
            &[("dana sam eve", 2, "dana sam"), ("dana sam eve", 1, "dana")],
            broken(1),
        ),
        ("the first one lacks a signature", &[("dana sam", 2, "dana")], broken(1)),
        (
            "an owner of long ago counts for nothing",
            &[("dana", 1, "dana"), ("sam", 1, "dana sam"), ("ned", 1, "dana ned")],
            broken(1),
        ),
    ];
    for (name, steps, wanted) in cases {
        assert_eq!(&outcome(&world(steps)), wanted, "{name}");
    }
}

#[test]
fn says_in_plain_words_who_has_still_to_sign() {
    let world = world(&[("ada eve", 2, "ada eve"), ("lee kim", 2, "ada eve")]);
    let findings = world.chain().unwrap_err();
    assert_eq!(
        findings[0].message,
        "policy 2: signed by 2 of 2 owners of policy 1 (ada@example.com, eve@example.com); \
         2 of 2 owners of policy 2 still to sign: kim@example.com, lee@example.com"
    );
    assert_eq!(findings[0].who, [person("kim"), person("lee")]);
}

#[test]
fn a_machine_signs_for_no_owner() {
    let mut world = world(&[("dana", 1, "dana")]);
    append(&mut world, 2, |it| it.replace("members = [\"ci@example.com\"]", "members = []"), "dana");
    assert_eq!(outcome(&world), Ok(2));
    // As an owner it fills no threshold, so the policy promises what cannot happen.
    let mut robots = self::world(&[("dana", 1, "dana")]);
    append(
        &mut robots,
        2,
        |it| {
            it.replace("[owners]\nmembers = [", "[owners]\nmembers = [\"ci@example.com\", ")
                .replace("threshold = 1", "threshold = 2")
        },
        "dana ci",
    );
    assert_eq!(outcome(&robots), Err(vec![Code::PolicyBroken]));
}

#[test]
fn a_number_that_is_missing_copied_or_renumbered_breaks_the_chain() {
    let three: &[Step] = &[("dana", 1, "dana"), ("dana", 1, "dana"), ("dana", 1, "dana")];
    let copy = |world: &mut World, from: &str, to: &str| {
        let moved: Vec<_> = world
            .policy_files
            .iter()
            .filter_map(|(path, it)| Some((path.strip_prefix(from)?.to_owned(), it.clone())))
            .collect();
        world.policy_files.extend(moved.into_iter().map(|(rest, it)| (format!("{to}{rest}"), it)));
    };
    let remove = |world: &mut World, folder: &str| world.policy_files.retain(|path, _| !path.starts_with(folder));
    let mut gap = world(three);
    remove(&mut gap, "0002");
    assert_eq!(outcome(&gap), Err(vec![Code::PolicyBroken]));
    let mut headless = world(three);
    remove(&mut headless, "0001");
    assert_eq!(outcome(&headless), Err(vec![Code::PolicyBroken; 2]));
    let mut copied = world(three);
    copy(&mut copied, "0003", "0004");
    assert!(outcome(&copied).unwrap_err().iter().all(|it| *it == Code::PolicyBroken));
    let mut renumbered = world(three);
    copy(&mut renumbered, "0003", "0005");
    remove(&mut renumbered, "0003");
    assert_eq!(outcome(&renumbered), Err(vec![Code::PolicyBroken]));
    let mut older = world(three);
    remove(&mut older, "0003");
    copy(&mut older, "0001", "0003");
    assert!(outcome(&older).unwrap_err().contains(&Code::PolicyBroken));
    for odd in ["2", "02", "00002", "0000", "old"] {
        let mut odd_name = world(three);
        copy(&mut odd_name, "0003", odd);
        assert!(outcome(&odd_name).unwrap_err().contains(&Code::PolicyBroken), "{odd}");
    }
    assert_eq!(outcome(&world(three)), Ok(3));
}

#[test]
fn two_signed_successors_of_one_policy_are_a_fork() {
    let mut world = world(&[("dana", 1, "dana"), ("dana", 1, "dana")]);
    let first = world.policy_text("0001/policy.toml");
    append(&mut world, 3, |it| it.replace(&Digest::of(b"nothing").to_string(), ""), "");
    let previous = Digest::of(world.policy_text("0002/policy.toml").as_bytes()).to_string();
    let forked = world.policy_text("0003/policy.toml").replace(&previous, &Digest::of(first.as_bytes()).to_string());
    world.put_policy("0003", "policy.toml", forked);
    // Unsigned it is only a policy that does not follow the one before it.
    assert_eq!(outcome(&world), Err(vec![Code::PolicyBroken, Code::PolicyThreshold]));
    world.sign_policy("0003", "dana");
    assert_eq!(outcome(&world), Err(vec![Code::PolicyFork]));
    let told = world.chain().unwrap_err().remove(0);
    let twins = "policy 1 has two successors, each signed by its owners: the one in `policy/0002` and this one";
    assert_eq!(told.message, twins);
    // One that follows nothing that is here is no successor, whoever signed it.
    let stray = world
        .policy_text("0003/policy.toml")
        .replace(&Digest::of(first.as_bytes()).to_string(), &Digest::of(b"nothing that is here").to_string());
    world.put_policy("0003", "policy.toml", stray);
    world.sign_policy("0003", "dana");
    assert_eq!(outcome(&world), Err(vec![Code::PolicyBroken]));
}

#[test]
fn what_was_sealed_stays_sealed_and_the_project_stays_the_same() {
    let mut world = World::new();
    let id = Digest::of(b"a publication");
    world.adopt_policy_sealing(&[id].into_iter().collect(), |it| it, |it| it, &["dana"]);
    assert!(world.chain().unwrap().sealed().has(&id));
    let mut unsealed = world.clone();
    unsealed.adopt_policy_sealing(&Sealed::default(), |it| it, |it| it, &["dana"]);
    assert_eq!(outcome(&unsealed), Err(vec![Code::PolicyBroken]));
    let mut moved = world.clone();
    let sealed: Sealed = [id].into_iter().collect();
    moved.adopt_policy_sealing(&sealed, |it| it.replace("com/webinar", "com/other"), |it| it, &["dana"]);
    assert_eq!(outcome(&moved), Err(vec![Code::PolicyBroken]));
    let mut edited = world.clone();
    edited.put_policy("0002", "sealed", format!("{}\n", Digest::of(b"another")));
    assert_eq!(outcome(&edited), Err(vec![Code::PolicyBroken]));
}

#[test]
fn a_signature_that_is_none_is_never_ignored() {
    let mut world = world(&[("dana", 1, "dana"), ("dana", 1, "dana")]);
    world.sign_policy("0002", "sam");
    assert_eq!(outcome(&world), Ok(2), "somebody else of the ring may sign as well");
    let other = world.policy_files["0001/dana@example.com.sig"].clone();
    world.policy_files.insert("0002/eve@example.com.sig".to_owned(), other);
    assert_eq!(outcome(&world), Err(vec![Code::PolicyBroken]));
}

#[test]
fn a_proposal_decides_nothing_and_is_judged_like_the_next_policy() {
    let mut world = world(&[("dana", 1, "dana")]);
    append(&mut world, 2, |it| owned(&it, "sam ned", 2), "dana sam");
    let proposed: PolicyFiles =
        world.policy_files.iter().map(|(path, it)| (path.replace("0002/", "proposed/"), it.clone())).collect();
    let chain = Chain::read(&proposed).unwrap();
    assert_eq!(chain.current().number(), 1);
    let proposal = chain.proposal(&proposed).unwrap().unwrap();
    assert!(!proposal.signatures.is_full());
    assert_eq!(proposal.signatures.wanting(), [person("ned")].into());
    assert!(chain.proposal(&PolicyFiles::new()).unwrap().is_none());
    let stale: PolicyFiles =
        proposed.iter().filter(|it| !it.0.ends_with("sealed")).map(|(path, it)| (path.clone(), it.clone())).collect();
    assert_eq!(chain.proposal(&stale).unwrap_err()[0].code, Code::PolicyBroken);
}

#[test]
fn knows_a_successor_that_was_adopted_in_another_commit() {
    let world = world(&[("dana", 1, "dana"), ("sam", 1, "dana sam")]);
    let first: PolicyFiles = world
        .policy_files
        .iter()
        .filter(|it| it.0.starts_with("0001"))
        .map(|(path, it)| (path.clone(), it.clone()))
        .collect();
    let second: PolicyFiles = world
        .policy_files
        .iter()
        .filter(|it| it.0.starts_with("0002"))
        .map(|(path, it)| (path.clone(), it.clone()))
        .collect();
    let chain = Chain::read(&first).unwrap();
    assert_eq!(chain.adopted_elsewhere(2, &second).map(Policy::number), Some(1));
    let unsigned: PolicyFiles = second
        .iter()
        .filter(|it| !it.0.ends_with("sam@example.com.sig"))
        .map(|(path, it)| (path.clone(), it.clone()))
        .collect();
    assert!(chain.adopted_elsewhere(2, &unsigned).is_none());
    assert!(chain.adopted_elsewhere(1, &first).is_none(), "another root is judged by the pin");
}

#[test]
fn one_person_roles_and_lone_owners_are_brittle() {
    let world = world(&[("dana sam", 2, "dana sam")]);
    let told = world.chain().unwrap().current().brittle().join("\n");
    assert!(told.contains("each of the owners is needed (dana@example.com and sam@example.com)"), "{told}");
    assert_eq!(self::world(&[("dana sam", 1, "dana")]).chain().unwrap().current().brittle(), Vec::<String>::new());
}

#[test]
fn every_place_that_a_policy_names_is_known() {
    let mut world = World::with_policy(|it| it.replace("path = \"\"", "path = \"downloads\""));
    world.adopt_policy(|it| it.replace("path = \"downloads\"", "path = \"web/downloads\""), |it| it, &["dana"]);
    assert_eq!(world.chain().unwrap().paths(), BTreeSet::from(["downloads", "web/downloads"]));
}

#[test]
fn nothing_else_lies_under_policy() {
    let world = world(&[("dana", 1, "dana"), ("dana", 1, "dana")]);
    for path in
        ["0001/sealed", "0001/readme", "0002/readme", "0002/a/b.sig", "0002/a/policy.toml", "readme", "2/sealed"]
    {
        let mut odd = world.clone();
        odd.policy_files.insert(path.to_owned(), Content::Plain(vec![]));
        let findings = odd.chain().unwrap_err();
        let stranger = findings.iter().find(|it| it.about == format!("policy/{path}")).unwrap();
        assert_eq!(stranger.message, "this file does not belong under `policy/`");
        assert_eq!(stranger.next, format!("remove it: git rm -- policy/{path}"));
    }
}

#[test]
fn a_proposal_that_could_not_be_adopted_says_what_to_do() {
    let mut world = world(&[("dana", 1, "dana")]);
    let chain = world.chain().unwrap();
    append(&mut world, 2, |it| it, "dana");
    let proposed: PolicyFiles =
        world.policy_files.iter().map(|(path, it)| (path.replace("0002/", "proposed/"), it.clone())).collect();
    assert!(chain.proposal(&proposed).unwrap().unwrap().signatures.is_full());
    let faults = |edit: &dyn Fn(&mut PolicyFiles)| {
        let mut files = proposed.clone();
        edit(&mut files);
        chain.proposal(&files).unwrap_err().into_iter().map(|it| (it.about, it.next)).collect::<Vec<_>>()
    };
    let told = |about: &str, next: &str| vec![(format!("policy/proposed/{about}"), next.to_owned())];
    for path in ["readme", "a/b.sig"] {
        let next = format!("remove it: git rm -- policy/proposed/{path}   (or rm, where git does not know it)");
        let odd = faults(&|it| drop(it.insert(format!("proposed/{path}"), Content::Plain(vec![]))));
        assert_eq!(odd, told(path, &next));
    }
    let missing = faults(&|it| drop(it.remove("proposed/signers")));
    assert_eq!(missing, told("signers", "holdpoint policy propose   (writes what is missing)"));
    let edited = faults(&|it| drop(it.insert("proposed/sealed".to_owned(), Content::Plain(vec![b'x'; 3]))));
    assert_eq!(edited.len(), 1, "{edited:?}");
    let sealed = format!("{}\n", Digest::of(b"x"));
    let edited = faults(&|it| drop(it.insert("proposed/sealed".to_owned(), Content::Plain(sealed.clone().into()))));
    assert_eq!(edited, told("sealed", "holdpoint policy propose   (writes it again, and keeps what you edited)"));
    // An adopted one is restored.
    world.policy_files.insert("0002/sealed".to_owned(), Content::Plain(sealed.into()));
    let next = world.chain().unwrap_err().remove(0).next;
    assert_eq!(next, "git log -- policy/0002   then restore it, or remove what does not belong there");
    world.policy_files.remove("0002/sealed");
    let next = world.chain().unwrap_err().remove(0).next;
    let found = "git log --diff-filter=D --format=%h -- policy/0002/sealed";
    let restored = "git checkout COMMIT~1 -- policy/0002/sealed";
    assert_eq!(next, format!("{found}   to find who removed it, then: {restored}"));
}
