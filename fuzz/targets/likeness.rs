//! Bytes as a file that a customer sent: no format is told that its mark does not bear out, and each is told once.
#![no_main]

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::LazyLock;

use holdpoint_core::likeness::likeness;
use holdpoint_core::policy::{Evidenced, Interface, InterfaceKind, KeepReadable, Mark, Signature};
use libfuzzer_sys::fuzz_target;

/// One mark of each kind.
static INTERFACES: LazyLock<Vec<Interface>> = LazyLock::new(|| {
    let text = |it: &str| it.parse().unwrap();
    let marks = [
        Mark::Bytes { offset: 1, bytes: b"REC".to_vec() },
        Mark::JsonKey { key: text("v"), equals: Some(text("2")) },
        Mark::XmlAttribute { element: Some(text("r")), attribute: text("v"), equals: Some(text("3")) },
        Mark::ZipMember { name: text("a") },
    ];
    let sign = |(at, mark)| Signature { format: format!("{at}").parse().unwrap(), mark };
    vec![Interface {
        name: "rec".parse().unwrap(),
        title: text("Recording"),
        kind: InterfaceKind::File,
        writers: ["recorder".parse().unwrap()].into(),
        readers: ["player".parse().unwrap()].into(),
        keep_readable: KeepReadable::All,
        evidence: Evidenced::Declared,
        identify: marks.into_iter().enumerate().map(sign).collect(),
    }]
});

fuzz_target!(|data: &[u8]| {
    let told = likeness(&mut Cursor::new(data), data.len() as u64, &INTERFACES).expect("memory is always read");
    let formats: BTreeSet<&str> = told.formats.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(formats.len(), told.formats.len(), "a format is told twice");
    assert_eq!(formats.contains("0"), data.get(1..4) == Some(b"REC"));
    let has = |bytes: &[u8]| data.windows(bytes.len()).any(|it| it == bytes);
    assert!(!formats.contains("1") || has(b"{"), "no object");
    assert!(!formats.contains("3") || (has(b"PK\x05\x06") && has(b"PK\x01\x02")), "no archive");
});
