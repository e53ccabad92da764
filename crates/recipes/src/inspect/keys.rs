//! Keys and what belongs to them, in PEM, DER and JSON.

use super::words::caution;
use super::{Finding, certificates, shown};
use crate::pinning::Pin;
use ironlatch_core::Error as CoreError;
use ironlatch_core::asymmetric::rsa::Checks;
use ironlatch_core::keys::jwk::{Jwk, Key};
use ironlatch_core::keys::pem::Block;
use ironlatch_core::keys::ssh::{Certificate as SshCertificate, CertificateType, Identity, Line, PrivateKeyFile};
use ironlatch_core::keys::{Parameters, PrivateKey, PublicKey, label, pkcs8, ssh, traditional};

/// A key or parameters in DER, whatever the format.
pub(super) fn from_der(der: &[u8]) -> Option<Finding> {
    /// The tag of the SEQUENCE that each of them is.
    const SEQUENCE: u8 = 0x30;
    if der.first() != Some(&SEQUENCE) {
        return None;
    }
    if let Some(found) = certificates::from_der(der) {
        return Some(found.with("encoding", "DER"));
    }
    if let Some(found) = container(der) {
        return Some(found.with("encoding", "DER"));
    }
    if let Ok(key) = PublicKey::from_der(der) {
        return Some(public(&key).with("encoding", "DER"));
    }
    match PrivateKey::from_der(der, None, Checks::Skipped) {
        Ok(key) => return Some(private(&key).with("encoding", "DER")),
        // What asks for a password is a key; what is not known yet may still be one.
        Err(CoreError::PasswordRequired) => return Some(encrypted(der).with("encoding", "DER")),
        Err(CoreError::Unsupported { message, .. }) => {
            return Some(Finding::new("unknown-key", "a key").note(message));
        }
        Err(_) => {}
    }
    Parameters::from_der(der).ok().map(|parameters| group(&parameters).with("encoding", "DER"))
}

/// Containers that are told by their first object identifier: PKCS #12 (RFC 7292 §4) and CMS (RFC
/// 5652 §3).
fn container(der: &[u8]) -> Option<Finding> {
    /// The beginning of PKCS #7's content types in DER: 1.2.840.113549.1.7.
    const CONTENT_TYPE: [u8; 10] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7];
    const VERSION_3: [u8; 3] = [2, 1, 3];
    let (whole, _) = asn1::strip_tlv(der).ok()?;
    if let Some(after_version) = whole.data().strip_prefix(&VERSION_3) {
        let (contents, _) = asn1::strip_tlv(after_version).ok()?;
        return contents.data().starts_with(&CONTENT_TYPE).then(|| {
            Finding::new("pkcs12", "keys and certificates in PKCS #12 (.p12, .pfx), mostly encrypted under a password")
        });
    }
    let kind = *whole.data().strip_prefix(&CONTENT_TYPE)?.first()?;
    let title = match kind {
        2 => "signed data, or certificates alone (PKCS #7, CMS)",
        3 => "data encrypted to certificates (PKCS #7, CMS, S/MIME)",
        _ => "data in PKCS #7 (CMS)",
    };
    Some(Finding::new("pkcs7", title))
}

/// Describes the contents of a PEM block.
pub(super) fn from_pem(block: &Block<'_>) -> Finding {
    let given = String::from_utf8_lossy(block.label()).into_owned();
    let of = |kind, title: &str| Finding::new(kind, title).with("label", shown(&given));
    if given.starts_with("PGP ") {
        return of("openpgp", "something of OpenPGP, for GnuPG and its kin");
    }
    let Ok(der) = block.decode() else {
        return of("damaged-pem", "a damaged PEM block").note("what stands between its lines is not base64");
    };
    if given == ssh::LABEL {
        return ssh_private(&der);
    }
    if traditional::is_encrypted(block).unwrap_or(false) {
        return of("encrypted-private-key", "a private key, encrypted the way that OpenSSL did before PKCS #8").note(
            "one pass of MD5 makes its password easy to guess: write the key again as PKCS #8 or in OpenSSH's format",
        );
    }
    let found = match given.as_str() {
        "EC PARAMETERS" => {
            of("ec-parameters", "the name of an elliptic curve, which OpenSSL puts before a private key")
        }
        "DH PARAMETERS" | "X9.42 DH PARAMETERS" => match Parameters::from_der(&der) {
            Ok(parameters) => group(&parameters),
            Err(error) => of("damaged-parameters", "damaged parameters").note(error.to_string()),
        },
        _ => match from_der(&der) {
            Some(found) => found,
            None if certificates::is_label(block.label()) => {
                return certificates::damaged(&given.to_lowercase(), "what it holds is not that")
                    .with("label", shown(&given));
            }
            None => return of("pem", "a PEM block of a kind that is not known here").with("bytes", der.len()),
        },
    };
    let mut found = found.with("label", shown(&given));
    if let Some(fitting) = label::of_contents(&der)
        && given.ends_with(" KEY")
        && given != fitting
    {
        found = found.note(format!("its label does not fit: programs look for such a key under {fitting}"));
    }
    for (name, value) in &mut found.facts {
        if *name == "encoding" {
            *value = "PEM".into();
        }
    }
    found
}

