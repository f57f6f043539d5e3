//! One odd object in history: what git does not read stops no answer that need not read it either (row 27).

use crate::sandbox::Sandbox;

/// HEAD's tree once more, on top of a commit of it whose lines after `tree` are these.
fn on_top_of(sandbox: &Sandbox, lines: &str) -> String {
    let made = "A <a@example.com> 1700000000 +0000";
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]).trim().to_owned();
    let written = |lines: &str| {
        let file = sandbox.path("commit");
        std::fs::write(&file, format!("tree {tree}\n{lines}\nx\n")).unwrap();
        let file = file.to_str().unwrap();
        sandbox.git(&["hash-object", "-t", "commit", "-w", "--literally", file]).trim().to_owned()
    };
    let odd = written(&lines.replace("MADE", made));
    let later = written(&format!("parent {odd}\nauthor {made}\ncommitter {made}\n"));
    std::fs::write(sandbox.path("repo/.git/refs/heads/main"), format!("{later}\n")).unwrap();
    odd
}

#[test]
fn a_parent_that_git_does_not_see_changes_nothing() {
    for fake in ["1".repeat(40), "zz".to_owned()] {
        let sandbox = Sandbox::signed();
        let head = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
        on_top_of(&sandbox, &format!("parent {head}\nauthor MADE\nparent {fake}\ncommitter MADE\n"));
        sandbox.check("2.7.0").exits(0);
    }
}

#[test]
fn an_old_commit_that_cannot_be_read_closes_the_gate_and_stops_nobody_else() {
    let sandbox = Sandbox::signed();
    let odd = on_top_of(&sandbox, "parent zz\nauthor MADE\ncommitter MADE\n");
    let answer = sandbox.check("2.7.0").finds(4, "history-unavailable").finds(4, &odd).finds(4, "git fsck");
    answer.lacks("--unshallow").lacks("--refetch");
    sandbox.holdpoint(&["lint"]).finds(4, "history-unavailable");
    sandbox.publish("2.7.0").finds(4, "history-unavailable");
    assert!(!sandbox.path("site/releases.json").exists());
    sandbox.holdpoint(&["status"]).finds(4, "1 release: 1 unverifiable");
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.check("2.7.0").finds(4, "held");
    sandbox.holdpoint(&["policy", "show"]).exits(0);
    sandbox.holdpoint(&["policy", "propose"]).exits(0);
    // What the finding says that the owners can do.
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    sandbox.holdpoint(&["policy", "check"]).finds(3, "a hold may have been lost there");
    for owner in ["dana", "sam"] {
        sandbox.as_person(owner, &["policy", "sign", "--yes"]);
    }
    sandbox.commit_all("Propose policy 2");
    sandbox.holdpoint(&["policy", "adopt", "--as", "dana@example.com"]).exits(0);
    sandbox.check("2.7.0").finds(1, "held").lacks("history-unavailable");
}
