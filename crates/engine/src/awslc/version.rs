//! Which AWS-LC this is.

/// The version of AWS-LC, such as "5.12.0".
pub fn version() -> &'static str {
    let text = aws_lc_sys::AWSLC_VERSION_NUMBER_STRING;
    core::str::from_utf8(text).unwrap_or_default().trim_end_matches('\0')
}

/// The version of OpenSSL's API that AWS-LC follows, in OpenSSL's encoding: 0x1010107f is 1.1.1.
pub fn api_version() -> u32 {
    aws_lc_sys::OPENSSL_VERSION_NUMBER.unsigned_abs()
}
