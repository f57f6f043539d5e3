//! A failure: the tool could not answer, what it tried, and what to do about it.
//!
//! A closed gate is an answer, never a failure. There is no `From<io::Error>`, so that every outside call says what it tried.

use std::fmt;

use holdpoint_core::finding::Finding;

mod happened;

pub(crate) use happened::{Count, Happened, Listed, Page, Recorded};

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    cause: Option<String>,
    hint: Option<String>,
    exit: Exit,
    findings: Vec<Finding>,
    progress: Option<Box<Progress>>,
}

/// What was done before it failed, where that is told.
#[derive(Debug)]
enum Progress {
    /// Nothing, and the cause as it is shown says so.
    Untouched {
        /// The cause without it.
        cause: Option<String>,
    },
    /// A part of something.
    Happened(Happened),
}

/// The exit code of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or clear.
    Done = 0,
    /// Refused by a rule, or blocked.
    Refused = 1,
    /// Bad usage, or a name that does not exist.
    Usage = 2,
    /// Only sign-offs, or the day, are missing.
    Waiting = 3,
    /// It could not be told, or not be done.
    Unable = 4,
    /// A what-if that would be clear.
    Hypothetical = 5,
}

/// How a hint ends where nothing else is to be typed.
const RUN_AGAIN: &str = "run the same command again";

impl Failure {
    /// The tool could not answer (exit 4).
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            cause: None,
            hint: None,
            exit: Exit::Unable,
            findings: Vec::new(),
            progress: None,
        }
    }

    /// The command was typed wrongly, or names what does not exist (exit 2).
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, ..Self::new(message) }
    }

    /// A rule refuses it (exit 1).
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, ..Self::new(message) }
    }

    /// Says what lies behind it.
    pub(crate) fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Says that nothing was changed; not if it turns out to be in the middle of something that did.
    pub(crate) fn untouched(mut self) -> Self {
        const UNTOUCHED: &str = "nothing was changed";
        let cause = self.cause.take();
        self.cause = Some(cause.as_ref().map_or_else(|| UNTOUCHED.to_owned(), |cause| format!("{cause}; {UNTOUCHED}")));
        self.progress = Some(Box::new(Progress::Untouched { cause }));
        self
    }

    /// Says what to do: a command or an edit.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the findings that led here.
    pub(crate) fn findings(mut self, findings: Vec<Finding>) -> Self {
        self.findings = findings;
        self
    }

    /// The same failure, in the middle of something: what is seen of it now comes first, and `again` is the command that goes on.
    pub(crate) fn in_the_middle(mut self, happened: Happened, again: &str) -> Self {
        let why = std::mem::replace(&mut self.message, happened.to_string());
        let cause = match self.progress.take().map(|it| *it) {
            Some(Progress::Untouched { cause }) => cause,
            Some(Progress::Happened(_)) | None => self.cause,
        };
        self.cause = Some(cause.map_or_else(|| why.clone(), |cause| format!("{why}: {cause}")));
        self.hint = Some(match self.hint {
            None => again.to_owned(),
            Some(hint) if [again, ": git ", ": holdpoint "].iter().any(|it| hint.contains(it)) => hint,
            Some(hint) => {
                // What stands beside a hint is about other commands.
                let mended = hint.split("   (").next().unwrap_or_default().replace(RUN_AGAIN, "");
                match mended.trim_end_matches(", then ") {
                    "" => again.to_owned(),
                    mended => format!("{mended}, then: {again}"),
                }
            }
        });
        self.progress = Some(Box::new(Progress::Happened(happened)));
        self
    }

    /// What had happened by then, where it failed in the middle of something.
    pub(crate) fn happened(&self) -> Option<&Happened> {
        match self.progress.as_deref() {
            Some(Progress::Happened(happened)) => Some(happened),
            Some(Progress::Untouched { .. }) | None => None,
        }
    }

    /// What happened.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What lies behind it.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// What to do.
    pub(crate) fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The findings that led here.
    pub(crate) fn found(&self) -> &[Finding] {
        &self.findings
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(hint: Option<&str>) -> String {
        let failure = Failure::new("cannot write").because("no room");
        let failure = match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        };
        let happened = nothing_known();
        let failure = failure.in_the_middle(happened.clone(), "holdpoint publish 2.7.0");
        assert_eq!(failure.message(), happened.to_string());
        assert_eq!(failure.cause(), Some("cannot write: no room"));
        failure.hint_text().unwrap().to_owned()
    }

    fn nothing_known() -> Happened {
        Happened {
            version: "2.7.0".parse().unwrap(),
            site: "downloads".to_owned(),
            listed: Listed::Unknown,
            page: Page::None,
            recorded: Recorded::Unknown,
            files: Count::Unknown,
            checksums: Count::Unknown,
        }
    }

    #[test]
    fn that_nothing_was_changed_is_not_said_in_the_middle_of_something() {
        assert_eq!(Failure::new("x").untouched().cause(), Some("nothing was changed"));
        assert_eq!(Failure::new("x").because("y").untouched().cause(), Some("y; nothing was changed"));
        let failure = Failure::new("x").because("y").untouched().in_the_middle(nothing_known(), "again");
        assert_eq!(failure.cause(), Some("x: y"));
    }

    #[test]
    fn what_is_in_the_middle_of_something_ends_with_one_command_that_can_be_typed() {
        assert_eq!(hint(None), "holdpoint publish 2.7.0");
        assert_eq!(hint(Some("run the same command again")), "holdpoint publish 2.7.0");
        assert_eq!(
            hint(Some("mend that, then run the same command again")),
            "mend that, then: holdpoint publish 2.7.0"
        );
        assert_eq!(hint(Some("take it off the site")), "take it off the site, then: holdpoint publish 2.7.0");
        let beside = "take it off, then publish all of it   (holdpoint audit)";
        assert_eq!(hint(Some(beside)), "take it off, then publish all of it, then: holdpoint publish 2.7.0");
        let others = "share it first: git push origin HEAD:main";
        assert_eq!(hint(Some(others)), others);
    }
}
