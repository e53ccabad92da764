//! The structures that PKCS #12 and CMS share (RFC 5652).

use asn1::Tlv;
use ironlatch_core::keys::der::AlgorithmIdentifier;
use ironlatch_core::oid::{self, ObjectIdentifier};
use zeroize::Zeroizing;

use crate::der::{self, EXPLICIT_0, IMPLICIT_0, OCTET_STRING};
use crate::error::{Error, Result};

/// `ContentInfo` (RFC 5652 §3).
#[derive(asn1::Asn1Read)]
pub(crate) struct ContentInfo<'a> {
    pub(crate) content_type: ObjectIdentifier,
    #[explicit(0)]
    pub(crate) content: Option<Tlv<'a>>,
}

impl<'a> ContentInfo<'a> {
    /// The octets of a content of the type `data`.
    pub(crate) fn data(&self) -> Result<&'a [u8]> {
        if self.content_type != oid::DATA {
            return Err(Error::Unsupported(
                format!("contents of the type {} are not supported", self.content_type).into(),
            ));
        }
        der::octets(self.content.as_ref().ok_or_else(|| Error::rule("there is no content"))?)
    }
}

/// `EncryptedContentInfo` (RFC 5652 §6.1).
#[derive(asn1::Asn1Read)]
pub(crate) struct EncryptedContentInfo<'a> {
    _content_type: ObjectIdentifier,
    pub(crate) algorithm: AlgorithmIdentifier<'a>,
    content: Option<Tlv<'a>>,
}

impl EncryptedContentInfo<'_> {
    /// The encrypted octets. BER has them in pieces, which a reader that does not know this place
    /// cannot put together.
    pub(crate) fn encrypted(&self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(content) = &self.content else { return Ok(None) };
        match der::tag_octet(content.tag()) {
            Some(IMPLICIT_0) => Ok(Some(content.data().to_vec().into())),
            Some(EXPLICIT_0) => {
                let mut whole = Zeroizing::new(Vec::with_capacity(content.data().len()));
                for piece in der::elements(content.data()) {
                    whole.extend_from_slice(der::octets(&piece?)?);
                }
                Ok(Some(whole))
            }
            _ => Err(Error::rule("the encrypted content is not an octet string")),
        }
    }
}

/// A `ContentInfo` to be written.
pub(crate) fn content_info(content_type: &ObjectIdentifier, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let content = der::element(EXPLICIT_0, &[content]);
    der::element(der::SEQUENCE, &[&der::identifier(content_type), &content])
}

/// A `ContentInfo` of the type `data` to be written.
pub(crate) fn data(octets: &[u8]) -> Zeroizing<Vec<u8>> {
    content_info(&oid::DATA, &der::element(OCTET_STRING, &[octets]))
}
