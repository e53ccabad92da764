//! A progress bar for long work, on standard error if that is a terminal.

use std::io::{self, IsTerminal, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shown only when the work takes longer than this.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is counted.
#[derive(Clone, Copy)]
enum Unit {
    Bytes,
    Rows,
}

/// How far the work is. Goes away when dropped.
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
    /// `what` is being worked on, `total` bytes long if that is known. `quiet` shows nothing.
    pub(crate) fn new(what: &str, total: Option<u64>, quiet: bool) -> Self {
        Self::of(Unit::Bytes, what, total, quiet)
    }

    /// As [`new`](Self::new), of rows of a table.
    pub(crate) fn of_rows(what: &str, total: Option<u64>, quiet: bool) -> Self {
        Self::of(Unit::Rows, what, total, quiet)
    }

    fn of(unit: Unit, what: &str, total: Option<u64>, quiet: bool) -> Self {
        let wanted = !quiet && io::stderr().is_terminal();
        Self { unit, started: Instant::now(), done: 0, total, what: what.into(), wanted, bar: None }
    }

    /// `count` more are done.
    pub(crate) fn advance(&mut self, count: usize) {
        self.reach(self.done + count as u64);
    }

    /// `done` are done by now.
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
            // The rate is that of what comes from now on: what came before may have waited for a passphrase.
            .with_position(self.done)
    }
}

/// A reader that tells its progress.
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

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
