//! Somebody who can write to the site makes a file of terabytes, which takes no room there, under a path that is recorded: whoever
//! reads it through is busy for hours.
//!
//! Guard: a file of another size than was recorded is told by its size, and not read.

use std::fs::File;
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;

#[test]
fn a_file_of_terabytes_is_told_by_its_size() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    std::fs::create_dir_all(sandbox.path("site/recorder/2.8.0")).unwrap();
    let begun = Instant::now();
    for path in ["2.7.0/recorder-2.7.0.bin", "2.7.0/SHA256SUMS", "2.8.0/recorder-2.8.0.bin"] {
        File::create(sandbox.path("site/recorder").join(path)).unwrap().set_len(4 << 40).unwrap();
    }
    File::create(sandbox.path("site/index.html")).unwrap().set_len(4 << 40).unwrap();
    let told = "`recorder/2.7.0/recorder-2.7.0.bin` has 4398046511104 bytes, and 15 bytes are recorded";
    let audit = sandbox.holdpoint(&["audit"]).finds(1, told);
    assert!(audit.stdout.contains("checksum-file-wrong"), "{audit:#?}");
    std::fs::remove_file(sandbox.path("site/index.html")).unwrap();
    sandbox.publish("2.7.0").finds(1, "4398046511104 bytes");
    // Of what was never published, it is a leftover that makes room.
    sandbox.publish("2.8.0").exits(0);
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}
