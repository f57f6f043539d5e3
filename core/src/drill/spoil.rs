//! How a good candidate is spoiled: each function does it in one way. Nothing means that it could not be done.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;

use super::good::MACHINE;
use super::stage::{Stage, text_in};
use crate::digest::Digest;
use crate::evidence::Freshness;
use crate::finding::Code;
use crate::key::{Namespace, Pen};
use crate::past::{Gone, Past, lost, unavailable};
use crate::policy::{Pin, Policy, Sealed};
use crate::release::Component;
use crate::statement::{Act, Statement};

pub(super) fn unsigned(stage: &mut Stage) -> Option<()> {
    stage.unsign("kb")
}

pub(super) fn stale(stage: &mut Stage) -> Option<()> {
    stage.change("kb.md", "Install", "Do not install")
}

pub(super) fn swapped(stage: &mut Stage) -> Option<()> {
    stage.change("artifacts.toml", "sha256 = \"9f86", "sha256 = \"0000")
}

pub(super) fn revoked(stage: &mut Stage) -> Option<()> {
    let target = stage.signed("kb")?;
    stage.say(Act::Revoke { target }, None, "maria").map(drop)
}

pub(super) fn declined(stage: &mut Stage) -> Option<()> {
    let act = Act::Decline(stage.sign_off("kb")?);
    stage.say(act, Some("support"), "eve").map(drop)
}

pub(super) fn held(stage: &mut Stage) -> Option<()> {
    stage.say(Act::Hold, None, "mallory").map(drop)
}

pub(super) fn half_lifted(stage: &mut Stage) -> Option<()> {
    let target = stage.say(Act::Hold, None, "mallory")?;
    stage.say(Act::Lift { target }, Some("duty"), "dana").map(drop)
}

pub(super) fn wrong_role(stage: &mut Stage) -> Option<()> {
    stage.unsign("kb")?;
    stage.approve("kb", "mallory").map(drop)
}

pub(super) fn two_seats(stage: &mut Stage) -> Option<()> {
    stage.unsign("kb")?;
    stage.unsign("notice")?;
    stage.approve("kb", "eve")?;
    stage.approve("notice", "eve").map(drop)
}

pub(super) fn retired(stage: &mut Stage) -> Option<()> {
    stage.unsign("compatibility")?;
    let act = Act::Approve(stage.sign_off("compatibility")?);
    let statement = stage.statement(act, Some("compatibility"), "ada", BTreeSet::new())?;
    stage.put_under_the_first(statement, "ada")
}

pub(super) fn machine(stage: &mut Stage) -> Option<()> {
    stage.unsign("kb")?;
    let act = Act::Approve(stage.sign_off("kb")?);
    let statement = stage.statement(act, Some("support"), "ci", BTreeSet::new())?;
    stage.put(&statement, &Pen::of(MACHINE)?);
    Some(())
}

pub(super) fn replayed(stage: &mut Stage) -> Option<()> {
    let statement = stage.unsigned_approval()?;
    stage.put(&Statement { release: "2.6.0".parse().ok()?, ..statement }, &Pen::of("maria")?);
    Some(())
}

pub(super) fn other_project(stage: &mut Stage) -> Option<()> {
    let statement = stage.unsigned_approval()?;
    stage.put(&Statement { project: "https://example.com/other".parse().ok()?, ..statement }, &Pen::of("maria")?);
    Some(())
}

pub(super) fn tampered(stage: &mut Stage) -> Option<()> {
    let id = stage.signed("kb")?;
    let (bytes, armor) = stage.entry_files(id)?;
    let text = String::from_utf8(bytes).ok()?.replace("maria@example.com", "eve@example.com");
    stage.put_entry(id, text.into_bytes(), armor);
    Some(())
}

pub(super) fn forged(stage: &mut Stage) -> Option<()> {
    let statement = stage.unsigned_approval()?;
    stage.put(&statement, &Pen::of("a stranger")?);
    Some(())
}

pub(super) fn other_bytes(stage: &mut Stage) -> Option<()> {
    let statement = stage.unsigned_approval()?;
    let armor = Pen::of("maria")?.sign(&statement.namespace(), b"something else that she approved");
    stage.put_entry(statement.id(), statement.to_string().into_bytes(), armor);
    Some(())
}

pub(super) fn other_kind(stage: &mut Stage) -> Option<()> {
    let statement = stage.unsigned_approval()?;
    let bytes = statement.to_string().into_bytes();
    let armor = Pen::of("maria")?.sign(&Namespace::of("hold"), &bytes);
    stage.put_entry(statement.id(), bytes, armor);
    Some(())
}

