//! The roots that the operating system trusts.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use ironlatch_core::keys::pem;

use crate::certificate::{self, Certificate};

/// The certificates that a system trusts, and the file that they are in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SystemRoots {
    /// The file.
    pub path: PathBuf,
    /// The certificates. Those that cannot be read are left out.
    pub certificates: Vec<Certificate>,
}

impl SystemRoots {
    /// Reads the first of the files in which systems have their roots: the one that the variable
    /// `SSL_CERT_FILE` names, which is the only one if it is set, then those of the distributions.
    ///
    /// # Errors
    /// If there is no such file, it cannot be read, or there is no certificate in it.
    pub fn load() -> io::Result<Self> {
        let given = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        let known = || PLACES.iter().map(PathBuf::from).find(|path| path.exists());
        let path = given.or_else(known).ok_or_else(|| {
            let message = format!("the system has no file of roots in any of the usual places: {}", PLACES.join(", "));
            io::Error::new(ErrorKind::NotFound, message)
        })?;
        let text = fs::read(&path)?;
        let blocks = pem::blocks(&text).flatten().filter(|block| certificate::is_label(block.label()));
        let certificates: Vec<Certificate> =
            blocks.filter_map(|block| Some(Certificate::read_tolerant(&block.decode().ok()?).ok()?.value)).collect();
        if certificates.is_empty() {
            let message = format!("there is no certificate in {}", path.display());
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        Ok(Self { path, certificates })
    }
}

/// Of Debian, Fedora, openSUSE, Alpine with macOS and the BSDs, and of old Fedora.
const PLACES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
];
