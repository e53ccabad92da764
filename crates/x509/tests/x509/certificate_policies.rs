//! Certificate policies along a path. The paths of PKITS are in the tests of the Python package.

use ironlatch::oid;
use ironlatch_x509::ObjectIdentifier;
use ironlatch_x509::der::List;
use ironlatch_x509::extensions::{ExtensionValue, PolicyConstraints, PolicyInformation};
use ironlatch_x509::verification::{Policy, PolicyRequirements, Rule, verify};

use crate::verification::{Party, authority, policy, server, store};

fn named(policies: &[&str]) -> ExtensionValue<'static> {
    let information = |policy: &&str| PolicyInformation { policy: policy.parse().unwrap(), qualifiers: None };
    ExtensionValue::CertificatePolicies(List(policies.iter().map(information).collect()))
}

fn asked(accepted: &[&str]) -> Policy {
    let accepted: Vec<ObjectIdentifier> = accepted.iter().map(|policy| policy.parse().unwrap()).collect();
    let requirements = PolicyRequirements { explicit: !accepted.is_empty(), accepted, ..PolicyRequirements::default() };
    policy("example.com").with_certificate_policies(requirements)
}

fn verdict(leaf: &Party, intermediate: &Party, root: &Party, policy: &Policy) -> Result<Vec<String>, Rule> {
    let intermediates = [intermediate.certificate.clone()];
    match verify(&leaf.certificate, &intermediates, &store(&[root]), policy) {
        Ok(chain) => Ok(chain.policies.iter().map(ToString::to_string).collect()),
        Err(refused) => Err(refused.paths().last().unwrap().rule.clone()),
    }
}

#[test]
fn policies_are_held_to_what_is_asked_and_to_what_authorities_ask() {
    let root = authority("root").issue(None);
    let demand = PolicyConstraints { require_explicit_policy: Some(0), inhibit_policy_mapping: None };
    let intermediate = authority("intermediate")
        .with(oid::CERTIFICATE_POLICIES, true, named(&["1.2.3.1", "1.2.3.2"]))
        .with(oid::POLICY_CONSTRAINTS, true, ExtensionValue::PolicyConstraints(demand))
        .issue(Some(&root));
    let leaf = |policies| server(&["example.com"]).with(oid::CERTIFICATE_POLICIES, true, policies);
    let good = leaf(named(&["1.2.3.2", "1.2.3.3"])).issue(Some(&intermediate));
    assert_eq!(verdict(&good, &intermediate, &root, &asked(&[])).unwrap(), ["1.2.3.2"]);
    assert_eq!(verdict(&good, &intermediate, &root, &asked(&["1.2.3.2", "1.2.3.9"])).unwrap(), ["1.2.3.2"]);
    let refused = Rule::PolicyNotAccepted { valid: vec!["1.2.3.2".parse().unwrap()] };
    assert_eq!(verdict(&good, &intermediate, &root, &asked(&["1.2.3.3"])), Err(refused));
    let other = leaf(named(&["1.2.3.3"])).issue(Some(&intermediate));
    let none = Rule::NoValidPolicy { subject: "CN=leaf".into() };
    assert_eq!(verdict(&other, &intermediate, &root, &asked(&[])), Err(none.clone()));
    // A lenient policy is held to what authorities ask for, and asks for nothing itself.
    assert_eq!(verdict(&other, &intermediate, &root, &policy("example.com").lenient()), Err(none));
    let plain = authority("intermediate").issue(Some(&root));
    let below = leaf(named(&["1.2.3.3"])).issue(Some(&plain));
    assert_eq!(verdict(&below, &plain, &root, &policy("example.com").lenient()).unwrap(), Vec::<String>::new());
    // What is asked for before stays asked for.
    assert!(verdict(&below, &plain, &root, &asked(&["1.2.3.3"]).lenient()).is_err());
}
