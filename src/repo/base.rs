//! Where two lines of history part, and what an earlier commit held that a later one does not.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use git2::{Oid, Tree};

use super::{Kind, Repo, Snapshot, joined};
use crate::failure::Failure;

/// The commits where two lines of history part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bases {
    /// What both hold, without what lies behind another of these; none if they share nothing.
    pub(crate) commits: Vec<String>,
    /// Whether every commit behind both is here; in a shallow clone some are not.
    pub(crate) complete: bool,
}

impl Repo {
    /// Where the histories of two commits part. If one lies behind the other, that one is it.
    pub(crate) fn merge_bases(&self, one: &str, other: &str) -> Result<Bases, Failure> {
        if self.contains(one, other)? {
            return Ok(Bases { commits: vec![other.to_owned()], complete: true });
        }
        let mut walk = self.ancestry(one)?;
        let mine: HashSet<Oid> = walk.by_ref().map(|it| it.map(|it| it.id)).collect::<Result<_, _>>()?;
        let mut complete = walk.is_complete();
        let mut walk = self.ancestry(other)?;
        let mut common: HashMap<Oid, Vec<Oid>> = HashMap::new();
        for step in walk.by_ref() {
            let step = step?;
            if mine.contains(&step.id) {
                common.insert(step.id, step.parents);
            }
        }
        complete &= walk.is_complete();
        // Whatever lies behind a common commit is common too, so the outermost are those that are nobody's parent.
        let behind: HashSet<Oid> = common.values().flatten().copied().collect();
        let outermost: BTreeSet<Oid> = common.into_keys().filter(|it| !behind.contains(it)).collect();
        Ok(Bases { commits: outermost.iter().map(Oid::to_string).collect(), complete })
    }

    /// The commits right before `commit`, and whether all of them are here.
    pub(crate) fn parents(&self, commit: &str) -> Result<Bases, Failure> {
        let parents = self.ancestry(commit)?.next().transpose()?.map(|it| it.parents).unwrap_or_default();
        let here = |it: &&Oid| self.git.find_commit(**it).is_ok();
        let commits: Vec<String> = parents.iter().filter(here).map(Oid::to_string).collect();
        Ok(Bases { complete: commits.len() == parents.len(), commits })
    }

    /// The files below `folder` that `earlier` holds, and `later` does not hold at the same place with the same bytes and
    /// mode. Paths run from the coordination root of `earlier`.
    pub(crate) fn lost(
        &self,
        earlier: &Snapshot<'_>,
        later: &Snapshot<'_>,
        folder: &str,
    ) -> Result<Vec<String>, Failure> {
        let path = joined(earlier.prefix(), folder);
        let mut lost = Vec::new();
        if let Some(before) = earlier.folder(&path)? {
            self.compare(&before, later.folder(&path)?.as_ref(), folder, &mut lost)?;
        }
        Ok(lost)
    }

    fn compare(
        &self,
        before: &Rc<Tree<'_>>,
        after: Option<&Rc<Tree<'_>>>,
        path: &str,
        lost: &mut Vec<String>,
    ) -> Result<(), Failure> {
        if after.is_some_and(|it| it.id() == before.id()) {
            return Ok(());
        }
        for entry in before.iter() {
            let kind = Kind::of(&entry);
            let same_name = after.and_then(|it| it.get_name_bytes(entry.name_bytes()));
            let path = format!("{path}/{}", String::from_utf8_lossy(entry.name_bytes()));
            let after = same_name.map(|it| (Kind::of(&it), it.id()));
            if after == Some((kind, entry.id())) {
                continue;
            }
            if kind != Kind::Folder {
                lost.push(path);
                continue;
            }
            let after = match after {
                Some((Kind::Folder, id)) => Some(Rc::new(self.tree(id)?)),
                _ => None,
            };
            self.compare(&Rc::new(self.tree(entry.id())?), after.as_ref(), &path, lost)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::sandbox::Sandbox;

    #[test]
    fn histories_part_at_the_last_commit_that_both_hold() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        let base = sandbox.commit_files(&[("a", "2")]);
        sandbox.git(&["checkout", "-q", "-b", "side"]);
        let side = sandbox.commit_files(&[("b", "1")]);
        sandbox.git(&["checkout", "-q", "main"]);
        let main = sandbox.commit_files(&[("c", "1")]);
        let repo = sandbox.repo();
        assert_eq!(repo.merge_bases(&side, &main).unwrap(), Bases { commits: vec![base.clone()], complete: true });
        for (one, other) in [(&side, &base), (&base, &side)] {
            assert_eq!(repo.merge_bases(one, other).unwrap().commits.concat(), base);
        }
        assert_eq!(repo.parents(&side).unwrap().commits, [base]);
    }

    #[test]
    fn crossed_merges_part_at_two_commits() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        sandbox.git(&["checkout", "-q", "-b", "side"]);
        let side = sandbox.commit_files(&[("b", "1")]);
        sandbox.git(&["checkout", "-q", "main"]);
        let main = sandbox.commit_files(&[("c", "1")]);
        sandbox.git(&["merge", "-q", "-m", "one", "side"]);
        sandbox.git(&["checkout", "-q", "side"]);
        sandbox.git(&["merge", "-q", "-m", "other", &main]);
        let bases =
            sandbox.repo().merge_bases(&sandbox.git(&["rev-parse", "main"]), &sandbox.git(&["rev-parse", "side"]));
        let mut wanted = vec![main, side];
        wanted.sort();
        assert_eq!(bases.unwrap().commits, wanted);
    }

