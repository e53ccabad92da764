//! Keyrings in files: what opens them, what is refused, and that nothing is lost whatever happens
//! meanwhile.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use ironlatch::Error as CoreError;
use ironlatch::kdf::argon2::Cost;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::{KeyringFault, ProviderFault};
use ironlatch::recipes::keyring::{
    Action, CacheLimits, CachingProvider, ChangeNote, EventKind, KeyProvider, Keyring, Kind, LocalProvider, Protection,
    ProviderError, State, UnverifiedKeyring,
};
use ironlatch::secret::SecretBytes;

const CHEAP: Cost = Cost { iterations: 1, lanes: 1, memory_cost: 64 };

fn passphrase(text: &str) -> Protection {
    Protection::passphrase_at(text.as_bytes(), CHEAP).unwrap()
}

fn is(result: Result<impl std::fmt::Debug, Error>, fault: KeyringFault) -> String {
    match result {
        Err(Error::Keyring { fault: own, message }) if own == fault => message.into_owned(),
        other => panic!("{other:?}, not {fault:?}"),
    }
}

fn is_provider(result: Result<impl std::fmt::Debug, Error>, fault: ProviderFault) -> String {
    match result {
        Err(Error::Provider { fault: own, message }) if own == fault => message.into_owned(),
        other => panic!("{other:?}, not {fault:?}"),
    }
}

fn is_io(result: Result<impl std::fmt::Debug, Error>) -> String {
    match result {
        Err(error @ Error::Core(CoreError::Io { .. })) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// A directory with a keyring that has been through everything.
fn lived_in() -> (tempfile::TempDir, PathBuf, Keyring) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.keyring");
    let ring = Keyring::create(&path, &passphrase("secret")).unwrap();
    let first = ring.create_key("customers", Kind::General).unwrap();
    ring.create_key("tokens", Kind::Fernet).unwrap();
    ring.rotate("customers").unwrap();
    ring.disable("customers", first).unwrap();
    ring.destroy("customers", first).unwrap();
    let remark = ChangeNote { actor: Some("ada".into()), note: Some("the \"new\" one, für alle".into()) };
    ring.edit(remark, |draft| draft.rotate("customers")).unwrap();
    (directory, path, ring)
}

fn opened(path: &Path) -> Result<Keyring, Error> {
    Keyring::open(path, &passphrase("secret"))
}

/// Puts `contents` into the file in place, with what that does to its time.
fn overwrite(path: &Path, contents: &[u8]) {
    fs::write(path, contents).unwrap();
}

#[test]
fn what_is_written_is_read() {
    let (directory, path, ring) = lived_in();
    let message = ring.key("customers").unwrap().encrypt(b"x", b"").unwrap();
    let again = opened(&path).unwrap();
    assert_eq!(again.describe(), ring.describe());
    assert_eq!(again.history(), ring.history());
    assert_eq!((again.revision(), ring.revision()), (Some(7), Some(7)));
    assert_eq!(*again.key("customers").unwrap().decrypt(&message, b"").unwrap(), b"x");
    assert_eq!(again.describe()[0].versions[0].state, State::Destroyed);
    let peek = UnverifiedKeyring::read(&path).unwrap();
    assert_eq!((peek.keys, peek.history, peek.revision), (ring.describe(), ring.history(), 7));
    assert_eq!(peek.protection, "a passphrase");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let names: Vec<_> = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "the keyring and its lock: {names:?}");
    assert!(is_io(Keyring::create(&path, &passphrase("x"))).contains("exists already"));
    assert!(opened(&path).is_ok());
}

#[test]
fn no_key_stands_in_the_file() {
    let (_directory, path, ring) = lived_in();
    let text = fs::read_to_string(&path).unwrap();
    let derived = ring.key("customers").unwrap().primary().unwrap().derive("x", &[], 32).unwrap();
    assert!(!text.contains(&hex::encode(derived.expose())));
    assert!(text.starts_with("ironlatch-keyring 1\n{\"id\":\"") && text.lines().count() == 3);
}

