//! One spelling, every kind, and how large each may be.

use super::*;

fn approve() -> Statement {
    Statement {
        act: Act::Approve(SignOff {
            requirement: "kb".parse().unwrap(),
            subjects: vec![Subject { path: "kb.md".parse().unwrap(), sha256: Digest::of(b"kb") }],
        }),
        project: "https://downloads.example.com/webinar".parse().unwrap(),
        release: "2.7.0".parse().unwrap(),
        role: Some("support".parse().unwrap()),
        by: "maria@example.com".parse().unwrap(),
        policy: Digest::of(b"policy"),
        after: BTreeSet::new(),
        at: "2026-11-21T10:00:00Z".parse().unwrap(),
        reason: None,
    }
}

fn acts() -> Vec<Act> {
    let id = Digest::of(b"id");
    let subjects = vec![
        Subject { path: "kb.md".parse().unwrap(), sha256: id },
        Subject { path: "a.md".parse().unwrap(), sha256: id },
    ];
    let sign_off = SignOff { requirement: "kb".parse().unwrap(), subjects: subjects.clone() };
    let artifact =
        Artifact { component: "recorder".parse().unwrap(), file: "r.exe".parse().unwrap(), size: 1, sha256: id };
    vec![
        Act::Approve(sign_off.clone()),
        Act::Decline(sign_off.clone()),
        Act::NotApplicable(sign_off),
        Act::Revoke { target: id },
        Act::Hold,
        Act::Lift { target: id },
        Act::Waive {
            subjects: subjects.clone(),
            finding: Code::Missing,
            about: "notice".parse().unwrap(),
            until: "2026-11-22T10:00:00Z".parse().unwrap(),
        },
        Act::Publish {
            subjects: subjects.clone(),
            site: "downloads".parse().unwrap(),
            commit: "a".repeat(40),
            artifacts: vec![artifact.clone()],
            relied: vec![id],
        },
        Act::Adopt { subjects, site: "downloads".parse().unwrap(), artifacts: vec![artifact] },
    ]
}

#[test]
fn every_kind_reads_back_as_it_was_written() {
    for act in acts() {
        let reason = act.needs_reason().then(|| "a \"quoted\" \\ reason, übel".parse().unwrap());
        let statement = Statement { act, reason, after: BTreeSet::from([Digest::of(b"x")]), ..approve() };
        let bytes = statement.to_string();
        assert_eq!(Statement::parse(bytes.as_bytes()), Ok(statement), "{bytes}");
    }
}

#[test]
fn all_but_an_approval_and_a_publication_say_why() {
    for act in acts() {
        let silent = Statement { act, ..approve() };
        let says_yes = matches!(silent.act, Act::Approve(_) | Act::Publish { .. });
        assert_eq!(silent.act.needs_reason(), !says_yes);
        assert_eq!(Statement::parse(silent.to_string().as_bytes()).is_ok(), says_yes, "{silent}");
    }
}

#[test]
fn names_what_it_has_seen_what_it_is_about_and_what_it_relied_on() {
    let (id, seen) = (Digest::of(b"id"), Digest::of(b"seen"));
    for act in acts() {
        let target = matches!(act, Act::Revoke { .. } | Act::Lift { .. }).then_some(id);
        assert_eq!(act.target(), target);
        let more = target.is_some() || matches!(act, Act::Publish { .. });
        let statement = Statement { act, after: BTreeSet::from([seen]), ..approve() };
        let named: Vec<Digest> = statement.names().collect();
        assert_eq!(named, if more { vec![seen, id] } else { vec![seen] });
    }
}

#[test]
fn is_as_large_as_it_may_be_and_no_larger() {
    let bytes = |size: usize| {
        let empty = Statement { reason: Some("x".parse().unwrap()), ..approve() }.to_string();
        empty.replace("reason = \"x\"", &format!("reason = \"{}\"", "x".repeat(size + 1 - empty.len())))
    };
    assert_eq!(bytes(LARGEST_STATEMENT).len(), LARGEST_STATEMENT);
    let told = |text: String| Statement::parse(text.as_bytes()).err().unwrap_or_default();
    let too_large = |most: usize| format!("is larger than {most} bytes");
    assert_ne!(told(bytes(LARGEST_STATEMENT)), too_large(LARGEST_STATEMENT));
    assert_eq!(told(bytes(LARGEST_STATEMENT + 1)), too_large(LARGEST_STATEMENT));
    let publish = |size| bytes(size + 1).replace("\"approve\"", "\"publish\"").replacen("xx", "x", 1);
    assert_eq!(publish(LARGEST_FACT).len(), LARGEST_FACT);
    assert_ne!(told(publish(LARGEST_FACT)), too_large(LARGEST_FACT));
    assert_eq!(told(publish(LARGEST_FACT + 1)), too_large(LARGEST_FACT));
}

#[test]
fn lists_sixty_four_entries_and_no_more() {
    let seen = |count: usize| {
        let after = (0..count).map(|it| Digest::of(&it.to_be_bytes())).collect();
        Statement::parse(Statement { after, ..approve() }.to_string().as_bytes()).map(drop)
    };
    assert_eq!(seen(MOST_SEEN), Ok(()));
    let told = seen(MOST_SEEN + 1).unwrap_err();
    assert!(told.contains("`after` lists 65 entries, and 64 are the most"), "{told}");
}

