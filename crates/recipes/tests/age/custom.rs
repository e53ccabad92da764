//! Recipients and identities that another program implements, from outside the crate.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ironlatch::Error as CoreError;
use ironlatch::random;
use ironlatch::recipes::Error;
use ironlatch::recipes::files::{
    Decryptor, EncryptingWriter, FileKey, Identity, Recipient, Stanza, UnwrapFileKey, WrapFileKey, decrypt, encrypt,
};
use ironlatch::symmetric::key_wrap;

const KIND: &str = "example.com/token";
const PLAINTEXT: &[u8] = b"attack at dawn";

/// Stands for a device that wraps keys (RFC 3394) and does not give its own away.
#[derive(Clone)]
struct Token {
    key: [u8; 32],
    slot: &'static str,
    post_quantum: bool,
    unwraps: Arc<AtomicUsize>,
}

impl Token {
    fn new(slot: &'static str) -> Self {
        Self { key: random::array(), slot, post_quantum: false, unwraps: Arc::default() }
    }
}

impl WrapFileKey for Token {
    fn kind(&self) -> &str {
        KIND
    }

    fn wrap(&self, file_key: &FileKey) -> Result<Vec<Stanza>, Error> {
        let mut body = vec![0; FileKey::LEN + key_wrap::OVERHEAD];
        key_wrap::wrap_into(&self.key, file_key.expose(), body.as_mut_slice().into())?;
        Ok(vec![Stanza::new(KIND, &[self.slot], body)?])
    }

    fn is_post_quantum(&self) -> bool {
        self.post_quantum
    }
}

impl UnwrapFileKey for Token {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>, Error> {
        self.unwraps.fetch_add(1, Ordering::Relaxed);
        let own = stanzas.iter().find(|stanza| stanza.kind() == KIND && stanza.arguments().next() == Some(self.slot));
        let Some(stanza) = own else { return Ok(None) };
        let mut key = [0; FileKey::LEN];
        key_wrap::unwrap_into(&self.key, stanza.body(), key.as_mut_slice().into())?;
        FileKey::from_bytes(&key).map(Some)
    }
}

/// A recipient that gives the stanzas that it is told to.
struct Gives(Vec<Stanza>);

impl WrapFileKey for Gives {
    fn kind(&self) -> &str {
        "gives"
    }

    fn wrap(&self, _: &FileKey) -> Result<Vec<Stanza>, Error> {
        Ok(self.0.clone())
    }
}

fn sealed(recipients: &[Recipient]) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    encrypt(recipients, &mut &PLAINTEXT[..], &mut file).map(|_| file)
}

fn opened(identities: &[Identity], file: &[u8]) -> Result<Vec<u8>, Error> {
    let mut plaintext = Vec::new();
    decrypt(identities, &mut &file[..], &mut plaintext).map(|_| plaintext)
}

#[test]
fn a_token_encrypts_and_decrypts_by_itself_and_with_others() {
    let (token, other, key) = (Token::new("1"), Token::new("2"), Identity::generate());
    let recipients = [Recipient::custom(token.clone()), key.recipient().unwrap(), Recipient::custom(other.clone())];
    let file = sealed(&recipients).unwrap();
    for identity in [Identity::custom(token.clone()), Identity::custom(other), key] {
        assert_eq!(opened(&[identity], &file).unwrap(), PLAINTEXT);
    }
    assert!(matches!(opened(&[Identity::custom(Token::new("3"))], &file), Err(Error::WrongKey { .. })));
    // Identities are asked in turn until one fits.
    assert_eq!(
        opened(&[Identity::custom(Token::new("3")), Identity::custom(token.clone())], &file).unwrap(),
        PLAINTEXT
    );
    assert_eq!(token.unwraps.load(Ordering::Relaxed), 2);
}

