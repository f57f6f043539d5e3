//! What an audit says of a site, for every way in which it can differ from the record.

use clap::Parser;
use holdpoint_core::catalog::{Catalog, Listed, Listing, PolicyMark};
use holdpoint_core::decide::Outlet;
use holdpoint_core::digest::Digest;
use holdpoint_core::finding::Severity;
use holdpoint_core::key::Ring;

use super::super::one;
use super::super::recorded::Out;
use super::*;
use crate::command::Cli;
use crate::shell::Shell;
use crate::site::MemorySite;
use holdpoint_core::policy::PAGE;

const RING: &str =
    "maria@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGCJAS/dg2c0b1rYR4/pXIMa3ANOOYkZLhi/GJobys4R\n";

fn policy() -> Policy {
    let person = "[\"maria@example.com\"]";
    let signers = Digest::of(RING.as_bytes());
    let text = format!(
        "schema = 1\nversion = 1\nprevious = \"\"\nsigners = \"{signers}\"\nproject = \"https://downloads.example.com\"\n\
         path = \"\"\ncheckpoint = \"\"\n[owners]\nmembers = {person}\nthreshold = 1\n[roles]\nall = {person}\nrelease = {person}\n\
         [rules]\nbranch = \"main\"\ndistinct = false\n[[requirement]]\nname = \"all\"\ntitle = \"All\"\nasks = \"All of it.\"\n\
         subjects = [\"release.toml\", \"compatibility.toml\", \"matrix.md\", \"artifacts.toml\"]\nrole = \"all\"\napprovals = 1\n\
         [[site]]\nname = \"downloads\"\nurl = \"file:///srv/downloads\"\n"
    );
    let ring = Ring::parse("signers", RING.as_bytes()).unwrap();
    Policy::read("policy.toml", text.as_bytes(), &ring, RING.as_bytes()).unwrap()
}

/// A site, and a record of one version that is out on it.
struct World {
    policy: Policy,
    site: MemorySite,
    recorded: Recorded,
}

impl World {
    /// A site that is just as its record has it.
    fn new(outlet: Outlet) -> Self {
        let recorded = Recorded::of("downloads", vec![out(outlet)]);
        let world = Self { policy: policy(), site: MemorySite::default(), recorded };
        world.site.drop_in("recorder/2.7.0/r.exe", b"2.70");
        if outlet == Outlet::Published {
            let sums = format!("{}  r.exe\n", Digest::of(b"2.70"));
            world.site.drop_in("recorder/2.7.0/SHA256SUMS", sums.as_bytes());
        }
        world.list(&world.catalog());
        world
    }

    fn catalog(&self) -> Catalog {
        let mark = PolicyMark { number: self.policy.number(), sha256: self.policy.digest() };
        let empty = Catalog::new(self.policy.project().clone(), mark);
        let outs = self.recorded.on(&self.rule().name);
        outs.iter().fold(empty, |catalog, it| catalog.with(it.listings[0].clone()))
    }

    /// Makes this the index, with the page that belongs to it.
    fn list(&self, catalog: &Catalog) {
        self.site.drop_in(INDEX, &catalog.to_bytes());
        self.site.drop_in(PAGE, index_page(catalog, shown_address(self.rule(), &self.policy)).as_bytes());
    }

    fn rule(&self) -> &SiteRule {
        &self.policy.sites()[0]
    }

    fn findings(&self) -> Vec<Finding> {
        let shell = Shell { global: Cli::parse_from(["holdpoint", "--quiet", "status"]).global };
        one(&shell, &self.site, self.rule(), &self.policy, &self.recorded).findings
    }

    fn codes(&self) -> Vec<(Code, String)> {
        self.findings().into_iter().map(|it| (it.code, it.about)).collect()
    }

    fn says(&self, code: Code, about: &str) {
        assert_eq!(self.codes(), [(code, about.to_owned())], "{:#?}", self.findings());
    }
}

fn out(outlet: Outlet) -> Out {
    let file = Listed {
        component: "recorder".parse().unwrap(),
        version: "2.7.0".parse().unwrap(),
        file: "r.exe".parse().unwrap(),
        size: 4,
        sha256: Digest::of(b"2.70"),
    };
    let listing = Listing {
        version: "2.7.0".parse().unwrap(),
        title: "Webinar".parse().unwrap(),
        statement: Digest::of(b"statement"),
        kind: if outlet == Outlet::Published { Kind::Published } else { Kind::Adopted },
        at: "2026-11-21T10:00:00Z".parse().unwrap(),
        artifacts: vec![file.clone()],
    };
    Out { version: listing.version.clone(), outlet, files: vec![file], listings: vec![listing] }
}

