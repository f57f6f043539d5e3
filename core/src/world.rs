//! A small world for tests: a policy, its people with keys, and one release that can be signed, changed and asked about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::content::Content;
use crate::decide::{Decision, Question, decide, facts_to_seal};
use crate::digest::Digest;
use crate::evidence::{Evidence, Facts, Freshness};
use crate::finding::{Code, Finding};
use crate::key::samples::Pen;
use crate::key::{Namespace, ring_line};
use crate::name::{Person, Version};
use crate::policy::{Chain, Pin, PolicyFiles, Sealed, folder};
use crate::statement::{Act, Artifact, SignOff, Statement, Subject};

pub(crate) const PROJECT: &str = "https://downloads.example.com/webinar";

const PEOPLE: [&str; 9] = ["dana", "sam", "maria", "eve", "ned", "ada", "lee", "kim", "mallory"];

const POLICY: &str = r#"schema = 1
version = 1
previous = ""
signers = "SIGNERS"
project = "https://downloads.example.com/webinar"
path = ""
checkpoint = ""
[owners]
members = ["dana@example.com", "sam@example.com"]
threshold = 1
[roles]
support = ["maria@example.com", "eve@example.com"]
compatibility = ["ned@example.com", "ada@example.com"]
communications = ["lee@example.com", "kim@example.com"]
duty = ["dana@example.com", "sam@example.com"]
release = ["ci@example.com", "dana@example.com"]
[machines]
members = ["ci@example.com"]
[rules]
branch = "main"
distinct = true
[[requirement]]
name = "kb"
title = "Support knowledge base"
asks = "An agent can solve the case with this article alone."
subjects = ["kb.md"]
role = "support"
approvals = 1
may_skip = false
[[requirement]]
name = "compatibility"
title = "Compatibility matrix"
asks = "The matrix is complete and true for these bytes."
subjects = ["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml"]
role = "compatibility"
approvals = 1
[[requirement]]
name = "notice"
title = "Customer notice"
asks = "Customers can act on this text."
subjects = ["notice.md"]
role = "communications"
approvals = 1
may_skip = true
[waiver]
role = "duty"
approvals = 2
max_hours = 72
[hold]
role = "duty"
approvals = 2
[[site]]
name = "downloads"
url = "file:///srv/www/downloads"
"#;

const FILES: [(&str, &str); 6] = [
    (
        "release.toml",
        "schema = 1\nversion = \"2.7.0\"\ntitle = \"Webinar 2.7\"\nowner = \"dana@example.com\"\ndeputy = \"sam@example.com\"\n\
         planned = 2026-11-20\nsupport_until = 2028-11-20\n[[component]]\nname = \"recorder\"\n",
    ),
    (
        "artifacts.toml",
        "schema = 1\n[[artifact]]\ncomponent = \"recorder\"\nfile = \"recorder.exe\"\nsize = 4\n\
         sha256 = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"\n",
    ),
    ("compatibility.toml", "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n"),
    ("matrix.md", "# What opens what\n\nPlayer 2.7 opens all.\n"),
    (
        "kb.md",
        "+++\nschema = 1\ntitle = \"Recordings of 2.7\"\nstatus = \"published\"\naudience = [\"support\"]\ncontact = \"duty desk\"\n+++\n\
         ## Issue\nA recording does not open.\n## Environment\nrecorder 2.7.0\n## Resolution\nInstall player 2.7.\n",
    ),
    (
        "notice.md",
        "+++\nschema = 1\ntitle = \"Recorder 2.7.0\"\nversion = \"2.7.0\"\ndate = 2026-11-20\ncontact = \"help@example.com\"\n+++\n\
         ## Who is affected\nAll.\n## What changes\nRecorder 2.7.0 writes a new format.\n## From when\n20 November 2026.\n\
         ## What to do\nInstall the player.\n## Where to get help\nhelp@example.com\n",
    ),
];

/// The world. Every field may be changed by a test before it asks.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) facts: Facts,
    pub(crate) policy_files: PolicyFiles,
    pub(crate) now: Timestamp,
    /// The time that the next statement claims.
    pub(crate) clock: Timestamp,
}

