//! A stage: a small project in memory, with a policy, its people and their keys, and one release that can be signed, spoiled
//! and asked about. What cannot be staged is nothing, never half a project.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::content::Content;
use crate::decide::{Decision, Question, decide};
use crate::digest::Digest;
use crate::evidence::{Evidence, Facts, Freshness, Origin};
use crate::finding::{Code, Finding};
use crate::key::{Namespace, Pen, ring_line};
use crate::name::{Person, SiteName, Version};
use crate::policy::{Chain, POLICY_NAMESPACE, Pin, PolicyFiles, Sealed, folder};
use crate::release::Matches;
use crate::sight::{Sight, Sights};
use crate::statement::{Act, Artifact, SignOff, Statement, Subject};

/// Everybody who has a key besides the machine; `mallory` has no role.
const PEOPLE: [&str; 9] = ["dana", "sam", "maria", "eve", "ned", "ada", "lee", "kim", "mallory"];

/// The policy, but for the digest of its ring.
const POLICY: &str = include_str!("texts/policy.toml");

/// The files of the release.
const FILES: [(&str, &str); 6] = [
    ("release.toml", include_str!("texts/release.toml")),
    ("artifacts.toml", include_str!("texts/artifacts.toml")),
    ("compatibility.toml", include_str!("texts/compatibility.toml")),
    ("matrix.md", include_str!("texts/matrix.md")),
    ("kb.md", include_str!("texts/kb.md")),
    ("notice.md", include_str!("texts/notice.md")),
];

/// Who signs what when all is well.
pub(crate) const SIGNERS: [(&str, &str); 3] = [("kb", "maria"), ("compatibility", "ned"), ("notice", "lee")];

/// A project in memory.
#[derive(Debug, Clone)]
pub struct Stage {
    pub(crate) facts: Facts,
    pub(crate) policy_files: PolicyFiles,
    /// The time that counts.
    pub(crate) now: Timestamp,
    /// The time that the next statement claims.
    pub(crate) clock: Timestamp,
    /// What is seen of the sites; where nothing is said, they list whatever was published.
    pub(crate) sights: Option<Sights>,
    /// What files held that were written over, by their digests.
    pub(crate) earlier: BTreeMap<Digest, Vec<u8>>,
}

/// The address of an example person.
pub(crate) fn person(name: &str) -> Option<Person> {
    format!("{name}@example.com").parse().ok()
}

/// The line of the ring for a machine, with the key of `pen`.
pub(crate) fn machine_line(name: &str, pen: &str) -> Option<String> {
    let kinds = [Namespace::of("publish"), Namespace::of("withdraw")];
    Some(ring_line(&person(name)?, Some(&kinds), &Pen::of(pen)?.public(), None))
}

fn ring() -> Option<String> {
    let line = |it: &&str| Some(ring_line(&person(it)?, None, &Pen::of(it)?.public(), None));
    let people: String = PEOPLE.iter().map(line).collect::<Option<_>>()?;
    Some(people + &machine_line("ci", "ci")?)
}

/// The files that a requirement of the policy covers.
fn covered(requirement: &str) -> &'static [&'static str] {
    match requirement {
        "kb" => &["kb.md"],
        "notice" => &["notice.md"],
        _ => &["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml"],
    }
}

/// The role that signs a requirement of the policy.
pub(crate) fn role(requirement: &str) -> &str {
    match requirement {
        "kb" => "support",
        "notice" => "communications",
        other => other,
    }
}

/// The files of the first policy and its ring, as they are edited before they are signed.
pub(crate) fn founded(
    edit: impl FnOnce(&str) -> String,
    edit_ring: impl FnOnce(String) -> String,
) -> Option<PolicyFiles> {
    let ring = edit_ring(ring()?);
    let policy = edit(POLICY).replace("SIGNERS", &Digest::of(ring.as_bytes()).to_string());
    let signers: &[&str] = if policy.contains("threshold = 2") { &["dana", "sam"] } else { &["dana"] };
    let mut files = PolicyFiles::new();
    put_policy(&mut files, "0001", "policy.toml", policy);
    put_policy(&mut files, "0001", "signers", ring);
    signers.iter().try_for_each(|it| sign_policy(&mut files, "0001", it))?;
    Some(files)
}

impl Stage {
    /// A release that is ready to be signed off, under the first policy, which is pinned. `chain` is what the policies are
    /// read as until they are read again.
    pub(crate) fn under(policy_files: PolicyFiles, chain: Chain) -> Option<Self> {
        let policy = policy_files.get("0001/policy.toml")?.bytes()?;
        let pin = Pin { source: "--root".to_owned(), digests: vec![Digest::of(policy)] };
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().ok()?;
        let facts = Facts {
            prefix: String::new(),
            commit: "4f1c2ab".repeat(6).chars().take(40).collect(),
            commit_time: now,
            clock: None,
            chain: Arc::new(chain),
            past: Arc::default(),
            freshness: Freshness::Unknown,
            origin: Origin::default(),
            pending: None,
            pins: vec![pin],
            version: "2.7.0".parse().ok()?,
            release_files: FILES.into_iter().map(|(path, it)| (path.to_owned(), Content::Plain(it.into()))).collect(),
            unreadable: Vec::new(),
            others: BTreeMap::new(),
            doubted: Vec::new(),
            shipped: Arc::default(),
            matches: Matches::default(),
            sights: Sights::default(),
            hypothetical: false,
        };
        let clock = now.checked_sub(SignedDuration::from_hours(1)).ok()?;
        Some(Self { facts, policy_files, now, clock, sights: None, earlier: BTreeMap::new() })
    }

