//! `holdpoint identify`: what a file is, in words that can be read to a customer.

use std::fs;

use holdpoint_core::digest::Digest;
use snapbox::str;

use crate::sandbox::{Answer, RECORDER, Sandbox, same};

/// What the recorder writes and the player opens, with a mark of each kind.
const REC: &str = "\n[[interface]]\nname = \"rec\"\ntitle = \"Recording file (.rec)\"\nkind = \"file\"\nwriters = [\"recorder\"]\n\
    readers = [\"player\"]\nkeep_readable = \"all\"\nevidence = \"declared\"\nidentify = [\n\
    \x20 { format = \"1\", hex = \"524543\" },\n  { format = \"2\", hex = \"52454332\" },\n\
    \x20 { format = \"3\", json_key = \"version\", equals = \"3\" },\n\
    \x20 { format = \"4\", xml_attribute = \"version\", element = \"recording\", equals = \"4\" },\n\
    \x20 { format = \"5\", zip_member = \"rec/5.json\" },\n]\n";

/// Recorder 2.6.0 writes format 1 and, when asked to, 2; player 2.7.0 opens 3, and 2 without captions. Both are out. Recorder 2.8.0,
/// which is not, writes format 5.
fn world() -> Sandbox {
    world_with("")
}

/// The same, with more in what 2.6.0 declares.
fn world_with(tests: &str) -> Sandbox {
    let sandbox = Sandbox::founded();
    sandbox.release("2.6.0", b"recorder 2.6.0\n");
    let older = "schema = 1\n[component.recorder]\nwrites.rec = [\"1\"]\nwrites_on_request.rec = [\"2\"]\n";
    sandbox.edit("releases/2.6.0/compatibility.toml", |_| format!("{older}{tests}"));
    sandbox.release("2.7.0", RECORDER);
    sandbox.edit("releases/2.7.0/release.toml", |it| it + "[[component]]\nname = \"player\"\n");
    fs::write(sandbox.path("dist/player-2.7.0.bin"), "player\n").unwrap();
    let player = "[[artifact]]\ncomponent = \"player\"\nfile = \"player-2.7.0.bin\"\nsize = 7\n";
    let player = format!("{player}sha256 = \"{}\"\n", Digest::of(b"player\n"));
    sandbox.edit("releases/2.7.0/artifacts.toml", |it| it + &player);
    let reads = "[component.player]\nreads.rec = [\"2\", \"3\"]\ndegraded.rec = { \"2\" = \"no captions\" }\n";
    sandbox.edit("releases/2.7.0/compatibility.toml", |it| it + reads);
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("recorder 2.7.0", "recorder 2.7.0, player 2.7.0"));
    for version in ["2.6.0", "2.7.0"] {
        sandbox.sign_all(version);
        sandbox.publish(version).exits(0);
    }
    // What went out before the policy told anything of formats is out.
    sandbox.adopt_policy(&["dana"], |it| it + REC, same);
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.edit("releases/2.8.0/compatibility.toml", |it| it.replace("\"3\"", "\"5\""));
    sandbox
}

/// The first line of an answer.
fn first(answer: &Answer) -> &str {
    answer.stdout.lines().next().unwrap_or_default()
}

/// Asks about a file with these bytes.
fn identify(sandbox: &Sandbox, name: &str, bytes: &[u8], more: &[&str]) -> Answer {
    fs::write(sandbox.path("home").join(name), bytes).unwrap();
    let path = format!("../home/{name}");
    sandbox.holdpoint(&[&["identify", &path], more].concat())
}

/// An archive with these members, made by hand: each is empty.
fn zip(members: &[String]) -> Vec<u8> {
    let mut directory = Vec::new();
    for name in members {
        directory.extend(b"PK\x01\x02");
        directory.extend([0; 24]);
        directory.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        directory.extend([0; 16]);
        directory.extend(name.as_bytes());
    }
    let mut end = b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff".to_vec();
    end.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    end.extend([0; 6]);
    [b"PK\x03\x04".to_vec(), directory, end].concat()
}

