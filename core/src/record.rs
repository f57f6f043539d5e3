//! Reading a record: TOML into a value, or every problem with its place.
//!
//! `serde` stops at the first fault. A record is read by walking its table instead: each key is asked for once, by
//! name and type; what was not asked for is an unknown key. All faults of a file come out of one run.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use jiff::{Timestamp, civil::Date};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::finding::{Code, Finding, Place};
use crate::name::{escaped, hidden, nearest};

mod strict;

/// The largest record or document, in bytes.
pub const LARGEST_FILE: usize = 1 << 20;

/// The largest list that is written by this program and grows with what goes out.
pub const LARGEST_LIST: usize = 4 << 20;

/// How many bytes the file at `path` may have. A list that every release or every file adds a line to may be larger.
pub fn largest(path: &str) -> usize {
    let name = path.rsplit('/').next().unwrap_or(path);
    if ["artifacts.toml", "matrix.md", "sealed"].contains(&name) { LARGEST_LIST } else { LARGEST_FILE }
}

/// The most faults that are told of one file. Each costs a look at the file, and nobody mends more in one go.
pub(crate) const MOST_FAULTS: usize = 1_000;

/// One fault of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Problem {
    /// The problem as a finding.
    pub fn finding(self, code: Code) -> Finding {
        let about = self.place.path.clone();
        Finding::new(code, about, self.message).next(self.help).at(self.place)
    }
}

/// The faults of a record: at least one.
pub type Problems = Vec<Problem>;

/// A record being read: its text, and the faults found so far.
pub struct Sheet<'a> {
    path: &'a str,
    text: &'a str,
    problems: RefCell<Problems>,
}

impl<'a> Sheet<'a> {
    /// An empty list of faults of `text`, the content of `path`.
    pub fn new(path: &'a str, text: &'a str) -> Self {
        Self { path, text, problems: RefCell::default() }
    }

    /// Nothing, or every fault in the order of their places.
    pub fn into_result(self) -> Result<(), Problems> {
        let mut problems = self.problems.into_inner();
        problems.sort();
        problems.dedup();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Notes a fault at `span`, if there are not too many already.
    pub fn fault(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        if self.problems.borrow().len() >= MOST_FAULTS {
            return;
        }
        let place = Place::of(self.path, self.text, span);
        self.problems.borrow_mut().push(Problem { place, message: message.into(), help: help.into() });
    }

    /// The file's path, from the coordination root.
    pub fn path(&self) -> &'a str {
        self.path
    }
}

/// Reads `bytes`, the content of `path`, with `parse`. A value only if nothing at all is wrong.
pub fn read<T>(path: &str, bytes: &[u8], parse: impl FnOnce(&Table<'_, '_>) -> Option<T>) -> Result<T, Problems> {
    read_within(path, bytes, largest(path), parse)
}

/// The same for a file whose name does not say how large it may be.
pub(crate) fn read_within<T>(
    path: &str,
    bytes: &[u8],
    most: usize,
    parse: impl FnOnce(&Table<'_, '_>) -> Option<T>,
) -> Result<T, Problems> {
    let text = text_within(path, bytes, most)?;
    let sheet = Sheet::new(path, text);
    strict::check(&sheet, text);
    for (at, c) in hidden(text).take(MOST_FAULTS) {
        let message = format!("the character {} cannot be seen", c.escape_unicode());
        sheet.fault(at..at + c.len_utf8(), message, "take it out");
    }
    if !sheet.problems.borrow().is_empty() {
        // What is nested too deeply, or is another TOML, is not given to the parser.
        return Err(sheet.problems.into_inner());
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        sheet.fault(error.span().unwrap_or(0..0), error.message(), "write it as TOML 1.0");
    }
    let value = if errors.is_empty() {
        let root = Table::new(&sheet, "", table.get_ref(), 0..0);
        let value = parse(&root);
        root.finish();
        value
    } else {
        None
    };
    let mut problems = sheet.problems.into_inner();
    problems.sort();
    problems.dedup();
    match value {
        Some(value) if problems.is_empty() => Ok(value),
        _ if problems.is_empty() => {
            let place = Place::of(path, text, 0..0);
            Err(vec![Problem {
                place,
                message: "cannot be read".to_owned(),
                help: "compare it with the reference".to_owned(),
            }])
        }
        _ => Err(problems),
    }
}

/// `bytes` as text: UTF-8, of a sane size, without a byte order mark.
pub fn text_of<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, Problems> {
    text_within(path, bytes, largest(path))
}

