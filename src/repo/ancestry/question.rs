//! Ancestor questions: which of several commits lie behind another one, without walking all of history.
//!
//! The walk begins at both ends. What is found from the tip is coloured, and so is what is found from each commit that is
//! asked about. Once all that is still open from the tip lies behind a commit itself, nothing there can lead to that commit:
//! a commit does not lie behind itself. So a no is proved as soon as both ends have met. The times that commits claim say
//! where to look first and nothing else: with false ones the walk is longer, and its answer the same.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use git2::{Odb, Oid};

use super::{Lineage, Repo, read};
use crate::failure::Failure;

/// How many commits one walk asks about: a colour for each, and one for the tip.
const AT_ONCE: usize = 63;
/// The colour of what is found from the tip.
const FROM_TIP: u64 = 1;

impl Repo {
    /// Whether `older` is `newer` or lies behind it.
    pub(crate) fn contains(&self, newer: &str, older: &str) -> Result<bool, Failure> {
        let older = self.parse_id(older)?;
        Ok(Question::ask(self, self.parse_id(newer)?, &[older])?.contains(&older))
    }

    /// Those of `asked` that are `tip` or lie behind it. What is not in this clone does not.
    pub(crate) fn behind<'a>(&self, tip: &str, asked: &[&'a str]) -> Result<BTreeSet<&'a str>, Failure> {
        let tip = self.parse_id(tip)?;
        let ids = asked.iter().map(|id| self.parse_id(id)).collect::<Result<Vec<_>, _>>()?;
        let mut reached = self.known_behind(tip)?;
        let open: Vec<Oid> = ids.iter().copied().filter(|it| !reached.contains(it)).collect();
        for some in open.chunks(AT_ONCE) {
            reached.extend(Question::ask(self, tip, some)?);
        }
        let behind = asked.iter().zip(&ids).filter(|(_, id)| reached.contains(id)).map(|(name, _)| *name).collect();
        *self.behind.borrow_mut() = Behind { tip: Some(tip), commits: reached };
        Ok(behind)
    }

    /// What this run has found behind a commit that is `tip` or lies behind it: whatever is behind that is behind this.
    fn known_behind(&self, tip: Oid) -> Result<BTreeSet<Oid>, Failure> {
        let known = self.behind.borrow();
        let Some(earlier) = known.tip else { return Ok(BTreeSet::new()) };
        let is_on_the_way = earlier == tip || Question::ask(self, tip, &[earlier])?.contains(&earlier);
        Ok(if is_on_the_way { known.commits.clone() } else { BTreeSet::new() })
    }
}

/// What was found behind one commit.
#[derive(Default)]
pub(crate) struct Behind {
    tip: Option<Oid>,
    commits: BTreeSet<Oid>,
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
        let undecided = colours.values().fold(0, |all, colour| all | colour);
        let odb = repo.odb()?;
        let (met, open) = (HashMap::new(), BinaryHeap::new());
        let mut question = Self { repo, odb, met, open, undecided, leads: 0 };
        question.colour(tip, FROM_TIP)?;
        for (id, colour) in &colours {
            // What is damaged or is no commit lies behind nothing; whoever relies on it finds out.
            drop(question.colour(*id, *colour));
        }
        question.decide(&colours, tip);
        while question.leads > 0 {
            let Some((_, id)) = question.open.pop() else { break };
            question.follow(id, &colours);
        }
        let is_reached = |id: &&Oid| question.met.get(id).is_some_and(|it| it.colours & FROM_TIP != 0);
        Ok(asked.iter().filter(is_reached).copied().collect())
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
            let repo = sandbox.repo();
            let asked: Vec<&str> = ids.iter().map(String::as_str).collect();
            for tip in &ids {
                let all: BTreeSet<String> = repo.ancestry(tip).unwrap().map(|it| it.id.to_string()).collect();
                let expected: BTreeSet<&str> = asked.iter().filter(|it| all.contains(**it)).copied().collect();
                prop_assert_eq!(&repo.behind(tip, &asked).unwrap(), &expected);
                for older in &asked {
                    prop_assert_eq!(repo.contains(tip, older).unwrap(), all.contains(*older));
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
