//! `notice-date`: a customer knows the day, whenever the notice is read.

use std::ops::Range;

use jiff::civil::Date;

use super::day::{Day, Meaning, days};
use super::{Dossier, first, quoted};
use crate::document::{Plain, SectionName};
use crate::finding::{Code, Finding};

/// Words that mean another day to each reader. `*` stands for one word of [`TIMES`].
const VAGUE: [&[&str]; 20] = [
    &["soon"],
    &["shortly"],
    &["tomorrow"],
    &["tonight"],
    &["next", "*"],
    &["next", "few", "*"],
    &["coming", "*"],
    &["this", "week"],
    &["this", "weekend"],
    &["this", "month"],
    &["in", "a", "few", "*"],
    &["near", "future"],
    &["due", "course"],
    &["demnächst"],
    &["in", "kürze"],
    &["nächste", "woche"],
    &["bientôt"],
    &["prochainement"],
    &["semaine", "prochaine"],
    &["próximamente"],
];

/// Spans of time that begin when the reader reads.
const TIMES: [&str; 16] = [
    "days",
    "week",
    "weeks",
    "weekend",
    "month",
    "months",
    "quarter",
    "year",
    "years",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The section From when names a day in full; no day can be read as two; nothing is "soon".
///
/// - What is a day in full, [`days`] says: a numeric one with the year first or with points is understood in any language.
/// - `11/20/2026` is refused although no calendar has a twentieth month: a reader who expects the day first stumbles.
/// - "as soon as" and "shortly after" speak of an order, not of a day. What stands in code is not said to anybody.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let Some(notice) = dossier.notice else { return Vec::new() };
    let plain = notice.plain();
    let heading = dossier.words.heading(SectionName::FromWhen);
    let sections: Vec<_> = plain.named(dossier.words, SectionName::FromWhen).collect();
    // A hostile text has as many sections as days.
    let is_when = |at: usize| {
        let next = sections.partition_point(|it| it.at <= at);
        next.checked_sub(1).and_then(|it| sections.get(it)).is_some_and(|it| at < it.at + it.text.len())
    };
    let all: Vec<Day> = days(plain.shown()).into_iter().filter(|it| is_said(plain, &it.span)).collect();
    let mut findings = Vec::new();
    if !all.iter().any(|it| is_when(it.span.start)) {
        let span = sections.first().map_or(0..0, |it| it.span.clone());
        findings.push(
            Finding::new(
                Code::NoticeDate,
                plain.path(),
                format!("the section {} names no day in full", quoted(heading)),
            )
            .next(format!("write the day with its year below `## {heading}` in `{}`, such as 2026-11-20", plain.path()))
            .at(plain.place(span)),
        );
    }
    // Elsewhere such numbers may mean anything.
    let faulty = all.iter().filter_map(|it| match it.meaning {
        Meaning::Either(one, other) => Some((&it.span, [one, other])),
        Meaning::Never if is_when(it.span.start) => Some((&it.span, [None, None])),
        Meaning::Never | Meaning::Known(_) => None,
    });
    findings.extend(first(faulty, |(span, readings)| unclear(plain, span.clone(), readings)));
    findings.extend(first(vague(plain), |span| said(plain, plain.shown(), span.clone(), plain.source(span))));
    let title = notice.title();
    let in_title = phrases(title.value.as_str()).into_iter();
    findings.extend(first(in_title, |span| said(plain, title.value.as_str(), span, title.span.clone())));
    findings
}

/// Whether a reader takes what is shown at `span` for words: it is no code.
fn is_said(plain: &Plain, span: &Range<usize>) -> bool {
    !plain.is_code(plain.source(span.clone()).start)
}

/// Says of the day that is shown at `span` that it has several readings, or none.
fn unclear(plain: &Plain, span: Range<usize>, readings: [Option<Date>; 2]) -> Finding {
    let text = quoted(plain.shown().get(span.clone()).unwrap_or_default());
    let readings: Vec<String> = readings.into_iter().flatten().map(|it| it.to_string()).collect();
    let (message, instead) = if readings.is_empty() {
        (format!("{text} is no day of the calendar"), "the day that is meant".to_owned())
    } else {
        let why = "some read the day first and some the month";
        (format!("{text} is not the same day for everybody: {why}"), readings.join(" or "))
    };
    let place = plain.place(plain.source(span));
    Finding::new(Code::NoticeDate, plain.path(), message)
        .next(format!("write {instead} in `{}`, line {}", plain.path(), place.line))
        .at(place)
}

/// The vague words of the text, outside code.
fn vague(plain: &Plain) -> impl Iterator<Item = Range<usize>> {
    phrases(plain.shown()).into_iter().filter(|it| is_said(plain, it))
}

/// Says that the words at `span` of `text` name no day; they stand at `source` in the file.
fn said(plain: &Plain, text: &str, span: Range<usize>, source: Range<usize>) -> Finding {
    let words: Vec<&str> = text.get(span).unwrap_or_default().split_whitespace().collect();
    let place = plain.place(source);
    let message = format!("{} is another day for each reader", quoted(&words.join(" ")));
    Finding::new(Code::NoticeDate, plain.path(), message)
        .next(format!("write the day itself in `{}`, line {}, such as 2026-11-20", plain.path(), place.line))
        .at(place)
}

