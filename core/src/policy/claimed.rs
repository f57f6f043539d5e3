//! The number that a policy says it has, whatever else is wrong with it.

use crate::record;

/// The number that `policy.toml` names; nothing if it names none that can be read.
pub fn claimed_number(bytes: &[u8]) -> Option<u64> {
    let mut claimed = None;
    // What else is wrong with it is not asked here.
    drop(record::read("policy.toml", bytes, |table| {
        claimed = table.optional::<u64>("version");
        Some(())
    }));
    claimed
}

#[cfg(test)]
mod tests {
    use super::claimed_number;

    #[test]
    fn a_number_is_read_beside_whatever_else_stands_there() {
        for (text, number) in [
            ("schema = 1\nversion = 2\nx = 1\n", Some(2)),
            ("version = 0x3\n", Some(3)),
            ("version = \"2\"\n", None),
            ("[a]\nversion = 2\n", None),
            ("policy 1\nversion = 2\n", None),
            ("", None),
        ] {
            assert_eq!(claimed_number(text.as_bytes()), number, "{text}");
        }
    }
}
