//! What holds for all modules: the design, and the reasons for it.
//!
//! 1. [What is where](#what-is-where)
//! 2. [Why AWS-LC](#why-aws-lc)
//! 3. [Secrets and wiping](#secrets-and-wiping)
//! 4. [Constant time](#constant-time)
//! 5. [Randomness](#randomness)
//! 6. [Errors](#errors)
//! 7. [No panics, and limits](#no-panics-and-limits)
//! 8. [Threads and forks](#threads-and-forks)
//! 9. [Calls and results](#calls-and-results)
//! 10. [Features and platforms](#features-and-platforms)
//! 11. [What is not included](#what-is-not-included)
//!
//! # What is where
//!
//! Ironlatch is a stack of crates. Each uses only those below it, and a check in continuous
//! integration fails on an import that points upwards.
//!
//! | crate | holds | here |
//! |---|---|---|
//! | `ironlatch-recipes` | whole jobs with the choices made | `recipes`, `inspect` |
//! | `ironlatch-cms` | PKCS #12 files, PKCS #7 and CMS messages | `cms` |
//! | `ironlatch-x509` | certificates, requests, CRLs, OCSP | `x509` |
//! | `ironlatch-core` | every algorithm, every key format, memory for secrets | the other modules |
//! | `ironlatch-engine` | AWS-LC behind safe functions, and arithmetic of our own | not public |
//!
//! Only the engine contains `unsafe` code or calls C; every crate above it has
//! `#![forbid(unsafe_code)]`. All parsing, encoding, padding and protocol logic is safe Rust.
//!
//! To choose a module, start from the job. If a recipe does it, take the recipe: it picks the
//! algorithm, the nonces and the format, and what it writes names its version. If a protocol or a
//! file format prescribes the algorithm, take the algorithm from [`symmetric`](crate::symmetric),
//! [`asymmetric`](crate::asymmetric), [`kdf`](crate::kdf) or [`hash`](crate::hash), and the key
//! from [`keys`](crate::keys).
//!
//! # Why AWS-LC
//!
//! AWS-LC is fast on x86-64 and AArch64, parts of it are formally verified, and it has no provider
//! machinery between a call and the arithmetic. It is called through `aws-lc-sys` and not through
//! `aws-lc-rs`, because a library for existing formats needs what that crate hides: PSS salt
//! lengths, unequal hashes in OAEP, GCM nonces that are not 12 bytes long, MD5 in old key files.
//!
//! Algorithms that AWS-LC lacks come from libsecp256k1 and RustCrypto, or are our own where those
//! are slower: Camellia and Triple DES in the core, Ed448, X448 and SLH-DSA over arithmetic in the
//! engine. The [architecture page](https://github.com/ironlatch/ironlatch/blob/main/docs/architecture.md)
//! lists each with its reason. [`engine_version`](crate::engine_version) returns the version of
//! AWS-LC that was compiled in.
//!
//! # Secrets and wiping
//!
//! - **Keys** are zeroed when their owner is dropped: private keys, the keys inside ciphers and
//!   MACs, contexts of key derivation, decrypted key files.
//! - **The stack and the registers** are cleared after a function has handled a secret, also when
//!   it fails or panics.
//! - **Output** of a failed decryption is zeroed before the call returns.
//! - **`Debug` and errors** never show a secret.
//!
//! A secret of your own belongs in a [`SecretBytes`](crate::secret::SecretBytes). Its memory is
//! locked against swapping and left out of core dumps where the system allows it, and two of them
//! are compared in constant time:
//!
//! ```
//! use ironlatch::secret::SecretBytes;
//!
//! # fn main() -> ironlatch::Result<()> {
//! let key = SecretBytes::generate(32)?;
//! assert_eq!(format!("{key:?}"), "SecretBytes(<32 bytes>)");
//! assert_ne!(key, SecretBytes::generate(32)?);
//! # Ok(())
//! # }
//! ```
//!
//! A function that returns a secret as an array moves it into its caller's frame, where the library
//! no longer sees it. Run code of yours that handles secrets in
//! [`with_wiped_stack`](crate::secret::with_wiped_stack):
//!
//! ```
//! use ironlatch::hash::HashAlgorithm;
//! use ironlatch::kdf::Kdf;
//! use ironlatch::kdf::hkdf::Hkdf;
//! use ironlatch::secret::{SecretBytes, with_wiped_stack};
//!
//! # fn main() -> ironlatch::Result<()> {
//! let master = SecretBytes::generate(32)?;
//! let key = with_wiped_stack(|| -> ironlatch::Result<SecretBytes> {
//!     let hkdf = Hkdf::new(HashAlgorithm::Sha256, 32, b"", b"example: file keys")?;
//!     SecretBytes::new_with(32, |out| hkdf.derive_into(master.expose(), out.into()).map(drop))
//! })?;
//! assert_eq!(key.len(), 32);
//! # Ok(())
//! # }
//! ```
//!
//! Tests search the memory of whole processes for pieces of each key, from outside, after its owner
//! was dropped. Nothing can wipe a page that was swapped out before it was locked, or a copy in
//! your own code. [Security](https://github.com/ironlatch/ironlatch/blob/main/docs/security.md#wiping) has
//! the details, and a list of what is not wiped.
//!
//! # Constant time
//!
//! Tags, codes, tokens and derived keys are compared in constant time, and
//! [`constant_time::bytes_eq`](crate::constant_time::bytes_eq) does it for you. Private-key
//! operations, AES, GCM, ChaCha20-Poly1305, the hash functions and HMAC use no branch and no
//! address that depends on a secret. The project's own code is run under a checker that reports
//! such branches and addresses, with planted leaks to show that it works:
//! [constant time](https://github.com/ironlatch/ironlatch/blob/main/docs/constant-time.md) says what it
//! covers.
//!
//! Not constant-time: reading key files, RSA key generation, the data-dependent half of Argon2,
//! scrypt, SM4 on older processors, Camellia, and the ciphers that are there for old data.
//!
//! # Randomness
//!
//! Keys, nonces and salts come from AWS-LC's generator, which the operating system seeds and which
//! takes a new seed in a forked child. If the operating system gives no randomness, the process is
//! aborted. [`random`](crate::random) gives you the same bytes.
//!
//! # Errors
//!
//! Each crate has one error enum: [`ironlatch::Error`](crate::Error) for the algorithms and key
//! formats, and one each for `x509`, `cms` and `recipes`. A fault that a lower crate knows has its
//! variant there alone, and the enums above carry it in their variant `Core`.
//!
//! A variant names the fault, its fields say what came and what is allowed, and its message says
//! what would be right:
//!
//! ```
//! use ironlatch::Error;
//! use ironlatch::symmetric::aead::{Aad, Aead, AesGcm, Nonce};
//!
//! # fn main() -> ironlatch::Result<()> {
//! let refused = AesGcm::new(&[7; 20]).unwrap_err();
//! assert!(matches!(refused, Error::KeySize { algorithm: "AES-GCM", got: 160, .. }));
//! assert_eq!(refused.to_string(), "AES-GCM keys have 128, 192 or 256 bits, not 160");
//!
//! // One variant with one message, whatever the cause: key, nonce, associated data, ciphertext.
//! let cipher = AesGcm::new(&[7; 32])?;
//! let sealed = cipher.encrypt(Nonce(&[1; 12]), b"a message", Aad(b"header"))?;
//! assert_eq!(cipher.decrypt(Nonce(&[2; 12]), &sealed, Aad(b"header")), Err(Error::InvalidTag));
//! assert_eq!(cipher.decrypt(Nonce(&[1; 12]), &sealed, Aad(b"")), Err(Error::InvalidTag));
//! # Ok(())
//! # }
//! ```
//!
//! The enums are `#[non_exhaustive]`, `Clone`, `PartialEq`, `Send` and `Sync`. An error that wraps
//! one of the operating system gives it as its
//! [`source`](std::error::Error::source). No variant and no message holds a key, a password or a
//! plaintext, so an error may go into a log.
//!
//! # No panics, and limits
//!
//! Bytes from outside never make a call panic: a parser returns an error, does not recurse over its
//! input, and allocates in proportion to it. Each has a fuzz target. A call panics only on a
//! programmer's mistake that its documentation names under *Panics*, most often an
//! [`Output`](crate::Output) of another length than the result, or when the system has no memory
//! left.
//!
//! Work that a file or a message asks for is limited before it is done: the iterations in an
//! encrypted key, the memory of a stored password hash, the signatures that are verified to find a
//! chain. [Limits](https://github.com/ironlatch/ironlatch/blob/main/docs/limits.md) lists the limits and what
//! each input can cost at most.
//!
//! # Threads and forks
//!
//! Keys, ciphers, keyrings and certificates are `Send` and `Sync`:
//!
//! ```
//! fn can_be_shared<T: Send + Sync>() {}
//!
//! can_be_shared::<ironlatch::keys::PrivateKey>();
//! can_be_shared::<ironlatch::symmetric::aead::AesGcm>();
//! can_be_shared::<ironlatch::secret::SecretBytes>();
//! can_be_shared::<ironlatch::recipes::keyring::Keyring>();
//! can_be_shared::<ironlatch::x509::Certificate>();
//! can_be_shared::<ironlatch::recipes::Error>();
//! ```
//!
//! A child process gets a copy of all memory, counters and locks included. An object that counts
//! nonces or writes to an open file works only in the process that made it, and elsewhere returns
//! [`Error::Forked`](crate::Error::Forked). Locks are free in the child. Keyrings read their file
//! again there. [`fork`](crate::fork) has the building blocks, and
//! [forks](https://github.com/ironlatch/ironlatch/blob/main/docs/forks.md) the list of all objects.
//!
//! # Calls and results
//!
//! A call such as `encrypt` or `sign` returns its result in a `Vec`. The same call with `_into` at
//! its end writes to an [`Output`](crate::Output): exclusive, write-only memory of the caller's
//! that may be uninitialised. The call returns the same memory, filled, which proves that every
//! byte was written. So a large result costs neither an allocation nor a clearing:
//!
//! ```
//! use ironlatch::hash::{HashAlgorithm, digest_into};
//!
//! let mut place = [0; 32];
//! let digest = digest_into(HashAlgorithm::Sha256, b"Some data", (&mut place[..]).into());
//! assert_eq!(digest[..4], [0x1f, 0xe6, 0x38, 0xb4]);
//! ```
//!
//! Byte strings that are easy to swap have types of their own:
//! [`Nonce`](crate::symmetric::aead::Nonce) and [`Aad`](crate::symmetric::aead::Aad).
//!
//! # Features and platforms
//!
//! `x509`, `cms` and `recipes` are on by default, and each only adds modules. A program that needs
//! the algorithms and key formats alone compiles less:
//!
//! ```toml
//! [dependencies]
//! ironlatch = { version = "0.1", default-features = false }
//! ```
//!
//! Rust 1.89 or newer, the standard library, a C compiler and a Unix system are required. Tests run
//! on Linux. Which code runs (AES instructions, AVX2, AVX-512) is decided while the program runs,
//! from what the processor has. Set `AWS_LC_SYS_NO_JITTER_ENTROPY=1` when you build a program, or
//! the first random number of each process takes tens of milliseconds:
//! [the Rust crate](https://github.com/ironlatch/ironlatch/blob/main/docs/rust.md) says how.
//!
//! # What is not included
//!
//! - TLS, OpenPGP and the SSH protocol. Their key formats are read, and SSH's signatures of files.
//! - A FIPS validation. AWS-LC's validated builds are another library.
//! - `no_std`, WebAssembly and Windows.
//! - An independent review. Nobody outside the project has made one.
