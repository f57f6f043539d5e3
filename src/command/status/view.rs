//! How an answer about releases is shown: the sentence first, then the facts, then where they come from.

use holdpoint_core::decide::Standing;
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::name::{ComponentName, Person, SiteName, Version, counted, escaped, listed};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Reader;
use super::account::{Account, Position};
use super::facts::facts;
use super::json::StatusJson;
use super::words::{answer, places, planned};
use crate::answer::{Source, publish_command};
use crate::failure::Exit;
use crate::outcome::View;
use crate::render::json::value;
use crate::render::{ago, findings, next_steps, paint, people, wrap};

/// An answer about releases.
pub(super) struct StatusView {
    pub(super) asked: Option<String>,
    pub(super) reader: Reader,
    pub(super) now: Timestamp,
    pub(super) source: Source,
    pub(super) body: Body,
}

/// What is answered.
pub(super) enum Body {
    /// One line for each release: of one component, or of all.
    List { of: Option<ComponentName>, accounts: Vec<Account> },
    /// All about some releases, each by the name that was used for it; at least one.
    Answers(Vec<(Account, String)>),
    /// There is no record of what was asked for.
    Nobody(Unknown),
    /// The policy cannot be relied on, and so nothing can be told.
    Unreliable,
}

/// Something that has no record.
pub(super) struct Unknown {
    pub(super) subject: String,
    /// Who can find out.
    pub(super) who: Vec<Person>,
    /// A version that is recorded, and was perhaps meant.
    pub(super) near: Option<String>,
    /// Sites that list it all the same.
    pub(super) listing: Vec<SiteName>,
    /// Releases whose record is in doubt: it may be part of one of them.
    pub(super) doubted: Vec<Version>,
}

impl StatusView {
    /// Done, if anything of what was asked for could be told.
    pub(super) fn exit(&self) -> Exit {
        let is_told = match &self.body {
            Body::List { accounts, .. } if accounts.iter().any(|it| it.is_doubted) => false,
            Body::List { accounts, .. } => accounts.is_empty() || accounts.iter().any(Account::is_told),
            Body::Answers(answers) => answers.iter().any(|(it, _)| it.is_told()),
            Body::Nobody(_) | Body::Unreliable => false,
        };
        if is_told { Exit::Done } else { Exit::Unable }
    }

    /// The first line, without what is said about the record itself.
    pub(super) fn headline(&self) -> String {
        match &self.body {
            Body::List { of: None, accounts } => summary(accounts, self.reader),
            Body::List { of: Some(name), accounts } => newest(name, accounts),
            Body::Answers(answers) => {
                answers.first().map(|(it, subject)| answer(it, subject, self.today(), self.reader)).unwrap_or_default()
            }
            Body::Nobody(it) if self.reader == Reader::Customer && !it.doubted.is_empty() => {
                format!("It cannot be told yet whether {} is out.", it.subject)
            }
            Body::Nobody(it) if !it.doubted.is_empty() => {
                let (doubted, is) = (listed(&it.doubted, "and"), if it.doubted.len() == 1 { "is" } else { "are" });
                let listing = listed(&it.listing, "and");
                let listing = if listing.is_empty() { listing } else { format!(", and {listing} lists it all the same") };
                format!("It cannot be told whether {} is out: the record of {doubted} {is} in doubt{listing}.", it.subject)
            }
            Body::Nobody(it) if it.listing.is_empty() => format!("Nobody has recorded {}.", it.subject),
            Body::Nobody(it) => {
                format!("Nobody has recorded {}, and {} lists it all the same.", it.subject, listed(&it.listing, "and"))
            }
            Body::Unreliable => match &self.asked {
                Some(asked) => format!(
                    "It cannot be told whether {} is out: the policy here cannot be relied on.",
                    escaped(asked)
                ),
                None => "It cannot be told what is out: the policy here cannot be relied on.".to_owned(),
            },
        }
    }

    pub(super) fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// All about one release.
    fn block(&self, account: &Account, subject: &str) -> String {
        let mut out = self.first_line(&answer(account, subject, self.today(), self.reader));
        let is_desk = self.reader == Reader::Desk;
        if is_desk && !account.position.is_out() && account.position != Position::Publishing {
            out.push_str(&self.requirements(&account.requirements));
        }
        let facts = facts(account, self.source.policy(), self.today(), self.reader);
        if !facts.is_empty() {
            out.push('\n');
        }
        for (word, text) in facts {
            out.push_str(&format!("  {}  {}\n", paint::dim(&format!("{word:10}")), wrap::hanging(&escaped(&text), 14)));
        }
        if is_desk {
            out.push_str(&self.reasons(account));
        }
        out
    }

