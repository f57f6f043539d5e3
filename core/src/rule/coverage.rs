//! What a text says of a pair that fails: whether somebody who has one of the two finds it, and what to do.

use std::collections::{BTreeMap, BTreeSet};

use super::Compared;
use super::fix::{Paper, Paragraph};
use super::mention::{Spelling, Token, apart, as_version, dashed, tokens};
use crate::compatibility::{Basis, Pair, PairVerdict, Route, Row, Run, rows};
use crate::document::{Article, Notice, Plain, SectionName};
use crate::name::{ComponentName, Version, listed};
use crate::release::Component;

/// The rows of pairs that fail: each of them is to be told to support and to customers. What a verdict rests on, and whether it is in
/// support, makes no difference to them.
pub(super) fn failing(compared: &Compared<'_>) -> Vec<Row> {
    let mut all = Vec::new();
    for exchange in compared.everywhere.exchanges() {
        let name = &exchange.interface().name;
        let own =
            compared.everywhere.pairs().iter().filter(|it| it.interface == *name && it.verdict == PairVerdict::Fails);
        let told = |it: &Pair| Pair {
            basis: Basis::Declared,
            evidence: Vec::new(),
            writer_supported: true,
            reader_supported: true,
            ..it.clone()
        };
        let pairs: Vec<Pair> = own.map(told).collect();
        all.extend(rows(exchange, &pairs));
    }
    all
}

/// What the visible text of a document names.
pub(super) struct Coverage {
    versions: BTreeMap<String, BTreeSet<String>>,
    text: String,
    /// The text without the section that names the new versions anyway: that they are named there is no step to follow.
    advice: Option<Box<Coverage>>,
}

impl Coverage {
    /// Reads the visible text of `plain`.
    pub(super) fn of(compared: &Compared<'_>, plain: &Plain, paper: Paper) -> Self {
        let field = compared.derived.field();
        let names: BTreeSet<String> = field.members().map(|it| dashed(it.component.name.as_str())).collect();
        let read = |text: &str, advice| Self { versions: named(text, &names), text: flat(text), advice };
        let list = match paper {
            Paper::Article => SectionName::Environment,
            Paper::Notice => SectionName::WhatChanges,
        };
        let (mut rest, mut from) = (String::new(), 0);
        for section in plain.named(compared.policy.words(), list) {
            rest.push_str(plain.shown().get(from..section.at).unwrap_or_default());
            from = section.at + section.text.len();
        }
        rest.push_str(plain.shown().get(from..).unwrap_or_default());
        read(plain.shown(), Some(Box::new(read(&rest, None))))
    }

    /// What it lacks of a row, in words; nothing if it covers it. Support has to find the words that customers use, so the article
    /// needs the symptom too.
    pub(super) fn lacks(&self, compared: &Compared<'_>, row: &Row, with_symptom: bool) -> Vec<String> {
        let mut lacks = Vec::new();
        for (name, runs) in [(&row.writer, &row.writer_runs), (&row.reader, &row.reader_runs)] {
            let unnamed: Vec<&Run> =
                runs.iter().filter(|it| !(self.names(name, &it.first) && self.names(name, &it.last))).collect();
            if !unnamed.is_empty() {
                lacks.push(format!("{name} {}", listed(unnamed, "and")));
            }
        }
        if let Some(symptom) = row.symptom.as_ref().filter(|it| with_symptom && !self.says(it.as_str())) {
            lacks.push(format!("what a customer sees (\"{symptom}\")"));
        }
        let advice = self.advice.as_deref().unwrap_or(self);
        let is_offered = || {
            row.routes.iter().any(|it| advice.offers(it))
                || upgrades(compared, row).any(|it| advice.names(&it.name, &it.version))
        };
        if let Some(route) = row.routes.first().filter(|_| !is_offered()) {
            lacks.push(format!("a way out (\"{route}\")"));
        }
        lacks
    }

    /// Whether it names this version of a component.
    fn names(&self, name: &ComponentName, version: &Version) -> bool {
        let Some(versions) = self.versions.get(&dashed(name.as_str())) else { return false };
        let spelling = Spelling::of(version);
        versions.contains(&spelling.full) || spelling.short.is_some_and(|it| versions.contains(&it))
    }

    fn says(&self, words: &str) -> bool {
        self.text.contains(&flat(words))
    }

