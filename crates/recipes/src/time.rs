//! Moments in words.

use std::time::{Duration, SystemTime};

/// A time in seconds since 1970 as RFC 3339 writes it, if it is in the years that it can write.
#[must_use]
pub fn time(seconds: u64) -> String {
    const YEAR_10000: u64 = 253_402_300_800;
    if seconds >= YEAR_10000 {
        return format!("{seconds} seconds after 1970");
    }
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}
