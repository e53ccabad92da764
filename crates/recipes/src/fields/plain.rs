//! The plaintext: a byte for the type, the value, and padding if the column has it.
//!
//! Padding is a byte `80` and zeros (ISO/IEC 7816-4), up to a multiple; the type's highest bit says
//! that there is some.

use zeroize::Zeroizing;

use super::limits::{TYPE_LEN, check_len};
use super::sealing::make_room;
use super::value::{Type, Value};
use super::{fault, unknown};
use crate::error::FieldFault;
use crate::{Error, Result};

const PADDED: u8 = 0x80;
const PADDING_START: u8 = 0x80;

/// The length that a value of `len` bytes is padded to.
pub(super) fn padded_len(len: usize, multiple: Option<usize>) -> usize {
    match multiple {
        // The first byte of padding is always there.
        Some(multiple) => (len + 1).next_multiple_of(multiple),
        None => len,
    }
}

/// Puts what is encrypted into `out`, which is cleared.
pub(super) fn write(value: &Value<'_>, pad_to: Option<usize>, out: &mut Zeroizing<Vec<u8>>) -> Result<()> {
    make_room(out, TYPE_LEN + padded_len(value.most_bytes(), pad_to));
    out.push(value.kind().code());
    value.write(out)?;
    pad(pad_to, out);
    Ok(())
}

/// Like [`write`], for a value's canonical bytes.
pub(super) fn write_canonical(
    kind: Type,
    value: &[u8],
    pad_to: Option<usize>,
    out: &mut Zeroizing<Vec<u8>>,
) -> Result<()> {
    check_len(value.len())?;
    make_room(out, TYPE_LEN + padded_len(value.len(), pad_to));
    out.push(kind.code());
    out.extend_from_slice(value);
    pad(pad_to, out);
    Ok(())
}

/// Type and canonical bytes of what was decrypted.
///
/// # Errors
/// [`FieldFault::WrongType`] if it is of another type than `expected`, [`FieldFault::Malformed`] if
/// of a type that this version does not know.
pub(super) fn read(expected: Type, plain: &[u8]) -> Result<&[u8]> {
    let (code, padded) = plain.split_first().ok_or_else(unknown)?;
    let value = match code & PADDED {
        0 => padded,
        _ => {
            let end = padded.iter().rposition(|byte| *byte != 0).ok_or_else(unknown)?;
            if padded[end] != PADDING_START {
                return Err(unknown());
            }
            &padded[..end]
        }
    };
    let kind = Type::from_code(code & !PADDED).ok_or_else(unknown)?;
    if kind != expected {
        return Err(wrong_type(expected, kind));
    }
    Ok(value)
}

fn pad(multiple: Option<usize>, out: &mut Vec<u8>) {
    if multiple.is_some() {
        let len = padded_len(out.len() - TYPE_LEN, multiple);
        out[0] |= PADDED;
        out.push(PADDING_START);
        out.resize(TYPE_LEN + len, 0);
    }
}

fn wrong_type(expected: Type, kind: Type) -> Error {
    fault(
        FieldFault::WrongType,
        format!(
            "the stored value is of type {kind}, but the column is read as {expected}: give the type that it was written with"
        ),
    )
}
