//! Clones as people and CI have them: git's files elsewhere, an index in another form, another user's, kept in a reftable.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::sandbox::{Answer, Sandbox, keys};

/// How something is brought about in a sandbox.
type Setup = fn(&Sandbox);

/// Moves git's own files out of the work tree, each in another way.
const ELSEWHERE: [(&str, Setup); 3] = [
    ("a separate folder", |it| drop(it.git(&["init", "-q", "--separate-git-dir", "../private"]))),
    ("a link", |it| {
        fs::rename(it.path("repo/.git"), it.path("private")).unwrap();
        std::os::unix::fs::symlink("../private", it.path("repo/.git")).unwrap();
    }),
    ("a configured work tree", |it| {
        it.git(&["init", "-q", "--separate-git-dir", "../private"]);
        let top = it.path("repo").display().to_string();
        it.git(&["config", "core.worktree", &top]);
    }),
];

#[test]
fn files_go_into_the_work_tree_that_git_sees() {
    for (name, move_away) in ELSEWHERE {
        let sandbox = Sandbox::ready();
        move_away(&sandbox);
        let answer = sandbox.sign("2.7.0", "kb", "maria");
        assert_eq!(answer.code, 0, "{name}: {answer:#?}");
        assert_eq!(sandbox.entries("2.7.0").len(), 1, "{name}");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "{name}");
        assert!(!sandbox.path("releases").exists() && !sandbox.path("private/releases").exists(), "{name}");
        let mut sub = sandbox.command("repo/releases", &["check", "2.7.0"]);
        assert_eq!(sub.output().unwrap().status.code(), Some(3), "{name}");
    }
}

#[test]
fn a_linked_work_tree_and_a_submodule_are_signed_in() {
    let sandbox = Sandbox::ready();
    sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "other"]);
    let key = keys().join("maria").display().to_string();
    let sign = ["sign", "2.7.0", "kb", "--yes", "--key", &key];
    sandbox.holdpoint_in("linked", &sign).exits(0);
    assert_eq!(sandbox.git_in("linked", &["status", "--porcelain"]), "");
    sandbox.git_in(".", &["init", "-q", "above"]);
    let from = sandbox.path("repo").display().to_string();
    sandbox.git_in("above", &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "record"]);
    sandbox.holdpoint_in("above/record", &sign).exits(0);
    assert_eq!(sandbox.git_in("above/record", &["status", "--porcelain"]), "");
    assert_eq!(fs::read_dir(sandbox.path("above")).unwrap().count(), 3);
}

/// What a refused command must leave as it was.
fn state(sandbox: &Sandbox) -> (String, String, Vec<u8>) {
    let files = sandbox.git(&["ls-files", "--others"]);
    (sandbox.git(&["rev-parse", "HEAD"]), files, fs::read(sandbox.path("repo/.git/index")).unwrap())
}

#[test]
fn a_locked_index_refuses_each_command_that_commits_and_the_cure_works() {
    let sandbox = Sandbox::ready();
    let lock = sandbox.path("repo/.git/index.lock");
    let commands: [(&str, &[&str]); 3] = [
        ("maria", &["sign", "2.7.0", "kb", "--yes"]),
        ("maria", &["hold", "2.7.0", "--yes", "--reason", "wait"]),
        ("eve", &["decline", "2.7.0", "kb", "--yes", "--reason", "wrong"]),
    ];
    for (who, command) in commands {
        fs::write(&lock, "").unwrap();
        let before = state(&sandbox);
        let answer = sandbox.as_person(who, command);
        assert!(answer.code != 0, "{command:?}: {answer:#?}");
        assert_eq!(state(&sandbox), before, "{command:?}");
        let cure = answer.stderr.lines().find_map(|it| it.split_once("has left it: ").map(|it| it.1.to_owned()));
        let cure = cure.expect("the cure");
        sandbox.run("repo", Command::new("sh").args(["-c", &cure]));
        assert!(!lock.exists());
    }
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
}

#[test]
fn a_locked_index_stops_a_publish_before_anything_is_put() {
    let sandbox = Sandbox::signed();
    let lock = sandbox.path("repo/.git/index.lock");
    fs::write(&lock, "").unwrap();
    let before = state(&sandbox);
    let answer = sandbox.publish("2.7.0").exits(4);
    assert!(answer.stderr.contains("index.lock"), "{answer:#?}");
    assert!(sandbox.site_is_empty() && state(&sandbox) == before);
    fs::remove_file(&lock).unwrap();
    sandbox.publish("2.7.0").exits(0);
}

#[test]
fn publish_works_in_a_sparse_index() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "policy", "releases"]);
    sandbox.publish("2.7.0").exits(0);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "plain"]);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD^{tree}"]), tree);
}

/// Runs the command that an answer prints after `hint: `, up to what stands beside it.
fn follow(sandbox: &Sandbox, folder: &str, answer: &Answer, begin: &str) -> String {
    let all = format!("{}\n{}", answer.stdout, answer.stderr);
    let line = all.lines().find_map(|it| it.find(begin).and_then(|at| it.get(at..))).expect(begin).to_owned();
    let command = line.split("   ").next().unwrap().split(['`', ';', ',']).next().unwrap().to_owned();
    sandbox.run(folder, Command::new("sh").args(["-c", &command]));
    command
}

