//! Sharing what was signed: committed here, and pushed so that it takes effect on the branch of record.

use holdpoint_core::policy::Policy;

use crate::failure::Failure;
use crate::repo::{Care, Head, Identity, Pushed, Repo, Snapshot};
use crate::shell::{Shell, Signing};

mod courier;
mod shared;

pub(crate) use courier::read_back;
use courier::{Courier, Sent, placed};
pub(crate) use shared::Shared;

/// How often a push is tried again when others were faster.
pub(crate) const TRIES: usize = 5;

/// Signed files on their way.
pub(crate) struct Parcel {
    /// The files, by their path from the coordination root.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// Entries that these name: they go along to wherever they are not yet.
    pub(crate) along: Vec<(String, Vec<u8>)>,
    /// Files that go with them, by their path from there.
    pub(crate) removed: Vec<String>,
    /// Files and folders, by their path from there, on which it was decided. Where others changed one of them meanwhile, nothing
    /// is put on top of that.
    pub(crate) rests_on: Vec<String>,
    /// The folder of the release that this says no about: where the branch of record has it, that is where a no goes, whatever
    /// branch one stands on.
    pub(crate) no_about: Option<String>,
    /// The commit message.
    pub(crate) message: String,
    /// Who commits.
    pub(crate) author: Identity,
    /// The branch to push to where the server refuses the usual one.
    pub(crate) branch: String,
}

impl Parcel {
    /// What a commit on `parent` writes: the files, and the entries that go along and are not there.
    fn files_on(&self, repo: &Repo, parent: &str, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let mut files = self.files.clone();
        for (path, bytes) in &self.along {
            if repo.object_at(parent, &placed(prefix, path))?.is_none() {
                files.push((path.clone(), bytes.clone()));
            }
        }
        Ok(files)
    }
}

/// Commits the parcel, and pushes it if that is wanted. Whatever happens to the push, what was signed is not lost.
pub(crate) fn share(
    shell: &Shell,
    repo: &Repo,
    snapshot: &Snapshot<'_>,
    policy: &Policy,
    signing: &Signing,
    parcel: &Parcel,
) -> Result<Shared, Failure> {
    let head = repo.head()?;
    keeps(repo, policy, signing)?;
    let record = policy.branch();
    let files = parcel.files_on(repo, &snapshot.commit_id(), snapshot.prefix())?;
    if signing.no_commit {
        repo.write_only(&head, &files, &parcel.removed)?;
        return Ok(Shared::written());
    }
    let commit_here = || {
        let committed = repo.commit(&head, &files, &parcel.removed, &parcel.message, &parcel.author)?;
        Ok::<_, Failure>(committed.id)
    };
    let here = head.branch().unwrap_or(record);
    let Some(remote) = remote_of_branch(repo, here, record)? else {
        commit_here()?;
        return Ok(Shared::saved(record, here));
    };
    let question =
        if parcel.no_about.is_some() { "Push it".to_owned() } else { format!("Push it to `{here}` of `{remote}`") };
    let wants_push = signing.push || (!signing.yes && Shell::agrees(&format!("{question}, so that CI sees it?")));
    if !wants_push {
        commit_here()?;
        return Ok(Shared::not_pushed(record, &remote, here));
    }
    let courier = Courier { shell, repo, prefix: snapshot.prefix(), parcel, remote: &remote, record };
    // A no, and what no branch holds, goes where the record is, and that is nothing that the branch in front of one could tell.
    let of_record = match (&parcel.no_about, head.branch()) {
        (None, Some(_)) => None,
        _ => repo.certain_remote_for(record)?,
    };
    let to_the_record = Courier { remote: of_record.as_deref().unwrap_or(&remote), ..courier };
    match elsewhere(&to_the_record, &head, snapshot, here) {
        Ok(Some(tip)) => to_record(&to_the_record, &tip, &commit_here, here),
        Ok(None) => to_branch(&courier, &to_the_record, snapshot, &commit_here, here),
        Err(failure) if head.branch().is_none() => Err(failure),
        // It is saved here, and says itself that it was not pushed.
        Err(_) if to_the_record.remote == remote => to_branch(&courier, &to_the_record, snapshot, &commit_here, here),
        Err(failure) => {
            commit_here()?;
            shell.warn_all(std::slice::from_ref(&failure));
            Ok(Shared::not_pushed(record, to_the_record.remote, here))
        }
    }
}

