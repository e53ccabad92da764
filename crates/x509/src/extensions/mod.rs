//! Extensions of certificates, requests, CRLs and OCSP (RFC 5280 §4.2 and §5.2, RFC 6960 §4.4): as
//! they stand, and as what they mean.

mod admissions;
mod constraints;
mod distribution;
mod identifiers;
mod policies;
mod usage;

use std::collections::BTreeSet;

use asn1::{Enumerated, SimpleAsn1Readable as _, Tlv};
use ironlatch_core::oid::{self, ObjectIdentifier};

use crate::der::{BOOLEAN, Elements, List, Natural, OCTET_STRING, SEQUENCE, check_oid, expect};
use crate::error::{At, Error, Result};
use crate::general_names::{self, GeneralNames};
use crate::sct::{self, LogEntryType, SctList};
use crate::time::GeneralizedTime;

pub use admissions::{Admission, Admissions, NamingAuthority, ProfessionInfo};
pub use constraints::{BasicConstraints, NameConstraints, PolicyConstraints, Subtree};
pub use distribution::{DistributionPoint, DistributionPointName, IssuingDistributionPoint};
pub use identifiers::{AccessDescription, AuthorityKeyIdentifier, CertificateTemplate, key_identifier};
pub use policies::{DisplayText, NoticeReference, PolicyInformation, PolicyQualifier, Qualifier, UserNotice};
pub use usage::{ExtendedKeyUsage, KeyUsage, PrivateKeyUsagePeriod};

/// The extensions of an object, found to be well formed. What they mean is not looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Extensions<'a> {
    contents: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// Reads a list of extensions.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is none.
    pub fn from_der(der: &'a [u8]) -> Result<Self> {
        let list: Tlv<'a> = asn1::parse_single(der)?;
        expect(&list, SEQUENCE)?;
        Self::from_contents(list.data())
    }

    fn from_contents(contents: &'a [u8]) -> Result<Self> {
        asn1::parse(contents, |parser| {
            let mut index = 0;
            while !parser.is_empty() {
                check(&parser.read_element()?).at_index(index)?;
                index += 1;
            }
            Ok::<_, Error>(())
        })?;
        Ok(Self { contents })
    }

    /// The extensions that `der`, which was found to be a list of them before, holds.
    pub(crate) fn checked(der: &'a [u8]) -> Self {
        Self { contents: asn1::strip_tlv(der).map_or(&[][..], |(list, _)| list.data()) }
    }

    /// The octets of the list without its tag and length.
    pub(crate) fn contents(&self) -> &'a [u8] {
        self.contents
    }

    /// The extensions in `contents`, which were found to be well formed before.
    pub(crate) fn checked_contents(contents: &'a [u8]) -> Self {
        Self { contents }
    }

    /// The extensions in their order.
    pub fn iter(&self) -> impl Iterator<Item = Extension<'a>> + use<'a> {
        Elements(self.contents).filter_map(|extension| Extension::checked(extension.data()))
    }

    /// The first extension with this identifier.
    #[must_use]
    pub fn get(&self, oid: &ObjectIdentifier) -> Option<Extension<'a>> {
        // The identifier comes first, so most extensions are told apart by a glance.
        let found = Elements(self.contents)
            .find(|extension| Elements(extension.data()).next().is_some_and(|first| first.data() == oid.as_octets()))?;
        Extension::checked(found.data())
    }

    /// Fails if an extension is there twice (RFC 5280 §4.2).
    ///
    /// # Errors
    /// [`Error::DuplicateExtension`].
    pub fn check_unique(&self) -> Result<()> {
        let identifiers = || Elements(self.contents).filter_map(|extension| Elements(extension.data()).next());
        let mut sorted: Vec<&[u8]> = identifiers().map(|oid| oid.data()).collect();
        sorted.sort_unstable();
        if sorted.windows(2).all(|pair| pair[0] != pair[1]) {
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        for oid in identifiers() {
            if !seen.insert(oid.data()) {
                return Err(Error::DuplicateExtension { oid: ObjectIdentifier::parse_data(oid.data())? });
            }
        }
        Ok(())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }
}

#[doc(hidden)]
impl<'a> asn1::SimpleAsn1Readable<'a> for Extensions<'a> {
    const TAG: asn1::Tag = SEQUENCE;

    fn parse_data(data: &'a [u8]) -> asn1::ParseResult<Self> {
        Self::from_contents(data).map_err(crate::names::parse_error)
    }
}

#[doc(hidden)]
impl asn1::SimpleAsn1Writable for Extensions<'_> {
    type Error = asn1::WriteError;
    const TAG: asn1::Tag = SEQUENCE;

    fn write_data(&self, dest: &mut asn1::WriteBuf) -> asn1::WriteResult {
        dest.push_slice(self.contents)
    }

    fn data_length(&self) -> Option<usize> {
        Some(self.contents.len())
    }
}

