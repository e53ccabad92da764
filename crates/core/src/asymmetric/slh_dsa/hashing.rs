//! The hash functions of SLH-DSA (FIPS 205 §4.1, §11.1, §11.2), and the addresses that keep their
//! inputs apart.

use ironlatch_engine::digest::{Algorithm, Context};
use ironlatch_engine::hmac;
use ironlatch_engine::lanes::{BLOCK_LEN, Block, Function};
use zeroize::Zeroizing;

use super::parameters::{ParameterSet, Shape};
use crate::{Output, Result};

/// The longest n.
pub(super) const MAX_N: usize = 32;

/// The purpose of a hash (FIPS 205 §4.2): the type of an address.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    WotsHash = 0,
    WotsKey = 1,
    Tree = 2,
    ForsTree = 3,
    ForsRoots = 4,
    WotsPrf = 5,
    ForsPrf = 6,
}

/// Where in the whole structure a hash stands (FIPS 205 §4.2).
#[derive(Clone, Copy)]
pub(super) struct Address {
    pub(super) layer: u32,
    pub(super) tree: u64,
    pub(super) purpose: Purpose,
    pub(super) key_pair: u32,
    /// The WOTS+ chain, or the height in a tree.
    pub(super) chain_or_height: u32,
    /// The place in a chain, or the index in a tree.
    pub(super) index: u32,
}

impl Address {
    pub(super) fn new(layer: usize, tree: u64, purpose: Purpose, key_pair: u32) -> Self {
        Self { layer: layer as u32, tree, purpose, key_pair, chain_or_height: 0, index: 0 }
    }

    /// The same place for another purpose, with the rest cleared but the key pair.
    pub(super) fn with(self, purpose: Purpose) -> Self {
        Self { purpose, chain_or_height: 0, index: 0, ..self }
    }

    /// The standard's 32 bytes.
    fn whole(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&self.layer.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.tree.to_be_bytes());
        bytes[19] = self.purpose as u8;
        bytes[20..24].copy_from_slice(&self.key_pair.to_be_bytes());
        bytes[24..28].copy_from_slice(&self.chain_or_height.to_be_bytes());
        bytes[28..].copy_from_slice(&self.index.to_be_bytes());
        bytes
    }

    /// The 22 bytes that are left of it for SHA-2 (FIPS 205 §11.2).
    fn compressed(&self) -> [u8; COMPRESSED_LEN] {
        let whole = self.whole();
        let mut bytes = [0; COMPRESSED_LEN];
        bytes[0] = whole[3];
        bytes[1..9].copy_from_slice(&whole[8..16]);
        bytes[9..].copy_from_slice(&whole[19..]);
        bytes
    }
}

const COMPRESSED_LEN: usize = 22;

/// The hash functions of a parameter set under one public seed.
#[derive(Clone)]
pub(super) struct Hashing {
    pub(super) shape: Shape,
    is_shake: bool,
    seed: [u8; MAX_N],
    /// For F and PRF.
    short: Function,
    /// For H and T.
    wide: Function,
}

impl Hashing {
    pub(super) fn new(set: ParameterSet, public_seed: &[u8]) -> Self {
        let shape = set.shape();
        let mut seed = [0; MAX_N];
        seed[..shape.n].copy_from_slice(public_seed);
        let mut block = [0; 128];
        block[..shape.n].copy_from_slice(public_seed);
        let (short, wide) = if set.is_shake() {
            (Function::Shake256, Function::Shake256)
        } else {
            let (first, _) = block.split_first_chunk().unwrap_or((&[0; 64], &[]));
            let short = Function::sha256_after(first);
            (short, if shape.n == 16 { short } else { Function::sha512_after(&block) })
        };
        Self { shape, is_shake: set.is_shake(), seed, short, wide }
    }

    /// Where in a block the message begins, and its hash is put.
    pub(super) fn at(&self) -> usize {
        if self.is_shake { self.shape.n + 32 } else { COMPRESSED_LEN }
    }

