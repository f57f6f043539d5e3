//! A matrix as one page: readable without scripts and without a network, on a wide screen and on a narrow one.

use askama::Template;
use holdpoint_core::compatibility::{Block, Order, PairVerdict, Stage};
use holdpoint_core::name::listed;

use super::sheet::{Sheet, Shown};

#[derive(Template)]
#[template(path = "matrix.html")]
struct Page {
    title: String,
    lead: String,
    parts: Vec<PartPage>,
    /// Steps in words; empty where there is nothing to say.
    order: Vec<String>,
    has_order: bool,
}

struct PartPage {
    id: String,
    title: String,
    declares: Vec<String>,
    from: &'static str,
    to: &'static str,
    rows: Vec<RowPage>,
}

struct RowPage {
    writer: String,
    reader: String,
    writer_supported: bool,
    reader_supported: bool,
    except: String,
    word: &'static str,
    class: &'static str,
    sees: String,
    routes: Vec<String>,
    basis: String,
}

/// The bytes of the page.
pub(super) fn page(sheet: &Sheet) -> String {
    let names = |it: &Stage| listed(&it.components, "and");
    let (has_order, order) = match sheet.order() {
        Some(Order::Stages(stages)) if stages.len() > 1 => (true, stages.iter().map(names).collect()),
        Some(Order::Knot(stages)) => (false, stages.iter().map(names).collect()),
        _ => (true, Vec::new()),
    };
    let page =
        Page { title: sheet.title(), lead: sheet.lead(), parts: sheet.parts.iter().map(part).collect(), order, has_order };
    #[expect(clippy::expect_used, reason = "text is written to memory, which cannot fail")]
    page.render().expect("a page is text")
}

fn part(it: &Shown) -> PartPage {
    let (from, to) = if it.interface.kind.is_live() { ("This", "with this") } else { ("Written by", "opened by") };
    PartPage {
        id: it.interface.name.to_string(),
        title: it.interface.title.to_string(),
        declares: it.declares.clone(),
        from,
        to,
        rows: it.blocks.iter().map(row).collect(),
    }
}

fn row(block: &Block) -> RowPage {
    let row = &block.row;
    let (word, class) = match row.verdict {
        PairVerdict::Works => ("yes", "yes"),
        PairVerdict::Degraded => ("with a loss", "loss"),
        PairVerdict::Fails => ("no", "no"),
        PairVerdict::Unknown => ("nobody has said", "open"),
    };
    RowPage {
        writer: format!("{} {}", row.writer, row.writers_text),
        reader: format!("{} {}", row.reader, row.readers_text),
        writer_supported: row.writer_supported,
        reader_supported: row.reader_supported,
        except: block.exception(),
        word,
        class,
        sees: row.sees(),
        routes: row.advice(),
        basis: row.grounds(),
    }
}
