//! Git's configuration: who the user is, which key signs, and which root is pinned in this clone.

use std::path::PathBuf;

use git2::{Config, ConfigLevel, ErrorCode};

use super::{Repo, reason};
use crate::failure::Failure;

/// Whom a commit names as its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The name.
    pub(crate) name: String,
    /// The address.
    pub(crate) email: String,
}

impl Identity {
    /// Somebody of whom only the address is known.
    pub(crate) fn of_email(email: &str) -> Self {
        Self { name: email.to_owned(), email: email.to_owned() }
    }
}

impl Repo {
    /// Every value of `key`, from all of git's files, in git's order.
    pub(crate) fn config_all(&self, key: &str) -> Result<Vec<String>, Failure> {
        values_in(&self.git.config().map_err(|it| unread(key, &it))?, key)
    }

    /// The values of `key` that stand in the repository's own configuration.
    pub(crate) fn config_local(&self, key: &str) -> Result<Vec<String>, Failure> {
        let config = self.git.config().map_err(|it| unread(key, &it))?;
        match config.open_level(ConfigLevel::Local) {
            Ok(local) => values_in(&local, key),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(Vec::new()),
            Err(error) => Err(unread(key, &error)),
        }
    }

    /// Puts `new` in the place of the value `old` of `key`, in the repository's own configuration; where `new` is there
    /// already, only takes `old` out. Both are words without a character that patterns know.
    pub(crate) fn config_replace(&self, key: &str, old: &str, new: &str) -> Result<(), Failure> {
        let pattern = format!("^[[:space:]]*{old}[[:space:]]*$");
        let has_new = self.config_local(key)?.iter().any(|it| it.trim() == new);
        let local = self.git.config().and_then(|it| it.open_level(ConfigLevel::Local));
        let set = local.and_then(|mut it| {
            if has_new { it.remove_multivar(key, &pattern) } else { it.set_multivar(key, &pattern, new) }
        });
        set.map_err(|it| unset(key, &it))
    }

    /// The value of `key` that git would use.
    pub(crate) fn config_value(&self, key: &str) -> Result<Option<String>, Failure> {
        Ok(self.config_all(key)?.pop())
    }

    /// Adds `value` to those of `key` in the repository's own configuration, unless it is there already.
    pub(crate) fn config_add(&self, key: &str, value: &str) -> Result<(), Failure> {
        /// Replaces nothing, because nothing comes before the beginning.
        const NONE: &str = "a^";
        if self.config_all(key)?.iter().any(|it| it == value) {
            return Ok(());
        }
        self.refuse_locked_config()?;
        let config = self.git.config().and_then(|it| it.open_level(ConfigLevel::Local));
        config.and_then(|mut it| it.set_multivar(key, NONE, value)).map_err(|it| unset(key, &it))
    }

    /// Where git looks for the hooks that a push runs.
    pub(crate) fn hooks_folder(&self) -> Result<PathBuf, Failure> {
        let failed = |it: &git2::Error| Failure::new("git config `core.hooksPath` cannot be read").because(reason(it));
        let config = self.git.config().map_err(|it| failed(&it))?;
        match config.get_path("core.hookspath") {
            // A relative one is meant from where git runs these hooks, which is never the work tree.
            Ok(path) => Ok(self.git.path().join(path)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(self.git.commondir().join("hooks")),
            Err(error) => Err(failed(&error)),
        }
    }

    /// The user of git, if `user.name` and `user.email` are both set.
    pub(crate) fn user_identity(&self) -> Result<Option<Identity>, Failure> {
        let said = |key| self.config_value(key).map(|it| it.filter(|it| !it.trim().is_empty()));
        Ok(said("user.name")?.zip(said("user.email")?).map(|(name, email)| Identity { name, email }))
    }

    /// The key that git signs with: a file, or `key::` and the public key itself.
    pub(crate) fn signing_key(&self) -> Result<Option<String>, Failure> {
        self.config_value("user.signingkey")
    }

    /// The program that git signs with instead of `ssh-keygen`.
    pub(crate) fn ssh_program(&self) -> Result<Option<String>, Failure> {
        self.config_value("gpg.ssh.program")
    }

    /// The command that tells git which key to sign with.
    pub(crate) fn default_key_command(&self) -> Result<Option<String>, Failure> {
        self.config_value("gpg.ssh.defaultkeycommand")
    }

    pub(super) fn signs_commits(&self) -> bool {
        self.git.config().and_then(|it| it.get_bool("commit.gpgsign")).unwrap_or(false)
    }
}

fn values_in(config: &Config, key: &str) -> Result<Vec<String>, Failure> {
    let mut entries = match config.multivar(key, None) {
        Ok(entries) => entries,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unread(key, &error)),
    };
    let mut values = Vec::new();
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) => values.push(String::from_utf8_lossy(entry.value_bytes()).into_owned()),
            Err(error) if error.code() == ErrorCode::NotFound => break,
            Err(error) => return Err(unread(key, &error)),
        }
    }
    Ok(values)
}

fn unread(key: &str, error: &git2::Error) -> Failure {
    Failure::new(format!("git config `{key}` cannot be read")).because(reason(error))
}

fn unset(key: &str, error: &git2::Error) -> Failure {
    Failure::new(format!("git config `{key}` cannot be set")).because(reason(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::sandbox::Sandbox;

    #[test]
    fn adds_a_value_once() {
        let sandbox = Sandbox::new();
        let repo = sandbox.repo();
        for value in ["sha256:1", "sha256:2", "sha256:1"] {
            repo.config_add("holdpoint.root", value).unwrap();
        }
        assert_eq!(repo.config_all("holdpoint.root").unwrap(), ["sha256:1", "sha256:2"]);
        assert_eq!(sandbox.git(&["config", "--get-all", "holdpoint.root"]), "sha256:1\nsha256:2");
    }

    #[test]
    fn replaces_one_value_among_others() {
        let sandbox = Sandbox::new();
        let repo = sandbox.repo();
        for value in ["sha256:1", "sha256:12"] {
            repo.config_add("holdpoint.root", value).unwrap();
        }
        repo.config_replace("holdpoint.root", "sha256:1", "sha256:3").unwrap();
        assert_eq!(repo.config_local("holdpoint.root").unwrap(), ["sha256:3", "sha256:12"]);
        repo.config_replace("holdpoint.root", "sha256:12", "sha256:3").unwrap();
        assert_eq!(sandbox.git(&["config", "--local", "--get-all", "holdpoint.root"]), "sha256:3");
    }

    #[test]
    fn knows_the_user_and_the_key() {
        let sandbox = Sandbox::new();
        let key = "key::ssh-ed25519 AAAA ada";
        sandbox.git(&["config", "user.signingkey", key]);
        let repo = sandbox.repo();
        let ada = Identity { name: "Ada".to_owned(), email: "ada@example.com".to_owned() };
        assert_eq!(repo.user_identity().unwrap(), Some(ada));
        assert_eq!(repo.signing_key().unwrap().as_deref(), Some(key));
    }
}
