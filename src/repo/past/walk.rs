//! The walk: every commit behind HEAD, but not what lies behind a boundary.

use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::Oid;

use super::objects::{Objects, Stop};

/// A walk, newest first. Behind a boundary it goes on, in turn with the rest, to paint what lies there: a branch that left
/// before the boundary and was merged after it leads there as well. What was given before it was painted is sorted out
/// once the walk is settled. Times that are false make it give too much, never too little: only what is truly behind a
/// boundary is ever painted.
pub(super) struct Walk<'o> {
    objects: &'o Objects<'o>,
    head: Oid,
    boundary: HashSet<Oid>,
    met_boundary: bool,
    open: BinaryHeap<(i64, usize)>,
    nodes: Vec<Node>,
    by_id: HashMap<Oid, usize>,
    wanted: usize,
    // The time of the oldest commit that was given.
    oldest: i64,
}

/// A commit that was reached.
struct Node {
    id: Oid,
    tree: Oid,
    time: i64,
    parents: Vec<Oid>,
    open: bool,
    painted: bool,
    given: bool,
}

/// A commit of the walk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The commit.
    pub(super) id: Oid,
    /// Its tree.
    pub(super) tree: Oid,
    node: usize,
}

/// The commits that a walk has met: its first one, and some of those that lie behind it.
pub(in super::super) struct Walked {
    /// Where the walk began.
    pub(in super::super) head: Oid,
    commits: HashSet<Oid>,
}

impl Walked {
    /// Whether the walk came by this commit. If not, it may still lie behind the first one.
    pub(in super::super) fn has(&self, commit: Oid) -> bool {
        self.commits.contains(&commit)
    }
}

impl<'o> Walk<'o> {
    /// From `head` to the commits of `boundary`, which are themselves given where they are met.
    pub(super) fn new(objects: &'o Objects<'o>, head: Oid, boundary: HashSet<Oid>) -> Result<Self, Stop> {
        let mut walk = Self {
            objects,
            head,
            boundary,
            met_boundary: false,
            open: BinaryHeap::new(),
            nodes: Vec::new(),
            by_id: HashMap::new(),
            wanted: 0,
            oldest: i64::MAX,
        };
        walk.reach(head, false)?;
        Ok(walk)
    }

    /// Whether a commit of the boundary was met.
    pub(super) fn met_boundary(&self) -> bool {
        self.met_boundary
    }

    /// Everything that was met. What is painted lies behind the first commit as well.
    pub(super) fn into_walked(self) -> Walked {
        Walked { head: self.head, commits: self.by_id.into_keys().collect() }
    }

    /// Whether there is any boundary, and so any need to settle.
    pub(super) fn is_bounded(&self) -> bool {
        !self.boundary.is_empty()
    }

    /// Goes on painting, after the last commit was given, as long as that may reach one that was given.
    pub(super) fn settle(&mut self) -> Result<(), Stop> {
        while let Some((time, at)) = self.open.peek().copied()
            && time >= self.oldest
        {
            self.open.pop();
            self.take(at)?;
        }
        Ok(())
    }

    /// Whether a commit that was given lies behind a boundary after all.
    pub(super) fn is_behind(&self, step: Step) -> bool {
        self.nodes.get(step.node).is_some_and(|it| it.painted)
    }

    fn reach(&mut self, id: Oid, paint: bool) -> Result<(), Stop> {
        let Some(known) = self.by_id.get(&id).copied() else {
            let commit = match self.objects.commit(id) {
                Ok(commit) => commit,
                // What lies behind a boundary need not be there, nor be whole: it is only painted.
                Err(Stop::Unavailable(_) | Stop::Unreadable(_)) if paint => return Ok(()),
                Err(stop) => return Err(stop),
            };
            self.by_id.insert(id, self.nodes.len());
            self.add(Node {
                id,
                tree: commit.tree,
                time: commit.time,
                parents: commit.parents,
                open: true,
                painted: paint,
                given: false,
            });
            return Ok(());
        };
        self.reach_again(known, paint);
        Ok(())
    }

    fn add(&mut self, node: Node) {
        self.wanted += usize::from(!node.painted);
        self.open.push((node.time, self.nodes.len()));
        self.nodes.push(node);
    }

    fn reach_again(&mut self, known: usize, paint: bool) {
        let Some(node) = self.nodes.get_mut(known).filter(|it| paint && !it.painted) else { return };
        node.painted = true;
        if node.open {
            self.wanted -= 1;
        } else {
            // It was given already; what lies behind it need not be.
            node.open = true;
            self.open.push((node.time, known));
        }
    }

    /// Takes up a commit, and says whether it is one of the walk.
    fn take(&mut self, at: usize) -> Result<Option<Step>, Stop> {
        let Some(node) = self.nodes.get_mut(at) else { return Ok(None) };
        node.open = false;
        let (painted, ends) = (node.painted, self.boundary.contains(&node.id));
        let step = Step { id: node.id, tree: node.tree, node: at };
        let parents = node.parents.clone();
        if !painted {
            node.given = true;
            self.wanted -= 1;
            self.met_boundary |= ends;
            self.oldest = self.oldest.min(node.time);
        }
        parents.into_iter().try_for_each(|it| self.reach(it, painted || ends))?;
        Ok((!painted).then_some(step))
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Step, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.wanted > 0 {
            let (_, at) = self.open.pop()?;
            if let Some(step) = self.take(at).transpose() {
                return Some(step);
            }
        }
        None
    }
}
