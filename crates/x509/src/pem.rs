//! The PEM blocks that certificates and their kin travel in (RFC 7468).

use ironlatch_core::keys::pem;

use crate::error::{Error, Result};

/// The contents of the first block that `wanted` says yes to.
pub(crate) fn find(text: &[u8], wanted: impl Fn(&[u8]) -> bool, missing: &'static str) -> Result<Vec<u8>> {
    let block = pem::find(text, wanted, missing).map_err(|error| explain(error.into(), text, missing))?;
    Ok(block.decode()?.to_vec())
}

/// Says of which label the block is that is there instead of the one that was looked for.
#[cold]
fn explain(error: Error, text: &[u8], missing: &'static str) -> Error {
    let Ok(blocks) = pem::blocks(text).collect::<Result<Vec<_>, _>>() else { return error };
    let label = blocks.first().map_or(&[][..], pem::Block::label);
    if label.is_empty() || label.len() > 40 || !label.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        return error;
    }
    let label = String::from_utf8_lossy(label);
    let form = match &*label {
        "TRUSTED CERTIFICATE" => ", a form of OpenSSL's own: `openssl x509 -in FILE` writes a certificate from it",
        _ => "",
    };
    ironlatch_core::Error::InvalidValue(format!("{missing} There is a block {label:?}{form}.").into()).into()
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
