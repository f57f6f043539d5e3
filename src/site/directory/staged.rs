//! A file on its way: written beside its place, so that it gets group, access list and label as any file that is born there,
//! and moved into it in one step.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What a file is called that is being written. There is one in a folder at a time, and nobody else can read it.
pub(super) const UNFINISHED: &str = ".holdpoint-unfinished";

/// A file that nobody sees yet. Dropped, it is gone, and so are the folders that were made for it.
pub(super) struct Staged {
    place: PathBuf,
    own: PathBuf,
    made: Vec<PathBuf>,
    is_placed: bool,
}

/// The ways in which a file system may fail to move a file to a place where nothing is.
pub(super) trait Moves {
    /// Moves a file, and fails where something is.
    fn move_new(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Gives a file a second name, and fails where something is.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
}

impl Staged {
    /// A new, empty file on its way to `place`; `made` are the folders that were made for it.
    pub(super) fn begin(place: PathBuf, made: Vec<PathBuf>) -> io::Result<(Self, File)> {
        let own = place.with_file_name(UNFINISHED);
        let staged = Self { place, own, made, is_placed: false };
        match fs::remove_file(&staged.own) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => {
                let own = staged.own.display();
                return Err(io::Error::new(why.kind(), format!("`{own}` is in the way, and cannot be removed: {why}")));
            }
            _ => {}
        }
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&staged.own)?;
        Ok((staged, file))
    }

    /// Where it is until it is moved.
    pub(super) fn unfinished(&self) -> &Path {
        &self.own
    }

    /// Moves it into its place, whatever is there.
    pub(super) fn put(mut self) -> io::Result<PathBuf> {
        fs::rename(&self.own, &self.place)?;
        self.is_placed = true;
        Ok(self.place.clone())
    }

    /// Moves it into its place, if nothing is there.
    pub(super) fn put_new(self, moves: &dyn Moves) -> io::Result<Option<PathBuf>> {
        let is_taken = |why: &io::Error| why.kind() == io::ErrorKind::AlreadyExists;
        match moves.move_new(&self.own, &self.place) {
            Ok(()) => return Ok(Some(self.placed())),
            Err(why) if is_taken(&why) => return Ok(None),
            Err(_) => {}
        }
        // The other name goes with the drop.
        match moves.link(&self.own, &self.place) {
            Ok(()) => {
                fs::remove_file(&self.own)?;
                return Ok(Some(self.placed()));
            }
            Err(why) if is_taken(&why) => return Ok(None),
            Err(_) => {}
        }
        // A file system that knows neither (FAT, some network folders), whatever it calls that: the lock keeps other
        // publishes out, so that looking first is enough.
        match fs::symlink_metadata(&self.place) {
            Ok(_) => Ok(None),
            Err(why) if why.kind() == io::ErrorKind::NotFound => self.put().map(Some),
            Err(why) => Err(why),
        }
    }

    fn placed(mut self) -> PathBuf {
        self.is_placed = true;
        self.place.clone()
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.is_placed {
            return;
        }
        let _ = fs::remove_file(&self.own);
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The file system as it is.
pub(super) struct Real;

impl Moves for Real {
    #[cfg(target_os = "linux")]
    fn move_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from)
    }

    #[cfg(not(target_os = "linux"))]
    fn move_new(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }
}
