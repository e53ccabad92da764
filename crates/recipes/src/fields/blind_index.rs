//! Looking up what is encrypted: a keyed, shortened hash in a column of its own.

use core::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::batch::{BatchError, Failing, Packed, run};
use super::cache::Cache;
use super::columns::{Scratch, Values};
use super::sealing::make_room;
use super::value::{Type, Value};
use super::{FieldCipher, Normalization, check_name};
use crate::keyring::{Counter, Key, Operation, Own, VersionId};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::hash::hmac::Hmac;
use ironlatch_core::secret::wipes_stack;

/// The most bits of a token: those of SHA-256.
pub const MAX_BITS: u32 = 256;

/// The most bits of a token that is a positive number of 64 bits, as databases have them.
pub const MAX_INT_BITS: u32 = 63;

/// In a table of the expected size a token is shared by this many rows, or up to twice as many.
const ROWS_A_TOKEN: u64 = 4;

/// Makes tokens of a few bits that are stored in a second column, so that rows can be found by the
/// value of an encrypted column.
///
/// Rows with equal values have equal tokens, and, as tokens are short, so have some others: decrypt
/// what is found, and compare. What the tokens tell is said by [`leak`](Self::leak).
pub struct BlindIndex {
    table: String,
    column: String,
    kind: Type,
    normalization: Normalization,
    bits: u32,
    cache: Cache<Indexer>,
}

/// The code of one version of the key.
struct Indexer {
    id: VersionId,
    mac: Hmac,
    counter: Counter,
}

/// Makes tokens under one version one after another, and counts them.
struct Coder {
    indexer: Arc<Indexer>,
    mac: Hmac,
    made: u64,
}

impl Coder {
    fn new(indexer: Arc<Indexer>) -> Self {
        Self { mac: indexer.mac.clone(), indexer, made: 0 }
    }

    fn mac(&mut self) -> &mut Hmac {
        self.made += 1;
        &mut self.mac
    }
}

impl Drop for Coder {
    fn drop(&mut self) {
        self.indexer.counter.add(Operation::Index, self.made);
    }
}

impl BlindIndex {
    /// An index with tokens of `bits` bits. Few tell little and find too much; from about 100 on
    /// they find what is equal and nothing else.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the names are those that
    /// [`FieldCipher::new`](super::FieldCipher::new) refuses, if `bits` is not from 1 to
    /// [`MAX_BITS`], or the normalization does not go with the type. [`CoreError::WrongType`] if
    /// the key is not of the kind [`General`](crate::keyring::Kind::General).
    pub fn new(
        key: Key,
        table: &str,
        column: &str,
        kind: Type,
        bits: u32,
        normalization: Normalization,
    ) -> Result<Self> {
        check_name("table", table)?;
        check_name("column", column)?;
        normalization.check(kind)?;
        if !(1..=MAX_BITS).contains(&bits) {
            return Err(Error::value(format!("a token has 1 to {MAX_BITS} bits, not {bits}")));
        }
        let (table, column) = (table.to_owned(), column.to_owned());
        let names = (table.clone(), column.clone());
        let cache = Cache::new(key, move |version| {
            let context = [names.0.as_bytes(), names.1.as_bytes()];
            let mac = Hmac::new(HashAlgorithm::Sha256, version.derive_own(Own::BlindIndex, &context, 32)?.expose())?;
            Ok(Indexer {
                id: version.id(),
                mac,
                counter: version.counter(&format!("blind index {}.{}", names.0, names.1)),
            })
        })?;
        Ok(Self { table, column, kind, normalization, bits, cache })
    }

