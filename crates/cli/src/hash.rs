//! `ironlatch hash`: checksums of files, in the format of `sha256sum` and similar programs.

use std::path::{Path, PathBuf};

use ironlatch::hash::{Hash, HashAlgorithm};
use ironlatch::text;
use serde_json::{Value, json};

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::progress::Progress;
use crate::streams::{self, DASH, Source};

/// Print or check the hashes of files
#[derive(clap::Args)]
#[command(after_help = "\
Lines have the form that sha256sum and similar programs print and read.

Examples:
  ironlatch hash release.tar.gz
  ironlatch hash -a sha3-512 *.iso > SUMS
  ironlatch hash -a sha3-512 --check SUMS
  tar c photos | ironlatch hash
  ironlatch hash --list")]
pub(crate) struct Arguments {
    /// The files; - for standard input, which is also the default
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The hash function; --list shows all
    #[arg(short, long, value_name = "NAME", default_value = "sha256", value_parser = parse_algorithm)]
    algorithm: HashAlgorithm,
    /// The length of the result in bytes, for shake128 and shake256
    #[arg(long, value_name = "BYTES")]
    length: Option<usize>,
    /// Check the files that are listed in FILE instead; - for standard input
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["files", "list"])]
    check: Option<PathBuf>,
    /// With --check: name only the files that differ
    #[arg(short, long, requires = "check")]
    quiet: bool,
    /// List the hash functions
    #[arg(long)]
    list: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    if arguments.list {
        return list(arguments.json);
    }
    let algorithm = sized(arguments.algorithm, arguments.length)?;
    match &arguments.check {
        Some(sums) => check(sums, algorithm, arguments),
        None => print(algorithm, arguments),
    }
}

/// Every function; SHAKE with the length of its usual strength.
const ALGORITHMS: &[HashAlgorithm] = &[
    HashAlgorithm::Sha256,
    HashAlgorithm::Sha224,
    HashAlgorithm::Sha384,
    HashAlgorithm::Sha512,
    HashAlgorithm::Sha512_224,
    HashAlgorithm::Sha512_256,
    HashAlgorithm::Sha3_224,
    HashAlgorithm::Sha3_256,
    HashAlgorithm::Sha3_384,
    HashAlgorithm::Sha3_512,
    HashAlgorithm::Shake128 { digest_size: 32 },
    HashAlgorithm::Shake256 { digest_size: 64 },
    HashAlgorithm::Blake2b,
    HashAlgorithm::Blake2s,
    HashAlgorithm::Sm3,
    HashAlgorithm::Sha1,
    HashAlgorithm::Md5,
];

/// The longest SHAKE digest, in bytes.
const LONGEST: usize = 1024 * 1024;

fn list(json: bool) -> Result {
    if json {
        let entry = |algorithm: &HashAlgorithm| json!({ "name": algorithm.name(), "bytes": algorithm.digest_size(), "broken": is_broken(*algorithm) });
        return streams::print(format!("{}\n", ALGORITHMS.iter().map(entry).collect::<Value>()));
    }
    let mut text = String::new();
    for algorithm in ALGORITHMS {
        let note = match algorithm {
            HashAlgorithm::Shake128 { .. } | HashAlgorithm::Shake256 { .. } => ", or as --length says",
            algorithm if is_broken(*algorithm) => ", broken: only for comparing with old checksums",
            _ => "",
        };
        text += &format!("{:<11} {} bytes{note}\n", algorithm.name(), algorithm.digest_size());
    }
    streams::print(text)
}

fn is_broken(algorithm: HashAlgorithm) -> bool {
    matches!(algorithm, HashAlgorithm::Md5 | HashAlgorithm::Sha1)
}

/// Finds a function by name, ignoring case and hyphens.
fn parse_algorithm(name: &str) -> Result<HashAlgorithm, String> {
    let plain = |name: &str| name.to_lowercase().replace(['-', '_', '/'], "");
    let found = ALGORITHMS.iter().find(|algorithm| plain(algorithm.name()) == plain(name));
    found.copied().ok_or_else(|| "there is no such hash function; `ironlatch hash --list` shows all".into())
}

fn sized(algorithm: HashAlgorithm, length: Option<usize>) -> Result<HashAlgorithm> {
    let Some(digest_size) = length else { return Ok(algorithm) };
    if !(1..=LONGEST).contains(&digest_size) {
        return Err(Failure::new(Exit::Usage, format!("--length must be 1 to {LONGEST} bytes, not {digest_size}")));
    }
    match algorithm {
        HashAlgorithm::Shake128 { .. } => Ok(HashAlgorithm::Shake128 { digest_size }),
        HashAlgorithm::Shake256 { .. } => Ok(HashAlgorithm::Shake256 { digest_size }),
        other => {
            Err(Failure::new(Exit::Usage, format!("--length is for shake128 and shake256, not for {}", other.name())))
        }
    }
}

/// Prints the hash of every file. A file that cannot be read does not stop the others.
fn print(algorithm: HashAlgorithm, arguments: &Arguments) -> Result {
    let stdin = [PathBuf::from(DASH)];
    let files = if arguments.files.is_empty() { &stdin } else { &arguments.files[..] };
    let mut failed = None;
    let mut results = Vec::new();
    for file in files {
        match digest(algorithm, file, arguments.json) {
            Ok(digest) if arguments.json => {
                results
                    .push(json!({ "file": file.to_string_lossy(), "algorithm": algorithm.name(), "digest": digest }));
            }
            Ok(digest) => streams::print(line(&digest, file))?,
            Err(failure) => {
                if let Some(earlier) = failed.replace(failure) {
                    earlier.report(arguments.json);
                }
            }
        }
    }
    if arguments.json {
        streams::print(format!("{}\n", Value::from(results)))?;
    }
    failed.map_or(Ok(()), Err)
}

