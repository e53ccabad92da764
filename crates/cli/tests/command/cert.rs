//! `ironlatch cert`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::common::{Run, run, run_with};
use tempfile::{TempDir, tempdir};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data");

fn cert(dir: &Path, line: &str) -> Run {
    let arguments: Vec<&str> = std::iter::once("cert").chain(line.split_whitespace()).collect();
    run(dir, &arguments)
}

/// A folder with the root of an authority, `root.pem` and `root.key`.
fn authority() -> TempDir {
    let dir = tempdir().unwrap();
    cert(dir.path(), "ca root --subject CN=Root,O=Tests -o root.pem").expect(0);
    dir
}

fn names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn an_authority_issues_what_verifies() {
    let dir = authority();
    let dir = dir.path();
    assert_eq!(mode(&dir.join("root.key")), 0o600);
    cert(dir, "ca intermediate --ca root.pem --subject CN=Issuing --path-length 0 -o issuing.pem").expect(0);
    let made = cert(dir, "ca issue --ca issuing.pem --name dev.example --name 10.0.0.1 -o dev.pem --json").expect(0);
    let made = made.json();
    assert_eq!(made["names"], serde_json::json!(["DNS:dev.example", "IP:10.0.0.1"]));
    assert_eq!((made["file"].as_str(), made["key"].as_str()), (Some("dev.pem"), Some("dev.key")));
    assert_eq!(mode(&dir.join("dev.key")), 0o600);

    let verified = cert(dir, "verify --roots root.pem --host dev.example dev.pem").expect(0);
    assert!(verified.text().contains("issued by CN=Issuing (intermediate)\n"));
    assert!(verified.text().ends_with("issued by CN=Root,O=Tests (trusted)\n"));
    let refused = cert(dir, "verify --roots root.pem --host other.example dev.pem").expect(3);
    assert!(refused.text().contains("no matching subjectAltName"));
    assert!(refused.stderr.contains("DNS:dev.example, IP:10.0.0.1"));
    for (purpose, code) in [("--client", 3), ("--purpose server", 0), ("--purpose code-signing", 3), ("", 0)] {
        cert(dir, &format!("verify --roots root.pem {purpose} dev.pem")).expect(code);
    }
    let late = cert(dir, "verify --roots root.pem --at 2099-01-01 --json dev.pem").expect(3);
    assert!(late.json()["paths"][0]["rule"].as_str().unwrap().contains("not valid at validation time"));
    let alone = cert(dir, "verify --roots dev.pem --trusted-leaf --host 10.0.0.1 --json dev.pem").expect(0);
    assert_eq!(alone.json()["chain"].as_array().unwrap().len(), 1);
}

#[test]
fn each_purpose_has_its_certificate() {
    let dir = authority();
    let dir = dir.path();
    cert(dir, "ca issue --ca root.pem --for email --name ada@dev.example -o mail.pem").expect(0);
    cert(dir, "ca issue --ca root.pem --for code-signing --subject CN=Releases -o code.pem").expect(0);
    cert(dir, "ca issue --ca root.pem --for client --for server --name a.dev.example -o both.pem").expect(0);
    cert(dir, "verify --roots root.pem --purpose email mail.pem").expect(0);
    cert(dir, "verify --roots root.pem --purpose code-signing code.pem").expect(0);
    cert(dir, "verify --roots root.pem --client both.pem").expect(0);
    cert(dir, "verify --roots root.pem --host a.dev.example both.pem").expect(0);
    let missing = cert(dir, "ca issue --ca root.pem --for email --name dev.example -o no.pem").expect(1);
    assert!(missing.stderr.contains("ada@example.com"));
    cert(dir, "ca issue --ca root.pem -o no.pem").expect(2);
    for kind in ["p384", "p521", "ed25519", "ed448", "rsa2048", "ml-dsa-65"] {
        cert(dir, &format!("ca issue --ca root.pem --key-type {kind} --name a.example -o {kind}.pem")).expect(0);
        cert(dir, &format!("verify --roots root.pem --host a.example {kind}.pem")).expect(0);
    }
}