pub(crate) fn person(name: &str) -> Person {
    format!("{name}@example.com").parse().unwrap()
}

impl World {
    /// A release that is ready to be signed off.
    pub(crate) fn new() -> Self {
        Self::with_policy(str::to_owned)
    }

    /// The same under a policy that was edited before it was signed.
    pub(crate) fn with_policy(edit: impl FnOnce(&str) -> String) -> Self {
        Self::with_policy_and_ring(edit, |it| it)
    }

    pub(crate) fn with_policy_and_ring(
        edit: impl FnOnce(&str) -> String,
        edit_ring: impl FnOnce(String) -> String,
    ) -> Self {
        let mut ring: String =
            PEOPLE.iter().map(|it| ring_line(&person(it), None, &Pen::of(it).public(), None)).collect();
        let machine = [Namespace::of("publish"), Namespace::of("withdraw")];
        ring.push_str(&ring_line(&person("ci"), Some(&machine), &Pen::of("ci").public(), None));
        let ring = edit_ring(ring);
        let policy = edit(POLICY).replace("SIGNERS", &Digest::of(ring.as_bytes()).to_string());
        let pin = Pin { source: "--root".to_owned(), digests: vec![Digest::of(policy.as_bytes())] };
        let signers = if policy.contains("threshold = 2") { vec!["dana", "sam"] } else { vec!["dana"] };
        let armor = |it: &&str| Pen::of(it).sign(&Namespace::of("policy"), policy.as_bytes());
        let signatures = signers.iter().map(|it| (format!("0001/{}.sig", person(it)), armor(it))).collect::<Vec<_>>();
        let policy_files: PolicyFiles =
            [("0001/policy.toml".to_owned(), policy.into_bytes()), ("0001/signers".to_owned(), ring.into_bytes())]
                .into_iter()
                .chain(signatures)
                .map(|(path, it)| (path, Content::Plain(it)))
                .collect();
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let facts = Facts {
            prefix: String::new(),
            commit: "4f1c2ab".repeat(6).chars().take(40).collect(),
            commit_time: now,
            chain: Arc::new(Chain::read(&policy_files).unwrap_or_else(|_| Self::new().chain().unwrap())),
            past: Arc::default(),
            freshness: Freshness::Unknown,
            pins: vec![pin],
            version: "2.7.0".parse().unwrap(),
            release_files: FILES.into_iter().map(|(path, it)| (path.to_owned(), Content::Plain(it.into()))).collect(),
            others: BTreeMap::new(),
            hypothetical: false,
        };
        Self { facts, policy_files, now, clock: now.checked_sub(SignedDuration::from_hours(1)).unwrap() }
    }

    /// The same, signed off by three people.
    pub(crate) fn signed() -> Self {
        let mut world = Self::new();
        world.sign_all();
        world
    }

    pub(crate) fn sign_all(&mut self) {
        for (requirement, who) in [("kb", "maria"), ("compatibility", "ned"), ("notice", "lee")] {
            self.approve(requirement, who);
        }
    }

    /// Adopts the next policy: the one in force as `edit` and `edit_ring` change it, sealing what counts now, signed by
    /// `signers`.
    pub(crate) fn adopt_policy(
        &mut self,
        edit: impl FnOnce(String) -> String,
        edit_ring: impl FnOnce(String) -> String,
        signers: &[&str],
    ) {
        let sealed = facts_to_seal(&self.evidence()).into_iter().collect();
        self.adopt_policy_sealing(&sealed, edit, edit_ring, signers);
    }

    pub(crate) fn adopt_policy_sealing(
        &mut self,
        sealed: &Sealed,
        edit: impl FnOnce(String) -> String,
        edit_ring: impl FnOnce(String) -> String,
        signers: &[&str],
    ) {
        let current = self.chain().unwrap().current().clone();
        let (old, new) = (folder(current.number()), folder(current.number() + 1));
        let ring = edit_ring(self.policy_text(&format!("{old}/signers")));
        let text = self.policy_text(&format!("{old}/policy.toml"));
        let header = format!(
            "schema = 1\nversion = {}\nprevious = \"{}\"\nsigners = \"{}\"\nsealed = \"{}\"\nproject",
            current.number() + 1,
            current.digest(),
            Digest::of(ring.as_bytes()),
            Digest::of(sealed.to_string().as_bytes()),
        );
        let rest = text.split_once("\nproject").unwrap().1;
        let policy = edit(format!("{header}{rest}"));
        self.put_policy(&new, "policy.toml", policy);
        self.put_policy(&new, "signers", ring);
        self.put_policy(&new, "sealed", sealed.to_string());
        for signer in signers {
            self.sign_policy(&new, signer);
        }
    }

