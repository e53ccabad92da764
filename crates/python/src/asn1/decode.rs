//! DER to Python objects.

use asn1::{Parser, SimpleAsn1Readable, Tag, Tlv as Element, explicit_tag, implicit_tag};
use ironlatch::oid::ObjectIdentifier;
use ironlatch::x509::{Certificate, CertificateList, CertificateRequest, Name};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyString, PyType};

use super::declared::{AnnotatedType, Kind, Record, Rules, Tagging, Type, Variant};
use super::encode::{check_size, wrapped};
use super::fault::{Fault, Outcome};
use super::kinds::{Leaf, Plain, SEQUENCE, SET};
use super::times::{GeneralizedTime, UTCTime};
use super::values::{BitString, IA5String, Null, PrintableString, SetOf, Tlv};
use crate::keys::oid::oid_object;
use crate::x509::certificate::object as certificate_object;
use crate::x509::classes::new_object;
use crate::x509::crl::CertificateRevocationList;
use crate::x509::integers::signed;
use crate::x509::name::name_object;
use crate::x509::request::CertificateSigningRequest;

/// Reads `der`, and nothing after it, as an instance of a declared class or a plain one.
pub(super) fn decode<'py>(class: &Bound<'py, PyType>, der: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let read = |declared: &Type| -> Outcome<Bound<'py, PyAny>> {
        asn1::parse(der, |parser| value(py, parser, declared, &Rules::NONE))
    };
    if let Some(plain) = Plain::of(class)? {
        return Ok(read(&Type::plain(plain))?);
    }
    let declared = super::encode::declared(class)?;
    read(declared.get()).map_err(|fault| match &declared.get().kind {
        Kind::Record(record) => PyErr::from(fault.within(class_name(py, &record.class))),
        _ => fault.into(),
    })
}

fn class_name(py: Python<'_>, class: &Py<PyType>) -> String {
    class.bind(py).name().map(|name| name.to_string()).unwrap_or_default()
}

/// A field, which may be missing if it has a default.
fn field<'py>(py: Python<'py>, parser: &mut Parser<'_>, field: &AnnotatedType) -> Outcome<Bound<'py, PyAny>> {
    let declared = field.inner.get();
    let Some(default) = &field.rules.default else {
        return value(py, parser, declared, &field.rules);
    };
    let default = default.bind(py);
    if !parser.peek_tag().is_some_and(|tag| declared.begins(tag, field.rules.tagging)) {
        return Ok(default.clone());
    }
    let read = value(py, parser, declared, &field.rules)?;
    if read.eq(default)? {
        return Err(Fault::value("invalid DER: DEFAULT value was explicitly encoded"));
    }
    Ok(read)
}

fn value<'py>(py: Python<'py>, parser: &mut Parser<'_>, declared: &Type, rules: &Rules) -> Outcome<Bound<'py, PyAny>> {
    match &declared.kind {
        Kind::Leaf(leaf) if leaf.is_whole() => whole(py, *leaf, untagged(parser, rules.tagging)?.full_data()),
        Kind::Leaf(leaf) => self::leaf(py, *leaf, contents(parser, leaf.tag(), rules.tagging)?, rules),
        Kind::Any => Ok(Bound::new(py, Tlv::new(py, &untagged(parser, rules.tagging)?))?.into_any()),
        Kind::Record(record) => {
            let tag = if record.is_set { SET } else { SEQUENCE };
            let contents = contents(parser, tag, rules.tagging)?;
            if record.is_set {
                asn1::Set::parse_data(contents)?;
            }
            asn1::parse(contents, |parser| self::record(py, parser, record))
        }
        Kind::ListOf { is_set, element } => {
            let tag = if *is_set { SET } else { SEQUENCE };
            let contents = contents(parser, tag, rules.tagging)?;
            if *is_set {
                asn1::Set::parse_data(contents)?;
            }
            let list = asn1::parse(contents, |parser| elements(py, parser, element.get()))?;
            if !*is_set {
                check_size(rules, || list.len(), "SEQUENCE OF")?;
                return Ok(list.into_any());
            }
            check_size(rules, || list.len(), "SET OF")?;
            Ok(Bound::new(py, SetOf { inner: list.unbind() })?.into_any())
        }
        Kind::Optional(inner) => {
            let inner = inner.get().inner.get();
            match parser.peek_tag() {
                Some(tag) if inner.begins(tag, rules.tagging) => value(py, parser, inner, rules),
                _ => Ok(py.None().into_bound(py)),
            }
        }
        Kind::Choice(variants) => match rules.tagging {
            Tagging::Explicit(_) => {
                let element = untagged(parser, rules.tagging)?;
                asn1::parse(element.full_data(), |parser| choice(py, parser, variants))
            }
            _ => choice(py, parser, variants),
        },
        Kind::ValueSet { class, inner, members } => {
            let read = value(py, parser, inner.get().inner.get(), rules)?;
            members.bind(py).get_item(&read)?.ok_or_else(|| {
                let shown = read.repr().map(|repr| repr.to_string()).unwrap_or_default();
                Fault::value(format!("{shown} is not a valid value for {}", class_name(py, class)))
            })
        }
    }
}

