//! Spans of time, as they are written in arguments.

/// Parses a duration in seconds: `90`, `15m`, `1h`, `7d`.
pub(crate) fn span(text: &str) -> Result<u64, String> {
    let unit = match text.bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 60,
        Some(b'h') => 3600,
        Some(b'd') => 86_400,
        _ => 0,
    };
    let (number, unit) = if unit == 0 { (text, 1) } else { (&text[..text.len() - 1], unit) };
    let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = number.parse::<u64>().ok().filter(|_| plain).and_then(|number| number.checked_mul(unit));
    seconds.ok_or_else(|| "a time is a number of seconds, or a number with s, m, h or d: 90, 15m, 7d".to_owned())
}