#[test]
fn a_file_that_asks_for_much_work_is_refused_before_it() {
    let (_directory, path, _) = lived_in();
    let good = fs::read_to_string(&path).unwrap();
    for (cost, fault) in [
        ("\"memory\":1048576,\"iterations\":5,\"lanes\":1", KeyringFault::NotAllowed),
        ("\"memory\":1048576,\"iterations\":64,\"lanes\":64", KeyringFault::NotAllowed),
        ("\"memory\":1048577,\"iterations\":1,\"lanes\":1", KeyringFault::Damaged),
        ("\"memory\":64,\"iterations\":65,\"lanes\":1", KeyringFault::Damaged),
    ] {
        let bad = good.replace("\"memory\":64,\"iterations\":1,\"lanes\":1", cost);
        assert_ne!(bad, good);
        overwrite(&path, bad.as_bytes());
        let begun = std::time::Instant::now();
        is(opened(&path), fault);
        assert!(begun.elapsed() < Duration::from_secs(1), "{cost}");
    }
    let much = Cost { iterations: 5, lanes: 1, memory_cost: 1024 * 1024 };
    let protection = Protection::passphrase_at(b"secret", much).unwrap();
    let new = path.with_extension("new");
    assert!(matches!(Keyring::create(&new, &protection), Err(Error::Core(CoreError::InvalidValue(_)))));
}

#[test]
fn every_changed_byte_is_found() {
    let (_directory, path, _) = lived_in();
    let good = fs::read(&path).unwrap();
    for at in 0..good.len() {
        for bit in [0x01, 0x20, 0x80] {
            let mut bad = good.clone();
            bad[at] ^= bit;
            overwrite(&path, &bad);
            match opened(&path) {
                Err(Error::Keyring { fault: KeyringFault::Damaged | KeyringFault::WrongKey, message }) => {
                    assert!(message.starts_with(&path.display().to_string()), "{message}");
                }
                other => panic!("byte {at} ^ {bit:#x}: {other:?}"),
            }
        }
    }
    overwrite(&path, &good);
    assert!(opened(&path).is_ok());
}

#[test]
fn a_file_cut_short_or_made_longer_is_found() {
    let (_directory, path, _) = lived_in();
    let good = fs::read(&path).unwrap();
    for len in 0..good.len() {
        overwrite(&path, &good[..len]);
        is(opened(&path), KeyringFault::Damaged);
    }
    for more in ["\n", " ", "a", "ironlatch-keyring 1\n"] {
        overwrite(&path, &[&good, more.as_bytes()].concat());
        is(opened(&path), KeyringFault::Damaged);
    }
    overwrite(&path, b"ironlatch-keyring 2\n{}\n\n");
    assert!(is(opened(&path), KeyringFault::Damaged).contains("update the library"));
    overwrite(&path, b"-----BEGIN PRIVATE KEY-----");
    assert!(is(opened(&path), KeyringFault::Damaged).contains("no keyring"));
    fs::remove_file(&path).unwrap();
    assert!(is_io(opened(&path)).contains("cannot read"));
}

