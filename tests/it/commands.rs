//! Every command as its users meet it: one command, one snapshot of its exit code, stdout and stderr. The help of each is
//! in `docs/reference.md`, which is a snapshot too.

mod add;
mod artifacts;
mod attest;
mod audit;
mod check;
mod completions;
mod decline;
mod demo;
mod doctor;
mod explain;
mod hold;
mod hook;
mod identify;
mod init;
mod kb;
mod lift;
mod lint;
mod log;
mod man;
mod matrix;
mod new;
mod not_applicable;
mod policy;
mod publish;
mod record;
mod revoke;
mod schema;
mod show;
mod sign;
mod status;
mod trust;
mod verify_attestation;
mod wait;
mod waive;
mod who;
