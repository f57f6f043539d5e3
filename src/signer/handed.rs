//! A key as it is handed over: CI systems change line ends, lose line breaks, wrap in base64, or hand over a pipe.
//!
//! What was only spoiled on the way is put right in a private file of its own, which goes when the key does; what is no
//! key gets the cure that fits. Of a private key nothing but its head, which is in the clear, is understood here.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use holdpoint_core::key::PublicKey;
use holdpoint_core::name::{escaped, quoted};
use tempfile::TempDir;

use crate::failure::Failure;

/// No key is larger.
const LARGEST: u64 = 64 << 10;

/// How long a pipe may say nothing.
const PATIENCE: Duration = Duration::from_secs(10);

const OPENSSH: &str = "OPENSSH PRIVATE KEY";

/// A key that was handed over, in a file that `ssh-keygen` reads.
pub(super) struct Handed {
    pub(super) file: PathBuf,
    /// The public key, if one can be told without the private half.
    pub(super) public: Option<PublicKey>,
    /// Where a key lies that was put right, for as long as it is used.
    pub(super) kept: Option<TempDir>,
}

/// What some bytes are.
#[derive(Debug, PartialEq, Eq)]
enum Form {
    Public(PublicKey),
    Private(Private),
    /// No key that can be used: what is the case, and what to do about it. `{KEY}` stands for the file.
    Unfit(String, String),
}

/// A private key as `ssh-keygen` writes it.
#[derive(Debug, PartialEq, Eq)]
struct Private {
    text: String,
    /// Its public half, where it has a passphrase: without one `ssh-keygen` tells.
    locked: Option<PublicKey>,
}

/// Takes the key in `file`, which may be a pipe.
pub(super) fn take(file: &Path) -> Result<Handed, Failure> {
    let shown = file.display().to_string();
    let refused = |what: &str| Failure::usage(format!("the key `{}` {what}", escaped(&shown)));
    let is_plain = fs::metadata(file).is_ok_and(|it| it.is_file());
    let bytes = read(file).map_err(|why| refused("cannot be read").because(why).hint("name an SSH key: --key FILE"))?;
    match form(&bytes) {
        Form::Unfit(what, cure) => Err(refused(&what).hint(cure.replace("{KEY}", &quoted(&shown)))),
        Form::Public(public) if is_plain => Ok(Handed { file: file.to_owned(), public: Some(public), kept: None }),
        Form::Public(public) => kept(public.to_line().as_bytes(), Some(public)),
        Form::Private(it) if is_plain && it.text.as_bytes() == bytes => {
            Ok(Handed { file: file.to_owned(), public: beside(file).or(it.locked), kept: None })
        }
        Form::Private(it) => {
            is_private(file, is_plain)?;
            let public = if is_plain { beside(file) } else { None };
            kept(it.text.as_bytes(), public.or(it.locked))
        }
    }
}

/// The public key beside a private one.
fn beside(file: &Path) -> Option<PublicKey> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".pub");
    std::str::from_utf8(&fs::read(beside).ok()?).ok()?.trim().parse().ok()
}

/// All of a key file. A pipe that says nothing for long is given up.
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    let path = file.to_owned();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|it| it.take(LARGEST + 1).read_to_end(&mut bytes));
        // Whoever asked may have gone away.
        let _ = sender.send(read.map(|_| bytes));
    });
    receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        let why = format!("nothing came through it for {} seconds", PATIENCE.as_secs());
        Err(std::io::Error::new(std::io::ErrorKind::TimedOut, why))
    })
}

/// Refuses to copy a key that others can read: a copy would hide what `ssh-keygen` refuses.
fn is_private(file: &Path, is_plain: bool) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(file).map(|it| it.permissions().mode()).unwrap_or_default();
        if is_plain && mode & 0o077 != 0 {
            let shown = file.display().to_string();
            return Err(Failure::usage(format!("others can read the key `{}`", escaped(&shown)))
                .because(format!("its mode is {:04o}", mode & 0o7777))
                .hint(format!("only its owner may read a private key: chmod 600 {}", quoted(&shown))));
        }
    }
    let _ = (file, is_plain);
    Ok(())
}

/// Writes a key into a private folder.
fn kept(bytes: &[u8], public: Option<PublicKey>) -> Result<Handed, Failure> {
    let failed = |why: std::io::Error| {
        Failure::new("there is no private place for the key")
            .because(why)
            .hint("set TMPDIR to a folder that can be written")
    };
    let folder = tempfile::Builder::new().prefix("holdpoint-").tempdir().map_err(failed)?;
    let file = folder.path().join("key");
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).map_err(failed)?;
        options.mode(0o600);
    }
    options.open(&file).and_then(|mut it| it.write_all(bytes)).map_err(failed)?;
    Ok(Handed { file, public, kept: Some(folder) })
}

