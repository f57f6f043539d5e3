//! The signing desk: one way for every statement, from the question to the shared commit.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::decide::{Seen, seen};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::key::{Ring, Signature};
use holdpoint_core::ledger::{Entry, MOST_STATEMENTS};
use holdpoint_core::name::{Person, RoleName, SubjectPath, Text, Version, counted, escaped, quoted};
use holdpoint_core::statement::{Act, Statement, Subject};

use crate::failure::Failure;
use crate::gather::Record;
use crate::repo::{Care, Identity, Repo};
use crate::share::{Parcel, keeps, share};
use crate::shell::{Reading, Shell, Signing, relied_on};
use crate::signer::Signer;

mod receipt;

pub(crate) use receipt::{Placed, Receipt, ReceiptJson};

/// A release at HEAD, and somebody who is about to say something about it.
pub(crate) struct Desk<'r> {
    /// The record at HEAD.
    pub(crate) record: Record<'r>,
    /// The release.
    pub(crate) version: Version,
    /// What is known of it.
    pub(crate) evidence: Evidence,
    /// Who signs.
    pub(crate) person: Person,
    signer: Option<Signer>,
}

impl<'r> Desk<'r> {
    /// Sits down at the release that `asked` means.
    pub(crate) fn open(shell: &Shell, repo: &'r Repo, asked: &str, signing: &Signing) -> Result<Self, Failure> {
        let record = shell.record(repo, &Reading { at: None, root: signing.root.clone() })?;
        let version = record.one(asked)?;
        let evidence = record.evidence_or_fail(&version)?;
        relied_on(shell, evidence.chain(), record.pins())?;
        keeps(repo, evidence.policy(), signing)?;
        let signer = Signer::find(repo, evidence.policy().ring(), signing.person.as_ref(), signing.key.as_deref())?;
        Ok(Self { record, version, evidence, person: signer.person().clone(), signer: Some(signer) })
    }

    /// Sits down for somebody whose key is elsewhere: nothing can be signed here.
    pub(crate) fn for_absent(shell: &Shell, repo: &'r Repo, asked: &str, signing: &Signing) -> Result<Self, Failure> {
        let record = shell.record(repo, &Reading { at: None, root: signing.root.clone() })?;
        let version = record.one(asked)?;
        let evidence = record.evidence_or_fail(&version)?;
        relied_on(shell, evidence.chain(), record.pins())?;
        let person = signing
            .person
            .clone()
            .ok_or_else(|| Failure::usage("a request needs somebody to sign it").hint("name the person: --as EMAIL"))?;
        Ok(Self { record, version, evidence, person, signer: None })
    }

    fn signer(&self) -> Result<&Signer, Failure> {
        self.signer.as_ref().ok_or_else(|| Failure::usage("there is no key here to sign with"))
    }

    /// The subjects that HEAD holds, for a statement about them. What is not committed, or not there, is refused.
    pub(crate) fn subjects<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p SubjectPath>,
    ) -> Result<Vec<Subject>, Failure> {
        let folder = format!("releases/{}", self.version);
        let dirty: BTreeSet<String> =
            self.record.repo.uncommitted(&self.record.snapshot, &[&folder], Care::All)?.paths.into_iter().collect();
        let one = |path: &SubjectPath| {
            let place = format!("{folder}/{path}");
            if dirty.contains(&place) {
                return Err(Failure::refused(format!("`{place}` is not committed as it is here"))
                    .hint(format!("what is signed is what HEAD holds: git add '{place}' && git commit")));
            }
            let sha256 = self.evidence.to_be_signed().digest(path).ok_or_else(|| {
                Failure::refused(format!("`{place}` is not there")).hint("write it and commit it first")
            })?;
            Ok(Subject { path: path.clone(), sha256 })
        };
        paths.into_iter().map(one).collect()
    }

    /// A statement of this signer about this release, having seen all that is in its ledger.
    pub(crate) fn statement(&self, shell: &Shell, act: Act, role: Option<RoleName>, reason: Option<Text>) -> Statement {
        statement_on(shell, &self.evidence, &self.person, act, role, reason)
    }

    /// Signs, writes, commits and shares statements: all of them, or none.
    pub(crate) fn place(
        &self,
        shell: &Shell,
        signing: &Signing,
        statements: Vec<Statement>,
        subject: &str,
    ) -> Result<Receipt, Failure> {
        let mut files = Vec::new();
        let mut placed = Vec::new();
        for statement in statements {
            has_room(&self.evidence, &statement.act)?;
            files.extend(self.sealed(&statement)?);
            placed.push(Placed { id: statement.id(), statement });
        }
        let repo = self.record.repo;
        let author = author(repo, &self.person)?;
        let name = placed.first().map(|it| branch_name(&self.version, it)).unwrap_or_default();
        let message = message(subject, &placed);
        let said = placed.iter().map(|it| &it.statement);
        let (along, no_about) = (along(&self.record, &self.evidence, said.clone())?, no_about(said.clone()));
        let (removed, rests_on) = (Vec::new(), rests_on(said));
        let parcel = Parcel { files, along, removed, rests_on, no_about, message, author, branch: name };
        let shared = share(shell, repo, &self.record.snapshot, self.evidence.policy(), signing, &parcel)?;
        Ok(Receipt { placed, shared })
    }

    /// A statement and its signature, as the two files that they become.
    pub(crate) fn sealed(&self, statement: &Statement) -> Result<[(String, Vec<u8>); 2], Failure> {
        seal(self.signer()?, self.evidence.policy().ring(), statement)
    }
}

