//! OCSP requests and responses: each part is found in what is read.
#![no_main]

use ironlatch::x509::extensions::Place;
use ironlatch::x509::ocsp::ResponseStatus;
use ironlatch::x509::{OcspRequest, OcspResponse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(request) = OcspRequest::from_der(data) {
        for id in request.ids().expect("they were looked at") {
            let _ = id.hash();
        }
        for extension in request.extensions().iter() {
            let _ = extension.parse(Place::OcspRequest);
        }
    }
    if let Ok(response) = OcspResponse::from_der(data) {
        if response.status() == ResponseStatus::Successful {
            response.responder().expect("it was looked at");
            response.produced_at().expect("it was looked at");
        }
        for single in response.responses().into_iter().flatten() {
            for extension in single.extensions.iter().flat_map(|list| list.iter()) {
                let _ = extension.parse(Place::OcspSingleResponse);
            }
        }
        for extension in response.extensions().iter().flat_map(|list| list.iter()) {
            let _ = extension.parse(Place::OcspResponse);
        }
        let _ = (response.certificates(), response.signature_algorithm());
    }
});
