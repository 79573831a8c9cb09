//! The reader of outcomes and the check of dependencies, on scripts and libraries made here. What the real
//! probe does with fixtures is tested beside it.

use tempfile::TempDir;
use twincall_abi::run::{Group, SymbolIn};

use super::*;

fn batch(ids: &[u32]) -> Batch {
    let call = |id: &u32| Call {
        id: *id,
        driver: SymbolIn {
            library: 0,
            symbol: "f".into(),
        },
        assignments: vec![],
        arena: vec![0; 64],
        fixups: vec![],
        arguments_at: 0,
        result_at: 0,
    };
    let group = Group {
        calls: ids.iter().map(call).collect(),
    };
    Batch {
        libraries: vec![],
        groups: vec![group],
        timeout_ms: 100,
        memory_limit: 0,
    }
}

fn returned(id: u32) -> Outcome {
    Outcome {
        id,
        ending: Ending::Returned,
        arena: vec![5; 64],
        output: vec![],
    }
}

fn frame(outcome: &Outcome) -> Vec<u8> {
    let body = postcard::to_stdvec(outcome).unwrap();
    [&(body.len() as u32).to_le_bytes()[..], &body].concat()
}

/// A program that reads everything, prints these bytes and goes on as `last` says.
fn fake_probe(folder: &TempDir, answer: &[u8], last: &str) -> PathBuf {
    let (answers, script) = (folder.path().join("answers"), folder.path().join("script"));
    std::fs::write(&answers, answer).unwrap();
    let text = format!(
        "#!/bin/sh\n/bin/cat > /dev/null\n/bin/cat '{}'\n{last}\n",
        answers.display()
    );
    std::fs::write(&script, text).unwrap();
    // Written by this process, the program could be busy: a process that another test starts at this moment
    // holds a copy of the descriptor for a while.
    let probe = folder.path().join("probe");
    assert!(
        Command::new("install")
            .args(["-m", "755"])
            .args([&script, &probe])
            .status()
            .unwrap()
            .success()
    );
    probe
}

/// The reason for which a call was refused; empty if it was not.
fn reason(outcome: &Outcome) -> &str {
    match &outcome.ending {
        Ending::Refused { reason } => reason,
        _ => "",
    }
}

#[test]
fn outcomes_are_taken_in_the_order_of_the_calls() {
    let folder = tempfile::tempdir().unwrap();
    let answer = [frame(&returned(7)), frame(&returned(3))].concat();
    let outcomes = run_batch(&fake_probe(&folder, &answer, "exit 0"), &batch(&[7, 3])).unwrap();
    assert_eq!(outcomes, [returned(7), returned(3)]);
}

#[test]
fn calls_without_an_answer_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut cut = [frame(&returned(7)), frame(&returned(3))].concat();
    cut.pop();
    let outcomes = run_batch(&fake_probe(&folder, &cut, "exit 9"), &batch(&[7, 3])).unwrap();
    assert_eq!(outcomes[0], returned(7));
    assert_eq!(outcomes[1].id, 3);
    assert!(reason(&outcomes[1]).contains("exit status: 9"), "{outcomes:?}");
}

#[test]
fn nonsense_from_the_probe_is_no_outcome() {
    let folder = tempfile::tempdir().unwrap();
    let huge = u32::MAX.to_le_bytes().to_vec();
    for answer in [huge, vec![1, 0, 0, 0, 255], frame(&returned(4))] {
        let outcomes = run_batch(&fake_probe(&folder, &answer, "exit 0"), &batch(&[7])).unwrap();
        assert!(reason(&outcomes[0]).contains("not an outcome"), "{outcomes:?}");
    }
}

#[test]
fn a_probe_of_another_version_or_none_at_all_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let result = run_batch(
        &fake_probe(&folder, b"", &format!("exit {STATUS_NOT_A_BATCH}")),
        &batch(&[7]),
    );
    assert!(
        matches!(result, Err(NativeError::OtherVersion { .. })),
        "{result:?}"
    );
    let result = run_batch(&folder.path().join("none"), &batch(&[7]));
    assert!(matches!(result, Err(NativeError::Start { .. })), "{result:?}");
}

#[test]
fn a_stuck_probe_is_stopped_at_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let probe = fake_probe(&folder, &frame(&returned(7)), "exec sleep 60");
    let (started, limit) = (Instant::now(), Duration::from_millis(300));
    let outcomes = run_within(&probe, &batch(&[7, 3]), limit).unwrap();
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(outcomes[0], returned(7));
    assert!(reason(&outcomes[1]).contains("stopped"), "{outcomes:?}");
}

#[test]
fn the_limit_grows_with_the_calls_up_to_a_point() {
    assert_eq!(time_limit(&batch(&[1, 2]), 2), SPARE + Duration::from_millis(300));
    assert_eq!(time_limit(&batch(&[1]), usize::MAX), LONGEST);
    let mut endless = batch(&[1]);
    endless.timeout_ms = u64::MAX;
    assert_eq!(time_limit(&endless, 3), LONGEST);
}

/// A library from C source, linked with these flags.
fn library(folder: &TempDir, name: &str, source: &str, flags: &[&str]) -> PathBuf {
    let (file, path) = (
        folder.path().join(format!("{name}.c")),
        folder.path().join(format!("lib{name}.so")),
    );
    std::fs::write(&file, source).unwrap();
    let mut command = Command::new("cc");
    command
        .args(["-shared", "-fPIC", "-Wl,--no-as-needed", "-o"])
        .arg(&path)
        .arg(&file);
    let output = command.arg("-L").arg(folder.path()).args(flags).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    path
}

#[test]
fn the_runtimes_may_be_needed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let plain = library(&folder, "plain", "int f(void) { return 1; }", &["-lm"]);
    check_dependencies(&plain).unwrap();
    let bare = library(&folder, "bare", "int f(void) { return 1; }", &["-nostdlib"]);
    check_dependencies(&bare).unwrap();
    let needy = library(&folder, "needy", "int g(void) { return 1; }", &["-lplain"]);
    match check_dependencies(&needy) {
        Err(DependencyError::NotAllowed { needed, .. }) => assert_eq!(needed, "libplain.so"),
        other => panic!("{other:?}"),
    }
    let filter = library(
        &folder,
        "filter",
        "int g(void) { return 1; }",
        &["-Wl,-f,libother.so"],
    );
    assert!(matches!(
        check_dependencies(&filter),
        Err(DependencyError::NotAllowed { .. })
    ));
}

#[test]
fn what_is_no_library_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.so");
    std::fs::write(&text, "not a library").unwrap();
    assert!(matches!(
        check_dependencies(&text),
        Err(DependencyError::Read { .. })
    ));
    let mut asked = batch(&[7]);
    asked.libraries = vec![folder.path().join("missing.so").to_str().unwrap().to_owned()];
    let outcomes = run_batch(Path::new("never-started"), &asked).unwrap();
    assert!(
        reason(&outcomes[0]).starts_with("failed to load "),
        "{outcomes:?}"
    );
}

#[test]
fn the_probe_is_found_or_the_error_says_how_to_build_it() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().join("here");
    std::fs::write(&here, "").unwrap();
    assert_eq!(existing([folder.path().join("not"), here.clone()]).unwrap(), here);
    let error = existing([folder.path().join("not"), folder.path().join("neither")]).unwrap_err();
    assert!(error.to_string().contains("cargo build -p twincall-probe"));
    assert!(error.to_string().contains("/not"));
}
