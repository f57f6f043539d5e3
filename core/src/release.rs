//! A release: what goes out together, who answers for it, and the files that customers get.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use jiff::{Timestamp, civil::Date};

use crate::finding::{Code, Finding, Place};
use crate::name::{ComponentName, Person, Text, Version, counted};
use crate::policy::{Chain, Policy};
use crate::record::{self, Placed, Problems};
use crate::statement::{Artifact, MOST_FOR_ARTIFACTS, room_of_artifacts};

mod matches;

pub(crate) use matches::foreign_numbers;
pub use matches::{Fingerprints, Matches, PublishedFile};

/// The most artifacts of a release.
pub const MOST_ARTIFACTS: usize = 10_000;

/// The most components of a release.
pub const MOST_COMPONENTS: usize = 1_000;

/// A component that goes out anew.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component {
    /// Its name.
    pub name: ComponentName,
    /// Its version; the release's unless said otherwise.
    pub version: Version,
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
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

    /// Whether all of it is a pre-release. One that brings out a final version of anything is none: a beta is no help to
    /// whoever has that.
    pub fn is_pre_release(&self) -> bool {
        self.version.is_pre_release() && self.components.iter().all(|it| it.version.is_pre_release())
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
    let tables = table.tables("component");
    if let Some(surplus) = tables.get(MOST_COMPONENTS) {
        let message = format!("{} are more than {MOST_COMPONENTS}", counted(tables.len(), "component"));
        table.sheet().fault(surplus.span(), message, "put some of them into a release of their own");
        return components;
    }
    let mut taken: BTreeSet<ComponentName> = BTreeSet::new();
    for one in tables {
        let name = one.placed_name::<ComponentName>("name");
        let version = if one.has("version") {
            one.name("version")
        } else {
            one.optional_name("version").or(Some(release.clone()))
        };
        one.finish();
        let (Some(name), Some(version)) = (name, version) else { continue };
        if !taken.insert(name.value.clone()) {
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
        let mut own = Components::of(release);
        for one in tables {
            let (component, file) = (one.placed_name::<ComponentName>("component"), one.placed_name("file"));
            let (size, sha256) = (one.required("size"), one.name("sha256"));
            one.finish();
            let (Some(component), Some(file), Some(size), Some(sha256)) = (component, file, size, sha256) else {
                continue;
            };
            own.belongs(table.sheet(), &component);
            let artifact = Artifact { component: component.value, file: file.value, size, sha256 };
            // Two names that fold together are one file on many systems.
            if !taken.insert((artifact.component.clone(), artifact.file.fold())) {
                table.sheet().fault(
                    file.span,
                    format!("the file `{}` is there twice", artifact.file),
                    "name each file once",
                );
            }
            all.push(artifact);
        }
        let room = room_of_artifacts(&all);
        if room > MOST_FOR_ARTIFACTS {
            let message = format!(
                "{} would take {room} bytes of a publication, which are more than {MOST_FOR_ARTIFACTS}",
                counted(all.len(), "artifact")
            );
            table.sheet().fault(table.span(), message, "give them shorter names, or put them into archives");
        }
        Some(all)
    })
}

/// The components of a release, for the artifacts that name them.
struct Components<'r> {
    release: Option<&'r Release>,
    names: BTreeSet<&'r str>,
    // What to say of a name that is none of them: one slip may stand in ten thousand places.
    strangers: BTreeMap<ComponentName, String>,
}

impl<'r> Components<'r> {
    fn of(release: Option<&'r Release>) -> Self {
        let names = release.into_iter().flat_map(|it| &it.components).map(|it| it.name.as_str());
        Self { release, names: names.collect(), strangers: BTreeMap::new() }
    }