#[test]
fn signs_a_request_for_its_names_alone() {
    let dir = authority();
    let dir = dir.path();
    let request = "request --name web.dev.example --for client --subject CN=Web,O=Elsewhere -o web.csr";
    cert(dir, request).expect(0);
    let signed = cert(dir, "ca sign --ca root.pem web.csr -o web.pem").expect(0);
    assert!(signed.stderr.contains("not taken from the request: extendedKeyUsage"), "{}", signed.stderr);
    cert(dir, "verify --roots root.pem --host web.dev.example web.pem").expect(0);
    // To standard output, from standard input, with other names.
    let csr = fs::read(dir.join("web.csr")).unwrap();
    let line = ["cert", "ca", "sign", "--ca", "root.pem", "--name", "b.example", "--subject", "CN=B"];
    let printed = run_with(dir, &line, &csr).expect(0);
    let shown = run_with(dir, &["cert", "show", "--json"], &printed.stdout).expect(0).json();
    assert_eq!(shown[0]["found"][0]["facts"]["subject"], "CN=B");
    assert_eq!(shown[0]["found"][0]["facts"]["names"][0], "DNS:b.example");
    // A key that there is serves again, and is not written.
    cert(dir, "request --key web.key --name web.dev.example -o again.csr").expect(0);
    assert!(!names(dir).contains(&"again.key".to_owned()));

    let mut damaged = csr.clone();
    let at = damaged.len() - 60;
    damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
    let line = ["cert", "ca", "sign", "--ca", "root.pem"];
    let refused = run_with(dir, &line, &damaged);
    assert!(matches!(refused.code, 1 | 3), "{}", refused.stderr);
    let refused = run_with(dir, &line, &fs::read(dir.join("root.pem")).unwrap()).expect(1);
    assert!(refused.stderr.contains("CERTIFICATE REQUEST"));
}

#[test]
fn constraints_hold() {
    let dir = tempdir().unwrap();
    let dir = dir.path();
    cert(dir, "ca root --permit corp.example --permit 10.0.0.0/8 --exclude vip.corp.example -o root.pem").expect(0);
    cert(dir, "ca issue --ca root.pem --name a.corp.example --name 10.1.1.1 -o good.pem").expect(0);
    for name in ["example.com", "vip.corp.example", "127.0.0.1", "::1", "corp.example.com", "*.corp.example"] {
        let refused = cert(dir, &format!("ca issue --ca root.pem --name {name} -o bad.pem")).expect(1);
        assert!(refused.stderr.contains("name constraint"), "{name}: {}", refused.stderr);
    }
    assert_eq!(names(dir), ["good.key", "good.pem", "root.key", "root.pem"]);
    cert(dir, "ca issue --ca root.pem --for client --name spiffe://a.corp.example/b -o uri.pem").expect(0);
    cert(dir, "ca issue --ca root.pem --for client --name spiffe://example.com/b -o bad.pem").expect(1);
    let shown = cert(dir, "show root.pem").expect(0);
    assert!(shown.text().contains("permitted IP:10.0.0.0/8"));
    for range in ["10.0.0.1/8", "a b", "bücher.example", "10.0.0.0/40"] {
        run(dir, &["cert", "ca", "root", "--permit", range, "-o", "x.pem"]).expect(2);
    }
}

