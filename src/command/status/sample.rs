//! Accounts for tests.

use holdpoint_core::decide::{Outlet, Publication, Standing, State};
use holdpoint_core::digest::Digest;
use holdpoint_core::release::Release;

use super::account::{Account, Position};

/// An account of 2.7.0, planned for 20 November 2026, that lacks its notice.
pub(super) fn account(position: Position) -> Account {
    let text = "schema = 1\nversion = \"2.7.0\"\ntitle = \"Webinar 2.7\"\nowner = \"dana@example.com\"\n\
        deputy = \"sam@example.com\"\nplanned = 2026-11-20\nsupport_until = 2028-11-20\n[[component]]\nname = \"recorder\"\n";
    let version = "2.7.0".parse().unwrap();
    Account {
        release: Some(Release::read("release.toml", text.as_bytes(), &version, None).unwrap()),
        version,
        position,
        is_doubted: false,
        publications: Vec::new(),
        unrecorded: Vec::new(),
        requirements: vec![missing("notice", "Customer notice")],
        findings: Vec::new(),
        debts: Vec::new(),
        artifacts: Vec::new(),
        article: None,
        notice: None,
        publishers: Vec::new(),
    }
}

fn missing(name: &str, title: &str) -> Standing {
    Standing {
        name: name.parse().unwrap(),
        title: title.parse().unwrap(),
        state: State::Missing,
        roles: Vec::new(),
        approvals: 0,
        needed: 1,
        by: Vec::new(),
        since: None,
        finding: None,
        relied: Vec::new(),
        declines: Vec::new(),
    }
}

pub(super) fn published(site: &str) -> Publication {
    Publication {
        id: Digest::of(site.as_bytes()),
        outlet: Outlet::Published,
        site: site.parse().unwrap(),
        by: vec!["ci@example.com".parse().unwrap()],
        at: "2026-11-21T10:00:00Z".parse().unwrap(),
        artifacts: Vec::new(),
        subjects: Vec::new(),
    }
}

pub(super) fn adopted(site: &str) -> Publication {
    Publication { outlet: Outlet::Adopted, ..published(site) }
}
