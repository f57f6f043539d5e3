//! What is not committed: a publish is refused over it, because only what is committed counts.

use std::fs;

use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{counted, pathspec, quoted};
use holdpoint_core::statement::{Act, LARGEST_FACT, Statement};

use crate::failure::Failure;
use crate::gather::Record;
use crate::repo::Care;
use crate::shell::Shell;

/// The folders of the record.
pub(super) const FOLDERS: [&str; 3] = ["policy", "releases", "advisories"];

/// How the name of a file begins that was being written when its run died.
const UNFINISHED: &str = ".holdpoint-";

/// How many files are named one by one.
const SHOWN: usize = 20;

/// Refuses if anything of the record is not committed as it is here.
pub(super) fn refuse(shell: &Shell, head: &Record<'_>) -> Result<(), Failure> {
    head.repo.refuse_locked_index()?;
    head.repo.refuse_locked_branch()?;
    let found = head.repo.uncommitted(&head.snapshot, &FOLDERS, Care::All)?;
    if let Some(why) = found.index_unread {
        let message = "the index cannot be read, so what is staged is not known";
        let hint = "git status   (says what is wrong with it)";
        let finding = Finding::new(Code::Dirty, "index", message).next(hint);
        return Err(Failure::new(message).because(why).hint(hint).findings(vec![finding]));
    }
    let (left, paths): (Vec<String>, Vec<String>) = found.paths.into_iter().partition(|it| is_unfinished(it));
    for path in left {
        shell.warn(&format!("`{path}` was left by a run that died; it counts for nothing: rm -- {}", quoted(&path)));
    }
    let (mut entries, others): (Vec<String>, Vec<String>) = paths.into_iter().partition(|it| is_publication(head, it));
    if !entries.is_empty() && head.repo.bring_back(&head.snapshot, &entries, LARGEST_FACT)? {
        shell.note("a run died before it brought its own commit to the work tree; that is done now");
        entries.clear();
    }
    let (unrecorded, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|it| is_unrecorded(head, it));
    let mut others = others;
    if !take_away(head, &unrecorded)? {
        others.extend(unrecorded);
    } else if !unrecorded.is_empty() {
        shell.note("a run died before its publication was recorded; what it left in the work tree is taken away");
    }
    let dirty: Vec<Finding> = others.iter().chain(&entries).take(SHOWN).map(|it| finding(it)).collect();
    if dirty.is_empty() { Ok(()) } else { Err(refusal(dirty)) }
}

fn is_unfinished(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|it| it.starts_with(UNFINISHED))
}

/// Whether HEAD holds a publication, or its signature, under this path.
fn is_publication(head: &Record<'_>, path: &str) -> bool {
    let statement = path.strip_suffix(".sig").unwrap_or(path);
    let named = statement.strip_prefix("releases/").and_then(|it| it.split_once("/ledger/"));
    let entry = named.and_then(|(version, name)| Some((version.parse().ok()?, name)));
    let bytes = entry.and_then(|(version, name)| head.ledger_file(&version, name).ok().flatten());
    let statement = bytes.and_then(|it| Statement::parse(&it).ok());
    statement.is_some_and(|it| matches!(it.act, Act::Publish { .. }))
}

/// Whether a publication, or its signature, lies under this path that HEAD does not hold.
fn is_unrecorded(head: &Record<'_>, path: &str) -> bool {
    let statement = path.strip_suffix(".sig").unwrap_or(path);
    let is_named = |it: &Statement| statement.ends_with(&format!("releases/{}/ledger/{}.toml", it.release, it.id()));
    let read = here(head, statement).and_then(|it| Statement::parse(&it).ok());
    read.is_some_and(|it| matches!(it.act, Act::Publish { .. }) && is_named(&it))
}

/// Takes away what a run left that died before it recorded its publication: the next one is signed anew. Says whether all of it is
/// gone.
fn take_away(head: &Record<'_>, paths: &[String]) -> Result<bool, Failure> {
    let files = paths.iter().map(|it| Some((it.clone(), here(head, it)?))).collect::<Option<Vec<_>>>();
    match files {
        Some(files) if files.is_empty() => Ok(true),
        Some(files) => head.repo.take_away(head.snapshot.prefix(), &files),
        None => Ok(false),
    }
}

/// The bytes that lie under a path of the coordination root here.
fn here(head: &Record<'_>, path: &str) -> Option<Vec<u8>> {
    let place = head.repo.work_tree()?.join(head.snapshot.prefix()).join(path);
    let found = fs::symlink_metadata(&place).ok().filter(|it| it.is_file() && it.len() <= LARGEST_FACT as u64)?;
    fs::read(place).ok().filter(|it| it.len() as u64 == found.len())
}

fn finding(path: &str) -> Finding {
    let next = if path.contains('\\') {
        // It may be shown with characters escaped, and then that is not its name.
        "git stash -u   (puts it aside; what belongs to the record is committed first)".to_owned()
    } else {
        format!("git add -- {} && git commit   (or put it aside: git stash -u)", pathspec(path))
    };
    Finding::new(Code::Dirty, path, format!("`{path}` is not committed as it is here")).next(next)
}

fn refusal(findings: Vec<Finding>) -> Failure {
    let count = counted(findings.len(), "difference");
    Failure::new(format!("the work tree is not what HEAD holds: {count}"))
        .hint("commit what belongs to the record, or put it aside: git stash -u")
        .findings(findings)
}
