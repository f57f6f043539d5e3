//! Addresses of a repository: which of them mean the same one, and whether a clone has the one that the policy names.

use std::fmt;
use std::str::FromStr;

use super::Policy;
use crate::finding::{Code, Finding};
use crate::name::{escaped, listed};

/// The address of a repository, as git takes it: a URL, `user@host:path`, or a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    text: String,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Folder(String),
    Server { transport: Transport, user: Option<String>, host: String, port: Option<u16>, path: String },
}

/// How one gets there. SSH and HTTPS lead to the same repository of a server, and prove which server it is; other ways do not.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Transport {
    Ssh,
    Https,
    Other(String),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.chars().any(|it| it.is_control() || it.is_whitespace()) {
            return Err("is no address of a repository".to_owned());
        }
        let place = match text.split_once("://") {
            Some((scheme, rest)) => by_url(&scheme.to_ascii_lowercase(), rest)?,
            None => by_words(text)?,
        };
        Ok(Self { text: text.to_owned(), place })
    }
}

fn by_url(scheme: &str, rest: &str) -> Result<Place, String> {
    let (place, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if scheme == "file" {
        return Ok(Place::Folder(shortened(path)));
    }
    let (transport, usual) = match scheme {
        "ssh" | "git+ssh" | "ssh+git" => (Transport::Ssh, 22),
        "https" => (Transport::Https, 443),
        "http" => (Transport::Other(scheme.to_owned()), 80),
        "git" => (Transport::Other(scheme.to_owned()), 9418),
        _ => (Transport::Other(scheme.to_owned()), 0),
    };
    let (user, host) = match place.rsplit_once('@') {
        Some((user, host)) => (Some(user.split(':').next().unwrap_or_default().to_owned()), host),
        None => (None, place),
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, digits)) if !digits.contains(']') => {
            let port = if digits.is_empty() { Ok(usual) } else { digits.parse::<u16>() };
            (host, Some(port.map_err(|_| "has a port that is none".to_owned())?))
        }
        _ => (host, None),
    };
    server(transport, user, host, port.filter(|it| *it != usual), path)
}

/// `user@host:path`, or a folder: as git tells them apart, by a colon before the first slash.
fn by_words(text: &str) -> Result<Place, String> {
    match text.split_once(':').filter(|(place, _)| !place.contains('/') && place.len() > 1) {
        Some((place, path)) => {
            let (user, host) = match place.rsplit_once('@') {
                Some((user, host)) => (Some(user.to_owned()), host),
                None => (None, place),
            };
            server(Transport::Ssh, user, host, None, path)
        }
        None => Ok(Place::Folder(shortened(text))),
    }
}

fn server(
    transport: Transport,
    user: Option<String>,
    host: &str,
    port: Option<u16>,
    path: &str,
) -> Result<Place, String> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let path = shortened(path).trim_start_matches('/').to_owned();
    if host.is_empty() || path.is_empty() {
        return Err("is no address of a repository".to_owned());
    }
    Ok(Place::Server { transport, user, host, port, path })
}

/// A path without doubled and last slashes, and without `.git` at its end.
fn shortened(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty() && *it != ".").collect();
    let joined = parts.join("/");
    let bare = joined.strip_suffix("/.git").or(joined.strip_suffix(".git")).unwrap_or(&joined);
    if path.starts_with('/') { format!("/{bare}") } else { bare.to_owned() }
}

