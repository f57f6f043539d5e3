//! The documents of another release, as a beginning. What was signed there, and what went out there, stays there.

use std::collections::BTreeMap;
use std::ops::Range;

use holdpoint_core::content::Content;
use holdpoint_core::decide::{Document, Publicity, Published};
use holdpoint_core::document::Notice;
use holdpoint_core::evidence::{Draft, Evidence};
use holdpoint_core::name::Version;
use holdpoint_core::policy::Policy;

use super::declared::Hints;
use super::scaffold::{self, File, Plan};
use crate::failure::Failure;
use crate::gather::{Record, undoubted};
use crate::shell::Shell;
use crate::toml::string;

/// The records that are never copied: they say what another release is.
const OWN: [&str; 2] = ["release.toml", "artifacts.toml"];

/// What there is to copy of a file, or why there is nothing.
type Copied = Result<Vec<u8>, String>;

/// The files of a new release, with the documents of `like`: as they were last signed off if it is out, else as HEAD has them.
pub(super) fn files(
    shell: &Shell,
    record: &Record<'_>,
    policy: &Policy,
    plan: &Plan,
    like: &Version,
    hints: &Hints,
) -> Result<Vec<File>, Failure> {
    let mut files = scaffold::files(policy, plan, hints);
    let wanted: Vec<&str> = files.iter().map(|file| file.path.as_str()).filter(|path| !OWN.contains(path)).collect();
    let evidence = record.evidence_alone(like)?;
    let evidence = evidence.map_err(|findings| Failure::new("the policy cannot be relied on").findings(findings))?;
    let copies = match undoubted(like, record.publicity(&evidence)?)? {
        Publicity::Draft(draft) => drafted(&draft, like, &wanted),
        Publicity::Published(published) => signed(record, &evidence, &published, like, &wanted)?,
        Publicity::Doubted(_) => BTreeMap::new(),
    };
    for file in &mut files {
        match copies.get(&file.path) {
            None => {}
            Some(Err(why)) => shell.warn(&format!("{why}; `{}` is to be filled in", file.path)),
            Some(Ok(bytes)) => {
                file.bytes = if file.path == "notice.md" { announced(bytes, plan) } else { bytes.clone() };
                file.task = format!("as in {like}");
            }
        }
    }
    Ok(files)
}

/// What a draft holds of these files.
fn drafted(draft: &Draft, like: &Version, wanted: &[&str]) -> BTreeMap<String, Copied> {
    let one = |path: &&str| {
        let bytes = draft.file(path).and_then(Content::bytes).map(<[u8]>::to_vec);
        ((*path).to_owned(), bytes.ok_or_else(|| format!("`releases/{like}/{path}` is not there to copy")))
    };
    wanted.iter().map(one).collect()
}

/// What was signed off of these files in a release that is out, whatever its folder holds now.
fn signed(
    record: &Record<'_>,
    evidence: &Evidence,
    published: &Published,
    like: &Version,
    wanted: &[&str],
) -> Result<BTreeMap<String, Copied>, Failure> {
    let earlier = record.documents(evidence, published, wanted)?;
    let one = |path: &&str| {
        let place = format!("releases/{like}/{path}");
        let copied = match published.document(evidence, &earlier, path) {
            Document::Signed(bytes) => Ok(bytes.to_vec()),
            Document::Unsigned => Err(format!("{like} is out, and nobody has signed `{place}` for it")),
            Document::Lost => Err(format!("`{place}` as it was signed for {like} is not in this clone any more")),
        };
        ((*path).to_owned(), copied)
    };
    Ok(wanted.iter().map(one).collect())
}

/// A notice with the version and the day of `plan` in its front matter. One that cannot be read stays as it is.
pub(super) fn announced(bytes: &[u8], plan: &Plan) -> Vec<u8> {
    let Ok(notice) = Notice::parse("notice.md", bytes) else { return bytes.to_vec() };
    let mut changes: Vec<(Range<usize>, String)> = vec![
        (notice.version().span.clone(), string(&plan.version)),
        (notice.date().span.clone(), plan.planned.to_string()),
    ];
    // From the end, so that the places before stay right.
    changes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = notice.plain().text().to_owned();
    for (span, new) in changes {
        text.replace_range(span, &new);
    }
    text.into_bytes()
}
