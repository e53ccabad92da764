//! Extensions from objects of the Python classes to DER.

use ironlatch::x509::ObjectIdentifier;
use ironlatch::x509::building::NewExtension;
use ironlatch::x509::der::{Ia5String, Integer, List, NamedBits, Natural, PrintableString};
use ironlatch::x509::extensions::{
    AccessDescription, Admission, Admissions, AuthorityKeyIdentifier, BasicConstraints, CertificateTemplate,
    DisplayText, DistributionPoint, DistributionPointName, ExtendedKeyUsage, ExtensionValue, IssuingDistributionPoint,
    KeyUsage, NameConstraints, NamingAuthority, NoticeReference, PolicyConstraints, PolicyInformation,
    PrivateKeyUsagePeriod, ProfessionInfo, Qualifier, Subtree, UserNotice,
};
use ironlatch::x509::sct::SctList;
use ironlatch::x509::time::GeneralizedTime;
use pyo3::exceptions::{PyNotImplementedError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::PyBytes;

use super::*;
use crate::errors::CallResult;
use crate::keys::oid::oid_of;
use crate::x509::certificate_transparency::SignedCertificateTimestamp;
use crate::x509::general_name::Owned;
use crate::x509::integers::unsigned_octets;
use crate::x509::name::relative_name_of;
use crate::x509::times::time;

type Object<'py> = Bound<'py, PyAny>;

/// The extensions of a builder: objects of the Python class `Extension`.
pub(crate) fn extension_list(extensions: &Object<'_>) -> CallResult<Vec<NewExtension<'static>>> {
    let py = extensions.py();
    let encode = |extension: Object<'_>| {
        let value = EXTENSION.field(&extension, 2)?.call_method0(intern!(py, "public_bytes"))?;
        let value = value.cast_into::<PyBytes>().map_err(PyErr::from)?.as_bytes().to_vec();
        Ok(NewExtension {
            oid: oid_of(&EXTENSION.field(&extension, 0)?)?,
            critical: EXTENSION.field(&extension, 1)?.extract()?,
            value: value.into(),
        })
    };
    extensions.try_iter()?.map(|extension| encode(extension?)).collect()
}

/// The value of an extension of one of the classes in `ironlatch.x509.extensions`, in DER.
#[pyfunction]
pub(crate) fn encode_extension<'py>(extension: &Object<'py>) -> CallResult<Bound<'py, PyBytes>> {
    let py = extension.py();
    Ok(PyBytes::new(py, &encode(extension, &oid_of(&extension.getattr(intern!(py, "oid"))?)?)?))
}

