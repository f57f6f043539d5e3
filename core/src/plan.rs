//! The plan: what publishing will do, as data. `--plan` prints it; a real run carries it out.

use crate::catalog::artifact_path;
use crate::decide::Approval;
use crate::name::{ComponentName, SiteName, Version};
use crate::release::Component;
use crate::statement::Artifact;

/// One step of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Puts an artifact under its path, unless it lies there already, and hashes while copying.
    Put {
        /// What.
        artifact: Artifact,
        /// Where on the site.
        path: String,
    },
    /// Reads an artifact back, and compares it with what was signed.
    ReadBack {
        /// What.
        artifact: Artifact,
        /// Where on the site.
        path: String,
    },
    /// Writes the `SHA256SUMS` of one component version.
    Checksums {
        /// The component.
        component: ComponentName,
        /// Its version.
        version: Version,
    },
    /// Signs the publish statement, commits it on the commit that was decided on, and shares it.
    Record,
    /// Puts the version into `releases.json`: from here on customers see it.
    Flip,
    /// Writes `index.html` anew.
    Page,
}

/// What publishing will do, in this order.
#[derive(Debug, Clone)]
pub struct Plan {
    approval: Approval,
    site: SiteName,
    actions: Vec<Action>,
}

impl Plan {
    /// Plans to publish what was approved. Recording comes before the flip, and is left out where it was done before.
    pub fn of(approval: Approval, site: SiteName, components: &[Component]) -> Option<Self> {
        let path = |artifact: &Artifact| {
            let component = components.iter().find(|it| it.name == artifact.component)?;
            Some((artifact.clone(), artifact_path(&component.name, &component.version, &artifact.file)))
        };
        let files: Vec<(Artifact, String)> = approval.artifacts().iter().map(path).collect::<Option<_>>()?;
        let mut actions: Vec<Action> = files
            .iter()
            .map(|(artifact, path)| Action::Put { artifact: artifact.clone(), path: path.clone() })
            .collect();
        actions.extend(files.into_iter().map(|(artifact, path)| Action::ReadBack { artifact, path }));
        actions.extend(
            components.iter().map(|it| Action::Checksums { component: it.name.clone(), version: it.version.clone() }),
        );
        if approval.recorded().is_none() {
            actions.push(Action::Record);
        }
        actions.extend([Action::Flip, Action::Page]);
        Some(Self { approval, site, actions })
    }

    /// The permission that it carries out.
    pub fn approval(&self) -> &Approval {
        &self.approval
    }

    /// Where.
    pub fn site(&self) -> &SiteName {
        &self.site
    }

    /// The steps, in order.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }
}
