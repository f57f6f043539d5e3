//! The field: every version of every component that customers have or are about to get, and what counts for what.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;

use super::declared::{Accepted, Compatibility, Conversion, Declaration, TestResult, Tested};
use crate::digest::Digest;
use crate::finding::Finding;
use crate::name::{ComponentName, FormatName, InterfaceName, SiteName, Text, Version};
use crate::release::{Component, Release};
use crate::sight::{Sights, Visibility};
use crate::statement::Artifact;

/// A release that is out, as other releases see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// Its version.
    pub release: Version,
    /// What went out with it.
    pub components: Vec<Component>,
    /// The last day of its support.
    pub support_until: Date,
    /// What it declares.
    pub declared: Compatibility,
    /// The files that customers got, as its publications that count name them; none where it is only alleged that it is out.
    pub files: Vec<Artifact>,
    /// Where it went out. At least one.
    pub outings: Vec<Outing>,
    /// What speaks against it since it went out: then it helps nobody, and customers have it all the same.
    pub objection: Option<Objection>,
    /// Why what it says now is not what went out, if it is so.
    pub doubts: Vec<Finding>,
}

impl Shipped {
    /// A release that is out, and of which nothing can be read: it helps nobody, and `doubts` say so.
    pub fn unreadable(release: Version, outings: Vec<Outing>, doubts: Vec<Finding>) -> Self {
        let (components, declared, files) = (Vec::new(), Compatibility::default(), Vec::new());
        Self { release, components, support_until: Date::MAX, declared, files, outings, objection: None, doubts }
    }

    /// Takes in what is seen of the sites: what customers cannot get there helps nobody, and stays a liability.
    pub fn look_at(&mut self, sights: &Sights) {
        for outing in &mut self.outings {
            let visibility = sights.visibility(&outing.site, &self.release, &outing.id, outing.is_adopted);
            outing.is_there &= visibility != Visibility::Unlisted;
        }
    }
}

/// What speaks against a version that is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// Somebody holds it.
    Held,
    /// Something of its ledger is damaged or lost, and may have been a hold.
    MayBeHeld,
    /// Somebody said no to what went out, or withdrew a yes.
    Declined,
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "is on hold",
            Self::MayBeHeld => "may be on hold: something in its ledger is damaged or lost",
            Self::Declined => "was declined, or a sign-off was withdrawn, after it was published",
        })
    }
}

/// One statement that a release is out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outing {
    /// The statement.
    pub id: Digest,
    /// Where.
    pub site: SiteName,
    /// Whether it is proven: signed off as the policy that it names asks, sealed, or adopted by the owners.
    pub is_proven: bool,
    /// Whether the owners took it in: such a thing stands in no index.
    pub is_adopted: bool,
    /// Whether customers can still get it there.
    pub is_there: bool,
}

/// One version of a component.
#[derive(Debug, Clone)]
pub struct Member {
    /// Which.
    pub component: Component,
    /// The release that it belongs to.
    pub release: Version,
    /// Whether it is of the release that is asked about.
    pub is_own: bool,
    /// Whether it may help: somebody who needs it can get it.
    pub is_asset: bool,
    /// The last day of its support.
    pub support_until: Date,
    /// Whether it is supported on the day that counts.
    pub is_supported: bool,
    /// What it declares, per interface.
    pub declared: Declaration,
}

/// A converter that somebody can get.
#[derive(Debug, Clone)]
pub(super) struct Converter {
    pub(super) component: Component,
    pub(super) from: FormatName,
    pub(super) to: FormatName,
    pub(super) loses: Option<Text>,
}

/// What a test says of a pair. The worst sort last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) result: TestResult,
    pub(super) symptom: Option<Text>,
    pub(super) evidence: Option<Text>,
    /// Whether it is said by a release that has neither side of the pair.
    pub(super) is_later: bool,
    /// Whether what makes the pair better counts, too.
    pub(super) is_asset: bool,
}

/// The tests of one interface, by writer and reader.
type Tests = BTreeMap<(Component, Component), Vec<Said>>;

/// Everything that customers have or are about to get.
#[derive(Debug, Clone, Default)]
pub struct Field {
    members: BTreeMap<Component, Member>,
    converters: BTreeMap<InterfaceName, Vec<Converter>>,
    tests: BTreeMap<InterfaceName, Tests>,
    accepted: Vec<Accepted>,
}

/// What the field is looked at for.
#[derive(Debug, Clone, Copy)]
pub struct Outlook<'a> {
    /// The sites on which something must be out to help; anywhere if there are none.
    pub sites: &'a BTreeSet<SiteName>,
    /// The day on which support is judged.
    pub day: Date,
    /// Whether a pre-release may help.
    pub takes_pre_releases: bool,
}

