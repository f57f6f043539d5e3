//! `holdpoint completions`: what a shell needs.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn printed_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let answer = Sandbox::empty().holdpoint(&["completions", shell]).exits(0);
        assert!(answer.stdout.contains("not-applicable") && answer.stderr.is_empty(), "{shell}");
        let json = Sandbox::empty().holdpoint(&["completions", shell, "--format", "json"]).exits(0).json();
        assert_eq!(json["script"], answer.stdout);
    }
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint(&["completions", "bsh"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'bsh' for '<SHELL>'
  [possible values: bash, elvish, fish, powershell, zsh]

  tip: a similar value exists: 'bash'

For more information, try '--help'.

"#]]);
    sandbox.holdpoint(&["completions"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  <SHELL>

Usage: holdpoint completions <SHELL>

For more information, try '--help'.

"#]]);
}
