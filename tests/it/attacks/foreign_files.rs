//! A site has a page or checksums of its own where ours would go: ours by name is not ours by content.

use std::fs;

use crate::sandbox::{Sandbox, same};

fn site(sandbox: &Sandbox) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![sandbox.path("site")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all.push((path.display().to_string(), fs::read(path).unwrap()));
            }
        }
    }
    all.sort();
    all
}

#[test]
fn a_page_of_somebody_else_is_never_overwritten() {
    let sandbox = Sandbox::signed();
    fs::write(sandbox.path("site/index.html"), "<h1>Welcome to our company</h1>").unwrap();
    let (before, head) = (site(&sandbox), sandbox.git(&["rev-parse", "HEAD"]));
    let answer = sandbox.publish("2.7.0").finds(1, "live-unrecorded");
    assert!(answer.stderr.contains("page = false"), "{answer:#?}");
    assert_eq!((site(&sandbox), sandbox.git(&["rev-parse", "HEAD"])), (before, head));
}

#[test]
fn a_site_keeps_its_page_and_what_lies_beside() {
    let sandbox = Sandbox::founded();
    let keys = "page = \"downloads.html\"\nbeside = [\"index.html\", \"css/**\", \"latest\"]\n";
    sandbox.adopt_policy(&["dana", "sam"], |it| it.replace("[[site]]\n", &format!("[[site]]\n{keys}")), same);
    fs::create_dir(sandbox.path("site/css")).unwrap();
    fs::write(sandbox.path("site/css/a.css"), "h1 {}").unwrap();
    fs::write(sandbox.path("site/index.html"), "<h1>Welcome</h1>").unwrap();
    std::os::unix::fs::symlink("recorder/2.7.0", sandbox.path("site/latest")).unwrap();
    sandbox.release("2.7.0", crate::sandbox::RECORDER);
    sandbox.sign_all("2.7.0");
    sandbox.publish("2.7.0").exits(0);
    assert_eq!(fs::read_to_string(sandbox.path("site/index.html")).unwrap(), "<h1>Welcome</h1>");
    assert!(fs::read_to_string(sandbox.path("site/downloads.html")).unwrap().contains("recorder-2.7.0.bin"));
    sandbox.holdpoint(&["audit"]).exits(0);
    fs::write(sandbox.path("site/robots.txt"), "").unwrap();
    sandbox.holdpoint(&["audit"]).finds(1, "live-unrecorded");
}

#[test]
fn checksums_of_somebody_else_are_never_overwritten() {
    let sandbox = Sandbox::signed();
    fs::create_dir_all(sandbox.path("site/recorder/2.7.0")).unwrap();
    fs::write(sandbox.path("site/recorder/2.7.0/SHA256SUMS"), "# kept by the web team\n").unwrap();
    let before = site(&sandbox);
    sandbox.publish("2.7.0").finds(1, "live-unrecorded");
    assert_eq!(site(&sandbox), before);
}

#[test]
fn a_site_that_is_not_mounted_is_not_made() {
    let sandbox = Sandbox::signed();
    fs::remove_dir(sandbox.path("site")).unwrap();
    let answer = sandbox.publish("2.7.0").finds(4, "site-unreachable");
    assert!(answer.stderr.contains("--new-site"), "{answer:#?}");
    assert!(!sandbox.path("site").exists());
    let dist = sandbox.path("dist").display().to_string();
    let publish = ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--yes", "--new-site"];
    sandbox.as_person("ci", &publish).exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_second_run_compares_what_it_was_given() {
    let sandbox = Sandbox::published();
    fs::write(sandbox.path("dist/recorder-2.7.0.bin"), "built again").unwrap();
    sandbox.publish("2.7.0").finds(1, "bytes-differ");
    fs::remove_file(sandbox.path("dist/recorder-2.7.0.bin")).unwrap();
    let answer = sandbox.publish("2.7.0");
    assert_eq!(answer.code, 4, "{answer:#?}");
    let site = sandbox.path("site").display().to_string();
    sandbox.as_person("ci", &["publish", "2.7.0", "--from", &site, "--yes"]).exits(0);
}