impl Field {
    /// The field of `shipped` alone.
    pub fn of_shipped<'a>(shipped: impl IntoIterator<Item = &'a Shipped>, outlook: Outlook<'_>) -> Self {
        let mut field = Self::default();
        let mut shipped: Vec<&Shipped> = shipped.into_iter().collect();
        shipped.sort_by(|a, b| a.release.cmp(&b.release));
        for it in shipped {
            field.take_shipped(it, outlook);
        }
        field.sorted()
    }

    /// Takes in a release that is not out yet, as the one that is asked about: the components that `has_artifact`.
    #[must_use]
    pub fn with_own(
        mut self,
        release: &Release,
        declared: &Compatibility,
        has_artifact: &dyn Fn(&ComponentName) -> bool,
    ) -> Self {
        for component in &release.components {
            let member = Member {
                component: component.clone(),
                release: release.version.clone(),
                is_own: true,
                is_asset: has_artifact(&component.name),
                support_until: release.support_until,
                is_supported: true,
                declared: declared.components.get(&component.name).cloned().unwrap_or_default(),
            };
            self.members.insert(component.clone(), member);
        }
        self.take_converts(&release.components, &declared.converts, has_artifact);
        self.take_tests(&release.components, &declared.tested, true);
        self.accepted.extend(declared.accepted.iter().cloned());
        self.sorted()
    }

    /// The same, whatever the order in which it was written down.
    fn sorted(mut self) -> Self {
        self.tests.values_mut().flat_map(BTreeMap::values_mut).for_each(|it| it.sort());
        self.accepted.sort_by(|a, b| a.text.cmp(&b.text));
        self
    }

    fn take_shipped(&mut self, shipped: &Shipped, outlook: Outlook<'_>) {
        let proven = |site: &SiteName| shipped.outings.iter().any(|it| it.site == *site && it.is_proven && it.is_there);
        let is_there = outlook.sites.iter().all(proven)
            && shipped.outings.iter().any(|it| it.is_proven && it.is_there)
            && shipped.objection.is_none()
            && shipped.doubts.is_empty();
        let is_asset = |it: &Component| {
            let is_pre = shipped.release.is_pre_release() || it.version.is_pre_release();
            is_there && (outlook.takes_pre_releases || !is_pre)
        };
        for component in &shipped.components {
            // What somebody wrote since it went out is nobody's word for what customers have.
            let declared = shipped.declared.components.get(&component.name).filter(|_| shipped.doubts.is_empty());
            let member = Member {
                component: component.clone(),
                release: shipped.release.clone(),
                is_own: false,
                is_asset: is_asset(component),
                support_until: shipped.support_until,
                is_supported: shipped.support_until >= outlook.day,
                declared: declared.cloned().unwrap_or_default(),
            };
            match self.members.get_mut(component) {
                // A version means one thing. Where two releases say different things, neither helps anybody.
                Some(twin) => twin.is_asset &= member.is_asset && twin.declared == member.declared,
                None => {
                    self.members.insert(component.clone(), member);
                }
            }
        }
        let has = |name: &ComponentName| shipped.components.iter().any(|it| it.name == *name && is_asset(it));
        self.take_converts(&shipped.components, &shipped.declared.converts, &has);
        self.take_tests(&shipped.components, &shipped.declared.tested, is_there);
    }

    fn take_converts(&mut self, own: &[Component], converts: &[Conversion], helps: &dyn Fn(&ComponentName) -> bool) {
        for it in converts.iter().filter(|it| helps(&it.component)) {
            let Some(component) = own.iter().find(|own| own.name == it.component) else { continue };
            let converter = Converter {
                component: component.clone(),
                from: it.from.clone(),
                to: it.to.clone(),
                loses: it.loses.clone(),
            };
            self.converters.entry(it.interface.clone()).or_default().push(converter);
        }
    }

    fn take_tests(&mut self, own: &[Component], tested: &[Tested], is_asset: bool) {
        for it in tested {
            let said = Said {
                result: it.result,
                symptom: it.symptom.clone(),
                evidence: it.evidence.clone(),
                is_later: !own.contains(&it.writer) && !own.contains(&it.reader),
                is_asset,
            };
            let tests = self.tests.entry(it.interface.clone()).or_default();
            tests.entry((it.writer.clone(), it.reader.clone())).or_default().push(said);
        }
    }

    /// Every version, sorted by component and version.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// This version of a component, if it is known.
    pub fn member(&self, component: &Component) -> Option<&Member> {
        self.members.get(component)
    }

    pub(super) fn converters(&self, interface: &InterfaceName) -> &[Converter] {
        self.converters.get(interface).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn tests(&self, interface: &InterfaceName) -> Option<&Tests> {
        self.tests.get(interface)
    }

    pub(super) fn accepted(&self) -> &[Accepted] {
        &self.accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::scene::{component, shipped};

    #[test]
    fn what_was_taken_back_everywhere_helps_nobody() {
        let helps = |is_there: bool| {
            let mut out = shipped("2.6.0", &["player@2.6.0 reads:3"], "");
            out.outings[0].is_there = is_there;
            let day = jiff::civil::date(2026, 11, 20);
            let outlook = Outlook { sites: &BTreeSet::new(), day, takes_pre_releases: false };
            Field::of_shipped([&out], outlook).member(&component("player@2.6.0")).is_some_and(|it| it.is_asset)
        };
        assert!(helps(true) && !helps(false));
    }
}
