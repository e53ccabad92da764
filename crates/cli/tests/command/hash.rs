//! `ironlatch hash`.

use std::fs;

use crate::common::{run, run_with};
use tempfile::tempdir;

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn prints_lines_that_sha256sum_prints() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("a"), "abc").unwrap();
    assert_eq!(run(dir.path(), &["hash", "a"]).expect(0).text(), format!("{ABC}  a\n"));
    assert_eq!(run_with(dir.path(), &["hash"], b"abc").expect(0).text(), format!("{ABC}  -\n"));
    let both = run_with(dir.path(), &["hash", "-", "a"], b"abc").expect(0);
    assert_eq!(both.text(), format!("{ABC}  -\n{ABC}  a\n"));
    fs::write(dir.path().join("new\nline"), "abc").unwrap();
    assert_eq!(run(dir.path(), &["hash", "new\nline"]).expect(0).text(), format!("\\{ABC}  new\\nline\n"));
}

#[test]
fn knows_algorithms_by_any_spelling() {
    let dir = tempdir().unwrap();
    for name in ["sha3-256", "SHA3_256", "sha3256"] {
        let text = run_with(dir.path(), &["hash", "-a", name], b"abc").expect(0).text().to_owned();
        assert!(text.starts_with("3a985da74fe225b2045c172d6bd390bd"), "{text}");
    }
    let long = run_with(dir.path(), &["hash", "-a", "shake128", "--length", "100"], b"abc").expect(0);
    assert_eq!(long.text().len(), 200 + 4);
    assert!(run(dir.path(), &["hash", "-a", "sha257"]).expect(2).stderr.contains("--list"));
    run(dir.path(), &["hash", "-a", "sha256", "--length", "3"]).expect(2);
    run(dir.path(), &["hash", "-a", "shake128", "--length", "0"]).expect(2);
}

#[test]
fn every_listed_algorithm_works() {
    let dir = tempdir().unwrap();
    let list = run(dir.path(), &["hash", "--list", "--json"]).expect(0).json();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 17);
    for entry in list {
        let name = entry["name"].as_str().unwrap();
        let result = run_with(dir.path(), &["hash", "--json", "-a", name], b"abc").expect(0).json();
        let digest = result[0]["digest"].as_str().unwrap();
        assert_eq!(digest.len() as u64, 2 * entry["bytes"].as_u64().unwrap(), "{name}");
    }
}

#[test]
fn checks_a_list() {
    let dir = tempdir().unwrap();
    for name in ["a", "b b", "c\\d\n"] {
        fs::write(dir.path().join(name), name).unwrap();
    }
    let list = run(dir.path(), &["hash", "a", "b b", "c\\d\n"]).expect(0);
    let checked = run_with(dir.path(), &["hash", "--check", "-"], &list.stdout).expect(0);
    assert_eq!(checked.text(), "a: OK\nb b: OK\nc\\d\n: OK\n");
    fs::write(dir.path().join("SUMS"), &list.stdout).unwrap();
    fs::write(dir.path().join("b b"), "changed").unwrap();
    let checked = run(dir.path(), &["hash", "--check", "SUMS", "--quiet"]).expect(3);
    assert_eq!(checked.text(), "b b: FAILED\n");
    fs::remove_file(dir.path().join("b b")).unwrap();
    assert!(run(dir.path(), &["hash", "--check", "SUMS"]).expect(1).stderr.contains("b b"));
}

#[test]
fn reads_other_peoples_lists() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("a"), "abc").unwrap();
    for list in [
        format!("{ABC} *a\n"),
        format!("{}  a\r\n", ABC.to_uppercase()),
        format!("SHA256 (a) = {ABC}\n"),
        format!("\u{feff}{ABC}  a\r\n"),
        format!("\u{feff}# a comment\n{ABC}  a\n"),
        "# a comment\n\nMD5 (a) = 900150983cd24fb0d6963f7d28e17f72\n".into(),
    ] {
        assert_eq!(run_with(dir.path(), &["hash", "--check", "-"], list.as_bytes()).expect(0).text(), "a: OK\n");
    }
    for list in ["", "what is this\n", "900150983cd24fb0d6963f7d28e17f72  a\n", &format!("{ABC}  \n")] {
        let failed = run_with(dir.path(), &["hash", "--check", "-"], list.as_bytes()).expect(1);
        assert!(failed.stderr.contains("right list"), "{}", failed.stderr);
    }
}

#[test]
fn one_bad_file_does_not_keep_the_others() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("a"), "abc").unwrap();
    fs::create_dir(dir.path().join("folder")).unwrap();
    let result = run(dir.path(), &["hash", "missing", "folder", "a"]).expect(1);
    assert_eq!(result.text(), format!("{ABC}  a\n"));
    assert!(result.stderr.contains("cannot read missing") && result.stderr.contains("cannot read folder"));
    let json = run(dir.path(), &["hash", "--json", "missing"]).expect(1);
    let error: serde_json::Value = serde_json::from_str(&json.stderr).unwrap();
    assert_eq!(error["exit_code"], 1);
}
