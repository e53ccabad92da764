//! Webhooks: the published examples of each sender, and what is refused.

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;
use ironlatch::recipes::signing::webhook::{
    MAX_PAIR_SIGNATURES, MAX_SIGNATURES, Secret, Signer, Verified, Verifier, new_id,
};
use ironlatch::recipes::signing::{FOREVER, MemoryReplayStore, ReplayStore};

fn refused(result: Result<Verified, Error>) -> Refusal {
    match result {
        Err(Error::Refused { reason, .. }) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

/// The example that Standard Webhooks' implementations share.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIME: u64 = 1_614_265_330;
const BODY: &[u8] = b"{\"test\": 2432232314}";
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn secret() -> Secret {
    Secret::parse(SECRET).unwrap()
}

#[test]
fn the_published_example() {
    let signed = Signer::new(vec![secret()]).unwrap().sign(ID, TIME, BODY).unwrap();
    assert_eq!(signed.signature, SIGNATURE);
    let verifier = Verifier::standard(vec![secret()]).unwrap();
    let headers = [("Webhook-Id", ID), ("WEBHOOK-TIMESTAMP", "1614265330"), ("webhook-signature", SIGNATURE)];
    let expected = Verified { id: ID.into(), timestamp: Some(TIME), remember_until: TIME + 60 * 60 };
    assert_eq!(verifier.verify(&headers, BODY, TIME as f64).unwrap(), expected);
}

#[test]
fn the_window_has_two_ends() {
    let signed = Signer::new(vec![secret()]).unwrap().sign(ID, TIME, BODY).unwrap();
    let verifier = Verifier::standard(vec![secret()]).unwrap();
    let at = |now: f64| verifier.verify(&signed.pairs(), BODY, TIME as f64 + now);
    assert!(at(300.0).is_ok() && at(-300.0).is_ok());
    assert_eq!(refused(at(300.5)), Refusal::Expired);
    assert_eq!(refused(at(-300.5)), Refusal::NotYetValid);
    assert!(matches!(at(f64::NAN), Err(Error::Core(CoreError::InvalidValue(_)))));
    let wider = Verifier::standard(vec![secret()]).unwrap().with_tolerance(600).unwrap();
    assert!(wider.verify(&signed.pairs(), BODY, TIME as f64 + 600.0).is_ok());
}

#[test]
fn pairs_and_rotation() {
    let (old, new) = (Secret::generate().unwrap(), Secret::generate_pair());
    let copy = |secret: &Secret| Secret::parse(secret.to_text().expose()).unwrap();
    let verify =
        |secrets, headers: &[(&str, &str)]| Verifier::standard(secrets).unwrap().verify(headers, BODY, TIME as f64);
    let both = Signer::new(vec![copy(&new), copy(&old)]).unwrap().sign(ID, TIME, BODY).unwrap();
    assert_eq!(both.signature.split(' ').count(), 2);
    assert!(both.signature.starts_with("v1a,"));
    for receiver in [vec![copy(&old)], vec![new.public().unwrap()], vec![Secret::generate().unwrap(), copy(&old)]] {
        assert!(verify(receiver, &both.pairs()).is_ok());
    }
    assert_eq!(refused(verify(vec![Secret::generate().unwrap()], &both.pairs())), Refusal::NotAuthentic);
    assert_eq!(refused(verify(vec![Secret::generate_pair().public().unwrap()], &both.pairs())), Refusal::NotAuthentic);
    // Signatures of other versions are passed over, too many are not.
    let with = |signature: &str| {
        let headers = [("webhook-id", ID), ("webhook-timestamp", "1614265330"), ("webhook-signature", signature)];
        verify(vec![secret()], &headers)
    };
    assert!(with(&format!("v2,abc v1,AAAA x v1 v1,!! {SIGNATURE}")).is_ok());
    let many = |count: usize| format!("{}{SIGNATURE}", "v1,AAAA ".repeat(count - 1));
    assert!(with(&many(MAX_SIGNATURES)).is_ok());
    assert_eq!(refused(with(&many(MAX_SIGNATURES + 1))), Refusal::Malformed);
    assert_eq!(refused(with(&SIGNATURE.replace("v1,", "v1a,"))), Refusal::NotAuthentic);
    assert_eq!(refused(with("")), Refusal::NotAuthentic);
}

#[test]
fn every_byte_counts() {
    let verifier = Verifier::standard(vec![secret()]).unwrap();
    let good = [ID, "1614265330", SIGNATURE];
    let verify = |values: &[String; 3], body: &[u8]| {
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
        let headers: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        verifier.verify(&headers, body, TIME as f64)
    };
    let values = good.map(str::to_owned);
    assert!(verify(&values, BODY).is_ok());
    for place in 0..3 {
        for at in 0..values[place].len() {
            for to in ["A", "0", " ", ".", "é"] {
                let mut changed = values.clone();
                changed[place].replace_range(at..=at, to);
                if changed != values {
                    refused(verify(&changed, BODY));
                }
            }
            let mut cut = values.clone();
            cut[place].truncate(at);
            refused(verify(&cut, BODY));
        }
    }
    for at in 0..BODY.len() {
        let mut changed = BODY.to_vec();
        changed[at] ^= 1;
        refused(verify(&values, &changed));
        refused(verify(&values, &BODY[..at]));
    }
}

#[test]
fn headers_are_read_strictly() {
    let verifier = Verifier::standard(vec![secret()]).unwrap();
    let good = [("webhook-id", ID), ("webhook-timestamp", "1614265330"), ("webhook-signature", SIGNATURE)];
    let verify = |headers: &[(&str, &str)]| verifier.verify(headers, BODY, TIME as f64);
    for missing in 0..3 {
        let mut headers = good.to_vec();
        headers.remove(missing);
        assert_eq!(refused(verify(&headers)), Refusal::Malformed);
        let twice = [&good[..], &[(good[missing].0, good[missing].1)]].concat();
        assert_eq!(refused(verify(&twice)), Refusal::Malformed);
    }
    for time in ["", "+1614265330", "01614265330", "1614265330.0", "-1", "99999999999999999999", "1.6e9", " 1614265330"]
    {
        let headers = [good[0], ("webhook-timestamp", time), good[2]];
        assert_eq!(refused(verify(&headers)), Refusal::Malformed, "{time}");
    }
    let huge = "v1,".repeat(1_000_000);
    assert_eq!(refused(verify(&[good[0], good[1], ("webhook-signature", &huge)])), Refusal::Malformed);
    let signer = Signer::new(vec![secret()]).unwrap();
    for id in ["", "a.b", "a b", "ä", "a\n", &"a".repeat(257)] {
        assert!(signer.sign(id, TIME, BODY).is_err(), "{id}");
        assert_eq!(refused(verify(&[("webhook-id", id), good[1], good[2]])), Refusal::Malformed, "{id}");
    }
    assert!(signer.sign(&new_id(), TIME, BODY).is_ok());
}

#[test]
fn secrets_are_read_strictly_and_not_shown() {
    for bad in [
        "",
        "secret",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "MfKQ9r8GKYqrTwjUPD8=",
        "whsec_",
        "whsec_AAAA",
        "whsec_!!!!",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ] {
        assert!(matches!(Secret::parse(bad), Err(Error::Core(CoreError::InvalidValue(_)))), "{bad}");
    }
    // The prefix may be missing; senders have secrets of other lengths than the standard.
    let bare = Secret::parse("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
    assert_eq!(bare.to_text().expose(), SECRET);
    for len in [16, 23, 65, 128, 1024] {
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, vec![7; len]);
        for text in [format!("whsec_{text}"), text] {
            let secret = || Secret::parse(&text).unwrap();
            let signed = Signer::new(vec![secret()]).unwrap().sign(ID, TIME, BODY).unwrap();
            assert!(Verifier::standard(vec![secret()]).unwrap().verify(&signed.pairs(), BODY, TIME as f64).is_ok());
        }
    }
    for len in [15, 1025] {
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, vec![7; len]);
        assert!(Secret::parse(&text).is_err() && Secret::parse(&format!("whsec_{text}")).is_err());
    }
    let pair = Secret::generate_pair();
    let text = pair.to_text();
    // The two halves must belong together.
    let other = Secret::generate_pair();
    let mixed = format!("{}{}", &text.expose()[..40], &other.to_text().expose()[40..]);
    assert!(Secret::parse(&mixed).is_err());
    for secret in [secret(), pair] {
        let text = secret.to_text();
        assert_eq!(Secret::parse(&format!(" {}\n", text.expose())).unwrap().to_text().expose(), text.expose());
        assert!(!format!("{secret:?}").contains(&text.expose()[6..20]));
    }
    assert!(Signer::new(vec![]).is_err());
    assert!(Signer::new(vec![Secret::generate_pair().public().unwrap()]).is_err());
    assert!(secret().public().is_err());
}

/// From GitHub's page on validating deliveries.
#[test]
fn github() {
    let secret: &[u8] = b"It's a Secret to Everybody";
    let verifier = Verifier::github(&[secret]).unwrap();
    let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let verify = |signature: &str, body: &[u8]| verifier.verify(&[("X-Hub-Signature-256", signature)], body, 1000.0);
    let verified = verify(signature, b"Hello, World!").unwrap();
    assert_eq!((verified.timestamp, verified.remember_until), (None, FOREVER));
    assert_eq!(verify(&signature.replace("757107ea", "757107EA"), b"Hello, World!").unwrap().id, verified.id);
    assert_eq!(refused(verify(signature, b"Hello, World")), Refusal::NotAuthentic);
    for bad in ["", "sha256=", "sha1=757107ea", &signature[7..], &signature[..70], &format!("{signature}00")] {
        assert_eq!(refused(verify(bad, b"Hello, World!")), Refusal::Malformed, "{bad}");
    }
    let rotated = Verifier::github(&[b"new", secret]).unwrap();
    assert!(rotated.verify(&[("x-hub-signature-256", signature)], b"Hello, World!", 0.0).is_ok());
    assert!(Verifier::github(&[]).is_err());
    assert!(Verifier::github(&[b""]).is_err());
}

/// From Slack's page on verifying requests.
#[test]
fn slack() {
    let body: &[u8] = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
        channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
        response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
        trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let verifier = Verifier::slack(&[b"8f742231b10e8888abcd99yyyzzz85a5"]).unwrap();
    let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    let at = |time: &str, now: f64| {
        verifier.verify(&[("X-Slack-Request-Timestamp", time), ("X-Slack-Signature", signature)], body, now)
    };
    assert_eq!(at("1531420618", 1_531_420_700.0).unwrap().timestamp, Some(1_531_420_618));
    assert_eq!(refused(at("1531420618", 1_531_421_000.0)), Refusal::Expired);
    assert_eq!(refused(at("1531420619", 1_531_420_700.0)), Refusal::NotAuthentic);
}

#[test]
fn stripe() {
    // HMAC-SHA-256 of "1700000000.{}" under the text "whsec_test", with Python's hmac.
    let right = "35495024f4ef3f94e5a93e22221544c4b75e9a42300cd965ab81cb85cd994e91";
    let verifier = Verifier::stripe(&[b"whsec_test"]).unwrap();
    let verify = |header: &str| verifier.verify(&[("Stripe-Signature", header)], b"{}", 1_700_000_010.0);
    let expected = verify(&format!("t=1700000000,v1={right}")).unwrap();
    assert_eq!(expected.timestamp, Some(1_700_000_000));
    let zeros = "0".repeat(64);
    let among_others = verify(&format!("t=1700000000,v1={zeros},v1={right},v0={zeros}")).unwrap();
    assert_eq!(among_others.id, expected.id, "the same message, whatever stands around it");
    assert_eq!(refused(verify(&format!("t=1700000001,v1={right}"))), Refusal::NotAuthentic);
    assert_eq!(refused(verify(&format!("t=1700000000,v0={right}"))), Refusal::NotAuthentic);
    for bad in [
        format!("v1={right}"),
        format!("t=1700000000,t=1700000000,v1={right}"),
        format!("t=,v1={right}"),
        String::new(),
    ] {
        assert_eq!(refused(verify(&bad)), Refusal::Malformed, "{bad}");
    }
    let many = format!("t=1700000000{}", format!(",v1={right}").repeat(MAX_SIGNATURES + 1));
    assert_eq!(refused(verify(&many)), Refusal::Malformed);
}

#[test]
fn once_only() {
    let store = MemoryReplayStore::default();
    let signer = Signer::new(vec![secret()]).unwrap();
    let verifier = Verifier::standard(vec![secret()]).unwrap();
    let accept = |id: &str, time: u64| {
        let signed = signer.sign(id, time, BODY).unwrap();
        verifier.verify(&signed.pairs(), BODY, TIME as f64).and_then(|verified| verified.only_once(&store, TIME as f64))
    };
    assert!(accept("msg_1", TIME).is_ok());
    assert_eq!(refused(accept("msg_1", TIME)), Refusal::Replayed);
    assert_eq!(refused(accept("msg_1", TIME + 1)), Refusal::Replayed, "another attempt at the same message");
    assert!(accept("msg_2", TIME).is_ok());
}

#[test]
fn headers_under_their_older_names() {
    let verifier = Verifier::standard(vec![secret()]).unwrap();
    let verify = |headers: &[(&str, &str)]| verifier.verify(headers, BODY, TIME as f64);
    let svix = [("Svix-Id", ID), ("svix-timestamp", "1614265330"), ("SVIX-SIGNATURE", SIGNATURE)];
    let standard = [("webhook-id", ID), ("webhook-timestamp", "1614265330"), ("webhook-signature", SIGNATURE)];
    // The same message whatever they are called.
    assert_eq!(verify(&svix).unwrap(), verify(&standard).unwrap());
    assert_eq!(verify(&[standard, svix].concat()).unwrap().id, ID);
    // One set or the other, and never some of each.
    for at in 0..3 {
        let mut mixed = svix;
        mixed[at] = standard[at];
        assert_eq!(refused(verify(&mixed)), Refusal::Malformed);
        let mut cut = svix.to_vec();
        cut.remove(at);
        assert_eq!(refused(verify(&cut)), Refusal::Malformed);
        assert_eq!(refused(verify(&[&svix[..], &[svix[at]]].concat())), Refusal::Malformed);
    }
    let forged = [("webhook-signature", "v1,AAAA"), ("webhook-id", "other"), ("webhook-timestamp", "1614265330")];
    assert_eq!(refused(verify(&[forged, svix].concat())), Refusal::NotAuthentic);
}

#[test]
fn a_line_end_behind_a_secret_is_none_of_it() {
    let right = "35495024f4ef3f94e5a93e22221544c4b75e9a42300cd965ab81cb85cd994e91";
    for secret in [&b"whsec_test\n"[..], b"whsec_test\r\n", b" whsec_test\t\n\n"] {
        let header = format!("t=1700000000,v1={right}");
        let verifier = Verifier::stripe(&[secret]).unwrap();
        assert!(verifier.verify(&[("Stripe-Signature", &header)], b"{}", 1_700_000_000.0).is_ok());
    }
    let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    for (secret, right) in [
        (&b"It's a Secret to Everybody\n"[..], true),
        (b"It's a Secret to Everybody\r\n", true),
        (b"It's a Secret to Everybody ", false),
    ] {
        let verifier = Verifier::github(&[secret]).unwrap();
        let verified = verifier.verify(&[("X-Hub-Signature-256", signature)], b"Hello, World!", 0.0);
        assert_eq!(verified.is_ok(), right);
    }
    for empty in [&b"\n"[..], b"\r\n", b""] {
        assert!(Verifier::github(&[empty]).is_err() && Verifier::stripe(&[empty]).is_err());
        assert!(Verifier::slack(&[empty]).is_err());
    }
}

/// Input from anyone costs one hash of the body for each secret, and a late one costs none.
#[test]
fn the_work_before_a_message_is_known_to_be_authentic() {
    let body = vec![7; 4 << 20];
    let secrets = || {
        (0..2).map(|number| Secret::parse(&format!("whsec_{}", "ABCD".repeat(8 + number))).unwrap()).collect::<Vec<_>>()
    };
    let verifier = Verifier::standard(secrets()).unwrap();
    let spent = |count: usize, time: u64| {
        let signatures = format!("v1,{} ", "A".repeat(43) + "=").repeat(count);
        let time = time.to_string();
        let headers = [("webhook-id", ID), ("webhook-timestamp", &*time), ("webhook-signature", &*signatures)];
        let timed = || {
            let start = std::time::Instant::now();
            (refused(verifier.verify(&headers, &body, TIME as f64)), start.elapsed())
        };
        (0..5).map(|_| timed()).min_by_key(|(_, time)| *time).unwrap()
    };
    let (one, many) = (spent(1, TIME), spent(MAX_SIGNATURES, TIME));
    assert_eq!((one.0, many.0), (Refusal::NotAuthentic, Refusal::NotAuthentic));
    assert!(many.1 < 4 * one.1, "16 signatures: {:?}, one: {:?}", many.1, one.1);
    for (count, time, reason) in [
        (MAX_SIGNATURES, TIME - 301, Refusal::Expired),
        (MAX_SIGNATURES, TIME + 301, Refusal::NotYetValid),
        (MAX_SIGNATURES + 1, TIME, Refusal::Malformed),
        (0, TIME, Refusal::NotAuthentic),
    ] {
        let (found, time) = spent(count, time);
        assert_eq!(found, reason);
        assert!(4 * time < one.1, "{reason:?}: {time:?}, a hash for each secret: {:?}", one.1);
    }
    // The same of Stripe's.
    let verifier = Verifier::stripe(&[b"whsec_a", b"whsec_b"]).unwrap();
    let header = format!("t=1{}", format!(",v1={}", "0".repeat(64)).repeat(MAX_SIGNATURES));
    let start = std::time::Instant::now();
    assert_eq!(refused(verifier.verify(&[("Stripe-Signature", &header)], &body, TIME as f64)), Refusal::Expired);
    assert!(4 * start.elapsed() < one.1);
    // A signature by a pair hashes the body with itself, so that few are tried.
    let pairs = || (0..=MAX_PAIR_SIGNATURES).map(|_| Secret::generate_pair());
    assert!(Signer::new(pairs().collect::<Vec<_>>()).is_err());
    assert!(Signer::new(pairs().skip(1).collect::<Vec<_>>()).is_ok());
    let verifier = Verifier::standard(vec![Secret::generate_pair().public().unwrap()]).unwrap();
    let verify = |count: usize| {
        let signatures = format!("v1a,{}== ", "A".repeat(86)).repeat(count);
        refused(verifier.verify(
            &[("webhook-id", ID), ("webhook-timestamp", "1614265330"), ("webhook-signature", &signatures)],
            BODY,
            TIME as f64,
        ))
    };
    assert_eq!(verify(MAX_PAIR_SIGNATURES), Refusal::NotAuthentic);
    assert_eq!(verify(MAX_PAIR_SIGNATURES + 1), Refusal::Malformed);
}

#[test]
fn once_only_for_verifiers_of_every_tolerance() {
    let store = MemoryReplayStore::default();
    let signer = Signer::new(vec![secret()]).unwrap();
    let accept = |time: u64, tolerance, now: u64| {
        let signed = signer.sign("msg_1", time, BODY).unwrap();
        let verifier = Verifier::standard(vec![secret()]).unwrap().with_tolerance(tolerance).unwrap();
        store.remember("another", FOREVER, now).unwrap();
        let verified = verifier.verify(&signed.pairs(), BODY, now as f64);
        verified.and_then(|verified| verified.only_once(&store, now as f64)).map(drop)
    };
    const MOST: u64 = 60 * 60;
    accept(TIME, 1, TIME).unwrap();
    for later in [2, 300, 301, MOST] {
        assert_eq!(
            accept(TIME, MOST, TIME + later).map_err(|error| refused(Err(error))),
            Err(Refusal::Replayed),
            "{later}"
        );
    }
    // A later attempt at the same message is refused, and is remembered for as long as it lasts.
    assert!(accept(TIME + MOST, 300, TIME + MOST).is_err());
    assert!(accept(TIME + MOST, 300, TIME + MOST + 300).is_err());
    assert!(Verifier::standard(vec![secret()]).unwrap().with_tolerance(MOST + 1).is_err());
    // What has no time of its own is remembered for good.
    let github = Verifier::github(&[b"It's a Secret to Everybody"]).unwrap();
    let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let once = |now: f64| {
        let verified = github.verify(&[("X-Hub-Signature-256", signature)], b"Hello, World!", now);
        store.remember("another", FOREVER, now as u64).unwrap();
        verified.and_then(|verified| verified.only_once(&store, now)).map(drop)
    };
    once(TIME as f64).unwrap();
    assert!(once(TIME as f64 + 1e9).is_err());
}