#[test]
fn a_published_file_is_known_by_its_bytes_whatever_it_is_called() {
    let sandbox = Sandbox::published();
    identify(&sandbox, "download (1)", RECORDER, &[]).shows(str![[r#"
exit 0
-- stdout
This is recorder-2.7.0.bin of recorder 2.7.0, which is out since [TODAY] (downloads).

  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID]

next: holdpoint status 2.7.0   (what is known of it)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    let known = identify(&sandbox, "download (1)", RECORDER, &["--customer"]).exits(0);
    assert_eq!(known.stdout.lines().count(), 3, "{known:#?}");
    let json = identify(&sandbox, "x", RECORDER, &["--format", "json"]).exits(0).json();
    assert_eq!((&json["result"], &json["recorded"][0]["state"]), (&"bytes".into(), &"published".into()));
}

#[test]
fn a_published_name_with_other_bytes_is_said_loudly() {
    let sandbox = Sandbox::published();
    identify(&sandbox, "Recorder-2.7.0.bin", b"recorder 2.7.1\n", &[]).shows(str![[r#"
exit 4
-- stdout
This is NOT the file that was published: recorder-2.7.0.bin of recorder 2.7.0 has other bytes.

  this one    15 bytes, sha256 [ID]
  recorded    recorder-2.7.0.bin, 15 bytes, sha256 [ID]
              of recorder 2.7.0, which is out since [TODAY] (downloads)
  careful     do not open or install this one; download it again and ask again
  ask         dana@example.com or sam@example.com; they can find out

next: holdpoint audit   (whether the sites hold what was published)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    let customer = identify(&sandbox, "recorder-2.7.0.bin", b"virus", &["--customer"]).exits(4).lacks("@example.com");
    assert!(first(&customer).starts_with("This is NOT the file that was published: "), "{customer:#?}");
    let json = identify(&sandbox, "recorder-2.7.0.bin", b"virus", &["--format", "json"]).exits(4).json();
    assert_eq!((&json["result"], &json["file"]["size"]), (&"other-bytes".into(), &5.into()));
    assert_eq!(json["file"]["sha256"], serde_json::Value::Null, "nothing of that size is recorded");
}

#[test]
fn bytes_and_names_are_looked_up_without_a_file() {
    let sandbox = Sandbox::published();
    let digest = Digest::of(RECORDER).to_string();
    let known = "This is recorder-2.7.0.bin of recorder 2.7.0, which is out since ";
    for asked in [digest.clone(), format!("sha256:{digest}"), digest.to_uppercase()] {
        let answer = sandbox.holdpoint(&["identify", &asked]).exits(0);
        assert!(first(&answer).starts_with(known), "{answer:#?}");
    }
    let answer = sandbox.holdpoint(&["identify", "recorder-2.7.0.bin"]).exits(0);
    assert!(first(&answer).starts_with("recorder-2.7.0.bin is a file of recorder 2.7.0, which is out since "));
    assert!(first(&answer).ends_with("; no bytes were compared."), "{answer:#?}");
    let other = Digest::of(b"other").to_string();
    let answer = sandbox.holdpoint(&["identify", &other]).exits(4);
    assert_eq!(first(&answer), "Nobody has recorded a file with these bytes.");
    assert!(answer.stdout.contains("dana@example.com or sam@example.com; they can find out"), "{answer:#?}");
    let answer = sandbox.holdpoint(&["identify", "recorder-2.9.0.bin"]).exits(4);
    assert_eq!(first(&answer), "Nobody has recorded a file called recorder-2.9.0.bin.");
}

#[test]
fn what_is_not_out_is_told_at_the_desk_and_to_no_customer() {
    let sandbox = world();
    let bytes = b"recorder 2.8.0\n";
    let answer = identify(&sandbox, "x", bytes, &[]).exits(0);
    assert_eq!(first(&answer), "This is recorder-2.8.0.bin of recorder 2.8.0, which is not out.");
    let (digest, unknown) = (Digest::of(bytes).to_string(), Digest::of(b"?").to_string());
    for (inside, nothing) in [(digest.as_str(), unknown.as_str()), ("recorder-2.8.0.bin", "recorder-9.9.0.bin")] {
        let told = |it: &str| {
            let answer = sandbox.holdpoint(&["identify", it, "--customer"]).exits(4);
            let json = sandbox.holdpoint(&["identify", it, "--customer", "--format", "json"]).exits(4);
            (answer.stdout.replace(it, "IT"), json.stdout.replace(it, "IT"))
        };
        assert_eq!(told(inside), told(nothing));
    }
    let archive = zip(&["rec/5.json".to_owned()]);
    let answer = identify(&sandbox, "a.rec", &archive, &[]).exits(0);
    assert!(answer.stdout.contains("written by  recorder 2.8.0 (not out), as declared\n"), "{answer:#?}");
    identify(&sandbox, "a.rec", &archive, &["--customer"]).exits(0).lacks("2.8.0");
}

#[test]
fn each_kind_of_signature_tells_the_format_who_writes_it_and_who_opens_it() {
    let sandbox = world();
    identify(&sandbox, "meeting.rec", b"{\"version\": 3, \"width\": 80}\n[0.1, \"o\", \"x\"]\n", &[]).shows(str![[
        r#"
exit 0
-- stdout
This looks like format 3 of Recording file (.rec).

  written by  recorder 2.7.0, as declared
  opened by   player 2.7.0, as declared

from commit [COMMIT7] of [TODAY], policy 2

"#
    ]]);
    let told = |bytes: &[u8]| {
        let answer = identify(&sandbox, "meeting.rec", bytes, &["--customer"]).exits(0);
        answer.stdout.lines().map(str::trim).collect::<Vec<_>>().join("|")
    };
    let xml = "\u{feff}<?xml version=\"1.0\"?><!-- x --><r:recording xmlns:r=\"urn:r\" version=\"4\"/>";
    let nobody = "|written by  nothing that is recorded|opened by   nothing that is out";
    assert_eq!(told(xml.as_bytes()), format!("This looks like format 4 of Recording file (.rec).|{nobody}"));
    assert_eq!(
        told(&zip(&["rec/5.json".to_owned()])),
        format!("This looks like format 5 of Recording file (.rec).|{nobody}")
    );
    let both = told(b"REC2....");
    assert!(
        both.starts_with(
            "This looks like both: format 2 of Recording file (.rec) and format 1 of Recording file (.rec).|"
        ),
        "{both}"
    );
    assert!(both.contains("recorder 2.6.0 (when asked to), as declared"), "{both}");
    assert!(both.contains("player 2.7.0 (no captions), as declared"), "{both}");
}

#[test]
fn a_test_that_failed_is_said_of_the_reader_and_of_nobody_else() {
    let pair = "[[tested]]\nreader = \"player@2.7.0\"\ninterface = \"rec\"\nresult = \"fails\"\nwriter = ";
    let sandbox = world_with(&format!("{pair}\"recorder@2.7.0\"\n{pair}\"recorder@2.6.0\"\n"));
    let told = |bytes: &[u8]| identify(&sandbox, "meeting.rec", bytes, &[]).exits(0).stdout;
    let three = told(b"{\"version\": 3}\n");
    assert!(
        three.contains("opened by   player 2.7.0 (failed with what recorder 2.7.0 wrote), as declared\n"),
        "{three}"
    );
    assert!(three.contains("written by  recorder 2.7.0, as declared\n"), "{three}");
    // Recorder 2.6.0 writes format 2 only when asked to, and so the test was of format 1.
    assert!(told(b"REC2").contains("player 2.7.0 (no captions), as declared\n"));
}

#[test]
fn what_nobody_knows_is_said_as_unknown_with_who_can_find_out() {
    let sandbox = world();
    identify(&sandbox, "meeting.rec", b"something", &[]).shows(str![[r#"
exit 4
-- stdout
Nobody has recorded this file, and it looks like no known format.

  ask         dana@example.com or sam@example.com; they can find out

next: holdpoint status   (all that is recorded)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
    identify(&sandbox, "meeting.rec", b"something", &["--customer"]).shows(str![[r#"
exit 4
-- stdout
Nothing that is out is this file, and it looks like no known format.

"#]]);
}

#[test]
fn what_is_no_file_and_no_name_is_bad_usage() {
    let sandbox = Sandbox::published();
    for asked in [".", "/dev/zero", "sha256:12", "./gone.rec", "gone/gone.rec"] {
        let answer = sandbox.holdpoint(&["identify", asked]).exits(2);
        assert!(answer.stderr.contains("hint: name"), "{answer:#?}");
    }
    sandbox.run("repo", std::process::Command::new("mkfifo").arg("pipe"));
    sandbox.holdpoint(&["identify", "pipe"]).finds(2, "a pipe");
}

#[test]
fn a_hostile_file_is_looked_at_and_no_more() {
    let sandbox = world();
    let names: Vec<String> = (0..65_535).map(|it| format!("rec/{it}.json")).collect();
    let archive = zip(&names);
    assert!(first(&identify(&sandbox, "many.rec", &archive, &[]).exits(0)).contains("format 5 "));
    let cut = identify(&sandbox, "cut.rec", &archive[..archive.len() - 9], &[]).exits(4);
    assert!(cut.stdout.contains("begins like a ZIP archive and has no directory at its end"), "{cut:#?}");
    let deep = format!("{{\"a\": {}", "[".repeat(900_000));
    identify(&sandbox, "deep.rec", deep.as_bytes(), &[]).exits(4);
    let entities =
        "<!DOCTYPE r [<!ENTITY a \"&b;&b;\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]><recording version=\"&a;\"/>";
    identify(&sandbox, "bomb.rec", entities.as_bytes(), &[]).exits(4).lacks("root:");
    let shown = identify(&sandbox, "a\u{1b}[31m\u{202e}.rec", b"?", &[]).exits(4);
    shown.lacks("\u{1b}[31m").lacks("\u{202e}");
    let name = sandbox.holdpoint(&["identify", "a\u{1b}[31m\u{202e}.rec"]).exits(4);
    assert!(first(&name).contains("\\u{1b}"), "{name:#?}");
    name.lacks("\u{202e}");
}

#[test]
fn ten_gibibytes_are_told_by_their_first_bytes() {
    let sandbox = world();
    let file = fs::File::create(sandbox.path("home/huge.rec")).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, b"REC1", 0).unwrap();
    file.set_len(10 << 30).unwrap(); // a hole, which takes no room
    let answer = sandbox.holdpoint(&["identify", "../home/huge.rec"]).exits(0);
    assert_eq!(first(&answer), "This looks like format 1 of Recording file (.rec).");
}

#[test]
fn an_old_record_says_so_in_the_first_line_and_one_with_faults_below() {
    let sandbox = Sandbox::published();
    fs::remove_dir_all(sandbox.path("site")).unwrap();
    let answer = sandbox.holdpoint(&["identify", "recorder-2.7.0.bin", "--at", "HEAD~1"]).exits(0);
    assert!(first(&answer).contains("which is not out; no bytes were compared. (as of commit "), "{answer:#?}");
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.edit("releases/2.8.0/artifacts.toml", |it| it + "?\n");
    let answer = sandbox.holdpoint(&["identify", "recorder-2.8.0.bin"]).exits(4);
    assert!(answer.stdout.contains("the record of 2.8.0 has faults: files of it may be missing here"), "{answer:#?}");
    assert!(answer.stdout.contains("holdpoint check 2.8.0"), "{answer:#?}");
    sandbox.edit("policy/0001/policy.toml", |it| it + "?\n");
    let answer = sandbox.holdpoint(&["identify", "recorder-2.7.0.bin"]).exits(4);
    assert!(first(&answer).starts_with("It cannot be told what this is: the policy here cannot be relied on."));
    let customer = sandbox.holdpoint(&["identify", "recorder-2.7.0.bin", "--customer"]).exits(4);
    assert_eq!(customer.stdout.lines().count(), 1, "{customer:#?}");
}

#[test]
fn what_no_site_shows_yet_is_on_its_way() {
    let sandbox = Sandbox::begun();
    let answer = identify(&sandbox, "x", RECORDER, &[]).exits(0);
    assert!(
        first(&answer).ends_with("which is on its way and not out yet: downloads does not list it."),
        "{answer:#?}"
    );
    let customer = identify(&sandbox, "x", RECORDER, &["--customer"]).exits(4);
    assert_eq!(customer.stdout, "Nothing that is out is this file, and it looks like no known format.\n");
}

#[test]
fn what_a_site_lists_and_nobody_recorded_is_said_with_care() {
    let sandbox = Sandbox::published();
    let (index, file) = ("releases.json", "recorder-2.7.0.bin");
    let bytes = fs::read(sandbox.path("site").join(index)).unwrap();
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let lists = "This is recorder-2.7.0.bin of recorder 2.7.0, which downloads lists";
    let answer = identify(&sandbox, "x", RECORDER, &[]).exits(4);
    assert_eq!(first(&answer), format!("{lists}, and no publication of it is recorded."));
    assert!(answer.stdout.contains("next: holdpoint audit "), "{answer:#?}");
    let customer = identify(&sandbox, "x", RECORDER, &["--customer"]).exits(4).lacks("@example.com");
    assert_eq!(first(&customer), format!("{lists}; whether it is to be used is being found out."));
    // Also where no release of that version is recorded at all.
    fs::remove_dir_all(sandbox.path("repo/releases/2.7.0")).unwrap();
    sandbox.commit_all("Forget it");
    fs::write(sandbox.path("site").join(index), bytes).unwrap();
    let json = sandbox.holdpoint(&["identify", file, "--format", "json"]).exits(4).json();
    assert_eq!((&json["recorded"][0]["state"], &json["recorded"][0]["out"]), (&"unrecorded".into(), &().into()));
}

#[test]
fn a_publication_that_is_not_proven_leaves_it_open_whether_it_is_out() {
    let sandbox = Sandbox::published();
    fs::remove_dir_all(sandbox.path("site")).unwrap();
    let kb = sandbox.entry("2.7.0", "requirement = \"kb\"");
    fs::remove_file(&kb).unwrap();
    sandbox.commit_all("Lose a sign-off");
    let answer = identify(&sandbox, "x", RECORDER, &[]).exits(4);
    let wanted = "This is recorder-2.7.0.bin of recorder 2.7.0, and whether that is out cannot be told.";
    assert_eq!(first(&answer), wanted);
    identify(&sandbox, "x", RECORDER, &["--customer"]).exits(4).lacks("2.7.0");
}
