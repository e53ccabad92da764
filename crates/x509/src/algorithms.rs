//! Signature algorithms and the identifiers that name them (RFC 3279, RFC 4055, RFC 5758, RFC 8410,
//! RFC 9881).

use asn1::{ParseError, ParseErrorKind};
use ironlatch_core::Output;
use ironlatch_core::asymmetric::Message;
use ironlatch_core::asymmetric::ml_dsa::ParameterSet;
use ironlatch_core::asymmetric::rsa::{self, SaltLength, SignaturePadding};
use ironlatch_core::hash::{self, HashAlgorithm};
use ironlatch_core::keys::PublicKey;
use ironlatch_core::oid::{self, ObjectIdentifier};

use crate::der::Raw;
use crate::error::{Error, Result};

/// An algorithm and its parameters in DER (RFC 5280 §4.1.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct AlgorithmIdentifier<'a> {
    /// The algorithm.
    pub oid: ObjectIdentifier,
    /// Its parameters.
    pub parameters: Option<Raw<'a>>,
}

impl AlgorithmIdentifier<'_> {
    /// Fails if the parameters are not those of the algorithm. Algorithms that are not known here
    /// may have any.
    pub(crate) fn check(&self) -> Result<()> {
        if self.oid == oid::RSASSA_PSS {
            return self.pss().map(drop);
        }
        match parameters(&self.oid) {
            Parameters::Null => match self.parameters {
                Some(null) if null.as_der() != NULL => Err(ParseError::new(ParseErrorKind::InvalidValue).into()),
                _ => Ok(()),
            },
            Parameters::None if self.parameters.is_some() => Err(ParseError::new(ParseErrorKind::ExtraData).into()),
            Parameters::None | Parameters::Any => Ok(()),
        }
    }

    /// The hash function of the message that a signature's algorithm has. For PSS that is known
    /// also where the mask is of a kind that is not.
    ///
    /// # Errors
    /// As [`SignatureAlgorithm::from_identifier`].
    pub fn message_hash(&self) -> Result<Option<HashAlgorithm>> {
        if self.oid != oid::RSASSA_PSS {
            return SignatureAlgorithm::from_identifier(self).map(|algorithm| algorithm.hash());
        }
        let parameters = self.pss()?.ok_or(Error::value("Invalid RSA PSS parameters"))?;
        parameters.hash().map(Some)
    }

    /// The hash function of the mask and the length of the salt, for PSS. They are known also where
    /// the hash function of the message is not. `None` for all other algorithms.
    ///
    /// # Errors
    /// As [`SignatureAlgorithm::from_identifier`].
    pub fn pss_mask(&self) -> Result<Option<(HashAlgorithm, u16)>> {
        if self.oid != oid::RSASSA_PSS {
            return Ok(None);
        }
        let parameters = self.pss()?.ok_or(Error::value("Invalid RSA PSS parameters"))?;
        Ok(Some((parameters.mask_hash()?, parameters.salt_length)))
    }

    fn pss(&self) -> Result<Option<PssParameters<'_>>> {
        let Some(parameters) = self.parameters else { return Ok(None) };
        let parameters: PssParameters<'_> = asn1::parse_single(parameters.as_der())?;
        if let Some(hash) = &parameters.hash {
            hash.check()?;
            // DER leaves out what is the default.
            if *hash == SHA1_IDENTIFIER {
                return Err(ParseError::new(ParseErrorKind::EncodedDefault).into());
            }
        }
        if let Some(mask) = &parameters.mask_generation {
            mask.hash.check()?;
            if mask.oid == oid::MGF1 && mask.hash == SHA1_IDENTIFIER {
                return Err(ParseError::new(ParseErrorKind::EncodedDefault).into());
            }
        }
        Ok(Some(parameters))
    }
}

const NULL: &[u8] = &[5, 0];
const SHA1_IDENTIFIER: AlgorithmIdentifier<'static> =
    AlgorithmIdentifier { oid: oid::SHA1, parameters: Some(Raw::from_static(NULL)) };

/// The parameters that an algorithm has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parameters {
    /// NULL, which some leave out.
    Null,
    /// None at all.
    None,
    /// Any: the algorithm is not known here.
    Any,
}

