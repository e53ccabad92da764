//! Python objects to DER.

use asn1::{Tag, explicit_tag, implicit_tag};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyInt, PyList, PyString, PyType};

use super::declared::{AnnotatedType, Kind, Record, Rules, Tagging, Type, Variant, plain_type};
use super::fault::{Fault, Outcome};
use super::kinds::{Leaf, Plain, SEQUENCE, SET};
use super::times::{GeneralizedTime, UTCTime};
use super::values::{BitString, IA5String, Null, PrintableString, SetOf, Tlv};
use crate::keys::oid::ObjectIdentifier;
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateRevocationList;
use crate::x509::name::{name_class, name_der};
use crate::x509::request::CertificateSigningRequest;

/// Room for most values, so that the buffer does not grow in steps.
const USUAL_SIZE: usize = 512;

/// Writes an instance of a declared class or a plain one.
pub(super) fn encode(object: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(USUAL_SIZE);
    if let Ok(set) = object.cast::<SetOf>() {
        // Its first element says what the others have to be.
        let list = set.get().inner.bind(object.py());
        let element = list.get_item(0).ok().map(|first| root(&first.get_type())).transpose()?;
        list_of(&mut out, list, SET, Tagging::None, |out, item| match &element {
            Some(element) => value(out, item, element.get(), &Rules::NONE),
            None => Ok(()),
        })?;
        return Ok(out);
    }
    let class = object.get_type();
    if let Some(plain) = Plain::of(&class)? {
        value(&mut out, object, &Type::plain(plain), &Rules::NONE)?;
        return Ok(out);
    }
    let declared = declared(&class)?;
    value(&mut out, object, declared.get(), &Rules::NONE).map_err(|fault| match &declared.get().kind {
        Kind::Record(_) => PyErr::from(fault.within(class.name().map(|name| name.to_string()).unwrap_or_default())),
        _ => fault.into(),
    })?;
    Ok(out)
}

/// The type that a decorator left on a class. TypeError if there is none.
pub(super) fn declared<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, Type>> {
    match class.getattr_opt(intern!(class.py(), "__asn1_root__"))? {
        Some(root) => Ok(root.cast_into::<Type>()?),
        None => Bound::new(class.py(), plain_type(class)?),
    }
}

fn root<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, Type>> {
    match Plain::of(class)? {
        Some(plain) => Bound::new(class.py(), Type::plain(plain)),
        None => declared(class),
    }
}

/// A field, which is left out if it has its default.
fn field(out: &mut Vec<u8>, object: &Bound<'_, PyAny>, declared: &AnnotatedType) -> Outcome<()> {
    let rules = &declared.rules;
    match &rules.default {
        Some(default) if object.eq(default)? => Ok(()),
        _ => value(out, object, declared.inner.get(), rules),
    }
}

fn value(out: &mut Vec<u8>, object: &Bound<'_, PyAny>, declared: &Type, rules: &Rules) -> Outcome<()> {
    let py = object.py();
    let tagging = rules.tagging;
    match &declared.kind {
        Kind::Leaf(leaf) if leaf.is_whole() => explicitly(out, tagging, |out| whole(out, object, *leaf)),
        Kind::Leaf(leaf) => element(out, leaf.tag(), tagging, |out| self::leaf(out, object, *leaf, rules)),
        Kind::Any => {
            let tlv = object.cast::<Tlv>().map_err(|_| Fault::wrong_class("TLV", object))?;
            explicitly(out, tagging, |out| {
                out.extend_from_slice(tlv.get().full(py));
                Ok(())
            })
        }
        Kind::Record(record) => {
            let tag = if record.is_set { SET } else { SEQUENCE };
            element(out, tag, tagging, |out| self::record(out, object, record))
        }
        Kind::ListOf { is_set: false, element } => {
            let list = object.cast::<PyList>().map_err(|_| Fault::wrong_class("list", object))?;
            check_size(rules, || list.len(), "SEQUENCE OF")?;
            list_of(out, list, SEQUENCE, tagging, |out, item| field(out, item, element.get()))
        }
        Kind::ListOf { is_set: true, element } => {
            let set = object.cast::<SetOf>().map_err(|_| Fault::wrong_class("SetOf", object))?;
            let list = set.get().inner.bind(py);
            check_size(rules, || list.len(), "SET OF")?;
            list_of(out, list, SET, tagging, |out, item| field(out, item, element.get()))
        }
        Kind::Optional(_) if object.is_none() => Ok(()),
        Kind::Optional(inner) => value(out, object, inner.get().inner.get(), rules),
        Kind::Choice(variants) => explicitly(out, tagging, |out| choice(out, object, variants)),
        Kind::ValueSet { class, inner, .. } => {
            let class = class.bind(py);
            if !object.is_instance(class)? {
                return Err(Fault::wrong_class_of("value set field", class.name()?, object));
            }
            value(out, &object.getattr(intern!(py, "value"))?, inner.get().inner.get(), rules)
        }
    }
}

