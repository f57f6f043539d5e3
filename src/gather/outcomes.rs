//! What a clone remembers of every release: its components, and whether, how and with which files it is out, so that ten thousand folders are not
//! read, nor their signatures verified, for each check of another one.
//!
//! All of it follows from the bytes of the folder, from its name and from the policy in force, which names all before it; so a
//! line under the folder's object id, its version and the policy's digest never goes stale. Whatever is doubtful, cannot be
//! read or had to be fetched from history is looked at each time. What is kept here lies beside the configuration that holds the
//! pinned root, and is trusted as much: whoever can write there owns the clone. It can be deleted at any time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use holdpoint_core::compatibility::{Compatibility, Outing, Shipped};
use holdpoint_core::digest::Digest;
use holdpoint_core::name::Version;
use holdpoint_core::policy::at_version;
use holdpoint_core::release::{Component, Fingerprints, Matches};
use holdpoint_core::statement::Artifact;
use jiff::civil::Date;

use crate::repo::Memory;

/// The outcomes under one policy.
pub(super) struct Outcomes {
    policy: Digest,
    /// What the file says it is whole for.
    whole: String,
    before: HashMap<String, String>,
    lines: Vec<String>,
    is_new: bool,
}

/// What became of one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) version: Version,
    pub(super) components: Vec<Component>,
    /// Nothing if nothing says that it is out.
    out: Option<Out>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Out {
    support_until: Date,
    outings: Vec<Outing>,
    files: Vec<Artifact>,
}

impl Outcome {
    /// Of a release that is not out.
    pub(super) fn of_draft(version: &Version, components: &[Component]) -> Self {
        Self { version: version.clone(), components: components.to_vec(), out: None }
    }

    /// Of a release that is out, unless there is a doubt or something speaks against it.
    pub(super) fn of_shipped(version: &Version, shipped: &Shipped) -> Option<Self> {
        let Shipped { support_until, objection, outings, files, .. } = shipped.clone();
        let out = Out { support_until, outings, files };
        // What speaks against it is looked at each time: it may lie elsewhere than in its folder.
        let is_sure =
            shipped.doubts.is_empty() && objection.is_none() && shipped.release == *version && !out.outings.is_empty();
        is_sure.then(|| Self { version: version.clone(), components: shipped.components.clone(), out: Some(out) })
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
            components: self.components.clone(),
            support_until: out.support_until,
            declared: Compatibility::read(path, declared, None).ok()?,
            files: out.files,
            outings: out.outings,
            objection: None,
            doubts: Vec::new(),
        })
    }

    /// The files with which it went out, if that is proven.
    pub(super) fn published_files(&self) -> Option<&[Artifact]> {
        let out = self.out.as_ref()?;
        out.outings.iter().any(|outing| outing.is_proven).then_some(out.files.as_slice())
    }

    /// As one line, after the tree: the version and the components; and if it is out the day and the statements, and the files.
    fn line(&self) -> String {
        let components = self.components.iter().map(|it| format!("\t{}", at_version(&it.name, &it.version)));
        let components: String = components.collect();
        let Some(out) = &self.out else { return format!("{}{components}", self.version) };
        let outings: Vec<String> = out.outings.iter().map(outing_line).collect();
        let files: String = out.files.iter().map(file_line).collect();
        format!("{}{components}\t {} {}{files}", self.version, out.support_until, outings.join(","))
    }

    /// One line in the only spelling that it has.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('\t');
        let version = words.next()?.parse().ok()?;
        let (mut components, mut out) = (Vec::new(), None);
        for word in words {
            if let Some(told) = word.strip_prefix(' ') {
                let (day, outings) = told.split_once(' ')?;
                let outings = outings.split(',').map(outing).collect::<Option<_>>()?;
                out = Some(Out { support_until: day.parse().ok()?, outings, files: Vec::new() });
            } else if let Some(told) = word.strip_prefix(FILE) {
                out.as_mut()?.files.push(published(told)?);
            } else {
                let (name, version) = word.split_once('@')?;
                components.push(Component { name: name.parse().ok()?, version: version.parse().ok()? });
            }
        }
        let read = Self { version, components, out };
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

/// What the word of a file begins with; the name of no component does.
const FILE: char = '=';

/// One file, a word of its own: its digest, size and component, and its name, which may have blanks in it.
fn file_line(it: &Artifact) -> String {
    format!("\t{FILE}{} {} {} {}", it.sha256, it.size, it.component, it.file)
}

fn published(text: &str) -> Option<Artifact> {
    let mut words = text.splitn(4, ' ');
    let (sha256, size) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some(Artifact { sha256, size, component: words.next()?.parse().ok()?, file: words.next()?.parse().ok()? })
}

