//! `holdpoint policy sign`: an owner's yes to the proposed policy, as it is written in the work tree.

use std::collections::BTreeMap;

use clap::Args;
use holdpoint_core::content::Content;
use holdpoint_core::digest::Digest;
use holdpoint_core::key::Namespace;
use holdpoint_core::name::{Person, listed};
use holdpoint_core::policy::{POLICY_NAMESPACE, Policy, Proposal, Signatures, Tally};
use schemars::JsonSchema;
use serde::Serialize;

use super::consequences::Consequences;
use super::draft::{Draft, FILES, place};
use super::json::{ConsequencesJson, SignaturesJson};
use crate::command::sign::shown_line;
use crate::desk::author;
use crate::failure::{Exit, Failure};
use crate::gather::PROPOSED;
use crate::outcome::{Outcome, View};
use crate::render::json::{SCHEMA, value};
use crate::render::{paint, wrap};
use crate::repo::{Repo, unified_diff};
use crate::share::{Parcel, Shared, share, share_again, unshared};
use crate::shell::{Shell, Signing};
use crate::signer::Signer;

/// Sign the proposed policy, as one of its owners or of those before
///
/// Signs `policy/proposed/policy.toml` as it is in the work tree, and with it, by their digests, `signers` and `sealed`. Without
/// `--yes` it shows what changes against the policy in force, everything that is sealed anew and whose sign-offs lapse, and asks
/// for `policy N` to be typed. It commits the files of `policy/proposed` together with the signature, and nothing else; `--push`
/// shares it. The other owners pull, and sign. Signatures of other bytes are taken out.
///
/// Exit codes: 0 signed, 1 refused by a rule, 2 bad usage, 4 could not, such as a proposal that cannot be read.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    signing: Signing,
}

/// The answer of `holdpoint policy sign`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "policy sign")]
pub(crate) struct PolicySignJson {
    schema: u64,
    /// The number of the proposed policy.
    policy: u64,
    /// The SHA-256 of its `policy.toml`.
    sha256: String,
    by: String,
    /// Where the signature lies, from the coordination root.
    path: String,
    signatures: SignaturesJson,
    consequences: ConsequencesJson,
    /// The signatures of other bytes that were taken out, from the coordination root.
    removed: Vec<String>,
    /// Whether others see it.
    shared: bool,
    /// The same in words, or what to do about it.
    message: String,
    exit_code: u8,
}

/// Signs.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { signing } = options;
    let repo = shell.repo()?;
    let draft = Draft::written(shell, &repo, signing.root.as_deref())?;
    let proposal = draft.proposal()?;
    let consequences = draft.consequences(shell, &proposal)?;
    let rings = [proposal.policy.ring(), draft.chain.current().ring()];
    let signer = Signer::find_among(&repo, &rings, signing.person.as_ref(), signing.key.as_deref())?;
    if has_signed(&draft, &proposal, signer.person())? {
        return again(&repo, &draft, proposal, signer.person().clone(), consequences, &signing);
    }
    if draft.changes_nothing(&proposal)? {
        shell.warn(&format!("policy {} changes nothing but its number and what it seals", draft.number()));
    }
    for brittle in proposal.policy.brittle() {
        shell.warn(&brittle);
    }
    let name = format!("policy {}", draft.number());
    if !signing.yes {
        present(&draft, &proposal, &consequences, signer.person())?;
        Shell::confirm(&format!("Type {name} to sign it"), &name)?;
    }
    let done = signed(&draft, &proposal, &signer)?;
    let parcel = parcel(&draft, &done, &signing)?;
    let shared = share(shell, &repo, &draft.head.snapshot, draft.chain.current(), &signing, &parcel)?;
    let removed = done.unfit.iter().map(|it| place(it)).collect();
    let pull = pull(&repo, draft.chain.current())?;
    tidy(shell, &draft, &done.unfit);
    let signatures = if shared.is_yes() { recounted(shell, &repo, &draft, &proposal, &signing) } else { None };
    let signatures = signatures.unwrap_or(done.signatures);
    let (policy, person) = (proposal.policy, signer.person().clone());
    Ok(Outcome::deed(Exit::Done, PolicySigned { policy, person, signatures, consequences, removed, shared, pull }))
}

