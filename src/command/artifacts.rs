//! `holdpoint artifacts`: the files that go out, with their sizes and digests.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use holdpoint_core::digest::{Digest, Hasher};
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{ComponentName, FileName, NameFault, Version, counted, escaped, listed, nearest};
use holdpoint_core::record::Problems;
use holdpoint_core::release::{self, Component, Fingerprints, MOST_ARTIFACTS, Release};
use holdpoint_core::rule::check_files;
use holdpoint_core::statement::Artifact;
use indicatif::{ProgressBar, ProgressStyle};
use schemars::JsonSchema;
use serde::Serialize;

use super::new::from_here;
use crate::failure::Failure;
use crate::gather::Record;
use crate::outcome::Outcome;
use crate::render::rows;
use crate::render::json::{ArtifactJson, FindingJson, SCHEMA, value};
use crate::repo::{Repo, write_whole};
use crate::shell::{Reading, Shell};
use crate::toml::string;

/// Write `artifacts.toml`: the files that go out, with their sizes and digests
///
/// Reads each file once, and writes `releases/VERSION/artifacts.toml` to the work tree; commits nothing. The files of
/// the components that are named take the place of their earlier ones; those of other components stay. A file that is published
/// as another version already, or has the number of one in its name, is told as a warning.
///
/// Exit codes: 0 written, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version: 2.7.0, v2.7.0 or 2.7
    version: String,
    /// A file of a component; repeat it for each
    #[arg(value_name = "COMPONENT=FILE", required = true)]
    files: Vec<FileGiven>,
}

/// The answer of `holdpoint artifacts`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "artifacts")]
pub(crate) struct ArtifactsJson {
    schema: u64,
    release: String,
    /// The file that was written, from the coordination root.
    path: String,
    artifacts: Vec<ArtifactJson>,
    /// What of them is published as another version already.
    findings: Vec<FindingJson>,
    /// What comes next.
    next: Vec<String>,
    exit_code: u8,
}

/// `COMPONENT=FILE`
#[derive(Debug, Clone)]
pub(crate) struct FileGiven {
    component: ComponentName,
    file: PathBuf,
}

impl FromStr for FileGiven {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let halves = text.split_once('=').filter(|(name, file)| !name.is_empty() && !file.is_empty());
        let (name, file) = halves.ok_or_else(|| NameFault("write it like recorder=dist/recorder-2.7.0.exe".to_owned()))?;
        let component = name.parse().map_err(|why| NameFault(format!("`{}` {why}", escaped(name))))?;
        Ok(Self { component, file: PathBuf::from(file) })
    }
}

impl FileGiven {
    /// Its name on the site.
    fn name(&self) -> Result<FileName, Failure> {
        let name = self.file.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        name.parse().map_err(|why| {
            Failure::usage(format!("`{}` {why}", escaped(&name)))
                .hint("customers download it under this name: rename the file")
        })
    }

    /// How many bytes it has, if it is a file.
    fn size(&self) -> Result<u64, Failure> {
        let shown = self.file.display();
        let found = std::fs::metadata(&self.file);
        let found = found.map_err(|why| {
            Failure::usage(format!("`{shown}` cannot be read"))
                .because(why)
                .hint(format!("name a file that is there: {}=FILE", self.component))
        })?;
        if found.is_dir() {
            return Err(Failure::usage(format!("`{shown}` is a folder")).hint("name files; pack a folder into an archive"));
        }
        if !found.is_file() {
            return Err(Failure::usage(format!("`{shown}` is no plain file")).hint("name a file with bytes in it"));
        }
        Ok(found.len())
    }
}

