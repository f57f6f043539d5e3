//! The page for people: what is out, newest first, and how to check a download. It needs no script and no network.

use std::collections::BTreeMap;

use askama::Template;
use holdpoint_core::catalog::{Catalog, Kind, Listed, Listing};
use holdpoint_core::name::{Version, quoted};
use holdpoint_core::policy::{Policy, SiteRule};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{CHECKSUMS, INDEX};
use crate::render::size;

/// The address that the page shows: where customers find the site, or else what the project is called by.
pub(crate) fn shown_address<'a>(rule: &'a SiteRule, policy: &'a Policy) -> &'a str {
    rule.public.as_ref().unwrap_or(policy.project()).as_str()
}

/// What only our page has in it, at its beginning.
const MARK: &str = "<meta name=\"generator\" content=\"Holdpoint\">";

/// Whether these bytes are a page of ours, by the mark in its head. A page of somebody else is never overwritten.
pub(crate) fn is_ours(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    head.windows(MARK.len()).any(|it| it == MARK.as_bytes())
}

/// What to do about a page that is not ours.
pub(crate) fn another_page(page: &str) -> String {
    format!(
        "holdpoint policy propose   with `page = \"downloads.html\"`, or `page = false`, and `beside = [\"{page}\"]` in \
         the `[[site]]`; or take the file off the site"
    )
}

/// The bytes of the page: a function of the catalog and of the address that customers use.
pub(crate) fn index_page(catalog: &Catalog, public: &str) -> String {
    let newest = catalog.releases().keys().rev().find(|it| !it.is_pre_release());
    let releases: Vec<Release> =
        catalog.releases().values().rev().map(|it| Release::new(it, Some(&it.version) == newest)).collect();
    let shown = releases.iter().find(|it| it.is_newest).or(releases.first());
    let example = shown.and_then(|it| it.components.iter().flat_map(|it| &it.files).next());
    let page = Page {
        address: public.trim_end_matches('/').trim_start_matches("https://").trim_start_matches("http://"),
        example: example.map_or_else(|| "FILE".to_owned(), |it| quoted(&it.name)),
        releases,
        index: INDEX,
    };
    #[expect(clippy::expect_used, reason = "text is written to memory, which cannot fail")]
    page.render().expect("a page is text")
}

#[derive(Template)]
#[template(path = "index.html")]
struct Page<'a> {
    address: &'a str,
    example: String,
    releases: Vec<Release>,
    index: &'a str,
}

struct Release {
    version: String,
    title: String,
    date: String,
    time: String,
    is_newest: bool,
    is_early: bool,
    is_adopted: bool,
    components: Vec<Component>,
}

struct Component {
    name: String,
    version: String,
    /// Where its `SHA256SUMS` is. What went out outside the gate has none.
    checksums: Option<String>,
    files: Vec<Download>,
}

struct Download {
    name: String,
    path: String,
    size: String,
    bytes: u64,
    sha256: String,
}

impl Release {
    fn new(listing: &Listing, is_newest: bool) -> Self {
        let mut components: BTreeMap<_, Vec<&Listed>> = BTreeMap::new();
        for it in &listing.artifacts {
            components.entry((it.component.as_str(), &it.version)).or_default().push(it);
        }
        Self {
            version: listing.version.to_string(),
            title: listing.title.to_string(),
            date: date(listing.at),
            time: listing.at.to_string(),
            is_newest,
            is_early: listing.version.is_pre_release(),
            is_adopted: listing.kind == Kind::Adopted,
            components: components
                .into_iter()
                .map(|((name, version), files)| Component::new(name, version, listing.kind, &files))
                .collect(),
        }
    }
}

impl Component {
    fn new(name: &str, version: &Version, kind: Kind, files: &[&Listed]) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_string(),
            checksums: (kind == Kind::Published).then(|| format!("{name}/{version}/{CHECKSUMS}")),
            files: files.iter().map(|it| Download::new(it)).collect(),
        }
    }
}

impl Download {
    fn new(listed: &Listed) -> Self {
        Self {
            name: listed.file.to_string(),
            path: listed.address(),
            size: size::words(listed.size),
            bytes: listed.size,
            sha256: listed.sha256.to_string(),
        }
    }
}

