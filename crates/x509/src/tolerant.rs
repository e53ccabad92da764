//! Makes regular, before it is read, what devices and old authorities write against the rules of
//! DER and of RFC 5280. The signed octets stay as they are.

use core::fmt;
use std::borrow::Cow;

use asn1::Tlv;
use ironlatch_core::keys;
use ironlatch_core::oid::{self, ObjectIdentifier};

use crate::algorithms::AlgorithmIdentifier;
use crate::der::{Elements, Span, range};
use crate::error::Result;
use crate::time::Time;

/// Something that was read, and where it breaks the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tolerant<T> {
    /// The thing. Its DER and its signed part are the original ones, all else is read as the rules
    /// would have had it.
    pub value: T,
    /// The deviations, in their order. Each is one that a strict reader refuses, or that a rule of
    /// the format forbids.
    pub deviations: Vec<Deviation>,
}

/// A place at which something breaks the rules, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deviation {
    /// The place, such as `tbsCertificate.extensions[3].critical`.
    pub path: String,
    /// The deviation in words.
    pub slip: &'static str,
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.slip)
    }
}

/// The DER of input that is DER or PEM text, and whether it is an OpenSSL certificate with trust
/// settings after it, which are cut off.
pub(crate) fn der_of(data: &[u8], is_label: impl Fn(&[u8]) -> bool, missing: &'static str) -> Result<(Vec<u8>, bool)> {
    const TRUSTED: &[u8] = b"TRUSTED CERTIFICATE";
    if data.first() == Some(&SEQUENCE) || !data.windows(11).any(|window| window == b"-----BEGIN ") {
        return Ok((data.to_vec(), false));
    }
    let block =
        keys::pem::find(data, |label| is_label(label) || is_label(b"CERTIFICATE") && label == TRUSTED, missing)?;
    let der = block.decode()?;
    let trusted = block.label() == TRUSTED;
    let len =
        if trusted { asn1::strip_tlv(&der).map_or(der.len(), |(first, _)| first.full_data().len()) } else { der.len() };
    Ok((der[..len].to_vec(), trusted))
}

/// The DER as it came, where it was changed to be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Original {
    pub(crate) der: Box<[u8]>,
    signed: Span,
}

impl Original {
    /// The part that is signed.
    pub(crate) fn signed(&self) -> &[u8] {
        self.signed.of(&self.der)
    }
}

/// DER in which everything is regular.
pub(crate) struct Regular<'a> {
    pub(crate) der: Cow<'a, [u8]>,
    /// Nothing if the DER was regular.
    pub(crate) original: Option<Original>,
    pub(crate) deviations: Vec<Deviation>,
}

/// Makes `der`, which should be a `shape`, regular. What cannot be understood stays as it is, for
/// the reader to refuse.
pub(crate) fn regular<'a>(der: &'a [u8], shape: Shape) -> Regular<'a> {
    let mut walk = Walk { place: Vec::new(), deviations: Vec::new() };
    let whole = asn1::parse_single::<Tlv<'a>>(der);
    let regular = whole.map_or(Cow::Borrowed(der), |whole| walk.element(whole, shape));
    let original = match &regular {
        Cow::Borrowed(_) => None,
        Cow::Owned(_) => Some(Original { der: der.into(), signed: signed_part(der, shape) }),
    };
    Regular { der: regular, original, deviations: walk.deviations }
}

/// Where the signed part of an object stands.
fn signed_part(der: &[u8], shape: Shape) -> Span {
    let contents = |der| asn1::strip_tlv(der).map_or(&[][..], |(tlv, _)| tlv.data());
    let signed = match shape {
        Shape::OcspResponse => {
            let bytes = Elements(contents(der)).nth(1).map_or(&[][..], |bytes| contents(bytes.data()));
            let basic = Elements(bytes).nth(1).map_or(&[][..], |basic| contents(basic.data()));
            Elements(basic).next()
        }
        _ => Elements(contents(der)).next(),
    };
    signed.map_or(Span::default(), |signed| range(der, signed.full_data()))
}

