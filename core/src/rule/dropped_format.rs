//! `dropped-format`: a new reader still opens what customers have.

use std::collections::BTreeSet;

use super::Compared;
use crate::compatibility::{Exchange, Side};
use crate::finding::{Code, Finding};
use crate::name::FormatName;

/// Each format that an older version of a reader read, and that something in the field writes, is still read by the new one.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    compared.derived.exchanges().iter().flat_map(|it| dropped(compared, it)).collect()
}

fn dropped(compared: &Compared<'_>, exchange: &Exchange<'_>) -> Vec<Finding> {
    let in_the_field = |it: &&Side<'_>| !it.member.is_own && exchange.counts(it.member);
    let written: BTreeSet<&FormatName> =
        exchange.writers().iter().filter(in_the_field).flat_map(|it| it.formats.written()).collect();
    let mut findings = Vec::new();
    for reader in exchange.readers().iter().filter(|it| it.member.is_own && it.formats.reads.is_some()) {
        let name = &reader.member.component.name;
        let older = exchange.readers().iter().filter(|it| !it.member.is_own && it.member.component.name == *name);
        let read: BTreeSet<&FormatName> = older.flat_map(|it| it.formats.read()).collect();
        let own: BTreeSet<&FormatName> = reader.formats.read().collect();
        for format in read.intersection(&written).filter(|it| !own.contains(**it)) {
            let writer = exchange
                .writers()
                .iter()
                .filter(in_the_field)
                .rfind(|it| it.formats.written().any(|own| own == *format));
            let Some(writer) = writer.map(|it| &it.member.component) else { continue };
            let interface = &exchange.interface().name;
            let message = format!(
                "`{name}` {} no longer reads format {format}, which {} {} writes",
                reader.member.component.version, writer.name, writer.version
            );
            findings.push(
                Finding::new(Code::DroppedFormat, format!("{name}:{interface}:{format}"), message)
                    .next(format!("add it to `reads.{interface}` in `{}`", compared.record())),
            );
        }
    }
    findings
}
