//! Names: every word of a record that stands for something, checked once, at the door.
//!
//! A name is a newtype made by `FromStr`, so that a value that exists is a valid one: it fits in a path on every
//! file system, on one line of a terminal, and it cannot be mistaken for another.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

mod file_name;
mod hidden;

pub use file_name::{LONGEST_FILE_NAME, check_site_file, percent_encoded};
pub use hidden::{hidden, is_deceptive};

/// Why a word is no name. The sentence continues "`WORD` …".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NameFault(pub String);

fn fault(text: impl Into<String>) -> NameFault {
    NameFault(text.into())
}

/// The longest name, in bytes.
pub const LONGEST_NAME: usize = 100;

/// The longest line of free text (a reason, a title), in bytes.
pub const LONGEST_TEXT: usize = 2_000;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameFault;
            fn from_str(text: &str) -> Result<Self, NameFault> {
                $check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name!(
    /// A person or machine of the ring: `maria@example.com`. Compared byte for byte; the ring refuses two that differ only in case.
    Person,
    check_person
);
name!(
    /// A role of the policy: `support`.
    RoleName,
    check_word
);
name!(
    /// A requirement of the policy: `kb`.
    RequirementName,
    check_word
);
name!(
    /// A component: `recorder`. Lower case, because it becomes a folder on the site.
    ComponentName,
    check_word
);
name!(
    /// A site of the policy: `downloads`.
    SiteName,
    check_word
);
name!(
    /// An interface, as `compatibility.toml` names it: `rec`.
    InterfaceName,
    check_word
);
name!(
    /// A format of an interface, as one component writes it and another reads it: `3`, `asciicast-v2`.
    FormatName,
    check_format
);
name!(
    /// The name of an artifact's file, without folders: `recorder-2.7.0.exe`.
    FileName,
    file_name::check_artifact_file
);
name!(
    /// A file of a release folder that a requirement covers: `kb.md`, `docs/kb.md`.
    SubjectPath,
    check_path
);
name!(
    /// The project's address, bound into every statement: `https://downloads.example.com/webinar`.
    Project,
    check_url
);
name!(
    /// The address of a page that people open: `https://kb.example.com/4711`.
    Url,
    check_url
);
name!(
    /// One line of free text that is safe to show: no control characters, nothing that turns the direction of writing.
    Text,
    check_text
);

/// A release's version: semver, written in full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(semver::Version);

impl Version {
    /// Whether this is a pre-release such as `2.7.0-rc.1`.
    pub fn is_pre_release(&self) -> bool {
        !self.0.pre.is_empty()
    }

    /// Whether `asked`, as somebody types it (`2.7`, `v2.7.0`), means this version.
    pub fn answers_to(&self, asked: &str) -> bool {
        let asked = asked.strip_prefix('v').unwrap_or(asked);
        let full = self.0.to_string();
        if full == asked {
            return true;
        }
        let numbers: Vec<&str> = asked.split('.').collect();
        let own = [self.0.major.to_string(), self.0.minor.to_string(), self.0.patch.to_string()];
        numbers.len() < 3 && numbers.iter().zip(&own).all(|(asked, own)| asked == own)
    }
}

impl FromStr for Version {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        if text.len() > LONGEST_NAME {
            return Err(fault(format!("is longer than {LONGEST_NAME} bytes")));
        }
        semver::Version::parse(text).map(Self).map_err(|why| fault(format!("is not a version such as 2.7.0 ({why})")))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

/// `text` with every deceptive character written as `\u{…}`, so that a terminal or page shows what is there.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut misplaced = hidden(text).map(|it| it.0).peekable();
    for (at, c) in text.char_indices() {
        if misplaced.next_if_eq(&at).is_some() || is_deceptive(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// `text` as one word of a shell, whatever characters are in it.
pub fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// What git names the file at `path` by on a command line. A name that nobody can type stands as its beginning and a `*`.
pub fn pathspec(path: &str) -> String {
    let is_magic = |c: char| "*?[\\".contains(c);
    match untypable(path) {
        Some(beginning) => {
            let escape = |c| if is_magic(c) { format!("\\{c}") } else { String::from(c) };
            quoted(&format!("{}*", beginning.chars().map(escape).collect::<String>()))
        }
        None if path.contains(is_magic) => quoted(&format!(":(literal){path}")),
        None => quoted(path),
    }
}

/// The command that removes the file at `path`, and that alone: where its name cannot be typed, one that first shows what it
/// would remove.
pub fn removal(path: &str) -> String {
    let spec = pathspec(path);
    match untypable(path) {
        Some(_) => {
            format!("git rm -n -- {spec}   (its name cannot be typed; leave out `-n` once it names that file alone)")
        }
        None => format!("git rm -- {spec}"),
    }
}

/// The beginning of a path that has characters which nobody can type; none where the whole can be typed. Bytes that are no
/// Unicode are read as U+FFFD, and beside them the others may be escaped already.
fn untypable(path: &str) -> Option<&str> {
    const UNREAD: char = char::REPLACEMENT_CHARACTER;
    let end = path.find(|c| is_deceptive(c) || c == UNREAD)?;
    let escape = if path.contains(UNREAD) { path.find("\\u{") } else { None };
    path.get(..escape.map_or(end, |it| it.min(end)))
}

/// Names that some system keeps for itself, whatever the extension.
const DEVICE_NAMES: [&str; 28] = [
    "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt0",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$", "clock$", ".git",
];

/// Files of a site that are the site's own.
pub const RESERVED_FILES: [&str; 3] = ["releases.json", "sha256sums", "index.html"];

/// Checks one part of a path: plain ASCII that means the same file on every system.
pub fn check_plain_file(text: &str) -> Result<(), NameFault> {
    if text.is_empty() {
        return Err(fault("is empty"));
    }
    if text.len() > LONGEST_NAME {
        return Err(fault(format!("is longer than {LONGEST_NAME} bytes")));
    }
    if let Some(c) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "._-+@".contains(*c))) {
        return Err(fault(format!(
            "has the character `{}`; letters, digits and ._-+@ are allowed",
            escaped(&c.to_string())
        )));
    }
    if text.starts_with('.') || text.starts_with('-') {
        return Err(fault("starts with a dot or a dash"));
    }
    if text.ends_with('.') {
        return Err(fault("ends with a dot, which Windows drops"));
    }
    let lower = text.to_ascii_lowercase();
    let stem = lower.split('.').next().unwrap_or(&lower);
    if DEVICE_NAMES.contains(&stem) {
        return Err(fault("is a device name on Windows"));
    }
    Ok(())
}

fn check_path(text: &str) -> Result<(), NameFault> {
    let parts: Vec<&str> = text.split('/').collect();
    for part in &parts {
        check_plain_file(part)?;
    }
    if parts.first().is_some_and(|it| it.eq_ignore_ascii_case("ledger")) {
        return Err(fault("lies in the ledger, which no requirement can cover"));
    }
    Ok(())
}

fn check_word(text: &str) -> Result<(), NameFault> {
    check_plain_file(text)?;
    if let Some(c) = text.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-' || *c == '_')) {
        return Err(fault(format!("has the character `{c}`; lower-case letters, digits, - and _ are allowed")));
    }
    Ok(())
}

fn check_person(text: &str) -> Result<(), NameFault> {
    if text.len() > LONGEST_NAME {
        return Err(fault(format!("is longer than {LONGEST_NAME} bytes")));
    }
    if let Some(c) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "._-+@".contains(*c))) {
        return Err(fault(format!(
            "has the character `{}`; a person is written like maria@example.com",
            escaped(&c.to_string())
        )));
    }
    match text.split_once('@') {
        Some((name, host)) if !name.is_empty() && !host.is_empty() && !host.contains('@') => {
            check_plain_file(text).map_err(|_| fault("is not written like maria@example.com"))
        }
        _ => Err(fault("is not written like maria@example.com")),
    }
}