/// The kinds of structures that are told apart, because something has to be known of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Certificate,
    TbsCertificate,
    Validity,
    Crl,
    TbsCertList,
    CrlEntry,
    Request,
    RequestInfo,
    Attribute,
    ExtensionSets,
    OcspRequest,
    TbsRequest,
    SingleRequest,
    OcspResponse,
    ResponseBytes,
    BasicResponse,
    ResponseData,
    SingleResponse,
    Extension,
    Algorithm,
    BasicConstraints,
    IssuingDistributionPoint,
    /// A version, which DER leaves out if it is the first.
    Version,
    Serial,
    /// A list of parts of one shape.
    Many(&'static Self),
    /// One part under a tag of its own.
    Tagged(&'static Self),
    /// An OCTET STRING with DER in it.
    Wrapped(&'static Self),
    /// Something of which no more is known than that it is DER.
    Any,
    /// Something that is not looked into.
    Opaque,
}

/// A part of a structure: its name, the octet of its tag, its shape.
type Field = (&'static str, u8, Shape);

/// Either of the two types of times.
const TIME: u8 = 0;
const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OBJECT_IDENTIFIER: u8 = 0x06;
const ENUMERATED: u8 = 0x0a;
const UTF8_STRING: u8 = 0x0c;
const PRINTABLE_STRING: u8 = 0x13;
const T61_STRING: u8 = 0x14;
const IA5_STRING: u8 = 0x16;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VISIBLE_STRING: u8 = 0x1a;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

const EXTENSIONS: Shape = Shape::Tagged(&Shape::Many(&Shape::Extension));

impl Shape {
    fn fields(self) -> &'static [Field] {
        match self {
            Self::Certificate => {
                &[("tbsCertificate", SEQUENCE, Self::TbsCertificate), ("signatureAlgorithm", SEQUENCE, Self::Algorithm)]
            }
            Self::TbsCertificate => &[
                ("version", 0xa0, Self::Version),
                ("serialNumber", INTEGER, Self::Serial),
                ("signature", SEQUENCE, Self::Algorithm),
                ("issuer", SEQUENCE, Self::Any),
                ("validity", SEQUENCE, Self::Validity),
                ("subject", SEQUENCE, Self::Any),
                ("subjectPublicKeyInfo", SEQUENCE, Self::Opaque),
                ("extensions", 0xa3, EXTENSIONS),
            ],
            Self::Validity => &[("notBefore", TIME, Self::Any), ("notAfter", TIME, Self::Any)],
            Self::Crl => {
                &[("tbsCertList", SEQUENCE, Self::TbsCertList), ("signatureAlgorithm", SEQUENCE, Self::Algorithm)]
            }
            Self::TbsCertList => &[
                ("version", INTEGER, Self::Opaque),
                ("signature", SEQUENCE, Self::Algorithm),
                ("issuer", SEQUENCE, Self::Any),
                ("thisUpdate", TIME, Self::Any),
                ("nextUpdate", TIME, Self::Any),
                ("revokedCertificates", SEQUENCE, Self::Many(&Self::CrlEntry)),
                ("crlExtensions", 0xa0, EXTENSIONS),
            ],
            Self::CrlEntry => &[
                ("userCertificate", INTEGER, Self::Serial),
                ("revocationDate", TIME, Self::Any),
                ("crlEntryExtensions", SEQUENCE, Self::Many(&Self::Extension)),
            ],
            Self::Request => &[
                ("certificationRequestInfo", SEQUENCE, Self::RequestInfo),
                ("signatureAlgorithm", SEQUENCE, Self::Algorithm),
            ],
            Self::RequestInfo => &[
                ("version", INTEGER, Self::Opaque),
                ("subject", SEQUENCE, Self::Any),
                ("subjectPKInfo", SEQUENCE, Self::Opaque),
                ("attributes", 0xa0, Self::Many(&Self::Attribute)),
            ],
            Self::Attribute => &[("type", OBJECT_IDENTIFIER, Self::Opaque), ("values", SET, Self::Any)],
            Self::OcspRequest => &[("tbsRequest", SEQUENCE, Self::TbsRequest)],
            Self::TbsRequest => &[
                ("version", 0xa0, Self::Version),
                ("requestorName", 0xa1, Self::Any),
                ("requestList", SEQUENCE, Self::Many(&Self::SingleRequest)),
                ("requestExtensions", 0xa2, EXTENSIONS),
            ],
            Self::SingleRequest => {
                &[("reqCert", SEQUENCE, Self::Opaque), ("singleRequestExtensions", 0xa0, EXTENSIONS)]
            }
            Self::OcspResponse => &[
                ("responseStatus", ENUMERATED, Self::Opaque),
                ("responseBytes", 0xa0, Self::Tagged(&Self::ResponseBytes)),
            ],
            Self::ResponseBytes => &[
                ("responseType", OBJECT_IDENTIFIER, Self::Opaque),
                ("response", OCTET_STRING, Self::Wrapped(&Self::BasicResponse)),
            ],
            Self::BasicResponse => {
                &[("tbsResponseData", SEQUENCE, Self::ResponseData), ("signatureAlgorithm", SEQUENCE, Self::Algorithm)]
            }
            Self::ResponseData => &[
                ("version", 0xa0, Self::Version),
                ("responderID", 0xa1, Self::Opaque),
                ("producedAt", TIME, Self::Any),
                ("responses", SEQUENCE, Self::Many(&Self::SingleResponse)),
                ("responseExtensions", 0xa1, EXTENSIONS),
            ],
            Self::SingleResponse => &[
                ("certID", SEQUENCE, Self::Opaque),
                ("certStatus", 0xa1, Self::Any),
                ("thisUpdate", TIME, Self::Any),
                ("nextUpdate", 0xa0, Self::Any),
                ("singleExtensions", 0xa1, EXTENSIONS),
            ],
            _ => &[],
        }
    }

    /// The shape of what an extension holds.
    fn of_extension(oid: &[u8]) -> Self {
        let is = |known: &ObjectIdentifier| known.as_octets() == oid;
        if is(&oid::BASIC_CONSTRAINTS) {
            Self::BasicConstraints
        } else if is(&oid::ISSUING_DISTRIBUTION_POINT) {
            Self::IssuingDistributionPoint
        } else if is(&oid::PRECERTIFICATE_SCT_LIST) || is(&oid::SCT_LIST) || is(&oid::OCSP_NONCE) {
            Self::Opaque
        } else {
            Self::Any
        }
    }
}

/// How deep elements are looked into. Certificates come to some twelve.
const MAX_DEPTH: usize = 24;

/// How many deviations are listed: a list with more says that there are more.
const MAX_DEVIATIONS: usize = 1000;

struct Walk {
    place: Vec<Segment>,
    deviations: Vec<Deviation>,
}

/// A step of a path.
#[derive(Clone, Copy)]
enum Segment {
    Name(&'static str),
    Index(usize),
    /// One that paths do not show.
    Silent,
}

type Octets<'a> = Cow<'a, [u8]>;

impl Walk {
    fn note(&mut self, slip: &'static str) {
        if self.deviations.len() == MAX_DEVIATIONS {
            let more = Deviation { path: String::new(), slip: "there are more deviations than are listed" };
            self.deviations.push(more);
        }
        if self.deviations.len() > MAX_DEVIATIONS {
            return;
        }
        let mut path = String::new();
        for segment in &self.place {
            match segment {
                Segment::Name(name) if path.is_empty() => path += name,
                Segment::Name(name) => path += &format!(".{name}"),
                Segment::Index(index) => path += &format!("[{index}]"),
                Segment::Silent => {}
            }
        }
        self.deviations.push(Deviation { path, slip });
    }

    /// An element with its tag and length, made regular. The depth bounds the recursion.
    fn element<'a>(&mut self, tlv: Tlv<'a>, shape: Shape) -> Octets<'a> {
        let whole = Cow::Borrowed(tlv.full_data());
        if shape == Shape::Opaque || self.place.len() > MAX_DEPTH {
            return whole;
        }
        let tag = tlv.full_data()[0];
        match shape {
            Shape::Wrapped(inner) => self.wrapped(&tlv, *inner).unwrap_or(whole),
            Shape::Serial => self.serial(&tlv).unwrap_or(whole),
            _ if tag & 0x20 == 0 => self.primitive(tag, &tlv).unwrap_or(whole),
            _ => match self.contents(tag, tlv.data(), shape) {
                Cow::Borrowed(_) => whole,
                Cow::Owned(contents) => encoded(tag, &contents).map_or(whole, Cow::Owned),
            },
        }
    }

    /// The elements in a constructed one.
    fn contents<'a>(&mut self, tag: u8, contents: &'a [u8], shape: Shape) -> Octets<'a> {
        if shape == Shape::Algorithm {
            return self.algorithm(contents);
        }
        let mut changed: Option<Vec<u8>> = None;
        let mut fields = shape.fields();
        let mut index = 0;
        let mut done = 0;
        let mut kind = Shape::Any;
        for child in Elements(contents) {
            let octet = child.full_data()[0];
            let (segment, inner) = match shape {
                Shape::Many(inner) => (Segment::Index(index), *inner),
                Shape::Tagged(inner) => (Segment::Silent, *inner),
                Shape::Extension if octet == OBJECT_IDENTIFIER => {
                    kind = Shape::of_extension(child.data());
                    (Segment::Name("extnID"), Shape::Opaque)
                }
                Shape::Extension if octet == BOOLEAN => (Segment::Name("critical"), Shape::Any),
                Shape::Extension => (Segment::Name("extnValue"), Shape::Opaque),
                Shape::ExtensionSets => (Segment::Index(index), Shape::Many(&Shape::Extension)),
                Shape::Any | Shape::BasicConstraints | Shape::IssuingDistributionPoint => {
                    (Segment::Index(index), Shape::Any)
                }
                _ => field(&mut fields, octet),
            };
            self.place.push(segment);
            let regular = match (shape, octet) {
                (Shape::TbsCertificate | Shape::TbsRequest | Shape::ResponseData, 0xa0)
                    if child.data() == [2, 1, 0] =>
                {
                    self.note("the first version is written out, which DER leaves out");
                    Cow::Borrowed(&[][..])
                }
                (Shape::Extension | Shape::BasicConstraints, BOOLEAN) if child.data() == [0] => {
                    self.note("FALSE is written out, which DER leaves out");
                    Cow::Borrowed(&[][..])
                }
                (Shape::IssuingDistributionPoint, 0x81 | 0x82 | 0x84 | 0x85) => self.flag(&child),
                (Shape::Extension, OCTET_STRING) => {
                    self.wrapped(&child, kind).unwrap_or(Cow::Borrowed(child.full_data()))
                }
                (Shape::Attribute, SET) if is_extension_request(contents) => self.element(child, Shape::ExtensionSets),
                _ => self.element(child, inner),
            };
            self.place.pop();
            let same = matches!(regular, Cow::Borrowed(octets) if octets.len() == child.full_data().len());
            if !same && changed.is_none() {
                changed = Some(contents[..done].to_vec());
            }
            if let Some(changed) = &mut changed {
                changed.extend_from_slice(&regular);
            }
            done += child.full_data().len();
            index += 1;
        }
        if shape == Shape::RequestInfo && index == 3 {
            self.place.push(Segment::Name("attributes"));
            self.note("the attributes are missing, where an empty set has to say that there are none");
            self.place.pop();
            changed.get_or_insert_with(|| contents.to_vec()).extend_from_slice(&[0xa0, 0]);
        }
        if done != contents.len() {
            // What is not DER is for the reader to refuse.
            return Cow::Borrowed(contents);
        }
        let regular = changed.map_or(Cow::Borrowed(contents), Cow::Owned);
        if tag == SET || shape == Shape::Many(&Shape::Attribute) { self.sorted(regular) } else { regular }
    }

    /// The elements of a set in the order that DER has for them.
    fn sorted<'a>(&mut self, contents: Octets<'a>) -> Octets<'a> {
        let mut elements: Vec<&[u8]> = Elements(&contents).map(|element| element.full_data()).collect();
        if elements.is_sorted() {
            return contents;
        }
        self.note("the elements of a set are not in the order that DER has for them");
        elements.sort_unstable();
        Cow::Owned(elements.concat())
    }

    /// A flag under a tag of its own, which is FALSE if it is left out.
    fn flag<'a>(&mut self, flag: &Tlv<'a>) -> Octets<'a> {
        match flag.data() {
            [0] => {
                self.note("FALSE is written out, which DER leaves out");
                Cow::Borrowed(&[])
            }
            [0xff] => Cow::Borrowed(flag.full_data()),
            [_] => {
                self.note("TRUE is not the octet 255");
                Cow::Owned(vec![flag.full_data()[0], 1, 0xff])
            }
            _ => Cow::Borrowed(flag.full_data()),
        }
    }

    fn wrapped<'a>(&mut self, tlv: &Tlv<'a>, inner: Shape) -> Option<Octets<'a>> {
        let value: Tlv<'a> = asn1::parse_single(tlv.data()).ok()?;
        match self.element(value, inner) {
            Cow::Borrowed(octets) if octets.len() == tlv.data().len() => None,
            regular => encoded(OCTET_STRING, &regular).map(Cow::Owned),
        }
    }

    fn serial<'a>(&mut self, tlv: &Tlv<'a>) -> Option<Octets<'a>> {
        let mut octets = tlv.data();
        while let [0, rest @ ..] = octets {
            if rest.first().is_none_or(|next| next & 0x80 != 0) {
                break;
            }
            octets = rest;
        }
        match octets {
            [] => return None,
            [0] => self.note("the serial number is zero"),
            [first, ..] if first & 0x80 != 0 => self.note("the serial number is negative"),
            _ => {}
        }
        if octets.len() == tlv.data().len() {
            return None;
        }
        self.note("the number has zeros before it");
        encoded(INTEGER, octets).map(Cow::Owned)
    }

    /// Nothing if the element is regular.
    fn primitive<'a>(&mut self, tag: u8, tlv: &Tlv<'a>) -> Option<Octets<'a>> {
        let octets = tlv.data();
        match tag {
            BOOLEAN if octets.len() == 1 && octets != [0] && octets != [0xff] => {
                self.note("TRUE is not the octet 255");
                Some(Cow::Owned(vec![BOOLEAN, 1, 0xff]))
            }
            UTC_TIME | GENERALIZED_TIME => {
                let (time, slip) = time(tag, octets)?;
                self.note(slip);
                encoded(tag, time.as_bytes()).map(Cow::Owned)
            }
            PRINTABLE_STRING if !octets.iter().all(|&octet| is_printable(octet)) => {
                self.note("characters that a PrintableString does not have");
                encoded(UTF8_STRING, text(octets).as_bytes()).map(Cow::Owned)
            }
            IA5_STRING | UTF8_STRING if core::str::from_utf8(octets).is_err() => {
                self.note("Latin-1 in a type of text that does not have it");
                encoded(tag, text(octets).as_bytes()).map(Cow::Owned)
            }
            IA5_STRING if !octets.is_ascii() => {
                self.note("UTF-8 in an IA5String");
                None
            }
            VISIBLE_STRING | T61_STRING if !octets.is_ascii() => {
                self.note(match (tag, core::str::from_utf8(octets)) {
                    (VISIBLE_STRING, Ok(_)) => "UTF-8 in a VisibleString",
                    (VISIBLE_STRING, Err(_)) => "Latin-1 in a VisibleString",
                    (_, Ok(_)) => "UTF-8 in a T61String",
                    (_, Err(_)) => "Latin-1 in a T61String",
                });
                None
            }
            ENUMERATED if octets == [7] => {
                self.note("the reason code 7 has no meaning");
                None
            }
            _ => None,
        }
    }

    /// The contents of the identifier of a signature's algorithm.
    fn algorithm<'a>(&mut self, contents: &'a [u8]) -> Octets<'a> {
        let mut parts = Elements(contents);
        let (Some(oid), parameters) = (parts.next(), parts.next()) else { return Cow::Borrowed(contents) };
        let Some(parameters) = parameters else { return Cow::Borrowed(contents) };
        let is = |known: &ObjectIdentifier| known.as_octets() == oid.data();
        let regular: Option<Vec<u8>> = if is(&oid::RSASSA_PSS) {
            let defaults: [&[u8]; 4] = [PSS_SHA1, PSS_MGF1_SHA1, &[0xa2, 3, 2, 1, 20], &[0xa3, 3, 2, 1, 1]];
            let kept = Elements(parameters.data()).map(|part| part.full_data()).filter(|part| !defaults.contains(part));
            let kept = kept.collect::<Vec<_>>().concat();
            (kept.len() != parameters.data().len()).then(|| encoded(SEQUENCE, &kept)).flatten()
        } else {
            let identifier = encoded(SEQUENCE, contents).unwrap_or_default();
            let identifier = asn1::parse_single::<AlgorithmIdentifier<'_>>(&identifier);
            identifier.is_ok_and(|identifier| identifier.check().is_err()).then(Vec::new)
        };
        let Some(regular) = regular else { return Cow::Borrowed(contents) };
        self.note(if regular.is_empty() {
            "parameters that do not belong to the algorithm"
        } else {
            "defaults are written out, which DER leaves out"
        });
        Cow::Owned([oid.full_data(), &regular].concat())
    }
}

