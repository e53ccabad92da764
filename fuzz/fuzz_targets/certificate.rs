//! Certificates: each part is found again in what is read, written and read again; an extension
//! is written like it was read; and what is shown cannot steer a terminal.
#![no_main]

use ironlatch::recipes::pinning::Pinnable;
use ironlatch::x509::extensions::{ExtensionValue, Place};
use ironlatch::x509::{Certificate, Error};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for certificate in
        Certificate::from_der(data).into_iter().chain(Certificate::all_from_pem(data).unwrap_or_default())
    {
        let again = Certificate::from_der(certificate.as_der()).expect("what was read can be read again");
        assert_eq!(again, certificate);
        let (issuer, subject) = (certificate.issuer(), certificate.subject());
        plain(&format!("{issuer} {subject} {} {}", certificate.not_before(), certificate.not_after()));
        for name in certificate.alternative_names().unwrap_or_default() {
            plain(&name.to_string());
        }
        for attribute in issuer.attributes().chain(subject.attributes()) {
            let _ = (attribute.string_type(), attribute.text());
        }
        let unique = certificate.extensions().check_unique();
        for extension in certificate.extensions().iter() {
            match extension.parse(Place::Certificate) {
                Ok(ExtensionValue::Unrecognized) | Err(Error::Malformed(_)) => {}
                Ok(value) => rewritten(&value, extension.value),
                Err(error) => panic!("{error}"),
            }
        }
        let _ = (certificate.signature_algorithm(), certificate.public_key(), certificate.public_key_octets());
        if let Ok(tbs) = certificate.tbs_precertificate() {
            assert!(tbs.len() < certificate.tbs().len() && unique.is_ok());
        }
        let seconds = certificate.not_before().to_unix();
        assert_eq!(certificate.not_before().to_string().parse(), Ok(certificate.not_before()));
        assert!((-70_000_000_000..260_000_000_000).contains(&seconds), "a year of four digits");
    }
    for found in Pinnable::all(data, None).unwrap_or_default() {
        plain(&format!("{} {:?} {}", found.pin, found.subject, found.key));
    }
});

/// Named bits may have zeros behind them that DER would not; all else has one encoding.
fn rewritten(value: &ExtensionValue<'_>, read: &[u8]) {
    let der = value.to_der().expect("what was read can be written");
    if !matches!(
        value,
        ExtensionValue::KeyUsage(_)
            | ExtensionValue::CrlDistributionPoints(_)
            | ExtensionValue::FreshestCrl(_)
            | ExtensionValue::IssuingDistributionPoint(_)
    ) {
        assert_eq!(der, read);
    }
}

fn plain(text: &str) {
    assert!(!text.contains(char::is_control), "a control character comes through");
}
