//! `kb-version`: an agent can tell from the Environment whether the article applies.

use std::collections::{HashMap, HashSet};

use super::mention::{Spelling, apart, as_version, dashed, tokens};
use super::{Dossier, first};
use crate::document::SectionName;
use crate::finding::{Code, Finding};
use crate::name::{ComponentName, Version};

/// The Environment names each component with its exact version.
///
/// A version is a whole word: `2.7.0`, or `2.7` for a 2.7.0. It belongs to the component if, of the versions of this
/// release, it is the next one after the name or the last one before it. A name may be written with capitals, and with
/// spaces for its dashes.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let Some(article) = dossier.article else { return Vec::new() };
    let plain = article.plain();
    let sections: Vec<_> = plain.named(dossier.words, SectionName::Environment).collect();
    let text: String = sections.iter().flat_map(|it| [it.text.as_str(), "\n\n"]).collect();
    let known = Known::new(dossier.components);
    let mentions = known.mentions(&text);
    let named = named(&mentions);
    let paired = paired(&mentions);
    let heading = dossier.words.heading(SectionName::Environment);
    let faults = dossier
        .components
        .iter()
        .enumerate()
        .filter(|(index, (_, version))| !paired.contains(&(*index, version.to_string().as_str())));
    first(faults, |(index, (name, version))| {
        let message = if named.contains(&index) {
            format!("the section `{heading}` names `{name}` without its version {version}")
        } else {
            format!("the section `{heading}` does not name `{name}`")
        };
        let span = sections.first().map_or(0..0, |it| it.span.clone());
        Finding::new(Code::KbVersion, plain.path(), message)
            .next(format!("write `{name} {version}` below `## {heading}` in `{}`", plain.path()))
            .at(plain.place(span))
    })
}

/// What the text names: a component, by its index, or a version of the release, in full.
enum Mention<'k> {
    Component(usize),
    Version(&'k str),
}

struct Known {
    names: HashMap<String, usize>,
    versions: HashMap<String, String>,
    longest: usize,
}

impl Known {
    fn new(components: &[(ComponentName, Version)]) -> Self {
        let mut known = Self { names: HashMap::new(), versions: HashMap::new(), longest: 1 };
        for (index, (name, version)) in components.iter().enumerate() {
            let name = dashed(name.as_str());
            known.longest = known.longest.max(name.matches('-').count() + 1).min(4);
            known.names.insert(name, index);
            let spelling = Spelling::of(version);
            if let Some(short) = spelling.short {
                known.versions.insert(short, spelling.full.clone());
            }
            known.versions.insert(spelling.full.clone(), spelling.full);
        }
        known
    }

    fn mentions(&self, text: &str) -> Vec<Mention<'_>> {
        let tokens: Vec<_> = tokens(text).collect();
        let mut mentions = Vec::new();
        let mut rest = tokens.as_slice();
        while let Some((token, after)) = rest.split_first() {
            // The longest name wins: "Cloud Recorder" is no `recorder`.
            let whole = (1..=self.longest).rev().find_map(|count| {
                let words = rest.get(..count).filter(|it| it.iter().skip(1).all(|it| it.follows))?;
                let name = words.iter().map(|it| dashed(it.text)).collect::<Vec<_>>().join("-");
                Some((count, *self.names.get(&name)?))
            });
            if let Some((count, index)) = whole {
                mentions.push(Mention::Component(index));
                rest = rest.get(count..).unwrap_or_default();
                continue;
            }
            mentions.extend(self.version(token.text));
            if let Some((name, version)) = apart(token.text)
                && let Some(index) = self.names.get(&dashed(name))
            {
                mentions.push(Mention::Component(*index));
                mentions.extend(self.version(version));
            }
            rest = after;
        }
        mentions
    }

    fn version(&self, token: &str) -> Option<Mention<'_>> {
        let (full, short) = as_version(token);
        let by_full = self.versions.get(full).filter(|it| it.as_str() == full);
        let found = by_full.or_else(|| self.versions.get(short))?;
        Some(Mention::Version(found))
    }
}

fn named(mentions: &[Mention<'_>]) -> HashSet<usize> {
    let index = |it: &Mention<'_>| if let Mention::Component(index) = it { Some(*index) } else { None };
    mentions.iter().filter_map(index).collect()
}

/// Each component with the version before each of its mentions, and with the version after.
fn paired<'k>(mentions: &[Mention<'k>]) -> HashSet<(usize, &'k str)> {
    let mut pairs = HashSet::new();
    let mut walk = |all: &mut dyn Iterator<Item = &Mention<'k>>| {
        let mut last = None;
        for mention in all {
            match (mention, last) {
                (Mention::Version(version), _) => last = Some(*version),
                (Mention::Component(index), Some(version)) => {
                    pairs.insert((*index, version));
                }
                (Mention::Component(_), None) => {}
            }
        }
    };
    walk(&mut mentions.iter());
    walk(&mut mentions.iter().rev());
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::sample::{KB, Sample};

    fn found(components: &[(&str, &str)], environment: &str) -> Vec<String> {
        Sample::new().components(components).kb(&KB.replace("Recorder 2.7.0", environment)).of("kb-version")
    }

    const ONE: &[(&str, &str)] = &[("recorder", "2.7.0")];
    const TWO: &[(&str, &str)] = &[("cloud-recorder", "3.1.0"), ("recorder", "2.7.0")];

    #[test]
    fn a_component_is_named_with_its_version_in_many_ways() {
        for text in [
            "recorder 2.7",
            "**Recorder** v2.7.0.",
            "recorder 2.7.0*",
            "`recorder-2.7.0`",
            "recorder@2.7.0",
            "2.7.0 of the recorder",
        ] {
            assert_eq!(found(ONE, text), [""; 0], "{text}");
        }
        for text in [
            "- Cloud Recorder 3.1\n- Recorder 2.7",
            "| a | b |\n|---|---|\n| recorder | 2.7.0 |\n| cloud-recorder | 3.1.0 |",
            "Recorder 2.6.0 to 2.7.0, cloud_recorder 3.1.0",
        ] {
            assert_eq!(found(TWO, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn another_version_or_a_hidden_one_is_not_its_version() {
        for text in [
            "recorder 12.7.0",
            "recorder 2.7.0-rc1",
            "recorder 2.7*",
            "recorder 2.7.01",
            "recorder <!-- 2.7.0 -->",
            "recorder\n## Cause\n2.7.0",
        ] {
            assert_eq!(
                found(ONE, text),
                ["12:the section `Environment` names `recorder` without its version 2.7.0"],
                "{text}"
            );
        }
    }

    #[test]
    fn another_name_is_not_its_name() {
        for text in ["cloud-recorder 2.7.0", "recorders 2.7.0", "2.7.0", "<!-- recorder --> 2.7.0"] {
            assert_eq!(found(ONE, text), ["12:the section `Environment` does not name `recorder`"], "{text}");
        }
        assert_eq!(
            found(TWO, "Cloud Recorder 3.1.0, 2.7.0"),
            ["12:the section `Environment` does not name `recorder`"]
        );
    }

    #[test]
    fn swapped_versions_are_found() {
        assert_eq!(found(TWO, "Recorder 3.1.0, cloud-recorder 2.7.0").len(), 1);
    }

    #[test]
    fn without_the_section_nothing_is_named() {
        let sample = Sample::new().kb(&KB.replace("## Environment", "## Elsewhere"));
        assert_eq!(sample.of("kb-version"), ["1:the section `Environment` does not name `recorder`"]);
    }
}
