//! The catalog: what a site says is out, as data, and the exact bytes of its `releases.json` and `SHA256SUMS`.
//!
//! The bytes are a function of the data, so that an audit can write them again and compare.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::name::{ComponentName, FileName, Project, Text, Version, escaped, percent_encoded};

mod json;

/// The largest `releases.json`, in bytes.
pub const LARGEST_CATALOG: usize = 64 << 20;

/// What a site says is out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// The project whose site this is.
    pub project: Project,
    /// The policy under which the last change was made.
    pub policy: PolicyMark,
    releases: BTreeMap<Version, Listing>,
}

/// Which policy it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyMark {
    /// Its number.
    pub number: u64,
    /// The digest of its bytes.
    pub sha256: Digest,
}

/// One release on a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Its version.
    pub version: Version,
    /// Its title, for people.
    pub title: Text,
    /// The id of the statement that put it here.
    pub statement: Digest,
    /// How it came here.
    pub kind: Kind,
    /// When it went out, as that statement claims.
    pub at: Timestamp,
    /// Its files. In a catalog they are in the order of their paths.
    pub artifacts: Vec<Listed>,
}

impl Listing {
    /// Whether a file of `component` is listed in a version that `asked` means: `2.7`.
    pub fn has_component(&self, component: &str, asked: &str) -> bool {
        self.artifacts.iter().any(|it| it.component.as_str() == component && it.version.answers_to(asked))
    }
}

/// How a release came to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Through the gate.
    Published,
    /// Outside the gate; taken in afterwards.
    Adopted,
}

/// One file on a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The component that it is part of.
    pub component: ComponentName,
    /// The version of that component, which may be older than the release.
    pub version: Version,
    /// The file's name.
    pub file: FileName,
    /// Its size in bytes.
    pub size: u64,
    /// The digest of its bytes.
    pub sha256: Digest,
}

impl Listed {
    /// Where it lies, from the site's root.
    pub fn path(&self) -> String {
        artifact_path(&self.component, &self.version, &self.file)
    }

    /// Where customers find it, from the site's address: its path, percent-encoded.
    pub fn address(&self) -> String {
        percent_encoded(&self.path())
    }

    /// What it has in common with every file that is the same one on some system.
    fn fold(&self) -> String {
        format!("{}/{}/{}", self.component, self.version.to_string().to_ascii_lowercase(), self.file.fold())
    }
}

/// Where an artifact lies on every site, for ever: `recorder/2.7.0/recorder-2.7.0.exe`.
pub fn artifact_path(component: &ComponentName, version: &Version, file: &FileName) -> String {
    format!("{component}/{version}/{file}")
}

/// The bytes of `SHA256SUMS` for the files of one component version: what `sha256sum` writes, in the order of the names.
pub fn checksums<'a>(artifacts: impl IntoIterator<Item = &'a Listed>) -> Vec<u8> {
    // No name holds a backslash or a line break, the two characters that `sha256sum` would escape.
    let lines: BTreeMap<&FileName, Digest> = artifacts.into_iter().map(|it| (&it.file, it.sha256)).collect();
    lines.into_iter().flat_map(|(file, sha256)| format!("{sha256}  {file}\n").into_bytes()).collect()
}

impl Catalog {
    /// The catalog of a site on which nothing is out yet.
    pub fn new(project: Project, policy: PolicyMark) -> Self {
        Self { project, policy, releases: BTreeMap::new() }
    }

    /// The releases, oldest version first.
    pub fn releases(&self) -> &BTreeMap<Version, Listing> {
        &self.releases
    }

    /// This catalog with `listing` in it, in place of any other of the same version.
    #[must_use]
    pub fn with(&self, listing: Listing) -> Self {
        let mut next = self.clone();
        next.put(listing);
        next
    }

    /// This catalog without `version`.
    #[must_use]
    pub fn without(&self, version: &Version) -> Self {
        let mut next = self.clone();
        next.releases.remove(version);
        next
    }

    /// The bytes of `releases.json`: newest version first, a line break at the end.
    #[expect(clippy::missing_panics_doc, reason = "it does not panic")]
    pub fn to_bytes(&self) -> Vec<u8> {
        let written = json::Catalog::from(self);
        #[expect(clippy::expect_used, reason = "strings and numbers are written to memory, which cannot fail")]
        let mut bytes = serde_json::to_vec_pretty(&written).expect("a catalog is JSON");
        bytes.push(b'\n');
        bytes
    }

