//! Publishing, auditing and adopting from the outside: what ends up on the site, in the record, and in the answer.

use std::fs;

use crate::attacks::robots::founded_with;
use crate::sandbox::{Answer, RECORDER, Sandbox};

const ON_SITE: &str = "site/recorder/2.7.0/recorder-2.7.0.bin";

fn publish(sandbox: &Sandbox, folder: &str, more: &[&str]) -> Answer {
    let (dist, key) = (sandbox.path("dist"), crate::sandbox::keys().join("ci"));
    let (dist, key) = (dist.to_str().unwrap(), key.to_str().unwrap());
    let publish = ["publish", "2.7.0", "--site", "downloads", "--from", dist, "--as", "ci@example.com", "--key", key];
    sandbox.holdpoint_in(folder, &[&publish[..], more].concat())
}

/// A clone of the remote, with the root pinned.
fn colleague(sandbox: &Sandbox) {
    sandbox.git_in(".", &["clone", "-q", "origin.git", "colleague"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git_in("colleague", &["config", "holdpoint.root", &root]);
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git_in("origin.git", &["rev-parse", "main"])
}

#[test]
fn a_plan_is_what_would_be_done_and_changes_nothing() {
    let sandbox = Sandbox::signed();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let plan = publish(&sandbox, "repo", &["--plan", "--format", "json"]).exits(0).json();
    let steps: Vec<&str> = plan["steps"].as_array().unwrap().iter().map(|it| it["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["put", "read-back", "checksums", "settle", "record", "flip", "page"]);
    assert!(sandbox.site_is_empty());
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    let blocked = Sandbox::ready();
    publish(&blocked, "repo", &["--plan"]).finds(3, "missing");
}

#[test]
fn the_answer_names_what_is_out_and_the_second_time_says_so() {
    let sandbox = Sandbox::signed();
    let answer = publish(&sandbox, "repo", &["--format", "json"]).exits(0);
    let json = answer.json();
    assert_eq!(json["release"], "2.7.0");
    assert_eq!(json["statement"], sandbox.id("2.7.0", "kind = \"publish\"").as_str());
    assert_eq!(json["commit"], sandbox.git(&["rev-parse", "HEAD"]).trim());
    assert_eq!(json["artifacts"][0]["path"], "recorder/2.7.0/recorder-2.7.0.bin");
    assert_eq!((&json["already"], &json["exit_code"]), (&false.into(), &0.into()));
    let again = publish(&sandbox, "repo", &[]).exits(0);
    assert!(again.stdout.starts_with("2.7.0: PUBLISHED on downloads  (already published; 1 artifact, "), "{again:#?}");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_prepared_publication_takes_effect_when_it_is_merged() {
    let sandbox = Sandbox::with_remote();
    let before = tip(&sandbox);
    let prepared = publish(&sandbox, "repo", &["--prepare", "--format", "json"]).exits(0).json();
    let branch = prepared["branch"].as_str().unwrap();
    assert!(branch.starts_with("holdpoint/publish-2.7.0-"), "{branch}");
    assert_eq!(tip(&sandbox), before);
    assert!(!sandbox.path("site/releases.json").exists());
    assert_eq!(fs::read(sandbox.path(ON_SITE)).unwrap(), RECORDER);
    sandbox.git(&["fetch", "-q"]);
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "Merge it", &format!("origin/{branch}")]);
    sandbox.git(&["push", "-q"]);
    publish(&sandbox, "repo", &["--prepare"]).finds(1, "recorded already");
    let published = publish(&sandbox, "repo", &["--format", "json"]).exits(0).json();
    assert_eq!(published["statement"], prepared["statement"]);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn without_a_remote_a_prepared_publication_is_a_branch_here() {
    let sandbox = Sandbox::signed();
    let prepared = publish(&sandbox, "repo", &["--prepare", "--format", "json"]).exits(0).json();
    sandbox.git(&["merge", "-q", prepared["branch"].as_str().unwrap()]);
    publish(&sandbox, "repo", &[]).exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_clone_that_is_behind_publishes_the_tip() {
    let sandbox = Sandbox::with_remote();
    colleague(&sandbox);
    sandbox.write("notes.txt", "x\n");
    sandbox.commit_all("Something else");
    sandbox.git(&["push", "-q"]);
    publish(&sandbox, "colleague", &[]).finds(0, "HEAD is behind");
    assert_eq!(sandbox.git_in("colleague", &["rev-parse", "HEAD"]), tip(&sandbox));
    assert_eq!(sandbox.git_in("colleague", &["status", "--porcelain"]), "");
}

#[test]
fn a_branch_that_was_cut_before_a_hold_does_not_step_around_it() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["branch", "-q", "old"]);
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    sandbox.git(&["switch", "-q", "old"]);
    publish(&sandbox, "repo", &[]).finds(1, "held");
    sandbox.git(&["switch", "-q", "--detach", "main~1"]);
    publish(&sandbox, "repo", &[]).finds(1, "held");
    assert!(sandbox.site_is_empty());
}

#[test]
fn sign_offs_count_only_on_the_branch_of_record() {
    let sandbox = Sandbox::with_remote();
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMore.\n");
    sandbox.git(&["push", "-q"]);
    sandbox.git(&["switch", "-q", "-c", "feature"]);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    let before = tip(&sandbox);
    publish(&sandbox, "repo", &[]).finds(3, "stale");
    assert_eq!(tip(&sandbox), before);
    // On the branch itself they go along; what is no part of the record does not.
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["merge", "-q", "feature"]);
    publish(&sandbox, "repo", &[]).finds(0, "go along");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), tip(&sandbox));
}

