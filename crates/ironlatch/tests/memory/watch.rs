//! Looks through this process's memory for secrets that should be gone: the heap, all stacks,
//! static variables.

use std::collections::HashMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::sync::mpsc;
use std::thread;

use ironlatch::{random, secret};
use zeroize::{Zeroize, Zeroizing};

/// Gives secrets to a program of the test, and tells of those that the library made.
///
/// They are remembered under a mask, so that what is remembered is not found.
#[derive(Default)]
pub(crate) struct Secrets {
    masked: Vec<(String, Vec<u8>)>,
}

impl Secrets {
    /// A new secret, in memory that is wiped.
    pub(crate) fn new_secret(&mut self, len: usize) -> Zeroizing<Vec<u8>> {
        let mut made = Zeroizing::new(vec![0; len]);
        random::fill(made.as_mut_slice().into());
        // Also for passwords, which are text.
        made.iter_mut().for_each(|byte| *byte = b'A' + (*byte & 0x1f));
        self.report(&made);
        made
    }

    /// Tells of the secret in a text: behind the last underscore, or the values of the members `k`
    /// and `d` of JSON.
    pub(crate) fn report_in(&mut self, text: &str) {
        let members = [r#""k":""#, r#""d":""#];
        if !members.iter().any(|member| text.contains(member)) {
            return self.report(text.rsplit('_').next().expect("there is a last part").as_bytes());
        }
        for part in members.iter().flat_map(|member| text.split(member).skip(1)) {
            self.report(part.split('"').next().expect("there is a first part").as_bytes());
        }
    }

    /// Tells of a secret.
    pub(crate) fn report(&mut self, made: &[u8]) {
        let name = format!("secret {}", self.masked.len());
        let mut masked = vec![0; made.len()];
        for (to, from) in masked.iter_mut().zip(made).rev() {
            *to = from ^ MASK;
        }
        self.masked.push((name, masked));
    }
}

const MASK: u8 = 0xa5;

/// Runs `program` in a thread of its own, and tells how many pieces of 8 bytes of its secrets are
/// in memory afterwards, by what they are of and where. The thread's stack stays as it is until
/// then.
pub(crate) fn left_by(program: fn(&mut Secrets)) -> HashMap<String, usize> {
    let (over, is_over) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
            let mut secrets = Secrets::default();
            program(&mut secrets);
            over.send(secrets).expect("the test waits for this");
            let _ = may_go_on.recv();
        });
        thread.expect("a thread starts");
        let secrets = is_over.recv().expect("the program ends");
        let left = find(&secrets);
        drop(go_on);
        left
    })
}

const STACK: usize = 2 * 1024 * 1024;

fn find(secrets: &Secrets) -> HashMap<String, usize> {
    let pieces = pieces(secrets);
    let mut may_be = vec![false; 1 << 16];
    pieces.keys().for_each(|piece| may_be[*piece as usize & 0xffff] = true);
    let mut left = HashMap::new();
    let memory = File::open("/proc/self/mem").expect("this is Linux");
    let mut window = Box::new([0u8; 64 * 1024 + 7]);
    for (place, start, end) in regions() {
        let mut at = start;
        while at < end {
            let len = window.len().min(end - at);
            window.zeroize();
            let Ok(()) = memory.read_exact_at(&mut window[..len], at as u64) else { break };
            for eight in window[..len].windows(8) {
                let word = u64::from_le_bytes(eight.try_into().expect("8 bytes")) ^ u64::from_le_bytes([MASK; 8]);
                if may_be[word as usize & 0xffff]
                    && let Some(name) = pieces.get(&word)
                {
                    *left.entry(format!("{name} in {place}")).or_insert(0) += 1;
                }
            }
            at += if len < window.len() { len } else { len - 7 };
        }
    }
    secret::wipe(&mut window[..]);
    left
}

/// All pieces of 8 bytes at multiples of 8, masked; also as they are in HMAC, and in words of the
/// other byte order.
fn pieces(secrets: &Secrets) -> HashMap<u64, &str> {
    let mut pieces = HashMap::new();
    for (name, masked) in &secrets.masked {
        for eight in masked.as_chunks::<8>().0 {
            for pad in [0, 0x36, 0x5c] {
                let piece = eight.map(|byte| byte ^ pad);
                let [a, b, c, d, e, f, g, h] = piece;
                for piece in [piece, [h, g, f, e, d, c, b, a], [d, c, b, a, h, g, f, e]] {
                    pieces.insert(u64::from_le_bytes(piece), name.as_str());
                }
            }
        }
    }
    pieces
}

/// The memory that this process can write to: its kind and its bounds.
fn regions() -> Vec<(String, usize, usize)> {
    let maps = fs::read_to_string("/proc/self/maps").expect("this is Linux");
    let region = |line: &str| {
        let mut parts = line.split_whitespace();
        let (span, rights) = (parts.next()?, parts.next()?);
        let (start, end) = span.split_once('-')?;
        let (start, end) = (usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?);
        let place = parts.nth(3).unwrap_or(if end - start == STACK { "the thread's stack" } else { "memory" });
        rights.contains('w').then(|| (place.to_owned(), start, end))
    };
    maps.lines().filter_map(region).collect()
}
