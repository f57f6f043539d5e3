//! What customers have, for answers about compatibility; and what somebody means who names a component.
//!
//! A draft is nothing that anybody has, so it never makes an answer better; that it is not out is said.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::compatibility::{Compatibility, Exchange, Field, Member, Outlook, Shipped};
use holdpoint_core::evidence::Draft;
use holdpoint_core::name::{ComponentName, SiteName, Version, escaped, listed, nearest};
use holdpoint_core::policy::Policy;
use holdpoint_core::release::Component;
use jiff::civil::Date;

use crate::failure::Failure;
use crate::gather::Record;
use crate::shell::Shell;
use crate::sight;

/// Everything that is out, and by name what is not.
pub(crate) struct Known {
    policy: Policy,
    field: Field,
    shipped: Vec<Shipped>,
    /// The component versions of releases that nothing says are out, with their release.
    drafts: BTreeMap<Component, Version>,
    /// What the draft declares that was taken in, if one was.
    drafted: Vec<(Version, Compatibility)>,
    /// The sites on which something is recorded as published, and that nobody can see from here.
    unseen: BTreeSet<SiteName>,
}

impl Known {
    /// What is out at the commit of `record`, with its support judged on `today`. Pre-releases help nobody who did not ask for one.
    pub(crate) fn of(
        shell: &Shell,
        record: &Record<'_>,
        policy: &Policy,
        today: Date,
        asks_pre_release: bool,
    ) -> Result<Self, Failure> {
        let chain = record.chain_or_fail()?;
        let mut shipped = record.shipped(&chain)?.to_vec();
        let unseen = sight::show_shipped(shell, record, &chain, &mut shipped)?;
        // Of a release in doubt nothing is known, and so `doubts` says. A customer gets it wherever it is.
        let outlook = Outlook { sites: &BTreeSet::new(), day: today, takes_pre_releases: asks_pre_release };
        let field = Field::of_shipped(&shipped, outlook);
        let is_out = |it: &Version| shipped.iter().any(|shipped| shipped.release == *it);
        let unreleased = record.components()?.iter().filter(|(release, _)| !is_out(release));
        let drafts = unreleased.flat_map(|(release, own)| own.iter().map(|it| (it.clone(), release.clone())));
        let drafts = drafts.collect();
        Ok(Self { policy: policy.clone(), field, shipped, drafts, drafted: Vec::new(), unseen })
    }

    /// The same with a release that is not out, as it is drafted. Nothing is taken in of one that cannot be read.
    pub(crate) fn with_draft(self, record: &Record<'_>, release: &Version) -> Result<Self, Failure> {
        let Ok(evidence) = record.plain_evidence(release)? else { return Ok(self) };
        let publicity = record.publicity(&evidence)?;
        let Some(records) = publicity.draft().and_then(Draft::records) else { return Ok(self) };
        let (release, declared) = (records.release(), records.declared());
        let has_artifact = |name: &ComponentName| records.artifacts().iter().any(|it| it.component == *name);
        let field = self.field.with_own(release, declared, &has_artifact);
        let drafted = self.drafted.into_iter().chain([(release.version.clone(), declared.clone())]).collect();
        Ok(Self { field, drafted, ..self })
    }

    /// The sites on which something is recorded as published, and that nobody can see from here.
    pub(crate) fn unseen(&self) -> &BTreeSet<SiteName> {
        &self.unseen
    }

    /// What each release declares, with the drafts that were taken in.
    pub(crate) fn declared(&self) -> impl Iterator<Item = (&Version, &Compatibility)> {
        let shipped = self.shipped.iter().map(|it| (&it.release, &it.declared));
        shipped.chain(self.drafted.iter().map(|(release, declared)| (release, declared)))
    }

    /// Why a version of a component that is out helps nobody; nothing where it may help.
    pub(crate) fn hindrance(&self, component: &Component) -> Option<String> {
        if self.field.member(component)?.is_asset {
            return None;
        }
        let own: Vec<&Shipped> = self.releases_with(component).collect();
        let is_pre_release = || component.version.is_pre_release() || own.iter().any(|it| it.release.is_pre_release());
        Some(match own.iter().find_map(|it| hindrance_of(it)) {
            Some(why) => why,
            None if own.is_empty() => "it is not published, and has no artifact".to_owned(),
            None if is_pre_release() => "it is a pre-release".to_owned(),
            None => "two releases declare different things for it".to_owned(),
        })
    }

