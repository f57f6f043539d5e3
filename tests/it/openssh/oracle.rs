//! One question, put to holdpoint and to the machine's `ssh-keygen -Y verify`, and the two rules for their answers.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use holdpoint_core::key::{Namespace, NamespaceFault, Ring, Signature, SignatureFault};
use holdpoint_core::name::NameFault;
use holdpoint_core::record::Problems;
use holdpoint_core::statement::Statement;
use tempfile::TempDir;

use super::reasons;

/// Did this person sign this, for this?
#[derive(Clone)]
pub(super) struct Case {
    pub(super) ring: Vec<u8>,
    pub(super) person: String,
    pub(super) namespace: String,
    pub(super) message: Message,
    pub(super) signature: Vec<u8>,
}

/// What was signed.
#[derive(Clone)]
pub(super) enum Message {
    /// Any bytes.
    Bytes(Vec<u8>),
    /// A statement, which says itself whose it is and what it is for.
    Statement(Vec<u8>),
}

impl Message {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) | Self::Statement(bytes) => bytes,
        }
    }
}

/// Why holdpoint says no.
#[derive(Debug)]
pub(super) enum Refusal {
    Person(NameFault),
    Namespace(NamespaceFault),
    Statement(String),
    Ring(Problems),
    Signature(SignatureFault),
}

impl Case {
    /// What holdpoint says.
    pub(super) fn holdpoint(&self) -> Result<(), Refusal> {
        let (person, namespace) = match &self.message {
            Message::Statement(bytes) => {
                let statement = Statement::parse(bytes).map_err(Refusal::Statement)?;
                (statement.by.clone(), statement.namespace())
            }
            Message::Bytes(_) => (
                self.person.parse().map_err(Refusal::Person)?,
                self.namespace.parse::<Namespace>().map_err(Refusal::Namespace)?,
            ),
        };
        let ring = Ring::parse("signers", &self.ring).map_err(Refusal::Ring)?;
        let signature = Signature::parse(&self.signature).map_err(Refusal::Signature)?;
        ring.verify(&person, &namespace, self.message.bytes(), &signature).map(drop).map_err(Refusal::Signature)
    }

    /// Whose it is and what it is for, as OpenSSH is asked.
    fn asked(&self) -> (String, String) {
        match Statement::parse(self.message.bytes()) {
            Ok(it) if matches!(self.message, Message::Statement(_)) => (it.by.to_string(), it.namespace().to_string()),
            _ => (self.person.clone(), self.namespace.clone()),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (person, namespace) = self.asked();
        writeln!(f, "person {person:?}, namespace {namespace:?}")?;
        for (name, bytes) in
            [("ring", &self.ring[..]), ("message", self.message.bytes()), ("signature", &self.signature[..])]
        {
            writeln!(f, "{name}: {}", bytes.escape_ascii())?;
        }
        Ok(())
    }
}

/// How both answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Answers {
    BothYes,
    BothNo,
    /// With the name of the difference.
    OnlyOpenssh(&'static str),
}

/// A folder in which OpenSSH is asked.
pub(super) struct Oracle {
    folder: TempDir,
    /// How often they answered how.
    pub(super) tally: BTreeMap<Answers, usize>,
}

impl Oracle {
    pub(super) fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), tally: BTreeMap::new() }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// What `ssh-keygen -Y verify` says, given these further arguments.
    pub(super) fn openssh_with(&self, case: &Case, more: &[&str]) -> bool {
        let (person, namespace) = case.asked();
        // An argument cannot hold one.
        if person.contains('\0') || namespace.contains('\0') {
            return false;
        }
        let message = self.file("message", case.message.bytes());
        let mut verify = Command::new("ssh-keygen");
        verify.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).args(["-q", "-Y", "verify"]);
        verify.arg("-f").arg(self.file("signers", &case.ring)).arg("-s").arg(self.file("sig", &case.signature));
        verify.args(["-I", &person, "-n", &namespace]).args(more);
        verify.stdin(Stdio::from(File::open(message).unwrap())).stdout(Stdio::null()).stderr(Stdio::null());
        verify.status().unwrap().success()
    }

    /// A file that a further argument names.
    pub(super) fn beside(&self, name: &str, text: &str) -> String {
        self.file(name, text.as_bytes()).display().to_string()
    }

    /// Asks both, and holds the answers to the rules: OpenSSH accepts what holdpoint accepts; and where only OpenSSH
    /// does, the difference has a name.
    ///
    /// # Errors
    /// Which rule is broken, and by what.
    pub(super) fn compare(&mut self, case: &Case) -> Result<Answers, String> {
        let (ours, theirs) = (case.holdpoint(), self.openssh_with(case, &[]));
        let answers = match (ours, theirs) {
            (Ok(()), true) => Answers::BothYes,
            (Ok(()), false) => return Err(format!("holdpoint accepts what OpenSSH refuses\n{case}")),
            (Err(_), false) => Answers::BothNo,
            (Err(refusal), true) => match reasons::of(case, &refusal) {
                Ok(name) => Answers::OnlyOpenssh(name),
                Err(words) => return Err(format!("OpenSSH accepts, and the refusal has no name: {words}\n{case}")),
            },
        };
        *self.tally.entry(answers).or_default() += 1;
        Ok(answers)
    }
}
