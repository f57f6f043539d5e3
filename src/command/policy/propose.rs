//! `holdpoint policy propose`: writes the next policy, ready to edit; or refreshes what binds it to the record.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use holdpoint_core::content::Content;
use holdpoint_core::decide::{facts_to_seal, publications};
use holdpoint_core::digest::Digest;
use holdpoint_core::finding::{Code, Finding, Severity, sort};
use holdpoint_core::name::{counted, escaped, listed};
use holdpoint_core::policy::{PolicyFiles, Sealed};
use schemars::JsonSchema;
use serde::Serialize;

use super::checkpoint::{Moved, unsettled};
use super::consequences::evidence;
use super::draft::{Draft, FILES, place};
use super::header::{Header, refreshed, value as header_value};
use crate::command::new::from_here;
use crate::failure::{Exit, Failure};
use crate::gather::PROPOSED;
use crate::outcome::{Outcome, View};
use crate::render;
use crate::render::json::{FindingJson, SCHEMA, findings, value};
use crate::repo::{Repo, write_whole};
use crate::shell::Shell;

/// Write the next policy, ready to edit; again, refresh it
///
/// Writes `policy/proposed/` to the work tree and commits nothing: a copy of the policy in force with the next number, its key
/// ring, and `sealed`, the list of everything that went out. Edit `policy.toml` and `signers` there; then run it again: it keeps
/// what you wrote, and refreshes number, digests and seal. Signatures that do not fit any more are removed. `holdpoint policy
/// sign` commits the files.
///
/// Exit codes: 0 written, 1 refused by a rule, 2 bad usage, 4 could not, or what is written cannot be signed yet.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Have the proof of history begin at HEAD from this policy on; HEAD must be proved, but for a fork of the policies, which
    /// this settles: the policies of HEAD hold
    #[arg(long)]
    checkpoint: bool,
    /// The root that the policy must come from, besides `HOLDPOINT_ROOT` and `git config holdpoint.root`
    #[arg(long, value_name = "sha256:…")]
    root: Option<String>,
}

/// The answer of `holdpoint policy propose`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "policy propose")]
pub(crate) struct PolicyProposeJson {
    schema: u64,
    /// The number of the next policy.
    policy: u64,
    /// The files that were written, from the coordination root; none if nothing had to change.
    written: Vec<String>,
    /// The ids that it seals anew.
    sealed: Vec<String>,
    /// The signatures that did not fit any more and were removed, from the coordination root.
    removed: Vec<String>,
    /// What has to be mended before it can be signed.
    findings: Vec<FindingJson>,
    /// What comes next.
    next: Vec<String>,
    exit_code: u8,
}

/// Writes it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let draft = Draft::written(shell, &repo, options.root.as_deref())?;
    let folder = folder_of(&repo, &draft)?;
    let checkpoint = if options.checkpoint { Some(checkpoint(&draft)?) } else { None };
    let is_new = draft.files.is_empty();
    if checkpoint.is_none() {
        is_proved(&draft)?;
    }
    let sealed = sealed(shell, &draft)?;
    let files = files(shell, &draft, &sealed, checkpoint.as_deref())?;
    let (findings, unfit) = judged(&draft, &files)?;
    let present = draft.plain();
    let changed = || files.iter().filter(|(name, bytes)| present.get(*name) != Some(&bytes.as_slice()));
    for (name, bytes) in changed() {
        let path = folder.join(name);
        write_whole(&path, bytes)
            .map_err(|why| Failure::new(format!("`{}` cannot be written", path.display())).because(why))?;
    }
    for name in &unfit {
        let path = folder.join(name);
        std::fs::remove_file(&path)
            .map_err(|why| Failure::new(format!("`{}` cannot be removed", path.display())).because(why))?;
    }
    let written = Written {
        number: draft.number(),
        is_new,
        paths: changed().map(|(name, _)| place(name)).collect(),
        fresh: sealed.since(draft.chain.sealed()).copied().collect(),
        all_sealed: sealed.ids().count(),
        removed: unfit.iter().map(|it| place(it)).collect(),
        findings,
        shown: from_here(&repo, &draft.head, &format!("policy/{PROPOSED}")),
    };
    let exit = written.exit();
    Ok(Outcome::deed(exit, written))
}

