//! The headings under which each section is looked for: English, or the words of the policy.

use std::collections::BTreeMap;

use crate::name::{Text, listed};
use crate::record::{Table, Word};

macro_rules! sections {
    ($($name:ident = $key:literal, $word:literal;)*) => {
        /// A section that the rules know.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SectionName {
            $(#[doc = concat!("\"", $word, "\"")] $name,)*
        }

        impl SectionName {
            /// Every section, in the order of the documents.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its key in `[words]` of the policy.
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// Its English heading.
            pub fn english(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

sections! {
    Issue = "issue", "Issue";
    Environment = "environment", "Environment";
    Resolution = "resolution", "Resolution";
    Cause = "cause", "Cause";
    Contact = "contact", "Contact";
    WhoIsAffected = "who-is-affected", "Who is affected";
    WhatChanges = "what-changes", "What changes";
    FromWhen = "from-when", "From when";
    WhatToDo = "what-to-do", "What to do";
    WhereToGetHelp = "where-to-get-help", "Where to get help";
}

impl SectionName {
    /// The sections of a knowledge-base article; the first three must be there.
    pub const ARTICLE: [Self; 5] = [Self::Issue, Self::Environment, Self::Resolution, Self::Cause, Self::Contact];

    /// The sections of a customer notice; all must be there.
    pub const NOTICE: [Self; 5] =
        [Self::WhoIsAffected, Self::WhatChanges, Self::FromWhen, Self::WhatToDo, Self::WhereToGetHelp];
}

/// Which heading each section has. A word of the policy takes the place of the English one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(BTreeMap<SectionName, String>);

impl Words {
    /// Reads `[words]` of the policy: `environment = "Umgebung"`. Sections of one document need different headings.
    pub fn read(table: &Table<'_, '_>) -> Option<Self> {
        let mut words = Self::default();
        let mut whole = true;
        for name in SectionName::ALL {
            match table.placed_optional::<Word<Text>>(name.key()) {
                Some(word) => {
                    words.0.insert(*name, word.value.0.as_str().to_owned());
                }
                None => whole &= !table.has(name.key()),
            }
        }
        table.finish();
        for document in [SectionName::ARTICLE, SectionName::NOTICE] {
            let mut seen: BTreeMap<String, SectionName> = BTreeMap::new();
            for name in document {
                if let Some(other) = seen.insert(plain(words.heading(name)), name) {
                    table.sheet().fault(
                        table.span(),
                        format!("{} have the same heading", listed([other.key(), name.key()].map(tick), "and")),
                        "give each section of a document its own heading",
                    );
                    whole = false;
                }
            }
        }
        whole.then_some(words)
    }

    /// The heading of the section `name`.
    pub fn heading(&self, name: SectionName) -> &str {
        self.0.get(&name).map_or(name.english(), String::as_str)
    }

    /// Whether the heading `text` opens the section `name`. Case, spaces and a final `:` or `?` make no difference.
    pub fn mean(&self, name: SectionName, text: &str) -> bool {
        plain(self.heading(name)) == plain(text)
    }
}

fn plain(heading: &str) -> String {
    let words: Vec<&str> = heading.split_whitespace().collect();
    words.join(" ").trim_end_matches([':', '?', ' ']).to_lowercase()
}

fn tick(word: &str) -> String {
    format!("`{word}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Problems, read};

    fn words(text: &str) -> Result<Words, Problems> {
        read("policy.toml", text.as_bytes(), |it| Words::read(&it.table("words")?))
    }

    #[test]
    fn a_word_of_the_policy_takes_the_place_of_the_english_one() {
        let words = words("[words]\nenvironment = \"Umgebung\"\n").unwrap();
        assert!(words.mean(SectionName::Environment, "UMGEBUNG:"));
        assert!(!words.mean(SectionName::Environment, "Environment"));
        assert!(words.mean(SectionName::WhoIsAffected, "Who  is affected?"));
    }

    #[test]
    fn one_heading_is_one_section() {
        let problems = words("[words]\nissue = \"Cause\"\n").unwrap_err();
        assert_eq!(problems[0].message, "`issue` and `cause` have the same heading");
    }

    #[test]
    fn a_word_that_is_none_leaves_no_words_at_all() {
        let faulty = |it: &Table<'_, '_>| {
            assert_eq!(it.table("words").map(|it| Words::read(&it)), Some(None));
            None::<()>
        };
        let problems = read("policy.toml", b"[words]\nissue = 1\ncause = \"Why\"\n", faulty).unwrap_err();
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn refuses_a_section_that_nobody_knows() {
        let problems = words("[words]\nenviroment = \"Umgebung\"\n").unwrap_err();
        assert_eq!(problems[0].help, "did you mean `environment`?");
    }
}
