//! The live article of a knowledge base kept elsewhere: what it says, and how that differs from the copy that was signed.
//!
//! Both sides are read in one way: the signed Markdown is rendered as HTML, and of both HTML texts what a reader sees becomes one
//! row of tokens, in which whatever is not understood counts as it is written. The shell fetches; here is neither network nor clock.

mod address;
mod answer;
mod colour;
mod element;
mod html;
mod markdown;
mod nesting;
mod page;
mod seen;
mod style;
mod token;

use comrak::{Options, markdown_to_html};
use serde_json::Value;

use address::Base;
use answer::{draft_at, edited_at, looks_like_html, string_at};
use html::Piece;
use markdown::{Reader, written};
use token::{Token, difference};

use crate::document::Article;
use crate::finding::{Code, Finding, Severity};
use crate::name::{Person, SubjectPath, Text, Version, escaped};
use crate::policy::{ARTICLE_FILE, BodyFormat, KbRule, Policy, Requirement, Shape};

/// An article as it is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    address: String,
    title: Option<String>,
    draft: Option<bool>,
    edited: Option<String>,
    text: LiveText,
}

/// The text of a live article.
#[derive(Debug, Clone, PartialEq, Eq)]
enum LiveText {
    /// HTML: what a reader sees of it is compared.
    Html(Html),
    /// Markdown or plain text: it is compared line by line as it is written.
    Written(String),
}

/// An article in HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Html {
    pieces: Vec<Piece>,
    base: Base,
    /// As Markdown, with what a person has to look at.
    markdown: String,
    left: Vec<String>,
}

impl Html {
    fn new(pieces: Vec<Piece>, base: Base) -> Self {
        let pieces = nesting::nested(&pieces);
        let written = written(&pieces, &base, Reader::Person);
        let mut html = Self { pieces, base, markdown: written.text, left: written.left };
        // What went another way than it was meant is not passed over in silence either.
        let plain = markdown::written(&html.pieces, &html.base, Reader::Comparison).text;
        if let Some(more) = difference(&html.tokens_of(&plain), &html.tokens()) {
            html.markdown.push_str("\nTODO (look at the live article, which is not as it is written here)\n");
            html.left.push(more);
        }
        html
    }

    fn tokens(&self) -> Vec<Token> {
        seen::seen(&self.pieces, &self.base)
    }

    /// What a reader sees of a Markdown text that stands in the place of the article.
    fn tokens_of(&self, markdown: &str) -> Vec<Token> {
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.tasklist = true;
        options.render.r#unsafe = true;
        let pieces = nesting::nested(&html::pieces(&markdown_to_html(markdown, &options)));
        seen::seen(&pieces, &self.base)
    }
}

