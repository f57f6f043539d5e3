//! `same-bytes`: what goes out as a new version is not what is published as another one.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::name::{ComponentName, Version, counted};
use crate::policy::Levels;
use crate::release::{Component, Matches, PublishedFile, Release, foreign_numbers};
use crate::statement::Artifact;

/// For each file of `release` at most one finding: its bytes are published as another version of its component, or as another one's
/// file of the same name; or its name has the number of another published version of its component.
pub fn check_files(release: &Release, artifacts: &[Artifact], matches: &Matches, levels: &Levels) -> Vec<Finding> {
    if matches.files.is_empty() && matches.versions.is_empty() {
        return Vec::new();
    }
    let known = Known::of(release, matches);
    let finding = |artifact: &Artifact| {
        let own = release.components.iter().find(|component| component.name == artifact.component)?;
        let same = known.same_file(artifact, own);
        let named = known.same_number(release, artifact, own);
        let what = match (same, named) {
            (Some(same), Some(named)) => format!("{same}, and {named}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return None,
        };
        let (version, component) = (&release.version, &own.name);
        let about = format!("{component}/{}", artifact.file);
        let message = format!("`{}`, which goes out as {component} {}, {what}", artifact.file, own.version);
        let next = format!(
            "holdpoint artifacts {version} {component}=FILE   (with each file that was built for {version}; if it is meant to be so, \
             there is nothing to do)"
        );
        levels.weigh(Finding::new(Code::SameBytes, about, message).next(next))
    };
    artifacts.iter().filter_map(finding).collect()
}

/// What other releases have published, to be looked up.
struct Known<'m> {
    by_digest: BTreeMap<Digest, Vec<&'m PublishedFile>>,
    by_number: BTreeMap<&'m ComponentName, BTreeMap<&'m Version, (&'m Version, &'m Component)>>,
}

impl<'m> Known<'m> {
    fn of(release: &Release, matches: &'m Matches) -> Self {
        let mut known = Self { by_digest: BTreeMap::new(), by_number: BTreeMap::new() };
        for file in matches.files.iter().filter(|file| file.release != release.version) {
            known.by_digest.entry(file.sha256).or_default().push(file);
        }
        for (of, component) in matches.versions.iter().filter(|(of, _)| *of != release.version) {
            for number in [&component.version, of] {
                known.by_number.entry(&component.name).or_default().insert(number, (of, component));
            }
        }
        known
    }

    /// The published file with the same bytes: of the newest release, where there are several.
    fn same_file(&self, artifact: &Artifact, own: &Component) -> Option<String> {
        if artifact.size == 0 {
            return None;
        }
        // The same component version in another release is `component-taken`.
        let is_other = |twin: &&&PublishedFile| {
            twin.component != *own && (twin.component.name == own.name || twin.file.fold() == artifact.file.fold())
        };
        let others: Vec<&&PublishedFile> = self.by_digest.get(&artifact.sha256)?.iter().filter(is_other).collect();
        let newest = others.iter().max_by(|a, b| a.release.cmp(&b.release))?;
        let releases: BTreeSet<&Version> = others.iter().map(|twin| &twin.release).collect();
        let Component { name, version } = &newest.component;
        let more = match releases.len() {
            1 => String::new(),
            several => format!(", as in {}", counted(several - 1, "more published release")),
        };
        Some(format!("has the same bytes as `{}` of {name} {version}, which is published{more}", newest.file))
    }

