//! Gathering: every fact about a release, from one commit's tree or, for authors, from the files in front of them.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use holdpoint_core::compatibility::Shipped;
use holdpoint_core::content::Content;
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::{Change, Evidence, Facts, Freshness, Origin, ReleaseFiles};
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{SiteName, Version, escaped, listed, nearest};
use holdpoint_core::past::{Past, too_many_statements};
use holdpoint_core::policy::{Chain, LARGEST_SIGNATURE, Pin, Policy, PolicyFiles};
use holdpoint_core::record;
use holdpoint_core::release::{Component, Matches};
use holdpoint_core::sight::Sights;

use jiff::Timestamp;

use crate::failure::Failure;
use crate::repo::{Blob, Kind, Repo, Snapshot, Written, line_changes};

mod branches;
mod compare;
mod files;
mod freshness;
mod look;
mod matches;
mod origin;
mod others;
mod outcomes;
mod proof;
mod published;
mod remembered;
mod single;
mod statements;

use branches::Aside;
pub(crate) use branches::PREFIXES;
use files::Folder;
pub(crate) use look::SiteLook;
use matches::Index;
use others::Neighbour;
use outcomes::Remembered;
pub(crate) use proof::UNSHALLOW;
pub(crate) use published::undoubted;

/// The folder, below `policy/`, in which the next policy collects signatures.
pub(crate) const PROPOSED: &str = "proposed";

/// The folders of the record, which authors write.
const FOLDERS: [&str; 2] = ["policy", "releases"];

/// One commit of a repository, seen from its coordination root.
pub(crate) struct Record<'r> {
    /// The repository.
    pub(crate) repo: &'r Repo,
    /// The commit.
    pub(crate) snapshot: Snapshot<'r>,
    pins: Vec<Pin>,
    hypothetical: bool,
    /// The time by the clock here, if it was asked.
    clock: Option<Timestamp>,
    is_earlier: bool,
    on_disk: Option<(PathBuf, Written)>,
    chain: OnceCell<Result<Arc<Chain>, Vec<Finding>>>,
    past: OnceCell<Arc<Past>>,
    freshness: Freshness,
    /// Whether this is the tip of the branch of record, fetched just now together with the branches that are not merged.
    is_at_tip: bool,
    aside: OnceCell<Aside>,
    origin: Origin,
    // Every release asks for every other one.
    neighbours: OnceCell<Vec<Neighbour>>,
    remembered: OnceCell<Option<Remembered>>,
    published_files: OnceCell<Index>,
    components: OnceCell<BTreeMap<Version, Vec<Component>>>,
    shipped: OnceCell<Arc<Vec<Shipped>>>,
    // A site is looked at once a run.
    looks: RefCell<BTreeMap<SiteName, Rc<SiteLook>>>,
    // A warning is given once a run.
    said: RefCell<BTreeSet<String>>,
}

impl<'r> Record<'r> {
    /// The record at `rev`, or at HEAD. `what_if`: whether something else was asked for than what is the case.
    pub(crate) fn open(repo: &'r Repo, rev: Option<&str>, pins: Vec<Pin>, what_if: bool) -> Result<Self, Failure> {
        let snapshot = repo.snapshot(rev)?;
        if snapshot.root().is_none() {
            return Err(Failure::new(format!("there is no folder `policy/` in commit {}", snapshot.short()))
                .hint("run it where the coordination root is, or begin with `holdpoint init --project URL`"));
        }
        let is_earlier = !snapshot.is_head();
        let hypothetical = what_if || is_earlier;
        Ok(Self {
            repo,
            snapshot,
            pins,
            hypothetical,
            clock: None,
            is_earlier,
            on_disk: None,
            chain: OnceCell::new(),
            past: OnceCell::new(),
            freshness: Freshness::Unknown,
            is_at_tip: false,
            aside: OnceCell::new(),
            origin: Origin::default(),
            neighbours: OnceCell::new(),
            remembered: OnceCell::new(),
            published_files: OnceCell::new(),
            components: OnceCell::new(),
            shipped: OnceCell::new(),
            looks: RefCell::default(),
            said: RefCell::default(),
        })
    }

    /// The record at `tip`, which the branch of record was found to be at.
    pub(crate) fn at_tip(repo: &'r Repo, tip: &str, pins: Vec<Pin>, what_if: bool) -> Result<Self, Failure> {
        let mut record = Self::open(repo, Some(tip), pins, what_if)?;
        record.hypothetical = what_if;
        record.is_earlier = false;
        record.found_fresh()
    }

    /// The same record, read at this time by the clock here. Who asks about another time, or another commit, has none.
    #[must_use]
    pub(crate) fn with_clock(self, now: Timestamp) -> Self {
        let clock = Some(now).filter(|_| !self.hypothetical);
        Self { clock, ..self }
    }

