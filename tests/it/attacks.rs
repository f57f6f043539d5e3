//! What the gate withstands: one file for each attack or accident, each on a repository that was made for it.

mod another_policy_at_head;
mod armor_variants;
mod bytes_change_under_way;
mod case_twins_and_odd_names;
mod changed_after_publication;
mod changed_deciding_file;
mod changed_document;
mod clean_words_in_records;
mod copied_sign_offs;
mod damaged_hold;
mod dropped_beside_the_index;
mod every_verdict_in_every_format;
mod hostile_environment;
mod hostile_toml;
mod huge_artifacts;
mod junk_in_a_ledger;
mod killed_publish;
mod line_endings_and_filters;
mod lone_adoption;
mod merged_after_a_no;
mod mistyped;
mod no_beats_yes;
mod nothing_to_check;
mod odd_ring;
mod one_person_two_seats;
mod partial_clone;
mod revoked_yes;
pub(crate) mod robots;
mod sha256_repository;
mod uncommitted_entries;
mod unpinned_root;
mod waivers;
mod what_if;
mod wrong_namespace;

pub(crate) use robots::founded_with;
pub(crate) use waivers::{soon, waive};
