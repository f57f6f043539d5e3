//! What of a release may be published already: its bytes under another version, or another version's number in a file's name.
//!
//! Whoever knows what is published asks with [`Fingerprints`], and hands back [`Matches`]: only what has something in common with
//! the release, so that ten thousand others cost no more than one look at each.

use std::collections::BTreeSet;

use super::{Component, Release};
use crate::digest::Digest;
use crate::name::{ComponentName, FileName, Version};
use crate::statement::Artifact;

/// A file that another release has published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublishedFile {
    /// The release.
    pub release: Version,
    /// The component that it belongs to, in the version that was published.
    pub component: Component,
    /// Its plain name.
    pub file: FileName,
    /// The digest of its bytes.
    pub sha256: Digest,
}

/// What a release is looked for by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprints {
    digests: BTreeSet<Digest>,
    numbers: BTreeSet<(ComponentName, Version)>,
}

impl Fingerprints {
    /// Of the files of `release`. A file without bytes is like every other one, so it is not looked for.
    pub fn of(release: &Release, artifacts: &[Artifact]) -> Self {
        let mut all = Self::default();
        for artifact in artifacts {
            if artifact.size > 0 {
                all.digests.insert(artifact.sha256);
            }
            for number in foreign_numbers(release, artifact).into_iter().flatten() {
                all.numbers.insert((artifact.component.clone(), number));
            }
        }
        all
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty() && self.numbers.is_empty()
    }

    /// The digests of the files.
    pub fn digests(&self) -> &BTreeSet<Digest> {
        &self.digests
    }

    /// The numbers in their names, with the component that the file belongs to.
    pub fn numbers(&self) -> &BTreeSet<(ComponentName, Version)> {
        &self.numbers
    }
}

/// What other releases have published of what was looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// Files with the same bytes.
    pub files: BTreeSet<PublishedFile>,
    /// Component versions whose number, or whose release's, stands in a file's name.
    pub versions: BTreeSet<(Version, Component)>,
}

impl Matches {
    /// Takes in what `release`, which is published with these, has in common with what is looked for.
    pub fn take(&mut self, sought: &Fingerprints, release: &Version, components: &[Component], files: &[Artifact]) {
        for file in files.iter().filter(|file| sought.digests.contains(&file.sha256)) {
            let own = components.iter().find(|component| component.name == file.component);
            self.files.extend(own.map(|component| PublishedFile {
                release: release.clone(),
                component: component.clone(),
                file: file.file.clone(),
                sha256: file.sha256,
            }));
        }
        let is_sought = |component: &Component, number: &Version| {
            sought.numbers.contains(&(component.name.clone(), number.clone()))
        };
        for component in components {
            if is_sought(component, &component.version) || is_sought(component, release) {
                self.versions.insert((release.clone(), component.clone()));
            }
        }
    }
}

/// The numbers in the name of a file, if none of them is the release's or its component's: for each number the versions that it may
/// stand for, the longest first. A file that names its own version may name another one too, such as what it upgrades from.
pub(crate) fn foreign_numbers(release: &Release, artifact: &Artifact) -> Vec<Vec<Version>> {
    let component = release.components.iter().find(|component| component.name == artifact.component);
    let is_own = |number: &Version| {
        *number == release.version || component.is_some_and(|component| *number == component.version)
    };
    let numbers = numbers(artifact.file.as_str());
    if numbers.iter().flatten().any(is_own) { Vec::new() } else { numbers }
}

/// Each whole version number in `text`: three numbers that no further one precedes or follows. `12.7.0` and `2.7.0.1` are no 2.7.0,
/// and neither are `2.7.0rc1`, `2.7.0~rc1` and `2.7.0-rc.1`; `2.7.0-x64` may be.
fn numbers(text: &str) -> Vec<Vec<Version>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let Some(run) = rest.get(..length).filter(|run| !run.is_empty()) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        // The dot before `exe` belongs to the extension.
        let number = run.trim_end_matches('.').trim_start_matches('.');
        let (start, end) = (run.find(number).unwrap_or_default(), run.trim_end_matches('.').len());
        if number.split('.').count() == 3 && start <= end {
            let all = readings(number, rest.get(end..).unwrap_or_default());
            found.extend((!all.is_empty()).then_some(all));
        }
        at += length;
    }
    found
}