fn record<'py>(py: Python<'py>, parser: &mut Parser<'_>, record: &Record) -> Outcome<Bound<'py, PyAny>> {
    let named = |fault: Fault, name: &Py<PyString>| fault.within(name.bind(py));
    if record.is_plain {
        let made = new_object(py)?.call1((&record.class,))?;
        for (name, declared) in &record.fields {
            let read = field(py, parser, declared.get()).map_err(|fault| named(fault, name))?;
            made.setattr(name.bind(py), read)?;
        }
        return Ok(made);
    }
    let keywords = PyDict::new(py);
    for (name, declared) in &record.fields {
        let read = field(py, parser, declared.get()).map_err(|fault| named(fault, name))?;
        keywords.set_item(name, read)?;
    }
    Ok(record.class.bind(py).call((), Some(&keywords))?)
}

fn elements<'py>(py: Python<'py>, parser: &mut Parser<'_>, declared: &AnnotatedType) -> Outcome<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    while let Some(tag) = parser.peek_tag() {
        let at = |fault: Fault| fault.within(format_args!("[{}]", list.len()));
        // An element that may be missing would be so forever.
        if !declared.inner.get().begins(tag, declared.rules.tagging) {
            return Err(at(Fault::unexpected(tag)));
        }
        list.append(field(py, parser, declared).map_err(at)?)?;
    }
    // What has no tag is an error, which asn1::parse finds.
    Ok(list)
}

fn choice<'py>(py: Python<'py>, parser: &mut Parser<'_>, variants: &[Py<Variant>]) -> Outcome<Bound<'py, PyAny>> {
    let tag = parser.peek_tag();
    let found = tag.and_then(|tag| variants.iter().map(Py::get).find(|variant| variant.begins(tag)));
    let Some(variant) = found else {
        let found = tag.map_or_else(|| "nothing".into(), |tag| format!("{tag:?}"));
        let message = "could not find matching variant when parsing CHOICE field";
        return Err(Fault::value(format!("{message}: found {found}")));
    };
    let read = field(py, parser, variant.alternative.get())?;
    match &variant.tag_name {
        Some(name) => Ok(variant.python_class.bind(py).call1((read, name))?),
        None => Ok(read),
    }
}

/// The next element without the tag that `tagging` wraps it in.
fn untagged<'a>(parser: &mut Parser<'a>, tagging: Tagging) -> Outcome<Element<'a>> {
    let element = parser.read_element::<Element<'a>>()?;
    match tagging {
        Tagging::Explicit(number) if element.tag() == explicit_tag(number) => Ok(asn1::parse_single(element.data())?),
        Tagging::Explicit(_) => Err(Fault::unexpected(element.tag())),
        _ => Ok(element),
    }
}

