//! Extensions from DER to objects of the Python classes.

use ironlatch::x509::Time;
use ironlatch::x509::der::NamedBits;
use ironlatch::x509::extensions::{
    AccessDescription, Admission, Admissions, DisplayText, DistributionPoint, DistributionPointName, Extension,
    ExtensionValue, Extensions, IssuingDistributionPoint, KeyUsage, NameConstraints, NamingAuthority, Place,
    PolicyInformation, ProfessionInfo, Qualifier, Subtree, UserNotice,
};
use ironlatch::x509::sct::Sct;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFrozenSet, PyList, PyString};

use super::{Reasons, *};
use crate::errors::CallResult;
use crate::keys::oid::oid_object;
use crate::x509::certificate_transparency::timestamp_object;
use crate::x509::general_name::{list_object, object as general_name};
use crate::x509::integers::{signed, unsigned};
use crate::x509::name::relative_name_object;
use crate::x509::times::naive;

type Object<'py> = Bound<'py, PyAny>;

/// All extensions of an object, as an `Extensions`. DuplicateExtension if one is there twice.
pub(crate) fn extensions_object<'py>(
    py: Python<'py>,
    extensions: &Extensions<'_>,
    place: Place,
) -> CallResult<Object<'py>> {
    extensions.check_unique()?;
    let list = PyList::empty(py);
    for (index, extension) in extensions.iter().enumerate() {
        let path = path_of(place, index);
        let value = extension.parse(place).map_err(|error| error.within(&path))?;
        let object = extension_object(py, &extension, value).map_err(|error| error.within(&path))?;
        list.append(object)?;
    }
    Ok(EXTENSIONS.with_slots(py, [list.into_any()])?)
}

/// Where the extension of that index stands.
pub(crate) fn path_of(place: Place, index: usize) -> String {
    let list = match place {
        Place::Certificate => "tbsCertificate.extensions",
        Place::Request => "certificationRequestInfo.attributes.extensionRequest",
        Place::Crl => "tbsCertList.crlExtensions",
        Place::CrlEntry => "crlEntryExtensions",
        Place::OcspRequest => "tbsRequest.requestExtensions",
        Place::OcspResponse => "tbsResponseData.responseExtensions",
        Place::OcspSingleResponse => "singleExtensions",
    };
    format!("{list}[{index}]")
}

fn extension_object<'py>(
    py: Python<'py>,
    extension: &Extension<'_>,
    value: ExtensionValue<'_>,
) -> CallResult<Object<'py>> {
    let (oid, critical) = (oid_object(py, extension.oid.clone())?, flag(py, extension.critical));
    Ok(EXTENSION.with_slots(py, [oid, critical, parsed_object(py, extension, value)?])?)
}

/// The value of an extension, of the class for such extensions in that place.
pub(crate) fn value_object<'py>(py: Python<'py>, extension: &Extension<'_>, place: Place) -> CallResult<Object<'py>> {
    parsed_object(py, extension, extension.parse(place)?)
}

fn parsed_object<'py>(
    py: Python<'py>,
    extension: &Extension<'_>,
    value: ExtensionValue<'_>,
) -> CallResult<Object<'py>> {
    match value {
        ExtensionValue::Unrecognized => {
            let oid = oid_object(py, extension.oid.clone())?;
            Ok(UNRECOGNIZED.with_slots(py, [oid, PyBytes::new(py, extension.value).into_any()])?)
        }
        value => known_object(py, &value),
    }
}

