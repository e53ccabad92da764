//! Arrow arrays from and to other libraries, without a copy: Arrow's C data and C stream
//! interfaces, in capsules.
#![allow(unsafe_code)] // The interface is one of C; every block carries its SAFETY comment.

use core::ffi::{CStr, c_char};

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, make_array};
use arrow_data::ArrayData;
use arrow_schema::{ArrowError, DataType, Field};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// An array in one or more pieces, as another library handed it over.
pub(crate) struct Imported {
    pub(crate) field: Field,
    pub(crate) chunks: Vec<ArrayRef>,
}

/// Takes over what `object` offers by `__arrow_c_array__` or else `__arrow_c_stream__`, and checks
/// it: offsets, UTF-8, the keys of dictionaries.
pub(crate) fn import(object: &Bound<'_, PyAny>) -> PyResult<Imported> {
    let py = object.py();
    if let Some(method) = object.getattr_opt("__arrow_c_array__")? {
        let (schema_capsule, array_capsule) = method.call0()?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        let schema = schema_address(&schema_capsule)?;
        let array = address::<FFI_ArrowArray>(&array_capsule, ARRAY)?;
        // SAFETY: capsules of these names hold valid structures of these types, which live as long
        // as the capsules, and these are held until the end of the block. The structures are moved
        // out, and marked as released where they stood.
        let (schema, array) = unsafe { (FFI_ArrowSchema::from_raw(schema), FFI_ArrowArray::from_raw(array)) };
        let field = Field::try_from(&schema).map_err(refused)?;
        let array = py.detach(move || checked(array, &schema))?;
        return Ok(Imported { field, chunks: vec![array] });
    }
    let Some(method) = object.getattr_opt("__arrow_c_stream__")? else {
        let kind = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "an Arrow array is needed, which has __arrow_c_array__ or __arrow_c_stream__, not {kind}"
        )));
    };
    let capsule = method.call0()?;
    let stream = address::<FFI_ArrowArrayStream>(&capsule, STREAM)?;
    // SAFETY: as above, for the one structure of a stream; its capsule is held until the end.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(stream) };
    py.detach(move || read(stream))
}

/// The capsules of `__arrow_c_array__`.
pub(crate) fn export<'py>(py: Python<'py>, field: &Field, data: &ArrayData) -> PyResult<Bound<'py, PyTuple>> {
    let (array, _) = to_ffi(data).map_err(refused)?;
    PyTuple::new(py, [export_schema(py, field)?, PyCapsule::new_with_value(py, array, ARRAY)?])
}

/// The capsule of `__arrow_c_schema__`.
pub(crate) fn export_schema<'py>(py: Python<'py>, field: &Field) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowSchema::try_from(field).map_err(refused)?, SCHEMA)
}

/// The type that a consumer asks for with a schema in a capsule, if it is one that we know.
pub(crate) fn requested(capsule: &Bound<'_, PyAny>) -> PyResult<Option<DataType>> {
    let schema = schema_address(capsule)?;
    // SAFETY: a capsule of this name holds a schema, which is not released as it has a format, and
    // lives as long as the capsule.
    let schema = unsafe { &*schema };
    Ok(DataType::try_from(schema).ok())
}

/// Where a schema is that was not taken yet.
fn schema_address(capsule: &Bound<'_, PyAny>) -> PyResult<*mut FFI_ArrowSchema> {
    let schema = address::<FFI_ArrowSchema>(capsule, SCHEMA)?;
    // SAFETY: a capsule of this name holds a schema, and that begins with a pointer to its format,
    // which is null once it was taken.
    if unsafe { *schema.cast::<*const c_char>() }.is_null() {
        return Err(PyValueError::new_err("the Arrow schema was taken already"));
    }
    Ok(schema)
}

fn address<T>(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<*mut T> {
    Ok(capsule.cast::<PyCapsule>()?.pointer_checked(Some(name))?.as_ptr().cast())
}

/// Each array is checked before it is made; arrow-array's own reader of streams makes them first,
/// and ends in a panic where one is wrong.
fn read(mut stream: FFI_ArrowArrayStream) -> PyResult<Imported> {
    let (Some(_), Some(get_schema), Some(get_next)) = (stream.release(), stream.get_schema(), stream.get_next()) else {
        return Err(PyValueError::new_err("the Arrow stream was read already"));
    };
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: the stream is not released, as its callbacks are there, and `schema` is writable.
    let code = unsafe { get_schema(&raw mut stream, &raw mut schema) };
    succeeded(code)?;
    let field = Field::try_from(&schema).map_err(refused)?;
    let mut chunks = Vec::new();
    loop {
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: as for the schema; what comes is of that schema.
        let code = unsafe { get_next(&raw mut stream, &raw mut array) };
        succeeded(code)?;
        if array.is_released() {
            return Ok(Imported { field, chunks });
        }
        chunks.push(checked(array, &schema)?);
    }
}

fn checked(array: FFI_ArrowArray, schema: &FFI_ArrowSchema) -> PyResult<ArrayRef> {
    if array.is_released() {
        return Err(PyValueError::new_err("the Arrow array was taken already"));
    }
    // SAFETY: array and schema came together through the interface, and neither is released. What
    // can be checked of the contents is checked below before it is used.
    let mut data = unsafe { from_ffi(array, schema) }.map_err(refused)?;
    data.align_buffers();
    data.validate_full().map_err(refused)?;
    Ok(make_array(data))
}

fn succeeded(code: i32) -> PyResult<()> {
    match code {
        0 => Ok(()),
        code => Err(PyValueError::new_err(format!("the Arrow stream ended with the system's error {code}"))),
    }
}

/// Without Arrow's own message, which may show values.
fn refused(error: ArrowError) -> PyErr {
    let what = match error {
        ArrowError::InvalidArgumentError(_) => "it is not valid: its lengths, offsets, keys or text are wrong",
        ArrowError::CDataInterface(_) | ArrowError::NotYetImplemented(_) => "its type is not supported",
        _ => "it cannot be read",
    };
    PyValueError::new_err(format!("the Arrow array is refused: {what}"))
}