/// The contents of the next element, which has the tag `own`, or the one that `tagging` gives it.
fn contents<'a>(parser: &mut Parser<'a>, own: Tag, tagging: Tagging) -> Outcome<&'a [u8]> {
    let element = untagged(parser, tagging)?;
    let expected = match tagging {
        Tagging::Implicit(number) => implicit_tag(number, own),
        _ => own,
    };
    if element.tag() != expected {
        return Err(Fault::unexpected(element.tag()));
    }
    Ok(element.data())
}

/// A type that keeps its own tag.
fn whole<'py>(py: Python<'py>, leaf: Leaf, der: &[u8]) -> Outcome<Bound<'py, PyAny>> {
    let read = |error| Fault::from(crate::errors::CallError::X509(error));
    Ok(match leaf {
        Leaf::Certificate => certificate_object(py, Certificate::from_der(der).map_err(read)?)?.into_any(),
        Leaf::Request => {
            let request = CertificateSigningRequest::from(CertificateRequest::from_der(der).map_err(read)?);
            Bound::new(py, request)?.into_any()
        }
        _ => {
            let list = CertificateRevocationList::from(CertificateList::from_der(der).map_err(read)?);
            Bound::new(py, list)?.into_any()
        }
    })
}

fn leaf<'py>(py: Python<'py>, leaf: Leaf, contents: &[u8], rules: &Rules) -> Outcome<Bound<'py, PyAny>> {
    Ok(match leaf {
        Leaf::Boolean => PyBool::new(py, bool::parse_data(contents)?).to_owned().into_any(),
        Leaf::Integer => integer(py, asn1::BigInt::parse_data(contents)?.as_bytes())?,
        Leaf::OctetString => {
            check_size(rules, || contents.len(), "OCTET STRING")?;
            PyBytes::new(py, contents).into_any()
        }
        Leaf::Utf8String => {
            let text = asn1::Utf8String::parse_data(contents)?.as_str();
            check_size(rules, || text.chars().count(), "UTF8String")?;
            PyString::new(py, text).into_any()
        }
        Leaf::PrintableString => {
            let text = asn1::PrintableString::parse_data(contents)?.as_str();
            check_size(rules, || text.len(), "PrintableString")?;
            Bound::new(py, PrintableString { inner: PyString::new(py, text).unbind() })?.into_any()
        }
        Leaf::IA5String => {
            let text = asn1::IA5String::parse_data(contents)?.as_str();
            check_size(rules, || text.len(), "IA5String")?;
            Bound::new(py, IA5String { inner: PyString::new(py, text).unbind() })?.into_any()
        }
        Leaf::ObjectIdentifier => oid_object(py, ObjectIdentifier::parse_data(contents)?)?,
        Leaf::UtcTime => Bound::new(py, UTCTime::read(contents)?)?.into_any(),
        Leaf::GeneralizedTime => Bound::new(py, GeneralizedTime::read(contents)?)?.into_any(),
        Leaf::BitString => {
            let bits = asn1::BitString::parse_data(contents)?;
            let (octets, padding_bits) = (bits.as_bytes(), bits.padding_bits());
            check_size(rules, || octets.len() * 8 - usize::from(padding_bits), "BIT STRING")?;
            Bound::new(py, BitString { data: PyBytes::new(py, octets).unbind(), padding_bits })?.into_any()
        }
        Leaf::Null => {
            asn1::Null::parse_data(contents)?;
            Bound::new(py, Null)?.into_any()
        }
        Leaf::Name => {
            let der = wrapped(SEQUENCE, contents);
            name_object(py, &Name::from_der(&der).map_err(crate::errors::CallError::X509)?)?
        }
        Leaf::Certificate | Leaf::Request | Leaf::Crl => return whole(py, leaf, &wrapped(SEQUENCE, contents)),
    })
}

fn integer<'py>(py: Python<'py>, octets: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    if octets.len() > 8 {
        return signed(py, octets);
    }
    let negative = octets.first().is_some_and(|first| first & 0x80 != 0);
    let number =
        octets.iter().fold(if negative { -1 } else { 0 }, |number: i64, octet| number << 8 | i64::from(*octet));
    Ok(number.into_pyobject(py)?.into_any())
}
