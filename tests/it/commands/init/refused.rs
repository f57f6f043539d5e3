//! Every way in which nothing is founded.

use std::fs;

use snapbox::str;

use super::{PROJECT, init};
use crate::sandbox::{Sandbox, email, keys};

#[test]
fn refused_by_a_rule() {
    let sandbox = Sandbox::founded();
    init(&sandbox, &[]).shows(str![[r#"
exit 1
-- stderr
error: there is a folder `policy/` already
  hint: run `holdpoint status` to read it, or begin in another folder

"#]]);
    let sandbox = Sandbox::empty();
    init(&sandbox, &["--no-commit"]).exits(0);
    init(&sandbox, &[]).shows(str![[r#"
exit 1
-- stderr
error: there is a folder `policy/` already
  hint: commit it if `holdpoint init --no-commit` wrote it, or move it away

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::empty();
    let dana = keys().join("dana").display().to_string();
    sandbox.as_person("dana", &["init"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  --project <URL>

Usage: holdpoint init --project <URL> --as <EMAIL> --key <FILE>

For more information, try '--help'.

"#]]);
    sandbox.holdpoint(&[&PROJECT[..], &["--key", &dana]].concat()).shows(str![[r#"
exit 2
-- stderr
error: git does not know who you are
  hint: say who you are: --as EMAIL

"#]]);
    sandbox.holdpoint(&[&PROJECT[..], &["--as", &email("dana")]].concat()).shows(str![[r#"
exit 2
-- stderr
error: no SSH key was found
  hint: make one with `ssh-keygen -t ed25519`, or name one: --key FILE

"#]]);
    init(&sandbox, &["--owner", "sam@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: sam@example.com, named as an owner, has no key here
  hint: give it: --person sam@example.com=KEY.pub

"#]]);
    init(&sandbox, &["--role", "support=maria@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: maria@example.com, named for the role `support`, has no key here
  hint: give it: --person maria@example.com=KEY.pub

"#]]);
    init(&sandbox, &["--role", "suport=dana@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: the role `suport` has no task
  hint: did you mean `support`?

"#]]);
    init(&sandbox, &["--machine", "ci@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: ci@example.com, named as a machine, has no key here
  hint: give it: --person ci@example.com=KEY.pub

"#]]);
    init(&sandbox, &["--machine", "dana@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: dana@example.com is a machine, and a machine signs no policy
  hint: sign as an owner: --as EMAIL --key FILE

"#]]);
    init(&sandbox, &["--site", "downloads=https://downloads.example.com"]).shows(str![[r#"
exit 2
-- stderr
error: the site `downloads`: `https://downloads.example.com` is no address of a site
  because: this build knows only file://, not `https`
  hint: write it like `--site downloads=file:///srv/downloads`, or give the path of a folder

"#]]);
    init(&sandbox, &["--site", "downloads"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'downloads' for '--site <NAME=URL>': write it like downloads=file:///srv/downloads

For more information, try '--help'.

"#]]);
    init(&sandbox, &["--person", "sam@example.com=nowhere.pub"]).shows(str![[r#"
exit 2
-- stderr
error: the key of sam@example.com cannot be read from `nowhere.pub`
  because: No such file or directory (os error 2)
  hint: name the file that `ssh-keygen` made, with `.pub` at its end

"#]]);
    let twice = ["--person", &format!("sam@example.com={dana}.pub")];
    init(&sandbox, &twice).shows(str![[r#"
exit 2
-- stderr
error: sam@example.com and dana@example.com have the same key
  because: SHA256:[KEY]
  hint: a key belongs to one person: name another file for one of them

"#]]);
    sandbox.as_person("dana", &["init", "--project", "webinar"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'webinar' for '--project <URL>': is not an address such as https://downloads.example.com/webinar

For more information, try '--help'.

"#]]);
    assert!(!sandbox.path("repo/policy").exists());
}

#[test]
fn could_not() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint_in("home", &[&PROJECT[..], &["--as", &email("dana")]].concat()).shows(str![[r#"
exit 4
-- stderr
error: `.` is not in a git repository
  hint: `cd` into one, name it with `--repo DIR`, or start one with `git init`

"#]]);
    let public = sandbox.path("dana.pub");
    fs::copy(keys().join("dana.pub"), &public).unwrap();
    let alone = ["--as", &email("dana"), "--key", public.to_str().unwrap()];
    sandbox.holdpoint(&[&PROJECT[..], &alone].concat()).shows(str![[r#"
exit 4
-- stderr
error: `ssh-keygen` cannot sign with `[SANDBOX]/dana.pub`
  because: No private key found for public key "[SANDBOX]/dana.pub"
  hint: a public key needs an agent that holds its private half: ssh-add, or name the private key instead of [SANDBOX]/dana.pub

"#]]);
}

#[test]
fn a_key_for_attestations_that_is_none() {
    let sandbox = Sandbox::empty();
    let dana = keys().join("dana.pub").display().to_string();
    init(&sandbox, &["--attest-key", &dana, "--yes"]).shows(str![[r#"
exit 2
-- stderr
error: `[KEYS]/dana.pub` is no key for attestations
  because: a key of the type `ssh-ed25519` signs no attestation: the programs that check one share only P-256 (`ecdsa-sha2-nistp256`)
  hint: make one: ssh-keygen -t ecdsa -b 256 -m PKCS8 -N '' -f attest   (and name attest.pub)

"#]]);
    init(&sandbox, &["--attest-key", "gone.pub", "--yes"]).finds(2, "the key `gone.pub` cannot be read");
    assert!(!sandbox.path("repo/policy").exists());
}
