//! A command in a linked work tree, while another one stands on the branch of record: what is there is not made to lack what the branch
//! has, so that the next ordinary commit there takes nothing away.

use crate::sandbox::{Answer, Sandbox, email, keys};

/// The repository with `main` checked out, and a linked work tree beside it, which is not on it.
fn beside(sandbox: Sandbox, how: &[&str]) -> Sandbox {
    sandbox.git(&[&["worktree", "add", "-q"], how, &["../linked"]].concat());
    sandbox
}

fn publish_in(sandbox: &Sandbox, folder: &str, more: &[&str]) -> Answer {
    let (dist, key, who) = (sandbox.path("dist"), keys().join("ci"), email("ci"));
    let mut words = vec!["publish", "2.7.0", "--site", "downloads", "--from", dist.to_str().unwrap()];
    words.extend(["--as", &who, "--key", key.to_str().unwrap(), "--yes"]);
    words.extend(more);
    sandbox.holdpoint_in(folder, &words)
}

/// The commands after the last `; ` of a warning, or after `hint: `.
fn cure(answer: &Answer, before: &str) -> String {
    let line = answer.stderr.lines().find(|it| it.contains(before)).unwrap_or_else(|| panic!("{answer:#?}"));
    line.rsplit_once(before).unwrap().1.split("   (").next().unwrap().trim().to_owned()
}

/// Somebody goes on in the first work tree as ever.
fn ordinary_work(sandbox: &Sandbox) {
    sandbox.write("notes.txt", "ordinary");
    sandbox.git(&["add", "notes.txt"]);
    sandbox.git(&["commit", "-q", "-m", "Ordinary work"]);
}

#[test]
fn a_publication_from_a_linked_work_tree_is_not_taken_away_by_the_next_commit() {
    for how in [&["-b", "side"][..], &["--detach"]] {
        let sandbox = beside(Sandbox::with_remote(), how);
        let before = sandbox.git(&["rev-parse", "main"]);
        let answer = publish_in(&sandbox, "linked", &[]).exits(0);
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "{answer:#?}");
        assert_eq!(sandbox.git(&["rev-parse", "main"]), before);
        assert_eq!(sandbox.shell("linked", &cure(&answer, "`; ")).code, 0, "{answer:#?}");
        assert_eq!(sandbox.git(&["rev-parse", "main"]), sandbox.git(&["rev-parse", "origin/main"]));
        ordinary_work(&sandbox);
        sandbox.git(&["push", "-q", "origin", "main"]);
        sandbox.check("2.7.0").finds(0, "published").lacks("history-rewritten");
    }
}

#[test]
fn a_sign_off_where_two_work_trees_stand_on_one_branch_moves_it_under_neither() {
    let sandbox = beside(Sandbox::with_remote(), &["--force"]);
    sandbox.git_in("linked", &["switch", "-q", "--ignore-other-worktrees", "main"]);
    let (key, who) = (keys().join("eve"), email("eve"));
    let hold = ["hold", "2.7.0", "--reason", "crashes", "--yes", "--as", &who, "--key", key.to_str().unwrap()];
    let before = (sandbox.git(&["rev-parse", "main"]), sandbox.git_in("linked", &["status", "--porcelain"]));
    let answer = sandbox.holdpoint_in("linked", &hold).finds(4, "checked out");
    assert_eq!((sandbox.git(&["rev-parse", "main"]), sandbox.git_in("linked", &["status", "--porcelain"])), before);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(sandbox.shell("linked", &cure(&answer, "hint: ")).code, 0);
    sandbox.holdpoint_in("linked", &hold).exits(0);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_hold_that_is_pushed_from_a_linked_work_tree_leaves_the_first_one_as_it_is() {
    let sandbox = beside(Sandbox::with_remote(), &["-b", "side"]);
    let (key, who) = (keys().join("eve"), email("eve"));
    let hold = ["hold", "2.7.0", "--reason", "x", "--yes", "--push", "--as", &who, "--key", key.to_str().unwrap()];
    sandbox.holdpoint_in("linked", &hold).exits(0);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.git(&["pull", "-q", "--ff-only", "origin", "main"]);
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn without_a_remote_nothing_is_put_where_the_record_could_not_be_moved() {
    let sandbox = beside(Sandbox::signed(), &["-b", "side"]);
    let before = sandbox.git(&["rev-parse", "main"]);
    let answer = publish_in(&sandbox, "linked", &[]).finds(4, "checked out");
    assert!(sandbox.site_is_empty());
    assert_eq!((sandbox.git(&["rev-parse", "main"]), sandbox.git(&["status", "--porcelain"])), (before, String::new()));
    publish_in(&sandbox, "linked", &["--plan"]).finds(4, "checked out");
    assert_eq!(sandbox.shell("linked", &cure(&answer, "hint: ")).code, 0);
    publish_in(&sandbox, "linked", &[]).exits(0);
    sandbox.git(&["switch", "-q", "main"]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    ordinary_work(&sandbox);
    sandbox.check("2.7.0").finds(0, "published");
}

#[test]
fn a_branch_that_a_rebase_comes_back_to_or_whose_work_tree_is_gone_is_given_free_by_the_printed_command() {
    let sandbox = beside(Sandbox::signed(), &["-b", "side"]);
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "Something"]);
    sandbox.git(&["-c", "sequence.editor=sed -i s/^pick/edit/", "rebase", "-q", "-i", "HEAD~1"]);
    sandbox.git_in("linked", &["switch", "-q", "--detach", "main"]);
    let answer = publish_in(&sandbox, "linked", &[]).finds(4, "being rebased");
    assert!(sandbox.site_is_empty());
    assert_eq!(sandbox.shell("linked", &cure(&answer, "hint: ")).code, 0, "{answer:#?}");

    sandbox.git(&["worktree", "add", "-q", "../lost", "main"]);
    sandbox.git(&["worktree", "lock", "../lost"]);
    std::fs::remove_dir_all(sandbox.path("lost")).unwrap();
    let answer = publish_in(&sandbox, "linked", &[]).finds(4, "gone");
    assert!(sandbox.site_is_empty());
    assert_eq!(sandbox.shell("linked", &cure(&answer, "hint: ")).code, 0, "{answer:#?}");
    publish_in(&sandbox, "linked", &[]).exits(0);
}

#[test]
fn a_branch_that_a_bisection_comes_back_to_follows_by_the_printed_command() {
    let sandbox = beside(Sandbox::with_remote(), &["-b", "side"]);
    sandbox.git(&["bisect", "start"]);
    sandbox.git(&["switch", "-q", "--detach"]);
    let answer = publish_in(&sandbox, "linked", &[]).exits(0);
    assert_ne!(sandbox.git(&["rev-parse", "main"]), sandbox.git(&["rev-parse", "origin/main"]), "{answer:#?}");
    assert_eq!(sandbox.shell("linked", &cure(&answer, "`; ")).code, 0, "{answer:#?}");
    assert_eq!(sandbox.git(&["rev-parse", "main"]), sandbox.git(&["rev-parse", "origin/main"]));
}
