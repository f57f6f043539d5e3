//! Which part of a whole page is the article.

use crate::live::html::{Piece, Tag};

/// What leads to other pages, or stands on every page.
const AROUND: [&str; 4] = ["nav", "header", "footer", "aside"];

/// The pieces of the article: those of the `main`; else of the only `article`; else of the body, without what stands around it.
pub(super) fn article(pieces: &[Piece]) -> Vec<Piece> {
    let is_main = |tag: &Tag| tag.name == "main" || tag.get("role") == Some("main");
    let opens = |is: &dyn Fn(&Tag) -> bool| -> Vec<usize> {
        let open = |(at, it): (usize, &Piece)| matches!(it, Piece::Open(tag) if is(tag)).then_some(at);
        pieces.iter().enumerate().filter_map(open).collect()
    };
    if let Some(at) = opens(&is_main).first() {
        return inside(pieces, *at);
    }
    if let [only] = opens(&|tag| tag.name == "article").as_slice() {
        return inside(pieces, *only);
    }
    let mut rest = Vec::new();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        match piece {
            Piece::Open(tag) if AROUND.contains(&tag.name.as_str()) => at = end_of(pieces, at),
            _ => rest.push(piece.clone()),
        }
        at += 1;
    }
    rest
}

fn inside(pieces: &[Piece], at: usize) -> Vec<Piece> {
    pieces.get(at + 1..end_of(pieces, at)).unwrap_or_default().to_vec()
}

/// Where the element that opens at `at` ends: at its closing tag, or with the text.
fn end_of(pieces: &[Piece], at: usize) -> usize {
    let Some(Piece::Open(tag)) = pieces.get(at) else { return at };
    let mut depth = 0_usize;
    for (index, piece) in pieces.iter().enumerate().skip(at) {
        match piece {
            Piece::Open(it) if it.name == tag.name => depth += 1,
            Piece::Close(name) if *name == tag.name => {
                depth -= 1;
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    pieces.len()
}
