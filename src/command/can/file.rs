//! `holdpoint can … FILE`: who opens a file that a customer has, going by the format that its bytes show.

use std::path::{Path, PathBuf};

use holdpoint_core::compatibility::{Exchange, Opening, PairVerdict, runs};
use holdpoint_core::name::{ComponentName, FormatName, Text, Version, escaped, listed};
use holdpoint_core::policy::Policy;

use crate::answer::{Asked, Found, Known};
use crate::failure::{Exit, Failure};
use crate::identify::Specimen;

/// What happens to a file.
pub(super) struct Opened {
    /// As it was named.
    pub(super) shown: String,
    pub(super) formats: Vec<OpenedFormat>,
    /// What of the file could not be read. Each continues "the file …".
    pub(super) doubts: Vec<&'static str>,
    /// Who was asked about; nobody: whoever reads such a file.
    pub(super) asked: Option<Asked>,
}

/// One format that the file looks like.
pub(super) struct OpenedFormat {
    pub(super) title: Text,
    pub(super) interface: String,
    pub(super) name: FormatName,
    /// The best first.
    pub(super) rows: Vec<OpenedRow>,
}

/// Versions of one component of which the same is to be said.
pub(super) struct OpenedRow {
    pub(super) component: ComponentName,
    pub(super) versions: Vec<Version>,
    pub(super) text: String,
    pub(super) like: Opening,
}

/// The path that a word means: something with a folder in it, or that lies here and is no component.
pub(super) fn path(known: &Known, word: &str) -> Option<PathBuf> {
    let path = Path::new(word);
    let has_folder = path.components().count() > 1 || word.starts_with("./");
    let is_here = || path.symlink_metadata().is_ok() && !known.is_component(word);
    // A name with an ending is a file, even one that is not there: then the failure says so.
    let is_named = || !word.contains('@') && path.extension().is_some() && !known.is_component(word);
    (has_folder || is_here() || is_named()).then(|| path.to_owned())
}

/// What becomes of the file, for what is asked about or for every reader in support.
pub(super) fn opened(known: &Known, policy: &Policy, path: &Path, asked: Option<&Asked>) -> Result<Opened, Failure> {
    let shown = escaped(&path.display().to_string());
    if path.symlink_metadata().is_err() {
        return Err(Failure::usage(format!("there is no file `{shown}`"))
            .hint("name a file that is there, or a component: holdpoint can player@2.4 open recorder@2.7"));
    }
    let likeness = Specimen::open(path)?.likeness(policy.interfaces())?;
    let exchanges = known.exchanges();
    let mut formats = Vec::new();
    for (interface, name) in likeness.formats {
        let Some(exchange) = exchanges.iter().find(|it| it.interface().name == interface) else { continue };
        let readers: Vec<Asked> = match asked {
            Some(one) => vec![one.clone()],
            None => {
                let all = exchange.interface().readers.iter().map(|it| known.asked(it.as_str()));
                all.collect::<Result<_, _>>()?
            }
        };
        let rows = readers.iter().flat_map(|it| rows(exchange, &name, it)).collect();
        formats.push(OpenedFormat { title: exchange.interface().title.clone(), interface: interface.to_string(), name, rows });
    }
    if let Some(asked) = asked
        && !formats.is_empty()
        && formats.iter().all(|it| it.rows.is_empty())
        && !asked.versions.is_empty()
    {
        let formats = listed(formats.iter().map(|it| format!("format {} ({})", it.name, it.title)), "or");
        return Err(Failure::usage(format!("`{shown}` is in {formats}, which {} does not read", asked.name))
            .hint(format!("holdpoint can {shown}   (who opens it)")));
    }
    Ok(Opened { shown, formats, doubts: likeness.doubts, asked: asked.cloned() })
}

fn rows(exchange: &Exchange<'_>, format: &FormatName, asked: &Asked) -> Vec<OpenedRow> {
    let mut rows: Vec<OpenedRow> = Vec::new();
    for version in &asked.versions {
        let component = holdpoint_core::release::Component { name: asked.name.clone(), version: version.clone() };
        let Some(opening) = exchange.opening(format, &component) else { continue };
        let same = |it: &&mut OpenedRow| Opening { reader: opening.reader.clone(), ..it.like.clone() } == opening;
        match rows.iter_mut().find(same) {
            Some(row) => row.versions.push(version.clone()),
            None => rows.push(OpenedRow {
                component: asked.name.clone(),
                versions: vec![version.clone()],
                text: String::new(),
                like: opening,
            }),
        }
    }
    let all = exchange.versions_of(false, &asked.name);
    for row in &mut rows {
        row.text = listed(runs(&row.versions, &all), "and");
    }
    rows.sort_by_key(|it| (!it.like.is_yes(), it.like.verdict, !it.like.is_supported));
    rows
}

