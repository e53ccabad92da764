//! The rules of a verifier for signed requests, and of a store against replays.

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;
use ironlatch::recipes::signing::request::structured_fields::Dictionary;
use ironlatch::recipes::signing::request::{
    Message, Request, RequestSigner, RequestVerifier, Signature, SignedFields, content_digest,
};
use ironlatch::recipes::signing::{Key, KeySet, MAX_LEEWAY, MemoryReplayStore, ReplayStore};

use super::{NOW, REQUEST_DIGEST, URL, list, plain, refusal, verifier, with};

#[test]
fn what_is_signed_is_accepted_once() {
    for key in [Key::generate(), Key::generate_pair()] {
        let signed = RequestSigner::new(key.clone()).unwrap().sign_at(&plain(), NOW).unwrap();
        let (keys, store) = (KeySet::from(key.clone()), MemoryReplayStore::default());
        let (request, verifier) = (plain(), verifier());
        let request = with(&request, &signed);
        let verified = verifier.verify_at(&request, &keys, Some(&store), NOW + 10).unwrap();
        assert_eq!((verified.key_id.as_str(), verified.created), (key.id(), NOW));
        assert_eq!(
            verified.components,
            ["@method", "@authority", "@path", "@query", "content-type", "content-digest"]
                .map(|name| format!("\"{name}\""))
        );
        assert_eq!(refusal(verifier.verify_at(&request, &keys, Some(&store), NOW + 10)), Refusal::Replayed);
        assert!(verifier.verify_at(&request, &keys, None, NOW + 10).is_ok());
        // As long as it could be accepted again, it is remembered.
        assert_eq!(refusal(verifier.verify_at(&request, &keys, Some(&store), NOW + 330)), Refusal::Replayed);
        assert_eq!(refusal(verifier.verify_at(&request, &keys, Some(&store), NOW + 331)), Refusal::Expired);
        // The same once more is another request.
        let again = RequestSigner::new(key).unwrap().sign_at(&plain(), NOW).unwrap();
        assert_ne!(again.signature, signed.signature);
        let request = plain();
        verifier.verify_at(&with(&request, &again), &keys, Some(&store), NOW).unwrap();
    }
}

/// Says until when each thing is kept, and keeps it all.
#[derive(Default)]
struct Ends(std::sync::Mutex<Vec<u64>>, MemoryReplayStore);

impl ReplayStore for Ends {
    fn remember(&self, id: &str, until: u64, now: u64) -> Result<bool, Error> {
        self.0.lock().unwrap().push(until);
        self.1.remember(id, until, now)
    }
}

#[test]
fn what_one_verifier_accepted_no_other_accepts_however_long_its_time_is() {
    let key = Key::generate();
    let keys = KeySet::from(key.clone());
    let signer = RequestSigner::new(key.clone()).unwrap().with_validity(7200).unwrap();
    let taking = |max_age, leeway| verifier().with_max_age(max_age, leeway).unwrap();
    let (narrow, wide) = (taking(60, 0), taking(7200, 300));
    let (bare, signed) = (plain(), signer.sign_at(&plain(), NOW).unwrap());
    let request = with(&bare, &signed);
    let store = Ends::default();
    narrow.verify_at(&request, &keys, Some(&store), NOW + 5).unwrap();
    for later in [6, 61, 400, 7200, 7500] {
        let signed = signer.sign_at(&bare, NOW + later).unwrap();
        let other = with(&bare, &signed);
        // Something else comes in between, so that the store forgets what it may.
        wide.verify_at(&other, &keys, Some(&store), NOW + later).unwrap();
        assert_eq!(refusal(wide.verify_at(&request, &keys, Some(&store), NOW + later)), Refusal::Replayed, "{later}");
    }
    assert_eq!(refusal(wide.verify_at(&request, &keys, Some(&store), NOW + 7501)), Refusal::Expired);
    assert_eq!(store.0.lock().unwrap()[0], NOW + 7200 + MAX_LEEWAY);
    // No verifier reckons with clocks that differ by more.
    for leeway in [MAX_LEEWAY + 1, u64::MAX] {
        assert!(matches!(verifier().with_max_age(60, leeway), Err(Error::Core(CoreError::InvalidValue(_)))));
    }
}