    /// The hash, or the message, in a block.
    pub(super) fn node<'b>(&self, block: &'b Block) -> &'b [u8] {
        &block[self.at()..][..self.shape.n]
    }

    /// A block for [`each`](Self::each) of a message of one hash's length.
    pub(super) fn block(&self, address: &Address, message: &[u8]) -> Block {
        self.padded(64, address, message, &[])
    }

    /// A block for [`each_pair`](Self::each_pair) of two hashes.
    pub(super) fn pair_block(&self, address: &Address, left: &[u8], right: &[u8]) -> Block {
        self.padded(if self.shape.n == 16 { 64 } else { 128 }, address, left, right)
    }

    /// Makes of a block with one address a block with the same address for another purpose.
    pub(super) fn set_purpose(&self, block: &mut Block, purpose: Purpose) {
        block[self.at() - 13] = purpose as u8;
    }

    /// Sets the last byte of the address: the place in a chain.
    pub(super) fn set_place(&self, block: &mut Block, place: usize) {
        block[self.at() - 1] = place as u8;
    }

    /// F or PRF of each block, in the message's place.
    pub(super) fn each(&self, blocks: &mut [Block]) {
        self.short.each(blocks, self.at(), self.shape.n);
    }

    /// H of each block, in the first message's place.
    pub(super) fn each_pair(&self, blocks: &mut [Block]) {
        self.wide.each(blocks, self.at(), self.shape.n);
    }

    /// T of a message of many hashes, in the first n bytes.
    pub(super) fn many(&self, address: &Address, message: &[u8]) -> [u8; MAX_N] {
        let mut hash = [0; MAX_N];
        if self.is_shake {
            let parts = [&self.seed[..self.shape.n], &address.whole(), message];
            shake(&parts, &mut hash[..self.shape.n]);
        } else {
            let block_len = if self.shape.n == 16 { 64 } else { 128 };
            let len = COMPRESSED_LEN + message.len();
            // FIPS 180-4 §5.1: a one, and the length in the last octets of the last block.
            let mut tail = Vec::with_capacity(len + 2 * block_len);
            tail.extend_from_slice(&address.compressed());
            tail.extend_from_slice(message);
            tail.push(0x80);
            tail.resize((len + 1 + block_len / 8).next_multiple_of(block_len), 0);
            let bits = 8 * (block_len + len) as u64;
            let end = tail.len();
            tail[end - 8..].copy_from_slice(&bits.to_be_bytes());
            hash = self.wide.finish(&tail);
            hash[self.shape.n..].fill(0);
        }
        hash
    }

    /// `H_msg`: the digest of a message in parts.
    pub(super) fn message_digest(&self, randomizer: &[u8], root: &[u8], message: &[&[u8]]) -> Vec<u8> {
        let seed = &self.seed[..self.shape.n];
        let mut digest = vec![0; self.shape.digest_len()];
        if self.is_shake {
            shake_parts([randomizer, seed, root].into_iter().chain(message.iter().copied()), &mut digest);
            return digest;
        }
        let algorithm = self.sha2();
        let mut inner = [0; 64];
        let inner = &mut inner[..algorithm.output_len()];
        let mut context = Context::new(algorithm);
        [randomizer, seed, root].iter().chain(message).for_each(|part| context.update(part));
        context.finalize(Output::from(&mut *inner));
        // MGF1 (RFC 8017 appendix B.2.1).
        for (counter, piece) in (0_u32..).zip(digest.chunks_mut(algorithm.output_len())) {
            let mut context = Context::new(algorithm);
            [randomizer, seed, inner, &counter.to_be_bytes()].iter().for_each(|part| context.update(part));
            let mut mask = [0; 64];
            context.finalize(Output::from(&mut mask[..algorithm.output_len()]));
            piece.copy_from_slice(&mask[..piece.len()]);
        }
        digest
    }

    /// `PRF_msg`: the randomizer of a message in parts, in the first n bytes.
    pub(super) fn randomizer(&self, secret: &[u8], random: &[u8], message: &[&[u8]]) -> Result<[u8; MAX_N]> {
        let mut randomizer = [0; MAX_N];
        let out = &mut randomizer[..self.shape.n];
        if self.is_shake {
            shake_parts([secret, random].into_iter().chain(message.iter().copied()), out);
        } else {
            let algorithm = self.sha2();
            let mut context = hmac::Context::new(algorithm, secret)?;
            context.update(random);
            message.iter().for_each(|part| context.update(part));
            let mut code = Zeroizing::new([0; 64]);
            context.finalize_reset(Output::from(&mut code[..algorithm.output_len()]));
            out.copy_from_slice(&code[..self.shape.n]);
        }
        Ok(randomizer)
    }

    /// For the message itself (FIPS 205 §11.2).
    fn sha2(&self) -> Algorithm {
        if self.shape.n == 16 { Algorithm::Sha256 } else { Algorithm::Sha512 }
    }

    /// A padded block of the address and a message in two parts; of SHA-2 with blocks of
    /// `block_len` bytes.
    fn padded(&self, block_len: usize, address: &Address, first: &[u8], second: &[u8]) -> Block {
        let mut block = [0; BLOCK_LEN];
        let (at, n) = (self.at(), self.shape.n);
        if self.is_shake {
            block[..n].copy_from_slice(&self.seed[..n]);
            block[n..at].copy_from_slice(&address.whole());
        } else {
            block[..at].copy_from_slice(&address.compressed());
        }
        let middle = at + first.len();
        let end = middle + second.len();
        block[at..middle].copy_from_slice(first);
        block[middle..end].copy_from_slice(second);
        if self.is_shake {
            // FIPS 202 §6.2 and §5.1.
            block[end] = 0x1f;
            block[BLOCK_LEN - 1] |= 0x80;
        } else {
            block[end] = 0x80;
            let bits = 8 * (block_len + end) as u64;
            block[block_len - 8..block_len].copy_from_slice(&bits.to_be_bytes());
        }
        block
    }
}

fn shake(parts: &[&[u8]], out: &mut [u8]) {
    shake_parts(parts.iter().copied(), out);
}

fn shake_parts<'a>(parts: impl Iterator<Item = &'a [u8]>, out: &mut [u8]) {
    let mut context = Context::new(Algorithm::Shake256);
    parts.for_each(|part| context.update(part));
    context.finalize(Output::from(out));
}
