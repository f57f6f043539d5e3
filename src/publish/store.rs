//! Bringing the signed bytes to the site: looked at first, then put where they are wanting, then read back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use holdpoint_core::catalog::{Listed, checksums};
use holdpoint_core::digest::Digest;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{SiteName, Version};
use holdpoint_core::statement::Artifact;

use super::Source;
use super::source::{Found, find, find_unread};
use super::uploader;
use crate::failure::Failure;
use crate::render::size;
use crate::shell::{Gauge, Shell};
use crate::site::{CHECKSUMS, Content, Guard, Put, Site};

/// What to do where files change that nobody else should write.
const ELSE_WRITES: &str = "find out what else writes to the site, then run the same command again";

/// The bytes of one publish on their way to a locked site.
pub(super) struct Store<'a> {
    shell: &'a Shell,
    source: Source<'a>,
    name: SiteName,
    pub(super) site: &'a dyn Site,
    pub(super) held: Guard,
    origins: BTreeMap<String, Origin>,
    /// What this run has read on the site and found to be right.
    verified: BTreeMap<String, Digest>,
    uploaded: bool,
    changed: bool,
}

/// The paths that are burned, with the digests that they are burned for.
pub(super) type Burned = BTreeMap<String, BTreeSet<Digest>>;

/// What becomes of the files that were given, where the site has them already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// They must be the signed ones: who publishes again with other bytes must not read that all is well.
    Compared,
    /// Nobody looks: what went out outside the gate is on the site alone.
    Ignored,
}

/// How a file comes to the site.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    /// It is there.
    Site,
    /// From this file.
    File(PathBuf),
    /// From this file, in place of a leftover that no statement names.
    InPlace(PathBuf),
    /// The uploader brings it.
    Uploader,
}

