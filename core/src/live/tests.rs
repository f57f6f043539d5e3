//! What a knowledge base answers, and how that is held against the copy that was signed.

use super::address::origin;
use super::*;
use crate::world::World;

const ADDRESS: &str = "https://kb.example.com/a/4711.json";

const FRONT: &str = "+++\nschema = 1\nid = \"4711\"\ntitle = \"Old\"   # of the article\nstatus = \"draft\"\naudience = \"support\"\ncontact = \"Lee\"\n+++\n";

fn rule(more: &str) -> KbRule {
    let world = World::with_policy(|it| format!("{it}[kb]\nurl = \"https://kb.example.com/a/{{id}}.json\"\n{more}"));
    world.chain().unwrap().current().kb().unwrap().clone()
}

fn zendesk() -> KbRule {
    rule(
        "body = \"/article/body\"\ntitle = \"/article/title\"\nedited = \"/article/edited_at\"\ndraft = \"/article/draft\"\n",
    )
}

fn answer<'a>(kind: &'a str, text: &'a str) -> Answer<'a> {
    Answer { address: ADDRESS, kind, bytes: text.as_bytes() }
}

fn live(body: &str) -> Live {
    let article = serde_json::json!({ "body": body, "title": "New  \"one\"", "edited_at": "2026-11-20T10:00:00Z", "draft": false });
    let json = serde_json::json!({ "article": article }).to_string();
    Live::read(&zendesk(), &answer("application/json", &json)).unwrap()
}

fn article(text: &str) -> Article {
    Article::parse("releases/2.7.0/kb.md", text.as_bytes()).unwrap()
}

#[test]
fn what_was_just_fetched_is_equal() {
    for body in
        ["<h3>Issue</h3><p>It <b>fails</b>.</p><ul><li>a_b<li><a href=/x>c</a></ul>", "<table><tr><td>1|2</table>", "x"]
    {
        let live = live(body);
        let text = fetched(&article(FRONT), &live).unwrap();
        assert_eq!(differences(&article(&text), &live), Ok(vec![]), "{text}");
        assert_eq!(fetched(&article(&text), &live).as_deref(), Ok(text.as_str()));
    }
}

#[test]
fn the_front_matter_stays_but_for_title_and_status() {
    let text = fetched(&article(FRONT), &live("<h2>Issue</h2>a")).unwrap();
    let front = FRONT.replace("\"Old\"", "\"New \\\"one\\\"\"").replace("\"draft\"", "\"published\"");
    assert_eq!(text, format!("{front}\n## Issue\n\na\n"));
    assert_eq!(fetched(&article(FRONT), &live(" <p></p>")), Err("the live article says nothing".to_owned()));
}

#[test]
fn a_difference_is_told_with_its_first_words() {
    let live = live("<p>Install the oldest player.</p><a href=https://e.org>x</a>");
    let told = |body: &str| {
        let text = fetched(&article(FRONT), &live).unwrap();
        let (front, _) = text.split_once("\nInstall").unwrap();
        let found = differences(&article(&format!("{front}\n{body}\n")), &live).unwrap();
        found
            .into_iter()
            .map(|it| if let Difference::Content(it) = it { it } else { String::new() })
            .collect::<Vec<_>>()
    };
    assert_eq!(told("Install *the*\noldest player.\n\n[x](https://e.org)"), [""; 0]);
    assert_eq!(
        told("Install the newest player. [x](https://e.org)"),
        [
            "the live article is another from word 3 on: `oldest player. [link to https://e.org] x`, where `newest player. [link to https://e.org] x` was signed"
        ]
    );
    assert_eq!(
        told("Install the oldest player. [x](https://e.org) And more"),
        ["the live article ends before word 6, where `And more` was signed"]
    );
    assert_eq!(
        told("Install the [oldest](https://e.org) player."),
        [
            "the live article is another from word 3 on: `oldest player. [link to https://e.org] x`, where `[link to https://e.org] oldest player.` was signed"
        ]
    );
    assert_eq!(
        told("Install the oldest player. [x](https://f.org)"),
        [
            "the live article is another from word 5 on: `[link to https://e.org] x`, where `[link to https://f.org] x` was signed"
        ]
    );
    assert_eq!(
        told("Install the oldest player. x"),
        ["the live article is another from word 5 on: `[link to https://e.org] x`, where `x` was signed"]
    );
    let other = article(&FRONT.replace("Old", "Other"));
    assert!(
        matches!(&differences(&other, &live).unwrap()[0], Difference::Content(it) if it.contains("has the title `New \"one\"`, and `Other` was signed"))
    );
}

