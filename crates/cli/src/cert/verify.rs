//! `ironlatch cert verify`.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use ironlatch::hash::HashAlgorithm;
use ironlatch::inspect::words::{hex, name_text, oid_name};
use ironlatch::oid::{self, ObjectIdentifier};
use ironlatch::x509::verification::{
    Chain, Policy, Refused, RefusedPath, Revocation, RevocationStatus, Rule, Source, Store, Subject, SystemRoots,
    verify,
};
use ironlatch::x509::{Certificate, CertificateList, OcspResponse, Time, rfc4514};
use serde_json::{Value, json};

use super::reading::{self, Item};
use crate::Result;
use crate::failure::{Exit, Failure};
use crate::streams::{self, DASH};

/// Verify a certificate and its chain, as a browser does, and say why if it is refused
///
/// FILE has the certificate in question first, and perhaps the intermediate ones after it. Nothing
/// is fetched from the network. The exit code is 3 if the certificate is refused.
#[derive(clap::Args)]
#[command(after_help = "\
Without --host, --client or --purpose, the certificate may be for anything and anyone.

Examples:
  ironlatch cert verify --host example.com chain.pem
  ironlatch cert verify --roots root.pem --host db.internal --at 2027-01-01 db.pem
  ironlatch cert verify --roots root.pem --purpose code-signing --crl revoked.crl signer.pem
  openssl s_client -connect example.com:443 -showcerts </dev/null 2>/dev/null | ironlatch cert verify --host example.com")]
pub(crate) struct Arguments {
    /// The certificate with its intermediate ones, in PEM or DER; - for standard input
    #[arg(default_value = DASH)]
    file: PathBuf,
    /// A file with certificates to trust, once or more; the default is what the system trusts
    #[arg(long, value_name = "FILE")]
    roots: Vec<PathBuf>,
    /// A file with more intermediate certificates, once or more
    #[arg(long, value_name = "FILE")]
    intermediates: Vec<PathBuf>,
    /// The host name or IP address that the certificate has to be for, as a server
    #[arg(long, value_name = "HOST", group = "whom")]
    host: Option<String>,
    /// The certificate has to be a client's
    #[arg(long, group = "whom")]
    client: bool,
    /// The purpose that the certificate has to be for
    #[arg(long, value_name = "PURPOSE", group = "whom", value_parser = purposes())]
    purpose: Option<ObjectIdentifier>,
    /// When it has to be valid, such as 2027-06-30 or 2027-06-30T12:00:00Z; the default is now
    #[arg(long, value_name = "TIME")]
    at: Option<Time>,
    /// A file with revocation lists, once or more
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
    /// A file with an OCSP response in DER, once or more
    #[arg(long, value_name = "FILE")]
    ocsp: Vec<PathBuf>,
    /// Refuse what no revocation list and no OCSP response says anything about
    #[arg(long)]
    require_revocation: bool,
    /// Ask no more than RFC 5280 does, as private authorities need it: any algorithm, fewer
    /// extensions
    #[arg(long)]
    lenient: bool,
    /// Accept a certificate that is itself among --roots without asking more of it
    #[arg(long, requires = "roots")]
    trusted_leaf: bool,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

const PURPOSES: [(&str, ObjectIdentifier); 6] = [
    ("server", oid::SERVER_AUTH),
    ("client", oid::CLIENT_AUTH),
    ("email", oid::EMAIL_PROTECTION),
    ("code-signing", oid::CODE_SIGNING),
    ("time-stamping", oid::TIME_STAMPING),
    ("ocsp-signing", oid::OCSP_SIGNING),
];

pub(crate) fn purposes() -> impl TypedValueParser<Value = ObjectIdentifier> {
    PossibleValuesParser::new(PURPOSES.map(|(name, _)| name)).map(|name| {
        let found = PURPOSES.into_iter().find(|(known, _)| *known == name);
        found.map_or(oid::ANY_EXTENDED_KEY_USAGE, |(_, oid)| oid)
    })
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let policy = arguments.policy()?;
    let store = Store::new(roots(&arguments.roots)?);
    let mut given = reading::certificates(&arguments.file)?.into_iter();
    let Some(leaf) = given.next() else { return Ok(()) };
    let mut intermediates: Vec<Certificate> = given.collect();
    for path in &arguments.intermediates {
        intermediates.extend(reading::certificates(path)?);
    }
    match verify(&leaf, &intermediates, &store, &policy) {
        Ok(chain) => print_verified(arguments, &chain, policy.time),
        Err(refused) => {
            print_refused(arguments, &refused)?;
            let failure = Failure::new(Exit::NotVerified, format!("refused: {}", name_text(leaf.subject())));
            Err(match arguments.hint(&leaf, &intermediates, &store, &policy, &refused) {
                Some(hint) => failure.hint(hint),
                None => failure,
            })
        }
    }
}

impl Arguments {
    fn policy(&self) -> Result<Policy> {
        let mut policy = match (&self.host, self.client) {
            (Some(host), _) => Policy::server(subject(host)?),
            (None, true) => Policy::client(),
            (None, false) => Policy::purpose(self.purpose.clone()),
        };
        if let Some(time) = self.at {
            policy.time = time;
        }
        policy.trusted_leaf = self.trusted_leaf;
        let (crls, responses) = (read_crls(&self.crl)?, read_responses(&self.ocsp)?);
        let asked = !(crls.is_empty() && responses.is_empty());
        if self.require_revocation && !asked {
            return Err(Failure::new(Exit::Usage, "--require-revocation needs --crl or --ocsp: nothing is fetched"));
        }
        policy.revocation = asked.then_some(Revocation { crls, responses, hard_fail: self.require_revocation });
        Ok(if self.lenient { policy.lenient() } else { policy })
    }

