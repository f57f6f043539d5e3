//! What is measured: recorders and players of many versions, each with a few of twelve formats, and a release of both.

use std::collections::BTreeSet;

use holdpoint_core::compatibility::{
    Block, Compatibility, Derived, Field, Matrix, Outing, Outlook, Shipped, line_md, matrix_md, overview,
};
use holdpoint_core::content::Content;
use holdpoint_core::digest::Digest;
use holdpoint_core::name::SiteName;
use holdpoint_core::policy::{Chain, Policy, PolicyFiles};
use holdpoint_core::release::Release;
use holdpoint_core::rule::{Compared, check_pairs};

use crate::sandbox::Sandbox;
use crate::sandbox::webinar::REC;

/// So many formats came one after the other.
const FORMATS: usize = 12;

/// A policy in which recorders write what players read.
pub(crate) fn policy() -> Policy {
    let sandbox = Sandbox::founded();
    sandbox.exchange(REC);
    let mut files = PolicyFiles::new();
    for folder in ["0001", "0002"] {
        for entry in std::fs::read_dir(sandbox.path("repo/policy").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            files.insert(format!("{folder}/{name}"), Content::Plain(std::fs::read(&path).unwrap()));
        }
    }
    Chain::read(&files).unwrap().current().clone()
}

/// Releases that are out, and one that is asked about.
pub(crate) struct Versions {
    shipped: Vec<Shipped>,
    release: Release,
    declared: Compatibility,
    sites: BTreeSet<SiteName>,
}

/// The version of a recorder and a player that know `newest + 1` formats: the recorder writes the newest, and the one before when
/// asked to; every other player reads the oldest with a loss.
fn declared(newest: usize, at: usize) -> Compatibility {
    let quoted =
        |formats: std::ops::RangeInclusive<usize>| formats.map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
    let mut text = format!("schema = 1\n[component.recorder]\nwrites.rec = [\"{newest}\"]\n");
    if newest > 0 {
        text += &format!("writes_on_request.rec = [\"{}\"]\n", newest - 1);
    }
    text += &format!("[component.player]\nreads.rec = [{}]\n", quoted(0..=newest));
    if at % 2 == 1 {
        text += "degraded.rec = { \"0\" = \"captions\" }\n";
    }
    Compatibility::read("releases/x/compatibility.toml", text.as_bytes(), None).unwrap()
}

fn release(version: &str) -> Release {
    let text = format!(
        "schema = 1\nversion = \"{version}\"\ntitle = \"x\"\nowner = \"dana@example.com\"\ndeputy = \"sam@example.com\"\n\
         planned = 2026-11-20\nsupport_until = 2028-11-20\n[[component]]\nname = \"recorder\"\n[[component]]\nname = \"player\"\n"
    );
    Release::read("release.toml", text.as_bytes(), &version.parse().unwrap(), None).unwrap()
}

impl Versions {
    /// So many of each component, and a new one of both.
    pub(crate) fn new(count: usize) -> Self {
        let site: SiteName = "downloads".parse().unwrap();
        let shipped = (0..count).map(|at| {
            let release = release(&format!("1.{at}.0"));
            Shipped {
                release: release.version,
                components: release.components,
                support_until: release.support_until,
                declared: declared(at * FORMATS / count, at),
                files: Vec::new(),
                outings: vec![Outing {
                    id: Digest::of(&at.to_le_bytes()),
                    site: site.clone(),
                    is_proven: true,
                    is_adopted: false,
                    is_there: true,
                }],
                objection: None,
                doubts: Vec::new(),
            }
        });
        Self {
            shipped: shipped.collect(),
            release: release("2.0.0"),
            declared: declared(FORMATS - 1, 0),
            sites: BTreeSet::from([site]),
        }
    }

    fn field(&self) -> Field {
        let outlook = Outlook { sites: &self.sites, day: self.release.planned, takes_pre_releases: false };
        Field::of_shipped(&self.shipped, outlook).with_own(&self.release, &self.declared, &|_| true)
    }

    /// What a check does about pairs: deriving them, all rules, and the matrix that is compared. How many pairs there are.
    pub(crate) fn check(&self, policy: &Policy) -> usize {
        let field = self.field();
        let derived = Derived::new(policy, &field);
        let matrix = Matrix::of(&derived, &self.release);
        let written = matrix_md(&matrix);
        let findings = check_pairs(&Compared {
            release: &self.release,
            declared: &self.declared,
            policy,
            derived: &derived,
            matrix: &matrix,
            everywhere: &derived,
            signed: &matrix,
            written: Some(written.as_bytes()),
            shipped: &self.shipped,
            article: None,
            notice: None,
        });
        assert!(findings.iter().all(|it| it.code.meaning().name == "obligation"), "{findings:#?}");
        derived.pairs().len()
    }

    /// The matrix of every version with every other one, as it is shown: how many rows stand for how many pairs.
    pub(crate) fn matrix(&self, policy: &Policy) -> (usize, usize) {
        let field = self.field();
        let derived = Derived::new(policy, &field);
        let exchange = derived.exchanges().first().expect("an interface");
        let blocks = overview(exchange, &|_| true, &|_| true);
        let text: usize = blocks.iter().map(|it| line_md(&it.line()).len()).sum();
        assert!(text > 0);
        (blocks.len(), blocks.iter().map(Block::count).sum())
    }

    /// The same, pair by pair: what anybody pays who asks for each of them.
    pub(crate) fn pairs(&self, policy: &Policy) -> usize {
        let field = self.field();
        let derived = Derived::new(policy, &field);
        let exchange = derived.exchanges().first().expect("an interface");
        let pair =
            |writer| exchange.readers().iter().filter_map(move |it| exchange.pair_of(writer, &it.member.component));
        exchange.writers().iter().flat_map(|it| pair(&it.member.component)).count()
    }
}
