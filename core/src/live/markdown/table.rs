//! Tables: their cells are gathered until the table ends, because Markdown wants to know its width first.

use super::Writer;
use crate::live::html::Tag;

/// The cells of a table, row by row.
#[derive(Default)]
pub(super) struct Cells {
    rows: Vec<Vec<String>>,
    cell: Option<String>,
    /// How many frames were open when it began.
    frames: usize,
}

impl Cells {
    pub(super) fn in_cell(&self) -> bool {
        self.cell.is_some()
    }

    /// Adds a block to the cell that is open.
    pub(super) fn add(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|_| !text.is_empty()) {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(text);
        }
    }

    fn end_cell(&mut self) {
        if let Some(cell) = self.cell.take() {
            match self.rows.last_mut() {
                Some(row) => row.push(cell),
                None => self.rows.push(vec![cell]),
            }
        }
    }

    /// The table in Markdown; its first row is the heading.
    fn lines(&self) -> Vec<String> {
        let rows: Vec<&Vec<String>> = self.rows.iter().filter(|it| it.iter().any(|it| !it.is_empty())).collect();
        let width = rows.iter().map(|it| it.len()).max().unwrap_or_default();
        let line = |cells: Vec<&str>| format!("| {} |", cells.join(" | "));
        let mut lines = Vec::new();
        for row in rows {
            let padded = row.iter().map(String::as_str).chain(std::iter::repeat("")).take(width);
            lines.push(line(padded.collect()));
            if lines.len() == 1 {
                lines.push(line(vec!["---"; width]));
            }
        }
        lines
    }
}

impl Writer<'_> {
    /// A table, a row or a cell begins. A table in a cell is text of that cell.
    pub(super) fn open_table(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        self.flush();
        if name == "table" {
            self.tables += 1;
            if self.tables == 1 {
                self.table = Some(Cells { frames: self.frames.len(), ..Cells::default() });
            }
            return;
        }
        let is_own = self.tables == 1;
        let Some(table) = self.table.as_mut().filter(|_| is_own) else { return };
        table.end_cell();
        match name {
            "tr" => table.rows.push(Vec::new()),
            "tfoot" => {}
            _ => table.cell = Some(String::new()),
        }
        self.doubt_span(tag);
    }

    /// A table, a row or a cell ends.
    pub(super) fn close_table(&mut self, name: &str) {
        self.flush();
        if name == "table" {
            self.tables = self.tables.saturating_sub(1);
        }
        match name {
            "table" if self.tables == 0 => self.end_table(),
            _ => {
                let is_own = self.tables == 1 && name != "table";
                if let Some(table) = self.table.as_mut().filter(|_| is_own) {
                    table.end_cell();
                }
            }
        }
    }

    /// Writes the table that is open, if one is.
    pub(super) fn end_table(&mut self) {
        if let Some(mut table) = self.table.take() {
            table.end_cell();
            self.frames.truncate(table.frames);
            self.tables = 0;
            let lines = table.lines();
            self.block(&lines);
        }
    }
}
