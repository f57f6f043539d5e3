//! What a clone remembers: whether and how each release is out, so that its signatures are not verified for every other one.
//!
//! What a folder says follows from its bytes and from the policy in force, which names all before it; so an outcome under the
//! folder's object id and the policy's digest never goes stale. A release of which anything is doubtful is looked at each time.
//! What is kept here lies beside the configuration that holds the pinned root, and is trusted as much: whoever can write there
//! owns the clone. It can be deleted at any time.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use holdpoint_core::compatibility::{Compatibility, Outing, Shipped};
use holdpoint_core::digest::Digest;
use holdpoint_core::name::Version;
use holdpoint_core::policy::at_version;
use holdpoint_core::release::Component;
use jiff::civil::Date;

/// The first line of the file: another one is another format, and is not read.
const FORMAT: &str = "holdpoint shipped 1";

/// The outcomes under one policy.
pub(super) struct Outcomes {
    policy: Digest,
    before: HashMap<String, String>,
    lines: Vec<String>,
    is_new: bool,
}

/// What became of one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    version: Version,
    /// Nothing if nothing says that it is out.
    out: Option<Out>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Out {
    support_until: Date,
    components: Vec<Component>,
    outings: Vec<Outing>,
}

impl Outcome {
    /// Of `shipped`, unless there is a doubt.
    fn of(version: &Version, shipped: Option<&Shipped>) -> Option<Self> {
        let version = version.clone();
        let Some(it) = shipped else { return Some(Self { version, out: None }) };
        let out =
            Out { support_until: it.support_until, components: it.components.clone(), outings: it.outings.clone() };
        (it.doubts.is_empty() && it.release == version).then_some(Self { version, out: Some(out) })
    }

    /// Whether anything says that it is out.
    pub(super) fn is_out(&self) -> bool {
        self.out.is_some()
    }

    /// The release as others see it, with what its `compatibility.toml` declares; nothing if that cannot be read.
    pub(super) fn shipped(&self, path: &str, declared: &[u8]) -> Option<Shipped> {
        let out = self.out.clone()?;
        Some(Shipped {
            release: self.version.clone(),
            components: out.components,
            support_until: out.support_until,
            declared: Compatibility::read(path, declared, None).ok()?,
            outings: out.outings,
            doubts: Vec::new(),
        })
    }

    /// As one line, after the tree: the version; and if it is out the day, the components and the statements.
    fn line(&self) -> String {
        let Some(out) = &self.out else { return self.version.to_string() };
        let components: Vec<String> = out.components.iter().map(|it| at_version(&it.name, &it.version)).collect();
        let outings: Vec<String> = out.outings.iter().map(outing_line).collect();
        format!("{} {} {} {}", self.version, out.support_until, components.join(","), outings.join(","))
    }

    /// One line in the only spelling that it has.
    fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split(' ').collect();
        let read = match words.as_slice() {
            [version] => Self { version: version.parse().ok()?, out: None },
            [version, day, components, outings] => {
                let component = |it: &str| {
                    let (name, version) = it.split_once('@')?;
                    Some(Component { name: name.parse().ok()?, version: version.parse().ok()? })
                };
                let components = components.split(',').filter(|it| !it.is_empty()).map(component);
                let out = Out {
                    support_until: day.parse().ok()?,
                    components: components.collect::<Option<_>>()?,
                    outings: outings.split(',').map(outing).collect::<Option<_>>()?,
                };
                Self { version: version.parse().ok()?, out: Some(out) }
            }
            _ => return None,
        };
        (read.line() == line).then_some(read)
    }
}

/// One statement: its id, its site, and what is the case, each a word of its own.
fn outing_line(it: &Outing) -> String {
    let flags = [(it.is_proven, "proven"), (it.is_adopted, "adopted"), (it.is_there, "there")];
    let flags: String = flags.iter().filter(|it| it.0).map(|it| format!(":{}", it.1)).collect();
    format!("{}:{}{flags}", it.id, it.site)
}

fn outing(text: &str) -> Option<Outing> {
    let mut words = text.split(':');
    let (id, site) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let flags: Vec<&str> = words.collect();
    let has = |flag| flags.contains(&flag);
    let read = Outing { id, site, is_proven: has("proven"), is_adopted: has("adopted"), is_there: has("there") };
    (outing_line(&read) == text).then_some(read)
}

impl Outcomes {
    /// What was found out before under the policy with this digest. A file with any fault says nothing.
    pub(super) fn load(git: &Path, policy: &Digest) -> Self {
        let text = fs::read_to_string(file(git)).ok();
        let before = text.and_then(|it| parse(&it, policy)).unwrap_or_default();
        Self { policy: *policy, before, lines: Vec::new(), is_new: false }
    }

    /// What became of the release whose folder has this tree, if that is known.
    pub(super) fn get(&mut self, tree: &str, version: &Version) -> Option<Outcome> {
        let line = self.before.get(tree)?;
        let found = Outcome::parse(line).filter(|it| it.version == *version)?;
        self.lines.push(format!("{tree} {line}\n"));
        Some(found)
    }

    /// Takes in what was found out about a release.
    pub(super) fn take(&mut self, tree: &str, version: &Version, shipped: Option<&Shipped>) {
        if let Some(outcome) = Outcome::of(version, shipped) {
            self.lines.push(format!("{tree} {}\n", outcome.line()));
            self.is_new = true;
        }
    }

