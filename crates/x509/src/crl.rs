//! Lists of revoked certificates (RFC 5280 §5).

use core::fmt;
use core::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use asn1::{BigInt, BitString, Tlv};
use ironlatch_core::keys::PublicKey;

use crate::algorithms::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::certificate::{check_algorithm, extensions};
use crate::der::{SEQUENCE, Span, check_input, expect, explain, range};
use crate::error::{At, Error, Kind, Result};
use crate::extensions::Extensions;
use crate::names::Name;
use crate::pem;
use crate::serial_index::{SerialIndex, raw_entries};
use crate::time::Time;
use crate::tolerant::{Original, Regular, Shape, Tolerant, der_of, regular};

/// A list of revoked certificates, held as its DER. What it says is not verified.
///
/// Reading does not look at the entries: each is looked at when one comes to it. The first question
/// about a serial number makes an index of some ten bytes an entry, which answers the next ones
/// without a search. A copy shares the bytes and the indices with the original.
#[derive(Clone)]
pub struct CertificateList(Arc<Inner>);

struct Inner {
    der: Box<[u8]>,
    /// The DER as it came, if it had to be made regular to be read.
    original: Option<Original>,
    outline: Outline,
    offsets: OnceLock<Box<[u32]>>,
    serials: OnceLock<SerialIndex>,
}

/// Where the parts of a list stand in its DER, and the values of those that are small.
struct Outline {
    tbs: Span,
    version: u8,
    inner_algorithm: Span,
    issuer: Span,
    this_update: Time,
    next_update: Option<Time>,
    entries: Span,
    extensions: Option<Span>,
    algorithm: Span,
    signature: Span,
}

impl CertificateList {
    /// Reads a list in DER, and nothing after it.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the place of the fault, [`Error::InvalidVersion`],
    /// [`Error::AlgorithmMismatch`], or [`Error::WrongKind`] for a sound object of another kind.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        Self::read(der, None)
    }

    /// Reads a list in DER or in PEM text like [`from_der`](Self::from_der), but takes the
    /// deviations that [`Certificate::read_tolerant`](crate::Certificate::read_tolerant) takes.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der).
    pub fn read_tolerant(data: &[u8]) -> Result<Tolerant<Self>> {
        let (der, _) = der_of(data, is_label, "there is no revocation list in the PEM text")?;
        let Regular { der, original, deviations } = regular(&der, Shape::Crl);
        Ok(Tolerant { value: Self::read(&der, original)?, deviations })
    }

    fn read(der: &[u8], original: Option<Original>) -> Result<Self> {
        check_input(der, Kind::Crl)?;
        let outline = Outline::read(der).map_err(|error| explain(error, der, Kind::Crl))?;
        if outline.version != 1 {
            return Err(Error::InvalidVersion { kind: Kind::Crl, version: outline.version });
        }
        if outline.inner_algorithm.of(der) != outline.algorithm.of(der) {
            return Err(Error::AlgorithmMismatch(Kind::Crl));
        }
        let der = der.into();
        Ok(Self(Arc::new(Inner { der, original, outline, offsets: OnceLock::new(), serials: OnceLock::new() })))
    }

    /// Reads the first list in PEM text.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der), and [`Error::Core`] if there is none.
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let missing = "Valid PEM but no BEGIN X509 CRL/END X509 delimiters. Are you sure this is a CRL?";
        Self::from_der(&pem::find(text, is_label, missing)?)
    }

    /// The list in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        self.0.original.as_ref().map_or(&self.0.der, |original| &original.der)
    }

    /// The list as a PEM block.
    #[must_use]
    pub fn to_pem(&self) -> Vec<u8> {
        pem::encode("X509 CRL", self.as_der())
    }

    /// The part that is signed, in DER.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.0.original.as_ref().map_or_else(|| self.0.outline.tbs.of(&self.0.der), Original::signed)
    }

    /// The issuer's name.
    #[must_use]
    pub fn issuer(&self) -> Name<'_> {
        Name::checked(self.0.outline.issuer.of(&self.0.der))
    }

    /// When it was issued.
    #[must_use]
    pub fn this_update(&self) -> Time {
        self.0.outline.this_update
    }

    /// When the next one will have been issued, if it says so.
    #[must_use]
    pub fn next_update(&self) -> Option<Time> {
        self.0.outline.next_update
    }

    /// The extensions of the list as a whole.
    #[must_use]
    pub fn extensions(&self) -> Extensions<'_> {
        self.0.outline.extensions.map_or(Extensions::default(), |span| Extensions::checked(span.of(&self.0.der)))
    }

    /// The entries in their order. The first that is malformed ends them with its error.
    #[must_use]
    pub fn entries(&self) -> Entries<'_> {
        Entries { contents: self.contents(), offset: 0, index: 0 }
    }

    /// How many entries there are. Counts them the first time.
    ///
    /// # Errors
    /// [`Error::Malformed`] if an entry is no element of DER.
    pub fn len(&self) -> Result<usize> {
        self.offsets().map(<[u32]>::len)
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.contents().is_empty()
    }

    /// The entry at `index`, from 0. Makes an index of four bytes an entry the first time.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the entry is.
    pub fn get(&self, index: usize) -> Result<Option<RevokedCertificate<'_>>> {
        let Some(&offset) = self.offsets()?.get(index) else { return Ok(None) };
        self.entry_at(offset).at_index(index).at("tbsCertList.revokedCertificates").map(Some)
    }

    /// The entry of this list that has the outline.
    #[must_use]
    pub fn outlined(&self, outline: &EntryOutline) -> RevokedCertificate<'_> {
        RevokedCertificate::from_outline(self.contents(), outline)
    }

    fn entry_at(&self, offset: u32) -> Result<RevokedCertificate<'_>> {
        RevokedCertificate::read(self.contents(), offset)
    }

    /// The first entry with a serial number, given as the octets of its INTEGER.
    ///
    /// # Errors
    /// [`Error::Malformed`] if an entry is no element of DER, or the one that is found is
    /// malformed.
    pub fn find(&self, serial: &[u8]) -> Result<Option<RevokedCertificate<'_>>> {
        let index = match self.0.serials.get() {
            Some(index) => index,
            None => {
                let index = SerialIndex::new(self.contents())?;
                self.0.serials.get_or_init(|| index)
            }
        };
        index.find(self.contents(), serial).map(|offset| self.entry_at(offset)).transpose()
    }

    /// The identifier of the signature's algorithm.
    ///
    /// # Errors
    /// None for lists that were read: they were looked at.
    pub fn signature_algorithm_identifier(&self) -> Result<AlgorithmIdentifier<'_>> {
        Ok(asn1::parse_single(self.0.outline.algorithm.of(&self.0.der))?)
    }

    /// The algorithm of the signature.
    ///
    /// # Errors
    /// As [`SignatureAlgorithm::from_identifier`].
    pub fn signature_algorithm(&self) -> Result<SignatureAlgorithm> {
        SignatureAlgorithm::from_identifier(&self.signature_algorithm_identifier()?)
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.0.outline.signature.of(&self.0.der)
    }

    /// Fails unless `key` made the signature.
    ///
    /// # Errors
    /// As [`SignatureAlgorithm::verify`].
    pub fn verify_signature(&self, key: &PublicKey) -> Result<()> {
        self.signature_algorithm()?.verify(key, self.tbs(), self.signature())
    }

    fn contents(&self) -> &[u8] {
        self.0.outline.entries.of(&self.0.der)
    }

    fn offsets(&self) -> Result<&[u32]> {
        if let Some(offsets) = self.0.offsets.get() {
            return Ok(offsets);
        }
        let offsets: Result<Vec<u32>> = raw_entries(self.contents()).map(|entry| Ok(entry?.0)).collect();
        let offsets = offsets.at("tbsCertList.revokedCertificates")?;
        Ok(self.0.offsets.get_or_init(|| offsets.into()))
    }
}

