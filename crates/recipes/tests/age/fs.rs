//! Files of the library's own next to those of its users: nothing that somebody planted there is
//! used.

use std::fs::{self, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use ironlatch::recipes::fs::{Attempt, FileLock, check_secret, is_exposed, open_own, prepare_own};
use tempfile::tempdir;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// The answers of each of the functions about a name, which have to be the same.
fn refusal(path: &Path) -> ErrorKind {
    let kinds = [
        open_own(path).unwrap_err().kind(),
        prepare_own(path, &[]).unwrap_err().kind(),
        FileLock::attempt(path).unwrap_err().kind(),
        FileLock::wait(path).unwrap_err().kind(),
    ];
    assert!(kinds.iter().all(|kind| *kind == kinds[0]), "{kinds:?}");
    kinds[0]
}

#[test]
fn links_are_refused_and_their_targets_left_alone() {
    let directory = tempdir().unwrap();
    let (target, link) = (directory.path().join("target"), directory.path().join("link"));
    symlink(&target, &link).unwrap();
    // One that leads nowhere makes no file either.
    assert_eq!(refusal(&link), ErrorKind::InvalidInput);
    assert!(!target.exists());
    fs::write(&target, "kept").unwrap();
    assert_eq!(refusal(&link), ErrorKind::InvalidInput);
    assert_eq!(fs::read(&target).unwrap(), b"kept");
    assert!(open_own(&link).unwrap_err().to_string().contains("it is a link"));

    // A second name of somebody else's file is as good as a link.
    let second = directory.path().join("second");
    fs::hard_link(&target, &second).unwrap();
    assert_eq!(refusal(&second), ErrorKind::InvalidInput);
}

#[test]
fn what_is_no_ordinary_file_is_refused_and_not_waited_for() {
    let directory = tempdir().unwrap();
    assert_eq!(refusal(Path::new("/dev/null")), ErrorKind::InvalidInput);
    let pipe = directory.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(refusal(&pipe), ErrorKind::InvalidInput);
    let socket = directory.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert_eq!(refusal(&socket), ErrorKind::InvalidInput);
}

#[test]
fn files_are_made_for_their_owner_alone_and_stay_so() {
    let directory = tempdir().unwrap();
    let (opened, prepared) = (directory.path().join("opened"), directory.path().join("prepared"));
    open_own(&opened).unwrap();
    prepare_own(&prepared, &["-wal"]).unwrap();
    assert_eq!((mode(&opened), mode(&prepared)), (0o600, 0o600));
    // What others could read until now they no longer can.
    set_mode(&opened, 0o644);
    set_mode(&prepared, 0o644);
    open_own(&opened).unwrap();
    prepare_own(&prepared, &["-wal"]).unwrap();
    assert_eq!((mode(&opened), mode(&prepared)), (0o600, 0o600));
    // What others could write is not what it was.
    for writable in [0o620, 0o602, 0o666] {
        set_mode(&opened, writable);
        assert_eq!(refusal(&opened), ErrorKind::PermissionDenied);
    }
}

#[test]
fn files_of_other_users_are_refused_unless_the_directory_is_theirs() {
    const OTHER: u32 = 12345;
    let directory = tempdir().unwrap();
    let path = directory.path().join("planted");
    fs::write(&path, "").unwrap();
    set_mode(&path, 0o600);
    if chown(&path, Some(OTHER), None).is_err() {
        eprintln!("skipped: only root can give files away");
        return;
    }
    assert_eq!(refusal(&path), ErrorKind::PermissionDenied);
    chown(directory.path(), Some(OTHER), None).unwrap();
    open_own(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().uid(), OTHER);
}

#[test]
fn what_stands_beside_a_database_is_looked_at_too() {
    let directory = tempdir().unwrap();
    let database = directory.path().join("store.db");
    symlink("/etc/passwd", directory.path().join("store.db-wal")).unwrap();
    let error = prepare_own(&database, &["-journal", "-wal"]).unwrap_err();
    assert!(error.to_string().contains("store.db-wal: it is a link"), "{error}");
}

#[test]
fn a_lock_is_of_one_and_survives_its_file() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("lock");
    let attempt = |path: &Path| FileLock::attempt(path).unwrap();
    let Attempt::Locked(lock) = attempt(&path) else { panic!("nobody has it") };
    lock.file().unwrap().write_all(b"me").unwrap();
    let Attempt::Taken(file) = attempt(&path) else { panic!("it is locked") };
    let mut holder = String::new();
    file.get().unwrap().read_to_string(&mut holder).unwrap();
    assert_eq!(holder, "me");

    // Another file in its place is not this lock's to remove.
    fs::remove_file(&path).unwrap();
    let Attempt::Locked(other) = attempt(&path) else { panic!("it is a new file") };
    lock.remove().unwrap();
    assert!(path.exists());
    drop(other);
    let Attempt::Locked(lock) = attempt(&path) else { panic!("it was let go") };
    lock.remove().unwrap();
    assert!(!path.exists());
    drop(FileLock::wait(&path).unwrap());
}

#[test]
fn files_of_keys_are_for_their_owner_alone() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("key");
    fs::write(&path, "").unwrap();
    for (mode, secret, exposed) in
        [(0o600, true, false), (0o400, true, false), (0o640, false, false), (0o644, false, true), (0o620, false, true)]
    {
        set_mode(&path, mode);
        let metadata = fs::metadata(&path).unwrap();
        assert_eq!((check_secret(&metadata).is_ok(), is_exposed(&metadata)), (secret, exposed), "{mode:o}");
    }
    let kind = check_secret(&fs::metadata(directory.path()).unwrap()).unwrap_err().kind();
    assert_eq!(kind, ErrorKind::IsADirectory);
}
