//! `holdpoint doctor`: whether the gate still says no, and whether this clone lets it see what it must.

use clap::Args;
use holdpoint_core::drill::{self, Drill, Stage};

use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::shell::Shell;

mod clone;
mod hook;
mod view;

pub(crate) use view::DoctorJson;

use clone::Examined;
use view::DoctorView;

/// Prove that the gate still says no, and look this clone over
///
/// Plants candidates that must not go out, in memory: unsigned, stale, held, replayed, tampered, and more. Each is put to the
/// function that `check` asks, and must be refused for its own flaw; a good one must be let through, or the rest would prove
/// nothing. Then the clone is looked at: the pinned root, the policy, `.gitattributes`, the history, the branch of record,
/// the program and the key that sign, and the hook. No versioned file is written and nothing is fetched. Outside a repository only the first is done.
///
/// Exit codes: 0 all is well (there may be warnings), 1 something about the clone is wrong, 2 bad usage, 4 the gate said yes
/// to something bad, or no to what is good.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The root that the policy must come from, besides `HOLDPOINT_ROOT` and `git config holdpoint.root`
    #[arg(long, value_name = "sha256:…")]
    root: Option<String>,
}

/// Runs the drill, and looks at the clone.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let examined = clone::examine(shell, options.root)?;
    Ok(answer(drill::run(Stage::ask), examined))
}

fn answer(drill: Drill, examined: Examined) -> Outcome {
    let exit = match (drill.is_passed(), examined.is_well()) {
        (false, _) => Exit::Unable,
        (true, false) => Exit::Refused,
        (true, true) => Exit::Done,
    };
    Outcome::new(exit, DoctorView { drill, examined, exit })
}

#[cfg(test)]
mod tests {
    use std::cell::OnceCell;

    use super::clone::{Check, State};
    use super::*;

    fn wrong() -> Examined {
        let check = Check { name: "root", state: State::Wrong, message: "no root".to_owned(), next: None };
        Examined { place: Some("/repo".to_owned()), checks: vec![check] }
    }

    #[test]
    fn a_gate_that_errs_weighs_more_than_a_clone_that_does() {
        let yes = OnceCell::new();
        let lying = drill::run(|stage| yes.get_or_init(|| stage.ask()).clone());
        for (drill, examined, exit) in [
            (drill::run(Stage::ask), Examined::default(), Exit::Done),
            (drill::run(Stage::ask), wrong(), Exit::Refused),
            (lying, wrong(), Exit::Unable),
        ] {
            let outcome = answer(drill, examined);
            assert_eq!(outcome.exit, exit);
            assert_eq!(outcome.view.json()["exit_code"], exit as u8);
        }
    }

    #[test]
    fn a_wrong_yes_stands_in_the_first_lines() {
        let yes = OnceCell::new();
        let outcome = answer(
            drill::run(|stage| {
                let first = yes.get_or_init(|| stage.ask());
                let asked = stage.ask();
                if asked.findings.iter().any(|it| it.code.to_string() == "held") { first.clone() } else { asked }
            }),
            Examined::default(),
        );
        let human = anstream::adapter::strip_str(&outcome.view.human()).to_string();
        let mut lines = human.lines();
        assert_eq!(lines.next(), Some("the gate said no to 55 of 58 bad candidates, and yes to the good one"));
        assert_eq!(lines.next(), Some("  YES  held         somebody placed a hold; it must find `held`"));
        assert!(human.contains("\nnext: "), "{human}");
        let json = outcome.view.json();
        let held = json["candidates"].as_array().unwrap().iter().find(|it| it["name"] == "held").unwrap();
        assert_eq!((&held["answer"], &held["verdict"]), (&"yes".into(), &"clear".into()));
    }

    #[test]
    fn a_good_one_that_is_refused_makes_all_of_it_worthless() {
        let no = || holdpoint_core::decide::Decision::unreadable(Vec::new(), false).findings;
        let outcome = answer(drill::run(|stage| stage.ask().with(no())), Examined::default());
        assert_eq!(outcome.exit, Exit::Unable);
        let human = anstream::adapter::strip_str(&outcome.view.human()).to_string();
        assert!(human.starts_with("the gate said no to the good candidate, so that its other answers prove nothing\n"), "{human}");
    }
}