#[test]
fn files_that_are_meant_to_do_harm() {
    let (_directory, path, _) = lived_in();
    let good = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("\"memory\":64", "\"memory\":4294967296"),
        ("\"memory\":64", "\"memory\":1048577"),
        ("\"iterations\":1", "\"iterations\":4294967295"),
        ("\"lanes\":1", "\"lanes\":16777216"),
    ] {
        overwrite(&path, good.replace(from, to).as_bytes());
        assert!(is(opened(&path), KeyringFault::Damaged).contains("harm"), "{to}");
    }
    for (from, to) in [("\"memory\":64", "\"memory\":1"), ("\"lanes\":1", "\"lanes\":0")] {
        overwrite(&path, good.replace(from, to).as_bytes());
        assert!(opened(&path).is_err());
    }
    for (from, to) in [
        ("\"state\":\"primary\"", "\"state\":\"active\""),
        ("\"state\":\"active\"", "\"state\":\"primary\""),
        ("\"kind\":\"general\"", "\"kind\":\"quantum\""),
        ("\"number\":2", "\"number\":1"),
        ("\"revision\":7", "\"revision\":-7"),
        ("\"revision\":7", "\"revision\":7,\"revision\":7"),
        ("\"keys\":[", "\"keys\":[{},"),
        ("\"name\":\"customers\"", "\"name\":\"a\\nb\""),
        ("\"actor\":\"ada\"", "\"actor\":\"\\u001b[2J\""),
    ] {
        assert_ne!(good, good.replace(from, to));
        overwrite(&path, good.replace(from, to).as_bytes());
        is(opened(&path), KeyringFault::Damaged);
        is(UnverifiedKeyring::read(&path), KeyringFault::Damaged);
    }
    let (magic, _) = good.split_once('\n').unwrap();
    overwrite(&path, format!("{magic}\n{}\n\n", "[".repeat(1_000_000)).as_bytes());
    is(opened(&path), KeyringFault::Damaged);
    // A gigabyte of which nothing is on the disk: refused by what is read of it.
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(1 << 30).unwrap();
    assert!(is(opened(&path), KeyringFault::Damaged).contains("longer"));
}

#[test]
fn what_does_not_open_it() {
    let (directory, path, ring) = lived_in();
    let message = is(Keyring::open(&path, &passphrase("Secret")), KeyringFault::WrongKey);
    assert!(message.contains("passphrase is wrong") && !message.contains("Secret"), "{message}");
    let other = Keyring::new();
    other.create_key("root", Kind::General).unwrap();
    let root = Protection::key(other.key("root").unwrap()).unwrap();
    assert!(is(Keyring::open(&path, &root), KeyringFault::WrongKey).contains("is under a passphrase"));
    assert!(Protection::passphrase(b"").is_err());
    assert!(Protection::passphrase_at(b"x", Cost { memory_cost: 1 << 21, ..CHEAP }).is_err());
    assert!(Protection::passphrase_at(b"x", Cost { lanes: 0, ..CHEAP }).is_err());
    other.create_key("fernet", Kind::Fernet).unwrap();
    assert!(matches!(Protection::key(other.key("fernet").unwrap()), Err(Error::Core(CoreError::WrongType(_)))));

    // What one file is under does not open another.
    let second = directory.path().join("second.keyring");
    let made = Keyring::create(&second, &root).unwrap();
    made.create_key("a", Kind::General).unwrap();
    assert_eq!(made.protection().unwrap(), "the key \"root\" of another keyring");
    let old = Keyring::open(&second, &root).unwrap();
    assert_eq!(old.describe().len(), 1);
    other.rotate("root").unwrap();
    assert!(Keyring::open(&second, &root).is_ok(), "the old version still opens");
    let foreign = Keyring::new();
    foreign.create_key("root", Kind::General).unwrap();
    let foreign = Protection::key(foreign.key("root").unwrap()).unwrap();
    assert!(is(Keyring::open(&second, &foreign), KeyringFault::WrongKey).contains("root"));
    let first = other.describe()[1].versions[0].id;
    other.disable("root", first).unwrap();
    is(Keyring::open(&second, &root), KeyringFault::KeyDisabled);
    drop(ring);
}

#[test]
fn what_others_can_read_is_refused() {
    let (_directory, path, ring) = lived_in();
    for mode in [0o640, 0o604, 0o620, 0o644, 0o660] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let message = is(opened(&path), KeyringFault::Insecure);
        assert!(message.contains(&format!("mode {mode:03o}")) && message.contains("chmod 600"), "{message}");
        is(UnverifiedKeyring::read(&path), KeyringFault::Insecure);
        is(ring.rotate("customers"), KeyringFault::Insecure);
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(opened(&path).is_ok());
    let before = fs::read(&path).unwrap();
    assert!(is_io(ring.rotate("customers")).contains("read-only"));
    assert_eq!((fs::read(&path).unwrap(), ring.describe()[0].versions.len()), (before, 3));
}

