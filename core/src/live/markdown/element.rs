//! What the elements of HTML, and those of a wiki, are to a reader: shown or not, on lines of their own or in the text.

use crate::live::html::Tag;

/// The level of a heading: `h2` has 2.
pub(super) fn level(name: &str) -> Option<usize> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// Elements that show nothing of what is in them.
const HIDDEN: [&str; 7] = ["head", "title", "script", "style", "template", "noscript", "iframe"];

/// Elements that a `head` holds. Any other one ends it.
pub(super) const IN_HEAD: [&str; 11] =
    ["base", "basefont", "bgsound", "head", "link", "meta", "noscript", "script", "style", "template", "title"];

/// Elements that show something from elsewhere.
pub(super) const EMBEDDED: [&str; 5] = ["audio", "embed", "iframe", "source", "video"];

/// Whether nothing of what is in an element is shown. Of a macro's parameters its title alone is.
pub(super) fn is_hidden(tag: &Tag) -> bool {
    match tag.name.as_str() {
        "ac:parameter" => tag.get("ac:name") != Some("title"),
        name => HIDDEN.contains(&name) || name == "ac:task-id",
    }
}

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 38] = [
    "ac:layout",
    "ac:layout-cell",
    "ac:layout-section",
    "ac:parameter",
    "ac:rich-text-body",
    "ac:structured-macro",
    "ac:task",
    "ac:task-body",
    "ac:task-list",
    "address",
    "article",
    "aside",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hgroup",
    "html",
    "legend",
    "main",
    "menu",
    "nav",
    "option",
    "p",
    "section",
    "summary",
];

/// Whether an element stands on lines of its own.
pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}
