//! A site that is a folder: of this machine, or mounted here.
//!
//! Everything is written under `.holdpoint/` first, on the same file system, made durable, and then moved into place
//! in one step. So a reader never meets half a file, and a crash leaves nothing that anybody can see.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use holdpoint_core::catalog::LARGEST_CATALOG;
use holdpoint_core::digest::Digest;
use tempfile::NamedTempFile;

use super::copy::{self, CopyFault};
use super::{
    Content, Flip, Guard, INDEX, Put, Site, Stored, index_too_large, parts_to_read, parts_to_write, under_way,
};
use crate::failure::Failure;
use fault::{cannot, in_the_way, linked, unreachable};

mod fault;
mod listing;

/// The site's own folder. It is not part of the site.
const OWN: &str = ".holdpoint";
const LOCK: &str = "lock";

/// How the name of a file that is being written begins.
const UNFINISHED: &str = "unfinished-";

/// A folder that customers download from.
pub(crate) struct DirectorySite {
    root: PathBuf,
    /// How many bytes the disk takes before it is full, in a test.
    #[cfg(test)]
    room: Option<usize>,
}

impl DirectorySite {
    /// The site in the folder `root`. Nothing is looked at yet.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            #[cfg(test)]
            room: None,
        }
    }

    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn own(&self) -> PathBuf {
        self.root.join(OWN)
    }

    /// Whether the site's folder exists. A site that was never published to is empty, one that cannot exist is a failure.
    fn exists(&self) -> Result<bool, Failure> {
        match fs::metadata(&self.root) {
            Ok(meta) if meta.is_dir() => Ok(true),
            Ok(_) => {
                let message = format!("the site `{}` is not a folder", self.name());
                Err(unreachable(&self.root, message, "move that away, and put the folder of the site there"))
            }
            Err(why) if why.kind() == io::ErrorKind::NotFound => match self.root.parent().map(fs::metadata) {
                Some(Ok(parent)) if parent.is_dir() => Ok(false),
                _ => {
                    let message = format!("the site `{}` cannot be reached", self.name());
                    let hint = "mount or create that folder, then run the same command again";
                    Err(unreachable(&self.root, message, hint)
                        .because("the folder that should hold it does not exist either"))
                }
            },
            Err(why) => Err(cannot("look at the site", &self.root, &why)),
        }
    }

    /// The place of a file on disk, if there is one. Symbolic links on the way are refused.
    fn find(&self, path: &str) -> Result<Option<PathBuf>, Failure> {
        let mut place = self.root.clone();
        for part in parts_to_read(path)? {
            place.push(part);
            match fs::symlink_metadata(&place) {
                Ok(meta) if meta.is_symlink() => return Err(linked(&place)),
                Ok(_) => {}
                Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    return Ok(None);
                }
                Err(why) => return Err(cannot("look at", &place, &why)),
            }
        }
        Ok(Some(place))
    }

    /// The file at `path`, opened, if there is one.
    fn open(&self, path: &str) -> Result<Option<(PathBuf, File)>, Failure> {
        let Some(place) = self.find(path)? else {
            self.exists()?;
            return Ok(None);
        };
        let meta = fs::symlink_metadata(&place).map_err(|why| cannot("look at", &place, &why))?;
        if !meta.is_file() {
            return Err(in_the_way(&place, "file"));
        }
        let file = File::open(&place).map_err(|why| cannot("read", &place, &why))?;
        Ok(Some((place, file)))
    }

    /// Makes the folders above `path`, and says where the file will be.
    fn prepare(&self, path: &str) -> Result<PathBuf, Failure> {
        let parts = parts_to_write(path)?;
        let mut place = self.root.clone();
        let Some((file, folders)) = parts.split_last() else { return Ok(place) };
        for part in folders {
            place.push(part);
            make_folder(&place)?;
        }
        place.push(file);
        match fs::symlink_metadata(&place) {
            Ok(meta) if meta.is_symlink() => Err(linked(&place)),
            _ => Ok(place),
        }
    }

    /// A file that nobody sees yet, with all bytes of `source`, which are `expected`, stored for good.
    fn staged(
        &self,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<NamedTempFile, Failure> {
        let own = self.own();
        let place = self.root.join(path);
        let file = new_file(&own).map_err(|why| cannot("create a file in", &own, &why))?;
        copy::checked(source, &mut self.disk(file.as_file()), expected, progress).map_err(|fault| match fault {
            CopyFault::Source(why) => copy::unreadable(path, &why),
            CopyFault::Sink(why) => cannot("write", &place, &why),
            CopyFault::Differs(found) => copy::differs(path, expected, found),
        })?;
        file.as_file().sync_all().map_err(|why| cannot("store", &place, &why))?;
        Ok(file)
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "a test's disk can be full")]
    fn disk<'a>(&self, file: &'a File) -> &'a File {
        file
    }

    #[cfg(test)]
    fn disk<'a>(&self, file: &'a File) -> super::contract::Ration<&'a File> {
        super::contract::Ration::new(file, self.room)
    }

    /// Makes the file at `place`, its name and the names of the folders above it durable.
    fn settle(&self, place: &Path) -> Result<(), Failure> {
        // Windows does that by itself, and cannot be asked.
        if cfg!(windows) {
            return Ok(());
        }
        for it in place.ancestors().take_while(|it| it.starts_with(&self.root)) {
            match File::open(it).and_then(|it| it.sync_all()) {
                // Some network folders cannot be asked either.
                Err(why) if matches!(why.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {}
                other => other.map_err(|why| cannot("store for good", it, &why))?,
            }
        }
        Ok(())
    }

    fn compared(&self, path: &str, expected: Content) -> Result<Option<Put>, Failure> {
        match self.digest_of(path)? {
            None => Ok(None),
            Some(it) if it == expected => {
                // Whoever put it here may have died before it was stored for good.
                self.settle(&self.root.join(path))?;
                Ok(Some(Put::AlreadyThere))
            }
            Some(it) => Ok(Some(Put::Occupied(it.sha256))),
        }
    }
}

