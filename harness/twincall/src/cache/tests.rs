use super::*;

fn contents(text: &str) -> Contents {
    let files = BTreeMap::from([("out".to_owned(), text.as_bytes().to_vec())]);
    Contents {
        files,
        dependencies: Vec::new(),
    }
}

#[test]
fn a_damaged_entry_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, warning) = Cache::open(folder.path(), true);
    assert_eq!(warning, None);
    let key = KeyBuilder::new("test").add("input").key();
    let make = |text: &'static str| move || Ok::<_, CacheError>(contents(text));
    let read = |text| cache.get_or_make(&key, make(text)).unwrap().read("out");
    assert_eq!(read("first").unwrap(), b"first");
    assert_eq!(read("second").unwrap(), b"first");
    let path = cache.path(&key);
    let whole = fs::read(&path).unwrap();
    // What is stored comes last: found when it is read, and gone then.
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&path, &damaged).unwrap();
    assert!(matches!(read("third"), Err(CacheError::Damaged { .. })));
    assert_eq!(read("third").unwrap(), b"third");
    // The head comes first, and tells how long the whole is.
    for damaged in [&whole[..whole.len() - 1], &whole[..20], &[], &[0xff; 300]] {
        fs::write(&path, damaged).unwrap();
        assert_eq!(read("fourth").unwrap(), b"fourth", "{} bytes", damaged.len());
    }
    let mut damaged = whole.clone();
    damaged[40] ^= 1;
    fs::write(&path, &damaged).unwrap();
    assert_eq!(read("fifth").unwrap(), b"fifth");
}

#[test]
fn what_is_large_or_small_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = Cache::open(folder.path(), true);
    let key = KeyBuilder::new("test").key();
    let mut made = Contents::default();
    let noise: Vec<u8> = (0..100_000).map(|_| fastrand::u8(..)).collect();
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("zeros", vec![0; 1 << 20]),
        ("noise", noise),
        ("text", b"text ".repeat(1000)),
    ] {
        made.files.insert(name.to_owned(), bytes);
    }
    // More than fits into the first read of the head.
    for number in 0..200 {
        let header = folder
            .path()
            .join(format!("a-header-with-a-long-name-{number}.h"));
        fs::write(&header, "x").unwrap();
        made.dependencies.push(header);
    }
    cache.put(&key, &made).unwrap();
    let entry = cache.get(&key).unwrap();
    for (name, bytes) in &made.files {
        assert_eq!(&entry.read(name).unwrap(), bytes, "{name}");
    }
    let stored = fs::metadata(cache.path(&key)).unwrap().len();
    assert!(stored < 150_000, "{stored} bytes are stored");
    assert!(!entry.has("other"));
}

#[test]
fn what_other_programs_read_lies_there_as_long_as_somebody_holds_the_entry() {
    let folder = tempfile::tempdir().unwrap();
    let (mut cache, _) = Cache::open(folder.path(), true);
    let key = KeyBuilder::new("test").key();
    let entry = cache.put(&key, &contents("x")).unwrap();
    assert!(!entry.path("out").exists());
    let written = entry.write_out("out").unwrap();
    assert_eq!(written, entry.path("out"));
    let other = cache.get(&key).unwrap();
    assert_ne!(other.write_out("out").unwrap(), written);
    let again = entry.clone();
    drop(entry);
    assert_eq!(fs::read(&written).unwrap(), b"x");
    drop(again);
    assert!(!written.exists());
    assert!(other.path("out").exists());

    cache.keep_written(folder.path().join("kept"));
    let entry = cache.get(&key).unwrap();
    let written = entry.write_out("out").unwrap();
    drop(entry);
    drop(cache);
    assert!(written.starts_with(folder.path().join("kept")) && written.exists());
}

#[test]
fn a_changed_dependency_makes_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let header = folder.path().join("a.h");
    fs::write(&header, "one").unwrap();
    let (cache, _) = Cache::open(&folder.path().join("cache"), true);
    let key = KeyBuilder::new("test").key();
    let with_header = |text: &str| {
        let mut contents = contents(text);
        contents.dependencies.push(header.clone());
        Ok::<_, CacheError>(contents)
    };
    let before = cache.get_or_make(&key, || with_header("first")).unwrap();
    assert_eq!(
        cache
            .get_or_make(&key, || with_header("x"))
            .unwrap()
            .read("out")
            .unwrap(),
        b"first"
    );
    fs::write(&header, "two!").unwrap();
    assert_eq!(
        cache
            .get_or_make(&key, || with_header("second"))
            .unwrap()
            .read("out")
            .unwrap(),
        b"second"
    );
    let after = cache.get(&key).unwrap();
    assert_ne!(before.input_key(), after.input_key());
}

#[test]
fn neighbouring_parts_do_not_flow_together() {
    let one = KeyBuilder::new("t").add("ab").add("c").key();
    let other = KeyBuilder::new("t").add("a").add("bc").key();
    assert_ne!(one, other);
}

#[test]
fn what_a_killed_run_left_is_removed_once_nobody_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = Cache::open(folder.path(), true);
    let left = first.scratch().unwrap().keep();
    let (second, _) = Cache::open(folder.path(), true);
    assert!(left.exists(), "the first run may still be writing");
    drop((first, second));
    let (_third, _) = Cache::open(folder.path(), true);
    assert!(!left.exists());
}

#[test]
fn a_run_without_the_cache_starts_from_nothing_and_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = Cache::open(folder.path(), true);
    let key = KeyBuilder::new("test").key();
    cache.put(&key, &contents("kept")).unwrap();
    let (without, _) = Cache::open(folder.path(), false);
    assert!(without.get(&key).is_none());
    without.put(&key, &contents("forgotten")).unwrap();
    assert_eq!(without.folder("sysroot"), cache.folder("sysroot"));
    drop(without);
    assert_eq!(cache.get(&key).unwrap().read("out").unwrap(), b"kept");
}

#[test]
fn what_lies_in_the_place_of_an_entry_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = Cache::open(folder.path(), true);
    let key = KeyBuilder::new("test").key();
    let entry = cache.path(&key);
    fs::write(entry.parent().unwrap(), "").unwrap();
    assert!(cache.put(&key, &contents("x")).is_ok());
    fs::remove_file(&entry).unwrap();
    fs::create_dir_all(entry.join("x")).unwrap();
    assert!(cache.put(&key, &contents("x")).is_ok());
}

#[test]
fn an_unwritable_folder_is_replaced_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let (cache, warning) = Cache::open(&file, true);
    assert!(warning.unwrap().contains("cannot be written"));
    let key = KeyBuilder::new("test").key();
    assert!(
        cache
            .get_or_make(&key, || Ok::<_, CacheError>(contents("x")))
            .is_ok()
    );
}
