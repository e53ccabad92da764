//! The encryption of one column.

use core::fmt;

use zeroize::Zeroizing;

use super::cache::Cache;
use super::sealing::{Ciphers, Opener, Sealer};
use super::stored::{self, Form, HEADER_LEN, Header, Mode, Stored};
use super::value::{Type, Value};
use super::{Row, check_name, limits, plain};
use crate::keyring::{Key, VersionId};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::secret::wipes_stack;

/// Encrypts the values of one column, each for its row, and decrypts them.
///
/// It can be shared between threads, and sees every change of the key's versions: a rotation
/// changes nothing for who holds it.
pub struct FieldCipher {
    table: String,
    column: String,
    kind: Type,
    mode: Mode,
    pad_to: Option<usize>,
    cache: Cache<Ciphers>,
}

impl FieldCipher {
    /// A cipher for the values of type `kind` in `column` of `table`. The two names are part of the
    /// key: give the same ones for as long as the column lives, also when it is renamed.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if a name is empty or longer than
    /// [`MAX_NAME_LEN`](super::MAX_NAME_LEN) bytes, [`CoreError::WrongType`] if the key is not of
    /// the kind [`General`](crate::keyring::Kind::General).
    pub fn new(key: Key, table: &str, column: &str, kind: Type) -> Result<Self> {
        check_name("table", table)?;
        check_name("column", column)?;
        let (table, column) = (table.to_owned(), column.to_owned());
        let names = (table.clone(), column.clone());
        let cache = Cache::new(key, move |version| Ciphers::derive(version, &names.0, &names.1))?;
        Ok(Self { table, column, kind, mode: Mode::Random, pad_to: None, cache })
    }

    /// The same, but equal values of equal rows are encrypted to the same bytes. Without rows that
    /// makes them comparable in the database, and tells everybody who sees it which rows have the
    /// same value, and how often each value occurs.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] for JSON, whose equal values can be written in several ways.
    pub fn deterministic(self) -> Result<Self> {
        if self.kind == Type::Json {
            return Err(Error::value(
                "JSON cannot be encrypted deterministically: equal values can be written in several ways",
            ));
        }
        Ok(Self { mode: Mode::Deterministic, ..self })
    }

    /// The same, but values are made longer inside the encryption, so that what is stored tells
    /// their length only up to the next multiple of `multiple` bytes.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is not from 2 to [`MAX_PADDING`](super::MAX_PADDING).
    pub fn padded(self, multiple: usize) -> Result<Self> {
        let most = limits::MAX_PADDING;
        if !(2..=most).contains(&multiple) {
            return Err(Error::value(format!(
                "values are padded to a multiple of 2 to {most} bytes, not of {multiple}"
            )));
        }
        Ok(Self { pad_to: Some(multiple), ..self })
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

    /// How values are encrypted. Both are decrypted.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// To a multiple of how many bytes values are padded.
    #[must_use]
    pub fn pad_to(&self) -> Option<usize> {
        self.pad_to
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &Key {
        self.cache.key()
    }

    /// Returns the stored form of a value: [`RANDOM_OVERHEAD`](super::RANDOM_OVERHEAD) or
    /// [`DETERMINISTIC_OVERHEAD`](super::DETERMINISTIC_OVERHEAD) bytes longer than the value.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if the value is not of the column's type,
    /// [`CoreError::InvalidValue`] if it or the row is out of range, [`CoreError::TooLong`] past
    /// [`MAX_VALUE_LEN`](super::MAX_VALUE_LEN), [`Error::Keyring`] if the key was taken out of the
    /// keyring.
    #[wipes_stack]
    pub fn encrypt<'v>(&self, value: impl Into<Value<'v>>, row: impl Into<Row<'v>>) -> Result<Vec<u8>> {
        let (value, row) = (value.into(), row.into());
        self.check_kind(&value)?;
        let mut plain = Zeroizing::default();
        plain::write(&value, self.pad_to, &mut plain)?;
        self.seal(&mut Sealer::new(self.cache.primary()?, self.mode)?, &plain, row)
    }

    /// The same as text, for columns that hold no bytes.
    ///
    /// # Errors
    /// As [`encrypt`](Self::encrypt).
    pub fn encrypt_text<'v>(&self, value: impl Into<Value<'v>>, row: impl Into<Row<'v>>) -> Result<String> {
        stored::to_text(&self.encrypt(value, row)?)
    }