    /// Notes a name that is no component of the release.
    fn belongs(&mut self, sheet: &record::Sheet<'_>, component: &Placed<ComponentName>) {
        if self.release.is_none() || self.names.contains(component.value.as_str()) {
            return;
        }
        let names = &self.names;
        let help = self.strangers.entry(component.value.clone()).or_insert_with(|| {
            let near = crate::name::nearest(component.value.as_str(), names.iter().copied());
            near.map_or_else(|| "name it in `release.toml` too".to_owned(), |near| format!("did you mean `{near}`?"))
        });
        let span: Range<usize> = component.span.clone();
        sheet.fault(span, format!("the release has no component `{}`", component.value), help.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::world::{World, person};

    /// Why the release of the example is none once `from` is `to`.
    fn faults(from: &str, to: &str) -> Vec<String> {
        let world = World::new();
        let text = world.text("release.toml");
        assert!(text.contains(from), "{from}");
        let chain = world.chain().unwrap();
        let read = Release::read("release.toml", text.replace(from, to).as_bytes(), &world.version(), Some(&chain));
        read.err().into_iter().flatten().map(|it| it.message).collect()
    }

    #[test]
    fn support_ends_on_the_day_itself_or_later() {
        assert_eq!(faults("support_until = 2028-11-20", "support_until = 2026-11-20"), Vec::<String>::new());
        let before = faults("support_until = 2028-11-20", "support_until = 2026-11-19");
        assert_eq!(before, ["support ends before the release is planned"]);
    }

    #[test]
    fn a_component_is_named_once_and_the_folder_is_the_version() {
        let two = |name: &str| faults("[[component]]", &format!("[[component]]\nname = \"{name}\"\n[[component]]"));
        assert_eq!(two("player"), Vec::<String>::new());
        assert_eq!(two("recorder"), ["the component `recorder` is there twice"]);
        assert_eq!(
            faults("version = \"2.7.0\"", "version = \"2.7.1\""),
            ["`version` is 2.7.1, and the folder is 2.7.0"]
        );
    }

    #[test]
    fn who_left_or_is_a_machine_answers_for_nothing() {
        let mut world = World::new();
        let text = world.text("release.toml").replace("owner = \"dana", "owner = \"mallory");
        world.write("release.toml", &text);
        let owned = |world: &World| world.evidence().head().release().unwrap().owned(world.evidence().policy());
        assert_eq!(owned(&world), []);
        let edit_ring =
            |it: String| it.lines().filter(|it| !it.starts_with("mallory")).map(|it| format!("{it}\n")).collect();
        world.adopt_policy(|it| it, edit_ring, &["dana"]);
        let told = owned(&world);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].message, "the owner mallory@example.com is not in the ring any more");
        let everybody = ["ada", "dana", "eve", "kim", "lee", "maria", "ned", "sam"].map(person);
        assert_eq!(told[0].who, everybody, "and no machine");
        world.write("release.toml", &text.replace("owner = \"mallory", "owner = \"ci"));
        assert_eq!(owned(&world)[0].message, "the owner ci@example.com is a machine");
    }

    fn listed(component: &str, count: usize) -> Vec<String> {
        let world = World::new();
        let sha256 = Digest::of(b"x");
        let one = |at: usize| {
            format!("[[artifact]]\ncomponent = \"{component}\"\nfile = \"f{at}\"\nsize = 1\nsha256 = \"{sha256}\"\n")
        };
        let text: String = std::iter::once("schema = 1\n".to_owned()).chain((0..count).map(one)).collect();
        let evidence = world.evidence();
        let read = artifacts("artifacts.toml", text.as_bytes(), evidence.head().release());
        read.err().into_iter().flatten().map(|it| it.message).collect()
    }

    #[test]
    fn ten_thousand_artifacts_are_not_too_many() {
        assert_eq!(listed("recorder", MOST_ARTIFACTS), Vec::<String>::new());
        assert_eq!(listed("recorder", MOST_ARTIFACTS + 1), ["10001 artifacts are more than 10000"]);
    }

    #[test]
    fn names_that_no_publication_has_room_for_are_told_with_the_number() {
        let sha256 = Digest::of(b"x");
        let one = |at: usize| {
            let file = format!("{at:05}{}", "f".repeat(95));
            format!(
                "[[artifact]]\ncomponent = \"{}\"\nfile = \"{file}\"\nsize = 9999999999999\nsha256 = \"{sha256}\"\n",
                "c".repeat(100)
            )
        };
        let text: String = std::iter::once("schema = 1\n".to_owned()).chain((0..MOST_ARTIFACTS).map(one)).collect();
        let told = artifacts("artifacts.toml", text.as_bytes(), None).unwrap_err();
        assert_eq!(
            told.into_iter().map(|it| it.message).collect::<Vec<_>>(),
            ["10000 artifacts would take 3300000 bytes of a publication, which are more than 3276800"]
        );
    }

    #[test]
    fn a_thousand_components_are_not_too_many() {
        let with = |count: usize| {
            let more: String = (1..count).map(|it| format!("[[component]]\nname = \"c{it}\"\n")).collect();
            faults("[[component]]", &format!("{more}[[component]]"))
        };
        assert_eq!(with(MOST_COMPONENTS), Vec::<String>::new());
        assert_eq!(with(MOST_COMPONENTS + 1), ["1001 components are more than 1000"]);
    }

    #[test]
    fn an_artifact_belongs_to_a_component_of_the_release() {
        assert_eq!(listed("recoder", 1), ["the release has no component `recoder`"]);
    }

    #[test]
    fn a_mebibyte_of_faults_is_told_in_bounded_time() {
        for junk in ["=\n".repeat(500_000), "schema = 1\n".repeat(90_000), "[[artifact]]\n".repeat(80_000)] {
            let problems = artifacts("artifacts.toml", junk.as_bytes(), None).unwrap_err();
            assert!((1..=1_000).contains(&problems.len()), "{}", problems.len());
        }
    }
}