#[test]
fn never_replaces_a_file_and_writes_all_or_nothing() {
    let dir = authority();
    let dir = dir.path();
    let before = names(dir);
    let contents = fs::read(dir.join("root.pem")).unwrap();
    let refused = cert(dir, "ca root -o root.pem").expect(1);
    assert!(refused.stderr.contains("exists already"));
    // The key's name is taken, or the certificate's, by a file or by a link to nowhere.
    fs::write(dir.join("a.key"), "mine").unwrap();
    symlink("nowhere", dir.join("b.pem")).unwrap();
    for name in ["a", "b"] {
        cert(dir, &format!("self-signed -o {name}.pem")).expect(1);
        cert(dir, &format!("ca issue --ca root.pem --name c.example -o {name}.pem")).expect(1);
        cert(dir, &format!("request --name c.example -o {name}.pem")).expect(1);
    }
    cert(dir, "self-signed -o missing/c.pem").expect(1);
    cert(dir, "self-signed -o c.pem --key-out missing/c.key").expect(1);
    cert(dir, "self-signed -o c.key").expect(2);
    cert(dir, "self-signed").expect(2);
    cert(dir, "self-signed --days 0 -o c.pem").expect(2);
    let mut after = names(dir);
    after.retain(|name| name != "a.key" && name != "b.pem");
    assert_eq!(after, before);
    assert_eq!(fs::read(dir.join("root.pem")).unwrap(), contents);
    assert_eq!(fs::read(dir.join("a.key")).unwrap(), b"mine");
}

#[test]
fn keys_are_encrypted_under_a_passphrase() {
    let dir = tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("right.txt"), "correct horse\n").unwrap();
    fs::write(dir.join("wrong.txt"), "wrong horse\n").unwrap();
    fs::write(dir.join("empty.txt"), "\n").unwrap();
    cert(dir, "ca root --passphrase-file right.txt -o root.pem").expect(0);
    let key = fs::read_to_string(dir.join("root.key")).unwrap();
    assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    cert(dir, "ca root --passphrase-file empty.txt -o none.pem").expect(1);
    let issue = "ca issue --ca root.pem --name a.example -o a.pem";
    let asked = cert(dir, issue).expect(1);
    assert!(asked.stderr.contains("--ca-passphrase-file"), "{}", asked.stderr);
    let wrong = cert(dir, &format!("{issue} --ca-passphrase-file wrong.txt")).expect(3);
    assert!(wrong.stderr.contains("root.key"));
    assert!(!names(dir).contains(&"a.key".to_owned()));
    cert(dir, &format!("{issue} --ca-passphrase-file right.txt")).expect(0);
    assert!(fs::read_to_string(dir.join("a.key")).unwrap().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    cert(dir, "request --key root.key --passphrase-file right.txt --name b.example -o b.csr").expect(0);
    let both = run_with(dir, &["cert", "ca", "sign", "--ca", "root.pem", "--ca-passphrase-fd", "0"], b"x").expect(1);
    assert!(both.stderr.contains("CERTIFICATE REQUEST") || both.stderr.contains("standard input"));
}

#[test]
fn authorities_that_may_not_issue_are_refused() {
    let dir = authority();
    let dir = dir.path();
    cert(dir, "ca root -o other.pem").expect(0);
    let wrong = cert(dir, "ca issue --ca root.pem --ca-key other.key --name a.example -o a.pem").expect(1);
    assert!(wrong.stderr.contains("not the one of the certificate") && wrong.stderr.contains("--ca-key"));
    cert(dir, "self-signed -o leaf.pem").expect(0);
    let leaf = cert(dir, "ca issue --ca leaf.pem --name a.example -o a.pem").expect(1);
    assert!(leaf.stderr.contains("not an authority's"));
    cert(dir, "ca intermediate --ca root.pem --path-length 0 -o low.pem").expect(0);
    let deep = cert(dir, "ca intermediate --ca low.pem -o lower.pem").expect(1);
    assert!(deep.stderr.contains("path length"));
    cert(dir, "ca issue --ca root.pem --subject CN=Root,O=Tests --name a.example -o a.pem").expect(1);
    cert(dir, "ca issue --ca root.pem --key root.key --name a.example -o a.pem").expect(1);
    let subject = cert(dir, "ca issue --ca root.pem --subject CN=b.example --name a.example -o a.pem").expect(1);
    assert!(subject.stderr.contains("b.example"));
    assert!(!names(dir).contains(&"a.pem".to_owned()));
}

