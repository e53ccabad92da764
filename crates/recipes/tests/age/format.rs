//! The age format: its published vectors, ASCII armor, and the post-quantum keys.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use ironlatch::Error as CoreError;
use ironlatch::hash::{HashAlgorithm, digest_into};
use ironlatch::recipes::Error;
use ironlatch::recipes::error::WrongKey;
use ironlatch::recipes::files::{
    ArmoredWriter, Decryptor, Identity, Recipient, decrypt, encrypt, is_encrypted_key_file,
};

const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----\n";
const END: &str = "-----END AGE ENCRYPTED FILE-----\n";

fn text(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index % 251) as u8).collect()
}

fn armored(identity: &Identity, plaintext: &[u8]) -> Vec<u8> {
    let mut output = ArmoredWriter::new(Vec::new());
    encrypt(&[identity.recipient().unwrap()], &mut &plaintext[..], &mut output).unwrap();
    output.finish().unwrap()
}

fn opened(identity: &Identity, mut file: impl Read + Send) -> Result<Vec<u8>, Error> {
    let mut plaintext = Vec::new();
    decrypt(std::slice::from_ref(identity), &mut file, &mut plaintext).map(|_| plaintext)
}

/// The vectors of C2SP (<https://c2sp.org/CCTV/age>).
#[test]
fn the_public_vectors() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/age");
    let mut run = 0;
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.contains('.') {
            continue;
        }
        check_vector(name, &fs::read(&path).unwrap());
        run += 1;
    }
    assert_eq!(run, 143);
}

const WITHHELD: &[&str] = &[
    "stream_no_final_two_chunks_full",
    "stream_two_final_chunks_second",
    "stream_trailing_garbage_short",
    "stream_two_final_chunks_full",
    "stream_two_final_chunks",
    "armor_garbage_encoded",
    "stream_no_final_full",
    "stream_trailing_garbage_long",
];

fn check_vector(name: &str, vector: &[u8]) {
    let end = vector.windows(2).position(|window| window == b"\n\n").unwrap();
    let (fields, file) = (str::from_utf8(&vector[..end]).unwrap(), &vector[end + 2..]);
    let all = |name: &'static str| {
        fields.lines().filter_map(move |line| line.split_once(": ").filter(|(key, _)| *key == name))
    };
    let field = |name: &'static str| all(name).next().map(|(_, value)| value);
    let mut identities: Vec<_> = all("identity").map(|(_, text)| text.parse::<Identity>().unwrap()).collect();
    identities.extend(all("passphrase").map(|(_, text)| Identity::passphrase(text.as_bytes())));
    let file = match field("compressed") {
        Some("zlib") => {
            let mut file_whole = Vec::new();
            flate2::read::ZlibDecoder::new(file).read_to_end(&mut file_whole).unwrap();
            file_whole
        }
        None => file.to_vec(),
        Some(other) => panic!("{name}: {other}"),
    };
    let mut plaintext = Vec::new();
    let result = decrypt(&identities, &mut &file[..], &mut plaintext);
    let fits = match field("expect").unwrap() {
        "success" => result.is_ok(),
        "no match" => matches!(result, Err(Error::WrongKey { .. })),
        // Without the first line in its place there is no sign of armor.
        "armor failure" if name == "armor_garbage_leading" => matches!(result, Err(Error::Damaged(_))),
        "armor failure" => matches!(&result, Err(Error::Damaged(message)) if message.contains("armor")),
        "header failure" => matches!(&result, Err(Error::Damaged(message)) if !message.contains("code does not match")),
        "HMAC failure" => matches!(&result, Err(Error::Damaged(message)) if message.contains("code does not match")),
        "payload failure" => matches!(result, Err(Error::Damaged(_))),
        other => panic!("{other}"),
    };
    assert!(fits, "{name}: {result:?}, expected {:?}", field("expect"));
    match field("payload") {
        // The last chunk there is, full but not marked as the last, or marked but with more after
        // it: others hand it out before they notice, we do not.
        Some(_) if WITHHELD.contains(&name) => assert_eq!(plaintext.len() % (64 * 1024), 0, "{name}"),
        // Also of a file that is damaged further on: what came out before must be right.
        Some(expected) => {
            let mut hash = [0; 32];
            digest_into(HashAlgorithm::Sha256, &plaintext, hash.as_mut_slice().into());
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hash, expected, "{name}");
        }
        None => assert!(plaintext.is_empty(), "{name}"),
    }
}

