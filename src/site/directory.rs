//! A site that is a folder: of this machine, or mounted here.
//!
//! Everything is written beside its place, under a name that nobody else can read, and then moved into it in one step. So a
//! reader never meets half a file; and before anything is recorded, all of it is stored for good at once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use holdpoint_core::catalog::LARGEST_CATALOG;
use holdpoint_core::digest::Digest;
use holdpoint_core::policy::Accepted;

use super::copy::{self, CopyFault};
use super::{Content, Flip, Guard, Holds, INDEX, Put, Site, Stored, index_too_large, parts_to_read, parts_to_write};
use crate::failure::Failure;
use fault::{cannot, in_the_way, linked, unreachable};
use lock::Lock;
use readable::Readable;
use staged::Staged;
use writers::Writers;

mod acl;
mod durable;
mod fault;
mod listing;
mod litter;
mod lock;
mod options;
mod readable;
mod staged;
mod system;
mod writers;

pub(crate) use options::Options;

/// The site's own folder. It is not part of the site.
const OWN: &str = ".holdpoint";
const LOCK: &str = "lock";

/// A folder that customers download from.
pub(crate) struct DirectorySite {
    root: PathBuf,
    options: Options,
    /// What was written since everything was stored for good.
    unsettled: RefCell<BTreeSet<PathBuf>>,
    /// What the file system cannot do, in a test.
    #[cfg(test)]
    faults: tests::Faults,
}

