//! `holdpoint new`: the folder of a new release, with documents to fill in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use holdpoint_core::name::{ComponentName, NameFault, Person, Text, Version, escaped, listed, nearest, nearest_person};
use holdpoint_core::policy::Policy;
use holdpoint_core::release::Component;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::Failure;
use crate::gather::Record;
use crate::outcome::Outcome;
use crate::render::json::{SCHEMA, value};
use crate::repo::Repo;
use crate::shell::{Reading, Shell};

mod declared;
mod earlier;
mod scaffold;

use scaffold::{File, Plan};

/// Write the folder of a new release, with documents to fill in
///
/// Writes `releases/VERSION/` to the work tree and commits nothing. Everything that is to be filled in says TODO, which
/// the gate does not let through. With `--like` the documents and the declarations are those of another release: as they were last
/// signed off if it is out, else as HEAD has them; its sign-offs and artifacts never are.
///
/// Exit codes: 0 written, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version, written in full: 2.7.0
    version: String,
    /// A component that goes out, at this version or at one of its own; repeat it for each
    #[arg(long = "component", value_name = "NAME[@VERSION]", required = true)]
    components: Vec<ComponentGiven>,
    /// Who answers for the release
    #[arg(long, value_name = "EMAIL")]
    owner: Person,
    /// Who answers when the owner cannot
    #[arg(long, value_name = "EMAIL")]
    deputy: Person,
    /// The day on which it is meant to go out: 2026-11-20
    #[arg(long, value_name = "DATE", value_parser = day)]
    planned: Date,
    /// The last day of its support
    #[arg(long, value_name = "DATE", value_parser = day)]
    support_until: Date,
    /// Begin with the documents of this release
    #[arg(long, value_name = "VERSION")]
    like: Option<String>,
    /// What people call it [default: the components and the version]
    #[arg(long, value_name = "TEXT")]
    title: Option<Text>,
}

/// `--component NAME` or `NAME@VERSION`
#[derive(Debug, Clone)]
pub(crate) struct ComponentGiven {
    name: ComponentName,
    version: Option<Version>,
}

impl std::str::FromStr for ComponentGiven {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let word = |text: &str, why: NameFault| NameFault(format!("`{}` {why}", escaped(text)));
        let (name, version) = text.split_once('@').map_or((text, None), |(name, version)| (name, Some(version)));
        let version = version.map(|it| it.parse().map_err(|why| word(it, why))).transpose()?;
        Ok(Self { name: name.parse().map_err(|why| word(name, why))?, version })
    }
}

/// A day as it is typed.
fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write it like 2026-11-20".to_owned())
}

/// Writes the folder.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &Reading { at: None, root: None })?;
    let policy = record.policy_or_fail()?;
    let like = options.like.as_deref().map(|it| record.one(it)).transpose()?;
    let plan = plan(&policy, options)?;
    let folder = folder_for(&repo, &record, &plan.version)?;
    known_components(shell, &record, &plan)?;
    let hints = declared::hints(&record, &policy, &plan)?;
    let files = match &like {
        Some(like) => earlier::files(shell, &record, &policy, &plan, like, &hints)?,
        None => scaffold::files(&policy, &plan, &hints),
    };
    for fault in scaffold::faults(&plan, &files) {
        shell.warn(&fault);
    }
    let is_derived = !policy.interfaces().is_empty();
    let unwritten = policy.all_subjects().into_iter().filter(|it| files.iter().all(|file| file.path != it.as_str()));
    for subject in unwritten.filter(|it| !is_derived || it.as_str() != "matrix.md") {
        shell.warn(&format!("the policy also wants `{subject}` signed off; write it yourself"));
    }
    write(&folder, &files)?;
    Ok(written(&repo, &record, &plan, &files, like.as_ref(), is_derived))
}

