//! An allowance: how much may lie below one folder before whoever reads it gives up.
//!
//! A tree may name the same tree many times, so a few small objects stand for more folders than anybody can visit.

use crate::failure::Failure;

/// All paths below one folder are together no longer than this, in bytes.
const MOST_BYTES: usize = 256 << 20;

/// The files below one folder have together no more bytes than this: what is read of them is kept.
const MOST_CONTENTS: usize = 512 << 20;

/// What may still be met below a folder.
pub(crate) struct Allowance {
    most: usize,
    entries: usize,
    bytes: usize,
    contents: usize,
}

impl Allowance {
    /// For so many files and folders together.
    pub(crate) fn of(most: usize) -> Self {
        Self { most, entries: most, bytes: MOST_BYTES, contents: MOST_CONTENTS }
    }

    /// Takes one more file or folder, whose path has so many bytes. `folder` is what is read, for the error once it is too much.
    pub(crate) fn take(&mut self, folder: &str, length: usize) -> Result<(), Failure> {
        match (self.entries.checked_sub(1), self.bytes.checked_sub(length)) {
            (Some(entries), Some(bytes)) => {
                (self.entries, self.bytes) = (entries, bytes);
                Ok(())
            }
            (None, _) => Err(refused(folder, &format!("holds more than {} files and folders", self.most))),
            (_, None) => Err(refused(folder, "holds files and folders with names that are too long together")),
        }
    }

    /// Takes the bytes of one more file, which are kept.
    pub(crate) fn keep(&mut self, folder: &str, length: usize) -> Result<(), Failure> {
        let contents = self.contents.checked_sub(length);
        self.contents = contents.ok_or_else(|| refused(folder, &format!("holds more than {MOST_CONTENTS} bytes")))?;
        Ok(())
    }
}

fn refused(folder: &str, why: &str) -> Failure {
    Failure::new(format!("`{folder}` {why}")).hint("keep what is not part of the record elsewhere")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_as_much_as_it_says_and_no_more() {
        let mut allowance = Allowance::of(2);
        assert!(allowance.take("policy", 1).is_ok());
        assert!(allowance.take("policy", 1).is_ok());
        assert_eq!(allowance.take("policy", 1).unwrap_err().message(), "`policy` holds more than 2 files and folders");
        let mut allowance = Allowance::of(9);
        assert!(allowance.take("policy", MOST_BYTES).is_ok());
        assert!(allowance.take("policy", 1).unwrap_err().message().contains("too long together"));
        assert!(allowance.keep("policy", MOST_CONTENTS).is_ok());
        assert_eq!(allowance.keep("policy", 1).unwrap_err().message(), "`policy` holds more than 536870912 bytes");
    }
}