    /// Advice for the first thing that is likely to help.
    fn hint(
        &self,
        leaf: &Certificate,
        intermediates: &[Certificate],
        store: &Store,
        policy: &Policy,
        refused: &Refused,
    ) -> Option<String> {
        let lenient = policy.clone().lenient();
        if !self.lenient && verify(leaf, intermediates, store, &lenient).is_ok() {
            return Some(
                "with --lenient it verifies: that asks no more than RFC 5280, as private authorities need it".into(),
            );
        }
        match &refused.paths().last()?.rule {
            Rule::NameMismatch => {
                let names = leaf.alternative_names().ok()?;
                let names: Vec<String> = names.iter().take(20).map(ToString::to_string).collect();
                Some(format!("it is for: {}", names.join(", ")))
            }
            Rule::NoNames => {
                Some("host names have to be among the alternative names: a common name does not count".into())
            }
            Rule::NoIssuer { .. } => {
                Some("give the missing certificate with --intermediates, or with --roots if you trust it".into())
            }
            Rule::OutsideValidity { .. } => Some("--at verifies for another time".into()),
            _ => None,
        }
    }
}

fn subject(host: &str) -> Result<Subject> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(Subject::Ip(address));
    }
    Subject::host(host).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
}

pub(crate) fn roots(paths: &[PathBuf]) -> Result<Vec<Certificate>> {
    if paths.is_empty() {
        let system = SystemRoots::load().map_err(|error| {
            Failure::new(Exit::Failure, format!("cannot read what the system trusts: {error}"))
                .hint("give the certificates to trust with --roots FILE")
        })?;
        return Ok(system.certificates);
    }
    let mut roots = Vec::new();
    for path in paths {
        roots.extend(reading::certificates(path)?);
    }
    Ok(roots)
}

fn read_crls(paths: &[PathBuf]) -> Result<Vec<CertificateList>> {
    let mut crls = Vec::new();
    for path in paths {
        let contents = reading::contents(streams::Source::open(path)?)?;
        let before = crls.len();
        for item in contents.items() {
            match item {
                Item::Crl(crl) => crls.push(crl),
                Item::Broken { label, error } => {
                    return Err(Failure::new(Exit::Failure, format!("{}: a damaged {label}: {error}", contents.name)));
                }
                _ => {}
            }
        }
        if crls.len() == before {
            return Err(contents.nothing("revocation list"));
        }
    }
    Ok(crls)
}

fn read_responses(paths: &[PathBuf]) -> Result<Vec<OcspResponse>> {
    let read = |path: &Path| {
        let contents = reading::contents(streams::Source::open(path)?)?;
        OcspResponse::from_der(&contents.data).map_err(|error| {
            Failure::new(Exit::Failure, format!("{}: {}", contents.name, rfc4514::printable(&error.to_string())))
        })
    };
    paths.iter().map(|path| read(path)).collect()
}

