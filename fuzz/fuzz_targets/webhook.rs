//! Webhooks' headers and secrets: noise is refused, together with the right signature and instead
//! of it.
#![no_main]

use ironlatch::recipes::signing::webhook::{Secret, Signer, Verifier};
use libfuzzer_sys::fuzz_target;

const NOW: u64 = 1_700_000_000;

fuzz_target!(|input: (&str, &str, &str, &[u8])| {
    let (id, time, signature, body) = input;
    if let Ok(secret) = Secret::parse(id) {
        assert_eq!(Secret::parse(secret.to_text().expose()).unwrap().to_text().expose(), secret.to_text().expose());
    }
    let secret = || Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let standard = Verifier::standard(vec![secret()]).unwrap();
    let verify = |headers: &[(&str, &str)], body: &[u8]| standard.verify(headers, body, NOW as f64);
    let headers = [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", signature)];
    assert!(verify(&headers, body).is_err(), "noise is a webhook");
    let others = [
        (Verifier::github(&[b"secret"]).unwrap(), vec![("X-Hub-Signature-256", signature)]),
        (Verifier::stripe(&[b"secret"]).unwrap(), vec![("Stripe-Signature", signature)]),
        (
            Verifier::slack(&[b"secret"]).unwrap(),
            vec![("X-Slack-Request-Timestamp", time), ("X-Slack-Signature", signature)],
        ),
    ];
    for (verifier, headers) in others {
        assert!(verifier.verify(&headers, body, NOW as f64).is_err(), "noise is a webhook");
    }
    let Ok(signed) = Signer::new(vec![secret()]).unwrap().sign(id, NOW, body) else { return };
    assert_eq!(verify(&signed.pairs(), body).unwrap().id, id);
    // Other signatures before ours do no harm; another body, name or time does.
    let before = format!("{signature} {}", signed.signature);
    let now = NOW.to_string();
    let accepted = verify(&[("webhook-id", id), ("webhook-timestamp", &now), ("webhook-signature", &before)], body);
    assert!(accepted.is_ok() || before.len() > 8192 || signature.split(' ').count() >= 16);
    assert!(verify(&signed.pairs(), &[body, b"x"].concat()).is_err());
    for changed in [
        [("webhook-id", signature), ("webhook-timestamp", &now), ("webhook-signature", &signed.signature)],
        [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", &signed.signature)],
    ] {
        let same = changed[0].1 == id && changed[1].1 == now;
        assert!(same || verify(&changed, body).is_err());
    }
});