impl<'a> Store<'a> {
    /// Locks the site. Nobody else publishes there until this is dropped.
    pub(super) fn begin(
        shell: &'a Shell,
        source: Source<'a>,
        name: SiteName,
        site: &'a dyn Site,
    ) -> Result<Self, Failure> {
        let held = site.lock()?;
        if let Some(whose) = held.broken() {
            shell.note(&format!("the lock of `{name}` was left by a run that died: {whose}"));
        }
        let (origins, verified) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { shell, source, name, site, held, origins, verified, uploaded: false, changed: false })
    }

    /// Whether anything on the site was changed by this run.
    pub(super) fn has_changed(&self) -> bool {
        self.changed
    }

    /// Notes that something on the site is changed.
    pub(super) fn change(&mut self) {
        self.changed = true;
    }

    /// Looks where each file comes from, and refuses before anything is put: burned paths, other bytes than were signed,
    /// files that are nowhere. All of them are told.
    pub(super) fn survey(
        &mut self,
        files: &[Listed],
        burned: &Burned,
        given: Given,
        again: &str,
    ) -> Result<(), Failure> {
        let gauge = self.shell.gauge("looking at", size::total(files.iter().map(|it| it.size)));
        let mut troubles = Troubles::default();
        let mut is_first = true;
        for file in files {
            let path = file.path();
            if self.verified.get(&path) == Some(&file.sha256) {
                continue;
            }
            match self.origin(file, burned.get(&path), is_first, again, &gauge)? {
                Ok(Origin::Site) if given == Given::Compared => match self.given(file, &gauge)? {
                    None => drop(self.origins.insert(path, Origin::Site)),
                    Some(Trouble::Refused(finding)) => troubles.refused.push(*finding),
                    Some(Trouble::Missing(places)) => troubles.missing.push((path, places)),
                },
                Ok(origin) => {
                    is_first &= origin == Origin::Site;
                    self.origins.insert(path, origin);
                }
                Err(Trouble::Refused(finding)) => troubles.refused.push(*finding),
                Err(Trouble::Missing(places)) => troubles.missing.push((path, places)),
            }
        }
        drop(gauge);
        troubles.refused.extend(other_checksums(files, burned));
        troubles.judged(&self.name)
    }

    /// Where one file comes from. The first that is put is not read here: `put` reads it through before anybody sees it,
    /// and before anything else is put.
    fn origin(
        &self,
        file: &Listed,
        burned: Option<&BTreeSet<Digest>>,
        is_first: bool,
        again: &str,
        gauge: &Gauge,
    ) -> Result<Result<Origin, Trouble>, Failure> {
        let path = file.path();
        if burned.is_some_and(|it| it.iter().any(|it| *it != file.sha256)) {
            let message =
                format!("`{path}` was published with other bytes; a published path never changes its content");
            let finding = Finding::new(Code::Burned, path, message).next("publish the new bytes as a new version");
            return Ok(Err(Trouble::Refused(Box::new(finding))));
        }
        let there = self.site.digest_of(&path, file.size)?;
        if there.is_some_and(|it| it.is(Content { size: file.size, sha256: file.sha256 })) {
            return Ok(Ok(Origin::Site));
        }
        if let Some(there) = there.filter(|_| burned.is_some()) {
            let message = format!("`{path}` holds other bytes than were published there: it has {there}");
            let next = format!("find out who wrote them; take the file off the site, then: {again}");
            return Ok(Err(Trouble::Refused(Box::new(Finding::new(Code::Burned, path, message).next(next)))));
        }
        let Source::Folder(folder) = self.source else { return Ok(Ok(Origin::Uploader)) };
        let look = if is_first { find_unread } else { find };
        Ok(match look(folder, file, gauge)? {
            Found::There(from) | Found::Likely(from) if there.is_some() => Ok(Origin::InPlace(from)),
            Found::There(from) | Found::Likely(from) => Ok(Origin::File(from)),
            Found::Differs(others) => Err(Trouble::Refused(Box::new(other_bytes(&path, &others)))),
            Found::Nowhere(places) => Err(Trouble::Missing(places)),
        })
    }

    /// What is wrong with the file that was given for one which the site has already.
    fn given(&self, file: &Listed, gauge: &Gauge) -> Result<Option<Trouble>, Failure> {
        let Source::Folder(folder) = self.source else { return Ok(None) };
        Ok(match find(folder, file, gauge)? {
            Found::There(_) | Found::Likely(_) => None,
            Found::Differs(others) => Some(Trouble::Refused(Box::new(other_bytes(&file.path(), &others)))),
            Found::Nowhere(places) => Some(Trouble::Missing(places)),
        })
    }

    /// Stores for good whatever was put, and sees that what comes after the record can be written: these files, of these sizes.
    pub(super) fn settle(&self, later: &[(&str, u64)]) -> Result<(), Failure> {
        self.site.try_room(&self.held, later)?;
        self.site.settle(&self.held)
    }

    /// Puts one file, unless it is there.
    pub(super) fn put(&mut self, version: &Version, artifact: &Artifact, path: &str) -> Result<(), Failure> {
        let expected = Content { size: artifact.size, sha256: artifact.sha256 };
        if self.verified.get(path) == Some(&artifact.sha256) {
            return Ok(());
        }
        match self.origins.get(path).cloned().unwrap_or(Origin::Site) {
            // It is put all the same, so that it is stored for good before anybody is told of it.
            Origin::Site => {
                let put = self.site.put(&self.held, path, &mut std::io::empty(), expected, &mut |_| {})?;
                self.settled(put, path, artifact)
            }
            Origin::File(from) => {
                let gauge = self.shell.gauge(&format!("putting {path}"), artifact.size);
                let mut source = opened(&from)?;
                let put = self.site.put(&self.held, path, &mut source, expected, &mut |it| gauge.passed(it));
                drop(gauge);
                self.settled(put.map_err(|it| self.other_source(it, &from, path))?, path, artifact)
            }
            Origin::InPlace(from) => {
                let gauge = self.shell.gauge(&format!("putting {path}"), artifact.size);
                let mut source = opened(&from)?;
                let put = self.site.replace(&self.held, path, &mut source, expected, &mut |it| gauge.passed(it));
                drop(gauge);
                put.map_err(|it| self.other_source(it, &from, path))?;
                self.told("put", path, artifact.size, ", in place of a leftover");
                Ok(())
            }
            Origin::Uploader => self.upload(version),
        }
    }

    /// The failure of a copy, in which other bytes than were signed came out of `from`.
    fn other_source(&self, failure: Failure, from: &Path, path: &str) -> Failure {
        if !failure.found().iter().any(|it| it.code == Code::BytesDiffer) {
            return failure;
        }
        let cause = failure.cause().map(|it| format!(": {it}")).unwrap_or_default();
        let others = [format!("`{}`{cause}", from.display())];
        refusal(&self.name, vec![other_bytes(path, &others)])
    }

    fn settled(&mut self, put: Put, path: &str, artifact: &Artifact) -> Result<(), Failure> {
        match put {
            Put::Stored => self.told("put", path, artifact.size, ""),
            // It was read through just now.
            Put::AlreadyThere => drop(self.verified.insert(path.to_owned(), artifact.sha256)),
            Put::Occupied(other) => {
                let message = format!("`{path}` was written by somebody else meanwhile: it has {other}");
                let finding = Finding::new(Code::BytesDiffer, path, message).next(ELSE_WRITES);
                return Err(refusal(&self.name, vec![finding]));
            }
        }
        Ok(())
    }

    /// Runs the uploader, once.
    fn upload(&mut self, version: &Version) -> Result<(), Failure> {
        let Source::Command(command) = self.source else { return Ok(()) };
        if !self.uploaded {
            uploader::run(self.shell, command, version, &self.name)?;
            self.uploaded = true;
            self.changed = true;
        }
        Ok(())
    }

    /// Reads one file back from the site, and compares it with what was signed.
    pub(super) fn read_back(&mut self, artifact: &Artifact, path: &str) -> Result<(), Failure> {
        if self.verified.get(path) == Some(&artifact.sha256) {
            return Ok(());
        }
        let gauge = self.shell.gauge(&format!("reading back {path}"), artifact.size);
        let there = self.site.digest_of(path, artifact.size)?;
        gauge.passed(artifact.size);
        drop(gauge);
        let expected = Content { size: artifact.size, sha256: artifact.sha256 };
        if there.is_some_and(|it| it.is(expected)) {
            self.shell.note(&format!("  read back  {path}"));
            if self.uploaded {
                // An uploader may have left it unreadable, or as a second name of a file that can still change.
                self.site.secure(&self.held, path, expected)?;
            }
            self.verified.insert(path.to_owned(), artifact.sha256);
            return Ok(());
        }
        let (code, message) = match there {
            Some(it) => {
                let message = format!("`{path}` has {it} on the site, and the SHA-256 {} was signed", artifact.sha256);
                (Code::BytesDiffer, message)
            }
            None if self.uploaded => (Code::NoArtifact, format!("`{path}` is not on the site after the upload")),
            None => (Code::BytesDiffer, format!("`{path}` is gone from the site")),
        };
        let next = match self.uploaded {
            true => "have the uploader put each file under COMPONENT/VERSION/FILE, with the signed bytes",
            false => ELSE_WRITES,
        };
        Err(refusal(&self.name, vec![Finding::new(code, path, message).next(next)]))
    }

    /// Writes the checksums of one component version, unless they are there.
    pub(super) fn checksums<'f>(
        &mut self,
        folder: &str,
        files: impl Iterator<Item = &'f Listed>,
    ) -> Result<(), Failure> {
        let bytes = checksums(files);
        let path = format!("{folder}/{CHECKSUMS}");
        // A folder or a link of that name is told by the attempt to write.
        let wanted = Content::of(&bytes);
        if self.site.digest_of(&path, wanted.size).ok().flatten().is_some_and(|it| it.is(wanted)) {
            return self.site.secure(&self.held, &path, Content::of(&bytes));
        }
        self.site.write(&self.held, &path, &bytes)?;
        self.told("put", &path, bytes.len() as u64, "");
        Ok(())
    }

    fn told(&mut self, what: &str, path: &str, bytes: u64, more: &str) {
        self.changed = true;
        self.shell.note(&format!("  {what}  {path}  ({}){more}", size::words(bytes)));
    }
}

