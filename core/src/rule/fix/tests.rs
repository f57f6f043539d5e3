//! What is added, where, and that nothing else changes.

use proptest::prelude::*;

use super::*;
use crate::document::{Notice, Words};
use crate::name::{ComponentName, Version};
use crate::rule::sample::{KB, NOTICE, Sample};

fn done(paper: Paper, before: Option<&str>, paragraphs: &[Paragraph]) -> Result<Fix, Problems> {
    under(&Levels::default(), paper, before, paragraphs)
}

fn under(levels: &Levels, paper: Paper, before: Option<&str>, paragraphs: &[Paragraph]) -> Result<Fix, Problems> {
    let components: Vec<(ComponentName, Version)> =
        [("recorder", "2.7.0"), ("player", "3.1.0")].map(|it| (it.0.parse().unwrap(), it.1.parse().unwrap())).into();
    let skeleton = Skeleton {
        version: &"2.7.0".parse().unwrap(),
        title: &"The \"Webinar\"".parse().unwrap(),
        planned: "2026-11-20".parse().unwrap(),
        components: &components,
        words: &Words::default(),
    };
    complete(paper, paper.file(), before.map(str::as_bytes), &Wanted { skeleton, levels, paragraphs })
}

fn article(before: &str) -> Fix {
    done(Paper::Article, Some(before), &[]).unwrap()
}

fn notice(before: &str) -> Fix {
    done(Paper::Notice, Some(before), &[]).unwrap()
}

/// The lines that were added and say something, with their numbers.
fn added(fix: &Fix) -> Vec<(usize, String)> {
    let lines =
        |it: &Insertion| it.text.lines().enumerate().map(|(at, text)| (it.line + at, text.to_owned())).collect();
    let all: Vec<(usize, String)> =
        fix.insertions.iter().flat_map(|it| -> Vec<(usize, String)> { lines(it) }).collect();
    for (line, text) in &all {
        assert_eq!(fix.text.lines().nth(line - 1), Some(text.as_str()), "each line stands where it is said to stand");
    }
    all.into_iter().filter(|it| !it.1.is_empty()).collect()
}

fn texts(fix: &Fix) -> Vec<String> {
    added(fix).into_iter().map(|it| it.1).collect()
}

/// Every line of `before` stands in `after`, in its order.
fn keeps(before: &str, after: &str) -> bool {
    let mut rest = after.lines();
    before.lines().all(|line| rest.any(|it| it == line))
}

#[test]
fn what_is_whole_stays_as_it_is() {
    for (paper, text) in [(Paper::Article, KB), (Paper::Notice, NOTICE)] {
        let fix = done(paper, Some(text), &[]).unwrap();
        assert_eq!((fix.text.as_str(), fix.insertions.len()), (text, 0));
    }
}

#[test]
fn a_missing_document_is_written_whole() {
    for paper in Paper::ALL {
        let fix = done(paper, None, &[]).unwrap();
        assert_eq!(fix.insertions, [Insertion { line: 1, text: fix.text.clone() }]);
        assert!(fix.text.contains("TODO") && fix.text.starts_with("+++\nschema = 1\n"));
    }
    Article::parse("kb.md", done(Paper::Article, None, &[]).unwrap().text.as_bytes()).unwrap();
    let notice = Notice::parse("notice.md", done(Paper::Notice, None, &[]).unwrap().text.as_bytes()).unwrap();
    assert_eq!(notice.title().value.as_str(), "The \"Webinar\" 2.7.0");
}

#[test]
fn a_missing_section_is_written_where_it_belongs() {
    let before = KB.replace("## Environment\n\nRecorder 2.7.0\n\n", "");
    let fix = article(&before);
    let lines = ["## Environment", "- recorder 2.7.0", "- player 3.1.0", "TODO: on which systems, with which settings"];
    assert_eq!(texts(&fix), lines);
    assert!(fix.text.contains("It fails.\n\n## Environment\n\n- recorder"), "{}", fix.text);
    assert!(fix.text.contains("settings\n\n## Resolution\n"), "{}", fix.text);
}

#[test]
fn several_missing_sections_keep_their_order_and_an_end_without_a_line_break_gets_one() {
    let before = NOTICE.split("## From when").next().unwrap().trim_end();
    let headings: Vec<String> = texts(&notice(before)).into_iter().filter(|it| it.starts_with('#')).collect();
    assert_eq!(headings, ["## From when", "## What to do", "## Where to get help"]);
}

#[test]
fn an_empty_section_is_filled_and_its_heading_kept() {
    for (heading, line) in [("## Resolution", 18), ("Resolution\n---", 19), ("## Resolution\n\n### Steps\n", 18)] {
        let before = KB.replace("## Resolution\nWait for it.\n", heading);
        assert_eq!(
            added(&article(&before)),
            [(line, "1. TODO: the steps that solve the case".to_owned())],
            "{heading}"
        );
    }
}

#[test]
fn a_section_that_a_heading_could_be_meant_for_is_left_to_its_author() {
    for heading in ["## Enviroment", "### Environment", "> ## Environment"] {
        assert_eq!(texts(&article(&KB.replace("## Environment", heading))), [""; 0], "{heading}");
    }
}

