//! `lint VERSION --fix`: the documents of the work tree, with a skeleton of each part that they lack.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use holdpoint_core::decide::{self, Publicity};
use holdpoint_core::document::Skeleton;
use holdpoint_core::evidence::{Draft, Evidence};
use holdpoint_core::finding::Code;
use holdpoint_core::name::{Version, counted, escaped, listed};
use holdpoint_core::record::Problem;
use holdpoint_core::rule::{Insertion, Paper, Wanted, complete};
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::Failure;
use crate::gather::{Record, undoubted};
use crate::repo::{Repo, write_whole};
use crate::shell::{Reading, Shell};
use crate::sight::{self, Reach};

/// The lines that were added to one document.
pub(super) struct Written {
    /// Its path, from the coordination root.
    path: String,
    insertions: Vec<Insertion>,
}

/// Lines that were added to a document.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WrittenJson {
    /// The document, from the coordination root.
    path: String,
    /// The number of the first line.
    line: usize,
    /// The lines.
    text: String,
}

/// Completes the documents of the release that `asked` means, in the work tree. Nothing is written unless all of it can be.
pub(super) fn run(shell: &Shell, repo: &Repo, asked: Option<&str>, reading: &Reading) -> Result<Vec<Written>, Failure> {
    let asked = asked.ok_or_else(|| {
        Failure::usage("`--fix` completes the documents of one release").hint("name it: holdpoint lint VERSION --fix")
    })?;
    if reading.at.is_some() {
        return Err(Failure::usage("`--fix` writes to the files in front of you, and `--at` names a commit")
            .hint(format!("leave out --at: holdpoint lint {} --fix", escaped(asked))));
    }
    let top = repo.work_tree().ok_or_else(|| {
        Failure::usage("a bare repository has no files to write").hint("run it in a clone with a work tree")
    })?;
    let head = shell.record(repo, reading)?;
    let root = top.join(head.snapshot.prefix());
    let record = shell.record(repo, reading)?.into_written()?;
    let version = record.one(asked)?;
    drafted(&version, head.publicity(&evidence(&head, &version)?)?)?;
    let mut evidence = evidence(&record, &version)?;
    sight::show(shell, &record, &mut evidence, Reach::Folders)?;
    let draft = drafted(&version, record.publicity(&evidence)?)?;
    let completed = completed(&evidence, &draft)?;
    let folder = folder(&root, &version)?;
    for (paper, text, _) in &completed {
        let path = folder.join(paper.file());
        write_whole(&path, text.as_bytes())
            .map_err(|why| Failure::new(format!("`{}` cannot be written", path.display())).because(why))?;
    }
    let written = completed.into_iter();
    Ok(written.map(|(paper, _, insertions)| Written { path: place(&version, paper), insertions }).collect())
}

fn place(version: &Version, paper: Paper) -> String {
    format!("releases/{version}/{}", paper.file())
}

fn evidence(record: &Record<'_>, version: &Version) -> Result<Evidence, Failure> {
    record.plain_evidence(version)?.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))
}

/// Refuses a version that is out: what its readers have is corrected with care, and by hand. Nothing is written into one of which
/// that cannot be told.
fn drafted(version: &Version, publicity: Publicity) -> Result<Arc<Draft>, Failure> {
    if let Publicity::Draft(draft) = undoubted(version, publicity)? {
        return Ok(draft);
    }
    Err(Failure::refused(format!("{version} is out already, and its documents are not drafted any more"))
        .hint(format!("correct releases/{version}/kb.md or notice.md by hand, and have it signed again")))
}

