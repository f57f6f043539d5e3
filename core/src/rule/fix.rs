//! What `lint --fix` writes: a skeleton of each part that a document lacks, between the lines that are there already.

use crate::document::{Article, Gap, Plain, Section, SectionName, Skeleton, gap};
use crate::finding::{Code, Place};
use crate::policy::{Level, Levels};
use crate::record::{Problem, Problems, text_of};

use super::day::days;
use super::{kb_contact, kb_sections, section};

/// A document that can be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// The knowledge-base article, `kb.md`.
    Article,
    /// The customer notice, `notice.md`.
    Notice,
}

/// A paragraph that a section must have, such as what a customer does about two versions that do not work together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// The section.
    pub section: SectionName,
    /// Whole lines, the last one without its end. What is still to be filled in says TODO.
    pub text: String,
}

/// What a document must have.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The release, and what stands in a part that is to be filled in.
    pub skeleton: Skeleton<'a>,
    /// What the policy says that the rules weigh: what a rule asks that is off is not added.
    pub levels: &'a Levels,
    /// The paragraphs that further rules ask for, of either document, in order.
    pub paragraphs: &'a [Paragraph],
}

/// Lines that were added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// The number of the first one in the completed text, from 1.
    pub line: usize,
    /// The lines, each with its end.
    pub text: String,
}

/// A document with all its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The completed text: every line of the old one, in its order, and what was added.
    pub text: String,
    /// What was added, from the top.
    pub insertions: Vec<Insertion>,
}

impl Paper {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Article, Self::Notice];

    /// The name of its file in the release folder.
    pub fn file(self) -> &'static str {
        match self {
            Self::Article => "kb.md",
            Self::Notice => "notice.md",
        }
    }

    /// Its sections, in order.
    fn sections(self) -> &'static [SectionName] {
        match self {
            Self::Article => &SectionName::ARTICLE,
            Self::Notice => &SectionName::NOTICE,
        }
    }

    /// The sections that must be there, and the rule that says so.
    fn needed(self) -> (&'static [SectionName], Code) {
        match self {
            Self::Article => (&kb_sections::NEEDED, Code::KbSections),
            Self::Notice => (&SectionName::NOTICE, Code::NoticeSections),
        }
    }

    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Article => &["schema", "title", "status", "audience", "contact"],
            Self::Notice => &["schema", "title", "version", "date", "contact"],
        }
    }

    fn key(self, skeleton: &Skeleton<'_>, key: &str) -> String {
        match self {
            Self::Article => skeleton.article_key(key),
            Self::Notice => skeleton.notice_key(key),
        }
    }

    fn whole(self, skeleton: &Skeleton<'_>) -> String {
        match self {
            Self::Article => skeleton.article(),
            Self::Notice => skeleton.notice(),
        }
    }
}

/// Completes a document: `before` is the content of `path`, if it is there. Missing keys, sections, contact, day and
/// paragraphs are added, each to be filled in; no line that is there changes. What is complete stays as it is, so
/// completing twice is completing once.
///
/// A section is left out where a heading of other level or of almost the right words could be meant for it: the finding of
/// its rule says so, and two of them would help nobody.
///
/// # Errors
/// A text that cannot be read as what it must be, or that ends inside something that would swallow what is added.
pub fn complete(paper: Paper, path: &str, before: Option<&[u8]>, wanted: &Wanted<'_>) -> Result<Fix, Problems> {
    let whole = paper.whole(&wanted.skeleton);
    let (text, start) = match before {
        Some(bytes) => (text_of(path, bytes)?, None),
        None => (whole.as_str(), Some(Insertion { line: 1, text: whole.clone() })),
    };
    let mut fix = once(paper, path, text, wanted)?;
    if let Some(mut start) = start {
        start.text.clone_from(&fix.text);
        fix.insertions = vec![start];
    }
    if once(paper, path, &fix.text, wanted)?.insertions.is_empty() {
        return Ok(fix);
    }
    Err(vec![Problem {
        place: Place::of(path, text, text.len()..text.len()),
        message: "what is missing cannot be added: a code block, a comment or a table is left open above".to_owned(),
        help: "end it with its last line".to_owned(),
    }])
}

