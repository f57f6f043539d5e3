//! Signing by running `ssh-keygen -Y sign`, as git does: key files, agents and FIDO keys all work, and no key is read here.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use holdpoint_core::key::{Namespace, PublicKey, Ring, Signature};
use holdpoint_core::name::{Person, listed, quoted};

use crate::child;
use crate::failure::Failure;
use crate::repo::Repo;

mod handed;
mod trial;

pub(crate) use trial::{Ability, ability};

/// A person, and the key with which they sign.
pub(crate) struct Signer {
    person: Person,
    key: Key,
    program: String,
}

/// A key that `ssh-keygen` can sign with.
struct Key {
    /// The file that is named to `ssh-keygen`.
    file: PathBuf,
    /// The file that the user named.
    shown: PathBuf,
    /// Its public half.
    public: PublicKey,
    /// A key that was given as text, or had to be put right, lives in a file of its own for as long as it is used.
    _kept: Option<Kept>,
}

/// What is removed with the key.
#[expect(dead_code, reason = "they are held, so that they go when the key does")]
enum Kept {
    File(tempfile::NamedTempFile),
    Folder(tempfile::TempDir),
}

impl Signer {
    /// The signer among the people of the ring.
    pub(crate) fn find(repo: &Repo, ring: &Ring, person: Option<&Person>, key: Option<&Path>) -> Result<Self, Failure> {
        Self::find_among(repo, &[ring], person, key)
    }

    /// The signer among the people of several rings. A key that stands in all of them is preferred.
    pub(crate) fn find_among(
        repo: &Repo,
        rings: &[&Ring],
        person: Option<&Person>,
        key: Option<&Path>,
    ) -> Result<Self, Failure> {
        if let Some(person) = person
            && !rings.iter().any(|it| it.has(person))
        {
            let people: BTreeSet<&Person> = rings.iter().flat_map(|it| it.people()).collect();
            let near = holdpoint_core::name::nearest_person(person, people.iter().copied());
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the ring has {}", listed(people, "and")),
            };
            return Err(Failure::usage(format!("`{person}` is not in the key ring")).hint(hint));
        }
        let program = program(repo)?;
        if let Some(file) = key {
            let key = Key::from_file(file, &program)?;
            let owner = rings.iter().find_map(|it| it.person_of(&key.public));
            let person = match (person, owner) {
                (Some(person), Some(owner)) if person == owner => person.clone(),
                (Some(person), _) => return Err(not_theirs(person, &key, file)),
                (None, Some(owner)) => owner.clone(),
                (None, None) => {
                    return Err(Failure::refused(format!("the key `{}` is nobody's in the ring", file.display()))
                        .because(key.public.fingerprint())
                        .hint("sign with the key that is in the ring, or have the owners add yours"));
                }
            };
            return Ok(Self { person, key, program });
        }
        let mut found: Option<(usize, Person, Key)> = None;
        for key in candidates(repo, &program)? {
            let owners: Vec<&Person> = rings.iter().filter_map(|it| it.person_of(&key.public)).collect();
            let Some(owner) = owners.iter().find(|it| person.is_none_or(|person| person == **it)) else { continue };
            if found.as_ref().is_none_or(|it| it.0 < owners.len()) {
                found = Some((owners.len(), (*owner).clone(), key));
            }
        }
        if let Some((_, person, key)) = found {
            return Ok(Self { person, key, program });
        }
        let whose = person.map_or_else(|| "that is in the ring".to_owned(), |it| format!("of {it}"));
        Err(Failure::usage(format!("no key {whose} was found"))
            .hint("name it: --key FILE   (a private key, or a public one whose private half an agent holds)"))
    }

    /// The signer where there is no ring yet: `init` makes it.
    pub(crate) fn founder(repo: &Repo, person: &Person, key: Option<&Path>) -> Result<Self, Failure> {
        let program = program(repo)?;
        let key = match key {
            Some(file) => Key::from_file(file, &program)?,
            None => candidates(repo, &program)?.into_iter().next().ok_or_else(|| {
                Failure::usage("no SSH key was found")
                    .hint("make one with `ssh-keygen -t ed25519`, or name one: --key FILE")
            })?,
        };
        Ok(Self { person: person.clone(), key, program })
    }

    /// Who signs.
    pub(crate) fn person(&self) -> &Person {
        &self.person
    }

    /// The public half of the key.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.key.public
    }

    /// Signs `bytes` for `namespace`, and returns the armored signature.
    pub(crate) fn sign(&self, namespace: &Namespace, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        let file = self.key.shown.display();
        let answer = run(
            Command::new(&self.program).args(["-q", "-Y", "sign", "-n", namespace.as_str(), "-f"]).arg(&self.key.file),
            bytes,
        )?;
        if !answer.worked {
            let failure = Failure::new(format!("`{}` cannot sign with `{file}`", self.program)).because(said(
                &answer.errors,
                &self.key.file,
                &self.key.shown,
            ));
            return Err(match cure(&answer.errors, &self.key.shown) {
                Some(hint) => failure.hint(hint),
                None => failure,
            });
        }
        Signature::parse(&answer.output)
            .map_err(|why| Failure::new(format!("`{}` gave no signature that can be used: it {why}", self.program)))?;
        Ok(answer.output)
    }
}

