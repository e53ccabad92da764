//! PEM blocks: reading text, and that what is written is read as it was.
#![no_main]

use ironlatch::keys::pem;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    for block in pem::blocks(text).map_while(Result::ok) {
        let _ = block.header("DEK-Info");
        let Ok(data) = block.decode() else { continue };
        let Ok(label) = core::str::from_utf8(block.label()) else { continue };
        let written = pem::encode(label, &[], &data);
        if !label.contains(['\n', '\r']) {
            let again = pem::blocks(&written).next().expect("a block was written").expect("and is valid");
            assert_eq!(*again.decode().expect("with valid base64"), *data);
        }
    }
});
