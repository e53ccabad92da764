//! Pins, pin sets and what a check comes to. The pins are what
//! `openssl … | openssl dgst -sha256 -binary | base64` says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ironlatch::Error as CoreError;
use ironlatch::keys::pem;
use ironlatch::recipes::Error;
use ironlatch::recipes::pinning::{HostPins, Kind, Outcome, Pin, PinSet, Pinnable, Verdict};
use ironlatch::x509::Certificate;

const ROOT: &[u8] = include_bytes!("../../../../tests/data/x509/root.pem");
const INTERMEDIATE: &[u8] = include_bytes!("../../../../tests/data/x509/intermediate.pem");
const LEAF: &[u8] = include_bytes!("../../../../tests/data/x509/leaf.pem");
const ODD: &[u8] = include_bytes!("../../../../tests/data/x509/odd.pem");
const REQUEST: &[u8] = include_bytes!("../../../../tests/data/x509/request.pem");
const PRIVATE_KEY: &[u8] = include_bytes!("../../../../tests/data/keys/pkcs8.pem");

const LEAF_PIN: &str = "sha256/9EFbillc6TwaFDrPg8puMafqB2wwmNQRJlQ+mEe6PIQ=";
const INTERMEDIATE_PIN: &str = "sha256/NcO1zHpaQqt6IHi3Cj0R33ylYDKl89nXnxVDu+2N5CU=";
const ROOT_PIN: &str = "sha256/0LpRLvuCE+jvyFH6N+3VcNakYMdnWbq8vyEVgTKp4Ug=";
const KEY_PIN: &str = "sha256/Oz6+g/GoZtJxdriKmehS/v6sj7/F3xy6Rys7+zfcjOI=";
/// A pin of nothing that is here.
const BACKUP: &str = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn pin(text: &str) -> Pin {
    text.parse().unwrap()
}

fn host(pins: &[&str]) -> HostPins {
    HostPins::new(pins.iter().map(|text| pin(text))).unwrap()
}

fn chain() -> Vec<Vec<u8>> {
    [LEAF, INTERMEDIATE, ROOT].map(|text| Certificate::from_pem(text).unwrap().as_der().to_vec()).into()
}

fn check(pins: HostPins, chain: &[Vec<u8>]) -> Verdict {
    PinSet::new([("pinned.example", pins)]).unwrap().check_at("pinned.example", chain, 0).unwrap()
}

fn refusal<T: core::fmt::Debug>(result: ironlatch::recipes::Result<T>) -> String {
    match result {
        Err(Error::Core(CoreError::InvalidValue(message))) => message.into_owned(),
        Err(Error::X509(error)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn pins_are_those_of_openssl() {
    for (file, kind, expected) in [
        (LEAF, Kind::Certificate, LEAF_PIN),
        (INTERMEDIATE, Kind::Certificate, INTERMEDIATE_PIN),
        (REQUEST, Kind::Request, INTERMEDIATE_PIN),
        (ROOT, Kind::Certificate, ROOT_PIN),
        (ODD, Kind::Certificate, LEAF_PIN),
        (PRIVATE_KEY, Kind::PrivateKey, KEY_PIN),
        (include_bytes!("../../../../tests/data/keys/pkcs8.der"), Kind::PrivateKey, KEY_PIN),
        (include_bytes!("../../../../tests/data/keys/spki.pem"), Kind::PublicKey, KEY_PIN),
        (include_bytes!("../../../../tests/data/keys/spki.der"), Kind::PublicKey, KEY_PIN),
        (include_bytes!("../../../../tests/data/keys/pkcs1-public.pem"), Kind::PublicKey, KEY_PIN),
        (include_bytes!("../../../../tests/data/keys/pkcs1-public.der"), Kind::PublicKey, KEY_PIN),
    ] {
        let all = Pinnable::all(file, None).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].kind, all[0].pin.to_string().as_str()), (kind, expected));
    }
    for text in [LEAF, REQUEST] {
        let der = pem::find(text, |_| true, "").unwrap().decode().unwrap();
        assert_eq!(Pinnable::all(&der, None).unwrap(), Pinnable::all(text, None).unwrap());
    }
    let encrypted = include_bytes!("../../../../tests/data/keys/pbes2-aes-256-cbc.pem");
    assert_eq!(Pinnable::all(encrypted, Some(b"correct horse")).unwrap()[0].pin, pin(KEY_PIN));
    assert!(matches!(Pinnable::all(encrypted, None), Err(Error::Core(CoreError::PasswordRequired))));
    assert!(matches!(Pinnable::all(encrypted, Some(b"another")), Err(Error::Core(CoreError::IncorrectPassword))));
}