#[test]
fn a_draft_is_a_difference() {
    for (flag, found) in [
        ("true", Ok(true)),
        ("false", Ok(false)),
        ("\"draft\"", Ok(true)),
        ("\"current\"", Ok(false)),
        ("\"trashed\"", Err(())),
        ("null", Err(())),
        ("1", Err(())),
    ] {
        let json = format!("{{\"status\": {flag}, \"body\": \"x\"}}");
        let read = Live::read(&rule("body = \"/body\"\ndraft = \"/status\"\n"), &answer("", &json));
        assert_eq!(read.as_ref().map(|it| it.draft() == Some(true)).map_err(|_| ()), found, "{flag}");
        if found == Ok(true) {
            assert_eq!(differences(&article(&format!("{FRONT}\nx\n")), &read.unwrap()), Ok(vec![Difference::Draft]));
        }
    }
}

#[test]
fn a_policy_lists_what_a_published_article_has_and_nothing_else_is_one() {
    let rule = rule("body = \"/body\"\ndraft = \"/status\"\npublished = [\"Online\", \"2\", \"true\"]\n");
    for (status, found) in [
        ("\"Online\"", Ok(false)),
        ("\"online \"", Ok(false)),
        ("2", Ok(false)),
        ("\"2\"", Ok(false)),
        ("true", Ok(false)),
        ("\"Draft\"", Ok(true)),
        ("false", Err(())),
        ("\"published\"", Err(())),
        ("1", Err(())),
        ("22", Err(())),
        ("2.0", Err(())),
        ("null", Err(())),
    ] {
        let json = format!("{{\"status\": {status}, \"body\": \"x\"}}");
        let read = Live::read(&rule, &answer("", &json));
        assert_eq!(read.map(|it| it.draft() == Some(true)).map_err(|_| ()), found, "{status}");
    }
}

#[test]
fn a_page_that_sends_its_readers_elsewhere_is_a_doubt() {
    let page = "<meta http-equiv=Refresh content='0; URL=https://evil.example.com'><p>a";
    assert!(Live::read(&rule(""), &answer("text/html", page)).unwrap_err().contains("sends its readers"));
    assert!(Live::read(&rule(""), &answer("text/html", "<meta http-equiv=refresh content=300><p>a")).is_ok());
}

#[test]
fn where_the_copy_cannot_say_it_a_person_is_asked() {
    for (body, left) in [
        ("a <ac:emoticon ac:name='tick' />", "<ac-emoticon ac:name=\"tick\">"),
        ("Do <span hidden>not</span> delete", "<span hidden>"),
        ("<table><tr><td colspan=2>a</td></tr></table>", "colspan 2"),
        ("<a href='javascript:x()'>a</a>", "[link to javascript:x()] a"),
        ("<ol type=a><li>b</ol>", "[numbered list, type a]"),
    ] {
        let live = live(body);
        assert!(live.left().iter().any(|it| it.contains(left)), "{:?}", live.left());
        let text = fetched(&article(FRONT), &live).unwrap();
        assert!(text.contains("TODO"), "{text}");
        assert_ne!(differences(&article(&text), &live), Ok(vec![]), "{text}");
    }
    assert!(
        live("<p>a <s>b</s><sup>2</sup> <ins>c</ins></p><details><summary>d</summary>e</details>").left().is_empty()
    );
}

#[test]
fn what_hides_the_article_of_a_page_hides_what_it_says() {
    let page = |html: &str| Live::read(&rule(""), &answer("text/html", html)).unwrap();
    let signed = fetched(&article(FRONT), &page("<main>a</main>")).unwrap();
    let equal = |html: &str| differences(&article(&signed), &page(html)) == Ok(vec![]);
    assert!(equal("<nav>n</nav><div class=x><main id=y><script>z</script>a</main></div>"));
    for other in [
        "<main hidden>a</main>",
        "<div hidden><main>a</main></div>",
        "<main hidden>a</main><main>b</main>",
        "<main>a</main><main>b</main>",
        "<s><main>a</main></s>",
    ] {
        assert!(!equal(other), "{other}");
    }
    let link = |base: &str| page(&format!("<head><base href='{base}'></head><main><a href=b>a</a></main>"));
    assert_ne!(link("/x/"), link("/y/"));
    let signed = fetched(&article(FRONT), &link("/x/")).unwrap();
    assert_eq!(differences(&article(&signed), &link("/x/")), Ok(vec![]));
    assert_ne!(differences(&article(&signed), &link("/y/")), Ok(vec![]));
}

