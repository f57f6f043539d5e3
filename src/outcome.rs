//! What a command came to: an exit code, and an answer that can be shown in several ways.

use crate::failure::Exit;

/// An answer that can be shown to people and to machines. The exit code is the same for every view.
pub(crate) trait View {
    /// For people: the answer first, then reasons, then the next step. Ends with a line break.
    fn human(&self) -> String;

    /// For programs: one object with a `schema` number.
    fn json(&self) -> serde_json::Value;

    /// Annotations for GitHub's log, where the command has them.
    fn github(&self) -> Option<String> {
        None
    }

    /// Markdown: a job summary, or a table, where the command has one.
    fn markdown(&self) -> Option<String> {
        None
    }

    /// Whether it is a text of this tool's own for a program (a script, a schema), in which nothing of others is.
    fn is_verbatim(&self) -> bool {
        false
    }

    /// A page for browsers, where the command has one.
    fn html(&self) -> Option<String> {
        None
    }

    /// A table for spreadsheets, where the command has one.
    fn csv(&self) -> Option<String> {
        None
    }
}

/// What a command came to.
pub(crate) struct Outcome {
    /// Its exit code.
    pub(crate) exit: Exit,
    /// Its answer.
    pub(crate) view: Box<dyn View>,
    /// Whether something was done that stands, whether or not anybody can read the answer.
    pub(crate) is_deed: bool,
}

impl Outcome {
    /// An answer with an exit code.
    pub(crate) fn new(exit: Exit, view: impl View + 'static) -> Self {
        Self { exit, view: Box::new(view), is_deed: false }
    }

    /// What was done, with an exit code and an answer that tells of it.
    pub(crate) fn deed(exit: Exit, view: impl View + 'static) -> Self {
        Self { is_deed: true, ..Self::new(exit, view) }
    }

    /// Something was done: words for people, an object for programs.
    pub(crate) fn done(human: impl Into<String>, json: serde_json::Value) -> Self {
        Self::deed(Exit::Done, Said { human: human.into(), json })
    }
}

/// A text of this tool's own that a program reads as it is.
pub(crate) struct Verbatim(pub(crate) Said);

impl View for Verbatim {
    fn human(&self) -> String {
        self.0.human()
    }

    fn json(&self) -> serde_json::Value {
        self.0.json()
    }

    fn is_verbatim(&self) -> bool {
        true
    }
}

/// An answer that was put into words already.
pub(crate) struct Said {
    /// For people.
    pub(crate) human: String,
    /// For programs.
    pub(crate) json: serde_json::Value,
}

impl View for Said {
    fn human(&self) -> String {
        self.human.clone()
    }

    fn json(&self) -> serde_json::Value {
        self.json.clone()
    }
}
