//! The summary of a job: the answer in Markdown, in a file beside the log.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::render::{edge, markdown};
use crate::shell::{Format, Shell, Summary};

/// What names the file in a job of GitHub.
const VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// A summary that is open for adding to it.
pub(crate) struct Kept {
    path: PathBuf,
    file: File,
    /// Whether it was asked for, and is not only what the job names.
    is_asked: bool,
}

/// Opens the summary, before anything is done. One that was asked for and cannot be opened is refused; one that only the
/// job names is warned of.
pub(crate) fn open(shell: &Shell, options: Option<&Summary>) -> Result<Option<Kept>, Failure> {
    let Some(options) = options else { return Ok(None) };
    let opened = |path: PathBuf| {
        let file = OpenOptions::new().append(true).create(true).open(&path);
        file.map(|file| Kept { path: path.clone(), file, is_asked: options.summary.is_some() })
            .map_err(|why| Failure::usage(format!("`{}` cannot be written", path.display())).because(why))
    };
    if let Some(path) = &options.summary {
        let kept =
            opened(path.clone()).map_err(|it| it.hint("name a file in a folder that is there: --summary FILE"))?;
        return Ok(Some(kept));
    }
    // Whoever asks for Markdown sends it there already.
    let job = std::env::var_os(VARIABLE).filter(|it| !it.is_empty() && shell.global.format != Format::Markdown);
    match job.map(|it| opened(PathBuf::from(it))) {
        Some(Err(failure)) => {
            shell.warn(&format!("{}, which {VARIABLE} names; there is no summary", failure.message()));
            Ok(None)
        }
        Some(Ok(kept)) => Ok(Some(kept)),
        None => Ok(None),
    }
}

impl Kept {
    /// Adds what a command came to. Says whether whoever asked for it has it.
    pub(crate) fn keep(&mut self, shell: &Shell, outcome: &Result<Outcome, Failure>) -> bool {
        let text = match outcome {
            Ok(outcome) => outcome.view.markdown().unwrap_or_else(|| markdown::told(&outcome.view.human())),
            Err(failure) => markdown::failure(failure),
        };
        let text = format!("{}\n", edge::plain(&text));
        let Err(why) = self.file.write_all(text.as_bytes()) else { return true };
        let said = format!("`{}` is not written: {why}", self.path.display());
        if self.is_asked {
            Shell::say(&format!("error: {said}"));
        } else {
            shell.warn(&said);
        }
        !self.is_asked
    }
}
