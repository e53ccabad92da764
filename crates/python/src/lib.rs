//! The Python binding of Ironlatch: `ironlatch._native`. It converts, and does nothing else.
//!
//! One file stands for one Python module and holds a `#[pymodule]` submodule of the same name.

mod buffer;
mod errors;
mod hash;
mod recipes;
mod symmetric;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    use super::*;

    #[pymodule_export]
    use crate::recipes::secrets::secrets;
    #[pymodule_export]
    use crate::symmetric::{aead::aead, ciphers::ciphers, padding::padding};

    #[pymodule_export]
    use crate::hash::hashes::hashes;

    /// Makes `import ironlatch._native.x` work for each submodule.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let loaded = module.py().import("sys")?.getattr("modules")?;
        for (name, value) in module.dict() {
            if value.is_instance_of::<PyModule>() {
                let full_name = format!("ironlatch._native.{name}");
                value.setattr("__name__", &full_name)?;
                loaded.set_item(full_name, value)?;
            }
        }
        Ok(())
    }
}
