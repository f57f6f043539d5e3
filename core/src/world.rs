//! A small world for tests: the stage of the drill, where what cannot be staged ends the test.

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};

use jiff::Timestamp;

use crate::decide::{Decision, Question, facts_to_seal};
use crate::digest::Digest;
use crate::drill::stage::{self, SIGNERS, Stage};
use crate::evidence::Evidence;
use crate::finding::{Code, Severity};
use crate::name::{Person, Version};
use crate::policy::{Chain, Sealed};
use crate::sight::{Sight, Sights};
use crate::statement::{Act, Artifact, SignOff, Statement, Subject};

/// The project of the policy.
pub(crate) const PROJECT: &str = "https://downloads.example.com/webinar";

/// The world. Every field of its stage may be changed by a test before it asks.
#[derive(Clone)]
pub(crate) struct World(Stage);

impl Deref for World {
    type Target = Stage;
    fn deref(&self) -> &Stage {
        &self.0
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Stage {
        &mut self.0
    }
}

pub(crate) fn person(name: &str) -> Person {
    stage::person(name).unwrap()
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
        let files = stage::founded(edit, edit_ring).unwrap();
        // A policy that cannot be read is one of the things that are asked about.
        let chain = Chain::read(&files).unwrap_or_else(|_| Self::new().chain().unwrap());
        Self(Stage::under(files, chain).unwrap())
    }

    /// The same, signed off by three people.
    pub(crate) fn signed() -> Self {
        let mut world = Self::new();
        world.sign_all();
        world
    }

    pub(crate) fn sign_all(&mut self) {
        for (requirement, who) in SIGNERS {
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
        self.0.adopt_policy(sealed, edit, edit_ring, signers).unwrap();
    }

    /// Signs the policy of a folder.
    pub(crate) fn sign_policy(&mut self, folder: &str, who: &str) {
        stage::sign_policy(&mut self.policy_files, folder, who).unwrap();
    }

    pub(crate) fn put_policy(&mut self, folder: &str, name: &str, text: String) {
        stage::put_policy(&mut self.policy_files, folder, name, text);
    }

    pub(crate) fn policy_text(&self, path: &str) -> String {
        stage::text_in(&self.policy_files, path).unwrap()
    }

    pub(crate) fn evidence(&self) -> Evidence {
        self.0.evidence().unwrap_or_else(|findings| panic!("{findings:#?}"))
    }

    /// What the gate says.
    pub(crate) fn check(&self) -> Decision {
        self.0.ask()
    }

    pub(crate) fn ask(&self, question: &Question) -> Decision {
        self.0.ask_about(question)
    }

    /// The exit code and the codes of all findings that weigh something.
    pub(crate) fn verdict(&self) -> (u8, Vec<Code>) {
        let decision = self.check();
        let weighty = decision.findings.iter().filter(|it| it.severity > Severity::Warning);
        (decision.verdict.exit_code(), weighty.map(|it| it.code).collect())
    }

    pub(crate) fn subjects(&self, paths: &[&str]) -> Vec<Subject> {
        self.0.subjects(paths).unwrap()
    }

    pub(crate) fn all_subjects(&self) -> Vec<Subject> {
        self.0.all_subjects().unwrap()
    }

    pub(crate) fn sign_off(&self, requirement: &str) -> SignOff {
        self.0.sign_off(requirement).unwrap()
    }

    pub(crate) fn role(requirement: &str) -> &str {
        stage::role(requirement)
    }

    pub(crate) fn approve(&mut self, requirement: &str, who: &str) -> Digest {
        self.0.approve(requirement, who).unwrap()
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
        self.0.waive(finding, about, who, 24).unwrap()
    }

    pub(crate) fn waive_until(&mut self, finding: Code, about: &str, who: &str, until: Timestamp) -> Digest {
        let act = Act::Waive { subjects: self.all_subjects(), finding, about: about.parse().unwrap(), until };
        self.say(act, Some("duty"), who)
    }

    pub(crate) fn artifacts(&self) -> Vec<Artifact> {
        self.0.artifacts().unwrap()
    }

    pub(crate) fn publish(&mut self, who: &str) -> Digest {
        self.publish_relying_on(self.entries().unwrap(), who)
    }

    pub(crate) fn publish_relying_on(&mut self, relied: Vec<Digest>, who: &str) -> Digest {
        let act = self.publication(relied).unwrap();
        self.say(act, Some("release"), who)
    }

    /// The site is looked at, and lists nothing.
    pub(crate) fn unlist(&mut self) {
        let mut sights = Sights::default();
        sights.take("downloads".parse().unwrap(), Sight::of_index([]));
        self.0.sights = Some(sights);
    }

    /// No site can be seen from here.
    pub(crate) fn unsee(&mut self) {
        self.0.sights = Some(Sights::default());
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
        self.0.say(act, role, who).unwrap()
    }

    /// Signs a statement that has seen only `after`.
    pub(crate) fn say_after(&mut self, act: Act, role: Option<&str>, who: &str, after: BTreeSet<Digest>) -> Digest {
        self.0.say_after(act, role, who, after).unwrap()
    }

    pub(crate) fn statement(&mut self, act: Act, role: Option<&str>, who: &str, after: BTreeSet<Digest>) -> Statement {
        self.0.statement(act, role, who, after).unwrap()
    }

    pub(crate) fn text(&self, path: &str) -> String {
        self.0.text(path).unwrap()
    }

    pub(crate) fn write(&mut self, path: &str, text: &str) {
        self.0.write(path, text);
    }

    pub(crate) fn append(&mut self, path: &str, text: &str) {
        let all = format!("{}{text}", self.text(path));
        self.write(path, &all);
    }

    pub(crate) fn version(&self) -> Version {
        self.facts.version.clone()
    }
}
