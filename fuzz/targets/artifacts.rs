//! Bytes as `artifacts.toml`: what parses names no file twice, and every fault lies inside the file.
#![no_main]

use std::collections::BTreeSet;

use holdpoint_core::release::artifacts;
use holdpoint_fuzz::check_problems;
use libfuzzer_sys::fuzz_target;

const PATH: &str = "releases/2.7.0/artifacts.toml";

fuzz_target!(|data: &[u8]| {
    let all = match artifacts(PATH, data, None) {
        Ok(all) => all,
        Err(problems) => return check_problems(PATH, data, &problems),
    };
    // Two names that fold together are one file on many systems, and so one address on the site.
    let addresses: BTreeSet<_> =
        all.iter().map(|it| (it.component.as_str(), it.file.fold())).collect();
    assert_eq!(addresses.len(), all.len(), "a file is there twice");
    assert!(all.iter().all(|it| !it.file.as_str().contains(['/', '\\'])), "a file lies outside its folder");
});
