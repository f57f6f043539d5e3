//! A file that the gate refuses passes the check of a pull request, and is signed off by everybody before that is seen.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::sandbox::Sandbox;

const KB: &str = "releases/2.7.0/kb.md";

type Spoil = fn(&Sandbox);

/// Ways of committing a file that is no plain file, or not the one that it seems.
const SPOILT: [(&str, Spoil); 13] = [
    ("executable", |it| fs::set_permissions(it.path("repo").join(KB), PermissionsExt::from_mode(0o755)).unwrap()),
    ("executable in the index alone", |it| {
        it.git(&["config", "core.fileMode", "false"]);
        it.git(&["update-index", "--chmod=+x", KB]);
        it.git(&["commit", "-q", "-m", "Mode"]);
    }),
    ("a link", |it| {
        let kept = it.read(KB);
        it.write("kept.md", &kept);
        fs::remove_file(it.path("repo").join(KB)).unwrap();
        symlink("../../kept.md", it.path("repo").join(KB)).unwrap();
    }),
    ("a link on a disk without links", |it| {
        let id = it.git(&["rev-parse", &format!("HEAD:{KB}")]);
        it.git(&["config", "core.symlinks", "false"]);
        it.git(&["update-index", "--cacheinfo", &format!("120000,{},{KB}", id.trim())]);
        it.git(&["commit", "-q", "-m", "Link"]);
    }),
    ("a submodule", |it| {
        let id = it.git(&["rev-parse", "HEAD"]);
        fs::remove_file(it.path("repo").join(KB)).unwrap();
        fs::create_dir(it.path("repo").join(KB)).unwrap();
        it.git(&["update-index", "--cacheinfo", &format!("160000,{},{KB}", id.trim())]);
        it.git(&["commit", "-q", "-m", "Module"]);
    }),
    ("a submodule among the releases' files", |it| {
        let id = it.git(&["rev-parse", "HEAD"]);
        fs::create_dir(it.path("repo/releases/2.7.0/more")).unwrap();
        it.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{},releases/2.7.0/more", id.trim())]);
        it.git(&["commit", "-q", "-m", "Module"]);
    }),
    ("too large", |it| it.write(KB, &(it.read(KB) + &"long\n".repeat(300_000)))),
    ("in Latin-1", |it| fs::write(it.path("repo").join(KB), b"+++\nschema = 1\n+++\n\xfcber\n").unwrap()),
    ("with a mark before it", |it| it.write(KB, &format!("\u{feff}{}", it.read(KB)))),
    ("a twin", |it| it.write("releases/2.7.0/KB.md", "x")),
    ("an odd name", |it| it.write("releases/2.7.0/aux.md", "x")),
    ("another file by a filter", |it| {
        it.git(&["config", "filter.swap.clean", "sed s/schema/scheme/"]);
        it.git(&["config", "filter.swap.smudge", "sed s/scheme/schema/"]);
        it.write(".gitattributes", "kb.md filter=swap\n");
        it.git(&["add", "-A"]);
        it.git(&["add", "--renormalize", "."]);
        it.git(&["commit", "-q", "-m", "Filter"]);
    }),
    ("left out by a sparse checkout", |it| {
        it.edit(KB, |text| text.replace("schema = 1", "scheme = 1"));
        it.git(&["sparse-checkout", "set", "--no-cone", "/*", "!kb.md"]);
    }),
];

#[test]
fn lint_in_a_clean_checkout_finds_what_the_gate_finds() {
    for (name, spoil) in SPOILT {
        let sandbox = Sandbox::ready();
        spoil(&sandbox);
        if !sandbox.git(&["status", "--porcelain"]).is_empty() {
            sandbox.commit_all("Spoil");
        }
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "{name}");
        let gate = sandbox.check_json("2.7.0").json();
        let about_files = |it: &serde_json::Value| {
            let found = it["findings"].as_array().unwrap().iter();
            let bad = found.filter(|it| ["unverifiable", "blocked"].contains(&it["severity"].as_str().unwrap()));
            bad.map(|it| it["code"].as_str().unwrap().to_owned()).filter(|it| it != "no-effect").collect::<Vec<_>>()
        };
        let wanted = about_files(&gate);
        assert!(!wanted.is_empty(), "{name}: the gate finds nothing");
        for command in [&["lint", "--format", "json"][..], &["lint", "2.7.0", "--format", "json"]] {
            let answer = sandbox.holdpoint(command);
            let found = about_files(&answer.json());
            assert!(wanted.iter().all(|it| found.contains(it)), "{name} {command:?}: {wanted:?} {found:?}");
            assert!(answer.code == 1 || answer.code == 4, "{name} {command:?}");
        }
    }
}

#[test]
fn the_cure_of_an_executable_article_keeps_it() {
    let sandbox = Sandbox::ready();
    let text = sandbox.read(KB);
    fs::set_permissions(sandbox.path("repo").join(KB), PermissionsExt::from_mode(0o755)).unwrap();
    sandbox.commit_all("Spoil");
    let answer = sandbox.check_json("2.7.0").exits(4).json();
    let finding = answer["findings"].as_array().unwrap().iter().find(|it| it["code"] == "bad-record").unwrap().clone();
    let cure = format!("{} -q -m Mode", finding["next"].as_str().unwrap());
    assert!(cure.contains("git update-index --chmod=-x"), "{cure}");
    sandbox.run("repo", std::process::Command::new("sh").args(["-c", &cure]));
    assert_eq!(sandbox.read(KB), text);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.check("2.7.0").exits(3);
    sandbox.holdpoint(&["lint", "2.7.0"]).exits(0);
}
