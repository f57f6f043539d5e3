//! Whether a site lists what is recorded, seen at its public address by a clone that cannot see the site itself.

use std::fs;

use crate::attacks::founded_with;
use crate::knowledge_base::{Reply, Server, leads_to, says};
use crate::sandbox::{RECORDER, Sandbox};

/// 2.7.0 is out on a site whose public address this server answers, and the site itself is not seen from here. Its article was
/// edited since, and nobody has signed that.
fn elsewhere(server: &Server) -> (Sandbox, String) {
    let public = format!("{}/files", server.address());
    let sandbox = founded_with(|it| it.replace("[[site]]\n", &format!("[[site]]\npublic = \"{public}\"\n")));
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    sandbox.publish("2.7.0").exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMore.\n");
    let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    fs::rename(sandbox.path("site"), sandbox.path("elsewhere")).unwrap();
    (sandbox, index)
}

#[test]
fn what_the_public_index_lists_is_out() {
    let server = Server::start(|_| Reply::Says(404, Vec::new(), String::new()));
    let (sandbox, index) = elsewhere(&server);
    let before = server.requests().len();
    server.now(move |_| says("application/json", index.clone()));
    let json = sandbox.check_json("2.7.0").exits(0).json();
    assert_eq!((&json["publications"][0]["seen"], &json["not_seen"]), (&"listed".into(), &serde_json::json!([])));
    let asked = server.requests();
    assert_eq!(asked.len() - before, 1, "once a run: {asked:?}");
    assert!(asked.last().unwrap().starts_with("GET /files/releases.json "), "{asked:?}");
    // Nobody is asked who was told not to, by `lint`, with another commit, or in a what-if.
    sandbox.holdpoint(&["--offline", "check", "2.7.0"]).finds(3, "downloads not seen from here");
    sandbox.holdpoint(&["lint", "2.7.0"]);
    sandbox.holdpoint(&["check", "2.7.0", "--at", "HEAD~1"]);
    sandbox.holdpoint(&["--now", "2026-12-24T00:00:00Z", "check", "2.7.0"]);
    // Nor where nothing is recorded.
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.check("2.8.0").finds(3, "missing");
    // Nor on the word of a policy that nobody has pinned.
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.check("2.7.0").finds(4, "root-unpinned");
    assert_eq!(server.requests().len(), asked.len());
}

#[test]
fn an_index_that_does_not_list_it_shows_that_it_is_on_its_way() {
    let server = Server::start(|_| Reply::Silence);
    let (sandbox, index) = elsewhere(&server);
    let empty = format!("{}\"releases\": []\n}}\n", index.split("\"releases\"").next().unwrap());
    server.now(move |_| says("application/json", empty.clone()));
    sandbox.check("2.7.0").finds(3, "being published on downloads").lacks("not seen");
}

#[test]
fn an_answer_that_is_not_the_index_is_not_seen_and_never_empty() {
    let server = Server::start(|_| Reply::Silence);
    let (sandbox, index) = elsewhere(&server);
    let large = " ".repeat(1 << 20) + &index;
    let other = index.replace("downloads.example.com/webinar", "downloads.example.com/other");
    let elsewhere = Server::start({
        let index = index.clone();
        move |_| says("application/json", index.clone())
    });
    let address = format!("{}/releases.json", elsewhere.address());
    let replies: Vec<Box<dyn Fn() -> Reply>> = vec![
        Box::new(|| Reply::Says(404, Vec::new(), String::new())),
        Box::new(|| says("text/html", "<title>Log in</title>")),
        Box::new(|| says("application/json", "{}")),
        Box::new(move || says("application/json", large.clone())),
        Box::new(move || says("application/json", other.clone())),
        Box::new(move || leads_to(&address)),
        Box::new(|| Reply::Stall),
        Box::new(|| Reply::Silence),
        Box::new(|| Reply::Endless),
    ];
    for (at, reply) in replies.into_iter().enumerate() {
        let now = reply();
        let once = std::sync::Mutex::new(Some(now));
        server.now(move |_| once.lock().unwrap().take().unwrap_or(Reply::Silence));
        let answer = sandbox.check("2.7.0");
        assert!(answer.code == 3 && answer.stdout.contains("downloads not seen from here"), "{at}: {answer:#?}");
    }
    assert!(elsewhere.requests().is_empty(), "another host is not asked");
    // What is signed again is as good as what was published.
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.holdpoint(&["--offline", "check", "2.7.0"]).finds(0, "downloads not seen from here");
}

#[test]
fn a_publish_asks_another_site_once_however_often_it_decides() {
    let server = Server::start(|_| Reply::Says(404, Vec::new(), String::new()));
    let folder = tempfile::tempdir().unwrap();
    let mirror = folder.path().join("mirror");
    fs::create_dir(&mirror).unwrap();
    let (url, public) = (format!("file://{}", mirror.display()), server.address());
    let site = format!("\n[[site]]\nname = \"mirror\"\nurl = \"{url}\"\npublic = \"{public}\"\n");
    let sandbox = founded_with(|it| it + &site);
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    let dist = sandbox.path("dist").display().to_string();
    sandbox.as_person("ci", &["publish", "2.7.0", "--site", "mirror", "--from", &dist, "--yes"]).exits(0);
    let index = fs::read_to_string(mirror.join("releases.json")).unwrap();
    fs::rename(&mirror, folder.path().join("elsewhere")).unwrap();
    server.now(move |_| says("application/json", index.clone()));
    let before = server.requests().len();
    sandbox.publish("2.7.0").exits(0);
    assert_eq!(server.requests().len() - before, 1, "{:?}", server.requests());
}