/// The checksums that would be written over those of something that is out. What customers were given with a file never changes.
fn other_checksums(files: &[Listed], burned: &Burned) -> Vec<Finding> {
    let folder = |it: &Listed| format!("{}/{}", it.component, it.version);
    let folders: BTreeSet<String> = files.iter().map(folder).collect();
    let told = |it: &String| {
        let path = format!("{it}/{CHECKSUMS}");
        let digest = Digest::of(&checksums(files.iter().filter(|file| folder(file) == *it)));
        let is_other = burned.get(&path).is_some_and(|all| all.iter().any(|one| *one != digest));
        let message = format!("`{path}` was published for other files; what is published never changes its content");
        is_other.then(|| Finding::new(Code::Burned, path, message).next("publish the files as a new version"))
    };
    folders.iter().filter_map(told).collect()
}

fn opened(from: &Path) -> Result<File, Failure> {
    File::open(from).map_err(|why| Failure::new(format!("`{}` cannot be read", from.display())).because(why))
}

fn other_bytes(path: &str, others: &[String]) -> Finding {
    let message = format!("there are other bytes than were signed for `{path}`: {}", others.join("; "));
    Finding::new(Code::BytesDiffer, path, message)
        .next("build or copy the signed files again; other bytes need new sign-offs: holdpoint artifacts …")
}

fn refusal(site: &SiteName, findings: Vec<Finding>) -> Failure {
    let next = findings.iter().map(|it| it.next.clone()).find(|it| !it.is_empty()).unwrap_or_default();
    Failure::refused(format!("the files cannot be published on `{site}` as they are")).findings(findings).hint(next)
}

/// What stands in the way of one file.
enum Trouble {
    /// A rule.
    Refused(Box<Finding>),
    /// It is at none of these places.
    Missing(Vec<PathBuf>),
}

/// What stands in the way of all files.
#[derive(Default)]
struct Troubles {
    refused: Vec<Finding>,
    missing: Vec<(String, Vec<PathBuf>)>,
}

impl Troubles {
    /// What the survey came to: a refusal weighs more than what is missing, and tells of that too.
    fn judged(self, site: &SiteName) -> Result<(), Failure> {
        let looked = |(path, places): &(String, Vec<PathBuf>)| {
            let places: Vec<String> = places.iter().map(|it| format!("`{}`", it.display())).collect();
            format!("`{path}` is at none of these places: {}", places.join(", "))
        };
        let missing: Vec<String> = self.missing.iter().map(looked).collect();
        let failure = match (self.refused.is_empty(), missing.is_empty()) {
            (true, true) => return Ok(()),
            (true, false) => {
                Failure::new("files that were signed are missing").hint("name the folder where they are: --from DIR")
            }
            (false, _) => refusal(site, self.refused),
        };
        Err(if missing.is_empty() { failure } else { failure.because(missing.join("\n")) })
    }
}

#[cfg(test)]
mod tests;
