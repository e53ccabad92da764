//! `ironlatch encrypt`, `decrypt` and `keygen`: what works, and everything that can go wrong.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::common::{command, result, run, run_with};
use tempfile::{TempDir, tempdir};

const CHUNK: usize = 64 * 1024;

/// A directory with a key file `key`, and its public key.
fn with_key() -> (TempDir, String) {
    let dir = tempdir().unwrap();
    let public = run(dir.path(), &["keygen", "-o", "key"]).expect(0).text().trim().to_owned();
    (dir, public)
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_there_and_back() {
    let (dir, public) = with_key();
    let plain: Vec<u8> = (0..200_000u32).map(|index| index as u8).collect();
    fs::write(dir.path().join("plain"), &plain).unwrap();
    let quiet = run(dir.path(), &["encrypt", "-r", &public, "plain"]).expect(0);
    assert_eq!((quiet.text(), quiet.stderr.as_str()), ("", ""));
    fs::remove_file(dir.path().join("plain")).unwrap();
    run(dir.path(), &["decrypt", "-i", "key", "plain.age"]).expect(0);
    assert_eq!(fs::read(dir.path().join("plain")).unwrap(), plain);
    assert_eq!(mode(&dir.path().join("plain")), 0o600);
    assert_eq!(names(dir.path()), ["key", "plain", "plain.age"]);
}

#[test]
fn a_pipe_there_and_back() {
    let (dir, public) = with_key();
    for len in [0, 1, CHUNK, 5 * CHUNK + 1] {
        let plain = vec![7; len];
        let sealed = run_with(dir.path(), &["encrypt", "-r", &public], &plain).expect(0).stdout;
        let opened = run_with(dir.path(), &["decrypt", "-i", "key", "-"], &sealed).expect(0).stdout;
        assert_eq!(opened, plain);
    }
}

#[test]
fn armor() {
    let (dir, public) = with_key();
    let plain = vec![7; 100_000];
    let sealed = run_with(dir.path(), &["encrypt", "--armor", "-r", &public], &plain).expect(0);
    let text = sealed.text();
    assert!(text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
    assert!(text.ends_with("\n-----END AGE ENCRYPTED FILE-----\n"));
    let pasted = format!("\r\n{}  ", text.replace('\n', "\r\n"));
    let opened = run_with(dir.path(), &["decrypt", "-i", "key"], pasted.as_bytes()).expect(0);
    assert_eq!(opened.stdout, plain);
    fs::write(dir.path().join("damaged"), text.replace("-----END", "----END")).unwrap();
    let failed = run(dir.path(), &["decrypt", "-i", "key", "-o", "new", "damaged"]).expect(3);
    assert!(failed.stderr.contains("armor"), "{}", failed.stderr);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let full = command(dir.path()).args(["encrypt", "-a", "-r", &public, "key", "-o", "-"]).stdout(full).output();
    assert!(result(&full.unwrap()).expect(1).stderr.to_lowercase().contains("no space"));
    assert_eq!(names(dir.path()), ["damaged", "key"]);
}

#[test]
fn a_passphrase_from_a_file_or_a_descriptor() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("phrase"), "correct horse\n").unwrap();
    fs::write(dir.path().join("wrong"), "correct house\n").unwrap();
    fs::write(dir.path().join("plain"), "text").unwrap();
    run(dir.path(), &["encrypt", "--passphrase-file", "phrase", "plain"]).expect(0);
    let opened = run_with(dir.path(), &["decrypt", "--passphrase-fd", "0", "-o", "-", "plain.age"], b"correct horse");
    assert_eq!(opened.expect(0).text(), "text");
    let wrong = run(dir.path(), &["decrypt", "--passphrase-file", "wrong", "-o", "new", "plain.age"]).expect(3);
    assert!(
        wrong.stderr.contains("plain.age: wrong passphrase") && wrong.stderr.contains("try again"),
        "{}",
        wrong.stderr
    );
    let key = run(dir.path(), &["keygen", "-o", "key"]).expect(0);
    assert!(key.text().starts_with("age1"));
    let wrong = run(dir.path(), &["decrypt", "-i", "key", "-o", "new", "plain.age"]).expect(3);
    assert!(wrong.stderr.contains("under a passphrase"), "{}", wrong.stderr);
    fs::write(dir.path().join("phrase"), "\n").unwrap();
    let empty = run(dir.path(), &["encrypt", "--passphrase-file", "phrase", "-o", "new", "plain"]).expect(1);
    assert!(empty.stderr.contains("empty") && empty.stderr.contains("--generate-passphrase"));
    let both = run_with(dir.path(), &["encrypt", "--passphrase-fd", "0"], b"text").expect(2);
    assert!(both.stderr.contains("both"), "{}", both.stderr);
    let missing = run(dir.path(), &["encrypt", "--passphrase-file", "nowhere", "-o", "new", "plain"]).expect(1);
    assert!(missing.stderr.contains("nowhere"));
    assert!(!dir.path().join("new").exists());
}