/// An algorithm that signs certificates, with all that verifying needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(HashAlgorithm),
    /// RSASSA-PSS.
    RsaPss {
        /// The hash function of the message.
        hash: HashAlgorithm,
        /// The hash function of the mask.
        mgf1_hash: HashAlgorithm,
        /// The length of the salt.
        salt_length: u16,
    },
    /// ECDSA.
    Ecdsa(HashAlgorithm),
    /// DSA.
    Dsa(HashAlgorithm),
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// ML-DSA with an empty context.
    MlDsa(ParameterSet),
}

impl SignatureAlgorithm {
    /// The algorithm that `identifier` names.
    ///
    /// # Errors
    /// [`Error::UnsupportedAlgorithm`] if it is not known here; [`Error::InvalidValue`] for PSS
    /// with a mask of another kind, or without parameters.
    pub fn from_identifier(identifier: &AlgorithmIdentifier<'_>) -> Result<Self> {
        if identifier.oid != oid::RSASSA_PSS {
            let known = ALGORITHMS.iter().find(|(oid, ..)| *oid == identifier.oid);
            return known.map(|(_, algorithm, _)| *algorithm).ok_or_else(|| unknown(&identifier.oid));
        }
        let parameters = identifier.pss()?.ok_or(Error::value("Invalid RSA PSS parameters"))?;
        let (mgf1_hash, salt_length) = (parameters.mask_hash()?, parameters.salt_length);
        Ok(Self::RsaPss { hash: parameters.hash()?, mgf1_hash, salt_length })
    }

    /// The identifier in DER: with NULL for RSA, and without parameters for all but RSA.
    ///
    /// # Errors
    /// [`Error::UnsupportedAlgorithm`] for a hash function that has no identifier with the
    /// algorithm.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        if let Self::RsaPss { hash, mgf1_hash, salt_length } = *self {
            return pss_to_der(hash, mgf1_hash, salt_length);
        }
        let known = ALGORITHMS.iter().find(|(_, algorithm, written)| *written && algorithm == self);
        let Some((oid, ..)) = known else {
            return Err(Error::UnsupportedAlgorithm {
                oid: oid::RSASSA_PSS,
                message: format!("Hash algorithm {:?} not supported for signatures", self.hash_name()).into(),
            });
        };
        let parameters = (parameters(oid) == Parameters::Null).then_some(Raw::from_static(NULL));
        Ok(asn1::write_single(&AlgorithmIdentifier { oid: oid.clone(), parameters })?)
    }

    /// The hash function of the message, for algorithms that have one of their own choice.
    #[must_use]
    pub fn hash(&self) -> Option<HashAlgorithm> {
        match *self {
            Self::RsaPkcs1(hash) | Self::RsaPss { hash, .. } | Self::Ecdsa(hash) | Self::Dsa(hash) => Some(hash),
            Self::Ed25519 | Self::Ed448 | Self::MlDsa(_) => None,
        }
    }

    fn hash_name(&self) -> &'static str {
        self.hash().map_or("none", HashAlgorithm::name)
    }

    /// Verifies a signature.
    ///
    /// # Errors
    /// [`Error::InvalidSignature`] if it does not match; [`Error::WrongKey`] if the key is not one
    /// for the algorithm; [`Error::UnsupportedAlgorithm`] for MD5 and SHA-1, under which anyone
    /// could have made it.
    pub fn verify(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<()> {
        if let Some(HashAlgorithm::Md5 | HashAlgorithm::Sha1) = self.hash()
            && !matches!(self, Self::RsaPss { .. })
        {
            return Err(Error::WrongKey("Unsupported signature algorithm".into()));
        }
        let verified = match (*self, key) {
            (Self::RsaPkcs1(hash), PublicKey::Rsa(key)) => {
                key.verify(SignaturePadding::Pkcs1v15, rsa::Message::Whole(hash, message), signature)
            }
            (Self::RsaPss { hash, mgf1_hash, salt_length }, PublicKey::Rsa(key)) => {
                let salt_length = SaltLength::Bytes(salt_length.into());
                let padding = SignaturePadding::Pss { mgf1_hash, salt_length };
                key.verify(padding, rsa::Message::Whole(hash, message), signature)
            }
            (Self::Ecdsa(hash), PublicKey::Ec(key)) => key.verify(Message::Whole(hash, message), signature),
            (Self::Dsa(hash), PublicKey::Dsa(key)) => key.verify(Message::Whole(hash, message), signature),
            (Self::Ed25519, PublicKey::Ed25519(key)) => key.verify(message, signature),
            (Self::Ed448, PublicKey::Ed448(key)) => key.verify(message, signature),
            (Self::MlDsa(parameters), PublicKey::MlDsa(key)) if key.parameters() == parameters => {
                key.verify(message, &[], signature)
            }
            _ => return Err(Error::WrongKey("Signature algorithm does not match issuer key type".into())),
        };
        verified.map_err(|error| match error {
            ironlatch_core::Error::BadSignature => Error::InvalidSignature,
            error => error.into(),
        })
    }
}

