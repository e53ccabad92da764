//! Block paddings: adding and removing, in pieces of any size, against a plain description.
#![no_main]

use ironlatch::symmetric::padding::{Scheme, Unpadder};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, bool, &[u8])| {
    let (block_len, piece_len, ansi, data) = input;
    let (block_len, piece_len) = (usize::from(block_len.max(1)), usize::from(piece_len.max(1)));
    let scheme = if ansi { Scheme::AnsiX923 } else { Scheme::Pkcs7 };
    let mut unpadder = Unpadder::new(scheme, block_len);
    let mut all = Vec::new();
    for piece in data.chunks(piece_len) {
        all.extend_from_slice(&unpadder.update(piece));
    }
    let result = unpadder.finalize().ok().map(|rest| [&all[..], &rest].concat());
    assert_eq!(result.as_deref(), plain(ansi, block_len, data));
});

fn plain(ansi: bool, block_len: usize, data: &[u8]) -> Option<&[u8]> {
    let pad = *data.last()?;
    if data.len() % block_len != 0 || !(1..=block_len).contains(&usize::from(pad)) {
        return None;
    }
    let (message, padding) = data.split_at(data.len() - usize::from(pad));
    let expected = if ansi { 0 } else { pad };
    padding[..padding.len() - 1].iter().all(|byte| *byte == expected).then_some(message)
}
