//! What the attributes of an element do to the words in it: hide them, strike them, turn them round.
//!
//! A property of a style that is not known to change the looks alone counts, with its value. What style sheets say of classes
//! is not seen.

use std::collections::BTreeMap;

use super::colour::faint;
use super::html::Tag;
use super::token::Mark;

/// Properties that change the looks alone, whatever they say.
const LOOKS: &[&str] = &[
    "align-content",
    "align-items",
    "align-self",
    "aspect-ratio",
    "box-shadow",
    "box-sizing",
    "break-after",
    "break-before",
    "break-inside",
    "clear",
    "cursor",
    "float",
    "flex",
    "flex-basis",
    "flex-grow",
    "flex-shrink",
    "flex-wrap",
    "font-family",
    "font-feature-settings",
    "font-kerning",
    "font-stretch",
    "font-style",
    "font-variant",
    "font-variant-ligatures",
    "font-variant-numeric",
    "font-variant-east-asian",
    "font-variant-alternates",
    "font-variant-position",
    "font-variant-caps",
    "font-weight",
    "gap",
    "hyphens",
    "justify-content",
    "min-height",
    "min-width",
    "object-fit",
    "orphans",
    "outline",
    "overflow",
    "overflow-wrap",
    "overflow-x",
    "overflow-y",
    "page-break-after",
    "page-break-before",
    "page-break-inside",
    "row-gap",
    "column-gap",
    "tab-size",
    "table-layout",
    "text-align",
    "text-decoration-color",
    "text-decoration-style",
    "text-decoration-thickness",
    "text-rendering",
    "text-shadow",
    "text-size-adjust",
    "text-underline-offset",
    "transition",
    "widows",
    "word-break",
    "word-spacing",
    "word-wrap",
    "-webkit-text-stroke-width",
    "-webkit-text-size-adjust",
    "-webkit-font-smoothing",
];

/// Beginnings of properties that change the looks alone.
const LOOKS_BEGIN: &[&str] = &["border", "padding", "mso-", "--"];

/// What the attributes of an element do to the words in it.
pub(super) fn marks(tag: &Tag) -> Vec<Mark> {
    let mut marks = Vec::new();
    let is = |name: &str, value: &str| tag.get(name).is_some_and(|it| it.trim().eq_ignore_ascii_case(value));
    if tag.get("hidden").is_some() || tag.get("popover").is_some() || is("aria-hidden", "true") {
        marks.push(Mark::Hidden);
    }
    if let Some(direction) = tag.get("dir").filter(|_| !is("dir", "ltr") && !is("dir", "auto")) {
        marks.push(Mark::Styled(format!("dir: {direction}")));
    }
    let mut style = declarations(tag.get("style").unwrap_or_default());
    for (attribute, property) in [("color", "color"), ("bgcolor", "background-color")] {
        if let Some(value) = tag.get(attribute).filter(|_| tag.name != "hr") {
            style.entry(property.to_owned()).or_insert_with(|| value.to_ascii_lowercase());
        }
    }
    for (property, value) in &style {
        marks.extend(mark(property, value));
    }
    marks.extend(faint(&style));
    marks.sort();
    marks.dedup();
    marks
}

/// The declarations of a style, by property. The last one of a property wins, unless one before is important.
fn declarations(style: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut important = Vec::new();
    for declaration in without_comments(style).split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let (property, value) = (property.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase());
        let (value, is_important) = match value.rsplit_once('!') {
            Some((before, "important")) => (before.trim().to_owned(), true),
            _ => (value, false),
        };
        if is_important || !important.contains(&property) {
            found.insert(property.clone(), value);
        }
        if is_important {
            important.push(property);
        }
    }
    found
}

