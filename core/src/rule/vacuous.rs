//! `vacuous`, of a component with an interface: nothing to compare with is never a yes.

use super::Compared;
use crate::compatibility::{Exchange, Side};
use crate::finding::{Code, Finding};
use crate::release::Component;

/// Each component of the release that takes part in an interface is in at least one pair of it. One that says that it writes
/// nothing by itself, and reads nothing by its nature, has said all there is.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for exchange in compared.derived.exchanges() {
        for component in &compared.release.components {
            let is_it = |it: &Side<'_>| it.member.component == *component;
            let takes_part = exchange.readers().iter().any(is_it)
                || exchange.writers().iter().any(|it| is_it(it) && it.writes_by_itself());
            if takes_part && !is_compared(compared, exchange, component) {
                findings.push(finding(compared, exchange, component));
            }
        }
    }
    findings
}

fn is_compared(compared: &Compared<'_>, exchange: &Exchange<'_>, component: &Component) -> bool {
    let pairs = compared.derived.pairs().iter().filter(|it| it.interface == exchange.interface().name);
    pairs.into_iter().any(|it| it.writer == *component || it.reader == *component)
}

fn finding(compared: &Compared<'_>, exchange: &Exchange<'_>, component: &Component) -> Finding {
    let interface = exchange.interface();
    let is_writer = interface.writers.contains(&component.name);
    let others = if is_writer { &interface.readers } else { &interface.writers };
    let others = crate::name::listed(others, "or");
    let message = format!(
        "nothing was checked for `{}` {}: there is no {others} to compare its {} with",
        component.name, component.version, interface.name
    );
    Finding::new(Code::Vacuous, format!("{}:{}", component.name, interface.name), message)
        .next(format!("put {others} into {} too, or publish it first", compared.release.version))
}

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::rule::scene::{REC, Scene, WIRE};

    #[test]
    fn nothing_to_compare_with_is_no_yes() {
        assert_eq!(
            Scene::new().own(&["player@2.7.0 reads:3"], "").told(Code::Vacuous),
            [
                "player:rec: nothing was checked for `player` 2.7.0: there is no editor or recorder to compare its rec with"
            ]
        );
        assert_eq!(Scene::new().own(&["recorder@2.7.0 writes:3"], "").about(Code::Vacuous), ["recorder:rec"]);
        let out = Scene::new().out("2.4.0", &["recorder@2.4.0 writes:3"]);
        assert_eq!(out.own(&["player@2.7.0 reads:3"], "").about(Code::Vacuous), [""; 0]);
    }

    #[test]
    fn what_has_no_interface_has_nothing_to_compare() {
        assert_eq!(Scene::new().own(&["website@2.7.0"], "").about(Code::Vacuous), [""; 0]);
    }

    #[test]
    fn what_writes_nothing_by_itself_has_said_all_there_is() {
        let scene = Scene::new().out("2.4.0", &["player@2.4.0 reads:2"]);
        for writes in ["writes:", "writes: asked:2"] {
            let own = scene.clone().own(&[&format!("recorder@2.7.0 {writes}")], "");
            assert_eq!(own.about(Code::Vacuous), [""; 0]);
        }
        assert_eq!(Scene::new().own(&["editor@2.7.0 writes: reads:2"], "").about(Code::Vacuous), ["editor:rec"]);
    }
    #[test]
    fn what_is_compared_over_one_interface_is_not_compared_over_another() {
        let both = format!("{REC}{}", WIRE.replace("\"agent\"", "\"recorder\""));
        let scene = Scene::under(&both).out("2.4.0", &["player@2.4.0 reads:3"]);
        assert_eq!(scene.own(&["recorder@2.7.0 writes:3 link/writes:1"], "").about(Code::Vacuous), ["recorder:link"]);
    }
}
