//! Fixtures that crash, hang, fork, flood, end or starve their process: each costs its own call, with the right verdict.

use std::process::Command;

use twincall::facts::{Report, Verdict};
use twincall_abi::target::Target;

use crate::project::{Project, case_on, counts_add_up};

/// One level is enough here, and half the work.
const GOOD: &str = "//@ about = \"is well\"\n//@ opt = 0";

/// Name, directives besides the call, code, verdict and rule.
type Fixture = (&'static str, &'static str, &'static str, Verdict, &'static str);

const NATIVE: &[Fixture] = &[
    (
        "crashes",
        "",
        "int crashes(int x) { return *(volatile int *)(long)(x + 7); }",
        Verdict::Diverges,
        "crash",
    ),
    (
        "loops",
        "//@ timeout-ms = 100",
        "int loops(int x) { volatile int again = x; while (again) {} return 0; }",
        Verdict::Diverges,
        "hang",
    ),
    (
        "sleeps",
        "//@ timeout-ms = 100",
        "int pause(void); int raise(int); int sleeps(int x) { raise(19); for (;;) pause(); }",
        Verdict::Diverges,
        "hang",
    ),
    (
        "forks",
        "",
        "int fork(void); int pause(void); int setsid(void);\n\
         int forks(int x) { for (int i = 0; i < 3; i++) if (fork() == 0) { setsid(); for (;;) pause(); } return x; }",
        Verdict::Conforms,
        "",
    ),
    (
        "returns_twice",
        "",
        "int fork(void); int returns_twice(int x) { fork(); return x; }",
        Verdict::Conforms,
        "",
    ),
    (
        "floods",
        "",
        "long write(int, const void *, unsigned long); static char text[1 << 20];\n\
         int floods(int x) { for (int i = 0; i < 1024; i++) { write(1, text, sizeof text); write(2, text, 99); } return x; }",
        Verdict::Conforms,
        "",
    ),
    (
        "ends",
        "",
        "void _exit(int); int ends(int x) { _exit(0); return x; }",
        Verdict::Diverges,
        "crash",
    ),
    (
        "closes",
        "",
        "int close(int); int closes(int x) { for (int i = 0; i < 70000; i++) close(i); return x; }",
        Verdict::Conforms,
        "",
    ),
    (
        "eats",
        "",
        "void *malloc(unsigned long);\n\
         int eats(int x) { for (long i = 0; i < 1 << 16; i++) {\n\
             volatile char *page = malloc(1 << 20);\n\
             if (page == 0) return x;\n\
             for (int at = 0; at < 1 << 20; at += 4096) page[at] = 1; } return -1; }",
        Verdict::Conforms,
        "",
    ),
];

const WASM: &[Fixture] = &[
    (
        "loops",
        "//@ timeout-ms = 100",
        "int loops(int x) { volatile int again = x; while (again) {} return 0; }",
        Verdict::Diverges,
        "hang",
    ),
    (
        "crashes",
        "",
        "int crashes(int x) { __builtin_trap(); return x; }",
        Verdict::Diverges,
        "trap",
    ),
    (
        "eats",
        "",
        "int eats(int x) { for (int i = 0; i < 1 << 20; i++) if (__builtin_wasm_memory_grow(0, 16) == (unsigned long)-1)\n\
         return x; return -1; }",
        Verdict::Conforms,
        "",
    ),
    (
        "descends",
        "",
        "int descends(int x) { volatile char frame[4096]; frame[x & 1] = 1; return descends(x + 1) + frame[0]; }",
        Verdict::Diverges,
        "out-of-bounds",
    ),
];

fn project_of(fixtures: &[Fixture]) -> Project {
    let project = Project::new();
    project.twins("a_good", GOOD);
    project.twins("z_good", GOOD);
    for (name, directives, code, ..) in fixtures {
        let directives = format!("{GOOD}\n//@ call = [\"{name}(1) == 1\"]\n{directives}");
        project.defined_in_c(name, &directives, code);
    }
    project
}

#[track_caller]
fn hold(report: &Report, fixtures: &[Fixture], target: Target) {
    counts_add_up(report);
    assert_eq!(report.summary.failed, 0, "{:?}", report.summary);
    for (name, _, _, verdict, rule) in fixtures {
        let case = case_on(report, name, target);
        assert_eq!(
            case.verdict, *verdict,
            "{name}: {:?} {:?}",
            case.reason, case.findings
        );
        let rules: Vec<&str> = case.findings.iter().map(|finding| finding.rule.id()).collect();
        let expected: &[&str] = if rule.is_empty() { &[] } else { &[rule] };
        assert_eq!(rules, expected, "{name}: {:?}", case.findings);
    }
    for name in ["a_good", "z_good"] {
        let case = case_on(report, name, target);
        assert_eq!(
            (case.verdict, case.calls > 0),
            (Verdict::Conforms, true),
            "{:?}",
            case.findings
        );
    }
}