    /// Whether it offers this way out.
    fn offers(&self, route: &Route) -> bool {
        match route {
            Route::Upgrade { to, .. } => self.names(&to.name, &to.version),
            Route::WriteOlder { writer, format, .. } => {
                self.versions.contains_key(&dashed(writer.as_str()))
                    && tokens(&self.text).any(|it| it.text.trim_end_matches(['.', '-', '_']) == flat(format.as_str()))
            }
            Route::Convert(steps) => steps.iter().all(|it| self.versions.contains_key(&dashed(it.by.name.as_str()))),
            Route::StepThrough(steps) => steps.iter().all(|it| self.names(&it.by.name, &it.by.version)),
            Route::Accepted(text) => self.says(text.as_str()),
        }
    }
}

/// The newer versions of the reader that work with everything of a row. The newest is the one to offer; a text that was signed
/// before it went out, and names one that works as well, is true all the same.
fn upgrades<'c>(compared: &'c Compared<'_>, row: &'c Row) -> impl Iterator<Item = &'c Component> {
    let exchange = compared.everywhere.exchanges().iter().find(|it| it.interface().name == row.interface);
    let newest = row.readers.iter().max();
    let works = move |reader: &Component| {
        row.writers.iter().all(|version| {
            let writer = Component { name: row.writer.clone(), version: version.clone() };
            let pair = exchange.and_then(|it| it.pair_of(&writer, reader));
            pair.is_some_and(|it| it.verdict == PairVerdict::Works)
        })
    };
    let members = compared.everywhere.field().members().filter(|it| it.is_asset).map(|it| &it.component);
    members.filter(move |it| it.name == row.reader && Some(&it.version) > newest && works(it))
}

/// What a document has to say of the pairs that fail and does not say yet, as paragraphs to be completed: where a reader looks for
/// the trouble, and where for the way out.
pub(crate) fn paragraphs(compared: &Compared<'_>, paper: Paper) -> Vec<Paragraph> {
    let plain = match paper {
        Paper::Article => compared.article.map(Article::plain),
        Paper::Notice => compared.notice.map(Notice::plain),
    };
    let (trouble, way_out) = match paper {
        Paper::Article => (SectionName::Issue, SectionName::Resolution),
        Paper::Notice => (SectionName::WhoIsAffected, SectionName::WhatToDo),
    };
    let coverage = plain.map(|it| Coverage::of(compared, it, paper));
    let with_symptom = paper == Paper::Article;
    let rows = failing(compared);
    let silent =
        rows.iter().filter(|it| coverage.as_ref().is_none_or(|all| !all.lacks(compared, it, with_symptom).is_empty()));
    let mut paragraphs = Vec::new();
    for row in silent {
        let symptom = row.symptom.as_ref().map_or(String::new(), |it| format!("{it}: "));
        let text = format!("TODO: {symptom}{} do not work together.", row.words());
        paragraphs.push(Paragraph { section: trouble, text });
        let routes: Vec<String> = row.routes.iter().map(ToString::to_string).collect();
        let text = match routes.as_slice() {
            [] => format!("TODO: what to do with {}.", row.words()),
            routes => format!("TODO: with {}: {}.", row.words(), routes.join("; or ")),
        };
        paragraphs.push(Paragraph { section: way_out, text });
    }
    paragraphs
}