    /// The value that was encrypted for the same table, column and row, in either form and mode.
    ///
    /// # Errors
    /// [`Error::Field`]: [`Tampered`](crate::error::FieldFault::Tampered) if it was
    /// changed or belongs elsewhere, [`Malformed`](crate::error::FieldFault::Malformed) if
    /// it is no encrypted value, [`WrongType`](crate::error::FieldFault::WrongType) if it
    /// is of another type. [`Error::Keyring`] if it was encrypted under an unknown, a disabled or a
    /// destroyed version of the key.
    #[wipes_stack]
    pub fn decrypt<'r>(&self, stored: impl AsRef<[u8]>, row: impl Into<Row<'r>>) -> Result<Opened> {
        let row = row.into();
        let mut plain = Zeroizing::default();
        Opener::new(&self.cache).open(stored.as_ref(), |out| row.write(out), &mut plain)?;
        plain::read(self.kind, &plain)?;
        Ok(Opened { kind: self.kind, plain })
    }

    /// Decrypts `stored` and encrypts the value again with `to`, which may be the same cipher, for
    /// `to_row`: under the current version of its key. The result is in the form of `stored`.
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt) and [`encrypt`](Self::encrypt); [`CoreError::WrongType`] if
    /// the two columns' types differ.
    #[wipes_stack]
    pub fn reencrypt<'r>(
        &self,
        stored: impl AsRef<[u8]>,
        row: impl Into<Row<'r>>,
        to: &Self,
        to_row: impl Into<Row<'r>>,
    ) -> Result<Vec<u8>> {
        self.check_target(to)?;
        let stored = stored.as_ref();
        let opened = self.decrypt(stored, row)?;
        let mut plain = Zeroizing::default();
        plain::write_canonical(to.kind, opened.canonical()?, to.pad_to, &mut plain)?;
        let sealed = to.seal(&mut Sealer::new(to.cache.primary()?, to.mode)?, &plain, to_row.into())?;
        match Form::of(stored) {
            Form::Binary => Ok(sealed),
            Form::Text => stored::to_text(&sealed).map(String::into_bytes),
        }
    }

    /// Returns the values to look for in the database: the stored form of this value under each
    /// usable version of the key, the current one first.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the cipher is not [deterministic](Self::deterministic);
    /// otherwise as [`encrypt`](Self::encrypt).
    #[wipes_stack]
    pub fn tokens<'v>(&self, value: impl Into<Value<'v>>, row: impl Into<Row<'v>>) -> Result<Vec<Vec<u8>>> {
        if self.mode != Mode::Deterministic {
            return Err(Error::value(
                "only what is encrypted deterministically can be looked for; a blind index finds the others",
            ));
        }
        let (value, row) = (value.into(), row.into());
        self.check_kind(&value)?;
        let mut plain = Zeroizing::default();
        plain::write(&value, self.pad_to, &mut plain)?;
        let versions = self.cache.usable()?.into_iter();
        versions.map(|ciphers| self.seal(&mut Sealer::new(ciphers, self.mode)?, &plain, row)).collect()
    }

    /// Whether `stored` should be [re-encrypted](Self::reencrypt): it is under another version than
    /// the current one, or in another mode.
    ///
    /// # Errors
    /// [`Error::Field`] if it is no encrypted value.
    pub fn needs_update(&self, stored: impl AsRef<[u8]>) -> Result<bool> {
        let mut scratch = Vec::new();
        let stored = Stored::read(stored.as_ref(), &mut scratch)?;
        Ok(*stored.header != self.current_prefix()?)
    }

    /// Whether `stored`, in either form, begins as what is encrypted by this library does: with the
    /// whole header, of this format or a later one. Nothing is opened. Of bytes that are something
    /// else one in 128 begin so in the binary form: where there may be such, ask
    /// [`recognizes`](Self::recognizes).
    #[must_use]
    pub fn has_header(stored: impl AsRef<[u8]>) -> bool {
        Header::of(stored.as_ref()).is_some()
    }

    /// Whether `stored` is to be opened by this cipher rather than by whatever else reads the
    /// column: it has the text form, or begins with the header of a version of this key, in
    /// whatever state that is. Nothing is opened, and what is recognized may turn out to be
    /// damaged.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key was taken out of the keyring.
    pub fn recognizes(&self, stored: impl AsRef<[u8]>) -> Result<bool> {
        let stored = stored.as_ref();
        match Header::of(stored) {
            Some(Header::Version(id)) if Form::of(stored) == Form::Binary => self.key().has_version(id),
            header => Ok(header.is_some()),
        }
    }

    /// Under which version of its key `stored` was encrypted. It is not authenticated.
    ///
    /// # Errors
    /// [`Error::Field`] if it is no encrypted value.
    pub fn version_id(stored: impl AsRef<[u8]>) -> Result<VersionId> {
        Ok(Stored::read(stored.as_ref(), &mut Vec::new())?.id)
    }

    /// The bytes that begin everything that is stored now: what does not begin with them needs an
    /// update.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key was taken out of the keyring.
    pub fn current_prefix(&self) -> Result<[u8; HEADER_LEN]> {
        Ok(self.cache.primary()?.header(self.mode))
    }

    /// The same for the text form: 11 characters, as many as the version fixes. It fixes 4 bits of
    /// the next one too, so that one in 268 million other versions has the same prefix. In `LIKE`
    /// an underscore stands for any character: escape it, or compare the first 11 characters.
    ///
    /// # Errors
    /// As [`current_prefix`](Self::current_prefix).
    pub fn current_text_prefix(&self) -> Result<String> {
        Ok(stored::text_prefix(&self.current_prefix()?))
    }

    pub(super) fn cache(&self) -> &Cache<Ciphers> {
        &self.cache
    }

    pub(super) fn check_kind(&self, value: &Value<'_>) -> Result<()> {
        if value.kind() == self.kind {
            return Ok(());
        }
        let (column, kind, got) = (&self.column, self.kind, value.kind());
        Err(Error::Core(CoreError::WrongType(
            format!("the column {column:?} has values of type {kind}, not {got}").into(),
        )))
    }

    /// Whether what `self` decrypts can be encrypted by `to`.
    pub(super) fn check_target(&self, to: &Self) -> Result<()> {
        if to.kind == self.kind {
            return Ok(());
        }
        Err(Error::Core(CoreError::WrongType(
            format!("values of type {} cannot be encrypted as {}: decrypt and convert them", self.kind, to.kind).into(),
        )))
    }

    fn seal(&self, sealer: &mut Sealer, plain: &[u8], row: Row<'_>) -> Result<Vec<u8>> {
        let mut out = vec![0; sealer.mode().stored_len(plain.len())];
        sealer.seal(plain, |out| row.write(out), &mut out)?;
        Ok(out)
    }
}

impl fmt::Debug for FieldCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, column, kind, mode, .. } = self;
        write!(f, "FieldCipher({table}.{column}, {kind}, {mode:?}, key {:?})", self.key().name())
    }
}

/// A decrypted value. It is wiped when dropped, and not shown by `Debug`.
pub struct Opened {
    kind: Type,
    plain: Zeroizing<Vec<u8>>,
}

impl Opened {
    /// The value.
    ///
    /// # Errors
    /// [`Error::Field`] if it is in a form that only a newer version of this library knows.
    pub fn value(&self) -> Result<Value<'_>> {
        Value::from_canonical(self.kind, self.canonical()?)
    }

    fn canonical(&self) -> Result<&[u8]> {
        plain::read(self.kind, &self.plain)
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened(<{}>)", self.kind)
    }
}
