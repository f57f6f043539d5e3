//! `bad-record`, of a name in `compatibility.toml` that nothing else knows: a slip would make evidence or a route vanish.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Compared;
use crate::compatibility::{Declaration, Named};
use crate::finding::{Code, Finding, Place};
use crate::name::{ComponentName, FormatName, InterfaceName, nearest};
use crate::policy::Interface;
use crate::release::Component;

/// Each interface is one of the policy, and each component has the side of it that it declares; each version of a test is of this
/// release or out; each format of a converter is one that something writes or reads.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (component, declaration) in &compared.declared.components {
        findings.extend(of_component(compared, component, declaration));
    }
    for it in &compared.declared.tested {
        let Some(interface) = interface(compared, &it.interface, &it.span, &mut findings) else { continue };
        findings.extend(of_side(compared, interface, true, &it.writer, &it.span));
        findings.extend(of_side(compared, interface, false, &it.reader, &it.span));
    }
    for it in &compared.declared.accepted {
        let Some(interface) = interface(compared, &it.interface, &it.span, &mut findings) else { continue };
        for (is_writer, named) in [(true, &it.writer), (false, &it.reader)] {
            match named {
                Named::One(component) => findings.extend(of_side(compared, interface, is_writer, component, &it.span)),
                Named::Every(name) => findings.extend(takes_part(compared, interface, is_writer, name, &it.span)),
            }
        }
    }
    let mut known: BTreeMap<&InterfaceName, BTreeMap<&FormatName, usize>> = BTreeMap::new();
    for it in &compared.declared.converts {
        if let Some(interface) = interface(compared, &it.interface, &it.span, &mut findings) {
            let known = known.entry(&interface.name).or_insert_with(|| formats(compared, interface));
            let formats = [&it.from, &it.to].into_iter();
            findings.extend(formats.filter_map(|format| of_format(compared, interface, known, format, &it.span)));
        }
    }
    findings
}

fn told(compared: &Compared<'_>, message: String, help: String, place: Option<Place>) -> Finding {
    let finding = Finding::new(Code::BadRecord, compared.record(), message).next(help);
    match place {
        Some(place) => finding.at(place),
        None => finding,
    }
}

fn suggestion<'n>(word: &str, known: impl IntoIterator<Item = &'n str>, otherwise: &str) -> String {
    nearest(word, known).map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"))
}

fn of_component(compared: &Compared<'_>, component: &ComponentName, declaration: &Declaration) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, formats) in declaration {
        let place = || compared.declared.place_of(component, name);
        let Some(interface) = interface_named(compared, name, &place, &mut findings) else { continue };
        let writes = formats.writes.is_some() || !formats.writes_on_request.is_empty();
        let reads = formats.reads.is_some() || !formats.degraded.is_empty();
        for (says, members, verb, key) in
            [(writes, &interface.writers, "write", "writers"), (reads, &interface.readers, "read", "readers")]
        {
            if says && !members.contains(component) {
                let message =
                    format!("`{component}` is declared to {verb} {name}, and is none of its {key} in the policy");
                let help = "take it out, or name the component in the policy: holdpoint policy propose".to_owned();
                findings.push(told(compared, message, help, place()));
            }
        }
    }
    findings
}

fn interface<'a>(
    compared: &'a Compared<'_>,
    name: &InterfaceName,
    span: &Range<usize>,
    findings: &mut Vec<Finding>,
) -> Option<&'a Interface> {
    interface_named(compared, name, &|| Some(compared.declared.place(span)), findings)
}

fn interface_named<'a>(
    compared: &'a Compared<'_>,
    name: &InterfaceName,
    place: &dyn Fn() -> Option<Place>,
    findings: &mut Vec<Finding>,
) -> Option<&'a Interface> {
    let found = compared.policy.interface(name);
    if found.is_none() {
        let known = compared.policy.interfaces().iter().map(|it| it.name.as_str());
        let help = suggestion(name.as_str(), known, "declare it in the policy: holdpoint policy propose");
        findings.push(told(compared, format!("the policy has no interface `{name}`"), help, place()));
    }
    found
}

fn takes_part(
    compared: &Compared<'_>,
    interface: &Interface,
    is_writer: bool,
    name: &ComponentName,
    span: &Range<usize>,
) -> Option<Finding> {
    let (members, word) = if is_writer { (&interface.writers, "writes") } else { (&interface.readers, "reads") };
    if members.contains(name) {
        return None;
    }
    let help = suggestion(
        name.as_str(),
        members.iter().map(ComponentName::as_str),
        "name it in the policy: holdpoint policy propose",
    );
    Some(told(
        compared,
        format!("`{name}` is no component that {word} {}", interface.name),
        help,
        Some(compared.declared.place(span)),
    ))
}

fn of_side(
    compared: &Compared<'_>,
    interface: &Interface,
    is_writer: bool,
    component: &Component,
    span: &Range<usize>,
) -> Option<Finding> {
    if let Some(finding) = takes_part(compared, interface, is_writer, &component.name, span) {
        return Some(finding);
    }
    let field = compared.derived.field();
    if field.member(component).is_some() {
        return None;
    }
    let versions: Vec<String> = field
        .members()
        .filter(|it| it.component.name == component.name)
        .map(|it| it.component.version.to_string())
        .collect();
    let near = suggestion(
        &component.version.to_string(),
        versions.iter().map(String::as_str),
        "write a version that is out, or of this release",
    );
    let message = format!("`{component}` is neither out nor in this release");
    Some(told(compared, message, near, Some(compared.declared.place(span))))
}

