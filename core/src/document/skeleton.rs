//! What a document begins as: every part that the rules want, each with a TODO that says what belongs there.

use jiff::civil::Date;

use super::words::{SectionName, Words};
use crate::name::{ComponentName, Text, Version};

/// The release for which a document is to be written.
#[derive(Debug, Clone, Copy)]
pub struct Skeleton<'a> {
    /// Its version.
    pub version: &'a Version,
    /// What people call it.
    pub title: &'a Text,
    /// The day on which it is meant to go out.
    pub planned: Date,
    /// What goes out with it.
    pub components: &'a [(ComponentName, Version)],
    /// The headings of the sections.
    pub words: &'a Words,
}

impl Skeleton<'_> {
    /// A knowledge-base article to be filled in.
    pub fn article(&self) -> String {
        let keys = ["schema", "title", "status", "audience", "contact"].map(|it| self.article_key(it));
        let sections = [SectionName::Issue, SectionName::Environment, SectionName::Resolution, SectionName::Cause];
        let sections = sections.map(|it| format!("\n{}", self.section(it)));
        format!("+++\n{}+++\n{}", keys.concat(), sections.concat())
    }

    /// A customer notice to be filled in.
    pub fn notice(&self) -> String {
        let Self { version, planned, .. } = self;
        let front = format!(
            "schema = 1\ntitle = {}\nversion = \"{version}\"\ndate = {planned}\n{}",
            string(&self.notice_title()),
            self.notice_key("contact")
        );
        let section = |name| match name {
            // The day was planned, and is not missing.
            SectionName::FromWhen => format!("\n## {}\n\nFrom {planned} on.\n", self.words.heading(name)),
            _ => format!("\n{}", self.section(name)),
        };
        format!("+++\n{front}+++\n\n# {}\n{}", self.notice_title(), SectionName::NOTICE.map(section).concat())
    }

    /// A section to be filled in: its heading and what stands below.
    pub fn section(&self, name: SectionName) -> String {
        format!("## {}\n\n{}\n", self.words.heading(name), self.task(name))
    }

    /// What stands below the heading of a section that is to be filled in.
    pub fn task(&self, name: SectionName) -> String {
        let task = match name {
            SectionName::Issue => "TODO: what customers see, and how they say it",
            SectionName::Environment => return self.environment(),
            SectionName::Resolution => "1. TODO: the steps that solve the case",
            SectionName::Cause => "TODO: why it happens; take this section out if it helps nobody",
            SectionName::Contact => "TODO: whom an agent asks who is stuck",
            SectionName::WhoIsAffected => "TODO: who uses what, and who need not read on",
            SectionName::WhatChanges => {
                return format!("TODO: what is new in {}, in the customer's words", self.version);
            }
            SectionName::FromWhen => return self.day(),
            SectionName::WhatToDo => "1. TODO: what a customer does, step by step",
            SectionName::WhereToGetHelp => "TODO: where, and with which words",
        };
        task.to_owned()
    }

    /// A line that names the planned day, to be confirmed.
    pub fn day(&self) -> String {
        format!("TODO: from which day on; {} is planned", self.planned)
    }

    /// The components with their versions, as the rules for documents want them named.
    fn environment(&self) -> String {
        let lines = self.components.iter().map(|(name, version)| format!("- {name} {version}\n"));
        format!("{}\nTODO: on which systems, with which settings", lines.collect::<String>())
    }

    /// A line of an article's front matter, to be confirmed.
    pub fn article_key(&self, key: &str) -> String {
        match key {
            "schema" => "schema = 1\n".to_owned(),
            "title" => format!("title = {}\n", string(self.title.as_str())),
            "status" => "status = \"draft\"   # \"published\" when agents can rely on it\n".to_owned(),
            "audience" => "audience = [\"support\"]\n".to_owned(),
            other => format!("{other} = \"TODO: whom an agent asks who is stuck\"\n"),
        }
    }

    /// A line of a notice's front matter, to be confirmed.
    pub fn notice_key(&self, key: &str) -> String {
        match key {
            "schema" => "schema = 1\n".to_owned(),
            "title" => format!("title = {}\n", string(&self.notice_title())),
            "version" => format!("version = \"{}\"\n", self.version),
            "date" => format!("date = {}   # TODO: the day from which it holds; this one is planned\n", self.planned),
            other => format!("{other} = \"TODO: where customers reach you\"\n"),
        }
    }

    /// The title of the release. Customers read about this version; a title that names none gets it.
    fn notice_title(&self) -> String {
        let title = self.title.as_str();
        if title.contains(&self.version.to_string()) { title.to_owned() } else { format!("{title} {}", self.version) }
    }
}

/// A basic string of TOML. Control characters never get here: it is a checked text.
fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
