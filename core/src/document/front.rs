//! Front matter: TOML between two lines `+++` at the very top of a document.

use crate::finding::Place;
use crate::record::{Problem, Problems, Table, read, text_of};

/// The line above and below the front matter.
const FENCE: &str = "+++";

/// Where the front matter ends and the body begins, in bytes.
pub(super) struct Split {
    end: usize,
    pub(super) body: usize,
}

/// Finds the front matter of `text`, if it begins with one that ends.
pub(super) fn split(text: &str) -> Option<Split> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|it| is_fence(it))?;
    let mut at = first.len();
    for line in lines {
        if is_fence(line) {
            return Some(Split { end: at, body: at + line.len() });
        }
        at += line.len();
    }
    None
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == FENCE
}

/// What front matter lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// All of it: the text begins at once.
    Whole,
    /// These keys, in the order asked for; further lines belong at this byte, above its last line.
    Keys(Vec<&'static str>, usize),
}

/// Which of `keys` the front matter of `bytes`, the content of `path`, lacks. What the others hold is not looked at.
///
/// # Errors
/// Front matter that is open, or that is no TOML.
pub fn gap(path: &str, bytes: &[u8], keys: &[&'static str]) -> Result<Gap, Problems> {
    let text = text_of(path, bytes)?;
    if !matches!(text.lines().next().unwrap_or_default().trim_end(), FENCE | "---") {
        return Ok(Gap::Whole);
    }
    let missing = read_front(path, bytes, |table| {
        // Every key is let pass: each is judged where the document is read.
        table.entries::<String>();
        Some(keys.iter().copied().filter(|it| !table.has(it)).collect())
    })?;
    Ok(Gap::Keys(missing, split(text).map_or(0, |it| it.end)))
}

/// Reads the front matter of `bytes`, the content of `path`, with `parse`. Places are those of the whole file.
pub(super) fn read_front<T>(
    path: &str,
    bytes: &[u8],
    parse: impl FnOnce(&Table<'_, '_>) -> Option<T>,
) -> Result<T, Problems> {
    let text = text_of(path, bytes)?;
    let Some(split) = split(text) else {
        let (message, help) = match text.lines().next().unwrap_or_default().trim_end() {
            FENCE => ("the front matter has no end", "write a second line `+++` below it"),
            "---" => ("the front matter is not TOML", "write it as TOML between two lines `+++`"),
            _ => ("there is no front matter", "begin it with TOML between two lines `+++`"),
        };
        let place = Place::of(path, text, 0..text.lines().next().map_or(0, str::len));
        return Err(vec![Problem { place, message: message.to_owned(), help: help.to_owned() }]);
    };
    // Blanks instead of the first `+++` are TOML, and leave every place what it is in the file.
    let toml = format!("   {}", text.get(FENCE.len()..split.end).unwrap_or_default());
    read(path, toml.as_bytes(), parse).map_err(|problems| {
        let whole = |mut it: Problem| {
            if it.place.line == 1 {
                it.place = Place::of(path, text, 0..FENCE.len());
            }
            it
        };
        problems.into_iter().map(whole).collect()
    })
}