    /// The other published version of the component whose number the name has.
    fn same_number(&self, release: &Release, artifact: &Artifact, own: &Component) -> Option<String> {
        let published = |number: &Version| {
            let versions = self.by_number.get(&own.name)?;
            versions.get(number).filter(|(_, component)| *component != own)
        };
        // Of the readings of one number, the longest that is a published version is meant.
        let numbers = foreign_numbers(release, artifact);
        let (of, other) = numbers.iter().find_map(|readings| readings.iter().find_map(published))?;
        let release = if **of == other.version { String::new() } else { format!(" (release {of})") };
        Some(format!("has in its name the number of {} {}{release}, which is published", other.name, other.version))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::finding::Severity;
    use crate::policy::Level;
    use crate::release::Fingerprints;

    fn release(version: &str, components: &[&str]) -> Release {
        let one = |it: &&str| {
            let (name, version) = it.split_once('@').unwrap();
            format!("[[component]]\nname = \"{name}\"\nversion = \"{version}\"\n")
        };
        let components: String = components.iter().map(one).collect();
        let text = format!(
            "schema = 1\nversion = \"{version}\"\ntitle = \"T\"\nplanned = 2026-11-20\nsupport_until = 2027-11-20\n{components}"
        );
        Release::read("release.toml", text.as_bytes(), &version.parse().unwrap(), None).unwrap()
    }

    fn artifact(component: &str, file: &str, bytes: &str) -> Artifact {
        Artifact {
            component: component.parse().unwrap(),
            file: file.parse().unwrap(),
            size: bytes.len() as u64,
            sha256: Digest::of(bytes.as_bytes()),
        }
    }

    /// The findings about `own`, beside releases that are published with these files.
    fn found(own: &Release, files: &[Artifact], published: &[(Release, Vec<Artifact>)]) -> Vec<Finding> {
        let sought = Fingerprints::of(own, files);
        let mut matches = Matches::default();
        for (release, files) in published {
            matches.take(&sought, &release.version, &release.components, files);
        }
        check_files(own, files, &matches, &Levels::default())
    }

    fn told(own: &Release, files: &[Artifact], published: &[(Release, Vec<Artifact>)]) -> Vec<String> {
        found(own, files, published).into_iter().map(|it| it.message).collect()
    }

    fn recorder(version: &str, file: &str, bytes: &str) -> (Release, Vec<Artifact>) {
        (release(version, &[&format!("recorder@{version}")]), vec![artifact("recorder", file, bytes)])
    }

    #[test]
    fn bytes_of_another_published_version_are_said() {
        let (own, files) = recorder("2.8.0", "recorder-2.8.0.exe", "old");
        let old = recorder("2.7.0", "recorder-2.7.0.exe", "old");
        assert_eq!(
            told(&own, &files, std::slice::from_ref(&old)),
            [
                "`recorder-2.8.0.exe`, which goes out as recorder 2.8.0, has the same bytes as `recorder-2.7.0.exe` of recorder 2.7.0, \
             which is published"
            ]
        );
        let older = recorder("2.6.0", "recorder-2.6.0.exe", "old");
        let both = told(&own, &files, &[old, older]);
        assert_eq!(both.len(), 1);
        assert!(both[0].ends_with("of recorder 2.7.0, which is published, as in 1 more published release"), "{both:?}");
        assert_eq!(told(&own, &files, &[recorder("2.7.0", "recorder-2.7.0.exe", "other")]), [""; 0]);
    }

    #[test]
    fn files_without_bytes_are_alike_and_mean_nothing() {
        let (own, files) = recorder("2.8.0", "marker", "");
        assert_eq!(told(&own, &files, &[recorder("2.7.0", "marker", "")]), [""; 0]);
    }

    #[test]
    fn a_release_is_not_told_of_itself_and_not_of_a_component_that_is_taken() {
        let (own, files) = recorder("2.8.0", "recorder.exe", "x");
        assert_eq!(told(&own, &files, &[(own.clone(), files.clone())]), [""; 0]);
        let taken = (release("2.9.0", &["recorder@2.8.0"]), files.clone());
        assert_eq!(told(&own, &files, &[taken]), [""; 0]);
    }

    #[test]
    fn another_component_counts_where_the_file_has_the_same_name() {
        let (own, files) = recorder("2.8.0", "setup.exe", "x");
        let player = |file: &str| (release("2.7.0", &["player@2.7.0"]), vec![artifact("player", file, "x")]);
        assert_eq!(told(&own, &files, &[player("codec.dll")]), [""; 0]);
        assert!(told(&own, &files, &[player("Setup.exe")])[0].contains("of player 2.7.0"));
    }

    #[test]
    fn one_file_may_belong_to_several_components_of_a_release() {
        let own = release("2.8.0", &["player@2.8.0", "recorder@2.8.0"]);
        let files = ["player", "recorder"].map(|it| artifact(it, "license.txt", "x"));
        assert_eq!(told(&own, &files, &[(own.clone(), files.to_vec())]), [""; 0]);
        assert_eq!(told(&own, &files, &[recorder("2.7.0", "license.txt", "x")]).len(), 2, "one for each of them");
    }

    #[test]
    fn the_number_of_another_published_version_is_said() {
        let old = [recorder("2.7.0", "a.exe", "old")];
        let named = |file: &str| {
            let (own, files) = recorder("2.8.0", file, "new");
            told(&own, &files, &old)
        };
        assert_eq!(
            named("recorder-2.7.0.exe"),
            [
                "`recorder-2.7.0.exe`, which goes out as recorder 2.8.0, has in its name the number of recorder 2.7.0, which is published"
            ]
        );
        for file in [
            "recorder-2.8.0.exe",
            "recorder-12.7.0.exe",
            "recorder-2.7.0.1.exe",
            "recorder-2.7.exe",
            "recorder-2.7.1.exe",
        ] {
            assert_eq!(named(file), [""; 0], "{file}");
        }
        // What upgrades from one version to another names both.
        assert_eq!(named("from-2.7.0-to-2.8.0.patch"), [""; 0]);
    }

    #[test]
    fn a_number_is_that_of_the_component_or_of_its_release() {
        let old = (release("2.7.0", &["recorder@5.1.0"]), Vec::new());
        let own = release("2.8.0", &["recorder@5.2.0"]);
        let named = |file: &str| told(&own, &[artifact("recorder", file, "x")], std::slice::from_ref(&old)).len();
        assert_eq!((named("r-5.1.0.exe"), named("r-2.7.0.exe")), (1, 1));
        assert_eq!((named("r-5.2.0.exe"), named("r-2.8.0.exe"), named("r-5.3.0.exe")), (0, 0, 0));
        // Another component's number says nothing.
        let player = (release("3.0.0", &["player@3.0.0"]), Vec::new());
        assert_eq!(told(&own, &[artifact("recorder", "for-player-3.0.0.exe", "x")], &[player]), [""; 0]);
    }

    #[test]
    fn bytes_and_number_are_one_finding() {
        let (own, files) = recorder("2.8.0", "recorder-2.7.0.exe", "old");
        let found = found(&own, &files, &[recorder("2.7.0", "recorder-2.7.0.exe", "old")]);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("same bytes") && found[0].message.contains("in its name"), "{found:?}");
        assert_eq!((found[0].about.as_str(), found[0].severity), ("recorder/recorder-2.7.0.exe", Severity::Warning));
    }

