//! `holdpoint add`: takes in a statement that was signed elsewhere, with nothing but `ssh-keygen`.

use std::path::PathBuf;

use clap::Args;
use holdpoint_core::key::Signature;
use holdpoint_core::name::listed;
use holdpoint_core::statement::Statement;

use crate::desk::{Placed, Receipt, along, entry_path, has_room, no_about, rests_on};
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::repo::Identity;
use crate::share::{Parcel, keeps, share};
use crate::shell::{Reading, Shell, Signing, relied_on};

/// Take in a statement that was signed elsewhere
///
/// Takes the bytes that `holdpoint sign --request` wrote and the signature that `ssh-keygen -Y sign` made over them. Only
/// a valid one is taken in.
///
/// Exit codes: 0 taken in, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The statement
    file: PathBuf,
    /// Its signature
    signature: PathBuf,
    #[command(flatten)]
    signing: Signing,
}

/// A signature with the line ends that it was made with: programs on the way turn them to CRLF, or lose the last one.
fn mended(armor: Vec<u8>) -> Vec<u8> {
    if Signature::parse(&armor).is_ok() {
        return armor;
    }
    let plain: Vec<u8> = armor.iter().copied().filter(|it| *it != b'\r').collect();
    let plain = [plain.trim_ascii(), b"\n"].concat();
    // What is no signature either way is told as it was given.
    if Signature::parse(&plain).is_ok() { plain } else { armor }
}

/// Takes it in.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|why| Failure::usage(format!("`{}` cannot be read", path.display())).because(why))
    };
    let bytes = read(&options.file)?;
    let shown = options.file.display();
    let statement = Statement::parse(&bytes).map_err(|why| Failure::refused(format!("`{shown}` {why}")).hint("write it with `holdpoint sign VERSION REQUIREMENT --request FILE`"))?;
    let namespace = statement.namespace();
    let sign = format!("ssh-keygen -Y sign -f KEY -n {namespace} {shown}");
    let armor = mended(read(&options.signature).map_err(|it| it.hint(sign.clone()))?);
    let repo = shell.repo()?;
    let record = shell.record(&repo, &Reading { at: None, root: options.signing.root.clone() })?;
    let version = record.one(&statement.release.to_string())?;
    let evidence = record.evidence_or_fail(&version)?;
    let policy = evidence.policy();
    relied_on(shell, evidence.chain(), record.pins())?;
    keeps(&repo, policy, &options.signing)?;
    if statement.project != *policy.project() || evidence.chain().of_digest(&statement.policy).is_none() {
        return Err(Failure::refused(format!("`{shown}` was written for another project or policy")).hint("write it anew with `holdpoint sign … --request`"));
    }
    let signature = Signature::parse(&armor).map_err(|why| why.to_string());
    let verified = signature.and_then(|it| policy.ring().verify(&statement.by, &namespace, &bytes, &it).map(drop).map_err(|why| why.to_string()));
    verified.map_err(|why| {
        Failure::refused(format!("`{}`: the signature {why}", options.signature.display()))
            .hint(sign)
    })?;
    let unknown: Vec<_> = statement.names().filter(|it| evidence.ledger().get(it).is_none()).map(|it| it.short()).collect();
    if !unknown.is_empty() {
        return Err(Failure::refused(format!("`{shown}` names {}, which the ledger of {version} does not have", listed(unknown, "and"))).hint(format!("{}   (then add it again)", repo.pull(policy.branch()))));
    }
    let id = statement.id();
    if evidence.ledger().get(&id).is_some() {
        return Err(Failure::refused(format!("this {} is in the ledger of {version} already: {}", statement.act.noun(), id.short()))
            .hint(format!("holdpoint show {}", id.short())));
    }
    has_room(&evidence, &statement.act)?;
    let path = entry_path(&version, &id);
    let files = vec![(path.clone(), bytes), (format!("{path}.sig"), armor)];
    let (kind, noun) = (statement.act.kind(), statement.act.noun());
    let parcel = Parcel {
        files,
        along: along(&record, &evidence, [&statement])?,
        no_about: no_about([&statement]),
        removed: Vec::new(),
        rests_on: rests_on([&statement]),
        message: format!("Add the {noun} of {} for {version}\n\n{kind}: {id}\n", statement.by),
        author: repo.user_identity()?.unwrap_or_else(|| Identity::of_email(statement.by.as_str())),
        branch: format!("holdpoint/{version}-{kind}-{}", id.short()),
    };
    let shared = share(shell, &repo, &record.snapshot, policy, &options.signing, &parcel)?;
    Ok(Outcome::deed(Exit::Done, Receipt { placed: vec![Placed { id, statement }], shared }))
}
