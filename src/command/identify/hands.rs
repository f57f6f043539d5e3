//! Who writes a format and who reads it, by what the versions declare of themselves.

use std::collections::BTreeSet;

use holdpoint_core::compatibility::Formats;
use holdpoint_core::name::{FormatName, counted, listed};
use holdpoint_core::policy::Interface;
use holdpoint_core::release::Component;

use super::cabinet::{Declared, Cabinet};

/// A version that writes or reads a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hand {
    pub(super) component: Component,
    /// Whether customers have it.
    pub(super) is_out: bool,
    /// What is lost, that it must be asked to, or what it did not open: in a few words.
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
    /// By the declarations of every release. Nobody knows which version wrote a file, so a test says of a reader only which writers
    /// it failed with. Who can open what, and what to do else, is what pairs are derived for.
    pub(super) fn of(cabinet: &Cabinet, interface: &Interface, format: &FormatName) -> Self {
        let mut hands = Self::default();
        for it in cabinet.declared() {
            let Some(formats) = it.declaration.get(&interface.name) else { continue };
            if interface.writers.contains(&it.component.name) && formats.written().any(|it| it == format) {
                let asked = formats.writes_on_request.contains(format) && !writes(formats, format);
                hands.write.push(hand(it, asked.then(|| "when asked to".to_owned())));
            }
            let reads = formats.read().any(|it| it == format);
            if it.is_out && interface.readers.contains(&it.component.name) && reads {
                let loss = formats.degraded.get(format).map(ToString::to_string);
                let remarks: Vec<String> = loss.into_iter().chain(failed(cabinet, interface, format, it)).collect();
                hands.read.push(hand(it, (!remarks.is_empty()).then(|| remarks.join("; "))));
            }
        }
        hands
    }
}

fn hand(it: &Declared, but: Option<String>) -> Hand {
    Hand { component: it.component.clone(), is_out: it.is_out, but }
}

fn writes(formats: &Formats, format: &FormatName) -> bool {
    formats.writes.as_ref().is_some_and(|it| it.contains(format))
}

/// The writers of the format that a reader failed with in a test, in a few words.
fn failed(cabinet: &Cabinet, interface: &Interface, format: &FormatName, reader: &Declared) -> Option<String> {
    let writes_it = |name: &Component| {
        let mut declared = cabinet.declared().iter().filter(|it| it.component == *name);
        declared.any(|it| it.declaration.get(&interface.name).is_some_and(|it| writes(it, format)))
    };
    let own = cabinet.failed().iter().filter(|it| it.interface == interface.name && it.reader == reader.component);
    let writers: BTreeSet<&Component> = own.map(|it| &it.writer).filter(|it| writes_it(it)).collect();
    let words = listed(writers.iter().map(|it| format!("{} {}", it.name, it.version)), "and");
    (!writers.is_empty()).then(|| format!("failed with what {words} wrote"))
}

/// "player 2.7.0 (no captions), player 2.6.0 and 3 more versions": the first few.
pub(super) fn words(hands: &[Hand]) -> String {
    const SHOWN: usize = 6;
    let one = |it: &Hand| {
        let not_out = (!it.is_out).then(|| "not out".to_owned());
        let remarks: Vec<String> = it.but.iter().cloned().chain(not_out).collect();
        let remarks = if remarks.is_empty() { String::new() } else { format!(" ({})", remarks.join("; ")) };
        format!("{} {}{remarks}", it.component.name, it.component.version)
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
            component: Component { name: "player".parse().unwrap(), version: version.parse().unwrap() },
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
