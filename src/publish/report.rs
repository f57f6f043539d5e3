//! What a publish answers: what is out, what would be done, or what waits to be merged.

use holdpoint_core::catalog::Listed;
use holdpoint_core::digest::Digest;
use holdpoint_core::name::counted;
use holdpoint_core::plan::Action;
use holdpoint_core::policy::SiteRule;
use schemars::JsonSchema;
use serde::Serialize;

use super::enter::Aside;
use super::{Aim, Order, Source, Stand, uploader};
use crate::outcome::View;
use crate::render::json::{SCHEMA, value};
use crate::render::{github, markdown, paint, rows, short, size};
use crate::share::Shared;

/// A release that is out.
pub(crate) struct Published {
    pub(super) release: String,
    pub(super) site: String,
    pub(super) address: String,
    pub(super) statement: Digest,
    pub(super) commit: String,
    pub(super) files: Vec<Listed>,
    pub(super) already: bool,
    pub(super) outside_the_gate: bool,
    pub(super) shared: Shared,
}

/// A file of a release on a site.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FileJson {
    component: String,
    version: String,
    file: String,
    /// Where it lies, from the site's root.
    path: String,
    size: u64,
    sha256: String,
}

impl FileJson {
    fn of(it: &Listed) -> Self {
        Self {
            component: it.component.to_string(),
            version: it.version.to_string(),
            file: it.file.to_string(),
            path: it.path(),
            size: it.size,
            sha256: it.sha256.to_string(),
        }
    }
}

/// The answer of `holdpoint publish`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "publish")]
pub(crate) struct PublishedJson {
    schema: u64,
    release: String,
    site: String,
    /// Where customers find it, or else where the site is.
    address: String,
    /// The id of the statement.
    statement: String,
    /// The commit that holds it; of a publication that was recorded before, the commit that was read.
    commit: String,
    artifacts: Vec<FileJson>,
    /// Whether all of it was as it should be before.
    already: bool,
    /// Whether it went out before the gate, or around it.
    outside_the_gate: bool,
    /// Whether others see the record.
    shared: bool,
    message: String,
    exit_code: u8,
}

/// "3 artifacts, 12.3 MB".
fn amount(files: &[Listed]) -> String {
    let bytes = files.iter().fold(0, |all, it| u64::saturating_add(all, it.size));
    format!("{}, {}", counted(files.len(), "artifact"), size::words(bytes))
}

impl View for Published {
    fn human(&self) -> String {
        let word = paint::good("PUBLISHED");
        let already = if self.already { "already published; " } else { "" };
        let gate = if self.outside_the_gate { "; it went out outside the gate" } else { "" };
        let (amount, id, commit) = (amount(&self.files), self.statement.short(), short(&self.commit));
        let mut out = format!(
            "{}: {word} on {}  ({already}{amount}; statement {id}, commit {commit}{gate})\n",
            self.release, self.site
        );
        out.push_str(&format!("{}\n{}\n", self.address, self.shared.line()));
        out
    }

    fn github(&self) -> Option<String> {
        Some(github::told(&self.human()))
    }

    fn markdown(&self) -> Option<String> {
        Some(markdown::told(&self.human()))
    }

    fn json(&self) -> serde_json::Value {
        value(&PublishedJson {
            schema: SCHEMA,
            release: self.release.clone(),
            site: self.site.clone(),
            address: self.address.clone(),
            statement: self.statement.to_string(),
            commit: self.commit.clone(),
            artifacts: self.files.iter().map(FileJson::of).collect(),
            already: self.already,
            outside_the_gate: self.outside_the_gate,
            shared: self.shared.is_yes(),
            message: self.shared.line(),
            exit_code: 0,
        })
    }
}

/// What would be done.
pub(crate) struct Planned {
    release: String,
    site: String,
    commit: String,
    files: Vec<Listed>,
    steps: Vec<StepJson>,
}

/// One step of a plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct StepJson {
    /// `put`, `run`, `read-back`, `checksums`, `record`, `flip` or `page`.
    step: String,
    /// What it is about: a path of the site, or the command.
    subject: String,
    /// In words.
    words: String,
}

/// The answer of `holdpoint publish --plan`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "publish --plan")]
pub(crate) struct PlannedJson {
    schema: u64,
    release: String,
    site: String,
    /// The commit that was decided on.
    commit: String,
    artifacts: Vec<FileJson>,
    steps: Vec<StepJson>,
    exit_code: u8,
}

impl Planned {
    pub(super) fn of(stand: &Stand<'_>, order: &Order<'_>) -> Self {
        let plan = &stand.plan;
        let mut steps: Vec<StepJson> = Vec::new();
        if let Source::Command(command) = order.source {
            let shown = uploader::shown(command);
            steps.push(step("run", shown.clone(), format!("run {shown}")));
        }
        let uploads = matches!(order.source, Source::Command(_));
        let own = plan.actions().iter().filter(|it| !(uploads && matches!(it, Action::Put { .. })));
        steps.extend(own.map(told));
        Self {
            release: plan.approval().version().to_string(),
            site: plan.site().to_string(),
            commit: plan.approval().commit().to_owned(),
            files: plan.files().to_vec(),
            steps,
        }
    }
}

fn step(step: &str, subject: String, words: String) -> StepJson {
    StepJson { step: step.to_owned(), subject, words }
}