/// A key in JSON.
pub(super) fn from_jwk(jwk: &Jwk) -> Finding {
    let found = match &jwk.key {
        Key::Private(key) => private(key),
        Key::Public(key) => public(key),
        Key::Symmetric(key) => {
            Finding::new("symmetric-key", "a symmetric key").secret().with("bits", key.expose().len() * 8)
        }
    };
    let thumbprint = match &jwk.key {
        // From a short secret's hash the secret could be guessed.
        Key::Symmetric(_) => None,
        _ => jwk.thumbprint().ok(),
    };
    let text = |text: &Option<String>| text.as_deref().map(shown);
    found
        .with("encoding", "JWK")
        .with_some("key_id", text(&jwk.key_id))
        .with_some("algorithm", text(&jwk.algorithm))
        .with_some("use", text(&jwk.usage))
        .with_some("thumbprint", thumbprint)
}

/// A private key, told by its public half.
pub(super) fn private(key: &PrivateKey) -> Finding {
    let mut found = public(&key.public_key());
    found.kind = "private-key";
    found.title = format!("a private key, {}", found.title.trim_start_matches("a public key, "));
    found.secret()
}

pub(super) fn public(key: &PublicKey) -> Finding {
    let words = key.description();
    let found = Finding::new("public-key", format!("a public key, {words}"))
        .with("type", words)
        .with_some("pin", Pin::of_public_key(key).ok().map(|pin| pin.to_string()));
    caution(key).into_iter().fold(found, Finding::note)
}

/// A private key in OpenSSH's own format.
fn ssh_private(bytes: &[u8]) -> Finding {
    let file = match PrivateKeyFile::from_bytes(bytes) {
        Ok(file) => file,
        Err(error) => return Finding::new("damaged-pem", "a private key of OpenSSH").note(error.to_string()),
    };
    let mut found = match file.public_key() {
        Ok(key) => public(key.key()),
        Err(error) => Finding::new("", "a public key").note(error.to_string()),
    };
    let (kind, how) = match file.is_encrypted() {
        true => ("encrypted-private-key", "a private key, encrypted under a password"),
        false => ("private-key", "a private key"),
    };
    found.kind = kind;
    found.title = format!("{how}, {}", found.title.trim_start_matches("a public key, "));
    found.secret = !file.is_encrypted();
    found.with("ssh_fingerprint", ssh::fingerprint(file.public_blob())).with("encoding", "OpenSSH")
}

/// A public key as it stands in `id_ed25519.pub` and `authorized_keys`.
pub(super) fn ssh_line(line: &str) -> Option<Finding> {
    const BEGINNINGS: [&str; 5] = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "rsa-sha2-"];
    // Options may stand before the type.
    let start = BEGINNINGS.iter().filter_map(|beginning| match line.starts_with(beginning) {
        true => Some(0),
        false => line.find(&format!(" {beginning}")).map(|at| at + 1),
    });
    let parsed = Line::parse(&line.as_bytes()[start.min()?..]).ok()?;
    let found = match parsed.identity() {
        Ok(Identity::Key(key)) => {
            let found = public(key.key());
            match key.application() {
                Some(application) => found
                    .with("security_key", shown(&String::from_utf8_lossy(application)))
                    .note("it is in a security key"),
                None => found,
            }
        }
        Ok(Identity::Certificate(certificate)) => ssh_certificate(&certificate),
        _ => Finding::new("public-key", format!("a public key, {}", shown(parsed.kind()))),
    };
    let comment = String::from_utf8_lossy(parsed.comment());
    Some(
        found
            .with("ssh_fingerprint", ssh::fingerprint(parsed.blob()))
            .with("encoding", "OpenSSH")
            .with_some("comment", (!comment.is_empty()).then(|| shown(&comment))),
    )
}

/// Describes the statements of an OpenSSH certificate, without judging whether to believe them.
fn ssh_certificate(certificate: &SshCertificate) -> Finding {
    let terms = certificate.terms();
    let whose = match terms.certificate_type {
        CertificateType::User => "user",
        CertificateType::Host => "host",
    };
    let text = |bytes: &[u8]| shown(&String::from_utf8_lossy(bytes));
    let mut found = Finding::new("ssh-certificate", format!("an SSH certificate of a {whose}"))
        .with("type", certificate.kind().to_owned())
        .with("key_id", text(&terms.key_id))
        .with("serial", terms.serial.to_string())
        .with("valid_after", terms.valid_after.to_string())
        .with("authority", ssh::fingerprint(certificate.signature_key_blob()));
    if terms.valid_before != u64::MAX {
        found = found.with("valid_before", terms.valid_before.to_string());
    }
    for principal in &terms.principals {
        found = found.with("principal", text(principal));
    }
    if terms.principals.is_empty() {
        found = found.note(format!("it is for any {whose}"));
    }
    if certificate.verify_signature().is_err() {
        found = found.note("its signature does not match");
    }
    found
}

fn group(parameters: &Parameters) -> Finding {
    match parameters {
        Parameters::Dh(group) => Finding::new("dh-parameters", "Diffie-Hellman parameters").with("bits", group.bits()),
        _ => Finding::new("parameters", "parameters that keys of one group share"),
    }
}

fn encrypted(der: &[u8]) -> Finding {
    let found = Finding::new("encrypted-private-key", "a private key, encrypted under a password");
    match pkcs8::encryption(der) {
        Ok(scheme) => found.with("encryption", scheme.cipher).with("derivation", scheme.derivation),
        Err(error) => found.note(error.to_string()),
    }
}
