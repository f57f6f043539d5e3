//! What a record may be, and the place of every fault.

use super::*;
use crate::name::{Person, RoleName};

/// `LINE:COLUMN+WIDTH message (help)` for every fault.
fn told(problems: Problems) -> Vec<String> {
    assert!(problems.iter().all(|it| it.place.path == "f.toml"));
    let one = |it: Problem| {
        let Place { line, column, width, .. } = it.place;
        format!("{line}:{column}+{width} {} ({})", it.message, it.help)
    };
    problems.into_iter().map(one).collect()
}

fn faults<T>(text: &str, parse: impl FnOnce(&Table<'_, '_>) -> Option<T>) -> Vec<String> {
    read("f.toml", text.as_bytes(), parse).err().map(told).unwrap_or_default()
}

/// What `a` is, read as a `T`, or why it is none.
fn a<T: Value>(value: &str) -> Result<T, String> {
    let text = format!("a = {value}\n");
    read("f.toml", text.as_bytes(), |it| it.required::<T>("a")).map_err(|it| told(it).join("; "))
}

#[test]
fn what_gives_no_value_and_no_fault_cannot_be_read() {
    assert_eq!(faults("", |_| None::<()>), ["1:1+1 cannot be read (compare it with the reference)"]);
}

#[test]
fn a_fault_beside_a_value_takes_the_value_away() {
    let parse = |it: &Table<'_, '_>| {
        assert_eq!(it.sheet().path(), "f.toml");
        it.sheet().fault(4..5, "is wrong", "mend it");
        it.required::<String>("a")
    };
    assert_eq!(faults("a = \"b\"\n", parse), ["1:5+1 is wrong (mend it)"]);
}

#[test]
fn a_mebibyte_is_read_and_no_byte_more() {
    let mut bytes = vec![b'a'; LARGEST_FILE];
    assert_eq!(text_of("f.toml", &bytes).unwrap().len(), 1_048_576);
    bytes.push(b'a');
    let why = "1:1+1 is larger than 1048576 bytes (keep it small: this is a record for people)";
    assert_eq!(told(text_of("f.toml", &bytes).unwrap_err()), [why]);
}

#[test]
fn a_list_that_is_written_here_may_have_four_mebibytes() {
    let mut bytes = vec![b'a'; LARGEST_LIST];
    for path in ["releases/2.7.0/artifacts.toml", "releases/2.7.0/matrix.md", "policy/0002/sealed"] {
        assert_eq!(text_of(path, &bytes).unwrap().len(), 4_194_304, "{path}");
    }
    assert_eq!(largest("releases/2.7.0/kb.md"), LARGEST_FILE);
    bytes.push(b'a');
    assert_eq!(text_of("matrix.md", &bytes).unwrap_err()[0].message, "is larger than 4194304 bytes");
}

#[test]
fn a_missing_table_is_told_once_with_its_whole_name() {
    let parse = |it: &Table<'_, '_>| {
        it.table("t")?.table("u");
        Some(())
    };
    assert_eq!(faults("", parse), ["1:1+1 the table `[t]` is missing (add `[t]`)"]);
    assert_eq!(faults("[t]\n", parse), ["1:1+3 the table `[t.u]` is missing (add `[t.u]`)"]);
    assert_eq!(faults("[t.u]\n", parse), [""; 0]);
    assert_eq!(faults("t = 1\n", parse), ["1:5+1 `t` is a whole number, not a table (write `[t]`)"]);
}

#[test]
fn a_missing_key_is_told_with_the_table_that_lacks_it() {
    let parse = |it: &Table<'_, '_>| it.table("t")?.required::<bool>("b");
    assert_eq!(faults("[t]\n", parse), ["1:1+3 the key `b` is missing in `t` (add `b = …`)"]);
    assert_eq!(faults("", |it| it.required::<bool>("b")), ["1:1+1 the key `b` is missing (add `b = …`)"]);
}

#[test]
fn a_value_of_another_kind_is_called_what_it_is() {
    for (value, kind) in [
        ("\"x\"", "a string"),
        ("1", "a whole number"),
        ("1.5", "a number with a point"),
        ("2026-11-20", "a date or time"),
        ("[]", "a list"),
        ("{}", "a table"),
    ] {
        let why = format!("1:5+{} `a` is {kind}, not true or false (write true or false)", value.len());
        assert_eq!(a::<bool>(value), Err(why));
    }
    let why = "1:5+4 `a` is true or false, not a whole number (write a whole number)";
    assert_eq!(a::<u64>("true"), Err(why.to_owned()));
}

