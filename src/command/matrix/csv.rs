//! A matrix as a table for spreadsheets (RFC 4180): one line for each row.

use holdpoint_core::compatibility::Block;
use holdpoint_core::name::{Version, listed};

use super::sheet::Sheet;

/// The columns.
const HEAD: [&str; 15] = [
    "interface", "writer", "writer_versions", "writer_in_support", "reader", "reader_versions", "reader_in_support", "pairs",
    "verdict", "basis", "symptom", "losses", "what_to_do", "evidence", "except",
];

/// The whole table, with its head.
pub(super) fn table(sheet: &Sheet) -> String {
    let mut out = line(HEAD.map(str::to_owned));
    for block in sheet.parts.iter().flat_map(|it| &it.blocks) {
        out.push_str(&line(cells(block)));
    }
    out
}

fn cells(block: &Block) -> [String; 15] {
    let row = &block.row;
    let versions = |all: &[Version]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let answer = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let routes = row.routes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let except = block.except.iter().map(|(from, to)| format!("{}@{from}/{}@{to}", row.writer, row.reader));
    [
        row.interface.to_string(),
        row.writer.to_string(),
        versions(&row.writers),
        answer(row.writer_supported),
        row.reader.to_string(),
        versions(&row.readers),
        answer(row.reader_supported),
        block.count().to_string(),
        row.verdict.word().to_owned(),
        row.basis.word().to_owned(),
        row.symptom.as_ref().map(ToString::to_string).unwrap_or_default(),
        listed(&row.losses, "and"),
        routes,
        listed(&row.evidence, "and"),
        except.collect::<Vec<_>>().join(" "),
    ]
}

fn line(cells: [String; 15]) -> String {
    cells.map(|it| cell(&it)).join(",") + "\r\n"
}

/// One cell. What a spreadsheet would run as a formula is made text by a leading apostrophe.
fn cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_with_a_comma_or_a_quote_is_quoted() {
        assert_eq!(cell("No picture, no sound"), "\"No picture, no sound\"");
        assert_eq!(cell("says \"hello\""), "\"says \"\"hello\"\"\"");
        assert_eq!(cell("2.7.0"), "2.7.0");
    }

    #[test]
    fn no_cell_is_run_as_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1"] {
            assert!(cell(text).starts_with('\''), "{text}");
        }
        assert_eq!(cell("=cmd|' /C calc'!A0,\"x\""), "\"'=cmd|' /C calc'!A0,\"\"x\"\"\"");
    }
}