/// `[0] SHA-1` and `[1] MGF1 with SHA-1` (RFC 4055 §3.1).
const PSS_SHA1: &[u8] = &[0xa0, 11, 0x30, 9, 6, 5, 0x2b, 14, 3, 2, 26, NULL, 0];
const PSS_MGF1_SHA1: &[u8] = &[
    0xa1, 24, 0x30, 22, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8, 0x30, 9, 6, 5, 0x2b, 14, 3, 2, 26, NULL, 0,
];

/// The next of the fields that has the tag; those before it were left out.
fn field(fields: &mut &'static [Field], octet: u8) -> (Segment, Shape) {
    let fits = |tag: u8| tag == octet || tag == TIME && matches!(octet, UTC_TIME | GENERALIZED_TIME);
    let Some(index) = fields.iter().position(|(_, tag, _)| fits(*tag)) else {
        return (Segment::Silent, Shape::Opaque);
    };
    let (name, _, shape) = fields[index];
    *fields = &fields[index + 1..];
    (Segment::Name(name), shape)
}

fn is_extension_request(attribute: &[u8]) -> bool {
    let kind = Elements(attribute).next().map_or(&[][..], |kind| kind.data());
    [oid::EXTENSION_REQUEST, oid::MS_EXTENSION_REQUEST].iter().any(|known| known.as_octets() == kind)
}

