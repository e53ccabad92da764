//! The native objects that a declaration is compiled into, built by the Python module from hints.

use asn1::{Tag, explicit_tag, implicit_tag};
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyType};

use super::kinds::{Leaf, Plain, SEQUENCE, SET};

/// How deep declarations may nest. The stack bounds it: reading and writing recurse.
const MAX_DEPTH: u16 = 128;

/// An ASN.1 type as a node of a compiled declaration.
#[pyclass(frozen, module = "ironlatch._native.declarative_asn1")]
pub(crate) struct Type {
    pub(super) kind: Kind,
    depth: u16,
    /// The parts it was made of.
    parts: Vec<Py<PyAny>>,
}

pub(super) enum Kind {
    Leaf(Leaf),
    Any,
    /// SEQUENCE or SET.
    Record(Record),
    /// SEQUENCE OF or SET OF.
    ListOf {
        is_set: bool,
        element: Py<AnnotatedType>,
    },
    Optional(Py<AnnotatedType>),
    Choice(Vec<Py<Variant>>),
    ValueSet {
        class: Py<PyType>,
        inner: Py<AnnotatedType>,
        members: Py<PyDict>,
    },
}

pub(super) struct Record {
    pub(super) is_set: bool,
    pub(super) class: Py<PyType>,
    /// Whether the constructor only sets the fields, so that it need not be called.
    pub(super) is_plain: bool,
    pub(super) fields: Vec<(Py<PyString>, Py<AnnotatedType>)>,
}

impl Type {
    fn new(kind: Kind, depth: u16, parts: Vec<Py<PyAny>>) -> PyResult<Self> {
        if depth > MAX_DEPTH {
            return Err(PyTypeError::new_err(format!("a declaration may nest {MAX_DEPTH} types deep")));
        }
        Ok(Self { kind, depth, parts })
    }

    pub(super) fn plain(plain: Plain) -> Self {
        let kind = match plain {
            Plain::Leaf(leaf) => Kind::Leaf(leaf),
            Plain::Any => Kind::Any,
        };
        Self { kind, depth: 1, parts: Vec::new() }
    }

    fn record(class: Bound<'_, PyType>, fields: Bound<'_, PyDict>, is_plain: bool, is_set: bool) -> PyResult<Self> {
        let mut compiled = Vec::with_capacity(fields.len());
        let mut depth = 0;
        for (name, field) in &fields {
            let field = field.cast_into::<AnnotatedType>()?;
            depth = depth.max(field.get().depth());
            // Attributes are found by the identity of interned names, and others are compared.
            let name = PyString::intern(class.py(), name.cast::<PyString>()?.to_str()?);
            compiled.push((name.unbind(), field.unbind()));
        }
        let record = Record { is_set, class: class.clone().unbind(), is_plain, fields: compiled };
        Self::new(Kind::Record(record), depth + 1, vec![class.into_any().unbind(), fields.into_any().unbind()])
    }

    fn list_of(element: Bound<'_, AnnotatedType>, is_set: bool) -> PyResult<Self> {
        let depth = element.get().depth() + 1;
        Self::new(Kind::ListOf { is_set, element: element.clone().unbind() }, depth, vec![element.into_any().unbind()])
    }

    /// The tag that its encodings begin with, without a tag of the field. None for types that have
    /// several, any, or none.
    pub(super) fn tag(&self) -> Option<Tag> {
        match &self.kind {
            Kind::Leaf(leaf) => Some(leaf.tag()),
            Kind::Record(Record { is_set, .. }) | Kind::ListOf { is_set, .. } => {
                Some(if *is_set { SET } else { SEQUENCE })
            }
            Kind::ValueSet { inner, .. } => inner.get().inner.get().tag(),
            Kind::Any | Kind::Optional(_) | Kind::Choice(_) => None,
        }
    }

    /// Whether an element with this tag begins a value of this type in a field tagged so.
    pub(super) fn begins(&self, tag: Tag, tagging: Tagging) -> bool {
        match (tagging, &self.kind) {
            (Tagging::Explicit(number), _) => tag == explicit_tag(number),
            (Tagging::None, Kind::Any) => true,
            (_, Kind::Optional(inner)) => inner.get().inner.get().begins(tag, tagging),
            (_, Kind::Choice(variants)) => variants.iter().any(|variant| variant.get().begins(tag)),
            _ => self.tag().is_some_and(|own| tag == tagging.applied(own)),
        }
    }

