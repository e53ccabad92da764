//! `ironlatch sign webhook`, `ironlatch sign webhook-secret`, `ironlatch verify webhook`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::common::{run, run_with};
use tempfile::tempdir;

const BODY: &[u8] = b"{\"paid\":true}";

#[test]
fn signed_and_verified() {
    let dir = tempdir().unwrap();
    run(dir.path(), &["sign", "webhook-secret", "-o", "a"]).expect(0);
    run(dir.path(), &["sign", "webhook-secret", "--pair", "-o", "b"]).expect(0);
    assert_eq!(fs::metadata(dir.path().join("a")).unwrap().permissions().mode() & 0o777, 0o600);
    run(dir.path(), &["sign", "webhook-secret", "-o", "a"]).expect(1);
    let public = run(dir.path(), &["sign", "webhook-secret", "--public", "b"]).expect(0);
    assert!(public.text().starts_with("whpk_"));
    fs::write(dir.path().join("b.pub"), &public.stdout).unwrap();
    assert!(run(dir.path(), &["sign", "webhook-secret", "--public", "a"]).expect(1).stderr.contains("no public half"));

    let headers = run_with(dir.path(), &["sign", "webhook", "-s", "a", "-s", "b", "--id", "m1"], BODY).expect(0);
    fs::write(dir.path().join("headers"), &headers.stdout).unwrap();
    fs::write(dir.path().join("body"), BODY).unwrap();
    for secret in ["a", "b", "b.pub"] {
        let verified = run(dir.path(), &["verify", "webhook", "-s", secret, "-H", "@headers", "body"]).expect(0);
        assert_eq!(verified.text(), "the webhook is right: m1\n");
    }
    let wrong =
        run_with(dir.path(), &["verify", "webhook", "-s", "a", "-H", "@headers"], b"{\"paid\":false}").expect(3);
    assert!(wrong.stderr.contains("body is not the one that was sent"), "{}", wrong.stderr);
    run_with(dir.path(), &["sign", "webhook", "-s", "b.pub"], BODY).expect(1);

    let json = run_with(dir.path(), &["sign", "webhook", "-s", "a", "--json"], BODY).expect(0).json();
    let headers: Vec<String> =
        json.as_object().unwrap().iter().map(|(k, v)| format!("{k}: {}", v.as_str().unwrap())).collect();
    let given: Vec<&str> = headers.iter().flat_map(|header| ["-H", header]).collect();
    let arguments = [&["verify", "webhook", "-s", "a", "--json"], &given[..]].concat();
    assert_eq!(run_with(dir.path(), &arguments, BODY).expect(0).json()["verified"], true);
}

#[test]
fn of_others() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("secret"), "It's a Secret to Everybody\n").unwrap();
    let header = "X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let verify = |header: &str, from: &str| {
        run_with(dir.path(), &["verify", "webhook", "--from", from, "-s", "secret", "-H", header], b"Hello, World!")
    };
    verify(header, "github").expect(0);
    assert!(verify("Accept: */*", "github").expect(3).stderr.contains("no X-Hub-Signature-256 header"));
    assert!(verify("Accept: */*", "stripe").expect(3).stderr.contains("no Stripe-Signature header"));
    assert!(verify("Accept: */*", "slack").expect(3).stderr.contains("no X-Slack-Request-Timestamp header"));
    verify("no header", "github").expect(2);
    verify(header, "gitlab").expect(2);
    assert!(verify(header, "standard").expect(1).stderr.contains("whsec_"));
}

#[test]
fn late() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    fs::write(
        dir.path().join("request"),
        "POST /hook HTTP/1.1\r\nHost: example.com\r\nWebhook-Id: msg_p5jXN8AQM9LWM0D4loKWxJek\r\n\
         Webhook-Timestamp: 1614265330\r\nWebhook-Signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\r\n\r\n",
    )
    .unwrap();
    let arguments = ["verify", "webhook", "-s", "secret", "-H", "@request"];
    let body = b"{\"test\": 2432232314}";
    assert!(run_with(dir.path(), &arguments, body).expect(3).stderr.contains("seconds ago"));
    let patient = |tolerance| run_with(dir.path(), &[&arguments[..], &["--tolerance", tolerance]].concat(), body);
    assert!(patient("1h").expect(3).stderr.contains("at most 3600 are allowed"));
    assert!(patient("1d").expect(2).stderr.contains("for which a webhook is remembered"));
}
