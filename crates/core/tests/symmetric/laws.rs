//! Laws that hold for every key, nonce and message: what was encrypted decrypts, in pieces as in
//! one, and what was changed does not.

use ironlatch::Error;
use ironlatch::symmetric::aead::{
    Aad, Aead, AesCcm, AesGcm, AesGcmSiv, AesOcb3, AesSiv, ChaCha20Poly1305, Nonce, XAes256Gcm, XChaCha20Poly1305,
};
use ironlatch::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode, supported};
use ironlatch::symmetric::gcm::GcmContext;
use ironlatch::symmetric::key_wrap;
use ironlatch::symmetric::padding::{Padder, Scheme, Unpadder};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Mostly short, and sometimes long enough for the code that works on many blocks at once.
fn message() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => vec(any::<u8>(), 0..100), 1 => vec(any::<u8>(), 0..9000)]
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// `bytes` with one bit changed, at any place.
fn flipped(bytes: &[u8], place: Index, bit: u8) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[place.index(bytes.len())] ^= 1 << bit;
    changed
}

/// What an AEAD is asked: bytes to take a key and a nonce from, and a message.
#[derive(Debug, Clone)]
struct Question {
    material: [u8; 64],
    nonce: [u8; 128],
    len: Index,
    message: Vec<u8>,
    aad: Vec<u8>,
    place: Index,
    bit: u8,
}

prop_compose! {
    fn question()(
        material: [u8; 64], nonce in vec(any::<u8>(), 128), len: Index, message in message(),
        aad in vec(any::<u8>(), 0..80), place: Index, bit in 0..8u8,
    ) -> Question {
        Question { material, nonce: nonce.try_into().unwrap(), len, message, aad, place, bit }
    }
}

impl Question {
    fn key(&self, lens: &[usize]) -> &[u8] {
        &self.material[..lens[self.len.index(lens.len())]]
    }

    fn check<A: Aead>(&self, cipher: &A) -> Result<(), TestCaseError> {
        let lens: Vec<usize> = A::NONCE_LENS.collect();
        let (nonce, aad) = (&self.nonce[..lens[self.len.index(lens.len())]], Aad(&self.aad));
        let sealed = cipher.encrypt(Nonce(nonce), &self.message, aad)?;
        prop_assert_eq!(sealed.len(), self.message.len() + cipher.tag_len());
        prop_assert_eq!(&cipher.decrypt(Nonce(nonce), &sealed, aad)?, &self.message);

        let changed = flipped(&sealed, self.place, self.bit);
        prop_assert_eq!(cipher.decrypt(Nonce(nonce), &changed, aad), Err(Error::InvalidTag));
        let shorter = &sealed[..self.place.index(sealed.len())];
        prop_assert_eq!(cipher.decrypt(Nonce(nonce), shorter, aad), Err(Error::InvalidTag));
        let longer = [&self.aad[..], &[0]].concat();
        prop_assert_eq!(cipher.decrypt(Nonce(nonce), &sealed, Aad(&longer)), Err(Error::InvalidTag));
        let other = flipped(nonce, self.place, self.bit);
        prop_assert_eq!(cipher.decrypt(Nonce(&other), &sealed, aad), Err(Error::InvalidTag));
        Ok(())
    }

