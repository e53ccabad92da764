//! Looking up what is encrypted.

use ironlatch::recipes::fields::{self as core, Normalization, Token};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::arrow::{ArrowArray, Column, token_array};
use super::batch::{batch_error, results, values};
use super::token_form::TokenForm;
use super::values::with_value;
use super::{ColumnType, Stored, batch, refused};
use crate::buffer::detach;
use crate::errors::CallResult;
use crate::recipes::keyring::Key;
use crate::warnings;

/// Makes tokens that are stored with an encrypted column, so that rows can be looked up by its
/// value: a keyed, shortened hash.
///
/// Rows with equal values have equal tokens, and so have some others: decrypt what is found, and
/// compare. Give ``rows``, the size to which the table grows, and a token gets as many bits as let
/// 4 to 8 rows share one; or ``bits``, from 1 to 256. ``normalize`` says which values count as
/// equal: ``exact``; for texts also ``text`` (capitals, spaces and the form of characters do not
/// matter) or ``digits`` (nothing else matters).
///
/// Raises :class:`ValueError` unless exactly one of ``bits`` and ``rows`` is given, and for what is
/// out of range.
///
/// >>> from ironlatch.fields import BlindIndex
/// >>> from ironlatch.keyring import Keyring
/// >>> key = Keyring.in_memory().create_key("customers")
/// >>> index = BlindIndex(key, "customer", "email", rows=1_000_000, normalize="text")
/// >>> index.token("Ada@example.com") in index.tokens("ada@example.com")
/// True
#[pyclass(frozen, module = "ironlatch.fields")]
pub(crate) struct BlindIndex {
    pub(crate) inner: core::BlindIndex,
}

#[pymethods]
impl BlindIndex {
    #[new]
    #[pyo3(
        signature = (key, table, column, r#type=ColumnType::TEXT, *, bits=None, rows=None, normalize="exact"),
        text_signature = "(key, table, column, type='str', *, bits=None, rows=None, normalize='exact')"
    )]
    fn new(
        key: &Bound<'_, Key>,
        table: &str,
        column: &str,
        r#type: ColumnType,
        bits: Option<u32>,
        rows: Option<u64>,
        normalize: &str,
    ) -> CallResult<Self> {
        let bits = match (bits, rows) {
            (Some(bits), None) => bits,
            (None, Some(rows)) => core::BlindIndex::bits_for_rows(rows),
            _ => {
                return Err(PyValueError::new_err(
                    "give either bits or rows: how many bits a token has, or how many rows the table will have",
                )
                .into());
            }
        };
        let normalization = Normalization::from_name(normalize)?;
        let key = key.get().inner.clone();
        Ok(Self { inner: core::BlindIndex::new(key, table, column, r#type.0, bits, normalization)? })
    }

    /// The key.
    #[getter]
    fn key(&self) -> Key {
        Key { inner: self.inner.key().clone() }
    }

    /// The table's name.
    #[getter]
    fn table(&self) -> &str {
        self.inner.table()
    }

    /// The column's name.
    #[getter]
    fn column(&self) -> &str {
        self.inner.column()
    }

    /// The name of the type of the values.
    #[getter]
    fn r#type(&self) -> &'static str {
        self.inner.kind().name()
    }

    /// The number of bits of a token.
    #[getter]
    fn bits(&self) -> u32 {
        self.inner.bits()
    }

    /// The values that count as equal: ``exact``, ``text`` or ``digits``.
    #[getter]
    fn normalize(&self) -> &'static str {
        self.inner.normalization().name()
    }

    /// Returns the token of ``value``, to store with the encrypted value. ``None`` stays ``None``.
    ///
    /// ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative,
    /// for a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in
    /// hexadecimal.
    ///
    /// ``beside`` is the stored value of the encrypted column. The token is then under the same
    /// version of the key, so that a rotation that comes between the two cannot tear them apart:
    /// pass it whenever there is one. Without it the token is under the current version.
    ///
    /// Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
    /// ``beside`` is not an encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
    /// :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that
    /// may be used.
    #[pyo3(signature = (value, *, beside=None, form="bytes"))]
    fn token<'py>(
        &self,
        value: &Bound<'py, PyAny>,
        beside: Option<Stored<'_>>,
        form: &str,
    ) -> CallResult<Option<Bound<'py, PyAny>>> {
        let form = TokenForm::named(form)?;
        self.one(value, beside)?.map(|token| form.object(value.py(), &token)).transpose()
    }

    /// Deprecated: use :meth:`token` with ``form="int"``.
    #[pyo3(signature = (value, *, beside=None))]
    fn token_int<'py>(
        &self,
        value: &Bound<'py, PyAny>,
        beside: Option<Stored<'_>>,
    ) -> CallResult<Option<Bound<'py, PyAny>>> {
        warnings::renamed(value.py(), c"token_int(value) is now token(value, form=\"int\")")?;
        self.token(value, beside, "int")
    }

    /// Deprecated: use :meth:`token` with ``form="text"``.
    #[pyo3(signature = (value, *, beside=None))]
    fn token_text<'py>(
        &self,
        value: &Bound<'py, PyAny>,
        beside: Option<Stored<'_>>,
    ) -> CallResult<Option<Bound<'py, PyAny>>> {
        warnings::renamed(value.py(), c"token_text(value) is now token(value, form=\"text\")")?;
        self.token(value, beside, "text")
    }

    /// Returns what to look for: the tokens of ``value`` under each usable version of the key, the
    /// current one first. The list is empty for ``None``. ``form`` is as for :meth:`token`.
    #[pyo3(signature = (value, *, form="bytes"))]
    fn tokens<'py>(&self, value: &Bound<'py, PyAny>, form: &str) -> CallResult<Vec<Bound<'py, PyAny>>> {
        let form = TokenForm::named(form)?;
        self.all(value)?.iter().map(|token| form.object(value.py(), token)).collect()
    }

    /// Deprecated: use :meth:`tokens` with ``form="int"``.
    fn tokens_int<'py>(&self, value: &Bound<'py, PyAny>) -> CallResult<Vec<Bound<'py, PyAny>>> {
        warnings::renamed(value.py(), c"tokens_int(value) is now tokens(value, form=\"int\")")?;
        self.tokens(value, "int")
    }

    /// Deprecated: use :meth:`tokens` with ``form="text"``.
    fn tokens_text<'py>(&self, value: &Bound<'py, PyAny>) -> CallResult<Vec<Bound<'py, PyAny>>> {
        warnings::renamed(value.py(), c"tokens_text(value) is now tokens(value, form=\"text\")")?;
        self.tokens(value, "text")
    }

    /// Makes the tokens of a list of values as :meth:`token` does, on all cores and without the
    /// GIL. ``beside`` holds a stored value for each.
    ///
    /// An exception has the place of the value that it is about as ``index``.
    #[pyo3(signature = (values, *, beside=None, form="bytes"))]
    fn tokens_many<'py>(
        &self,
        py: Python<'py>,
        values: Vec<Bound<'py, PyAny>>,
        beside: Option<Vec<Bound<'py, PyAny>>>,
        form: &str,
    ) -> CallResult<Bound<'py, PyList>> {
        let form = TokenForm::named(form)?;
        let column = self::values(self.inner.kind(), self.inner.column(), &values)?;
        let beside = beside.map(|list| batch::stored(&list)).transpose()?;
        let tokens = detach(py, || match &beside {
            Some((stored, _)) => self.inner.token_columnar_beside(&column, stored),
            None => self.inner.token_columnar(&column),
        });
        let tokens = tokens.map_err(|error| batch_error(py, error))?;
        results(&values, &tokens, py, |bytes| form.object(py, &Token::from_bytes(bytes, self.inner.bits())?))
    }

    /// Makes the tokens of an Arrow array as :meth:`tokens_many` does: binary values, 64-bit ints
    /// or texts. Nulls stay null. ``beside`` is the array that :meth:`FieldCipher.encrypt_arrow`
    /// returned for the values.
    ///
    /// Raises :class:`TypeError` if the array is not of the column's type.
    #[pyo3(signature = (values, *, beside=None, form="bytes"))]
    fn tokens_arrow(
        &self,
        py: Python<'_>,
        values: &Bound<'_, PyAny>,
        beside: Option<&Bound<'_, PyAny>>,
        form: &str,
    ) -> CallResult<ArrowArray> {
        let form = TokenForm::named(form)?;
        let column = Column::values(self.inner.kind(), self.inner.column(), values)?;
        let beside = beside.map(Column::stored).transpose()?;
        let result = detach(py, || {
            let tokens = match &beside {
                Some((stored, _)) => self.inner.token_columnar_beside(&column, stored)?,
                None => self.inner.token_columnar(&column)?,
            };
            token_array(&column, tokens, self.inner.bits(), form)
        });
        Ok(result.map_err(|error| batch_error(py, error))?)
    }

    /// Returns what the tokens of a table of ``rows`` rows tell to a reader without the key.
    fn leak(&self, rows: u64) -> Leak {
        Leak { inner: self.inner.leak(rows) }
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused())
    }
}

