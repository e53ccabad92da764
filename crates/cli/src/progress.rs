//! A progress bar for long work, on standard error if that is a terminal.

use std::io::{self, IsTerminal, Read, Seek, SeekFrom};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar only appears when the work takes longer than this.
const PATIENCE: Duration = Duration::from_millis(500);

/// The unit that is counted.
#[derive(Clone, Copy)]
enum Unit {
    Bytes,
    Rows,
}

/// The progress of some work. Disappears when dropped.
pub(crate) struct Progress {
    unit: Unit,
    started: Instant,
    done: u64,
    total: Option<u64>,
    what: String,
    wanted: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Shows work on `what`, which is `total` bytes long if that is known. `quiet` shows nothing.
    pub(crate) fn new(what: &str, total: Option<u64>, quiet: bool) -> Self {
        Self::of(Unit::Bytes, what, total, quiet)
    }

    /// Like [`new`](Self::new), for rows of a table.
    pub(crate) fn of_rows(what: &str, total: Option<u64>, quiet: bool) -> Self {
        Self::of(Unit::Rows, what, total, quiet)
    }

    fn of(unit: Unit, what: &str, total: Option<u64>, quiet: bool) -> Self {
        let wanted = !quiet && io::stderr().is_terminal();
        Self { unit, started: Instant::now(), done: 0, total, what: what.into(), wanted, bar: None }
    }

    /// Adds `count` to the progress.
    pub(crate) fn advance(&mut self, count: usize) {
        self.reach(self.done + count as u64);
    }

    /// Sets the progress to `done`.
    pub(crate) fn reach(&mut self, done: u64) {
        self.done = done;
        if !self.wanted {
            return;
        }
        if self.bar.is_none() && self.started.elapsed() >= PATIENCE {
            self.bar = Some(self.make_bar());
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        }
    }

    fn make_bar(&self) -> ProgressBar {
        let template = match (self.unit, self.total) {
            (Unit::Bytes, Some(_)) => "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left",
            (Unit::Bytes, None) => "{msg} {spinner} {bytes} {bytes_per_sec}",
            (Unit::Rows, Some(_)) => "{msg} {wide_bar} {human_pos}/{human_len} {per_sec:0} {eta} left",
            (Unit::Rows, None) => "{msg} {spinner} {human_pos} {per_sec:0}",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let target = ProgressDrawTarget::stderr();
        ProgressBar::with_draw_target(self.total, target)
            .with_style(style)
            .with_message(self.what.clone())
            // Measures the rate from now on: the time before may have been spent waiting for a
            // passphrase.
            .with_position(self.done)
    }
}

/// A reader that reports its progress.
pub(crate) struct Watched<R> {
    inner: R,
    progress: Progress,
}

impl<R: Read> Watched<R> {
    pub(crate) fn new(inner: R, progress: Progress) -> Self {
        Self { inner, progress }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.progress.advance(count);
        Ok(count)
    }
}

impl<R: Seek> Seek for Watched<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = self.inner.seek(to)?;
        self.progress.reach(place);
        Ok(place)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
