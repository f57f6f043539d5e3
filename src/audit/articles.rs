//! The live articles of a knowledge base kept elsewhere: those about versions that are out still say what was signed.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::digest::Digest;
use holdpoint_core::document::Article;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{self, Code, Finding};
use holdpoint_core::live::{self, covering};
use holdpoint_core::name::{SiteName, Version, counted};
use holdpoint_core::policy::{ARTICLE_FILE, Policy, pinned};
use holdpoint_core::statement::Act;

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

/// The article as it was signed: the one in this commit, or else the one that was signed last. Nothing where nobody signed one.
fn signed_article(
    record: &Record<'_>,
    policy: &Policy,
    version: &Version,
) -> Result<Result<Option<Article>, Box<Finding>>, Failure> {
    let Ok(evidence) = record.evidence_alone(version)? else { return Ok(Ok(None)) };
    let digests = signed_digests(&evidence, policy);
    let Some(last) = digests.last().copied() else { return Ok(Ok(None)) };
    let path = place(version);
    let present = record.file(&path)?.filter(|it| digests.contains(&Digest::of(it)));
    let bytes = match present {
        Some(bytes) => Some(bytes),
        None => {
            let mut earlier: BTreeMap<Digest, Vec<u8>> =
                record.repo.earlier_bytes(&record.snapshot, &path, &BTreeSet::from([last]))?;
            earlier.remove(&last)
        }
    };
    let article = bytes.and_then(|it| Article::parse(&path, &it).ok());
    Ok(article.map(Some).ok_or_else(|| {
        let why =
            format!("the signed `{path}` is not in this clone any more, so the live one cannot be held against it");
        Box::new(live::unread(policy, version, &why, &format!("git log -- {path}   then restore it")))
    }))
}

/// The digests of the article that people have signed, in the order of the ledger.
fn signed_digests(evidence: &Evidence, policy: &Policy) -> Vec<Digest> {
    let Some(requirement) = covering(policy) else { return Vec::new() };
    let entries = evidence.ledger().in_order();
    let approved = entries.iter().filter_map(|it| match &it.statement.act {
        Act::Approve(said) if said.requirement == requirement.name => Some(&said.subjects),
        _ => None,
    });
    approved.flatten().filter(|it| it.path.as_str() == ARTICLE_FILE).map(|it| it.sha256).collect()
}
