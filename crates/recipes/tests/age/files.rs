//! Encrypted files: round trips, and everything that can be wrong with one. Other people's files
//! are in `tests/python/test_files_interop.py`.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::files::{
    Decryptor, Identity, MAX_WORK_FACTOR, Recipient, decrypt, decrypt_file, encrypt, encrypt_file,
};
use ironlatch::recipes::fs::Existing;
use tempfile::tempdir;

const CHUNK: usize = 64 * 1024;

/// Lengths around the places where chunks meet.
const LENGTHS: &[usize] = &[0, 1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK + 777];

fn text(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index % 251) as u8).collect()
}

fn sealed(identity: &Identity, plaintext: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    encrypt(&[identity.recipient().unwrap()], &mut &plaintext[..], &mut file).unwrap();
    file
}

fn opened(identity: &Identity, file: &[u8]) -> Result<Vec<u8>, Error> {
    let mut plaintext = Vec::new();
    decrypt(std::slice::from_ref(identity), &mut &file[..], &mut plaintext).map(|len| {
        assert_eq!(len, plaintext.len() as u64);
        plaintext
    })
}

/// Cheap enough for tests.
fn passphrase(passphrase: &[u8]) -> Recipient {
    Recipient::passphrase_with_work_factor(passphrase, 4).unwrap()
}

#[test]
fn round_trips_at_every_length() {
    let identity = Identity::generate();
    for &len in LENGTHS {
        let plaintext = text(len);
        let file = sealed(&identity, &plaintext);
        assert!(file.starts_with(b"age-encryption.org/v1\n-> X25519 "));
        assert_eq!(opened(&identity, &file).unwrap(), plaintext);
        assert_ne!(file, sealed(&identity, &plaintext), "two encryptions are the same");
    }
}

#[test]
fn any_recipient_opens_it_and_nobody_else() {
    let [a, b, c] = [(); 3].map(|()| Identity::generate());
    let recipients = [a.recipient().unwrap(), b.recipient().unwrap()];
    let mut file = Vec::new();
    encrypt(&recipients, &mut &b"text"[..], &mut file).unwrap();
    assert_eq!(opened(&a, &file).unwrap(), b"text");
    assert_eq!(opened(&b, &file).unwrap(), b"text");
    assert!(matches!(opened(&c, &file), Err(Error::WrongKey { .. })));
    let mut out = Vec::new();
    decrypt(&[c, Identity::passphrase(b"x"), b], &mut &file[..], &mut out).unwrap();
    assert_eq!(out, b"text");
}

#[test]
fn passphrases() {
    let mut file = Vec::new();
    encrypt(&[passphrase(b"correct horse")], &mut &b"text"[..], &mut file).unwrap();
    assert!(Decryptor::new(&file[..]).unwrap().needs_passphrase());
    assert_eq!(opened(&Identity::passphrase(b"correct horse"), &file).unwrap(), b"text");
    let wrong = opened(&Identity::passphrase(b"correct house"), &file).unwrap_err();
    assert!(wrong.to_string().contains("wrong passphrase"), "{wrong}");
    let none = opened(&Identity::generate(), &file).unwrap_err();
    assert!(none.to_string().contains("under a passphrase"), "{none}");
    let key = opened(&Identity::passphrase(b"x"), &sealed(&Identity::generate(), b"")).unwrap_err();
    assert!(key.to_string().contains("to a key"), "{key}");
}

#[test]
fn recipients_that_make_no_sense_are_refused() {
    let key = Identity::generate().recipient().unwrap();
    assert!(encrypt(&[], &mut io::empty(), &mut io::sink()).is_err());
    assert!(encrypt(&[passphrase(b"x"), key.clone()], &mut io::empty(), &mut io::sink()).is_err());
    assert!(encrypt(&[passphrase(b"x"), passphrase(b"y")], &mut io::empty(), &mut io::sink()).is_err());
    assert!(Recipient::passphrase(b"").is_err());
    for factor in [0, MAX_WORK_FACTOR + 1, 255] {
        assert!(Recipient::passphrase_with_work_factor(b"x", factor).is_err());
    }
}

