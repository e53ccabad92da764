//! The PEM blocks that certificates and their kin travel in (RFC 7468).

use ironlatch_core::keys::pem;

use crate::error::Result;

/// The contents of the first block that `wanted` says yes to.
pub(crate) fn find(text: &[u8], wanted: impl Fn(&[u8]) -> bool, missing: &'static str) -> Result<Vec<u8>> {
    Ok(pem::find(text, wanted, missing)?.decode()?.to_vec())
}

/// The contents of all blocks that `wanted` says yes to.
pub(crate) fn all(text: &[u8], wanted: impl Fn(&[u8]) -> bool) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for block in pem::blocks(text) {
        let block = block?;
        if wanted(block.label()) {
            found.push(block.decode()?.to_vec());
        }
    }
    Ok(found)
}

pub(crate) fn encode(label: &str, der: &[u8]) -> Vec<u8> {
    pem::encode(label, &[], der).to_vec()
}
