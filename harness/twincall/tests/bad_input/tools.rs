//! Tools that are missing, or are not what they are taken for.

use std::path::{Path, PathBuf};

use twincall::cache::Cache;
use twincall::facts::Verdict;
use twincall::toolchain::{find_c, find_rust};
use twincall_abi::target::Target;

use crate::project::{Project, case, case_on, reason, script};

const GOOD: &str = "//@ about = \"is well\"";

/// The rustc that a run takes by itself.
fn rustc(project: &Project) -> PathBuf {
    let (cache, _) = Cache::open(&project.cache(), true);
    find_rust(None, &cache).unwrap().rustc
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn without_a_compiler_the_run_says_what_it_looked_for() {
    let project = Project::new();
    project.twins("good", GOOD);
    let empty = project.beside("empty");
    std::fs::create_dir(&empty).unwrap();
    let doctor = "`twincall doctor` shows what installs it";
    project
        .run(project.check().env("PATH", &empty))
        .exits(101)
        .complains(&["no C compiler was found", "`clang-22` on PATH", doctor]);
    project
        .run(project.check().env_remove("PATH"))
        .exits(101)
        .complains(&["no C compiler was found"]);
    project
        .run(project.twincall("doctor").env("PATH", &empty))
        .exits(101)
        .says(&["C compiler", "apt-get install clang-22"]);
}

#[test]
fn a_toolchain_that_is_none_is_refused() {
    let project = Project::new();
    project.twins("good", GOOD);
    let silent = project.beside("rustc-silent");
    script(&silent, "exit 0");
    let other = project.beside("gcc-like");
    script(&other, "echo gcc 12");
    for (name, message) in [
        ("clang-0", "no toolchain `clang-0` was found: looked at PATH"),
        (
            "rustc-0.1",
            "no toolchain `rustc-0.1` was found: looked at PATH, the cache",
        ),
        ("/nowhere/rustc", "`/nowhere/rustc` is no compiler"),
        ("/nowhere/clang", "no toolchain `/nowhere/clang` was found"),
        (text(&silent), "it prints no release"),
        (text(&other), "it calls itself neither clang nor gcc"),
    ] {
        project
            .run(project.check().args(["--toolchain", name]))
            .exits(101)
            .complains(&[message]);
    }
    project
        .run(
            project
                .check()
                .args(["--toolchain", "clang-22", "--toolchain", "clang-0"]),
        )
        .exits(2)
        .complains(&["two C toolchains, `clang-22` and `clang-0`"]);
    project.write("twincall.toml", "[toolchain]\nc = \"clang-0\"\n");
    project
        .run(&mut project.check())
        .exits(101)
        .complains(&["`clang-0`"]);
    project.write("twincall.toml", "[toolchain]\n\nrsut = \"clang-0\"\n");
    project
        .run(&mut project.check())
        .exits(101)
        .complains(&["twincall.toml:3: unknown field `rsut`"]);
}

#[test]
fn without_wasm_libraries_wasm_cases_are_skipped_by_name_and_native_ones_run() {
    let project = Project::new();
    project.twins("one", GOOD);
    project.twins("two", GOOD);
    // A rustc as rustup installs it: no library but its own, and no source.
    let rustc = rustc(&project);
    let without = project.beside("rustc-without-wasm");
    let body = format!(
        "case \"$*\" in\n*target-libdir*wasm*|'--print sysroot') echo /nowhere ;;\n*) exec '{}' \"$@\" ;;\nesac",
        text(&rustc)
    );
    script(&without, &body);
    let with = |subcommand: &str| {
        let mut command = project.twincall(subcommand);
        command.args(["--toolchain", text(&without)]);
        command
    };
    let report = project
        .run(with("check").args(["--format", "json"]))
        .exits(0)
        .report();
    for name in ["one", "two"] {
        assert_eq!(case(&report, name).verdict, Verdict::Conforms);
        let skipped = case_on(&report, name, Target::Wasm32Unknown);
        assert_eq!(skipped.verdict, Verdict::Skipped);
        let reason = skipped.reason.as_deref().unwrap();
        assert!(reason.contains("no libraries for wasm"), "{reason}");
    }
    assert_eq!((report.summary.executed, report.summary.skipped), (2, 2));
    project.run(&mut with("check")).exits(0).says(&[
        "unchecked: one on wasm, two on wasm: ",
        "planned 4 = executed 2 + not-applicable 0 + skipped 2 + ",
    ]);
}

#[test]
fn without_a_cpp_compiler_only_cpp_fixtures_do_not_run() {
    let project = Project::new();
    project.twins("c", GOOD);
    project.twins("cpp", GOOD);
    let fixtures = project.root().join("c-fixtures");
    let code = "//@ about = \"x\"\nextern \"C\" int add_one(int a) { return a + 1; }\n";
    std::fs::remove_file(fixtures.join("cpp.c")).unwrap();
    project.write("c-fixtures/cpp.cpp", code);
    // Only this clang and its linker are in reach: neither their neighbours nor anything on PATH.
    let rustc = rustc(&project);
    let (cache, _) = Cache::open(&project.cache(), true);
    let c = find_c(None, &cache).unwrap();
    let alone = project.beside("alone");
    std::fs::create_dir(&alone).unwrap();
    script(&alone.join("clang"), &format!("exec '{}' \"$@\"", text(&c.clang)));
    let linker = alone.join(format!("ld.lld-{}", c.version.0));
    let lld = c.lld.unwrap();
    std::os::unix::fs::symlink(&lld, linker).unwrap();
    let mut check = project.check_json();
    check.args([
        "--toolchain",
        text(&alone.join("clang")),
        "--toolchain",
        text(&rustc),
    ]);
    let report = project.run(check.env("PATH", &alone)).exits(0).report();
    assert_eq!(case(&report, "c").verdict, Verdict::Conforms);
    assert_eq!(case(&report, "cpp").verdict, Verdict::Skipped);
    let message = reason(&report, "cpp");
    assert!(message.contains("the C++ compiler is missing"), "{message}");
    // A linker that does not work is no divergence, and nothing of it is kept.
    project.twins("c", "//@ about = \"is well\"\n");
    let broken = project.beside("broken");
    std::fs::create_dir(&broken).unwrap();
    script(&broken.join(format!("ld.lld-{}", c.version.0)), "kill -9 $$");
    let clang = broken.join("clang");
    script(&clang, &format!("exec '{}' \"$@\"", text(&c.clang)));
    let mut check = project.check_json();
    check.args(["c", "--toolchain", text(&clang), "--toolchain", text(&rustc)]);
    let report = project.run(check.env("PATH", &broken)).exits(101).report();
    assert!(reason(&report, "c").contains("cannot be linked"), "{report:?}");
    std::fs::remove_file(broken.join(format!("ld.lld-{}", c.version.0))).unwrap();
    std::os::unix::fs::symlink(&lld, broken.join(format!("ld.lld-{}", c.version.0))).unwrap();
    project.run(&mut check).exits(0);
}

#[test]
fn without_the_probe_each_native_case_says_so() {
    let project = Project::new();
    project.twins("good", GOOD);
    let report = project
        .run(
            project
                .check_json()
                .env("TWINCALL_PROBE", "/nowhere/twincall-probe"),
        )
        .exits(101)
        .report();
    let message = reason(&report, "good");
    assert!(
        message.contains("/nowhere/twincall-probe does not exist"),
        "{message}"
    );
    // A program that is no probe.
    let other = project.beside("other");
    script(&other, "echo nonsense");
    let run = project.run(project.check_json().env("TWINCALL_PROBE", &other));
    assert!(matches!(run.status.code(), Some(100 | 101)), "{run}");
}
