//! Changing the policy, through the same commands as its owners.

use std::fs;

use super::{Answer, Sandbox, email, keys};

impl Sandbox {
    /// Writes the next policy into the work tree, with its text and its ring changed.
    pub(crate) fn propose(
        &self,
        edit: impl FnOnce(String) -> String,
        edit_ring: impl FnOnce(String) -> String,
    ) -> Answer {
        self.holdpoint(&["policy", "propose"]).exits(0);
        let text = edit(self.read("policy/proposed/policy.toml"));
        self.write("policy/proposed/policy.toml", &text);
        let ring = edit_ring(self.read("policy/proposed/signers"));
        self.write("policy/proposed/signers", &ring);
        let answer = self.holdpoint(&["policy", "propose"]);
        // What cannot be signed yet is written all the same.
        assert!([0, 4].contains(&answer.code), "{answer:#?}");
        answer
    }

    /// Somebody signs the proposed policy.
    pub(crate) fn sign_policy(&self, who: &str) -> Answer {
        self.as_person(who, &["policy", "sign", "--yes"])
    }

    /// Puts the proposed policy in force.
    pub(crate) fn adopt(&self) -> Answer {
        self.holdpoint(&["policy", "adopt", "--yes", "--as", "dana@example.com"])
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
        self.adopt().exits(0)
    }

    /// Writes a policy folder of one's own making, past the commands: the policy in force with another text, signed by these
    /// with stock OpenSSH. The digests of its ring and its seal fit.
    pub(crate) fn forge_policy(
        &self,
        folder: &str,
        edit: impl FnOnce(String) -> String,
        edit_ring: impl FnOnce(String) -> String,
        signers: &[&str],
    ) {
        self.propose(edit, edit_ring);
        let proposed = self.path("repo/policy/proposed");
        let target = self.path("repo/policy").join(folder);
        let _ = fs::remove_dir_all(&target);
        fs::rename(proposed, &target).unwrap();
        self.resign_policy(folder, signers);
    }

    /// Signs a policy folder as it is in the work tree, with stock OpenSSH.
    pub(crate) fn resign_policy(&self, folder: &str, signers: &[&str]) {
        let text = self.path("repo/policy").join(folder).join("policy.toml");
        for who in signers {
            let signature = self.ssh_sign(who, "holdpoint/policy@v1", &text);
            fs::remove_file(format!("{}.sig", text.display())).unwrap();
            self.write(&format!("policy/{folder}/{}.sig", email(who)), &signature);
        }
    }

    /// Runs the tool for somebody, with a key that is filed under another name.
    pub(crate) fn with_key(&self, who: &str, key: &str, arguments: &[&str]) -> Answer {
        let (email, key) = (email(who), keys().join(key));
        self.holdpoint(&[arguments, &["--as", &email, "--key", key.to_str().unwrap()]].concat())
    }

    /// The pins of the repository itself.
    pub(crate) fn pins(&self) -> Vec<String> {
        self.git(&["config", "--local", "--get-all", "holdpoint.root"]).lines().map(str::to_owned).collect()
    }

    /// The root that a policy of the repository is.
    pub(crate) fn root(&self, number: u64) -> String {
        let text = self.read(&format!("policy/{number:04}/policy.toml"));
        format!("sha256:{}", holdpoint_core::digest::Digest::of(text.as_bytes()))
    }
}