#[test]
fn an_answer_that_is_no_article_is_a_doubt() {
    let page = rule("");
    for (rule, kind, text, why) in [
        (&zendesk(), "text/html", "<html><form>", "is a web page and no JSON: is it a login page?"),
        (&zendesk(), "text/html", "Sign in", "is a web page and no JSON"),
        (&zendesk(), "", " <html>", "is a web page and no JSON"),
        (&zendesk(), "", "what?", "is no JSON"),
        (&zendesk(), "", "{}", "has nothing at `/article/body`"),
        (&zendesk(), "", "{\"article\": {\"body\": 7}}", "has a number at `/article/body`, and no text"),
        (&zendesk(), "", "{\"article\": {\"body\": \"x\"}}", "has nothing at `/article/title`"),
        (&page, "text/html", "<form><input type=password></form>", "asks for a password"),
        (&page, "application/pdf", "x", "is `application/pdf`"),
    ] {
        let found = Live::read(rule, &answer(kind, text)).unwrap_err();
        assert!(found.contains(why), "{text}: {found}");
    }
    let bytes = Answer { bytes: b"\xff", ..answer("text/html", "") };
    assert_eq!(Live::read(&page, &bytes), Err("the answer is not UTF-8".to_owned()));
}

#[test]
fn a_page_is_html_or_plain_text() {
    let html = Live::read(&rule(""), &answer("Text/HTML; charset=utf-8", "<title>t</title><p>a &amp; b")).unwrap();
    assert_eq!((html.markdown(), html.title(), html.draft()), ("a & b", None, None));
    let text = Live::read(&rule(""), &answer("text/plain", "\u{feff}## A\r\n<!-- b -->\r\n")).unwrap();
    assert_eq!(text.markdown(), "## A\n<!-- b -->");
    assert_eq!(differences(&article(&format!("{FRONT}\n## A\n<!-- b -->  \n\n")), &text), Ok(vec![]));
    assert_ne!(differences(&article(&format!("{FRONT}## A\n  <!-- b -->\n")), &text), Ok(vec![]));
    assert_ne!(differences(&article(&format!("{FRONT}## A\n")), &text), Ok(vec![]));
}

#[test]
fn findings_say_who_can_act_and_what_comes_next() {
    let world = World::new();
    let chain = world.chain().unwrap();
    let (policy, version) = (chain.current(), world.version());
    let found = findings(Code::KbLive, policy, &version, &article(&format!("{FRONT}\ny\n")), &live("x"));
    assert!(
        found.iter().all(
            |it| it.next.starts_with("holdpoint kb fetch 2.7.0   (") && it.next.contains("holdpoint sign 2.7.0 kb")
        )
    );
    assert_eq!(
        found[0].who.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["eve@example.com", "maria@example.com"]
    );
    assert!(found[0].message.ends_with("; last edited 2026-11-20T10:00:00Z"), "{}", found[0].message);
    assert!(found.iter().all(|it| it.severity == crate::finding::Severity::Blocked));
    let doubt = unread(policy, &version, "no answer", "wait");
    assert_eq!(doubt.severity, crate::finding::Severity::Unverifiable);
}

#[test]
fn a_title_that_says_the_same_stays_as_it_is_written() {
    let front = FRONT.replace("\"Old\"", "'New \"one\"'").replace("\"draft\"", "\"published\"");
    assert_eq!(fetched(&article(&front), &live("x")), Ok(format!("{front}\nx\n")));
}

#[test]
fn an_answer_keeps_where_it_was_read_and_when_it_was_edited() {
    assert_eq!(live("x").address(), ADDRESS);
    let edited = rule("body = \"/body\"\nedited = \"/edited\"\n");
    let read = Live::read(&edited, &answer("", "{\"body\": \"x\", \"edited\": 1763632800}")).unwrap();
    assert_eq!(read.edited(), Some("1763632800"));
}

#[test]
fn the_origin_of_an_address_ends_before_its_path() {
    for address in ["https://kb.example.com/a/4711", "https://kb.example.com"] {
        assert_eq!(origin(address), "https://kb.example.com");
    }
    assert_eq!(origin("https://kb/a/4711"), "https://kb");
}

#[test]
fn what_is_shown_of_an_answer_is_cut() {
    let whole = "a".repeat(80);
    assert_eq!(shown(&whole), whole);
    assert_eq!(shown(&format!("{whole}a")), format!("{whole}…"));
}
