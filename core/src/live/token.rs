//! What a reader sees, as a row of tokens: two articles say the same only if their rows are equal.

use super::shown;

/// What is done to words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Its blanks are shown as they are.
    Blanks,
    /// Written as code.
    Code,
    /// Not shown, or not so that everybody sees it.
    Hidden,
    /// Marked as inserted.
    Inserted,
    /// A link, with its target.
    Link(String),
    /// Struck through.
    Struck,
    /// A style that is not known to change the looks alone.
    Styled(String),
    /// Below the line.
    Sub,
    /// Above the line.
    Sup,
}

impl Mark {
    fn told(&self) -> String {
        match self {
            Self::Blanks => "blanks kept".to_owned(),
            Self::Code => "code".to_owned(),
            Self::Hidden => "hidden".to_owned(),
            Self::Inserted => "inserted".to_owned(),
            Self::Link(target) => format!("link to {target}"),
            Self::Struck => "struck through".to_owned(),
            Self::Styled(style) => style.clone(),
            Self::Sub => "sub".to_owned(),
            Self::Sup => "sup".to_owned(),
        }
    }
}

/// What words stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A heading of a level.
    Heading(usize),
    /// A list, an item, a row, a cell, an element that nobody understands: as it is called in a sentence.
    Named(String),
}

impl Part {
    /// A part with a name.
    pub(super) fn named(name: impl Into<String>) -> Self {
        Self::Named(name.into())
    }

    fn told(&self) -> String {
        match self {
            Self::Heading(level) => format!("heading {level}"),
            Self::Named(name) => name.clone(),
        }
    }
}

/// One thing that a reader sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word, or a part of one that looks otherwise than the rest: then it is glued to what is before.
    Word { text: String, marks: Vec<Mark>, glued: bool },
    /// Blanks that are shown as they are written.
    Blanks(String),
    /// Text of a block of code, as it is written.
    Code { text: String, marks: Vec<Mark> },
    /// A picture, a box to tick, an element that holds nothing.
    Thing { name: String, marks: Vec<Mark> },
    /// Something begins that words stand in.
    Start(Part),
    /// It ends.
    End(Part),
}

/// How many words a difference shows.
const FEW: usize = 6;

/// The first place where the live tokens are others than the signed ones, in a sentence.
pub(super) fn difference(signed: &[Token], live: &[Token]) -> Option<String> {
    let same = signed.iter().zip(live).take_while(|(signed, live)| signed == live).count();
    let rest = |tokens: &[Token]| told(tokens.get(same..).unwrap_or_default());
    let before = signed.iter().take(same);
    let word = before.filter(|token| matches!(token, Token::Word { glued: false, .. })).count() + 1;
    let (signed, live) = (rest(signed), rest(live));
    match (live.as_str(), signed.as_str()) {
        ("", "") => None,
        ("", signed) => Some(format!("the live article ends before word {word}, where {} was signed", quoted(signed))),
        (live, "") => Some(format!("the live article goes on after the signed one: {}", quoted(live))),
        (live, signed) => Some(format!(
            "the live article is another from word {word} on: {}, where {} was signed",
            quoted(live),
            quoted(signed)
        )),
    }
}

fn quoted(text: &str) -> String {
    format!("`{}`", shown(text))
}

/// The first few tokens, for people.
fn told(tokens: &[Token]) -> String {
    let mut out = String::new();
    let mut last: &[Mark] = &[];
    for (at, token) in tokens.iter().enumerate().take(2 * FEW) {
        let (text, marks, glued): (String, &[Mark], bool) = match token {
            Token::Word { text, marks, glued } => (text.clone(), marks, *glued),
            Token::Code { text, marks } => (format!("{text:?}"), marks, false),
            Token::Thing { name, marks } => (format!("[{name}]"), marks, false),
            Token::Blanks(text) => (format!("[blanks {text:?}]"), last, false),
            Token::Start(part) => (format!("[{}]", part.told()), last, false),
            Token::End(part) if at == 0 => (format!("[end of {}]", part.told()), last, false),
            Token::End(_) => continue,
        };
        if !out.is_empty() && !glued {
            if out.split(' ').count() >= FEW {
                break;
            }
            out.push(' ');
        }
        if marks != last && !marks.is_empty() {
            let marks: Vec<String> = marks.iter().map(Mark::told).collect();
            out.push_str(&format!("[{}] ", marks.join(", ")));
        }
        last = marks;
        out.push_str(&text);
    }
    out
}
