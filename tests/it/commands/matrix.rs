//! `holdpoint matrix`: what opens what.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn of_one_version() {
    Sandbox::webinar().holdpoint(&["matrix", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
# Compatibility matrix of 2.7.0

Derived from what the releases declare; `holdpoint matrix 2.7.0 --write` writes it anew. Out with this release: converter 2.7.0, player 2.7.0 and recorder 2.7.0. Support is judged on 2026-11-20, the day for which it is planned.

## Recording file (.rec)

- player 2.7.0 reads 1, 2 and 3, reads 1 with a loss (no captions)
- recorder 2.7.0 writes 3, writes 2 when asked to

| Written by | opened by | works? | what a customer sees | what to do | basis |
| --- | --- | --- | --- | --- | --- |
| recorder 2.7.0 | player 2.4.0 | **no** | No picture, no sound | 1. Upgrade player to 2.7.0<br>2. Have recorder write format 2<br>3. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks) | tested (ci/run/8812) |
| recorder 2.4.0 | player 2.7.0 | yes |  |  | declared |
| recorder 2.7.0 | player 2.7.0 | yes |  |  | declared |

"#]]);
}

#[test]
fn written() {
    let sandbox = Sandbox::webinar();
    sandbox.holdpoint(&["matrix", "2.7.0", "--write"]).shows(str![[r#"
exit 0
-- stdout
wrote releases/2.7.0/matrix.md: 3 pairs: 2 work and 1 fails
  + # Compatibility matrix of 2.7.0
  + Derived from what the releases declare; `holdpoint matrix 2.7.0 --write` writes it anew. Out with this release: converter 2.7.0, player 2.7.0 and recorder 2.7.0. Support is judged on 2026-11-20, the day for which it is planned.
  + ## Recording file (.rec)
  + - player 2.7.0 reads 1, 2 and 3, reads 1 with a loss (no captions)
  + - recorder 2.7.0 writes 3, writes 2 when asked to
  + | Written by | opened by | works? | what a customer sees | what to do | basis |
  + | --- | --- | --- | --- | --- | --- |
  + | recorder 2.7.0 | player 2.4.0 | **no** | No picture, no sound | 1. Upgrade player to 2.7.0<br>2. Have recorder write format 2<br>3. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks) | tested (ci/run/8812) |
  + | recorder 2.4.0 | player 2.7.0 | yes |  |  | declared |
  + | recorder 2.7.0 | player 2.7.0 | yes |  |  | declared |
  - # What opens what
  - Player 2.7.0 opens every recording.

next: git add releases/2.7.0/matrix.md && git commit -m "Matrix of 2.7.0" -- releases/2.7.0/matrix.md
      holdpoint lint 2.7.0   (what the pairs that fail or are open still need)
      holdpoint sign 2.7.0 compatibility

"#]]);
    assert_eq!(sandbox.read("releases/2.7.0/matrix.md"), sandbox.holdpoint(&["matrix", "2.7.0"]).exits(0).stdout);
}

#[test]
fn what_is_up_to_date_is_not_written_again() {
    let sandbox = Sandbox::webinar();
    sandbox.holdpoint(&["matrix", "2.7.0", "--write"]).exits(0);
    let json = sandbox.holdpoint(&["matrix", "2.7.0", "--write", "--format", "json"]).exits(0).json();
    assert_eq!(json["changed"], false);
    assert!(json["next"][0].as_str().unwrap().starts_with("git add "), "{json}");
    sandbox.commit_all("Matrix");
    sandbox.holdpoint(&["matrix", "2.7.0", "--write"]).shows(str![[r#"
exit 0
-- stdout
releases/2.7.0/matrix.md is up to date already: 3 pairs: 2 work and 1 fails

next: holdpoint check 2.7.0

"#]]);
    let codes: Vec<String> = sandbox.check_json("2.7.0").json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["code"].to_string())
        .collect();
    assert!(!codes.contains(&"\"matrix-out-of-date\"".to_owned()), "{codes:?}");
}

#[test]
fn works_on_the_files_in_front_of_you_unless_a_commit_is_named() {
    let sandbox = Sandbox::webinar();
    let text = sandbox.read("releases/2.7.0/compatibility.toml").replace("\"3\"]", "\"4\"]");
    sandbox.write("releases/2.7.0/compatibility.toml", &text);
    assert!(sandbox.holdpoint(&["matrix", "2.7.0"]).exits(0).stdout.contains("recorder 2.7.0 writes 4"));
    assert!(
        sandbox.holdpoint(&["matrix", "2.7.0", "--at", "HEAD"]).exits(0).stdout.contains("recorder 2.7.0 writes 3")
    );
    sandbox.holdpoint(&["matrix", "2.7.0", "--at", "HEAD", "--write"]).exits(2);
}

#[test]
fn what_was_signed_for_a_version_that_is_out_is_never_written_over() {
    let sandbox = Sandbox::webinar();
    let before = sandbox.read("releases/2.4.0/matrix.md");
    sandbox.holdpoint(&["matrix", "2.4.0", "--write"]).shows(str![[r#"
exit 1
-- stderr
error: 2.4.0 is out, and `releases/2.4.0/matrix.md` is what was signed for it
  hint: holdpoint matrix 2.4.0   (prints what follows today)

"#]]);
    assert_eq!(sandbox.read("releases/2.4.0/matrix.md"), before);
    let answer = sandbox.holdpoint(&["matrix", "2.4.0"]).exits(0);
    assert!(answer.stderr.contains("what was signed is `releases/2.4.0/matrix.md`"), "{answer:#?}");
}

#[test]
fn nothing_is_derived_without_an_interface() {
    Sandbox::ready().holdpoint(&["matrix", "2.7.0", "--write"]).shows(str![[r#"
exit 4
-- stderr
error: nothing can be derived: the policy names no interface
  hint: holdpoint policy propose   (then say in `policy/proposed/policy.toml` under [[interface]] which component writes what another one reads)

"#]]);
}

#[test]
fn records_that_cannot_be_read_are_named() {
    let sandbox = Sandbox::webinar();
    sandbox.write("releases/2.7.0/compatibility.toml", "schema = 1\n[component.recoder]\nwrites.rec = [\"3\"]\n");
    sandbox.holdpoint(&["matrix", "2.7.0", "--write"]).shows(str![[r#"
exit 4
-- stderr
error: `releases/2.7.0/release.toml` and `compatibility.toml` cannot both be read
  bad-record  the release has no component `recoder`
     --> releases/2.7.0/compatibility.toml:2:12
      |
    2 | [component.recoder]
      |            ^^^^^^^ did you mean `recorder`?
  hint: mend them and run the same command again

"#]]);
}

#[test]
fn of_everything_that_is_out() {
    Sandbox::webinar_out().holdpoint(&["matrix"]).shows(str![[r#"
exit 0
-- stdout
# Compatibility of everything that is out

4 pairs, from commit [COMMIT7] of [TODAY], policy 2. Support is judged on [TODAY].

## Recording file (.rec)

- player 2.4.0: reads 1 and 2, reads 1 with a loss (no captions)
- player 2.7.0: reads 1, 2 and 3, reads 1 with a loss (no captions)
- recorder 2.4.0: writes 2
- recorder 2.7.0: writes 3, writes 2 when asked to

| Written by | opened by | works? | what a customer sees | what to do | basis |
| --- | --- | --- | --- | --- | --- |
| recorder 2.7.0 | player 2.4.0 | **no** | No picture, no sound | 1. Upgrade player to 2.7.0<br>2. Have recorder write format 2<br>3. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks) | tested (ci/run/8812) |
| recorder 2.4.0 | player 2.4.0 and 2.7.0 | yes |  |  | declared |
| recorder 2.7.0 | player 2.7.0 | yes |  |  | declared |

"#]]);
}

#[test]
fn as_csv() {
    Sandbox::webinar_out().holdpoint(&["matrix", "--format", "csv"]).shows(str![[r#"
exit 0
-- stdout
interface,writer,writer_versions,writer_in_support,reader,reader_versions,reader_in_support,pairs,verdict,basis,symptom,losses,what_to_do,evidence,except
rec,recorder,2.7.0,yes,player,2.4.0,yes,1,fails,tested,"No picture, no sound",,upgrade player to 2.7.0; have recorder write format 2; convert format 3 to 2 with converter 2.7.0 (loses chapter marks),ci/run/8812,
rec,recorder,2.4.0,yes,player,2.4.0 2.7.0,yes,2,works,declared,,,,,
rec,recorder,2.7.0,yes,player,2.7.0,yes,1,works,declared,,,,,

"#]]);
}

#[test]
fn a_page_needs_no_script_and_runs_none() {
    let sandbox = Sandbox::webinar();
    sandbox.edit("releases/2.7.0/compatibility.toml", |it| it.replace("No picture", "<script>alert(1)</script>"));
    let page = sandbox.holdpoint(&["matrix", "2.7.0", "--format", "html"]).exits(0).stdout;
    assert!(!page.contains("<script") && page.contains("&#60;script&#62;"), "{page}");
    assert!(page.contains("<meta name=\"color-scheme\" content=\"light dark\">") && !page.contains("http"), "{page}");
    assert!(page.contains("Upgrade player to 2.7.0"), "{page}");
}

#[test]
fn markdown_is_what_is_signed() {
    let sandbox = Sandbox::webinar();
    let markdown = sandbox.holdpoint(&["matrix", "2.7.0", "--format", "markdown"]).exits(0).stdout;
    assert_eq!(markdown, sandbox.holdpoint(&["matrix", "2.7.0"]).exits(0).stdout);
}

#[test]
fn a_form_that_a_command_does_not_have_is_refused() {
    let sandbox = Sandbox::webinar();
    sandbox.holdpoint(&["status", "--format", "csv"]).finds(2, "`matrix` has it");
    sandbox.holdpoint(&["matrix", "2.7.0", "--format", "github"]).finds(2, "no answer in the form `github`");
    sandbox.holdpoint(&["matrix", "--write"]).exits(2);
}
