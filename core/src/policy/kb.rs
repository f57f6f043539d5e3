//! `[kb]`: a knowledge base kept elsewhere, where the live article is found and how it is read.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::Requirement;
use crate::document::Article;
use crate::name::{NameFault, Text, escaped};
use crate::record::{Table, Word};

/// The document that is held against the live article.
pub const ARTICLE_FILE: &str = "kb.md";

/// What stands in the address for the number of the article.
const ID: &str = "{id}";

/// How long an answer may take, in seconds, unless the policy says otherwise; and at most.
const USUAL_TIMEOUT: u64 = 20;
const LONGEST_TIMEOUT: u64 = 120;

/// Headers that belong to the connection, and to nobody's policy.
const OWN_HEADERS: [&str; 6] = ["host", "connection", "content-length", "transfer-encoding", "upgrade", "te"];

/// Where the live article is, and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KbRule {
    url: String,
    shape: Shape,
    headers: Vec<(HeaderName, Variable)>,
    timeout: u64,
}

/// What a knowledge base answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// The page itself: HTML, or plain text.
    Page,
    /// JSON, with the article in it.
    Json(Pointers),
}

/// Where things stand in a JSON answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointers {
    /// The text.
    pub body: Pointer,
    /// The title, if it is compared.
    pub title: Option<Pointer>,
    /// When it was last edited, for people.
    pub edited: Option<Pointer>,
    /// Whether it is a draft, or its status.
    pub draft: Option<Pointer>,
    /// What stands there of a published article, if the policy says so: then nothing else means that.
    pub published: Vec<String>,
    /// How the text is written.
    pub format: BodyFormat,
}

/// How the text in a JSON answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFormat {
    /// As HTML.
    Html,
    /// As Markdown, or as plain text.
    Markdown,
}

impl FromStr for BodyFormat {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        match text {
            "html" => Ok(Self::Html),
            "markdown" => Ok(Self::Markdown),
            _ => Err(NameFault("is no format; write \"html\" or \"markdown\"".to_owned())),
        }
    }
}

/// A place in a JSON value (RFC 6901): `/article/body`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer(String);

