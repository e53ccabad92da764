//! scrypt (RFC 7914).
//!
//! AWS-LC's refuses N of 2^(16·r) and more. RFC 7914 §2 has the limit so, but its reference
//! implementation and the first definition of scrypt never had it, and with r = 1 there are stored
//! hashes and key files beyond (Ethereum's, for example). For these, and only these, the mixing
//! stands here.

use zeroize::{Zeroize, Zeroizing};

use crate::awslc::digest::Algorithm;
use crate::error::check;
use crate::kdf::pbkdf2::pbkdf2;
use crate::{EngineError, Output};

/// The numbers that set what scrypt costs (RFC 7914 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScryptCost {
    /// The CPU and memory cost `N`, a power of two.
    pub n: u64,
    /// The block size `r`.
    pub r: u64,
    /// The parallelization `p`.
    pub p: u64,
}

/// scrypt (RFC 7914), with as much memory as the system gives.
///
/// # Errors
/// [`EngineError::InvalidInput`] if the cost is out of range or there is not enough memory; AWS-LC
/// does not say which.
pub fn scrypt<'a>(
    password: &[u8],
    salt: &[u8],
    cost: ScryptCost,
    out: Output<'a>,
) -> Result<&'a mut [u8], EngineError> {
    let ScryptCost { n, r, .. } = cost;
    if r > 0 && r < 4 && n >> (16 * r) > 0 {
        mixed_here(password, salt, cost, out)
    } else {
        in_library(password, salt, cost, out)
    }
}

fn in_library<'a>(
    password: &[u8],
    salt: &[u8],
    cost: ScryptCost,
    mut out: Output<'a>,
) -> Result<&'a mut [u8], EngineError> {
    // SAFETY: `password` and `salt` are valid for reads and `out` for writes of their lengths. On
    // success every byte of `out` was written; on failure it is not handed on.
    unsafe {
        let result = aws_lc_sys::EVP_PBE_scrypt(
            password.as_ptr().cast(),
            password.len(),
            salt.as_ptr(),
            salt.len(),
            cost.n,
            cost.r,
            cost.p,
            usize::MAX / 2,
            out.as_mut_ptr(),
            out.len(),
        );
        check(result, EngineError::InvalidInput)?;
        Ok(out.assume_written())
    }
}

/// scrypt over the mixing below (RFC 7914 §6).
fn mixed_here<'a>(
    password: &[u8],
    salt: &[u8],
    cost: ScryptCost,
    out: Output<'a>,
) -> Result<&'a mut [u8], EngineError> {
    let ScryptCost { n, r, p } = cost;
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(EngineError::InvalidInput);
    }
    let size = |number: u64| usize::try_from(number).map_err(|_| EngineError::InvalidInput);
    let (n, lanes, units) = (size(n)?, size(p)?, r.checked_mul(2).map_or(Err(EngineError::InvalidInput), size)?);
    let block_len = units.checked_mul(UNIT_BYTES).ok_or(EngineError::InvalidInput)?;
    let mut blocks = memory::<u8>(block_len.checked_mul(lanes).ok_or(EngineError::InvalidInput)?)?;
    pbkdf2(Algorithm::Sha256, password, salt, 1, Output::from(&mut blocks[..]))?;
    let mut table = memory::<Unit>(units.checked_mul(n).ok_or(EngineError::InvalidInput)?)?;
    let mut work = memory::<Unit>(2 * units)?;
    for block in blocks.chunks_exact_mut(block_len) {
        mix(block, &mut table, &mut work, n);
    }
    pbkdf2(Algorithm::Sha256, password, &blocks, 1, out)
}

/// The state of Salsa20/8: 64 bytes as words, in the order of [`ORDER`]. In it a quarter round of
/// all four columns, or rows, is the same operation on rows of four words each, which vector
/// instructions do at once.
type Unit = [Row; 4];
type Row = [u32; 4];

const UNIT_BYTES: usize = size_of::<Unit>();

/// Where the words of a unit stand in the standard's order: the diagonals of its matrix.
const ORDER: [usize; 16] = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11];

/// Zeros, wiped when they are dropped.
fn memory<T: Copy + Default + Zeroize>(len: usize) -> Result<Zeroizing<Vec<T>>, EngineError> {
    let mut memory = Zeroizing::new(Vec::new());
    memory.try_reserve_exact(len).map_err(|_| EngineError::InvalidInput)?;
    memory.resize(len, T::default());
    Ok(memory)
}

