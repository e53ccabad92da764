//! `Signature-Input` and `Signature` (RFC 9421 §4): any signature over any components, without a
//! policy.

use super::component::{covered, signature_base};
use super::message::Message;
use super::structured_fields::{BareItem, Dictionary, Item, Member, Parameters};
use crate::error::Refusal;
use crate::signing::Key;
use crate::{Error, Result};

/// One signature of a message.
#[derive(Debug, Clone)]
pub struct Signature {
    /// Its name among the message's signatures.
    pub label: String,
    /// The covered components.
    pub components: Vec<Item>,
    /// Its parameters.
    pub parameters: Parameters,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Signature {
    /// Signs these components of a message.
    ///
    /// # Errors
    /// Those of [`signature_base`] and [`Key::sign`].
    pub fn new(
        message: Message<'_>,
        label: &str,
        components: Vec<Item>,
        parameters: Parameters,
        key: &Key,
    ) -> Result<Self> {
        let bytes = key.sign(signature_base(message, &components, &parameters)?.as_bytes())?;
        Ok(Self { label: label.into(), components, parameters, bytes })
    }

    /// The signatures that a message carries.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Refusal::Malformed`] if there is none, the fields are not well
    /// formed, or do not belong together.
    pub fn read_all(message: Message<'_>) -> Result<Vec<Self>> {
        let read = |name: &str| match message.fields().value(name, false) {
            Some(value) => Dictionary::parse(&value),
            None => Err(malformed(format!(
                "the message is not signed: it has no field {name}; or somebody on the way took that away"
            ))),
        };
        let (inputs, mut signatures) = (read("Signature-Input")?, read("Signature")?);
        let mut all = Vec::new();
        for (label, member) in inputs.0 {
            let Member::InnerList(list) = member else {
                return Err(malformed(format!("Signature-Input has no list for {label}")));
            };
            let Some(place) = signatures.0.iter().position(|(other, _)| *other == label) else {
                return Err(malformed(format!("Signature-Input names {label}, and Signature does not")));
            };
            let Member::Item(Item { value: BareItem::Bytes(bytes), .. }) = signatures.0.swap_remove(place).1 else {
                return Err(malformed(format!("the signature {label} is not bytes")));
            };
            all.push(Self { label, components: list.items, parameters: list.parameters, bytes });
        }
        match signatures.0.first() {
            Some((label, _)) => Err(malformed(format!("Signature names {label}, and Signature-Input does not"))),
            None if all.is_empty() => Err(malformed("the message is not signed".into())),
            None => Ok(all),
        }
    }

    /// Checks the signature of a message.
    ///
    /// # Errors
    /// [`Error::Refused`] if it does not match, or `alg` is not the key's algorithm; those of
    /// [`signature_base`].
    pub fn verify(&self, message: Message<'_>, key: &Key) -> Result<()> {
        self.verify_base(&signature_base(message, &self.components, &self.parameters)?, key)
    }

    /// Checks the signature of the text that is signed.
    pub(super) fn verify_base(&self, base: &str, key: &Key) -> Result<()> {
        // RFC 9421 §3.2 step 6: what the message says must be what the key is for.
        if self.text("alg")?.is_some_and(|algorithm| algorithm != key.algorithm().name()) {
            return Err(not_authentic());
        }
        key.verify(base.as_bytes(), &self.bytes).map_err(|_| not_authentic())
    }

    /// The field `Signature-Input` for this signature alone.
    #[must_use]
    pub fn input(&self) -> String {
        format!("{}={}{}", self.label, covered(&self.components), self.parameters)
    }

    /// The field `Signature` for this signature alone.
    #[must_use]
    pub fn value(&self) -> String {
        format!("{}={}", self.label, BareItem::Bytes(self.bytes.clone()))
    }

    /// A parameter that is text.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is of another type.
    pub fn text(&self, name: &str) -> Result<Option<&str>> {
        match self.parameters.get(name) {
            None => Ok(None),
            Some(BareItem::String(text)) => Ok(Some(text)),
            Some(_) => Err(malformed(format!("the signature's {name} must be a string"))),
        }
    }

    /// A parameter that is a time in seconds since 1970.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is of another type, or before 1970.
    pub fn time(&self, name: &str) -> Result<Option<u64>> {
        match self.parameters.get(name) {
            None => Ok(None),
            Some(BareItem::Integer(seconds)) if *seconds >= 0 => Ok(Some(seconds.unsigned_abs())),
            Some(_) => Err(malformed(format!("the signature's {name} must be a whole number of seconds since 1970"))),
        }
    }
}

/// For all that a wrong key leads to.
pub(super) fn not_authentic() -> Error {
    Error::refused(
        Refusal::NotAuthentic,
        "the signature does not match: the request was changed, or signed with a key that is not known here",
    )
}

fn malformed(message: String) -> Error {
    Error::refused(Refusal::Malformed, message)
}
