//! What the store does on a site, and what it refuses before it does anything.

use std::fs;

use clap::Parser;
use holdpoint_core::catalog::Listed;
use tempfile::TempDir;

use super::*;
use crate::command::Cli;
use crate::failure::Exit;
use crate::site::{Holds, MemorySite};

const VERSION: &str = "2.7.0";

/// A site, a folder of files that were built, and what is to be published of them.
struct Bench {
    shell: Shell,
    site: MemorySite,
    dist: TempDir,
    files: Vec<Listed>,
    burned: Burned,
}

impl Bench {
    /// Two files that were signed, and lie in the folder.
    fn new() -> Self {
        let global = Cli::parse_from(["holdpoint", "--quiet", "status"]).global;
        let dist = tempfile::tempdir().unwrap();
        let files = ["a.exe", "b.exe"].map(|name| {
            fs::write(dist.path().join(name), name).unwrap();
            Listed {
                component: "recorder".parse().unwrap(),
                version: VERSION.parse().unwrap(),
                file: name.parse().unwrap(),
                size: name.len() as u64,
                sha256: Digest::of(name.as_bytes()),
            }
        });
        let (shell, site) = (Shell { global }, MemorySite::default());
        Self { shell, site, dist, files: files.into(), burned: Burned::new() }
    }

    fn store(&self) -> Result<Store<'_>, Failure> {
        let source = Source::Folder(self.dist.path());
        Store::begin(&self.shell, source, "downloads".parse().unwrap(), &self.site)
    }

    /// Looks, puts and reads back, as a plan does.
    fn publish(&self) -> Result<bool, Failure> {
        let mut store = self.store()?;
        store.survey(&self.files, &self.burned, Given::Compared, "holdpoint publish")?;
        let artifact = |it: &Listed| Artifact {
            component: it.component.clone(),
            file: it.file.clone(),
            size: it.size,
            sha256: it.sha256,
        };
        for file in &self.files {
            store.put(&file.version, &artifact(file), &file.path())?;
        }
        for file in &self.files {
            store.read_back(&artifact(file), &file.path())?;
        }
        store.checksums(&format!("recorder/{VERSION}"), self.files.iter())?;
        Ok(store.has_changed())
    }

    fn refused(&self) -> (Exit, Vec<Code>) {
        let failure = self.publish().unwrap_err();
        (failure.exit(), failure.found().iter().map(|it| it.code).collect())
    }

    fn paths(&self) -> Vec<String> {
        self.site.list().unwrap().into_iter().map(|it| it.path).collect()
    }

    fn burn(&mut self, at: usize, bytes: &[u8]) {
        self.burned.entry(self.files[at].path()).or_default().insert(Digest::of(bytes));
    }
}

#[test]
fn puts_what_was_signed_with_its_checksums_and_changes_nothing_the_second_time() {
    let bench = Bench::new();
    assert!(bench.publish().unwrap());
    assert_eq!(bench.paths(), ["recorder/2.7.0/SHA256SUMS", "recorder/2.7.0/a.exe", "recorder/2.7.0/b.exe"]);
    assert!(!bench.publish().unwrap());
}

#[test]
fn a_second_run_compares_what_it_was_given() {
    let bench = Bench::new();
    bench.publish().unwrap();
    fs::write(bench.dist.path().join("b.exe"), "built").unwrap();
    assert_eq!(bench.refused(), (Exit::Refused, vec![Code::BytesDiffer]));
    fs::remove_file(bench.dist.path().join("b.exe")).unwrap();
    assert_eq!(bench.refused(), (Exit::Unable, vec![]));
    let mut store = bench.store().unwrap();
    store.survey(&bench.files, &bench.burned, Given::Ignored, "").unwrap();
}

#[test]
fn puts_nothing_at_all_if_one_file_has_other_bytes() {
    for name in ["a.exe", "b.exe"] {
        for bytes in ["other", "another size"] {
            let bench = Bench::new();
            fs::write(bench.dist.path().join(name), bytes).unwrap();
            assert_eq!(bench.refused(), (Exit::Refused, vec![Code::BytesDiffer]), "{name} {bytes}");
            assert_eq!(bench.paths(), Vec::<String>::new());
        }
    }
}

#[test]
fn tells_of_every_file_that_is_missing() {
    let bench = Bench::new();
    fs::remove_file(bench.dist.path().join("a.exe")).unwrap();
    fs::remove_file(bench.dist.path().join("b.exe")).unwrap();
    let failure = bench.publish().unwrap_err();
    assert_eq!((failure.exit(), failure.cause().unwrap().lines().count()), (Exit::Unable, 2));
    assert_eq!(bench.paths(), Vec::<String>::new());
}

#[test]
fn replaces_a_leftover_that_no_statement_names() {
    let bench = Bench::new();
    bench.site.drop_in("recorder/2.7.0/a.exe", b"half a build");
    bench.publish().unwrap();
    assert_eq!(
        bench.site.digest_of("recorder/2.7.0/a.exe", u64::MAX).unwrap(),
        Some(Holds::Read(Content::of(b"a.exe")))
    );
}

#[test]
fn a_recorded_path_never_gets_other_bytes() {
    let mut bench = Bench::new();
    bench.burn(1, b"b.exe");
    bench.site.drop_in("recorder/2.7.0/b.exe", b"written by somebody");
    assert_eq!(bench.refused(), (Exit::Refused, vec![Code::Burned]));
    let before = bench.site.digest_of("recorder/2.7.0/b.exe", u64::MAX).unwrap();
    assert_eq!(before, Some(Holds::Read(Content::of(b"written by somebody"))));

    let mut bench = Bench::new();
    bench.burn(0, b"what went out on another site");
    assert_eq!(bench.refused(), (Exit::Refused, vec![Code::Burned]));
    assert_eq!(bench.paths(), Vec::<String>::new());
}

#[test]
fn what_was_recorded_and_is_gone_is_put_again() {
    let mut bench = Bench::new();
    bench.burn(0, b"a.exe");
    assert!(bench.publish().unwrap());
}

#[test]
fn an_uploader_is_not_believed() {
    let bench = Bench::new();
    let command = ["true".into()];
    let name: SiteName = "downloads".parse().unwrap();
    let mut store = Store::begin(&bench.shell, Source::Command(&command), name, &bench.site).unwrap();
    store.survey(&bench.files, &bench.burned, Given::Compared, "").unwrap();
    let file = &bench.files[0];
    let artifact =
        Artifact { component: file.component.clone(), file: file.file.clone(), size: file.size, sha256: file.sha256 };
    store.put(&file.version, &artifact, &file.path()).unwrap();
    let failure = store.read_back(&artifact, &file.path()).unwrap_err();
    assert_eq!(failure.found()[0].code, Code::NoArtifact);
    bench.site.drop_in(&file.path(), b"other");
    let failure = store.read_back(&artifact, &file.path()).unwrap_err();
    assert_eq!(failure.found()[0].code, Code::BytesDiffer);
}

#[test]
fn one_publish_at_a_time() {
    let bench = Bench::new();
    let _first = bench.store().unwrap();
    assert!(bench.publish().unwrap_err().message().contains("another publish"));
}
