//! A visit to a site: it is locked, and the plan is carried out, step by step, as it was made.

use holdpoint_core::catalog::Catalog;
use holdpoint_core::decide::before_it_is_seen;
use holdpoint_core::plan::{Action, listing};
use holdpoint_core::policy::SiteRule;
use holdpoint_core::statement::Statement;

use super::branch::Branch;
use super::enter::{self, Entered};
use super::live::Live;
use super::report::{Prepared, Published};
use super::store::Store;
use super::{Aim, Ended, Order, Stand};
use crate::failure::Failure;
use crate::share::Shared;
use crate::shell::Shell;
use crate::signer::Signer;
use crate::site::{Flip, INDEX, PAGE, Site, index_page, shown_address};

/// A locked site, on which one release is published.
pub(super) struct Visit<'a> {
    shell: &'a Shell,
    order: &'a Order<'a>,
    rule: &'a SiteRule,
    branch: &'a Branch<'a>,
    store: Store<'a>,
}

/// What a try to carry out the plan came to.
pub(super) enum Step {
    /// It is done.
    Ended(Box<Ended>),
    /// The branch of record moved meanwhile, to this tip: one decides again.
    Moved(String),
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
        Ok(Self { shell, order, rule, branch, store })
    }

    /// Carries out the plan, up to where the order wants it. What is to be recorded is signed by `signer`.
    pub(super) fn carry_out(&mut self, stand: &Stand<'_>, signer: Option<&Signer>) -> Result<Step, Failure> {
        let live = Live::read(self.store.site, self.rule)?;
        let chain = stand.evidence.chain();
        if !live.faults(&stand.record, chain)?.is_empty()
            && let Some(tip) = self.branch.moved_from(&stand.record.snapshot.commit_id())?
        {
            return Ok(Step::Moved(tip));
        }
        live.agrees(&stand.record, chain, self.rule)?;
        let plan = &stand.plan;
        let again = self.order.again(self.rule, "");
        self.store.survey(plan.files(), &live.burned(stand)?, &again)?;
        let mut entry = self.recorded(stand)?;
        if entry.as_ref().is_some_and(|it| !live.lists(&it.statement)) {
            let against = before_it_is_seen(&stand.evidence, self.shell.now());
            if !against.is_empty() {
                return Err(Failure::refused("the publication is recorded, and something speaks against showing it")
                    .findings(against)
                    .hint(format!(
                        "holdpoint hold {} --reason \"…\"   (find out who recorded it)",
                        plan.approval().version()
                    )));
            }
        }
        let mut catalog = None;
        for action in plan.actions() {
            match action {
                Action::Put { artifact, path } => self.store.put(plan.approval().version(), artifact, path)?,
                Action::ReadBack { artifact, path } => self.store.read_back(artifact, path)?,
                Action::Checksums { component, version } => {
                    let own = plan.files().iter().filter(|it| it.component == *component && it.version == *version);
                    self.store.checksums(&format!("{component}/{version}"), own)?;
                }
                Action::Record => match self.record(stand, signer)? {
                    Recorded::Entry(it) => entry = Some(it),
                    Recorded::Step(step) => return Ok(step),
                },
                Action::Flip => {
                    let it = entry.as_ref().ok_or_else(|| Failure::new("nothing is recorded, so nothing is listed"))?;
                    catalog = Some(self.flip(stand, &live, &it.statement).inspect_err(|_| self.say_how_to_finish())?);
                }
                Action::Page => {
                    if let Some(catalog) = &catalog {
                        self.page(stand, catalog).inspect_err(|_| self.say_how_to_finish())?;
                    }
                }
            }
        }
        match entry {
            Some(it) => Ok(Step::Ended(Box::new(Ended::Published(self.published(stand, it))))),
            None => Err(Failure::new("nothing is recorded")),
        }
    }

    /// The publication that is on the record already, if there is one.
    fn recorded(&self, stand: &Stand<'_>) -> Result<Option<Entry>, Failure> {
        let Some(publication) = stand.plan.approval().recorded() else { return Ok(None) };
        if self.order.aim == Aim::Prepare {
            let version = stand.plan.approval().version();
            return Err(Failure::refused(format!("the publication of {version} is recorded already"))
                .hint("run the same command again without `--prepare`; it finishes what was begun"));
        }
        let found = stand.evidence.ledger().get(&publication.id);
        let found = found.ok_or_else(|| Failure::new("the publication is not in the ledger"))?;
        let commit = stand.record.snapshot.commit_id();
        if !self.branch.has(&commit)? {
            let (name, remote) = (self.branch.name(), self.branch.remote().unwrap_or_default());
            return Err(Failure::new(format!("the publication is recorded here, and not on `{name}` of `{remote}`"))
                .because("nothing visible has happened: a hold that arrived there meanwhile would be missed")
                .hint(format!("share it first, then run the same command again: git push {remote} HEAD:{name}")));
        }
        let shared = self.branch.shared()?;
        self.branch.follow(self.shell, &commit);
        Ok(Some(Entry { statement: Box::new(found.statement.clone()), commit, shared }))
    }

    /// Enters the publication into the record, or leaves it for a pull request.
    fn record(&mut self, stand: &Stand<'_>, signer: Option<&Signer>) -> Result<Recorded, Failure> {
        let signer = signer.ok_or_else(|| Failure::new("there is nobody to sign"))?;
        if self.order.aim == Aim::Prepare {
            let aside = enter::prepare(self.shell, stand, self.order, self.branch, signer)?;
            let prepared = Prepared::of(stand, self.order, self.rule, aside);
            return Ok(Recorded::Step(Step::Ended(Box::new(Ended::Prepared(prepared)))));
        }
        match enter::enter(self.shell, stand, self.order, self.rule, self.branch, signer)? {
            Entered::Moved(tip) => Ok(Recorded::Step(Step::Moved(tip))),
            Entered::There { statement, commit, shared } => {
                self.store.change();
                let (id, at) = (statement.id().short(), crate::render::short(&commit));
                self.shell.note(&format!("  recorded  {id} in commit {at}, by {}", statement.by));
                Ok(Recorded::Entry(Entry { statement, commit, shared }))
            }
        }
    }

    /// Makes the version visible, in one step. From here on customers see it.
    fn flip(&mut self, stand: &Stand<'_>, live: &Live, statement: &Statement) -> Result<Catalog, Failure> {
        let own = stand.evidence.release().and_then(|it| listing(statement, it));
        let own = own.ok_or_else(|| Failure::new("the release names other components than were published"))?;
        let catalog = live.next(stand, own)?;
        let bytes = catalog.to_bytes();
        if live.digest == Some(holdpoint_core::digest::Digest::of(&bytes)) {
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

    /// Writes the page for people anew.
    fn page(&self, stand: &Stand<'_>, catalog: &Catalog) -> Result<(), Failure> {
        let page = index_page(catalog, shown_address(self.rule, stand.evidence.policy()));
        self.store.site.write(&self.store.held, PAGE, page.as_bytes())
    }

    fn say_how_to_finish(&self) {
        self.shell.note("the publication is recorded, and is not visible yet; the same command finishes it");
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

/// What became of the record step.
enum Recorded {
    /// It is on the branch of record.
    Entry(Entry),
    /// The run ends here, or decides again.
    Step(Step),
}