    fn requirements(&self, all: &[Standing]) -> String {
        let states = all.iter().map(|it| it.state.word().len()).max().unwrap_or_default();
        let names = all.iter().map(|it| it.title.as_str().chars().count()).max().unwrap_or_default();
        let line = |it: &Standing| {
            let words = match (&it.finding, it.since) {
                (Some(finding), _) => escaped(&finding.message),
                (None, Some(since)) => format!("{}, {}", people(&it.by), ago(since, self.now)),
                (None, None) => people(&it.by),
            };
            let title = format!("{:names$}", it.title.as_str());
            format!("  {}  {title}  {}\n", paint::state(it.state, states), wrap::hanging(&words, states + names + 6))
        };
        let lines: String = all.iter().map(line).collect();
        if lines.is_empty() { lines } else { format!("\n{lines}") }
    }

    /// What speaks against it besides the requirements, and what to do next.
    fn reasons(&self, account: &Account) -> String {
        let told = |it: &Finding| {
            let own = account.requirements.iter().filter_map(|it| it.finding.as_ref());
            own.into_iter().any(|own| own.code == it.code && own.about == it.about)
        };
        let weighty = account.findings.iter().filter(|it| it.severity > Severity::Warning || is_changed(it));
        let untold: Vec<Finding> = weighty.filter(|it| !told(it)).cloned().collect();
        let mut out = if untold.is_empty() { String::new() } else { format!("\n{}", findings(&untold)) };
        let publish = |why: &str| {
            let next = self.source.policy().map(|it| publish_command(&account.version, it)).unwrap_or_default();
            let who = format!("who: {}", people(&account.publishers));
            format!("\nnext: {next}{why}\n        {}\n", paint::dim(&who))
        };
        out.push_str(&match account.position {
            _ if !account.unrecorded.is_empty() => "\nnext: holdpoint audit   (compares the sites with the record)\n".to_owned(),
            Position::Clear => publish(""),
            Position::Publishing if account.weighty(Severity::Blocked).next().is_none() => {
                publish("   (the same again; it finishes what was begun)")
            }
            _ => next_steps(&account.findings),
        });
        out
    }

    fn first_line(&self, words: &str) -> String {
        let line = wrap::hanging(&format!("{words}{}", self.source.mark()), 0);
        format!("{}\n", paint::bold(&line))
    }

    fn list(&self, accounts: &[Account]) -> String {
        let shown = accounts.iter().filter(|it| self.reader == Reader::Desk || it.position.is_out());
        let shown: Vec<&Account> = shown.collect();
        let versions = shown.iter().map(|it| it.version.to_string().len()).max().unwrap_or_default();
        let words = shown.iter().map(|it| it.position.word().len()).max().unwrap_or_default();
        let line = |it: &&Account| {
            let (version, state) = (format!("{:versions$}", it.version), paint::position(it.position.word(), words));
            let told = wrap::hanging(&self.row(it), versions + words + 6);
            format!("  {}  {state}  {told}\n", paint::bold(&version))
        };
        let lines: String = shown.iter().map(line).collect();
        if lines.is_empty() { lines } else { format!("\n{lines}") }
    }

