//! `matrix-out-of-date`: what people sign is what the declarations give now.

use super::Compared;
use crate::compatibility::{Row, line_md, matrix_md};
use crate::finding::{Code, Finding};

/// `matrix.md` is, byte for byte, what the declarations give. A file that is not there has its finding already.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let Some(written) = compared.written else { return Vec::new() };
    if written == matrix_md(compared.matrix).as_bytes() {
        return Vec::new();
    }
    let version = &compared.release.version;
    let path = format!("releases/{version}/matrix.md");
    let written = String::from_utf8_lossy(written);
    let lines: Vec<&str> = written.lines().collect();
    let wanting: Vec<&Row> = compared.matrix.rows().filter(|it| !lines.contains(&line_md(it).as_str())).collect();
    let why = match wanting.as_slice() {
        [] => "it holds what does not follow from them".to_owned(),
        [one] => format!("it does not say that {}", says(one)),
        [one, rest @ ..] => {
            format!("it does not say that {}, and lacks {} more", says(one), crate::name::counted(rest.len(), "row"))
        }
    };
    let message = format!("`{path}` is not what the declarations give now: {why}");
    let next = format!("holdpoint matrix {version} --write   (then commit it, and have it signed)");
    vec![Finding::new(Code::MatrixOutOfDate, "matrix.md", message).next(next)]
}

fn says(row: &Row) -> String {
    use crate::compatibility::PairVerdict;
    match row.verdict {
        PairVerdict::Works => format!("{} work together", row.words()),
        PairVerdict::Degraded => format!("{} work with a loss", row.words()),
        PairVerdict::Fails => format!("{} do not work together", row.words()),
        PairVerdict::Unknown => format!("nothing is known of {}", row.words()),
    }
}
