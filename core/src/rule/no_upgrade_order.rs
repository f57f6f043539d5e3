//! `no-upgrade-order`: what talks to each other can be upgraded one by one.

use super::Compared;
use crate::compatibility::{Order, Pair};
use crate::finding::{Code, Finding};
use crate::name::listed;

/// There is an order in which the components of the release can be upgraded, so that everything in support keeps working in between.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let Order::Knot(stages) = compared.derived.order() else { return Vec::new() };
    let names = listed(stages.iter().flat_map(|it| &it.components), "and");
    let pair =
        |it: &Pair| format!("{} {} with {} {}", it.writer.name, it.writer.version, it.reader.name, it.reader.version);
    let broken = listed(stages.iter().filter_map(|it| it.because.first()).map(pair), "and");
    let message = format!("{names} cannot be upgraded one after the other: in between {broken} would not work");
    let about = stages.iter().flat_map(|it| &it.components).map(ToString::to_string).collect::<Vec<_>>().join("/");
    vec![Finding::new(Code::NoUpgradeOrder, about, message).next(format!(
        "have one of them work with the old version of the other (`{}`), or make them a `[[lockstep]]` group: holdpoint policy propose",
        compared.record()
    ))]
}

#[cfg(test)]
mod tests {
    use crate::compatibility::{Order, Pair};
    use crate::finding::Code;
    use crate::rule::scene::{Scene, WIRE};

    /// An agent and a server 1.0.0 that are out, and both anew.
    fn both(old: [&str; 2], new: [&str; 2], more: &str) -> Scene {
        let lines = |version: &str, [agent, server]: [&str; 2]| {
            [format!("agent@{version} link/writes:{agent}"), format!("server@{version} link/reads:{server}")]
        };
        let (old, new) = (lines("1.0.0", old), lines("2.7.0", new));
        let scene = Scene::under(&format!("{WIRE}{more}")).out("1.0.0", &[&old[0], &old[1]]);
        scene.own(&[&new[0], &new[1]], "")
    }

    fn order(scene: &Scene) -> Vec<String> {
        scene.look(|it| match it.derived.order() {
            Order::Stages(stages) => stages.iter().flat_map(|it| &it.components).map(ToString::to_string).collect(),
            Order::Knot(_) => vec!["none".to_owned()],
        })
    }

    #[test]
    fn whatever_understands_the_other_goes_first() {
        assert_eq!(order(&both(["1", "1"], ["2", "1,2"], "")), ["server", "agent"]);
        assert_eq!(order(&both(["1", "1"], ["1,2", "2"], "")), ["agent", "server"]);
        assert_eq!(order(&both(["1", "1"], ["1,2", "1,2"], "")), ["agent", "server"], "any order will do");
    }

    #[test]
    fn a_knot_is_refused_unless_it_goes_out_at_once() {
        let knot = both(["1", "1"], ["2", "2"], "");
        assert_eq!(
            knot.told(Code::NoUpgradeOrder),
            [
                "agent/server: agent and server cannot be upgraded one after the other: in between agent 2.7.0 with server 1.0.0 and \
              agent 1.0.0 with server 2.7.0 would not work"
            ]
        );
        let group = "[[lockstep]]\nname = \"core\"\ncomponents = [\"agent\", \"server\"]\n";
        assert_eq!(both(["1", "1"], ["2", "2"], group).about(Code::NoUpgradeOrder), [""; 0]);
    }

    #[test]
    fn two_that_talk_agree_on_one_format() {
        assert_eq!(both(["1", "1"], ["2,3", "2,3"], "").about(Code::NoUpgradeOrder).len(), 1);
        assert_eq!(both(["1,2", "1,2"], ["2,3", "2,3"], "").about(Code::NoUpgradeOrder), [""; 0]);
        let api = WIRE.replace("wire", "api");
        let scene =
            Scene::under(&api).out("1.0.0", &["server@1.0.0 link/reads:1"]).own(&["agent@2.7.0 link/writes:1,2"], "");
        assert_eq!(scene.pair("agent@2.7.0", "server@1.0.0").verdict.word(), "works");
    }

    #[test]
    fn what_is_out_of_support_holds_nothing_up() {
        let new = ["agent@2.7.0 link/writes:2", "server@2.7.0 link/reads:2"];
        let old = ["agent@1.0.0 link/writes:1", "server@1.0.0 link/reads:1"];
        assert_eq!(Scene::under(WIRE).old("1.0.0", &old).own(&new, "").about(Code::NoUpgradeOrder), [""; 0]);
    }

    #[test]
    fn what_is_newer_than_the_release_is_not_upgraded_to_it() {
        let newer = ["agent@3.0.0 link/writes:3", "server@3.0.0 link/reads:3"];
        let own = ["agent@2.7.0 link/writes:1", "server@2.7.0 link/reads:1"];
        assert_eq!(Scene::under(WIRE).out("3.0.0", &newer).own(&own, "").about(Code::NoUpgradeOrder), [""; 0]);
        // The server is newer already, and what else is in the release makes no difference to that.
        let own = ["agent@4.0.0 link/writes:1", "server@2.7.0 link/reads:1"];
        assert_eq!(order(&Scene::under(WIRE).out("3.0.0", &newer).own(&own, "")), ["agent", "server"]);
    }

    #[test]
    fn what_only_comes_after_a_knot_is_no_part_of_it() {
        let wide = WIRE.replace("[\"server\"]", "[\"server\", \"console\"]");
        let old = ["agent@1.0.0 link/writes:1", "server@1.0.0 link/reads:1", "console@1.0.0 link/reads:1"];
        // The console reads both, and the agent 2.7.0 needs it first; the server is in a knot with the agent.
        let own = ["agent@2.7.0 link/writes:2", "server@2.7.0 link/reads:2", "console@2.7.0 link/reads:2,1"];
        let knot = Scene::under(&wide).out("1.0.0", &old).own(&own, "");
        assert_eq!(knot.about(Code::NoUpgradeOrder), ["agent/server"]);
        let because = knot.look(|it| match it.derived.order() {
            Order::Knot(stages) => stages.iter().map(|it| it.because.iter().map(Pair::about).collect()).collect(),
            Order::Stages(_) => Vec::<Vec<String>>::new(),
        });
        assert_eq!(because, [["link:agent@2.7.0/server@1.0.0"], ["link:agent@1.0.0/server@2.7.0"]]);
        let own = ["agent@2.7.0 link/writes:2", "server@2.7.0 link/reads:2", "console@2.7.0 link/reads:2"];
        let knot = Scene::under(&wide).out("1.0.0", &old).own(&own, "");
        assert_eq!(knot.about(Code::NoUpgradeOrder), ["agent/console/server"]);
        // Here the console only has to wait for the agent.
        let old = ["agent@1.0.0 link/writes:1", "server@1.0.0 link/reads:1", "console@1.0.0 link/reads:1,2"];
        let knot = Scene::under(&wide).out("1.0.0", &old).own(&own, "");
        assert_eq!(knot.about(Code::NoUpgradeOrder), ["agent/server"]);
    }
}
