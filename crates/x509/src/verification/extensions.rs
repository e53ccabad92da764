//! Which extensions a certificate has to have or must not, and what they have to say.

use std::sync::Arc;

use ironlatch_core::oid::{self, ObjectIdentifier};

use super::policy::Policy;
use super::refusal::Rule;
use crate::certificate::Certificate;
use crate::der::List;
use crate::extensions::{
    AccessDescription, AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, Extension, Extensions, KeyUsage,
    NameConstraints,
};

/// The surroundings of an extension that a check may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The policy that it is a part of.
    pub policy: &'a Policy,
    /// The certificate with the extension.
    pub certificate: &'a Certificate,
}

/// Looks at what an extension says. Where the extension may be left out, it is called for
/// certificates without it too.
pub type Check = Arc<dyn Fn(&Context<'_>, Option<&Extension<'_>>) -> Result<(), Rule> + Send + Sync>;

/// Whether an extension is critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Criticality {
    /// It has to be.
    Critical,
    /// It may be.
    Agnostic,
    /// It must not be.
    NonCritical,
}

/// The demand on one extension.
#[derive(Clone)]
pub enum Validator {
    /// It must not be there.
    Absent,
    /// It has to be there.
    Required(Criticality, Option<Check>),
    /// It may be there.
    Optional(Criticality, Option<Check>),
}

impl core::fmt::Debug for Validator {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::Required(criticality, _) => write!(f, "Required({criticality:?})"),
            Self::Optional(criticality, _) => write!(f, "Optional({criticality:?})"),
        }
    }
}

/// The demands on the extensions of certificates in one place: authorities', or the one in
/// question. A critical extension that it has no word on is refused.
#[derive(Debug, Clone)]
pub struct ExtensionPolicy {
    validators: Vec<(ObjectIdentifier, Validator)>,
    /// Those that [`with`](Self::with) set.
    own: Vec<ObjectIdentifier>,
}

impl ExtensionPolicy {
    /// Asks nothing of the extensions that it knows.
    #[must_use]
    pub fn permit_all() -> Self {
        let known = [
            oid::AUTHORITY_INFORMATION_ACCESS,
            oid::AUTHORITY_KEY_IDENTIFIER,
            oid::SUBJECT_KEY_IDENTIFIER,
            oid::KEY_USAGE,
            oid::SUBJECT_ALTERNATIVE_NAME,
            oid::BASIC_CONSTRAINTS,
            oid::NAME_CONSTRAINTS,
            oid::EXTENDED_KEY_USAGE,
        ];
        let any = Validator::Optional(Criticality::Agnostic, None);
        Self { validators: known.map(|oid| (oid, any.clone())).into(), own: Vec::new() }
    }

    /// Asks of authorities what the public web asks of them.
    #[must_use]
    pub fn for_authorities() -> Self {
        use Criticality::{Agnostic, Critical, NonCritical};
        use Validator::{Optional, Required};
        let validators = vec![
            (oid::AUTHORITY_INFORMATION_ACCESS, Optional(NonCritical, check(information_access))),
            (oid::AUTHORITY_KEY_IDENTIFIER, Optional(NonCritical, check(key_identifier))),
            (oid::SUBJECT_KEY_IDENTIFIER, Optional(NonCritical, None)),
            (oid::KEY_USAGE, Required(Agnostic, check(authority_key_usage))),
            (oid::SUBJECT_ALTERNATIVE_NAME, Optional(Agnostic, None)),
            // What it says is looked at for every policy.
            (oid::BASIC_CONSTRAINTS, Required(Critical, None)),
            (oid::NAME_CONSTRAINTS, Optional(Agnostic, check(name_constraints))),
            (oid::EXTENDED_KEY_USAGE, Optional(NonCritical, check(authority_purpose))),
        ];
        Self { validators, own: Vec::new() }
    }

    /// Asks of the certificate in question what the public web asks of servers and clients.
    #[must_use]
    pub fn for_leaves() -> Self {
        use Criticality::{Agnostic, NonCritical};
        use Validator::{Absent, Optional, Required};
        let validators = vec![
            (oid::AUTHORITY_INFORMATION_ACCESS, Optional(NonCritical, check(information_access))),
            (oid::AUTHORITY_KEY_IDENTIFIER, Required(NonCritical, None)),
            (oid::SUBJECT_KEY_IDENTIFIER, Optional(Agnostic, None)),
            (oid::KEY_USAGE, Optional(Agnostic, check(leaf_key_usage))),
            (oid::SUBJECT_ALTERNATIVE_NAME, Required(Agnostic, check(leaf_names))),
            (oid::BASIC_CONSTRAINTS, Optional(Agnostic, check(leaf_basic_constraints))),
            (oid::NAME_CONSTRAINTS, Absent),
            (oid::EXTENDED_KEY_USAGE, Optional(NonCritical, check(leaf_purpose))),
        ];
        Self { validators, own: Vec::new() }
    }

