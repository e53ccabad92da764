//! A private authority: its root, authorities below it, and what they issue.

use ironlatch_core::asymmetric::ed25519;
use ironlatch_core::keys::{PrivateKey, PublicKey};
use ironlatch_core::oid;

use super::alternative_name::AlternativeName;
use super::constraints::Constraints;
use super::leaf::{NewLeaf, Purpose, Validity};
use super::{distinguished_name, key};
use crate::building::{CertificateContents, NewExtension, random_serial};
use crate::certificate::Certificate;
use crate::der::List;
use crate::error::{At, Error, Result};
use crate::extensions::{
    AuthorityKeyIdentifier, BasicConstraints, DistributionPoint, ExtensionValue, KeyUsage, NameConstraints,
    key_identifier,
};
use crate::general_names::{GeneralName, Text};
use crate::names::Name;
use crate::time::Time;
use crate::verification::{DnsName, Policy, Store, check_name, verify};

/// An authority to be made.
#[derive(Debug, Clone)]
pub struct NewAuthority<'a> {
    /// Its name.
    pub subject: Name<'a>,
    /// When it is valid.
    pub validity: Validity,
    /// The number of authorities that may follow below it.
    pub path_length: Option<u64>,
    /// The names that it may certify.
    pub constraints: Constraints,
}

impl<'a> NewAuthority<'a> {
    /// An authority without limits.
    #[must_use]
    pub fn new(subject: Name<'a>, validity: Validity) -> Self {
        Self { subject, validity, path_length: None, constraints: Constraints::default() }
    }
}

/// An authority with its private key.
#[derive(Debug)]
pub struct Authority {
    /// Its certificate, and those above it.
    certificates: Vec<Certificate>,
    key: PrivateKey,
}

impl Authority {
    /// Makes a root: an authority that issues its own certificate.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] for an empty subject, [`Error::WrongKey`] if the key is not fit for
    /// certificates.
    pub fn root(new: &NewAuthority<'_>, key: PrivateKey) -> Result<Self> {
        let info = key.public_key().to_spki_der()?;
        let certificate = issue_authority(new, new.validity, new.subject, &key_identifier(&info)?, &info, &key)?;
        Ok(Self { certificates: vec![certificate], key })
    }

    /// An authority of these certificates, its own first and then those above it, as far as they
    /// are known.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is no certificate, if it is not an authority's, or if one
    /// is not issued by the next; [`Error::WrongKey`] if the key is not the one that the
    /// certificate is for.
    pub fn new(certificates: Vec<Certificate>, key: PrivateKey) -> Result<Self> {
        let own = certificates.first().ok_or(Error::value(NO_CERTIFICATE))?;
        if own.public_key()?.to_spki_der()? != key.public_key().to_spki_der()? {
            return Err(Error::WrongKey(
                format!("the private key is not the one of the certificate of {}", own.subject()).into(),
            ));
        }
        if !own.basic_constraints()?.is_some_and(|constraints| constraints.ca) {
            return Err(Error::value(format!(
                "the certificate of {} is not an authority's: it may issue none",
                own.subject()
            )));
        }
        for pair in certificates.windows(2) {
            pair[0].verify_directly_issued_by(&pair[1]).map_err(|error| {
                Error::value(format!("{} is not issued by the certificate after it: {error}", pair[0].subject()))
            })?;
        }
        Ok(Self { certificates, key })
    }

    /// The authority's certificate, and those above it.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The private key.
    #[must_use]
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// Makes an authority below this one. It is valid no longer than this one.
    ///
    /// # Errors
    /// As [`root`](Self::root), and [`Error::InvalidValue`] if this one may not have it.
    pub fn intermediate(&self, new: &NewAuthority<'_>, key: PrivateKey) -> Result<Self> {
        let (own, identifier) = self.own()?;
        let info = key.public_key().to_spki_der()?;
        self.check_subject(new.subject, &info)?;
        let certificate = issue_authority(new, new.validity.within(own), own.subject(), &identifier, &info, &self.key)?;
        let certificates: Vec<Certificate> =
            core::iter::once(certificate).chain(self.certificates.iter().cloned()).collect();
        let below = Self { certificates, key };
        below.prove_useful()?;
        Ok(below)
    }

