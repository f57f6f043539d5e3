//! `compatibility.toml`: which formats the components of a release write and read, and what was tested.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::finding::Place;
use crate::name::{ComponentName, FormatName, InterfaceName, Text, listed, nearest};
use crate::record::{self, Entry, Placed, Problems, Table, Word};
use crate::release::{Component, Release};

/// How many formats one list holds. What opens and saves turns each that it reads into each that it writes, so a list without an
/// end would have a check without one.
const MOST_FORMATS: usize = 256;

/// What a release declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compatibility {
    /// The declarations of each component.
    pub components: BTreeMap<ComponentName, Declaration>,
    /// The converters.
    pub converts: Vec<Conversion>,
    /// The evidence.
    pub tested: Vec<Tested>,
    /// What customers are told where nothing can be done.
    pub accepted: Vec<Accepted>,
    sides: BTreeMap<(ComponentName, InterfaceName), Range<usize>>,
    pub(super) path: String,
    pub(super) text: Arc<str>,
    /// Where each line but the first begins.
    lines: Arc<[usize]>,
}

/// The formats of one component, per interface.
pub type Declaration = BTreeMap<InterfaceName, Formats>;

/// What one component declares for one interface.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Formats {
    /// What it writes, sorted; `None` if it says nothing about writing.
    pub writes: Option<Vec<FormatName>>,
    /// What it writes when asked to, sorted.
    pub writes_on_request: Vec<FormatName>,
    /// What it reads, sorted; `None` if it says nothing about reading.
    pub reads: Option<Vec<FormatName>>,
    /// What it reads with a loss, and which.
    pub degraded: BTreeMap<FormatName, Text>,
}

impl Formats {
    /// Every format that it can write.
    pub fn written(&self) -> impl Iterator<Item = &FormatName> {
        self.writes.iter().flatten().chain(&self.writes_on_request)
    }

    /// Every format that it can read, with a loss or without.
    pub fn read(&self) -> impl Iterator<Item = &FormatName> {
        self.reads.iter().flatten()
    }
}

/// A component that turns one format into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// Which component.
    pub component: ComponentName,
    /// Of which interface.
    pub interface: InterfaceName,
    /// From this format.
    pub from: FormatName,
    /// To this one.
    pub to: FormatName,
    /// What is lost.
    pub loses: Option<Text>,
    /// Where it is written, in bytes of the file.
    pub span: Range<usize>,
}

/// How a test went, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestResult {
    /// All of it works.
    Works,
    /// It works with a loss.
    Degraded,
    /// It does not work.
    Fails,
}

/// A test of two exact versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// What wrote.
    pub writer: Component,
    /// What read.
    pub reader: Component,
    /// Over which interface.
    pub interface: InterfaceName,
    /// How it went.
    pub result: TestResult,
    /// What a customer sees.
    pub symptom: Option<Text>,
    /// Where the evidence is.
    pub evidence: Option<Text>,
    /// Where it is written, in bytes of the file.
    pub span: Range<usize>,
}

/// What customers are told about a pair that fails, where there is nothing that they could do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What writes.
    pub writer: Named,
    /// What reads.
    pub reader: Named,
    /// Over which interface.
    pub interface: InterfaceName,
    /// What they are told.
    pub text: Text,
    /// Where it is written, in bytes of the file.
    pub span: Range<usize>,
}

/// A component, or one version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Every version: `player`.
    Every(ComponentName),
    /// This one: `player@2.4.0`.
    One(Component),
}

impl Named {
    /// Whether it means this version.
    pub fn means(&self, component: &Component) -> bool {
        match self {
            Self::Every(name) => *name == component.name,
            Self::One(one) => one == component,
        }
    }

