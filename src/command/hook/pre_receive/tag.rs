//! A tag of a release: it says to everybody that a version may go out, so the gate is asked.

use std::collections::HashMap;

use holdpoint_core::decide::{Decision, Question, Verdict, decide};
use holdpoint_core::finding::{Code, Finding, Severity, sort};
use holdpoint_core::name::{Version, escaped, nearest};

use super::Bench;
use super::ground::{Ground, Held};
use super::reason::Reason;
use super::update::Update;
use crate::failure::Failure;
use crate::gather::Record;
use crate::render::short;

/// So many releases may be tagged in one push: the gate looks at the whole past of each.
const MOST: usize = 64;

/// Judges the tags of a push.
pub(super) struct Tags<'b, 'r> {
    bench: &'b Bench<'r>,
    /// The branch of record, and where it will be after the push; none where there is no policy, and so no gate.
    record: Option<(String, String)>,
    is_too_much: bool,
    // Tags of one commit share its past.
    records: HashMap<String, Record<'r>>,
}

impl<'b, 'r> Tags<'b, 'r> {
    /// For the tags of these updates.
    pub(super) fn new(bench: &'b Bench<'r>, ground: &Ground, updates: &[Update]) -> Result<Self, Failure> {
        let set = updates.iter().filter(|it| it.new.is_some() && it.release().is_some()).count();
        let tip = match ground.record_after(updates).filter(|_| set > 0) {
            Some(tip) if !matches!(Held::at(bench.repo, tip)?, Ok(Held::Nothing)) => Some(tip.to_owned()),
            _ => None,
        };
        let record = tip.map(|it| (ground.record().to_owned(), it));
        Ok(Self { bench, record, is_too_much: set > MOST, records: HashMap::new() })
    }

    /// Every reason to refuse one. Other tags are free, and so is deleting one: the record says what went out, and a name for a
    /// commit takes nothing away from it.
    pub(super) fn judge(&mut self, update: &Update) -> Result<Vec<Reason>, Failure> {
        let (Some(version), Some(new)) = (update.release(), &update.new) else { return Ok(Vec::new()) };
        let Some((branch, tip)) = self.record.clone() else { return Ok(Vec::new()) };
        if self.is_too_much {
            let message = format!("more than {MOST} releases are tagged at once");
            return Ok(vec![Reason::new(update, message, "push a part of the tags at a time")]);
        }
        let Ok(tagged) = self.bench.repo.snapshot(Some(new)).map(|it| it.commit_id()) else {
            let next = format!("git tag -f {} COMMIT", escaped(update.short()));
            return Ok(vec![Reason::new(update, "it names no commit", next)]);
        };
        if let Some(reason) = self.unknown(update, &version, &tip)? {
            return Ok(vec![reason]);
        }
        if !self.bench.repo.contains(&tip, &tagged)? {
            let (tagged, branch) = (short(&tagged), escaped(&branch));
            let message = format!("commit {tagged} is not on `{branch}`, where sign-offs take effect");
            let next = format!("git push origin {branch}   first, or together with the tag; `origin` is this server");
            return Ok(vec![Reason::new(update, message, next)]);
        }
        let mut findings = self.decided(&version, &tip)?;
        if tagged != tip {
            if self.is_same(&version, &tagged, &tip)? {
                findings.extend(self.decided(&version, &tagged)?);
            } else {
                findings.push(stale(&version, &branch, &tagged, &tip));
            }
        }
        sort(&mut findings);
        Ok(findings.into_iter().map(|it| Reason::of(update, it)).collect())
    }

    fn record(&mut self, commit: &str) -> Result<&Record<'r>, Failure> {
        if !self.records.contains_key(commit) {
            let Bench { repo, pins, what_if, .. } = self.bench;
            let record = Record::at_tip(repo, commit, pins.clone(), *what_if)?;
            self.records.insert(commit.to_owned(), record);
        }
        let gone = || Failure::new(format!("commit {commit} cannot be read"));
        self.records.get(commit).ok_or_else(gone)
    }

    /// A version that is no release.
    fn unknown(&mut self, update: &Update, version: &Version, tip: &str) -> Result<Option<Reason>, Failure> {
        let versions = self.record(tip)?.versions()?;
        if versions.contains(version) {
            return Ok(None);
        }
        let names: Vec<String> = versions.iter().map(|it| format!("v{it}")).collect();
        let near = nearest(update.short(), names.iter().map(String::as_str));
        let meant = near.map(|it| format!("did you mean `{it}`?   ")).unwrap_or_default();
        let next = format!("{meant}a tag that is no release has another name than v and a version");
        Ok(Some(Reason::new(update, format!("there is no release `{version}`"), next)))
    }

    /// Whether nothing was said of a release, and nobody else decides, since a commit.
    fn is_same(&mut self, version: &Version, tagged: &str, tip: &str) -> Result<bool, Failure> {
        if self.bench.repo.snapshot(Some(tagged))?.root().is_none() {
            return Ok(false);
        }
        self.record(tagged)?;
        self.record(tip)?;
        let (Some(tagged), Some(tip)) = (self.records.get(tagged), self.records.get(tip)) else { return Ok(false) };
        let digest = |it: &Record<'_>| Ok(it.chain()?.ok().map(|it| it.current().digest()));
        Ok(digest(tip)? == digest(tagged)? && tip.has_same(&format!("releases/{version}"), tagged)?)
    }

    /// What the gate says against a release at a commit.
    fn decided(&mut self, version: &Version, commit: &str) -> Result<Vec<Finding>, Failure> {
        let (now, what_if) = (self.bench.now, self.bench.what_if);
        let decision = match self.record(commit)?.evidence(version)? {
            Ok(evidence) => decide(&evidence, &Question::Check, now),
            Err(findings) => Decision::unreadable(findings, what_if),
        };
        if matches!(decision.verdict(), Verdict::Clear(_)) {
            return Ok(Vec::new());
        }
        let mut against: Vec<Finding> =
            decision.findings.into_iter().filter(|it| it.severity > Severity::Warning).collect();
        for finding in against.iter_mut().filter(|it| it.code == Code::RootUnpinned) {
            "on the server: holdpoint hook install --root sha256:…   ask the owners for it".clone_into(&mut finding.next);
        }
        if against.is_empty() {
            // Another time than now was asked for; that is never a yes.
            return Err(Failure::new(format!("{version} would be clear, in a what-if")).hint("ask without --now"));
        }
        Ok(against)
    }
}

fn stale(version: &Version, branch: &str, tagged: &str, tip: &str) -> Finding {
    let (tagged, tip, branch) = (short(tagged), short(tip), escaped(branch));
    let message = format!(
        "commit {tagged} lacks what `{branch}` holds of {version} or of the policy at {tip}: a hold may be there, or a \
         sign-off that was taken back"
    );
    Finding::new(Code::StaleCheckout, tagged, message)
        .next(format!("git fetch && git tag -f v{version} {tip}   (or another commit of `{branch}` that has it)"))
}