/// The value of an extension. Where its Python class has rules for what it may hold, through the
/// constructor.
fn known_object<'py>(py: Python<'py>, value: &ExtensionValue<'_>) -> CallResult<Object<'py>> {
    Ok(match value {
        ExtensionValue::SubjectKeyIdentifier(octets) => SUBJECT_KEY_IDENTIFIER.with_slots(py, [bytes(py, octets)])?,
        ExtensionValue::AuthorityKeyIdentifier(value) => {
            let issuer = value.issuer.as_ref().map(|names| list_object(py, names)).transpose()?;
            let serial = value.serial.map(|serial| signed(py, serial.as_bytes())).transpose()?;
            AUTHORITY_KEY_IDENTIFIER.call(py, (value.key_identifier.map(|octets| bytes(py, octets)), issuer, serial))?
        }
        ExtensionValue::KeyUsage(usage) => key_usage(py, *usage)?,
        ExtensionValue::ExtendedKeyUsage(usages) => EXTENDED_KEY_USAGE.with_slots(py, [oids(py, &usages.0)?])?,
        ExtensionValue::PrivateKeyUsagePeriod(period) => {
            let time = |time: Option<Time>| time.map(|time| naive(py, time)).transpose();
            let (before, after) = (period.not_before.map(|time| time.0), period.not_after.map(|time| time.0));
            PRIVATE_KEY_USAGE_PERIOD.call(py, (time(before)?, time(after)?))?
        }
        ExtensionValue::SubjectAlternativeName(names) => {
            let names = list_object(py, names).map_err(|error| error.within("subjectAltName"))?;
            SUBJECT_ALTERNATIVE_NAME.with_slots(py, [names])?
        }
        ExtensionValue::IssuerAlternativeName(names) => {
            let names = list_object(py, names).map_err(|error| error.within("issuerAltName"))?;
            ISSUER_ALTERNATIVE_NAME.with_slots(py, [names])?
        }
        ExtensionValue::CertificateIssuer(names) => CERTIFICATE_ISSUER.with_slots(py, [list_object(py, names)?])?,
        ExtensionValue::BasicConstraints(value) => BASIC_CONSTRAINTS.call(py, (value.ca, value.path_length))?,
        ExtensionValue::NameConstraints(value) => name_constraints(py, value)?,
        ExtensionValue::CertificatePolicies(policies) => {
            CERTIFICATE_POLICIES.with_slots(py, [list(py, policies, policy)?])?
        }
        ExtensionValue::PolicyConstraints(value) => {
            POLICY_CONSTRAINTS.call(py, (value.require_explicit_policy, value.inhibit_policy_mapping))?
        }
        ExtensionValue::InhibitAnyPolicy(number) => INHIBIT_ANY_POLICY.call(py, (unsigned(py, number.as_bytes())?,))?,
        ExtensionValue::CrlDistributionPoints(points) => {
            CRL_DISTRIBUTION_POINTS.with_slots(py, [list(py, points, distribution_point)?])?
        }
        ExtensionValue::FreshestCrl(points) => FRESHEST_CRL.with_slots(py, [list(py, points, distribution_point)?])?,
        ExtensionValue::AuthorityInformationAccess(descriptions) => {
            AUTHORITY_INFORMATION_ACCESS.with_slots(py, [list(py, descriptions, access_description)?])?
        }
        ExtensionValue::SubjectInformationAccess(descriptions) => {
            SUBJECT_INFORMATION_ACCESS.with_slots(py, [list(py, descriptions, access_description)?])?
        }
        ExtensionValue::TlsFeature(features) => {
            TLS_FEATURE.call(py, (list(py, features, |py, number| Ok(TLS_FEATURE_TYPE.call(py, (*number,))?))?,))?
        }
        ExtensionValue::OcspNoCheck => OCSP_NO_CHECK.with_slots(py, [])?,
        ExtensionValue::PrecertificatePoison => PRECERT_POISON.with_slots(py, [])?,
        ExtensionValue::OcspNonce(octets) => OCSP_NONCE.with_slots(py, [bytes(py, octets)])?,
        ExtensionValue::OcspAcceptableResponses(responses) => {
            OCSP_ACCEPTABLE_RESPONSES.with_slots(py, [oids(py, responses)?])?
        }
        ExtensionValue::PrecertificateSignedCertificateTimestamps(timestamps) => {
            PRECERT_TIMESTAMPS.with_slots(py, [list(py, timestamps, sct)?])?
        }
        ExtensionValue::SignedCertificateTimestamps(timestamps) => {
            TIMESTAMPS.with_slots(py, [list(py, timestamps, sct)?])?
        }
        ExtensionValue::CertificateTemplate(value) => {
            let id = oid_object(py, value.id.clone())?;
            MS_CERTIFICATE_TEMPLATE.call(py, (id, value.major_version, value.minor_version))?
        }
        ExtensionValue::Admissions(value) => admissions(py, value)?,
        ExtensionValue::CrlNumber(number) => CRL_NUMBER.with_slots(py, [unsigned(py, number.as_bytes())?])?,
        ExtensionValue::DeltaCrlIndicator(number) => {
            DELTA_CRL_INDICATOR.with_slots(py, [unsigned(py, number.as_bytes())?])?
        }
        ExtensionValue::IssuingDistributionPoint(value) => issuing_distribution_point(py, value)?,
        ExtensionValue::CrlReason(code) => CRL_REASON.with_slots(py, [Reasons::get(py)?.of_code(py, *code)?])?,
        ExtensionValue::InvalidityDate(time) => INVALIDITY_DATE.with_slots(py, [naive(py, time.0)?])?,
        _ => return Err(PyValueError::new_err("this extension has no Python class").into()),
    })
}