fn text_within<'a>(path: &str, bytes: &'a [u8], most: usize) -> Result<&'a str, Problems> {
    let fault = |message: &str, help: &str| {
        let place = Place::of(path, "", 0..0);
        Err(vec![Problem { place, message: message.to_owned(), help: help.to_owned() }])
    };
    if bytes.len() > most {
        return fault(&format!("is larger than {most} bytes"), "keep it small: this is a record for people");
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return fault("begins with a byte order mark", "save it as UTF-8 without BOM");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(why) => {
            let valid = bytes.get(..why.valid_up_to()).and_then(|it| std::str::from_utf8(it).ok()).unwrap_or_default();
            let place = Place::of(path, valid, valid.len()..valid.len());
            Err(vec![Problem {
                place,
                message: "is not UTF-8 from here on".to_owned(),
                help: "save it as UTF-8".to_owned(),
            }])
        }
    }
}

/// A table of a record. Each key is asked for once; the rest is unknown.
pub struct Table<'s, 't> {
    sheet: &'s Sheet<'s>,
    name: String,
    span: Range<usize>,
    inner: &'t DeTable<'t>,
    asked: RefCell<Vec<&'static str>>,
    free: Cell<bool>,
}

/// A value of a record, with its place.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

impl<'s, 't> Table<'s, 't> {
    fn new(sheet: &'s Sheet<'s>, name: &str, table: &'t DeTable<'t>, span: Range<usize>) -> Self {
        Self { sheet, name: name.to_owned(), span, inner: table, asked: RefCell::default(), free: Cell::new(false) }
    }

    /// The sheet, to note a fault that concerns several values.
    pub fn sheet(&self) -> &'s Sheet<'s> {
        self.sheet
    }

