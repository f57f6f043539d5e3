//! The lookout: follows a walk, and has the folders of its commits read on all hands.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::ScopedJoinHandle;

use git2::{Oid, Repository};

use super::super::incoming::Incoming;
use super::super::reason;
use super::ceiling::Ceiling;
use super::look::Look;
use super::lost::{Lost, Sight};
use super::objects::{Objects, Stop};
use super::walk::{Step, Walk};
use crate::failure::Failure;

/// So many threads read folders, beside the one that reads commits.
const HANDS: usize = 2;
/// So many commits go to a thread at once: neighbours, because most of one folder is in the next.
const BATCH: usize = 256;

/// What is looked for, and where.
pub(super) struct Lookout<'a> {
    /// The repository's own folder. Each thread opens it, because handles of libgit2 cannot be shared.
    pub(super) git: &'a Path,
    /// A push on its way in, whose objects each of them reads too.
    pub(super) incoming: Option<&'a Incoming>,
    /// How much of it is looked at.
    pub(super) ceiling: &'a Ceiling,
    /// The tree of HEAD.
    pub(super) tree: Oid,
    /// Where in it the coordination root is.
    pub(super) own: &'a str,
    /// Every folder where one may have been.
    pub(super) roots: BTreeSet<&'a str>,
}

impl Lookout<'_> {
    /// Looks at every commit of a walk. Gives how many there were, and what is lost, or why that cannot be told.
    pub(super) fn follow(&self, walk: &mut Walk<'_>) -> Result<(usize, Result<Lost, Stop>), Stop> {
        std::thread::scope(|scope| {
            let (mut senders, mut hands) = (Vec::new(), Vec::new());
            for _ in 0..HANDS {
                let (sender, receiver) = sync_channel(16);
                senders.push(sender);
                hands.push(scope.spawn(|| self.look(receiver)));
            }
            let walked = Self::hand_out(walk, Batches { senders, turn: 0, batch: Vec::new() });
            let lost = hands.into_iter().map(join).try_fold(Lost::default(), |lost, more| Ok(lost.and(more?)));
            Ok((walked?, lost))
        })
    }

    fn hand_out(walk: &mut Walk<'_>, mut batches: Batches) -> Result<usize, Stop> {
        let mut commits = 0;
        let mut hand_out = |step| {
            commits += 1;
            batches.add(commits, step);
        };
        if walk.is_bounded() {
            let steps = walk.by_ref().collect::<Result<Vec<_>, _>>()?;
            walk.settle()?;
            steps.into_iter().filter(|it| !walk.is_behind(*it)).for_each(hand_out);
        } else {
            while let Some(step) = walk.next().transpose()? {
                hand_out(step);
            }
        }
        batches.send();
        Ok(commits)
    }

    fn look(&self, receiver: Receiver<Vec<Sight>>) -> Result<Lost, Stop> {
        let mut sights = receiver.into_iter().flatten().peekable();
        if sights.peek().is_none() {
            return Ok(Lost::default());
        }
        // Whose it is was judged when it was opened first, and only objects are read here.
        let git = Repository::open_bare(self.git)
            .map_err(|it| Stop::Failed(Failure::new("history cannot be read").because(reason(&it))))?;
        self.incoming.map_or(Ok(()), |it| it.add_to(&git)).map_err(Stop::Failed)?;
        let objects = Objects::of(&git)?;
        let mut look = Look::new(&objects, self.ceiling, self.tree, self.own, &self.roots)?;
        sights.try_for_each(|it| look.commit(it))?;
        Ok(look.lost())
    }
}

fn join(hand: ScopedJoinHandle<'_, Result<Lost, Stop>>) -> Result<Lost, Stop> {
    hand.join().unwrap_or_else(|it| std::panic::resume_unwind(it))
}

/// Gives commits to the threads, a batch to each in turn.
struct Batches {
    senders: Vec<SyncSender<Vec<Sight>>>,
    turn: usize,
    batch: Vec<Sight>,
}

impl Batches {
    fn add(&mut self, number: usize, step: Step) {
        self.batch.push(Sight { number, commit: step.id, tree: step.tree });
        if self.batch.len() == BATCH {
            self.send();
        }
    }

    fn send(&mut self) {
        if let Some(sender) = self.senders.get(self.turn % HANDS) {
            // A thread that no longer listens has failed, and says so when it is joined.
            drop(sender.send(std::mem::take(&mut self.batch)));
        }
        self.turn += 1;
    }
}
