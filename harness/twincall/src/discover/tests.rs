use super::*;

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

#[test]
fn pairs_by_path_and_reports_the_rest() {
    let root = project(&[
        ("c-fixtures/a/one.c", "//@ about = \"first\"\n"),
        ("rust-fixtures/a/one.rs", ""),
        ("c-fixtures/a/two.c", ""),
        ("rust-fixtures/three.rs", ""),
        ("c-fixtures/four.c", "//@ abuot = \"\"\n"),
        ("rust-fixtures/four.rs", ""),
    ]);
    let discovery = discover(root.path());
    assert_eq!(discovery.cases.len(), 1);
    assert_eq!(discovery.cases[0].name, "a/one");
    assert_eq!(discovery.cases[0].about, "first");
    let names: Vec<_> = discovery
        .errors
        .iter()
        .filter_map(DiscoverError::case_name)
        .collect();
    assert_eq!(names, ["a/two", "four", "three"]);
}

#[test]
fn two_cases_of_one_name_are_an_error() {
    let root = project(&[
        ("c-fixtures/one.c", ""),
        ("c-fixtures/one.cpp", ""),
        ("rust-fixtures/one.rs", ""),
    ]);
    let discovery = discover(root.path());
    assert!(matches!(
        discovery.errors[..],
        [DiscoverError::DuplicateName { .. }]
    ));
}

#[test]
fn a_link_to_a_folder_above_ends() {
    let root = project(&[
        ("c-fixtures/a/one.c", ""),
        ("rust-fixtures/a/one.rs", ""),
        ("c-fixtures/b/two.c", ""),
        ("rust-fixtures/b/two.rs", ""),
    ]);
    for (link, target) in [("a/b", "../b"), ("b/a", "../a"), ("a/here", ".")] {
        std::os::unix::fs::symlink(target, root.path().join(C_FOLDER).join(link)).unwrap();
    }
    let discovery = discover(root.path());
    let names: Vec<&str> = discovery.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["a/one", "b/two"]);
    let cycles = discovery
        .errors
        .iter()
        .filter(|error| error.to_string().contains("above itself"));
    assert_eq!(cycles.count(), 4, "{:?}", discovery.errors);
}

#[test]
fn a_folder_that_cannot_be_read_takes_no_pair_of_its_name_with_it() {
    let root = project(&[("c-fixtures/a.c", ""), ("rust-fixtures/a.rs", "")]);
    std::os::unix::fs::symlink(".", root.path().join(C_FOLDER).join("a")).unwrap();
    let discovery = discover(root.path());
    let names: Vec<&str> = discovery.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["a"]);
    let about: Vec<_> = discovery.errors.iter().map(DiscoverError::case_name).collect();
    assert_eq!(about, [Some("a/")]);
}

#[test]
fn names_that_nothing_can_spell_are_errors() {
    let root = project(&[
        ("c-fixtures/a\"b.c", ""),
        ("rust-fixtures/a\"b.rs", ""),
        ("c-fixtures/a/b.c", ""),
        ("rust-fixtures/a/b.rs", ""),
        ("c-fixtures/a__b.c", ""),
        ("rust-fixtures/a__b.rs", ""),
    ]);
    let discovery = discover(root.path());
    assert_eq!(discovery.cases.len(), 1);
    let errors: Vec<String> = discovery.errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].contains("double quote"), "{errors:?}");
    assert!(errors[1].contains("share the snapshot"), "{errors:?}");
}

#[test]
fn a_folder_without_fixtures_is_no_project() {
    let root = tempfile::tempdir().unwrap();
    assert!(matches!(
        discover(root.path()).errors[..],
        [DiscoverError::NoProject(_)]
    ));
}

/// The one pair of a project whose fixtures say this at their top.
fn pair(c: &str, rust: &str) -> Case {
    let root = project(&[("c-fixtures/one.c", c), ("rust-fixtures/one.rs", rust)]);
    let mut discovery = discover(root.path());
    assert_eq!(discovery.errors, []);
    discovery.cases.remove(0)
}