    /// Reads a `releases.json`. A fault is a sentence that continues "`releases.json` …".
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > LARGEST_CATALOG {
            return Err(format!("is larger than {} MiB", LARGEST_CATALOG >> 20));
        }
        let read: json::Catalog =
            serde_json::from_slice(bytes).map_err(|why| format!("is not an index of releases: {why}"))?;
        if read.schema != json::SCHEMA {
            return Err(format!("has schema {}, which is not known to this build", read.schema));
        }
        let policy = PolicyMark { number: read.policy.number, sha256: word("policy digest", &read.policy.sha256)? };
        let mut catalog = Self::new(word("project", &read.project)?, policy);
        for release in read.releases {
            let listing = listing(release)?;
            if catalog.releases.contains_key(&listing.version) {
                return Err(format!("lists `{}` twice", listing.version));
            }
            catalog.put(listing);
        }
        Ok(catalog)
    }

    fn put(&mut self, mut listing: Listing) {
        listing.artifacts.sort_by_key(Listed::path);
        self.releases.insert(listing.version.clone(), listing);
    }
}

fn listing(read: json::Release) -> Result<Listing, String> {
    let version: Version = word("version", &read.version)?;
    let mut paths = BTreeSet::new();
    let mut artifacts = Vec::with_capacity(read.artifacts.len());
    for artifact in read.artifacts {
        let listed = Listed {
            component: word("component", &artifact.component)?,
            version: word("version", &artifact.version)?,
            file: word("file", &artifact.file)?,
            size: artifact.size,
            sha256: word("digest", &artifact.sha256)?,
        };
        let address = listed.address();
        if artifact.path != address {
            return Err(format!("gives `{address}` the path `{}`", escaped(&artifact.path)));
        }
        // Two names that differ in case only are one file on some systems.
        if !paths.insert(listed.fold()) {
            return Err(format!("lists `{}` twice in `{version}`", listed.path()));
        }
        artifacts.push(listed);
    }
    Ok(Listing {
        version,
        title: word("title", &read.title)?,
        statement: word("statement", &read.statement)?,
        kind: read.kind,
        at: word("time", &read.at)?,
        artifacts,
    })
}

