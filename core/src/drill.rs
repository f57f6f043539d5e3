//! The drill: candidates that must not go out, planted in memory and put to the gate, to prove that it still says no.
//!
//! A no proves something only where a yes was possible: the same project without any flaw is asked about first, and must be
//! clear. Each candidate is that one, spoiled in one way, and must be refused for that very reason.

use crate::decide::{Decision, Verdict};
use crate::finding::{Code, Severity};

mod around;
mod candidates;
mod exchange;
mod good;
mod spoil;
pub(crate) mod stage;

pub use candidates::{CANDIDATES, Candidate};
pub use stage::Stage;

/// What the gate said to one candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// No, and for the reason that was planted.
    No,
    /// No, and for another reason: whether it sees this flaw is not proven.
    AnotherNo,
    /// Yes, to something that must not go out.
    Yes,
    /// It was not asked, because the candidate could not be planted: nothing is proven.
    NotAsked,
}

/// A candidate, and what the gate said to it.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The candidate.
    pub candidate: &'static Candidate,
    /// What the gate said.
    pub answer: Answer,
    /// The verdict, if it was asked.
    pub verdict: Option<&'static str>,
    /// The code of each finding that weighed something, worst first, each once.
    pub codes: Vec<Code>,
}

/// How a drill went.
#[derive(Debug, Clone)]
pub struct Drill {
    good_passed: bool,
    trials: Vec<Trial>,
}

/// Puts every candidate to `gate`: [`Stage::ask`], which is the gate itself.
pub fn run(gate: impl Fn(&Stage) -> Decision) -> Drill {
    let good = good::good();
    let good_passed = good.as_ref().is_some_and(|it| is_yes(&gate(it)));
    let asked = |candidate: &'static Candidate| {
        let planted = good.as_ref().and_then(|it| candidate.planted(it));
        Trial::of(candidate, planted.map(|it| gate(&it)).as_ref())
    };
    Drill { good_passed, trials: CANDIDATES.iter().map(asked).collect() }
}

impl Drill {
    /// Whether the gate said yes to the candidate without a flaw. If not, no other answer proves anything.
    pub fn good_passed(&self) -> bool {
        self.good_passed
    }

    /// Each bad candidate, with what the gate said to it.
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// How many bad candidates were refused for the reason that was planted.
    pub fn refused(&self) -> usize {
        self.trials.iter().filter(|it| it.answer == Answer::No).count()
    }

    /// Whether the gate does what it is for: it said yes to the good candidate, and no to each bad one.
    pub fn is_passed(&self) -> bool {
        self.good_passed && !self.trials.is_empty() && self.refused() == self.trials.len()
    }
}

impl Trial {
    fn of(candidate: &'static Candidate, decision: Option<&Decision>) -> Self {
        let mut codes: Vec<Code> = Vec::new();
        for finding in decision.iter().flat_map(|it| &it.findings).filter(|it| it.severity > Severity::Warning) {
            if !codes.contains(&finding.code) {
                codes.push(finding.code);
            }
        }
        let answer = match decision {
            None => Answer::NotAsked,
            Some(it) if is_yes(it) => Answer::Yes,
            Some(_) if codes.contains(&candidate.code) => Answer::No,
            Some(_) => Answer::AnotherNo,
        };
        Self { candidate, answer, verdict: decision.map(|it| it.verdict.word()), codes }
    }
}

/// Whether a decision lets anything out. A what-if that would be clear is a yes here: it must not be one.
fn is_yes(decision: &Decision) -> bool {
    matches!(decision.verdict, Verdict::Clear(_) | Verdict::Hypothetical)
}

#[cfg(test)]
mod tests;
