//! The row of a value.

use crate::{Error, Result};

/// The longest row identity in bytes, as it is encoded.
pub const MAX_ROW_LEN: usize = 4096;

/// The most parts of a composite identity, and how deep they nest: a tuple has no tuples in it.
const MAX_PARTS: usize = 32;

/// Identifies a row of its table and never changes: its primary key. A value is bound to it, so
/// that it does not open in another row.
///
/// The number 42 and the text `"42"` are two different rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row<'a> {
    /// None: the value is bound to its table and column, and opens in every row.
    Unbound,
    /// A number.
    Int(i128),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// The 16 bytes of a UUID.
    Uuid([u8; 16]),
    /// A composite key: 1 to 32 of the others.
    Parts(&'a [Row<'a>]),
}

impl Row<'_> {
    /// Appends its encoding, which no other row has:
    ///
    /// | row | bytes |
    /// |---|---|
    /// | unbound | none |
    /// | number of 64 bits | `01`, 8 bytes of two's complement, big-endian |
    /// | any other number | `02`, 16 bytes alike |
    /// | text | `03`, the length in 4 bytes, big-endian, UTF-8 |
    /// | bytes | `04`, the length in 4 bytes, the bytes |
    /// | UUID | `05`, its 16 bytes |
    /// | composite | `06`, the number of parts in one byte, each part as above |
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if it is longer than
    /// [`MAX_ROW_LEN`], or composite of nothing, of more than 32 parts, of composites or of unbound
    /// ones.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        let start = out.len();
        self.write_part(true, out)?;
        check_len(out.len() - start)
    }

    fn write_part(&self, outermost: bool, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Unbound if outermost => {}
            Self::Int(number) => match i64::try_from(*number) {
                Ok(number) => {
                    out.push(1);
                    out.extend(number.to_be_bytes());
                }
                Err(_) => {
                    out.push(2);
                    out.extend(number.to_be_bytes());
                }
            },
            Self::Text(text) => write_long(3, text.as_bytes(), out)?,
            Self::Bytes(bytes) => write_long(4, bytes, out)?,
            Self::Uuid(bytes) => {
                out.push(5);
                out.extend(bytes);
            }
            Self::Parts(parts) if outermost => {
                let count = parts.len();
                if !(1..=MAX_PARTS).contains(&count) {
                    return Err(Error::value(format!("a row's identity has 1 to {MAX_PARTS} parts, not {count}")));
                }
                out.extend([6, count as u8]);
                for part in *parts {
                    part.write_part(false, out)?;
                }
            }
            Self::Unbound | Self::Parts(_) => {
                return Err(Error::value("a part of a row's identity is a number, text, bytes or a UUID"));
            }
        }
        Ok(())
    }
}

fn write_long(tag: u8, bytes: &[u8], out: &mut Vec<u8>) -> Result<()> {
    check_len(bytes.len())?;
    out.push(tag);
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

fn check_len(len: usize) -> Result<()> {
    if len > MAX_ROW_LEN {
        return Err(Error::value(format!("a row's identity has at most {MAX_ROW_LEN} bytes, not {len}")));
    }
    Ok(())
}

impl From<i64> for Row<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number.into())
    }
}

impl<'a> From<&'a str> for Row<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Row<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a [Row<'a>]> for Row<'a> {
    fn from(parts: &'a [Row<'a>]) -> Self {
        Self::Parts(parts)
    }
}
