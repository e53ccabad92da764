//! The replay store in a file: once is once, whatever happens to the process, the disk and the
//! file.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;
use ironlatch::recipes::signing::{FileReplayStore, ReplayStore};
use tempfile::tempdir;

const FUTURE: u64 = 1 << 40;
const NOW: u64 = 1 << 30;
const HEADER: &str = "ironlatch replay store 1\n";

#[track_caller]
fn unchecked(result: Result<bool, Error>) -> String {
    match result {
        Err(Error::Refused { reason: Refusal::Unchecked, message }) => message.into_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn once_and_for_as_long_as_asked() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("replay");
    let store = || FileReplayStore::new(&path);
    assert!(store().remember("a", NOW + 5, NOW).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!store().remember("a", NOW + 5, NOW).unwrap());
    assert!(store().remember("b", NOW + 9, NOW).unwrap());
    assert!(!store().remember("a", NOW + 3, NOW + 5).unwrap());
    assert!(store().remember("a", NOW + 7, NOW + 6).unwrap());
    // What comes again with a later end is kept until then.
    assert!(!store().remember("a", FUTURE, NOW + 7).unwrap());
    assert!(!store().remember("a", FUTURE, NOW + 8).unwrap());
    assert!(!store().remember("b", FUTURE, NOW + 6).unwrap());
    for id in ["", "two words", "line\n", "é", &"a".repeat(257)] {
        assert!(matches!(store().remember(id, FUTURE, NOW), Err(Error::Core(CoreError::InvalidValue(_)))), "{id}");
    }
}

#[test]
fn it_forgets_in_place() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("replay");
    let old: String = (0..1100).map(|number| format!("{NOW} old{number}\n")).collect();
    fs::write(&path, format!("{HEADER}{old}{FUTURE} kept\n")).unwrap();
    let store = FileReplayStore::new(&path);
    assert!(store.remember("new", FUTURE, NOW + 1).unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{HEADER}{FUTURE} kept\n{FUTURE} new\n"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!store.remember("kept", FUTURE, NOW + 1).unwrap());
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
}

#[test]
fn planted_files_are_not_used() {
    let dir = tempdir().unwrap();
    let (target, path) = (dir.path().join("target"), dir.path().join("replay"));
    let store = FileReplayStore::new(&path);
    symlink(&target, &path).unwrap();
    assert!(unchecked(store.remember("a", FUTURE, NOW)).contains("is a link"));
    assert!(!target.exists());
    fs::write(&target, "").unwrap();
    assert!(unchecked(store.remember("a", FUTURE, NOW)).contains("is a link"));
    assert_eq!(fs::read(&target).unwrap(), b"");
    fs::remove_file(&path).unwrap();
    fs::hard_link(&target, &path).unwrap();
    assert!(unchecked(store.remember("a", FUTURE, NOW)).contains("second name"));
    assert_eq!(fs::read(&target).unwrap(), b"");
    fs::remove_file(&target).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    assert!(unchecked(store.remember("a", FUTURE, NOW)).contains("can write"));
}

#[test]
fn what_a_crash_cut_short_was_told_nobody() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("replay");
    let store = FileReplayStore::new(&path);
    assert!(store.remember("a", FUTURE, NOW).unwrap());
    let whole = fs::read(&path).unwrap();
    assert!(store.remember("b", FUTURE, NOW).unwrap());
    let longer = fs::read(&path).unwrap();
    for len in 0..longer.len() {
        fs::write(&path, &longer[..len]).unwrap();
        assert!(store.remember("b", FUTURE, NOW).unwrap(), "{len}");
        let first = store.remember("a", FUTURE, NOW).unwrap();
        assert_eq!(first, len < whole.len(), "{len}");
    }
}

