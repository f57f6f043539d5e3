//! A repository in which many releases went out through the gate, each with its sign-offs and its publication.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use holdpoint_core::digest::Digest;
use holdpoint_core::statement::{Act, Artifact, SignOff, Statement, Subject};

use crate::sandbox::{Sandbox, keys};

/// The requirements of the policy: what each is called, who signs it in which role, and the files that it covers.
const REQUIREMENTS: [(&str, &str, &str, &[&str]); 3] = [
    ("kb", "maria", "support", &["kb.md"]),
    ("compatibility", "ned", "compatibility", &["artifacts.toml", "compatibility.toml", "matrix.md", "release.toml"]),
    ("notice", "lee", "communications", &["notice.md"]),
];
/// The release that the others are copies of.
const MODEL: &str = "1.0.0";
/// So many files go to one call of `ssh-keygen`.
const AT_ONCE: usize = 500;

/// A repository with so many releases, all but the last of them published, in as many commits; the last is a signed-off 2.7.0.
pub(crate) fn crowded(releases: usize) -> Sandbox {
    let sandbox = Sandbox::founded();
    let founded = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.release(MODEL, b"a recorder\n");
    let model: Vec<(&str, String)> = REQUIREMENTS
        .iter()
        .flat_map(|it| it.3)
        .map(|file| (*file, sandbox.read(&format!("releases/{MODEL}/{file}"))))
        .collect();
    sandbox.git(&["reset", "-q", "--hard", founded.trim()]);
    let policy = Digest::of(sandbox.read("policy/0001/policy.toml").as_bytes());
    let scratch = sandbox.path("statements");
    std::fs::create_dir(&scratch).unwrap();
    let all: Vec<Release> = (1..releases).map(|number| Release::of(number, &model, policy, founded.trim())).collect();
    sign(&scratch, &all);
    import(&sandbox, &scratch, &all, founded.trim());
    std::fs::remove_dir_all(&scratch).unwrap();
    sandbox.git(&["reset", "-q", "--hard", "main"]);
    sandbox.release("2.7.0", b"the recorder\n");
    sandbox.sign_all("2.7.0");
    sandbox
}

/// One published release: its files, and its statements with whose key signs them.
struct Release {
    version: String,
    files: Vec<(&'static str, String)>,
    statements: Vec<(&'static str, Statement)>,
}

impl Release {
    fn of(number: usize, model: &[(&'static str, String)], policy: Digest, commit: &str) -> Self {
        let version = format!("1.{number}.0");
        let files: Vec<_> = model.iter().map(|(name, text)| (*name, text.replace(MODEL, &version))).collect();
        let subject = |name: &str| {
            let (_, text) = files.iter().find(|file| file.0 == name).unwrap();
            Subject { path: name.parse().unwrap(), sha256: Digest::of(text.as_bytes()) }
        };
        let said = |who: &str, role: &str, act: Act, after: BTreeSet<Digest>| Statement {
            act,
            project: "https://downloads.example.com/webinar".parse().unwrap(),
            release: version.parse().unwrap(),
            role: Some(role.parse().unwrap()),
            by: format!("{who}@example.com").parse().unwrap(),
            policy,
            after,
            at: "2026-11-20T10:00:00Z".parse().unwrap(),
            reason: None,
        };
        let mut statements: Vec<(&'static str, Statement)> = Vec::new();
        for (name, who, role, subjects) in REQUIREMENTS {
            let subjects = subjects.iter().map(|it| subject(it)).collect();
            let act = Act::Approve(SignOff { requirement: name.parse().unwrap(), subjects });
            statements.push((who, said(who, role, act, BTreeSet::new())));
        }
        let relied: BTreeSet<Digest> = statements.iter().map(|it| it.1.id()).collect();
        let mut subjects: Vec<Subject> = files.iter().map(|it| subject(it.0)).collect();
        subjects.sort();
        let publish = Act::Publish {
            subjects,
            site: "downloads".parse().unwrap(),
            commit: commit.to_owned(),
            artifacts: vec![Artifact {
                component: "recorder".parse().unwrap(),
                file: format!("recorder-{version}.bin").parse().unwrap(),
                size: 11,
                sha256: Digest::of(b"a recorder\n"),
            }],
            relied: relied.iter().copied().collect(),
        };
        statements.push(("ci", said("ci", "release", publish, relied)));
        Self { version, files, statements }
    }
}

fn place(scratch: &Path, statement: &Statement) -> PathBuf {
    scratch.join(statement.id().to_string())
}

/// Signs every statement with stock OpenSSH, many in one call.
fn sign(scratch: &Path, all: &[Release]) {
    let statements: Vec<&(&str, Statement)> = all.iter().flat_map(|it| &it.statements).collect();
    for (who, kind) in [("maria", "approve"), ("ned", "approve"), ("lee", "approve"), ("ci", "publish")] {
        let own = statements.iter().filter(|it| it.0 == who);
        let files: Vec<PathBuf> = own
            .map(|(_, statement)| {
                let path = place(scratch, statement);
                std::fs::write(&path, statement.to_string()).unwrap();
                path
            })
            .collect();
        for some in files.chunks(AT_ONCE) {
            let mut command = Command::new("ssh-keygen");
            command.args(["-q", "-Y", "sign", "-n", &format!("holdpoint/{kind}@v1"), "-f"]).arg(keys().join(who));
            assert!(command.args(some).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
        }
    }
}

/// Commits each release on the one before it.
fn import(sandbox: &Sandbox, scratch: &Path, all: &[Release], founded: &str) {
    let mut import = Command::new("git");
    import.arg("-C").arg(sandbox.path("repo")).args(["fast-import", "--quiet", "--done"]);
    let mut child = import.stdin(Stdio::piped()).spawn().unwrap();
    let mut stream = child.stdin.take().unwrap();
    for (number, release) in all.iter().enumerate() {
        let time = 1_700_000_000 + number;
        write!(stream, "commit refs/heads/main\ncommitter Test <test@example.com> {time} +0000\ndata 8\nRelease\n")
            .unwrap();
        if number == 0 {
            writeln!(stream, "from {founded}").unwrap();
        }
        let mut file = |path: &str, bytes: &[u8]| {
            writeln!(stream, "M 100644 inline releases/{}/{path}\ndata {}", release.version, bytes.len()).unwrap();
            stream.write_all(bytes).unwrap();
            writeln!(stream).unwrap();
        };
        for (name, text) in &release.files {
            file(name, text.as_bytes());
        }
        for (_, statement) in &release.statements {
            let (id, path) = (statement.id(), place(scratch, statement));
            file(&format!("ledger/{id}.toml"), statement.to_string().as_bytes());
            file(&format!("ledger/{id}.toml.sig"), &std::fs::read(format!("{}.sig", path.display())).unwrap());
        }
    }
    writeln!(stream, "done").unwrap();
    drop(stream);
    assert!(child.wait().unwrap().success());
}