#[allow(clippy::redundant_closure)] // A variant's own function is not one for any lifetime.
fn encode(value: &Object<'_>, oid: &ObjectIdentifier) -> CallResult<Vec<u8>> {
    use ironlatch::oid;
    match *oid {
        oid::SUBJECT_ALTERNATIVE_NAME => {
            names(&SUBJECT_ALTERNATIVE_NAME, value, |names| ExtensionValue::SubjectAlternativeName(names))
        }
        oid::ISSUER_ALTERNATIVE_NAME => {
            names(&ISSUER_ALTERNATIVE_NAME, value, |names| ExtensionValue::IssuerAlternativeName(names))
        }
        oid::CERTIFICATE_ISSUER => names(&CERTIFICATE_ISSUER, value, |names| ExtensionValue::CertificateIssuer(names)),
        oid::BASIC_CONSTRAINTS => basic_constraints(value),
        oid::KEY_USAGE => key_usage(value),
        oid::EXTENDED_KEY_USAGE => {
            written(&ExtensionValue::ExtendedKeyUsage(ExtendedKeyUsage(oids_of(&EXTENDED_KEY_USAGE.field(value, 0)?)?)))
        }
        oid::SUBJECT_KEY_IDENTIFIER => {
            octets(&SUBJECT_KEY_IDENTIFIER.field(value, 0)?, |octets| ExtensionValue::SubjectKeyIdentifier(octets))
        }
        oid::AUTHORITY_KEY_IDENTIFIER => authority_key_identifier(value),
        oid::PRIVATE_KEY_USAGE_PERIOD => private_key_usage_period(value),
        oid::NAME_CONSTRAINTS => name_constraints(value),
        oid::CERTIFICATE_POLICIES => certificate_policies(value),
        oid::POLICY_CONSTRAINTS => policy_constraints(value),
        oid::INHIBIT_ANY_POLICY => {
            number(&INHIBIT_ANY_POLICY.field(value, 0)?, |number| ExtensionValue::InhibitAnyPolicy(number))
        }
        oid::CRL_NUMBER => number(&CRL_NUMBER.field(value, 0)?, |number| ExtensionValue::CrlNumber(number)),
        oid::DELTA_CRL_INDICATOR => {
            number(&DELTA_CRL_INDICATOR.field(value, 0)?, |number| ExtensionValue::DeltaCrlIndicator(number))
        }
        oid::CRL_DISTRIBUTION_POINTS => {
            points(&CRL_DISTRIBUTION_POINTS.field(value, 0)?, |points| ExtensionValue::CrlDistributionPoints(points))
        }
        oid::FRESHEST_CRL => points(&FRESHEST_CRL.field(value, 0)?, |points| ExtensionValue::FreshestCrl(points)),
        oid::ISSUING_DISTRIBUTION_POINT => issuing_distribution_point(value),
        oid::AUTHORITY_INFORMATION_ACCESS => descriptions(&AUTHORITY_INFORMATION_ACCESS.field(value, 0)?, |list| {
            ExtensionValue::AuthorityInformationAccess(list)
        }),
        oid::SUBJECT_INFORMATION_ACCESS => descriptions(&SUBJECT_INFORMATION_ACCESS.field(value, 0)?, |list| {
            ExtensionValue::SubjectInformationAccess(list)
        }),
        oid::TLS_FEATURE => {
            let number = |feature: Object<'_>| Ok(feature.getattr(intern!(value.py(), "value"))?.extract()?);
            written(&ExtensionValue::TlsFeature(List(each(&TLS_FEATURE.field(value, 0)?, number)?)))
        }
        oid::OCSP_NO_CHECK => written(&ExtensionValue::OcspNoCheck),
        oid::PRECERTIFICATE_POISON => written(&ExtensionValue::PrecertificatePoison),
        oid::OCSP_NONCE => octets(&OCSP_NONCE.field(value, 0)?, |octets| ExtensionValue::OcspNonce(octets)),
        oid::OCSP_ACCEPTABLE_RESPONSES => {
            written(&ExtensionValue::OcspAcceptableResponses(oids_of(&OCSP_ACCEPTABLE_RESPONSES.field(value, 0)?)?))
        }
        oid::PRECERTIFICATE_SCT_LIST => timestamps(&PRECERT_TIMESTAMPS.field(value, 0)?, |list| {
            ExtensionValue::PrecertificateSignedCertificateTimestamps(list)
        }),
        oid::SCT_LIST => {
            timestamps(&TIMESTAMPS.field(value, 0)?, |list| ExtensionValue::SignedCertificateTimestamps(list))
        }
        oid::MS_CERTIFICATE_TEMPLATE => written(&ExtensionValue::CertificateTemplate(CertificateTemplate {
            id: oid_of(&MS_CERTIFICATE_TEMPLATE.field(value, 0)?)?,
            major_version: MS_CERTIFICATE_TEMPLATE.field(value, 1)?.extract()?,
            minor_version: MS_CERTIFICATE_TEMPLATE.field(value, 2)?.extract()?,
        })),
        oid::ADMISSIONS => admissions(value),
        oid::CRL_REASON => {
            written(&ExtensionValue::CrlReason(Reasons::get(value.py())?.code(&CRL_REASON.field(value, 0)?)?))
        }
        oid::INVALIDITY_DATE => {
            written(&ExtensionValue::InvalidityDate(GeneralizedTime(time(&INVALIDITY_DATE.field(value, 0)?)?)))
        }
        _ => {
            let class = value.get_type().name()?;
            let message = format!("{class} has an oid of its own: it needs a method public_bytes of its own too");
            Err(PyNotImplementedError::new_err(message).into())
        }
    }
}

fn written(value: &ExtensionValue<'_>) -> CallResult<Vec<u8>> {
    Ok(value.to_der()?)
}

