//! Modes of operation over any block cipher (NIST SP 800-38A), for the ciphers that the engine does
//! not have.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::block::BlockKey;
use super::kinds::{Direction, Mode};
use super::scratch::Scratch;
use crate::secret::with_wiped_stack;
use crate::{Output, Result, Writer};

/// The longest block of all ciphers.
pub(super) const MAX_BLOCK: usize = 16;

/// How much is copied and worked on at once: it stays in the nearest cache.
const PIECE: usize = 2048;

/// Input up to this length uses less room, whose wiping would otherwise take longer than the work.
const SHORT: usize = 128;

/// A cipher in a mode at work.
#[derive(Clone)]
pub(super) struct Context {
    key: Arc<dyn Modes>,
    job: Job,
    register: Zeroizing<Register>,
    /// The bytes of an unfinished block that came in, for a mode of whole blocks.
    pending: Zeroizing<[u8; MAX_BLOCK]>,
    pending_len: usize,
}

/// The task of one call of [`Modes::run`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) mode: Mode,
    pub(super) direction: Direction,
}

/// The state that a mode keeps from block to block.
#[derive(Clone, Default)]
pub(super) struct Register {
    /// The last block of ciphertext, the next counter block, or the shift register.
    block: [u8; MAX_BLOCK],
    /// The keystream that the last block gave.
    stream: [u8; MAX_BLOCK],
    /// How much of `stream` is used up.
    used: usize,
}

impl zeroize::DefaultIsZeroes for Register {}
impl Copy for Register {}

impl Context {
    /// A context of `mode`, which is one of this file's, with an `iv` of one block, or an empty one
    /// in ECB.
    pub(super) fn new(key: Arc<dyn Modes>, mode: Mode, direction: Direction, iv: &[u8]) -> Self {
        let mut context = Self {
            key,
            job: Job { mode, direction },
            register: Zeroizing::default(),
            pending: Zeroizing::default(),
            pending_len: 0,
        };
        context.reset(iv);
        context
    }

    /// Restarts with another `iv`.
    pub(super) fn reset(&mut self, iv: &[u8]) {
        *self.register = Register { used: self.key.block_len(), ..Register::default() };
        self.register.block[..iv.len()].copy_from_slice(iv);
        self.pending_len = 0;
    }

    pub(super) fn output_len(&self, len: usize) -> usize {
        let whole = self.pending_len + len;
        if self.works_in_blocks() { whole / self.key.block_len() * self.key.block_len() } else { whole }
    }

    pub(super) fn held(&self) -> usize {
        self.pending_len
    }

    /// Processes `input` into `out` of [`output_len`](Self::output_len) bytes.
    pub(super) fn update<'o>(&mut self, mut input: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        let expected = self.output_len(input.len());
        assert_eq!(out.len(), expected, "the output is not as long as the result");
        let mut writer = out.writer();
        if expected <= SHORT {
            self.work(&mut input, &mut writer, &mut Scratch::<SHORT>::new()[..]);
        } else {
            self.work(&mut input, &mut writer, &mut Scratch::<PIECE>::new()[..]);
        }
        self.pending[self.pending_len..][..input.len()].copy_from_slice(input);
        self.pending_len += input.len();
        Ok(writer.finish())
    }

    /// Fills `writer` from what is held and `input`, through `room`.
    fn work(&mut self, input: &mut &[u8], writer: &mut Writer<'_>, room: &mut [u8]) {
        while writer.remaining() > 0 {
            let len = writer.remaining().min(room.len());
            let piece = &mut room[..len];
            let (held, fresh) = piece.split_at_mut(self.pending_len);
            held.copy_from_slice(&self.pending[..self.pending_len]);
            let (now, rest) = input.split_at(fresh.len());
            fresh.copy_from_slice(now);
            (*input, self.pending_len) = (rest, 0);
            // Where it begins its frames are further down than those of a caller that wipes.
            with_wiped_stack(|| self.key.run(self.job, &mut self.register, piece));
            writer.push(piece);
        }
    }

    fn works_in_blocks(&self) -> bool {
        matches!(self.job.mode, Mode::Cbc | Mode::Ecb)
    }
}

impl core::fmt::Debug for Context {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Context").field("job", &self.job).finish_non_exhaustive()
    }
}

/// The modes of one cipher under one key, without its type.
pub(super) trait Modes: Send + Sync {
    fn block_len(&self) -> usize;

    /// Works on `data` in place: whole blocks for CBC and ECB, any length for the others.
    fn run(&self, job: Job, register: &mut Register, data: &mut [u8]);
}