/// What was asked for, checked against the policy.
fn plan(policy: &Policy, options: Options) -> Result<Plan, Failure> {
    let Options { version, components, owner, deputy, planned, support_until, title, .. } = options;
    let version = in_full(&version)?;
    for (what, person) in [("owner", &owner), ("deputy", &deputy)] {
        answers(policy, what, person)?;
    }
    if owner == deputy {
        return Err(Failure::usage("owner and deputy are one person")
            .hint("name somebody else as deputy, who answers when the owner cannot"));
    }
    if support_until < planned {
        return Err(Failure::usage(format!("support would end on {support_until}, before the release is planned"))
            .hint("write a later --support-until"));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = components.iter().find(|it| !seen.insert(it.name.clone())) {
        return Err(Failure::usage(format!("the component `{}` is given twice", twice.name))
            .hint("one release holds one version of a component"));
    }
    let whole = |it: ComponentGiven| Component { name: it.name, version: it.version.unwrap_or_else(|| version.clone()) };
    let components: Vec<Component> = components.into_iter().map(whole).collect();
    let usual = || title_of(&components, &version);
    let title = match title {
        Some(title) => title,
        None => usual().parse().map_err(|why| Failure::usage(format!("`{}` {why}", usual())).hint("give it a --title"))?,
    };
    Ok(Plan { version, title, owner, deputy, planned, support_until, components })
}

/// What people call it, if nobody says otherwise: "recorder and player 2.7.0".
fn title_of(components: &[Component], version: &Version) -> String {
    if components.iter().all(|it| it.version == *version) {
        return format!("{} {version}", listed(components.iter().map(|it| &it.name), "and"));
    }
    listed(components.iter().map(|it| format!("{} {}", it.name, it.version)), "and")
}

/// A version as a folder's name; the short forms of the command line mean releases that exist.
fn in_full(text: &str) -> Result<Version, Failure> {
    text.strip_prefix('v').unwrap_or(text).parse().map_err(|why| {
        let zeros = ".0".repeat(2_usize.saturating_sub(text.matches('.').count()));
        let longer = format!("{}{zeros}", text.strip_prefix('v').unwrap_or(text));
        let hint = match longer.parse::<Version>() {
            Ok(version) if !zeros.is_empty() => format!("write it in full: {version}"),
            _ => "write it like 2.7.0".to_owned(),
        };
        Failure::usage(format!("`{}` {why}", escaped(text))).hint(hint)
    })
}

/// Refuses somebody who cannot answer for a release.
fn answers(policy: &Policy, what: &str, person: &Person) -> Result<(), Failure> {
    let people = || policy.ring().people().filter(|it| !policy.is_machine(it));
    if !policy.ring().has(person) {
        let hint = match nearest_person(person, people()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the ring has {}", listed(people(), "and")),
        };
        return Err(Failure::usage(format!("the {what} {person} is not in the key ring")).hint(hint));
    }
    if policy.is_machine(person) {
        return Err(Failure::usage(format!("the {what} {person} is a machine, and answers for nothing"))
            .hint(format!("name one of {}", listed(people(), "or"))));
    }
    Ok(())
}

/// Where the release's folder will be. Nothing stands there, in HEAD or on the disk.
fn folder_for(repo: &Repo, record: &Record<'_>, version: &Version) -> Result<PathBuf, Failure> {
    let top = repo.work_tree().ok_or_else(|| {
        Failure::usage("a bare repository has no files to write").hint("run it in a clone with a work tree")
    })?;
    let releases = top.join(record.snapshot.prefix()).join("releases");
    let folder = releases.join(version.to_string());
    if folder.symlink_metadata().is_ok() || record.versions()?.contains(version) {
        return Err(Failure::refused(format!("`releases/{version}` is there already"))
            .hint(format!("edit what is there, or take another version; `holdpoint lint {version}` says what is wanting")));
    }
    if releases.symlink_metadata().is_ok_and(|it| !it.is_dir()) {
        return Err(Failure::new("`releases` is no folder").hint("move it away"));
    }
    Ok(folder)
}

/// Refuses a component version that another release has; warns of a name that looks like a slip.
fn known_components(shell: &Shell, record: &Record<'_>, plan: &Plan) -> Result<(), Failure> {
    let mut known: BTreeSet<ComponentName> = BTreeSet::new();
    // A draft that cannot be read names no component; its own check says so.
    for (version, components) in record.components()? {
        if let Some(taken) = components.iter().find(|component| plan.components.contains(component)) {
            return Err(Failure::refused(format!("{} {} belongs to release {version}", taken.name, taken.version))
                .hint(format!("give it a version of its own: --component {}@VERSION", taken.name)));
        }
        known.extend(components.iter().map(|component| component.name.clone()));
    }
    for version in record.doubted()? {
        shell.warn(&format!(
            "the components of {version} cannot be determined, so one of them may be taken: holdpoint check {version}"
        ));
    }
    for component in plan.components.iter().filter(|it| !known.contains(&it.name)) {
        if let Some(near) = nearest(component.name.as_str(), known.iter().map(ComponentName::as_str)) {
            shell.warn(&format!("`{}` is a new component; did you mean `{near}`?", component.name));
        }
    }
    Ok(())
}

/// Writes all files, or leaves nothing behind.
fn write(folder: &Path, files: &[File]) -> Result<(), Failure> {
    let failed = |path: &Path, why: std::io::Error| {
        Failure::new(format!("`{}` cannot be written", path.display())).because(why)
    };
    let above = folder.parent().unwrap_or(folder);
    std::fs::create_dir_all(above).map_err(|why| failed(above, why))?;
    // Whoever makes the folder owns it: two at once never mix their files.
    std::fs::create_dir(folder).map_err(|why| failed(folder, why))?;
    for file in files {
        let path = folder.join(&file.path);
        if let Err(why) = crate::repo::write_whole(&path, &file.bytes) {
            let _ = std::fs::remove_dir_all(folder);
            return Err(failed(&path, why));
        }
    }
    Ok(())
}

/// A path as git understands it where the user stands: from there, or else (`:/…`) from the top of the repository.
pub(crate) fn from_here(repo: &Repo, record: &Record<'_>, path: &str) -> String {
    match record.snapshot.prefix() {
        prefix if prefix == repo.folder() => path.to_owned(),
        "" => format!(":/{path}"),
        prefix => format!(":/{prefix}/{path}"),
    }
}

/// What was written, and what comes next.
fn written(
    repo: &Repo,
    record: &Record<'_>,
    plan: &Plan,
    files: &[File],
    like: Option<&Version>,
    is_derived: bool,
) -> Outcome {
    let version = &plan.version;
    let folder = format!("releases/{version}");
    let shown = from_here(repo, record, &folder);
    let widest = files.iter().map(|it| it.path.len()).max().unwrap_or_default();
    let lines: Vec<String> = files.iter().map(|it| format!("  {:widest$}  {}\n", it.path, it.task)).collect();
    let artifacts = plan.components.iter().map(|it| format!(" {}=FILE", it.name));
    let mut next = vec![format!("holdpoint artifacts {version}{}", artifacts.collect::<String>())];
    if is_derived {
        next.push(format!("holdpoint matrix {version} --write   (once `compatibility.toml` is filled in)"));
    }
    next.push(format!("holdpoint lint {version}"));
    next.push(format!("git add {shown} && git commit -m \"Begin {version}\""));
    let task = match like {
        Some(like) => format!("the texts are those of {like}: read each again for {version}"),
        None => "fill in what says TODO".to_owned(),
    };
    let human = format!("wrote {folder}: {task}\n{}\nnext: {}\n", lines.concat(), next.join("\n      "));
    let paths: Vec<String> = files.iter().map(|it| format!("{folder}/{}", it.path)).collect();
    let json = NewJson {
        schema: SCHEMA,
        release: version.to_string(),
        folder,
        files: paths,
        next,
        exit_code: 0,
    };
    Outcome::done(human, value(&json))
}

/// The answer of `holdpoint new`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "new")]
pub(crate) struct NewJson {
    schema: u64,
    release: String,
    /// The folder, from the coordination root.
    folder: String,
    /// The files that were written, from the coordination root.
    files: Vec<String>,
    /// What comes next.
    next: Vec<String>,
    exit_code: u8,
}

#[cfg(test)]
mod tests;