/// Shares a signature that is committed already, where that is asked for; otherwise there is nothing to do.
fn again(
    repo: &Repo,
    draft: &Draft<'_>,
    proposal: Proposal,
    person: Person,
    consequences: Consequences,
    signing: &Signing,
) -> Result<Outcome, Failure> {
    let is_committed = draft.uncommitted()?.is_empty();
    let (snapshot, current) = (&draft.head.snapshot, draft.chain.current());
    if signing.push
        && is_committed
        && let Some(shared) = share_again(repo, snapshot, current)?
    {
        let Proposal { policy, signatures, .. } = proposal;
        return Ok(Outcome::deed(Exit::Done, PolicySigned { policy, person, signatures, consequences, removed: Vec::new(), shared, pull: pull(repo, current)? }));
    }
    let next = match unshared(repo, snapshot, current)? {
        _ if !is_committed => format!("git add policy/{PROPOSED} && git commit   (the signature is not committed yet)"),
        Some((remote, branch)) => format!("git push {remote} HEAD:{branch}   (the signature is not shared yet)"),
        None => next_step(&proposal.signatures, pull(repo, current)?.as_deref()),
    };
    Err(Failure::refused(format!("{person} has signed policy {} already, as it is here", draft.number())).hint(next))
}

/// Who has signed by now, as it was pushed: others may have been faster. What cannot be told leaves the count as it was.
fn recounted(shell: &Shell, repo: &Repo, draft: &Draft<'_>, proposal: &Proposal, signing: &Signing) -> Option<Signatures> {
    let branch = draft.chain.current().branch();
    let remote = repo.remote_for(branch).ok()??;
    let tip = repo.tip_of(&format!("refs/remotes/{remote}/{branch}")).ok()??;
    let record = shell.record_of_tip(repo, &tip, signing.root.as_deref()).ok()?;
    let there = record.chain().ok()?.ok()?.proposal(&record.proposed_files().ok()?).ok()??;
    (there.policy.digest() == proposal.policy.digest()).then_some(there.signatures)
}

/// Whether somebody has signed already. Refuses somebody whose signature is of no use.
fn has_signed(draft: &Draft<'_>, proposal: &Proposal, person: &Person) -> Result<bool, Failure> {
    let (current, next) = (draft.chain.current(), &proposal.policy);
    let speaks = |it: &Policy| !it.voices(it.owners(), [person]).is_empty();
    let tallies: Vec<&Tally> = tallies(&proposal.signatures).filter(|it| it.signed.contains(person) || it.wanting.contains(person)).collect();
    if !speaks(current) && !speaks(next) {
        let owners: Vec<String> = [current, next].map(|it| format!("policy {}: {}", it.number(), listed(&it.owners().members, "and"))).into();
        return Err(Failure::refused(format!("{person} is no owner of policy {} or of policy {}", current.number(), next.number()))
            .because(format!("the owners are\n{}", owners.join("\n")))
            .hint("ask one of them: holdpoint policy sign"));
    }
    Ok(!tallies.is_empty() && tallies.iter().all(|it| it.signed.contains(person)))
}

/// The command that brings the branch of record to somebody else, where it has a remote.
fn pull(repo: &Repo, current: &Policy) -> Result<Option<String>, Failure> {
    Ok(repo.remote_for(current.branch())?.map(|_| repo.pull(current.branch())))
}

/// Both tallies.
fn tallies(signatures: &Signatures) -> impl Iterator<Item = &Tally> {
    signatures.before.iter().chain([&signatures.own])
}

/// What comes next for a proposal.
fn next_step(signatures: &Signatures, pull: Option<&str>) -> String {
    if signatures.is_full() {
        return "holdpoint policy adopt".to_owned();
    }
    // Where nothing is shared there is nothing to pull.
    let pull = pull.map(|it| format!("{it} && ")).unwrap_or_default();
    format!("{pull}holdpoint policy sign   (who: {})", listed(signatures.wanting(), "or"))
}