#[test]
fn writers_readers_and_armor_take_a_token() {
    use std::io::{Read, Write};
    let token = Token::new("1");
    let mut file = EncryptingWriter::new(&[Recipient::custom(token.clone())], Vec::new()).unwrap();
    file.write_all(PLAINTEXT).unwrap();
    let file = file.finish().unwrap();
    let mut plaintext = Vec::new();
    let decryptor = Decryptor::new(&file[..]).unwrap();
    assert!(!decryptor.needs_passphrase());
    decryptor.reader(&[Identity::custom(token)]).unwrap().read_to_end(&mut plaintext).unwrap();
    assert_eq!(plaintext, PLAINTEXT);
}

#[test]
fn errors_of_a_token_come_through_and_its_key_is_checked() {
    let token = Token::new("1");
    let file = sealed(&[Recipient::custom(token.clone())]).unwrap();
    // Its slot, another key: RFC 3394 notices.
    let broken = Token { key: [0; 32], ..token };
    assert!(matches!(opened(&[Identity::custom(broken)], &file), Err(Error::Core(CoreError::InvalidWrappedKey(_)))));

    struct Wrong;
    impl UnwrapFileKey for Wrong {
        fn unwrap(&self, _: &[Stanza]) -> Result<Option<FileKey>, Error> {
            FileKey::from_bytes(&[7; FileKey::LEN]).map(Some)
        }
    }
    assert!(matches!(opened(&[Identity::custom(Wrong)], &file), Err(Error::Damaged(_))));
    assert!(FileKey::from_bytes(&[7; 15]).is_err());
}

#[test]
fn kinds_that_must_not_stand_together_do_not() {
    let classical = Recipient::custom(Token::new("1"));
    let safe = Recipient::custom(Token { post_quantum: true, ..Token::new("2") });
    let hybrid = Identity::generate_post_quantum().unwrap().recipient().unwrap();
    assert!(sealed(&[safe.clone(), hybrid.clone()]).is_ok());
    assert!(matches!(sealed(&[classical.clone(), hybrid]), Err(Error::Core(CoreError::InvalidValue(_)))));
    assert!(matches!(sealed(&[classical.clone(), safe]), Err(Error::Core(CoreError::InvalidValue(_)))));
    let passphrase = Recipient::passphrase_with_work_factor(b"words", 1).unwrap();
    assert!(matches!(sealed(&[classical, passphrase]), Err(Error::Core(CoreError::InvalidValue(_)))));
}

#[test]
fn no_file_is_written_that_nobody_could_read() {
    let stanza = |kind: &str, body| Stanza::new(kind, &[], body).unwrap();
    let refused =
        [vec![], vec![stanza("scrypt", vec![]), stanza(KIND, vec![])], vec![stanza(KIND, vec![0; 1024 * 1024])]];
    for stanzas in refused {
        let mut file = Vec::new();
        assert!(encrypt(&[Recipient::custom(Gives(stanzas))], &mut &PLAINTEXT[..], &mut file).is_err());
        assert_eq!(file, b"", "nothing is written before the header is whole");
    }
    for (kind, arguments) in
        [("", &[][..]), ("a b", &[]), ("é", &[]), (KIND, &[""]), (KIND, &["a\nb"]), (KIND, &["a b"])]
    {
        assert!(Stanza::new(kind, arguments, vec![]).is_err(), "{kind:?} {arguments:?}");
    }
}

#[test]
fn secrets_are_not_shown() {
    assert_eq!(format!("{:?}", FileKey::from_bytes(&[7; 16]).unwrap()), "FileKey(<16 bytes>)");
    assert_eq!(format!("{:?}", Recipient::custom(Token::new("1"))), "Custom(Recipient(\"example.com/token\"))");
    assert_eq!(format!("{:?}", Identity::custom(Token::new("1"))), "Custom(Identity(..))");
    assert_eq!(Recipient::custom(Token::new("1")).to_string(), KIND);
    assert!(Identity::custom(Token::new("1")).recipient().is_none());
}
