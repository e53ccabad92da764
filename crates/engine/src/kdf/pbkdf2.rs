//! PBKDF2 with HMAC (RFC 8018 §5.2).
//!
//! An attacker's PBKDF2 calls the compression function twice an iteration and nothing else; a
//! defender's should not do more. So for SHA-1 and SHA-2 the loop stands here, on compression
//! functions. The rest goes through AWS-LC's own.

use aws_lc_sys::{SHA_CTX, SHA256_CTX, SHA512_CTX};

use crate::awslc::digest::{Algorithm, digest};
use crate::awslc::hmac::Context;
use crate::error::check;
use crate::simd::sha512;
use crate::{EngineError, Output};

/// PBKDF2 with HMAC over `algorithm`.
///
/// # Errors
/// [`EngineError::InvalidInput`] for no iterations, [`EngineError::Unsupported`] for an
/// extendable-output function.
pub fn pbkdf2<'a>(
    algorithm: Algorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    out: Output<'a>,
) -> Result<&'a mut [u8], EngineError> {
    if iterations == 0 {
        return Err(EngineError::InvalidInput);
    }
    if algorithm.is_extendable() {
        return Err(EngineError::Unsupported);
    }
    match algorithm {
        Algorithm::Sha1 => derive::<SHA_CTX>(algorithm, password, salt, iterations, out),
        Algorithm::Sha224 | Algorithm::Sha256 => derive::<SHA256_CTX>(algorithm, password, salt, iterations, out),
        Algorithm::Sha384 | Algorithm::Sha512 | Algorithm::Sha512_224 | Algorithm::Sha512_256 => {
            derive::<SHA512_CTX>(algorithm, password, salt, iterations, out)
        }
        _ => in_library(algorithm, password, salt, iterations, out),
    }
}

fn in_library<'a>(
    algorithm: Algorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    mut out: Output<'a>,
) -> Result<&'a mut [u8], EngineError> {
    // SAFETY: `password` and `salt` are valid for reads and `out` for writes of their lengths. On
    // success every byte of `out` was written; on failure it is not handed on.
    unsafe {
        let result = aws_lc_sys::PKCS5_PBKDF2_HMAC(
            password.as_ptr().cast(),
            password.len(),
            salt.as_ptr(),
            salt.len(),
            iterations,
            algorithm.as_ptr(),
            out.len(),
            out.as_mut_ptr(),
        );
        check(result, EngineError::Internal)?;
        Ok(out.assume_written())
    }
}

const MAX_BLOCK: usize = 128;
const MAX_DIGEST: usize = 64;

/// The state of a hash function of the SHA family, as words in big-endian order.
trait Compression: Copy {
    const BLOCK_LEN: usize;

    /// The initial state of `algorithm`, which is of this family.
    fn new(algorithm: Algorithm) -> Self;

    /// Takes in one block, of which the first `BLOCK_LEN` bytes count.
    fn compress(&mut self, block: &[u8; MAX_BLOCK]);

    /// Sets the chaining value to `other`'s.
    fn restore(&mut self, other: &Self);

    /// Writes the chaining value.
    fn write_to(&self, out: &mut [u8; MAX_DIGEST]);
}

macro_rules! compression {
    ($context:ty, $block_len:literal, $compress:expr, { $($algorithm:pat => $init:ident),* }) => {
        impl Compression for $context {
            const BLOCK_LEN: usize = $block_len;

            fn new(algorithm: Algorithm) -> Self {
                // SAFETY: zeros are a valid value of this structure of integers, and `init` sets
                // all that counts.
                unsafe {
                    let mut context: Self = core::mem::zeroed();
                    match algorithm {
                        $($algorithm => aws_lc_sys::$init(&raw mut context),)*
                        _ => unreachable!("a function of another family"),
                    };
                    context
                }
            }

            #[inline]
            fn compress(&mut self, block: &[u8; MAX_BLOCK]) {
                let compress: fn(&mut Self, &[u8; MAX_BLOCK]) = $compress;
                compress(self, block);
            }

            #[inline]
            fn restore(&mut self, other: &Self) {
                self.h = other.h;
            }

            #[inline]
            fn write_to(&self, out: &mut [u8; MAX_DIGEST]) {
                for (bytes, word) in out.chunks_exact_mut(size_of_val(&self.h[0])).zip(self.h) {
                    bytes.copy_from_slice(&word.to_be_bytes());
                }
            }
        }
    };
}

