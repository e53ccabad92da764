//! A file that is given for a replay store: it is one, and keeps what it is told, or it is left
//! alone.
#![no_main]

use std::fs;

use ironlatch::recipes::signing::{FileReplayStore, ReplayStore};
use libfuzzer_sys::fuzz_target;

const NOW: u64 = 1_700_000_000;

fuzz_target!(|data: &[u8]| {
    let path = std::env::temp_dir().join(format!("ironlatch-fuzz-{}", std::process::id()));
    fs::write(&path, data).unwrap();
    let store = FileReplayStore::new(&path).with_capacity(1000);
    match store.remember("a", NOW + 9, NOW) {
        Ok(_) => assert_eq!(store.remember("a", NOW + 9, NOW), Ok(false), "it was told a moment ago"),
        Err(_) => assert_eq!(fs::read(&path).unwrap(), data, "somebody else's file was changed"),
    }
    fs::remove_file(&path).unwrap();
});
