//! `holdpoint explain`: a code in words. What every code means is in `docs/codes.md`, which is a snapshot too.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn one_code() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint(&["explain", "entry-missing"]).shows(str![[r#"
exit 0
-- stdout
entry-missing: unverifiable (exit 4), about an id, cannot be waived

  An entry names another one that is not there. What is missing may be a hold.

  Restore the file from the branch where it was written; or, if it is lost, lift it by its id.

"#]]);
    sandbox.holdpoint(&["explain", "missing", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "codes": [
    {
      "about": "requirement",
      "code": "missing",
      "cure": "Read the document and sign it.",
      "exit": 3,
      "means": "Nobody has signed.",
      "settable": false,
      "severity": "waiting",
      "waivable": true
    }
  ],
  "exit_code": 0,
  "schema": 1
}

"#]]);
}

#[test]
fn a_code_that_nobody_knows() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint(&["explain", "stail"]).shows(str![[r#"
exit 2
-- stderr
error: `stail` is no finding code; did you mean `stale`?

"#]]);
    sandbox.holdpoint(&["explain", "everything"]).shows(str![[r#"
exit 2
-- stderr
error: `everything` is no finding code; `holdpoint explain` lists them

"#]]);
}
