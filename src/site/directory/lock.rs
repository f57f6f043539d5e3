//! The lock of a site: one file that those alone can open who may write to the site, so that nobody who may merely read it can hold
//! it.
//!
//! While a publish runs, the file says whose it is and in which folders it writes. A run that ends wipes that; so what is
//! found there under a lock that is free was left by a run that died.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{escaped, quoted};

use super::fault::{cannot, unreachable};
use super::writers::Writers;
use crate::failure::Failure;
use crate::site::under_way;

/// How the file begins.
const HEAD: &str = "lock of holdpoint\n";

/// How a line begins that names a folder in which this run writes.
const FOLDER: &str = "in ";

/// The most that is read of the file.
const LARGEST: u64 = 4 << 20;

/// The most of another spelling that is taken for a note of whose the lock was: a longer file is somebody's data.
const LONGEST_NOTE: usize = 1 << 10;

/// How often the file may be replaced by others while it is being opened.
const TRIES: usize = 8;

/// What another account needs to let others in to a file that it has just made.
const MOMENT: Duration = Duration::from_millis(20);

/// A site that is locked, until this is dropped.
pub(super) struct Lock {
    file: File,
    folders: RefCell<BTreeSet<String>>,
}

/// A lock, and what a run that died left behind.
pub(super) struct Taken {
    pub(super) lock: Lock,
    /// Whose it was, if that run died.
    pub(super) broken: Option<String>,
    /// The folders in which it may have left something unfinished.
    pub(super) folders: Vec<String>,
}

impl Lock {
    /// Notes that this run writes in `folder`, before it does.
    pub(super) fn note(&self, folder: &str) -> io::Result<()> {
        if !self.folders.borrow_mut().insert(folder.to_owned()) {
            return Ok(());
        }
        (&self.file).write_all(format!("{FOLDER}{folder}\n").as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where that fails the next run only looks for leftovers that are not there.
        let _ = self.file.set_len(HEAD.len() as u64);
    }
}

/// How a file is locked; a test may have a file system that cannot.
pub(super) type Locking<'a> = &'a dyn Fn(&File) -> Result<(), TryLockError>;

/// Takes the lock at `place`, which `writers` share. `may_lack_locks`: the owners accept that the share has none.
pub(super) fn take(
    place: &Path,
    site: &str,
    writers: &Writers,
    may_lack_locks: bool,
    locking: Locking<'_>,
) -> Result<Taken, Failure> {
    for _ in 0..TRIES {
        let mut file = opened(place, writers)?;
        let said = text(&mut file).map_err(|why| cannot("read the lock", place, &why))?;
        let meta = file.metadata().map_err(|why| cannot("look at the lock", place, &why))?;
        let is_strange = is_open_to_others(&meta) && !said.starts_with(HEAD);
        // A copy of the site may have given it a second name under a publish that goes on.
        if is_shared(&meta) && !is_strange && matches!(locking(&file), Err(TryLockError::WouldBlock)) {
            return Err(held(site, &said));
        }
        if is_shared(&meta) || is_strange {
            // Whoever may read it could hold it. Only its name goes.
            fs::remove_file(place).map_err(|why| cannot("replace the lock", place, &why))?;
            continue;
        }
        if !said.starts_with(HEAD) && said.len() > LONGEST_NOTE {
            return Err(odd(place, "is not a lock of holdpoint"));
        }
        match locking(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(site, &said)),
            Err(TryLockError::Error(why)) if has_no_locks(&why) && may_lack_locks => {}
            Err(TryLockError::Error(why)) if has_no_locks(&why) => return Err(no_locks(site, &why)),
            Err(TryLockError::Error(why)) => return Err(cannot("lock", place, &why)),
        }
        if !is_still(&meta, place) {
            continue;
        }
        // As an earlier version left it, or before others were let in.
        writers.share_file(&file);
        // It may have been written since it was read.
        let said = text(&mut file).map_err(|why| cannot("read the lock", place, &why))?;
        let (broken, folders) = left(&said);
        sign(&mut file).map_err(|why| cannot("write the lock", place, &why))?;
        let lock = Lock { file, folders: RefCell::default() };
        return Ok(Taken { lock, broken, folders });
    }
    Err(Failure::new(format!("the lock of `{site}` is replaced all the time"))
        .hint("find out what else writes to its folder `.holdpoint`, then run the same command again"))
}

/// The lock's file, made if it is not there; never followed, and never waited for.
fn opened(place: &Path, writers: &Writers) -> Result<File, Failure> {
    if let Ok(meta) = fs::symlink_metadata(place)
        && !meta.is_file()
    {
        return Err(odd(place, what(&meta)));
    }
    let made = options().create_new(true).open(place);
    let file = match made {
        Ok(mut file) => file.write_all(HEAD.as_bytes()).map(|()| {
            writers.share_file(&file);
            file
        }),
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => patiently(place),
        Err(why) => Err(why),
    };
    let file = file.map_err(|why| match why.kind() {
        io::ErrorKind::PermissionDenied => {
            let hint =
                format!("publish as the account that owns it; or, if no publish is running: rm {}", typed(place));
            unreachable(place, format!("the lock `{}` belongs to another account", place.display()), &hint).because(why)
        }
        _ => match fs::symlink_metadata(place) {
            Ok(meta) if !meta.is_file() => odd(place, what(&meta)),
            _ => cannot("open the lock", place, &why),
        },
    })?;
    match file.metadata() {
        Ok(meta) if meta.is_file() => Ok(file),
        Ok(meta) => Err(odd(place, what(&meta))),
        Err(why) => Err(cannot("look at the lock", place, &why)),
    }
}

