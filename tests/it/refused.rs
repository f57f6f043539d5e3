//! What must be refused, clearly, with nothing lost: each refusal says what to do, leaves the record and the site as they
//! were, and the same command works once the cause is gone.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use snapbox::str;

use crate::sandbox::{Answer, Sandbox};

mod formats;
mod records;

const PUBLISH: [&str; 5] = ["publish", "2.7.0", "--from", "../dist", "--yes"];

fn publish(sandbox: &Sandbox) -> Answer {
    sandbox.as_person("ci", &PUBLISH)
}

/// Nothing was recorded and nothing is listed; with the cause gone, the same command publishes.
fn nothing_is_lost(sandbox: &Sandbox, head: &str) {
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    assert!(!sandbox.path("site/releases.json").exists());
    publish(sandbox).exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

/// Publishes where the site is mounted like this, in a name space that ends with the command. Also tells what then lies on
/// the site. Nothing where this system lets no test mount anything.
fn publish_mounted(sandbox: &Sandbox, mount: &str) -> Option<(Answer, String)> {
    let script =
        format!("mount {mount} ../site || exit 99; \"$@\"; code=$?; find ../site -type f > ../there; exit $code");
    let (email, key) = (crate::sandbox::email("ci"), crate::sandbox::keys().join("ci"));
    let holdpoint =
        sandbox.command("repo", &[&PUBLISH[..], &["--as", &email, "--key", key.to_str().unwrap()]].concat());
    fs::create_dir_all(sandbox.path("site")).unwrap();
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", &script, "sh"]).arg(holdpoint.get_program());
    command.args(holdpoint.get_args()).current_dir(sandbox.path("repo")).env_clear().stdin(Stdio::null());
    command.envs(holdpoint.get_envs().filter_map(|(name, value)| Some((name, value?))));
    match command.output() {
        Ok(output) if sandbox.path("there").exists() => {
            Some((sandbox.answer(&output), fs::read_to_string(sandbox.path("there")).unwrap()))
        }
        other => {
            let _ = writeln!(std::io::stderr(), "skipped: nothing can be mounted here: {other:?}");
            None
        }
    }
}

#[test]
fn a_site_that_cannot_be_written() {
    let sandbox = Sandbox::signed();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    if let Some((answer, there)) = publish_mounted(&sandbox, "-t tmpfs -o ro none") {
        answer.shows(str![[r#"
exit 4
-- stderr
error: cannot create the folder `[SANDBOX]/site/.holdpoint`
  because: Read-only file system (os error 30)
  site-unreachable  [SANDBOX]/site/.holdpoint: the site could not be read or written
  hint: mount it for writing, then run the same command again

"#]]);
        assert_eq!(there, "");
    }
    fs::remove_dir_all(sandbox.path("site")).unwrap();
    fs::write(sandbox.path("site"), "a file").unwrap();
    publish(&sandbox).shows(str![[r#"
exit 4
-- stderr
error: the site `[SANDBOX]/site` is not a folder
  site-unreachable  [SANDBOX]/site: the site could not be read or written
  hint: move that away, and put the folder of the site there

"#]]);
    fs::remove_file(sandbox.path("site")).unwrap();
    fs::create_dir(sandbox.path("site")).unwrap();
    nothing_is_lost(&sandbox, &head);
}

#[test]
fn a_site_without_room() {
    let sandbox = Sandbox::founded();
    sandbox.release("2.7.0", &vec![7; 256 << 10]);
    sandbox.sign_all("2.7.0");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    if let Some((answer, there)) = publish_mounted(&sandbox, "-t tmpfs -o size=64k none") {
        answer.shows(str![[r#"
exit 4
-- stderr
error: 2.7.0 is not published on `downloads`: the index does not list it; its publication is not recorded; on the site: 0 of 1 file, 0 of 1 checksum file
  because: cannot write `[SANDBOX]/site/recorder/2.7.0/recorder-2.7.0.bin`: No space left on device (os error 28)
  site-unreachable  [SANDBOX]/site/recorder/2.7.0/recorder-2.7.0.bin: the site could not be read or written
  hint: make room there, then: holdpoint publish 2.7.0 --site downloads --from ../dist --as ci@example.com --key [KEYS]/ci --yes

"#]]);
        // What was being written is gone again; no file of the release is there.
        assert_eq!(there, "../site/.holdpoint/lock\n");
    }
    nothing_is_lost(&sandbox, &head);
}

#[test]
fn a_site_without_room_for_the_index_and_the_page() {
    let sandbox = Sandbox::signed();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    // The file, its checksums and the lock have room; what comes after the record has not.
    if let Some((answer, there)) = publish_mounted(&sandbox, "-t tmpfs -o size=16k none") {
        assert!(answer.stderr.contains("error: 2.7.0 is not published on `downloads`"), "{answer:#?}");
        assert!(
            answer.stderr.contains("its publication is not recorded; on the site: 1 of 1 file, 1 of 1 checksum file"),
            "{answer:#?}"
        );
        assert!(answer.stderr.contains("No space left on device"), "{answer:#?}");
        assert!(there.contains("recorder-2.7.0.bin") && !there.contains("releases.json"), "{there}");
    }
    nothing_is_lost(&sandbox, &head);
}

#[test]
fn a_site_that_another_publish_holds() {
    let sandbox = Sandbox::signed();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    fs::create_dir_all(sandbox.path("site/.holdpoint")).unwrap();
    let lock = File::create(sandbox.path("site/.holdpoint/lock")).unwrap();
    lock.set_permissions(PermissionsExt::from_mode(0o600)).unwrap();
    lock.lock().unwrap();
    publish(&sandbox).shows(str![[r#"
exit 4
-- stderr
error: another publish to `[SANDBOX]/site` is under way
  hint: wait until it ends, then run the same command again; nothing was changed

"#]]);
    drop(lock);
    nothing_is_lost(&sandbox, &head);
}

#[test]
fn a_site_whose_index_nobody_can_read() {
    let sandbox = Sandbox::signed();
    fs::create_dir_all(sandbox.path("site")).unwrap();
    fs::write(sandbox.path("site/releases.json"), "not found\n").unwrap();
    publish(&sandbox).shows(str![[r#"
exit 4
-- stderr
error: what is out on `downloads` cannot be told
  site-unreachable  the `releases.json` of downloads is not an index of releases: expected ident at line 1 column 2
  hint: put `releases.json` back from a backup; if there is none, take it off the site, then put every version there again: holdpoint publish VERSION --site downloads --from DIR --new-site

"#]]);
    assert_eq!(fs::read_to_string(sandbox.path("site/releases.json")).unwrap(), "not found\n");
}

#[test]
fn a_site_that_links_elsewhere() {
    let sandbox = Sandbox::signed();
    fs::create_dir_all(sandbox.path("site")).unwrap();
    fs::create_dir(sandbox.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("elsewhere"), sandbox.path("site/recorder")).unwrap();
    publish(&sandbox).shows(str![[r#"
exit 4
-- stderr
error: `[SANDBOX]/site/recorder` is a symbolic link, which could lead out of the site
  site-unreachable  [SANDBOX]/site/recorder: the site could not be read or written
  hint: replace it by a real folder or file, then run the same command again

"#]]);
    assert_eq!(fs::read_dir(sandbox.path("elsewhere")).unwrap().count(), 0);
}
