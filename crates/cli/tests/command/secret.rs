//! `ironlatch secret` and `ironlatch codes`.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::common::{command, result, run, run_with};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

const CODE: &[&str] = &["--purpose", "login", "--owner", "17", "-k", "server.key"];

/// A directory with a server key in it.
fn service() -> TempDir {
    let dir = tempdir().unwrap();
    run(dir.path(), &["secret", "server-key", "-o", "server.key"]).expect(0);
    dir
}

fn new_key(dir: &Path, prefix: &str) -> Value {
    run(dir, &["secret", "new", "--prefix", prefix, "-k", "server.key", "--json"]).expect(0).json()
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap()
}

#[test]
fn a_server_key_is_its_owners_and_never_replaced() {
    let dir = service();
    let path = dir.path().join("server.key");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(&path).unwrap();
    assert!(before.starts_with(b"ironlatch_server_key_"));
    let refused = run(dir.path(), &["secret", "server-key", "-o", "server.key"]).expect(1);
    assert!(refused.stderr.contains("worthless"), "{}", refused.stderr);
    assert_eq!(fs::read(&path).unwrap(), before);
    let shown = run(dir.path(), &["secret", "server-key", "--json"]).expect(0).json();
    assert_eq!(text(&shown, "id").len(), 8);
    let shown = run(dir.path(), &["secret", "server-key", "--json", "-o", "second.key"]).expect(0).json();
    assert_eq!((text(&shown, "file"), shown.get("server_key")), ("second.key", None));
}

