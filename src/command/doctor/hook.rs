//! The hook of a server: whether pushes are looked at before they are taken.

use std::fs;
use std::path::{Path, PathBuf};

use super::clone::Check;
use crate::failure::Failure;
use crate::repo::Repo;

const NAME: &str = "hook";

/// What a hook must call.
const CALL: &str = "holdpoint hook pre-receive";

/// Looks at the hook.
pub(super) fn look_at(repo: &Repo) -> Result<Check, Failure> {
    if repo.work_tree().is_some() {
        return Ok(Check::ok(NAME, "none is needed in a clone; `holdpoint hook install` belongs on the server"));
    }
    let file = folder(repo)?.join("pre-receive");
    let shown = file.display();
    let install = "holdpoint hook install";
    let bytes = match fs::read(&file) {
        Ok(bytes) => bytes,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("there is no `{shown}`: a push that removes what was signed is taken");
            return Ok(Check::warning(NAME, message, install));
        }
        Err(why) => {
            let failure = Failure::new(format!("`{shown}` cannot be read")).because(why);
            return Err(failure.hint("run it as the user who receives the pushes"));
        }
    };
    let calls = String::from_utf8_lossy(&bytes).lines().any(|it| !it.trim_start().starts_with('#') && it.contains(CALL));
    if !calls {
        return Ok(Check::warning(NAME, format!("`{shown}` does not call `{CALL}`"), format!("add this line: {CALL}")));
    }
    if !is_executable(&file) {
        let message = format!("`{shown}` is not executable, and git passes over it without a word");
        return Ok(Check::wrong(NAME, message, format!("chmod +x {shown}")));
    }
    Ok(Check::ok(NAME, format!("`{shown}` calls `{CALL}`")))
}

/// Where git looks for hooks.
fn folder(repo: &Repo) -> Result<PathBuf, Failure> {
    let configured = repo.config_value("core.hookspath")?;
    Ok(repo.private_folder().join(configured.as_deref().unwrap_or("hooks")))
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|it| it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_file: &Path) -> bool {
    true
}