    #[test]
    fn the_policy_says_what_it_weighs() {
        let (own, files) = recorder("2.8.0", "r.exe", "old");
        let sought = Fingerprints::of(&own, &files);
        let (old, published) = recorder("2.7.0", "r.exe", "old");
        let mut matches = Matches::default();
        matches.take(&sought, &old.version, &old.components, &published);
        let weight = |level| {
            let levels = Levels::new([(Code::SameBytes, level)]);
            check_files(&own, &files, &matches, &levels).first().map(|it| it.severity)
        };
        assert_eq!(weight(Level::Error), Some(Severity::Blocked));
        assert_eq!(weight(Level::Warning), Some(Severity::Warning));
        assert_eq!(weight(Level::Off), None);
    }

    proptest! {
        // However many are published, and in whatever order: each file is told of exactly where a pairwise look finds it.
        #[test]
        fn each_file_has_a_finding_exactly_where_its_bytes_are_published(
            own in proptest::collection::vec(0..6_usize, 1..5),
            others in proptest::collection::vec(proptest::collection::vec(0..6_usize, 0..4), 0..5),
        ) {
            let bytes = |at: usize| "x".repeat(at);
            let files = |of: &[usize]| -> Vec<Artifact> {
                of.iter().enumerate().map(|(n, at)| artifact("recorder", &format!("f{n}"), &bytes(*at))).collect()
            };
            let release_of = |at: usize| format!("1.{at}.0");
            let published: Vec<(Release, Vec<Artifact>)> = others.iter().enumerate()
                .map(|(at, of)| (release(&release_of(at), &[&format!("recorder@{}", release_of(at))]), files(of))).collect();
            let all = release("2.0.0", &["recorder@2.0.0"]);
            let expected: Vec<String> = own.iter().enumerate()
                .filter(|(_, at)| **at > 0 && others.iter().flatten().any(|it| it == *at))
                .map(|(n, _)| format!("recorder/f{n}")).collect();
            let about = |published: &[(Release, Vec<Artifact>)]| -> Vec<String> {
                found(&all, &files(&own), published).into_iter().map(|it| it.about).collect()
            };
            prop_assert_eq!(about(&published), expected.clone());
            let reversed: Vec<_> = published.into_iter().rev().collect();
            prop_assert_eq!(about(&reversed), expected);
        }
    }
}