/// Writes the file.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { version, files } = options;
    let repo = shell.repo()?;
    let record = shell.record(&repo, &Reading { at: None, root: None })?.into_written()?;
    let version = record.one(&version)?;
    refuse_published(&record, &version)?;
    let release = release_of(&record, &version)?;
    let names = checked(&files, &release)?;
    let kept = kept(shell, &record, &release, &files)?;
    let mut artifacts = measured(shell, files, names)?;
    for empty in artifacts.iter().filter(|it| it.size == 0) {
        shell.warn(&format!("`{}` has no bytes", empty.file));
    }
    artifacts.extend(kept);
    artifacts.sort();
    let place = format!("releases/{version}/artifacts.toml");
    let text = text(&artifacts);
    release::artifacts(&place, text.as_bytes(), Some(&release)).map_err(|it| unreadable("such a list", it))?;
    let path = top_of(&repo, &record)?.join(&place);
    write_whole(&path, text.as_bytes())
        .map_err(|why| Failure::new(format!("`{}` cannot be written", path.display())).because(why))?;
    let findings = published_before(shell, &record, &release, &artifacts);
    let told: Vec<String> = findings.iter().map(|it| format!("{}: {}\n  hint: {}", it.code, it.message, it.next)).collect();
    shell.warn_each(&told, escaped);
    let shown = from_here(&repo, &record, &place);
    Ok(written(&release, &artifacts, &findings, &place, &shown))
}

/// Refuses a version that is out, or that may be: its list is what was signed for it.
fn refuse_published(record: &Record<'_>, version: &Version) -> Result<(), Failure> {
    // Without a policy nothing is out.
    let Ok(evidence) = record.plain_evidence(version)? else { return Ok(()) };
    if record.publicity(&evidence)?.is_draft() {
        return Ok(());
    }
    Err(Failure::refused(format!("{version} is out, and `releases/{version}/artifacts.toml` is what was signed for it"))
        .hint(format!("give other files a new version: holdpoint new VERSION --like {version}")))
}

fn top_of(repo: &Repo, record: &Record<'_>) -> Result<PathBuf, Failure> {
    let top = repo.work_tree().ok_or_else(|| Failure::usage("a bare repository has no files to write"))?;
    Ok(top.join(record.snapshot.prefix()))
}

/// The release as it is written here.
fn release_of(record: &Record<'_>, version: &Version) -> Result<Release, Failure> {
    let place = format!("releases/{version}/release.toml");
    let bytes = record.to_be_written_over(version, "release.toml")?.ok_or_else(|| {
        Failure::usage(format!("there is no file `{place}`")).hint("it names the components; `holdpoint new` writes one")
    })?;
    Release::read(&place, &bytes, version, None).map_err(|it| unreadable(&format!("`{place}`"), it))
}

fn unreadable(what: &str, problems: Problems) -> Failure {
    let findings = problems.into_iter().map(|it| it.finding(Code::BadRecord)).collect();
    Failure::new(format!("{what} cannot be read")).findings(findings).hint("mend it and run the same command again")
}

/// The names that the files will have. Nothing is hashed before all of them are good.
fn checked(files: &[FileGiven], release: &Release) -> Result<Vec<(FileName, u64)>, Failure> {
    if files.len() > MOST_ARTIFACTS {
        let given = counted(files.len(), "file");
        return Err(Failure::refused(format!("{given} are more than the {MOST_ARTIFACTS} artifacts that a release may have"))
            .hint("put them into archives"));
    }
    let mut taken: BTreeSet<(&ComponentName, String)> = BTreeSet::new();
    let own: BTreeSet<&ComponentName> = release.components.iter().map(|it| &it.name).collect();
    let mut all = Vec::new();
    for given in files {
        let component = &given.component;
        let known = || release.components.iter().map(|it| it.name.as_str());
        if !own.contains(component) {
            let hint = match nearest(component.as_str(), known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("`release.toml` has {}", listed(known(), "and")),
            };
            return Err(Failure::usage(format!("{} has no component `{component}`", release.version)).hint(hint));
        }
        let size = given.size()?;
        let name = given.name()?;
        // Two names that fold together are one file on many systems.
        if !taken.insert((component, name.fold())) {
            return Err(Failure::usage(format!("`{name}` of `{component}` is given twice"))
                .hint("each file of a component needs a name of its own"));
        }
        all.push((name, size));
    }
    Ok(all)
}

