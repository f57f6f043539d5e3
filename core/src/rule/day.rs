//! Finds days in what a reader sees: those that are one day for everybody, and those that are not.

use std::ops::Range;

use jiff::civil::Date;

/// Something that is meant as a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Day {
    /// Its bytes in the text.
    pub(super) span: Range<usize>,
    /// What it means.
    pub(super) meaning: Meaning,
}

/// What is meant by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One day.
    Known(Date),
    /// One reader takes the first number for the day, another one for the month. What exists of both, day first.
    Either(Option<Date>, Option<Date>),
    /// A day that no calendar has.
    Never,
}

/// The months by the words of four languages, in full and as English and German shorten them.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jänner", "janvier", "enero"],
    &["february", "feb", "februar", "février", "febrero"],
    &["march", "mar", "märz", "mars", "marzo"],
    &["april", "apr", "avril", "abril"],
    &["may", "mai", "mayo"],
    &["june", "jun", "juni", "juin", "junio"],
    &["july", "jul", "juli", "juillet", "julio"],
    &["august", "aug", "août", "agosto"],
    &["september", "sep", "sept", "septembre", "septiembre"],
    &["october", "oct", "oktober", "okt", "octobre", "octubre"],
    &["november", "nov", "novembre", "noviembre"],
    &["december", "dec", "dezember", "dez", "décembre", "diciembre"],
];

/// The words that stand between the parts of a day: "the 20th of November", "20 de noviembre de 2026".
const BETWEEN: [&str; 3] = ["of", "de", "del"];

/// Every day of `text`, in order.
///
/// - `2026-11-20` and `2026/11/20`: the year first, then month and day. A time may follow.
/// - `20.11.2026`: with points the day is first, wherever that is written. Blanks may follow the points.
/// - `20 November 2026`, `November 20, 2026`, `20-Nov-2026`: with the name of the month.
/// - `11/20/2026` and `20-11-2026` are read day first here and month first there, so they are no day for everybody.
///
/// A year has four digits. Without one it is no day: "20 November" comes again.
pub(super) fn days(text: &str) -> Vec<Day> {
    let words: Vec<Word<'_>> = words(text);
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let group = |count: usize| rest.get(..count).filter(|it| it.iter().skip(1).all(|it| it.follows));
        let of_one = numbers(first.text).or_else(|| dashed(first.text));
        let of_three = || group(3).and_then(|it| spelled([it.first()?.text, it.get(1)?.text, it.get(2)?.text]));
        let (meaning, count) = match (of_one, of_three) {
            (Some(meaning), _) => (meaning, 1),
            (None, of_three) => match of_three() {
                Some(meaning) => (meaning, 3),
                None => {
                    rest = after;
                    continue;
                }
            },
        };
        let (day, others) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        let end = day.last().map_or(first.span.end, |it| it.span.end);
        found.push(Day { span: first.span.start..end, meaning });
        rest = others;
    }
    found
}

/// A word of the text, without what ends a sentence.
struct Word<'t> {
    text: &'t str,
    span: Range<usize>,
    /// Whether only blanks, a comma or a word such as "of" part it from the one before.
    follows: bool,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let is_part = |c: char| c.is_alphanumeric() || "./-".contains(c);
    let mut words: Vec<Word<'_>> = Vec::new();
    let (mut at, mut end) = (0, 0);
    while let Some(gap) = text.get(at..).and_then(|it| it.find(is_part)) {
        let start = at + gap;
        let rest = text.get(start..).unwrap_or_default();
        let whole = rest.get(..rest.find(|c| !is_part(c)).unwrap_or(rest.len())).unwrap_or_default();
        at = start + whole.len();
        let leading = whole.len() - whole.trim_start_matches(['.', '/', '-']).len();
        let word = whole.trim_matches(['.', '/', '-']);
        if word.is_empty() || BETWEEN.contains(&word.to_lowercase().as_str()) {
            continue;
        }
        let span = start + leading..start + leading + word.len();
        let between = text.get(end..span.start).unwrap_or_default();
        let joins = |it: &str| BETWEEN.contains(&it.to_lowercase().as_str());
        let follows =
            between.split([' ', '\n', '\t', '\u{a0}', '\u{202f}', ',', '.']).all(|it| it.is_empty() || joins(it));
        end = span.end;
        words.push(Word { text: word, span, follows });
    }
    words
}

/// `2026-11-20`, `20.11.2026`, `11/20/2026`.
fn numbers(word: &str) -> Option<Meaning> {
    let separator = word.chars().find(|it| !it.is_ascii_digit()).filter(|it| "./-".contains(*it))?;
    // A time, as in 2026-11-20T10:00:00Z, begins with a letter.
    let word = word.split_once(['T', 't']).map_or(word, |(day, _)| day);
    let mut parts = word.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    if let Some(year) = year(first).filter(|_| separator != '.') {
        return Some(known(year, small(second)?, small(third)?));
    }
    let (year, first, second) = (year(third)?, small(first)?, small(second)?);
    if separator == '.' {
        return Some(known(year, second, first));
    }
    match (date(year, second, first), date(year, first, second)) {
        (None, None) => Some(Meaning::Never),
        (day_first, month_first) => Some(Meaning::Either(day_first, month_first)),
    }
}

