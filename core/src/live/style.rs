//! What the attributes of an element do to the words in it: hide them, strike them, turn them round.
//!
//! A property of a style that is not known to change the looks alone counts, with its value. What style sheets say of classes
//! is not seen.

use std::collections::BTreeMap;

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
        ("font-size", "px" | "pt") => 5.0,
        ("font-size", "%") => 40.0,
        ("font-size", "em" | "rem") => 0.4,
        ("line-height", "%" | "px" | "pt") => 5.0,
        ("line-height", _) => 0.4,
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

/// Whether words cannot be told from what is behind them, as far as the element itself says.
fn faint(style: &BTreeMap<String, String>) -> Option<Mark> {
    let ground = style.get("background-color").or_else(|| style.get("background"));
    let unclear = |value: &String| Some(Mark::Styled(format!("color: {value}")));
    let front = match style.get("color").map(|value| (value, brightness(value))) {
        None | Some((_, Some(Shade::Usual))) => 0.0,
        Some((_, Some(Shade::Nothing))) => return Some(Mark::Hidden),
        Some((_, Some(Shade::Bright(it)))) => it,
        Some((value, None)) => return unclear(value),
    };
    let back = match ground.map(|value| (value, brightness(value))) {
        None | Some((_, Some(Shade::Usual | Shade::Nothing))) => 255.0,
        Some((_, Some(Shade::Bright(it)))) => it,
        Some((value, None)) => return unclear(value),
    };
    ((front - back).abs() < 45.0).then_some(Mark::Hidden)
}

/// How bright a colour is.
enum Shade {
    Usual,
    Nothing,
    Bright(f64),
}

/// Colours by name, with their brightness.
const NAMED: &[(&str, f64)] = &[
    ("aqua", 178.0),
    ("black", 0.0),
    ("blue", 29.0),
    ("brown", 75.0),
    ("crimson", 69.0),
    ("cyan", 178.0),
    ("darkblue", 16.0),
    ("darkgray", 169.0),
    ("darkgreen", 59.0),
    ("darkgrey", 169.0),
    ("darkorange", 158.0),
    ("darkred", 42.0),
    ("dimgray", 105.0),
    ("fuchsia", 105.0),
    ("gold", 203.0),
    ("gray", 128.0),
    ("green", 75.0),
    ("grey", 128.0),
    ("lightblue", 209.0),
    ("lightgray", 211.0),
    ("lightgreen", 198.0),
    ("lightgrey", 211.0),
    ("lightyellow", 252.0),
    ("lime", 150.0),
    ("magenta", 105.0),
    ("maroon", 38.0),
    ("navy", 15.0),
    ("olive", 113.0),
    ("orange", 173.0),
    ("pink", 212.0),
    ("purple", 52.0),
    ("red", 76.0),
    ("royalblue", 108.0),
    ("silver", 192.0),
    ("steelblue", 121.0),
    ("teal", 90.0),
    ("tomato", 147.0),
    ("white", 255.0),
    ("whitesmoke", 245.0),
    ("yellow", 226.0),
];

/// The brightness of a colour, from 0 to 255; none if it is not understood.
fn brightness(value: &str) -> Option<Shade> {
    let value = value.trim();
    let weigh = |r: f64, g: f64, b: f64| Shade::Bright(0.299 * r + 0.587 * g + 0.114 * b);
    if ["inherit", "initial", "unset", "currentcolor", "windowtext", "none", "auto", ""].contains(&value) {
        return Some(Shade::Usual);
    }
    if value == "transparent" {
        return Some(Shade::Nothing);
    }
    if let Some((_, shade)) = NAMED.iter().find(|(name, _)| *name == value) {
        return Some(Shade::Bright(*shade));
    }
    if let Some(hex) = value.strip_prefix('#') {
        let digits: Vec<f64> = hex.chars().map(|c| c.to_digit(16).map(f64::from)).collect::<Option<_>>()?;
        return match digits.as_slice() {
            [_, _, _, a] if *a < 6.0 => Some(Shade::Nothing),
            [_, _, _, _, _, _, a, _] if *a < 6.0 => Some(Shade::Nothing),
            [r, g, b] | [r, g, b, _] => Some(weigh(r * 17.0, g * 17.0, b * 17.0)),
            [r, r2, g, g2, b, b2] | [r, r2, g, g2, b, b2, _, _] => {
                Some(weigh(r * 16.0 + r2, g * 16.0 + g2, b * 16.0 + b2))
            }
            _ => None,
        };
    }
    let inside = value.strip_prefix("rgba(").or_else(|| value.strip_prefix("rgb("))?.strip_suffix(')')?;
    let numbers: Vec<f64> =
        inside.split([',', ' ', '/']).filter(|it| !it.is_empty()).map(|it| it.parse().ok()).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [_, _, _, a] if *a < 0.4 => Some(Shade::Nothing),
        [r, g, b] | [r, g, b, _] => Some(weigh(*r, *g, *b)),
        _ => None,
    }
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