/// What was answered to a request.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// Who was asked: the address, in full.
    pub address: &'a str,
    /// What kind of text it says it is: `text/html; charset=utf-8`.
    pub kind: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl Live {
    /// Reads the article out of an answer.
    ///
    /// # Errors
    /// Says why nobody can tell what is live: a doubt never passes for the article.
    pub fn read(rule: &KbRule, answer: &Answer<'_>) -> Result<Self, String> {
        let text = std::str::from_utf8(answer.bytes).map_err(|_| "the answer is not UTF-8".to_owned())?;
        match rule.shape() {
            Shape::Page => Self::of_page(answer, text),
            Shape::Json(pointers) => {
                let json: Value = serde_json::from_str(text).map_err(|_| match looks_like_html(answer.kind, text) {
                    true => "the answer is a web page and no JSON: is it a login page?".to_owned(),
                    false => "the answer is no JSON".to_owned(),
                })?;
                let body = string_at(&json, &pointers.body)?;
                let text = match pointers.format {
                    BodyFormat::Html => LiveText::Html(Html::new(html::pieces(body), Base::of(answer.address))),
                    BodyFormat::Markdown => LiveText::Written(unix(body)),
                };
                let title = pointers.title.as_ref().map(|it| string_at(&json, it).map(one_line)).transpose()?;
                let draft = pointers.draft.as_ref().map(|it| draft_at(&json, it, &pointers.published)).transpose()?;
                let edited = pointers.edited.as_ref().map(|it| edited_at(&json, it)).transpose()?;
                Ok(Self { address: answer.address.to_owned(), title, draft, edited, text })
            }
        }
    }

    fn of_page(answer: &Answer<'_>, text: &str) -> Result<Self, String> {
        let kind = answer.kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let text = match kind.as_str() {
            "text/plain" | "text/markdown" => LiveText::Written(unix(text)),
            "" | "text/html" | "application/xhtml+xml" => {
                let page = html::pieces(text);
                if html::asks_for_password(&page) {
                    return Err("the page asks for a password: is it a login page?".to_owned());
                }
                if html::leads_elsewhere(&page) {
                    return Err("the page sends its readers to another one".to_owned());
                }
                let base = Base::of(answer.address).said(&page);
                LiveText::Html(Html::new(page::article(&nesting::nested(&page)), base))
            }
            other => return Err(format!("the answer is `{}`, which is no page and no plain text", shown(other))),
        };
        Ok(Self { address: answer.address.to_owned(), title: None, draft: None, edited: None, text })
    }

    /// Where it was read.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its title, if the policy says where that is.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Whether it is a draft, if the policy says where that is.
    pub fn draft(&self) -> Option<bool> {
        self.draft
    }

    /// When it was last edited, as the knowledge base writes it.
    pub fn edited(&self) -> Option<&str> {
        self.edited.as_deref()
    }

    /// Its text, as Markdown; empty if it says nothing. Where it cannot say what the article says, a TODO stands.
    pub fn markdown(&self) -> &str {
        let text = match &self.text {
            LiveText::Html(html) => &html.markdown,
            LiveText::Written(text) => text,
        };
        text.trim_matches('\n')
    }

    /// What its Markdown cannot say, each in a few words, in the order of the text.
    pub fn left(&self) -> &[String] {
        match &self.text {
            LiveText::Html(html) => &html.left,
            LiveText::Written(_) => &[],
        }
    }
}

/// What `kb.md` is with the live text in it. Its front matter stays, but for what the knowledge base says of title and status.
///
/// # Errors
/// Says what of the live article cannot stand in a document.
pub fn fetched(article: &Article, live: &Live) -> Result<String, String> {
    if live.markdown().is_empty() {
        return Err("the live article says nothing".to_owned());
    }
    let plain = article.plain();
    let front = plain.text().len() - plain.body().len();
    let mut front = plain.text().get(..front).unwrap_or_default().to_owned();
    let title = match live.title() {
        Some(title) if title != article.title().value.as_str() => {
            let title: Text = title.parse().map_err(|why| format!("the live title {} {why}", quoted(title)))?;
            // JSON escapes a string as TOML does.
            Some((article.title().span.clone(), Value::from(title.as_str()).to_string()))
        }
        _ => None,
    };
    let status = live.draft().map(|draft| {
        let status = if draft { "\"draft\"" } else { "\"published\"" };
        (article.status().span.clone(), status.to_owned())
    });
    let mut edits: Vec<_> = title.into_iter().chain(status).collect();
    edits.sort_by_key(|it| std::cmp::Reverse(it.0.start));
    for (span, text) in edits {
        front.replace_range(span, &text);
    }
    Ok(format!("{front}\n{}\n", live.markdown()))
}

/// One way in which a live article is not the signed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It is a draft, which its readers do not see.
    Draft,
    /// Its title, its words or its links are others; said in a sentence.
    Content(String),
}

/// How the live article differs from the signed one; nothing, if a reader sees the same.
///
/// # Errors
/// Says why the two cannot be compared.
pub fn differences(article: &Article, live: &Live) -> Result<Vec<Difference>, String> {
    let mut found = Vec::new();
    if live.draft == Some(true) {
        found.push(Difference::Draft);
    }
    let signed = article.title().value.as_str();
    if let Some(title) = live.title().filter(|it| *it != one_line(signed)) {
        let message = format!("the live article has the title {}, and {} was signed", quoted(title), quoted(signed));
        found.push(Difference::Content(message));
    }
    let signed = article.plain().body();
    let content = match &live.text {
        LiveText::Written(text) => other_lines(signed, text),
        LiveText::Html(html) => difference(&html.tokens_of(signed), &html.tokens()),
    };
    found.extend(content.map(Difference::Content));
    Ok(found)
}

