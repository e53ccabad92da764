//! Pins: the keys that a TLS server may have, in addition to what any authority says.
//!
//! A pin is the SHA-256 of a public key with its algorithm (RFC 7469 §2.4). A connection is good if
//! a key in the chain of certificates that was verified is pinned. Pins are checked after the usual
//! verification and never in its place: a [`PinSet`] takes the *verified* chain, as what a server
//! sends along can hold any certificate, of anybody.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use ironlatch::recipes::pinning::{HostPins, Pin, PinSet};
//! use ironlatch::x509::Certificate;
//!
//! # const LEAF: &[u8] = include_bytes!("../../../../tests/data/x509/leaf.pem");
//! # const ROOT: &[u8] = include_bytes!("../../../../tests/data/x509/root.pem");
//! # let chain_pem = [LEAF, ROOT].concat();
//! // From the TLS library, once it has verified it:
//! let chain = Certificate::all_from_pem(&chain_pem)?;
//! let backup: Pin = "sha256/YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg=".parse()?;
//! let pins = HostPins::new([Pin::of_certificate(&chain[0]), backup])?;
//! let pins = PinSet::new([("pinned.example", pins)])?;
//!
//! let chain: Vec<&[u8]> = chain.iter().map(Certificate::as_der).collect();
//! let verdict = pins.check("pinned.example", &chain)?;
//! assert!(!verdict.is_refused(), "{verdict}");
//! # Ok(())
//! # }
//! ```

mod host;
mod json;
mod pin;
mod pinnable;
mod set;
mod verdict;

pub use pin::Pin;
pub use pinnable::{Kind, Pinnable};
pub use set::{HostPins, PinSet};
pub use verdict::{Outcome, Seen, Verdict};