    /// Whether a release with this component is in doubt, so that nothing of what it declares is taken in.
    pub(crate) fn is_in_doubt(&self, component: &Component) -> bool {
        self.releases_with(component).any(|it| !it.doubts.is_empty())
    }

    /// The releases that are out with this component.
    fn releases_with(&self, component: &Component) -> impl Iterator<Item = &Shipped> {
        self.shipped.iter().filter(|it| it.components.contains(component))
    }

    /// Refuses where the policy names nothing that could be compared.
    pub(crate) fn comparable(policy: &Policy) -> Result<(), Failure> {
        if policy.interfaces().is_empty() {
            return Err(Failure::new("nothing can be derived: the policy names no interface").hint(
                "holdpoint policy propose   (then say in `policy/proposed/policy.toml` under [[interface]] which \
                 component writes what another one reads)",
            ));
        }
        Ok(())
    }

    /// Every version that is out.
    pub(crate) fn field(&self) -> &Field {
        &self.field
    }

    /// The interfaces of the policy, in its order.
    pub(crate) fn exchanges(&self) -> Vec<Exchange<'_>> {
        self.policy.interfaces().iter().map(|it| Exchange::new(it, &self.field)).collect()
    }

    /// What cannot be read of what is out, in sentences.
    pub(crate) fn doubts(&self) -> Vec<String> {
        let mut all: Vec<String> = self.shipped.iter().flat_map(|it| &it.doubts).map(|it| it.message.clone()).collect();
        all.dedup();
        all
    }

    /// What somebody says is out, of the versions that `asked` means, and does not prove: what it declares was signed off by nobody.
    pub(crate) fn unproven(&self, asked: &Asked) -> Vec<String> {
        let meant = |it: &Component| it.name == asked.name && asked.versions.contains(&it.version);
        let unproven = self.shipped.iter().filter(|it| !it.outings.iter().any(|it| it.is_proven));
        let told = unproven.filter(|it| asked.found != Found::Every && it.components.iter().any(meant));
        told.map(|it| format!("that {} is out is not proven", it.release)).collect()
    }

    /// The components that are recorded, or take part in an interface.
    fn names(&self) -> BTreeSet<&ComponentName> {
        let taking_part = self.policy.interfaces().iter().flat_map(|it| it.writers.iter().chain(&it.readers));
        let recorded = self.field.members().map(|it| &it.component.name).chain(self.drafts.keys().map(|it| &it.name));
        taking_part.chain(recorded).collect()
    }

    /// Whether a word names a component, with a version or without.
    pub(crate) fn is_component(&self, word: &str) -> bool {
        let name = word.split_once('@').map_or(word, |it| it.0);
        self.names().iter().any(|it| it.as_str() == name)
    }

    /// What `word` (`player`, `player@2.4`) means.
    pub(crate) fn asked(&self, word: &str) -> Result<Asked, Failure> {
        let (name, version) = word.split_once('@').map_or((word, None), |(name, version)| (name, Some(version)));
        let name = (*self.names().iter().find(|it| it.as_str() == name).ok_or_else(|| self.unknown(name))?).clone();
        let own = |it: &&Member| it.component.name == name;
        let all: Vec<&Member> = self.field.members().filter(own).collect();
        let Some(version) = version else {
            let versions = in_support(&all);
            let text = name.to_string();
            return Ok(Asked { name, text, found: Found::Every, versions, release: None });
        };
        let shown = version.strip_prefix('v').unwrap_or(version);
        if !is_one_version(shown) {
            return Err(Failure::usage(format!("`{}` is not one version", escaped(version)))
                .hint(format!("ask like this: {name}@2.7, which means every 2.7.x")));
        }
        let text = escaped(&format!("{name} {shown}"));
        let versions: Vec<Version> =
            all.iter().map(|it| &it.component.version).filter(|it| it.answers_to(version)).cloned().collect();
        if !versions.is_empty() {
            let found = if self.is_on_its_way(&name, &versions) { Found::NotYet } else { Found::Out };
            return Ok(Asked { name, text, found, versions, release: None });
        }
        let draft = self.drafts.iter().find(|(it, _)| it.name == name && it.version.answers_to(version));
        if let Some((component, release)) = draft {
            let (text, release) = (format!("{name} {}", component.version), Some(release.clone()));
            let versions = vec![component.version.clone()];
            return Ok(Asked { name, text, found: Found::NotYet, versions, release });
        }
        Ok(Asked { name, text, found: Found::Nobody, versions: in_support(&all), release: None })
    }

    /// Whether all of these versions are recorded by publications that are proven, and no site lists them.
    fn is_on_its_way(&self, name: &ComponentName, versions: &[Version]) -> bool {
        let is_meant = |it: &Component| it.name == *name && versions.contains(&it.version);
        let mut meant = self.shipped.iter().filter(|it| it.components.iter().any(is_meant));
        meant.all(|it| {
            let outings = &it.outings;
            outings.iter().any(|outing| outing.is_proven) && outings.iter().all(|outing| !outing.is_there)
        })
    }

    fn unknown(&self, name: &str) -> Failure {
        let names = self.names();
        let hint = match nearest(name, names.iter().map(|it| it.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the components are {}", listed(names, "and")),
        };
        Failure::usage(format!("there is no component `{}`", escaped(name))).hint(hint)
    }
}

