//! Messages that are encrypted to the RSA keys of certificates (RFC 5652 §6, RFC 3370 §4.2.1).
//!
//! # What a wrong message tells
//! RSA with the padding of PKCS #1 v1.5 is open to attacks by anyone who can send messages and see
//! what comes of them (Bleichenbacher, 1998). So a key that cannot be recovered is replaced by a
//! random one (RFC 3218 §2.3.2): it cannot be told from a wrong key. What comes out is noise, or
//! the error of its padding. The content has no authentication: who can change the message can
//! change what it decrypts to.

use ironlatch_core::asymmetric::rsa::{EncryptionPadding, PrivateKey};
use ironlatch_core::keys::PublicKey;
use ironlatch_core::keys::der::AlgorithmIdentifier;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use ironlatch_core::symmetric::padding::Scheme;
use ironlatch_core::{Output, random};
use ironlatch_x509::Certificate;
use zeroize::Zeroizing;

use super::certificates::issuer_and_serial;
use crate::ber;
use crate::content::{self, ContentInfo, EncryptedContentInfo};
use crate::der::{self, IMPLICIT_0, NULL, OCTET_STRING, SEQUENCE};
use crate::error::{At, Error, Kind, Result};

/// The cipher of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentCipher {
    /// AES-128 in CBC.
    Aes128Cbc,
    /// AES-256 in CBC.
    Aes256Cbc,
}

impl ContentCipher {
    /// The length of the key in bytes.
    #[must_use]
    pub fn key_len(self) -> usize {
        match self {
            Self::Aes128Cbc => 16,
            Self::Aes256Cbc => 32,
        }
    }

    fn oid(self) -> &'static ObjectIdentifier {
        match self {
            Self::Aes128Cbc => &oid::AES128_CBC,
            Self::Aes256Cbc => &oid::AES256_CBC,
        }
    }
}

const BLOCK: usize = 16;

/// Encrypts `message` to the keys of `recipients`.
///
/// # Errors
/// [`Error::InvalidValue`] if a certificate is not of an RSA key; [`Error::X509`] or
/// [`Error::Core`] if its key is not valid, or too short.
#[wipes_stack(deep)]
pub fn encrypt(message: &[u8], recipients: &[&Certificate], cipher: ContentCipher) -> Result<Vec<u8>> {
    let whole_key = Zeroizing::new(random::array::<32>());
    let (key, iv) = (&whole_key[..cipher.key_len()], random::array::<BLOCK>());
    let padding = BLOCK - message.len() % BLOCK;
    let mut padded = Zeroizing::new(Vec::with_capacity(message.len() + padding));
    padded.extend_from_slice(message);
    padded.resize(message.len() + padding, padding as u8);
    let mut encrypted = vec![0; padded.len()];
    CipherContext::new(BlockCipher::Aes, Mode::Cbc, Direction::Encrypt, key, &iv)?
        .update(&padded, Output::from(encrypted.as_mut_slice()))?;

    let infos = recipients.iter().map(|recipient| recipient_info(recipient, key)).collect::<Result<Vec<_>>>()?;
    let algorithm = der::element(SEQUENCE, &[&der::identifier(cipher.oid()), &der::element(OCTET_STRING, &[&iv])]);
    let encrypted = der::element(IMPLICIT_0, &[&encrypted]);
    let content = der::element(SEQUENCE, &[&der::identifier(&oid::DATA), &algorithm, &encrypted]);
    let enveloped = der::element(SEQUENCE, &[&der::integer(0), &der::set_of(infos), &content]);
    Ok(content::content_info(&oid::ENVELOPED_DATA, &enveloped).to_vec())
}

fn recipient_info(recipient: &Certificate, key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let PublicKey::Rsa(public) = recipient.public_key()? else {
        return Err(Error::value("only certificates of RSA keys can be recipients"));
    };
    let mut encrypted = vec![0; public.size()];
    public.encrypt_into(EncryptionPadding::Pkcs1v15, key, Output::from(encrypted.as_mut_slice()))?;
    let algorithm = der::element(SEQUENCE, &[&der::identifier(&oid::RSA_ENCRYPTION), NULL]);
    let name = issuer_and_serial(recipient);
    let encrypted = der::element(OCTET_STRING, &[&encrypted]);
    Ok(der::element(SEQUENCE, &[&der::integer(0), &name, &algorithm, &encrypted]))
}

/// A message that was read, and is not decrypted yet.
#[derive(Debug)]
pub struct Enveloped {
    cipher: ContentCipher,
    iv: Vec<u8>,
    encrypted: Vec<u8>,
    encrypted_key: Vec<u8>,
}