fn unknown(oid: &ObjectIdentifier) -> Error {
    let message = format!("Signature algorithm OID: {oid} not recognized").into();
    Error::UnsupportedAlgorithm { oid: oid.clone(), message }
}

/// The hash function that `oid` names.
///
/// # Errors
/// [`Error::UnsupportedAlgorithm`] if it is not known here.
pub fn hash_from_oid(oid: &ObjectIdentifier) -> Result<HashAlgorithm> {
    HASHES.iter().find(|(known, ..)| known == oid).map(|(_, hash)| *hash).ok_or_else(|| unknown(oid))
}

/// The identifier of a hash function.
///
/// # Errors
/// [`Error::UnsupportedAlgorithm`] if none is known here.
pub fn hash_to_oid(hash: HashAlgorithm) -> Result<ObjectIdentifier> {
    let known = HASHES.iter().find(|(_, known)| *known == hash).map(|(oid, _)| oid.clone());
    known.ok_or_else(|| Error::UnsupportedAlgorithm {
        oid: oid::RSASSA_PSS,
        message: format!("Hash algorithm {:?} not supported for signatures", hash.name()).into(),
    })
}

fn pss_to_der(hash: HashAlgorithm, mgf1_hash: HashAlgorithm, salt_length: u16) -> Result<Vec<u8>> {
    let identifier = |hash| {
        let identifier = AlgorithmIdentifier { oid: hash_to_oid(hash)?, parameters: Some(Raw::from_static(NULL)) };
        Ok::<_, Error>((identifier != SHA1_IDENTIFIER).then_some(identifier))
    };
    let parameters = asn1::write_single(&PssParameters {
        hash: identifier(hash)?,
        mask_generation: identifier(mgf1_hash)?.map(|hash| MaskGeneration { oid: oid::MGF1, hash }),
        salt_length,
        trailer_field: None,
    })?;
    let parameters = Some(Raw::new(&parameters)?);
    Ok(asn1::write_single(&AlgorithmIdentifier { oid: oid::RSASSA_PSS, parameters })?)
}

/// `RSASSA-PSS-params` (RFC 4055 §3.1). The trailer field is a default that some write out, and RFC
/// 4055 has it accepted.
#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct PssParameters<'a> {
    #[explicit(0)]
    hash: Option<AlgorithmIdentifier<'a>>,
    #[explicit(1)]
    mask_generation: Option<MaskGeneration<'a>>,
    #[explicit(2)]
    #[default(20u16)]
    salt_length: u16,
    #[explicit(3)]
    trailer_field: Option<u8>,
}

impl PssParameters<'_> {
    fn hash(&self) -> Result<HashAlgorithm> {
        self.hash.as_ref().map_or(Ok(HashAlgorithm::Sha1), |hash| hash_from_oid(&hash.oid))
    }

    fn mask_hash(&self) -> Result<HashAlgorithm> {
        let Some(mask) = &self.mask_generation else { return Ok(HashAlgorithm::Sha1) };
        if mask.oid != oid::MGF1 {
            return Err(Error::value(format!("Unsupported mask generation OID: {}", mask.oid)));
        }
        hash_from_oid(&mask.hash.oid)
    }
}

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct MaskGeneration<'a> {
    oid: ObjectIdentifier,
    hash: AlgorithmIdentifier<'a>,
}