#[test]
fn other_files_are_left_alone() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("other");
    let store = FileReplayStore::new(&path);
    let text = format!("{HEADER}{FUTURE} a\n{FUTURE} b\n");
    let other = |text: &[u8]| {
        fs::write(&path, text).unwrap();
        let said = unchecked(store.remember("c", FUTURE, NOW));
        assert!(said.contains("no replay store") && said.contains("other"), "{said}");
        assert_eq!(fs::read(&path).unwrap(), text);
    };
    for wrong in ["{\"kty\":\"oct\"}", "AGE-SECRET-KEY-1\n", "\n", "ironlatch replay store 2\n"] {
        other(wrong.as_bytes());
    }
    for wrong in [format!("{HEADER}\n"), format!("{HEADER}+1 a\n"), format!("{HEADER}a\n1 b\n")] {
        other(wrong.as_bytes());
    }
    // A damaged byte is found. Without the last line end, the last line is one that a crash cut
    // short.
    for index in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[index] = b'\0';
        if index < text.len() - 1 {
            other(&changed);
        }
    }
    unchecked(FileReplayStore::new(dir.path()).remember("a", FUTURE, NOW));
    unchecked(FileReplayStore::new("/dev/null").remember("a", FUTURE, NOW));
    let said = unchecked(FileReplayStore::new(dir.path().join("no/where")).remember("a", FUTURE, NOW));
    assert!(said.contains("no such file"), "{said}");
    let full = FileReplayStore::new(dir.path().join("small")).with_capacity(1);
    assert!(full.remember("a", FUTURE, NOW).unwrap());
    assert!(unchecked(full.remember("b", FUTURE, NOW)).contains("full"));
    assert!(!full.remember("a", FUTURE, NOW).unwrap());
    fs::File::create(&path).unwrap().set_len(100 << 20).unwrap();
    assert!(unchecked(store.remember("a", FUTURE, NOW)).contains("too long"));
}

#[test]
fn of_many_threads_one_is_first() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("replay");
    // Old lines enough that it is rewritten meanwhile.
    let old: String = (0..1500).map(|number| format!("{NOW} old{number}\n")).collect();
    fs::write(&path, format!("{HEADER}{old}")).unwrap();
    let firsts: usize = std::thread::scope(|scope| {
        let ask = || {
            let store = FileReplayStore::new(&path);
            (0..40).filter(|number| store.remember(&number.to_string(), FUTURE, NOW + 1).unwrap()).count()
        };
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(firsts, 40);
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 41);
}

/// Not a test of its own: the process that the next ones start, and kill.
#[test]
fn child() {
    let Ok(path) = std::env::var("IRONLATCH_TEST_REPLAY") else { return };
    let store = FileReplayStore::new(path);
    let mut out = std::io::stdout();
    for number in 0.. {
        match store.remember(&number.to_string(), FUTURE, NOW) {
            Ok(_) => out.write_all(format!("\ntold {number}\n").as_bytes()).unwrap(),
            Err(error) => return out.write_all(format!("\nfailed {error}\n").as_bytes()).unwrap(),
        }
        out.flush().unwrap();
    }
}

fn start(path: &Path, limit: &str) -> std::process::Child {
    let script = format!("trap '' XFSZ; {limit} exec \"$0\" --exact replay_file::child --nocapture");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).arg(std::env::current_exe().unwrap()).env("IRONLATCH_TEST_REPLAY", path);
    command.stdout(Stdio::piped()).spawn().unwrap()
}

#[test]
fn what_was_told_is_kept_after_kill_9() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("replay");
    let mut process = start(&path, "");
    let mut told = Vec::new();
    for line in BufReader::new(process.stdout.take().unwrap()).lines() {
        if let Some(number) = line.unwrap().strip_prefix("told ") {
            told.push(number.to_owned());
        }
        if told.len() == 30 {
            process.kill().unwrap();
        }
    }
    process.wait().unwrap();
    assert!(told.len() >= 30);
    for number in told {
        assert!(!FileReplayStore::new(&path).remember(&number, FUTURE, NOW).unwrap(), "{number}");
    }
}

#[test]
fn a_full_disk_accepts_nothing_and_loses_nothing() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("replay");
    // No file may grow beyond half a KiB, in the middle of a line.
    let output = start(&path, "ulimit -f 1;").wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let told: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("told ")).collect();
    let failed = text.lines().find_map(|line| line.strip_prefix("failed ")).unwrap();
    assert!(told.len() > 10 && failed.contains("too large"), "{failed}");
    for number in &told {
        assert!(!FileReplayStore::new(&path).remember(number, FUTURE, NOW).unwrap(), "{number}");
    }
    assert!(FileReplayStore::new(&path).remember(&told.len().to_string(), FUTURE, NOW).unwrap());
}