impl Opened {
    fn rows(&self) -> impl Iterator<Item = &OpenedRow> {
        self.formats.iter().flat_map(|it| &it.rows)
    }

    /// The exit code. Whoever asks about nobody in particular wants to know whether anybody opens it.
    pub(super) fn exit(&self) -> Exit {
        let is_odd = |it: &Asked| it.found == Found::Nobody || it.versions.is_empty();
        if self.formats.is_empty() || self.asked.as_ref().is_some_and(is_odd) {
            return Exit::Unable;
        }
        if self.asked.as_ref().is_some_and(|it| it.found == Found::NotYet) {
            return Exit::Refused;
        }
        let is_unknown = self.rows().all(|it| it.like.verdict == PairVerdict::Unknown);
        // A file that fits several formats is opened for sure only if it is, whichever it has.
        let is_yes = |it: &OpenedFormat| match &self.asked {
            Some(_) => !it.rows.is_empty() && it.rows.iter().all(|it| it.like.is_yes()),
            None => it.rows.iter().any(|it| it.like.is_yes()),
        };
        match self.formats.iter().all(is_yes) {
            true => Exit::Done,
            false if is_unknown => Exit::Unable,
            false => Exit::Refused,
        }
    }

    /// The answer in words.
    pub(super) fn answer(&self) -> String {
        let file = &self.shown;
        if self.formats.is_empty() {
            return format!("It cannot be told: {file} looks like no format that the policy knows of.");
        }
        let looks = listed(self.formats.iter().map(|it| format!("{}, format {}", it.title, it.name)), "or");
        if let Some(asked) = &self.asked {
            match asked.found {
                Found::NotYet => return format!("Not yet: {} is not out. {file}: {looks}.", asked.text),
                Found::Nobody => {
                    return format!("Nobody has recorded {}. {file}: {looks}; {}.", asked.text, self.who(false));
                }
                Found::Out | Found::Every if asked.versions.is_empty() => return format!("No {} is out.", asked.name),
                Found::Out | Found::Every => {}
            }
            let all: Vec<&OpenedRow> = self.rows().collect();
            if let [one] = all.as_slice() {
                return format!("{} {file}: {looks}.", reply(one));
            }
            return format!("It depends on the version: {}. {file}: {looks}.", self.who(true));
        }
        if self.rows().any(|it| it.like.is_yes()) {
            format!("Yes: {}. {file}: {looks}.", self.who(false))
        } else {
            format!("No: nothing in support opens it for sure. {file}: {looks}.")
        }
    }

    /// "player 2.7.0 opens it"; `all`: with those that do not.
    fn who(&self, all: bool) -> String {
        let shown = self.rows().filter(|it| all || it.like.is_yes());
        let words: Vec<String> = shown.map(|it| clause(it, "it")).collect();
        if words.is_empty() { "nothing in support opens it for sure".to_owned() } else { listed(words, "and") }
    }
}

/// "Yes, with a loss: captions. player 2.7.0 opens it."
pub(super) fn reply(row: &OpenedRow) -> String {
    let clause = clause(row, "it");
    match (row.like.verdict, &row.like.loss) {
        _ if !row.like.failed_with.is_empty() && row.like.verdict <= PairVerdict::Degraded => {
            format!("It depends on what wrote it: {clause}.")
        }
        (PairVerdict::Works, _) => format!("Yes. {clause}."),
        (PairVerdict::Degraded, Some(loss)) => format!("Yes, with a loss: {loss}. {} {} opens it.", row.component, row.text),
        (PairVerdict::Degraded, None) => format!("Yes, with a loss. {clause}."),
        (PairVerdict::Fails, _) => format!("No. {clause}."),
        (PairVerdict::Unknown, _) => format!("Nobody has said. {clause}."),
    }
}

/// "player 2.4.0 cannot open it", without a full stop.
pub(super) fn clause(row: &OpenedRow, object: &str) -> String {
    let who = format!("{} {}", row.component, row.text);
    let s = if row.versions.len() > 1 { "" } else { "s" };
    let failed = &row.like.failed_with;
    let but = if failed.is_empty() {
        String::new()
    } else {
        let writers = listed(failed.iter().map(|it| format!("{} {}", it.name, it.version)), "and");
        format!(", but failed with files of {writers}")
    };
    match row.like.verdict {
        PairVerdict::Works => format!("{who} open{s} {object}{but}"),
        PairVerdict::Degraded => match &row.like.loss {
            Some(loss) => format!("{who} open{s} {object} with a loss ({loss}){but}"),
            None => format!("{who} open{s} {object} with a loss{but}"),
        },
        PairVerdict::Fails => format!("{who} cannot open {object}"),
        PairVerdict::Unknown => format!("of {who} it is not recorded what is read"),
    }
}
