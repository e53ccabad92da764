//! `ironlatch cert ca`: a small authority for development.

use std::path::{Path, PathBuf};

use ironlatch::inspect::words::oid_name;
use ironlatch::oid;
use ironlatch::recipes::secrets::token_hex;
use ironlatch::x509::issuing::{Authority, Constraints, NameRange, NewAuthority, NewLeaf, Purpose, Terms, Validity};
use ironlatch::x509::{CertificateRequest, Name, Time};
use serde_json::{Value, json};

use super::making::{AuthorityOptions, Files, KeyOptions, NameOptions, SubjectName, facts, purposes, to_pem};
use super::self_signed::validity;
use super::{crl, failed};
use crate::Result;
use crate::failure::{Exit, Failure};
use crate::streams::{DASH, Source};

/// Run a small private authority: make a root, issue certificates, sign requests
///
/// Anyone who has the root's key can pretend to be any host to everyone who trusts the root.
/// Encrypt it (--encrypt), limit the names that it may certify (--permit), and trust no stranger's
/// root.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch cert ca root --permit dev.example --permit 127.0.0.0/8 --encrypt -o root.pem
  ironlatch cert ca issue --ca root.pem --name api.dev.example --name 127.0.0.1 -o api.pem
  ironlatch cert ca issue --ca root.pem --for client --subject 'CN=Ada Lovelace' -o ada.pem
  ironlatch cert ca sign --ca root.pem request.csr > certificate.pem
  ironlatch cert ca crl --ca root.pem --new --revoke api.pem root.crl")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    Root(RootArguments),
    Intermediate(IntermediateArguments),
    Issue(IssueArguments),
    Sign(SignArguments),
    Crl(crl::Arguments),
}

/// Make the root of an authority: a certificate to trust, and the key that issues others
#[derive(clap::Args)]
#[command(after_help = "\
With --permit nothing else can be certified: who permits a domain alone permits no address, and the reverse. With a
domain come its hosts, mailboxes and URIs, and everything below it.

Examples:
  ironlatch cert ca root -o root.pem
  ironlatch cert ca root --subject 'CN=Example Root,O=Example' --permit corp.example --permit 10.0.0.0/8 -e -o root.pem")]