/// `key`, whose blocks have `N` bytes, without its type.
pub(super) fn erase<K: BlockKey<N> + 'static, const N: usize>(key: K) -> Arc<dyn Modes> {
    Arc::new(Erased(key))
}

struct Erased<K, const N: usize>(K);

impl<K: BlockKey<N>, const N: usize> Modes for Erased<K, N> {
    fn block_len(&self) -> usize {
        N
    }

    fn run(&self, job: Job, register: &mut Register, data: &mut [u8]) {
        let key = &self.0;
        match (job.mode, job.direction) {
            (Mode::Ecb, Direction::Encrypt) => key.encrypt_blocks(whole_blocks(data)),
            (Mode::Ecb, Direction::Decrypt) => key.decrypt_blocks(whole_blocks(data)),
            (Mode::Cbc, Direction::Encrypt) => cbc_encrypt(key, register.block(), whole_blocks(data)),
            (Mode::Cbc, Direction::Decrypt) => cbc_decrypt(key, register.block(), whole_blocks(data)),
            (Mode::Cfb, direction) => in_stream(register, data, job, |register, blocks| match direction {
                Direction::Encrypt => cfb_encrypt(key, register.block(), blocks),
                Direction::Decrypt => cfb_decrypt(key, register.block(), blocks),
            }),
            (Mode::Cfb8, direction) => cfb8(key, register.block(), data, direction),
            (Mode::Ctr, _) => in_stream(register, data, job, |register, blocks| ctr(key, register.block(), N, blocks)),
            // Only the last 4 bytes count (SP 800-38D §6.5).
            (Mode::Gcm, _) => in_stream(register, data, job, |register, blocks| ctr(key, register.block(), 4, blocks)),
            (Mode::Ofb, _) => in_stream(register, data, job, |register, blocks| ofb(key, register.block(), blocks)),
            (Mode::Xts, _) => unreachable!("XTS has two keys, and a file of its own"),
        }
    }
}

impl Register {
    fn block<const N: usize>(&mut self) -> &mut [u8; N] {
        self.block.first_chunk_mut().expect("no block is longer than MAX_BLOCK")
    }

    fn spend(&mut self, data: &mut [u8], job: Job) {
        let end = self.used + data.len();
        for (i, byte) in (self.used..end).zip(data) {
            let other = *byte ^ self.stream[i];
            if job.mode == Mode::Cfb {
                self.block[i] = if job.direction == Direction::Encrypt { other } else { *byte };
            }
            *byte = other;
        }
        self.used = end;
    }
}

fn whole_blocks<const N: usize>(data: &mut [u8]) -> &mut [[u8; N]] {
    let (blocks, rest) = data.as_chunks_mut();
    assert!(rest.is_empty(), "a mode of whole blocks was given a part of one");
    blocks
}

fn xor<const N: usize>(to: &mut [u8; N], from: &[u8; N]) {
    // By words: a vector of bytes would have to be stored before the cipher could take words from
    // it.
    for (to, from) in to.as_chunks_mut::<8>().0.iter_mut().zip(from.as_chunks().0) {
        *to = (u64::from_ne_bytes(*to) ^ u64::from_ne_bytes(*from)).to_ne_bytes();
    }
}

/// SP 800-38A §6.2. Each block waits for the one before.
fn cbc_encrypt<const N: usize>(key: &impl BlockKey<N>, last: &mut [u8; N], blocks: &mut [[u8; N]]) {
    let mut chain = *last;
    for block in blocks {
        xor(&mut chain, block);
        key.encrypt_block(&mut chain);
        *block = chain;
    }
    *last = chain;
}

/// SP 800-38A §6.2. The blocks do not wait for each other.
fn cbc_decrypt<const N: usize>(key: &impl BlockKey<N>, last: &mut [u8; N], blocks: &mut [[u8; N]]) {
    with_previous(last, blocks, |blocks, previous| {
        key.decrypt_blocks(blocks);
        blocks.iter_mut().zip(previous).for_each(|(block, previous)| xor(block, previous));
    });
}

/// SP 800-38A §6.3 with segments of a whole block.
fn cfb_encrypt<const N: usize>(key: &impl BlockKey<N>, last: &mut [u8; N], blocks: &mut [[u8; N]]) {
    let mut chain = *last;
    for block in blocks {
        key.encrypt_block(&mut chain);
        xor(&mut chain, block);
        *block = chain;
    }
    *last = chain;
}