/// The day in UTC: "20 November 2026".
fn date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use holdpoint_core::catalog::PolicyMark;
    use holdpoint_core::digest::Digest;

    use super::*;

    fn empty() -> Catalog {
        let policy = PolicyMark { number: 3, sha256: Digest::of(b"policy") };
        Catalog::new("https://downloads.example.com/webinar".parse().unwrap(), policy)
    }

    fn release(version: &str, kind: Kind, files: &[(&str, &str, &str)]) -> Listing {
        let listed = |&(component, version, file): &(&str, &str, &str)| Listed {
            component: component.parse().unwrap(),
            version: version.parse().unwrap(),
            file: file.parse().unwrap(),
            size: 12_914_688,
            sha256: Digest::of(file.as_bytes()),
        };
        Listing {
            version: version.parse().unwrap(),
            title: "Chapters & <b>marks</b>".parse().unwrap(),
            statement: Digest::of(version.as_bytes()),
            kind,
            at: "2026-11-20T23:30:00Z".parse().unwrap(),
            artifacts: files.iter().map(listed).collect(),
        }
    }

    fn page(catalog: &Catalog) -> String {
        index_page(catalog, "https://downloads.example.com/webinar/")
    }

    /// Three releases, as a site would have them.
    fn some() -> Catalog {
        empty()
            .with(release("2.6.0", Kind::Adopted, &[("player", "2.6.0", "player-2.6.0.exe")]))
            .with(release("2.8.0-rc.1", Kind::Published, &[("player", "2.8.0-rc.1", "player-2.8.0-rc.1.exe")]))
            .with(release(
                "2.7.0",
                Kind::Published,
                &[
                    ("recorder", "2.7.0", "recorder-2.7.0.exe"),
                    ("recorder", "2.7.0", "recorder-2.7.0.dmg"),
                    ("player", "2.4.1", "player-2.4.1.exe"),
                ],
            ))
    }

    #[test]
    fn says_that_nothing_is_out_yet() {
        let page = page(&empty());
        assert!(page.contains("Nothing has been published yet."), "{page}");
        assert!(!page.contains("<section"), "{page}");
    }

    #[test]
    fn shows_each_release_with_its_files_newest_first() {
        let page = page(&some());
        for part in [
            "id=\"v2.7.0\"",
            "href=\"recorder/2.7.0/recorder-2.7.0.exe\"",
            "href=\"player/2.4.1/SHA256SUMS\"",
            "20 November 2026",
            "12.9 MB",
            &Digest::of(b"recorder-2.7.0.exe").to_string(),
            "href=\"releases.json\"",
            "downloads.example.com/webinar",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        let place = |id: &str| page.find(id).unwrap();
        assert!(place("id=\"v2.8.0-rc.1\"") < place("id=\"v2.7.0\""));
        assert!(place("id=\"v2.7.0\"") < place("id=\"v2.6.0\""));
        assert_eq!(page.matches("<h1").count(), 1);
        assert!(!page.contains("<script"));
    }

    #[test]
    fn is_known_by_its_mark() {
        assert!(is_ours(page(&empty()).as_bytes()));
        assert!(!is_ours(b"<!doctype html><title>Downloads</title>"));
        assert!(!is_ours(b""));
        let far_down = format!("<!doctype html><!--{}-->{MARK}", "x".repeat(600));
        assert!(!is_ours(far_down.as_bytes()));
    }

    #[test]
    fn links_are_addresses_and_names_are_names() {
        let odd = [("recorder", "2.7.0", "Recorder Setup 2.7.0~rc1 (x64) ä.exe")];
        let page = page(&empty().with(release("2.7.0", Kind::Published, &odd)));
        let address = "href=\"recorder/2.7.0/Recorder%20Setup%202.7.0~rc1%20%28x64%29%20%C3%A4.exe\"";
        assert!(page.contains(address), "{page}");
        assert!(page.contains(">Recorder Setup 2.7.0~rc1 (x64) ä.exe</a>"), "{page}");
    }

    #[test]
    fn shows_text_as_text() {
        let page = page(&some());
        assert!(!page.contains("<b>marks"), "{page}");
        assert!(index_page(&empty(), "https://x\"><script>").contains("x&#34;&#62;&#60;script&#62;"));
    }

    #[test]
    fn says_what_went_out_outside_the_gate_and_offers_no_checksums_for_it() {
        let page = page(&some());
        assert_eq!(page.matches("Went out outside the gate").count(), 1);
        assert!(!page.contains("player/2.6.0/SHA256SUMS"));
    }

    #[test]
    fn is_the_same_page_for_the_same_catalog() {
        assert_eq!(page(&some()), page(&Catalog::parse(&some().to_bytes()).unwrap()));
    }
}