#[test]
fn a_date_is_a_date_alone() {
    let day: Date = "2026-11-20".parse().unwrap();
    assert_eq!((a("2026-11-20"), a("\"2026-11-20\"")), (Ok(day), Ok(day)));
    for other in [
        "2026-11-20T09:00:00Z",
        "2026-11-20T09:00:00",
        "\"2026-11-20T09:00:00Z\"",
        "09:00:00",
        "\"20261120\"",
        "\"2026-13-20\"",
        "\"2026-W47-5\"",
    ] {
        let why = a::<Date>(other).unwrap_err();
        assert!(why.ends_with("not a date such as 2026-11-20 (write a date such as 2026-11-20)"), "{other}: {why}");
    }
}

#[test]
fn a_time_has_its_seconds_and_its_zone() {
    let time: Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
    for it in ["2026-11-20T09:00:00Z", "\"2026-11-20T09:00:00Z\"", "2026-11-20T10:00:00+01:00"] {
        assert_eq!(a(it), Ok(time), "{it}");
    }
    for other in ["2026-11-20T09:00Z", "2026-11-20T09:00:00", "2026-11-20", "\"2026-11-20T09:00:00\""] {
        let why = a::<Timestamp>(other).unwrap_err();
        assert!(why.ends_with("(write a time with its zone, such as 2026-11-20T09:00:00Z)"), "{other}: {why}");
    }
}

#[test]
fn a_table_of_values_is_read_whole_or_not_at_all() {
    let both = a::<BTreeMap<String, u64>>("{ b = 1, \"c d\" = 2 }");
    assert_eq!(both, Ok([("b".to_owned(), 1), ("c d".to_owned(), 2)].into()));
    let why = "1:22+3 `a` is a string, not a whole number (write a whole number)";
    assert_eq!(a::<BTreeMap<String, u64>>("{ b = 1, \"c d\" = \"2\" }"), Err(why.to_owned()));
    let why = "1:5+1 `a` is a whole number, not a table in { } (write a table in { })";
    assert_eq!(a::<BTreeMap<String, u64>>("1"), Err(why.to_owned()));
}

#[test]
fn a_list_tells_the_fault_of_each_of_its_values() {
    assert_eq!(a("[1, 2]"), Ok(vec![1_u64, 2]));
    let parse = |it: &Table<'_, '_>| it.required::<Vec<u64>>("a");
    let faults = faults("a = [true, 1, 1.5]\n", parse);
    assert!(faults.len() == 2 && faults[0].starts_with("1:6+4 ") && faults[1].starts_with("1:15+3 "), "{faults:?}");
}

#[test]
fn an_absent_value_has_its_default_and_a_faulty_one_has_none() {
    let read = |text: &str| read("f.toml", text.as_bytes(), |it| it.or("a", true)).map_err(|it| it.len());
    assert_eq!((read(""), read("a = false\n"), read("a = 1\n")), (Ok(true), Ok(false), Err(1)));
}

#[test]
fn names_have_their_places() {
    let parse = |it: &Table<'_, '_>| Some((it.names::<Person>("p")?, it.optional_names::<RoleName>("r")));
    let (people, roles) = read("f.toml", b"p = [\"a@b.c\"]\nr = [\"x\", \"y\"]\n", parse).unwrap();
    assert_eq!((people.len(), people[0].value.as_str(), people[0].span.clone()), (1, "a@b.c", 5..12));
    let roles: Vec<_> = roles.unwrap().into_iter().map(|it| (it.value.to_string(), it.span)).collect();
    assert_eq!(roles, [("x".to_owned(), 19..22), ("y".to_owned(), 24..27)]);
}

#[test]
fn a_key_that_nobody_asked_for_is_told_with_the_nearest_or_all() {
    let parse = |it: &Table<'_, '_>| {
        it.optional::<bool>("title");
        it.optional::<bool>("owner");
        Some(())
    };
    assert_eq!(faults("titel = true\n", parse), ["1:1+5 unknown key `titel` (did you mean `title`?)"]);
    let help = "take it out: this build would not enforce it (known here: title, owner)";
    assert_eq!(faults("zzzzzzzz = 1\n", parse), [format!("1:1+8 unknown key `zzzzzzzz` ({help})")]);
}

