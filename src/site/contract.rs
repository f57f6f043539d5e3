//! What every site promises: one set of claims, run on each implementation.

use std::io::{self, Read, Write};

use holdpoint_core::digest::Digest;
use holdpoint_core::finding::Code;

use super::{Content, Flip, Holds, INDEX, MemorySite, Put, Site};
use crate::failure::{Exit, Failure};

const PATH: &str = "recorder/2.7.0/recorder.exe";
const BYTES: &[u8] = b"the recorder, version 2.7.0";

/// A sink on which only so many bytes find room.
pub(super) struct Ration<W> {
    inner: W,
    left: Option<usize>,
}

impl<W: Write> Ration<W> {
    pub(super) fn new(inner: W, left: Option<usize>) -> Self {
        Self { inner, left }
    }

    pub(super) fn into_inner(self) -> W {
        self.inner
    }
}

impl<W: Write> Write for Ration<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = &mut self.left else { return self.inner.write(bytes) };
        let fits = bytes.get(..*left.min(&mut bytes.len())).unwrap_or_default();
        if fits.is_empty() && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let count = self.inner.write(fits)?;
        *left -= count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The failure of a sink that is full.
pub(super) fn full(path: &str, why: &io::Error) -> Failure {
    Failure::new(format!("cannot write `{path}`")).because(why).hint("make room there")
}

/// A source that breaks after `BYTES`.
struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("the cable came off")),
            count => Ok(count),
        }
    }
}

/// Puts `bytes` at `path`.
fn put(site: &dyn Site, path: &str, bytes: &[u8]) -> Result<Put, Failure> {
    let held = site.lock()?;
    site.put(&held, path, &mut &*bytes, Content::of(bytes), &mut |_| {})
}

fn paths(site: &dyn Site) -> Vec<String> {
    site.list().unwrap().into_iter().map(|it| it.path).collect()
}

pub(super) fn is_empty_before_the_first_publish(site: &dyn Site) {
    assert_eq!(site.index().unwrap(), None);
    assert_eq!(site.list().unwrap(), []);
    assert_eq!(site.digest_of(PATH, u64::MAX).unwrap(), None);
}

pub(super) fn lets_one_of_two_publishes_win(site: &dyn Site) {
    let held = site.lock().unwrap();
    let failure = site.lock().err().unwrap();
    assert!(failure.message().contains("another publish to"), "{failure:?}");
    assert_eq!(failure.exit(), Exit::Unable);
    drop(held);
    site.lock().unwrap();
}

pub(super) fn stores_a_file_and_tells_of_it(site: &dyn Site) {
    let held = site.lock().unwrap();
    let mut seen = 0;
    let stored = site.put(&held, PATH, &mut &*BYTES, Content::of(BYTES), &mut |it| seen += it).unwrap();
    assert_eq!((stored, seen), (Put::Stored, BYTES.len() as u64));
    assert_eq!(site.digest_of(PATH, u64::MAX).unwrap(), Some(Holds::Read(Content::of(BYTES))));
    assert_eq!(paths(site), [PATH]);
    assert_eq!(site.list().unwrap()[0].size, BYTES.len() as u64);
}

pub(super) fn leaves_alone_what_is_there(site: &dyn Site) {
    assert_eq!(put(site, PATH, BYTES).unwrap(), Put::Stored);
    assert_eq!(put(site, PATH, BYTES).unwrap(), Put::AlreadyThere);
    assert!(matches!(put(site, PATH, b"other").unwrap(), Put::Occupied(_)));
    assert_eq!(site.digest_of(PATH, u64::MAX).unwrap(), Some(Holds::Read(Content::of(BYTES))));
}

pub(super) fn replaces_a_leftover_when_told_to(site: &dyn Site) {
    put(site, PATH, b"leftover").unwrap();
    let held = site.lock().unwrap();
    site.replace(&held, PATH, &mut &*BYTES, Content::of(BYTES), &mut |_| {}).unwrap();
    assert_eq!(site.digest_of(PATH, u64::MAX).unwrap(), Some(Holds::Read(Content::of(BYTES))));
}

pub(super) fn shows_no_bytes_but_the_expected_ones(site: &dyn Site) {
    let held = site.lock().unwrap();
    for (source, found) in [(&b"short"[..], "5 bytes"), (&[b'x'; 27], "27 bytes"), (&[b'x'; 5000], "more than the 27")]
    {
        let failure = site.put(&held, PATH, &mut &*source, Content::of(BYTES), &mut |_| {}).unwrap_err();
        assert_eq!(failure.exit(), Exit::Refused);
        assert_eq!(failure.found().first().map(|it| it.code), Some(Code::BytesDiffer));
        assert!(failure.cause().unwrap().contains(found), "{failure:?}");
        let failure = site.replace(&held, PATH, &mut &*source, Content::of(BYTES), &mut |_| {}).unwrap_err();
        assert_eq!(failure.exit(), Exit::Refused);
        assert_eq!(site.list().unwrap(), []);
    }
}

pub(super) fn shows_nothing_of_a_source_that_breaks(site: &dyn Site) {
    let held = site.lock().unwrap();
    let failure = site.put(&held, PATH, &mut Broken(BYTES), Content::of(BYTES), &mut |_| {}).unwrap_err();
    assert_eq!(failure.cause(), Some("the cable came off"));
    assert_eq!(failure.exit(), Exit::Unable);
    assert_eq!(site.list().unwrap(), []);
}