impl DirectorySite {
    /// The site in the folder `root`. Nothing is looked at yet.
    pub(crate) fn new(root: PathBuf, options: Options) -> Self {
        Self {
            root,
            options,
            unsettled: RefCell::default(),
            #[cfg(test)]
            faults: tests::Faults::default(),
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

    /// The place of a file on disk, if there is one. Symbolic links on the way are refused, unless the policy accepts them.
    fn find(&self, path: &str) -> Result<Option<PathBuf>, Failure> {
        let mut place = self.root.clone();
        let parts = parts_to_read(path)?;
        let mut above = String::new();
        for (at, part) in parts.iter().enumerate() {
            place.push(part);
            above.push_str(part);
            match fs::symlink_metadata(&place) {
                Ok(meta) if meta.is_symlink() => {
                    if at + 1 == parts.len() || !self.options.follows(&above, &place) {
                        return Err(linked(&place));
                    }
                }
                Ok(_) => {}
                Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    return Ok(None);
                }
                Err(why) => return Err(cannot("look at", &place, &why)),
            }
            above.push('/');
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
        let mut options = File::options();
        options.read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags());
        let file = options.open(&place).map_err(|why| cannot("read", &place, &why))?;
        Ok(Some((place, file)))
    }

    /// Makes the folders above `path` as readable as the site, and says where the file will be and which were made.
    fn prepare(&self, path: &str, readable: &Readable) -> Result<(PathBuf, Vec<PathBuf>), Failure> {
        let parts = parts_to_write(path)?;
        let (mut place, mut made, mut above) = (self.root.clone(), Vec::new(), String::new());
        let Some((file, folders)) = parts.split_last() else { return Ok((place, made)) };
        for part in folders {
            place.push(part);
            above.push_str(part);
            if make_folder(&place, self.options.follows(&above, &place))? {
                readable.set_folder(&place);
                made.push(place.clone());
            }
            Self::give(readable, &above, &place)?;
            above.push('/');
        }
        place.push(file);
        match fs::symlink_metadata(&place) {
            Ok(meta) if meta.is_symlink() => Err(linked(&place)),
            Ok(meta) if meta.is_dir() => Err(in_the_way(&place, "file")),
            _ => Ok((place, made)),
        }
    }

    /// Makes what is there as readable as the site, or refuses.
    fn give(readable: &Readable, path: &str, place: &Path) -> Result<(), Failure> {
        let look = || fs::metadata(place).map_err(|why| cannot("look at", place, &why));
        if !readable.lacks(place, &look()?) {
            return Ok(());
        }
        readable.give(place).map_err(|why| cannot("make readable", place, &why))?;
        let meta = look()?;
        if readable.lacks(place, &meta) { Err(readable::refused(place, path, &meta, readable)) } else { Ok(()) }
    }

    fn readable(&self) -> Result<Readable, Failure> {
        Readable::of(&self.root).map_err(|why| cannot("look at the site", &self.root, &why))
    }

    /// A file that nobody sees yet, with all bytes of `source`, which are `expected`; for good, if it shall be so at once.
    fn staged(
        &self,
        held: &Guard,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(Staged, File), Failure> {
        let readable = self.readable()?;
        let (place, made) = self.prepare(path, &readable)?;
        if let (Some(lock), Some((folder, _))) = (held.held::<Lock>(), path.rsplit_once('/')) {
            lock.note(folder).map_err(|why| cannot("write the lock in", &self.own(), &why))?;
        }
        let cannot_begin = |why: io::Error| cannot("create a file beside", &place, &why);
        let (staged, file) = Staged::begin(place.clone(), made).map_err(cannot_begin)?;
        copy::checked(source, &mut self.disk(&file), expected, progress).map_err(|fault| match fault {
            CopyFault::Source(why) => copy::unreadable(path, &why),
            CopyFault::Sink(why) => cannot("write", &place, &why),
            CopyFault::Differs(found) => copy::differs(path, expected, found),
        })?;
        readable.set(&file).map_err(|why| cannot("make readable", &place, &why))?;
        let meta = file.metadata().map_err(|why| cannot("look at", &place, &why))?;
        if readable.lacks(staged.unfinished(), &meta) {
            Err(readable::refused(&place, path, &meta, &readable))
        } else {
            Ok((staged, file))
        }
    }

    /// Notes that `place` is to be stored for good.
    fn owe(&self, place: PathBuf) {
        self.unsettled.borrow_mut().insert(place);
    }

    fn compared(&self, held: &Guard, path: &str, expected: Content) -> Result<Option<Put>, Failure> {
        match self.digest_of(path, expected.size)? {
            None => Ok(None),
            Some(it) if it.is(expected) => {
                self.secure(held, path, expected)?;
                Ok(Some(Put::AlreadyThere))
            }
            Some(it) => Ok(Some(Put::Occupied(it))),
        }
    }

    /// Refuses a folder with the name under which files are written first.
    fn free_to_write(&self) -> Result<(), Failure> {
        let place = self.root.join(staged::UNFINISHED);
        if !place.is_dir() {
            return Ok(());
        }
        let message = format!("`{}` is a folder, and files are written under that name first", place.display());
        let hint = format!("find out who put it there; then: rm -r {}", lock::typed(&place));
        Err(unreachable(&place, message, &hint).because("nothing was changed"))
    }

    /// Removes what a run that died left behind in these folders, as far as they are folders of the site.
    fn clear(&self, folders: &[String]) {
        let noted = folders.iter().filter(|it| parts_to_write(it).is_ok());
        let there = noted.filter_map(|it| self.find(it).ok().flatten()).chain([self.root.clone()]);
        for folder in there {
            let _ = fs::remove_file(folder.join(staged::UNFINISHED));
        }
    }
}

impl Site for DirectorySite {
    fn is_there(&self) -> Result<bool, Failure> {
        self.exists()
    }

    fn lock(&self) -> Result<Guard, Failure> {
        if !self.exists()? && make_folder(&self.root, false)? {
            readable::like_above(&self.root);
        }
        let own = self.own();
        make_folder(&own, false)?;
        let writers = Writers::of(&self.root);
        writers.share_folder(&own);
        let may_lack_locks = self.options.accepts(Accepted::NoLocks);
        let taken = lock::take(&own.join(LOCK), &self.name(), &writers, may_lack_locks, &|file| self.locked(file))?;
        self.clear(&taken.folders);
        self.free_to_write()?;
        Ok(Guard::after(taken.lock, taken.broken))
    }

    fn index(&self) -> Result<Option<Vec<u8>>, Failure> {
        let Some((place, file)) = self.open(INDEX)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let limit = LARGEST_CATALOG as u64 + 1;
        file.take(limit).read_to_end(&mut bytes).map_err(|why| cannot("read", &place, &why))?;
        if bytes.len() as u64 == limit { Err(index_too_large(&self.name())) } else { Ok(Some(bytes)) }
    }

    fn list(&self) -> Result<Vec<Stored>, Failure> {
        if self.exists()? { Ok(listing::all(&self.root, &self.options)?.stored) } else { Ok(Vec::new()) }
    }

    fn litter(&self) -> Result<Vec<Stored>, Failure> {
        if self.exists()? { Ok(listing::all(&self.root, &self.options)?.litter) } else { Ok(Vec::new()) }
    }

    fn digest_of(&self, path: &str, most: u64) -> Result<Option<Holds>, Failure> {
        let Some((place, file)) = self.open(path)? else { return Ok(None) };
        let size = file.metadata().map_err(|why| cannot("look at", &place, &why))?.len();
        if size > most {
            return Ok(Some(Holds::Larger(size)));
        }
        // It may grow while it is read.
        let mut bounded = file.take(most.saturating_add(1));
        let content = copy::content_of(&mut bounded, &mut |_| {}).map_err(|why| cannot("read", &place, &why))?;
        Ok(Some(if content.size > most { Holds::Larger(content.size) } else { Holds::Read(content) }))
    }

    fn beginning(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some((place, file)) = self.open(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(1 << 20).read_to_end(&mut bytes).map_err(|why| cannot("read", &place, &why))?;
        Ok(Some(bytes))
    }

    fn closed_to_others(&self, path: &str) -> Result<Option<String>, Failure> {
        let readable = self.readable()?;
        let (mut place, mut above) = (self.root.clone(), String::new());
        for part in parts_to_read(path)? {
            place.push(part);
            above.push_str(part);
            if readable.lacks(&place, &fs::metadata(&place).map_err(|why| cannot("look at", &place, &why))?) {
                return Ok(Some(above));
            }
            above.push('/');
        }
        Ok(None)
    }

    fn secure(&self, held: &Guard, path: &str, expected: Content) -> Result<(), Failure> {
        let Some((place, mut file)) = self.open(path)? else { return Ok(()) };
        let meta = file.metadata().map_err(|why| cannot("look at", &place, &why))?;
        if readable::links(&meta) > 1 {
            // Whoever has the other name could change it behind our back.
            return self.replace(held, path, &mut file, expected, &mut |_| {});
        }
        let readable = self.readable()?;
        self.prepare(path, &readable)?;
        Self::give(&readable, path, &place)?;
        // Whoever put it here may have died before it was stored for good.
        self.owe(place);
        Ok(())
    }

    fn try_room(&self, held: &Guard, files: &[(&str, u64)]) -> Result<(), Failure> {
        let one = |(path, bytes): &(&str, u64)| {
            let mut nothing = io::repeat(0).take(*bytes);
            self.staged(held, path, &mut nothing, Content::of_zeros(*bytes), &mut |_| {})
        };
        // Each keeps its room until all of them are there.
        files.iter().map(one).collect::<Result<Vec<_>, _>>().map(drop)
    }

    fn put(
        &self,
        held: &Guard,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Put, Failure> {
        parts_to_write(path)?;
        if let Some(there) = self.compared(held, path, expected)? {
            return Ok(there);
        }
        let (staged, _) = self.staged(held, path, source, expected, progress)?;
        let place = self.root.join(path);
        if let Some(place) = self.put_new(staged).map_err(|why| cannot("store", &place, &why))? {
            self.owe(place);
            return Ok(Put::Stored);
        }
        match self.compared(held, path, expected)? {
            Some(there) => Ok(there),
            None => Err(Failure::new(format!("something else adds and removes `{}`", place.display()))
                .hint("stop what else writes to the site, then run the same command again")),
        }
    }

    fn replace(
        &self,
        held: &Guard,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Failure> {
        parts_to_write(path)?;
        let (staged, _) = self.staged(held, path, source, expected, progress)?;
        let place = self.root.join(path);
        self.owe(staged.put().map_err(|why| cannot("replace", &place, &why))?);
        Ok(())
    }

    fn write(&self, held: &Guard, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.replace(held, path, &mut &*bytes, Content::of(bytes), &mut |_| {})
    }

    fn settle(&self, _held: &Guard) -> Result<(), Failure> {
        durable::settle(&self.root, &self.unsettled.borrow())?;
        self.unsettled.borrow_mut().clear();
        Ok(())
    }

    fn flip(&self, held: &Guard, expected: Option<Digest>, bytes: &[u8]) -> Result<Flip, Failure> {
        // The guard is the condition's other half: nobody else flips between this look and the move.
        if self.index()?.as_deref().map(Digest::of) != expected {
            return Ok(Flip::Moved);
        }
        self.settle(held)?;
        let (staged, file) = self.staged(held, INDEX, &mut &*bytes, Content::of(bytes), &mut |_| {})?;
        let place = self.root.join(INDEX);
        file.sync_all().map_err(|why| cannot("store", &place, &why))?;
        staged.put().map_err(|why| cannot("replace", &place, &why))?;
        durable::one(&self.root)?;
        Ok(Flip::Done)
    }
}

/// How a file of a site is opened: never through a link, never waiting for somebody.
#[cfg(unix)]
fn flags() -> i32 {
    (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits().cast_signed()
}

/// Makes a folder; `false` if it was there.
fn make_folder(place: &Path, may_be_linked: bool) -> Result<bool, Failure> {
    let is_there = || match fs::symlink_metadata(place) {
        Ok(meta) if meta.is_dir() => Some(Ok(false)),
        Ok(meta) if meta.is_symlink() && may_be_linked => Some(Ok(false)),
        Ok(meta) if meta.is_symlink() => Some(Err(linked(place))),
        Ok(_) => Some(Err(in_the_way(place, "folder"))),
        Err(_) => None,
    };
    is_there().unwrap_or_else(|| match fs::create_dir(place) {
        Ok(()) => Ok(true),
        // Somebody else may have been faster.
        Err(why) => is_there().unwrap_or_else(|| Err(cannot("create the folder", place, &why))),
    })
}

#[cfg(test)]
mod tests;
