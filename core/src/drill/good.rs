//! The good candidate of the drill: a release that is clear, so that a no to the others proves something.

use std::collections::BTreeSet;

use super::stage::{SIGNERS, Stage, founded, machine_line, role};
use crate::policy::{Chain, Sealed};
use crate::statement::Act;

/// The word that gives the key of the machine since the second policy.
pub(super) const MACHINE: &str = "ci since policy 2";

/// A release that is clear, under the third policy of its project: the second retired a person and a key, and since the
/// third somebody could sit on two seats.
pub(super) fn good() -> Option<Stage> {
    const OWNERS: [&str; 2] = ["dana", "sam"];
    let files = founded(str::to_owned, |it| it)?;
    let chain = Chain::read(&files).ok()?;
    let mut stage = Stage::under(files, chain)?;
    let machine = machine_line("ci", MACHINE)?;
    let without_ada = |it: String| it.replace(", \"ada@example.com\"", "").replace("threshold = 1", "threshold = 2");
    let without_her_key = |it: String| {
        let kept = |it: &&str| !it.starts_with("ada@") && !it.starts_with("ci@");
        it.split_inclusive('\n').filter(kept).collect::<String>() + &machine
    };
    stage.adopt_policy(&Sealed::default(), without_ada, without_her_key, &OWNERS)?;
    let with_eve = |it: String| it.replace("\"kim@example.com\"]", "\"kim@example.com\", \"eve@example.com\"]");
    stage.adopt_policy(&Sealed::default(), with_eve, |it| it, &OWNERS)?;
    // Nobody has seen anybody else's sign-off, so that one can be taken away and no other names it.
    for (requirement, who) in SIGNERS {
        let act = Act::Approve(stage.sign_off(requirement)?);
        stage.say_after(act, Some(role(requirement)), who, BTreeSet::new())?;
    }
    Some(stage)
}
