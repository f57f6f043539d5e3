//! The floors of both crates: a module uses those below it, never one above, so that there is no knot of modules.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The floors of `core/src`, lowest first. `code` and `finding` are one concept in two files, and share a floor.
const CORE: &[&[&str]] = &[
    &["name"],
    &["digest"],
    &["content"],
    &["code", "finding"],
    &["record"],
    &["key"],
    &["document"],
    &["statement"],
    &["policy"],
    &["likeness"],
    &["ledger"],
    &["past"],
    &["sight"],
    &["release"],
    &["compatibility"],
    &["rule"],
    &["live"],
    &["evidence"],
    &["decide"],
    &["catalog"],
    &["plan"],
    &["attest"],
    &["drill"],
];

/// The floors of `src`, lowest first.
const SHELL: &[&[&str]] = &[
    &["toml", "child"],
    &["failure"],
    &["outcome"],
    &["render"],
    &["repo"],
    &["gather"],
    &["signer", "attester"],
    &["site"],
    &["kb"],
    &["shell"],
    &["sight"],
    &["summary"],
    &["share"],
    &["desk"],
    &["answer"],
    &["identify"],
    &["audit"],
    &["publish"],
    &["command"],
];

/// One module using another: where, and the two names.
type Arrow = (String, String, String);

