//! `holdpoint init`: the first policy, signed, committed and pinned.

use std::path::PathBuf;

use clap::Args;
use holdpoint_core::content::Content;
use holdpoint_core::finding::Finding;
use holdpoint_core::key::{Namespace, PublicKey, Ring};
use holdpoint_core::name::{Person, Project};
use holdpoint_core::policy::{self, POLICY_NAMESPACE, Policy, PolicyFiles};
use holdpoint_core::record::{LARGEST_FILE, Problems};

use crate::desk::author;
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::repo::{Blob, Head, Pushed, Repo};
use crate::share::{Shared, on_record};
use crate::shell::Shell;
use crate::signer::Signer;

mod attributes;
mod charter;
mod given;
mod text;
mod view;

use charter::{Charter, People};
use given::{PersonGiven, RoleGiven, SiteGiven};
use view::Founded;

/// Begin: write and sign the first policy, and pin it as the root
///
/// Writes `policy/0001/` with the policy, the key ring and your signature, and `.gitattributes`; commits exactly these
/// files; and pins the root in this clone. The folder in which it runs becomes the coordination root: releases are
/// written below it. It may be a sub-folder of a larger repository.
///
/// Roles that have a task are support, compatibility, communications, duty and release. Those that are not given go to
/// the owners, and `release` to the machines too.
///
/// Exit codes: 0 done, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The project's address; it becomes part of every signature
    #[arg(long, value_name = "URL")]
    project: Project,
    /// An owner, who speaks for the policy; repeat it for more [default: you]
    #[arg(long = "owner", value_name = "EMAIL")]
    owners: Vec<Person>,
    /// Somebody with a public key; repeat it for everybody, and for a second key
    #[arg(long = "person", value_name = "EMAIL=KEY.pub")]
    people: Vec<PersonGiven>,
    /// Who fills a role; repeat it for each
    #[arg(long = "role", value_name = "ROLE=EMAIL,…")]
    roles: Vec<RoleGiven>,
    /// A machine such as CI, which may publish and nothing else; its key comes with --person
    #[arg(long = "machine", value_name = "EMAIL")]
    machines: Vec<Person>,
    /// Where customers download: a `file:///` address, or the path of a folder
    #[arg(long = "site", value_name = "NAME=URL")]
    sites: Vec<SiteGiven>,
    /// The branch of record [default: the branch you are on, else main]
    #[arg(long)]
    branch: Option<String>,
    /// Sign as this person [default: git's user.email]
    #[arg(long = "as", value_name = "EMAIL")]
    person: Option<Person>,
    /// Sign with this SSH key: a private key, or a public one whose private half an agent holds
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Ask nothing
    #[arg(long)]
    yes: bool,
    /// Only write the files; commit them yourself
    #[arg(long, conflicts_with = "push")]
    no_commit: bool,
    /// Push the commit, so that others and CI see it
    #[arg(long)]
    push: bool,
}

/// Founds the record.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let head = repo.head()?.rooted_at(repo.folder());
    nothing_there(&repo, &head)?;
    let (signer, charter) = charter(&repo, &head, &options)?;
    let (policy, mut files) = signed(&signer, &charter)?;
    files.extend(attributes(&repo, &head)?);
    let root = format!("sha256:{}", policy.digest());
    let shared = place(shell, &repo, &head, &options, &policy, &files, signer.person())?;
    shell
        .pin_root(&repo, &root)
        .map_err(|it| it.hint(format!("the policy is written; pin it yourself: git config holdpoint.root {root}")))?;
    let mut doubts = charter.doubts();
    doubts.extend(branch_doubt(&head, &policy, options.branch.is_some()));
    for doubt in &doubts {
        shell.warn(doubt);
    }
    let paths = files.into_iter().map(|(path, _)| path).collect();
    let view = Founded { policy, root, charter, paths, doubts, shared, committed: !options.no_commit };
    Ok(Outcome::new(Exit::Done, view))
}

