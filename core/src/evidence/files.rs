//! The files of a release folder, as the shell found them at one commit, and what is odd about them.
//!
//! Whoever puts them together cannot read them here: what a folder holds says nothing of a version that is out, so only the
//! core opens them, and hands out a [`Draft`](super::Draft) where the ledger lets it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Facts;
use crate::content::Content;
use crate::finding::{Code, Finding};
use crate::name::{SubjectPath, Version, check_plain_file, escaped, removal};
use crate::record::largest;
use crate::release::{Component, Release};

/// Everything under the folder of a release, by the path from there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReleaseFiles(Arc<BTreeMap<String, Content>>);

impl ReleaseFiles {
    /// These files, by their paths from the folder.
    pub fn new(files: BTreeMap<String, Content>) -> Self {
        Self(Arc::new(files))
    }

    /// The components that the folder lists now, to find out which other releases list them too; none where that cannot be read.
    pub fn listed_components(&self, version: &Version) -> Vec<Component> {
        let bytes = self.0.get("release.toml").and_then(Content::bytes);
        let read = bytes.and_then(|bytes| Release::read("release.toml", bytes, version, None).ok());
        read.map(|release| release.components).unwrap_or_default()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Content> {
        self.0.get(path)
    }

    pub(crate) fn contains_key(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Content)> {
        self.0.iter()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Whether a folder of this path has files.
    fn has_folder(&self, path: &SubjectPath) -> bool {
        let folder = format!("{path}/");
        self.0.range(folder.clone()..).next().is_some_and(|(first, _)| first.starts_with(&folder))
    }

    /// The files of the ledger, by their name in it.
    pub(super) fn of_ledger(&self) -> BTreeMap<String, Content> {
        let named =
            |(path, content): (&String, &Content)| Some((path.strip_prefix("ledger/")?.to_owned(), content.clone()));
        self.0.iter().filter_map(named).collect()
    }

    pub(crate) fn insert(&mut self, path: String, content: Content) {
        Arc::make_mut(&mut self.0).insert(path, content);
    }

    pub(crate) fn remove(&mut self, path: &str) {
        Arc::make_mut(&mut self.0).remove(path);
    }
}

impl FromIterator<(String, Content)> for ReleaseFiles {
    fn from_iter<T: IntoIterator<Item = (String, Content)>>(files: T) -> Self {
        Self::new(files.into_iter().collect())
    }
}

/// Folders that lie where a file is signed off.
fn folders_for_files(facts: &Facts) -> Vec<Finding> {
    let subjects = facts.chain.current().all_subjects().into_iter();
    let told = |path: &SubjectPath| {
        let place = format!("releases/{}/{path}", facts.version);
        Finding::new(Code::BadRecord, place.clone(), format!("`{place}` is a folder, and a file is signed off there"))
            .next(format!("move the folder away, write the file, and commit both: git mv -- {place} ELSEWHERE"))
    };
    subjects.filter(|path| facts.release_files.has_folder(path)).map(told).collect()
}

/// Files of the release folder that are not plain, or that are another file on another system.
pub(super) fn odd_files(facts: &Facts) -> Vec<Finding> {
    let mut findings = folders_for_files(facts);
    let mut folded: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    let refused = |path: &str, why: String| {
        let place = format!("releases/{}/{path}", facts.version);
        let shown = escaped(&place);
        Finding::new(Code::BadRecord, shown.clone(), format!("`{shown}` {why}"))
            .next(format!("remove or rename it: {}", removal(&place)))
    };
    for (path, content) in facts.release_files.iter() {
        let place = format!("releases/{}/{path}", facts.version);
        let shown = escaped(&place);
        let refuse = |why: String| refused(path, why);
        // Each folder on the way counts too: what lies in `Ledger/` lies in the ledger there, and is not read here.
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for part in ends.filter_map(|at| path.get(..at)) {
            let fold = part.to_lowercase();
            // Every file that counts is written in small letters: what is not is the one to go, or a hold might.
            let is_plain = fold == part;
            match folded.insert(fold, (part, path)) {
                Some((twin, twin_path)) if twin != part => {
                    let (odd, kept) = if is_plain { (twin_path, part) } else { (path.as_str(), twin) };
                    findings.push(refused(odd, format!("and `{}` are one file on many systems", escaped(kept))));
                }
                _ => {}
            }
        }
        if path.starts_with("ledger/") {
            continue; // the ledger judges its own
        }
        if let Content::TooLarge(size) = content {
            let most = largest(path);
            let why = format!("`{shown}` has {size} bytes, and {most} are the most");
            findings.push(
                Finding::new(Code::BadRecord, shown.clone(), why).next(format!("shorten `{shown}`, and commit it")),
            );
        } else if content.bytes().is_none() {
            let finding = refuse(content.fault());
            findings.push(match content.cure(&place) {
                Some(cure) => finding.next(cure),
                None => finding,
            });
        } else if let Some(why) = path.split('/').find_map(|part| check_plain_file(part).err()) {
            findings.push(refuse(why.to_string()));
        }
    }
    findings
}
