//! A site as the policy has it: where it is, what of it belongs to others, and what its owners accept of it.

use std::fmt;
use std::str::FromStr;

use toml::Spanned;
use toml::de::DeValue;

use super::SiteRule;
use crate::name::{NameFault, check_site_file, escaped, listed, nearest};
use crate::record::{Placed, Sheet, Table, Value, Word};

/// The folder in which a site keeps what a publish needs, and which nobody else writes to.
const OWN_FOLDER: &str = ".holdpoint";

/// The page for people, where the policy names no other.
pub const PAGE: &str = "index.html";

/// The index for machines. No site calls it otherwise.
const INDEX: &str = "releases.json";

/// What the owners of a policy accept of a site, each by its word in `accept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accepted {
    /// The share cannot lock a file. Two publishes at once are then kept apart by the push alone.
    NoLocks,
    /// A component's folder, or that of one of its versions, may be a symbolic link to a folder elsewhere.
    LinkedFolders,
}

impl Accepted {
    const ALL: [Self; 2] = [Self::NoLocks, Self::LinkedFolders];

    /// As the policy writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoLocks => "no-locks",
            Self::LinkedFolders => "linked-folders",
        }
    }
}

impl FromStr for Accepted {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        Self::ALL.into_iter().find(|it| it.word() == text).ok_or_else(|| {
            let words = Self::ALL.map(Self::word);
            NameFault(match nearest(text, words) {
                Some(near) => format!("is nothing that a site can ask to accept; did you mean `{near}`?"),
                None => format!("is nothing that a site can ask to accept; there are {}", listed(words, "and")),
            })
        })
    }
}

impl fmt::Display for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Paths of a site that belong to the web site around it: `robots.txt`, `css/**`, `news-*.html`.
///
/// `*` stands for any characters within one name, and `**` as the last name for everything below. Whatever lies in a folder
/// that a pattern names is named with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside(String);

impl Beside {
    /// Whether `path`, or a folder above it, is named.
    pub fn covers(&self, path: &str) -> bool {
        let mut parts = path.split('/');
        self.0.split('/').all(|pattern| pattern == "**" || parts.next().is_some_and(|it| fits(pattern, it)))
            && (!self.0.ends_with("/**") || parts.next().is_some())
    }
}

/// Whether a name fits a pattern in which `*` stands for any characters.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(name) = name.strip_prefix(first) else { return false };
    let mut middle: Vec<&str> = rest.split('*').collect();
    let last = middle.pop().unwrap_or_default();
    let Some(mut name) = name.strip_suffix(last) else { return false };
    // Leftmost is enough: what follows may then begin the earliest.
    middle.into_iter().all(|part| match name.split_once(part) {
        Some((_, after)) => {
            name = after;
            true
        }
        None => false,
    })
}

impl FromStr for Beside {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let fault = |why: &str| Err(NameFault(why.to_owned()));
        let parts: Vec<&str> = text.split('/').collect();
        if parts.iter().any(|it| it.is_empty() || *it == "." || *it == "..") {
            return fault("is not a path from the site's folder, such as css/logo.svg");
        }
        if let Some(c) = text.chars().find(|c| r"\?[]{}".contains(*c) || crate::name::is_deceptive(*c)) {
            return Err(NameFault(format!(
                "has `{}`; patterns know `*` and a `**` at the end",
                escaped(&c.to_string())
            )));
        }
        let (last, above) = parts.split_last().map_or(("", &[][..]), |(last, above)| (*last, above));
        if above.iter().any(|it| it.contains("**")) || (last.contains("**") && last != "**") {
            return fault("has `**` elsewhere than as the last name");
        }
        if parts.first().is_some_and(|it| it.chars().all(|c| c == '*')) {
            return fault("takes every name, so the audit would see nothing at all");
        }
        let pattern = Self(text.to_owned());
        if pattern.covers(INDEX) || pattern.covers(OWN_FOLDER) {
            return fault("takes what `holdpoint` itself writes there");
        }
        Ok(pattern)
    }
}

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl SiteRule {
    /// Whether `path` belongs to the web site around the site.
    pub fn is_beside(&self, path: &str) -> bool {
        self.beside.iter().any(|it| it.covers(path))
    }

    /// Whether the owners accept this of the site.
    pub fn accepts(&self, what: Accepted) -> bool {
        self.accept.contains(&what)
    }
}

/// `page`: the name of the page for people, or `false`.
struct Page(Option<String>);

impl Value for Page {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        if let DeValue::Boolean(false) = raw.get_ref() {
            return Some(Self(None));
        }
        let help = "write `page = false`, or a name such as `page = \"downloads.html\"`";
        let DeValue::String(name) = raw.get_ref() else {
            sheet.fault(raw.span(), format!("`{key}` is neither `false` nor a name"), help);
            return None;
        };
        let is_page = |it: &str| it.ends_with(".html") || it.ends_with(".htm");
        let why = match check_site_file(name) {
            Err(why) => Some(why.to_string()),
            Ok(()) if !is_page(name) => Some("does not end with .html".to_owned()),
            Ok(()) => None,
        };
        if let Some(why) = why {
            sheet.fault(raw.span(), format!("`{}` {why}", escaped(name)), help);
            return None;
        }
        Some(Self(Some(name.as_ref().to_owned())))
    }
}

