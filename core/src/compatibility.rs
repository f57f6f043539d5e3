//! `compatibility.toml`: which formats the components of a release write and read, and what was tested.
//!
//! The declarations are read and checked for what they say by themselves, and they are signed. Pairs are not derived
//! from them yet: the people who sign vouch for the matrix.

use std::collections::BTreeMap;

use crate::name::{ComponentName, InterfaceName, Text, Version, nearest};
use crate::record::{self, Placed, Problems, Table, Word};
use crate::release::Release;

/// What a release declares.
#[derive(Debug, Clone, Default)]
pub struct Compatibility {
    /// The declarations of each component.
    pub components: BTreeMap<ComponentName, Declaration>,
    /// The converters.
    pub converts: Vec<Conversion>,
    /// The evidence.
    pub tested: Vec<Tested>,
}

/// The formats of one component, per interface.
#[derive(Debug, Clone, Default)]
pub struct Declaration {
    /// What it writes.
    pub writes: BTreeMap<InterfaceName, Vec<Text>>,
    /// What it writes when asked to.
    pub writes_on_request: BTreeMap<InterfaceName, Vec<Text>>,
    /// What it reads.
    pub reads: BTreeMap<InterfaceName, Vec<Text>>,
    /// What it reads with a loss, and which.
    pub degraded: BTreeMap<InterfaceName, BTreeMap<String, String>>,
}

/// A component that turns one format into another.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// Which component.
    pub component: ComponentName,
    /// Of which interface.
    pub interface: InterfaceName,
    /// From this format.
    pub from: Text,
    /// To this one.
    pub to: Text,
    /// What is lost.
    pub loses: Option<Text>,
}

/// How a test went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestResult {
    /// All of it works.
    Works,
    /// It works with a loss.
    Degraded,
    /// It does not work.
    Fails,
}

/// A test of two exact versions.
#[derive(Debug, Clone)]
pub struct Tested {
    /// What wrote.
    pub writer: (ComponentName, Version),
    /// What read.
    pub reader: (ComponentName, Version),
    /// Over which interface.
    pub interface: InterfaceName,
    /// How it went.
    pub result: TestResult,
    /// What a customer sees.
    pub symptom: Option<Text>,
    /// Where the evidence is.
    pub evidence: Option<Text>,
}

impl Compatibility {
    /// Reads `compatibility.toml` against the components of the release.
    ///
    /// # Errors
    /// Every fault with its place.
    pub fn read(path: &str, bytes: &[u8], release: Option<&Release>) -> Result<Self, Problems> {
        record::read(path, bytes, |table| {
            record::schema(table);
            let mut components = BTreeMap::new();
            for (name, entry) in table.optional_table("component").iter().flat_map(Table::entries::<ComponentName>) {
                known(table, &name, release);
                let Some(declaration) = entry.table().map(|it| declaration(&it)) else { continue };
                components.insert(name.value, declaration);
            }
            let converts = table.tables("converts");
            let converts = converts.iter().map(|it| conversion(it, release)).collect::<Vec<_>>();
            let tests = table.tables("tested");
            let tests = tests.iter().map(tested).collect::<Vec<_>>();
            Some(Self {
                components,
                converts: converts.into_iter().collect::<Option<_>>()?,
                tested: tests.into_iter().collect::<Option<_>>()?,
            })
        })
    }
}

fn known(table: &Table<'_, '_>, name: &Placed<ComponentName>, release: Option<&Release>) {
    let Some(release) = release else { return };
    if release.components.iter().any(|it| it.name == name.value) {
        return;
    }
    let near = nearest(name.value.as_str(), release.components.iter().map(|it| it.name.as_str()));
    let help =
        near.map_or_else(|| "name it in `release.toml` too".to_owned(), |near| format!("did you mean `{near}`?"));
    table.sheet().fault(name.span.clone(), format!("the release has no component `{}`", name.value), help);
}

type Formats = BTreeMap<InterfaceName, Vec<Text>>;

fn declaration(table: &Table<'_, '_>) -> Declaration {
    let formats = |key| -> Formats {
        let mut all = BTreeMap::new();
        for (name, entry) in table.optional_table(key).iter().flat_map(Table::entries::<InterfaceName>) {
            let Some(list) = entry.read::<Vec<Word<Text>>>() else { continue };
            all.insert(name.value, list.into_iter().map(|it| it.0).collect());
        }
        all
    };
    let (writes, writes_on_request, reads) = (formats("writes"), formats("writes_on_request"), formats("reads"));
    let mut degraded = BTreeMap::new();
    for (name, entry) in table.optional_table("degraded").iter().flat_map(Table::entries::<InterfaceName>) {
        let Some(losses) = entry.read::<BTreeMap<String, String>>() else { continue };
        degraded.insert(name.value, losses);
    }
    table.finish();
    Declaration { writes, writes_on_request, reads, degraded }
}

