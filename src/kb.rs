//! A knowledge base kept elsewhere: its live articles, read over the network so that the core can hold them against what was signed.
//!
//! Nothing else here speaks HTTP. Whoever asks has made sure before that the policy can be relied on: it says where secrets go.

use holdpoint_core::document::Article;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::live::{self, Answer, Live};
use holdpoint_core::name::Version;
use holdpoint_core::policy::{ARTICLE_FILE, KbRule, Policy};

mod http;

use http::Client;

/// Why a live article could not be read: nobody can tell what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// What is the case.
    pub(crate) why: String,
    /// What to do.
    pub(crate) next: String,
    /// Whether it concerns every article: the next one need not be asked for.
    pub(crate) of_all: bool,
}

/// A knowledge base that can be asked.
pub(crate) struct KnowledgeBase<'p> {
    rule: &'p KbRule,
    client: Client<'p>,
}

impl<'p> KnowledgeBase<'p> {
    /// Makes ready to ask; the secrets are taken from the environment.
    pub(crate) fn open(rule: &'p KbRule) -> Result<Self, Doubt> {
        Ok(Self { rule, client: Client::new(rule)? })
    }

    /// Where the live text of an article is.
    pub(crate) fn address(&self, article: &Article) -> Result<String, Doubt> {
        let place = article.plain().path();
        self.rule.address(article).map_err(|why| Doubt {
            why: format!("`{place}` does not say which live article is meant: {why}"),
            next: format!("write it into the front matter of `{place}` and have it signed"),
            of_all: false,
        })
    }

    /// Reads the live article at an address.
    pub(crate) fn live(&self, address: &str) -> Result<Live, Doubt> {
        let got = self.client.get(address)?;
        let answer = Answer { address, kind: &got.kind, bytes: &got.bytes };
        Live::read(self.rule, &answer).map_err(|why| Doubt {
            why: format!("the live article at {address} cannot be read: {why}"),
            next: format!("open {address}; then mend `[kb]` in the policy, or what stands there"),
            of_all: false,
        })
    }
}

/// What the live article says against the signed one: that it differs, or that nobody can tell.
pub(crate) fn findings(code: Code, policy: &Policy, version: &Version, article: &Article) -> Vec<Finding> {
    let Some(rule) = policy.kb() else { return Vec::new() };
    let asked = KnowledgeBase::open(rule).and_then(|kb| kb.live(&kb.address(article)?));
    match asked {
        Ok(live) => live::findings(code, policy, version, article, &live),
        Err(doubt) => vec![live::unread(policy, version, &doubt.why, &doubt.next)],
    }
}

/// The article of a release, from the coordination root.
pub(crate) fn place(version: &Version) -> String {
    format!("releases/{version}/{ARTICLE_FILE}")
}
