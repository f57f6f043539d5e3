//! A visit to a site: it is locked, and the plan is carried out, step by step, as it was made.

use holdpoint_core::catalog::Catalog;
use holdpoint_core::compatibility::Outing;
use holdpoint_core::plan::{Action, listing};
use holdpoint_core::policy::SiteRule;
use holdpoint_core::statement::Statement;

use super::aftermath::{Target, Written, recorded};
use super::branch::Branch;
use super::enter::{self, Entered};
use super::live::Live;
use super::report::{Prepared, Published};
use super::store::{Given, Store};
use super::{Aim, Ended, Order, Stand};
use crate::failure::{Failure, Happened};
use crate::share::Shared;
use crate::shell::Shell;
use crate::signer::Signer;
use crate::site::{Content, Flip, INDEX, Site, index_page, shown_address};

/// A locked site, on which one release is published.
pub(super) struct Visit<'a> {
    shell: &'a Shell,
    order: &'a Order<'a>,
    rule: &'a SiteRule,
    branch: &'a Branch<'a>,
    store: Store<'a>,
    /// The commit for which everything is done that takes its time.
    settled: Option<String>,
    /// The commit that holds what this run has recorded.
    recorded: Option<String>,
    /// What this run set out to publish, from the first file on that it put: what to look for when it fails.
    target: Option<Target>,
    /// The statement that was signed, by this run or by an earlier one.
    written: Option<Written>,
}

/// What a try to carry out the plan came to.
pub(super) enum Step {
    /// It is done.
    Ended(Box<Ended>),
    /// The branch of record moved meanwhile, to this tip: one decides again.
    Moved(String),
    /// Something was done that took its time, on this commit: one decides again before the next step.
    Again(String),
}

/// What is on the record.
struct Entry {
    statement: Box<Statement>,
    commit: String,
    shared: Shared,
}

impl<'a> Visit<'a> {
    /// Locks the site.
    pub(super) fn begin(
        shell: &'a Shell,
        order: &'a Order<'a>,
        rule: &'a SiteRule,
        branch: &'a Branch<'a>,
        site: &'a dyn Site,
    ) -> Result<Self, Failure> {
        let store = Store::begin(shell, order.source, rule.name.clone(), site)?;
        let (settled, recorded, target, written) = (None, None, None, None);
        Ok(Self { shell, order, rule, branch, store, settled, recorded, target, written })
    }

    /// Whether nothing that takes its time is left to do on `commit`: between the record and the flip there is nothing such.
    pub(super) fn is_settled(&self, commit: &str) -> bool {
        self.recorded.is_some() || self.settled.as_deref() == Some(commit)
    }

    /// Whether this run has recorded the publication, so that the flip is what comes next.
    pub(super) fn has_recorded(&self) -> bool {
        self.recorded.is_some()
    }

    /// What is seen of the publication now; nothing before the first file was put.
    fn happened(&self) -> Option<Happened> {
        let target = self.target.as_ref()?;
        let written = self.written.as_ref();
        Some(target.look(self.store.site, self.rule, recorded(self.branch, written), written))
    }

    /// Says what has happened so far, where the answer is another one by now.
    pub(super) fn say_that_it_changed(&self) {
        if let Some(happened) = self.happened() {
            self.shell.note(&format!("the answer has changed meanwhile, and nothing more is done. {happened}"));
        }
    }

    /// A failure of this visit, with what is seen of the publication now and the command that goes on with it.
    pub(super) fn explained(&self, failure: Failure) -> Failure {
        match self.happened() {
            Some(happened) => failure.in_the_middle(happened, &self.order.again(self.rule, "")),
            None => failure,
        }
    }