pub(super) fn writes_small_files_in_place_of_old_ones(site: &dyn Site) {
    let held = site.lock().unwrap();
    site.write(&held, "index.html", b"old page").unwrap();
    site.write(&held, "index.html", b"page").unwrap();
    site.write(&held, "recorder/2.7.0/SHA256SUMS", b"sums").unwrap();
    assert_eq!(site.digest_of("index.html", 4).unwrap(), Some(Holds::Read(Content::of(b"page"))));
    assert_eq!(site.digest_of("index.html", 3).unwrap(), Some(Holds::Larger(4)));
    assert_eq!(site.digest_of("index.html", u64::MAX).unwrap(), Some(Holds::Read(Content::of(b"page"))));
    assert_eq!(paths(site), ["index.html", "recorder/2.7.0/SHA256SUMS"]);
}

pub(super) fn flips_only_from_the_expected_index(site: &dyn Site) {
    let held = site.lock().unwrap();
    let (one, two) = (&b"{\"one\": 1}\n"[..], &b"{\"two\": 2}\n"[..]);
    assert_eq!(site.flip(&held, Some(Digest::of(one)), one).unwrap(), Flip::Moved);
    assert_eq!(site.index().unwrap(), None);
    assert_eq!(site.flip(&held, None, one).unwrap(), Flip::Done);
    assert_eq!(site.flip(&held, None, two).unwrap(), Flip::Moved);
    assert_eq!(site.flip(&held, Some(Digest::of(two)), two).unwrap(), Flip::Moved);
    assert_eq!(site.index().unwrap().as_deref(), Some(one));
    assert_eq!(site.flip(&held, Some(Digest::of(one)), two).unwrap(), Flip::Done);
    assert_eq!(site.index().unwrap().as_deref(), Some(two));
    assert_eq!(paths(site), [INDEX]);
}

pub(super) fn refuses_paths_that_leave_the_site_or_hide_in_it(site: &dyn Site) {
    let held = site.lock().unwrap();
    for path in ["", "/x", "../x", "a/../x", "a//x", ".holdpoint/lock", "a/.x", "a\\x", "a/nul", "a\0x", "x/"] {
        let put = site.put(&held, path, &mut &*BYTES, Content::of(BYTES), &mut |_| {});
        assert!(put.unwrap_err().message().contains("is no path of a site"), "{path}");
        assert!(site.write(&held, path, BYTES).is_err(), "{path}");
    }
    for path in ["", "/x", "../x", "a/./x", "a\\x"] {
        assert!(site.digest_of(path, u64::MAX).is_err(), "{path}");
    }
    assert_eq!(site.list().unwrap(), []);
}

/// On a site where each file finds room for ten bytes only.
pub(super) fn shows_nothing_when_the_disk_is_full(site: &dyn Site) {
    let held = site.lock().unwrap();
    let failures = [
        site.put(&held, PATH, &mut &*BYTES, Content::of(BYTES), &mut |_| {}).unwrap_err(),
        site.replace(&held, PATH, &mut &*BYTES, Content::of(BYTES), &mut |_| {}).unwrap_err(),
        site.write(&held, "index.html", BYTES).unwrap_err(),
        site.flip(&held, None, BYTES).unwrap_err(),
    ];
    for failure in failures {
        assert!(failure.message().contains("cannot write"), "{failure:?}");
        assert!(failure.hint_text().unwrap().contains("make room there"), "{failure:?}");
        assert_eq!(failure.exit(), Exit::Unable);
    }
    assert_eq!(site.list().unwrap(), []);
    assert_eq!(site.flip(&held, None, b"{}").unwrap(), Flip::Done);
    assert!(site.flip(&held, Some(Digest::of(b"{}")), BYTES).is_err());
    assert_eq!(site.index().unwrap().as_deref(), Some(&b"{}"[..]));
}

/// Runs every claim on sites made by `$new` (empty) and `$full` (each file finds room for ten bytes).
macro_rules! contract {
    ($new:expr, $full:expr) => {
        $crate::site::contract::contract!(@each $new;
            is_empty_before_the_first_publish
            lets_one_of_two_publishes_win
            stores_a_file_and_tells_of_it
            leaves_alone_what_is_there
            replaces_a_leftover_when_told_to
            shows_no_bytes_but_the_expected_ones
            shows_nothing_of_a_source_that_breaks
            writes_small_files_in_place_of_old_ones
            flips_only_from_the_expected_index
            refuses_paths_that_leave_the_site_or_hide_in_it);
        $crate::site::contract::contract!(@each $full; shows_nothing_when_the_disk_is_full);
    };
    (@each $new:expr; $($claim:ident)*) => { $(
        #[test]
        fn $claim() {
            let (site, _kept) = $new;
            $crate::site::contract::$claim(&site);
        }
    )* };
}
pub(super) use contract;

mod memory {
    use super::MemorySite;

    super::contract!((MemorySite::default(), ()), (MemorySite::with_room(10), ()));

    #[test]
    fn sees_what_is_dropped_in() {
        let site = MemorySite::default();
        site.drop_in("stray.exe", b"x");
        assert_eq!(super::paths(&site), ["stray.exe"]);
    }
}
