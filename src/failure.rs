//! A failure: the tool could not answer, what it tried, and what to do about it.
//!
//! A closed gate is an answer, never a failure. There is no `From<io::Error>`, so that every outside call says what it tried.

use std::fmt;

use holdpoint_core::finding::Finding;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    cause: Option<String>,
    hint: Option<String>,
    exit: Exit,
    findings: Vec<Finding>,
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

impl Failure {
    /// The tool could not answer (exit 4).
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), cause: None, hint: None, exit: Exit::Unable, findings: Vec::new() }
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