fn parameters(oid: &ObjectIdentifier) -> Parameters {
    match ALGORITHMS.iter().find(|(known, ..)| known == oid) {
        // These are so old that nobody agreed on their parameters.
        Some((oid::RSA_MD5 | oid::ECDSA_SHA1 | oid::DSA_SHA1, ..)) => Parameters::Any,
        Some((_, SignatureAlgorithm::RsaPkcs1(_), _)) => Parameters::Null,
        Some(_) => Parameters::None,
        None if *oid == oid::UNSIGNED => Parameters::None,
        None if *oid == oid::RSA_ENCRYPTION => Parameters::Null,
        None if HASHES.iter().any(|(known, _)| known == oid) => Parameters::Null,
        None => Parameters::Any,
    }
}

/// All algorithms but PSS, and whether they are written as well as read.
static ALGORITHMS: [(ObjectIdentifier, SignatureAlgorithm, bool); 30] = {
    use HashAlgorithm::*;
    use SignatureAlgorithm::{Dsa, Ecdsa, Ed448, Ed25519, MlDsa, RsaPkcs1};
    [
        (oid::RSA_SHA256, RsaPkcs1(Sha256), true),
        (oid::ECDSA_SHA256, Ecdsa(Sha256), true),
        (oid::ECDSA_SHA384, Ecdsa(Sha384), true),
        (oid::RSA_SHA384, RsaPkcs1(Sha384), true),
        (oid::RSA_SHA512, RsaPkcs1(Sha512), true),
        (oid::ECDSA_SHA512, Ecdsa(Sha512), true),
        (oid::RSA_SHA1, RsaPkcs1(Sha1), false),
        (oid::ED25519, Ed25519, true),
        (oid::ED448, Ed448, true),
        (oid::ML_DSA_44, MlDsa(ParameterSet::MlDsa44), true),
        (oid::ML_DSA_65, MlDsa(ParameterSet::MlDsa65), true),
        (oid::ML_DSA_87, MlDsa(ParameterSet::MlDsa87), true),
        (oid::RSA_MD5, RsaPkcs1(Md5), false),
        (oid::RSA_SHA1_ALTERNATIVE, RsaPkcs1(Sha1), false),
        (oid::RSA_SHA224, RsaPkcs1(Sha224), true),
        (oid::RSA_SHA3_224, RsaPkcs1(Sha3_224), true),
        (oid::RSA_SHA3_256, RsaPkcs1(Sha3_256), true),
        (oid::RSA_SHA3_384, RsaPkcs1(Sha3_384), true),
        (oid::RSA_SHA3_512, RsaPkcs1(Sha3_512), true),
        (oid::ECDSA_SHA1, Ecdsa(Sha1), false),
        (oid::ECDSA_SHA224, Ecdsa(Sha224), true),
        (oid::ECDSA_SHA3_224, Ecdsa(Sha3_224), true),
        (oid::ECDSA_SHA3_256, Ecdsa(Sha3_256), true),
        (oid::ECDSA_SHA3_384, Ecdsa(Sha3_384), true),
        (oid::ECDSA_SHA3_512, Ecdsa(Sha3_512), true),
        (oid::DSA_SHA1, Dsa(Sha1), false),
        (oid::DSA_SHA224, Dsa(Sha224), true),
        (oid::DSA_SHA256, Dsa(Sha256), true),
        (oid::DSA_SHA384, Dsa(Sha384), true),
        (oid::DSA_SHA512, Dsa(Sha512), true),
    ]
};

/// The first of each hash function is the one that is written.
static HASHES: [(ObjectIdentifier, HashAlgorithm); 13] = {
    use HashAlgorithm::*;
    [
        (oid::SHA256, Sha256),
        (oid::SHA384, Sha384),
        (oid::SHA512, Sha512),
        (oid::SHA1, Sha1),
        (oid::SHA224, Sha224),
        (oid::SHA3_224, Sha3_224),
        (oid::SHA3_256, Sha3_256),
        (oid::SHA3_384, Sha3_384),
        (oid::SHA3_512, Sha3_512),
        (oid::SHA3_224_EARLY, Sha3_224),
        (oid::SHA3_256_EARLY, Sha3_256),
        (oid::SHA3_384_EARLY, Sha3_384),
        (oid::SHA3_512_EARLY, Sha3_512),
    ]
};

/// Hashes `data`.
pub(crate) fn digest(hash: HashAlgorithm, data: &[u8]) -> Vec<u8> {
    let mut digest = vec![0; hash.digest_size()];
    hash::digest_into(hash, data, Output::from(digest.as_mut_slice()));
    digest
}
