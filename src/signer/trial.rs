//! A trial: whether the program that signs can do it, with a key that is made for that and thrown away.

use std::path::Path;
use std::process::{Command, Stdio};

use holdpoint_core::key::{Namespace, Ring, Signature, ring_line};
use holdpoint_core::name::Person;

use super::{Key, Signer, program, run};
use crate::failure::Failure;
use crate::repo::Repo;

/// What is signed, and for which kind of statement: one that no ledger takes.
const MESSAGE: &[u8] = b"a trial of holdpoint doctor\n";
const KIND: &str = "trial";

const REINSTALL: &str = "install OpenSSH's client tools again (Debian: apt-get install --reinstall openssh-client)";

/// What the program that signs was seen to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ability {
    /// It signed, and the signature is valid.
    Signs {
        /// The program.
        program: String,
        /// The version of OpenSSH, if it says one.
        version: Option<String>,
    },
    /// It is there, and was not tried: it may ask somebody for something.
    Untried {
        /// The program.
        program: String,
    },
    /// It is not there.
    Absent {
        /// The program.
        program: String,
    },
}

/// Tries the program that signs in `repo`.
pub(crate) fn ability(repo: &Repo) -> Result<Ability, Failure> {
    let program = program(repo)?;
    if !is_there(&program) {
        return Ok(Ability::Absent { program });
    }
    if Path::new(&program).file_stem().is_none_or(|it| it != "ssh-keygen") {
        return Ok(Ability::Untried { program });
    }
    try_out(&program)?;
    Ok(Ability::Signs { program, version: version() })
}

fn try_out(program: &str) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|it| {
        Failure::new("there is no place for a trial key").because(it).hint("set TMPDIR to a folder that can be written")
    })?;
    let file = folder.path().join("trial");
    let made = run(Command::new(program).args(["-q", "-t", "ed25519", "-N", "", "-C", KIND, "-f"]).arg(&file), b"")?;
    if !made.worked {
        let failure = Failure::new(format!("`{program}` cannot make a key")).because(made.errors.trim());
        return Err(failure.hint(REINSTALL));
    }
    let person: Person =
        "trial@example.com".parse().map_err(|it| Failure::new("the trial has no person").because(it))?;
    let signer = Signer { person, key: Key::from_file(&file, program)?, program: program.to_owned() };
    let namespace = Namespace::of(KIND);
    let armor = signer.sign(&namespace, MESSAGE)?;
    let ring = ring_line(signer.person(), None, signer.public(), None);
    let is_valid = Ring::parse("signers", ring.as_bytes()).is_ok_and(|ring| {
        Signature::parse(&armor).is_ok_and(|it| ring.verify(signer.person(), &namespace, MESSAGE, &it).is_ok())
    });
    match is_valid {
        true => Ok(()),
        false => Err(Failure::new(format!("`{program}` gives signatures that are not valid")).hint(REINSTALL)),
    }
}

/// Whether the program is there, where a path or the PATH says.
fn is_there(program: &str) -> bool {
    if Path::new(program).components().count() > 1 {
        return Path::new(program).is_file();
    }
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|it| it.join(program).is_file() || it.join(&name).is_file())
}

/// What `ssh -V` says: `OpenSSH_9.2p1`. It is told, and decides nothing.
fn version() -> Option<String> {
    let output = Command::new("ssh").arg("-V").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stderr).ok()?;
    let version = text.split([',', ' ', '\n']).next()?.trim();
    version.starts_with("OpenSSH").then(|| version.to_owned())
}
