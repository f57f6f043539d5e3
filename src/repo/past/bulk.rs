//! Reading very many objects, each once.

use git2::opts::{enable_caching, strict_hash_verification};

/// Does `work` without what libgit2 does for few objects: keeping each in memory, and hashing each again although git did
/// so when it came in. Whoever can change objects on this disk can change HEAD as well, and what this clone remembers.
///
/// Both are settings of the whole process.
pub(super) fn reading<T>(work: impl FnOnce() -> T) -> T {
    strict_hash_verification(false);
    enable_caching(false);
    let done = work();
    enable_caching(true);
    strict_hash_verification(true);
    done
}