#[test]
fn every_changed_byte_is_refused() {
    let key = Key::generate();
    let keys = KeySet::from(key.clone());
    let signed = RequestSigner::new(key).unwrap().sign_at(&plain(), NOW).unwrap();
    let plain = plain();
    let everywhere = RequestVerifier::new(&["api.example.com", "api2.example.com", "api.example.com:8443"]).unwrap();
    let verify = |request: &Request<'_>| everywhere.verify_at(request, &keys, None, NOW);
    verify(&with(&plain, &signed)).unwrap();
    let digest = signed.content_digest.clone().unwrap();
    for (which, field) in [&signed.signature_input, &signed.signature, &digest].into_iter().enumerate() {
        for index in 0..field.len() {
            for changed in [flipped(field, index), field[..index].to_owned()] {
                let mut fields = signed.clone();
                *[&mut fields.signature_input, &mut fields.signature, fields.content_digest.as_mut().unwrap()][which] =
                    changed;
                // The last character of base64 holds bits that mean nothing, and its padding may be
                // missing.
                let same = Dictionary::parse(field.as_bytes()).ok()
                    == Dictionary::parse(
                        [&fields.signature_input, &fields.signature, fields.content_digest.as_ref().unwrap()][which]
                            .as_bytes(),
                    )
                    .ok();
                assert!(same || verify(&with(&plain, &fields)).is_err(), "{which} {index}");
            }
        }
    }
    let other = |method, url: &str, kind: &'static str, body: &'static [u8]| {
        let request =
            Request::new(method, url).unwrap().header("Content-Type", kind.as_bytes()).unwrap().with_body(body);
        verify(&with(&request, &signed))
    };
    other("POST", URL, "text/plain", b"to Ada").unwrap();
    for result in [
        other("PUT", URL, "text/plain", b"to Ada"),
        other("POST", "https://api.example.com/pay?amount=8", "text/plain", b"to Ada"),
        other("POST", "https://api.example.com/pay", "text/plain", b"to Ada"),
        other("POST", "https://api.example.com/Pay?amount=7", "text/plain", b"to Ada"),
        other("POST", "https://api2.example.com/pay?amount=7", "text/plain", b"to Ada"),
        other("POST", "https://api.example.com:8443/pay?amount=7", "text/plain", b"to Ada"),
        other("POST", URL, "text/html", b"to Ada"),
        other("POST", URL, "text/plain", b"to Bob"),
        other("POST", URL, "text/plain", b""),
    ] {
        assert_eq!(refusal(result), Refusal::NotAuthentic);
    }
}

fn flipped(text: &str, index: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[index] ^= 1;
    String::from_utf8(bytes).unwrap()
}

