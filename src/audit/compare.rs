//! Comparing: every file, checksum and listing that is other than the record gives it, and what to do about each.

use std::collections::BTreeSet;

use holdpoint_core::catalog::{Catalog, Kind, Listed, PolicyMark, checksums};
use holdpoint_core::decide::Outlet;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{Person, SiteName, Version, escaped, quoted};
use holdpoint_core::policy::{Policy, SiteRule};

use jiff::{SignedDuration, Timestamp};

use super::found::Found;
use super::recorded::{Out, Recorded, files_of, folders_of, versions_of};
use crate::failure::Failure;
use crate::render::ago;
use crate::sight::{PUT_BACK, unreadable_index};
use crate::site::{CHECKSUMS, Content, INDEX, Location, StoredKind, another_page, index_page, shown_address};

/// What to do about files that nobody recorded.
const OFF: &str = "take off the site what no publication names";

/// So long a publish may take from its record to its listing. A version that is not listed by then was forgotten, or was listed once,
/// and somebody put back an older index.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_hours(24);

/// Everything that is not as the record has it.
pub(super) fn compare(
    rule: &SiteRule,
    policy: &Policy,
    recorded: &Recorded,
    found: &Found,
    now: Timestamp,
) -> Vec<Finding> {
    let outs = recorded.on(&rule.name);
    let comparison = Comparison { rule, policy, recorded, outs, found, now };
    let mut findings = comparison.files();
    findings.extend(comparison.checksums());
    findings.extend(comparison.strangers());
    findings.extend(comparison.index());
    findings.extend(comparison.closed());
    findings.extend(comparison.unseen());
    findings
}

struct Comparison<'a> {
    rule: &'a SiteRule,
    policy: &'a Policy,
    recorded: &'a Recorded,
    outs: &'a [Out],
    found: &'a Found,
    now: Timestamp,
}

