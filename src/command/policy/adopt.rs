//! `holdpoint policy adopt`: puts the fully signed proposal in force.

use std::collections::BTreeMap;

use clap::Args;
use holdpoint_core::content::Content;
use holdpoint_core::name::{Person, listed};
use holdpoint_core::policy::{Chain, Policy, Proposal, Signatures, folder};
use schemars::JsonSchema;
use serde::Serialize;

use super::consequences::Consequences;
use super::draft::{Draft, place};
use super::json::{ConsequencesJson, SignaturesJson};
use super::places::{branch_step, stays};
use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, View};
use crate::render::json::{SCHEMA, value};
use crate::render::wrap;
use crate::repo::{Identity, Repo};
use crate::share::{Parcel, Shared, share};
use crate::shell::{Shell, Signing};

/// Put the fully signed proposal in force
///
/// Moves `policy/proposed` of HEAD to `policy/NUMBER`, if enough owners of the policy in force and of the new one have signed
/// it, and commits that. Anybody may run it: it signs nothing. The pin of this clone moves forward to it once it is shared.
///
/// Exit codes: 0 adopted, 1 refused by a rule, such as signatures that are wanting, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Commit as this person [default: git's user]
    #[arg(long = "as", value_name = "EMAIL")]
    person: Option<Person>,
    /// Ask nothing
    #[arg(long)]
    yes: bool,
    /// Only move the files; commit them yourself
    #[arg(long, conflicts_with = "push")]
    no_commit: bool,
    /// Push it, so that others and CI see it
    #[arg(long)]
    push: bool,
    /// The root that the policy must come from, besides `HOLDPOINT_ROOT` and `git config holdpoint.root`
    #[arg(long, value_name = "sha256:…")]
    root: Option<String>,
}

/// The answer of `holdpoint policy adopt`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "policy adopt")]
pub(crate) struct PolicyAdoptJson {
    schema: u64,
    /// The number of the policy that is in force now.
    policy: u64,
    /// The SHA-256 of its `policy.toml`, which can be pinned.
    sha256: String,
    /// Where it lies, from the coordination root.
    folder: String,
    signatures: SignaturesJson,
    consequences: ConsequencesJson,
    /// Whether others see it.
    shared: bool,
    /// The same in words, or what to do about it.
    message: String,
    exit_code: u8,
}

/// Adopts it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { person, yes, no_commit, push, root } = options;
    let repo = shell.repo()?;
    let draft = Draft::committed(shell, &repo, root.as_deref())?;
    if let Some(path) = draft.uncommitted()?.first() {
        return Err(Failure::refused(format!("`{path}` is not committed as it is here"))
            .hint("what is adopted is what HEAD holds: holdpoint policy sign   (commits the proposal; or put your changes aside: git stash -u)"));
    }
    let proposal = draft.proposal()?;
    if !proposal.signatures.is_full() {
        return Err(Failure::refused(proposal.signatures.words())
            .hint(format!("holdpoint policy sign   (who: {})", listed(proposal.signatures.wanting(), "or"))));
    }
    stays(draft.chain.current(), &proposal.policy)?;
    let consequences = draft.consequences(shell, &proposal)?;
    for name in proposal.signatures.bad.keys() {
        shell.warn(&format!("`{}` is no signature of this policy, and is left behind", place(name)));
    }
    let files = moved(&draft, &proposal);
    let chain = read_back(&draft, &files)?;
    let author = author(&repo, person.as_ref())?;
    let parcel = parcel(&draft, &proposal, &files, author)?;
    // It signs nothing, so who signs and with what is not asked.
    let signing = Signing { person, key: None, reason: None, yes, no_commit, push, root };
    let branch = repo.head()?.branch().map(str::to_owned);
    let mut shared = share(shell, &repo, &draft.head.snapshot, draft.chain.current(), &signing, &parcel)?;
    if shared.is_yes()
        && let Some(step) = branch_step(&draft.head, draft.chain.current(), &proposal.policy)?
    {
        shared = Shared::NotYet(format!("`{}` is the branch of record now: {step}", proposal.policy.branch()));
    }
    // Until others have it, it may yet be undone; the older policy must still satisfy the pin then.
    let of_record = proposal.policy.branch();
    let is_own_record = !no_commit && branch.as_deref() == Some(of_record) && repo.remote_for(of_record)?.is_none();
    if shared.is_yes() || is_own_record {
        shell.move_pin(&repo, &chain);
    }
    let Proposal { policy, signatures, .. } = proposal;
    Ok(Outcome::deed(Exit::Done, Adopted { policy, signatures, consequences, shared, is_committed: !no_commit }))
}

