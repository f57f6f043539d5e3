//! The tool from the outside: throwaway repositories, real keys, one command, one answer.

mod arrows;
mod attacks;
mod reading;
mod readme;
mod reference;
mod sandbox;
mod sharing;
mod signing;