#[test]
fn keys_of_others_and_other_purposes_are_refused() {
    let (key, other) = (Key::generate_pair(), Key::generate_pair());
    let plain = plain();
    let signed =
        RequestSigner::new(key.clone()).unwrap().with_purpose("payments").unwrap().sign_at(&plain, NOW).unwrap();
    let request = with(&plain, &signed);
    let verify = |verifier: RequestVerifier, keys: Vec<Key>| {
        verifier.verify_at(&request, &KeySet::new(keys).unwrap(), None, NOW)
    };
    let payments = || verifier().with_purpose("payments").unwrap();
    verify(payments(), vec![other.clone(), key.public().unwrap()]).unwrap();
    assert_eq!(refusal(verify(payments(), vec![other.clone()])), Refusal::NotAuthentic);
    // Another key under the same name.
    let forged = other.with_id(key.id()).unwrap();
    assert_eq!(refusal(verify(payments(), vec![forged])), Refusal::NotAuthentic);
    assert_eq!(refusal(verify(verifier(), vec![key.clone()])), Refusal::Insufficient);
    let others = verifier().with_purpose("reports").unwrap();
    assert_eq!(refusal(verify(others, vec![key.clone()])), Refusal::Insufficient);
    let at = |authorities: &[&str]| RequestVerifier::new(authorities).unwrap().with_purpose("payments").unwrap();
    for here in ["API.example.com", "api.example.com:443", "api.example.com:"] {
        verify(at(&["other.example.com", here]), vec![key.clone()]).unwrap();
    }
    for elsewhere in ["api.example.org", "api.example.com:80", "example.com"] {
        assert_eq!(refusal(verify(at(&[elsewhere]), vec![key.clone()])), Refusal::Insufficient);
    }
    for wrong in [&[][..], &[""], &["https://api.example.com"], &["api.example.com/"], &["*"], &[".example.com,"]] {
        assert!(matches!(RequestVerifier::new(wrong), Err(Error::Core(CoreError::InvalidValue(_)))), "{wrong:?}");
    }
    let asking = payments().with_required(&["Idempotency-Key"]).unwrap();
    assert_eq!(refusal(verify(asking, vec![key.clone()])), Refusal::Insufficient);
    assert!(matches!(RequestSigner::new(key.public().unwrap()), Err(Error::Core(CoreError::WrongType(_)))));
}

#[test]
fn time_and_clocks() {
    let key = Key::generate();
    let keys = KeySet::from(key.clone());
    let plain = plain();
    let signer = RequestSigner::new(key).unwrap();
    let at = |signer: &RequestSigner, verifier: &RequestVerifier, now| {
        let signed = signer.sign_at(&plain, NOW).unwrap();
        verifier.verify_at(&with(&plain, &signed), &keys, None, now)
    };
    let verifier = verifier();
    for now in [NOW - 30, NOW, NOW + 300, NOW + 330] {
        at(&signer, &verifier, now).unwrap();
    }
    assert_eq!(refusal(at(&signer, &verifier, NOW - 31)), Refusal::NotYetValid);
    assert_eq!(refusal(at(&signer, &verifier, NOW + 331)), Refusal::Expired);
    assert_eq!(refusal(at(&signer, &verifier, u64::MAX)), Refusal::Expired);
    let strict = verifier.clone().with_max_age(10, 0).unwrap();
    at(&signer, &strict, NOW + 10).unwrap();
    assert_eq!(refusal(at(&signer, &strict, NOW + 11)), Refusal::Expired);
    let short = signer.clone().with_validity(5).unwrap();
    assert_eq!(refusal(at(&short, &strict, NOW + 6)), Refusal::Expired);
    for wrong in [0, u64::MAX] {
        assert!(signer.clone().with_validity(wrong).is_err());
        assert!(verifier.clone().with_max_age(wrong, 0).is_err());
    }
}

/// A request that is rightly signed, but with other components and parameters than ours.
fn signed_so(input: &str, key: &Key) -> (String, String) {
    let request = plain().header("Content-Digest", b"sha-256=:6fLJKFdCpjzC0HMBXEpVlEV6AUoFYUqJPsBdsrSRmiY=:").unwrap();
    let (components, parameters) = list(input);
    let signature = Signature::new(Message::Request(&request), "a", components, parameters, key).unwrap();
    (signature.input(), signature.value())
}