/// Something to add at a byte of the text.
struct Addition {
    at: usize,
    text: String,
    /// Whether it is a line of the front matter; else a block, with blank lines around it.
    is_line: bool,
}

impl Addition {
    fn block(at: usize, text: String) -> Self {
        Self { at, text, is_line: false }
    }
}

fn once(paper: Paper, path: &str, text: &str, wanted: &Wanted<'_>) -> Result<Fix, Problems> {
    let plain = Plain::parse(path, text.as_bytes())?;
    let mut additions = front(paper, &plain, wanted)?;
    let wants_contact = paper == Paper::Article
        && is_on(wanted, Code::KbContact)
        && names_nobody(path, &put(text, &additions).text, &wanted.skeleton);
    let (needed, rule) = paper.needed();
    for name in paper.sections() {
        let paragraphs = wanted.paragraphs.iter().filter(|it| it.section == *name);
        let own: Vec<&str> = paragraphs.map(|it| it.text.trim()).collect();
        let is_asked_for = is_on(wanted, rule) && needed.contains(name);
        let is_needed = is_asked_for || !own.is_empty() || (wants_contact && *name == SectionName::Contact);
        additions.extend(of_section(paper, &plain, wanted, *name, is_needed, &own));
    }
    // The order of the sections stays where several are added at one place.
    additions.sort_by_key(|it| it.at);
    Ok(put(text, &additions))
}

/// The lines that the front matter lacks.
fn front(paper: Paper, plain: &Plain, wanted: &Wanted<'_>) -> Result<Vec<Addition>, Problems> {
    let skeleton = &wanted.skeleton;
    let line = |at, text| Addition { at, text, is_line: true };
    Ok(match gap(plain.path(), plain.text().as_bytes(), paper.keys())? {
        Gap::Whole => {
            let lines: String = paper.keys().iter().map(|it| paper.key(skeleton, it)).collect();
            vec![line(0, format!("+++\n{lines}+++\n"))]
        }
        Gap::Keys(keys, at) => {
            // An article does without: the section Contact serves as well.
            let section = || plain.named(skeleton.words, SectionName::Contact).any(|it| !it.is_empty());
            let does_without = paper == Paper::Article && (!is_on(wanted, Code::KbContact) || section());
            let keys = keys.into_iter().filter(|it| !(*it == "contact" && does_without));
            keys.map(|it| line(at, paper.key(skeleton, it))).collect()
        }
    })
}

/// What the section `name` lacks: all of it, its text, its day, or some of the paragraphs `own`.
fn of_section(
    paper: Paper,
    plain: &Plain,
    wanted: &Wanted<'_>,
    name: SectionName,
    is_needed: bool,
    own: &[&str],
) -> Vec<Addition> {
    let skeleton = &wanted.skeleton;
    let Some(section) = plain.named(skeleton.words, name).next() else {
        let is_meant = section::meant(plain, skeleton.words, paper.sections(), name).is_some();
        if !is_needed || is_meant {
            return Vec::new();
        }
        let text = joined(skeleton.section(name).trim_end(), own);
        return vec![Addition::block(place_of(paper, plain, skeleton, name), text)];
    };
    let mut additions = Vec::new();
    if section.is_empty() && is_needed {
        additions.push(Addition::block(line_after(plain.text(), section.span.end), skeleton.task(name)));
    } else if name == SectionName::FromWhen && is_on(wanted, Code::NoticeDate) && !has_day(plain, section) {
        additions.push(Addition::block(end_of(plain, section), skeleton.day()));
    }
    let missing: Vec<&str> = own.iter().copied().filter(|it| !is_there(plain.text(), it)).collect();
    if let Some((first, others)) = missing.split_first() {
        additions.push(Addition::block(end_of(plain, section), joined(first, others)));
    }
    additions
}

