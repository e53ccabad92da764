//! `ironlatch pin`.

use std::fs;
use std::path::Path;

use crate::common::{run, run_with};
use tempfile::{TempDir, tempdir};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data");
const LEAF_PIN: &str = "sha256/9EFbillc6TwaFDrPg8puMafqB2wwmNQRJlQ+mEe6PIQ=";
const INTERMEDIATE_PIN: &str = "sha256/NcO1zHpaQqt6IHi3Cj0R33ylYDKl89nXnxVDu+2N5CU=";
const KEY_PIN: &str = "sha256/Oz6+g/GoZtJxdriKmehS/v6sj7/F3xy6Rys7+zfcjOI=";

/// A folder with a chain, its parts, and keys.
fn folder() -> TempDir {
    let dir = tempdir().unwrap();
    let read = |name: &str| fs::read(Path::new(DATA).join(name)).unwrap();
    let chain = ["leaf", "intermediate", "root"].map(|name| read(&format!("x509/{name}.pem"))).concat();
    fs::write(dir.path().join("chain.pem"), chain).unwrap();
    fs::write(dir.path().join("request.pem"), read("x509/request.pem")).unwrap();
    fs::write(dir.path().join("backup.key"), read("keys/pkcs8.pem")).unwrap();
    fs::write(dir.path().join("locked.key"), read("keys/pbes2-aes-256-cbc.pem")).unwrap();
    fs::write(dir.path().join("right.txt"), "correct horse\n").unwrap();
    fs::write(dir.path().join("wrong.txt"), "wrong\n").unwrap();
    dir
}

#[test]
fn prints_the_pins_of_everything() {
    let dir = folder();
    let printed = run(dir.path(), &["pin", "chain.pem", "request.pem", "backup.key"]).expect(0);
    let lines: Vec<&str> = printed.text().lines().collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0], format!("{LEAF_PIN}  certificate, EC secp256r1, CN=pinned.example,O=Ironlatch tests,C=DE"));
    assert!(lines[1].starts_with(INTERMEDIATE_PIN) && lines[3].starts_with(INTERMEDIATE_PIN));
    assert!(lines[3].contains("certificate request"));
    assert_eq!(lines[4], format!("{KEY_PIN}  private key, RSA, 1024 bits"));

    let chain = fs::read(dir.path().join("chain.pem")).unwrap();
    let json = run_with(dir.path(), &["pin", "--json"], &chain).expect(0).json();
    assert_eq!(json.as_array().unwrap().len(), 3);
    assert_eq!(json[0]["pin"], LEAF_PIN);
    assert_eq!(json[0]["kind"], "certificate");
    assert_eq!(json[0]["file"], "-");
}

#[test]
fn asks_for_a_passphrase_only_where_one_is_needed() {
    let dir = folder();
    let right = run(dir.path(), &["pin", "locked.key", "--passphrase-file", "right.txt"]).expect(0);
    assert!(right.text().starts_with(KEY_PIN));
    run(dir.path(), &["pin", "locked.key", "--passphrase-file", "wrong.txt"]).expect(3);
    run(dir.path(), &["pin", "chain.pem", "--passphrase-file", "wrong.txt"]).expect(0);
}

#[test]
fn makes_a_set_and_checks_against_it() {
    let dir = folder();
    let set = ["pin", "--new-set", "Pinned.Example", "chain.pem", "backup.key", "--expires", "2099-01-01"];
    let set = run(dir.path(), &set).expect(0);
    let json = set.json();
    assert_eq!(json["version"], 1);
    assert_eq!(json["hosts"]["pinned.example"]["pins"], serde_json::json!([LEAF_PIN, KEY_PIN]));
    assert_eq!(json["hosts"]["pinned.example"]["expires"], "2099-01-01T00:00:00Z");
    fs::write(dir.path().join("pins.json"), &set.stdout).unwrap();

    let check = |host: &str, chain: &str| run(dir.path(), &["pin", "--check", "pins.json", "--host", host, chain]);
    assert!(check("pinned.example", "chain.pem").expect(0).text().contains("pinned"));
    let other = check("other.example", "chain.pem").expect(3);
    assert!(other.stderr.contains("no pins"));
    let stranger = fs::read(Path::new(DATA).join("x509/root.pem")).unwrap();
    fs::write(dir.path().join("stranger.pem"), stranger).unwrap();
    let refused = check("pinned.example", "stranger.pem").expect(3);
    assert!(refused.stderr.contains(LEAF_PIN) && refused.stderr.contains("CN=Root"), "{}", refused.stderr);

    let arguments = ["pin", "--json", "--check", "pins.json", "--host", "pinned.example", "chain.pem"];
    let json = run(dir.path(), &arguments).expect(0).json();
    assert_eq!(json["outcome"], "matched");
    assert_eq!(json["seen"][2]["subject"], "CN=Root,O=Ironlatch tests,C=DE");
}

#[test]
fn a_check_speaks_up_before_anything_breaks() {
    let dir = folder();
    for (arguments, said) in [
        (&["chain.pem", "backup.key", "--expires", "2020-01-01"] as &[&str], "expired"),
        (&["chain.pem", "--pin", INTERMEDIATE_PIN], "backup"),
        (&["backup.key", "--pin", INTERMEDIATE_PIN, "--report-only"], ""),
    ] {
        let set = run(dir.path(), &[&["pin", "--new-set", "pinned.example"], arguments].concat()).expect(0);
        fs::write(dir.path().join("pins.json"), &set.stdout).unwrap();
        let checked = run(dir.path(), &["pin", "--check", "pins.json", "--host", "pinned.example", "chain.pem"]);
        if said.is_empty() {
            checked.expect(0);
        } else {
            assert!(checked.expect(3).stderr.contains(said));
        }
    }
}

#[test]
fn says_what_is_missing() {
    let dir = folder();
    fs::write(dir.path().join("empty"), "").unwrap();
    fs::write(dir.path().join("pins.json"), "{}").unwrap();
    assert!(run(dir.path(), &["pin", "empty"]).expect(1).stderr.contains("empty: "));
    assert!(run(dir.path(), &["pin", "nowhere.pem"]).expect(1).stderr.contains("nowhere.pem"));
    assert!(run(dir.path(), &["pin", "--new-set", "a.example", "chain.pem"]).expect(2).stderr.contains("--no-backup"));
    run(dir.path(), &["pin", "--new-set", "a.example", "chain.pem", "--no-backup"]).expect(0);
    assert!(
        run(dir.path(), &["pin", "--new-set", "*.example", "chain.pem", "--no-backup"])
            .expect(2)
            .stderr
            .contains("wildcard")
    );
    assert!(run(dir.path(), &["pin", "--new-set", "a.example", "--pin", "abc"]).expect(2).stderr.contains("not a pin"));
    run(dir.path(), &["pin", "--new-set", "a.example", "chain.pem", "backup.key", "--expires", "soon"]).expect(2);
    let check = |set: &str, chain: &str| run(dir.path(), &["pin", "--check", set, "--host", "a.example", chain]);
    assert!(check("pins.json", "chain.pem").expect(1).stderr.contains("pins.json: "));
    assert!(check("nowhere.json", "chain.pem").expect(1).stderr.contains("nowhere.json"));
    assert!(check("chain.pem", "chain.pem").expect(1).stderr.contains("JSON"));
    run(dir.path(), &["pin", "--check", "pins.json", "chain.pem"]).expect(2);
    run(dir.path(), &["pin", "--check", "pins.json", "--host", "a.example"]).expect(2);
}
