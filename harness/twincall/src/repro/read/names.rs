//! Names of files, as people write them beside code.

/// What a comment of its own line says of the code below it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Name {
    File(String),
    /// `// C side`
    C,
    /// `// Rust`
    Rust,
}

const ENDINGS: [&str; 12] = [
    "c", "cpp", "cc", "cxx", "h", "hpp", "hh", "hxx", "inc", "rs", "toml", "sh",
];
const LONGEST: usize = 100;

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether a word is the name of a source file.
fn is_file(word: &str) -> bool {
    let Some((stem, ending)) = file_name(word).rsplit_once('.') else {
        return false;
    };
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '\\' | '+');
    word.len() <= LONGEST && !stem.is_empty() && ENDINGS.contains(&ending) && word.chars().all(allowed)
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '/' | '.'))
        .trim_end_matches('.')
}

/// `foo.c` of `c src/foo.c`, `c title="foo.c"`, `c:foo.c`, `c {file=foo.c}` and `foo.c`.
pub(super) fn label_name(info: &str) -> Option<String> {
    info.split([' ', ',', '\t', ':', '=', '{', '}', '"', '\''])
        .map(bare)
        .find(|word| is_file(word))
        .map(str::to_owned)
}

/// The one file that the line above a block names.
pub(super) fn name_above(line: &str) -> Option<String> {
    let words: Vec<&str> = line
        .split_whitespace()
        .map(bare)
        .filter(|word| is_file(word))
        .collect();
    let [name] = words.as_slice() else {
        return None;
    };
    let announces = line.trim_end().ends_with(':') || line.split_whitespace().count() <= 4;
    announces.then(|| (*name).to_owned())
}

/// A line that is only a comment with a name in it: `// foo.c`, `/* --- foo.h --- */`, `==> foo.c <==`, `# Cargo.toml`.
pub(super) fn marker(line: &str) -> Option<Name> {
    let line = line.trim();
    if line.len() > LONGEST + 20 {
        return None;
    }
    let comment = ["//", "/*", "# ", "==>", "--- ", "=== ", "<!--"]
        .iter()
        .any(|start| line.starts_with(start));
    if !comment {
        return None;
    }
    let inner = line.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '/' | '*' | '#' | '-' | '=' | '<' | '>' | '!' | ':' | '`' | '~')
    });
    let lower = inner.to_lowercase();
    let inner = ["file:", "filename:", "file", "in"]
        .iter()
        .find(|prefix| lower.starts_with(&format!("{prefix} ")))
        .map_or(inner, |prefix| inner[prefix.len()..].trim());
    if is_file(inner) {
        return Some(Name::File(inner.to_owned()));
    }
    match lower.as_str() {
        "c" | "c side" | "c code" | "c part" | "the c side" | "c++" | "c++ side" => Some(Name::C),
        "rust" | "rust side" | "rust code" | "rust part" | "the rust side" => Some(Name::Rust),
        _ => None,
    }
}
