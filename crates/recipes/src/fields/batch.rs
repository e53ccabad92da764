//! Whole columns at once, on all cores.

use core::fmt;
use std::borrow::Cow;

use zeroize::{Zeroize, Zeroizing};

use super::cipher::FieldCipher;
use super::columns::{Rows, Scratch, Values};
use super::sealing::{Opener, Sealer};
use super::stored::{self, Form};
use super::{limits, plain};
use crate::{Error, Result};
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::{Error as CoreError, parallel};

/// The number of values that a thread takes at a time; they share a derived key. At most 2¹⁶, so
/// that the nonces under one derived key stay far from their bounds.
const SHARE: usize = 4096;

/// Or fewer, if their results reach this number of bytes.
const SHARE_BYTES: usize = 512 * 1024;

/// Decides about values that cannot be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// The first of them is the error of the whole batch.
    Stops,
    /// They are listed, and their places are empty.
    IsListed,
}

/// The failure of a batch, or of one value of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchError {
    /// The place of the value, counted from 0; `None` if it is not about one value.
    pub index: Option<usize>,
    /// The failure.
    pub error: Error,
}

impl From<Error> for BatchError {
    fn from(error: Error) -> Self {
        Self { index: None, error }
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "value {index} of the batch, counted from 0: {}", self.error),
            None => self.error.fmt(f),
        }
    }
}

impl std::error::Error for BatchError {}

/// The results of a batch, one after another in memory. NULLs are empty. What was decrypted is
/// wiped when it is dropped.
pub struct Packed {
    offsets: Vec<i64>,
    bytes: Vec<u8>,
    secret: bool,
    failures: Vec<BatchError>,
}

impl Packed {
    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of one value.
    #[must_use]
    pub fn get(&self, index: usize) -> &[u8] {
        &self.bytes[self.offsets[index] as usize..self.offsets[index + 1] as usize]
    }

    /// Where the values begin and end: one number more than there are values, as Arrow's
    /// LargeBinary has them.
    #[must_use]
    pub fn offsets(&self) -> &[i64] {
        &self.offsets
    }

    /// The same in 32 bits, as Arrow's Binary has them, if that is enough.
    #[must_use]
    pub fn narrow_offsets(&self) -> Option<Vec<i32>> {
        i32::try_from(self.bytes.len()).ok()?;
        Some(self.offsets.iter().map(|offset| *offset as i32).collect())
    }

    /// All values.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Those that could not be decrypted, in order.
    #[must_use]
    pub fn failures(&self) -> &[BatchError] {
        &self.failures
    }

    /// Offsets and values, which are now the caller's to wipe.
    #[must_use]
    pub fn into_parts(mut self) -> (Vec<i64>, Vec<u8>) {
        (core::mem::take(&mut self.offsets), core::mem::take(&mut self.bytes))
    }
}

impl Drop for Packed {
    fn drop(&mut self) {
        if self.secret {
            self.bytes.zeroize();
        }
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packed(<{} values>, {} failures)", self.offsets.len().saturating_sub(1), self.failures.len())
    }
}

impl FieldCipher {
    /// [`encrypt`](Self::encrypt) for a whole column: `values` are canonical bytes of the column's
    /// type. They are taken as they are.
    ///
    /// Up to 4096 values share the first half of their random nonce. Who sees them can tell that
    /// they were encrypted in one batch.
    ///
    /// # Errors
    /// Those of [`encrypt`](Self::encrypt), and [`CoreError::InvalidValue`] if there are not as
    /// many rows as values. Nothing comes back then.
    #[wipes_stack(deep)]
    pub fn encrypt_columnar<V, R>(&self, values: &V, rows: &R, form: Form) -> Result<Packed, BatchError>
    where
        V: Values + ?Sized,
        R: Rows + ?Sized,
    {
        check_rows(values.len(), rows)?;
        let (ciphers, mode, pad_to) = (self.cache().primary()?, self.mode(), self.pad_to());
        let most = |index: usize| match values.get(index, &mut Scratch::default()) {
            Some(value) => form.len(mode.stored_len(limits::TYPE_LEN + plain::padded_len(value.len(), pad_to))),
            None => 0,
        };
        let worker = || Ok((Sealer::new(ciphers.clone(), mode)?, Buffers::default()));
        run(values.len(), false, Failing::Stops, most, worker, |(sealer, buffers), index, out| {
            let Some(value) = values.get(index, &mut buffers.number) else { return Ok(0) };
            plain::write_canonical(self.kind(), value, pad_to, &mut buffers.plain)?;
            seal(sealer, &buffers.plain, &mut buffers.binary, form, rows, index, out)
        })
    }

