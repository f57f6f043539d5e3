//! Holdpoint: blocks a download-site publish until it is signed off.

mod failure;
mod site;

fn main() {}
