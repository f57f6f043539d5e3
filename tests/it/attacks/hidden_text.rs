//! Characters that nobody sees, in the documents that people sign (row 34).

use crate::sandbox::Sandbox;

#[test]
fn a_character_that_cannot_be_seen_is_told_where_it_stands_and_by_every_tool() {
    for file in ["kb.md", "notice.md", "matrix.md"] {
        let sandbox = Sandbox::ready();
        let path = format!("releases/2.7.0/{file}");
        sandbox.edit(&path, |it| format!("{it}\nInstall\u{202e} it.\n"));
        sandbox.sign_all("2.7.0");
        for command in ["lint", "check"] {
            let answer = sandbox.holdpoint(&[command, "2.7.0"]).finds(1, "hidden-text").finds(1, "\\u{202e}");
            assert!(answer.stdout.contains(&format!("{path}:")), "{answer:#?}");
        }
        sandbox.publish("2.7.0").finds(1, "hidden-text");
        assert!(sandbox.site_is_empty());
    }
}

#[test]
fn what_a_script_or_an_emoji_needs_is_no_hidden_character() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nمی\u{200c}خواهم 👩\u{200d}💻 ❤\u{fe0f}\n");
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").exits(0);
}