fn check_url(text: &str) -> Result<(), NameFault> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && text.len() <= LONGEST_TEXT => {
            let plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
            match rest.chars().find(|c| !plain(*c)) {
                Some(c) => Err(fault(format!("has the character `{}`", escaped(&c.to_string())))),
                None => Ok(()),
            }
        }
        _ => Err(fault("is not an address such as https://downloads.example.com/webinar")),
    }
}

fn check_format(text: &str) -> Result<(), NameFault> {
    check_text(text)?;
    if text.len() > LONGEST_NAME {
        return Err(fault(format!("is longer than {LONGEST_NAME} bytes")));
    }
    if text.trim() != text {
        return Err(fault("begins or ends with a blank"));
    }
    Ok(())
}

fn check_text(text: &str) -> Result<(), NameFault> {
    if text.trim().is_empty() {
        return Err(fault("is empty"));
    }
    if text.len() > LONGEST_TEXT {
        return Err(fault(format!("is longer than {LONGEST_TEXT} bytes")));
    }
    match text.chars().find(|c| is_deceptive(*c)).or_else(|| hidden(text).next().map(|it| it.1)) {
        Some(c) => Err(fault(format!("has the character {}, which a reader cannot see", c.escape_unicode()))),
        None => Ok(()),
    }
}

