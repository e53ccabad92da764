//! Header lines and whole requests from arguments and files.

use std::path::{Path, PathBuf};

use httparse::{EMPTY_HEADER, Status};
use ironlatch::recipes::signing::request::{self, Request, Target};
use ironlatch::text;

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::streams::{DASH, Source};

/// The most header lines of a request file.
const MAX_HEADERS: usize = 256;

/// A request, from one file or from its parts.
#[derive(clap::Args)]
pub(crate) struct RequestOptions {
    /// The whole request in HTTP/1.1: request line, header, empty line, body; - for standard input
    #[arg(value_name = "REQUEST-FILE", required_unless_present = "url", conflicts_with_all = ["url", "method", "body"])]
    file: Option<PathBuf>,
    /// The address of the request, instead of a request file
    #[arg(short, long, value_name = "URL")]
    url: Option<String>,
    /// The method; the default is GET, or POST if there is a body
    #[arg(short = 'X', long, value_name = "METHOD", requires = "url")]
    method: Option<String>,
    /// A header line, or @FILE for a file of header lines
    #[arg(short = 'H', long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// The file with the body as it is sent; - for standard input
    #[arg(short, long, value_name = "FILE", requires = "url")]
    body: Option<PathBuf>,
    /// The scheme of a request file, which does not say it itself
    #[arg(long, value_enum, default_value_t = Scheme::Https, conflicts_with = "url")]
    scheme: Scheme,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Scheme {
    Http,
    Https,
}

/// A request that has been read.
pub(crate) struct Message {
    method: String,
    target: Target,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl RequestOptions {
    /// Whether standard input is read.
    pub(crate) fn is_stdin(&self) -> bool {
        [&self.file, &self.body].into_iter().flatten().any(|path| path.as_os_str() == DASH)
    }

    /// The authority of the URL that is given instead of a request file.
    pub(crate) fn own_authority(&self) -> Result<Option<String>> {
        let Some(url) = &self.url else { return Ok(None) };
        Ok(Some(Target::parse(url).map_err(|error| wrong(&error))?.authority().to_string()))
    }

    pub(crate) fn read(&self) -> Result<Message> {
        let mut message = match (&self.file, &self.url) {
            (Some(path), _) => parse(path, self.scheme)?,
            (None, url) => {
                let target = Target::parse(url.as_deref().unwrap_or_default()).map_err(|error| wrong(&error))?;
                let body = self.body.as_deref().map_or(Ok(Vec::new()), read_file)?;
                let usual = if body.is_empty() { "GET" } else { "POST" };
                let method = self.method.clone().unwrap_or_else(|| usual.into());
                Message { method, target, headers: Vec::new(), body }
            }
        };
        let more = headers(&self.header)?.into_iter();
        message.headers.extend(more.map(|(name, value)| (name, value.into_bytes())));
        Ok(message)
    }
}

impl Message {
    /// Converts to the library's request.
    pub(crate) fn request(&self) -> Result<Request<'_>> {
        let mut request =
            Request::to(&self.method, self.target.clone()).map_err(|error| wrong(&error))?.with_body(&self.body);
        for (name, value) in &self.headers {
            request.fields_mut().add(name, value).map_err(|error| wrong(&error))?;
        }
        Ok(request)
    }
}

fn wrong(error: &ironlatch::recipes::Error) -> Failure {
    Failure::new(Exit::Usage, error.to_string())
}

/// Reads names and values of the header lines that are given, or of those in files. A file may have
/// the first line of a request or a response. Everything after an empty line is body, and is
/// ignored.
pub(crate) fn headers(given: &[String]) -> Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    for entry in given {
        let Some(file) = entry.strip_prefix('@') else {
            headers.push(header(entry)?);
            continue;
        };
        let contents = read_file(Path::new(file))?;
        let lines = text::line(&contents).map_err(|error| Failure::new(Exit::Usage, format!("{file}: {error}")))?;
        for (number, line) in lines.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = core::str::from_utf8(line)
                .map_err(|_| Failure::new(Exit::Usage, format!("{file}: line {} is not text in UTF-8", number + 1)))?;
            match line {
                "" if number == 0 => {}
                "" => break,
                line if number == 0 && is_first(line) => {}
                line => headers.push(header(line)?),
            }
        }
    }
    Ok(headers)
}

