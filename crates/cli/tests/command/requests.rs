//! `ironlatch sign request`, `ironlatch verify request`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::{Run, command, result, run, run_with};
use tempfile::{TempDir, tempdir};

const REQUEST: &str = "POST /pay?amount=7 HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: application/json\r\n\
                       Content-Length: 17\r\n\r\n{\"to\":\"Ada Ltd.\"}";
const URL: &str = "https://api.example.com/pay?amount=7";
const BODY: &str = "{\"to\":\"Ada Ltd.\"}";

/// A directory with keys, the request and its body.
fn with_keys() -> TempDir {
    let dir = tempdir().unwrap();
    run(dir.path(), &["sign", "keygen", "-o", "shared.jwk", "--id", "shared"]).expect(0);
    run(dir.path(), &["sign", "keygen", "--pair", "-o", "pair.jwk", "--id", "pair"]).expect(0);
    let public = run(dir.path(), &["sign", "keygen", "--public", "pair.jwk"]).expect(0);
    fs::write(dir.path().join("public.jwk"), &public.stdout).unwrap();
    fs::write(dir.path().join("request"), REQUEST).unwrap();
    fs::write(dir.path().join("body"), BODY).unwrap();
    dir
}

fn sign(dir: &Path, key: &str, more: &[&str]) -> String {
    let run = run(dir, &[&["sign", "request", "-k", key], more].concat()).expect(0);
    fs::write(dir.join("headers"), &run.stdout).unwrap();
    run.text().to_owned()
}

fn verify(dir: &Path, key: &str, more: &[&str]) -> Run {
    let fixed = ["verify", "request", "-k", key, "-H", "@headers"];
    let here = ["--authority", "api.example.com", "--authority", "localhost:8080", "--authority", "a.example"];
    let here = if more.contains(&"-u") || more.contains(&"--authority") { &[][..] } else { &here };
    run(dir, &[&fixed, here, more].concat())
}

/// Returns the standard error of a run with this end.
#[track_caller]
fn said(run: Run, code: i32, words: &str) {
    let run = run.expect(code);
    assert!(run.stdout.is_empty());
    assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
}

#[test]
fn whole_or_in_parts() {
    let dir = with_keys();
    let parts = ["-u", URL, "-H", "Content-Type: application/json", "-b", "body"];
    for (signing, verifying) in [("shared.jwk", "shared.jwk"), ("pair.jwk", "public.jwk")] {
        for request in [&["request"][..], &parts] {
            let lines = sign(dir.path(), signing, request);
            let names: Vec<&str> = lines.lines().map(|line| line.split_once(": ").unwrap().0).collect();
            assert_eq!(names, ["Content-Digest", "Signature-Input", "Signature"]);
            for request in [&["request"][..], &parts] {
                let verified = verify(dir.path(), verifying, request).expect(0);
                assert_eq!(
                    verified.text(),
                    format!("the request is right: signed by {}\n", &signing[..signing.len() - 4])
                );
            }
        }
    }
    // The lines can stand in the request itself, and that come from standard input.
    let lines = sign(dir.path(), "pair.jwk", &["request"]).replace('\n', "\r\n");
    let whole = REQUEST.replace("Content-Length", &format!("{lines}Content-Length"));
    let arguments = ["verify", "request", "-k", "public.jwk", "--authority", "api.example.com", "--json", "-"];
    let verified = run_with(dir.path(), &arguments, whole.as_bytes()).expect(0).json();
    assert_eq!((&verified["verified"], &verified["key_id"]), (&true.into(), &"pair".into()));
    assert_eq!(verified["expires"].as_u64().unwrap() - verified["created"].as_u64().unwrap(), 300);
    assert_eq!(verified["components"].as_array().unwrap().len(), 6);
    assert_eq!(verified["nonce"].as_str().unwrap().len(), 22);

    let json = run(dir.path(), &["sign", "request", "-k", "shared.jwk", "--json", "-u", "https://example.com"]);
    let json = json.expect(0).json();
    assert_eq!(json.as_object().unwrap().len(), 2);
    let headers: Vec<String> = json
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(k, v)| ["-H".into(), format!("{k}: {}", v.as_str().unwrap())])
        .collect();
    let fixed = ["verify", "request", "-k", "shared.jwk", "-u", "https://example.com/"].map(String::from);
    run(dir.path(), &[&fixed[..], &headers].concat()).expect(0);
}