fn record(out: &mut Vec<u8>, object: &Bound<'_, PyAny>, record: &Record) -> Outcome<()> {
    let py = object.py();
    let mut last = None;
    for (name, declared) in &record.fields {
        let name = name.bind(py);
        let start = out.len();
        field(out, &object.getattr(name)?, declared.get()).map_err(|fault| fault.within(name))?;
        if record.is_set && out.len() > start {
            if last.is_some_and(|last: usize| out[last..start] > out[start..]) {
                let message = "invalid SET ordering while performing ASN.1 serialization";
                let advice = "its fields must be declared in the order of their encodings";
                return Err(Fault::value(format!("{message}: {advice}")).within(name));
            }
            last = Some(start);
        }
    }
    Ok(())
}

/// The elements of a SEQUENCE OF or, in the order of their encodings, of a SET OF.
fn list_of(
    out: &mut Vec<u8>,
    list: &Bound<'_, PyList>,
    tag: Tag,
    tagging: Tagging,
    mut item: impl FnMut(&mut Vec<u8>, &Bound<'_, PyAny>) -> Outcome<()>,
) -> Outcome<()> {
    element(out, tag, tagging, |out| {
        let start = out.len();
        let mut ends = Vec::new();
        for (number, object) in list.iter().enumerate() {
            item(out, &object).map_err(|fault| fault.within(format_args!("[{number}]")))?;
            if tag == SET {
                ends.push(out.len());
            }
        }
        if ends.len() > 1 {
            let written = out.split_off(start);
            let mut from = 0;
            let mut encodings: Vec<&[u8]> = ends
                .iter()
                .map(|end| {
                    let encoding = &written[from..end - start];
                    from = end - start;
                    encoding
                })
                .collect();
            encodings.sort_unstable();
            out.extend(encodings.into_iter().flatten());
        }
        Ok(())
    })
}

fn choice(out: &mut Vec<u8>, object: &Bound<'_, PyAny>, variants: &[Py<Variant>]) -> Outcome<()> {
    let py = object.py();
    let class = object.get_type();
    for variant in variants.iter().map(Py::get) {
        if !class.is(&variant.python_class) {
            continue;
        }
        let Some(name) = &variant.tag_name else {
            return field(out, object, variant.alternative.get());
        };
        if object.getattr(intern!(py, "tag"))?.eq(name)? {
            let held = object.getattr(intern!(py, "value"))?;
            return field(out, &held, variant.alternative.get()).map_err(|fault| fault.within(name.bind(py)));
        }
    }
    let found = class.name()?;
    let message = "value for CHOICE field does not correspond to any of the variant types";
    Err(Fault::value(format!("{message}: got {found}")))
}

fn whole(out: &mut Vec<u8>, object: &Bound<'_, PyAny>, leaf: Leaf) -> Outcome<()> {
    match leaf {
        Leaf::Certificate => {
            let certificate = object.cast::<Certificate>().map_err(|_| Fault::wrong_class("Certificate", object))?;
            out.extend_from_slice(certificate.get().inner.as_der());
        }
        Leaf::Request => {
            let request = object.cast::<CertificateSigningRequest>();
            let request = request.map_err(|_| Fault::wrong_class("CertificateSigningRequest", object))?;
            out.extend_from_slice(request.get().inner.as_der());
        }
        _ => {
            let list = object.cast::<CertificateRevocationList>();
            let list = list.map_err(|_| Fault::wrong_class("CertificateRevocationList", object))?;
            out.extend_from_slice(list.get().inner.as_der());
        }
    }
    Ok(())
}

/// The contents of a type that is written as a whole.
fn leaf(out: &mut Vec<u8>, object: &Bound<'_, PyAny>, leaf: Leaf, rules: &Rules) -> Outcome<()> {
    let py = object.py();
    let wrong = |wanted: &str| Fault::wrong_class(wanted, object);
    match leaf {
        Leaf::Boolean => {
            let truth: bool = object.extract().map_err(|_| wrong("bool"))?;
            out.push(if truth { 0xff } else { 0 });
        }
        Leaf::Integer => integer(out, object.cast::<PyInt>().map_err(|_| wrong("int"))?)?,
        Leaf::OctetString => {
            let octets = object.cast::<PyBytes>().map_err(|_| wrong("bytes"))?.as_bytes();
            check_size(rules, || octets.len(), "OCTET STRING")?;
            out.extend_from_slice(octets);
        }
        Leaf::Utf8String => {
            let text = object.cast::<PyString>().map_err(|_| wrong("str"))?.to_str()?;
            check_size(rules, || text.chars().count(), "UTF8String")?;
            out.extend_from_slice(text.as_bytes());
        }
        Leaf::PrintableString => {
            let text =
                object.cast::<PrintableString>().map_err(|_| wrong("PrintableString"))?.get().inner.to_str(py)?;
            check_size(rules, || text.len(), "PrintableString")?;
            out.extend_from_slice(text.as_bytes());
        }
        Leaf::IA5String => {
            let text = object.cast::<IA5String>().map_err(|_| wrong("IA5String"))?.get().inner.to_str(py)?;
            check_size(rules, || text.len(), "IA5String")?;
            out.extend_from_slice(text.as_bytes());
        }
        Leaf::ObjectIdentifier => {
            let oid = object.cast::<ObjectIdentifier>().map_err(|_| wrong("ObjectIdentifier"))?;
            out.extend_from_slice(oid.get().inner().as_octets());
        }
        Leaf::UtcTime => {
            out.extend_from_slice(object.cast::<UTCTime>().map_err(|_| wrong("UTCTime"))?.get().contents());
        }
        Leaf::GeneralizedTime => {
            let time = object.cast::<GeneralizedTime>().map_err(|_| wrong("GeneralizedTime"))?;
            out.extend_from_slice(time.get().contents());
        }
        Leaf::BitString => {
            let bits = object.cast::<BitString>().map_err(|_| wrong("BitString"))?.get();
            let octets = bits.data.as_bytes(py);
            check_size(rules, || octets.len() * 8 - usize::from(bits.padding_bits), "BIT STRING")?;
            out.push(bits.padding_bits);
            out.extend_from_slice(octets);
        }
        Leaf::Null => {
            object.cast::<Null>().map_err(|_| wrong("Null"))?;
        }
        Leaf::Name => {
            if !object.is_instance(name_class(py)?)? {
                return Err(wrong("x509.Name"));
            }
            let der = name_der(object)?;
            out.extend_from_slice(asn1::parse_single::<asn1::Tlv<'_>>(&der)?.data());
        }
        Leaf::Certificate | Leaf::Request | Leaf::Crl => whole(out, object, leaf)?,
    }
    Ok(())
}

fn integer(out: &mut Vec<u8>, number: &Bound<'_, PyInt>) -> PyResult<()> {
    let py = number.py();
    if let Ok(small) = number.extract::<i64>() {
        out.extend_from_slice(minimal(&small.to_be_bytes()));
        return Ok(());
    }
    let bits: usize = number.call_method0(intern!(py, "bit_length"))?.extract()?;
    let keywords = [("signed", true)].into_py_dict(py)?;
    let octets = number.call_method(intern!(py, "to_bytes"), (bits / 8 + 1, "big"), Some(&keywords))?;
    out.extend_from_slice(minimal(octets.cast::<PyBytes>()?.as_bytes()));
    Ok(())
}

/// Two's complement without what only repeats the sign (X.690 §8.3.2).
fn minimal(mut octets: &[u8]) -> &[u8] {
    while let [0, next, ..] | [0xff, next, ..] = octets {
        if (octets[0] ^ next) & 0x80 != 0 {
            break;
        }
        octets = &octets[1..];
    }
    octets
}

/// An element with the tag `own`, or the one that `tagging` gives it.
fn element(
    out: &mut Vec<u8>,
    own: Tag,
    tagging: Tagging,
    contents: impl FnOnce(&mut Vec<u8>) -> Outcome<()>,
) -> Outcome<()> {
    match tagging {
        Tagging::None => tagged(out, own, contents),
        Tagging::Implicit(number) => tagged(out, implicit_tag(number, own), contents),
        Tagging::Explicit(number) => tagged(out, explicit_tag(number), |out| tagged(out, own, contents)),
    }
}

/// An element that has a tag already, in another if `tagging` says so.
fn explicitly(out: &mut Vec<u8>, tagging: Tagging, inner: impl FnOnce(&mut Vec<u8>) -> Outcome<()>) -> Outcome<()> {
    match tagging {
        Tagging::Explicit(number) => tagged(out, explicit_tag(number), inner),
        Tagging::None | Tagging::Implicit(_) => inner(out),
    }
}

fn tagged(out: &mut Vec<u8>, tag: Tag, contents: impl FnOnce(&mut Vec<u8>) -> Outcome<()>) -> Outcome<()> {
    push_tag(out, tag);
    let at = out.len();
    out.push(0);
    contents(out)?;
    set_length(out, at);
    Ok(())
}

/// The element with these contents.
pub(super) fn wrapped(tag: Tag, contents: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(contents.len() + 8);
    push_tag(&mut out, tag);
    let at = out.len();
    out.push(0);
    out.extend_from_slice(contents);
    set_length(&mut out, at);
    out
}

/// Identifier octets (X.690 §8.1.2).
fn push_tag(out: &mut Vec<u8>, tag: Tag) {
    if let Some(short) = tag.as_u8() {
        out.push(short);
        return;
    }
    // Only the tags of fields have such numbers, and those are context-specific.
    out.push(0x80 | if tag.is_constructed() { 0x20 } else { 0 } | 0x1f);
    let groups = (u32::BITS - tag.value().leading_zeros()).div_ceil(7);
    for group in (0..groups).rev() {
        let more = if group > 0 { 0x80 } else { 0 };
        out.push(more | (tag.value() >> (7 * group) & 0x7f) as u8);
    }
}

/// Puts the length of what stands after the octet at `at` there (X.690 §10.1).
fn set_length(out: &mut Vec<u8>, at: usize) {
    let length = out.len() - at - 1;
    if length < 0x80 {
        out[at] = length as u8;
        return;
    }
    let octets = length.to_be_bytes();
    let octets = &octets[(length.leading_zeros() / 8) as usize..];
    out[at] = 0x80 | octets.len() as u8;
    out.splice(at + 1..at + 1, octets.iter().copied());
}

/// Checks a size against the field's, if it has one.
pub(super) fn check_size(rules: &Rules, size: impl FnOnce() -> usize, kind: &str) -> Outcome<()> {
    let Some((min, max)) = rules.size else { return Ok(()) };
    let (size, max) = (size(), max.unwrap_or(usize::MAX));
    if (min..=max).contains(&size) {
        return Ok(());
    }
    Err(Fault::value(format!("{kind} has size {size}, expected size in [{min}, {max}]")))
}
