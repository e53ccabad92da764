//! Requests for certificates: what is read can be read again, and each part is found.
#![no_main]

use ironlatch::x509::CertificateRequest;
use ironlatch::x509::extensions::Place;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for request in [CertificateRequest::from_der(data), CertificateRequest::from_pem(data)].into_iter().flatten() {
        let again = CertificateRequest::from_der(request.as_der()).expect("what was read can be read again");
        assert_eq!(again, request);
        assert!(!request.subject().to_string().contains(char::is_control), "a control character comes through");
        for attribute in request.attributes() {
            let values = attribute.values().count();
            assert_eq!(attribute.single_value().is_ok(), values == 1);
        }
        for extension in request.extensions().iter().flat_map(|list| list.iter()) {
            let _ = extension.parse(Place::Request);
        }
        let _ = (request.signature_algorithm(), request.public_key(), request.verify_signature());
    }
});
