//! Ancestor questions: which of several commits lie behind another one, without walking all of history.
//!
//! The walk begins at both ends. What is found from the tip is coloured, and so is what is found from each commit that is
//! asked about. Once all that is still open from the tip lies behind a commit itself, nothing there can lead to that commit:
//! a commit does not lie behind itself. So a no is proved as soon as both ends have met. The times that commits claim say
//! where to look first and nothing else: with false ones the walk is longer, and its answer the same.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use git2::{ObjectFormat, Odb, OdbLookupFlags, Oid};

use super::{Lineage, Repo, read, whole_id};
use crate::failure::Failure;
use crate::repo::memory::Memory;

/// How many commits one walk asks about: a colour for each, and one for the tip.
const AT_ONCE: usize = 63;
/// How many commits a clone remembers behind one: more than a site can list.
const MOST_KEPT: usize = 50_000;
/// The colour of what is found from the tip.
const FROM_TIP: u64 = 1;

impl Repo {
    /// Whether `older` is `newer` or lies behind it.
    pub(crate) fn contains(&self, newer: &str, older: &str) -> Result<bool, Failure> {
        let (newer, older) = (self.parse_id(newer)?, self.parse_id(older)?);
        let is_known = !self.walked_behind(newer, &[older])?.is_empty();
        Ok(is_known || Question::ask(self, newer, &[older])?.contains(&older))
    }

    /// Those of `asked` that are `tip` or lie behind it. What is not in this clone does not.
    pub(crate) fn behind<'a>(&self, tip: &str, asked: &[&'a str]) -> Result<BTreeSet<&'a str>, Failure> {
        let tip = self.parse_id(tip)?;
        let ids = asked.iter().map(|id| self.parse_id(id)).collect::<Result<Vec<_>, _>>()?;
        let mut reached = self.known_behind(tip)?;
        let odb = self.odb()?;
        // A clone that lost what it had seen answers like one that never saw it.
        reached.retain(|id| odb.exists_ext(*id, OdbLookupFlags::NO_REFRESH));
        let known = reached.len();
        reached.extend(self.walked_behind(tip, &ids)?);
        let open: Vec<Oid> = ids.iter().copied().filter(|it| !reached.contains(it)).collect();
        for some in open.chunks(AT_ONCE) {
            reached.extend(Question::ask(self, tip, some)?);
        }
        let behind = asked.iter().zip(&ids).filter(|(_, id)| reached.contains(id)).map(|(name, _)| *name).collect();
        let found = Behind { tip, commits: reached };
        let is_news = found.commits.len() > known;
        // A push on its way in may yet be refused, and then its commits are nowhere.
        if is_news && !self.is_receiving() {
            found.keep(&self.behind_before());
        }
        *self.behind.borrow_mut() = Some(found);
        Ok(behind)
    }

    /// Those of `asked` that the look at the past came by, if what it began with is `tip` or lies behind it. In a fresh clone that
    /// look goes through all of history, and nobody goes through it again.
    fn walked_behind(&self, tip: Oid, asked: &[Oid]) -> Result<Vec<Oid>, Failure> {
        let walked = self.walked.borrow();
        let Some(walked) = walked.as_ref() else { return Ok(Vec::new()) };
        let found: Vec<Oid> = asked.iter().copied().filter(|it| *it != walked.head && walked.has(*it)).collect();
        let leads_there = walked.head == tip
            || (!found.is_empty() && Question::ask(self, tip, &[walked.head])?.contains(&walked.head));
        Ok(if leads_there { found } else { Vec::new() })
    }

    /// What was found before behind a commit that is `tip` or lies behind it: whatever is behind that is behind this.
    fn known_behind(&self, tip: Oid) -> Result<BTreeSet<Oid>, Failure> {
        // A clone that was made shallow since answers like one that always was.
        let remembered = || Behind::recall(&self.behind_before(), self.format()).filter(|_| !self.is_shallow());
        let known = self.behind.take().or_else(remembered);
        let Some(known) = known else { return Ok(BTreeSet::new()) };
        let is_on_the_way = known.tip == tip || Question::ask(self, tip, &[known.tip])?.contains(&known.tip);
        Ok(if is_on_the_way { known.commits } else { BTreeSet::new() })
    }

    /// What this clone has found behind a commit. The ids stand for the commits' own bytes, so this never goes stale.
    fn behind_before(&self) -> Memory {
        Memory::new(self.private_folder(), "behind", 1, "commits")
    }
}