    /// Returns the number of bits for a table that grows to `rows` rows: 4 to 8 rows share a token
    /// if all values are different. It is at least 1.
    #[must_use]
    pub fn bits_for_rows(rows: u64) -> u32 {
        (rows / ROWS_A_TOKEN).checked_ilog2().unwrap_or(0).max(1)
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The column's name.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The type of the values.
    #[must_use]
    pub fn kind(&self) -> Type {
        self.kind
    }

    /// Which values count as equal.
    #[must_use]
    pub fn normalization(&self) -> Normalization {
        self.normalization
    }

    /// How many bits a token has.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The length of a token in bytes.
    #[must_use]
    pub fn token_len(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &Key {
        self.cache.key()
    }

    /// Returns the token of a value under the current version of the key, for a value that is not
    /// stored in encrypted form.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if the value is not of the column's type,
    /// [`CoreError::InvalidValue`] if it is out of range or cannot be looked up, [`Error::Keyring`]
    /// if the key was taken out of the keyring.
    #[wipes_stack]
    pub fn token<'v>(&self, value: impl Into<Value<'v>>) -> Result<Token> {
        let mut input = Zeroizing::default();
        self.write_input(&value.into(), &mut input)?;
        Ok(self.code(&*self.cache.primary()?, &input))
    }

    /// Returns the token to store with `stored`, which is `value` encrypted: under the same version
    /// of the key. However long it takes until both are written, they agree on the version, so a
    /// rotation that sees one knows about the other.
    ///
    /// # Errors
    /// As [`token`](Self::token). [`Error::Field`] if `stored` is no encrypted value;
    /// [`Error::Keyring`] if it is not under a usable version of this index's key.
    #[wipes_stack]
    pub fn token_beside<'v>(&self, value: impl Into<Value<'v>>, stored: impl AsRef<[u8]>) -> Result<Token> {
        let mut input = Zeroizing::default();
        self.write_input(&value.into(), &mut input)?;
        let version = FieldCipher::version_id(stored)?;
        Ok(self.code(&*self.cache.version(version)?, &input))
    }

    /// Returns the tokens to look for: one for each usable version of the key, the current one
    /// first. While a key is changed, rows have tokens of several versions.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    #[wipes_stack]
    pub fn tokens<'v>(&self, value: impl Into<Value<'v>>) -> Result<Vec<Token>> {
        let mut input = Zeroizing::default();
        self.write_input(&value.into(), &mut input)?;
        Ok(self.cache.usable()?.iter().map(|indexer| self.code(indexer, &input)).collect())
    }

    /// [`token`](Self::token) for a whole column of canonical bytes: gives tokens as bytes.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    #[wipes_stack(deep)]
    pub fn token_columnar<V: Values + ?Sized>(&self, values: &V) -> Result<Packed, BatchError> {
        let indexer = self.cache.primary()?;
        self.columnar(values, |_, coder| Ok(coder.get_or_insert_with(|| Coder::new(Arc::clone(&indexer))).mac()))
    }

    /// [`token_beside`](Self::token_beside) for a whole column of canonical bytes and what they
    /// were encrypted to.
    ///
    /// # Errors
    /// Like [`token_beside`](Self::token_beside), and [`CoreError::InvalidValue`] if the numbers of
    /// both differ, or if a value's stored form is NULL.
    #[wipes_stack(deep)]
    pub fn token_columnar_beside<V, S>(&self, values: &V, stored: &S) -> Result<Packed, BatchError>
    where
        V: Values + ?Sized,
        S: Values + ?Sized,
    {
        if stored.len() != values.len() {
            let (values, stored) = (values.len(), stored.len());
            return Err(
                Error::value(format!("there must be as many stored values as values: {values}, not {stored}")).into()
            );
        }
        self.columnar(values, |index, coder| {
            let mut scratch = Scratch::default();
            let stored = stored.get(index, &mut scratch);
            let id =
                FieldCipher::version_id(stored.ok_or_else(|| Error::value("NULL is stored for a value that is not"))?)?;
            let kept = coder.take().filter(|coder| coder.indexer.id == id);
            let coder = coder.insert(match kept {
                Some(kept) => kept,
                None => Coder::new(self.cache.version(id)?),
            });
            Ok(coder.mac())
        })
    }

    fn columnar<V: Values + ?Sized>(
        &self,
        values: &V,
        choose: impl Fn(usize, &mut Option<Coder>) -> Result<&mut Hmac> + Sync,
    ) -> Result<Packed, BatchError> {
        let len = self.token_len();
        let most = |index: usize| values.get(index, &mut Scratch::default()).map_or(0, |_| len);
        let worker = || Ok((None, Zeroizing::new(Scratch::default()), Zeroizing::default()));
        run(values.len(), false, Failing::Stops, most, worker, |(coder, scratch, input), index, out| {
            let Some(bytes) = values.get(index, scratch) else { return Ok(0) };
            self.write_input(&Value::from_canonical(self.kind, bytes)?, input)?;
            out.copy_from_slice(token(choose(index, coder)?, self.bits, input).as_bytes());
            Ok(len)
        })
    }

    /// Estimates what the tokens of a table of `rows` rows reveal.
    #[must_use]
    pub fn leak(&self, rows: u64) -> Leak {
        Leak { bits: self.bits, rows }
    }

    /// Puts type, normalization and normalized value into `input`.
    fn write_input(&self, value: &Value<'_>, input: &mut Zeroizing<Vec<u8>>) -> Result<()> {
        if value.kind() != self.kind {
            let (column, kind, got) = (&self.column, self.kind, value.kind());
            return Err(Error::Core(CoreError::WrongType(
                format!("the column {column:?} has values of type {kind}, not {got}").into(),
            )));
        }
        make_room(input, 2 + 2 * value.most_bytes());
        input.extend([self.kind.code(), self.normalization as u8]);
        self.normalization.write(value, input)
    }

    fn code(&self, indexer: &Indexer, input: &[u8]) -> Token {
        indexer.counter.add(Operation::Index, 1);
        token(&mut indexer.mac.clone(), self.bits, input)
    }
}