/// The entries that these statements name, with all that those name: wherever the statements go, the entries go along, so that
/// nothing there names what is not there.
pub(crate) fn along<'s>(
    record: &Record<'_>,
    evidence: &Evidence,
    statements: impl IntoIterator<Item = &'s Statement>,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let ledger = evidence.ledger();
    let version = &evidence.facts().version;
    let mut along = BTreeMap::new();
    let mut open: Vec<Digest> = statements.into_iter().flat_map(Statement::names).collect();
    for (id, found) in ledger.to_carry(open.iter().copied()) {
        let path = entry_path(version, &id);
        along.insert(format!("{path}.sig"), found.signature.clone());
        along.insert(path, found.statement.clone());
    }
    while let Some(id) = open.pop() {
        let path = entry_path(version, &id);
        let Some(entry) = ledger.get(&id).filter(|_| !along.contains_key(&path)) else { continue };
        let file = |ending: &str| record.ledger_file(version, &format!("{id}.toml{ending}"));
        if let (Some(statement), Some(signature)) = (file("")?, file(".sig")?) {
            along.insert(format!("{path}.sig"), signature);
            along.insert(path, statement);
        }
        open.extend(entry.statement.names());
    }
    Ok(along.into_iter().collect())
}

/// The folder of the release that these statements say no about, if that is what they do.
pub(crate) fn no_about<'s>(statements: impl IntoIterator<Item = &'s Statement>) -> Option<String> {
    let is_no = |it: &&Statement| matches!(it.act, Act::Hold | Act::Decline(_) | Act::Revoke { .. });
    statements.into_iter().find(is_no).map(|it| format!("releases/{}", it.release))
}

/// The files that these statements say yes to: where others have changed one meanwhile, the yes would be about other bytes than it
/// lies beside. A no goes through whatever changed.
pub(crate) fn rests_on<'s>(statements: impl IntoIterator<Item = &'s Statement>) -> Vec<String> {
    let agreed = statements.into_iter().filter(|it| !matches!(it.act, Act::Decline(_)));
    let files =
        |it: &'s Statement| it.act.subjects().iter().map(|file| format!("releases/{}/{}", it.release, file.path));
    agreed.flat_map(files).collect()
}

/// Whether a ledger takes another statement. One that says no, or answers one, always has room.
pub(crate) fn has_room(evidence: &Evidence, act: &Act) -> Result<(), Failure> {
    evidence.ledger().room_for(act).map_err(|full| {
        let version = &evidence.facts().version;
        let message = format!("the ledger of {version} is full: {} of {} statements", full.statements, full.most);
        let hint = if full.most == MOST_STATEMENTS {
            "make a new version: holdpoint new …   (who says no here still can: holdpoint hold, decline, revoke, lift)"
        } else {
            "make a new version: holdpoint new …"
        };
        Failure::refused(message).hint(hint)
    })
}

/// A statement of `person` about a release, having seen what of its ledger matters to it.
pub(crate) fn statement_on(
    shell: &Shell,
    evidence: &Evidence,
    person: &Person,
    act: Act,
    role: Option<RoleName>,
    reason: Option<Text>,
) -> Statement {
    let Seen { after, left } = seen(evidence, shell.now(), person, &act);
    let release = evidence.facts().version.clone();
    if left > 0 {
        let more = counted(left, "entry");
        let again = again(&act, &release);
        shell.note(&format!("{more} that speak against this had no room in it; the next one sees them: {again}"));
    }
    Statement {
        act,
        project: evidence.policy().project().clone(),
        release,
        role,
        by: person.clone(),
        policy: evidence.policy().digest(),
        after,
        at: shell.stamp(),
        reason,
    }
}

