//! `matrix.md`: the bytes that people read and sign.

use std::fmt::Write;

use super::matrix::{Matrix, Part, Row};
use super::order::{Order, Stage};
use super::pair::PairVerdict;
use crate::name::{ComponentName, listed};

/// `matrix.md`, the same for the same declarations, whatever their order.
pub fn matrix_md(matrix: &Matrix) -> String {
    let mut text = format!("# Compatibility matrix of {}\n\n", matrix.release);
    let version = &matrix.release;
    let own = listed(matrix.components.iter().map(|it| format!("{} {}", it.name, it.version)), "and");
    let _ = writeln!(
        text,
        "Derived from what the releases declare; `holdpoint matrix {version} --write` writes it anew. Out with this release: \
         {own}. Support is judged on {}, the day for which it is planned.",
        matrix.day
    );
    for part in &matrix.parts {
        part_md(&mut text, part);
    }
    order_md(&mut text, &matrix.order);
    text
}

/// One interface, as `matrix.md` has it, after what `text` holds already.
pub fn part_md(text: &mut String, part: &Part) {
    let interface = &part.interface;
    let _ = write!(text, "\n## {}\n\n", cell(interface.title.as_str()));
    for line in &part.formats {
        let _ = writeln!(text, "- {}", cell(line));
    }
    if !part.formats.is_empty() {
        text.push('\n');
    }
    let (one, other) = if interface.kind.is_live() { ("This", "with this") } else { ("Written by", "opened by") };
    let _ = write!(
        text,
        "| {one} | {other} | works? | what a customer sees | what to do | basis |\n| --- | --- | --- | --- | --- | --- |\n"
    );
    for row in &part.rows {
        let _ = writeln!(text, "{}", line_md(row));
    }
    if part.rows.is_empty() {
        text.push_str("| | | nothing to compare with | | | |\n");
    }
}

/// One row as a line of `matrix.md`.
pub fn line_md(row: &Row) -> String {
    let side = |name: &ComponentName, versions: &str, supported: bool| {
        let note = if supported { "" } else { " (no longer supported)" };
        format!("{name} {versions}{note}")
    };
    let verdict = match row.verdict {
        PairVerdict::Works => "yes",
        PairVerdict::Degraded => "with a loss",
        PairVerdict::Fails => "**no**",
        PairVerdict::Unknown => "**nobody has said**",
    };
    let advice = match row.advice().as_slice() {
        [one] => cell(one),
        all => {
            let numbered = all.iter().enumerate().map(|(at, it)| format!("{}. {}", at + 1, cell(it)));
            numbered.collect::<Vec<_>>().join("<br>")
        }
    };
    format!(
        "| {} | {} | {verdict} | {} | {advice} | {} |",
        cell(&side(&row.writer, &row.writers_text, row.writer_supported)),
        cell(&side(&row.reader, &row.readers_text, row.reader_supported)),
        cell(&row.sees()),
        cell(&row.grounds())
    )
}

fn order_md(text: &mut String, order: &Order) {
    let names = |it: &Stage| listed(&it.components, "and");
    match order {
        Order::Stages(stages) if stages.len() > 1 => {
            text.push_str("\n## Upgrade order\n\n");
            for (at, stage) in stages.iter().enumerate() {
                let _ = writeln!(text, "{}. {}", at + 1, names(stage));
            }
        }
        Order::Stages(_) => {}
        Order::Knot(stages) => {
            let all = listed(stages.iter().map(names), "and");
            let _ =
                write!(text, "\n## Upgrade order\n\nThere is none: {all} would each have to come before another.\n");
        }
    }
}

/// Text as it may stand in a table of Markdown: what would end the cell or begin markup is escaped.
fn cell(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '~' => safe.extend(['\\', c]),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            _ => safe.push(c),
        }
    }
    safe
}
