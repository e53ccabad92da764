//! Random bytes that are fit for keys.

use crate::Output;

/// Fills `out` from AWS-LC's generator, which is seeded from the operating system.
pub fn fill(out: Output<'_>) -> &mut [u8] {
    ironlatch_engine::rand::fill(out)
}

/// `N` random bytes.
#[must_use]
pub fn array<const N: usize>() -> [u8; N] {
    ironlatch_engine::rand::array()
}