/// Where `text` is vague, in order.
fn phrases(text: &str) -> Vec<Range<usize>> {
    let words = words(text);
    let is = |at: usize, any: &[&str]| words.get(at).is_some_and(|it| any.contains(&it.0.as_str()));
    let follows = |at: usize| match (at.checked_sub(1).and_then(|it| words.get(it)), words.get(at)) {
        (Some(before), Some(word)) => text.get(before.1.end..word.1.start).is_some_and(|it| it.trim().is_empty()),
        _ => false,
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((word, span)) = words.get(at) {
        let fits = |phrase: &&&[&str]| {
            phrase.iter().enumerate().all(|(offset, wanted)| {
                let fits = if *wanted == "*" { is(at + offset, &TIMES) } else { is(at + offset, &[wanted]) };
                fits && (offset == 0 || follows(at + offset))
            })
        };
        // "as soon as it is installed" and "shortly after" speak of an order.
        let is_order =
            matches!(word.as_str(), "soon" | "shortly") && is(at + 1, &["after", "afterwards", "as", "before"]);
        match VAGUE.iter().filter(fits).max_by_key(|it| it.len()).filter(|_| !is_order) {
            Some(phrase) => {
                let end = words.get(at + phrase.len() - 1).map_or(span.end, |it| it.1.end);
                found.push(span.start..end);
                at += phrase.len();
            }
            None => at += 1,
        }
    }
    found
}

/// The words of `text` in lower case, each with its bytes.
fn words(text: &str) -> Vec<(String, Range<usize>)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match start {
            None if c.is_alphanumeric() => start = Some(at),
            Some(from) if !c.is_alphanumeric() => {
                words.push((text.get(from..at).unwrap_or_default().to_lowercase(), from..at));
                start = None;
            }
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::sample::{NOTICE, Sample};

    fn when(text: &str) -> Vec<String> {
        Sample::new().notice(&NOTICE.replace("20 November 2026", text)).of("notice-date")
    }

    fn what(text: &str) -> Vec<String> {
        Sample::new().notice(&NOTICE.replace("Nothing to do.", text)).of("notice-date")
    }

    #[test]
    fn a_day_in_full_passes_in_any_language() {
        for fine in
            ["From 2026-11-20 on.", "Am 20.11.2026.", "**November 20, 2026**", "20 November\n2026", "2026/11/20"]
        {
            assert_eq!(when(fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn a_section_without_a_day_in_full_is_found() {
        for none in
            ["In autumn.", "20 November", "20.11.26", "`2026-11-20`", "<!-- 2026-11-20 -->", "Version 2026.11.20"]
        {
            assert_eq!(when(none), ["17:the section `From when` names no day in full"], "{none}");
        }
        let heading = when("In autumn.\n## 2026-11-20");
        assert_eq!(heading, ["17:the section `From when` names no day in full"], "the next heading is none of it");
        let elsewhere = Sample::new().notice(&NOTICE.replace("## From when", "## Since"));
        assert_eq!(elsewhere.of("notice-date"), ["1:the section `From when` names no day in full"]);
    }

    #[test]
    fn a_day_that_can_be_read_as_two_is_found_at_its_place() {
        let why = "is not the same day for everybody: some read the day first and some the month";
        for text in ["11/20/2026", "03/04/2026", "20-11-2026"] {
            assert_eq!(when(&format!("From\n{text} on")), [format!("19:`{text}` {why}")], "{text}");
        }
        assert_eq!(what("Read on 01/02/2026."), [format!("22:`01/02/2026` {why}")]);
        assert_eq!(when("31 April 2026"), ["18:`31 April 2026` is no day of the calendar"]);
        assert_eq!(what("The build is 99.99.2026."), [""; 0]);
    }

    #[test]
    fn a_vague_word_is_found_wherever_it_is_said() {
        for word in [
            "soon",
            "Shortly",
            "tomorrow",
            "next week",
            "next\nmonth",
            "coming days",
            "next few weeks",
            "this week",
            "near future",
            "in a few days",
            "demnächst",
            "In Kürze",
        ] {
            let shown = word.replace('\n', " ");
            let found = what(&format!("Read this: *{word}*, it comes."));
            assert_eq!(found, [format!("22:`{shown}` is another day for each reader")], "{word}");
        }
        let titled = Sample::new().notice(&NOTICE.replace("\"Webinar 2.7.0\"", "\"Webinar 2.7.0 comes soon\""));
        assert_eq!(titled.of("notice-date"), ["3:`soon` is another day for each reader"]);
    }

    #[test]
    fn what_speaks_of_an_order_or_stands_in_code_is_left_alone() {
        for fine in [
            "Restart as soon as it is installed.",
            "Shortly after that it ends.",
            "`restart --soon`",
            "    soon",
            "<!-- soon -->",
            "sooner",
            "Press Next. Weeks pass.",
            "It takes a few days.",
            "the next step",
        ] {
            let found = what(fine);
            assert_eq!(found, [""; 0], "{fine}");
        }
    }

    #[test]
    fn forty_thousand_are_told_shortly() {
        let found = what(&"soon 01/02/2026 ".repeat(40_000));
        assert_eq!(found.len(), 50);
        assert!(found.iter().any(|it| it.ends_with("and 39975 more in this document")), "{:?}", found.last());
        let found = when(&"99.99.2026\n\n## From when\n\n".repeat(25_000));
        assert!(found.iter().any(|it| it.ends_with("and 24975 more in this document")), "{:?}", found.last());
    }
}
