//! The walk: every commit behind HEAD, but not what lies behind a boundary.

use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::Oid;

use super::super::ancestry::{Lineage, Newest};
use super::objects::{Objects, Stop};

/// A walk, newest first. Behind a boundary it goes on, in turn with the rest, to paint what lies there: a branch that left
/// before the boundary and was merged after it leads there as well. Times that are false make it look at too much, never
/// at too little: only what is truly behind a boundary is ever painted.
pub(super) struct Walk<'o> {
    objects: &'o Objects<'o>,
    boundary: HashSet<Oid>,
    met: bool,
    open: BinaryHeap<Newest>,
    marks: HashMap<Oid, Mark>,
    wanted: usize,
}

/// What is known of a commit that was reached.
struct Mark {
    painted: bool,
    open: bool,
}

impl<'o> Walk<'o> {
    /// From `head` to the commits of `boundary`, which are themselves looked at where they are met.
    pub(super) fn new(objects: &'o Objects<'o>, head: Oid, boundary: HashSet<Oid>) -> Result<Self, Stop> {
        let (open, marks) = (BinaryHeap::new(), HashMap::new());
        let mut walk = Self { objects, boundary, met: false, open, marks, wanted: 0 };
        walk.reach(head, false)?;
        Ok(walk)
    }

    /// Whether a commit of the boundary was met.
    pub(super) fn met_boundary(&self) -> bool {
        self.met
    }

    fn reach(&mut self, id: Oid, paint: bool) -> Result<(), Stop> {
        match self.marks.get_mut(&id) {
            None => {
                self.marks.insert(id, Mark { painted: paint, open: true });
                self.wanted += usize::from(!paint);
            }
            Some(mark) if paint && !mark.painted => {
                mark.painted = true;
                if mark.open {
                    self.wanted -= 1;
                    return Ok(());
                }
                // It was looked at already; what lies behind it needs no more.
                mark.open = true;
            }
            Some(_) => return Ok(()),
        }
        self.open.push(Newest(self.objects.commit(id)?));
        Ok(())
    }

    fn step(&mut self, commit: &Lineage) -> Result<bool, Stop> {
        let mut painted = false;
        if let Some(mark) = self.marks.get_mut(&commit.id) {
            mark.open = false;
            painted = mark.painted;
        }
        let ends = self.boundary.contains(&commit.id);
        if !painted {
            self.wanted -= 1;
            self.met |= ends;
        }
        for parent in &commit.parents {
            self.reach(*parent, painted || ends)?;
        }
        Ok(!painted)
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Lineage, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.wanted > 0 {
            let Newest(commit) = self.open.pop()?;
            match self.step(&commit) {
                Ok(true) => return Some(Ok(commit)),
                Ok(false) => {}
                Err(stop) => return Some(Err(stop)),
            }
        }
        None
    }
}
