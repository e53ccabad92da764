//! Shared by the subcommands that read certificates and their kin from files.

use std::io::Read;
use std::path::Path;

use ironlatch::inspect::{self, ENOUGH};
use ironlatch::keys::pem;
use ironlatch::x509::{Certificate, CertificateList, CertificateRequest, certificate, crl, request, rfc4514};
use zeroize::Zeroizing;

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::streams::Source;

/// The contents of a file. They may hold a private key as well, and are wiped.
pub(crate) struct Contents {
    /// The name that the user gave the file.
    pub(crate) name: String,
    pub(crate) data: Zeroizing<Vec<u8>>,
}

/// The limit on files: a CRL with millions of entries is shorter.
const LONGEST: u64 = 512 * 1024 * 1024;

/// Reads all of a file.
pub(crate) fn contents(source: Source) -> Result<Contents> {
    let Source { file, name, len, .. } = source;
    // Memory that grows leaves copies behind.
    let expected = len.map_or(ENOUGH, |len| usize::try_from(len.min(LONGEST)).unwrap_or(ENOUGH));
    let mut data = Zeroizing::new(Vec::with_capacity(expected + 1));
    file.take(LONGEST + 1).read_to_end(&mut data).map_err(|error| Failure::io("read", &name, &error))?;
    if data.len() as u64 > LONGEST {
        return Err(Failure::new(Exit::Failure, format!("{name} is longer than 512 MiB, which is no certificate")));
    }
    Ok(Contents { name, data })
}

/// Whether something looks like DER.
pub(super) fn is_der(data: &[u8]) -> bool {
    /// The tag of the SEQUENCE that certificates and their kin are.
    const SEQUENCE: u8 = 0x30;
    data.first() == Some(&SEQUENCE)
}

/// Something in a file.
pub(super) enum Item {
    /// A certificate, and why it is not sound DER if it is not.
    Certificate(Certificate, Option<String>),
    Request(CertificateRequest),
    Crl(CertificateList),
    /// A PEM block that says it is one of these, and is none.
    Broken {
        label: String,
        error: String,
    },
}

impl Contents {
    /// The certificates, requests and CRLs in their order. What else there is, is skipped.
    pub(super) fn items(&self) -> Vec<Item> {
        if is_der(&self.data) {
            return from_der(&self.data).into_iter().collect();
        }
        pem::blocks(&self.data).filter_map(|block| self.item(block)).collect()
    }

    fn item(&self, block: ironlatch::Result<pem::Block<'_>>) -> Option<Item> {
        let block = match block {
            Ok(block) => block,
            Err(error) => return Some(Item::Broken { label: "PEM block".into(), error: error.to_string() }),
        };
        let label = block.label();
        if !(certificate::is_label(label) || request::is_label(label) || crl::is_label(label)) {
            return None;
        }
        let broken = |error: String| {
            let label = rfc4514::printable(&String::from_utf8_lossy(label)).to_lowercase();
            Some(Item::Broken { label, error: rfc4514::printable(&error) })
        };
        let der = match block.decode() {
            Ok(der) => der,
            Err(error) => return broken(error.to_string()),
        };
        let read = if request::is_label(label) {
            CertificateRequest::from_der(&der).map(Item::Request)
        } else if crl::is_label(label) {
            CertificateList::from_der(&der).map(Item::Crl)
        } else {
            tolerant(&der)
        };
        read.map_or_else(|error| broken(error.to_string()), Some)
    }

    /// The certificates, at least one.
    pub(super) fn certificates(&self) -> Result<Vec<Certificate>> {
        let mut found = Vec::new();
        for item in self.items() {
            match item {
                Item::Certificate(certificate, _) => found.push(certificate),
                Item::Broken { label, error } => {
                    return Err(Failure::new(Exit::Failure, format!("{}: a damaged {label}: {error}", self.name)));
                }
                Item::Request(_) | Item::Crl(_) => {}
            }
        }
        if found.is_empty() { Err(self.nothing("certificate")) } else { Ok(found) }
    }

    /// The failure of a file without what was looked for: it says what the file is instead.
    pub(super) fn nothing(&self, wanted: &str) -> Failure {
        let failure = |what: String| Failure::new(Exit::Failure, format!("{}: {what}", self.name));
        if self.data.is_empty() {
            return failure("it is empty".into());
        }
        let found = inspect::inspect(&self.data[..self.data.len().min(ENOUGH)], Some(self.data.len() as u64));
        if let Some(found) = found.first() {
            let title = rfc4514::printable(&found.title);
            return failure(format!("there is no {wanted} in it: it is {title}"))
                .hint("`ironlatch inspect` tells more about it");
        }
        if is_der(&self.data)
            && let Err(error) = Certificate::from_der(&self.data)
        {
            return failure(rfc4514::printable(&error.to_string()));
        }
        failure(format!("there is no {wanted} in it, and nothing else that is known: neither PEM nor DER"))
            .hint("PEM has lines that begin with -----BEGIN; DER is binary and begins with the byte 30 in hexadecimal")
    }
}

fn from_der(der: &[u8]) -> Option<Item> {
    tolerant(der)
        .or_else(|_| CertificateRequest::from_der(der).map(Item::Request))
        .or_else(|_| CertificateList::from_der(der).map(Item::Crl))
        .ok()
}

fn tolerant(der: &[u8]) -> ironlatch::x509::Result<Item> {
    match Certificate::from_der(der) {
        Ok(certificate) => Ok(Item::Certificate(certificate, None)),
        Err(error) => Certificate::read_tolerant(der)
            .map(|read| read.value)
            .map(|certificate| Item::Certificate(certificate, Some(error.to_string())))
            .map_err(|_| error),
    }
}

/// The certificates in a file, at least one.
pub(crate) fn certificates(path: &Path) -> Result<Vec<Certificate>> {
    contents(Source::open(path)?)?.certificates()
}
