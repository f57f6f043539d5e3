//! What `[kb]` says, what it must not say, and which address that makes of an article.

use super::*;
use crate::world::World;

const ZENDESK: &str = "[kb]\nurl = \"https://example.zendesk.com/api/v2/help_center/articles/{id}.json\"\n\
    body = \"/article/body\"\ntitle = \"/article/title\"\nedited = \"/article/edited_at\"\ndraft = \"/article/draft\"\n\
    headers = { Authorization = \"ZENDESK_AUTH\" }\n";

fn read(kb: &str) -> Result<Option<KbRule>, Vec<(usize, String)>> {
    let world = World::with_policy(|it| format!("{it}{kb}")).chain();
    let findings = match world {
        Ok(chain) => return Ok(chain.current().kb().cloned()),
        Err(findings) => findings,
    };
    let lines = findings.into_iter().filter_map(|it| Some((it.place?.line, it.message)));
    Err(lines.collect())
}

fn article(front: &str) -> Article {
    let text = format!(
        "+++\nschema = 1\ntitle = \"T\"\nstatus = \"draft\"\naudience = \"support\"\ncontact = \"Lee\"\n{front}+++\n"
    );
    Article::parse("kb.md", text.as_bytes()).unwrap()
}

fn address(url: &str, front: &str) -> Result<String, String> {
    read(&format!("[kb]\nurl = \"{url}\"\n")).unwrap().unwrap().address(&article(front))
}

#[test]
fn a_policy_without_a_knowledge_base_elsewhere_has_none() {
    assert_eq!(read(""), Ok(None));
}

#[test]
fn reads_where_everything_stands() {
    let rule = read(ZENDESK).unwrap().unwrap();
    let Shape::Json(pointers) = rule.shape() else { panic!("{rule:?}") };
    assert_eq!((pointers.body.as_str(), pointers.format), ("/article/body", BodyFormat::Html));
    assert_eq!(pointers.draft.as_ref().map(Pointer::as_str), Some("/article/draft"));
    assert_eq!((rule.headers()[0].0.as_str(), rule.headers()[0].1.as_str()), ("Authorization", "ZENDESK_AUTH"));
    assert_eq!(rule.timeout(), 20);
    let bare = read("[kb]\nurl = \"http://127.0.0.1:8000/kb\"\ntimeout = 1\n").unwrap().unwrap();
    assert_eq!((bare.shape(), bare.timeout()), (&Shape::Page, 1));
}

#[test]
fn the_number_of_the_article_goes_into_the_address_and_cannot_leave_its_place() {
    let url = "https://kb.example.com/a/{id}.json";
    assert_eq!(address(url, "id = \"4711\"\n"), Ok("https://kb.example.com/a/4711.json".to_owned()));
    assert!(address(url, "").unwrap_err().contains("has no `id`"));
    for bad in ["../x", "a/b", "a?b", "..", "a b", "a%2fb", "a@b", "ä"] {
        assert!(address(url, &format!("id = \"{bad}\"\n")).unwrap_err().contains("letters, digits"), "{bad}");
    }
}

#[test]
fn the_address_of_a_query_is_sent_as_a_query() {
    let url =
        "https://example.service-now.com/api/now/table/kb_knowledge?sysparm_query=number={id}^workflow_state=published";
    let sent = "https://example.service-now.com/api/now/table/kb_knowledge?sysparm_query=number=KB0010001%5Eworkflow_state=published";
    assert_eq!(address(url, "id = \"KB0010001\"\n"), Ok(sent.to_owned()));
    assert!(address(url, "id = \"KB1^ORnumber=KB2\"\n").unwrap_err().contains("letters, digits"));
}

#[test]
fn a_document_names_an_address_below_that_of_the_policy_and_no_other() {
    let below = |url: &str| address("https://kb.example.com/hc/", &format!("url = \"{url}\"\n"));
    assert_eq!(below("https://kb.example.com/hc/4711-open"), Ok("https://kb.example.com/hc/4711-open".to_owned()));
    for bad in [
        "https://evil.example.com/hc/4711",
        "https://kb.example.com/hc/",
        "https://kb.example.com/hc/../admin",
        "https://kb.example.com/hc/%2e%2e/admin",
        "https://kb.example.com/hc//evil.example.com/",
        "https://kb.example.com/hc/a#b",
        "https://kb.example.com/hc/@evil.example.com",
        "http://kb.example.com/hc/4711",
    ] {
        assert!(below(bad).unwrap_err().contains("does not lie below"), "{bad}");
    }
    assert!(address("https://kb.example.com/hc/", "").unwrap_err().contains("has no `url` below"));
    let fixed = address("https://kb.example.com/hc/4711", "url = \"https://evil.example.com/\"\n");
    assert_eq!(fixed, Ok("https://kb.example.com/hc/4711".to_owned()));
}

