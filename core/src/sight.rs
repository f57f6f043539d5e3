//! Sight: what is seen of the sites, so that "published" begins when customers can get something, and not when it is recorded.
//!
//! The shell looks; here is what follows. A site that was not seen is unknown, never empty. The last audit on record is
//! unsigned, so it can only take away: it never makes a publication listed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Deserialize;

use crate::digest::Digest;
use crate::name::{SiteName, Version, escaped};

/// The largest `audit.json`, in bytes.
pub const LARGEST_AUDIT: usize = 4 << 20;

/// Whether customers get what a publication names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    /// The site lists it.
    Listed,
    /// The site was looked at, and does not list it.
    Unlisted,
    /// Nobody can tell from here.
    Unseen,
}

impl Visibility {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Unlisted => "being published",
            Self::Unseen => "not seen from here",
        }
    }
}

/// What the last audit on record says against publications on one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordedAudit {
    /// The statements whose publications the index did not list.
    not_listed: BTreeSet<Digest>,
    /// The statements whose files were gone or had other bytes.
    differs: BTreeSet<Digest>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuditFile {
    schema: u64,
    site: String,
    at: String,
    not_listed: Vec<String>,
    differs: Vec<String>,
    unrecorded: Vec<String>,
}

impl RecordedAudit {
    /// Reads `sites/<site>/audit.json`.
    ///
    /// # Errors
    /// A sentence that continues "`sites/downloads/audit.json` …". What cannot be read might take something away.
    pub fn parse(site: &SiteName, bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > LARGEST_AUDIT {
            return Err(format!("is larger than {} MiB", LARGEST_AUDIT >> 20));
        }
        let file: AuditFile = serde_json::from_slice(bytes).map_err(|why| format!("is no audit: {why}"))?;
        if file.schema != 1 {
            return Err(format!("has schema {}, which is not known to this build", file.schema));
        }
        if file.site != site.as_str() {
            return Err(format!("is of the site `{}`", escaped(&file.site)));
        }
        if file.at.parse::<Timestamp>().is_err() {
            return Err(format!("has the time `{}`, which is none", escaped(&file.at)));
        }
        if file.unrecorded.iter().any(String::is_empty) {
            return Err("names an unrecorded file without a path".to_owned());
        }
        Ok(Self { not_listed: ids(&file.not_listed)?, differs: ids(&file.differs)? })
    }

    /// Whether it says of anything that its files were gone or had other bytes.
    pub fn denies(&self) -> bool {
        !self.differs.is_empty()
    }

    /// Whether it says that customers do not get what this statement published through the gate.
    fn takes_away(&self, id: &Digest) -> bool {
        self.not_listed.contains(id) || self.differs.contains(id)
    }
}

fn ids(texts: &[String]) -> Result<BTreeSet<Digest>, String> {
    let id = |text: &String| text.parse().map_err(|_| format!("names `{}`, which is no id", escaped(text)));
    texts.iter().map(id).collect()
}

/// What is known of one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    /// What its index lists, by version and statement; nothing where it was not seen.
    listed: Option<BTreeSet<(Version, Digest)>>,
    /// What the last audit on record says.
    audit: RecordedAudit,
}

impl Sight {
    /// A site whose index was read: the versions that it lists, with the statements that put them there.
    pub fn of_index(listed: impl IntoIterator<Item = (Version, Digest)>) -> Self {
        Self { listed: Some(listed.into_iter().collect()), audit: RecordedAudit::default() }
    }

    /// The same, with what the last audit on record says.
    #[must_use]
    pub fn with_audit(mut self, audit: RecordedAudit) -> Self {
        self.audit = audit;
        self
    }

    /// Whether the site itself was seen.
    pub fn is_seen(&self) -> bool {
        self.listed.is_some()
    }

    /// Whether customers get there what was published through the gate by the statement `id`.
    fn of_publication(&self, version: &Version, id: &Digest) -> Visibility {
        match &self.listed {
            Some(listed) if listed.contains(&(version.clone(), *id)) => Visibility::Listed,
            Some(_) => Visibility::Unlisted,
            None if self.audit.takes_away(id) => Visibility::Unlisted,
            None => Visibility::Unseen,
        }
    }

    /// The same of what was adopted, which stands in no index until something else is published: it is its own listing. An audit
    /// takes it away only as long as the site itself does not list it.
    fn of_adoption(&self, version: &Version, id: &Digest) -> Visibility {
        let is_listed = self.listed.as_ref().is_some_and(|listed| listed.contains(&(version.clone(), *id)));
        if self.audit.differs.contains(id) && !is_listed { Visibility::Unlisted } else { Visibility::Listed }
    }
}

/// What is known of all sites. A site that is not in here was not looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sights(BTreeMap<SiteName, Sight>);

impl Sights {
    /// Takes in what is known of one site.
    pub fn take(&mut self, site: SiteName, sight: Sight) {
        self.0.insert(site, sight);
    }