/// Refuses where a policy is already, committed or not, here or above.
fn nothing_there(repo: &Repo, head: &Head) -> Result<(), Failure> {
    let there = |place: &str| {
        Failure::refused(format!("there is a folder `{place}` already"))
            .hint("`holdpoint check` reads it; to begin elsewhere, run `holdpoint init` in another folder")
    };
    let name = |folder: &str| if folder.is_empty() { "policy/".to_owned() } else { format!("{folder}/policy/") };
    if head.commit_id().is_some() {
        let snapshot = repo.snapshot(None)?;
        if let Some(root) = snapshot.root()
            && (root == repo.folder() || snapshot.file("policy/0001/policy.toml", LARGEST_FILE)? != Blob::Absent)
        {
            return Err(there(&name(root)));
        }
    }
    let on_disk = repo.work_tree().map(|it| it.join(repo.folder()).join("policy"));
    if on_disk.is_some_and(|it| it.symlink_metadata().is_ok()) {
        let hint = "commit it if `holdpoint init --no-commit` wrote it, or move it away";
        return Err(there(&name(repo.folder())).hint(hint));
    }
    Ok(())
}

/// Who signs, and everything that the policy will say.
fn charter(repo: &Repo, head: &Head, options: &Options) -> Result<(Signer, Charter), Failure> {
    let person = founder(repo, options)?;
    if options.machines.contains(&person) {
        return Err(Failure::usage(format!("{person} is a machine, and a machine signs no policy"))
            .hint("sign as an owner: --as EMAIL --key FILE"));
    }
    let others: Vec<(Person, PublicKey)> =
        options.people.iter().map(|it| Ok((it.person.clone(), it.key()?))).collect::<Result<_, Failure>>()?;
    let own = options.people.iter().find(|it| it.person == person).map(|it| it.file.as_path());
    let signer = Signer::founder(repo, &person, options.key.as_deref().or(own))?;
    let people = People::of((person, signer.public().clone()), others, &options.machines, &options.owners)?;
    let mut sites = Vec::new();
    for site in &options.sites {
        let url = site.url()?;
        if sites.iter().any(|(name, known)| *name == site.name || *known == url) {
            return Err(Failure::usage(format!("the site `{}`, or its address, is given twice", site.name))
                .hint("name each site once"));
        }
        sites.push((site.name.clone(), url));
    }
    let mut charter = Charter::of(people, &options.roles, options.project.clone(), sites)?;
    charter.path = repo.folder().to_owned();
    charter.checkpoint = head.commit_id().unwrap_or_default();
    let branch = options.branch.as_deref().or(head.branch());
    charter.branch = branch.unwrap_or("main").to_owned();
    Ok((signer, charter))
}

/// Who signs: the one who is named, or git's user.
fn founder(repo: &Repo, options: &Options) -> Result<Person, Failure> {
    if let Some(person) = &options.person {
        return Ok(person.clone());
    }
    const HINT: &str = "say who you are: --as EMAIL";
    let email = repo.config_value("user.email")?.filter(|it| !it.trim().is_empty());
    let email = email.ok_or_else(|| Failure::usage("git does not know who you are").hint(HINT))?;
    let why = |why| Failure::usage("git's user.email is nobody's name here").because(format!("`{email}` {why}")).hint(HINT);
    email.trim().parse().map_err(why)
}