impl PartialEq for CertificateList {
    fn eq(&self, other: &Self) -> bool {
        self.as_der() == other.as_der()
    }
}

impl Eq for CertificateList {}

impl Hash for CertificateList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_der().hash(state);
    }
}

impl fmt::Debug for CertificateList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateList({}, {})", self.issuer(), self.this_update())
    }
}

/// Whether a PEM block of this label holds a list of revoked certificates.
#[must_use]
pub fn is_label(label: &[u8]) -> bool {
    label == b"X509 CRL"
}

/// The entries of a list, in their order.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    contents: &'a [u8],
    offset: u32,
    index: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<RevokedCertificate<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.offset as usize >= self.contents.len() {
            return None;
        }
        let entry = RevokedCertificate::read(self.contents, self.offset).at_index(self.index);
        self.index += 1;
        self.offset = entry.as_ref().map_or(u32::MAX, |entry| entry.end());
        Some(entry.at("tbsCertList.revokedCertificates"))
    }
}

/// An entry of a list: a certificate that is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedCertificate<'a> {
    der: &'a [u8],
    offset: u32,
    serial: &'a [u8],
    revocation_date: Time,
    extensions: Extensions<'a>,
}

impl<'a> RevokedCertificate<'a> {
    fn read(contents: &'a [u8], offset: u32) -> Result<Self> {
        let (entry, _) = asn1::strip_tlv(contents.get(offset as usize..).unwrap_or(&[]))?;
        expect(&entry, SEQUENCE)?;
        asn1::parse(entry.data(), |parser| {
            let serial: BigInt<'a> = parser.read_element().at("userCertificate")?;
            let revocation_date = parser.read_element().at("revocationDate")?;
            let extensions: Option<Extensions<'a>> = parser.read_element().at("crlEntryExtensions")?;
            Ok(Self {
                der: entry.full_data(),
                offset,
                serial: serial.as_bytes(),
                revocation_date,
                extensions: extensions.unwrap_or_default(),
            })
        })
    }

