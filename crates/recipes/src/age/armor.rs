//! ASCII armor: an age file as text, to be pasted into a mail (age §"ASCII armor", RFC 7468 §3 in
//! its strict form).
//!
//! It is read as strictly as it is written, so that a file has one armored form: only the line ends
//! may be `\r\n`, and there may be white space around the whole.

use core::fmt;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const END: &[u8] = b"-----END AGE ENCRYPTED FILE-----";

/// Columns of a full line, and the bytes that it holds.
const COLUMNS: usize = 64;
const BYTES_PER_LINE: usize = 48;

/// Lines that are decoded at once.
const LINES: usize = 1024;

/// Writes its input as ASCII armor. [`finish`](Self::finish) writes the last line: without it the
/// armor is truncated, which every reader detects.
///
/// ```
/// use std::io::Write;
/// use ironlatch::recipes::files::{ArmoredWriter, Identity, decrypt, encrypt};
///
/// let identity = Identity::generate();
/// let mut output = ArmoredWriter::new(Vec::new());
/// encrypt(&[identity.recipient().unwrap()], &mut &b"attack at dawn"[..], &mut output)?;
/// let mail = output.finish().unwrap();
/// assert!(mail.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----\n"));
///
/// let mut decrypted = Vec::new();
/// decrypt(&[identity], &mut &mail[..], &mut decrypted)?;
/// # assert_eq!(decrypted, b"attack at dawn");
/// # Ok::<(), ironlatch::recipes::Error>(())
/// ```
#[derive(Debug)]
pub struct ArmoredWriter<W> {
    output: W,
    begun: bool,
    /// The bytes that do not fill a line yet.
    pending: Vec<u8>,
    /// Whole lines on their way out.
    lines: Vec<u8>,
}

impl<W: Write> ArmoredWriter<W> {
    /// Armor around what is written to `output`.
    pub fn new(output: W) -> Self {
        Self { output, begun: false, pending: Vec::with_capacity(BYTES_PER_LINE), lines: Vec::new() }
    }

    /// Writes what is left and the last line, and gives the output back.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.begin();
        if !self.pending.is_empty() {
            push_line(&self.pending, &mut self.lines);
        }
        self.lines.extend_from_slice(END);
        self.lines.push(b'\n');
        self.output.write_all(&self.lines)?;
        self.output.flush()?;
        Ok(self.output)
    }

    fn begin(&mut self) {
        if !self.begun {
            self.begun = true;
            self.lines.extend_from_slice(BEGIN);
            self.lines.push(b'\n');
        }
    }
}

impl<W: Write> Write for ArmoredWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(LINES * BYTES_PER_LINE);
        let mut bytes = &bytes[..taken];
        self.begin();
        if !self.pending.is_empty() {
            let (head, rest) = bytes.split_at(bytes.len().min(BYTES_PER_LINE - self.pending.len()));
            self.pending.extend_from_slice(head);
            bytes = rest;
            if self.pending.len() == BYTES_PER_LINE {
                push_line(&self.pending, &mut self.lines);
                self.pending.clear();
            }
        }
        let mut full = bytes.chunks_exact(BYTES_PER_LINE);
        full.by_ref().for_each(|line| push_line(line, &mut self.lines));
        self.pending.extend_from_slice(full.remainder());
        let written = self.output.write_all(&self.lines);
        self.lines.clear();
        written.map(|()| taken)
    }

    /// Whole lines are written at once; the rest of a line stays until [`finish`](Self::finish).
    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

fn push_line(bytes: &[u8], lines: &mut Vec<u8>) {
    let start = lines.len();
    lines.resize(start + COLUMNS, 0);
    let len = STANDARD.encode_slice(bytes, &mut lines[start..]).expect("a line has room for its bytes");
    lines.truncate(start + len);
    lines.push(b'\n');
}

/// Reads an age file, from its armor if it is in one.
#[derive(Debug)]
pub(super) struct Unarmored<R> {
    input: BufReader<R>,
    state: State,
    /// Bytes out of the armor, and how many of them have been read.
    decoded: Vec<u8>,
    consumed: usize,
    line: Vec<u8>,
    /// The error after the decoded bytes.
    failed: Option<io::Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing has been read.
    New,
    /// There is no armor.
    Plain,
    /// Within the armor.
    Armored,
    /// After its last line.
    Ended,
}

impl<R: Read> Unarmored<R> {
    pub(super) fn new(input: R) -> Self {
        let input = BufReader::new(input);
        Self { input, state: State::New, decoded: Vec::new(), consumed: 0, line: Vec::new(), failed: None }
    }

