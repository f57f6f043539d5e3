//! `lockstep-split`: what goes out together goes out together.

use crate::finding::{Code, Finding};
use crate::name::{ComponentName, listed};
use crate::policy::Policy;
use crate::release::Release;

/// The release has all components of a lockstep group, or none.
pub(super) fn check(policy: &Policy, release: &Release) -> Vec<Finding> {
    let is_there = |name: &&ComponentName| release.components.iter().any(|it| it.name == **name);
    let mut findings = Vec::new();
    for group in policy.lockstep() {
        let (there, wanting): (Vec<&ComponentName>, Vec<&ComponentName>) = group.components.iter().partition(is_there);
        if there.is_empty() || wanting.is_empty() {
            continue;
        }
        let version = &release.version;
        let message = format!(
            "{} would go out without {}: `{}` go together",
            listed(&there, "and"),
            listed(&wanting, "and"),
            group.name
        );
        findings.push(
            Finding::new(Code::LockstepSplit, group.name.as_str(), message)
                .next(format!("add {} to `releases/{version}/release.toml`", listed(&wanting, "and"))),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::rule::scene::{Scene, WIRE};

    fn split(components: &[&str]) -> Vec<String> {
        let group = "[[lockstep]]\nname = \"core\"\ncomponents = [\"agent\", \"server\"]\n";
        Scene::under(&format!("{WIRE}{group}")).own(components, "").told(Code::LockstepSplit)
    }

    #[test]
    fn a_group_goes_out_whole_or_not_at_all() {
        assert_eq!(split(&["agent@2.7.0"]), ["core: agent would go out without server: `core` go together"]);
        assert_eq!(split(&["agent@2.7.0", "server@2.7.0", "website@2.7.0"]), [""; 0]);
        assert_eq!(split(&["website@2.7.0"]), [""; 0]);
    }
}
