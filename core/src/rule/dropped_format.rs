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
        // A release that mends an old version does not have to read what only a newer one does.
        let is_older = |it: &&Side<'_>| {
            let other = &it.member.component;
            !it.member.is_own && other.name == *name && other.version < reader.member.component.version
        };
        let older = exchange.readers().iter().filter(is_older);
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

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::rule::scene::{REC, Scene};

    /// A recorder and a player that are out.
    fn out() -> Scene {
        Scene::new().out("2.4.0", &["recorder@2.4.0 writes:2 asked:1", "player@2.4.0 reads:0,1,2"])
    }

    #[test]
    fn a_new_reader_reads_on_what_is_in_the_field() {
        assert_eq!(
            out().own(&["player@2.7.0 reads:2,3"], "").told(Code::DroppedFormat),
            ["player:rec:1: `player` 2.7.0 no longer reads format 1, which recorder 2.4.0 writes"]
        );
        assert_eq!(
            out().own(&["player@2.7.0 reads:1,2"], "").about(Code::DroppedFormat),
            [""; 0],
            "nothing writes format 0"
        );
        assert_eq!(out().own(&["player@2.7.0 reads:1,2 loses:1"], "").about(Code::DroppedFormat), [""; 0]);
    }

    #[test]
    fn what_nobody_can_prove_to_be_out_was_read_all_the_same() {
        let unproven = out().but(|it| it.outings[0].is_proven = false);
        assert_eq!(unproven.own(&["player@2.7.0 reads:2"], "").about(Code::DroppedFormat), ["player:rec:1"]);
    }

    #[test]
    fn a_format_that_this_reader_never_read_is_not_dropped() {
        let scene = Scene::new()
            .out("2.4.0", &["recorder@2.4.0 writes:2", "editor@2.4.0 reads:2 writes:2", "player@2.4.0 reads:1"]);
        assert_eq!(scene.own(&["player@2.7.0 reads:1"], "").about(Code::DroppedFormat), [""; 0]);
    }

    #[test]
    fn a_release_that_mends_an_old_version_does_not_read_what_only_a_newer_one_does() {
        let scene = Scene::new().out("3.0.0", &["recorder@3.0.0 writes:3", "player@3.0.0 reads:3"]);
        assert_eq!(scene.own(&["player@2.7.0 reads:2"], "").about(Code::DroppedFormat), [""; 0]);
    }

    #[test]
    fn what_is_out_of_support_is_in_the_field_only_where_all_is_kept_readable() {
        let of = |it: Scene| {
            it.old("2.4.0", &["recorder@2.4.0 writes:2", "player@2.4.0 reads:2"])
                .own(&["player@2.7.0 reads:3"], "")
                .about(Code::DroppedFormat)
        };
        assert_eq!(of(Scene::new()), ["player:rec:2"]);
        assert_eq!(of(Scene::under(&REC.replace("\"all\"", "\"in-support\""))), [""; 0]);
    }
    #[test]
    fn only_what_this_release_says_of_its_own_readers_is_judged() {
        let scene = out().out("2.5.0", &["player@2.5.0 reads:2"]);
        assert_eq!(scene.own(&["recorder@2.7.0 writes:2"], "").about(Code::DroppedFormat), [""; 0], "2.5.0 is out");
        let silent = out().own(&["player@2.7.0"], "");
        assert_eq!(silent.about(Code::DroppedFormat), [""; 0], "what says nothing has its own finding");
    }
}
