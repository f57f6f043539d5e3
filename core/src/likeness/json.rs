//! The keys of a JSON object that is the first line of a file, or the whole of it.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The keys that were asked for and are there, each with its value as it is written.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    /// Whether the key is there with this value: the words of a string, and anything else as it is written. A key that is
    /// there twice has a value only if both say the same: programs disagree about which of them counts.
    pub(super) fn have(&self, key: &str, equals: Option<&str>) -> bool {
        let mut values = self.0.iter().filter(|it| it.0 == key).map(|it| it.1.get()).peekable();
        values.peek().is_some() && values.all(|it| equals.is_none_or(|wanted| says(it, wanted)))
    }
}

fn says(value: &str, wanted: &str) -> bool {
    if value.starts_with('"') {
        return serde_json::from_str::<String>(value).is_ok_and(|it| it == wanted);
    }
    // A list or an object has no value that a policy could give.
    !value.starts_with(['[', '{']) && value == wanted
}

/// The wanted keys of the object that is the first line, or else of the one that is all of `head`, if `is_whole`.
pub(super) fn fields(head: &[u8], is_whole: bool, wanted: &BTreeSet<&str>) -> Fields {
    if wanted.is_empty() {
        return Fields::default();
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first_line = match head.iter().position(|it| *it == b'\n') {
        Some(end) => head.get(..end),
        None => is_whole.then_some(head),
    };
    let whole = || object(head, wanted).filter(|_| is_whole);
    first_line.and_then(|it| object(it, wanted)).or_else(whole).unwrap_or_default()
}

fn object(text: &[u8], wanted: &BTreeSet<&str>) -> Option<Fields> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let fields = json.deserialize_map(Wanted(wanted)).ok()?;
    json.end().ok()?;
    Some(fields)
}

/// Keeps the wanted keys. What lies below the others is passed over without recursion, however deep it is.
struct Wanted<'a>(&'a BTreeSet<&'a str>);

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if self.0.contains(key.as_str()) {
                fields.push((key, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn have(text: &str, key: &str, equals: Option<&str>) -> bool {
        fields(text.as_bytes(), true, &BTreeSet::from([key])).have(key, equals)
    }

    #[test]
    fn a_value_is_what_is_written_and_a_string_its_words() {
        let text = "{\"version\": 3, \"ok\": true, \"none\": null, \"name\": \"a\\u0062\", \"n\": 3.0}";
        for (key, value) in [("version", "3"), ("ok", "true"), ("none", "null"), ("name", "ab"), ("n", "3.0")] {
            assert!(have(text, key, Some(value)) && have(text, key, None), "{key}");
        }
        for (key, value) in [("version", "3.0"), ("version", "2"), ("name", "\"ab\""), ("n", "3"), ("gone", "3")] {
            assert!(!have(text, key, Some(value)), "{key}");
        }
        assert!(!have(text, "gone", None));
        assert!(have("{\"version\": \"3\"}", "version", Some("3")));
        assert!(!have("{\"v\": [3]}", "v", Some("[3]")) && have("{\"v\": [3]}", "v", None));
    }

    #[test]
    fn the_first_line_counts_and_else_the_whole_file() {
        assert!(have("{\"version\": 3}\r\n[0.1, \"o\", \"x\"]\n", "version", Some("3")));
        assert!(have("\u{feff}{\n  \"version\": 1,\n  \"stdout\": []\n}\n", "version", Some("1")));
        assert!(!have("{\"a\": 1}\n{\"version\": 3}\n", "version", None), "the second line");
        assert!(!have("{\n\"version\": 3\n}\n{}\n", "version", None), "two objects");
        assert!(!have("{\"version\": 3} x\n", "version", None), "more than an object");
    }

    #[test]
    fn a_file_that_is_cut_off_at_its_head_has_no_whole() {
        let keys = BTreeSet::from(["version"]);
        assert!(!fields(b"{\n\"version\": 3}", false, &keys).have("version", None));
        assert!(!fields(b"{\"version\": 3}", false, &keys).have("version", None), "the line goes on");
        assert!(fields(b"{\"version\": 3}\n[", false, &keys).have("version", None));
    }

    #[test]
    fn a_key_that_is_there_twice_has_no_value_but_one_that_both_say() {
        assert!(!have("{\"v\": 2, \"v\": 3}", "v", Some("3")));
        assert!(!have("{\"v\": 3, \"v\": 2}", "v", Some("3")));
        assert!(have("{\"v\": 3, \"v\": 3}", "v", Some("3")));
    }

    #[test]
    fn only_keys_of_the_top_count() {
        assert!(!have("{\"head\": {\"version\": 3}}", "version", None));
        assert!(!have("[{\"version\": 3}]", "version", None));
    }

    #[test]
    fn depth_is_no_burden() {
        let deep = format!("{{\"a\": {}{}, \"v\": 3}}", "[".repeat(400_000), "]".repeat(400_000));
        assert!(have(&deep, "v", Some("3")));
        let kept = format!("{{\"v\": {}1{}}}", "{\"v\":".repeat(100_000), "}".repeat(100_000));
        assert!(have(&kept, "v", None) && !have(&kept, "v", Some("1")));
        assert!(!have(&"{\"v\":".repeat(100_000), "v", None), "never closed");
    }
}
