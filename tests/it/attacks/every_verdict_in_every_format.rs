//! Every verdict × every format × quiet × colour × a closed pipe (row 47): the exit code is that of the verdict.

use std::process::Stdio;

use crate::sandbox::Sandbox;

fn worlds() -> Vec<(i32, Sandbox, &'static [&'static str])> {
    let blocked = Sandbox::signed();
    blocked.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    let unverifiable = Sandbox::signed();
    unverifiable.write("releases/2.7.0/ledger/x.toml", "x\n");
    unverifiable.commit_all("Add junk");
    vec![
        (0, Sandbox::signed(), &["check", "2.7.0"]),
        (0, Sandbox::published(), &["check", "2.7.0"]),
        (1, blocked, &["check", "2.7.0"]),
        (2, Sandbox::ready(), &["check", "9.9.9"]),
        (3, Sandbox::ready(), &["check", "2.7.0"]),
        (4, unverifiable, &["check", "2.7.0"]),
        (5, Sandbox::signed(), &["check", "2.7.0", "--at", "HEAD", "--now", "2030-01-01T00:00:00Z"]),
    ]
}

#[test]
fn the_exit_code_is_that_of_the_verdict() {
    for (code, sandbox, arguments) in worlds() {
        for format in ["human", "json", "github", "markdown"] {
            for more in [&[][..], &["--quiet"], &["--color", "always"], &["--color=never", "-q"]] {
                let all = [arguments, &["--format", format], more].concat();
                let answer = sandbox.holdpoint(&all);
                assert_eq!(answer.code, code, "{all:?}: {answer:#?}");
                if format == "json" {
                    assert_eq!(answer.json()["exit_code"], code, "{all:?}");
                }
                let mut command = sandbox.command("repo", &all);
                let mut child =
                    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
                drop(child.stdout.take());
                drop(child.stderr.take());
                assert_eq!(child.wait().unwrap().code(), Some(code), "closed pipe: {all:?}");
            }
        }
    }
}
