//! A reader is out, and somebody holds it: customers who need a reader would be sent to a version that is being looked into.
//!
//! Guard: what is held helps no other release, wherever the hold waits.

use crate::sandbox::Sandbox;
use crate::sandbox::webinar::REC;

/// A player 2.8.0 is out that is the only reader of format 3, and a recorder 2.9.0, signed off, that writes it.
fn depends_on_a_reader(sandbox: Sandbox) -> Sandbox {
    sandbox.publish("2.7.0").exits(0);
    sandbox.declare("2.8.0", &["player"], "schema = 1\n[component.player]\nreads.rec = [\"3\"]\n");
    sandbox.sign_all("2.8.0");
    sandbox.publish("2.8.0").exits(0);
    sandbox.exchange(REC);
    sandbox.declare("2.9.0", &["recorder"], "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n");
    sandbox.holdpoint(&["matrix", "2.9.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.9.0");
    sandbox
}

const HOLD: [&str; 5] = ["hold", "2.8.0", "--reason", "deletes recordings", "--yes"];

#[test]
fn a_reader_that_is_held_is_none_until_the_hold_is_lifted() {
    let sandbox = depends_on_a_reader(Sandbox::signed());
    // The clone remembers how 2.8.0 is out.
    sandbox.check("2.9.0").exits(0);
    sandbox.as_person("eve", &HOLD).exits(0);
    sandbox.check("2.9.0").finds(1, "orphan-format").finds(1, "`player` 2.8.0 would, and it is on hold");
    sandbox.publish("2.9.0").finds(1, "orphan-format");
    let hold = sandbox.id("2.8.0", "kind = \"hold\"");
    sandbox.as_person("eve", &["lift", "2.8.0", &hold, "--reason", "found it", "--yes"]).exits(0);
    sandbox.check("2.9.0").exits(0);
    sandbox.publish("2.9.0").exits(0);
    // Customers are sent to it, and are not once somebody holds it again.
    let stack = || sandbox.holdpoint(&["stack", "--with", "recorder@2.9.0"]).stdout;
    assert!(stack().starts_with("What works with recorder 2.9.0: player 2.8.0."), "{}", stack());
    sandbox.as_person("eve", &HOLD).exits(0);
    assert!(stack().starts_with("Nothing that customers can be sent to works with recorder 2.9.0."), "{}", stack());
    assert!(stack().contains("works; it is on hold"), "{}", stack());
    // Who cannot see what the site lists is told so in the first line.
    std::fs::rename(sandbox.path("site"), sandbox.path("elsewhere")).unwrap();
    let first = |arguments: &[&str]| sandbox.holdpoint(arguments).stdout.lines().next().unwrap().to_owned();
    let questions: [&[&str]; 3] = [
        &["stack", "--with", "recorder@2.9.0"],
        &["can", "player@2.8.0", "open", "recorder@2.9.0"],
        &["why", "recorder@2.9.0", "player@2.8.0"],
    ];
    for question in questions {
        assert!(first(question).ends_with("(downloads not seen from here)"), "{question:?} {}", first(question));
    }
}

#[test]
fn a_reader_that_a_branch_holds_is_none() {
    let sandbox = depends_on_a_reader(Sandbox::with_remote());
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.check("2.9.0").exits(0);
    sandbox.git(&["checkout", "-q", "-b", "holdpoint/hold"]);
    sandbox.as_person("eve", &HOLD).exits(0);
    sandbox.git(&["push", "-q", "origin", "holdpoint/hold"]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "holdpoint/hold"]);
    sandbox.git(&["fetch", "-q", "origin"]);
    sandbox.check("2.9.0").finds(1, "orphan-format").finds(1, "it is on hold");
    sandbox.publish("2.9.0").finds(1, "orphan-format");
    // Authors are told the same of the files in front of them.
    sandbox.holdpoint(&["lint", "2.9.0"]).finds(1, "orphan-format");
    sandbox.git(&["push", "-q", "origin", ":holdpoint/hold"]);
    sandbox.git(&["fetch", "-q", "--prune", "origin"]);
    sandbox.check("2.9.0").exits(0);
}

