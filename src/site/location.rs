//! A site's address as the policy writes it: `file:///srv/downloads`.

use std::path::PathBuf;

use holdpoint_core::name::escaped;
use holdpoint_core::policy::SiteRule;

use super::Site;
use super::directory::{DirectorySite, Options};
use crate::failure::Failure;

/// Where a site is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// A folder of this machine, or one that is mounted here.
    Directory(PathBuf),
}

impl Location {
    /// Reads an address. Only `file:///PATH` is known to this build.
    pub(crate) fn parse(url: &str) -> Result<Self, Failure> {
        let wrong = |why: String| {
            Failure::new(format!("`{}` is no address of a site", escaped(url)))
                .because(why)
                .hint("write it like `file:///srv/downloads`")
        };
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(wrong("it has no scheme such as file://".to_owned()));
        };
        if !scheme.eq_ignore_ascii_case("file") {
            return Err(wrong(format!("this build knows only file://, not `{}`", escaped(scheme))));
        }
        let Some(rest) = rest.strip_prefix("//") else {
            return Err(wrong("`file:` is followed by three slashes".to_owned()));
        };
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if !host.is_empty() {
            let why = format!("`{}` would be a host or a relative path; a site is an absolute path", escaped(host));
            return Err(wrong(why));
        }
        if let Some(c) = path.chars().find(|it| matches!(it, '?' | '#' | '\\')) {
            return Err(wrong(format!("`{c}` in a path is written %{:02X}", u32::from(c))));
        }
        let parts: Vec<String> =
            path.split('/').filter(|it| !it.is_empty()).map(decoded).collect::<Result<_, _>>().map_err(wrong)?;
        if parts.is_empty() {
            return Err(wrong("it names the root of the file system".to_owned()));
        }
        Ok(Self::Directory(absolute(&parts.join("/"))))
    }

    /// The site of a policy. Nothing is looked at yet.
    pub(crate) fn site(rule: &SiteRule) -> Result<Box<dyn Site>, Failure> {
        match Self::parse(&rule.url)? {
            Self::Directory(root) => Ok(Box::new(DirectorySite::new(root, Options::of(rule)))),
        }
    }
}

#[cfg(not(windows))]
fn absolute(path: &str) -> PathBuf {
    PathBuf::from(format!("/{path}"))
}

/// `C:/downloads` is absolute as it stands.
#[cfg(windows)]
fn absolute(path: &str) -> PathBuf {
    PathBuf::from(path)
}

/// One part of a path, with `%20` and the like turned into what they stand for.
fn decoded(part: &str) -> Result<String, String> {
    let mut out = Vec::with_capacity(part.len());
    let mut pieces = part.split('%');
    out.extend_from_slice(pieces.next().unwrap_or_default().as_bytes());
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
        let byte = match u8::from_str_radix(digits, 16) {
            Ok(byte) if digits.bytes().all(|it| it.is_ascii_hexdigit()) && digits.len() == 2 => byte,
            _ => return Err("`%` is followed by two hexadecimal digits, and is itself written %25".to_owned()),
        };
        out.push(byte);
        out.extend_from_slice(rest.as_bytes());
    }
    let text = String::from_utf8(out).map_err(|_| "its escapes are not UTF-8".to_owned())?;
    if text == "." || text == ".." {
        return Err(format!("`{text}` could mean another folder; write the path that is meant"));
    }
    if text.contains(['/', '\\', '\0']) {
        return Err("an escape hides a slash or a zero".to_owned());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn reads_an_address_of_a_folder() {
        for (url, path) in [
            ("file:///srv/downloads", "/srv/downloads"),
            ("FILE:///srv/downloads/", "/srv/downloads"),
            ("file:///srv/my%20downloads/%c3%A4", "/srv/my downloads/ä"),
            ("file:///srv/100%25", "/srv/100%"),
            ("file:///srv/ä", "/srv/ä"),
        ] {
            assert_eq!(Location::parse(url).unwrap(), Location::Directory(PathBuf::from(path)), "{url}");
        }
    }

    #[test]
    fn refuses_what_could_mean_another_place() {
        for (url, why) in [
            ("", "no scheme"),
            ("/srv/downloads", "no scheme"),
            ("s3://bucket/x", "only file://"),
            ("https://downloads.example.com", "only file://"),
            ("file:/srv/downloads", "three slashes"),
            ("file:downloads", "three slashes"),
            ("file://downloads", "host or a relative path"),
            ("file://localhost/srv/downloads", "host or a relative path"),
            ("file://./downloads", "host or a relative path"),
            ("file:///", "root of the file system"),
            ("file:///srv/../etc", "another folder"),
            ("file:///srv/%2e%2e/etc", "another folder"),
            ("file:///srv/a%2fb", "hides a slash"),
            ("file:///srv/a%00b", "hides a slash or a zero"),
            ("file:///srv/%", "two hexadecimal digits"),
            ("file:///srv/%+1", "two hexadecimal digits"),
            ("file:///srv/%4", "two hexadecimal digits"),
            ("file:///srv/%ä", "two hexadecimal digits"),
            ("file:///srv/%ff", "not UTF-8"),
            ("file:///srv?x", "written %3F"),
            ("file:///srv#x", "written %23"),
        ] {
            let failure = Location::parse(url).unwrap_err();
            assert!(failure.cause().unwrap_or_default().contains(why), "{url}: {failure:?}");
            assert_eq!(failure.hint_text(), Some("write it like `file:///srv/downloads`"));
        }
    }
}
