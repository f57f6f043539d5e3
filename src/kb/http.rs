//! Asking a knowledge base: one GET, with a limit on everything, and secrets for the host that the policy names and no other.

use std::env;
use std::error::Error;
use std::io::Read;
use std::time::{Duration, Instant};

use holdpoint_core::name::escaped;
use holdpoint_core::policy::{KbRule, Shape};
use reqwest::Url;
use reqwest::blocking::Response;
use reqwest::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::redirect::Policy as Redirect;

use super::Doubt;

/// The largest answer, in bytes.
const LARGEST: u64 = 1 << 20;

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;

/// How long it may take to reach the host, at most.
const CONNECT: Duration = Duration::from_secs(10);

/// What was answered.
pub(super) struct Got {
    /// Its kind, such as `text/html`.
    pub(super) kind: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// Who asks, with the secrets of the policy's headers.
pub(super) struct Client<'p> {
    rule: &'p KbRule,
    headers: HeaderMap,
}

impl<'p> Client<'p> {
    /// Takes the secrets from the environment.
    pub(super) fn new(rule: &'p KbRule) -> Result<Self, Doubt> {
        let mut headers = HeaderMap::new();
        let accepted = match rule.shape() {
            Shape::Json(_) => "application/json",
            Shape::Page => "text/html, application/xhtml+xml, text/plain;q=0.9, text/markdown;q=0.9",
        };
        headers.insert(ACCEPT, HeaderValue::from_static(accepted));
        for (name, variable) in rule.headers() {
            let doubt = |why: &str| Doubt {
                why: format!(
                    "the environment variable `{variable}` {why}, and the knowledge base asks for it in the header `{}`",
                    name.as_str()
                ),
                next: format!("export {variable}=…   (in CI: in the protected settings)"),
                of_all: true,
            };
            let secret =
                env::var_os(variable.as_str()).filter(|it| !it.is_empty()).ok_or_else(|| doubt("is not set"))?;
            let secret = secret.to_str().map(HeaderValue::from_str).and_then(Result::ok);
            let mut secret = secret.ok_or_else(|| doubt("holds what no header can hold"))?;
            secret.set_sensitive(true);
            let name = HeaderName::from_bytes(name.as_str().as_bytes()).map_err(|_| doubt("belongs to no header"))?;
            headers.insert(name, secret);
        }
        Ok(Self { rule, headers })
    }

