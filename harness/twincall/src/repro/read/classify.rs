//! Decides what a block of code is: by its label, by a file's name, and where neither is there, by its text.

use super::markdown::Block;
use super::names::{Name, file_name, label_name, name_above};
use crate::directive::Edition;
use crate::source::language::Weights;
use crate::source::scan::{masked, outline, tokens};
use crate::source::syntax;

/// What a block is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    C,
    Cpp,
    Header,
    Rust,
    /// Flags, or a manifest.
    Toml,
    BuildScript,
    Shell,
    /// Neither a part nor a source of hints, in words.
    Other(&'static str),
}

/// What a block turned out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Classified {
    pub(super) kind: Kind,
    pub(super) name: Option<String>,
    /// Nothing but names and text tells what it is, so that it may hold several languages.
    pub(super) unlabelled: bool,
    /// By its text alone.
    pub(super) guessed: bool,
    /// The edition that rustdoc is told: `rust,edition2018`.
    pub(super) edition: Option<Edition>,
}

/// Looks at the label, the line above and the text.
pub(super) fn classify(block: &Block) -> Classified {
    let text = text(block);
    let info = block.info.trim();
    let (label, extras) = label(info);
    let edition = extras
        .iter()
        .find_map(|extra| Edition::named(extra.strip_prefix("edition")?));
    let named = label_name(info).or_else(|| first_line_name(block));
    let by_label = label_kind(&label);
    let above = name_above(&block.above).filter(|name| match (by_label, name_kind(name)) {
        (Some(Kind::C | Kind::Cpp | Kind::Header), Some(kind)) => {
            matches!(kind, Kind::C | Kind::Cpp | Kind::Header)
        }
        (Some(kind), Some(other)) => kind == other || kind == Kind::Rust && other == Kind::BuildScript,
        (None, Some(_)) => true,
        (_, None) => false,
    });
    let name = named.or(above);
    let by_name = name.as_deref().and_then(name_kind);
    let (stated, guessed) = match (by_label, by_name) {
        (Some(Kind::Rust), Some(Kind::BuildScript)) => (Kind::BuildScript, false),
        (Some(Kind::C | Kind::Cpp), Some(Kind::Header)) => (Kind::Header, false),
        (Some(Kind::C), Some(Kind::Cpp)) => (Kind::Cpp, false),
        (Some(kind), _) => (kind, false),
        (None, Some(kind)) => (kind, false),
        (None, None) => (guessed_kind(&text), true),
    };
    let within_code = |kind: Kind| has_code_besides(block, kind);
    let kind = match (stated, foreign(&text)) {
        (stated, Some(Kind::Shell | Kind::Other("compiler output" | "a backtrace" | "assembly")))
            if by_label.is_some() && within_code(stated) =>
        {
            stated
        }
        // A label is believed unless the text is plainly something else.
        (Kind::C | Kind::Cpp | Kind::Header | Kind::Rust | Kind::Shell, Some(other)) => other,
        (kind, _) => kind,
    };
    Classified {
        kind,
        name,
        unlabelled: by_label.is_none(),
        guessed,
        edition,
    }
}

/// Whether a block has code besides what was pasted into it.
fn has_code_besides(block: &Block, kind: Kind) -> bool {
    let mut lines = block.lines.clone();
    super::transcript::leave_out(&mut lines, kind == Kind::Rust, &mut Vec::new());
    let rest: String = lines.iter().map(|line| format!("{}\n", line.text)).collect();
    match kind {
        Kind::Rust => {
            let items = syntax::parse(&rest).is_ok_and(|file| !file.items.is_empty());
            items || syntax::parse_foreign(&rest).is_ok_and(|items| !items.is_empty())
        }
        Kind::C | Kind::Cpp | Kind::Header => {
            let outline = outline(&rest);
            !(outline.defines.is_empty() && outline.declares.is_empty() && outline.types.is_empty())
        }
        _ => false,
    }
}

/// What a text without a label seems to be. Words of a program that begin like Rust are no Rust.
fn guessed_kind(text: &str) -> Kind {
    let kind = guess(text);
    let reads = || {
        syntax::parse(text).is_ok()
            || syntax::parse_foreign(text).is_ok()
            || syntax::parse_statements(text).is_ok()
    };
    match kind {
        Kind::Rust if !text.lines().any(is_code) && !reads() => Kind::Other("text that is no Rust"),
        kind => kind,
    }
}