    /// Every tag with which its encodings may begin; TLV, which takes what is left, has none here.
    fn first_tags(&self, tagging: Tagging, found: &mut Vec<Tag>) {
        match (tagging, &self.kind) {
            (Tagging::Explicit(number), _) => found.push(explicit_tag(number)),
            (_, Kind::Optional(inner)) => inner.get().inner.get().first_tags(tagging, found),
            (_, Kind::Choice(variants)) => {
                for variant in variants {
                    let alternative = variant.get().alternative.get();
                    alternative.inner.get().first_tags(alternative.rules.tagging, found);
                }
            }
            _ => found.extend(self.tag().map(|own| tagging.applied(own))),
        }
    }
}

#[pymethods]
impl Type {
    /// A SEQUENCE with these fields. `is_plain` if the constructor of `class` only sets them.
    #[staticmethod]
    #[pyo3(name = "Sequence", signature = (class, fields, is_plain = false))]
    fn sequence(class: Bound<'_, PyType>, fields: Bound<'_, PyDict>, is_plain: bool) -> PyResult<Self> {
        Self::record(class, fields, is_plain, false)
    }

    /// A SET with these fields, as `Sequence`.
    #[staticmethod]
    #[pyo3(name = "Set", signature = (class, fields, is_plain = false))]
    fn set(class: Bound<'_, PyType>, fields: Bound<'_, PyDict>, is_plain: bool) -> PyResult<Self> {
        Self::record(class, fields, is_plain, true)
    }

    /// A SEQUENCE OF such elements.
    #[staticmethod]
    #[pyo3(name = "SequenceOf")]
    fn sequence_of(element: Bound<'_, AnnotatedType>) -> PyResult<Self> {
        Self::list_of(element, false)
    }

    /// A SET OF such elements.
    #[staticmethod]
    #[pyo3(name = "SetOf")]
    fn set_of(element: Bound<'_, AnnotatedType>) -> PyResult<Self> {
        Self::list_of(element, true)
    }

    /// A type that may be missing.
    #[staticmethod]
    #[pyo3(name = "Option")]
    fn optional(inner: Bound<'_, AnnotatedType>) -> PyResult<Self> {
        let depth = inner.get().depth() + 1;
        Self::new(Kind::Optional(inner.clone().unbind()), depth, vec![inner.into_any().unbind()])
    }

    /// A CHOICE of these `Variant`s.
    ///
    /// Raises TypeError if two of the alternatives begin with the same tag: which of them is there
    /// could not be told (X.680 §29.3).
    #[staticmethod]
    #[pyo3(name = "Choice")]
    fn choice(variants: Bound<'_, PyList>) -> PyResult<Self> {
        let mut compiled = Vec::with_capacity(variants.len());
        let (mut seen, mut depth) = (Vec::new(), 0);
        for variant in &variants {
            let variant = variant.cast_into::<Variant>()?;
            let alternative = variant.get().alternative.get();
            let mut tags = Vec::new();
            alternative.inner.get().first_tags(alternative.rules.tagging, &mut tags);
            if let Some(twice) = tags.iter().find(|tag| seen.contains(*tag)) {
                let message = "two alternatives of a CHOICE have the same tag";
                let advice = "give one of them Implicit or Explicit with a number of its own";
                let (class, number) = (twice.class(), twice.value());
                return Err(PyTypeError::new_err(format!("{message}, {class:?} {number}: {advice}")));
            }
            seen.extend(tags);
            depth = depth.max(alternative.depth());
            compiled.push(variant.unbind());
        }
        Self::new(Kind::Choice(compiled), depth + 1, vec![variants.into_any().unbind()])
    }

    /// Those values of a type that are the members of an Enum. `members` finds them by value.
    #[staticmethod]
    #[pyo3(name = "ValueSet")]
    fn value_set(
        class: Bound<'_, PyType>,
        inner: Bound<'_, AnnotatedType>,
        members: Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        let depth = inner.get().depth() + 1;
        let parts = vec![
            class.clone().into_any().unbind(),
            inner.clone().into_any().unbind(),
            members.clone().into_any().unbind(),
        ];
        let kind = Kind::ValueSet { class: class.unbind(), inner: inner.unbind(), members: members.unbind() };
        Self::new(kind, depth, parts)
    }

    #[getter]
    fn _0(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.part(py, 0)
    }

    #[getter]
    fn _1(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.part(py, 1)
    }

    #[getter]
    fn _2(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.part(py, 2)
    }