#[test]
fn every_changed_byte_is_noticed() {
    let identity = Identity::generate();
    let file = sealed(&identity, b"attack at dawn");
    for position in 0..file.len() {
        for flip in [1, 0x20, 0x80] {
            let mut changed = file.clone();
            changed[position] ^= flip;
            let error = opened(&identity, &changed).unwrap_err();
            assert!(matches!(error, Error::Damaged(_) | Error::WrongKey { .. }), "byte {position}: {error:?}");
        }
    }
}

#[test]
fn every_changed_byte_of_a_passphrase_header_is_noticed() {
    let mut file = Vec::new();
    encrypt(&[passphrase(b"x")], &mut &b"text"[..], &mut file).unwrap();
    for position in 0..file.len() {
        let mut changed = file.clone();
        changed[position] ^= 2;
        let error = opened(&Identity::passphrase(b"x"), &changed).unwrap_err();
        assert!(matches!(error, Error::Damaged(_) | Error::WrongKey { .. }), "byte {position}: {error:?}");
    }
}

#[test]
fn every_truncation_is_noticed() {
    let identity = Identity::generate();
    let file = sealed(&identity, &text(200));
    for len in 0..file.len() {
        let error = opened(&identity, &file[..len]).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{len}: {error:?}");
    }
    let long = sealed(&identity, &text(3 * CHUNK));
    let header = long.len() - 3 * (CHUNK + 16);
    for chunk in 0..3 {
        for extra in [0, 1, 15, 16, 17] {
            let error = opened(&identity, &long[..header + chunk * (CHUNK + 16) + extra]).unwrap_err();
            assert!(matches!(error, Error::Damaged(_)), "{chunk} {extra}: {error:?}");
            if extra == 0 && chunk > 0 {
                assert!(error.to_string().contains("cut short"), "{error}");
            }
        }
    }
}

#[test]
fn chunks_stay_in_their_places() {
    let identity = Identity::generate();
    let file = sealed(&identity, &text(3 * CHUNK));
    let start = file.len() - 3 * (CHUNK + 16);
    let (head, body) = file.split_at(start);
    let chunks: Vec<_> = body.chunks(CHUNK + 16).collect();
    for order in [&[1, 0, 2][..], &[0, 0, 1, 2], &[0, 2], &[0, 1, 2, 2], &[2], &[]] {
        let mut changed = head.to_vec();
        order.iter().for_each(|index| changed.extend_from_slice(chunks[*index]));
        assert!(matches!(opened(&identity, &changed), Err(Error::Damaged(_))), "{order:?}");
    }
    let mut longer = file.clone();
    longer.push(0);
    assert!(opened(&identity, &longer).unwrap_err().to_string().contains("after the file's end"));
}

#[test]
fn absurd_work_is_refused_before_it_is_done() {
    let mut file = Vec::new();
    encrypt(&[passphrase(b"x")], &mut &b""[..], &mut file).unwrap();
    let text = String::from_utf8_lossy(&file).into_owned();
    let line = text.lines().nth(1).unwrap();
    for (factor, expected) in
        [("23", "limit"), ("63", "limit"), ("99999999999", "limit"), ("04", "malformed"), ("-1", "malformed")]
    {
        let salt_end = line.rfind(' ').unwrap();
        let changed = [text.lines().next().unwrap(), "\n", &line[..salt_end], " ", factor].concat().into_bytes();
        let rest = file[23 + line.len() - 1..].to_vec();
        let started = std::time::Instant::now();
        let error = opened(&Identity::passphrase(b"x"), &[changed, rest].concat()).unwrap_err();
        assert!(error.to_string().contains(expected), "{factor}: {error}");
        assert!(started.elapsed().as_secs() < 1);
    }
}

