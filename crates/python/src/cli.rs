//! The command `ironlatch`, for the console script that the wheel installs.

use pyo3::prelude::*;

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod cli {
    use std::ffi::OsString;

    use super::*;

    /// Runs the command with these arguments (the first is the program's name) and returns its exit code.
    #[pyfunction]
    fn main(py: Python<'_>, argv: Vec<OsString>) -> u8 {
        py.detach(|| ironlatch_cli::run(argv))
    }
}
