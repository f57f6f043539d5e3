//! Every place of the source that prints a command: the string literals outside of tests that have one in them. A place is written
//! `FILE> BEGINNING`, where the beginning is that of its literal, and means exactly one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The programs that a person is told to run, besides the tool and git.
const TOOLS: &[&str] = &[
    "apt-get",
    "cat",
    "chmod",
    "chown",
    "cp",
    "export",
    "kill",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "openssl",
    "rm",
    "setfacl",
    "ssh-add",
    "ssh-keygen",
    "sudo",
];

/// Words after `git` that are those of a sentence.
pub(super) const VERBS_OF_A_SENTENCE: &[&str] = &[
    "and",
    "cannot",
    "does",
    "from",
    "passes",
    "repository",
    "itself",
    "keeps",
    "knows",
    "lists",
    "runs",
    "says",
    "sees",
    "takes",
    "tells",
    "understands",
    "where",
    "writes",
];

/// A string literal that has a command in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Printed {
    pub(super) file: String,
    /// As it is written, with its `{}`.
    pub(super) text: String,
}

impl Printed {
    /// Whether `place` means this one.
    pub(super) fn is(&self, place: &str) -> bool {
        match place.split_once("> ") {
            Some((file, begin)) => file == self.file && self.text.starts_with(begin),
            None => place == self.file || self.file.starts_with(&format!("{place}/")),
        }
    }

    /// What of `text` is what this prints, its blanks filled in; a blank ends with its line.
    pub(super) fn found_in(&self, text: &str) -> Option<String> {
        let pieces = pieces(&self.text);
        let first = pieces.iter().find(|it| !it.is_empty())?;
        text.match_indices(first.as_str()).find_map(|(start, _)| {
            let mut at = start;
            for (nth, piece) in pieces.iter().enumerate().skip_while(|it| it.1.is_empty()) {
                let gap = text[at..].find(piece.as_str())?;
                // Between two pieces lies what fills the blank, which is one line.
                if text[at..at + gap].contains('\n') || (gap > 0 && at == start && nth == 0) {
                    return None;
                }
                at += gap + piece.len();
            }
            let is_open = pieces.last().is_some_and(String::is_empty);
            let end = if is_open { text[at..].find('\n').map_or(text.len(), |it| at + it) } else { at };
            Some(text[start..end].to_owned())
        })
    }
}

/// The text between the `{}` of a literal.
fn pieces(template: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut rest = template;
    while let Some(c) = rest.chars().next() {
        let twice = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}"));
        if let (Some(after), true) = (twice, c == '{' || c == '}') {
            pieces.last_mut().unwrap().push(c);
            rest = after;
        } else if c == '{' {
            rest = rest.split_once('}').map_or("", |it| it.1);
            pieces.push(String::new());
        } else {
            pieces.last_mut().unwrap().push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    pieces
}

/// All of them, in the product's own code.
pub(super) fn printed() -> BTreeSet<Printed> {
    let mut found = BTreeSet::new();
    for top in ["core/src", "src"] {
        for (file, text) in files(top) {
            let texts = literals(&text).into_iter().filter(|it| has_command(it));
            found.extend(texts.map(|text| Printed { file: file.clone(), text }));
        }
    }
    found
}

/// The one literal that a place means.
pub(super) fn place(all: &BTreeSet<Printed>, place: &str) -> Result<Printed, String> {
    let found: Vec<&Printed> = all.iter().filter(|it| it.is(place)).collect();
    match found[..] {
        [it] => Ok(it.clone()),
        // One that is the beginning of another one is meant where it is written whole.
        _ => found
            .iter()
            .find(|it| place == format!("{}> {}", it.file, it.text))
            .map(|it| (*it).clone())
            .ok_or_else(|| format!("`{place}` means {} literals with a command", found.len())),
    }
}

/// The source files below `top`, without those that belong to tests.
pub(super) fn files(top: &str) -> Vec<(String, String)> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut open, mut found, mut tests) = (vec![home.join(top)], Vec::new(), Vec::<PathBuf>::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                tests.extend(test_modules(&path, &text));
                found.push((path, text));
            }
        }
    }
    found.retain(|(path, _)| !tests.iter().any(|it| path == &it.with_extension("rs") || path.starts_with(it)));
    let shown = |path: &Path| path.strip_prefix(home).unwrap().display().to_string();
    found.into_iter().map(|(path, text)| (shown(&path), outside_of_tests(&text).to_owned())).collect()
}

const TEST: &str = "#[cfg(test)]\n";

/// The files of modules that are for tests alone, without their ending.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let stem = path.file_stem().unwrap();
    let home = if ["lib", "main", "mod"].iter().any(|it| stem == *it) {
        path.parent().unwrap().to_owned()
    } else {
        path.with_extension("")
    };
    let declared = text.split(TEST).skip(1).filter_map(|it| {
        let line = it.lines().find(|it| !it.starts_with("#["))?;
        line.strip_suffix(';')?.rsplit_once("mod ").map(|it| home.join(it.1))
    });
    declared.collect()
}

