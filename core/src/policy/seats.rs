//! Whether every seat can have a different person: a matching of seats and people.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::Person;

/// Whether there is a way to give each seat one of its people, and no person two seats.
pub(super) fn all_filled(seats: &[BTreeSet<Person>]) -> bool {
    let mut holder: BTreeMap<&Person, usize> = BTreeMap::new();
    (0..seats.len()).all(|seat| place(seat, seats, &mut holder, &mut BTreeSet::new()))
}

/// Finds a person for `seat`, moving others to another of their seats where that helps.
fn place<'a>(
    seat: usize,
    seats: &'a [BTreeSet<Person>],
    holder: &mut BTreeMap<&'a Person, usize>,
    tried: &mut BTreeSet<&'a Person>,
) -> bool {
    for person in seats.get(seat).into_iter().flatten() {
        if !tried.insert(person) {
            continue;
        }
        let free = match holder.get(person).copied() {
            None => true,
            Some(other) => place(other, seats, holder, tried),
        };
        if free {
            holder.insert(person, seat);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(seats: &[&[&str]]) -> Vec<BTreeSet<Person>> {
        seats.iter().map(|it| it.iter().map(|it| format!("{it}@example.com").parse().unwrap()).collect()).collect()
    }

    #[test]
    fn moves_people_until_all_sit() {
        assert!(all_filled(&seats(&[&["a", "b"], &["a"], &["b", "c"]])));
    }

    #[test]
    fn two_seats_need_two_people() {
        assert!(!all_filled(&seats(&[&["a"], &["a"]])));
        assert!(!all_filled(&seats(&[&["a", "b"], &["a", "b"], &["a", "b"]])));
        assert!(!all_filled(&seats(&[&[]])));
    }
}
