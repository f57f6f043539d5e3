//! A release whose documents are all right, to be broken by the tests of the rules.

use std::collections::{BTreeMap, BTreeSet};

use super::{Dossier, Drafts, check};
use crate::document::{Article, Notice, Plain, Words};
use crate::finding::Severity;
use crate::name::{ComponentName, Version};
use crate::policy::Levels;

pub(super) const KB: &str = r#"+++
schema = 1
title = "Recording fails"
status = "published"
audience = ["support"]
contact = "Lee"
+++

## Issue
It fails.

## Environment

Recorder 2.7.0

## Resolution
Wait for it.
"#;

pub(super) const NOTICE: &str = r#"+++
schema = 1
title = "Webinar 2.7.0"
version = "2.7.0"
date = 2026-11-20
contact = "Lee"
+++

# Webinar 2.7

## Who is affected
All who use 2.6.

## What changes
Recorder 2.7.0 replaces 2.6.

## From when
20 November 2026

## What to do

Nothing to do.

## Where to get help
Lee
"#;

pub(super) struct Sample {
    kb: String,
    notice: String,
    matrix: String,
    components: Vec<(ComponentName, Version)>,
    files: BTreeSet<String>,
    drafts: Drafts,
    levels: Levels,
}

impl Sample {
    pub(super) fn new() -> Self {
        let sample = Self {
            kb: KB.to_owned(),
            notice: NOTICE.to_owned(),
            matrix: String::new(),
            components: Vec::new(),
            files: BTreeSet::new(),
            drafts: Drafts::Count,
            levels: Levels::default(),
        };
        sample.components(&[("recorder", "2.7.0")]).files(&["kb.md", "notice.md", "matrix.md"])
    }

    pub(super) fn kb(mut self, text: &str) -> Self {
        text.clone_into(&mut self.kb);
        self
    }

    pub(super) fn notice(mut self, text: &str) -> Self {
        text.clone_into(&mut self.notice);
        self
    }

    pub(super) fn matrix(mut self, text: &str) -> Self {
        text.clone_into(&mut self.matrix);
        self
    }

    pub(super) fn components(mut self, all: &[(&str, &str)]) -> Self {
        self.components = all.iter().map(|it| (it.0.parse().unwrap(), it.1.parse().unwrap())).collect();
        self
    }

    pub(super) fn files(mut self, all: &[&str]) -> Self {
        self.files = all.iter().map(|it| (*it).to_owned()).collect();
        self
    }

    pub(super) fn drafts(mut self, drafts: Drafts) -> Self {
        self.drafts = drafts;
        self
    }

    pub(super) fn levels(mut self, levels: Levels) -> Self {
        self.levels = levels;
        self
    }

    /// The findings as "code", "severity" and "line:message".
    pub(super) fn findings(&self) -> Vec<(String, Severity, String)> {
        let article = Article::parse("releases/2.7.0/kb.md", self.kb.as_bytes()).unwrap();
        let notice = Notice::parse("releases/2.7.0/notice.md", self.notice.as_bytes()).unwrap();
        let matrix = Plain::parse("releases/2.7.0/matrix.md", self.matrix.as_bytes()).unwrap();
        let texts = [("kb.md", article.plain()), ("notice.md", notice.plain()), ("docs/matrix.md", &matrix)];
        let dossier = Dossier {
            version: &"2.7.0".parse().unwrap(),
            components: &self.components,
            article: Some(&article),
            notice: Some(&notice),
            texts: BTreeMap::from(texts.map(|(path, text)| (path.parse().unwrap(), text))),
            files: &self.files,
            words: &Words::default(),
            drafts: self.drafts,
            levels: &self.levels,
        };
        let findings = check(&dossier);
        assert!(
            findings.iter().all(|it| !it.next.is_empty() && it.place.is_some()),
            "every finding says where, and what to do"
        );
        let line = |place: Option<crate::finding::Place>| place.unwrap().line;
        findings
            .into_iter()
            .map(|it| (it.code.to_string(), it.severity, format!("{}:{}", line(it.place), it.message)))
            .collect()
    }

    /// The findings of one rule.
    pub(super) fn of(&self, code: &str) -> Vec<String> {
        self.findings().into_iter().filter(|it| it.0 == code).map(|it| it.2).collect()
    }

    /// All findings.
    pub(super) fn all(&self) -> Vec<String> {
        self.findings().into_iter().map(|it| it.2).collect()
    }

    /// The weight of the worst finding.
    pub(super) fn worst(&self) -> Option<Severity> {
        self.findings().into_iter().map(|it| it.1).max()
    }
}