fn conversion(table: &Table<'_, '_>, release: Option<&Release>) -> Option<Conversion> {
    let component = table.placed_name::<ComponentName>("component");
    let (interface, from, to) = (table.name("interface"), table.name("from"), table.placed_name::<Text>("to"));
    let loses = table.optional_name("loses");
    table.finish();
    let (component, from, to) = (component?, from?, to?);
    known(table, &component, release);
    if from == to.value {
        table.sheet().fault(to.span, "a format is converted to itself", "name another format");
    }
    Some(Conversion { component: component.value, interface: interface?, from, to: to.value, loses })
}

fn tested(table: &Table<'_, '_>) -> Option<Tested> {
    let (writer, reader) = (side(table, "writer"), side(table, "reader"));
    let interface = table.name("interface");
    let result = table.placed::<String>("result");
    let (symptom, evidence) = (table.optional_name("symptom"), table.optional_name("evidence"));
    table.finish();
    let result = result?;
    let outcome = match result.value.as_str() {
        "works" => TestResult::Works,
        "degraded" => TestResult::Degraded,
        "fails" => TestResult::Fails,
        _ => {
            table.sheet().fault(result.span, "a result is `works`, `degraded` or `fails`", "write one of them");
            return None;
        }
    };
    Some(Tested { writer: writer?, reader: reader?, interface: interface?, result: outcome, symptom, evidence })
}

/// One exact version of a component: `recorder@2.7.0`.
fn side(table: &Table<'_, '_>, key: &'static str) -> Option<(ComponentName, Version)> {
    let text = table.placed::<String>(key)?;
    let read = text.value.split_once('@').and_then(|(name, version)| Some((name.parse().ok()?, version.parse().ok()?)));
    if read.is_none() {
        let message = format!("`{key}` is not one exact version of a component");
        table.sheet().fault(text.span, message, "write it like `recorder@2.7.0`");
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let problems = Compatibility::read("c.toml", text.as_bytes(), None).err().unwrap_or_default();
        problems.into_iter().map(|it| it.message).collect()
    }

    #[test]
    fn reads_the_example_of_the_guide() {
        let text = "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\nwrites_on_request.rec = [\"2\"]\n[component.player]\n\
            reads.rec = [\"1\", \"2\", \"3\"]\ndegraded.rec = { \"1\" = \"no captions\" }\n[[converts]]\ncomponent = \"converter\"\n\
            interface = \"rec\"\nfrom = \"3\"\nto = \"2\"\nloses = \"chapter marks\"\n[[tested]]\nwriter = \"recorder@2.7.0\"\n\
            reader = \"player@2.4.0\"\ninterface = \"rec\"\nresult = \"fails\"\nsymptom = \"No picture\"\nevidence = \"ci/8812\"\n";
        let read = Compatibility::read("c.toml", text.as_bytes(), None).unwrap();
        assert_eq!((read.components.len(), read.converts.len(), read.tested.len()), (2, 1, 1));
    }

    #[test]
    fn a_test_works_is_degraded_or_fails() {
        let with = |result: &str| {
            let sides = "writer = \"a@1.0.0\"\nreader = \"b@1.0.0\"\ninterface = \"rec\"";
            format!("schema = 1\n[[tested]]\n{sides}\nresult = \"{result}\"\n")
        };
        for (word, result) in
            [("works", TestResult::Works), ("degraded", TestResult::Degraded), ("fails", TestResult::Fails)]
        {
            let read = Compatibility::read("c.toml", with(word).as_bytes(), None).unwrap();
            assert_eq!(read.tested[0].result, result);
        }
        assert_eq!(faults(&with("breaks")), ["a result is `works`, `degraded` or `fails`"]);
    }

    #[test]
    fn a_component_is_one_of_the_release() {
        let world = crate::world::World::new();
        let evidence = world.evidence();
        let told = |component: &str| {
            let text = format!("schema = 1\n[component.{component}]\nwrites.rec = [\"3\"]\n");
            let problems = Compatibility::read("c.toml", text.as_bytes(), evidence.release()).err().unwrap_or_default();
            problems.into_iter().map(|it| it.message).collect::<Vec<_>>()
        };
        assert_eq!(told("recorder"), Vec::<String>::new());
        assert_eq!(told("recoder"), ["the release has no component `recoder`"]);
    }

    #[test]
    fn refuses_floats_ranges_and_circles() {
        assert!(
            faults("schema = 1\n[component.a]\nwrites.rec = [2.10]\n").first().unwrap().contains("2.10 reads as 2.1")
        );
        let range = "schema = 1\n[[tested]]\nwriter = \"a@>=2\"\nreader = \"b@1.0.0\"\ninterface = \"rec\"\nresult = \"works\"\n";
        assert_eq!(faults(range), ["`writer` is not one exact version of a component"]);
        let circle = "schema = 1\n[[converts]]\ncomponent = \"c\"\ninterface = \"rec\"\nfrom = \"3\"\nto = \"3\"\n";
        assert_eq!(faults(circle), ["a format is converted to itself"]);
    }
}
