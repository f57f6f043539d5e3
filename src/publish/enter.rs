//! Entering a publication into the record: signed, committed on the very commit that was decided on, and pushed. The push
//! is the lock: if others were faster nothing has happened, and one decides again.

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Duration;

use holdpoint_core::key::Namespace;
use holdpoint_core::name::RoleName;
use holdpoint_core::policy::{RELEASE_ROLE, SiteRule};
use holdpoint_core::statement::{Act, Statement};

use super::aftermath::Written;
use super::branch::Branch;
use super::{Order, Stand};
use crate::desk::{along, author, fits, has_room, seal, statement_on};
use crate::failure::Failure;
use crate::render::people;
use crate::repo::{Advanced, Pushed, Repo, web_link};
use crate::share::read_back;
use crate::shell::Shell;
use crate::signer::Signer;

/// How long somebody else's push is given to end.
const PAUSE: Duration = Duration::from_millis(200);

/// What became of an entry.
pub(super) enum Entered {
    /// It is on the branch of record.
    There {
        /// What was signed.
        statement: Box<Statement>,
        /// The commit that holds it.
        commit: String,
    },
    /// The branch moved meanwhile, to this tip.
    Moved(String),
}

/// Who signs the publication. Whoever may not is told before anything is put.
pub(super) fn signer(shell: &Shell, stand: &Stand<'_>, order: &Order<'_>) -> Result<Signer, Failure> {
    let policy = stand.evidence.policy();
    let signing = order.signing;
    let signer = Signer::find(stand.record.repo, policy.ring(), signing.person.as_ref(), signing.key.as_deref())?;
    let person = signer.person();
    let publishers: Vec<_> = policy.publishers().into_iter().collect();
    if !publishers.contains(person) {
        return Err(Failure::refused(format!("{person} may not publish: the role `{RELEASE_ROLE}` may"))
            .hint(format!("ask {}", people(&publishers))));
    }
    let namespace = Namespace::of("publish");
    let mut keys = policy.ring().keys_of(person).iter();
    if !keys.any(|it| it.key() == signer.public() && it.may_sign(&namespace)) {
        return Err(Failure::refused(format!("this key of {person} may not sign for `{}`", namespace.as_str()))
            .hint("name another one: --key FILE"));
    }
    let statement = statement(shell, stand, order, &signer)?;
    has_room(&stand.evidence, &statement.act)?;
    fits(&statement)?;
    Ok(signer)
}

fn statement(shell: &Shell, stand: &Stand<'_>, order: &Order<'_>, signer: &Signer) -> Result<Statement, Failure> {
    let approval = stand.plan.approval();
    let act = Act::Publish {
        subjects: approval.subjects().to_vec(),
        site: stand.plan.site().clone(),
        commit: approval.commit().to_owned(),
        artifacts: approval.artifacts().to_vec(),
        relied: approval.relied().iter().copied().collect(),
    };
    let role: RoleName = RELEASE_ROLE.parse().map_err(|why| Failure::new(format!("`{RELEASE_ROLE}` {why}")))?;
    Ok(statement_on(shell, &stand.evidence, signer.person(), act, Some(role), order.signing.reason.clone()))
}

/// A signed statement in a commit that no branch names yet.
struct Draft {
    statement: Box<Statement>,
    commit: String,
}

fn draft(shell: &Shell, stand: &Stand<'_>, order: &Order<'_>, signer: &Signer) -> Result<Draft, Failure> {
    let statement = statement(shell, stand, order, signer)?;
    let mut files = seal(signer, stand.evidence.policy().ring(), &statement)?.to_vec();
    let repo = stand.record.repo;
    let present: BTreeSet<String> = stand.record.ledger_names(&statement.release)?.into_iter().collect();
    let is_missing = |path: &str| path.rsplit('/').next().is_some_and(|name| !present.contains(name));
    files.extend(along(&stand.record, &stand.evidence, [&statement])?.into_iter().filter(|(path, _)| is_missing(path)));
    let message = format!("Publish {} on {}\n\npublish: {}\n", statement.release, stand.plan.site(), statement.id());
    let (snapshot, author) = (&stand.record.snapshot, author(repo, signer.person())?);
    let commit = repo.commit_object(&snapshot.commit_id(), snapshot.prefix(), &files, &[], &message, &author)?;
    Ok(Draft { statement: Box::new(statement), commit })
}

