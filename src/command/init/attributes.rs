//! `.gitattributes`: git hands signed bytes on as they are, on every system and with any settings.

/// The folders whose bytes are signed.
const FOLDERS: [&str; 3] = ["policy", "releases", "advisories"];

/// No line ends, filters, keywords or encodings.
const AS_THEY_ARE: &str = "-text -filter -ident -working-tree-encoding -export-subst";

/// The lines that are wanted.
pub(crate) fn lines() -> [String; 3] {
    FOLDERS.map(|it| format!("{it}/** {AS_THEY_ARE}"))
}

/// The lines of `present` with those that are wanting after them; `None` if none is.
///
/// They stand at the end, because in git the last line that matches decides.
pub(crate) fn completed(present: &str) -> Option<String> {
    let lines = lines();
    let known: Vec<&str> = present.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    if known.ends_with(&lines.iter().map(String::as_str).collect::<Vec<_>>()) {
        return None;
    }
    let mut out = present.to_owned();
    if !out.is_empty() {
        out.push_str(if out.ends_with('\n') { "\n" } else { "\n\n" });
    }
    out.push_str("# Signed bytes are never converted.\n");
    out.extend(lines.iter().map(|it| format!("{it}\n")));
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_there_and_comes_last() {
        let fresh = completed("").unwrap();
        assert!(fresh.starts_with("# Signed bytes are never converted.\npolicy/** -text "), "{fresh}");
        assert_eq!(completed(&fresh), None);
        let both = completed("*.png binary").unwrap();
        assert_eq!(both, format!("*.png binary\n\n{fresh}"));
        assert_eq!(completed(&both), None);
        let undone = format!("{fresh}* text=auto\n");
        assert_eq!(completed(&undone), Some(format!("{undone}\n{fresh}")));
    }
}
