//! Shared by the subcommands that make something: names, keys, and the files that they write.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use ironlatch::Error as CoreError;
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::PrivateKey;
use ironlatch::recipes::Error;
use ironlatch::recipes::fs::{Access, Existing, NewFile, commit_together};
use ironlatch::secret::SecretBytes;
use ironlatch::x509::issuing::{AlternativeName, KeyKind, Purpose, distinguished_name};
use ironlatch::x509::{self, Certificate, Name};
use serde_json::{Value, json};

use super::failed;
use crate::Result;
use crate::failure::{Exit, Failure};
use crate::passphrase::{self, PassphraseOptions};
use crate::streams::{self, DASH};

/// A distinguished name from the command line.
#[derive(Debug, Clone)]
pub(super) struct SubjectName(Vec<u8>);

impl SubjectName {
    pub(super) fn name(&self) -> Result<Name<'_>> {
        Name::from_der(&self.0).map_err(failed)
    }
}

impl FromStr for SubjectName {
    type Err = x509::Error;

    fn from_str(text: &str) -> x509::Result<Self> {
        distinguished_name(text).map(Self)
    }
}

/// The parser of a kind of key.
pub(super) fn key_kinds() -> impl TypedValueParser<Value = KeyKind> {
    PossibleValuesParser::new(KeyKind::ALL.map(KeyKind::name)).try_map(|name| name.parse::<KeyKind>())
}

/// The parser of a purpose.
pub(super) fn purposes() -> impl TypedValueParser<Value = Purpose> {
    PossibleValuesParser::new(Purpose::ALL.map(Purpose::name)).try_map(|name| name.parse::<Purpose>())
}

/// The subject, and the names that a certificate is for.
#[derive(clap::Args)]
pub(super) struct NameOptions {
    /// A name that the certificate is for, once or more: a host (*.example.com for all names of
    /// one label more), an IP address, an email address or a URI
    #[arg(short, long = "name", value_name = "NAME")]
    pub(super) names: Vec<AlternativeName>,
    /// The subject, such as CN=Example,O=Company,C=DE; without it the first name is the subject
    #[arg(short, long, value_name = "DN")]
    pub(super) subject: Option<SubjectName>,
}

impl NameOptions {
    pub(super) fn subject(&self) -> Result<Option<Name<'_>>> {
        self.subject.as_ref().map(SubjectName::name).transpose()
    }
}

/// The key: a new one, or one that there is.
#[derive(clap::Args)]
pub(super) struct KeyOptions {
    /// The kind of the new key
    #[arg(long, value_name = "KIND", default_value = "p256", value_parser = key_kinds())]
    key_type: KeyKind,
    /// Where to write the new key; the default is the name of -o with the ending .key
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    key_out: Option<PathBuf>,
    /// Encrypt the new key under a passphrase that you are asked for
    #[arg(short, long, conflicts_with = "key")]
    encrypt: bool,
    /// Make no key: use the private key in FILE
    #[arg(short, long, value_name = "FILE", conflicts_with = "key_type")]
    key: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOptions,
}

/// The files that are to be written.
pub(super) struct Files {
    /// Where the certificate or request goes, unless that is standard output.
    output: Option<(PathBuf, NewFile)>,
    key: Option<(PathBuf, NewFile)>,
}

impl Files {
    /// Begins the files, before anything is asked or made.
    pub(super) fn begin(output: Option<&Path>, options: &KeyOptions) -> Result<Self> {
        let output = output.filter(|output| output.as_os_str() != DASH);
        let key = match (&options.key, &options.key_out, output) {
            (Some(_), ..) => None,
            (None, Some(key), _) => Some(key.clone()),
            (None, None, Some(output)) => Some(output.with_extension("key")),
            (None, None, None) => {
                return Err(Failure::new(Exit::Usage, "a new key needs a file of its own")
                    .hint("give -o FILE, or use a key that you have with --key FILE"));
            }
        };
        if key.is_some() && key.as_deref() == output {
            return Err(Failure::new(Exit::Usage, "the key and what is made for it need two files")
                .hint("give -o a name that does not end in .key, or name the key's file with --key-out"));
        }
        let begin = |path: PathBuf, access| create(&path, access).map(|file| (path, file));
        Ok(Self {
            output: output.map(|path| begin(path.into(), Access::Usual)).transpose()?,
            key: key.map(|path| begin(path, Access::Owner)).transpose()?,
        })
    }