/// The errors of a project, in words, below whose root the file is told.
fn errors(root: &tempfile::TempDir) -> Vec<String> {
    let errors = discover(root.path()).errors;
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn lists_of_both_sides_are_put_together_with_those_of_c_first() {
    let case = pair(
        "//@ ref = \"C23\"\n//@ call = \"f(1)\"\n//@ same = [[\"struct a\", \"A\"]]\n//@ link = \"z\"\n\
         //@ expect = [{ rule = \"field-width\" }]\n//@ wasm-link-flags = \"--one\"\n",
        "//@ ref = \"reference\"\n//@ call = \"f(2)\"\n//@ same = [[\"struct b\", \"B\"]]\n//@ link = \"m\"\n\
         //@ expect = [{ rule = \"arg-location\" }]\n//@ wasm-link-flags = \"--two\"\n",
    );
    let calls: Vec<&str> = case.calls.iter().map(|call| call.text.as_str()).collect();
    let rules: Vec<&str> = case.expect.iter().map(|expected| expected.rule.id()).collect();
    let same: Vec<&str> = case.same.iter().map(|(_, rust)| rust.as_str()).collect();
    assert_eq!(case.references, ["C23", "reference"]);
    assert_eq!(calls, ["f(1)", "f(2)"]);
    assert_eq!(rules, ["field-width", "arg-location"]);
    assert_eq!(same, ["A", "B"]);
    assert_eq!(case.link, ["z", "m"]);
    assert_eq!(case.wasm_link_flags, ["--one", "--two"]);
}

#[test]
fn what_there_is_one_of_comes_from_c_where_c_says_it_and_else_from_rust() {
    let says = |number: u32| {
        format!(
            "//@ about = \"{number}\"\n//@ opt = {number}\n//@ wasm-memory = [{number}, {number}]\n//@ timeout-ms = {number}\n"
        )
    };
    for (c, rust, number) in [
        (says(1), says(2), 1),
        (says(1), String::new(), 1),
        (String::new(), says(2), 2),
    ] {
        let case = pair(&c, &rust);
        let opt: Vec<u8> = case.opt.iter().map(|opt| opt.number()).collect();
        assert_eq!(case.about, number.to_string(), "{c}{rust}");
        assert_eq!(opt, [number as u8], "{c}{rust}");
        assert_eq!(case.wasm_memory, Some((number, number)), "{c}{rust}");
        assert_eq!(case.timeout_ms, Some(u64::from(number)), "{c}{rust}");
    }
}

#[test]
fn a_pair_that_says_nothing_runs_everywhere_at_the_usual_levels() {
    let case = pair("", "");
    assert_eq!(case.opt, OptLevel::DEFAULT);
    assert_eq!((case.wasm_memory, case.timeout_ms), (None, None));
    for target in Target::ALL {
        assert_eq!(case.not_applicable(target), None, "{target}");
    }
}

/// What each target is told, native first.
#[test]
fn a_target_is_left_out_for_the_reason_that_tells_most() {
    let native_only = Some("the fixture is for native only");
    let wasm_only = Some("the fixture is for wasm only");
    let own = "//@ not-applicable = { wasm = \"no files\" }\n";
    for (c, rust, native, wasm) in [
        ("//@ targets = \"native\"\n", "", None, native_only),
        ("", "//@ targets = \"wasm\"\n", wasm_only, None),
        ("//@ targets = [\"native\", \"wasm\"]\n", "", None, None),
        (own, "", None, Some("no files")),
        ("//@ targets = \"native\"\n", own, None, Some("no files")),
        ("//@ link = \"z\"\n", own, None, Some("no files")),
        (
            own,
            "//@ not-applicable = { native = \"no memory\" }\n",
            Some("no memory"),
            Some("no files"),
        ),
        (
            "//@ targets = \"native\"\n//@ link = \"z\"\n",
            "//@ link = \"m\"\n",
            None,
            Some("the pair is about libz and libm of the system, which is native"),
        ),
    ] {
        let case = pair(c, rust);
        let told = Target::ALL.map(|target| case.not_applicable(target));
        let told = told.each_ref().map(Option::as_deref);
        assert_eq!(told, [native, wasm], "{c}{rust}");
    }
}

#[test]
fn a_fixture_is_cpp_by_its_ending_and_stands_on_its_side() {
    let root = project(&[
        ("c-fixtures/plus.cpp", "int c;"),
        ("rust-fixtures/plus.rs", "rust"),
        ("c-fixtures/plain.c", ""),
        ("rust-fixtures/plain.rs", ""),
    ]);
    let cases = discover(root.path()).cases;
    let cpp: Vec<_> = cases
        .iter()
        .map(|case| (case.name.as_str(), case.c.cpp))
        .collect();
    assert_eq!(cpp, [("plain", false), ("plus", true)]);
    for (side, text, path) in [
        (Side::C, "int c;", "c-fixtures/plus.cpp"),
        (Side::Rust, "rust", "rust-fixtures/plus.rs"),
    ] {
        let fixture = cases[1].fixture(side);
        assert_eq!((fixture.side, fixture.text.as_str()), (side, text));
        assert_eq!(fixture.path, Path::new(path));
    }
}

#[test]
fn only_sources_are_fixtures() {
    let root = project(&[
        ("c-fixtures/one.h", ""),
        ("c-fixtures/one.C", ""),
        ("c-fixtures/notes", ""),
        ("c-fixtures/.c", ""),
        ("c-fixtures/one.rs", ""),
        ("rust-fixtures/one.c", ""),
        ("rust-fixtures/one.toml", ""),
    ]);
    let discovery = discover(root.path());
    assert_eq!((discovery.cases.len(), discovery.errors), (0, vec![]));
}

#[test]
fn only_the_last_ending_is_no_part_of_a_name() {
    let root = project(&[
        ("c-fixtures/v1.2/a.b.c", ""),
        ("rust-fixtures/v1.2/a.b.rs", ""),
        ("c-fixtures/v1.2/a.c", ""),
        ("rust-fixtures/v1.2/a.rs", ""),
    ]);
    let discovery = discover(root.path());
    let names: Vec<&str> = discovery.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["v1.2/a", "v1.2/a.b"]);
    assert_eq!(discovery.errors, []);
}

