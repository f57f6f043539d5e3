//! `holdpoint order`: in which order to upgrade.

use snapbox::str;

use crate::sandbox::Sandbox;

/// A server and its agent.
const LINK: &str = "\n[[interface]]\nname = \"link\"\ntitle = \"Agent link\"\nkind = \"wire\"\nwriters = [\"agent\"]\nreaders = [\"server\"]\n\
    keep_readable = \"in-support\"\nevidence = \"declared\"\n";

/// 1.0.0 is out, and 2.0.0 is drafted: what each agent speaks and each server understands.
fn fleet(old: (&str, &str), new: (&str, &str)) -> Sandbox {
    let declares = |(agent, server): (&str, &str)| {
        format!("schema = 1\n[component.agent]\nwrites.link = [{agent}]\n[component.server]\nreads.link = [{server}]\n")
    };
    let sandbox = Sandbox::founded();
    sandbox.ship("1.0.0", &["agent", "server"], &declares(old));
    sandbox.exchange(LINK);
    sandbox.declare("2.0.0", &["agent", "server"], &declares(new));
    sandbox
}

#[test]
fn each_step_says_what_would_break_earlier() {
    fleet(("\"1\"", "\"1\""), ("\"2\"", "\"1\", \"2\"")).holdpoint(&["order", "2.0.0"]).shows(str![[r#"
exit 0
-- stdout
Upgrade to 2.0.0 in this order: server, then agent.

  1. server
  2. agent
     because server 1.0.0 does not work with agent 2.0.0 (link)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
}

#[test]
fn a_knot_is_told() {
    fleet(("\"1\"", "\"1\""), ("\"2\"", "\"2\"")).holdpoint(&["order", "2.0.0"]).shows(str![[r#"
exit 1
-- stdout
There is no order for 2.0.0: agent and server would each have to come before another.

  agent would come later
     because server 1.0.0 does not work with agent 2.0.0 (link)
  server would come later
     because server 2.0.0 does not work with agent 1.0.0 (link)

next: holdpoint explain no-upgrade-order

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
}

#[test]
fn any_order_will_do_where_nothing_breaks() {
    let sandbox = fleet(("\"1\"", "\"1\""), ("\"1\", \"2\"", "\"1\", \"2\""));
    let answer = sandbox.holdpoint(&["order", "2.0"]).exits(0);
    assert!(answer.stdout.starts_with("Any order will do for 2.0.0"), "{answer:#?}");
    assert_eq!(sandbox.holdpoint(&["order", "2.0.0", "--format", "json"]).exits(0).json()["order"]["possible"], true);
}

#[test]
fn files_say_who_should_be_able_to_read_first() {
    let answer = Sandbox::webinar().holdpoint(&["order", "2.7.0"]).exits(0);
    assert!(answer.stdout.contains("upgrade player to 2.7.0 before anybody uses recorder 2.7.0"), "{answer:#?}");
}

#[test]
fn a_reader_that_is_out_already_comes_first_too() {
    let sandbox = Sandbox::webinar_out();
    sandbox.declare("2.8.0", &["recorder"], "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n");
    let answer = sandbox.holdpoint(&["order", "2.8.0"]).exits(0);
    assert!(answer.stdout.contains("upgrade player to 2.7.0 before anybody uses recorder 2.8.0"), "{answer:#?}");
}

#[test]
fn what_goes_together_is_never_said_to_go_in_any_order() {
    let sandbox = fleet(("\"1\"", "\"1\""), ("\"2\"", "\"2\""));
    sandbox.exchange("\n[[lockstep]]\nname = \"both\"\ncomponents = [\"agent\", \"server\"]\n");
    sandbox.holdpoint(&["order", "2.0.0"]).shows(str![[r#"
exit 0
-- stdout
Upgrade to 2.0.0: agent together with server, at the same time. There is no other order to keep.

  1. agent and server

from commit [COMMIT7] of [TODAY], policy 3

"#]]);
}

#[test]
fn a_version_that_does_not_exist_is_bad_usage() {
    Sandbox::webinar().holdpoint(&["order", "3"]).finds(2, "there is no release `3`");
}