impl Address {
    /// Whether both mean one repository.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Folder(folder), Place::Folder(other)) => folder == other,
            (
                Place::Server { transport: by, user: who, host, port, path },
                Place::Server { transport: other_by, user: other_who, host: other_host, port: other_port, path: other },
            ) => {
                let is_proven = |it: &Transport| matches!(it, Transport::Ssh | Transport::Https);
                let same_way = by == other_by || (is_proven(by) && is_proven(other_by));
                // With SSH a user may have a folder of their own; with HTTPS it is who one is.
                let both_ssh = *by == Transport::Ssh && *other_by == Transport::Ssh;
                let same_user = !both_ssh || who.is_none() || other_who.is_none() || who == other_who;
                same_way && same_user && host == other_host && port == other_port && path == other
            }
            _ => false,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What to say where the clone has another repository than the policy names. `used` are all addresses that `remote` is fetched
/// from and pushed to; there are none where the clone has no remote. `shown` is how they may be told.
pub fn wrong_repository(policy: &Policy, remote: Option<&str>, used: &[String], shown: &[String]) -> Option<Finding> {
    let named = policy.repository();
    let first = named.first()?;
    let is_named = |it: &String| it.parse::<Address>().is_ok_and(|it| named.iter().any(|named| named.is_same(&it)));
    if !used.is_empty() && used.iter().all(is_named) {
        return None;
    }
    let wanted = listed(named, "or");
    let finding = match remote {
        None => Finding::new(
            Code::WrongRepository,
            "remote",
            format!("this repository has no remote, and the policy names {wanted} as the repository of record"),
        )
        .next(format!("git remote add origin {first} && git fetch origin")),
        Some(remote) => {
            let strange = used.iter().zip(shown).filter(|(it, _)| !is_named(it)).map(|it| escaped(it.1));
            let strange: std::collections::BTreeSet<String> = strange.collect();
            let message = format!(
                "`{remote}` is {}, and the policy names {wanted} as the repository of record",
                listed(strange, "and")
            );
            let unset = format!("git config --unset-all remote.{remote}.pushurl");
            let next = format!("git remote set-url {remote} {first}   (and, if it is pushed elsewhere: {unset})");
            Finding::new(Code::WrongRepository, remote, message).next(next)
        }
    };
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        let (a, b): (Address, Address) = (a.parse().unwrap(), b.parse().unwrap());
        assert_eq!(a.is_same(&b), b.is_same(&a), "{a} {b}");
        a.is_same(&b)
    }

    #[test]
    fn the_spellings_of_one_repository_are_the_same() {
        let spellings = [
            "https://git.example.com/acme/webinar",
            "https://git.example.com/acme/webinar.git",
            "https://GIT.example.com:443/acme//webinar.git/",
            "https://token:x-oauth-basic@git.example.com/acme/webinar.git",
            "git@git.example.com:acme/webinar.git",
            "git@git.example.com:/acme/webinar",
            "git.example.com:acme/webinar",
            "ssh://git@git.example.com/acme/webinar",
            "ssh://git@git.example.com:22/acme/webinar.git/",
            "git+ssh://git.example.com./acme/webinar",
        ];
        for (a, b) in spellings.iter().flat_map(|a| spellings.map(|b| (*a, b))) {
            assert!(same(a, b), "{a} {b}");
        }
        assert!(same("/srv/git/webinar.git", "file:///srv/git/webinar/"));
        assert!(same("/srv/webinar/.git", "/srv/webinar"));
    }

    #[test]
    fn another_server_path_port_or_way_is_another_repository() {
        let named = "https://git.example.com/acme/webinar";
        for other in [
            "https://git.example.org/acme/webinar",
            "https://git.example.com.evil.example/acme/webinar",
            "https://git.example.com@evil.example/acme/webinar",
            "https://git.example.com/mallory/webinar",
            "https://git.example.com/acme/Webinar",
            "https://git.example.com:8443/acme/webinar",
            "http://git.example.com/acme/webinar",
            "git://git.example.com/acme/webinar",
            "/acme/webinar",
            "git.example.com/acme/webinar",
            "ext://git.example.com/acme/webinar",
        ] {
            assert!(!same(named, other), "{other}");
        }
        assert!(!same("git@git.example.com:webinar", "mallory@git.example.com:webinar"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "https://",
            "https://git.example.com",
            "https://git.example.com/",
            "git@git.example.com:",
            "a b",
            "https://h:99999/p",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
