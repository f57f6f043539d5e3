//! `holdpoint kb fetch`: the live text of an article, brought into `kb.md` to be read and signed.

use clap::Args;
use holdpoint_core::document::{Article, Status};
use holdpoint_core::finding::Code;
use holdpoint_core::live::{Live, covering, fetched};
use holdpoint_core::name::{Version, counted, escaped};
use holdpoint_core::policy::{ARTICLE_FILE, KbRule, Policy};
use schemars::JsonSchema;
use serde::Serialize;

use crate::command::new::from_here;
use crate::failure::Failure;
use crate::gather::Record;
use crate::kb::{Doubt, KnowledgeBase, place};
use crate::outcome::Outcome;
use crate::render::json::{SCHEMA, value};
use crate::repo::{Care, Repo, line_changes, write_whole};
use crate::shell::{PIN_VARIABLE, Reading, Shell, relied_on};

/// Bring the live text of an article into `kb.md`
///
/// Asks the knowledge base that `[kb]` of the policy names, and writes the text as Markdown below the front matter of
/// `releases/VERSION/kb.md`; commits nothing. The front matter stays, but for `title` and `status` where the policy says where
/// those stand. Headings begin at level 2; bold and italics are left out. Where Markdown has no form for what the live article
/// has, a TODO stands, which `lint` refuses until somebody has looked at the live article and taken it out.
///
/// Secrets are taken from the environment, and are sent under a pinned policy alone.
///
/// Exit codes: 0 written, or nothing to write, 1 `kb.md` has changes that are not committed, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version: 2.7.0, v2.7.0 or 2.7
    version: String,
    /// Overwrite changes of `kb.md` that are not committed
    #[arg(long)]
    yes: bool,
    /// The root that the policy must come from, besides `HOLDPOINT_ROOT` and `git config holdpoint.root`
    #[arg(long, value_name = "sha256:…")]
    root: Option<String>,
}

/// The answer of `holdpoint kb fetch`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "kb fetch")]
pub(crate) struct KbFetchJson {
    schema: u64,
    release: String,
    /// The file, from the coordination root.
    path: String,
    /// Where the live article was read.
    address: String,
    title: String,
    /// `draft` or `published`.
    status: String,
    /// When the live article was last edited, as the knowledge base writes it, if the policy says where that stands.
    edited: Option<String>,
    /// Whether the file was written; if not, it held the live text already.
    changed: bool,
    /// How many lines came.
    added: usize,
    /// How many lines went.
    removed: usize,
    /// What Markdown has no form for, in the order of the text: a person has to look at each.
    left: Vec<String>,
    /// What comes next.
    next: Vec<String>,
    exit_code: u8,
}

/// Fetches.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &Reading { at: None, root: options.root })?;
    let version = record.one(&options.version)?;
    let policy = trusted(shell, &record)?;
    let rule = policy.kb().ok_or_else(|| {
        Failure::usage("the policy names no knowledge base, so there is nothing to fetch from")
            .hint("`kb.md` is written here; if it is kept elsewhere, propose a policy with `[kb]`: holdpoint policy propose")
    })?;
    let path = place(&version);
    let dirty = record.repo.uncommitted(&record.snapshot, &[&format!("releases/{version}")], Care::All)?;
    let is_dirty = dirty.paths.iter().any(|it| *it == escaped(&path));
    let record = record.into_written()?;
    let (article, before) = written_article(&record, &version, &path)?;
    let live = read(rule, &article)?;
    let after = fetched(&article, &live).map_err(|why| {
        Failure::new(format!("the live article at {} cannot be brought in", live.address()))
            .because(why)
            .hint(format!("open {} and mend it there", live.address()))
    })?;
    let new = Article::parse(&path, after.as_bytes()).map_err(|problems| {
        Failure::new(format!("the live article at {} makes no `kb.md`", live.address()))
            .findings(problems.into_iter().map(|it| it.finding(Code::BadRecord)).collect())
            .hint(format!("open {} and mend it there", live.address()))
    })?;
    let changed = after.as_bytes() != before;
    if changed && is_dirty && !options.yes {
        return Err(Failure::refused(format!("`{path}` has changes that are not committed, and would be overwritten"))
            .hint(format!("commit them, or let them go: holdpoint kb fetch {version} --yes")));
    }
    if changed {
        let top = repo.work_tree().ok_or_else(|| Failure::usage("a bare repository has no files to write"))?;
        let file = top.join(record.snapshot.prefix()).join(&path);
        write_whole(&file, after.as_bytes())
            .map_err(|why| Failure::new(format!("`{}` cannot be written", file.display())).because(why))?;
    }
    let (added, removed) = line_changes(&before, after.as_bytes());
    let news = News { path, changed, is_dirty, added, removed };
    Ok(told(&repo, &record, &policy, &version, &new, &live, news))
}