/// Whether a line ends as lines of code do.
fn is_code(line: &str) -> bool {
    line.trim_end().ends_with([';', '{', '}', ','])
}

pub(super) fn text(block: &Block) -> String {
    let mut text = String::new();
    for line in &block.lines {
        text.push_str(&line.text);
        text.push('\n');
    }
    text
}

/// `rust` and `["no_run"]` of `rust,no_run`, `{.rust .no_run}` and `rust no_run`; `c` of `c:foo.c`.
fn label(info: &str) -> (String, Vec<String>) {
    let info = info.trim_start_matches('{').trim_end_matches('}');
    let mut words = info
        .split([' ', ',', '\t', ':'])
        .map(|word| word.trim_start_matches('.').to_lowercase())
        .filter(|word| !word.is_empty());
    (words.next().unwrap_or_default(), words.collect())
}

fn label_kind(label: &str) -> Option<Kind> {
    Some(match label {
        "c" | "c99" | "c11" | "c17" | "ansi-c" => Kind::C,
        "cpp" | "c++" | "cc" | "cxx" => Kind::Cpp,
        "h" | "hpp" | "hh" | "hxx" => Kind::Header,
        "rust" | "rs" | "rustlang" => Kind::Rust,
        "toml" => Kind::Toml,
        "sh" | "bash" | "shell" | "zsh" | "console" | "shell-session" | "shellsession" | "fish" | "bat"
        | "powershell" | "makefile" | "make" | "cmake" | "dockerfile" => Kind::Shell,
        "diff" | "patch" => Kind::Other("a diff"),
        "llvm" | "ll" | "llvm-ir" => Kind::Other("LLVM IR"),
        "asm" | "nasm" | "s" | "gas" | "x86asm" | "assembly" | "x86" | "armasm" => Kind::Other("assembly"),
        "wat" | "wasm" | "wast" => Kind::Other("WebAssembly text"),
        "json" | "yaml" | "yml" | "xml" | "html" | "ini" | "python" | "py" | "javascript" | "js" | "java"
        | "go" | "zig" | "swift" | "ruby" | "typescript" | "ts" | "csharp" | "objc" | "fortran" | "lua"
        | "haskell" | "nix" | "csv" | "markdown" | "md" | "mermaid" | "sql" => {
            Kind::Other("in another language")
        }
        "gdb" | "lldb" | "backtrace" | "stacktrace" => Kind::Other("a backtrace"),
        _ => return None,
    })
}

/// By the ending of a file's name.
pub(super) fn name_kind(name: &str) -> Option<Kind> {
    let file = file_name(name);
    if file == "build.rs" {
        return Some(Kind::BuildScript);
    }
    Some(match file.rsplit_once('.')?.1 {
        "c" => Kind::C,
        "cpp" | "cc" | "cxx" | "C" => Kind::Cpp,
        "h" | "hpp" | "hh" | "hxx" | "inc" => Kind::Header,
        "rs" => Kind::Rust,
        "toml" => Kind::Toml,
        "sh" => Kind::Shell,
        "ll" => Kind::Other("LLVM IR"),
        "s" | "S" | "asm" => Kind::Other("assembly"),
        _ => return None,
    })
}

fn first_line_name(block: &Block) -> Option<String> {
    let first = block.lines.iter().find(|line| !line.text.trim().is_empty())?;
    match super::names::marker(&first.text)? {
        Name::File(name) => Some(name),
        Name::C | Name::Rust => None,
    }
}

