//! A crate outside this workspace that tests its binding of zlib with Twincall, built and run as its author would.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Writes the crate of `tests/example` into a folder.
fn write(folder: &Path) {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let (from, to) = (entry.path(), to.join(entry.file_name()));
            if from.is_dir() {
                copy(&from, &to);
            } else {
                std::fs::copy(from, to).unwrap();
            }
        }
    }
    copy(&here().join("tests/example"), folder);
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml.in")).unwrap();
    let manifest = manifest.replace("= \"TWINCALL\"", &format!("= \"{}\"", here().display()));
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    std::fs::remove_file(folder.join("Cargo.toml.in")).unwrap();
    // The versions that this workspace was tested with.
    std::fs::copy(here().join("../../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}

/// Runs the crate's tests. What this workspace has compiled is used again where it fits.
fn test(folder: &Path, bless: bool) -> Output {
    let target = Path::new(env!("CARGO_BIN_EXE_twincall"))
        .ancestors()
        .nth(2)
        .unwrap();
    let probe: PathBuf = target.join("debug/twincall-probe");
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["test", "--quiet", "--offline", "--test", "abi"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env("TWINCALL_PROBE", probe)
        // Of the test that runs this.
        .env_remove("RUSTFLAGS");
    if bless {
        command.env("TWINCALL_BLESS", "1");
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "uses what the debug build compiled")]
fn a_binding_of_zlib_tests_itself() {
    if !Path::new("/usr/include/zlib.h").is_file() {
        // `scripts/setup --tests` installs it.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let first = test(folder.path(), true);
    assert!(first.status.success(), "{}", said(&first));
    assert!(folder.path().join("snapshots/zlib@native.snap").is_file());
    let again = test(folder.path(), false);
    assert!(again.status.success(), "{}", said(&again));
    // A binding that loses a field is found, at the field and at what comes behind it.
    let binding = folder.path().join("rust-fixtures/zlib.rs");
    let text = std::fs::read_to_string(&binding).unwrap();
    let broken = text.replace("    pub total_in: c_ulong,\n", "");
    assert_ne!(text, broken);
    std::fs::write(&binding, broken).unwrap();
    let wrong = test(folder.path(), false);
    assert!(!wrong.status.success());
    let said = said(&wrong);
    assert!(
        said.contains("layout-size") || said.contains("field-missing"),
        "{said}"
    );
    assert!(said.contains("next_out"), "{said}");
}