/// The folder of the proposal in the work tree.
fn folder_of(repo: &Repo, draft: &Draft<'_>) -> Result<PathBuf, Failure> {
    let top = repo.work_tree().ok_or_else(|| {
        Failure::usage("a bare repository has no files to write").hint("run it in a clone with a work tree")
    })?;
    let policy = top.join(draft.head.snapshot.prefix()).join("policy");
    let folder = policy.join(PROPOSED);
    let is_odd = |it: &&Path| it.symlink_metadata().is_ok_and(|it| !it.is_dir());
    if let Some(odd) = [policy.as_path(), folder.as_path()].into_iter().find(is_odd) {
        return Err(Failure::new(format!("`{}` is no folder", odd.display())).hint("move it away"));
    }
    Ok(folder)
}

/// HEAD, as the place where the proof of history begins: everything up to it is proved now, and will not be asked again. A
/// fork of the policies is settled by it: the ones that are here hold.
fn checkpoint(draft: &Draft<'_>) -> Result<String, Failure> {
    let past = draft.head.past(&draft.chain)?;
    let lost = unsettled(&past);
    if lost.is_empty() {
        return Ok(draft.head.snapshot.commit_id());
    }
    Err(Failure::new("the history up to HEAD is not proved, so it cannot be a checkpoint").findings(lost))
}

/// What is gone cannot be sealed, and nobody would see that it is not. So all that was ever signed must be there.
fn is_proved(draft: &Draft<'_>) -> Result<(), Failure> {
    let past = draft.head.past(&draft.chain)?;
    let lost = unsettled(&past);
    if !lost.is_empty() {
        return Err(Failure::new("the history up to HEAD is not proved, so what went out cannot be sealed").findings(lost));
    }
    let text = draft.plain().get(FILES[0]).map(|it| String::from_utf8_lossy(it).into_owned()).unwrap_or_default();
    let kept = draft.chain.current().checkpoint().unwrap_or_default();
    if past.is_proved() || past.is_unreadable() || header_value(&text, "checkpoint").is_some_and(|it| it != kept) {
        return Ok(());
    }
    Err(Failure::refused("the policies have a fork, and this would not settle it")
        .findings(past.findings().to_vec())
        .hint("holdpoint policy propose --checkpoint   (the policies that are here hold, once the owners have signed and adopted it)"))
}

/// Everything that counts as having gone out, and all that was sealed before.
fn sealed(shell: &Shell, draft: &Draft<'_>) -> Result<Sealed, Failure> {
    let mut ids: BTreeSet<Digest> = draft.chain.sealed().ids().copied().collect();
    let mut doubts = Vec::new();
    for version in draft.head.versions()? {
        let evidence = evidence(&draft.head, &version)?;
        ids.extend(facts_to_seal(&evidence));
        let (_, faults) = publications(&evidence);
        for fault in evidence.faults().iter().chain(&faults).filter(|it| it.severity > Severity::Warning) {
            match fault.code {
                // Nobody would seal what cannot be read or is lost; after one more policy it never went out. It can be mended.
                Code::BadEntry | Code::EntryMissing => doubts.push(fault.clone()),
                // This cannot: were it refused, whoever kept a retired key could stop every further policy.
                Code::Unsealed | Code::Unproven => {
                    let (code, message) = (fault.code, &fault.message);
                    shell.warn(&escaped(&format!("{version} has something that is not sealed: {code}: {message}")));
                }
                _ => {}
            }
        }
    }
    sort(&mut doubts);
    if doubts.is_empty() {
        return Ok(ids.into_iter().collect());
    }
    Err(Failure::new("something that may have gone out is doubted, so it cannot be sealed").findings(doubts))
}

/// The three files, by name: what the user wrote, or what is in force, bound to the record as it is now.
fn files(
    shell: &Shell,
    draft: &Draft<'_>,
    sealed: &Sealed,
    checkpoint: Option<&str>,
) -> Result<Vec<(&'static str, Vec<u8>)>, Failure> {
    let [policy_name, ring_name, sealed_name] = FILES;
    let bytes = |name: &str| -> Result<Vec<u8>, Failure> {
        match draft.files.get(&format!("{PROPOSED}/{name}")) {
            None => draft.in_force(name),
            Some(Content::Plain(bytes)) => Ok(bytes.clone()),
            Some(other) => Err(Failure::new(format!("`{}` {}", place(name), other.fault())).hint("move it away")),
        }
    };
    let (text, ring) = (bytes(policy_name)?, bytes(ring_name)?);
    let text = String::from_utf8(text).map_err(|why| {
        Failure::new(format!("`{}` is no UTF-8 text", place(policy_name))).because(why).hint("write it anew as UTF-8")
    })?;
    let current = draft.chain.current();
    let previous: Option<Digest> = header_value(&text, "previous").and_then(|it| it.parse().ok());
    if let Some(older) = previous.and_then(|it| draft.chain.of_digest(&it)).filter(|it| it.number() < current.number())
        && draft.files.contains_key(&format!("{PROPOSED}/{policy_name}"))
    {
        shell.warn(&format!(
            "the proposal was written on policy {}, and policy {} is in force by now: what that one changed is not in it; \
             `holdpoint policy sign` shows the difference",
            older.number(),
            current.number()
        ));
    }
    let sealed = sealed.to_string().into_bytes();
    let header = Header {
        number: draft.number(),
        previous: current.digest(),
        signers: Digest::of(&ring),
        sealed: Digest::of(&sealed),
        checkpoint,
    };
    let text = refreshed(&text, &header).into_bytes();
    Ok(vec![(policy_name, text), (ring_name, ring), (sealed_name, sealed)])
}

