//! A folder of the record, read from a commit's tree or from the disk, with the same meaning.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use holdpoint_core::content::Content;
use holdpoint_core::ledger::MOST_READ;
use holdpoint_core::name::escaped;

use super::statements::Met;
use super::{content, is_folder};
use crate::failure::Failure;
use crate::repo::{Allowance, Snapshot};

/// How deep folders of a release may nest.
const DEEPEST: usize = 8;

/// The most files and folders below one folder: a statement and a signature for each that a ledger may have, and as much again as
/// is ever beside them.
const MOST: usize = 2 * MOST_READ + 10_000;

/// A folder of the record.
pub(super) struct Folder<'a, 'r> {
    source: Source<'a, 'r>,
    path: String,
}

enum Source<'a, 'r> {
    Commit(&'a Snapshot<'r>),
    Disk(PathBuf),
}

/// Reading all that is below a folder.
struct Reading<'i, L, W> {
    top: &'i str,
    limit: &'i L,
    wanted: &'i W,
    allowance: Allowance,
    met: Met,
    into: &'i mut BTreeMap<String, Content>,
}

impl<L, W> Reading<'_, L, W> {
    /// Takes one more file or folder, before anything of it is read.
    fn take(&mut self, above: &str, length: usize) -> Result<(), Failure> {
        self.allowance.take(self.top, above.len() + length)
    }

    /// Takes what was read of a file.
    fn keep(&mut self, content: Option<Content>) -> Result<Option<Content>, Failure> {
        let length = content.as_ref().and_then(Content::bytes).map_or(0, <[u8]>::len);
        self.allowance.keep(self.top, length)?;
        Ok(content)
    }
}

/// What stands under one name.
struct Found {
    name: String,
    content: Option<Content>,
}

impl<'a, 'r> Folder<'a, 'r> {
    /// A folder of a commit's tree.
    pub(super) fn commit(snapshot: &'a Snapshot<'r>, path: &str) -> Self {
        Self { source: Source::Commit(snapshot), path: path.to_owned() }
    }

    /// A folder on the disk, below the coordination root `top`.
    pub(super) fn disk(top: &Path, path: &str) -> Self {
        Self { source: Source::Disk(top.join(path)), path: path.to_owned() }
    }

