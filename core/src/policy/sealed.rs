//! What a policy seals: the ids of every publication, adoption and withdrawal that counted when it was proposed. Facts
//! outlive the keys that stated them.

use std::collections::BTreeSet;
use std::fmt;

use crate::digest::Digest;
use crate::record::{Problems, Sheet, text_of};

/// Sealed ids. The file holds one a line, sorted, each once: there is one spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sealed(BTreeSet<Digest>);

impl Sealed {
    /// Reads the file `path`.
    ///
    /// # Errors
    /// The first line that is not what this tool would have written.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, Problems> {
        let text = text_of(path, bytes)?;
        let sheet = Sheet::new(path, text);
        let mut ids = BTreeSet::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let span = at..at + line.trim_end().len();
            at += line.len();
            let help = "write the id of one entry a line, sorted, each once; `holdpoint policy propose` does";
            match line.strip_suffix('\n').and_then(|it| it.parse::<Digest>().ok()) {
                None => sheet.fault(span, "this line is no id", help),
                Some(id) if ids.last().is_some_and(|last| id <= *last) => {
                    sheet.fault(span, "the ids are not sorted, or one is there twice", help);
                }
                Some(id) => drop(ids.insert(id)),
            }
        }
        sheet.into_result()?;
        Ok(Self(ids))
    }

    /// Whether `id` is sealed.
    pub fn has(&self, id: &Digest) -> bool {
        self.0.contains(id)
    }

    /// The ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = &Digest> {
        self.0.iter()
    }

    /// The ids that are sealed here and not in `earlier`.
    pub fn since<'a>(&'a self, earlier: &'a Self) -> impl Iterator<Item = &'a Digest> {
        self.0.difference(&earlier.0)
    }
}

impl FromIterator<Digest> for Sealed {
    fn from_iter<T: IntoIterator<Item = Digest>>(ids: T) -> Self {
        Self(ids.into_iter().collect())
    }
}

/// The one spelling of the file.
impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|id| writeln!(f, "{id}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(texts: &[&str]) -> Sealed {
        texts.iter().map(|it| Digest::of(it.as_bytes())).collect()
    }

    #[test]
    fn reads_back_what_it_wrote() {
        for all in [sealed(&[]), sealed(&["a"]), sealed(&["a", "b", "c"])] {
            assert_eq!(Sealed::parse("sealed", all.to_string().as_bytes()).unwrap(), all);
        }
    }

    #[test]
    fn has_one_spelling() {
        let good = sealed(&["a", "b"]).to_string();
        let lines: Vec<&str> = good.lines().collect();
        let swapped = format!("{}\n{}\n", lines[1], lines[0]);
        let twice = format!("{}\n{}\n", lines[0], lines[0]);
        for bad in [good.trim_end(), &swapped, &twice, &good.replace('\n', "\r\n"), &good.to_uppercase(), "\n", "x\n"] {
            assert!(Sealed::parse("sealed", bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_line_that_is_none_is_pointed_at() {
        let problem = Sealed::parse("sealed", b"junk\n").unwrap_err().remove(0);
        assert_eq!((problem.place.line, problem.place.column, problem.place.width), (1, 1, 4));
        let good = sealed(&["a"]).to_string();
        let problem = Sealed::parse("sealed", format!("{good}junk\n").as_bytes()).unwrap_err().remove(0);
        assert_eq!((problem.place.line, problem.place.column, problem.place.width), (2, 1, 4));
        let problem = Sealed::parse("sealed", format!("{good}{good}{good}").as_bytes()).unwrap_err().remove(1);
        assert_eq!((problem.place.line, problem.place.column, problem.place.width), (3, 1, 64));
    }

    #[test]
    fn hands_out_its_ids_in_order() {
        let all = sealed(&["a", "b", "c"]);
        let ids: Vec<Digest> = all.ids().copied().collect();
        assert_eq!(ids.len(), 3);
        assert!(ids.is_sorted() && ids.iter().all(|it| all.has(it)));
    }

    #[test]
    fn knows_what_came_new() {
        let (before, after) = (sealed(&["a"]), sealed(&["a", "b"]));
        assert_eq!(after.since(&before).collect::<Vec<_>>(), [&Digest::of(b"b")]);
        assert_eq!(before.since(&after).count(), 0);
    }
}