    /// What the gate says: the question of `check`, put to the same function.
    pub fn ask(&self) -> Decision {
        self.ask_about(&Question::Check)
    }

    pub(crate) fn ask_about(&self, question: &Question) -> Decision {
        match self.evidence() {
            Ok(evidence) => decide(&evidence, question, self.now),
            Err(findings) => Decision::unreadable(findings, self.facts.hypothetical),
        }
    }

    pub(crate) fn chain(&self) -> Result<Chain, Vec<Finding>> {
        Chain::read(&self.policy_files)
    }

    pub(crate) fn evidence(&self) -> Result<Evidence, Vec<Finding>> {
        let chain = Arc::new(self.chain()?);
        let mut evidence = Evidence::read(Facts { chain, clock: Some(self.now), ..self.facts.clone() });
        let sights = self.sights.clone().unwrap_or_else(|| listing_all(&evidence));
        evidence.know_sights(sights);
        evidence.know_pins(self.earlier.clone());
        Ok(evidence)
    }

    /// Adopts the next policy: the one in force as `edit` and `edit_ring` change it, with this seal, signed by `signers`.
    pub(crate) fn adopt_policy(
        &mut self,
        sealed: &Sealed,
        edit: impl FnOnce(String) -> String,
        edit_ring: impl FnOnce(String) -> String,
        signers: &[&str],
    ) -> Option<()> {
        let chain = self.chain().ok()?;
        let current = chain.current();
        let (old, new) = (folder(current.number()), folder(current.number() + 1));
        let ring = edit_ring(text_in(&self.policy_files, &format!("{old}/signers"))?);
        let text = text_in(&self.policy_files, &format!("{old}/policy.toml"))?;
        let header = format!(
            "schema = 1\nversion = {}\nprevious = \"{}\"\nsigners = \"{}\"\nsealed = \"{}\"\nproject",
            current.number() + 1,
            current.digest(),
            Digest::of(ring.as_bytes()),
            Digest::of(sealed.to_string().as_bytes()),
        );
        let (_, rest) = text.split_once("\nproject")?;
        let files = &mut self.policy_files;
        put_policy(files, &new, "policy.toml", edit(format!("{header}{rest}")));
        put_policy(files, &new, "signers", ring);
        put_policy(files, &new, "sealed", sealed.to_string());
        signers.iter().try_for_each(|it| sign_policy(files, &new, it))
    }

    /// The files of these names, as they are now.
    pub(crate) fn subjects(&self, paths: &[&str]) -> Option<Vec<Subject>> {
        let subject = |path: &&str| {
            let bytes = self.facts.release_files.get(path)?.bytes()?;
            Some(Subject { path: path.parse().ok()?, sha256: Digest::of(bytes) })
        };
        paths.iter().map(subject).collect()
    }

    pub(crate) fn all_subjects(&self) -> Option<Vec<Subject>> {
        self.subjects(&["kb.md", "release.toml", "compatibility.toml", "matrix.md", "artifacts.toml", "notice.md"])
    }

    pub(crate) fn sign_off(&self, requirement: &str) -> Option<SignOff> {
        Some(SignOff { requirement: requirement.parse().ok()?, subjects: self.subjects(covered(requirement))? })
    }

    /// Somebody approves a requirement in its role, having seen all there is.
    pub(crate) fn approve(&mut self, requirement: &str, who: &str) -> Option<Digest> {
        self.say(Act::Approve(self.sign_off(requirement)?), Some(role(requirement)), who)
    }

    /// Somebody waives a finding, for so many hours.
    pub(crate) fn waive(&mut self, finding: Code, about: &str, who: &str, hours: i64) -> Option<Digest> {
        let until = self.now.checked_add(SignedDuration::from_hours(hours)).ok()?;
        let act = Act::Waive { subjects: self.all_subjects()?, finding, about: about.parse().ok()?, until };
        self.say(act, Some("duty"), who)
    }

    pub(crate) fn artifacts(&self) -> Option<Vec<Artifact>> {
        Some(self.evidence().ok()?.head().artifacts()?.to_vec())
    }

    /// That the release goes out on the site, relying on these entries.
    pub(crate) fn publication(&self, relied: Vec<Digest>) -> Option<Act> {
        Some(Act::Publish {
            subjects: self.all_subjects()?,
            site: "downloads".parse().ok()?,
            commit: "a".repeat(40),
            artifacts: self.artifacts()?,
            relied,
        })
    }

    /// The id of every entry.
    pub(crate) fn entries(&self) -> Option<Vec<Digest>> {
        Some(self.evidence().ok()?.ledger().entries().map(|it| it.id).collect())
    }