    /// Carries out the plan, up to where the order wants it. What is to be recorded is signed by `signer`.
    pub(super) fn carry_out(&mut self, stand: &Stand<'_>, signer: Option<&Signer>) -> Result<Step, Failure> {
        let live = Live::read(self.store.site, self.rule)?;
        let chain = &stand.evidence.facts().chain;
        let commit = stand.record.snapshot.commit_id();
        if !live.faults(&stand.record, chain, self.rule)?.is_empty()
            && let Some(tip) = self.branch.moved_from(&commit)?
        {
            return Ok(Step::Moved(tip));
        }
        live.agrees(&stand.record, chain, self.rule)?;
        let plan = &stand.plan;
        let again = self.order.again(self.rule, "");
        let is_ours = plan.actions().iter().any(|it| matches!(it, Action::Put { .. }));
        let given = if is_ours { Given::Compared } else { Given::Ignored };
        self.store.survey(plan.files(), &live.burned(stand)?, given, &again)?;
        let expected = live.with_room(stand, self.shell.now())?;
        let entry = self.recorded(stand, &live)?;
        if let Some(entry) = &entry {
            let (statement, commit) = (entry.statement.id(), entry.commit.clone());
            self.written = Some(Written { statement, commit });
        }
        self.target = Some(Target::of(stand, self.rule));
        let mut catalog = None;
        for action in plan.actions() {
            match action {
                Action::Put { artifact, path } => self.store.put(plan.approval().version(), artifact, path)?,
                Action::ReadBack { artifact, path } => self.store.read_back(artifact, path)?,
                Action::Checksums { component, version } => {
                    let own = plan.files().iter().filter(|it| it.component == *component && it.version == *version);
                    self.store.checksums(&format!("{component}/{version}"), own)?;
                }
                Action::Settle if self.is_settled(&commit) => {}
                Action::Settle => self.settle(stand, &expected)?,
                // What comes now cannot be taken back, and all that was done took its time: it is decided once more.
                Action::Record | Action::Flip if !self.is_settled(&commit) => {
                    self.settled = Some(commit.clone());
                    return Ok(Step::Again(commit));
                }
                Action::Record => return self.record(stand, signer),
                Action::Flip => {
                    let it = entry.as_ref().ok_or_else(|| Failure::new("nothing is recorded, so nothing is listed"))?;
                    catalog = Some(self.flip(stand, &live, &it.statement)?);
                }
                Action::Page { path } => {
                    if let Some(catalog) = &catalog {
                        self.page(stand, catalog, path)?;
                    }
                }
            }
        }
        match entry {
            Some(it) => Ok(Step::Ended(Box::new(Ended::Published(self.published(stand, it))))),
            None => Err(Failure::new("nothing is recorded")),
        }
    }

    /// Stores for good whatever was put. Whatever is written after the record must have its place and its room before it: what cannot
    /// be written then costs nothing now.
    fn settle(&self, stand: &Stand<'_>, catalog: &Catalog) -> Result<(), Failure> {
        // Times and ids take as much room as others do; the rest is for the folder itself.
        const MORE: u64 = 4 << 10;
        let page = index_page(catalog, shown_address(self.rule, stand.evidence.policy()));
        let mut later = vec![(INDEX, catalog.to_bytes().len() as u64 + MORE)];
        later.extend(self.rule.page.as_deref().map(|path| (path, page.len() as u64 + MORE)));
        self.store.settle(&later)
    }

    /// The publication that is on the record already, if there is one.
    fn recorded(&self, stand: &Stand<'_>, live: &Live) -> Result<Option<Entry>, Failure> {
        let Some(publication) = stand.plan.approval().recorded() else { return Ok(None) };
        if self.order.aim == Aim::Prepare {
            let version = stand.plan.approval().version();
            let is_listed = live.listed().contains(&(version.clone(), publication.id));
            let state = if is_listed { "published" } else { "being published" };
            let message = format!("{version} is {state} on {}: its publication is recorded already", self.rule.name);
            return Err(Failure::refused(message)
                .hint("run the same command again without `--prepare`; it finishes what was begun"));
        }
        let found = stand.evidence.ledger().get(&publication.id);
        let found = found.ok_or_else(|| Failure::new("the publication is not in the ledger"))?;
        let commit = stand.record.snapshot.commit_id();
        if !self.branch.has(&commit)? {
            let (name, remote) = (self.branch.name(), self.branch.remote().unwrap_or_default());
            return Err(Failure::new(format!("the publication is recorded here, and not on `{name}` of `{remote}`"))
                .because("a hold that arrived there meanwhile would be missed")
                .hint(format!("share it first, then run the same command again: git push {remote} HEAD:{name}")));
        }
        let shared = self.branch.shared()?;
        self.branch.follow(self.shell, &commit);
        Ok(Some(Entry { statement: Box::new(found.statement.clone()), commit, shared }))
    }