struct RootArguments {
    #[command(flatten)]
    authority: AuthorityDescription,
    /// The number of days that it is valid
    #[arg(long, value_name = "N", default_value_t = 3650)]
    days: u32,
    #[command(flatten)]
    key: KeyOptions,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

/// Make an authority below another, so that the root's key can stay locked away
///
/// The file has the certificates above it too.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  ironlatch cert ca intermediate --ca root.pem -o issuing.pem
  ironlatch cert ca issue --ca issuing.pem --name dev.example -o dev.pem")]
struct IntermediateArguments {
    #[command(flatten)]
    ca: AuthorityOptions,
    #[command(flatten)]
    authority: AuthorityDescription,
    /// The number of days that it is valid, unless the authority above ends before
    #[arg(long, value_name = "N", default_value_t = 1825)]
    days: u32,
    #[command(flatten)]
    key: KeyOptions,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct AuthorityDescription {
    /// The name of the authority, such as 'CN=Example Root,O=Example'; the default has the day and
    /// a random number
    #[arg(short, long, value_name = "DN")]
    subject: Option<SubjectName>,
    /// A domain or a network that it may certify names in, once or more; the default is all names
    #[arg(long, value_name = "RANGE")]
    permit: Vec<NameRange>,
    /// A domain or a network that it may not certify names in, once or more
    #[arg(long, value_name = "RANGE")]
    exclude: Vec<NameRange>,
    /// The number of authorities that may follow below it
    #[arg(long, value_name = "N")]
    path_length: Option<u64>,
    /// Where to write the certificate; the key goes to the same name with the ending .key. An
    /// existing file is never replaced
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Issue a certificate, and make a key for it
///
/// The file has the certificate and those above it but the root: what a server sends.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch cert ca issue --ca root.pem --name dev.example --name '*.dev.example' -o dev.pem
  ironlatch cert ca issue --ca root.pem --for server --for client --name node1.dev.example -o node1.pem
  ironlatch cert ca issue --ca root.pem --for email --name ada@dev.example -o ada.pem
  ironlatch cert ca issue --ca root.pem --for code-signing --subject 'CN=Example releases' -o releases.pem")]
struct IssueArguments {
    #[command(flatten)]
    ca: AuthorityOptions,
    #[command(flatten)]
    names: NameOptions,
    #[command(flatten)]
    terms: TermOptions,
    /// Where to write the certificate; the key goes to the same name with the ending .key. An
    /// existing file is never replaced
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    key: KeyOptions,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

/// Issue the certificate that a request asks for
///
/// Taken from the request are its key, its subject and its names, after a check that its sender has
/// the key. Purposes, uses, time and every other extension are never taken; those that were asked
/// for in vain are listed. A request for an authority is refused.
#[derive(clap::Args)]
#[command(after_help = "\
Look at a request before you sign it: `ironlatch cert show request.csr`. With --name and --subject you decide the names
yourself.

Examples:
  ironlatch cert ca sign --ca root.pem request.csr -o certificate.pem
  ironlatch cert ca sign --ca root.pem --name dev.example --days 30 request.csr > certificate.pem")]
struct SignArguments {
    /// The request, in PEM or DER; - for standard input
    #[arg(value_name = "REQUEST", default_value = DASH)]
    request: PathBuf,
    #[command(flatten)]
    ca: AuthorityOptions,
    #[command(flatten)]
    names: NameOptions,
    #[command(flatten)]
    terms: TermOptions,
    /// Where to write the certificate; the default is standard output. An existing file is never
    /// replaced
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct TermOptions {
    /// The purpose of the certificate, once or more
    #[arg(long = "for", value_name = "PURPOSE", default_value = "server", value_parser = purposes())]
    purposes: Vec<Purpose>,
    /// The number of days that it is valid, unless the authority ends before
    #[arg(long, value_name = "N", default_value_t = 365)]
    days: u32,
    /// Where verifiers find the authority's revocation list, such as
    /// http://ca.dev.example/root.crl; see `ironlatch cert ca crl`
    #[arg(long, value_name = "URI")]
    crl_uri: Option<String>,
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::Root(arguments) => arguments.json,
            Job::Intermediate(arguments) => arguments.json,
            Job::Issue(arguments) => arguments.json,
            Job::Sign(arguments) => arguments.json,
            Job::Crl(arguments) => arguments.json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::Root(arguments) => root(arguments),
        Job::Intermediate(arguments) => intermediate(arguments),
        Job::Issue(arguments) => issue(arguments),
        Job::Sign(arguments) => sign(arguments),
        Job::Crl(arguments) => crl::run(arguments),
    }
}

fn root(arguments: &RootArguments) -> Result {
    let validity = validity(arguments.days)?;
    let subject = arguments.authority.subject("root")?;
    let new = arguments.authority.new_authority(subject.name()?, validity);
    let files = Files::begin(arguments.authority.output.as_deref(), &arguments.key)?;
    let key = arguments.key.obtain()?;
    let root = Authority::root(&new, key.key.clone()).map_err(failed)?;
    files.finish(&to_pem(root.certificates()), Some(&key), &authority_facts(&root)?, arguments.json)
}

fn intermediate(arguments: &IntermediateArguments) -> Result {
    let validity = validity(arguments.days)?;
    let subject = arguments.authority.subject("intermediate")?;
    let new = arguments.authority.new_authority(subject.name()?, validity);
    let files = Files::begin(arguments.authority.output.as_deref(), &arguments.key)?;
    let above = arguments.ca.load(false)?;
    let key = arguments.key.obtain()?;
    let below = above.intermediate(&new, key.key.clone()).map_err(failed)?;
    files.finish(&to_pem(below.certificates()), Some(&key), &authority_facts(&below)?, arguments.json)
}

fn issue(arguments: &IssueArguments) -> Result {
    let validity = validity(arguments.terms.days)?;
    if arguments.names.subject.is_none() && arguments.names.names.is_empty() {
        return Err(super::nameless());
    }
    let files = Files::begin(arguments.output.as_deref(), &arguments.key)?;
    let authority = arguments.ca.load(false)?;
    let key = arguments.key.obtain()?;
    let leaf = NewLeaf {
        subject: arguments.names.subject()?,
        names: &arguments.names.names,
        purposes: &arguments.terms.purposes,
        validity,
        public_key_info: &key.public_key_info()?,
        crl: arguments.terms.crl_uri.as_deref(),
    };
    let chain = authority.issue(&leaf).map_err(failed)?;
    let facts = chain.first().map(facts).transpose()?.unwrap_or_default();
    files.finish(&to_pem(&chain), Some(&key), &facts, arguments.json)
}

fn sign(arguments: &SignArguments) -> Result {
    let validity = validity(arguments.terms.days)?;
    let files = Files::without_key(arguments.output.as_deref())?;
    let request = read_request(&arguments.request)?;
    let authority = arguments.ca.load(arguments.request.as_os_str() == DASH)?;
    let names = &arguments.names.names[..];
    let terms = Terms {
        subject: arguments.names.subject()?,
        names: (!names.is_empty()).then_some(names),
        purposes: &arguments.terms.purposes,
        validity,
        crl: arguments.terms.crl_uri.as_deref(),
    };
    let answer = authority.sign_request(&request, &terms).map_err(|error| {
        let failure = failed(error);
        failure
            .hint("`ironlatch cert show` shows the request; --name and --subject put other names into the certificate")
    })?;
    let mut facts = answer.certificates.first().map(facts).transpose()?.unwrap_or_default();
    let left_out: Vec<String> = answer.left_out.iter().map(oid_name).collect();
    if !arguments.json && !left_out.is_empty() {
        eprintln!("not taken from the request: {}", left_out.join(", "));
    }
    if arguments.json {
        facts.push(("left_out", json!(left_out)));
    }
    files.finish(&to_pem(&answer.certificates), None, &facts, arguments.json)
}

fn read_request(path: &Path) -> Result<CertificateRequest> {
    let contents = super::reading::contents(Source::open(path)?)?;
    let read = if super::reading::is_der(&contents.data) {
        CertificateRequest::from_der(&contents.data)
    } else {
        CertificateRequest::from_pem(&contents.data)
    };
    read.map_err(|error| {
        Failure::new(Exit::Failure, format!("{}: {error}", contents.name))
            .hint("expected a request in PEM or DER; `ironlatch cert show` tells what the file is")
    })
}

impl AuthorityDescription {
    fn subject(&self, kind: &str) -> Result<SubjectName> {
        if let Some(subject) = &self.subject {
            return Ok(subject.clone());
        }
        let today = Time::now().to_string();
        let today = today.split('T').next().unwrap_or_default();
        format!("CN=Development {kind} {today} {}", token_hex(3)).parse().map_err(failed)
    }

    fn new_authority<'a>(&self, subject: Name<'a>, validity: Validity) -> NewAuthority<'a> {
        let constraints = Constraints { permitted: self.permit.clone(), excluded: self.exclude.clone() };
        NewAuthority { subject, validity, path_length: self.path_length, constraints }
    }
}

fn authority_facts(authority: &Authority) -> Result<Vec<(&'static str, Value)>> {
    let Some(own) = authority.certificates().first() else { return Ok(Vec::new()) };
    let mut facts = facts(own)?;
    facts.retain(|(name, _)| *name != "names");
    if own.extensions().get(&oid::NAME_CONSTRAINTS).is_some() {
        facts.push(("limited", "to the names that it may certify".into()));
    }
    Ok(facts)
}
