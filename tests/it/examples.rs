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

/// A text with each day as what it is: what is shown was printed on another one.
fn undated(text: &str) -> String {
    let day = |word: &str| {
        let parts: Vec<&str> = word.trim_end_matches([',', '.', ';', ')']).split('-').collect();
        matches!(parts.as_slice(), [y, m, d] if [y, m, d].iter().all(|it| it.bytes().all(|c| c.is_ascii_digit())) && y.len() == 4)
    };
    text.split(' ').map(|it| if day(it) { "[DAY]" } else { it }).collect::<Vec<_>>().join(" ")
}
