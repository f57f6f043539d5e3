//! A folder of the record, read from a commit's tree or from the disk, with the same meaning.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use holdpoint_core::content::Content;
use holdpoint_core::ledger::MOST_READ;
use holdpoint_core::name::escaped;

use super::statements::{Met, digest_of};
use super::{content, is_folder};
use crate::failure::Failure;
use crate::repo::{Allowance, Form, Item, Kind, Snapshot, Written};

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
    Disk(Disk<'a, 'r>),
}

/// A folder on the disk, and what git has noted of it.
struct Disk<'a, 'r> {
    path: PathBuf,
    written: &'a Written,
    snapshot: &'a Snapshot<'r>,
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
    pub(super) fn disk(top: &Path, written: &'a Written, snapshot: &'a Snapshot<'r>, path: &str) -> Self {
        let disk = Disk { path: top.join(path), written, snapshot };
        Self { source: Source::Disk(disk), path: path.to_owned() }
    }

    fn below(&self, name: &str) -> Self {
        let source = match &self.source {
            Source::Commit(snapshot) => Source::Commit(snapshot),
            Source::Disk(disk) => Source::Disk(Disk { path: disk.path.join(name), ..*disk }),
        };
        Self { source, path: if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) } }
    }

    /// Whether there is such a folder.
    pub(super) fn exists(&self) -> Result<bool, Failure> {
        match &self.source {
            Source::Commit(snapshot) => snapshot.has_folder(&self.path),
            Source::Disk(disk) => Ok(disk.path.is_dir() || !disk.left_out(&self.path).is_empty()),
        }
    }

    /// The names of what is a folder here.
    pub(super) fn names(&self) -> Result<Vec<String>, Failure> {
        match &self.source {
            Source::Commit(snapshot) => {
                let items = snapshot.list(&self.path)?.unwrap_or_default();
                Ok(items.into_iter().filter(|it| is_folder(it.kind)).map(|it| it.name).collect())
            }
            Source::Disk(disk) => disk.names(&self.path, true),
        }
    }

    /// The names of what is no folder here.
    pub(super) fn file_names(&self) -> Result<Vec<String>, Failure> {
        match &self.source {
            Source::Commit(snapshot) => {
                let items = snapshot.list(&self.path)?.unwrap_or_default();
                Ok(items.into_iter().filter(|it| !is_folder(it.kind)).map(|it| it.name).collect())
            }
            Source::Disk(disk) => disk.names(&self.path, false),
        }
    }

    /// One file, if something is there.
    pub(super) fn file(&self, name: &str, limit: usize) -> Result<Option<Content>, Failure> {
        match &self.source {
            Source::Commit(snapshot) => Ok(content(snapshot.file(&self.below(name).path, limit)?)),
            Source::Disk(disk) => disk.file(&self.path, name, limit),
        }
    }

    /// The item of a commit at `path`; none on the disk, where every file has bytes of its own.
    pub(super) fn item(&self, path: &str) -> Result<Option<Item>, Failure> {
        match &self.source {
            Source::Commit(snapshot) => snapshot.item(&self.below(path).path),
            Source::Disk(_) => Ok(None),
        }
    }

    /// One statement, which counts against what one run reads.
    pub(super) fn statement(&self, path: &str, limit: usize) -> Result<Option<Content>, Failure> {
        match &self.source {
            Source::Commit(snapshot) => match snapshot.item(&self.below(path).path)? {
                Some(item) => Ok(content(snapshot.statement(&item, limit)?)),
                None => Ok(None),
            },
            Source::Disk(disk) => disk.file(&self.path, path, limit),
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
                        None if digest_of(&path).is_some() => reading.keep(content(snapshot.statement(&it, limit)?))?,
                        None => reading.keep(content(snapshot.blob(&it, limit)?))?,
                    };
                    Ok(Found { name: it.name, content })
                };
                items.into_iter().map(one).collect()
            }
            Source::Disk(disk) => {
                let mut all = Vec::new();
                for it in entries(&disk.path)? {
                    reading.take(above, it.file_name().map_or(0, std::ffi::OsStr::len))?;
                    let Some(name) = it.file_name().and_then(|it| it.to_str()) else {
                        let content = Some(Content::BadName("has a name that is not Unicode".to_owned()));
                        all.push(Found { name: escaped(&it.to_string_lossy()), content });
                        continue;
                    };
                    let limit = (reading.limit)(&format!("{above}{name}"));
                    all.push(Found {
                        name: name.to_owned(),
                        content: reading.keep(disk.file(&self.path, name, limit)?)?,
                    });
                }
                for (name, is_folder) in disk.left_out(&self.path) {
                    reading.take(above, name.len())?;
                    let limit = (reading.limit)(&format!("{above}{name}"));
                    let content = if is_folder { None } else { reading.keep(disk.file(&self.path, &name, limit)?)? };
                    all.push(Found { name, content });
                }
                Ok(all)
            }
        }
    }
}

impl Disk<'_, '_> {
    /// The path of a file in this folder from the top of the repository.
    fn path_from_top(&self, folder: &str, name: &str) -> String {
        let parts = [self.snapshot.prefix(), folder, name];
        parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("/")
    }

    /// What the index has in this folder, and a sparse checkout leaves out.
    fn left_out(&self, folder: &str) -> Vec<(String, bool)> {
        let there = |it: &(String, bool)| self.path.join(&it.0).symlink_metadata().is_ok();
        self.written.left_out(&self.path_from_top(folder, "")).into_iter().filter(|it| !there(it)).collect()
    }

    /// The names here of folders, or of everything else. A submodule is no folder.
    fn names(&self, folder: &str, of_folders: bool) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        for path in entries(&self.path)? {
            let Some(name) = path.file_name().map(|it| it.to_string_lossy().into_owned()) else { continue };
            let form = self.form(folder, &name, &path)?;
            if (form == Form::Disk(Kind::Folder)) == of_folders {
                names.push(name);
            }
        }
        names.extend(self.left_out(folder).into_iter().filter(|it| it.1 == of_folders).map(|it| it.0));
        Ok(names)
    }

    fn form(&self, folder: &str, name: &str, path: &Path) -> Result<Form, Failure> {
        let form = self.written.form(&self.path_from_top(folder, name), path);
        form.map_err(|why| Failure::new(format!("`{}` cannot be read", path.display())).because(why))
    }

    /// One file as a commit would hold it; nothing for a folder.
    fn file(&self, folder: &str, name: &str, limit: usize) -> Result<Option<Content>, Failure> {
        let path = self.path.join(name);
        match self.form(folder, name, &path)? {
            Form::Absent | Form::Disk(Kind::Folder) => Ok(None),
            Form::Staged(kind, id) => {
                let item = crate::repo::Item { name: name.to_owned(), exact: true, kind, id };
                Ok(content(self.snapshot.blob(&item, limit)?))
            }
            Form::Disk(Kind::File) => on_disk(&path, limit),
            Form::Disk(Kind::Other) => Ok(Some(Content::NotPlain("no file at all"))),
            Form::Disk(kind) => Ok(Some(Content::NotPlain(kind.word()))),
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

/// The bytes of a plain file of the disk.
fn on_disk(path: &Path, limit: usize) -> Result<Option<Content>, Failure> {
    let failed = |why: std::io::Error| Failure::new(format!("`{}` cannot be read", path.display())).because(why);
    let size = fs::symlink_metadata(path).map_err(failed)?.len();
    if size > limit as u64 {
        return Ok(Some(Content::TooLarge(size)));
    }
    fs::read(path).map(|bytes| Some(Content::Plain(bytes))).map_err(failed)
}
