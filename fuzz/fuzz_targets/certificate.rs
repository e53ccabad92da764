//! Certificates, requests for them, and chains: reading alone, and that what is shown cannot steer a terminal.
#![no_main]

use ironlatch::recipes::pinning::Pinnable;
use ironlatch::x509::reader::{Certificate, CertificationRequest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for certificate in
        Certificate::from_der(data).into_iter().chain(Certificate::chain_from_pem(data).unwrap_or_default())
    {
        let again = Certificate::from_der(certificate.as_der()).expect("what was read can be read again");
        assert_eq!(again, certificate);
        let (issuer, subject) = (certificate.issuer(), certificate.subject());
        plain(&format!("{issuer} {subject} {} {}", certificate.not_before(), certificate.not_after()));
        for name in certificate.alternative_names().into_iter().flatten() {
            plain(&name.to_string());
        }
        let _ = (certificate.basic_constraints(), certificate.fingerprint(), subject.common_name());
        let seconds = certificate.not_before().to_unix();
        assert_eq!(certificate.not_before().to_string().parse(), Ok(certificate.not_before()));
        assert!((-70_000_000_000..260_000_000_000).contains(&seconds), "a year of four digits");
    }
    if let Ok(request) = CertificationRequest::from_der(data) {
        plain(&request.subject().to_string());
    }
    for found in Pinnable::all(data, None).unwrap_or_default() {
        plain(&format!("{} {:?} {}", found.pin, found.subject, found.key));
    }
});

fn plain(text: &str) {
    assert!(!text.chars().any(char::is_control));
}