impl Pointer {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Pointer {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let _: Text = text.parse()?;
        let is_whole = text.split('~').skip(1).all(|it| it.starts_with(['0', '1']));
        if !text.starts_with('/') || !is_whole {
            return Err(NameFault("is no JSON pointer such as /article/body".to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name of a header, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderName(String);

impl HeaderName {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HeaderName {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if text.is_empty() || text.len() > 100 || !text.chars().all(is_token) {
            return Err(NameFault("is no name of a header such as Authorization".to_owned()));
        }
        if OWN_HEADERS.iter().any(|it| it.eq_ignore_ascii_case(text)) {
            return Err(NameFault("is a header of the connection itself, and cannot be set".to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name of an environment variable, which holds what nobody should read in a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable(String);

impl Variable {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Variable {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let is_word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let begins = text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
        if !begins || text.len() > 100 || !text.chars().all(is_word) {
            return Err(NameFault("is no name of an environment variable such as ZENDESK_AUTH".to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl KbRule {
    /// How the answer is read.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The headers that are sent, each with the variable that holds its value.
    pub fn headers(&self) -> &[(HeaderName, Variable)] {
        &self.headers
    }

    /// How long the answer may take, in seconds: 1 to 120.
    pub fn timeout(&self) -> u64 {
        self.timeout
    }

    /// Where the live text of `article` is. The policy names the host, never the document: what is sent there is secret.
    ///
    /// # Errors
    /// Says what the front matter lacks.
    pub fn address(&self, article: &Article) -> Result<String, String> {
        if self.url.contains(ID) {
            let id = article.id().ok_or_else(|| format!("its front matter has no `id`, which `{}` needs", self.url))?;
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
            let is_safe = id.as_str().chars().all(is_plain) && !id.as_str().chars().all(|it| it == '.');
            return match is_safe {
                // ServiceNow joins the conditions of a query with it; on the wire it is encoded.
                true => Ok(self.url.replace('^', "%5E").replace(ID, id.as_str())),
                false => Err("its `id` may have letters, digits and `-_.~` alone".to_owned()),
            };
        }
        if !self.url.ends_with('/') {
            return Ok(self.url.replace('^', "%5E"));
        }
        let url = article.url().ok_or_else(|| format!("its front matter has no `url` below {}", self.url))?;
        match url.as_str().strip_prefix(&self.url) {
            Some(rest) if is_below(rest) => Ok(url.to_string()),
            _ => Err(format!("its `url` does not lie below {}, as the policy wants it", self.url)),
        }
    }
}

/// Whether a path stays in the folder that it is put behind.
fn is_below(rest: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~/?=&+,".contains(c);
    let path = rest.split('?').next().unwrap_or_default();
    !rest.is_empty()
        && rest.chars().all(plain)
        && path.split('/').all(|it| !matches!(it, "." | ".."))
        && !path.starts_with('/')
}

/// Whether `url` is an address to which secrets may be sent: `https`, or this machine itself.
fn check_url(url: &str) -> Result<(), &'static str> {
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Err("`url` is no address such as https://kb.example.com/articles/{id}"),
    };
    let Some((host, path)) = rest.split_once('/') else { return Err("`url` has no path behind its host") };
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "443"));
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    if name.is_empty() || !name.chars().all(is_name) || port.parse::<u16>().is_err() {
        return Err("`url` names no host in plain lower-case letters");
    }
    if !secure && !matches!(name, "127.0.0.1" | "localhost") {
        return Err("`url` is not encrypted: only `https://` keeps what is sent and what is read as it is");
    }
    let bare = path.replacen(ID, "", 1);
    if bare.chars().any(|c| !c.is_ascii_graphic() || "\"<>\\`{|}#@".contains(c)) {
        return Err("`url` has a character that an address has not, or `{id}` twice");
    }
    Ok(())
}

/// Reads `[kb]`, if it is there. After a fault there is none either: with a fault there is no policy.
pub(super) fn rule(table: &Table<'_, '_>, requirements: Option<&[Requirement]>) -> Option<KbRule> {
    let kb = table.optional_table("kb")?;
    let fault = |span: Range<usize>, message: &str, help: &str| kb.sheet().fault(span, message, help);
    let url = kb.placed::<String>("url");
    let shape = shape(&kb);
    let headers = match kb.optional_table("headers") {
        Some(headers) => Some(self::headers(&headers)),
        None => (!kb.has("headers")).then(Vec::new),
    };
    let timeout = kb.placed_optional::<u64>("timeout");
    kb.finish();
    let covered =
        requirements.is_none_or(|all| all.iter().any(|it| it.subjects.iter().any(|it| it.as_str() == ARTICLE_FILE)));
    if !covered {
        fault(
            kb.span(),
            "no requirement covers `kb.md`, so there is no signed copy to compare with",
            "add it to the `subjects` of one",
        );
    }
    let url = url?;
    if let Err(why) = check_url(&url.value) {
        fault(url.span, why, "write it like `url = \"https://kb.example.com/api/articles/{id}.json\"`");
        return None;
    }
    if let Some(timeout) = timeout.as_ref().filter(|it| !(1..=LONGEST_TIMEOUT).contains(&it.value)) {
        fault(timeout.span.clone(), "`timeout` is out of range", &format!("write 1 to {LONGEST_TIMEOUT} seconds"));
        return None;
    }
    let timeout = timeout.map_or(USUAL_TIMEOUT, |it| it.value);
    Some(KbRule { url: url.value, shape, headers: headers?, timeout })
}

fn shape(kb: &Table<'_, '_>) -> Shape {
    let pointer = |key| kb.placed_optional::<Word<Pointer>>(key);
    let body = pointer("body");
    let others = [("title", pointer("title")), ("edited", pointer("edited")), ("draft", pointer("draft"))];
    let format = kb.placed_optional::<Word<BodyFormat>>("format");
    let published = kb.optional_names::<Text>("published");
    let Some(body) = body else {
        let others = others.iter().filter_map(|(key, it)| Some((*key, it.as_ref()?.span.clone())));
        let first = published.iter().flatten().next().map(|it| ("published", it.span.clone()));
        let idle = others.chain(format.as_ref().map(|it| ("format", it.span.clone()))).chain(first);
        for (key, span) in idle.filter(|_| !kb.has("body")) {
            let message = format!("`{key}` is about a JSON answer, and without `body` a page is read");
            let help = format!("say where the text is: `body = \"/article/body\"`, or leave `{key}` out");
            kb.sheet().fault(span, message, help);
        }
        return Shape::Page;
    };
    let [title, edited, draft] = others.map(|(_, it)| it.map(|it| it.value.0));
    if published.as_ref().is_some_and(Vec::is_empty) {
        kb.sheet().fault(kb.span(), "`published` lists nothing", "list what a published article has, or leave it out");
    }
    let published: Vec<_> = published.into_iter().flatten().collect();
    if let (Some(first), None) = (published.first(), &draft) {
        let message = "`published` says what stands at `draft`, and there is no `draft`";
        kb.sheet().fault(first.span.clone(), message, "say where the status is: `draft = \"/article/status\"`");
    }
    let published = published.into_iter().map(|it| it.value.to_string()).collect();
    let format = format.map_or(BodyFormat::Html, |it| it.value.0);
    Shape::Json(Pointers { body: body.value.0, title, edited, draft, published, format })
}

fn headers(table: &Table<'_, '_>) -> Vec<(HeaderName, Variable)> {
    let (mut headers, mut seen) = (Vec::new(), BTreeSet::new());
    for (name, entry) in table.entries::<HeaderName>() {
        if !seen.insert(name.value.as_str().to_ascii_lowercase()) {
            let message = format!("the header `{}` is there twice", escaped(name.value.as_str()));
            table.sheet().fault(name.span, message, "name each header once");
        } else if let Some(variable) = entry.read::<Word<Variable>>() {
            headers.push((name.value, variable.0));
        }
    }
    headers
}

#[cfg(test)]
mod tests;
