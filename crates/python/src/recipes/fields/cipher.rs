//! The encryption of one column.

use ironlatch::recipes::fields::{self as core, Failing, Form, Mode};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyType};

use super::arrow::{ArrowArray, ArrowRows, Column, RowType, stored_array, value_array};
use super::batch::{BatchRows, batch_error, results, stored_object, value_object, values};
use super::rows::with_row;
use super::values::{to_python, with_value};
use super::{ColumnType, Stored, batch, refused};
use crate::buffer::{detach, detach_if_long};
use crate::errors::CallResult;
use crate::recipes::keyring::Key;
use crate::types;
use crate::warnings;

/// Encrypts the values of one column, each for its row, and decrypts them.
///
/// ``key`` is a key of a keyring, of the kind ``general``. ``table`` and ``column`` are part of
/// what is encrypted: give the same names for as long as the column lives. ``type`` is the class of
/// the values, or its name: ``str``, ``bytes``, ``int``, ``decimal``, ``float``, ``bool``,
/// ``date``, ``time``, ``datetime``, ``uuid`` or ``json``.
///
/// With ``deterministic`` equal values are encrypted to the same bytes. With ``pad_to`` values are
/// made longer, up to a multiple of that many bytes. ``None`` always stays ``None``. Raises
/// :class:`TypeError` for a key of another kind or a type that is none, and :class:`ValueError` for
/// names or a padding that are none.
///
/// >>> from ironlatch.fields import FieldCipher
/// >>> from ironlatch.keyring import Keyring
/// >>> key = Keyring.in_memory().create_key("customers")
/// >>> emails = FieldCipher(key, "customer", "email")
/// >>> stored = emails.encrypt("ada@example.com", row=17)
/// >>> emails.decrypt(stored, row=17)
/// 'ada@example.com'
#[pyclass(frozen, module = "ironlatch.fields")]
pub(crate) struct FieldCipher {
    pub(crate) inner: core::FieldCipher,
}