#[test]
fn free_keys_are_names_in_the_order_of_the_file() {
    let parse = |it: &Table<'_, '_>| {
        let table = it.table("t")?;
        let entries = table.entries::<RoleName>();
        let read = entries.iter().map(|(name, entry)| (name.value.to_string(), name.span.clone(), entry.read::<u64>()));
        let read: Vec<_> = read.collect();
        table.finish();
        Some(read)
    };
    let entries = read("f.toml", b"[t]\nb = 2\na = 1\n", parse).unwrap();
    assert_eq!(entries, [("b".to_owned(), 4..5, Some(2)), ("a".to_owned(), 10..11, Some(1))]);
    let faults = faults("[t]\nB = 2\na = true\n", parse);
    assert!(faults[0].starts_with("2:1+1 `B` ") && faults[0].ends_with("(give it another name)"), "{faults:?}");
    assert_eq!(faults[1..], ["3:5+4 `t.a` is true or false, not a whole number (write a whole number)"]);
}

#[test]
fn a_free_key_may_hold_a_table() {
    let parse = |it: &Table<'_, '_>| {
        let table = it.table("t")?;
        table.entries::<RoleName>().iter().map(|(_, it)| it.table()?.required::<u64>("n")).collect::<Option<Vec<_>>>()
    };
    assert_eq!(read("f.toml", b"[t.b]\nn = 2\n", parse), Ok(vec![2]));
    assert_eq!(faults("[t]\nb = 1\n", parse), ["2:5+1 `t.b` is a whole number, not a table (write `[t.b]`)"]);
    assert_eq!(faults("[t.b]\n", parse), ["1:1+5 the key `n` is missing in `t.b` (add `n = …`)"]);
}

#[test]
fn a_list_of_tables_may_be_absent_and_is_nothing_else() {
    let parse = |it: &Table<'_, '_>| Some(it.tables("t").iter().map(Table::span).collect::<Vec<_>>());
    assert_eq!(read("f.toml", b"[[t]]\n[[t]]\n", parse), Ok(vec![0..5, 6..11]));
    assert_eq!(read("f.toml", b"", parse), Ok(vec![]));
    assert_eq!(faults("t = \"x\"\n", parse), ["1:5+3 `t` is a string, not a list of tables (write `[[t]]`)"]);
    assert_eq!(faults("t = [1]\n", parse), ["1:6+1 `t` is a whole number, not a table (write `[t]`)"]);
}

#[test]
fn only_schema_1_is_known() {
    assert_eq!(read("f.toml", b"schema = 1\n", schema), Ok(()));
    let why = "1:10+1 schema 2 is not known to this build (write `schema = 1`, or use a newer holdpoint)";
    assert_eq!(faults("schema = 2\n", schema), [why]);
}

#[test]
fn a_number_may_be_as_large_as_it_can_be_and_never_negative() {
    assert_eq!((a("0"), a("18446744073709551615"), a("0x1F")), (Ok(0_u64), Ok(u64::MAX), Ok(31)));
    for other in ["-1", "18446744073709551616"] {
        let why = format!("1:5+{} `a` is out of range: it is a whole number from 0", other.len());
        assert!(a::<u64>(other).unwrap_err().starts_with(&why), "{other}");
    }
}

#[test]
fn bytes_that_are_no_text_are_told_where_they_begin() {
    let utf8 = "2:3+1 is not UTF-8 from here on (save it as UTF-8)";
    assert_eq!(told(text_of("f.toml", b"a\nbc\xff").unwrap_err()), [utf8]);
    let mark = "1:1+1 begins with a byte order mark (save it as UTF-8 without BOM)";
    assert_eq!(told(text_of("f.toml", b"\xef\xbb\xbfa").unwrap_err()), [mark]);
}

#[test]
fn faults_come_in_the_order_of_their_places_and_once() {
    let sheet = Sheet::new("f.toml", "abc");
    for at in [2, 0, 2] {
        sheet.fault(at..at + 1, "is wrong", "mend it");
    }
    assert_eq!(told(sheet.into_result().unwrap_err()), ["1:1+1 is wrong (mend it)", "1:3+1 is wrong (mend it)"]);
    assert_eq!(Sheet::new("f.toml", "").into_result(), Ok(()));
}

#[test]
fn a_problem_becomes_a_finding_at_its_place() {
    let problem = read("f.toml", b"a = 1\n", |_| Some(())).unwrap_err().remove(0);
    let place = problem.place.clone();
    let finding = problem.finding(Code::BadRecord);
    assert_eq!((finding.about.as_str(), finding.message.as_str()), ("f.toml", "unknown key `a`"));
    assert!(finding.next.starts_with("take it out") && finding.place == Some(place));
}
