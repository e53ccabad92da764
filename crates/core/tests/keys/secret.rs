//! Secret bytes.

use std::io::Write;

use ironlatch::Error;
use ironlatch::secret::{LONGEST_FILE, SecretBytes};

#[test]
fn generated_secrets_differ_and_do_not_show() {
    let (a, b) = (SecretBytes::generate(32).unwrap(), SecretBytes::generate(32).unwrap());
    assert_eq!(a.len(), 32);
    assert_ne!(a, b);
    assert_eq!(a, SecretBytes::copy_from(a.expose()));
    assert_ne!(a, SecretBytes::copy_from(&a.expose()[..31]));
    assert_eq!(format!("{a:?}"), "SecretBytes(<32 bytes>)");
}

#[test]
fn absurd_lengths_are_an_error() {
    assert!(matches!(SecretBytes::generate(usize::MAX / 2), Err(Error::OutOfMemory(_))));
}

#[test]
fn from_file_reads_all_and_strips_one_line_end() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let read = |strip| SecretBytes::from_file(file.path(), strip).unwrap().expose().to_vec();
    let mut writer = file.as_file();
    assert_eq!(read(true), b"");
    writer.write_all(b"hunter2\r\n\n").unwrap();
    assert_eq!(read(true), b"hunter2\r\n");
    assert_eq!(read(false), b"hunter2\r\n\n");
    writer.write_all(&vec![b'x'; 100_000]).unwrap();
    assert_eq!(read(true).len(), 100_010);
    writer.write_all(&vec![b'x'; LONGEST_FILE - 100_010]).unwrap();
    assert_eq!(read(false).len(), LONGEST_FILE);
    writer.write_all(b"x").unwrap();
    let error = SecretBytes::from_file(file.path(), false).unwrap_err();
    assert!(error.to_string().contains("too long"), "{error}");
}

#[test]
fn files_that_cannot_be_read_say_which() {
    for path in ["/nonexistent/secret", "/"] {
        let error = SecretBytes::from_file(path.as_ref(), false).unwrap_err();
        assert!(matches!(error, Error::Io { .. }) && error.to_string().contains(path), "{error}");
    }
    let endless = SecretBytes::from_file("/dev/zero".as_ref(), false).unwrap_err();
    assert!(endless.to_string().contains("too long"), "{endless}");
}

#[test]
fn from_env_names_what_is_missing() {
    let path = std::env::var("PATH").unwrap();
    assert_eq!(SecretBytes::from_env("PATH").unwrap().expose(), path.as_bytes());
    let error = SecretBytes::from_env("IRONLATCH_NO_SUCH").unwrap_err();
    assert!(error.to_string().contains("IRONLATCH_NO_SUCH"));
    for name in ["", "A=B", "A\0B"] {
        assert!(SecretBytes::from_env(name).is_err());
    }
}