    /// The component.
    pub fn component(&self) -> &ComponentName {
        match self {
            Self::Every(name) | Self::One(Component { name, .. }) => name,
        }
    }
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
            let mut sides = BTreeMap::new();
            for (name, entry) in table.optional_table("component").iter().flat_map(Table::entries::<ComponentName>) {
                known(table, &name, release);
                let Some((declaration, places)) = entry.table().map(|it| declaration(&it)) else { continue };
                sides.extend(places.into_iter().map(|it| ((name.value.clone(), it.value), it.span)));
                components.insert(name.value, declaration);
            }
            let converts = table.tables("converts");
            let converts: Vec<_> = converts.iter().map(|it| conversion(it, release)).collect();
            let tests = table.tables("tested");
            let tests: Vec<_> = tests.iter().map(tested).collect();
            let accepts = table.tables("accepted");
            let accepts: Vec<_> = accepts.iter().map(accepted).collect();
            Some(Self {
                components,
                converts: converts.into_iter().collect::<Option<_>>()?,
                tested: tests.into_iter().collect::<Option<_>>()?,
                accepted: accepts.into_iter().collect::<Option<_>>()?,
                sides,
                path: path.to_owned(),
                lines: bytes.iter().enumerate().filter(|it| *it.1 == b'\n').map(|it| it.0 + 1).collect(),
                text: String::from_utf8_lossy(bytes).into(),
            })
        })
    }

    /// The place of something that was read. Each line is found by where it begins: thousands of faults are no thousand looks at
    /// the file.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let before = self.lines.partition_point(|it| *it <= span.start);
        let from = before.checked_sub(1).and_then(|it| self.lines.get(it)).copied().unwrap_or_default();
        let rest = self.text.get(from..).unwrap_or_default();
        let place = Place::of(&self.path, rest, span.start - from..span.end.saturating_sub(from));
        Place { line: place.line + before, ..place }
    }

    /// The place where a component first says something about an interface.
    pub fn place_of(&self, component: &ComponentName, interface: &InterfaceName) -> Option<Place> {
        self.sides.get(&(component.clone(), interface.clone())).map(|it| self.place(it))
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

/// What a component declares, and where it names each interface.
fn declaration(table: &Table<'_, '_>) -> (Declaration, Vec<Placed<InterfaceName>>) {
    let mut all = Declaration::new();
    let mut places = Vec::new();
    for (interface, list) in formats(table, "writes") {
        all.entry(interface.value.clone()).or_default().writes = Some(sorted(list));
        places.push(interface);
    }
    for (interface, list) in formats(table, "writes_on_request") {
        let own = all.entry(interface.value.clone()).or_default();
        for format in list.iter().filter(|it| own.writes.iter().flatten().any(|own| *own == it.value)) {
            let message = format!("`{}` is written by default already", format.value);
            table.sheet().fault(format.span.clone(), message, "name it in one of the two lists");
        }
        own.writes_on_request = sorted(list);
        places.push(interface);
    }
    for (interface, list) in formats(table, "reads") {
        all.entry(interface.value.clone()).or_default().reads = Some(sorted(list));
        places.push(interface);
    }
    for (interface, entry) in table.optional_table("degraded").iter().flat_map(Table::entries::<InterfaceName>) {
        let own = all.entry(interface.value.clone()).or_default();
        degraded(table, own, &entry);
        places.push(interface);
    }
    table.finish();
    // The first place is the one that is shown.
    places.reverse();
    (all, places)
}

/// What is read with a loss.
fn degraded(table: &Table<'_, '_>, own: &mut Formats, entry: &Entry<'_, '_>) {
    for (format, loss) in entry.table().iter().flat_map(Table::entries::<FormatName>) {
        if !own.read().any(|it| *it == format.value) {
            let read = listed(own.read().map(|it| format!("`{it}`")), "and");
            let help = match nearest(format.value.as_str(), own.read().map(FormatName::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None if read.is_empty() => "what is read with a loss stands in `reads` too".to_owned(),
                None => format!("what is read with a loss stands in `reads` too, and there are {read}"),
            };
            table.sheet().fault(format.span, format!("the format `{}` is not read at all", format.value), help);
        } else if let Some(loss) = loss.read::<Word<Text>>() {
            own.degraded.insert(format.value, loss.0);
        }
    }
}

/// The lists of formats below `key`, by interface.
fn formats(table: &Table<'_, '_>, key: &'static str) -> Vec<(Placed<InterfaceName>, Vec<Placed<FormatName>>)> {
    let mut all = Vec::new();
    for (name, entry) in table.optional_table(key).iter().flat_map(Table::entries::<InterfaceName>) {
        let Some(list) = entry.read::<Vec<Placed<Word<FormatName>>>>() else { continue };
        let list: Vec<_> = list.into_iter().map(|it| Placed { value: it.value.0, span: it.span }).collect();
        if list.len() > MOST_FORMATS {
            let message = format!("{} formats are more than anybody can check", list.len());
            table.sheet().fault(
                name.span.clone(),
                message,
                format!("name at most {MOST_FORMATS} formats of one interface"),
            );
            continue;
        }
        let mut seen = BTreeSet::new();
        for twin in list.iter().filter(|it| !seen.insert(&it.value)) {
            let message = format!("the format `{}` is named twice", twin.value);
            table.sheet().fault(twin.span.clone(), message, "name each format once");
        }
        all.push((name, list));
    }
    all
}

/// The order of a list says nothing.
fn sorted(list: Vec<Placed<FormatName>>) -> Vec<FormatName> {
    let all: BTreeSet<FormatName> = list.into_iter().map(|it| it.value).collect();
    all.into_iter().collect()
}

fn conversion(table: &Table<'_, '_>, release: Option<&Release>) -> Option<Conversion> {
    let component = table.placed_name::<ComponentName>("component");
    let (interface, from, to) = (table.name("interface"), table.name("from"), table.placed_name::<FormatName>("to"));
    let loses = table.optional_name("loses");
    table.finish();
    let (component, from, to) = (component?, from?, to?);
    known(table, &component, release);
    if from == to.value {
        table.sheet().fault(to.span.clone(), "a format is converted to itself", "name another format");
    }
    Some(Conversion { component: component.value, interface: interface?, from, to: to.value, loses, span: to.span })
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
    Some(Tested {
        writer: writer?,
        reader: reader?,
        interface: interface?,
        result: outcome,
        symptom,
        evidence,
        span: result.span,
    })
}

fn accepted(table: &Table<'_, '_>) -> Option<Accepted> {
    let named = |key: &'static str| {
        if table.placed_optional::<String>(key).is_some_and(|it| it.value.contains('@')) {
            return side(table, key).map(Named::One);
        }
        table.name(key).map(Named::Every)
    };
    let (writer, reader) = (named("writer"), named("reader"));
    let (interface, text) = (table.name("interface"), table.placed_name::<Text>("text"));
    table.finish();
    let text = text?;
    Some(Accepted { writer: writer?, reader: reader?, interface: interface?, text: text.value, span: text.span })
}

/// One exact version of a component: `recorder@2.7.0`.
fn side(table: &Table<'_, '_>, key: &'static str) -> Option<Component> {
    let text = table.placed::<String>(key)?;
    let read = text
        .value
        .split_once('@')
        .and_then(|(name, version)| Some(Component { name: name.parse().ok()?, version: version.parse().ok()? }));
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
    fn a_list_of_formats_has_an_end() {
        let list = |count: usize| (0..count).map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
        let with = |count: usize| format!("schema = 1\n[component.editor]\nreads.rec = [{}]\n", list(count));
        assert_eq!(faults(&with(256)), [""; 0]);
        assert_eq!(faults(&with(257)), ["257 formats are more than anybody can check"]);
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
            let problems =
                Compatibility::read("c.toml", text.as_bytes(), evidence.head().release()).err().unwrap_or_default();
            problems.into_iter().map(|it| it.message).collect::<Vec<_>>()
        };
        assert_eq!(told("recorder"), Vec::<String>::new());
        assert_eq!(told("recoder"), ["the release has no component `recoder`"]);
    }

    #[test]
    fn a_format_is_named_once_and_what_is_lost_is_read() {
        let told = |text: &str| faults(&format!("schema = 1\n[component.a]\n{text}\n"));
        assert_eq!(told("writes.rec = [\"3\", \"3\"]"), ["the format `3` is named twice"]);
        assert_eq!(
            told("writes.rec = [\"3\"]\nwrites_on_request.rec = [\"3\"]"),
            ["`3` is written by default already"]
        );
        assert_eq!(
            told("reads.rec = [\"3\"]\ndegraded.rec = { \"4\" = \"sound\" }"),
            ["the format `4` is not read at all"]
        );
        assert_eq!(told("reads.rec = [\"3\"]\ndegraded.rec = { \"3\" = \"sound\" }"), [""; 0]);
    }

    #[test]
    fn what_is_lost_of_a_format_that_is_not_read_is_told_with_what_is() {
        let help = |reads: &str| {
            let text = format!("schema = 1\n[component.a]\n{reads}degraded.rec = {{ \"mark\" = \"sound\" }}\n");
            Compatibility::read("c.toml", text.as_bytes(), None).unwrap_err()[0].help.clone()
        };
        assert_eq!(help(""), "what is read with a loss stands in `reads` too");
        assert_eq!(help("reads.rec = [\"7\"]\n"), "what is read with a loss stands in `reads` too, and there are `7`");
        assert_eq!(help("reads.rec = [\"mark2\"]\n"), "did you mean `mark2`?");
    }

    #[test]
    fn an_acceptance_is_of_one_version_or_of_all() {
        let with = |reader: &str| {
            let text = format!(
                "schema = 1\n[[accepted]]\nwriter = \"recorder@2.7.0\"\nreader = \"{reader}\"\ninterface = \"rec\"\ntext = \"Sorry.\"\n"
            );
            Compatibility::read("c.toml", text.as_bytes(), None)
        };
        let player = |version: &str| Component { name: "player".parse().unwrap(), version: version.parse().unwrap() };
        let all = with("player").unwrap().accepted;
        assert!(all[0].reader.means(&player("2.4.0")) && all[0].reader.means(&player("2.5.0")));
        let one = with("player@2.4.0").unwrap().accepted;
        assert!(one[0].reader.means(&player("2.4.0")) && !one[0].reader.means(&player("2.5.0")));
        assert!(with("player@2.4").is_err());
    }

    #[test]
    fn a_place_is_found_by_its_line_whatever_stands_before() {
        let entry = "[[tested]]\nwriter = \"a@1.0.0\"\nreader = \"b@1.0.0\"\ninterface = \"rec\"\nresult = \"works\"\n";
        let text = format!("schema = 1\n# \u{e9}\n{entry}\n{entry}");
        let read = Compatibility::read("c.toml", text.as_bytes(), None).unwrap();
        for (it, line) in read.tested.iter().zip([7, 13]) {
            let place = read.place(&it.span);
            assert_eq!((place.line, place.column, place.text.as_str()), (line, 10, "result = \"works\""));
            assert_eq!(place, Place::of("c.toml", &text, it.span.clone()));
        }
        assert_eq!(read.place(&(0..6)), Place::of("c.toml", &text, 0..6));
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