    /// Reads what is at an address that the policy allows.
    pub(super) fn get(&self, address: &str) -> Result<Got, Doubt> {
        let mut url = Url::parse(address).map_err(|_| mend(format!("`{}` is no address", escaped(address))))?;
        let asked = url.origin();
        let client = self.connected(&url)?;
        let until = Instant::now() + self.patience();
        for _ in 0..=MOST_REDIRECTS {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self.slow(&url));
            }
            let request = client.get(url.clone()).headers(self.headers.clone()).timeout(left);
            let response = request.send().map_err(|why| self.unreached(&url, why))?;
            let Some(next) = redirected(&url, &response)? else { return self.read(&url, response, until) };
            if next.origin() != asked {
                // The secrets go to the host of the policy alone, and what another one answers is not its article.
                let host = shown_host(&next);
                let why = format!("{address} is answered by {host}: is it a login page?");
                let next = format!(
                    "check the secrets of `[kb]`; if {host} is the knowledge base itself, propose its address as `url` in the policy"
                );
                return Err(Doubt { why, next, of_all: false });
            }
            url = next;
        }
        let why = format!("{address} leads on and on: more than {MOST_REDIRECTS} redirects");
        Err(Doubt {
            why,
            next: format!("open {address} and see where it ends; then mend `url` of `[kb]`"),
            of_all: false,
        })
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.rule.timeout())
    }

    fn connected(&self, url: &Url) -> Result<reqwest::blocking::Client, Doubt> {
        let agent = concat!("holdpoint/", env!("CARGO_PKG_VERSION"));
        let builder = reqwest::blocking::Client::builder()
            .user_agent(agent)
            .redirect(Redirect::none())
            .referer(false)
            .connect_timeout(CONNECT.min(self.patience()));
        let builder = match url.scheme() {
            "https" => builder.https_only(true),
            // This machine itself: nobody between, and no certificates to look for.
            _ => builder.no_proxy().tls_certs_only([]),
        };
        builder.build().map_err(|why| Doubt {
            why: format!("no secure connection can be made from here: {}", deepest(&why)),
            next: "install the system's certificates (ca-certificates), then run the same command again".to_owned(),
            of_all: true,
        })
    }

    /// Reads the answer itself.
    fn read(&self, url: &Url, response: Response, until: Instant) -> Result<Got, Doubt> {
        refused(url, &response)?;
        let header = |name| response.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        let kind = header(CONTENT_TYPE);
        let packed = header(CONTENT_ENCODING);
        if !packed.is_empty() && !packed.eq_ignore_ascii_case("identity") {
            return Err(mend(format!("{url} answers in the encoding `{}`, which was not asked for", escaped(&packed))));
        }
        let mut bytes = Vec::new();
        let mut body = response.take(LARGEST + 1);
        let mut chunk = vec![0; 16 << 10];
        loop {
            if Instant::now() >= until {
                return Err(self.slow(url));
            }
            let count = body.read(&mut chunk).map_err(|why| match why.get_ref().and_then(|it| it.downcast_ref()) {
                Some(why) if is_timeout(why) => self.slow(url),
                _ => again(format!("the answer of {} broke off: {}", shown_host(url), deepest(&why))),
            })?;
            bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
            if bytes.len() as u64 > LARGEST {
                return Err(mend(format!("the answer of {url} is larger than {LARGEST} bytes")));
            }
            if count == 0 {
                return Ok(Got { kind, bytes });
            }
        }
    }

    fn slow(&self, url: &Url) -> Doubt {
        let seconds = holdpoint_core::name::counted(usize::try_from(self.rule.timeout()).unwrap_or_default(), "second");
        again(format!("{} does not answer within {seconds}", shown_host(url)))
    }

    fn unreached(&self, url: &Url, why: reqwest::Error) -> Doubt {
        if is_timeout(&why) {
            return self.slow(url);
        }
        // The address is in the message already, and stands there as it was asked for.
        let why = why.without_url();
        again(format!("{} cannot be reached: {}", shown_host(url), deepest(&why)))
    }
}

fn is_timeout(why: &reqwest::Error) -> bool {
    why.is_timeout()
}

/// Where an answer leads, if it leads elsewhere.
fn redirected(url: &Url, response: &Response) -> Result<Option<Url>, Doubt> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let to = response.headers().get(LOCATION).and_then(|it| it.to_str().ok()).and_then(|it| url.join(it).ok());
    to.map(Some).ok_or_else(|| mend(format!("{url} leads elsewhere and does not say where")))
}

/// Refuses an answer that is not the article.
fn refused(url: &Url, response: &Response) -> Result<(), Doubt> {
    let status = response.status();
    let host = shown_host(url);
    match status.as_u16() {
        200 => Ok(()),
        404 | 410 => Err(Doubt {
            why: format!("there is no live article at {url} ({})", status.as_u16()),
            next: "publish it in the knowledge base, or mend `id` or `url` in the front matter of `kb.md`".to_owned(),
            of_all: false,
        }),
        401 | 403 | 407 => Err(Doubt {
            why: format!("{host} wants other credentials for {url} ({})", status.as_u16()),
            next: "check `headers` of `[kb]` in the policy, and the variables that they name".to_owned(),
            of_all: true,
        }),
        code => Err(again(format!("{host} answers {code} for {url}"))),
    }
}

/// A doubt that may pass.
fn again(why: String) -> Doubt {
    Doubt {
        why,
        next: "make sure that the knowledge base answers, then run the same command again".to_owned(),
        of_all: true,
    }
}

/// A doubt that somebody has to mend.
fn mend(why: String) -> Doubt {
    Doubt { why, next: "mend `[kb]` in the policy, or the article".to_owned(), of_all: false }
}

fn shown_host(url: &Url) -> String {
    let port = url.port().map(|it| format!(":{it}")).unwrap_or_default();
    escaped(&format!("{}{port}", url.host_str().unwrap_or_default()))
}

/// What lies behind an error: the last of its causes says what happened.
fn deepest(why: &dyn Error) -> String {
    let mut why = why;
    while let Some(source) = why.source() {
        why = source;
    }
    escaped(&why.to_string())
}