pub(super) fn damaged_hold(stage: &mut Stage) -> Option<()> {
    let id = stage.say(Act::Hold, None, "mallory")?;
    let (bytes, mut armor) = stage.entry_files(id)?;
    armor.truncate(armor.len() / 2);
    stage.put_entry(id, bytes, armor);
    Some(())
}

pub(super) fn dropped_entry(stage: &mut Stage) -> Option<()> {
    let hold = stage.say(Act::Hold, None, "mallory")?;
    stage.approve("kb", "eve")?;
    stage.remove(hold);
    Some(())
}

pub(super) fn rewritten_past(stage: &mut Stage) -> Option<()> {
    let hold = stage.say(Act::Hold, None, "mallory")?;
    let (statement, armor) = stage.entry_files(hold)?;
    stage.remove(hold);
    let gone = Gone::Entry {
        version: stage.facts.version.to_string(),
        id: hold,
        commit: "b".repeat(40),
        statement,
        signatures: vec![armor],
    };
    let finding = lost(&gone, &stage.chain().ok()?)?;
    stage.facts.past = Arc::new(Past::looked_at(2, vec![finding]));
    Some(())
}

#[expect(clippy::unnecessary_wraps, reason = "what spoils may fail; this happens not to")]
pub(super) fn shallow(stage: &mut Stage) -> Option<()> {
    stage.facts.past = Arc::new(Past::untold(unavailable("4f1c2ab", "this clone is shallow", "git fetch --unshallow")));
    Some(())
}

#[expect(clippy::unnecessary_wraps, reason = "what spoils may fail; this happens not to")]
pub(super) fn behind(stage: &mut Stage) -> Option<()> {
    stage.facts.freshness = Freshness::Behind { branch: "origin/main".to_owned(), tip: "b".repeat(40) };
    Some(())
}

pub(super) fn one_waiver(stage: &mut Stage) -> Option<()> {
    stage.unsign("notice")?;
    stage.waive(Code::Missing, "notice", "dana", 24).map(drop)
}

pub(super) fn expired_waiver(stage: &mut Stage) -> Option<()> {
    waived(stage)?;
    stage.now = stage.now.checked_add(SignedDuration::from_hours(25)).ok()?;
    Some(())
}

/// Two people waive the sign-off of the notice for a day: good until then.
pub(super) fn waived(stage: &mut Stage) -> Option<()> {
    stage.unsign("notice")?;
    ["dana", "sam"].iter().try_for_each(|it| stage.waive(Code::Missing, "notice", it, 24).map(drop))
}

pub(super) fn no_component(stage: &mut Stage) -> Option<()> {
    stage.write("artifacts.toml", "schema = 1\n");
    stage.write("compatibility.toml", "schema = 1\n");
    stage.rerecord("[[component]]\nname = \"recorder\"\n", "")
}

pub(super) fn no_artifact(stage: &mut Stage) -> Option<()> {
    stage.write("artifacts.toml", "schema = 1\n");
    stage.approve("compatibility", "ned").map(drop)
}

pub(super) fn taken(stage: &mut Stage) -> Option<()> {
    let component = Component { name: "recorder".parse().ok()?, version: stage.facts.version.clone() };
    stage.facts.others.insert("2.7.1".parse().ok()?, vec![component]);
    Some(())
}

pub(super) fn cancelled(stage: &mut Stage) -> Option<()> {
    stage.rerecord("[[component]]", "cancelled = \"it loses recordings\"\n[[component]]")
}

pub(super) fn too_early(stage: &mut Stage) -> Option<()> {
    stage.rerecord("[[component]]", "not_before = 2026-11-22T00:00:00Z\n[[component]]")
}

pub(super) fn placeholder(stage: &mut Stage) -> Option<()> {
    stage.change("notice.md", "Install the player.", "TBD")?;
    stage.approve("notice", "lee").map(drop)
}

pub(super) fn unproven(stage: &mut Stage) -> Option<()> {
    stage.published(Vec::new())
}

pub(super) fn unsealed(stage: &mut Stage) -> Option<()> {
    let relied = stage.entries()?;
    let act = stage.publication(relied.clone())?;
    let statement = stage.statement(act, Some("release"), "ci", relied.into_iter().collect())?;
    stage.put_under_the_first(statement, "ci")
}

pub(super) fn changed(stage: &mut Stage) -> Option<()> {
    published(stage)?;
    stage.change("matrix.md", "Player 2.7", "Player 2.4")
}