#[test]
fn another_protection() {
    let (directory, path, ring) = lived_in();
    let old_file = fs::read(&path).unwrap();
    let service = opened(&path).unwrap();
    ring.rewrap(&passphrase("new"), ChangeNote::default()).unwrap();
    is(opened(&path), KeyringFault::WrongKey);
    let again = Keyring::open(&path, &passphrase("new")).unwrap();
    assert_eq!(again.history().last().unwrap().action, Action::Rewrapped);
    // Who has it open under the old passphrase goes on, and hears of it when he changes it.
    let key = service.key("customers").unwrap();
    assert!(key.encrypt(b"x", b"").is_ok());
    assert!(is(service.rotate("customers"), KeyringFault::WrongKey).contains("open it again"));
    ring.rotate("customers").unwrap();
    // The old passphrase opens the old file alone: the data key is another one.
    let copy = directory.path().join("copy");
    fs::write(&copy, old_file).unwrap();
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(opened(&copy).is_ok());
    is(Keyring::new().rewrap(&passphrase("x"), ChangeNote::default()), KeyringFault::NotAllowed);
}

#[test]
fn changes_of_others_are_seen() {
    let (_directory, path, ours) = lived_in();
    let theirs = opened(&path).unwrap();
    let (our_key, their_key) = (ours.key("customers").unwrap(), theirs.key("customers").unwrap());
    let reloads: Arc<AtomicU64> = Arc::default();
    let counter = Arc::clone(&reloads);
    ours.on_event(move |event| {
        counter.fetch_add(u64::from(event.what == EventKind::Reloaded), Ordering::Relaxed);
    });
    their_key.encrypt(b"x", b"").unwrap();
    theirs.rotate("customers").unwrap();
    let message = their_key.encrypt(b"x", b"").unwrap();
    assert_eq!(*our_key.decrypt(&message, b"").unwrap(), b"x", "an unknown version has the file looked at");
    assert_eq!(reloads.load(Ordering::Relaxed), 1);
    assert!(!ours.reload().unwrap());

    let generation = ours.generation();
    theirs.create_key("more", Kind::General).unwrap();
    ours.rotate("customers").unwrap();
    assert_eq!(ours.describe().len(), 3, "a change starts from what is in the file");
    assert!(ours.generation() > generation + 1);
    assert!(theirs.reload().unwrap());
    assert_eq!(theirs.describe(), ours.describe());
    ours.create_key("new", Kind::General).unwrap();
    assert_eq!(theirs.key("new").unwrap().name(), "new", "so does a key of an unknown name");
    assert!(theirs.key("none").is_err());
    assert_eq!(theirs.usage().iter().map(|usage| usage.count).sum::<u64>(), 2, "reading again keeps the counts");

    theirs.rotate("customers").unwrap();
    theirs.create_key("newest", Kind::General).unwrap();
    let newest = theirs.key("customers").unwrap().primary().unwrap().id();
    thread::sleep(Duration::from_millis(2100));
    assert_eq!(ours.describe(), theirs.describe(), "without being asked");
    assert_eq!(our_key.primary().unwrap().id(), newest);
}

#[test]
fn no_reader_fails_while_another_process_rotates() {
    let (_directory, path, ours) = lived_in();
    let theirs = opened(&path).unwrap();
    let (our_key, their_key) = (ours.key("customers").unwrap(), theirs.key("customers").unwrap());
    for _ in 0..20 {
        theirs.rotate("customers").unwrap();
        let message = their_key.encrypt(b"x", b"").unwrap();
        thread::scope(|scope| {
            let read = || assert_eq!(*our_key.decrypt(&message, b"").unwrap(), b"x");
            let readers: Vec<_> = (0..4).map(|_| scope.spawn(read)).collect();
            readers.into_iter().for_each(|reader| reader.join().unwrap());
        });
    }
}

