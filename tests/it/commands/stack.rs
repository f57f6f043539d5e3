//! `holdpoint stack`: everything that works with what somebody has.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn of_one_version() {
    Sandbox::webinar_out().holdpoint(&["stack", "--with", "player@2.4"]).shows(str![[r#"
exit 0
-- stdout
What works with player 2.4.0: recorder 2.4.0.

  recorder  2.4.0  works
            2.7.0  does not work (recorder 2.7.0 with player 2.4.0)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
}

#[test]
fn a_mixed_fleet_narrows_what_is_left() {
    let sandbox = Sandbox::webinar_out();
    let answer = |with: &[&str]| {
        let with: Vec<&str> = with.iter().flat_map(|it| ["--with", it]).collect();
        let answer = sandbox.holdpoint(&[&["stack"], with.as_slice()].concat()).exits(0);
        answer.stdout.lines().next().unwrap().to_owned()
    };
    assert_eq!(answer(&["player@2.7"]), "What works with player 2.7.0: recorder 2.4.0 and 2.7.0.");
    assert_eq!(answer(&["player@2.7", "player@2.4"]), "What works with player 2.7.0 and player 2.4.0: recorder 2.4.0.");
    assert_eq!(answer(&["player@2"]), "What works with player 2.4.0 and 2.7.0: recorder 2.4.0.");
}

#[test]
fn what_is_not_out_goes_with_nothing_yet() {
    let sandbox = Sandbox::webinar();
    let answer = sandbox.holdpoint(&["stack", "--with", "player@2.7", "--with", "recorder@3"]).exits(4);
    assert!(
        answer
            .stdout
            .starts_with("It cannot be told: player 2.7.0 is not out yet and nobody has recorded recorder 3.\n"),
        "{answer:#?}"
    );
}

#[test]
fn something_is_to_be_named() {
    let sandbox = Sandbox::webinar_out();
    sandbox.holdpoint(&["stack"]).exits(2);
    sandbox.holdpoint(&["stack", "--with", "plaier@2"]).finds(2, "did you mean `player`?");
    let answer = sandbox.holdpoint(&["stack", "--with", "converter@2.7"]).exits(0);
    assert!(answer.stdout.starts_with("Nothing is known that exchanges anything with converter 2.7.0."), "{answer:#?}");
}