#[test]
fn the_largest_no_is_small_enough() {
    let words = |count: usize| "\"".repeat(count).parse::<Text>().unwrap();
    let long = |count: usize| "x".repeat(count);
    let person = format!("{}@example.com", long(crate::name::LONGEST_NAME - 12));
    let name: RequirementName = long(crate::name::LONGEST_NAME).parse().unwrap();
    let path = |it: usize| format!("{it:04}{}", long(crate::name::LONGEST_NAME - 4));
    let project: Project = format!("https://example.com/{}", long(crate::name::LONGEST_TEXT - 20)).parse().unwrap();
    let release: Version = format!("2.7.0-{}", long(crate::name::LONGEST_NAME - 6)).parse().unwrap();
    let mut subjects = Vec::new();
    let size = |all: &[Subject]| room_of_subjects(all.iter().map(|it| &it.path));
    loop {
        let path = path(subjects.len()).parse().unwrap();
        let mut more = subjects.clone();
        more.push(Subject { path, sha256: Digest::of(b"x") });
        if size(&more) > most_for_subjects(&project) {
            break;
        }
        subjects = more;
    }
    assert!(subjects.len() > 50, "{}", subjects.len());
    for act in acts() {
        let act = match act {
            Act::Approve(_) => Act::Approve(SignOff { requirement: name.clone(), subjects: subjects.clone() }),
            Act::Decline(_) => Act::Decline(SignOff { requirement: name.clone(), subjects: subjects.clone() }),
            Act::NotApplicable(_) => {
                Act::NotApplicable(SignOff { requirement: name.clone(), subjects: subjects.clone() })
            }
            Act::Waive { finding, until, .. } => {
                Act::Waive { subjects: subjects.clone(), finding, about: words(crate::name::LONGEST_TEXT), until }
            }
            other => other,
        };
        let statement = Statement {
            act,
            role: Some(long(crate::name::LONGEST_NAME).parse().unwrap()),
            by: person.parse().unwrap(),
            project: project.clone(),
            release: release.clone(),
            reason: Some(words(crate::name::LONGEST_TEXT)),
            after: (0..MOST_SEEN).map(|it| Digest::of(&it.to_be_bytes())).collect(),
            ..approve()
        };
        let bytes = statement.to_string();
        assert!(bytes.len() <= LARGEST_STATEMENT, "{}: {}", statement.act.kind(), bytes.len());
        assert!(Statement::parse(bytes.as_bytes()).is_ok());
    }
}

#[test]
fn has_the_spelling_of_the_contract() {
    let id = Digest::of(b"kb");
    let policy = Digest::of(b"policy");
    assert_eq!(
        approve().to_string(),
        format!(
            "holdpoint = 1\nkind = \"approve\"\nproject = \"https://downloads.example.com/webinar\"\nrelease = \"2.7.0\"\n\
             requirement = \"kb\"\nsubjects = [{{ path = \"kb.md\", sha256 = \"{id}\" }}]\nrole = \"support\"\n\
             by = \"maria@example.com\"\npolicy = \"{policy}\"\nafter = []\nat = 2026-11-21T10:00:00Z\n"
        )
    );
}

#[test]
fn refuses_every_other_spelling() {
    let good = approve().to_string();
    let bad = [
        good.replace("holdpoint = 1", "holdpoint=1"),
        good.replace("role = \"support\"\n", "role = 'support'\n"),
        format!("# a comment\n{good}"),
        format!("{good}\n"),
        good.replace('\n', "\r\n"),
        good.trim_end().to_owned(),
        format!("\u{feff}{good}"),
        good.replace("10:00:00Z", "10:00:00+00:00"),
        good.replace("10:00:00Z", "10:00:00.000Z"),
        good.replace("kind = \"approve\"\n", "kind = \"approve\"\nkind = \"approve\"\n"),
        good.replace("after = []", "after = [ ]"),
        format!("{good}extra = 1\n"),
    ];
    for bad in bad {
        assert!(Statement::parse(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn names_each_file_once_and_at_least_one() {
    let told = |text: String| Statement::parse(text.as_bytes()).unwrap_err();
    let edited = |text: &str, key: &str, edit: &dyn Fn(&str) -> String| {
        let (before, rest) = text.split_once(&format!("{key} = [")).unwrap();
        let (list, after) = rest.split_once("]\n").unwrap();
        format!("{before}{key} = [{}]\n{after}", edit(list))
    };
    let publish = Statement { act: acts().remove(7), ..approve() }.to_string();
    let subjects = "`subjects` is empty, or names a file twice";
    let artifacts = "`artifacts` is empty, or names a file twice";
    for (key, why) in [("subjects", subjects), ("artifacts", artifacts)] {
        assert!(told(edited(&publish, key, &|_| String::new())).contains(why), "{key}");
        assert!(told(edited(&publish, key, &|it| format!("{it}, {it}"))).contains(why), "{key}");
    }
    let shouted = |it: &str| format!("{it}, {}", it.replace("r.exe", "R.EXE"));
    assert!(told(edited(&publish, "artifacts", &shouted)).contains(artifacts));
    let more = |it: &str| format!("{it}, {}, {}", it.replace("r.exe", "s.exe"), it.replace("recorder", "player"));
    assert_eq!(Statement::parse(edited(&publish, "artifacts", &more).as_bytes()).map(|_| ()), Ok(()));
}

#[test]
fn refuses_keys_that_belong_to_another_kind() {
    let bad = approve().to_string().replace("role =", "target = \"x\"\nrole =");
    assert!(Statement::parse(bad.as_bytes()).is_err());
}

#[test]
fn a_hold_says_why() {
    let hold = Statement { act: Act::Hold, role: None, ..approve() };
    assert!(Statement::parse(hold.to_string().as_bytes()).is_err());
}
