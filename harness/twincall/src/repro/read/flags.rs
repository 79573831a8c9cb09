//! Which flags a report may set. A report is a stranger's text: what names a file, a plugin or a linker is refused.

use crate::directive::Edition;
use crate::repro::pair::Sources;

/// Code generation flags of C compilers that change what crosses the boundary, or what is made of it, and nothing else.
/// Each may have `no-` before it; a value follows `=`.
const GENERATION: [&str; 43] = [
    "short-enums",
    "short-wchar",
    "signed-char",
    "unsigned-char",
    "signed-bitfields",
    "unsigned-bitfields",
    "pack-struct",
    "pcc-struct-return",
    "reg-struct-return",
    "strict-aliasing",
    "strict-overflow",
    "strict-enums",
    "strict-flex-arrays",
    "wrapv",
    "trapv",
    "omit-frame-pointer",
    "stack-protector",
    "stack-protector-strong",
    "stack-protector-all",
    "stack-clash-protection",
    "cf-protection",
    "zero-call-used-regs",
    "fast-math",
    "math-errno",
    "finite-math-only",
    "excess-precision",
    "fp-contract",
    "unroll-loops",
    "tree-vectorize",
    "vectorize",
    "slp-vectorize",
    "inline",
    "inline-functions",
    "builtin",
    "common",
    "freestanding",
    "delete-null-pointer-checks",
    "exceptions",
    "rtti",
    "ms-extensions",
    "char8_t",
    "abi-version",
    "clang-abi-compat",
];

/// Options of rustc's `-C` that a report may set.
const CODEGEN: [&str; 9] = [
    "target-feature",
    "target-cpu",
    "opt-level",
    "overflow-checks",
    "debug-assertions",
    "soft-float",
    "force-frame-pointers",
    "no-redzone",
    "no-vectorize-loops",
];

const LONGEST: usize = 200;
const MOST: usize = 64;

/// Characters that name no file and open none.
fn harmless(text: &str) -> bool {
    text.len() <= LONGEST
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | ',' | '=' | ':'))
}

/// Whether a C compiler may be given this flag.
pub(super) fn c_allowed(flag: &str) -> bool {
    if !harmless(flag) {
        return false;
    }
    if let Some(machine) = flag.strip_prefix("-m") {
        // `-mllvm` takes any option of LLVM, also such that load code; the others make another target of it.
        let word = machine.split('=').next().unwrap_or_default();
        return !word.is_empty()
            && !matches!(word, "llvm" | "32" | "16" | "x32" | "64")
            && !word.contains("plugin");
    }
    if let Some(generation) = flag.strip_prefix("-f") {
        let word = generation.split('=').next().unwrap_or_default();
        let word = word.strip_prefix("no-").unwrap_or(word);
        return GENERATION.contains(&word);
    }
    if let Some(level) = flag.strip_prefix("-O") {
        return matches!(level, "" | "0" | "1" | "2" | "3" | "s" | "z" | "g" | "fast");
    }
    if let Some(define) = flag.strip_prefix("-D") {
        return define.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    }
    // Of what `-Xclang=` hands on, the ABI of several results on wasm; it has no option of its own.
    if matches!(flag, "-Xclang=-target-abi" | "-Xclang=experimental-mv") {
        return true;
    }
    flag.strip_prefix("-std=").is_some_and(|name| !name.is_empty())
}

/// Whether rustc may be given this flag, written in one.
pub(super) fn rust_allowed(flag: &str) -> bool {
    let Some(option) = flag.strip_prefix("-C") else {
        return matches!(flag, "-O");
    };
    harmless(option) && CODEGEN.contains(&option.split('=').next().unwrap_or_default())
}

/// Whether wasm-ld may be given this flag: where the stack and the data lie, and nothing that names a file or a symbol.
pub(super) fn wasm_link_allowed(flag: &str) -> bool {
    let number =
        |rest: &str| !rest.is_empty() && rest.len() <= 9 && rest.bytes().all(|byte| byte.is_ascii_digit());
    let sized = ["-zstack-size=", "--global-base="];
    matches!(flag, "--stack-first" | "--no-stack-first")
        || sized
            .iter()
            .any(|name| flag.strip_prefix(name).is_some_and(number))
}

/// Applies a block of TOML: `c-flags`, `rust-flags`, `wasm-link-flags`, `rust-features` and `edition`, the last also of a
/// manifest.
pub(super) fn apply(text: &str, line: u32, sources: &mut Sources, notes: &mut Vec<String>) {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            let message = error.message().lines().next().unwrap_or_default().to_owned();
            notes.push(format!(
                "line {line}: the block is no TOML and is left out: {message}"
            ));
            return;
        }
    };
    for (key, value) in &table {
        match key.as_str() {
            "c-flags" | "flags" => {
                for flag in strings(value) {
                    take(&flag, c_allowed(&flag), line, &mut sources.c_flags, notes);
                }
            }
            "rust-flags" => {
                for flag in joined(strings(value)) {
                    take(&flag, rust_allowed(&flag), line, &mut sources.rust_flags, notes);
                }
            }
            "wasm-link-flags" => {
                for flag in strings(value) {
                    let allowed = wasm_link_allowed(&flag);
                    take(&flag, allowed, line, &mut sources.wasm_link_flags, notes);
                }
            }
            "rust-features" => {
                for feature in strings(value) {
                    let named =
                        !feature.is_empty() && feature.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                    take(&feature, named, line, &mut sources.rust_features, notes);
                }
            }
            "edition" => edition(value, line, sources, notes),
            "package" => {
                if let Some(value) = value.get("edition") {
                    edition(value, line, sources, notes);
                }
                notes.push(format!("line {line}: a manifest is left out but for its edition"));
            }
            "dependencies" | "build-dependencies" | "dev-dependencies" | "lib" | "profile" | "features"
            | "workspace" => {
                notes.push(format!("line {line}: `[{key}]` of a manifest is left out"));
            }
            other => notes.push(format!(
                "line {line}: `{}` is not known here and is left out",
                other.chars().take(40).collect::<String>()
            )),
        }
    }
}

fn strings(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::String(one) => one.split_whitespace().map(str::to_owned).collect(),
        toml::Value::Array(many) => many
            .iter()
            .filter_map(toml::Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

/// `-Cx` of `-C` and `x`.
fn joined(flags: Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    let mut flags = flags.into_iter();
    while let Some(flag) = flags.next() {
        if flag == "-C" {
            all.push(format!("-C{}", flags.next().unwrap_or_default()));
        } else if let Some(option) = flag.strip_prefix("-C ") {
            all.push(format!("-C{}", option.trim()));
        } else {
            all.push(flag);
        }
    }
    all
}

fn take(flag: &str, allowed: bool, line: u32, flags: &mut Vec<String>, notes: &mut Vec<String>) {
    let shown: String = flag.chars().take(60).collect();
    if !allowed {
        notes.push(format!(
            "line {line}: `{shown}` is refused: a report may not set it"
        ));
    } else if flags.len() >= MOST {
        notes.push(format!(
            "line {line}: `{shown}` is one flag too many and is left out"
        ));
    } else if !flags.iter().any(|known| known == flag) {
        flags.push(flag.to_owned());
        notes.push(format!("line {line}: `{shown}` is applied"));
    }
}

fn edition(value: &toml::Value, line: u32, sources: &mut Sources, notes: &mut Vec<String>) {
    match value.as_str().and_then(Edition::named) {
        Some(edition) => {
            sources.edition = Some(edition);
            notes.push(format!("line {line}: edition {} is applied", edition.name()));
        }
        None => notes.push(format!("line {line}: there is no such edition of Rust")),
    }
}