fn without_comments(style: &str) -> String {
    let mut out = String::new();
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// What one declaration does.
fn mark(property: &str, value: &str) -> Option<Mark> {
    let styled = || Some(Mark::Styled(format!("{property}: {value}")));
    if property.contains('\\') || value.contains(['\\', '(']) && value.contains("var(") {
        return styled();
    }
    let is_one_of = |values: &[&str]| values.contains(&value) || ["inherit", "initial", "unset"].contains(&value);
    match property {
        "display" => match value {
            "none" => Some(Mark::Hidden),
            _ if is_one_of(&[
                "block",
                "contents",
                "flex",
                "grid",
                "inline",
                "inline-block",
                "inline-flex",
                "list-item",
                "table",
                "table-cell",
                "table-row",
            ]) =>
            {
                None
            }
            _ => styled(),
        },
        "visibility" => (!is_one_of(&["visible"])).then_some(Mark::Hidden),
        "opacity" => value.parse::<f64>().map_or_else(|_| styled(), |it| (it < 0.4).then_some(Mark::Hidden)),
        "height" | "max-height" | "width" | "max-width" | "line-height" | "font-size" => {
            is_nothing(property, value).then_some(Mark::Hidden)
        }
        "text-decoration" | "text-decoration-line" => value.contains("line-through").then_some(Mark::Struck),
        "vertical-align" => match value {
            "sub" => Some(Mark::Sub),
            "super" => Some(Mark::Sup),
            _ => None,
        },
        "white-space" => matches!(value, "pre" | "pre-wrap" | "break-spaces" | "pre-line").then_some(Mark::Blanks),
        "text-transform" if is_one_of(&["none"]) => None,
        "position" if is_one_of(&["relative", "static"]) => None,
        "direction" if is_one_of(&["ltr"]) => None,
        "letter-spacing" if !value.starts_with('-') => None,
        "flex-direction" if is_one_of(&["row", "column"]) => None,
        "text-indent" | "top" | "left" | "right" | "bottom" => (is_far(value)).then(styled).flatten(),
        "color" | "background-color" | "background" => {
            (value.contains("url(") || value.contains("var(")).then(styled).flatten()
        }
        _ if property.starts_with("margin") => is_far(value).then(styled).flatten(),
        _ if LOOKS.contains(&property) || LOOKS_BEGIN.iter().any(|it| property.starts_with(it)) => None,
        _ => styled(),
    }
}

/// Whether a size is none that can be read.
fn is_nothing(property: &str, value: &str) -> bool {
    let (number, unit) = length(value);
    let least = match (property, unit) {
        ("font-size", "px" | "pt") | ("line-height", "%" | "px" | "pt") => 5.0,
        ("font-size", "%") => 40.0,
        ("font-size", "em" | "rem") | ("line-height", _) => 0.4,
        (_, "px" | "pt") => 2.0,
        _ => 0.05,
    };
    number.is_some_and(|number| number < least) || value.contains("calc(")
}

/// Whether something is moved so far to the other side that nobody sees it.
fn is_far(value: &str) -> bool {
    value.split_whitespace().any(|part| match length(part) {
        (Some(number), "px" | "pt") => number < -99.0,
        (Some(number), _) => number < -9.0,
        (None, _) => part.contains("calc("),
    })
}

fn length(value: &str) -> (Option<f64>, &str) {
    let end = value.find(|c: char| !(c.is_ascii_digit() || ".-+".contains(c))).unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(end).unwrap_or_default();
    (number.parse().ok(), unit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(style: &str) -> Vec<Mark> {
        marks(&Tag { attributes: vec![("style".to_owned(), style.to_owned())], ..Tag::bare("p") })
    }

    #[test]
    fn what_hides_is_known_by_all_its_spellings() {
        for style in [
            "display:none",
            "DISPLAY : None !important",
            "display:/**/none",
            "visibility: hidden",
            "visibility:collapse",
            "opacity: 0",
            "opacity:.1",
            "font-size:0",
            "font-size: 1px",
            "width:0;height:0;overflow:hidden",
            "max-height:0px",
            "color:#fff",
            "color:white",
            "color:#FEFEFE",
            "color: rgb(250, 250, 250)",
            "color:transparent",
            "color:rgba(0,0,0,0)",
            "background:#000",
            "color:#0000",
            "background-color:red;color:#f00",
            "display:none!important;display:block",
        ] {
            assert_eq!(of(style), [Mark::Hidden], "{style}");
        }
    }

    #[test]
    fn what_is_not_known_counts_as_it_is() {
        for style in [
            "position:absolute;left:-9999px",
            "clip:rect(0,0,0,0)",
            "transform:scale(0)",
            "text-indent:-9999px",
            "content:'x'",
            "filter:opacity(0)",
            "-webkit-text-fill-color:transparent",
            "d\\69splay:none",
            "direction:rtl",
            "order:2",
            "text-transform:uppercase",
            "display:var(--x)",
            "color:hsl(0 0% 100%)",
            "margin-left:-500em",
            "font:0/0 a",
        ] {
            assert!(of(style).iter().any(|it| matches!(it, Mark::Styled(_))), "{style}: {:?}", of(style));
        }
    }

    #[test]
    fn looks_do_not_count() {
        for style in [
            "",
            "color:#333",
            "color: rgb(23, 43, 77);",
            "background-color:#ffc; color:black",
            "background:#0052cc;color:#fff",
            "font-weight:bold;font-size:12.0pt;font-family:\"Segoe UI\",sans-serif",
            "margin:0 0 0 -18pt;text-indent:-18.0pt",
            "text-align:center",
            "width: 50%; height: 20px",
            "text-decoration:underline",
            "mso-list:l0 level1 lfo1",
            "line-height:107%",
            "border:1px solid #000",
            "display:none;display:inline",
            "vertical-align:top",
            "letter-spacing:normal",
            "opacity:1",
        ] {
            assert_eq!(of(style), [], "{style}");
        }
        assert_eq!(of("text-decoration: red line-through"), [Mark::Struck]);
        assert_eq!(of("vertical-align:super"), [Mark::Sup]);
        assert_eq!(of("white-space:pre-wrap"), [Mark::Blanks]);
    }
}
