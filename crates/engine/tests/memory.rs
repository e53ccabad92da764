//! Secret memory: shared pages, locks, dumps, forks.
#![cfg(target_os = "linux")]
#![allow(unsafe_code)] // Forking and limits are system calls.

use std::collections::HashSet;
use std::process::Command;

use ironlatch_engine::memory::{SecretMemory, status};

/// The `VmFlags` of the mapping that holds `address`.
fn flags(address: usize) -> Vec<String> {
    let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
    let mut inside = false;
    for line in maps.lines() {
        if let Some((range, _)) = line.split_once(' ')
            && let Some((start, end)) = range.split_once('-')
            && let (Ok(start), Ok(end)) = (usize::from_str_radix(start, 16), usize::from_str_radix(end, 16))
        {
            inside = (start..end).contains(&address);
        } else if let Some(flags) = line.strip_prefix("VmFlags:")
            && inside
        {
            return flags.split_whitespace().map(str::to_owned).collect();
        }
    }
    panic!("no such mapping");
}

fn address(memory: &SecretMemory) -> usize {
    memory.as_ptr() as usize
}

#[test]
fn starts_zeroed_and_is_wiped() {
    for len in [1, 15, 16, 17, 2048, 4096, 4097, 100_000] {
        for _ in 0..3 {
            let mut memory = SecretMemory::zeroed(len).unwrap();
            assert_eq!(memory.len(), len);
            assert!(memory.iter().all(|&byte| byte == 0), "reused memory was not wiped");
            memory.fill(0xa5);
        }
    }
}

#[test]
fn wiped_in_place() {
    let mut memory = SecretMemory::zeroed(700).unwrap();
    memory.fill(0x5a);
    let start = memory.as_ptr();
    drop(memory);
    // SAFETY: pages of slots are never unmapped, and no other test uses this size.
    let left = unsafe { std::slice::from_raw_parts(start, 700) };
    assert!(left.iter().all(|&byte| byte == 0));
}

#[test]
fn small_secrets_share_pages() {
    let secrets: Vec<_> = (0..2000).map(|_| SecretMemory::zeroed(32).unwrap()).collect();
    let starts: HashSet<_> = secrets.iter().map(address).collect();
    assert_eq!(starts.len(), 2000, "two secrets share memory");
    let pages: HashSet<_> = starts.iter().map(|start| start / 4096).collect();
    assert!(pages.len() <= 2000 * 32 / 4096 + 2, "{} pages", pages.len());
}

#[test]
fn kept_out_of_dumps_and_swap() {
    for len in [32, 10_000] {
        let memory = SecretMemory::zeroed(len).unwrap();
        let flags = flags(address(&memory));
        assert!(flags.iter().any(|flag| flag == "dd"), "dumped: {flags:?}");
        assert_eq!(memory.is_locked(), flags.iter().any(|flag| flag == "lo"), "{flags:?}");
    }
}

#[test]
fn empty_needs_no_memory() {
    assert!(SecretMemory::zeroed(0).unwrap().is_empty());
}

#[test]
fn absurd_lengths_are_refused() {
    assert!(SecretMemory::zeroed(usize::MAX).is_err());
    assert!(SecretMemory::zeroed(usize::MAX / 2).is_err());
}

#[test]
fn threads_do_not_meet() {
    std::thread::scope(|scope| {
        for thread in 1..=8u8 {
            scope.spawn(move || {
                for round in 0..500 {
                    let mut memory = SecretMemory::zeroed(1 + round % 200).unwrap();
                    memory.fill(thread);
                    std::thread::yield_now();
                    assert!(memory.iter().all(|&byte| byte == thread));
                }
            });
        }
    });
}

#[test]
fn a_forked_child_keeps_its_copy_locked() {
    let mut memory = SecretMemory::zeroed(48).unwrap();
    memory.fill(7);
    // SAFETY: the child touches only its own memory and ends with `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let kept = memory.iter().all(|&byte| byte == 7);
        let more = SecretMemory::zeroed(48).is_ok();
        let locked = !memory.is_locked() || flags(address(&memory)).iter().any(|flag| flag == "lo");
        // SAFETY: ends the process.
        unsafe { libc::_exit(i32::from(!(kept && more && locked))) };
    }
    let mut result = 0;
    // SAFETY: waits for the child made above.
    unsafe { libc::waitpid(child, &raw mut result, 0) };
    assert_eq!(result, 0);
}

/// Runs itself again as a process that may lock nothing.
#[test]
fn works_without_locks() {
    const MARK: &str = "IRONLATCH_TEST_NO_LOCKS";
    if std::env::var_os(MARK).is_some() {
        let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: lowers a limit of this process, and gives up root, which limits do not bind.
        unsafe {
            assert_eq!(libc::setrlimit(libc::RLIMIT_MEMLOCK, &raw const none), 0);
            if libc::geteuid() == 0 {
                assert_eq!(libc::setresuid(65534, 65534, 65534), 0);
            }
        }
        let mut memory = SecretMemory::zeroed(32).unwrap();
        memory.fill(1);
        assert!(!memory.is_locked());
        assert_eq!(status().locked, 0);
        assert!(status().unlocked > 0);
        return;
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "works_without_locks"])
        .env(MARK, "1")
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stdout));
}
