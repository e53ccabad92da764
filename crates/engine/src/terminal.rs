//! Asking for a secret at the terminal, without echo, straight into secret memory.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::EngineError;
use crate::system::memory::SecretMemory;

/// The longest answer, in bytes. What is typed beyond it is refused, not cut off.
pub const LONGEST: usize = 1024;

const INTERRUPT: u8 = 0x03;
const END_OF_FILE: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const KILL_LINE: u8 = 0x15;
const DELETE: u8 = 0x7f;

/// Writes `prompt` to the terminal of this process and reads one line from it, without echo.
///
/// The line comes without its end. Backspace and Ctrl-U edit it. The terminal is as before on
/// return, whatever happens, and when SIGHUP, SIGINT, SIGQUIT or SIGTERM ends the process
/// meanwhile. Where the program has a handler of its own for one of them that ends the process
/// without returning, it calls [`restore`]. Questions are asked one after the other.
///
/// # Errors
/// [`ErrorKind::NotConnected`] if the process has no terminal, [`ErrorKind::Interrupted`] on Ctrl-C
/// or a signal, [`ErrorKind::UnexpectedEof`] on Ctrl-D, [`ErrorKind::InvalidInput`] if the line is
/// longer than [`LONGEST`].
pub fn ask(prompt: &str) -> io::Result<SecretMemory> {
    let mut terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/tty")
        .map_err(|_| io::Error::new(ErrorKind::NotConnected, "there is no terminal to ask at"))?;
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let _quiet = Quiet::new(&terminal)?;
    terminal.write_all(prompt.as_bytes())?;
    let line = read_line(&mut terminal);
    terminal.write_all(b"\r\n")?;
    line
}

/// Gives the terminal its echo back if a question is being asked, for a handler that is about to
/// end the process.
///
/// It may be called in a signal handler.
pub fn restore() {
    let asking = ASKING.swap(ptr::null_mut(), Ordering::AcqRel);
    // SAFETY: the pointer is null or comes from a box, and the code that swaps it out owns the box.
    // It is not freed, which a signal handler must not do: the process is about to end.
    if let Some(Settings { terminal, before }) = unsafe { asking.as_ref() } {
        // TCSANOW, as waiting for output could take forever. SAFETY: `before` is a valid structure;
        // tcsetattr may be called in signal handlers (POSIX.1-2017 §2.4.3).
        unsafe { libc::tcsetattr(*terminal, libc::TCSANOW, before) };
    }
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
                // All bytes of the last UTF-8 character: its continuation bytes, then the one that
                // leads.
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

/// The terminal at which a question is being asked, or null.
static ASKING: AtomicPtr<Settings> = AtomicPtr::new(ptr::null_mut());

#[derive(Clone, Copy)]
struct Settings {
    terminal: i32,
    before: libc::termios,
}

/// A terminal without echo, line editing and signal keys; as it was, when dropped.
struct Quiet {
    settings: Settings,
    _handlers: Handlers,
}

impl Quiet {
    /// The caller keeps `terminal` open longer than the result, and has one of them at a time.
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
        // From here on a signal, or the drop, brings the settings back.
        let settings = Settings { terminal, before };
        ASKING.store(Box::into_raw(Box::new(settings)), Ordering::Release);
        let guard = Self { settings, _handlers: Handlers::install() };
        // TCSAFLUSH drops what was typed ahead, which was not meant for this question.
        // SAFETY: `quiet` is a valid structure.
        if unsafe { libc::tcsetattr(terminal, libc::TCSAFLUSH, &raw const quiet) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(guard)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // SAFETY: `before` is a valid structure. A failure leaves nothing that could be done.
        unsafe { libc::tcsetattr(self.settings.terminal, libc::TCSADRAIN, &raw const self.settings.before) };
        let asking = ASKING.swap(ptr::null_mut(), Ordering::AcqRel);
        if !asking.is_null() {
            // SAFETY: it comes from a box, and the code that swaps it out owns the box.
            drop(unsafe { Box::from_raw(asking) });
        }
    }
}

/// Handlers that restore the terminal, for those signals that would end the process without anyone
/// being asked.
struct Handlers {
    installed: [bool; SIGNALS.len()],
}

const SIGNALS: [libc::c_int; 4] = [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM];

impl Handlers {
    fn install() -> Self {
        let installed = SIGNALS.map(|signal| {
            let is_default = current(signal).is_some_and(|action| action.sa_sigaction == libc::SIG_DFL);
            // SA_RESETHAND: once it is called, the signal has its usual effect again.
            is_default && set(signal, restore_and_end as *const () as libc::sighandler_t, libc::SA_RESETHAND)
        });
        Self { installed }
    }
}

impl Drop for Handlers {
    fn drop(&mut self) {
        let ours = restore_and_end as *const () as libc::sighandler_t;
        for (signal, _) in SIGNALS.into_iter().zip(self.installed).filter(|(_, installed)| *installed) {
            // Unless another part of the program has set its own meanwhile.
            if current(signal).is_some_and(|action| action.sa_sigaction == ours) {
                set(signal, libc::SIG_DFL, 0);
            }
        }
    }
}

extern "C" fn restore_and_end(signal: libc::c_int) {
    restore();
    // SAFETY: raise may be called in signal handlers. The signal is blocked until this one returns,
    // and then has its usual effect, which ends the process and tells the parent why.
    unsafe { libc::raise(signal) };
}

fn current(signal: libc::c_int) -> Option<libc::sigaction> {
    let mut action = core::mem::MaybeUninit::uninit();
    // SAFETY: `action` is a valid place for the answer, and a null pointer asks for no change.
    let done = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) } == 0;
    // SAFETY: sigaction succeeded and so filled it.
    done.then(|| unsafe { action.assume_init() })
}

/// Whether `handler` is in place now.
fn set(signal: libc::c_int, handler: libc::sighandler_t, flags: libc::c_int) -> bool {
    // SAFETY: for this structure of numbers, and on some systems null pointers, zeros are valid: an
    // empty mask, no flags.
    let mut action: libc::sigaction = unsafe { core::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = flags;
    // SAFETY: `action` is valid, and `handler` SIG_DFL or a function that does only what a handler
    // may.
    unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) == 0 }
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
