//! `ironlatch keyring`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::common::{Run, run, run_with};
use ironlatch::recipes::keyring::{Keyring, Protection};
use tempfile::{TempDir, tempdir};

const FERNET: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

/// A directory with a keyring under the key of a local provider, which costs no time.
fn ring() -> TempDir {
    let dir = tempdir().unwrap();
    run(dir.path(), &["keyring", "provider-key", "-o", "provider.key"]).expect(0);
    keyring(dir.path(), "new", &[]).expect(0);
    keyring(dir.path(), "create", &["customers", "--actor", "ada", "--note", "the first"]).expect(0);
    dir
}

fn keyring(dir: &Path, job: &str, more: &[&str]) -> Run {
    run(dir, &[&["keyring", job, "app.keyring", "--provider-key", "provider.key"], more].concat())
}

fn states(dir: &Path) -> Vec<String> {
    let listed = run(dir, &["keyring", "list", "app.keyring", "--json"]).expect(0).json();
    let versions = listed["keys"][0]["versions"].as_array().unwrap().clone();
    versions.iter().map(|version| version["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_version_from_beginning_to_end() {
    let dir = ring();
    let rotated = keyring(dir.path(), "rotate", &["customers", "--json"]).expect(0).json();
    assert_eq!((&rotated["number"], &rotated["state"]), (&2.into(), &"primary".into()));
    let refused = keyring(dir.path(), "disable", &["customers", "2"]).expect(1);
    assert!(refused.stderr.contains("rotate"), "{}", refused.stderr);
    let refused = keyring(dir.path(), "destroy", &["customers", "1"]).expect(1);
    assert!(refused.stderr.contains("disable it first"), "{}", refused.stderr);
    keyring(dir.path(), "disable", &["customers", "1"]).expect(0);
    keyring(dir.path(), "enable", &["customers", "1"]).expect(0);
    keyring(dir.path(), "disable", &["customers", "1"]).expect(0);
    keyring(dir.path(), "destroy", &["customers", "1"]).expect(0);
    let added = keyring(dir.path(), "add", &["customers", "--json"]).expect(0).json();
    assert_eq!(states(dir.path()), ["destroyed", "primary", "active"]);
    keyring(dir.path(), "promote", &["customers", added["version"].as_str().unwrap()]).expect(0);
    assert_eq!(states(dir.path()), ["destroyed", "active", "primary"]);
    let history = run(dir.path(), &["keyring", "history", "app.keyring"]).expect(0);
    assert_eq!(history.text().lines().count(), 8);
    assert!(history.text().lines().next().unwrap().ends_with("  by ada  (the first)"), "{}", history.text());
    assert!(history.text().contains("  destroyed  customers  "));
    let listed = run(dir.path(), &["keyring", "list", "app.keyring"]).expect(0);
    assert!(listed.text().contains("customers  (general)\n"), "{}", listed.text());
    let checked = keyring(dir.path(), "check", &[]).expect(0);
    assert!(checked.text().contains("whole: 1 keys"), "{}", checked.text());
}

#[test]
fn what_goes_wrong_is_told() {
    let dir = ring();
    let unknown = keyring(dir.path(), "rotate", &["orders"]).expect(1);
    assert!(unknown.stderr.contains("no key \"orders\""));
    keyring(dir.path(), "promote", &["customers", "9"]).expect(1);
    keyring(dir.path(), "create", &["customers"]).expect(1);
    keyring(dir.path(), "create", &["a", "--kind", "quantum"]).expect(2);
    keyring(dir.path(), "new", &[]).expect(1);
    run(dir.path(), &["keyring", "list", "nothing.keyring"]).expect(1);
    let failed = keyring(dir.path(), "rotate", &["orders", "--json"]).expect(1);
    assert!(failed.stderr.starts_with("{\"error\":"), "{}", failed.stderr);

    run(dir.path(), &["keyring", "provider-key", "-o", "other.key"]).expect(0);
    run(dir.path(), &["keyring", "provider-key", "-o", "other.key"]).expect(1);
    let wrong = run(dir.path(), &["keyring", "check", "app.keyring", "--provider-key", "other.key"]).expect(3);
    assert!(wrong.stderr.contains("local:"), "{}", wrong.stderr);
    let path = dir.path().join("app.keyring");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(keyring(dir.path(), "check", &[]).expect(1).stderr.contains("chmod 600"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let mut contents = fs::read(&path).unwrap();
    contents.truncate(contents.len() - 1);
    fs::write(&path, contents).unwrap();
    assert!(keyring(dir.path(), "check", &[]).expect(3).stderr.contains("cut short"));
    assert!(run(dir.path(), &["keyring", "list", "app.keyring"]).expect(3).stderr.contains("cut short"));
}

#[test]
fn under_a_passphrase_and_under_another_keyring() {
    let dir = ring();
    fs::write(dir.path().join("pw"), "correct horse\n").unwrap();
    fs::write(dir.path().join("wrong"), "Correct horse\n").unwrap();
    keyring(dir.path(), "rewrap", &["--new-passphrase-file", "pw"]).expect(0);
    keyring(dir.path(), "check", &[]).expect(3);
    let with = |file: &'static str| ["keyring", "check", "app.keyring", "--passphrase-file", file];
    run(dir.path(), &with("pw")).expect(0);
    assert!(run(dir.path(), &with("wrong")).expect(3).stderr.contains("passphrase is wrong"));
    let protection = Protection::passphrase(b"correct horse").unwrap();
    assert_eq!(Keyring::open(&dir.path().join("app.keyring"), &protection).unwrap().describe().len(), 1);

    run(dir.path(), &["keyring", "new", "root.keyring", "--provider-key", "provider.key"]).expect(0);
    run(dir.path(), &["keyring", "create", "root.keyring", "root", "--provider-key", "provider.key"]).expect(0);
    let new = ["--new-under", "root.keyring", "--new-under-key", "root", "--new-provider-key", "provider.key"];
    let rewrap = ["keyring", "rewrap", "app.keyring", "--passphrase-file", "pw"];
    run(dir.path(), &[&rewrap[..], &new[..]].concat()).expect(0);
    keyring(dir.path(), "check", &["--under", "root.keyring", "--under-key", "root"]).expect(0);
    keyring(dir.path(), "check", &["--under", "root.keyring", "--under-key", "nothing"]).expect(1);
    keyring(dir.path(), "check", &["--under", "root.keyring"]).expect(2);
}

#[test]
fn what_a_passphrase_costs() {
    let dir = ring();
    fs::write(dir.path().join("pw"), "correct horse\n").unwrap();
    let path = dir.path().join("app.keyring");
    let stands = |cost: &str| fs::read_to_string(&path).unwrap().contains(cost);
    let cost = ["--new-iterations", "2", "--new-lanes", "1", "--new-memory-cost", "64"];
    keyring(dir.path(), "rewrap", &[&["--new-passphrase-file", "pw"], &cost[..]].concat()).expect(0);
    assert!(stands("\"memory\":64,\"iterations\":2,\"lanes\":1"));
    let with = |job, file, more: &[&str]| {
        run(dir.path(), &[&["keyring", job, file, "--passphrase-file", "pw"], more].concat())
    };
    with("check", "app.keyring", &[]).expect(0);
    with("new", "new.keyring", &["--iterations", "1", "--lanes", "1", "--memory-cost", "64"]).expect(0);
    assert!(fs::read_to_string(dir.path().join("new.keyring")).unwrap().contains("\"memory\":64,\"iterations\":1,"));
    with("new", "more.keyring", &["--iterations", "65"]).expect(2);
    // Dearer than what is done unasked; the data key is another one under it.
    let dear = "\"memory\":65537,\"iterations\":64,\"lanes\":1";
    let text = fs::read_to_string(&path).unwrap().replace("\"memory\":64,\"iterations\":2,\"lanes\":1", dear);
    fs::write(&path, text).unwrap();
    let refused = with("check", "app.keyring", &[]).expect(1);
    assert!(refused.stderr.contains("iterations, lanes and a memory cost"), "{}", refused.stderr);
    with("check", "app.keyring", &["--iterations", "64", "--memory-cost", "65536"]).expect(1);
    with("check", "app.keyring", &["--iterations", "64", "--memory-cost", "65537"]).expect(3);
}

#[test]
fn keys_of_other_programs() {
    let dir = ring();
    fs::write(dir.path().join("keys.txt"), FERNET).unwrap();
    let imported = keyring(dir.path(), "import", &["tokens", "keys.txt", "--json"]).expect(0).json();
    assert_eq!(imported["versions"].as_array().unwrap().len(), 1);
    assert_eq!(keyring(dir.path(), "export", &["tokens", "--format", "fernet"]).expect(0).text().trim(), FERNET);
    keyring(dir.path(), "export", &["tokens", "--format", "fernet", "-o", "out.txt"]).expect(0);
    let out = dir.path().join("out.txt");
    assert_eq!(fs::read_to_string(&out).unwrap().trim(), FERNET);
    assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(dir.path().join("app.keyring")).unwrap();
    keyring(dir.path(), "export", &["tokens", "--format", "fernet", "-o", "out.txt"]).expect(1);
    assert!(keyring(dir.path(), "export", &["customers", "--format", "tink"]).expect(1).stderr.contains("general"));
    keyring(dir.path(), "export", &["customers", "--format", "pem"]).expect(2);
    assert_eq!(fs::read(dir.path().join("app.keyring")).unwrap(), before, "what did not go out is not noted");

    keyring(dir.path(), "create", &["shared", "--kind", "aes-gcm"]).expect(0);
    let keyset = keyring(dir.path(), "export", &["shared", "--format", "tink"]).expect(0);
    let arguments = ["keyring", "import", "app.keyring", "again", "--provider-key", "provider.key"];
    let refused = run_with(dir.path(), &arguments, &keyset.stdout).expect(1);
    assert!(refused.stderr.contains("already"), "an id is unique: {}", refused.stderr);
    let refused = run_with(dir.path(), &arguments, b"-----BEGIN PRIVATE KEY-----").expect(1);
    assert!(refused.stderr.contains("--format"), "{}", refused.stderr);
}

#[test]
fn inspect_knows_a_keyring() {
    let dir = ring();
    keyring(dir.path(), "rotate", &["customers"]).expect(0);
    let shown = run(dir.path(), &["inspect", "app.keyring"]).expect(0);
    assert!(shown.text().contains("a keyring of Ironlatch"), "{}", shown.text());
    assert!(shown.text().contains("customers (general, 2 versions)"), "{}", shown.text());
    assert!(shown.text().contains("the key provider local:"), "{}", shown.text());
    fs::write(dir.path().join("cut"), &fs::read(dir.path().join("app.keyring")).unwrap()[..100]).unwrap();
    assert!(run(dir.path(), &["inspect", "cut"]).expect(0).text().contains("a damaged keyring"));
}
