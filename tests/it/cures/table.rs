//! Each finding code with its cure.

use std::fs;

use super::{Cure, edit, edit_as, heals, run, run_nth, stays};
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
    root_unpinned = "root-unpinned", run("maria").prints(&["core/src/policy/pin.rs> holdpoint trust"]);
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
    policy_threshold = "policy-threshold", edit_as("then: git checkout COMMIT~1 -- policy/0001", |it| { it.git(&["checkout", "-q", "HEAD~1", "--", "policy/0001"]); commit(it); });
    policy_fork = "policy-fork", edit(|it| { it.git(&["rm", "-rq", "policy/0003"]); it.commit_all("One policy follows another"); });
    stale_checkout = "stale-checkout", run("dana").prints(&["core/src/evidence.rs> git merge"]);
    checkpoint_lost = "checkpoint-lost", edit(|it| { it.shell("repo", "git reset -q --hard $(git reflog --format=%H | grep -v $(git rev-parse HEAD) | head -1)").exits(0); });
    unsealed = "unsealed", run("dana").prints(&["core/src/decide/publication.rs> if it went out"]).before(|it| {
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
    bad_record = "bad-record", edit_as("did you mean `planned`", |it| put(it, "release.toml", "planed", "planned"));
    vacuous = "vacuous", edit_as("add `[[component]]` to `releases/2.7.0/release.toml`", |it| it.edit("releases/2.7.0/release.toml", |text| text + "\n[[component]]\nname = \"recorder\"\n"));
    bad_entry = "bad-entry", run_nth(1, "dana").prints(&["core/src/ledger.rs> git log -- {log}"]).then(commit);
    wrong_release = "wrong-release", run_nth(1, "dana").then(commit);
    wrong_project = "wrong-project", run_nth(1, "dana").then(commit);
    entry_missing = "entry-missing", run_nth(0, "dana").prints(&["core/src/decide/view/lost.rs> git log --all", "core/src/decide/view/lost.rs> holdpoint lift {} {first}"]).then(restore);
    history_rewritten = "history-rewritten", run("dana").then(commit);
    history_unavailable = "history-unavailable", run("dana");
    published_changed = "published-changed", run("dana").prints(&["core/src/decide/publication.rs> git log -- {path}"]).then(restore);
    unproven = "unproven", stays("dana", "what was signed with a stolen key stands in the record, and the version is held").prints(&["core/src/decide/publication.rs> holdpoint show {}"]);
    clock_behind = "clock-behind", edit(|it| {
        it.shell("repo", "GIT_COMMITTER_DATE=\"$(date -Iseconds)\" git commit -q --amend --allow-empty --no-edit").exits(0);
    });
    too_many_branches = "too-many-branches", run("dana").prints(&["src/gather/branches.rs> for branch"]);
    wrong_repository = "wrong-repository", run("dana");
    history_too_large = "history-too-large", run("dana").then(|it| {
        it.sign_policy("dana").exits(0);
        it.adopt().exits(0);
    });
    hidden_text = "hidden-text", edit_as("take it out of `releases/2.7.0/notice.md`", |it| put(it, "notice.md", "\u{200b}", ""));
    not_readable = "not-readable", run("ci");
    unsafe_store = "unsafe-store", edit(|it| {
        it.adopt_policy(&["dana", "sam"], |text| text.replace("[[site]]\n", "[[site]]\naccept = [\"no-locks\"]\n"), same);
    });
    dirty = "dirty", run("dana");
    site_unreachable = "site-unreachable", edit(|it| fs::remove_file(it.path("site")).unwrap());
    listing_unavailable = "listing-unavailable", edit(|it| { it.shell("site", "rm -rf ddd*").exits(0); });
    record_behind_site = "record-behind-site", edit(|it| { it.git(&["reset", "-q", "--hard", "ORIG_HEAD"]); });
    held = "held", run("maria").prints(&["core/src/decide/view.rs> holdpoint lift {} {} --"]);
    declined = "declined", run("eve").prints(&["core/src/decide/standing.rs> mend the document"]);
    cancelled = "cancelled", edit_as("edit `releases/2.7.0/release.toml`", |it| put(it, "release.toml", "cancelled = \"no\"\n", ""));
    no_owner = "no-owner", edit_as("name an owner and a deputy in `releases/2.7.0/release.toml`", |it| put(it, "release.toml", "planned", "deputy = \"sam@example.com\"\nplanned"));
    subject_missing = "subject-missing", edit_as("write `releases/2.7.0/notice.md` and commit it", |it| { it.write("releases/2.7.0/notice.md", "+++\n+++\n"); commit(it); });
    no_artifact = "no-artifact", run("dana").prints(&["core/src/decide/whole.rs> holdpoint artifacts"]).then(commit);
    component_taken = "component-taken", edit_as("give `recorder` a new version in `releases/2.8.0/release.toml`", |it| it.edit("releases/2.8.0/release.toml", |text| text.replace("version = \"2.7.0\"", "version = \"2.8.1\"")));
    kb_sections = "kb-sections", edit_as("## Resolution", |it| put(it, "kb.md", "## Resolution\n", "## Resolution\n\nInstall the newest one.\n"));
    kb_version = "kb-version", edit_as("write `recorder 2.7.0` below `## Environment`", |it| put(it, "kb.md", "## Environment\n", "## Environment\n\nrecorder 2.7.0\n"));
    kb_status = "kb-status", edit_as("write `status = \"published\"` in `releases/2.7.0/kb.md`", |it| put(it, "kb.md", "status = \"draft\"", "status = \"published\""));
    kb_contact = "kb-contact", edit(|it| it.edit("releases/2.7.0/kb.md", |text| text.replacen("schema = 1\n", "schema = 1\ncontact = \"duty desk\"\n", 1)));
    notice_sections = "notice-sections", edit_as("## What to do", |it| it.edit("releases/2.7.0/notice.md", |text| text + "\n## What to do\n\nInstall it.\n"));
    notice_version = "notice-version", edit_as("2.7.0", |it| it.edit("releases/2.7.0/notice.md", |text| text.replace("2.6.0", "2.7.0")));
    notice_date = "notice-date", edit_as("2026-11-20", |it| put(it, "notice.md", "Next week", "2026-11-20"));
    placeholder = "placeholder", edit_as("write what belongs there in `releases/2.7.0/matrix.md`", |it| put(it, "matrix.md", "TBD", "Nothing else."));
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
    matrix_out_of_date = "matrix-out-of-date", run("ned").prints(&["core/src/rule/matrix_out_of_date.rs> holdpoint matrix"]).then(commit);
    obligation = "obligation", run("maria").prints(&["core/src/rule/obligation.rs> holdpoint lint"]).exits(1).then(commit);
    kb_pairs = "kb-pairs", run("maria").prints(&["core/src/rule/kb_pairs.rs> holdpoint lint"]).exits(1).then(commit);
    notice_pairs = "notice-pairs", run("lee").prints(&["core/src/rule/notice_pairs.rs> holdpoint lint"]).exits(1).then(commit);
    same_bytes = "same-bytes", run("dana").prints(&["core/src/rule/same_bytes.rs> holdpoint artifacts"]).before(|it| fs::write(it.path("dist/recorder-2.7.0.bin"), "built anew\n").unwrap()).then(commit);
    burned = "burned", edit(|it| fs::remove_file(it.path("site/recorder/2.7.0/recorder-2.7.0.bin")).unwrap());
    bytes_differ = "bytes-differ", edit(|it| fs::write(it.path("dist/recorder-2.7.0.bin"), RECORDER).unwrap());
    live_unrecorded = "live-unrecorded", edit(|it| fs::remove_file(it.path("site/recorder-2.8.0.exe")).unwrap());
    index_ahead = "index-ahead", edit_as("take it out again", |it| {
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
    missing = "missing", run("").prints(&["core/src/decide/standing.rs> holdpoint sign"]);
    too_early = "too-early", edit_as("(or wait until then)", |it| put(it, "release.toml", "2099-01-01", "2020-01-01"));
    not_counted = "not-counted", stays("dana", "an entry without effect stands in the record for ever").prints(&["core/src/decide/view.rs> holdpoint show"]);
}

/// Restores what the record held one commit before.
fn restore(sandbox: &Sandbox) {
    sandbox.git(&["checkout", "-q", "HEAD~1", "--", "releases"]);
    commit(sandbox);
}

/// Writes something else into a file of 2.7.0, and commits that.
fn put(sandbox: &Sandbox, file: &str, from: &str, to: &str) {
    sandbox.edit(&format!("releases/2.7.0/{file}"), |text| {
        assert!(text.contains(from), "{from} is not in {text}");
        text.replacen(from, to, 1)
    });
}

fn commit(sandbox: &Sandbox) {
    sandbox.commit_all("Carry it out");
}

fn declare(sandbox: &Sandbox, declared: &str) {
    sandbox.edit("releases/2.7.0/compatibility.toml", |_| format!("schema = 1\n{declared}"));
}