/// Fails unless `extension` is an identifier, perhaps TRUE, and an OCTET STRING.
fn check(extension: &Tlv<'_>) -> Result<()> {
    expect(extension, SEQUENCE)?;
    asn1::parse(extension.data(), |parser| {
        let oid: Tlv<'_> = parser.read_element().at("extnID")?;
        check_oid(&oid).at("extnID")?;
        if parser.peek_tag() == Some(BOOLEAN) {
            let critical: Tlv<'_> = parser.read_element().at("critical")?;
            check_critical(&critical).at("critical")?;
        }
        parser.read_element::<&[u8]>().at("extnValue").map(drop)
    })
}

fn check_critical(critical: &Tlv<'_>) -> asn1::ParseResult<()> {
    // DER leaves out what is the default.
    let default = || asn1::ParseError::new(asn1::ParseErrorKind::EncodedDefault);
    critical.parse::<bool>()?.then_some(()).ok_or_else(default)
}

/// An extension as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Extension<'a> {
    /// Which extension.
    pub oid: ObjectIdentifier,
    /// Whether those who do not know it must refuse the object.
    pub critical: bool,
    /// Its value in DER.
    pub value: &'a [u8],
}

impl<'a> Extension<'a> {
    fn checked(contents: &'a [u8]) -> Option<Self> {
        let mut parts = Elements(contents);
        let oid = ObjectIdentifier::parse_data(parts.next()?.data()).ok()?;
        let second = parts.next()?;
        let (critical, value) = match second.tag() {
            OCTET_STRING => (false, second),
            _ => (second.data() != [0], parts.next()?),
        };
        Some(Self { oid, critical, value: value.data() })
    }

    /// Parses the value, like its place asks.
    ///
    /// # Errors
    /// [`Error::Malformed`] if its value is not of its form.
    pub fn parse(&self, place: Place) -> Result<ExtensionValue<'a>> {
        ExtensionValue::parse(&self.oid, self.value, place)
    }

    /// Parses the value as a type that the caller knows it to be of.
    ///
    /// # Errors
    /// [`Error::Malformed`] if its value is not of its form.
    #[doc(hidden)] // For the crate of containers.
    pub fn parse_as<T: asn1::Asn1Readable<'a>>(&self) -> Result<T> {
        Ok(asn1::parse_single(self.value)?)
    }
}

/// In what an extension stands. The same identifier can mean nothing elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A certificate.
    Certificate,
    /// A request for a certificate.
    Request,
    /// A CRL.
    Crl,
    /// An entry of a CRL.
    CrlEntry,
    /// An OCSP request, or a single request in it.
    OcspRequest,
    /// An OCSP response.
    OcspResponse,
    /// A single response in an OCSP response.
    OcspSingleResponse,
}