#[test]
fn armor_there_and_back() {
    let identity = Identity::generate();
    // Around the lines of 48 bytes, and around what is decoded at once.
    for len in (0..100).chain([1000, 48 * 1024 - 1, 48 * 1024, 65536, 200_000]) {
        let file = armored(&identity, &text(len));
        let lines: Vec<_> = file.split(|byte| *byte == b'\n').collect();
        assert_eq!((lines[0], lines[lines.len() - 2]), (BEGIN.trim().as_bytes(), END.trim().as_bytes()));
        let (last, full) = lines[1..lines.len() - 2].split_last().unwrap();
        assert!(full.iter().all(|line| line.len() == 64) && (1..=64).contains(&last.len()));
        assert_eq!(opened(&identity, &file[..]).unwrap(), text(len), "{len}");
        assert!(Decryptor::new(&file[..]).unwrap().is_armored());
    }
}

#[test]
fn armor_is_the_same_however_it_is_written() {
    let bytes = text(1000);
    let write = |piece: usize| {
        let mut writer = ArmoredWriter::new(Vec::new());
        bytes.chunks(piece).for_each(|piece| writer.write_all(piece).unwrap());
        writer.finish().unwrap()
    };
    let whole = write(1000);
    for piece in 1..200 {
        assert_eq!(write(piece), whole, "{piece}");
    }
    assert_eq!(ArmoredWriter::new(Vec::new()).finish().unwrap(), [BEGIN, END].concat().as_bytes());
}

/// Hands out one byte at a time, and is interrupted before each.
struct Dripping<'a>(&'a [u8], bool);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = buffer.len().min(1);
        self.0.read(&mut buffer[..len])
    }
}

#[test]
fn armor_with_other_line_ends_and_white_space_around() {
    let identity = Identity::generate();
    let file = String::from_utf8(armored(&identity, &text(500))).unwrap();
    let crlf = file.replace('\n', "\r\n");
    for file in [crlf.as_str(), &format!(" \r\n\t{file}\n\n \t\r\n"), file.trim_end()] {
        assert_eq!(opened(&identity, file.as_bytes()).unwrap(), text(500));
        assert_eq!(opened(&identity, Dripping(file.as_bytes(), false)).unwrap(), text(500));
    }
}

#[test]
fn armor_that_was_changed_is_refused() {
    let identity = Identity::generate();
    let file = String::from_utf8(armored(&identity, &text(500))).unwrap();
    let body = file.strip_prefix(BEGIN).unwrap().strip_suffix(END).unwrap();
    for (changed, expected) in [
        (format!("x{file}"), "not an age file"),
        (format!("hello\n{file}"), "not an age file"),
        (format!("\n age-encryption.org/v1\n{file}"), "white space"),
        (format!("{file}x"), "after its last line"),
        (format!("{file}{file}"), "after its last line"),
        (file.replace("AGE", "PGP"), "another line"),
        (file.replace("BEGIN", "BEGIN "), "too long"),
        (format!("{BEGIN}Comment: x\n\n{body}{END}"), "base64"),
        (format!("{BEGIN}\n{body}{END}"), "base64"),
        (format!("{BEGIN}{body}\n{END}"), "short line"),
        (format!("{BEGIN}{body}"), "short line"),
        (format!("{BEGIN}{}", &body[..65 * 3]), "cut short"),
        (format!("{BEGIN}{}\n{END}", body.replace('\n', "")), "too long"),
        (format!("{BEGIN} {body}{END}"), "too long"),
        (file.replacen('A', "*", 3), "another line"),
        (BEGIN.to_owned(), "cut short"),
        (BEGIN.trim_end().to_owned(), "another line"),
        (format!("{BEGIN}{END}"), "not an age file"),
    ] {
        let error = opened(&identity, changed.as_bytes()).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)) && error.to_string().contains(expected), "{changed}: {error}");
    }
    for len in 0..file.len() - 1 {
        let error = opened(&identity, &file.as_bytes()[..len]).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{len}: {error:?}");
    }
    for position in 0..file.len() {
        let mut changed = file.clone().into_bytes();
        changed[position] ^= 1;
        let error = opened(&identity, &changed[..]).unwrap_err();
        assert!(matches!(error, Error::Damaged(_) | Error::WrongKey { .. }), "{position}: {error:?}");
    }
}