#[test]
fn with_one_folder_every_fixture_lacks_its_twin() {
    let root = project(&[("c-fixtures/a/one.cpp", ""), ("c-fixtures/two.c", "")]);
    assert_eq!(
        errors(&root),
        [
            "`c-fixtures/a/one.cpp` has no twin: expected `rust-fixtures/a/one.rs`",
            "`c-fixtures/two.c` has no twin: expected `rust-fixtures/two.rs`",
        ]
    );
    let root = project(&[("rust-fixtures/a/one.rs", "")]);
    assert_eq!(
        errors(&root),
        ["`rust-fixtures/a/one.rs` has no twin: expected `c-fixtures/a/one.c`"]
    );
}

#[test]
fn what_cannot_be_read_is_one_error_and_stops_nothing_else() {
    let root = project(&[
        ("c-fixtures/good.c", ""),
        ("rust-fixtures/good.rs", ""),
        ("rust-fixtures/bytes.rs", ""),
        ("rust-fixtures/gone.rs", ""),
        ("rust-fixtures/socket.rs", ""),
    ]);
    let at = |name: &str| root.path().join(C_FOLDER).join(name);
    std::fs::write(at("bytes.c"), b"// \xff\n").unwrap();
    std::os::unix::fs::symlink("nowhere", at("gone.c")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.c")).unwrap();
    let discovery = discover(root.path());
    let found: Vec<_> = discovery.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(found, ["good"]);
    let mut names: Vec<&str> = Vec::new();
    for error in &discovery.errors {
        assert!(matches!(error, DiscoverError::Unreadable { .. }), "{error}");
        names.extend(error.case_name());
    }
    names.sort_unstable();
    assert_eq!(names, ["bytes", "gone", "socket"]);
    // A pipe in its place would be waited for, so that neither is opened.
    let socket = "cannot read `c-fixtures/socket.c`: it is no file";
    assert!(discovery.errors.iter().any(|error| error.to_string() == socket));
}

#[test]
fn a_fixture_with_two_meanings_is_one_error() {
    let root = project(&[
        ("c-fixtures/one.c", "//@ nonsense\n"),
        ("c-fixtures/one.cpp", ""),
        ("rust-fixtures/other.rs", ""),
        ("c-fixtures/other.c", "//@ opt = 7\n//@ timeout-ms = 0\n"),
    ]);
    let errors = errors(&root);
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].starts_with("two cases are named `one`"), "{errors:?}");
    let lines: Vec<&str> = errors[1].lines().collect();
    assert_eq!(lines.len(), 2, "{errors:?}");
    assert!(lines[0].starts_with("c-fixtures/other.c:1: "), "{errors:?}");
    assert!(lines[1].starts_with("c-fixtures/other.c:2: "), "{errors:?}");
}