/// Whoever may push puts junk on the branch of record, under the name of a hold that waits elsewhere.
#[test]
fn junk_under_the_name_of_a_hold_that_waits_takes_nothing_away() {
    let sandbox = depends_on_a_reader(Sandbox::with_remote());
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.git(&["checkout", "-q", "-b", "holdpoint/hold"]);
    sandbox.as_person("eve", &HOLD).exits(0);
    let id = sandbox.id("2.8.0", "kind = \"hold\"");
    sandbox.git(&["push", "-q", "origin", "holdpoint/hold"]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "holdpoint/hold"]);
    sandbox.git(&["fetch", "-q", "origin"]);
    let name = format!("releases/2.8.0/ledger/{id}.toml");
    for junk in [&[name.clone()][..], &[name.clone(), format!("{name}.sig")], &[format!("{name}/junk")]] {
        for file in junk {
            std::fs::create_dir_all(sandbox.path("repo").join(file).parent().unwrap()).unwrap();
            sandbox.write(file, "junk\n");
        }
        sandbox.commit_all("Junk");
        sandbox.check("2.9.0").finds(1, "orphan-format");
        sandbox.publish("2.9.0").finds(1, "orphan-format");
        sandbox.check("2.8.0").finds(4, "bad-entry").finds(4, "held");
        sandbox.git(&["reset", "-q", "--hard", "origin/main"]);
    }
}

/// Whoever may push removes a hold, or changes a byte of it: it is missed, and until it is back nobody is sent there.
#[test]
fn a_reader_whose_hold_was_damaged_or_removed_is_none() {
    let sandbox = depends_on_a_reader(Sandbox::signed());
    sandbox.publish("2.9.0").exits(0);
    sandbox.as_person("eve", &HOLD).exits(0);
    let stack = || sandbox.holdpoint(&["stack", "--with", "recorder@2.9.0"]).stdout;
    let hold = sandbox.entry("2.8.0", "kind = \"hold\"");
    let text = std::fs::read_to_string(&hold).unwrap();
    std::fs::write(&hold, text.replace("deletes", "Deletes")).unwrap();
    sandbox.commit_all("Damage it");
    sandbox.check("2.8.0").finds(4, "bad-entry");
    assert!(stack().starts_with("Nothing that customers can be sent to"), "exit 0: {}", stack());
    std::fs::write(&hold, &text).unwrap();
    let signature = hold.with_extension("toml.sig");
    let armor = std::fs::read(&signature).unwrap();
    // What merely lacks its signature may be a hold more than any other file.
    std::fs::remove_file(&signature).unwrap();
    sandbox.commit_all("Merge it without the signature");
    sandbox.check("2.8.0").finds(4, "bad-entry");
    assert!(stack().starts_with("Nothing that customers can be sent to"), "exit 0: {}", stack());
    std::fs::write(&signature, &armor).unwrap();
    sandbox.commit_all("Restore it");
    // On some systems this is the ledger, too.
    let elsewhere = sandbox.path("repo/releases/2.8.0/Ledger");
    std::fs::create_dir(&elsewhere).unwrap();
    for file in [&hold, &signature] {
        std::fs::rename(file, elsewhere.join(file.file_name().unwrap())).unwrap();
    }
    sandbox.git(&["config", "core.ignoreCase", "false"]);
    sandbox.commit_all("Merge it under another spelling");
    assert!(stack().starts_with("Nothing that customers can be sent to"), "exit 0: {}", stack());
    for file in [&hold, &signature] {
        std::fs::rename(elsewhere.join(file.file_name().unwrap()), file).unwrap();
    }
    std::fs::remove_dir(&elsewhere).unwrap();
    sandbox.commit_all("Put it back");
    std::fs::remove_file(&hold).unwrap();
    std::fs::remove_file(&signature).unwrap();
    sandbox.commit_all("Remove it");
    sandbox.check("2.8.0").finds(4, "history-rewritten");
    assert!(stack().starts_with("Nothing that customers can be sent to"), "exit 0: {}", stack());
}