/// The value of an extension, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs)] // Each is named as its standard names it.
pub enum ExtensionValue<'a> {
    SubjectKeyIdentifier(&'a [u8]),
    AuthorityKeyIdentifier(AuthorityKeyIdentifier<'a>),
    KeyUsage(KeyUsage),
    ExtendedKeyUsage(ExtendedKeyUsage),
    PrivateKeyUsagePeriod(PrivateKeyUsagePeriod),
    SubjectAlternativeName(GeneralNames<'a>),
    IssuerAlternativeName(GeneralNames<'a>),
    BasicConstraints(BasicConstraints),
    NameConstraints(NameConstraints<'a>),
    CertificatePolicies(List<PolicyInformation<'a>>),
    PolicyConstraints(PolicyConstraints),
    InhibitAnyPolicy(Natural<'a>),
    CrlDistributionPoints(List<DistributionPoint<'a>>),
    FreshestCrl(List<DistributionPoint<'a>>),
    AuthorityInformationAccess(List<AccessDescription<'a>>),
    SubjectInformationAccess(List<AccessDescription<'a>>),
    TlsFeature(List<u64>),
    OcspNoCheck,
    PrecertificatePoison,
    PrecertificateSignedCertificateTimestamps(SctList<'a>),
    SignedCertificateTimestamps(SctList<'a>),
    CertificateTemplate(CertificateTemplate),
    Admissions(Admissions<'a>),
    CrlNumber(Natural<'a>),
    DeltaCrlIndicator(Natural<'a>),
    IssuingDistributionPoint(IssuingDistributionPoint<'a>),
    CrlReason(u32),
    InvalidityDate(GeneralizedTime),
    CertificateIssuer(GeneralNames<'a>),
    OcspNonce(&'a [u8]),
    OcspAcceptableResponses(List<ObjectIdentifier>),
    /// One that is not known, or not in that place.
    Unrecognized,
}

impl<'a> ExtensionValue<'a> {
    fn parse(oid: &ObjectIdentifier, der: &'a [u8], place: Place) -> Result<Self> {
        match place {
            Place::Certificate => match *oid {
                oid::PRECERTIFICATE_POISON => {
                    asn1::parse_single::<()>(der).at("poison").map(|()| Self::PrecertificatePoison)
                }
                oid::PRECERTIFICATE_SCT_LIST => {
                    sct::list(asn1::parse_single(der).at("sctList")?, LogEntryType::Precertificate)
                        .at("sctList")
                        .map(Self::PrecertificateSignedCertificateTimestamps)
                }
                _ => Self::of_certificate(oid, der),
            },
            Place::Request => Self::of_certificate(oid, der),
            Place::Crl => Self::of_crl(oid, der),
            Place::CrlEntry => Self::of_crl_entry(oid, der),
            Place::OcspRequest => match *oid {
                // RFC 2560 left the nonce's form open, and some wrote its octets as they are.
                oid::OCSP_NONCE => Ok(Self::OcspNonce(asn1::parse_single(der).unwrap_or(der))),
                oid::OCSP_ACCEPTABLE_RESPONSES => {
                    Ok(Self::OcspAcceptableResponses(asn1::parse_single(der).at("acceptableResponses")?))
                }
                _ => Ok(Self::Unrecognized),
            },
            Place::OcspResponse => match *oid {
                // RFC 2560 left the nonce's form open, and some wrote its octets as they are.
                oid::OCSP_NONCE => Ok(Self::OcspNonce(asn1::parse_single(der).unwrap_or(der))),
                _ => Ok(Self::Unrecognized),
            },
            Place::OcspSingleResponse => match *oid {
                oid::SCT_LIST => sct::list(asn1::parse_single(der).at("sctList")?, LogEntryType::Certificate)
                    .at("sctList")
                    .map(Self::SignedCertificateTimestamps),
                _ => Self::of_crl_entry(oid, der),
            },
        }
    }

    fn of_certificate(oid: &ObjectIdentifier, der: &'a [u8]) -> Result<Self> {
        Ok(match *oid {
            oid::SUBJECT_ALTERNATIVE_NAME => {
                Self::SubjectAlternativeName(general_names::list(der).at("subjectAltName")?)
            }
            oid::ISSUER_ALTERNATIVE_NAME => Self::IssuerAlternativeName(general_names::list(der).at("issuerAltName")?),
            oid::SUBJECT_KEY_IDENTIFIER => {
                Self::SubjectKeyIdentifier(asn1::parse_single(der).at("subjectKeyIdentifier")?)
            }
            oid::AUTHORITY_KEY_IDENTIFIER => {
                Self::AuthorityKeyIdentifier(asn1::parse_single(der).at("authorityKeyIdentifier")?)
            }
            oid::KEY_USAGE => Self::KeyUsage(asn1::parse_single(der).at("keyUsage")?),
            oid::EXTENDED_KEY_USAGE => Self::ExtendedKeyUsage(asn1::parse_single(der).at("extKeyUsage")?),
            oid::PRIVATE_KEY_USAGE_PERIOD => {
                Self::PrivateKeyUsagePeriod(asn1::parse_single(der).at("privateKeyUsagePeriod")?)
            }
            oid::BASIC_CONSTRAINTS => Self::BasicConstraints(asn1::parse_single(der).at("basicConstraints")?),
            oid::NAME_CONSTRAINTS => Self::NameConstraints(asn1::parse_single(der).at("nameConstraints")?),
            oid::CERTIFICATE_POLICIES => {
                let policies: List<PolicyInformation<'a>> = asn1::parse_single(der).at("certificatePolicies")?;
                policies::check(&policies).at("certificatePolicies")?;
                Self::CertificatePolicies(policies)
            }
            oid::POLICY_CONSTRAINTS => Self::PolicyConstraints(asn1::parse_single(der).at("policyConstraints")?),
            oid::INHIBIT_ANY_POLICY => Self::InhibitAnyPolicy(asn1::parse_single(der).at("inhibitAnyPolicy")?),
            oid::CRL_DISTRIBUTION_POINTS => {
                Self::CrlDistributionPoints(asn1::parse_single(der).at("cRLDistributionPoints")?)
            }
            oid::FRESHEST_CRL => Self::FreshestCrl(asn1::parse_single(der).at("freshestCRL")?),
            oid::AUTHORITY_INFORMATION_ACCESS => {
                Self::AuthorityInformationAccess(asn1::parse_single(der).at("authorityInfoAccess")?)
            }
            oid::SUBJECT_INFORMATION_ACCESS => {
                Self::SubjectInformationAccess(asn1::parse_single(der).at("subjectInfoAccess")?)
            }
            oid::TLS_FEATURE => Self::TlsFeature(asn1::parse_single(der).at("tlsFeature")?),
            oid::OCSP_NO_CHECK => {
                asn1::parse_single::<()>(der).at("ocspNoCheck")?;
                Self::OcspNoCheck
            }
            oid::MS_CERTIFICATE_TEMPLATE => {
                Self::CertificateTemplate(asn1::parse_single(der).at("certificateTemplate")?)
            }
            oid::ADMISSIONS => Self::Admissions(asn1::parse_single(der).at("admissions")?),
            _ => Self::Unrecognized,
        })
    }

    fn of_crl(oid: &ObjectIdentifier, der: &'a [u8]) -> Result<Self> {
        Ok(match *oid {
            oid::CRL_NUMBER => Self::CrlNumber(asn1::parse_single(der).at("cRLNumber")?),
            oid::DELTA_CRL_INDICATOR => Self::DeltaCrlIndicator(asn1::parse_single(der).at("deltaCRLIndicator")?),
            oid::ISSUING_DISTRIBUTION_POINT => {
                Self::IssuingDistributionPoint(asn1::parse_single(der).at("issuingDistributionPoint")?)
            }
            oid::ISSUER_ALTERNATIVE_NAME
            | oid::AUTHORITY_INFORMATION_ACCESS
            | oid::AUTHORITY_KEY_IDENTIFIER
            | oid::FRESHEST_CRL => Self::of_certificate(oid, der)?,
            _ => Self::Unrecognized,
        })
    }

    fn of_crl_entry(oid: &ObjectIdentifier, der: &'a [u8]) -> Result<Self> {
        Ok(match *oid {
            oid::CRL_REASON => Self::CrlReason(asn1::parse_single::<Enumerated>(der).at("cRLReason")?.value()),
            oid::INVALIDITY_DATE => Self::InvalidityDate(asn1::parse_single(der).at("invalidityDate")?),
            oid::CERTIFICATE_ISSUER => Self::CertificateIssuer(general_names::list(der).at("certificateIssuer")?),
            _ => Self::Unrecognized,
        })
    }

    /// The value in DER.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] for [`Unrecognized`](Self::Unrecognized), and if it does not fit
    /// into memory.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        Ok(match self {
            Self::SubjectKeyIdentifier(octets) | Self::OcspNonce(octets) => asn1::write_single(octets)?,
            Self::AuthorityKeyIdentifier(value) => asn1::write_single(value)?,
            Self::KeyUsage(value) => asn1::write_single(value)?,
            Self::ExtendedKeyUsage(value) => asn1::write_single(&value.0)?,
            Self::PrivateKeyUsagePeriod(value) => asn1::write_single(value)?,
            Self::SubjectAlternativeName(names)
            | Self::IssuerAlternativeName(names)
            | Self::CertificateIssuer(names) => asn1::write_single(names)?,
            Self::BasicConstraints(value) => asn1::write_single(value)?,
            Self::NameConstraints(value) => asn1::write_single(value)?,
            Self::CertificatePolicies(value) => asn1::write_single(value)?,
            Self::PolicyConstraints(value) => asn1::write_single(value)?,
            Self::InhibitAnyPolicy(number) | Self::CrlNumber(number) | Self::DeltaCrlIndicator(number) => {
                asn1::write_single(number)?
            }
            Self::CrlDistributionPoints(points) | Self::FreshestCrl(points) => asn1::write_single(points)?,
            Self::AuthorityInformationAccess(list) | Self::SubjectInformationAccess(list) => asn1::write_single(list)?,
            Self::TlsFeature(features) => asn1::write_single(features)?,
            Self::OcspNoCheck | Self::PrecertificatePoison => asn1::write_single(&())?,
            Self::PrecertificateSignedCertificateTimestamps(list) | Self::SignedCertificateTimestamps(list) => {
                asn1::write_single(&list.to_bytes()?.as_slice())?
            }
            Self::CertificateTemplate(value) => asn1::write_single(value)?,
            Self::Admissions(value) => asn1::write_single(value)?,
            Self::IssuingDistributionPoint(value) => asn1::write_single(value)?,
            Self::CrlReason(code) => asn1::write_single(&Enumerated::new(*code))?,
            Self::InvalidityDate(time) => asn1::write_single(time)?,
            Self::OcspAcceptableResponses(oids) => asn1::write_single(oids)?,
            Self::Unrecognized => return Err(Error::value("an extension that is not known cannot be written")),
        })
    }
}