#[pymethods]
impl FieldCipher {
    #[new]
    #[pyo3(
        signature = (key, table, column, r#type=ColumnType::TEXT, *, deterministic=false, pad_to=None),
        text_signature = "(key, table, column, type='str', *, deterministic=False, pad_to=None)"
    )]
    fn new(
        key: &Bound<'_, Key>,
        table: &str,
        column: &str,
        r#type: ColumnType,
        deterministic: bool,
        pad_to: Option<usize>,
    ) -> CallResult<Self> {
        let mut inner = core::FieldCipher::new(key.get().inner.clone(), table, column, r#type.0)?;
        if deterministic {
            inner = inner.deterministic()?;
        }
        if let Some(multiple) = pad_to {
            inner = inner.padded(multiple)?;
        }
        Ok(Self { inner })
    }

    /// Returns an alias of the class for type checkers: ``FieldCipher[Decimal]``.
    #[classmethod]
    fn __class_getitem__<'py>(cls: &Bound<'py, PyType>, item: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        types::GENERIC_ALIAS.get(cls.py())?.call1((cls, item))
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

    /// The name of the type: ``str``, ``bytes``, ``int``, ``decimal``, ``float``, ``bool``,
    /// ``date``, ``time``, ``datetime``, ``uuid`` or ``json``.
    #[getter]
    fn r#type(&self) -> &'static str {
        self.inner.kind().name()
    }

    /// Whether equal values are encrypted to the same bytes.
    #[getter]
    fn deterministic(&self) -> bool {
        self.inner.mode() == Mode::Deterministic
    }

    /// The multiple of bytes that values are padded to, or None.
    #[getter]
    fn pad_to(&self) -> Option<usize> {
        self.inner.pad_to()
    }

    /// Encrypts ``value``, and returns what to store: bytes, or with ``text`` a str for columns
    /// that hold no bytes, ``ilf1.`` and base64 for URLs. ``None`` stays ``None``.
    ///
    /// ``row`` is what tells the row from all others and never changes, its primary key: an int,
    /// str, bytes or UUID, or a tuple of these. Without one the value opens in every row. The
    /// result is 46 bytes longer than the value, 22 if deterministic.
    ///
    /// Raises :class:`TypeError` if the value is not of the column's type, and :class:`ValueError`
    /// if it cannot be stored exactly.
    #[pyo3(signature = (value, row=None, *, text=false))]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        value: &Bound<'py, PyAny>,
        row: Option<&Bound<'py, PyAny>>,
        text: bool,
    ) -> CallResult<Option<Bound<'py, PyAny>>> {
        let Some(stored) = self.encrypted(py, value, row)? else { return Ok(None) };
        Ok(Some(in_form(py, &stored, text)?))
    }

    /// Deprecated: use :meth:`encrypt` with ``text=True``.
    #[pyo3(signature = (value, row=None))]
    fn encrypt_text<'py>(
        &self,
        py: Python<'py>,
        value: &Bound<'py, PyAny>,
        row: Option<&Bound<'py, PyAny>>,
    ) -> CallResult<Option<Bound<'py, PyAny>>> {
        warnings::renamed(py, c"encrypt_text(value, row) is now encrypt(value, row, text=True)")?;
        self.encrypt(py, value, row, true)
    }

    /// Decrypts what :meth:`encrypt` returned for the same row. ``None`` stays ``None``.
    ///
    /// Raises :class:`Tampered` if it was changed or belongs to another table, column or row,
    /// :class:`MalformedValue` if it is no encrypted value, :class:`WrongType` if it is of another
    /// type than the column; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
    /// :class:`KeyDisabled` or :class:`KeyDestroyed`.
    #[pyo3(signature = (stored, row=None))]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        stored: Option<Stored<'_>>,
        row: Option<&Bound<'py, PyAny>>,
    ) -> CallResult<Bound<'py, PyAny>> {
        let Some(stored) = &stored else { return Ok(py.None().into_bound(py)) };
        let stored = stored.as_slice();
        let opened = with_row(row, |row| Ok(detach_if_long(py, stored.len(), || self.inner.decrypt(stored, row))?))?;
        Ok(to_python(py, &opened.value()?)?)
    }

    /// Decrypts ``stored`` and encrypts its value again under the current version of the key, in
    /// the same form.
    ///
    /// With ``to``, another cipher for the same type, and ``to_row``, the value moves to another
    /// column or row. Errors are those of :meth:`decrypt`.
    #[pyo3(signature = (stored, row=None, *, to=None, to_row=None))]
    fn reencrypt<'py>(
        &self,
        py: Python<'py>,
        stored: Option<Stored<'_>>,
        row: Option<&Bound<'py, PyAny>>,
        to: Option<&Bound<'py, Self>>,
        to_row: Option<&Bound<'py, PyAny>>,
    ) -> CallResult<Bound<'py, PyAny>> {
        let Some(stored) = &stored else { return Ok(py.None().into_bound(py)) };
        let (bytes, to, to_row) = (stored.as_slice(), to.map_or(self, |to| to.get()), to_row.or(row));
        let anew = with_row(row, |row| {
            with_row(to_row, |to_row| {
                Ok(detach_if_long(py, bytes.len(), || self.inner.reencrypt(bytes, row, &to.inner, to_row))?)
            })
        })?;
        Ok(stored_object(py, &anew, matches!(stored, Stored::Text(_)))?)
    }

    /// Returns what to look for in a deterministic column: what is stored of ``value`` under each
    /// usable version of the key, the current one first. The list is empty for ``None``.
    ///
    /// Raises :class:`ValueError` if the cipher is not deterministic.
    #[pyo3(signature = (value, row=None, *, text=false))]
    fn tokens<'py>(
        &self,
        py: Python<'py>,
        value: &Bound<'py, PyAny>,
        row: Option<&Bound<'py, PyAny>>,
        text: bool,
    ) -> CallResult<Vec<Bound<'py, PyAny>>> {
        if value.is_none() {
            return Ok(Vec::new());
        }
        let tokens = with_value(self.inner.kind(), self.inner.column(), value, |value| {
            with_row(row, |row| Ok(self.inner.tokens(value.clone(), row)?))
        })?;
        tokens.iter().map(|token| in_form(py, token, text)).collect()
    }

    /// Returns whether ``stored`` was not made under the current version of the key and in this
    /// cipher's mode: :meth:`reencrypt` it. False for ``None``.
    ///
    /// Raises :class:`MalformedValue` if it is no encrypted value.
    fn needs_update(&self, stored: Option<Stored<'_>>) -> CallResult<bool> {
        stored.map_or(Ok(false), |stored| Ok(self.inner.needs_update(stored.as_slice())?))
    }

    /// Returns the id of the version of the key under which ``stored`` was made: 8 hexadecimal
    /// digits. It is read, not authenticated.
    ///
    /// Raises :class:`MalformedValue` if it is no encrypted value.
    #[staticmethod]
    fn version_id(stored: Stored<'_>) -> CallResult<String> {
        Ok(core::FieldCipher::version_id(stored.as_slice())?.to_string())
    }

    /// Returns whether ``stored`` begins as what this package encrypts does, with the whole header
    /// of this or a later format. Of bytes that are something else one in 128 begin so: where there
    /// may be such, use :meth:`recognizes`.
    #[staticmethod]
    fn has_header(stored: &Bound<'_, PyAny>) -> bool {
        stored.extract::<Stored<'_>>().is_ok_and(|stored| core::FieldCipher::has_header(stored.as_slice()))
    }

    /// Returns whether ``stored`` is for this cipher to open, and not for what else may read the
    /// column: it has the text form, or begins with the header of a version of this key, in
    /// whatever state that version is. Only :meth:`decrypt` can tell whether it opens.
    fn recognizes(&self, stored: &Bound<'_, PyAny>) -> CallResult<bool> {
        let Ok(stored) = stored.extract::<Stored<'_>>() else { return Ok(false) };
        Ok(self.inner.recognizes(stored.as_slice())?)
    }

    /// Returns whether ``stored`` has the form of an encrypted value, to tell rows apart that are
    /// encrypted already. Only :meth:`decrypt` can tell whether it is one.
    #[staticmethod]
    fn is_encrypted(stored: &Bound<'_, PyAny>) -> bool {
        let Ok(stored) = stored.extract::<Stored<'_>>() else { return false };
        core::FieldCipher::version_id(stored.as_slice()).is_ok()
    }

    /// The 5 bytes that everything stored now begins with: a value that does not needs an update.
    #[getter]
    fn current_prefix<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.inner.current_prefix()?))
    }

    /// The 11 characters that the text form of everything stored now begins with.
    ///
    /// Compare beginnings, or escape it in ``LIKE``, where an underscore stands for any character.
    #[getter]
    fn current_text_prefix(&self) -> CallResult<String> {
        Ok(self.inner.current_text_prefix()?)
    }

    /// Encrypts a list of values as :meth:`encrypt` does, on all cores and without the GIL. All
    /// values are encrypted, or none.
    ///
    /// ``rows`` holds a row for each value. An exception has the place of the value it is about as
    /// ``index``.
    #[pyo3(signature = (values, rows=None, text=false))]
    fn encrypt_many<'py>(
        &self,
        py: Python<'py>,
        values: Vec<Bound<'py, PyAny>>,
        rows: Option<Vec<Bound<'py, PyAny>>>,
        text: bool,
    ) -> CallResult<Bound<'py, PyList>> {
        let rows = BatchRows::new(rows)?;
        let column = self::values(self.inner.kind(), self.inner.column(), &values)?;
        let form = if text { Form::Text } else { Form::Binary };
        let stored = detach(py, || self.inner.encrypt_columnar(&column, &rows, form));
        let stored = stored.map_err(|error| batch_error(py, error))?;
        results(&values, &stored, py, |stored| Ok(stored_object(py, stored, text)?))
    }

    /// Decrypts a list of values as :meth:`decrypt` does, on all cores and without the GIL.
    ///
    /// The first value that cannot be decrypted is raised, with its place as ``index``. With
    /// ``return_errors`` its exception stands in the place of each such value instead.
    #[pyo3(signature = (stored, rows=None, *, return_errors=false))]
    fn decrypt_many<'py>(
        &self,
        py: Python<'py>,
        stored: Vec<Bound<'py, PyAny>>,
        rows: Option<Vec<Bound<'py, PyAny>>>,
        return_errors: bool,
    ) -> CallResult<Bound<'py, PyList>> {
        let rows = BatchRows::new(rows)?;
        let (column, _) = batch::stored(&stored)?;
        let failing = failing(return_errors);
        let opened = detach(py, || self.inner.decrypt_columnar(&column, &rows, failing));
        let opened = opened.map_err(|error| batch_error(py, error))?;
        results(&stored, &opened, py, |canonical| value_object(py, self.inner.kind(), canonical))
    }

    /// Re-encrypts a list of values as :meth:`reencrypt` does, on all cores and without the GIL.
    /// All come back in the form of the first one.
    ///
    /// ``to_rows`` are ``rows`` unless given. Raises what :meth:`decrypt_many` raises.
    #[pyo3(signature = (stored, rows=None, *, to=None, to_rows=None, return_errors=false))]
    fn reencrypt_many<'py>(
        &self,
        py: Python<'py>,
        stored: Vec<Bound<'py, PyAny>>,
        rows: Option<Vec<Bound<'py, PyAny>>>,
        to: Option<&Bound<'py, Self>>,
        to_rows: Option<Vec<Bound<'py, PyAny>>>,
        return_errors: bool,
    ) -> CallResult<Bound<'py, PyList>> {
        let rows = BatchRows::new(rows)?;
        let to_rows = to_rows.map(|rows| BatchRows::new(Some(rows))).transpose()?;
        let (column, text) = batch::stored(&stored)?;
        let (form, failing) = (if text { Form::Text } else { Form::Binary }, failing(return_errors));
        let to = &to.map_or(self, |to| to.get()).inner;
        let to_rows = to_rows.as_ref().unwrap_or(&rows);
        let anew = detach(py, || self.inner.reencrypt_columnar(&column, &rows, to, to_rows, form, failing));
        let anew = anew.map_err(|error| batch_error(py, error))?;
        results(&stored, &anew, py, |anew| Ok(stored_object(py, anew, text)?))
    }

    /// :meth:`encrypt_many` for an Arrow array, from any library that has Arrow's C data interface:
    /// gives binary values, or text. No Python object is made for a value.
    ///
    /// ``rows`` are as many ints, texts, bytes or UUIDs, or for composite keys structs of these,
    /// such as a table; where a value is null, its row may be. With ``row_type="uuid"`` texts and
    /// 16 bytes are read as UUIDs; for structs it is a tuple with a type or ``None`` for each
    /// field. Nulls among the values stay null. Raises :class:`TypeError` if the array is not of
    /// the column's type.
    #[pyo3(signature = (values, rows=None, *, row_type=None, text=false))]
    fn encrypt_arrow(
        &self,
        py: Python<'_>,
        values: &Bound<'_, PyAny>,
        rows: Option<&Bound<'_, PyAny>>,
        row_type: Option<RowType>,
        text: bool,
    ) -> CallResult<ArrowArray> {
        let column = Column::values(self.inner.kind(), self.inner.column(), values)?;
        let rows = ArrowRows::new(rows, row_type)?;
        let form = if text { Form::Text } else { Form::Binary };
        let result = detach(py, || {
            let packed = self.inner.encrypt_columnar(&column, &rows, form)?;
            stored_array(&column, packed, text)
        });
        Ok(result.map_err(|error| batch_error(py, error))?)
    }

    /// Decrypts an Arrow array of binary values or text as :meth:`decrypt_many` does, and returns
    /// an array of the column's type.
    ///
    /// ``on_error`` is ``"raise"``, or ``"null"`` for null in the place of each value that cannot
    /// be decrypted. Decimal numbers come as text; numbers of more than 64 bits and a mixture of
    /// datetimes with and without offset raise :class:`ValueError`.
    #[pyo3(signature = (stored, rows=None, *, row_type=None, on_error="raise"))]
    fn decrypt_arrow(
        &self,
        py: Python<'_>,
        stored: &Bound<'_, PyAny>,
        rows: Option<&Bound<'_, PyAny>>,
        row_type: Option<RowType>,
        on_error: &str,
    ) -> CallResult<ArrowArray> {
        let failing = on_error_named(on_error)?;
        let (column, _) = Column::stored(stored)?;
        let rows = ArrowRows::new(rows, row_type)?;
        let result = detach(py, || {
            let packed = self.inner.decrypt_columnar(&column, &rows, failing)?;
            value_array(self.inner.kind(), &column, packed)
        });
        Ok(result.map_err(|error| batch_error(py, error))?)
    }

    /// Re-encrypts an Arrow array as :meth:`reencrypt_many` does, in the form that it has.
    ///
    /// ``to_rows`` are ``rows`` unless given; ``to_row_type`` is theirs. Raises what
    /// :meth:`decrypt_arrow` raises.
    #[pyo3(signature = (stored, rows=None, *, row_type=None, to=None, to_rows=None, to_row_type=None, on_error="raise"))]
    #[expect(clippy::too_many_arguments, reason = "they are Python's, by keyword")]
    fn reencrypt_arrow(
        &self,
        py: Python<'_>,
        stored: &Bound<'_, PyAny>,
        rows: Option<&Bound<'_, PyAny>>,
        row_type: Option<RowType>,
        to: Option<&Bound<'_, Self>>,
        to_rows: Option<&Bound<'_, PyAny>>,
        to_row_type: Option<RowType>,
        on_error: &str,
    ) -> CallResult<ArrowArray> {
        let failing = on_error_named(on_error)?;
        let (column, text) = Column::stored(stored)?;
        let rows = ArrowRows::new(rows, row_type)?;
        let other_rows = to_rows.is_some() || to_row_type.is_some();
        let to_rows = other_rows.then(|| ArrowRows::new(to_rows, to_row_type)).transpose()?;
        let (to, to_rows) = (&to.map_or(self, |to| to.get()).inner, to_rows.as_ref().unwrap_or(&rows));
        let form = if text { Form::Text } else { Form::Binary };
        let result = detach(py, || {
            let packed = self.inner.reencrypt_columnar(&column, &rows, to, to_rows, form, failing)?;
            stored_array(&column, packed, text)
        });
        Ok(result.map_err(|error| batch_error(py, error))?)
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused())
    }
}