#[test]
fn refuses_an_address_that_is_not_safe_to_send_secrets_to() {
    for (bad, why) in [
        ("http://kb.example.com/a", "is not encrypted"),
        ("http://127.0.0.1.example.com/a", "is not encrypted"),
        ("ftp://kb.example.com/a", "is no address"),
        ("https://kb.example.com", "has no path"),
        ("https://{id}.example.com/a", "names no host"),
        ("https://user:pass@kb.example.com/a", "names no host"),
        ("https://kb.example.com:99999/a", "names no host"),
        ("https:///a", "names no host"),
        ("https://kb.example.com/{id}/{id}", "a character that an address has not"),
        ("https://kb.example.com/{nr}", "a character that an address has not"),
        ("https://kb.example.com/a#b", "a character that an address has not"),
    ] {
        let found = read(&format!("[kb]\nurl = \"{bad}\"\n")).unwrap_err();
        assert!(found.len() == 1 && found[0].1.contains(why), "{bad}: {found:?}");
    }
}

#[test]
fn every_fault_has_its_line() {
    let first = read(&format!("{ZENDESK}x = 1\n")).unwrap_err()[0].0;
    for (from, to, why) in [
        ("\"/article/body\"", "\"article/body\"", "is no JSON pointer"),
        ("\"/article/title\"", "\"/a~2\"", "is no JSON pointer"),
        ("Authorization =", "Host =", "is a header of the connection"),
        ("\"ZENDESK_AUTH\"", "\"Bearer abc\"", "is no name of an environment variable"),
        ("edited =", "edted =", "unknown key `edted`"),
        ("{ Authorization = \"ZENDESK_AUTH\" }", "\"ZENDESK_AUTH\"", "`headers`"),
        ("headers =", "timeout = 0\nheaders =", "`timeout` is out of range"),
        ("headers =", "format = \"rtf\"\nheaders =", "is no format"),
        ("body = \"/article/body\"\n", "", "without `body` a page is read"),
        ("headers =", "published = []\nheaders =", "lists nothing"),
        ("draft = \"/article/draft\"", "published = [\"2\"]", "there is no `draft`"),
        ("body = \"/article/body\"\n", "published = [\"2\"]\n", "`published` is about a JSON answer"),
        ("{ Authorization = \"ZENDESK_AUTH\" }", "{ Accept = \"A\", accept = \"B\" }", "is there twice"),
    ] {
        let found = read(&ZENDESK.replace(from, to)).unwrap_err();
        assert!(found.iter().any(|it| it.1.contains(why) && it.0 <= first), "{to}: {found:?}");
    }
}

#[test]
fn a_signed_copy_is_promised() {
    let world =
        World::with_policy(|it| it.replace("subjects = [\"kb.md\"]", "subjects = [\"faq.md\"]") + ZENDESK).chain();
    let found = world.unwrap_err();
    assert!(found.iter().any(|it| it.message.contains("no requirement covers `kb.md`")), "{found:?}");
}

#[test]
fn the_text_of_an_answer_is_html_or_markdown() {
    let read = |text: &str| text.parse::<BodyFormat>().ok();
    assert_eq!(read("html"), Some(BodyFormat::Html));
    assert_eq!(read("markdown"), Some(BodyFormat::Markdown));
    assert_eq!(read("HTML"), None);
}

#[test]
fn a_header_and_its_variable_have_names_of_a_sane_length_and_no_odd_characters() {
    let header = |text: &str| text.parse::<HeaderName>().is_ok();
    let variable = |text: &str| text.parse::<Variable>().is_ok();
    for (long, taken) in [(100, true), (101, false)] {
        assert_eq!((header(&"a".repeat(long)), variable(&"A".repeat(long))), (taken, taken), "{long}");
    }
    assert!(header("X-Api_Key2") && !header("") && !header("a b") && !header("Host"));
    assert!(variable("_KB2") && !variable("") && !variable("2KB") && !variable("KB-2") && !variable("kb"));
    assert_eq!("KB_AUTH".parse::<Variable>().unwrap().to_string(), "KB_AUTH");
}
