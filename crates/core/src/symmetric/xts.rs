//! XTS, for storage in sectors (IEEE 1619-2018, NIST SP 800-38E).

use ironlatch_engine::aes::modes::Aes;
use ironlatch_engine::cipher::{Algorithm, Context};
use zeroize::Zeroizing;

use super::kinds::Direction;
use super::scratch::Scratch;
use crate::constant_time::bytes_eq;
use crate::error::{Allowed, Input};
use crate::{Error, Output, Result};

const BLOCK_LEN: usize = 16;

/// The longest data unit in bytes: 2^20 blocks (IEEE 1619-2018 §5.1).
const MAX_LEN: usize = BLOCK_LEN << 20;

/// How much is worked on at once where the engine has no XTS: it stays in the nearest cache.
const PIECE: usize = 2048;

/// AES in XTS. Each call works on one whole data unit under the same tweak.
#[derive(Debug)]
pub(super) struct Xts {
    direction: Direction,
    tweak: [u8; BLOCK_LEN],
    key: Key,
}

#[derive(Debug)]
enum Key {
    /// AES-256, which the engine has.
    Whole(Context),
    /// AES-128: the cipher for the data, where the processor has it the fast code for whole blocks,
    /// and the encrypted tweak.
    Parts(Context, Option<Aes>, Zeroizing<u128>),
}

impl Xts {
    /// A context under `key`, which is two AES keys, and a `tweak` of 16 bytes.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the two keys are one, [`Error::Length`] if the tweak has another
    /// length.
    pub(super) fn new(direction: Direction, key: &[u8], tweak: &[u8]) -> Result<Self> {
        let (data_key, tweak_key) = key.split_at(key.len() / 2);
        if bytes_eq(data_key, tweak_key) {
            return Err(Error::value("In XTS mode duplicated keys are not allowed"));
        }
        let tweak: [u8; BLOCK_LEN] = tweak.try_into().map_err(|_| Error::Length {
            what: Input::Tweak,
            got: tweak.len(),
            allowed: Allowed::Exactly(16),
        })?;
        let key = if data_key.len() == 32 {
            Key::Whole(Context::new(Algorithm::Aes256Xts, direction, key, &tweak)?)
        } else {
            let mut mask = [0; BLOCK_LEN];
            let mut cipher = Context::new(Algorithm::Aes128Ecb, Direction::Encrypt, tweak_key, &[])?;
            cipher.update(&tweak, mask.as_mut_slice().into())?;
            let mask = Zeroizing::new(u128::from_le_bytes(mask));
            Key::Parts(Context::new(Algorithm::Aes128Ecb, direction, data_key, &[])?, Aes::new(data_key), mask)
        };
        Ok(Self { direction, tweak, key })
    }

    /// Processes a data unit into `out`, which is as long.
    ///
    /// # Errors
    /// [`Error::Length`] if it is shorter than a block or longer than [`MAX_LEN`], unless it
    /// is empty.
    pub(super) fn update<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        if data.is_empty() {
            return Ok(out.writer().finish());
        }
        if !(BLOCK_LEN..=MAX_LEN).contains(&data.len()) {
            return Err(Error::Length {
                what: Input::DataUnit,
                got: data.len(),
                allowed: Allowed::Between(BLOCK_LEN as u64, MAX_LEN as u64),
            });
        }
        match &mut self.key {
            Key::Whole(cipher) => {
                cipher.reset(&self.tweak)?;
                Ok(cipher.update(data, out)?)
            }
            Key::Parts(cipher, bulk, mask) => in_parts(cipher, bulk.as_ref(), self.direction, **mask, data, out),
        }
    }
}

/// IEEE 1619-2018 §5.3.2, §5.4.2 over a cipher that knows no tweak.
fn in_parts<'o>(
    cipher: &mut Context,
    bulk: Option<&Aes>,
    direction: Direction,
    mask: u128,
    data: &[u8],
    out: Output<'o>,
) -> Result<&'o mut [u8]> {
    let mut mask = Zeroizing::new(mask);
    let mut writer = out.writer();
    // The last block, if it is cut, is worked on together with the one before.
    let cut = data.len() % BLOCK_LEN;
    let whole = if cut == 0 { data.len() } else { data.len() - cut - BLOCK_LEN };
    let (blocks, tail) = data.split_at(whole);
    if let Some(bulk) = bulk {
        writer.push_with(whole, |out| Ok::<_, Error>(bulk.xts(direction, &mut mask, blocks, out)))?;
    } else {
        for piece in blocks.chunks(PIECE) {
            let masked = masked(cipher, &mut mask, piece)?;
            writer.push(&masked[..piece.len()]);
        }
    }
    if cut > 0 {
        let (block, rest) = tail.split_at(BLOCK_LEN);
        let mut next = Zeroizing::new(double(*mask));
        // Decryption needs the later mask first (§5.4.2).
        let [first, second] =
            if direction == Direction::Encrypt { [&mut mask, &mut next] } else { [&mut next, &mut mask] };
        let stolen_from = masked(cipher, first, block)?;
        let mut last = Zeroizing::new([0; BLOCK_LEN]);
        last[..cut].copy_from_slice(rest);
        last[cut..].copy_from_slice(&stolen_from[cut..BLOCK_LEN]);
        writer.push(&masked(cipher, second, &last[..])?[..BLOCK_LEN]);
        writer.push(&stolen_from[..cut]);
    }
    Ok(writer.finish())
}

/// At most [`PIECE`] bytes of whole blocks with their masks before and after the cipher; `mask`
/// moves on.
fn masked(cipher: &mut Context, mask: &mut u128, blocks: &[u8]) -> Result<Scratch<PIECE>> {
    let mut input = Scratch::<PIECE>::new();
    let mut masks = Zeroizing::new([0u128; PIECE / BLOCK_LEN]);
    let mut result = Scratch::<PIECE>::new();
    let steps = input.as_chunks_mut::<BLOCK_LEN>().0.iter_mut().zip(masks.iter_mut()).zip(blocks.as_chunks().0);
    for ((to, kept), block) in steps {
        *kept = *mask;
        *to = (u128::from_le_bytes(*block) ^ *mask).to_le_bytes();
        *mask = double(*mask);
    }
    cipher.update(&input[..blocks.len()], (&mut result[..blocks.len()]).into())?;
    for (block, mask) in result.as_chunks_mut().0.iter_mut().zip(masks.iter()) {
        *block = (u128::from_le_bytes(*block) ^ mask).to_le_bytes();
    }
    Ok(result)
}

/// Multiplies by x in GF(2^128) (IEEE 1619-2018 §5.2), without a branch on the value.
fn double(mask: u128) -> u128 {
    (mask << 1) ^ ((mask >> 127).wrapping_neg() & 0x87)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_after_block_agrees_with_the_fast_code() {
        let data: Vec<u8> = (0..5000u32).map(|i| ((i * 7) >> 2) as u8).collect();
        for direction in [Direction::Encrypt, Direction::Decrypt] {
            for len in (16..64).chain([2047, 2048, 2049, 4096, 5000]) {
                let mut results = [None, Aes::new(&[5; 16])].map(|bulk| {
                    let mut cipher = Context::new(Algorithm::Aes128Ecb, direction, &[5; 16], &[]).unwrap();
                    let mut out = vec![0; len];
                    in_parts(
                        &mut cipher,
                        bulk.as_ref(),
                        direction,
                        u128::MAX / 3,
                        &data[..len],
                        out.as_mut_slice().into(),
                    )
                    .unwrap();
                    out
                });
                assert_eq!(core::mem::take(&mut results[0]), results[1], "{len} bytes");
            }
        }
    }
}
