//! The tool from the outside: throwaway repositories, real keys, one command, one answer.
//!
//! Each module says that it is for tests, so that lints for code that people run leave it alone.

#[cfg(test)]
mod arrows;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod sandbox;