/// Signs the publication and makes it the branch's tip, if that has not moved. What was signed is `written`, however it ends.
pub(super) fn enter(
    shell: &Shell,
    stand: &Stand<'_>,
    order: &Order<'_>,
    rule: &SiteRule,
    branch: &Branch<'_>,
    signer: &Signer,
    written: &mut Option<Written>,
) -> Result<Entered, Failure> {
    let Draft { statement, commit } = draft(shell, stand, order, signer)?;
    // From here on it may be recorded, whatever comes back.
    *written = Some(Written { statement: statement.id(), commit: commit.clone() });
    let base = stand.record.snapshot.commit_id();
    let Some(remote) = branch.remote() else {
        return here(branch, &base, statement, commit);
    };
    let target = format!("refs/heads/{}", branch.name());
    let pushed = branch.repo().push(remote, &commit, &target)?;
    match pushed {
        Pushed::Done => {
            is_there(branch.repo(), remote, branch.name(), &commit)?;
            branch.follow(shell, &commit);
            Ok(Entered::There { statement, commit })
        }
        Pushed::NotFastForward(why) => {
            // Somebody else's push may hold the branch, and not have moved it yet.
            sleep(PAUSE);
            let moved = branch.moved_from(&base)?;
            if moved.is_none() {
                shell.note(&format!("`{remote}` did not take the record: {}", why.trim()));
            }
            Ok(Entered::Moved(moved.unwrap_or(base)))
        }
        Pushed::Rejected(why) => Err(refused(&why, order, rule)),
    }
}

/// Fails unless the branch holds the commit. What was accepted is not believed to be there: a push may go elsewhere than a fetch
/// comes from.
fn is_there(repo: &Repo, remote: &str, branch: &str, commit: &str) -> Result<(), Failure> {
    match read_back(repo, remote, branch, commit)? {
        None => Ok(()),
        Some(cure) => Err(Failure::new(format!("`{branch}` of `{remote}` does not hold the record"))
            .because("the push was accepted")
            .hint(cure)),
    }
}

/// The server does not take it, for a reason of its own.
fn refused(why: &str, order: &Order<'_>, rule: &SiteRule) -> Failure {
    Failure::new("the record cannot be pushed")
        .because(why.trim())
        .hint(format!("where CI may not push, go through a pull request: {}", order.again(rule, " --prepare")))
}

/// Makes the commit the tip of the local branch, which is the record itself.
fn here(branch: &Branch<'_>, base: &str, statement: Box<Statement>, commit: String) -> Result<Entered, Failure> {
    let advanced = branch.repo().advance(branch.name(), base, &commit);
    let why = match advanced {
        Ok(Advanced::Done) => return Ok(Entered::There { statement, commit }),
        Ok(Advanced::Behind(behind)) => behind.failure(branch.name()),
        Err(failure) => failure,
    };
    match branch.moved_from(base)? {
        Some(tip) => Ok(Entered::Moved(tip)),
        None => Err(why),
    }
}

/// A signed publication on a branch of its own.
pub(super) struct Aside {
    /// What was signed.
    pub(super) statement: Box<Statement>,
    /// The commit that holds it.
    pub(super) commit: String,
    /// The branch.
    pub(super) branch: String,
    /// Where to open a pull request, if that is known.
    pub(super) link: Option<String>,
    /// Whether the branch is on a remote, or only here.
    pub(super) is_pushed: bool,
}

/// Signs the publication and leaves it on a branch of its own, for a pull request.
pub(super) fn prepare(
    shell: &Shell,
    stand: &Stand<'_>,
    order: &Order<'_>,
    record: &Branch<'_>,
    signer: &Signer,
) -> Result<Aside, Failure> {
    let Draft { statement, commit } = draft(shell, stand, order, signer)?;
    let branch = format!("holdpoint/publish-{}-{}", statement.release, statement.id().short());
    let repo = record.repo();
    let Some(remote) = record.remote() else {
        repo.new_branch(&branch, &commit)?;
        return Ok(Aside { statement, commit, branch, link: None, is_pushed: false });
    };
    match repo.push(remote, &commit, &format!("refs/heads/{branch}"))? {
        Pushed::Done => {
            is_there(repo, remote, &branch, &commit)?;
            let link = repo.remote_url(remote)?.and_then(|it| web_link(&it, &branch));
            Ok(Aside { statement, commit, branch, link, is_pushed: true })
        }
        Pushed::NotFastForward(why) | Pushed::Rejected(why) => {
            Err(Failure::new(format!("the branch `{branch}` cannot be pushed"))
                .because(why.trim())
                .hint("push from where branches may be pushed"))
        }
    }
}
