//! The tool from the outside.

#[cfg(test)]
mod arrows;
