//! Who has which rights on a file or folder: by its mode, and by its access list where the file system keeps one.

use std::collections::BTreeMap;
use std::io;

/// The right to read.
pub(super) const READ: u32 = 4;
/// The right to write.
pub(super) const WRITE: u32 = 2;
/// The right to pass through a folder.
pub(super) const PASS: u32 = 1;

/// One who is named in an access list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    /// An account, by its number.
    User(u32),
    /// A group, by its number.
    Group(u32),
}

/// The rights on a file or folder. Each is three bits; what the mask of a list takes away is taken away here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rights {
    pub(super) owner: u32,
    pub(super) group: u32,
    pub(super) others: u32,
    pub(super) named: BTreeMap<Named, u32>,
}

/// How a list is kept as bytes: its version, and each entry as tag, rights and number.
mod form {
    pub(super) const VERSION: u32 = 2;
    pub(super) const OWNER: u16 = 0x01;
    pub(super) const USER: u16 = 0x02;
    pub(super) const GROUP: u16 = 0x04;
    pub(super) const NAMED_GROUP: u16 = 0x08;
    pub(super) const MASK: u16 = 0x10;
    pub(super) const OTHERS: u16 = 0x20;
    /// The number of an entry that names nobody.
    pub(super) const NOBODY: u32 = u32::MAX;
}

impl Rights {
    /// As a mode has them.
    pub(super) fn of_mode(mode: u32) -> Self {
        Self { owner: mode >> 6 & 7, group: mode >> 3 & 7, others: mode & 7, named: BTreeMap::new() }
    }

    /// As a list has them; nothing if these bytes are none.
    pub(super) fn of_list(bytes: &[u8]) -> Option<Self> {
        let (version, entries) = bytes.split_first_chunk::<4>()?;
        if u32::from_le_bytes(*version) != form::VERSION || entries.len() % 8 != 0 {
            return None;
        }
        let (mut rights, mut mask) = (Self::default(), 7);
        for entry in entries.chunks_exact(8) {
            let &[tag, tag2, perm, perm2, a, b, c, d] = entry else { return None };
            let (tag, perm) = (u16::from_le_bytes([tag, tag2]), u32::from(u16::from_le_bytes([perm, perm2])) & 7);
            let number = u32::from_le_bytes([a, b, c, d]);
            match tag {
                form::OWNER => rights.owner = perm,
                form::GROUP => rights.group = perm,
                form::OTHERS => rights.others = perm,
                form::MASK => mask = perm,
                form::USER => drop(rights.named.insert(Named::User(number), perm)),
                form::NAMED_GROUP => drop(rights.named.insert(Named::Group(number), perm)),
                _ => return None,
            }
        }
        rights.group &= mask;
        rights.named.values_mut().for_each(|it| *it &= mask);
        Some(rights)
    }

    /// The bytes of the list that says this.
    pub(super) fn to_list(&self) -> Vec<u8> {
        let mut entries = vec![(form::OWNER, self.owner, form::NOBODY)];
        let of = |it: (&Named, &u32)| match it {
            (Named::User(number), rights) => (form::USER, *rights, *number),
            (Named::Group(number), rights) => (form::NAMED_GROUP, *rights, *number),
        };
        let (users, groups): (Vec<_>, Vec<_>) = self.named.iter().map(of).partition(|(tag, ..)| *tag == form::USER);
        entries.extend(users);
        entries.push((form::GROUP, self.group, form::NOBODY));
        entries.extend(groups);
        if !self.named.is_empty() {
            entries.push((form::MASK, self.class(), form::NOBODY));
        }
        entries.push((form::OTHERS, self.others, form::NOBODY));
        let mut bytes = form::VERSION.to_le_bytes().to_vec();
        for (tag, rights, number) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(u16::try_from(rights).unwrap_or_default().to_le_bytes());
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }

    /// All that somebody has who is neither the owner nor nobody in particular: what a mode says of the group where there is a list.
    fn class(&self) -> u32 {
        self.named.values().fold(self.group, |all, it| all | it)
    }

    /// The bits of a mode.
    pub(super) fn mode(&self) -> u32 {
        self.owner << 6 | self.class() << 3 | self.others
    }

    /// The same people, each with what `right` makes of their rights, and the owner with `owner`.
    pub(super) fn each(&self, owner: u32, right: impl Fn(u32) -> u32) -> Self {
        let named = self.named.iter().map(|(who, it)| (*who, right(*it))).filter(|(_, it)| *it != 0).collect();
        Self { owner, group: right(self.group), others: right(self.others), named }
    }

