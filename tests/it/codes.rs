//! Every finding code comes out of the tool, in a situation that brings it about, with the exit code that it then decides.

use std::collections::BTreeSet;
use std::fs;

use crate::attacks::too_much_history::checked;
use crate::attacks::{forge_publication, founded_with, waive, without_locks};
use crate::knowledge_base::{BODY, Server, kept_elsewhere, of_zendesk, zendesk};
use crate::sandbox::webinar::{OLD, REC};
use crate::sandbox::{Answer, RECORDER, Sandbox, public_key, same};

/// One test for each code, and the list of those that have one.
macro_rules! cases {
    ($($name:ident = $code:literal, exit $exit:literal, $situation:expr;)*) => {
        $(#[test]
        fn $name() {
            comes_out($code, $exit, $situation);
        })*

        const CODES: &[&str] = &[$($code),*];

        /// A situation that brings a code about.
        pub(crate) fn situation(code: &str) -> Answer {
            match code {
                $($code => ($situation)(),)*
                _ => panic!("`{code}` has no situation"),
            }
        }
    };
}

/// The answer to this situation has the exit code, and the finding among its findings.
#[track_caller]
fn comes_out(code: &str, exit: i32, situation: fn() -> Answer) {
    let answer = situation().exits(exit);
    assert_eq!(answer.json()["exit_code"], exit, "{answer:#?}");
    assert!(answer.findings().iter().any(|it| it.0 == code), "`{code}` is not in {answer:#?}");
}

