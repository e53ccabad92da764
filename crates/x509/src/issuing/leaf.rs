//! Certificates for servers, clients, mailboxes and code.

use core::str::FromStr;

use ironlatch_core::keys::{PrivateKey, PublicKey};
use ironlatch_core::oid::{self, ObjectIdentifier};

use super::alternative_name::{self, AlternativeName};
use super::{key, subject};
use crate::building::{CertificateContents, NewExtension, random_serial};
use crate::certificate::Certificate;
use crate::der::List;
use crate::error::{At, Error, Result};
use crate::extensions::{
    AuthorityKeyIdentifier, BasicConstraints, DistributionPoint, DistributionPointName, ExtendedKeyUsage,
    ExtensionValue, KeyUsage, key_identifier,
};
use crate::general_names::{GeneralName, Text};
use crate::names::Name;
use crate::time::Time;

/// The purpose of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// A server of TLS.
    Server,
    /// A client of TLS.
    Client,
    /// Signed and encrypted mail.
    Email,
    /// Signed code.
    CodeSigning,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Server, Self::Client, Self::Email, Self::CodeSigning];

    /// The name: `server`, `client`, `email`, `code-signing`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Email => "email",
            Self::CodeSigning => "code-signing",
        }
    }

    /// The identifier in the extension for purposes.
    #[must_use]
    pub fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Server => oid::SERVER_AUTH,
            Self::Client => oid::CLIENT_AUTH,
            Self::Email => oid::EMAIL_PROTECTION,
            Self::CodeSigning => oid::CODE_SIGNING,
        }
    }

    /// The purposes that a certificate names.
    pub(super) fn all_of(certificate: &Certificate) -> Result<Vec<Self>> {
        let Some(extension) = certificate.extensions().get(&oid::EXTENDED_KEY_USAGE) else {
            return Err(Error::value("the certificate names no purpose"));
        };
        let named: ExtendedKeyUsage = extension.parse_as().at("extendedKeyUsage")?;
        let known = |oid: &ObjectIdentifier| {
            let found = Self::ALL.into_iter().find(|purpose| purpose.oid() == *oid);
            let name = || oid.name().map_or_else(|| oid.to_string(), str::to_owned);
            found.ok_or_else(|| Error::value(format!("the certificate is for {}, which is not issued here", name())))
        };
        named.0.iter().map(known).collect()
    }
}

impl FromStr for Purpose {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|purpose| purpose.name() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::value(format!("{name:?} is not a purpose: the purposes are {names}"))
        })
    }
}

/// The first and the last second of a certificate's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first second.
    pub not_before: Time,
    /// The last second.
    pub not_after: Time,
}

impl Validity {
    /// This number of days from an hour ago on: other machines' clocks may be slow.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] for no day at all, and past the year 9999.
    pub fn days(days: u32) -> Result<Self> {
        if days == 0 {
            return Err(Error::value("a certificate has to be valid for one day at least"));
        }
        let start = Time::now().to_unix() - 3600;
        let too_late = |_| Error::value("a certificate cannot be valid past the year 9999");
        let not_after = Time::from_unix(start + i64::from(days) * 86_400 - 1).map_err(too_late)?;
        Ok(Self { not_before: Time::from_unix(start)?, not_after })
    }

    /// The part of it in which `issuer` is valid too.
    pub(super) fn within(self, issuer: &Certificate) -> Self {
        Self { not_before: self.not_before.max(issuer.not_before()), not_after: self.not_after.min(issuer.not_after()) }
    }
}

/// A certificate to be issued that issues none itself.
#[derive(Debug, Clone)]
pub struct NewLeaf<'a> {
    /// The subject; `None` makes one of the first name.
    pub subject: Option<Name<'a>>,
    /// The names that it is for.
    pub names: &'a [AlternativeName],
    /// The purposes, at least one.
    pub purposes: &'a [Purpose],
    /// When it is valid.
    pub validity: Validity,
    /// The key: a `SubjectPublicKeyInfo` in DER.
    pub public_key_info: &'a [u8],
    /// The URI, of HTTP or LDAP, at which the authority's revocation list is published.
    pub crl: Option<&'a str>,
}

