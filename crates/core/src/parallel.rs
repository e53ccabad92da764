//! Work on long data in chunks that do not depend on each other, over the processor's cores.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use zeroize::Zeroize;

use crate::secret::with_wiped_stack;
use crate::{Error, Output, Result, Writer};

/// This much input for each thread, or it is not worth its start, and the wait for it where the
/// cores are busy.
const WORTH_A_THREAD: usize = 1024 * 1024;
/// A thread takes this much input at a time, so that a slower one does less.
const SHARE: usize = 256 * 1024;

/// Asked for once: the system reads files for the answer.
static CORES: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// How many threads can run at once.
pub fn cores() -> usize {
    *CORES
}

/// Turns each chunk of `input_len` bytes of `input` into one of `output_len` bytes, and appends
/// these to `writer`.
///
/// `work` gets the number of a chunk, the chunk, and a place for the result.
///
/// # Errors
/// The first that `work` reports. What has been written then is zero.
pub fn chunks<E: Send>(
    input: &[u8],
    input_len: usize,
    output_len: usize,
    writer: &mut Writer<'_>,
    work: impl for<'o> Fn(usize, &[u8], Output<'o>) -> Result<&'o mut [u8], E> + Sync,
) -> Result<(), E> {
    let in_turn = |first: usize, input: &[u8], writer: &mut Writer<'_>| {
        for (index, chunk) in input.chunks(input_len).enumerate() {
            writer.push_with(output_len, |out| work(first + index, chunk, out))?;
        }
        Ok(())
    };
    let workers = (input.len() / WORTH_A_THREAD).min(*CORES);
    if workers < 2 {
        return in_turn(0, input, writer);
    }
    let chunks_a_share = (SHARE / input_len).max(1);
    let shares: Vec<&[u8]> = input.chunks(chunks_a_share * input_len).collect();
    let lens = shares.iter().map(|share| share.len() / input_len * output_len);
    writer.push_pieces(lens, |places| {
        let mut results: Vec<Option<&mut [u8]>> = shares.iter().map(|_| None).collect();
        let jobs: Vec<_> = shares.iter().zip(places).zip(&mut results).enumerate().collect();
        let failures = each(jobs, true, |(index, ((share, place), result))| {
            let mut writer = place.writer();
            let outcome = in_turn(index * chunks_a_share, share, &mut writer);
            let written = writer.finish();
            match outcome {
                Ok(()) => *result = Some(written),
                Err(_) => written.zeroize(),
            }
            outcome
        });
        match failures.into_iter().next() {
            None => Ok(results.into_iter().map(|result| result.expect("every share was worked off")).collect()),
            Some(error) => {
                results.into_iter().flatten().for_each(|written| written.zeroize());
                Err(error)
            }
        }
    })
}

/// Works off `jobs`, begun in their order, on as many threads as there are cores, and gives the
/// errors in the order in which they happened.
///
/// With `stop`, no job is started after an error; those before it in the list have all been.
pub fn each<J: Send, E: Send>(jobs: Vec<J>, stop: bool, work: impl Fn(J) -> Result<(), E> + Sync) -> Vec<E> {
    let workers = jobs.len().min(*CORES);
    let jobs = Mutex::new(jobs.into_iter());
    let failures = Mutex::new(Vec::new());
    let failed = AtomicBool::new(false);
    let work_off = || {
        while !(stop && failed.load(Ordering::Relaxed)) {
            let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(job) = next else { break };
            if let Err(error) = work(job) {
                failed.store(true, Ordering::Relaxed);
                failures.lock().unwrap_or_else(PoisonError::into_inner).push(error);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers {
            // If the system gives no more threads, those that there are do the work.
            if std::thread::Builder::new().spawn_scoped(scope, || with_wiped_stack(work_off)).is_err() {
                break;
            }
        }
        work_off();
    });
    failures.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// `len` zeros, or an error if the system has no such memory.
pub fn zeroed(len: usize) -> Result<Vec<u8>> {
    // Asks first: `vec!` ends the process, but takes pages that are zero already.
    let refused = |_| Error::OutOfMemory(format!("the system gives no {len} bytes for the results").into());
    Vec::<u8>::new().try_reserve_exact(len).map_err(refused)?;
    Ok(vec![0; len])
}