/// What stands before the tests at the end of a file.
fn outside_of_tests(text: &str) -> &str {
    let begin = text.match_indices(TEST).find(|(at, _)| {
        let line = text[at + TEST.len()..].lines().find(|it| !it.starts_with("#[")).unwrap_or_default();
        line.contains("mod ") && line.ends_with('{')
    });
    begin.map_or(text, |(at, _)| &text[..at])
}

/// The string literals of Rust code, as the program sees them.
pub(super) fn literals(code: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), code);
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |it| it.1);
        } else if let Some((text, after)) = raw(rest) {
            found.push(text);
            rest = after;
        } else if c == '"' {
            let (text, after) = escaped(&rest[1..]);
            found.push(text);
            rest = after;
        } else if let Some(after) = character(rest) {
            rest = after;
        } else {
            // A word is passed over whole, so that no `r` at its end begins a literal.
            let word = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
            rest = &rest[word.max(c.len_utf8())..];
        }
    }
    found
}

fn raw(rest: &str) -> Option<(String, &str)> {
    let after = rest.strip_prefix('r')?;
    let marks = after.len() - after.trim_start_matches('#').len();
    let (text, after) = after[marks..].strip_prefix('"')?.split_once(&format!("\"{}", "#".repeat(marks)))?;
    Some((text.to_owned(), after))
}

fn character(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix('\'')?;
    if let Some(escape) = inner.strip_prefix('\\') {
        return escape.get(1..)?.split_once('\'').map(|it| it.1);
    }
    inner.get(inner.chars().next()?.len_utf8()..)?.strip_prefix('\'')
}

/// The literal up to its end, and what follows it.
fn escaped(rest: &str) -> (String, &str) {
    let (mut text, mut chars) = (String::new(), rest.char_indices());
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, &rest[at + 1..]),
            '\\' => match chars.next().map(|it| it.1) {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('\n') => {
                    let blank = chars.as_str().len() - chars.as_str().trim_start().len();
                    for _ in 0..chars.as_str()[..blank].chars().count() {
                        chars.next();
                    }
                }
                Some('u') => {
                    let digits: String = chars.by_ref().map(|it| it.1).take_while(|it| *it != '}').collect();
                    text.extend(u32::from_str_radix(&digits[1..], 16).ok().and_then(char::from_u32));
                }
                Some(other) => text.push(other),
                None => break,
            },
            _ => text.push(c),
        }
    }
    (text, "")
}

/// Whether a person who reads this is told a command.
fn has_command(text: &str) -> bool {
    let begins = |at: usize| at == 0 || text[..at].ends_with([' ', '`', '(', ':', ';', '\n', '}']);
    let after = |name: &str| -> Vec<&str> {
        let places = text.match_indices(name).filter(|(at, _)| begins(*at));
        places.filter_map(|(at, _)| text[at + name.len()..].strip_prefix(' ')).collect()
    };
    let is_verb = |it: &&str| it.starts_with(|it: char| it.is_ascii_lowercase() || it == '{' || it == '-');
    let word =
        |it: &str| it.split(|it: char| !it.is_ascii_alphanumeric() && it != '-').next().unwrap_or_default().to_owned();
    let of_tool = after("holdpoint").into_iter().any(|it| is_verb(&it));
    let of_git = after("git").into_iter().any(|it| is_verb(&it) && !VERBS_OF_A_SENTENCE.contains(&word(it).as_str()));
    // `cat` and `export` are words of a sentence, too.
    let is_argument = |tool: &str, it: &str| !["cat", "export"].contains(&tool) || it.starts_with(['-', '{', '/', '$']);
    let of_others = TOOLS.iter().any(|tool| after(tool).into_iter().any(|it| is_argument(tool, it)));
    of_tool || of_git || of_others
}

#[test]
fn literals_are_read_as_the_compiler_reads_them() {
    let code = "// \"no\"\nlet a = \"one \\\n    two\\n\"; let b = r#\"a \"b\" c\"#; let c = '\"'; let d: &'static str = \"\\u{2026}\\\"\"; for";
    assert_eq!(literals(code), ["one two\n", "a \"b\" c", "…\""]);
}

#[test]
fn a_command_is_told_from_a_sentence() {
    for text in
        ["holdpoint check {version}", "undo it: git revert HEAD", "`git mv`", "git -C {} status", "it died: rm {lock}"]
    {
        assert!(has_command(text), "{text}");
    }
    for text in ["git cannot sign the commit", "`.gitattributes` keeps it", "holdpoint", "the arms of it"] {
        assert!(!has_command(text), "{text}");
    }
}

#[test]
fn what_is_printed_is_found_again_with_its_blanks_filled_in() {
    let of = |text: &str| Printed { file: String::new(), text: text.to_owned() };
    let output = "error: no\n  hint: git push origin HEAD:main\nnext: rm a\n";
    assert_eq!(of("git push {remote} HEAD:{name}").found_in(output).as_deref(), Some("git push origin HEAD:main"));
    assert_eq!(of("{} HEAD:{}").found_in(output).as_deref(), Some(" HEAD:main"));
    assert_eq!(of("git push {remote} HEAD:{name} now").found_in(output), None);
    assert_eq!(of("git push {}\nnext: rm {{").found_in(output), None);
}