fn print_verified(arguments: &Arguments, chain: &Chain, time: Time) -> Result {
    if arguments.json {
        let links: Vec<Value> = chain
            .certificates
            .iter()
            .zip(&chain.sources)
            .map(|(certificate, source)| link(certificate, *source))
            .collect();
        let revocation: Vec<Value> = chain.statuses.iter().map(status_json).collect();
        let object = json!({
            "verified": true, "time": time.to_string(), "chain": links, "revocation": revocation,
        });
        return streams::print(format!("{object}\n"));
    }
    let mut text = format!("verified: {}\n", name_text(chain.certificates[0].subject()));
    for (index, (certificate, source)) in chain.certificates.iter().zip(&chain.sources).enumerate().skip(1) {
        text += &format!(
            "{:width$}issued by {} ({})\n",
            "",
            name_text(certificate.subject()),
            source_name(*source),
            width = 2 * index
        );
    }
    for (certificate, status) in chain.certificates.iter().zip(&chain.statuses) {
        text += &format!("{}: {}\n", name_text(certificate.subject()), status_text(status));
    }
    streams::print(text)
}

fn link(certificate: &Certificate, source: Source) -> Value {
    json!({
        "subject": name_text(certificate.subject()),
        "serial": hex(certificate.serial()),
        "sha256": hex(&certificate.fingerprint(HashAlgorithm::Sha256)),
        "valid_until": certificate.not_after().to_string(),
        "source": source_name(source),
    })
}

fn source_name(source: Source) -> &'static str {
    match source {
        Source::Leaf => "leaf",
        Source::Intermediate(_) => "intermediate",
        Source::Anchor(_) => "trusted",
    }
}

fn status_text(status: &RevocationStatus) -> String {
    match status {
        RevocationStatus::Good => "not revoked".into(),
        RevocationStatus::Revoked { time, .. } => format!("revoked at {time}"),
        RevocationStatus::Unknown(reasons) if reasons.is_empty() => {
            "whether it is revoked is not known: no list and no response is from its issuer".into()
        }
        RevocationStatus::Unknown(reasons) => {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            format!("whether it is revoked is not known: {}", reasons.join("; "))
        }
    }
}

fn status_json(status: &RevocationStatus) -> Value {
    let name = match status {
        RevocationStatus::Good => "good",
        RevocationStatus::Revoked { .. } => "revoked",
        RevocationStatus::Unknown(_) => "unknown",
    };
    json!({ "status": name, "text": status_text(status) })
}

fn print_refused(arguments: &Arguments, refused: &Refused) -> Result {
    if arguments.json {
        let paths: Vec<Value> = refused.paths().iter().map(path_json).collect();
        return streams::print(format!("{}\n", json!({ "verified": false, "paths": paths })));
    }
    let mut text = String::new();
    for (index, path) in refused.paths().iter().enumerate() {
        if refused.paths().len() > 1 {
            text += &format!("path {}:\n", index + 1);
        }
        for (depth, certificate) in path.certificates.iter().enumerate() {
            let issued = if depth == 0 { "" } else { "issued by " };
            text += &format!("{:width$}{issued}{}\n", "", name_text(certificate.subject()), width = 2 * depth);
        }
        text += &format!("{:width$}refused: {}\n", "", rule_text(&path.rule), width = 2 * path.certificates.len());
    }
    streams::print(text)
}

fn path_json(path: &RefusedPath) -> Value {
    let subjects: Vec<String> = path.certificates.iter().map(|certificate| name_text(certificate.subject())).collect();
    json!({ "certificates": subjects, "rule": rule_text(&path.rule), "by_last": path.by_last })
}

/// The rule in words, with the name of an identifier in it.
fn rule_text(rule: &Rule) -> String {
    let text = rfc4514::printable(&rule.to_string());
    match rule {
        Rule::MissingExtension { oid }
        | Rule::ProhibitedExtension { oid }
        | Rule::WrongCriticality { oid }
        | Rule::UnknownCriticalExtension { oid }
        | Rule::DuplicateExtension { oid }
        | Rule::ForbiddenKey { oid }
        | Rule::ForbiddenSignature { oid } => {
            let name = oid_name(oid);
            if name == oid.to_string() { text } else { format!("{text} ({name})") }
        }
        _ => text,
    }
}