/// Whether this is the first line of a request or a response (RFC 9112 §3 and §4).
fn is_first(line: &str) -> bool {
    match line.split(' ').collect::<Vec<_>>()[..] {
        [method, _, version] if version.starts_with("HTTP/") => !method.contains(':'),
        [version, ..] => version.starts_with("HTTP/"),
        [] => false,
    }
}

/// Reads the bytes of a file or of standard input.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Source::open(path)?.read_all(|piece| bytes.extend_from_slice(piece))?;
    Ok(bytes)
}

/// Parses one line (RFC 9112 §5): its name has no space before or after it, and no line end.
fn header(line: &str) -> Result<(String, String)> {
    match line.split_once(':') {
        Some((name, value)) if !name.contains([' ', '\t']) && !line.contains(['\r', '\n', '\0']) => {
            Ok((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()))
        }
        _ => Err(Failure::new(Exit::Usage, format!("{line:?} is no header")).hint("a header is NAME: VALUE")),
    }
}

/// Reads a request file (RFC 9112).
fn parse(path: &Path, scheme: Scheme) -> Result<Message> {
    let contents = read_file(path)?;
    let name = if path.as_os_str() == DASH { "standard input".into() } else { path.display().to_string() };
    let refused = |why: &str| {
        Failure::new(Exit::Failure, format!("{name}: {why}")).hint(
            "a request is a line such as POST /pay HTTP/1.1, header lines with a Host, an empty line, and the body",
        )
    };
    let bytes = text::line(&contents).map_err(|error| refused(&error.to_string()))?;
    let mut lines = [EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut lines);
    let len = match request.parse(bytes) {
        Ok(Status::Complete(len)) => len,
        Ok(Status::Partial) => return Err(refused("the request's header does not end: no empty line follows it")),
        Err(error) => return Err(refused(&format!("this is not an HTTP/1.1 request: {error}"))),
    };
    let headers: Vec<(String, Vec<u8>)> =
        request.headers.iter().map(|line| (line.name.to_owned(), line.value.to_vec())).collect();
    let method = request.method.unwrap_or_default();
    let host = match values(&headers, "Host")[..] {
        [host] => core::str::from_utf8(host).unwrap_or_default(),
        [] => return Err(refused("the request has no Host header")),
        _ => return Err(refused("the request has more than one Host header")),
    };
    let scheme = match scheme {
        Scheme::Http => request::Scheme::Http,
        Scheme::Https => request::Scheme::Https,
    };
    let target = Target::received(scheme, host, method, request.path.unwrap_or_default());
    let target = target.map_err(|error| refused(&error.to_string()))?;
    let body = body(&bytes[len..], &headers).map_err(|why| refused(&why))?;
    Ok(Message { method: method.to_owned(), target, headers, body })
}

fn values<'a>(headers: &'a [(String, Vec<u8>)], name: &str) -> Vec<&'a [u8]> {
    headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| &value[..]).collect()
}

/// Extracts the body from the bytes after the header (RFC 9112 §6.3). Without a length it is all of
/// them.
fn body(rest: &[u8], headers: &[(String, Vec<u8>)]) -> Result<Vec<u8>, String> {
    let (codings, mut lengths) = (values(headers, "Transfer-Encoding"), values(headers, "Content-Length"));
    lengths.dedup();
    match (&codings[..], &lengths[..]) {
        ([], []) => Ok(rest.to_vec()),
        ([coding], []) if coding.eq_ignore_ascii_case(b"chunked") => {
            join_chunks(rest).ok_or_else(|| "the chunks of the body are malformed or cut short".into())
        }
        ([], [length]) if number(length) == Some(rest.len()) => Ok(rest.to_vec()),
        ([], [length]) => Err(format!(
            "{} bytes follow the header, and Content-Length is {}: was the body cut, or a line end added to it?",
            rest.len(),
            String::from_utf8_lossy(length)
        )),
        _ => Err("the header gives the length of the body in several ways, or in an unknown one".into()),
    }
}

/// Parses digits only: `parse` would accept a sign.
fn number(text: &[u8]) -> Option<usize> {
    let digits = core::str::from_utf8(text).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits?.parse().ok()
}

/// Decodes chunks (RFC 9112 §7.1). Trailers are ignored.
fn join_chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let Ok(Status::Complete((start, len))) = httparse::parse_chunk_size(rest) else { return None };
        if len == 0 {
            return Some(body);
        }
        let end = start.checked_add(usize::try_from(len).ok()?)?;
        body.extend_from_slice(rest.get(start..end)?);
        rest = rest[end..].strip_prefix(b"\r\n")?;
    }
}
