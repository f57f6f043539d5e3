//! `holdpoint lint VERSION --fix`: what a document lacks is written, to be filled in.

use std::fs;

use snapbox::assert_data_eq;
use snapbox::str;

use crate::sandbox::Sandbox;

const KB: &str = "releases/2.7.0/kb.md";
const NOTICE: &str = "releases/2.7.0/notice.md";

/// A release whose article lacks its environment and its contact, and whose notice names no day.
fn lacking() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox
        .edit(KB, |it| it.replace("## Environment\n\nrecorder 2.7.0\n\n", "").replace("contact = \"duty desk\"\n", ""));
    sandbox.edit(NOTICE, |it| it.replace("20 November 2026", "In autumn").replace("date = 2026-11-20\n", ""));
    sandbox
}

#[test]
fn what_is_missing_is_written_and_the_gate_still_says_no() {
    let sandbox = lacking();
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.holdpoint(&["lint", "2.7", "--fix"]).shows(str![[r#"
exit 1
-- stdout
wrote 6 lines to releases/2.7.0/kb.md and releases/2.7.0/notice.md: fill in what says TODO
  releases/2.7.0/kb.md
       6  contact = "TODO: whom an agent asks who is stuck"
      13  ## Environment
      15  - recorder 2.7.0
      17  TODO: on which systems, with which settings
  releases/2.7.0/notice.md
       6  date = 2026-11-20   # TODO: the day from which it holds; this one is planned
      21  TODO: from which day on; 2026-11-20 is planned

lint: 4 errors  (1 release, 0 entries, 3 documents)
  placeholder  `TODO` is a placeholder
     --> releases/2.7.0/kb.md:6:12
      |
    6 | contact = "TODO: whom an agent asks who is stuck"
      |            ^^^^ write what belongs there in `releases/2.7.0/kb.md`, line 6
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/kb.md:17:1
       |
    17 | TODO: on which systems, with which settings
       | ^^^^ write what belongs there in `releases/2.7.0/kb.md`, line 17
  placeholder  `TODO` is a placeholder
     --> releases/2.7.0/notice.md:6:23
      |
    6 | date = 2026-11-20   # TODO: the day from which it holds; this one is planned
      |                       ^^^^ write what belongs there in `releases/2.7.0/notice.md`, line 6
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/notice.md:21:1
       |
    21 | TODO: from which day on; 2026-11-20 is planned
       | ^^^^ write what belongs there in `releases/2.7.0/notice.md`, line 21

next: mend the 4 places shown above, and commit
        who: dana@example.com or sam@example.com

"#]]);
    assert_data_eq!(
        sandbox.git(&["diff", "--unified=0", "--no-prefix"]),
        str![[r#"
diff --git releases/2.7.0/kb.md releases/2.7.0/kb.md
index 7ff2dc6..9ab5dfb 100644
--- releases/2.7.0/kb.md
+++ releases/2.7.0/kb.md
@@ -5,0 +6 @@ audience = ["support"]
+contact = "TODO: whom an agent asks who is stuck"
@@ -11,0 +13,6 @@ A recording does not open.
+## Environment
+
+- recorder 2.7.0
+
+TODO: on which systems, with which settings
+
diff --git releases/2.7.0/notice.md releases/2.7.0/notice.md
index 70d3590..e53b99a 100644
--- releases/2.7.0/notice.md
+++ releases/2.7.0/notice.md
@@ -5,0 +6 @@ contact = "help@example.com"
+date = 2026-11-20   # TODO: the day from which it holds; this one is planned
@@ -19,0 +21,2 @@ In autumn.
+TODO: from which day on; 2026-11-20 is planned
+

"#]]
    );
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), before, "nothing is committed");
    sandbox.commit_all("Begin what is missing");
    sandbox.check("2.7.0").finds(1, "placeholder");
}

#[test]
fn a_second_run_writes_nothing() {
    let sandbox = lacking();
    sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).exits(1);
    let (kb, notice) = (sandbox.read(KB), sandbox.read(NOTICE));
    let again = sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).exits(1);
    assert!(again.stdout.starts_with("wrote nothing: no section, contact or day is missing\n\nlint: "), "{again:#?}");
    assert_eq!((sandbox.read(KB), sandbox.read(NOTICE)), (kb, notice));
}

#[test]
fn programs_learn_each_line() {
    let sandbox = lacking();
    let json = sandbox.holdpoint(&["lint", "2.7.0", "--fix", "--format", "json"]).exits(1).json();
    let written = json["written"].as_array().unwrap();
    assert_eq!(written.len(), 4, "{json:#}");
    assert_eq!(written[0]["path"], KB);
    assert_eq!(written[0]["line"], 6);
    assert!(sandbox.holdpoint(&["lint", "2.7.0", "--format", "json"]).exits(1).json()["written"].is_null());
    let summary = sandbox.holdpoint(&["lint", "2.7.0", "--fix", "--format", "markdown"]).exits(1);
    assert!(summary.stdout.contains("\n\nwrote nothing: "), "{summary:#?}");
}

#[test]
fn a_missing_document_is_written_whole_if_the_policy_asks_for_it() {
    let sandbox = Sandbox::ready();
    for path in [KB, NOTICE] {
        fs::remove_file(sandbox.path("repo").join(path)).unwrap();
    }
    // The article is a draft, so what is to be filled in is only said.
    let answer = sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).finds(0, "placeholder");
    assert!(answer.stdout.starts_with("wrote "), "{answer:#?}");
    assert!(sandbox.read(KB).contains("- recorder 2.7.0\n"), "{}", sandbox.read(KB));
    assert!(sandbox.read(NOTICE).contains("version = \"2.7.0\"\n"));
}