/// What is remembered of all releases, looked through without reading each of them.
pub(super) struct Remembered {
    /// A line for each.
    lines: String,
}

impl Remembered {
    /// What is known if every folder under `releases` (the id of its tree) was read before under this policy, and none was doubtful.
    pub(super) fn load(git: &Path, policy: &Digest, releases: &str) -> Option<Self> {
        let text = memory(git, policy).recall()?;
        let (whole, lines) = text.split_once('\n')?;
        (whole == releases).then(|| Self { lines: lines.to_owned() })
    }

    /// The releases other than `own` that hold one of `components`.
    pub(super) fn others(&self, own: &Version, components: &[Component]) -> Option<BTreeMap<Version, Vec<Component>>> {
        let lines = &self.lines;
        let mut others = BTreeMap::new();
        for component in components {
            let wanted = format!("\t{}", at_version(&component.name, &component.version));
            for (at, _) in lines.match_indices(&wanted) {
                let ends = lines.get(at + wanted.len()..).is_some_and(|it| it.starts_with(['\t', '\n']));
                let before = lines.get(..at)?;
                let line = before.rfind('\n').map_or(before, |start| before.get(start + 1..).unwrap_or_default());
                let version = line.split([' ', '\t']).nth(1)?.parse::<Version>().ok()?;
                if ends && version != *own {
                    others.entry(version).or_insert_with(Vec::new).push(component.clone());
                }
            }
        }
        Some(others)
    }

    /// What releases other than `own` have published of what is sought: every line is passed once, whatever is sought.
    pub(super) fn matches(&self, own: &Version, sought: &Fingerprints) -> Option<Matches> {
        let mut matches = Matches::default();
        let digests: HashSet<String> = sought.digests().iter().map(ToString::to_string).collect();
        let components: HashSet<&str> = sought.numbers().iter().map(|(name, _)| name.as_str()).collect();
        let may_match = |word: &str| match word.strip_prefix(FILE) {
            Some(file) => file.get(..64).is_some_and(|digest| digests.contains(digest)),
            None => word.split_once('@').is_some_and(|(name, _)| components.contains(name)),
        };
        for line in self.lines.lines() {
            let (_, line) = line.split_once(' ')?;
            let is_out = || line.contains("\t ");
            if line.split('\t').skip(1).any(may_match) && is_out() {
                let outcome = Outcome::parse(line)?;
                if let Some(files) = outcome.published_files().filter(|_| outcome.version != *own) {
                    matches.take(sought, &outcome.version, &outcome.components, files);
                }
            }
        }
        Some(matches)
    }
}

impl Outcomes {
    /// What was found out before under the policy with this digest.
    pub(super) fn load(git: &Path, policy: &Digest) -> Self {
        let text = memory(git, policy).recall().unwrap_or_default();
        let (whole, before) = parse(&text).unwrap_or_default();
        Self { policy: *policy, whole, before, lines: Vec::new(), is_new: false }
    }

    /// What became of the release whose folder has this tree and this name, if that is known.
    pub(super) fn get(&mut self, tree: &str, version: &Version) -> Option<Outcome> {
        let key = format!("{tree} {version}");
        let line = self.before.get(&key)?;
        let found = Outcome::parse(line).filter(|it| it.version == *version)?;
        self.lines.push(format!("{tree} {line}\n"));
        Some(found)
    }

    /// Takes in what was found out about the release whose folder has this tree.
    pub(super) fn take(&mut self, tree: &str, outcome: &Outcome) {
        self.lines.push(format!("{tree} {}\n", outcome.line()));
        self.is_new = true;
    }

    /// Remembers all that was asked for or taken in; `whole` is the id of the tree of all releases, if that was every one of them.
    pub(super) fn store(&self, git: &Path, whole: Option<&str>) {
        let whole = whole.unwrap_or(PART);
        if !self.is_new && self.lines.len() == self.before.len() && self.whole == whole {
            return;
        }
        memory(git, &self.policy).keep(&format!("{whole}\n{}", self.lines.concat()));
    }
}

/// What stands in place of the tree of all releases where some are not remembered.
const PART: &str = "part";

fn memory(git: &Path, policy: &Digest) -> Memory {
    Memory::new(git, "releases", 4, &policy.to_string())
}

/// What the lines are whole for, and each release by its tree and version.
fn parse(text: &str) -> Option<(String, HashMap<String, String>)> {
    let (whole, lines) = text.split_once('\n')?;
    let one = |line: &str| {
        let (tree, rest) = line.split_once(' ')?;
        let version = rest.split('\t').next()?;
        Some((format!("{tree} {version}"), rest.to_owned()))
    };
    Some((whole.to_owned(), lines.lines().map(one).collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests;
