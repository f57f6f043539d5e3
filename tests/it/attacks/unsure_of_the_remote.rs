//! Several remotes, and no setting that says which of them has the record: a name such as `origin` is no reason to believe it.

use crate::sandbox::Sandbox;

#[test]
fn a_publish_asks_which_remote_has_the_record_and_its_command_works() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "--bare", "origin.git", "fork.git"]);
    sandbox.git(&["remote", "add", "fork", sandbox.path("fork.git").to_str().unwrap()]);
    sandbox.git(&["config", "--remove-section", "branch.main"]);
    let dist = sandbox.path("dist").display().to_string();
    let publish = ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--yes"];
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.as_person("ci", &publish).finds(4, "git config branch.main.remote origin");
    assert!(sandbox.site_is_empty());
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), before);
    sandbox.git(&["config", "branch.main.remote", "origin"]);
    sandbox.as_person("ci", &publish).exits(0);
}

#[test]
fn a_remote_whose_name_cannot_be_read_is_not_left_out() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["config", "--remove-section", "remote.origin"]);
    sandbox.git(&["config", "--remove-section", "branch.main"]);
    let config = sandbox.path("repo/.git/config");
    let mut text = std::fs::read(&config).unwrap();
    text.extend(b"[remote \"\xff\"]\n\turl = ../origin.git\n");
    std::fs::write(&config, text).unwrap();
    let dist = sandbox.path("dist").display().to_string();
    let publish = ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--yes"];
    sandbox.as_person("ci", &publish).finds(4, "the name of a remote is no UTF-8");
    assert!(sandbox.site_is_empty());
    sandbox.check("2.7.0").finds(4, "git config --edit");
}