/// Opens the file that is there. Another account that has just made it needs a moment to let others in.
fn patiently(place: &Path) -> io::Result<File> {
    for _ in 0..TRIES {
        match options().open(place) {
            Err(why) if why.kind() == io::ErrorKind::PermissionDenied => std::thread::sleep(MOMENT),
            other => return other,
        }
    }
    options().open(place)
}

fn options() -> fs::OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(super::flags());
    }
    options
}

/// Whatever is in the file, from its beginning.
fn text(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    Read::take(&*file, LARGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes whose the lock is now.
fn sign(file: &mut File) -> io::Result<()> {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = if host.trim().is_empty() { "this machine" } else { host.trim() };
    let (process, now) = (std::process::id(), jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"));
    let said = format!("{HEAD}process {process} on {host}, since {now}\n");
    // Never without its head: whoever reads it meanwhile would take it for no lock.
    file.seek(SeekFrom::Start(0))?;
    file.write_all(said.as_bytes())?;
    file.set_len(said.len() as u64)
}

/// What a run that died left in the file: whose it was, and where it wrote.
fn left(said: &str) -> (Option<String>, Vec<String>) {
    let mut lines = said.strip_prefix(HEAD).unwrap_or(said).lines();
    let whose = lines.next().map(escaped);
    (whose, lines.filter_map(|it| it.strip_prefix(FOLDER)).map(str::to_owned).collect())
}

fn held(site: &str, said: &str) -> Failure {
    let failure = under_way(site);
    match left(said).0 {
        Some(whose) => failure.because(format!("its lock is held by {whose}")),
        None => failure,
    }
}

/// A file that more than one name leads to.
fn is_shared(meta: &Metadata) -> bool {
    super::readable::links(meta) > 1
}

#[cfg(unix)]
fn is_open_to_others(meta: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(meta) & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Metadata) -> bool {
    false
}

/// Whether `place` still leads to the file that was opened.
#[cfg(unix)]
fn is_still(opened: &Metadata, place: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::symlink_metadata(place).is_ok_and(|it| (it.dev(), it.ino()) == (opened.dev(), opened.ino()))
}

#[cfg(not(unix))]
fn is_still(_: &Metadata, _: &Path) -> bool {
    true
}

/// Whether a file system says that it does not know what a lock is.
fn has_no_locks(why: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let known = [Errno::NOLCK, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::NOSYS, Errno::INVAL];
        if why.raw_os_error().is_some_and(|it| known.iter().any(|known| known.raw_os_error() == it)) {
            return true;
        }
    }
    why.kind() == io::ErrorKind::Unsupported
}

fn no_locks(site: &str, why: &io::Error) -> Failure {
    let next = "mount the share with locks; or the owners accept it: write `accept = [\"no-locks\"]` into its `[[site]]` \
                (holdpoint policy propose)";
    let message = format!("the share of `{site}` has no locks ({why}), so only the push keeps two publishes apart");
    Failure::refused(format!("the site `{site}` cannot take a release"))
        .hint(next)
        .findings(vec![Finding::new(Code::UnsafeStore, site, message).next(next)])
}

fn what(meta: &Metadata) -> &'static str {
    let kind = meta.file_type();
    if kind.is_symlink() {
        return "is a symbolic link, which could lead out of the site";
    }
    if kind.is_dir() {
        return "is a folder";
    }
    "is a pipe, a socket or a device"
}

/// Something else than a lock in its place.
fn odd(place: &Path, what: &str) -> Failure {
    let message = format!("`{}` {what}, and not the lock of a site", place.display());
    let hint = format!("find out who put it there; then: rm -r {}", typed(place));
    unreachable(place, message, &hint).because("nothing was changed")
}

pub(super) fn typed(place: &Path) -> String {
    quoted(&place.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_in_another_spelling_is_broken_and_told_and_more_than_a_note_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("lock");
        let take = || take(&place, "site", &Writers::of(folder.path()), false, &File::try_lock);
        drop(take().unwrap());
        fs::write(&place, "4711@runner-7 run 12\nin recorder/2.7.0\n").unwrap();
        let taken = take().unwrap();
        assert_eq!(taken.broken.as_deref(), Some("4711@runner-7 run 12"));
        assert_eq!(taken.folders, ["recorder/2.7.0"]);
        assert!(fs::read_to_string(&place).unwrap().starts_with(HEAD), "the lock is this run's now");
        drop(taken);
        assert_eq!(take().unwrap().broken, None);

        let data = "x".repeat(LONGEST_NOTE + 1);
        fs::write(&place, &data).unwrap();
        let message = take().err().unwrap().message().to_owned();
        assert!(message.contains("is not a lock of holdpoint"), "{message}");
        assert_eq!(fs::read_to_string(&place).unwrap(), data);
    }

    #[test]
    fn a_note_that_somebody_still_holds_is_not_broken() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("lock");
        let take = || take(&place, "site", &Writers::of(folder.path()), false, &File::try_lock);
        let held = take().unwrap();
        fs::write(&place, "4711@runner-7 run 12\n").unwrap();
        let cause = take().err().unwrap().cause().unwrap().to_owned();
        assert!(cause.contains("4711@runner-7"), "{cause}");
        drop(held);
    }
}
