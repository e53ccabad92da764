//! Instances of the small Python classes that names and extensions are.

use pyo3::call::PyCallArgs;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};

/// A Python class of which instances are made here.
pub(crate) struct Class {
    module: &'static str,
    name: &'static str,
    slots: &'static [&'static str],
    loaded: PyOnceLock<Loaded>,
}

struct Loaded {
    class: Py<PyType>,
    slots: Vec<Py<PyString>>,
}

impl Class {
    /// The class `name` of `ironlatch.x509.<module>`, with the slots that its fields are in.
    pub(crate) const fn new(module: &'static str, name: &'static str, slots: &'static [&'static str]) -> Self {
        Self { module, name, slots, loaded: PyOnceLock::new() }
    }

    /// An instance with these values in its slots. Its constructor is not called: it checks what
    /// users give, and what was parsed is as it has to be.
    pub(crate) fn with_slots<'py, const N: usize>(
        &'static self,
        py: Python<'py>,
        values: [Bound<'py, PyAny>; N],
    ) -> PyResult<Bound<'py, PyAny>> {
        let loaded = self.load(py)?;
        let made = new_object(py)?.call1((loaded.class.bind(py),))?;
        for (slot, value) in loaded.slots.iter().zip(values) {
            made.setattr(slot.bind(py), value)?;
        }
        Ok(made)
    }

    /// An instance that the class's constructor makes and checks: of structures that may say what
    /// has no meaning.
    pub(crate) fn call<'py>(
        &'static self,
        py: Python<'py>,
        arguments: impl PyCallArgs<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.class(py)?.call1(arguments)
    }

    /// The class itself.
    pub(crate) fn class<'py>(&'static self, py: Python<'py>) -> PyResult<&'py Bound<'py, PyType>> {
        Ok(self.load(py)?.class.bind(py))
    }

    /// The contents of that slot of an object of this class.
    pub(crate) fn field<'py>(&'static self, object: &Bound<'py, PyAny>, slot: usize) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        object.getattr(self.load(py)?.slots[slot].bind(py))
    }

    fn load(&'static self, py: Python<'_>) -> PyResult<&'static Loaded> {
        self.loaded.get_or_try_init(py, || {
            let class = py.import(format!("ironlatch.x509.{}", self.module))?.getattr(self.name)?;
            let slots = self.slots.iter().map(|slot| PyString::intern(py, slot).unbind()).collect();
            Ok(Loaded { class: class.cast_into::<PyType>()?.unbind(), slots })
        })
    }
}

/// `object.__new__`.
pub(crate) fn new_object<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyAny>> {
    static NEW: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let new = NEW.get_or_try_init(py, || {
        let object = py.import(intern!(py, "builtins"))?.getattr(intern!(py, "object"))?;
        PyResult::Ok(object.getattr(intern!(py, "__new__"))?.unbind())
    })?;
    Ok(new.bind(py))
}