/// Shows what changes.
fn present(
    draft: &Draft<'_>,
    proposal: &Proposal,
    consequences: &Consequences,
    person: &Person,
) -> Result<(), Failure> {
    let plain = draft.plain();
    for name in FILES.into_iter().take(2) {
        let new = plain.get(name).copied().unwrap_or_default();
        let diff = match draft.in_force(name)? {
            old if old == new => format!("{}: as it is in force\n", place(name)),
            old => difference(&draft.place_in_force(name), &place(name), &old, new),
        };
        Shell::say(&diff.lines().map(|it| format!("{}\n", shown_line(it))).collect::<String>());
    }
    let own = format!("{person}.sig");
    let unfit: Vec<String> = proposal.signatures.bad.keys().filter(|it| **it != own).map(|it| place(it)).collect();
    if !unfit.is_empty() {
        Shell::say(&format!("of other bytes, and will be taken out: {}", listed(unfit, "and")));
    }
    let told = consequences.expected();
    if !told.is_empty() {
        Shell::say(&format!("when it is adopted:\n{told}"));
    }
    Shell::say(&format!(
        "{}: its owners hand over to it, and answer for who may sign what from now on.",
        paint::bold(&format!("Policy {}", draft.number()))
    ));
    Ok(())
}

/// The difference between a file in force and the proposed one, without the digests, which were held against the files.
fn difference(from: &str, to: &str, old: &[u8], new: &[u8]) -> String {
    let is_digest = |line: &&str| {
        let value = ["previous = \"", "signers = \"", "sealed = \""].iter().find_map(|it| line.get(1..)?.strip_prefix(it));
        let value = value.and_then(|it| it.split('"').next());
        line.starts_with(['+', '-']) && value.is_some_and(|it| it.is_empty() || it.parse::<Digest>().is_ok())
    };
    let diff = unified_diff(to, old, new).replacen(&format!("--- {to}"), &format!("--- {from}"), 1);
    diff.split_inclusive('\n').filter(|it| !is_digest(it)).collect()
}

/// A proposal with one more signature.
struct Signed {
    person: Person,
    /// All files of the proposal, by name.
    files: BTreeMap<String, Vec<u8>>,
    signatures: Signatures,
    /// The signatures of other bytes, by name.
    unfit: Vec<String>,
}

/// Signs. A signature that would not count is none.
fn signed(draft: &Draft<'_>, proposal: &Proposal, signer: &Signer) -> Result<Signed, Failure> {
    let person = signer.person().clone();
    let plain = draft.plain();
    let text = plain.get(FILES[0]).copied().unwrap_or_default();
    let armor = signer.sign(&Namespace::of(POLICY_NAMESPACE), text)?;
    let own = format!("{person}.sig");
    let unfit: Vec<String> = proposal.signatures.bad.keys().filter(|it| **it != own).cloned().collect();
    let mut files: BTreeMap<String, Vec<u8>> = plain.into_iter().map(|(name, it)| (name.to_owned(), it.to_vec())).collect();
    files.retain(|name, _| !unfit.contains(name));
    files.insert(own.clone(), armor);
    let all = files.iter().map(|(name, it)| (format!("{PROPOSED}/{name}"), Content::Plain(it.clone()))).collect();
    let unread = |findings| Failure::new("the signed proposal does not read back; nothing is written").findings(findings);
    let signatures = draft.chain.proposal(&all).map_err(unread)?.ok_or_else(|| unread(Vec::new()))?.signatures;
    let counts = tallies(&signatures).any(|it| it.signed.contains(&person));
    if !counts {
        let why = signatures.bad.get(&own).map_or("it counts for neither policy", String::as_str);
        return Err(Failure::refused(format!("{person} cannot sign a policy with this key; nothing is written"))
            .because(format!("the signature {why}"))
            .hint("sign with another key of an owner: --as EMAIL --key FILE"));
    }
    Ok(Signed { person, files, signatures, unfit })
}

