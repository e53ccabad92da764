//! Encrypted streams: over several threads, in order, with prompt and exact failures.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::time::Duration;

use ironlatch::Error;
use ironlatch::recipes::files::{Identity, decrypt, encrypt};

const CHUNK: usize = 64 * 1024;
const SEALED: usize = CHUNK + 16;

/// Long enough for every thread to have had several turns.
const LONG: usize = 200 * CHUNK + 4321;

/// No two chunks of it are alike.
fn text(len: usize) -> Vec<u8> {
    (0..len as u64).map(|index| (index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect()
}

fn sealed(identity: &Identity, plaintext: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let len = encrypt(&[identity.recipient().unwrap()], &mut &plaintext[..], &mut file).unwrap();
    assert_eq!(len, plaintext.len() as u64);
    file
}

/// Gives at most as many bytes at a time as the next of these numbers, over and over.
struct Dribble<'a> {
    data: &'a [u8],
    counts: VecDeque<usize>,
}

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.counts.rotate_left(1);
        if self.counts[0] == 0 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = self.counts[0].min(buffer.len());
        self.data.read(&mut buffer[..count])
    }
}

#[test]
fn long_streams_in_any_pieces() {
    let identity = Identity::generate();
    let plaintext = text(LONG);
    for counts in [&[usize::MAX][..], &[1, 70_000, 0, 5], &[CHUNK], &[SEALED, 3], &[CHUNK + 1, 0], &[1 << 20]] {
        let counts: VecDeque<usize> = counts.iter().copied().collect();
        let mut file = Vec::new();
        let mut input = Dribble { data: &plaintext, counts: counts.clone() };
        encrypt(&[identity.recipient().unwrap()], &mut input, &mut file).unwrap();
        let mut back = Vec::new();
        let mut input = Dribble { data: &file, counts };
        assert_eq!(decrypt(std::slice::from_ref(&identity), &mut input, &mut back).unwrap(), LONG as u64);
        assert!(back == plaintext);
    }
}

#[test]
fn what_precedes_a_damaged_chunk_is_written_and_nothing_else() {
    let identity = Identity::generate();
    let plaintext = text(LONG);
    let file = sealed(&identity, &plaintext);
    let header = file.len() - 200 * SEALED - (4321 + 16);
    for chunk in [0, 1, 3, 4, 77, 199, 200] {
        let mut damaged = file.clone();
        damaged[header + chunk * SEALED + 100] ^= 1;
        // A second fault further on is not the one to be told.
        if chunk < 150 {
            damaged[header + (chunk + 5) * SEALED] ^= 1;
        }
        let mut out = Vec::new();
        let error = decrypt(std::slice::from_ref(&identity), &mut &damaged[..], &mut out).unwrap_err();
        assert!(error.to_string().ends_with(&format!("at chunk {}", chunk + 1)), "{error}");
        assert!(out == plaintext[..chunk * CHUNK], "chunk {chunk}: {} bytes", out.len());
    }
}

#[test]
fn a_long_stream_cut_anywhere_is_noticed() {
    let identity = Identity::generate();
    let file = sealed(&identity, &text(20 * CHUNK));
    let header = file.len() - 20 * SEALED;
    for chunk in 0..20 {
        for extra in [0, 1, 16, 17, 40_000] {
            let cut = &file[..header + chunk * SEALED + extra];
            let error = decrypt(std::slice::from_ref(&identity), &mut &cut[..], &mut io::sink()).unwrap_err();
            assert!(matches!(error, Error::Damaged(_)), "{chunk} {extra}: {error:?}");
        }
    }
}

/// Fails after so many bytes.
struct Limited<T>(T, usize);

impl<T: Read> Read for Limited<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1 == 0 {
            return Err(io::Error::other("the cable is cut"));
        }
        let space = self.1.min(buffer.len());
        let count = self.0.read(&mut buffer[..space])?;
        self.1 -= count;
        Ok(count)
    }
}

impl<T: Write> Write for Limited<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.1 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let count = self.0.write(&bytes[..self.1.min(bytes.len())])?;
        self.1 -= count;
        Ok(count)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[test]
fn failures_of_reading_and_writing_end_the_work() {
    let identity = Identity::generate();
    let to = [identity.recipient().unwrap()];
    for limit in [0, 1, CHUNK, 4 * CHUNK, 30 * CHUNK + 5] {
        let error = encrypt(&to, &mut Limited(io::repeat(1), limit), &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("the cable is cut"), "{error}");
        let error = encrypt(&to, &mut io::repeat(1), &mut Limited(io::sink(), limit)).unwrap_err();
        assert!(matches!(error, Error::Io { kind: io::ErrorKind::StorageFull, .. }), "{error:?}");
    }
}

#[test]
fn a_panic_of_the_reader_or_writer_reaches_the_caller() {
    struct Panics(usize);
    impl Read for Panics {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).expect("the reader panics");
            Ok(buffer.len())
        }
    }
    impl Write for Panics {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).expect("the writer panics");
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let to = [Identity::generate().recipient().unwrap()];
    let run = |work: &(dyn Fn() + std::panic::RefUnwindSafe)| std::panic::catch_unwind(work).is_err();
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let reader = run(&|| drop(encrypt(&to, &mut Panics(20), &mut io::sink())));
    let writer = run(&|| drop(encrypt(&to, &mut io::repeat(0), &mut Panics(20))));
    std::panic::set_hook(quiet);
    assert!(reader && writer);
}

#[test]
fn a_slow_pipe_gets_each_chunk_when_it_can() {
    struct Pipe(mpsc::Receiver<Vec<u8>>, Vec<u8>);
    impl Read for Pipe {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.1.is_empty() {
                self.1 = self.0.recv().unwrap_or_default();
            }
            let count = self.1.len().min(buffer.len());
            buffer[..count].copy_from_slice(&self.1[..count]);
            self.1.drain(..count);
            Ok(count)
        }
    }
    struct Out(mpsc::Sender<usize>);
    impl Write for Out {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.len()).unwrap();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (to_input, input) = mpsc::channel();
    let (output, from_output) = mpsc::channel();
    let worker = std::thread::spawn(move || {
        let to = [Identity::generate().recipient().unwrap()];
        encrypt(&to, &mut Pipe(input, Vec::new()), &mut Out(output))
    });
    let header: usize = (0..2).map(|_| from_output.recv().unwrap()).sum();
    assert!(header > 100);
    for _ in 0..20 {
        // One byte more than a chunk, so that it is known not to be the last.
        to_input.send(vec![1; CHUNK + 1]).unwrap();
        let piece = from_output.recv_timeout(Duration::from_secs(60)).expect("the chunk was held back");
        assert!(piece >= SEALED);
    }
    drop(to_input);
    assert_eq!(worker.join().unwrap().unwrap(), 20 * (CHUNK as u64 + 1));
}
