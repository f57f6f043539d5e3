//! A hold's author is removed from the policy (row 16).
//!
//! Guard: a blocker counts if it is valid under any policy of the chain.

use crate::sandbox::{Sandbox, ring_without};

#[test]
fn the_hold_stays() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "it crashes", "--yes"]).exits(0);
    let without = |it: String| {
        it.replace("support = [\"maria@example.com\", \"eve@example.com\"]", "support = [\"maria@example.com\"]")
            .replace("support = [\"eve@example.com\", \"maria@example.com\"]", "support = [\"maria@example.com\"]")
    };
    sandbox.adopt_policy(&["dana"], without, |it| ring_without(&it, "eve"));
    assert!(!sandbox.read("policy/0002/signers").contains("eve@"));
    sandbox.check("2.7.0").finds(1, "held");
    sandbox.publish("2.7.0").finds(1, "held");
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    // She places no other and lifts none: her key is not in the ring any more. Those of `[hold]` do.
    sandbox.as_person("eve", &["lift", "2.7.0", &hold, "--reason", "fine", "--yes"]).finds(2, "is not in the key ring");
    for who in ["dana", "sam"] {
        sandbox.as_person(who, &["lift", "2.7.0", &hold, "--reason", "fixed", "--yes"]).exits(0);
    }
    sandbox.check("2.7.0").exits(0);
}