#[test]
fn an_older_state_or_another_file_does_not_slip_in() {
    let (directory, path, ring) = lived_in();
    let old = fs::read(&path).unwrap();
    ring.rotate("customers").unwrap();
    let told = ring.describe();
    overwrite(&path, &old);
    assert!(is(ring.reload(), KeyringFault::Damaged).contains("older state"));
    is(ring.rotate("customers"), KeyringFault::Damaged);
    let other = directory.path().join("other");
    Keyring::create(&other, &passphrase("secret")).unwrap();
    fs::rename(&other, &path).unwrap();
    assert!(is(ring.reload(), KeyringFault::Damaged).contains("another keyring"));
    fs::remove_file(&path).unwrap();
    is_io(ring.reload());
    assert_eq!(ring.describe(), told);
    assert!(ring.key("customers").unwrap().encrypt(b"x", b"").is_ok(), "what was read stays in use");
}

#[test]
fn two_writers_lose_nothing() {
    let (_directory, path, _) = lived_in();
    thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let ring = opened(path).unwrap();
                for number in 0..10 {
                    ring.create_key(&format!("key-{writer}-{number}"), Kind::General).unwrap();
                }
            });
        }
    });
    let ring = opened(&path).unwrap();
    assert_eq!(ring.describe().len(), 42);
    assert_eq!(ring.revision(), Some(47));
}

#[test]
fn a_lock_that_is_held_is_waited_for() {
    let (_directory, path, ring) = lived_in();
    let lock = fs::File::open(format!("{}.lock", path.display())).unwrap();
    lock.lock().unwrap();
    ring.set_lock_wait(Duration::from_millis(50));
    let before = fs::read(&path).unwrap();
    let message = is(ring.rotate("customers"), KeyringFault::Locked);
    assert!(message.contains("nothing was changed") && message.contains(".lock"), "{message}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(opened(&path).is_ok(), "reading needs no lock");
    ring.set_lock_wait(Duration::from_secs(10));
    thread::scope(|scope| {
        let waiting = scope.spawn(|| ring.rotate("customers"));
        thread::sleep(Duration::from_millis(100));
        lock.unlock().unwrap();
        waiting.join().unwrap().unwrap();
    });
}

#[test]
fn who_uses_a_key_does_not_wait_for_who_changes_it() {
    let (_directory, path, ring) = lived_in();
    let key = ring.key("customers").unwrap();
    let theirs = opened(&path).unwrap();
    theirs.rotate("customers").unwrap();
    let lock = fs::File::open(format!("{}.lock", path.display())).unwrap();
    lock.lock().unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| ring.rotate("customers"));
        thread::sleep(Duration::from_millis(2200));
        let begun = std::time::Instant::now();
        key.encrypt(b"x", b"").unwrap();
        assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
        lock.unlock().unwrap();
        waiting.join().unwrap().unwrap();
    });
    // Nor does who looks at a key in the middle of a change.
    ring.edit(ChangeNote::default(), |draft| {
        thread::sleep(Duration::from_millis(2100));
        key.primary()?;
        draft.rotate("customers")
    })
    .unwrap();
}

/// A provider that does as it is told.
#[derive(Default)]
struct Moody {
    mood: Mutex<Option<ProviderFault>>,
    answer: Mutex<Option<Vec<u8>>>,
    asked: AtomicU64,
}

impl Moody {
    fn check(&self) -> Result<(), ProviderError> {
        match *self.mood.lock().unwrap() {
            Some(fault) => Err(ProviderError::new(fault, "not today")),
            None => Ok(()),
        }
    }
}

impl KeyProvider for Moody {
    fn name(&self) -> String {
        "moody:key".into()
    }

