//! `[[lockstep]]`: components that go out together or not at all.

use std::collections::BTreeSet;

use crate::name::{ComponentName, Text};
use crate::record::{Placed, Table, Word};

/// Components of which a release has all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockstep {
    /// What the group is called.
    pub name: Text,
    /// Its components; at least two.
    pub components: BTreeSet<ComponentName>,
}

/// The groups of the policy, in its order. `None` after a fault.
pub(super) fn all(table: &Table<'_, '_>) -> Option<Vec<Lockstep>> {
    let groups = table.tables("lockstep");
    let read: Vec<Option<Lockstep>> = groups.iter().map(group).collect();
    let all: Vec<Lockstep> = read.into_iter().collect::<Option<_>>()?;
    for (at, group) in all.iter().enumerate() {
        if let Some(twin) = all.iter().take(at).find(|it| !it.components.is_disjoint(&group.components)) {
            let span = groups.get(at).map(Table::span).unwrap_or_default();
            let message = format!("`{}` and `{}` share a component", twin.name, group.name);
            table.sheet().fault(span, message, "make them one group");
        }
    }
    Some(all)
}

fn group(table: &Table<'_, '_>) -> Option<Lockstep> {
    let name = table.name("name");
    let list = table.placed::<Vec<Placed<Word<ComponentName>>>>("components");
    table.finish();
    let list = list?;
    let components: BTreeSet<ComponentName> = list.value.iter().map(|it| it.value.0.clone()).collect();
    if components.len() < 2 || components.len() < list.value.len() {
        let message = "a group has two components or more, each named once";
        table.sheet().fault(list.span, message, "write it like components = [\"server\", \"agent\"]");
        return None;
    }
    Some(Lockstep { name: name?, components })
}

#[cfg(test)]
mod tests {
    use crate::world::World;

    fn faults(text: &str) -> Vec<String> {
        let world = World::with_policy(|it| format!("{it}{text}"));
        world.chain().err().unwrap_or_default().into_iter().map(|it| it.message).collect()
    }

    #[test]
    fn a_group_has_two_components_that_no_other_group_has() {
        let group =
            |name: &str, components: &str| format!("[[lockstep]]\nname = \"{name}\"\ncomponents = [{components}]\n");
        assert_eq!(faults(&group("a", "\"x\", \"y\"")), [""; 0]);
        for few in ["", "\"x\"", "\"x\", \"x\", \"y\""] {
            assert_eq!(faults(&group("a", few)), ["a group has two components or more, each named once"], "{few}");
        }
        let twins = format!("{}{}", group("a", "\"x\", \"y\""), group("b", "\"y\", \"z\""));
        assert_eq!(faults(&twins), ["`a` and `b` share a component"]);
    }
}
