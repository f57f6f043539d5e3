//! Whether words can be told from what is behind them, by the colours that an element itself names.

use std::collections::BTreeMap;

use super::token::Mark;

/// Whether words cannot be told from what is behind them, as far as the element itself says.
pub(super) fn faint(style: &BTreeMap<String, String>) -> Option<Mark> {
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
