//! Holdpoint: blocks a download-site publish until it is signed off.

mod failure;
mod repo;

fn main() {}
