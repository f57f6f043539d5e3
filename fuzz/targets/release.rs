//! Bytes as `release.toml`: what parses is the release of its folder, and every fault lies inside the file.
#![no_main]

use std::collections::BTreeSet;

use holdpoint_core::name::Version;
use holdpoint_core::release::Release;
use holdpoint_fuzz::check_problems;
use libfuzzer_sys::fuzz_target;

const PATH: &str = "releases/2.7.0/release.toml";

fuzz_target!(|data: &[u8]| {
    let folder: Version = "2.7.0".parse().expect("a version");
    let release = match Release::read(PATH, data, &folder, None) {
        Ok(release) => release,
        Err(problems) => return check_problems(PATH, data, &problems),
    };
    assert_eq!(release.version, folder);
    assert!(release.support_until >= release.planned, "support ends before it begins");
    let names: BTreeSet<_> = release.components.iter().map(|it| &it.name).collect();
    assert_eq!(names.len(), release.components.len(), "a component is there twice");
});
