//! A retired key revokes a decline; a hold is "revoked"; a person lifts somebody else's hold alone (row 17).
//!
//! Guard: what opens the gate counts only under the policy in force, and a hold is undone by a lift alone.

use std::fs;

use crate::sandbox::{Sandbox, ring_without};

fn without_eve(it: String) -> String {
    it.lines()
        .map(|it| {
            if it.starts_with("support = ") {
                "support = [\"maria@example.com\"]\n".to_owned()
            } else {
                format!("{it}\n")
            }
        })
        .collect()
}

#[test]
fn a_retired_key_takes_back_no_decline() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["decline", "2.7.0", "kb", "--reason", "wrong steps", "--yes"]).exits(0);
    let decline = sandbox.id("2.7.0", "kind = \"decline\"");
    // While she may, she writes the revocation, and keeps it for later.
    sandbox.as_person("eve", &["revoke", "2.7.0", &decline, "--reason", "never mind", "--yes", "--no-commit"]).exits(0);
    let revoke = sandbox.entry("2.7.0", "kind = \"revoke\"");
    let kept =
        [revoke.clone(), format!("{}.sig", revoke.display()).into()].map(|it| (it.clone(), fs::read(it).unwrap()));
    for (path, _) in &kept {
        fs::remove_file(path).unwrap();
    }
    sandbox.adopt_policy(&["dana"], without_eve, |it| ring_without(&it, "eve"));
    sandbox.check("2.7.0").finds(1, "declined");
    for (path, bytes) in &kept {
        fs::write(path, bytes).unwrap();
    }
    sandbox.commit_all("Bring the revocation of a retired key");
    sandbox.check("2.7.0").finds(1, "declined");
    // Somebody who is in the role takes it back.
    sandbox.as_person("maria", &["revoke", "2.7.0", &decline, "--reason", "the steps are right", "--yes"]).exits(0);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn nobody_revokes_a_hold() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    for who in ["maria", "dana"] {
        let answer = sandbox.as_person(who, &["revoke", "2.7.0", &hold, "--reason", "fine", "--yes"]);
        assert!([1, 2].contains(&answer.code), "{answer:#?}");
    }
    // Past the command, too.
    let text = fs::read_to_string(sandbox.entry("2.7.0", "kind = \"hold\"")).unwrap();
    let forged = text
        .replace("kind = \"hold\"", "kind = \"revoke\"")
        .replace("by = ", &format!("target = \"{hold}\"\nby = "))
        .lines()
        .map(|it| if it.starts_with("after = ") { format!("after = [\"{hold}\"]\n") } else { format!("{it}\n") })
        .collect::<String>();
    sandbox.forge("2.7.0", &forged, "maria", "holdpoint/revoke@v1");
    sandbox.commit_all("Revoke a hold by hand");
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn one_person_alone_lifts_nobody_elses_hold() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("dana", &["lift", "2.7.0", &hold, "--reason", "fine", "--yes"]).exits(0);
    sandbox.check("2.7.0").finds(1, "held");
    // Two of them would suffice; one who has left counts no more.
    let without_sam = |it: String| {
        it.replace(
            "duty = [\"dana@example.com\", \"sam@example.com\"]",
            "duty = [\"dana@example.com\", \"ned@example.com\"]",
        )
    };
    sandbox.as_person("sam", &["lift", "2.7.0", &hold, "--reason", "fine", "--yes"]).exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.adopt_policy(&["dana"], without_sam, |it| it);
    sandbox.check("2.7.0").finds(1, "held");
}
