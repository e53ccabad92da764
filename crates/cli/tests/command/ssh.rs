//! `ironlatch encrypt` and `decrypt` with SSH keys.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::common::run;
use tempfile::{TempDir, tempdir};

fn sample(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../tests/data/keys/ssh", name].iter().collect()
}

/// A directory with copies of these keys, their public halves, and a file `plain`.
fn with(keys: &[&str]) -> TempDir {
    let dir = tempdir().unwrap();
    for key in keys {
        fs::copy(sample(key), dir.path().join(key)).unwrap();
        fs::copy(sample(&format!("{key}.pub")), dir.path().join(format!("{key}.pub"))).unwrap();
    }
    fs::write(dir.path().join("plain"), b"attack at dawn").unwrap();
    for (name, passphrase) in [("pass", "correct horse\n"), ("wrong", "incorrect horse\n")] {
        fs::write(dir.path().join(name), passphrase).unwrap();
    }
    for name in [keys, &["pass", "wrong"]].concat() {
        fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    dir
}

#[test]
fn a_public_key_on_the_command_line_or_in_a_file() {
    let dir = with(&["ed25519", "rsa"]);
    for key in ["ed25519", "rsa"] {
        let line = fs::read_to_string(dir.path().join(format!("{key}.pub"))).unwrap();
        for arguments in [["-r", line.as_str()], ["-R", &format!("{key}.pub")]] {
            run(dir.path(), &["encrypt", arguments[0], arguments[1], "-fo", "sealed", "plain"]).expect(0);
            let opened = run(dir.path(), &["decrypt", "-i", key, "-o", "-", "sealed"]).expect(0);
            assert_eq!(opened.text(), "attack at dawn");
        }
    }
    let run = run(dir.path(), &["decrypt", "-i", "ed25519", "-o", "-", "sealed"]).expect(3);
    assert!(run.stderr.contains("none of the given keys is one that the file is encrypted to"), "{}", run.stderr);
}

#[test]
fn the_passphrase_of_a_key_is_wanted_only_where_the_key_is_of_use() {
    let dir = with(&["ed25519-aes256-ctr", "rsa-encrypted", "ed25519"]);
    run(dir.path(), &["encrypt", "-R", "ed25519-aes256-ctr.pub", "-o", "sealed", "plain"]).expect(0);

    let key = ["decrypt", "-i", "rsa-encrypted", "-i", "ed25519-aes256-ctr", "-o", "-", "sealed"];
    let opened = run(dir.path(), &[&key[..], &["--passphrase-file", "pass"]].concat()).expect(0);
    assert_eq!(opened.text(), "attack at dawn");
    let failed = run(dir.path(), &[&key[..], &["--passphrase-file", "wrong"]].concat()).expect(3);
    assert!(failed.stderr.starts_with("ironlatch: ed25519-aes256-ctr: wrong passphrase"), "{}", failed.stderr);
    assert!(failed.stderr.contains("try again"), "{}", failed.stderr);

    // No passphrase is asked for where another key is named, so none is missing.
    run(dir.path(), &["encrypt", "-R", "ed25519.pub", "-fo", "sealed", "plain"]).expect(0);
    let key = ["decrypt", "-i", "rsa-encrypted", "-i", "ed25519", "-o", "-", "sealed"];
    assert_eq!(run(dir.path(), &key).expect(0).text(), "attack at dawn");
}

#[test]
fn keys_that_cannot_encrypt_are_named() {
    let dir = with(&["ecdsa-256", "rsa-1024"]);
    let failed = run(dir.path(), &["encrypt", "-R", "ecdsa-256.pub", "plain"]).expect(1);
    assert!(failed.stderr.contains("ecdsa-256.pub: line 1"), "{}", failed.stderr);
    assert!(failed.stderr.contains("only those of type ssh-ed25519 and ssh-rsa"), "{}", failed.stderr);
    let line = fs::read_to_string(dir.path().join("rsa-1024.pub")).unwrap();
    let failed = run(dir.path(), &["encrypt", "-r", &line, "plain"]).expect(2);
    assert!(failed.stderr.contains("1024 bits"), "{}", failed.stderr);
    // A private key in place of the public one is not repeated.
    let private = fs::read_to_string(dir.path().join("ecdsa-256")).unwrap();
    let failed = run(dir.path(), &["encrypt", "-r", &private, "plain"]).expect(2);
    assert!(!failed.stderr.contains(private.lines().nth(2).unwrap()), "{}", failed.stderr);
    assert!(!dir.path().join("plain.age").exists());
}

#[test]
fn an_ssh_key_shows_its_public_half() {
    let dir = with(&["ed25519"]);
    let line = fs::read_to_string(dir.path().join("ed25519.pub")).unwrap();
    let shown = run(dir.path(), &["keygen", "--public", "ed25519"]).expect(0);
    assert_eq!(shown.text().trim(), line.rsplit_once(' ').unwrap().0);
}
