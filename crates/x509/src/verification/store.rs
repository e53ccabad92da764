//! The certificates that are trusted.

use std::collections::HashMap;
use std::sync::OnceLock;

use ironlatch_core::keys::PublicKey;

use crate::certificate::Certificate;

/// Certificates that are trusted, found by their subject.
#[derive(Debug)]
pub struct Store {
    anchors: Vec<Anchor>,
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
}

#[derive(Debug)]
struct Anchor {
    certificate: Certificate,
    /// The key, once it was needed; nothing in it if it cannot be read.
    key: OnceLock<Option<PublicKey>>,
}

impl Store {
    /// A store of these certificates.
    #[must_use]
    pub fn new(certificates: impl IntoIterator<Item = Certificate>) -> Self {
        let anchors: Vec<Anchor> =
            certificates.into_iter().map(|certificate| Anchor { certificate, key: OnceLock::new() }).collect();
        let mut by_subject: HashMap<Vec<u8>, Vec<usize>> = HashMap::with_capacity(anchors.len());
        for (index, anchor) in anchors.iter().enumerate() {
            by_subject.entry(anchor.certificate.subject().as_der().to_vec()).or_default().push(index);
        }
        Self { anchors, by_subject }
    }

    /// The certificate at an index, in the order in which they were given.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Certificate> {
        self.anchors.get(index).map(|anchor| &anchor.certificate)
    }

    /// How many certificates there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.anchors.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// Where a certificate is, if it is here.
    #[must_use]
    pub fn position(&self, certificate: &Certificate) -> Option<usize> {
        self.with_subject(certificate.subject().as_der()).find(|&index| self.anchors[index].certificate == *certificate)
    }

    pub(super) fn with_subject(&self, subject: &[u8]) -> impl Iterator<Item = usize> + use<'_> {
        self.by_subject.get(subject).into_iter().flatten().copied()
    }

    pub(super) fn key(&self, index: usize) -> Option<&PublicKey> {
        let anchor = &self.anchors[index];
        anchor.key.get_or_init(|| anchor.certificate.public_key().ok()).as_ref()
    }
}
