//! Git's commit-graph: where commits lie in history and which paths each changed, kept by git beside its objects.
//!
//! It holds the same as the commits and trees themselves, is never sent by a remote, and git writes none where grafts or
//! replaced objects are in use. Reading it saves reading 100,000 objects. It is used whole or, with any fault, not at all.
//!
//! The format: <https://git-scm.com/docs/gitformat-commit-graph>.

use std::fs;
use std::ops::Range;
use std::path::Path;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use git2::{ObjectFormat, Oid};

/// No parent.
const NONE: u32 = 0x7000_0000;
/// The second parent is the first of a list; in the list: the last one.
const FLAG: u32 = 0x8000_0000;

/// All layers of a commit-graph. A commit is known by its position, counted through the layers.
pub(super) struct Graph {
    layers: Vec<Layer>,
}

/// One file.
struct Layer {
    bytes: Vec<u8>,
    width: usize,
    // How many commits the layers below have.
    base: u32,
    commits: u32,
    fanout: Range<usize>,
    ids: Range<usize>,
    data: Range<usize>,
    edges: Option<Range<usize>>,
    filters: Option<Filters>,
}

/// The Bloom filters of the paths that each commit changed against its first parent.
struct Filters {
    ends: Range<usize>,
    bits: Range<usize>,
    hashes: u32,
}

/// A commit, as the graph has it.
pub(super) struct Stored {
    pub(super) id: Oid,
    pub(super) tree: Oid,
    pub(super) parents: Vec<u32>,
    pub(super) time: i64,
}

/// A path, as it is looked up in a filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key(u32, u32);

impl Graph {
    /// The graph of a folder of objects, if there is a sound one.
    pub(super) fn load(objects: &Path, format: ObjectFormat) -> Option<Self> {
        let info = objects.join("info");
        if let Ok(bytes) = fs::read(info.join("commit-graph")) {
            return Some(Self { layers: vec![Layer::parse(bytes, format, 0, 0)?] });
        }
        let folder = info.join("commit-graphs");
        let mut layers: Vec<Layer> = Vec::new();
        for name in fs::read_to_string(folder.join("commit-graph-chain")).ok()?.lines() {
            if !name.bytes().all(|it| it.is_ascii_hexdigit()) {
                return None;
            }
            let base = layers.last().map_or(Some(0), |it| it.base.checked_add(it.commits))?;
            let bytes = fs::read(folder.join(format!("graph-{name}.graph"))).ok()?;
            layers.push(Layer::parse(bytes, format, layers.len(), base)?);
        }
        (!layers.is_empty()).then_some(Self { layers })
    }

    /// How many commits it has.
    pub(super) fn len(&self) -> usize {
        self.layers.iter().map(|it| it.commits as usize).sum()
    }

    /// The position of a commit.
    pub(super) fn position(&self, id: Oid) -> Option<u32> {
        self.layers.iter().find_map(|it| it.position(id))
    }

    /// The commit at a position; none if the graph contradicts itself.
    pub(super) fn commit(&self, position: u32) -> Option<Stored> {
        let (layer, at) = self.layer(position)?;
        let total = u32::try_from(self.len()).ok()?;
        layer.commit(at).filter(|it| it.parents.iter().all(|parent| *parent < total))
    }

    /// Whether a commit is sure to have changed none of these paths against its first parent.
    pub(super) fn leaves_alone(&self, position: u32, paths: &[Key]) -> bool {
        let changed = || {
            let (layer, at) = self.layer(position)?;
            let (bits, hashes) = layer.filter(at)?;
            Some(paths.iter().any(|it| it.may_be_in(bits, hashes)))
        };
        changed() == Some(false)
    }

    fn layer(&self, position: u32) -> Option<(&Layer, usize)> {
        let layer = self.layers.iter().find(|it| position.checked_sub(it.base).is_some_and(|at| at < it.commits))?;
        Some((layer, (position - layer.base) as usize))
    }
}