    /// Where the table stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    fn raw(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key);
        self.inner.get(key)
    }

    fn missing(&self, key: &str) {
        let place = if self.name.is_empty() { String::new() } else { format!(" in `{}`", self.name) };
        self.sheet.fault(self.span(), format!("the key `{key}` is missing{place}"), format!("add `{key} = …`"));
    }

    /// Whether the key is written at all.
    pub fn has(&self, key: &str) -> bool {
        self.inner.contains_key(key)
    }

    /// The value of `key`, which must be there.
    pub fn required<T: Value>(&self, key: &'static str) -> Option<T> {
        self.placed(key).map(|it| it.value)
    }

    /// The value of `key`, which must be there, with its place.
    pub fn placed<T: Value>(&self, key: &'static str) -> Option<Placed<T>> {
        if let Some(raw) = self.raw(key) {
            T::read(self.sheet, key, raw).map(|value| Placed { value, span: raw.span() })
        } else {
            self.missing(key);
            None
        }
    }

    /// The value of `key`, if it is there. A faulty one is noted and left out.
    pub fn optional<T: Value>(&self, key: &'static str) -> Option<T> {
        self.placed_optional(key).map(|it| it.value)
    }

    /// The value of `key`, if it is there, with its place.
    pub fn placed_optional<T: Value>(&self, key: &'static str) -> Option<Placed<T>> {
        let raw = self.raw(key)?;
        T::read(self.sheet, key, raw).map(|value| Placed { value, span: raw.span() })
    }

    /// The name that `key` holds, made by `FromStr`; it must be there.
    pub fn name<T: FromStr<Err: std::fmt::Display>>(&self, key: &'static str) -> Option<T> {
        self.placed_name(key).map(|it| it.value)
    }

    /// The name that `key` holds, with its place; it must be there.
    pub fn placed_name<T: FromStr<Err: std::fmt::Display>>(&self, key: &'static str) -> Option<Placed<T>> {
        self.placed::<Word<T>>(key).map(|it| Placed { value: it.value.0, span: it.span })
    }

    /// The name that `key` holds, if it is there.
    pub fn optional_name<T: FromStr<Err: std::fmt::Display>>(&self, key: &'static str) -> Option<T> {
        self.optional::<Word<T>>(key).map(|it| it.0)
    }

    /// The list of names that `key` holds, each with its place; it must be there.
    pub fn names<T: FromStr<Err: std::fmt::Display>>(&self, key: &'static str) -> Option<Vec<Placed<T>>> {
        let list = self.required::<Vec<Placed<Word<T>>>>(key)?;
        Some(list.into_iter().map(|it| Placed { value: it.value.0, span: it.span }).collect())
    }

    /// The list of names that `key` holds, if it is there.
    pub fn optional_names<T: FromStr<Err: std::fmt::Display>>(&self, key: &'static str) -> Option<Vec<Placed<T>>> {
        let list = self.optional::<Vec<Placed<Word<T>>>>(key)?;
        Some(list.into_iter().map(|it| Placed { value: it.value.0, span: it.span }).collect())
    }

    /// The value of `key`, or `default` where it is not written. A faulty one is `None`, never the default.
    pub fn or<T: Value>(&self, key: &'static str, default: T) -> Option<T> {
        if self.has(key) { self.required(key) } else { self.optional(key).or(Some(default)) }
    }

    /// The table `key`, which must be there.
    pub fn table(&self, key: &'static str) -> Option<Table<'s, 't>> {
        let found = self.optional_table(key);
        if found.is_none() && !self.has(key) {
            self.sheet.fault(
                self.span(),
                format!("the table `[{}]` is missing", self.inner(key)),
                format!("add `[{}]`", self.inner(key)),
            );
        }
        found
    }

    /// The table `key`, if it is there.
    pub fn optional_table(&self, key: &'static str) -> Option<Table<'s, 't>> {
        let raw = self.raw(key)?;
        self.as_table(key, raw)
    }

    /// The tables `[[key]]`; none if there are none.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'s, 't>> {
        let Some(raw) = self.raw(key) else { return Vec::new() };
        match raw.get_ref() {
            DeValue::Array(list) => list.iter().filter_map(|it| self.as_table(key, it)).collect(),
            other => {
                self.sheet.fault(
                    raw.span(),
                    format!("`{key}` is {}, not a list of tables", kind(other)),
                    format!("write `[[{}]]`", self.inner(key)),
                );
                Vec::new()
            }
        }
    }

    fn as_table(&self, key: &str, raw: &'t Spanned<DeValue<'t>>) -> Option<Table<'s, 't>> {
        match raw.get_ref() {
            DeValue::Table(table) => Some(Table::new(self.sheet, &self.inner(key), table, raw.span())),
            other => {
                self.sheet.fault(
                    raw.span(),
                    format!("`{key}` is {}, not a table", kind(other)),
                    format!("write `[{}]`", self.inner(key)),
                );
                None
            }
        }
    }

    fn inner(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    /// All keys of a table whose keys are names themselves, in the order of the file.
    pub fn entries<K: FromStr<Err: std::fmt::Display>>(&self) -> Vec<(Placed<K>, Entry<'s, 't>)> {
        self.free.set(true);
        let mut all: Vec<_> = self.inner.iter().collect();
        all.sort_by_key(|(key, _)| key.span().start);
        all.into_iter()
            .filter_map(|(key, raw)| match key.get_ref().parse::<K>() {
                Ok(value) => Some((
                    Placed { value, span: key.span() },
                    Entry { table: self.inner(key.get_ref()), sheet: self.sheet, raw },
                )),
                Err(why) => {
                    self.sheet.fault(key.span(), format!("`{}` {why}", escaped(key.get_ref())), "give it another name");
                    None
                }
            })
            .collect()
    }

    /// Notes every key that was not asked for. Called when all have been.
    pub fn finish(&self) {
        if self.free.get() {
            return;
        }
        let asked = self.asked.borrow();
        for key in self.inner.keys().filter(|it| !asked.contains(&it.get_ref().as_ref())) {
            let help = match nearest(key.get_ref(), asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("take it out: this build would not enforce it (known here: {})", asked.join(", ")),
            };
            self.sheet.fault(key.span(), format!("unknown key `{}`", escaped(key.get_ref())), help);
        }
    }
}

/// A value under a free key.
pub struct Entry<'s, 't> {
    sheet: &'s Sheet<'s>,
    table: String,
    raw: &'t Spanned<DeValue<'t>>,
}

impl<'s, 't> Entry<'s, 't> {
    /// The value as a `T`.
    pub fn read<T: Value>(&self) -> Option<T> {
        T::read(self.sheet, &self.table, self.raw)
    }

    /// The value as a table.
    pub fn table(&self) -> Option<Table<'s, 't>> {
        match self.raw.get_ref() {
            DeValue::Table(table) => Some(Table::new(self.sheet, &self.table, table, self.raw.span())),
            other => {
                self.sheet.fault(
                    self.raw.span(),
                    format!("`{}` is {}, not a table", self.table, kind(other)),
                    format!("write `[{}]`", self.table),
                );
                None
            }
        }
    }
}

/// What a value of a record can be.
pub trait Value: Sized {
    /// Reads it, or notes what is wrong.
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self>;
}

