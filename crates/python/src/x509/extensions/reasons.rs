//! `ironlatch.x509.ReasonFlags`, by the numbers that they have in CRL entries and the bits that
//! they have in distribution points.

use ironlatch::x509::der::NamedBits;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::REASON_FLAGS;
use crate::errors::CallResult;

/// The members of `ReasonFlags`.
pub(crate) struct Reasons {
    members: Vec<(Py<PyAny>, Reason)>,
}

/// A reason: its name, its number in a CRL entry (RFC 5280 §5.3.1), its bit in a distribution point
/// (§4.2.1.13).
struct Reason {
    name: &'static str,
    code: u32,
    bit: Option<u32>,
}

const REASONS: [Reason; 10] = [
    Reason { name: "unspecified", code: 0, bit: None },
    Reason { name: "key_compromise", code: 1, bit: Some(1) },
    Reason { name: "ca_compromise", code: 2, bit: Some(2) },
    Reason { name: "affiliation_changed", code: 3, bit: Some(3) },
    Reason { name: "superseded", code: 4, bit: Some(4) },
    Reason { name: "cessation_of_operation", code: 5, bit: Some(5) },
    Reason { name: "certificate_hold", code: 6, bit: Some(6) },
    Reason { name: "remove_from_crl", code: 8, bit: None },
    Reason { name: "privilege_withdrawn", code: 9, bit: Some(7) },
    Reason { name: "aa_compromise", code: 10, bit: Some(8) },
];

impl Reasons {
    pub(crate) fn get(py: Python<'_>) -> PyResult<&Self> {
        static MEMBERS: PyOnceLock<Reasons> = PyOnceLock::new();
        MEMBERS.get_or_try_init(py, || {
            let class = REASON_FLAGS.class(py)?;
            let member = |reason: Reason| Ok((class.getattr(reason.name)?.unbind(), reason));
            Ok(Self { members: REASONS.into_iter().map(member).collect::<PyResult<_>>()? })
        })
    }

    /// The reason with that number in a CRL entry.
    pub(crate) fn of_code<'py>(&self, py: Python<'py>, code: u32) -> PyResult<Bound<'py, PyAny>> {
        let found = self.members.iter().find(|(_, reason)| reason.code == code);
        let (member, _) = found.ok_or_else(|| PyValueError::new_err(format!("Unsupported reason code: {code}")))?;
        Ok(member.bind(py).clone())
    }

    /// The number of a reason in a CRL entry.
    pub(crate) fn code(&self, member: &Bound<'_, PyAny>) -> PyResult<u32> {
        Ok(self.reason(member)?.code)
    }

    /// The reasons with these bits in a distribution point. Bits without a meaning are left out.
    pub(crate) fn of_bits<'py>(&self, py: Python<'py>, bits: NamedBits) -> Vec<Bound<'py, PyAny>> {
        let set = self.members.iter().filter(|(_, reason)| reason.bit.is_some_and(|bit| bits.has(bit)));
        set.map(|(member, _)| member.bind(py).clone()).collect()
    }

    /// The bits of a set of reasons in a distribution point.
    pub(crate) fn bits(set: &Bound<'_, PyAny>) -> CallResult<NamedBits> {
        let reasons = Self::get(set.py())?;
        let mut bits = NamedBits::default();
        for member in set.try_iter()? {
            let bit = reasons.reason(&member?)?.bit;
            bits =
                bits.with(bit.ok_or_else(|| PyValueError::new_err("this reason has no bit in a distribution point"))?);
        }
        Ok(bits)
    }

    fn reason(&self, member: &Bound<'_, PyAny>) -> PyResult<&Reason> {
        let found = self.members.iter().find(|(known, _)| known.is(member));
        found.map(|(_, reason)| reason).ok_or_else(|| PyTypeError::new_err("expected an element of ReasonFlags"))
    }
}
