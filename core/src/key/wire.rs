//! Bytes as SSH lays them out (RFC 4251 section 5): every value has exactly one encoding.

/// Reads from the front. `None` means that the bytes are not what was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of four bytes.
    pub(super) fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    /// Bytes with their length before them.
    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length).ok()?)
    }

    /// Text with its length before it. No NUL, which would end it for OpenSSH.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.string()?).ok().filter(|it| !it.contains('\0'))
    }

    /// A positive `mpint`, without its sign byte and padded to `size` bytes.
    pub(super) fn scalar(&mut self, size: usize) -> Option<Vec<u8>> {
        let digits = match *self.string()? {
            [] => return None,
            // A zero byte is there only to keep the number positive.
            [0, ref rest @ ..] => rest.first().is_some_and(|it| *it >= 0x80).then_some(rest)?,
            [first, ..] if first >= 0x80 => return None,
            ref all => all,
        };
        let mut out = vec![0; size.checked_sub(digits.len())?];
        out.extend_from_slice(digits);
        Some(out)
    }

    /// The end: nothing may follow.
    pub(super) fn finish(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Appends `bytes` with their length before them.
pub(super) fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    // Keys, names and digests only; what is longer than a length can say would never verify.
    out.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut wire = Vec::new();
        put(&mut wire, bytes);
        Reader::new(&wire).scalar(3)
    }

    #[test]
    fn a_number_has_one_spelling() {
        assert_eq!(scalar(&[1]), Some(vec![0, 0, 1]));
        assert_eq!(scalar(&[0, 0x80]), Some(vec![0, 0, 0x80]));
        assert_eq!(scalar(&[0, 0xff, 1, 2]), Some(vec![0xff, 1, 2]));
        for bad in [&[][..], &[0], &[0, 1], &[0, 0, 0x80], &[0x80], &[1, 2, 3, 4]] {
            assert_eq!(scalar(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_length_past_the_end_is_refused() {
        assert_eq!(Reader::new(&[0, 0, 0, 2, 1]).string(), None);
        assert_eq!(Reader::new(&[0xff; 5]).string(), None);
        assert_eq!(Reader::new(&[0, 0]).string(), None);
        assert_eq!(Reader::new(&[1]).finish(), None);
    }
}
