//! Extensions in lines of words.

use ironlatch_core::oid::ObjectIdentifier;
use ironlatch_x509::der::List;
use ironlatch_x509::extensions::{
    DistributionPointName, Extension, ExtensionValue, KeyUsage, NameConstraints, Place, Qualifier, Subtree,
};
use ironlatch_x509::general_names::GeneralName;
use ironlatch_x509::{Time, rfc4514};

use super::words::{hex, oid_name, reason};

/// The lines that say what an extension says. There is at least one.
pub(super) fn lines(extension: &Extension<'_>, place: Place) -> Vec<String> {
    let said = match extension.parse(place) {
        Ok(value) => of_value(&value, extension.value),
        Err(error) => vec![format!("not readable: {}", rfc4514::printable(&error.to_string()))],
    };
    if said.is_empty() { vec!["nothing".into()] } else { said }
}

fn of_value(value: &ExtensionValue<'_>, der: &[u8]) -> Vec<String> {
    match value {
        ExtensionValue::SubjectKeyIdentifier(octets) | ExtensionValue::OcspNonce(octets) => vec![hex(octets)],
        ExtensionValue::AuthorityKeyIdentifier(identifier) => {
            let key = identifier.key_identifier.map(hex);
            let issuer = identifier.issuer.iter().flat_map(|names| names.iter().map(|name| format!("issuer {name}")));
            let serial = identifier.serial.map(|serial| format!("serial {}", hex(serial.as_bytes())));
            key.into_iter().chain(issuer).chain(serial).collect()
        }
        ExtensionValue::KeyUsage(usage) => vec![key_usage(*usage)],
        ExtensionValue::ExtendedKeyUsage(purposes) => vec![join(purposes.0.iter())],
        ExtensionValue::SubjectAlternativeName(names)
        | ExtensionValue::IssuerAlternativeName(names)
        | ExtensionValue::CertificateIssuer(names) => names.iter().map(ToString::to_string).collect(),
        ExtensionValue::BasicConstraints(constraints) => {
            let kind = if constraints.ca { "an authority" } else { "no authority" };
            let length = constraints.path_length.map(|len| format!(", with at most {len} below it"));
            vec![format!("{kind}{}", length.unwrap_or_default())]
        }
        ExtensionValue::NameConstraints(constraints) => name_constraints(constraints),
        ExtensionValue::CertificatePolicies(policies) => policies
            .iter()
            .map(|policy| {
                let more = policy.qualifiers.iter().flat_map(|list| list.iter()).map(|one| match &one.qualifier {
                    Qualifier::CpsUri(uri) => format!(", {}", rfc4514::printable(uri.as_str())),
                    Qualifier::UserNotice(notice) => {
                        let text = notice.explicit_text.as_ref().and_then(|text| text.text().ok());
                        text.map(|text| format!(", “{}”", rfc4514::printable(&text))).unwrap_or_default()
                    }
                });
                format!("{}{}", oid_name(&policy.policy), more.collect::<String>())
            })
            .collect(),
        ExtensionValue::PolicyConstraints(constraints) => {
            let explicit =
                constraints.require_explicit_policy.map(|after| format!("a policy after {after} certificates"));
            let mapping =
                constraints.inhibit_policy_mapping.map(|after| format!("no mapping after {after} certificates"));
            explicit.into_iter().chain(mapping).collect()
        }
        ExtensionValue::CrlDistributionPoints(points) | ExtensionValue::FreshestCrl(points) => points
            .iter()
            .flat_map(|point| match &point.name {
                Some(DistributionPointName::FullName(names)) => names.iter().map(ToString::to_string).collect(),
                _ => vec!["a place relative to the issuer".to_owned()],
            })
            .collect(),
        ExtensionValue::AuthorityInformationAccess(list) | ExtensionValue::SubjectInformationAccess(list) => {
            list.iter().map(|access| format!("{} {}", oid_name(&access.method), access.location)).collect()
        }
        ExtensionValue::TlsFeature(features) => features
            .iter()
            .map(|feature| if *feature == 5 { "must staple (5)".into() } else { feature.to_string() })
            .collect(),
        ExtensionValue::PrecertificateSignedCertificateTimestamps(list)
        | ExtensionValue::SignedCertificateTimestamps(list) => {
            list.iter().map(|sct| format!("log {}, at {}", hex(&sct.log_id), moment(sct.timestamp))).collect()
        }
        ExtensionValue::CertificateTemplate(template) => vec![template.id.to_string()],
        ExtensionValue::InhibitAnyPolicy(number)
        | ExtensionValue::CrlNumber(number)
        | ExtensionValue::DeltaCrlIndicator(number) => vec![format!("{} (hexadecimal)", hex(number.as_bytes()))],
        ExtensionValue::IssuingDistributionPoint(point) => {
            let flags = [
                (point.only_contains_user_certs, "no authorities' certificates"),
                (point.only_contains_ca_certs, "authorities' certificates alone"),
                (point.indirect_crl, "other issuers' certificates too"),
                (point.only_contains_attribute_certs, "attribute certificates alone"),
                (point.only_some_reasons.is_some(), "some reasons alone"),
            ];
            flags.into_iter().filter(|(set, _)| *set).map(|(_, text)| text.to_owned()).collect()
        }
        ExtensionValue::CrlReason(code) => vec![reason(*code).to_owned()],
        ExtensionValue::InvalidityDate(time) => vec![format!("invalid since {}", time.0)],
        ExtensionValue::OcspNoCheck => vec!["the responder is not checked for revocation".into()],
        ExtensionValue::PrecertificatePoison => vec!["not a certificate yet: for logs alone".into()],
        ExtensionValue::OcspAcceptableResponses(list) => vec![join(list.iter())],
        _ if der.len() <= SHORT => vec![format!("#{}", hex(der))],
        _ => vec![format!("{} bytes", der.len())],
    }
}