    /// Asks of authorities only what RFC 5280 needs to build a path: see [`Policy::lenient`].
    #[must_use]
    pub fn lenient_for_authorities() -> Self {
        use Criticality::Agnostic;
        use Validator::{Optional, Required};
        let mut policy = Self::permit_all();
        policy.set(oid::BASIC_CONSTRAINTS, Required(Agnostic, None));
        policy.set(oid::KEY_USAGE, Optional(Agnostic, check(authority_key_usage)));
        policy.set(oid::EXTENDED_KEY_USAGE, Optional(Agnostic, check(authority_purpose)));
        policy
    }

    /// Asks of the certificate in question only what RFC 5280 needs: see [`Policy::lenient`].
    /// `named` says whether it has to have alternative names, because it is for a host.
    #[must_use]
    pub fn lenient_for_leaves(named: bool, purpose: Option<&ObjectIdentifier>) -> Self {
        use Criticality::Agnostic;
        use Validator::{Optional, Required};
        let mut policy = Self::permit_all();
        if named {
            policy.set(oid::SUBJECT_ALTERNATIVE_NAME, Required(Agnostic, None));
        }
        let purpose = match purpose {
            Some(&oid::TIME_STAMPING) => Required(Agnostic, check(only_purpose)),
            _ => Optional(Agnostic, check(authority_purpose)),
        };
        policy.set(oid::EXTENDED_KEY_USAGE, purpose);
        policy
    }

    /// Asks the certificate in question to have alternative names.
    pub(super) fn require_names(&mut self) {
        self.set(oid::SUBJECT_ALTERNATIVE_NAME, Validator::Required(Criticality::Agnostic, check(leaf_names)));
    }

    /// Asks the certificate in question to name a purpose that is neither a server's nor a
    /// client's: see [`Policy::purpose`].
    pub(super) fn set_purpose(&mut self, purpose: Option<&ObjectIdentifier>) {
        use Criticality::{Agnostic, Critical};
        use Validator::{Optional, Required};
        let validator = match purpose {
            None | Some(&oid::SERVER_AUTH | &oid::CLIENT_AUTH) => Optional(Agnostic, check(leaf_purpose)),
            Some(&oid::TIME_STAMPING) => Required(Critical, check(only_purpose)),
            Some(_) => Required(Agnostic, check(leaf_purpose)),
        };
        self.set(oid::EXTENDED_KEY_USAGE, validator);
    }

    /// The same with `validator` for an extension, in the stead of what was asked of it.
    ///
    /// # Errors
    /// The extension, if this was called for it before.
    pub fn with(mut self, oid: ObjectIdentifier, validator: Validator) -> Result<Self, ObjectIdentifier> {
        if self.own.contains(&oid) {
            return Err(oid);
        }
        self.set(oid.clone(), validator);
        self.own.push(oid);
        Ok(self)
    }

    pub(super) fn set(&mut self, oid: ObjectIdentifier, validator: Validator) {
        match self.validators.iter_mut().find(|(known, _)| *known == oid) {
            Some((_, old)) => *old = validator,
            None => self.validators.push((oid, validator)),
        }
    }

    /// Whether certificates have to have an extension.
    #[must_use]
    pub fn requires(&self, oid: &ObjectIdentifier) -> bool {
        self.validators.iter().any(|(known, validator)| known == oid && matches!(validator, Validator::Required(..)))
    }

    /// Fails unless the extensions are as they should be.
    pub(super) fn check(&self, context: &Context<'_>, extensions: &Extensions<'_>) -> Result<(), Rule> {
        let mut seen = vec![false; self.validators.len()];
        for extension in extensions.iter() {
            match self.validators.iter().position(|(oid, _)| *oid == extension.oid) {
                Some(index) => {
                    seen[index] = true;
                    self.validators[index].1.check_present(context, &extension)?;
                }
                None if extension.critical => return Err(Rule::UnknownCriticalExtension { oid: extension.oid }),
                None => {}
            }
        }
        for ((oid, validator), _) in self.validators.iter().zip(&seen).filter(|(_, seen)| !**seen) {
            validator.check_absent(context, oid)?;
        }
        Ok(())
    }
}

