//! Python's values as those of columns, and back.

use ironlatch::recipes::fields::{DAY, DateTime, Decimal, Type, Value};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyString, PyType};
use zeroize::Zeroizing;

use crate::buffer::SecretInput;
use crate::errors::CallResult;
use crate::types;

/// The days from 0001-01-01, which Python counts as 1, to 1970-01-01.
const EPOCH_ORDINAL: i64 = 719_163;

/// Python's classes and functions for values, looked up once.
pub(super) struct Classes {
    decimal: Py<PyType>,
    date: Py<PyType>,
    time: Py<PyType>,
    datetime: Py<PyType>,
    timedelta: Py<PyType>,
    timezone: Py<PyType>,
    uuid: Py<PyType>,
    dumps: Py<PyAny>,
    loads: Py<PyAny>,
    /// `datetime(1970, 1, 1)`.
    epoch: Py<PyAny>,
    /// How JSON is written: without spaces, with all characters, and without not-a-number.
    json_style: Py<PyDict>,
}

impl Classes {
    pub(super) fn get(py: Python<'_>) -> PyResult<&Self> {
        static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();
        CLASSES.get_or_try_init(py, || {
            let class = |name: &'static types::Imported| PyResult::Ok(name.class(py)?.clone().unbind());
            let datetime = class(&types::DATETIME)?;
            let json_style = PyDict::new(py);
            json_style.set_item("ensure_ascii", false)?;
            json_style.set_item("allow_nan", false)?;
            json_style.set_item("separators", (",", ":"))?;
            Ok(Self {
                decimal: class(&types::DECIMAL)?,
                date: class(&types::DATE)?,
                time: class(&types::TIME)?,
                epoch: datetime.bind(py).call1((1970, 1, 1))?.unbind(),
                datetime,
                timedelta: class(&types::TIMEDELTA)?,
                timezone: class(&types::TIMEZONE)?,
                uuid: class(&types::UUID)?,
                dumps: types::JSON_DUMPS.get(py)?.clone().unbind(),
                loads: types::JSON_LOADS.get(py)?.clone().unbind(),
                json_style: json_style.unbind(),
            })
        })
    }

    pub(super) fn kind_of(&self, class: &Bound<'_, PyType>) -> Option<Type> {
        let py = class.py();
        let imported = [
            (&self.decimal, Type::Decimal),
            (&self.date, Type::Date),
            (&self.time, Type::Time),
            (&self.datetime, Type::DateTime),
            (&self.uuid, Type::Uuid),
        ];
        let built_in = [
            (py.get_type::<PyString>(), Type::Text),
            (py.get_type::<PyBytes>(), Type::Bytes),
            (py.get_type::<PyInt>(), Type::Int),
            (py.get_type::<PyFloat>(), Type::Float),
            (py.get_type::<PyBool>(), Type::Bool),
        ];
        let imported = imported.iter().map(|(own, kind)| (own.bind(py).clone(), *kind));
        imported.chain(built_in).find(|(own, _)| own.is(class)).map(|(_, kind)| kind)
    }