#[test]
fn chunks_and_schemes() {
    let dir = with_keys();
    sign(dir.path(), "shared.jwk", &["-u", "http://localhost:8080/a", "-X", "PUT", "-b", "body"]);
    let head = "PUT /a HTTP/1.1\r\nHost: localhost:8080\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunked = format!("{head}7\r\n{}\r\na;x=y\r\n{}\r\n0\r\n\r\n", &BODY[..7], &BODY[7..]);
    fs::write(dir.path().join("chunked"), &chunked).unwrap();
    verify(dir.path(), "shared.jwk", &["--scheme", "http", "chunked"]).expect(0);
    verify(dir.path(), "shared.jwk", &["chunked"]).expect(0); // the port is there, and the scheme is not signed
    let absolute = chunked.replace("PUT /a", "PUT http://localhost:8080/a");
    fs::write(dir.path().join("absolute"), absolute).unwrap();
    verify(dir.path(), "shared.jwk", &["absolute"]).expect(0);
    let end = chunked.find("\r\n0\r\n").unwrap() + 4;
    for len in head.len()..end {
        fs::write(dir.path().join("cut"), &chunked[..len]).unwrap();
        said(verify(dir.path(), "shared.jwk", &["cut"]), 1, "cut short");
    }
}

#[test]
fn what_is_refused_says_why() {
    let dir = with_keys();
    sign(dir.path(), "shared.jwk", &["request"]);
    let changed = |from: &str, to: &str, more: &[&str]| {
        fs::write(dir.path().join("changed"), REQUEST.replace(from, to)).unwrap();
        verify(dir.path(), "shared.jwk", &[&["changed"], more].concat())
    };
    for (from, to) in [("POST", "PUT"), ("/pay", "/Pay"), ("amount=7", "amount=8"), ("/json", "/html"), ("Ada", "Eve")]
    {
        said(changed(from, to, &[]), 3, "was changed");
        said(changed(from, to, &["--json"]), 3, "{\"error\":");
    }
    said(changed("Content-Length: 17\r\n\r\n{\"to\":\"Ada Ltd.\"}", "\r\n", &[]), 3, "body is not the one");
    said(changed("api.", "app.", &[]), 3, "not this server");
    changed("", "", &["--authority", "api.example.com"]).expect(0);
    said(changed("", "", &["--authority", "other.example.com"]), 3, "not this server");
    said(changed("", "", &["--require", "idempotency-key"]), 3, "idempotency-key");
    said(changed("", "", &["--purpose", "payments"]), 3, "purpose");
    said(verify(dir.path(), "public.jwk", &["request"]), 3, "not known here");
    let unsigned = ["verify", "request", "-k", "shared.jwk", "--authority", "api.example.com", "request"];
    said(run(dir.path(), &unsigned), 3, "not signed");

    sign(dir.path(), "shared.jwk", &["--purpose", "payments", "--cover", "Content-Length", "request"]);
    changed("", "", &["--purpose", "payments", "--require", "content-length"]).expect(0);
    said(changed("", "", &[]), 3, "purpose");
}

#[test]
fn late_and_twice() {
    let dir = with_keys();
    sign(dir.path(), "shared.jwk", &["request"]);
    let once = ["--replay-file", "seen", "request"];
    verify(dir.path(), "shared.jwk", &once).expect(0);
    said(verify(dir.path(), "shared.jwk", &once), 3, "accepted before");
    verify(dir.path(), "shared.jwk", &["request"]).expect(0);
    sign(dir.path(), "shared.jwk", &["request"]);
    verify(dir.path(), "shared.jwk", &once).expect(0);
    assert_eq!(fs::read_to_string(dir.path().join("seen")).unwrap().lines().count(), 3);
    said(verify(dir.path(), "shared.jwk", &["--replay-file", "shared.jwk", "request"]), 1, "no replay store");
    said(verify(dir.path(), "shared.jwk", &["--replay-file", "no/where", "request"]), 1, "no/where");

    // What is signed for a second is over after the leeway, of which there may be none.
    sign(dir.path(), "shared.jwk", &["--valid-for", "1", "request"]);
    std::thread::sleep(std::time::Duration::from_millis(2100));
    said(verify(dir.path(), "shared.jwk", &["--leeway", "0", "request"]), 3, "sign each request when it is sent");
    said(verify(dir.path(), "shared.jwk", &["--leeway", "0", "--max-age", "1", "request"]), 3, "no longer valid");
    verify(dir.path(), "shared.jwk", &["request"]).expect(0);
}

