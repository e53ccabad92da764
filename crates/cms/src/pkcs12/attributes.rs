//! The attributes of a bag: names, above all (RFC 7292 §4.2, RFC 2985 §5.5).

use asn1::Tlv;
use ironlatch_core::oid::{self, ObjectIdentifier};
use zeroize::Zeroizing;

use crate::der::{self, BMP_STRING, OCTET_STRING, SEQUENCE, SET, UTF8_STRING};
use crate::error::{At, Result};

/// The attributes that are known here. Of an attribute with several values the first counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) name: Option<String>,
    pub(super) local_key_id: Option<Vec<u8>>,
    pub(super) is_java_trusted: bool,
}

impl Attributes {
    pub(super) fn read(set: Option<&Tlv<'_>>) -> Result<Self> {
        let mut attributes = Self::default();
        let Some(set) = set else { return Ok(attributes) };
        der::expect(set, SET)?;
        for (index, attribute) in der::elements(set.data()).enumerate() {
            attributes.add(&attribute?).at_index("", index)?;
        }
        Ok(attributes)
    }

    fn add(&mut self, attribute: &Tlv<'_>) -> Result<()> {
        let Attribute { kind, values } = attribute.parse()?;
        der::expect(&values, SET)?;
        let first = der::elements(values.data()).next().transpose()?;
        match (kind, first) {
            (oid::FRIENDLY_NAME, Some(value)) if self.name.is_none() => self.name = text(&value),
            (oid::LOCAL_KEY_ID, Some(value)) if self.local_key_id.is_none() => {
                self.local_key_id = der::octets(&value).ok().map(<[u8]>::to_vec);
            }
            (oid::JAVA_TRUSTED_KEY_USAGE, _) => self.is_java_trusted = true,
            _ => {}
        }
        Ok(())
    }
}

#[derive(asn1::Asn1Read)]
struct Attribute<'a> {
    kind: ObjectIdentifier,
    values: Tlv<'a>,
}

/// A name. The format has a BMPString for it, some write a UTF8String; what is no text is no name.
fn text(value: &Tlv<'_>) -> Option<String> {
    match der::tag_octet(value.tag())? {
        UTF8_STRING => String::from_utf8(value.data().to_vec()).ok(),
        BMP_STRING => {
            let (units, []) = value.data().as_chunks::<2>() else { return None };
            String::from_utf16(&units.iter().map(|unit| u16::from_be_bytes(*unit)).collect::<Vec<_>>()).ok()
        }
        _ => None,
    }
}

/// The attributes of a bag, to be written after its value. Nothing if there are none.
pub(super) fn write(name: Option<&str>, local_key_id: Option<&[u8]>, is_java_trusted: bool) -> Zeroizing<Vec<u8>> {
    let attribute = |kind: &ObjectIdentifier, value: Zeroizing<Vec<u8>>| {
        der::element(SEQUENCE, &[&der::identifier(kind), &der::element(SET, &[&value])])
    };
    let mut attributes = Vec::new();
    if let Some(name) = name {
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
        attributes.push(attribute(&oid::FRIENDLY_NAME, der::element(BMP_STRING, &[&units])));
    }
    if let Some(id) = local_key_id {
        attributes.push(attribute(&oid::LOCAL_KEY_ID, der::element(OCTET_STRING, &[id])));
    }
    if is_java_trusted {
        attributes.push(attribute(&oid::JAVA_TRUSTED_KEY_USAGE, der::identifier(&oid::ANY_EXTENDED_KEY_USAGE)));
    }
    if attributes.is_empty() { Zeroizing::default() } else { der::set_of(attributes) }
}