/// What has to be mended before the proposal can be signed; and the signatures that do not fit it.
fn judged(draft: &Draft<'_>, files: &[(&str, Vec<u8>)]) -> Result<(Vec<Finding>, Vec<String>), Failure> {
    let mut all: PolicyFiles = draft.files.clone();
    all.extend(files.iter().map(|(name, it)| (format!("{PROPOSED}/{name}"), Content::Plain(it.clone()))));
    Ok(match draft.chain.proposal(&all) {
        Ok(None) => (Vec::new(), Vec::new()),
        Ok(Some(proposal)) => {
            let moved = Moved::of(&draft.head, &draft.chain, &proposal)?;
            (moved.map(|it| it.faults).unwrap_or_default(), proposal.signatures.bad.into_keys().collect())
        }
        Err(findings) => {
            // Whose keys count cannot be told; but no signature is over bytes that were not there before.
            let is_same = files.iter().all(|(name, it)| draft.plain().get(name) == Some(&it.as_slice()) || *name != FILES[0]);
            let unfit = draft.plain().into_keys().filter(|it| !is_same && it.ends_with(".sig")).map(str::to_owned);
            (findings, unfit.collect())
        }
    })
}

struct Written {
    number: u64,
    is_new: bool,
    paths: Vec<String>,
    fresh: Vec<Digest>,
    all_sealed: usize,
    removed: Vec<String>,
    findings: Vec<Finding>,
    /// The folder, as git understands it where the user stands.
    shown: String,
}

impl Written {
    fn exit(&self) -> Exit {
        if self.findings.is_empty() { Exit::Done } else { Exit::Unable }
    }

    fn next(&self) -> Vec<String> {
        let shown = &self.shown;
        let mut next = match (self.findings.is_empty(), self.is_new) {
            (false, _) => {
                let own = self.findings.iter().filter(|it| it.place.is_none() && !it.next.starts_with("holdpoint policy propose"));
                let mut steps: Vec<String> = own.map(|it| escaped(&it.next)).collect();
                steps.push(format!("mend what is named above in {shown}, then: holdpoint policy propose"));
                return steps;
            }
            (true, true) => vec![
                format!("edit {shown}/policy.toml and {shown}/signers"),
                "holdpoint policy propose   (again, whenever `signers` has changed)".to_owned(),
            ],
            (true, false) => Vec::new(),
        };
        next.push("holdpoint policy sign".to_owned());
        next
    }
}

impl View for Written {
    fn human(&self) -> String {
        let number = self.number;
        let head = if self.is_new {
            format!("wrote {}: policy {number}, as policy {} is", self.shown, number - 1)
        } else if self.paths.is_empty() {
            format!("{} is up to date: policy {number}, with your edits", self.shown)
        } else {
            format!("refreshed {}: policy {number}, with your edits", self.shown)
        };
        let sealed = match (self.all_sealed, self.fresh.len()) {
            (0, _) => "nothing went out yet".to_owned(),
            (all, new) => format!("everything that went out: {}, {new} of it new", counted(all, "entry")),
        };
        let mut out = format!(
            "{head}\n  policy.toml  who decides what\n  signers      the key ring\n  sealed       {sealed}\n"
        );
        if !self.removed.is_empty() {
            out.push_str(&format!("removed, because they do not fit any more: {}\n", listed(&self.removed, "and")));
        }
        if !self.findings.is_empty() {
            out.push_str(&format!("\nit cannot be signed yet:\n{}", render::findings(&self.findings)));
        }
        format!("{out}\nnext: {}\n", self.next().join("\n      "))
    }

    fn json(&self) -> serde_json::Value {
        value(&PolicyProposeJson {
            schema: SCHEMA,
            policy: self.number,
            written: self.paths.clone(),
            sealed: self.fresh.iter().map(ToString::to_string).collect(),
            removed: self.removed.clone(),
            findings: findings(&self.findings),
            next: self.next(),
            exit_code: self.exit() as u8,
        })
    }
}
