//! `holdpoint attest`: that a version went out through the gate, signed, for programs of others.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use holdpoint_core::attest::{self, Attestation, LARGEST_ENVELOPE, is_envelope};
use holdpoint_core::decide::{Decision, Outlet, Question, Verdict, decide};
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Finding, Severity};
use holdpoint_core::name::{SiteName, Version, counted};
use holdpoint_core::policy::Policy;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::publish_command;
use crate::attester::Attester;
use crate::failure::{Exit, Failure};
use crate::gather::Record;
use crate::outcome::{Outcome, Said};
use crate::publish::{Tip, is_shown, site_rule};
use crate::render::json::{SCHEMA, value};
use crate::repo::write_whole;
use crate::shell::{Format, Shell};
use crate::sight::{self, Reach};

/// Attest that a release went out through the gate, for programs of others
///
/// Prints one line of JSON: a DSSE envelope around an in-toto statement with a SLSA verification summary, which names every
/// file that went out by its SHA-256. It needs a publication that is proven at the tip of the branch of record and shown on
/// the site, and that nothing speaks against; what went out outside the gate is not attested. The key is a P-256 key in
/// PEM, without a passphrase, whose public half the policy lists in `[attest] keys`.
///
/// Exit codes: 0 attested, 1 refused by a rule, 2 bad usage, 4 it could not be told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version: 2.7.0, v2.7.0 or 2.7
    version: String,
    /// The site that it is out on [default: the only one of the policy]
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    /// Sign with this private key: P-256, in PEM (PKCS#8 or SEC 1)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Write it to this file instead of printing it; an earlier attestation there is replaced
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The root that the policy must come from, besides `HOLDPOINT_ROOT` and `git config holdpoint.root`
    #[arg(long, value_name = "sha256:…")]
    root: Option<String>,
}

/// The answer of `holdpoint attest`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "attest")]
pub(crate) struct AttestJson {
    schema: u64,
    release: String,
    site: String,
    /// The statement that published it.
    statement: String,
    /// What programs are to ask for as the resource.
    resource: String,
    /// What programs are to ask for as the verifier.
    verifier: String,
    /// The fingerprint of the key.
    key: String,
    /// How many files it names.
    files: usize,
    /// The file that was written, if one was named.
    out: Option<String>,
    /// The envelope, if no file was named.
    envelope: Option<String>,
    exit_code: u8,
}

/// Attests.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { version, site, key, out, root } = options;
    is_of_now(shell)?;
    if shell.global.quiet && shell.global.format == Format::Human && out.is_none() {
        return Err(Failure::usage("with `--quiet` the attestation would go nowhere").hint("name a file: --out FILE"));
    }
    out.as_deref().map_or(Ok(()), may_be_replaced)?;
    let attester = Attester::open(&key)?;
    let repo = shell.repo()?;
    let tip = Tip::read(shell, &repo, root.as_deref())?;
    let rule = site_rule(&tip.policy, site.as_deref())?;
    is_listed(&attester, &tip.policy)?;
    let version = tip.record.one(&version)?;
    let (evidence, attestation) = borne_out(shell, &tip.record, &version, &rule.name)?;
    if let Some(entry) = evidence.ledger().get(&attestation.publication())
        && !is_shown(&rule, &entry.statement)?
    {
        return Err(Failure::refused(format!("{version} is recorded for `{}`, and the site does not show it", rule.name))
            .hint(format!("finish it: holdpoint publish {version} --site {} --from DIR", rule.name)));
    }
    let payload = attestation.payload();
    let signature = attester.sign(&attest::message(&payload))?;
    let envelope = attest::sealed(&payload, attester.public(), &signature)
        .ok_or_else(|| Failure::new("the signature that was made does not verify; nothing was written"))?;
    if let Some(out) = &out {
        // A bare name lies in the folder that one stands in.
        write_whole(&Path::new(".").join(out), &envelope)
            .map_err(|why| Failure::new(format!("`{}` cannot be written", out.display())).because(why))?;
    }
    Ok(written(&attestation, &attester, out.as_deref(), &envelope))
}

/// An attestation is about now: what would be the case at another time is nobody's business.
pub(super) fn is_of_now(shell: &Shell) -> Result<(), Failure> {
    match shell.global.now {
        None => Ok(()),
        Some(_) => Err(Failure::usage("an attestation is about what is the case now").hint("leave `--now` out")),
    }
}