/// The length up to which a value that is not known is shown.
const SHORT: usize = 64;

fn join<'a>(oids: impl Iterator<Item = &'a ObjectIdentifier>) -> String {
    oids.map(oid_name).collect::<Vec<_>>().join(", ")
}

fn key_usage(usage: KeyUsage) -> String {
    let uses = [
        (usage.digital_signature, "digitalSignature"),
        (usage.content_commitment, "contentCommitment"),
        (usage.key_encipherment, "keyEncipherment"),
        (usage.data_encipherment, "dataEncipherment"),
        (usage.key_agreement, "keyAgreement"),
        (usage.key_cert_sign, "keyCertSign"),
        (usage.crl_sign, "cRLSign"),
        (usage.encipher_only, "encipherOnly"),
        (usage.decipher_only, "decipherOnly"),
    ];
    uses.into_iter().filter(|(set, _)| *set).map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

fn name_constraints(constraints: &NameConstraints<'_>) -> Vec<String> {
    let side = |word: &'static str, list: &Option<List<Subtree<'_>>>| -> Vec<String> {
        list.iter().flat_map(|list| list.iter()).map(|subtree| format!("{word} {}", range(&subtree.base))).collect()
    };
    [side("permitted", &constraints.permitted), side("excluded", &constraints.excluded)].concat()
}

/// A range of names. That of addresses is an address and a mask.
fn range(name: &GeneralName<'_>) -> String {
    let GeneralName::IpAddress(octets) = name else { return name.to_string() };
    let (address, mask) = octets.split_at(octets.len() / 2);
    let prefix: u32 = mask.iter().map(|octet| octet.count_ones()).sum();
    match GeneralName::IpAddress(address).ip_address() {
        Some(address) => format!("IP:{address}/{prefix}"),
        None => name.to_string(),
    }
}

/// A time in milliseconds since 1970.
fn moment(milliseconds: u64) -> String {
    let seconds = i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX);
    Time::from_unix(seconds).map_or_else(|_| format!("{milliseconds} ms"), |time| time.to_string())
}