#[test]
fn native_fixtures_that_misbehave_cost_their_own_call() {
    let project = project_of(NATIVE);
    let report = project.run(&mut project.check_json()).exits(100).report();
    hold(&report, NATIVE, Target::X86_64LinuxGnu);
    assert_eq!(project.calls_running(), [] as [u32; 0]);
    project.run(project.check().arg("crashes")).exits(100).says(&[
        "SIGSEGV at address 0x8",
        "c-fixtures/crashes.c:5",
        "twincall show crashes --target native",
    ]);
}

#[test]
fn calls_that_nobody_saw_are_no_finding_and_no_agreement() {
    let project = Project::new();
    for (name, code) in [
        (
            "loads",
            "void _exit(int); __attribute__((constructor)) static void first(void) { _exit(0); } int loads(int x) { return x; }",
        ),
        (
            "kills",
            "int getppid(void); int kill(int, int); int kills(int x) { kill(getppid(), 9); return x; }",
        ),
    ] {
        let directives = format!("//@ about = \"x\"\n//@ opt = 0\n//@ call = [\"{name}(1) == 1\"]\n");
        project.defined_in_c(name, &directives, code);
    }
    let run = project.run(&mut project.check_json());
    let report = run.exits(101).report();
    for (name, how) in [("loads", "ended the process with status 0"), ("kills", "SIGKILL")] {
        let case = case_on(&report, name, Target::X86_64LinuxGnu);
        assert_eq!(
            (case.verdict, &case.findings[..]),
            (Verdict::Error, &[][..]),
            "{name}"
        );
        let reason = case.reason.as_deref().unwrap_or_default();
        assert!(
            reason.starts_with("not known how calls ended: ") && reason.contains(how),
            "{reason}"
        );
    }
}

#[test]
fn misbehaviour_that_is_expected_is_no_failure() {
    let project = Project::new();
    for (name, directives, code, verdict, rule) in NATIVE {
        if *verdict == Verdict::Diverges {
            let directives = format!(
                "//@ about = \"x\"\n//@ opt = 0\n//@ call = [\"{name}(1) == 1\"]\n\
                 //@ expect = [{{ rule = \"{rule}\", symbol = \"{name}\" }}]\n{directives}"
            );
            project.defined_in_c(name, &directives, code);
        }
    }
    let report = project.run(&mut project.check_json()).exits(0).report();
    assert_eq!(report.summary.unexpected, 0);
    assert!(report.cases.iter().all(|case| case.verdict == Verdict::Diverges));
}

#[test]
fn twins_that_misbehave_in_both_languages_do_not_agree_by_that() {
    let project = Project::new();
    project.twins("good", GOOD);
    project.pair(
        "both_crash",
        "//@ about = \"x\"\n//@ opt = 0\n//@ call = [\"both_crash(1)\"]\nint both_crash(int x) { return *(volatile int *)(long)x; }\n",
        "#[unsafe(no_mangle)]\npub extern \"C\" fn both_crash(x: i32) -> i32 {\n\
         unsafe { (x as isize as *const i32).read_volatile() }\n}\n",
    );
    project.pair(
        "one_panics",
        "//@ about = \"x\"\n//@ opt = 0\n//@ call = [\"one_panics(1)\"]\nint one_panics(int x) { return x; }\n",
        "#[unsafe(no_mangle)]\npub extern \"C\" fn one_panics(x: i32) -> i32 { panic!(\"{x}\") }\n",
    );
    let report = project.run(&mut project.check_json()).exits(100).report();
    let native = Target::X86_64LinuxGnu;
    for (name, sides) in [("both_crash", [true, true]), ("one_panics", [false, true])] {
        let case = case_on(&report, name, native);
        assert_eq!(case.verdict, Verdict::Diverges, "{name}");
        let [finding] = &case.findings[..] else {
            panic!("{name}: {:?}", case.findings)
        };
        assert_eq!(finding.rule.id(), "crash", "{name}");
        assert_eq!(
            [!finding.c().is_empty(), !finding.rust().is_empty()],
            sides,
            "{name}: {finding:?}"
        );
    }
    assert_eq!(case_on(&report, "good", native).verdict, Verdict::Conforms);
}

#[test]
fn wasm_fixtures_that_misbehave_cost_their_own_call() {
    let project = project_of(WASM);
    let mut check: Command = project.twincall("check");
    // The user's cache may hold Rust's libraries for wasm, which take long to build.
    check
        .env_remove("TWINCALL_CACHE")
        .args(["--target", "wasm", "--format", "json"]);
    let run = project.run(&mut check);
    let report = run.report();
    if report.summary.skipped == report.summary.planned {
        // This machine's rustc cannot produce wasm, which another test is about.
        return;
    }
    hold(&run.exits(100).report(), WASM, Target::Wasm32Unknown);
}