    /// The same record, with the files of the work tree in place of the committed ones: for authors, never for a decision.
    pub(crate) fn into_written(mut self) -> Result<Self, Failure> {
        let top = self.repo.work_tree().ok_or_else(|| {
            Failure::usage("a bare repository has no files to look at").hint("name a commit: --at HEAD")
        })?;
        let below = |it: &str| {
            if self.snapshot.prefix().is_empty() { it.to_owned() } else { format!("{}/{it}", self.snapshot.prefix()) }
        };
        let written = self.repo.written(&FOLDERS.map(below))?;
        self.on_disk = Some((top.join(self.snapshot.prefix()), written));
        Ok(self)
    }

    /// What pins the root here.
    pub(crate) fn pins(&self) -> &[Pin] {
        &self.pins
    }

    /// Whether this is a what-if.
    pub(crate) fn is_hypothetical(&self) -> bool {
        self.hypothetical
    }

    /// Whether another commit than that of now was asked for, so that what sites show today has no part in it.
    pub(crate) fn is_of_another_day(&self) -> bool {
        self.is_earlier
    }

    /// What a site showed in this run, if it was looked at.
    pub(crate) fn look(&self, site: &SiteName) -> Option<Rc<SiteLook>> {
        self.looks.borrow().get(site).cloned()
    }

    /// The same record, with what an earlier one of this run has seen of the sites, and said of them: none is asked twice.
    #[must_use]
    pub(crate) fn with_looks_of(self, earlier: &Self) -> Self {
        self.looks
            .borrow_mut()
            .extend(earlier.looks.borrow().iter().map(|(site, look)| (site.clone(), Rc::clone(look))));
        self.said.borrow_mut().extend(earlier.said.borrow().iter().cloned());
        self
    }

    /// Whether this is said for the first time in this run.
    pub(crate) fn is_news(&self, text: &str) -> bool {
        self.said.borrow_mut().insert(text.to_owned())
    }

    /// Remembers what a site showed.
    pub(crate) fn remember_look(&self, site: SiteName, look: SiteLook) -> Rc<SiteLook> {
        let look = Rc::new(look);
        self.looks.borrow_mut().insert(site, Rc::clone(&look));
        look
    }

    fn folder(&self, path: &str) -> Folder<'_, 'r> {
        match &self.on_disk {
            Some((top, written)) => Folder::disk(top, written, &self.snapshot, path),
            None => Folder::commit(&self.snapshot, path),
        }
    }

    /// Everything under `policy/`.
    pub(crate) fn policy_files(&self) -> Result<PolicyFiles, Failure> {
        let limit = |path: &str| if path.ends_with(".sig") { LARGEST_SIGNATURE } else { record::largest(path) };
        let mut files = PolicyFiles::new();
        // What is proposed decides nothing, and is read only when it is asked for.
        self.folder("policy").read_below(&limit, &|it| it != PROPOSED, &mut files)?;
        Ok(files)
    }

    /// Everything under `policy/proposed`, by its path from `policy/`.
    pub(crate) fn proposed_files(&self) -> Result<PolicyFiles, Failure> {
        let limit = |path: &str| if path.ends_with(".sig") { LARGEST_SIGNATURE } else { record::largest(path) };
        let mut files = PolicyFiles::new();
        self.folder(&format!("policy/{PROPOSED}")).read_below(&limit, &|_| true, &mut files)?;
        Ok(files.into_iter().map(|(path, it)| (format!("{PROPOSED}/{path}"), it)).collect())
    }

    /// The adopted policies, or why there are none that can be relied on.
    pub(crate) fn chain(&self) -> Result<Result<Arc<Chain>, Vec<Finding>>, Failure> {
        if let Some(known) = self.chain.get() {
            return Ok(known.clone());
        }
        let read = Chain::read(&self.policy_files()?).map(Arc::new);
        Ok(self.chain.get_or_init(|| read).clone())
    }

    /// The adopted policies, for a command that cannot go on without them.
    pub(crate) fn chain_or_fail(&self) -> Result<Arc<Chain>, Failure> {
        self.chain()?.map_err(doubted)
    }

    /// The policy in force, for a command that cannot go on without it.
    pub(crate) fn policy_or_fail(&self) -> Result<Policy, Failure> {
        Ok(self.chain_or_fail()?.current().clone())
    }

    /// What became of everything that was signed before this commit.
    pub(crate) fn past(&self, chain: &Chain) -> Result<Arc<Past>, Failure> {
        if let Some(known) = self.past.get() {
            return Ok(Arc::clone(known));
        }
        let past = Arc::new(proof::prove(self.repo, &self.snapshot, chain)?);
        Ok(Arc::clone(self.past.get_or_init(|| past)))
    }