    fn check_all<A: Aead>(&self) -> Result<(), TestCaseError> {
        self.check(&A::new(self.key(A::KEY_LENS))?)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn aeads_open_what_they_sealed_and_nothing_else(question in question()) {
        question.check_all::<AesGcm>()?;
        question.check_all::<AesGcmSiv>()?;
        question.check_all::<AesOcb3>()?;
        question.check_all::<ChaCha20Poly1305>()?;
        question.check_all::<XChaCha20Poly1305>()?;
        question.check_all::<XAes256Gcm>()?;
        question.check_all::<AesCcm>()?;
    }

    #[test]
    fn short_tags_of_ccm_are_checked(question in question(), tag_len in select(vec![6, 8, 10, 12, 14])) {
        question.check(&AesCcm::with_tag_len(question.key(AesCcm::KEY_LENS), tag_len)?)?;
    }

    #[test]
    fn aes_siv_opens_what_it_sealed_and_nothing_else(
        question in question(), parts in vec(vec(any::<u8>(), 0..40), 0..4)
    ) {
        let cipher = AesSiv::new(question.key(AesSiv::KEY_LENS))?;
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let sealed = cipher.encrypt(&question.message, &parts)?;
        prop_assert_eq!(&cipher.decrypt(&sealed, &parts)?, &question.message);
        prop_assert_eq!(&cipher.encrypt(&question.message, &parts)?, &sealed);

        let changed = flipped(&sealed, question.place, question.bit);
        prop_assert_eq!(cipher.decrypt(&changed, &parts), Err(Error::InvalidTag));
        let more = [&parts[..], &[b"one more"]].concat();
        prop_assert_eq!(cipher.decrypt(&sealed, &more), Err(Error::InvalidTag));
    }

    #[test]
    fn ciphers_decrypt_what_they_encrypted_in_any_pieces(
        (cipher, key, mode) in cipher_and_mode(), iv: [u8; 16], message in message(), cuts in vec(any::<Index>(), 0..4)
    ) {
        let iv = &iv[..if mode == Mode::Ecb { 0 } else { cipher.block_len() }];
        let whole_blocks = message.len() / cipher.block_len() * cipher.block_len();
        let message = if matches!(mode, Mode::Cbc | Mode::Ecb) { &message[..whole_blocks] } else { &message[..] };
        let context = |direction| CipherContext::new(cipher, mode, direction, &key, iv);
        let encrypted = run(&mut context(Direction::Encrypt)?, &[message])?;
        prop_assert_eq!(&run(&mut context(Direction::Encrypt)?, &pieces(message, &cuts))?, &encrypted);
        prop_assert_eq!(&run(&mut context(Direction::Decrypt)?, &pieces(&encrypted, &cuts))?, message);
    }

    #[test]
    fn xts_decrypts_what_it_encrypted(
        key: [u8; 64], double: bool, tweak: [u8; 16], message in vec(any::<u8>(), 16..600)
    ) {
        let key = if double { &key[..] } else { &key[..32] };
        prop_assume!(key[..key.len() / 2] != key[key.len() / 2..]);
        let context = |direction| CipherContext::new(BlockCipher::Aes, Mode::Xts, direction, key, &tweak);
        let encrypted = run(&mut context(Direction::Encrypt)?, &[&message])?;
        prop_assert_eq!(run(&mut context(Direction::Decrypt)?, &[&encrypted])?, message);
    }

    #[test]
    fn chacha20_is_its_own_inverse_in_any_pieces(
        key: [u8; 32], nonce: [u8; 16], message in message(), cuts in vec(any::<Index>(), 0..4)
    ) {
        let encrypted = run(&mut CipherContext::chacha20(&key, &nonce)?, &[&message])?;
        prop_assert_eq!(run(&mut CipherContext::chacha20(&key, &nonce)?, &pieces(&encrypted, &cuts))?, message);
    }

    #[test]
    fn gcm_in_pieces_is_the_aead(
        key: [u8; 32], nonce in vec(any::<u8>(), 8..40), message in message(), aad in vec(any::<u8>(), 0..80),
        cuts in vec(any::<Index>(), 0..4), place: Index, bit in 0..8u8,
    ) {
        let sealed = AesGcm::new(&key)?.encrypt(Nonce(&nonce), &message, Aad(&aad))?;
        let (encrypted, tag) = sealed.split_at(message.len());

        let run = |direction, data: &[u8]| -> ironlatch::Result<(GcmContext, Vec<u8>)> {
            let mut context = GcmContext::new(BlockCipher::Aes, direction, &key, &nonce)?;
            for piece in pieces(&aad, &cuts) {
                context.update_aad(piece)?;
            }
            let mut made = Vec::new();
            for piece in pieces(data, &cuts) {
                let mut out = vec![0; piece.len()];
                made.extend_from_slice(context.update(piece, out.as_mut_slice().into())?);
            }
            Ok((context, made))
        };
        let (mut encryption, made) = run(Direction::Encrypt, &message)?;
        prop_assert_eq!(&made, encrypted);
        prop_assert_eq!(&encryption.finalize()?[..], tag);
        let (mut decryption, read) = run(Direction::Decrypt, encrypted)?;
        prop_assert_eq!(read, message);
        decryption.verify(tag, 16)?;
        let (mut decryption, _) = run(Direction::Decrypt, encrypted)?;
        prop_assert_eq!(decryption.verify(&flipped(tag, place, bit), 16), Err(Error::InvalidTag));
    }

    #[test]
    fn unpadding_undoes_padding_in_any_pieces(
        data in vec(any::<u8>(), 0..600), block_len in 1..=255usize, cuts in vec(any::<Index>(), 0..4)
    ) {
        for scheme in [Scheme::Pkcs7, Scheme::AnsiX923] {
            let mut padder = Padder::new(scheme, block_len);
            padder.update(&data);
            let mut padding = vec![0; padder.padding_len()];
            padder.finalize_into(padding.as_mut_slice().into());
            let mut padded = [&data[..], &padding].concat();
            prop_assert_eq!(padded.len() % block_len, 0);
            prop_assert_eq!(&unpad(scheme, block_len, &pieces(&padded, &cuts))?, &data);

            *padded.last_mut().unwrap() = 0;
            prop_assert!(unpad(scheme, block_len, &[&padded]).is_err());
        }
    }

    #[test]
    fn wrapped_keys_unwrap_and_changed_ones_do_not(
        key: [u8; 32], len in select(vec![16, 24, 32]), secret in vec(any::<u8>(), 1..100), place: Index, bit in 0..8u8
    ) {
        let key = &key[..len];
        let padded = key_wrap::wrap_with_padding(key, &secret)?;
        prop_assert_eq!(&key_wrap::unwrap_with_padding(key, &padded)?[..], &secret[..]);
        prop_assert!(key_wrap::unwrap_with_padding(key, &flipped(&padded, place, bit)).is_err());

        let whole = &secret[..secret.len() / 8 * 8];
        if whole.len() >= 16 {
            let wrapped = key_wrap::wrap(key, whole)?;
            prop_assert_eq!(&key_wrap::unwrap(key, &wrapped)?[..], whole);
            prop_assert!(key_wrap::unwrap(key, &flipped(&wrapped, place, bit)).is_err());
        }
    }
}

/// A cipher, a key that it takes, and a mode other than GCM and XTS.
fn cipher_and_mode() -> impl Strategy<Value = (BlockCipher, Vec<u8>, Mode)> {
    use BlockCipher::*;
    use Mode::*;
    let ciphers = [Aes, Blowfish, Camellia, Cast5, Des, Idea, Rc2, Seed, Sm4, TripleDes];
    let all: Vec<(BlockCipher, usize, Mode)> = ciphers
        .into_iter()
        .flat_map(|cipher| (4..=56).map(move |key_len| (cipher, key_len)))
        .flat_map(|(cipher, len)| [Cbc, Cfb, Cfb8, Ctr, Ecb, Ofb].map(|mode| (cipher, len, mode)))
        .filter(|&(cipher, len, mode)| supported(cipher, len, mode))
        // Of the many lengths that Blowfish and CAST-128 take, a few, so that the others get their turn.
        .filter(|&(cipher, len, _)| !matches!(cipher, Blowfish | Cast5) || matches!(len, 5 | 11 | 16 | 56))
        .collect();
    (select(all), any::<[u8; 56]>()).prop_map(|((cipher, len, mode), key)| (cipher, key[..len].to_vec(), mode))
}

/// `data` cut at these places.
fn pieces<'a>(data: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(data.len() + 1)).collect();
    places.sort_unstable();
    let ends = places.iter().copied().chain([data.len()]);
    ends.scan(0, |start, end| Some(&data[core::mem::replace(start, end)..end])).collect()
}

fn run(context: &mut CipherContext, pieces: &[&[u8]]) -> ironlatch::Result<Vec<u8>> {
    let mut made = Vec::new();
    for piece in pieces {
        let mut out = vec![0; context.output_len(piece.len())?];
        made.extend_from_slice(context.update(piece, out.as_mut_slice().into())?);
    }
    context.finalize()?;
    Ok(made)
}

fn unpad(scheme: Scheme, block_len: usize, pieces: &[&[u8]]) -> ironlatch::Result<Vec<u8>> {
    let mut unpadder = Unpadder::new(scheme, block_len);
    let mut made = Vec::new();
    for piece in pieces {
        let mut out = vec![0; unpadder.output_len(piece.len())];
        made.extend_from_slice(unpadder.update_into(piece, out.as_mut_slice().into()));
    }
    made.extend_from_slice(&unpadder.finalize()?);
    Ok(made)
}
