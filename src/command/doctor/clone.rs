//! What is looked at in a clone: each thing by itself, so that one that is wrong hides no other.

use std::sync::Arc;

use holdpoint_core::evidence::{Freshness, moved};
use holdpoint_core::finding::Finding;
use holdpoint_core::name::{escaped, listed, quoted};
use holdpoint_core::policy::{Chain, pinned};
use holdpoint_core::record::LARGEST_FILE;
use jiff::SignedDuration;

use super::hook;
use crate::command::init::attributes;
use crate::failure::Failure;
use crate::gather::Record;
use crate::render::ago;
use crate::repo::{Blob, Repo};
use crate::shell::{PIN_VARIABLE, Reading, Shell};
use crate::signer::{Ability, Signer, ability};

/// After how long without a fetch there is likely to be more elsewhere.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// It works, and somebody should know.
    Warning,
    /// The gate cannot do its work here, or somebody can get around it.
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub(super) struct Check {
    /// Its name.
    pub(super) name: &'static str,
    /// How it stands.
    pub(super) state: State,
    /// One sentence.
    pub(super) message: String,
    /// The exact next command, where there is something to do.
    pub(super) next: Option<String>,
}

impl Check {
    pub(super) fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, state: State::Ok, message: message.into(), next: None }
    }

    pub(super) fn warning(name: &'static str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { name, state: State::Warning, message: message.into(), next: Some(next.into()) }
    }

    pub(super) fn wrong(name: &'static str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { name, state: State::Wrong, message: message.into(), next: Some(next.into()) }
    }

    fn found(name: &'static str, finding: &Finding) -> Self {
        Self::wrong(name, format!("{}: {}", finding.code, escaped(&finding.message)), escaped(&finding.next))
    }

    /// What could not be looked at is wrong: nobody can say that it is well.
    fn failed(name: &'static str, failure: &Failure) -> Self {
        Self { state: State::Wrong, ..Self::doubted(name, failure) }
    }

    fn doubted(name: &'static str, failure: &Failure) -> Self {
        let cause = failure.cause().map(|it| format!(" ({})", it.replace('\n', "; "))).unwrap_or_default();
        let message = format!("{}{cause}", failure.message());
        Self { name, state: State::Warning, message, next: failure.hint_text().map(str::to_owned) }
    }
}

/// Everything that was looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Examined {
    /// Where; nothing outside a repository.
    pub(super) place: Option<String>,
    /// What was found.
    pub(super) checks: Vec<Check>,
}

impl Examined {
    /// Whether nothing is wrong.
    pub(super) fn is_well(&self) -> bool {
        self.checks.iter().all(|it| it.state < State::Wrong)
    }
}

/// Looks at the clone around the folder that was asked about.
pub(super) fn examine(shell: &Shell, root: Option<String>) -> Result<Examined, Failure> {
    let is_pinned = root.is_some() || std::env::var_os(PIN_VARIABLE).is_some_and(|it| !it.is_empty());
    let Some(repo) = Repo::find(&shell.global.repo)? else {
        let lost = || Check::wrong("repository", "a root is pinned, and there is no repository here", "git clone URL");
        return Ok(Examined { place: None, checks: is_pinned.then(lost).into_iter().collect() });
    };
    let place = repo.work_tree().unwrap_or(repo.private_folder()).display().to_string();
    let place = Some(place.trim_end_matches('/').to_owned());
    let checks = match holds_policy(&repo) {
        Ok(true) => look_over(shell, &repo, Reading { at: None, root }),
        Ok(false) => {
            let (message, next) = ("HEAD holds no folder `policy/`", "holdpoint init --project URL");
            vec![match is_pinned {
                true => Check::wrong("policy", format!("a root is pinned, and {message}"), "git log --all -- policy"),
                false => Check::warning("policy", message, next),
            }]
        }
        Err(failure) => vec![Check::failed("repository", &failure)],
    };
    Ok(Examined { place, checks })
}

