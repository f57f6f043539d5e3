//! Where an answer comes from: which commit, how old it is, and whether its policy can be relied on.
//!
//! An answer is read to a customer. So what could make it wrong stands in its first line.

use std::collections::BTreeSet;

use holdpoint_core::evidence::moved;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{Person, SiteName, Version, listed};
use holdpoint_core::policy::{Policy, pinned};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::Failure;
use crate::gather::Record;
use crate::render::ago;
use crate::render::json::PolicyJson;
use crate::shell::{Reading, Shell};

mod field;
pub(crate) mod sentences;

pub(crate) use field::{Asked, Found, Known, is_pre_release};

/// How old a record may be before its answers say so.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// The record that an answer comes from.
pub(crate) struct Source {
    commit: String,
    written: Timestamp,
    now: Timestamp,
    policy: Option<Policy>,
    doubts: Vec<Finding>,
    is_pinned: bool,
    age: Age,
    /// Whether another time than now was asked for.
    is_imagined: bool,
    /// The sites that the answer is about, and that nobody can see from here.
    unseen: BTreeSet<SiteName>,
}

/// How old a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    /// It is what this clone holds, and nothing says that there is more.
    Fresh,
    /// There may be more elsewhere: the last time at which there was not.
    Stale(Timestamp),
    /// Another commit than HEAD was asked for.
    Chosen,
}

/// Where an answer comes from.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SourceJson {
    /// The commit that was read.
    commit: String,
    /// When that commit says it was made.
    committed: String,
    /// Since when there may be more elsewhere; null: nothing says so.
    stale_since: Option<String>,
    /// Whether a pinned root says that the policy is the right one.
    pinned: bool,
    /// The policy, if it can be read.
    policy: Option<PolicyJson>,
}

impl Source {
    /// Looks at where `record` comes from.
    pub(crate) fn of(shell: &Shell, record: &Record<'_>, reading: &Reading) -> Result<Self, Failure> {
        let (policy, doubts) = match record.chain()? {
            Ok(chain) => {
                let policy = chain.current().clone();
                let mut doubts = pinned(&chain, record.pins());
                doubts.retain(|it| it.code != Code::RootUnpinned);
                doubts.extend(moved(&policy, record.snapshot.prefix()));
                (Some(policy), doubts)
            }
            Err(findings) => (None, findings),
        };
        let now = shell.now();
        let age = match &policy {
            _ if reading.at.is_some() && !record.snapshot.is_head() => Age::Chosen,
            Some(policy) => age(record, policy.branch(), now)?,
            None => Age::Fresh,
        };
        let (commit, written) = (record.snapshot.commit_id(), record.snapshot.commit_time());
        let (is_pinned, is_imagined) = (!record.pins().is_empty(), shell.global.now.is_some());
        Ok(Self { commit, written, now, policy, doubts, is_pinned, age, is_imagined, unseen: BTreeSet::new() })
    }

    /// The same, for an answer that cannot be given without a policy that can be relied on.
    pub(crate) fn reliable(shell: &Shell, record: &Record<'_>, reading: &Reading) -> Result<(Self, Policy), Failure> {
        let source = Self::of(shell, record, reading)?;
        match source.policy.clone() {
            Some(policy) if source.doubts.is_empty() => Ok((source, policy)),
            _ => Err(Failure::new("the policy cannot be relied on").findings(source.doubts)),
        }
    }

    /// The same, for an answer that rests on what these sites list as well, which nobody can see from here.
    #[must_use]
    pub(crate) fn without_sight_of(self, unseen: &BTreeSet<SiteName>) -> Self {
        Self { unseen: unseen.clone(), ..self }
    }

    /// The policy, if it can be read.
    pub(crate) fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// Why nothing that the record says can be relied on; usually nothing.
    pub(crate) fn doubts(&self) -> &[Finding] {
        &self.doubts
    }

    /// The day on which the answer is given.
    pub(crate) fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// What the end of an answer's first line says about the answer itself.
    pub(crate) fn mark(&self) -> String {
        let age = match self.age {
            Age::Fresh => String::new(),
            Age::Stale(since) => format!(" (as of {}: run git pull)", ago(since, self.now)),
            Age::Chosen => format!(" (as of commit {}, {})", self.short(), ago(self.written, self.now)),
        };
        let now = if self.is_imagined { format!(" (as if it were {})", self.now) } else { String::new() };
        let pin = if self.is_pinned { "" } else { " (unverified: no pinned root)" };
        let sites = match self.unseen.is_empty() {
            true => String::new(),
            false => format!(" ({} not seen from here)", listed(&self.unseen, "and")),
        };
        format!("{age}{now}{pin}{sites}")
    }

