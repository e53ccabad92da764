//! One key, with its name and its one algorithm. As text it is a JSON Web Key (RFC 7517).

use core::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::source::Gate;
use crate::{Error, Result};
use ironlatch_core::asymmetric::{ec, ed25519, rsa};
use ironlatch_core::hash::HashAlgorithm::{Sha256, Sha384, Sha512};
use ironlatch_core::hash::hmac::{Hmac, hmac_into};
use ironlatch_core::keys::jwk::{self, Jwk};
use ironlatch_core::keys::{PrivateKey, PublicKey, dss_signature, pem};
use ironlatch_core::secret::{SecretBytes, SecretText, wipes_stack};
use ironlatch_core::{Error as CoreError, text};

/// The least length in bytes of an HMAC secret: that of its codes (RFC 7518 §3.2).
pub const MIN_SECRET_LEN: usize = 32;

/// The longest name of a key in bytes.
const MAX_ID_LEN: usize = 256;

/// The algorithm of a key. It belongs to the key; no message chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-256 (RFC 2104): a verifier can also sign.
    HmacSha256,
    /// Ed25519 (RFC 8032): the public key verifies, and cannot sign.
    Ed25519,
    /// ECDSA on P-256 with SHA-256, of others: verified, not signed.
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384, of others: verified, not signed.
    EcdsaP384Sha384,
    /// RSASSA-PSS with SHA-512, of others: verified, not signed.
    RsaPssSha512,
    /// RSASSA-PKCS1-v1_5 with SHA-256, of others: verified, not signed.
    RsaV1_5Sha256,
}

/// The names of an algorithm: itself, in RFC 9421 §6.2.2, and in a JWK's `alg` (RFC 7518 §3.1, RFC
/// 8037 §3.1).
const NAMES: [(Algorithm, &str, &str); 6] = [
    (Algorithm::HmacSha256, "hmac-sha256", "HS256"),
    (Algorithm::Ed25519, "ed25519", "EdDSA"),
    (Algorithm::EcdsaP256Sha256, "ecdsa-p256-sha256", "ES256"),
    (Algorithm::EcdsaP384Sha384, "ecdsa-p384-sha384", "ES384"),
    (Algorithm::RsaPssSha512, "rsa-pss-sha512", "PS512"),
    (Algorithm::RsaV1_5Sha256, "rsa-v1_5-sha256", "RS256"),
];

impl Algorithm {
    /// Its name in HTTP message signatures: `hmac-sha256`, `ed25519` …
    #[must_use]
    pub fn name(self) -> &'static str {
        self.names().1
    }

    /// Its name in JSON Web Keys and tokens: `HS256`, `EdDSA` …
    #[must_use]
    pub fn jose_name(self) -> &'static str {
        self.names().2
    }

    /// The algorithm of a name in HTTP message signatures.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known, _)| *known == name).map(|(algorithm, ..)| *algorithm)
    }

    fn names(self) -> &'static (Self, &'static str, &'static str) {
        NAMES.iter().find(|(algorithm, ..)| *algorithm == self).unwrap_or(&NAMES[0])
    }
}

/// A key that signs, or only verifies. Copies share one place in memory; `Debug` shows its name and
/// algorithm alone.
#[derive(Clone)]
pub struct Key {
    id: String,
    own_name: Arc<str>,
    algorithm: Algorithm,
    material: Material,
    allowed: Allowed,
    gate: Gate,
}

/// The permitted uses of a key, from its `key_ops` (RFC 7517 §4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allowed {
    sign: bool,
    verify: bool,
}

impl Allowed {
    const ALL: Self = Self { sign: true, verify: true };

    fn of(operations: Option<&[String]>) -> Self {
        let names = |name| operations.is_none_or(|operations| operations.iter().any(|operation| operation == name));
        Self { sign: names("sign"), verify: names("verify") }
    }
}

#[derive(Clone)]
enum Material {
    Secret(Arc<SecretBytes>),
    Private(ed25519::PrivateKey),
    Public(PublicKey),
}

