//! `ironlatch password`.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::common::{Run, command, result, run, run_with};
use tempfile::{TempDir, tempdir};

const QUICK: &[&str] = &["--memory", "1", "--iterations", "1"];

/// A directory with a password in it.
fn with_password() -> TempDir {
    let dir = tempdir().unwrap();
    for (name, password) in [("pw", "correct horse battery staple\n"), ("wrong", "correct horse battery stable\n")] {
        let path = dir.path().join(name);
        fs::write(&path, password).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    dir
}

fn hash(dir: &Path, more: &[&str]) -> String {
    let run = run(dir, &[&["password", "hash", "--password-file", "pw"], QUICK, more].concat()).expect(0);
    fs::write(dir.join("hash"), &run.stdout).unwrap();
    run.text().trim().to_owned()
}

fn verify(dir: &Path, password: &str, more: &[&str]) -> Run {
    run(dir, &[&["password", "verify", "--password-file", password, "hash"], more].concat())
}

#[test]
fn hashed_and_verified() {
    let dir = with_password();
    assert!(hash(dir.path(), &[]).starts_with("$argon2id$v=19$m=1024,t=1,p=1$"));
    assert!(verify(dir.path(), "pw", &[]).expect(0).text().contains("argon2id); hash it again"));
    let json = verify(dir.path(), "pw", &["--json"]).expect(0).json();
    assert_eq!((&json["verified"], &json["needs_rehash"]), (&true.into(), &true.into()));
    let wrong = verify(dir.path(), "wrong", &[]).expect(3);
    assert!(wrong.stderr.contains("wrong password") && !wrong.stderr.contains("horse"));
    assert!(verify(dir.path(), "wrong", &["--json"]).expect(3).stderr.starts_with("{\"error\":"));

    let current = run(dir.path(), &["password", "hash", "--password-file", "pw", "--json"]).expect(0).json();
    let stored = current["hash"].as_str().unwrap();
    let arguments = ["password", "verify", "--password-file", "pw", "-"];
    assert_eq!(
        run_with(dir.path(), &arguments, stored.as_bytes()).expect(0).text(),
        "the password is right (argon2id)\n"
    );
    let arguments = ["password", "verify", "--password-fd", "0", "hash"];
    run_with(dir.path(), &arguments, b"correct horse battery staple\n").expect(0);
    // Of others.
    fs::write(dir.path().join("hash"), "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i").unwrap();
    fs::write(dir.path().join("abc"), "abc").unwrap();
    assert!(verify(dir.path(), "abc", &[]).expect(0).text().contains("(bcrypt)"));
}

#[test]
fn a_file_that_others_can_read_is_told_of_in_the_form_of_the_output() {
    let dir = with_password();
    hash(dir.path(), &[]);
    fs::set_permissions(dir.path().join("wrong"), fs::Permissions::from_mode(0o644)).unwrap();
    let told = verify(dir.path(), "wrong", &[]).expect(3).stderr;
    assert!(told.starts_with("warning: every user can read"), "{told}");
    let told = verify(dir.path(), "wrong", &["--json"]).expect(3).stderr;
    let lines: Vec<serde_json::Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines[0]["warning"].as_str().unwrap().starts_with("every user can read"), "{told}");
    assert_eq!((lines.len(), &lines[1]["exit_code"]), (2, &3.into()));
}

