//! The types without parts, and their tags.

use asn1::{SimpleAsn1Readable, Tag};
use pyo3::PyTypeInfo;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyInt, PyString, PyType};

use super::times::{GeneralizedTime, UTCTime};
use super::values::{BitString, IA5String, Null, PrintableString, Tlv};
use crate::keys::oid::ObjectIdentifier;
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateRevocationList;
use crate::x509::name::name_class;
use crate::x509::request::CertificateSigningRequest;

/// A type that is read and written as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    Boolean,
    Integer,
    OctetString,
    Utf8String,
    PrintableString,
    IA5String,
    ObjectIdentifier,
    UtcTime,
    GeneralizedTime,
    BitString,
    Null,
    Certificate,
    Request,
    Crl,
    Name,
}

pub(super) const SEQUENCE: Tag = <asn1::Sequence<'_> as SimpleAsn1Readable<'_>>::TAG;
pub(super) const SET: Tag = <asn1::Set<'_> as SimpleAsn1Readable<'_>>::TAG;

impl Leaf {
    pub(super) const fn tag(self) -> Tag {
        match self {
            Self::Boolean => <bool as SimpleAsn1Readable<'_>>::TAG,
            Self::Integer => <asn1::BigInt<'_> as SimpleAsn1Readable<'_>>::TAG,
            Self::OctetString => <&[u8] as SimpleAsn1Readable<'_>>::TAG,
            Self::Utf8String => <asn1::Utf8String<'_> as SimpleAsn1Readable<'_>>::TAG,
            Self::PrintableString => <asn1::PrintableString<'_> as SimpleAsn1Readable<'_>>::TAG,
            Self::IA5String => <asn1::IA5String<'_> as SimpleAsn1Readable<'_>>::TAG,
            Self::ObjectIdentifier => <asn1::ObjectIdentifier as SimpleAsn1Readable<'_>>::TAG,
            Self::UtcTime => <asn1::UtcTime as SimpleAsn1Readable<'_>>::TAG,
            Self::GeneralizedTime => <asn1::GeneralizedTime as SimpleAsn1Readable<'_>>::TAG,
            Self::BitString => <asn1::BitString<'_> as SimpleAsn1Readable<'_>>::TAG,
            Self::Null => <asn1::Null as SimpleAsn1Readable<'_>>::TAG,
            Self::Certificate | Self::Request | Self::Crl | Self::Name => SEQUENCE,
        }
    }

    /// Whether it must keep its own tag: what is embedded whole.
    pub(super) const fn is_whole(self) -> bool {
        matches!(self, Self::Certificate | Self::Request | Self::Crl)
    }
}

/// The type that a Python class stands for in a field, if it is not declared by a decorator.
pub(super) enum Plain {
    Leaf(Leaf),
    Any,
}

impl Plain {
    pub(super) fn of(class: &Bound<'_, PyType>) -> PyResult<Option<Self>> {
        let py = class.py();
        fn is<T: PyTypeInfo>(class: &Bound<'_, PyType>) -> bool {
            class.is(T::type_object(class.py()))
        }
        let leaf = match class {
            class if is::<PyInt>(class) => Leaf::Integer,
            class if is::<PyBool>(class) => Leaf::Boolean,
            class if is::<PyString>(class) => Leaf::Utf8String,
            class if is::<PyBytes>(class) => Leaf::OctetString,
            class if is::<PrintableString>(class) => Leaf::PrintableString,
            class if is::<IA5String>(class) => Leaf::IA5String,
            class if is::<ObjectIdentifier>(class) => Leaf::ObjectIdentifier,
            class if is::<UTCTime>(class) => Leaf::UtcTime,
            class if is::<GeneralizedTime>(class) => Leaf::GeneralizedTime,
            class if is::<BitString>(class) => Leaf::BitString,
            class if is::<Null>(class) => Leaf::Null,
            class if is::<Tlv>(class) => return Ok(Some(Self::Any)),
            class if is::<Certificate>(class) => Leaf::Certificate,
            class if is::<CertificateSigningRequest>(class) => Leaf::Request,
            class if is::<CertificateRevocationList>(class) => Leaf::Crl,
            class if class.is(name_class(py)?) => Leaf::Name,
            _ => return Ok(None),
        };
        Ok(Some(Self::Leaf(leaf)))
    }
}