impl Enveloped {
    /// Reads a message in DER or BER, and finds what is in it for the key of `recipient`.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the message is not encrypted or is for others,
    /// [`Error::Unsupported`] if its algorithms are others than RSA with the padding of PKCS #1
    /// v1.5 and AES with keys of 128 or 256 bits in CBC, [`Error::Malformed`],
    /// [`Error::WrongKind`].
    pub fn read(data: &[u8], recipient: &Certificate) -> Result<Self> {
        let explain = |error| der::explain(error, data, Kind::Cms);
        let (message, _) = ber::to_der(data).map_err(explain)?;
        let info: ContentInfo<'_> = asn1::parse_single(message.as_slice()).map_err(|error| explain(error.into()))?;
        if info.content_type != oid::ENVELOPED_DATA {
            return Err(Error::value("The PKCS7 data is not an EnvelopedData structure."));
        }
        let content = info.content.ok_or_else(|| Error::rule("there is no content")).at("content")?;
        let (recipients, content) = parts(&content).at("content")?;
        let recipient = find(&recipients, recipient).at("content.recipientInfos")?;
        let (cipher, iv) = content_cipher(&content.algorithm)?;
        if recipient.algorithm.oid != oid::RSA_ENCRYPTION {
            return Err(Error::Unsupported(
                "Only RSA with PKCS #1 v1.5 padding is currently supported for key decryption.".into(),
            ));
        }
        let encrypted = content.encrypted().at("content.encryptedContentInfo")?;
        let encrypted =
            encrypted.ok_or_else(|| Error::value("The EnvelopedData structure does not contain encrypted content."))?;
        let encrypted_key = recipient.encrypted_key.to_vec();
        Ok(Self { cipher, iv: iv.to_vec(), encrypted: encrypted.to_vec(), encrypted_key })
    }

    /// The key of the content, encrypted to the recipient. [`open`](Self::open) takes what it
    /// decrypts to.
    #[must_use]
    pub fn encrypted_key(&self) -> &[u8] {
        &self.encrypted_key
    }

    /// Decrypts the message.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[wipes_stack(deep)]
    pub fn decrypt(&self, key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>> {
        let content_key = key.decrypt(EncryptionPadding::Pkcs1v15, &self.encrypted_key).ok();
        self.open(content_key.as_ref().map(|key| key.as_slice()))
    }

    /// Decrypts the message with the key of its content. If there is none, or it is of another
    /// length, that is done with a random one: see the [module](self).
    ///
    /// # Errors
    /// [`Error::Core`] if the padding of what comes out is not valid.
    #[wipes_stack(deep)]
    pub fn open(&self, content_key: Option<&[u8]>) -> Result<Zeroizing<Vec<u8>>> {
        let random = Zeroizing::new(random::array::<32>());
        let random = &random[..self.cipher.key_len()];
        let key = content_key.filter(|key| key.len() == random.len()).unwrap_or(random);
        let invalid = || ironlatch_core::Error::InvalidValue("Invalid padding bytes.".into());
        let whole = self.encrypted.len().checked_sub(BLOCK).filter(|len| len.is_multiple_of(BLOCK));
        let whole = whole.ok_or_else(invalid)?;
        let mut decrypted = Zeroizing::new(vec![0; self.encrypted.len()]);
        CipherContext::new(BlockCipher::Aes, Mode::Cbc, Direction::Decrypt, key, &self.iv)?
            .update(&self.encrypted, Output::from(&mut decrypted[..]))?;
        let last = Scheme::Pkcs7.unpadded_len(&decrypted[whole..]).map_err(|_| invalid())?;
        decrypted.truncate(whole + last);
        Ok(decrypted)
    }
}

/// `KeyTransRecipientInfo` that names its recipient by issuer and serial number (RFC 5652 §6.2.1).
#[derive(asn1::Asn1Read)]
struct KeyTransport<'a> {
    _version: asn1::BigInt<'a>,
    recipient: asn1::Tlv<'a>,
    algorithm: AlgorithmIdentifier<'a>,
    encrypted_key: &'a [u8],
}

/// The recipients and the encrypted content of `EnvelopedData`. Certificates of the originator and
/// attributes that are not protected are passed over.
fn parts<'a>(enveloped: &asn1::Tlv<'a>) -> Result<(asn1::Tlv<'a>, EncryptedContentInfo<'a>)> {
    der::expect(enveloped, SEQUENCE)?;
    let (mut recipients, mut content) = (None, None);
    for element in der::elements(enveloped.data()) {
        let element = element?;
        match der::tag_octet(element.tag()) {
            Some(der::SET) if recipients.is_none() => recipients = Some(element),
            Some(SEQUENCE) if content.is_none() => content = Some(element.parse().at("encryptedContentInfo")?),
            _ => {}
        }
    }
    recipients.zip(content).ok_or_else(|| Error::rule("recipients or encrypted content are missing"))
}

fn find<'a>(recipients: &asn1::Tlv<'a>, wanted: &Certificate) -> Result<KeyTransport<'a>> {
    let wanted = issuer_and_serial(wanted);
    for (index, info) in der::elements(recipients.data()).enumerate() {
        let info = info.at_index("", index)?;
        // Recipients by other means than a key's transport have other tags.
        if der::tag_octet(info.tag()) == Some(SEQUENCE) {
            let info: KeyTransport<'a> = info.parse().at_index("", index)?;
            if info.recipient.full_data() == wanted {
                return Ok(info);
            }
        }
    }
    Err(Error::value("No recipient found that matches the given certificate."))
}

fn content_cipher<'a>(algorithm: &AlgorithmIdentifier<'a>) -> Result<(ContentCipher, &'a [u8])> {
    let known = [ContentCipher::Aes128Cbc, ContentCipher::Aes256Cbc];
    let Some(cipher) = known.into_iter().find(|cipher| *cipher.oid() == algorithm.oid) else {
        return Err(Error::Unsupported(
            "Only AES (with key sizes 128 or 256) with CBC mode is currently supported for content decryption.".into(),
        ));
    };
    let iv = algorithm.parameters().map_err(Error::from).and_then(der::octets);
    let iv = iv.at("content.encryptedContentInfo.contentEncryptionAlgorithm")?;
    if iv.len() != BLOCK {
        return Err(Error::rule("the initialization vector is not a block long"));
    }
    Ok((cipher, iv))
}
