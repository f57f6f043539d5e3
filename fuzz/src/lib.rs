//! What holds for every refusal of a record, whichever reader gave it.

use holdpoint_core::record::Problem;

/// Holds `problems`, the faults of `data` as the content of `path`, to what a reader of them relies on: there is one,
/// each lies inside the file, and each says what is wrong and what to do.
pub fn check_problems(path: &str, data: &[u8], problems: &[Problem]) {
    assert!(!problems.is_empty(), "refused without a reason");
    let text = readable(data);
    let lines: Vec<&str> = text.split('\n').collect();
    for problem in problems {
        let place = &problem.place;
        assert_eq!(place.path, path);
        let line = lines.get(place.line - 1).unwrap_or_else(|| panic!("{problem:?} lies below the last line"));
        let characters = line.chars().count();
        assert!((1..=characters + 1).contains(&place.column), "{problem:?} lies outside its line");
        assert!(place.width >= 1 && place.column + place.width <= characters + 2, "{problem:?} is too wide");
        assert!(line.starts_with(&place.text), "{problem:?} shows another line than {line:?}");
        assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{problem:?}");
    }
}

/// What a place can point into: the text, as far as it is text.
fn readable(data: &[u8]) -> &str {
    match std::str::from_utf8(data) {
        Ok(text) => text,
        Err(why) => std::str::from_utf8(&data[..why.valid_up_to()]).unwrap_or_default(),
    }
}
