//! The story of the recorder, as data: what is done, how it must end, and what must be seen.

/// One act of the story.
pub(super) struct Act {
    /// What it is about.
    pub(super) title: &'static str,
    /// What happens, in order.
    pub(super) steps: Vec<Step>,
}

/// Something that happens.
pub(super) enum Step {
    /// The narrator speaks.
    Say(&'static str),
    /// A command line, which must end as the story says.
    Run(Run),
    /// Somebody writes a file of the repository.
    Write {
        /// Where, from the repository.
        path: &'static str,
        /// What.
        text: &'static str,
    },
    /// Somebody changes a few words in a file of the repository.
    Edit {
        /// Where, from the repository.
        path: &'static str,
        /// What stands there.
        from: &'static str,
        /// What will.
        to: &'static str,
    },
    /// Somebody adds to the end of a file of the repository.
    Add {
        /// Where, from the repository.
        path: &'static str,
        /// What.
        text: &'static str,
    },
    /// Somebody copies a file by hand. Paths are from the repository.
    Copy {
        /// The file.
        from: &'static str,
        /// The folder that it is put into.
        into: &'static str,
    },
}

/// A command line, and how it must end.
pub(super) struct Run {
    /// As it is typed. A word in braces stands for what an earlier command said.
    pub(super) line: &'static str,
    /// Its exit code.
    pub(super) exit: i32,
    /// What its output must hold.
    pub(super) shows: &'static [&'static str],
    /// The last word of its first line is remembered under this name.
    pub(super) remember: Option<&'static str>,
}

/// Who takes part; each gets a key.
pub(super) const CAST: [&str; 7] = ["dana", "sam", "maria", "eve", "ned", "lee", "ci"];

/// What was built: the file, and what stands in for its bytes.
pub(super) const BUILDS: [(&str, &str); 6] = [
    ("recorder-2.4.0.exe", "the recorder, version 2.4.0"),
    ("player-2.4.0.exe", "the player, version 2.4.0"),
    ("recorder-2.7.0.exe", "the recorder, version 2.7.0"),
    ("player-2.7.0.exe", "the player, version 2.7.0"),
    ("converter-2.7.0.exe", "the converter, version 2.7.0"),
    ("recorder-2.8.0.exe", "the recorder, version 2.8.0"),
];

fn say(text: &'static str) -> Step {
    Step::Say(text)
}

