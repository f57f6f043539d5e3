//! What a policy says, and every promise that it cannot keep.

use super::*;
use crate::drill::stage;
use crate::key::{Pen, PublicKey};

/// The example policy as `edit` changes it, with the ring as `edit_ring` does.
fn read_with(edit: impl FnOnce(&str) -> String, edit_ring: impl FnOnce(String) -> String) -> Result<Policy, Problems> {
    let files = stage::founded(edit, edit_ring).unwrap();
    let bytes = |path: &str| files[path].bytes().unwrap();
    let ring = Ring::parse("signers", bytes("0001/signers")).unwrap();
    Policy::read("policy.toml", bytes("0001/policy.toml"), &ring, bytes("0001/signers"))
}

/// The example policy with `from` replaced by `to` once.
fn read(from: &str, to: &str) -> Result<Policy, Problems> {
    let edit = |it: &str| {
        assert!(it.contains(from), "{from}");
        it.replacen(from, to, 1)
    };
    read_with(edit, |it| it)
}

/// The line that is at fault, and why, of each problem.
fn faults(policy: Result<Policy, Problems>) -> Vec<(String, String)> {
    policy.unwrap_err().into_iter().map(|it| (it.place.text, it.message)).collect()
}

fn person(name: &str) -> Person {
    stage::person(name).unwrap()
}

