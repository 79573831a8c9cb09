//! What a report's words name that changes its meaning: compilers, flags, targets and levels. It is offered and not applied.

use twincall_abi::target::Target;

use super::flags::{c_allowed, rust_allowed};

/// Suggestions that are made at most.
const MOST: usize = 24;
const LONGEST_WORD: usize = 120;

/// What the text suggests, each once, in the order of the text.
pub(super) fn suggestions(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| {
            word.trim_matches(|c: char| {
                !c.is_alphanumeric() && !matches!(c, '-' | '+' | '_' | '=' | '@' | '/')
            })
            .trim_end_matches(['=', '/', '-'])
        })
        .filter(|word| !word.is_empty())
        .collect();
    let mut found: Vec<String> = Vec::new();
    let mut add = |suggestion: String| {
        if found.len() < MOST && !found.contains(&suggestion) {
            found.push(suggestion);
        }
    };
    for (at, word) in words.iter().enumerate() {
        if word.len() > LONGEST_WORD {
            continue;
        }
        let next = |step: usize| words.get(at + step).copied().unwrap_or_default();
        let lower = word.to_ascii_lowercase();
        if let Some(suggestion) = compiler(&lower, [next(1), next(2), next(3), next(4)]) {
            add(suggestion);
        }
        if let Some(suggestion) = target(&lower) {
            add(suggestion);
        }
        if let Some(suggestion) = flag(word, next(1)) {
            add(suggestion);
        }
        if lower == "--release" || lower == "opt-level=3" || lower == "opt-level" && next(1) == "3" {
            add(format!("the report names `{word}`: -O3"));
        }
    }
    found
}

/// `rustc 1.63.0`, `clang-14`, `gcc (Debian 12.2.0-14) 12.2.0`, `Apple clang version 15`.
fn compiler(word: &str, next: [&str; 4]) -> Option<String> {
    let (name, own) = match word.split_once('-') {
        Some((name, version)) => (name, Some(version)),
        None => (word, None),
    };
    let name = match name {
        "rustc" | "rust" => "rustc",
        "clang" | "clang++" | "llvm/clang" => "clang",
        "gcc" | "g++" => "gcc",
        _ => return None,
    };
    if own == Some("nightly") || next[0].eq_ignore_ascii_case("nightly") && name == "rustc" {
        return Some("the report names a nightly rustc: --toolchain nightly".to_owned());
    }
    let between = |word: &str| {
        matches!(
            word.to_ascii_lowercase().as_str(),
            "version" | "v" | "debian" | "ubuntu" | "gcc" | "release" | "stable"
        )
    };
    let mut candidates = own
        .into_iter()
        .chain(next.into_iter().skip_while(|word| between(word)).take(1));
    let written = candidates.find(|word| version(word).is_some())?;
    let (major, minor) = version(written)?;
    match name {
        "rustc" => {
            if written.contains("nightly") {
                return Some(format!("the report names rustc {written}: --toolchain nightly"));
            }
            let minor = minor?;
            (major == 1).then(|| format!("the report names rustc 1.{minor}: --toolchain rustc-1.{minor}"))
        }
        name => {
            let shown = if name == "gcc" { "GCC" } else { "clang" };
            // A number that is none of a compiler: `gcc 2 times`.
            (3..100)
                .contains(&major)
                .then(|| format!("the report names {shown} {major}: --toolchain {name}-{major}"))
        }
    }
}

/// Major and minor number.
fn version(word: &str) -> Option<(u32, Option<u32>)> {
    let word = word.trim_start_matches(['v', 'V']);
    let end = word
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(word.len());
    let (numbers, rest) = word.split_at(end);
    if !(rest.is_empty() || rest.starts_with(['-', '+', '_'])) {
        return None;
    }
    let mut numbers = numbers.trim_end_matches('.').split('.');
    let major = numbers.next()?.parse().ok()?;
    Some((major, numbers.next().and_then(|minor| minor.parse().ok())))
}

fn target(word: &str) -> Option<String> {
    if word.starts_with("wasm32-") || matches!(word, "wasm32" | "wasm" | "webassembly") {
        return Some(format!("the report names {word}: --target wasm"));
    }
    if let Some(target) = Target::from_name(word)
        && word.contains('-')
    {
        return Some(format!("the report names {word}: --target {}", target.short()));
    }
    let machine = word.split('-').next()?;
    let known = [
        "aarch64",
        "arm64",
        "armv7",
        "i686",
        "i586",
        "i386",
        "riscv64gc",
        "riscv64",
        "riscv32",
        "powerpc64le",
        "powerpc",
        "s390x",
        "mips",
        "sparc64",
        "x86_64",
        "thumbv7em",
        "loongarch64",
    ];
    (known.contains(&machine) && word.matches('-').count() >= 2)
        .then(|| format!("the report names {word}, for which nothing is built here"))
}

/// A flag of a compiler.
fn flag(word: &str, next: &str) -> Option<String> {
    if let Some(level) = word.strip_prefix("-O") {
        return match level {
            "0" | "1" | "2" | "3" => Some(format!("the report names {word}: -O{level}")),
            "s" | "z" | "fast" => Some(format!(
                "the report names {word}: c-flags = [\"{word}\"] in a block of `toml`"
            )),
            _ => None,
        };
    }
    let rust = match (
        word,
        word.strip_prefix("-C")
            .or_else(|| word.strip_prefix("RUSTFLAGS=\"-C"))
            .or_else(|| word.strip_prefix("RUSTFLAGS=-C")),
    ) {
        (_, Some("")) => Some(format!("-C{next}")),
        (_, Some(option)) => Some(format!("-C{option}")),
        ("-Ctarget-cpu" | "-Ctarget-feature", _) => None,
        _ => None,
    };
    if let Some(flag) = rust {
        return rust_allowed(&flag)
            .then(|| format!("the report names {flag}: rust-flags = [\"{flag}\"] in a block of `toml`"));
    }
    let generates = word.starts_with("-m")
        || word.starts_with("-f")
        || word.starts_with("-std=")
        || word.starts_with("-D");
    if !generates || word.len() < 4 {
        return None;
    }
    if c_allowed(word) {
        return Some(format!(
            "the report names {word}: c-flags = [\"{word}\"] in a block of `toml`"
        ));
    }
    (word.starts_with("-m") || word.starts_with("-f"))
        .then(|| format!("the report names {word}, which a report may not set"))
}