    /// Reads an entry by itself.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is none.
    pub fn from_der(der: &'a [u8]) -> Result<Self> {
        asn1::parse_single::<Tlv<'a>>(der)?;
        Self::read(der, 0)
    }

    /// Where the parts of the entry stand in its DER, to find it again with
    /// [`from_outline`](Self::from_outline).
    #[must_use]
    pub fn outline(&self) -> EntryOutline {
        let extensions = self.extensions.contents();
        EntryOutline {
            offset: self.offset,
            end: self.end(),
            serial: range(self.der, self.serial),
            revocation_date: self.revocation_date,
            extensions: if extensions.is_empty() { Span::default() } else { range(self.der, extensions) },
        }
    }

    /// The entry of that outline, without parsing it again. `contents` are the entry alone, or the
    /// list that it stands in: see [`CertificateList::outlined`].
    #[must_use]
    pub fn from_outline(contents: &'a [u8], outline: &EntryOutline) -> Self {
        let der = contents.get(outline.offset as usize..outline.end as usize).unwrap_or(&[]);
        Self {
            der,
            offset: outline.offset,
            serial: outline.serial.within(der),
            revocation_date: outline.revocation_date,
            extensions: Extensions::checked_contents(outline.extensions.within(der)),
        }
    }

    /// The entry in DER.
    #[must_use]
    pub fn as_der(&self) -> &'a [u8] {
        self.der
    }

    /// Where the entry begins, in bytes behind the first one's beginning.
    #[must_use]
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// Where the entry ends, and the next one begins.
    #[must_use]
    pub fn end(&self) -> u32 {
        // All of the list is less than 4 GiB.
        self.offset.saturating_add(u32::try_from(self.der.len()).unwrap_or(u32::MAX))
    }

    /// The serial number of the certificate as the octets of its INTEGER.
    #[must_use]
    pub fn serial(&self) -> &'a [u8] {
        self.serial
    }

    /// When it was revoked.
    #[must_use]
    pub fn revocation_date(&self) -> Time {
        self.revocation_date
    }

    /// The extensions of the entry.
    #[must_use]
    pub fn extensions(&self) -> Extensions<'a> {
        self.extensions
    }
}

/// Where the parts of an entry stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryOutline {
    offset: u32,
    end: u32,
    serial: Span,
    revocation_date: Time,
    extensions: Span,
}

impl Outline {
    fn read(der: &[u8]) -> Result<Self> {
        let outer: Tlv<'_> = asn1::parse_single(der)?;
        expect(&outer, SEQUENCE)?;
        asn1::parse(outer.data(), |parser| {
            let tbs: Tlv<'_> = parser.read_element().at("tbsCertList")?;
            let read = Self::read_tbs(&tbs, der).at("tbsCertList")?;
            let algorithm: Tlv<'_> = parser.read_element().at("signatureAlgorithm")?;
            check_algorithm(&algorithm).at("signatureAlgorithm")?;
            let signature: BitString<'_> = parser.read_element().at("signatureValue")?;
            Ok(Self {
                algorithm: range(der, algorithm.full_data()),
                signature: range(der, signature.as_bytes()),
                ..read
            })
        })
    }

    fn read_tbs(tbs: &Tlv<'_>, der: &[u8]) -> Result<Self> {
        expect(tbs, SEQUENCE)?;
        asn1::parse(tbs.data(), |parser| {
            let version: Option<u8> = parser.read_element().at("version")?;
            let algorithm: Tlv<'_> = parser.read_element().at("signature")?;
            check_algorithm(&algorithm).at("signature")?;
            let issuer = Name::check(&parser.read_element().at("issuer")?).at("issuer")?;
            let this_update = parser.read_element().at("thisUpdate")?;
            let next_update = parser.read_element().at("nextUpdate")?;
            let entries = match parser.peek_tag() {
                Some(SEQUENCE) => parser.read_element::<Tlv<'_>>().at("revokedCertificates")?.data(),
                _ => &[],
            };
            let extensions = extensions(parser, 0).at("crlExtensions")?;
            Ok(Self {
                tbs: range(der, tbs.full_data()),
                version: version.unwrap_or(1),
                inner_algorithm: range(der, algorithm.full_data()),
                issuer: range(der, issuer.as_der()),
                this_update,
                next_update,
                entries: if entries.is_empty() { Span::default() } else { range(der, entries) },
                extensions: extensions.map(|list| range(der, list)),
                algorithm: Span::default(),
                signature: Span::default(),
            })
        })
    }
}
