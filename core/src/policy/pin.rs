//! Pins: what somebody outside the repository says is the right policy.

use super::Chain;
use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::name::counted;

/// What pins the root: where a pin comes from, and the digest that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Where it is written: `--root`, `HOLDPOINT_ROOT`, `git config holdpoint.root`.
    pub source: String,
    /// The digests that it names: the chain must pass through one of them.
    pub digests: Vec<Digest>,
}

/// Holds the chain against the pins that were given: it passes through each of them, or it is another chain.
pub fn pinned(chain: &Chain, pins: &[Pin]) -> Vec<Finding> {
    if pins.is_empty() {
        let next = "holdpoint trust sha256:…   (ask a colleague for the root; in CI: HOLDPOINT_ROOT)";
        return vec![
            Finding::new(Code::RootUnpinned, "policy", "no pinned root says that this is the right policy").next(next),
        ];
    }
    pins.iter()
        .filter(|pin| !pin.digests.iter().any(|it| chain.of_digest(it).is_some()))
        .map(|pin| {
            let pinned: Vec<String> = pin.digests.iter().map(|it| format!("sha256:{it}")).collect();
            let pinned = pinned.join(", ");
            let (source, newest) = (&pin.source, chain.current());
            let message = match chain.policies().len() {
                1 => format!("{source} pins {pinned}, and the policy here is sha256:{}", newest.digest()),
                n => format!(
                    "{source} pins {pinned}, and none of the {} here is that one (the newest is sha256:{})",
                    counted(n, "policy"),
                    newest.digest()
                ),
            };
            let next = "git pull   (the policy here may be older than the pinned one); else: git log -- policy   (who \
                        changed it? ask the owners for the root)";
            Finding::new(Code::RootMismatch, "policy", message).next(next)
        })
        .collect()
}