/// What the text is if it is neither C nor Rust, whatever its label says.
fn foreign(text: &str) -> Option<Kind> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let starts = |prefixes: &[&str]| {
        lines()
            .filter(|line| prefixes.iter().any(|prefix| line.starts_with(prefix)))
            .count()
    };
    let holds = |parts: &[&str]| {
        lines()
            .filter(|line| parts.iter().any(|part| line.contains(part)))
            .count()
    };
    let count = lines().count();
    if starts(&["diff --git", "@@ -", "--- a/", "+++ b/"]) > 0 {
        return Some(Kind::Other("a diff"));
    }
    if starts(&["target triple =", "target datalayout =", "; ModuleID"]) > 0
        || lines()
            .any(|line| (line.starts_with("define ") || line.starts_with("declare ")) && line.contains('@'))
    {
        return Some(Kind::Other("LLVM IR"));
    }
    let frame = |line: &&str| {
        let after = line.strip_prefix('#').unwrap_or(line);
        let digits = after.chars().take_while(char::is_ascii_digit).count();
        digits > 0
            && (line.starts_with('#') && after[digits..].starts_with(' ')
                || after[digits..].starts_with(": ") && !line.contains([';', '{', '}']))
    };
    let trace = starts(&[
        "thread '",
        "Program received signal",
        "stack backtrace:",
        "Segmentation fault",
        "fatal runtime error",
        "note: run with `RUST_BACKTRACE",
        "==",
        "* thread #",
        "* frame #",
        "frame #",
        "SUMMARY: AddressSanitizer",
    ]) + holds(&["SIGSEGV", "SIGABRT", "SIGILL", "SIGBUS"])
        + lines().filter(frame).count();
    let code = lines().filter(|line| line.ends_with([';', '{', '}'])).count();
    if trace > 0 && trace + 1 >= code {
        return Some(Kind::Other("a backtrace"));
    }
    let diagnostics = starts(&[
        "error[E",
        "error: ",
        "warning: ",
        "note: ",
        "--> ",
        "Compiling ",
        "Finished ",
        "Running `",
        "collect2:",
        "ld: ",
        "rust-lld: ",
        "Caused by:",
        "In file included from",
    ]) + holds(&[
        ": error: ",
        ": warning: ",
        ": note: ",
        "undefined reference to",
        "undefined symbol",
        "^~~",
        "^^^",
    ]);
    if diagnostics > 0 && diagnostics * 4 >= count {
        return Some(Kind::Other("compiler output"));
    }
    let instruction = |line: &&str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        const NAMES: [&str; 20] = [
            "mov", "movl", "movq", "movzx", "movsx", "movaps", "movss", "movsd", "push", "pushq", "pop",
            "popq", "lea", "leaq", "call", "callq", "ret", "retq", "jmp", "xor",
        ];
        NAMES.contains(&word) && (!line.contains('(') || line.contains('%') || line.contains('['))
            || [".cfi_", ".globl", ".section", ".type", ".size", ".p2align"]
                .iter()
                .any(|prefix| line.starts_with(prefix))
    };
    if count > 0 && lines().filter(instruction).count() * 3 >= count {
        return Some(Kind::Other("assembly"));
    }
    let build = [
        "cc::Build",
        "bindgen::Builder",
        "bindgen::builder",
        "cargo:rustc-",
        "cargo::rustc-",
        "cargo:rerun-",
        "cmake::Config",
    ];
    if holds(&build) > 0 {
        return Some(Kind::BuildScript);
    }
    let commands = [
        "$ ",
        "cargo ",
        "rustc ",
        "gcc ",
        "g++ ",
        "clang ",
        "clang++ ",
        "cc ",
        "make",
        "RUSTFLAGS=",
        "./",
        "export ",
        "git clone",
    ];
    if count > 0 && starts(&commands) * 2 >= count {
        return Some(Kind::Shell);
    }
    None
}

/// What an unlabelled text is.
fn guess(text: &str) -> Kind {
    if let Some(kind) = foreign(text) {
        return kind;
    }
    if text.trim().is_empty() {
        return Kind::Other("empty");
    }
    let Weights { rust, c } = Weights::of(text);
    if rust == 0 && c == 0 || !text.contains(['{', ';', '(']) {
        let manifest = text.lines().any(|line| {
            [
                "[package]",
                "[dependencies]",
                "[build-dependencies]",
                "[profile.release]",
            ]
            .contains(&line.trim())
        });
        return if manifest {
            Kind::Toml
        } else {
            Kind::Other("neither C nor Rust")
        };
    }
    let has = |word: &str| tokens(&masked(text, true)).any(|token| token == word);
    if rust > c || has("fn") && syntax::parse(text).is_ok() {
        Kind::Rust
    } else {
        Kind::C
    }
}
