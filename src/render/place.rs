//! Where the reader stands: paths of the record as they are from there, so that what is printed works as typed.
//!
//! Inside, every path is from the coordination root. GitHub knows paths from the top of the repository, and a person
//! types from the current folder. The way from one to the other is known once the record is open, and used here alone.

use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use holdpoint_core::name::quoted;

/// The folders of the record, by which its paths begin.
const FOLDERS: [&str; 4] = ["advisories/", "policy/", "releases/", "sites/"];

/// The verbs of git whose arguments are paths.
const VERBS: [&str; 10] = ["add", "checkout", "commit", "diff", "log", "mv", "restore", "rm", "show", "update-index"];

/// What may stand before a command or a path.
const BEFORE: [char; 6] = [' ', '`', '\'', '"', '(', '\n'];

static PLACE: OnceLock<Place> = OnceLock::new();

/// The coordination root, seen from three places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// From the top of the repository: "" or "sub/folder".
    from_top: String,
    /// From the current folder: "" or "../..", or whole where that is the only way.
    from_here: String,
    /// Whether the current folder is outside of the repository.
    is_outside: bool,
    /// What was given as `--repo`, if it was.
    repo: Option<String>,
}

/// Whom a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Somebody who types it where they ran this.
    Here,
    /// Somebody who reads it on a web page, where the repository is known and nothing else.
    Top,
}

/// Notes where the coordination root `prefix` of the work tree `top` is. The first record that is opened counts.
pub(crate) fn stand(top: Option<&Path>, prefix: &str, repo: &Path) {
    let here = std::env::current_dir().and_then(|it| it.canonicalize());
    if let (Some(top), Ok(here)) = (top, here) {
        let _ = PLACE.set(Place::of(top, prefix, repo, &here));
    }
}

fn place() -> Place {
    PLACE.get().cloned().unwrap_or_default()
}

/// A path of the record.
pub(crate) fn path(path: &str, reader: Reader) -> String {
    joined(place().root(reader), path)
}

/// What to do, with commands that work where the reader stands.
pub(crate) fn cure(text: &str, reader: Reader) -> String {
    place().cure(text, reader)
}

impl Place {
    fn of(top: &Path, prefix: &str, repo: &Path, here: &Path) -> Self {
        let root = if prefix.is_empty() { top.to_owned() } else { top.join(prefix) };
        let shown = |it: &Path| it.to_string_lossy().trim_end_matches('/').to_owned();
        let is_outside = !here.starts_with(top);
        let way = if is_outside && repo.is_absolute() { root } else { way(here, &root) };
        let repo = (repo != Path::new(".")).then(|| shown(repo));
        Self { from_top: prefix.to_owned(), from_here: shown(&way), is_outside, repo }
    }

    fn root(&self, reader: Reader) -> &str {
        match reader {
            Reader::Here => &self.from_here,
            Reader::Top => &self.from_top,
        }
    }

    fn cure(&self, text: &str, reader: Reader) -> String {
        let root = self.root(reader);
        let repo = self.repo.as_deref().filter(|_| reader == Reader::Here);
        if root.is_empty() && repo.is_none() {
            return text.to_owned();
        }
        let (mut out, mut is_in_git, mut before) = (String::with_capacity(text.len()), false, ' ');
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if BEFORE.contains(&before) {
                if let Some(verb) = rest.strip_prefix("git ").filter(|it| self.is_placed(it, reader)) {
                    is_in_git = true;
                    out.push_str(&format!("git -C {} ", quoted(root)));
                    (rest, before) = (verb, '-');
                    continue;
                }
                if let (Some(repo), Some(verb)) = (repo, rest.strip_prefix("holdpoint "))
                    && verb.starts_with(|it: char| it.is_ascii_lowercase())
                {
                    out.push_str(&format!("holdpoint --repo {} ", quoted(repo)));
                    (rest, before) = (verb, '-');
                    continue;
                }
                if !is_in_git && !root.is_empty() && FOLDERS.iter().any(|it| rest.starts_with(it)) {
                    let is_quoted = before == '\'' || before == '"';
                    out.push_str(&if is_quoted { root.to_owned() } else { quoted(root) });
                    out.push('/');
                }
            }
            let ends = ["&& ", "   ", "`", ";", "\n"].iter().any(|it| rest.starts_with(it));
            is_in_git = is_in_git && !ends;
            out.push(c);
            before = c;
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        out
    }

    /// Whether a command of git depends on where it is typed.
    fn is_placed(&self, command: &str, reader: Reader) -> bool {
        let verb = command.split([' ', '`', ')']).next().unwrap_or_default();
        let is_verb = !verb.is_empty() && verb.bytes().all(|it| it.is_ascii_lowercase() || it == b'-') && verb != "-C";
        let has_paths = command.len() > verb.len() && VERBS.contains(&verb);
        !self.root(reader).is_empty() && is_verb && (has_paths || self.is_outside && reader == Reader::Here)
    }
}

fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The way from one folder to another, both whole.
fn way(from: &Path, to: &Path) -> PathBuf {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.iter().skip(shared).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(prefix: &str, repo: &str, here: &str) -> Place {
        Place::of(Path::new("/work"), prefix, Path::new(repo), Path::new(here))
    }

    #[test]
    fn at_the_root_nothing_changes() {
        let text = "git checkout 12 -- 'releases/2.7.0/kb.md*'   and commit it; holdpoint check 2.7.0";
        assert_eq!(place("", ".", "/work").cure(text, Reader::Here), text);
        assert_eq!(place("sub", ".", "/work/sub").cure(text, Reader::Here), text);
    }

    #[test]
    fn a_command_works_from_where_one_stands() {
        for (prefix, repo, here, text, shown) in [
            ("", ".", "/work/releases/2.7.0", "git rm -- releases/a", "git -C ../.. rm -- releases/a"),
            (
                "sub",
                "sub",
                "/work",
                "git add -- sub && git commit -- releases/a",
                "git -C sub add -- sub && git -C sub commit -- releases/a",
            ),
            ("sub", ".", "/work/sub/policy", "edit `releases/a`", "edit `../releases/a`"),
            (
                "sub",
                "sub",
                "/work",
                "edit releases/a, then: holdpoint check 2",
                "edit sub/releases/a, then: holdpoint --repo sub check 2",
            ),
            ("", "work", "/", "git push origin HEAD:main", "git -C work push origin HEAD:main"),
            ("", ".", "/work/releases", "git push origin HEAD:main", "git push origin HEAD:main"),
            ("", "/work", "/other", "rm -- 'releases/a b'", "rm -- '/work/releases/a b'"),
            ("my team", ".", "/work", "edit releases/a", "edit 'my team'/releases/a"),
        ] {
            assert_eq!(place(prefix, repo, here).cure(text, Reader::Here), shown);
        }
    }

    #[test]
    fn a_page_knows_the_top_alone() {
        let place = place("sub", "/work/sub", "/other");
        assert_eq!(
            place.cure("git rm -- releases/a; holdpoint check 2", Reader::Top),
            "git -C sub rm -- releases/a; holdpoint check 2"
        );
        assert_eq!(joined(place.root(Reader::Top), "releases/a"), "sub/releases/a");
    }
}
