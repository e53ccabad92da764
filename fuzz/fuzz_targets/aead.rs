//! AES-CCM, AES-OCB3 and AES-SIV against RustCrypto's, and that what was changed is refused.
#![no_main]

use ::aead::{Aead as _, KeyInit, Payload};
use aes::Aes256;
use ccm::consts::{U12, U16};
use ironlatch::symmetric::aead::{Aad, Aead, AesCcm, AesOcb3, AesSiv, Nonce};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 64], [u8; 12], u8, &[u8], &[u8])| {
    let (key, nonce, repeat, aad, data) = input;
    // Long enough for the code that works on many blocks.
    let data = data.repeat(usize::from(repeat % 64) + 1);
    let payload = || Payload { msg: &data, aad };
    let theirs = ccm::Ccm::<Aes256, U16, U12>::new(key[..32].into()).encrypt(&nonce.into(), payload()).unwrap();
    check::<AesCcm>(&key[..32], &nonce, aad, &data, &theirs);
    let theirs = ocb3::Ocb3::<Aes256, U12>::new(key[..32].into()).encrypt(&nonce.into(), payload()).unwrap();
    check::<AesOcb3>(&key[..32], &nonce, aad, &data, &theirs);

    let theirs = aes_siv::siv::Aes256Siv::new(&key.into()).encrypt([aad, &nonce], &data).unwrap();
    let siv = AesSiv::new(&key).unwrap();
    let mut sealed = siv.encrypt(&data, &[aad, &nonce]).unwrap();
    assert_eq!(sealed, theirs, "SIV");
    assert_eq!(*siv.decrypt(&sealed, &[aad, &nonce]).unwrap(), data);
    sealed[usize::from(nonce[0]) % (data.len() + 16)] ^= 1;
    assert!(siv.decrypt(&sealed, &[aad, &nonce]).is_err());
});

fn check<A: Aead>(key: &[u8], nonce: &[u8], aad: &[u8], data: &[u8], theirs: &[u8]) {
    let cipher = A::new(key).unwrap();
    let (nonce_octets, nonce, aad) = (nonce, Nonce(nonce), Aad(aad));
    let mut sealed = cipher.encrypt(nonce, data, aad).unwrap();
    assert_eq!(sealed, theirs);
    assert_eq!(&cipher.decrypt(nonce, &sealed, aad).unwrap()[..], data);
    sealed[usize::from(nonce_octets[0]) % (data.len() + 16)] ^= 1;
    assert!(cipher.decrypt(nonce, &sealed, aad).is_err());
}