#[test]
fn a_signature_must_cover_and_say_enough() {
    let key = Key::from_secret(&[1; 32], Some("k")).unwrap();
    let keys = KeySet::from(key.clone());
    let digest = content_digest(b"to Ada");
    let store = MemoryReplayStore::default();
    let verify = |input: &str| {
        let base = plain().header("Content-Digest", digest.as_bytes()).unwrap();
        let (components, parameters) = list(input);
        let signature = Signature::new(Message::Request(&base), "a", components, parameters, &key).unwrap();
        let (input, value) = (signature.input(), signature.value());
        let request = base.clone().header("Signature-Input", input.as_bytes()).unwrap();
        let request = request.header("Signature", value.as_bytes()).unwrap();
        verifier().verify_at(&request, &keys, Some(&store), NOW).map(drop)
    };
    let all = r#"("@method" "@target-uri" "content-type" "content-digest");created=1800000000;keyid="k";nonce="1""#;
    verify(all).unwrap();
    assert_eq!(refusal(verify(all)), Refusal::Replayed);
    // Without a name of a key, each is tried.
    verify(&all.replace(";keyid=\"k\"", "").replace("\"1\"", "\"2\"")).unwrap();
    verify(&all.replace("\"1\"", "\"3\";alg=\"hmac-sha256\"")).unwrap();
    for (from, to, reason) in [
        ("\"@method\" ", "", Refusal::Insufficient),
        ("\"@target-uri\"", "\"@authority\" \"@path\"", Refusal::Insufficient),
        ("\"@target-uri\"", "\"@query-param\";name=\"amount\"", Refusal::Insufficient),
        ("\"content-type\" ", "", Refusal::Insufficient),
        (" \"content-digest\"", "", Refusal::Insufficient),
        ("\"content-digest\"", "\"content-digest\";key=\"sha-256\"", Refusal::Insufficient),
        ("created=1800000000;", "", Refusal::Insufficient),
        (";nonce=\"1\"", "", Refusal::Insufficient),
        (";nonce=\"1\"", ";nonce=\"4\";tag=\"x\"", Refusal::Insufficient),
        ("\"k\"", "\"unknown\"", Refusal::NotAuthentic),
        ("\"1\"", "\"4\";alg=\"ed25519\"", Refusal::NotAuthentic),
        ("1800000000", "\"1800000000\"", Refusal::Malformed),
        ("1800000000", "-1", Refusal::Malformed),
        ("\"k\"", "k", Refusal::Malformed),
        ("nonce=\"1\"", "nonce=1", Refusal::Malformed),
        ("\"1\"", "\"4\";expires=1799999969", Refusal::Expired),
    ] {
        assert_eq!(refusal(verify(&all.replace(from, to))), reason, "{to}");
    }
    let (input, value) = signed_so(all, &key);
    for (input, value) in [
        (None, Some(value.as_str())),
        (Some(input.as_str()), None),
        (None, None),
        (Some(""), Some("")),
        (Some("a=1"), Some(&*value)),
        (Some(&*input), Some("a=1")),
        (Some(&*input), Some("b=:AAAA:")),
        (Some(&*input), Some(&*format!("{value}, b=:AAAA:"))),
        (Some(&*format!("{input}, b=()")), Some(&*value)),
        (Some("a=("), Some(&*value)),
    ] {
        let mut request = plain();
        for (name, value) in [("Signature-Input", input), ("Signature", value)] {
            if let Some(value) = value {
                request = request.header(name, value.as_bytes()).unwrap();
            }
        }
        assert_eq!(refusal(verifier().verify_at(&request, &keys, None, NOW)), Refusal::Malformed);
    }
}

#[test]
fn a_request_without_an_end_is_remembered_for_as_long_as_any_verifier_may_take_it() {
    let key = Key::from_secret(&[1; 32], Some("k")).unwrap();
    let keys = KeySet::from(key.clone());
    let covered = r#"("@method" "@target-uri" "content-type" "content-digest");created=1800000000;keyid="k";nonce="1""#;
    let digest = content_digest(b"to Ada");
    let request = plain().header("Content-Digest", digest.as_bytes()).unwrap();
    let (components, parameters) = list(covered);
    let signature = Signature::new(Message::Request(&request), "a", components, parameters, &key).unwrap();
    let (input, value) = (signature.input(), signature.value());
    let request = request.header("Signature-Input", input.as_bytes()).unwrap();
    let request = request.header("Signature", value.as_bytes()).unwrap();
    let verify = |max_age, store: &Ends, now| {
        let verifier = verifier().with_max_age(max_age, 0).unwrap();
        verifier.verify_at(&request, &keys, Some(store), now).map(drop)
    };
    let store = Ends::default();
    verify(10, &store, NOW + 10).unwrap();
    store.remember("another", NOW + 9999, NOW + 3600).unwrap();
    assert_eq!(refusal(verify(3600, &store, NOW + 3600)), Refusal::Replayed);
    // A verifier that accepted it for longer could not tell whether it had been there.
    assert_eq!(refusal(verify(3601, &Ends::default(), NOW)), Refusal::Insufficient);
}