#[test]
fn peppers() {
    let dir = with_password();
    fs::write(dir.path().join("old"), [7; 32]).unwrap();
    fs::write(dir.path().join("new"), [8; 32]).unwrap();
    assert!(hash(dir.path(), &["--pepper", "1=old"]).contains(",keyid="));
    verify(dir.path(), "pw", &["--pepper", "1=old"]).expect(0);
    verify(dir.path(), "pw", &["--pepper", "2=new", "--pepper", "1=old"]).expect(0);
    verify(dir.path(), "pw", &["--pepper", "1=new"]).expect(3);
    for more in [&[][..], &["--pepper", "2=new"]] {
        let missing = verify(dir.path(), "pw", more).expect(1);
        assert!(missing.stderr.contains("--pepper NAME=FILE"), "{}", missing.stderr);
    }
    verify(dir.path(), "pw", &["--pepper", "old"]).expect(2);
    verify(dir.path(), "pw", &["--pepper", "much too long=old"]).expect(2);
    assert!(verify(dir.path(), "pw", &["--pepper", "1=none"]).expect(1).stderr.contains("none"));
    fs::write(dir.path().join("short"), "short").unwrap();
    assert!(verify(dir.path(), "pw", &["--pepper", "1=short"]).expect(2).stderr.contains("16 bytes"));
}

#[test]
fn strength() {
    let dir = with_password();
    fs::write(dir.path().join("weak"), "lovelace1815").unwrap();
    let of = |file: &str, more: &[&str]| {
        let arguments = [&["password", "strength", "--json", "--password-file", file], more].concat();
        run(dir.path(), &arguments).expect(0).json()
    };
    assert_eq!(of("pw", &[])["score"], 4);
    let (alone, known) = (of("weak", &[]), of("weak", &["--about", "Lovelace", "--about", "1815"]));
    assert!(known["guesses_log10"].as_f64() < alone["guesses_log10"].as_f64());
    assert!(of("weak", QUICK)["gpu_seconds"].as_f64() < alone["gpu_seconds"].as_f64());
    let text = run(dir.path(), &["password", "strength", "--password-file", "weak"]).expect(0);
    assert!(text.text().contains("of 4)") && !text.text().contains("lovelace"), "{}", text.text());
}

#[test]
fn faults() {
    let dir = with_password();
    let stored = hash(dir.path(), &[]);
    let with = |text: &[u8]| {
        fs::write(dir.path().join("hash"), text).unwrap();
        verify(dir.path(), "pw", &[])
    };
    for (text, words) in [
        (stored.replace("m=1024", "m=4294967295"), "more memory or time"),
        ("$scrypt$ln=63,r=8,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAA".into(), "more memory or time"),
        (stored[..stored.len() - 30].into(), "cut short"),
        (String::new(), "no hash is stored"),
        ("hunter2".into(), "no password hash"),
        ("!".into(), "no hash is stored"),
    ] {
        let run = with(text.as_bytes()).expect(1);
        assert!(run.stderr.contains(words) && run.stderr.contains("hash: "), "{words}: {}", run.stderr);
    }
    assert!(with(b"\xff\xfe").expect(1).stderr.contains("UTF-8"));
    assert!(with(&vec![b'$'; 2 << 20]).expect(1).stderr.contains("longer than"));
    let mut zeros = command(dir.path());
    zeros.args(["password", "verify", "--password-file", "pw", "/dev/zero"]);
    assert!(result(&zeros.output().unwrap()).expect(1).stderr.contains("longer than"));

    fs::write(dir.path().join("long"), "x".repeat(5000)).unwrap();
    fs::write(dir.path().join("empty"), "\n").unwrap();
    for (file, words) in [("long", "4096 bytes"), ("empty", "empty"), ("none", "none")] {
        let run = run(dir.path(), &["password", "hash", "--password-file", file]).expect(1);
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut hash = command(dir.path());
    hash.args(["password", "hash", "--password-file", "pw"]).args(QUICK).stdout(full);
    assert!(result(&hash.output().unwrap()).expect(1).stderr.contains("no space"));
    for bad in [&["--memory", "0"][..], &["--memory", "4294967295"], &["--iterations", "0"], &["--lanes", "0"]] {
        run(dir.path(), &[&["password", "hash", "--password-file", "pw"], bad].concat()).expect(2);
    }
    let both = ["password", "verify", "--password-fd", "0", "-"];
    assert!(run(dir.path(), &both).expect(2).stderr.contains("cannot hold both"));
}
