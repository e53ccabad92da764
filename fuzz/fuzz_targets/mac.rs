//! CMAC, Poly1305 and HMAC: pieces of any size give the code of the whole, and another code is
//! refused.
#![no_main]

use ironlatch::hash::HashAlgorithm;
use ironlatch::hash::hmac::Hmac;
use ironlatch::symmetric::cipher::BlockCipher::*;
use ironlatch::symmetric::cmac::Cmac;
use ironlatch::symmetric::poly1305::Poly1305;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 32], u16, &[u8])| {
    let (key, piece_len, data) = input;
    let pieces = || data.chunks(usize::from(piece_len) + 1);
    for cipher in [Aes, Camellia, TripleDes, Blowfish, Cast5, Sm4] {
        let key = if matches!(cipher, TripleDes) { &key[..24] } else { &key[..16] };
        let Ok(mut whole) = Cmac::new(cipher, key) else { continue };
        let mut by_pieces = Cmac::new(cipher, key).unwrap();
        whole.update(data);
        pieces().for_each(|piece| by_pieces.update(piece));
        let mut code = whole.finalize();
        by_pieces.verify(&code).expect("pieces make no difference");
        let mut again = Cmac::new(cipher, key).unwrap();
        again.update(data);
        code[0] ^= 1;
        assert!(again.verify(&code).is_err());
    }
    let (mut whole, mut by_pieces) = (Poly1305::new(&key).unwrap(), Poly1305::new(&key).unwrap());
    whole.update(data);
    pieces().for_each(|piece| by_pieces.update(piece));
    by_pieces.verify(&whole.finalize()).expect("pieces make no difference");
    for algorithm in [HashAlgorithm::Sha512, HashAlgorithm::Sm3, HashAlgorithm::Blake2s] {
        let (mut whole, mut by_pieces) = (Hmac::new(algorithm, &key).unwrap(), Hmac::new(algorithm, &key).unwrap());
        whole.update(data);
        pieces().for_each(|piece| by_pieces.update(piece));
        by_pieces.verify(&whole.finalize()).expect("pieces make no difference");
    }
});