    /// What is said of a release beside its state.
    fn row(&self, account: &Account) -> String {
        let mut parts = Vec::new();
        match account.position {
            Position::Published | Position::Adopted => parts.push(places(account, self.reader)),
            Position::Publishing => {
                let sites = listed(account.publications.iter().map(|(it, _)| &it.site), "and");
                parts.push(format!("being published on {sites}: run the same publish again"));
            }
            _ => parts.push(planned(account, self.today())),
        }
        if self.reader == Reader::Customer {
            return parts.concat();
        }
        if account.position == Position::Adopted {
            parts.push("went out outside the gate".to_owned());
        }
        match account.position {
            Position::Clear => parts.push(format!("{} can publish it", people(&account.publishers))),
            Position::Waiting => {
                let owed = account.owed();
                let owed = owed.iter().map(|it| format!("{} ({})", it.title, people(&who(it))));
                parts.extend((!account.owed().is_empty()).then(|| format!("owed: {}", listed(owed, "and"))));
                let early = account.findings.iter().find(|it| it.code == Code::TooEarly);
                parts.extend(early.map(|it| it.message.clone()));
            }
            Position::Cancelled => {
                let reason = account.release.as_ref().and_then(|it| it.cancelled.as_ref());
                parts.extend(reason.map(ToString::to_string));
            }
            _ => {
                let worst = account.weighty(Severity::Blocked).map(|it| format!("{}: {}", it.code, it.message));
                let worst: Vec<String> = worst.collect();
                parts.extend(worst.first().cloned());
                parts.extend((worst.len() > 1).then(|| format!("and {} more", counted(worst.len() - 1, "reason"))));
            }
        }
        if !account.unrecorded.is_empty() {
            let rest = match account.position {
                Position::Unverifiable => "its record has faults",
                _ => "it is not recorded",
            };
            parts.push(format!("CAREFUL: {} lists it, and {rest}", listed(&account.unrecorded, "and")));
        }
        parts.extend(account.debts.iter().map(|it| format!("WAIVED: {}", it.words())));
        escaped(&parts.join("; "))
    }

    fn nobody(&self, it: &Unknown) -> String {
        let mut out = self.first_line(&self.headline());
        if let Some(near) = &it.near {
            out.push_str(&format!("\n  did you mean {near}?\n"));
        }
        if self.reader == Reader::Customer {
            return out;
        }
        out.push_str(&format!("\n  who can find out: {}\n", people(&it.who)));
        for version in &it.doubted {
            out.push_str(&format!("\n  {version}: holdpoint check {version}   (what is wrong with its record)\n"));
        }
        out.push_str("\nnext: holdpoint audit    (whether it is on a site without a record)\n");
        out.push_str("      holdpoint status   (all that is recorded)\n");
        out
    }
}

/// Who can give what is wanting.
fn who(standing: &Standing) -> Vec<Person> {
    standing.finding.as_ref().map(|it| it.who.clone()).unwrap_or_default()
}

/// Whether a finding says that something changed after it went out.
fn is_changed(finding: &Finding) -> bool {
    finding.code == Code::PublishedChanged
}

/// "3 releases: 1 published, 2 waiting".
fn summary(accounts: &[Account], reader: Reader) -> String {
    if reader == Reader::Customer {
        let out = accounts.iter().filter(|it| it.position.is_out()).count();
        return format!("{} {} out.", counted(out, "version"), if out == 1 { "is" } else { "are" });
    }
    if accounts.is_empty() {
        return "No release is recorded yet.".to_owned();
    }
    let mut positions: Vec<Position> = accounts.iter().map(|it| it.position).collect();
    positions.sort_unstable();
    let counts = positions.chunk_by(|a, b| a == b).filter_map(|it| Some(format!("{} {}", it.len(), it.first()?.word())));
    format!("{}: {}.", counted(accounts.len(), "release"), counts.collect::<Vec<_>>().join(", "))
}

/// Which version of a component customers have.
fn newest(name: &ComponentName, accounts: &[Account]) -> String {
    let out = accounts.iter().find(|it| it.position.is_out() && !it.version.is_pre_release());
    if accounts.iter().any(|it| it.is_doubted) {
        return format!("It cannot be told which {name} is the newest: a record of what is out is in doubt.");
    }
    match out.and_then(|it| Some((it, it.version_of(name)?))) {
        Some((it, version)) => format!("The newest {name} that is out is {version}, {}.", places(it, Reader::Customer)),
        None => format!("No {name} is out."),
    }
}

impl View for StatusView {
    fn human(&self) -> String {
        let mut out = match &self.body {
            Body::List { accounts, .. } => format!("{}{}", self.first_line(&self.headline()), self.list(accounts)),
            Body::Answers(answers) => {
                let blocks: Vec<String> = answers.iter().map(|(it, subject)| self.block(it, subject)).collect();
                blocks.join("\n")
            }
            Body::Nobody(it) => self.nobody(it),
            Body::Unreliable if self.reader == Reader::Customer => self.first_line(&self.headline()),
            Body::Unreliable => {
                let doubts = self.source.doubts();
                format!("{}{}{}", self.first_line(&self.headline()), findings(doubts), next_steps(doubts))
            }
        };
        if self.reader == Reader::Desk {
            out.push_str(&format!("\n{}\n", paint::dim(&self.source.line())));
        }
        out
    }

    fn json(&self) -> serde_json::Value {
        value(&StatusJson::of(self))
    }
}