#[test]
fn a_project_whose_path_no_include_can_spell_is_an_error() {
    let root = project(&[("a\"b/c-fixtures/one.c", ""), ("a\"b/rust-fixtures/one.rs", "")]);
    let discovery = discover(&root.path().join("a\"b"));
    assert!(discovery.cases.is_empty());
    assert!(matches!(
        discovery.errors[..],
        [DiscoverError::ProjectPath { reason, .. }] if reason.contains("double quote")
    ));
}

/// A case is told by its name, and what is no case by the project.
#[test]
fn errors_are_reported_under_the_case_that_they_are_about() {
    let path = PathBuf::from("x");
    let name = "a/one".to_owned();
    let unreadable = |name: &str| DiscoverError::Unreadable {
        name: name.to_owned(),
        path: path.clone(),
        message: "gone".to_owned(),
    };
    for (error, about) in [
        (DiscoverError::NoProject(path.clone()), None),
        (
            DiscoverError::ProjectPath {
                root: path.clone(),
                reason: "is not UTF-8",
            },
            None,
        ),
        (unreadable(""), None),
        (unreadable("a/one"), Some("a/one")),
        (
            DiscoverError::MissingTwin {
                name: name.clone(),
                present: path.clone(),
                expected: path.clone(),
            },
            Some("a/one"),
        ),
        (
            DiscoverError::DuplicateName {
                name: name.clone(),
                first: path.clone(),
                second: path.clone(),
            },
            Some("a/one"),
        ),
        (
            DiscoverError::SharedSnapshot {
                name: name.clone(),
                other: "a__one".to_owned(),
                snapshot: path.clone(),
            },
            Some("a/one"),
        ),
        (
            DiscoverError::Directives {
                name,
                errors: Vec::new(),
            },
            Some("a/one"),
        ),
    ] {
        assert_eq!(error.case_name(), about, "{error:?}");
        let report = error.report(Target::Wasm32Unknown);
        assert_eq!(report.name, about.unwrap_or("(project)"));
        assert_eq!(
            (report.target, report.verdict),
            (Target::Wasm32Unknown, Verdict::Error)
        );
        assert_eq!(report.reason, Some(error.to_string()));
    }
}

#[test]
fn a_file_in_place_of_the_folder_of_fixtures_is_an_error_of_the_project() {
    let root = project(&[("c-fixtures", ""), ("rust-fixtures/one.rs", "")]);
    let discovery = discover(root.path());
    let unreadable = |error: &&DiscoverError| matches!(error, DiscoverError::Unreadable { .. });
    let error = discovery.errors.iter().find(unreadable).unwrap();
    assert_eq!(error.case_name(), None);
}