#[test]
fn names_that_are_none_are_refused() {
    let dir = tempdir().unwrap();
    for name in ["bücher.example", "a b", "256.1.1.1", "10.0.0.0/8", "a..b", "*.*.example", "ada@", ""] {
        run(dir.path(), &["cert", "self-signed", "--name", name, "-o", "a.pem"]).expect(2);
    }
    for subject in ["CN=", "C=Germany", "nonsense", "CN=a\u{1b}[2J", "CN=a,,O=b"] {
        run(dir.path(), &["cert", "request", "--subject", subject, "-o", "a.csr"]).expect(2);
    }
    let odd = "CN=Zo\u{eb} \\, \\\"x\\\"+OU=\u{6771},C=DE";
    run(dir.path(), &["cert", "request", "--subject", odd, "-o", "odd.csr"]).expect(0);
    let shown = cert(dir.path(), "show odd.csr").expect(0);
    assert!(shown.text().contains("OU=\u{6771}+CN=Zo\u{eb} \\, \\\"x\\\",C=DE"), "{}", shown.text());
}

#[test]
fn shows_what_a_file_says() {
    let dir = tempdir().unwrap();
    let x509 = Path::new(DATA).join("x509");
    let all =
        ["leaf", "intermediate", "root", "request"].map(|name| fs::read(x509.join(format!("{name}.pem"))).unwrap());
    fs::write(dir.path().join("all.pem"), [&b"text before\n"[..], &all.concat(), b"text after\n"].concat()).unwrap();
    let shown = cert(dir.path(), "show all.pem").expect(0);
    assert_eq!(shown.text().matches("all.pem: a certificate\n").count(), 3);
    assert!(shown.text().contains("all.pem: a request for a certificate (CSR)\n"));
    assert!(shown.text().contains("good: the sender has the private key"));
    let json = cert(dir.path(), "show --json all.pem").expect(0).json();
    assert_eq!(json[0]["found"][0]["facts"]["subject"], "CN=pinned.example,O=Ironlatch tests,C=DE");
    assert_eq!(json[0]["found"][3]["kind"], "certificate-request");
    let constraints = serde_json::json!({
        "oid": "2.5.29.19", "name": "basicConstraints", "critical": true, "says": ["an authority, with at most 1 below it"],
    });
    assert!(json[0]["found"][2]["facts"]["extensions"].as_array().unwrap().contains(&constraints), "{json}");
    // `inspect` says the same, and how it is encoded.
    let inspected = run(dir.path(), &["inspect", "--json", "all.pem"]).expect(0).json();
    for (shown, inspected) in json[0]["found"].as_array().unwrap().iter().zip(inspected[0]["found"].as_array().unwrap())
    {
        let mut inspected = inspected.clone();
        let facts = inspected["facts"].as_object_mut().unwrap();
        assert_eq!(facts.remove("encoding").unwrap(), "PEM");
        assert!(facts.remove("label").unwrap().as_str().unwrap().starts_with("CERTIFICATE"));
        assert_eq!(*shown, inspected);
    }
    assert_eq!(inspected[0]["found"].as_array().unwrap().len(), 4);
    // The same in DER.
    let block = String::from_utf8(all[0].clone()).unwrap();
    let pem: String = block.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64_decode(&pem);
    let shown = run_with(dir.path(), &["cert", "show"], &der).expect(0);
    assert!(shown.text().starts_with("standard input: a certificate\n"));
}

#[test]
fn says_what_a_file_is_if_it_is_no_certificate() {
    let dir = authority();
    let dir = dir.path();
    let key = cert(dir, "show root.key").expect(1);
    assert!(key.stderr.contains("it is a private key"), "{}", key.stderr);
    for (garbage, word) in [
        (&b""[..], "empty"),
        (b"\x00\xff\x1b[31mgarbage\x80", "neither PEM nor DER"),
        (b"0\x82\x01", "error parsing"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "damaged certificate"),
        (b"-----BEGIN CERTIFICATE-----\n\x1b[31m\n-----END CERTIFICATE-----\n", "damaged certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n", ""),
    ] {
        let refused = run_with(dir, &["cert", "show"], garbage).expect(1);
        assert!(refused.stderr.contains(word), "{garbage:?}: {}", refused.stderr);
        let said = [refused.text(), &refused.stderr].concat();
        assert!(!said.contains("\u{1b}[31mgarbage") && !said.contains("[31m\n"), "{said:?}");
        run_with(dir, &["cert", "verify", "--roots", "root.pem"], garbage).expect(1);
        run_with(dir, &["cert", "expiry"], garbage).expect(1);
    }
    // One that is damaged hides none of the others.
    let root = fs::read(dir.join("root.pem")).unwrap();
    let damaged = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let shown = run_with(dir, &["cert", "show"], &[&root[..], damaged, &root[..]].concat()).expect(1);
    assert_eq!(shown.text().matches(": a certificate\n").count(), 2);
    assert!(shown.stderr.contains("number 2"));
}

