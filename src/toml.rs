//! TOML as it is written: strings that read back as they were, and that nobody can misread.

use std::fmt::Display;

use holdpoint_core::name::is_deceptive;

/// A basic string, in quotes.
pub(crate) fn string(text: impl Display) -> String {
    let mut out = String::from("\"");
    for c in text.to_string().chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_deceptive(c) => out.push_str(&escape(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A list of basic strings on one line.
pub(crate) fn strings<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(string).collect();
    format!("[{}]", items.join(", "))
}

fn escape(c: char) -> String {
    let code = u32::from(c);
    if code <= 0xffff { format!("\\u{code:04X}") } else { format!("\\U{code:08X}") }
}

#[cfg(test)]
mod tests {
    use holdpoint_core::record;

    use super::*;

    #[test]
    fn a_string_reads_back_as_it_was() {
        for text in ["", "a \"b\" \\c", "tab\there\nline", "über", "a\u{202e}b", "tag \u{e0041}", "\u{7f}"] {
            let file = format!("a = {}\n", string(text));
            let read = record::read("f.toml", file.as_bytes(), |it| it.required::<String>("a"));
            assert_eq!(read.as_deref(), Ok(text), "{file}");
        }
        assert_eq!(string("a\u{202e}b\n"), "\"a\\u202Eb\\u000A\"");
        assert_eq!(strings(["a", "b"]), "[\"a\", \"b\"]");
        assert_eq!(strings([""; 0]), "[]");
    }
}