/// What was found behind one commit.
pub(crate) struct Behind {
    tip: Oid,
    commits: BTreeSet<Oid>,
}

impl Behind {
    /// The tip on the first line, and each commit behind it on one of its own.
    fn recall(memory: &Memory, format: ObjectFormat) -> Option<Self> {
        let text = memory.recall()?;
        let mut ids = text.lines().map(|line| whole_id(format, line));
        Some(Self { tip: ids.next()??, commits: ids.collect::<Option<_>>()? })
    }

    fn keep(&self, memory: &Memory) {
        let ids = std::iter::once(&self.tip).chain(self.commits.iter().take(MOST_KEPT));
        memory.keep(&ids.map(|id| format!("{id}\n")).collect::<String>());
    }
}

/// A commit that was met on the way.
struct Met {
    parents: Vec<Oid>,
    time: i64,
    colours: u64,
    is_open: bool,
}

/// One walk from a tip and from the commits that are asked about.
struct Question<'r> {
    repo: &'r Repo,
    odb: Odb<'r>,
    met: HashMap<Oid, Met>,
    open: BinaryHeap<(i64, Oid)>,
    /// The colours of the commits that are asked about and were not reached from the tip.
    undecided: u64,
    /// How many open commits may still lead from the tip to one of those.
    leads: usize,
}

impl<'r> Question<'r> {
    /// Those of `asked` that the tip leads to.
    fn ask(repo: &'r Repo, tip: Oid, asked: &[Oid]) -> Result<BTreeSet<Oid>, Failure> {
        let colours: HashMap<Oid, u64> = asked.iter().zip(1..).map(|(id, at)| (*id, FROM_TIP << at)).collect();
        let odb = repo.odb()?;
        let (met, open) = (HashMap::new(), BinaryHeap::new());
        let mut question = Self { repo, odb, met, open, undecided: 0, leads: 0 };
        for (id, colour) in &colours {
            // What is damaged, is no commit or is not here lies behind nothing; whoever relies on it finds out.
            drop(question.colour(*id, *colour));
            question.undecided |= if question.met.contains_key(id) { *colour } else { 0 };
        }
        question.colour(tip, FROM_TIP)?;
        question.decide(&colours, tip);
        question.walk(&colours);
        let is_reached = |id: &&Oid| question.met.get(id).is_some_and(|it| it.colours & FROM_TIP != 0);
        Ok(asked.iter().filter(is_reached).copied().collect())
    }

    /// Goes on until nothing that is open can lead from the tip to what is asked about.
    fn walk(&mut self, asked: &HashMap<Oid, u64>) {
        while self.leads > 0 {
            let Some((_, id)) = self.open.pop() else { break };
            self.follow(id, asked);
        }
    }

    /// Gives the parents of an open commit its colours.
    fn follow(&mut self, id: Oid, asked: &HashMap<Oid, u64>) {
        let Some(commit) = self.met.get_mut(&id).filter(|it| it.is_open) else { return };
        commit.is_open = false;
        let (parents, colours) = (commit.parents.clone(), commit.colours);
        self.leads -= usize::from(leads(colours, self.undecided));
        for parent in parents {
            // What is damaged far behind stops nobody who asks for what is newer: the walk ends there, as where it is missing.
            drop(self.colour(parent, colours));
            self.decide(asked, parent);
        }
    }

