//! Asking for a secret at the terminal, without echo, straight into secret memory.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsRawFd;

use crate::EngineError;
use crate::memory::SecretMemory;

/// The longest answer, in bytes. What is typed beyond it is refused, not cut off.
pub const LONGEST: usize = 1024;

const INTERRUPT: u8 = 0x03;
const END_OF_FILE: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const KILL_LINE: u8 = 0x15;
const DELETE: u8 = 0x7f;

/// Writes `prompt` to the terminal of this process and reads one line from it, without echo.
///
/// The line comes without its end. Backspace and Ctrl-U edit it. The terminal is as before on return, whatever happens.
///
/// # Errors
/// [`ErrorKind::NotConnected`] if the process has no terminal, [`ErrorKind::Interrupted`] on Ctrl-C or a signal,
/// [`ErrorKind::UnexpectedEof`] on Ctrl-D, [`ErrorKind::InvalidInput`] if the line is longer than [`LONGEST`].
pub fn ask(prompt: &str) -> io::Result<SecretMemory> {
    let mut terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/tty")
        .map_err(|_| io::Error::new(ErrorKind::NotConnected, "there is no terminal to ask at"))?;
    let _quiet = Quiet::new(&terminal)?;
    terminal.write_all(prompt.as_bytes())?;
    let line = read_line(&mut terminal);
    terminal.write_all(b"\r\n")?;
    line
}

fn read_line(input: &mut impl Read) -> io::Result<SecretMemory> {
    let mut line = zeroed(LONGEST)?;
    let mut len = 0;
    let mut too_long = false;
    // One byte at a time, so that no reader's buffer holds a copy.
    let mut byte = zeroed(1)?;
    loop {
        if input.read(&mut byte)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        match byte[0] {
            b'\n' | b'\r' => break,
            INTERRUPT => return Err(ErrorKind::Interrupted.into()),
            END_OF_FILE if len == 0 => return Err(ErrorKind::UnexpectedEof.into()),
            END_OF_FILE => break,
            KILL_LINE => {
                len = 0;
                too_long = false;
            }
            BACKSPACE | DELETE => {
                // All bytes of the last UTF-8 character: its continuation bytes, then the one that leads.
                while len > 0 && line[len - 1] & 0xc0 == 0x80 {
                    len -= 1;
                }
                len = len.saturating_sub(1);
            }
            _ if len == LONGEST => too_long = true,
            other => {
                line[len] = other;
                len += 1;
            }
        }
    }
    if too_long {
        return Err(io::Error::new(ErrorKind::InvalidInput, format!("the answer is longer than {LONGEST} bytes")));
    }
    let mut answer = zeroed(len)?;
    answer.copy_from_slice(&line[..len]);
    Ok(answer)
}

fn zeroed(len: usize) -> io::Result<SecretMemory> {
    SecretMemory::zeroed(len).map_err(|_: EngineError| ErrorKind::OutOfMemory.into())
}

/// A terminal without echo, line editing and signal keys; as it was, when dropped.
struct Quiet {
    terminal: i32,
    before: libc::termios,
}

impl Quiet {
    /// The caller keeps `terminal` open longer than the result.
    fn new(terminal: &File) -> io::Result<Self> {
        let terminal = terminal.as_raw_fd();
        let mut before = core::mem::MaybeUninit::uninit();
        // SAFETY: `before` is a valid place for the answer.
        if unsafe { libc::tcgetattr(terminal, before.as_mut_ptr()) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: tcgetattr succeeded and so filled it.
        let before = unsafe { before.assume_init() };
        let mut quiet = before;
        quiet.c_lflag &= !(libc::ECHO | libc::ECHONL | libc::ICANON | libc::ISIG);
        quiet.c_cc[libc::VMIN] = 1;
        quiet.c_cc[libc::VTIME] = 0;
        // TCSAFLUSH drops what was typed ahead, which was not meant for this question.
        // SAFETY: `quiet` is a valid structure.
        if unsafe { libc::tcsetattr(terminal, libc::TCSAFLUSH, &raw const quiet) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { terminal, before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // SAFETY: `before` is a valid structure. A failure leaves nothing that could be done.
        unsafe { libc::tcsetattr(self.terminal, libc::TCSADRAIN, &raw const self.before) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        read_line(&mut &keys[..]).map(|line| line.to_vec()).map_err(|error| error.kind())
    }

    #[test]
    fn edits_the_line() {
        assert_eq!(typed(b"secret\n").unwrap(), b"secret");
        assert_eq!(typed(b"secrex\x7ft\r").unwrap(), b"secret");
        assert_eq!(typed("aé\x7fb\n".as_bytes()).unwrap(), b"ab");
        assert_eq!(typed(b"wrong\x15right\n").unwrap(), b"right");
        assert_eq!(typed(b"\x7f\x7fa\x04").unwrap(), b"a");
        assert_eq!(typed(b"\n").unwrap(), b"");
    }

    #[test]
    fn gives_up() {
        assert_eq!(typed(b"abc\x03"), Err(ErrorKind::Interrupted));
        assert_eq!(typed(b"\x04"), Err(ErrorKind::UnexpectedEof));
        assert_eq!(typed(b"abc"), Err(ErrorKind::UnexpectedEof));
        let mut long = vec![b'a'; LONGEST + 1];
        long.push(b'\n');
        assert_eq!(typed(&long), Err(ErrorKind::InvalidInput));
    }
}
