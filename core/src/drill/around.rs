//! How a good candidate is spoiled by what stands around it: a branch, a site, a copy, a file that is none, and what happens after
//! it was recorded. Nothing means that it could not be done.

use std::sync::Arc;

use super::good::MACHINE;
use super::spoil::{published, waived};
use super::stage::Stage;
use crate::content::Content;
use crate::key::Pen;
use crate::ledger::{Found, MOST_BRANCHES, Pending};
use crate::policy::{Sealed, wrong_repository};
use crate::sight::{Sight, Sights};
use crate::statement::Act;

pub(super) fn held_on_a_branch(stage: &mut Stage) -> Option<()> {
    let mut other = stage.clone();
    let hold = other.say(Act::Hold, None, "mallory")?;
    let (statement, signature) = other.entry_files(hold)?;
    let found = Found { branch: "origin/release-2.7.0".to_owned(), statement, signature };
    stage.facts.pending = Some(Arc::new(Pending { found: vec![found], findings: Vec::new(), is_fetched: true }));
    Some(())
}

#[expect(clippy::unnecessary_wraps, reason = "what spoils may fail; this happens not to")]
pub(super) fn crowded(stage: &mut Stage) -> Option<()> {
    let findings = vec![Pending::too_many(MOST_BRANCHES + 1, MOST_BRANCHES + 1, "git push origin --delete BRANCH")];
    stage.facts.pending = Some(Arc::new(Pending { found: Vec::new(), findings, is_fetched: true }));
    Some(())
}

pub(super) fn elsewhere(stage: &mut Stage) -> Option<()> {
    const NAMED: &str = "branch = \"main\"\nrepository = [\"https://git.example.com/webinar\"]";
    stage.adopt_policy(&Sealed::default(), |it| it.replace("branch = \"main\"", NAMED), |it| it, &["dana", "sam"])?;
    let used = ["https://git.example.org/webinar".to_owned()];
    let finding = wrong_repository(stage.chain().ok()?.current(), Some("origin"), &used, &used)?;
    stage.facts.origin.findings.push(finding);
    Some(())
}

/// The whole folder under another name, with whatever names the version in its files put right.
pub(super) fn copied(stage: &mut Stage) -> Option<()> {
    let files: Vec<String> = stage.facts.release_files.keys().filter(|it| !it.contains('/')).cloned().collect();
    for path in files {
        let text = stage.text(&path)?;
        stage.write(&path, &text.replace("2.7.0", "2.7.1"));
    }
    stage.facts.version = "2.7.1".parse().ok()?;
    Some(())
}

#[expect(clippy::unnecessary_wraps, reason = "what spoils may fail; this happens not to")]
pub(super) fn executable(stage: &mut Stage) -> Option<()> {
    stage.facts.release_files.insert("kb.md".to_owned(), Content::NotPlain("executable file"));
    Some(())
}

pub(super) fn hidden_text(stage: &mut Stage) -> Option<()> {
    let text = stage.text("kb.md")?;
    stage.write("kb.md", &text.replacen("Install", "In\u{200b}stall", 1));
    stage.approve("kb", "maria").map(drop)
}

#[expect(clippy::unnecessary_wraps, reason = "what spoils may fail; this happens not to")]
pub(super) fn junk(stage: &mut Stage) -> Option<()> {
    stage.write("ledger/notes.txt", "Ask maria.\n");
    Some(())
}

/// A hold with so much behind it that it is not read.
pub(super) fn swollen(stage: &mut Stage) -> Option<()> {
    let hold = stage.say(Act::Hold, None, "mallory")?;
    stage.facts.release_files.insert(format!("ledger/{hold}.toml"), Content::TooLarge(1 << 30));
    Some(())
}

/// It is recorded and not listed yet, and a document is another one now.
pub(super) fn before_the_flip(stage: &mut Stage) -> Option<()> {
    published(stage)?;
    let mut sights = Sights::default();
    sights.take("downloads".parse().ok()?, Sight::of_index([]));
    stage.sights = Some(sights);
    stage.change("kb.md", "Install", "Do not install")
}

/// It is recorded, nobody can see the site from here, and a document is another one now.
pub(super) fn unseen_site(stage: &mut Stage) -> Option<()> {
    published(stage)?;
    stage.sights = Some(Sights::default());
    stage.change("kb.md", "Install", "Do not install")
}

pub(super) fn shortened(stage: &mut Stage) -> Option<()> {
    published(stage)?;
    stage.change("release.toml", "support_until = 2028", "support_until = 2027")
}

pub(super) fn adopted_and_changed(stage: &mut Stage) -> Option<()> {
    adopted(stage)?;
    stage.change("compatibility.toml", "schema = 1", "schema = 1\n# none of it is so")
}

/// Both owners say that it is out, as it is here: good until a file changes.
pub(super) fn adopted(stage: &mut Stage) -> Option<()> {
    let (subjects, artifacts) = (stage.all_subjects()?, stage.artifacts()?);
    let act = Act::Adopt { subjects, site: "downloads".parse().ok()?, artifacts };
    ["dana", "sam"].iter().try_for_each(|it| stage.say(act.clone(), None, it).map(drop))
}

pub(super) fn junk_behind_it(stage: &mut Stage) -> Option<()> {
    published(stage)?;
    junk(stage)
}

/// A publication that rests on a waiver, and claims a time at which it had run out.
pub(super) fn other_time(stage: &mut Stage) -> Option<()> {
    waived(stage)?;
    let relied = stage.entries()?;
    let act = stage.publication(relied.clone())?;
    let mut statement = stage.statement(act, Some("release"), "ci", relied.into_iter().collect())?;
    statement.at = "2028-01-01T00:00:00Z".parse().ok()?;
    stage.put(&statement, &Pen::of(MACHINE)?);
    Some(())
}
