//! `tests/guards.toml`: each test of an attack has its guard there, or the reason why it has none; and what the table quotes of the
//! source is there. `scripts/guards` shows that each guard is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn table() -> String {
    fs::read_to_string(top().join("tests/guards.toml")).unwrap()
}

/// The entries of one kind, each from its head to the next one.
fn entries<'t>(table: &'t str, kind: &str) -> Vec<&'t str> {
    let head = format!("\n[[{kind}]]\n");
    let ends = |it: &'t str| it.split("\n[[").next().unwrap_or(it);
    table.split(&head).skip(1).map(ends).collect()
}

/// The tests that an entry names.
fn attacks(entry: &str) -> impl Iterator<Item = String> + '_ {
    let list = entry.split_once("\nattacks = [").unwrap().1.split_once(']').unwrap().0;
    list.split('"').skip(1).step_by(2).map(str::to_owned)
}

/// What stands between the quotes of a key.
fn value<'t>(entry: &'t str, key: &str) -> &'t str {
    let rest = entry.split_once(&format!("{key} = ")).unwrap_or_else(|| panic!("no {key} in {entry}")).1;
    let quotes = if rest.starts_with("'''") { "'''" } else { "\"" };
    rest.split(quotes).nth(1).unwrap()
}

/// Every test of an attack: `waivers::two_people_of_the_role_waive_together`.
fn tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    let mut folders = vec![top().join("tests/it/attacks")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let module = module(&path);
            let text = fs::read_to_string(&path).unwrap();
            let after = text.split("#[test]\n").skip(1);
            tests.extend(
                after.map(|it| format!("{module}::{}", it.split_once("fn ").unwrap().1.split('(').next().unwrap())),
            );
        }
    }
    tests
}

/// `waivers`, or `waivers::late` for a file in a folder of that name.
fn module(path: &Path) -> String {
    let below = path.strip_prefix(top().join("tests/it/attacks")).unwrap().with_extension("");
    below.iter().map(|it| it.to_str().unwrap()).collect::<Vec<_>>().join("::")
}

#[test]
fn each_attack_has_its_guard_or_the_reason_why_it_has_none() {
    let table = table();
    let guarded: BTreeSet<String> = entries(&table, "guard").into_iter().flat_map(attacks).collect();
    let mut excused: BTreeMap<String, &str> = BTreeMap::new();
    for entry in entries(&table, "unguarded") {
        let reason = value(entry, "reason");
        assert!(reason.split(' ').count() > 4, "no reason: {reason}");
        for attack in attacks(entry) {
            assert!(!guarded.contains(&attack), "{attack} has a guard, so it needs no reason");
            assert!(excused.insert(attack.clone(), reason).is_none(), "{attack} has two reasons");
        }
    }
    let tests = tests();
    let known: BTreeSet<String> = guarded.into_iter().chain(excused.into_keys()).collect();
    let without: Vec<&String> = tests.difference(&known).collect();
    assert!(without.is_empty(), "neither a guard nor a reason in tests/guards.toml: {without:#?}");
    let gone: Vec<&String> = known.difference(&tests).collect();
    assert!(gone.is_empty(), "no such test: {gone:#?}");
}

#[test]
fn what_the_table_quotes_is_in_the_source_once() {
    let table = table();
    let parts = entries(&table, "part");
    assert!(parts.len() > 100);
    for part in parts {
        let (file, find) = (value(part, "\nfile"), value(part, "\nfind"));
        let text = fs::read_to_string(top().join(file)).unwrap_or_else(|why| panic!("{file}: {why}"));
        assert_eq!(text.matches(find).count(), 1, "{} in {file}: {find}", value(part, "name"));
    }
}
