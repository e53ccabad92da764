//! Asking for a secret at the terminal, without echo, straight into secret memory.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

use ironlatch_core::error::IoOperation;
use ironlatch_core::fork::{EachProcess, Mutex, Process};
use ironlatch_core::secret::{SecretBytes, wipes_stack};
use ironlatch_core::signals::{Arrived, DeferredSignals};
use ironlatch_core::{Error, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr, tcsetattr,
};

/// The longest answer, in bytes. What is typed beyond it is refused, not cut off.
pub const LONGEST: usize = 1024;

/// Writes `prompt` to the terminal of this process and reads one line from it, without echo.
///
/// The line comes without its end. Backspace and Ctrl-U edit it; Ctrl-Z stops the program, which
/// asks again when it goes on. The terminal is as before on return, whatever happens, and when
/// SIGHUP, SIGINT, SIGQUIT or SIGTERM ends the process meanwhile. Where the program handles one of
/// them itself and ends without returning from here, it calls [`restore`]. Questions are asked one
/// after the other.
///
/// # Errors
/// [`Error::Io`] if there is no terminal ([`ErrorKind::NotConnected`]), the person gave up
/// ([`ErrorKind::Interrupted`] on Ctrl-C or a signal, [`ErrorKind::UnexpectedEof`] on Ctrl-D), or
/// typed more than [`LONGEST`] bytes ([`ErrorKind::InvalidInput`]).
#[wipes_stack(deep)]
pub fn ask(prompt: &str) -> Result<SecretBytes> {
    static ONE_AT_A_TIME: EachProcess<std::sync::Mutex<()>> = EachProcess::new();
    let turn = ONE_AT_A_TIME.get();
    let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        match ask_once(prompt) {
            Ok(Some(line)) => return Ok(line),
            // Another thread may be the one that takes the signal. Until it has, the terminal stays
            // as it was.
            Ok(None) => thread::sleep(LITTLE),
            Err(error) => return Err(failed(error)),
        }
    }
}

/// Asks twice: after `prompt`, then after `again`.
///
/// # Errors
/// Those of [`ask`], and [`Error::InvalidValue`] if the two answers differ.
#[wipes_stack(deep)]
pub fn ask_twice(prompt: &str, again: &str) -> Result<SecretBytes> {
    let first = ask(prompt)?;
    if first == ask(again)? {
        Ok(first)
    } else {
        Err(Error::value("the two entries are not the same; nothing was changed"))
    }
}

/// Gives the terminal its echo back if [`ask`] is asking at this moment.
///
/// It is for a program that handles a signal in a thread of its own and is about to end the
/// process. Without such a thread it happens by itself.
pub fn restore() {
    if let Some(before) = ASKING.lock().take().filter(|before| before.process.is_current()) {
        // A failure leaves nothing that could be done. It does not wait for output, which could
        // take forever.
        let _ = tcsetattr(&before.terminal, OptionalActions::Now, &before.settings);
    }
}

fn failed(error: io::Error) -> Error {
    let error = match error.kind() {
        kind @ ErrorKind::Interrupted => io::Error::new(kind, "interrupted"),
        kind @ ErrorKind::UnexpectedEof => io::Error::new(kind, "nothing was entered"),
        _ => error,
    };
    Error::io(IoOperation::Ask, None, error)
}

/// Asks, and gives the line, or nothing if the program was stopped before there was one.
fn ask_once(prompt: &str) -> io::Result<Option<SecretBytes>> {
    let terminal = open_terminal()?;
    let quiet = Quiet::begin(&terminal)?;
    let mut keys = Keys { terminal: &terminal, signals: &quiet.signals };
    let answer = keys.show(prompt.as_bytes()).and_then(|()| read_line(&mut keys));
    let _ = keys.show(b"\r\n");
    let arrived = quiet.signals.arrived();
    // From here on the terminal is as before, and what arrived has its effect.
    drop(quiet);
    match answer {
        Ok(Answer::Line(line)) => Ok(Some(line)),
        Ok(Answer::Suspend) => {
            // As the terminal would do it: for all programs that a shell started together.
            kill_current_process_group(Signal::TSTP)?;
            Ok(None)
        }
        Err(_) if arrived == Arrived::Stop => Ok(None),
        Err(error) => Err(error),
    }
}

