//! A real push over ssh, to a server of one's own on the loopback interface.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;
use crate::server::{guarded, push_with, tip};

const SSHD: &str = "/usr/sbin/sshd";

/// A server, which ends with the test.
struct Sshd {
    child: Child,
    port: u16,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sshd {
    /// Starts one that lets the user of this test in with the key `user`.
    fn start(sandbox: &Sandbox) -> Self {
        let folder = sandbox.path("ssh");
        fs::create_dir(&folder).unwrap();
        for key in ["host", "user"] {
            let mut keygen = Command::new("ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.join(key));
            sandbox.run(".", &mut keygen);
        }
        if is_root() {
            // Where sshd gives up its rights before anybody is let in; it refuses to start without.
            let _ = fs::create_dir_all("/run/sshd");
        }
        // Another program may take a port between its choice and its use.
        for _ in 0..5 {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
            if let Some(sshd) = Self::start_on(&folder, port) {
                return sshd;
            }
        }
        panic!("sshd does not start: {}", fs::read_to_string(folder.join("log")).unwrap_or_default());
    }

    fn start_on(folder: &Path, port: u16) -> Option<Self> {
        let shown = folder.display();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {shown}/host\nAuthorizedKeysFile {shown}/user.pub\nPidFile none\n\
             UsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n"
        );
        fs::write(folder.join("config"), config).unwrap();
        let mut command = Command::new(SSHD);
        command.args(["-D", "-E"]).arg(folder.join("log")).arg("-f").arg(folder.join("config"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut sshd = Self { child, port };
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(20) {
            if sshd.child.try_wait().unwrap().is_some() {
                return None;
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Some(sshd);
            }
            std::thread::yield_now();
        }
        None
    }

    /// What git reaches it with.
    fn command(&self, sandbox: &Sandbox) -> String {
        let folder = sandbox.path("ssh").display().to_string();
        format!(
            "ssh -F none -p {} -i {folder}/user -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=accept-new \
             -o UserKnownHostsFile={folder}/known",
            self.port
        )
    }
}

fn is_root() -> bool {
    user_of("-u") == "0"
}

fn user_of(what: &str) -> String {
    String::from_utf8(Command::new("id").arg(what).output().unwrap().stdout).unwrap().trim().to_owned()
}

#[test]
#[expect(clippy::print_stderr, reason = "who reads that it passed should know that it did nothing")]
fn a_push_over_ssh_is_judged_and_its_refusal_read_by_who_pushes() {
    if !Path::new(SSHD).exists() {
        eprintln!("skipped: {SSHD} is not there; apt-get install openssh-server");
        return;
    }
    let sandbox = guarded();
    let sshd = Sshd::start(&sandbox);
    let (user, command) = (user_of("-un"), sshd.command(&sandbox));
    let url = format!("ssh://{user}@127.0.0.1:{}{}", sshd.port, sandbox.path("origin.git").display());
    sandbox.git(&["remote", "set-url", "origin", &url]);
    let push = |arguments: &[&str]| push_with(&sandbox, arguments, &[("GIT_SSH_COMMAND", &command)]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    push(&["main"]).exits(0);
    assert_eq!(tip(&sandbox), sandbox.git(&["rev-parse", "HEAD"]).trim());
    let before = tip(&sandbox);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    sandbox.commit_all("Tidy up");
    sandbox.git(&["tag", "v2.7.0"]);
    let answer = push(&["main", "v2.7.0"]).finds(1, "main: history-rewritten").finds(1, "v2.7.0: ");
    let told: Vec<&str> = answer.stderr.lines().filter_map(|it| it.strip_prefix("remote: ")).collect();
    assert!(told[0].starts_with("holdpoint refuses this push, for "), "{answer:#?}");
    assert!(told.iter().all(|it| it.trim_end().chars().count() <= 72 || it.contains("next: git ")), "{answer:#?}");
    assert_eq!(tip(&sandbox), before);
}