    fn wrap(&self, key: &SecretBytes, context: &[u8]) -> Result<Vec<u8>, ProviderError> {
        self.check()?;
        Ok([context, &key.expose().iter().map(|byte| byte ^ 0x55).collect::<Vec<_>>()].concat())
    }

    fn unwrap(&self, wrapped: &[u8], context: &[u8]) -> Result<SecretBytes, ProviderError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.check()?;
        if let Some(answer) = &*self.answer.lock().unwrap() {
            return Ok(SecretBytes::copy_from(answer));
        }
        let key = wrapped.strip_prefix(context);
        let key = key.ok_or_else(|| ProviderError::new(ProviderFault::Invalid, "another context"))?;
        Ok(SecretBytes::copy_from(&key.iter().map(|byte| byte ^ 0x55).collect::<Vec<_>>()))
    }
}

#[test]
fn a_provider_may_fail_at_any_time() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.keyring");
    let provider = Arc::new(Moody::default());
    let protection = Protection::Provider(provider.clone());
    *provider.mood.lock().unwrap() = Some(ProviderFault::Unavailable);
    is_provider(Keyring::create(&path, &protection), ProviderFault::Unavailable);
    assert!(!path.exists());
    *provider.mood.lock().unwrap() = None;
    let ring = Keyring::create(&path, &protection).unwrap();
    ring.create_key("customers", Kind::General).unwrap();
    for fault in [ProviderFault::Unavailable, ProviderFault::Denied, ProviderFault::NotFound, ProviderFault::Invalid] {
        *provider.mood.lock().unwrap() = Some(fault);
        let message = is_provider(Keyring::open(&path, &protection), fault);
        assert!(message.contains("moody:key") && message.contains("not today"), "{message}");
        assert_eq!(message.contains("try again"), fault.is_retryable());
        assert_eq!(fault.is_retryable(), fault == ProviderFault::Unavailable);
        ring.rotate("customers").unwrap();
    }
    *provider.mood.lock().unwrap() = None;
    *provider.answer.lock().unwrap() = Some(vec![7; 32]);
    assert!(is(Keyring::open(&path, &protection), KeyringFault::WrongKey).contains("gave another key"));
    *provider.answer.lock().unwrap() = Some(vec![7; 16]);
    assert!(is_provider(Keyring::open(&path, &protection), ProviderFault::Invalid).contains("16 bytes"));
    *provider.answer.lock().unwrap() = None;
    let text = fs::read(&path).unwrap();
    let mut changed = text.clone();
    let last = changed.len() - 10;
    changed[last] ^= 1;
    overwrite(&path, &changed);
    is(Keyring::open(&path, &protection), KeyringFault::Damaged);
    overwrite(&path, &text);
    let again = Keyring::open(&path, &protection).unwrap();
    // Another process wraps again; with a provider that is followed without being asked.
    ring.rewrap(&protection, ChangeNote::default()).unwrap();
    assert!(again.reload().unwrap());
    let local = Arc::new(LocalProvider::create(&directory.path().join("key")).unwrap());
    let message = is(Keyring::open(&path, &Protection::Provider(local)), KeyringFault::WrongKey);
    assert!(message.contains("moody:key") && message.contains("local:"), "{message}");
    assert!(matches!(provider.sign(b""), Err(ProviderError { fault: ProviderFault::Invalid, .. })));
    assert!(provider.public_key().is_err());
}