/// The word of `known` that is nearest to `word`, if one is near enough to be a slip.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|it| (strsim::damerau_levenshtein(word, it), it))
        .filter(|(distance, it)| *distance <= 1 + it.len().max(word.len()) / 4 && *distance < it.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, it)| it)
}

/// The person of `known` whom a mistyped `person` may mean. At the same host only the names before the `@` are compared:
/// people of one company are not near each other because they work there.
pub fn nearest_person<'a>(person: &Person, known: impl IntoIterator<Item = &'a Person>) -> Option<&'a Person> {
    let parts = |it: &'a Person| it.as_str().split_once('@');
    let (name, host) = person.as_str().split_once('@')?;
    let known: Vec<&Person> = known.into_iter().collect();
    let at_host = known.iter().filter_map(|it| parts(it)).filter(|it| it.1 == host).map(|it| it.0);
    if let Some(near) = nearest(name, at_host) {
        return known.into_iter().find(|it| parts(it) == Some((near, host)));
    }
    let elsewhere = known.iter().filter(|it| parts(it).is_some_and(|it| it.1 != host));
    let near = nearest(person.as_str(), elsewhere.map(|it| it.as_str()))?;
    known.into_iter().find(|it| it.as_str() == near)
}

/// `count` things: "1 statement", "5 statements".
pub fn counted(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        n => match one.strip_suffix('y') {
            Some(stem) if !one.ends_with("ay") && !one.ends_with("ey") => format!("{n} {stem}ies"),
            _ => format!("{n} {one}s"),
        },
    }
}