    /// Signs the policy of a folder.
    pub(crate) fn sign_policy(&mut self, folder: &str, who: &str) {
        let text = self.policy_text(&format!("{folder}/policy.toml"));
        let armor = Pen::of(who).sign(&Namespace::of("policy"), text.as_bytes());
        let path = format!("{folder}/{}.sig", person(who));
        self.policy_files.insert(path, Content::Plain(armor));
    }

    pub(crate) fn put_policy(&mut self, folder: &str, name: &str, text: String) {
        self.policy_files.insert(format!("{folder}/{name}"), Content::Plain(text.into_bytes()));
    }

    pub(crate) fn policy_text(&self, path: &str) -> String {
        String::from_utf8(self.policy_files[path].bytes().unwrap().to_vec()).unwrap()
    }

    pub(crate) fn chain(&self) -> Result<Chain, Vec<Finding>> {
        Chain::read(&self.policy_files)
    }

    pub(crate) fn evidence(&self) -> Evidence {
        let chain = self.chain().unwrap_or_else(|findings| panic!("{findings:#?}"));
        Evidence::read(Facts { chain: Arc::new(chain), ..self.facts.clone() })
    }

    /// What the gate says.
    pub(crate) fn check(&self) -> Decision {
        self.ask(&Question::Check)
    }

    pub(crate) fn ask(&self, question: &Question) -> Decision {
        match self.chain() {
            Ok(_) => decide(&self.evidence(), question, self.now),
            Err(findings) => Decision::unreadable(findings, self.facts.hypothetical),
        }
    }

    /// The exit code and the codes of all findings that weigh something.
    pub(crate) fn verdict(&self) -> (u8, Vec<Code>) {
        let decision = self.check();
        let weighty = decision.findings.iter().filter(|it| it.severity > crate::finding::Severity::Warning);
        (decision.verdict.exit_code(), weighty.map(|it| it.code).collect())
    }

    pub(crate) fn subjects(&self, paths: &[&str]) -> Vec<Subject> {
        let subject = |path: &&str| {
            let bytes = self.facts.release_files[*path].bytes().unwrap();
            Subject { path: path.parse().unwrap(), sha256: Digest::of(bytes) }
        };
        paths.iter().map(subject).collect()
    }

    pub(crate) fn all_subjects(&self) -> Vec<Subject> {
        self.subjects(&["kb.md", "release.toml", "compatibility.toml", "matrix.md", "artifacts.toml", "notice.md"])
    }

    pub(crate) fn sign_off(&self, requirement: &str) -> SignOff {
        let paths: &[&str] = match requirement {
            "kb" => &["kb.md"],
            "notice" => &["notice.md"],
            _ => &["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml"],
        };
        SignOff { requirement: requirement.parse().unwrap(), subjects: self.subjects(paths) }
    }

    pub(crate) fn role(requirement: &str) -> &str {
        match requirement {
            "kb" => "support",
            "notice" => "communications",
            other => other,
        }
    }

    pub(crate) fn approve(&mut self, requirement: &str, who: &str) -> Digest {
        self.say(Act::Approve(self.sign_off(requirement)), Some(Self::role(requirement)), who)
    }

    pub(crate) fn decline(&mut self, requirement: &str, who: &str) -> Digest {
        self.say(Act::Decline(self.sign_off(requirement)), Some(Self::role(requirement)), who)
    }

    pub(crate) fn hold(&mut self, who: &str) -> Digest {
        self.say(Act::Hold, None, who)
    }

    pub(crate) fn lift(&mut self, target: Digest, who: &str, role: Option<&str>) -> Digest {
        self.say(Act::Lift { target }, role, who)
    }

