//! `ironlatch.x509.general_name`.

use core::net::IpAddr;

use ironlatch::x509::der::{List, Raw};
use ironlatch::x509::error::{Fault, Malformed};
use ironlatch::x509::general_names::{GeneralNames, OtherName, Text};
use ironlatch::x509::verification::Subject;
use ironlatch::x509::{Error, GeneralName, Name, ObjectIdentifier};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyList, PyString};

use super::classes::Class;
use super::name::{name_der, name_object};
use crate::errors::CallResult;
use crate::keys::oid::{oid_object, oid_of};
use crate::types::UNSUPPORTED_GENERAL_NAME;

static DNS_NAME: Class = Class::new("general_name", "DNSName", &["_value"]);
static RFC822_NAME: Class = Class::new("general_name", "RFC822Name", &["_value"]);
static URI: Class = Class::new("general_name", "UniformResourceIdentifier", &["_value"]);
static DIRECTORY_NAME: Class = Class::new("general_name", "DirectoryName", &["_value"]);
static REGISTERED_ID: Class = Class::new("general_name", "RegisteredID", &["_value"]);
static IP_ADDRESS: Class = Class::new("general_name", "IPAddress", &["_value"]);
static OTHER_NAME: Class = Class::new("general_name", "OtherName", &["_type_id", "_value"]);

/// A list of general names.
pub(crate) fn list_object<'py>(py: Python<'py>, names: &[GeneralName<'_>]) -> CallResult<Bound<'py, PyAny>> {
    let list = PyList::empty(py);
    for (index, name) in names.iter().enumerate() {
        list.append(object(py, name).map_err(|error| error.within(&format!("[{index}]")))?)?;
    }
    Ok(list.into_any())
}

/// A general name.
pub(crate) fn object<'py>(py: Python<'py>, name: &GeneralName<'_>) -> CallResult<Bound<'py, PyAny>> {
    let text = |class: &'static Class, text: &str| Ok(class.with_slots(py, [PyString::new(py, text).into_any()])?);
    match name {
        GeneralName::DnsName(Text(value)) => text(&DNS_NAME, value),
        GeneralName::Rfc822Name(Text(value)) => text(&RFC822_NAME, value),
        GeneralName::Uri(Text(value)) => text(&URI, value),
        GeneralName::DirectoryName(name) => Ok(DIRECTORY_NAME.with_slots(py, [name_object(py, name)?])?),
        GeneralName::RegisteredId(oid) => Ok(REGISTERED_ID.with_slots(py, [oid_object(py, oid.clone())?])?),
        GeneralName::IpAddress(octets) => Ok(IP_ADDRESS.with_slots(py, [address_object(py, octets)?])?),
        GeneralName::OtherName(other) => {
            let value = PyBytes::new(py, other.value.as_der()).into_any();
            Ok(OTHER_NAME.with_slots(py, [oid_object(py, other.type_id.clone())?, value])?)
        }
        GeneralName::X400Address(_) => Err(unsupported(py, "x400Address")),
        GeneralName::EdiPartyName(_) => Err(unsupported(py, "ediPartyName")),
    }
}

fn unsupported(py: Python<'_>, kind: &str) -> crate::errors::CallError {
    let class = UNSUPPORTED_GENERAL_NAME.class(py);
    let message = format!("{kind} is not a supported type");
    class.map_or_else(|error| error, |class| PyErr::from_type(class.clone(), message)).into()
}

/// An address of the module `ipaddress`, or a network, which is an address with a mask after it.
fn address_object<'py>(py: Python<'py>, octets: &[u8]) -> CallResult<Bound<'py, PyAny>> {
    let ipaddress = py.import(intern!(py, "ipaddress"))?;
    match octets.len() {
        4 => Ok(ipaddress.call_method1(intern!(py, "IPv4Address"), (PyBytes::new(py, octets),))?),
        16 => Ok(ipaddress.call_method1(intern!(py, "IPv6Address"), (PyBytes::new(py, octets),))?),
        len @ (8 | 32) => {
            let (address, mask) = octets.split_at(len / 2);
            let bits: u32 = mask.iter().map(|octet| octet.count_ones()).sum();
            let leading: u32 = mask.iter().take_while(|octet| **octet == 0xff).map(|_| 8).sum();
            let next = mask.get(leading as usize / 8).map_or(0, |octet| octet.leading_ones());
            if leading + next != bits {
                return Err(PyValueError::new_err("Invalid netmask").into());
            }
            let address = PyBytes::new(py, address);
            Ok(ipaddress.call_method1(intern!(py, "ip_network"), ((address, bits),))?)
        }
        _ => {
            let fault = Fault::Rule("an IP address has 4 or 16 bytes, and a network 8 or 32".into());
            Err(Error::Malformed(Box::new(Malformed { path: String::new(), fault })).into())
        }
    }
}

/// General names that keep their Python values alive.
pub(crate) struct Owned(Vec<OwnedName>);

