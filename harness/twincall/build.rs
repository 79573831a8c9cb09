//! Gives the code of the readers a number, which is part of the keys under which their answers are cached: an answer of other
//! code is never taken for one of this code.

use std::path::{Path, PathBuf};

/// Files and folders, relative to this package, that decide what is read out of an object and how the answer is stored.
const READERS: [&str; 9] = [
    "src/evidence",
    "src/build/evidence.rs",
    "src/build/back_end.rs",
    "src/emit.rs",
    "../abi/src/ir.rs",
    "../abi/src/layout.rs",
    "../abi/src/slot.rs",
    "../abi/src/units.rs",
    "../abi/src/wasm.rs",
];

fn main() -> std::io::Result<()> {
    let package = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for reader in READERS {
        println!("cargo::rerun-if-changed={reader}");
        collect(&package.join(reader), &mut files)?;
    }
    files.sort();
    let mut number = Number::default();
    for file in &files {
        number.add(
            file.strip_prefix(&package)
                .unwrap_or(file)
                .as_os_str()
                .as_encoded_bytes(),
        );
        number.add(&std::fs::read(file)?);
    }
    println!("cargo::rustc-env=TWINCALL_READERS={:016x}", number.0);
    Ok(())
}

/// The Rust files below a path, but for those of tests.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let name = path.file_stem().unwrap_or_default();
    if name == "tests" || name == "testdata" {
        return Ok(());
    }
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        files.push(path.to_owned());
    }
    Ok(())
}

/// FNV-1a of 64 bits: it has to tell versions of a few files apart, and no enemy chooses them.
struct Number(u64);

impl Default for Number {
    fn default() -> Number {
        Number(0xcbf2_9ce4_8422_2325)
    }
}

impl Number {
    /// Adds a text with its length, so that what moves from one file to the next changes the number.
    fn add(&mut self, text: &[u8]) {
        let length = (text.len() as u64).to_le_bytes();
        for byte in length.iter().chain(text) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
