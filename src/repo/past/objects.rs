//! Objects: commits and trees as their own bytes tell them, without grafts and without replaced objects.

use git2::{ErrorCode, ObjectFormat, ObjectType, Odb, OdbObject, Oid, Repository};
use holdpoint_core::name::escaped;

use super::super::ancestry::{Lineage, parse};
use super::super::{Kind, reason};
use crate::failure::Failure;

/// Why the past cannot be looked at.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something is not in this clone: a sentence.
    Unavailable(String),
    /// Something of an older commit is here and is damaged, or not as git writes it: a sentence.
    Unreadable(String),
    /// There is more of it than anybody looks at: a sentence.
    TooLarge(String),
    /// The repository itself could not be read.
    Failed(Failure),
}

/// The objects of a repository.
pub(super) struct Objects<'g> {
    odb: Odb<'g>,
    format: ObjectFormat,
}

/// One name of a folder, in some commit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'t> {
    /// What its mode says that it is.
    pub(super) kind: Kind,
    /// The name.
    pub(super) name: &'t [u8],
    /// Mode, name and object together, as the tree has them.
    pub(super) whole: &'t [u8],
    object: &'t [u8],
}

/// The bytes of a folder.
pub(super) struct Folder<'g> {
    object: OdbObject<'g>,
    id: Oid,
    width: usize,
}

impl<'g> Objects<'g> {
    pub(super) fn of(git: &'g Repository) -> Result<Self, Stop> {
        let odb = git.odb().map_err(|it| Stop::Failed(Failure::new("history cannot be read").because(reason(&it))))?;
        Ok(Self { odb, format: git.object_format() })
    }

    /// One commit's place in history.
    pub(super) fn commit(&self, id: Oid) -> Result<Lineage, Stop> {
        let object = self.read("commit", id, ObjectType::Commit)?;
        parse(self.format, id, object.data()).ok_or_else(|| broken("commit", id, "it is not as git writes it"))
    }

    /// The bytes of one folder.
    pub(super) fn folder(&self, id: Oid) -> Result<Folder<'_>, Stop> {
        let width = match self.format {
            ObjectFormat::Sha256 => 32,
            ObjectFormat::Sha1 => 20,
        };
        Ok(Folder { object: self.read("folder", id, ObjectType::Tree)?, id, width })
    }

    /// The folder of this name in another one.
    pub(super) fn folder_in(&self, folder: Oid, name: &[u8]) -> Result<Option<Oid>, Stop> {
        self.folder(folder)?.get(name, Kind::Folder)
    }

    /// The bytes of a file that is called `name`, if it has at most `limit`. `count` hears of its size before it is read.
    pub(super) fn file(
        &self,
        name: &[u8],
        id: Oid,
        limit: usize,
        count: impl FnOnce(usize) -> Result<(), Stop>,
    ) -> Result<Option<Vec<u8>>, Stop> {
        let name = || escaped(&String::from_utf8_lossy(name));
        let failed = |error: &git2::Error| match error.code() {
            ErrorCode::NotFound => Stop::Unavailable(format!(
                "`{}` of an older commit is not in this clone, and HEAD does not have it (object {id})",
                name()
            )),
            _ => Stop::Unreadable(format!("`{}` of an older commit cannot be read (object {id})", name())),
        };
        let (size, kind) = self.odb.read_header(id).map_err(|it| failed(&it))?;
        if kind != ObjectType::Blob || size > limit {
            return Ok(None);
        }
        count(size)?;
        self.odb.read(id).map(|it| Some(it.data().to_vec())).map_err(|it| failed(&it))
    }

    fn read(&self, what: &str, id: Oid, kind: ObjectType) -> Result<OdbObject<'_>, Stop> {
        match self.odb.read(id) {
            Ok(object) if object.kind() == kind => Ok(object),
            Ok(object) => Err(broken(what, id, &format!("it is a {}", object.kind()))),
            Err(error) if error.code() == ErrorCode::NotFound => {
                Err(Stop::Unavailable(format!("{} is not in this clone", shown(what, id))))
            }
            Err(error) => Err(broken(what, id, &reason(&error))),
        }
    }
}

impl Entry<'_> {
    /// The object. Most entries are passed by without asking.
    pub(super) fn id(&self) -> Result<Oid, Stop> {
        let failed = |it| format!("a folder of an older commit cannot be read ({})", escaped(&reason(&it)));
        Oid::from_bytes(self.object).map_err(|it| Stop::Unreadable(failed(it)))
    }
}

impl Folder<'_> {
    /// The bytes of all its entries, one after another.
    pub(super) fn bytes(&self) -> &[u8] {
        self.object.data()
    }

    /// What it holds, in its order.
    pub(super) fn entries(&self) -> impl Iterator<Item = Result<Entry<'_>, Stop>> {
        let mut rest = self.bytes();
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let entry = split(rest, self.width);
            let length = entry.map_or(rest.len(), |it| it.whole.len());
            rest = rest.get(length..).unwrap_or_default();
            Some(entry.ok_or_else(|| broken("folder", self.id, "it is not as git writes it")))
        })
    }

    /// The object of this name and kind. A name that is there twice, which git does not write, is met in any kind.
    pub(super) fn get(&self, name: &[u8], kind: Kind) -> Result<Option<Oid>, Stop> {
        for entry in self.entries() {
            let entry = entry?;
            if entry.name == name && entry.kind == kind {
                return entry.id().map(Some);
            }
        }
        Ok(None)
    }
}

/// The first entry of a tree: `MODE NAME`, a zero, and the object's bytes. Of a mode git keeps what fits into sixteen bits,
/// however many digits it has.
fn split(tree: &[u8], width: usize) -> Option<Entry<'_>> {
    let space = tree.iter().position(|it| !matches!(it, b'0'..=b'7')).filter(|it| *it > 0)?;
    let mode = tree.get(..space)?.iter().fold(0_u16, |mode, digit| mode << 3 | u16::from(digit & 7));
    let rest = tree.get(space..)?.strip_prefix(b" ")?;
    let name = std::ffi::CStr::from_bytes_until_nul(rest).ok()?.to_bytes();
    let end = space + 1 + name.len() + 1;
    let (whole, object) = (tree.get(..end + width)?, tree.get(end..end + width)?);
    Some(Entry { kind: Kind::of_mode(i32::from(mode)), name, whole, object })
}

fn broken(what: &str, id: Oid, why: &str) -> Stop {
    Stop::Unreadable(format!("{} cannot be read ({})", shown(what, id), escaped(why)))
}

fn shown(what: &str, id: Oid) -> String {
    match what {
        "commit" => format!("the older commit {id}"),
        _ => format!("the {what} {id} of an older commit"),
    }
}
