//! When a release is out for others, what is known of it then, and what makes it doubtful.

use super::*;
use crate::content::Content;
use crate::evidence::ReleaseFiles;
use crate::finding::Code;
use crate::past::Past;
use crate::world::World;

/// What is known with these contents in history.
fn known(world: &World, earlier: &[&str]) -> Publicity {
    let earlier = earlier.iter().map(|it| (Digest::of(it.as_bytes()), it.as_bytes().to_vec())).collect();
    Publicity::of(&world.evidence(), &earlier)
}

/// Each statement that it is out: whether it is proven, and whether the owners took it in.
fn outings(world: &World) -> Option<Vec<(bool, bool)>> {
    Some(known(world, &[]).shipped()?.outings.iter().map(|it| (it.is_proven, it.is_adopted)).collect())
}

fn doubts(publicity: &Publicity) -> Vec<(Code, &str)> {
    publicity.doubts().iter().map(|it| (it.code, it.about.as_str())).collect()
}

/// Version 2.7.0, published by the machine.
fn published() -> World {
    let mut world = World::signed();
    world.publish("ci");
    world
}

#[test]
fn what_nobody_says_is_out_is_a_draft() {
    assert!(known(&World::signed(), &[]).is_draft());
    assert_eq!(outings(&World::signed()), None);
}

#[test]
fn what_was_signed_off_or_taken_in_is_proven() {
    assert_eq!(outings(&published()), Some(vec![(true, false)]));
    let mut adopted = World::new();
    adopted.adopt("dana");
    assert_eq!(outings(&adopted), Some(vec![(true, true)]));
}

#[test]
fn whoever_could_publish_is_believed_that_it_is_out_and_nobody_else() {
    let by = |who: &str| {
        let mut world = World::new();
        world.publish(who);
        outings(&world)
    };
    assert_eq!(by("ci"), Some(vec![(false, false)]), "nobody signed it off");
    assert_eq!(by("maria"), None);
    let mut world = World::new();
    world.adopt("maria");
    assert_eq!(outings(&world), None, "the owners take in, nobody else");
}

#[test]
fn whatever_becomes_of_a_file_the_pinned_bytes_say_what_it_was() {
    for file in ["release.toml", "compatibility.toml"] {
        let mut world = published();
        let (before, shipped) = (world.text(file), known(&world, &[]).shipped().unwrap());
        for text in
            [before.clone() + "# more\n", "schema = 1\ncolour = 1\n".to_owned(), "[[[".to_owned(), String::new()]
        {
            world.write(file, &text);
            let lost = known(&world, &[]);
            assert_eq!(doubts(&lost), [(Code::PublishedChanged, format!("releases/2.7.0/{file}").as_str())], "{text}");
            assert!(lost.shipped().unwrap().components.is_empty());
            let wanted = Publicity::wanted(&world.evidence());
            assert_eq!(wanted, [(file.parse().unwrap(), [Digest::of(before.as_bytes())].into())].into());
            let found = known(&world, &[&before]);
            assert_eq!(found.shipped().unwrap(), shipped, "{text}");
            assert!(!found.published().unwrap().is_unchanged());
        }
        world.facts.release_files.remove(file);
        assert_eq!(known(&world, &[&before]).shipped().unwrap(), shipped);
    }
}

#[test]
fn what_says_nothing_to_others_is_looked_for_nowhere() {
    let mut world = published();
    for file in ["matrix.md", "kb.md", "notice.md"] {
        world.append(file, "\nmore\n");
    }
    assert!(Publicity::wanted(&world.evidence()).is_empty());
    assert!(known(&world, &[]).published().unwrap().is_unchanged());
    world.append("artifacts.toml", "\n# more\n");
    assert!(Publicity::wanted(&world.evidence()).is_empty());
    assert!(!known(&world, &[]).published().unwrap().is_unchanged(), "history alone says what was listed");
}

