//! What is measured: signatures to be verified by hand, repositories with many releases, and a large artifact.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use holdpoint_core::digest::Digest;
use holdpoint_core::statement::{Act, Statement};

use crate::sandbox::{Sandbox, keys};

/// A signature, and what `ssh-keygen` needs to verify it.
pub(crate) struct Proof {
    pub(crate) person: String,
    pub(crate) namespace: String,
    pub(crate) ring: PathBuf,
    pub(crate) file: PathBuf,
    pub(crate) signature: PathBuf,
}

/// The signatures that a check of 2.7.0 rests on: those of the policy, and those of the ledger.
pub(crate) fn proofs(sandbox: &Sandbox) -> Vec<Proof> {
    let policy = sandbox.path("repo/policy/0001");
    let ring = policy.join("signers");
    let mut proofs = Vec::new();
    for entry in std::fs::read_dir(&policy).unwrap() {
        let signature = entry.unwrap().path();
        if signature.extension().is_some_and(|it| it == "sig") {
            let person = signature.file_stem().unwrap().to_str().unwrap().to_owned();
            let (namespace, file) = ("holdpoint/policy@v1".to_owned(), policy.join("policy.toml"));
            proofs.push(Proof { person, namespace, ring: ring.clone(), file, signature });
        }
    }
    for (file, text) in sandbox.entries("2.7.0") {
        let value = |key: &str| {
            let line = text.lines().find_map(|it| it.strip_prefix(&format!("{key} = "))).unwrap();
            line.trim_matches('"').to_owned()
        };
        let signature = PathBuf::from(format!("{}.sig", file.display()));
        let namespace = format!("holdpoint/{}@v1", value("kind"));
        proofs.push(Proof { person: value("by"), namespace, ring: ring.clone(), file, signature });
    }
    proofs
}

/// Verifies one signature as people do by hand.
pub(crate) fn verify(proof: &Proof) {
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-I", &proof.person, "-n", &proof.namespace, "-f"]).arg(&proof.ring);
    command.arg("-s").arg(&proof.signature).stdin(File::open(&proof.file).unwrap());
    assert!(command.stdout(Stdio::null()).status().unwrap().success());
}

/// Makes a bare clone of the repository, which has no work tree to look at.
pub(crate) fn bare(sandbox: &Sandbox) {
    let root = sandbox.git(&["config", "holdpoint.root"]);
    sandbox.git_in(".", &["clone", "-q", "--bare", "repo", "bare"]);
    sandbox.git_in("bare", &["config", "holdpoint.root", root.trim()]);
}

/// A signed-off 2.7.0 whose ledger has so many pairs of entries besides: a hold, and its lift by whoever placed it, each of
/// which has seen all before it.
pub(crate) fn long_ledger(pairs: usize) -> Sandbox {
    let sandbox = Sandbox::signed();
    let policy = Digest::of(sandbox.read("policy/0001/policy.toml").as_bytes());
    let heads = sandbox.entries("2.7.0").into_iter().map(|(_, text)| Digest::of(text.as_bytes()));
    let mut after: BTreeSet<Digest> = heads.collect();
    let folder = sandbox.path("repo/releases/2.7.0/ledger");
    let (mut holds, mut lifts) = (Vec::new(), Vec::new());
    for _ in 0..pairs {
        let mut say = |act: Act| {
            let statement = Statement {
                act,
                project: "https://downloads.example.com/webinar".parse().unwrap(),
                release: "2.7.0".parse().unwrap(),
                role: None,
                by: "eve@example.com".parse().unwrap(),
                policy,
                after: std::mem::take(&mut after),
                at: "2026-11-20T10:00:00Z".parse().unwrap(),
                reason: Some("a benchmark".parse().unwrap()),
            };
            let id = statement.id();
            after.insert(id);
            let path = folder.join(format!("{id}.toml"));
            std::fs::write(&path, statement.to_string()).unwrap();
            (id, path)
        };
        let (hold, path) = say(Act::Hold);
        holds.push(path);
        lifts.push(say(Act::Lift { target: hold }).1);
    }
    for (namespace, files) in [("hold", &holds), ("lift", &lifts)] {
        for files in files.chunks(500) {
            let mut command = Command::new("ssh-keygen");
            command
                .args(["-q", "-Y", "sign", "-n", &format!("holdpoint/{namespace}@v1"), "-f"])
                .arg(keys().join("eve"));
            assert!(command.args(files).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
        }
    }
    sandbox.commit_all("Hold and lift");
    sandbox
}

/// A signed-off 2.7.0 with an artifact of so many mebibytes that do not compress.
pub(crate) fn with_artifact(mebibytes: usize) -> Sandbox {
    let sandbox = Sandbox::founded();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let bytes: Vec<u8> = (0..mebibytes << 17).flat_map(|_| next().to_le_bytes()).collect();
    sandbox.release("2.7.0", &bytes);
    sandbox.sign_all("2.7.0");
    sandbox
}

/// A signed-off 2.7.0 of so many small files.
pub(crate) fn with_small_files(count: usize) -> Sandbox {
    let sandbox = Sandbox::founded();
    sandbox.release("2.7.0", b"recorder\n");
    let mut artifacts = "schema = 1\n".to_owned();
    for number in 0..count {
        let (file, bytes) = (format!("part-{number:04}.bin"), format!("part {number}\n").repeat(200));
        std::fs::write(sandbox.path("dist").join(&file), &bytes).unwrap();
        writeln!(
            artifacts,
            "\n[[artifact]]\ncomponent = \"recorder\"\nfile = \"{file}\"\nsize = {}\nsha256 = \"{}\"",
            bytes.len(),
            Digest::of(bytes.as_bytes())
        )
        .unwrap();
    }
    std::fs::remove_file(sandbox.path("dist/recorder-2.7.0.bin")).unwrap();
    sandbox.edit("releases/2.7.0/artifacts.toml", |_| artifacts);
    sandbox.sign_all("2.7.0");
    sandbox
}
