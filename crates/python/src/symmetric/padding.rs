//! `ironlatch.hazmat.primitives.padding`.

use ironlatch::Error;
use ironlatch::symmetric::padding::{Padder, Scheme, Unpadder, block_len};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Input, new_bytes};
use crate::errors::{CallError, CallResult};

/// The Python classes that add and remove one padding.
macro_rules! padding_classes {
    ($scheme:ident, $padding:ident, $unpadding:ident) => {
        /// Pads data that comes in pieces. Raises ValueError for a block_size that is no multiple
        /// of 8 from 8 to 2040.
        #[pyclass(module = "ironlatch.hazmat.primitives.padding")]
        pub(crate) struct $padding {
            padder: Option<Padder>,
        }

        #[pymethods]
        impl $padding {
            #[new]
            fn new(block_size: i64) -> CallResult<Self> {
                Ok(Self { padder: Some(Padder::new(Scheme::$scheme, block_len(block_size)?)) })
            }

            /// Takes more data, and returns it: only the end of the data changes, in finalize.
            /// Raises AlreadyFinalized.
            fn update<'py>(&mut self, py: Python<'py>, data: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyBytes>> {
                let input: Input<'_> = data.extract()?;
                self.padder.as_mut().ok_or_else(finalized)?.update(input.as_slice());
                match data.cast_exact::<PyBytes>() {
                    Ok(bytes) => Ok(bytes.clone()),
                    Err(_) => new_bytes(py, input.len(), |out| Ok(out.copy_from(input.as_slice()))),
                }
            }

            /// Returns the padding, 1 to block_size / 8 bytes. Raises AlreadyFinalized.
            fn finalize<'py>(&mut self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
                let padder = self.padder.take().ok_or_else(finalized)?;
                new_bytes(py, padder.padding_len(), |out| Ok(padder.finalize_into(out)))
            }
        }

        /// Removes the padding from data that comes in pieces. Raises ValueError for a block_size
        /// that is no multiple of 8 from 8 to 2040.
        #[pyclass(module = "ironlatch.hazmat.primitives.padding")]
        pub(crate) struct $unpadding {
            unpadder: Option<Unpadder>,
        }

        #[pymethods]
        impl $unpadding {
            #[new]
            fn new(block_size: i64) -> CallResult<Self> {
                Ok(Self { unpadder: Some(Unpadder::new(Scheme::$scheme, block_len(block_size)?)) })
            }

            /// Takes more data, and returns what is surely not padding: the last block is held
            /// back. Raises AlreadyFinalized.
            fn update<'py>(&mut self, py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
                let unpadder = self.unpadder.as_mut().ok_or_else(finalized)?;
                new_bytes(py, unpadder.output_len(data.len()), |out| Ok(unpadder.update_into(data.as_slice(), out)))
            }

            /// Returns the rest of the data without its padding. Raises ValueError if the padding
            /// is not valid, and AlreadyFinalized.
            fn finalize<'py>(&mut self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
                let rest = self.unpadder.take().ok_or_else(finalized)?.finalize()?;
                Ok(PyBytes::new(py, &rest))
            }
        }
    };
}

padding_classes!(Pkcs7, PKCS7PaddingContext, PKCS7UnpaddingContext);
padding_classes!(AnsiX923, ANSIX923PaddingContext, ANSIX923UnpaddingContext);

fn finalized() -> CallError {
    Error::AlreadyFinalized("Context was already finalized.".into()).into()
}

/// Raises ValueError unless `block_size` is a block size in bits that the paddings take.
#[pyfunction]
fn check_block_size(block_size: i64) -> CallResult<()> {
    block_len(block_size)?;
    Ok(())
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod padding {
    #[pymodule_export]
    use super::{
        ANSIX923PaddingContext, ANSIX923UnpaddingContext, PKCS7PaddingContext, PKCS7UnpaddingContext, check_block_size,
    };
}
