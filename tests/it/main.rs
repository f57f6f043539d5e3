//! The tool from the outside: throwaway repositories, real keys, one command, one answer.
#![cfg(test)] // so that lints for code that people run leave the sandbox alone

mod arrows;
mod attacks;
mod broken_off;
mod clones;
mod codes;
mod commands;
mod cures;
mod examples;
mod golden;
mod guards;
mod knowledge_base;
mod levels;
mod limits;
mod memories;
mod openssh;
mod policies;
mod publishing;
mod reading;
mod readme;
mod reference;
mod refused;
mod same_bytes;
mod sandbox;
mod server;
mod sharing;
mod sight;
mod signing;
mod writers;
