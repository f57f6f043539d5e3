//! Every command as its users meet it: one command, one snapshot of its exit code, stdout and stderr. The help of each is
//! in `docs/reference.md`, which is a snapshot too.

mod add;
mod check;
mod decline;
mod hold;
mod lift;
mod lint;
mod log;
mod not_applicable;
mod revoke;
mod schema;
mod show;
mod sign;
mod status;
mod wait;
mod waive;
mod who;
