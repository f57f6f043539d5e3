//! Running a program to its end, and hearing what it says. A program of the user, such as a hook of git, may leave another one
//! behind that keeps the pipes open: what is waited for is the end of the program that was run.

use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, Output};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// So long nothing more is heard after the end of a program, and one stops listening.
const GRACE: Duration = Duration::from_secs(1);
/// So long one listens at most after the end of a program, whatever it left behind goes on saying.
const PATIENCE: Duration = Duration::from_secs(3);

/// Gives a program, all of whose ends are pipes, its input, and waits for its end. `hear` gets what it says on stderr while it
/// says it.
pub(crate) fn finish(mut child: Child, input: &[u8], hear: fn(&[u8])) -> io::Result<Output> {
    let stdout = child.stdout.take().map(|pipe| Listener::to(pipe, |_| ()));
    let stderr = child.stderr.take().map(|pipe| Listener::to(pipe, hear));
    if let Some(mut stdin) = child.stdin.take() {
        match stdin.write_all(input) {
            // It ended without reading; its own message says why.
            Err(why) if why.kind() != ErrorKind::BrokenPipe => return Err(why),
            _ => {}
        }
    }
    let status = child.wait()?;
    let heard = |it: Option<Listener>| it.map_or_else(|| Ok(Vec::new()), Listener::heard);
    Ok(Output { status, stdout: heard(stdout)?, stderr: heard(stderr)? })
}

/// Somebody who reads from a pipe for as long as anything may come.
struct Listener {
    heard: Arc<Mutex<Vec<u8>>>,
    /// Hears of each part, and of what kept the rest from being read; it ends with the pipe.
    news: Receiver<io::Result<()>>,
}

impl Listener {
    fn to(mut pipe: impl Read + Send + 'static, hear: fn(&[u8])) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (teller, news) = mpsc::channel();
        let shared = Arc::clone(&heard);
        thread::spawn(move || {
            let mut part = [0; 8 << 10];
            loop {
                let told = match pipe.read(&mut part) {
                    Ok(0) => return,
                    Ok(count) => {
                        let part = part.get(..count).unwrap_or_default();
                        hear(part);
                        shared.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(part);
                        teller.send(Ok(()))
                    }
                    Err(why) if why.kind() == ErrorKind::Interrupted => Ok(()),
                    Err(why) => return drop(teller.send(Err(why))),
                };
                // Nobody listens any more.
                if told.is_err() {
                    return;
                }
            }
        });
        Self { heard, news }
    }

    /// All that was said, once the program has ended: up to the end of the pipe, until nothing more comes, or as long as one has
    /// patience. A read that fails is a failure, for what was heard before it may mean something else.
    fn heard(self) -> io::Result<Vec<u8>> {
        let end = Instant::now() + PATIENCE;
        while let Ok(news) = self.news.recv_timeout(GRACE.min(end.saturating_duration_since(Instant::now()))) {
            news?;
            if Instant::now() >= end {
                break;
            }
        }
        Ok(std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    fn sh(script: &str, input: &[u8]) -> Output {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        finish(command.spawn().unwrap(), input, |_| ()).unwrap()
    }

    #[test]
    fn gives_all_that_was_said_and_how_it_ended() {
        let said = sh("cat; echo no >&2; exit 3", b"yes");
        assert_eq!((said.status.code(), &*said.stdout, &*said.stderr), (Some(3), &b"yes"[..], &b"no\n"[..]));
        let much = vec![b'a'; 1 << 20];
        assert_eq!(sh("cat", &much).stdout, much);
        assert_eq!(sh("exit 0", &much).status.code(), Some(0), "it need not read its input");
    }

    #[test]
    fn does_not_wait_for_what_the_program_leaves_behind() {
        for what in ["sleep 300", "(while :; do sleep .1; echo more; done)"] {
            let said = String::from_utf8(sh(&format!("{what} & echo $!"), b"").stdout).unwrap();
            let id = said.lines().next().unwrap();
            assert!(Command::new("kill").arg(id).status().unwrap().success(), "`{what}` is still there");
        }
    }

    #[test]
    fn what_can_be_read_only_in_part_is_no_answer() {
        struct Broken(bool);
        impl Read for Broken {
            fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(ErrorKind::InvalidData.into());
                }
                part[0] = b'a';
                Ok(1)
            }
        }
        assert!(Listener::to(Broken(false), |_| ()).heard().is_err());
    }
}