#[test]
fn endless_lines_do_not_fill_the_memory() {
    let identity = Identity::generate();
    for start in ["-", BEGIN, &format!("{BEGIN}{}\n", "A".repeat(64))] {
        let error = opened(&identity, start.as_bytes().chain(io::repeat(b'A'))).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{error:?}");
    }
}

/// The example of the specification.
#[test]
fn a_post_quantum_key_of_the_specification() {
    let identity: Identity =
        "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR".parse().unwrap();
    let recipient = identity.recipient().unwrap().to_string();
    // What ends it is a checksum over all of it.
    assert!(recipient.starts_with("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95"));
    assert!(recipient.ends_with("h6gjtqmwze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k"));
    assert_eq!(recipient.len(), 1959);
}

/// Keys and a file of another implementation, as `tests/data/typage/README.md` says.
#[test]
fn post_quantum_keys_of_others() {
    let sample =
        |name| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/typage").join(name));
    let identities = Identity::parse_file(&sample("identities").unwrap()).unwrap();
    let recipients: Vec<_> = identities.iter().map(|identity| identity.recipient().unwrap().to_string()).collect();
    assert_eq!(recipients, sample("recipients").unwrap().lines().collect::<Vec<_>>());
    for identity in &identities {
        assert_eq!(opened(identity, sample("sealed.age").unwrap().as_bytes()).unwrap(), b"attack at dawn");
    }
}

#[test]
fn post_quantum_keys_there_and_back() {
    let [a, b, other] = [(); 3].map(|()| Identity::generate_post_quantum().unwrap());
    let mut file = Vec::new();
    encrypt(&[a.recipient().unwrap(), b.recipient().unwrap()], &mut &b"text"[..], &mut file).unwrap();
    assert_eq!(opened(&a, &file[..]).unwrap(), b"text");
    assert_eq!(opened(&b, &file[..]).unwrap(), b"text");
    for stranger in [other, Identity::generate()] {
        assert!(matches!(opened(&stranger, &file[..]), Err(Error::WrongKey { .. })));
    }
    for position in 0..file.len() {
        let mut changed = file.clone();
        changed[position] ^= 1;
        let error = opened(&a, &changed[..]).unwrap_err();
        assert!(matches!(error, Error::Damaged(_) | Error::WrongKey { .. }), "byte {position}: {error:?}");
    }
    for len in 0..file.len() {
        assert!(matches!(opened(&a, &file[..len]), Err(Error::Damaged(_))), "{len}");
    }
}

#[test]
fn post_quantum_keys_have_one_spelling() {
    let identity = Identity::generate_post_quantum().unwrap();
    let secret = identity.to_text().unwrap();
    assert!(secret.expose().starts_with("AGE-SECRET-KEY-PQ-1"));
    let public = identity.recipient().unwrap().to_string();
    assert_eq!(secret.expose().parse::<Identity>().unwrap().recipient().unwrap().to_string(), public);
    assert_eq!(public.parse::<Recipient>().unwrap().to_string(), public);
    for index in 0..public.len() {
        let mut wrong = public.clone().into_bytes();
        wrong[index] = if wrong[index] == b'q' { b'p' } else { b'q' };
        assert!(String::from_utf8(wrong).unwrap().parse::<Recipient>().is_err(), "symbol {index}");
    }
    for wrong in [&public[..1958], &format!("{public}q"), &public.replacen("age1pq", "age1PQ", 1), &public.repeat(100)]
    {
        assert!(wrong.parse::<Recipient>().is_err(), "{wrong}");
    }
    let error = secret.expose().parse::<Recipient>().unwrap_err().to_string();
    assert!(error.contains("private key") && !error.contains(&secret.expose()[22..30]), "{error}");
    assert!(public.parse::<Identity>().is_err());
    assert!(!format!("{identity:?}{secret:?}").contains(&secret.expose()[22..30]));
}