    pub(crate) fn revoke(&mut self, target: Digest, who: &str) -> Digest {
        self.say(Act::Revoke { target }, None, who)
    }

    pub(crate) fn waive(&mut self, finding: Code, about: &str, who: &str) -> Digest {
        let until = self.now.checked_add(SignedDuration::from_hours(24)).unwrap();
        self.waive_until(finding, about, who, until)
    }

    pub(crate) fn waive_until(&mut self, finding: Code, about: &str, who: &str, until: Timestamp) -> Digest {
        let act = Act::Waive { subjects: self.all_subjects(), finding, about: about.parse().unwrap(), until };
        self.say(act, Some("duty"), who)
    }

    pub(crate) fn artifacts(&self) -> Vec<Artifact> {
        self.evidence().artifacts().unwrap().to_vec()
    }

    pub(crate) fn publish(&mut self, who: &str) -> Digest {
        let relied = self.evidence().ledger().entries().map(|it| it.id).collect();
        self.publish_relying_on(relied, who)
    }

    pub(crate) fn publish_relying_on(&mut self, relied: Vec<Digest>, who: &str) -> Digest {
        let act = Act::Publish {
            subjects: self.all_subjects(),
            site: "downloads".parse().unwrap(),
            commit: "a".repeat(40),
            artifacts: self.artifacts(),
            relied,
        };
        self.say(act, Some("release"), who)
    }

    pub(crate) fn adopt(&mut self, who: &str) -> Digest {
        let act = Act::Adopt {
            subjects: self.all_subjects(),
            site: "downloads".parse().unwrap(),
            artifacts: self.artifacts(),
        };
        self.say(act, None, who)
    }

    /// Signs a statement that has seen all there is, and puts it into the ledger.
    pub(crate) fn say(&mut self, act: Act, role: Option<&str>, who: &str) -> Digest {
        let after = self.evidence().ledger().heads();
        self.say_after(act, role, who, after)
    }

    /// Signs a statement that has seen only `after`.
    pub(crate) fn say_after(&mut self, act: Act, role: Option<&str>, who: &str, after: BTreeSet<Digest>) -> Digest {
        let statement = self.statement(act, role, who, after);
        self.put(&statement, &Pen::of(who))
    }

    pub(crate) fn statement(&mut self, act: Act, role: Option<&str>, who: &str, after: BTreeSet<Digest>) -> Statement {
        self.clock = self.clock.checked_add(SignedDuration::from_secs(1)).unwrap();
        let policy = self.chain().unwrap().current().digest();
        Statement {
            reason: act.needs_reason().then(|| "because".parse().unwrap()),
            act,
            project: PROJECT.parse().unwrap(),
            release: self.facts.version.clone(),
            role: role.map(|it| it.parse().unwrap()),
            by: person(who),
            policy,
            after,
            at: self.clock,
        }
    }

    /// Puts a statement into the ledger, signed by `pen`.
    pub(crate) fn put(&mut self, statement: &Statement, pen: &Pen) -> Digest {
        let bytes = statement.to_string().into_bytes();
        let armor = pen.sign(&statement.namespace(), &bytes);
        let id = statement.id();
        self.facts.release_files.insert(format!("ledger/{id}.toml"), Content::Plain(bytes));
        self.facts.release_files.insert(format!("ledger/{id}.toml.sig"), Content::Plain(armor));
        id
    }

    pub(crate) fn write(&mut self, path: &str, text: &str) {
        self.facts.release_files.insert(path.to_owned(), Content::Plain(text.into()));
    }

    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.facts.release_files[path].bytes().unwrap().to_vec()).unwrap()
    }

    pub(crate) fn append(&mut self, path: &str, text: &str) {
        let all = format!("{}{text}", self.text(path));
        self.write(path, &all);
    }

    pub(crate) fn remove(&mut self, id: Digest) {
        self.facts.release_files.remove(&format!("ledger/{id}.toml"));
        self.facts.release_files.remove(&format!("ledger/{id}.toml.sig"));
    }

    pub(crate) fn version(&self) -> Version {
        self.facts.version.clone()
    }
}