impl Layer {
    fn parse(bytes: Vec<u8>, format: ObjectFormat, below: usize, base: u32) -> Option<Self> {
        let (algorithm, number) = match format {
            ObjectFormat::Sha1 => (&SHA1_FOR_LEGACY_USE_ONLY, 1),
            ObjectFormat::Sha256 => (&SHA256, 2),
        };
        let width = algorithm.output_len();
        let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(width)?)?;
        // A flipped bit would make history shorter, and nobody would see it.
        if digest(algorithm, body).as_ref() != sum {
            return None;
        }
        let [b'C', b'G', b'P', b'H', 1, hash, chunks, bases] = *body.get(..8)? else { return None };
        if hash != number || usize::from(bases) != below {
            return None;
        }
        let chunk = |name: &[u8; 4]| {
            (0..usize::from(chunks)).find_map(|it| {
                let row = 8 + it * 12;
                let place = |at: usize| usize::try_from(u64::from_be_bytes(*body.get(at..)?.first_chunk()?)).ok();
                let range = place(row + 4)?..place(row + 16)?;
                (body.get(row..row + 4)? == name && body.get(range.clone()).is_some()).then_some(range)
            })
        };
        let (fanout, ids, data) = (chunk(b"OIDF")?, chunk(b"OIDL")?, chunk(b"CDAT")?);
        let commits = word(body.get(fanout.clone())?, 255)?;
        let count = commits as usize;
        if fanout.len() != 1024 || ids.len() != count * width || data.len() != count * (width + 16) {
            return None;
        }
        let filters = match (chunk(b"BIDX"), chunk(b"BDAT")) {
            (Some(ends), Some(bits)) => Filters::parse(body, ends, bits, count),
            _ => None,
        };
        let edges = chunk(b"EDGE");
        Some(Self { bytes, width, base, commits, fanout, ids, data, edges, filters })
    }

    fn position(&self, id: Oid) -> Option<u32> {
        let fanout = self.bytes.get(self.fanout.clone())?;
        let wanted = id.as_bytes();
        let first = usize::from(*wanted.first()?);
        let mut low = first.checked_sub(1).map_or(Some(0), |it| word(fanout, it))? as usize;
        let mut high = word(fanout, first)? as usize;
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle)?.cmp(wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.base.checked_add(u32::try_from(middle).ok()?),
            }
        }
        None
    }

    fn id(&self, at: usize) -> Option<&[u8]> {
        self.bytes.get(self.ids.clone())?.get(at * self.width..(at + 1) * self.width)
    }

    fn commit(&self, at: usize) -> Option<Stored> {
        let length = self.width + 16;
        let row = self.bytes.get(self.data.clone())?.get(at * length..(at + 1) * length)?;
        let (tree, rest) = row.split_at_checked(self.width)?;
        let (first, second) = (word(rest, 0)?, word(rest, 1)?);
        let mut parents: Vec<u32> = Some(first).filter(|it| *it != NONE).into_iter().collect();
        if second & FLAG != 0 {
            let edges = self.bytes.get(self.edges.clone()?)?;
            let mut edge = (second & !FLAG) as usize;
            loop {
                let parent = word(edges, edge)?;
                parents.push(parent & !FLAG);
                if parent & FLAG != 0 {
                    break;
                }
                edge += 1;
            }
        } else if second != NONE {
            parents.push(second);
        }
        // 30 bits are something else, and 34 bits the seconds.
        let time = i64::from(word(rest, 2)? & 3) << 32 | i64::from(word(rest, 3)?);
        let (id, tree) = (Oid::from_bytes(self.id(at)?).ok()?, Oid::from_bytes(tree).ok()?);
        Some(Stored { id, tree, parents, time })
    }

    fn filter(&self, at: usize) -> Option<(&[u8], u32)> {
        let filters = self.filters.as_ref()?;
        let ends = self.bytes.get(filters.ends.clone())?;
        let begin = at.checked_sub(1).map_or(Some(0), |it| word(ends, it))? as usize;
        let bits = self.bytes.get(filters.bits.clone())?.get(begin..word(ends, at)? as usize)?;
        Some((bits, filters.hashes))
    }
}

impl Filters {
    fn parse(body: &[u8], ends: Range<usize>, bits: Range<usize>, count: usize) -> Option<Self> {
        let header = body.get(bits.clone())?;
        let (version, hashes) = (word(header, 0)?, word(header, 1)?);
        // Version 1 differs from 2 only in paths that are not ASCII, for which there is no key.
        let known = matches!(version, 1 | 2) && (1..=64).contains(&hashes) && ends.len() == count * 4;
        known.then_some(Self { ends, bits: bits.start + 12..bits.end, hashes })
    }
}

impl Key {
    /// The key of a path without a slash at its end. None if versions of the filters differ in it.
    pub(super) fn of(path: &str) -> Option<Self> {
        path.is_ascii().then(|| Self(murmur3(0x293a_e76f, path.as_bytes()), murmur3(0x7e64_6e2c, path.as_bytes())))
    }

    fn may_be_in(self, bits: &[u8], hashes: u32) -> bool {
        // A filter without bits was not made.
        let Ok(size @ 1..) = u32::try_from(bits.len() * 8) else { return true };
        (0..hashes).all(|it| {
            let bit = self.0.wrapping_add(it.wrapping_mul(self.1)) % size;
            bits.get(bit as usize / 8).is_none_or(|byte| byte >> (bit % 8) & 1 == 1)
        })
    }
}

/// The `at`th number of a list of big-endian ones.
fn word(list: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*list.get(at * 4..)?.first_chunk()?))
}

/// The 32-bit variant of `MurmurHash3`, as git uses it.
fn murmur3(seed: u32, bytes: &[u8]) -> u32 {
    let mix = |word: u32| word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let (words, rest) = bytes.as_chunks::<4>();
    let mut hash = words.iter().fold(seed, |hash, word| {
        (hash ^ mix(u32::from_le_bytes(*word))).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64)
    });
    if !rest.is_empty() {
        hash ^= mix(rest.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the hash is of the length modulo 2³²")]
    let length = bytes.len() as u32;
    hash ^= length;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_git_tests_it() {
        // From git's t0095-bloom.sh.
        assert_eq!(murmur3(0, b""), 0);
        assert_eq!(murmur3(0, b"Hello world!"), 0x627b_0c2c);
        assert_eq!(murmur3(0, b"The quick brown fox jumps over the lazy dog"), 0x2e4f_f723);
    }
}
