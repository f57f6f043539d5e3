use proptest::prelude::*;

use super::*;

/// What a log obeys, found the way that each system finds it: over-strict where they differ.
fn obeyed(output: &str) -> Option<String> {
    output.lines().find_map(|line| {
        let lower = anstream::adapter::strip_str(line).to_string().to_lowercase();
        let begins = ["--- ", "+++ ", "~~~ ", "^^^ "].iter().any(|it| lower.starts_with(it));
        let inside = [
            "##[",
            "##vso[",
            "##teamcity[",
            "section_start:",
            "section_end:",
            "::set-output",
            "::error",
            "%0a",
            "%0d",
            "\r",
        ];
        let found = begins || lower.trim_start().starts_with("::") || inside.iter().any(|it| lower.contains(it));
        (found || line.contains("\u{1b}]") || line.contains('\u{202e}')).then(|| line.to_owned())
    })
}

fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "##",
        "#",
        "[",
        "vso[",
        "task.setvariable",
        "teamcity[",
        "::",
        ":",
        "set-output name=x",
        "ERROR",
        "error",
        "add-mask",
        "%",
        "0A",
        "%0D",
        "\r",
        "\n",
        "\n  ",
        "\t",
        " ",
        "section_start:",
        "section_",
        "end:",
        "--- ",
        "+++ ",
        "^^^ ",
        "~~~",
        "\u{1b}[31m",
        "\u{1b}[0m",
        "\u{1b}]0;x\u{7}",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{200b}",
        "\u{2028}",
        "ü",
        "a",
        "\\",
        "\"",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12).prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn no_text_of_others_is_a_command(text in hostile()) {
        prop_assert_eq!(obeyed(&plain(&text)), None);
        prop_assert_eq!(obeyed(&page(&text.replace(['\r', '\u{1b}', '\u{202e}'], "")).replace("&#37;0", "")), None);
    }

    #[test]
    fn json_says_the_same_and_commands_nothing(text in hostile()) {
        let value = serde_json::json!({ "message": text, "list": [text] });
        let shown = json(&format!("{value:#}\n"));
        prop_assert_eq!(obeyed(&shown), None);
        prop_assert!(!shown.contains("::"), "{}", shown);
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn of_commands_only_the_own_ones_stay(text in hostile()) {
        let data = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
        let shown = workflow(&format!("::error title=held::{data}\n{text}\n"));
        let (first, rest) = shown.split_once('\n').unwrap();
        let own = first.strip_prefix("::error title=held::").unwrap();
        prop_assert_eq!(obeyed(&format!("x{own}\n{rest}")), None);
    }
}

#[test]
fn usual_text_stays_as_it_is() {
    for text in [
        "recorder::main does not open\n",
        "  missing  kb  nobody has signed; std::fs::read\n",
        "## 2.7.0: CLEAR\n\n| a | b |\n| --- | --- |\n",
        "\u{1b}[32mCLEAR\u{1b}[0m  100% of 3 #12 [x] -- y\n",
        "the section_start of a recording\n",
    ] {
        assert_eq!(plain(text), text);
        assert_eq!(workflow(text), text);
    }
}

#[test]
fn a_marker_is_shown_and_broken() {
    assert_eq!(plain("see ##vso[x]\n"), "see #\\u{23}vso[x]\n");
    assert_eq!(plain("  ::debug::x\n"), "  :\\u{3a}debug::x\n");
    assert_eq!(plain("--- a\n"), " --- a\n");
    assert_eq!(json("\"##[x] a::b\""), "\"#\\u0023[x] a:\\u003ab\"");
    assert_eq!(page("##[x"), "#&#35;[x");
}