/// The documents that lack something: the text with it, and what was added.
fn completed(evidence: &Evidence, draft: &Draft) -> Result<Vec<(Paper, String, Vec<Insertion>)>, Failure> {
    let version = &evidence.facts().version;
    let release = draft.release().ok_or_else(|| {
        let path = format!("releases/{version}/release.toml");
        let faults = evidence.faults().iter().filter(|it| it.about == path || it.about == "release.toml");
        Failure::new(format!("`{path}` cannot be read, so it is not known what the documents are about"))
            .findings(faults.cloned().collect())
            .hint(format!("mend it, then: holdpoint lint {version} --fix"))
    })?;
    let policy = evidence.policy();
    let components: Vec<_> = release.components.iter().map(|it| (it.name.clone(), it.version.clone())).collect();
    let skeleton = Skeleton {
        version,
        title: &release.title,
        planned: release.planned,
        components: &components,
        words: policy.words(),
    };
    let mut completed = Vec::new();
    for paper in Paper::ALL {
        let before = match draft.file(paper.file()) {
            Some(content) => Some(content.bytes().ok_or_else(|| {
                Failure::refused(format!("`{}` {}", place(version, paper), content.fault())).hint("replace it by a plain file")
            })?),
            // A file that nobody signs off is nobody's to write.
            None if policy.all_subjects().iter().any(|it| it.as_str() == paper.file()) => None,
            None => continue,
        };
        let paragraphs = decide::to_be_written(evidence, draft, paper);
        let wanted = Wanted { skeleton, levels: policy.levels(), paragraphs: &paragraphs };
        let fix = complete(paper, &place(version, paper), before, &wanted).map_err(|it| unfit(version, paper, it))?;
        if !fix.insertions.is_empty() {
            completed.push((paper, fix.text, fix.insertions));
        }
    }
    Ok(completed)
}

fn unfit(version: &Version, paper: Paper, problems: Vec<Problem>) -> Failure {
    let findings = problems.into_iter().map(|it| it.finding(Code::BadRecord)).collect();
    Failure::new(format!("`{}` cannot be completed, and nothing was written", place(version, paper)))
        .findings(findings)
        .hint(format!("mend it, then: holdpoint lint {version} --fix"))
}

/// The folder of the release on the disk; nothing on the way leads elsewhere.
fn folder(root: &Path, version: &Version) -> Result<PathBuf, Failure> {
    let mut folder = root.to_owned();
    for part in ["releases", &version.to_string()] {
        folder.push(part);
        if !folder.symlink_metadata().is_ok_and(|it| it.is_dir()) {
            return Err(Failure::new(format!("`{}` is no folder", folder.display())).hint("replace it by a folder"));
        }
    }
    Ok(folder)
}

/// What was written, in a sentence: "wrote 3 lines to releases/2.7.0/kb.md: fill in what says TODO".
pub(super) fn sentence(written: &[Written]) -> String {
    if written.is_empty() {
        return "wrote nothing: no section, contact or day is missing".to_owned();
    }
    let lines = written.iter().flat_map(|it| &it.insertions).flat_map(|it| it.text.lines());
    let count = lines.filter(|it| !it.trim().is_empty()).count();
    format!("wrote {} to {}: fill in what says TODO", counted(count, "line"), listed(written.iter().map(|it| &it.path), "and"))
}

/// The lines that were added, each with its place.
pub(super) fn lines(written: &[Written]) -> String {
    let mut out = String::new();
    for document in written {
        out.push_str(&format!("  {}\n", document.path));
        for insertion in &document.insertions {
            for (at, line) in insertion.text.lines().enumerate().filter(|it| !it.1.trim().is_empty()) {
                out.push_str(&format!("    {:>4}  {}\n", insertion.line + at, escaped(line)));
            }
        }
    }
    out
}

/// The lines that were added, for programs.
pub(super) fn json(written: &[Written]) -> Vec<WrittenJson> {
    let of = |document: &Written| -> Vec<WrittenJson> {
        let one = |it: &Insertion| WrittenJson { path: document.path.clone(), line: it.line, text: it.text.clone() };
        document.insertions.iter().map(one).collect()
    };
    written.iter().flat_map(of).collect()
}
