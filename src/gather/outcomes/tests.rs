//! What is remembered is found again, and nothing else is.

use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::release::Release;

use std::fs;

use super::*;

const DECLARED: &[u8] = b"schema = 1\n[component.player]\nreads.rec = [\"3\"]\n";

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn component(name: &str, version: &str) -> Component {
    Component { name: name.parse().unwrap(), version: version.parse().unwrap() }
}

fn file_of(component: &str, file: &str, bytes: &[u8]) -> Artifact {
    let (component, file) = (component.parse().unwrap(), file.parse().unwrap());
    Artifact { component, file, size: bytes.len() as u64, sha256: Digest::of(bytes) }
}

/// What is remembered of the tree `whole`: the other releases that hold one of these components.
fn at_once(
    git: &Path,
    policy: &Digest,
    whole: &str,
    own: &Version,
    components: &[Component],
) -> Option<BTreeMap<Version, Vec<Component>>> {
    Remembered::load(git, policy, whole)?.others(own, components)
}

fn shipped() -> Shipped {
    let outing = |site: &str, is_proven| Outing {
        id: Digest::of(site.as_bytes()),
        site: site.parse().unwrap(),
        is_proven,
        is_adopted: !is_proven,
        is_there: true,
    };
    Shipped {
        release: version("2.6.0"),
        components: vec![component("player", "2.6.0-rc.1+a")],
        support_until: "2028-01-01".parse().unwrap(),
        declared: Compatibility::read("c", DECLARED, None).unwrap(),
        files: vec![file_of("player", "Player Setup, 2.6.0=x@1.exe", b"player"), file_of("player", "empty", b"")],
        outings: vec![outing("downloads", true), outing("mirror", false)],
        objection: None,
        doubts: Vec::new(),
    }
}

fn out() -> Outcome {
    Outcome::of_shipped(&version("2.6.0"), &shipped()).unwrap()
}

fn policy() -> Digest {
    Digest::of(b"policy")
}

/// A clone that knows this of the tree `a1`, and that it is all.
fn clone_with(outcomes: &[(&str, Outcome)]) -> tempfile::TempDir {
    let git = tempfile::tempdir().unwrap();
    let mut all = Outcomes::load(git.path(), &policy());
    for (tree, outcome) in outcomes {
        all.take(tree, outcome);
    }
    all.store(git.path(), Some("whole"));
    git
}

fn known(git: &tempfile::TempDir, tree: &str, of: &str) -> Option<Outcome> {
    Outcomes::load(git.path(), &policy()).get(tree, &version(of))
}

#[test]
fn what_was_found_out_is_known_again() {
    let git = clone_with(&[("a1", out())]);
    let found = known(&git, "a1", "2.6.0").unwrap();
    assert_eq!(found.shipped("c", DECLARED), Some(shipped()));
    assert_eq!(found.shipped("c", b"schema = 2\n"), None);
    let draft = Outcome::of_draft(&version("2.6.0"), &[component("player", "2.6.0"), component("recorder", "2.6.0")]);
    let found = known(&clone_with(&[("a1", draft.clone())]), "a1", "2.6.0");
    assert_eq!(found, Some(draft));
}

#[test]
fn what_is_doubtful_is_remembered_nowhere() {
    let doubts = vec![Finding::new(Code::PublishedChanged, "x", "x")];
    assert_eq!(Outcome::of_shipped(&version("2.6.0"), &Shipped { doubts, ..shipped() }), None);
    let nowhere = Shipped { outings: Vec::new(), ..shipped() };
    assert_eq!(Outcome::of_shipped(&version("2.6.0"), &nowhere), None);
}

#[test]
fn another_tree_version_or_policy_is_not_known() {
    let git = clone_with(&[("a1", out())]);
    assert_eq!(known(&git, "b2", "2.6.0"), None);
    assert_eq!(known(&git, "a1", "2.7.0"), None);
    assert_eq!(Outcomes::load(git.path(), &Digest::of(b"other")).get("a1", &version("2.6.0")), None);
}

#[test]
fn one_tree_under_two_names_is_two_releases() {
    let copy = Outcome::of_draft(&version("9.9.9"), &[]);
    let git = clone_with(&[("a1", out()), ("a1", copy.clone())]);
    assert_eq!(known(&git, "a1", "2.6.0"), Some(out()));
    assert_eq!(known(&git, "a1", "9.9.9"), Some(copy));
}

#[test]
fn finds_the_release_that_has_a_component_already() {
    let (player, recorder) = (component("player", "2.7.0"), component("recorder", "2.7.0"));
    let draft = |of: &str, own: &[Component]| Outcome::of_draft(&version(of), own);
    let out = Outcome { components: vec![player.clone(), recorder.clone()], ..out() };
    let longer = [component("player", "2.7.0-rc.1"), component("xplayer", "2.7.0")];
    let git = clone_with(&[
        ("a1", out),
        ("b2", draft("2.7.0", std::slice::from_ref(&player))),
        ("c3", draft("2.5.0", &longer)),
    ]);
    let asked = [player.clone(), recorder.clone()];
    let at_once = |whole: &str, policy: &Digest| at_once(git.path(), policy, whole, &version("2.7.0"), &asked);
    assert_eq!(at_once("whole", &policy()), Some([(version("2.6.0"), vec![player.clone(), recorder.clone()])].into()));
    assert_eq!(at_once("other", &policy()), None);
    assert_eq!(at_once("whole", &Digest::of(b"other")), None);
}

