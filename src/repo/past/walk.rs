//! The walk: every commit behind HEAD, but not what lies behind a boundary.

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::path::PathBuf;

use git2::Oid;

use super::graph::{Graph, Key};
use super::objects::{Objects, Stop};

/// So many commits are read one by one before git's commit-graph is: for a few it is not worth it.
const PATIENCE: usize = 1_000;

/// A walk, newest first. Behind a boundary it goes on, in turn with the rest, to paint what lies there: a branch that left
/// before the boundary and was merged after it leads there as well. What was given before it was painted is sorted out
/// once the walk is settled. Times that are false make it give too much, never too little: only what is truly behind a
/// boundary is ever painted.
pub(super) struct Walk<'o> {
    objects: &'o Objects<'o>,
    graph: Option<Graph>,
    // Where the graph may be, until it was looked for.
    graph_of: Option<PathBuf>,
    boundary: HashSet<Oid>,
    met: bool,
    open: BinaryHeap<(i64, usize)>,
    nodes: Vec<Node>,
    by_id: HashMap<Oid, usize>,
    by_position: Vec<Option<usize>>,
    wanted: usize,
    // The time of the oldest commit that was given.
    oldest: i64,
}

/// A commit that was reached.
struct Node {
    id: Oid,
    tree: Oid,
    time: i64,
    parents: Parents,
    position: Option<u32>,
    open: bool,
    painted: bool,
    given: bool,
}

/// Parents, by what their child knows of them.
#[derive(Clone)]
enum Parents {
    Ids(Vec<Oid>),
    Positions(Vec<u32>),
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

impl<'o> Walk<'o> {
    /// From `head` to the commits of `boundary`, which are themselves given where they are met. `folder`: where the objects
    /// are, and perhaps a commit-graph.
    pub(super) fn new(
        objects: &'o Objects<'o>,
        folder: PathBuf,
        head: Oid,
        boundary: HashSet<Oid>,
    ) -> Result<Self, Stop> {
        let mut walk = Self {
            objects,
            graph: None,
            graph_of: Some(folder),
            boundary,
            met: false,
            open: BinaryHeap::new(),
            nodes: Vec::new(),
            by_id: HashMap::new(),
            by_position: Vec::new(),
            wanted: 0,
            oldest: i64::MAX,
        };
        walk.reach(head, false)?;
        Ok(walk)
    }

    /// Whether a commit of the boundary was met.
    pub(super) fn met_boundary(&self) -> bool {
        self.met
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

    /// Whether a commit of the walk is sure to hold, at these paths, what its first parent holds.
    pub(super) fn repeats_parent(&self, step: Step, paths: &[Key]) -> bool {
        let position = self.nodes.get(step.node).and_then(|it| it.position);
        let graph = self.graph.as_ref().zip(position);
        graph.is_some_and(|(graph, position)| graph.leaves_alone(position, paths))
    }

    /// Whether the first parent of a commit is one of the walk, too.
    pub(super) fn gave_parent(&self, step: Step) -> bool {
        let parent = self.nodes.get(step.node).and_then(|it| match &it.parents {
            Parents::Ids(ids) => self.known(*ids.first()?),
            Parents::Positions(positions) => self.known_at(*positions.first()?),
        });
        parent.and_then(|it| self.nodes.get(it)).is_some_and(|it| it.given && !it.painted)
    }

    fn known(&self, id: Oid) -> Option<usize> {
        match self.graph.as_ref().and_then(|it| it.position(id)) {
            Some(position) => self.known_at(position),
            None => self.by_id.get(&id).copied(),
        }
    }

    fn known_at(&self, position: u32) -> Option<usize> {
        self.by_position.get(position as usize).copied().flatten()
    }

    fn reach(&mut self, id: Oid, paint: bool) -> Result<(), Stop> {
        if let Some(position) = self.graph.as_ref().and_then(|it| it.position(id)) {
            return self.reach_at(position, paint);
        }
        let Some(known) = self.by_id.get(&id).copied() else {
            let commit = self.objects.commit(id)?;
            self.by_id.insert(id, self.nodes.len());
            let parents = Parents::Ids(commit.parents);
            self.add(Node::new(id, commit.tree, commit.time, parents, None), paint);
            return Ok(());
        };
        self.reach_again(known, paint);
        Ok(())
    }

    fn reach_at(&mut self, position: u32, paint: bool) -> Result<(), Stop> {
        if let Some(known) = self.known_at(position) {
            self.reach_again(known, paint);
            return Ok(());
        }
        let Some(commit) = self.graph.as_ref().and_then(|it| it.commit(position)) else { return Err(contradiction()) };
        if let Some(place) = self.by_position.get_mut(position as usize) {
            *place = Some(self.nodes.len());
        }
        let parents = Parents::Positions(commit.parents);
        self.add(Node::new(commit.id, commit.tree, commit.time, parents, Some(position)), paint);
        Ok(())
    }

    fn add(&mut self, node: Node, paint: bool) {
        self.wanted += usize::from(!paint);
        self.open.push((node.time, self.nodes.len()));
        self.nodes.push(Node { painted: paint, ..node });
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
            self.met |= ends;
            self.oldest = self.oldest.min(node.time);
        }
        match parents {
            Parents::Ids(ids) => ids.into_iter().try_for_each(|it| self.reach(it, painted || ends))?,
            Parents::Positions(all) => all.into_iter().try_for_each(|it| self.reach_at(it, painted || ends))?,
        }
        Ok((!painted).then_some(step))
    }

    /// Reads the commit-graph once the walk turns out to be long.
    fn look_for_graph(&mut self) {
        if self.nodes.len() < PATIENCE {
            return;
        }
        let Some(graph) = self.graph_of.take().and_then(|it| Graph::load(&it, self.objects.format())) else { return };
        self.by_position = vec![None; graph.len()];
        for (at, node) in self.nodes.iter_mut().enumerate() {
            node.position = graph.position(node.id);
            if let Some(place) = node.position.and_then(|it| self.by_position.get_mut(it as usize)) {
                *place = Some(at);
            }
        }
        self.graph = Some(graph);
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Step, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.graph_of.is_some() {
            self.look_for_graph();
        }
        while self.wanted > 0 {
            let (_, at) = self.open.pop()?;
            if let Some(step) = self.take(at).transpose() {
                return Some(step);
            }
        }
        None
    }
}

impl Node {
    fn new(id: Oid, tree: Oid, time: i64, parents: Parents, position: Option<u32>) -> Self {
        Self { id, tree, time, parents, position, open: true, painted: false, given: false }
    }
}

fn contradiction() -> Stop {
    Stop::Failed(
        crate::failure::Failure::new("git's commit-graph contradicts itself")
            .hint("git commit-graph write --reachable"),
    )
}