    #[test]
    fn histories_that_share_nothing_part_nowhere() {
        let sandbox = Sandbox::new();
        let main = sandbox.commit_files(&[("a", "1")]);
        sandbox.git(&["checkout", "-q", "--orphan", "other"]);
        let other = sandbox.commit_files(&[("a", "2")]);
        assert_eq!(sandbox.repo().merge_bases(&main, &other).unwrap(), Bases { commits: vec![], complete: true });
    }

    #[test]
    fn a_shallow_clone_says_that_it_is_not_complete() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        let head = sandbox.commit_files(&[("a", "2")]);
        let from = format!("file://{}", sandbox.dir().display());
        sandbox.git(&["clone", "-q", "--depth=1", &from, "../shallow"]);
        let repo = Repo::open(&sandbox.dir().join("../shallow")).unwrap();
        assert_eq!(repo.parents(&head).unwrap(), Bases { commits: vec![], complete: false });
    }

    #[test]
    fn what_is_gone_changed_or_of_another_kind_is_lost() {
        let sandbox = Sandbox::new();
        let files = ["kept", "gone", "changed", "exec", "folder/deep"].map(|it| format!("releases/1.0.0/ledger/{it}"));
        let all: Vec<(&str, &str)> = files.iter().map(|it| (it.as_str(), "x")).collect();
        sandbox.commit_files(&[&all[..], &[("policy/a", "x")]].concat());
        let before = sandbox.git(&["rev-parse", "HEAD"]);
        sandbox.git(&["rm", "-q", &files[1]]);
        sandbox.git(&["rm", "-rq", "releases/1.0.0/ledger/folder"]);
        sandbox.git(&["update-index", "--chmod=+x", &files[3]]);
        let after = sandbox.commit_files(&[(&files[2], "y"), ("releases/1.0.0/ledger/new", "z")]);
        let repo = sandbox.repo();
        let (before, after) = (repo.snapshot(Some(&before)).unwrap(), repo.snapshot(Some(&after)).unwrap());
        let lost = repo.lost(&before, &after, "releases").unwrap();
        let wanted = ["changed", "exec", "folder/deep", "gone"].map(|it| format!("releases/1.0.0/ledger/{it}"));
        assert_eq!(lost, wanted);
        assert_eq!(repo.lost(&after, &after, "releases").unwrap(), Vec::<String>::new());
        assert_eq!(repo.lost(&before, &after, "nothing").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_root_that_moved_has_lost_all() {
        let sandbox = Sandbox::new();
        let before = sandbox.commit_files(&[("policy/0001/policy.toml", "x"), ("releases/1.0.0/kb.md", "y")]);
        for folder in ["policy", "releases"] {
            sandbox.write("sub/keep", "");
            sandbox.git(&["mv", folder, &format!("sub/{folder}")]);
        }
        let after = sandbox.commit_files(&[("sub/keep", "z")]);
        let repo = Repo::open(&sandbox.dir().join("sub")).unwrap();
        let (before, after) = (repo.snapshot(Some(&before)).unwrap(), repo.snapshot(Some(&after)).unwrap());
        assert_eq!((before.prefix(), after.prefix()), ("", "sub"));
        assert_eq!(repo.lost(&before, &after, "releases").unwrap(), ["releases/1.0.0/kb.md"]);
    }
}
