//! Laws that hold for every container: what was written is read as the same, in BER as in DER, and
//! what was changed is noticed.

use ironlatch::asymmetric::ed25519;
use ironlatch::cms::Error;
use ironlatch::cms::ber::to_der;
use ironlatch::cms::pkcs7::signing::{NewSigner, Options, SignedAttributes, sign};
use ironlatch::cms::pkcs7::{certificates, smime};
use ironlatch::cms::pkcs12::{KeyAndCertificates, NewCertificate, NewKey, Protection, write};
use ironlatch::cms::signed_data::SignedData;
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::PrivateKey;
use ironlatch::keys::pbes::Scheme;
use ironlatch::x509::building::KeySigner;
use ironlatch::x509::issuing::{Authority, NewAuthority, Validity, distinguished_name};
use ironlatch::x509::{Certificate, Name, Time};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A share of the usual number of cases, for laws of which each case takes long.
fn config(share: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: (usual.cases / share).max(1), failure_persistence: None, ..usual }
}

fn key(seed: [u8; 32]) -> PrivateKey {
    ed25519::PrivateKey::from_array(&seed).into()
}

fn certificate(key: &PrivateKey) -> Certificate {
    let subject = distinguished_name("CN=Signer").unwrap();
    let new = NewAuthority::new(Name::from_der(&subject).unwrap(), Validity::days(30).unwrap());
    Authority::root(&new, key.clone()).unwrap().certificates()[0].clone()
}

/// An element of ASN.1.
#[derive(Debug, Clone)]
enum Element {
    Plain(u8, Vec<u8>),
    Pieces(Vec<Element>),
    Constructed(u8, Vec<Element>),
}

fn element() -> impl Strategy<Value = Element> {
    let octets = || vec(any::<u8>(), 0..200);
    let leaf =
        (select(vec![0x02_u8, 0x04, 0x06, 0x0c, 0x80]), octets()).prop_map(|(tag, octets)| Element::Plain(tag, octets));
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            (select(vec![0x30_u8, 0x31, 0xa0]), vec(inner, 0..5))
                .prop_map(|(tag, parts)| Element::Constructed(tag, parts)),
            vec(octets().prop_map(|octets| Element::Plain(0x04, octets)), 0..4).prop_map(Element::Pieces),
        ]
    })
}

impl Element {
    fn der(&self) -> Vec<u8> {
        let (tag, contents) = match self {
            Self::Plain(tag, octets) => (*tag, octets.clone()),
            Self::Pieces(pieces) => {
                let octets =
                    pieces.iter().map(|piece| if let Self::Plain(_, octets) = piece { &octets[..] } else { &[] });
                (0x04, octets.collect::<Vec<_>>().concat())
            }
            Self::Constructed(tag, parts) => (*tag, parts.iter().map(Self::der).collect::<Vec<_>>().concat()),
        };
        [&[tag][..], &short(contents.len()), &contents].concat()
    }

    /// In BER, with the forms of lengths that `choices` says in turn.
    fn ber(&self, choices: &mut impl Iterator<Item = u8>) -> Vec<u8> {
        let choice = choices.next().unwrap();
        let (tag, contents) = match self {
            Self::Plain(tag, octets) => (*tag, octets.clone()),
            Self::Pieces(parts) => (0x24, parts.iter().map(|part| part.ber(choices)).collect::<Vec<_>>().concat()),
            Self::Constructed(tag, parts) => {
                (*tag, parts.iter().map(|part| part.ber(choices)).collect::<Vec<_>>().concat())
            }
        };
        let len = contents.len();
        match choice % 3 {
            0 if tag & 0x20 != 0 => [&[tag, 0x80][..], &contents, &[0, 0]].concat(),
            1 => [&[tag, 0x84][..], &(len as u32).to_be_bytes(), &contents].concat(),
            _ => [&[tag][..], &short(len), &contents].concat(),
        }
    }
}