/// A name made by `FromStr`.
pub struct Word<T>(pub T);

impl<T: FromStr<Err: std::fmt::Display>> Value for Word<T> {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        let text = String::read(sheet, key, raw)?;
        match text.parse() {
            Ok(value) => Some(Self(value)),
            Err(why) => {
                sheet.fault(raw.span(), format!("`{}` {why}", escaped(&text)), format!("correct `{key}`"));
                None
            }
        }
    }
}

impl Value for String {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        match raw.get_ref() {
            DeValue::String(text) => Some(text.as_ref().to_owned()),
            DeValue::Float(_) | DeValue::Integer(_) => {
                let why = "a number loses digits (2.10 reads as 2.1), so versions and names are strings";
                sheet.fault(raw.span(), format!("`{key}` is a number without quotes; {why}"), "put it in quotes");
                None
            }
            other => wrong(sheet, key, raw, other, "a string in quotes"),
        }
    }
}

impl Value for bool {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        match raw.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            other => wrong(sheet, key, raw, other, "true or false"),
        }
    }
}

impl Value for u64 {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        match raw.get_ref() {
            DeValue::Integer(value) => match Self::from_str_radix(value.as_str(), value.radix()) {
                Ok(value) => Some(value),
                Err(_) => {
                    let message = format!("`{key}` is out of range: it is a whole number from 0");
                    sheet.fault(raw.span(), message, "write a whole number from 0");
                    None
                }
            },
            other => wrong(sheet, key, raw, other, "a whole number"),
        }
    }
}

impl Value for Date {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        let text = match raw.get_ref() {
            DeValue::Datetime(value) => value.to_string(),
            DeValue::String(text) => text.as_ref().to_owned(),
            other => return wrong(sheet, key, raw, other, "a date such as 2026-11-20"),
        };
        // Both kinds of text may hold more than a date; only YYYY-MM-DD is one here.
        match (text.len(), text.parse()) {
            (10, Ok(date)) => Some(date),
            _ => wrong(sheet, key, raw, raw.get_ref(), "a date such as 2026-11-20"),
        }
    }
}

impl Value for Timestamp {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        const SHAPE: &str = "a time with its zone, such as 2026-11-20T09:00:00Z";
        let text = match raw.get_ref() {
            // TOML 1.1 leaves the seconds out; here they are always written.
            DeValue::Datetime(value) if raw.span().len() >= "2026-11-20T09:00:00Z".len() => value.to_string(),
            DeValue::String(text) => text.as_ref().to_owned(),
            other => return wrong(sheet, key, raw, other, SHAPE),
        };
        match text.parse() {
            Ok(time) => Some(time),
            Err(_) => wrong(sheet, key, raw, raw.get_ref(), SHAPE),
        }
    }
}

impl<T: Value> Value for Vec<T> {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        match raw.get_ref() {
            DeValue::Array(list) => {
                let read: Vec<Option<T>> = list.iter().map(|it| T::read(sheet, key, it)).collect();
                read.into_iter().collect()
            }
            other => wrong(sheet, key, raw, other, "a list in [ ]"),
        }
    }
}

impl<T: Value> Value for Placed<T> {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        T::read(sheet, key, raw).map(|value| Self { value, span: raw.span() })
    }
}

impl<T: Value> Value for BTreeMap<String, T> {
    fn read(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>) -> Option<Self> {
        match raw.get_ref() {
            DeValue::Table(table) => {
                let read: Vec<Option<_>> = table
                    .iter()
                    .map(|(name, it)| Some((name.get_ref().to_string(), T::read(sheet, key, it)?)))
                    .collect();
                read.into_iter().collect()
            }
            other => wrong(sheet, key, raw, other, "a table in { }"),
        }
    }
}

fn wrong<T>(sheet: &Sheet<'_>, key: &str, raw: &Spanned<DeValue<'_>>, found: &DeValue<'_>, wanted: &str) -> Option<T> {
    sheet.fault(raw.span(), format!("`{key}` is {}, not {wanted}", kind(found)), format!("write {wanted}"));
    None
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Notes a `schema` that this build does not know.
pub fn schema(table: &Table<'_, '_>) -> Option<()> {
    let schema = table.placed::<u64>("schema")?;
    if schema.value == 1 {
        return Some(());
    }
    table.sheet().fault(
        schema.span,
        format!("schema {} is not known to this build", schema.value),
        "write `schema = 1`, or use a newer holdpoint",
    );
    None
}

#[cfg(test)]
mod tests;