    /// Adds `colours` to a commit, and opens it again where that is news.
    fn colour(&mut self, id: Oid, colours: u64) -> Result<(), Failure> {
        let commit = match self.met.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let Some(Lineage { parents, time, .. }) = read(self.repo, &self.odb, id)? else { return Ok(()) };
                new.insert(Met { parents, time, colours: 0, is_open: false })
            }
        };
        let (before, after) = (commit.colours, commit.colours | colours);
        if before == after {
            return Ok(());
        }
        self.leads -= usize::from(commit.is_open && leads(before, self.undecided));
        self.leads += usize::from(leads(after, self.undecided));
        commit.colours = after;
        if !commit.is_open {
            commit.is_open = true;
            self.open.push((commit.time, id));
        }
        Ok(())
    }

    /// Asks no more about a commit that was reached from the tip.
    fn decide(&mut self, asked: &HashMap<Oid, u64>, id: Oid) {
        let is_reached = self.met.get(&id).is_some_and(|it| it.colours & FROM_TIP != 0);
        let Some(colour) = asked.get(&id).filter(|colour| is_reached && self.undecided & **colour != 0) else { return };
        self.undecided &= !colour;
        self.leads = self.met.values().filter(|it| it.is_open && leads(it.colours, self.undecided)).count();
    }
}

