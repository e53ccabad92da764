//! Encrypted streams: over several threads, in order, with prompt and exact failures.

use std::collections::VecDeque;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::mpsc;
use std::time::Duration;

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::files::{
    ArmoredWriter, Decryptor, EncryptingWriter, Identity, SeekableReader, decrypt, encrypt,
};

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

/// Fails after this number of bytes.
#[derive(Debug)]
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
        assert!(
            matches!(error, Error::Core(CoreError::Io { ref source, .. }) if source.kind() == io::ErrorKind::StorageFull),
            "{error:?}"
        );
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

/// Lengths around the places where chunks and batches meet.
const LENGTHS: [usize; 9] = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK, 32 * CHUNK, 64 * CHUNK + 1, 150 * CHUNK];

#[test]
fn what_is_written_in_any_pieces_decrypts() {
    let identity = Identity::generate();
    let plaintext = text(LENGTHS[8]);
    for len in LENGTHS {
        for piece in [7_777, CHUNK, CHUNK + 1, 3 << 20, usize::MAX] {
            let mut writer = EncryptingWriter::new(&[identity.recipient().unwrap()], Vec::new()).unwrap();
            plaintext[..len].chunks(piece.min(len.max(1))).for_each(|piece| writer.write_all(piece).unwrap());
            writer.flush().unwrap();
            let file = writer.finish().unwrap();
            let mut back = Vec::new();
            decrypt(std::slice::from_ref(&identity), &mut &file[..], &mut back).unwrap();
            assert!(back == plaintext[..len], "{len} bytes in pieces of {piece}");
        }
    }
}

#[test]
fn a_writer_that_is_dropped_or_has_failed_makes_no_whole_file() {
    let identity = Identity::generate();
    let to = [identity.recipient().unwrap()];
    for len in [0, 1, CHUNK, 2 * CHUNK] {
        let mut file = Vec::new();
        let mut writer = EncryptingWriter::new(&to, &mut file).unwrap();
        writer.write_all(&text(len)).unwrap();
        drop(writer);
        let error = decrypt(std::slice::from_ref(&identity), &mut &file[..], &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("cut short"), "{error}");
    }
    let mut writer = EncryptingWriter::new(&to, Limited(Vec::new(), 3 * CHUNK)).unwrap();
    assert_eq!(writer.write_all(&text(5 * CHUNK)).unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert!(writer.update(b"more").unwrap_err().to_string().contains("failed before"));
    assert!(writer.finish().unwrap_err().to_string().contains("failed before"));
}

#[test]
fn what_is_read_in_any_pieces_is_the_plaintext() {
    let identity = Identity::generate();
    let plaintext = text(LENGTHS[8]);
    for len in LENGTHS {
        let file = sealed(&identity, &plaintext[..len]);
        for piece in [9_999, CHUNK, 3 << 20] {
            let input = Dribble { data: &file, counts: [piece, 0, 70_000].into() };
            let mut reader = Decryptor::new(input).unwrap().reader(std::slice::from_ref(&identity)).unwrap();
            let mut back = Vec::new();
            let mut buffer = vec![0; piece];
            loop {
                let count = reader.read(&mut buffer).unwrap();
                if count == 0 {
                    break;
                }
                back.extend_from_slice(&buffer[..count]);
            }
            assert!(back == plaintext[..len], "{len} bytes in pieces of {piece}");
            assert_eq!(reader.read(&mut buffer).unwrap(), 0);
        }
    }
}

#[test]
fn a_reader_gives_what_is_good_and_then_tells() {
    let identity = Identity::generate();
    let plaintext = text(70 * CHUNK);
    let file = sealed(&identity, &plaintext);
    let header = file.len() - 70 * SEALED;
    for chunk in [0, 1, 31, 32, 33, 69] {
        let mut damaged = file.clone();
        damaged[header + chunk * SEALED + 9] ^= 1;
        let cut = file[..header + chunk * SEALED].to_vec();
        for (file, expected) in [(damaged, "was changed"), (cut, "cut short")] {
            let mut reader = Decryptor::new(&file[..]).unwrap().reader(std::slice::from_ref(&identity)).unwrap();
            let mut back = Vec::new();
            let error = reader.read_to_end(&mut back).unwrap_err();
            assert!(error.kind() == io::ErrorKind::InvalidData && error.to_string().contains(expected), "{error}");
            // Of a file that was cut, the last chunk that is left is not the one that it says.
            let good = if expected == "cut short" { chunk.saturating_sub(1) } else { chunk };
            assert!(back == plaintext[..good * CHUNK], "chunk {chunk}: {} bytes", back.len());
            assert!(reader.read(&mut [0]).is_err());
        }
    }
}

fn seekable<'a>(identity: &Identity, file: &'a [u8]) -> Result<SeekableReader<Cursor<&'a [u8]>>, Error> {
    Decryptor::new(Cursor::new(file)).unwrap().seekable(std::slice::from_ref(identity))
}