fn word<T: FromStr<Err: fmt::Display>>(what: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|why| format!("has the {what} `{}`, which {why}", escaped(text)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listed(component: &str, version: &str, file: &str) -> Listed {
        Listed {
            component: component.parse().unwrap(),
            version: version.parse().unwrap(),
            file: file.parse().unwrap(),
            size: 5,
            sha256: Digest::of(file.as_bytes()),
        }
    }

    fn listing(version: &str, artifacts: Vec<Listed>) -> Listing {
        Listing {
            version: version.parse().unwrap(),
            title: "Chapters in recordings".parse().unwrap(),
            statement: Digest::of(version.as_bytes()),
            kind: Kind::Published,
            at: "2026-11-20T09:00:00Z".parse().unwrap(),
            artifacts,
        }
    }

    fn empty() -> Catalog {
        let policy = PolicyMark { number: 3, sha256: Digest::of(b"policy") };
        Catalog::new("https://downloads.example.com/webinar".parse().unwrap(), policy)
    }

    fn small() -> Catalog {
        empty().with(listing("2.7.0", vec![listed("recorder", "2.7.0", "recorder.exe")]))
    }

    /// The bytes of a small catalog with `from` replaced by `to`, read again.
    fn edited(from: &str, to: &str) -> Result<Catalog, String> {
        let text = String::from_utf8(small().to_bytes()).unwrap();
        assert!(text.contains(from), "{text}");
        Catalog::parse(text.replacen(from, to, 1).as_bytes())
    }

    #[test]
    fn reads_what_it_wrote() {
        let catalog = small().with(listing("2.10.0", vec![])).with(listing("2.10.0-rc.1", vec![]));
        assert_eq!(Catalog::parse(&catalog.to_bytes()), Ok(catalog));
        assert_eq!(Catalog::parse(&empty().to_bytes()), Ok(empty()));
        let versions = |it: &Catalog| it.releases().keys().map(Version::to_string).collect::<Vec<_>>();
        assert_eq!((versions(&empty()), versions(&small())), (vec![], vec!["2.7.0".to_owned()]));
    }

    #[test]
    fn writes_the_newest_version_first_and_the_same_bytes_in_any_order_of_files() {
        let (a, b) = (listed("player", "2.4.0", "a"), listed("recorder", "2.7.0", "b"));
        let one = empty().with(listing("2.9.0", vec![a.clone(), b.clone()])).with(listing("2.10.0", vec![]));
        let two = empty().with(listing("2.10.0", vec![])).with(listing("2.9.0", vec![b, a]));
        assert_eq!(one.to_bytes(), two.to_bytes());
        let text = String::from_utf8(one.to_bytes()).unwrap();
        assert!(text.find("\"2.10.0\"") < text.find("\"2.9.0\""), "{text}");
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn refuses_an_index_that_it_would_not_have_written() {
        for (from, to, why) in [
            ("\"schema\": 1", "\"schema\": 2", "schema 2"),
            ("\"schema\": 1", "\"schema\": 1, \"extra\": 1", "unknown field"),
            ("\"title\"", "\"title\": \"x\", \"title\"", "duplicate field"),
            ("\"number\": 3", "\"number\": -3", "invalid value"),
            ("recorder/2.7.0/recorder.exe", "../recorder.exe", "gives `recorder/2.7.0/recorder.exe` the path"),
            ("Chapters in", "Chapters \\u202e in", "a reader cannot see"),
            ("\"published\"", "\"escaped\"", "unknown variant"),
            ("\"recorder.exe\"", "\"nul\"", "device name"),
            ("2026-11-20T09:00:00Z", "yesterday", "time `yesterday`"),
        ] {
            let fault = edited(from, to).unwrap_err();
            assert!(fault.contains(why), "{fault}");
        }
        assert!(Catalog::parse(b"").is_err());
        assert!(Catalog::parse(&vec![b' '; LARGEST_CATALOG + 1]).unwrap_err().contains("64 MiB"));
        assert!(!Catalog::parse(&vec![b' '; LARGEST_CATALOG]).unwrap_err().contains("64 MiB"));
    }

    #[test]
    fn refuses_a_version_or_a_file_that_is_listed_twice() {
        let one = String::from_utf8(small().to_bytes()).unwrap();
        let release: String = one.split_once("\"releases\": [").unwrap().1.rsplit_once(']').unwrap().0.to_owned();
        let twice = one.replacen(&release, &format!("{release},{release}"), 1);
        assert_eq!(Catalog::parse(twice.as_bytes()), Err("lists `2.7.0` twice".to_owned()));

        let files = vec![listed("recorder", "2.7.0", "A.exe"), listed("recorder", "2.7.0", "a.exe")];
        let fault = Catalog::parse(&empty().with(listing("2.7.0", files)).to_bytes()).unwrap_err();
        assert_eq!(fault, "lists `recorder/2.7.0/a.exe` twice in `2.7.0`");
    }

    #[test]
    fn a_release_can_be_taken_out_again() {
        assert_eq!(small().without(&"2.7.0".parse().unwrap()), empty());
    }

    #[test]
    fn checksums_are_what_sha256sum_writes() {
        let files = [listed("recorder", "2.7.0", "b.exe"), listed("recorder", "2.7.0", "a.exe")];
        let expected = format!("{}  a.exe\n{}  b.exe\n", Digest::of(b"a.exe"), Digest::of(b"b.exe"));
        assert_eq!(String::from_utf8(checksums(&files)).unwrap(), expected);
    }

    fn any_version() -> impl Strategy<Value = String> {
        "(0|[1-9][0-9]{0,3})\\.(0|[1-9][0-9]{0,3})\\.(0|[1-9][0-9]{0,3})(-rc\\.[1-9])?(\\+b[0-9]{1,3})?"
    }

    fn any_listing() -> impl Strategy<Value = Listing> {
        // With an underscore at the end no name is that of a Windows device.
        let file = ("[a-z]{3}[a-z0-9_]{0,5}_", any_version(), "[a-z0-9+@_^~() äß録%#]{0,9}x", any::<u64>());
        let files = proptest::collection::vec(file, 0..5);
        let title = "[^\\p{C}\\s][ -~äß世]{0,20}".prop_filter("a title", |it| it.parse::<Text>().is_ok());
        (any_version(), title, any::<bool>(), 0..4_000_000_000_i64, 0..1_000_000_000_i32, files).prop_map(
            |(version, title, gate, second, nano, files)| {
                let files: BTreeMap<String, Listed> = files
                    .into_iter()
                    .filter(|(_, _, file, _)| file.parse::<FileName>().is_ok())
                    .map(|(component, version, file, size)| Listed { size, ..listed(&component, &version, &file) })
                    .map(|it| (it.fold(), it))
                    .collect();
                Listing {
                    title: title.parse().unwrap(),
                    kind: if gate { Kind::Published } else { Kind::Adopted },
                    at: Timestamp::new(second, nano).unwrap(),
                    ..listing(&version, files.into_values().collect())
                }
            },
        )
    }

    proptest! {
        #[test]
        fn any_catalog_is_read_as_it_was_written(all in proptest::collection::vec(any_listing(), 0..6)) {
            let catalog = all.into_iter().fold(empty(), |catalog, it| catalog.with(it));
            let bytes = catalog.to_bytes();
            let read = Catalog::parse(&bytes).unwrap();
            prop_assert_eq!(&read, &catalog);
            prop_assert_eq!(read.to_bytes(), bytes);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Catalog::parse(&bytes);
        }
    }
}