/// What is committed: the files of the proposal, without the signatures of other bytes.
fn parcel(draft: &Draft<'_>, signed: &Signed, signing: &Signing) -> Result<Parcel, Failure> {
    let committed = draft.head.proposed_files()?;
    let name_of = |path: &String| path.strip_prefix(PROPOSED).and_then(|it| it.strip_prefix('/')).map(str::to_owned);
    let removed = committed.keys().filter_map(name_of).filter(|it| !signed.files.contains_key(it)).map(|it| place(&it));
    let is_known = |name: &str| committed.get(&format!("{PROPOSED}/{name}")).and_then(Content::bytes) == signed.files.get(name).map(Vec::as_slice);
    // A signature alone can be put on whatever the branch has meanwhile, if the proposal is the same there.
    let rests_on = if FILES.into_iter().all(is_known) { FILES.map(place).into() } else { vec!["policy".to_owned()] };
    let number = draft.number();
    let reason = signing.reason.as_ref().map(|it| format!("{it}\n\n")).unwrap_or_default();
    let digest = signed.files.get(FILES[0]).map_or(draft.chain.current().digest(), |it| Digest::of(it));
    let armor = signed.files.get(&format!("{}.sig", signed.person)).map(|it| Digest::of(it).short()).unwrap_or_default();
    Ok(Parcel {
        along: Vec::new(),
        no_about: None,
        files: signed.files.iter().map(|(name, it)| (place(name), it.clone())).collect(),
        removed: removed.collect(),
        rests_on,
        message: format!("Sign policy {number}\n\n{reason}policy: sha256:{digest}\n"),
        author: author(draft.head.repo, &signed.person)?,
        branch: format!("holdpoint/policy-{number}-{armor}"),
    })
}

/// Takes the signatures of other bytes off the disk, where git did not know them.
fn tidy(shell: &Shell, draft: &Draft<'_>, unfit: &[String]) {
    let Some(top) = draft.head.repo.work_tree() else { return };
    let folder = top.join(draft.head.snapshot.prefix()).join("policy").join(PROPOSED);
    for path in unfit.iter().map(|it| folder.join(it)).filter(|it| it.symlink_metadata().is_ok()) {
        if let Err(why) = std::fs::remove_file(&path) {
            shell.warn(&format!("`{}` is of other bytes, and cannot be removed: {why}", path.display()));
        }
    }
}

struct PolicySigned {
    policy: Policy,
    person: Person,
    signatures: Signatures,
    consequences: Consequences,
    removed: Vec<String>,
    shared: Shared,
    /// What brings it to the others, where it can be shared.
    pull: Option<String>,
}

impl View for PolicySigned {
    fn human(&self) -> String {
        let Self { policy, person, signatures, consequences, removed, shared, pull } = self;
        let mut out = format!("signed policy {} by {person}\n{}\n", policy.number(), wrap::hanging(&signatures.words(), 0));
        out.push_str(&consequences.expected());
        if !removed.is_empty() {
            out.push_str(&format!("taken out, because they are of other bytes: {}\n", listed(removed, "and")));
        }
        let next = next_step(signatures, pull.as_deref());
        // What the others pull must be there first.
        let next = if shared.is_yes() || signatures.is_full() || pull.is_none() { next } else { format!("share it, as said below; then the others: {next}") };
        format!("{out}\nnext: {next}\n\n{}\n", shared.line())
    }

    fn json(&self) -> serde_json::Value {
        value(&PolicySignJson {
            schema: SCHEMA,
            policy: self.policy.number(),
            sha256: self.policy.digest().to_string(),
            by: self.person.to_string(),
            path: place(&format!("{}.sig", self.person)),
            signatures: SignaturesJson::of(&self.signatures),
            consequences: ConsequencesJson::of(&self.consequences),
            removed: self.removed.clone(),
            shared: self.shared.is_yes(),
            message: self.shared.line(),
            exit_code: 0,
        })
    }
}