impl Site for DirectorySite {
    fn lock(&self) -> Result<Guard, Failure> {
        if !self.exists()? {
            make_folder(&self.root)?;
        }
        let own = self.own();
        make_folder(&own)?;
        let place = own.join(LOCK);
        let open = File::options().create(true).truncate(false).write(true).open(&place);
        let lock = open.map_err(|why| cannot("open the lock", &place, &why))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(under_way(&self.name())),
            Err(TryLockError::Error(why)) => return Err(cannot("lock", &place, &why)),
        }
        clear_unfinished(&own)?;
        Ok(Guard::new(lock))
    }

    fn index(&self) -> Result<Option<Vec<u8>>, Failure> {
        let Some((place, file)) = self.open(INDEX)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let limit = LARGEST_CATALOG as u64 + 1;
        file.take(limit).read_to_end(&mut bytes).map_err(|why| cannot("read", &place, &why))?;
        if bytes.len() as u64 == limit { Err(index_too_large(&self.name())) } else { Ok(Some(bytes)) }
    }

    fn list(&self) -> Result<Vec<Stored>, Failure> {
        if self.exists()? { listing::all(&self.root) } else { Ok(Vec::new()) }
    }

    fn digest_of(&self, path: &str) -> Result<Option<Content>, Failure> {
        let Some((place, mut file)) = self.open(path)? else { return Ok(None) };
        copy::content_of(&mut file, &mut |_| {}).map(Some).map_err(|why| cannot("read", &place, &why))
    }

    fn put(
        &self,
        _held: &Guard,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Put, Failure> {
        parts_to_write(path)?;
        if let Some(there) = self.compared(path, expected)? {
            return Ok(there);
        }
        let staged = self.staged(path, source, expected, progress)?;
        let place = self.prepare(path)?;
        if place_new(staged, &place).map_err(|why| cannot("store", &place, &why))? {
            self.settle(&place)?;
            return Ok(Put::Stored);
        }
        match self.compared(path, expected)? {
            Some(there) => Ok(there),
            None => Err(Failure::new(format!("something else adds and removes `{}`", place.display()))
                .hint("stop what else writes to the site, then run the same command again")),
        }
    }

    fn replace(
        &self,
        _held: &Guard,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Failure> {
        parts_to_write(path)?;
        let staged = self.staged(path, source, expected, progress)?;
        let place = self.prepare(path)?;
        staged.persist(&place).map_err(|why| cannot("replace", &place, &why.error))?;
        self.settle(&place)
    }

    fn write(&self, held: &Guard, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.replace(held, path, &mut &*bytes, Content::of(bytes), &mut |_| {})
    }

    fn flip(&self, held: &Guard, expected: Option<Digest>, bytes: &[u8]) -> Result<Flip, Failure> {
        // The guard is the condition's other half: nobody else flips between this look and the move.
        if self.index()?.as_deref().map(Digest::of) != expected {
            return Ok(Flip::Moved);
        }
        self.write(held, INDEX, bytes)?;
        Ok(Flip::Done)
    }
}

/// A file of the site that is being written, with the rights that any new file gets here.
fn new_file(own: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(own)
}

/// Moves a file to a place where nothing is; `false` if something is there.
fn place_new(staged: NamedTempFile, place: &Path) -> io::Result<bool> {
    let Err(refused) = staged.persist_noclobber(place) else { return Ok(true) };
    match refused.error.kind() {
        io::ErrorKind::AlreadyExists => Ok(false),
        // A file system with neither hard links nor a rename that spares what is there (FAT, some network folders):
        // the lock keeps other publishes out, so that looking first is enough.
        io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported => match fs::symlink_metadata(place) {
            Ok(_) => Ok(false),
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                refused.file.persist(place).map(|_| true).map_err(|it| it.error)
            }
            Err(why) => Err(why),
        },
        _ => Err(refused.error),
    }
}

fn make_folder(place: &Path) -> Result<(), Failure> {
    match fs::create_dir(place) {
        Ok(()) => Ok(()),
        Err(why) => match fs::symlink_metadata(place) {
            Ok(meta) if meta.is_dir() => Ok(()),
            Ok(meta) if meta.is_symlink() => Err(linked(place)),
            Ok(_) => Err(in_the_way(place, "folder")),
            Err(_) => Err(cannot("create the folder", place, &why)),
        },
    }
}

/// Removes what a run that died left behind. Only called under the lock.
fn clear_unfinished(own: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(own).map_err(|why| cannot("list", own, &why))? {
        let place = entry.map_err(|why| cannot("list", own, &why))?.path();
        if place.file_name().is_some_and(|it| it.to_string_lossy().starts_with(UNFINISHED)) {
            fs::remove_file(&place).map_err(|why| cannot("remove", &place, &why))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
