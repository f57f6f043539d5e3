//! The tool from the outside: throwaway repositories, real keys, one command, one answer.
#![cfg(test)] // so that lints for code that people run leave the sandbox alone
#![expect(
    clippy::needless_raw_string_hashes,
    clippy::too_many_lines,
    reason = "snapshots are long, and written in this form"
)]

mod arrows;
mod attacks;
mod codes;
mod commands;
mod golden;
mod publishing;
mod reading;
mod readme;
mod reference;
mod refused;
mod sandbox;
mod sharing;
mod signing;
