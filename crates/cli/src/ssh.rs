//! `ironlatch ssh`: certificates, and signatures of files.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use ironlatch::Error;
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::asymmetric::{ec, ed25519, rsa};
use ironlatch::keys::PrivateKey;
use ironlatch::keys::ssh::{
    self, AllowedSigners, Certificate, CertificateType, DEFAULT_ROUNDS, FileSignature, Identity, Line, MAX_OWN_ROUNDS,
    PpkFile, PrivateKeyFile, SshPublicKey, Terms,
};
use ironlatch::recipes::fs::{Access, Existing, NewFile};
use ironlatch::secret::SecretBytes;
use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::passphrase::PassphraseOptions;
use crate::span::span;
use crate::streams::{self, DASH, Source};
use crate::{Result, key_files};

/// Certify SSH keys; sign files, and verify signatures, as `ssh-keygen -Y` does
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch keygen --ssh -o id_ed25519             makes id_ed25519 and id_ed25519.pub
  ironlatch ssh certify --ca ca --id laptop --principal ada --valid-for 7d id_ed25519.pub
  ironlatch ssh sign -k id_ed25519 -n file report.pdf
  ironlatch ssh verify -f allowed_signers -I ada@example.org -n file -s report.pdf.sig report.pdf")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    Certify(CertifyArguments),
    Sign(SignArguments),
    Verify(VerifyArguments),
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::Certify(arguments) => arguments.json,
            Job::Sign(arguments) => arguments.json,
            Job::Verify(arguments) => arguments.json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::Certify(arguments) => certify(arguments),
        Job::Sign(arguments) => sign(arguments),
        Job::Verify(arguments) => verify(arguments),
    }
}

/// Certify a public key with an authority's private key
///
/// The certificate of FILE.pub is written to FILE-cert.pub. Without --extension, a user's
/// certificate permits what `ssh-keygen` permits: forwarding of X11, agents and ports, a terminal,
/// and the user's rc file.
#[derive(clap::Args)]
struct CertifyArguments {
    /// The authority's private key
    #[arg(long, value_name = "FILE")]
    ca: PathBuf,
    /// The certificate's name, which servers log
    #[arg(long, value_name = "NAME")]
    id: String,
    /// Certify a host instead of a user
    #[arg(long)]
    host: bool,
    /// A user, or with --host a host, that the certificate is for; may be repeated
    #[arg(long, value_name = "NAME", required_unless_present = "any_principal")]
    principal: Vec<String>,
    /// Make the certificate valid for any user or host
    #[arg(long, conflicts_with = "principal")]
    any_principal: bool,
    /// The time for which the certificate is valid: 90, 15m, 1h, 7d
    #[arg(long, value_name = "TIME", value_parser = span)]
    valid_for: u64,
    /// The certificate's number
    #[arg(long, value_name = "N", default_value_t = 0)]
    serial: u64,
    /// A restriction, `force-command=ls` or `source-address=10.0.0.0/8` for example
    #[arg(long, value_name = "NAME[=VALUE]")]
    option: Vec<String>,
    /// A permission, `permit-pty` for example; `none` for no permission at all
    #[arg(long, value_name = "NAME[=VALUE]")]
    extension: Vec<String>,
    /// Where to write the certificate; - for standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
    /// The public key
    #[arg(value_name = "PUBLIC-KEY")]
    key: PathBuf,
}

/// Sign a file, for a purpose that its reader names too
///
/// The signature of FILE is written to FILE.sig, that of standard input to standard output.
#[derive(clap::Args)]
struct SignArguments {
    /// The private key: of OpenSSH, PEM, or PuTTY
    #[arg(short, long, value_name = "FILE")]
    key: PathBuf,
    /// The purpose of the signature, `file` or `git` for example; it counts for no other
    #[arg(short, long, value_name = "NAME")]
    namespace: String,
    /// Put this certificate of the key into the signature
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Where to write the signature; - for standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
    /// The file to sign; - for standard input
    #[arg(value_name = "FILE", default_value = DASH)]
    file: PathBuf,
}

