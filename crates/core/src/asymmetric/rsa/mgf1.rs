//! MGF1, the mask of OAEP and PSS (RFC 8017 §B.2.1).

use zeroize::Zeroizing;

use crate::hash::{Hash, HashAlgorithm, hmac::MAX_DIGEST};

/// Combines `target` by exclusive or with the mask that `hash` makes of `seed`. Twice the same
/// undoes it.
pub(super) fn mask(hash: HashAlgorithm, seed: &[u8], target: &mut [u8]) {
    let len = hash.digest_size();
    let mut seeded = Hash::new(hash);
    seeded.update(seed);
    let mut block = Zeroizing::new([0; MAX_DIGEST]);
    for (counter, piece) in (0u32..).zip(target.chunks_mut(len)) {
        let mut state = seeded.clone();
        state.update(&counter.to_be_bytes());
        state.finalize_into((&mut block[..len]).into());
        for (byte, mask) in piece.iter_mut().zip(&block[..]) {
            *byte ^= mask;
        }
    }
}
