//! A knowledge base kept elsewhere, from the outside: a server on this machine that answers as Zendesk, Confluence and a web site
//! do, and as they do on a bad day.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::attacks::robots::founded_with;
use crate::sandbox::{Answer, RECORDER, Sandbox};

/// The text of the example article as HTML.
pub(crate) const BODY: &str = "<h2>Issue</h2><p>A recording does <b>not</b> open.</p><h2>Environment</h2><p>recorder 2.7.0</p>\
    <h2>Resolution</h2><p>Install the newest player.</p>";

/// The title of the example article.
pub(crate) const TITLE: &str = "Recordings of 2.7.0";

/// What a server does with a request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Answers: the status, headers, the body.
    Says(u16, Vec<(&'static str, String)>, String),
    /// Takes the request, and never answers.
    Silence,
    /// Begins an answer, and never ends it.
    Stall,
    /// Begins an answer, and goes on for as long as somebody reads.
    Endless,
}

/// An answer with a body of some kind.
pub(crate) fn says(kind: &str, body: impl Into<String>) -> Reply {
    Reply::Says(200, vec![("Content-Type", kind.to_owned())], body.into())
}

/// An answer that leads elsewhere.
pub(crate) fn leads_to(address: &str) -> Reply {
    Reply::Says(302, vec![("Location", address.to_owned())], String::new())
}

/// An article as Zendesk answers with it.
pub(crate) fn zendesk(body: &str) -> Reply {
    zendesk_with(body, false)
}

fn zendesk_with(body: &str, draft: bool) -> Reply {
    let article = serde_json::json!({
        "id": 4711, "title": TITLE, "body": body, "draft": draft, "edited_at": "2026-11-20T10:00:00Z", "locale": "en-us",
    });
    says("application/json; charset=utf-8", serde_json::json!({ "article": article }).to_string())
}

/// What a server says to each path.
type Answering = Box<dyn Fn(&str) -> Reply + Send>;

/// A server. It is gone when the test is over.
pub(crate) struct Server {
    port: u16,
    reply: Arc<Mutex<Answering>>,
    requests: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Begins to answer; `reply` says what to each path.
    pub(crate) fn start(reply: impl Fn(&str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let reply: Arc<Mutex<Answering>> = Arc::new(Mutex::new(Box::new(reply)));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (own_reply, own_requests) = (Arc::clone(&reply), Arc::clone(&requests));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(request) = request(stream.as_ref().unwrap()) else { return };
                let path = request.split(' ').nth(1).unwrap().to_owned();
                own_requests.lock().unwrap().push(request);
                let reply = own_reply.lock().unwrap()(&path);
                answer(stream.unwrap(), reply);
            }
        });
        Self { port, reply, requests, thread: Some(thread) }
    }

    /// Answers otherwise from here on.
    pub(crate) fn now(&self, reply: impl Fn(&str) -> Reply + Send + 'static) {
        *self.reply.lock().unwrap() = Box::new(reply);
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every request, as it came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// A text with the port of this server left out.
    pub(crate) fn hide(&self, text: &str) -> String {
        text.replace(&self.port.to_string(), "[PORT]")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A connection without a request ends the thread.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        self.thread.take().unwrap().join().unwrap();
    }
}

/// The head of a request; none from a connection that says nothing.
fn request(mut stream: &TcpStream) -> Option<String> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return None;
        }
        request.push(byte[0]);
    }
    Some(String::from_utf8(request).unwrap())
}

