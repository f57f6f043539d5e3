//! Changing the policy, through the same commands as its owners.

use std::fs;

use super::{Answer, Sandbox, keys};

impl Sandbox {
    /// Writes the next policy into the work tree, with its text and its ring changed.
    pub(crate) fn propose(
        &self,
        edit: impl FnOnce(String) -> String,
        edit_ring: impl FnOnce(String) -> String,
    ) -> Answer {
        self.holdpoint(&["policy", "propose"]).exits(0);
        for (name, text) in [
            ("policy.toml", edit(self.read("policy/proposed/policy.toml"))),
            ("signers", edit_ring(self.read("policy/proposed/signers"))),
        ] {
            self.write(&format!("policy/proposed/{name}"), &text);
        }
        self.holdpoint(&["policy", "propose"]).exits(0)
    }

    /// Somebody signs the proposed policy.
    pub(crate) fn sign_policy(&self, who: &str) -> Answer {
        self.as_person(who, &["policy", "sign", "--yes"])
    }

    /// Puts the next policy in force, changed so and signed by these.
    pub(crate) fn adopt_policy(
        &self,
        signers: &[&str],
        edit: impl FnOnce(String) -> String,
        edit_ring: impl FnOnce(String) -> String,
    ) -> Answer {
        self.propose(edit, edit_ring);
        for who in signers {
            self.sign_policy(who).exits(0);
        }
        self.holdpoint(&["policy", "adopt", "--yes"]).exits(0)
    }

    /// The line of a ring for somebody with the key of `key`.
    pub(crate) fn ring_line(who: &str, key: &str) -> String {
        let public = fs::read_to_string(keys().join(format!("{key}.pub"))).unwrap();
        let key: Vec<&str> = public.split_whitespace().take(2).collect();
        format!("{who}@example.com {}\n", key.join(" "))
    }

    /// A ring without the lines of somebody.
    pub(crate) fn ring_without(ring: &str, who: &str) -> String {
        let others = ring.split_inclusive('\n').filter(|it| !it.starts_with(&format!("{who}@")));
        others.collect()
    }
}
