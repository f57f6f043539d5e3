//! The rows of `tests/cures.toml`, carried out: a state is brought about, what refuses there is run, the command is taken from what
//! it prints and run as printed, where the person stands; then the refused command is run again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use holdpoint_core::name::quoted;
use toml::de::{DeTable, DeValue};

use super::printed::{commands, filled};
use super::source::{Printed, literals, place, printed};
use super::stand_as;
use crate::sandbox::{Answer, Sandbox, keys};

const TABLE: &str = "tests/cures.toml";

/// What a state may say, besides what a shell understands.
const PRELUDE: &str = r#"set -e
# The tool for somebody: as WHO COMMAND...
as() { who=$1; shift; holdpoint "$@" --as "$who@example.com" --key "$KEYS/$who" --yes > /dev/null; }
commit() { git add -A -f; git commit -q --allow-empty -m "${1:-Change it}"; }
# Changes a file of 2.7.0, and commits that: edit FILE EXPRESSION
edit() { sed -i "$2" "releases/2.7.0/$1"; commit "Change $1"; }
# The next policy, changed, and signed by these: propose EXPRESSION, sign_policy WHO...
propose() { holdpoint policy propose > /dev/null; sed -i "$1" policy/proposed/policy.toml; holdpoint policy propose > /dev/null; }
sign_policy() { for who in "$@"; do as "$who" policy sign; done; }
adopt() { propose "$1"; sign_policy dana sam; holdpoint policy adopt --yes --as dana@example.com > /dev/null; }
# The first entry with this text: its path, its id
entry() { grep -l -e "$1" releases/"${2:-2.7.0}"/ledger/*.toml | head -1; }
id() { basename -s .toml "$(entry "$@")"; }
publish() { as ci publish "${1:-2.7.0}" --site downloads --from "$TOP/dist"; }
# A bare repository of what is here, as `origin`
remote() { git init -q --bare -b main "$TOP/origin.git"; git remote add origin "$TOP/origin.git"; git push -q -u origin main; }
# What a colleague does in a clone of it, and pushes: colleague 'COMMANDS'
colleague() { git clone -q "$TOP/origin.git" "$TOP/colleague"; (cd "$TOP/colleague"; git config holdpoint.root "$(git -C "$TOP/repo" config holdpoint.root)"; eval "$1"; git push -q origin HEAD); }
"#;

/// One row, by its keys.
#[derive(Debug, Clone)]
struct Row(BTreeMap<String, Vec<String>>);

impl Row {
    fn all(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    fn one<'a>(&'a self, key: &str, otherwise: &'a str) -> &'a str {
        self.all(key).first().map_or(otherwise, String::as_str)
    }

    fn number(&self, key: &str, otherwise: i32) -> i32 {
        self.all(key).first().map_or(otherwise, |it| it.parse().unwrap())
    }
}

const KEYS: &[&str] = &[
    "claim", "prints", "base", "state", "by", "in", "asked", "exit", "run", "fill", "gives", "edit", "then", "after",
    "stays", "informs",
];

/// The rows under one name of the table.
fn table(name: &str, keys: &[&str]) -> Vec<Row> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE)).unwrap();
    let read = DeTable::parse(&text).unwrap_or_else(|why| panic!("{TABLE}: {why}"));
    let Some(DeValue::Array(rows)) = read.get_ref().get(name).map(toml::Spanned::get_ref) else { return Vec::new() };
    let words = |value: &DeValue<'_>| match value {
        DeValue::String(it) => it.to_string(),
        DeValue::Integer(it) => it.to_string(),
        other => panic!("{TABLE}: {other:?}"),
    };
    let row = |value: &DeValue<'_>| {
        let DeValue::Table(pairs) = value else { panic!("{TABLE}: {value:?}") };
        let pairs = pairs.iter().map(|(key, value)| {
            assert!(keys.contains(&key.get_ref().as_ref()), "{TABLE}: a row has no `{}`", key.get_ref());
            let values = match value.get_ref() {
                DeValue::Array(all) => all.iter().map(|it| words(it.get_ref())).collect(),
                one => vec![words(one)],
            };
            (key.get_ref().to_string(), values)
        });
        Row(pairs.collect())
    };
    rows.iter().map(|it| row(it.get_ref())).collect()
}

/// What a row begins with, and what is asked there if it says nothing else: the question, the folder, and what that exits with.
fn base(name: &str) -> (Sandbox, String, String, i32) {
    let sandbox = match name {
        "empty" => Sandbox::empty(),
        "founded" => Sandbox::founded(),
        "ready" => Sandbox::ready(),
        "signed" => Sandbox::signed(),
        "published" => Sandbox::published(),
        "with remote" => Sandbox::with_remote(),
        "webinar" => Sandbox::webinar(),
        "webinar out" => Sandbox::webinar_out(),
        // The state of a finding code.
        code => {
            let answer = crate::codes::situation(code);
            let asked = answer.asked.unwrap();
            let line = asked.arguments.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(" ");
            return (asked.sandbox, format!("holdpoint {line}"), asked.folder, answer.code);
        }
    };
    (sandbox, "holdpoint check 2.7.0 --format json".to_owned(), "repo".to_owned(), 1)
}

/// Everything that an answer says, as a person reads it.
fn text(answer: &Answer) -> String {
    fn strings(value: &serde_json::Value, out: &mut String) {
        match value {
            serde_json::Value::String(it) => *out += &format!("{it}\n"),
            serde_json::Value::Array(all) => all.iter().for_each(|it| strings(it, out)),
            serde_json::Value::Object(all) => all.values().for_each(|it| strings(it, out)),
            _ => {}
        }
    }
    let mut out = String::new();
    match serde_json::from_str(&answer.stdout) {
        Ok(json) => strings(&json, &mut out),
        Err(_) => out += &answer.stdout,
    }
    // What a server says, git leads in, and a command stands on a line of its own there.
    let said = answer.stderr.lines().map(|line| line.strip_prefix("remote: ").unwrap_or(line).trim_end());
    out += "\n";
    said.for_each(|line| match line.strip_prefix("        ").filter(|_| answer.stderr.contains("remote: ")) {
        Some(more) => out.replace_range(out.trim_end().len().., &format!("   {more}\n")),
        None => out += &format!("{line}\n"),
    });
    out
}

/// The bases that rows begin with: each is made once, and brought back to what it was for the next row, at the same path.
#[derive(Default)]
struct Bases(BTreeMap<String, (Sandbox, String, String, i32)>);

impl Bases {
    fn fresh(&mut self, name: &str) -> (Sandbox, String, String, i32) {
        /// Where the untouched copies lie.
        const COPIES: &str = ".copies";
        let made = match self.0.get(name) {
            Some(made) => {
                made.0.shell(".", &format!("chmod -R u+rwX repo home dist site; find . -mindepth 1 -maxdepth 1 ! -name {COPIES} -exec rm -rf {{}} +; cp -a {COPIES}/. .")).exits(0);
                made
            }
            None => {
                let made = base(name);
                let copy = format!("mkdir ../{COPIES}$$ && cp -a . ../{COPIES}$$ && mv ../{COPIES}$$ {COPIES}");
                made.0.shell(".", &copy).exits(0);
                self.0.entry(name.to_owned()).or_insert(made)
            }
        };
        made.clone()
    }
}

/// Those of the printed commands that a row runs.
fn picked<'c>(row: &Row, commands: &'c [String]) -> Result<Vec<&'c String>, String> {
    let is_picked = |nth: usize| row.all("run").is_empty() || row.all("run").contains(&nth.to_string());
    let picked: Vec<_> = commands.iter().enumerate().filter(|it| is_picked(it.0)).map(|it| it.1).collect();
    if picked.is_empty() { Err(format!("none of these commands is run: {commands:?}")) } else { Ok(picked) }
}

/// Whether nothing is asked after the commands of a row, because they only inform.
fn only_informs(row: &Row) -> Result<bool, String> {
    match (row.one("then", ""), row.one("informs", "")) {
        ("true", _) => Err("`then` finds nothing".to_owned()),
        (_, "") => Ok(false),
        ("", _) => Ok(true),
        _ => Err("a command that only informs heals nothing that could be asked about".to_owned()),
    }
}

/// Carries out one row; says what went another way than it says.
fn carried_out(row: &Row, all: &BTreeSet<Printed>, bases: &mut Bases) -> Result<(), String> {
    let (mut sandbox, question, place_of_question, refusal) = bases.fresh(row.one("base", "ready"));
    sandbox.set("KEYS", keys().to_str().unwrap());
    sandbox.set("TOP", sandbox.path(".").canonicalize().unwrap().to_str().unwrap());
    let folder = row.one("in", &place_of_question);
    let script = |what: &str, folder: &str, text: &str| {
        let answer = sandbox.shell(folder, &format!("{PRELUDE}{text}"));
        if answer.code == 0 { Ok(()) } else { Err(format!("{what}: {answer:#?}")) }
    };
    script("the state", "repo", row.one("state", "true"))?;
    if sandbox.path(folder).join(".git").exists() {
        stand_as(&sandbox, folder, row.one("by", "dana"));
    }
    let asked = row.one("asked", &question);
    let answer = sandbox.shell(folder, asked);
    if answer.code != row.number("exit", refusal) {
        return Err(format!("`{asked}` is not refused like that: {answer:#?}"));
    }
    let said = text(&answer);
    let (mut seen, mut commit) = (Vec::new(), String::new());
    for it in row.all("prints") {
        let it = place(all, it)?;
        let found = it.found_in(&said).ok_or_else(|| format!("`{}` is not printed: {said}", it.text))?;
        let commands = commands(&found);
        for command in picked(row, &commands)? {
            // A commit is the one that the command before has found.
            let found = command.replace("COMMIT", &commit);
            let line = row.all("fill").chunks(2).fold(found, |line, pair| line.replace(&pair[0], &pair[1]));
            let line = filled(&line, &sandbox);
            let answer = sandbox.shell(folder, &line);
            if ![0, 3, row.number("gives", 0)].contains(&answer.code) {
                return Err(format!("`{line}`, printed as `{command}`: {answer:#?}"));
            }
            commit = answer.stdout.split_whitespace().next().unwrap_or_default().to_owned();
        }
        seen.push(found);
    }
    script("the edit", folder, row.one("edit", "true"))?;
    if only_informs(row)? {
        return Ok(());
    }
    let then = row.one("then", asked);
    let after = sandbox.shell(folder, then);
    if after.code != row.number("after", 0) {
        return Err(format!("after {seen:?}, `{then}`: {after:#?}"));
    }
    let said = text(&after);
    match seen.iter().find(|it| said.contains(it.as_str())) {
        Some(it) if row.all("stays").is_empty() && !row.0.contains_key("then") => {
            Err(format!("`{it}` is still printed: {said}"))
        }
        _ => Ok(()),
    }
}

/// `HOLDPOINT_CURES=WORD` runs those rows alone whose claim or places have this word; several are parted by `|`.
#[test]
fn every_printed_command_heals_the_state_that_prints_it() {
    let wanted = std::env::var("HOLDPOINT_CURES").unwrap_or_default();
    let all = printed();
    let mut rows = table("cure", KEYS);
    rows.retain(|it| {
        it.all("claim").iter().chain(it.all("prints")).any(|it| wanted.split('|').any(|word| it.contains(word)))
    });
    assert!(!rows.is_empty());
    let (open, failed) = (Mutex::new(rows), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut bases = Bases::default();
                loop {
                    let Some(row) = open.lock().unwrap().pop() else { break };
                    let run = || carried_out(&row, &all, &mut bases);
                    let why = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
                        Ok(Ok(())) => continue,
                        Ok(Err(why)) => why,
                        Err(_) => "its base could not be brought about".to_owned(),
                    };
                    failed.lock().unwrap().push(format!("=== {}\n{why}\n", row.one("claim", "")));
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} rows of {TABLE}:\n{}", failed.len(), failed.concat());
}

/// The places that tests written in Rust name.
fn named_in_tests() -> BTreeSet<String> {
    let files = super::source::files("tests/it");
    let all = files.iter().filter(|it| !it.0.ends_with("cures/source.rs")).flat_map(|it| literals(&it.1));
    let is_place = |it: &String| (it.starts_with("src/") || it.starts_with("core/src/")) && it.contains(".rs> ");
    all.filter(is_place).collect()
}

#[test]
fn every_place_that_prints_a_command_has_a_row() {
    let all = printed();
    let rows = table("cure", KEYS);
    let named: BTreeSet<String> =
        rows.iter().flat_map(|it| it.all("prints").to_vec()).chain(named_in_tests()).collect();
    let (mut faults, mut run) = (Vec::new(), BTreeSet::new());
    for it in &named {
        match place(&all, it) {
            Ok(it) => drop(run.insert(it)),
            Err(why) => faults.push(why),
        }
    }
    let mut told: BTreeSet<&Printed> = BTreeSet::new();
    for row in table("apart", &["place", "why"]) {
        for at in row.all("place") {
            let found: Vec<&Printed> = all.iter().filter(|it| it.is(at) && !run.contains(it)).collect();
            if found.is_empty() || row.one("why", "").is_empty() {
                faults.push(format!("`{at}` stands apart without need, or without a reason"));
            }
            told.extend(found);
        }
    }
    let open = all.iter().filter(|it| !run.contains(it) && !told.contains(it));
    faults.extend(open.map(|it| format!("no row: {}> {}", it.file, it.text)));
    assert!(faults.is_empty(), "{}: {TABLE}\n{}", faults.len(), faults.join("\n"));
}