    /// Issues a certificate, and returns it with the authorities above it but the root: what a
    /// server sends. It is valid no longer than this authority.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the names do not fit the purposes, if this authority is not valid
    /// now, or may not issue such a certificate: the message names the rule.
    pub fn issue(&self, leaf: &NewLeaf<'_>) -> Result<Vec<Certificate>> {
        let (own, identifier) = self.own()?;
        let subject = leaf.subject_der()?;
        let subject = Name::from_der(&subject)?;
        self.check_subject(subject, leaf.public_key_info)?;
        let certificate = leaf.issue(subject, own.subject(), &identifier, leaf.validity.within(own), &self.key)?;
        for purpose in leaf.purposes {
            self.prove(&certificate, *purpose)?;
        }
        self.constrain_subject(&certificate)?;
        let above = self.certificates.iter().filter(|above| above.issuer() != above.subject());
        Ok(core::iter::once(&certificate).chain(above).cloned().collect())
    }

    /// Issues a certificate again: with its subject, its names, its purposes and the place of its
    /// revocation list, a new serial number, and its key unless `public_key_info` is that of a new
    /// one. Anything else in it that [`issue`](Self::issue) would not make is left out. It may have
    /// ended.
    ///
    /// # Errors
    /// As [`issue`](Self::issue), and [`Error::InvalidValue`] if this authority did not issue it,
    /// or it is an authority's, or its purposes and names are not of those that are issued here.
    pub fn renew(
        &self,
        certificate: &Certificate,
        validity: Validity,
        public_key_info: Option<&[u8]>,
    ) -> Result<Vec<Certificate>> {
        self.check_issued(certificate)?;
        if certificate.basic_constraints()?.is_some_and(|constraints| constraints.ca) {
            return Err(Error::value("the certificate of an authority is not renewed: make a new authority"));
        }
        let names = certificate.alternative_names()?;
        let names = names.iter().map(AlternativeName::from_general_name).collect::<Result<Vec<_>>>()?;
        let points = certificate.extensions().get(&oid::CRL_DISTRIBUTION_POINTS);
        let points: Option<List<DistributionPoint<'_>>> =
            points.map(|points| points.parse_as()).transpose().at("cRLDistributionPoints")?;
        self.issue(&NewLeaf {
            subject: Some(certificate.subject()),
            names: &names,
            purposes: &Purpose::all_of(certificate)?,
            validity,
            public_key_info: public_key_info.unwrap_or_else(|| certificate.public_key_info()),
            crl: points.as_ref().and_then(|points| points.iter().find_map(DistributionPoint::uri)),
        })
    }

    /// Fails unless this authority issued the certificate.
    ///
    /// # Errors
    /// [`Error::InvalidValue`].
    pub fn check_issued(&self, certificate: &Certificate) -> Result<()> {
        let own = self.certificates.first().ok_or(Error::value(NO_CERTIFICATE))?;
        certificate.verify_directly_issued_by(own).map_err(|error| {
            let (subject, own) = (certificate.subject(), own.subject());
            Error::value(format!("the certificate of {subject} is not one that {own} issued: {error}"))
        })
    }

    /// The authority's certificate, found to be valid now, and the identifier of its key.
    pub(super) fn own(&self) -> Result<(&Certificate, Vec<u8>)> {
        let own = self.certificates.first().ok_or(Error::value(NO_CERTIFICATE))?;
        let (not_before, not_after) = (own.not_before(), own.not_after());
        if !(not_before..=not_after).contains(&Time::now()) {
            return Err(Error::value(format!(
                "the authority {} may issue nothing now: it is valid from {not_before} to {not_after}",
                own.subject()
            )));
        }
        // Verifiers compare it with what the authority's certificate says.
        let identifier = match own.extensions().get(&oid::SUBJECT_KEY_IDENTIFIER) {
            Some(extension) => extension.parse_as::<&[u8]>()?.to_vec(),
            None => key_identifier(own.public_key_info())?.to_vec(),
        };
        Ok((own, identifier))
    }

    /// Fails if a subject or its key could be taken for the authority's own.
    fn check_subject(&self, subject: Name<'_>, public_key_info: &[u8]) -> Result<()> {
        for above in &self.certificates {
            if subject == above.subject() {
                return Err(Error::value(format!(
                    "the subject {subject} is the name of the authority itself: choose another"
                )));
            }
            if public_key_info == above.public_key_info() {
                return Err(Error::WrongKey(
                    "the key is the authority's own: each certificate needs one of its own".into(),
                ));
            }
        }
        Ok(())
    }

    /// Fails unless a certificate that this authority issued verifies.
    fn prove(&self, certificate: &Certificate, purpose: Purpose) -> Result<()> {
        let Some(anchor) = self.certificates.last() else { return Ok(()) };
        let mut policy = Policy::purpose(Some(purpose.oid())).lenient();
        // The top of the chain that is known here may be an intermediate one.
        policy.relaxed_anchors = false;
        policy.time = Time::now().max(certificate.not_before()).min(certificate.not_after());
        let verified = verify(certificate, &self.certificates, &Store::new([anchor.clone()]), &policy);
        verified.map(drop).map_err(|refused| {
            // Paths that broke off early are less telling than the last one.
            let rule = refused.paths().last().map_or_else(|| refused.to_string(), |path| path.rule.to_string());
            Error::value(format!("not issued, because it would not verify: {rule}"))
        })
    }