    /// Enters the publication into the record, or leaves it for a pull request.
    fn record(&mut self, stand: &Stand<'_>, signer: Option<&Signer>) -> Result<Step, Failure> {
        let signer = signer.ok_or_else(|| Failure::new("there is nobody to sign"))?;
        if self.order.aim == Aim::Prepare {
            let aside = enter::prepare(self.shell, stand, self.order, self.branch, signer)?;
            let prepared = Prepared::of(stand, self.order, self.rule, aside);
            return Ok(Step::Ended(Box::new(Ended::Prepared(prepared))));
        }
        let version = stand.plan.approval().version();
        if self.recorded.as_ref() == Some(&stand.record.snapshot.commit_id()) {
            return Err(Failure::new(format!("the publication of {version} that was just recorded does not count"))
                .hint(format!("holdpoint check {version}   (it says why)")));
        }
        match enter::enter(self.shell, stand, self.order, self.rule, self.branch, signer, &mut self.written)? {
            Entered::Moved(tip) => Ok(Step::Moved(tip)),
            Entered::There { statement, commit } => {
                self.store.change();
                let (id, at) = (statement.id().short(), crate::render::short(&commit));
                self.shell.note(&format!("  recorded  {id} in commit {at}, by {}", statement.by));
                self.recorded = Some(commit.clone());
                Ok(Step::Again(commit))
            }
        }
    }

    /// Makes the version visible, in one step. From here on customers see it.
    fn flip(&mut self, stand: &Stand<'_>, live: &Live, statement: &Statement) -> Result<Catalog, Failure> {
        let own = listing(statement, stand.plan.approval().release());
        let own = own.ok_or_else(|| Failure::new("the release names other components than were published"))?;
        let catalog = live.next(stand, own)?;
        self.tell_left_out(stand, &catalog)?;
        let bytes = catalog.to_bytes();
        if live.digest == Some(holdpoint_core::digest::Digest::of(&bytes)) {
            self.store.site.secure(&self.store.held, INDEX, Content::of(&bytes))?;
            return Ok(catalog);
        }
        match self.store.site.flip(&self.store.held, live.digest, &bytes)? {
            Flip::Done => {
                self.store.change();
                self.shell.note(&format!("  live  {INDEX}"));
                Ok(catalog)
            }
            Flip::Moved => Err(Failure::new(format!("something else wrote `{INDEX}` meanwhile; it was left alone"))
                .hint("find out what writes it, then run the same command again")),
        }
    }

    /// Says which versions are recorded for this site and will not be listed: a publish that was never finished, or what an index
    /// that somebody put back does not know.
    fn tell_left_out(&self, stand: &Stand<'_>, catalog: &Catalog) -> Result<(), Failure> {
        let shipped = stand.record.shipped(&stand.evidence.facts().chain)?;
        let is_of_this = |it: &Outing| it.is_proven && !it.is_adopted && it.site == self.rule.name;
        let left_out = shipped.iter().filter(|it| !catalog.releases().contains_key(&it.release));
        let left_out: Vec<String> =
            left_out.filter(|it| it.outings.iter().any(is_of_this)).map(|it| it.release.to_string()).collect();
        self.shell.warn_each(&left_out, |version| {
            let finish = format!("holdpoint publish {version} --site {} --from DIR", self.rule.name);
            format!("{version} is recorded for `{}` and not listed there; to finish that: {finish}", self.rule.name)
        });
        Ok(())
    }

    /// Writes the page for people anew.
    fn page(&self, stand: &Stand<'_>, catalog: &Catalog, path: &str) -> Result<(), Failure> {
        let page = index_page(catalog, shown_address(self.rule, stand.evidence.policy()));
        self.store.site.write(&self.store.held, path, page.as_bytes())?;
        self.store.site.settle(&self.store.held)
    }

    fn published(&self, stand: &Stand<'_>, entry: Entry) -> Published {
        let Entry { statement, commit, shared } = entry;
        Published {
            release: statement.release.to_string(),
            site: self.rule.name.to_string(),
            address: self.rule.public.as_ref().map_or_else(|| self.rule.url.clone(), ToString::to_string),
            statement: statement.id(),
            commit,
            files: stand.plan.files().to_vec(),
            already: !self.store.has_changed(),
            outside_the_gate: statement.act.kind() == "adopt",
            shared,
        }
    }
}
