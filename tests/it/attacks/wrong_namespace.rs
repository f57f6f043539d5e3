//! A git commit signature, or a signature for a hold, presented as an approval (row 25).

use crate::sandbox::Sandbox;

#[test]
fn a_signature_for_something_else_is_no_approval() {
    for namespace in ["git", "file", "holdpoint/hold@v1", "holdpoint/policy@v1", "holdpoint/approve@v2"] {
        let sandbox = Sandbox::ready();
        sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
        sandbox.sign("2.7.0", "notice", "lee").exits(0);
        sandbox.sign("2.7.0", "kb", "maria").exits(0);
        sandbox.check("2.7.0").exits(0);
        let path = sandbox.entry("2.7.0", "requirement = \"kb\"");
        let signature = sandbox.ssh_sign("maria", namespace, &path);
        std::fs::write(format!("{}.sig", path.display()), signature).unwrap();
        sandbox.commit_all("Sign for something else");
        sandbox.check("2.7.0").finds(4, "bad-entry");
    }
}
