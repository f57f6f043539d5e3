//! An update: one line of what git tells a hook about a push.

use std::io::Read;

use holdpoint_core::name::Version;

use crate::failure::Failure;
use crate::repo::Repo;

/// A branch or tag, from where to where it is to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Update {
    /// Where it is; none: it is new.
    pub(super) old: Option<String>,
    /// Where it is to be; none: it is to be deleted.
    pub(super) new: Option<String>,
    /// Its name in full: `refs/heads/main`. One that is not UTF-8 is no branch of record and no release.
    pub(super) name: String,
}

impl Update {
    /// The same, by the name of what is really moved: a server may know a branch by a second name.
    pub(super) fn as_it_moves(&self, repo: &Repo) -> Result<Self, Failure> {
        Ok(Self { name: repo.moved_with(&self.name)?, ..self.clone() })
    }

    /// The name of the branch, if it is one.
    pub(super) fn branch(&self) -> Option<&str> {
        self.name.strip_prefix("refs/heads/")
    }

    /// The release that a tag of this name would be; on a system that folds case, `V` is `v`.
    pub(super) fn release(&self) -> Option<Version> {
        self.name.strip_prefix("refs/tags/")?.strip_prefix(['v', 'V'])?.parse().ok()
    }

    /// The name as people know it: `main`, `v2.7.0`.
    pub(super) fn short(&self) -> &str {
        let tag = || self.name.strip_prefix("refs/tags/");
        self.branch().or_else(tag).unwrap_or(&self.name)
    }
}

/// Reads `OLD NEW REF`, a line for each.
pub(super) fn read(mut input: impl Read) -> Result<Vec<Update>, Failure> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|why| Failure::new("standard input cannot be read").because(why))?;
    let lines = bytes.split(|it| *it == b'\n').filter(|it| !it.is_empty());
    let update = |line: &[u8]| parse(&String::from_utf8_lossy(line));
    lines.map(update).collect::<Option<_>>().ok_or_else(|| {
        Failure::new("standard input is not what git tells a pre-receive hook")
            .because("each line is OLD NEW REF")
            .hint("to set the hook up, on the server: holdpoint hook install")
    })
}

fn parse(line: &str) -> Option<Update> {
    let (old, rest) = line.split_once(' ')?;
    let (new, name) = rest.split_once(' ')?;
    let id = |it: &str| {
        let fits = [40, 64].contains(&it.len()) && it.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| it.bytes().any(|it| it != b'0').then(|| it.to_owned()))
    };
    name.starts_with("refs/").then_some(Update { old: id(old)?, new: id(new)?, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_nothing_and_no_line_is_passed_over() {
        let (zeros, id) = ("0".repeat(40), "a1".repeat(20));
        let all = read(format!("{zeros} {id} refs/heads/a b\n{id} {zeros} refs/tags/v2.7.0\n").as_bytes()).unwrap();
        assert_eq!((&all[0].old, &all[0].new, all[0].branch()), (&None, &Some(id.clone()), Some("a b")));
        assert_eq!((&all[1].old, &all[1].new), (&Some(id.clone()), &None));
        assert_eq!(all[1].release(), "2.7.0".parse().ok());
        assert_eq!(read(&b""[..]).unwrap(), []);
        for bad in ["x", "x y refs/heads/a", &format!("{zeros} {id}"), &format!("{zeros} {id} main")] {
            assert!(read(format!("{id} {id} refs/heads/a\n{bad}\n").as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_a_whole_version_is_a_release() {
        let tag = |name: &str| Update { old: None, new: None, name: format!("refs/tags/{name}") }.release();
        assert!(tag("v2.7.0").is_some() && tag("V2.7.0").is_some() && tag("v2.7.0-rc.1").is_some());
        assert!(["2.7.0", "v2.7", "v2", "release", "x/v2.7.0"].into_iter().all(|it| tag(it).is_none()));
    }
}