/// Every `[[site]]`.
pub(super) fn all(table: &Table<'_, '_>) -> Option<Vec<SiteRule>> {
    let tables = table.tables("site");
    let read: Vec<Option<SiteRule>> = tables.iter().map(one).collect();
    let all: Vec<SiteRule> = read.into_iter().collect::<Option<_>>()?;
    for (at, site) in all.iter().enumerate() {
        if all.iter().take(at).any(|it| it.name == site.name || it.url == site.url) {
            let span = tables.get(at).map(Table::span).unwrap_or_default();
            let message = format!("the site `{}`, or its address, is there twice", site.name);
            table.sheet().fault(span, message, "name each site once");
        }
    }
    Some(all)
}

fn one(table: &Table<'_, '_>) -> Option<SiteRule> {
    let (name, url) = (table.name("name"), table.placed::<String>("url"));
    let public = table.optional_name("public");
    let page = match table.has("page") {
        true => table.placed_optional::<Page>("page").map(|it| it.value.0),
        false => Some(Some(PAGE.to_owned())),
    };
    let beside = patterns::<Beside>(table, "beside");
    let accept = patterns::<Accepted>(table, "accept");
    table.finish();
    let (url, page, beside) = (url?, page?, beside?);
    if !url.value.starts_with("file:///") {
        let help = "write `url = \"file:///srv/www/downloads\"`";
        table.sheet().fault(url.span, "this build publishes to folders alone", help);
        return None;
    }
    if let Some(taken) = page.as_ref().and_then(|page| beside.iter().find(|it| it.value.covers(page))) {
        let help = "name another page, `page = false`, or take the pattern out";
        table.sheet().fault(taken.span.clone(), "it takes the page that `holdpoint` itself writes", help);
        return None;
    }
    let beside = beside.into_iter().map(|it| it.value).collect();
    let accept = accept?.into_iter().map(|it| it.value).collect();
    Some(SiteRule { name: name?, url: url.value, public, page, beside, accept })
}

/// A list that may be left out, in which nothing is said twice.
fn patterns<T: FromStr<Err: fmt::Display> + PartialEq>(
    table: &Table<'_, '_>,
    key: &'static str,
) -> Option<Vec<Placed<T>>> {
    if !table.has(key) {
        return Some(Vec::new());
    }
    let list: Vec<Placed<Word<T>>> = table.optional(key)?;
    let list: Vec<Placed<T>> = list.into_iter().map(|it| Placed { value: it.value.0, span: it.span }).collect();
    for (at, it) in list.iter().enumerate() {
        if list.iter().take(at).any(|earlier| earlier.value == it.value) {
            table.sheet().fault(it.span.clone(), format!("`{key}` names it twice"), "name it once");
        }
    }
    Some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(pattern: &str, path: &str) -> bool {
        pattern.parse::<Beside>().unwrap().covers(path)
    }

    #[test]
    fn a_pattern_covers_what_it_names_and_what_lies_in_it() {
        for (pattern, path, is_beside) in [
            ("robots.txt", "robots.txt", true),
            ("robots.txt", "robots.txt.exe", false),
            ("robots.txt", "x/robots.txt", false),
            ("latest", "latest", true),
            ("latest", "latest/setup.exe", true),
            ("latest", "latest2", false),
            ("css/**", "css/a/b.css", true),
            ("css/**", "css", false),
            ("css/*", "css/a.css", true),
            ("css/*.css", "css/a.js", false),
            ("news-*.html", "news-2026-11.html", true),
            ("news-*.html", "news-.htm", false),
            ("a*b*c", "abc", true),
            ("a*b*c", "axbxbc", true),
            ("a*b*c", "acb", false),
            ("aXa", "a", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(covers(pattern, path), is_beside, "{pattern} {path}");
        }
    }

    #[test]
    fn refuses_a_pattern_that_would_hide_the_site_or_ours() {
        for (bad, why) in [
            ("", "not a path"),
            ("/css", "not a path"),
            ("../x", "not a path"),
            ("css/", "not a path"),
            ("a\\b", "patterns know"),
            ("a?", "patterns know"),
            ("a\n", "patterns know"),
            ("**/x", "elsewhere than as the last name"),
            ("a**", "elsewhere than as the last name"),
            ("*", "takes every name"),
            ("**", "takes every name"),
            ("*/x", "takes every name"),
            ("releases.json", "itself writes"),
            ("rel*", "itself writes"),
            (".h*", "itself writes"),
        ] {
            let fault = bad.parse::<Beside>().unwrap_err().to_string();
            assert!(fault.contains(why), "{bad}: {fault}");
        }
    }

    #[test]
    fn accepts_only_what_is_known() {
        assert_eq!("no-locks".parse(), Ok(Accepted::NoLocks));
        assert!("no-lock".parse::<Accepted>().unwrap_err().to_string().contains("did you mean `no-locks`?"));
        assert!("unsafe".parse::<Accepted>().is_err());
    }
}