/// What these bytes are.
fn form(bytes: &[u8]) -> Form {
    let unfit = |what: &str, cure: &str| Form::Unfit(what.to_owned(), cure.to_owned());
    if bytes.len() as u64 > LARGEST {
        return unfit("is larger than any key", "name an SSH key: --key FILE");
    }
    let Some(text) = text_of(bytes) else {
        return unfit("is not text", "an SSH key is text; paste it anew, or wrap it for a secret: base64 -w0 {KEY}");
    };
    let text = unwrapped(&text).unwrap_or(text);
    if text.trim().is_empty() {
        return unfit(
            "is empty",
            "set the secret that it comes from; CI hands none to the pull requests of forks, nor under another name",
        );
    }
    if text.starts_with("PuTTY-User-Key-File-") {
        return unfit(
            "is in PuTTY's format",
            "puttygen {KEY} -O private-openssh -o {KEY}.openssh   (then name that file)",
        );
    }
    if text.starts_with("---- BEGIN SSH2 PUBLIC KEY") {
        return unfit(
            "is a public key in another format",
            "ssh-keygen -i -f {KEY} > {KEY}.pub   (then name that file, or the private key)",
        );
    }
    match text.split_once("-----BEGIN ").and_then(|(_, rest)| rest.split_once("-----")) {
        Some((label, rest)) => in_armor(label, rest),
        None => match text.trim().parse::<PublicKey>() {
            Ok(public) => Form::Public(public),
            Err(why) if text.starts_with("ssh-") || text.starts_with("ecdsa-") || text.starts_with("sk-") => {
                Form::Unfit(
                    format!("cannot be used: it {why}"),
                    "supported are Ed25519 and ECDSA keys, also on FIDO devices: ssh-keygen -t ed25519 -f {KEY}.new"
                        .to_owned(),
                )
            }
            Err(_) => unfit(
                "is no SSH key",
                "name the file that ssh-keygen made: --key FILE   (supported are Ed25519 and ECDSA keys, also on FIDO devices)",
            ),
        },
    }
}

/// Text without what editors, shells and forms put around or into it.
fn text_of(bytes: &[u8]) -> Option<String> {
    let text = match bytes.strip_prefix(&[0xff, 0xfe]) {
        // As PowerShell writes a file.
        Some(wide) => {
            let units: Vec<u16> =
                wide.chunks_exact(2).filter_map(|it| it.try_into().ok().map(u16::from_le_bytes)).collect();
            String::from_utf16(&units).ok()?
        }
        None => std::str::from_utf8(bytes).ok()?.to_owned(),
    };
    let text = text.trim_start_matches('\u{feff}').replace("\\r", "").replace("\\n", "\n").replace('\r', "");
    Some(text.trim().trim_matches(['"', '\'']).trim_start().to_owned())
}

/// What is wrapped in base64 once more, as some CI systems ask for.
fn unwrapped(text: &str) -> Option<String> {
    if text.contains("-----") || text.contains("PuTTY") {
        return None;
    }
    let packed: String = text.split_whitespace().collect();
    let bytes = Base64::decode_vec(&packed).ok().filter(|it| it.starts_with(b"-----BEGIN "))?;
    text_of(&bytes)
}

/// A key in armor: after its first line.
fn in_armor(label: &str, rest: &str) -> Form {
    const CUT: &str = "is cut off or damaged";
    let unfit = |what: &str, cure: String| Form::Unfit(what.to_owned(), cure);
    let anew = "put the whole file into the secret, from the line BEGIN to the line END; for a secret of one line: base64 -w0 FILE";
    let rsa = || {
        unfit(
            "is an RSA or DSA key, and such signatures are not accepted",
            "make an Ed25519 key, and have the owners add it to the ring: ssh-keygen -t ed25519 -f {KEY}.new"
                .to_owned(),
        )
    };
    if label.starts_with("RSA ") || label.starts_with("DSA ") {
        return rsa();
    }
    if !label.ends_with("PRIVATE KEY") {
        return unfit(
            &format!("is no private SSH key but: {}", escaped(label)),
            "name an SSH key: --key FILE".to_owned(),
        );
    }
    let Some((body, _)) = rest.split_once(&format!("-----END {label}-----")) else {
        return unfit(CUT, anew.to_owned());
    };
    if label != OPENSSH {
        return Form::Private(Private { text: in_pem(label, body), locked: None });
    }
    let packed: String = body.split_whitespace().collect();
    let head = Base64::decode_vec(&packed).ok().and_then(|it| Head::of(&it));
    let Some(head) = head else { return unfit(CUT, anew.to_owned()) };
    if head.kind == "ssh-rsa" || head.kind == "ssh-dss" {
        return rsa();
    }
    let locked = if head.is_locked { head.public } else { None };
    Form::Private(Private { text: armored(label, &packed, 70), locked })
}

