//! `holdpoint schema`: the published schemas of the JSON answers.

use clap::Args;
use holdpoint_core::name::{escaped, nearest};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use super::artifacts::ArtifactsJson;
use super::attest::AttestJson;
use super::can::CanJson;
use super::completions::CompletionsJson;
use super::doctor::DoctorJson;
use super::explain::ExplainJson;
use super::hook::{HookJson, PushJson};
use super::identify::IdentifyJson;
use super::inbox::InboxJson;
use super::init::InitJson;
use super::kb::KbFetchJson;
use super::lint::LintJson;
use super::log::LogJson;
use super::man::ManJson;
use super::matrix::{MatrixJson, MatrixWrittenJson};
use super::new::NewJson;
use super::order::UpgradeJson;
use super::policy::{PolicyAdoptJson, PolicyCheckJson, PolicyProposeJson, PolicyShowJson, PolicySignJson};
use super::show::ShowJson;
use super::sign::RequestJson;
use super::stack::StackJson;
use super::status::StatusJson;
use super::trust::TrustJson;
use super::verify_attestation::AttestationJson;
use super::who::WhoJson;
use super::why::WhyJson;
use crate::audit::AuditJson;
use crate::desk::ReceiptJson;
use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, Said};
use crate::publish::{PlannedJson, PreparedJson, PublishedJson};
use crate::render::json::{CheckJson, FailureJson, SCHEMA, value};
use crate::shell::Shell;

/// An answer: its name, what gives it, and its schema.
type Answer = (&'static str, &'static str, fn() -> Schema);

/// Every answer that has a schema, in the order of the names.
const ANSWERS: &[Answer] = &[
    ("artifacts", "artifacts", || schema_for!(ArtifactsJson)),
    ("attest", "attest", || schema_for!(AttestJson)),
    ("attestation", "verify-attestation", || schema_for!(AttestationJson)),
    ("audit", "audit", || schema_for!(AuditJson)),
    ("can", "can", || schema_for!(CanJson)),
    ("check", "check, wait", || schema_for!(CheckJson)),
    ("completions", "completions", || schema_for!(CompletionsJson)),
    ("doctor", "doctor", || schema_for!(DoctorJson)),
    ("error", "any command that cannot answer", || schema_for!(FailureJson)),
    ("explain", "explain", || schema_for!(ExplainJson)),
    ("hook", "hook install", || schema_for!(HookJson)),
    ("identify", "identify", || schema_for!(IdentifyJson)),
    ("inbox", "sign, alone", || schema_for!(InboxJson)),
    ("init", "init", || schema_for!(InitJson)),
    ("kb-fetch", "kb fetch", || schema_for!(KbFetchJson)),
    ("lint", "lint", || schema_for!(LintJson)),
    ("log", "log", || schema_for!(LogJson)),
    ("man", "man", || schema_for!(ManJson)),
    ("matrix", "matrix", || schema_for!(MatrixJson)),
    ("matrix-write", "matrix --write", || schema_for!(MatrixWrittenJson)),
    ("new", "new", || schema_for!(NewJson)),
    ("order", "order", || schema_for!(UpgradeJson)),
    ("policy-adopt", "policy adopt", || schema_for!(PolicyAdoptJson)),
    ("policy-check", "policy check", || schema_for!(PolicyCheckJson)),
    ("policy-propose", "policy propose", || schema_for!(PolicyProposeJson)),
    ("policy-show", "policy show", || schema_for!(PolicyShowJson)),
    ("policy-sign", "policy sign", || schema_for!(PolicySignJson)),
    ("publish", "publish", || schema_for!(PublishedJson)),
    ("publish-plan", "publish --plan", || schema_for!(PlannedJson)),
    ("publish-prepare", "publish --prepare", || schema_for!(PreparedJson)),
    ("push", "hook pre-receive", || schema_for!(PushJson)),
    ("receipt", "every command that signs", || schema_for!(ReceiptJson)),
    ("request", "sign --request", || schema_for!(RequestJson)),
    ("schema", "schema, alone", || schema_for!(SchemaJson)),
    ("show", "show", || schema_for!(ShowJson)),
    ("stack", "stack", || schema_for!(StackJson)),
    ("status", "status", || schema_for!(StatusJson)),
    ("trust", "trust", || schema_for!(TrustJson)),
    ("who", "who", || schema_for!(WhoJson)),
    ("why", "why", || schema_for!(WhyJson)),
];

/// Print the schemas of the JSON answers
///
/// Prints the JSON Schema of one answer, whatever the format; without a name it lists them. An answer never loses a field
/// or changes its meaning without another `schema` number.
///
/// Exit codes: 0 printed, 2 bad usage, such as a name that does not exist.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The answer, such as `check`
    name: Option<String>,
}

/// The answer of `holdpoint schema` without a name.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "schema")]
pub(crate) struct SchemaJson {
    schema: u64,
    names: Vec<String>,
    exit_code: u8,
}

/// Prints it.
pub(crate) fn run(_shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Some(name) = options.name else { return Ok(list()) };
    let names = || ANSWERS.iter().map(|it| it.0);
    let (_, _, schema) = ANSWERS.iter().find(|it| it.0 == name).ok_or_else(|| {
        let hint = match nearest(&name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "run `holdpoint schema` to see them all".to_owned(),
        };
        Failure::usage(format!("there is no schema `{}`", escaped(&name))).hint(hint)
    })?;
    let json = schema().to_value();
    Ok(Outcome::new(Exit::Done, Said { human: format!("{json:#}\n"), json }))
}

fn list() -> Outcome {
    let widest = ANSWERS.iter().map(|it| it.0.len()).max().unwrap_or_default();
    let lines = ANSWERS.iter().map(|(name, what, _)| format!("  {name:widest$}  {what}\n"));
    let human = format!("{}\nnext: holdpoint schema NAME\n", lines.collect::<String>());
    let names = ANSWERS.iter().map(|it| it.0.to_owned()).collect();
    Outcome::new(Exit::Done, Said { human, json: value(&SchemaJson { schema: SCHEMA, names, exit_code: 0 }) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_says_its_schema_and_its_exit_code() {
        for (name, _, schema) in ANSWERS {
            let json = schema().to_value();
            let joint = if name.starts_with("policy-") || name.starts_with("kb-") { " " } else { " --" };
            assert_eq!(json["title"], name.replacen('-', joint, 1), "{name}");
            for field in ["schema", "exit_code"] {
                assert!(json["properties"].get(field).is_some(), "{name}: {field}");
                assert!(json["required"].as_array().unwrap().iter().any(|it| it == field), "{name}: {field}");
            }
        }
    }

    #[test]
    fn names_stand_in_their_order_and_once() {
        assert!(ANSWERS.windows(2).all(|it| it[0].0 < it[1].0));
    }
}