/// The artifacts that stay: those of components that are not named now.
fn kept(
    shell: &Shell,
    record: &Record<'_>,
    release: &Release,
    files: &[FileGiven],
) -> Result<Vec<Artifact>, Failure> {
    let place = format!("releases/{}/artifacts.toml", release.version);
    let Some(bytes) = record.to_be_written_over(&release.version, "artifacts.toml")? else { return Ok(Vec::new()) };
    let mut earlier = release::artifacts(&place, &bytes, None).map_err(|it| {
        unreadable(&format!("`{place}`"), it).hint("mend it; or remove it, and name the files of every component")
    })?;
    let given: BTreeSet<&ComponentName> = files.iter().map(|it| &it.component).collect();
    let own: BTreeSet<&ComponentName> = release.components.iter().map(|it| &it.name).collect();
    earlier.retain(|it| !given.contains(&it.component));
    let (kept, gone): (Vec<_>, Vec<_>) = earlier.into_iter().partition(|it| own.contains(&it.component));
    for artifact in gone {
        shell.warn(&format!("`{}` is left out: {} has no component `{}`", artifact.file, release.version, artifact.component));
    }
    Ok(kept)
}

/// What of the files is published as another version already. Where that cannot be told, somebody reads so, and the files are
/// written all the same.
fn published_before(shell: &Shell, record: &Record<'_>, release: &Release, artifacts: &[Artifact]) -> Vec<Finding> {
    let compared = || -> Result<Vec<Finding>, Failure> {
        // Without a policy nothing is published.
        let Ok(chain) = record.chain()? else { return Ok(Vec::new()) };
        let sought = Fingerprints::of(release, artifacts);
        let matches = record.matches_of(&chain, &release.version, &sought)?;
        Ok(check_files(release, artifacts, &matches, chain.current().levels()))
    };
    compared().unwrap_or_else(|failure| {
        shell.warn("the files are not compared with those of published versions");
        shell.warn_all(&[failure]);
        Vec::new()
    })
}

/// Reads every file through to its end.
fn measured(shell: &Shell, files: Vec<FileGiven>, names: Vec<(FileName, u64)>) -> Result<Vec<Artifact>, Failure> {
    let progress = progress(shell, crate::render::size::total(names.iter().map(|(_, size)| *size)));
    let one = |(given, (file, _)): (FileGiven, (FileName, u64))| {
        let (size, sha256) = content(&given.file, &progress).map_err(|why| {
            Failure::new(format!("`{}` cannot be read to its end", given.file.display())).because(why)
        })?;
        Ok(Artifact { component: given.component, file, size, sha256 })
    };
    let measured = files.into_iter().zip(names).map(one).collect();
    progress.finish_and_clear();
    measured
}

