//! Room for data between two steps.

use core::ops::{Deref, DerefMut};

use ironlatch_engine::memory::wipe;

/// Bytes that are wiped when they are dropped: all at once, where `Zeroizing` goes byte by byte.
pub(super) struct Scratch<const N: usize>([u8; N]);

impl<const N: usize> Scratch<N> {
    pub(super) fn new() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> Drop for Scratch<N> {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl<const N: usize> Deref for Scratch<N> {
    type Target = [u8; N];

    fn deref(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> DerefMut for Scratch<N> {
    fn deref_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}
