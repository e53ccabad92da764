//! A cost that fits a machine.

use std::time::{Duration, Instant};

use super::stored::{MAX_ITERATIONS, MAX_MEMORY_KIB};
use super::{DEFAULT_COST, HASH_LEN, SALT_LEN};
use crate::Result;
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::argon2::{Argon2, Cost, Variant};

/// The Argon2id cost at which a hash takes about `target` on this machine as it is now, and never
/// less than [`DEFAULT_COST`]. Memory is raised first, to `max_memory_kib`, as it is what makes
/// guessing dear; then the passes.
///
/// It takes a few times the target. Run it on the machine that will verify, under its usual load,
/// and keep the result in the configuration: calibrated at each start, costs would follow the load
/// of that moment.
///
/// # Errors
/// [`CoreError::OutOfMemory`](ironlatch_core::Error::OutOfMemory) if the system does not give the
/// memory that is tried.
pub fn calibrate(target: Duration, max_memory_kib: u32) -> Result<Cost> {
    let max_memory = max_memory_kib.clamp(DEFAULT_COST.memory_cost, MAX_MEMORY_KIB);
    let mut cost = DEFAULT_COST;
    // Time is close to proportional to memory and passes alike; each step corrects the estimate of
    // the one before.
    for _ in 0..STEPS {
        let ratio = target.as_secs_f64() / measure(cost)?.as_secs_f64().max(1e-6);
        let work = f64::from(cost.memory_cost) * f64::from(cost.iterations) * ratio;
        let memory =
            (work / f64::from(DEFAULT_COST.iterations)).clamp(DEFAULT_COST.memory_cost.into(), max_memory.into());
        let memory_cost = memory as u32 / ROUND * ROUND;
        let passes =
            (work / f64::from(memory_cost)).round().clamp(DEFAULT_COST.iterations.into(), MAX_ITERATIONS.into());
        let next = Cost { memory_cost, iterations: passes as u32, ..cost };
        if next == cost {
            break;
        }
        cost = next;
    }
    Ok(cost)
}

const STEPS: usize = 4;
/// Memory comes in whole MiB.
const ROUND: u32 = 1024;

fn measure(cost: Cost) -> Result<Duration> {
    let argon2 = Argon2::new(Variant::Argon2id, &[0; SALT_LEN], HASH_LEN, cost)?;
    let start = Instant::now();
    argon2.derive(b"calibration")?;
    Ok(start.elapsed())
}