/// A ring in which the key of `who` may sign these kinds alone.
fn bound(who: &'static str, kinds: &'static [&'static str]) -> impl FnOnce(String) -> String {
    let key: PublicKey = Pen::of(who).unwrap().public();
    let kinds: Vec<Namespace> = kinds.iter().map(|it| Namespace::of(it)).collect();
    let (free, tied) = (
        crate::key::ring_line(&person(who), None, &key, None),
        crate::key::ring_line(&person(who), Some(&kinds), &key, None),
    );
    move |it| {
        assert!(it.contains(&free), "{free}");
        it.replace(&free, &tied)
    }
}

#[test]
fn what_a_policy_says_is_kept() {
    let policy = read("checkpoint = \"\"", &format!("checkpoint = \"{}\"", "a1".repeat(20))).unwrap();
    assert_eq!((policy.number(), policy.previous(), policy.sealed()), (1, None, None));
    assert_eq!(policy.checkpoint(), Some("a1".repeat(20).as_str()));
    assert_eq!((policy.branch(), policy.distinct(), policy.path()), ("main", true, ""));
    let roles: Vec<&str> = policy.roles().keys().map(RoleName::as_str).collect();
    assert_eq!(roles, ["communications", "compatibility", "duty", "release", "support"]);
    assert_eq!(policy.publishers(), [person("ci"), person("dana")].into());
    let site = policy.site(&"downloads".parse().unwrap()).unwrap();
    assert_eq!((policy.sites().len(), site.url.as_str()), (1, "file:///srv/www/downloads"));
    assert!(policy.site(&"mirror".parse().unwrap()).is_none());
    assert_eq!(policy.waiver().unwrap().max_hours, 72);
    assert_eq!(policy.lifters().role, Some("duty".parse().unwrap()));
    let skippable: Vec<bool> = policy.requirements().iter().map(|it| it.may_skip).collect();
    assert_eq!(skippable, [false, false, true]);
    assert_eq!(read("checkpoint = \"\"", "checkpoint = \"\" ").unwrap().checkpoint(), None);
}

#[test]
fn without_a_rule_for_holds_the_owners_lift_them() {
    let policy = read("[hold]\nrole = \"duty\"\napprovals = 2\n", "").unwrap();
    assert_eq!(policy.lifters(), policy.owners());
}

#[test]
fn the_words_of_a_policy_are_its_own() {
    let policy = read("[[site]]", "[words]\nissue = \"Problem\"\n[[site]]").unwrap();
    assert_ne!(format!("{:?}", policy.words()), format!("{:?}", Words::default()));
}

#[test]
fn a_role_that_hangs_on_one_person_is_known() {
    let policy = read("support = [\"maria@example.com\", \"eve@example.com\"]", "support = [\"maria@example.com\"]");
    let policy = policy.unwrap();
    assert_eq!(policy.lone_roles(), [(&"support".parse().unwrap(), person("maria"))]);
    let machine =
        read("release = [\"ci@example.com\", \"dana@example.com\"]", "release = [\"ci@example.com\"]").unwrap();
    assert_eq!(machine.lone_roles(), [], "a machine stands in for somebody");
}

#[test]
fn each_slip_is_told_at_its_place() {
    let cases = [
        ("version = 1", "version = 0", "version = 0", "policies are counted from 1"),
        (
            "signers = \"SIGNERS\"",
            &format!("signers = \"{}\"", Digest::of(b"x")),
            "signers = ",
            "the file `signers` beside it has other bytes",
        ),
        ("checkpoint = \"\"", "checkpoint = \"a1b2c3d\"", "checkpoint = \"a1b2c3d\"", "`checkpoint` is no commit id"),
        (
            "checkpoint = \"\"",
            &format!("checkpoint = \"{}\"", "A1".repeat(20)),
            "checkpoint = ",
            "`checkpoint` is no commit id",
        ),
        (
            "previous = \"\"",
            &format!("previous = \"{}\"", Digest::of(b"x")),
            "previous = ",
            "policy 1 has no previous one",
        ),
        (
            "support = [\"maria@",
            "support = [\"mara@",
            "support = [\"mara@",
            "`mara@example.com` is not in the key ring",
        ),
        (
            "support = [\"maria@example.com\", \"eve@",
            "support = [\"maria@example.com\", \"maria@",
            "support = [",
            "`maria@example.com` is named twice",
        ),
        ("release = [", "releases = [", "", "nobody may publish: the role `release` is missing"),
        ("branch = \"main\"", "branch = \"-main\"", "branch = \"-main\"", "`-main` is no branch name"),
        ("threshold = 1", "threshold = 0", "threshold = 0", "nobody would have to sign"),
        (
            "threshold = 1",
            "threshold = 3",
            "threshold = 3",
            "the owners: 3 needed, and 2 can sign `adopt` (machines do not count)",
        ),
        (
            "approvals = 1",
            "approvals = 3",
            "approvals = 3",
            "the role `support`: 3 needed, and 2 can sign `approve` (machines do not count)",
        ),
        ("role = \"support\"", "role = \"suport\"", "role = \"suport\"", "there is no role `suport`"),
        ("max_hours = 72", "max_hours = 0", "max_hours = 0", "`max_hours` is out of range"),
        ("max_hours = 72", "max_hours = 8761", "max_hours = 8761", "`max_hours` is out of range"),
        ("name = \"notice\"", "name = \"kb\"", "[[requirement]]", "the requirement `kb` is there twice"),
        ("\"matrix.md\", ", "", "", "no requirement covers `matrix.md`, which decides"),
        (
            "role = \"support\"",
            "role = \"support\"\nroles = [\"support\"]",
            "[[requirement]]",
            "a requirement has either `role` or `roles`",
        ),
        ("role = \"support\"", "roles = []", "[[requirement]]", "`roles` is empty, or names a role twice"),
        (
            "role = \"support\"",
            "roles = [\"support\", \"support\"]",
            "[[requirement]]",
            "`roles` is empty, or names a role twice",
        ),
        ("subjects = [\"kb.md\"]", "subjects = []", "[[requirement]]", "a requirement without subjects covers nothing"),
        ("subjects = [\"kb.md\"]", "subjects = [\"kb.md\", \"KB.md\"]", "subjects = ", "`KB.md` is named twice"),
        ("file:///srv/www/downloads", "s3://downloads", "url = ", "this build publishes to folders alone"),
    ];
    for (from, to, line, message) in cases {
        let told = faults(read(from, to));
        assert!(told.iter().any(|it| it.0.starts_with(line) && it.1 == message), "{to}: {told:?}");
    }
}

#[test]
fn a_name_that_was_mistyped_is_guessed() {
    let help = |from, to| read(from, to).unwrap_err().remove(0).help;
    assert_eq!(help("support = [\"maria@", "support = [\"mara@"), "did you mean `maria@example.com`?");
    assert_eq!(help("support = [\"maria@", "support = [\"zoltan@"), "add the person's key to `signers`");
    assert_eq!(help("role = \"support\"", "role = \"suport\""), "did you mean `support`?");
    let all = "the roles are communications, compatibility, duty, release and support";
    assert_eq!(help("role = \"support\"", "role = \"zz\""), all);
}

#[test]
fn the_longest_waiver_is_a_year() {
    assert_eq!(read("max_hours = 72", "max_hours = 8760").unwrap().waiver().unwrap().max_hours, 8760);
}

#[test]
fn a_policy_that_asks_for_nothing_is_none() {
    let edit = |it: &str| {
        let (before, rest) = it.split_once("[[requirement]]").unwrap();
        format!("{before}{}", &rest[rest.find("[waiver]").unwrap()..])
    };
    let told = faults(read_with(edit, |it| it));
    assert!(told[0].1.starts_with("the policy asks for nothing"), "{told:?}");
}

#[test]
fn two_sites_have_two_names_and_two_addresses() {
    let with =
        |name: &str, url: &str| read("[[site]]", &format!("[[site]]\nname = \"{name}\"\nurl = \"{url}\"\n[[site]]"));
    assert_eq!(with("mirror", "file:///srv/www/mirror").unwrap().sites().len(), 2);
    for (name, url) in [("downloads", "file:///srv/www/mirror"), ("mirror", "file:///srv/www/downloads")] {
        let told = faults(with(name, url));
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].1, "the site `downloads`, or its address, is there twice");
    }
}