#[test]
fn tokens_and_webhooks_once() {
    let dir = with_keys();
    let token = run_with(dir.path(), &["sign", "token", "-k", "shared.jwk", "-p", "test"], b"1").expect(0);
    let verify = ["verify", "token", "-k", "shared.jwk", "-p", "test", "--replay-file", "seen"];
    run_with(dir.path(), &verify, &token.stdout).expect(0);
    said(run_with(dir.path(), &verify, &token.stdout), 3, "used before");
    run(dir.path(), &["sign", "webhook-secret", "-o", "hook"]).expect(0);
    let headers = run(dir.path(), &["sign", "webhook", "-s", "hook", "body"]).expect(0);
    fs::write(dir.path().join("headers"), &headers.stdout).unwrap();
    let verify = ["verify", "webhook", "-s", "hook", "-H", "@headers", "--replay-file", "seen", "body"];
    run(dir.path(), &verify).expect(0);
    said(run(dir.path(), &verify), 3, "before");
}

#[test]
fn full_disks_and_many_writers() {
    let dir = with_keys();
    run(dir.path(), &["sign", "webhook-secret", "-o", "hook"]).expect(0);
    fs::write(dir.path().join("headers"), "A: b\n").unwrap();
    let count = fs::read_dir(dir.path()).unwrap().count();
    for arguments in [
        &["sign", "request", "-k", "shared.jwk", "request"][..],
        &["sign", "token", "-k", "shared.jwk", "-p", "test", "body"],
        &["sign", "webhook", "-s", "hook", "body"],
        &["sign", "keygen"],
        &["sign", "webhook-secret"],
        &["verify", "keys", "shared.jwk"],
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = command(dir.path()).args(arguments).stdout(full).output().unwrap();
        assert!(result(&output).expect(1).stderr.contains("no space"), "{arguments:?}");
    }
    for arguments in [
        "sign keygen -o new.jwk",
        "sign keygen --pair -o new.jwk",
        "sign keygen --encrypt -o new.jwk",
        "sign webhook-secret -o new.jwk",
        "secret server-key -o new.key",
    ] {
        // No file may grow: what a full disk answers, without one.
        let script = format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {arguments}");
        let output =
            Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_ironlatch")]).current_dir(&dir).output();
        assert!(result(&output.unwrap()).expect(1).stderr.contains("new."), "{arguments}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), count, "{arguments}");

        let name = arguments.rsplit(' ').next().unwrap();
        let start = || {
            let mut writer = command(dir.path());
            writer.args(arguments.split(' ')).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let mut writers: Vec<_> = (0..6).map(|_| start()).collect();
        let codes: Vec<_> = writers.iter_mut().map(|writer| writer.wait().unwrap().code()).collect();
        assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{arguments}: {codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == Some(1)).count(), 5, "{arguments}: {codes:?}");
        assert_eq!(fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_file(dir.path().join(name)).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), count, "{arguments}");
    }
}

