//! Hash tables for small numbers that nobody chose to make collide: multiplication in place of SipHash.

use std::hash::{BuildHasherDefault, Hasher};

/// A map with the fast hash.
pub(super) type Map<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Fast>>;

/// A set with the fast hash.
pub(super) type Set<K> = std::collections::HashSet<K, BuildHasherDefault<Fast>>;

/// Mixes words by multiplication and rotation.
#[derive(Clone, Debug, Default)]
pub(super) struct Fast(u64);

impl Hasher for Fast {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