    /// Whether another commit than HEAD, or another time than now, was asked for.
    pub(crate) fn is_hypothetical(&self) -> bool {
        self.age == Age::Chosen || self.is_imagined
    }

    /// The last line of an answer: where it comes from.
    pub(crate) fn line(&self) -> String {
        let policy = self.policy.as_ref().map_or_else(String::new, |it| format!(", policy {}", it.number()));
        format!("from commit {} of {}{policy}", self.short(), day_of(self.written))
    }

    /// For programs.
    pub(crate) fn json(&self) -> SourceJson {
        let policy = self.policy.as_ref();
        SourceJson {
            commit: self.commit.clone(),
            committed: self.written.to_string(),
            stale_since: match self.age {
                Age::Stale(since) => Some(since.to_string()),
                _ => None,
            },
            pinned: self.is_pinned,
            policy: policy.map(|it| PolicyJson { number: it.number(), sha256: it.digest().to_string() }),
        }
    }

    fn short(&self) -> String {
        self.commit.chars().take(7).collect()
    }
}

/// How old the record at HEAD is. A repository without a remote is its own record, and never old.
fn age(record: &Record<'_>, branch: &str, now: Timestamp) -> Result<Age, Failure> {
    let repo = record.repo;
    let Some(remote) = repo.remote_for(branch)? else { return Ok(Age::Fresh) };
    let tip = repo.tip_of(&format!("refs/remotes/{remote}/{branch}"))?;
    let is_behind = match &tip {
        Some(tip) => !repo.contains(&record.snapshot.commit_id(), tip)?,
        None => false,
    };
    Ok(judged(record.snapshot.commit_time(), repo.fetched_at(), is_behind, now))
}

/// A commit is no older than the last fetch, if it holds all that was fetched.
fn judged(written: Timestamp, fetched: Option<Timestamp>, is_behind: bool, now: Timestamp) -> Age {
    if is_behind {
        return Age::Stale(written);
    }
    let known = fetched.map_or(written, |it| it.max(written));
    if now.duration_since(known) > FRESH { Age::Stale(known) } else { Age::Fresh }
}

/// The command that puts a release on the policy's site.
pub(crate) fn publish_command(version: &Version, policy: &Policy) -> String {
    let site = match policy.sites() {
        [one] => one.name.as_str(),
        _ => "NAME",
    };
    format!("holdpoint publish {version} --site {site} --from DIR")
}

/// The people who can find out about what has no record: whoever decides what goes out, and whoever puts it there.
pub(crate) fn who_can_find_out(policy: &Policy) -> Vec<Person> {
    let people = policy.owners().members.iter().cloned().chain(policy.publishers());
    let who: BTreeSet<Person> = people.filter(|it| !policy.is_machine(it)).collect();
    who.into_iter().collect()
}

/// A day as it is said: "21 November 2026".
pub(crate) fn said(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// The day of a time, in UTC, as it is said.
pub(crate) fn day_of(time: Timestamp) -> String {
    said(time.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_record_of_today_is_fresh() {
        let age = judged(at("2026-11-21T09:00:00Z"), None, false, at("2026-11-21T10:00:00Z"));
        assert_eq!(age, Age::Fresh);
    }

    #[test]
    fn an_old_commit_is_fresh_where_nothing_newer_was_fetched_today() {
        let (old, now) = (at("2026-10-01T09:00:00Z"), at("2026-11-21T10:00:00Z"));
        assert_eq!(judged(old, Some(at("2026-11-21T08:00:00Z")), false, now), Age::Fresh);
        assert_eq!(judged(old, None, false, now), Age::Stale(old));
    }

    #[test]
    fn a_record_that_lacks_what_was_fetched_is_never_fresh() {
        let now = at("2026-11-21T10:00:00Z");
        let written = at("2026-11-21T09:59:00Z");
        assert_eq!(judged(written, Some(now), true, now), Age::Stale(written));
    }

    #[test]
    fn says_a_day_as_people_do() {
        assert_eq!(day_of(at("2026-11-01T23:59:00Z")), "1 November 2026");
    }
}