/// A key in one of the older formats. One with headers is left in its lines.
fn in_pem(label: &str, body: &str) -> String {
    if body.contains(':') {
        return format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", body.trim_matches('\n'));
    }
    armored(label, &body.split_whitespace().collect::<String>(), 64)
}

fn armored(label: &str, packed: &str, width: usize) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for (at, c) in packed.chars().enumerate() {
        if at > 0 && at % width == 0 {
            text.push('\n');
        }
        text.push(c);
    }
    text + &format!("\n-----END {label}-----\n")
}

/// The head of a key in OpenSSH's format, which is never encrypted (`PROTOCOL.key` of OpenSSH).
struct Head {
    kind: String,
    is_locked: bool,
    public: Option<PublicKey>,
}

impl Head {
    /// The head of a key that is there to its end.
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(b"openssh-key-v1\0")?;
        let cipher = field(&mut rest)?;
        field(&mut rest)?; // how the passphrase becomes a key
        field(&mut rest)?; // and its options
        rest = rest.get(4..)?; // how many keys
        let public = field(&mut rest)?;
        field(&mut rest)?; // the private half
        let kind = String::from_utf8(field(&mut &*public)?.to_vec()).ok()?;
        let line = format!("{kind} {}", Base64::encode_string(public));
        Some(Self { kind, is_locked: cipher != b"none", public: line.parse().ok() })
    }
}

/// Four bytes of length, and as many bytes.
fn field<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (field, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *rest = after;
    Some(field)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn made(arguments: &[&str]) -> (TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-C", "x", "-f"]).arg(folder.path().join("key")).args(arguments);
        assert!(keygen.status().unwrap().success());
        let text = fs::read_to_string(folder.path().join("key")).unwrap();
        (folder, text)
    }

    fn spoilt(text: &str) -> Vec<(&'static str, Vec<u8>)> {
        let wide = |it: &str| [vec![0xff, 0xfe], it.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
        vec![
            ("as it is", text.into()),
            ("CRLF", text.replace('\n', "\r\n").into()),
            ("no last line break", text.trim_end().into()),
            ("CR alone in the end", format!("{}\r", text.trim_end()).into()),
            ("line breaks are blanks", text.replace('\n', " ").into()),
            ("line breaks are lost", text.replace('\n', "").into()),
            ("line breaks as two characters", text.replace('\n', "\\n").into()),
            ("in quotes", format!("\"{}\"\n", text.replace('\n', "\\n")).into()),
            ("base64", Base64::encode_string(text.as_bytes()).into()),
            (
                "base64 in lines",
                Base64::encode_string(text.as_bytes())
                    .as_bytes()
                    .chunks(76)
                    .map(|it| [it, b"\r\n"].concat())
                    .collect::<Vec<_>>()
                    .concat(),
            ),
            ("a mark before it", format!("\u{feff}{text}").into()),
            ("UTF-16", wide(text)),
            ("indented", text.lines().map(|it| format!("    {it}\n")).collect::<String>().into()),
        ]
    }

    #[test]
    fn a_key_that_was_spoilt_on_the_way_is_the_same_key() {
        for arguments in
            [&["-t", "ed25519", "-N", ""][..], &["-t", "ecdsa", "-N", ""], &["-t", "ed25519", "-N", "secret"]]
        {
            let (_folder, text) = made(arguments);
            for (name, bytes) in spoilt(&text) {
                match form(&bytes) {
                    Form::Private(it) => {
                        assert_eq!(it.text, text, "{name}");
                        assert_eq!(it.locked.is_some(), arguments.contains(&"secret"), "{name}");
                    }
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn each_thing_that_is_no_key_has_its_own_cure() {
        let (_folder, good) = made(&["-t", "ed25519", "-N", ""]);
        let (_rsa, rsa) = made(&["-t", "rsa", "-b", "2048", "-N", ""]);
        let (_pem, pem) = made(&["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""]);
        let half: String = good.chars().take(good.len() / 2).collect();
        for (text, cure) in [
            ("", "set the secret"),
            (" \r\n", "set the secret"),
            ("PuTTY-User-Key-File-3: ssh-ed25519\n", "puttygen"),
            ("---- BEGIN SSH2 PUBLIC KEY ----\n", "ssh-keygen -i"),
            (rsa.as_str(), "ed25519"),
            (pem.as_str(), "ed25519"),
            ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ x", "ed25519"),
            (half.as_str(), "from the line BEGIN"),
            ("***", "--key FILE"),
        ] {
            match form(text.as_bytes()) {
                Form::Unfit(_, hint) => assert!(hint.contains(cure), "{text}: {hint}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
