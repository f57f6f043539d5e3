//! A reason to refuse a push, and how whoever pushes reads it.

use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{counted, escaped};

use super::Update;
use crate::failure::Failure;
use crate::render::wrap::hanging_at;
use crate::render::{people, sentence};

/// So many reasons are told; of more, how many.
const MOST: usize = 40;

/// Git puts `remote: ` before each line, and a terminal has 80 columns.
const WIDTH: usize = 80 - "remote: ".len();

/// Why something in a push is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    /// The branch or tag, in full.
    pub(super) reference: String,
    /// The finding's code, where it is one.
    pub(super) code: Option<Code>,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) next: String,
    /// Whether it could not be told.
    pub(super) is_doubt: bool,
}

impl Reason {
    /// A reason of the hook's own.
    pub(super) fn new(update: &Update, message: impl Into<String>, next: impl Into<String>) -> Self {
        let (reference, message, next) = (update.name.clone(), message.into(), next.into());
        Self { reference, code: None, message, next, is_doubt: false }
    }

    /// A finding, which is a reason.
    pub(super) fn of(update: &Update, finding: Finding) -> Self {
        let who = match finding.who.as_slice() {
            [] => String::new(),
            who => format!("   who: {}", people(who)),
        };
        let is_doubt = matches!(finding.code, Code::HistoryUnavailable | Code::RootUnpinned);
        let place = finding.place.as_ref().map(|it| format!("{}:{}: ", it.path, it.line)).unwrap_or_default();
        // A ledger's file has a name as long as a line, and the next step has it already.
        let said = if finding.next.contains(&finding.about) { finding.message.clone() } else { sentence(&finding) };
        let message = format!("{place}{said}");
        let code = Some(finding.code);
        Self { code, is_doubt, ..Self::new(update, message, format!("{}{who}", finding.next)) }
    }

    /// A branch that is another one's twin.
    pub(super) fn twin(update: &Update, other: &str) -> Self {
        let message = format!("`{}` and `{other}` are one branch on many systems", update.short());
        Self::new(update, message, "give it another name")
    }

    /// What could not be told.
    pub(super) fn of_failure(update: &Update, failure: &Failure) -> Self {
        let cause = failure.cause().map(|it| format!(": {it}")).unwrap_or_default();
        let next = failure.hint_text().unwrap_or("ask whoever keeps this server, and push again");
        Self { is_doubt: true, ..Self::new(update, format!("{}{cause}", failure.message()), next) }
    }

    fn text(&self) -> String {
        let short = ["refs/heads/", "refs/tags/"].iter().find_map(|it| self.reference.strip_prefix(it));
        let reference = short.unwrap_or(&self.reference);
        let code = self.code.map(|it| format!(": {it}")).unwrap_or_default();
        let message = hanging_at(&escaped(&self.message), 2, WIDTH);
        format!("{}{code}\n  {message}\n{}", escaped(reference), next(&self.next))
    }
}

/// The next step. A command stays on its line, so that it can be copied; what is said about it comes below.
fn next(text: &str) -> String {
    const LEAD: &str = "  next: ";
    let parts = text.split("   ").map(str::trim).filter(|it| !it.is_empty()).enumerate();
    let line = |(at, part): (usize, &str)| {
        let lead = if at == 0 { LEAD.to_owned() } else { " ".repeat(LEAD.len()) };
        let is_command = part.starts_with("git ") || part.starts_with("holdpoint ");
        let part = escaped(part);
        format!("{lead}{}\n", if is_command { part } else { hanging_at(&part, LEAD.len(), WIDTH) })
    };
    parts.map(line).collect()
}

/// What whoever pushes reads.
pub(super) fn told(reasons: &[Reason]) -> String {
    let count = counted(reasons.len(), "reason");
    let mut text = if reasons.iter().all(|it| it.is_doubt) {
        format!("holdpoint cannot tell whether this push may go in, for {count}:\n")
    } else {
        format!("holdpoint refuses this push, for {count}:\n")
    };
    text.extend(reasons.iter().take(MOST).flat_map(|it| ["\n".to_owned(), it.text()]));
    if reasons.len() > MOST {
        text.push_str(&format!("\nand {} more\n", reasons.len() - MOST));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update() -> Update {
        Update { old: None, new: None, name: "refs/heads/main".to_owned() }
    }

    #[test]
    fn lines_fit_behind_gits_own_words_and_commands_stay_whole() {
        let command = format!("git checkout 1234567 -- 'releases/2.7.0/ledger/{}.toml*'", "a".repeat(64));
        let next = format!("{command}   and commit it, and then tell everybody who may have fetched the other one about it");
        let finding = Finding::new(Code::HistoryRewritten, "releases/2.7.0", "word ".repeat(40).trim_end()).next(next);
        let text = told(&[Reason::of(&update(), finding)]);
        assert!(text.lines().all(|it| it.chars().count() <= WIDTH || it.ends_with(&command)), "{text}");
        assert!(text.contains("main: history-rewritten\n  word word"), "{text}");
        assert!(text.contains(&format!("\n  next: {command}\n        and commit it, and")), "{text}");
    }

    #[test]
    fn a_doubt_is_said_to_be_one_unless_something_is_wrong_for_certain() {
        let doubt = Reason::of_failure(&update(), &Failure::new("it is not there").because("gone"));
        assert!(told(std::slice::from_ref(&doubt)).starts_with("holdpoint cannot tell"));
        let sure = Reason::new(&update(), "no", "git push");
        assert!(told(&[doubt, sure]).starts_with("holdpoint refuses this push, for 2 reasons:\n"));
    }

    #[test]
    fn of_very_many_reasons_the_first_are_told() {
        let all = vec![Reason::new(&update(), "no", "git push"); 1_000];
        let text = told(&all);
        assert!(text.contains("for 1,000 reasons") || text.contains("for 1000 reasons"), "{text}");
        assert!(text.ends_with("and 960 more\n") && text.lines().count() < 200);
    }
}