/// Shown on a terminal, for more than is read in a moment.
fn progress(shell: &Shell, total: u64) -> ProgressBar {
    const NOTICEABLE: u64 = 64 << 20;
    if shell.global.quiet || total < NOTICEABLE {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("hashing {bar:30} {bytes} of {total_bytes}, {eta} left");
    let bar = ProgressBar::new(total);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Size and digest of a file of any size.
fn content(path: &Path, progress: &ProgressBar) -> std::io::Result<(u64, Digest)> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 256 << 10];
    let (mut hasher, mut size) = (Hasher::default(), 0);
    loop {
        let count = match file.read(&mut buffer) {
            Err(why) if why.kind() == std::io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let chunk = buffer.get(..count).unwrap_or_default();
        if chunk.is_empty() {
            return Ok((size, hasher.finish()));
        }
        hasher.update(chunk);
        size += chunk.len() as u64;
        progress.inc(chunk.len() as u64);
    }
}

/// `artifacts.toml`
fn text(artifacts: &[Artifact]) -> String {
    let one = |it: &Artifact| {
        let (component, file) = (string(&it.component), string(&it.file));
        format!("\n[[artifact]]\ncomponent = {component}\nfile = {file}\nsize = {}\nsha256 = \"{}\"\n", it.size, it.sha256)
    };
    let head = "# Written by `holdpoint artifacts`: the files that go out, as they were measured.\nschema = 1\n";
    std::iter::once(head.to_owned()).chain(artifacts.iter().map(one)).collect()
}

/// What was written, and what comes next.
fn written(
    release: &Release,
    artifacts: &[Artifact],
    findings: &[Finding],
    place: &str,
    shown: &str,
) -> Outcome {
    let version = &release.version;
    let width = |of: fn(&Artifact) -> String| artifacts.iter().map(|it| of(it).len()).max().unwrap_or_default();
    let (names, files, sizes) =
        (width(|it| it.component.to_string()), width(|it| it.file.to_string()), width(|it| it.size.to_string()));
    let line = |it: &Artifact| {
        let Artifact { component, file, size, sha256 } = it;
        format!("  {component:names$}  {file:files$}  {size:>sizes$} bytes  sha256 {sha256}\n")
    };
    let lines = rows(artifacts, line);
    let having: BTreeSet<&ComponentName> = artifacts.iter().map(|it| &it.component).collect();
    let bare: Vec<&Component> = release.components.iter().filter(|it| !having.contains(&it.name)).collect();
    let bare = rows(&bare, |it| format!("  {}: no file yet; `holdpoint artifacts {version} {}=FILE`\n", it.name, it.name));
    let next = [
        format!("holdpoint lint {version}"),
        format!("git add {shown} && git commit -m \"Artifacts of {version}\""),
    ];
    let count = counted(artifacts.len(), "artifact");
    let human = format!("wrote {place}: {count}\n{lines}{bare}\nnext: {}\n", next.join("\n      "));
    let json = ArtifactsJson {
        schema: SCHEMA,
        release: version.to_string(),
        path: place.to_owned(),
        artifacts: artifacts.iter().map(ArtifactJson::of).collect(),
        findings: findings.iter().map(FindingJson::of).collect(),
        next: next.into(),
        exit_code: 0,
    };
    Outcome::done(human, value(&json))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    fn release() -> Release {
        let text = "schema = 1\nversion = \"2.7.0\"\ntitle = \"T\"\nplanned = 2026-11-20\nsupport_until = 2027-11-20\n\
            [[component]]\nname = \"recorder\"\n[[component]]\nname = \"player\"\n";
        Release::read("release.toml", text.as_bytes(), &"2.7.0".parse().unwrap(), None).unwrap()
    }

    fn given(component: &str, file: &Path) -> FileGiven {
        format!("{component}={}", file.display()).parse().unwrap()
    }

    #[test]
    fn measures_what_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("recorder-2.7.0.exe");
        std::fs::write(&path, vec![7; 600 << 10]).unwrap();
        let (size, sha256) = content(&path, &ProgressBar::hidden()).unwrap();
        assert_eq!((size, sha256), (600 << 10, Digest::of(&vec![7; 600 << 10])));
        let artifact = Artifact { component: "recorder".parse().unwrap(), file: "a.exe".parse().unwrap(), size, sha256 };
        let read = release::artifacts("a.toml", text(std::slice::from_ref(&artifact)).as_bytes(), Some(&release()));
        assert_eq!(read, Ok(vec![artifact]));
    }

    #[test]
    fn refuses_what_cannot_go_out() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.exe", "A.exe", "releases.json", "with*star", "nul.exe"] {
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        let fails = |files: &[FileGiven], said: &str| {
            let failure = checked(files, &release()).unwrap_err();
            assert_eq!(failure.exit(), Exit::Usage);
            assert!(failure.message().contains(said), "{}", failure.message());
        };
        let at = |name: &str| given("recorder", &dir.path().join(name));
        fails(&[at("a.exe"), at("A.exe")], "is given twice");
        fails(&[at("missing")], "cannot be read");
        fails(&[at("releases.json")], "reserved");
        fails(&[at("with*star")], "has the character");
        fails(&[at("nul.exe")], "device name");
        fails(&[given("recorder", dir.path())], "is a folder");
        fails(&[given("recoder", &dir.path().join("a.exe"))], "has no component `recoder`");
        assert!(checked(&[at("a.exe"), given("player", &dir.path().join("a.exe"))], &release()).is_ok());
    }

    #[test]
    fn the_two_halves_are_needed() {
        for bad in ["recorder", "=file", "recorder=", "Recorder=file"] {
            assert!(bad.parse::<FileGiven>().is_err(), "{bad}");
        }
    }
}