#[test]
fn a_missing_contact_is_added_to_the_front_matter() {
    let fix = article(&KB.replace("contact = \"Lee\"\n", ""));
    assert_eq!(added(&fix), [(6, "contact = \"TODO: whom an agent asks who is stuck\"".to_owned())]);
    let fix = notice(&NOTICE.replace("contact = \"Lee\"\n", ""));
    assert_eq!(added(&fix), [(6, "contact = \"TODO: where customers reach you\"".to_owned())]);
    let section = KB.replace("contact = \"Lee\"\n", "") + "\n## Contact\n\nLee\n";
    assert_eq!(texts(&article(&section)), [""; 0]);
}

#[test]
fn a_contact_that_names_nobody_gets_a_section() {
    let lines = ["## Contact", "TODO: whom an agent asks who is stuck"];
    assert_eq!(texts(&article(&KB.replace("\"Lee\"", "\"n/a\""))), lines);
    let both = KB.replace("\"Lee\"", "\"n/a\"").replace("title = \"Recording fails\"\n", "");
    assert_eq!(texts(&article(&both))[1..], lines);
}

#[test]
fn front_matter_that_is_missing_is_written_above_the_text() {
    let fix = notice(NOTICE.split("+++\n").nth(2).unwrap());
    assert_eq!(added(&fix).len(), 7);
    let notice = Notice::parse("notice.md", fix.text.as_bytes()).unwrap();
    assert_eq!(notice.date().value, "2026-11-20".parse().unwrap());
    assert!(fix.text.contains("# TODO: the day from which it holds"), "{}", fix.text);
}

#[test]
fn a_section_without_a_day_gets_one_to_be_confirmed() {
    let day = "TODO: from which day on; 2026-11-20 is planned";
    for (when, line) in [("In autumn.", 20), ("`2026-11-20`", 20), ("", 19)] {
        let fix = notice(&NOTICE.replace("20 November 2026\n", &format!("{when}\n")));
        assert_eq!(added(&fix), [(line, day.to_owned())], "{when}");
    }
    // Which day is right, somebody knows who reads it.
    assert_eq!(texts(&notice(&NOTICE.replace("20 November", "11/20/2026 or 31 April"))), [""; 0]);
}

#[test]
fn a_paragraph_is_added_to_its_section_once() {
    let paragraph = |text: &str| Paragraph { section: SectionName::Resolution, text: text.to_owned() };
    let own = [paragraph("TODO: recorder 2.7.0 with player 2.4.0:\ninstall player 3.1.0"), paragraph("Wait for it.")];
    let fix = done(Paper::Article, Some(&format!("{KB}\n## Cause\nx\n")), &own).unwrap();
    assert_eq!(texts(&fix), own[0].text.lines().collect::<Vec<_>>());
    assert!(fix.text.contains("install player 3.1.0\n\n## Cause\n"), "{}", fix.text);
    let missing = done(Paper::Article, Some(&KB.replace("## Resolution", "# Else")), &own).unwrap();
    assert!(missing.text.ends_with("## Resolution\n\n1. TODO: the steps that solve the case\n\nTODO: recorder 2.7.0 with player 2.4.0:\ninstall player 3.1.0\n\nWait for it.\n"), "{}", missing.text);
}

#[test]
fn line_ends_are_those_of_the_file() {
    let before = KB.replace("contact = \"Lee\"\n", "").replace("## Issue\nIt fails.\n", "").replace('\n', "\r\n");
    let fix = article(&before);
    assert_eq!(texts(&fix).len(), 3);
    assert_eq!(fix.text.matches('\n').count(), fix.text.matches("\r\n").count());
}

#[test]
fn what_would_be_swallowed_is_refused_with_its_place() {
    for open in ["```\ncode\n", "<!--\nnot yet\n", "<pre>\n"] {
        let before = KB.replace("## Resolution\nWait for it.\n", open);
        let problems = done(Paper::Article, Some(&before), &[]).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert!(problems[0].message.contains("is left open"), "{open}: {problems:?}");
    }
    for (before, message) in [
        ("---\ntitle: x\n---\n", "the front matter is not TOML"),
        ("+++\ntitle = \"x\"\n", "the front matter has no end"),
        ("+++\ntitle =\n+++\n", ""),
    ] {
        let problems = done(Paper::Article, Some(before), &[]).unwrap_err();
        assert!(problems[0].message.contains(message), "{before}: {problems:?}");
    }
    let table = KB.replace("contact = \"Lee\"\n", "[more]\n");
    assert!(done(Paper::Article, Some(&table), &[]).is_err());
}

