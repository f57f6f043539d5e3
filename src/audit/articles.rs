//! The live articles of a knowledge base kept elsewhere: those about versions that are out still say what was signed.

use std::collections::BTreeSet;

use holdpoint_core::document::Article;
use holdpoint_core::finding::{self, Code, Finding};
use holdpoint_core::live;
use holdpoint_core::name::{SiteName, Version, counted};
use holdpoint_core::policy::{ARTICLE_FILE, Policy, pinned};

use super::recorded::{Recorded, versions_of};
use crate::failure::Failure;
use crate::gather::Record;
use crate::kb::{Doubt, KnowledgeBase, place};

/// What became of the articles about the versions that are out on these sites. Of several versions with one live article the
/// newest counts.
pub(super) fn findings<'s>(
    record: &Record<'_>,
    policy: &Policy,
    recorded: &Recorded,
    sites: impl IntoIterator<Item = &'s SiteName>,
) -> Result<Vec<Finding>, Failure> {
    let Some(rule) = policy.kb() else { return Ok(Vec::new()) };
    // Secrets go where the policy says: nobody is asked on the word of one that is not pinned.
    if record.chain()?.map_or(true, |chain| !pinned(&chain, record.pins()).is_empty()) {
        return Ok(Vec::new());
    }
    let versions: BTreeSet<&Version> = sites.into_iter().flat_map(|it| versions_of(recorded.on(it))).collect();
    let mut signed = Vec::new();
    for version in versions.into_iter().rev() {
        match signed_article(record, policy, version)? {
            Ok(Some(article)) => signed.push((version, article)),
            Ok(None) => {}
            Err(finding) => return Ok(vec![*finding]),
        }
    }
    let Some((newest, _)) = signed.first() else { return Ok(Vec::new()) };
    let unread = |version: &Version, doubt: &Doubt| live::unread(policy, version, &doubt.why, &doubt.next);
    let kb = match KnowledgeBase::open(rule) {
        Ok(kb) => kb,
        Err(doubt) => return Ok(vec![unread(newest, &doubt)]),
    };
    let (mut findings, mut seen) = (Vec::new(), BTreeSet::new());
    for (at, (version, article)) in signed.iter().enumerate() {
        let asked = kb.address(article).and_then(|address| match seen.insert(address.clone()) {
            true => kb.live(&address).map(Some),
            false => Ok(None),
        });
        match asked {
            Ok(Some(live)) => findings.extend(live::findings(Code::KbEdited, policy, version, article, &live)),
            Ok(None) => {}
            Err(mut doubt) => {
                let left = signed.len() - at - 1;
                let stops = doubt.of_all && left > 0;
                if stops {
                    doubt.why.push_str(&format!("; {} not asked for either", counted(left, "more article")));
                }
                findings.push(unread(version, &doubt));
                if stops {
                    break;
                }
            }
        }
    }
    finding::sort(&mut findings);
    Ok(findings)
}

/// The article as it was signed off last together with what went out, whatever the folder holds now. Nothing where nobody signed
/// one.
fn signed_article(
    record: &Record<'_>,
    policy: &Policy,
    version: &Version,
) -> Result<Result<Option<Article>, Box<Finding>>, Failure> {
    let Ok(evidence) = record.evidence_alone(version)? else { return Ok(Ok(None)) };
    let publicity = record.publicity(&evidence)?;
    let path = place(version);
    let unread = |why: &str, next: &str| Box::new(live::unread(policy, version, why, next));
    if let Some(doubt) = publicity.doubts().first() {
        return Ok(Err(unread(
            &format!("the `{path}` that was published cannot be determined: {}", doubt.message),
            &doubt.next,
        )));
    }
    let Some(published) = publicity.published() else { return Ok(Ok(None)) };
    let texts = record.texts(&evidence, published)?;
    if texts.lost.iter().any(|lost| lost.as_str() == ARTICLE_FILE) {
        let why =
            format!("the signed `{path}` is not in this clone any more, so the live one cannot be held against it");
        return Ok(Err(unread(&why, &format!("git log -- {path}   then restore it"))));
    }
    Ok(Ok(texts.article))
}