#[test]
fn several_recipients_from_the_line_and_from_a_file() {
    let (dir, public) = with_key();
    let other = run(dir.path(), &["keygen", "-o", "other"]).expect(0).text().to_owned();
    fs::write(dir.path().join("friends"), format!("# friends\n\n{other}")).unwrap();
    let sealed = run_with(dir.path(), &["encrypt", "-r", &public, "-R", "friends"], b"text").expect(0).stdout;
    for key in ["key", "other"] {
        assert_eq!(run_with(dir.path(), &["decrypt", "-i", key], &sealed).expect(0).text(), "text");
    }
    run(dir.path(), &["keygen", "-o", "third"]).expect(0);
    let stranger = run_with(dir.path(), &["decrypt", "-i", "third"], &sealed).expect(3);
    assert!(stranger.stderr.contains("none of the given keys"), "{}", stranger.stderr);
    let none = run_with(dir.path(), &["decrypt"], &sealed).expect(3);
    assert!(none.stderr.contains("-i"), "{}", none.stderr);
}

#[test]
fn keys_that_are_none_are_refused_and_not_repeated() {
    let (dir, public) = with_key();
    let secret = fs::read_to_string(dir.path().join("key")).unwrap();
    let secret = secret.lines().last().unwrap();
    let wrong = run(dir.path(), &["encrypt", "-r", secret]).expect(2);
    assert!(wrong.stderr.contains("private key") && !wrong.stderr.contains(&secret[20..40]), "{}", wrong.stderr);
    run(dir.path(), &["encrypt", "-r", &public[..60]]).expect(2);
    run(dir.path(), &["encrypt", "-r", &public, "--passphrase-file", "key"]).expect(2);
    run(dir.path(), &["encrypt", "-r", &public, "--generate-passphrase"]).expect(2);
    fs::write(dir.path().join("junk"), "hunter2\n").unwrap();
    for arguments in [&["encrypt", "-R", "junk"][..], &["decrypt", "-i", "junk"], &["keygen", "--public", "junk"]] {
        let refused = run(dir.path(), arguments).expect(1);
        assert!(refused.stderr.contains("junk: line 1") && !refused.stderr.contains("hunter2"), "{}", refused.stderr);
    }
}

