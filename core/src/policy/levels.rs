//! `[levels]`: what the rules for documents weigh here, where a team has a reason to weigh one otherwise.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::finding::{Code, Finding, Severity};
use crate::name::{NameFault, escaped, listed, nearest};
use crate::record::{Table, Word};

/// The rules whose level a policy may set. What the others say, no policy can set aside: that a document is about another
/// version, or leaves a customer without a way out.
pub const SETTABLE: [Code; 8] = [
    Code::KbSections,
    Code::KbStatus,
    Code::KbContact,
    Code::NoticeSections,
    Code::NoticeDate,
    Code::Placeholder,
    Code::DeadLink,
    Code::SameBytes,
];

/// What a rule for documents weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is said.
    Off,
    /// It is said, and has no weight.
    Warning,
    /// It blocks.
    Error,
}

impl Level {
    /// The weight of a finding of this level; none where nothing is said.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Blocked),
        }
    }
}

impl FromStr for Level {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        match text {
            "off" => Ok(Self::Off),
            "warning" => Ok(Self::Warning),
            "error" => Ok(Self::Error),
            _ => Err(NameFault("is no level; write \"error\", \"warning\" or \"off\"".to_owned())),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Off => "off",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// The levels that a policy sets. Every other code weighs what it always does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<Code, Level>);

impl Levels {
    /// The levels that are set, by the order of the codes.
    pub fn set(&self) -> impl Iterator<Item = (Code, Level)> + '_ {
        self.0.iter().map(|(code, level)| (*code, *level))
    }

    /// These levels, however a policy would write them.
    #[cfg(test)]
    pub(crate) fn new(levels: impl IntoIterator<Item = (Code, Level)>) -> Self {
        Self(levels.into_iter().collect())
    }

    /// The level of `code`, if the policy sets it.
    pub fn of(&self, code: Code) -> Option<Level> {
        self.0.get(&code).copied()
    }

    /// What a finding of a rule weighs here; nothing where its rule is off.
    pub fn weigh(&self, mut finding: Finding) -> Option<Finding> {
        let Some(level) = self.of(finding.code) else { return Some(finding) };
        let severity = level.severity()?;
        // What already weighs less than its rule does, such as a placeholder in a draft, gets no heavier.
        if severity < finding.severity || finding.severity == finding.code.meaning().severity {
            finding.severity = severity;
        }
        Some(finding)
    }
}

/// The levels of `[levels]`; none where the table is absent. `None` after a fault.
pub(super) fn read(table: &Table<'_, '_>) -> Option<Levels> {
    let Some(own) = table.optional_table("levels") else {
        // What is there and no table has its fault already.
        return (!table.has("levels")).then(Levels::default);
    };
    let mut levels = Levels::default();
    for (key, entry) in own.entries::<String>() {
        let level = entry.read::<Word<Level>>();
        match key.value.parse::<Code>().ok().filter(|it| SETTABLE.contains(it)) {
            Some(code) => levels.0.extend(level.map(|it| (code, it.0))),
            None => {
                let (message, help) = refusal(&key.value);
                own.sheet().fault(key.span, message, help);
            }
        }
    }
    Some(levels)
}

/// Why no level is set for `key`, and what may have been meant.
fn refusal(key: &str) -> (String, String) {
    let names = SETTABLE.map(|it| it.meaning().name);
    let message = match key.parse::<Code>() {
        Ok(code) if code.meaning().about == "document" => {
            format!("the level of `{code}` is fixed: it is always an error")
        }
        Ok(code) => format!("`{code}` is no rule for documents alone, and its level is fixed"),
        Err(_) => format!("there is no rule `{}`", escaped(key)),
    };
    let help = match nearest(key, names).filter(|_| key.parse::<Code>().is_err()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("take it out; a level can be set for {}", listed(names.map(|it| format!("`{it}`")), "and")),
    };
    (message, help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{self, Problems};

    fn levels(text: &str) -> Result<Levels, Problems> {
        record::read("policy.toml", text.as_bytes(), read)
    }

    fn faults(text: &str) -> Vec<(String, String, String)> {
        levels(text).unwrap_err().into_iter().map(|it| (it.place.text, it.message, it.help)).collect()
    }

    #[test]
    fn what_is_not_set_weighs_what_it_always_does() {
        assert_eq!(levels(""), Ok(Levels::default()));
        assert_eq!(levels("[levels]\n"), Ok(Levels::default()));
        let finding = Finding::new(Code::DeadLink, "kb.md", "x");
        assert_eq!(Levels::default().weigh(finding.clone()), Some(finding));
    }

    #[test]
    fn every_rule_that_may_be_set_takes_every_level() {
        for code in SETTABLE {
            for level in [Level::Off, Level::Warning, Level::Error] {
                let levels = levels(&format!("[levels]\n{code} = \"{level}\"\n")).unwrap();
                assert_eq!(levels.set().collect::<Vec<_>>(), [(code, level)]);
                let found = levels.weigh(Finding::new(code, "kb.md", "x"));
                assert_eq!(found.map(|it| it.severity), level.severity());
            }
        }
    }

    #[test]
    fn what_a_draft_lacks_gets_no_heavier() {
        let levels = levels("[levels]\nplaceholder = \"error\"\n").unwrap();
        let softened = Finding::new(Code::Placeholder, "kb.md", "x").as_warning();
        assert_eq!(levels.weigh(softened.clone()), Some(softened));
    }

    #[test]
    fn what_weighs_more_than_its_rule_is_lowered_too() {
        let levels = levels("[levels]\ndead-link = \"warning\"\n").unwrap();
        let finding = Finding::new(Code::DeadLink, "kb.md", "x");
        let heavier = Finding { severity: Severity::Blocked, ..finding.clone() };
        assert_eq!(levels.weigh(heavier).map(|it| it.severity), Some(finding.severity));
    }

    #[test]
    fn whatever_a_level_lowers_it_can_be_waived_when_it_counts() {
        assert!(
            SETTABLE.iter().all(|it| it.meaning().waivable && ["document", "artifact"].contains(&it.meaning().about))
        );
    }

    #[test]
    fn refuses_what_no_policy_can_set_each_with_its_place() {
        for code in ["kb-version", "kb-pairs", "notice-version", "notice-pairs"] {
            let found = faults(&format!("[levels]\n{code} = \"off\"\n"));
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].0, format!("{code} = \"off\""));
            assert_eq!(found[0].1, format!("the level of `{code}` is fixed: it is always an error"));
            assert!(found[0].2.starts_with("take it out; a level can be set for `kb-sections`, "), "{found:?}");
        }
        let found = faults("[levels]\nheld = \"off\"\ndead-lnik = \"off\"\ndead-link = \"none\"\nx = \"off\"\n");
        let said: Vec<(&str, &str)> = found.iter().map(|it| (it.1.as_str(), it.2.as_str())).collect();
        assert_eq!(said[0].0, "`held` is no rule for documents alone, and its level is fixed");
        assert_eq!(said[1], ("there is no rule `dead-lnik`", "did you mean `dead-link`?"));
        assert_eq!(said[2].0, "`none` is no level; write \"error\", \"warning\" or \"off\"");
        assert_eq!(said[3].0, "there is no rule `x`");
        assert!(faults("levels = 3\n")[0].1.contains("not a table"));
    }
}
