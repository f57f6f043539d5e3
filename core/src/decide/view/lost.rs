//! What entries name and the ledger lacks: it may be a hold.

use std::collections::BTreeMap;

use super::View;
use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::name::listed;
use crate::statement::Act;

/// So many of the ids that one entry names are told.
const MOST_NAMED: usize = 3;

impl View<'_> {
    /// Every id that an entry names and that is not there, unless it was lifted.
    pub(in crate::decide) fn lost_entries(&self) -> Vec<Finding> {
        // Where a branch still holds it, it is known whose hold it was, and that person can lift it alone.
        let author = |id: &Digest| {
            let entry = self.ledger.get_anywhere(id).filter(|it| matches!(it.statement.act, Act::Hold));
            entry.map(|it| &it.statement.by)
        };
        // One entry may name many that never were: it is told once.
        let mut lost: BTreeMap<Option<Digest>, Vec<Digest>> = BTreeMap::new();
        for id in self.ledger.missing().filter(|id| !self.lifts(id, author(id)).1) {
            lost.entry(self.ledger.namer_of(id).map(|it| it.id)).or_default().push(*id);
        }
        lost.into_iter().filter_map(|(namer, ids)| self.lost_with(namer, &ids)).collect()
    }

    /// The finding for what one entry names and is not there.
    fn lost_with(&self, namer: Option<Digest>, ids: &[Digest]) -> Option<Finding> {
        let first = ids.first()?;
        let by = namer.and_then(|it| self.ledger.get(&it));
        let by = by.map_or_else(|| "an entry".to_owned(), |it| format!("{} of {}", it.id.short(), it.statement.by));
        let who = self.policy.lifters().members.iter().filter(|it| !self.policy.is_machine(it)).cloned();
        let restore = format!("git log --all --format=%h -- '*{first}.toml'");
        let (about, message, next) = if ids.len() == 1 {
            let lift = format!("holdpoint lift {} {first} --reason \"…\"", self.version);
            let next = format!("{restore}   to find and restore it; if it is lost: {lift}");
            (*first, format!("{by} names an entry that is not there; it may be a hold"), next)
        } else {
            let mut some: Vec<String> = ids.iter().take(MOST_NAMED).map(Digest::short).collect();
            let more = ids.len().saturating_sub(some.len());
            some.extend((more > 0).then(|| format!("{more} more")));
            let message = format!(
                "{by} names {} entries that are not there ({}), and each may be a hold; lift those that nobody can restore",
                ids.len(),
                listed(&some, "and")
            );
            let all: Vec<String> = ids.iter().map(Digest::to_string).collect();
            let (all, version) = (all.join(" "), self.version);
            let next = format!("for id in {all}; do holdpoint lift {version} $id --yes --reason \"…\"; done");
            (namer.unwrap_or(*first), message, next)
        };
        Some(Finding::new(Code::EntryMissing, about.to_string(), message).who(who).next(next))
    }
}
