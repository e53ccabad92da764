//! Work on a stream chunk by chunk, over the processor's cores, in memory that does not grow.
//!
//! Every thread does the same: it takes the input for as long as it needs to read a batch of
//! chunks, works on the batch alone, waits until the batches before have been written, and writes
//! its own. So reading, work and writing go on at once, the output is in order, and there is no
//! queue that could grow: each thread has one batch.

use core::iter;
use core::ops::{Deref, DerefMut, Range};
use std::io::{ErrorKind, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{reading, writing};
use crate::{Error, Result};
use ironlatch_core::secret::with_wiped_stack;
use ironlatch_core::{Error as CoreError, parallel};

/// Where a chunk stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position {
    /// From 0.
    pub(super) number: u64,
    pub(super) last: bool,
}

/// The chunks that a thread takes at once.
const BATCH: usize = 4;

/// More threads than that are not started: one batch for each takes half a MiB.
const MOST_THREADS: usize = 16;

/// The calling thread looks up this often.
const TICK: Duration = Duration::from_millis(50);

/// Cuts `input` into chunks of `chunk_len` bytes, the last one shorter or as long, and empty only
/// if it is the only one; has `work` turn each into another, at most `growth` bytes longer; and
/// writes those to `output`, in order. Returns how many bytes were written.
///
/// `work` writes to the front of the slice that it is given, and returns how much. `tick` is called
/// now and then, by the calling thread; an error that it returns ends the work. When this function
/// returns, its threads have ended.
///
/// # Errors
/// The first in the order of the chunks. What comes before it has been written.
pub(super) fn run<R: Read + Send, W: Write + Send>(
    input: &mut R,
    output: &mut W,
    chunk_len: usize,
    growth: usize,
    work: impl Fn(Position, &[u8], &mut [u8]) -> Result<usize> + Sync,
    tick: &mut dyn FnMut() -> Result<()>,
) -> Result<u64> {
    let pipeline = Pipeline {
        source: Mutex::new(Source::new(input, chunk_len)),
        sink: Mutex::new(Sink { output, batches: 0, outcome: Ok(0) }),
        turn: Condvar::new(),
        stopped: AtomicBool::new(false),
        work,
    };
    let buffers =
        || Buffers { input: Buffer::new(BATCH * chunk_len + 1), output: Buffer::new(BATCH * (chunk_len + growth)) };
    // Short input is done before a thread would have started.
    let mut own = buffers();
    if pipeline.step(&mut own) {
        pipeline.spread(buffers, own, tick);
    }
    let Sink { output, outcome, .. } = pipeline.sink.into_inner().unwrap_or_else(PoisonError::into_inner);
    let written = outcome?;
    output.flush().map_err(writing)?;
    Ok(written)
}

struct Pipeline<'a, R, W, F> {
    source: Mutex<Source<&'a mut R>>,
    sink: Mutex<Sink<'a, W>>,
    /// Something changed in the sink.
    turn: Condvar,
    stopped: AtomicBool,
    work: F,
}

/// The buffers of one thread.
struct Buffers {
    input: Buffer,
    output: Buffer,
}

/// Begins where a page of memory does. Between such places and its own pages of a file, which the
/// system copies from and to, it is up to twice as fast as between places that stand differently in
/// their pages.
struct Buffer {
    bytes: Zeroizing<Vec<u8>>,
    place: Range<usize>,
}

impl Buffer {
    fn new(len: usize) -> Self {
        const PAGE: usize = 4096;
        let bytes = Zeroizing::new(vec![0; len + PAGE - 1]);
        let start = bytes.as_ptr().align_offset(PAGE).min(PAGE - 1);
        Self { bytes, place: start..start + len }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.place.clone()]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.place.clone()]
    }
}

struct Sink<'a, W> {
    output: &'a mut W,
    /// How many have been written, so the number of the one whose turn it is.
    batches: u64,
    /// The bytes written, or why there will be no more.
    outcome: Result<u64>,
}

