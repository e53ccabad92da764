//! How keys are written: a line each, in bech32 of any length (BIP 173 without its limit, as age
//! has it).

use core::fmt;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Checksum, Hrp};
use zeroize::Zeroizing;

use crate::Error;
use ironlatch_core::secret::SecretText;

/// Bech32's checksum over a text of any length.
enum AnyLength {}

impl Checksum for AnyLength {
    type MidstateRepr = <Bech32 as Checksum>::MidstateRepr;
    type CorrectionField = <Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: core::ops::RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = Bech32::TARGET_RESIDUE;
}

/// Writes a public key, in lower case.
pub(super) fn write_public(f: &mut fmt::Formatter<'_>, prefix: &str, bytes: &[u8]) -> fmt::Result {
    bech32::encode_lower_to_fmt::<AnyLength, _>(f, Hrp::parse_unchecked(prefix), bytes).map_err(|_| fmt::Error)
}

/// The text of a private key, in upper case.
pub(super) fn private(prefix: &str, bytes: &[u8]) -> SecretText {
    // All at once: a text that grows would leave copies behind.
    let mut text = String::with_capacity(prefix.len() + bytes.len() * 2 + 16);
    bech32::encode_upper_to_fmt::<AnyLength, _>(&mut text, Hrp::parse_unchecked(prefix), bytes)
        .expect("writing to a string does not fail");
    SecretText::new(text)
}

/// The part before the data, in lower case. `None` if the text is not in this form at all, or was
/// mistyped.
pub(super) fn prefix(text: &str) -> Option<String> {
    let decoded = CheckedHrpstring::new::<AnyLength>(text).ok()?;
    Some(decoded.hrp().lowercase_char_iter().collect())
}

/// The `N` bytes of a key with this prefix, or why the text is none.
pub(super) fn decode<const N: usize>(text: &str, prefix: &str) -> Result<Zeroizing<[u8; N]>, &'static str> {
    let decoded = CheckedHrpstring::new::<AnyLength>(text).map_err(|_| "it was mistyped, or is not whole")?;
    if decoded.hrp() != Hrp::parse_unchecked(prefix) {
        return Err("it begins with another word");
    }
    let mut bytes = Zeroizing::new([0; N]);
    let mut source = decoded.byte_iter();
    for byte in bytes.iter_mut() {
        *byte = source.next().ok_or("it is too short")?;
    }
    if source.next().is_some() {
        return Err("it is too long");
    }
    // The bits left over in the last symbol must be zero, and less than a symbol, so that a key has
    // one spelling only.
    let symbols = decoded.fe32_iter().count();
    let spare = symbols * 5 - N * 8;
    if spare >= 5 || decoded.fe32_iter().last().is_some_and(|symbol| symbol.to_u8() & ((1 << spare) - 1) != 0) {
        return Err("it was mistyped");
    }
    Ok(bytes)
}

/// Whether a private key is one of an age plugin's: `AGE-PLUGIN-YUBIKEY-1…`.
pub(super) fn is_of_plugin(text: &str) -> bool {
    const PREFIX: &str = "AGE-PLUGIN-";
    text.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// Applies `parse` to each line, except empty lines and lines that begin with `#`.
pub(super) fn parse_lines<T>(
    text: &str,
    what: &str,
    parse: impl Fn(&str) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        // Without the line itself: it may be a secret in the wrong place.
        found.push(parse(line).map_err(|error| Error::value(format!("line {} is not {what}: {error}", index + 1)))?);
    }
    if found.is_empty() {
        return Err(Error::value(format!("there is no line with {what}")));
    }
    Ok(found)
}
