//! Bytes into a statement. What does not re-serialise to the same bytes is none.

use std::collections::BTreeSet;

use super::{Act, Artifact, LARGEST_FACT, MOST_SEEN, SignOff, Statement, Subject, largest};
use crate::digest::Digest;
use crate::record::{self, Problem, Table};

/// The kinds of this build, in the order of the contract.
const KINDS: [&str; 9] =
    ["approve", "decline", "not-applicable", "revoke", "hold", "lift", "waive", "publish", "adopt"];

impl Statement {
    /// Reads a statement.
    ///
    /// # Errors
    /// In one sentence, why the bytes are none. It continues "this file …".
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > largest(bytes) {
            return Err(format!("is larger than {} bytes", largest(bytes)));
        }
        let statement = record::read_within("", bytes, LARGEST_FACT, statement).map_err(|problems| {
            const SHOWN: usize = 8;
            let told = problems.iter().map(|it: &Problem| format!("line {}: {}", it.place.line, it.message));
            let mut told: Vec<String> = told.take(SHOWN).collect();
            if problems.len() > SHOWN {
                told.push(format!("and {} more", problems.len() - SHOWN));
            }
            format!("is no statement ({})", told.join("; "))
        })?;
        if statement.to_string().as_bytes() == bytes {
            Ok(statement)
        } else {
            Err("is not spelled as statements are: same keys and values, other bytes".to_owned())
        }
    }
}

fn statement(table: &Table<'_, '_>) -> Option<Statement> {
    let format = table.placed::<u64>("holdpoint")?;
    if format.value != 1 {
        table.sheet().fault(
            format.span,
            format!("format {} is not known to this build", format.value),
            "use a newer holdpoint",
        );
        return None;
    }
    let kind = table.placed::<String>("kind")?;
    let project = table.name("project");
    let release = table.name("release");
    let act = match kind.value.as_str() {
        "approve" => sign_off(table).map(Act::Approve),
        "decline" => sign_off(table).map(Act::Decline),
        "not-applicable" => sign_off(table).map(Act::NotApplicable),
        "revoke" => table.name("target").map(|target| Act::Revoke { target }),
        "hold" => Some(Act::Hold),
        "lift" => table.name("target").map(|target| Act::Lift { target }),
        "waive" => waive(table),
        "publish" => publish(table),
        "adopt" => adopt(table),
        other => {
            let known = KINDS.join(", ");
            table.sheet().fault(
                kind.span,
                format!("the kind `{}` is not known to this build", crate::name::escaped(other)),
                known,
            );
            None
        }
    };
    let role = table.optional_name("role");
    let (by, policy) = (table.name("by"), table.name("policy"));
    let after: Option<Vec<record::Placed<Digest>>> = table.names("after");
    if let Some(surplus) = after.iter().flatten().nth(MOST_SEEN) {
        let count = after.as_ref().map_or(0, Vec::len);
        let message = format!("`after` lists {count} entries, and {MOST_SEEN} are the most");
        table.sheet().fault(surplus.span.clone(), message, "sign it again with this holdpoint");
    }
    let at = table.required("at");
    let act = act?;
    // A fault is noted, and then nothing is read at all; so what is absent here was not written, or is needed and missing.
    let reason = if act.needs_reason() { table.name("reason") } else { table.optional_name("reason") };
    let after: BTreeSet<Digest> = after?.into_iter().map(|it| it.value).collect();
    Some(Statement {
        act,
        project: project?,
        release: release?,
        role,
        by: by?,
        policy: policy?,
        after,
        at: at?,
        reason,
    })
}

fn sign_off(table: &Table<'_, '_>) -> Option<SignOff> {
    Some(SignOff { requirement: table.name("requirement")?, subjects: subjects(table)? })
}

fn waive(table: &Table<'_, '_>) -> Option<Act> {
    let subjects = subjects(table);
    let (finding, about, until) = (table.name("finding"), table.name("about"), table.required("until"));
    Some(Act::Waive { subjects: subjects?, finding: finding?, about: about?, until: until? })
}

fn publish(table: &Table<'_, '_>) -> Option<Act> {
    let subjects = subjects(table);
    let (site, commit) = (table.name("site"), table.placed::<String>("commit"));
    let artifacts = artifacts(table);
    let relied: Option<Vec<record::Placed<Digest>>> = table.names("relied");
    let commit = commit?;
    if !commit.value.bytes().all(|it| it.is_ascii_hexdigit()) {
        table.sheet().fault(commit.span, "`commit` is no commit id", "write the full id");
        return None;
    }
    let relied = relied?.into_iter().map(|it| it.value).collect();
    Some(Act::Publish { subjects: subjects?, site: site?, commit: commit.value, artifacts: artifacts?, relied })
}

fn adopt(table: &Table<'_, '_>) -> Option<Act> {
    let (subjects, site, artifacts) = (subjects(table), table.name("site"), artifacts(table));
    Some(Act::Adopt { subjects: subjects?, site: site?, artifacts: artifacts? })
}

fn subjects(table: &Table<'_, '_>) -> Option<Vec<Subject>> {
    let tables = table.tables("subjects");
    let span = tables.first().map_or_else(|| table.span(), Table::span);
    let read = tables.into_iter().map(|it| {
        let subject = (it.name("path"), it.name("sha256"));
        it.finish();
        Some(Subject { path: subject.0?, sha256: subject.1? })
    });
    let all: Vec<Subject> = read.collect::<Vec<_>>().into_iter().collect::<Option<_>>()?;
    let paths: BTreeSet<_> = all.iter().map(|it| &it.path).collect();
    if all.is_empty() || paths.len() < all.len() {
        table.sheet().fault(span, "`subjects` is empty, or names a file twice", "name each file once");
        return None;
    }
    Some(all)
}

fn artifacts(table: &Table<'_, '_>) -> Option<Vec<Artifact>> {
    let tables = table.tables("artifacts");
    let span = tables.first().map_or_else(|| table.span(), Table::span);
    let read = tables.into_iter().map(|it| {
        let (component, file, size, sha256) =
            (it.name("component"), it.name("file"), it.required("size"), it.name("sha256"));
        it.finish();
        Some(Artifact { component: component?, file: file?, size: size?, sha256: sha256? })
    });
    let all: Vec<Artifact> = read.collect::<Vec<_>>().into_iter().collect::<Option<_>>()?;
    let files: BTreeSet<_> = all.iter().map(|it| (&it.component, it.file.fold())).collect();
    if all.is_empty() || files.len() < all.len() {
        table.sheet().fault(span, "`artifacts` is empty, or names a file twice", "name each file once");
        return None;
    }
    Some(all)
}