/// A key's name is no secret: knowing it must not let anyone make the verifier work for it.
#[test]
fn hostile_numbers_of_components_and_members_cost_little() {
    let key = Key::from_secret(&[1; 32], Some("k")).unwrap();
    let members: Vec<String> = (0..1024).map(|number| format!("k{number:04}=1")).collect();
    let (members, request) = (members.join(","), plain());
    for (count, keyid) in [(1024, ";keyid=\"k\""), (1024, ""), (64, "")] {
        // What the policy asks for is among them.
        let asked = ["@method", "@target-uri", "content-type", "content-digest"].map(|name| format!("\"{name}\""));
        let more = (asked.len()..count).map(|number| format!("\"x\";key=\"k{number:04}\""));
        let components: Vec<String> = asked.into_iter().chain(more).collect();
        let input = format!("a=({});created={NOW}{keyid}", components.join(" "));
        let request = request
            .clone()
            .header("X", members.as_bytes())
            .and_then(|request| request.header("Signature-Input", input.as_bytes()))
            .and_then(|request| request.header("Signature", b"a=:AAAA:"))
            .and_then(|request| request.header("Content-Digest", REQUEST_DIGEST.as_bytes()))
            .unwrap();
        let keys: Vec<Key> = (0..50).map(|number| key.clone().with_id(&format!("{number}")).unwrap()).collect();
        let keys = KeySet::new([vec![key.clone()], keys].concat()).unwrap();
        let start = std::time::Instant::now();
        let reason = refusal(verifier().verify_at(&request, &keys, None, NOW));
        assert_eq!(reason, if count > 64 { Refusal::Malformed } else { Refusal::NotAuthentic });
        // Not the whole field for each component and each key.
        assert!(start.elapsed().as_secs() < 5, "{count} {keyid}: {:?}", start.elapsed());
    }
}

#[test]
fn several_signatures_and_the_one_that_counts() {
    let (key, proxy) = (Key::generate(), Key::generate());
    let plain = plain();
    let signed = RequestSigner::new(key.clone()).unwrap().sign_at(&plain, NOW).unwrap();
    let theirs = RequestSigner::new(proxy).unwrap().sign_at(&plain, NOW).unwrap();
    let input = format!("{}, {}", theirs.signature_input.replace("sig1", "proxy"), signed.signature_input);
    let value = format!("{}, {}", theirs.signature.replace("sig1", "proxy"), signed.signature);
    let both = SignedFields { signature_input: input, signature: value, ..signed };
    let verified = verifier().verify_at(&with(&plain, &both), &KeySet::from(key.clone()), None, NOW);
    assert_eq!(verified.unwrap().key_id, key.id());
}

