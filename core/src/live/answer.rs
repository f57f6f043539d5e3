//! What stands where in the JSON that a knowledge base answers with. What is not there, or is something else, is a doubt.

use serde_json::Value;

use super::{one_line, quoted, shown};
use crate::policy::Pointer;

pub(super) fn string_at<'v>(json: &'v Value, pointer: &Pointer) -> Result<&'v str, String> {
    let place = pointer.as_str();
    match json.pointer(place) {
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(format!("the answer has {} at `{}`, and no text", kind(other), shown(place))),
        None => Err(format!("the answer has nothing at `{}`", shown(place))),
    }
}

/// Whether it is a draft: a yes or no, or a word for a status. Another word is a doubt, and so is one that the policy does not list
/// where it lists what a published article has.
pub(super) fn draft_at(json: &Value, pointer: &Pointer, published: &[String]) -> Result<bool, String> {
    let place = shown(pointer.as_str());
    let found = json.pointer(pointer.as_str()).ok_or_else(|| format!("the answer has nothing at `{place}`"))?;
    let word = match found {
        Value::String(word) => word.trim().to_owned(),
        Value::Number(number) if !published.is_empty() => number.to_string(),
        Value::Bool(flag) if !published.is_empty() => flag.to_string(),
        Value::Bool(draft) => return Ok(*draft),
        other => {
            return Err(format!("the answer has {} at `{place}`, and neither a yes or no nor a status", kind(other)));
        }
    };
    let usual = ["current", "published", "public", "publish"].map(str::to_owned);
    let published = if published.is_empty() { &usual } else { published };
    if published.iter().any(|listed| listed.trim().eq_ignore_ascii_case(&word)) {
        return Ok(false);
    }
    match word.eq_ignore_ascii_case("draft") {
        true => Ok(true),
        false => Err(format!("the answer says {} at `{place}`, which is neither draft nor published", quoted(&word))),
    }
}

pub(super) fn edited_at(json: &Value, pointer: &Pointer) -> Result<String, String> {
    match json.pointer(pointer.as_str()) {
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => string_at(json, pointer).map(one_line),
    }
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(super) fn looks_like_html(kind: &str, text: &str) -> bool {
    kind.to_ascii_lowercase().contains("html") || text.trim_start().starts_with('<')
}
