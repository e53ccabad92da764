//! The command `ironlatch`, for the console script that the wheel installs.

use ironlatch_cli::{Bar, Outcome, RotateArguments};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::types;

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod cli {
    use std::ffi::OsString;

    use super::*;

    /// Runs the command with these arguments (the first is the program's name) and returns its exit
    /// code.
    #[pyfunction]
    fn main(py: Python<'_>, argv: Vec<OsString>) -> u8 {
        py.detach(|| ironlatch_cli::run(argv, Some(&rotate)))
    }
}

/// Has Python's side of `ironlatch rotate` do the work.
fn rotate(arguments: &RotateArguments, bar: Bar) -> Outcome {
    let outcome = Python::attach(|py| -> PyResult<Outcome> {
        let options = PyDict::new(py);
        options.set_item("plan", &arguments.plan)?;
        options.set_item("database", &arguments.database)?;
        options.set_item("keyring", &arguments.keyring)?;
        options.set_item("passphrase_file", &arguments.passphrase_file)?;
        options.set_item("passphrase_fd", arguments.passphrase_fd)?;
        options.set_item("iterations", arguments.cost.iterations)?;
        options.set_item("lanes", arguments.cost.lanes)?;
        options.set_item("memory_cost", arguments.cost.memory_cost)?;
        options.set_item("provider_key", &arguments.provider_key)?;
        options.set_item("provider", &arguments.provider)?;
        options.set_item("under", &arguments.under)?;
        options.set_item("under_key", &arguments.under_key)?;
        options.set_item("status", arguments.status)?;
        options.set_item("dry_run", arguments.dry_run)?;
        options.set_item("examine", arguments.examine)?;
        options.set_item("stop_on_error", arguments.stop_on_error)?;
        options.set_item("batch", arguments.batch)?;
        options.set_item("pause", arguments.pause)?;
        options.set_item("patience", arguments.patience)?;
        options.set_item("json", arguments.json)?;
        options.set_item("show", Bound::new(py, RotateBar { bar })?)?;
        let (text, trouble, exit) = types::RUN_ROTATION.get(py)?.call((), Some(&options))?.extract()?;
        Ok(Outcome { text, trouble, exit })
    });
    // The Python side catches what can go wrong with a rotation. What is left is a fault of ours.
    outcome.unwrap_or_else(|error| Outcome { text: String::new(), trouble: Some((error.to_string(), None)), exit: 1 })
}

/// The bar at the terminal, for Python to call.
#[pyclass(frozen)]
struct RotateBar {
    bar: Bar,
}

#[pymethods]
impl RotateBar {
    fn __call__(&self, round: u32, done: u64, total: Option<u64>) {
        self.bar.show(round, done, total);
    }
}