    /// What became of everything that was signed at one of the commits `before`, or since.
    pub(crate) fn past_since(&self, chain: &Chain, before: &[String]) -> Result<Past, Failure> {
        proof::prove_since(self.repo, &self.snapshot, chain, before)
    }

    /// What would become of it under other policies than those in force: one that moves the checkpoint.
    pub(crate) fn past_under(&self, chain: &Chain) -> Result<Past, Failure> {
        proof::prove(self.repo, &self.snapshot, chain)
    }

    /// Every release, by its folder; folders that are no version are left out here (`lint` names them).
    pub(crate) fn versions(&self) -> Result<BTreeSet<Version>, Failure> {
        Ok(self.folder("releases").names()?.into_iter().filter_map(|it| it.parse().ok()).collect())
    }

    /// What lies under `releases/` and is no release: folders of another name, and versions that are no folder.
    pub(crate) fn strangers(&self) -> Result<Vec<String>, Failure> {
        let folder = self.folder("releases");
        let (folders, files) = (folder.names()?, folder.file_names()?);
        let folders = folders.into_iter().filter(|it| it.parse::<Version>().is_err());
        Ok(folders.chain(files.into_iter().filter(|it| it.parse::<Version>().is_ok())).collect())
    }

    /// Every release that `asked` (`2.7`, `v2.7.0`, `recorder@2.7`) means; an exact one stands alone.
    pub(crate) fn matching(&self, asked: &str) -> Result<Vec<Version>, Failure> {
        if let Some((component, version)) = asked.split_once('@') {
            let meant = |it: &Component| it.name.as_str() == component && it.version.answers_to(version);
            let releases = self.components()?.iter().filter(|(_, own)| own.iter().any(meant));
            return Ok(releases.map(|(release, _)| release.clone()).collect());
        }
        let versions = self.versions()?;
        let exact = asked.strip_prefix('v').unwrap_or(asked).parse::<Version>().ok();
        Ok(match exact.filter(|it| versions.contains(it)) {
            Some(exact) => vec![exact],
            None => versions.into_iter().filter(|it| it.answers_to(asked)).collect(),
        })
    }

    /// The one release that `asked` means, for a command that signs, publishes or checks.
    pub(crate) fn one(&self, asked: &str) -> Result<Version, Failure> {
        // The usual case does not need the list of all releases.
        if let Ok(exact) = asked.parse::<Version>()
            && self.folder(&format!("releases/{exact}")).exists()?
        {
            return Ok(exact);
        }
        let matching = self.matching(asked)?;
        match matching.as_slice() {
            [one] => Ok(one.clone()),
            [] => {
                let versions: Vec<String> = self.versions()?.iter().map(ToString::to_string).collect();
                let near = nearest(asked, versions.iter().map(String::as_str));
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "run `holdpoint status` to see them all".to_owned(),
                };
                Err(Failure::usage(format!("there is no release `{}`", escaped(asked))).hint(hint))
            }
            several => Err(Failure::usage(format!("`{}` means {}", escaped(asked), listed(several, "and")))
                .hint("write the version in full")),
        }
    }

    /// Every fact about one release.
    pub(crate) fn facts(&self, chain: &Arc<Chain>, version: &Version) -> Result<Facts, Failure> {
        let alone = self.facts_alone(chain, version)?;
        let (others, doubted) = self.others(chain, version, &alone.release_files.listed_components(version))?;
        let is_alone = chain.current().interfaces().is_empty();
        let shipped = if is_alone { Arc::default() } else { Arc::clone(self.shipped(chain)?) };
        Ok(Facts { others, shipped, doubted, ..alone })
    }

    /// Every fact about one release but what the others are: enough to say what went out, and no more to read for each
    /// release the more there are.
    fn facts_alone(&self, chain: &Arc<Chain>, version: &Version) -> Result<Facts, Failure> {
        let mut release_files = BTreeMap::new();
        let path = format!("releases/{version}");
        let folder = self.folder(&path);
        let read = folder.read_below(&statements::limit, &|_| true, &mut release_files);
        let read = read.and_then(|()| statements::read_large(&folder, chain, &mut release_files));
        let unreadable: Vec<Finding> = read.err().map(|it| self.unread(chain, &path, &it)).into_iter().collect();
        if !unreadable.is_empty() {
            release_files.clear();
        }
        Ok(Facts {
            prefix: self.snapshot.prefix().to_owned(),
            commit: self.snapshot.commit_id(),
            commit_time: self.snapshot.commit_time(),
            clock: self.clock,
            chain: Arc::clone(chain),
            past: self.past(chain)?,
            freshness: self.freshness.clone(),
            origin: self.origin.clone(),
            pending: self.pending(version)?.map(Arc::new),
            pins: self.pins.clone(),
            version: version.clone(),
            release_files: ReleaseFiles::new(release_files),
            unreadable,
            others: BTreeMap::new(),
            shipped: Arc::default(),
            doubted: Vec::new(),
            matches: Matches::default(),
            sights: Sights::default(),
            hypothetical: self.hypothetical,
        })
    }

    /// Why the folder of a release was not read.
    fn unread(&self, chain: &Chain, path: &str, why: &Failure) -> Finding {
        if self.repo.is_budget_spent() {
            return too_many_statements(chain, &self.snapshot.short(), why.message());
        }
        unreadable(path, why)
    }

    /// The evidence about one release, without how its files differ from what was signed: for many releases at once.
    pub(crate) fn plain_evidence(&self, version: &Version) -> Result<Result<Evidence, Vec<Finding>>, Failure> {
        Ok(match self.chain()? {
            Ok(chain) => {
                let mut evidence = self.read(self.facts(&chain, version)?)?;
                evidence.know_matches(self.matches(&evidence)?);
                Ok(evidence)
            }
            Err(findings) => Err(findings),
        })
    }

    /// The evidence about one release, with how its files differ from what was signed.
    pub(crate) fn evidence(&self, version: &Version) -> Result<Result<Evidence, Vec<Finding>>, Failure> {
        let mut evidence = match self.plain_evidence(version)? {
            Ok(evidence) => evidence,
            Err(findings) => return Ok(Err(findings)),
        };
        let mut changes = BTreeMap::new();
        for (path, wanted) in evidence.earlier() {
            let place = format!("releases/{version}/{path}");
            let earlier = self.repo.earlier_bytes(&self.snapshot, &place, &wanted)?;
            let present = self.file(&place)?.unwrap_or_default();
            changes
                .extend(wanted.iter().map(|digest| ((path.clone(), *digest), change(earlier.get(digest), &present))));
        }
        evidence.know_changes(changes);
        Ok(Ok(evidence))
    }

    /// What is to be known of one release by itself: for what went out, never for a decision.
    pub(crate) fn evidence_alone(&self, version: &Version) -> Result<Result<Evidence, Vec<Finding>>, Failure> {
        Ok(match self.chain()? {
            Ok(chain) => Ok(self.read(self.facts_alone(&chain, version)?)?),
            Err(findings) => Err(findings),
        })
    }

    /// The evidence about one release, for a command that cannot go on without a policy.
    pub(crate) fn evidence_or_fail(&self, version: &Version) -> Result<Evidence, Failure> {
        self.evidence(version)?.map_err(doubted)
    }
}