#[test]
fn every_code_has_a_case() {
    let json = Sandbox::empty().holdpoint(&["explain", "--format", "json"]).exits(0).json();
    let known: BTreeSet<&str> =
        json["codes"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(CODES.iter().copied().collect::<BTreeSet<_>>(), known);
}

cases! {
    root_unpinned = "root-unpinned", exit 4, || {
        let sandbox = Sandbox::signed();
        sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
        sandbox.check_json("2.7.0")
    };
    root_mismatch = "root-mismatch", exit 4, || {
        let sandbox = Sandbox::signed();
        sandbox.git(&["config", "holdpoint.root", &format!("sha256:{}", "0".repeat(64))]);
        sandbox.check_json("2.7.0")
    };
    root_moved = "root-moved", exit 4, || {
        let sandbox = Sandbox::signed();
        fs::create_dir(sandbox.path("repo/sub")).unwrap();
        sandbox.git(&["mv", "policy", "releases", "sub"]);
        sandbox.commit_all("Move it");
        sandbox.holdpoint_in("repo/sub", &["check", "2.7.0", "--format", "json"])
    };
    policy_broken = "policy-broken", exit 4, || {
        let sandbox = founded_with(|it| it.replace("threshold = 1", "threshold = 9"));
        sandbox.release("2.7.0", RECORDER);
        sandbox.check_json("2.7.0")
    };
    policy_threshold = "policy-threshold", exit 4, || {
        let sandbox = Sandbox::signed();
        sandbox.git(&["rm", "-q", "policy/0001/dana@example.com.sig"]);
        sandbox.commit_all("Drop the signature");
        sandbox.check_json("2.7.0")
    };
    policy_fork = "policy-fork", exit 4, || {
        let sandbox = Sandbox::signed();
        let first = sandbox.root(1).replace("sha256:", "");
        sandbox.adopt_policy(&["dana"], same, same);
        let second = sandbox.root(2).replace("sha256:", "");
        sandbox.forge_policy("0003", |it| it.replace("max_hours = 72", "max_hours = 24"), same, &[]);
        let text = sandbox.read("policy/0003/policy.toml").replace(&second, &first);
        sandbox.write("policy/0003/policy.toml", &text);
        sandbox.resign_policy("0003", &["dana"]);
        sandbox.commit_all("Follow policy 1 a second time");
        sandbox.check_json("2.7.0")
    };
    stale_checkout = "stale-checkout", exit 4, || {
        let sandbox = Sandbox::with_remote();
        sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "x", "--yes", "--push"]).exits(0);
        sandbox.git(&["checkout", "-q", "-b", "old", "HEAD~1"]);
        sandbox.check_json("2.7.0")
    };
    history_too_large = "history-too-large", exit 4, checked;
    checkpoint_lost = "checkpoint-lost", exit 4, || {
        let sandbox = Sandbox::signed();
        sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
        sandbox.sign_policy("dana").exits(0);
        sandbox.adopt().exits(0);
        sandbox.git(&["checkout", "-q", "--orphan", "other"]);
        sandbox.commit_all("All of it, as if it had always been so");
        sandbox.git(&["branch", "-q", "-M", "main"]);
        sandbox.check_json("2.7.0")
    };
    unsealed = "unsealed", exit 4, || {
        let sandbox = Sandbox::published();
        for _ in 0..2 {
            sandbox.adopt_policy(&["dana"], same, same);
        }
        sandbox.release("2.8.0", RECORDER);
        forge_publication(&sandbox, 1, "ci");
        sandbox.check_json("2.8.0")
    };
    policy_rollback = "policy-rollback", exit 4, || {
        let sandbox = Sandbox::published();
        let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().replace("sha256:", "");
        edit(&sandbox, "site/releases.json", |it| it.replace(&root, &"0".repeat(64)));
        publish(&sandbox)
    };
    bad_record = "bad-record", exit 4, || edited("release.toml", |it| it.replace("planned", "planed"));
    vacuous = "vacuous", exit 4, || {
        let sandbox = Sandbox::ready();
        sandbox.edit("releases/2.7.0/artifacts.toml", |_| "schema = 1\n".to_owned());
        sandbox.edit("releases/2.7.0/compatibility.toml", |_| "schema = 1\n".to_owned());
        sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("[[component]]\nname = \"recorder\"\n", ""));
        sandbox.check_json("2.7.0")
    };
    bad_entry = "bad-entry", exit 4, || {
        let sandbox = Sandbox::ready();
        sandbox.write("releases/2.7.0/ledger/notes.txt", "remember the milk\n");
        sandbox.commit_all("Leave a note");
        sandbox.check_json("2.7.0")
    };
    wrong_release = "wrong-release", exit 4, || {
        forged(|it| it.replace("release = \"2.7.0\"", "release = \"2.6.0\""), "maria")
    };
    wrong_project = "wrong-project", exit 4, || forged(|it| it.replace("/webinar", "/player"), "maria");
    entry_missing = "entry-missing", exit 4, || {
        let sandbox = Sandbox::ready();
        hold(&sandbox, "maria");
        let first = sandbox.entry("2.7.0", "maria@");
        hold(&sandbox, "ned");
        remove(&sandbox, &first);
        sandbox.check_json("2.7.0")
    };
    history_rewritten = "history-rewritten", exit 4, || {
        let sandbox = Sandbox::ready();
        hold(&sandbox, "maria");
        remove(&sandbox, &sandbox.entry("2.7.0", "maria@"));
        sandbox.holdpoint(&["lint", "--format", "json"])
    };
    history_unavailable = "history-unavailable", exit 4, || {
        let sandbox = Sandbox::with_remote();
        let origin = format!("file://{}", sandbox.path("origin.git").display());
        sandbox.git_in(".", &["clone", "-q", "--depth", "1", &origin, "shallow"]);
        sandbox.holdpoint_in("shallow", &["lint", "--format", "json"])
    };
    published_changed = "published-changed", exit 4, || {
        let sandbox = Sandbox::published();
        sandbox.edit("releases/2.7.0/matrix.md", |it| it + "\nAnd more.\n");
        sandbox.check_json("2.7.0")
    };
    unproven = "unproven", exit 4, || {
        let sandbox = Sandbox::published();
        sandbox.release("2.8.0", b"recorder 2.8.0\n");
        forge_publication(&sandbox, 1, "ci");
        sandbox.check_json("2.8.0")
    };
    clock_behind = "clock-behind", exit 4, || {
        let mut sandbox = Sandbox::ready();
        sandbox.sign("2.7.0", "kb", "maria").exits(0);
        sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
        waive(&sandbox, "missing:notice");
        sandbox.set("GIT_COMMITTER_DATE", "2099-01-01T00:00:00Z");
        sandbox.commit_all("Commit it tomorrow");
        sandbox.check_json("2.7.0")
    };
    too_many_branches = "too-many-branches", exit 4, || {
        let sandbox = Sandbox::with_remote();
        crate::attacks::many_branches(&sandbox, 1_001);
        sandbox.check_json("2.7.0")
    };
    wrong_repository = "wrong-repository", exit 4, || {
        let sandbox = founded_with(|it| it.replace("[rules]\n", "[rules]\nrepository = [\"https://git.example.com/webinar\"]\n"));
        sandbox.release("2.7.0", RECORDER);
        sandbox.sign_all("2.7.0");
        sandbox.git(&["remote", "add", "origin", "https://fork.example.com/webinar"]);
        sandbox.check_json("2.7.0")
    };
    dirty = "dirty", exit 4, || {
        let sandbox = Sandbox::signed();
        sandbox.write("releases/2.7.0/kb.md", "Not committed.\n");
        publish(&sandbox)
    };
    site_unreachable = "site-unreachable", exit 4, || {
        let sandbox = Sandbox::signed();
        fs::remove_dir(sandbox.path("site")).unwrap();
        fs::write(sandbox.path("site"), "a file").unwrap();
        sandbox.holdpoint(&["audit", "--format", "json"])
    };
    listing_unavailable = "listing-unavailable", exit 4, || {
        let sandbox = Sandbox::published();
        // Folders in folders, until the path is longer than the system takes.
        let deep = vec!["d".repeat(200); 12].join("/");
        for top in ["site", "more"] {
            fs::create_dir_all(sandbox.path(top).join(&deep)).unwrap();
        }
        fs::rename(sandbox.path("more"), sandbox.path("site").join(&deep).join("more")).unwrap();
        sandbox.holdpoint(&["audit", "--format", "json"])
    };
    record_behind_site = "record-behind-site", exit 4, || {
        let sandbox = Sandbox::published();
        sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
        publish(&sandbox)
    };
    held = "held", exit 1, || {
        let sandbox = Sandbox::signed();
        hold(&sandbox, "maria");
        sandbox.check_json("2.7.0")
    };
    declined = "declined", exit 1, || {
        let sandbox = Sandbox::signed();
        sandbox.as_person("eve", &["decline", "2.7.0", "kb", "--reason", "no", "--yes"]).exits(0);
        sandbox.check_json("2.7.0")
    };
    cancelled = "cancelled", exit 1, || {
        edited("release.toml", |it| it.replace("planned", "cancelled = \"no\"\nplanned"))
    };
    no_owner = "no-owner", exit 1, || edited("release.toml", |it| it.replace("deputy = \"sam@example.com\"\n", ""));
    subject_missing = "subject-missing", exit 1, || {
        let sandbox = Sandbox::ready();
        sandbox.git(&["rm", "-q", "releases/2.7.0/notice.md"]);
        sandbox.commit_all("Remove it");
        sandbox.check_json("2.7.0")
    };
    no_artifact = "no-artifact", exit 1, || edited("artifacts.toml", |_| "schema = 1\n".to_owned());
    component_taken = "component-taken", exit 1, || {
        let sandbox = Sandbox::ready();
        sandbox.release("2.8.0", b"recorder 2.8.0\n");
        sandbox.edit("releases/2.8.0/release.toml", |it| it + "version = \"2.7.0\"\n");
        sandbox.check_json("2.8.0")
    };
    kb_sections = "kb-sections", exit 1, || edited("kb.md", |it| it.replace("Install the newest player.\n", ""));
    kb_version = "kb-version", exit 1, || edited("kb.md", |it| it.replace("recorder 2.7.0", "recorder"));
    notice_sections = "notice-sections", exit 1, || edited("notice.md", |it| it.replace("## What to do", "## And then"));
    notice_version = "notice-version", exit 1, || edited("notice.md", |it| it.replace("2.7.0", "2.6.0"));
    orphan_format = "orphan-format", exit 1, || compared(&["recorder"], "[component.recorder]\nwrites.rec = [\"3\"]\n");
    no_route = "no-route", exit 1, || compared(&["recorder"], "[component.recorder]\nwrites.rec = [\"3\"]\n");
    unknown_pair = "unknown-pair", exit 1, || {
        let sandbox = Sandbox::founded();
        sandbox.ship("2.4.0", &["player"], "schema = 1\n");
        sandbox.exchange(REC);
        sandbox.declare("2.7.0", &["recorder"], "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n");
        sandbox.check_json("2.7.0")
    };
    contradiction = "contradiction", exit 1, || {
        compared(&["recorder"], "[component.recorder]\nwrites.rec = [\"3\"]\n[[tested]]\nwriter = \"recorder@2.7.0\"\n\
            reader = \"player@2.4.0\"\ninterface = \"rec\"\nresult = \"works\"\n")
    };
    undeclared = "undeclared", exit 1, || compared(&["player"], "[component.player]\n");
    lockstep_split = "lockstep-split", exit 1, || {
        let sandbox = Sandbox::founded();
        sandbox.exchange("[[lockstep]]\nname = \"pair\"\ncomponents = [\"recorder\", \"player\"]\n");
        sandbox.declare("2.7.0", &["recorder"], "schema = 1\n");
        sandbox.check_json("2.7.0")
    };
    no_upgrade_order = "no-upgrade-order", exit 1, || {
        let sandbox = Sandbox::founded();
        let declared = |format: &str| {
            format!("schema = 1\n[component.agent]\nwrites.link = [\"{format}\"]\n[component.server]\nreads.link = [\"{format}\"]\n")
        };
        sandbox.ship("2.4.0", &["agent", "server"], &declared("1"));
        sandbox.exchange("[[interface]]\nname = \"link\"\ntitle = \"Link\"\nkind = \"wire\"\nwriters = [\"agent\"]\n\
            readers = [\"server\"]\nkeep_readable = \"in-support\"\nevidence = \"declared\"\n");
        sandbox.declare("2.7.0", &["agent", "server"], &declared("2"));
        sandbox.check_json("2.7.0")
    };
    untested = "untested", exit 1, || {
        let sandbox = Sandbox::founded();
        sandbox.exchange(&REC.replace("\"declared\"", "\"tested\""));
        let both = "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n[component.player]\nreads.rec = [\"3\"]\n";
        sandbox.declare("2.7.0", &["player", "recorder"], both);
        sandbox.check_json("2.7.0")
    };
    dropped_format = "dropped-format", exit 1, || compared(&["player"], "[component.player]\nreads.rec = [\"3\"]\n");
    matrix_out_of_date = "matrix-out-of-date", exit 1, || Sandbox::webinar().check_json("2.7.0");
    obligation = "obligation", exit 1, || Sandbox::webinar().check_json("2.7.0");
    kb_pairs = "kb-pairs", exit 1, || Sandbox::webinar().check_json("2.7.0");
    notice_pairs = "notice-pairs", exit 1, || Sandbox::webinar().check_json("2.7.0");
    kb_status = "kb-status", exit 1, || edited("kb.md", |it| it.replace("\"published\"", "\"draft\""));
    kb_contact = "kb-contact", exit 0, || {
        let sandbox = Sandbox::ready();
        sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("contact = \"duty desk\"\n", ""));
        sandbox.sign_all("2.7.0");
        sandbox.check_json("2.7.0")
    };
    notice_date = "notice-date", exit 1, || edited("notice.md", |it| it.replace("20 November 2026", "Next week"));
    hidden_text = "hidden-text", exit 1, || {
        let sandbox = Sandbox::signed();
        sandbox.edit("releases/2.7.0/notice.md", |it| it.replace("Everybody", "Every\u{200b}body"));
        sandbox.check_json("2.7.0")
    };
    placeholder = "placeholder", exit 1, || edited("matrix.md", |it| it + "\nTBD\n");
    dead_link = "dead-link", exit 0, || {
        let sandbox = Sandbox::ready();
        sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nSee [there](there.md).\n");
        sandbox.sign_all("2.7.0");
        sandbox.check_json("2.7.0")
    };
    same_bytes = "same-bytes", exit 0, || {
        let sandbox = Sandbox::founded();
        sandbox.release("2.8.0", RECORDER);
        sandbox.sign_all("2.8.0");
        sandbox.publish("2.8.0").exits(0);
        sandbox.release("2.7.0", RECORDER);
        sandbox.sign_all("2.7.0");
        sandbox.check_json("2.7.0")
    };
    burned = "burned", exit 1, || {
        let sandbox = Sandbox::published();
        edit(&sandbox, "site/recorder/2.7.0/recorder-2.7.0.bin", |it| it + "and more\n");
        publish(&sandbox)
    };
    kb_live = "kb-live", exit 1, || {
        let server = Server::start(|_| zendesk("<p>Something else.</p>"));
        let sandbox = kept_elsewhere(&of_zendesk(&server), "id = \"4711\"");
        sandbox.sign_all("2.7.0");
        publish(&sandbox)
    };
    kb_edited = "kb-edited", exit 1, || {
        let server = Server::start(|_| zendesk(BODY));
        let sandbox = kept_elsewhere(&of_zendesk(&server), "id = \"4711\"");
        sandbox.sign_all("2.7.0");
        publish(&sandbox).exits(0);
        server.now(|_| zendesk("<p>Something else.</p>"));
        sandbox.holdpoint(&["audit", "--format", "json"])
    };
    bytes_differ = "bytes-differ", exit 1, || {
        let sandbox = Sandbox::signed();
        edit(&sandbox, "dist/recorder-2.7.0.bin", |it| it + "and more\n");
        publish(&sandbox)
    };
    not_readable = "not-readable", exit 1, || audited(|it| {
        let open = |mode| std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(it.path("site"), open(0o755)).unwrap();
        fs::set_permissions(it.path("site/recorder"), open(0o700)).unwrap();
    });
    unsafe_store = "unsafe-store", exit 1, || {
        let mut sandbox = Sandbox::signed();
        without_locks(&mut sandbox);
        publish(&sandbox)
    };
    live_unrecorded = "live-unrecorded", exit 1, || {
        audited(|it| fs::write(it.path("site/recorder-2.8.0.exe"), "x").unwrap())
    };
    index_ahead = "index-ahead", exit 1, || {
        audited(|it| edit(it, "site/releases.json", |it| it.replace("2.7.0", "2.8.0")))
    };
    index_behind = "index-behind", exit 1, || audited(Sandbox::empty_the_index);
    recorded_missing = "recorded-missing", exit 1, || {
        audited(|it| fs::remove_file(it.path("site/recorder/2.7.0/recorder-2.7.0.bin")).unwrap())
    };
    checksum_file_wrong = "checksum-file-wrong", exit 1, || {
        audited(|it| edit(it, "site/recorder/2.7.0/SHA256SUMS", |it| it + "x\n"))
    };
    lapsed = "lapsed", exit 3, || {
        let sandbox = Sandbox::signed();
        sandbox.adopt_policy(&["dana"], same, |it| it.replace(&public_key("maria"), &public_key("mallory")));
        sandbox.check_json("2.7.0")
    };
    seat_taken = "seat-taken", exit 3, || {
        let sandbox = Sandbox::empty();
        sandbox.found_with(&["--role", "communications=maria@example.com"]);
        sandbox.release("2.7.0", RECORDER);
        sandbox.sign("2.7.0", "kb", "maria").exits(0);
        sandbox.git(&["checkout", "-q", "-b", "other", "HEAD~1"]);
        sandbox.sign("2.7.0", "notice", "maria").exits(0);
        sandbox.git(&["merge", "-q", "--no-edit", "main"]);
        sandbox.check_json("2.7.0")
    };
    stale = "stale", exit 3, || {
        let sandbox = Sandbox::signed();
        sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nAnd more.\n");
        sandbox.check_json("2.7.0")
    };
    revoked = "revoked", exit 3, || {
        let sandbox = Sandbox::signed();
        let id = sandbox.id("2.7.0", "requirement = \"kb\"");
        sandbox.as_person("maria", &["revoke", "2.7.0", &id, "--reason", "no", "--yes"]).exits(0);
        sandbox.check_json("2.7.0")
    };
    short = "short", exit 3, || {
        let sandbox = founded_with(|it| it.replacen("approvals = 1", "approvals = 2", 1));
        sandbox.release("2.7.0", RECORDER);
        sandbox.sign("2.7.0", "kb", "maria").exits(0);
        sandbox.check_json("2.7.0")
    };
    missing = "missing", exit 3, || Sandbox::ready().check_json("2.7.0");
    too_early = "too-early", exit 3, || {
        edited("release.toml", |it| it.replace("planned", "not_before = 2099-01-01T00:00:00Z\nplanned"))
    };
    not_counted = "not-counted", exit 3, || forged(|it| it.replace("maria@", "lee@"), "lee");
}

