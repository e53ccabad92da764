//! Whole jobs, with no choices to get wrong.