/// An element of a tag of one octet.
fn encoded(tag: u8, contents: &[u8]) -> Option<Vec<u8>> {
    crate::der::element(tag, contents).ok()
}

/// X.680 §41.4.
fn is_printable(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&octet)
}

/// UTF-8, or what others mean if it is none: Latin-1.
fn text(octets: &[u8]) -> Cow<'_, str> {
    core::str::from_utf8(octets)
        .map_or_else(|_| octets.iter().map(|&octet| char::from(octet)).collect::<String>().into(), Cow::Borrowed)
}

/// A time as RFC 5280 §4.1.2.5 has it, and what was wrong with it. Nothing if it is regular, or no
/// time at all.
fn time(tag: u8, octets: &[u8]) -> Option<(String, &'static str)> {
    let text = core::str::from_utf8(octets).ok().filter(|text| text.is_ascii())?;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (stamp, rest) = text.split_at(digits);
    let (year, clock) = stamp.split_at_checked(if tag == UTC_TIME { 2 } else { 4 })?;
    let fraction = rest.strip_prefix(['.', ',']).map(|rest| rest.trim_start_matches(|one: char| one.is_ascii_digit()));
    let zone = fraction.unwrap_or(rest);
    let offset = match zone {
        "Z" => 0,
        _ => {
            let sign = if zone.strip_prefix('-').is_some() { -1 } else { 1 };
            let zone = zone.strip_prefix(['+', '-']).filter(|zone| zone.len() == 4 && is_number(zone))?;
            let (hours, minutes) = zone.split_at(2);
            sign * (hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60)
        }
    };
    let slip = match (fraction, zone, clock.len()) {
        (Some(_), ..) => "a fraction of a second",
        (None, "Z", 10) => return None,
        (None, "Z", _) => "no seconds",
        (None, ..) => "an offset from UTC where Z belongs",
    };
    let two = |at: usize| clock.get(at..at + 2)?.parse::<u8>().ok();
    let second = if clock.len() == 10 { two(8)? } else { 0 };
    if clock.len() != 10 && clock.len() != 8 {
        return None;
    }
    let year: u16 = year.parse().ok()?;
    let century = match (tag, year) {
        (UTC_TIME, 50..) => 1900,
        (UTC_TIME, _) => 2000,
        _ => 0,
    };
    let time = Time::new(century + year, two(0)?, two(2)?, two(4)?, two(6)?, second).ok()?;
    let time = Time::from_unix(time.to_unix() - offset).ok()?;
    let year = if tag == UTC_TIME { format!("{:02}", time.year() % 100) } else { format!("{:04}", time.year()) };
    let (month, day) = (time.month(), time.day());
    let clock = format!("{month:02}{day:02}{:02}{:02}{:02}Z", time.hour(), time.minute(), time.second());
    Some((year + &clock, slip))
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit())
}