    /// Begins the file of a certificate for a key that is somebody else's.
    pub(super) fn without_key(output: Option<&Path>) -> Result<Self> {
        let output = output.filter(|output| output.as_os_str() != DASH);
        let begin = |path: &Path| create(path, Access::Usual).map(|file| (path.into(), file));
        Ok(Self { output: output.map(begin).transpose()?, key: None })
    }

    /// Writes everything, or nothing, and tells about it: `pem` on standard output if it goes into
    /// no file, otherwise `facts`.
    pub(super) fn finish(self, pem: &[u8], key: Option<&Key>, facts: &[(&str, Value)], json: bool) -> Result {
        let mut told: Vec<(&str, Value)> = Vec::new();
        let mut files = Vec::new();
        // The key first: a certificate is of no use without it.
        if let (Some((path, mut file)), Some(key)) = (self.key, key) {
            write(&mut file, &path, &key.text()?)?;
            told.push(("key", path.to_string_lossy().into()));
            files.push(file);
        }
        let printed = self.output.is_none();
        if let Some((path, mut file)) = self.output {
            write(&mut file, &path, pem)?;
            told.insert(0, ("file", path.to_string_lossy().into()));
            files.push(file);
        } else if json {
            told.insert(0, ("pem", String::from_utf8_lossy(pem).into()));
        }
        commit_together(files).map_err(taken)?;
        told.extend(facts.iter().cloned());
        if printed && !json {
            return streams::print(pem);
        }
        tell(&told, json)
    }
}

/// Prints facts, as lines or as a JSON object.
pub(super) fn tell(facts: &[(&str, Value)], json: bool) -> Result {
    if json {
        let object = facts.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
        return streams::print(format!("{}\n", Value::Object(object)));
    }
    let line = |(name, value): &(&str, Value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            value => value.to_string(),
        };
        if text.is_empty() { String::new() } else { format!("{:13}{text}\n", name.replace('_', " ")) }
    };
    streams::print(facts.iter().map(line).collect::<String>())
}

fn create(path: &Path, access: Access) -> Result<NewFile> {
    NewFile::create(path, Existing::Keep, access, None).map_err(taken)
}

