//! Bytes as the page of a live article: whatever it is, what was fetched is equal or says what it could not carry over, and stays so.
#![no_main]

use std::sync::LazyLock;

use holdpoint_core::document::Article;
use holdpoint_core::key::Ring;
use holdpoint_core::live::{Answer, Live, differences, fetched};
use holdpoint_core::policy::Policy;
use libfuzzer_sys::fuzz_target;

const SIGNERS: &[u8] = include_bytes!("../../tests/golden/root/policy/0001/signers");
const POLICY: &str = include_str!("../../tests/golden/root/policy/0001/policy.toml");
const FRONT: &str =
    "+++\nschema = 1\ntitle = \"T\"\nstatus = \"draft\"\naudience = \"support\"\ncontact = \"Lee\"\n+++\n";

static POLICY_READ: LazyLock<Policy> = LazyLock::new(|| {
    let ring = Ring::parse("signers", SIGNERS).expect("a ring");
    let text = format!("{POLICY}\n[kb]\nurl = \"https://kb.example.com/hc/4711\"\n");
    Policy::read("policy.toml", text.as_bytes(), &ring, SIGNERS).expect("a policy")
});

fuzz_target!(|data: &[u8]| {
    let rule = POLICY_READ.kb().expect("a knowledge base");
    let answer = Answer { address: "https://kb.example.com/hc/4711", kind: "text/html", bytes: data };
    let Ok(live) = Live::read(rule, &answer) else { return };
    let article = Article::parse("kb.md", FRONT.as_bytes()).expect("an article");
    let Ok(text) = fetched(&article, &live) else { return };
    let taken = Article::parse("kb.md", text.as_bytes()).expect("what was fetched can be read");
    let found = differences(&taken, &live).expect("the two can be compared");
    assert!(found.is_empty() || !live.left().is_empty(), "what was fetched differs: {found:?}");
    assert!(live.left().is_empty() || text.contains("TODO"), "what could not be carried over leaves no trace");
    assert_eq!(fetched(&taken, &live).as_deref(), Ok(text.as_str()), "fetched again it is another");
});
