//! The protection of the data key of a keyring's file.

use core::fmt;
use std::sync::Arc;

use super::provider::{KeyProvider, MAX_WRAPPED_LEN};
use super::wrap::{BEARABLE, DATA_KEY_LEN, SALT_LEN, Wrap, is_bearable, stretcher, wrong_key};
use super::{DATA_KEYS, Key, Kind, MAX_NAME_LEN, not_allowed};
use crate::error::{KeyringFault, ProviderFault};
use crate::sealing::{Sealer, XAes256Gcm};
use crate::{Error, Result};
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::argon2::Cost;
use ironlatch_core::secret::SecretBytes;
use ironlatch_core::{Error as CoreError, random};

/// The protection of a keyring's file: it creates the file, and opens it again.
#[derive(Clone)]
#[non_exhaustive]
pub enum Protection {
    /// A passphrase, with the cost of one attempt for a new file. An existing file states its own
    /// cost; more than [`MAX_WORK`](Self::MAX_WORK) is done only if this cost allows it.
    Passphrase(Arc<SecretBytes>, Cost),
    /// A general key of another keyring.
    Key(Key),
    /// A key provider.
    Provider(Arc<dyn KeyProvider>),
}

impl Protection {
    /// The cost of trying one passphrase: the second of the parameters that RFC 9106 §4 recommends,
    /// 64 MiB and three passes.
    pub const DEFAULT_COST: Cost = Cost { iterations: 3, lanes: 4, memory_cost: 64 * 1024 };

    /// The most work that is done for a file without being told that it is wanted: KiB of memory
    /// times passes over it, those of 1 GiB and four passes, some twenty times the usual.
    pub const MAX_WORK: u64 = 4 * 1024 * 1024;

    /// A passphrase, at the [usual cost](Self::DEFAULT_COST).
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is empty.
    pub fn passphrase(passphrase: &[u8]) -> Result<Self> {
        Self::passphrase_at(passphrase, Self::DEFAULT_COST)
    }

    /// A passphrase, at a cost of choice.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is empty, or the cost is above what is accepted on
    /// reading: 1 GiB of memory, 64 passes, 64 lanes.
    pub fn passphrase_at(passphrase: &[u8], cost: Cost) -> Result<Self> {
        if passphrase.is_empty() {
            return Err(Error::value("the passphrase is empty"));
        }
        if !is_bearable(cost) {
            return Err(Error::value(format!("a passphrase may cost at most {BEARABLE}")));
        }
        stretcher(&[0; SALT_LEN], cost)?;
        Ok(Self::Passphrase(Arc::new(SecretBytes::copy_from(passphrase)), cost))
    }

    /// A key of another keyring, which wraps the data key as a message.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if it is not of the kind [`General`](Kind::General).
    pub fn key(key: Key) -> Result<Self> {
        key.expect(&[Kind::General])?;
        Ok(Self::Key(key))
    }

    /// Its kind, with the name of the key or provider.
    fn name(&self) -> String {
        match self {
            Self::Passphrase(..) => "a passphrase".into(),
            Self::Key(key) => format!("the key {:?} of another keyring", key.name()),
            Self::Provider(provider) => format!("the key provider {}", provider.name()),
        }
    }

    pub(super) fn wrap(&self, data_key: &SecretBytes, ring_id: &[u8; 16]) -> Result<Wrap> {
        let context = context(ring_id);
        Ok(match self {
            Self::Passphrase(passphrase, cost) => {
                if work(*cost) > Self::MAX_WORK {
                    return Err(Error::value(
                        "the passphrase of a new file may cost at most 4 GiB of memory times passes, or others would \
                         not open it",
                    ));
                }
                let salt = random::array();
                let sealer = passphrase_sealer(passphrase, &salt, *cost)?;
                let wrapped = sealer.seal(data_key.expose(), &context)?;
                Wrap::Passphrase { salt, cost: *cost, wrapped }
            }
            Self::Key(key) => {
                Wrap::Key { name: key.name().into(), wrapped: key.seal_bound(data_key.expose(), &context)? }
            }
            Self::Provider(provider) => {
                let name = provider.name();
                if !(1..=MAX_NAME_LEN).contains(&name.len()) || name.chars().any(char::is_control) {
                    return Err(Error::value(format!(
                        "a key provider's name must be 1 to {MAX_NAME_LEN} bytes of text"
                    )));
                }
                let wrapped = provider.wrap(data_key, &context).map_err(|error| error.of(&name))?;
                if wrapped.is_empty() || wrapped.len() > MAX_WRAPPED_LEN {
                    let len = wrapped.len();
                    let message = format!("the key provider {name} wrapped a key of 32 bytes as {len} bytes");
                    return Err(Error::Provider { fault: ProviderFault::Invalid, message: message.into() });
                }
                Wrap::Provider { name, wrapped }
            }
        })
    }

