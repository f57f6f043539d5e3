//! The stock commands that verify a statement, with paths that are right where they are typed.

use std::path::{Path, PathBuf};

use holdpoint_core::policy::folder;
use holdpoint_core::statement::Statement;

use super::Paper;
use crate::desk::entry_path;
use crate::failure::Failure;
use crate::gather::Record;
use crate::repo::Repo;

/// Where the commands are typed.
pub(super) struct Place {
    /// The coordination root, where the user does not stand in it.
    elsewhere: Option<PathBuf>,
    /// Whether there are files to look at: a bare repository has none.
    has_files: bool,
}

impl Place {
    /// Where the user stands, and where the files are.
    pub(super) fn of(repo: &Repo, record: &Record<'_>) -> Result<Self, Failure> {
        let Some(top) = repo.work_tree() else { return Ok(Self { elsewhere: None, has_files: false }) };
        let root = top.join(record.snapshot.prefix());
        let here = std::env::current_dir().and_then(|it| it.canonicalize());
        let here = here.map_err(|why| Failure::new("the current folder cannot be told").because(why))?;
        let is_here = root.canonicalize().is_ok_and(|it| it == here);
        Ok(Self { elsewhere: (!is_here).then_some(root), has_files: true })
    }

    /// What to know before typing them.
    pub(super) fn hint(&self) -> &'static str {
        if self.has_files { "" } else { " (in a clone with files: this repository is bare)" }
    }

    /// The commands: where to stand if one does not stand there, that the id is that of the bytes, and that the signature fits.
    pub(super) fn commands(&self, paper: &Paper, statement: &Statement) -> Vec<String> {
        let path = match paper.name.parse() {
            Ok(id) => entry_path(&paper.version, &id),
            Err(_) => return Vec::new(),
        };
        let signers = format!("policy/{}/signers", folder(paper.policy));
        let (by, namespace) = (&statement.by, statement.namespace());
        let move_there = self.elsewhere.as_ref().map(|it| format!("cd {}", quoted(it)));
        let verify = format!("ssh-keygen -Y verify -f {signers} -I {by} -n {namespace} -s {path}.sig < {path}");
        move_there.into_iter().chain([format!("sha256sum {path}"), verify]).collect()
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = text.trim_end_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_space_is_quoted() {
        assert_eq!(quoted(Path::new("/srv/my repo/")), "'/srv/my repo'");
        assert_eq!(quoted(Path::new("/srv/repo")), "/srv/repo");
    }
}
