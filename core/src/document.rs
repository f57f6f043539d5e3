//! The documents of a release: the knowledge-base article, the customer notice, and any other Markdown text.

mod front;
mod html;
mod plain;
mod skeleton;
mod words;

use std::str::FromStr;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::DeValue;

pub use self::front::{Gap, gap};
pub use self::plain::{Heading, Link, Plain, Section};
pub use self::skeleton::Skeleton;
pub use self::words::{SectionName, Words};
use crate::name::{NameFault, Text, Url, Version};
use crate::record::{Placed, Problems, Sheet, Table, Value, Word, schema};

/// The knowledge-base article, `kb.md`.
#[derive(Debug, Clone)]
pub struct Article {
    plain: Plain,
    front: ArticleFront,
}

#[derive(Debug, Clone)]
struct ArticleFront {
    title: Placed<Text>,
    status: Placed<Status>,
    audience: Placed<Vec<Text>>,
    contact: Option<Placed<Text>>,
    id: Option<Text>,
    url: Option<Url>,
}

/// How far an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Still being written.
    Draft,
    /// For its readers.
    Published,
}

impl FromStr for Status {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        match text {
            "draft" => Ok(Self::Draft),
            "published" => Ok(Self::Published),
            _ => Err(NameFault("is no status; write \"draft\" or \"published\"".to_owned())),
        }
    }
}

/// For whom an article is: a list, or one word instead of a list of one.
struct Audience(Vec<Text>);

impl Value for Audience {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        let list = match raw.get_ref() {
            DeValue::String(_) => vec![Word::read(sheet, key, raw)?],
            _ => Vec::<Word<Text>>::read(sheet, key, raw)?,
        };
        if list.is_empty() {
            sheet.fault(raw.span(), format!("`{key}` names nobody"), "write `audience = [\"support\"]`");
            return None;
        }
        Some(Self(list.into_iter().map(|it| it.0).collect()))
    }
}

impl Article {
    /// Reads `bytes`, the content of `path`. Its sections are judged by the rules, not here.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, Problems> {
        let (plain, front) = both(Plain::parse(path, bytes), front::read_front(path, bytes, ArticleFront::read))?;
        Ok(Self { plain, front })
    }

    /// The text.
    pub fn plain(&self) -> &Plain {
        &self.plain
    }

    /// The title, with its place.
    pub fn title(&self) -> &Placed<Text> {
        &self.front.title
    }

    /// Draft or published, with its place.
    pub fn status(&self) -> &Placed<Status> {
        &self.front.status
    }

    /// For whom it is: at least one, with the place of the list.
    pub fn audience(&self) -> &Placed<Vec<Text>> {
        &self.front.audience
    }

    /// Whom an agent asks who is stuck, if the front matter says.
    pub fn contact(&self) -> Option<&Placed<Text>> {
        self.front.contact.as_ref()
    }

    /// Its number in the knowledge base, where it has one.
    pub fn id(&self) -> Option<&Text> {
        self.front.id.as_ref()
    }

    /// Its page in the knowledge base, where it has one.
    pub fn url(&self) -> Option<&Url> {
        self.front.url.as_ref()
    }
}

impl ArticleFront {
    fn read(table: &Table<'_, '_>) -> Option<Self> {
        let known = schema(table);
        let title = table.placed_name("title");
        let status = table.placed_name("status");
        let audience = table.placed::<Audience>("audience");
        let contact = table.placed_optional::<Word<Text>>("contact");
        let (id, url) = (table.optional_name("id"), table.optional_name("url"));
        known?;
        let (audience, contact) = (audience?, contact.map(|it| Placed { value: it.value.0, span: it.span }));
        let audience = Placed { value: audience.value.0, span: audience.span };
        Some(Self { title: title?, status: status?, audience, contact, id, url })
    }
}

/// The customer notice, `notice.md`.
#[derive(Debug, Clone)]
pub struct Notice {
    plain: Plain,
    front: NoticeFront,
}

#[derive(Debug, Clone)]
struct NoticeFront {
    title: Placed<Text>,
    version: Placed<Version>,
    date: Placed<Date>,
    contact: Placed<Text>,
}

impl Notice {
    /// Reads `bytes`, the content of `path`. Its sections are judged by the rules, not here.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, Problems> {
        let (plain, front) = both(Plain::parse(path, bytes), front::read_front(path, bytes, NoticeFront::read))?;
        Ok(Self { plain, front })
    }

    /// The text.
    pub fn plain(&self) -> &Plain {
        &self.plain
    }

    /// The title, with its place.
    pub fn title(&self) -> &Placed<Text> {
        &self.front.title
    }

    /// The version that it announces, with its place.
    pub fn version(&self) -> &Placed<Version> {
        &self.front.version
    }

    /// The day from which it holds, with its place.
    pub fn date(&self) -> &Placed<Date> {
        &self.front.date
    }

    /// Whom a customer asks.
    pub fn contact(&self) -> &Placed<Text> {
        &self.front.contact
    }
}

