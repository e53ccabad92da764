//! `ironlatch inspect` and `ironlatch man`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::common::{command, result, run, run_with};
use tempfile::tempdir;

#[test]
fn tells_what_files_are() {
    let dir = tempdir().unwrap();
    run(dir.path(), &["keygen", "-o", "key.txt"]).expect(0);
    let public = run(dir.path(), &["keygen", "--public", "key.txt"]).expect(0);
    let recipient = public.text().trim();
    run_with(dir.path(), &["encrypt", "-r", recipient, "-o", "x.age"], b"hello").expect(0);

    let shown = run(dir.path(), &["inspect", "key.txt", "x.age"]).expect(0);
    assert!(shown.text().starts_with("key.txt: a private key that decrypts files (secret)\n"), "{}", shown.text());
    assert!(shown.text().contains(recipient));
    assert!(shown.text().contains("plaintext bytes  5\n"));
    assert!(!shown.text().contains("AGE-SECRET-KEY"));

    let json = run(dir.path(), &["inspect", "--json", "x.age"]).expect(0).json();
    assert_eq!(json[0]["found"][0]["kind"], "age-file");
    assert_eq!(json[0]["found"][0]["facts"]["plaintext_bytes"], 5);
}

#[test]
fn warns_of_secrets_that_others_can_read() {
    let dir = tempdir().unwrap();
    run(dir.path(), &["keygen", "-o", "key.txt"]).expect(0);
    assert!(!run(dir.path(), &["inspect", "key.txt"]).text().contains("warning"));
    fs::set_permissions(dir.path().join("key.txt"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(run(dir.path(), &["inspect", "key.txt"]).text().contains("warning: other users of this machine"));
}

#[test]
fn says_when_it_knows_nothing() {
    let dir = tempdir().unwrap();
    let failed = run_with(dir.path(), &["inspect"], b"hello").expect(1);
    assert!(failed.stderr.contains("not in any known format"), "{}", failed.stderr);
    assert!(run(dir.path(), &["inspect", "missing"]).expect(1).stderr.contains("check the spelling"));
}

#[test]
fn colours_are_for_terminals() {
    let dir = tempdir().unwrap();
    run(dir.path(), &["keygen", "-o", "key.txt"]).expect(0);
    assert!(!run(dir.path(), &["inspect", "key.txt"]).text().contains('\x1b'));
    assert!(!run(dir.path(), &["inspect", "missing"]).stderr.contains('\x1b'));
    let forced = command(dir.path()).args(["inspect", "key.txt"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(result(&forced).text().contains('\x1b'));
}

#[test]
fn every_subcommand_has_a_manual_page() {
    let dir = tempdir().unwrap();
    let list = run(dir.path(), &["man", "--list"]).expect(0);
    let pages: Vec<_> = list.text().lines().collect();
    assert!(pages.contains(&"ironlatch") && pages.contains(&"ironlatch password hash"), "{pages:?}");
    for page in pages {
        let mut arguments = vec!["man"];
        arguments.extend(page.split(' ').skip(1));
        let text = run(dir.path(), &arguments).expect(0);
        assert!(text.text().contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(run(dir.path(), &["man", "nothing"]).expect(2).stderr.contains("--list"));
}