#[test]
fn what_is_no_part_of_the_record_is_never_pushed_along() {
    let sandbox = Sandbox::with_remote();
    sandbox.write("src.c", "int main;\n");
    sandbox.commit_all("Unfinished work");
    publish(&sandbox, "repo", &[]).finds(0, "without them");
    assert!(!sandbox.git_in("origin.git", &["ls-tree", "--name-only", "main"]).contains("src.c"));
    assert!(sandbox.path("site/releases.json").exists());
}

#[test]
fn a_record_that_was_set_back_past_a_publish_publishes_nothing() {
    let sandbox = Sandbox::with_remote();
    publish(&sandbox, "repo", &[]).exits(0);
    let index = fs::read(sandbox.path("site/releases.json")).unwrap();
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.git(&["push", "-q", "--force", "origin", "main"]);
    publish(&sandbox, "repo", &[]).finds(4, "record-behind-site");
    publish(&sandbox, "repo", &["--plan"]).finds(4, "record-behind-site");
    assert_eq!(fs::read(sandbox.path("site/releases.json")).unwrap(), index);
    sandbox.holdpoint(&["audit"]).finds(1, "live-unrecorded").finds(1, "index-ahead");
}

#[test]
fn a_site_of_another_policy_or_project_is_left_alone() {
    let sandbox = Sandbox::published();
    let path = sandbox.path("site/releases.json");
    let index = fs::read_to_string(&path).unwrap();
    let policy = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().replace("sha256:", "");
    for edited in [index.replace(&policy, &"0".repeat(64)), index.replace("example.com", "example.org")] {
        assert_ne!(edited, index);
        fs::write(&path, &edited).unwrap();
        publish(&sandbox, "repo", &[]).finds(4, "policy-rollback");
        assert_eq!(fs::read_to_string(&path).unwrap(), edited);
        sandbox.holdpoint(&["audit"]).finds(1, "index-ahead");
    }
    fs::write(&path, "{}").unwrap();
    publish(&sandbox, "repo", &[]).exits(4);
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
}

#[test]
fn an_index_that_was_edited_is_put_right_by_the_next_publish() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    let path = sandbox.path("site/releases.json");
    let edited = fs::read_to_string(&path).unwrap().replace("Webinar 2.7.0", "Free money");
    fs::write(&path, edited).unwrap();
    sandbox.publish("2.8.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0).lacks("pointer");
}

