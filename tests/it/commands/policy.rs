//! `holdpoint policy`: what each step says.

use snapbox::str;

use crate::sandbox::{Answer, Sandbox, same};

fn policy(sandbox: &Sandbox, arguments: &[&str]) -> Answer {
    sandbox.holdpoint(&[&["policy"], arguments].concat())
}

/// A proposal for which both owners must sign.
fn proposed() -> Sandbox {
    let sandbox = Sandbox::published();
    sandbox.propose(|it| it.replace("threshold = 1", "threshold = 2"), same);
    sandbox
}

#[test]
fn proposed_and_refreshed() {
    let sandbox = Sandbox::published();
    policy(&sandbox, &["propose"]).shows(str![[r#"
exit 0
-- stdout
wrote policy/proposed: policy 2, as policy 1 is
  policy.toml  who decides what
  signers      the key ring
  sealed       everything that went out: 1 entry, 1 of it new

next: edit policy/proposed/policy.toml and policy/proposed/signers
      holdpoint policy propose   (again, whenever `signers` has changed)
      holdpoint policy sign

"#]]);
    sandbox.write("policy/proposed/signers", &(sandbox.read("policy/proposed/signers") + "# The ring of spring.\n"));
    policy(&sandbox, &["propose"]).shows(str![[r#"
exit 0
-- stdout
refreshed policy/proposed: policy 2, with your edits
  policy.toml  who decides what
  signers      the key ring
  sealed       everything that went out: 1 entry, 1 of it new

next: holdpoint policy sign

"#]]);
    policy(&sandbox, &["propose"]).shows(str![[r#"
exit 0
-- stdout
policy/proposed is up to date: policy 2, with your edits
  policy.toml  who decides what
  signers      the key ring
  sealed       everything that went out: 1 entry, 1 of it new

next: holdpoint policy sign

"#]]);
    let text = sandbox.read("policy/proposed/policy.toml").replace("threshold = 1", "treshold = 1");
    sandbox.write("policy/proposed/policy.toml", &text);
    policy(&sandbox, &["propose"]).shows(str![[r#"
exit 4
-- stdout
policy/proposed is up to date: policy 2, with your edits
  policy.toml  who decides what
  signers      the key ring
  sealed       everything that went out: 1 entry, 1 of it new

it cannot be signed yet:
  policy-broken  the key `threshold` is missing in `owners`
      --> policy/proposed/policy.toml:13:1
       |
    13 | [owners]
       | ^^^^^^^^ add `threshold = …`
  policy-broken  unknown key `treshold`
      --> policy/proposed/policy.toml:15:1
       |
    15 | treshold = 1
       | ^^^^^^^^ did you mean `threshold`?

next: mend what is named above in policy/proposed, then: holdpoint policy propose

"#]]);
    policy(&sandbox, &["propose", "--format", "json"]).exits(4);
}

#[test]
fn signed() {
    let sandbox = proposed();
    sandbox.sign_policy("dana").shows(str![[r#"
exit 0
-- stdout
signed policy 2 by dana@example.com
policy 2: signed by 1 of 1 owner of policy 1 (dana@example.com); 1 of 2 owners of policy 2 still to sign: sam@example.com (signed: dana@example.com)
  seals   publish of 2.7.0 on downloads by ci@example.com, at [TIME] ([ID8])

next: holdpoint policy sign   (who: sam@example.com)

saved here (this repository has no remote)
-- stderr
warning: each of the owners is needed (dana@example.com and sam@example.com): one lost key means a new root

"#]]);
    sandbox.sign_policy("dana").shows(str![[r#"
exit 1
-- stderr
error: dana@example.com has signed policy 2 already, as it is here
  hint: holdpoint policy sign   (who: sam@example.com)

"#]]);
    sandbox.as_person("sam", &["policy", "sign"]).shows(str![[r#"
exit 2
-- stderr
warning: each of the owners is needed (dana@example.com and sam@example.com): one lost key means a new root
 --- policy/0001/policy.toml
 +++ policy/proposed/policy.toml
@@ -1,9 +1,10 @@
 # Who decides what goes out. The owners sign this file: whoever edits it breaks the signature.
 # Its SHA-256 is the root that every clone and CI pin.
 schema = 1
-version = 1
+version = 2
 signers = "[ID]"   # the SHA-256 of the key ring beside this file
 project = "https://downloads.example.com/webinar"   # part of every signature: one made here is worth nothing elsewhere
 path = ""   # where the folder above `policy/` lies in the repository; "" is the top
 checkpoint = ""   # the commit where the proof of history begins; "" is the first one
@@ -11,7 +12,7 @@ checkpoint = ""   # the commit where the proof of history begins; "" is the firs
 # The owners speak for the policy: so many different ones must sign it.
 [owners]
 members = ["dana@example.com", "sam@example.com"]
-threshold = 1
+threshold = 2
 
 # `release` publishes. The other roles sign off, below.
 [roles]

policy/proposed/signers: as it is in force

when it is adopted:
  seals   publish of 2.7.0 on downloads by ci@example.com, at [TIME] ([ID8])

Policy 2: its owners hand over to it, and answer for who may sign what from now on.
error: there is no terminal to ask on
  hint: read it first, then add --yes

"#]]);
}

#[test]
fn signed_by_the_last_owner() {
    let sandbox = proposed();
    sandbox.sign_policy("dana").exits(0);
    sandbox.as_person("sam", &["policy", "sign", "--yes", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "by": "sam@example.com",
  "consequences": {
    "lapsing": [],
    "levels": [],
    "moves": [],
    "sealed": [
      {
        "at": "[TIME]",
        "by": "ci@example.com",
        "id": "[ID]",
        "kind": "publish",
        "release": "2.7.0",
        "site": "downloads"
      }
    ],
    "turns": []
  },
  "exit_code": 0,
  "message": "saved here (this repository has no remote)",
  "path": "policy/proposed/sam@example.com.sig",
  "policy": 2,
  "removed": [],
  "schema": 1,
  "sha256": "[ID]",
  "shared": false,
  "signatures": {
    "bad": [],
    "before": {
      "needed": 1,
      "policy": 1,
      "signed": [
        "dana@example.com",
        "sam@example.com"
      ],
      "wanting": []
    },
    "full": true,
    "message": "policy 2: signed by 2 owners of policy 1 (dana@example.com, sam@example.com), where 1 suffices; signed by 2 of 2 owners of policy 2 (dana@example.com, sam@example.com)",
    "own": {
      "needed": 2,
      "policy": 2,
      "signed": [
        "dana@example.com",
        "sam@example.com"
      ],
      "wanting": []
    }
  }
}
-- stderr
warning: each of the owners is needed (dana@example.com and sam@example.com): one lost key means a new root

"#]]);
    assert_eq!(sandbox.git(&["log", "-1", "--format=%s"]).trim(), "Sign policy 2");
}

#[test]
fn signing_refused() {
    let sandbox = Sandbox::signed();
    sandbox.sign_policy("dana").shows(str![[r#"
exit 1
-- stderr
error: nothing is proposed: policy 1 is in force
  hint: holdpoint policy propose   (writes the next policy, ready to edit)

"#]]);
    sandbox.propose(|it| it.replace("[waiver]", "[waivers]"), same);
    sandbox.sign_policy("dana").shows(str![[r#"
exit 4
-- stderr
error: policy 2 cannot be signed as it is
  policy-broken  unknown key `waivers`
      --> policy/proposed/policy.toml:62:2
       |
    62 | [waivers]
       |  ^^^^^^^ did you mean `waiver`?
  hint: mend what is named above, then: holdpoint policy propose   (refreshes the digests, keeps your edits)

"#]]);
    let sandbox = proposed();
    sandbox.sign_policy("maria").shows(str![[r#"
exit 1
-- stderr
error: maria@example.com is no owner of policy 1 or of policy 2
  because: the owners are
           policy 1: dana@example.com and sam@example.com
           policy 2: dana@example.com and sam@example.com
  hint: ask one of them: holdpoint policy sign

"#]]);
    sandbox.sign_policy("ci").shows(str![[r#"
exit 1
-- stderr
error: ci@example.com is no owner of policy 1 or of policy 2
  because: the owners are
           policy 1: dana@example.com and sam@example.com
           policy 2: dana@example.com and sam@example.com
  hint: ask one of them: holdpoint policy sign

"#]]);
    sandbox.write("policy/proposed/signers", &(sandbox.read("policy/proposed/signers") + "# More.\n"));
    sandbox.sign_policy("dana").shows(str![[r#"
exit 4
-- stderr
error: policy 2 cannot be signed as it is
  policy-broken  the file `signers` beside it has other bytes
     --> policy/proposed/policy.toml:6:11
      |
    6 | signers = "[ID]"   # the SHA-256 of the key ring beside this file
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ its SHA-256 is [ID]; in a proposal `holdpoint policy propose` writes it
  hint: mend what is named above, then: holdpoint policy propose   (refreshes the digests, keeps your edits)

"#]]);
}

#[test]
fn adopted() {
    let sandbox = proposed();
    sandbox.adopt().shows(str![[r#"
exit 1
-- stderr
error: `policy/proposed/policy.toml` is not committed as it is here
  hint: what is adopted is what HEAD holds: holdpoint policy sign   (commits the proposal; or put your changes aside: git stash -u)

"#]]);
    sandbox.sign_policy("dana").exits(0);
    sandbox.adopt().shows(str![[r#"
exit 1
-- stderr
error: policy 2: signed by 1 of 1 owner of policy 1 (dana@example.com); 1 of 2 owners of policy 2 still to sign: sam@example.com (signed: dana@example.com)
  hint: holdpoint policy sign   (who: sam@example.com)

"#]]);
    sandbox.sign_policy("sam").exits(0);
    policy(&sandbox, &["adopt"]).shows(str![[r#"
exit 2
-- stderr
error: git does not know who you are
  hint: say who you are: --as EMAIL

"#]]);
    sandbox.adopt().shows(str![[r#"
exit 0
-- stdout
policy 2 is in force here: policy/0002
policy 2: signed by 2 owners of policy 1 (dana@example.com, sam@example.com), where 1 suffices; signed by 2 of 2 owners of policy 2 (dana@example.com, sam@example.com)

root: sha256:[ID]
  the pin that CI and colleagues have still holds; they may move it forward to this one

saved here (this repository has no remote)
-- stderr
the pin of this clone moved forward to policy 2: sha256:[ID]

"#]]);
    sandbox.adopt().shows(str![[r#"
exit 1
-- stderr
error: nothing is proposed: policy 2 is in force
  hint: holdpoint policy propose   (writes the next policy, ready to edit)

"#]]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    let renamed = sandbox.git(&["show", "--format=", "--name-status", "-M", "HEAD"]);
    assert!(renamed.lines().all(|it| it.starts_with("R100")), "{renamed}");
}

#[test]
fn moved_and_not_committed() {
    let sandbox = proposed();
    for who in ["dana", "sam"] {
        sandbox.sign_policy(who).exits(0);
    }
    policy(&sandbox, &["adopt", "--as", "dana@example.com", "--no-commit"]).shows(str![[r#"
exit 0
-- stdout
policy 2 lies in its place, and is in force once that is committed: policy/0002
policy 2: signed by 2 owners of policy 1 (dana@example.com, sam@example.com), where 1 suffices; signed by 2 of 2 owners of policy 2 (dana@example.com, sam@example.com)

root: sha256:[ID]
  the pin that CI and colleagues have still holds; they may move it forward to this one

not committed: the files are written; commit and push them

"#]]);
    assert!(sandbox.path("repo/policy/0002/policy.toml").exists() && !sandbox.path("repo/policy/proposed").exists());
    sandbox.commit_all("Adopt policy 2");
    sandbox.check("2.7.0").finds(0, "published");
}

#[test]
fn checked() {
    let sandbox = Sandbox::published();
    policy(&sandbox, &["check"]).shows(str![[r#"
exit 0
-- stdout
policy 1 is in force, and nothing is proposed

"#]]);
    sandbox.propose(|it| it.replace("threshold = 1", "threshold = 2"), same);
    policy(&sandbox, &["check"]).shows(str![[r#"
exit 3
-- stdout
policy 2: 1 of 1 owner of policy 1 still to sign: dana@example.com, sam@example.com; 2 of 2 owners of policy 2 still to sign: dana@example.com, sam@example.com
  seals   publish of 2.7.0 on downloads by ci@example.com, at [TIME] ([ID8])

next: holdpoint policy sign
        who: dana@example.com or sam@example.com
-- stderr
warning: `policy/proposed/policy.toml` is not committed as it is here
warning: `policy/proposed/sealed` is not committed as it is here
warning: `policy/proposed/signers` is not committed as it is here
warning: each of the owners is needed (dana@example.com and sam@example.com): one lost key means a new root

"#]]);
    sandbox.sign_policy("dana").exits(0);
    policy(&sandbox, &["check"]).shows(str![[r#"
exit 3
-- stdout
policy 2: signed by 1 of 1 owner of policy 1 (dana@example.com); 1 of 2 owners of policy 2 still to sign: sam@example.com (signed: dana@example.com)
  seals   publish of 2.7.0 on downloads by ci@example.com, at [TIME] ([ID8])

next: holdpoint policy sign
        who: sam@example.com
-- stderr
warning: each of the owners is needed (dana@example.com and sam@example.com): one lost key means a new root

"#]]);
    sandbox.sign_policy("sam").exits(0);
    policy(&sandbox, &["check"]).shows(str![[r#"
exit 0
-- stdout
policy 2: signed by 2 owners of policy 1 (dana@example.com, sam@example.com), where 1 suffices; signed by 2 of 2 owners of policy 2 (dana@example.com, sam@example.com)
  seals   publish of 2.7.0 on downloads by ci@example.com, at [TIME] ([ID8])

next: holdpoint policy adopt
-- stderr
warning: each of the owners is needed (dana@example.com and sam@example.com): one lost key means a new root

"#]]);
    policy(&sandbox, &["check", "--at", "HEAD"]).exits(0);
}

#[test]
fn checked_as_a_program() {
    let sandbox = proposed();
    sandbox.sign_policy("dana").exits(0);
    policy(&sandbox, &["check", "--format", "json"]).shows(str![[r#"
exit 3
-- stdout
{
  "brittle": [
    "each of the owners is needed (dana@example.com and sam@example.com): one lost key means a new root"
  ],
  "exit_code": 3,
  "findings": [
    {
      "code": "policy-threshold",
      "message": "policy 2: signed by 1 of 1 owner of policy 1 (dana@example.com); 1 of 2 owners of policy 2 still to sign: sam@example.com (signed: dana@example.com)",
      "next": "holdpoint policy sign",
      "severity": "waiting",
      "since": null,
      "subject": "policy/proposed/policy.toml",
      "who": [
        "sam@example.com"
      ]
    }
  ],
  "hypothetical": false,
  "in_force": {
    "number": 1,
    "sha256": "[ID]"
  },
  "proposed": {
    "consequences": {
      "lapsing": [],
      "levels": [],
      "moves": [],
      "sealed": [
        {
          "at": "[TIME]",
          "by": "ci@example.com",
          "id": "[ID]",
          "kind": "publish",
          "release": "2.7.0",
          "site": "downloads"
        }
      ],
      "turns": []
    },
    "policy": {
      "number": 2,
      "sha256": "[ID]"
    },
    "signatures": {
      "bad": [],
      "before": {
        "needed": 1,
        "policy": 1,
        "signed": [
          "dana@example.com"
        ],
        "wanting": [
          "sam@example.com"
        ]
      },
      "full": false,
      "message": "policy 2: signed by 1 of 1 owner of policy 1 (dana@example.com); 1 of 2 owners of policy 2 still to sign: sam@example.com (signed: dana@example.com)",
      "own": {
        "needed": 2,
        "policy": 2,
        "signed": [
          "dana@example.com"
        ],
        "wanting": [
          "sam@example.com"
        ]
      }
    }
  },
  "schema": 1,
  "source": {
    "commit": "[COMMIT]",
    "committed": "[TIME]",
    "pinned": true,
    "policy": {
      "number": 1,
      "sha256": "[ID]"
    },
    "stale_since": null
  },
  "verdict": "waiting"
}
-- stderr
warning: each of the owners is needed (dana@example.com and sam@example.com): one lost key means a new root

"#]]);
}

#[test]
fn checked_and_broken() {
    let sandbox = proposed();
    sandbox.write("policy/proposed/notes.txt", "Remember the milk.\n");
    policy(&sandbox, &["check"]).shows(str![[r#"
exit 4
-- stdout
policy 1 is in force; the draft of policy 2 cannot be signed yet
  policy-broken  policy/proposed/notes.txt: this file does not belong into a policy

next: remove it: git rm -- policy/proposed/notes.txt   (or rm, where git does not know it)
-- stderr
warning: `policy/proposed/notes.txt` is not committed as it is here
warning: `policy/proposed/policy.toml` is not committed as it is here
warning: `policy/proposed/sealed` is not committed as it is here
warning: `policy/proposed/signers` is not committed as it is here

"#]]);
    sandbox.git(&["rm", "-q", "policy/0001/dana@example.com.sig"]);
    policy(&sandbox, &["check"]).shows(str![[r#"
exit 4
-- stdout
the policies are BROKEN
  policy-threshold  policy 1: 1 of 1 owner of policy 1 still to sign: dana@example.com, sam@example.com

next: git log --format=%h -- policy/0001   to find who took a signature away, then: git checkout COMMIT~1 -- policy/0001; a policy that still collects them lies in `policy/proposed`
        who: dana@example.com or sam@example.com
-- stderr
warning: `policy/0001/dana@example.com.sig` is not committed as it is here
warning: `policy/proposed/notes.txt` is not committed as it is here
warning: `policy/proposed/policy.toml` is not committed as it is here
warning: `policy/proposed/sealed` is not committed as it is here
warning: `policy/proposed/signers` is not committed as it is here

"#]]);
}

#[test]
fn brittle() {
    let sandbox = Sandbox::founded();
    sandbox.propose(
        |it| {
            it.replace("members = [\"dana@example.com\", \"sam@example.com\"]", "members = [\"dana@example.com\"]")
                .replace("support = [\"eve@example.com\", \"maria@example.com\"]", "support = [\"eve@example.com\"]")
        },
        same,
    );
    sandbox.sign_policy("dana").shows(str![[r#"
exit 0
-- stdout
signed policy 2 by dana@example.com
policy 2: signed by 1 of 1 owner of policy 1 (dana@example.com); signed by 1 of 1 owner of policy 2 (dana@example.com)

next: holdpoint policy adopt

saved here (this repository has no remote)
-- stderr
warning: the role `support` hangs on eve@example.com alone
warning: each of the owners is needed (dana@example.com): one lost key means a new root

"#]]);
}

#[test]
fn shown() {
    let sandbox = Sandbox::signed();
    sandbox.adopt_policy(&["dana"], |it| it.replace("threshold = 1", "threshold = 1   # either"), same);
    policy(&sandbox, &["show"]).shows(str![[r#"
exit 0
-- stdout
Policy 2 of https://downloads.example.com/webinar is in force.

  root            sha256:[ID]
  owners          1 of 2 speak for all: dana@example.com and sam@example.com
  communications  kim@example.com and lee@example.com
  compatibility   ada@example.com and ned@example.com
  duty            dana@example.com and sam@example.com
  release         ci@example.com and dana@example.com
  support         eve@example.com and maria@example.com
  machines        ci@example.com
  branch          main
  signed by       dana@example.com

  # Who decides what goes out. The owners sign this file: whoever edits it breaks the signature.
  # Its SHA-256 is the root that every clone and CI pin.
  schema = 1
  version = 2
  previous = "[ID]"   # the SHA-256 of the `policy.toml` before this one
  signers = "[ID]"   # the SHA-256 of the key ring beside this file
  sealed = "[ID]"   # the SHA-256 of `sealed` beside this file: what went out, vouched for
  project = "https://downloads.example.com/webinar"   # part of every signature: one made here is worth nothing elsewhere
  path = ""   # where the folder above `policy/` lies in the repository; "" is the top
  checkpoint = ""   # the commit where the proof of history begins; "" is the first one

  # The owners speak for the policy: so many different ones must sign it.
  [owners]
  members = ["dana@example.com", "sam@example.com"]
  threshold = 1   # either

  # `release` publishes. The other roles sign off, below.
  [roles]
  support = ["eve@example.com", "maria@example.com"]
  compatibility = ["ada@example.com", "ned@example.com"]
  communications = ["kim@example.com", "lee@example.com"]
  duty = ["dana@example.com", "sam@example.com"]
  release = ["ci@example.com", "dana@example.com"]

  # Machines publish. They count in no threshold, and sign nothing off.
  [machines]
  members = ["ci@example.com"]

  [rules]
  branch = "main"   # the branch of record: what is on it takes effect
  distinct = true   # one person fills one seat per release

  # What must be signed off before a release goes out. Each covers files of `releases/VERSION/`.
  [[requirement]]
  name = "kb"
  title = "Support knowledge base"
  asks = "An agent can solve the case with this article alone."   # what a sign-off vouches for
  subjects = ["kb.md"]
  role = "support"
  approvals = 1   # so many different people of the role
  may_skip = false   # whether it can be signed as not applicable

  [[requirement]]
  name = "compatibility"
  title = "Compatibility matrix"
  asks = "The matrix is complete and true for these bytes."
  subjects = ["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml"]
  role = "compatibility"
  approvals = 1
  may_skip = false

  [[requirement]]
  name = "notice"
  title = "Customer notice"
  asks = "Customers can act on this text."
  subjects = ["notice.md"]
  role = "communications"
  approvals = 1
  may_skip = false

  # Who sets a finding aside in an emergency, and for how long at most.
  [waiver]
  role = "duty"
  approvals = 2
  max_hours = 72

  # Who lifts somebody else's hold.
  [hold]
  role = "duty"
  approvals = 2

  # Where customers download.
  [[site]]
  name = "downloads"
  url = "file://[SANDBOX]/site"

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
    let first = policy(&sandbox, &["show", "1"]).exits(0).stdout;
    assert!(first.starts_with("Policy 1 of https://downloads.example.com/webinar is of the past.\n"), "{first}");
    policy(&sandbox, &["show", "3"]).shows(str![[r#"
exit 2
-- stderr
error: there is no policy 3
  hint: the one in force is policy 2: holdpoint policy show

"#]]);
    let json = policy(&sandbox, &["show", "--format", "json"]).exits(0).json();
    assert_eq!((&json["number"], &json["in_force"], &json["threshold"]), (&2.into(), &true.into(), &1.into()));
    assert_eq!(format!("sha256:{}", json["sha256"].as_str().unwrap()), sandbox.root(2));
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    let answer = policy(&sandbox, &["show"]).exits(0);
    assert!(answer.stdout.lines().next().unwrap().ends_with("(unverified: no pinned root)"), "{answer:#?}");
}

#[test]
fn mistyped() {
    let sandbox = Sandbox::founded();
    policy(&sandbox, &["sing"]).shows(str![[r#"
exit 2
-- stderr
error: unrecognized subcommand 'sing'

  tip: a similar subcommand exists: 'sign'

Usage: holdpoint policy [OPTIONS] <COMMAND>

For more information, try '--help'.

"#]]);
    policy(&sandbox, &["adopt", "--push", "--no-commit"]).exits(2);
    policy(&sandbox, &["propose", "--format", "github"]).exits(2);
    sandbox.git_in(".", &["clone", "-q", "--bare", "repo", "bare.git"]);
    sandbox.holdpoint_in("bare.git", &["policy", "propose"]).shows(str![[r#"
exit 2
-- stderr
warning: no pinned root says that this is the right policy; ask a colleague for it, then `holdpoint trust sha256:…`
error: a bare repository has no files to write
  hint: run it in a clone with a work tree

"#]]);
}
