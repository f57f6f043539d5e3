//! The plan: what publishing will do, as data. `--plan` prints it; a real run carries it out.

use crate::catalog::{Kind, Listed, Listing};
use crate::decide::{Approval, Outlet};
use crate::name::{ComponentName, SiteName, Version};
use crate::policy::SiteRule;
use crate::release::{Component, Release};
use crate::statement::{Act, Artifact, Statement};

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
    /// Stores for good whatever was put, before anything says that it is there.
    Settle,
    /// Signs the publish statement, commits it on the commit that was decided on, and shares it.
    Record,
    /// Puts the version into `releases.json`: from here on customers see it.
    Flip,
    /// Writes the page for people anew.
    Page {
        /// Where on the site.
        path: String,
    },
}

/// What publishing will do, in this order.
#[derive(Debug, Clone)]
pub struct Plan {
    approval: Approval,
    site: SiteName,
    files: Vec<Listed>,
    actions: Vec<Action>,
}

impl Plan {
    /// Plans to publish what was approved. Recording comes before the flip, and is left out where it was done before. What
    /// went out outside the gate lies on the site, or is none of ours: nothing is put there, and it keeps whatever checksums lie
    /// beside it.
    pub fn of(approval: Approval, site: &SiteRule) -> Option<Self> {
        let components: &[Component] = &approval.release().components;
        let files: Vec<Listed> = approval.artifacts().iter().map(|it| listed(it, components)).collect::<Option<_>>()?;
        let placed = || approval.artifacts().iter().cloned().zip(files.iter().map(Listed::path));
        let is_ours = approval.recorded().is_none_or(|it| it.outlet == Outlet::Published);
        let mut actions: Vec<Action> = Vec::new();
        if is_ours {
            actions.extend(placed().map(|(artifact, path)| Action::Put { artifact, path }));
        }
        actions.extend(placed().map(|(artifact, path)| Action::ReadBack { artifact, path }));
        if is_ours {
            actions.extend(
                components
                    .iter()
                    .map(|it| Action::Checksums { component: it.name.clone(), version: it.version.clone() }),
            );
        }
        actions.push(Action::Settle);
        if approval.recorded().is_none() {
            actions.push(Action::Record);
        }
        actions.push(Action::Flip);
        actions.extend(site.page.clone().map(|path| Action::Page { path }));
        Some(Self { approval, site: site.name.clone(), files, actions })
    }

    /// The permission that it carries out.
    pub fn approval(&self) -> &Approval {
        &self.approval
    }

    /// Where.
    pub fn site(&self) -> &SiteName {
        &self.site
    }

    /// The files that will be on the site.
    pub fn files(&self) -> &[Listed] {
        &self.files
    }

    /// The steps, in order.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }
}

/// An artifact with the version of its component; nothing if the release has no such component.
fn listed(artifact: &Artifact, components: &[Component]) -> Option<Listed> {
    let component = components.iter().find(|it| it.name == artifact.component)?;
    Some(Listed {
        component: component.name.clone(),
        version: component.version.clone(),
        file: artifact.file.clone(),
        size: artifact.size,
        sha256: artifact.sha256,
    })
}

/// What the index of a site says of a release that `statement` put there. Nothing, if it puts nothing on a site or names a
/// component that the release has not.
pub fn listing(statement: &Statement, release: &Release) -> Option<Listing> {
    let (kind, artifacts) = match &statement.act {
        Act::Publish { artifacts, .. } => (Kind::Published, artifacts),
        Act::Adopt { artifacts, .. } => (Kind::Adopted, artifacts),
        _ => return None,
    };
    let mut artifacts: Vec<Listed> =
        artifacts.iter().map(|it| listed(it, &release.components)).collect::<Option<_>>()?;
    artifacts.sort_by_key(Listed::path);
    Some(Listing {
        version: statement.release.clone(),
        title: release.title.clone(),
        statement: statement.id(),
        kind,
        at: statement.at,
        artifacts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{Question, Verdict, publications};
    use crate::finding::Code;
    use crate::world::World;

    fn plan(world: &World) -> Plan {
        let site: SiteName = "downloads".parse().unwrap();
        let Verdict::Clear(approval) = world.ask(&Question::Publish(site.clone())).verdict else { panic!("not clear") };
        let evidence = world.evidence();
        let rule = evidence.policy().site(&site).unwrap();
        Plan::of(*approval, rule).unwrap()
    }

    fn steps(world: &World) -> Vec<&'static str> {
        let name = |it: &Action| match it {
            Action::Put { .. } => "put",
            Action::ReadBack { .. } => "read back",
            Action::Checksums { .. } => "checksums",
            Action::Settle => "settle",
            Action::Record => "record",
            Action::Flip => "flip",
            Action::Page { .. } => "page",
        };
        plan(world).actions().iter().map(name).collect()
    }

    #[test]
    fn records_before_anybody_sees_it() {
        assert_eq!(steps(&World::signed()), ["put", "read back", "checksums", "settle", "record", "flip", "page"]);
    }

    #[test]
    fn finishes_what_is_recorded_without_recording_it_again() {
        let mut world = World::signed();
        world.publish("ci");
        assert_eq!(steps(&world), ["put", "read back", "checksums", "settle", "flip", "page"]);
    }

    #[test]
    fn leaves_the_checksums_beside_an_adopted_version_alone() {
        let mut world = World::new();
        world.adopt("dana");
        assert_eq!(steps(&world), ["read back", "settle", "flip", "page"]);
    }

    #[test]
    fn a_statement_alone_gives_its_listing() {
        let mut world = World::signed();
        let id = world.publish("ci");
        let evidence = world.evidence();
        let release = evidence.head().release().unwrap();
        let of = |id| listing(&evidence.ledger().get(&id).unwrap().statement, release);
        let listed = of(id).unwrap();
        assert_eq!((listed.statement, listed.kind), (id, Kind::Published));
        assert_eq!(listed.artifacts[0].path(), "recorder/2.7.0/recorder.exe");
        let approve = evidence.ledger().entries().find(|it| it.statement.act.kind() == "approve").unwrap().id;
        assert_eq!(of(approve), None);
        let mut world = World::new();
        let id = world.adopt("dana");
        let evidence = world.evidence();
        let listed =
            listing(&evidence.ledger().get(&id).unwrap().statement, evidence.head().release().unwrap()).unwrap();
        assert_eq!(
            (listed.kind, listed.artifacts[0].path()),
            (Kind::Adopted, "recorder/2.7.0/recorder.exe".to_owned())
        );
    }

    #[test]
    fn the_files_of_a_plan_are_the_artifacts_with_their_versions() {
        let plan = plan(&World::signed());
        let files: Vec<String> = plan.files().iter().map(Listed::path).collect();
        assert_eq!(files, ["recorder/2.7.0/recorder.exe"]);
        assert_eq!((plan.site().as_str(), plan.approval().artifacts().len()), ("downloads", 1));
    }

    #[test]
    fn publications_come_with_what_speaks_against_them() {
        let mut world = World::signed();
        let id = world.publish("ci");
        let hold = world.hold("kim");
        world.hold("lee");
        world.remove(hold);
        world.append("matrix.md", "more");
        let (publications, findings) = publications(&world.evidence());
        assert_eq!(publications.iter().map(|it| it.id).collect::<Vec<_>>(), [id]);
        let codes: Vec<Code> = findings.iter().map(|it| it.code).collect();
        assert_eq!(codes, [Code::EntryMissing, Code::PublishedChanged]);
    }
}