impl<R, W, F> Pipeline<'_, R, W, F>
where
    R: Read + Send,
    W: Write + Send,
    F: Fn(Position, &[u8], &mut [u8]) -> Result<usize> + Sync,
{
    /// Works off what is left, in several threads if there are several cores.
    fn spread(&self, buffers: impl Fn() -> Buffers + Sync, mut own: Buffers, tick: &mut dyn FnMut() -> Result<()>) {
        let running = Running::default();
        thread::scope(|scope| {
            // One more than cores: one of them is likely to wait for a disk or a pipe.
            let wanted = if parallel::cores() > 1 { (parallel::cores() + 1).min(MOST_THREADS) } else { 0 };
            let start = |()| {
                let worker = running.begin(|| self.stop(Error::Core(CoreError::Internal("a thread panicked"))));
                let buffers = &buffers;
                let work_off = move || {
                    let _worker = worker;
                    let mut buffers = buffers();
                    // Before the system takes the thread's stack back, and perhaps gives it to the
                    // next one.
                    with_wiped_stack(|| while self.step(&mut buffers) {});
                };
                thread::Builder::new().spawn_scoped(scope, work_off).is_ok()
            };
            let started = iter::repeat_n((), wanted).map(start).take_while(|started| *started).count();
            let mut tick = || tick().unwrap_or_else(|error| self.stop(error));
            if started > 0 {
                running.wait(tick);
            } else {
                // There is one core, or the system gives no thread.
                while self.step(&mut own) {
                    tick();
                }
            }
        });
    }

    /// One batch. Returns whether there may be another.
    fn step(&self, buffers: &mut Buffers) -> bool {
        let Some(batch) = self.read(&mut buffers.input) else { return false };
        let mut len = 0;
        let mut result = Ok(());
        for (chunk, position) in batch.chunks(&buffers.input) {
            match (self.work)(position, chunk, &mut buffers.output[len..]) {
                Ok(written) => len += written,
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
        }
        self.write(batch.number, &buffers.output[..len], result.and(batch.result)) && !batch.last
    }

    fn read(&self, buffer: &mut [u8]) -> Option<Batch> {
        let mut source = lock(&self.source);
        if self.stopped.load(Ordering::Relaxed) { None } else { source.next(buffer) }
    }

    /// Waits for the turn of this batch, writes what there is of it, and notes its failure.
    fn write(&self, number: u64, bytes: &[u8], result: Result<()>) -> bool {
        let sink = lock(&self.sink);
        let waiting = |sink: &mut Sink<'_, W>| sink.batches != number && sink.outcome.is_ok();
        let mut sink = self.turn.wait_while(sink, waiting).unwrap_or_else(PoisonError::into_inner);
        let Ok(written) = sink.outcome else { return false };
        let done = sink.output.write_all(bytes).map_err(writing).and(result);
        sink.outcome = done.map(|()| written + bytes.len() as u64);
        sink.batches += 1;
        let goes_on = sink.outcome.is_ok();
        self.stopped.fetch_or(!goes_on, Ordering::Relaxed);
        self.turn.notify_all();
        goes_on
    }

    /// Ends the work with this error, unless it has failed already.
    fn stop(&self, error: Error) {
        self.stopped.store(true, Ordering::Relaxed);
        let mut sink = lock(&self.sink);
        if sink.outcome.is_ok() {
            sink.outcome = Err(error);
        }
        self.turn.notify_all();
    }
}

/// Where the batches come from.
#[derive(Debug)]
pub(super) struct Source<R> {
    input: R,
    chunk_len: usize,
    /// Bytes that were read and belong to the next batch: empty only before the first.
    carried: Zeroizing<Vec<u8>>,
    batches: u64,
    chunks: u64,
    ended: bool,
}

/// Some chunks at the front of a buffer.
pub(super) struct Batch {
    number: u64,
    pub(super) first_chunk: u64,
    chunk_len: usize,
    len: usize,
    /// Whether the last chunk is the last of all.
    pub(super) last: bool,
    /// Why there is no more of it.
    pub(super) result: Result<()>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(input: R, chunk_len: usize) -> Self {
        Self { input, chunk_len, carried: Zeroizing::new(Vec::new()), batches: 0, chunks: 0, ended: false }
    }

    /// The next batch, unless there is none: as many chunks as `buffer` has room for and one byte
    /// more, or as many as have come at once.
    pub(super) fn next(&mut self, buffer: &mut [u8]) -> Option<Batch> {
        if self.ended {
            return None;
        }
        let mut filled = self.carried.len();
        buffer[..filled].copy_from_slice(&self.carried);
        let result = self.fill(buffer, &mut filled);
        // Something must follow a chunk, or it may be the last.
        let last = self.ended && result.is_ok();
        let len = if last { filled } else { filled.saturating_sub(1) / self.chunk_len * self.chunk_len };
        self.carried.clear();
        self.carried.extend_from_slice(&buffer[len..filled]);
        let batch =
            Batch { number: self.batches, first_chunk: self.chunks, chunk_len: self.chunk_len, len, last, result };
        self.batches += 1;
        self.chunks += len.div_ceil(self.chunk_len) as u64;
        Some(batch)
    }

    fn fill(&mut self, buffer: &mut [u8], filled: &mut usize) -> Result<()> {
        while *filled < buffer.len() {
            let space = &mut buffer[*filled..];
            let asked = space.len();
            match self.input.read(space) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => {
                    *filled += count;
                    // What a pipe has given goes on its way, before the pipe gives more.
                    if count < asked && *filled > self.chunk_len {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    return Err(reading(error));
                }
            }
        }
        Ok(())
    }
}

impl Batch {
    /// The chunks in `buffer`. The last batch of empty input has one that is empty.
    pub(super) fn chunks<'b>(&self, buffer: &'b [u8]) -> impl Iterator<Item = (&'b [u8], Position)> {
        let chunks = buffer[..self.len].chunks(self.chunk_len);
        let only = (self.last && self.len == 0).then_some(&buffer[..0]);
        let count = chunks.len() + only.iter().len();
        let (first, last) = (self.first_chunk, self.last);
        chunks.chain(only).enumerate().map(move |(index, chunk)| {
            (chunk, Position { number: first + index as u64, last: last && index + 1 == count })
        })
    }
}

/// How many threads are at work.
#[derive(Default)]
struct Running {
    count: Mutex<usize>,
    fewer: Condvar,
}

impl Running {
    /// One more, until what is returned is dropped. If that is because of a panic, `panicked` is
    /// called.
    fn begin<F: Fn()>(&self, panicked: F) -> Worker<'_, F> {
        *lock(&self.count) += 1;
        Worker { running: self, panicked }
    }

    /// Waits until there is none, and calls `tick` meanwhile.
    fn wait(&self, mut tick: impl FnMut()) {
        loop {
            let waiting = self.fewer.wait_timeout_while(lock(&self.count), TICK, |count| *count > 0);
            let (count, _) = waiting.unwrap_or_else(PoisonError::into_inner);
            if *count == 0 {
                return;
            }
            drop(count);
            tick();
        }
    }
}

struct Worker<'a, F: Fn()> {
    running: &'a Running,
    panicked: F,
}

impl<F: Fn()> Drop for Worker<'_, F> {
    fn drop(&mut self) {
        if thread::panicking() {
            (self.panicked)();
        }
        *lock(&self.running.count) -= 1;
        self.running.fewer.notify_all();
    }
}

/// A panic in one thread ends the others by other means than a poisoned lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