/// Whatever is signed on a branch, it takes no doubt away that the record has.
#[test]
fn what_waits_on_a_branch_ends_no_doubt() {
    let sandbox = depends_on_a_reader(Sandbox::with_remote());
    let hold = || {
        sandbox.as_person("eve", &HOLD).exits(0);
        let hold = sandbox.entry("2.8.0", "kind = \"hold\"");
        let text = std::fs::read_to_string(&hold).unwrap();
        sandbox.git(&["reset", "-q", "--hard", "HEAD^"]);
        std::fs::write(&hold, text.replace("deletes", "Deletes")).unwrap();
        sandbox.commit_all("Merge it damaged");
    };
    hold();
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.check("2.9.0").finds(1, "orphan-format");
    sandbox.git(&["checkout", "-q", "-b", "aside"]);
    let approval = std::fs::read_to_string(sandbox.entry("2.8.0", "requirement = \"kb\"")).unwrap();
    let who = approval.lines().find_map(|it| it.strip_prefix("by = \"")).unwrap().split('@').next().unwrap().to_owned();
    let at = approval.lines().find(|it| it.starts_with("at = ")).unwrap();
    let again = approval.replace(at, "at = 2026-11-21T00:00:00Z");
    sandbox.forge("2.8.0", &again, &who, "holdpoint/approve@v1");
    sandbox.commit_all("Sign once more");
    sandbox.git(&["push", "-q", "origin", "aside:holdpoint/x"]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "aside"]);
    sandbox.git(&["fetch", "-q"]);
    sandbox.check("2.9.0").finds(1, "orphan-format").finds(1, "holdpoint check 2.8.0");
    sandbox.publish("2.9.0").finds(1, "orphan-format");
    sandbox.check("2.8.0").finds(4, "bad-entry");
}

/// A no to the article of what is out ends with a correction that is signed; what went out stays what it was.
#[test]
fn a_correction_that_is_signed_ends_a_no_to_a_text() {
    let sandbox = depends_on_a_reader(Sandbox::signed());
    let start = sandbox.git(&["rev-parse", "HEAD"]);
    let correct = || {
        sandbox.edit("releases/2.8.0/kb.md", |it| it.replace("\n## Resolution", "\nRead it twice.\n\n## Resolution"));
        sandbox.commit_all("Correct it");
    };
    sandbox.as_person("eve", &["decline", "2.8.0", "kb", "--reason", "a step is missing", "--yes"]).exits(0);
    sandbox.check("2.8.0").finds(1, "declined");
    sandbox.check("2.9.0").finds(1, "orphan-format");
    correct();
    sandbox.sign("2.8.0", "kb", "eve").exits(0);
    sandbox.check("2.8.0").exits(0);
    sandbox.check("2.9.0").exits(0);
    // What was answered stays so, whatever anybody writes next.
    sandbox.edit("releases/2.8.0/kb.md", |it| it.replace("Read it twice.", "Read it."));
    sandbox.commit_all("A letter");
    sandbox.check("2.8.0").exits(0);
    sandbox.check("2.9.0").exits(0);
    sandbox.git(&["reset", "-q", "--hard", start.trim()]);
    let yes = sandbox.entry("2.8.0", "requirement = \"kb\"");
    let text = std::fs::read_to_string(&yes).unwrap();
    let who = text.lines().find_map(|it| it.strip_prefix("by = \"")).unwrap().split('@').next().unwrap().to_owned();
    let id = sandbox.id("2.8.0", "requirement = \"kb\"");
    sandbox.as_person(&who, &["revoke", "2.8.0", &id, "--reason", "a step is missing", "--yes"]).exits(0);
    sandbox.check("2.9.0").finds(1, "orphan-format");
    correct();
    sandbox.sign("2.8.0", "kb", &who).exits(0);
    sandbox.check("2.8.0").exits(0);
    sandbox.check("2.9.0").exits(0);
}

