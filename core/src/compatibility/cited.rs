//! Where a declaration stands: which lines of `compatibility.toml` say what a component writes and reads.

use super::declared::Compatibility;
use crate::finding::Place;
use crate::name::{ComponentName, InterfaceName};
use crate::record::{self, Table};

/// The keys under which a component says something about an interface.
const KEYS: [&str; 4] = ["writes", "writes_on_request", "reads", "degraded"];

/// The lines in which `declared` says something about one component and one interface, in the order of the file.
pub fn cited(declared: &Compatibility, component: &ComponentName, interface: &InterfaceName) -> Vec<Place> {
    let mut places = Vec::new();
    // It was read once without a fault; what could go wrong now would only leave a line out.
    let _ = record::read(&declared.path, declared.text.as_bytes(), |table| {
        let components = table.optional_table("component");
        let own = components.iter().flat_map(Table::entries::<ComponentName>).find(|it| it.0.value == *component);
        let own = own.and_then(|it| it.1.table())?;
        for key in KEYS {
            let all = own.optional_table(key).iter().flat_map(Table::entries::<InterfaceName>).collect::<Vec<_>>();
            places.extend(all.iter().filter(|it| it.0.value == *interface).map(|it| declared.place(&it.0.span)));
        }
        Some(())
    });
    places.sort_by_key(|it| (it.line, it.column));
    places.dedup_by_key(|it| it.line);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_each_line_however_it_is_written() {
        let text = "schema = 1\n[component.player]\nreads.rec = [\"1\"]\ndegraded.rec = { \"1\" = \"captions\" }\n[component.editor]\n\
            reads = { doc = [\"1\"], rec = [\"1\"] }\n[component.editor.writes]\nrec = [\"1\"]\n";
        let declared = Compatibility::read("c.toml", text.as_bytes(), None).unwrap();
        let lines = |name: &str| -> Vec<usize> {
            cited(&declared, &name.parse().unwrap(), &"rec".parse().unwrap()).iter().map(|it| it.line).collect()
        };
        assert_eq!(lines("player"), [3, 4]);
        assert_eq!(lines("editor"), [6, 8]);
        assert!(lines("recorder").is_empty());
    }
}