/// Whoever asked may go away at any time.
fn answer(mut stream: TcpStream, reply: Reply) {
    match reply {
        Reply::Says(status, headers, body) => {
            let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            let head =
                format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
        Reply::Silence => {
            let _ = stream.read(&mut [0]);
        }
        Reply::Stall => {
            let _ = stream
                .write_all(b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{")
                .and_then(|()| stream.read(&mut [0]));
        }
        Reply::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n");
            while stream.write_all(&[b'x'; 1 << 12]).is_ok() {}
        }
    }
}

/// `[kb]` for Zendesk.
pub(crate) fn of_zendesk(server: &Server) -> String {
    format!(
        "\n[kb]\nurl = \"{}/api/v2/help_center/articles/{{id}}.json\"\nbody = \"/article/body\"\ntitle = \"/article/title\"\n\
         edited = \"/article/edited_at\"\ndraft = \"/article/draft\"\ntimeout = 2\n",
        server.address()
    )
}

/// `[kb]` for a page whose address the article names.
fn of_pages(server: &Server) -> String {
    format!("\n[kb]\nurl = \"{}/hc/\"\ntimeout = 2\n", server.address())
}

/// A release that waits for its sign-offs, whose article is kept elsewhere.
pub(crate) fn kept_elsewhere(kb: &str, front: &str) -> Sandbox {
    let sandbox = founded_with(|it| it + kb);
    sandbox.release("2.7.0", RECORDER);
    name_article(&sandbox, "2.7.0", front);
    sandbox
}

/// Says in the front matter which article is meant.
fn name_article(sandbox: &Sandbox, version: &str, front: &str) {
    sandbox.edit(&format!("releases/{version}/kb.md"), |it| {
        it.replacen("schema = 1\n", &format!("schema = 1\n{front}\n"), 1)
    });
}

/// A release that is signed off, with the article that Zendesk has.
fn signed(server: &Server) -> Sandbox {
    let sandbox = kept_elsewhere(&of_zendesk(server), "id = \"4711\"");
    sandbox.sign_all("2.7.0");
    sandbox
}

/// Publishes, as a program would.
fn publish(sandbox: &Sandbox) -> Answer {
    sandbox.as_person("ci", &["publish", "2.7.0", "--from", "../dist", "--yes", "--format", "json"])
}

/// The publish is refused for what the live article is, nothing was put, and the reason says so.
#[track_caller]
fn refused(sandbox: &Sandbox, exit: i32, why: &str) -> Answer {
    let answer = publish(sandbox).exits(exit);
    let finding = answer.json()["findings"][0].clone();
    assert_eq!(finding["code"], "kb-live", "{answer:#?}");
    assert!(finding["message"].as_str().unwrap().contains(why), "{answer:#?}");
    assert_eq!(finding["who"], serde_json::json!(["eve@example.com", "maria@example.com"]), "{answer:#?}");
    assert!(!finding["next"].as_str().unwrap().is_empty(), "{answer:#?}");
    assert_eq!(std::fs::read_dir(sandbox.path("site")).unwrap().count(), 0);
    answer
}

#[test]
fn what_is_live_as_it_was_signed_goes_out() {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = signed(&server);
    sandbox.check("2.7.0").exits(0);
    assert!(server.requests().is_empty(), "a check asks nobody");
    publish(&sandbox).exits(0);
    assert!(server.requests()[0].starts_with("GET /api/v2/help_center/articles/4711.json HTTP/1.1\r\n"));
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn another_live_text_stops_a_publish() {
    let server = Server::start(|_| zendesk(&BODY.replace("newest", "oldest")));
    let sandbox = signed(&server);
    let answer = refused(
        &sandbox,
        1,
        "is another from word 13 on: `oldest player.`, where `newest player.` was signed; last edited 2026-11-20T10:00:00Z",
    );
    assert!(answer.stdout.contains("holdpoint kb fetch 2.7.0   (read it, commit it, then: holdpoint sign 2.7.0 kb)"));
    sandbox.as_person("ci", &["publish", "2.7.0", "--from", "../dist", "--plan"]).finds(1, "kb-live");
    sandbox.as_person("ci", &["publish", "2.7.0", "--from", "../dist", "--prepare", "--yes"]).finds(1, "kb-live");
    server.now(|_| zendesk(BODY));
    publish(&sandbox).exits(0);
}

#[test]
fn another_title_or_link_or_a_draft_stops_a_publish() {
    let server = Server::start(|_| zendesk_with(BODY, true));
    let sandbox = signed(&server);
    refused(&sandbox, 1, "is a draft");
    server.now(|_| zendesk(&format!("{BODY}<a href=https://evil.example.com/><img src=/x.png></a>")));
    refused(&sandbox, 1, "goes on after the signed one: `[link to https://evil.example.com/] [image ");
    let Reply::Says(_, _, json) = zendesk(BODY) else { unreachable!() };
    let renamed = json.replace(TITLE, "Something else");
    server.now(move |_| says("application/json", renamed.clone()));
    refused(&sandbox, 1, "has the title `Something else`, and `Recordings of 2.7.0` was signed");
}

#[test]
fn fetched_and_signed_it_goes_out() {
    let server = Server::start(|_| zendesk(&BODY.replace("newest", "oldest")));
    let sandbox = signed(&server);
    publish(&sandbox).exits(1);
    sandbox.holdpoint(&["kb", "fetch", "2.7.0"]).exits(0);
    sandbox.commit_all("Take in the live article");
    sandbox.check("2.7.0").finds(3, "stale");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    publish(&sandbox).exits(0);
}

#[test]
fn confluence_is_read_by_its_storage_format() {
    let page = |body: &str| {
        let value = serde_json::json!({
            "title": TITLE, "status": "current", "body": { "storage": { "value": body, "representation": "storage" } },
        });
        says("application/json", value.to_string())
    };
    let macros = format!(
        "<ac:structured-macro ac:name=\"toc\"><ac:parameter ac:name=\"x\">7</ac:parameter></ac:structured-macro>{BODY}"
    );
    let server = Server::start(move |_| page(&macros));
    let kb = format!(
        "\n[kb]\nurl = \"{}/wiki/api/v2/pages/{{id}}?body-format=storage\"\nbody = \"/body/storage/value\"\ntitle = \"/title\"\ndraft = \"/status\"\n",
        server.address()
    );
    let sandbox = kept_elsewhere(&kb, "id = \"98765\"");
    sandbox.sign_all("2.7.0");
    publish(&sandbox).exits(0);
    assert!(server.requests()[0].starts_with("GET /wiki/api/v2/pages/98765?body-format=storage HTTP"));
}

#[test]
fn a_plain_page_is_read_without_what_stands_around_it() {
    let page = |body: &str| {
        says(
            "text/html; charset=utf-8",
            format!(
                "<!doctype html><html><head><title>x</title></head><body><nav>Home</nav><main>{body}</main></body></html>"
            ),
        )
    };
    let server = Server::start(move |_| page(BODY));
    let front = format!("url = \"{}/hc/4711-recordings\"", server.address());
    let sandbox = kept_elsewhere(&of_pages(&server), &front);
    sandbox.sign_all("2.7.0");
    server.now(move |_| page(&BODY.replace("newest", "oldest")));
    refused(&sandbox, 1, "is another from word 13 on");
    server.now(|_| says("text/html", "<form action=/login><input type=password></form>"));
    refused(&sandbox, 4, "is it a login page?");
    server.now(|_| says("application/pdf", "%PDF"));
    refused(&sandbox, 4, "no page and no plain text");
    server.now(move |_| page(BODY));
    publish(&sandbox).exits(0);
}

#[test]
fn a_document_cannot_send_the_question_elsewhere() {
    let (server, evil) = (Server::start(|_| zendesk(BODY)), Server::start(|_| zendesk(BODY)));
    let sandbox = kept_elsewhere(&of_pages(&server), &format!("url = \"{}/hc/4711\"", evil.address()));
    sandbox.sign_all("2.7.0");
    refused(&sandbox, 4, "its `url` does not lie below");
    assert!(server.requests().is_empty() && evil.requests().is_empty());
}

#[test]
fn what_cannot_be_read_is_never_a_yes() {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = signed(&server);
    let json = |it: &str| says("application/json", it);
    for (reply, why) in [
        (Reply::Says(404, vec![], "{}".to_owned()), "there is no live article at"),
        (Reply::Says(401, vec![], "{}".to_owned()), "wants other credentials"),
        (Reply::Says(503, vec![], "{}".to_owned()), "answers 503"),
        (Reply::Says(204, vec![], String::new()), "answers 204"),
        (Reply::Says(200, vec![("Content-Encoding", "gzip".to_owned())], "x".to_owned()), "which was not asked for"),
        (says("text/html", "<html>Sign in</html>"), "is a web page and no JSON: is it a login page?"),
        (json("{\"article\": {}}"), "has nothing at `/article/body`"),
        (json("{\"article\": {\"body\": null}}"), "has null at `/article/body`"),
        (json(&"x".repeat((1 << 20) + 1)), "is larger than 1048576 bytes"),
        (Reply::Endless, "is larger than 1048576 bytes"),
        (Reply::Silence, "does not answer within 2 seconds"),
        (Reply::Stall, "does not answer within 2 seconds"),
        (Reply::Says(302, vec![], String::new()), "does not say where"),
    ] {
        server.now(move |_| reply.clone());
        refused(&sandbox, 4, why);
    }
    drop(server);
    refused(&sandbox, 4, "cannot be reached");
}

#[test]
fn redirects_are_followed_at_the_same_host_alone() {
    let elsewhere = Server::start(|_| zendesk(BODY));
    let server = Server::start(|path| if path == "/moved" { zendesk(BODY) } else { leads_to("/moved") });
    let mut sandbox =
        kept_elsewhere(&(of_zendesk(&server) + "headers = { Authorization = \"KB_AUTH\" }\n"), "id = \"4711\"");
    sandbox.set("KB_AUTH", "Basic c2VjcmV0");
    sandbox.sign_all("2.7.0");
    let away = elsewhere.address();
    server.now(move |_| leads_to(&format!("{away}/login")));
    refused(&sandbox, 4, "is it a login page?");
    assert!(elsewhere.requests().is_empty(), "nothing is asked there, and no secret sent");
    server.now(|_| leads_to("/again"));
    refused(&sandbox, 4, "more than 5 redirects");
    server.now(|path| if path == "/login" { says("text/html", "<form>") } else { leads_to("/login") });
    refused(&sandbox, 4, "is it a login page?");
    server.now(|path| if path == "/moved" { zendesk(BODY) } else { leads_to("/moved") });
    publish(&sandbox).exits(0);
}

#[test]
fn a_secret_is_sent_and_never_shown() {
    const SECRET: &str = "Basic c2VjcmV0LXRva2Vu";
    let server = Server::start(|_| Reply::Says(403, vec![], String::new()));
    let kb = of_zendesk(&server) + "headers = { Authorization = \"KB_AUTH\", X-Team = \"KB_TEAM\" }\n";
    let mut sandbox = kept_elsewhere(&kb, "id = \"4711\"");
    sandbox.sign_all("2.7.0");
    refused(&sandbox, 4, "the environment variable `KB_AUTH` is not set");
    sandbox.holdpoint(&["kb", "fetch", "2.7.0"]).finds(4, "`KB_AUTH` is not set").finds(4, "export KB_AUTH=…");
    sandbox.set("KB_AUTH", SECRET);
    sandbox.set("KB_TEAM", "a\nb");
    refused(&sandbox, 4, "`KB_TEAM` holds what no header can hold");
    assert!(server.requests().is_empty());
    sandbox.set("KB_TEAM", "support");
    refused(&sandbox, 4, "wants other credentials").lacks(SECRET);
    sandbox.holdpoint(&["kb", "fetch", "2.7.0"]).finds(4, "wants other credentials").lacks(SECRET);
    server.now(|_| zendesk(BODY));
    publish(&sandbox).exits(0).lacks(SECRET);
    let request = server.requests().pop().unwrap().to_lowercase();
    assert!(
        request.contains(&format!("authorization: {}", SECRET.to_lowercase())) && request.contains("x-team: support"),
        "{request}"
    );
}

#[test]
fn no_secret_leaves_on_the_word_of_a_policy_that_nobody_pinned() {
    let server = Server::start(|_| zendesk(BODY));
    let mut sandbox =
        kept_elsewhere(&(of_zendesk(&server) + "headers = { Authorization = \"KB_AUTH\" }\n"), "id = \"4711\"");
    sandbox.set("KB_AUTH", "Basic c2VjcmV0");
    sandbox.sign_all("2.7.0");
    publish(&sandbox).exits(0);
    let before = server.requests().len();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.holdpoint(&["kb", "fetch", "2.7.0"]).finds(4, "no pinned root");
    sandbox.holdpoint(&["audit"]).finds(4, "root-unpinned");
    publish(&sandbox).finds(4, "root-unpinned");
    assert_eq!(server.requests().len(), before);
}

#[test]
fn without_a_signed_copy_there_is_nothing_to_compare() {
    let server = Server::start(|_| Reply::Silence);
    let sandbox = kept_elsewhere(&of_zendesk(&server), "id = \"4711\"");
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    publish(&sandbox).finds(3, "missing");
    crate::attacks::waive(&sandbox, "missing:kb");
    let answer = publish(&sandbox).exits(0);
    assert!(answer.stderr.contains("was not looked at"), "{answer:#?}");
    assert!(server.requests().is_empty());
}

#[test]
fn an_audit_finds_what_was_edited_after_the_publish() {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = signed(&server);
    publish(&sandbox).exits(0);
    server.now(|_| zendesk(&BODY.replace("newest", "oldest")));
    let answer = sandbox.holdpoint(&["audit", "--format", "json"]).exits(1);
    assert_eq!(answer.findings(), [("kb-edited".to_owned(), "releases/2.7.0/kb.md".to_owned())]);
    // What is out is mended all the same.
    publish(&sandbox).exits(0);
    server.now(|_| zendesk_with(BODY, true));
    sandbox.holdpoint(&["audit"]).finds(1, "is a draft");
    server.now(|_| Reply::Says(500, vec![], String::new()));
    sandbox.holdpoint(&["audit"]).finds(4, "kb-live");
    // The copy that was signed counts, not one that somebody wrote into the record since.
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("newest", "oldest"));
    server.now(|_| zendesk(&BODY.replace("newest", "oldest")));
    sandbox.holdpoint(&["audit"]).finds(1, "kb-edited");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn of_several_versions_with_one_article_the_newest_counts() {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = signed(&server);
    publish(&sandbox).exits(0);
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    name_article(&sandbox, "2.8.0", "id = \"4711\"");
    let newer = |it: &str| it.replace("2.7.0", "2.8.0");
    let Reply::Says(_, _, json) = zendesk(BODY) else { unreachable!() };
    server.now(move |_| says("application/json", newer(&json)));
    sandbox.sign_all("2.8.0");
    sandbox.publish("2.8.0").exits(0);
    let before = server.requests().len();
    sandbox.holdpoint(&["audit"]).exits(0);
    assert_eq!(server.requests().len(), before + 1);
    // One that does not answer is not asked for every version.
    name_article(&sandbox, "2.8.0", "");
    server.now(|_| Reply::Silence);
    sandbox.holdpoint(&["audit"]).finds(4, "1 more article not asked for either");
    assert_eq!(server.requests().len(), before + 2);
}