fn open_terminal() -> io::Result<Arc<File>> {
    // Where output is held back (Ctrl-S), waiting for it must not keep a signal from its effect.
    let opened =
        OpenOptions::new().read(true).write(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open("/dev/tty");
    opened.map(Arc::new).map_err(|_| io::Error::new(ErrorKind::NotConnected, "there is no terminal to ask at"))
}

enum Answer {
    Line(SecretBytes),
    Suspend,
}

const INTERRUPT: u8 = 0x03;
const END_OF_FILE: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const KILL_LINE: u8 = 0x15;
const SUSPEND: u8 = 0x1a;
const DELETE: u8 = 0x7f;

fn read_line(input: &mut impl Read) -> io::Result<Answer> {
    let mut end = Ok(None);
    let line = SecretBytes::new_with(LONGEST + 1, |line| {
        end = read_keys(input, line);
        Ok::<(), Error>(())
    });
    let line = line.map_err(|_| ErrorKind::OutOfMemory)?;
    let Some(len) = end? else { return Ok(Answer::Suspend) };
    let answer = SecretBytes::new_with(len, |answer| {
        answer.copy_from_slice(&line.expose()[..len]);
        Ok::<(), Error>(())
    });
    answer.map(Answer::Line).map_err(|_| ErrorKind::OutOfMemory.into())
}

/// Fills `line`, and gives the length of the answer, or nothing for Ctrl-Z.
fn read_keys(input: &mut impl Read, line: &mut [u8]) -> io::Result<Option<usize>> {
    let mut len = 0;
    let mut too_long = false;
    loop {
        // One byte at a time and to its place, so that no buffer holds a copy.
        if input.read(&mut line[len..=len])? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        match line[len] {
            b'\n' | b'\r' => break,
            INTERRUPT => return Err(ErrorKind::Interrupted.into()),
            SUSPEND => return Ok(None),
            END_OF_FILE if len == 0 => return Err(ErrorKind::UnexpectedEof.into()),
            END_OF_FILE => break,
            KILL_LINE => {
                len = 0;
                too_long = false;
            }
            BACKSPACE | DELETE => {
                // All bytes of the last UTF-8 character: its continuation bytes, then the one that
                // leads.
                while len > 0 && line[len - 1] & 0xc0 == 0x80 {
                    len -= 1;
                }
                len = len.saturating_sub(1);
            }
            _ if len == LONGEST => too_long = true,
            _ => len += 1,
        }
    }
    if too_long {
        return Err(io::Error::new(ErrorKind::InvalidInput, format!("the answer is longer than {LONGEST} bytes")));
    }
    Ok(Some(len))
}

/// The terminal, for as long as no signal comes.
struct Keys<'a> {
    terminal: &'a File,
    signals: &'a DeferredSignals,
}

impl Keys<'_> {
    fn show(&self, mut text: &[u8]) -> io::Result<()> {
        while !text.is_empty() {
            let count = self.when(PollFlags::OUT, |mut terminal| terminal.write(text))?;
            text = &text[count..];
        }
        Ok(())
    }

    /// Does `work` when the terminal is ready for it.
    fn when(&self, ready: PollFlags, mut work: impl FnMut(&File) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            if self.signals.arrived() != Arrived::Nothing {
                return Err(ErrorKind::Interrupted.into());
            }
            let mut asked = [PollFd::new(self.terminal, ready)];
            // Not for long: the signal may have come to another thread.
            if poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: i64::from(LITTLE.subsec_nanos()) }))? == 0 {
                continue;
            }
            // macOS does not poll a terminal.
            if asked[0].revents().contains(PollFlags::NVAL) {
                thread::sleep(LITTLE);
            }
            match work(self.terminal) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                done => return done,
            }
        }
    }
}

const LITTLE: Duration = Duration::from_millis(20);

impl Read for Keys<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.when(PollFlags::IN, |mut terminal| terminal.read(buffer))
    }
}

/// A terminal without echo, line editing and signal keys; as it was, when dropped.
struct Quiet {
    signals: DeferredSignals,
}

impl Quiet {
    fn begin(terminal: &Arc<File>) -> io::Result<Self> {
        let settings = tcgetattr(terminal)?;
        let mut changed = settings.clone();
        changed.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        changed.special_codes[SpecialCodeIndex::VMIN] = 1;
        changed.special_codes[SpecialCodeIndex::VTIME] = 0;
        // From here on a signal, or the drop, brings the settings back.
        let quiet = Self { signals: DeferredSignals::begin()? };
        *ASKING.lock() = Some(Before { terminal: Arc::clone(terminal), settings, process: Process::current() });
        tcsetattr(terminal, OptionalActions::Now, &changed)?;
        // What was typed ahead was not meant for this question.
        tcflush(terminal, QueueSelector::IFlush)?;
        Ok(quiet)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        restore();
    }
}

/// The terminal at which a question is being asked.
static ASKING: Mutex<Option<Before>> = Mutex::new(None);

/// A terminal as it was before the question.
struct Before {
    terminal: Arc<File>,
    settings: Termios,
    process: Process,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        match read_line(&mut &keys[..]) {
            Ok(Answer::Line(line)) => Ok(line.expose().to_vec()),
            Ok(Answer::Suspend) => panic!("suspended"),
            Err(error) => Err(error.kind()),
        }
    }

    #[test]
    fn edits_the_line() {
        assert_eq!(typed(b"secret\n").unwrap(), b"secret");
        assert_eq!(typed(b"secrex\x7ft\r").unwrap(), b"secret");
        assert_eq!(typed("aé\x7fb\n".as_bytes()).unwrap(), b"ab");
        assert_eq!(typed(b"wrong\x15right\n").unwrap(), b"right");
        assert_eq!(typed(b"\x7f\x7fa\x04").unwrap(), b"a");
        assert_eq!(typed(b"\n").unwrap(), b"");
        let mut longest = [b'a'; LONGEST].to_vec();
        longest.extend(b"bcd\x15");
        longest.extend([b'c'; LONGEST]);
        longest.push(b'\n');
        assert_eq!(typed(&longest).unwrap(), [b'c'; LONGEST]);
    }

    #[test]
    fn gives_up() {
        assert_eq!(typed(b"abc\x03"), Err(ErrorKind::Interrupted));
        assert_eq!(typed(b"\x04"), Err(ErrorKind::UnexpectedEof));
        assert_eq!(typed(b"abc"), Err(ErrorKind::UnexpectedEof));
        let mut long = vec![b'a'; LONGEST + 1];
        long.push(b'\n');
        assert_eq!(typed(&long), Err(ErrorKind::InvalidInput));
        assert!(matches!(read_line(&mut &b"abc\x1a"[..]), Ok(Answer::Suspend)));
    }
}
