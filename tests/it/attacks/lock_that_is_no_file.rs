//! Where the lock of a site is, somebody puts a pipe, which whoever opens it waits for; or a file of the build lies on the
//! site under a second name, and changes after it was published.

use std::fs;

use crate::sandbox::{RECORDER, Sandbox};

#[test]
fn a_pipe_in_place_of_the_lock_is_refused_at_once() {
    let sandbox = Sandbox::signed();
    fs::create_dir(sandbox.path("site/.holdpoint")).unwrap();
    let lock = sandbox.path("site/.holdpoint/lock");
    sandbox.run(".", std::process::Command::new("mkfifo").arg(&lock));
    let answer = sandbox.publish("2.7.0").finds(4, "site-unreachable");
    assert!(answer.stderr.contains(&format!("rm -r {}", lock.display())), "{answer:#?}");
    fs::remove_file(lock).unwrap();
    sandbox.publish("2.7.0").exits(0);
}

/// A copy of the site by hard links (`cp -al`) is made while a publish goes on.
#[test]
fn a_lock_that_got_a_second_name_is_a_lock() {
    let sandbox = Sandbox::signed();
    sandbox.publish("2.7.0").exits(0);
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    let lock = sandbox.path("site/.holdpoint/lock");
    let held = fs::File::open(&lock).unwrap();
    held.lock().unwrap();
    fs::hard_link(&lock, sandbox.path("copy")).unwrap();
    sandbox.publish("2.8.0").finds(4, "under way");
    drop(held);
    sandbox.publish("2.8.0").exits(0);
}

#[test]
fn a_folder_where_files_are_written_first_is_named_before_anything_is_put() {
    let sandbox = Sandbox::signed();
    let folder = sandbox.path("site/.holdpoint-unfinished");
    fs::create_dir(&folder).unwrap();
    let answer = sandbox.publish("2.7.0").finds(4, "site-unreachable");
    assert!(answer.stderr.contains(&format!("rm -r {}", folder.display())), "{answer:#?}");
    assert!(!sandbox.path("site/recorder").exists());
    fs::remove_dir(folder).unwrap();
    sandbox.publish("2.7.0").exits(0);
}

#[test]
fn a_second_name_of_a_built_file_is_published_as_a_copy() {
    let sandbox = Sandbox::signed();
    let (from, to) = (sandbox.path("dist/recorder-2.7.0.bin"), sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin"));
    let (folder, built) = (to.parent().unwrap().display().to_string(), from.display().to_string());
    let script = format!("mkdir -p {folder} && ln {built} {folder}/");
    let publish = ["publish", "2.7.0", "--site", "downloads", "--yes", "--", "sh", "-c", &script];
    sandbox.as_person("ci", &publish).exits(0);
    fs::write(from, "built again, under the same name").unwrap();
    assert_eq!(fs::read_to_string(to).unwrap(), String::from_utf8_lossy(RECORDER));
    sandbox.holdpoint(&["audit"]).exits(0);
}
