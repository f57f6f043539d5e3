//! A clone that lacks the files of other releases (row 27): what it needs and has not is told, never taken for nothing.

use crate::sandbox::Sandbox;

#[test]
fn a_component_is_not_free_because_its_release_was_not_fetched() {
    let sandbox = Sandbox::ready();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.edit("releases/2.8.0/release.toml", |it| it + "version = \"2.7.0\"\n");
    sandbox.edit("releases/2.8.0/kb.md", |it| it.replace("recorder 2.8.0", "recorder 2.7.0"));
    sandbox.sign_all("2.8.0");
    sandbox.check("2.8.0").finds(1, "component-taken");
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        sandbox.git(&["config", key, "true"]);
    }
    let from = format!("file://{}", sandbox.path("repo").display());
    sandbox.git_in(".", &["clone", "-q", "--filter=blob:none", "--no-checkout", &from, "partial"]);
    sandbox.git_in("partial", &["config", "holdpoint.root", root.trim()]);
    sandbox.git_in("partial", &["sparse-checkout", "set", "policy", "releases/2.8.0"]);
    sandbox.git_in("partial", &["checkout", "-q", "main"]);
    let answer = sandbox.holdpoint_in("partial", &["check", "2.8.0"]);
    answer.finds(4, "git fetch --refetch --no-filter");
    sandbox.git_in("partial", &["fetch", "-q", "--refetch", "--no-filter"]);
    sandbox.holdpoint_in("partial", &["check", "2.8.0"]).finds(1, "component-taken");
}