    /// A declared class holds its type, and that the class.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        for part in &self.parts {
            visit.call(part)?;
        }
        match &self.kind {
            Kind::Record(record) => {
                visit.call(&record.class)?;
                record.fields.iter().try_for_each(|(name, field)| {
                    visit.call(name)?;
                    visit.call(field)
                })
            }
            Kind::ListOf { element, .. } => visit.call(element),
            Kind::Optional(inner) => visit.call(inner),
            Kind::Choice(variants) => variants.iter().try_for_each(|variant| visit.call(variant)),
            Kind::ValueSet { class, inner, members } => {
                visit.call(class)?;
                visit.call(inner)?;
                visit.call(members)
            }
            Kind::Leaf(_) | Kind::Any => Ok(()),
        }
    }
}

impl Type {
    fn part(&self, py: Python<'_>, number: usize) -> PyResult<Py<PyAny>> {
        let part = self.parts.get(number).map(|part| part.clone_ref(py));
        part.ok_or_else(|| PyAttributeError::new_err(format!("this type has {} parts", self.parts.len())))
    }
}

/// The tag that a field has of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tagging {
    None,
    Implicit(u32),
    Explicit(u32),
}

impl Tagging {
    fn applied(self, own: Tag) -> Tag {
        match self {
            Self::None => own,
            Self::Implicit(number) => implicit_tag(number, own),
            Self::Explicit(number) => explicit_tag(number),
        }
    }
}

/// The content of a field's annotation.
pub(super) struct Rules {
    pub(super) tagging: Tagging,
    pub(super) size: Option<(usize, Option<usize>)>,
    pub(super) default: Option<Py<PyAny>>,
}

impl Rules {
    pub(super) const NONE: Self = Self { tagging: Tagging::None, size: None, default: None };
}

/// A type with what the annotation of its field says.
#[pyclass(frozen, module = "ironlatch._native.declarative_asn1")]
pub(crate) struct AnnotatedType {
    /// The type.
    #[pyo3(get)]
    pub(super) inner: Py<Type>,
    /// Its annotation.
    #[pyo3(get)]
    annotation: Py<Annotation>,
    pub(super) rules: Rules,
}

impl AnnotatedType {
    fn depth(&self) -> u16 {
        self.inner.get().depth
    }
}

#[pymethods]
impl AnnotatedType {
    #[new]
    fn new(inner: Bound<'_, Type>, annotation: Bound<'_, Annotation>) -> PyResult<Self> {
        let py = inner.py();
        let said = annotation.get();
        let tagging = match &said.encoding {
            None => Tagging::None,
            Some(encoding) => match encoding.bind(py) {
                encoding if encoding.is_instance_of::<Implicit>() => {
                    Tagging::Implicit(encoding.cast::<Implicit>()?.get().tag)
                }
                encoding => Tagging::Explicit(encoding.cast::<Explicit>()?.get().tag),
            },
        };
        let kind = match &inner.get().kind {
            Kind::Optional(optional) => &optional.get().inner.get().kind,
            kind => kind,
        };
        if matches!(tagging, Tagging::Implicit(_)) {
            let refused = match kind {
                Kind::Any => Some("TLV types"),
                Kind::Choice(_) => Some("CHOICE types"),
                Kind::Leaf(leaf) if leaf.is_whole() => Some("X.509 types"),
                _ => None,
            };
            if let Some(refused) = refused {
                return Err(PyTypeError::new_err(format!("IMPLICIT annotations are not supported for {refused}")));
            }
        }
        let size = said.size.as_ref().map(|size| (size.get().min, size.get().max));
        let default = said.default.as_ref().map(|default| default.clone_ref(py));
        Ok(Self { inner: inner.unbind(), annotation: annotation.unbind(), rules: Rules { tagging, size, default } })
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.inner)?;
        visit.call(&self.annotation)?;
        visit.call(&self.rules.default)
    }
}

/// The annotation of a field next to its type: DEFAULT, a tag, and SIZE.
#[pyclass(frozen, module = "ironlatch._native.declarative_asn1")]
pub(crate) struct Annotation {
    /// The value of a field that is not there, or None.
    #[pyo3(get)]
    default: Option<Py<PyAny>>,
    /// An `Implicit` or `Explicit`, or None.
    #[pyo3(get)]
    encoding: Option<Py<PyAny>>,
    /// A `Size`, or None.
    #[pyo3(get)]
    size: Option<Py<Size>>,
}

#[pymethods]
impl Annotation {
    #[new]
    #[pyo3(signature = (default = None, encoding = None, size = None))]
    fn new(default: Option<Py<PyAny>>, encoding: Option<Py<PyAny>>, size: Option<Py<Size>>) -> Self {
        Self { default, encoding, size }
    }

    /// Whether it says nothing.
    fn is_empty(&self) -> bool {
        self.default.is_none() && self.encoding.is_none() && self.size.is_none()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.default)
    }
}

