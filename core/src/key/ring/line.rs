//! One line of a ring: a person, perhaps what the key may sign, the key, perhaps a comment.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Namespace, Place, Placed, Problem, Problems, PublicKey};
use crate::key::KeyFault;
use crate::key::algorithm::Algorithm;
use crate::name::{Person, escaped, is_deceptive};
use crate::record::MOST_FAULTS;

const PASTE: &str = "paste the content of the `.pub` file after the person";

/// What could be read of a line. A part is missing only if a fault was noted.
pub(super) struct Line {
    pub(super) person: Option<Placed<Person>>,
    pub(super) namespaces: Option<Vec<Namespace>>,
    pub(super) key: Option<Placed<PublicKey>>,
}

/// The faults of a ring, as they are found.
pub(super) struct Faults<'a> {
    path: &'a str,
    text: &'a str,
    problems: Problems,
}

impl<'a> Faults<'a> {
    pub(super) fn new(path: &'a str, text: &'a str) -> Self {
        Self { path, text, problems: Vec::new() }
    }

    /// Notes a fault at `span`, if there are not too many already.
    pub(super) fn note(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        if self.problems.len() >= MOST_FAULTS {
            return;
        }
        let place = Place::of(self.path, self.text, span);
        self.problems.push(Problem { place, message: message.into(), help: help.into() });
    }

    pub(super) fn none(&self) -> bool {
        self.problems.is_empty()
    }

    pub(super) fn into_result(mut self) -> Result<(), Problems> {
        self.problems.sort();
        self.problems.dedup();
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems) }
    }
}

/// A word of the text, with its place.
#[derive(Clone)]
struct Word<'a> {
    text: &'a str,
    start: usize,
}

impl Word<'_> {
    fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The parts between `separator`s that are in no quotes.
    fn split(&self, separator: impl Fn(char) -> bool) -> Vec<Self> {
        let mut parts = Vec::new();
        let (mut quoted, mut from) = (false, 0);
        for (at, c) in self.text.char_indices() {
            if c == '"' {
                quoted = !quoted;
            } else if separator(c) && !quoted {
                parts.push(self.part(from, at));
                from = at + c.len_utf8();
            }
        }
        parts.push(self.part(from, self.text.len()));
        parts
    }

    fn part(&self, from: usize, to: usize) -> Self {
        Self { text: self.text.get(from..to).unwrap_or_default(), start: self.start + from }
    }
}

/// Every line of `text` that names somebody.
pub(super) fn read(text: &str, faults: &mut Faults<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let line = Word { text: whole.trim_end_matches('\n'), start };
        start += whole.len();
        if let Some(line) = checked(&line, faults) {
            lines.push(line_of(&line, faults));
        }
    }
    lines
}

/// The line, if it is to be read at all.
fn checked<'a>(line: &Word<'a>, faults: &mut Faults<'_>) -> Option<Word<'a>> {
    let line = match line.text.strip_suffix('\r') {
        None => line.clone(),
        Some(rest) => {
            let end = line.start + rest.len();
            faults.note(end..end, "the line ends as on Windows", "save the file with LF line endings");
            Word { text: rest, start: line.start }
        }
    };
    if let Some((at, c)) = line.text.char_indices().find(|(_, c)| is_deceptive(*c) && *c != '\t') {
        let at = line.start + at;
        let message = format!("the line has the character {}, which a reader cannot see", c.escape_unicode());
        faults.note(at..at, message, "delete it");
        return None;
    }
    let content = line.text.trim_start_matches(is_blank);
    (!content.is_empty() && !content.starts_with('#')).then_some(line)
}

fn line_of(line: &Word<'_>, faults: &mut Faults<'_>) -> Line {
    let words: Vec<Word<'_>> = line.split(is_blank).into_iter().filter(|it| !it.text.is_empty()).collect();
    let mut out = Line { person: None, namespaces: None, key: None };
    let Some((first, mut rest)) = words.split_first() else { return out };
    if Algorithm::named(first.text).is_some() || rest.first().is_some_and(is_encoded) {
        faults.note(first.span(), "the line names nobody", "write the person before the key");
        return out;
    }
    out.person = person(first, faults);
    if let [options, after @ ..] = rest
        && is_option(options, after)
    {
        out.namespaces = namespaces(options, faults);
        rest = after;
    }
    out.key = match rest {
        [kind, encoded, ..] => key(line, kind, encoded, faults),
        [kind] => {
            faults.note(kind.span(), KeyFault::NoKey.to_string(), PASTE);
            None
        }
        [] => {
            faults.note(line.span(), "the line has no key", PASTE);
            None
        }
    };
    out
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// Whether a word is the base64 of a key: they all begin with a short length.
fn is_encoded(word: &Word<'_>) -> bool {
    word.text.starts_with("AAAA")
}

/// Whether what stands before `after` is a list of options, not the type of a key.
fn is_option(word: &Word<'_>, after: &[Word<'_>]) -> bool {
    word.text.contains(['=', '"', ','])
        || word.text == "cert-authority"
        || matches!(after, [kind, encoded, ..] if !is_encoded(kind) && is_encoded(encoded))
}

