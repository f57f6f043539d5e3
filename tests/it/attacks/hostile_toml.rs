//! Duplicate keys, BOM, TOML 1.1, comments in statements, odd white space, floats, huge files, deep nesting, a million
//! entries (row 32): an error with its place, in bounded time and memory.

use crate::sandbox::Sandbox;

#[test]
fn every_fault_of_a_record_comes_out_of_one_run() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/release.toml", |_| {
        "schema = 1\nversion = 2.10\ntitel = \"x\"\nowner = \"dena@example.com\"\ndeputy = \"sam@example.com\"\nplanned = \"soon\"\n\
         support_until = 2028-11-20\n[[component]]\nname = \"Recorder\"\n"
            .to_owned()
    });
    let answer = sandbox.check("2.7.0").finds(4, "bad-record");
    for (line, words) in [
        (2, "2.10 reads as 2.1"),
        (3, "did you mean `title`?"),
        (4, "did you mean `dana@example.com`?"),
        (6, "a date such as"),
        (9, "lower-case letters"),
    ] {
        assert!(answer.stdout.contains(&format!("releases/2.7.0/release.toml:{line}:")), "line {line}: {answer:#?}");
        assert!(answer.stdout.contains(words), "{words}: {answer:#?}");
    }
}

#[test]
fn another_toml_is_refused_with_its_place() {
    type Edit = fn(String) -> String;
    let release = |sandbox: &Sandbox| sandbox.read("releases/2.7.0/release.toml");
    let edits: [(&str, Edit); 6] = [
        ("byte order mark", |it| format!("\u{feff}{it}")),
        ("duplicate key", |it| it.replace("schema = 1\n", "schema = 1\nschema = 1\n")),
        ("is not TOML 1.0", |it| it.replace("title = \"", "title = \"\\x41")),
        ("is not TOML 1.0", |it| it.replace("planned", "x = { a = 1, }\nplanned")),
        ("brackets nest deeper", |it| format!("x = {}{}\n{it}", "[".repeat(5_000), "]".repeat(5_000))),
        ("is larger than", |it| format!("{it}# {}\n", "x".repeat(2 << 20))),
    ];
    for (words, edit) in edits {
        let sandbox = Sandbox::ready();
        let text = edit(release(&sandbox));
        sandbox.edit("releases/2.7.0/release.toml", |_| text);
        // What is not read at all cannot be signed either.
        if words != "is larger than" {
            sandbox.sign_all("2.7.0");
        }
        let answer = sandbox.check("2.7.0").finds(4, "bad-record");
        let told = words == "is larger than" || answer.stdout.contains(words);
        assert!(told, "{words}: {answer:#?}");
    }
}

#[test]
fn a_statement_has_one_spelling() {
    let edits: [fn(&str) -> String; 7] = [
        |it| format!("# a comment\n{it}"),
        |it| it.replace("holdpoint = 1", "holdpoint  = 1"),
        |it| format!("{it}\n"),
        |it| format!("\u{feff}{it}"),
        |it| it.replace('\n', "\r\n"),
        |it| it.replace("kind = \"approve\"", "kind = 'approve'"),
        |it| it.replace("kind = \"approve\"\n", "kind = \"approve\"\nkind = \"approve\"\n"),
    ];
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    let text = super::copied_sign_offs::requested(&sandbox, "2.7.0", "kb", "maria");
    for edit in edits {
        let path = sandbox.forge("2.7.0", &edit(&text), "maria", "holdpoint/approve@v1");
        sandbox.commit_all("Spell it otherwise");
        sandbox.check("2.7.0").finds(4, "bad-entry");
        std::fs::remove_file(&path).unwrap();
        std::fs::remove_file(format!("{}.sig", path.display())).unwrap();
        sandbox.commit_all("Remove it");
    }
    sandbox.check("2.7.0").exits(3);
}

#[test]
fn too_many_artifacts_are_refused() {
    let sandbox = Sandbox::ready();
    let more = |it: u32| {
        let digest = holdpoint_core::digest::Digest::of(&it.to_le_bytes());
        format!("[[artifact]]\ncomponent = \"recorder\"\nfile = \"f{it}\"\nsize = 1\nsha256 = \"{digest}\"\n")
    };
    sandbox.edit("releases/2.7.0/artifacts.toml", |it| it + &(0..10_000).map(more).collect::<String>());
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").finds(4, "bad-record");
    sandbox.edit("releases/2.7.0/artifacts.toml", |_| format!("schema = 1\n{}", "[[artifact]]\n".repeat(60_000)));
    sandbox.check("2.7.0").finds(4, "bad-record");
}

#[test]
fn a_statement_larger_than_any_is_refused() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.write(&format!("releases/2.7.0/ledger/{}.toml", "0".repeat(64)), &"x".repeat(40_000));
    sandbox.commit_all("Add a large one");
    sandbox.check("2.7.0").finds(4, "bad-entry");
}