#[test]
fn finds_what_is_published_of_the_files_of_another() {
    let alleged = {
        let mut it = shipped();
        it.outings.retain(|outing| !outing.is_proven);
        it.release = version("2.5.0");
        Outcome::of_shipped(&version("2.5.0"), &it).unwrap()
    };
    let draft = Outcome::of_draft(&version("2.6.1"), &[component("player", "2.6.0")]);
    let git = clone_with(&[("a1", out()), ("b2", alleged), ("c3", draft)]);
    let known = Remembered::load(git.path(), &policy(), "whole").unwrap();
    let found = |own: &str, file: &str, bytes: &[u8]| {
        let text = format!(
            "schema = 1\nversion = \"{own}\"\ntitle = \"T\"\nplanned = 2026-11-20\nsupport_until = 2027-11-20\n\
            [[component]]\nname = \"player\"\n"
        );
        let release = Release::read("r", text.as_bytes(), &version(own), None).unwrap();
        let sought = Fingerprints::of(&release, &[file_of("player", file, bytes)]);
        let found = known.matches(&version(own), &sought).unwrap();
        // The same as by reading every line.
        let mut expected = Matches::default();
        for line in known.lines.lines() {
            let outcome = Outcome::parse(line.split_once(' ').unwrap().1).unwrap();
            if let Some(files) = outcome.published_files().filter(|_| outcome.version != version(own)) {
                expected.take(&sought, &outcome.version, &outcome.components, files);
            }
        }
        assert_eq!(found, expected);
        (found.files.len(), found.versions.len())
    };
    assert_eq!(found("2.7.0", "player.exe", b"player"), (1, 0));
    assert_eq!(found("2.6.0", "player.exe", b"player"), (0, 0), "it is that release itself");
    assert_eq!(found("2.7.0", "player.exe", b"other"), (0, 0));
    assert_eq!(found("2.7.0", "player.exe", b""), (0, 0));
    assert_eq!(found("2.7.0", "player-2.6.0.exe", b"other"), (0, 1), "the number of the release");
    assert_eq!(found("2.7.0", "player-2.6.0-rc.1+a", b"other"), (0, 1), "the number of the component");
    assert_eq!(found("2.7.0", "player-2.5.0.exe", b"other"), (0, 0), "it is alleged only");
}

#[test]
fn some_releases_answer_nothing_about_all() {
    let git = tempfile::tempdir().unwrap();
    let mut some = Outcomes::load(git.path(), &policy());
    some.take("a1", &out());
    some.store(git.path(), None);
    assert_eq!(at_once(git.path(), &policy(), "whole", &version("2.7.0"), &[]), None);
    assert_eq!(known(&git, "a1", "2.6.0"), Some(out()));
}

#[test]
fn what_is_gone_is_forgotten() {
    let git = clone_with(&[("a1", out()), ("b2", Outcome::of_draft(&version("2.7.0"), &[]))]);
    let mut later = Outcomes::load(git.path(), &policy());
    later.get("a1", &version("2.6.0"));
    later.store(git.path(), Some("later"));
    assert_eq!(known(&git, "b2", "2.7.0"), None);
    assert!(at_once(git.path(), &policy(), "later", &version("2.7.0"), &[]).is_some());
}

#[test]
fn a_file_that_was_touched_says_nothing() {
    let git = clone_with(&[("a1", out())]);
    let path = git.path().join("holdpoint/releases");
    let text = fs::read_to_string(&path).unwrap();
    let cut: Vec<&str> = text.lines().collect();
    for touched in [text.replace("mirror:adopted", "mirror:proven"), cut[..3].join("\n"), String::new()] {
        fs::write(&path, touched).unwrap();
        assert_eq!(known(&git, "a1", "2.6.0"), None);
        assert_eq!(at_once(git.path(), &policy(), "whole", &version("2.7.0"), &[]), None);
    }
}

#[test]
fn a_line_has_one_spelling() {
    let line = out().line();
    assert!(Outcome::parse(&line).is_some());
    for wrong in [
        line.replace(":adopted:there", ":there:adopted"),
        line.replace(":there", ":there:there"),
        line.replace(' ', "  "),
        format!("{line} "),
        line.replace("2028-01-01", "20280101"),
        line.replace("player@", "player"),
        line.replace('\t', "\t\t"),
        line.replace(" 6 player", " 06 player"),
        line.replace("\t=", "\t"),
        line.replace("\t 2028", "\t2028"),
    ] {
        assert_ne!(wrong, line);
        assert_eq!(Outcome::parse(&wrong), None, "{wrong}");
    }
}
