//! How an answer about a file is shown: the sentence first, then the facts, then where they come from.

use holdpoint_core::name::escaped;
use holdpoint_core::statement::Artifact;

use super::json::IdentifyJson;
use super::cabinet::{Filed, Stand};
use super::words::{answer, owner, releases, stands};
use super::{Found, Told, hands};
use crate::answer::Source;
use crate::command::status::Reader;
use crate::failure::Exit;
use crate::outcome::View;
use crate::render::json::value;
use crate::render::{findings, next_steps, paint, people, size, wrap};

/// An answer about a file.
pub(super) struct IdentifyView {
    pub(super) asked: String,
    pub(super) reader: Reader,
    pub(super) source: Source,
    pub(super) body: Body,
}

/// What is answered.
pub(super) enum Body {
    /// What was found out.
    Told(Box<Told>),
    /// The policy cannot be relied on, and so nothing can be told.
    Unreliable,
}

/// How wide the words before the facts are.
const WIDTH: usize = 10;

/// A word, and what is said about it.
type Fact = (&'static str, String);

impl IdentifyView {
    /// Done, if anything is known of it. Bytes that nobody recorded under a name that is recorded are nothing known.
    pub(super) fn exit(&self) -> Exit {
        match &self.body {
            Body::Told(told) => match told.found {
                Found::Same(ref files) | Found::Named(ref files) if files.first().is_some_and(Filed::is_told) => Exit::Done,
                Found::Nothing if !told.formats.is_empty() => Exit::Done,
                _ => Exit::Unable,
            },
            Body::Unreliable => Exit::Unable,
        }
    }

    /// The first line, without what is said about the record itself.
    pub(super) fn headline(&self) -> String {
        match &self.body {
            Body::Told(told) => answer(told, self.reader),
            Body::Unreliable => "It cannot be told what this is: the policy here cannot be relied on.".to_owned(),
        }
    }

    fn told(&self, told: &Told) -> String {
        let facts: String = facts(told, self.reader).iter().map(line).collect();
        let mut out = if facts.is_empty() { facts } else { format!("\n{facts}") };
        if self.reader == Reader::Customer {
            return out;
        }
        if self.exit() != Exit::Done {
            let lead = if out.is_empty() { "\n" } else { "" };
            out.push_str(&format!("{lead}{}", line(&("ask", format!("{}; they can find out", people(&told.who))))));
        }
        out.push_str(&next(told));
        out
    }
}

fn line((word, text): &Fact) -> String {
    format!("  {}  {}\n", paint::dim(&format!("{word:WIDTH$}")), wrap::hanging(&escaped(text), WIDTH + 4))
}

fn facts(told: &Told, reader: Reader) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    let (files, word) = match &told.found {
        Found::Same(files) | Found::Named(files) => (files.as_slice(), "file"),
        Found::Other(files) => (files.as_slice(), "recorded"),
        Found::Nothing => (&[][..], "file"),
    };
    if let (Found::Other(_), Some((bytes, sha256))) = (&told.found, told.file) {
        let digest = sha256.map(|it| format!(", sha256 {it}")).unwrap_or_default();
        facts.push(("this one", format!("{}{digest}", size::words(bytes))));
    }
    for (at, it) in files.iter().enumerate() {
        facts.push((word, bytes_of(&it.artifact)));
        let is_said = at == 0 && !matches!(told.found, Found::Other(_));
        if !is_said {
            facts.push(("", format!("of {}, {}", owner(it), stands(it, reader))));
        }
    }
    if matches!(told.found, Found::Other(_)) {
        facts.push(("careful", "do not open or install this one; download it again and ask again".to_owned()));
    }
    let is_said = matches!(told.found, Found::Nothing);
    for it in &told.formats {
        if !is_said || told.formats.len() > 1 {
            facts.push(("looks like", format!("format {} of {}", it.name, it.title)));
        }
        let of = |hands: &[_], nobody: &str| {
            if hands.is_empty() { nobody.to_owned() } else { format!("{}, as declared", hands::words(hands)) }
        };
        facts.push(("written by", of(&it.hands.write, "nothing that is recorded")));
        facts.push(("opened by", of(&it.hands.read, "nothing that is out")));
    }
    facts.extend(told.doubts.iter().map(|it| ("careful", format!("the file {it}"))));
    if !told.unread.is_empty() {
        let text = format!("the record of {} has faults: files of it may be missing here", releases(told));
        facts.push(("careful", text));
    }
    facts
}

fn bytes_of(it: &Artifact) -> String {
    format!("{}, {}, sha256 {}", it.file, size::words(it.size), it.sha256)
}

/// The next step.
fn next(told: &Told) -> String {
    let mut steps = Vec::new();
    match &told.found {
        Found::Same(files) | Found::Named(files) => steps.extend(files.first().map(|it| match it.stand {
            Stand::Unrecorded(_) => "holdpoint audit   (compares the sites with the record)".to_owned(),
            _ => format!("holdpoint status {}   (what is known of it)", it.release),
        })),
        Found::Other(_) => steps.push("holdpoint audit   (whether the sites hold what was published)".to_owned()),
        Found::Nothing if told.formats.is_empty() => steps.push("holdpoint status   (all that is recorded)".to_owned()),
        Found::Nothing => {}
    }
    steps.extend(told.unread.first().map(|it| format!("holdpoint check {it}   (its faults, and who mends them)")));
    let lead = |at| if at == 0 { "\nnext: " } else { "      " };
    steps.iter().enumerate().map(|(at, it)| format!("{}{it}\n", lead(at))).collect()
}

impl View for IdentifyView {
    fn human(&self) -> String {
        let headline = wrap::hanging(&format!("{}{}", self.headline(), self.source.mark()), 0);
        let is_alarm = matches!(&self.body, Body::Told(told) if matches!(told.found, Found::Other(_)));
        let mut out = format!("{}\n", if is_alarm { paint::bad(&headline) } else { paint::bold(&headline) });
        match &self.body {
            Body::Told(told) => out.push_str(&self.told(told)),
            Body::Unreliable if self.reader == Reader::Customer => {}
            Body::Unreliable => {
                let doubts = self.source.doubts();
                out.push_str(&format!("{}{}", findings(doubts), next_steps(doubts)));
            }
        }
        if self.reader == Reader::Desk {
            out.push_str(&format!("\n{}\n", paint::dim(&self.source.line())));
        }
        out
    }

    fn json(&self) -> serde_json::Value {
        value(&IdentifyJson::of(self))
    }
}
