//! The index of a revocation list by serial number.
//!
//! A list of a million entries is looked through once, at the first question. So the walk and the
//! table are made for that: an entry of the usual form costs a few comparisons, and the table has
//! an octet of each hash apart, in a part of memory that stays in the processor's cache. Without it
//! every collision would have to look into the list itself, at a place where no cache helps.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::der::{INTEGER, SEQUENCE, expect};
use crate::error::{At, Result};

/// A table of where entries begin, found by the hash of their serial number. The hash has a key of
/// this process: nobody can make a list whose numbers all fall on one place.
pub(crate) struct SerialIndex {
    state: RandomState,
    /// A power of two of places: [`FREE`], or seven bits of the hash of its serial number, and
    /// [`TAKEN`].
    tags: Box<[u8]>,
    /// Where in the list the entry of each place begins.
    offsets: Box<[u32]>,
}

const FREE: u8 = 0;
const TAKEN: u8 = 0x80;

impl SerialIndex {
    /// Looks at every entry of a list's contents.
    ///
    /// # Errors
    /// [`Error::Malformed`](crate::Error::Malformed) if one is no element of DER.
    pub(crate) fn new(contents: &[u8]) -> Result<Self> {
        let entries = raw_entries(contents).try_fold(0_usize, |count, entry| entry.map(|_| count + 1));
        let count = entries.at("tbsCertList.revokedCertificates")?;
        // A third of the places stays free, so that a search comes to an end soon.
        let len = (count + count / 2 + 1).next_power_of_two();
        let mut index = Self { state: RandomState::new(), tags: vec![FREE; len].into(), offsets: vec![0; len].into() };
        for entry in raw_entries(contents) {
            let (offset, serial) = entry?;
            let (tag, start) = index.hash(serial);
            // Of two entries with one number the first counts.
            if let Err(free) = index.search(contents, serial, tag, start) {
                index.tags[free] = tag;
                index.offsets[free] = offset;
            }
        }
        Ok(index)
    }

    /// Where the entry with a serial number begins.
    pub(crate) fn find(&self, contents: &[u8], serial: &[u8]) -> Option<u32> {
        let (tag, start) = self.hash(serial);
        self.search(contents, serial, tag, start).ok()
    }

    /// The tag of a serial number, and where the search for it begins.
    fn hash(&self, serial: &[u8]) -> (u8, usize) {
        let mut hasher = self.state.build_hasher();
        hasher.write(serial);
        let hash = hasher.finish();
        ((hash >> 57) as u8 | TAKEN, hash as usize)
    }

    /// Where the entry with a serial number begins, or the free place that ended the search.
    fn search(&self, contents: &[u8], serial: &[u8], tag: u8, start: usize) -> Result<u32, usize> {
        let mask = self.tags.len() - 1;
        let mut place = start & mask;
        loop {
            let found = self.tags[place];
            if found == FREE {
                return Err(place);
            }
            if found == tag {
                let offset = self.offsets[place];
                if raw_entry(&contents[offset as usize..]).is_ok_and(|(found, _)| found == serial) {
                    return Ok(offset);
                }
            }
            place = (place + 1) & mask;
        }
    }
}

/// Where each entry begins, and its serial number's octets.
pub(crate) fn raw_entries(contents: &[u8]) -> impl Iterator<Item = Result<(u32, &[u8])>> {
    let mut rest = contents;
    let mut index = 0;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let offset = (contents.len() - rest.len()) as u32;
        let entry = raw_entry(rest).at_index(index);
        index += 1;
        rest = entry.as_ref().map_or(&[], |(_, after)| after);
        Some(entry.map(|(serial, _)| (offset, serial)))
    })
}

/// The serial number of the first entry in `contents`, and what is after the entry.
fn raw_entry(contents: &[u8]) -> Result<(&[u8], &[u8])> {
    if let Some(found) = usual_entry(contents) {
        return Ok(found);
    }
    let (entry, after) = asn1::strip_tlv(contents)?;
    expect(&entry, SEQUENCE)?;
    let (serial, _) = asn1::strip_tlv(entry.data()).at("userCertificate")?;
    expect(&serial, INTEGER).at("userCertificate")?;
    Ok((serial.data(), after))
}

/// Does as [`raw_entry`] for an entry with lengths of one octet, as nearly all have them.
fn usual_entry(contents: &[u8]) -> Option<(&[u8], &[u8])> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    let [SEQUENCE, len @ 0..=0x7f, rest @ ..] = contents else { return None };
    let (entry, after) = rest.split_at_checked(usize::from(*len))?;
    let [INTEGER, len @ 0..=0x7f, rest @ ..] = entry else { return None };
    Some((rest.get(..usize::from(*len))?, after))
}