fn person(word: &Word<'_>, faults: &mut Faults<'_>) -> Option<Placed<Person>> {
    let shown = escaped(word.text);
    let (message, help) = if word.text.contains(['*', '?']) {
        (format!("`{shown}` is a pattern, and could be anybody"), "write one person, such as maria@example.com")
    } else if word.text.contains('!') {
        (format!("`{shown}` says who it is not"), "write one person, such as maria@example.com")
    } else if word.text.contains(',') {
        (format!("`{shown}` is more than one person"), "give everybody a line and a key of their own")
    } else {
        match word.text.parse() {
            Ok(value) => return Some(Placed { value, span: word.span() }),
            Err(why) => (format!("`{shown}` {why}"), "write the person as `name@host`, without quotes"),
        }
    };
    faults.note(word.span(), message, help);
    None
}

/// The value of the only option that is allowed. Every other one is noted.
fn namespaces(word: &Word<'_>, faults: &mut Faults<'_>) -> Option<Vec<Namespace>> {
    let mut found = None;
    for option in word.split(|c| c == ',') {
        let name = option.text.split('=').next().unwrap_or_default();
        match name {
            "namespaces" if found.is_some() => {
                faults.note(option.span(), "`namespaces` is written twice", "write all of them in one list");
            }
            "namespaces" => found = Some(namespace_list(&option, faults)),
            _ => {
                let (why, help) = refusal(name);
                faults.note(option.span(), format!("the option `{}` {why}", escaped(name)), help);
            }
        }
    }
    found
}

/// Why an option is refused, and what to do instead.
fn refusal(option: &str) -> (&'static str, &'static str) {
    match option.to_ascii_lowercase().as_str() {
        "cert-authority" => {
            ("lets somebody outside the ring name people", "give everybody a line with a key of their own")
        }
        "valid-after" | "valid-before" => ("depends on a clock", "delete it: a key ends when a policy drops its line"),
        _ => ("is not known", "only `namespaces=\"…\"` may stand between the person and the key"),
    }
}

fn namespace_list(option: &Word<'_>, faults: &mut Faults<'_>) -> Vec<Namespace> {
    const SHAPE: &str = "write it as `namespaces=\"holdpoint/publish@v1,holdpoint/withdraw@v1\"`";
    let opening = "namespaces=\"";
    let Some(list) = option.text.strip_prefix(opening).and_then(|it| it.strip_suffix('"')) else {
        faults.note(option.span(), "the namespaces are not in quotes", SHAPE);
        return Vec::new();
    };
    let list = Word { text: list, start: option.start + opening.len() };
    let mut out: BTreeSet<Namespace> = BTreeSet::new();
    for word in list.split(|c| c == ',') {
        match word.text.parse::<Namespace>() {
            Ok(namespace) if out.contains(&namespace) => {
                faults.note(word.span(), format!("`{namespace}` is written twice"), "delete one of the two");
            }
            Ok(namespace) => {
                out.insert(namespace);
            }
            Err(_) if word.text.contains(['*', '?', '!']) => {
                faults.note(
                    word.span(),
                    format!("`{}` is a pattern", escaped(word.text)),
                    "write every namespace in full",
                );
            }
            Err(why) => faults.note(word.span(), format!("`{}` {why}", escaped(word.text)), SHAPE),
        }
    }
    out.into_iter().collect()
}

fn key(line: &Word<'_>, kind: &Word<'_>, encoded: &Word<'_>, faults: &mut Faults<'_>) -> Option<Placed<PublicKey>> {
    let from = kind.start - line.start;
    let both = line.part(from, encoded.span().end - line.start);
    match both.text.parse() {
        Ok(value) => Some(Placed { value, span: both.span() }),
        Err(why) => {
            let (span, help) = match why {
                KeyFault::Unsupported(_) => (kind.span(), "make one with `ssh-keygen -t ed25519`"),
                KeyFault::Mislabelled { .. } => (kind.span(), PASTE),
                _ => (both.span(), PASTE),
            };
            faults.note(span, why.to_string(), help);
            None
        }
    }
}
