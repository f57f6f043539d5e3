//! Bytes as a ring: what parses reads the same when every line is written anew, and no key counts twice.
#![no_main]

use std::collections::BTreeSet;

use holdpoint_core::key::{Ring, ring_line};
use holdpoint_fuzz::check_problems;
use libfuzzer_sys::fuzz_target;

const PATH: &str = "policy/0001/signers";

fuzz_target!(|data: &[u8]| {
    let ring = match Ring::parse(PATH, data) {
        Ok(ring) => ring,
        Err(problems) => return check_problems(PATH, data, &problems),
    };
    let (mut written, mut keys, mut people) = (String::new(), BTreeSet::new(), BTreeSet::new());
    for person in ring.people() {
        assert!(people.insert(person.as_str().to_ascii_lowercase()), "{person} stands there under two names");
        assert!(!ring.keys_of(person).is_empty(), "{person} has no key");
        for it in ring.keys_of(person) {
            assert!(keys.insert(it.key().clone()), "a key of {person} counts twice");
            assert_eq!(ring.person_of(it.key()), Some(person));
            assert!(it.namespaces().is_none_or(|it| !it.is_empty()), "a key of {person} may sign nothing");
            written += &ring_line(person, it.namespaces(), it.key(), None);
        }
    }
    assert!(!keys.is_empty(), "a ring of nobody");
    assert_eq!(Ring::parse(PATH, written.as_bytes()), Ok(ring), "written anew it is another: {written}");
});
