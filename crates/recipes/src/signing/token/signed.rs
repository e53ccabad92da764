//! Tokens that are signed: JWS in its compact form (RFC 7515 §3.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::claims::Rules;
use super::header::{self, Header};
use super::{Data, Purpose, Validity, Verified, not_authentic, quoted};
use crate::signing::replay::check_leeway;
use crate::signing::{Algorithm, Key, KeySet};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::secret::wipes_stack;

/// Makes and verifies signed tokens for one purpose. Who has a token can read it; nobody without
/// the key can change it.
#[derive(Debug, Clone)]
pub struct SignedTokens {
    keys: KeySet,
    purpose: Purpose,
    rules: Rules,
}

impl SignedTokens {
    /// Tokens under a key, or under a set of which the first key signs and all verify. Tokens for
    /// another `purpose` are refused, whatever key they are under: it is 1 to 64 lower-case
    /// letters, digits, dots, hyphens and underscores.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] for another purpose.
    pub fn new(keys: impl Into<KeySet>, purpose: &str) -> Result<Self> {
        Ok(Self { keys: keys.into(), purpose: Purpose::new(purpose)?, rules: Rules::default() })
    }

    /// With another number of seconds that two clocks may differ.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] for more than [`MAX_LEEWAY`](crate::signing::MAX_LEEWAY).
    pub fn with_leeway(mut self, seconds: u64) -> Result<Self> {
        check_leeway(seconds)?;
        self.rules.leeway = seconds as f64;
        Ok(self)
    }

    /// With a name for whom the tokens are meant (`aud`): it is written into them, and tokens for
    /// others are refused.
    #[must_use]
    pub fn with_audience(mut self, audience: &str) -> Self {
        self.rules.audience = Some(audience.to_owned());
        self
    }

    /// A token with `data` that is valid from `now`, in seconds since 1970, for `valid_for`
    /// seconds.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the data is not JSON as [`verify`](Self::verify) takes it, or
    /// the time zero or too long; [`CoreError::TooLong`] if the token would be longer than
    /// [`MAX_LEN`](super::MAX_LEN); [`CoreError::WrongType`] if the first key only verifies.
    #[wipes_stack(deep)]
    pub fn sign(&self, data: &Data, valid_for: u64, now: f64) -> Result<String> {
        let key = self.keys.signer()?;
        let claims = self.rules.write(data, valid_for, now)?;
        let typ = self.purpose.typ();
        let mut token = header::encode(&[("alg", key.algorithm().jose_name()), ("kid", key.id()), ("typ", &typ)]);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims.as_bytes(), &mut token);
        let signature = key.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        header::check_len(token)
    }

    /// Checks that a token was signed under one of the keys, for this purpose, and that its time
    /// has come and has not passed.
    ///
    /// # Errors
    /// [`Error::Refused`], with the reason.
    pub fn verify(&self, token: &str, validity: Validity) -> Result<Verified> {
        let [head, payload, signature] = header::split(token, "signed")?;
        let header = Header::decode(head)?;
        let claims = header::decode("payload", payload)?;
        let signature = header::decode("signature", signature)?;
        let signed = &token.as_bytes()[..head.len() + 1 + payload.len()];
        let key = self.find_key(&header, signed, &signature)?;
        self.purpose.check(header.typ.as_deref())?;
        self.rules.read(claims, (key.id(), key.own_name()), validity)
    }

    /// The key under which the signature is right.
    fn find_key(&self, header: &Header, signed: &[u8], signature: &[u8]) -> Result<Key> {
        let candidates = match &header.key_id {
            Some(id) => vec![self.keys.find(id)?.ok_or_else(|| {
                not_authentic(format!(
                    "the token was signed under the key {}, which is not among the keys given",
                    quoted(id)
                ))
            })?],
            // Others leave it out.
            None => self.keys.current()?.to_vec(),
        };
        let fitting: Vec<Key> =
            candidates.into_iter().filter(|key| is_for(key.algorithm(), &header.algorithm)).collect();
        if fitting.is_empty() {
            let said = quoted(&header.algorithm);
            return Err(not_authentic(format!("the token names the algorithm {said}, and the key is for another")));
        }
        let right = |key: &Key| match key.verify(signed, signature) {
            Ok(()) => Some(Ok(())),
            Err(Error::Core(CoreError::BadSignature) | Error::NotVerified(_)) => None,
            Err(error) => Some(Err(error)),
        };
        for key in fitting {
            if let Some(outcome) = right(&key) {
                return outcome.map(|()| key);
            }
        }
        Err(not_authentic("the token's signature does not match: it is under another key, or was changed"))
    }
}

/// Whether a key's algorithm has this name in a token's header.
fn is_for(algorithm: Algorithm, name: &str) -> bool {
    // RFC 9864 gives EdDSA on this curve a name of its own.
    algorithm.jose_name() == name || (algorithm == Algorithm::Ed25519 && name == "Ed25519")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verifies(key: &str, token: &str) -> Result<Vec<u8>> {
        let tokens = SignedTokens::new(Key::parse(key.as_bytes())?, "test")?;
        let [head, payload, signature] = header::split(token, "signed")?;
        let signature = header::decode("signature", signature)?;
        let signed = &token.as_bytes()[..head.len() + 1 + payload.len()];
        tokens.find_key(&Header::decode(head)?, signed, &signature)?;
        header::decode("payload", payload)
    }

    const PAYLOAD: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    /// RFC 7515 appendix A.1, which is also RFC 7519 §3.1.
    #[test]
    fn hmac() {
        let key = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
        let head = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
        let token = format!("{head}.{PAYLOAD}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert!(verifies(key, &token).unwrap().starts_with(b"{\"iss\":\"joe\""));
        assert!(verifies(key, &token.replace("dBj", "dBk")).is_err());
    }

    /// RFC 7515 appendix A.3.
    #[test]
    fn ecdsa_of_others() {
        let key = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let token = format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.{signature}");
        assert!(verifies(key, &token).is_ok());
        assert!(verifies(key, &token.replace("NU1Q", "NU1A")).is_err());
    }

    /// RFC 8037 appendix A.4.
    #[test]
    fn ed25519() {
        let key = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
                     hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert_eq!(verifies(key, token).unwrap(), b"Example of Ed25519 signing");
    }
}
