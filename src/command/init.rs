//! `holdpoint init`: the first policy, signed, committed and pinned.

use std::path::PathBuf;

use clap::Args;
use holdpoint_core::content::Content;
use holdpoint_core::finding::Finding;
use holdpoint_core::key::{AttestKey, Namespace, PublicKey, Ring};
use holdpoint_core::name::{Person, Project, SiteName, escaped};
use holdpoint_core::policy::{self, Chain, POLICY_NAMESPACE, Policy, PolicyFiles};
use holdpoint_core::record::{LARGEST_FILE, Problems};

use crate::desk::author;
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::repo::{Blob, Head, Pushed, Repo};
use crate::share::{Shared, read_back};
use crate::shell::{PIN_KEY, Shell};
use crate::signer::Signer;

pub(super) mod attributes;
mod charter;
mod given;
mod text;
mod view;

use charter::{Charter, Ground, People};
use given::{AttestKeyGiven, PersonGiven, RoleGiven, SiteGiven};
pub(crate) use view::InitJson;

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
    /// A P-256 public key whose attestations will count (`holdpoint attest`); repeat it for each
    #[arg(long = "attest-key", value_name = "KEY.pub")]
    attest_keys: Vec<AttestKeyGiven>,
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

/// Files by their path from the coordination root.
type Files = Vec<(String, Vec<u8>)>;

/// Founds the record.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let head = repo.head()?.rooted_at(repo.folder());
    Founding { shell, repo: &repo, head, options }.run()
}

/// The first policy in the making.
struct Founding<'a> {
    shell: &'a Shell,
    repo: &'a Repo,
    head: Head,
    options: Options,
}