#[test]
fn what_went_out_and_cannot_be_read_is_a_doubt_with_its_place() {
    let mut world = World::new();
    world.write("compatibility.toml", "schema = 1\ncolour = 1\n");
    world.adopt("dana");
    let publicity = known(&world, &[]);
    assert_eq!(doubts(&publicity), [(Code::BadRecord, "releases/2.7.0")]);
    assert_eq!(publicity.doubts()[0].place.as_ref().unwrap().path, "releases/2.7.0/compatibility.toml");
}

#[test]
fn statements_that_pin_different_records_say_nothing() {
    let mut world = World::new();
    let before = world.text("compatibility.toml");
    world.publish("ci");
    world.append("compatibility.toml", "# more\n");
    world.publish("ci");
    let publicity = known(&world, &[&before]);
    assert_eq!(doubts(&publicity), [(Code::PublishedChanged, "releases/2.7.0/compatibility.toml")]);
}

#[test]
fn what_is_alleged_takes_nothing_from_what_is_proven() {
    let mut world = published();
    let shipped = known(&world, &[]).shipped().unwrap();
    world.append("compatibility.toml", "# more\n");
    world.publish("ci");
    let found = known(&world, &[&world.text("compatibility.toml").replace("# more\n", "")]).shipped().unwrap();
    assert_eq!((found.declared, found.components), (shipped.declared, shipped.components));
}

#[test]
fn a_ledger_that_cannot_be_read_is_a_doubt() {
    let named = format!("ledger/{}.toml", "0".repeat(64));
    let signature = format!("{named}.sig");
    let junk = || Content::Plain(b"junk".to_vec());
    for (name, content) in [
        (named.as_str(), junk()),
        (signature.as_str(), junk()),
        (named.as_str(), Content::TooLarge(1 << 40)),
        (named.as_str(), Content::NotPlain("symbolic link")),
        (named.as_str(), Content::Gone),
    ] {
        let mut world = World::signed();
        world.facts.release_files.insert(name.to_owned(), content);
        assert_eq!(doubts(&known(&world, &[])), [(Code::BadEntry, format!("releases/2.7.0/{name}").as_str())]);
    }
    let mut world = published();
    for number in 0..=20_000 {
        world.facts.release_files.insert(format!("ledger/{number}"), Content::Plain(Vec::new()));
    }
    assert_eq!(doubts(&known(&world, &[])), [(Code::BadRecord, "releases/2.7.0/ledger")]);
}

#[test]
fn a_folder_that_cannot_be_read_is_a_doubt() {
    let mut world = published();
    world.facts.release_files = ReleaseFiles::default();
    world.facts.unreadable = vec![Finding::new(Code::BadRecord, "releases/2.7.0", "it holds too many files")];
    assert_eq!(doubts(&known(&world, &[])), [(Code::BadRecord, "releases/2.7.0")]);
    let (exit, codes) = world.verdict();
    assert_eq!((exit, codes.first()), (4, Some(&Code::BadRecord)));
    assert!(!codes.contains(&Code::SubjectMissing), "nobody knows what is in it: {codes:?}");
}

#[test]
fn what_never_was_an_entry_of_this_release_hides_no_publication() {
    let mut world = World::signed();
    for name in ["README.md", "x.toml", "a.sig"] {
        world.facts.release_files.insert(format!("ledger/{name}"), Content::Plain(b"junk".to_vec()));
    }
    assert!(known(&world, &[]).is_draft());
    // Somebody copied the folder of what is out.
    let mut copy = published();
    copy.facts.version = "9.9.9".parse().unwrap();
    assert!(known(&copy, &[]).is_draft());
}

#[test]
fn a_publication_that_is_gone_is_a_doubt() {
    let mut world = World::signed();
    let about = format!("releases/2.7.0/ledger/{}.toml", "1".repeat(64));
    let lost = Finding::new(Code::HistoryRewritten, about.clone(), "the `publish` is gone");
    world.facts.past = Past::looked_at(1, vec![lost]).into();
    assert_eq!(doubts(&known(&world, &[])), [(Code::HistoryRewritten, about.as_str())]);
}