impl BlindIndex {
    fn one(&self, value: &Bound<'_, PyAny>, beside: Option<Stored<'_>>) -> CallResult<Option<Token>> {
        if value.is_none() {
            return Ok(None);
        }
        with_value(self.inner.kind(), self.inner.column(), value, |value| {
            Ok(Some(match &beside {
                Some(stored) => self.inner.token_beside(value.clone(), stored.as_slice())?,
                None => self.inner.token(value.clone())?,
            }))
        })
    }

    fn all(&self, value: &Bound<'_, PyAny>) -> CallResult<Vec<Token>> {
        if value.is_none() {
            return Ok(Vec::new());
        }
        with_value(self.inner.kind(), self.inner.column(), value, |value| Ok(self.inner.tokens(value.clone())?))
    }
}

/// Measures what the tokens of a blind index tell: see :meth:`BlindIndex.leak`. ``str(leak)`` says
/// it in words.
#[pyclass(frozen, module = "ironlatch.fields")]
pub(crate) struct Leak {
    inner: core::Leak,
}

#[pymethods]
impl Leak {
    /// The bits of a token.
    #[getter]
    fn bits(&self) -> u32 {
        self.inner.bits()
    }

    /// The rows of the table.
    #[getter]
    fn rows(&self) -> u64 {
        self.inner.rows()
    }

    /// The number of rows with other values that are found along with those looked for, on average.
    #[getter]
    fn other_rows(&self) -> f64 {
        self.inner.other_rows()
    }

    /// The number of rows that share a value from which on it can be seen to be frequent.
    #[getter]
    fn noticed_from(&self) -> u64 {
        self.inner.noticed_from()
    }

    /// Whether the same token means the same value, as a rule.
    #[getter]
    fn is_exact(&self) -> bool {
        self.inner.is_exact()
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Leak(bits={}, rows={})", self.inner.bits(), self.inner.rows())
    }
}
