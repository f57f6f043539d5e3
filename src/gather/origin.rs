//! The repository of record: where this clone fetches the record from and pushes it to, and whether the policy means that one.

use std::path::Path;

use holdpoint_core::evidence::Origin;
use holdpoint_core::policy::{Policy, wrong_repository};

use super::Record;
use crate::failure::Failure;

impl Record<'_> {
    /// Where the record is shared, by the addresses that git really uses.
    pub(super) fn look_at_origin(&self, policy: &Policy) -> Result<Origin, Failure> {
        let branch = policy.branch();
        let Some(remote) = self.repo.remote_for(branch)? else {
            let findings = wrong_repository(policy, None, &[], &[]).into_iter().collect();
            return Ok(Origin { shown: None, findings });
        };
        let shown = Some((branch.to_owned(), self.repo.address(&remote)?));
        if policy.repository().is_empty() {
            return Ok(Origin { shown, findings: Vec::new() });
        }
        let mut used = self.repo.addresses(&remote, false)?;
        used.extend(self.repo.addresses(&remote, true)?);
        let told: Vec<String> = used.iter().map(|it| crate::repo::without_credentials(it)).collect();
        let used: Vec<String> = used.into_iter().map(|it| self.absolute(it)).collect();
        let findings = wrong_repository(policy, Some(&remote), &used, &told).into_iter().collect();
        Ok(Origin { shown, findings })
    }

    /// A folder that is named from where the repository is, by its whole path.
    fn absolute(&self, address: String) -> String {
        let is_folder = !address.contains("://") && !address.split('/').next().unwrap_or_default().contains(':');
        let top = self.repo.work_tree().unwrap_or(self.repo.private_folder());
        match top.join(Path::new(&address)).canonicalize() {
            Ok(path) if is_folder => path.display().to_string(),
            _ => address,
        }
    }
}