#[test]
fn keygen() {
    let (dir, public) = with_key();
    assert_eq!(mode(&dir.path().join("key")), 0o600);
    assert_eq!(run(dir.path(), &["keygen", "--public", "key"]).expect(0).text().trim(), public);
    let before = fs::read(dir.path().join("key")).unwrap();
    let refused = run(dir.path(), &["keygen", "-o", "key"]).expect(1);
    assert!(refused.stderr.contains("exists already") && !refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(fs::read(dir.path().join("key")).unwrap(), before);
    let piped = run(dir.path(), &["keygen"]).expect(0);
    assert!(piped.text().contains("AGE-SECRET-KEY-1") && piped.stderr.starts_with("Public key: age1"));
    let json = run(dir.path(), &["keygen", "--json", "-o", "more"]).expect(0).json();
    assert!(json["public_key"].as_str().unwrap().starts_with("age1") && json["file"] == "more");
    assert!(run(dir.path(), &["keygen", "--json"]).expect(0).json()["secret_key"].is_string());
}

#[test]
fn post_quantum_keys() {
    let (dir, weak) = with_key();
    let strong = run(dir.path(), &["keygen", "--pq", "-o", "strong"]).expect(0).text().trim().to_owned();
    assert!(strong.starts_with("age1pq1"));
    assert_eq!(run(dir.path(), &["keygen", "--public", "strong"]).expect(0).text().trim(), strong);
    let sealed = run_with(dir.path(), &["encrypt", "-r", &strong], b"text").expect(0).stdout;
    assert_eq!(run_with(dir.path(), &["decrypt", "-i", "key", "-i", "strong"], &sealed).expect(0).text(), "text");
    let stranger = run_with(dir.path(), &["decrypt", "-i", "key"], &sealed).expect(3);
    assert!(stranger.stderr.contains("none of the given keys"), "{}", stranger.stderr);
    let mixed = run_with(dir.path(), &["encrypt", "-r", &strong, "-r", &weak], b"text").expect(1);
    assert!(mixed.stderr.contains("cannot be combined"), "{}", mixed.stderr);
    let plugin = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e";
    let plugin = run_with(dir.path(), &["encrypt", "-r", plugin], b"text").expect(2);
    assert!(plugin.stderr.contains("plugins are not supported"), "{}", plugin.stderr);
}

#[test]
fn key_files_under_a_passphrase() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("phrase"), "correct horse\n").unwrap();
    fs::write(dir.path().join("wrong"), "correct house\n").unwrap();
    let made = run(dir.path(), &["keygen", "--encrypt", "--passphrase-file", "phrase", "-o", "key.age"]).expect(0);
    let public = made.text().trim().to_owned();
    assert_eq!(mode(&dir.path().join("key.age")), 0o600);
    let contents = fs::read_to_string(dir.path().join("key.age")).unwrap();
    assert!(contents.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") && !contents.contains("SECRET"));

    let sealed = run_with(dir.path(), &["encrypt", "-r", &public], b"text").expect(0).stdout;
    let decrypt = ["decrypt", "-i", "key.age", "--passphrase-file"];
    assert_eq!(run_with(dir.path(), &[&decrypt[..], &["phrase"]].concat(), &sealed).expect(0).text(), "text");
    let wrong = run_with(dir.path(), &[&decrypt[..], &["wrong"]].concat(), &sealed).expect(3);
    assert!(wrong.stderr.contains("key.age: wrong passphrase"), "{}", wrong.stderr);
    for command in ["recipient", "keygen"] {
        let arguments = [command, if command == "keygen" { "--public" } else { "--" }, "key.age"];
        let arguments = [&[command, "--passphrase-file", "phrase"], &arguments[1..]].concat();
        assert_eq!(run(dir.path(), &arguments).expect(0).text().trim(), public);
    }
    let json = ["keygen", "--json", "--passphrase-file", "phrase"];
    let json = run(dir.path(), &json).expect(0).json();
    assert!(json["key_file"].as_str().unwrap().starts_with("-----BEGIN") && json["secret_key"].is_null());
    // An existing file is told before the passphrase is asked for.
    let refused = run(dir.path(), &["keygen", "--encrypt", "-o", "key.age"]).expect(1);
    assert!(refused.stderr.contains("exists already"), "{}", refused.stderr);
    let empty = run_with(dir.path(), &["keygen", "--passphrase-fd", "0"], b"\n").expect(1);
    assert!(empty.stderr.contains("empty") && empty.stdout.is_empty(), "{}", empty.stderr);
}