fn key_usage(py: Python<'_>, usage: KeyUsage) -> CallResult<Object<'_>> {
    let flags = [
        usage.digital_signature,
        usage.content_commitment,
        usage.key_encipherment,
        usage.data_encipherment,
        usage.key_agreement,
        usage.key_cert_sign,
        usage.crl_sign,
        usage.encipher_only,
        usage.decipher_only,
    ];
    if !usage.key_agreement && (usage.encipher_only || usage.decipher_only) {
        return Ok(KEY_USAGE.call(py, pyo3::types::PyTuple::new(py, flags)?)?);
    }
    Ok(KEY_USAGE.with_slots(py, flags.map(|set| flag(py, set)))?)
}

fn name_constraints<'py>(py: Python<'py>, value: &NameConstraints<'_>) -> CallResult<Object<'py>> {
    let subtree = |py: Python<'py>, subtree: &Subtree<'_>| general_name(py, &subtree.base);
    let permitted = value.permitted.as_ref().map(|subtrees| list(py, subtrees, subtree)).transpose()?;
    let excluded = value.excluded.as_ref().map(|subtrees| list(py, subtrees, subtree)).transpose()?;
    Ok(NAME_CONSTRAINTS.call(py, (permitted, excluded))?)
}

fn policy<'py>(py: Python<'py>, policy: &PolicyInformation<'_>) -> CallResult<Object<'py>> {
    let qualifiers = match &policy.qualifiers {
        Some(qualifiers) => list(py, qualifiers, |py, qualifier| match &qualifier.qualifier {
            Qualifier::CpsUri(uri) => Ok(PyString::new(py, uri.as_str()).into_any()),
            Qualifier::UserNotice(notice) => user_notice(py, notice),
        })?,
        None => none(py),
    };
    Ok(POLICY_INFORMATION.with_slots(py, [oid_object(py, policy.policy.clone())?, qualifiers])?)
}

fn user_notice<'py>(py: Python<'py>, notice: &UserNotice<'_>) -> CallResult<Object<'py>> {
    let reference = match &notice.reference {
        Some(reference) => {
            let numbers = list(py, &reference.numbers, |py, number| Ok(unsigned(py, number.as_bytes())?))?;
            NOTICE_REFERENCE.with_slots(py, [display_text(py, &reference.organization)?, numbers])?
        }
        None => none(py),
    };
    let text = notice.explicit_text.as_ref().map_or(Ok(none(py)), |text| display_text(py, text))?;
    Ok(USER_NOTICE.with_slots(py, [reference, text])?)
}

fn display_text<'py>(py: Python<'py>, text: &DisplayText<'_>) -> CallResult<Object<'py>> {
    if text.is_irregular() {
        let message =
            c"Invalid ASN.1 (UTF-8 characters in a VisibleString) in the explicit text and/or notice reference of \
the certificate policies extension. In a future version of cryptography, an exception will be raised.";
        crate::warnings::deprecated(py, message)?;
    }
    Ok(PyString::new(py, &text.text()?).into_any())
}

fn distribution_point<'py>(py: Python<'py>, point: &DistributionPoint<'_>) -> CallResult<Object<'py>> {
    let (full_name, relative_name) = point_name(py, point.name.as_ref())?;
    let reasons = point.reasons.map(|bits| reasons(py, bits)).transpose()?;
    let issuer = point.crl_issuer.as_ref().map(|names| list_object(py, names)).transpose()?;
    let (reasons, issuer) = (reasons.unwrap_or_else(|| none(py)), issuer.unwrap_or_else(|| none(py)));
    if full_name.is_truthy()? || !relative_name.is_none() || issuer.is_truthy()? {
        return Ok(DISTRIBUTION_POINT.with_slots(py, [full_name, relative_name, reasons, issuer])?);
    }
    // The constructor has the words for a point that is nowhere.
    Ok(DISTRIBUTION_POINT.call(py, (full_name, relative_name, reasons, issuer))?)
}

/// The full name and the relative one, of which at most one is there.
fn point_name<'py>(
    py: Python<'py>,
    name: Option<&DistributionPointName<'_>>,
) -> CallResult<(Object<'py>, Object<'py>)> {
    Ok(match name {
        Some(DistributionPointName::FullName(names)) => (list_object(py, names)?, none(py)),
        Some(DistributionPointName::RelativeToIssuer(part)) => (none(py), relative_name_object(py, part)?),
        None => (none(py), none(py)),
    })
}