    /// The 16 bytes, if it is a `uuid.UUID`.
    pub(super) fn uuid_bytes(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<[u8; 16]>> {
        if !object.is_instance(self.uuid.bind(object.py()))? {
            return Ok(None);
        }
        object.getattr("bytes")?.extract().map(Some)
    }
}

/// Gives `object` to `work` as a value of type `kind`.
///
/// Raises TypeError if it is of another: a `bool` is no int, a `datetime` no date, an int no float
/// and no Decimal.
pub(super) fn with_value<T>(
    kind: Type,
    column: &str,
    object: &Bound<'_, PyAny>,
    work: impl FnOnce(&Value<'_>) -> CallResult<T>,
) -> CallResult<T> {
    let py = object.py();
    let classes = Classes::get(py)?;
    let is = |class: &Py<PyType>| object.is_instance(class.bind(py));
    match kind {
        Type::Text => {
            if let Ok(text) = object.cast::<PyString>() {
                // Python's own error would show a part of the text.
                let text = text.to_str().map_err(|_| {
                    PyValueError::new_err("the text has half a surrogate pair in it, which UTF-8 does not have")
                })?;
                return work(&Value::Text(text));
            }
        }
        Type::Bytes => {
            if let Ok(bytes) = SecretInput::extract(object.as_borrowed()) {
                return work(&Value::Bytes(bytes.as_slice()));
            }
        }
        Type::Int => {
            if object.is_instance_of::<PyInt>() && !object.is_instance_of::<PyBool>() {
                if let Ok(number) = object.extract::<i64>() {
                    return work(&Value::Int(number));
                }
                let bits: usize = object.call_method0("bit_length")?.extract()?;
                let arguments = PyDict::new(py);
                arguments.set_item("signed", true)?;
                // One bit more for the sign.
                let bytes = object.call_method("to_bytes", (bits / 8 + 1, "big"), Some(&arguments))?;
                return work(&Value::integer(bytes.cast::<PyBytes>().map_err(PyErr::from)?.as_bytes()));
            }
        }
        Type::Decimal => {
            if is(&classes.decimal)? {
                let text = Zeroizing::new(object.str()?.to_str()?.to_owned());
                return work(&Value::Decimal(text.parse::<Decimal>()?));
            }
        }
        Type::Float => {
            if let Ok(number) = object.cast::<PyFloat>() {
                return work(&Value::Float(number.value()));
            }
        }
        Type::Bool => {
            if let Ok(value) = object.cast::<PyBool>() {
                return work(&Value::Bool(value.is_true()));
            }
        }
        Type::Date => {
            if is(&classes.date)? && !is(&classes.datetime)? {
                let days = object.call_method0("toordinal")?.extract::<i64>()? - EPOCH_ORDINAL;
                return work(&Value::Date(i32::try_from(days).map_err(PyErr::from)?));
            }
        }
        Type::Time => {
            if is(&classes.time)? {
                if !object.getattr("tzinfo")?.is_none() {
                    return Err(PyValueError::new_err(
                        "a time with a time zone has no fixed meaning without a date: encrypt a datetime",
                    )
                    .into());
                }
                return work(&Value::Time(time_of_day(object)?));
            }
        }
        Type::DateTime => {
            if is(&classes.datetime)? {
                return work(&Value::DateTime(datetime(object, classes)?));
            }
        }
        Type::Uuid => {
            if let Some(bytes) = classes.uuid_bytes(object)? {
                return work(&Value::Uuid(bytes));
            }
        }
        Type::Json => {
            let text = json(object, classes)?;
            return work(&Value::Json(&text));
        }
    }
    let expected = class_name(kind);
    Err(PyTypeError::new_err(format!("the column {column:?} takes {expected}, not {}", object.get_type().name()?))
        .into())
}

/// The Python object of a value.
pub(super) fn to_python<'py>(py: Python<'py>, value: &Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    let classes = Classes::get(py)?;
    match value {
        Value::Bytes(bytes) => Ok(PyBytes::new(py, bytes).into_any()),
        Value::Text(text) => Ok(PyString::new(py, text).into_any()),
        Value::Int(number) => Ok(number.into_pyobject(py)?.into_any()),
        Value::BigInt(bytes) => {
            let arguments = PyDict::new(py);
            arguments.set_item("signed", true)?;
            py.get_type::<PyInt>().call_method("from_bytes", (PyBytes::new(py, bytes), "big"), Some(&arguments))
        }
        Value::Decimal(number) => {
            let text = Zeroizing::new(number.to_string());
            classes.decimal.bind(py).call1((text.as_str(),))
        }
        Value::Float(number) => Ok(PyFloat::new(py, *number).into_any()),
        Value::Bool(value) => Ok(PyBool::new(py, *value).to_owned().into_any()),
        Value::Date(days) => classes.date.bind(py).call_method1("fromordinal", (i64::from(*days) + EPOCH_ORDINAL,)),
        Value::Time(time) => {
            let (seconds, microsecond) = (time / 1_000_000, time % 1_000_000);
            let parts = (seconds / 3600, seconds / 60 % 60, seconds % 60, microsecond);
            classes.time.bind(py).call1(parts)
        }
        Value::DateTime(DateTime { wall, offset }) => {
            let delta = classes.timedelta.bind(py);
            let naive = classes.epoch.bind(py).add(delta.call1((wall.div_euclid(DAY), 0, wall.rem_euclid(DAY)))?)?;
            let Some(offset) = offset else { return Ok(naive) };
            let arguments = PyDict::new(py);
            arguments.set_item("tzinfo", classes.timezone.bind(py).call1((delta.call1((0, 0, *offset))?,))?)?;
            naive.call_method("replace", (), Some(&arguments))
        }
        Value::Uuid(bytes) => {
            let arguments = PyDict::new(py);
            arguments.set_item("bytes", PyBytes::new(py, bytes))?;
            classes.uuid.bind(py).call((), Some(&arguments))
        }
        Value::Json(text) => classes.loads.bind(py).call1((text,)),
    }
}

/// The name of the type in Python.
fn class_name(kind: Type) -> &'static str {
    match kind {
        Type::Decimal => "decimal.Decimal",
        Type::Date => "datetime.date",
        Type::Time => "datetime.time",
        Type::DateTime => "datetime.datetime",
        Type::Uuid => "uuid.UUID",
        other => other.name(),
    }
}

/// The JSON text of `object`, if that reads as the same again.
fn json(object: &Bound<'_, PyAny>, classes: &Classes) -> PyResult<Zeroizing<String>> {
    let py = object.py();
    let text = classes.dumps.bind(py).call((object,), Some(classes.json_style.bind(py)))?;
    if !classes.loads.bind(py).call1((&text,))?.eq(object)? {
        return Err(PyTypeError::new_err(
            "the value would come back otherwise: in JSON the names in a dict are str, and there are lists but no tuples",
        ));
    }
    match text.cast::<PyString>()?.to_str() {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(PyValueError::new_err(
            "the value has a text with half a surrogate pair in it, which UTF-8 does not have",
        )),
    }
}

fn datetime(object: &Bound<'_, PyAny>, classes: &Classes) -> PyResult<DateTime> {
    let py = object.py();
    if !object.get_type().is(classes.datetime.bind(py))
        && let Some(nanosecond) = object.getattr_opt("nanosecond")?
        && nanosecond.is_truthy()?
    {
        return Err(PyValueError::new_err(
            "a datetime is kept to the microsecond, and this one has nanoseconds: round it first",
        ));
    }
    let days = object.call_method0("toordinal")?.extract::<i64>()? - EPOCH_ORDINAL;
    let offset = object.call_method0("utcoffset")?;
    let offset = if offset.is_none() { None } else { Some(microseconds(&offset)?) };
    Ok(DateTime { wall: days * DAY + time_of_day(object)?, offset })
}

fn time_of_day(object: &Bound<'_, PyAny>) -> PyResult<i64> {
    let part = |name: &str| object.getattr(name)?.extract::<i64>();
    Ok(((part("hour")? * 60 + part("minute")?) * 60 + part("second")?) * 1_000_000 + part("microsecond")?)
}

/// Of a `timedelta`.
fn microseconds(delta: &Bound<'_, PyAny>) -> PyResult<i64> {
    let part = |name: &str| delta.getattr(name)?.extract::<i64>();
    Ok(part("days")? * DAY + part("seconds")? * 1_000_000 + part("microseconds")?)
}