enum OwnedName {
    Dns(PyBackedStr),
    Rfc822(PyBackedStr),
    Uri(PyBackedStr),
    Directory(Vec<u8>),
    RegisteredId(ObjectIdentifier),
    Ip(Vec<u8>),
    Other(ObjectIdentifier, PyBackedBytes),
}

impl Owned {
    /// Those of any iterable of Python objects.
    pub(crate) fn of(names: &Bound<'_, PyAny>) -> CallResult<Self> {
        Ok(Self(names.try_iter()?.map(|name| OwnedName::of(&name?)).collect::<CallResult<_>>()?))
    }

    /// The name that a Python object is.
    pub(crate) fn one(name: &Bound<'_, PyAny>) -> CallResult<Self> {
        Ok(Self(vec![OwnedName::of(name)?]))
    }

    pub(crate) fn names(&self) -> CallResult<GeneralNames<'_>> {
        Ok(List(self.0.iter().map(OwnedName::borrow).collect::<CallResult<_>>()?))
    }

    /// The first of them: the only one of those that [`Self::one`] makes.
    pub(crate) fn first(&self) -> CallResult<GeneralName<'_>> {
        self.0.first().ok_or_else(|| PyValueError::new_err("a general name is missing"))?.borrow()
    }
}

impl OwnedName {
    fn of(name: &Bound<'_, PyAny>) -> CallResult<Self> {
        let py = name.py();
        let value = || name.getattr(intern!(py, "value"));
        let is = |class: &'static Class| name.is_instance(class.class(py)?);
        Ok(if is(&DNS_NAME)? {
            Self::Dns(value()?.extract()?)
        } else if is(&RFC822_NAME)? {
            Self::Rfc822(value()?.extract()?)
        } else if is(&URI)? {
            Self::Uri(value()?.extract()?)
        } else if is(&DIRECTORY_NAME)? {
            Self::Directory(name_der(&value()?)?)
        } else if is(&REGISTERED_ID)? {
            Self::RegisteredId(oid_of(&value()?)?)
        } else if is(&IP_ADDRESS)? {
            Self::Ip(name.call_method0(intern!(py, "_packed"))?.extract()?)
        } else if is(&OTHER_NAME)? {
            Self::Other(oid_of(&name.getattr(intern!(py, "type_id"))?)?, value()?.extract().map_err(PyErr::from)?)
        } else {
            let kind = name.get_type().name()?;
            return Err(PyValueError::new_err(format!(
                "{kind} is not a supported type of general name: use one of the classes of ironlatch.x509.general_name"
            ))
            .into());
        })
    }

    fn borrow(&self) -> CallResult<GeneralName<'_>> {
        Ok(match self {
            Self::Dns(text) => GeneralName::DnsName(Text(text)),
            Self::Rfc822(text) => GeneralName::Rfc822Name(Text(text)),
            Self::Uri(text) => GeneralName::Uri(Text(text)),
            Self::Directory(der) => GeneralName::DirectoryName(Name::from_der(der)?),
            Self::RegisteredId(oid) => GeneralName::RegisteredId(oid.clone()),
            Self::Ip(octets) => GeneralName::IpAddress(octets),
            Self::Other(type_id, value) => {
                let invalid = |_| PyValueError::new_err("OtherName value must be valid DER");
                let value = Raw::new(value).map_err(invalid)?;
                GeneralName::OtherName(OtherName { type_id: type_id.clone(), value })
            }
        })
    }
}

/// A `DNSName` or an `IPAddress` as a host, such as one to verify a certificate for.
pub(crate) enum Host {
    Name(String),
    Address(IpAddr),
}

impl Host {
    /// TypeError for anything else.
    pub(crate) fn of(subject: &Bound<'_, PyAny>) -> CallResult<Self> {
        match OwnedName::of(subject) {
            Ok(OwnedName::Dns(name)) => Ok(Self::Name(name.to_string())),
            Ok(OwnedName::Ip(octets)) => match GeneralName::IpAddress(&octets).ip_address() {
                Some(address) => Ok(Self::Address(address)),
                None => Err(PyValueError::new_err("the subject is a network: expected one address").into()),
            },
            _ => Err(PyTypeError::new_err("unsupported subject type").into()),
        }
    }
}

/// The `DNSName` or the `IPAddress` of a host, or the `RFC822Name` of a mailbox.
pub(crate) fn host_object<'py>(py: Python<'py>, subject: &Subject) -> CallResult<Bound<'py, PyAny>> {
    match subject {
        Subject::Dns(name) => object(py, &GeneralName::DnsName(Text(name))),
        Subject::Mailbox(address) => object(py, &GeneralName::Rfc822Name(Text(address))),
        Subject::Ip(IpAddr::V4(address)) => object(py, &GeneralName::IpAddress(&address.octets())),
        Subject::Ip(IpAddr::V6(address)) => object(py, &GeneralName::IpAddress(&address.octets())),
    }
}
