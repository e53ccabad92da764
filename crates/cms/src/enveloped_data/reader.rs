//! BER (ITU-T X.690) read from a stream, for messages whose content does not fit into memory.
//!
//! The parts before the content are held in memory up to a limit, and every length is held to
//! that of the element around it before anything is read.

use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};

use asn1::{ParseError, ParseErrorKind};
use ironlatch_core::error::IoOperation;
use zeroize::Zeroizing;

use crate::ber::{self, MAX_DEPTH};
use crate::der::OCTET_STRING;
use crate::error::{Error, Result};

const CONSTRUCTED: u8 = 0x20;
const BUFFER: usize = 64 * 1024;

/// The place where an element ends.
#[derive(Debug, Clone, Copy)]
struct Scope {
    /// The position that nothing in it reaches past.
    end: u64,
    /// Whether it ends before that, where it says so.
    is_indefinite: bool,
}

/// A tag and a length.
#[derive(Debug, Clone)]
pub(super) struct Header {
    octets: Vec<u8>,
    /// The length; not said, in the indefinite form.
    len: Option<u64>,
}

impl Header {
    /// The tag, which is one octet.
    pub(super) fn tag(&self) -> u8 {
        self.octets[0]
    }
}

/// A place to come back to.
#[derive(Debug)]
pub(super) struct Place {
    position: u64,
    scopes: Vec<Scope>,
}

/// The octets of a string that are still to come.
#[derive(Debug, Clone)]
pub(super) struct Octets {
    /// The rest of the piece that is being read.
    left: u64,
    /// How many elements the string stands in.
    depth: usize,
}

pub(super) struct Reader<R> {
    input: BufReader<R>,
    /// Where the input's own count was at our position 0; not known for what cannot be read twice.
    base: Option<u64>,
    position: u64,
    scopes: Vec<Scope>,
}

impl<R: Read + Seek> Reader<R> {
    pub(super) fn new(mut input: R) -> Self {
        let base = input.stream_position().ok();
        Self { input: BufReader::with_capacity(BUFFER, input), base, position: 0, scopes: Vec::new() }
    }

