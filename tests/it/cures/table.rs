//! Each finding code with its cure.

use std::fs;

use super::{Cure, edit, heals, run, run_nth, stays};
use crate::sandbox::{RECORDER, Sandbox, same};

/// One test for each cure, and the list of those that have one.
macro_rules! cures {
    ($($name:ident = $code:literal, $cure:expr;)*) => {
        $(#[test]
        fn $name() {
            let cure: Cure = $cure;
            heals($code, &cure);
        })*

        /// The codes that have a cure here.
        pub(super) const CURED: &[&str] = &[$($code),*];
    };
}

cures! {
    root_unpinned = "root-unpinned", run("maria");
    root_mismatch = "root-mismatch", edit(|it| {
        let root = it.root(1);
        it.git(&["config", "holdpoint.root", &root]);
    });
    root_moved = "root-moved", edit(|it| { it.git(&["mv", "sub/policy", "sub/releases", "."]); it.commit_all("Move it back"); });
    policy_broken = "policy-broken", edit(|it| {
        let text = it.read("policy/0001/policy.toml").replace("threshold = 9", "threshold = 1");
        it.write("policy/0001/policy.toml", &text);
        it.resign_policy("0001", &["dana"]);
        it.commit_all("Mend the policy");
        let root = it.root(1);
        it.git(&["config", "holdpoint.root", &root]);
    });
    policy_threshold = "policy-threshold", edit(undo);
    policy_fork = "policy-fork", edit(|it| { it.git(&["rm", "-rq", "policy/0003"]); it.commit_all("One policy follows another"); });
    stale_checkout = "stale-checkout", run("dana");
    checkpoint_lost = "checkpoint-lost", edit(|it| { it.shell("repo", "git reset -q --hard $(git reflog --format=%H | grep -v $(git rev-parse HEAD) | head -1)").exits(0); });
    unsealed = "unsealed", run("dana").before(|it| {
        // It did go out, and its owners take it in.
        fs::create_dir_all(it.path("site/recorder/2.8.0")).unwrap();
        fs::copy(it.path("dist/recorder-2.8.0.bin"), it.path("site/recorder/2.8.0/recorder-2.8.0.bin")).unwrap();
    });
    policy_rollback = "policy-rollback", edit(|it| {
        let path = it.path("site/releases.json");
        let root = it.root(1);
        let index = fs::read_to_string(&path).unwrap().replace(&"0".repeat(64), root.trim_start_matches("sha256:"));
        fs::write(path, index).unwrap();
    });
    bad_record = "bad-record", edit(undo);
    vacuous = "vacuous", edit(undo_all);
    bad_entry = "bad-entry", run_nth(1, "dana").then(commit);
    wrong_release = "wrong-release", run_nth(1, "dana").then(commit);
    wrong_project = "wrong-project", run_nth(1, "dana").then(commit);
    entry_missing = "entry-missing", run_nth(0, "dana").then(undo);
    history_rewritten = "history-rewritten", run("dana").then(commit);
    history_unavailable = "history-unavailable", run("dana");
    published_changed = "published-changed", run("dana").then(undo);
    unproven = "unproven", stays("dana", "what was signed with a stolen key stands in the record, and the version is held");
    clock_behind = "clock-behind", edit(|it| {
        it.shell("repo", "GIT_COMMITTER_DATE=\"$(date -Iseconds)\" git commit -q --amend --allow-empty --no-edit").exits(0);
    });
    too_many_branches = "too-many-branches", run("dana");
    wrong_repository = "wrong-repository", run("dana");
    history_too_large = "history-too-large", run("dana").then(|it| {
        it.sign_policy("dana").exits(0);
        it.adopt().exits(0);
    });
    hidden_text = "hidden-text", edit(undo);
    not_readable = "not-readable", run("ci");
    unsafe_store = "unsafe-store", edit(|it| {
        it.adopt_policy(&["dana", "sam"], |text| text.replace("[[site]]\n", "[[site]]\naccept = [\"no-locks\"]\n"), same);
    });
    dirty = "dirty", run("dana");
    site_unreachable = "site-unreachable", edit(|it| fs::remove_file(it.path("site")).unwrap());
    listing_unavailable = "listing-unavailable", edit(|it| { it.shell("site", "rm -rf ddd*").exits(0); });
    record_behind_site = "record-behind-site", edit(|it| { it.git(&["reset", "-q", "--hard", "ORIG_HEAD"]); });
    held = "held", run("maria");
    declined = "declined", run("eve");
    cancelled = "cancelled", edit(undo);
    no_owner = "no-owner", edit(undo);
    subject_missing = "subject-missing", edit(undo);
    no_artifact = "no-artifact", run("dana").then(commit);
    component_taken = "component-taken", edit(undo);
    kb_sections = "kb-sections", edit(undo);
    kb_version = "kb-version", edit(undo);
    kb_status = "kb-status", edit(undo);
    kb_contact = "kb-contact", edit(|it| it.edit("releases/2.7.0/kb.md", |text| text.replacen("schema = 1\n", "schema = 1\ncontact = \"duty desk\"\n", 1)));
    notice_sections = "notice-sections", edit(undo);
    notice_version = "notice-version", edit(undo);
    notice_date = "notice-date", edit(undo);
    placeholder = "placeholder", edit(undo);
    dead_link = "dead-link", edit(|it| { it.write("releases/2.7.0/there.md", "There.\n"); it.commit_all("Write it"); });
    orphan_format = "orphan-format", edit(|it| declare(it, "[component.recorder]\nwrites.rec = [\"2\"]\n"));
    no_route = "no-route", edit(|it| declare(it, "[component.recorder]\nwrites.rec = [\"2\"]\n"));
    unknown_pair = "unknown-pair", edit(|it| it.edit("releases/2.7.0/compatibility.toml", |text| text
        + "[[tested]]\nwriter = \"recorder@2.7.0\"\nreader = \"player@2.4.0\"\ninterface = \"rec\"\nresult = \"works\"\n"));
    contradiction = "contradiction", edit(|it| it.edit("releases/2.7.0/compatibility.toml", |text| text.replace("\"works\"", "\"fails\"")));
    undeclared = "undeclared", edit(|it| declare(it, "[component.player]\nreads.rec = [\"1\", \"2\"]\n"));
    lockstep_split = "lockstep-split", edit(|it| it.edit("releases/2.7.0/release.toml", |text| text + "\n[[component]]\nname = \"player\"\n"));
    no_upgrade_order = "no-upgrade-order", edit(|it| declare(it,
        "[component.agent]\nwrites.link = [\"1\"]\n[component.server]\nreads.link = [\"1\", \"2\"]\n"));
    untested = "untested", edit(|it| it.edit("releases/2.7.0/compatibility.toml", |text| text
        + "[[tested]]\nwriter = \"recorder@2.7.0\"\nreader = \"player@2.7.0\"\ninterface = \"rec\"\nresult = \"works\"\nevidence = \"https://ci.example.com/1\"\n"));
    dropped_format = "dropped-format", edit(|it| declare(it, "[component.player]\nreads.rec = [\"1\", \"2\", \"3\"]\n"));
    matrix_out_of_date = "matrix-out-of-date", run("ned").then(commit);
    obligation = "obligation", run("maria").exits(1).then(commit);
    kb_pairs = "kb-pairs", run("maria").exits(1).then(commit);
    notice_pairs = "notice-pairs", run("lee").exits(1).then(commit);
    same_bytes = "same-bytes", edit(|it| {
        fs::write(it.path("dist/recorder-2.8.0.bin"), "recorder 2.8.0, built anew\n").unwrap();
        it.holdpoint_in("dist", &["artifacts", "2.8.0", "recorder=recorder-2.8.0.bin", "--repo", "../repo"]).exits(0);
        commit(it);
        it.sign("2.8.0", "compatibility", "ned").exits(0);
    });
    burned = "burned", edit(|it| fs::remove_file(it.path("site/recorder/2.7.0/recorder-2.7.0.bin")).unwrap());
    bytes_differ = "bytes-differ", edit(|it| fs::write(it.path("dist/recorder-2.7.0.bin"), RECORDER).unwrap());
    live_unrecorded = "live-unrecorded", edit(|it| fs::remove_file(it.path("site/recorder-2.8.0.exe")).unwrap());
    index_ahead = "index-ahead", run("ci").then(|it| {
        let index = fs::read_to_string(it.path("site/releases.json")).unwrap();
        fs::write(it.path("site/releases.json"), index.replace("2.8.0", "2.7.0")).unwrap();
    });
    index_behind = "index-behind", run("ci");
    recorded_missing = "recorded-missing", run("ci");
    checksum_file_wrong = "checksum-file-wrong", run("ci");
    seat_taken = "seat-taken", run("ned");
    stale = "stale", run("maria");
    revoked = "revoked", run("maria");
    lapsed = "lapsed", run("eve");
    short = "short", run("eve");
    missing = "missing", run("");
    too_early = "too-early", edit(undo);
    not_counted = "not-counted", stays("dana", "an entry without effect stands in the record for ever");
}

/// Makes everything what it was one commit before.
fn undo(sandbox: &Sandbox) {
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
}

/// The three files of the situation, as they were written.
fn undo_all(sandbox: &Sandbox) {
    sandbox.git(&["checkout", "HEAD~3", "--", "releases"]);
    commit(sandbox);
}

fn commit(sandbox: &Sandbox) {
    sandbox.commit_all("Carry it out");
}

fn declare(sandbox: &Sandbox, declared: &str) {
    sandbox.edit("releases/2.7.0/compatibility.toml", |_| format!("schema = 1\n{declared}"));
}
