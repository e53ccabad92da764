//! `ironlatch sign token`, `ironlatch verify token`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::common::{run, run_with};
use tempfile::{TempDir, tempdir};

/// A directory with a key of each kind.
fn with_keys() -> TempDir {
    let dir = tempdir().unwrap();
    run(dir.path(), &["sign", "keygen", "-o", "shared.jwk"]).expect(0);
    run(dir.path(), &["sign", "keygen", "--pair", "-o", "pair.jwk"]).expect(0);
    run(dir.path(), &["sign", "keygen", "--encrypt", "-o", "secret.jwk"]).expect(0);
    dir
}

fn sign(dir: &Path, key: &str, data: &[u8], more: &[&str]) -> String {
    let arguments = [&["sign", "token", "-k", key, "-p", "test"], more].concat();
    run_with(dir, &arguments, data).expect(0).text().trim().to_owned()
}

fn verify(dir: &Path, key: &str, token: &str, more: &[&str]) -> crate::common::Run {
    let arguments = [&["verify", "token", "-k", key, "-p", "test"], more].concat();
    run_with(dir, &arguments, token.as_bytes())
}

#[test]
fn what_goes_in_comes_out() {
    let dir = with_keys();
    for key in ["shared.jwk", "pair.jwk", "secret.jwk"] {
        let token = sign(dir.path(), key, b"{\"user\": 42}\n", &[]);
        assert_eq!(verify(dir.path(), key, &format!("{token}\n"), &[]).expect(0).text(), "{\"user\": 42}\n");
        let json = verify(dir.path(), key, &token, &["--json"]).expect(0).json();
        assert_eq!(json["data"]["user"], 42);
        assert_eq!(json["claims"]["exp"].as_u64().unwrap() - json["claims"]["iat"].as_u64().unwrap(), 3600);
        let token = sign(dir.path(), key, b"\0\xff\n", &["--bytes", "--valid-for", "2m"]);
        assert_eq!(verify(dir.path(), key, &token, &[]).expect(0).stdout, b"\0\xff\n");
    }
    let public = run(dir.path(), &["sign", "keygen", "--public", "pair.jwk"]).expect(0);
    fs::write(dir.path().join("public.jwk"), &public.stdout).unwrap();
    let token = sign(dir.path(), "pair.jwk", b"1", &[]);
    verify(dir.path(), "public.jwk", &token, &[]).expect(0);
    let run = run_with(dir.path(), &["sign", "token", "-k", "public.jwk", "-p", "test"], b"1").expect(1);
    assert!(run.stderr.contains("give the private key"), "{}", run.stderr);
}

/// A file that everybody can read, and what the editors of Windows put before text.
#[test]
fn files_as_people_have_them() {
    let dir = with_keys();
    for (key, others) in [("shared.jwk", true), ("pair.jwk", true), ("secret.jwk", true), ("public.jwk", false)] {
        let path = dir.path().join(key);
        if key == "public.jwk" {
            fs::write(&path, run(dir.path(), &["sign", "keygen", "--public", "pair.jwk"]).expect(0).stdout).unwrap();
        }
        for (mode, told) in [(0o644, others), (0o600, false), (0o440, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let done = verify(dir.path(), key, "nonsense", &[]);
            assert_eq!(done.stderr.contains("warning: every user can read"), told, "{key} {mode:o}");
        }
    }
    let token = sign(dir.path(), "shared.jwk", "\u{feff}{\"user\": 42}\r\n".as_bytes(), &[]);
    let verified = verify(dir.path(), "shared.jwk", &format!("\u{feff}{token}\r\n"), &[]).expect(0);
    assert_eq!(verified.text(), "{\"user\": 42}\n");
}

#[test]
fn what_is_refused_says_why() {
    let dir = with_keys();
    let token = sign(dir.path(), "shared.jwk", b"\"x\"", &[]);
    for (key, token, more, said) in [
        ("pair.jwk", token.clone(), &[][..], "not among the keys"),
        ("secret.jwk", token.clone(), &[], "signed one, not encrypted"),
        ("shared.jwk", token.clone(), &["-p", "other"], ""),
        ("shared.jwk", token.clone(), &["--audience", "shop"], "who it is for"),
        ("shared.jwk", format!("{token}A"), &[], ""),
        ("shared.jwk", token[..token.len() / 2].to_owned(), &[], "cut"),
        ("shared.jwk", String::new(), &[], "no signed token"),
        ("shared.jwk", "x".repeat(100_000), &[], "no token"),
    ] {
        if more.first() == Some(&"-p") {
            let arguments = ["verify", "token", "-k", key, "-p", "other"];
            let run = run_with(dir.path(), &arguments, token.as_bytes()).expect(3);
            assert!(run.stderr.contains("test+jwt"), "{}", run.stderr);
            continue;
        }
        let run = verify(dir.path(), key, &token, more).expect(3);
        assert!(run.stdout.is_empty());
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
        let json = verify(dir.path(), key, &token, &[more, &["--json"]].concat()).expect(3);
        assert!(json.stderr.starts_with("{\"error\":"), "{}", json.stderr);
    }
}

#[test]
fn usage() {
    let dir = with_keys();
    let bad = |arguments: &[&str], input: &[u8], code| run_with(dir.path(), arguments, input).expect(code).stderr;
    assert!(bad(&["sign", "token", "-k", "shared.jwk", "-p", "test"], b"hello", 1).contains("'\"hello\"'"));
    assert!(bad(&["sign", "token", "-k", "shared.jwk", "-p", "test"], b"\xff", 1).contains("--bytes"));
    bad(&["sign", "token", "-k", "shared.jwk", "-p", "Test"], b"1", 2);
    bad(&["sign", "token", "-k", "shared.jwk"], b"1", 2);
    bad(&["sign", "token", "-k", "-", "-p", "test"], b"1", 2);
    bad(&["sign", "token", "-k", "missing.jwk", "-p", "test"], b"1", 1);
    for time in ["", "h", "-1h", "1w", "1.5h", "+1", "99999999999999999999d"] {
        bad(&["sign", "token", "-k", "shared.jwk", "-p", "test", "--valid-for", time], b"1", 2);
    }
    assert!(
        bad(&["sign", "token", "-k", "shared.jwk", "-p", "test", "--valid-for", "0"], b"1", 1).contains("a second")
    );
    assert!(bad(&["sign", "keygen", "--encrypt", "-o", "shared.jwk"], b"", 1).contains("shared.jwk"));
}
