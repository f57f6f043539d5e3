//! The shape of `releases.json`: structs that carry text only; what the text means is checked by the reader.

use serde::{Deserialize, Serialize};

pub(super) const SCHEMA: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalog {
    pub(super) schema: u64,
    pub(super) project: String,
    pub(super) policy: Policy,
    pub(super) releases: Vec<Release>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    pub(super) number: u64,
    pub(super) sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    pub(super) version: String,
    pub(super) title: String,
    pub(super) kind: super::Kind,
    pub(super) at: String,
    pub(super) statement: String,
    pub(super) artifacts: Vec<Artifact>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Artifact {
    pub(super) component: String,
    pub(super) version: String,
    pub(super) file: String,
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: String,
}

impl From<&super::Catalog> for Catalog {
    fn from(from: &super::Catalog) -> Self {
        Self {
            schema: SCHEMA,
            project: from.project.to_string(),
            policy: Policy { number: from.policy.number, sha256: from.policy.sha256.to_string() },
            releases: from.releases.values().rev().map(Release::from).collect(),
        }
    }
}

impl From<&super::Listing> for Release {
    fn from(from: &super::Listing) -> Self {
        Self {
            version: from.version.to_string(),
            title: from.title.to_string(),
            kind: from.kind,
            at: from.at.to_string(),
            statement: from.statement.to_string(),
            artifacts: from.artifacts.iter().map(Artifact::from).collect(),
        }
    }
}

impl From<&super::Listed> for Artifact {
    fn from(from: &super::Listed) -> Self {
        Self {
            component: from.component.to_string(),
            version: from.version.to_string(),
            file: from.file.to_string(),
            path: from.address(),
            size: from.size,
            sha256: from.sha256.to_string(),
        }
    }
}
