//! Structured fields (RFC 9651): the examples of the standard, and what is not one.

use ironlatch::recipes::signing::request::structured_fields::{BareItem, Dictionary, Item, List, MAX_LEN};

/// Field values with the form in which they are written again.
#[test]
fn rfc_9651_examples() {
    for (text, written) in [
        ("sugar, tea, rum", "sugar, tea, rum"),
        ("(\"foo\" \"bar\"), (\"baz\"), (\"bat\" \"one\"), ()", "(\"foo\" \"bar\"), (\"baz\"), (\"bat\" \"one\"), ()"),
        ("(\"foo\"; a=1;b=2);lvl=5, (\"bar\" \"baz\");lvl=1", "(\"foo\";a=1;b=2);lvl=5, (\"bar\" \"baz\");lvl=1"),
        ("abc;a=1;b=2; cde_456, (ghi;jk=4 l);q=\"9\";r=w", "abc;a=1;b=2;cde_456, (ghi;jk=4 l);q=\"9\";r=w"),
        ("", ""),
        (" (  a   b  ) ,\t 1", "(a b), 1"),
    ] {
        assert_eq!(List::parse(text.as_bytes()).unwrap().to_string(), written);
    }
    for (text, written) in [
        ("en=\"Applepie\", da=:w4ZibGV0w6ZydGU=:", "en=\"Applepie\", da=:w4ZibGV0w6ZydGU=:"),
        ("a=?0, b, c; foo=bar", "a=?0, b, c;foo=bar"),
        ("rating=1.5, feelings=(joy sadness)", "rating=1.5, feelings=(joy sadness)"),
        ("a=(1 2), b=3, c=4;aa=bb, d=(5 6);valid", "a=(1 2), b=3, c=4;aa=bb, d=(5 6);valid"),
        ("a=1, b=2, a=3", "a=3, b=2"),
        ("a;x=1;y=2;x=3", "a;x=3;y=2"),
        ("a=?1;b=?1", "a;b"),
    ] {
        assert_eq!(Dictionary::parse(text.as_bytes()).unwrap().to_string(), written);
    }
    for (text, value, written) in [
        ("42", BareItem::Integer(42), "42"),
        ("-007", BareItem::Integer(-7), "-7"),
        ("4.5", BareItem::Decimal(4500), "4.5"),
        ("-0.050", BareItem::Decimal(-50), "-0.05"),
        ("1.0", BareItem::Decimal(1000), "1.0"),
        ("\"hello \\\"world\\\" \\\\\"", BareItem::String("hello \"world\" \\".into()), "\"hello \\\"world\\\" \\\\\""),
        ("foo123/456", BareItem::Token("foo123/456".into()), "foo123/456"),
        ("*:a", BareItem::Token("*:a".into()), "*:a"),
        (":cHJldGVuZA:", BareItem::Bytes(b"pretend".to_vec()), ":cHJldGVuZA==:"),
        ("?1", BareItem::Boolean(true), "?1"),
        ("@1659578233", BareItem::Date(1_659_578_233), "@1659578233"),
        ("%\"f%c3%bc%22\"", BareItem::DisplayString("fü\"".into()), "%\"f%c3%bc%22\""),
    ] {
        let item = Item::parse(text.as_bytes()).unwrap();
        assert_eq!(item.value, value, "{text}");
        assert_eq!(item.to_string(), written);
    }
}

#[test]
fn what_is_no_structured_field_is_refused() {
    for text in [
        "a,",
        "a,,b",
        ",a",
        "a b",
        "(a",
        "(a,b)",
        "(a\"b\")",
        "a;",
        "a;A=1",
        "\"",
        "\"\\n\"",
        "\"\u{e9}\"",
        "\"\t\"",
        "1.",
        ".5",
        "-",
        "--1",
        "1234567890123456",
        "1.2345",
        "1234567890123.1",
        ":a",
        ":*:",
        ":a b:",
        "?2",
        "?",
        "@1.5",
        "@",
        "%a",
        "%\"%C3%BC\"",
        "%\"%ff\"",
        "%\"%f",
        "a=",
        "\ta",
        "(a)b",
        "é",
        "[",
    ] {
        assert!(List::parse(text.as_bytes()).is_err(), "list {text:?}");
        assert!(Item::parse(text.as_bytes()).is_err(), "item {text:?}");
    }
    for text in ["A=1", "1=1", "a=1 b=2", "a=1,", "a=,b", "=1", "\"a\"=1", "a =1", "(a)=1"] {
        assert!(Dictionary::parse(text.as_bytes()).is_err(), "{text:?}");
    }
    for text in ["", " ", "a, b", "(a)", "a\t"] {
        assert!(Item::parse(text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn hostile_sizes_end_soon() {
    let many = "a,".repeat(1025) + "a";
    assert!(List::parse(many.as_bytes()).unwrap_err().to_string().contains("too many"));
    let many = format!("({})", "a ".repeat(1025));
    assert!(List::parse(many.as_bytes()).is_err());
    let many = (0..1025).map(|number| format!(";a{number}")).collect::<String>();
    assert!(Item::parse(format!("a{many}").as_bytes()).is_err());
    assert!(Item::parse(&vec![b'a'; MAX_LEN + 1]).unwrap_err().to_string().contains("too long"));
    let deep = "(".repeat(10_000);
    assert!(List::parse(deep.as_bytes()).is_err());
}
