//! What lies on this side of a publish: the record, the policy, the machine.

use std::fs;

use snapbox::str;

use super::{nothing_is_lost, publish};
use crate::attacks::founded_with;
use crate::sandbox::{RECORDER, Sandbox};

#[test]
fn a_ledger_with_something_that_is_not_committed() {
    let sandbox = Sandbox::signed();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.write("releases/2.7.0/ledger/new.toml", "x\n");
    publish(&sandbox).shows(str![[r#"
exit 4
-- stderr
error: the work tree is not what HEAD holds: 1 difference
  dirty  `releases/2.7.0/ledger/new.toml` is not committed as it is here
  hint: commit what belongs to the record, or put it aside: git stash -u

"#]]);
    fs::remove_file(sandbox.path("repo/releases/2.7.0/ledger/new.toml")).unwrap();
    nothing_is_lost(&sandbox, &head);
}

#[test]
fn a_policy_that_is_empty() {
    let sandbox = Sandbox::signed();
    sandbox.edit("policy/0001/policy.toml", |_| String::new());
    sandbox.check("2.7.0").shows(str![[r#"
exit 4
-- stdout
2.7.0: UNVERIFIABLE  (0 requirements, 0 statements, 0 pairs, 0 artifacts; commit [COMMIT7], no policy; freshness not known)
  policy-broken  the key `checkpoint` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `checkpoint = …`
  policy-broken  the key `path` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `path = …`
  policy-broken  the key `previous` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `previous = …`
  policy-broken  the key `project` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `project = …`
  policy-broken  the key `schema` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `schema = …`
  policy-broken  the key `sealed` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `sealed = …`
  policy-broken  the key `signers` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `signers = …`
  policy-broken  the key `version` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `version = …`
  policy-broken  the policy asks for nothing: there is no `[[requirement]]`
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ name what must be signed off
  policy-broken  the table `[owners]` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `[owners]`
  policy-broken  the table `[roles]` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `[roles]`
  policy-broken  the table `[rules]` is missing
     --> policy/0001/policy.toml:1:1
      |
    1 |
      | ^ add `[rules]`

next: git log -- policy   (restore it as its owners signed it)

"#]]);
    publish(&sandbox).exits(4);
    sandbox.sign("2.7.0", "kb", "eve").finds(4, "policy-broken");
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_policy_that_promises_too_much() {
    let sandbox = founded_with(|it| {
        it.replace("schema = 1", "schema = 1\nsealed = \"x\"")
            .replace("role = \"support\"", "role = \"suport\"")
            .replacen("approvals = 1", "approvals = 9", 1)
            .replace("max_hours = 72", "max_hours = \"72\"")
    });
    sandbox.release("2.7.0", RECORDER);
    sandbox.check("2.7.0").shows(str![[r#"
exit 4
-- stdout
2.7.0: UNVERIFIABLE  (0 requirements, 0 statements, 0 pairs, 0 artifacts; commit [COMMIT7], no policy; freshness not known)
  policy-broken  unknown key `sealed`
     --> policy/0001/policy.toml:4:1
      |
    4 | sealed = "x"
      | ^^^^^^ take it out: this build would not enforce it (known here: schema, version, signers, checkpoint, previous, project, path, owners, roles, machines, rules, requirement, waiver, hold, site, words, levels, attest, interface, lockstep, kb)
  policy-broken  there is no role `suport`
      --> policy/0001/policy.toml:39:8
       |
    39 | role = "suport"
       |        ^^^^^^^^ did you mean `support`?
  policy-broken  `max_hours` is a string, not a whole number
      --> policy/0001/policy.toml:65:13
       |
    65 | max_hours = "72"
       |             ^^^^ write a whole number

next: git log -- policy   (restore it as its owners signed it)

"#]]);
}

#[test]
fn records_with_many_faults() {
    let sandbox = Sandbox::ready();
    let files = [
        (
            "release.toml",
            "schema = 1\nversion = 2.10\ntitel = \"x\"\nowner = \"dena@example.com\"\nplanned = \"soon\"\n",
        ),
        (
            "artifacts.toml",
            "schema = 1\n[[artifact]]\ncomponent = \"recorder\"\nfile = \"../x\"\nsize = -1\nsha256 = \"12\"\n",
        ),
        ("compatibility.toml", "schema = 1\n[component.recorder\n"),
        ("kb.md", "# No front matter\n"),
    ];
    for (file, text) in files {
        sandbox.write(&format!("releases/2.7.0/{file}"), text);
    }
    sandbox.commit_all("Break everything");
    sandbox.check("2.7.0").shows(str![[r#"
exit 4
-- stdout
2.7.0: UNVERIFIABLE  (3 requirements, 0 statements, 0 pairs, 0 artifacts; commit [COMMIT7], policy 1; freshness not known)
  missing  kb             nobody has signed; eve@example.com or maria@example.com can
  missing  compatibility  nobody has signed; ada@example.com or ned@example.com can
  missing  notice         nobody has signed; kim@example.com or lee@example.com can

  bad-record  `../x` has the character `/`, which some systems keep out of names
     --> releases/2.7.0/artifacts.toml:4:8
      |
    4 | file = "../x"
      |        ^^^^^^ correct `file`
  bad-record  `size` is out of range: it is a whole number from 0
     --> releases/2.7.0/artifacts.toml:5:8
      |
    5 | size = -1
      |        ^^ write a whole number from 0
  bad-record  `12` is not a SHA-256 digest: 64 digits of 0-9 and a-f
     --> releases/2.7.0/artifacts.toml:6:10
      |
    6 | sha256 = "12"
      |          ^^^^ correct `sha256`
  bad-record  unclosed table, expected `]`
     --> releases/2.7.0/compatibility.toml:2:20
      |
    2 | [component.recorder
      |                    ^ write it as TOML 1.0
  bad-record  there is no front matter
     --> releases/2.7.0/kb.md:1:1
      |
    1 | # No front matter
      | ^^^^^^^^^^^^^^^^^ begin it with TOML between two lines `+++`
  bad-record  the key `support_until` is missing
     --> releases/2.7.0/release.toml:1:1
      |
    1 | schema = 1
      | ^ add `support_until = …`
  bad-record  the key `title` is missing
     --> releases/2.7.0/release.toml:1:1
      |
    1 | schema = 1
      | ^ add `title = …`
  bad-record  `version` is a number without quotes; a number loses digits (2.10 reads as 2.1), so versions and names are strings
     --> releases/2.7.0/release.toml:2:11
      |
    2 | version = 2.10
      |           ^^^^ put it in quotes
  bad-record  unknown key `titel`
     --> releases/2.7.0/release.toml:3:1
      |
    3 | titel = "x"
      | ^^^^^ did you mean `title`?
  bad-record  `dena@example.com` is not in the key ring
     --> releases/2.7.0/release.toml:4:9
      |
    4 | owner = "dena@example.com"
      |         ^^^^^^^^^^^^^^^^^^ did you mean `dana@example.com`?
  bad-record  `planned` is a string, not a date such as 2026-11-20
     --> releases/2.7.0/release.toml:5:11
      |
    5 | planned = "soon"
      |           ^^^^^^ write a date such as 2026-11-20

next: mend the 11 places shown above, and commit
        who: dana@example.com or sam@example.com
      holdpoint sign 2.7.0 compatibility
        who: ada@example.com or ned@example.com
      holdpoint sign 2.7.0 kb
        who: eve@example.com or maria@example.com
      holdpoint sign 2.7.0 notice
        who: kim@example.com or lee@example.com

"#]]);
}

#[test]
fn a_machine_without_ssh_keygen() {
    let mut sandbox = Sandbox::signed();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.set("PATH", "/nowhere");
    publish(&sandbox).shows(str![[r#"
exit 4
-- stderr
  put  recorder/2.7.0/recorder-2.7.0.bin  (15 bytes)
  read back  recorder/2.7.0/recorder-2.7.0.bin
  put  recorder/2.7.0/SHA256SUMS  (85 bytes)
error: 2.7.0 is not published on `downloads`: the index does not list it; its publication is not recorded; on the site: 1 of 1 file, 1 of 1 checksum file
  because: `ssh-keygen` cannot be run: No such file or directory (os error 2)
  hint: install OpenSSH's client tools (Debian: apt-get install openssh-client), then: holdpoint publish 2.7.0 --site downloads --from ../dist --as ci@example.com --key [KEYS]/ci --yes

"#]]);
    let path = std::env::var("PATH").unwrap();
    sandbox.set("PATH", &path);
    nothing_is_lost(&sandbox, &head);
}

#[test]
fn a_clone_in_which_nothing_is_pinned() {
    let sandbox = Sandbox::signed();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    publish(&sandbox).shows(str![[r#"
exit 4
-- stdout
2.7.0: UNVERIFIABLE  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  root-unpinned  no pinned root says that this is the right policy

next: holdpoint trust sha256:…   (ask a colleague for the root; in CI: HOLDPOINT_ROOT)

"#]]);
    sandbox.git(&["config", "holdpoint.root", &root]);
    nothing_is_lost(&sandbox, &head);
}