    fn below(&self, name: &str) -> Self {
        let source = match &self.source {
            Source::Commit(snapshot) => Source::Commit(snapshot),
            Source::Disk(path) => Source::Disk(path.join(name)),
        };
        Self { source, path: if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) } }
    }

    /// Whether there is such a folder.
    pub(super) fn exists(&self) -> Result<bool, Failure> {
        match &self.source {
            Source::Commit(snapshot) => snapshot.has_folder(&self.path),
            Source::Disk(path) => Ok(path.is_dir()),
        }
    }

    /// The names of what is a folder here.
    pub(super) fn names(&self) -> Result<Vec<String>, Failure> {
        match &self.source {
            Source::Commit(snapshot) => {
                let items = snapshot.list(&self.path)?.unwrap_or_default();
                Ok(items.into_iter().filter(|it| is_folder(it.kind)).map(|it| it.name).collect())
            }
            Source::Disk(path) => {
                let entries = entries(path)?.into_iter().filter(|it| it.is_dir() && !it.is_symlink());
                Ok(entries.filter_map(|it| it.file_name().map(|it| it.to_string_lossy().into_owned())).collect())
            }
        }
    }

    /// The names of what is no folder here.
    pub(super) fn file_names(&self) -> Result<Vec<String>, Failure> {
        match &self.source {
            Source::Commit(snapshot) => {
                let items = snapshot.list(&self.path)?.unwrap_or_default();
                Ok(items.into_iter().filter(|it| !is_folder(it.kind)).map(|it| it.name).collect())
            }
            Source::Disk(path) => {
                let entries = entries(path)?.into_iter().filter(|it| !it.is_dir() || it.is_symlink());
                Ok(entries.filter_map(|it| it.file_name().map(|it| it.to_string_lossy().into_owned())).collect())
            }
        }
    }

    /// One file, if something is there.
    pub(super) fn file(&self, name: &str, limit: usize) -> Result<Option<Content>, Failure> {
        match &self.source {
            Source::Commit(snapshot) => Ok(content(snapshot.file(&self.below(name).path, limit)?)),
            Source::Disk(path) => on_disk(&path.join(name), limit),
        }
    }

    /// Reads all files below, by their path from here. `limit` gives the largest size of a path, `wanted` leaves whole
    /// folders out.
    pub(super) fn read_below(
        &self,
        limit: &impl Fn(&str) -> usize,
        wanted: &impl Fn(&str) -> bool,
        into: &mut BTreeMap<String, Content>,
    ) -> Result<(), Failure> {
        let mut reading =
            Reading { top: &self.path, limit, wanted, allowance: Allowance::of(MOST), met: Met::default(), into };
        self.read_at("", 0, &mut reading)
    }

    fn read_at<L: Fn(&str) -> usize, W: Fn(&str) -> bool>(
        &self,
        above: &str,
        depth: usize,
        reading: &mut Reading<'_, L, W>,
    ) -> Result<(), Failure> {
        for found in self.found(above, reading)? {
            let path = format!("{above}{}", found.name);
            match found.content {
                Some(content) => drop(reading.into.insert(path, content)),
                None if depth >= DEEPEST => {
                    let why = format!("lies more than {DEEPEST} folders deep");
                    reading.into.insert(path, Content::BadName(why));
                }
                None if (reading.wanted)(&path) => {
                    self.below(&found.name).read_at(&format!("{path}/"), depth + 1, reading)?;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// What is directly here; a folder has no content.
    fn found<L: Fn(&str) -> usize, W>(
        &self,
        above: &str,
        reading: &mut Reading<'_, L, W>,
    ) -> Result<Vec<Found>, Failure> {
        match &self.source {
            Source::Commit(snapshot) => {
                let items = snapshot.list(&self.path)?.unwrap_or_default();
                let one = |it: crate::repo::Item| {
                    reading.take(above, it.name.len())?;
                    if !it.exact {
                        let content = Some(Content::BadName("has a name that is not Unicode".to_owned()));
                        return Ok(Found { name: it.name, content });
                    }
                    if is_folder(it.kind) {
                        return Ok(Found { name: it.name, content: None });
                    }
                    let path = format!("{above}{}", it.name);
                    let limit = (reading.limit)(&path);
                    let bytes = || content(snapshot.blob(&it, limit).ok()?)?.bytes().map(<[u8]>::to_vec);
                    let content = match reading.met.instead(&path, it.id, bytes) {
                        Some(instead) => Some(instead),
                        None => reading.keep(content(snapshot.blob(&it, limit)?))?,
                    };
                    Ok(Found { name: it.name, content })
                };
                items.into_iter().map(one).collect()
            }
            Source::Disk(path) => {
                let one = |it: PathBuf| {
                    reading.take(above, it.file_name().map_or(0, std::ffi::OsStr::len))?;
                    let Some(name) = it.file_name().and_then(|it| it.to_str()) else {
                        let content = Some(Content::BadName("has a name that is not Unicode".to_owned()));
                        return Ok(Found { name: escaped(&it.to_string_lossy()), content });
                    };
                    let limit = (reading.limit)(&format!("{above}{name}"));
                    let is_folder = it.is_dir() && !it.is_symlink();
                    let content = if is_folder { None } else { reading.keep(on_disk(&it, limit)?)? };
                    Ok(Found { name: name.to_owned(), content })
                };
                entries(path)?.into_iter().map(one).collect()
            }
        }
    }
}

fn entries(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |why: std::io::Error| Failure::new(format!("`{}` cannot be listed", path.display())).because(why);
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(why) => return Err(failed(why)),
    };
    let mut all: Vec<PathBuf> = entries.map(|it| it.map(|it| it.path()).map_err(failed)).collect::<Result<_, _>>()?;
    all.sort();
    Ok(all)
}

/// A file of the disk as git would store it: a plain file is one that is no link; the executable bit is git's to judge.
fn on_disk(path: &Path, limit: usize) -> Result<Option<Content>, Failure> {
    let failed = |why: std::io::Error| Failure::new(format!("`{}` cannot be read", path.display())).because(why);
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(failed(why)),
    };
    if metadata.is_symlink() {
        return Ok(Some(Content::NotPlain("symbolic link")));
    }
    if !metadata.is_file() {
        return Ok(Some(Content::NotPlain("no file at all")));
    }
    if metadata.len() > limit as u64 {
        return Ok(Some(Content::TooLarge(metadata.len())));
    }
    fs::read(path).map(|bytes| Some(Content::Plain(bytes))).map_err(failed)
}
