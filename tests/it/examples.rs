//! The examples of `docs/examples` say what is the case: each is founded as a real repository, and answers what its page shows.

mod asciinema;
mod kubernetes;

use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::Sandbox;

/// A file of an example.
fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples").join(path)
}

/// Its text.
fn text(path: &str) -> String {
    fs::read_to_string(example(path)).unwrap()
}

/// The commands that a page shows after `$ `, each with the answer below it.
fn shown(page: &str) -> Vec<(String, String)> {
    let text = text(page);
    let fenced = text.split("```console\n").skip(1).map(|it| it.split_once("```").unwrap().0);
    let all = fenced.flat_map(|it| it.split("$ ").skip(1)).map(|it| it.split_once('\n').unwrap());
    all.map(|(command, answer)| (command.to_owned(), answer.trim_end().to_owned())).collect()
}

/// Runs every `holdpoint` command that a page shows, and holds the answers against those that it shows. Gives how many there are.
fn answers_as_shown(sandbox: &Sandbox, page: &str) -> usize {
    let all: Vec<_> = shown(page).into_iter().filter(|it| it.0.starts_with("holdpoint ")).collect();
    for (command, answer) in &all {
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        let printed = sandbox.holdpoint(&arguments).stdout;
        assert_eq!(undated(printed.trim_end()), undated(answer), "$ {command}\n{printed}");
    }
    all.len()
}

/// A text without the days and the commit: what a page shows was printed on another day.
fn undated(text: &str) -> String {
    let line = |line: &str| match line.split_once("from commit ") {
        Some((before, _)) => format!("{before}from commit …\n"),
        None => format!("{}\n", dayless(line)),
    };
    text.lines().map(line).collect()
}

/// A line with `22 November 2026` as what it is.
fn dayless(line: &str) -> String {
    const MONTHS: &str = "January February March April May June July August September October November December";
    let mut words: Vec<&str> = line.split(' ').collect();
    while let Some(at) = words.iter().position(|it| it.len() > 2 && MONTHS.split(' ').any(|month| month == *it)) {
        words.splice(at - 1..=at + 1, ["[DAY]"]);
    }
    words.join(" ")
}