    /// Whether there is armor. Known once something has been read.
    pub(super) fn is_armored(&self) -> bool {
        matches!(self.state, State::Armored | State::Ended)
    }

    /// The input, which stands after what was read if there is no armor.
    pub(super) fn into_inner(self) -> BufReader<R> {
        self.input
    }

    /// Finds out whether there is armor.
    fn detect(&mut self) -> io::Result<()> {
        let skipped = self.skip_white_space()?;
        if self.peek()? == Some(b'-') {
            if self.next_line(BEGIN.len())? != Some(BEGIN.len()) || self.line != BEGIN {
                return Err(malformed("it begins with another line than -----BEGIN AGE ENCRYPTED FILE-----"));
            }
            self.state = State::Armored;
        } else if skipped == 0 {
            self.state = State::Plain;
        } else {
            return Err(malformed("there is white space before the file"));
        }
        Ok(())
    }

    /// Decodes the next lines. What is wrong with one is told once those before it have been read;
    /// then there are no more.
    fn decode(&mut self) -> io::Result<()> {
        self.decoded.clear();
        self.consumed = 0;
        if let Err(error) = self.decode_lines() {
            self.state = State::Ended;
            self.failed = Some(error);
        }
        match self.failed.take_if(|_| self.decoded.is_empty()) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn decode_lines(&mut self) -> io::Result<()> {
        while self.state == State::Armored && self.decoded.len() < LINES * BYTES_PER_LINE {
            let len = self.next_line(COLUMNS)?;
            if self.line == END {
                self.end()?;
                break;
            }
            // The end of the input is an end of the line for the last line alone.
            let len = len.ok_or_else(|| malformed("its last line is missing: it was cut short"))?;
            let before = self.decoded.len();
            if len == 0 || STANDARD.decode_vec(&self.line, &mut self.decoded).is_err() {
                self.decoded.truncate(before);
                return Err(malformed("a line is not canonical base64"));
            }
            if self.decoded.len() < before + BYTES_PER_LINE {
                self.next_line(END.len())?;
                if self.line != END {
                    return Err(malformed("a short line is not followed by -----END AGE ENCRYPTED FILE-----"));
                }
                self.end()?;
            }
        }
        Ok(())
    }

    /// After the last line there may be white space alone.
    fn end(&mut self) -> io::Result<()> {
        self.state = State::Ended;
        self.skip_white_space()?;
        if self.peek()?.is_none() { Ok(()) } else { Err(malformed("there is something after its last line")) }
    }

    fn skip_white_space(&mut self) -> io::Result<u64> {
        let mut skipped = 0;
        while self.peek()?.is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            self.input.consume(1);
            skipped += 1;
        }
        Ok(skipped)
    }

    /// The next byte, which stays. `None` at the end of the input.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return other.map(|buffer| buffer.first().copied()),
            }
        }
    }

    /// Puts the next line into `line`, without its end, and returns its length. `None` if the input
    /// ended before it did.
    fn next_line(&mut self, limit: usize) -> io::Result<Option<usize>> {
        self.line.clear();
        // Two bytes for the line's end.
        self.input.by_ref().take(limit as u64 + 2).read_until(b'\n', &mut self.line)?;
        let ended = self.line.pop_if(|byte| *byte == b'\n').is_some();
        if ended {
            self.line.pop_if(|byte| *byte == b'\r');
        }
        if self.line.len() > limit {
            return Err(malformed("a line is too long"));
        }
        Ok(ended.then_some(self.line.len()))
    }
}

impl<R: Read> BufRead for Unarmored<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.state == State::New {
            self.detect()?;
        }
        if self.state == State::Plain {
            return self.input.fill_buf();
        }
        if self.consumed == self.decoded.len() {
            self.decode()?;
        }
        Ok(&self.decoded[self.consumed..])
    }

    fn consume(&mut self, count: usize) {
        if self.state == State::Plain {
            self.input.consume(count);
        } else {
            self.consumed += count;
        }
    }
}

impl<R: Read> Read for Unarmored<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.state == State::Plain {
            return self.input.read(buffer);
        }
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

/// The armor is not what it should be: an error of reading, that [`reading`](super::reading) knows
/// for what it is.
#[derive(Debug)]
pub(super) struct Malformed(&'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is not an age file, or its ASCII armor was changed: {}", self.0)
    }
}

impl core::error::Error for Malformed {}

fn malformed(how: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, Malformed(how))
}
