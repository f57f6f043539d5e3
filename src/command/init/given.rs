//! What the options of `init` say: people with their keys, roles with their people, sites with their addresses, and the keys
//! for attestations.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use holdpoint_core::key::{AttestKey, PublicKey};
use holdpoint_core::name::{NameFault, Person, RoleName, SiteName, escaped};

use crate::failure::Failure;
use crate::site::Location;

/// `--person EMAIL=KEY.pub`
#[derive(Debug, Clone)]
pub(crate) struct PersonGiven {
    pub(super) person: Person,
    pub(super) file: PathBuf,
}

/// `--role ROLE=EMAIL,…`
#[derive(Debug, Clone)]
pub(crate) struct RoleGiven {
    pub(super) role: RoleName,
    pub(super) people: BTreeSet<Person>,
}

/// `--site NAME=URL`
#[derive(Debug, Clone)]
pub(crate) struct SiteGiven {
    pub(super) name: SiteName,
    pub(super) address: String,
}

/// `--attest-key KEY.pub`
#[derive(Debug, Clone)]
pub(crate) struct AttestKeyGiven(PathBuf);

impl FromStr for PersonGiven {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let (person, file) = halves(text, "maria@example.com=maria.pub")?;
        Ok(Self { person: name(person)?, file: PathBuf::from(file) })
    }
}

impl FromStr for RoleGiven {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let (role, people) = halves(text, "support=maria@example.com,eve@example.com")?;
        let people = people.split(',').map(|it| name(it.trim())).collect::<Result<_, _>>()?;
        Ok(Self { role: name(role)?, people })
    }
}

impl FromStr for SiteGiven {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let (site, address) = halves(text, "downloads=file:///srv/downloads")?;
        Ok(Self { name: name(site)?, address: address.to_owned() })
    }
}

/// The words on both sides of the first `=`, neither of them empty.
fn halves<'t>(text: &'t str, example: &str) -> Result<(&'t str, &'t str), NameFault> {
    let parts = text.split_once('=').map(|(left, right)| (left.trim(), right.trim()));
    let whole = parts.filter(|(left, right)| !left.is_empty() && !right.is_empty());
    whole.ok_or_else(|| NameFault(format!("write it like {example}")))
}

/// A name, with the word itself in what is said about it.
fn name<T: FromStr<Err = NameFault>>(text: &str) -> Result<T, NameFault> {
    text.parse().map_err(|why| NameFault(format!("`{}` {why}", escaped(text))))
}

impl PersonGiven {
    /// The key in the file.
    pub(super) fn key(&self) -> Result<PublicKey, Failure> {
        let shown = self.file.display();
        let text = std::fs::read_to_string(&self.file).map_err(|why| {
            Failure::usage(format!("the key of {} cannot be read from `{shown}`", self.person))
                .because(why)
                .hint("name the file that `ssh-keygen` made, with `.pub` at its end")
        })?;
        text.trim().parse().map_err(|why| {
            Failure::usage(format!("`{shown}` holds no key of {} that can be used", self.person))
                .because(why)
                .hint("make one with `ssh-keygen -t ed25519`, and name the file that ends in `.pub`")
        })
    }
}

impl FromStr for AttestKeyGiven {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(PathBuf::from(text)))
    }
}

impl AttestKeyGiven {
    /// The key in the file.
    pub(super) fn key(&self) -> Result<AttestKey, Failure> {
        const HINT: &str = "make one: ssh-keygen -t ecdsa -b 256 -m PKCS8 -N '' -f attest   (and name attest.pub)";
        let shown = self.0.display();
        let text = std::fs::read_to_string(&self.0)
            .map_err(|why| Failure::usage(format!("the key `{shown}` cannot be read")).because(why).hint(HINT))?;
        let unusable = |why| Failure::usage(format!("`{shown}` is no key for attestations")).because(why).hint(HINT);
        text.trim().parse().map_err(unusable)
    }
}

impl SiteGiven {
    /// Its address, as the policy writes it. A path becomes an absolute `file:///` address.
    pub(super) fn url(&self) -> Result<String, Failure> {
        let wrong = |failure: &Failure| {
            let wrong = Failure::usage(format!("the site `{}`: {}", self.name, failure.message()));
            let wrong = failure.cause().map(ToOwned::to_owned).into_iter().fold(wrong, Failure::because);
            wrong.hint("write it like `--site downloads=file:///srv/downloads`, or give the path of a folder")
        };
        let has_scheme = self.address.contains("://") || self.address.to_ascii_lowercase().starts_with("file:");
        let url = if has_scheme {
            self.address.clone()
        } else {
            let whole = std::path::absolute(&self.address)
                .map_err(|why| Failure::usage(format!("`{}` is no path", escaped(&self.address))).because(why))?;
            file_url(&resolved(&whole))
                .ok_or_else(|| Failure::usage(format!("the path `{}` is not UTF-8", whole.display())))?
        };
        Location::parse(&url).map_err(|it| wrong(&it))?;
        Ok(url)
    }
}

/// An absolute path without `.` and `..`. Where it exists, links are followed first, as the system would.
fn resolved(path: &Path) -> PathBuf {
    if path.components().any(|it| it == Component::ParentDir)
        && let Ok(real) = path.canonicalize()
    {
        return real;
    }
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

/// The `file:///` address of an absolute path.
fn file_url(path: &Path) -> Option<String> {
    let text = path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
    let mut out = String::from("file://");
    if !text.starts_with('/') {
        out.push('/');
    }
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~:+@,=".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend([format!("%{byte:02X}")]);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    #[test]
    fn says_which_half_is_wrong() {
        let fault = |text: &str| text.parse::<PersonGiven>().unwrap_err().to_string();
        assert_eq!(fault("maria@example.com"), "write it like maria@example.com=maria.pub");
        assert_eq!(fault("maria=maria.pub"), "`maria` is not written like maria@example.com");
        assert_eq!("maria@example.com=a=b".parse::<PersonGiven>().unwrap().file, Path::new("a=b"));
        let fault = |text: &str| text.parse::<RoleGiven>().unwrap_err().to_string();
        assert_eq!(fault("support="), "write it like support=maria@example.com,eve@example.com");
        assert!(fault("support=a@b,,c@d").starts_with("`` is not written like"));
        assert!(fault("Support=a@b").starts_with("`Support` has the character `S`"));
    }

    #[test]
    fn names_somebody_once_in_a_role() {
        assert_eq!("duty=a@b, c@d,a@b".parse::<RoleGiven>().unwrap().people.len(), 2);
    }

    #[test]
    #[cfg(unix)]
    fn a_path_becomes_an_address_that_reads_back() {
        for (address, path) in [
            ("/srv/my downloads/100%/ä", "/srv/my downloads/100%/ä"),
            ("/srv//x/./y/../z", "/srv/x/z"),
            ("file:///srv/x", "/srv/x"),
        ] {
            let given: SiteGiven = format!("downloads={address}").parse().unwrap();
            assert_eq!(Location::parse(&given.url().unwrap()).unwrap(), Location::Directory(path.into()), "{address}");
        }
    }

    #[test]
    fn refuses_an_address_that_this_build_does_not_know() {
        for address in ["https://downloads.example.com", "s3://bucket/x", "file:x", "/"] {
            let given: SiteGiven = format!("downloads={address}").parse().unwrap();
            assert_eq!(given.url().unwrap_err().exit(), Exit::Usage, "{address}");
        }
    }
}