/// The formats of an interface that something writes or reads or that show in a file, as often as twice; and those of this
/// release's converters, once for each: what leads from one converter to another is known by both.
fn formats<'c>(compared: &'c Compared<'_>, interface: &'c Interface) -> BTreeMap<&'c FormatName, usize> {
    let mut known: BTreeMap<&FormatName, usize> = BTreeMap::new();
    let exchange = compared.derived.exchanges().iter().find(|it| it.interface().name == interface.name);
    for side in exchange.iter().flat_map(|it| it.sides()) {
        known.extend(side.formats.written().chain(side.formats.read()).map(|it| (it, 2)));
    }
    known.extend(interface.identify.iter().map(|it| (&it.format, 2)));
    for it in compared.declared.converts.iter().filter(|it| it.interface == interface.name) {
        *known.entry(&it.from).or_default() += 1;
        *known.entry(&it.to).or_default() += 1;
    }
    known
}

fn of_format(
    compared: &Compared<'_>,
    interface: &Interface,
    known: &BTreeMap<&FormatName, usize>,
    format: &FormatName,
    span: &Range<usize>,
) -> Option<Finding> {
    if known.get(format).is_some_and(|it| *it > 1) {
        return None;
    }
    let others = known.iter().filter(|it| *it.1 > 1).map(|it| it.0.as_str());
    let help = suggestion(format.as_str(), others, "name a format that something writes or reads");
    let message = format!("nothing writes or reads the format `{format}` of {}", interface.name);
    Some(told(compared, message, help, Some(compared.declared.place(span))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::scene::{Scene, converts, test};

    /// What is found, each as line of the file, message and what to do.
    fn told(own: &[&str], more: &str) -> Vec<String> {
        let scene = Scene::new().out("2.4.0", &["recorder@2.4.0 writes:2", "player@2.4.0 reads:1,2"]).own(own, more);
        let shown = |it: Finding| format!("{}: {} ({})", it.place.unwrap().line, it.message, it.next);
        scene.look(|it| check(it).into_iter().map(shown).collect())
    }

    const OWN: [&str; 1] = ["recorder@2.7.0 writes:2,3"];

    #[test]
    fn an_interface_that_the_policy_does_not_have() {
        assert_eq!(
            told(&["recorder@2.7.0 reg/writes:3"], ""),
            ["3: the policy has no interface `reg` (did you mean `rec`?)"]
        );
        let with = |it: String| told(&OWN, &it.replace("\"rec\"", "\"recording\""));
        for more in [test("recorder@2.7.0 player@2.4.0 fails"), converts("recorder 3 2")] {
            let told = with(more);
            assert!(told[0].contains("the policy has no interface `recording`"), "{told:?}");
        }
    }

    #[test]
    fn a_component_that_has_no_such_side() {
        assert_eq!(
            told(&["player@2.7.0 reads:3 writes:3"], ""),
            [
                "4: `player` is declared to write rec, and is none of its writers in the policy (take it out, or name the component in the \
              policy: holdpoint policy propose)"
            ]
        );
        let told = told(&OWN, &test("player@2.4.0 recorder@2.7.0 fails"));
        assert!(told[0].contains("`player` is no component that writes rec"), "{told:?}");
    }

    #[test]
    fn a_version_that_is_neither_out_nor_here() {
        assert_eq!(told(&OWN, &test("recorder@2.7.0 player@2.4.0 works")), [""; 0]);
        assert_eq!(
            told(&OWN, &test("recorder@2.7.0 player@2.4.1 works")),
            ["8: `player@2.4.1` is neither out nor in this release (did you mean `2.4.0`?)"]
        );
    }

    #[test]
    fn a_format_that_nothing_writes_or_reads() {
        assert_eq!(told(&OWN, &converts("recorder 3 2")), [""; 0]);
        assert_eq!(
            told(&OWN, &(converts("recorder 3 x") + &converts("recorder x 2"))),
            [""; 0],
            "the next converter reads it"
        );
        let told = told(&OWN, &converts("recorder 3 22"));
        assert_eq!(
            told,
            ["8: nothing writes or reads the format `22` of rec (name a format that something writes or reads)"]
        );
    }

    #[test]
    fn what_customers_are_told_is_about_something() {
        let accepted = |reader: &str| {
            format!(
                "[[accepted]]\nwriter = \"recorder\"\nreader = \"{reader}\"\ninterface = \"rec\"\ntext = \"Sorry.\"\n"
            )
        };
        assert_eq!(told(&OWN, &accepted("player")), [""; 0]);
        assert_eq!(told(&OWN, &accepted("player@2.4.0")), [""; 0]);
        assert!(told(&OWN, &accepted("player@2.4.2"))[0].contains("neither out nor in this release"));
        assert!(told(&OWN, &accepted("payer"))[0].contains("did you mean `player`?"));
    }
    #[test]
    fn each_side_that_a_component_declares_counts_and_no_other() {
        assert_eq!(told(&["player@2.7.0 reads:1"], ""), [""; 0]);
        let none = |own: &str, side: &str| {
            let told = told(&[own], "");
            assert!(told.iter().any(|it| it.contains(&format!("is none of its {side}"))), "{told:?}");
        };
        none("player@2.7.0 reads:1 asked:2", "writers");
        none("recorder@2.7.0 writes:2 reads:1", "readers");
    }

    #[test]
    fn a_version_that_nobody_has_is_held_against_those_of_its_own_component() {
        let told = told(&OWN, &test("recorder@2.7.1 player@2.4.0 fails"));
        assert!(told[0].ends_with("is neither out nor in this release (did you mean `2.7.0`?)"), "{told:?}");
    }
    #[test]
    fn a_format_that_nothing_knows_is_held_against_those_that_something_does() {
        let told = told(&["recorder@2.7.0 writes:main", "converter@2.7.0"], &converts("converter mian 2"));
        assert!(told.iter().any(|it| it.contains("`mian`") && it.ends_with("(did you mean `main`?)")), "{told:?}");
    }
}
