//! A terminal recorder whose version 3 writes a format that version 2 cannot play: what the record says of the two versions, and of
//! recordings that they made. `scripts/asciinema` has the programs themselves do it.

use std::fs;

use crate::attacks::founded_with;
use crate::examples::{answers_as_shown, example, text};
use crate::sandbox::Sandbox;

/// The example as a repository: 2.4.0 was out before, 3.0.1 waits for its sign-offs. A file of a few bytes stands for each program.
fn waiting() -> Sandbox {
    let sandbox = founded_with(|it| it + "\n" + &text("asciinema/interface.toml"));
    for version in ["2.4.0", "3.0.1"] {
        let folder = format!("releases/{version}");
        for file in fs::read_dir(example("asciinema").join(&folder)).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            sandbox.write(&format!("{folder}/{name}"), &text(&format!("asciinema/{folder}/{name}")));
        }
        let program = sandbox.path("dist").join(format!("asciinema-{version}"));
        fs::write(&program, format!("asciinema {version}\n")).unwrap();
        sandbox.holdpoint(&["artifacts", version, &format!("asciinema={}", program.display())]).exits(0);
    }
    sandbox.commit_all("Write 2.4.0 and 3.0.1");
    let shelf = sandbox.path("site/asciinema/2.4.0");
    fs::create_dir_all(&shelf).unwrap();
    fs::copy(sandbox.path("dist/asciinema-2.4.0"), shelf.join("asciinema-2.4.0")).unwrap();
    let adopt = ["record", "2.4.0", "--adopt", "--yes", "--reason", "out before the gate"];
    sandbox.as_person("dana", &adopt).exits(0);
    sandbox
}

/// The same with 3.0.1 out, and a recording of each version at hand.
fn out() -> Sandbox {
    let sandbox = waiting();
    sandbox.sign_all("3.0.1");
    sandbox.publish("3.0.1").exits(0);
    for name in ["new.cast", "old.cast"] {
        fs::copy(example("asciinema").join(name), sandbox.path("repo").join(name)).unwrap();
    }
    sandbox
}

#[test]
fn waits_for_nothing_but_sign_offs() {
    let sandbox = waiting();
    let codes: Vec<String> = sandbox.check_json("3.0.1").exits(3).findings().into_iter().map(|it| it.0).collect();
    assert_eq!(codes, ["missing", "missing", "missing"]);
}

#[test]
fn the_matrix_that_is_shown_is_derived() {
    let sandbox = waiting();
    for version in ["2.4.0", "3.0.1"] {
        let derived = sandbox.holdpoint(&["matrix", version]).exits(0).stdout;
        assert_eq!(derived, text(&format!("asciinema/releases/{version}/matrix.md")), "{version}\n{derived}");
    }
}

#[test]
fn is_held_back_where_the_documents_do_not_say_what_to_do() {
    let sandbox = waiting();
    sandbox.edit("releases/3.0.1/kb.md", |it| it.replace("only asciicast v1 and v2 formats can be opened", "an error"));
    sandbox.check("3.0.1").finds(1, "kb-pairs");
    let sandbox = waiting();
    sandbox.edit("releases/3.0.1/notice.md", |it| it.replace(" 2.4.0", ""));
    sandbox.check("3.0.1").finds(1, "notice-pairs");
}

#[test]
fn is_held_back_where_nothing_leads_back() {
    let sandbox = waiting();
    // Without a way to the older format, there is the newer version still; without that, nothing.
    sandbox.edit("releases/3.0.1/compatibility.toml", |it| {
        it.replace("reads.cast = [\"1\", \"2\", \"3\"]", "reads.cast = [\"1\", \"2\"]")
            .replace("writes_on_request", "# ")
            .replace("from = \"3\"\nto = \"2\"", "from = \"2\"\nto = \"1\"")
    });
    let answer = sandbox.check("3.0.1").exits(1);
    assert!(["orphan-format", "no-route"].iter().all(|it| answer.stdout.contains(it)), "{answer:#?}");
}

#[test]
fn answers_what_the_page_shows() {
    assert_eq!(answers_as_shown(&out(), "asciinema/README.md"), 4);
}