#[test]
fn a_run_that_died_before_its_work_tree_followed_is_put_right() {
    let sandbox = Sandbox::published();
    let entry = sandbox.entry("2.7.0", "kind = \"publish\"");
    sandbox.git(&["rm", "-q", entry.to_str().unwrap(), &format!("{}.sig", entry.display())]);
    for file in ["releases.json", "index.html"] {
        fs::remove_file(sandbox.path("site").join(file)).unwrap();
    }
    publish(&sandbox, "repo", &[]).exits(0);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn what_a_run_left_that_died_before_its_publication_was_recorded_is_taken_away() {
    let sandbox = Sandbox::signed();
    sandbox.publish("2.7.0").exits(0);
    // As it is between the last file that is brought along and the move of the branch.
    sandbox.git(&["reset", "-q", "--soft", "HEAD~1"]);
    fs::remove_dir_all(sandbox.path("site")).unwrap();
    fs::create_dir(sandbox.path("site")).unwrap();
    let answer = sandbox.publish("2.7.0").exits(0);
    assert!(answer.stderr.contains("a run died before its publication was recorded"), "{answer:#?}");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    let publications = sandbox.entries("2.7.0").into_iter().filter(|it| it.1.contains("kind = \"publish\""));
    assert_eq!(publications.count(), 1);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_server_that_never_moves_the_branch_is_not_pushed_to_for_ever() {
    let sandbox = Sandbox::with_remote();
    let lock = sandbox.path("origin.git/refs/heads/main.lock");
    fs::write(&lock, "").unwrap();
    let answer = sandbox.publish("2.7.0").exits(4);
    assert!(answer.stderr.contains("`origin` does not move `main`"), "{answer:#?}");
    assert!(!sandbox.path("site/releases.json").exists());
    fs::remove_file(lock).unwrap();
    sandbox.publish("2.7.0").exits(0);
}

#[test]
fn who_may_not_publish_is_told_before_anything_is_put() {
    let sandbox = Sandbox::signed();
    let dist = sandbox.path("dist").display().to_string();
    sandbox.as_person("maria", &["publish", "2.7.0", "--from", &dist]).finds(1, "may not publish");
    assert!(sandbox.site_is_empty());
}

#[test]
fn an_uploader_that_fails_records_nothing_and_knows_what_it_is_for() {
    let sandbox = Sandbox::signed();
    let script = "echo $HOLDPOINT_VERSION $HOLDPOINT_SITE; exit 7";
    let answer = sandbox.as_person("ci", &["publish", "2.7.0", "--", "sh", "-c", script]).exits(4);
    assert!(answer.stderr.contains("2.7.0 downloads\n") && answer.stderr.contains("exit status: 7"), "{answer:#?}");
    assert!(answer.stdout.is_empty(), "{answer:#?}");
    assert!(!sandbox.entries("2.7.0").iter().any(|it| it.1.contains("kind = \"publish\"")));
}

#[test]
fn owners_adopt_what_went_out_around_the_gate() {
    let sandbox = founded_with(|it| it.replace("threshold = 1", "threshold = 2"));
    let policy = sandbox.path("repo/policy/0001/policy.toml");
    let signature = sandbox.ssh_sign("sam", "holdpoint/policy@v1", &policy);
    fs::remove_file(format!("{}.sig", policy.display())).unwrap();
    sandbox.write("policy/0001/sam@example.com.sig", &signature);
    sandbox.release("2.6.0", b"recorder 2.6.0\n");
    let adopt = ["record", "2.6.0", "--site", "downloads", "--adopt", "--reason", "out since 2025", "--yes"];
    sandbox.as_person("maria", &adopt).finds(1, "no owner");
    sandbox.as_person("dana", &adopt).finds(1, "no-artifact");
    fs::create_dir_all(sandbox.path("site/recorder/2.6.0")).unwrap();
    fs::copy(sandbox.path("dist/recorder-2.6.0.bin"), sandbox.path("site/recorder/2.6.0/recorder-2.6.0.bin")).unwrap();
    sandbox.holdpoint(&["audit"]).finds(1, "live-unrecorded");
    sandbox.as_person("dana", &adopt).finds(0, "1 more owner must sign the same");
    sandbox.as_person("dana", &adopt).finds(1, "has signed this adoption already");
    sandbox.holdpoint(&["audit"]).finds(1, "live-unrecorded");
    sandbox.as_person("sam", &adopt).exits(0).lacks("more owner");
    sandbox.check("2.6.0").finds(0, "outside the gate");
    sandbox.holdpoint(&["audit"]).exits(0);
    assert!(!sandbox.path("site/releases.json").exists(), "an adoption flips nothing");
    sandbox.as_person("sam", &adopt).finds(1, "is adopted on `downloads` already");
    // Publishing it lists it, as what it is.
    sandbox.publish("2.6.0").finds(0, "went out outside the gate");
    assert!(fs::read_to_string(sandbox.path("site/releases.json")).unwrap().contains("\"adopted\""));
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn what_was_adopted_is_listed_by_the_next_publish() {
    let sandbox = Sandbox::signed();
    sandbox.release("2.6.0", b"recorder 2.6.0\n");
    fs::create_dir_all(sandbox.path("site/recorder/2.6.0")).unwrap();
    fs::copy(sandbox.path("dist/recorder-2.6.0.bin"), sandbox.path("site/recorder/2.6.0/recorder-2.6.0.bin")).unwrap();
    let adopt = ["record", "2.6.0", "--site", "downloads", "--adopt", "--reason", "out since 2025", "--yes"];
    sandbox.as_person("dana", &adopt).exits(0);
    sandbox.publish("2.7.0").exits(0);
    let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    assert!(index.contains("\"2.6.0\"") && index.contains("\"adopted\""), "{index}");
    sandbox.holdpoint(&["audit"]).finds(0, "NO DRIFT");
    sandbox.publish("2.7.0").finds(0, "PUBLISHED");
}

#[test]
fn an_index_that_says_other_files_than_were_signed_burns_nothing_and_is_put_right() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    let path = sandbox.path("site/releases.json");
    let index = fs::read_to_string(&path).unwrap();
    let file = "\"artifacts\": [\n        {";
    let claimed = format!(
        "\"artifacts\": [\n        {{\n          \"component\": \"recorder\",\n          \"version\": \"2.8.0\",\n          \
         \"file\": \"recorder-2.8.0.bin\",\n          \"path\": \"recorder/2.8.0/recorder-2.8.0.bin\",\n          \"size\": 3,\n          \
         \"sha256\": \"{}\"\n        }},\n        {{",
        "cd".repeat(32)
    );
    let digest = index.split("\"sha256\": \"").last().unwrap()[..64].to_owned();
    for edited in [index.replace(&digest, &"ab".repeat(32)), index.replace(file, &claimed)] {
        assert_ne!(edited, index);
        fs::write(&path, edited).unwrap();
        sandbox.holdpoint(&["audit"]).finds(1, "index-ahead");
        sandbox.publish("2.7.0").exits(0);
        assert_eq!(fs::read_to_string(&path).unwrap(), index);
    }
    fs::write(&path, index.replace(file, &claimed)).unwrap();
    sandbox.publish("2.8.0").exits(0);
    sandbox.holdpoint(&["audit"]).finds(0, "NO DRIFT");
}

#[test]
fn an_audit_says_what_it_compared() {
    let sandbox = Sandbox::founded();
    sandbox.holdpoint(&["audit"]).finds(0, "nothing is recorded, and nothing is there");
    let sandbox = Sandbox::published();
    let answer = sandbox.holdpoint(&["audit"]).exits(0);
    assert!(
        answer.stdout.starts_with("downloads: NO DRIFT  (1 version, 1 file, 15 bytes hashed; commit "),
        "{answer:#?}"
    );
    let json = sandbox.holdpoint(&["audit", "--format", "json"]).exits(0).json();
    assert_eq!((&json["verdict"], &json["sites"][0]["files"]), (&"no-drift".into(), &1.into()));
    sandbox.holdpoint(&["audit", "download"]).finds(2, "did you mean `downloads`?");
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.holdpoint(&["audit"]).finds(4, "root-unpinned").lacks("NO DRIFT");
}

#[test]
fn an_audit_says_what_of_the_record_cannot_be_relied_on() {
    let sandbox = Sandbox::published();
    sandbox.write("releases/2.7.0/ledger/junk.toml", "x\n");
    sandbox.commit_all("Junk");
    sandbox.holdpoint(&["audit"]).finds(4, "bad-entry").lacks("NO DRIFT");
    let sandbox = Sandbox::published();
    sandbox.edit("releases/2.7.0/matrix.md", |it| it + "\nMore.\n");
    sandbox.holdpoint(&["audit"]).finds(4, "published-changed");
    // A draft has no part in what is out.
    let sandbox = Sandbox::published();
    sandbox.write("releases/2.8.0/release.toml", "schema = 1\n");
    sandbox.commit_all("Begin 2.8.0");
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_publish_by_somebody_who_may_not_burns_nothing_and_lists_nothing() {
    let sandbox = Sandbox::published();
    let entry = sandbox.entry("2.7.0", "kind = \"publish\"");
    let statement = fs::read_to_string(entry).unwrap().replace("ci@example.com", "kim@example.com");
    let other = statement.replace("size = 15", "size = 16");
    let digest = statement.split("size = 15, sha256 = \"").nth(1).unwrap()[..64].to_owned();
    for it in [&statement, &other.replace(&digest, &"0".repeat(64))] {
        sandbox.forge("2.7.0", it, "kim", "holdpoint/publish@v1");
    }
    sandbox.commit_all("Publish it by hand");
    publish(&sandbox, "repo", &[]).finds(0, "already published");
    sandbox.holdpoint(&["audit"]).exits(0);
    let forged = sandbox.entries("2.7.0").into_iter().find(|it| it.1 == statement).unwrap().0;
    let (path, forged) = (sandbox.path("site/releases.json"), forged.file_stem().unwrap().to_str().unwrap().to_owned());
    let index = fs::read_to_string(&path).unwrap();
    let own = index.split("\"statement\": \"").nth(1).unwrap()[..64].to_owned();
    fs::write(&path, index.replace(&own, &forged)).unwrap();
    sandbox.holdpoint(&["audit"]).finds(1, "index-ahead");
    publish(&sandbox, "repo", &[]).finds(1, "index-ahead");
    fs::write(&path, &index).unwrap();
    publish(&sandbox, "repo", &[]).exits(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), index);
}
