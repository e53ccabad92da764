//! Block ciphers in their modes: pieces of any size give the same as one, and decryption undoes it.
#![no_main]

use ironlatch::Output;
use ironlatch::symmetric::cipher::{BlockCipher::*, CipherContext, Direction, Mode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, [u8; 64], u16, &[u8])| {
    let (choice, key_choice, bytes, piece_len, data) = input;
    let ciphers = [Aes, Blowfish, Camellia, Cast5, Des, Idea, Rc2, Seed, Sm4, TripleDes];
    let modes = [Mode::Cbc, Mode::Cfb, Mode::Cfb8, Mode::Ctr, Mode::Ecb, Mode::Ofb];
    let cipher = ciphers[usize::from(choice) % ciphers.len()];
    let mode = modes[usize::from(choice) / ciphers.len() % modes.len()];
    let key = &bytes[..usize::from(key_choice) % 65];
    let iv = if mode == Mode::Ecb { &[] } else { &bytes[40..40 + cipher.block_len()] };
    let new = |direction| CipherContext::new(cipher, mode, direction, key, iv);
    let (Ok(encryptor), Ok(decryptor), Ok(at_once)) =
        (new(Direction::Encrypt), new(Direction::Decrypt), new(Direction::Encrypt))
    else {
        return;
    };
    let data = &data[..data.len() / 16 * 16];
    let encrypted = run(encryptor, data, usize::from(piece_len) + 1);
    assert_eq!(encrypted, run(at_once, data, data.len().max(1)), "{cipher:?} {mode:?}");
    assert_eq!(run(decryptor, &encrypted, 33), data, "{cipher:?} {mode:?}");
});

fn run(mut context: CipherContext, data: &[u8], piece_len: usize) -> Vec<u8> {
    let mut all = Vec::new();
    for piece in data.chunks(piece_len) {
        let mut out = vec![0; context.output_len(piece.len()).unwrap()];
        all.extend_from_slice(context.update(piece, Output::from(&mut out[..])).unwrap());
    }
    context.finalize().unwrap();
    all
}