    /// Remembers all that was asked for or taken in. A clone that cannot be written to just does not.
    pub(super) fn store(&self, git: &Path) {
        if !self.is_new {
            return;
        }
        let body = format!("{FORMAT}\n{}\n{}", self.policy, self.lines.concat());
        let text = format!("{body}{}\n", Digest::of(body.as_bytes()));
        let path = file(git);
        let Some(folder) = path.parent() else { return };
        let written =
            fs::create_dir_all(folder).and_then(|()| tempfile::NamedTempFile::new_in(folder)).and_then(|mut it| {
                it.write_all(text.as_bytes())?;
                it.persist(&path).map_err(std::io::Error::from)
            });
        // The next check verifies it all again; nothing else depends on it.
        drop(written);
    }
}

/// Where it is kept.
fn file(git: &Path) -> PathBuf {
    git.join("holdpoint").join("shipped")
}

/// The file: its format, the policy, a line for each release, and the digest of all lines before.
fn parse(text: &str, policy: &Digest) -> Option<HashMap<String, String>> {
    let (body, digest) = text.strip_suffix('\n')?.rsplit_once('\n')?;
    if Digest::of(format!("{body}\n").as_bytes()).to_string() != digest {
        return None;
    }
    let mut lines = body.lines();
    if lines.next()? != FORMAT || lines.next()? != policy.to_string() {
        return None;
    }
    lines.map(|it| it.split_once(' ').map(|(tree, rest)| (tree.to_owned(), rest.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECLARED: &[u8] = b"schema = 1\n[component.player]\nreads.rec = [\"3\"]\n";

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    fn shipped() -> Shipped {
        let outing = |site: &str, is_proven| Outing {
            id: Digest::of(site.as_bytes()),
            site: site.parse().unwrap(),
            is_proven,
            is_adopted: !is_proven,
            is_there: true,
        };
        Shipped {
            release: version("2.6.0"),
            components: vec![Component { name: "player".parse().unwrap(), version: version("2.6.0-rc.1+a") }],
            support_until: "2028-01-01".parse().unwrap(),
            declared: Compatibility::read("c", DECLARED, None).unwrap(),
            outings: vec![outing("downloads", true), outing("mirror", false)],
            doubts: Vec::new(),
        }
    }

    fn policy() -> Digest {
        Digest::of(b"policy")
    }

    /// What is known of the tree `a1` after this was found out.
    fn after(git: &Path, shipped: Option<&Shipped>) -> Option<Outcome> {
        let mut outcomes = Outcomes::load(git, &policy());
        outcomes.take("a1", &version("2.6.0"), shipped);
        outcomes.store(git);
        Outcomes::load(git, &policy()).get("a1", &version("2.6.0"))
    }

    #[test]
    fn what_was_found_out_is_known_again() {
        let git = tempfile::tempdir().unwrap();
        let found = after(git.path(), Some(&shipped())).unwrap();
        assert_eq!(found.shipped("c", DECLARED), Some(shipped()));
        assert_eq!(found.shipped("c", b"schema = 2\n"), None);
        let git = tempfile::tempdir().unwrap();
        assert!(!after(git.path(), None).unwrap().is_out());
    }

    #[test]
    fn what_is_doubtful_is_looked_at_each_time() {
        use holdpoint_core::finding::{Code, Finding};
        let git = tempfile::tempdir().unwrap();
        let doubts = vec![Finding::new(Code::PublishedChanged, "x", "x")];
        assert_eq!(after(git.path(), Some(&Shipped { doubts, ..shipped() })), None);
    }

    #[test]
    fn another_tree_policy_or_version_is_not_known() {
        let git = tempfile::tempdir().unwrap();
        after(git.path(), Some(&shipped())).unwrap();
        assert_eq!(Outcomes::load(git.path(), &policy()).get("b2", &version("2.6.0")), None);
        assert_eq!(Outcomes::load(git.path(), &policy()).get("a1", &version("2.7.0")), None);
        assert_eq!(Outcomes::load(git.path(), &Digest::of(b"other")).get("a1", &version("2.6.0")), None);
    }

    #[test]
    fn a_file_that_was_touched_says_nothing() {
        let git = tempfile::tempdir().unwrap();
        after(git.path(), Some(&shipped())).unwrap();
        let text = fs::read_to_string(file(git.path())).unwrap();
        let cut: Vec<&str> = text.lines().collect();
        for touched in [text.replace("mirror:adopted", "mirror:proven"), cut[..2].join("\n"), String::new()] {
            fs::write(file(git.path()), touched).unwrap();
            assert_eq!(Outcomes::load(git.path(), &policy()).get("a1", &version("2.6.0")), None);
        }
    }

    #[test]
    fn a_line_has_one_spelling() {
        let line = Outcome::of(&version("2.6.0"), Some(&shipped())).unwrap().line();
        assert!(Outcome::parse(&line).is_some());
        for wrong in [
            line.replace(":adopted:there", ":there:adopted"),
            line.replace(":there", ":there:there"),
            line.replace(' ', "  "),
            format!("{line} "),
            line.replace("2028-01-01", "20280101"),
            line.replace("player@", "player"),
        ] {
            assert_ne!(wrong, line);
            assert_eq!(Outcome::parse(&wrong), None, "{wrong}");
        }
    }
}