/// Of many processes at once that are shown the same request, one accepts it.
#[test]
fn of_many_verifiers_one_accepts() {
    let dir = with_keys();
    sign(dir.path(), "shared.jwk", &["request"]);
    let start = || {
        let arguments =
            "verify request -k shared.jwk -H @headers --authority api.example.com --replay-file seen request";
        command(dir.path()).args(arguments.split(' ')).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut verifiers: Vec<_> = (0..8).map(|_| start()).collect();
    let codes: Vec<_> = verifiers.iter_mut().map(|verifier| verifier.wait().unwrap().code().unwrap()).collect();
    assert_eq!((codes.iter().filter(|code| **code == 0).count(), codes.iter().max()), (1, Some(&3)), "{codes:?}");
}

#[test]
fn what_is_no_request() {
    let dir = with_keys();
    for (text, words) in [
        ("", "does not end"),
        ("GET / HTTP/1.1\r\nHost: a.example\r\n", "no empty line"),
        ("GET /\r\n\r\n", "not an HTTP/1.1 request"),
        ("hello\n\n", "not an HTTP/1.1 request"),
        ("GET / HTTP/1.1\r\n\r\n", "no Host"),
        ("GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n", "more than one Host"),
        ("GET * HTTP/1.1\r\nHost: a.example\r\n\r\n", "neither a path nor a URL"),
        ("GET a.example:80 HTTP/1.1\r\nHost: a.example\r\n\r\n", "neither a path nor a URL"),
        ("GET / HTTP/1.1\r\nHost: a.example/pay#\r\n\r\n", "no host has"),
        ("GET / HTTP/1.1\r\nHost: b@a.example\r\n\r\n", "must not name a user"),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", "is empty"),
        ("GET / HTTP/1.1\r\nHost: a.exémple\r\n\r\n", "no host has"),
        ("GET /pay# HTTP/1.1\r\nHost: a.example\r\n\r\n", "fragment"),
        ("GET http://b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n", "two hosts"),
        ("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nbody", "4 bytes follow"),
        ("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\n\r\nbody\n", "5 bytes follow"),
        ("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: +4\r\n\r\nbody", "Content-Length is +4"),
        (
            "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nbody",
            "several ways",
        ),
        ("POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: gzip\r\n\r\nbody", "an unknown one"),
    ] {
        fs::write(dir.path().join("bad"), text).unwrap();
        said(run(dir.path(), &["sign", "request", "-k", "shared.jwk", "bad"]), 1, words);
    }
    let many = format!("GET / HTTP/1.1\r\nHost: a.example\r\n{}\r\n", "A: b\r\n".repeat(300));
    fs::write(dir.path().join("bad"), many).unwrap();
    said(run(dir.path(), &["sign", "request", "-k", "shared.jwk", "bad"]), 1, "too many headers");
    let plain = "POST / HTTP/1.1\nHost: a.example\n\nbody";
    fs::write(dir.path().join("plain"), plain).unwrap();
    sign(dir.path(), "shared.jwk", &["plain"]);
    verify(dir.path(), "shared.jwk", &["plain"]).expect(0);
}

/// By `openssl genpkey -algorithm ed25519 -aes256 -pass pass:abc`.
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n\
     MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi79uL3Avj4ngICCAAw\n\
     DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEBHMqkQ7DiktsZIStP0zOd8EQJrk\n\
     L6TBur3BB0ONehgmLk/IojZdHCR3vqr6rYRAShNWZEbNr+mDRODFM6zD+bjbu0fc\n\
     78E/e5JdAICZlQvzM4Y=\n\
     -----END ENCRYPTED PRIVATE KEY-----";

#[test]
fn a_key_under_a_passphrase() {
    let dir = with_keys();
    fs::write(dir.path().join("enc.pem"), ENCRYPTED).unwrap();
    fs::write(dir.path().join("pass"), "abc\n").unwrap();
    fs::write(dir.path().join("wrong"), "abd\n").unwrap();
    let with = |pass: &str, arguments: &[&str]| {
        run_with(dir.path(), &[arguments, &["--passphrase-file", pass]].concat(), b"1")
    };
    let public = with("pass", &["sign", "keygen", "--public", "enc.pem"]).expect(0);
    fs::write(dir.path().join("enc.pub"), &public.stdout).unwrap();
    let headers = with("pass", &["sign", "request", "-k", "enc.pem", "request"]).expect(0);
    fs::write(dir.path().join("headers"), &headers.stdout).unwrap();
    verify(dir.path(), "enc.pub", &["request"]).expect(0);
    let token = with("pass", &["sign", "token", "-k", "enc.pem", "-p", "test"]).expect(0);
    run_with(dir.path(), &["verify", "token", "-k", "enc.pub", "-p", "test"], &token.stdout).expect(0);
    assert!(with("pass", &["verify", "keys", "enc.pem"]).expect(0).text().contains("ed25519"));
    said(with("wrong", &["sign", "request", "-k", "enc.pem", "request"]), 3, "mind capitals");
    with("pass", &["sign", "request", "-k", "pair.jwk", "request"]).expect(0); // needs none
    let both = ["sign", "request", "-k", "enc.pem", "--passphrase-fd", "0", "-"];
    said(run_with(dir.path(), &both, b"abc"), 2, "cannot hold both");
    let fd = ["sign", "request", "-k", "enc.pem", "--passphrase-fd", "0", "request"];
    run_with(dir.path(), &fd, b"abc\n").expect(0);
}

#[test]
fn usage() {
    let dir = with_keys();
    let sign = |more: &[&str], code, words| {
        said(run(dir.path(), &[&["sign", "request", "-k", "shared.jwk"], more].concat()), code, words);
    };
    sign(&[], 2, "REQUEST-FILE");
    sign(&["request", "-u", URL], 2, "cannot be used with");
    sign(&["request", "-b", "body"], 2, "");
    sign(&["-u", "example.com"], 2, "absolute");
    sign(&["-u", "https://a:b@example.com/"], 2, "name a user");
    sign(&["-u", URL, "-X", "GE T"], 2, "method");
    sign(&["-u", URL, "-H", "no header"], 2, "NAME: VALUE");
    sign(&["-u", URL, "-b", "missing"], 1, "missing");
    sign(&["-u", URL, "--cover", "idempotency-key"], 1, "idempotency-key");
    sign(&["-u", URL, "--cover", "@status"], 2, "@status");
    sign(&["-u", URL, "--purpose", ""], 2, "purpose");
    sign(&["-u", URL, "--valid-for", "0"], 2, "1 to");
    sign(&["-u", URL, "--valid-for", "1w"], 2, "7d");
    said(run(dir.path(), &["sign", "request", "-k", "public.jwk", "request"]), 1, "give the private key");
    said(run(dir.path(), &["sign", "request", "-k", "-", "request"]), 2, "from a file");
    said(run(dir.path(), &["sign", "request", "-k", "body", "request"]), 1, "ironlatch sign keygen");
    let verify = |more: &[&str], words| {
        said(run(dir.path(), &[&["verify", "request", "-k", "shared.jwk", "request"], more].concat()), 2, words);
    };
    verify(&["--authority", "api.example.com", "--max-age", "0"], "1 to");
    verify(&[], "--authority");
    verify(&["--authority", "https://api.example.com"], "a name or an address");
    run(dir.path(), &["sign", "keygen", "--encrypt", "-o", "encrypt.jwk"]).expect(0);
    said(run(dir.path(), &["sign", "request", "-k", "encrypt.jwk", "request"]), 1, "encrypt.jwk");
}

/// The contents of a request file cannot move the bounds of the signed part.
#[test]
fn a_captured_signature_opens_no_other_path_or_host() {
    let dir = with_keys();
    sign(dir.path(), "shared.jwk", &["request"]);
    for (target, host) in [
        ("/other", "api.example.com/pay?amount=7#"),
        ("/other", "api.example.com/pay?amount=7&x="),
        ("/pay?amount=7#", "api.example.com"),
        ("/pay?amount=7", "x@api.example.com"),
        ("https://api.example.com/pay?amount=7", "other.example.com"),
        ("https://api.example.com/pay?amount=7#", "api.example.com"),
    ] {
        let moved = REQUEST.replace("/pay?amount=7", target).replace("Host: api.example.com", &format!("Host: {host}"));
        fs::write(dir.path().join("moved"), moved).unwrap();
        assert_ne!(verify(dir.path(), "shared.jwk", &["moved"]).code, 0, "{target} {host}");
    }
}

/// A file of header lines ends with its header, and what a line holds does not decide whether it is
/// one.
#[test]
fn header_lines_of_a_file() {
    let dir = with_keys();
    let lines = sign(dir.path(), "shared.jwk", &["-u", URL, "-H", "User-Agent: a HTTP/1.1", "--cover", "user-agent"]);
    let check = |text: &str| {
        fs::write(dir.path().join("headers"), text).unwrap();
        verify(dir.path(), "shared.jwk", &["-u", URL])
    };
    let agent = format!("User-Agent: a HTTP/1.1\n{lines}");
    for good in [
        agent.clone(),
        agent.replace('\n', "\r\n"),
        format!("GET /pay?amount=7 HTTP/1.1\r\n{agent}\r\nbody"),
        format!("{agent}\nUser-Agent: other\n"),
        format!("HTTP/1.1 200 OK\n{agent}"),
        format!("\u{feff}{agent}"),
        format!("\u{feff}HTTP/1.1 200 OK\r\n{agent}"),
    ] {
        check(&good).expect(0);
    }
    for (wrong, words) in [
        (agent.replace("User-Agent:", "User-Agent :"), "NAME: VALUE"),
        (agent.replace("a HTTP", "a\rHTTP"), "no header"),
        (agent.replace("a HTTP", "\n folded: HTTP"), "no header"),
    ] {
        said(check(&wrong), 2, words);
    }
    fs::write(dir.path().join("headers"), [agent.as_bytes(), b"A: \xff\n"].concat()).unwrap();
    said(verify(dir.path(), "shared.jwk", &["-u", URL]), 2, "not text in UTF-8");
    fs::write(dir.path().join("headers"), b"\xff\xfeA\0:\0").unwrap();
    said(verify(dir.path(), "shared.jwk", &["-u", URL]), 2, "UTF-16");
}