#[test]
fn a_file_gives_all_that_it_holds() {
    let all = Pinnable::all(&[PRIVATE_KEY, LEAF, ROOT].concat(), None).unwrap();
    assert_eq!(
        all.iter().map(|one| one.kind.name()).collect::<Vec<_>>(),
        ["private key", "certificate", "certificate"]
    );
    assert_eq!(all[2].subject.as_deref(), Some("CN=Root,O=Ironlatch tests,C=DE"));
    assert_eq!(all[2].key, "RSA, 2048 bits");

    for nothing in
        [b"" as &[u8], b"\x30\x00", b"\x30\xff\xff", b"sha256/", b"-----BEGIN X-----\nAAAA\n-----END X-----\n"]
    {
        assert!(refusal(Pinnable::all(nothing, None)).contains("no key to pin"));
    }
    assert!(refusal(Pinnable::all(&[PRIVATE_KEY, PRIVATE_KEY].concat(), None)).contains("two private keys"));
    refusal(Pinnable::all(&[LEAF, b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"].concat(), None));
}

#[test]
fn pins_are_read_in_three_spellings_and_written_in_one() {
    let body = LEAF_PIN.strip_prefix("sha256/").unwrap();
    for text in [LEAF_PIN.to_owned(), format!("sha256//{body}"), format!("pin-sha256=\"{body}\"")] {
        assert_eq!(pin(&text).to_string(), LEAF_PIN);
    }
    let unpadded = LEAF_PIN.trim_end_matches('=');
    for wrong in
        ["", "sha256/", body, "sha1/2jmj7l5rSw0yVb/vlWAYkK/YBwk=", unpadded, "sha256/AAAA", "pin-sha256=\"AAAA"]
    {
        assert!(refusal(wrong.parse::<Pin>()).contains("not a pin"));
    }
    // Bits beyond the last byte.
    refusal("sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=".parse::<Pin>());
}

#[test]
fn a_slash_may_be_the_first_symbol_of_a_hash() {
    for first in 0..=255 {
        let mut hash = [first; 32];
        hash[1] = 0xf0;
        let body = STANDARD.encode(hash);
        for text in [format!("sha256/{body}"), format!("sha256//{body}"), format!("pin-sha256=\"{body}\"")] {
            assert_eq!(pin(&text).as_bytes(), &hash, "{text}");
        }
        assert!(format!("sha256///{body}").parse::<Pin>().is_err());
        assert!(format!("sha256/{}", &body[1..]).parse::<Pin>().is_err());
    }
}

#[test]
fn a_key_anywhere_in_the_chain_is_enough() {
    for pinned in [LEAF_PIN, INTERMEDIATE_PIN, ROOT_PIN] {
        let verdict = check(host(&[BACKUP, pinned]), &chain());
        assert_eq!(verdict.outcome, Outcome::Matched, "{verdict}");
        assert!(!verdict.is_refused() && !verdict.is_notable());
        assert_eq!(
            verdict.seen.iter().map(|seen| seen.pin).collect::<Vec<_>>(),
            [LEAF_PIN, INTERMEDIATE_PIN, ROOT_PIN].map(|text| Some(pin(text)))
        );
    }
    // Of the leaf alone, where no more is known.
    assert_eq!(check(host(&[BACKUP, LEAF_PIN]), &chain()[..1]).outcome, Outcome::Matched);
    assert_eq!(check(host(&[BACKUP, ROOT_PIN]), &chain()[..1]).outcome, Outcome::Mismatch);
}

#[test]
fn a_mismatch_names_the_host_and_the_pins() {
    let verdict = check(host(&[BACKUP, KEY_PIN]), &chain());
    assert!(verdict.is_refused() && verdict.is_notable());
    let text = verdict.to_string();
    for part in ["pinned.example", BACKUP, KEY_PIN, LEAF_PIN, INTERMEDIATE_PIN, ROOT_PIN, "CN=Root"] {
        assert!(text.contains(part), "{text}");
    }
    let verdict = check(host(&[BACKUP, KEY_PIN]).only_reported(), &chain());
    assert!(!verdict.is_refused() && verdict.is_notable());
    assert!(verdict.to_string().contains("only reported"));

    // What cannot be read has no pin, and brings nothing down.
    for chain in [vec![], vec![vec![]], vec![b"not a certificate".to_vec()]] {
        assert!(check(host(&[BACKUP, LEAF_PIN]), &chain).is_refused());
    }
    for at in 0..chain()[0].len() {
        let mut chain = chain();
        chain.truncate(1);
        chain[0][at] ^= 1;
        let verdict = check(host(&[BACKUP, LEAF_PIN]), &chain);
        // Bytes other than those of the key are checked by the code that verified the chain.
        assert!(verdict.is_refused() || Pinnable::all(&chain[0], None).unwrap()[0].pin == pin(LEAF_PIN));
    }
}

#[test]
fn a_backup_is_asked_for() {
    assert!(refusal(HostPins::new([])).contains("without a pin"));
    assert!(refusal(HostPins::new([pin(LEAF_PIN)])).contains("backup"));
    assert!(refusal(HostPins::new([pin(LEAF_PIN), pin(LEAF_PIN)])).contains("backup"));
    assert!(refusal(HostPins::without_backup([])).contains("without a pin"));

    let verdict = check(host(&[LEAF_PIN, ROOT_PIN]), &chain());
    assert_eq!(verdict.outcome, Outcome::NoBackup);
    assert!(!verdict.is_refused() && verdict.is_notable());
    let alone = HostPins::without_backup([pin(LEAF_PIN)]).unwrap();
    assert_eq!(check(alone, &chain()).outcome, Outcome::Matched);
}

#[test]
fn expired_pins_are_not_asked_for() {
    let time = "2027-06-30T12:00:00Z".parse().unwrap();
    let set = PinSet::new([("pinned.example", host(&[BACKUP, KEY_PIN]).expiring(time))]).unwrap();
    let before = set.check_at("pinned.example", &chain(), time.to_unix() - 1).unwrap();
    assert_eq!(before.outcome, Outcome::Mismatch);
    let after = set.check_at("pinned.example", &chain(), time.to_unix()).unwrap();
    assert_eq!((after.outcome, after.is_refused(), after.is_notable()), (Outcome::Expired, false, true));
    assert_eq!("2027-06-30".parse::<ironlatch::x509::Time>().unwrap().to_string(), "2027-06-30T00:00:00Z");
    for wrong in [
        "",
        "2027",
        "2027-6-30",
        "2027-02-29",
        "2027-06-30T12:00:00",
        "2027-06-30T24:00:00Z",
        "2027-06-30T12:00:00+01:00",
        "+027-06-30",
        "2027-06-30-01",
    ] {
        let time = wrong.parse::<ironlatch::x509::Time>().map_err(Error::from);
        assert!(refusal(time).contains("not a time"));
    }
}

#[test]
fn the_closest_host_counts() {
    let set = PinSet::new([
        ("Example.COM.", host(&[BACKUP, ROOT_PIN]).including_subdomains()),
        ("api.example.com", host(&[BACKUP, LEAF_PIN])),
        ("192.0.2.1", host(&[BACKUP, KEY_PIN])),
        ("[2001:DB8:0::1]", host(&[BACKUP, KEY_PIN])),
    ])
    .unwrap();
    let pins = |name: &str| set.pins_of(name).unwrap().map(|pins| pins.pins()[1].to_string());
    for (name, expected) in [
        ("example.com", Some(ROOT_PIN)),
        ("EXAMPLE.com.", Some(ROOT_PIN)),
        ("a.b.example.com", Some(ROOT_PIN)),
        ("api.example.com", Some(LEAF_PIN)),
        // Its own pins do not include subdomains, so that those of the domain above hold.
        ("v1.api.example.com", Some(ROOT_PIN)),
        ("badexample.com", None),
        ("com", None),
        ("example.com.evil.test", None),
        ("192.0.2.1", Some(KEY_PIN)),
        ("1.192.0.2.1", None),
        ("2001:db8::1", Some(KEY_PIN)),
        ("[2001:0db8::0:1]", Some(KEY_PIN)),
    ] {
        assert_eq!(pins(name).as_deref(), expected, "{name}");
    }
    for wrong in [
        "",
        ".",
        "a..b",
        "*.example.com",
        "https://example.com",
        "example.com:443",
        "example.com/",
        "bücher.example",
        "a b",
        "user@host",
        "x\n",
    ] {
        assert!(refusal(set.pins_of(wrong)).contains("not the name of a host"), "{wrong:?}");
    }

    let others = set.check_at("other.test", &chain(), 0).unwrap();
    assert_eq!((others.outcome, others.is_refused()), (Outcome::NotPinned, false));
    let others = set.refusing_others().check_at("other.test", &chain(), 0).unwrap();
    assert_eq!((others.outcome, others.is_refused()), (Outcome::OtherHost, true));

    assert!(
        refusal(PinSet::new([("a.test", host(&[BACKUP, KEY_PIN])), ("A.test", host(&[BACKUP, KEY_PIN]))]))
            .contains("twice")
    );
    assert!(refusal(PinSet::new([("::1", host(&[BACKUP, KEY_PIN]).including_subdomains())])).contains("subdomains"));
}

#[test]
fn a_set_travels_as_json() {
    let set = PinSet::new([
        ("plain.test", host(&[LEAF_PIN, BACKUP])),
        (
            "all.test",
            HostPins::without_backup([pin(LEAF_PIN)])
                .unwrap()
                .including_subdomains()
                .only_reported()
                .expiring("2027-06-30".parse().unwrap()),
        ),
    ])
    .unwrap()
    .refusing_others();
    let text = set.to_json();
    assert_eq!(PinSet::from_json(&text).unwrap(), set);
    assert!(text.contains("\"version\": 1") && text.contains("2027-06-30T00:00:00Z") && text.ends_with("}\n"));
    let empty = PinSet::from_json(r#"{"version": 1, "hosts": {}}"#).unwrap();
    assert_eq!((empty.hosts().count(), empty.refuses_others()), (0, false));
}

#[test]
fn what_is_no_pin_set_is_refused() {
    let good = PinSet::new([("a.test", host(&[LEAF_PIN, BACKUP]).only_reported())]).unwrap().to_json();
    for (old, new, said) in [
        ("\"version\": 1", "\"version\": 2", "later version"),
        ("\"version\": 1", "\"versions\": 1", "version"),
        ("\"hosts\"", "\"host\"", "hosts"),
        ("report_only", "reportonly", "mistyped"),
        ("\"report_only\": true", "\"report_only\": 1", "true or false"),
        ("\"report_only\": true", "\"expires\": 1", "quotes"),
        ("\"report_only\": true", "\"expires\": \"soon\"", "not a time"),
        ("\"report_only\": true", "\"backup\": null", "true or false"),
        ("\"pins\"", "\"pin\"", "pins"),
        ("sha256/A", "sha255/A", "not a pin"),
        ("a.test", "*.test", "wildcard"),
        (BACKUP, LEAF_PIN, "backup"),
        ("}", "", "JSON"),
        ("\"report_only\": true", "\"report_only\": true, \"report_only\": false", "same name"),
    ] {
        let changed = good.replacen(old, new, 1);
        assert_ne!(changed, good);
        let message = refusal(PinSet::from_json(&changed));
        assert!(message.contains(said), "{message}");
    }
    let set = PinSet::from_json(&good).unwrap();
    for at in 0..good.trim_end().len() {
        refusal(PinSet::from_json(&good[..at]));
        let mut changed = good.clone().into_bytes();
        changed[at] ^= 1;
        // Another letter in a pin makes another pin.
        if let Ok(other) = PinSet::from_json(core::str::from_utf8(&changed).unwrap()) {
            assert_ne!(other, set, "{at}");
        }
    }
    refusal(PinSet::from_json("[]"));
    refusal(PinSet::from_json(&"[".repeat(100_000)));
    assert!(refusal(PinSet::from_json(&" ".repeat(PinSet::MAX_JSON_LEN + 1))).contains("longer"));
}
