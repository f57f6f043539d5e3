//! `holdpoint wait`: the first answer that is not `waiting`, or `waiting` when the time is over.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn what_is_clear_is_not_waited_for() {
    let sandbox = Sandbox::signed();
    sandbox.holdpoint(&["wait", "2.7.0", "--for", "1h"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: CLEAR  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

"#]]);
}

#[test]
fn what_is_blocked_is_not_waited_for() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    sandbox.holdpoint(&["wait", "2.7.0", "--for", "1h"]).shows(str![[r#"
exit 1
-- stdout
2.7.0: BLOCKED  (3 requirements, 4 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  held  [ID8]: maria@example.com holds it: wait

next: holdpoint lift 2.7.0 [ID8] --reason "…"
        who: maria@example.com, dana@example.com or sam@example.com

"#]]);
}

#[test]
fn it_is_waiting_when_the_time_is_over() {
    let sandbox = Sandbox::ready();
    sandbox.holdpoint(&["wait", "2.7.0", "--for", "0s"]).shows(str![[r#"
exit 3
-- stdout
2.7.0: WAITING  (3 requirements, 0 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  missing  kb             nobody has signed; eve@example.com or maria@example.com can
  missing  compatibility  nobody has signed; ada@example.com or ned@example.com can
  missing  notice         nobody has signed; kim@example.com or lee@example.com can

next: holdpoint sign 2.7.0 compatibility
        who: ada@example.com or ned@example.com
      holdpoint sign 2.7.0 kb
        who: eve@example.com or maria@example.com
      holdpoint sign 2.7.0 notice
        who: kim@example.com or lee@example.com

"#]]);
    let wait = ["wait", "2.7.0", "--for", "0s", "--format", "json"];
    assert_eq!(sandbox.holdpoint(&wait).exits(3).json(), sandbox.check_json("2.7.0").json());
}

#[test]
fn asks_the_remote_each_time() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "origin.git", "ci"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes", "--push"]).exits(0);
    let wait = ["wait", "2.7.0", "--for", "0s", "--root", &root];
    sandbox.holdpoint_in("ci", &wait).shows(str![[r#"
exit 1
-- stdout
2.7.0: BLOCKED  (3 requirements, 4 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; main of [SANDBOX]/origin.git)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  held  [ID8]: maria@example.com holds it: wait

next: holdpoint lift 2.7.0 [ID8] --reason "…"
        who: maria@example.com, dana@example.com or sam@example.com

"#]]);
}

#[test]
fn refusals() {
    let sandbox = Sandbox::ready();
    sandbox.holdpoint(&["wait", "2.7.0", "--for", "soon"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'soon' for '--for <TIME>': write it like 90s, 30m or 1h

For more information, try '--help'.

"#]]);
    sandbox.holdpoint(&["wait", "2.7.0", "--for=-1h"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value '-1h' for '--for <TIME>': write it like 90s, 30m or 1h

For more information, try '--help'.

"#]]);
    sandbox.holdpoint(&["wait", "2.8.0"]).shows(str![[r#"
exit 2
-- stderr
error: there is no release `2.8.0`
  hint: did you mean `2.7.0`?

"#]]);
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.holdpoint(&["wait", "2.7.0"]).shows(str![[r#"
exit 4
-- stdout
2.7.0: UNVERIFIABLE  (3 requirements, 0 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  missing  kb             nobody has signed; eve@example.com or maria@example.com can
  missing  compatibility  nobody has signed; ada@example.com or ned@example.com can
  missing  notice         nobody has signed; kim@example.com or lee@example.com can

  root-unpinned  no pinned root says that this is the right policy

next: holdpoint trust sha256:…   (ask a colleague for the root; in CI: HOLDPOINT_ROOT)
      holdpoint sign 2.7.0 compatibility
        who: ada@example.com or ned@example.com
      holdpoint sign 2.7.0 kb
        who: eve@example.com or maria@example.com
      holdpoint sign 2.7.0 notice
        who: kim@example.com or lee@example.com

"#]]);
}
