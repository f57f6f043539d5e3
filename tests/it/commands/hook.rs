//! `hook install` and `hook pre-receive`: what is set up, what is said, and what goes in. What is refused stands in `attacks`.

mod accepted;
mod install;
mod ssh;

use std::io::Write;
use std::process::Stdio;

use snapbox::str;

use crate::sandbox::{Answer, Sandbox};
use crate::server::guarded;

/// Runs the hook as git does, with this on its standard input.
pub(super) fn received(sandbox: &Sandbox, lines: &str, more: &[&str]) -> Answer {
    let arguments = [&["hook", "pre-receive"], more].concat();
    let mut command = sandbox.command("origin.git", &arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // One that reads nothing has its reasons, which are its answer.
    let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
    sandbox.answer(&child.wait_with_output().unwrap())
}

/// Two commits, of which the second drops a sign-off, there without having been judged; and the line that git would say.
pub(super) fn dropped(sandbox: &Sandbox) -> String {
    let old = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let id = sandbox.id("2.7.0", "maria@example.com");
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    sandbox.write("releases/2.7.0/ledger/notes.txt", "junk\n");
    sandbox.commit_all("Tidy up");
    let new = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox.git_in("origin.git", &["fetch", "-q", "../repo", "main"]);
    format!("{old} {new} refs/heads/main\n")
}

#[test]
fn refused() {
    let sandbox = guarded();
    let line = dropped(&sandbox);
    received(&sandbox, &line, &[]).shows(str![[r#"
exit 1
-- stderr
holdpoint refuses this push, for 2 reasons:

main: bad-entry
  this file is not named by the SHA-256 of a statement
  next: git log -- releases/2.7.0/ledger/notes.txt
        then restore it, or if it was never valid: git rm --
        releases/2.7.0/ledger/notes.txt

main: history-rewritten
  the `approve` by maria@example.com stands in commit [COMMIT7], and not
  in this one as it was
  next: git checkout [COMMIT7] -- 'releases/2.7.0/ledger/[ID].toml*'
        and commit it; anybody may
        who: maria@example.com

"#]]);
    let json = received(&sandbox, &line, &["--format", "json"]).exits(1).json();
    assert_eq!((&json["accepted"], &json["refs"], &json["exit_code"]), (&false.into(), &1.into(), &1.into()));
    let codes: Vec<&str> = json["reasons"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["bad-entry", "history-rewritten"]);
    assert!(
        json["reasons"].as_array().unwrap().iter().all(|it| it["ref"] == "refs/heads/main" && it["doubt"] == false)
    );
}

#[test]
fn nothing_is_pushed() {
    let sandbox = guarded();
    received(&sandbox, "", &[]).shows(str![[r#"
exit 0

"#]]);
    received(&sandbox, "", &["--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "accepted": true,
  "exit_code": 0,
  "reasons": [],
  "refs": 0,
  "schema": 1
}

"#]]);
}

#[test]
fn what_git_would_not_say() {
    let sandbox = guarded();
    received(&sandbox, "main\n", &[]).shows(str![[r#"
exit 4
-- stderr
error: standard input is not what git tells a pre-receive hook
  because: each line is OLD NEW REF
  hint: to set the hook up, on the server: holdpoint hook install

"#]]);
    let (old, zeros) = (sandbox.git(&["rev-parse", "HEAD~1"]).trim().to_owned(), "0".repeat(40));
    let moved = format!("{old} {old} refs/heads/main\n");
    received(&sandbox, &moved, &[]).shows(str![[r#"
exit 4
-- stderr
holdpoint cannot tell whether this push may go in, for 1 reason:

main
  `main` has moved meanwhile
  next: push again

"#]]);
    let gone = format!("{zeros} {} refs/tags/v2.7.0\n", "1".repeat(40));
    received(&sandbox, &gone, &[]).finds(1, "it names no commit");
}

#[test]
fn a_doubt_is_no_yes() {
    let mut sandbox = guarded();
    let tip = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let line = format!("{tip} {tip} refs/heads/main\n");
    received(&sandbox, &line, &[]).exits(0);
    sandbox.set("GIT_QUARANTINE_PATH", sandbox.path("repo/.git/objects").to_str().unwrap());
    received(&sandbox, &line, &[]).finds(4, "is no folder of incoming objects of this repository");
    sandbox.set("GIT_QUARANTINE_PATH", "");
    sandbox.set("GIT_NAMESPACE", "x");
    received(&sandbox, &line, &[]).finds(4, "GIT_NAMESPACE is set");
    sandbox.set("GIT_NAMESPACE", "");
    std::fs::write(sandbox.path("origin.git/HEAD"), &tip).unwrap();
    received(&sandbox, &line, &[]).finds(4, "git symbolic-ref HEAD refs/heads/main");
    std::fs::write(sandbox.path("origin.git/HEAD"), "ref: refs/heads/master\n").unwrap();
    received(&sandbox, &line, &[]).finds(4, "git symbolic-ref HEAD refs/heads/main");
}

#[test]
fn a_what_if_tags_nothing() {
    let sandbox = guarded();
    let tip = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let line = format!("{} {tip} refs/tags/v2.7.0\n", "0".repeat(40));
    received(&sandbox, &line, &[]).exits(0);
    received(&sandbox, &line, &["--now", "2030-01-01T00:00:00Z"]).finds(4, "in a what-if");
}

#[test]
fn refused_usage() {
    let sandbox = guarded();
    sandbox.holdpoint(&["hook"]).exits(2);
    sandbox.holdpoint(&["hook", "pre-recieve"]).finds(2, "pre-receive");
    sandbox.holdpoint(&["hook", "install", "--force"]).exits(2);
}
