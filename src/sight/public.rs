//! The index at the public address of a site: one GET, short, small, and of no other host than the policy names.

use std::io::Read;
use std::time::{Duration, Instant};

use holdpoint_core::name::escaped;
use reqwest::Url;
use reqwest::header::LOCATION;
use reqwest::redirect::Policy as Redirect;

use crate::site::INDEX;

/// How long it may take, all in all.
const PATIENCE: Duration = Duration::from_secs(2);

/// The largest answer, in bytes.
const LARGEST: u64 = 1 << 20;

/// How many redirects on the same host are followed.
const MOST_REDIRECTS: usize = 3;

/// What is at `<public>/releases.json`, or why that was not seen.
pub(super) fn index(public: &str) -> Result<Vec<u8>, String> {
    let address = format!("{}/{INDEX}", public.trim_end_matches('/'));
    let until = Instant::now() + PATIENCE;
    let url = Url::parse(&address).map_err(|_| format!("`{}` is no address", escaped(&address)))?;
    let client = client(&url)?;
    let mut at = url.clone();
    for _ in 0..=MOST_REDIRECTS {
        let left = until.saturating_duration_since(Instant::now());
        let request = client.get(at.clone()).timeout(left.max(Duration::from_millis(1)));
        let response = request.send().map_err(|why| unreached(&url, why.is_timeout()))?;
        match response.status().as_u16() {
            200 => return read(&url, response, until),
            301 | 302 | 303 | 307 | 308 => {
                let to = response.headers().get(LOCATION).and_then(|it| it.to_str().ok());
                let to = to.and_then(|it| at.join(it).ok()).filter(|it| it.origin() == url.origin());
                at = to.ok_or_else(|| format!("{} leads to another host, which was not asked", shown(&url)))?;
            }
            code => return Err(format!("{} answers {code}", shown(&url))),
        }
    }
    Err(format!("{} leads on and on", shown(&url)))
}

/// A client for an address that may be asked: by HTTPS, or on this machine itself.
fn client(url: &Url) -> Result<reqwest::blocking::Client, String> {
    let builder = reqwest::blocking::Client::builder()
        .user_agent(concat!("holdpoint/", env!("CARGO_PKG_VERSION")))
        .redirect(Redirect::none())
        .referer(false)
        .connect_timeout(PATIENCE);
    let is_here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let builder = match (url.scheme(), is_here) {
        ("https", _) => builder.https_only(true),
        // Nobody is between, and there are no certificates to look for.
        ("http", true) => builder.no_proxy().tls_certs_only([]),
        _ => return Err(format!("{} is not asked: it is neither `https` nor on this machine", shown(url))),
    };
    builder.build().map_err(|_| "no secure connection can be made from here".to_owned())
}

fn read(url: &Url, response: reqwest::blocking::Response, until: Instant) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut body = response.take(LARGEST + 1);
    let mut chunk = vec![0; 16 << 10];
    loop {
        if Instant::now() >= until {
            return Err(unreached(url, true));
        }
        let count = body.read(&mut chunk).map_err(|_| unreached(url, false))?;
        bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
        if bytes.len() as u64 > LARGEST {
            return Err(format!("the answer of {} is larger than {LARGEST} bytes", shown(url)));
        }
        if count == 0 {
            return Ok(bytes);
        }
    }
}

fn unreached(url: &Url, is_late: bool) -> String {
    let why = if is_late { "does not answer within 2 seconds" } else { "cannot be reached" };
    format!("{} {why}", shown(url))
}

fn shown(url: &Url) -> String {
    escaped(url.as_str())
}