/// The floors of a crate, and what its files use.
struct House {
    floors: &'static [&'static [&'static str]],
    modules: BTreeSet<String>,
    arrows: Vec<Arrow>,
}

impl House {
    fn read(root: &str, floors: &'static [&'static [&'static str]]) -> Self {
        let mut house = Self { floors, modules: BTreeSet::new(), arrows: Vec::new() };
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        let tests = test_modules(&top.join(if root == "src" { "main.rs" } else { "lib.rs" }));
        house.walk(&top, root, &[], &tests);
        house
    }

    /// Reads a folder of modules. Tests may look anywhere, and are left out.
    fn walk(&mut self, folder: &Path, shown: &str, room: &[String], tests: &BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_root = room.is_empty() && ["main", "lib"].contains(&name.as_str());
            if tests.contains(&name) || is_root {
                continue;
            }
            let inner: Vec<String> = room.iter().cloned().chain([name.clone()]).collect();
            self.modules.insert(inner[0].clone());
            let shown = format!("{shown}/{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                self.walk(&path, &shown, &inner, &test_modules(&folder.join(format!("{name}.rs"))));
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for (line, used) in uses(&text, inner.len()) {
                if used != inner[0] && self.level(&used).is_some() {
                    self.arrows.push((format!("{shown}:{line}"), inner[0].clone(), used));
                }
            }
        }
    }

    fn level(&self, module: &str) -> Option<usize> {
        self.floors.iter().position(|floor| floor.contains(&module))
    }

    fn check(&self) {
        let listed: BTreeSet<String> = self.floors.iter().flat_map(|it| it.iter()).map(ToString::to_string).collect();
        assert!(!self.arrows.is_empty(), "nothing was looked at");
        assert_eq!(self.modules, listed, "the modules there are (left) stand on the floors (right), each once");
        let upward = self.arrows.iter().filter(|(_, from, to)| self.level(to) > self.level(from));
        let upward: Vec<String> =
            upward.map(|(place, from, to)| format!("{place}: `{from}` uses `{to}`, which stands above it")).collect();
        assert!(upward.is_empty(), "{}", upward.join("\n"));
    }
}

/// The modules that a file declares for its tests alone.
fn test_modules(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let marked = lines.windows(2).filter(|it| it[0].trim() == "#[cfg(test)]");
    marked.filter_map(|it| Some(it[1].strip_suffix(';')?.rsplit_once("mod ")?.1.to_owned())).collect()
}

/// The modules of the crate that a file uses, with the line: `crate::a`, `crate::{a, b}`, and `super::a` where it leaves the
/// room. `depth`: how many names the path of the file's own module has. Comments, and tests at the end, are left out.
fn uses(text: &str, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let inline_tests = lines.windows(2).position(|it| it[0] == "#[cfg(test)]" && it[1].starts_with("mod tests"));
    for (at, line) in lines.iter().enumerate().take(inline_tests.unwrap_or(lines.len())) {
        let code = line.split("//").next().unwrap();
        for way in ["crate::".to_owned(), "super::".repeat(depth)] {
            for (start, _) in code.match_indices(way.as_str()) {
                let rest = &code[start + way.len()..];
                let before = code[..start].chars().next_back();
                if !rest.starts_with("super::") && !before.is_some_and(|it| it.is_alphanumeric() || "_:".contains(it)) {
                    found.extend(heads(rest, &lines[at + 1..]).into_iter().map(|it| (at + 1, it)));
                }
            }
        }
    }
    found
}

/// The first name of a path, or of each path between braces.
fn heads(rest: &str, following: &[&str]) -> Vec<String> {
    let word = |it: &str| -> String { it.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let Some(list) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let mut heads = Vec::new();
    let (mut depth, mut name) = (0, String::new());
    for c in list.chars().chain(following.iter().flat_map(|it| it.chars())) {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(word(std::mem::take(&mut name).trim())),
            c if depth == 0 => name.push(c),
            _ => {}
        }
    }
    heads.push(word(name.trim()));
    heads
}

#[test]
fn no_module_of_the_core_uses_one_above_it() {
    House::read("core/src", CORE).check();
}

#[test]
fn no_module_of_the_shell_uses_one_above_it() {
    House::read("src", SHELL).check();
}

#[test]
fn every_way_to_use_a_module_is_seen() {
    let text = "use crate::a::A;\nuse crate::{b::{B, C}, c,\n  d::D};\n// crate::e\nlet x = crate::f::F;\nuse super::g::G;\n\
        use super::super::h::H;\n#[cfg(test)]\nmod tests {\nuse crate::i;\n";
    let names = |depth| uses(text, depth).into_iter().map(|it| it.1).collect::<Vec<_>>().join(" ");
    assert_eq!(names(1), "a b c d f g");
    assert_eq!(names(2), "a b c d f h");
}

#[test]
fn an_upward_arrow_is_found() {
    let arrows = vec![("core/src/name.rs:1".to_owned(), "name".to_owned(), "plan".to_owned())];
    let modules = CORE.iter().flat_map(|it| it.iter()).map(ToString::to_string).collect();
    let house = House { floors: CORE, modules, arrows };
    let said = std::panic::catch_unwind(|| house.check()).unwrap_err();
    let said = said.downcast::<String>().unwrap();
    assert!(said.contains("core/src/name.rs:1: `name` uses `plan`, which stands above it"), "{said}");
}

/// Who opens what a release folder holds although the version may be out, and what for. Everybody else asks what the version is, and
/// is handed a draft, the release as it was published, or a doubt.
const OPENS: &[(&str, &str, &[&str])] = &[
    // The decision has to find what changed since a publication; the drill and the planned release are in memory.
    (
        "core/src",
        ".head()",
        &[
            "decide.rs",
            "decide/approval.rs",
            "decide/compared.rs",
            "decide/course.rs",
            "decide/lint.rs",
            "decide/published.rs",
            "decide/published/pins.rs",
            "decide/whole.rs",
            "drill/exchange.rs",
            "drill/stage.rs",
        ],
    ),
    // What a publication states is compared with the list that it pins, here or in history.
    ("core/src", ".pinned_bytes(", &["decide/publication.rs"]),
    // What is signed is what the folder holds.
    ("src", ".to_be_signed()", &["command/record.rs", "command/sign.rs", "desk.rs"]),
    // An author writes over what lies there.
    ("src", ".to_be_written_over(", &["command/artifacts.rs", "command/kb/fetch.rs", "command/matrix/write.rs"]),
    // Which other releases list the same components.
    ("src", ".listed_components(", &["gather.rs"]),
    // Files of a commit: what is gathered, the last audit, policies, `.gitattributes`, and whether a matrix is committed.
    (
        "src",
        "snapshot.file(",
        &[
            "command/doctor/clone.rs",
            "command/init.rs",
            "command/matrix/write.rs",
            "command/trust.rs",
            "gather/files.rs",
            "gather/others.rs",
            "gather/proof.rs",
            "sight.rs",
        ],
    ),
];

/// The files of a crate in which a text stands, outside of tests, by their paths from `root`.
fn files_with(root: &Path, folder: &Path, text: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            files_with(root, &path, text, found);
        } else if !["tests.rs", "properties.rs", "rotation.rs", "told.rs", "world.rs"].contains(&name) {
            let whole = fs::read_to_string(&path).unwrap();
            let product = whole.split("#[cfg(test)]\nmod tests {").next().unwrap();
            // However a call is broken into lines.
            let product: String = product.lines().map(str::trim).filter(|it| !it.starts_with("//")).collect();
            if product.contains(text) {
                found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
}

#[test]
fn what_a_folder_holds_is_opened_by_few_and_by_nobody_for_an_answer() {
    for (root, text, expected) in OPENS {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        let mut found = BTreeSet::new();
        files_with(&top, &top, text, &mut found);
        let expected: BTreeSet<String> = expected.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(found, expected, "files of {root} with `{text}` (left), and those that may (right)");
    }
}