#[test]
fn recipients_of_files() {
    let (dir, public) = with_key();
    let strong = run(dir.path(), &["keygen", "--pq", "-o", "strong"]).expect(0).text().to_owned();
    fs::write(dir.path().join("friends"), format!("# friends\n{public}\n\n{strong}")).unwrap();
    assert_eq!(run(dir.path(), &["recipient", "key"]).expect(0).text().trim(), public);
    assert_eq!(run(dir.path(), &["recipient", "friends"]).expect(0).text(), format!("{public}\n{strong}"));
    assert_eq!(run_with(dir.path(), &["recipient"], public.as_bytes()).expect(0).text().trim(), public);
    let list = run(dir.path(), &["recipient", "--list", "friends"]).expect(0);
    let lines: Vec<_> = list.text().lines().collect();
    assert_eq!(lines[0], format!("X25519        {public}"));
    assert!(
        lines[1].starts_with("post-quantum  age1pq1") && lines[1].contains("1959") && lines[1].chars().count() < 100
    );
    assert!(list.stderr.contains("cannot be combined"), "{}", list.stderr);
    let json = run(dir.path(), &["recipient", "--json", "key", "strong"]).expect(0).json();
    assert_eq!((&json["recipients"][0]["kind"], &json["recipients"][0]["file"]), (&"X25519".into(), &"key".into()));
    assert_eq!(json["together"], false);

    fs::write(dir.path().join("bad"), format!("{public}\nhunter2\n")).unwrap();
    let refused = run(dir.path(), &["recipient", "bad"]).expect(1);
    assert!(refused.stderr.contains("bad: line 2") && !refused.stderr.contains("hunter2"), "{}", refused.stderr);
    run(dir.path(), &["recipient", "missing"]).expect(1);
    // A private key that was put among public ones is never printed.
    let secret = fs::read_to_string(dir.path().join("key")).unwrap();
    fs::write(dir.path().join("bad"), format!("{public}\n{secret}")).unwrap();
    let refused = run(dir.path(), &["recipient", "bad"]).expect(1);
    assert!(!refused.stderr.contains(&secret.lines().last().unwrap()[20..40]), "{}", refused.stderr);
}

