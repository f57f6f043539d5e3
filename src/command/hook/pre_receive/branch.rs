//! A push to a guarded branch: what must not be in it.

use std::sync::Arc;

use holdpoint_core::evidence::moved;
use holdpoint_core::finding::{self, Code, Finding};
use holdpoint_core::name::{escaped, quoted};
use holdpoint_core::past::checkpoint_lost;
use holdpoint_core::policy::{Chain, folder, pinned};

use super::ground::{Before, Ground, Held, lost_policies};
use super::reason::Reason;
use super::update::Update;
use super::{Bench, ledgers};
use crate::failure::Failure;
use crate::gather::Record;
use crate::render::short;
use crate::shell::Shell;

/// Every reason to refuse it.
pub(super) fn judge(
    shell: &Shell,
    bench: &Bench<'_>,
    ground: &Ground,
    update: &Update,
) -> Result<Vec<Reason>, Failure> {
    let branch = update.short();
    let Some(new) = &update.new else { return Ok(deleted(ground, update)) };
    let Some(before) = ground.before(update) else {
        return Err(Failure::new(format!("`{}` has moved meanwhile", escaped(branch))).hint("push again"));
    };
    if bench.repo.snapshot(Some(new))?.root().is_none() {
        if matches!(before.held, Held::Nothing) && bench.pins.is_empty() {
            shell.note(&format!("holdpoint: `{}` holds no policy yet, so nothing is guarded", escaped(branch)));
            return Ok(Vec::new());
        }
        return Ok(vec![without_policy(bench, update, &before)]);
    }
    let record = Record::at_tip(bench.repo, new, bench.pins.clone(), bench.what_if)?;
    let mut reasons = rewritten(bench, update, new, &before)?;
    let is_forward = reasons.is_empty();
    let chain = match record.chain()? {
        Ok(chain) => chain,
        Err(findings) => {
            reasons.extend(findings.into_iter().map(|it| Reason::of(update, it)));
            return Ok(reasons);
        }
    };
    if matches!(before.held, Held::Nothing) && chain.current().branch() != branch {
        reasons.push(appoints_another(update, &chain));
    }
    let mut findings = of_policies(bench, &record, &chain, new, &before);
    if is_forward {
        findings.extend(of_past(&record, &chain, &before)?);
    }
    findings.extend(of_ledgers(bench, record, &chain, &before)?);
    if let Held::Chain(old) = &before.held {
        let told: Vec<String> = findings.iter().map(|it| it.about.clone()).collect();
        let lost = lost_policies(&chain, old).map(|number| (number, format!("policy/{}", folder(number))));
        findings.extend(lost.filter(|it| !told.contains(&it.1)).map(|it| lost_policy(it.0, &it.1, &before)));
    }
    finding::sort(&mut findings);
    reasons.extend(findings.into_iter().map(|it| Reason::of(update, it)));
    Ok(reasons)
}

/// What is wrong with where the policies lie, come from and begin their proof.
fn of_policies(
    bench: &Bench<'_>,
    record: &Record<'_>,
    chain: &Arc<Chain>,
    new: &str,
    before: &Before,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = moved(chain.current(), record.snapshot.prefix()).into_iter().collect();
    // A server without a pin guards what it has; only a release is never clear there.
    if !bench.pins.is_empty() {
        findings.extend(pinned(chain, &bench.pins));
    }
    // With the first policy the proof itself says so.
    let is_new = matches!(&before.held, Held::Chain(old) if old.current().digest() != chain.current().digest());
    if let Some(checkpoint) = chain.current().checkpoint().filter(|_| is_new)
        && !bench.repo.contains(new, checkpoint).unwrap_or(false)
    {
        findings.push(checkpoint_lost(chain));
    }
    findings
}

