//! Argon2 in PHC strings: `$argon2id$v=19$m=65536,t=3,p=4$<salt>$<hash>`, the common form in which
//! password hashes are stored (<https://github.com/P-H-C/phc-string-format>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use super::{Argon2, Cost, Variant, Version};
use crate::kdf::Kdf;
use crate::secret::wipes_stack;
use crate::{Error, Result};

impl Argon2 {
    /// The hash of `password` as a PHC string. Neither the secret nor the associated data stands in
    /// it.
    ///
    /// # Errors
    /// As [`derive`](Kdf::derive).
    #[wipes_stack(deep)]
    pub fn derive_phc_encoded(&self, password: &[u8]) -> Result<String> {
        let key = self.derive(password)?;
        let Cost { iterations, lanes, memory_cost } = self.cost;
        Ok(format!(
            "${}$v={}$m={memory_cost},t={iterations},p={lanes}${}${}",
            self.variant.name(),
            self.version.number(),
            STANDARD_NO_PAD.encode(&self.salt),
            STANDARD_NO_PAD.encode(key.expose()),
        ))
    }

    /// Checks `password` against a PHC string, at the cost that the string names. Strings of
    /// version 1.0 are read too.
    ///
    /// # Errors
    /// [`Error::KeyMismatch`] if the password is another one, [`Error::InvalidPasswordHash`] if the
    /// string is malformed or of another variant, [`Error::OutOfMemory`] if it asks for more memory
    /// than there is. The errors of [`Argon2::new`] if its salt or hash is too short, or its numbers
    /// are out of range.
    #[wipes_stack(deep)]
    pub fn verify_phc_encoded(variant: Variant, password: &[u8], encoded: &str, secret: Option<&[u8]>) -> Result<()> {
        let (mut argon2, hash) = parse(variant, encoded)?;
        if let Some(secret) = secret {
            argon2 = argon2.with_secret(secret)?;
        }
        argon2.verify(password, &hash)
    }
}

fn parse(variant: Variant, encoded: &str) -> Result<(Argon2, Zeroizing<Vec<u8>>)> {
    let parts: Vec<_> = encoded.split('$').collect();
    let (name, version, [cost, salt, hash]) = match parts[..] {
        ["", name, version, cost, salt, hash] => (name, Version::in_phc(Some(version)), [cost, salt, hash]),
        ["", name, cost, salt, hash] => (name, Version::in_phc(None), [cost, salt, hash]),
        _ => return Err(malformed("Invalid PHC string format.")),
    };
    if name != variant.name() {
        return Err(wrong_variant(name));
    }
    let version = version.ok_or_else(|| malformed("Invalid version in PHC string."))?;
    let cost = parse_cost(cost)?;
    let salt = STANDARD_NO_PAD.decode(salt).map_err(|_| malformed("Invalid base64 salt in PHC string."))?;
    let hash = STANDARD_NO_PAD.decode(hash).map_err(|_| malformed("Invalid base64 hash in PHC string."))?;
    let hash = Zeroizing::new(hash);
    Ok((Argon2::new(variant, &salt, hash.len(), cost)?.with_version(version), hash))
}

fn parse_cost(text: &str) -> Result<Cost> {
    let parts: Vec<_> = text.split(',').collect();
    let [memory_cost, iterations, lanes] = parts[..] else {
        return Err(malformed("Invalid parameters in PHC string."));
    };
    let (Some(memory_cost), Some(iterations), Some(lanes)) =
        (memory_cost.strip_prefix("m="), iterations.strip_prefix("t="), lanes.strip_prefix("p="))
    else {
        return Err(malformed("Parameters must be in order: m, t, p."));
    };
    let number = |text: &str, message| text.parse().map_err(|_| malformed(message));
    Ok(Cost {
        memory_cost: number(memory_cost, "Invalid memory cost in PHC string.")?,
        iterations: number(iterations, "Invalid iterations in PHC string.")?,
        lanes: number(lanes, "Invalid lanes in PHC string.")?,
    })
}

fn wrong_variant(name: &str) -> Error {
    let class = match name {
        "argon2d" => "Argon2d",
        "argon2i" => "Argon2i",
        "argon2id" => "Argon2id",
        _ => return malformed("Invalid PHC string format."),
    };
    Error::InvalidPasswordHash(format!("Incorrect variant in PHC string, did you mean to use {class}?").into())
}

fn malformed(message: &'static str) -> Error {
    Error::InvalidPasswordHash(message.into())
}
