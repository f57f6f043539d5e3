//! Held against stock OpenSSH: whatever holdpoint accepts, `ssh-keygen -Y verify` accepts; and where only OpenSSH does, the
//! difference has a name and a reason (`openssh/reasons.rs`).

mod examples;
mod mutants;
mod oracle;
mod reasons;
mod samples;
mod spoil;
mod vectors;
