//! `orphan-format`: nothing goes out that writes what nothing reads.

use std::collections::BTreeMap;

use super::Compared;
use crate::compatibility::{Exchange, Member, Side};
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
            let idle = exchange.readers().iter().rev().find(|it| is_read(format, it)).map(|it| it.member);
            let objection = |it: &Member| {
                compared.shipped.iter().filter(|other| other.release == it.release).find_map(|other| other.objection)
            };
            let but = idle.map_or(String::new(), |it| {
                let why = objection(it).map_or_else(
                    || "is not proven to be out on this site, or only as a pre-release".to_owned(),
                    |objection| objection.to_string(),
                );
                format!("; `{}` {} would, and it {why}", it.component.name, it.component.version)
            });
            let message = format!("format {format} is written by {}, and nothing that customers can get reads it{but}", listed(writers, "and"));
            let opposed = idle.filter(|it| objection(it).is_some()).map(|it| &it.release);
            let readers = listed(&interface.readers, "or");
            let version = &compared.release.version;
            let look = opposed.map(|it| format!("holdpoint check {it}   (what speaks against it), or ")).unwrap_or_default();
            Finding::new(Code::OrphanFormat, format!("{}:{format}", interface.name), message).next(format!(
                "{look}release {readers} with `reads.{} = [\"{format}\"]` first or in {version}, or leave the format out of `{}`",
                interface.name,
                compared.record()
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::compatibility::Shipped;
    use crate::finding::Code;
    use crate::rule::scene::Scene;

    const RECORDER: [&str; 1] = ["recorder@2.7.0 writes:3"];
    const PLAYER: [&str; 1] = ["player@2.6.0 reads:3"];

    fn orphans(scene: &Scene) -> Vec<String> {
        scene.about(Code::OrphanFormat)
    }

    #[test]
    fn what_nothing_reads_stays_here() {
        let alone = Scene::new().own(&RECORDER, "");
        assert_eq!(
            alone.told(Code::OrphanFormat),
            ["rec:3: format 3 is written by `recorder` 2.7.0, and nothing that customers can get reads it"]
        );
        assert_eq!(orphans(&Scene::new().out("2.6.0", &PLAYER).own(&RECORDER, "")), [""; 0]);
        let together = ["recorder@2.7.0 writes:3", "player@2.7.0 reads:3"];
        assert_eq!(orphans(&Scene::new().own(&together, "")), [""; 0]);
    }

    #[test]
    fn what_is_read_with_a_loss_is_read() {
        let lossy = ["player@2.6.0 reads:3 loses:3"];
        assert_eq!(orphans(&Scene::new().out("2.6.0", &lossy).own(&RECORDER, "")), [""; 0]);
    }

    #[test]
    fn what_is_written_on_request_needs_a_reader_too() {
        let scene = Scene::new().out("2.6.0", &PLAYER).own(&["recorder@2.7.0 writes:3 asked:9"], "");
        assert_eq!(orphans(&scene), ["rec:9"]);
    }

    #[test]
    fn a_reader_without_an_artifact_is_none() {
        let scene = Scene::new().own(&["recorder@2.7.0 writes:3", "player@2.7.0 reads:3"], "");
        assert_eq!(orphans(&scene.without_artifact("player")), ["rec:3"]);
    }

    #[test]
    fn a_reader_that_is_not_proven_to_be_there_is_none_and_is_named() {
        type Change = fn(&mut Shipped);
        let changes: [(&str, Change); 3] = [
            ("unproven", |it| it.outings[0].is_proven = false),
            ("withdrawn", |it| it.outings[0].is_there = false),
            ("another site", |it| it.outings[0].site = "mirror".parse().unwrap()),
        ];
        for (what, change) in changes {
            let scene = Scene::new().out("2.6.0", &PLAYER).but(change).own(&RECORDER, "");
            let told = scene.told(Code::OrphanFormat).join("");
            assert!(
                told.ends_with(
                    "`player` 2.6.0 would, and it is not proven to be out on this site, or only as a pre-release"
                ),
                "{what}: {told}"
            );
            // It is a liability all the same: whoever has it is asked about.
            assert_eq!(scene.pairs().len(), 1, "{what}");
        }
    }

    #[test]
    fn what_a_doubtful_record_says_is_not_even_named() {
        let doubt = crate::finding::Finding::new(Code::PublishedChanged, "x", "x");
        let scene = Scene::new().out("2.6.0", &PLAYER).but(|it| it.doubts.push(doubt)).own(&RECORDER, "");
        assert!(scene.told(Code::OrphanFormat).join("").ends_with("nothing that customers can get reads it"));
        assert_eq!(scene.pairs().len(), 1);
    }

    #[test]
    fn a_pre_release_helps_only_a_pre_release() {
        let beta = |release: &str, player: &str| Scene::new().out(release, &[&format!("player@{player} reads:3")]);
        for (release, player) in
            [("2.6.0-beta.1", "2.6.0-beta.1"), ("2.6.0-beta.1", "2.6.0"), ("2.6.0", "2.6.0-beta.1")]
        {
            assert_eq!(orphans(&beta(release, player).own(&RECORDER, "")), ["rec:3"], "{release} {player}");
            let own = beta(release, player).own_as("2.7.0-beta.1", &["recorder@2.7.0-beta.1 writes:3"], "");
            assert_eq!(orphans(&own), [""; 0], "{release} {player}");
        }
        let mixed = beta("2.6.0-beta.1", "2.6.0-beta.1").own_as("2.7.0-beta.1", &["recorder@2.7.0 writes:3"], "");
        assert_eq!(orphans(&mixed), ["rec:3"], "a final recorder in a release that is called beta");
    }

    #[test]
    fn a_reader_of_which_two_releases_say_different_things_is_none() {
        let scene = Scene::new().out("2.6.0", &PLAYER).out("2.6.1", &PLAYER);
        assert_eq!(orphans(&scene.clone().own(&RECORDER, "")), [""; 0]);
        let scene = scene.out("2.6.2", &["player@2.6.0 reads:1"]).own(&RECORDER, "");
        assert_eq!(orphans(&scene), ["rec:3"]);
    }
}
