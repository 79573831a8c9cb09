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
    let entry = cache.get_or_make(&key, make("first")).unwrap();
    assert_eq!(
        cache
            .get_or_make(&key, make("second"))
            .unwrap()
            .read("out")
            .unwrap(),
        b"first"
    );
    fs::write(entry.path("out"), "damaged").unwrap();
    assert_eq!(
        cache
            .get_or_make(&key, make("third"))
            .unwrap()
            .read("out")
            .unwrap(),
        b"third"
    );
    fs::write(entry.path(MANIFEST), "{").unwrap();
    assert_eq!(
        cache
            .get_or_make(&key, make("fourth"))
            .unwrap()
            .read("out")
            .unwrap(),
        b"fourth"
    );
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
fn a_file_in_the_place_of_a_folder_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = Cache::open(folder.path(), true);
    let key = KeyBuilder::new("test").key();
    let entry = cache.path(&key);
    fs::write(entry.parent().unwrap(), "").unwrap();
    assert!(cache.put(&key, &contents("x")).is_ok());
    fs::remove_dir_all(&entry).unwrap();
    fs::write(&entry, "").unwrap();
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