/// Words as people list them: "a", "a or b", "a, b or c".
pub fn listed<T: fmt::Display>(words: impl IntoIterator<Item = T>, joint: &str) -> String {
    let words: Vec<String> = words.into_iter().map(|it| it.to_string()).collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {joint} {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_another_file_elsewhere() {
        for bad in ["", ".", "..", "a/b", "nul", "NUL.txt", "a.", "-x", ".hidden", "a:b", "ä", "a b", "com1.exe"] {
            assert!(check_plain_file(bad).is_err(), "{bad}");
        }
        for good in ["recorder-2.7.0.exe", "a_b+c.tar.gz", "console.txt"] {
            assert!(check_plain_file(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn keeps_the_names_of_the_site_for_the_site() {
        for reserved in ["releases.json", "SHA256SUMS", "sha256sums", "Index.html"] {
            assert!(reserved.parse::<FileName>().is_err(), "{reserved}");
        }
    }

    #[test]
    fn no_requirement_covers_the_ledger() {
        assert!("ledger/x.toml".parse::<SubjectPath>().is_err());
        assert!("../kb.md".parse::<SubjectPath>().is_err());
        assert!("docs/kb.md".parse::<SubjectPath>().is_ok());
    }

    #[test]
    fn a_reason_cannot_turn_the_writing_round() {
        assert!("fine, really".parse::<Text>().is_ok());
        assert!("gnp.\u{202e}exe".parse::<Text>().is_err());
        assert!("two\nlines".parse::<Text>().is_err());
        assert_eq!(escaped("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn a_word_of_the_records_has_small_letters_digits_and_dashes() {
        assert!("cloud-recorder_2".parse::<ComponentName>().is_ok());
        for bad in ["", "Recorder", "cloud recorder", "a.b", "a/b", "é", "-a"] {
            assert!(bad.parse::<ComponentName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_format_is_called_anything_without_blanks_around_it() {
        assert!("REC 2, big-endian".parse::<FormatName>().is_ok());
        for bad in ["", " ", " 2", "2 ", "2\n", "2\u{202e}"] {
            assert!(bad.parse::<FormatName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_version_answers_to_its_short_forms() {
        let version: Version = "2.7.0".parse().unwrap();
        for asked in ["2.7.0", "v2.7.0", "2.7", "v2.7", "2"] {
            assert!(version.answers_to(asked), "{asked}");
        }
        for asked in ["2.70", "2.7.1", "7", "", "v"] {
            assert!(!version.answers_to(asked), "{asked}");
        }
        assert!("2.7".parse::<Version>().is_err());
        let candidate: Version = "2.7.0-rc.1".parse().unwrap();
        assert!(candidate.answers_to("v2.7.0-rc.1") && !candidate.answers_to("2.7.0"));
        assert!(candidate.is_pre_release() && !version.is_pre_release());
    }

    /// Whether a text of that many bytes, made by `text`, is a `T`.
    fn fits<T: FromStr>(bytes: usize, text: impl Fn(String) -> String) -> bool {
        let text = text("x".repeat(bytes - text(String::new()).len()));
        assert_eq!(text.len(), bytes);
        text.parse::<T>().is_ok()
    }

    #[test]
    fn each_name_is_as_long_as_it_may_be_and_no_longer() {
        for (bytes, fit) in [(LONGEST_NAME, true), (LONGEST_NAME + 1, false), (2 * LONGEST_NAME, false)] {
            assert_eq!(fits::<FormatName>(bytes, |it| it), fit);
            assert_eq!(fits::<Version>(bytes, |it| format!("1.0.0-a{it}")), fit);
            assert_eq!(fits::<Person>(bytes, |it| format!("a{it}@example.com")), fit);
        }
        for (bytes, fit) in [(LONGEST_TEXT, true), (LONGEST_TEXT + 1, false), (2 * LONGEST_TEXT, false)] {
            assert_eq!(fits::<Text>(bytes, |it| it), fit);
            assert_eq!(fits::<Project>(bytes, |it| format!("https://a{it}")), fit);
        }
    }

    #[test]
    fn a_person_has_a_name_and_one_host() {
        for bad in ["maria", "@example.com", "maria@", "@", "maria@example@com", "maria@example.com@", ".a@b", "a b@c"]
        {
            assert!(bad.parse::<Person>().is_err(), "{bad}");
        }
        assert!("maria+kb@example.com".parse::<Person>().is_ok());
    }

    #[test]
    fn an_address_is_one_that_programs_take_as_it_is() {
        for bad in [
            "",
            "https://",
            "http://",
            "ftp://a",
            "https://a b",
            "https://a\"b",
            "https://a|b",
            "https://ä",
            "https://a\n",
        ] {
            assert!(bad.parse::<Project>().is_err(), "{bad}");
        }
        assert!("http://localhost:8000/a?b=c#d".parse::<Project>().is_ok());
    }

    #[test]
    fn suggests_a_slip_and_not_a_guess() {
        assert_eq!(nearest("titel", ["title", "owner"]), Some("title"));
        assert_eq!(nearest("zzz", ["title", "owner"]), None);
        // One slip in any word, two in one of four letters or more, and never as many as the word has letters.
        assert_eq!(nearest("kc", ["kb"]), Some("kb"));
        assert_eq!(nearest("cc", ["kb"]), None);
        assert_eq!(nearest("x", ["k"]), None);
        assert_eq!(nearest("notixx", ["notice"]), Some("notice"));
        assert_eq!(nearest("natixx", ["notice"]), None);
        assert_eq!(nearest("comptbility", ["compatibility"]), Some("compatibility"));
    }

    #[test]
    fn a_colleague_is_no_slip() {
        let people: Vec<Person> = ["dana@example.com", "lee@other.org"].iter().map(|it| it.parse().unwrap()).collect();
        let near = |it: &str| nearest_person(&it.parse().unwrap(), &people).map(Person::as_str);
        assert_eq!(near("mia@example.com"), None);
        assert_eq!(near("dna@example.com"), Some("dana@example.com"));
        assert_eq!(near("dana@exmaple.com"), Some("dana@example.com"));
        assert_eq!(near("lee@example.com"), None);
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        assert_eq!(quoted("releases/2.7.0/kb.md"), "releases/2.7.0/kb.md");
        assert_eq!(quoted("/a b"), "'/a b'");
        assert_eq!(quoted("x'; touch PWN"), r"'x'\''; touch PWN'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn removes_one_file_and_looks_first_where_it_cannot_be_named() {
        assert_eq!(removal("a/-rf"), "git rm -- a/-rf");
        assert_eq!(removal("a/x*"), "git rm -- ':(literal)a/x*'");
        let odd = [("a/x\u{1b}y", "'a/x*'"), ("[a]/\u{202e}", r"'\[a]/*'"), ("a\\u{1b}b\u{fffd}", "'a*'")];
        for (odd, shown) in odd {
            assert!(removal(odd).starts_with(&format!("git rm -n -- {shown}   (")), "{}", removal(odd));
            assert_eq!(pathspec(odd), shown);
        }
    }

    #[test]
    fn counts_and_lists_as_people_do() {
        assert_eq!(counted(1, "entry"), "1 entry");
        assert_eq!(counted(2, "entry"), "2 entries");
        assert_eq!(counted(0, "day"), "0 days");
        assert_eq!(listed(["a", "b", "c"], "or"), "a, b or c");
    }
}
