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
