//! Only TOML 1.0, and not too deep: what other parsers refuse must not mean something here.

use super::Sheet;

/// How deep brackets may nest.
const DEEPEST: usize = 16;

/// Where in a document the scanner stands.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Plain,
    Comment,
    Text { quote: u8, long: bool },
}

/// Notes what TOML 1.1 allows and TOML 1.0 does not, and brackets nested too deep.
///
/// A place is never narrower than one character, so one character is told by where it begins.
pub(super) fn check(sheet: &Sheet<'_>, text: &str) {
    let bytes = text.as_bytes();
    let mut state = State::Plain;
    let mut open: Vec<u8> = Vec::new();
    let mut comma = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let mut step = 1;
        match state {
            State::Comment if byte == b'\n' => {
                state = State::Plain;
                continue;
            }
            State::Comment => {}
            State::Text { quote, long } => {
                if byte == b'\\' && quote == b'"' {
                    if let Some(letter @ (b'e' | b'x')) = bytes.get(at + 1) {
                        let shown = char::from(*letter);
                        sheet.fault(at..at + 2, format!("the escape `\\{shown}` is not TOML 1.0"), "write `\\u00XX`");
                    }
                    step = 2;
                } else if byte == quote {
                    if !long {
                        state = State::Plain;
                    } else if bytes.get(at..at + 3).is_some_and(|it| it.iter().all(|it| *it == quote)) {
                        state = State::Plain;
                        step =
                            bytes.get(at..).unwrap_or_default().iter().take(5).take_while(|it| **it == quote).count();
                    }
                } else if byte == b'\n' && !long {
                    state = State::Plain;
                }
            }
            State::Plain => {
                match byte {
                    b'"' | b'\'' => {
                        let long = bytes.get(at..at + 3).is_some_and(|it| it.iter().all(|it| *it == byte));
                        state = State::Text { quote: byte, long };
                        step = if long { 3 } else { 1 };
                    }
                    b'#' => state = State::Comment,
                    b'[' | b'{' => {
                        open.push(byte);
                        if open.len() > DEEPEST {
                            sheet.fault(at..at, format!("brackets nest deeper than {DEEPEST}"), "write it flat");
                            return;
                        }
                    }
                    b']' => {
                        open.pop();
                    }
                    b'}' => {
                        if comma && open.last() == Some(&b'{') {
                            sheet.fault(at..at, "a comma before `}` is not TOML 1.0", "take the comma out");
                        }
                        open.pop();
                    }
                    b'\n' if open.last() == Some(&b'{') => {
                        sheet.fault(at..at, "a line break inside `{ }` is not TOML 1.0", "write it on one line");
                        open.clear();
                    }
                    _ => {}
                }
                if !byte.is_ascii_whitespace() && state != State::Comment {
                    comma = byte == b',';
                }
            }
        }
        at += step;
    }
}

#[cfg(test)]
mod tests {
    use crate::record::read;

    fn faults(text: &str) -> Vec<String> {
        let parse = |table: &crate::record::Table<'_, '_>| {
            table.optional::<String>("a");
            table.optional_table("t");
            Some(())
        };
        read("f.toml", text.as_bytes(), parse).err().unwrap_or_default().into_iter().map(|it| it.message).collect()
    }

    #[test]
    fn knows_what_only_toml_1_1_allows() {
        assert_eq!(faults("a = \"\\e\"\n"), ["the escape `\\e` is not TOML 1.0"]);
        assert_eq!(faults("t = { b = 1, }\n").first().unwrap(), "a comma before `}` is not TOML 1.0");
        assert_eq!(faults("t = {\n b = 1 }\n").first().unwrap(), "a line break inside `{ }` is not TOML 1.0");
    }

    #[test]
    fn the_place_is_the_escape_the_comma_or_the_line_break() {
        let placed = |text: &str| {
            let problems = read("f.toml", text.as_bytes(), |_| Some(())).unwrap_err();
            problems.into_iter().map(|it| (it.place.line, it.place.column, it.place.width)).collect::<Vec<_>>()
        };
        assert_eq!(placed("a = \"x\\ex\"\n"), [(1, 7, 2)]);
        assert_eq!(placed("a = \"x\\x41\"\n"), [(1, 7, 2)]);
        assert_eq!(placed("t = { b = 1, }\n"), [(1, 14, 1)]);
        assert_eq!(placed("t = { b = 1\n }\n"), [(1, 12, 1)]);
        assert_eq!(placed(&format!("a = {}\n", "[".repeat(17))), [(1, 21, 1)]);
    }

    #[test]
    fn looks_on_after_comments_and_strings() {
        for before in [
            "# c, {",
            "a = ''",
            "a = \"\"",
            "a = '''x'''",
            "a = \"\"\"x\"\"\"",
            "a = '''x'''''",
            "a = \"\"\"x\"\"\"\"",
            "a = '\\'",
            "a = \"\\\"\"",
            "a = '''\n''\n'''",
        ] {
            let text = format!("{before}\nt = {{ b = 1, }}\n");
            assert_eq!(faults(&text), ["a comma before `}` is not TOML 1.0"], "{before}");
        }
    }

    #[test]
    fn brackets_sixteen_deep_are_read() {
        let tower = |depth| format!("a = {}{}\n", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(faults(&tower(16)), ["`a` is a list, not a string in quotes"]);
        assert_eq!(faults(&tower(17)), ["brackets nest deeper than 16"]);
        assert_eq!(faults(&format!("a = [{}]\n", "[], {}, ".repeat(20))), ["`a` is a list, not a string in quotes"]);
    }

    #[test]
    fn a_comma_or_a_line_break_inside_a_list_is_toml_1_0() {
        for text in ["a = [\n1,\n]\n", "a = [1, {}]\n", "a = [{ b = [1,] }]\n"] {
            assert_eq!(faults(text), ["`a` is a list, not a string in quotes"], "{text}");
        }
    }

    #[test]
    fn leaves_strings_and_comments_alone() {
        assert!(faults("a = '''\n{\n\\e ,}\n'''\n# { \\e\n").is_empty());
        assert!(faults("a = \"{ \\\" # \"\n").is_empty());
        assert!(faults("a = \"b {,}\"\n").is_empty());
        assert!(faults("a = 'b\\e {,}'\n").is_empty());
        assert!(faults("a = \"\"\"b\n\" {,}\"\"\"\n").is_empty());
    }

    #[test]
    fn refuses_a_tower_of_brackets_quickly() {
        let tower = format!("a = {}", "[".repeat(1 << 19));
        assert_eq!(faults(&tower), ["brackets nest deeper than 16"]);
    }

    #[test]
    fn reports_every_unknown_key_of_a_file() {
        assert_eq!(faults("b = 1\nc = 2\n"), ["unknown key `b`", "unknown key `c`"]);
    }

    #[test]
    fn a_number_is_no_version() {
        assert!(faults("a = 2.10\n").first().unwrap().contains("2.10 reads as 2.1"));
    }

    #[test]
    fn a_key_given_twice_is_a_fault() {
        assert!(!faults("a = \"1\"\na = \"2\"\n").is_empty());
    }
}