#[test]
fn other_kinds_of_files_are_told_apart() {
    let identity = Identity::generate();
    for (file, expected) in [
        (&b""[..], "not an age file"),
        (b"PK\x03\x04", "not an age file"),
        (b"age-encryption.org/v2\n-> X\n", "version"),
        (b"age-encryption.org/v1\n", "malformed"),
        (b"age-encryption.org/v1\n--- AAAA\n", "malformed"),
        (b"age-encryption.org/v1\nhello\n", "malformed"),
    ] {
        let error = opened(&identity, file).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)) && error.to_string().contains(expected), "{error}");
    }
    let endless = decrypt(&[identity], &mut io::repeat(b'-'), &mut io::sink()).unwrap_err();
    assert!(endless.to_string().contains("not an age file"));
    let header = b"age-encryption.org/v1\n-> ".chain(io::repeat(b'a'));
    let endless = decrypt(&[Identity::generate()], &mut { header }, &mut io::sink()).unwrap_err();
    assert!(endless.to_string().contains("longer than"), "{endless}");
}

#[test]
fn keys_have_one_spelling() {
    let identity = Identity::generate();
    let secret = identity.to_text().unwrap();
    assert!(secret.expose().starts_with("AGE-SECRET-KEY-1") && secret.expose().len() == 74);
    assert_eq!(
        secret.expose().parse::<Identity>().unwrap().recipient().unwrap().to_string(),
        identity.recipient().unwrap().to_string()
    );
    let public = identity.recipient().unwrap().to_string();
    assert!(public.starts_with("age1") && public.len() == 62);
    for index in 0..public.len() {
        let mut wrong = public.clone().into_bytes();
        wrong[index] = if wrong[index] == b'q' { b'p' } else { b'q' };
        assert!(String::from_utf8(wrong).unwrap().parse::<Recipient>().is_err(), "symbol {index}");
    }
    for wrong in ["", "age1", "age", "hello", &public[..61], &format!("{public}q"), &public.replacen("age1", "Age1", 1)]
    {
        assert!(wrong.parse::<Recipient>().is_err(), "{wrong}");
    }
    // A private key where a public one belongs: said, and not repeated.
    let error = secret.expose().parse::<Recipient>().unwrap_err().to_string();
    assert!(error.contains("private key") && !error.contains(&secret.expose()[20..30]), "{error}");
    assert!(!format!("{identity:?}{secret:?}").contains(&secret.expose()[20..30]));
}

#[test]
fn key_files() {
    let (a, b) = (Identity::generate(), Identity::generate());
    let file =
        format!("# created: today\n\n{}\r\n  {}\n", a.to_text().unwrap().expose(), b.to_text().unwrap().expose());
    assert_eq!(Identity::parse_file(&file).unwrap().len(), 2);
    assert!(Identity::parse_file("# nothing\n").unwrap_err().to_string().contains("no line"));
    assert!(Identity::parse_file("# a\nhunter2\n").unwrap_err().to_string().contains("line 2"));
    assert!(!Identity::parse_file("hunter2\n").unwrap_err().to_string().contains("hunter2"));
}

#[test]
fn reading_and_writing_failures_are_told() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is on fire"))
        }
    }
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is on fire"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let identity = Identity::generate();
    let to = [identity.recipient().unwrap()];
    assert!(encrypt(&to, &mut Broken, &mut io::sink()).unwrap_err().to_string().contains("on fire"));
    assert!(encrypt(&to, &mut io::empty(), &mut Broken).unwrap_err().to_string().contains("on fire"));
    let file = sealed(&identity, b"text");
    assert!(decrypt(&[identity], &mut &file[..], &mut Broken).unwrap_err().to_string().contains("on fire"));
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn unwatched(_: u64) -> io::Result<()> {
    Ok(())
}

