//! What each entry has seen: order comes from the ids that a signer had in front of them, never from clocks.

use std::collections::BTreeMap;

use super::Entry;
use crate::digest::Digest;
use crate::statement::Act;

/// The transitive `after` of every entry, as one bit for each other entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Sight {
    index: BTreeMap<Digest, usize>,
    seen: Vec<Vec<u64>>,
    depth: Vec<usize>,
}

impl Sight {
    /// Follows `after`, and of a publication what it relies on, through all entries. An id is a hash of what it names, so there is no way round in a circle.
    pub(super) fn of(entries: &BTreeMap<Digest, Entry>) -> Self {
        let index: BTreeMap<Digest, usize> = entries.keys().enumerate().map(|(at, id)| (*id, at)).collect();
        let after: Vec<Vec<usize>> = entries
            .values()
            .map(|it| {
                let relied = match &it.statement.act {
                    Act::Publish { relied, .. } => relied.as_slice(),
                    _ => &[],
                };
                it.statement.after.iter().chain(relied).filter_map(|id| index.get(id).copied()).collect()
            })
            .collect();
        let words = entries.len().div_ceil(64);
        let mut sight = Self { index, seen: vec![Vec::new(); after.len()], depth: vec![0; after.len()] };
        let mut waiting: Vec<usize> = after.iter().map(Vec::len).collect();
        let mut followers: Vec<Vec<usize>> = vec![Vec::new(); after.len()];
        for (at, earlier) in after.iter().enumerate() {
            for it in earlier {
                followers.get_mut(*it).into_iter().for_each(|list| list.push(at));
            }
        }
        let mut ready: Vec<usize> = (0..after.len()).filter(|at| waiting.get(*at) == Some(&0)).collect();
        while let Some(at) = ready.pop() {
            sight.settle(at, after.get(at).map_or(&[], Vec::as_slice), words);
            for follower in followers.get(at).into_iter().flatten() {
                if let Some(left) = waiting.get_mut(*follower) {
                    *left -= 1;
                    if *left == 0 {
                        ready.push(*follower);
                    }
                }
            }
        }
        sight
    }

    /// Computes what entry `at` has seen, from what the entries right before it have.
    fn settle(&mut self, at: usize, earlier: &[usize], words: usize) {
        // Whoever has seen nothing needs no bits: thousands of such entries cost nothing.
        let mut bits = if earlier.is_empty() { Vec::new() } else { vec![0_u64; words] };
        let mut depth = 0;
        for it in earlier {
            for (to, from) in bits.iter_mut().zip(self.seen.get(*it).into_iter().flatten()) {
                *to |= from;
            }
            if let Some(word) = bits.get_mut(it / 64) {
                *word |= 1 << (it % 64);
            }
            depth = depth.max(1 + self.depth.get(*it).copied().unwrap_or_default());
        }
        if let (Some(seen), Some(slot)) = (self.seen.get_mut(at), self.depth.get_mut(at)) {
            *seen = bits;
            *slot = depth;
        }
    }

    /// Whether `earlier` stands in the transitive `after` of `later`.
    pub(super) fn has_seen(&self, later: &Digest, earlier: &Digest) -> bool {
        let (Some(later), Some(earlier)) = (self.index.get(later), self.index.get(earlier)) else { return false };
        let word = self.seen.get(*later).and_then(|it| it.get(earlier / 64));
        word.is_some_and(|it| it & (1 << (earlier % 64)) != 0)
    }

    /// The longest way from `id` to an entry that has seen nothing.
    pub(super) fn depth(&self, id: &Digest) -> usize {
        self.index.get(id).and_then(|at| self.depth.get(*at)).copied().unwrap_or_default()
    }
}
