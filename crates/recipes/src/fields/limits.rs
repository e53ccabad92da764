//! How long what stands in a column can be.

use crate::{Error, Result};
use ironlatch_core::Error as CoreError;

/// The longest value in bytes, as it is encrypted: what PostgreSQL takes in one field, less what
/// encryption adds.
pub const MAX_VALUE_LEN: usize = (1 << 30) - 4096;

/// The length of the type in bytes.
pub(super) const TYPE_LEN: usize = 1;

/// The largest multiple to which values are padded.
pub const MAX_PADDING: usize = 65_536;

/// The longest there is.
pub(super) const MAX_LEN: usize = TYPE_LEN + MAX_VALUE_LEN + MAX_PADDING;

/// Refuses a value that is too long.
pub(super) fn check_len(len: usize) -> Result<()> {
    if len > MAX_VALUE_LEN {
        let message =
            format!("a value has at most {MAX_VALUE_LEN} bytes, not {len}: put it into a file (ironlatch.files)");
        return Err(Error::Core(CoreError::TooLong(message.into())));
    }
    Ok(())
}
