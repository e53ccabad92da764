//! The limit on the work that a file can demand, over all of its parts.

use crate::error::{Error, Result};

/// The most iterations of all derivations together that a file may ask for: four times what one of
/// them may.
pub const MAX_WORK: u64 = 40_000_000;

/// The iterations that a file may still ask for.
pub(super) struct Work {
    left: u64,
}

impl Work {
    pub(super) fn new() -> Self {
        Self { left: MAX_WORK }
    }

    pub(super) fn spend(&mut self, iterations: u64) -> Result<()> {
        self.left = self.left.checked_sub(iterations).ok_or_else(|| {
            Error::TooMuchWork(format!("the file asks for more than {MAX_WORK} iterations in all").into())
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_limited_over_all_parts() {
        let mut work = Work::new();
        assert!(work.spend(MAX_WORK - 1).is_ok());
        assert!(matches!(work.spend(2), Err(Error::TooMuchWork(_))));
        assert!(work.spend(1).is_ok());
        assert!(work.spend(u64::MAX).is_err());
    }
}