/// scryptROMix (RFC 7914 §5) of `block`, over a `table` of `n` blocks and the `work` of two.
fn mix(block: &mut [u8], table: &mut [Unit], work: &mut [Unit], n: usize) {
    let units = work.len() / 2;
    let (x, y) = work.split_at_mut(units);
    for (unit, bytes) in x.iter_mut().zip(block.chunks_exact(UNIT_BYTES)) {
        for (word, at) in unit.as_flattened_mut().iter_mut().zip(ORDER) {
            *word = u32::from_le_bytes(bytes.as_chunks().0[at]);
        }
    }
    for entry in table.chunks_exact_mut(units) {
        entry.copy_from_slice(x);
        block_mix(x, y);
    }
    for _ in 0..n {
        // Integerify: the last unit's first 64 bits, of which the power of two leaves the low ones.
        let [[low, ..], _, _, [_, high, ..]] = x[units - 1];
        let index = (u64::from(high) << 32 | u64::from(low)) & (n as u64 - 1);
        let entry = &table[index as usize * units..][..units];
        x.iter_mut().zip(entry).for_each(|(unit, other)| add(unit, other));
        block_mix(x, y);
    }
    for (bytes, unit) in block.chunks_exact_mut(UNIT_BYTES).zip(&*x) {
        for (word, at) in unit.as_flattened().iter().zip(ORDER) {
            bytes.as_chunks_mut().0[at] = word.to_le_bytes();
        }
    }
}

fn add(unit: &mut Unit, other: &Unit) {
    unit.as_flattened_mut().iter_mut().zip(other.as_flattened()).for_each(|(word, other)| *word ^= other);
}

/// scryptBlockMix (RFC 7914 §4) of `x`, in place; `y` is room for as much.
fn block_mix(x: &mut [Unit], y: &mut [Unit]) {
    let units = x.len();
    let mut state = x[units - 1];
    for (index, unit) in x.iter().enumerate() {
        add(&mut state, unit);
        salsa20_8(&mut state);
        // The even ones come first, the odd ones after them.
        y[index / 2 + (index % 2) * (units / 2)] = state;
    }
    x.copy_from_slice(y);
    state.zeroize();
}

/// Salsa20/8 (RFC 7914 §3): four times down the columns and along the rows.
fn salsa20_8(state: &mut Unit) {
    let [mut a, mut b, mut c, mut d] = *state;
    for _ in 0..4 {
        quarter_rounds(&mut a, [&mut b, &mut c, &mut d]);
        // The rows of the matrix, turned so that they stand under each other as its columns did.
        (b, c, d) = (turn::<3>(b), turn::<2>(c), turn::<1>(d));
        quarter_rounds(&mut a, [&mut d, &mut c, &mut b]);
        (b, c, d) = (turn::<1>(b), turn::<2>(c), turn::<3>(d));
    }
    let mut z = [a, b, c, d];
    for (word, z) in state.as_flattened_mut().iter_mut().zip(z.as_flattened()) {
        *word = word.wrapping_add(*z);
    }
    z.zeroize();
}

#[inline(always)]
fn quarter_rounds(a: &mut Row, [b, c, d]: [&mut Row; 3]) {
    step(b, a, d, 7);
    step(c, b, a, 9);
    step(d, c, b, 13);
    step(a, d, c, 18);
}

#[inline(always)]
fn step(target: &mut Row, x: &Row, y: &Row, by: u32) {
    for lane in 0..4 {
        target[lane] ^= x[lane].wrapping_add(y[lane]).rotate_left(by);
    }
}

#[inline(always)]
fn turn<const BY: usize>(row: Row) -> Row {
    core::array::from_fn(|lane| row[(lane + BY) % 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_agree() {
        for (n, r, p) in [(2, 1, 1), (16, 1, 1), (1024, 1, 3), (1 << 15, 1, 1), (1024, 8, 16), (64, 3, 2), (4, 5, 1)] {
            let cost = ScryptCost { n, r, p };
            let (mut ours, mut theirs) = ([0; 70], [0; 70]);
            mixed_here(b"password", b"NaCl", cost, Output::from(&mut ours[..])).unwrap();
            in_library(b"password", b"NaCl", cost, Output::from(&mut theirs[..])).unwrap();
            assert_eq!(ours, theirs, "{cost:?}");
        }
    }

    #[test]
    fn costs_that_cannot_be_are_refused() {
        for (n, r, p) in [(0, 1, 1), (1 << 20 | 1, 1, 1), (1 << 63, 1, 1), (1 << 20, 1, u64::MAX), (1 << 50, 3, 1)] {
            let mut out = [0; 16];
            let result = scrypt(b"", b"", ScryptCost { n, r, p }, Output::from(&mut out[..]));
            assert!(result.is_err(), "{n} {r} {p}");
        }
    }
}
