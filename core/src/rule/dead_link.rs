//! `dead-link`: what a document points to is there.

use std::collections::BTreeSet;

use super::{Dossier, first, quoted};
use crate::finding::{Code, Finding};
use crate::name::nearest;

/// Every relative link and image leads to a file or folder of the release folder.
///
/// Left alone: addresses with a scheme or host, paths from the root of a site, and `#anchors`, which each renderer makes
/// in its own way. Links in raw HTML are not read.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (subject, plain) in &dossier.texts {
        let dead = plain.links().iter().filter_map(|link| match lead(subject.as_str(), &link.target) {
            Lead::Elsewhere => None,
            Lead::Inside(path) if is_there(dossier.files, &path) => None,
            lead => Some((link, lead)),
        });
        findings.extend(first(dead, |(link, lead)| {
            let (why, next) = match lead {
                Lead::Inside(path) => ("to no file", cure(dossier.files, &path)),
                Lead::Elsewhere | Lead::Nowhere => ("nowhere", "write where it leads, or take it out".to_owned()),
                Lead::Outside => (
                    "out of the release folder",
                    "link to a file of the release folder, or write a full address".to_owned(),
                ),
            };
            Finding::new(Code::DeadLink, plain.path(), format!("the link {} leads {why}", quoted(&link.target)))
                .next(next)
                .at(plain.place(link.span.clone()))
        }));
    }
    findings
}

enum Lead {
    Elsewhere,
    Nowhere,
    Outside,
    Inside(String),
}

/// Where `target` leads from the file `from`; both paths start at the release folder, whose own path is empty.
fn lead(from: &str, target: &str) -> Lead {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    if target.is_empty() {
        return Lead::Nowhere;
    }
    if path.is_empty() || path.starts_with('/') || has_scheme(path) {
        return Lead::Elsewhere;
    }
    let decoded = decoded(path);
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Lead::Outside;
                }
            }
            name => parts.push(name),
        }
    }
    Lead::Inside(parts.join("/"))
}

/// RFC 3986, section 3.1.
fn has_scheme(path: &str) -> bool {
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it))
    })
}

/// `%20` and the like as what they stand for; what stands for nothing stays. RFC 3986, section 2.1.
fn decoded(path: &str) -> String {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|it| char::from(*it).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (byte, digit(0), digit(1)) {
            out.extend(u8::try_from(high * 16 + low));
            rest = after.get(2..).unwrap_or_default();
        } else {
            out.push(*byte);
            rest = after;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn is_there(files: &BTreeSet<String>, path: &str) -> bool {
    let folder = format!("{path}/");
    path.is_empty()
        || files.contains(path)
        || files.range(folder.clone()..).next().is_some_and(|it| it.starts_with(&folder))
}

/// What to do about a link to `path`. A long path is not compared with the files.
fn cure(files: &BTreeSet<String>, path: &str) -> String {
    const LONGEST: usize = 200;
    let near = if path.len() > LONGEST { None } else { nearest(path, files.iter().map(String::as_str)) };
    match near {
        Some(near) => format!("mend the link: did you mean {}?", quoted(near)),
        None => format!("mend the link, or add {}", quoted(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::cure;

    /// The findings for a document that lies at `docs/matrix.md`.
    fn found(text: &str) -> Vec<String> {
        Sample::new().files(&["kb.md", "docs/matrix.md", "docs/a b.png", "ledger/x.toml"]).matrix(text).of("dead-link")
    }

    #[test]
    fn a_link_to_a_file_of_the_release_is_alive() {
        for text in [
            "[a](../kb.md#issue)",
            "![a](a%20b.png?x)",
            "[a](<a b.png>)",
            "[a](../ledger)",
            "[a](..)",
            "[a]\n\n[a]: ./matrix.md",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_is_no_relative_link_is_left_alone() {
        for text in [
            "<https://a.example>",
            "[a](mailto:a@b.c)",
            "[a](#b)",
            "[a](//b.c/d)",
            "[a](/kb/7)",
            "`[a](b.md)`",
            "<!-- [a](b.md) -->",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_cure_is_the_nearest_file_unless_the_path_is_long() {
        let near = |length: usize| {
            let path = "a".repeat(length);
            cure(&[format!("{path}b")].into(), &path).starts_with("mend the link: did you mean `aaa")
        };
        assert!(near(3) && near(200) && !near(201));
        assert_eq!(cure(&["kb.md".to_owned()].into(), "matrix.md"), "mend the link, or add `matrix.md`");
    }

    #[test]
    fn a_long_target_is_cut_and_says_so() {
        for (length, shown) in [(60, "x".repeat(60)), (61, "x".repeat(60) + "…")] {
            let text = format!("[a]({})", "x".repeat(length));
            assert_eq!(found(&text), [format!("1:the link `{shown}` leads to no file")]);
        }
    }

    #[test]
    fn a_dead_link_is_found() {
        for (text, why) in [
            ("[a](kb.md)", "the link `kb.md` leads to no file"),
            ("![a](c.png)", "the link `c.png` leads to no file"),
            ("[a](KB.md)", "the link `KB.md` leads to no file"),
            ("[a]()", "the link `` leads nowhere"),
            ("[a](../../2.6.0/kb.md)", "the link `../../2.6.0/kb.md` leads out of the release folder"),
            ("[a](<a b:c.md>)", "the link `a b:c.md` leads to no file"),
            ("[a](1a:b.md)", "the link `1a:b.md` leads to no file"),
            ("[a](%2e%2e/%2E./x)", "the link `%2e%2e/%2E./x` leads out of the release folder"),
        ] {
            assert_eq!(found(text), [format!("1:{why}")], "{text}");
        }
    }
}
