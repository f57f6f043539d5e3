//! `orphan-format`: nothing goes out that writes what nothing reads.

use std::collections::BTreeMap;

use super::Compared;
use crate::compatibility::{Exchange, Side};
use crate::finding::{Code, Finding};
use crate::name::{FormatName, listed};

/// Each format that a component of the release writes, by default or when asked to, is read by something that customers can get: a
/// reader that is out on this site, or one of this release.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    compared.derived.exchanges().iter().flat_map(|it| orphans(compared, it)).collect()
}

fn orphans(compared: &Compared<'_>, exchange: &Exchange<'_>) -> Vec<Finding> {
    let mut written: BTreeMap<&FormatName, Vec<String>> = BTreeMap::new();
    for writer in exchange.writers().iter().filter(|it| it.member.is_own) {
        for format in writer.formats.written() {
            let component = &writer.member.component;
            written.entry(format).or_default().push(format!("`{}` {}", component.name, component.version));
        }
    }
    let is_read = |format: &FormatName, it: &Side<'_>| it.formats.read().any(|own| own == format);
    let orphans = written
        .into_iter()
        .filter(|(format, _)| !exchange.readers().iter().any(|it| it.member.is_asset && is_read(format, it)));
    orphans
        .map(|(format, writers)| {
            let interface = exchange.interface();
            // Something may read it and not count: that is what people ask next.
            let idle = exchange.readers().iter().rev().find(|it| is_read(format, it)).map(|it| &it.member.component);
            let but = idle.map_or(String::new(), |it| {
                format!("; `{}` {} would, and it is not proven to be out on this site, or only as a pre-release", it.name, it.version)
            });
            let message = format!("format {format} is written by {}, and nothing that customers can get reads it{but}", listed(writers, "and"));
            let readers = listed(&interface.readers, "or");
            let version = &compared.release.version;
            Finding::new(Code::OrphanFormat, format!("{}:{format}", interface.name), message).next(format!(
                "release {readers} with `reads.{} = [\"{format}\"]` first or in {version}, or leave the format out of `{}`",
                interface.name,
                compared.record()
            ))
        })
        .collect()
}
