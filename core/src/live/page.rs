//! Which part of a whole page is the article.

use super::element::FORMATTING;
use super::html::{Piece, Tag};
use super::seen::end_of;

/// What leads to other pages, or stands on every page.
const AROUND: &[&str] = &["nav", "header", "footer", "aside"];

/// What the site does with its pages; an article in a knowledge base has none.
const MACHINERY: &[&str] = &["script", "style", "noscript", "link"];

/// The pieces of the article: those of each `main`; else of the only `article`; else of the body, without what stands around it.
/// What hides what it stands in hides it, too.
pub(super) fn article(pieces: &[Piece]) -> Vec<Piece> {
    let is_main = |tag: &Tag| tag.name == "main" || tag.get("role") == Some("main");
    let is_article = |tag: &Tag| tag.name == "article";
    let pieces = without(pieces, MACHINERY);
    let mains = roots(&pieces, &is_main);
    let articles = roots(&pieces, &is_article);
    match (mains.as_slice(), articles.as_slice()) {
        ([], [only]) => taken(&pieces, &[*only]),
        ([], _) => without(&pieces, AROUND),
        (mains, _) => taken(&pieces, mains),
    }
}

/// Where the outermost elements of a kind open.
fn roots(pieces: &[Piece], is: &dyn Fn(&Tag) -> bool) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        if matches!(piece, Piece::Open(tag) if is(tag)) {
            found.push(at);
            at = end_of(pieces, at);
        }
        at += 1;
    }
    found
}

/// The elements that open at `roots`, each in what it stands in.
fn taken(pieces: &[Piece], roots: &[usize]) -> Vec<Piece> {
    let mut taken = Vec::new();
    for root in roots {
        let around = around(pieces, *root);
        taken.extend(around.iter().cloned());
        taken.extend(
            pieces.get(*root..=end_of(pieces, *root)).or(pieces.get(*root..)).unwrap_or_default().iter().cloned(),
        );
        let close =
            |piece: &Piece| if let Piece::Open(tag) = piece { Some(Piece::Close(tag.name.clone())) } else { None };
        taken.extend(around.iter().rev().filter_map(close));
    }
    taken
}

/// What is open where the element at `root` opens: of each only what it does to the words in it.
fn around(pieces: &[Piece], root: usize) -> Vec<Piece> {
    let mut open: Vec<&Tag> = Vec::new();
    for piece in pieces.iter().take(root) {
        match piece {
            Piece::Open(tag) if !tag.ends => open.push(tag),
            Piece::Close(name) => {
                if let Some(at) = open.iter().rposition(|tag| tag.name == *name) {
                    open.remove(at);
                }
            }
            _ => {}
        }
    }
    // Only what changes the looks may strike it through.
    let name = |tag: &Tag| if is_look(&tag.name) { tag.name.clone() } else { "div".to_owned() };
    open.into_iter().map(|tag| Tag { name: name(tag), ..tag.clone() }).map(Piece::Open).collect()
}

fn is_look(name: &str) -> bool {
    name != "a" && (FORMATTING.contains(&name) || name == "del")
}

fn without(pieces: &[Piece], names: &[&str]) -> Vec<Piece> {
    let mut rest = Vec::new();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        match piece {
            Piece::Open(tag) if names.contains(&tag.name.as_str()) => at = end_of(pieces, at),
            _ => rest.push(piece.clone()),
        }
        at += 1;
    }
    rest
}