fn issuing_distribution_point<'py>(py: Python<'py>, value: &IssuingDistributionPoint<'_>) -> CallResult<Object<'py>> {
    let (full_name, relative_name) = point_name(py, value.name.as_ref())?;
    Ok(ISSUING_DISTRIBUTION_POINT.call(
        py,
        (
            full_name,
            relative_name,
            value.only_contains_user_certs,
            value.only_contains_ca_certs,
            value.only_some_reasons.map(|bits| reasons(py, bits)).transpose()?,
            value.indirect_crl,
            value.only_contains_attribute_certs,
        ),
    )?)
}

fn reasons(py: Python<'_>, bits: NamedBits) -> CallResult<Object<'_>> {
    Ok(PyFrozenSet::new(py, Reasons::get(py)?.of_bits(py, bits))?.into_any())
}

fn access_description<'py>(py: Python<'py>, value: &AccessDescription<'_>) -> CallResult<Object<'py>> {
    let location = general_name(py, &value.location)?;
    Ok(ACCESS_DESCRIPTION.with_slots(py, [oid_object(py, value.method.clone())?, location])?)
}

fn admissions<'py>(py: Python<'py>, value: &Admissions<'_>) -> CallResult<Object<'py>> {
    let authority = value.authority.as_ref().map_or(Ok(none(py)), |name| general_name(py, name))?;
    Ok(ADMISSIONS.with_slots(py, [authority, list(py, &value.admissions, admission)?])?)
}

fn admission<'py>(py: Python<'py>, value: &Admission<'_>) -> CallResult<Object<'py>> {
    let authority = value.authority.as_ref().map_or(Ok(none(py)), |name| general_name(py, name))?;
    let naming = value.naming_authority.as_ref().map_or(Ok(none(py)), |naming| naming_authority(py, naming))?;
    Ok(ADMISSION.with_slots(py, [authority, naming, list(py, &value.profession_infos, profession_info)?])?)
}

fn profession_info<'py>(py: Python<'py>, value: &ProfessionInfo<'_>) -> CallResult<Object<'py>> {
    let naming = value.naming_authority.as_ref().map_or(Ok(none(py)), |naming| naming_authority(py, naming))?;
    let items = list(py, &value.items, display_text)?;
    let identifiers = value.oids.as_ref().map_or(Ok(none(py)), |identifiers| oids(py, identifiers))?;
    let number =
        value.registration_number.as_ref().map_or(none(py), |number| PyString::new(py, number.as_str()).into_any());
    let more = value.additional_info.map_or(none(py), |octets| bytes(py, octets));
    Ok(PROFESSION_INFO.with_slots(py, [naming, items, identifiers, number, more])?)
}

fn naming_authority<'py>(py: Python<'py>, value: &NamingAuthority<'_>) -> CallResult<Object<'py>> {
    let id = value.id.as_ref().map_or(Ok(none(py)), |id| oid_object(py, id.clone()))?;
    let url = value.url.as_ref().map_or(none(py), |url| PyString::new(py, url.as_str()).into_any());
    let text = value.text.as_ref().map_or(Ok(none(py)), |text| display_text(py, text))?;
    Ok(NAMING_AUTHORITY.with_slots(py, [id, url, text])?)
}

fn sct<'py>(py: Python<'py>, timestamp: &Sct<'_>) -> CallResult<Object<'py>> {
    Ok(timestamp_object(py, timestamp)?)
}

fn oids<'py>(py: Python<'py>, oids: &[ironlatch::x509::ObjectIdentifier]) -> CallResult<Object<'py>> {
    list(py, oids, |py, oid| Ok(oid_object(py, oid.clone())?))
}

fn list<'py, T>(
    py: Python<'py>,
    items: &[T],
    object: impl Fn(Python<'py>, &T) -> CallResult<Object<'py>>,
) -> CallResult<Object<'py>> {
    let list = PyList::empty(py);
    for item in items {
        list.append(object(py, item)?)?;
    }
    Ok(list.into_any())
}

fn bytes<'py>(py: Python<'py>, octets: &[u8]) -> Object<'py> {
    PyBytes::new(py, octets).into_any()
}

fn flag(py: Python<'_>, set: bool) -> Object<'_> {
    PyBool::new(py, set).to_owned().into_any()
}

fn none(py: Python<'_>) -> Object<'_> {
    py.None().into_bound(py)
}