    /// Everything that either says.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.owner |= other.owner;
        all.group |= other.group;
        all.others |= other.others;
        other.named.iter().for_each(|(who, it)| *all.named.entry(*who).or_default() |= it);
        all
    }

    /// The people named in `wanted` who lack some of these `rights` here, with what they should have. Whom this list does not name
    /// has what everybody has.
    pub(super) fn missing<'w>(&self, wanted: &'w Self, rights: u32) -> Vec<(&'w Named, u32)> {
        let everybody = self.group & self.others;
        let has = |who: &Named| self.named.get(who).copied().unwrap_or(everybody);
        wanted.named.iter().filter(|(who, it)| **it & rights & !has(who) != 0).map(|(who, it)| (who, *it)).collect()
    }
}

/// The list of a file that is open, if it has one.
#[cfg(target_os = "linux")]
pub(super) fn of_file(file: &std::fs::File) -> Option<Rights> {
    read(&|room| rustix::fs::fgetxattr(file, ACCESS, room))
}

/// The list of what lies at `place`, if it has one.
#[cfg(target_os = "linux")]
pub(super) fn of_place(place: &std::path::Path) -> Option<Rights> {
    read(&|room| rustix::fs::getxattr(place, ACCESS, room))
}

/// Whether a folder gives a list of its own to what is born in it.
#[cfg(target_os = "linux")]
pub(super) fn is_inherited(folder: &std::path::Path) -> bool {
    rustix::fs::getxattr_query(folder, "system.posix_acl_default").is_ok_and(|it| it > 0)
}

/// Gives a file that is open this list.
#[cfg(target_os = "linux")]
pub(super) fn set_file(file: &std::fs::File, rights: &Rights) -> io::Result<()> {
    let flags = rustix::fs::XattrFlags::empty();
    rustix::fs::fsetxattr(file, ACCESS, &rights.to_list(), flags).map_err(io::Error::from)
}

/// Gives what lies at `place` this list.
#[cfg(target_os = "linux")]
pub(super) fn set_place(place: &std::path::Path, rights: &Rights) -> io::Result<()> {
    let flags = rustix::fs::XattrFlags::empty();
    rustix::fs::setxattr(place, ACCESS, &rights.to_list(), flags).map_err(io::Error::from)
}

#[cfg(target_os = "linux")]
const ACCESS: &str = "system.posix_acl_access";

#[cfg(target_os = "linux")]
fn read(ask: &dyn Fn(&mut [u8]) -> rustix::io::Result<usize>) -> Option<Rights> {
    // The most that the system keeps in an attribute.
    let mut room = vec![0; 64 << 10];
    let length = ask(&mut room).ok()?;
    Rights::of_list(room.get(..length)?)
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use super::{Rights, io};

    pub(in super::super) fn of_file(_: &std::fs::File) -> Option<Rights> {
        None
    }

    pub(in super::super) fn of_place(_: &std::path::Path) -> Option<Rights> {
        None
    }

    pub(in super::super) fn is_inherited(_: &std::path::Path) -> bool {
        false
    }

    pub(in super::super) fn set_file(_: &std::fs::File, _: &Rights) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(in super::super) fn set_place(_: &std::path::Path, _: &Rights) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{is_inherited, of_file, of_place, set_file, set_place};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rights() -> impl Strategy<Value = Rights> {
        let who = prop_oneof![any::<u32>().prop_map(Named::User), any::<u32>().prop_map(Named::Group)];
        let named = proptest::collection::btree_map(who, 0..8_u32, 0..5);
        (0..8_u32, 0..8_u32, 0..8_u32, named).prop_map(|(owner, group, others, named)| Rights {
            owner,
            group,
            others,
            named,
        })
    }

    proptest! {
        #[test]
        fn a_list_says_what_was_written_into_it(rights in rights()) {
            prop_assert_eq!(Rights::of_list(&rights.to_list()), Some(rights));
        }

        #[test]
        fn whatever_is_added_is_not_missing_any_more(have in rights(), wanted in rights()) {
            prop_assert!(have.and(&wanted).missing(&wanted, 7).is_empty());
        }
    }

    #[test]
    fn what_the_mask_takes_away_nobody_has() {
        let mut list =
            Rights { owner: 7, group: 7, others: 0, named: BTreeMap::from([(Named::User(33), 7)]) }.to_list();
        let mask = list.len() - 16;
        assert_eq!(list[mask], 0x10, "the mask is the last but one");
        list[mask + 2] = 4;
        let rights = Rights::of_list(&list).unwrap();
        assert_eq!((rights.group, rights.named[&Named::User(33)]), (4, 4));
        assert_eq!(Rights::of_list(&list[..list.len() - 1]), None);
    }
}
