//! The name of a file that customers download: what packagers dictate, a file system keeps and an address can carry.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::{DEVICE_NAMES, FileName, NameFault, RESERVED_FILES, escaped, fault, is_deceptive};

/// The longest name of a file, in bytes: what every file system in use has room for.
pub const LONGEST_FILE_NAME: usize = 255;

impl FileName {
    /// What two names have in common that are one file on some system: written in another case, or composed of other
    /// characters that look the same.
    pub fn fold(&self) -> String {
        // Upper case in between makes one of `ß` and `ss`, as systems do that fold case by the book.
        let flat = self.0.nfkc().collect::<String>().to_lowercase().to_uppercase().to_lowercase();
        flat.nfkc().collect()
    }
}

/// Checks one part of a path on a site: one name on every system, which no reader takes for another.
pub fn check_site_file(text: &str) -> Result<(), NameFault> {
    if text.is_empty() {
        return Err(fault("is empty"));
    }
    if text.len() > LONGEST_FILE_NAME {
        return Err(fault(format!("is longer than {LONGEST_FILE_NAME} bytes")));
    }
    if let Some(c) = text.chars().find(|c| is_unseen(*c)) {
        return Err(fault(format!("has the character {}, which a reader cannot see", c.escape_unicode())));
    }
    if let Some(c) = text.chars().find(|c| r#"/\<>:"|?*"#.contains(*c)) {
        return Err(fault(format!(
            "has the character `{}`, which some systems keep out of names",
            escaped(&c.to_string())
        )));
    }
    if text.starts_with('.') || text.starts_with('-') {
        return Err(fault("starts with a dot or a dash"));
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(fault("begins or ends with a blank, which Windows drops"));
    }
    if text.ends_with('.') {
        return Err(fault("ends with a dot, which Windows drops"));
    }
    if !is_nfc(text) {
        let composed: String = text.nfc().collect();
        return Err(fault(format!(
            "is not in the composed form of Unicode; rename the file to `{}`",
            escaped(&composed)
        )));
    }
    let lower = text.to_lowercase();
    let stem = lower.split('.').next().unwrap_or(&lower).trim_end();
    if DEVICE_NAMES.contains(&stem) {
        return Err(fault("is a device name on Windows"));
    }
    Ok(())
}

/// Checks the name of an artifact's file.
pub(super) fn check_artifact_file(text: &str) -> Result<(), NameFault> {
    check_site_file(text)?;
    if RESERVED_FILES.contains(&text.to_lowercase().as_str()) {
        return Err(fault("is reserved for the site itself"));
    }
    Ok(())
}

/// A character that shows nothing, or not what it is: also blanks other than the plain one, soft hyphens, joiners, variation
/// selectors, and what means something in private only.
fn is_unseen(c: char) -> bool {
    is_deceptive(c)
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{fff0}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..)
}

/// A path of a site as an address has it: whatever could mean something else there is `%20` and the like.
pub fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b'+' | b'@' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn takes_the_names_that_packagers_dictate() {
        for good in [
            "recorder_2.7.0~rc1-1_amd64.deb",
            "recorder-2.7.0^20261120git1a2b3c.fc44.x86_64.rpm",
            "Recorder Setup 2.7.0 (x64).exe",
            "rekorder-für-büros.dmg",
            "録画.zip",
            "recorder%3a2.deb",
            "it's.txt",
            "a,b;c=d&e!f#g$h[i]{j}.bin",
            "console.txt",
        ] {
            assert_eq!(good.parse::<FileName>().map(|it| it.to_string()), Ok(good.to_owned()));
        }
    }

    #[test]
    fn says_why_a_name_is_another_file_elsewhere() {
        for (bad, why) in [
            ("", "is empty"),
            (".", "starts with a dot"),
            ("..", "starts with a dot"),
            (".hidden", "starts with a dot"),
            ("-rf", "starts with a dot or a dash"),
            (" a", "begins or ends with a blank"),
            ("a ", "begins or ends with a blank"),
            ("a.", "ends with a dot"),
            ("a/b", "has the character `/`"),
            ("a\\b", "has the character `\\`"),
            ("a:b", "has the character `:`"),
            ("a*", "has the character `*`"),
            ("nul", "device name"),
            ("NUL .txt", "device name"),
            ("com1.tar.gz", "device name"),
            ("a\nb", "which a reader cannot see"),
            ("a\u{0}b", "which a reader cannot see"),
            ("gnp.\u{202e}exe", "which a reader cannot see"),
            ("a\u{200d}b", "which a reader cannot see"),
            ("a\u{a0}b", "which a reader cannot see"),
            ("fu\u{308}r.bin", "composed form"),
            ("\u{212b}.bin", "composed form"),
            ("SHA256sums", "reserved"),
        ] {
            let fault = bad.parse::<FileName>().unwrap_err().to_string();
            assert!(fault.contains(why), "{bad:?}: {fault}");
        }
    }

    #[test]
    fn twins_fold_together() {
        let fold = |it: &str| it.parse::<FileName>().unwrap().fold();
        for (one, other) in
            [("A.exe", "a.exe"), ("ÜBER", "über"), ("straße", "STRASSE"), ("\u{fb01}x", "fix"), ("Ａ", "a")]
        {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("uber"), fold("über"));
    }

    #[test]
    fn a_name_has_up_to_255_bytes() {
        assert!("x".repeat(LONGEST_FILE_NAME).parse::<FileName>().is_ok());
        assert!("x".repeat(LONGEST_FILE_NAME + 1).parse::<FileName>().is_err());
        assert!("ü".repeat(128).parse::<FileName>().is_err());
    }

    #[test]
    fn an_address_keeps_what_is_plain() {
        assert_eq!(percent_encoded("recorder/2.7.0/r-2.7.0+1@x~y_z.exe"), "recorder/2.7.0/r-2.7.0+1@x~y_z.exe");
        assert_eq!(percent_encoded("a b(1)%ü#?^"), "a%20b%281%29%25%C3%BC%23%3F%5E");
    }

    proptest! {
        #[test]
        fn a_name_that_exists_is_one_line_and_one_part_of_a_path(text in "\\PC{0,20}|[ -~]{0,12}") {
            if let Ok(name) = text.parse::<FileName>() {
                let name = name.as_str();
                prop_assert!(!name.contains(['/', '\\', '\n', '\r', '\0']));
                prop_assert_eq!(name.trim(), name);
                prop_assert!(!name.starts_with(['-', '.']));
                prop_assert!(percent_encoded(name).bytes().all(|it| it.is_ascii_graphic()));
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{1,12}") {
            if let Ok(name) = text.parse::<FileName>() {
                let once = name.fold();
                if let Ok(again) = once.parse::<FileName>() {
                    prop_assert_eq!(again.fold(), once);
                }
            }
        }
    }
}
