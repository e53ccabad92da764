//! The parameter sets of FIPS 205 §11, table 2.

/// A parameter set. Those that end in `s` have small signatures, those that end in `f` are fast to
/// sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names are the standard's own.
pub enum ParameterSet {
    Sha2_128s,
    Sha2_128f,
    Sha2_192s,
    Sha2_192f,
    Sha2_256s,
    Sha2_256f,
    Shake128s,
    Shake128f,
    Shake192s,
    Shake192f,
    Shake256s,
    Shake256f,
}

impl ParameterSet {
    /// Every set, in the order of the standard's object identifiers.
    pub const ALL: [Self; 12] = [
        Self::Sha2_128s,
        Self::Sha2_128f,
        Self::Sha2_192s,
        Self::Sha2_192f,
        Self::Sha2_256s,
        Self::Sha2_256f,
        Self::Shake128s,
        Self::Shake128f,
        Self::Shake192s,
        Self::Shake192f,
        Self::Shake256s,
        Self::Shake256f,
    ];

    /// The standard's name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha2_128s => "SLH-DSA-SHA2-128s",
            Self::Sha2_128f => "SLH-DSA-SHA2-128f",
            Self::Sha2_192s => "SLH-DSA-SHA2-192s",
            Self::Sha2_192f => "SLH-DSA-SHA2-192f",
            Self::Sha2_256s => "SLH-DSA-SHA2-256s",
            Self::Sha2_256f => "SLH-DSA-SHA2-256f",
            Self::Shake128s => "SLH-DSA-SHAKE-128s",
            Self::Shake128f => "SLH-DSA-SHAKE-128f",
            Self::Shake192s => "SLH-DSA-SHAKE-192s",
            Self::Shake192f => "SLH-DSA-SHAKE-192f",
            Self::Shake256s => "SLH-DSA-SHAKE-256s",
            Self::Shake256f => "SLH-DSA-SHAKE-256f",
        }
    }

    /// The set with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.name() == name)
    }

    /// The length of a public key in bytes.
    #[must_use]
    pub const fn public_key_len(self) -> usize {
        2 * self.shape().n
    }

    /// The length of a private key in bytes.
    #[must_use]
    pub const fn private_key_len(self) -> usize {
        4 * self.shape().n
    }

    /// The length of a signature in bytes: from 7856 to 49856.
    #[must_use]
    pub const fn signature_len(self) -> usize {
        let shape = self.shape();
        // The randomizer, the FORS signature, and a chain of XMSS signatures (FIPS 205 §9.2).
        shape.n * (1 + shape.k * (1 + shape.a) + shape.h + shape.d * shape.chains())
    }

    /// Whether the hash function is SHAKE256; if not, it is SHA-2.
    pub(super) const fn is_shake(self) -> bool {
        matches!(
            self,
            Self::Shake128s | Self::Shake128f | Self::Shake192s | Self::Shake192f | Self::Shake256s | Self::Shake256f
        )
    }

    pub(super) const fn shape(self) -> Shape {
        match self {
            Self::Sha2_128s | Self::Shake128s => Shape { n: 16, h: 63, d: 7, a: 12, k: 14 },
            Self::Sha2_128f | Self::Shake128f => Shape { n: 16, h: 66, d: 22, a: 6, k: 33 },
            Self::Sha2_192s | Self::Shake192s => Shape { n: 24, h: 63, d: 7, a: 14, k: 17 },
            Self::Sha2_192f | Self::Shake192f => Shape { n: 24, h: 66, d: 22, a: 8, k: 33 },
            Self::Sha2_256s | Self::Shake256s => Shape { n: 32, h: 64, d: 8, a: 14, k: 22 },
            Self::Sha2_256f | Self::Shake256f => Shape { n: 32, h: 68, d: 17, a: 9, k: 35 },
        }
    }
}

/// The numbers of a parameter set, under the standard's names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// The length of a hash in bytes.
    pub(super) n: usize,
    /// The height of all layers together.
    pub(super) h: usize,
    /// The number of layers.
    pub(super) d: usize,
    /// The height of a FORS tree.
    pub(super) a: usize,
    /// The number of FORS trees.
    pub(super) k: usize,
}

impl Shape {
    /// The height of a tree in a layer: h'.
    pub(super) const fn tree_height(self) -> usize {
        self.h / self.d
    }

    /// The number of WOTS+ chains: len, with w = 16 (FIPS 205 §5).
    pub(super) const fn chains(self) -> usize {
        2 * self.n + 3
    }

    /// The length in bytes of the digest's part that FORS signs.
    pub(super) const fn fors_digest_len(self) -> usize {
        (self.k * self.a).div_ceil(8)
    }

    /// The length in bytes of the digest's part that says which tree of the lowest layer signs.
    pub(super) const fn tree_index_len(self) -> usize {
        (self.h - self.tree_height()).div_ceil(8)
    }

    /// The length of a message digest in bytes: m.
    pub(super) const fn digest_len(self) -> usize {
        self.fors_digest_len() + self.tree_index_len() + self.tree_height().div_ceil(8)
    }
}

#[cfg(test)]
mod tests {
    use super::ParameterSet;

    /// FIPS 205 §11, the columns m, pk bytes and sig bytes.
    #[test]
    fn lengths_are_the_standards() {
        let expected =
            [(30, 32, 7856), (34, 32, 17088), (39, 48, 16224), (42, 48, 35664), (47, 64, 29792), (49, 64, 49856)];
        for (set, expected) in ParameterSet::ALL.into_iter().zip(expected.into_iter().cycle()) {
            assert_eq!((set.shape().digest_len(), set.public_key_len(), set.signature_len()), expected);
            assert_eq!(ParameterSet::from_name(set.name()), Some(set));
        }
    }
}
