//! The reader of outcomes and the check of dependencies, on scripts and libraries made here. What the real
//! probe does with fixtures is tested beside it.

use tempfile::TempDir;
use twincall_abi::run::{Frame, Group, Module, Stack, SymbolIn};

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
        arena: vec![5; 64],
        ..Outcome::unseen(id, Ending::Returned)
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

/// Why it is not known how a call ended; empty if it is.
fn reason(outcome: &Outcome) -> &str {
    match &outcome.ending {
        Ending::Unknown { reason } => reason,
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
fn of_calls_without_an_answer_nothing_is_known() {
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
    let probe = fake_probe(&folder, &frame(&returned(7)), "exec sleep 600");
    let mut limit = Duration::from_millis(50);
    let outcomes = loop {
        let started = Instant::now();
        let outcomes = run_within(&probe, &batch(&[7, 3]), &[], limit, &|_| None).unwrap();
        // One that nobody stops ends by itself after twice this time.
        assert!(started.elapsed() < Duration::from_secs(300));
        // On a busy machine the first answer may take longer than the limit.
        if outcomes[0] == returned(7) || limit > Duration::from_secs(60) {
            break outcomes;
        }
        limit *= 2;
    };
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
    check_dependencies(&plain, &[]).unwrap();
    let bare = library(&folder, "bare", "int f(void) { return 1; }", &["-nostdlib"]);
    check_dependencies(&bare, &[]).unwrap();
    let needy = library(&folder, "needy", "int g(void) { return 1; }", &["-lplain"]);
    match check_dependencies(&needy, &[]) {
        Err(DependencyError::NotAllowed { needed, .. }) => assert_eq!(needed, "libplain.so"),
        other => panic!("{other:?}"),
    }
    // What the pair is about may be needed, and is looked for where the dynamic linker looks.
    match check_dependencies(&needy, &["libplain.so".to_owned()]) {
        Err(DependencyError::NotFound { needed, .. }) => assert_eq!(needed, "libplain.so"),
        other => panic!("{other:?}"),
    }
    // A library goes by the name that is written in it, whatever its file is called.
    let named = ["-Wl,-soname,libplain12.so.3"];
    library(&folder, "plain", "int f(void) { return 1; }", &named);
    let needy = library(&folder, "needy", "int g(void) { return 1; }", &["-lplain"]);
    for (further, found) in [
        ("libplain.so", false),
        ("plain", false),
        ("libplain12.so.3", true),
    ] {
        match check_dependencies(&needy, &[further.to_owned()]) {
            Err(DependencyError::NotFound { needed, .. }) if found => assert_eq!(needed, "libplain12.so.3"),
            Err(DependencyError::NotAllowed { needed, .. }) if !found => {
                assert_eq!(needed, "libplain12.so.3");
            }
            other => panic!("{further}: {other:?}"),
        }
    }
    let filter = library(
        &folder,
        "filter",
        "int g(void) { return 1; }",
        &["-Wl,-f,libother.so"],
    );
    assert!(matches!(
        check_dependencies(&filter, &[]),
        Err(DependencyError::NotAllowed { .. })
    ));
}

#[test]
fn what_is_no_library_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.so");
    std::fs::write(&text, "not a library").unwrap();
    assert!(matches!(
        check_dependencies(&text, &[]),
        Err(DependencyError::Read { .. })
    ));
    let mut asked = batch(&[7]);
    asked.libraries = vec![folder.path().join("missing.so").to_str().unwrap().to_owned()];
    let result = run_batch(Path::new("never-started"), &asked);
    assert!(
        matches!(result, Err(NativeError::Dependency(DependencyError::Open { .. }))),
        "{result:?}"
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

/// The backtraces of calls of these drivers in the real probe, all of which crash.
fn crashes(source: &str, flags: &[&str], drivers: &[&str]) -> Vec<Vec<Frame>> {
    let folder = tempfile::tempdir().unwrap();
    let path = library(&folder, "crashing", source, flags);
    let mut asked = batch(&(0..).take(drivers.len()).collect::<Vec<u32>>());
    asked.libraries = vec![path.to_str().unwrap().to_owned()];
    (asked.timeout_ms, asked.memory_limit) = (5000, 64 << 20);
    for (call, driver) in asked.groups[0].calls.iter_mut().zip(drivers) {
        call.driver.symbol = (*driver).to_owned();
    }
    let outcomes = run_batch(&find_probe().unwrap(), &asked).unwrap();
    let frames = outcomes.into_iter().map(|outcome| match outcome.ending {
        Ending::Crashed {
            trace: Trace::Frames(frames),
            ..
        } => frames,
        other => panic!("{other:?}"),
    });
    frames.collect()
}

/// The functions of a backtrace, with their lines.
fn lines(frames: &[Frame]) -> Vec<(&str, u32)> {
    let line = |frame: &'_ Frame| frame.line.unwrap_or(0);
    frames
        .iter()
        .map(|frame| (frame.function.as_deref().unwrap_or("?"), line(frame)))
        .collect()
}

#[test]
fn a_crash_has_the_calls_that_led_there() {
    let source = "static void inner(volatile int *p) {\n    *p = 1;\n}\n\
        void reads(const void **a, void *r) {\n    inner((int *)16);\n}\n\
        void jumps(const void **a, void *r) {\n    ((void (*)(void))16)();\n}\n\
        static int deep(volatile int *p) {\n    volatile int here[512]; here[0] = *p;\n    return deep(here) + here[0];\n}\n\
        void overflows(const void **a, void *r) {\n    int start = 0; deep(&start);\n}\n";
    let found = crashes(source, &["-g", "-O0"], &["reads", "jumps", "overflows"]);
    assert_eq!(lines(&found[0]), [("inner", 2), ("reads", 5)]);
    assert!(found[0][0].file.as_ref().unwrap().ends_with("crashing.c"));
    assert_eq!(lines(&found[1]), [("?", 0), ("jumps", 8)]);
    assert_eq!((found[1][0].library.as_str(), found[1][0].offset), ("", 16));
    // Where exactly the stack ends is chance: the lowest frame may have come as far as its own call or not.
    assert!((8..=32).contains(&found[2].len()), "{:?}", found[2]);
    assert!(lines(&found[2])[1..].iter().all(|frame| *frame == ("deep", 12)));
}

#[test]
fn a_backtrace_goes_through_code_without_frame_pointers_and_without_debug_information() {
    let source = "#include <stdlib.h>\n\
        static int __attribute__((noinline)) order(const void *a, const void *b) { abort(); return a < b; }\n\
        void sorts(const void **a, void *r) { int some[3] = { 3, 1, 2 }; qsort(some, 3, sizeof *some, order); }\n";
    let found = crashes(source, &["-g0", "-O2", "-fomit-frame-pointer"], &["sorts"]).remove(0);
    let names: Vec<&str> = lines(&found).iter().map(|frame| frame.0).collect();
    let at = |name: &str| names.iter().position(|found| *found == name);
    assert!(
        at("abort") < at("order") && at("order") < at("sorts"),
        "{names:?}"
    );
    // Between them is the C library's sort, of which only dynamic symbols are known.
    assert!(at("sorts").unwrap() > at("order").unwrap() + 1, "{names:?}");
}

#[test]
fn any_stack_gives_a_backtrace_that_ends() {
    let folder = tempfile::tempdir().unwrap();
    let source = "void f(const void **a, void *r) { *(volatile int *)16 = 1; }";
    let path = library(&folder, "plain", source, &["-g"])
        .to_str()
        .unwrap()
        .to_owned();
    let missing = folder.path().join("missing.so").to_str().unwrap().to_owned();
    let text = folder.path().join("text.so");
    std::fs::write(&text, "not a library").unwrap();
    // Nobody writes to it, so that who reads it would wait for good.
    let pipe = folder.path().join("pipe");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let modules = [
        (path, 0),
        (pipe.to_str().unwrap().to_owned(), 1 << 22),
        (missing, 1 << 20),
        (text.to_str().unwrap().to_owned(), 1 << 21),
    ];
    let modules: Vec<_> = modules.map(|(path, bias)| Module { path, bias }).into();
    let files = Files::default();
    let mut unwinder = Unwinder::new(&files, &|_| None);
    for seed in 0..2000u64 {
        // Words that look like addresses of code or of the stack itself, in no order.
        let mut dice = fastrand::Rng::with_seed(seed);
        let mut value = || match dice.u32(0..4) {
            0 => dice.u64(..),
            1 => dice.u64(0..0x2_0000),
            2 => 0x7000_0000 + dice.u64(0..512),
            _ => u64::MAX - dice.u64(0..16),
        };
        let words: Vec<u64> = (0..64).map(|_| value()).collect();
        let names = ["rip", "rsp", "rbp", "rbx", "rax"];
        let registers = names.iter().map(|name| ((*name).to_owned(), value())).collect();
        let stack = Stack {
            at: 0x7000_0000,
            bytes: words.iter().flat_map(|word| word.to_le_bytes()).collect(),
            modules: modules.clone(),
        };
        assert!(unwinder.frames(&registers, &stack).len() <= 32);
    }
}