/// Brings the parcel to the branch that HEAD is on; where its remote does not take it, to a branch of its own.
fn to_branch(
    courier: &Courier<'_>,
    aside: &Courier<'_>,
    snapshot: &Snapshot<'_>,
    commit_here: &dyn Fn() -> Result<String, Failure>,
    here: &str,
) -> Result<Shared, Failure> {
    let Courier { shell, repo, remote, record, .. } = *courier;
    match courier.push(&snapshot.commit_id(), here) {
        Ok(Sent::There(commit)) => {
            courier.follow(here, &snapshot.commit_id(), &commit);
            Shared::pushed(repo, record, remote, here)
        }
        Ok(Sent::Refused(why)) => {
            let id = commit_here()?;
            shell.note(&format!("`{remote}` does not take it on `{here}`: {}", why.trim()));
            aside.aside(&id, "HEAD")
        }
        Ok(Sent::Outdated(path)) => Err(outdated(repo, snapshot, remote, here, &path)?),
        Ok(Sent::Vanished(cure)) => {
            commit_here()?;
            Ok(Shared::NotYet(format!("not pushed: {cure}")))
        }
        Err(failure) => {
            commit_here()?;
            shell.warn_all(std::slice::from_ref(&failure));
            Ok(Shared::not_pushed(record, remote, here))
        }
    }
}

/// The remote that the branch in front of one is shared with. Nothing only where there is none at all.
fn remote_of_branch(repo: &Repo, here: &str, record: &str) -> Result<Option<String>, Failure> {
    let named = repo.remote_for(here)?.or(repo.remote_for(record)?);
    Ok(if named.is_some() { named } else { repo.remotes()?.into_iter().next() })
}

/// The tip of the branch of record, where the parcel goes to it though HEAD is not on it: a no about a version that is there, or
/// anything that is signed on a commit that no branch holds.
fn elsewhere(
    courier: &Courier<'_>,
    head: &Head,
    snapshot: &Snapshot<'_>,
    here: &str,
) -> Result<Option<String>, Failure> {
    let is_detached = head.branch().is_none();
    if !is_detached && (here == courier.record || courier.parcel.no_about.is_none()) {
        return Ok(None);
    }
    let tip = courier.repo.fetch(courier.remote, courier.record)?;
    if is_detached {
        if !courier.repo.contains(&tip, &snapshot.commit_id())?
            || courier.changed_since(&snapshot.commit_id(), &tip)?.is_some()
        {
            return Err(lost(courier.repo, courier.record)?);
        }
        return Ok(Some(tip));
    }
    let folder = courier.parcel.no_about.as_deref().unwrap_or_default();
    let is_there = courier.repo.object_at(&tip, &placed(courier.prefix, folder))?.is_some();
    Ok(is_there.then_some(tip))
}

/// Brings the parcel to the branch of record, which HEAD is not on.
fn to_record(
    courier: &Courier<'_>,
    tip: &str,
    commit_here: &dyn Fn() -> Result<String, Failure>,
    here: &str,
) -> Result<Shared, Failure> {
    let (record, remote) = (courier.record, courier.remote);
    let not_pushed = |failure: &Failure| {
        if courier.repo.head()?.branch().is_none() {
            return Err(Failure::new(format!(
                "what was signed cannot be pushed to `{record}` of `{remote}`; nothing is committed"
            ))
            .because(failure.message())
            .hint(format!("git switch -c {ASIDE}   (then run the same command again)")));
        }
        courier.shell.warn_all(std::slice::from_ref(failure));
        commit_here()?;
        Ok(Shared::not_pushed(record, remote, here))
    };
    match courier.push(tip, record) {
        Ok(Sent::There(_)) => Shared::pushed(courier.repo, record, remote, record),
        Ok(Sent::Refused(why)) => {
            courier.shell.note(&format!("`{remote}` does not take it on `{record}`: {}", why.trim()));
            let commit = courier.commit_on(tip)?;
            courier.aside(&commit, &commit)
        }
        Ok(Sent::Outdated(path)) => not_pushed(&Failure::new(format!("others changed `{path}` meanwhile"))),
        Ok(Sent::Vanished(cure)) => {
            not_pushed(&Failure::new(format!("`{record}` of `{remote}` does not hold it: {cure}")))
        }
        Err(failure) => not_pushed(&failure),
    }
}