fn taken(error: Error) -> Failure {
    match error {
        Error::Core(CoreError::Io { ref source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
            Failure::new(Exit::Failure, error.to_string())
                .hint("no key and no certificate is ever replaced: choose another name, or move the old file")
        }
        error => Failure::of("", error),
    }
}

pub(super) fn write(file: &mut NewFile, path: &Path, contents: &[u8]) -> Result {
    file.write_all(contents).map_err(|error| Failure::io("write to", path.display(), &error))
}

/// A private key, and what it is to be encrypted under when it is written.
pub(super) struct Key {
    pub(super) key: PrivateKey,
    passphrase: Option<SecretBytes>,
}

impl KeyOptions {
    /// Makes the key, or reads the one that is given. Asks for the passphrase if there is one.
    pub(super) fn obtain(&self) -> Result<Key> {
        if let Some(path) = &self.key {
            let key = load(path, |path| self.passphrase.get_of_key(path, false))?;
            return Ok(Key { key, passphrase: None });
        }
        let encrypted = self.encrypt || self.passphrase.given();
        let passphrase = encrypted.then(|| self.passphrase.get(true, false)).transpose()?;
        if passphrase.as_ref().is_some_and(|passphrase| passphrase.expose().is_empty()) {
            return Err(Failure::new(Exit::Failure, "the passphrase is empty")
                .hint("leave --encrypt and --passphrase-file out for a key that is not encrypted"));
        }
        Ok(Key { key: self.key_type.generate().map_err(failed)?, passphrase })
    }
}

impl Key {
    /// The public half: a `SubjectPublicKeyInfo` in DER.
    pub(super) fn public_key_info(&self) -> Result<Vec<u8>> {
        Ok(self.key.public_key().to_spki_der()?)
    }

    fn text(&self) -> Result<impl std::ops::Deref<Target = Vec<u8>> + use<>> {
        Ok(match &self.passphrase {
            Some(passphrase) => self.key.to_encrypted_pkcs8_pem(passphrase.expose())?.into(),
            None => self.key.to_pkcs8_pem()?,
        })
    }
}

/// Reads a private key in PEM or DER; `ask` provides the passphrase if it needs one.
pub(crate) fn load(path: &Path, ask: impl FnOnce(&Path) -> Result<SecretBytes>) -> Result<PrivateKey> {
    /// The tag of the SEQUENCE that every key in DER is.
    const SEQUENCE: u8 = 0x30;
    let (contents, exposed) = SecretBytes::from_file_with_exposure(path, false)?;
    let read = |passphrase: Option<&[u8]>| match contents.expose().first() {
        Some(&SEQUENCE) => PrivateKey::from_der(contents.expose(), passphrase, Checks::Full),
        _ => PrivateKey::from_pem(contents.expose(), passphrase, Checks::Full),
    };
    match read(None) {
        Err(CoreError::PasswordRequired) => read(Some(ask(path)?.expose())).map_err(|error| {
            let failure = Failure::new(Exit::NotVerified, format!("{}: {error}", path.display()));
            failure.hint("try again: mind capitals, the keyboard's layout, and spaces at the ends")
        }),
        key => {
            let key = key.map_err(|error| {
                Failure::new(Exit::Failure, format!("{}: {error}", path.display()))
                    .hint("expected a private key in PEM or DER; `ironlatch inspect` tells what the file is")
            })?;
            streams::warn_if(exposed, path);
            Ok(key)
        }
    }
}

/// The authority that issues.
#[derive(clap::Args)]
pub(super) struct AuthorityOptions {
    /// The authority's certificate, with those above it after it
    #[arg(long, value_name = "FILE")]
    pub(super) ca: PathBuf,
    /// The authority's private key; the default is the name of --ca with the ending .key
    #[arg(long, value_name = "FILE")]
    ca_key: Option<PathBuf>,
    /// Take the passphrase of the authority's key from FILE, without its final newline
    #[arg(long, value_name = "FILE", conflicts_with = "ca_passphrase_fd")]
    ca_passphrase_file: Option<PathBuf>,
    /// Take the passphrase of the authority's key from the open file descriptor N
    #[arg(long, value_name = "N")]
    ca_passphrase_fd: Option<u32>,
}

impl AuthorityOptions {
    /// Reads the authority. `stdin_is_data` says that standard input is in use.
    pub(super) fn load(&self, stdin_is_data: bool) -> Result<x509::issuing::Authority> {
        if stdin_is_data && self.ca_passphrase_fd == Some(0) {
            return Err(Failure::new(Exit::Usage, "standard input cannot hold both the passphrase and the request"));
        }
        let certificates = super::reading::certificates(&self.ca)?;
        let path = self.ca_key.clone().unwrap_or_else(|| self.ca.with_extension("key"));
        let key = load(&path, |path| {
            let (file, descriptor) = (self.ca_passphrase_file.as_deref(), self.ca_passphrase_fd);
            passphrase::take("ca-passphrase", &format!("Passphrase of {}: ", path.display()), file, descriptor, false)
        })?;
        x509::issuing::Authority::new(certificates, key).map_err(|error| {
            let failure = Failure::new(Exit::Failure, format!("{}: {error}", self.ca.display()));
            match error {
                x509::Error::WrongKey(_) => {
                    failure.hint(format!("its key was looked for in {}: --ca-key names another file", path.display()))
                }
                _ => failure,
            }
        })
    }
}

/// The certificates in PEM, one after another.
pub(super) fn to_pem(certificates: &[Certificate]) -> Vec<u8> {
    certificates.iter().flat_map(Certificate::to_pem).collect()
}

/// The facts that are told about a new certificate.
pub(super) fn facts(certificate: &Certificate) -> Result<Vec<(&'static str, Value)>> {
    let names = certificate.alternative_names().map_err(failed)?;
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    Ok(vec![
        ("subject", certificate.subject().to_string().into()),
        ("names", json!(names)),
        ("valid_until", certificate.not_after().to_string().into()),
    ])
}
