//! Hosts, targets and fields: a request's parts stay what they are.

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;
use ironlatch::recipes::signing::request::{Authority, Message, Request, RequestSigner, Scheme, Target};
use ironlatch::recipes::signing::{Key, KeySet};

use super::{NOW, URL, line, plain, refusal, verifier, with};

#[test]
fn a_host_is_a_host_and_nothing_else() {
    for (text, host, port, shown) in [
        ("API.example.com", "api.example.com", None, "api.example.com"),
        ("localhost:8080", "localhost", Some(8080), "localhost:8080"),
        ("example.com:", "example.com", None, "example.com"),
        ("192.0.2.1:1", "192.0.2.1", Some(1), "192.0.2.1:1"),
        ("[2001:DB8::1]", "[2001:db8::1]", None, "[2001:db8::1]"),
        ("[::ffff:192.0.2.1]:65535", "[::ffff:192.0.2.1]", Some(65535), "[::ffff:192.0.2.1]:65535"),
        ("my_service.internal", "my_service.internal", None, "my_service.internal"),
    ] {
        let authority = Authority::parse(text).unwrap();
        assert_eq!((authority.host(), authority.port(), authority.to_string().as_str()), (host, port, shown));
    }
    for wrong in [
        "",
        ":",
        ":80",
        "a b",
        " a",
        "a ",
        "a/b",
        "a?b",
        "a#b",
        "a#",
        "a@b",
        "a:b@c",
        "a\\b",
        "a%2fb",
        "a%41",
        "a,b",
        "a;b",
        "a:80:80",
        "a:x",
        "a:-1",
        "a:+1",
        "a:0",
        "a:080",
        "a:65536",
        "a:99999999999999999999",
        "a: 80",
        "a:80 ",
        "::1",
        "[::1",
        "::1]",
        "[]",
        "[::1]a",
        "[::1]:x",
        "[::1%eth0]",
        "[::1%25eth0]",
        "[v1.a]",
        "[a.example]",
        "[192.0.2.1]",
        "[[::1]]",
        "é",
        "a\n",
        "a\0",
        "a\tb",
        "a\"b",
        "a<b",
        "*",
        "*.a",
    ] {
        assert!(matches!(Authority::parse(wrong), Err(Error::Core(CoreError::InvalidValue(_)))), "{wrong:?}");
        assert!(Target::new(Scheme::Https, wrong, "/", None).is_err(), "{wrong:?}");
    }
    assert!(Authority::parse(&"a".repeat(254)).is_err());
    let same = |a, b, scheme| Authority::parse(a).unwrap().is_same(&Authority::parse(b).unwrap(), scheme);
    assert!(same("a", "A:443", Scheme::Https) && same("a:80", "a", Scheme::Http) && same("a:8", "a:8", Scheme::Http));
    assert!(!same("a", "a:443", Scheme::Http) && !same("a", "b", Scheme::Http) && !same("a:8", "a:9", Scheme::Http));
}

/// The parts of a target are those that were given, whatever they hold, or there is none.
#[test]
fn parts_stay_apart() {
    let whole = Target::new(Scheme::Https, "api.example.com", "/pay", Some("amount=7")).unwrap();
    assert_eq!(whole, Target::parse(URL).unwrap());
    for host in
        ["api.example.com/pay?amount=7#", "api.example.com/pay?amount=7&x=", "api.example.com#", "x@api.example.com"]
    {
        assert!(Target::new(Scheme::Https, host, "/other", None).is_err(), "{host}");
        assert!(Target::received(Scheme::Https, host, "GET", "/other").is_err(), "{host}");
    }
    for (path, query) in [
        ("", None),
        ("pay", None),
        ("*", None),
        ("/pay?amount=7", None),
        ("/pay#", None),
        ("/pay", Some("amount=7#")),
        ("/p ay", None),
        ("/p\ny", None),
        ("/é", None),
        ("/", Some("a b")),
    ] {
        assert!(Target::new(Scheme::Https, "api.example.com", path, query).is_err(), "{path} {query:?}");
    }
    let double = Target::new(Scheme::Https, "api.example.com", "//evil.example/a", Some("b?c/d")).unwrap();
    assert_eq!(
        (double.authority().host(), double.path(), double.query()),
        ("api.example.com", "//evil.example/a", Some("b?c/d"))
    );
}