/// Verify the signature of a file
#[derive(clap::Args)]
struct VerifyArguments {
    /// The list of those whose signatures count, as `ssh-keygen` reads it; its times end in Z
    #[arg(short = 'f', long, value_name = "FILE")]
    allowed_signers: PathBuf,
    /// The signer who must have signed it, as in the list
    #[arg(short = 'I', long, value_name = "NAME")]
    principal: String,
    /// The purpose that the signature must be for
    #[arg(short, long, value_name = "NAME")]
    namespace: String,
    /// The signature
    #[arg(short, long, value_name = "FILE")]
    signature: PathBuf,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
    /// The file that was signed; - for standard input
    #[arg(value_name = "FILE", default_value = DASH)]
    file: PathBuf,
}

fn certify(arguments: &CertifyArguments) -> Result {
    let key = public_key(&arguments.key)?;
    let now = now();
    let extensions = match &arguments.extension[..] {
        [] if arguments.host => Vec::new(),
        [] => USER_EXTENSIONS.iter().map(|name| (name.as_bytes().to_vec(), Vec::new())).collect(),
        [only] if only == "none" => Vec::new(),
        some => some.iter().map(|text| named(text)).collect(),
    };
    let terms = Terms {
        serial: arguments.serial,
        certificate_type: if arguments.host { CertificateType::Host } else { CertificateType::User },
        key_id: arguments.id.as_bytes().to_vec(),
        principals: arguments.principal.iter().map(|name| name.as_bytes().to_vec()).collect(),
        valid_after: now,
        valid_before: now.saturating_add(arguments.valid_for),
        critical_options: arguments.option.iter().map(|text| named(text)).collect(),
        extensions,
    };
    let authority = private_key(&arguments.ca, &arguments.passphrase)?;
    let certificate = Certificate::sign(&key, terms, &Certificate::nonce_to_sign(), &authority)?;
    let mut line = certificate.to_line();
    line.push(b' ');
    line.extend_from_slice(arguments.id.replace(['\n', '\r'], " ").as_bytes());
    line.push(b'\n');
    let beside = || {
        let stem = arguments.key.file_stem().unwrap_or_default().to_string_lossy();
        arguments.key.with_file_name(format!("{stem}-cert.pub"))
    };
    let path = write(arguments.output.clone().unwrap_or_else(beside), &line)?;
    if arguments.json {
        let object = json!({
            "file": path.map(|path| path.to_string_lossy().into_owned()),
            "valid_before": certificate.terms().valid_before,
            "authority": certificate.signature_key()?.fingerprint(),
        });
        return streams::print(format!("{object}\n"));
    }
    match path {
        Some(path) => streams::print(format!("{}\n", path.display())),
        None => Ok(()),
    }
}

fn sign(arguments: &SignArguments) -> Result {
    let certificate = arguments.certificate.as_deref().map(certificate).transpose()?;
    let key = private_key(&arguments.key, &arguments.passphrase)?;
    let mut source = Source::open(&arguments.file)?;
    let signature = match &certificate {
        Some(certificate) => FileSignature::sign_certified(&key, certificate, &arguments.namespace, &mut source.file),
        None => FileSignature::sign(&key, &arguments.namespace, &mut source.file),
    };
    let signature = signature.map_err(|error| Failure::of(&source.name, error))?;
    let beside = || {
        let mut name = arguments.file.clone().into_os_string();
        if name != DASH {
            name.push(".sig");
        }
        PathBuf::from(name)
    };
    let path = write(arguments.output.clone().unwrap_or_else(beside), &signature.to_pem())?;
    let Some(path) = path else { return Ok(()) };
    if arguments.json {
        let object = json!({ "file": path.to_string_lossy(), "key": signature.key().fingerprint() });
        return streams::print(format!("{object}\n"));
    }
    streams::print(format!("{}\n", path.display()))
}