fn names(
    class: &'static Class,
    value: &Object<'_>,
    variant: impl for<'a> FnOnce(ironlatch::x509::general_names::GeneralNames<'a>) -> ExtensionValue<'a>,
) -> CallResult<Vec<u8>> {
    let names = Owned::of(&class.field(value, 0)?)?;
    written(&variant(names.names()?))
}

fn octets(octets: &Object<'_>, variant: impl for<'a> FnOnce(&'a [u8]) -> ExtensionValue<'a>) -> CallResult<Vec<u8>> {
    let octets: crate::buffer::Input<'_> = octets.extract()?;
    written(&variant(octets.as_slice()))
}

fn number(number: &Object<'_>, variant: impl for<'a> FnOnce(Natural<'a>) -> ExtensionValue<'a>) -> CallResult<Vec<u8>> {
    let octets = unsigned_octets(number)?;
    written(&variant(Natural::new(&octets).ok_or_else(not_an_integer)?))
}

fn not_an_integer() -> PyErr {
    PyValueError::new_err("the number cannot be encoded")
}

fn basic_constraints(value: &Object<'_>) -> CallResult<Vec<u8>> {
    let ca = BASIC_CONSTRAINTS.field(value, 0)?.extract()?;
    let path_length = BASIC_CONSTRAINTS.field(value, 1)?.extract()?;
    written(&ExtensionValue::BasicConstraints(BasicConstraints { ca, path_length }))
}

fn key_usage(value: &Object<'_>) -> CallResult<Vec<u8>> {
    let flag = |slot| KEY_USAGE.field(value, slot)?.is_truthy();
    written(&ExtensionValue::KeyUsage(KeyUsage {
        digital_signature: flag(0)?,
        content_commitment: flag(1)?,
        key_encipherment: flag(2)?,
        data_encipherment: flag(3)?,
        key_agreement: flag(4)?,
        key_cert_sign: flag(5)?,
        crl_sign: flag(6)?,
        encipher_only: flag(7)?,
        decipher_only: flag(8)?,
    }))
}

fn authority_key_identifier(value: &Object<'_>) -> CallResult<Vec<u8>> {
    let key_identifier: Option<PyBackedBytes> =
        AUTHORITY_KEY_IDENTIFIER.field(value, 0)?.extract().map_err(PyErr::from)?;
    let issuer = optional(&AUTHORITY_KEY_IDENTIFIER.field(value, 1)?, Owned::of)?;
    let serial = optional(&AUTHORITY_KEY_IDENTIFIER.field(value, 2)?, unsigned_octets)?;
    written(&ExtensionValue::AuthorityKeyIdentifier(AuthorityKeyIdentifier {
        key_identifier: key_identifier.as_deref(),
        issuer: issuer.as_ref().map(Owned::names).transpose()?,
        serial: serial.as_ref().map(|octets| Integer::new(octets).ok_or_else(not_an_integer)).transpose()?,
    }))
}

fn private_key_usage_period(value: &Object<'_>) -> CallResult<Vec<u8>> {
    let moment =
        |slot| optional(&PRIVATE_KEY_USAGE_PERIOD.field(value, slot)?, |moment| Ok(GeneralizedTime(time(moment)?)));
    let period = PrivateKeyUsagePeriod { not_before: moment(0)?, not_after: moment(1)? };
    written(&ExtensionValue::PrivateKeyUsagePeriod(period))
}

fn name_constraints(value: &Object<'_>) -> CallResult<Vec<u8>> {
    let permitted = optional(&NAME_CONSTRAINTS.field(value, 0)?, Owned::of)?;
    let excluded = optional(&NAME_CONSTRAINTS.field(value, 1)?, Owned::of)?;
    fn subtrees(names: Option<&Owned>) -> CallResult<Option<List<Subtree<'_>>>> {
        names.map(|names| Ok(List(names.names()?.0.into_iter().map(Subtree::from).collect()))).transpose()
    }
    written(&ExtensionValue::NameConstraints(NameConstraints {
        permitted: subtrees(permitted.as_ref())?,
        excluded: subtrees(excluded.as_ref())?,
    }))
}

fn policy_constraints(value: &Object<'_>) -> CallResult<Vec<u8>> {
    let count = |slot| -> CallResult<Option<u64>> {
        let count = POLICY_CONSTRAINTS.field(value, slot)?;
        if !count.is_none() && count.lt(0)? {
            return Err(PyValueError::new_err("Negative integers are not supported").into());
        }
        Ok(count.extract()?)
    };
    written(&ExtensionValue::PolicyConstraints(PolicyConstraints {
        require_explicit_policy: count(0)?,
        inhibit_policy_mapping: count(1)?,
    }))
}

/// A policy that keeps its Python values alive.
struct OwnedPolicy {
    policy: ObjectIdentifier,
    qualifiers: Option<Vec<OwnedQualifier>>,
}

enum OwnedQualifier {
    Uri(PyBackedStr),
    Notice { reference: Option<(PyBackedStr, Vec<Vec<u8>>)>, text: Option<PyBackedStr> },
}

fn certificate_policies(value: &Object<'_>) -> CallResult<Vec<u8>> {
    let policies = each(&CERTIFICATE_POLICIES.field(value, 0)?, |policy| {
        let qualifiers = POLICY_INFORMATION.field(&policy, 1)?;
        Ok(OwnedPolicy {
            policy: oid_of(&POLICY_INFORMATION.field(&policy, 0)?)?,
            qualifiers: unless_empty(&qualifiers, |qualifiers| each(qualifiers, owned_qualifier))?,
        })
    })?;
    let policies = policies.iter().map(|policy| {
        let qualifiers = policy.qualifiers.as_ref().map(|qualifiers| {
            qualifiers.iter().map(|qualifier| Ok(borrowed_qualifier(qualifier)?.into())).collect::<CallResult<_>>()
        });
        Ok(PolicyInformation { policy: policy.policy.clone(), qualifiers: qualifiers.transpose()?.map(List) })
    });
    written(&ExtensionValue::CertificatePolicies(List(policies.collect::<CallResult<_>>()?)))
}

fn owned_qualifier(qualifier: Object<'_>) -> CallResult<OwnedQualifier> {
    if let Ok(uri) = qualifier.extract() {
        return Ok(OwnedQualifier::Uri(uri));
    }
    let reference = optional(&USER_NOTICE.field(&qualifier, 0)?, |reference| {
        let organization = NOTICE_REFERENCE.field(reference, 0)?.extract()?;
        Ok((organization, each(&NOTICE_REFERENCE.field(reference, 1)?, |number| unsigned_octets(&number))?))
    })?;
    let text = unless_empty(&USER_NOTICE.field(&qualifier, 1)?, |text| Ok(text.extract()?))?;
    Ok(OwnedQualifier::Notice { reference, text })
}

fn borrowed_qualifier(qualifier: &OwnedQualifier) -> CallResult<Qualifier<'_>> {
    Ok(match qualifier {
        OwnedQualifier::Uri(uri) => Qualifier::CpsUri(
            Ia5String::new(uri).ok_or_else(|| PyValueError::new_err("Qualifier must be an ASCII-string."))?,
        ),
        OwnedQualifier::Notice { reference, text } => Qualifier::UserNotice(UserNotice {
            reference: reference.as_ref().map(notice_reference).transpose()?,
            explicit_text: text.as_ref().map(|text| DisplayText::from(&**text)),
        }),
    })
}

