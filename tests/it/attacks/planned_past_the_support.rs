//! A release is planned for a day on which what customers have is out of support, and goes out today: the pairs that fail are in no
//! matrix, and nobody is told.
//!
//! Guard: what is in support today, and not on the planned day, makes the release wait for that day.

use crate::sandbox::Sandbox;

const LINK: &str = "\n[[interface]]\nname = \"link\"\ntitle = \"Link\"\nkind = \"wire\"\nwriters = [\"agent\"]\n\
    readers = [\"server\"]\nkeep_readable = \"in-support\"\nevidence = \"declared\"\n";

fn declared(format: &str) -> String {
    format!(
        "schema = 1\n[component.agent]\nwrites.link = [\"{format}\"]\n[component.server]\nreads.link = [\"{format}\"]\n"
    )
}

/// Agent and server 1.0.0 are supported for seventy years; 2.0.0 talks to neither, and is planned for this day.
fn planned(day: &str) -> Sandbox {
    let sandbox = Sandbox::founded();
    sandbox.ship("1.0.0", &["agent", "server"], &declared("1"));
    sandbox.exchange(LINK);
    sandbox.declare("2.0.0", &["agent", "server"], &declared("2"));
    sandbox.edit("releases/2.0.0/release.toml", |it| it.replace("2098-11-20", "2099-11-20").replace("2026-11-20", day));
    sandbox.holdpoint(&["matrix", "2.0.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.0.0");
    sandbox
}

#[test]
fn the_pairs_are_there_today() {
    planned("2026-11-20").check("2.0.0").finds(1, "no-upgrade-order");
}

#[test]
fn the_pairs_are_there_on_the_last_day_of_support() {
    planned("2098-11-20").check("2.0.0").finds(1, "no-upgrade-order").lacks("too-early");
}

#[test]
fn it_waits_for_the_day_that_it_is_judged_on() {
    let sandbox = planned("2098-11-21");
    sandbox.check("2.0.0").finds(3, "1.0.0 is in support until 2098-11-20");
    sandbox.publish("2.0.0").finds(3, "too-early");
    assert!(!sandbox.path("site/server/2.0.0").exists());
    sandbox.holdpoint(&["check", "2.0.0", "--now", "2098-11-20T23:59:59Z"]).exits(3);
    sandbox.holdpoint(&["check", "2.0.0", "--now", "2098-11-21T00:00:00Z"]).exits(5);
}