#[test]
fn a_reftable_is_named_and_its_cure_works() {
    let sandbox = Sandbox::ready();
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in(".", &["clone", "-q", "--ref-format=reftable", "repo", "tabled"]);
    let answer = sandbox.holdpoint_in("tabled", &["check", "2.7.0"]).finds(4, "reftable");
    follow(&sandbox, ".", &answer, "git clone ");
    sandbox.git_in("tabled-files", &["config", "holdpoint.root", root.trim()]);
    sandbox.holdpoint_in("tabled-files", &["check", "2.7.0"]).exits(3);
}

#[test]
fn what_a_partial_or_shallow_clone_is_told_works() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.git(&["rm", "-q", "-r", "releases/2.7.0/ledger"]);
    sandbox.commit_all("Tidy up");
    for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        sandbox.git(&["config", key, "true"]);
    }
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    let from = format!("file://{}", sandbox.path("repo").display());
    for (name, option) in
        [("blobless", "--filter=blob:none"), ("treeless", "--filter=tree:0"), ("shallow", "--depth=1")]
    {
        sandbox.git_in(".", &["clone", "-q", option, &from, name]);
        sandbox.git_in(name, &["config", "holdpoint.root", root.trim()]);
        let answer = sandbox.holdpoint_in(name, &["check", "2.7.0"]).finds(4, "history-unavailable");
        let command = follow(&sandbox, name, &answer, "git fetch");
        let healed = sandbox.holdpoint_in(name, &["check", "2.7.0"]);
        assert!(healed.stdout.contains("history-rewritten"), "{name}: {command}: {healed:#?}");
    }
}

/// The coordination root in a sub-folder, seen from each place where somebody may stand.
#[test]
fn paths_are_those_of_the_reader() {
    let sandbox = Sandbox::empty();
    fs::create_dir_all(sandbox.path("repo/team")).unwrap();
    let key = keys().join("dana").display().to_string();
    let init = ["init", "--project", "https://x.example.com", "--as", "dana@example.com", "--key", &key];
    sandbox.holdpoint_in("repo/team", &init).exits(0);
    let text = "schema = 1\ntitel = \"x\"\n";
    sandbox.write("team/releases/2.7.0/release.toml", text);
    sandbox.commit_all("Write 2.7.0");
    let places = [("repo", "team"), ("repo/team", "."), ("repo/team/releases/2.7.0", "."), (".", "repo/team")];
    for (folder, repo) in places {
        let github = sandbox.holdpoint_in(folder, &["lint", "--repo", repo, "--format", "github"]);
        assert!(github.stdout.contains("file=team/releases/2.7.0/release.toml,"), "{folder}: {github:#?}");
        let human = sandbox.holdpoint_in(folder, &["lint", "--repo", repo]);
        let shown = human.stdout.lines().find_map(|it| it.split_once("--> ")).expect("a place").1;
        let file = shown.split(':').next().unwrap();
        assert_eq!(fs::read_to_string(sandbox.path(folder).join(file)).unwrap(), text, "{folder}: {shown}");
    }
    sandbox.write("team/releases/2.7.0/aux.txt", "x");
    for (folder, repo) in places {
        sandbox.commit_all("Add");
        let answer = sandbox.holdpoint_in(folder, &["lint", "--repo", repo]);
        let command = follow(&sandbox, folder, &answer, if folder == "repo/team" { "git rm" } else { "git -C" });
        assert!(!sandbox.path("repo/team/releases/2.7.0/aux.txt").exists(), "{folder}: {command}");
        sandbox.git(&["reset", "-q", "--hard"]);
    }
}

#[test]
fn what_git_trusts_by_its_environment_is_trusted_and_nothing_else() {
    let mut sandbox = Sandbox::ready();
    let top = sandbox.path("repo").canonicalize().unwrap();
    if !given_away(&top) {
        return; // only root can make a folder another user's
    }
    let refused = sandbox.check("2.7.0").finds(4, "belongs to another user");
    let trusting: [&[(&str, &str)]; 3] = [
        &[("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "safe.directory"), ("GIT_CONFIG_VALUE_0", "*")],
        &[("GIT_CONFIG_PARAMETERS", "'safe.directory'='*'")],
        &[("GIT_CONFIG_GLOBAL", "trusting")],
    ];
    let file = sandbox.path("trusting").display().to_string();
    fs::write(&file, "[safe]\n\tdirectory = *\n").unwrap();
    for variables in trusting {
        let given = |it: &str| if it == "trusting" { file.clone() } else { it.to_owned() };
        sandbox.environment = variables.iter().map(|(name, value)| ((*name).to_owned(), given(value))).collect();
        sandbox.check("2.7.0").exits(3);
    }
    sandbox.environment = vec![("GIT_CONFIG_COUNT".to_owned(), "0".to_owned())];
    sandbox.check("2.7.0").finds(4, "belongs to another user");
    follow(&sandbox, ".", &refused, "git config --global");
    sandbox.check("2.7.0").exits(3);
}

fn given_away(top: &Path) -> bool {
    Command::new("chown").args(["-R", "12345"]).arg(top).status().is_ok_and(|it| it.success())
}
