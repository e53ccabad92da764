//! `ironlatch rotate`, as far as it is the command's own: the work is the Python package's.

use crate::common::run;
use tempfile::tempdir;

#[test]
fn without_python_it_says_what_to_install() {
    let dir = tempdir().unwrap();
    let refused = run(dir.path(), &["rotate", "plan.toml"]).expect(1);
    assert!(refused.stderr.contains("without Python"), "{}", refused.stderr);
    assert!(refused.stderr.contains("pip install"), "{}", refused.stderr);
    let refused = run(dir.path(), &["rotate", "plan.toml", "--json"]).expect(1);
    assert!(refused.stderr.starts_with("{\"error\":"), "{}", refused.stderr);
}

#[test]
fn options_out_of_their_range_are_refused() {
    let dir = tempdir().unwrap();
    for wrong in [
        &["--batch", "0"][..],
        &["--batch", "100001"],
        &["--pause", "-1"],
        &["--pause", "NaN"],
        &["--patience", "soon"],
        &["--status", "--dry-run"],
        &["--passphrase-fd", "3", "--passphrase-file", "p"],
        &["--provider-key", "k", "--passphrase-file", "p"],
        &["--provider", "m:f", "--provider-key", "k"],
        &["--under", "other.keyring"],
    ] {
        run(dir.path(), &[&["rotate", "plan.toml"], wrong].concat()).expect(2);
    }
    run(dir.path(), &["rotate"]).expect(2);
}

#[test]
fn help_completions_and_manual_have_it() {
    let dir = tempdir().unwrap();
    let help = run(dir.path(), &["rotate", "--help"]).expect(0);
    assert!(help.text().contains("--stop-on-error"));
    assert!(run(dir.path(), &["completions", "bash"]).expect(0).text().contains("--stop-on-error"));
    assert!(run(dir.path(), &["man", "rotate"]).expect(0).text().contains("stop\\-on\\-error"));
}
