//! A knowledge base kept elsewhere: what is live there is what was signed, before customers see the release.

use holdpoint_core::decide::{Decision, Outlet, State, Verdict};
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::Code;
use holdpoint_core::live::covering;
use holdpoint_core::policy::SiteRule;

use super::live::Live;
use crate::failure::Failure;
use crate::kb;
use crate::shell::Shell;
use crate::site::Site;

/// Takes what the live article says against the release into a decision that is clear without it. Under any other decision
/// nobody is asked: no secret leaves on the word of a policy that cannot be relied on.
pub(super) fn judge(
    shell: &Shell,
    evidence: &Evidence,
    decision: Decision,
    site: &dyn Site,
    rule: &SiteRule,
) -> Result<Decision, Failure> {
    let policy = evidence.policy();
    let (Some(_), Verdict::Clear(approval)) = (policy.kb(), decision.verdict()) else { return Ok(decision) };
    if let Some(publication) = approval.recorded() {
        // What customers see already is put right whatever became of the article; the audit tells of that.
        let entry = evidence.ledger().get(&publication.id);
        let index = Live::read(site, rule)?;
        if publication.outlet == Outlet::Adopted || entry.is_some_and(|it| index.lists(&it.statement)) {
            return Ok(decision);
        }
    }
    let state =
        covering(policy).and_then(|it| decision.requirements.iter().find(|own| own.name == it.name)).map(|it| it.state);
    let (Some(article), Some(State::Approved)) = (approval.article(), state) else {
        shell.warn("the live article of the knowledge base was not looked at: no signed copy stands for it");
        return Ok(decision);
    };
    let findings = kb::findings(Code::KbLive, policy, &evidence.facts().version, article);
    Ok(decision.with(findings))
}