impl Founding<'_> {
    fn run(self) -> Result<Outcome, Failure> {
        let Self { shell, repo, .. } = self;
        self.nothing_there()?;
        // The root is pinned last, and a policy without its pin decides nothing.
        repo.refuse_locked_config()?;
        let (signer, charter) = self.charter()?;
        let (policy, mut files) = signed(&signer, &charter)?;
        files.extend(self.attributes()?);
        let root = format!("sha256:{}", policy.digest());
        let shared = self.place(&policy, &files, signer.person())?;
        shell
            .pin_root(repo, &root)
            .map_err(|it| it.hint(format!("the policy is written; pin it yourself: git config {PIN_KEY} {root}")))?;
        let doubts: Vec<String> = charter.doubts().into_iter().chain(self.branch_doubt(&policy)).collect();
        for doubt in &doubts {
            shell.warn(doubt);
        }
        let paths = files.into_iter().map(|(path, _)| path).collect();
        let committed = !self.options.no_commit;
        Ok(Outcome::deed(Exit::Done, Founded { policy, root, charter, paths, doubts, shared, committed }))
    }

    /// Refuses where a policy is already, committed or not, here or above.
    fn nothing_there(&self) -> Result<(), Failure> {
        let name = |folder: &str| if folder.is_empty() { "policy/".to_owned() } else { format!("{folder}/policy/") };
        let there = |folder: &str, hint: &str| {
            Err(Failure::refused(format!("there is a folder `{}` already", name(folder))).hint(hint))
        };
        let own = self.repo.folder();
        if self.head.commit_id().is_some() {
            let snapshot = self.repo.snapshot(None)?;
            if let Some(root) = snapshot.root()
                && (root == own || snapshot.file("policy/0001/policy.toml", LARGEST_FILE)? != Blob::Absent)
            {
                return there(root, "run `holdpoint status` to read it, or begin in another folder");
            }
        }
        match self.repo.work_tree().map(|it| it.join(own).join("policy")) {
            Some(path) if path.symlink_metadata().is_ok() => {
                there(own, "commit it if `holdpoint init --no-commit` wrote it, or move it away")
            }
            _ => Ok(()),
        }
    }

    /// Who signs, and everything that the policy will say.
    fn charter(&self) -> Result<(Signer, Charter), Failure> {
        let Options { people, owners, machines, roles, .. } = &self.options;
        let person = self.founder()?;
        if machines.contains(&person) {
            return Err(Failure::usage(format!("{person} is a machine, and a machine signs no policy"))
                .hint("sign as an owner: --as EMAIL --key FILE"));
        }
        let others = people.iter().map(|it| Ok((it.person.clone(), it.key()?)));
        let others: Vec<(Person, PublicKey)> = others.collect::<Result<_, Failure>>()?;
        let own = people.iter().find(|it| it.person == person).map(|it| it.file.as_path());
        let signer = Signer::founder(self.repo, &person, self.options.key.as_deref().or(own))?;
        let people = People::of((person, signer.public().clone()), others, machines, owners)?;
        let charter = Charter::of(people, roles, self.ground()?)?;
        Ok((signer, charter))
    }

    /// Who signs: the one who is named, or git's user.
    fn founder(&self) -> Result<Person, Failure> {
        let hint = "say who you are: --as EMAIL";
        if let Some(person) = &self.options.person {
            return Ok(person.clone());
        }
        let email = self.repo.config_value("user.email")?.filter(|it| !it.trim().is_empty());
        let email = email.ok_or_else(|| Failure::usage("git does not know who you are").hint(hint))?;
        email.trim().parse().map_err(|why| {
            let email = escaped(&email);
            Failure::usage("git's user.email is no name here").because(format!("`{email}` {why}")).hint(hint)
        })
    }

    /// Where the record lies, and what it is about.
    fn ground(&self) -> Result<Ground, Failure> {
        let mut sites: Vec<(SiteName, String)> = Vec::new();
        for site in &self.options.sites {
            let url = site.url()?;
            if sites.iter().any(|(name, known)| *name == site.name || *known == url) {
                return Err(Failure::usage(format!("the site `{}`, or its address, is given twice", site.name))
                    .hint("name each site once"));
            }
            sites.push((site.name.clone(), url));
        }
        let branch = self.options.branch.as_deref().or(self.head.branch());
        Ok(Ground {
            project: self.options.project.clone(),
            path: self.repo.folder().to_owned(),
            checkpoint: self.head.commit_id().unwrap_or_default(),
            branch: branch.unwrap_or("main").to_owned(),
            sites,
            attest_keys: self.attest_keys()?,
        })
    }

    /// The keys whose attestations count.
    fn attest_keys(&self) -> Result<Vec<AttestKey>, Failure> {
        let mut keys = Vec::new();
        for given in &self.options.attest_keys {
            let key = given.key()?;
            if keys.contains(&key) {
                return Err(Failure::usage("a key for attestations is given twice")
                    .because(key.fingerprint())
                    .hint("name each --attest-key once"));
            }
            keys.push(key);
        }
        Ok(keys)
    }

    /// `.gitattributes`, if it has to change.
    fn attributes(&self) -> Result<Option<(String, Vec<u8>)>, Failure> {
        let path = ".gitattributes";
        let odd = || {
            Failure::new(format!("`{path}` is no text file that lines can be added to"))
                .hint("mend it and commit it first")
        };
        let present = match self.head.commit_id() {
            Some(_) => self.repo.snapshot(None)?.rooted_at(self.repo.folder()).file(path, LARGEST_FILE)?,
            None => Blob::Absent,
        };
        let present = match present {
            Blob::Absent => String::new(),
            Blob::Bytes(bytes) => String::from_utf8(bytes).map_err(|_| odd())?,
            _ => return Err(odd()),
        };
        Ok(attributes::completed(&present).map(|it| (path.to_owned(), it.into_bytes())))
    }

    /// Commits the files, and pushes them if that is wanted.
    fn place(&self, policy: &Policy, files: &Files, person: &Person) -> Result<Shared, Failure> {
        let Self { shell, repo, head, options } = self;
        if options.no_commit {
            repo.write_only(head, files, &[])?;
            return Ok(Shared::written());
        }
        let message = format!("Set up Holdpoint: policy 0001\n\nroot: sha256:{}\n", policy.digest());
        let committed = repo.commit(head, files, &[], &message, &author(repo, person)?)?;
        let branch = head.branch().unwrap_or(policy.branch());
        let Some(remote) = repo.remote_for(branch)? else {
            return Ok(Shared::saved(policy.branch(), branch));
        };
        let by_hand = Shared::not_pushed(policy.branch(), &remote, branch);
        let question = format!("Push it to `{branch}` of `{remote}`, so that CI sees it?");
        if !(options.push || (!options.yes && Shell::agrees(&question))) {
            return Ok(by_hand);
        }
        match repo.push(&remote, &committed.id, &format!("refs/heads/{branch}")) {
            Ok(Pushed::Done) => {
                return match read_back(repo, &remote, branch, &committed.id)? {
                    None => Shared::pushed(repo, policy.branch(), &remote, branch),
                    Some(cure) => Ok(Shared::NotYet(format!("not pushed: {cure}"))),
                };
            }
            Ok(Pushed::Rejected(why) | Pushed::NotFastForward(why)) => {
                shell.warn(&format!("`{remote}` does not take it on `{branch}`: {}", why.trim()));
            }
            Err(failure) => shell.warn_all(&[failure]),
        }
        Ok(by_hand)
    }

    /// A branch of record that was not asked for, or that is another one than this.
    fn branch_doubt(&self, policy: &Policy) -> Option<String> {
        let record = policy.branch();
        match self.head.branch() {
            Some(here) if here != record => {
                Some(format!("this commit is on `{here}`; it takes effect when it is merged into `{record}`"))
            }
            _ if self.options.branch.is_none() && record != "main" => Some(format!(
                "the branch of record is `{record}`, because you are on it; another one is named with --branch"
            )),
            _ => None,
        }
    }
}

/// The policy, signed, and its files. Nothing is signed that would not be read back.
fn signed(signer: &Signer, charter: &Charter) -> Result<(Policy, Files), Failure> {
    let (folder, namespace) = (policy::folder(1), Namespace::of(POLICY_NAMESPACE));
    let signers = text::signers(charter);
    let text = text::policy(charter, &signers);
    let broken = |problems: Problems| {
        let said: Vec<String> = problems.into_iter().map(|it| format!("{}; {}", it.message, it.help)).collect();
        Failure::usage("such a policy would be refused").because(said.join("\n")).hint("nothing was written")
    };
    let ring = Ring::parse("signers", signers.as_bytes()).map_err(broken)?;
    Policy::read("policy.toml", text.as_bytes(), &ring, signers.as_bytes()).map_err(broken)?;
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
    let policy = Chain::read(&read).map_err(unread)?.current().clone();
    Ok((policy, files.into_iter().map(|(path, it)| (format!("policy/{path}"), it)).collect()))
}

#[cfg(test)]
pub(crate) mod tests;
