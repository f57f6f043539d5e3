//! `undeclared`: whatever takes part in an interface says what it writes and reads.

use super::Compared;
use crate::compatibility::Formats;
use crate::finding::{Code, Finding};

/// Each component of the release declares what it writes where the policy names it as a writer, and what it reads where it is a
/// reader. An empty list is an answer.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for interface in compared.policy.interfaces() {
        for component in &compared.release.components {
            let formats: Option<&Formats> =
                compared.declared.components.get(&component.name).and_then(|it| it.get(&interface.name));
            let sides = [
                ("writes", interface.writers.contains(&component.name), formats.is_some_and(|it| it.writes.is_some())),
                ("reads", interface.readers.contains(&component.name), formats.is_some_and(|it| it.reads.is_some())),
            ];
            for (verb, _, _) in sides.into_iter().filter(|(_, takes_part, says)| *takes_part && !says) {
                let (name, rec) = (&component.name, &interface.name);
                let message = format!("`{name}` {} does not say which formats of {rec} it {verb}", component.version);
                findings.push(
                    Finding::new(Code::Undeclared, format!("{name}:{rec}"), message)
                        .next(format!("add `{verb}.{rec} = […]` to `[component.{name}]` in `{}`", compared.record())),
                );
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::rule::scene::Scene;

    #[test]
    fn whatever_takes_part_says_what_it_writes_and_reads() {
        let scene = Scene::new().own(&["recorder@2.7.0", "player@2.7.0", "editor@2.7.0 reads:3", "website@2.7.0"], "");
        assert_eq!(
            scene.told(Code::Undeclared),
            [
                "editor:rec: `editor` 2.7.0 does not say which formats of rec it writes",
                "player:rec: `player` 2.7.0 does not say which formats of rec it reads",
                "recorder:rec: `recorder` 2.7.0 does not say which formats of rec it writes",
            ]
        );
    }

    #[test]
    fn an_empty_list_is_an_answer() {
        let scene =
            Scene::new().own(&["recorder@2.7.0 writes:", "player@2.7.0 reads:", "editor@2.7.0 reads:3 writes:"], "");
        assert_eq!(scene.about(Code::Undeclared), [""; 0]);
    }

    #[test]
    fn what_is_written_on_request_does_not_say_what_is_written() {
        assert_eq!(Scene::new().own(&["recorder@2.7.0 asked:3"], "").about(Code::Undeclared), ["recorder:rec"]);
    }
}
