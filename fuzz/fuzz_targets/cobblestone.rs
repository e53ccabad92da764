//! Cobblestone streams: noise is refused, and what is encrypted in any pieces is decrypted in any
//! others.
#![no_main]

use ironlatch::recipes::Result;
use ironlatch::recipes::cobblestone::{Decryptor, Encryptor, Variant};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, u16, u16, u8, &[u8])| {
    let (short, encrypt_by, decrypt_by, repeat, data) = input;
    let variant = if short { Variant::Cobblestone128 } else { Variant::Cobblestone256 };
    let key = vec![7; variant.key_len()];
    assert!(decrypt(variant, &key, data, decrypt_by).is_err(), "noise was decrypted");

    let data = data.repeat(usize::from(repeat) + 1);
    let mut encryptor = Encryptor::new(variant, &key, b"context").unwrap();
    let mut sealed = Vec::new();
    for piece in data.chunks(usize::from(encrypt_by) + 1) {
        sealed.extend_from_slice(&encryptor.update(piece).unwrap());
    }
    sealed.extend_from_slice(&encryptor.finalize().unwrap());
    assert_eq!(decrypt(variant, &key, &sealed, decrypt_by).unwrap(), data);
    let at = usize::from(encrypt_by) % sealed.len();
    assert!(decrypt(variant, &key, &sealed[..at], decrypt_by).is_err(), "cut to {at}");
    sealed[at] ^= 1;
    assert!(decrypt(variant, &key, &sealed, decrypt_by).is_err(), "changed at {at}");
});

fn decrypt(variant: Variant, key: &[u8], sealed: &[u8], by: u16) -> Result<Vec<u8>> {
    let mut decryptor = Decryptor::new(variant, key, b"context")?;
    let mut opened = Vec::new();
    for piece in sealed.chunks(usize::from(by) + 1) {
        opened.extend_from_slice(&decryptor.update(piece)?);
    }
    opened.extend_from_slice(&decryptor.finalize()?);
    Ok(opened)
}