/// An earlier text had its yes before the no, and puts no end to it.
#[test]
fn an_earlier_text_answers_no_later_no() {
    let sandbox = Sandbox::signed();
    sandbox.publish("2.7.0").exits(0);
    sandbox.declare("2.8.0", &["player"], "schema = 1\n[component.player]\nreads.rec = [\"3\"]\n");
    sandbox.sign("2.8.0", "kb", "eve").exits(0);
    let earlier = sandbox.read("releases/2.8.0/kb.md");
    sandbox.edit("releases/2.8.0/kb.md", |it| it.replace("\n## Resolution", "\nRead it twice.\n\n## Resolution"));
    sandbox.commit_all("Change the text");
    sandbox.sign_all("2.8.0");
    sandbox.publish("2.8.0").exits(0);
    let own =
        |it: &&(std::path::PathBuf, String)| it.1.contains("requirement = \"kb\"") && it.1.contains("by = \"maria@");
    let yes = sandbox.entries("2.8.0").iter().find(own).unwrap().0.file_stem().unwrap().to_str().unwrap().to_owned();
    sandbox.as_person("maria", &["revoke", "2.8.0", &yes, "--reason", "deletes recordings", "--yes"]).exits(0);
    let before = sandbox.check("2.8.0");
    assert_eq!(before.code, 3, "{before:#?}");
    sandbox.write("releases/2.8.0/kb.md", &earlier);
    sandbox.commit_all("Restore the earlier text");
    sandbox.check("2.8.0").exits(3);
}

/// A hold waited on a branch and was merged; who has fetched that and not moved yet still knows of it.
#[test]
fn a_hold_that_was_merged_and_fetched_is_not_forgotten() {
    let sandbox = depends_on_a_reader(Sandbox::with_remote());
    sandbox.publish("2.9.0").exits(0);
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.as_person("eve", &HOLD).exits(0);
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.git(&["reset", "-q", "--hard", "HEAD^"]);
    let stack = sandbox.holdpoint(&["stack", "--with", "recorder@2.9.0"]).stdout;
    assert!(stack.starts_with("Nothing that customers can be sent to"), "{stack}");
    sandbox.check("2.8.0").finds(4, "stale-checkout").finds(4, "held");
}

/// It is out, and somebody who answers for it says no to what went out, or withdraws a yes.
#[test]
fn a_reader_that_was_declined_since_is_none() {
    let sandbox = depends_on_a_reader(Sandbox::signed());
    let start = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.check("2.9.0").exits(0);
    sandbox.as_person("ned", &["decline", "2.8.0", "compatibility", "--reason", "reads nothing", "--yes"]).exits(0);
    sandbox.check("2.8.0").finds(1, "declined");
    sandbox.check("2.9.0").finds(1, "orphan-format").finds(1, "was declined");
    sandbox.publish("2.9.0").finds(1, "orphan-format");
    sandbox.git(&["reset", "-q", "--hard", start.trim()]);
    let yes = sandbox.id("2.8.0", "requirement = \"compatibility\"");
    sandbox.as_person("ned", &["revoke", "2.8.0", &yes, "--reason", "wrong bytes", "--yes"]).exits(0);
    sandbox.check("2.9.0").finds(1, "orphan-format");
    sandbox.publish("2.9.0").finds(1, "orphan-format");
}

/// What nobody has any more may be a hold.
#[test]
fn a_reader_with_an_entry_that_nobody_has_is_none() {
    let sandbox = depends_on_a_reader(Sandbox::signed());
    let entry = sandbox.entry("2.8.0", "requirement = \"kb\"");
    let text = std::fs::read_to_string(&entry).unwrap();
    let after = text.lines().find(|it| it.starts_with("after = ")).unwrap();
    let who = text.lines().find_map(|it| it.strip_prefix("by = \"")).unwrap().split('@').next().unwrap().to_owned();
    let forged = text.replace(after, &format!("after = [\"{}\"]", "12".repeat(32)));
    sandbox.forge("2.8.0", &forged, &who, "holdpoint/approve@v1");
    sandbox.commit_all("Sign again");
    sandbox.check("2.8.0").finds(4, "entry-missing");
    sandbox.check("2.9.0").finds(1, "orphan-format");
    sandbox.publish("2.9.0").finds(1, "orphan-format");
}
