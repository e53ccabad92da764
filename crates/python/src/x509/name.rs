//! `ironlatch.x509.name`.

use std::collections::HashMap;

use ironlatch::oid::{self, ObjectIdentifier};
use ironlatch::x509::names::{self, Attribute, RelativeName, StringType};
use ironlatch::x509::{Name, rfc4514};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::sync::PyOnceLock;
use pyo3::types::{IntoPyDict, PyBytes, PyList, PyString, PyType};

use super::classes::Class;
use crate::buffer::Input;
use crate::errors::CallResult;
use crate::keys::oid::{oid_object, oid_of};

static ATTRIBUTE: Class = Class::new("name", "NameAttribute", &["_oid", "_value", "_type"]);
static RELATIVE_NAME: Class = Class::new("name", "RelativeDistinguishedName", &["_attributes"]);
static NAME: Class = Class::new("name", "Name", &["_rdns"]);

/// The class `Name`.
pub(crate) fn name_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    NAME.class(py)
}

/// A `Name`.
pub(crate) fn name_object<'py>(py: Python<'py>, name: &Name<'_>) -> CallResult<Bound<'py, PyAny>> {
    let parts = PyList::empty(py);
    for part in name.parts() {
        parts.append(relative_name_object(py, &part)?)?;
    }
    Ok(NAME.with_slots(py, [parts.into_any()])?)
}

/// A `RelativeDistinguishedName`.
pub(crate) fn relative_name_object<'py>(py: Python<'py>, part: &RelativeName<'_>) -> CallResult<Bound<'py, PyAny>> {
    let attributes = PyList::empty(py);
    for attribute in part.attributes() {
        attributes.append(attribute_object(py, &attribute)?)?;
    }
    relative_name(attributes)
}

fn relative_name<'py>(attributes: Bound<'py, PyList>) -> CallResult<Bound<'py, PyAny>> {
    let py = attributes.py();
    // The constructor looks whether there is none, or one of several is there twice.
    Ok(match attributes.len() {
        1 => RELATIVE_NAME.with_slots(py, [attributes.into_any()])?,
        _ => RELATIVE_NAME.call(py, (attributes,))?,
    })
}

fn attribute_object<'py>(py: Python<'py>, attribute: &Attribute<'_>) -> CallResult<Bound<'py, PyAny>> {
    let kind = attribute.string_type()?;
    let oid = oid_object(py, attribute.oid.clone())?;
    let kind_object = StringTypes::get(py)?.object(py, kind)?;
    if kind == StringType::BitString {
        let value = PyBytes::new(py, &attribute.value).into_any();
        // The constructor knows which attributes may be bit strings.
        return Ok(ATTRIBUTE.call(py, (oid, value, kind_object))?);
    }
    let text = attribute.text()?;
    let value = PyString::new(py, &text).into_any();
    if has_usual_length(&attribute.oid, text.len()) {
        return Ok(ATTRIBUTE.with_slots(py, [oid, value, kind_object])?);
    }
    // Its constructor has the words of the warning.
    let unchecked = [("_validate", false)].into_py_dict(py)?;
    Ok(ATTRIBUTE.class(py)?.call((oid, value, kind_object), Some(&unchecked))?)
}

/// Whether the constructor would have nothing to say about the length.
fn has_usual_length(oid: &ObjectIdentifier, len: usize) -> bool {
    match *oid {
        oid::COMMON_NAME => (1..=64).contains(&len),
        oid::COUNTRY_NAME | oid::JURISDICTION_COUNTRY_NAME => len == 2,
        _ => true,
    }
}

/// A `Name` in DER.
pub(crate) fn name_der(name: &Bound<'_, PyAny>) -> CallResult<Vec<u8>> {
    let parts: Vec<Vec<OwnedAttribute>> =
        NAME.field(name, 0)?.try_iter()?.map(|part| owned_attributes(&part?)).collect::<CallResult<_>>()?;
    let parts: Vec<Vec<Attribute<'_>>> = parts.iter().map(|part| borrowed(part)).collect::<CallResult<_>>()?;
    Ok(names::encode(&parts)?)
}

/// A `RelativeDistinguishedName`. `contents` is where its DER goes.
pub(crate) fn relative_name_of<'a>(part: &Bound<'_, PyAny>, contents: &'a mut Vec<u8>) -> CallResult<RelativeName<'a>> {
    let attributes = owned_attributes(part)?;
    Ok(RelativeName::from_attributes(&borrowed(&attributes)?, contents)?)
}

/// An attribute that keeps its Python value alive.
struct OwnedAttribute {
    oid: ObjectIdentifier,
    kind: StringType,
    value: OwnedValue,
}

enum OwnedValue {
    Text(PyBackedStr),
    Bits(PyBackedBytes),
}