#[test]
fn signers_say_what_is_wrong() {
    let signer = RequestSigner::new(Key::generate()).unwrap();
    let asking = signer.clone().with_components(&["Idempotency-Key", "@scheme", "content-type"]).unwrap();
    let error = asking.sign_at(&plain(), NOW).unwrap_err();
    assert!(
        matches!(&error, Error::Core(CoreError::InvalidValue(message)) if message.contains("idempotency-key")),
        "{error:?}"
    );
    let request = plain().header("idempotency-key", b"\"8e03978e\"").unwrap();
    let signed = asking.sign_at(&request, NOW).unwrap();
    assert!(signed.signature_input.contains("\"idempotency-key\" \"@scheme\");created"), "{}", signed.signature_input);
    for wrong in ["", "@query-param", "@status", "two words", "\"quoted\""] {
        assert!(signer.clone().with_components(&[wrong]).is_err(), "{wrong}");
    }
    for wrong in ["", "é", "a\n"] {
        assert!(signer.clone().with_purpose(wrong).is_err());
    }
    // Fields of an earlier signature are no part of the new one.
    let first = signer.sign_at(&plain(), NOW).unwrap();
    let old = plain();
    let again = signer.sign_at(&with(&old, &first), NOW).unwrap();
    assert_eq!(again.content_digest, first.content_digest);
}

#[test]
fn the_store_in_memory_is_bounded_and_forgets_in_time() {
    let store = MemoryReplayStore::new(2);
    assert!(store.remember("a", 10, 1).unwrap());
    assert!(!store.remember("a", 20, 1).unwrap());
    assert!(store.remember("b", 5, 1).unwrap());
    assert_eq!(refusal(store.remember("c", 5, 1)), Refusal::Unchecked);
    assert!(!store.remember("b", 5, 5).unwrap());
    assert!(store.remember("c", 9, 6).unwrap());
    assert_eq!(store.len(), 2);
    assert!(store.remember("b", 30, 11).unwrap());
    // What came again is kept for the longer of its times.
    assert!(!store.remember("a", 5, 20).unwrap());
    assert!(store.remember("a", 40, 21).unwrap());
    assert_eq!(store.len(), 2);
}

#[test]
fn of_many_at_once_one_is_accepted() {
    let key = Key::generate();
    let (keys, store) = (KeySet::from(key.clone()), MemoryReplayStore::default());
    let plain = plain();
    let signed = RequestSigner::new(key).unwrap().sign_at(&plain, NOW).unwrap();
    let request = with(&plain, &signed);
    let accepted: usize = std::thread::scope(|scope| {
        let verify = || verifier().verify_at(&request, &keys, Some(&store), NOW).is_ok();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(verify)).collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    });
    assert_eq!(accepted, 1);
}

/// Looking up a key may cost the caller a database, and a signature the machine a millisecond.
#[test]
fn what_costs_nothing_is_checked_before_a_key_is_looked_up() {
    struct Asked(core::cell::Cell<u32>);
    impl ironlatch::recipes::signing::request::Keys for Asked {
        fn candidates(&self, _: Option<&str>) -> ironlatch::recipes::Result<Vec<Key>> {
            self.0.set(self.0.get() + 1);
            Ok(Vec::new())
        }
    }
    let key = Key::generate();
    let signer = RequestSigner::new(key).unwrap();
    let (plain, keys) = (plain(), Asked(0.into()));
    let verify = |signed: &SignedFields, verifier: &RequestVerifier, now| {
        refusal(verifier.verify_at(&with(&plain, signed), &keys, None, now))
    };
    let signed = signer.sign_at(&plain, NOW).unwrap();
    assert_eq!(verify(&signed, &verifier(), NOW + 1000), Refusal::Expired);
    assert_eq!(verify(&signed, &verifier(), NOW - 1000), Refusal::NotYetValid);
    assert_eq!(verify(&signed, &verifier().with_required(&["x"]).unwrap(), NOW), Refusal::Insufficient);
    assert_eq!(verify(&signed, &verifier().with_purpose("x").unwrap(), NOW), Refusal::Insufficient);
    assert_eq!(verify(&signed, &RequestVerifier::new(&["other.example.com"]).unwrap(), NOW), Refusal::Insufficient);
    assert_eq!(keys.0.get(), 0);
    assert_eq!(verify(&signed, &verifier(), NOW), Refusal::NotAuthentic);
    assert_eq!(keys.0.get(), 1);
}