/// Whether the rule `code` says anything here.
fn is_on(wanted: &Wanted<'_>, code: Code) -> bool {
    wanted.levels.of(code) != Some(Level::Off)
}

/// Whether an article says whom to ask, in words that name nobody. Its front matter does not change, so a section will say.
fn names_nobody(path: &str, text: &str, skeleton: &Skeleton<'_>) -> bool {
    Article::parse(path, text.as_bytes()).is_ok_and(|it| !kb_contact::is_named(&it, skeleton.words))
}

/// Whether anything in `section` is meant as a day. One that is faulty is mended by whoever knows the right one.
fn has_day(plain: &Plain, section: &Section) -> bool {
    let of_section = |at: usize| plain.source(section.at + at..section.at + at + 1).start;
    days(&section.text).iter().any(|it| !plain.is_code(of_section(it.span.start)))
}

/// Whether `paragraph` stands in `text`, whatever ends its lines.
fn is_there(text: &str, paragraph: &str) -> bool {
    text.replace("\r\n", "\n").contains(paragraph)
}

/// Paragraphs below one another.
fn joined(first: &str, others: &[&str]) -> String {
    std::iter::once(&first).chain(others).copied().collect::<Vec<_>>().join("\n\n")
}

/// Where the missing section `name` belongs: above the first section that comes after it, or at the end.
fn place_of(paper: Paper, plain: &Plain, skeleton: &Skeleton<'_>, name: SectionName) -> usize {
    let later = paper.sections().iter().skip_while(|it| **it != name).skip(1);
    let later = later.flat_map(|it| plain.named(skeleton.words, *it)).map(|it| it.span.start).min();
    later.map_or(plain.text().len(), |at| {
        let before = plain.text().get(..at).unwrap_or_default();
        before.rfind('\n').map_or(0, |it| it + 1)
    })
}

/// The byte after the line in which the byte before `at` lies.
fn line_after(text: &str, at: usize) -> usize {
    let from = at.saturating_sub(1);
    text.get(from..).and_then(|it| it.find('\n')).map_or(text.len(), |it| from + it + 1)
}

/// The byte after the last line of `section`.
fn end_of(plain: &Plain, section: &Section) -> usize {
    let lines = plain.text().split_inclusive('\n').take(section.lines.end.saturating_sub(1));
    lines.map(str::len).sum()
}

/// `text` with `additions`, which are in the order of their places.
fn put(text: &str, additions: &[Addition]) -> Fix {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut fix = Fix { text: String::with_capacity(text.len()), insertions: Vec::new() };
    let mut from = 0;
    for addition in additions {
        fix.text.push_str(text.get(from..addition.at).unwrap_or_default());
        from = addition.at;
        if !fix.text.is_empty() && !fix.text.ends_with('\n') {
            fix.text.push_str(end);
        }
        if !(addition.is_line || fix.text.is_empty() || ends_blank(&fix.text)) {
            fix.text.push_str(end);
        }
        let new = addition.text.trim_end().lines().flat_map(|it| [it, end]).collect::<String>();
        fix.insertions.push(Insertion { line: fix.text.matches('\n').count() + 1, text: new.clone() });
        fix.text.push_str(&new);
        let rest = text.get(from..).unwrap_or_default();
        if !addition.is_line && !rest.is_empty() && !rest.starts_with(['\n', '\r']) {
            fix.text.push_str(end);
        }
    }
    fix.text.push_str(text.get(from..).unwrap_or_default());
    fix
}

/// Whether the last line of `text` is blank.
fn ends_blank(text: &str) -> bool {
    text.lines().next_back().is_some_and(|it| it.trim().is_empty())
}

#[cfg(test)]
mod tests;