#[test]
fn a_site_as_the_record_has_it_has_not_drifted() {
    assert_eq!(World::new(Outlet::Published).codes(), []);
    assert_eq!(World::new(Outlet::Adopted).codes(), []);
}

#[test]
fn a_file_that_nobody_recorded_is_the_loudest() {
    let world = World::new(Outlet::Published);
    world.site.drop_in("recorder/2.7.0/extra.dll", b"x");
    world.site.drop_in("recorder/2.7.0/r.exe", b"2.71");
    let stranger = (Code::LiveUnrecorded, "recorder/2.7.0/extra.dll".to_owned());
    assert_eq!(world.codes(), [stranger, (Code::BytesDiffer, "recorder/2.7.0/r.exe".to_owned())]);
}

#[test]
fn each_file_of_the_site_itself_is_held_to_the_record() {
    for (path, code) in [
        ("recorder/2.7.0/r.exe", Code::BytesDiffer),
        ("recorder/2.7.0/SHA256SUMS", Code::ChecksumFileWrong),
        (PAGE, Code::BytesDiffer),
    ] {
        let world = World::new(Outlet::Published);
        world.site.drop_in(path, b"other");
        world.says(code, path);
    }
}

#[test]
fn each_file_that_is_gone_is_missed() {
    for (path, code) in [
        ("recorder/2.7.0/r.exe", Code::RecordedMissing),
        ("recorder/2.7.0/SHA256SUMS", Code::ChecksumFileWrong),
        (INDEX, Code::IndexBehind),
        (PAGE, Code::RecordedMissing),
    ] {
        let world = World::new(Outlet::Published);
        world.site.take_off(path);
        world.says(code, path);
    }
}

#[test]
fn an_index_that_says_more_than_the_record_is_ahead() {
    let world = World::new(Outlet::Published);
    let own = world.catalog().releases().values().next().unwrap().clone();
    let edited = Listing { title: "Something else".parse().unwrap(), ..own.clone() };
    world.list(&world.catalog().with(edited));
    world.says(Code::IndexAhead, INDEX);
    let unknown = Listing { version: "2.8.0".parse().unwrap(), statement: Digest::of(b"x"), ..own };
    world.list(&world.catalog().with(unknown));
    world.says(Code::IndexAhead, INDEX);
    let mut other = world.catalog();
    other.project = "https://other.example.com".parse().unwrap();
    world.list(&other);
    world.says(Code::IndexAhead, INDEX);
    world.site.drop_in(INDEX, &[world.catalog().to_bytes(), b"\n".to_vec()].concat());
    world.says(Code::IndexAhead, INDEX);
}

#[test]
fn an_index_that_cannot_be_read_is_ahead_and_never_no_drift() {
    let world = World::new(Outlet::Published);
    world.site.drop_in(INDEX, b"{}");
    world.says(Code::IndexAhead, INDEX);
}

#[test]
fn what_went_out_outside_the_gate_need_not_be_listed_and_keeps_its_checksums() {
    let world = World::new(Outlet::Adopted);
    world.site.take_off(INDEX);
    world.site.drop_in("recorder/2.7.0/SHA256SUMS", b"its own");
    let findings = world.findings();
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].code, findings[0].severity), (Code::ChecksumFileWrong, Severity::Warning));
}

#[test]
fn a_second_owners_statement_may_stand_in_the_index_too() {
    let mut world = World::new(Outlet::Adopted);
    let mut out = out(Outlet::Adopted);
    let later = Listing { statement: Digest::of(b"later"), ..out.listings[0].clone() };
    out.listings.push(later.clone());
    world.recorded = Recorded::of("downloads", vec![out]);
    world.list(&world.catalog().with(later));
    assert_eq!(world.codes(), []);
}

#[test]
fn a_page_alone_is_not_held_to_a_record_that_is_empty() {
    let mut world = World::new(Outlet::Published);
    world.recorded = Recorded::default();
    for path in ["recorder/2.7.0/r.exe", "recorder/2.7.0/SHA256SUMS", INDEX] {
        world.site.take_off(path);
    }
    assert_eq!(world.codes(), []);
}