/// Whether a commit of these colours may lead from the tip to a commit whose colour is `undecided`.
fn leads(colours: u64, undecided: u64) -> bool {
    colours & FROM_TIP != 0 && colours & undecided != undecided
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::repo::Span;
    use crate::repo::sandbox::Sandbox;

    /// A history of commits, each with the places of its parents among the earlier ones and the time that it claims.
    fn history() -> impl Strategy<Value = Vec<(BTreeSet<usize>, u32)>> {
        let commit = (prop::collection::btree_set(0_usize..24, 0..3), prop_oneof![0_u32..9, 1_000_u32..1_040]);
        prop::collection::vec(commit, 1..24)
    }

    /// Writes such a history, and gives the id of each commit.
    fn write(sandbox: &Sandbox, history: &[(BTreeSet<usize>, u32)]) -> Vec<String> {
        let mut stream = String::new();
        for (at, (parents, time)) in history.iter().enumerate() {
            let mark = at + 1;
            writeln!(stream, "commit refs/heads/at-{at}\nmark :{mark}").unwrap();
            writeln!(stream, "committer Ada <ada@example.com> {time} +0000\ndata 0").unwrap();
            let parents: Vec<usize> = parents.iter().filter(|it| **it < at).map(|it| it + 1).collect();
            for (nth, parent) in parents.iter().enumerate() {
                writeln!(stream, "{} :{parent}", if nth == 0 { "from" } else { "merge" }).unwrap();
            }
            writeln!(stream, "M 100644 inline at\ndata {}\n{at}", at.to_string().len()).unwrap();
        }
        sandbox.git_with(&["fast-import", "--quiet"], &stream);
        (0..history.len()).map(|at| sandbox.git(&["rev-parse", &format!("at-{at}")])).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn says_the_same_as_a_walk_over_everything_whatever_times_commits_claim(history in history()) {
            let sandbox = Sandbox::new();
            let ids = write(&sandbox, &history);
            let asked: Vec<&str> = ids.iter().map(String::as_str).collect();
            for tip in &ids {
                // Each run remembers what those before it have found behind other tips.
                let repo = sandbox.repo();
                let all: BTreeSet<String> = repo.ancestry(tip).unwrap().map(|it| it.id.to_string()).collect();
                let expected: BTreeSet<&str> = asked.iter().filter(|it| all.contains(**it)).copied().collect();
                prop_assert_eq!(&repo.behind(tip, &asked).unwrap(), &expected);
                for older in &asked {
                    prop_assert_eq!(repo.contains(tip, older).unwrap(), all.contains(*older));
                }
                prop_assert_eq!(&sandbox.repo().behind(tip, &asked).unwrap(), &expected, "remembered");
            }
            // A run that has looked at the past of some commit, whole or since a checkpoint, knows what it came by.
            for tip in ids.iter().step_by(5) {
                let repo = sandbox.repo();
                let all: BTreeSet<String> = repo.ancestry(tip).unwrap().map(|it| it.id.to_string()).collect();
                for (head, checkpoint) in [(ids.first(), None), (ids.last(), None), (ids.last(), ids.get(3))] {
                    let repo = sandbox.repo();
                    let head = repo.snapshot(head.map(String::as_str)).unwrap();
                    let checkpoint = checkpoint.map(String::as_str);
                    repo.past(&head, &Span { checkpoint, roots: &[], proved: &[] }, &mut |_| {}).unwrap();
                    for older in &asked {
                        prop_assert_eq!(repo.contains(tip, older).unwrap(), all.contains(*older), "walked");
                    }
                }
            }
        }
    }

    #[test]
    fn asks_about_more_commits_than_one_walk_has_colours_for() {
        let sandbox = Sandbox::new();
        let history: Vec<(BTreeSet<usize>, u32)> =
            (0..150).map(|at: usize| (at.checked_sub(1).into_iter().collect(), 9)).collect();
        let ids = write(&sandbox, &history);
        let asked: Vec<&str> = ids.iter().map(String::as_str).collect();
        let behind = sandbox.repo().behind(&ids[100], &asked).unwrap();
        assert_eq!(behind, asked[..=100].iter().copied().collect());
    }

    #[test]
    fn a_clone_remembers_what_it_found_and_only_of_commits_that_are_here() {
        let sandbox = Sandbox::new();
        let ids = ["1", "2", "3", "4"].map(|text| sandbox.commit_files(&[("a", text)]));
        let [first, second, third, fourth] = ids.each_ref().map(String::as_str);
        let behind = |tip| sandbox.repo().behind(tip, &[first]).unwrap();
        assert_eq!(behind(third), BTreeSet::from([first]));
        // Without the second commit nothing but the memory leads to the first.
        let lose = |id: &str| {
            let (folder, name) = id.split_at(2);
            std::fs::remove_file(sandbox.dir().join(".git/objects").join(folder).join(name)).unwrap();
        };
        lose(second);
        assert_eq!((behind(third), behind(fourth)), (BTreeSet::from([first]), BTreeSet::from([first])));
        lose(first);
        assert_eq!((behind(third), behind(fourth)), (BTreeSet::new(), BTreeSet::new()));
    }

    #[test]
    fn a_commit_that_is_not_here_lies_behind_nothing() {
        let sandbox = Sandbox::new();
        let head = sandbox.commit_files(&[("a", "1")]);
        let repo = sandbox.repo();
        let nowhere = "1234567890123456789012345678901234567890";
        assert!(!repo.contains(&head, nowhere).unwrap());
        assert!(repo.contains(nowhere, &head).is_ok_and(|it| !it));
    }

    #[test]
    fn a_forged_commit_graph_and_a_graft_are_not_asked() {
        let sandbox = Sandbox::new();
        let first = sandbox.commit_files(&[("a", "1")]);
        let second = sandbox.commit_files(&[("a", "2")]);
        let third = sandbox.commit_files(&[("a", "3")]);
        // A graft that makes the first commit a child of the third, and the third an orphan; and a graph made of that.
        sandbox.write(".git/info/grafts", &format!("{third}\n"));
        sandbox.git(&["replace", "--graft", &second]);
        sandbox.git(&["-c", "core.commitGraph=true", "commit-graph", "write", "--reachable"]);
        let repo = sandbox.repo();
        assert!(repo.contains(&third, &first).unwrap());
        assert!(!repo.contains(&first, &third).unwrap());
    }
}
