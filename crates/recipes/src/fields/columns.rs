//! Columns of values as batches take them: as slices, the way Arrow has them in memory.

use zeroize::Zeroizing;

use super::Row;
use super::value::{Type, Value};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;

/// Room for the canonical bytes of a number.
pub type Scratch = [u8; 32];

/// The values of a batch: canonical bytes for encryption (see [`Type`]), stored ones for
/// decryption.
pub trait Values: Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of the value at `index`, which may be put together in `scratch`; `None` for NULL.
    fn get<'s>(&'s self, index: usize, scratch: &'s mut Scratch) -> Option<&'s [u8]>;
}

/// The rows of the values of a batch.
pub trait Rows: Sync {
    /// How many there are; `None` if it does not matter.
    fn count(&self) -> Option<usize>;

    /// Appends the encoding of the row at `index`, as [`Row::write`] does.
    ///
    /// # Errors
    /// Those of [`Row::write`].
    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<()>;
}

/// No rows: the values are bound to table and column alone.
#[derive(Debug, Clone, Copy)]
pub struct Unbound;

impl Rows for Unbound {
    fn count(&self) -> Option<usize> {
        None
    }

    fn write(&self, _: usize, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

impl Rows for [i64] {
    fn count(&self) -> Option<usize> {
        Some(self.len())
    }

    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<()> {
        Row::from(self[index]).write(out)
    }
}

impl Rows for [Row<'_>] {
    fn count(&self) -> Option<usize> {
        Some(self.len())
    }

    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<()> {
        self[index].write(out)
    }
}

/// Where the pieces of an array begin and end: one number more than there are pieces.
#[derive(Debug, Clone, Copy)]
pub enum Offsets<'a> {
    /// 32 bits each, as in Arrow's Binary and Utf8.
    Narrow(&'a [i32]),
    /// 64 bits each, as in Arrow's LargeBinary and LargeUtf8.
    Wide(&'a [i64]),
}

impl Offsets<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Narrow(offsets) => offsets.len(),
            Self::Wide(offsets) => offsets.len(),
        }
    }

    fn get(&self, index: usize) -> i64 {
        match self {
            Self::Narrow(offsets) => offsets[index].into(),
            Self::Wide(offsets) => offsets[index],
        }
    }
}

/// Which values are there: a bit for each, 1 if it is, the least significant bit of a byte first.
#[derive(Debug, Clone, Copy)]
pub struct Validity<'a> {
    bits: &'a [u8],
    first: usize,
}

impl<'a> Validity<'a> {
    /// The `len` bits from the bit `first` on.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if there are fewer.
    pub fn new(bits: &'a [u8], first: usize, len: usize) -> Result<Self> {
        match first.checked_add(len) {
            Some(end) if end.div_ceil(8) <= bits.len() => Ok(Self { bits, first }),
            _ => Err(Error::value("the validity bitmap is shorter than the array")),
        }
    }

    /// Whether the value at `index` is there.
    #[must_use]
    pub fn get(&self, index: usize) -> bool {
        let bit = self.first + index;
        self.bits[bit / 8] >> (bit % 8) & 1 == 1
    }
}

/// Values of any lengths, one after another in memory: Arrow's Binary, Utf8, LargeBinary and
/// LargeUtf8.
#[derive(Debug, Clone, Copy)]
pub struct Variable<'a> {
    offsets: Offsets<'a>,
    bytes: &'a [u8],
    validity: Option<Validity<'a>>,
}

impl<'a> Variable<'a> {
    /// The values that `offsets` cut out of `bytes`.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the offsets are none, fall, or lie outside of `bytes`.
    pub fn new(offsets: Offsets<'a>, bytes: &'a [u8], validity: Option<Validity<'a>>) -> Result<Self> {
        let rising = match offsets {
            Offsets::Narrow(offsets) => offsets.is_sorted(),
            Offsets::Wide(offsets) => offsets.is_sorted(),
        };
        let count = offsets.len();
        let inside = count > 0
            && offsets.get(0) >= 0
            && usize::try_from(offsets.get(count - 1)).is_ok_and(|end| end <= bytes.len());
        if rising && inside {
            Ok(Self { offsets, bytes, validity })
        } else {
            Err(Error::value("the offsets of the array do not rise from 0 to the length of its data"))
        }
    }