    /// [`decrypt`](Self::decrypt) for a whole column of stored values in either form: gives
    /// canonical bytes.
    ///
    /// # Errors
    /// Those of [`decrypt`](Self::decrypt), for [`Failing::Stops`]; [`CoreError::InvalidValue`] if
    /// there are not as many rows as values.
    #[wipes_stack(deep)]
    pub fn decrypt_columnar<V, R>(&self, stored: &V, rows: &R, failing: Failing) -> Result<Packed, BatchError>
    where
        V: Values + ?Sized,
        R: Rows + ?Sized,
    {
        check_rows(stored.len(), rows)?;
        let most = |index: usize| stored.get(index, &mut Scratch::default()).map_or(0, most_plain);
        let worker = || Ok((Opener::new(self.cache()), Zeroizing::default()));
        run(stored.len(), true, failing, most, worker, |(opener, plain), index, out| {
            let mut scratch = Scratch::default();
            let Some(stored) = stored.get(index, &mut scratch) else { return Ok(0) };
            opener.open(stored, |out| rows.write(index, out), plain)?;
            let value = plain::read(self.kind(), plain)?;
            out[..value.len()].copy_from_slice(value);
            Ok(value.len())
        })
    }

    /// [`reencrypt`](Self::reencrypt) for a whole column: decrypts it and encrypts it again with
    /// `to`, which may be the same cipher, for other or the same rows.
    ///
    /// # Errors
    /// As [`decrypt_columnar`](Self::decrypt_columnar) and
    /// [`encrypt_columnar`](Self::encrypt_columnar); [`CoreError::WrongType`] if the two columns'
    /// types differ.
    #[wipes_stack(deep)]
    pub fn reencrypt_columnar<V, R, T>(
        &self,
        stored: &V,
        rows: &R,
        to: &Self,
        to_rows: &T,
        form: Form,
        failing: Failing,
    ) -> Result<Packed, BatchError>
    where
        V: Values + ?Sized,
        R: Rows + ?Sized,
        T: Rows + ?Sized,
    {
        self.check_target(to)?;
        check_rows(stored.len(), rows)?;
        check_rows(stored.len(), to_rows)?;
        let (ciphers, mode, pad_to) = (to.cache().primary()?, to.mode(), to.pad_to());
        let most = |index: usize| match stored.get(index, &mut Scratch::default()) {
            Some(stored) => form.len(mode.stored_len(limits::TYPE_LEN + plain::padded_len(most_plain(stored), pad_to))),
            None => 0,
        };
        let worker = || {
            let opener = Opener::new(self.cache());
            Ok((opener, Sealer::new(ciphers.clone(), mode)?, Zeroizing::default(), Buffers::default()))
        };
        run(stored.len(), false, failing, most, worker, |(opener, sealer, plain, buffers), index, out| {
            let mut scratch = Scratch::default();
            let Some(stored) = stored.get(index, &mut scratch) else { return Ok(0) };
            opener.open(stored, |out| rows.write(index, out), plain)?;
            let value = plain::read(self.kind(), plain)?;
            plain::write_canonical(to.kind(), value, pad_to, &mut buffers.plain)?;
            seal(sealer, &buffers.plain, &mut buffers.binary, form, to_rows, index, out)
        })
    }
}

#[derive(Default)]
struct Buffers {
    number: Zeroizing<Scratch>,
    plain: Zeroizing<Vec<u8>>,
    binary: Vec<u8>,
}

/// Encrypts into the front of `out`, and gives the length.
fn seal<R: Rows + ?Sized>(
    sealer: &mut Sealer,
    plain: &[u8],
    binary: &mut Vec<u8>,
    form: Form,
    rows: &R,
    index: usize,
    out: &mut [u8],
) -> Result<usize> {
    let binary_len = sealer.mode().stored_len(plain.len());
    let len = form.len(binary_len);
    let out = &mut out[..len];
    match form {
        Form::Binary => sealer.seal(plain, |row| rows.write(index, row), out)?,
        Form::Text => {
            binary.resize(binary_len, 0);
            sealer.seal(plain, |row| rows.write(index, row), binary)?;
            stored::write_text(binary, out)?;
        }
    }
    Ok(len)
}