/// The command that says the same once more.
fn again(act: &Act, version: &Version) -> String {
    match act {
        Act::Approve(it) => format!("holdpoint sign {version} {}", it.requirement),
        Act::Waive { finding, about, .. } => {
            format!("holdpoint waive {version} {} --reason \"…\"", quoted(&format!("{finding}:{about}")))
        }
        act => match act.sign_off() {
            Some(it) => format!("holdpoint {} {version} {} --reason \"…\"", act.kind(), it.requirement),
            None => format!("holdpoint {} {version} --reason \"…\"", act.kind()),
        },
    }
}

/// Whether a statement is small enough to be an entry.
pub(crate) fn fits(statement: &Statement) -> Result<(), Failure> {
    let (size, most) = (statement.to_string().len(), statement.most_bytes());
    if size <= most {
        return Ok(());
    }
    Err(Failure::refused(format!("the statement would have {size} bytes, and {most} are the most"))
        .hint("say it shorter, or put the files into archives"))
}

/// A statement and its signature, as the two files that they become.
pub(crate) fn seal(signer: &Signer, ring: &Ring, statement: &Statement) -> Result<[(String, Vec<u8>); 2], Failure> {
    fits(statement)?;
    let bytes = statement.to_string().into_bytes();
    let namespace = statement.namespace();
    let armor = signer.sign(&namespace, &bytes)?;
    let verified = Signature::parse(&armor)
        .map_err(|why| why.to_string())
        .and_then(|it| ring.verify(&statement.by, &namespace, &bytes, &it).map(drop).map_err(|why| why.to_string()));
    // A key whose ring line does not allow this kind signs happily, and nobody would accept it.
    verified.map_err(|why| {
        Failure::refused(format!("{} may not sign {}; nothing was written", statement.by, statement.act.a_noun()))
            .because(format!("the signature {why}"))
            .hint("sign with the key of somebody who may: --as EMAIL --key FILE")
    })?;
    let path = entry_path(&statement.release, &statement.id());
    Ok([(path.clone(), bytes), (format!("{path}.sig"), armor)])
}

/// The entry of this ledger whose id begins with `prefix`.
pub(crate) fn entry_of<'d>(desk: &'d Desk<'_>, prefix: &str) -> Result<&'d Entry, Failure> {
    const SHORTEST: usize = 4;
    let entries: Vec<&Entry> =
        desk.evidence.ledger().entries().filter(|it| it.id.to_string().starts_with(prefix)).collect();
    let list = format!("holdpoint log {}   (lists them with their ids)", desk.version);
    match entries.as_slice() {
        [one] if prefix.len() >= SHORTEST => Ok(one),
        [] => {
            Err(Failure::usage(format!("the ledger of {} has no entry `{}`", desk.version, escaped(prefix))).hint(list))
        }
        _ => Err(Failure::usage(format!("`{}` is too short to mean one entry", escaped(prefix))).hint(list)),
    }
}

/// Where an entry lies, from the coordination root.
pub(crate) fn entry_path(version: &Version, id: &Digest) -> String {
    format!("releases/{version}/ledger/{id}.toml")
}

/// Who commits: git's identity, or else the signer.
pub(crate) fn author(repo: &Repo, person: &Person) -> Result<Identity, Failure> {
    Ok(repo.user_identity()?.unwrap_or_else(|| Identity::of_email(person.as_str())))
}

/// The branch for a sign-off that the server does not take directly. What is signed on it counts; its name means nothing.
fn branch_name(version: &Version, placed: &Placed) -> String {
    let act = &placed.statement.act;
    let id = placed.id.short();
    if *act == Act::Hold {
        return format!("holdpoint/hold-{version}-{id}");
    }
    let name = act.sign_off().map_or_else(|| act.kind().to_owned(), |it| it.requirement.to_string());
    format!("holdpoint/{version}-{name}-{id}")
}

fn message(subject: &str, placed: &[Placed]) -> String {
    let lines: Vec<String> = placed.iter().map(|it| format!("{}: {}\n", it.statement.act.kind(), it.id)).collect();
    format!("{subject}\n\n{}", lines.concat())
}