impl NoticeFront {
    fn read(table: &Table<'_, '_>) -> Option<Self> {
        let known = schema(table);
        let title = table.placed_name("title");
        let version = table.placed_name("version");
        let date = table.placed("date");
        let contact = table.placed_name("contact");
        known?;
        Some(Self { title: title?, version: version?, date: date?, contact: contact? })
    }
}

/// Both, or the problems of both.
fn both<A, B>(a: Result<A, Problems>, b: Result<B, Problems>) -> Result<(A, B), Problems> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => {
            let mut problems: Problems = a.err().into_iter().chain(b.err()).flatten().collect();
            problems.sort();
            problems.dedup();
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KB: &str = "schema = 1\ntitle = \"T\"\nstatus = \"draft\"\naudience = [\"support\"]\ncontact = \"Lee\"\n";
    const NOTICE: &str = "schema = 1\ntitle = \"T\"\nversion = \"2.7.0\"\ndate = 2026-11-20\ncontact = \"Lee\"\n";

    fn article(front: &str) -> Result<Article, Problems> {
        Article::parse("kb.md", format!("+++\n{front}+++\n\n## Issue\n\nIt fails.\n").as_bytes())
    }

    fn faults(front: &str) -> Vec<(usize, usize, String)> {
        let place = |it: crate::record::Problem| (it.place.line, it.place.column, it.message);
        article(front).unwrap_err().into_iter().map(place).collect()
    }

    #[test]
    fn reads_an_article() {
        let article = article(KB).unwrap();
        assert_eq!((article.title().value.as_str(), article.status().value), ("T", Status::Draft));
        assert_eq!(article.plain().sections()[0].lines, 9..12);
        assert_eq!(&article.plain().text()[article.title().span.clone()], "\"T\"");
    }

    #[test]
    fn an_article_may_have_a_number_and_a_page() {
        let (bare, listed) =
            (article(KB), article(&format!("{KB}id = \"4711\"\nurl = \"https://kb.example.com/4711\"\n")));
        let told = |it: &Article| (it.id().map(ToString::to_string), it.url().map(ToString::to_string));
        assert_eq!(told(&bare.unwrap()), (None, None));
        let expected = (Some("4711".to_owned()), Some("https://kb.example.com/4711".to_owned()));
        assert_eq!(told(&listed.unwrap()), expected);
    }

    #[test]
    fn reads_a_notice() {
        let notice = Notice::parse("notice.md", format!("+++\r\n{NOTICE}+++ \r\n").as_bytes()).unwrap();
        assert_eq!(
            (notice.version().value.to_string(), notice.date().value),
            ("2.7.0".into(), "2026-11-20".parse().unwrap())
        );
    }

    #[test]
    fn one_word_is_an_audience_and_none_is_not() {
        assert_eq!(article(&KB.replace("[\"support\"]", "\"support\"")).unwrap().audience().value.len(), 1);
        assert_eq!(faults(&KB.replace("[\"support\"]", "[]")), [(5, 12, "`audience` names nobody".to_owned())]);
    }

    #[test]
    fn every_fault_comes_out_in_one_run_at_its_place_in_the_file() {
        let front =
            "schema = 1\ntitle = \"\"\nstatus = \"done\"\naudience = 3\ncontact = 4\nurl = \"x\"\ntitel = \"T\"\n";
        let places: Vec<_> = faults(front).into_iter().map(|it| (it.0, it.1)).collect();
        assert_eq!(places, [(3, 9), (4, 10), (5, 12), (6, 11), (7, 7), (8, 1)]);
        assert_eq!(article("").unwrap_err()[0].place.text, "+++");
    }

    #[test]
    fn a_number_is_no_version_of_a_notice() {
        let text = format!("+++\n{}+++\n", NOTICE.replace("\"2.7.0\"", "2.7"));
        assert!(Notice::parse("notice.md", text.as_bytes()).unwrap_err()[0].message.contains("number"));
    }

    #[test]
    fn refuses_front_matter_that_is_missing_open_doubled_or_of_another_kind() {
        for (text, message) in [
            ("# T\n", "there is no front matter"),
            ("", "there is no front matter"),
            ("\n+++\n+++\n", "there is no front matter"),
            ("---\ntitle: T\n---\n", "the front matter is not TOML"),
            ("+++\nschema = 1\n", "the front matter has no end"),
            ("\u{feff}+++\n", "begins with a byte order mark"),
        ] {
            assert_eq!(Article::parse("kb.md", text.as_bytes()).unwrap_err()[0].message, message, "{text:?}");
        }
        assert!(article(&format!("{KB}title = \"U\"\n")).is_err());
    }
}
