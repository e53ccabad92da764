//! Timestamps, the answers that have them, and requests.
#![no_main]

use ironlatch::cms::timestamp::{Expected, Request, Response, Timestamped, Token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(request) = Request::read(data) {
        let again = Request::read(&request.to_der().expect("what was read is written")).expect("and read again");
        assert_eq!(again, request);
    }
    if let Ok(response) = Response::read(data) {
        assert_eq!(response.token.is_some(), response.status.is_granted());
    }
    let Ok(token) = Token::read(data) else { return };
    let info = token.info().clone();
    let right = Expected { nonce: info.nonce.as_deref(), ..Timestamped::Digest(&info.digest).into() };
    let _ = token.verify_signature(&right, &[]);
    // A timestamp of other data or with another nonce is refused, though its signature is valid.
    assert!(token.verify_signature(&Timestamped::Data(data).into(), &[]).is_err());
    let nonce = Some(&[0x55; 12][..]);
    assert!(info.nonce.as_deref() == nonce || token.verify_signature(&Expected { nonce, ..right }, &[]).is_err());
});