/// `20-Nov-2026`
fn dashed(word: &str) -> Option<Meaning> {
    let mut parts = word.split('-');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    if parts.next().is_some() { None } else { spelled(three) }
}

/// "20 November 2026", "20. 11. 2026", "November 20, 2026"
fn spelled([first, second, third]: [&str; 3]) -> Option<Meaning> {
    let year = year(third)?;
    if let Some(month) = month(second) {
        return Some(known(year, month, ordinal(first)?));
    }
    match month(first) {
        Some(month) => Some(known(year, month, ordinal(second)?)),
        None => None,
    }
}

fn month(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let at = MONTHS.iter().position(|it| it.contains(&word.as_str()))?;
    i8::try_from(at + 1).ok()
}

/// `20`, `20th`, `1er`
fn ordinal(word: &str) -> Option<i8> {
    let lower = word.to_lowercase();
    let bare = ["st", "nd", "rd", "th", "er", "º"].iter().find_map(|it| lower.strip_suffix(it)).unwrap_or(&lower);
    small(bare)
}

fn small(digits: &str) -> Option<i8> {
    let fits = (1..=2).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    fits.then(|| digits.parse().ok())?
}

fn year(digits: &str) -> Option<i16> {
    let fits = digits.len() == 4 && digits.starts_with(['1', '2']) && digits.bytes().all(|it| it.is_ascii_digit());
    fits.then(|| digits.parse().ok())?
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

fn known(year: i16, month: i8, day: i8) -> Meaning {
    date(year, month, day).map_or(Meaning::Never, Meaning::Known)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each day of `text` as it is written and as it is understood.
    fn found(text: &str) -> Vec<(String, String)> {
        let told = |it: Meaning| match it {
            Meaning::Known(date) => date.to_string(),
            Meaning::Either(one, other) => {
                [one, other].into_iter().flatten().map(|it| it.to_string()).collect::<Vec<_>>().join(" or ")
            }
            Meaning::Never => "never".to_owned(),
        };
        days(text).into_iter().map(|it| (text[it.span].to_owned(), told(it.meaning))).collect()
    }

    #[test]
    fn one_day_is_written_in_many_ways() {
        for text in [
            "2026-11-20",
            "2026/11/20",
            "20.11.2026",
            "20 November 2026",
            "20. November 2026",
            "20th of November, 2026",
            "November 20, 2026",
            "Nov. 20th 2026",
            "20-Nov-2026",
            "20\nnovembre 2026",
            "20 de noviembre de 2026",
            "20\u{a0}nov. 2026",
        ] {
            let told = found(&format!("From {text}, on. (2.7.0)"));
            assert_eq!(told, [(text.to_owned(), "2026-11-20".to_owned())], "{text}");
        }
        assert_eq!(found("(2026-11-20T10:00:00Z)")[0].1, "2026-11-20");
        assert_eq!(found("1er août 2026; 1. März 2027")[1].1, "2027-03-01");
    }

    #[test]
    fn what_has_two_readings_is_none_for_everybody() {
        for (text, told) in [
            ("03/04/2026", "2026-04-03 or 2026-03-04"),
            ("11/20/2026", "2026-11-20"),
            ("20-11-2026", "2026-11-20"),
            ("30/30/2026", "never"),
            ("2026-02-30", "never"),
            ("31 April 2026", "never"),
            ("11.20.2026", "never"),
        ] {
            assert_eq!(found(text), [(text.to_owned(), told.to_owned())]);
        }
    }

    #[test]
    fn what_has_no_year_or_is_something_else_is_no_day() {
        for text in [
            "20 November",
            "20.11.26",
            "11/20/26",
            "2.7.0",
            "2026.11.20",
            "1.2.3.2026",
            "2026",
            "November 2026",
            "case 5531-20-11",
            "20; November 2026",
            "20 (November) 2026",
            "a/b/2026",
            "May I, 2026",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn several_days_are_found_each() {
        let told = found("From 1.12.2026 to 31.12.2026, then 2027-01-01");
        assert_eq!(told.iter().map(|it| it.1.as_str()).collect::<Vec<_>>(), ["2026-12-01", "2026-12-31", "2027-01-01"]);
    }
    #[test]
    fn what_stands_before_a_day_is_no_part_of_it_and_a_month_has_two_digits() {
        assert_eq!(
            found("until -2026-11-20, or --20.11.2026"),
            [("2026-11-20".to_owned(), "2026-11-20".to_owned()), ("20.11.2026".to_owned(), "2026-11-20".to_owned()),]
        );
        assert_eq!(found("20.011.2026"), []);
    }
}
