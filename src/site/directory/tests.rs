//! What a folder promises beyond the contract of all sites.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use holdpoint_core::policy::SiteRule;
use tempfile::TempDir;

use super::*;
use crate::site::contract::contract;

const PATH: &str = "recorder/2.7.0/recorder.exe";
const BYTES: &[u8] = b"the recorder, version 2.7.0";

/// What a file system cannot do.
#[derive(Default)]
pub(super) struct Faults {
    /// How many bytes a file takes before the disk is full.
    pub(super) room: Option<usize>,
    /// What `flock` says.
    lock: Option<i32>,
    /// What renaming without replacing says.
    rename: Option<i32>,
    /// What a second name for a file says.
    link: Option<i32>,
}

impl Faults {
    pub(super) fn locked(&self, file: &File) -> Result<(), fs::TryLockError> {
        match self.lock {
            Some(code) => Err(fs::TryLockError::Error(io::Error::from_raw_os_error(code))),
            None => file.try_lock(),
        }
    }
}

impl staged::Moves for Faults {
    fn move_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        match self.rename {
            Some(code) => Err(io::Error::from_raw_os_error(code)),
            None => staged::Real.move_new(from, to),
        }
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        match self.link {
            Some(code) => Err(io::Error::from_raw_os_error(code)),
            None => staged::Real.link(from, to),
        }
    }
}

fn new() -> (DirectorySite, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (DirectorySite::new(folder.path().join("site"), Options::default()), folder)
}

fn with_faults(faults: Faults) -> (DirectorySite, TempDir) {
    let (site, folder) = new();
    (DirectorySite { faults, ..site }, folder)
}

fn with_room(room: usize) -> (DirectorySite, TempDir) {
    with_faults(Faults { room: Some(room), ..Faults::default() })
}

/// The same site, of which the policy says this.
fn under(site: DirectorySite, beside: &[&str], accept: &[Accepted]) -> DirectorySite {
    let rule = SiteRule {
        name: "downloads".parse().unwrap(),
        url: "file:///srv/downloads".to_owned(),
        public: None,
        page: Some("index.html".to_owned()),
        beside: beside.iter().map(|it| it.parse().unwrap()).collect(),
        accept: accept.to_vec(),
    };
    DirectorySite { options: Options::of(&rule), ..site }
}

contract!(new(), with_room(10));

fn put(site: &DirectorySite, path: &str, bytes: &[u8]) -> Result<Put, Failure> {
    let held = site.lock()?;
    site.put(&held, path, &mut &*bytes, Content::of(bytes), &mut |_| {})
}

fn paths(site: &DirectorySite) -> Vec<String> {
    site.list().unwrap().into_iter().map(|it| it.path).collect()
}

#[test]
fn does_not_make_up_the_folder_above_the_site() {
    let (site, folder) = new();
    let deep = DirectorySite::new(site.root.join("deeper"), Options::default());
    for failure in [deep.lock().err(), deep.index().err(), deep.list().err(), deep.digest_of(PATH, u64::MAX).err()] {
        let failure = failure.unwrap();
        assert!(failure.message().contains("cannot be reached"), "{failure:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn is_not_a_file() {
    let (site, _folder) = new();
    fs::write(&site.root, "").unwrap();
    assert!(site.lock().err().unwrap().message().contains("is not a folder"));
    assert!(site.list().is_err());
}

#[test]
fn a_run_that_died_leaves_nothing_after_the_next_one() {
    let (site, _folder) = new();
    put(&site, PATH, BYTES).unwrap();
    let left = site.root.join("recorder/2.7.0").join(staged::UNFINISHED);
    fs::write(&left, "half").unwrap();
    fs::write(site.root.join(staged::UNFINISHED), "half").unwrap();
    let lock = site.own().join(LOCK);
    let said = "lock of holdpoint\nprocess 12 on runner-7, since 2026-11-20T09:00:00Z\nin recorder/2.7.0\nin ../x\n";
    fs::write(&lock, said).unwrap();
    let held = site.lock().unwrap();
    assert_eq!(held.broken(), Some("process 12 on runner-7, since 2026-11-20T09:00:00Z"));
    assert_eq!(paths(&site), [PATH]);
    drop(held);
    assert_eq!(site.lock().unwrap().broken(), None, "a run that ends wipes its lock");
}

#[test]
fn says_who_holds_the_lock() {
    let (site, _folder) = new();
    let _held = site.lock().unwrap();
    let cause = site.lock().err().unwrap().cause().unwrap().to_owned();
    assert!(cause.contains(&format!("process {} on ", std::process::id())), "{cause}");
}

#[test]
fn a_refused_file_leaves_nothing_on_disk_at_all() {
    let (site, _folder) = with_room(10);
    put(&site, PATH, BYTES).unwrap_err();
    assert_eq!(fs::read_dir(&site.root).unwrap().count(), 1, "only the site's own folder");
    assert_eq!(fs::read_dir(site.own()).unwrap().count(), 1, "only the lock");
}

#[test]
fn a_reader_never_meets_half_an_index() {
    let (site, _folder) = new();
    let held = site.lock().unwrap();
    let version = |it: usize| format!("{{\"filler\": \"{}\"}}\n", "x".repeat(it * 1000)).into_bytes();
    assert_eq!(site.flip(&held, None, &version(0)).unwrap(), Flip::Done);
    let done = AtomicBool::new(false);
    let reads = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::Acquire) {
                let bytes = fs::read(site.root.join(INDEX)).unwrap();
                serde_json::from_slice::<serde_json::Value>(&bytes).unwrap();
                reads += 1;
            }
            reads
        });
        for it in 1..60 {
            assert_eq!(site.flip(&held, Some(Digest::of(&version(it - 1))), &version(it)).unwrap(), Flip::Done);
        }
        done.store(true, Ordering::Release);
        reader.join().unwrap()
    });
    assert!(reads > 0);
}