/// The policy in force, if it is one to which secrets can be entrusted.
fn trusted(shell: &Shell, record: &Record<'_>) -> Result<Policy, Failure> {
    let chain = record.chain_or_fail()?;
    let policy = chain.current();
    let has_secrets = policy.kb().is_some_and(|it| !it.headers().is_empty());
    if has_secrets && record.pins().is_empty() {
        return Err(Failure::new("no pinned root says that this is the right policy")
            .because("it says where secrets are sent, and whoever can write to the repository could have written it")
            .hint(format!("ask a colleague for the root, then: holdpoint trust sha256:…   (in CI set {PIN_VARIABLE})")));
    }
    relied_on(shell, &chain, record.pins())?;
    Ok(policy.clone())
}

/// The article as it lies in the work tree, with its bytes.
fn written_article(record: &Record<'_>, version: &Version, path: &str) -> Result<(Article, Vec<u8>), Failure> {
    let bytes = record.to_be_written_over(version, ARTICLE_FILE)?.ok_or_else(|| {
        Failure::usage(format!("there is no file `{path}`"))
            .hint(format!("its front matter says which article is meant; `holdpoint new {version} …` writes one"))
    })?;
    let article = Article::parse(path, &bytes).map_err(|problems| {
        Failure::new(format!("`{path}` cannot be read"))
            .findings(problems.into_iter().map(|it| it.finding(Code::BadRecord)).collect())
            .hint("mend it and run the same command again")
    })?;
    Ok((article, bytes))
}

fn read(rule: &KbRule, article: &Article) -> Result<Live, Failure> {
    let asked = KnowledgeBase::open(rule).and_then(|kb| kb.live(&kb.address(article)?));
    asked.map_err(|Doubt { why, next, .. }| Failure::new(why).because("nothing was written").hint(next))
}

/// What became of the file.
struct News {
    path: String,
    changed: bool,
    is_dirty: bool,
    added: usize,
    removed: usize,
}

/// What was written, and what comes next.
fn told(
    repo: &Repo,
    record: &Record<'_>,
    policy: &Policy,
    version: &Version,
    article: &Article,
    live: &Live,
    news: News,
) -> Outcome {
    let News { path, changed, is_dirty, added, removed } = news;
    let shown = from_here(repo, record, &path);
    let requirement = covering(policy).map_or("kb", |it| it.name.as_str());
    let commit = format!("git add {shown} && git commit -m \"The live article about {version}\"");
    let sign = format!("holdpoint sign {version} {requirement}");
    let next = match (changed, is_dirty) {
        (true, _) => vec![format!("holdpoint lint {version}"), commit, sign],
        (false, true) => vec![commit, sign],
        (false, false) => vec![sign],
    };
    let (title, draft) = (article.title().value.as_str(), article.status().value == Status::Draft);
    let status = if draft { "draft" } else { "published" };
    let edited = live.edited().map(|it| format!("; last edited {}", escaped(it))).unwrap_or_default();
    let headline = match changed {
        true => format!("wrote {path}: {} came, {} went", counted(added, "line"), counted(removed, "line")),
        false => format!("{path} holds the live text already"),
    };
    let left: Vec<String> = live.left().iter().map(|it| escaped(it)).collect();
    let looks: String = left.iter().map(|it| format!("  look    {it}\n")).collect();
    let next = match left.is_empty() {
        true => next,
        false => [vec![format!("edit {shown} where it says TODO, with the live article beside it")], next].concat(),
    };
    let human = format!(
        "{headline}\n  from    {}{edited}\n  title   {title}\n  status  {status}\n{looks}\nnext: {}\n",
        live.address(),
        next.join("\n      ")
    );
    let json = KbFetchJson {
        schema: SCHEMA,
        release: version.to_string(),
        path,
        address: live.address().to_owned(),
        title: title.to_owned(),
        status: status.to_owned(),
        edited: live.edited().map(str::to_owned),
        changed,
        added,
        removed,
        left,
        next,
        exit_code: 0,
    };
    Outcome::done(human, value(&json))
}