fn notice_reference((organization, numbers): &(PyBackedStr, Vec<Vec<u8>>)) -> CallResult<NoticeReference<'_>> {
    let numbers = numbers.iter().map(|octets| Natural::new(octets).ok_or_else(not_an_integer));
    Ok(NoticeReference {
        organization: DisplayText::from(&**organization),
        numbers: List(numbers.collect::<PyResult<_>>()?),
    })
}

/// A distribution point that keeps its Python values alive.
struct OwnedPoint<'py> {
    full_name: Option<Owned>,
    relative_name: Option<Object<'py>>,
    reasons: Option<NamedBits>,
    crl_issuer: Option<Owned>,
}

fn points(
    list: &Object<'_>,
    variant: impl for<'a> FnOnce(List<DistributionPoint<'a>>) -> ExtensionValue<'a>,
) -> CallResult<Vec<u8>> {
    let owned = each(list, |point| {
        Ok(OwnedPoint {
            full_name: optional(&DISTRIBUTION_POINT.field(&point, 0)?, Owned::of)?,
            relative_name: optional(&DISTRIBUTION_POINT.field(&point, 1)?, |name| Ok(name.clone()))?,
            reasons: optional(&DISTRIBUTION_POINT.field(&point, 2)?, Reasons::bits)?,
            crl_issuer: optional(&DISTRIBUTION_POINT.field(&point, 3)?, Owned::of)?,
        })
    })?;
    // The contents of relative names, which only few points have.
    let mut contents: Vec<Vec<u8>> = owned.iter().map(|_| Vec::new()).collect();
    let points = owned.iter().zip(&mut contents).map(|(point, contents)| {
        Ok(DistributionPoint {
            name: point_name(point.full_name.as_ref(), point.relative_name.as_ref(), contents)?,
            reasons: point.reasons,
            crl_issuer: point.crl_issuer.as_ref().map(Owned::names).transpose()?,
        })
    });
    written(&variant(List(points.collect::<CallResult<_>>()?)))
}

