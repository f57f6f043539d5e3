//! `holdpoint status`: what is out, and what is still owed and by whom.

use clap::Args;
use holdpoint_core::decide::{Publicity, Question, Texts, decide};
use holdpoint_core::name::{ComponentName, SiteName, Version, escaped, listed, nearest};

use crate::answer::{Source, who_can_find_out};
use crate::failure::Failure;
use crate::gather::Record;
use crate::outcome::Outcome;
use crate::shell::{Reading, Shell};
use crate::sight::{self, Reach};

mod account;
mod facts;
mod json;
#[cfg(test)]
mod sample;
mod sites;
mod view;
mod words;

pub(crate) use json::StatusJson;
pub(super) use account::is_visible;
pub(super) use sites::{Looks, look, shown};
pub(super) use words::place;

use account::Account;
use sites::listing;
use view::{Body, StatusView, Unknown};

/// Say what is out, and what is still owed and by whom
///
/// Without an argument: every release, newest first. With one: whether it is out, in words that can be read to a
/// customer, and then the facts. `2.7` means every 2.7.x; `recorder@2.7` asks by a component's version; `recorder` asks
/// which one is the newest.
///
/// Exit codes: 0 answered, 2 bad usage, 4 without a record, or it could not be told; the answer is printed all the same.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A version, a component, or both: 2.7, recorder, recorder@2.7
    asked: Option<String>,
    /// Print only what a customer may know: no people, no plans, no ids
    #[arg(long)]
    customer: bool,
    #[command(flatten)]
    reading: Reading,
}

/// For whom an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// Somebody of the vendor.
    Desk,
    /// A customer.
    Customer,
}

/// What is asked for.
enum Asked {
    /// Every release.
    All,
    /// Every release of a component.
    Component(ComponentName),
    /// These releases, each by the name that was used for it.
    These(Vec<(Version, String)>),
    /// Something that has no record, by the name that was used for it.
    Nobody(String),
}

/// Answers.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    let source = Source::of(shell, &record, &options.reading)?;
    let reader = if options.customer { Reader::Customer } else { Reader::Desk };
    let body = body(shell, &record, &source, options.asked.as_deref(), reader)?;
    let view = StatusView { asked: options.asked, reader, now: shell.now(), source, body };
    Ok(Outcome::new(view.exit(), view))
}

fn body(
    shell: &Shell,
    record: &Record<'_>,
    source: &Source,
    asked: Option<&str>,
    reader: Reader,
) -> Result<Body, Failure> {
    let Some(policy) = source.policy().filter(|_| source.doubts().is_empty()) else { return Ok(Body::Unreliable) };
    let looks = look(shell, record)?;
    let all = || -> Result<Vec<Version>, Failure> { Ok(record.versions()?.into_iter().rev().collect()) };
    Ok(match find(record, asked)? {
        Asked::All => Body::List { of: None, accounts: accounts(shell, record, &looks, &all()?)? },
        Asked::Component(name) => {
            let components = record.components()?;
            let (mut versions, doubted) = (all()?, record.doubted()?);
            let has = |it: &Version| components.get(it).is_some_and(|it| it.iter().any(|it| it.name == name));
            versions.retain(|it| has(it) || doubted.contains(it));
            Body::List { of: Some(name), accounts: accounts(shell, record, &looks, &versions)? }
        }
        Asked::These(releases) => {
            let mut answers = Vec::new();
            for (version, subject) in releases {
                answers.push((account(shell, record, &looks, &version, Detail::Full)?, subject));
            }
            // What is out answers the question; what comes next follows. Each newest first.
            answers.sort_by(|(a, _), (b, _)| (!a.position.is_out(), &b.version).cmp(&(!b.position.is_out(), &a.version)));
            Body::Answers(answers)
        }
        Asked::Nobody(subject) => {
            let word = subject.rsplit(' ').next().unwrap_or_default().to_owned();
            let who = who_can_find_out(policy);
            let recorded = record.versions()?;
            let near = nearest(&word, recorded.iter().map(ToString::to_string).collect::<Vec<_>>().iter().map(String::as_str))
                .map(str::to_owned);
            let listing: Vec<SiteName> = listing(&looks, |it| match subject.rsplit_once(' ') {
                Some((component, version)) => it.has_component(component, version),
                None => it.version.answers_to(&subject),
            });
            let doubted = record.doubted()?;
            let who = if reader == Reader::Desk { who } else { Vec::new() };
            Body::Nobody(Unknown { subject, who, near, listing, doubted })
        }
    })
}

