//! The SHA-2 family in pieces, ours against RustCrypto's.
#![no_main]

use ironlatch::hash::{Hash, HashAlgorithm, HashAlgorithm::*};
use libfuzzer_sys::fuzz_target;
use sha2::Digest;

fuzz_target!(|input: (u8, u16, &[u8])| {
    let (repeat, piece_len, data) = input;
    // Long enough for the code of long input, which begins at 2 KiB.
    let data = data.repeat(usize::from(repeat) + 1);
    let piece_len = usize::from(piece_len) + 1;
    compare::<sha2::Sha256>(Sha256, &data, piece_len);
    compare::<sha2::Sha384>(Sha384, &data, piece_len);
    compare::<sha2::Sha512>(Sha512, &data, piece_len);
    compare::<sha2::Sha512_224>(Sha512_224, &data, piece_len);
    compare::<sha2::Sha512_256>(Sha512_256, &data, piece_len);
});

fn compare<D: Digest>(algorithm: HashAlgorithm, data: &[u8], piece_len: usize) {
    let mut hash = Hash::new(algorithm);
    data.chunks(piece_len).for_each(|piece| hash.update(piece));
    assert_eq!(hash.finalize(), D::digest(data).to_vec(), "{algorithm:?}, {} bytes by {piece_len}", data.len());
}
