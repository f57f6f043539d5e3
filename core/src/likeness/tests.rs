use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::world::World;

/// The interface `rec` of a policy, with these marks.
fn rec(marks: &str) -> Vec<Interface> {
    let text = format!(
        "[[interface]]\nname = \"rec\"\ntitle = \"Recording\"\nkind = \"file\"\nwriters = [\"recorder\"]\nreaders = [\"player\"]\n\
         keep_readable = \"all\"\nevidence = \"declared\"\nidentify = [{marks}]\n"
    );
    World::with_policy(|it| format!("{it}{text}")).chain().unwrap().current().interfaces().to_vec()
}

fn formats(bytes: &[u8], interfaces: &[Interface]) -> Vec<String> {
    let found = likeness(&mut Cursor::new(bytes), bytes.len() as u64, interfaces).unwrap();
    found.formats.iter().map(|(interface, format)| format!("{interface} {format}")).collect()
}

const ALL: &str = "{ format = \"1\", offset = 2, hex = \"524543\" }, { format = \"2\", json_key = \"version\", equals = \"2\" }, \
    { format = \"3\", xml_attribute = \"v\", element = \"rec\", equals = \"3\" }, { format = \"4\", zip_member = \"rec/4\" }";

#[test]
fn each_kind_of_mark_tells_its_format() {
    let interfaces = rec(ALL);
    assert_eq!(formats(b"..REC", &interfaces), ["rec 1"]);
    assert_eq!(formats(b"{\"version\": 2}\n[1, \"o\"]\n", &interfaces), ["rec 2"]);
    assert_eq!(formats(b"<?xml version=\"1.0\"?><rec v=\"3\"/>", &interfaces), ["rec 3"]);
    for other in [b"".as_slice(), b"REC", b"..RE", b"{\"version\": 3}", b"<rec v=\"2\"/>", b"PK\x05\x06"] {
        assert_eq!(formats(other, &interfaces), Vec::<String>::new(), "{other:?}");
    }
}

#[test]
fn of_two_formats_the_one_with_the_longer_mark_goes_first_and_each_is_named_once() {
    let marks = "{ format = \"2\", hex = \"5245\" }, { format = \"1\", hex = \"52\" }, { format = \"3\", hex = \"52454333\" }, \
        { format = \"1\", hex = \"5245433331\" }, { format = \"2\", hex = \"524543\" }";
    assert_eq!(formats(b"REC3", &rec(marks)), ["rec 3", "rec 2", "rec 1"]);
    assert_eq!(formats(b"REC31", &rec(marks)), ["rec 1", "rec 3", "rec 2"]);
}

#[test]
fn a_mark_is_as_long_as_all_that_it_fixes() {
    let json = "{ format = \"1\", json_key = \"version\" }, { format = \"2\", json_key = \"version\", equals = \"2\" }, \
        { format = \"3\", hex = \"7b2276\" }";
    assert_eq!(formats(b"{\"version\": 2}", &rec(json)), ["rec 2", "rec 1", "rec 3"]);
    let xml = "{ format = \"0\", hex = \"3c7265\" }, { format = \"1\", xml_attribute = \"v\" }, \
        { format = \"2\", xml_attribute = \"v\", element = \"rec\" }, \
        { format = \"3\", xml_attribute = \"v\", element = \"rec\", equals = \"3\" }";
    assert_eq!(formats(b"<rec v=\"3\"/>", &rec(xml)), ["rec 3", "rec 2", "rec 0", "rec 1"]);
}

#[test]
fn a_mark_past_the_end_is_not_there() {
    let far = |offset: u64| rec(&format!("{{ format = \"1\", offset = {offset}, hex = \"52\" }}"));
    assert_eq!(formats(b"R", &far(0)), ["rec 1"]);
    for offset in [1, 1 << 40, i64::MAX as u64] {
        assert_eq!(formats(b"R", &far(offset)), Vec::<String>::new(), "{offset}");
    }
}

#[test]
fn only_the_head_is_read_for_marks_in_text() {
    let blanks = " ".repeat(usize::try_from(LARGEST_HEAD).unwrap());
    let interfaces = rec(ALL);
    assert_eq!(formats(format!("{blanks}<rec v=\"3\"/>").as_bytes(), &interfaces), Vec::<String>::new());
    assert_eq!(formats(format!("<rec v=\"3\"/>{blanks}").as_bytes(), &interfaces), ["rec 3"]);
    assert_eq!(formats(format!("{{\"version\": 2}}\n{blanks}").as_bytes(), &interfaces), ["rec 2"]);
    assert_eq!(formats(format!("{{\n\"version\": 2}}{blanks}").as_bytes(), &interfaces), Vec::<String>::new());
}

#[test]
fn a_file_of_which_nothing_is_asked_is_not_read() {
    struct Unreadable;
    impl Read for Unreadable {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    impl Seek for Unreadable {
        fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    assert_eq!(likeness(&mut Unreadable, 9, &rec("")).unwrap(), Likeness::default());
    assert!(likeness(&mut Unreadable, 9, &rec(ALL)).is_err());
}

#[test]
fn an_archive_that_is_cut_off_leaves_a_doubt() {
    let found = likeness(&mut Cursor::new(b"PK\x03\x04.."), 6, &rec(ALL)).unwrap();
    assert_eq!(found.formats, []);
    assert!(found.doubts[0].contains("cut off"), "{found:?}");
}

/// Bytes that begin and end like the files that are asked about.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"PK\x03\x04".to_vec()),
        Just(b"PK\x05\x06".to_vec()),
        Just(b"PK\x06\x07".to_vec()),
        Just(b"PK\x06\x06".to_vec()),
        Just(b"PK\x01\x02".to_vec()),
        Just(vec![0; 18]),
        Just(b"{\"version\":".to_vec()),
        Just(b"[{\"".to_vec()),
        Just(b"<rec v=\"3\"".to_vec()),
        Just(b"<!DOCTYPE [".to_vec()),
        Just(b"<!-- ".to_vec()),
        Just(vec![0xff, 0xfe]),
        proptest::collection::vec(any::<u8>(), 0..60),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn no_bytes_are_too_much(bytes in any_bytes(), claimed in any::<u64>()) {
        let interfaces = rec(ALL);
        let told = likeness(&mut Cursor::new(&bytes), bytes.len() as u64, &interfaces).unwrap();
        prop_assert!(told.formats.len() <= 4);
        // The file may have been cut since its size was asked for.
        let shorter = claimed % (bytes.len() as u64 + 1);
        likeness(&mut Cursor::new(&bytes), shorter, &interfaces).unwrap();
    }
}