/// The policy, signed, and its files. Nothing is signed that would not be read back.
fn signed(signer: &Signer, charter: &Charter) -> Result<(Policy, Vec<(String, Vec<u8>)>), Failure> {
    let (folder, namespace) = (policy::folder(1), Namespace::of(POLICY_NAMESPACE));
    let signers = text::signers(charter);
    let text = text::policy(charter, &signers);
    let broken = |problems: Problems| {
        let said: Vec<String> = problems.into_iter().map(|it| format!("{}; {}", it.message, it.help)).collect();
        Failure::usage("such a policy would be refused").because(said.join("\n")).hint("nothing was written")
    };
    let ring = Ring::parse("signers", signers.as_bytes()).map_err(broken)?;
    Policy::read("policy.toml", text.as_bytes(), ring, signers.as_bytes()).map_err(broken)?;
    let signature = signer.sign(&namespace, text.as_bytes())?;
    let files = vec![
        (format!("{folder}/policy.toml"), text.into_bytes()),
        (format!("{folder}/signers"), signers.into_bytes()),
        (format!("{folder}/{}.sig", signer.person()), signature),
    ];
    let read: PolicyFiles = files.iter().map(|(path, it)| (path.clone(), Content::Plain(it.clone()))).collect();
    let unread = |findings: Vec<Finding>| {
        Failure::new("the signed policy does not read back").findings(findings).hint("nothing was written")
    };
    let policy = policy::adopted(&read).map_err(unread)?;
    Ok((policy, files.into_iter().map(|(path, it)| (format!("policy/{path}"), it)).collect()))
}

/// `.gitattributes`, if it has to change.
fn attributes(repo: &Repo, head: &Head) -> Result<Option<(String, Vec<u8>)>, Failure> {
    const PATH: &str = ".gitattributes";
    let present = match head.commit_id() {
        Some(_) => repo.snapshot(None)?.rooted_at(repo.folder()).file(PATH, LARGEST_FILE)?,
        None => Blob::Absent,
    };
    let odd = || Failure::new("`.gitattributes` is no text file that lines can be added to").hint("mend it and commit it first");
    let present = match present {
        Blob::Absent => String::new(),
        Blob::Bytes(bytes) => String::from_utf8(bytes).map_err(|_| odd())?,
        _ => return Err(odd()),
    };
    Ok(attributes::completed(&present).map(|it| (PATH.to_owned(), it.into_bytes())))
}

/// Commits the files, and pushes them if that is wanted.
fn place(
    shell: &Shell,
    repo: &Repo,
    head: &Head,
    options: &Options,
    policy: &Policy,
    files: &[(String, Vec<u8>)],
    person: &Person,
) -> Result<Shared, Failure> {
    if options.no_commit {
        repo.write_only(head, files)?;
        return Ok(Shared::NotYet("the files are written; commit and push them".to_owned()));
    }
    let message = format!("Set up Holdpoint: policy 0001\n\nroot: sha256:{}\n", policy.digest());
    let committed = repo.commit(head, files, &[], &message, &author(repo, person)?)?;
    shell.warn_all(&committed.warnings);
    let branch = head.branch().unwrap_or(policy.branch());
    let Some(remote) = repo.remote_for(branch)? else {
        return Ok(Shared::NotYet("this repository has no remote; it is its own record".to_owned()));
    };
    let by_hand = Shared::NotYet(format!("git push {remote} HEAD:{branch}"));
    let question = format!("Push it to `{branch}` of `{remote}`, so that CI sees it?");
    if !(options.push || (!options.yes && shell.agrees(&question))) {
        return Ok(by_hand);
    }
    match repo.push(&remote, &committed.id, &format!("refs/heads/{branch}")) {
        Ok(Pushed::Done) => Ok(on_record(policy, branch)),
        Ok(Pushed::Rejected(why) | Pushed::NotFastForward(why)) => {
            shell.warn(&format!("`{remote}` does not take it on `{branch}`: {}", why.trim()));
            Ok(by_hand)
        }
        Err(failure) => {
            shell.warn_all(&[failure]);
            Ok(by_hand)
        }
    }
}

/// A branch of record that was not asked for, or that is another one than this.
fn branch_doubt(head: &Head, policy: &Policy, asked: bool) -> Option<String> {
    let record = policy.branch();
    match head.branch() {
        Some(here) if here != record => {
            Some(format!("this commit is on `{here}`; it takes effect when it is merged into `{record}`"))
        }
        _ if !asked && record != "main" => Some(format!(
            "the branch of record is `{record}`, because you are on it; another one is named with --branch"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