#[test]
fn lists_what_was_dropped_beside_the_index() {
    let (site, _folder) = new();
    put(&site, PATH, BYTES).unwrap();
    fs::write(site.root.join(".hidden"), "x").unwrap();
    fs::create_dir(site.root.join("recorder/.holdpoint")).unwrap();
    fs::write(site.root.join("recorder/.holdpoint/x"), "x").unwrap();
    assert_eq!(paths(&site), [".hidden", "recorder/.holdpoint/x", PATH]);
    assert_eq!(site.digest_of(".hidden", u64::MAX).unwrap(), Some(Holds::Read(Content::of(b"x"))));
}

#[test]
fn refuses_a_folder_where_a_file_should_be_and_the_other_way_round() {
    let (site, _folder) = new();
    drop(site.lock().unwrap());
    fs::create_dir_all(site.root.join(PATH)).unwrap();
    assert!(put(&site, PATH, BYTES).unwrap_err().message().contains("is not a file"));
    fs::write(site.root.join("player"), "").unwrap();
    assert!(put(&site, "player/2.7.0/p.exe", BYTES).unwrap_err().message().contains("is not a folder"));
}

#[test]
fn refuses_an_index_without_end() {
    let (site, _folder) = new();
    drop(site.lock().unwrap());
    let index = File::create(site.root.join(INDEX)).unwrap();
    index.set_len(LARGEST_CATALOG as u64 + 1).unwrap();
    assert!(site.index().unwrap_err().message().contains("is larger than 64 MiB"));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;
    use crate::site::StoredKind;

    #[test]
    fn never_follows_a_link_out_of_the_site() {
        let (site, folder) = new();
        drop(site.lock().unwrap());
        let outside = folder.path().join("outside");
        fs::create_dir(&outside).unwrap();
        symlink(&outside, site.root.join("recorder")).unwrap();
        symlink(outside.join("index"), site.root.join(INDEX)).unwrap();

        let held = site.lock().unwrap();
        for failure in [
            site.put(&held, PATH, &mut &*BYTES, Content::of(BYTES), &mut |_| {}).err(),
            site.replace(&held, PATH, &mut &*BYTES, Content::of(BYTES), &mut |_| {}).err(),
            site.digest_of("recorder/x", u64::MAX).err(),
            site.index().err(),
            site.flip(&held, None, b"{}").err(),
            site.write(&held, INDEX, b"{}").err(),
        ] {
            let failure = failure.unwrap();
            assert!(failure.message().contains("is a symbolic link"), "{failure:?}");
        }
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
        let listed: Vec<_> = site.list().unwrap().into_iter().map(|it| (it.path, it.kind)).collect();
        assert_eq!(listed, [("recorder".to_owned(), StoredKind::Link), (INDEX.to_owned(), StoredKind::Link)]);
    }

    fn mode(place: &Path) -> u32 {
        fs::metadata(place).unwrap().permissions().mode() & 0o7777
    }

    fn set(place: &Path, mode: u32) {
        fs::set_permissions(place, PermissionsExt::from_mode(mode)).unwrap();
    }

    /// A site whose folder is there, with this mode.
    fn of_mode(mode: u32) -> (DirectorySite, TempDir) {
        let (site, folder) = new();
        fs::create_dir(&site.root).unwrap();
        set(&site.root, mode);
        (site, folder)
    }

    #[test]
    fn what_is_put_is_as_readable_as_the_folder_of_the_site() {
        for (root, file, above) in [
            (0o755, 0o644, 0o755),
            (0o750, 0o640, 0o750),
            (0o700, 0o600, 0o700),
            (0o711, 0o644, 0o711),
            (0o2775, 0o644, 0o2775),
            (0o1777, 0o644, 0o1777),
        ] {
            let (site, _folder) = of_mode(root);
            put(&site, PATH, BYTES).unwrap();
            let held = site.lock().unwrap();
            site.flip(&held, None, b"{}").unwrap();
            assert_eq!(mode(&site.root.join(PATH)), file, "{root:o}");
            assert_eq!(mode(&site.root.join(INDEX)), file, "{root:o}");
            assert_eq!(mode(&site.root.join("recorder/2.7.0")), above, "{root:o}");
            assert_eq!(site.closed_to_others(PATH).unwrap(), None);
        }
    }

    #[test]
    fn what_is_closed_to_others_is_told_and_opened_by_the_next_run() {
        for closed in ["recorder", "recorder/2.7.0", PATH] {
            let (site, _folder) = of_mode(0o755);
            put(&site, PATH, BYTES).unwrap();
            set(&site.root.join(closed), 0o700);
            assert_eq!(site.closed_to_others(PATH).unwrap().as_deref(), Some(closed));
            assert_eq!(put(&site, PATH, BYTES).unwrap(), Put::AlreadyThere);
            assert_eq!(site.closed_to_others(PATH).unwrap(), None, "{closed}");
        }
    }

    #[test]
    fn a_second_name_of_a_file_is_replaced_by_a_copy() {
        let (site, folder) = of_mode(0o755);
        let built = folder.path().join("built.exe");
        fs::write(&built, BYTES).unwrap();
        fs::create_dir_all(site.root.join("recorder/2.7.0")).unwrap();
        fs::hard_link(&built, site.root.join(PATH)).unwrap();
        assert_eq!(put(&site, PATH, BYTES).unwrap(), Put::AlreadyThere);
        fs::write(&built, "other bytes").unwrap();
        assert_eq!(site.digest_of(PATH, u64::MAX).unwrap(), Some(Holds::Read(Content::of(BYTES))));
    }

    #[test]
    fn whatever_a_file_system_says_instead_of_renaming_a_file_is_put() {
        use rustix::io::Errno;
        for code in [Errno::INVAL, Errno::MLINK, Errno::PERM, Errno::NOTSUP, Errno::NOSYS, Errno::OPNOTSUPP, Errno::IO]
        {
            for link in [None, Some(code.raw_os_error())] {
                let (site, _folder) =
                    with_faults(Faults { rename: Some(code.raw_os_error()), link, ..Faults::default() });
                assert_eq!(put(&site, PATH, BYTES).unwrap(), Put::Stored, "{code}");
                assert!(matches!(put(&site, PATH, b"other").unwrap(), Put::Occupied(_)), "{code}");
                assert_eq!(paths(&site), [PATH], "{code}");
                assert_eq!(fs::metadata(site.root.join(PATH)).unwrap().nlink(), 1);
            }
        }
    }

    #[test]
    fn a_share_without_locks_is_unsafe_unless_that_is_accepted() {
        use rustix::io::Errno;
        for code in [Errno::NOLCK, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::NOSYS] {
            let (site, _folder) = with_faults(Faults { lock: Some(code.raw_os_error()), ..Faults::default() });
            let failure = site.lock().err().unwrap();
            assert_eq!(failure.exit(), crate::failure::Exit::Refused, "{code}");
            assert_eq!(failure.found()[0].code, holdpoint_core::finding::Code::UnsafeStore);
            under(site, &[], &[Accepted::NoLocks]).lock().unwrap();
        }
        let (site, _folder) = with_faults(Faults { lock: Some(Errno::IO.raw_os_error()), ..Faults::default() });
        assert!(under(site, &[], &[Accepted::NoLocks]).lock().is_err(), "an error of the disk is none of that");
    }

    #[test]
    fn a_lock_that_is_no_file_is_looked_at_and_never_waited_for() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let (site, folder) = new();
        drop(site.lock().unwrap());
        let place = site.own().join(LOCK);
        let outside = folder.path().join("outside");
        fs::write(&outside, "kept").unwrap();
        let odd: [(&str, &dyn Fn()); 4] = [
            ("a pipe", &|| mknodat(CWD, &place, FileType::Fifo, Mode::from_raw_mode(0o666), 0).unwrap()),
            ("a pipe, a socket", &|| drop(std::os::unix::net::UnixListener::bind(&place).unwrap())),
            ("a symbolic link", &|| symlink(&outside, &place).unwrap()),
            ("a folder", &|| fs::create_dir(&place).unwrap()),
        ];
        for (what, put) in odd {
            fs::remove_file(&place).or_else(|_| fs::remove_dir(&place)).unwrap();
            put();
            let failure = site.lock().err().unwrap();
            assert!(failure.message().contains(what), "{what}: {failure:?}");
            assert!(failure.hint_text().unwrap().contains("rm -r "), "{failure:?}");
        }
        assert_eq!(fs::read_to_string(outside).unwrap(), "kept");
    }

    #[test]
    fn nobody_who_may_merely_read_the_lock_can_hold_it() {
        let (site, _folder) = new();
        drop(site.lock().unwrap());
        let place = site.own().join(LOCK);
        assert_eq!(mode(&place), 0o600);
        // As an earlier version left it, and held by somebody who could open it.
        fs::write(&place, "").unwrap();
        set(&place, 0o644);
        let reader = File::open(&place).unwrap();
        reader.try_lock().unwrap();
        drop(site.lock().unwrap());
        assert_eq!(mode(&place), 0o600);
    }

    #[test]
    fn a_lock_that_is_another_file_too_is_not_written_to() {
        let (site, folder) = new();
        drop(site.lock().unwrap());
        let place = site.own().join(LOCK);
        let other = folder.path().join("other");
        fs::write(&other, "kept").unwrap();
        fs::remove_file(&place).unwrap();
        fs::hard_link(&other, &place).unwrap();
        drop(site.lock().unwrap());
        assert_eq!(fs::read_to_string(other).unwrap(), "kept");
    }

    #[test]
    fn what_belongs_to_the_web_site_is_not_listed_and_one_closed_folder_is_told() {
        let (site, _folder) = of_mode(0o755);
        put(&site, PATH, BYTES).unwrap();
        for path in ["robots.txt", "css/a/b.css", ".well-known/x", ".DS_Store", "recorder/Thumbs.db", ".htaccess"] {
            fs::create_dir_all(site.root.join(path).parent().unwrap()).unwrap();
            fs::write(site.root.join(path), "x").unwrap();
        }
        symlink("recorder/2.7.0", site.root.join("latest")).unwrap();
        assert_eq!(paths(&site), [".htaccess", "css/a/b.css", "latest", PATH, "robots.txt"]);
        let site = under(site, &["robots.txt", "css/**", "latest", ".htaccess"], &[]);
        assert_eq!(paths(&site), [PATH]);
    }

    #[test]
    fn a_linked_folder_of_a_component_is_followed_where_that_is_accepted() {
        let (site, folder) = of_mode(0o755);
        let larger = folder.path().join("larger");
        fs::create_dir(&larger).unwrap();
        symlink(&larger, site.root.join("recorder")).unwrap();
        symlink("..", larger.join("round")).unwrap();
        assert!(put(&site, PATH, BYTES).unwrap_err().message().contains("symbolic link"));
        let site = under(site, &[], &[Accepted::LinkedFolders]);
        set(&larger, 0o700);
        assert_eq!(put(&site, PATH, BYTES).unwrap(), Put::Stored);
        assert_eq!(fs::read(larger.join("2.7.0/recorder.exe")).unwrap(), BYTES);
        assert_eq!(site.closed_to_others(PATH).unwrap(), None);
        assert!(paths(&site).contains(&PATH.to_owned()));
        // Not the file itself, and not further down.
        symlink(larger.join("x"), larger.join("2.7.0/linked.exe")).unwrap();
        assert!(put(&site, "recorder/2.7.0/linked.exe", BYTES).is_err());
    }

    #[test]
    fn says_who_may_not_write() {
        let (site, folder) = new();
        if fs::metadata(folder.path()).unwrap().uid() == 0 {
            return; // No right is denied to this user.
        }
        drop(site.lock().unwrap());
        set(&site.root, 0o555);
        let failure = put(&site, PATH, BYTES).unwrap_err();
        set(&site.root, 0o755);
        assert!(failure.hint_text().unwrap().contains("the right to do that"), "{failure:?}");
        assert_eq!(site.list().unwrap(), []);
    }
}
