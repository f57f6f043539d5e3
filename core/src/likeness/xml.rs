//! The root element of an XML file, and its attributes as they are written. Entities are never expanded.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// A root element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Root {
    name: String,
    attributes: BTreeMap<String, String>,
}

impl Root {
    /// Whether it has this name, with its prefix or without.
    pub(super) fn is_called(&self, name: Option<&str>) -> bool {
        name.is_none_or(|it| it == self.name || it == local(&self.name))
    }

    /// Whether it has this attribute, with this value. One with a prefix counts where none has that name as it is.
    pub(super) fn has(&self, attribute: &str, equals: Option<&str>) -> bool {
        let fits = |value: &String| equals.is_none_or(|it| it == value);
        match self.attributes.get(attribute) {
            Some(value) => fits(value),
            None => {
                let mut alike = self.attributes.iter().filter(|(name, _)| {
                    // A declared prefix names no attribute.
                    !name.starts_with("xmlns:") && local(name) == attribute
                });
                // Two prefixes, two values: nobody can say which is meant.
                alike.next().is_some_and(|it| fits(it.1)) && alike.all(|it| fits(it.1))
            }
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |it| it.1)
}

/// The root element, if `head` begins an XML file and holds the whole of its start tag.
pub(super) fn root(head: &[u8]) -> Option<Root> {
    let text = decoded(head);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = if let Some(inside) = rest.strip_prefix("<?") {
            inside.split_once("?>")?.1
        } else if let Some(inside) = rest.strip_prefix("<!--") {
            inside.split_once("-->")?.1
        } else if let Some(inside) = rest.strip_prefix("<!DOCTYPE") {
            after_doctype(inside)?
        } else {
            return element(rest.strip_prefix('<')?);
        }
        .trim_start();
    }
}

/// The text in the encoding that its first bytes say. Bytes that are no text become U+FFFD, which is in no mark.
fn decoded(head: &[u8]) -> Cow<'_, str> {
    let units = |of: fn([u8; 2]) -> u16| {
        let (pairs, _) = head.as_chunks::<2>();
        Cow::Owned(String::from_utf16_lossy(&pairs.iter().map(|it| of(*it)).collect::<Vec<_>>()))
    };
    match head {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] | [0, b'<', ..] => units(u16::from_be_bytes),
        _ => String::from_utf8_lossy(head),
    }
}

/// What follows a document type. What it declares is passed over: nothing is fetched, and no entity gets a value.
fn after_doctype(text: &str) -> Option<&str> {
    let mut rest = text;
    let mut is_inside = false;
    loop {
        rest = rest.get(rest.find(['"', '\'', '[', ']', '<', '>'])?..)?;
        let mut letters = rest.chars();
        let letter = letters.next()?;
        let after = letters.as_str();
        rest = match letter {
            '"' | '\'' => after.split_once(letter)?.1,
            '<' if after.starts_with("!--") => after.split_once("-->")?.1,
            '<' if after.starts_with('?') => after.split_once("?>")?.1,
            '>' if !is_inside => return Some(after),
            _ => {
                is_inside = (is_inside || letter == '[') && letter != ']';
                after
            }
        };
    }
}

/// A start tag, from its name on. One that is not well-formed is none.
fn element(text: &str) -> Option<Root> {
    let (name, mut rest) = name(text)?;
    let mut attributes = BTreeMap::new();
    loop {
        let blank = rest.len();
        rest = rest.trim_start();
        if rest.starts_with('>') || rest.starts_with("/>") {
            return Some(Root { name: name.to_owned(), attributes });
        }
        if rest.len() == blank {
            return None;
        }
        let (key, after) = self::name(rest)?;
        let after = after.trim_start().strip_prefix('=')?.trim_start();
        let quote = after.chars().next().filter(|it| ['"', '\''].contains(it))?;
        let (value, after) = after.strip_prefix(quote)?.split_once(quote)?;
        if value.contains('<') || attributes.insert(key.to_owned(), value.to_owned()).is_some() {
            return None;
        }
        rest = after;
    }
}