/// Formats a line of `sha256sum`: a newline or backslash in a name is escaped, and the line is
/// marked with a backslash.
fn line(digest: &str, file: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    let name = file.as_os_str().as_bytes();
    let mut line = Vec::new();
    if name.iter().any(|byte| matches!(byte, b'\\' | b'\n' | b'\r')) {
        line.push(b'\\');
    }
    line.extend_from_slice(digest.as_bytes());
    line.extend_from_slice(b"  ");
    for byte in name {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            other => line.push(*other),
        }
    }
    line.push(b'\n');
    line
}

fn digest(algorithm: HashAlgorithm, file: &Path, quiet: bool) -> Result<String> {
    let source = Source::open(file)?;
    let mut progress = Progress::new(&source.name, source.len, quiet);
    let mut hash = Hash::new(algorithm);
    source.read_all(|piece| {
        hash.update(piece);
        progress.advance(piece.len());
    })?;
    let mut digest = vec![0; algorithm.digest_size()];
    hash.finalize_into((&mut digest[..]).into());
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Checks every file that a list names.
fn check(sums: &Path, algorithm: HashAlgorithm, arguments: &Arguments) -> Result {
    let source = Source::open(sums)?;
    let name = source.name.clone();
    let mut text = Vec::new();
    source.read_all(|piece| text.extend_from_slice(piece))?;
    let text = text::line(&text).map_err(|error| Failure::new(Exit::Failure, format!("{name}: {error}")))?;
    let (mut good, mut differing, mut unreadable, mut malformed) = (0, 0, 0, 0);
    let mut results = Vec::new();
    for line in text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
        if line.is_empty() || line[0] == b'#' {
            continue;
        }
        let Some(entry) = Entry::parse(line, algorithm) else {
            malformed += 1;
            continue;
        };
        let verdict = match digest(entry.algorithm, &entry.file, arguments.json) {
            Ok(digest) if digest == entry.digest => "OK",
            Ok(_) => "FAILED",
            Err(failure) => {
                failure.report(arguments.json);
                "FAILED to read"
            }
        };
        match verdict {
            "OK" => good += 1,
            "FAILED" => differing += 1,
            _ => unreadable += 1,
        }
        if arguments.json {
            results.push(json!({ "file": entry.file.to_string_lossy(), "ok": verdict == "OK" }));
        } else if !arguments.quiet || verdict != "OK" {
            streams::print(format!("{}: {verdict}\n", entry.file.display()))?;
        }
    }
    if arguments.json {
        streams::print(format!("{}\n", Value::from(results)))?;
    }
    if differing > 0 {
        return Err(Failure::new(Exit::NotVerified, format!("{differing} of the files have another hash than listed"))
            .hint("they were changed, or not downloaded completely"));
    }
    if unreadable > 0 {
        return Err(Failure::new(Exit::Failure, format!("{unreadable} of the listed files cannot be read")));
    }
    if good == 0 || malformed > 0 {
        let what = format!("{malformed} lines of {name} do not hold a {} hash and a file name", algorithm.name());
        return Err(Failure::new(Exit::Failure, what).hint("is it the right list? -a names the hash function"));
    }
    Ok(())
}

/// A line of a list of hashes.
struct Entry {
    algorithm: HashAlgorithm,
    digest: String,
    file: PathBuf,
}

impl Entry {
    /// Parses `digest  file`, `digest *file`, either with a backslash in front if the name is
    /// escaped, or `NAME (file) = digest`.
    fn parse(line: &[u8], algorithm: HashAlgorithm) -> Option<Self> {
        use std::os::unix::ffi::OsStringExt;
        let (escaped, line) = line.strip_prefix(b"\\").map_or((false, line), |line| (true, line));
        let (algorithm, digest, name) = Self::split(line, algorithm)?;
        let digest = core::str::from_utf8(digest).ok()?.to_ascii_lowercase();
        if name.is_empty()
            || digest.len() != 2 * algorithm.digest_size()
            || !digest.bytes().all(|digit| digit.is_ascii_hexdigit())
        {
            return None;
        }
        let name = if escaped { unescape(name)? } else { name.to_vec() };
        Some(Self { algorithm, digest, file: std::ffi::OsString::from_vec(name).into() })
    }

    fn split(line: &[u8], algorithm: HashAlgorithm) -> Option<(HashAlgorithm, &[u8], &[u8])> {
        let space = line.iter().position(|byte| *byte == b' ')?;
        let (first, rest) = line.split_at(space);
        if let Some(rest) = rest.strip_prefix(b" (") {
            let end = rest.windows(4).rposition(|window| window == b") = ")?;
            let algorithm = parse_algorithm(core::str::from_utf8(first).ok()?).ok()?;
            return Some((algorithm, &rest[end + 4..], &rest[..end]));
        }
        let name = rest.strip_prefix(b"  ").or_else(|| rest.strip_prefix(b" *"))?;
        Some((algorithm, first, name))
    }
}

fn unescape(name: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(name.len());
    let mut bytes = name.iter();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'\\' => match bytes.next()? {
                b'\\' => b'\\',
                b'n' => b'\n',
                b'r' => b'\r',
                _ => return None,
            },
            other => *other,
        });
    }
    Some(plain)
}
