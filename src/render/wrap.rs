//! Lines that fit the terminal. A pipe gets every sentence on one line, so that `grep` finds it.

use std::io::IsTerminal;

use anstream::adapter::strip_str;

/// The width of the terminal, if the answer goes to one.
fn width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    Some(terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)).max(40))
}

/// `text` after `indent` columns, with further lines indented as much.
pub(crate) fn hanging(text: &str, indent: usize) -> String {
    match width() {
        Some(width) => hanging_at(text, indent, width),
        None => text.to_owned(),
    }
}

/// The same at this width, whatever the answer goes to.
pub(crate) fn hanging_at(text: &str, indent: usize, width: usize) -> String {
    let room = width.saturating_sub(indent).max(20);
    let mut out = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        // Colour takes no room.
        let long = strip_str(word).to_string().chars().count();
        if used > 0 && used + 1 + long > room {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += long;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::hanging_at;

    #[test]
    fn breaks_between_words_and_indents_the_rest() {
        assert_eq!(hanging_at("one two three four five six", 2, 22), "one two three four\n  five six");
    }

    #[test]
    fn colour_takes_no_room() {
        assert_eq!(
            hanging_at("one \u{1b}[1mtwo\u{1b}[0m three four five", 0, 20),
            "one \u{1b}[1mtwo\u{1b}[0m three four\nfive"
        );
    }

    #[test]
    fn a_word_longer_than_the_line_stays_whole() {
        assert_eq!(hanging_at("a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b", 0, 20), "a\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nb");
    }
}
