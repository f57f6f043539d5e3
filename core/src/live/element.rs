//! What the elements of HTML, and those of a wiki, are to a reader.

use super::html::Tag;

/// The level of a heading: `h2` has 2.
pub(super) fn level(name: &str) -> Option<usize> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// Elements that a `head` holds. Any other one ends it.
pub(super) const IN_HEAD: [&str; 11] =
    ["base", "basefont", "bgsound", "head", "link", "meta", "noscript", "script", "style", "template", "title"];

/// Elements that hold nothing.
pub(super) const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta",
    "param", "source", "track", "wbr",
];

/// Elements that show nothing of what is in them, and change nothing of what stands around them.
const UNSEEN: &[&str] = &["head", "title", "template", "link", "meta", "base", "ac:task-id"];

/// Macros that say nothing of their own: they list the headings of the page, or give a place a name.
const IDLE_MACROS: &[&str] = &["toc", "toc-zone", "anchor"];

/// The parameters of a macro for code that change how it looks alone.
const LOOKS_OF_CODE: &[&str] = &["breakoutmode", "breakoutwidth", "collapse", "language", "linenumbers", "theme"];

/// Macros that show code.
const CODE_MACROS: &[&str] = &["code", "noformat"];

/// What an element is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing, and neither is what stands in it.
    Unseen,
    /// A wrapper that stands on lines of its own.
    Block,
    /// A wrapper in the text, or what changes its looks alone.
    Looks,
    /// One of those that have a meaning which is understood.
    Known,
    /// Whatever else there is: it counts, with its name and its attributes.
    Unknown,
}

/// Elements that stand on lines of their own and mean nothing else.
const BLOCKS: &[&str] = &[
    "ac:layout",
    "ac:layout-cell",
    "ac:layout-section",
    "ac:rich-text-body",
    "address",
    "article",
    "aside",
    "body",
    "caption",
    "center",
    "colgroup",
    "dd",
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
    "hr",
    "html",
    "legend",
    "main",
    "nav",
    "p",
    "search",
    "section",
    "tbody",
    "thead",
];

/// Elements that change the looks of words alone, or that say to programs what they are.
const LOOKS: &[&str] = &[
    "abbr",
    "ac:inline-comment-marker",
    "ac:link-body",
    "ac:plain-text-link-body",
    "acronym",
    "b",
    "bdi",
    "bdo",
    "big",
    "cite",
    "col",
    "data",
    "dfn",
    "em",
    "font",
    "i",
    "label",
    "mark",
    "nobr",
    "output",
    "small",
    "span",
    "strong",
    "u",
    "var",
    "wbr",
];

/// Elements with a meaning that is understood, besides headings.
const KNOWN: &[&str] = &[
    "a",
    "ac:image",
    "ac:link",
    "ac:plain-text-body",
    "blockquote",
    "br",
    "code",
    "del",
    "details",
    "dialog",
    "dir",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "menu",
    "ol",
    "pre",
    "s",
    "samp",
    "strike",
    "sub",
    "summary",
    "sup",
    "table",
    "td",
    "tfoot",
    "th",
    "time",
    "tr",
    "tt",
    "ul",
];

/// What an element is to a reader.
pub(super) fn kind(tag: &Tag) -> Kind {
    let name = tag.name.as_str();
    match name {
        "template" if tag.attributes.iter().any(|(key, _)| key.starts_with("shadowroot")) => Kind::Unknown,
        "ac:structured-macro" | "ac:macro" if is_macro(tag, IDLE_MACROS) => Kind::Unseen,
        _ if is_code_macro(tag) => Kind::Block,
        _ if UNSEEN.contains(&name) => Kind::Unseen,
        _ if BLOCKS.contains(&name) => Kind::Block,
        _ if LOOKS.contains(&name) => Kind::Looks,
        _ if KNOWN.contains(&name) || level(name).is_some() => Kind::Known,
        _ => Kind::Unknown,
    }
}

/// Whether it is a macro that shows code.
pub(super) fn is_code_macro(tag: &Tag) -> bool {
    matches!(&*tag.name, "ac:structured-macro" | "ac:macro") && is_macro(tag, CODE_MACROS)
}

/// Whether it is a parameter that changes how code looks, given that it stands in a macro that shows code.
pub(super) fn is_looks_of_code(tag: &Tag) -> bool {
    tag.name == "ac:parameter" && is_macro(tag, LOOKS_OF_CODE)
}

fn is_macro(tag: &Tag, names: &[&str]) -> bool {
    tag.get("ac:name").is_some_and(|name| names.contains(&name.to_ascii_lowercase().as_str()))
}

/// Elements that are one thing, whatever they hold: their content is a drawing or a program.
pub(super) const OPAQUE: &[&str] = &["canvas", "math", "noembed", "noframes", "script", "style", "svg"];

/// Attributes that say nothing to a reader, whatever element they are of: names for programs.
const NAMELESS: &[&str] = &[
    "ac:local-id",
    "ac:macro-id",
    "ac:ref",
    "ac:schema-version",
    "class",
    "data-local-id",
    "id",
    "lang",
    "local-id",
    "ri:local-id",
    "ri:version-at-save",
    "style",
    "xml:lang",
];

/// The attributes of an element that is not understood, as far as they count.
pub(super) fn counted(tag: &Tag) -> impl Iterator<Item = &(String, String)> {
    tag.attributes.iter().filter(|(name, _)| !NAMELESS.contains(&name.as_str()))
}

/// Elements whose end a browser lets wait: what stands behind the block that they began in still looks so.
pub(super) const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Whether an element stands on lines of its own, with a meaning or without.
pub(super) fn is_block(name: &str) -> bool {
    const MEANING: &[&str] = &[
        "ac:plain-text-body",
        "ac:structured-macro",
        "blockquote",
        "details",
        "dialog",
        "dir",
        "hr",
        "li",
        "menu",
        "ol",
        "pre",
        "summary",
        "table",
        "ul",
    ];
    BLOCKS.contains(&name) || MEANING.contains(&name) || level(name).is_some()
}