    /// The data key of a file, as this opens it.
    pub(super) fn unwrap(&self, wrap: &Wrap, ring_id: &[u8; 16]) -> Result<SecretBytes> {
        let context = context(ring_id);
        let key = match (self, wrap) {
            (Self::Passphrase(passphrase, allowed), Wrap::Passphrase { salt, cost, wrapped }) => {
                check_work(*cost, *allowed)?;
                let sealer = passphrase_sealer(passphrase, salt, *cost)?;
                let len = sealer.opened_len(wrapped.len()).map_err(|_| wrong_passphrase())?;
                SecretBytes::new_with(len, |key| sealer.open_into(wrapped, &context, key.into()).map(drop)).map_err(
                    |error| match error {
                        Error::Core(CoreError::InvalidTag) => wrong_passphrase(),
                        error => error,
                    },
                )?
            }
            (Self::Key(key), Wrap::Key { name, wrapped }) => {
                let opened = key.open_bound(wrapped, &context).map_err(|error| match error {
                    Error::Core(CoreError::InvalidTag) | Error::Keyring { fault: KeyringFault::UnknownKey, .. } => wrong_key(format!(
                        "the key {:?} does not open the keyring, which is under the key {name:?} of another keyring: it is \
                         not the same, or the file was changed",
                        key.name()
                    )),
                    error => error,
                })?;
                SecretBytes::copy_from(&opened)
            }
            (Self::Provider(provider), Wrap::Provider { name, wrapped }) => {
                let own = provider.name();
                if own != *name {
                    return Err(wrong_key(format!("the keyring is under the key provider {name}, and not {own}")));
                }
                provider.unwrap(wrapped, &context).map_err(|error| error.of(name))?
            }
            _ => {
                return Err(wrong_key(format!(
                    "the keyring is under {}, and {} was given",
                    wrap.describe(),
                    self.name()
                )));
            }
        };
        if key.len() == DATA_KEY_LEN {
            return Ok(key);
        }
        Err(match wrap {
            Wrap::Provider { name, .. } => {
                let message = format!("the key provider {name} gave a key of {} bytes instead of 32", key.len());
                Error::Provider { fault: ProviderFault::Invalid, message: message.into() }
            }
            _ => wrong_key("what the keyring is under does not hold a key of 32 bytes".into()),
        })
    }

    /// Opens the file again if another process puts it under another data key. A passphrase is not
    /// stored.
    pub(super) fn kept(&self) -> Option<Self> {
        (!matches!(self, Self::Passphrase(..))).then(|| self.clone())
    }
}

impl fmt::Debug for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Protection({})", self.name())
    }
}

/// The cost of stretching a passphrase, in KiB of memory times passes over it.
fn work(cost: Cost) -> u64 {
    u64::from(cost.memory_cost) * u64::from(cost.iterations)
}

/// Refuses much work for a file that somebody else may have written.
fn check_work(cost: Cost, allowed: Cost) -> Result<()> {
    let within =
        cost.memory_cost <= allowed.memory_cost && cost.iterations <= allowed.iterations && cost.lanes <= allowed.lanes;
    if work(cost) <= Protection::MAX_WORK || within {
        return Ok(());
    }
    let Cost { iterations, lanes, memory_cost } = cost;
    Err(not_allowed(format!(
        "trying a passphrase on it takes {iterations} passes over {memory_cost} KiB of memory in {lanes} lanes, which is more \
         than is done for a file of unknown origin: if it is yours, open it with iterations, lanes and a memory cost that \
         allow as much"
    )))
}

fn passphrase_sealer(passphrase: &SecretBytes, salt: &[u8; SALT_LEN], cost: Cost) -> Result<Sealer<XAes256Gcm>> {
    Sealer::new(stretcher(salt, cost)?.derive(passphrase.expose())?.expose())
}

/// The context that a wrapped data key is bound to, so that it opens no other file.
fn context(ring_id: &[u8; 16]) -> Vec<u8> {
    [DATA_KEYS, b" 1\0data key\0", hex::encode(ring_id).as_bytes()].concat()
}

fn wrong_passphrase() -> Error {
    wrong_key("the passphrase is wrong, or the keyring's file was changed".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_work_is_done_for_who_says_so() {
        let cost = |memory_cost, iterations, lanes| Cost { iterations, lanes, memory_cost };
        let usual = Protection::DEFAULT_COST;
        assert!(check_work(cost(1024 * 1024, 4, 64), usual).is_ok());
        assert!(check_work(cost(64 * 1024, 64, 1), usual).is_ok());
        let much = cost(1024 * 1024, 5, 4);
        assert!(matches!(check_work(much, usual), Err(Error::Keyring { fault: KeyringFault::NotAllowed, .. })));
        assert!(check_work(much, much).is_ok());
        for less in [cost(1024 * 1024 - 1, 5, 4), cost(1024 * 1024, 4, 4), cost(1024 * 1024, 5, 3)] {
            assert!(check_work(much, less).is_err());
        }
    }
}