impl Key {
    /// A new secret of 32 random bytes for HMAC-SHA-256: who verifies with it can also sign.
    ///
    /// # Panics
    /// If the system gives no memory.
    #[must_use]
    #[wipes_stack]
    pub fn generate() -> Self {
        let secret = SecretBytes::generate(MIN_SECRET_LEN).expect("the system gives no memory for a key");
        Self::named(None, Algorithm::HmacSha256, Material::Secret(Arc::new(secret)))
            .expect("a fresh key is as long as it must be")
    }

    /// A new Ed25519 private key; [`public`](Self::public) is the half that others verify with.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn generate_pair() -> Self {
        Self::named(None, Algorithm::Ed25519, Material::Private(ed25519::PrivateKey::generate()))
            .expect("a fresh key has a thumbprint")
    }

    /// The HMAC-SHA-256 key of a secret that comes from elsewhere. `id` is its name; without one,
    /// it is computed from the secret by HMAC: it travels with what is signed, and tells no more of
    /// the secret than a signature does.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the secret is shorter than [`MIN_SECRET_LEN`], or the name is
    /// empty, longer than 256 bytes, or not of visible ASCII characters.
    #[wipes_stack]
    pub fn from_secret(secret: &[u8], id: Option<&str>) -> Result<Self> {
        if secret.len() < MIN_SECRET_LEN {
            return Err(Error::value(format!(
                "a secret for signing must be at least {MIN_SECRET_LEN} random bytes; this one has {}",
                secret.len()
            )));
        }
        Self::named(id, Algorithm::HmacSha256, Material::Secret(Arc::new(SecretBytes::copy_from(secret))))
    }

    /// The key of a private key.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if it is not an Ed25519 key; [`CoreError::InvalidValue`] for a name
    /// as in [`from_secret`](Self::from_secret).
    #[wipes_stack(deep)]
    pub fn from_private(key: PrivateKey, id: Option<&str>) -> Result<Self> {
        match key {
            PrivateKey::Ed25519(key) => Self::named(id, Algorithm::Ed25519, Material::Private(key)),
            _ => Err(Error::Core(CoreError::WrongType(
                "requests and tokens are signed with an Ed25519 key; other private keys are not taken".into(),
            ))),
        }
    }

    /// The key that verifies with a public key. An RSA key does not say its `algorithm`: it must be
    /// given. For the others it may be left out.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if keys of this type do not verify, or not with this algorithm;
    /// [`CoreError::InvalidValue`] for an RSA key of less than [`jwk::MIN_RSA_BITS`] bits (RFC 7518
    /// §3.3, §3.5), and for a name as in [`from_secret`](Self::from_secret).
    pub fn from_public(key: PublicKey, algorithm: Option<Algorithm>, id: Option<&str>) -> Result<Self> {
        jwk::check_public(&key)?;
        let own = match &key {
            PublicKey::Ed25519(_) => Algorithm::Ed25519,
            PublicKey::Ec(key) if key.curve() == ec::Curve::Secp256r1 => Algorithm::EcdsaP256Sha256,
            PublicKey::Ec(key) if key.curve() == ec::Curve::Secp384r1 => Algorithm::EcdsaP384Sha384,
            PublicKey::Rsa(key) => match algorithm {
                _ if key.bits() < jwk::MIN_RSA_BITS => return Err(jwk::short_rsa(key.bits()).into()),
                Some(algorithm @ (Algorithm::RsaPssSha512 | Algorithm::RsaV1_5Sha256)) => algorithm,
                _ => {
                    return Err(Error::Core(CoreError::WrongType(
                        "say whether the RSA key verifies rsa-pss-sha512 (PS512) or rsa-v1_5-sha256 (RS256)".into(),
                    )));
                }
            },
            _ => return Err(cannot_sign()),
        };
        match algorithm {
            Some(said) if said != own => Err(contradiction(said.name(), own.name())),
            _ => Self::named(id, own, Material::Public(key)),
        }
    }

    /// Reads a key: a JWK, or PEM text of a private or public key.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is neither, malformed, or too short;
    /// [`CoreError::WrongType`] if it is a key that is not for signing (`use` or `alg` say
    /// something else, say), or an encrypted one; [`CoreError::Unsupported`] for types of keys that
    /// are not known.
    #[wipes_stack(deep)]
    pub fn parse(text: &[u8]) -> Result<Self> {
        let text = text::without_mark(text);
        if !text.trim_ascii_start().starts_with(b"-----BEGIN ") {
            return Self::from_jwk(Jwk::parse(text)?);
        }
        // In a file with a private key and its public one, the first is meant.
        let mut labels = pem::blocks(text).filter_map(|block| Some(block.ok()?.label()));
        if labels.find(|label| label.ends_with(b" KEY")).is_some_and(|label| label.ends_with(b"PUBLIC KEY")) {
            Self::from_public(PublicKey::from_pem(text)?, None, None)
        } else {
            Self::from_private(PrivateKey::from_pem(text, None, rsa::Checks::Full)?, None)
        }
    }

    /// Reads an Ed25519 private key in PEM that is encrypted under a password.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the password is wrong, or the text malformed;
    /// [`CoreError::WrongType`] if it is not encrypted, or a key of another type.
    #[wipes_stack(deep)]
    pub fn parse_encrypted(text: &[u8], password: &[u8]) -> Result<Self> {
        Self::from_private(PrivateKey::from_pem(text, Some(password), rsa::Checks::Full)?, None)
    }

    /// The key of a JWK. Its name is `kid`, or computed: for a public or private key the thumbprint
    /// (RFC 7638). What its `use`, `alg` and `key_ops` rule out, it does not do.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    #[wipes_stack(deep)]
    pub fn from_jwk(jwk: Jwk) -> Result<Self> {
        jwk.check()?;
        let allowed = Allowed::of(jwk.operations.as_deref());
        if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err(Error::Core(CoreError::WrongType(
                "the key is not for signing: its \"use\" is not \"sig\"".into(),
            )));
        }
        let (id, said) = (jwk.key_id.as_deref(), jwk.algorithm.as_deref());
        let mut key = match jwk.key {
            // Without permission to sign it is no more than its public half, which verifies what it
            // has signed.
            jwk::Key::Private(key) if !allowed.sign => Self::from_public(key.public_key(), None, id)?,
            jwk::Key::Symmetric(secret) => Self::from_secret(secret.expose(), id)?,
            jwk::Key::Private(key) => Self::from_private(key, id)?,
            jwk::Key::Public(key @ PublicKey::Rsa(_)) => {
                let named = NAMES.iter().find(|(_, _, jose)| Some(*jose) == said);
                Self::from_public(key, named.map(|(algorithm, ..)| *algorithm), id)?
            }
            jwk::Key::Public(key) => Self::from_public(key, None, id)?,
        };
        let signs = allowed.sign && key.can_sign();
        if !signs && !allowed.verify {
            return Err(Error::Core(CoreError::WrongType(
                "the key is not for signing: its \"key_ops\" say something else".into(),
            )));
        }
        if matches!(key.material, Material::Secret(_)) {
            key.allowed = allowed;
        }
        match said {
            // RFC 9864 gives EdDSA on this curve a name of its own.
            Some("Ed25519") if key.algorithm == Algorithm::Ed25519 => Ok(key),
            Some(said) if said != key.algorithm.jose_name() => Err(contradiction(said, key.algorithm.jose_name())),
            _ => Ok(key),
        }
    }

    /// The key as a JWK with `kid`, `alg` and `use`: as secret as the key is.
    ///
    /// # Errors
    /// [`CoreError::Internal`].
    #[wipes_stack(deep)]
    pub fn to_json(&self) -> Result<SecretText> {
        self.write_json().map(|mut json| SecretText::new(core::mem::take(&mut *json)))
    }

    pub(super) fn write_json(&self) -> Result<Zeroizing<String>> {
        Ok(self.to_jwk().to_json()?)
    }

    /// The half that others verify with, under the same name.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] for an HMAC secret, which has none.
    pub fn public(&self) -> Result<Self> {
        let key = match &self.material {
            Material::Secret(_) => {
                return Err(Error::Core(CoreError::WrongType(
                    "an HMAC secret has no public half: make a pair, or share the secret with who verifies".into(),
                )));
            }
            Material::Private(key) => PublicKey::Ed25519(key.public_key()),
            Material::Public(key) => key.clone(),
        };
        Ok(Self { material: Material::Public(key), allowed: Allowed::ALL, ..self.clone() })
    }

    /// The same key, whose every use is asked about.
    pub(crate) fn behind(self, gate: Gate) -> Self {
        Self { gate, ..self }
    }

    /// The same key under another name.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] for a name as in [`from_secret`](Self::from_secret).
    pub fn with_id(self, id: &str) -> Result<Self> {
        let Self { algorithm, material, allowed, gate, .. } = self;
        Ok(Self { allowed, gate, ..Self::named(Some(id), algorithm, material)? })
    }

    /// The key's name, which travels with what it signs.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name that the key itself has, whatever it is called here: that of a key that was given
    /// none.
    pub(crate) fn own_name(&self) -> &Arc<str> {
        &self.own_name
    }

    /// The only algorithm of the key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether it is the public half of a pair, which is no secret.
    #[must_use]
    pub fn is_public(&self) -> bool {
        matches!(self.material, Material::Public(_))
    }

    /// Whether the key signs. A public key only verifies, and so does a secret whose `key_ops`
    /// leave out `sign`.
    #[must_use]
    pub fn can_sign(&self) -> bool {
        self.allowed.sign && !self.is_public()
    }

    /// Whether the key verifies: all do but a secret whose `key_ops` leave out `verify`.
    #[must_use]
    pub fn can_verify(&self) -> bool {
        self.allowed.verify
    }

    /// The bytes of an HMAC secret. `None` for the other kinds.
    #[must_use]
    pub fn secret(&self) -> Option<&SecretBytes> {
        match &self.material {
            Material::Secret(secret) => Some(secret),
            _ => None,
        }
    }

    /// The signature of `message`: 32 bytes of HMAC, 64 of Ed25519.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if this key [does not sign](Self::can_sign); [`Error::Keyring`] if
    /// it is a keyring's, and its version was disabled or destroyed.
    #[wipes_stack(deep)]
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.gate.admit()?;
        let signature = match &self.material {
            Material::Secret(_) if !self.allowed.sign => {
                return Err(Error::Core(CoreError::WrongType(
                    "this secret only verifies: its \"key_ops\" leave out \"sign\"".into(),
                )));
            }
            Material::Secret(secret) => {
                let mut code = vec![0; Sha256.digest_size()];
                hmac_into(Sha256, secret.expose(), message, (&mut code[..]).into())?;
                code
            }
            Material::Private(key) => {
                let mut signature = vec![0; ed25519::SIGNATURE_LEN];
                key.sign_into(message, (&mut signature[..]).into())?;
                signature
            }
            Material::Public(_) => {
                return Err(Error::Core(CoreError::WrongType(
                    "a public key only verifies: signing takes the private key".into(),
                )));
            }
        };
        self.gate.made();
        Ok(signature)
    }

    /// Checks a signature, in constant time where the key is a secret.
    ///
    /// # Errors
    /// [`CoreError::BadSignature`] if it is not one of `message` by this key;
    /// [`Error::NotVerified`] if the key [does not verify](Self::can_verify), or is a keyring's
    /// whose version was disabled or destroyed.
    #[wipes_stack(deep)]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        self.gate.admit().map_err(|error| Error::NotVerified(error.to_string().into()))?;
        if !self.allowed.verify {
            return Err(Error::NotVerified("this secret only signs: its \"key_ops\" leave out \"verify\"".into()));
        }
        match &self.material {
            Material::Secret(secret) => {
                let mut mac = Hmac::new(Sha256, secret.expose())?;
                mac.update(message);
                mac.verify(signature).map_err(Error::from)
            }
            Material::Private(key) => key.public_key().verify(message, signature).map_err(Error::from),
            Material::Public(key) => self.verify_public(key, message, signature),
        }
        .map_err(|_| Error::Core(CoreError::BadSignature))?;
        self.gate.opened();
        Ok(())
    }

    fn verify_public(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<()> {
        let hash = match self.algorithm {
            Algorithm::EcdsaP384Sha384 => Sha384,
            Algorithm::RsaPssSha512 => Sha512,
            _ => Sha256,
        };
        match key {
            PublicKey::Ed25519(key) => Ok(key.verify(message, signature)?),
            PublicKey::Ec(key) => {
                // r and s, each as long as the curve's numbers (RFC 7518 §3.4, RFC 9421 §3.3.4).
                let size = key.curve().size();
                if signature.len() != 2 * size {
                    return Err(Error::Core(CoreError::BadSignature));
                }
                let (r, s) = signature.split_at(size);
                Ok(key.verify(ec::Message::Whole(hash, message), &dss_signature::encode(bare(r), bare(s))?)?)
            }
            PublicKey::Rsa(key) => {
                let padding = if self.algorithm == Algorithm::RsaPssSha512 {
                    rsa::SignaturePadding::Pss { mgf1_hash: hash, salt_length: rsa::SaltLength::Digest }
                } else {
                    rsa::SignaturePadding::Pkcs1v15
                };
                Ok(key.verify(padding, rsa::Message::Whole(hash, message), signature)?)
            }
            _ => Err(cannot_sign()),
        }
    }

    fn to_jwk(&self) -> Jwk {
        let key = match &self.material {
            Material::Secret(secret) => jwk::Key::Symmetric(SecretBytes::copy_from(secret.expose())),
            Material::Private(key) => jwk::Key::Private(PrivateKey::Ed25519(key.clone())),
            Material::Public(key) => jwk::Key::Public(key.clone()),
        };
        // One of the two says it all (RFC 7517 §4.3).
        let operation = match self.allowed {
            Allowed { sign: true, verify: true } => None,
            Allowed { sign, .. } => Some(vec![if sign { "sign" } else { "verify" }.to_owned()]),
        };
        Jwk {
            key_id: Some(self.id.clone()),
            algorithm: Some(self.algorithm.jose_name().into()),
            usage: operation.is_none().then(|| "sig".into()),
            operations: operation,
            ..Jwk::new(key)
        }
    }

    fn named(id: Option<&str>, algorithm: Algorithm, material: Material) -> Result<Self> {
        let (allowed, gate) = (Allowed::ALL, Gate::default());
        let mut key = Self { id: String::new(), own_name: "".into(), algorithm, material, allowed, gate };
        key.own_name = match &key.material {
            Material::Secret(secret) => secret_id(secret.expose())?.into(),
            _ => key.to_jwk().thumbprint()?.into(),
        };
        key.id = match id {
            Some(id) if (1..=MAX_ID_LEN).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) => {
                id.into()
            }
            Some(_) => {
                return Err(Error::value(format!(
                    "a key's name (kid) must be 1 to {MAX_ID_LEN} visible ASCII characters without spaces"
                )));
            }
            None => key.own_name.as_ref().into(),
        };
        Ok(key)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?}, {})", self.id, self.algorithm.name())
    }
}

/// The name of a secret that was given none, which all who have the secret compute alike.
///
/// It is no thumbprint: that is a hash of the secret, the same wherever the secret is used (RFC
/// 7638 §7). This is an HMAC under it, over a text that nothing else here signs, as the zero shows
/// that it begins with.
pub(super) fn secret_id(secret: &[u8]) -> Result<String> {
    const LEN: usize = 16;
    let mut code = [0; 32];
    let code = hmac_into(Sha256, secret, b"\0ironlatch key name 1", (&mut code[..]).into())?;
    Ok(URL_SAFE_NO_PAD.encode(&code[..LEN]))
}

/// A number without leading zeros.
fn bare(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

fn cannot_sign() -> Error {
    Error::Core(CoreError::WrongType(
        "keys of this type do not sign requests or tokens: take an HMAC secret or an Ed25519 key; public keys may also be \
         RSA, P-256 or P-384"
            .into(),
    ))
}

fn contradiction(said: &str, own: &str) -> Error {
    Error::Core(CoreError::WrongType(
        format!("the key is said to be for {said:?}, but keys of its type are for {own:?}").into(),
    ))
}
