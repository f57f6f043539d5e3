use holdpoint_core::content::Content;
use holdpoint_core::document::{Article, Notice, Words};
use holdpoint_core::policy::Levels;
use holdpoint_core::release::Release;
use holdpoint_core::rule::{Dossier, Drafts, check};

use super::*;
use crate::command::init::tests::sample_policy;
use crate::failure::Exit;

fn options(version: &str, components: &[&str]) -> Options {
    Options {
        version: version.to_owned(),
        components: components.iter().map(|it| it.parse().unwrap()).collect(),
        owner: "dana@example.com".parse().unwrap(),
        deputy: "maria@example.com".parse().unwrap(),
        planned: "2026-11-20".parse().unwrap(),
        support_until: "2027-11-20".parse().unwrap(),
        like: None,
        title: None,
    }
}

fn refusal(options: Options) -> Failure {
    plan(&sample_policy(), options).unwrap_err()
}

#[test]
fn everything_that_is_written_reads_back() {
    let policy = sample_policy();
    for (components, title) in [
        (&["recorder"][..], None),
        (&["recorder", "cloud-player@3.1.0-rc.1+b"], Some("A \"new\" \\ way | [x](y) ä")),
    ] {
        let title = title.map(|it| it.parse().unwrap());
        let plan = plan(&policy, Options { title, ..options("2.7.0", components) }).unwrap();
        let files = scaffold::files(&policy, &plan, &declared::Hints::default());
        assert_eq!(scaffold::faults(&plan, &files), [""; 0]);
        let bytes = |path: &str| files.iter().find(|it| it.path == path).unwrap().bytes.clone();
        let release = Release::read("release.toml", &bytes("release.toml"), &plan.version, None).unwrap();
        assert_eq!(release.components, plan.components);
        assert!(release.owned(&policy).is_empty());
        assert!(policy.all_subjects().iter().all(|it| files.iter().any(|file| file.path == it.as_str())));
    }
}

#[test]
fn only_placeholders_and_the_draft_keep_it_from_going_out() {
    let policy = sample_policy();
    let plan = plan(&policy, options("2.7.0", &["recorder", "player@3.1.0"])).unwrap();
    let files = scaffold::files(&policy, &plan, &declared::Hints::default());
    let bytes = |path: &str| files.iter().find(|it| it.path == path).unwrap().bytes.clone();
    let article = Article::parse("kb.md", &bytes("kb.md")).unwrap();
    let notice = Notice::parse("notice.md", &bytes("notice.md")).unwrap();
    let matrix = holdpoint_core::document::Plain::parse("matrix.md", &bytes("matrix.md")).unwrap();
    let components: Vec<_> = plan.components.iter().map(|it| (it.name.clone(), it.version.clone())).collect();
    let texts = [("kb.md", article.plain()), ("notice.md", notice.plain()), ("matrix.md", &matrix)];
    let findings = check(&Dossier {
        version: &plan.version,
        components: &components,
        article: Some(&article),
        notice: Some(&notice),
        texts: texts.map(|(path, text)| (path.parse().unwrap(), text)).into(),
        files: &files.iter().map(|it| it.path.clone()).collect(),
        words: &Words::default(),
        drafts: Drafts::Count,
        levels: &Levels::default(),
    });
    let expected = ["placeholder", "kb-status"];
    assert!(findings.iter().all(|it| expected.contains(&it.code.to_string().as_str())), "{findings:#?}");
    for text in ["kb.md", "notice.md", "matrix.md"] {
        assert!(findings.iter().any(|it| it.about == text), "{text}");
    }
}

#[test]
fn a_copied_notice_announces_the_new_version() {
    let plan = plan(&sample_policy(), options("2.8.0", &["recorder"])).unwrap();
    let old = "+++\r\nschema = 1\r\ndate = 2026-01-01 # ä\r\ntitle = \"Webinar 2.7.0\"\r\nversion = \"2.7.0\"\r\n\
        contact = \"Lee\"\r\n+++\r\n\r\nversion = \"2.7.0\"\r\n";
    let new = String::from_utf8(earlier::announced(old.as_bytes(), &plan)).unwrap();
    let expected = old.replace("2026-01-01", "2026-11-20").replacen("version = \"2.7.0\"", "version = \"2.8.0\"", 1);
    assert_eq!(new, expected);
    assert_eq!(earlier::announced(b"no front matter", &plan), b"no front matter");
}

#[test]
fn a_version_is_written_in_full() {
    for (text, hint) in [
        ("2.7", "write it in full: 2.7.0"),
        ("v2", "write it in full: 2.0.0"),
        ("2.7.0.1", "write it like 2.7.0"),
        ("new", "write it like 2.7.0"),
        ("../x", "write it like 2.7.0"),
    ] {
        assert_eq!(in_full(text).unwrap_err().hint_text(), Some(hint), "{text}");
    }
    assert_eq!(in_full("v2.7.0-rc.1").unwrap().to_string(), "2.7.0-rc.1");
}

#[test]
fn only_people_of_the_ring_answer_for_a_release() {
    let with = |owner: &str, deputy: &str| Options {
        owner: owner.parse().unwrap(),
        deputy: deputy.parse().unwrap(),
        ..options("2.7.0", &["recorder"])
    };
    for (owner, deputy, said) in [
        ("dan@example.com", "maria@example.com", "not in the key ring"),
        ("dana@example.com", "ci@example.com", "is a machine"),
        ("dana@example.com", "dana@example.com", "one person"),
    ] {
        let failure = refusal(with(owner, deputy));
        assert_eq!(failure.exit(), Exit::Usage);
        assert!(failure.message().contains(said), "{}", failure.message());
    }
    assert_eq!(refusal(with("dan@example.com", "x@y")).hint_text(), Some("did you mean `dana@example.com`?"));
}

#[test]
fn dates_and_components_make_sense() {
    let early = Options { support_until: "2026-11-19".parse().unwrap(), ..options("2.7.0", &["recorder"]) };
    assert!(refusal(early).message().contains("before the release is planned"));
    let titled = |components: &[&str]| plan(&sample_policy(), options("2.7.0", components)).unwrap().title.to_string();
    assert_eq!(titled(&["recorder", "player"]), "recorder and player 2.7.0");
    assert_eq!(titled(&["recorder", "player@2.4.1"]), "recorder 2.7.0 and player 2.4.1");
    let twice = options("2.7.0", &["recorder", "recorder@1.0.0"]);
    assert_eq!(refusal(twice).message(), "the component `recorder` is given twice");
    assert!("Recorder".parse::<ComponentGiven>().is_err());
    assert!("recorder@2".parse::<ComponentGiven>().unwrap_err().to_string().contains("`2` is not a version"));
}

#[test]
fn every_subject_of_the_policy_has_its_file_or_a_warning() {
    let files = scaffold::files(&sample_policy(), &plan(&sample_policy(), options("1.0.0", &["a"])).unwrap(), &declared::Hints::default());
    let paths: Vec<&str> = files.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["artifacts.toml", "compatibility.toml", "kb.md", "matrix.md", "notice.md", "release.toml"]);
    assert!(files.iter().all(|it| !Content::Plain(it.bytes.clone()).bytes().unwrap().is_empty()));
}