    /// Takes in what the index of `site` was just found to list; what an audit said stays.
    pub fn read_index(&mut self, site: SiteName, listed: impl IntoIterator<Item = (Version, Digest)>) {
        self.0.entry(site).or_default().listed = Some(listed.into_iter().collect());
    }

    /// Whether the index of `site` was read.
    pub fn sees(&self, site: &SiteName) -> bool {
        self.0.get(site).is_some_and(Sight::is_seen)
    }

    /// Whether it is the last audit on record alone that says that customers do not get what the statement `id` says is out.
    pub fn is_denied(&self, site: &SiteName, version: &Version, id: &Digest, is_adopted: bool) -> bool {
        (is_adopted || !self.sees(site)) && self.visibility(site, version, id, is_adopted) == Visibility::Unlisted
    }

    /// Whether customers get what the statement `id` says is out on `site`.
    pub fn visibility(&self, site: &SiteName, version: &Version, id: &Digest, is_adopted: bool) -> Visibility {
        let unseen = Sight::default();
        let sight = self.0.get(site).unwrap_or(&unseen);
        if is_adopted { sight.of_adoption(version, id) } else { sight.of_publication(version, id) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> SiteName {
        "downloads".parse().unwrap()
    }

    fn version() -> Version {
        "2.7.0".parse().unwrap()
    }

    fn audit(not_listed: &[Digest], differs: &[Digest]) -> String {
        let list =
            |it: &[Digest]| serde_json::to_string(&it.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        format!(
            "{{\"schema\": 1, \"site\": \"downloads\", \"at\": \"2026-11-21T10:00:00Z\", \"not_listed\": {}, \"differs\": {}, \
             \"unrecorded\": [\"x/y\"]}}",
            list(not_listed),
            list(differs)
        )
    }

    fn read(text: &str) -> Result<RecordedAudit, String> {
        RecordedAudit::parse(&site(), text.as_bytes())
    }

    #[test]
    fn an_index_is_believed_and_an_audit_only_takes_away() {
        let (id, other) = (Digest::of(b"publish"), Digest::of(b"other"));
        let lists = || Sight::of_index([(version(), id)]);
        let against = || read(&audit(&[id], &[])).unwrap();
        let differs = || read(&audit(&[], &[id])).unwrap();
        let silent = || read(&audit(&[other], &[other])).unwrap();
        for (sight, published, adopted) in [
            (lists(), Visibility::Listed, Visibility::Listed),
            (Sight::of_index([(version(), other)]), Visibility::Unlisted, Visibility::Listed),
            (Sight::of_index([("2.8.0".parse().unwrap(), id)]), Visibility::Unlisted, Visibility::Listed),
            (Sight::default(), Visibility::Unseen, Visibility::Listed),
            (Sight::default().with_audit(silent()), Visibility::Unseen, Visibility::Listed),
            (Sight::default().with_audit(against()), Visibility::Unlisted, Visibility::Listed),
            (Sight::default().with_audit(differs()), Visibility::Unlisted, Visibility::Unlisted),
            (lists().with_audit(against()), Visibility::Listed, Visibility::Listed),
            (lists().with_audit(differs()), Visibility::Listed, Visibility::Listed),
            (Sight::of_index([(version(), other)]).with_audit(differs()), Visibility::Unlisted, Visibility::Unlisted),
        ] {
            let mut sights = Sights::default();
            sights.take(site(), sight.clone());
            let seen = |is_adopted| sights.visibility(&site(), &version(), &id, is_adopted);
            assert_eq!((seen(false), seen(true)), (published, adopted), "{sight:?}");
        }
        let nothing = Sights::default();
        assert_eq!(nothing.visibility(&site(), &version(), &id, false), Visibility::Unseen);
        assert!(!nothing.sees(&site()));
    }

    #[test]
    fn an_audit_that_this_build_does_not_understand_is_refused() {
        let good = audit(&[Digest::of(b"x")], &[]);
        assert!(read(&good).is_ok());
        for (from, to, why) in [
            ("\"schema\": 1", "\"schema\": 2", "schema 2"),
            ("\"schema\": 1", "\"schema\": 1, \"listed\": []", "unknown field"),
            ("\"schema\": 1", "\"schema\": 1, \"schema\": 1", "duplicate field"),
            ("downloads", "mirror", "of the site `mirror`"),
            ("2026-11-21T10:00:00Z", "yesterday", "the time `yesterday`"),
            ("\"differs\": []", "\"differs\": [\"abc\"]", "`abc`, which is no id"),
            ("\"unrecorded\": [\"x/y\"]", "\"unrecorded\": [\"\"]", "without a path"),
            (", \"unrecorded\": [\"x/y\"]", "", "missing field"),
        ] {
            assert!(good.contains(from), "{from}");
            let fault = read(&good.replacen(from, to, 1)).unwrap_err();
            assert!(fault.contains(why), "{fault}");
        }
        assert!(RecordedAudit::parse(&site(), &vec![b' '; LARGEST_AUDIT + 1]).unwrap_err().contains("4 MiB"));
        assert!(read("").is_err());
    }
}
