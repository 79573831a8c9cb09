//! Finds the C compiler of fixtures: a clang, or a gcc beside which the default clang reads the declarations.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::{
    CToolchain, DEFAULT_CLANG, DEFAULT_GCC, Gcc, LinkWords, ToolchainError, Version, find_program, locate,
    output, parse_version, remembered,
};
use crate::cache::Cache;

/// What a program turned out to be.
#[derive(Serialize, Deserialize)]
enum Compiler {
    Clang(CToolchain),
    Gcc { version: Version, gcc: Gcc },
}

/// The C toolchain by choice: a name on PATH or in the cache, a path, or the default.
pub fn find_c(choice: Option<&str>, cache: &Cache) -> Result<CToolchain, ToolchainError> {
    let name = choice.unwrap_or(DEFAULT_CLANG);
    let Some(path) = locate(name, cache) else {
        return Err(match choice {
            Some(_) => ToolchainError::Unknown {
                name: name.to_owned(),
                looked_for: format!("PATH and {}", cache.toolchains().display()),
            },
            None => ToolchainError::NoClang {
                looked_for: format!("`{DEFAULT_CLANG}` on PATH"),
            },
        });
    };
    // What is missing beside it may have been installed since.
    let holds = |compiler: &Compiler| match compiler {
        Compiler::Clang(clang) => {
            clang.clangxx.is_some()
                && clang.lld.is_some()
                && clang.link_words.is_some()
                && clang.wasm_ld.is_some()
                && clang.wasm_builtins.is_some()
        }
        Compiler::Gcc { gcc, .. } => gcc.gxx.is_some(),
    };
    match remembered(cache, "c", &path, || probe(&path), holds)? {
        Compiler::Clang(clang) => Ok(clang),
        Compiler::Gcc { version, gcc } => {
            let clang = find_c(None, cache)?;
            Ok(CToolchain {
                name: format!("gcc-{}", version.0),
                version,
                gcc: Some(gcc),
                ..clang
            })
        }
    }
}

/// A compiler with another back end than this one, as a further witness: gcc beside clang, and the default clang beside gcc.
/// Nothing where none is installed.
pub fn find_further_c(c: &CToolchain, cache: &Cache) -> Option<CToolchain> {
    if c.gcc.is_some() {
        return find_c(None, cache).ok();
    }
    find_c(Some(DEFAULT_GCC), cache)
        .ok()
        .filter(|found| found.gcc.is_some())
}

fn probe(path: &Path) -> Result<Compiler, ToolchainError> {
    let unusable = |reason: String| ToolchainError::Unusable {
        path: path.to_owned(),
        reason,
    };
    let text = output(Command::new(path).arg("--version")).map_err(unusable)?;
    let first = text.lines().next().unwrap_or_default();
    if let Some((_, version)) = first.split_once("clang version ") {
        let version = parse_version(version).ok_or_else(|| unusable(format!("its version is `{first}`")))?;
        return probe_clang(path, version).map(Compiler::Clang).map_err(unusable);
    }
    let dumped = || output(Command::new(path).arg("-dumpfullversion"));
    // Other programs of the GNU project name the same owner, and have no such version.
    if text.contains("Free Software Foundation")
        && let Some(version) = dumped().ok().and_then(|text| parse_version(text.trim()))
    {
        let gcc = Gcc {
            gcc: path.to_owned(),
            gxx: gxx_beside(path, version),
        };
        return Ok(Compiler::Gcc { version, gcc });
    }
    Err(unusable(
        "it calls itself neither clang nor gcc, the C compilers whose objects are read".to_owned(),
    ))
}

/// `g++-12` for `gcc-12`.
fn gxx_beside(gcc: &Path, version: Version) -> Option<PathBuf> {
    let name = gcc.file_name()?.to_str()?;
    let beside = gcc.with_file_name(name.replace("gcc", "g++"));
    (beside != gcc && beside.exists())
        .then_some(beside)
        .or_else(|| find_program(&format!("g++-{}", version.0)))
}

fn probe_clang(path: &Path, version: Version) -> Result<CToolchain, String> {
    // `clang-22` is a link into the folder of its LLVM, where the other tools carry no version.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let sibling = |name: &str| {
        let versioned = format!("{name}-{}", version.0);
        path.parent()
            .map(|folder| folder.join(&versioned))
            .filter(|tool| tool.exists())
            .or_else(|| {
                real.parent()
                    .map(|folder| folder.join(name))
                    .filter(|tool| tool.exists())
            })
            .or_else(|| find_program(&versioned))
    };
    // Distributions bring old compilers without their linkers; objects are the same to a newer one.
    let default = DEFAULT_CLANG.trim_start_matches("clang");
    let linker = |name: &str| sibling(name).or_else(|| find_program(&format!("{name}{default}")));
    let lld = linker("ld.lld");
    Ok(CToolchain {
        link_words: lld.as_deref().and_then(|lld| link_words(path, lld)),
        name: format!("clang-{}", version.0),
        version,
        clang: path.to_owned(),
        clangxx: sibling("clang++"),
        gcc: None,
        lld,
        wasm_ld: linker("wasm-ld"),
        wasm_builtins: match wasm_builtins(path)? {
            Some(builtins) => Some(builtins),
            None => find_program(DEFAULT_CLANG).and_then(|clang| wasm_builtins(&clang).ok().flatten()),
        },
    })
}

/// The words that clang would give to a linker for a shared object. It prints them quoted, one call to a line.
fn link_words(clang: &Path, lld: &Path) -> Option<LinkWords> {
    let mut command = Command::new(clang);
    command
        .args(["-###", "-shared", "-o", OUTPUT, INPUT])
        .arg(format!("--ld-path={}", lld.display()));
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stderr).ok()?;
    let line = text.lines().rev().find(|line| line.starts_with(" \""))?;
    let mut words = shlex::split(line)?.into_iter();
    (words.next()? == lld.display().to_string()).then_some(())?;
    let words: Vec<String> = words.collect();
    let output = words.windows(2).position(|pair| pair == ["-o", OUTPUT])?;
    let input = words.iter().position(|word| word == INPUT)?;
    let before = words[..input].iter().enumerate();
    Some(LinkWords {
        before: before
            .filter(|(at, _)| ![output, output + 1].contains(at))
            .map(|(_, word)| word.clone())
            .collect(),
        behind: words[input + 1..].to_vec(),
    })
}

/// Names that stand for what is linked and what comes of it while clang is only asked for its words.
const INPUT: &str = "/dev/null";
const OUTPUT: &str = "twincall-output";

/// compiler-rt's builtins for wasm among the files of a clang.
fn wasm_builtins(clang: &Path) -> Result<Option<PathBuf>, String> {
    let resources = output(Command::new(clang).arg("-print-resource-dir"))?;
    let libraries = Path::new(resources.trim()).join("lib");
    let names = [
        "wasi/libclang_rt.builtins-wasm32.a",
        "wasm32-unknown-unknown/libclang_rt.builtins.a",
    ];
    Ok(names
        .iter()
        .map(|name| libraries.join(name))
        .find(|path| path.exists()))
}
