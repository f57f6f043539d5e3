//! What has happened of a publication that was broken off: as it was seen afterwards, never as it was planned.

use std::fmt;

use holdpoint_core::name::{Version, counted};

/// What is seen of one publication after something failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Happened {
    /// The release.
    pub(crate) version: Version,
    /// The name of the site.
    pub(crate) site: String,
    /// Whether customers find it in the index of the site.
    pub(crate) listed: Listed,
    /// Whether the page for people shows what the index lists.
    pub(crate) page: Page,
    /// Whether its publication is recorded.
    pub(crate) recorded: Recorded,
    /// How many of its files are on the site, with the signed bytes.
    pub(crate) files: Count,
    /// How many of the checksum files beside them are there, as they should be.
    pub(crate) checksums: Count,
}

/// What the index of the site says of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    /// It lists the version by this publication.
    Yes,
    /// It does not list the version.
    No,
    /// It lists the version by another statement.
    Otherwise,
    /// It cannot be read.
    Unknown,
}

/// What the page for people is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// The policy asks for none.
    None,
    /// The page at this path shows what the index lists.
    Current(String),
    /// The page at this path shows something else, or is not there.
    Old(String),
    /// The page, or what it should show, cannot be read.
    Unknown(String),
}

/// Where a publication is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// Nowhere.
    No,
    /// On this branch of this repository, which has no remote.
    Here(String),
    /// On the branch of record of a remote, as it was read back from there.
    Shared {
        /// The branch.
        branch: String,
        /// The remote.
        remote: String,
    },
    /// The branch of record cannot be read.
    Unknown,
}

/// How many of some files are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// So many of so many.
    Known {
        /// Those that are there, and as they should be.
        there: usize,
        /// All of them.
        of: usize,
    },
    /// Some cannot be read.
    Unknown,
}

impl Count {
    /// "1 of 2 files".
    fn words(self, one: &str) -> String {
        match self {
            Self::Known { there, of } => format!("{there} of {}", counted(of, one)),
            Self::Unknown => format!("how many {one}s cannot be determined"),
        }
    }
}

impl fmt::Display for Happened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, site, listed, page, recorded, files, checksums } = self;
        match listed {
            Listed::Yes => write!(f, "{version} is published on `{site}`: the index lists it, so customers see it")?,
            Listed::No => write!(f, "{version} is not published on `{site}`: the index does not list it")?,
            Listed::Otherwise => {
                write!(f, "the index of `{site}` lists {version} by another statement than this publication")?;
            }
            Listed::Unknown => write!(f, "whether {version} is published on `{site}` cannot be determined")?,
        }
        match page {
            Page::Old(path) if *listed == Listed::Yes => write!(f, "; `{path}` does not show it yet")?,
            // Before it is listed, the page has nothing to show of it.
            Page::None | Page::Current(_) | Page::Old(_) => {}
            Page::Unknown(path) => write!(f, "; whether `{path}` is up to date cannot be determined")?,
        }
        match recorded {
            Recorded::No => write!(f, "; its publication is not recorded")?,
            Recorded::Here(branch) => write!(f, "; its publication is recorded here, on `{branch}`")?,
            Recorded::Shared { branch, remote } => {
                write!(f, "; its publication is recorded on `{branch}` of `{remote}`")?;
            }
            Recorded::Unknown => write!(f, "; whether its publication is recorded cannot be determined")?,
        }
        write!(f, "; on the site: {}, {}", files.words("file"), checksums.words("checksum file"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: [Listed; 4] = [Listed::Yes, Listed::No, Listed::Otherwise, Listed::Unknown];

    fn pages() -> [Page; 4] {
        let path = || "index.html".to_owned();
        [Page::None, Page::Current(path()), Page::Old(path()), Page::Unknown(path())]
    }

    fn records() -> [Recorded; 4] {
        let shared = Recorded::Shared { branch: "main".into(), remote: "origin".into() };
        [Recorded::No, Recorded::Here("main".into()), shared, Recorded::Unknown]
    }

    /// Every combination, with its sentence.
    fn all() -> Vec<(Happened, String)> {
        let counts = [Count::Known { there: 1, of: 2 }, Count::Unknown];
        let mut all = Vec::new();
        for (listed, page) in LISTED.into_iter().flat_map(|listed| pages().map(|page| (listed, page))) {
            for (recorded, files) in records().into_iter().flat_map(|it| counts.map(|files| (it.clone(), files))) {
                let version = "2.7.0".parse().unwrap();
                let (page, checksums) = (page.clone(), files);
                let it = Happened { version, site: "downloads".into(), listed, page, recorded, files, checksums };
                all.push((it.clone(), it.to_string()));
            }
        }
        all
    }

    #[test]
    fn a_sentence_claims_each_thing_exactly_where_it_is_so() {
        for (it, said) in all() {
            assert_eq!(
                said.contains("is published on") && !said.starts_with("whether"),
                it.listed == Listed::Yes,
                "{said}"
            );
            assert_eq!(said.contains("customers see it"), it.listed == Listed::Yes, "{said}");
            assert_eq!(said.contains("is not published on"), it.listed == Listed::No, "{said}");
            let is_old = it.listed == Listed::Yes && matches!(it.page, Page::Old(_));
            assert_eq!(said.contains("does not show it yet"), is_old, "{said}");
            let is_recorded = matches!(it.recorded, Recorded::Here(_) | Recorded::Shared { .. });
            assert_eq!(
                said.contains("its publication is recorded") && !said.contains("whether its"),
                is_recorded,
                "{said}"
            );
            assert_eq!(said.contains("its publication is not recorded"), it.recorded == Recorded::No, "{said}");
            let doubts = usize::from(it.listed == Listed::Unknown)
                + usize::from(matches!(it.page, Page::Unknown(_)))
                + usize::from(it.recorded == Recorded::Unknown)
                + usize::from(it.files == Count::Unknown) * 2;
            assert_eq!(said.matches("cannot be determined").count(), doubts, "{said}");
        }
    }

    #[test]
    fn what_differs_reads_differently() {
        let counts: std::collections::BTreeSet<String> =
            [(0, 1), (1, 1), (1, 2)].map(|(there, of)| Count::Known { there, of }.words("file")).into();
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), ["0 of 1 file", "1 of 1 file", "1 of 2 files"]);
    }
}
