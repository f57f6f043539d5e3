//! `bad-record`, of a name in `compatibility.toml` that nothing else knows: a slip would make evidence or a route vanish.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Compared;
use crate::compatibility::{Declaration, Named};
use crate::finding::{Code, Finding};
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
    for it in &compared.declared.converts {
        if let Some(interface) = interface(compared, &it.interface, &it.span, &mut findings) {
            let formats = [&it.from, &it.to].into_iter();
            findings.extend(formats.filter_map(|format| of_format(compared, interface, format, &it.span)));
        }
    }
    findings
}

fn told(compared: &Compared<'_>, message: String, help: String, span: Option<&Range<usize>>) -> Finding {
    let finding = Finding::new(Code::BadRecord, compared.record(), message).next(help);
    match span {
        Some(span) => finding.at(compared.declared.place(span)),
        None => finding,
    }
}

fn suggestion<'n>(word: &str, known: impl IntoIterator<Item = &'n str>, otherwise: &str) -> String {
    nearest(word, known).map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"))
}

fn of_component(compared: &Compared<'_>, component: &ComponentName, declaration: &Declaration) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, formats) in declaration {
        let Some(interface) = interface_named(compared, name, None, &mut findings) else { continue };
        let writes = formats.writes.is_some() || !formats.writes_on_request.is_empty();
        let reads = formats.reads.is_some() || !formats.degraded.is_empty();
        for (says, members, verb, key) in
            [(writes, &interface.writers, "write", "writers"), (reads, &interface.readers, "read", "readers")]
        {
            if says && !members.contains(component) {
                let message =
                    format!("`{component}` is declared to {verb} {name}, and is none of its {key} in the policy");
                let help = "take it out, or name the component in the policy: holdpoint policy propose".to_owned();
                findings.push(told(compared, message, help, None));
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
    interface_named(compared, name, Some(span), findings)
}

fn interface_named<'a>(
    compared: &'a Compared<'_>,
    name: &InterfaceName,
    span: Option<&Range<usize>>,
    findings: &mut Vec<Finding>,
) -> Option<&'a Interface> {
    let found = compared.policy.interface(name);
    if found.is_none() {
        let known = compared.policy.interfaces().iter().map(|it| it.name.as_str());
        let help = suggestion(name.as_str(), known, "declare it in the policy: holdpoint policy propose");
        findings.push(told(compared, format!("the policy has no interface `{name}`"), help, span));
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
    Some(told(compared, format!("`{name}` is no component that {word} {}", interface.name), help, Some(span)))
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
    Some(told(compared, message, near, Some(span)))
}

fn of_format(
    compared: &Compared<'_>,
    interface: &Interface,
    format: &FormatName,
    span: &Range<usize>,
) -> Option<Finding> {
    let exchange = compared.derived.exchanges().iter().find(|it| it.interface().name == interface.name)?;
    let mut known: BTreeSet<&FormatName> =
        exchange.sides().flat_map(|it| it.formats.written().chain(it.formats.read())).collect();
    known.extend(interface.identify.iter().map(|it| &it.format));
    let converts = compared.declared.converts.iter().filter(|it| it.interface == interface.name);
    let twice = converts.filter(|it| it.from == *format || it.to == *format).count() > 1;
    if known.contains(format) || twice {
        return None;
    }
    let help = suggestion(
        format.as_str(),
        known.into_iter().map(FormatName::as_str),
        "name a format that something writes or reads",
    );
    let message = format!("nothing writes or reads the format `{format}` of {}", interface.name);
    Some(told(compared, message, help, Some(span)))
}