fn verify(arguments: &VerifyArguments) -> Result {
    let list = contents(&arguments.allowed_signers)?;
    let named = |path: &Path| path.display().to_string();
    // The command does not know the time zone: times of the list must say Z.
    let signers = AllowedSigners::parse(&list, &|_| None)
        .map_err(|error| Failure::of(&named(&arguments.allowed_signers), error))?;
    let signature = FileSignature::parse(&contents(&arguments.signature)?)
        .map_err(|error| Failure::of(&named(&arguments.signature), error))?;
    let mut source = Source::open(&arguments.file)?;
    let (principal, namespace) = (&arguments.principal, &arguments.namespace);
    let seconds = i64::try_from(now()).unwrap_or(i64::MAX);
    signers.verify(&signature, principal, namespace, &mut source.file, seconds).map_err(|error| match error {
        Error::BadSignature | Error::SignatureRefused(_) => {
            Failure::new(Exit::NotVerified, format!("{}: {error}", source.name))
        }
        error => Failure::of(&source.name, error),
    })?;
    let key = signature.key().fingerprint();
    if arguments.json {
        return streams::print(format!("{}\n", json!({ "principal": principal, "namespace": namespace, "key": key })));
    }
    streams::print(format!("signed by {principal} with {} {key}\n", signature.key().kind()))
}

/// The permissions that `ssh-keygen` gives a user.
const USER_EXTENSIONS: [&str; 5] =
    ["permit-X11-forwarding", "permit-agent-forwarding", "permit-port-forwarding", "permit-pty", "permit-user-rc"];

/// The kinds of keys that `ironlatch keygen --ssh` makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Ed25519
    Ed25519,
    /// ECDSA on P-256
    Ecdsa,
    /// RSA with 3072 bits
    Rsa,
}

/// Makes a key pair in `output` and `output`.pub, encrypted under a passphrase if there is one.
///
/// `ask` gets the passphrase, once it is known that the files can be made.
pub(crate) fn generate(
    kind: Kind,
    output: &Path,
    comment: &str,
    ask: impl FnOnce() -> Result<Option<SecretBytes>>,
    json: bool,
) -> Result {
    if comment.contains(['\n', '\r']) {
        return Err(Failure::new(Exit::Usage, "the comment of an SSH key is one line"));
    }
    let beside = PathBuf::from(format!("{}.pub", output.display()));
    let mut public_file = NewFile::create(&beside, Existing::Keep, Access::Usual, None).map_err(key_files::taken)?;
    let mut private_file = key_files::create(output)?;
    let key = match kind {
        Kind::Ed25519 => PrivateKey::Ed25519(ed25519::PrivateKey::generate()),
        Kind::Ecdsa => PrivateKey::Ec(ec::PrivateKey::generate(ec::Curve::Secp256r1)?),
        Kind::Rsa => PrivateKey::Rsa(rsa::PrivateKey::generate(3072, 65537)?),
    };
    let public = SshPublicKey::new(key.public_key())?;
    let mut line = public.to_line();
    if !comment.is_empty() {
        line.push(b' ');
        line.extend_from_slice(comment.as_bytes());
    }
    line.push(b'\n');
    let passphrase = ask()?;
    let private = match &passphrase {
        Some(passphrase) => {
            key.to_encrypted_openssh_pem(comment.as_bytes(), passphrase.expose(), DEFAULT_ROUNDS)?.into()
        }
        None => key.to_openssh_pem(comment.as_bytes())?,
    };
    let failed = |path: &Path, error: &std::io::Error| Failure::io("write to", path.display(), error);
    private_file.write_all(&private).map_err(|error| failed(output, &error))?;
    public_file.write_all(&line).map_err(|error| failed(&beside, &error))?;
    private_file.commit().map_err(key_files::taken)?;
    public_file.commit().map_err(key_files::taken)?;
    if json {
        let object = json!({
            "file": output.to_string_lossy(),
            "public_file": beside.to_string_lossy(),
            "public_key": String::from_utf8_lossy(&line).trim_end(),
            "fingerprint": public.fingerprint(),
        });
        return streams::print(format!("{object}\n"));
    }
    streams::print(line)
}

