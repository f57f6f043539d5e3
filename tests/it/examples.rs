//! The examples of `docs/examples` say what is the case: each is founded as a real repository, and answers what its page shows.

mod asciinema;
mod kubernetes;

use std::fs;
use std::path::{Path, PathBuf};

/// A file of an example.
fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples").join(path)
}

/// Its text.
fn text(path: &str) -> String {
    fs::read_to_string(example(path)).unwrap()
}
