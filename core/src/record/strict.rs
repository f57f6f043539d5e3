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

/// What the scanner knows at one byte of a document.
struct Scanner<'s, 'd, 't> {
    sheet: &'s Sheet<'d>,
    bytes: &'t [u8],
    at: usize,
    state: State,
    /// The brackets that are open.
    open: Vec<u8>,
    /// Whether a comma was the last that was not blank.
    comma: bool,
}

/// Notes what TOML 1.1 allows and TOML 1.0 does not, and brackets nested too deep.
///
/// A place is never narrower than one character, so one character is told by where it begins.
pub(super) fn check(sheet: &Sheet<'_>, text: &str) {
    let (bytes, open) = (text.as_bytes(), Vec::new());
    let mut scanner = Scanner { sheet, bytes, at: 0, state: State::Plain, open, comma: false };
    while let Some(&byte) = bytes.get(scanner.at) {
        let step = match scanner.state {
            State::Comment if byte == b'\n' => {
                // The line break counts as one outside of the comment, too.
                scanner.state = State::Plain;
                continue;
            }
            State::Comment => 1,
            State::Text { quote, long } => scanner.in_text(byte, quote, long),
            State::Plain => scanner.outside(byte),
        };
        if scanner.open.len() > DEEPEST {
            return;
        }
        scanner.at += step;
    }
}

impl Scanner<'_, '_, '_> {
    /// Whether three of these quotes stand here.
    fn is_long(&self, quote: u8) -> bool {
        self.bytes.get(self.at..self.at + 3).is_some_and(|it| it.iter().all(|it| *it == quote))
    }

    /// Reads on in a string, and says how far.
    fn in_text(&mut self, byte: u8, quote: u8, long: bool) -> usize {
        if byte == b'\\' && quote == b'"' {
            if let Some(letter @ (b'e' | b'x')) = self.bytes.get(self.at + 1) {
                let message = format!("the escape `\\{}` is not TOML 1.0", char::from(*letter));
                self.sheet.fault(self.at..self.at + 2, message, "write `\\u00XX`");
            }
            return 2;
        }
        if byte == quote && !long {
            self.state = State::Plain;
        } else if byte == quote && self.is_long(quote) {
            self.state = State::Plain;
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            // Up to two quotes may belong to the text.
            return rest.iter().take(5).take_while(|it| **it == quote).count();
        } else if byte == b'\n' && !long {
            self.state = State::Plain;
        }
        1
    }

    /// Reads on outside of strings and comments, and says how far.
    fn outside(&mut self, byte: u8) -> usize {
        let mut step = 1;
        match byte {
            b'"' | b'\'' => {
                let long = self.is_long(byte);
                self.state = State::Text { quote: byte, long };
                step = if long { 3 } else { 1 };
            }
            b'#' => self.state = State::Comment,
            _ => self.bracket(byte),
        }
        if !byte.is_ascii_whitespace() && self.state != State::Comment {
            self.comma = byte == b',';
        }
        step
    }

    /// Notes what opens and closes, and what may not stand between.
    fn bracket(&mut self, byte: u8) {
        let here = self.at..self.at;
        match byte {
            b'[' | b'{' => {
                self.open.push(byte);
                if self.open.len() > DEEPEST {
                    self.sheet.fault(here, format!("brackets nest deeper than {DEEPEST}"), "write it flat");
                }
            }
            b']' => drop(self.open.pop()),
            b'}' => {
                if self.comma && self.open.last() == Some(&b'{') {
                    self.sheet.fault(here, "a comma before `}` is not TOML 1.0", "take the comma out");
                }
                self.open.pop();
            }
            b'\n' if self.open.last() == Some(&b'{') => {
                self.sheet.fault(here, "a line break inside `{ }` is not TOML 1.0", "write it on one line");
                self.open.clear();
            }
            _ => {}
        }
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