fn short(len: usize) -> Vec<u8> {
    match len {
        0..0x80 => vec![len as u8],
        0x80..0x100 => vec![0x81, len as u8],
        0x100..0x1_0000 => [&[0x82][..], &(len as u16).to_be_bytes()].concat(),
        _ => [&[0x83][..], &(len as u32).to_be_bytes()[1..]].concat(),
    }
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn ber_of_any_form_is_the_same_der(element in element(), choices in vec(any::<u8>(), 64), rest in vec(any::<u8>(), 0..4), place: Index) {
        let ber = [element.ber(&mut choices.iter().copied().cycle()), rest.clone()].concat();
        let (read, left) = to_der(&ber)?;
        prop_assert_eq!(read.as_slice(), &element.der()[..]);
        prop_assert_eq!(left, &rest[..]);
        let (again, left) = to_der(read.as_slice())?;
        prop_assert!(!again.is_rewritten() && left.is_empty());
        let whole = ber.len() - rest.len();
        prop_assert!(to_der(&ber[..place.index(whole)]).is_err());
    }

    #[test]
    fn canonical_lines_stay_as_they_are(text in vec(select(vec![b'\r', b'\n', b'a']), 0..20)) {
        let once = smime::canonical(&text).into_owned();
        prop_assert_eq!(&*smime::canonical(&once), &once);
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn a_file_holds_its_key_and_certificates_and_notices_changes(
        seed: [u8; 32], name: Option<String>, other in proptest::option::of("\\PC{0,10}"), id in proptest::option::of(vec(any::<u8>(), 0..20)),
        password in any::<String>(), scheme in 0..3u8, place: Index, byte: u8,
    ) {
        let key = key(seed);
        let certificate = certificate(&key);
        let info = key.to_pkcs8_der()?;
        let encryption = match scheme {
            0 => Some(Scheme::Pbes2Sha256Aes256 { iterations: 5 }),
            1 => Some(Scheme::Sha1TripleDes { iterations: 5 }),
            _ => None,
        };
        // A password in the clear file protects its code alone.
        let protection = Protection { encryption, ..Protection::new(password.as_bytes()) };
        let new = NewKey { info: &info, name: name.as_deref(), local_key_id: id.as_deref() };
        let authority = NewCertificate { name: other.as_deref(), ..NewCertificate::new(&certificate) };
        let file = write(&[authority], Some(new), &protection)?;
        let password = Some(password.as_bytes()).filter(|password| !password.is_empty());
        let read = KeyAndCertificates::read(&file, password)?;
        prop_assert!(read.is_authenticated && read.irregularity.is_none());
        let entry = read.key.unwrap();
        prop_assert_eq!(&entry.key.to_pkcs8_der()?, &info);
        prop_assert_eq!((entry.name, entry.local_key_id), (name, id));
        let certificates: Vec<_> = read.certificate.iter().chain(&read.others).collect();
        prop_assert_eq!(certificates.len(), 1);
        prop_assert_eq!(&certificates[0].certificate, &certificate);
        prop_assert_eq!(&certificates[0].name, &other);

        prop_assert!(KeyAndCertificates::read(&file, Some(b"no such password at all")).is_err());
        let mut changed = file.clone();
        changed[place.index(file.len())] ^= byte.max(1);
        if let Ok(read) = KeyAndCertificates::read(&changed, password) {
            // The code covers the contents, and not its own parameters.
            let entry = read.key.unwrap();
            prop_assert_eq!(&entry.key.to_pkcs8_der()?, &info);
            prop_assert!(!read.is_authenticated || read.others.len() + usize::from(read.certificate.is_some()) == 1);
        }
    }

    #[test]
    fn signed_messages_verify_and_changed_ones_do_not(
        seed: [u8; 32], message in vec(any::<u8>(), 0..200), is_detached: bool, has_certificates: bool, attributes in 0..3usize, place: Index,
    ) {
        let key = key(seed);
        let certificate = certificate(&key);
        let attributes = [SignedAttributes::None, SignedAttributes::Usual, SignedAttributes::WithCapabilities][attributes];
        let options = Options { is_detached, attributes, has_certificates };
        let signer = NewSigner { certificate: &certificate, key: KeySigner::new(&key, None)?, hash: HashAlgorithm::Sha512 };
        let made = sign::<_, Error>(&message, &[signer], &[], options, Time::from_unix(1_800_000_000)?)?;
        let read = SignedData::read(&made)?;
        prop_assert_eq!(read.content(), (!is_detached).then_some(&message[..]));
        prop_assert_eq!(read.certificates().len(), usize::from(has_certificates));
        let (content, more) = (is_detached.then_some(&message[..]), [certificate.clone()]);
        let verified = read.verify_signatures(content, &more)?;
        prop_assert_eq!(verified.len(), 1);
        prop_assert_eq!(&verified[0].certificate, &certificate);
        prop_assert_eq!(verified[0].signing_time.is_some(), attributes != SignedAttributes::None);

        let other = [&message[..], b"!"].concat();
        prop_assert!(!is_detached || read.verify_signatures(Some(&other), &more).is_err());
        if let Some(at) = made.windows(message.len().max(8)).position(|window| window == message) {
            let mut changed = made.clone();
            changed[at + place.index(message.len())] ^= 1;
            let read = SignedData::read(&changed)?;
            prop_assert!(read.verify_signatures(None, &more).is_err());
        }
    }

    #[test]
    fn certificates_alone_are_a_set(seeds in vec(any::<[u8; 32]>(), 0..4)) {
        let made: Vec<Certificate> = seeds.iter().map(|seed| certificate(&key(*seed))).collect();
        let read = certificates::Certificates::read(&certificates::write(&made.iter().collect::<Vec<_>>()))?;
        prop_assert!(read.irregularity.is_none());
        prop_assert_eq!(read.certificates.len(), made.len());
        prop_assert!(made.iter().all(|certificate| read.certificates.contains(certificate)));
    }
}