/// The release went out as it should: good until a file changes.
pub(super) fn published(stage: &mut Stage) -> Option<()> {
    let relied = stage.entries()?;
    stage.published(relied)
}

#[expect(clippy::unnecessary_wraps, reason = "what spoils may fail; this happens not to")]
pub(super) fn unpinned(stage: &mut Stage) -> Option<()> {
    stage.facts.pins.clear();
    Some(())
}

#[expect(clippy::unnecessary_wraps, reason = "what spoils may fail; this happens not to")]
pub(super) fn other_root(stage: &mut Stage) -> Option<()> {
    let digests = vec![Digest::of(b"the policy of somebody else")];
    stage.facts.pins.push(Pin { source: "HOLDPOINT_ROOT".to_owned(), digests });
    Some(())
}

#[expect(clippy::unnecessary_wraps, reason = "what spoils may fail; this happens not to")]
pub(super) fn moved(stage: &mut Stage) -> Option<()> {
    "copy".clone_into(&mut stage.facts.prefix);
    Some(())
}

pub(super) fn asks_nothing(stage: &mut Stage) -> Option<()> {
    let text = text_in(&stage.policy_files, "0003/policy.toml")?;
    let (from, to) = (text.find("[[requirement]]")?, text.find("[waiver]")?);
    let asked = text.get(from..to)?;
    stage.fourth(|it| it.replace(asked, ""), &["dana", "sam"])
}

pub(super) fn half_signed(stage: &mut Stage) -> Option<()> {
    stage.fourth(|it| it.replace("max_hours = 72", "max_hours = 720"), &["dana"])
}

pub(super) fn forked(stage: &mut Stage) -> Option<()> {
    let (second, third) = (stage.policy_digest(2)?, stage.policy_digest(3)?);
    stage.fourth(|it| it.replace(&third.to_string(), &second.to_string()), &["dana", "sam"])
}

impl Stage {
    /// The entry with the sign-off of a requirement.
    fn signed(&self, requirement: &str) -> Option<Digest> {
        let evidence = self.evidence().ok()?;
        let is_it = |it: &Statement| it.act.sign_off().is_some_and(|it| it.requirement.as_str() == requirement);
        evidence.ledger().entries().find(|it| is_it(&it.statement)).map(|it| it.id)
    }

    /// Takes the sign-off of a requirement away.
    fn unsign(&mut self, requirement: &str) -> Option<()> {
        let id = self.signed(requirement)?;
        self.remove(id);
        Some(())
    }

    /// Takes the approval of the article away, and gives it back as it is made: by whom it was, unsigned.
    fn unsigned_approval(&mut self) -> Option<Statement> {
        self.unsign("kb")?;
        let act = Act::Approve(self.sign_off("kb")?);
        self.statement(act, Some("support"), "maria", BTreeSet::new())
    }

    /// Puts other words into a file of the release. What is not there cannot be changed.
    pub(super) fn change(&mut self, path: &str, from: &str, to: &str) -> Option<()> {
        let before = self.text(path)?;
        let after = before.replacen(from, to, 1);
        self.write(path, &after);
        (before != after).then_some(())
    }

    /// The same to the record of the release, which is signed anew.
    fn rerecord(&mut self, from: &str, to: &str) -> Option<()> {
        self.change("release.toml", from, to)?;
        self.approve("compatibility", "ned").map(drop)
    }

    /// Adopts a fourth policy.
    fn fourth(&mut self, edit: impl FnOnce(String) -> String, signers: &[&str]) -> Option<()> {
        self.adopt_policy(&Sealed::default(), edit, |it| it, signers)
    }

    /// The digest of an adopted policy.
    fn policy_digest(&self, number: u64) -> Option<Digest> {
        self.chain().ok()?.of_number(number).map(Policy::digest)
    }

    /// Signs a statement with a key of the first policy, under which it was made.
    fn put_under_the_first(&mut self, statement: Statement, pen: &str) -> Option<()> {
        let policy = self.policy_digest(1)?;
        self.put(&Statement { policy, ..statement }, &Pen::of(pen)?);
        Some(())
    }

    /// Publishes, as the machine of the policy in force, relying on these entries.
    fn published(&mut self, relied: Vec<Digest>) -> Option<()> {
        let act = self.publication(relied)?;
        let after = self.entries()?.into_iter().collect();
        let statement = self.statement(act, Some("release"), "ci", after)?;
        self.put(&statement, &Pen::of(MACHINE)?);
        Some(())
    }
}