/// Publishes, as a program would.
fn publish(sandbox: &Sandbox) -> Answer {
    sandbox.as_person("ci", &["publish", "2.7.0", "--from", "../dist", "--yes", "--format", "json"])
}

fn hold(sandbox: &Sandbox, who: &str) {
    sandbox.as_person(who, &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
}

/// Takes an entry away, and commits that.
fn remove(sandbox: &Sandbox, entry: &std::path::Path) {
    fs::remove_file(entry).unwrap();
    fs::remove_file(format!("{}.sig", entry.display())).unwrap();
    sandbox.commit_all("Lose an entry");
}

/// Changes a file outside of the repository.
fn edit(sandbox: &Sandbox, path: &str, change: impl FnOnce(String) -> String) {
    let path = sandbox.path(path);
    let before = fs::read_to_string(&path).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after);
    fs::write(path, after).unwrap();
}

/// The check of a release with one of its files changed.
fn edited(file: &str, change: fn(String) -> String) -> Answer {
    let sandbox = Sandbox::ready();
    sandbox.edit(&format!("releases/2.7.0/{file}"), change);
    sandbox.check_json("2.7.0")
}

/// The check of a release with a sign-off of one's own making beside a true one.
fn forged(change: fn(&str) -> String, who: &str) -> Answer {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    let (_, text) = sandbox.entries("2.7.0").remove(0);
    sandbox.forge("2.7.0", &change(&text), who, "holdpoint/approve@v1");
    sandbox.commit_all("Forge a sign-off");
    sandbox.check_json("2.7.0")
}

/// The check of a 2.7.0 of these components that declares this, beside a recorder and a player 2.4.0 that are out.
fn compared(components: &[&str], declared: &str) -> Answer {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.4.0", &["player", "recorder"], OLD);
    sandbox.exchange(REC);
    sandbox.declare("2.7.0", components, &format!("schema = 1\n{declared}"));
    sandbox.check_json("2.7.0")
}

/// The audit of a published release on a site that something was done to.
fn audited(drift: fn(&Sandbox)) -> Answer {
    let sandbox = Sandbox::published();
    drift(&sandbox);
    sandbox.holdpoint(&["audit", "--format", "json"])
}