#[test]
fn files_appear_whole_or_not_at_all() {
    let dir = tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let identity = Identity::generate();
    let to = [identity.recipient().unwrap()];
    fs::write(path("plain"), text(100_000)).unwrap();
    let mut seen = 0;
    let len = encrypt_file(&path("plain"), &path("sealed"), &to, Existing::Keep, |done| {
        seen = done;
        Ok(())
    });
    assert_eq!((len.unwrap(), seen), (100_000, 100_000));

    let by = [identity];
    decrypt_file(&path("sealed"), &path("back"), &by, Existing::Keep, unwatched).unwrap();
    assert_eq!(fs::read(path("back")).unwrap(), text(100_000));
    assert_eq!(fs::metadata(path("back")).unwrap().permissions().mode() & 0o777, 0o600);

    // An existing file stays unless told otherwise.
    fs::write(path("taken"), "old").unwrap();
    let error = decrypt_file(&path("sealed"), &path("taken"), &by, Existing::Keep, unwatched).unwrap_err();
    assert!(
        matches!(error, Error::Core(CoreError::Io { ref source, .. }) if source.kind() == io::ErrorKind::AlreadyExists),
        "{error:?}"
    );
    assert_eq!(fs::read(path("taken")).unwrap(), b"old");
    decrypt_file(&path("sealed"), &path("taken"), &by, Existing::Replace, unwatched).unwrap();
    assert_eq!(fs::read(path("taken")).unwrap(), text(100_000));

    // A damaged file leaves the old one, and nothing new.
    let mut damaged = fs::read(path("sealed")).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(path("damaged"), damaged).unwrap();
    for target in ["taken", "new"] {
        let error = decrypt_file(&path("damaged"), &path(target), &by, Existing::Replace, unwatched).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)) && error.to_string().contains("damaged"), "{error:?}");
    }
    assert_eq!(fs::read(path("taken")).unwrap(), text(100_000));

    // Work that is broken off leaves nothing.
    let broken_off =
        encrypt_file(&path("plain"), &path("new"), &to, Existing::Keep, |_| Err(io::Error::other("enough")));
    assert!(broken_off.unwrap_err().to_string().contains("enough"));
    assert_eq!(names(dir.path()), ["back", "damaged", "plain", "sealed", "taken"]);
}

#[test]
fn places_that_cannot_be_written_are_refused() {
    let dir = tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let to = [Identity::generate().recipient().unwrap()];
    fs::write(path("plain"), "text").unwrap();
    std::os::unix::fs::symlink(path("plain"), path("link")).unwrap();
    fs::hard_link(path("plain"), path("same")).unwrap();
    for (target, expected) in [
        ("plain", "input itself"),
        ("link", "input itself"),
        ("same", "input itself"),
        (".", "directory"),
        ("..", "not the name"),
        ("missing/new", "no such file"),
        ("plain/new", "not a directory"),
    ] {
        let error = encrypt_file(&path("plain"), &path(target), &to, Existing::Replace, unwatched).unwrap_err();
        assert!(error.to_string().contains(expected), "{target}: {error}");
    }
    let device = encrypt_file(&path("plain"), "/dev/null".as_ref(), &to, Existing::Replace, unwatched).unwrap_err();
    assert!(device.to_string().contains("not an ordinary file"), "{device}");
    let folder = encrypt_file(dir.path(), &path("new"), &to, Existing::Keep, unwatched).unwrap_err();
    assert!(folder.to_string().contains("directory"), "{folder}");
    let missing = encrypt_file(&path("missing"), &path("new"), &to, Existing::Keep, unwatched).unwrap_err();
    assert!(
        matches!(missing, Error::Core(CoreError::Io { ref source, .. }) if source.kind() == io::ErrorKind::NotFound)
    );
    assert_eq!(fs::read(path("plain")).unwrap(), b"text");
    assert_eq!(names(dir.path()), ["link", "plain", "same"]);
}
