//! What the components of a new release have to declare, with what their newest versions so far declared.

use holdpoint_core::compatibility::{Compatibility, Formats};
use holdpoint_core::name::{ComponentName, FormatName};
use holdpoint_core::policy::{Interface, Policy};
use holdpoint_core::release::Component;

use super::scaffold::Plan;
use crate::failure::Failure;
use crate::gather::Record;
use crate::toml::{string, strings};

/// The lines below one component of a new release.
#[derive(Debug, Default)]
pub(super) struct Hints(Vec<(ComponentName, String)>);

impl Hints {
    /// Whether there is nothing to say for anybody.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|it| it.1.is_empty())
    }

    /// The lines for a component.
    pub(super) fn of(&self, name: &ComponentName) -> &str {
        self.0.iter().find(|it| it.0 == *name).map(|it| it.1.as_str()).unwrap_or_default()
    }
}

/// What each component of `plan` has to say, for each interface of the policy that it takes part in. Nothing is declared by it: who
/// takes the signs of a comment away, says so.
pub(super) fn hints(record: &Record<'_>, policy: &Policy, plan: &Plan) -> Result<Hints, Failure> {
    let mut all = Vec::new();
    for component in &plan.components {
        let earlier = earlier(record, component)?;
        let own = policy.interfaces().iter().filter(|it| takes_part(it, &component.name));
        all.push((component.name.clone(), own.map(|it| lines(it, component, earlier.as_ref())).collect()));
    }
    Ok(Hints(all))
}

fn takes_part(interface: &Interface, name: &ComponentName) -> bool {
    interface.writers.contains(name) || interface.readers.contains(name)
}

/// The newest version of a component before this one, with what its release declares: as it was published, or as it is drafted;
/// nothing of a record that cannot be read.
fn earlier(record: &Record<'_>, component: &Component) -> Result<Option<(Component, Compatibility)>, Failure> {
    let all = record.components()?.iter().flat_map(|(release, own)| own.iter().map(move |it| (it, release)));
    let older = all.filter(|(it, _)| it.name == component.name && it.version < component.version);
    let Some((newest, release)) = older.max_by(|a, b| a.0.version.cmp(&b.0.version)) else { return Ok(None) };
    let Ok(evidence) = record.evidence_alone(release)? else { return Ok(None) };
    let publicity = record.publicity(&evidence)?;
    Ok(publicity.declared().map(|declared| (newest.clone(), declared.clone())))
}

fn lines(interface: &Interface, component: &Component, earlier: Option<&(Component, Compatibility)>) -> String {
    let name = &interface.name;
    let known = earlier.and_then(|(before, it)| Some((before, it.components.get(&component.name)?.get(name)?)));
    let or_blank = |it: Option<&Vec<FormatName>>| it.map_or_else(|| "[\"…\"]".to_owned(), strings);
    let formats: Option<&Formats> = known.map(|it| it.1);
    let from = known.map_or_else(String::new, |(before, _)| format!(", as {} {} declares it", before.name, before.version));
    let mut out = format!("# {}{from}:\n", interface.title);
    if interface.writers.contains(&component.name) {
        out += &format!("# writes.{name} = {}\n", or_blank(formats.and_then(|it| it.writes.as_ref())));
        if let Some(asked) = formats.map(|it| &it.writes_on_request).filter(|it| !it.is_empty()) {
            out += &format!("# writes_on_request.{name} = {}\n", strings(asked));
        }
    }
    if interface.readers.contains(&component.name) {
        out += &format!("# reads.{name} = {}\n", or_blank(formats.and_then(|it| it.reads.as_ref())));
        if let Some(degraded) = formats.map(|it| &it.degraded).filter(|it| !it.is_empty()) {
            let all: Vec<String> = degraded.iter().map(|(format, loss)| format!("{} = {}", string(format), string(loss))).collect();
            out += &format!("# degraded.{name} = {{ {} }}\n", all.join(", "));
        }
    }
    out
}
