//! Encrypted files and other files that begin with a mark of their own.

use super::{Finding, shown, time};
use crate::age::Outline;
use crate::keyring::UnverifiedKeyring;

pub(super) fn recognise(data: &[u8], total_len: u64) -> Option<Finding> {
    if let Some(outline) = Outline::read(data, total_len) {
        return Some(match outline {
            Ok(outline) => age(&outline),
            Err(error) => Finding::new("age-file", "a damaged age file").note(error.to_string()),
        });
    }
    if data.starts_with(KEYRING) {
        return Some(keyring(data, total_len));
    }
    if data.starts_with(ANSIBLE_VAULT) {
        let line = data.split(|byte| *byte == b'\n').next().unwrap_or_default();
        return Some(
            Finding::new("ansible-vault", "a file encrypted by Ansible Vault")
                .with("header", shown(&String::from_utf8_lossy(line))),
        );
    }
    MARKS.iter().find(|mark| data.starts_with(mark.magic)).map(|mark| {
        let found = Finding::new(mark.kind, mark.title).with("bytes", total_len);
        if mark.note.is_empty() { found } else { found.note(mark.note) }
    })
}

fn age(outline: &Outline) -> Finding {
    let mut found = Finding::new("age-file", "a file encrypted in the age format")
        .with("version", 1u32)
        .with("armor", if outline.armored { "yes" } else { "no" })
        .with("recipients", outline.recipients.len());
    for recipient in &outline.recipients {
        let words = match recipient.kind.as_str() {
            "X25519" => "a key (age1…)".into(),
            "mlkem768x25519" => "a post-quantum key (age1pq1…)".into(),
            "scrypt" => match &recipient.work_factor {
                Some(factor) => format!("a passphrase, with scrypt at 2^{factor}"),
                None => "a passphrase".into(),
            },
            "ssh-ed25519" => "an SSH key (ssh-ed25519)".into(),
            "ssh-rsa" => "an SSH key (ssh-rsa)".into(),
            "piv-p256" => "a YubiKey (plugin yubikey)".into(),
            kind if kind.ends_with("-grease") => "nobody (a line that keeps readers honest)".into(),
            other => format!("a recipient of kind {}", shown(other)),
        };
        found = found.with("to", words);
    }
    found = found.with_some("plaintext_bytes", outline.plaintext_len);
    if outline.cut_short {
        found = found.note("it is cut short: no whole file has this length; get it again from where it came");
    }
    found
}

const ANSIBLE_VAULT: &[u8] = b"$ANSIBLE_VAULT;";

/// A kind of file that begins with fixed bytes.
struct Mark {
    magic: &'static [u8],
    kind: &'static str,
    title: &'static str,
    note: &'static str,
}

const MARKS: [Mark; 8] = [
    Mark {
        magic: b"Salted__",
        kind: "openssl-enc",
        title: "a file encrypted by `openssl enc` under a passphrase",
        note: "that format does not notice changes; encrypt again with `ironlatch encrypt`",
    },
    Mark { magic: b"LUKS\xba\xbe", kind: "luks", title: "an encrypted disk (LUKS)", note: "" },
    Mark { magic: b"\x03\xd9\xa2\x9a", kind: "keepass", title: "a KeePass database", note: "" },
    Mark {
        magic: b"untrusted comment: ",
        kind: "minisign",
        title: "a key or signature of minisign or signify",
        note: "",
    },
    Mark { magic: b"SSHSIG", kind: "ssh-signature", title: "an SSH signature", note: "" },
    Mark { magic: b"PK\x03\x04", kind: "zip", title: "a zip archive, not encrypted as a whole", note: "" },
    Mark { magic: b"\x1f\x8b", kind: "gzip", title: "a gzip file, not encrypted", note: "" },
    Mark {
        magic: b"SQLite format 3\0",
        kind: "sqlite",
        title: "a SQLite database, not encrypted as a whole",
        note: "",
    },
];

/// The first bytes of a keyring's file.
const KEYRING: &[u8] = b"ironlatch-keyring ";

fn keyring(data: &[u8], total_len: u64) -> Finding {
    if total_len > data.len() as u64 {
        return Finding::new("keyring", "a keyring of Ironlatch")
            .with("bytes", total_len)
            .note("it is too long to be read here");
    }
    let summary = match UnverifiedKeyring::parse(data) {
        Ok(summary) => summary,
        Err(error) => return Finding::new("keyring", "a damaged keyring of Ironlatch").note(error.to_string()),
    };
    let mut found = Finding::new("keyring", "a keyring of Ironlatch")
        .with("protection", summary.protection)
        .with("revision", summary.revision)
        .with_some("changed", summary.history.last().map(|change| time(change.time)));
    for key in summary.keys {
        let count = key.versions.len();
        let versions = if count == 1 { "1 version".to_owned() } else { format!("{count} versions") };
        found = found.with("key", format!("{} ({}, {versions})", key.name, key.kind));
    }
    found
}
