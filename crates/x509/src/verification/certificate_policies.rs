//! Certificate policies along a path (RFC 5280 §6.1), with the graph of RFC 9618 in the place of
//! the tree, which hostile mappings could make exponentially large: work and memory are in
//! proportion to what the certificates say.

use std::collections::{HashMap, HashSet};

use ironlatch_core::oid::{self, ObjectIdentifier};

use super::refusal::Rule;
use crate::certificate::Certificate;
use crate::der::List;
use crate::error::{At, Result};
use crate::extensions::{Extensions, PolicyConstraints};

/// The demands on the certificate policies of a path: the inputs of RFC 5280 §6.1.1. The default
/// asks for none, and certificates of the path can still ask for one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyRequirements {
    /// The policies that are good enough (`user-initial-policy-set`). Every policy is if the list
    /// is empty or has [`oid::ANY_POLICY`].
    pub accepted: Vec<ObjectIdentifier>,
    /// Whether one of these has to be valid for the whole path (`initial-explicit-policy`). If not,
    /// a path without one is refused only where one of its authorities asks for it.
    pub explicit: bool,
    /// Whether authorities may not map policies of theirs to others'
    /// (`initial-policy-mapping-inhibit`).
    pub inhibit_mapping: bool,
    /// Whether the policy that stands for every other counts for nothing
    /// (`initial-any-policy-inhibit`).
    pub inhibit_any: bool,
}

/// The number of policies and mappings of certificates that are looked at to find one path.
pub const MAX_POLICIES: usize = 1 << 17;

/// Returns the policies that are valid for a path and accepted, which [`oid::ANY_POLICY`] may be
/// among. `path` begins below what is trusted. `spend` is called with the number of policies before
/// they are looked at.
pub(super) fn check(
    path: &[&Certificate],
    requirements: &PolicyRequirements,
    mut spend: impl FnMut(usize) -> Result<(), Rule>,
) -> Result<Vec<ObjectIdentifier>, Rule> {
    // How many certificates may still come before each of these holds (RFC 5280 §6.1.2).
    let unlimited = path.len() as u64 + 1;
    let after = |now: bool| if now { 0 } else { unlimited };
    let mut explicit = after(requirements.explicit);
    let mut mapping = after(requirements.inhibit_mapping);
    let mut any = after(requirements.inhibit_any);
    let mut graph = Graph::new();
    let none_valid = |certificate: &Certificate| Rule::NoValidPolicy { subject: certificate.subject().to_string() };
    for (index, certificate) in path.iter().enumerate() {
        let last = index + 1 == path.len();
        let extensions = certificate.extensions();
        let self_issued = certificate.issuer() == certificate.subject();
        let policies = read::<List<Policy<'_>>>(&extensions, &oid::CERTIFICATE_POLICIES, "certificatePolicies")?;
        let policies = policies.unwrap_or_default();
        spend(policies.len())?;
        graph.descend(&policies, any > 0 || self_issued && !last);
        if explicit == 0 && graph.is_empty() {
            return Err(none_valid(certificate));
        }
        let constraints: Option<PolicyConstraints> = read(&extensions, &oid::POLICY_CONSTRAINTS, "policyConstraints")?;
        let require_explicit = constraints.and_then(|constraints| constraints.require_explicit_policy);
        if last {
            explicit = if require_explicit == Some(0) { 0 } else { explicit.saturating_sub(1) };
            if explicit == 0 && graph.is_empty() {
                return Err(none_valid(certificate));
            }
            continue;
        }
        if let Some(mappings) = read::<List<Mapping>>(&extensions, &oid::POLICY_MAPPINGS, "policyMappings")? {
            spend(mappings.len())?;
            if mappings.iter().any(|one| one.issuer == oid::ANY_POLICY || one.subject == oid::ANY_POLICY) {
                return Err(Rule::AnyPolicyMapped { subject: certificate.subject().to_string() });
            }
            graph.map(&mappings, mapping > 0);
        }
        if !self_issued {
            for skip in [&mut explicit, &mut mapping, &mut any] {
                *skip = skip.saturating_sub(1);
            }
        }
        let inhibit_mapping = constraints.and_then(|constraints| constraints.inhibit_policy_mapping);
        let inhibit_any: Option<u64> = read(&extensions, &oid::INHIBIT_ANY_POLICY, "inhibitAnyPolicy")?;
        for (skip, new) in [(&mut explicit, require_explicit), (&mut mapping, inhibit_mapping), (&mut any, inhibit_any)]
        {
            *skip = new.map_or(*skip, |new| new.min(*skip));
        }
    }
    let valid = graph.valid();
    let accepted = accepted(&valid, &requirements.accepted);
    if explicit == 0 && accepted.is_empty() {
        return Err(Rule::PolicyNotAccepted { valid });
    }
    Ok(accepted)
}

/// Returns those of `valid` that the caller accepts (RFC 9618 §5.6).
fn accepted(valid: &[ObjectIdentifier], wanted: &[ObjectIdentifier]) -> Vec<ObjectIdentifier> {
    if wanted.is_empty() || wanted.contains(&oid::ANY_POLICY) {
        return valid.to_vec();
    }
    if valid.contains(&oid::ANY_POLICY) {
        return wanted.to_vec();
    }
    let wanted: HashSet<&ObjectIdentifier> = wanted.iter().collect();
    valid.iter().filter(|policy| wanted.contains(policy)).cloned().collect()
}