/// What stood before the push, or in any commit of it, and does not stand at its end.
fn of_past(record: &Record<'_>, chain: &Arc<Chain>, before: &Before) -> Result<Vec<Finding>, Failure> {
    let past = match before.held {
        Held::Nothing => record.past(chain)?.as_ref().clone(),
        Held::Broken | Held::Chain(_) => record.past_since(chain, &before.tips)?,
    };
    Ok(past.findings().to_vec())
}

fn of_ledgers<'r>(
    bench: &Bench<'r>,
    record: Record<'r>,
    chain: &Arc<Chain>,
    before: &Before,
) -> Result<Vec<Finding>, Failure> {
    let tip = before.tips.last().filter(|_| !matches!(before.held, Held::Nothing));
    let earlier = tip.map(|it| Record::open(bench.repo, Some(it), Vec::new(), true)).transpose()?;
    let earlier = earlier.map(|it| it.read_under(chain));
    ledgers::added(&record.read_under(chain), earlier.as_ref())
}

fn deleted(ground: &Ground, update: &Update) -> Vec<Reason> {
    let branch = escaped(update.short());
    let message = if update.branch() == Some(ground.record()) {
        format!("`{branch}` is the branch of record, and is not deleted")
    } else {
        format!("the policy on `{branch}` names the branch of record, so `{branch}` is not deleted")
    };
    vec![Reason::new(update, message, "leave it where it is; a branch of another name may be deleted")]
}

/// A force-push: what others have already is not behind what is pushed.
fn rewritten(bench: &Bench<'_>, update: &Update, new: &str, before: &Before) -> Result<Vec<Reason>, Failure> {
    let mut reasons = Vec::new();
    if matches!(before.held, Held::Nothing) {
        return Ok(reasons); // nothing was signed there
    }
    let branch = escaped(update.short());
    for tip in &before.tips {
        if !bench.repo.contains(new, tip)? {
            let tip = short(tip);
            let message = format!("commit {tip} would be lost: the record is never rewritten");
            let next = format!("git pull --rebase origin {branch}   then push without --force; `origin` is this server");
            reasons.push(Reason::new(update, message, next));
        }
    }
    Ok(reasons)
}

fn without_policy(bench: &Bench<'_>, update: &Update, before: &Before) -> Reason {
    let path = match bench.repo.folder() {
        "" => "policy".to_owned(),
        folder => format!("{folder}/policy"),
    };
    let place = format!("`{}/`", escaped(&path));
    match before.tips.last().filter(|_| !matches!(before.held, Held::Nothing)) {
        Some(tip) => {
            let message = format!("{place} is gone, and with it who decides");
            Reason::new(update, message, format!("git checkout {} -- {}   and commit it", short(tip), quoted(&path)))
        }
        None => {
            let message = format!("this server pins a root, and {place} is not in what is pushed");
            // A policy of one's own would have another root.
            let next = format!(
                "git log --all --format=%h -1 -- {}   then, with the commit that it finds:   git merge COMMIT   or, where the policy \
                 lies in another folder, on the server:   holdpoint hook install --repo REPOSITORY/FOLDER",
                quoted(&path)
            );
            Reason::new(update, message, next)
        }
    }
}

/// The server's HEAD is the one word outside the record that says where to begin, so it must be right from the beginning.
fn appoints_another(update: &Update, chain: &Chain) -> Reason {
    let (branch, named) = (escaped(update.short()), escaped(chain.current().branch()));
    let message =
        format!("the policy names `{named}` as the branch of record, and HEAD of this repository names `{branch}`");
    Reason::new(update, message, format!("git symbolic-ref HEAD refs/heads/{named}   on the server; then push again"))
}

fn lost_policy(number: u64, path: &str, before: &Before) -> Finding {
    let message = format!("policy {number} was adopted, and does not stand as it was in what is pushed");
    let tip = before.tips.last().map(|it| short(it)).unwrap_or_default();
    Finding::new(Code::HistoryRewritten, path, message).next(format!("git checkout {tip} -- {path}   and commit it"))
}