    /// The first octets, which stay to be read.
    pub(super) fn peek(&mut self) -> Result<&[u8]> {
        loop {
            match self.input.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(reading(error)),
            }
        }
        Ok(self.input.buffer())
    }

    /// All that is left, if that is not more than `limit`.
    pub(super) fn read_all(&mut self, limit: u64) -> Result<Zeroizing<Vec<u8>>> {
        let mut all = Zeroizing::new(Vec::new());
        (&mut self.input).take(limit + 1).read_to_end(&mut all).map_err(reading)?;
        if all.len() as u64 > limit {
            return Err(Error::value(format!("PEM text of more than {limit} bytes is not read: convert it to DER")));
        }
        Ok(all)
    }

    /// The next element's header. `None` at the end of the element that is being read.
    pub(super) fn next(&mut self) -> Result<Option<Header>> {
        let scope = self.scope();
        if !scope.is_indefinite && self.position == scope.end {
            return Ok(None);
        }
        let mut octets = vec![0; 2];
        self.read(&mut octets)?;
        if scope.is_indefinite && octets == [0, 0] {
            return Ok(None);
        }
        if octets[0] & 0x1f == 0x1f || octets[0] == 0 {
            return Err(ParseError::new(ParseErrorKind::InvalidTag).into());
        }
        let len = match octets[1] {
            short @ 0..0x80 => Some(short.into()),
            0x80 if octets[0] & CONSTRUCTED != 0 => None,
            0x81..=0x88 => {
                let count = usize::from(octets[1] & 0x7f);
                octets.resize(2 + count, 0);
                self.read(&mut octets[2..])?;
                Some(octets[2..].iter().fold(0, |len, &octet| len << 8 | u64::from(octet)))
            }
            _ => return Err(ParseError::new(ParseErrorKind::InvalidLength).into()),
        };
        if len.is_some_and(|len| len > scope.end - self.position) {
            return Err(short());
        }
        Ok(Some(Header { octets, len }))
    }

    /// The next element's header, which has to be there and to have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Header> {
        let header = self.next()?.ok_or_else(short)?;
        if header.tag() != tag {
            return Err(Error::rule("an element has another tag than the structure has here"));
        }
        Ok(header)
    }

    /// Begins with the elements in an element.
    pub(super) fn enter(&mut self, header: &Header) -> Result<()> {
        if self.scopes.len() >= MAX_DEPTH {
            return Err(Error::rule("elements stand inside each other too deeply"));
        }
        let end = header.len.map_or_else(|| self.scope().end, |len| self.position + len);
        self.scopes.push(Scope { end, is_indefinite: header.len.is_none() });
        Ok(())
    }

    /// Goes on behind the element whose end [`next`](Self::next) has found.
    pub(super) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// Reads a whole element, of `limit` bytes at most, and gives it in DER.
    pub(super) fn whole(&mut self, header: &Header, limit: usize) -> Result<Zeroizing<Vec<u8>>> {
        let mut raw = Zeroizing::new(Vec::new());
        self.copy(header, Some((&mut raw, limit)))?;
        let (element, _) = ber::to_der(&raw)?;
        Ok(Zeroizing::new(element.as_slice().to_vec()))
    }

    /// Passes over an element.
    pub(super) fn skip(&mut self, header: &Header) -> Result<()> {
        self.copy(header, None)
    }

    fn copy(&mut self, header: &Header, mut to: Option<(&mut Zeroizing<Vec<u8>>, usize)>) -> Result<()> {
        let outside = self.scopes.len();
        let mut next = Some(header.clone());
        loop {
            match &next {
                Some(header) => {
                    self.keep(&mut to, &header.octets)?;
                    match header.len {
                        Some(len) => self.copy_octets(len, &mut to)?,
                        None => self.enter(header)?,
                    }
                }
                None => {
                    self.keep(&mut to, &[0, 0])?;
                    self.leave();
                }
            }
            if self.scopes.len() == outside {
                return Ok(());
            }
            next = self.next()?;
        }
    }

    #[allow(clippy::unused_self)] // Next to the other one, it reads as one of two.
    fn keep(&self, to: &mut Option<(&mut Zeroizing<Vec<u8>>, usize)>, octets: &[u8]) -> Result<()> {
        if let Some((raw, limit)) = to {
            if octets.len() > limit.saturating_sub(raw.len()) {
                return Err(Error::TooMuchWork(format!("a part of the message has more than {limit} bytes").into()));
            }
            raw.extend_from_slice(octets);
        }
        Ok(())
    }

    fn copy_octets(&mut self, mut len: u64, to: &mut Option<(&mut Zeroizing<Vec<u8>>, usize)>) -> Result<()> {
        if to.is_none() {
            return self.pass(len);
        }
        let mut buffer = [0; 4096];
        while len > 0 {
            let part = &mut buffer[..len.min(4096) as usize];
            self.read(part)?;
            len -= part.len() as u64;
            self.keep(to, part)?;
        }
        Ok(())
    }

    /// Begins with an octet string, under this tag or the same for a string in pieces.
    pub(super) fn octets(&mut self, header: &Header, tag: u8) -> Result<Octets> {
        let depth = self.scopes.len();
        match header.len {
            Some(left) if header.tag() == tag => Ok(Octets { left, depth }),
            _ if header.tag() == tag | CONSTRUCTED => {
                self.enter(header)?;
                Ok(Octets { left: 0, depth })
            }
            _ => Err(Error::rule("the encrypted content is not an octet string")),
        }
    }

    /// Reads on in an octet string until `buffer` is full or the string ends.
    pub(super) fn fill(&mut self, octets: &mut Octets, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() && self.find_piece(octets)? {
            let count = octets.left.min((buffer.len() - filled) as u64) as usize;
            self.read(&mut buffer[filled..filled + count])?;
            octets.left -= count as u64;
            filled += count;
        }
        Ok(filled)
    }

    /// Passes over the rest of an octet string.
    pub(super) fn skip_octets(&mut self, octets: &mut Octets) -> Result<()> {
        while self.find_piece(octets)? {
            self.pass(octets.left)?;
            octets.left = 0;
        }
        Ok(())
    }

    /// Goes to the next piece that has octets, if the one before was read. False at the end.
    fn find_piece(&mut self, octets: &mut Octets) -> Result<bool> {
        while octets.left == 0 {
            if self.scopes.len() == octets.depth {
                return Ok(false);
            }
            match self.next()? {
                None => self.leave(),
                Some(header) => match header.len {
                    Some(len) if header.tag() == OCTET_STRING => octets.left = len,
                    _ if header.tag() == OCTET_STRING | CONSTRUCTED => self.enter(&header)?,
                    _ => return Err(Error::rule("a piece of a string is of another type than the string")),
                },
            }
        }
        Ok(true)
    }

    /// The place that is read next. `None` if the input cannot be read twice.
    pub(super) fn place(&self) -> Option<Place> {
        self.base.map(|_| Place { position: self.position, scopes: self.scopes.clone() })
    }

    /// Goes back to a place.
    pub(super) fn go_back(&mut self, place: Place) -> Result<()> {
        let base = self.base.unwrap_or_default();
        self.input.seek(SeekFrom::Start(base + place.position)).map_err(reading)?;
        (self.position, self.scopes) = (place.position, place.scopes);
        Ok(())
    }

    fn scope(&self) -> Scope {
        // Positions are those of files, which the system counts with a sign.
        const WHOLE: Scope = Scope { end: i64::MAX as u64, is_indefinite: false };
        self.scopes.last().copied().unwrap_or(WHOLE)
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<()> {
        if buffer.len() as u64 > self.scope().end - self.position {
            return Err(short());
        }
        self.input.read_exact(buffer).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => short(),
            _ => reading(error),
        })?;
        self.position += buffer.len() as u64;
        Ok(())
    }

    /// Passes over octets that are in the element: in a file by going on behind them.
    fn pass(&mut self, len: u64) -> Result<()> {
        if self.base.is_some() {
            self.input.seek_relative(len as i64).map_err(reading)?;
        } else {
            let passed = std::io::copy(&mut (&mut self.input).take(len), &mut std::io::sink()).map_err(reading)?;
            if passed < len {
                return Err(short());
            }
        }
        self.position += len;
        Ok(())
    }
}

fn short() -> Error {
    ParseError::new(ParseErrorKind::ShortData { needed: 1 }).into()
}

fn reading(error: std::io::Error) -> Error {
    ironlatch_core::Error::io(IoOperation::Read, None, error).into()
}
