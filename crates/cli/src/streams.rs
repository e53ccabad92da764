//! Standard input and output, and files to read.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};
use ironlatch::recipes::fs::{exposure, is_exposed};
use ironlatch::secret::SecretBytes;

use crate::Result;
use crate::failure::Failure;

/// The name for standard input or output on the command line.
pub(crate) const DASH: &str = "-";

/// A file, or standard input, to read from.
pub(crate) struct Source {
    pub(crate) file: File,
    /// The name that the user gave it.
    pub(crate) name: String,
    /// The number of bytes, if it is known.
    pub(crate) len: Option<u64>,
    /// Whether every user can read it, or others can write to it.
    pub(crate) exposed: bool,
}

impl Source {
    /// Opens a file, or standard input for `-`.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if path.as_os_str() == DASH {
            let name = STDIN;
            // Has no buffer, which would keep a copy of the data.
            let input = io::stdin().as_fd().try_clone_to_owned();
            let file = File::from(input.map_err(|error| Failure::io("read", name, &error))?);
            return Ok(Self { file, name: name.into(), len: None, exposed: false });
        }
        let name = path.display().to_string();
        let failed = |error: io::Error| Failure::io("read", &name, &error);
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::Error::from_raw_os_error(IS_A_DIRECTORY)));
        }
        let len = metadata.is_file().then_some(metadata.len());
        Ok(Self { file, name, len, exposed: is_exposed(&metadata) })
    }

    /// Whether this is standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        self.name == STDIN
    }

    /// Passes everything to `take`, in pieces.
    pub(crate) fn read_all(mut self, mut take: impl FnMut(&[u8])) -> Result {
        let mut buffer = vec![0; 256 * 1024];
        loop {
            match self.file.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => take(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::io("read", &self.name, &error)),
            }
        }
    }
}

/// The secret in a file. The person is told if every user can read it.
pub(crate) fn secret_of(path: &Path, strip_newline: bool) -> Result<SecretBytes> {
    let (secret, exposed) = SecretBytes::from_file_with_exposure(path, strip_newline)?;
    warn_if(exposed, path);
    Ok(secret)
}

/// Tells the person of a file with secrets in it that is `exposed`. To a program that reads JSON, a
/// warning is a line of its own on standard error: an object with the member `warning`.
pub(crate) fn warn_if(exposed: bool, path: &Path) {
    if !exposed {
        return;
    }
    let warning = exposure(path);
    if WARNINGS_IN_JSON.load(Ordering::Relaxed) {
        eprintln!("{}", serde_json::json!({ "warning": warning.to_string() }));
    } else {
        eprintln!("warning: {warning}");
    }
}

/// Says whether warnings are for a program that reads JSON.
pub(crate) fn warn_in_json(json: bool) {
    WARNINGS_IN_JSON.store(json, Ordering::Relaxed);
}

static WARNINGS_IN_JSON: AtomicBool = AtomicBool::new(false);

/// The system's number for "is a directory", so that the message uses the system's words.
const IS_A_DIRECTORY: i32 = 21;

/// Standard output, without a buffer.
pub(crate) fn stdout() -> Result<File> {
    let output = io::stdout().as_fd().try_clone_to_owned();
    output.map(File::from).map_err(|error| Failure::io("write to", STDOUT, &error))
}

/// Writes to standard output immediately.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result {
    stdout()?.write_all(text.as_ref()).map_err(|error| Failure::io("write to", STDOUT, &error))
}

/// Like [`print`], for text with [`anstyle`] colours, which are removed if no person looks: the
/// output is not a terminal, or the environment has `NO_COLOR`.
pub(crate) fn print_coloured(text: &str) -> Result {
    let mut output = anstream::AutoStream::auto(stdout()?);
    output.write_all(text.as_bytes()).map_err(|error| Failure::io("write to", STDOUT, &error))
}

/// The colour of a warning.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
/// The style of emphasis.
pub(crate) const TITLE: Style = Style::new().bold();

/// The name of standard input in messages.
const STDIN: &str = "standard input";

/// The name of standard output in messages.
pub(crate) const STDOUT: &str = "standard output";