impl Validator {
    fn check_present(&self, context: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
        let (criticality, check) = match self {
            Self::Absent => return Err(Rule::ProhibitedExtension { oid: extension.oid.clone() }),
            Self::Required(criticality, check) | Self::Optional(criticality, check) => (criticality, check),
        };
        match (criticality, extension.critical) {
            (Criticality::Critical, false) | (Criticality::NonCritical, true) => {
                return Err(Rule::WrongCriticality { oid: extension.oid.clone() });
            }
            _ => {}
        }
        check.as_ref().map_or(Ok(()), |check| check(context, Some(extension)))
    }

    fn check_absent(&self, context: &Context<'_>, oid: &ObjectIdentifier) -> Result<(), Rule> {
        match self {
            Self::Required(..) => Err(Rule::MissingExtension { oid: oid.clone() }),
            Self::Optional(_, Some(check)) => check(context, None),
            Self::Absent | Self::Optional(_, None) => Ok(()),
        }
    }
}

/// A check of extensions that are there.
fn check(check: fn(&Context<'_>, &Extension<'_>) -> Result<(), Rule>) -> Option<Check> {
    Some(Arc::new(move |context, extension| extension.map_or(Ok(()), |extension| check(context, extension))))
}

fn information_access(_: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    // Nothing is asked of it but its form.
    Ok(extension.parse_as::<List<AccessDescription<'_>>>().map(drop)?)
}

fn key_identifier(_: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    let identifier: AuthorityKeyIdentifier<'_> = extension.parse_as()?;
    if identifier.key_identifier.is_none() { Err(Rule::NoKeyIdentifier) } else { Ok(()) }
}

fn authority_key_usage(_: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    if extension.parse_as::<KeyUsage>()?.key_cert_sign { Ok(()) } else { Err(Rule::AuthorityDoesNotSign) }
}

fn name_constraints(_: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    let constraints: NameConstraints<'_> = extension.parse_as()?;
    let mut all = constraints.permitted.iter().chain(&constraints.excluded);
    if all.all(|list| list.is_empty()) { Err(Rule::EmptyNameConstraints) } else { Ok(()) }
}

/// An authority without this extension may issue for every purpose, and so may one for any purpose.
/// A lenient policy takes the certificate in question in the same way.
fn authority_purpose(context: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    let purposes: ExtendedKeyUsage = extension.parse_as()?;
    let Some(wanted) = &context.policy.purpose else { return Ok(()) };
    let fits = |purpose: &ObjectIdentifier| purpose == wanted || *purpose == oid::ANY_EXTENDED_KEY_USAGE;
    if purposes.0.iter().any(fits) { Ok(()) } else { Err(Rule::WrongPurpose) }
}

fn leaf_purpose(context: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    let purposes: ExtendedKeyUsage = extension.parse_as()?;
    let Some(wanted) = &context.policy.purpose else { return Ok(()) };
    if purposes.0.contains(wanted) { Ok(()) } else { Err(Rule::WrongPurpose) }
}

/// RFC 3161 §2.3.
fn only_purpose(context: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    leaf_purpose(context, extension)?;
    if extension.parse_as::<ExtendedKeyUsage>()?.0.len() == 1 { Ok(()) } else { Err(Rule::OtherPurposes) }
}

fn leaf_key_usage(context: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    let usage = extension.parse_as::<KeyUsage>()?;
    if usage.key_cert_sign {
        return Err(Rule::LeafSignsCertificates);
    }
    let signs = matches!(context.policy.purpose, Some(oid::CODE_SIGNING | oid::TIME_STAMPING));
    if signs && !usage.digital_signature && !usage.content_commitment {
        return Err(Rule::LeafDoesNotSign);
    }
    Ok(())
}

fn leaf_basic_constraints(_: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    if extension.parse_as::<BasicConstraints>()?.ca { Err(Rule::LeafIsAuthority) } else { Ok(()) }
}

fn leaf_names(context: &Context<'_>, extension: &Extension<'_>) -> Result<(), Rule> {
    match (context.certificate.subject().is_empty(), extension.critical) {
        (true, false) => Err(Rule::NamesNotCritical),
        (false, true) => Err(Rule::NamesCritical),
        _ => Ok(()),
    }
}