#[test]
fn a_local_provider() {
    let directory = tempfile::tempdir().unwrap();
    let key_path = directory.path().join("provider.key");
    let provider = LocalProvider::create(&key_path).unwrap();
    let again = LocalProvider::open(&key_path).unwrap();
    assert_eq!((provider.name(), format!("{again:?}").len()), (again.name(), 23));
    let key = SecretBytes::copy_from(&[9; 32]);
    let wrapped = provider.wrap(&key, b"here").unwrap();
    assert_eq!(again.unwrap(&wrapped, b"here").unwrap(), key);
    for (wrapped, context) in [(&wrapped[..], &b"there"[..]), (&wrapped[..60], b"here"), (&[], b"here")] {
        assert_eq!(again.unwrap(wrapped, context).unwrap_err().fault, ProviderFault::Invalid);
    }
    let signature = provider.sign(b"message").unwrap();
    let ironlatch::keys::PublicKey::Ed25519(public) = again.public_key().unwrap() else { panic!() };
    public.verify(b"message", &signature).unwrap();
    is_io(LocalProvider::create(&key_path));
    fs::set_permissions(&key_path, fs::Permissions::from_mode(0o644)).unwrap();
    is(LocalProvider::open(&key_path), KeyringFault::Insecure);
    fs::set_permissions(&key_path, fs::Permissions::from_mode(0o600)).unwrap();
    let text = fs::read_to_string(&key_path).unwrap();
    for bad in [&text[..text.len() - 5], &text.replace("key_", "kex_"), ""] {
        fs::write(&key_path, bad).unwrap();
        let message = is_provider(LocalProvider::open(&key_path), ProviderFault::Invalid);
        assert!(!message.contains(&text[30..60]), "{message}");
    }
    let path = directory.path().join("app.keyring");
    let protection = Protection::Provider(Arc::new(provider));
    let ring = Keyring::create(&path, &protection).unwrap();
    ring.create_key("customers", Kind::General).unwrap();
    let protection = Protection::Provider(Arc::new(again));
    assert_eq!(Keyring::open(&path, &protection).unwrap().describe(), ring.describe());
}

#[test]
fn a_cache_has_limits() {
    let inner = Arc::new(Moody::default());
    let asked = || inner.asked.load(Ordering::Relaxed);
    let limits = CacheLimits { time_to_live: Duration::from_secs(1), uses: 3, keys: 2 };
    let cache = CachingProvider::new(inner.clone(), limits).unwrap();
    let wrapped = cache.wrap(&SecretBytes::copy_from(&[1; 32]), b"a").unwrap();
    let unwrap = |wrapped: &[u8], context: &[u8]| cache.unwrap(wrapped, context);
    for _ in 0..3 {
        assert_eq!(unwrap(&wrapped, b"a").unwrap().expose(), [1; 32]);
    }
    assert_eq!(asked(), 1);
    unwrap(&wrapped, b"a").unwrap();
    assert_eq!(asked(), 2, "three uses are over");
    assert!(unwrap(&wrapped, b"b").is_err(), "the context is part of the question");
    assert!(unwrap(&wrapped, b"b").is_err());
    assert_eq!(asked(), 4, "failures are not kept");

    thread::sleep(Duration::from_millis(1100));
    *inner.mood.lock().unwrap() = Some(ProviderFault::Unavailable);
    assert!(unwrap(&wrapped, b"a").unwrap_err().is_retryable(), "nothing is used past its time");
    *inner.mood.lock().unwrap() = None;

    let other = |context: &[u8]| cache.wrap(&SecretBytes::copy_from(&[2; 32]), context).unwrap();
    let (b, c) = (other(b"b"), other(b"c"));
    for (wrapped, context) in [(&wrapped, b"a"), (&b, b"b"), (&c, b"c")] {
        unwrap(wrapped, context).unwrap();
    }
    let before = asked();
    unwrap(&c, b"c").unwrap();
    unwrap(&b, b"b").unwrap();
    assert_eq!(asked(), before);
    unwrap(&wrapped, b"a").unwrap();
    assert_eq!(asked(), before + 1, "two keys are kept");
    cache.forget();
    unwrap(&c, b"c").unwrap();
    assert_eq!(asked(), before + 2);
    for bad in [
        CacheLimits { time_to_live: Duration::ZERO, ..limits },
        CacheLimits { time_to_live: Duration::from_secs(86_401), ..limits },
        CacheLimits { uses: 0, ..limits },
        CacheLimits { keys: 0, ..limits },
    ] {
        assert!(CachingProvider::new(inner.clone(), bad).is_err());
    }
}