/// SP 800-38A §6.3 with segments of a whole block.
fn cfb_decrypt<const N: usize>(key: &impl BlockKey<N>, last: &mut [u8; N], blocks: &mut [[u8; N]]) {
    with_previous(last, blocks, |blocks, previous| {
        key.encrypt_blocks(previous);
        blocks.iter_mut().zip(previous).for_each(|(block, stream)| xor(block, stream));
    });
}

/// Lends `blocks` with a copy of the ciphertext before each of them, and keeps the last one.
fn with_previous<const N: usize>(
    last: &mut [u8; N],
    blocks: &mut [[u8; N]],
    mut work: impl FnMut(&mut [[u8; N]], &mut [[u8; N]]),
) {
    let mut step = |blocks: &mut [[u8; N]], previous: &mut [u8]| {
        let (previous, _) = previous.as_chunks_mut();
        let previous = &mut previous[..blocks.len()];
        previous[0] = *last;
        previous[1..].copy_from_slice(&blocks[..blocks.len() - 1]);
        *last = blocks[blocks.len() - 1];
        // Its frames lie below the copies, further down than the caller wipes.
        with_wiped_stack(|| work(blocks, previous));
    };
    if blocks.is_empty() {
        return;
    }
    if blocks.len() <= SHORT / N {
        step(blocks, &mut Scratch::<SHORT>::new()[..]);
    } else {
        let mut previous = Scratch::<PIECE>::new();
        blocks.chunks_mut(PIECE / N).for_each(|blocks| step(blocks, &mut previous[..]));
    }
}

/// SP 800-38A §6.3 with segments of a byte: an encryption of a whole block for each.
fn cfb8<const N: usize>(key: &impl BlockKey<N>, register: &mut [u8; N], data: &mut [u8], direction: Direction) {
    // The register as a number: it moves by a byte.
    let mut shifting = register.iter().fold(0, |number, byte| number << 8 | u128::from(*byte));
    for byte in data {
        let mut stream: [u8; N] =
            *(shifting << (128 - 8 * N)).to_be_bytes().first_chunk().expect("a block is 16 bytes at most");
        key.encrypt_block(&mut stream);
        let other = *byte ^ stream[0];
        shifting = shifting << 8 | u128::from(if direction == Direction::Encrypt { other } else { *byte });
        *byte = other;
    }
    *register = *(shifting << (128 - 8 * N)).to_be_bytes().first_chunk().expect("a block is 16 bytes at most");
}

/// SP 800-38A §6.5. The last `counting` bytes of the block count, in big-endian order.
fn ctr<const N: usize>(key: &impl BlockKey<N>, counter: &mut [u8; N], counting: usize, blocks: &mut [[u8; N]]) {
    let mut step = |blocks: &mut [[u8; N]], stream: &mut [u8]| {
        let (stream, _) = stream.as_chunks_mut();
        let stream = &mut stream[..blocks.len()];
        for block in &mut *stream {
            *block = *counter;
            increment(&mut counter[N - counting..]);
        }
        // As in `with_previous`.
        with_wiped_stack(|| key.encrypt_blocks(stream));
        blocks.iter_mut().zip(stream).for_each(|(block, stream)| xor(block, stream));
    };
    if blocks.len() <= SHORT / N {
        step(blocks, &mut Scratch::<SHORT>::new()[..]);
    } else {
        let mut stream = Scratch::<PIECE>::new();
        blocks.chunks_mut(PIECE / N).for_each(|blocks| step(blocks, &mut stream[..]));
    }
}

fn increment(counter: &mut [u8]) {
    for byte in counter.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            break;
        }
    }
}

/// SP 800-38A §6.4.
fn ofb<const N: usize>(key: &impl BlockKey<N>, last: &mut [u8; N], blocks: &mut [[u8; N]]) {
    let mut chain = *last;
    for block in blocks {
        key.encrypt_block(&mut chain);
        xor(block, &chain);
    }
    *last = chain;
}

/// Gives `work` whole blocks; of a block that is cut, the keystream stays for the bytes that come
/// next.
fn in_stream<const N: usize>(
    register: &mut Register,
    data: &mut [u8],
    job: Job,
    mut work: impl FnMut(&mut Register, &mut [[u8; N]]),
) {
    let (head, data) = data.split_at_mut((N - register.used).min(data.len()));
    register.spend(head, job);
    let (blocks, tail) = data.as_chunks_mut();
    work(register, blocks);
    if !tail.is_empty() {
        // The stream is what the mode makes of zeros; in CFB the register then holds the stream,
        // and the ciphertext takes its place byte by byte.
        let mut stream = [[0; N]];
        work(register, &mut stream);
        register.stream[..N].copy_from_slice(&stream[0]);
        register.used = 0;
        register.spend(tail, job);
    }
}