/// Reads a private key of OpenSSH, in PEM or of PuTTY; asks for its passphrase if it has one.
fn private_key(path: &Path, passphrase: &PassphraseOptions) -> Result<PrivateKey> {
    let contents = streams::secret_of(path, false)?;
    let text = contents.expose();
    let failed = |error: Error| Failure::of(&path.display().to_string(), error);
    let ask = || passphrase.get_of_key(path, false);
    if text.starts_with(b"PuTTY-User-Key-File-") {
        let file = PpkFile::parse(text).map_err(failed)?;
        let password = if file.is_encrypted() { Some(ask()?) } else { None };
        return file.decrypt(password.as_ref().map(|password| password.expose()), Checks::Full).map_err(failed);
    }
    let label = ssh::LABEL.as_bytes();
    if text.windows(label.len()).any(|window| window == label) {
        let file = PrivateKeyFile::from_pem(text).map_err(failed)?;
        let password = if file.is_encrypted() { Some(ask()?) } else { None };
        let password = password.as_ref().map(|password| password.expose());
        return file.decrypt_within(MAX_OWN_ROUNDS, password, Checks::Full).map_err(failed);
    }
    match PrivateKey::from_pem(text, None, Checks::Full) {
        Err(Error::PasswordRequired) => PrivateKey::from_pem(text, Some(ask()?.expose()), Checks::Full).map_err(failed),
        read => read.map_err(failed),
    }
}

fn public_key(path: &Path) -> Result<SshPublicKey> {
    let failed = |error: Error| Failure::of(&path.display().to_string(), error);
    Line::read(&contents(path)?).and_then(|line| line.key()).map_err(failed)
}

fn certificate(path: &Path) -> Result<Certificate> {
    let name = path.display();
    let identity = Line::read(&contents(path)?).and_then(|line| line.identity());
    match identity.map_err(|error| Failure::of(&name.to_string(), error))? {
        Identity::Certificate(certificate) => Ok(*certificate),
        _ => Err(Failure::new(Exit::Failure, format!("{name}: this is a public key, and no certificate"))),
    }
}

/// The limit on the length of a file that is read whole, in bytes.
const LONGEST_FILE: usize = 16 * 1024 * 1024;

fn contents(path: &Path) -> Result<Vec<u8>> {
    let source = Source::open(path)?;
    let name = source.name.clone();
    let mut contents = Vec::new();
    let mut too_long = false;
    source.read_all(|piece| {
        too_long |= contents.len() + piece.len() > LONGEST_FILE;
        if !too_long {
            contents.extend_from_slice(piece);
        }
    })?;
    if too_long {
        let message = format!("{name}: it has more than {LONGEST_FILE} bytes, and is no key, list or signature");
        return Err(Failure::new(Exit::Failure, message));
    }
    Ok(contents)
}

/// Writes a new file, and returns its path; to standard output for `-`.
fn write(path: PathBuf, contents: &[u8]) -> Result<Option<PathBuf>> {
    if path.as_os_str() == DASH {
        streams::print(contents)?;
        return Ok(None);
    }
    let mut file = NewFile::create(&path, Existing::Keep, Access::Usual, None)?;
    file.write_all(contents).map_err(|error| Failure::io("write to", path.display(), &error))?;
    file.commit()?;
    Ok(Some(path))
}

/// A name, and its value behind `=`.
fn named(text: &str) -> ssh::NamedValue {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (name.as_bytes().to_vec(), value.as_bytes().to_vec())
}

/// The present as Unix time.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
