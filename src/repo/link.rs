//! The page of a forge where a pushed branch becomes a pull request.

/// The link for `branch`, if the address of the remote is that of a forge whose links are known.
pub(crate) fn web_link(remote_url: &str, branch: &str) -> Option<String> {
    let (host, path) = host_and_path(remote_url)?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    if !path.contains('/') {
        return None;
    }
    let branch = encoded(branch);
    let is = |forge: &str| host.split('.').any(|it| it == forge);
    if is("github") {
        Some(format!("https://{host}/{path}/compare/{branch}?expand=1"))
    } else if is("gitlab") {
        Some(format!("https://{host}/{path}/-/merge_requests/new?merge_request%5Bsource_branch%5D={branch}"))
    } else {
        None
    }
}

/// The host, without user, password and port, and the path of a remote's address.
fn host_and_path(url: &str) -> Option<(&str, &str)> {
    let (place, path) = match url.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        // `git@example.com:owner/repository`
        None => url.split_once(':').filter(|(place, _)| !place.contains('/'))?,
    };
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    (!host.is_empty() && host.chars().all(plain)).then_some((host, path))
}

fn encoded(branch: &str) -> String {
    let mut out = String::new();
    for byte in branch.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            let digits = [byte >> 4, byte & 15].map(|it| char::from_digit(it.into(), 16).unwrap_or('0'));
            out.extend(digits.map(|it| it.to_ascii_uppercase()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_the_forges_it_knows() {
        let github = Some("https://github.com/acme/webinar/compare/holdpoint/2.7.0-kb-1a?expand=1".to_owned());
        for url in [
            "git@github.com:acme/webinar.git",
            "https://user:secret@github.com/acme/webinar",
            "ssh://git@github.com:22/acme/webinar.git",
        ] {
            assert_eq!(web_link(url, "holdpoint/2.7.0-kb-1a"), github, "{url}");
        }
        let gitlab = web_link("https://gitlab.acme.example/team/sub/webinar.git", "a+b").unwrap();
        assert!(gitlab.starts_with("https://gitlab.acme.example/team/sub/webinar/-/merge_requests/new?"), "{gitlab}");
        assert!(gitlab.ends_with("=a%2Bb"), "{gitlab}");
    }

    #[test]
    fn guesses_nothing_elsewhere() {
        for url in ["../server.git", "/srv/github/a/b", "https://example.com/a/b", "C:\\x", "file:///a/github.com/b"] {
            assert_eq!(web_link(url, "x"), None, "{url}");
        }
    }
}