#[test]
fn a_doubt_about_another_release_closes_the_gate() {
    let mut world = World::signed();
    assert_eq!(world.verdict().0, 0);
    world.facts.doubted = vec![Finding::new(Code::BadRecord, "releases/2.6.0/ledger", "it is full of junk")];
    assert_eq!(world.verdict(), (4, vec![Code::BadRecord]));
    world.facts.doubted.clear();
    world.publish("ci");
    world.facts.doubted = vec![Finding::new(Code::BadRecord, "releases/2.6.0/ledger", "it is full of junk")];
    assert_eq!(world.verdict().0, 0, "what is out stays out");
}

/// The title of the article that customers are shown, with these contents in history.
fn article(world: &World, earlier: &[&str]) -> Option<String> {
    let evidence = world.evidence();
    let earlier = earlier.iter().map(|it| (Digest::of(it.as_bytes()), it.as_bytes().to_vec())).collect();
    let publicity = Publicity::of(&evidence, &earlier);
    let texts = publicity.published().unwrap().texts(&evidence, &earlier);
    texts.article.map(|it| it.title().value.to_string())
}

#[test]
fn a_text_is_shown_as_it_was_last_signed_off() {
    let mut world = published();
    let pinned = world.text("kb.md");
    let titled = |title: &str| {
        let lines = pinned
            .lines()
            .map(|it| if it.starts_with("title") { format!("title = \"{title}\"") } else { it.to_owned() });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    };
    let before = article(&world, &[]);
    assert!(before.is_some());
    let (better, worse) = (titled("Better"), titled("Call this number"));
    world.write("kb.md", &worse);
    assert_eq!(article(&world, &[]), None, "what was published is lost");
    assert_eq!(article(&world, &[&pinned]), before);
    world.write("kb.md", &better);
    world.approve("kb", "maria");
    assert_eq!(article(&world, &[&pinned]).as_deref(), Some("Better"));
    world.write("kb.md", &worse);
    assert_eq!(article(&world, &[&pinned, &better]).as_deref(), Some("Better"));
    world.approve("kb", "mallory");
    assert_eq!(article(&world, &[&pinned, &better]).as_deref(), Some("Better"));
    world.write("kb.md", &better);
    world.decline("kb", "eve");
    assert_eq!(article(&world, &[&pinned]), before, "a no about the correction");
}

#[test]
fn what_is_written_into_a_file_that_is_out_is_quoted_nowhere() {
    for (file, text) in [
        ("release.toml", "zanzibar = 1\n"),
        ("artifacts.toml", "[[[ zanzibar\n"),
        ("compatibility.toml", "schema = 1\nzanzibar = 1\n"),
        ("kb.md", "zanzibar\n"),
        ("notice.md", "+++\nzanzibar = 1\n+++\n"),
    ] {
        let mut world = published();
        world.write(file, text);
        let quoted = |findings: &[Finding]| format!("{findings:?}").contains("zanzibar");
        let decision = world.check();
        assert_eq!(decision.verdict.exit_code(), 4, "{file}");
        assert!(!quoted(&decision.findings), "{file}: {:?}", decision.findings);
        assert!(!quoted(&crate::decide::faults(&world.evidence())), "{file}");
        assert!(decision.findings.iter().any(|it| it.code == Code::PublishedChanged && it.about == file), "{file}");
        assert!(quoted(&crate::decide::lint(&world.evidence())), "whoever writes it is shown where: {file}");
        // What is not out yet is judged as it lies there.
        let mut draft = World::signed();
        draft.write(file, text);
        assert!(quoted(&draft.check().findings), "{file}");
    }
}

#[test]
fn nobody_is_made_to_answer_for_what_is_out_by_an_edit() {
    let who = |world: &World| -> Vec<String> {
        let found = world.check().findings.into_iter().find(|it| it.code == Code::PublishedChanged).unwrap();
        found.who.iter().map(ToString::to_string).collect()
    };
    let mut world = published();
    world.append("matrix.md", "\nmore\n");
    let before = who(&world);
    let edited = world
        .text("release.toml")
        .replace("owner = \"dana@", "owner = \"kim@")
        .replace("deputy = \"sam@", "deputy = \"ned@");
    assert_ne!(edited, world.text("release.toml"));
    world.write("release.toml", &edited);
    assert_eq!(who(&world), before);
}