/// RFC 9112 §3.2 has four forms of a request's target, RFC 9421 §2.2.5 the component of each.
#[test]
fn request_targets_of_each_form() {
    let of = |method, target| Target::received(Scheme::Http, "www.example.com", method, target);
    for (method, target, path, query) in [
        ("GET", "/path?a=b", "/path", Some("a=b")),
        ("GET", "http://www.example.com/path?a=b", "/path", Some("a=b")),
        ("GET", "HTTP://WWW.example.com:80", "/", None),
        ("CONNECT", "www.example.com:80", "/", None),
        ("OPTIONS", "*", "/", None),
    ] {
        let found = of(method, target).unwrap();
        assert_eq!((found.path(), found.query(), found.request_target().as_str()), (path, query, target));
        assert_eq!((found.authority().to_string().as_str(), found.scheme()), ("www.example.com", Scheme::Http));
        let request = Request::to(method, found).unwrap();
        assert_eq!(
            line(Message::Request(&request), "\"@request-target\"").unwrap(),
            format!("\"@request-target\": {target}")
        );
    }
    for (method, target) in [
        ("GET", ""),
        ("GET", "*"),
        ("GET", "path"),
        ("GET", "/path#part"),
        ("GET", "www.example.com:80"),
        ("GET", "http://other.example.com/path"),
        ("GET", "http://www.example.com:8080/path"),
        ("GET", "http://www.example.com/path#part"),
        ("GET", "http://www.example.com@other.example.com/"),
        ("GET", "ftp://www.example.com/"),
        ("OPTIONS", "*/path"),
        ("CONNECT", "other.example.com:80"),
        ("CONNECT", "www.example.com:80/path"),
        ("CONNECT", "*"),
    ] {
        assert!(matches!(of(method, target), Err(Error::Core(CoreError::InvalidValue(_)))), "{method} {target}");
    }
}

#[test]
fn a_request_names_one_host() {
    let key = Key::generate();
    let (keys, signer) = (KeySet::from(key.clone()), RequestSigner::new(key).unwrap());
    let to = |hosts: &[&'static str]| {
        hosts.iter().fold(plain(), |request, host| request.header("Host", host.as_bytes()).unwrap())
    };
    let signed = signer.sign_at(&plain(), NOW).unwrap();
    for good in [&[][..], &["api.example.com"], &["API.example.com:443"], &[" api.example.com:"]] {
        signer.sign_at(&to(good), NOW).unwrap();
        verifier().verify_at(&with(&to(good), &signed), &keys, None, NOW).unwrap();
    }
    for wrong in [
        &["other.example.com"][..],
        &["api.example.com:80"],
        &["api.example.com/pay?amount=7#"],
        &["api.example.com", "api.example.com"],
        &["api.example.com,api.example.com"],
        &[""],
    ] {
        assert!(matches!(signer.sign_at(&to(wrong), NOW), Err(Error::Core(CoreError::InvalidValue(_)))), "{wrong:?}");
        let request = to(wrong);
        assert_eq!(refusal(verifier().verify_at(&with(&request, &signed), &keys, None, NOW)), Refusal::Malformed);
    }
    // Signatures of what has no path say too little.
    for (method, target) in [("OPTIONS", "*"), ("CONNECT", "api.example.com:443")] {
        let target = Target::received(Scheme::Https, "api.example.com", method, target).unwrap();
        let request = Request::to(method, target).unwrap();
        let signed = signer.sign_at(&request, NOW).unwrap();
        let received = with(&request, &signed);
        assert_eq!(refusal(verifier().verify_at(&received, &keys, None, NOW)), Refusal::Insufficient);
    }
}

#[test]
fn a_fields_value_is_one_line() {
    for good in ["", "a", "a\r\n b", "a\n\tb", "a\r\n  \r\n b"] {
        assert!(plain().header("X", good.as_bytes()).is_ok(), "{good:?}");
    }
    for wrong in ["a\nB: c", "a\r\nB: c", "a\n", "a\r\n", "a\rb", "a\r b", "a\0", "\n", "a\n\r\n b"] {
        assert!(
            matches!(plain().header("X", wrong.as_bytes()), Err(Error::Core(CoreError::InvalidValue(_)))),
            "{wrong:?}"
        );
        assert!(plain().fields_mut().add_trailer("X", wrong.as_bytes()).is_err(), "{wrong:?}");
    }
}