#[test]
fn a_full_disk_leaves_no_server_key_and_is_told() {
    let dir = tempdir().unwrap();
    // No file may grow: what a full disk answers, without one.
    let script = r#"trap '' XFSZ; ulimit -f 0; exec "$0" secret server-key -o server.key"#;
    let output = Command::new("sh").args(["-c", script, env!("CARGO_BIN_EXE_ironlatch")]).current_dir(&dir).output();
    assert!(result(&output.unwrap()).expect(1).stderr.contains("server.key"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);

    let dir = service();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut new = command(dir.path());
    new.args(["secret", "new", "--prefix", "acme", "-k", "server.key"]).stdout(full);
    assert!(result(&new.output().unwrap()).expect(1).stderr.contains("no space"));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut codes = command(dir.path());
    codes.args(["codes", "new"]).args(CODE).stdout(full);
    assert!(result(&codes.output().unwrap()).expect(1).stderr.contains("no space"));
}

#[test]
fn an_api_key_is_made_found_and_refused() {
    let dir = service();
    let key = new_key(dir.path(), "acme_live");
    let typed = format!("{}\n", text(&key, "key"));
    assert!(typed.starts_with(text(&key, "hint")));
    fs::write(dir.path().join("typed"), &typed).unwrap();
    let stored = format!("{}\n\n{}\n", text(&new_key(dir.path(), "acme_live"), "digest"), text(&key, "digest"));
    fs::write(dir.path().join("digests"), &stored).unwrap();

    let digest = run_with(dir.path(), &["secret", "digest", "-k", "server.key", "--secret-fd", "0"], typed.as_bytes());
    assert_eq!(digest.expect(0).text().trim_end(), text(&key, "digest"));
    let verify = ["secret", "verify", "digests", "-k", "server.key", "--secret-file", "typed", "--json"];
    let verified = run(dir.path(), &verify).expect(0).json();
    assert_eq!((text(&verified, "digest"), &verified["needs_update"]), (text(&key, "digest"), &Value::Bool(false)));
    let verify = ["secret", "verify", "-k", "server.key", "--secret-file", "typed"];
    assert!(run_with(dir.path(), &verify, stored.as_bytes()).expect(0).text().contains(text(&key, "digest")));
    run_with(dir.path(), &["secret", "verify", "-k", "server.key", "--secret-fd", "0"], b"").expect(2);

    // The right kind of key, but not one of those that are stored.
    let other = text(&new_key(dir.path(), "acme_live"), "key").to_owned();
    let verify = ["secret", "verify", "digests", "-k", "server.key", "--secret-fd", "0"];
    let refused = run_with(dir.path(), &verify, other.as_bytes()).expect(3);
    assert!(refused.stderr.contains("not among the 2 stored"), "{}", refused.stderr);
    assert!(!refused.stderr.contains(&other[10..20]));
    // Mistyped, and no key at all.
    for wrong in [typed.trim_end().trim_end_matches(char::is_alphanumeric), &typed[..20], "hunter2", "", "\u{fffd}"] {
        let refused = run_with(dir.path(), &verify, wrong.as_bytes()).expect(3);
        assert!(refused.stderr.contains("API key"), "{}", refused.stderr);
    }
    assert!(run_with(dir.path(), &verify, b"\xff\xff").expect(3).stderr.contains("UTF-8"));
    assert!(run_with(dir.path(), &verify, b"\xff\xfeh\0").expect(1).stderr.contains("UTF-16"));
    for (file, wrong) in [("empty", ""), ("no digests", "hello\n"), ("cut", &stored[..70])] {
        fs::write(dir.path().join(file), wrong).unwrap();
        let refused =
            run(dir.path(), &["secret", "verify", file, "-k", "server.key", "--secret-file", "typed"]).expect(1);
        assert!(refused.stderr.contains(file), "{}", refused.stderr);
    }
}

#[test]
fn an_api_key_is_checked_without_a_server_key() {
    let dir = service();
    let key = new_key(dir.path(), "acme_test");
    let typed = text(&key, "key");
    let check = ["secret", "check", "--secret-fd", "0", "--json"];
    assert_eq!(text(&run_with(dir.path(), &check, typed.as_bytes()).expect(0).json(), "prefix"), "acme_test");
    let refused = run_with(dir.path(), &check, typed.replace("test", "live").as_bytes()).expect(3);
    let error: Value = serde_json::from_str(&refused.stderr).unwrap();
    assert!(text(&error, "error").contains("checksum"));
    for prefix in ["", "Acme", "acme-live"] {
        run(dir.path(), &["secret", "new", "--prefix", prefix, "-k", "server.key"]).expect(2);
    }
}

#[test]
fn the_server_key_is_replaced() {
    let dir = service();
    let key = new_key(dir.path(), "acme");
    fs::write(dir.path().join("typed"), text(&key, "key")).unwrap();
    fs::write(dir.path().join("digests"), text(&key, "digest")).unwrap();
    run(dir.path(), &["secret", "server-key", "-o", "new.key"]).expect(0);
    let verify = ["secret", "verify", "digests", "--secret-file", "typed", "-k", "new.key"];
    let refused = run(dir.path(), &verify).expect(3);
    assert!(refused.stderr.contains("add it with -k"), "{}", refused.stderr);
    let both: Vec<_> = verify.iter().chain(&["-k", "server.key", "--json"]).collect();
    assert_eq!(run(dir.path(), &both).expect(0).json()["needs_update"], true);
    let twice: Vec<_> = verify.iter().chain(&["-k", "new.key"]).collect();
    assert!(run(dir.path(), &twice).expect(1).stderr.contains("twice"));
    // Other files in its place.
    fs::write(dir.path().join("bad.key"), &fs::read(dir.path().join("server.key")).unwrap()[..60]).unwrap();
    for wrong in ["typed", "digests", "bad.key", "none.key"] {
        let refused = run(dir.path(), &["secret", "new", "--prefix", "acme", "-k", wrong]).expect(1);
        assert!(refused.stderr.contains(wrong), "{}", refused.stderr);
    }
    run(dir.path(), &["secret", "new", "--prefix", "acme"]).expect(2);
}

#[test]
fn a_sealed_secret_opens_in_its_place_alone() {
    let dir = service();
    let place = ["-k", "server.key", "--purpose", "webhook", "--owner", "17"];
    let seal: Vec<_> = ["secret", "seal", "--secret-fd", "0"].into_iter().chain(place).collect();
    let sealed = run_with(dir.path(), &seal, b"whsec_abc\n").expect(0);
    assert!(sealed.text().starts_with("sv1."));
    fs::write(dir.path().join("sealed"), sealed.text()).unwrap();
    let open: Vec<_> = ["secret", "open", "sealed"].into_iter().chain(place).collect();
    assert_eq!(run(dir.path(), &open).expect(0).text(), "whsec_abc");
    let json: Vec<_> = ["secret", "open", "--json"].into_iter().chain(place).collect();
    assert_eq!(run_with(dir.path(), &json, &sealed.stdout).expect(0).json()["secret"], "whsec_abc");
    for (option, other) in [("--owner", "18"), ("--purpose", "else")] {
        let mut open = open.clone();
        let at = open.iter().position(|argument| *argument == option).unwrap();
        open[at + 1] = other;
        assert!(run(dir.path(), &open).expect(3).stderr.contains("another owner or purpose"));
    }
    for cut in [0, 5, 13, 20, sealed.stdout.len() - 2] {
        fs::write(dir.path().join("sealed"), &sealed.stdout[..cut]).unwrap();
        run(dir.path(), &open).expect(3);
    }
}

#[test]
fn codes_come_with_their_digests() {
    let dir = service();
    let with = |first: &[&'static str]| -> Vec<&str> { first.iter().chain(CODE).copied().collect() };
    let made = run(dir.path(), &with(&["codes", "new", "--json"])).expect(0).json();
    let codes = made["codes"].as_array().unwrap();
    assert_eq!((codes.len(), text(&made, "owner"), text(&made, "purpose")), (10, "17", "login"));
    let digests: Vec<_> = codes.iter().map(|code| text(code, "digest")).collect();
    fs::write(dir.path().join("digests"), digests.join("\n")).unwrap();
    let typed = text(&codes[3], "code").to_uppercase().replace('-', " ");
    let digest = run_with(dir.path(), &with(&["codes", "digest", "--secret-fd", "0"]), typed.as_bytes()).expect(0);
    assert_eq!(digest.text().trim_end(), digests[3]);
    let check = with(&["codes", "check", "digests", "--secret-fd", "0"]);
    assert!(run_with(dir.path(), &check, typed.as_bytes()).expect(0).text().contains(digests[3]));
    // Another's code, a code that was not given out, and a slip of the hand.
    let others =
        ["codes", "check", "digests", "--secret-fd", "0", "--purpose", "login", "--owner", "18", "-k", "server.key"];
    run_with(dir.path(), &others, typed.as_bytes()).expect(3);
    assert!(run_with(dir.path(), &check, b"7k3m-x9qd-t4wp-bn6h").expect(3).stderr.contains("not among the 10"));
    assert!(run_with(dir.path(), &check, b"7k3m-x9qd-t4wp-bn60").expect(3).stderr.contains("mistaken"));

    let csv = run(dir.path(), &with(&["codes", "new", "--count", "3", "--csv"])).expect(0);
    let lines: Vec<_> = csv.text().lines().collect();
    assert_eq!((lines.len(), lines[0]), (4, "code,digest"));
    assert!(lines[1..].iter().all(|line| line.len() == 19 + 1 + 56), "{lines:?}");
    assert_eq!(run(dir.path(), &with(&["codes", "new", "-c", "2"])).expect(0).text().lines().count(), 2);
    run(dir.path(), &with(&["codes", "new", "--csv", "--json"])).expect(2);
    run(dir.path(), &with(&["codes", "new", "-c", "0"])).expect(2);
    run(dir.path(), &["codes", "new", "--purpose", "login", "--owner", "", "-k", "server.key"]).expect(2);
    run(dir.path(), &["codes", "new", "--purpose", "", "--owner", "1", "-k", "server.key"]).expect(2);
}
