//! The JSON of an answer about a file. What a customer may not know is left out, not empty.

use holdpoint_core::decide::Outlet;
use schemars::JsonSchema;
use serde::Serialize;

use super::hands::Hand;
use super::cabinet::{Filed, Stand};
use super::view::{Body, IdentifyView};
use super::{Format, Found, Told};
use crate::answer::SourceJson;
use crate::command::status::Reader;
use crate::render::json::{FindingJson, SCHEMA, findings};

/// The answer of `holdpoint identify`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "identify")]
pub(crate) struct IdentifyJson {
    schema: u64,
    /// What was asked for.
    asked: String,
    /// The answer in one sentence.
    answer: String,
    /// `bytes`: a recorded file has these bytes; `name`: one has this name, and no bytes were compared; `other-bytes`: one
    /// has this name, and other bytes; `format`: it looks like a format; `unknown`; `unreliable`: the policy cannot be relied on.
    result: String,
    /// Where it comes from. Not for customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceJson>,
    /// The file that was looked at; null: none.
    file: Option<FileJson>,
    /// The recorded files that have its bytes, or else its name: those that are out first, newest first.
    recorded: Vec<FiledJson>,
    /// What it looks like, the longest signature first.
    formats: Vec<FormatJson>,
    /// What of the file could not be read, so that other formats cannot be ruled out.
    doubts: Vec<String>,
    /// Releases whose record has faults, so that files of them may be missing here. Empty for customers.
    unread: Vec<String>,
    /// Who can find out, where nobody has recorded these bytes. Empty for customers.
    who_can_find_out: Vec<String>,
    /// Why the record cannot be relied on. Empty for customers.
    findings: Vec<FindingJson>,
    exit_code: u8,
}

/// The file that was looked at.
#[derive(Debug, Serialize, JsonSchema)]
struct FileJson {
    size: u64,
    /// Null where no recorded file has that size, so that nothing would be gained by reading it all.
    sha256: Option<String>,
}

/// A file that the record names.
#[derive(Debug, Serialize, JsonSchema)]
struct FiledJson {
    release: String,
    component: String,
    version: String,
    file: String,
    size: u64,
    sha256: String,
    /// `published`, `adopted`, `publishing`, `unrecorded` (a site lists it), `unverifiable` or `not-published`.
    state: String,
    /// Whether customers have it; null: it could not be told.
    out: Option<bool>,
    /// The sites that have it, or are to have it.
    sites: Vec<String>,
}

/// A format that a file looks like.
#[derive(Debug, Serialize, JsonSchema)]
struct FormatJson {
    interface: String,
    title: String,
    format: String,
    /// The versions that declare to write it, newest first.
    written_by: Vec<HandJson>,
    /// The versions that are out and declare to open it, newest first.
    opened_by: Vec<HandJson>,
}

/// A version that writes or opens a format.
#[derive(Debug, Serialize, JsonSchema)]
struct HandJson {
    component: String,
    version: String,
    out: bool,
    /// What is lost, that it must be asked to, or what it failed with in a test; null: nothing.
    but: Option<String>,
}

impl IdentifyJson {
    /// The JSON of an answer.
    pub(super) fn of(view: &IdentifyView) -> Self {
        let is_desk = view.reader == Reader::Desk;
        let told = match &view.body {
            Body::Told(told) => Some(told.as_ref()),
            Body::Unreliable => None,
        };
        let recorded = match told.map(|it| &it.found) {
            Some(Found::Same(files) | Found::Other(files) | Found::Named(files)) => files.as_slice(),
            Some(Found::Nothing) | None => &[],
        };
        let exit = view.exit();
        let is_known = exit == crate::failure::Exit::Done;
        let who = told.filter(|_| !is_known).into_iter().flat_map(|it| &it.who);
        Self {
            schema: SCHEMA,
            asked: view.asked.clone(),
            answer: view.headline(),
            result: told.map_or("unreliable", result).to_owned(),
            source: is_desk.then(|| view.source.json()),
            file: told.and_then(|it| it.file).map(|(size, sha256)| FileJson {
                size,
                sha256: sha256.map(|it| it.to_string()),
            }),
            recorded: recorded.iter().map(FiledJson::of).collect(),
            formats: told.into_iter().flat_map(|it| &it.formats).map(FormatJson::of).collect(),
            doubts: told.into_iter().flat_map(|it| &it.doubts).map(|it| format!("the file {it}")).collect(),
            unread: told.into_iter().flat_map(|it| &it.unread).map(ToString::to_string).collect(),
            who_can_find_out: who.map(ToString::to_string).collect(),
            findings: if is_desk { findings(view.source.doubts()) } else { Vec::new() },
            exit_code: exit as u8,
        }
    }
}

fn result(told: &Told) -> &'static str {
    match told.found {
        Found::Same(_) => "bytes",
        Found::Other(_) => "other-bytes",
        Found::Named(_) => "name",
        Found::Nothing if told.formats.is_empty() => "unknown",
        Found::Nothing => "format",
    }
}

impl FiledJson {
    fn of(it: &Filed) -> Self {
        let (state, sites): (_, Vec<String>) = match &it.stand {
            Stand::Out(all) => {
                let is_published = all.iter().any(|it| it.outlet == Outlet::Published);
                let state = if is_published { "published" } else { "adopted" };
                (state, all.iter().map(|it| it.site.to_string()).collect())
            }
            Stand::OnItsWay(sites) => ("publishing", sites.iter().map(ToString::to_string).collect()),
            Stand::Unrecorded(sites) => ("unrecorded", sites.iter().map(ToString::to_string).collect()),
            Stand::Unclear(sites) => ("unverifiable", sites.iter().map(ToString::to_string).collect()),
            Stand::Inside => ("not-published", Vec::new()),
        };
        Self {
            release: it.release.to_string(),
            component: it.artifact.component.to_string(),
            version: it.version.to_string(),
            file: it.artifact.file.to_string(),
            size: it.artifact.size,
            sha256: it.artifact.sha256.to_string(),
            state: state.to_owned(),
            out: it.is_told().then(|| it.is_out()),
            sites,
        }
    }
}

impl FormatJson {
    fn of(it: &Format) -> Self {
        let hands = |all: &[Hand]| all.iter().map(HandJson::of).collect();
        Self {
            interface: it.interface.to_string(),
            title: it.title.to_string(),
            format: it.name.to_string(),
            written_by: hands(&it.hands.write),
            opened_by: hands(&it.hands.read),
        }
    }
}

impl HandJson {
    fn of(it: &Hand) -> Self {
        Self {
            component: it.component.name.to_string(),
            version: it.component.version.to_string(),
            out: it.is_out,
            but: it.but.clone(),
        }
    }
}