#[test]
fn any_part_can_be_read() {
    let identity = Identity::generate();
    let plaintext = text(LENGTHS[8]);
    for len in LENGTHS {
        let file = sealed(&identity, &plaintext[..len]);
        let mut reader = seekable(&identity, &file).unwrap();
        assert_eq!((reader.len(), reader.is_empty()), (len as u64, len == 0));
        // Places from an arithmetic that goes everywhere.
        let mut place = 1_usize;
        for _ in 0..60 {
            place = place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let offset = (place >> 33) % (len + 2);
            let count = [0, 1, 100, CHUNK, 5 * CHUNK + 3][(place >> 20) % 5].min(len.saturating_sub(offset));
            let offset = if place & (1 << 40) > 0 { offset / CHUNK * CHUNK } else { offset };
            let mut part = vec![0; count];
            assert_eq!(reader.seek(SeekFrom::Start(offset as u64)).unwrap(), offset as u64);
            reader.read_exact(&mut part).unwrap();
            assert!(part == plaintext[offset..offset + count], "{count} bytes at {offset} of {len}");
            assert_eq!(reader.stream_position().unwrap(), (offset + count) as u64);
        }
        reader.rewind().unwrap();
        let mut back = Vec::new();
        reader.read_to_end(&mut back).unwrap();
        assert!(back == plaintext[..len]);
        assert_eq!(reader.seek(SeekFrom::End(10)).unwrap(), len as u64 + 10);
        assert_eq!(reader.read(&mut [0; 4]).unwrap(), 0);
        assert!(reader.seek(SeekFrom::Current(-(len as i64) - 11)).is_err());
        assert_eq!(reader.stream_position().unwrap(), len as u64 + 10);
    }
}

#[test]
fn a_part_is_read_without_the_rest() {
    struct Counts<'a>(Cursor<&'a [u8]>, usize);
    impl Read for Counts<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.read(buffer)?;
            self.1 += count;
            Ok(count)
        }
    }
    impl Seek for Counts<'_> {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }
    let identity = Identity::generate();
    let file = sealed(&identity, &text(100 * CHUNK));
    let mut input = Counts(Cursor::new(&file), 0);
    let mut reader = Decryptor::new(&mut input).unwrap().seekable(&[identity]).unwrap();
    reader.seek(SeekFrom::Start(50 * CHUNK as u64 + 10)).unwrap();
    reader.read_exact(&mut [0; 100]).unwrap();
    drop(reader);
    assert!(input.1 < 3 * SEALED, "{} bytes were read", input.1);
}

#[test]
fn truncation_shows_when_a_seekable_file_is_opened() {
    let identity = Identity::generate();
    let file = sealed(&identity, &text(3 * CHUNK + 5));
    let header = file.len() - 3 * SEALED - 21;
    for len in (header..header + 20).chain((header..file.len()).step_by(4099)).chain([file.len() - 1]) {
        let error = seekable(&identity, &file[..len]).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{len}: {error:?}");
    }
    let longer = [&file[..], b"x"].concat();
    assert!(matches!(seekable(&identity, &longer), Err(Error::Damaged(_))));

    // A change shows where it is, and there alone.
    let mut damaged = file.clone();
    damaged[header + SEALED + 5] ^= 1;
    let mut reader = seekable(&identity, &damaged).unwrap();
    let mut buffer = vec![0; CHUNK];
    for (chunk, good) in [(0, true), (1, false), (2, true), (1, false)] {
        for offset in [chunk * CHUNK as u64, chunk * CHUNK as u64 + 1] {
            assert_eq!(reader.read_at(offset, &mut buffer).is_ok(), good, "chunk {chunk}");
        }
    }
}

#[test]
fn a_file_that_shrinks_or_changes_under_way_is_noticed() {
    let identity = Identity::generate();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&sealed(&identity, &text(10 * CHUNK))).unwrap();
    file.rewind().unwrap();
    let input = file.try_clone().unwrap();
    let mut reader = Decryptor::new(input).unwrap().seekable(&[identity]).unwrap();
    reader.read_exact(&mut [0; 10]).unwrap();
    file.set_len(5 * SEALED as u64).unwrap();
    reader.seek(SeekFrom::Start(7 * CHUNK as u64)).unwrap();
    let error = reader.read(&mut [0; 10]).unwrap_err();
    assert!(error.to_string().contains("cut short"), "{error}");
    file.set_len(10 * SEALED as u64 + 300).unwrap();
    let error = reader.read(&mut [0; 10]).unwrap_err();
    assert!(error.to_string().contains("was changed"), "{error}");
}

#[test]
fn armor_can_be_read_in_the_middle_too() {
    let identity = Identity::generate();
    let plaintext = text(3 * CHUNK);
    let mut armored = ArmoredWriter::new(Vec::new());
    armored.write_all(&sealed(&identity, &plaintext)).unwrap();
    let armored = armored.finish().unwrap();
    let mut reader = seekable(&identity, &armored).unwrap();
    let mut part = [0; 1000];
    assert_eq!(reader.read_at(100_000, &mut part).unwrap(), 1000);
    assert!(part == plaintext[100_000..101_000]);

    let mut large = ArmoredWriter::new(Vec::new());
    large.write_all(&sealed(&identity, &vec![0; 16 << 20])).unwrap();
    let error = seekable(&identity, &large.finish().unwrap()).unwrap_err();
    assert!(matches!(&error, Error::Core(CoreError::TooLong(message)) if message.contains("as a whole")), "{error:?}");
}