#[test]
fn what_no_rule_asks_for_is_not_added() {
    let off = Levels::new([Code::KbSections, Code::KbContact, Code::NoticeDate].map(|it| (it, Level::Off)));
    let bare = KB.replace("contact = \"Lee\"\n", "").replace("## Environment", "## Else");
    assert_eq!(article(&bare).insertions.len(), 2);
    assert_eq!(under(&off, Paper::Article, Some(&bare), &[]).unwrap().text, bare);
    let undated = NOTICE.replace("20 November 2026", "In autumn");
    assert_eq!(under(&off, Paper::Notice, Some(&undated), &[]).unwrap().text, undated);
    // Without it a notice cannot be read at all.
    let unreachable = NOTICE.replace("contact = \"Lee\"\n", "");
    assert_eq!(under(&off, Paper::Notice, Some(&unreachable), &[]).unwrap().insertions.len(), 1);
    let nobody = KB.replace("\"Lee\"", "\"n/a\"");
    assert_eq!(under(&off, Paper::Article, Some(&nobody), &[]).unwrap().text, nobody);
}

/// Pieces of which a document is put together, so that every gap comes up.
const PIECES: [&str; 16] = [
    "## Issue\n",
    "## Environment\n",
    "## Resolution",
    "## Who is affected\n",
    "## What changes\n\n",
    "## From when\n",
    "## What to do\n",
    "## Where to get help\n",
    "## Contact\n",
    "text\n",
    "soon\n",
    "- a\n- b\n",
    "> quoted\n",
    "\n",
    "2026-11-20\n",
    "<!-- hidden -->\n",
];

fn any_document() -> impl Strategy<Value = String> {
    let front = prop_oneof![
        Just(String::new()),
        Just("+++\n+++\n".to_owned()),
        Just(KB.split("\n\n").next().unwrap().to_owned() + "\n"),
        Just(NOTICE.split("\n\n").next().unwrap().to_owned() + "\n"),
    ];
    let known = proptest::sample::select(&PIECES[..]).prop_map(str::to_owned);
    let piece = prop_oneof![4 => known, 1 => "[a é#`<>!=*\\[\\]\\-\n]{0,12}\n"];
    let body = proptest::collection::vec(piece, 0..12);
    (front, body, any::<bool>()).prop_map(|(front, body, is_of_windows)| {
        let text = format!("{front}{}", body.concat());
        if is_of_windows { text.replace('\n', "\r\n") } else { text }
    })
}

proptest! {
    #[test]
    fn nothing_that_was_there_changes_and_a_second_run_adds_nothing(before in any_document(), is_notice in any::<bool>()) {
        let paper = if is_notice { Paper::Notice } else { Paper::Article };
        let Ok(fix) = done(paper, Some(&before), &[]) else { return Ok(()) };
        prop_assert!(keeps(&before, &fix.text), "{before}\n-----\n{}", fix.text);
        added(&fix);
        let again = done(paper, Some(&fix.text), &[]).unwrap();
        prop_assert_eq!(&again.text, &fix.text);
        prop_assert!(again.insertions.is_empty());
        let new: usize = fix.insertions.iter().map(|it| it.text.len()).sum();
        prop_assert!((new == 0) == (before == fix.text));
        if before.starts_with("+++\n") && new > 0 {
            prop_assert!(fix.insertions.iter().any(|it| it.text.contains("TODO") || it.text.contains(" = ")));
        }
    }

    #[test]
    fn after_it_no_section_is_missing_and_the_gate_still_says_no(gone in proptest::collection::vec(0..5_usize, 1..4)) {
        let headings = ["Who is affected", "What changes", "From when", "What to do", "Where to get help"];
        let mut before = NOTICE.to_owned();
        for at in gone {
            let (start, end) = (before.find(&format!("## {}", headings[at])), headings.get(at + 1));
            let Some(start) = start else { continue };
            let end = end.and_then(|it| before[start..].find(&format!("## {it}"))).map_or(before.len(), |it| start + it);
            before.replace_range(start..end, "");
        }
        let sample = Sample::new().notice(&notice(&before).text);
        let codes: Vec<String> = sample.findings().into_iter().map(|it| it.0).collect();
        prop_assert!(codes.contains(&"placeholder".to_owned()));
        prop_assert!(codes.iter().all(|it| it == "placeholder" || it == "notice-version"), "{codes:?}");
    }
}

#[test]
fn a_line_ends_behind_its_break() {
    for (at, after) in [(0, 3), (1, 3), (3, 3), (4, 6), (6, 6)] {
        assert_eq!(line_after("ab\ncd\nef", at), after, "{at}");
    }
    assert_eq!(line_after("ab\ncd\nef", 7), 8, "the last line may have none");
}

#[test]
fn each_text_has_a_file_of_its_own() {
    assert_eq!(Paper::ALL.map(Paper::file), ["kb.md", "notice.md"]);
}

#[test]
fn a_day_in_code_is_none_that_a_reader_sees() {
    let days = |text: &str| texts(&notice(&NOTICE.replace("20 November 2026", text))).len();
    assert_eq!(days("From 2026-11-20 on, and `x`."), 0);
    assert!(days("From `2026-11-20` on.") > 0);
}

#[test]
fn a_missing_article_has_the_part_that_an_empty_one_need_not_have() {
    let has_cause = |before: Option<&str>| done(Paper::Article, before, &[]).unwrap().text.contains("## Cause");
    assert!(has_cause(None) && !has_cause(Some("")));
}