/// Refuses to write over anything but an attestation.
fn may_be_replaced(out: &Path) -> Result<(), Failure> {
    let Ok(found) = out.symlink_metadata() else { return Ok(()) };
    let is_small = found.is_file() && found.len() <= LARGEST_ENVELOPE as u64;
    if is_small && fs::read(out).is_ok_and(|it| is_envelope(&it)) {
        return Ok(());
    }
    Err(Failure::refused(format!("`{}` is there and is no attestation; nothing was written", out.display()))
        .hint("name another file: --out FILE"))
}

fn is_listed(attester: &Attester, policy: &Policy) -> Result<(), Failure> {
    let public = attester.public();
    if policy.attest_keys().contains(public) {
        return Ok(());
    }
    let message = if policy.attest_keys().is_empty() {
        "the policy lists no key for attestations"
    } else {
        "the policy does not list this key for attestations"
    };
    let because = format!("its fingerprint is {public}");
    let hint = format!("have the owners add its line to the policy, under `[attest]`: keys = [\"{}\"]", public.to_line());
    Err(Failure::refused(message).because(because).hint(hint))
}

/// What the record bears out about a version on a site, or why it bears out nothing.
pub(super) fn borne_out(
    shell: &Shell,
    record: &Record<'_>,
    version: &Version,
    site: &SiteName,
) -> Result<(Evidence, Attestation), Failure> {
    let mut evidence = record.evidence_or_fail(version)?;
    sight::show(shell, record, &mut evidence, Reach::Public)?;
    let decision = decide(&evidence, &Question::Publish(site.clone()), shell.now());
    if let Verdict::Unverifiable = decision.verdict() {
        return Err(Failure::new(format!("whether {version} is out as it was signed off cannot be told"))
            .findings(weighing(&decision, Severity::Unverifiable)));
    }
    is_published(&decision, version, site, evidence.policy())?;
    let against = weighing(&decision, Severity::Waiting);
    if !against.is_empty() {
        return Err(Failure::refused(format!("{version} is out on `{site}`, and the record speaks against it"))
            .findings(against));
    }
    let attestation = match decision.verdict() {
        Verdict::Clear(approval) => Attestation::of(approval, &evidence, shell.stamp()),
        _ => None,
    };
    let attestation = attestation.ok_or_else(|| {
        Failure::new(format!("which files of {version} are out on `{site}` cannot be told"))
            .hint(format!("holdpoint check {version}"))
    })?;
    Ok((evidence, attestation))
}

/// Whether it went out through the gate, there.
fn is_published(decision: &Decision, version: &Version, site: &SiteName, policy: &Policy) -> Result<(), Failure> {
    match decision.publications.iter().find(|it| it.site == *site).map(|it| it.outlet) {
        Some(Outlet::Published) => Ok(()),
        Some(Outlet::Adopted) => {
            Err(Failure::refused(format!("{version} went out on `{site}` outside the gate, and only what went through it is attested"))
                .hint(format!("holdpoint log {version}   (who took it in, and why)")))
        }
        None => Err(Failure::refused(format!("{version} is not published on `{site}`"))
            .findings(weighing(decision, Severity::Waiting))
            .hint(publish_command(version, policy).replace("--site NAME", &format!("--site {site}")))),
    }
}

/// The findings that weigh this much, or more.
fn weighing(decision: &Decision, least: Severity) -> Vec<Finding> {
    decision.findings.iter().filter(|it| it.severity >= least).cloned().collect()
}

/// The answer: the envelope itself, or where it was written.
fn written(attestation: &Attestation, attester: &Attester, out: Option<&Path>, envelope: &[u8]) -> Outcome {
    let (release, site) = (attestation.version().to_string(), attestation.site().to_string());
    let (key, count) = (attester.public().fingerprint(), attestation.files().len());
    let envelope = String::from_utf8_lossy(envelope).into_owned();
    let human = match out {
        None => envelope.clone(),
        Some(out) => {
            let out = out.display();
            format!(
                "{release}: ATTESTED on {site}  ({}; key {key})\nwrote `{out}`\n\n\
                 next: holdpoint verify-attestation {out} --artifact FILE\n",
                counted(count, "file")
            )
        }
    };
    let json = AttestJson {
        schema: SCHEMA,
        release,
        site,
        statement: attestation.publication().to_string(),
        resource: attestation.resource(),
        verifier: attestation.verifier(),
        key,
        files: count,
        out: out.map(|it| it.display().to_string()),
        envelope: out.is_none().then_some(envelope),
        exit_code: 0,
    };
    let told = Said { human, json: value(&json) };
    if out.is_some() { Outcome::deed(Exit::Done, told) } else { Outcome::new(Exit::Done, told) }
}