#[test]
fn existing_files_stay() {
    let (dir, public) = with_key();
    fs::write(dir.path().join("plain"), "new").unwrap();
    fs::write(dir.path().join("taken"), "old").unwrap();
    let refused = run(dir.path(), &["encrypt", "-r", &public, "-o", "taken", "plain"]).expect(1);
    assert!(refused.stderr.contains("exists already") && refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(fs::read(dir.path().join("taken")).unwrap(), b"old");
    run(dir.path(), &["encrypt", "-f", "-r", &public, "-o", "taken", "plain"]).expect(0);
    assert!(fs::read(dir.path().join("taken")).unwrap().starts_with(b"age-encryption.org/v1"));
    let itself = run(dir.path(), &["encrypt", "-f", "-r", &public, "-o", "./plain", "plain"]).expect(1);
    assert!(itself.stderr.contains("input itself"), "{}", itself.stderr);
    assert_eq!(fs::read(dir.path().join("plain")).unwrap(), b"new");
}

#[test]
fn unusable_inputs_and_outputs() {
    let (dir, public) = with_key();
    fs::create_dir(dir.path().join("folder")).unwrap();
    fs::write(dir.path().join("plain"), "text").unwrap();
    for (input, output, expected) in [
        ("missing", "new", "no such file"),
        ("folder", "new", "is a directory"),
        ("plain", "folder", "is a directory"),
        ("plain", "nowhere/new", "no such file"),
        ("plain", "plain/new", "not a directory"),
    ] {
        let failed = run(dir.path(), &["encrypt", "-f", "-r", &public, "-o", output, input]).expect(1);
        assert!(failed.stderr.contains(expected), "{input} {output}: {}", failed.stderr);
    }
    let unnamed = run(dir.path(), &["decrypt", "-i", "key", "plain"]).expect(2);
    assert!(unnamed.stderr.contains("-o"), "{}", unnamed.stderr);
    let other_kind = run(dir.path(), &["decrypt", "-i", "key", "-o", "new", "plain"]).expect(3);
    assert!(other_kind.stderr.contains("plain: this is not an age file"), "{}", other_kind.stderr);
    run(dir.path(), &["decrypt", "--json", "-i", "key"]).expect(2);
    assert_eq!(names(dir.path()), ["folder", "key", "plain"]);
}

#[test]
fn permissions_are_respected() {
    let (dir, public) = with_key();
    fs::write(dir.path().join("plain"), "text").unwrap();
    let lock = |name: &str, mode| fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    fs::create_dir(dir.path().join("locked")).unwrap();
    lock("locked", 0o500);
    if File::create(dir.path().join("locked/probe")).is_ok() {
        eprintln!("NOT RUN: permissions do not bind this user");
        return;
    }
    let refused = run(dir.path(), &["encrypt", "-r", &public, "-o", "locked/new", "plain"]).expect(1);
    assert!(refused.stderr.contains("permission denied"), "{}", refused.stderr);
    lock("plain", 0o000);
    let refused = run(dir.path(), &["encrypt", "-r", &public, "plain"]).expect(1);
    assert!(refused.stderr.contains("permission denied"), "{}", refused.stderr);
}

#[test]
fn every_truncation_and_every_changed_header_byte() {
    let (dir, public) = with_key();
    let plain = vec![1; 3 * CHUNK];
    let sealed = run_with(dir.path(), &["encrypt", "-r", &public], &plain).expect(0).stdout;
    let chunks = sealed.len() - 3 * (CHUNK + 16);
    let cuts =
        [0, 1, 22, chunks - 17, chunks - 1, chunks, chunks + CHUNK + 16, chunks + 2 * (CHUNK + 16), sealed.len() - 1];
    for cut in cuts {
        fs::write(dir.path().join("damaged"), &sealed[..cut]).unwrap();
        let failed = run(dir.path(), &["decrypt", "-i", "key", "-o", "new", "damaged"]).expect(3);
        assert!(failed.stderr.contains("damaged: "), "{cut}: {}", failed.stderr);
    }
    for position in 0..chunks {
        let mut damaged = sealed.clone();
        damaged[position] ^= 1;
        fs::write(dir.path().join("damaged"), damaged).unwrap();
        run(dir.path(), &["decrypt", "-i", "key", "-o", "new", "damaged"]).expect(3);
    }
    assert_eq!(names(dir.path()), ["damaged", "key"]);
}

#[test]
fn a_full_disk_is_told() {
    let (dir, public) = with_key();
    let sealed = run_with(dir.path(), &["encrypt", "-r", &public], &vec![1; 100_000]).expect(0).stdout;
    fs::write(dir.path().join("sealed"), sealed).unwrap();
    for arguments in
        [&["encrypt", "-r", &public, "sealed", "-o", "-"][..], &["decrypt", "-i", "key", "sealed", "-o", "-"]]
    {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let failed = result(&command(dir.path()).args(arguments).stdout(full).output().unwrap()).expect(1);
        assert!(failed.stderr.to_lowercase().contains("no space"), "{}", failed.stderr);
    }
}

#[test]
fn json() {
    let (dir, public) = with_key();
    fs::write(dir.path().join("plain"), "text").unwrap();
    let done = run(dir.path(), &["encrypt", "--json", "-r", &public, "plain"]).expect(0).json();
    assert_eq!(done, serde_json::json!({ "input": "plain", "output": "plain.age", "bytes": 4 }));
    let failed = run(dir.path(), &["decrypt", "--json", "-i", "key", "plain.age"]).expect(1);
    let error: serde_json::Value = serde_json::from_str(&failed.stderr).unwrap();
    assert!(error["error"].as_str().unwrap().contains("exists already"));
}

#[test]
fn an_interrupt_leaves_nothing() {
    let (dir, public) = with_key();
    for signal in ["INT", "TERM", "KILL"] {
        let mut child = command(dir.path())
            .args(["encrypt", "-r", &public, "-o", "new"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The input stays open, so the command waits in a read.
        let stdin = child.stdin.take();
        std::thread::sleep(Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none());
        let kill = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let status = child.wait().unwrap();
        assert!(!status.success() && status.code().is_none(), "{signal}: {status}");
        drop(stdin);
        assert_eq!(names(dir.path()), ["key"], "{signal}");
    }
}

#[test]
fn a_generated_passphrase_opens_the_file() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("plain"), "text").unwrap();
    // In a session of its own there is no terminal, so it is shown on standard error.
    let mut program = std::process::Command::new("setsid");
    program.current_dir(dir.path()).args(["--wait", env!("CARGO_BIN_EXE_ironlatch"), "encrypt", "-g", "plain"]);
    let Ok(output) = program.stdin(Stdio::null()).output() else {
        eprintln!("NOT RUN: there is no setsid");
        return;
    };
    let made = result(&output).expect(0);
    let phrase = made.stderr.trim().rsplit(": ").next().unwrap();
    assert_eq!(phrase.split(' ').count(), 6);
    let opened = run_with(dir.path(), &["decrypt", "--passphrase-fd", "0", "-o", "-", "plain.age"], phrase.as_bytes());
    assert_eq!(opened.expect(0).text(), "text");
}
