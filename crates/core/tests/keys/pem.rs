//! PEM: what is read, what is refused, and how it is written.

use ironlatch::Error;
use ironlatch::keys::pem::{Block, blocks, encode, find};

fn only(text: &str) -> Block<'_> {
    blocks(text.as_bytes()).next().expect("there is a block").expect("it is well formed")
}

#[test]
fn writes_lines_of_64_characters() {
    let text = encode("THING", &[], &[0xff; 49]);
    let line = "/".repeat(64);
    assert_eq!(text.as_slice(), format!("-----BEGIN THING-----\n{line}\n/w==\n-----END THING-----\n").as_bytes());
    assert_eq!(text.capacity(), text.len(), "the buffer must not have grown, which would leave copies behind");
}

#[test]
fn writes_what_it_reads() {
    for len in [0, 1, 2, 3, 47, 48, 49, 95, 96, 1000] {
        let data: Vec<u8> = (0..len).map(|index| index as u8).collect();
        let headers = ["Proc-Type: 4,ENCRYPTED".to_owned(), "DEK-Info: A,00".to_owned()];
        for headers in [&headers[..], &[]] {
            let text = encode("X Y", headers, &data);
            let block = find(&text, |label| label == b"X Y", "").unwrap();
            assert_eq!(*block.decode().unwrap(), data);
            assert_eq!(block.header("DEK-Info"), (!headers.is_empty()).then_some("A,00"));
        }
    }
}

#[test]
fn takes_any_line_ends_and_text_around() {
    for text in [
        "-----BEGIN A-----\nAAEC\n-----END A-----\n",
        "-----BEGIN A-----\r\nAAEC\r\n-----END A-----\r\n",
        "-----BEGIN A-----\rAAEC\r-----END A-----",
        "-----BEGIN A-----AAEC-----END A-----",
        "-----BEGIN A-----\n\n  A\tA \nE C\n\n\n-----END A-----",
        "subject=/CN=x\n----\n-----BEGIN A-----\nAAEC\n-----END A-----\ntrailing - words",
        "\u{feff}-----BEGIN A-----\nHeader: value\n\nAAEC\n-----END A-----",
        "-----BEGIN A-----\r\nHeader: value\r\n\r\nAAEC\r\n-----END A-----",
    ] {
        assert_eq!(*only(text).decode().unwrap(), [0, 1, 2], "{text:?}");
    }
}

#[test]
fn finds_the_wanted_block() {
    let text = b"-----BEGIN A-----\nAA==\n-----END A-----\n-----BEGIN B-----\nAQ==\n-----END B-----\n";
    let labels: Vec<_> = blocks(text).map(|block| block.unwrap().label().to_vec()).collect();
    assert_eq!(labels, [b"A", b"B"]);
    assert_eq!(*find(text, |label| label == b"B", "").unwrap().decode().unwrap(), [1]);
    assert_eq!(find(text, |label| label == b"C", "no C").unwrap_err(), Error::value("no C"));
}

#[test]
fn refuses_what_is_no_block() {
    for text in [
        "",
        "-----BEGIN A-----",
        "-----BEGIN A-----\nAAEC\n",
        "AAEC\n-----END A-----",
        "-----begin a-----\n-----end a-----",
    ] {
        assert!(blocks(text.as_bytes()).next().is_none(), "{text:?}");
        let error = find(text.as_bytes(), |_| true, "").unwrap_err();
        assert!(error.is_wrong_value(), "{text:?}");
        assert_eq!(matches!(error, Error::Truncated { .. }), text.contains("BEGIN"), "{text:?}");
    }
    for text in ["-----BEGIN A-----\nAAEC\n-----END B-----", "-----BEGIN A-----\nName: value\nAAEC\n-----END A-----"] {
        assert!(matches!(blocks(text.as_bytes()).next(), Some(Err(Error::InvalidValue(_)))), "{text:?}");
    }
}

#[test]
fn refuses_what_is_not_base64() {
    for body in [
        "A",
        "AA",
        "AAA",
        "AA=",
        "AAA==",
        "AA==AA==",
        "AAE*",
        "AAE_",
        "AAE-",
        "AB==",
        "AAF=",
        "AAEC=",
        "\u{e9}AAE",
        "AA\0=",
    ] {
        let text = format!("-----BEGIN A-----\n{body}\n-----END A-----");
        assert!(matches!(only(&text).decode(), Err(Error::InvalidValue(_))), "{body:?}");
    }
}

#[test]
fn headers_are_compared_exactly() {
    let block = only("-----BEGIN A-----\nNames: x\nName: y:z \nname: w\n\nAAEC\n-----END A-----");
    assert_eq!(block.header("Name"), Some("y:z"));
    assert_eq!(block.header("Nam"), None);
    assert_eq!(block.header("NAME"), None);
}

#[test]
fn long_input_takes_linear_time() {
    let dashes = "-".repeat(1 << 20);
    assert!(blocks(dashes.as_bytes()).next().is_none());
    let beginnings = "-----BEGIN A-----\n".repeat(1 << 16);
    assert!(blocks(beginnings.as_bytes()).next().is_none());
}

#[test]
fn debug_shows_no_contents() {
    assert_eq!(format!("{:?}", only("-----BEGIN A-----\nAAEC\n-----END A-----")), "Block(A, <4 bytes>)");
}

/// The `pem` crate reads what this reader reads, and gives the same: both are lenient in the same
/// way.
#[test]
fn agrees_with_the_pem_crate() {
    for headers in ["", "Proc-Type: 4,ENCRYPTED\nDEK-Info: A,00\n\n", "Name: value\r\n\r\n"] {
        for (len, end) in [(0, "\n"), (1, "\n"), (100, "\r\n"), (1000, " \n\t")] {
            let data = vec![0xa5; len];
            let text = String::from_utf8(encode("A KEY", &[], &data).to_vec()).unwrap();
            let (first, rest) = text.split_once('\n').unwrap();
            let text = format!("x\n{first}\n{headers}{}", rest.replace('\n', end));
            let theirs = pem::parse_many(&text).unwrap();
            let ours = only(&text);
            assert_eq!(theirs.len(), 1);
            assert_eq!(
                (theirs[0].tag().as_bytes(), theirs[0].contents()),
                (ours.label(), ours.decode().unwrap().as_slice())
            );
            assert_eq!(theirs[0].headers().get("Name"), ours.header("Name"));
            assert_eq!(theirs[0].headers().get("DEK-Info"), ours.header("DEK-Info"));
        }
    }
}
