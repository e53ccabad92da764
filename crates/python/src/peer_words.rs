//! The peer's messages for sizes, lengths, numbers out of range and formats that do not go with a
//! key: programs look for them.

use ironlatch::error::{Allowed, Input, Parameter};

/// A key cannot be written in the format that was asked for.
pub(crate) const INVALID_FORMAT: &str = "format is invalid with this key";

/// Describes a key of `got` bits.
pub(crate) fn key_size(algorithm: &str, got: usize, allowed: Allowed) -> String {
    let bytes = got / 8;
    match (algorithm, allowed) {
        ("AES key wrap", _) => {
            format!("The wrapping key must be a valid AES key length: 16, 24 or 32 bytes; it has {bytes}")
        }
        ("Poly1305", _) => format!("A poly1305 key is 32 bytes long; this one has {bytes}"),
        ("HOTP", _) => "Key length has to be at least 128 bits.".into(),
        ("RSA", Allowed::Between(least, _)) if (got as u64) < least => {
            format!("key_size must be at least {least}-bits{}", unless_none(got as u64))
        }
        ("RSA", Allowed::Between(_, most)) => format!("key_size must be at most {most} bits; it is {got}"),
        ("DSA", Allowed::Exactly(bits)) => format!("SSH supports only {bits} bit DSA keys; this one has {got}"),
        ("DSA", _) => format!("Key size must be {} bits{}.", listed(allowed), unless_none(got as u64)),
        ("Diffie-Hellman", Allowed::Between(least, _)) if (got as u64) < least => {
            format!("DH key_size must be at least {least} bits; it is {got}")
        }
        ("Diffie-Hellman", Allowed::Between(_, most)) => {
            format!("Unable to generate DH parameters: key_size is at most {most} bits, not {got}")
        }
        // The names of the classes.
        (algorithm, _) => {
            let name = if algorithm == "AES-GCM-SIV" { algorithm.into() } else { algorithm.replace('-', "") };
            format!("{name} key must be {} bits; it has {got} bits", listed(allowed))
        }
    }
}

/// Describes an input of `got` bytes, unless the peer has no words of its own for it.
pub(crate) fn length(what: Input, got: usize, allowed: Allowed) -> Option<String> {
    Some(match (what, allowed) {
        (Input::PrivateKey(_), Allowed::AtMost(most)) => format!(
            "EC private key is not encoded properly: private key value is too long, {got} bytes instead of {most}"
        ),
        (Input::PrivateKey(name), Allowed::Exactly(len)) => {
            format!("An {name} private key is {len} bytes long, not {got}")
        }
        (Input::PublicKey(name), Allowed::Exactly(len)) => {
            format!("An {name} public key is {len} bytes long, not {got}")
        }
        (Input::Seed(name), Allowed::Exactly(len)) => format!("An {name} seed is {len} bytes long, not {got}"),
        (Input::Ciphertext("RSA"), Allowed::Exactly(len)) => {
            format!("Ciphertext length must be equal to key size: {len} bytes, not {got}")
        }
        (Input::Ciphertext(name), Allowed::Exactly(len)) => {
            format!("An {name} ciphertext is {len} bytes long, not {got}")
        }
        (Input::Nonce, Allowed::Between(least, most)) => {
            format!("nonce must be between {least} and {most} bytes; it has {got}")
        }
        (Input::Nonce, _) => format!("nonce must be {} bytes; it has {got}", listed(allowed)),
        (Input::Tweak, _) => format!("tweak must be {} bytes long; it has {got}", listed(allowed)),
        (Input::DataUnit, _) => {
            format!("In XTS mode each call takes a whole data unit of 16 bytes to 16 MiB; this one has {got}")
        }
        (Input::Tag, Allowed::AtLeast(least)) => {
            format!("Authentication tag must be {least} bytes or longer; it has {got}")
        }
        (Input::Tag, Allowed::AtMost(most)) => {
            format!("Authentication tag cannot be more than {most} bytes; it has {got}")
        }
        (Input::Tag, _) => format!("Invalid tag_length: it must be {allowed} bytes, not {got}"),
        (Input::KeyToWrap, Allowed::AtLeast(1)) => "key_to_wrap must be between 1 and 2^32 bytes; it is empty".into(),
        (Input::KeyToWrap, _) => format!("The key to wrap must be {allowed} bytes; it has {got}"),
        (Input::Context, _) => format!("Context must be {allowed} bytes; it has {got}"),
        (Input::Mu, _) => format!("mu must be {allowed} bytes; it has {got}"),
        (Input::Password, _) if got == 0 => "Password must be 1 or more bytes.".into(),
        (Input::Salt, _) => format!("salt must be {allowed} bytes; it has {got}"),
        (Input::DerivedKey, Allowed::AtLeast(least)) => {
            format!("length must be greater than or equal to {least}; it is {got}")
        }
        (Input::DerivedKey, Allowed::AtMost(most)) => {
            format!("Cannot derive keys larger than {most} bytes; length is {got}.")
        }
        (Input::Digest, Allowed::AtLeast(1)) => "the hash function's digest_size must not be 0".into(),
        (Input::Digest, Allowed::AtMost(most)) => format!(
            "Digest too large for key size. Use a larger key or different digest: it has {got} bytes, and there is \
             room for {most}"
        ),
        (Input::Digest, _) => format!(
            "The provided data must be the same length as the hash algorithm's digest size: {allowed} bytes, not {got}"
        ),
        (Input::SignatureSalt, _) => format!(
            "Digest or salt length too long for key size. Use a larger key or shorter salt length: it is {got} bytes, \
             and there is room for {allowed}"
        ),
        (Input::Message, Allowed::AtMost(most)) => {
            format!("Encryption failed: with this key and padding a message has at most {most} bytes, not {got}")
        }
        (Input::Info, Allowed::AtMost(most)) => format!("info is too large: this KDF takes {most} bytes, not {got}"),
        _ => return None,
    })
}

