//! How the answer of `holdpoint doctor` looks.

use holdpoint_core::drill::{Answer, Drill, Trial};
use schemars::JsonSchema;
use serde::Serialize;

use super::clone::{Check, Examined, State};
use crate::failure::Exit;
use crate::outcome::View;
use crate::render::json::{SCHEMA, value};
use crate::render::{paint, wrap};

/// The answer.
pub(super) struct DoctorView {
    pub(super) drill: Drill,
    pub(super) examined: Examined,
    pub(super) exit: Exit,
}

/// The answer of `holdpoint doctor`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "doctor")]
pub(crate) struct DoctorJson {
    schema: u64,
    /// Whether the gate said yes to the candidate without a flaw; if not, no other answer proves anything.
    good_passed: bool,
    /// How many bad candidates were refused for their own flaw.
    refused: usize,
    /// Every bad candidate.
    candidates: Vec<CandidateJson>,
    /// The clone that was looked at; null: there is no repository here.
    repository: Option<String>,
    /// What was found in the clone.
    checks: Vec<CheckJson>,
    exit_code: u8,
}

/// A candidate that must not go out, and what the gate said to it.
#[derive(Debug, Serialize, JsonSchema)]
struct CandidateJson {
    name: String,
    /// What is wrong with it.
    flaw: String,
    /// The code of the finding that must be among the reasons.
    code: String,
    /// `no`; or else `yes`, `another-no` (refused for another reason) or `not-asked`.
    answer: String,
    /// The verdict; null: it was not asked.
    verdict: Option<String>,
    /// The codes of the reasons, worst first.
    found: Vec<String>,
}

/// Something about the clone.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckJson {
    name: String,
    /// `ok`, `warning` or `wrong`.
    state: String,
    message: String,
    /// The exact next command, where there is something to do.
    next: Option<String>,
}

impl View for DoctorView {
    fn human(&self) -> String {
        let mut text = self.drilled();
        match &self.examined.place {
            Some(place) => text.push_str(&format!("\nin {place}:\n")),
            None => text.push_str("\nthere is no repository here; in a clone this command looks at the clone, too\n"),
        }
        text.extend(self.examined.checks.iter().map(line));
        text + &self.next_steps()
    }

    fn json(&self) -> serde_json::Value {
        let candidate = |it: &Trial| CandidateJson {
            name: it.candidate.name.to_owned(),
            flaw: it.candidate.flaw.to_owned(),
            code: it.candidate.code.to_string(),
            answer: word(it.answer).to_owned(),
            verdict: it.verdict.map(str::to_owned),
            found: it.codes.iter().map(ToString::to_string).collect(),
        };
        let check = |it: &Check| CheckJson {
            name: it.name.to_owned(),
            state: state(it.state).to_owned(),
            message: it.message.clone(),
            next: it.next.clone(),
        };
        value(&DoctorJson {
            schema: SCHEMA,
            good_passed: self.drill.good_passed(),
            refused: self.drill.refused(),
            candidates: self.drill.trials().iter().map(candidate).collect(),
            repository: self.examined.place.clone(),
            checks: self.examined.checks.iter().map(check).collect(),
            exit_code: self.exit as u8,
        })
    }
}

impl DoctorView {
    /// What the gate said.
    fn drilled(&self) -> String {
        let (drill, all) = (&self.drill, self.drill.trials().len());
        if !drill.good_passed() {
            let said = "the gate said no to the good candidate, so that its other answers prove nothing";
            return format!("{}\n", paint::bad(said));
        }
        let said = format!("the gate said no to {} of {all} bad candidates, and yes to the good one", drill.refused());
        if drill.is_passed() {
            let names: Vec<&str> = drill.trials().iter().map(|it| it.candidate.name).collect();
            return format!("{}\n  {}\n", paint::good(&said), paint::dim(&wrap::hanging(&names.join(", "), 2)));
        }
        let wrong = drill.trials().iter().filter(|it| it.answer != Answer::No);
        let told = wrong.map(|it| {
            let (candidate, word) = (it.candidate, paint::bad(&word(it.answer).to_uppercase()));
            let name = format!("{:<11}", candidate.name);
            format!("  {word}  {name}  {}; it must find `{}`\n", candidate.flaw, candidate.code)
        });
        format!("{}\n{}", paint::bad(&said), told.collect::<String>())
    }

    /// What to do, the worst first.
    fn next_steps(&self) -> String {
        let mut steps: Vec<&str> = Vec::new();
        if !self.drill.is_passed() {
            steps.push("publish nothing with this build of holdpoint, and install another one");
        }
        let mut checks: Vec<&Check> = self.examined.checks.iter().collect();
        checks.sort_by_key(|it| std::cmp::Reverse(it.state));
        for next in checks.into_iter().filter_map(|it| it.next.as_deref()) {
            if !steps.contains(&next) {
                steps.push(next);
            }
        }
        let head = |at| if at == 0 { "\nnext: " } else { "      " };
        steps.iter().enumerate().map(|(at, it)| format!("{}{it}\n", head(at))).collect()
    }
}

fn line(check: &Check) -> String {
    const WIDEST: usize = 10;
    let word = format!("{:7}", state(check.state));
    let word = match check.state {
        State::Ok => paint::good(&word),
        State::Warning => paint::bold(&word),
        State::Wrong => paint::bad(&word.to_uppercase()),
    };
    format!("  {word}  {:WIDEST$}  {}\n", check.name, wrap::hanging(&check.message, 2 + 7 + 2 + WIDEST + 2))
}

fn state(state: State) -> &'static str {
    match state {
        State::Ok => "ok",
        State::Warning => "warning",
        State::Wrong => "wrong",
    }
}

fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::No => "no",
        Answer::AnotherNo => "another-no",
        Answer::Yes => "yes",
        Answer::NotAsked => "not-asked",
    }
}
