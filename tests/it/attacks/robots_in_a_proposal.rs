//! A robot as one of the two people of a waiver or a lift; a threshold that only robots could fill (row 24): put into a policy
//! by its owners, who cannot sign it.
//!
//! Guard: whoever counts people counts no machine, when a policy is read and when it is signed.

use crate::sandbox::{Sandbox, email, same};

fn refused(edit: impl FnOnce(String) -> String, why: &str) {
    let sandbox = Sandbox::signed();
    let answer = sandbox.propose(edit, same);
    sandbox.sign_policy("dana").finds(4, why);
    assert!(answer.stdout.contains(why), "{answer:#?}");
    sandbox.holdpoint(&["policy", "check"]).finds(4, why);
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "Propose it"]);
    sandbox.adopt().finds(4, why);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_robot_is_nobody_on_duty() {
    let both = "duty = [\"dana@example.com\", \"sam@example.com\"]";
    refused(|it| it.replace(both, "duty = [\"dana@example.com\", \"ci@example.com\"]"), "machines do not count");
}

#[test]
fn a_robot_is_no_owner() {
    let owners = "members = [\"dana@example.com\", \"sam@example.com\"]\nthreshold = 1";
    let with_robot = "members = [\"dana@example.com\", \"ci@example.com\"]\nthreshold = 2";
    refused(|it| it.replace(owners, with_robot), "machines do not count");
}

#[test]
fn a_robot_signs_no_policy() {
    let sandbox = Sandbox::signed();
    sandbox.propose(
        |it| {
            it.replace(
                "members = [\"dana@example.com\", \"sam@example.com\"]",
                "members = [\"dana@example.com\", \"sam@example.com\", \"ci@example.com\"]",
            )
        },
        same,
    );
    sandbox.sign_policy("ci").finds(1, "is no owner");
    // Past the command, its signature is none either.
    let path = sandbox.path("repo/policy/proposed/policy.toml");
    let signature = sandbox.ssh_sign("ci", "holdpoint/policy@v1", &path);
    std::fs::remove_file(format!("{}.sig", path.display())).unwrap();
    sandbox.write(&format!("policy/proposed/{}.sig", email("ci")), &signature);
    sandbox.commit_all("Let the robot sign");
    sandbox.adopt().finds(1, "still to sign: dana@example.com, sam@example.com");
}