fn point_name<'a>(
    full_name: Option<&'a Owned>,
    relative_name: Option<&Object<'_>>,
    contents: &'a mut Vec<u8>,
) -> CallResult<Option<DistributionPointName<'a>>> {
    Ok(match (full_name, relative_name) {
        (Some(names), _) => Some(DistributionPointName::FullName(names.names()?)),
        (None, Some(part)) => Some(DistributionPointName::RelativeToIssuer(relative_name_of(part, contents)?)),
        (None, None) => None,
    })
}

fn issuing_distribution_point(value: &Object<'_>) -> CallResult<Vec<u8>> {
    let class = &ISSUING_DISTRIBUTION_POINT;
    let full_name = unless_empty(&class.field(value, 0)?, Owned::of)?;
    let relative_name = optional(&class.field(value, 1)?, |name| Ok(name.clone()))?;
    let mut contents = Vec::new();
    let flag = |slot| class.field(value, slot)?.extract::<bool>();
    written(&ExtensionValue::IssuingDistributionPoint(IssuingDistributionPoint {
        name: point_name(full_name.as_ref(), relative_name.as_ref(), &mut contents)?,
        only_contains_user_certs: flag(2)?,
        only_contains_ca_certs: flag(3)?,
        only_some_reasons: unless_empty(&class.field(value, 4)?, Reasons::bits)?,
        indirect_crl: flag(5)?,
        only_contains_attribute_certs: flag(6)?,
    }))
}

fn descriptions(
    list: &Object<'_>,
    variant: impl for<'a> FnOnce(List<AccessDescription<'a>>) -> ExtensionValue<'a>,
) -> CallResult<Vec<u8>> {
    let owned = each(list, |description| {
        let method = oid_of(&ACCESS_DESCRIPTION.field(&description, 0)?)?;
        Ok((method, Owned::one(&ACCESS_DESCRIPTION.field(&description, 1)?)?))
    })?;
    let descriptions = owned
        .iter()
        .map(|(method, location)| Ok(AccessDescription { method: method.clone(), location: location.first()? }));
    written(&variant(List(descriptions.collect::<CallResult<_>>()?)))
}

fn timestamps(
    list: &Object<'_>,
    variant: impl for<'a> FnOnce(SctList<'a>) -> ExtensionValue<'a>,
) -> CallResult<Vec<u8>> {
    let owned =
        each(list, |timestamp| Ok(timestamp.cast_into::<SignedCertificateTimestamp>().map_err(PyErr::from)?.unbind()))?;
    written(&variant(List(owned.iter().map(|timestamp| timestamp.get().sct()).collect())))
}

/// Admissions that keep their Python values alive, from the outermost to the innermost.
struct OwnedAdmission {
    authority: Option<Owned>,
    naming: Option<OwnedNaming>,
    professions: Vec<OwnedProfession>,
}

struct OwnedNaming {
    id: Option<ObjectIdentifier>,
    url: Option<PyBackedStr>,
    text: Option<PyBackedStr>,
}

struct OwnedProfession {
    naming: Option<OwnedNaming>,
    items: Vec<PyBackedStr>,
    oids: Option<List<ObjectIdentifier>>,
    number: Option<PyBackedStr>,
    more: Option<PyBackedBytes>,
}

