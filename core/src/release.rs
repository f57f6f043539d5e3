//! A release: what goes out together, who answers for it, and the files that customers get.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::{Timestamp, civil::Date};

use crate::finding::{Code, Finding, Place};
use crate::name::{ComponentName, Person, Text, Version, counted};
use crate::policy::{Chain, Policy};
use crate::record::{self, Placed, Problems};
use crate::statement::Artifact;

/// The most artifacts of a release.
const MOST_ARTIFACTS: usize = 1_000;

/// A component that goes out anew.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// Its name.
    pub name: ComponentName,
    /// Its version; the release's unless said otherwise.
    pub version: Version,
}

/// `release.toml`.
#[derive(Debug, Clone)]
pub struct Release {
    /// Equal to the name of its folder.
    pub version: Version,
    /// For people.
    pub title: Text,
    /// Who answers for it.
    pub owner: Option<Person>,
    /// Who answers when the owner cannot.
    pub deputy: Option<Person>,
    /// The day on which it is meant to go out; informs, and is what support dates are judged against.
    pub planned: Date,
    /// Not before this time.
    pub not_before: Option<Timestamp>,
    /// The last day of its support.
    pub support_until: Date,
    /// Why it was cancelled, if it was.
    pub cancelled: Option<Text>,
    /// What goes out; may be empty here, and then the release is vacuous.
    pub components: Vec<Component>,
    place: Place,
}

impl Release {
    /// Reads `release.toml` of the folder `folder`.
    ///
    /// # Errors
    /// Every fault with its place.
    pub fn read(path: &str, bytes: &[u8], folder: &Version, chain: Option<&Chain>) -> Result<Self, Problems> {
        record::read(path, bytes, |table| {
            record::schema(table);
            let version = table.placed_name::<Version>("version");
            if let Some(version) = &version
                && version.value != *folder
            {
                let message = format!("`version` is {}, and the folder is {folder}", version.value);
                table.sheet().fault(version.span.clone(), message, format!("write `version = \"{folder}\"`"));
            }
            let title = table.name("title");
            let owner = person(table, "owner", chain);
            let deputy = person(table, "deputy", chain);
            let (planned, support_until) = (table.required::<Date>("planned"), table.placed::<Date>("support_until"));
            let not_before = table.optional("not_before");
            let cancelled = table.optional_name("cancelled");
            let components = components(table, folder);
            let (planned, support_until) = (planned?, support_until?);
            if support_until.value < planned {
                table.sheet().fault(
                    support_until.span,
                    "support ends before the release is planned",
                    "write a later date",
                );
            }
            let (text, head) = (table.sheet().path(), 0..0);
            Some(Self {
                version: version?.value,
                title: title?,
                owner: owner.map(|it| it.value),
                deputy: deputy.map(|it| it.value),
                planned,
                not_before,
                support_until: support_until.value,
                cancelled,
                components,
                place: Place::of(text, "", head),
            })
        })
    }

    /// Whether somebody, and somebody else, answers for it.
    pub fn owned(&self, policy: &Policy) -> Vec<Finding> {
        let fault = |message: String| {
            Finding::new(Code::NoOwner, self.version.to_string(), message)
                .who(policy.ring().people().filter(|it| !policy.is_machine(it)).cloned())
                .next(format!("name an owner and a deputy in `{}`", self.place.path))
        };
        let mut findings = Vec::new();
        for (role, person) in [("owner", &self.owner), ("deputy", &self.deputy)] {
            match person {
                None => findings.push(fault(format!("the release names no {role}"))),
                Some(it) if policy.is_machine(it) => findings.push(fault(format!("the {role} {it} is a machine"))),
                Some(it) if !policy.ring().has(it) => {
                    findings.push(fault(format!("the {role} {it} is not in the ring any more")));
                }
                Some(_) => {}
            }
        }
        if self.owner.is_some() && self.owner == self.deputy {
            findings.push(fault("owner and deputy are one person".to_owned()));
        }
        findings
    }
}

fn person(table: &record::Table<'_, '_>, key: &'static str, chain: Option<&Chain>) -> Option<Placed<Person>> {
    let found =
        table.placed_optional::<record::Word<Person>>(key).map(|it| Placed { value: it.value.0, span: it.span })?;
    // Whoever left since is no mistake of the record: whether somebody answers for it now is asked of what is not out yet.
    if let Some(chain) = chain
        && !chain.policies().iter().any(|it| it.ring().has(&found.value))
    {
        let near = crate::name::nearest_person(&found.value, chain.current().ring().people());
        let help =
            near.map_or_else(|| "name somebody of the ring".to_owned(), |near| format!("did you mean `{near}`?"));
        table.sheet().fault(found.span.clone(), format!("`{}` is not in the key ring", found.value), help);
    }
    Some(found)
}

fn components(table: &record::Table<'_, '_>, release: &Version) -> Vec<Component> {
    let mut components: Vec<Component> = Vec::new();
    for one in table.tables("component") {
        let name = one.placed_name::<ComponentName>("name");
        let version = if one.has("version") {
            one.name("version")
        } else {
            one.optional_name("version").or(Some(release.clone()))
        };
        one.finish();
        let (Some(name), Some(version)) = (name, version) else { continue };
        if components.iter().any(|it| it.name == name.value) {
            table.sheet().fault(
                name.span,
                format!("the component `{}` is there twice", name.value),
                "name each component once",
            );
        }
        components.push(Component { name: name.value, version });
    }
    components
}

/// Reads `artifacts.toml` against the components of the release.
///
/// # Errors
/// Every fault with its place.
pub fn artifacts(path: &str, bytes: &[u8], release: Option<&Release>) -> Result<Vec<Artifact>, Problems> {
    record::read(path, bytes, |table| {
        record::schema(table);
        let tables = table.tables("artifact");
        if tables.len() > MOST_ARTIFACTS {
            let message = format!("{} are more than {MOST_ARTIFACTS}", counted(tables.len(), "artifact"));
            table.sheet().fault(table.span(), message, "put them into archives");
            return None;
        }
        let mut all = Vec::new();
        let mut taken: BTreeSet<(ComponentName, String)> = BTreeSet::new();
        for one in tables {
            let (component, file) = (one.placed_name::<ComponentName>("component"), one.placed_name("file"));
            let (size, sha256) = (one.required("size"), one.name("sha256"));
            one.finish();
            let (Some(component), Some(file), Some(size), Some(sha256)) = (component, file, size, sha256) else {
                continue;
            };
            if let Some(release) = release {
                belongs(table.sheet(), &component, release);
            }
            let artifact = Artifact { component: component.value, file: file.value, size, sha256 };
            // Two names that fold together are one file on many systems.
            if !taken.insert((artifact.component.clone(), artifact.file.as_str().to_ascii_lowercase())) {
                table.sheet().fault(
                    file.span,
                    format!("the file `{}` is there twice", artifact.file),
                    "name each file once",
                );
            }
            all.push(artifact);
        }
        Some(all)
    })
}

fn belongs(sheet: &record::Sheet<'_>, component: &Placed<ComponentName>, release: &Release) {
    if release.components.iter().any(|it| it.name == component.value) {
        return;
    }
    let near = crate::name::nearest(component.value.as_str(), release.components.iter().map(|it| it.name.as_str()));
    let help =
        near.map_or_else(|| "name it in `release.toml` too".to_owned(), |near| format!("did you mean `{near}`?"));
    let span: Range<usize> = component.span.clone();
    sheet.fault(span, format!("the release has no component `{}`", component.value), help);
}
