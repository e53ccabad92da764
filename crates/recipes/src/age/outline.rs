//! The header of an encrypted file as anyone can see it, without a key.

use super::armor::Unarmored;
use super::header::Header;
use super::stream::{CHUNK, NONCE_LEN};
use crate::Result;
use ironlatch_core::symmetric::aead::TAG_LEN;

/// The visible facts about an encrypted file, without a key. None of them is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// Whether it is in ASCII armor.
    pub armored: bool,
    /// Whom it is encrypted to, in the header's order.
    pub recipients: Vec<OutlineRecipient>,
    /// The length of the plaintext in bytes. `None` for a file in armor, whose length says too
    /// little, and for one that is cut short.
    pub plaintext_len: Option<u64>,
    /// Whether the file's length is impossible for a whole file.
    pub cut_short: bool,
}

/// Whom a file is encrypted to, as far as its header says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutlineRecipient {
    /// The kind of the recipient: `X25519`, `scrypt` …
    pub kind: String,
    /// The base-two logarithm of scrypt's cost, as written.
    pub work_factor: Option<String>,
}

impl Outline {
    /// Reads the header at the beginning of `data`, which belongs to a file of `total_len` bytes.
    /// `None` if it is no age file at all.
    #[must_use]
    pub fn read(data: &[u8], total_len: u64) -> Option<Result<Self>> {
        let armored = data.trim_ascii_start().starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----");
        if !armored && !data.starts_with(b"age-encryption.org/") {
            return None;
        }
        Some(Self::read_header(data, total_len, armored))
    }

    fn read_header(data: &[u8], total_len: u64, armored: bool) -> Result<Self> {
        let mut rest = data;
        let header = if armored { Header::read(&mut Unarmored::new(data))? } else { Header::read(&mut rest)? };
        let recipients = header.stanzas().iter().map(|stanza| {
            let work_factor = if stanza.is_for_passphrase() { stanza.fixed() } else { None };
            let work_factor = work_factor.map(|[_salt, work_factor]| work_factor.to_owned());
            OutlineRecipient { kind: stanza.kind().to_owned(), work_factor }
        });
        let payload_len = total_len - (data.len() - rest.len()) as u64;
        let plaintext_len = if armored { None } else { plaintext_len(payload_len) };
        let cut_short = !armored && plaintext_len.is_none();
        Ok(Self { armored, recipients: recipients.collect(), plaintext_len, cut_short })
    }
}

/// The length of the plaintext in a payload of `len` bytes, if a whole payload can be as long.
fn plaintext_len(len: u64) -> Option<u64> {
    let sealed = len.checked_sub(NONCE_LEN as u64)?;
    let (chunk, tag) = (CHUNK as u64, TAG_LEN as u64);
    let chunks = sealed.div_ceil(chunk + tag).max(1);
    let plain = sealed.checked_sub(chunks * tag)?;
    // Only an empty file has an empty chunk.
    (chunks == 1 || plain > (chunks - 1) * chunk).then_some(plain)
}
