//! `ironlatch random`, `ironlatch completions`, and the command as a whole.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use crate::common::{command, result, run};
use tempfile::tempdir;

#[test]
fn bytes_in_every_format() {
    let dir = tempdir().unwrap();
    let default = run(dir.path(), &["random"]).expect(0);
    assert_eq!(default.text().trim_end().len(), 64);
    assert_ne!(default.text(), run(dir.path(), &["random"]).expect(0).text());
    for (format, len, written) in
        [("hex", 100_000, 200_001), ("base64", 100_000, 133_337), ("urlsafe", 100, 135), ("raw", 77_777, 77_777)]
    {
        let bytes = run(dir.path(), &["random", "--bytes", &len.to_string(), "--format", format]).expect(0).stdout;
        assert_eq!(bytes.len(), written, "{format}");
    }
    assert_eq!(run(dir.path(), &["random", "--bytes", "0"]).expect(0).text(), "\n");
    assert_eq!(run(dir.path(), &["random", "--bytes", "4", "--json"]).expect(0).json()["entropy_bits"], 32);
    run(dir.path(), &["random", "--format", "raw", "--json"]).expect(2);
    run(dir.path(), &["random", "--bytes", "-1"]).expect(2);
}

#[test]
fn for_people() {
    let dir = tempdir().unwrap();
    let phrase = run(dir.path(), &["random", "passphrase", "--words", "7"]).expect(0);
    assert_eq!(phrase.text().split(' ').count(), 7);
    let json = run(dir.path(), &["random", "passphrase", "--json"]).expect(0).json();
    assert!(json["entropy_bits"].as_f64().unwrap() > 77.0);
    let codes = run(dir.path(), &["random", "codes", "--count", "3", "--groups", "2", "--group-size", "5"]).expect(0);
    assert_eq!(codes.text().lines().filter(|code| code.len() == 11).count(), 3);
    for wrong in [["passphrase", "--words", "0"], ["codes", "--count", "0"], ["codes", "--groups", "1"]] {
        let arguments: Vec<_> = std::iter::once("random").chain(wrong).collect();
        run(dir.path(), &arguments).expect(2);
    }
}

#[test]
fn a_full_disk_is_told() {
    let dir = tempdir().unwrap();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = command(dir.path()).args(["random", "passphrase"]).stdout(full).output().unwrap();
    assert!(result(&output).expect(1).stderr.contains("no space"));
}

#[test]
fn a_closed_pipe_is_quiet() {
    let dir = tempdir().unwrap();
    let mut child = command(dir.path())
        .args(["random", "--bytes", "100000000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let ended = result(&child.wait_with_output().unwrap()).expect(141);
    assert_eq!(ended.stderr, "");
}

#[test]
fn completions_for_every_shell() {
    let dir = tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(dir.path(), &["completions", shell]).expect(0);
        assert!(script.text().contains("passphrase"), "{shell}");
    }
    run(dir.path(), &["completions", "tcsh"]).expect(2);
}

#[test]
fn help_shows_examples_and_exit_codes() {
    let dir = tempdir().unwrap();
    assert!(run(dir.path(), &["--help"]).expect(0).text().contains("Exit codes"));
    assert!(run(dir.path(), &["--version"]).expect(0).text().starts_with("ironlatch "));
    assert!(run(dir.path(), &["random", "--help"]).expect(0).text().contains("Examples"));
    assert!(run(dir.path(), &[] as &[&str]).expect(2).stderr.contains("Usage"));
    run(dir.path(), &["no-such-command"]).expect(2);
}