    /// Fails unless the host and the mailboxes in the subject are ones that the authority may
    /// certify. This library takes them for no names, but other verifiers do, and hold them to the
    /// constraints.
    fn constrain_subject(&self, certificate: &Certificate) -> Result<()> {
        let subject = certificate.subject();
        let hosts = certificate.alternative_names()?;
        let has_host = hosts.iter().any(|name| matches!(name, GeneralName::DnsName(_)));
        let host = subject.common_name().filter(|name| !has_host && name.contains('.') && DnsName::new(name).is_some());
        let texts = subject.attributes().filter(|attribute| attribute.oid == oid::EMAIL_ADDRESS);
        let mailboxes: Vec<_> = texts.filter_map(|attribute| attribute.text().ok()).collect();
        let hosts = host.iter().map(|name| GeneralName::DnsName(Text(name)));
        let names: Vec<GeneralName<'_>> =
            hosts.chain(mailboxes.iter().map(|text| GeneralName::Rfc822Name(Text(text)))).collect();
        let policy = Policy::purpose(None).lenient();
        for above in &self.certificates {
            let Some(extension) = above.extensions().get(&oid::NAME_CONSTRAINTS) else { continue };
            let constraints: NameConstraints<'_> = extension.parse_as().at("nameConstraints")?;
            for name in &names {
                check_name(&constraints, name, &policy).map_err(|rule| {
                    Error::value(format!(
                        "not issued: {name} is in the subject, and the authority may not certify it: {rule}"
                    ))
                })?;
            }
        }
        Ok(())
    }

    /// Fails unless what this authority issues verifies with all authorities above it.
    fn prove_useful(&self) -> Result<()> {
        let probe = PrivateKey::Ed25519(ed25519::PrivateKey::generate());
        let subject = distinguished_name("CN=Probe")?;
        let own = self.certificates.first().ok_or(Error::value(NO_CERTIFICATE))?;
        let leaf = NewLeaf {
            subject: Some(Name::from_der(&subject)?),
            names: &[],
            purposes: &[Purpose::Client],
            validity: Validity { not_before: own.not_before(), not_after: own.not_after() },
            public_key_info: &probe.public_key().to_spki_der()?,
            crl: None,
        };
        self.issue(&leaf).map(drop)
    }
}

const NO_CERTIFICATE: &str = "there is no certificate of the authority";

fn issue_authority(
    new: &NewAuthority<'_>,
    validity: Validity,
    issuer: Name<'_>,
    identifier: &[u8],
    public_key_info: &[u8],
    key: &PrivateKey,
) -> Result<Certificate> {
    if new.subject.is_empty() {
        return Err(Error::value("an authority needs a subject, such as CN=Example Root"));
    }
    key::check_key(&PublicKey::from_spki_der(public_key_info)?)?;
    let constraints = BasicConstraints { ca: true, path_length: new.path_length };
    let usage = KeyUsage { key_cert_sign: true, crl_sign: true, ..KeyUsage::default() };
    let own_identifier = key_identifier(public_key_info)?;
    let authority = AuthorityKeyIdentifier { key_identifier: Some(identifier), issuer: None, serial: None };
    let mut extensions = vec![
        NewExtension::new(oid::BASIC_CONSTRAINTS, true, &ExtensionValue::BasicConstraints(constraints))?,
        NewExtension::new(oid::KEY_USAGE, true, &ExtensionValue::KeyUsage(usage))?,
        NewExtension::new(oid::SUBJECT_KEY_IDENTIFIER, false, &ExtensionValue::SubjectKeyIdentifier(&own_identifier))?,
        NewExtension::new(oid::AUTHORITY_KEY_IDENTIFIER, false, &ExtensionValue::AuthorityKeyIdentifier(authority))?,
    ];
    if !new.constraints.is_empty() {
        let value = new.constraints.to_der()?.into();
        extensions.push(NewExtension { oid: oid::NAME_CONSTRAINTS, critical: true, value });
    }
    CertificateContents {
        serial: &random_serial(),
        issuer,
        not_before: validity.not_before,
        not_after: validity.not_after,
        subject: new.subject,
        public_key_info,
        extensions: &extensions,
    }
    .sign(&key::signer(key)?)
}
