//! CRLs to be issued.

use super::{NewExtension, Signer, sequence, signed, write_extensions, write_raw};
use crate::crl::CertificateList;
use crate::der::SEQUENCE;
use crate::error::{Error, Result};
use crate::names::Name;
use crate::time::Time;

/// The contents of a CRL to be issued.
#[derive(Debug, Clone)]
pub struct CrlContents<'a> {
    /// The issuer's name.
    pub issuer: Name<'a>,
    /// When it is issued.
    pub this_update: Time,
    /// When the next one will have been issued.
    pub next_update: Option<Time>,
    /// The entries in DER, one after another: see [`RevokedContents::write`].
    pub entries: &'a [u8],
    /// The extensions of the list as a whole.
    pub extensions: &'a [NewExtension<'a>],
}

/// The contents of an entry of a CRL to be issued.
#[derive(Debug, Clone)]
pub struct RevokedContents<'a> {
    /// The serial number of the certificate as the octets of its INTEGER.
    pub serial: &'a [u8],
    /// When it was revoked.
    pub revocation_date: Time,
    /// The extensions of the entry.
    pub extensions: &'a [NewExtension<'a>],
}

impl RevokedContents<'_> {
    /// Writes the entry in DER after those in `entries`.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the serial number is not an INTEGER's.
    pub fn write(&self, entries: &mut Vec<u8>) -> Result<()> {
        let serial = asn1::BigInt::new(self.serial);
        let serial = serial.ok_or(Error::value("the serial number is not in the octets of an INTEGER"))?;
        entries.extend(sequence(|writer| {
            writer.write_element(&serial)?;
            writer.write_element(&self.revocation_date)?;
            if self.extensions.is_empty() {
                return Ok(());
            }
            super::write_extension_list(writer, self.extensions)
        })?);
        Ok(())
    }
}

impl CrlContents<'_> {
    /// Issues the CRL.
    ///
    /// # Errors
    /// Those of `signer`, and [`Error`] if a part is not one that a CRL can have.
    pub fn sign<S: Signer>(&self, signer: &S) -> Result<CertificateList, S::Error> {
        let algorithm = signer.algorithm()?.to_der()?;
        let tbs = self.to_tbs(&algorithm)?;
        let signature = signer.sign(&tbs)?;
        Ok(CertificateList::from_der(&signed(&tbs, &algorithm, &signature)?)?)
    }

    /// The part that is signed, in DER, with the algorithm that will sign it, in DER.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it does not fit into memory.
    pub fn to_tbs(&self, algorithm: &[u8]) -> Result<Vec<u8>> {
        sequence(|writer| {
            writer.write_element(&VERSION_2)?;
            write_raw(writer, algorithm)?;
            writer.write_element(&self.issuer)?;
            writer.write_element(&self.this_update)?;
            writer.write_element(&self.next_update)?;
            if !self.entries.is_empty() {
                writer.write_tlv(SEQUENCE, Some(self.entries.len()), |dest| dest.push_slice(self.entries))?;
            }
            write_extensions(writer, 0, self.extensions)
        })
    }
}

const VERSION_2: u8 = 1;