/// How much is gathered about a release.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// For one line of many.
    Line,
    /// For an answer about it alone.
    Full,
}

fn accounts(
    shell: &Shell,
    record: &Record<'_>,
    looks: &Looks,
    versions: &[Version],
) -> Result<Vec<Account>, Failure> {
    versions.iter().map(|it| account(shell, record, looks, it, Detail::Line)).collect()
}

fn account(
    shell: &Shell,
    record: &Record<'_>,
    looks: &Looks,
    version: &Version,
    detail: Detail,
) -> Result<Account, Failure> {
    let evidence = match detail {
        Detail::Line => record.plain_evidence(version)?,
        Detail::Full => record.evidence(version)?,
    };
    let mut evidence = evidence.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))?;
    sight::show(shell, record, &mut evidence, Reach::Public)?;
    let decision = decide(&evidence, &Question::Check, shell.now());
    let publicity = record.publicity(&evidence)?;
    let texts = match &publicity {
        Publicity::Published(published) => record.texts(&evidence, published)?,
        Publicity::Draft(draft) => Texts::of_draft(draft),
        Publicity::Doubted(_) => Texts::default(),
    };
    Ok(Account::of(&evidence, decision, looks, (&publicity, &texts)))
}

/// What `asked` means.
fn find(record: &Record<'_>, asked: Option<&str>) -> Result<Asked, Failure> {
    let Some(asked) = asked else { return Ok(Asked::All) };
    if let Some((component, version)) = asked.split_once('@') {
        return of_component(record, component, version);
    }
    if is_version(asked) {
        let found = record.matching(asked)?;
        if found.is_empty() {
            return Ok(Asked::Nobody(escaped(asked.strip_prefix('v').unwrap_or(asked))));
        }
        return Ok(Asked::These(found.into_iter().map(|it| (it.clone(), it.to_string())).collect()));
    }
    match component_named(record, asked)? {
        Ok(name) => Ok(Asked::Component(name)),
        // It may be what went out with a release whose record is in doubt.
        Err(_) if !record.doubted()?.is_empty() => Ok(Asked::Nobody(escaped(asked))),
        Err(hint) => Err(Failure::usage(format!("there is no component `{}`", escaped(asked))).hint(hint)),
    }
}

/// `recorder@2.7`. A component that nobody recorded is an answer too, unless its name is a slip.
fn of_component(record: &Record<'_>, component: &str, version: &str) -> Result<Asked, Failure> {
    if version.is_empty() || component.is_empty() {
        return Err(Failure::usage("that asks for nothing").hint("ask like this: holdpoint status recorder@2.7"));
    }
    if !is_version(version) {
        return Err(Failure::usage(format!("`{}` is no version", escaped(version)))
            .hint("ask like this: holdpoint status recorder@2.7"));
    }
    let nobody = || Asked::Nobody(escaped(&format!("{component} {}", version.strip_prefix('v').unwrap_or(version))));
    let name = match component_named(record, component)? {
        Ok(name) => name,
        Err(hint) if hint.starts_with("did you mean") => {
            return Err(Failure::usage(format!("there is no component `{}`", escaped(component))).hint(hint));
        }
        Err(_) => return Ok(nobody()),
    };
    let mut found = Vec::new();
    for (release, components) in record.components()? {
        let own = components.iter().find(|it| it.name == name && it.version.answers_to(version));
        found.extend(own.map(|it| (release.clone(), format!("{name} {}", it.version))));
    }
    Ok(if found.is_empty() { nobody() } else { Asked::These(found) })
}

/// The component of that name, or what to say about it.
fn component_named(record: &Record<'_>, word: &str) -> Result<Result<ComponentName, String>, Failure> {
    let mut known: Vec<&ComponentName> = record.components()?.values().flatten().map(|it| &it.name).collect();
    known.sort();
    known.dedup();
    if let Some(name) = known.iter().find(|it| it.as_str() == word) {
        return Ok(Ok((*name).clone()));
    }
    Ok(Err(match nearest(word, known.iter().map(|it| it.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "no component is recorded yet; see `holdpoint status`".to_owned(),
        None => format!("the components are {}", listed(known, "and")),
    }))
}

/// Whether a word asks for a version: it begins with a digit, perhaps after a `v`.
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').unwrap_or(word).starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn a_word_that_begins_with_a_digit_asks_for_a_version() {
        assert!(["2.7", "v2.7.0", "2"].into_iter().all(is_version));
        assert!(["recorder", "viewer", "v", ""].into_iter().all(|it| !is_version(it)));
    }
}