fn holds_policy(repo: &Repo) -> Result<bool, Failure> {
    Ok(repo.head()?.commit_id().is_some() && repo.snapshot(None)?.root().is_some())
}

fn look_over(shell: &Shell, repo: &Repo, reading: Reading) -> Vec<Check> {
    let mut checks = match shell.record(repo, &reading).and_then(Record::compared) {
        Ok(record) => of_record(shell, &record),
        // A pin that cannot be read keeps every other command from working, too.
        Err(failure) => vec![Check::failed("root", &failure)],
    };
    let hook = hook::look_at(repo).unwrap_or_else(|it| Check::failed("hook", &it));
    checks.push(program(repo).unwrap_or_else(|it| Check::failed("signing", &it)));
    checks.push(hook);
    checks
}

/// What needs the record.
fn of_record(shell: &Shell, record: &Record<'_>) -> Vec<Check> {
    let mut checks = vec![attributes(record).unwrap_or_else(|it| Check::failed("attributes", &it))];
    let chain = match record.chain() {
        Ok(Ok(chain)) => chain,
        Ok(Err(findings)) => {
            checks.extend(findings.iter().map(|it| Check::found("policy", it)));
            return checks;
        }
        Err(failure) => {
            checks.push(Check::failed("policy", &failure));
            return checks;
        }
    };
    let mut all = root(record, &chain);
    all.extend(policy(record, &chain));
    all.append(&mut checks);
    all.extend(history(record, &chain).unwrap_or_else(|it| vec![Check::failed("history", &it)]));
    all.push(branch(shell, record, &chain).unwrap_or_else(|it| Check::failed("branch", &it)));
    all.push(key(record.repo, &chain));
    all
}

/// What pins the root, and whether the policies pass through it.
fn root(record: &Record<'_>, chain: &Chain) -> Vec<Check> {
    let findings = pinned(chain, record.pins());
    if !findings.is_empty() {
        return findings.iter().map(|it| Check::found("root", it)).collect();
    }
    let sources = listed(record.pins().iter().map(|it| it.source.as_str()), "and");
    let told = format!("pinned by {sources}, and the policies pass through it");
    let is_protected = record.pins().iter().any(|it| it.source == PIN_VARIABLE);
    // Most CI systems set it, and a workflow file is part of what is being checked.
    if std::env::var_os("CI").is_some() && !is_protected {
        let next = format!("set {PIN_VARIABLE} in the protected settings of CI");
        return vec![Check::warning("root", format!("{told}; whoever may change the job may change the pin"), next)];
    }
    vec![Check::ok("root", told)]
}

/// The policy in force: whether it lies where it says, and what about it is brittle.
fn policy(record: &Record<'_>, chain: &Chain) -> Vec<Check> {
    let policy = chain.current();
    if let Some(finding) = moved(policy, record.snapshot.prefix()) {
        return vec![Check::found("policy", &finding)];
    }
    let brittle = policy.brittle();
    if brittle.is_empty() {
        let (number, sha256) = (policy.number(), policy.digest());
        return vec![Check::ok("policy", format!("policy {number} is in force, sha256:{sha256}"))];
    }
    brittle.into_iter().map(|it| Check::warning("policy", it, "holdpoint policy propose")).collect()
}

/// Whether git hands signed bytes on as they are.
fn attributes(record: &Record<'_>) -> Result<Check, Failure> {
    let present = match record.snapshot.file(".gitattributes", LARGEST_FILE)? {
        Blob::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        _ => String::new(),
    };
    if attributes::completed(&present).is_none() {
        return Ok(Check::ok("attributes", "`.gitattributes` keeps git from converting what is signed"));
    }
    let lines: Vec<String> = attributes::lines().iter().map(|it| format!("'{it}'")).collect();
    let next = format!("printf '%s\\n' {} >> .gitattributes   (and commit it)", lines.join(" "));
    let message = "`.gitattributes` in HEAD does not end with the lines that keep git from converting what is signed";
    Ok(Check::wrong("attributes", message, next))
}

