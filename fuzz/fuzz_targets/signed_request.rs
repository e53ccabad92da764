//! Structured fields, and the header lines of signed requests: what is read is written, and read
//! the same; nothing is accepted that our key did not sign.
#![no_main]

use ironlatch::recipes::signing::request::structured_fields::{Dictionary, Item, List};
use ironlatch::recipes::signing::request::{
    Authority, FieldType, Message, Request, RequestSigner, RequestVerifier, Scheme, Signature, Target,
    check_content_digest,
};
use ironlatch::recipes::signing::{Key, KeySet};
use libfuzzer_sys::fuzz_target;

const NOW: u64 = 1_618_884_473;

fuzz_target!(|data: &[u8]| {
    if let Ok(field) = Dictionary::parse(data) {
        assert_eq!(Dictionary::parse(field.to_string().as_bytes()), Ok(field));
    }
    if let Ok(field) = List::parse(data) {
        assert_eq!(List::parse(field.to_string().as_bytes()), Ok(field));
    }
    if let Ok(field) = Item::parse(data) {
        assert_eq!(Item::parse(field.to_string().as_bytes()), Ok(field));
    }
    let _ = check_content_digest(data, b"body");

    // The first line is Signature-Input, the second Signature, the third another field, the fourth
    // a URL.
    let mut lines = data.splitn(4, |byte| *byte == b'\n');
    let mut next = || lines.next().unwrap_or_default();
    let (input, signature, field, url) = (next(), next(), next(), next());
    let url = core::str::from_utf8(url).unwrap_or_default();
    if let Ok(target) = Target::parse(url) {
        assert_eq!(Target::parse(&target.to_string()), Ok(target.clone()), "the one form has another");
    }
    let url = if Target::parse(url).is_ok() { url } else { "https://example.com/foo?param=Value&Pet=dog" };
    // However a URL is cut in two, the parts make the target that they say, or none.
    let cut = usize::from(field.first().copied().unwrap_or_default());
    if let Some((host, rest)) = url.strip_prefix("https://").and_then(|rest| rest.split_at_checked(cut)) {
        if let (true, Ok(target)) = (rest.starts_with('/'), Target::received(Scheme::Https, host, "GET", rest)) {
            assert_eq!(target.request_target(), rest);
            assert_eq!(target.authority().host(), Authority::parse(host).unwrap().host());
        }
    }
    let mut request = Request::new("POST", url).unwrap().with_body(b"body");
    for (name, value) in [("Signature-Input", input), ("Signature", signature), ("Field", field)] {
        let Ok(longer) = request.header(name, value) else { return };
        request = longer;
    }
    request.fields_mut().add_trailer("Field", field).unwrap();
    request.fields_mut().set_type("field", FieldType::Dictionary);
    let key = Key::from_secret(&[7; 32], Some("k")).unwrap();
    for found in Signature::read_all(Message::Request(&request)).unwrap_or_default() {
        assert!(found.verify(Message::Request(&request), &key).is_err(), "noise is a signature");
        let signed = Signature::new(
            Message::Request(&request),
            &found.label,
            found.components.clone(),
            found.parameters.clone(),
            &key,
        );
        // What is signed as the noise asks for is read again and right, unless it names another
        // algorithm.
        let Ok(signed) = signed else { continue };
        let (input, value) = (signed.input(), signed.value());
        let request = Request::new("POST", url).unwrap().header("Signature-Input", input.as_bytes()).unwrap();
        let request = request.header("Signature", value.as_bytes()).unwrap();
        let again = Signature::read_all(Message::Request(&request)).expect("what was written can be read");
        assert_eq!((&again[0].components, &again[0].parameters), (&signed.components, &signed.parameters));
        assert_eq!(again[0].bytes, signed.bytes);
    }
    let keys = KeySet::from(key.clone());
    let authority = Target::parse(url).unwrap().authority().to_string();
    let verifier = RequestVerifier::new(&[authority]).unwrap();
    assert!(verifier.verify_at(&request, &keys, None, NOW).is_err(), "noise is accepted");
    // Next to the noise, our signature is accepted; and not when the noise is a part of what it
    // covers.
    let plain = Request::new("POST", url).unwrap().header("Content-Type", field).unwrap().with_body(b"body");
    let Ok(signed) = RequestSigner::new(key).unwrap().sign_at(&plain, NOW) else { return };
    let whole = |kind: &[u8]| {
        let mut request = Request::new("POST", url).unwrap().with_body(b"body");
        request.fields_mut().add("Content-Type", kind).unwrap();
        for (name, value) in signed.to_list() {
            request.fields_mut().add(name, value.as_bytes()).unwrap();
        }
        verifier.verify_at(&request, &keys, None, NOW).is_ok()
    };
    assert!(whole(field));
    assert!(!whole(&[field, b"x"].concat()));
});