/// A name, and what follows it.
fn name(text: &str) -> Option<(&str, &str)> {
    let ends = |c: char| c.is_whitespace() || "=/><\"'".contains(c);
    let at = text.find(ends)?;
    let begins = text.chars().next().is_some_and(|it| it.is_alphabetic() || it == '_' || it == ':');
    if begins { text.split_at_checked(at) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bears(text: &str, element: Option<&str>, attribute: &str, equals: Option<&str>) -> bool {
        root(text.as_bytes()).is_some_and(|it| it.is_called(element) && it.has(attribute, equals))
    }

    #[test]
    fn finds_the_root_behind_all_that_may_stand_before_it() {
        let doctype = "<!DOCTYPE rec [ <!-- ' > --> <!ENTITY a \"<b ]>\"> <?x ]> ?> <!ELEMENT rec ANY> ] >";
        let text = format!("\u{feff}<?xml version=\"1.0\"?>\r\n<!-- <rec v='9'> -->\n{doctype}\n<?p?><rec\n v = '3'/>");
        assert!(bears(&text, Some("rec"), "v", Some("3")));
        assert!(bears(&text, None, "v", None));
        assert!(!bears(&text, Some("other"), "v", None));
        assert!(!bears(&text, Some("rec"), "version", None), "the declaration is no element");
    }

    #[test]
    fn a_prefix_is_tolerated_and_the_plain_name_goes_first() {
        let text = "<r:rec xmlns:r=\"urn:rec\" xmlns=\"urn:3\" r:v=\"3\">";
        assert!(bears(text, Some("rec"), "v", Some("3")) && bears(text, Some("r:rec"), "r:v", Some("3")));
        assert!(bears(text, None, "xmlns", Some("urn:3")) && !bears(text, None, "r", None));
        let both = "<rec a:v=\"3\" v=\"2\" b:v=\"3\">";
        assert!(bears(both, None, "v", Some("2")) && !bears(both, None, "v", Some("3")));
        let unclear = "<rec a:v=\"3\" b:v=\"2\">";
        assert!(!bears(unclear, None, "v", Some("3")) && !bears(unclear, None, "v", Some("2")));
    }

    #[test]
    fn only_the_root_counts_and_entities_stay_as_they_are() {
        assert!(!bears("<a><rec v=\"3\"/></a>", None, "v", None));
        let text = "<!DOCTYPE rec [<!ENTITY three \"3\">]><rec v=\"&three;\" w=\"&#51;\">";
        assert!(!bears(text, None, "v", Some("3")) && !bears(text, None, "w", Some("3")));
        assert!(bears(text, None, "v", Some("&three;")));
    }

    #[test]
    fn what_is_not_well_formed_has_no_root() {
        for text in ["", "<", "<rec", "<rec v=3>", "<rec v='3'", "<rec v='3'w='2'>", "<rec v='<'>", "<rec v='1' v='1'>"]
        {
            assert_eq!(root(text.as_bytes()), None, "{text}");
        }
        for text in
            ["rec v='3'", "<!doctype html><rec v='3'>", "<!-- <rec v='3'>", "<!DOCTYPE [ > <rec v='3'>", "<1 v='3'>"]
        {
            assert_eq!(root(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn reads_utf_16_of_both_orders_and_other_bytes_where_they_do_not_matter() {
        let text = "\u{feff}<rec v=\"3\"/>";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in
            [little.as_slice(), big.as_slice(), &little[2..], &big[2..], b"<!-- \xe4 --><rec v=\"3\" w=\"\xe4\">"]
        {
            assert!(root(bytes).unwrap().has("v", Some("3")), "{bytes:?}");
        }
    }
    #[test]
    fn a_name_begins_with_a_letter_an_underscore_or_a_colon() {
        for (name, taken) in [("rec", true), ("_rec", true), (":rec", true), ("1rec", false), ("-rec", false)] {
            assert_eq!(bears(&format!("<{name} v=\"3\"/>"), Some(name), "v", None), taken, "{name}");
        }
    }
}