/// Describes a number that is out of range, unless the peer has no words of its own for it.
pub(crate) fn out_of_range(what: Parameter, got: u64, allowed: Allowed) -> Option<String> {
    let name = match what {
        Parameter::Iterations => "iterations",
        Parameter::Lanes => "lanes",
        Parameter::Digits => return Some("Length of HOTP has to be between 6 and 8.".into()),
        Parameter::PublicExponent => {
            return Some("public_exponent must be either 3 (for legacy compatibility) or 65537; use 65537".into());
        }
        Parameter::Generator if matches!(allowed, Allowed::AtLeast(_)) => {
            return Some(format!("DH generator must be 2 or greater{}", unless_none(got)));
        }
        Parameter::Generator => return Some(format!("DH generator must be {allowed}; it is {got}")),
        Parameter::RsaNumber(letter) => return Some(format!("Values can't be <= 1: {letter} must be at least 2")),
        Parameter::Cost => return Some(format!("n must be greater than 1 and be a power of 2; it is {got}")),
        Parameter::BlockSize => "r",
        Parameter::Parallelization => "p",
        Parameter::Memory => {
            return Some(format!("memory_cost must be an integer >= 8 * lanes: {allowed}, not {got}"));
        }
        Parameter::LengthLen => return Some("llen must be non-zero".into()),
        Parameter::CounterLen => "rlen",
        Parameter::Blocks => {
            return Some(format!("There are too many iterations: the counter counts {allowed}, and {got} are needed."));
        }
        Parameter::CounterPlace => {
            return Some(format!("break_location offset > len(fixed): it must be {allowed}, and is {got}"));
        }
        Parameter::TimeStep => "time_step",
        Parameter::Principals => {
            return Some(format!("Reached or exceeded the maximum number of valid_principals: {allowed}, not {got}"));
        }
        _ => return None,
    };
    Some(match allowed {
        Allowed::AtLeast(least) | Allowed::Between(least, _) if got < least => {
            format!("{name} must be greater than or equal to {least}; it is {got}")
        }
        _ => format!("{name} must be {allowed}; it is {got}"),
    })
}

/// Describes a number of a key that has `got` bits, unless the peer has no words of its own for it.
pub(crate) fn number_size(algorithm: &str, number: &str, got: usize, allowed: Allowed) -> Option<String> {
    Some(match (algorithm, number, allowed) {
        ("DSA", _, Allowed::OneOf(_)) => {
            format!("{number} must be exactly {} bits long; it has {got}", listed(allowed))
        }
        ("Diffie-Hellman", "p", Allowed::AtLeast(least)) => {
            format!("p (modulus) must be at least {least}-bit; it has {got}")
        }
        _ => return None,
    })
}

/// Describes an input that is cut short, unless the peer has no words of its own for it.
pub(crate) fn truncated(what: &str) -> Option<String> {
    let format = match what {
        "PEM block" => "Unable to load PEM file",
        "block of the OpenSSH key" => "Not OpenSSH private key format",
        _ => return None,
    };
    Some(format!("{format}: it has a BEGIN line and no END line, as if it were cut short"))
}

/// Says what a number is; nothing of zero and of the largest one, which stand for numbers below and
/// above, and for what is no number.
fn unless_none(got: u64) -> String {
    if matches!(got, 0 | u64::MAX) { String::new() } else { format!("; it is {got}") }
}

/// Lists what is allowed, with the peer's comma before "or".
fn listed(allowed: Allowed) -> String {
    match allowed {
        Allowed::OneOf([rest @ .., last]) if rest.len() > 1 => {
            let rest: Vec<_> = rest.iter().map(u64::to_string).collect();
            format!("{}, or {last}", rest.join(", "))
        }
        allowed => allowed.to_string(),
    }
}
