//! Bytes as a statement: what parses is written back as the very same bytes, and shows a reader all that is in it.
#![no_main]

use holdpoint_core::digest::Digest;
use holdpoint_core::key::Namespace;
use holdpoint_core::name::hidden;
use holdpoint_core::statement::{MOST_SEEN, Statement};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match Statement::parse(data) {
        Ok(statement) => {
            assert!(data.len() <= statement.most_bytes());
            assert!(statement.after.len() <= MOST_SEEN);
            let text = statement.to_string();
            assert_eq!(text.as_bytes(), data, "a second spelling");
            assert_eq!(statement.id(), Digest::of(data));
            assert_eq!(statement.namespace().as_str().parse(), Ok::<Namespace, _>(statement.namespace()));
            assert!(hidden(&text).next().is_none(), "hides something: {text:?}");
            assert!(statement.reason.is_some() || !statement.act.needs_reason(), "does not say why");
        }
        Err(why) => assert!(!why.is_empty(), "refused without a reason"),
    }
});
