//! Who writes a format and who reads it, by what the versions declare of themselves.

use std::collections::BTreeMap;

use holdpoint_core::name::{ComponentName, FormatName, Version, counted, listed};
use holdpoint_core::policy::Interface;

use super::cabinet::{Declared, Cabinet};

/// A version that writes or reads a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hand {
    pub(super) component: ComponentName,
    pub(super) version: Version,
    /// Whether customers have it.
    pub(super) is_out: bool,
    /// What is lost, or that it must be asked to: in a few words.
    pub(super) but: Option<String>,
}

/// Who writes a format and who reads it, newest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hands {
    pub(super) write: Vec<Hand>,
    /// Only versions that are out: what is promised for later opens no file today.
    pub(super) read: Vec<Hand>,
}

impl Hands {
    /// By the declarations of every release. What a test or a converter adds to them is not asked here.
    pub(super) fn of(cabinet: &Cabinet, interface: &Interface, format: &FormatName) -> Self {
        let mut hands = Self::default();
        for it in cabinet.declared() {
            hands.write.extend(writer(it, interface, format));
            hands.read.extend(reader(it, interface, format));
        }
        hands
    }
}

fn hand(it: &Declared, but: Option<String>) -> Hand {
    Hand { component: it.component.clone(), version: it.version.clone(), is_out: it.is_out, but }
}

fn writer(it: &Declared, interface: &Interface, format: &FormatName) -> Option<Hand> {
    let own = &it.declaration;
    let names = |all: &BTreeMap<_, Vec<_>>| all.get(&interface.name).is_some_and(|it| has(it, format));
    if !interface.writers.contains(&it.component) {
        None
    } else if names(&own.writes) {
        Some(hand(it, None))
    } else {
        names(&own.writes_on_request).then(|| hand(it, Some("when asked to".to_owned())))
    }
}

fn reader(it: &Declared, interface: &Interface, format: &FormatName) -> Option<Hand> {
    let own = &it.declaration;
    let is_one = it.is_out && interface.readers.contains(&it.component);
    let losses = own.degraded.get(&interface.name).filter(|_| is_one);
    if let Some((_, loss)) = losses.into_iter().flatten().find(|(declared, _)| declared.as_str() == format.as_str()) {
        return Some(hand(it, Some(loss.clone())));
    }
    let reads = own.reads.get(&interface.name).is_some_and(|it| has(it, format));
    (is_one && reads).then(|| hand(it, None))
}

fn has(declared: &[impl ToString], format: &FormatName) -> bool {
    declared.iter().any(|it| it.to_string() == format.as_str())
}

/// "player 2.7.0 (no captions), player 2.6.0 and 3 more versions": the first few.
pub(super) fn words(hands: &[Hand]) -> String {
    const SHOWN: usize = 6;
    let one = |it: &Hand| {
        let not_out = (!it.is_out).then(|| "not out".to_owned());
        let remarks: Vec<String> = it.but.iter().cloned().chain(not_out).collect();
        let remarks = if remarks.is_empty() { String::new() } else { format!(" ({})", remarks.join("; ")) };
        format!("{} {}{remarks}", it.component, it.version)
    };
    let mut all: Vec<String> = hands.iter().take(SHOWN).map(one).collect();
    all.extend(hands.len().checked_sub(SHOWN + 1).map(|it| format!("{} more", counted(it + 1, "version"))));
    listed(all, "and")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_few_and_counts_the_others() {
        let hand = |version: &str, but: Option<&str>, is_out| Hand {
            component: "player".parse().unwrap(),
            version: version.parse().unwrap(),
            is_out,
            but: but.map(str::to_owned),
        };
        let two = [hand("2.7.0", Some("no captions"), false), hand("2.6.0", None, true)];
        assert_eq!(words(&two), "player 2.7.0 (no captions; not out) and player 2.6.0");
        let many: Vec<Hand> = (0..7).map(|it| hand(&format!("2.{it}.0"), None, true)).collect();
        assert!(words(&many).ends_with("player 2.5.0 and 1 version more"), "{}", words(&many));
        assert!(words(&many[..6]).ends_with("player 2.4.0 and player 2.5.0"), "{}", words(&many[..6]));
    }
}