    fn piece(&self, index: usize) -> &'a [u8] {
        &self.bytes[self.offsets.get(index) as usize..self.offsets.get(index + 1) as usize]
    }
}

impl Values for Variable<'_> {
    fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    fn get<'s>(&'s self, index: usize, _: &'s mut Scratch) -> Option<&'s [u8]> {
        let there = self.validity.is_none_or(|validity| validity.get(index));
        there.then(|| self.piece(index))
    }
}

/// A column that is put together value by value.
pub struct Builder {
    offsets: Vec<i64>,
    bytes: Zeroizing<Vec<u8>>,
    validity: Vec<u8>,
}

impl Builder {
    /// An empty column with room for `len` values.
    #[must_use]
    pub fn with_capacity(len: usize) -> Self {
        let mut offsets = Vec::with_capacity(len + 1);
        offsets.push(0);
        Self { offsets, bytes: Zeroizing::default(), validity: Vec::with_capacity(len.div_ceil(8)) }
    }

    /// Appends a value as it is encrypted.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if it is not of the type `kind`, [`CoreError::InvalidValue`] and
    /// [`CoreError::TooLong`] if it is out of range.
    pub fn push(&mut self, kind: Type, value: &Value<'_>) -> Result<()> {
        if value.kind() != kind {
            return Err(Error::Core(CoreError::WrongType(
                format!("the value is of type {}, not {kind}", value.kind()).into(),
            )));
        }
        self.make_room(value.most_bytes());
        value.write(&mut self.bytes)?;
        self.end(true);
        Ok(())
    }

    /// Appends bytes as they are.
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.bytes.extend_from_slice(bytes);
        self.end(true);
    }

    /// Appends the encoding of a row. A NULL in its place is an error if there is a value in that
    /// row.
    ///
    /// # Errors
    /// Those of [`Row::write`].
    pub fn push_row(&mut self, row: &Row<'_>) -> Result<()> {
        row.write(&mut self.bytes)?;
        self.end(true);
        Ok(())
    }

    /// Appends a NULL.
    pub fn push_null(&mut self) {
        self.end(false);
    }

    /// Grows without leaving a copy behind.
    fn make_room(&mut self, more: usize) {
        let needed = self.bytes.len() + more;
        if needed > self.bytes.capacity() {
            let mut longer = Zeroizing::new(Vec::with_capacity(needed.max(2 * self.bytes.capacity()).max(4096)));
            longer.extend_from_slice(&self.bytes);
            self.bytes = longer;
        }
    }

    fn end(&mut self, there: bool) {
        let index = self.len();
        if index.is_multiple_of(8) {
            self.validity.push(0);
        }
        self.validity[index / 8] |= u8::from(there) << (index % 8);
        self.offsets.push(self.bytes.len() as i64);
    }
}

impl Values for Builder {
    fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    fn get<'s>(&'s self, index: usize, _: &'s mut Scratch) -> Option<&'s [u8]> {
        let there = self.validity[index / 8] >> (index % 8) & 1 == 1;
        there.then(|| &self.bytes[self.offsets[index] as usize..self.offsets[index + 1] as usize])
    }
}

impl Rows for Builder {
    fn count(&self) -> Option<usize> {
        Some(self.len())
    }

    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<()> {
        let row = self.get(index, &mut Scratch::default()).map(|row| out.extend_from_slice(row));
        row.ok_or_else(|| Error::value("the row is null, or a part of it: give each value its row, or none of them"))
    }
}

impl core::fmt::Debug for Builder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Builder(<{} values>)", self.len())
    }
}