#[test]
fn a_revoked_certificate_is_refused() {
    let data = Path::new(DATA).join("x509/revocation");
    let verify = |line: &str| cert(&data, &format!("verify --roots ca.pem --host revoked.example leaf.pem {line}"));
    verify("").expect(0);
    // Fresh in 2027, and revoked.
    let by_crl = verify("--crl crl.pem --at 2027-06-01").expect(3);
    assert!(by_crl.text().contains("keyCompromise"), "{}", by_crl.text());
    let by_ocsp = verify("--ocsp response.der --at 2027-06-01 --json").expect(3).json();
    assert!(by_ocsp["paths"][0]["rule"].as_str().unwrap().contains("CN=leaf was revoked"), "{by_ocsp}");

    // A list of another issuer says nothing: that is enough, unless more is asked for.
    let other = authority();
    let other = other.path();
    cert(other, "ca issue --ca root.pem --name a.example -o a.pem").expect(0);
    let crl = data.join("crl.pem");
    let line = format!("verify --roots root.pem a.pem --crl {}", crl.display());
    assert!(cert(other, &line).expect(0).text().contains("not known"));
    cert(other, &format!("{line} --require-revocation")).expect(3);
    cert(other, "verify --roots root.pem a.pem --require-revocation").expect(2);
    cert(other, "verify --roots root.pem a.pem --crl root.pem").expect(1);
    cert(other, "verify --roots root.pem a.pem --ocsp root.pem").expect(1);

    let shown = cert(&data, "show --entries 1 crl.pem").expect(0);
    assert!(
        shown.text().contains("revoked         2\n") && shown.text().matches("since").count() == 1,
        "{}",
        shown.text()
    );
}