#[test]
fn a_key_that_may_not_sign_the_kind_fills_no_seat() {
    let same = |it: &str| it.to_owned();
    let told = |who, kinds| faults(read_with(same, bound(who, kinds))).into_iter().map(|it| it.1).collect::<Vec<_>>();
    assert_eq!(
        told("dana", &["approve", "publish", "lift", "adopt"]),
        ["the role `duty`: 2 needed, and 1 can sign `waive` (machines do not count)"]
    );
    assert_eq!(
        told("sam", &["approve", "waive"]),
        ["the role `duty`: 2 needed, and 1 can sign `lift` (machines do not count)"]
    );
    assert!(read_with(same, bound("dana", &["approve", "lift", "waive", "adopt"])).is_ok(), "the machine publishes");
    let alone = |it: &str| it.replace("release = [\"ci@example.com\", \"dana", "release = [\"dana");
    let told = faults(read_with(alone, bound("dana", &["approve", "lift", "waive", "adopt"])));
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1, "nobody of the role `release` can sign `publish`");
}

#[test]
fn the_key_of_a_machine_is_bound_to_what_machines_sign() {
    let line = stage::machine_line("ci", "ci").unwrap();
    let key = Pen::of("ci").unwrap().public();
    for kinds in [None, Some(vec![Namespace::of("publish"), Namespace::of("approve")])] {
        let free = crate::key::ring_line(&person("ci"), kinds.as_deref(), &key, None);
        let told = faults(read_with(str::to_owned, |it| it.replace(&line, &free)));
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].1, "the key of the machine `ci@example.com` may sign more than a machine may");
    }
}

#[test]
fn a_component_is_written_with_its_version() {
    let (component, version) = ("recorder".parse().unwrap(), "2.7.0".parse().unwrap());
    assert_eq!(super::super::at_version(&component, &version), "recorder@2.7.0");
}

#[test]
fn machines_count_in_no_quorum() {
    let both =
        |it: &str| it.replace("support = [\"maria@example.com\", \"eve@", "support = [\"ci@example.com\", \"eve@");
    assert!(read_with(both, |it| it).is_ok());
    let two = |it: &str| both(it).replacen("approvals = 1", "approvals = 2", 1);
    let told = faults(read_with(two, |it| it));
    assert_eq!(told[0].1, "the role `support`: 2 needed, and 1 can sign `approve` (machines do not count)");
}

#[test]
fn different_people_for_each_seat_are_promised_only_where_there_are_enough() {
    let crowded = |it: &str| {
        it.replace("support = [\"maria@example.com\", \"eve@example.com\"]", "support = [\"lee@example.com\"]").replace(
            "communications = [\"lee@example.com\", \"kim@example.com\"]",
            "communications = [\"lee@example.com\"]",
        )
    };
    let told = faults(read_with(crowded, |it| it));
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1, "`distinct` needs a different person for each seat, and there are too few");
    assert!(read_with(|it| crowded(it).replace("distinct = true", "distinct = false"), |it| it).is_ok());
    let seats = |all: &[&[&str]]| {
        let seats: Vec<BTreeSet<Person>> = all.iter().map(|it| it.iter().map(|it| person(it)).collect()).collect();
        super::super::can_be_distinct(&seats)
    };
    assert!(seats(&[&["maria"], &["maria", "eve"]]));
    assert!(!seats(&[&["maria"], &["maria"]]));
}

#[test]
fn a_checkpoint_is_a_whole_commit_id() {
    for good in ["a1".repeat(20), "09".repeat(32), "f".repeat(40)] {
        assert!(is_commit(&good), "{good}");
    }
    for bad in ["", "a1b2c3d", &"g".repeat(40), &"A".repeat(40), &"a".repeat(39), &"a".repeat(41), &"a".repeat(63)] {
        assert!(!is_commit(bad), "{bad}");
    }
}

#[test]
fn a_branch_is_a_name_that_no_shell_reads_otherwise() {
    for good in ["main", "release/2.7", "a-b_c.d"] {
        assert!(is_branch(good), "{good}");
    }
    for bad in
        ["", "-main", "a b", "a..b", "a//b", "/a", "a/", ".a", "a.", "a/.b", "a.lock", "a.lock/b", "a:b", "a~1", "ä"]
    {
        assert!(!is_branch(bad), "{bad}");
    }
}