fn told(action: &Action) -> StepJson {
    match action {
        Action::Put { artifact, path } => {
            let words = format!("put {path}  ({}, sha256 {})", size::words(artifact.size), artifact.sha256);
            step("put", path.clone(), words)
        }
        Action::ReadBack { path, .. } => step("read-back", path.clone(), format!("read {path} back and compare it")),
        Action::Checksums { component, version } => {
            let path = format!("{component}/{version}/{}", crate::site::CHECKSUMS);
            step("checksums", path.clone(), format!("write {path}"))
        }
        Action::Record => {
            step("record", "publish".to_owned(), "sign the publication, commit it and share it".to_owned())
        }
        Action::Flip => {
            step("flip", crate::site::INDEX.to_owned(), format!("list it in {}: customers see it", crate::site::INDEX))
        }
        Action::Settle => step("settle", "files".to_owned(), "store all of it for good".to_owned()),
        Action::Page { path } => step("page", path.clone(), format!("write {path}")),
    }
}

impl View for Planned {
    fn human(&self) -> String {
        let count = counted(self.steps.len(), "step");
        let (amount, commit) = (amount(&self.files), short(&self.commit));
        let mut out = format!(
            "{}: PLAN for {}  ({count}, {amount}; commit {commit}); nothing is changed\n",
            self.release, self.site
        );
        let mut at = 0;
        out.push_str(&rows(&self.steps, |step| {
            at += 1;
            format!("  {at}. {}\n", step.words)
        }));
        out
    }

    fn github(&self) -> Option<String> {
        Some(github::told(&self.human()))
    }

    fn markdown(&self) -> Option<String> {
        Some(markdown::told(&self.human()))
    }

    fn json(&self) -> serde_json::Value {
        value(&PlannedJson {
            schema: SCHEMA,
            release: self.release.clone(),
            site: self.site.clone(),
            commit: self.commit.clone(),
            artifacts: self.files.iter().map(FileJson::of).collect(),
            steps: self.steps.clone(),
            exit_code: 0,
        })
    }
}

/// A publication that waits to be merged.
pub(crate) struct Prepared {
    release: String,
    site: String,
    files: Vec<Listed>,
    next: String,
    aside: Aside,
}

/// The answer of `holdpoint publish --prepare`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "publish --prepare")]
pub(crate) struct PreparedJson {
    schema: u64,
    release: String,
    site: String,
    statement: String,
    /// The commit that holds the statement.
    commit: String,
    /// The branch to merge.
    branch: String,
    /// Where to open the pull request, if that is known.
    link: Option<String>,
    artifacts: Vec<FileJson>,
    /// What to run when it is merged.
    next: String,
    exit_code: u8,
}

impl Prepared {
    pub(super) fn of(stand: &Stand<'_>, order: &Order<'_>, rule: &SiteRule, aside: Aside) -> Self {
        Self {
            release: aside.statement.release.to_string(),
            site: rule.name.to_string(),
            files: stand.plan.files().to_vec(),
            next: order.finish(rule),
            aside,
        }
    }
}

impl View for Prepared {
    fn human(&self) -> String {
        let Aside { statement, commit, branch, link, is_pushed } = &self.aside;
        let (amount, id, commit) = (amount(&self.files), statement.id().short(), short(commit));
        let word = paint::bold("PREPARED");
        let merge = match (is_pushed, link) {
            (true, Some(link)) => format!("open a pull request: {link}"),
            (true, None) => format!("open a pull request for the branch {branch}"),
            (false, _) => format!("git merge {branch}"),
        };
        format!(
            "{}: {word} for {}  ({amount}; statement {id}, commit {commit}); the files are there, and not listed: being published on {1}\n\n\
             next: {merge}\n      {}   (when it is merged)\n\n{}\n",
            self.release,
            self.site,
            self.next,
            if *is_pushed {
                format!("pushed to {branch}: takes effect when merged")
            } else {
                format!("saved here on {branch}: takes effect when merged")
            },
        )
    }

    fn github(&self) -> Option<String> {
        Some(github::told(&self.human()))
    }

    fn markdown(&self) -> Option<String> {
        Some(markdown::told(&self.human()))
    }

    fn json(&self) -> serde_json::Value {
        value(&PreparedJson {
            schema: SCHEMA,
            release: self.release.clone(),
            site: self.site.clone(),
            statement: self.aside.statement.id().to_string(),
            commit: self.aside.commit.clone(),
            branch: self.aside.branch.clone(),
            link: self.aside.link.clone(),
            artifacts: self.files.iter().map(FileJson::of).collect(),
            next: self.next.clone(),
            exit_code: 0,
        })
    }
}

impl Order<'_> {
    /// The command that does the same again, with further options, as it could be typed: with all that this run was given.
    pub(super) fn again(&self, rule: &SiteRule, options: &str) -> String {
        self.typed(rule, options, self.aim)
    }

    /// The command that finishes what was prepared, as it could be typed.
    pub(super) fn finish(&self, rule: &SiteRule) -> String {
        self.typed(rule, "", Aim::Publish)
    }

    fn typed(&self, rule: &SiteRule, more: &str, aim: Aim) -> String {
        let version = holdpoint_core::name::escaped(self.version);
        let begin = format!("holdpoint publish {version} --site {}", rule.name);
        let aim = match aim {
            Aim::Plan => " --plan",
            Aim::Prepare => " --prepare",
            Aim::Publish => "",
        };
        let given = [if self.new_site { " --new-site" } else { "" }, aim].into_iter().filter(|it| !more.contains(it));
        let options = format!("{more}{}{}", given.collect::<String>(), self.signing.typed());
        match self.source {
            Source::Folder(folder) => {
                format!("{begin} --from {}{options}", uploader::shown(&[folder.as_os_str().to_owned()]))
            }
            Source::Command(command) => format!("{begin}{options} -- {}", uploader::shown(command)),
        }
    }
}
