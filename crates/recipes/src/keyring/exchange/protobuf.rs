//! The part of protocol buffers' wire format that Tink's keys need: numbers, bytes, and nested
//! messages. Written here because it holds keys, which must be borrowed and wiped.

use zeroize::Zeroizing;

/// The fields of a message, borrowed from it. Each occurs once.
pub(super) struct Message<'m> {
    fields: Vec<(u64, Field<'m>)>,
}

#[derive(Clone, Copy)]
enum Field<'m> {
    Number(u64),
    Bytes(&'m [u8]),
}

/// More fields than any key has.
const MAX_FIELDS: usize = 16;

impl<'m> Message<'m> {
    /// None if it is malformed, or a field is of another wire type or there twice.
    pub(super) fn parse(mut rest: &'m [u8]) -> Option<Self> {
        let mut fields: Vec<(u64, Field<'m>)> = Vec::new();
        while !rest.is_empty() {
            let tag = number(&mut rest)?;
            let field = match tag & 7 {
                0 => Field::Number(number(&mut rest)?),
                2 => {
                    let len = usize::try_from(number(&mut rest)?).ok()?;
                    let (bytes, after) = rest.split_at_checked(len)?;
                    rest = after;
                    Field::Bytes(bytes)
                }
                _ => return None,
            };
            if fields.len() == MAX_FIELDS || fields.iter().any(|(known, _)| *known == tag >> 3) {
                return None;
            }
            fields.push((tag >> 3, field));
        }
        Some(Self { fields })
    }

    /// A number, which is 0 if it is not there.
    pub(super) fn number(&self, field: u64) -> Option<u64> {
        match self.get(field) {
            None => Some(0),
            Some(Field::Number(number)) => Some(number),
            Some(Field::Bytes(_)) => None,
        }
    }

    /// Bytes, which are empty if they are not there.
    pub(super) fn bytes(&self, field: u64) -> Option<&'m [u8]> {
        match self.get(field) {
            None => Some(&[]),
            Some(Field::Bytes(bytes)) => Some(bytes),
            Some(Field::Number(_)) => None,
        }
    }

    /// Whether there is no other field than these.
    pub(super) fn has_only(&self, fields: &[u64]) -> bool {
        self.fields.iter().all(|(field, _)| fields.contains(field))
    }

    fn get(&self, field: u64) -> Option<Field<'m>> {
        self.fields.iter().find(|(own, _)| *own == field).map(|(_, value)| *value)
    }
}

/// Appends a field of bytes to a message with room for it. Fields and lengths are below 128.
pub(super) fn push_bytes(message: &mut Zeroizing<Vec<u8>>, field: u8, bytes: &[u8]) {
    message.push(field << 3 | 2);
    push_number(message, bytes.len() as u64);
    message.extend_from_slice(bytes);
}

/// Appends a field that is a number.
pub(super) fn push_field(message: &mut Zeroizing<Vec<u8>>, field: u8, number: u64) {
    message.push(field << 3);
    push_number(message, number);
}

fn push_number(message: &mut Zeroizing<Vec<u8>>, mut number: u64) {
    while number >= 128 {
        message.push(number as u8 | 128);
        number >>= 7;
    }
    message.push(number as u8);
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        let bits = u64::from(byte & 127);
        if shift == 63 && bits > 1 {
            return None;
        }
        number |= bits << shift;
        if byte & 128 == 0 {
            return Some(number);
        }
    }
    None
}