    /// Signs a statement that has seen all there is, and puts it into the ledger.
    pub(crate) fn say(&mut self, act: Act, role: Option<&str>, who: &str) -> Option<Digest> {
        let after = self.evidence().ok()?.ledger().heads();
        self.say_after(act, role, who, after)
    }

    /// Signs a statement that has seen only `after`.
    pub(crate) fn say_after(
        &mut self,
        act: Act,
        role: Option<&str>,
        who: &str,
        after: BTreeSet<Digest>,
    ) -> Option<Digest> {
        let statement = self.statement(act, role, who, after)?;
        Some(self.put(&statement, &Pen::of(who)?))
    }

    /// A statement that nobody has signed yet.
    pub(crate) fn statement(
        &mut self,
        act: Act,
        role: Option<&str>,
        who: &str,
        after: BTreeSet<Digest>,
    ) -> Option<Statement> {
        self.clock = self.clock.checked_add(SignedDuration::from_secs(1)).ok()?;
        let chain = self.chain().ok()?;
        Some(Statement {
            reason: if act.needs_reason() { Some("because".parse().ok()?) } else { None },
            act,
            project: chain.current().project().clone(),
            release: self.facts.version.clone(),
            role: role.map(str::parse).transpose().ok()?,
            by: person(who)?,
            policy: chain.current().digest(),
            after,
            at: self.clock,
        })
    }

    /// Puts a statement into the ledger, signed by `pen`.
    pub(crate) fn put(&mut self, statement: &Statement, pen: &Pen) -> Digest {
        let bytes = statement.to_string().into_bytes();
        let armor = pen.sign(&statement.namespace(), &bytes);
        self.put_entry(statement.id(), bytes, armor)
    }

    /// Puts the two files of an entry into the ledger, whatever they are.
    pub(crate) fn put_entry(&mut self, id: Digest, bytes: Vec<u8>, armor: Vec<u8>) -> Digest {
        self.facts.release_files.insert(format!("ledger/{id}.toml"), Content::Plain(bytes));
        self.facts.release_files.insert(format!("ledger/{id}.toml.sig"), Content::Plain(armor));
        id
    }

    /// The two files of an entry.
    pub(crate) fn entry_files(&self, id: Digest) -> Option<(Vec<u8>, Vec<u8>)> {
        let file = |name: String| Some(self.facts.release_files.get(&name)?.bytes()?.to_vec());
        Some((file(format!("ledger/{id}.toml"))?, file(format!("ledger/{id}.toml.sig"))?))
    }

    /// Takes the two files of an entry away.
    pub(crate) fn remove(&mut self, id: Digest) {
        self.facts.release_files.remove(&format!("ledger/{id}.toml"));
        self.facts.release_files.remove(&format!("ledger/{id}.toml.sig"));
    }

    pub(crate) fn write(&mut self, path: &str, text: &str) {
        // History keeps what was committed.
        if let Some(bytes) = self.facts.release_files.get(path).and_then(Content::bytes) {
            self.earlier.insert(Digest::of(bytes), bytes.to_vec());
        }
        self.facts.release_files.insert(path.to_owned(), Content::Plain(text.into()));
    }

    /// A file of the release, if it is text.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.facts.release_files.get(path)?.bytes()?.to_vec()).ok()
    }
}

/// Writes a file of a policy.
pub(crate) fn put_policy(files: &mut PolicyFiles, folder: &str, name: &str, text: String) {
    files.insert(format!("{folder}/{name}"), Content::Plain(text.into_bytes()));
}

/// Signs the policy of a folder.
pub(crate) fn sign_policy(files: &mut PolicyFiles, folder: &str, who: &str) -> Option<()> {
    let text = text_in(files, &format!("{folder}/policy.toml"))?;
    let armor = Pen::of(who)?.sign(&Namespace::of(POLICY_NAMESPACE), text.as_bytes());
    files.insert(format!("{folder}/{}.sig", person(who)?), Content::Plain(armor));
    Some(())
}

/// A file among others, if it is text.
pub(crate) fn text_in(files: &BTreeMap<String, Content>, path: &str) -> Option<String> {
    String::from_utf8(files.get(path)?.bytes()?.to_vec()).ok()
}

/// Sites that list everything that is recorded for them.
fn listing_all(evidence: &Evidence) -> Sights {
    let mut listed: BTreeMap<SiteName, BTreeSet<(Version, Digest)>> = BTreeMap::new();
    for entry in evidence.ledger().entries() {
        if let Act::Publish { site, .. } = &entry.statement.act {
            listed.entry(site.clone()).or_default().insert((entry.statement.release.clone(), entry.id));
        }
    }
    for shipped in evidence.facts().shipped.iter() {
        for outing in &shipped.outings {
            listed.entry(outing.site.clone()).or_default().insert((shipped.release.clone(), outing.id));
        }
    }
    let mut sights = Sights::default();
    for (site, listed) in listed {
        sights.take(site, Sight::of_index(listed));
    }
    sights
}