#[wipes_stack]
fn token(mac: &mut Hmac, bits: u32, input: &[u8]) -> Token {
    let mut code = [0; 32];
    mac.update(input);
    mac.finalize_into_reset((&mut code[..]).into());
    Token::new(code, bits)
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, column, kind, normalization, bits, .. } = self;
        write!(f, "BlindIndex({table}.{column}, {kind}, {normalization}, {bits} bits, key {:?})", self.key().name())
    }
}

/// An entry of a blind index: a number of a few bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// The number, in the last bytes.
    number: [u8; 32],
    bits: u32,
}

impl Token {
    /// The first `bits` bits of the code, as a number.
    fn new(code: [u8; 32], bits: u32) -> Self {
        let len = bits.div_ceil(8) as usize;
        let spare = len as u32 * 8 - bits;
        let mut number = [0; 32];
        let mut carry = 0;
        for (place, byte) in number[32 - len..].iter_mut().zip(code) {
            let pair = u16::from_be_bytes([carry, byte]);
            *place = (pair >> spare) as u8;
            carry = byte;
        }
        Self { number, bits }
    }

    /// The token of an index with tokens of `bits` bits that [`as_bytes`](Self::as_bytes) gave as
    /// `bytes`.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if there are fewer or more bytes, or bits that it cannot have.
    pub fn from_bytes(bytes: &[u8], bits: u32) -> Result<Self> {
        let spare = (bytes.len() as u32 * 8).wrapping_sub(bits);
        if !(1..=MAX_BITS).contains(&bits) || spare >= 8 || bytes[0].leading_zeros() < spare {
            return Err(Error::value(format!("this is no token of {bits} bits")));
        }
        let mut number = [0; 32];
        number[32 - bytes.len()..].copy_from_slice(bytes);
        Ok(Self { number, bits })
    }

    /// In as few bytes as the index's bits take, big-endian.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.number[32 - self.bits.div_ceil(8) as usize..]
    }

    /// Returns it as a number for a column such as `BIGINT`.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the index has more than [`MAX_INT_BITS`] bits.
    pub fn to_int(&self) -> Result<i64> {
        if self.bits > MAX_INT_BITS {
            return Err(Error::value(format!(
                "a token of {} bits is no number of 64 bits: take at most {MAX_INT_BITS} bits, or bytes",
                self.bits
            )));
        }
        let [.., a, b, c, d, e, f, g, h] = self.number;
        Ok(i64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    /// The bytes in hexadecimal.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.as_bytes())
    }
}

/// The information that the tokens of a table reveal to someone without the key. `Display` writes
/// it in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leak {
    bits: u32,
    rows: u64,
}

impl Leak {
    /// The bits of a token.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The rows of the table.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many rows with other values are found along with those that are looked for, on average,
    /// if all values are different. The more, the less a token tells, and the more a query decrypts
    /// in vain.
    #[must_use]
    pub fn other_rows(&self) -> f64 {
        self.rows.saturating_sub(1) as f64 / 2_f64.powi(self.bits as i32)
    }

    /// From how many rows on a value that they share can be seen to be frequent: by three standard
    /// deviations of the number of rows that have one token by chance.
    #[must_use]
    pub fn noticed_from(&self) -> u64 {
        let others = self.other_rows();
        (3.0 * others.sqrt()).ceil().max(2.0) as u64
    }

    /// Whether a token stands for one value, as a rule: equality of two rows can then be seen as if
    /// the values were encrypted deterministically.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.other_rows() < 1.0
    }
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bits, rows } = self;
        let others = self.other_rows();
        write!(
            f,
            "{bits} bits in {rows} rows: who sees the tokens and has no key knows {bits} bits of a keyed hash of each value. "
        )?;
        if self.is_exact() {
            write!(
                f,
                "Two rows with the same token have the same value, but for about {others:.2} rows a token: it shows which rows are \
                 equal, and how often each value occurs."
            )
        } else {
            write!(
                f,
                "About {others:.1} rows with other values share each token, so that the same token does not mean the same value. A value \
                 of about {} rows or more stands out.",
                self.noticed_from()
            )
        }
    }
}