#[test]
fn an_authority_revokes_and_renews_its_list() {
    let dir = authority();
    let dir = dir.path();
    for name in ["a", "b"] {
        let issue = format!("ca issue --ca root.pem --crl-uri http://ca.example/root.crl --name {name}.example");
        cert(dir, &format!("{issue} -o {name}.pem")).expect(0);
    }
    let shown = cert(dir, "show a.pem").expect(0);
    assert!(shown.text().contains("URI:http://ca.example/root.crl"), "{}", shown.text());
    let refused = cert(dir, "ca issue --ca root.pem --crl-uri root.crl --name c.example -o c.pem").expect(1);
    assert!(refused.stderr.contains("http://ca.example.com/root.crl"));

    // The first list is asked for; a list that is there is never taken for none.
    let missing = cert(dir, "ca crl --ca root.pem --revoke a.pem root.crl").expect(1);
    assert!(missing.stderr.contains("--new"), "{}", missing.stderr);
    cert(dir, "ca crl --ca root.pem --new root.crl").expect(0);
    cert(dir, "ca crl --ca root.pem --new root.crl").expect(1);
    let verify = |name: &str| cert(dir, &format!("verify --roots root.pem --crl root.crl --require-revocation {name}"));
    assert!(verify("a.pem").expect(0).text().contains("not revoked"));

    let line = "ca crl --ca root.pem --revoke a.pem --reason key-compromise --json root.crl";
    let made = cert(dir, line).expect(0).json();
    assert_eq!((made["number"].as_str(), made["revoked"].as_u64()), (Some("02"), Some(1)));
    assert!(verify("a.pem").expect(3).text().contains("keyCompromise"));
    verify("b.pem").expect(0);
    let serial = cert(dir, "show --json b.pem").expect(0).json()[0]["found"][0]["facts"]["serial"].clone();
    cert(dir, &format!("ca crl --ca root.pem --serial {} root.crl", serial.as_str().unwrap())).expect(0);
    verify("b.pem").expect(3);
    // It is renewed with all that is in it, and nothing is revoked twice.
    let renewed = cert(dir, "ca crl --ca root.pem --days 7 --json root.crl").expect(0).json();
    assert_eq!((renewed["number"].as_str(), renewed["revoked"].as_u64()), (Some("04"), Some(2)));
    verify("a.pem").expect(3);
    let before = fs::read(dir.join("root.crl")).unwrap();
    let twice = cert(dir, "ca crl --ca root.pem --revoke a.pem root.crl").expect(1);
    assert!(twice.stderr.contains("was revoked before"), "{}", twice.stderr);
    // Another authority's list, certificate or damaged list is none to go on with.
    cert(dir, "ca root --subject CN=Other -o other.pem").expect(0);
    let other = cert(dir, "ca crl --ca other.pem root.crl").expect(1);
    assert!(other.stderr.contains("CN=Root,O=Tests"), "{}", other.stderr);
    assert!(cert(dir, "ca crl --ca other.pem --new --revoke a.pem other.crl").expect(1).stderr.contains("--serial"));
    cert(dir, "ca crl --ca root.pem root.pem").expect(1);
    cert(dir, "ca crl --ca root.pem --serial 0 root.crl").expect(1);
    cert(dir, "ca crl --ca root.pem --serial xyz root.crl").expect(2);
    cert(dir, "ca crl --ca root.pem --days 0 root.crl").expect(2);
    assert_eq!(fs::read(dir.join("root.crl")).unwrap(), before);
    assert!(!names(dir).iter().any(|name| name.ends_with(".lock") || name == "other.crl"), "{:?}", names(dir));
    // A list in DER stays one.
    cert(dir, "ca crl --ca root.pem --new root.crl.der").expect(0);
    cert(dir, "ca crl --ca root.pem --revoke a.pem root.crl.der").expect(0);
    assert_eq!(fs::read(dir.join("root.crl.der")).unwrap()[0], 0x30);
    assert!(cert(dir, "show root.crl.der").expect(0).text().contains("revoked         1"));
}

#[test]
fn two_that_revoke_at_once_lose_nothing() {
    let dir = authority();
    let dir = dir.path();
    cert(dir, "ca crl --ca root.pem --new root.crl").expect(0);
    std::thread::scope(|scope| {
        for number in 1..=8 {
            scope.spawn(move || cert(dir, &format!("ca crl --ca root.pem --serial {number} root.crl")).expect(0).code);
        }
    });
    let made = cert(dir, "ca crl --ca root.pem --json root.crl").expect(0).json();
    assert_eq!((made["revoked"].as_u64(), made["number"].as_str()), (Some(8), Some("0a")));
}

#[test]
fn a_certificate_is_read_from_standard_input_by_expiry() {
    let dir = authority();
    let root = fs::read(dir.path().join("root.pem")).unwrap();
    let sent = [b"CONNECTED(00000003)\n---\nCertificate chain\n", &root[..], b"---\nDONE\n"].concat();
    let listed = run_with(dir.path(), &["cert", "expiry", "--json", "-"], &sent).expect(0).json();
    assert_eq!(listed["certificates"][0]["subject"], "CN=Root,O=Tests");
    assert_eq!(listed["certificates"][0]["file"], "standard input");
}

