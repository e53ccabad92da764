//! Timestamps (RFC 3161, RFC 5816): a signed statement of an authority that a digest existed at a
//! time.
//!
//! A [`Request`] is sent to the authority, mostly over HTTP, which is the caller's to do. Its
//! answer is a [`Response`], which holds a [`Token`] or says why there is none. The token is kept
//! together with the data, and [`Token::verify`] holds it to them and to a policy of
//! [`ironlatch_x509::verification`] years later.
//!
//! ```
//! use ironlatch::cms::timestamp::Request;
//! use ironlatch::hash::HashAlgorithm;
//!
//! # fn main() -> ironlatch::cms::Result<()> {
//! let request = Request::of_data(b"a document", HashAlgorithm::Sha256);
//! let query = request.to_der()?; // The body of a POST, of the type application/timestamp-query.
//! assert_eq!(Request::read(&query)?, request);
//! # Ok(())
//! # }
//! ```

mod info;
mod request;
mod response;
mod token;

pub use crate::error::TimestampFault;
pub use info::{Accuracy, Info};
pub use request::Request;
pub use response::{Failure, Response, Status};
pub use token::{Expected, Timestamped, Token, Verified};