/// One alternative of a CHOICE.
#[pyclass(frozen, name = "Variant", module = "ironlatch._native.declarative_asn1")]
pub(crate) struct Variant {
    /// The class of the values: of `Variant` in Python if the alternative has a name.
    #[pyo3(get)]
    pub(super) python_class: Py<PyType>,
    /// Its type.
    #[pyo3(get, name = "ann_type")]
    pub(super) alternative: Py<AnnotatedType>,
    /// Its name, or None.
    #[pyo3(get)]
    pub(super) tag_name: Option<Py<PyString>>,
}

impl Variant {
    pub(super) fn begins(&self, tag: Tag) -> bool {
        let alternative = self.alternative.get();
        alternative.inner.get().begins(tag, alternative.rules.tagging)
    }
}

#[pymethods]
impl Variant {
    #[new]
    fn new(python_class: Py<PyType>, ann_type: Py<AnnotatedType>, tag_name: Option<Py<PyString>>) -> Self {
        Self { python_class, alternative: ann_type, tag_name }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.python_class)?;
        visit.call(&self.alternative)
    }
}

/// The two ways of giving a field a tag of its own.
#[pyclass(frozen, module = "ironlatch._native.declarative_asn1")]
pub(crate) struct Encoding;

#[pymethods]
impl Encoding {
    #[classattr]
    #[pyo3(name = "Implicit")]
    fn implicit(py: Python<'_>) -> Py<PyType> {
        py.get_type::<Implicit>().unbind()
    }

    #[classattr]
    #[pyo3(name = "Explicit")]
    fn explicit(py: Python<'_>) -> Py<PyType> {
        py.get_type::<Explicit>().unbind()
    }
}

/// The annotation of a field whose tag is replaced by the context-specific one of this number
/// (X.680 §31.2.7). Not for a CHOICE, TLV, or a certificate, request or revocation list.
///
/// Raises TypeError for a number that is no int, OverflowError for one outside 0 to 2**32 - 1.
#[pyclass(frozen, module = "ironlatch.hazmat.asn1")]
pub(crate) struct Implicit {
    /// The number.
    #[pyo3(get, name = "_0")]
    tag: u32,
}

#[pymethods]
impl Implicit {
    #[new]
    fn new(tag: u32) -> Self {
        Self { tag }
    }

    fn __repr__(&self) -> String {
        format!("Implicit({})", self.tag)
    }
}

/// The annotation of a field whose encoding is wrapped in an element with the context-specific tag
/// of this number (X.680 §31.2.6).
///
/// Raises TypeError for a number that is no int, OverflowError for one outside 0 to 2**32 - 1.
#[pyclass(frozen, module = "ironlatch.hazmat.asn1")]
pub(crate) struct Explicit {
    /// The number.
    #[pyo3(get, name = "_0")]
    tag: u32,
}

#[pymethods]
impl Explicit {
    #[new]
    fn new(tag: u32) -> Self {
        Self { tag }
    }

    fn __repr__(&self) -> String {
        format!("Explicit({})", self.tag)
    }
}

/// The annotation of a field with a size: from `min` to `max`, both included, and without limit if
/// `max` is None.
///
/// It counts the elements of a SEQUENCE OF or SET OF, the bytes of an OCTET STRING, the bits of a
/// BIT STRING, and the characters of a string. Raises OverflowError for a negative size, TypeError
/// for what is no int.
#[pyclass(frozen, module = "ironlatch.hazmat.asn1")]
pub(crate) struct Size {
    min: usize,
    max: Option<usize>,
}

#[pymethods]
impl Size {
    #[new]
    #[pyo3(signature = (min, max))]
    fn new(min: usize, max: Option<usize>) -> Self {
        Self { min, max }
    }

    /// The size `n`, and no other. Raises OverflowError if it is negative, TypeError if it is no
    /// int.
    #[staticmethod]
    fn exact(n: usize) -> Self {
        Self { min: n, max: Some(n) }
    }

    fn __repr__(&self) -> String {
        let max = self.max.map_or_else(|| "None".into(), |max| max.to_string());
        format!("Size(min={}, max={max})", self.min)
    }
}

/// The type of a class that no decorator declares: `int`, `PrintableString`, `x509.Name` … Raises
/// TypeError for one that has none.
#[pyfunction]
pub(crate) fn plain_type(class: &Bound<'_, PyAny>) -> PyResult<Type> {
    let plain = match class.cast::<PyType>() {
        Ok(class) => Plain::of(class)?,
        Err(_) => None,
    };
    plain.map(Type::plain).ok_or_else(|| {
        let advice = "a class must be decorated with sequence, set or value_set";
        PyTypeError::new_err(format!("cannot handle type: {class:?}; {advice}"))
    })
}
