//! The bytes of a key, which a keyring gives to nobody, read out of its file as the documentation
//! describes that.

use std::fs;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ironlatch::hash::HashAlgorithm;
use ironlatch::kdf::Kdf;
use ironlatch::kdf::hkdf::HkdfExpand;
use ironlatch::recipes::keyring::{KeyProvider, Keyring, Kind, Protection, ProviderError};
use ironlatch::recipes::sealing::{Sealer, XAes256Gcm};
use ironlatch::secret::SecretBytes;

/// Keeps the data key of the file for the test.
#[derive(Default)]
struct Tells(Mutex<Vec<u8>>);

impl KeyProvider for Tells {
    fn name(&self) -> String {
        "tells".into()
    }

    fn wrap(&self, key: &SecretBytes, _context: &[u8]) -> Result<Vec<u8>, ProviderError> {
        *self.0.lock().unwrap() = key.expose().to_vec();
        Ok(vec![0])
    }

    fn unwrap(&self, _wrapped: &[u8], _context: &[u8]) -> Result<SecretBytes, ProviderError> {
        Ok(SecretBytes::copy_from(&self.0.lock().unwrap()))
    }
}

/// A keyring with the general key "customers", and the bytes of that.
pub(crate) fn with_known_key() -> (Vec<u8>, Keyring) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("known.keyring");
    let provider = Arc::new(Tells::default());
    let protection = Protection::Provider(Arc::clone(&provider) as Arc<dyn KeyProvider>);
    Keyring::create(&path, &protection).unwrap().create_key("customers", Kind::General).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let (head, sealed) = text.trim_end().rsplit_once('\n').unwrap();
    let sealed = STANDARD.decode(sealed).unwrap();
    let expand = HkdfExpand::new(HashAlgorithm::Sha256, 32, b"ironlatch keyring file 1\0seal").unwrap();
    let key = expand.derive(&provider.0.lock().unwrap()).unwrap();
    let sealer = Sealer::<XAes256Gcm>::new(key.expose()).unwrap();
    let mut keys = vec![0; sealer.opened_len(sealed.len()).unwrap()];
    sealer.open_into(&sealed, format!("{head}\n").as_bytes(), (&mut keys[..]).into()).unwrap();
    let ring = Keyring::open(&path, &protection).unwrap();
    assert_eq!(keys[..4], ring.key("customers").unwrap().primary().unwrap().id().to_bytes());
    assert_eq!(keys[4..6], [0, 32]);
    // The file goes with the directory; what was read of it stays in use.
    (keys[6..].to_vec(), ring)
}

/// A key for a purpose, as the documentation derives it.
pub(crate) fn derived(material: &[u8], domain: &str, purpose: &str, context: &[&[u8]], len: usize) -> Vec<u8> {
    let mut info = [domain.as_bytes(), b"\0", &(len as u64).to_be_bytes()].concat();
    for part in [purpose.as_bytes()].iter().chain(context) {
        info.extend((part.len() as u64).to_be_bytes());
        info.extend_from_slice(part);
    }
    let expand = HkdfExpand::new(HashAlgorithm::Sha256, len, &info).unwrap();
    expand.derive(material).unwrap().expose().to_vec()
}