#[test]
fn nothing_in_a_name_reaches_the_terminal() {
    let odd = Path::new(DATA).join("x509/odd.pem");
    let odd = odd.to_str().unwrap();
    let dir = tempdir().unwrap();
    for line in ["show", "show --json", "verify --roots", "expiry --days 1", "expiry --json --days 1"] {
        let file = format!("{odd} {odd}");
        let said = cert(dir.path(), &format!("{line} {file}"));
        let said = [said.text(), &said.stderr].concat();
        assert!(said.contains("31m"), "{line}: {said}");
        assert!(!said.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{line}: {said:?}");
    }
}

#[test]
fn a_strict_refusal_tells_of_the_lenient_rules() {
    let dir = tempdir().unwrap();
    let dir = dir.path();
    cert(dir, "ca root --key-type ed25519 -o root.pem").expect(0);
    cert(dir, "ca issue --ca root.pem --key-type ed25519 --name a.example -o a.pem").expect(0);
    let refused = cert(dir, "verify --roots root.pem --host a.example a.pem").expect(3);
    assert!(refused.text().contains("Forbidden public key algorithm"), "{}", refused.text());
    assert!(refused.stderr.contains("--lenient"));
    cert(dir, "verify --lenient --roots root.pem --host a.example a.pem").expect(0);
    run(dir, &["cert", "verify", "--roots", "root.pem", "--host", "bücher.example", "a.pem"]).expect(2);
}

#[test]
fn lists_what_ends_soon() {
    let dir = authority();
    let dir = dir.path();
    cert(dir, "self-signed --days 10 -o soon.pem").expect(0);
    fs::create_dir(dir.join("deep")).unwrap();
    fs::rename(dir.join("soon.pem"), dir.join("deep/soon.pem")).unwrap();
    symlink("../deep", dir.join("deep/circle")).unwrap();
    symlink("soon.pem", dir.join("deep/again.pem")).unwrap();
    fs::write(dir.join("deep/notes.txt"), "nothing").unwrap();
    let due = cert(dir, "expiry .").expect(3);
    assert!(due.text().starts_with("    9 days  "), "{}", due.text());
    assert!(due.stderr.contains("1 of 2 certificates"), "{}", due.stderr);
    let fine = cert(dir, "expiry --days 5 --json .").expect(0).json();
    assert_eq!((fine["due"].as_u64(), fine["certificates"].as_array().unwrap().len()), (Some(0), 2));
    assert_eq!(fine["certificates"][0]["subject"], "CN=localhost");
    cert(dir, "expiry deep/notes.txt").expect(1);
    fs::create_dir(dir.join("empty")).unwrap();
    assert!(cert(dir, "expiry empty root.pem").expect(1).stderr.contains("no certificate in empty"));
    cert(dir, "expiry missing.pem").expect(1);
    let old = Path::new(DATA).join("x509/root.pem");
    let old = run(dir, &["cert", "expiry", "--days", "100000", old.to_str().unwrap()]).expect(3);
    assert_eq!(old.text().lines().count(), 1);
}

#[test]
fn trusts_what_the_system_trusts() {
    let dir = authority();
    let dir = dir.path();
    cert(dir, "ca issue --ca root.pem --name a.example -o a.pem").expect(0);
    let verify = |roots: &str| {
        let mut command = crate::common::command(dir);
        let output = command.args(["cert", "verify", "a.pem"]).env("SSL_CERT_FILE", roots).output().unwrap();
        crate::common::result(&output)
    };
    verify("root.pem").expect(0);
    assert!(verify("missing.pem").expect(1).stderr.contains("--roots"));
    assert!(verify("root.key").expect(1).stderr.contains("no certificate in root.key"));
}

#[test]
fn a_name_of_a_file_is_no_command_to_the_terminal() {
    let dir = authority();
    let dir = dir.path();
    fs::rename(dir.join("root.pem"), dir.join("\u{1b}[2J\nroot.pem")).unwrap();
    fs::write(dir.join("\u{1b}]0;x\u{7}.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .unwrap();
    let listed = cert(dir, "expiry .").expect(1);
    assert!(listed.stderr.contains("damaged certificate"));
    let said = [listed.text(), &listed.stderr].concat();
    assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{said:?}");
    assert_eq!(listed.text().lines().count(), 1);
}

fn base64_decode(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for character in text.chars().filter(|&character| character != '=') {
        bits = bits << 6 | u32::try_from(ALPHABET.find(character).unwrap()).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}
