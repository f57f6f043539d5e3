//! Where links and images of a live article lead.

use super::html::{Piece, Tag};
use crate::digest::Digest;

/// What completes an address that is not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    /// `https://kb.example.com`
    origin: String,
    /// What a page says stands before every address that begins with no `/`.
    folder: String,
}

impl Base {
    /// What completes the addresses of a text that was read at `address`.
    pub(super) fn of(address: &str) -> Self {
        Self { origin: origin(address).to_owned(), folder: String::new() }
    }

    /// The same for a page that says so itself, in its `base`.
    pub(super) fn said(self, pieces: &[Piece]) -> Self {
        let said = pieces.iter().find_map(|piece| match piece {
            Piece::Open(tag) if tag.name == "base" => tag.get("href"),
            _ => None,
        });
        let Some(said) = said.and_then(|it| self.target(it)) else { return self };
        let folder = said.rfind('/').and_then(|end| said.get(..=end)).unwrap_or_default().to_owned();
        match said.contains("://") {
            true => Self { origin: origin(&said).to_owned(), folder },
            false => Self { folder, ..self },
        }
    }

    /// Where an address leads, in full where only the site's name is missing; nowhere if it is empty.
    pub(super) fn target(&self, address: &str) -> Option<String> {
        let address: String =
            address.trim_matches(|c: char| c <= ' ').chars().filter(|c| !"\t\n\r".contains(*c)).collect();
        let scheme = address.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if address.is_empty() {
            return None;
        }
        if scheme == "data" && !address.starts_with("data:,sha256-") {
            // Too long to be read; another content has another digest.
            return Some(format!("data:,sha256-{}", Digest::of(address.as_bytes())));
        }
        let has_scheme =
            address.contains(':') && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        let full = match (address.strip_prefix("//"), address.starts_with('/')) {
            (Some(rest), _) => format!("https://{rest}"),
            (None, true) => format!("{}{address}", self.origin),
            (None, false) if has_scheme || address.starts_with('#') => address,
            (None, false) => format!("{}{address}", self.folder),
        };
        Some(full.chars().map(percent).collect())
    }

    /// What a wiki's link or image refers to: the name that it shows, and where it leads.
    pub(super) fn reference(&self, inside: &[Piece], tag: &Tag) -> (String, String) {
        const QUIET: &[&str] = &["ri:version-at-save", "ri:local-id"];
        let of = |piece: &Piece| match piece {
            Piece::Open(tag) if tag.name.starts_with("ri:") => Some(tag.clone()),
            _ => None,
        };
        let references: Vec<Tag> = inside.iter().filter_map(of).collect();
        let values: Vec<&str> = references
            .iter()
            .flat_map(|it| &it.attributes)
            .filter(|(name, _)| !QUIET.contains(&name.as_str()))
            .map(|(_, value)| value.as_str())
            .collect();
        let names = ["ri:content-title", "ri:filename", "ri:value", "ri:userkey", "ri:account-id", "ri:space-key"];
        let shown = names.into_iter().find_map(|it| references.iter().find_map(|reference| reference.get(it)));
        let name = shown.or(values.first().copied()).unwrap_or_default().to_owned();
        let anchor = tag.get("ac:anchor").map(|it| format!("#{it}")).unwrap_or_default();
        let is_address = references.iter().any(|it| it.name == "ri:url");
        let scheme = if is_address { "" } else { "confluence:" };
        let whole = if values.len() == 1 { values.concat() } else { values.join("/") };
        let target = self.target(&format!("{scheme}{whole}{anchor}")).unwrap_or_default();
        (if name.is_empty() { anchor.trim_start_matches('#').to_owned() } else { name }, target)
    }
}

/// `https://kb.example.com` of an address.
pub(super) fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + "://".len());
    let end = address.get(host..).and_then(|it| it.find('/')).map_or(address.len(), |at| host + at);
    address.get(..end).unwrap_or_default()
}

/// A character of an address, encoded where Markdown or a reader could take it for something else.
fn percent(c: char) -> String {
    if c.is_ascii_graphic() && !"<>`|\"\\".contains(c) {
        return c.to_string();
    }
    c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")).collect()
}