fn admissions(value: &Object<'_>) -> CallResult<Vec<u8>> {
    let authority = optional(&ADMISSIONS.field(value, 0)?, Owned::one)?;
    let owned = each(&ADMISSIONS.field(value, 1)?, |admission| {
        Ok(OwnedAdmission {
            authority: optional(&ADMISSION.field(&admission, 0)?, Owned::one)?,
            naming: optional(&ADMISSION.field(&admission, 1)?, owned_naming)?,
            professions: each(&ADMISSION.field(&admission, 2)?, owned_profession)?,
        })
    })?;
    let admissions = owned.iter().map(|admission| {
        Ok(Admission {
            authority: admission.authority.as_ref().map(Owned::first).transpose()?,
            naming_authority: admission.naming.as_ref().map(naming_authority).transpose()?,
            profession_infos: List(admission.professions.iter().map(profession).collect::<CallResult<_>>()?),
        })
    });
    written(&ExtensionValue::Admissions(Admissions {
        authority: authority.as_ref().map(Owned::first).transpose()?,
        admissions: List(admissions.collect::<CallResult<_>>()?),
    }))
}

fn owned_naming(value: &Object<'_>) -> CallResult<OwnedNaming> {
    Ok(OwnedNaming {
        id: optional(&NAMING_AUTHORITY.field(value, 0)?, |id| Ok(oid_of(id)?))?,
        url: NAMING_AUTHORITY.field(value, 1)?.extract()?,
        text: NAMING_AUTHORITY.field(value, 2)?.extract()?,
    })
}

fn naming_authority(owned: &OwnedNaming) -> CallResult<NamingAuthority<'_>> {
    let ascii = |url| Ia5String::new(url).ok_or_else(|| PyValueError::new_err("url must be an ASCII-string."));
    Ok(NamingAuthority {
        id: owned.id.clone(),
        url: owned.url.as_ref().map(|url| ascii(url)).transpose()?,
        text: owned.text.as_ref().map(|text| DisplayText::from(&**text)),
    })
}

fn owned_profession(value: Object<'_>) -> CallResult<OwnedProfession> {
    Ok(OwnedProfession {
        naming: optional(&PROFESSION_INFO.field(&value, 0)?, owned_naming)?,
        items: each(&PROFESSION_INFO.field(&value, 1)?, |item| Ok(item.extract()?))?,
        oids: optional(&PROFESSION_INFO.field(&value, 2)?, oids_of)?,
        number: PROFESSION_INFO.field(&value, 3)?.extract()?,
        more: PROFESSION_INFO.field(&value, 4)?.extract().map_err(PyErr::from)?,
    })
}

fn profession(owned: &OwnedProfession) -> CallResult<ProfessionInfo<'_>> {
    let printable = |number| {
        PrintableString::new(number).ok_or_else(|| {
            PyValueError::new_err("registration_number must be a printable string: letters, digits and '()+,-./:=? ")
        })
    };
    Ok(ProfessionInfo {
        naming_authority: owned.naming.as_ref().map(naming_authority).transpose()?,
        items: List(owned.items.iter().map(|item| DisplayText::from(&**item)).collect()),
        oids: owned.oids.clone(),
        registration_number: owned.number.as_ref().map(|number| printable(number)).transpose()?,
        additional_info: owned.more.as_deref(),
    })
}

fn oids_of(list: &Object<'_>) -> CallResult<List<ObjectIdentifier>> {
    Ok(List(each(list, |oid| Ok(oid_of(&oid)?))?))
}

fn each<'py, T>(list: &Object<'py>, take: impl Fn(Object<'py>) -> CallResult<T>) -> CallResult<Vec<T>> {
    list.try_iter()?.map(|item| take(item?)).collect()
}

/// For parts that have to hold something if they are there.
fn unless_empty<'py, T>(
    value: &Object<'py>,
    take: impl FnOnce(&Object<'py>) -> CallResult<T>,
) -> CallResult<Option<T>> {
    if value.is_truthy()? { take(value).map(Some) } else { Ok(None) }
}

fn optional<'py, T>(value: &Object<'py>, take: impl FnOnce(&Object<'py>) -> CallResult<T>) -> CallResult<Option<T>> {
    if value.is_none() { Ok(None) } else { take(value).map(Some) }
}