/// An extension of this type, if there is one.
fn read<'a, T: asn1::Asn1Readable<'a>>(
    extensions: &Extensions<'a>,
    oid: &ObjectIdentifier,
    place: &'static str,
) -> Result<Option<T>> {
    extensions.get(oid).map(|extension| extension.parse_as().at(place)).transpose()
}

/// A policy, without a look at what is said about it: that is for people.
#[derive(asn1::Asn1Read)]
struct Policy<'a> {
    policy: ObjectIdentifier,
    _qualifiers: Option<asn1::Sequence<'a>>,
}

/// A policy of the issuer that is good for one of the subject's (RFC 5280 §4.2.1.5).
#[derive(asn1::Asn1Read)]
struct Mapping {
    issuer: ObjectIdentifier,
    subject: ObjectIdentifier,
}

/// The valid policies at each depth of a path, and which of them come from which above (RFC 9618
/// §3). A depth has each policy once, so the edges between two depths are no more than the policies
/// and mappings of the upper certificate.
struct Graph {
    depths: Vec<Vec<Node>>,
}

struct Node {
    policy: ObjectIdentifier,
    /// The nodes above, by their index.
    parents: Vec<usize>,
    /// The names of the policy one depth below.
    expected: Vec<ObjectIdentifier>,
}

impl Node {
    fn new(policy: ObjectIdentifier, parents: Vec<usize>) -> Self {
        Self { expected: vec![policy.clone()], policy, parents }
    }
}

impl Graph {
    /// A graph in which every policy is valid so far.
    fn new() -> Self {
        Self { depths: vec![vec![Node::new(oid::ANY_POLICY, Vec::new())]] }
    }

    /// Whether no policy is valid. A node at the last depth is all that keeps those above it, so
    /// the depths above need not be looked at.
    fn is_empty(&self) -> bool {
        self.bottom().is_empty()
    }

    fn bottom(&self) -> &[Node] {
        self.depths.last().map_or(&[], Vec::as_slice)
    }

    /// The policies of the next certificate (RFC 9618 §5.3, step d).
    fn descend(&mut self, policies: &[Policy<'_>], any_counts: bool) {
        let above = self.bottom();
        let any = above.iter().position(|node| node.policy == oid::ANY_POLICY);
        let mut expecting: HashMap<&ObjectIdentifier, Vec<usize>> = HashMap::new();
        for (index, node) in above.iter().enumerate() {
            for policy in &node.expected {
                expecting.entry(policy).or_default().push(index);
            }
        }
        let mut nodes = Vec::new();
        let mut seen = HashSet::new();
        for Policy { policy, .. } in policies.iter().filter(|one| one.policy != oid::ANY_POLICY) {
            let parents = expecting.get(policy).cloned().or_else(|| any.map(|index| vec![index]));
            if let Some(parents) = parents.filter(|_| seen.insert(policy)) {
                nodes.push(Node::new(policy.clone(), parents));
            }
        }
        if any_counts && policies.iter().any(|one| one.policy == oid::ANY_POLICY) {
            let rest = expecting.into_iter().filter(|(policy, _)| !seen.contains(policy));
            nodes.extend(rest.map(|(policy, parents)| Node::new(policy.clone(), parents)));
        }
        self.depths.push(nodes);
    }

    /// The mappings of the certificate at the last depth (RFC 9618 §5.4, step b).
    fn map(&mut self, mappings: &[Mapping], allowed: bool) {
        let Some(nodes) = self.depths.last_mut() else { return };
        let mut mapped: HashMap<&ObjectIdentifier, HashSet<&ObjectIdentifier>> = HashMap::new();
        for Mapping { issuer, subject } in mappings {
            mapped.entry(issuer).or_default().insert(subject);
        }
        if !allowed {
            nodes.retain(|node| !mapped.contains_key(&node.policy));
            return;
        }
        for node in nodes.iter_mut() {
            if let Some(subjects) = mapped.remove(&node.policy) {
                node.expected = subjects.into_iter().cloned().collect();
            }
        }
        // What is mapped and not named is valid where every policy is.
        let any = nodes.iter().find(|node| node.policy == oid::ANY_POLICY);
        let Some(parents) = any.map(|node| node.parents.clone()) else { return };
        nodes.extend(mapped.into_iter().map(|(issuer, subjects)| Node {
            policy: issuer.clone(),
            parents: parents.clone(),
            expected: subjects.into_iter().cloned().collect(),
        }));
    }

    /// The policies that are valid for the whole path, as the first authority names them: those
    /// that only every policy is above (RFC 9618 §5.6).
    fn valid(&self) -> Vec<ObjectIdentifier> {
        let is_any = |node: &Node| node.policy == oid::ANY_POLICY;
        let mut valid: HashSet<&ObjectIdentifier> =
            self.bottom().iter().map(|node| &node.policy).filter(|policy| **policy == oid::ANY_POLICY).collect();
        // Which nodes of a depth have one at the last depth below them.
        let mut reached: HashSet<usize> = (0..self.bottom().len()).collect();
        for pair in self.depths.windows(2).rev() {
            let (above, nodes) = (&pair[0], &pair[1]);
            let mut parents = HashSet::new();
            for node in reached.into_iter().map(|index| &nodes[index]) {
                if !is_any(node) && node.parents.iter().any(|&parent| is_any(&above[parent])) {
                    valid.insert(&node.policy);
                }
                parents.extend(&node.parents);
            }
            reached = parents;
        }
        let mut valid: Vec<ObjectIdentifier> = valid.into_iter().cloned().collect();
        valid.sort_unstable_by(|one, other| one.as_octets().cmp(other.as_octets()));
        valid
    }
}
