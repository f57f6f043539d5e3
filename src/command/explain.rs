//! `holdpoint explain`: what a finding code means, and what to do about it.

use clap::Args;
use holdpoint_core::finding::{CODES, Code, Meaning, Severity};
use holdpoint_core::name::escaped;
use holdpoint_core::policy::SETTABLE;
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, Said};
use crate::render::json::{SCHEMA, value};
use crate::render::{paint, wrap};
use crate::shell::Shell;

/// Explain a finding code
///
/// Says what the code means, what it weighs, whether it can be waived, and what to do. Without a code it lists them all.
///
/// Exit codes: 0 explained, 2 bad usage, such as a code that does not exist.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The code, such as `stale`
    code: Option<String>,
}

/// The answer of `holdpoint explain`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "explain")]
pub(crate) struct ExplainJson {
    schema: u64,
    codes: Vec<MeaningJson>,
    exit_code: u8,
}

/// What stands behind a code.
#[derive(Debug, Serialize, JsonSchema)]
struct MeaningJson {
    code: String,
    /// `warning`, `waiting`, `blocked` or `unverifiable`, unless said otherwise where it is found.
    severity: String,
    /// What `check` ends with where this is the worst finding.
    exit: u8,
    /// Whether a waiver can set it aside.
    waivable: bool,
    /// Whether `[levels]` of the policy can say what it weighs.
    settable: bool,
    /// What its subject is.
    about: String,
    /// What is the case, and why it matters.
    means: String,
    /// What to do.
    cure: String,
}

/// Explains.
pub(crate) fn run(_shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let (codes, human) = match options.code {
        Some(word) => {
            let code: Code = word.parse().map_err(|why| Failure::usage(format!("`{}` {why}", escaped(&word))))?;
            let meaning = code.meaning();
            (vec![meaning], one(&meaning))
        }
        None => (CODES.to_vec(), all(CODES)),
    };
    let json = ExplainJson { schema: SCHEMA, codes: codes.iter().map(MeaningJson::of).collect(), exit_code: 0 };
    Ok(Outcome::new(Exit::Done, Said { human, json: value(&json) }))
}

/// What `check` ends with where a finding of this weight is the worst.
fn exit(severity: Severity) -> Exit {
    match severity {
        Severity::Warning => Exit::Done,
        Severity::Waiting => Exit::Waiting,
        Severity::Blocked => Exit::Refused,
        Severity::Unverifiable => Exit::Unable,
    }
}

fn one(it: &Meaning) -> String {
    let waivable = if it.waivable { "can be waived" } else { "cannot be waived" };
    let (weight, exit) = (it.severity.word(), exit(it.severity) as u8);
    let article = if it.about.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let head = format!("{}: {weight} (exit {exit}), about {article} {}, {waivable}", paint::bold(it.name), it.about);
    let level = if SETTABLE.contains(&it.code) {
        format!("\n  {}\n", wrap::hanging(&settable(it.code), 2))
    } else {
        String::new()
    };
    format!("{head}\n\n  {}\n\n  {}\n{level}", wrap::hanging(it.means, 2), wrap::hanging(it.cure, 2))
}

/// How a policy says what a rule weighs.
fn settable(code: Code) -> String {
    format!("A policy can weigh it otherwise: in `[levels]`, {code} = \"error\", \"warning\" or \"off\".")
}

/// Every code below its weight, the heaviest first.
fn all(codes: &[Meaning]) -> String {
    let widest = codes.iter().map(|it| it.name.len()).max().unwrap_or_default();
    let line = |it: &&Meaning| {
        let waivable = if it.waivable { " Can be waived." } else { "" };
        let words = wrap::hanging(&format!("{}{waivable}", it.means), widest + 4);
        format!("  {}  {words}\n", paint::bold(&format!("{:widest$}", it.name)))
    };
    let mut out = String::new();
    for severity in [Severity::Unverifiable, Severity::Blocked, Severity::Waiting, Severity::Warning] {
        let exit = exit(severity) as u8;
        out.push_str(&format!("{}{} (exit {exit}):\n", if out.is_empty() { "" } else { "\n" }, severity.word()));
        out.extend(codes.iter().filter(|it| it.severity == severity).map(|it| line(&it)));
    }
    out.push_str("\nnext: holdpoint explain CODE   (what to do about it)\n");
    out
}

impl MeaningJson {
    fn of(it: &Meaning) -> Self {
        Self {
            code: it.name.to_owned(),
            severity: it.severity.word().to_owned(),
            exit: exit(it.severity) as u8,
            waivable: it.waivable,
            settable: SETTABLE.contains(&it.code),
            about: it.about.to_owned(),
            means: it.means.to_owned(),
            cure: it.cure.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_every_code_once() {
        let shown = anstream::adapter::strip_str(&all(CODES)).to_string();
        for code in CODES {
            let lines = shown.lines().filter(|it| it.split_whitespace().next() == Some(code.name)).count();
            assert_eq!(lines, 1, "{}", code.name);
        }
    }

    #[test]
    fn says_what_to_do_and_what_it_weighs() {
        let shown = anstream::adapter::strip_str(&one(&Code::Stale.meaning())).to_string();
        assert!(shown.starts_with("stale: waiting (exit 3), about a requirement, can be waived\n"), "{shown}");
        assert!(shown.contains(Code::Stale.meaning().cure), "{shown}");
    }
}