impl NewLeaf<'_> {
    /// Issues the certificate to itself, for a server whose clients are told to trust it.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the names do not fit the purposes, [`Error::WrongKey`] if `key`
    /// is not the one that the certificate is for, or not fit for certificates.
    pub fn sign_itself(&self, key: &PrivateKey) -> Result<Certificate> {
        if key.public_key().to_spki_der()? != self.public_key_info {
            return Err(Error::WrongKey("the private key is not the one that the certificate is for".into()));
        }
        let subject = self.subject_der()?;
        let subject = Name::from_der(&subject)?;
        if subject.is_empty() {
            return Err(Error::value("a certificate that signs itself needs a subject, such as CN=Example"));
        }
        let identifier = key_identifier(self.public_key_info)?;
        self.issue(subject, subject, &identifier, self.validity, key)
    }

    /// The subject in DER.
    pub(super) fn subject_der(&self) -> Result<Vec<u8>> {
        let made = subject::of_names(self.names)?;
        Ok(self.subject.map_or(made, |given| given.as_der().to_vec()))
    }

    /// Issues the certificate in the name of `issuer`, whose key is `key` and has `identifier`.
    pub(super) fn issue(
        &self,
        subject: Name<'_>,
        issuer: Name<'_>,
        identifier: &[u8],
        validity: Validity,
        key: &PrivateKey,
    ) -> Result<Certificate> {
        let public_key = PublicKey::from_spki_der(self.public_key_info)?;
        key::check_key(&public_key)?;
        self.check(&subject)?;
        let own_identifier = key_identifier(self.public_key_info)?;
        let authority = AuthorityKeyIdentifier { key_identifier: Some(identifier), issuer: None, serial: None };
        let mut extensions = vec![
            NewExtension::new(
                oid::BASIC_CONSTRAINTS,
                true,
                &ExtensionValue::BasicConstraints(BasicConstraints { ca: false, path_length: None }),
            )?,
            NewExtension::new(
                oid::SUBJECT_KEY_IDENTIFIER,
                false,
                &ExtensionValue::SubjectKeyIdentifier(&own_identifier),
            )?,
            NewExtension::new(
                oid::AUTHORITY_KEY_IDENTIFIER,
                false,
                &ExtensionValue::AuthorityKeyIdentifier(authority),
            )?,
        ];
        extensions.extend(wishes(&public_key, self.purposes, self.names, subject.is_empty())?);
        if let Some(uri) = self.crl {
            extensions.push(distribution_point(uri)?);
        }
        CertificateContents {
            serial: &random_serial(),
            issuer,
            not_before: validity.not_before,
            not_after: validity.not_after,
            subject,
            public_key_info: self.public_key_info,
            extensions: &extensions,
        }
        .sign(&key::signer(key)?)
    }

    /// Fails unless names and subject fit the purposes.
    fn check(&self, subject: &Name<'_>) -> Result<()> {
        if self.purposes.is_empty() {
            return Err(Error::value("a certificate needs a purpose"));
        }
        let is_host = |name: &AlternativeName| matches!(name, AlternativeName::Dns(_) | AlternativeName::Ip(_));
        let is_mailbox = |name: &AlternativeName| matches!(name, AlternativeName::Email(_));
        if self.purposes.contains(&Purpose::Server) {
            if !self.names.iter().any(is_host) {
                return Err(Error::value("a server's certificate needs a host name or an address"));
            }
            // Old programs look for the host there.
            let common = subject.common_name().and_then(|name| name.parse::<AlternativeName>().ok());
            if let Some(common) = common.filter(|common| is_host(common) && common.text().contains(['.', ':']))
                && !self.names.iter().any(|name| name.text().eq_ignore_ascii_case(&common.text()))
            {
                return Err(Error::value(format!(
                    "the common name of the subject is a host, {}, that is not among the names: add it, or choose another",
                    common.text()
                )));
            }
        }
        if self.purposes.contains(&Purpose::Email) && !self.names.iter().any(is_mailbox) {
            return Err(Error::value("a certificate for mail needs an address such as ada@example.com"));
        }
        if self.names.is_empty() && subject.is_empty() {
            return Err(Error::value("a certificate needs a name or a subject"));
        }
        Ok(())
    }
}

/// The extension that says where the revocation list is (RFC 5280 §4.2.1.13).
fn distribution_point(uri: &str) -> Result<NewExtension<'static>> {
    let scheme = uri.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = scheme.is_some_and(|scheme| matches!(&*scheme, "http" | "https" | "ldap"));
    if !known || !matches!(uri.parse(), Ok(AlternativeName::Uri(_))) {
        return Err(Error::value(format!(
            "{uri:?} is no place of a revocation list: expected a URI such as http://ca.example.com/root.crl"
        )));
    }
    let name = DistributionPointName::FullName(List(vec![GeneralName::Uri(Text(uri))]));
    let point = DistributionPoint { name: Some(name), reasons: None, crl_issuer: None };
    NewExtension::new(oid::CRL_DISTRIBUTION_POINTS, false, &ExtensionValue::CrlDistributionPoints(List(vec![point])))
}

/// The extensions that certificates have, and requests ask for: the uses and purposes of the key,
/// and the names.
pub(super) fn wishes(
    key: &PublicKey,
    purposes: &[Purpose],
    names: &[AlternativeName],
    names_are_critical: bool,
) -> Result<Vec<NewExtension<'static>>> {
    let encrypts = purposes.contains(&Purpose::Email);
    let usage = KeyUsage {
        digital_signature: true,
        // The key exchange of old TLS, and mail to its owner.
        key_encipherment: matches!(key, PublicKey::Rsa(_)) && (encrypts || purposes.contains(&Purpose::Server)),
        key_agreement: matches!(key, PublicKey::Ec(_)) && encrypts,
        ..KeyUsage::default()
    };
    let mut all = vec![NewExtension::new(oid::KEY_USAGE, true, &ExtensionValue::KeyUsage(usage))?];
    if !purposes.is_empty() {
        let mut identifiers: Vec<ObjectIdentifier> = Vec::new();
        for purpose in purposes.iter().map(|purpose| purpose.oid()) {
            if !identifiers.contains(&purpose) {
                identifiers.push(purpose);
            }
        }
        let purposes = ExtensionValue::ExtendedKeyUsage(ExtendedKeyUsage(List(identifiers)));
        all.push(NewExtension::new(oid::EXTENDED_KEY_USAGE, false, &purposes)?);
    }
    if !names.is_empty() {
        let value = alternative_name::to_der(names)?.into();
        all.push(NewExtension { oid: oid::SUBJECT_ALTERNATIVE_NAME, critical: names_are_critical, value });
    }
    Ok(all)
}