/// Whether it can be proved that nothing signed was lost in older commits.
fn history(record: &Record<'_>, chain: &Chain) -> Result<Vec<Check>, Failure> {
    const NAME: &str = "history";
    let past = record.past(chain)?;
    if !past.is_proved() {
        return Ok(past.findings().iter().map(|it| Check::found(NAME, it)).collect());
    }
    let repo = record.repo;
    let filter = match repo.remote_for(chain.current().branch())? {
        Some(remote) => {
            let key = format!("remote.{remote}.partialclonefilter");
            repo.config_value(&key)?.map(|filter| (key, filter))
        }
        None => None,
    };
    Ok(vec![match filter {
        None => Check::ok(NAME, "nothing that was signed in older commits is lost"),
        Some((key, filter)) => {
            let message = format!("this is a partial clone (`{}`): what it lacks cannot be judged", escaped(&filter));
            // With the filter in its place the next fetch would leave files out again.
            let next = format!("git fetch --refetch --no-filter && git config --unset {}", quoted(&key));
            Check::warning(NAME, message, next)
        }
    }])
}

/// Whether this clone knows what the branch of record holds.
fn branch(shell: &Shell, record: &Record<'_>, chain: &Arc<Chain>) -> Result<Check, Failure> {
    const NAME: &str = "branch";
    let (repo, branch) = (record.repo, chain.current().branch());
    let head = record.snapshot.commit_id();
    if let Some(finding) = record.freshness().finding(&head) {
        return Ok(Check::found(NAME, &finding));
    }
    if repo.work_tree().is_none() {
        return Ok(Check::ok(NAME, format!("`{branch}` is the branch of record")));
    }
    let Some(remote) = repo.remote_for(branch)? else {
        let message = format!("no remote has `{branch}`: nobody else sees what is signed here");
        return Ok(Check::warning(NAME, message, format!("git remote add origin URL && git push -u origin {branch}")));
    };
    let fetch = format!("git fetch {remote} {branch}");
    if *record.freshness() == Freshness::Unknown {
        return Ok(Check::warning(NAME, format!("`{remote}/{branch}` was never fetched"), fetch));
    }
    let now = shell.now();
    match repo.fetched_at() {
        Some(then) if now.duration_since(then) > RECENT => {
            let message = format!("`{remote}/{branch}` was fetched {}: there may be more", ago(then, now));
            Ok(Check::warning(NAME, message, fetch))
        }
        _ => Ok(Check::ok(NAME, format!("HEAD holds all that `{remote}/{branch}` was known to hold"))),
    }
}

/// Whether a key of the ring is found with which to sign.
fn key(repo: &Repo, chain: &Chain) -> Check {
    let ring = chain.current().ring();
    match Signer::find(repo, ring, None, None) {
        Ok(signer) => {
            Check::ok("key", format!("you would sign as {} with {}", signer.person(), signer.public().fingerprint()))
        }
        // A machine that only checks needs none.
        Err(failure) => {
            let check = Check::doubted("key", &failure);
            let message = format!("{}, so nothing can be signed without --key", check.message);
            Check { message, ..check }
        }
    }
}

/// The program that signs.
fn program(repo: &Repo) -> Result<Check, Failure> {
    const NAME: &str = "signing";
    Ok(match ability(repo)? {
        Ability::Signs { program, version } => {
            let version = version.map(|it| format!(" ({it})")).unwrap_or_default();
            Check::ok(NAME, format!("`{program}`{version} signs, and its signatures are valid"))
        }
        Ability::Untried { program } => {
            Check::ok(NAME, format!("git's `gpg.ssh.program` is `{program}`; whether it signs shows when somebody does"))
        }
        Ability::Absent { program } => Check::warning(
            NAME,
            format!("there is no `{program}`: `check` does not need it, but nothing can be signed"),
            "install OpenSSH's client tools (Debian: apt-get install openssh-client)",
        ),
    })
}