fn owned_attributes(part: &Bound<'_, PyAny>) -> CallResult<Vec<OwnedAttribute>> {
    let owned = |attribute: Bound<'_, PyAny>| {
        let kind = StringTypes::number(&ATTRIBUTE.field(&attribute, 2)?)?;
        let value = ATTRIBUTE.field(&attribute, 1)?;
        let value = if kind == StringType::BitString {
            OwnedValue::Bits(value.extract().map_err(PyErr::from)?)
        } else {
            OwnedValue::Text(value.extract()?)
        };
        Ok(OwnedAttribute { oid: oid_of(&ATTRIBUTE.field(&attribute, 0)?)?, kind, value })
    };
    RELATIVE_NAME.field(part, 0)?.try_iter()?.map(|attribute| owned(attribute?)).collect()
}

fn borrowed(attributes: &[OwnedAttribute]) -> CallResult<Vec<Attribute<'_>>> {
    let borrowed = attributes.iter().map(|attribute| match &attribute.value {
        OwnedValue::Text(text) => Attribute::new(attribute.oid.clone(), attribute.kind, text),
        OwnedValue::Bits(bits) => Attribute::from_octets(attribute.oid.clone(), attribute.kind, &bits[..]),
    });
    Ok(borrowed.collect::<ironlatch::x509::Result<_>>()?)
}

/// The members of `_ASN1Type`.
struct StringTypes {
    members: Vec<(StringType, Py<PyAny>)>,
}

impl StringTypes {
    fn get(py: Python<'_>) -> PyResult<&Self> {
        static TYPES: PyOnceLock<StringTypes> = PyOnceLock::new();
        TYPES.get_or_try_init(py, || {
            let mut members = Vec::new();
            for member in py.import("ironlatch.x509.name")?.getattr("_ASN1Type")?.try_iter()? {
                let member = member?;
                let number = member.getattr("value")?.extract()?;
                if let Some(kind) = StringType::from_number(number) {
                    members.push((kind, member.unbind()));
                }
            }
            Ok(Self { members })
        })
    }

    fn object<'py>(&self, py: Python<'py>, kind: StringType) -> PyResult<Bound<'py, PyAny>> {
        let found = self.members.iter().find(|(known, _)| *known == kind);
        let (_, member) = found.ok_or_else(|| PyValueError::new_err("a name holds a value of an unknown type"))?;
        Ok(member.bind(py).clone())
    }

    fn number(member: &Bound<'_, PyAny>) -> PyResult<StringType> {
        let py = member.py();
        let found = Self::get(py)?.members.iter().find(|(_, known)| known.is(member));
        found.map(|(kind, _)| *kind).ok_or_else(|| PyTypeError::new_err("_type must be from the _ASN1Type enum"))
    }
}

/// Reads a name in DER.
#[pyfunction]
pub(crate) fn parse_name<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyAny>> {
    name_object(py, &Name::from_der(data.as_slice())?)
}

/// A name in DER.
#[pyfunction]
pub(crate) fn encode_name<'py>(name: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(name.py(), &name_der(name)?))
}

/// Reads a name from its text form (RFC 4514). `overrides` says what short names of the caller's
/// own stand for.
#[pyfunction]
#[pyo3(signature = (text, overrides))]
pub(crate) fn parse_rfc4514<'py>(
    py: Python<'py>,
    text: &str,
    overrides: Option<HashMap<String, Bound<'py, PyAny>>>,
) -> CallResult<Bound<'py, PyAny>> {
    let overrides = overrides.unwrap_or_default();
    let overrides = overrides.into_iter().map(|(name, oid)| Ok((name, oid_of(&oid)?)));
    let overrides: HashMap<String, ObjectIdentifier> = overrides.collect::<CallResult<_>>()?;
    let levels = PyList::empty(py);
    for part in rfc4514::parse(text, |name| overrides.get(name).cloned())? {
        let attributes = PyList::empty(py);
        for (oid, value) in &part {
            attributes.append(written_attribute(py, oid, value)?)?;
        }
        levels.append(relative_name(attributes)?)?;
    }
    Ok(NAME.with_slots(py, [levels.into_any()])?)
}

/// An attribute that somebody wrote. ValueError if it is of a length that it must not have.
fn written_attribute<'py>(py: Python<'py>, oid: &ObjectIdentifier, value: &str) -> CallResult<Bound<'py, PyAny>> {
    let (oid_object, text) = (oid_object(py, oid.clone())?, PyString::new(py, value).into_any());
    if !has_usual_length(oid, value.len()) {
        return Ok(ATTRIBUTE.call(py, (oid_object, text))?);
    }
    let kind = StringTypes::get(py)?.object(py, StringType::usual(oid))?;
    Ok(ATTRIBUTE.with_slots(py, [oid_object, text, kind])?)
}

/// A value of an attribute with what is special in its text form escaped (RFC 4514 section 2.4).
#[pyfunction]
pub(crate) fn escape_rfc4514(value: &str) -> String {
    rfc4514::escape(value)
}