/// The versions that `number` may stand for with what comes after it, the longest first.
fn readings(number: &str, after: &str) -> Vec<Version> {
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+');
    let tail = after.get(..after.find(|c: char| !belongs(c)).unwrap_or(after.len())).unwrap_or_default();
    let is_extended = tail.starts_with(['-', '+']);
    let ends = tail.char_indices().map(|(at, c)| at + c.len_utf8()).filter(|_| is_extended);
    let is_cut = |end: &usize| !tail.get(*end..).unwrap_or_default().starts_with(|c: char| c.is_ascii_alphanumeric());
    let longer = ends.filter(is_cut).filter_map(|end| format!("{number}{}", tail.get(..end)?).parse().ok());
    let mut all: Vec<Version> = longer.collect();
    all.reverse();
    let is_whole = match after.chars().next() {
        Some('~' | '^') => false,
        Some('-') => !is_pre_release(tail),
        Some(c) => !c.is_alphanumeric(),
        None => true,
    };
    if is_whole {
        all.extend(number.parse());
    }
    all
}

/// Whether what follows a number makes it another version, as people spell those before the final one.
fn is_pre_release(tail: &str) -> bool {
    const WORDS: [&str; 9] = ["alpha", "beta", "rc", "pre", "preview", "dev", "nightly", "canary", "snapshot"];
    let word: String = tail.chars().skip(1).take_while(char::is_ascii_alphabetic).collect();
    WORDS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<String> {
        numbers(text).into_iter().flatten().map(|it| it.to_string()).collect()
    }

    #[test]
    fn a_number_is_read_as_a_whole_version() {
        for text in
            ["recorder-2.7.0.exe", "recorder_2.7.0_amd64.deb", "v2.7.0", "Recorder Setup 2.7.0 (x64).exe", "r2.7.0"]
        {
            assert_eq!(all(text), ["2.7.0"], "{text}");
        }
        for text in [
            "recorder-2.7.exe",
            "recorder-2.7.0.1.exe",
            "recorder-2.7.0rc1.exe",
            "recorder_2.7.0~rc1-1.deb",
            "02.7.0.exe",
            "recorder-2.7.0^20261120.rpm",
            "2-7-0.exe",
            "recorder.exe",
            "2..7.0",
            "",
        ] {
            assert_eq!(all(text), [""; 0], "{text}");
        }
        assert_eq!(all("recorder-12.7.0.exe"), ["12.7.0"]);
    }

    #[test]
    fn what_follows_a_number_may_belong_to_it() {
        assert_eq!(all("recorder-2.7.0-x64.exe"), ["2.7.0-x64.exe", "2.7.0-x64", "2.7.0"]);
        assert_eq!(all("recorder-2.7.0-rc.1.exe"), ["2.7.0-rc.1.exe", "2.7.0-rc.1", "2.7.0-rc"]);
        assert_eq!(all("recorder-2.7.0-RC1_x64"), ["2.7.0-RC1"]);
        assert_eq!(all("a-2.7.0+5_b-2.8.0.zip"), ["2.7.0+5", "2.7.0", "2.8.0"]);
        assert_eq!(all("録画2.7.0録画.zip"), [""; 0], "a letter follows");
        assert_eq!(all("録画 2.7.0.zip"), ["2.7.0"]);
    }

    proptest! {
        #[test]
        fn any_name_is_read_in_one_pass(text in "[0-9a.\\-+~ é]{0,40}") {
            for number in numbers(&text).into_iter().flatten() {
                prop_assert!(text.contains(&number.to_string()), "{number}");
            }
        }

        #[test]
        fn a_further_number_makes_it_another_one(digit in 1..10_u8, before in any::<bool>()) {
            let text = if before { format!("a{digit}2.7.0.exe") } else { format!("a2.7.0{digit}.exe") };
            prop_assert!(!all(&text).contains(&"2.7.0".to_owned()), "{text}");
            let text = if before { format!("a-{digit}.2.7.0.exe") } else { format!("a-2.7.0.{digit}.exe") };
            prop_assert_eq!(all(&text), [""; 0]);
        }
    }
}