impl Comparison<'_> {
    /// Every recorded file is there, with the recorded bytes.
    fn files(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for out in self.outs {
            for file in &out.files {
                let path = file.path();
                if self.found.is_unseen(&path) {
                    continue;
                }
                let wanted = Content { size: file.size, sha256: file.sha256 };
                let put = match out.outlet {
                    Outlet::Published => self.publish(&out.version),
                    // No command puts there what did not go out through the gate.
                    Outlet::Adopted => format!("put the file with the SHA-256 {} back there", file.sha256),
                };
                let (code, message, next) = match (self.found.content(&path), self.found.oddity(&path)) {
                    (Some(it), _) if it.is(wanted) => continue,
                    (Some(it), _) => (
                        Code::BytesDiffer,
                        format!("`{path}` has {it}, and {} recorded", it.instead(wanted)),
                        format!("find out who wrote other bytes there; take them off the site, then: {put}"),
                    ),
                    (None, Some(kind)) => (
                        Code::BytesDiffer,
                        format!("`{path}` is {}", word(kind)),
                        format!("find out who put it there; take it off the site, then: {put}"),
                    ),
                    (None, None) => {
                        (Code::RecordedMissing, format!("`{path}` of {} is not on the site", out.version), put)
                    }
                };
                findings.push(Finding::new(code, path, message).who(self.publishers()).next(next));
            }
        }
        findings
    }

    /// The checksums beside what was published are what the record gives. What went out outside the gate may have none,
    /// or its own; that is only said.
    fn checksums(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (folder, (kind, version, files)) in folders_of(self.outs) {
            let path = format!("{folder}/{CHECKSUMS}");
            let there = self.found.content(&path);
            if self.found.is_unseen(&path) {
                continue;
            }
            if there.is_some_and(|it| it.is(Content::of(&checksums(files))))
                || (there.is_none() && kind == Kind::Adopted)
            {
                continue;
            }
            let message = match there {
                Some(_) => format!("`{path}` is not what the record gives"),
                None => format!("`{path}` is not there"),
            };
            let finding = Finding::new(Code::ChecksumFileWrong, path, message).who(self.publishers());
            findings.push(match kind {
                Kind::Published => finding.next(self.publish(version)),
                Kind::Adopted => finding.as_warning(),
            });
        }
        findings
    }

    /// Whatever the record does not know of.
    fn strangers(&self) -> Vec<Finding> {
        let mut known: BTreeSet<String> = files_of(self.outs).into_keys().collect();
        known.extend(folders_of(self.outs).into_keys().map(|it| format!("{it}/{CHECKSUMS}")));
        known.insert(INDEX.to_owned());
        known.extend(self.rule.page.clone());
        let strangers =
            self.found.stored.iter().filter(|it| it.kind != StoredKind::Closed && !known.contains(&it.path));
        let told = |it: &crate::site::Stored| {
            let path = escaped(&it.path);
            let what = if it.kind == StoredKind::File { String::new() } else { format!("{}; ", word(it.kind)) };
            let message = format!(
                "`{path}` is on the site, and no recorded publication names it ({what}customers can download it)"
            );
            Finding::new(Code::LiveUnrecorded, path, message)
                .who(self.policy.owners().members.iter().cloned())
                .next(self.cure(&it.path))
        };
        strangers.map(told).collect()
    }

    /// What to do about a file that nobody recorded.
    fn cure(&self, path: &str) -> String {
        let site = &self.rule.name;
        let mut parts = path.split('/');
        let home =
            parts.next().zip(parts.next()).and_then(|(component, version)| self.recorded.home(component, version));
        let adopt = |version: &str| format!("holdpoint record {version} --site {site} --adopt --reason \"…\"");
        match home {
            Some(version) if versions_of(self.outs).contains(version) => OFF.to_owned(),
            Some(version) => {
                let adopt = adopt(&version.to_string());
                format!("{OFF}; if a publish was begun: {}; if it went out: {adopt}", self.publish(version))
            }
            None => format!("{OFF}; if it went out as a release, write its folder, then: {}", adopt("VERSION")),
        }
    }

    /// The index lists what is recorded, and nothing else, in the very bytes that the record gives; and so does the page.
    fn index(&self) -> Vec<Finding> {
        let Some(bytes) = &self.found.index else { return self.unlisted(None) };
        let catalog = match Catalog::parse(bytes) {
            Ok(catalog) => catalog,
            Err(why) => {
                let next = format!("find out who wrote it; {}", unreadable_index(self.rule));
                return vec![self.ahead(format!("`{INDEX}` {why}"), next)];
            }
        };
        let mut findings = self.ahead_of_record(&catalog, bytes);
        if findings.is_empty() {
            findings.extend(self.page(&catalog));
        }
        findings.extend(self.unlisted(Some(&catalog)));
        findings
    }

    /// What the index says and the record does not.
    fn ahead_of_record(&self, catalog: &Catalog, bytes: &[u8]) -> Vec<Finding> {
        let mut findings = Vec::new();
        let PolicyMark { number, sha256 } = catalog.policy;
        let is_current = (number, sha256) == (self.policy.number(), self.policy.digest());
        let is_ours =
            catalog.project == *self.policy.project() && (is_current || self.recorded.had_policy(number, sha256));
        if !is_ours {
            let message = format!(
                "`{INDEX}` was written for {} under policy {}, sha256:{}, which is not the policy here",
                catalog.project, catalog.policy.number, catalog.policy.sha256
            );
            findings.push(self.ahead(
                message,
                format!("{}   (the policy may be newer there); if somebody edited it, {PUT_BACK}", self.recorded.pull),
            ));
        }
        for (version, live) in catalog.releases() {
            let known: Vec<&Out> = self.outs.iter().filter(|it| it.version == *version).collect();
            if known.iter().any(|it| it.listings.contains(live)) {
                continue;
            }
            let recorded = known.iter().any(|it| it.listings.iter().any(|it| it.statement == live.statement));
            let (message, next) = if recorded {
                (format!("`{INDEX}` says of {version} what the record does not"), self.publish(version))
            } else if let Some(site) = self.recorded.elsewhere(live).filter(|it| self.is_no_site(it)) {
                // A site is known by its name: what went out on it stays under the name that it had.
                let message = format!(
                    "`{INDEX}` lists {version}, by its publication on `{site}`, and the policy has no site of that name"
                );
                let next = format!(
                    "holdpoint policy propose   (where this site was called `{site}` before: give it that name back in the \
                     proposal; else take {version} out of `{INDEX}`)"
                );
                (message, next)
            } else {
                let message =
                    format!("`{INDEX}` lists {version}, by a statement that counts for nothing in this record");
                (
                    message,
                    format!(
                        "{}   (it may be recorded there); if somebody wrote it into `{INDEX}` by hand, take it out again",
                        self.recorded.pull
                    ),
                )
            };
            findings.push(self.ahead(message, next));
        }
        if findings.is_empty() && catalog.to_bytes() != *bytes {
            let next = match catalog.releases().keys().next_back() {
                Some(version) => self.publish(version),
                None => format!("take `{INDEX}` off the site"),
            };
            findings.push(self.ahead(format!("`{INDEX}` has other bytes than the record gives"), next));
        }
        findings
    }

    /// The page for people is the one that this index gives.
    fn page(&self, catalog: &Catalog) -> Option<Finding> {
        let version = catalog.releases().keys().next_back()?;
        let path = self.rule.page.as_ref().filter(|it| !self.found.is_unseen(it))?;
        let page = index_page(catalog, shown_address(self.rule, self.policy));
        let (code, message) = match self.found.content(path) {
            Some(it) if it.is(Content::of(page.as_bytes())) => return None,
            Some(_) => (Code::BytesDiffer, format!("`{path}` is not the page that the record gives")),
            None => (Code::RecordedMissing, format!("`{path}` is not on the site")),
        };
        let next = if self.found.has_own_page { self.publish(version) } else { another_page(path) };
        Some(Finding::new(code, path.as_str(), message).who(self.publishers()).next(next))
    }

    /// What is on the site as it should be, and customers may be refused.
    fn closed(&self) -> Vec<Finding> {
        let told = |path: &String| {
            let message = format!("`{path}` is not as readable as the folder of the site: customers may get a 403");
            let next = self.again(path).map_or_else(|| self.open(path), |it| self.publish(it));
            Finding::new(Code::NotReadable, path.as_str(), message).who(self.publishers()).next(next)
        };
        self.found.closed.iter().map(told).collect()
    }

    /// The version whose publication writes what lies at `path`, or in it: of what is written each time the newest.
    fn again(&self, path: &str) -> Option<&Version> {
        let published = self.outs.iter().filter(|it| it.outlet == Outlet::Published);
        let is_own = |out: &&Out| {
            let folder = path.strip_suffix(CHECKSUMS).and_then(|it| it.strip_suffix('/')).unwrap_or(path);
            let within =
                |it: &Listed| it.path().strip_prefix(folder).is_some_and(|it| it.is_empty() || it.starts_with('/'));
            out.files.iter().any(within)
        };
        let is_shared = path == INDEX || self.rule.page.as_deref() == Some(path);
        published.filter(|it| is_shared || is_own(it)).map(|it| &it.version).max()
    }

    /// The command that lets everybody read what this tool does not write.
    fn open(&self, path: &str) -> String {
        format!("chmod a+rX {}", self.typed(path))
    }

    /// A path of the site, as it is typed on this machine.
    fn typed(&self, path: &str) -> String {
        match Location::parse(&self.rule.url) {
            Ok(Location::Directory(top)) => quoted(&top.join(path).display().to_string()),
            Err(_) => quoted(path),
        }
    }

    /// What nobody can tell of, each for itself: the rest of the site is audited all the same.
    fn unseen(&self) -> Vec<Finding> {
        let next = "give this account the right to read it, then run the same command again";
        let folder = |path: &str| {
            let message = format!("the folder `{}` cannot be listed, so nobody can say what lies in it", escaped(path));
            Finding::new(Code::ListingUnavailable, escaped(path), message).who(self.publishers()).next(next)
        };
        let file = |(path, why): (&String, &Failure)| {
            let cause = why.cause().map(|it| format!(": {it}")).unwrap_or_default();
            let message = format!("{}{cause}", why.message());
            let next = why.hint_text().unwrap_or(next);
            Finding::new(Code::SiteUnreachable, path.as_str(), message).who(self.publishers()).next(next)
        };
        self.found.unlisted().map(folder).chain(self.found.unread.iter().map(file)).collect()
    }

    /// What is recorded and not listed. What went out outside the gate need not be listed.
    fn unlisted(&self, catalog: Option<&Catalog>) -> Vec<Finding> {
        let published: BTreeSet<&Version> = self
            .outs
            .iter()
            .filter(|it| it.listings.iter().any(|it| it.kind == Kind::Published))
            .map(|it| &it.version)
            .collect();
        let unlisted =
            published.into_iter().filter(|it| catalog.is_none_or(|catalog| !catalog.releases().contains_key(*it)));
        let unlisted: Vec<&Version> = unlisted.collect();
        let told = |version: &Version| {
            let next = self.publish(version);
            if self.was_listed(catalog, version, &unlisted) {
                let message = format!("{version} is recorded as published, and `{INDEX}` does not list it");
                return Finding::new(Code::IndexBehind, INDEX, message).who(self.publishers()).next(next);
            }
            if let Some(since) = self.recorded_long_ago(version) {
                let message = format!(
                    "{version} was recorded {}, and `{INDEX}` does not list it: its publish was never finished, or an older index \
                     was put back",
                    ago(since, self.now)
                );
                return Finding::new(Code::IndexBehind, INDEX, message).who(self.publishers()).next(next);
            }
            let message = format!("{version} is being published on {}: prepared, not listed yet", self.rule.name);
            Finding::new(Code::IndexBehind, INDEX, message).who(self.publishers()).next(next).as_warning()
        };
        unlisted.iter().map(|it| told(it)).collect()
    }

    /// When a version was published that should be listed by now.
    fn recorded_long_ago(&self, version: &Version) -> Option<Timestamp> {
        let own = self.outs.iter().filter(|it| it.version == *version).flat_map(|it| &it.listings);
        let last = own.filter(|it| it.kind == Kind::Published).map(|it| it.at).max();
        last.filter(|it| self.now.duration_since(*it) > ON_ITS_WAY)
    }

    /// Whether a version was listed before and is not now: the page for people, which is written after the index, is still the one
    /// that was written with it, or there is a page without any index.
    fn was_listed(&self, catalog: Option<&Catalog>, version: &Version, unlisted: &[&Version]) -> bool {
        let Some(page) = self.rule.page.as_ref().and_then(|page| self.found.content(page.as_str())) else {
            return false;
        };
        let Some(catalog) = catalog else { return true };
        let with = |versions: &[&Version]| {
            let listings =
                self.outs.iter().filter(|it| versions.contains(&&it.version)).filter_map(|it| it.listings.first());
            let whole = listings.fold(catalog.clone(), |all, it| all.with(it.clone()));
            Content::of(index_page(&whole, shown_address(self.rule, self.policy)).as_bytes())
        };
        page.is(with(&[version])) || page.is(with(unlisted))
    }

    fn is_no_site(&self, name: &SiteName) -> bool {
        !self.policy.sites().iter().any(|it| it.name == *name)
    }

    fn ahead(&self, message: String, next: String) -> Finding {
        Finding::new(Code::IndexAhead, INDEX, message).who(self.publishers()).next(next)
    }

    fn publish(&self, version: &Version) -> String {
        format!("holdpoint publish {version} --site {} --from DIR", self.rule.name)
    }

    fn publishers(&self) -> BTreeSet<Person> {
        self.policy.publishers()
    }
}

fn word(kind: StoredKind) -> &'static str {
    match kind {
        StoredKind::File => "a file",
        StoredKind::Link => "a symbolic link",
        StoredKind::Other | StoredKind::Closed => "no file",
    }
}

#[cfg(test)]
mod tests;