/// Words as they are compared: in lower case, with single blanks.
fn flat(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Each component that the text names, with the versions that belong to it: those after its name, up to the next component; and what
/// stands before the first name belongs to that. A version belongs to no component of another sentence, or every text that names the
/// new version anywhere would offer an upgrade to it; but a line of versions alone goes on with the one before.
fn named(text: &str, names: &BTreeSet<String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut last = None;
    for sentence in text.split('\n').flat_map(|it| it.split(". ")).flat_map(|it| it.split(['!', '?'])) {
        let tokens: Vec<_> = tokens(sentence).collect();
        if !tokens.iter().all(|it| looks_like_version(it.text)) {
            last = None;
        }
        last = named_in(&tokens, names, last, &mut found);
    }
    found
}

/// Adds to `found` what a sentence names, whose first versions belong to `last`; the component that later ones would belong to.
fn named_in(
    tokens: &[Token<'_>],
    names: &BTreeSet<String>,
    mut last: Option<String>,
    found: &mut BTreeMap<String, BTreeSet<String>>,
) -> Option<String> {
    let mut before: Option<(String, String)> = None;
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        let mut name = None;
        for count in (1..=4).rev() {
            let words = tokens.len().checked_sub(after.len() + 1).and_then(|at| tokens.get(at..at + count));
            let joined = words.map(|it| it.iter().map(|it| dashed(it.text)).collect::<Vec<_>>().join("-"));
            if let Some(joined) = joined.filter(|it| names.contains(it)) {
                rest = after.get(count - 1..).unwrap_or_default();
                name = Some(joined);
                break;
            }
        }
        let parts = apart(token.text).filter(|it| names.contains(&dashed(it.0)));
        let version = match (&name, parts) {
            (None, Some((component, version))) => {
                name = Some(dashed(component));
                Some(version)
            }
            (None, None) => Some(token.text).filter(|it| looks_like_version(it)),
            (Some(_), _) => None,
        };
        if let Some(name) = name {
            let versions = found.entry(name.clone()).or_default();
            versions.extend(before.take().into_iter().flat_map(|it| [it.0, it.1]));
            last = Some(name);
        }
        if let Some((full, short)) = version.map(as_version) {
            match last.as_ref().and_then(|it| found.get_mut(it)) {
                Some(versions) => versions.extend([full.to_owned(), short.to_owned()]),
                None => before = Some((full.to_owned(), short.to_owned())),
            }
        }
    }
    last
}

fn looks_like_version(token: &str) -> bool {
    token.strip_prefix(['v', 'V']).unwrap_or(token).starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(text: &str, name: &str) -> Vec<String> {
        let names = ["player", "recorder", "cloud-recorder"].map(str::to_owned).into();
        named(text, &names).remove(name).unwrap_or_default().into_iter().collect()
    }

    #[test]
    fn versions_belong_to_the_component_before_them() {
        let text = "Player 2.4.0, 2.5 and 2.6.1 cannot open what Recorder 2.7.0 writes in the player";
        assert_eq!(versions(text, "player"), ["2.4.0", "2.5", "2.6.1"]);
        assert_eq!(versions(text, "recorder"), ["2.7.0"]);
        assert_eq!(versions("2.4.0 of the player and 2.5.0 too", "player"), ["2.4.0", "2.5.0"]);
        assert_eq!(versions("player@2.4.0 and player-2.5.0.", "player"), ["2.4.0", "2.5.0"]);
    }

    #[test]
    fn a_version_belongs_to_no_component_of_another_sentence() {
        for text in [
            "Who plays with player 2.4.0.\nRecordings of 2.7.0 are in a new format.",
            "Player 2.4.0 is affected. Recordings of 2.7.0 are in a new format.",
            "Have you player 2.4.0? Recordings of 2.7.0 are in a new format.",
            "2.7.0 is new. Player 2.4.0 does not know it.",
        ] {
            assert_eq!(versions(text, "player"), ["2.4.0"], "{text}");
        }
        assert_eq!(versions("Player:\n2.4.0\n2.5.0\n\n2.7.0 is new", "player"), ["2.4.0", "2.5.0"]);
    }

    #[test]
    fn the_longest_name_wins() {
        assert_eq!(versions("Cloud Recorder 2.7.0", "recorder"), [""; 0]);
        assert_eq!(versions("Cloud Recorder 2.7.0", "cloud-recorder"), ["2.7.0"]);
    }
    #[test]
    fn each_text_begins_with_what_it_lacks_and_the_notice_needs_no_symptom() {
        use crate::rule::scene::{Scene, test};
        let scene = |says: &str| {
            let out = Scene::new().out("2.4.0", &["player@2.4.0 reads:2"]);
            let own = ["recorder@2.7.0 writes:3", "player@2.7.0 reads:2,3"];
            out.own(&own, &test("recorder@2.7.0 player@2.4.0 fails No picture")).kb(says).notice(says)
        };
        let begun = |says: &str, paper: Paper| -> Vec<String> {
            scene(says).look(|it| paragraphs(it, paper)).into_iter().map(|it| it.text).collect()
        };
        let both = [
            "TODO: No picture: recorder 2.7.0 and player 2.4.0 do not work together.",
            "TODO: with recorder 2.7.0 and player 2.4.0: upgrade player to 2.7.0.",
        ];
        assert_eq!(begun("It fails.", Paper::Article), both);
        assert_eq!(begun("It fails.", Paper::Notice), both);
        let says = "Recordings of recorder 2.7.0 do not open in player 2.4.0: install player 2.7.0.";
        assert_eq!(begun(says, Paper::Article), both, "it lacks what a customer sees");
        assert_eq!(begun(says, Paper::Notice), [""; 0]);
        assert_eq!(begun(&format!("{says} No picture."), Paper::Article), [""; 0]);
    }
}