impl FieldCipher {
    fn encrypted(
        &self,
        py: Python<'_>,
        value: &Bound<'_, PyAny>,
        row: Option<&Bound<'_, PyAny>>,
    ) -> CallResult<Option<Vec<u8>>> {
        if value.is_none() {
            return Ok(None);
        }
        let stored = with_value(self.inner.kind(), self.inner.column(), value, |value| {
            with_row(row, |row| {
                let len = value.most_bytes();
                Ok(detach_if_long(py, len, || self.inner.encrypt(value.clone(), row))?)
            })
        })?;
        Ok(Some(stored))
    }
}

/// The binary form of a stored value as bytes, or its text form as a str.
fn in_form<'py>(py: Python<'py>, stored: &[u8], text: bool) -> CallResult<Bound<'py, PyAny>> {
    Ok(match text {
        true => PyString::new(py, &core::to_text(stored)?).into_any(),
        false => PyBytes::new(py, stored).into_any(),
    })
}

fn failing(return_errors: bool) -> Failing {
    if return_errors { Failing::IsListed } else { Failing::Stops }
}

fn on_error_named(name: &str) -> CallResult<Failing> {
    match name {
        "raise" => Ok(Failing::Stops),
        "null" => Ok(Failing::IsListed),
        _ => Err(PyValueError::new_err("on_error is \"raise\" or \"null\"").into()),
    }
}