#[test]
fn post_quantum_recipients_stand_alone() {
    let strong = Identity::generate_post_quantum().unwrap().recipient().unwrap();
    let weak = Identity::generate().recipient().unwrap();
    let passphrase = Recipient::passphrase_with_work_factor(b"x", 4).unwrap();
    for recipients in [[strong.clone(), weak.clone()], [weak, strong.clone()], [strong, passphrase]] {
        let error = encrypt(&recipients, &mut io::empty(), &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("cannot be combined"), "{error}");
    }
}

#[test]
fn keys_of_plugins_are_named_as_such() {
    // The examples of the specification, of its tagged recipients for hardware, and one that was
    // made up.
    let error = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e".parse::<Recipient>().unwrap_err();
    assert!(error.to_string().contains("plugin \"tag\""), "{error}");
    let error = "AGE-PLUGIN-NAME-1QQQQQQQQ".parse::<Identity>().unwrap_err();
    assert!(error.to_string().contains("private key"), "{error}");
}

#[test]
fn key_files_under_a_passphrase() {
    let public = |identity: &Identity| identity.recipient().unwrap().to_string();
    for identity in [Identity::generate(), Identity::generate_post_quantum().unwrap()] {
        let mut file = Vec::new();
        identity.write_encrypted_file(b"correct horse", &mut file).unwrap();
        assert!(is_encrypted_key_file(&file) && file.starts_with(BEGIN.as_bytes()));
        let found = Identity::parse_encrypted_file(&file, Some(b"correct horse")).unwrap();
        assert_eq!(found.iter().map(public).collect::<Vec<_>>(), [public(&identity)]);
        let wrong = Identity::parse_encrypted_file(&file, Some(b"correct house")).unwrap_err();
        assert!(matches!(&wrong, Error::WrongKey { reason: WrongKey::Passphrase, .. }), "{wrong}");
        let none = Identity::parse_encrypted_file(&file, None).unwrap_err();
        assert!(matches!(&none, Error::WrongKey { reason: WrongKey::KeyFilePassphraseNeeded, .. }), "{none}");
        assert!(identity.write_encrypted_file(b"", &mut Vec::new()).is_err());
    }
}

#[test]
fn other_files_than_key_files_under_a_passphrase() {
    let identity = Identity::generate();
    let mut plain = Vec::new();
    identity.write_file(&mut plain).unwrap();
    assert!(!is_encrypted_key_file(&plain));
    assert!(matches!(Identity::parse_encrypted_file(&plain, Some(b"x")), Err(Error::Damaged(_))));

    let to_a_key = Identity::parse_encrypted_file(&armored(&identity, &plain), Some(b"x")).unwrap_err();
    assert!(matches!(&to_a_key, Error::WrongKey { reason: WrongKey::KeyFileToKey, .. }), "{to_a_key}");

    let sealed = |plaintext: &[u8]| {
        let mut file = Vec::new();
        let recipient = Recipient::passphrase_with_work_factor(b"x", 4).unwrap();
        encrypt(&[recipient], &mut &plaintext[..], &mut file).unwrap();
        file
    };
    assert_eq!(Identity::parse_encrypted_file(&sealed(&[&plain[..], &plain].concat()), Some(b"x")).unwrap().len(), 2);
    for (contents, expected) in [(&b"hunter2"[..], "line 1"), (b"", "no line"), (b"\xff\xfe", "no key file")] {
        let error = Identity::parse_encrypted_file(&sealed(contents), Some(b"x")).unwrap_err();
        assert!(
            matches!(error, Error::Core(CoreError::InvalidValue(_))) && error.to_string().contains(expected),
            "{error}"
        );
    }
    let file = sealed(&plain);
    for len in 0..file.len() {
        assert!(matches!(Identity::parse_encrypted_file(&file[..len], Some(b"x")), Err(Error::Damaged(_))), "{len}");
    }
}