/// A folder that cannot be read may hold anything: its release is in doubt, and no other one is stopped from being told of.
fn unreadable(path: &str, why: &Failure) -> Finding {
    let cause = why.cause().map(|it| format!(": {it}")).unwrap_or_default();
    let next = why.hint_text().map_or_else(|| format!("git log --stat -- {path}"), str::to_owned);
    Finding::new(Code::BadRecord, path, format!("{}{cause}", why.message())).next(next)
}

fn doubted(findings: Vec<Finding>) -> Failure {
    Failure::new("the policy cannot be relied on").findings(findings)
}

fn change(earlier: Option<&Vec<u8>>, present: &[u8]) -> Change {
    earlier.map_or(Change::Lost, |earlier| {
        let (added, removed) = line_changes(earlier, present);
        Change::Lines { added, removed }
    })
}

/// The content of a blob as the core sees it.
fn content(blob: Blob) -> Option<Content> {
    match blob {
        Blob::Bytes(bytes) => Some(Content::Plain(bytes)),
        Blob::Absent => None,
        Blob::NotPlain(kind) => Some(Content::NotPlain(kind.word())),
        Blob::TooLarge(size) => Some(Content::TooLarge(size as u64)),
        Blob::Gone => Some(Content::Gone),
    }
}

/// Where a digest in a pin comes from.
pub(crate) fn pin(source: &str, values: &[String]) -> Result<Pin, Failure> {
    let digests = values.iter().map(|it| parse_pin(source, it)).collect::<Result<_, _>>()?;
    Ok(Pin { source: source.to_owned(), digests })
}

/// A pin as it is written: `sha256:` and 64 digits.
pub(crate) fn parse_pin(source: &str, text: &str) -> Result<Digest, Failure> {
    let digest = text.trim().strip_prefix("sha256:").and_then(|it| it.parse().ok());
    digest.ok_or_else(|| {
        Failure::usage(format!("{source} is `{}`, which is no root", escaped(text)))
            .hint("a root is written sha256: and 64 digits; the owners have it, and `holdpoint init` printed it")
    })
}

/// Whether a kind of tree item is a folder.
fn is_folder(kind: Kind) -> bool {
    kind == Kind::Folder
}