/// What a branch is called by default that keeps what is signed on a commit that no branch holds.
const ASIDE: &str = "sign-offs";

/// Refuses to sign where the next checkout would lose it: on a commit that no branch holds, unless it is pushed at once.
pub(crate) fn keeps(repo: &Repo, policy: &Policy, signing: &Signing) -> Result<(), Failure> {
    if repo.head()?.branch().is_some() || signing.no_commit {
        return Ok(());
    }
    if signing.push && repo.remote_for(policy.branch())?.is_some() {
        return Ok(());
    }
    Err(lost(repo, policy.branch())?)
}

fn lost(repo: &Repo, record: &str) -> Result<Failure, Failure> {
    let here = repo.head()?.commit_id();
    let is_tip = here.is_some() && repo.tip_of(&format!("refs/heads/{record}"))? == here;
    let switch = if is_tip { format!("git switch {record}") } else { format!("git switch -c {ASIDE}") };
    Ok(Failure::new("HEAD is on no branch, so the next checkout would lose what is signed here")
        .because("nothing was signed or written")
        .hint(format!("{switch}   (then run the same command again)")))
}

/// What to do where others changed what this rests on.
fn outdated(repo: &Repo, snapshot: &Snapshot<'_>, remote: &str, branch: &str, path: &str) -> Result<Failure, Failure> {
    let failure = Failure::new(format!("others changed `{path}` on `{remote}` meanwhile; nothing is committed"));
    let mine = "policy/proposed";
    if repo.uncommitted(snapshot, &[mine], Care::All)?.paths.is_empty() {
        return Ok(failure.hint(format!("git pull {remote} {branch}   (then run the same command again)")));
    }
    // Git pulls nothing over files that it would have to overwrite.
    let aside = "proposed.mine";
    Ok(failure.hint(format!(
        "mv {mine} {aside} && git pull {remote} {branch}   (then bring what is yours from `{aside}` into `{mine}`, \
         remove `{aside}`, and: holdpoint policy propose)"
    )))
}

/// Pushes what is committed here already, as it is; nothing if there is no remote, or if it is shared.
pub(crate) fn share_again(repo: &Repo, snapshot: &Snapshot<'_>, policy: &Policy) -> Result<Option<Shared>, Failure> {
    let Some((remote, branch)) = unshared(repo, snapshot, policy)? else { return Ok(None) };
    match repo.push(&remote, &snapshot.commit_id(), &format!("refs/heads/{branch}"))? {
        Pushed::Done => match read_back(repo, &remote, &branch, &snapshot.commit_id())? {
            None => Shared::pushed(repo, policy.branch(), &remote, &branch).map(Some),
            Some(cure) => Ok(Some(Shared::NotYet(format!("not pushed: {cure}")))),
        },
        Pushed::Rejected(why) | Pushed::NotFastForward(why) => {
            Err(Failure::new(format!("it is committed here, and `{remote}` does not take it on `{branch}`"))
                .because(why.trim())
                .hint(format!("git pull --rebase {remote} {branch} && git push {remote} HEAD:{branch}")))
        }
    }
}

/// The remote and the branch that HEAD is still to be pushed to, as far as this clone knows.
pub(crate) fn unshared(
    repo: &Repo,
    snapshot: &Snapshot<'_>,
    policy: &Policy,
) -> Result<Option<(String, String)>, Failure> {
    let branch = repo.head()?.branch().unwrap_or(policy.branch()).to_owned();
    let Some(remote) = repo.remote_for(&branch)? else { return Ok(None) };
    let tip = repo.tip_of(&format!("refs/remotes/{remote}/{branch}"))?;
    let is_there = tip.map_or(Ok(false), |it| repo.contains(&it, &snapshot.commit_id()))?;
    Ok((!is_there).then_some((remote, branch)))
}
