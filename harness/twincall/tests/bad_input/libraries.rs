//! Libraries of the system that a pair names with `link`: by another name than their file's, missing, and not to be loaded.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use twincall::facts::Verdict;

use crate::project::{Project, case, reason};

/// What the tests of this repository need (`scripts/setup --tests`), under the name by which it is loaded.
const ZLIB: &str = "/usr/lib/x86_64-linux-gnu/libz.so.1";

fn bound(project: &Project, library: &str, c: &str, rust: &str) {
    project.pair(
        "bound",
        &format!("//@ about = \"x\"\n//@ link = {library:?}\n{c}\n"),
        &format!("unsafe extern \"C\" {{ {rust} }}\n"),
    );
}

const C: &str = "unsigned long compressBound(unsigned long length);";
const RUST: &str = "pub fn compressBound(length: u64) -> u64;";

/// As libpng.so is to libpng16.so.16.
#[test]
fn a_library_goes_by_the_name_that_is_written_in_it() {
    let project = Project::new();
    let folder = project.beside("lib");
    fs::create_dir(&folder).unwrap();
    symlink(ZLIB, folder.join("libsqueeze.so")).unwrap();
    bound(&project, "squeeze", C, RUST);
    let check = |code: i32| {
        let mut check = project.check_json();
        project
            .run(check.env("LIBRARY_PATH", &folder))
            .exits(code)
            .report()
    };
    let report = check(0);
    let bound_case = case(&report, "bound");
    assert_eq!(bound_case.verdict, Verdict::Conforms, "{:?}", bound_case.findings);
    assert!(bound_case.calls > 0);
    // What both sides say of it is compared as ever.
    bound(
        &project,
        "squeeze",
        C,
        "pub fn compressBound(length: u32) -> u64;",
    );
    assert_eq!(case(&check(100), "bound").verdict, Verdict::Diverges);
}

#[test]
fn a_library_that_is_not_found_is_no_fault_of_the_pair() {
    let project = Project::new();
    bound(&project, "squeeze", C, RUST);
    let report = project.run(&mut project.check_json()).exits(0).report();
    assert_eq!(case(&report, "bound").verdict, Verdict::Unsupported);
    let told = reason(&report, "bound");
    assert!(
        told.contains("the linker does not take what `link` names: it finds no libsqueeze"),
        "{told}"
    );
}

/// A shared library of this text that calls itself by this name.
fn library(path: &Path, soname: &str, text: &str) {
    let source = path.with_extension("c");
    fs::write(&source, text).unwrap();
    let mut command = Command::new("cc");
    command.args(["-shared", "-fPIC", "-o"]).arg(path).arg(&source);
    let done = command.arg(format!("-Wl,-soname,{soname}")).status().unwrap();
    assert!(done.success());
}

#[test]
fn a_library_that_is_not_loaded_is_no_fault_of_the_pair() {
    let project = Project::new();
    let folder = project.beside("lib");
    fs::create_dir(&folder).unwrap();
    library(
        &folder.join("libsqueeze.so"),
        "libsqueeze7.so.3",
        "unsigned long compressBound(unsigned long length) { return length; }\n",
    );
    bound(&project, "squeeze", C, RUST);
    let mut check = project.check_json();
    let report = project.run(check.env("LIBRARY_PATH", &folder)).exits(0).report();
    assert_eq!(case(&report, "bound").verdict, Verdict::Unsupported);
    let told = reason(&report, "bound");
    let wanted = "it needs libsqueeze7.so.3, which is in none of the system's library folders";
    assert!(told.contains(wanted), "{told}");
}

/// A library of the same name with other versions of its symbols: linked, and refused by the dynamic linker.
#[test]
fn a_library_that_the_dynamic_linker_refuses_is_no_fault_of_the_pair() {
    let project = Project::new();
    let folder = project.beside("lib");
    fs::create_dir(&folder).unwrap();
    library(
        &folder.join("libsqueeze.so"),
        "libz.so.1",
        "unsigned long no_such_function_in_zlib(unsigned long length) { return length; }\n",
    );
    bound(
        &project,
        "squeeze",
        "unsigned long no_such_function_in_zlib(unsigned long length);",
        "pub fn no_such_function_in_zlib(length: u64) -> u64;",
    );
    let mut check = project.check_json();
    let report = project.run(check.env("LIBRARY_PATH", &folder)).exits(0).report();
    assert_eq!(case(&report, "bound").verdict, Verdict::Unsupported);
    let told = reason(&report, "bound");
    assert!(
        told.contains("could not be loaded: ") && told.contains("no_such_function_in_zlib"),
        "{told}"
    );
}

/// What a case needs that is not for a target is not built for it.
#[test]
fn rusts_libraries_are_built_for_cases_that_need_them() {
    let project = Project::new();
    project.pair(
        "native_alone",
        "//@ about = \"x\"\n//@ opt = 0\n//@ targets = [\"native\"]\nint same(int x) { return x; }\n",
        "//@ std = true\n#[unsafe(no_mangle)] pub extern \"C\" fn same(x: i32) -> i32 { x }\n",
    );
    let run = project.run(&mut project.twincall("check")).exits(0);
    assert!(!run.stderr.contains("building"), "{}", run.stderr);
}
