//! Values of the basic types of ASN.1 (ITU-T X.680), as the structures of this crate hold them.

use asn1::{ParseResult, SimpleAsn1Readable, SimpleAsn1Writable, Tag, WriteBuf, WriteError, WriteResult};

/// Types over those of the parser: a text or octets, checked
/// to be of the type.
macro_rules! values {
    ($($(#[$doc:meta])* $name:ident($inner:ident), $(#[$new_doc:meta])* new: $from:ty, $(#[$get_doc:meta])* $get:ident: $to:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name<'a>(asn1::$inner<'a>);

        impl<'a> $name<'a> {
            $(#[$new_doc])*
            #[must_use]
            pub fn new(value: $from) -> Option<Self> {
                asn1::$inner::new(value).map(Self)
            }

            $(#[$get_doc])*
            #[must_use]
            pub fn $get(&self) -> $to {
                self.0.$get()
            }
        }

        #[doc(hidden)]
        impl<'a> SimpleAsn1Readable<'a> for $name<'a> {
            const TAG: Tag = <asn1::$inner<'a> as SimpleAsn1Readable<'a>>::TAG;

            fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
                asn1::$inner::parse_data(data).map(Self)
            }
        }

        #[doc(hidden)]
        impl SimpleAsn1Writable for $name<'_> {
            type Error = WriteError;
            const TAG: Tag = <asn1::$inner<'_> as SimpleAsn1Readable<'_>>::TAG;

            fn write_data(&self, dest: &mut WriteBuf) -> WriteResult {
                self.0.write_data(dest)
            }

            fn data_length(&self) -> Option<usize> {
                self.0.data_length()
            }
        }
    )*};
}

values! {
    /// An `IA5String`: text in ASCII.
    Ia5String(IA5String),
    /// Takes a text. `None` if it is not ASCII.
    new: &'a str,
    /// The text.
    as_str: &'a str;

    /// A `PrintableString`: letters, digits, spaces and `'()+,-./:=?`.
    PrintableString(PrintableString),
    /// Takes a text. `None` if it has other characters.
    new: &'a str,
    /// The text.
    as_str: &'a str;

    /// A `BMPString`: text of which each character has two octets.
    BmpString(BMPString),
    /// Takes the octets of UTF-16, big-endian. `None` if they are none.
    new: &'a [u8],
    /// The octets.
    as_utf16_be_bytes: &[u8];

    /// An INTEGER of any size.
    Integer(BigInt),
    /// Takes the octets of a number, big-endian in two's complement. `None` if they are not the
    /// shortest for it.
    new: &'a [u8],
    /// The octets.
    as_bytes: &'a [u8];

    /// An INTEGER that is not negative, of any size.
    Natural(BigUint),
    /// Takes the octets of a number, big-endian, with a zero in front if the first bit is set.
    /// `None` if they are not the shortest for it.
    new: &'a [u8],
    /// The octets.
    as_bytes: &'a [u8];
}

impl core::hash::Hash for Integer<'_> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl Copy for Integer<'_> {}
impl Copy for Natural<'_> {}

/// Types that are octets, whatever they are.
macro_rules! octets {
    ($($(#[$doc:meta])* $name:ident: $tag:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name<'a>(pub &'a [u8]);

        #[doc(hidden)]
        impl<'a> SimpleAsn1Readable<'a> for $name<'a> {
            const TAG: Tag = <$tag as SimpleAsn1Readable<'_>>::TAG;

            fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
                Ok(Self(data))
            }
        }

        #[doc(hidden)]
        impl SimpleAsn1Writable for $name<'_> {
            type Error = WriteError;
            const TAG: Tag = <$tag as SimpleAsn1Readable<'_>>::TAG;

            fn write_data(&self, dest: &mut WriteBuf) -> WriteResult {
                dest.push_slice(self.0)
            }

            fn data_length(&self) -> Option<usize> {
                Some(self.0.len())
            }
        }
    )*};
}

octets! {
    /// The octets of a `VisibleString`, whatever they are.
    VisibleText: asn1::VisibleString<'_>;

    /// The octets in a SEQUENCE, which are not looked into.
    Sequence: asn1::Sequence<'_>;
}

/// A `UTF8String`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Utf8String<'a>(pub &'a str);

#[doc(hidden)]
impl<'a> SimpleAsn1Readable<'a> for Utf8String<'a> {
    const TAG: Tag = <asn1::Utf8String<'_> as SimpleAsn1Readable<'_>>::TAG;

    fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
        asn1::Utf8String::parse_data(data).map(|text| Self(text.as_str()))
    }
}

#[doc(hidden)]
impl SimpleAsn1Writable for Utf8String<'_> {
    type Error = WriteError;
    const TAG: Tag = <asn1::Utf8String<'_> as SimpleAsn1Readable<'_>>::TAG;

    fn write_data(&self, dest: &mut WriteBuf) -> WriteResult {
        dest.push_slice(self.0.as_bytes())
    }

    fn data_length(&self) -> Option<usize> {
        Some(self.0.len())
    }
}