compression!(SHA_CTX, 64, |context, block| {
    // SAFETY: the state is live, and the block at least as long as the function reads.
    unsafe { aws_lc_sys::SHA1_Transform(context, block.as_ptr()) }
}, { Algorithm::Sha1 => SHA1_Init });
compression!(SHA256_CTX, 64, |context, block| {
    // SAFETY: as above.
    unsafe { aws_lc_sys::SHA256_Transform(context, block.as_ptr()) }
}, {
    Algorithm::Sha224 => SHA224_Init,
    Algorithm::Sha256 => SHA256_Init
});
compression!(SHA512_CTX, 128, sha512::compress, {
    Algorithm::Sha384 => SHA384_Init,
    Algorithm::Sha512 => SHA512_Init,
    Algorithm::Sha512_224 => SHA512_224_Init,
    Algorithm::Sha512_256 => SHA512_256_Init
});

/// The working memory of the derivation. It is wiped when it is dropped.
struct Work<C> {
    /// The hash of the padded key, for the inner and for the outer hash, and a hash in progress.
    inner: C,
    outer: C,
    current: C,
    /// A digest followed by its padding: the only block that follows the padded key.
    block: [u8; MAX_BLOCK],
    digest: [u8; MAX_DIGEST],
    sum: [u8; MAX_DIGEST],
}

impl<C> Drop for Work<C> {
    fn drop(&mut self) {
        // SAFETY: the structure holds integers alone, for which zeros are valid.
        unsafe { aws_lc_sys::OPENSSL_cleanse((&raw mut *self).cast(), size_of::<Self>()) };
    }
}

fn derive<'a, C: Compression>(
    algorithm: Algorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    out: Output<'a>,
) -> Result<&'a mut [u8], EngineError> {
    let digest_len = algorithm.output_len();
    let start = C::new(algorithm);
    let mut work = Work::<C> {
        inner: start,
        outer: start,
        current: start,
        block: [0; MAX_BLOCK],
        digest: [0; MAX_DIGEST],
        sum: [0; MAX_DIGEST],
    };
    // RFC 2104 §2.
    if password.len() > C::BLOCK_LEN {
        digest(algorithm, password, (&mut work.block[..digest_len]).into());
    } else {
        work.block[..password.len()].copy_from_slice(password);
    }
    work.block.iter_mut().for_each(|byte| *byte ^= 0x36);
    work.inner.compress(&work.block);
    work.block.iter_mut().for_each(|byte| *byte ^= 0x36 ^ 0x5c);
    work.outer.compress(&work.block);

    // FIPS 180-4 §5.1: the message is the padded key and a digest.
    work.block.fill(0);
    work.block[digest_len] = 0x80;
    let bits = 8 * (C::BLOCK_LEN + digest_len) as u64;
    work.block[C::BLOCK_LEN - 8..C::BLOCK_LEN].copy_from_slice(&bits.to_be_bytes());

    let mut first = Context::new(algorithm, password)?;
    let mut writer = out.writer();
    for index in 1u32.. {
        if writer.remaining() == 0 {
            break;
        }
        first.update(salt);
        first.update(&index.to_be_bytes());
        first.finalize_reset((&mut work.block[..digest_len]).into());
        work.sum[..digest_len].copy_from_slice(&work.block[..digest_len]);
        for _ in 1..iterations {
            work.current.restore(&work.inner);
            work.current.compress(&work.block);
            work.current.write_to(&mut work.digest);
            work.block[..digest_len].copy_from_slice(&work.digest[..digest_len]);
            work.current.restore(&work.outer);
            work.current.compress(&work.block);
            work.current.write_to(&mut work.digest);
            work.block[..digest_len].copy_from_slice(&work.digest[..digest_len]);
            work.sum.iter_mut().zip(&work.digest).for_each(|(sum, byte)| *sum ^= byte);
        }
        writer.push(&work.sum[..digest_len.min(writer.remaining())]);
    }
    Ok(writer.finish())
}
