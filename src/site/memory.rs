//! A site in memory: small, real, and bound to the same contract as the others.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use holdpoint_core::digest::Digest;

use super::contract::{Ration, full};
use super::copy::{self, CopyFault};
use super::{
    Content, Flip, Guard, Holds, INDEX, Put, Site, Stored, StoredKind, parts_to_read, parts_to_write, under_way,
};
use crate::failure::Failure;

/// A site that is gone with the process.
#[derive(Default)]
pub(crate) struct MemorySite {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    lock: Arc<Mutex<bool>>,
    room: Option<usize>,
    /// Whether a flip fails once it is done: the name is there, and is not stored for good.
    is_shaky: bool,
}

/// Gives the lock back.
struct Held(Arc<Mutex<bool>>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Ok(mut held) = self.0.lock() {
            *held = false;
        }
    }
}

impl MemorySite {
    /// A site on which every file fails after `room` bytes.
    pub(crate) fn with_room(room: usize) -> Self {
        Self { room: Some(room), ..Self::default() }
    }

    /// A site on which each flip fails right after the new index is there.
    pub(crate) fn shaky() -> Self {
        Self { is_shaky: true, ..Self::default() }
    }

    /// Puts a file there behind the tool's back.
    pub(crate) fn drop_in(&self, path: &str, bytes: &[u8]) {
        self.files().insert(path.to_owned(), bytes.to_owned());
    }

    /// Takes a file off behind the tool's back.
    pub(crate) fn take_off(&self, path: &str) {
        self.files().remove(path);
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.lock().unwrap()
    }

    fn received(
        &self,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<u8>, Failure> {
        parts_to_write(path)?;
        let mut sink = Ration::new(Vec::new(), self.room);
        match copy::checked(source, &mut sink, expected, progress) {
            Ok(()) => Ok(sink.into_inner()),
            Err(CopyFault::Source(why)) => Err(copy::unreadable(path, &why)),
            Err(CopyFault::Sink(why)) => Err(full(path, &why)),
            Err(CopyFault::Differs(found)) => Err(copy::differs(path, expected, found)),
        }
    }
}

impl Site for MemorySite {
    fn is_there(&self) -> Result<bool, Failure> {
        Ok(true)
    }

    fn beginning(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.files().get(path).cloned())
    }

    fn closed_to_others(&self, _path: &str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    fn secure(&self, _held: &Guard, _path: &str, _expected: Content) -> Result<(), Failure> {
        Ok(())
    }

    fn try_room(&self, _held: &Guard, files: &[(&str, u64)]) -> Result<(), Failure> {
        for (path, bytes) in files {
            self.received(path, &mut std::io::repeat(0).take(*bytes), Content::of_zeros(*bytes), &mut |_| {})?;
        }
        Ok(())
    }

    fn settle(&self, _held: &Guard) -> Result<(), Failure> {
        Ok(())
    }

    fn lock(&self) -> Result<Guard, Failure> {
        match self.lock.try_lock() {
            Ok(mut held) if !*held => *held = true,
            Ok(_) | Err(TryLockError::WouldBlock) => return Err(under_way("memory")),
            Err(TryLockError::Poisoned(why)) => return Err(Failure::new("the lock is broken").because(why)),
        }
        Ok(Guard::new(Held(Arc::clone(&self.lock))))
    }

    fn index(&self) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.files().get(INDEX).cloned())
    }

    fn list(&self) -> Result<Vec<Stored>, Failure> {
        let stored = |(path, bytes): (&String, &Vec<u8>)| Stored {
            path: path.clone(),
            size: bytes.len() as u64,
            kind: StoredKind::File,
        };
        Ok(self.files().iter().map(stored).collect())
    }

    fn digest_of(&self, path: &str, most: u64) -> Result<Option<Holds>, Failure> {
        parts_to_read(path)?;
        let held = |it: &Vec<u8>| match it.len() as u64 {
            size if size > most => Holds::Larger(size),
            _ => Holds::Read(Content::of(it)),
        };
        Ok(self.files().get(path).map(held))
    }

    fn put(
        &self,
        _held: &Guard,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Put, Failure> {
        parts_to_write(path)?;
        if let Some(there) = self.digest_of(path, expected.size)? {
            return Ok(if there.is(expected) { Put::AlreadyThere } else { Put::Occupied(there) });
        }
        let bytes = self.received(path, source, expected, progress)?;
        self.files().entry(path.to_owned()).or_insert(bytes);
        Ok(Put::Stored)
    }

    fn replace(
        &self,
        _held: &Guard,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Failure> {
        let bytes = self.received(path, source, expected, progress)?;
        self.files().insert(path.to_owned(), bytes);
        Ok(())
    }

    fn write(&self, held: &Guard, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.replace(held, path, &mut &*bytes, Content::of(bytes), &mut |_| {})
    }

    fn flip(&self, held: &Guard, expected: Option<Digest>, bytes: &[u8]) -> Result<Flip, Failure> {
        if self.index()?.as_deref().map(Digest::of) != expected {
            return Ok(Flip::Moved);
        }
        self.write(held, INDEX, bytes)?;
        if self.is_shaky { Err(Failure::new("cannot store it for good")) } else { Ok(Flip::Done) }
    }
}
