//! The header of a `policy.toml`: the keys that bind it to what came before it and lies beside it, written line by line, so
//! that everything else in the file stays as its owners wrote it.

use holdpoint_core::digest::Digest;

/// What `init` says beside `previous`; it holds for the first policy alone.
const FIRST: &str = "# no policy came before this one";

/// The values of the header.
pub(super) struct Header<'a> {
    /// The number of the policy.
    pub(super) number: u64,
    /// The policy before it.
    pub(super) previous: Digest,
    /// The key ring beside it.
    pub(super) signers: Digest,
    /// The seal beside it.
    pub(super) sealed: Digest,
    /// Where the append-only proof begins, if that changes.
    pub(super) checkpoint: Option<&'a str>,
}

impl Header<'_> {
    fn values(&self) -> Vec<(&'static str, String, &'static str)> {
        let quoted = |it: &dyn std::fmt::Display| format!("\"{it}\"");
        let mut values = vec![
            ("version", self.number.to_string(), ""),
            ("previous", quoted(&self.previous), "the SHA-256 of the `policy.toml` before this one"),
            ("signers", quoted(&self.signers), "the SHA-256 of the key ring beside this file"),
            ("sealed", quoted(&self.sealed), "the SHA-256 of `sealed` beside this file: what went out, vouched for"),
        ];
        values.extend(self.checkpoint.map(|it| ("checkpoint", quoted(&it), "the commit where the proof of history begins")));
        values
    }
}

/// `text` with the values of `header` in the place of its own; what is missing is added.
pub(super) fn refreshed(text: &str, header: &Header<'_>) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let top = lines.iter().position(|it| it.trim_start().starts_with('[')).unwrap_or(lines.len());
    let mut last = 0;
    for (key, value, comment) in header.values() {
        let at = lines.iter().take(top).position(|it| key_of(it) == Some(key));
        if let Some(line) = at.and_then(|at| lines.get_mut(at)) {
            let rest = line.split_once('=').map(|it| after_value(it.1)).unwrap_or_default().to_owned();
            let rest = if rest.trim() == FIRST { format!("   # {comment}\n") } else { rest };
            *line = format!("{key} = {value}{rest}");
            last = last.max(at.map_or(0, |it| it + 1));
        } else {
            let said = if comment.is_empty() { String::new() } else { format!("   # {comment}") };
            let at = last.min(lines.len());
            lines.insert(at, format!("{key} = {value}{said}\n"));
            last = at + 1;
        }
    }
    lines.concat()
}

/// The value of a key of the header, without its quotes.
pub(super) fn value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let top = text.lines().take_while(|it| !it.trim_start().starts_with('['));
    let (_, rest) = top.filter(|it| key_of(it) == Some(key)).find_map(|it| it.split_once('='))?;
    let value = rest.strip_suffix(after_value(rest)).unwrap_or(rest);
    Some(value.trim().trim_matches('"'))
}

fn key_of(line: &str) -> Option<&str> {
    line.split_once('=').map(|it| it.0.trim().trim_matches('"'))
}

/// What comes after the value of a line: blanks, a comment, the line's end.
fn after_value(after: &str) -> &str {
    let value = after.trim_start();
    let quote = value.chars().next().filter(|it| ['"', '\''].contains(it));
    let end = match quote {
        Some(quote) => value.char_indices().skip(1).find(|it| it.1 == quote).map(|it| it.0 + 1),
        None => value.find(|c: char| c.is_whitespace() || c == '#'),
    };
    end.and_then(|it| value.get(it..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header<'static> {
        let [previous, signers, sealed] = ["p", "r", "s"].map(|it| Digest::of(it.as_bytes()));
        Header { number: 2, previous, signers, sealed, checkpoint: None }
    }

    #[test]
    fn keeps_what_people_wrote() {
        let before = "# Ours.\nschema = 1\nversion = 1\nprevious = \"\"   # no policy came before this one\nsigners='old' # ring\n\
            project = \"https://x.example.com\"\n\n# The owners.\n[owners]\nversion = 1\n";
        let Header { previous, signers, sealed, .. } = header();
        let after = format!(
            "# Ours.\nschema = 1\nversion = 2\nprevious = \"{previous}\"   # the SHA-256 of the `policy.toml` before this one\n\
             signers = \"{signers}\" # ring\nsealed = \"{sealed}\"   # the SHA-256 of `sealed` beside this file: what went out, \
             vouched for\nproject = \"https://x.example.com\"\n\n# The owners.\n[owners]\nversion = 1\n"
        );
        assert_eq!(refreshed(before, &header()), after);
        assert_eq!(refreshed(&after, &header()), after, "once more changes nothing");
    }

    #[test]
    fn moves_the_checkpoint_only_when_asked() {
        let before = "version = 1\nprevious = \"\"\nsigners = \"\"\ncheckpoint = \"abc\"   # here\nsealed = \"\"\n";
        assert!(refreshed(before, &header()).contains("checkpoint = \"abc\"   # here\n"));
        let moved = refreshed(before, &Header { checkpoint: Some("def"), ..header() });
        assert!(moved.contains("checkpoint = \"def\"   # here\n"), "{moved}");
    }

    #[test]
    fn reads_a_value_of_the_header_alone() {
        let text = "version = 3 # x\nprevious = \"ab # c\"   # d\r\n[rules]\nbranch = \"main\"\n";
        assert_eq!(value(text, "version"), Some("3"));
        assert_eq!(value(text, "previous"), Some("ab # c"));
        assert_eq!(value(text, "branch"), None);
    }

    #[test]
    fn a_file_without_a_header_gets_one() {
        assert!(refreshed("", &header()).starts_with("version = 2\nprevious = "));
    }
}