#[test]
fn words_of_the_policy_are_the_headings() {
    let sandbox = crate::attacks::founded_with(|it| format!("{it}\n[words]\nenvironment = \"Umgebung\"\n"));
    sandbox.release("2.7.0", crate::sandbox::RECORDER);
    sandbox.edit(KB, |it| it.replace("## Environment\n\nrecorder 2.7.0\n\n", ""));
    sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).finds(1, "placeholder");
    assert!(sandbox.read(KB).contains("## Umgebung\n\n- recorder 2.7.0\n"), "{}", sandbox.read(KB));
}

#[test]
fn it_is_refused_where_there_is_nothing_to_write_to() {
    let sandbox = lacking();
    sandbox.holdpoint(&["lint", "--fix"]).exits(2);
    sandbox.holdpoint(&["lint", "2.7.0", "--fix", "--at", "HEAD"]).exits(2);
    sandbox.holdpoint(&["lint", "2.8.0", "--fix"]).exits(2);
    sandbox.git_in(".", &["clone", "-q", "--bare", "repo", "bare.git"]);
    let bare = sandbox.holdpoint_in("bare.git", &["lint", "2.7.0", "--fix"]).exits(2);
    assert!(bare.stderr.contains("a bare repository has no files to write"), "{bare:#?}");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_version_that_is_out_is_refused_whatever_the_work_tree_says() {
    let sandbox = Sandbox::published();
    sandbox.write(KB, &sandbox.read(KB).replace("## Environment", "# Environment"));
    sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).exits(1);
    fs::remove_dir_all(sandbox.path("repo/releases/2.7.0/ledger")).unwrap();
    let kb = sandbox.read(KB);
    let answer = sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).exits(1);
    assert!(answer.stderr.contains("2.7.0 is out already"), "{answer:#?}");
    assert_eq!(sandbox.read(KB), kb);
}

#[test]
fn nothing_is_written_where_one_document_cannot_be_completed() {
    let sandbox = lacking();
    let (kb, notice) = (sandbox.read(KB), sandbox.read(NOTICE));
    for broken in [notice.replace("In autumn", "<!-- In autumn"), notice.replace("+++", "---")] {
        sandbox.write(NOTICE, &broken);
        let answer = sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).exits(4);
        assert!(answer.stderr.contains("cannot be completed, and nothing was written"), "{answer:#?}");
        assert_eq!((sandbox.read(KB), sandbox.read(NOTICE)), (kb.clone(), broken));
    }
    sandbox.write(NOTICE, &notice);
    sandbox.write("releases/2.7.0/release.toml", "schema = 1\n");
    let answer = sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).exits(4);
    assert!(answer.stderr.contains("`releases/2.7.0/release.toml` cannot be read"), "{answer:#?}");
    assert_eq!(sandbox.read(KB), kb);
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let sandbox = lacking();
    fs::write(sandbox.path("elsewhere.md"), sandbox.read(KB)).unwrap();
    let kb = sandbox.path("repo").join(KB);
    fs::remove_file(&kb).unwrap();
    std::os::unix::fs::symlink(sandbox.path("elsewhere.md"), &kb).unwrap();
    let before = fs::read_to_string(sandbox.path("elsewhere.md")).unwrap();
    sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).exits(1);
    assert_eq!(fs::read_to_string(sandbox.path("elsewhere.md")).unwrap(), before);
    assert!(kb.symlink_metadata().unwrap().is_symlink());
    let folder = sandbox.path("repo/releases/2.7.0");
    fs::remove_file(&kb).unwrap();
    fs::rename(&folder, sandbox.path("moved")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("moved"), &folder).unwrap();
    let answer = sandbox.holdpoint(&["lint", "2.7.0", "--fix"]).exits(4);
    assert!(answer.stderr.contains("is no folder"), "{answer:#?}");
    assert!(!sandbox.path("moved/kb.md").exists());
}
