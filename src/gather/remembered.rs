//! What a clone remembers: the components of every release folder that it has read once.
//!
//! A component version belongs to one release, so a check has to know those of all others: ten thousand files to read for
//! one answer. A folder's object id stands for its content, so what was read under an id never goes stale. What is
//! remembered lies beside the configuration that holds the pinned root, and is trusted as much: whoever can write there
//! owns the clone. It can be deleted at any time.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use holdpoint_core::name::Version;
use holdpoint_core::policy::at_version;
use holdpoint_core::release::Component;

/// The first line of the file: another one is another format, and is not read.
const FORMAT: &str = "holdpoint components 2";

/// The components of release folders, by the id of the folder's tree.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    folders: HashMap<String, String>,
}

/// One release folder: the id of its tree, its version, and its components if its record could be read.
pub(super) struct FolderRead {
    pub(super) tree: String,
    pub(super) version: Version,
    pub(super) components: Vec<Component>,
}

impl FolderRead {
    /// As one line: the tree, the version, and each component after a tab.
    fn line(&self) -> String {
        let components = self.components.iter().map(|it| format!("\t{}", at_version(&it.name, &it.version)));
        format!("{} {}{}\n", self.tree, self.version, components.collect::<String>())
    }
}

/// Where it is kept.
pub(super) fn file(git: &Path) -> PathBuf {
    git.join("holdpoint").join("components")
}

/// The other releases that hold one of `components`, if all folders under `releases` (the id of its tree) were read before.
pub(super) fn at_once(
    git: &Path,
    releases: &str,
    own: &Version,
    components: &[Component],
) -> Option<BTreeMap<Version, Vec<Component>>> {
    let text = fs::read_to_string(file(git)).ok()?;
    let (format, rest) = text.split_once('\n')?;
    let (whole, lines) = rest.split_once('\n')?;
    if format != FORMAT || whole != releases || !text.ends_with('\n') {
        return None;
    }
    let mut others = BTreeMap::new();
    for component in components {
        let wanted = format!("\t{}", at_version(&component.name, &component.version));
        for (at, _) in lines.match_indices(&wanted) {
            let ends = lines.get(at + wanted.len()..).is_some_and(|it| it.starts_with(['\t', '\n']));
            let line =
                lines.get(..at).map(|it| it.rfind('\n').map_or(it, |start| it.get(start + 1..).unwrap_or_default()))?;
            let version = line.split([' ', '\t']).nth(1)?.parse::<Version>().ok()?;
            if ends && version != *own {
                others.entry(version).or_insert_with(Vec::new).push(component.clone());
            }
        }
    }
    Some(others)
}

impl Remembered {
    /// What was read before, whatever it was read for.
    pub(super) fn load(git: &Path) -> Self {
        let text = fs::read_to_string(file(git)).unwrap_or_default();
        let Some((FORMAT, rest)) = text.split_once('\n') else { return Self::default() };
        let (_, lines) = rest.split_once('\n').unwrap_or_default();
        let folders = lines.lines().filter_map(|it| Some((it.split_once(' ')?.0.to_owned(), it.to_owned()))).collect();
        Self { folders }
    }

    /// The components of the folder with this tree, if it was read before.
    pub(super) fn get(&self, tree: &str) -> Option<Vec<Component>> {
        let line = self.folders.get(tree)?;
        let components = line.split('\t').skip(1).map(|it| {
            let (name, version) = it.split_once('@')?;
            Some(Component { name: name.parse().ok()?, version: version.parse().ok()? })
        });
        components.collect()
    }
}

/// Remembers all folders under `releases`. A clone that cannot be written to just does not.
pub(super) fn store(git: &Path, releases: &str, all: &[FolderRead]) {
    let mut text = format!("{FORMAT}\n{releases}\n");
    text.extend(all.iter().map(FolderRead::line));
    let path = file(git);
    let Some(folder) = path.parent() else { return };
    let written =
        fs::create_dir_all(folder).and_then(|()| tempfile::NamedTempFile::new_in(folder)).and_then(|mut it| {
            it.write_all(text.as_bytes())?;
            it.persist(&path).map_err(std::io::Error::from)
        });
    // The next check reads it all again; nothing else depends on it.
    drop(written);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(name: &str, version: &str) -> Component {
        Component { name: name.parse().unwrap(), version: version.parse().unwrap() }
    }

    fn folder(tree: &str, version: &str, components: &[Component]) -> FolderRead {
        FolderRead { tree: tree.to_owned(), version: version.parse().unwrap(), components: components.to_vec() }
    }

    #[test]
    fn finds_the_release_that_has_a_component_already() {
        let git = tempfile::tempdir().unwrap();
        let (player, recorder) = (component("player", "2.7.0"), component("recorder", "2.7.0"));
        let all = [
            folder("a1", "2.6.0", std::slice::from_ref(&player)),
            folder("b2", "2.7.0", &[player.clone(), recorder.clone()]),
        ];
        store(git.path(), "whole", &all);
        let own: Version = "2.7.0".parse().unwrap();
        let found = at_once(git.path(), "whole", &own, &[player.clone(), recorder]).unwrap();
        assert_eq!(found, BTreeMap::from([("2.6.0".parse().unwrap(), vec![player.clone()])]));
        assert_eq!(Remembered::load(git.path()).get("a1"), Some(vec![player]));
    }

    #[test]
    fn a_longer_version_is_another_one() {
        let git = tempfile::tempdir().unwrap();
        store(
            git.path(),
            "whole",
            &[folder("a1", "2.6.0", &[component("player", "2.7.0-rc.1"), component("xplayer", "2.7.0")])],
        );
        let found = at_once(git.path(), "whole", &"2.7.0".parse().unwrap(), &[component("player", "2.7.0")]);
        assert_eq!(found, Some(BTreeMap::new()));
    }

    #[test]
    fn what_was_read_for_other_folders_or_is_cut_off_answers_nothing() {
        let git = tempfile::tempdir().unwrap();
        let own: Version = "2.7.0".parse().unwrap();
        assert_eq!(at_once(git.path(), "whole", &own, &[]), None);
        store(git.path(), "whole", &[folder("a1", "2.6.0", &[])]);
        assert_eq!(at_once(git.path(), "other", &own, &[]), None);
        let text = fs::read_to_string(file(git.path())).unwrap();
        fs::write(file(git.path()), text.trim_end()).unwrap();
        assert_eq!(at_once(git.path(), "whole", &own, &[]), None);
        fs::write(file(git.path()), "something else\nwhole\n").unwrap();
        assert_eq!(at_once(git.path(), "whole", &own, &[]), None);
    }
}
