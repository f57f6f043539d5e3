//! The one spelling of a statement: keys in a fixed order, one per line, basic strings, LF.

use std::fmt::{self, Formatter};

use super::{Act, Artifact, Statement, Subject};
use crate::digest::Digest;
use crate::name::SubjectPath;

pub(super) fn statement(it: &Statement, f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "holdpoint = 1")?;
    line(f, "kind", it.act.kind())?;
    line(f, "project", it.project.as_str())?;
    line(f, "release", &it.release.to_string())?;
    if let Some(sign_off) = it.act.sign_off() {
        line(f, "requirement", sign_off.requirement.as_str())?;
    }
    if !it.act.subjects().is_empty() {
        list(f, "subjects", it.act.subjects(), subject)?;
    }
    match &it.act {
        Act::Waive { finding, about, until, .. } => {
            line(f, "finding", &finding.to_string())?;
            line(f, "about", about.as_str())?;
            writeln!(f, "until = {until}")?;
        }
        Act::Revoke { target } | Act::Lift { target } => line(f, "target", &target.to_string())?,
        Act::Publish { site, commit, artifacts, relied, .. } => {
            line(f, "site", site.as_str())?;
            line(f, "commit", commit)?;
            list(f, "artifacts", artifacts, artifact)?;
            list(f, "relied", relied, id)?;
        }
        Act::Adopt { site, artifacts, .. } => {
            line(f, "site", site.as_str())?;
            list(f, "artifacts", artifacts, artifact)?;
        }
        Act::Approve(_) | Act::Decline(_) | Act::NotApplicable(_) | Act::Hold => {}
    }
    if let Some(role) = &it.role {
        line(f, "role", role.as_str())?;
    }
    line(f, "by", it.by.as_str())?;
    line(f, "policy", &it.policy.to_string())?;
    let after: Vec<Digest> = it.after.iter().copied().collect();
    list(f, "after", &after, id)?;
    writeln!(f, "at = {}", it.at)?;
    match &it.reason {
        Some(reason) => line(f, "reason", reason.as_str()),
        None => Ok(()),
    }
}

/// How many bytes these files take in a statement that covers them.
pub fn room_of_subjects<'p>(paths: impl IntoIterator<Item = &'p SubjectPath>) -> usize {
    let sha256 = Digest::of(b"");
    let one = |path: &SubjectPath| length(&Subject { path: path.clone(), sha256 }, subject);
    paths.into_iter().map(one).sum()
}

/// How many bytes these files take in a publication that lists them.
pub fn room_of_artifacts<'a>(artifacts: impl IntoIterator<Item = &'a Artifact>) -> usize {
    artifacts.into_iter().map(|it| length(it, artifact)).sum()
}

/// How many bytes an item takes in a list, with what parts it from the next.
fn length<T>(item: &T, write: fn(&mut Formatter<'_>, &T) -> fmt::Result) -> usize {
    Written { item, write }.to_string().len() + ", ".len()
}

/// An item as a list has it.
struct Written<'i, T> {
    item: &'i T,
    write: fn(&mut Formatter<'_>, &T) -> fmt::Result,
}

impl<T> fmt::Display for Written<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.write)(f, self.item)
    }
}

fn line(f: &mut Formatter<'_>, key: &str, value: &str) -> fmt::Result {
    write!(f, "{key} = ")?;
    string(f, value)?;
    writeln!(f)
}

/// A basic string. Control characters never get here: every value is a checked name or text.
fn string(f: &mut Formatter<'_>, value: &str) -> fmt::Result {
    write!(f, "\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn list<T>(
    f: &mut Formatter<'_>,
    key: &str,
    items: &[T],
    one: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    write!(f, "{key} = [")?;
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            write!(f, ", ")?;
        }
        one(f, item)?;
    }
    writeln!(f, "]")
}

fn id(f: &mut Formatter<'_>, it: &Digest) -> fmt::Result {
    write!(f, "\"{it}\"")
}

fn subject(f: &mut Formatter<'_>, it: &Subject) -> fmt::Result {
    write!(f, "{{ path = \"{}\", sha256 = \"{}\" }}", it.path, it.sha256)
}

fn artifact(f: &mut Formatter<'_>, it: &Artifact) -> fmt::Result {
    let Artifact { component, file, size, sha256 } = it;
    write!(f, "{{ component = \"{component}\", file = \"{file}\", size = {size}, sha256 = \"{sha256}\" }}")
}