/// Why nothing of a release helps anybody; nothing where it is out like any other.
fn hindrance_of(shipped: &Shipped) -> Option<String> {
    match shipped.doubts.first() {
        Some(doubt) => Some(format!("its record is in doubt: {}", doubt.message)),
        None if !shipped.outings.iter().any(|it| it.is_proven) => Some("its publication is not proven".to_owned()),
        None if !shipped.outings.iter().any(|it| it.is_proven && it.is_there) => Some("no site lists it".to_owned()),
        None => shipped.objection.map(|objection| format!("it {objection}")),
    }
}

/// Whether it may be a version or the beginning of one, and no range such as `2.4..2.7` or `2.x`.
fn is_one_version(word: &str) -> bool {
    let is_part = |it: &str| !it.is_empty() && it.chars().all(|c| c.is_ascii_alphanumeric() || "-+".contains(c));
    word.starts_with(|it: char| it.is_ascii_digit())
        && word.split('.').all(|it| is_part(it) && !matches!(it, "x" | "X"))
}

/// The versions in support; all of them where none is.
fn in_support(all: &[&Member]) -> Vec<Version> {
    let version = |it: &&Member| it.component.version.clone();
    let supported: Vec<Version> = all.iter().filter(|it| it.is_supported).map(version).collect();
    if supported.is_empty() { all.iter().map(version).collect() } else { supported }
}

/// What somebody means who names a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The component.
    pub(crate) name: ComponentName,
    /// As it is said: `player 2.4`, or `player` alone.
    pub(crate) text: String,
    /// What was found of it.
    pub(crate) found: Found,
    /// The versions that are answered for, sorted. Of something that nobody has recorded, those in support.
    pub(crate) versions: Vec<Version>,
    /// The release that it will be out with.
    pub(crate) release: Option<Version>,
}

/// What was found of something that somebody names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is out.
    Out,
    /// It has a record, and is not out.
    NotYet,
    /// Nobody has recorded that version.
    Nobody,
    /// No version was named.
    Every,
}

impl Asked {
    /// Whether a version is meant.
    pub(crate) fn means(&self, component: &Component) -> bool {
        component.name == self.name && self.versions.contains(&component.version)
    }

    /// What is answered for, as a sentence has it: "player 2.4.0", "player 2.4.0 and 2.4.1" or "every player in support".
    pub(crate) fn words(&self) -> String {
        match (self.found, self.versions.as_slice()) {
            (Found::Every | Found::Nobody, [_, _, ..]) => format!("every {} in support", self.name),
            (_, all) => format!("{} {}", self.name, listed(all, "and")),
        }
    }
}

/// Whether a word asks for a pre-release.
pub(crate) fn is_pre_release(word: &str) -> bool {
    word.split_once('@').is_some_and(|(_, version)| version.contains('-'))
}
