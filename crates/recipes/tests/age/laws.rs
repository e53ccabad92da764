//! Laws that hold for every file and stream: what was encrypted decrypts, in pieces as in one, and
//! a changed file gives nothing that was not in it.

use std::io::{Cursor, Read};

use ironlatch::recipes::Result;
use ironlatch::recipes::cobblestone::{self, Variant};
use ironlatch::recipes::files::{ArmoredWriter, Decryptor, EncryptingWriter, Identity, Recipient, decrypt, encrypt};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const CHUNK: usize = 64 * 1024;

/// A share of the usual number of cases, for laws of which each case takes long.
fn config(share: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: (usual.cases / share).max(1), failure_persistence: None, ..usual }
}

/// Mostly short, and sometimes around the places where chunks meet.
fn plaintext() -> impl Strategy<Value = Vec<u8>> {
    let near = (1..3usize, 0..3usize).prop_map(|(chunks, more)| chunks * CHUNK + more - 1);
    (prop_oneof![4 => 0..300usize, 1 => near], any::<u8>())
        .prop_map(|(len, first)| (0..len).map(|at| (at % 251) as u8 ^ first).collect())
}

fn opened(identity: &Identity, file: &[u8]) -> (Result<u64>, Vec<u8>) {
    let mut plaintext = Vec::new();
    (decrypt(std::slice::from_ref(identity), &mut &file[..], &mut plaintext), plaintext)
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn files_open_and_changed_ones_give_nothing_false(
        plaintext in plaintext(), kind in 0..3u8, place: Index, in_header: bool, byte: u8, how in 0..3u8
    ) {
        let (identity, recipient) = match kind {
            0 => (Identity::passphrase(b"pw"), Recipient::passphrase_with_work_factor(b"pw", 1)?),
            1 => {
                let identity = Identity::generate();
                (identity.to_text().unwrap().expose().parse()?, identity.recipient().unwrap().to_string().parse()?)
            }
            _ => {
                let identity = Identity::generate_post_quantum()?;
                (identity.to_text().unwrap().expose().parse()?, identity.recipient().unwrap().to_string().parse()?)
            }
        };
        let mut file = Vec::new();
        encrypt(&[recipient], &mut &plaintext[..], &mut file)?;
        let (len, read) = opened(&identity, &file);
        prop_assert_eq!(len?, plaintext.len() as u64);
        prop_assert!(read == plaintext);

        let header_len = file.len() - plaintext.len() - 16 - 16 * plaintext.len().div_ceil(CHUNK).max(1);
        let at = if in_header { place.index(header_len) } else { place.index(file.len()) };
        match how {
            0 => file[at] ^= byte.max(1),
            1 => file.truncate(at),
            _ => file.insert(at, byte),
        }
        let (result, read) = opened(&identity, &file);
        prop_assert!(result.is_err(), "{} at {} of {}", how, at, file.len());
        prop_assert!(plaintext.starts_with(&read));
    }

    #[test]
    fn armor_of_any_pieces_is_read_in_any_pieces_and_anywhere(
        plaintext in plaintext(), cuts: [Index; 2], step in 1..5000usize, from: Index
    ) {
        let identity = Identity::generate();
        let armored = ArmoredWriter::new(Vec::new());
        let mut writer = EncryptingWriter::new(&[identity.recipient().unwrap()], armored)?;
        for piece in pieces(&plaintext, cuts) {
            writer.update(piece)?;
        }
        let text = writer.finish()?.finish().unwrap();
        prop_assert!(text.is_ascii());
        let mut reader = Decryptor::new(&text[..])?.reader(std::slice::from_ref(&identity))?;
        let mut read = Vec::new();
        let mut piece = vec![0; step];
        while let len @ 1.. = reader.read(&mut piece).unwrap() {
            read.extend_from_slice(&piece[..len]);
        }
        prop_assert!(read == plaintext);

        let mut reader = Decryptor::new(Cursor::new(&text))?.seekable(std::slice::from_ref(&identity))?;
        prop_assert_eq!(reader.len(), plaintext.len() as u64);
        let from = from.index(plaintext.len() + 2);
        let len = reader.read_at(from as u64, &mut piece)?;
        prop_assert_eq!(len == 0, from >= plaintext.len());
        prop_assert!(plaintext.get(from..).unwrap_or_default().starts_with(&piece[..len]));
    }

    #[test]
    fn cobblestone_opens_in_any_pieces_and_changed_messages_not(
        variant in select(vec![Variant::Cobblestone128, Variant::Cobblestone256]), message in plaintext(),
        context in vec(any::<u8>(), 0..20), cuts: [Index; 2], place: Index, byte: u8,
    ) {
        let key = variant.generate_key();
        let mut encryptor = cobblestone::Encryptor::new(variant, &key, &context)?;
        let mut sealed = Vec::new();
        for piece in pieces(&message, cuts) {
            sealed.extend(encryptor.update(piece)?);
        }
        sealed.extend(encryptor.finalize()?);

        let open = |sealed: &[u8], context: &[u8], cuts| -> Result<Vec<u8>> {
            let mut decryptor = cobblestone::Decryptor::new(variant, &key, context)?;
            let mut message = Vec::new();
            for piece in pieces(sealed, cuts) {
                message.extend(decryptor.update(piece)?);
            }
            message.extend(decryptor.finalize()?);
            Ok(message)
        };
        prop_assert!(open(&sealed, &context, cuts)? == message);
        prop_assert!(open(&sealed, &[&context[..], b"!"].concat(), cuts).is_err());
        let at = place.index(sealed.len());
        prop_assert!(open(&sealed[..at], &context, cuts).is_err());
        sealed[at] ^= byte.max(1);
        prop_assert!(open(&sealed, &context, cuts).is_err());
    }

    #[test]
    fn no_text_is_a_key_that_is_not_written_so(text in "(age1|AGE-SECRET-KEY-1|ssh-ed25519 )?[a-zA-Z0-9]{0,60}") {
        prop_assert!(text.parse::<Recipient>().is_err());
        prop_assert!(text.parse::<Identity>().is_err());
    }
}

fn pieces(data: &[u8], cuts: [Index; 2]) -> [&[u8]; 3] {
    let mut places = cuts.map(|cut| cut.index(data.len() + 1));
    places.sort_unstable();
    [&data[..places[0]], &data[places[0]..places[1]], &data[places[1]..]]
}
