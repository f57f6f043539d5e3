//! What a folder promises beyond the contract of all sites.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use super::*;
use crate::site::contract::contract;

const PATH: &str = "recorder/2.7.0/recorder.exe";
const BYTES: &[u8] = b"the recorder, version 2.7.0";

fn new() -> (DirectorySite, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (DirectorySite::new(folder.path().join("site")), folder)
}

fn with_room(room: usize) -> (DirectorySite, TempDir) {
    let (site, folder) = new();
    (DirectorySite { room: Some(room), ..site }, folder)
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
    let deep = DirectorySite::new(site.root.join("deeper"));
    for failure in [deep.lock().err(), deep.index().err(), deep.list().err(), deep.digest_of(PATH).err()] {
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
    drop(site.lock().unwrap());
    let left = site.own().join(format!("{UNFINISHED}x"));
    fs::write(&left, "half").unwrap();
    assert_eq!(paths(&site), Vec::<String>::new());
    drop(site.lock().unwrap());
    assert!(!left.exists());
    assert_eq!(fs::read_dir(site.own()).unwrap().count(), 1);
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
    assert_eq!(site.digest_of(".hidden").unwrap(), Some(Content::of(b"x")));
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
            site.digest_of("recorder/x").err(),
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

    #[test]
    fn files_are_as_readable_as_any_other_new_file() {
        let (site, folder) = new();
        put(&site, PATH, BYTES).unwrap();
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let mode = |it: &Path| fs::metadata(it).unwrap().permissions().mode();
        assert_eq!(mode(&site.root.join(PATH)), mode(&plain));
    }

    #[test]
    fn says_who_may_not_write() {
        let (site, folder) = new();
        if fs::metadata(folder.path()).unwrap().uid() == 0 {
            return; // No right is denied to this user.
        }
        drop(site.lock().unwrap());
        fs::set_permissions(site.own(), PermissionsExt::from_mode(0o555)).unwrap();
        let failure = put(&site, PATH, BYTES).unwrap_err();
        fs::set_permissions(site.own(), PermissionsExt::from_mode(0o755)).unwrap();
        assert!(failure.hint_text().unwrap().contains("the right to do that"), "{failure:?}");
        assert_eq!(site.list().unwrap(), []);
    }
}
