//! `matrix.md`, written to the work tree.

use std::collections::BTreeMap;

use holdpoint_core::compatibility::{Matrix, PairVerdict, Row, matrix_md};
use holdpoint_core::evidence::Evidence;
use holdpoint_core::name::{Version, counted, escaped, listed};
use holdpoint_core::record::largest;
use schemars::JsonSchema;
use serde::Serialize;

use crate::command::new::from_here;
use crate::failure::Failure;
use crate::gather::Record;
use crate::outcome::Outcome;
use crate::render::json::{SCHEMA, value};
use crate::render::paint;
use crate::repo::{Repo, write_whole};

/// The answer of `holdpoint matrix --write`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "matrix --write")]
pub(crate) struct MatrixWrittenJson {
    schema: u64,
    release: String,
    /// The file, from the coordination root.
    path: String,
    /// How many pairs it stands for.
    pairs: usize,
    /// Whether the file was not so before.
    changed: bool,
    /// The lines that are new.
    added: Vec<String>,
    /// The lines that are gone.
    removed: Vec<String>,
    /// What comes next.
    next: Vec<String>,
    exit_code: u8,
}

/// How many lines of each kind are shown to people.
const SHOWN: usize = 12;

/// Why the matrix of a version that is out is not written again.
pub(super) fn refused(version: &Version) -> Failure {
    Failure::refused(format!("{version} is out, and `releases/{version}/matrix.md` is what was signed for it"))
        .hint(format!("holdpoint matrix {version}   (prints what follows today)"))
}

/// Writes it, and says what changed.
pub(super) fn write(
    repo: &Repo,
    record: &Record<'_>,
    evidence: &Evidence,
    matrix: &Matrix,
) -> Result<Outcome, Failure> {
    let version = &matrix.release;
    let place = format!("releases/{version}/matrix.md");
    let text = matrix_md(matrix);
    let most = largest(&place);
    if text.len() > most {
        return Err(Failure::refused(format!("`{place}` would have {} bytes, and {most} are the most", text.len()))
            .hint("state fewer pairs: let versions whose support has ended go, or split the release"));
    }
    let before = record.to_be_written_over(version, "matrix.md")?;
    let before = before.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let changed = before != text;
    if changed {
        let top = repo.work_tree().ok_or_else(|| Failure::usage("a bare repository has no files to write"))?;
        let path = top.join(record.snapshot.prefix()).join(&place);
        write_whole(&path, text.as_bytes())
            .map_err(|why| Failure::new(format!("`{}` cannot be written", path.display())).because(why))?;
    }
    let committed = record.snapshot.file(&place, text.len())?;
    let is_committed = matches!(committed, crate::repo::Blob::Bytes(bytes) if bytes == text.as_bytes());
    let next = next(repo, record, evidence, matrix, is_committed);
    let (added, removed) = difference(&before, &text);
    let pairs: usize = matrix.rows().map(Row::count).sum();
    let did = if changed { format!("wrote {place}") } else { format!("{place} is up to date already") };
    let human = format!(
        "{did}: {}\n{}{}\nnext: {}\n",
        summary(matrix),
        lines("+", &added),
        lines("-", &removed),
        next.join("\n      ")
    );
    let json = MatrixWrittenJson {
        schema: SCHEMA,
        release: version.to_string(),
        path: place,
        pairs,
        changed,
        added,
        removed,
        next,
        exit_code: 0,
    };
    Ok(Outcome::done(human, value(&json)))
}

/// What comes next: to commit it, to have it signed, or to see what else is wanting.
fn next(
    repo: &Repo,
    record: &Record<'_>,
    evidence: &Evidence,
    matrix: &Matrix,
    is_committed: bool,
) -> Vec<String> {
    let version = &matrix.release;
    if is_committed {
        return vec![format!("holdpoint check {version}")];
    }
    let shown = from_here(repo, record, &format!("releases/{version}/matrix.md"));
    let covers = evidence.policy().requirements().iter().filter(|it| it.subjects.iter().any(|it| it.as_str() == "matrix.md"));
    let mut next = vec![format!("git add {shown} && git commit -m \"Matrix of {version}\" -- {shown}")];
    if matrix.rows().any(|it| matches!(it.verdict, PairVerdict::Fails | PairVerdict::Unknown)) {
        next.push(format!("holdpoint lint {version}   (what the pairs that fail or are open still need)"));
    }
    next.extend(covers.map(|it| format!("holdpoint sign {version} {}", it.name)));
    next
}

/// "4 pairs: 3 work and 1 does not".
fn summary(matrix: &Matrix) -> String {
    let mut counts: BTreeMap<PairVerdict, usize> = BTreeMap::new();
    for row in matrix.rows() {
        *counts.entry(row.verdict).or_default() += row.count();
    }
    let all = counted(counts.values().sum(), "pair");
    let one = |(verdict, count): (&PairVerdict, &usize)| match (verdict, count) {
        (PairVerdict::Works, 1) => "1 works".to_owned(),
        (PairVerdict::Works, many) => format!("{many} work"),
        (PairVerdict::Degraded, 1) => "1 works with a loss".to_owned(),
        (PairVerdict::Degraded, many) => format!("{many} work with a loss"),
        (PairVerdict::Fails, 1) => "1 fails".to_owned(),
        (PairVerdict::Fails, many) => format!("{many} fail"),
        (PairVerdict::Unknown, many) => format!("of {many} nobody has said anything"),
    };
    if counts.is_empty() { all } else { format!("{all}: {}", listed(counts.iter().map(one), "and")) }
}

/// The lines of `after` that `before` lacks, and the other way round; empty lines say nothing.
fn difference(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let lacking = |some: &str, other: &str| -> Vec<String> {
        let known: std::collections::BTreeSet<&str> = other.lines().collect();
        some.lines().filter(|it| !it.is_empty() && !known.contains(it)).map(str::to_owned).collect()
    };
    (lacking(after, before), lacking(before, after))
}

fn lines(sign: &str, all: &[String]) -> String {
    let mut out: String = all.iter().take(SHOWN).map(|it| format!("  {sign} {}\n", escaped(it))).collect();
    if all.len() > SHOWN {
        out.push_str(&format!("  {}\n", paint::dim(&format!("{sign} {} more", counted(all.len() - SHOWN, "line")))));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn tells_which_lines_came_and_went() {
        let (added, removed) = difference("# A\n\n| a |\n| b |\n", "# A\n\n| a |\n| c |\n");
        assert_eq!((added, removed), (vec!["| c |".to_owned()], vec!["| b |".to_owned()]));
        assert_eq!(difference("x\n", "x\n"), (Vec::new(), Vec::new()));
    }
}
