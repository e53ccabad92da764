//! How hard a password is to guess, and what guessing it would take at a given cost.

use zxcvbn::Score;

use ironlatch_core::kdf::argon2::Cost;
use ironlatch_core::secret::wipes_stack;

/// The bytes a second that the memory of one large GPU moves, from which [`Strength::gpu_seconds`]
/// is computed.
pub const GPU_BYTES_PER_SECOND: f64 = 1e12;

/// An estimate by zxcvbn: how many guesses someone needs who tries common passwords, words, names,
/// dates, keyboard patterns and what people usually do to them, before everything else.
#[derive(Debug, Clone, PartialEq)]
pub struct Strength {
    /// From 0 (guessed at once) to 4 (out of reach). Ask for 3 or more.
    pub score: u8,
    /// How many guesses, as a power of ten.
    pub guesses_log10: f64,
    /// The weakness, if there is one.
    pub warning: Option<String>,
    /// Suggestions for a better password.
    pub suggestions: Vec<String>,
    /// The time that one GPU needs for this number of guesses against an Argon2id hash of the given
    /// cost: each guess moves every block of the memory three times a pass (two reads, one write),
    /// at [`GPU_BYTES_PER_SECOND`]. An order of magnitude, in favour of the attacker.
    pub gpu_seconds: f64,
}

/// Estimates `password`. `about_the_user` are words that somebody who knows the user tries first:
/// name, address, the service's name. Only the first 100 characters count, so that long input costs
/// no time.
#[must_use]
#[wipes_stack(deep)]
pub fn strength(password: &str, about_the_user: &[&str], cost: Cost) -> Strength {
    let estimate = zxcvbn::zxcvbn(password, about_the_user);
    let bytes_per_guess = f64::from(cost.memory_cost) * 1024.0 * f64::from(cost.iterations) * 3.0;
    let feedback = estimate.feedback();
    Strength {
        score: match estimate.score() {
            Score::Zero => 0,
            Score::One => 1,
            Score::Two => 2,
            Score::Three => 3,
            _ => 4,
        },
        guesses_log10: estimate.guesses_log10().max(0.0),
        warning: feedback.and_then(|feedback| feedback.warning()).map(|warning| warning.to_string()),
        suggestions: feedback
            .map_or_else(Vec::new, |feedback| feedback.suggestions().iter().map(ToString::to_string).collect()),
        gpu_seconds: 10f64.powf(estimate.guesses_log10().max(0.0)) * bytes_per_guess / GPU_BYTES_PER_SECOND,
    }
}
