//! Header lines and whole requests, as arguments and files bring them.

use std::path::{Path, PathBuf};

use httparse::{EMPTY_HEADER, Status};
use ironlatch::recipes::signing::request::Request;

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::streams::{DASH, Source};

/// The most header lines of a request file.
const MAX_HEADERS: usize = 256;

/// A request, from a file that holds all of it or from its parts.
#[derive(clap::Args)]
pub(crate) struct RequestOptions {
    /// The whole request as HTTP/1.1 has it: request line, header, empty line, body; - for standard input
    #[arg(value_name = "REQUEST-FILE", required_unless_present = "url", conflicts_with_all = ["url", "method", "body"])]
    file: Option<PathBuf>,
    /// Where the request goes, in place of a request file
    #[arg(short, long, value_name = "URL")]
    url: Option<String>,
    /// The method; by default GET, or POST where there is a body
    #[arg(short = 'X', long, value_name = "METHOD", requires = "url")]
    method: Option<String>,
    /// A header line, or @FILE for a file of them
    #[arg(short = 'H', long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// The file of the body, as it is sent; - for standard input
    #[arg(short, long, value_name = "FILE", requires = "url")]
    body: Option<PathBuf>,
    /// How a request file is sent, which it does not say itself
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
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl RequestOptions {
    /// Whether standard input is read.
    pub(crate) fn is_stdin(&self) -> bool {
        [&self.file, &self.body].into_iter().flatten().any(|path| path.as_os_str() == DASH)
    }

    pub(crate) fn read(&self) -> Result<Message> {
        let mut message = match (&self.file, &self.url) {
            (Some(path), _) => parse(path, self.scheme)?,
            (None, url) => {
                let body = self.body.as_deref().map_or(Ok(Vec::new()), read_file)?;
                let usual = if body.is_empty() { "GET" } else { "POST" };
                Message {
                    method: self.method.clone().unwrap_or_else(|| usual.into()),
                    url: url.clone().unwrap_or_default(),
                    headers: Vec::new(),
                    body,
                }
            }
        };
        message.headers.extend(headers(&self.header)?);
        Ok(message)
    }
}

impl Message {
    /// As the library takes it.
    pub(crate) fn request(&self) -> Result<Request<'_>> {
        let wrong = |error: ironlatch::Error| Failure::new(Exit::Usage, error.to_string());
        let mut request = Request::new(&self.method, &self.url).map_err(wrong)?.with_body(&self.body);
        for (name, value) in &self.headers {
            request.fields_mut().add(name, value.as_bytes()).map_err(wrong)?;
        }
        Ok(request)
    }
}

/// Names and values of the header lines that are given, or of those in files.
pub(crate) fn headers(given: &[String]) -> Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    for entry in given {
        let Some(file) = entry.strip_prefix('@') else {
            headers.push(header(entry)?);
            continue;
        };
        let text = read_file(Path::new(file))?;
        for line in String::from_utf8_lossy(&text).lines() {
            // The first line of a request, the empty one at the end, are no headers.
            if !line.is_empty() && !line.contains(" HTTP/") && !line.starts_with("HTTP/") {
                headers.push(header(line)?);
            }
        }
    }
    Ok(headers)
}

/// The bytes of a file, or of standard input.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Source::open(path)?.read_all(|piece| bytes.extend_from_slice(piece))?;
    Ok(bytes)
}

fn header(line: &str) -> Result<(String, String)> {
    match line.split_once(':') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => Err(Failure::new(Exit::Usage, format!("{line:?} is no header")).hint("a header is NAME: VALUE")),
    }
}

/// Reads a request file (RFC 9112).
fn parse(path: &Path, scheme: Scheme) -> Result<Message> {
    let bytes = read_file(path)?;
    let name = if path.as_os_str() == DASH { "standard input".into() } else { path.display().to_string() };
    let refused = |why: &str| {
        Failure::new(Exit::Failure, format!("{name}: {why}")).hint(
            "a request is a line such as POST /pay HTTP/1.1, header lines with a Host, an empty line, and the body",
        )
    };
    let mut lines = [EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut lines);
    let len = match request.parse(&bytes) {
        Ok(Status::Complete(len)) => len,
        Ok(Status::Partial) => return Err(refused("the request's header does not end: no empty line follows it")),
        Err(error) => return Err(refused(&format!("this is no HTTP/1.1 request: {error}"))),
    };
    let headers: Vec<(String, String)> = request
        .headers
        .iter()
        .map(|line| (line.name.to_owned(), String::from_utf8_lossy(line.value).into_owned()))
        .collect();
    let url = url(request.path.unwrap_or_default(), &headers, scheme).map_err(refused)?;
    let body = body(&bytes[len..], &headers).map_err(|why| refused(&why))?;
    Ok(Message { method: request.method.unwrap_or_default().to_owned(), url, headers, body })
}

fn values<'a>(headers: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str()).collect()
}

/// The URL of a request line's target and the Host (RFC 9112 §3.3).
fn url(target: &str, headers: &[(String, String)], scheme: Scheme) -> Result<String, &'static str> {
    if target.starts_with("http://") || target.starts_with("https://") {
        return Ok(target.to_owned());
    }
    if !target.starts_with('/') {
        return Err("the request's target is neither a path nor a URL");
    }
    let scheme = match scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    match values(headers, "Host")[..] {
        [host] => Ok(format!("{scheme}://{}{target}", host.trim())),
        [] => Err("the request has no Host header"),
        _ => Err("the request has more than one Host header"),
    }
}

/// The body in what follows the header (RFC 9112 §6.3). Without a length it is all of that.
fn body(rest: &[u8], headers: &[(String, String)]) -> Result<Vec<u8>, String> {
    let (codings, mut lengths) = (values(headers, "Transfer-Encoding"), values(headers, "Content-Length"));
    lengths.dedup();
    match (&codings[..], &lengths[..]) {
        ([], []) => Ok(rest.to_vec()),
        ([coding], []) if coding.eq_ignore_ascii_case("chunked") => {
            join_chunks(rest).ok_or_else(|| "the chunks of the body are malformed or cut short".into())
        }
        ([], [length]) if is_number(length) && length.parse() == Ok(rest.len()) => Ok(rest.to_vec()),
        ([], [length]) => Err(format!(
            "{} bytes follow the header, and Content-Length is {length}: was the body cut, or a line end put behind it?",
            rest.len()
        )),
        _ => Err("the header says in several ways, or in none known here, how long the body is".into()),
    }
}

/// Without a sign, which `parse` alone would take.
fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// RFC 9112 §7.1. What trails is not looked at.
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