/// The maximum length of the value in a stored form.
fn most_plain(stored: &[u8]) -> usize {
    let mode = stored::seeming_mode(stored);
    Form::of(stored).binary_len(stored.len()).saturating_sub(mode.stored_len(limits::TYPE_LEN))
}

/// Works off `len` values in shares: `most` says how much room each needs, `worker` makes what a
/// share needs, `work` writes one value and gives its length.
pub(super) fn run<W>(
    len: usize,
    secret: bool,
    failing: Failing,
    most: impl Fn(usize) -> usize,
    worker: impl Fn() -> Result<W> + Sync,
    work: impl Fn(&mut W, usize, &mut [u8]) -> Result<usize> + Sync,
) -> Result<Packed, BatchError> {
    let mut offsets = Vec::with_capacity(len + 1);
    offsets.push(0);
    let mut total = 0_usize;
    for index in 0..len {
        total += most(index);
        offsets
            .push(i64::try_from(total).map_err(|_| Error::Core(CoreError::TooLong("the batch is too long".into())))?);
    }
    let places = offsets.clone();
    let mut bytes = parallel::zeroed(total).map_err(Error::from)?;
    let mut shares = Vec::with_capacity(len / SHARE + 1);
    let (mut rest, mut ends, mut first) = (&mut bytes[..], &mut offsets[1..], 0);
    while first < len {
        let bound = places[first] + SHARE_BYTES as i64;
        let count = places[first + 1..len.min(first + SHARE) + 1].partition_point(|end| *end <= bound).max(1);
        let (out, out_after) = rest.split_at_mut((places[first + count] - places[first]) as usize);
        let (lens, lens_after) = ends.split_at_mut(count);
        shares.push(Share { first, out, lens });
        (rest, ends, first) = (out_after, lens_after, first + count);
    }
    let failures = parallel::each(shares, failing == Failing::Stops, |Share { first, out, lens }| {
        let mut worker = worker().map_err(|error| vec![error.into()])?;
        let mut failures = Vec::new();
        for (place, len) in lens.iter_mut().enumerate() {
            let index = first + place;
            let (from, to) = ((places[index] - places[first]) as usize, (places[index + 1] - places[first]) as usize);
            match work(&mut worker, index, &mut out[from..to]) {
                Ok(written) => *len = written as i64,
                Err(error) => {
                    *len = 0;
                    failures.push(BatchError { index: Some(index), error });
                    if failing == Failing::Stops {
                        return Err(failures);
                    }
                }
            }
        }
        if failures.is_empty() { Ok(()) } else { Err(failures) }
    });
    let mut packed = Packed { offsets, bytes, secret, failures: failures.into_iter().flatten().collect() };
    packed.failures.sort_by_key(|failure| failure.index);
    if let Some(failure) = packed.failures.first()
        && (failing == Failing::Stops || failure.index.is_none())
    {
        return Err(failure.clone());
    }
    close_up(&mut packed, &places);
    Ok(packed)
}

struct Share<'b> {
    first: usize,
    out: &'b mut [u8],
    /// Where the lengths go; the places of the offsets are used for them.
    lens: &'b mut [i64],
}

/// Makes offsets of the lengths that stand in their places, and moves the values together where one
/// was shorter than its room.
fn close_up(packed: &mut Packed, places: &[i64]) {
    let mut end = 0;
    for (place, offset) in places.iter().zip(&mut packed.offsets[1..]) {
        let (from, len) = (*place as usize, *offset as usize);
        if from != end {
            packed.bytes.copy_within(from..from + len, end);
        }
        end += len;
        *offset = end as i64;
    }
    if packed.secret {
        packed.bytes[end..].zeroize();
    }
    packed.bytes.truncate(end);
}

fn check_rows<R: Rows + ?Sized>(values: usize, rows: &R) -> Result<()> {
    match rows.count() {
        Some(count) if count != values => {
            let message: Cow<'static, str> =
                format!("there must be as many rows as values: {values}, not {count}").into();
            Err(Error::Core(CoreError::InvalidValue(message)))
        }
        _ => Ok(()),
    }
}