/// The differences as findings: who can act, and what comes next.
pub fn findings(code: Code, policy: &Policy, version: &Version, article: &Article, live: &Live) -> Vec<Finding> {
    match differences(article, live) {
        Err(why) => vec![unread(policy, version, &why, &format!("mend the article at {}", live.address()))],
        Ok(found) => {
            let edited = live.edited().map(|it| format!("; last edited {}", shown(it))).unwrap_or_default();
            let requirement = covering(policy).map_or("kb", |it| it.name.as_str());
            let fetch = format!(
                "holdpoint kb fetch {version}   (read it, commit it, then: holdpoint sign {version} {requirement}); or put the signed text back at {}",
                live.address()
            );
            let told = |difference: Difference| {
                let (message, next) = match difference {
                    Difference::Content(message) => (message, fetch.clone()),
                    Difference::Draft => (
                        "the live article is a draft, which its readers do not see".to_owned(),
                        format!("publish the article in the knowledge base: {}", live.address()),
                    ),
                };
                Finding::new(code, article.plain().path(), format!("{message}{edited}"))
                    .who(answerable(policy))
                    .next(next)
            };
            found.into_iter().map(told).collect()
        }
    }
}

/// The finding for a live article that could not be read: nobody can tell what is live.
pub fn unread(policy: &Policy, version: &Version, why: &str, next: &str) -> Finding {
    let about = format!("releases/{version}/{ARTICLE_FILE}");
    let finding = Finding::new(Code::KbLive, about, why).who(answerable(policy)).next(next);
    Finding { severity: Severity::Unverifiable, ..finding }
}

/// The requirement that the article is signed off for, if there is one.
pub fn covering(policy: &Policy) -> Option<&Requirement> {
    let is_article = |it: &SubjectPath| it.as_str() == ARTICLE_FILE;
    policy.requirements().iter().find(|it| it.subjects.iter().any(is_article))
}

fn answerable(policy: &Policy) -> impl Iterator<Item = Person> {
    covering(policy).map(|it| policy.signers_of(it)).unwrap_or_default().into_iter()
}

/// The first place where two texts part.
fn other_words(signed: &str, live: &str) -> Option<String> {
    let (mut signed, mut live) = (signed.split_whitespace().peekable(), live.split_whitespace().peekable());
    let mut at = 1;
    while let (Some(a), Some(b)) = (signed.peek(), live.peek()) {
        if a != b {
            break;
        }
        signed.next();
        live.next();
        at += 1;
    }
    let few = |words: &mut dyn Iterator<Item = &str>| words.take(6).collect::<Vec<_>>().join(" ");
    match (few(&mut live), few(&mut signed)) {
        (live, signed) if live.is_empty() && signed.is_empty() => None,
        (live, signed) if live.is_empty() => {
            Some(format!("the live article ends before word {at}, where {} was signed", quoted(&signed)))
        }
        (live, signed) if signed.is_empty() => {
            Some(format!("the live article goes on after the signed one: {}", quoted(&live)))
        }
        (live, signed) => Some(format!(
            "the live article is another from word {at} on: {}, where {} was signed",
            quoted(&live),
            quoted(&signed)
        )),
    }
}

/// The first line in which two texts part, but for blanks that nobody sees.
fn other_lines(signed: &str, live: &str) -> Option<String> {
    let lines =
        |text: &str| -> Vec<String> { text.trim_matches('\n').lines().map(|it| it.trim_end().to_owned()).collect() };
    let (signed_lines, live_lines) = (lines(&unix(signed)), lines(live));
    if signed_lines == live_lines {
        return None;
    }
    let same = signed_lines.iter().zip(&live_lines).take_while(|(signed, live)| signed == live).count();
    let first = |lines: &[String]| quoted(lines.get(same).map_or("", String::as_str));
    Some(other_words(signed, live).unwrap_or_else(|| {
        let (signed, live) = (first(&signed_lines), first(&live_lines));
        format!("the live article has other blanks from line {} on: {live}, where {signed} was signed", same + 1)
    }))
}

/// A text with the line ends of Unix, and no return within a line.
fn unix(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` from elsewhere, harmless and of a sane length.
fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    let cut: String = text.chars().take(LONGEST).collect();
    let dots = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{dots}", escaped(&cut))
}

fn quoted(text: &str) -> String {
    format!("`{}`", shown(text))
}

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;