/// The files of the proposal that move, by name: all but what is no signature of it.
fn moved<'d>(draft: &'d Draft<'_>, proposal: &Proposal) -> BTreeMap<&'d str, &'d [u8]> {
    draft.plain().into_iter().filter(|(name, _)| !proposal.signatures.bad.contains_key(*name)).collect()
}

/// The chain with the proposal in its place, read as everybody will read it.
fn read_back(draft: &Draft<'_>, files: &BTreeMap<&str, &[u8]>) -> Result<Chain, Failure> {
    let mut all = draft.head.policy_files()?;
    let folder = folder(draft.number());
    all.extend(files.iter().map(|(name, it)| (format!("{folder}/{name}"), Content::Plain(it.to_vec()))));
    let chain = Chain::read(&all).map_err(|findings| {
        Failure::new(format!("policy {} cannot be adopted; nothing is written", draft.number())).findings(findings)
    })?;
    if chain.current().number() == draft.number() {
        return Ok(chain);
    }
    Err(Failure::new(format!("policy {} would not be the one in force; nothing is written", draft.number()))
        .hint("holdpoint policy check   (says what is wrong)"))
}

/// Who commits: git's identity, or else the person who is named.
fn author(repo: &Repo, person: Option<&Person>) -> Result<Identity, Failure> {
    match (repo.user_identity()?, person) {
        (Some(identity), _) => Ok(identity),
        (None, Some(person)) => Ok(Identity::of_email(person.as_str())),
        (None, None) => Err(Failure::usage("git does not know who you are").hint("say who you are: --as EMAIL")),
    }
}

/// What is committed: the files in their new place, and none in the old one.
fn parcel(
    draft: &Draft<'_>,
    proposal: &Proposal,
    files: &BTreeMap<&str, &[u8]>,
    author: Identity,
) -> Result<Parcel, Failure> {
    let (number, digest) = (draft.number(), proposal.policy.digest());
    let folder = folder(number);
    Ok(Parcel {
        along: Vec::new(),
        no_about: None,
        files: files.iter().map(|(name, it)| (format!("policy/{folder}/{name}"), it.to_vec())).collect(),
        removed: draft.head.proposed_files()?.into_keys().map(|it| format!("policy/{it}")).collect(),
        rests_on: vec!["policy".to_owned()],
        message: format!("Adopt policy {number}\n\npolicy: sha256:{digest}\n"),
        author,
        branch: format!("holdpoint/policy-{number}-{}", digest.short()),
    })
}

struct Adopted {
    policy: Policy,
    signatures: Signatures,
    consequences: Consequences,
    shared: Shared,
    is_committed: bool,
}

impl View for Adopted {
    fn human(&self) -> String {
        let Self { policy, signatures, consequences, shared, is_committed } = self;
        let (number, digest) = (policy.number(), policy.digest());
        let place = folder(number);
        let mut out = if *is_committed {
            format!("policy {number} is in force here: policy/{place}\n")
        } else {
            format!("policy {number} lies in its place, and is in force once that is committed: policy/{place}\n")
        };
        out.push_str(&format!("{}\n", wrap::hanging(&signatures.words(), 0)));
        out.push_str(&consequences.happened());
        out.push_str(&format!(
            "\nroot: sha256:{digest}\n  the pin that CI and colleagues have still holds; they may move it forward to this one\n"
        ));
        format!("{out}\n{}\n", shared.line())
    }

    fn json(&self) -> serde_json::Value {
        value(&PolicyAdoptJson {
            schema: SCHEMA,
            policy: self.policy.number(),
            sha256: self.policy.digest().to_string(),
            folder: format!("policy/{}", folder(self.policy.number())),
            signatures: SignaturesJson::of(&self.signatures),
            consequences: ConsequencesJson::of(&self.consequences),
            shared: self.shared.is_yes(),
            message: self.shared.line(),
            exit_code: 0,
        })
    }
}
