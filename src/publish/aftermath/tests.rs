//! Each claim about a site is compared with what lies there, in every state that a broken-off publication can leave.

use std::fs;
use std::path::Path;

use holdpoint_core::catalog::{Kind, Listing, PolicyMark};
use jiff::Timestamp;

use super::*;
use crate::site::{Location, MemorySite};

const PAGE: &str = "index.html";
const FILE: &str = "recorder/2.7.0/a.exe";
const SUMS: &str = "recorder/2.7.0/SHA256SUMS";

fn file() -> File {
    File {
        component: "recorder".parse().unwrap(),
        version: "2.7.0".parse().unwrap(),
        file: "a.exe".parse().unwrap(),
        size: 1,
        sha256: Digest::of(b"a"),
    }
}

fn target() -> Target {
    let address = "https://downloads.example.com".to_owned();
    Target { version: "2.7.0".parse().unwrap(), files: vec![file()], address }
}

fn written() -> Written {
    Written { statement: Digest::of(b"statement"), commit: "4f1c2ab".to_owned() }
}

/// The index that lists 2.7.0 by this statement, or nothing.
fn catalog(statement: Option<Digest>) -> Catalog {
    let mark = PolicyMark { number: 1, sha256: Digest::of(b"policy") };
    let empty = Catalog::new("https://downloads.example.com".parse().unwrap(), mark);
    let own = statement.map(|statement| Listing {
        version: "2.7.0".parse().unwrap(),
        title: "Webinar 2.7.0".parse().unwrap(),
        statement,
        kind: Kind::Published,
        at: Timestamp::UNIX_EPOCH,
        artifacts: vec![file()],
    });
    match own {
        Some(own) => empty.with(own),
        None => empty,
    }
}

/// What may lie at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Gone,
    Right,
    Wrong,
    Folder,
    Link,
}

const STATES: [State; 5] = [State::Gone, State::Right, State::Wrong, State::Folder, State::Link];

fn make(site: &Path, path: &str, state: State, right: &[u8]) {
    let place = site.join(path);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    match state {
        State::Gone => {}
        State::Right => fs::write(place, right).unwrap(),
        State::Wrong => fs::write(place, "something else").unwrap(),
        State::Folder => fs::create_dir(place).unwrap(),
        State::Link => std::os::unix::fs::symlink("nowhere", place).unwrap(),
    }
}

fn rule(site: &Path, page: Option<&str>) -> SiteRule {
    SiteRule {
        name: "downloads".parse().unwrap(),
        url: format!("file://{}", site.display()),
        public: None,
        page: page.map(str::to_owned),
        beside: Vec::new(),
        accept: Vec::new(),
    }
}

fn look(site: &Path, page: Option<&str>) -> Happened {
    let rule = rule(site, page);
    target().look(Location::site(&rule).unwrap().as_ref(), &rule, Recorded::No, Some(&written()))
}

#[test]
fn every_claim_about_a_site_is_what_lies_there() {
    let index = catalog(Some(written().statement));
    let page = index_page(&index, "https://downloads.example.com");
    for index_is in STATES {
        for page_is in STATES {
            for file_is in STATES {
                let folder = tempfile::tempdir().unwrap();
                make(folder.path(), INDEX, index_is, &index.to_bytes());
                make(folder.path(), PAGE, page_is, page.as_bytes());
                make(folder.path(), FILE, file_is, b"a");
                make(folder.path(), SUMS, file_is, &checksums([&file()]));
                let found = look(folder.path(), Some(PAGE));
                let case = format!("index {index_is:?}, page {page_is:?}, file {file_is:?}: {found:?}");
                assert_eq!(
                    found.listed,
                    match index_is {
                        State::Right => Listed::Yes,
                        State::Gone | State::Folder => Listed::No,
                        State::Wrong | State::Link => Listed::Unknown,
                    },
                    "{case}"
                );
                let path = PAGE.to_owned();
                assert_eq!(
                    found.page,
                    match (index_is, page_is) {
                        (State::Wrong | State::Link, _) | (_, State::Link) => Page::Unknown(path),
                        // Where nothing is listed, no page shows just that.
                        (State::Right, State::Right) | (State::Gone | State::Folder, State::Gone | State::Folder) =>
                            Page::Current(path),
                        _ => Page::Old(path),
                    },
                    "{case}"
                );
                let count = match file_is {
                    State::Link => Count::Unknown,
                    it => Count::Known { there: usize::from(it == State::Right), of: 1 },
                };
                assert_eq!((found.files, found.checksums), (count, count), "{case}");
            }
        }
    }
}

#[test]
fn a_site_whose_folder_is_gone_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for site in [folder.path().join("gone"), folder.path().join("gone/deeper")] {
        let found = look(&site, Some(PAGE));
        assert_eq!((found.listed, found.page), (Listed::Unknown, Page::Unknown(PAGE.to_owned())), "{}", site.display());
        assert_eq!((found.files, found.checksums), (Count::Unknown, Count::Unknown));
    }
}

#[test]
fn a_version_that_is_listed_by_another_statement_is_not_this_publication() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(INDEX), catalog(Some(Digest::of(b"another"))).to_bytes()).unwrap();
    assert_eq!(look(folder.path(), None).listed, Listed::Otherwise);
    fs::write(folder.path().join(INDEX), catalog(None).to_bytes()).unwrap();
    let found = look(folder.path(), None);
    assert_eq!((found.listed, found.page), (Listed::No, Page::None));
}

#[test]
fn what_is_below_a_file_is_not_there_and_what_is_below_a_link_may_be() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("recorder"), "a file").unwrap();
    assert_eq!(look(folder.path(), None).files, Count::Known { there: 0, of: 1 });
    fs::remove_file(folder.path().join("recorder")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("recorder")).unwrap();
    assert_eq!(look(folder.path(), None).files, Count::Unknown);
}

#[test]
fn a_flip_that_fails_after_the_index_is_there_is_seen_as_what_it_is() {
    let site = MemorySite::shaky();
    let held = site.lock().unwrap();
    let rule = rule(Path::new("/srv/downloads"), Some(PAGE));
    let seen = || target().look(&site, &rule, Recorded::Here("main".to_owned()), Some(&written()));
    let put = |path: &str, bytes: &[u8]| {
        site.put(&held, path, &mut &*bytes, Content::of(bytes), &mut |_| {}).unwrap();
    };
    put(FILE, b"a");
    assert_eq!((seen().listed, seen().files), (Listed::No, Count::Known { there: 1, of: 1 }));
    assert_eq!(seen().checksums, Count::Known { there: 0, of: 1 });
    put(SUMS, &checksums([&file()]));
    let index = catalog(Some(written().statement));
    site.flip(&held, None, &index.to_bytes()).unwrap_err();
    let found = seen();
    assert_eq!((found.listed, &found.page), (Listed::Yes, &Page::Old(PAGE.to_owned())));
    assert!(found.to_string().starts_with("2.7.0 is published on `downloads`"), "{found}");
    let page = index_page(&index, "https://downloads.example.com");
    site.write(&held, PAGE, page.as_bytes()).unwrap();
    assert_eq!(seen().page, Page::Current(PAGE.to_owned()));
}
