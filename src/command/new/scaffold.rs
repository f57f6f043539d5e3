//! The files of a new release: records that read back, and documents whose gaps say TODO.

use std::collections::BTreeSet;

use holdpoint_core::compatibility::Compatibility;
use holdpoint_core::document::{Article, Notice, Plain, Skeleton};
use holdpoint_core::name::{Person, SubjectPath, Text, Version, listed};
use holdpoint_core::policy::{Policy, Requirement};
use holdpoint_core::record::Problem;
use holdpoint_core::release::{self, Component, Release};
use jiff::civil::Date;

use super::declared::Hints;
use crate::toml::string;

/// What a release will be.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) version: Version,
    pub(super) title: Text,
    pub(super) owner: Person,
    pub(super) deputy: Person,
    pub(super) planned: Date,
    pub(super) support_until: Date,
    /// At least one, no name twice.
    pub(super) components: Vec<Component>,
}

/// A file of the release's folder.
#[derive(Debug)]
pub(super) struct File {
    /// From that folder.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    /// What it is for, in a line.
    pub(super) task: String,
}

impl File {
    pub(super) fn new(path: &str, text: impl Into<Vec<u8>>, task: impl Into<String>) -> Self {
        Self { path: path.to_owned(), bytes: text.into(), task: task.into() }
    }
}

/// All files, to be filled in.
pub(super) fn files(policy: &Policy, plan: &Plan, hints: &Hints) -> Vec<File> {
    let components: Vec<_> = plan.components.iter().map(|it| (it.name.clone(), it.version.clone())).collect();
    let Plan { version, title, planned, .. } = plan;
    let skeleton =
        Skeleton { version, title, planned: *planned, components: &components, words: policy.words() };
    let mut files = records(plan);
    files.push(File::new("compatibility.toml", compatibility(plan, hints), "formats read and written, and tests"));
    // With an interface it is derived, from what is filled in first.
    if policy.interfaces().is_empty() {
        files.push(File::new("matrix.md", matrix(plan), "what works with what; people read and sign it"));
    }
    files.push(File::new("kb.md", skeleton.article(), "what support needs to solve a case"));
    files.push(File::new("notice.md", skeleton.notice(), "what customers are told"));
    let known: BTreeSet<String> = files.iter().map(|it| it.path.clone()).chain(["matrix.md".to_owned()]).collect();
    for requirement in policy.requirements() {
        let texts = requirement.subjects.iter().filter(|it| it.as_str().rsplit_once('.').is_some_and(|(_, ending)| ending == "md"));
        let others = texts.filter(|it| !known.contains(it.as_str()));
        files.extend(others.map(|it| other(it, requirement, plan)));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    files
}

/// The records that belong to this release alone.
pub(super) fn records(plan: &Plan) -> Vec<File> {
    vec![
        File::new("release.toml", release_toml(plan), "what goes out, and who answers for it"),
        File::new("artifacts.toml", artifacts_toml(plan), "files and digests; `holdpoint artifacts` writes it"),
    ]
}

/// What a reader of these files would complain about, TODO aside.
pub(super) fn faults(plan: &Plan, files: &[File]) -> Vec<String> {
    let bytes = |path: &str| files.iter().find(|it| it.path == path).map(|it| it.bytes.as_slice()).unwrap_or_default();
    let read = Release::read("release.toml", bytes("release.toml"), &plan.version, None);
    let release = read.as_ref().ok();
    let problems = [
        Compatibility::read("compatibility.toml", bytes("compatibility.toml"), release).err(),
        release::artifacts("artifacts.toml", bytes("artifacts.toml"), release).err(),
        Article::parse("kb.md", bytes("kb.md")).err(),
        Notice::parse("notice.md", bytes("notice.md")).err(),
        Plain::parse("matrix.md", bytes("matrix.md")).err(),
        read.as_ref().err().cloned(),
    ];
    let said = |it: Problem| format!("{}:{}: {}; {}", it.place.path, it.place.line, it.message, it.help);
    problems.into_iter().flatten().flatten().map(said).collect()
}

fn release_toml(plan: &Plan) -> String {
    let Plan { version, title, owner, deputy, planned, support_until, components } = plan;
    let one = |it: &Component| {
        let own = if it.version == *version { String::new() } else { format!("version = {}\n", string(&it.version)) };
        format!("\n[[component]]\nname = {}\n{own}", string(&it.name))
    };
    format!(
        r#"# What goes out together, and who answers for it.
schema = 1
version = {}
title = {}
owner = {}   # one person answers for the release
deputy = {}   # who answers when the owner cannot
planned = {planned}
support_until = {support_until}
# not_before = 2026-01-31T09:00:00Z   # until this time the gate says `too-early`
# cancelled = "why it does not go out after all"
{}"#,
        string(version),
        string(title),
        string(owner),
        string(deputy),
        components.iter().map(one).collect::<String>(),
    )
}

fn artifacts_toml(plan: &Plan) -> String {
    let files: Vec<String> = plan.components.iter().map(|it| format!(" {}=FILE", it.name)).collect();
    format!("# Written by: holdpoint artifacts {}{}\nschema = 1\n", plan.version, files.concat())
}

fn compatibility(plan: &Plan, hints: &Hints) -> String {
    let parts: Vec<String> =
        plan.components.iter().map(|it| format!("\n[component.{}]\n{}", it.name, hints.of(&it.name))).collect();
    let first = plan.components.first().map(|it| format!("{}@{}", it.name, it.version)).unwrap_or_default();
    let how = if hints.is_empty() {
        r#"# Below each component, for an interface such as `rec` (recording files), as far as they apply:
#   writes.rec = ["3"]
#   writes_on_request.rec = ["2"]
#   reads.rec = ["1", "2", "3"]
#   degraded.rec = { "1" = "no captions" }
"#
    } else {
        "# Take away the `#` where a line is true, and change it where it is not; nothing else is declared.\n"
    };
    format!(
        r#"# Which formats the components write and read, and what was tested. It is signed with the matrix.
{how}schema = 1
{}
# A test of two exact versions; the result is works, degraded or fails:
#   [[tested]]
#   writer = "{first}"
#   reader = "player@2.4.0"
#   interface = "rec"
#   result = "fails"
#   symptom = "No picture, no sound"   # in the customer's words
#   evidence = "ci/run/8812"
"#,
        parts.concat()
    )
}

fn matrix(plan: &Plan) -> String {
    let row = |it: &Component| {
        let (name, version) = (&it.name, &it.version);
        format!("| {name} {version} | TODO: each version that it meets in the field | works, degraded or fails | … |\n")
    };
    format!(
        "# Compatibility of {}\n\n| This release | With | Result | What a customer does about it |\n| --- | --- | --- | --- |\n{}",
        plan.title,
        plan.components.iter().map(row).collect::<String>(),
    )
}

/// A further file that the policy wants signed off.
fn other(path: &SubjectPath, requirement: &Requirement, plan: &Plan) -> File {
    let text = format!("# {} of {}\n\nTODO: {}\n", requirement.title, plan.title, requirement.asks);
    let task = format!("for `{}`, which {} sign off", requirement.name, listed(&requirement.roles, "and"));
    File::new(path.as_str(), text, task)
}