impl Key {
    /// A private key, or a public one, as it was handed over.
    fn from_file(file: &Path, program: &str) -> Result<Self, Failure> {
        let shown = file.to_owned();
        let handed = handed::take(file)?;
        if let Some(public) = handed.public {
            return Ok(Self { file: handed.file, shown, public, _kept: handed.kept.map(Kept::Folder) });
        }
        let answer = run(Command::new(program).args(["-y", "-f"]).arg(&handed.file), b"")?;
        let public = if answer.worked { public_key(&answer.output) } else { None };
        if let Some(public) = public {
            return Ok(Self { file: handed.file, shown, public, _kept: handed.kept.map(Kept::Folder) });
        }
        // What `ssh-keygen` reads may still be of a type that is not verified here.
        let fault = String::from_utf8_lossy(&answer.output).trim().parse::<PublicKey>().err();
        let why = fault
            .filter(|_| answer.worked)
            .map_or_else(|| said(&answer.errors, &handed.file, file), |it| it.to_string());
        let hint = cure(&answer.errors, file);
        Err(Failure::usage(format!("`{}` is no SSH key that can be used", file.display()))
            .because(why)
            .hint(hint.unwrap_or_else(|| "supported are Ed25519 and ECDSA keys, also on FIDO devices".to_owned())))
    }

    /// A public key that was given as text; an agent must hold its private half.
    fn from_text(text: &str) -> Option<Self> {
        let public: PublicKey = text.trim().parse().ok()?;
        let mut kept = tempfile::Builder::new().prefix("holdpoint-").suffix(".pub").tempfile().ok()?;
        writeln!(kept, "{}", public.to_line()).ok()?;
        let file = kept.path().to_owned();
        Some(Self { shown: file.clone(), file, public, _kept: Some(Kept::File(kept)) })
    }
}

/// The public key in a file, if it is one.
fn public_key(text: &[u8]) -> Option<PublicKey> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// The keys to try, in the order in which git would look: its configuration, the agent, the user's public keys.
fn candidates(repo: &Repo, program: &str) -> Result<Vec<Key>, Failure> {
    let mut keys = Vec::new();
    if let Some(configured) = repo.signing_key()? {
        match configured.strip_prefix("key::") {
            Some(text) => keys.extend(Key::from_text(text)),
            None if configured.starts_with("ssh-") || configured.starts_with("ecdsa-") => {
                keys.extend(Key::from_text(&configured));
            }
            // It may also be an OpenPGP id; then it is none for us.
            None => keys.extend(Key::from_file(&home(&configured), program).ok()),
        }
    } else if let Some(command) = repo.default_key_command()? {
        let answer = run(Command::new("sh").args(["-c", &command]), b"")?;
        let text = String::from_utf8_lossy(&answer.output).into_owned();
        keys.extend(text.lines().filter_map(|it| Key::from_text(it.strip_prefix("key::").unwrap_or(it))));
    }
    if std::env::var_os("SSH_AUTH_SOCK").is_some()
        && let Ok(answer) = run(Command::new("ssh-add").arg("-L"), b"")
    {
        keys.extend(String::from_utf8_lossy(&answer.output).lines().filter_map(Key::from_text));
    }
    let folder = home("~/.ssh");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|it| it.path()).collect();
    files.sort();
    for file in files.into_iter().filter(|it| it.extension().is_some_and(|it| it == "pub")) {
        let private = file.with_extension("");
        let named = if private.exists() { private } else { file };
        keys.extend(Key::from_file(&named, program).ok());
    }
    Ok(keys)
}

/// A path with `~/` resolved.
fn home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// The program that signs.
fn program(repo: &Repo) -> Result<String, Failure> {
    Ok(repo.ssh_program()?.unwrap_or_else(|| "ssh-keygen".to_owned()))
}

fn not_theirs(person: &Person, key: &Key, file: &Path) -> Failure {
    Failure::refused(format!("the key `{}` is not one of {person}'s in the ring", file.display()))
        .because(key.public.fingerprint())
        .hint("sign with the person's own key, or leave --as out")
}

/// What to do about what `ssh-keygen` says, where its words do not help.
fn cure(errors: &str, file: &Path) -> Option<String> {
    let file = quoted(&file.display().to_string());
    if errors.contains("UNPROTECTED PRIVATE KEY FILE") {
        return Some(format!("only its owner may read a private key: chmod 600 {file}"));
    }
    if errors.contains("passphrase") {
        return Some(format!(
            "it has a passphrase, and there is nobody to ask for it: load it into an agent (ssh-add {file}), or give CI a key of \
             its own without one"
        ));
    }
    if errors.contains("invalid format") || errors.contains("error in libcrypto") || errors.contains("Couldn't load") {
        return Some(format!("it is damaged; put the whole file into the secret anew, for example: base64 -w0 {file}"));
    }
    if errors.contains("agent") || errors.contains("No private key found") {
        return Some(format!(
            "a public key needs an agent that holds its private half: ssh-add, or name the private key instead of {file}"
        ));
    }
    None
}

/// What `ssh-keygen` says, about the file that the user named.
fn said(errors: &str, file: &Path, shown: &Path) -> String {
    errors.trim().replace(&*file.to_string_lossy(), &shown.to_string_lossy())
}

/// What a program answered.
struct Answer {
    worked: bool,
    output: Vec<u8>,
    errors: String,
}

/// Runs a program on `input`. What it says on the side is shown on a terminal at once: it may ask for a touch.
fn run(command: &mut Command, input: &[u8]) -> Result<Answer, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |why: std::io::Error| {
        let failure = Failure::new(format!("`{name}` cannot be run")).because(&why);
        match why.kind() {
            std::io::ErrorKind::NotFound => {
                failure.hint("install OpenSSH's client tools (Debian: apt-get install openssh-client)")
            }
            _ => failure,
        }
    };
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let output = child::finish(child, input, show).map_err(failed)?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(Answer { worked: output.status.success(), output: output.stdout, errors })
}

/// Shows what a program says on the side, where somebody can see it.
fn show(part: &[u8]) {
    if std::io::stderr().is_terminal() {
        let _ = std::io::stderr().write_all(part);
    }
}