fn run(line: &'static str, exit: i32, shows: &'static [&'static str]) -> Step {
    Step::Run(Run { line, exit, shows, remember: None })
}

fn done(line: &'static str) -> Step {
    run(line, 0, &[])
}

const CHECK: &str = "holdpoint check 2.7.0";
const PUBLISH: &str = "holdpoint publish 2.7.0 --site downloads --from ../dist --as ci@example.com --key ../keys/ci --yes";
const TOO_EARLY: &str =
    "holdpoint publish 2.7.0 --site downloads --from ../dist --as ci@example.com --key ../keys/ci --yes --quiet";

/// The whole story.
pub(super) fn story() -> Vec<Act> {
    vec![
        founding(),
        inheriting(),
        hurrying(),
        writing(),
        signing(),
        mending(),
        holding(),
        dropping(),
        changing(),
        publishing(),
        slipping(),
        asking(),
    ]
}

fn founding() -> Act {
    let init = "holdpoint init --project https://downloads.example.com/webinar \
        --as dana@example.com --key ../keys/dana \
        --owner dana@example.com --owner sam@example.com \
        --person sam@example.com=../keys/sam.pub --person maria@example.com=../keys/maria.pub \
        --person eve@example.com=../keys/eve.pub --person ned@example.com=../keys/ned.pub \
        --person lee@example.com=../keys/lee.pub --person ci@example.com=../keys/ci.pub \
        --machine ci@example.com --role support=maria@example.com,eve@example.com \
        --role compatibility=ned@example.com --role communications=lee@example.com \
        --site downloads=../site --push";
    Act {
        title: "Who decides",
        steps: vec![
            say("Dana sets up the record once. Maria and Eve answer for the support article, Ned for"),
            say("the compatibility matrix, Lee for the notice to customers; CI publishes, and no more."),
            run(init, 0, &["root: sha256:", "pushed to main of"]),
        ],
    }
}

fn inheriting() -> Act {
    let new = "holdpoint new 2.4.0 --component recorder --component player \
        --owner dana@example.com --deputy ned@example.com --planned {today} --support-until {later}";
    let artifacts = "holdpoint artifacts 2.4.0 recorder=../dist/recorder-2.4.0.exe player=../dist/player-2.4.0.exe";
    let sign = "holdpoint policy sign --as dana@example.com --key ../keys/dana --yes --push";
    let adopt = "holdpoint record 2.4.0 --adopt --as dana@example.com --key ../keys/dana --yes --push \
        --reason 'out since before there was a record'";
    Act {
        title: "What customers have already",
        steps: vec![
            say("Recorder and player share a file format. The policy names it, so that it is asked about."),
            done("holdpoint policy propose"),
            Step::Add { path: "policy/proposed/policy.toml", text: include_str!("texts/interface.toml") },
            run(sign, 0, &["pushed to main of"]),
            run("holdpoint policy adopt --push", 0, &["policy 2"]),
            say("Version 2.4.0 has been out for years. The owners take it in."),
            done(new),
            Step::Write { path: "releases/2.4.0/compatibility.toml", text: include_str!("texts/inherited.toml") },
            run(artifacts, 0, &["2 artifacts"]),
            done("holdpoint matrix 2.4.0 --write"),
            done("git add releases"),
            done("git commit -q -m 'Take in 2.4.0'"),
            done("git push -q"),
            Step::Copy { from: "../dist/recorder-2.4.0.exe", into: "../site/recorder/2.4.0" },
            Step::Copy { from: "../dist/player-2.4.0.exe", into: "../site/player/2.4.0" },
            run(adopt, 0, &["pushed to main of"]),
        ],
    }
}

fn hurrying() -> Act {
    let new = "holdpoint new 2.7.0 --component recorder \
        --owner dana@example.com --deputy ned@example.com --planned {today} --support-until {later}";
    Act {
        title: "A recorder without a player",
        steps: vec![
            say("Recorder 2.7.0 is ready, and writes a new format. Once such a recorder went out alone."),
            done(new),
            run("holdpoint artifacts 2.7.0 recorder=../dist/recorder-2.7.0.exe", 0, &["1 artifact"]),
            Step::Write { path: "releases/2.7.0/compatibility.toml", text: include_str!("texts/alone.toml") },
            Step::Write { path: "releases/2.7.0/kb.md", text: include_str!("texts/kb-alone.md") },
            Step::Write { path: "releases/2.7.0/notice.md", text: include_str!("texts/notice-alone.md") },
            done("holdpoint matrix 2.7.0 --write"),
            done("git add releases"),
            done("git commit -q -m 'Begin 2.7.0'"),
            done("git push -q"),
            run(CHECK, 1, &["BLOCKED", "orphan-format", "no-route"]),
        ],
    }
}

fn writing() -> Act {
    let artifacts = "holdpoint artifacts 2.7.0 recorder=../dist/recorder-2.7.0.exe \
        player=../dist/player-2.7.0.exe converter=../dist/converter-2.7.0.exe";
    let file = |path, text| Step::Write { path, text };
    Act {
        title: "A release is prepared",
        steps: vec![
            say("So a player that opens the new files goes with it, and a converter for who keeps the old one."),
            Step::Add {
                path: "releases/2.7.0/release.toml",
                text: "\n[[component]]\nname = \"player\"\n\n[[component]]\nname = \"converter\"\n",
            },
            run(artifacts, 0, &["3 artifacts"]),
            file("releases/2.7.0/compatibility.toml", include_str!("texts/compatibility.toml")),
            done("holdpoint matrix 2.7.0 --write"),
            done("git commit -q -a -m 'Add player and converter'"),
            run(CHECK, 1, &["obligation", "recorder 2.7.0 and player 2.4.0 do not work together"]),
            say("Player 2.4 stays what it is: support and customers have to be told before."),
            file("releases/2.7.0/kb.md", include_str!("texts/kb.md")),
            file("releases/2.7.0/notice.md", include_str!("texts/notice.md")),
            done("git commit -q -a -m 'Tell support and customers'"),
            done("git push -q"),
            say("Nobody has read any of it yet. The gate is closed, and CI cannot go around it."),
            run(CHECK, 3, &["WAITING", "missing"]),
            run(TOO_EARLY, 3, &[]),
        ],
    }
}

fn signing() -> Act {
    let kb = "holdpoint sign 2.7.0 kb --as maria@example.com --key ../keys/maria --yes --push";
    let matrix = "holdpoint sign 2.7.0 compatibility --as ned@example.com --key ../keys/ned --yes --push";
    let notice = "holdpoint sign 2.7.0 notice --as lee@example.com --key ../keys/lee --yes --push";
    Act {
        title: "Three people sign",
        steps: vec![
            say("Without --yes each would be shown the document first."),
            run(kb, 0, &["pushed to main of"]),
            run(matrix, 0, &["pushed to main of"]),
            run(notice, 0, &["pushed to main of"]),
            run(CHECK, 0, &["CLEAR"]),
        ],
    }
}

fn mending() -> Act {
    let again = "holdpoint sign 2.7.0 kb --as eve@example.com --key ../keys/eve --yes --push";
    Act {
        title: "A sign-off is for what was read",
        steps: vec![
            say("Somebody corrects the article after Maria has signed it."),
            Step::Edit { path: "releases/2.7.0/kb.md", from: "Help, About", to: "Help, About this player" },
            done("git commit -q -a -m 'Name the menu in full'"),
            done("git push -q"),
            run(CHECK, 3, &["WAITING", "stale"]),
            say("Eve reads the changed line and signs."),
            run(again, 0, &["pushed to main of"]),
            run(CHECK, 0, &["CLEAR"]),
        ],
    }
}

fn holding() -> Act {
    let hold = "holdpoint hold 2.7.0 --as sam@example.com --key ../keys/sam --yes --push \
        --reason 'a customer reports a crash; looking into it'";
    let lift = "holdpoint lift 2.7.0 {hold} --as sam@example.com --key ../keys/sam --yes --push \
        --reason 'the crash is in an old driver, not in 2.7.0'";
    Act {
        title: "Anybody may pull the cord",
        steps: vec![
            Step::Run(Run { line: hold, exit: 0, shows: &["pushed to main of"], remember: Some("hold") }),
            run(CHECK, 1, &["BLOCKED", "held"]),
            run(lift, 0, &["pushed to main of"]),
            run(CHECK, 0, &["CLEAR"]),
        ],
    }
}

fn dropping() -> Act {
    let hold = "holdpoint hold 2.7.0 --as eve@example.com --key ../keys/eve --yes --push \
        --reason 'the help page shows the old menu'";
    let lift = "holdpoint lift 2.7.0 {doubt} --as eve@example.com --key ../keys/eve --yes --push \
        --reason 'the page is right now'";
    Act {
        title: "A hold does not disappear",
        steps: vec![
            Step::Run(Run { line: hold, exit: 0, shows: &["pushed to main of"], remember: Some("doubt") }),
            say("Somebody in a hurry may write to the repository, and removes it."),
            done("git rm -q 'releases/2.7.0/ledger/{doubt}*'"),
            done("git commit -q -m 'Tidy up'"),
            done("git push -q"),
            run(CHECK, 4, &["UNVERIFIABLE", "history-rewritten", "the `hold` by eve@example.com"]),
            say("It stood in the history, so it is missed. Putting it back repairs the record."),
            done("git revert --no-edit HEAD"),
            done("git push -q"),
            run(CHECK, 1, &["BLOCKED", "held"]),
            run(lift, 0, &["pushed to main of"]),
        ],
    }
}

fn changing() -> Act {
    let policy = "policy/proposed/policy.toml";
    let dana = "holdpoint policy sign --as dana@example.com --key ../keys/dana --yes --push";
    let sam = "holdpoint policy sign --as sam@example.com --key ../keys/sam --yes --push";
    Act {
        title: "The owners change the rules",
        steps: vec![
            say("Until now either owner could. From now on both must agree, and both must sign that."),
            done("holdpoint policy propose"),
            Step::Edit { path: policy, from: "threshold = 1", to: "threshold = 2" },
            run(dana, 0, &["pushed to main of"]),
            say("Half signed it decides nothing, and nobody can put it in force."),
            run("holdpoint policy adopt", 1, &["1 of 2 owners of policy 3 still to sign: sam@example.com"]),
            run(sam, 0, &["pushed to main of"]),
            run("holdpoint policy adopt --push", 0, &["policy 3", "pushed to main of"]),
            run(CHECK, 0, &["CLEAR", "policy 3"]),
        ],
    }
}

fn publishing() -> Act {
    Act {
        title: "It goes out",
        steps: vec![
            say("Publishing writes the fact that support will read: they cannot disagree."),
            run(PUBLISH, 0, &["PUBLISHED", "pushed to main of"]),
            run("holdpoint audit downloads", 0, &["NO DRIFT"]),
        ],
    }
}

fn slipping() -> Act {
    Act {
        title: "Somebody goes around the gate",
        steps: vec![
            say("Recorder 2.8.0 is copied to the download page by hand, as 2.7 once was."),
            Step::Copy { from: "../dist/recorder-2.8.0.exe", into: "../site" },
            run("holdpoint audit downloads", 1, &["live-unrecorded", "recorder-2.8.0.exe"]),
        ],
    }
}

fn asking() -> Act {
    Act {
        title: "A customer calls",
        steps: vec![
            say("The first line of an answer can be read out. There is no guessing about 2.8."),
            run("holdpoint status 2.7", 0, &["Yes, 2.7.0"]),
            run("holdpoint status 2.8", 4, &["Nobody has recorded"]),
            say("And nobody asks for twenty minutes what the customer wants: his file opens, or here is how."),
            run("holdpoint can player@2.4 open recorder@2.7", 1, &["No", "pgrade player to 2.7.0"]),
            run("holdpoint can player@2.7 open recorder@2.4", 0, &["Yes"]),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_nobody_who_has_no_key() {
        for act in story() {
            for step in act.steps {
                let Step::Run(run) = step else { continue };
                let people = run.line.split([' ', '=', ',']).filter_map(|it| it.strip_suffix("@example.com"));
                assert!(people.into_iter().all(|it| CAST.contains(&it)), "{}", run.line);
            }
        }
    }

    #[test]
    fn an_edit_changes_what_is_written() {
        let text = include_str!("texts/kb.md");
        let edits = story().into_iter().flat_map(|it| it.steps);
        for step in edits {
            if let Step::Edit { path: "releases/2.7.0/kb.md", from, to } = step {
                assert_eq!(text.matches(from).count(), 1);
                assert!(!text.contains(to));
            }
        }
    }
}
