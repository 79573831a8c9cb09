//! Reads the `//@` lines at the top of a fixture: TOML, one document per file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use crate::call::{self, CallExpression};
use crate::judge::rules::Rule;

/// What the directives of one file say; absent ones are empty.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Directives {
    pub about: Option<String>,
    pub references: Vec<String>,
    pub targets: Option<Vec<Target>>,
    /// Why a target cannot do this at all.
    pub not_applicable: BTreeMap<Target, String>,
    pub opt: Option<Vec<OptLevel>>,
    pub calls: Vec<CallExpression>,
    pub expect: Vec<Expectation>,
    /// Pairs of spellings, C first.
    pub same: Vec<(String, String)>,
    pub flags: Vec<String>,
    pub rust_features: Vec<String>,
    pub std: bool,
    /// Initial and maximum pages of the wasm memory.
    pub wasm_memory: Option<(u32, u32)>,
    pub timeout_ms: Option<u64>,
}

/// An optimisation level: `-O0` or `-O2`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct OptLevel(u8);

impl OptLevel {
    /// The levels at which a fixture is built unless it says otherwise.
    pub const DEFAULT: [OptLevel; 2] = [OptLevel(0), OptLevel(2)];

    /// The number after `-O`.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl From<OptLevel> for u8 {
    fn from(level: OptLevel) -> u8 {
        level.0
    }
}

impl TryFrom<u8> for OptLevel {
    type Error = String;
    fn try_from(number: u8) -> Result<OptLevel, String> {
        if number <= 3 {
            Ok(OptLevel(number))
        } else {
            Err(format!(
                "{number} is no optimisation level; there are 0, 1, 2 and 3"
            ))
        }
    }
}

impl std::fmt::Display for OptLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "-O{}", self.0)
    }
}

/// A divergence that is known, so that its absence is a failure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    pub rule: Rule,
    /// The function, global or type that breaks it; absent for any.
    pub symbol: Option<String>,
    /// Only on this target, by short name or triple.
    pub target: Option<String>,
    /// Only at this optimisation level.
    pub opt: Option<OptLevel>,
    /// Only with toolchains whose name starts like this (`rustc`, `clang-22`).
    pub toolchain: Option<String>,
    /// Only on this path, `caller->callee`: `rust->c`.
    pub path: Option<String>,
    /// The line of the directive, counted from 1.
    #[serde(skip_deserializing, default)]
    pub line: u32,
    /// The file of the directive.
    #[serde(skip_deserializing, default)]
    pub file: String,
}

/// A directive that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{}:{line}: {message}", file.display())]
pub struct DirectiveError {
    pub file: PathBuf,
    /// Counted from 1.
    pub line: u32,
    pub message: String,
}

const KEYS: [&str; 13] = [
    "about",
    "ref",
    "targets",
    "not-applicable",
    "opt",
    "call",
    "expect",
    "same",
    "flags",
    "rust-features",
    "std",
    "wasm-memory",
    "timeout-ms",
];

/// Keys that only a Rust fixture may use.
const RUST_KEYS: [&str; 2] = ["rust-features", "std"];

/// Reads the directives of one fixture. All errors are reported, not only the first.
pub fn read(file: &Path, text: &str, side: Side) -> Result<Directives, Vec<DirectiveError>> {
    let document = extract(text);
    let table: toml::Table = match document.parse() {
        Ok(table) => table,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(&document, span.start));
            let message = format!("directives are not TOML: {}", error.message().replace('\n', "; "));
            return Err(vec![DirectiveError {
                file: file.to_owned(),
                line,
                message,
            }]);
        }
    };
    let mut reader = Reader {
        file,
        document: &document,
        errors: Vec::new(),
    };
    let mut directives = Directives::default();
    for (key, value) in &table {
        reader.directive(&mut directives, key, value, side);
    }
    if reader.errors.is_empty() {
        Ok(directives)
    } else {
        Err(reader.errors)
    }
}

/// The TOML document in the leading comment, with every other line empty so that line numbers stay.
fn extract(text: &str) -> String {
    let mut document = String::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let trimmed = line.trim_start();
        if let Some(directive) = trimmed.strip_prefix("//@") {
            document.push_str(directive);
        } else if !(trimmed.is_empty() || trimmed.starts_with("//")) {
            break;
        }
        document.push('\n');
    }
    document
}

fn line_of(document: &str, offset: usize) -> u32 {
    let before = document.get(..offset).unwrap_or(document);
    before.bytes().filter(|&byte| byte == b'\n').count() as u32 + 1
}

struct Reader<'a> {
    file: &'a Path,
    document: &'a str,
    errors: Vec<DirectiveError>,
}

impl Reader<'_> {
    fn directive(&mut self, directives: &mut Directives, key: &str, value: &toml::Value, side: Side) {
        if side == Side::C && RUST_KEYS.contains(&key) {
            self.error(key, format!("`{key}` belongs in the Rust fixture"));
            return;
        }
        match key {
            "about" => directives.about = self.take(key, value),
            "ref" => directives.references = self.one_or_many(key, value),
            "targets" => directives.targets = self.targets(key, value),
            "not-applicable" => directives.not_applicable = self.reasons(key, value),
            "opt" => directives.opt = self.levels(key, value),
            "call" => directives.calls = self.calls(key, value),
            "expect" => directives.expect = self.expectations(key, value),
            "same" => directives.same = self.take(key, value).unwrap_or_default(),
            "flags" => directives.flags = self.one_or_many(key, value),
            "rust-features" => directives.rust_features = self.one_or_many(key, value),
            "std" => directives.std = self.take(key, value).unwrap_or_default(),
            "wasm-memory" => directives.wasm_memory = self.memory(key, value),
            "timeout-ms" => directives.timeout_ms = self.take(key, value),
            unknown => self.error(
                unknown,
                format!("unknown directive `{unknown}`{}", nearest(unknown, &KEYS)),
            ),
        }
    }

    fn take<T: DeserializeOwned>(&mut self, key: &str, value: &toml::Value) -> Option<T> {
        match value.clone().try_into() {
            Ok(value) => Some(value),
            Err(error) => {
                self.error(key, format!("`{key}`: {}", error.message().replace('\n', "; ")));
                None
            }
        }
    }

    fn one_or_many(&mut self, key: &str, value: &toml::Value) -> Vec<String> {
        match value {
            toml::Value::String(one) => vec![one.clone()],
            many => self.take(key, many).unwrap_or_default(),
        }
    }

    fn targets(&mut self, key: &str, value: &toml::Value) -> Option<Vec<Target>> {
        let names = self.one_or_many(key, value);
        let targets: Vec<Target> = names.iter().filter_map(|name| self.target(key, name)).collect();
        (!targets.is_empty()).then_some(targets)
    }

    fn target(&mut self, key: &str, name: &str) -> Option<Target> {
        let target = Target::from_name(name);
        if target.is_none() {
            let known = Target::ALL.map(Target::short);
            self.error(
                key,
                format!("`{key}`: unknown target `{name}`{}", nearest(name, &known)),
            );
        }
        target
    }

    fn reasons(&mut self, key: &str, value: &toml::Value) -> BTreeMap<Target, String> {
        let reasons: BTreeMap<String, String> = self.take(key, value).unwrap_or_default();
        reasons
            .into_iter()
            .filter_map(|(name, reason)| self.target(key, &name).map(|target| (target, reason)))
            .collect()
    }

    fn levels(&mut self, key: &str, value: &toml::Value) -> Option<Vec<OptLevel>> {
        match value {
            toml::Value::Integer(_) => self.take(key, value).map(|level| vec![level]),
            many => self.take(key, many),
        }
    }

    fn memory(&mut self, key: &str, value: &toml::Value) -> Option<(u32, u32)> {
        let (initial, maximum): (u32, u32) = self.take(key, value)?;
        if initial == 0 || initial > maximum || maximum > 65_536 {
            self.error(
                key,
                format!("`{key}`: needs 1 <= initial <= maximum <= 65536 pages"),
            );
            return None;
        }
        Some((initial, maximum))
    }

    fn calls(&mut self, key: &str, value: &toml::Value) -> Vec<CallExpression> {
        let texts = self.one_or_many(key, value);
        let mut calls = Vec::new();
        for text in texts {
            match call::parse(&text) {
                Ok(call) => calls.push(call),
                Err(error) => self.error_near(key, &text, format!("`{key}`: {error}")),
            }
        }
        calls
    }

    fn expectations(&mut self, key: &str, value: &toml::Value) -> Vec<Expectation> {
        let toml::Value::Array(entries) = value else {
            self.error(
                key,
                format!("`{key}` is a list: [{{ rule = \"…\", symbol = \"…\" }}]"),
            );
            return Vec::new();
        };
        let mut expectations = Vec::new();
        for entry in entries {
            let rule = entry
                .get("rule")
                .and_then(toml::Value::as_str)
                .unwrap_or_default()
                .to_owned();
            if !rule.is_empty() && Rule::from_id(&rule).is_none() {
                let known: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
                let message = format!("`{key}`: unknown rule `{rule}`{}", nearest(&rule, &known));
                self.error_near(key, &rule, message);
                continue;
            }
            if let Some(name) = entry.get("target").and_then(toml::Value::as_str) {
                self.target(key, name);
            }
            let Some(mut expectation) = self.take::<Expectation>(key, entry) else {
                continue;
            };
            expectation.line = self.line_near(key, &rule);
            expectation.file = self.file.display().to_string();
            expectations.push(expectation);
        }
        expectations
    }

    fn error(&mut self, key: &str, message: String) {
        let line = self.line_near(key, "");
        self.errors.push(DirectiveError {
            file: self.file.to_owned(),
            line,
            message,
        });
    }

    fn error_near(&mut self, key: &str, text: &str, message: String) {
        let line = self.line_near(key, text);
        self.errors.push(DirectiveError {
            file: self.file.to_owned(),
            line,
            message,
        });
    }

    /// The line of `key`, or the first one after it that contains `text`.
    fn line_near(&self, key: &str, text: &str) -> u32 {
        let lines: Vec<&str> = self.document.lines().collect();
        let is_key = |line: &&str| {
            let line = line.trim_start();
            let line = line.strip_prefix('"').unwrap_or(line);
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start_matches('"').trim_start().starts_with(['=', '.']))
        };
        let Some(at) = lines.iter().position(is_key) else {
            return 1;
        };
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        let offset = lines[at..]
            .iter()
            .position(|line| line.contains(text) || line.contains(&escaped))
            .unwrap_or_default();
        (at + offset) as u32 + 1
    }
}

/// `; did you mean …?`, or the whole list when nothing is near.
pub(crate) fn nearest(word: &str, known: &[&str]) -> String {
    let best = known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), *candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 3);
    match best {
        Some((_, candidate)) => format!("; did you mean `{candidate}`?"),
        None => format!("; known are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_c(text: &str) -> Result<Directives, Vec<DirectiveError>> {
        read(Path::new("f.c"), text, Side::C)
    }

    #[test]
    fn reads_all_keys_over_several_lines() {
        let text = "//@ about = \"x\"\n// prose\n//@ call = [\n//@   \"f(1)\",\n//@ ]\n//@ opt = 2\n\
                    //@ targets = [\"native\"]\n//@ expect = [{ rule = \"arity\", symbol = \"f\" }]\nint f(int);";
        let directives = read_c(text).unwrap();
        assert_eq!(directives.calls.len(), 1);
        assert_eq!(directives.opt, Some(vec![OptLevel(2)]));
        assert_eq!(directives.targets, Some(vec![Target::X86_64LinuxGnu]));
        assert_eq!(directives.expect[0].line, 8);
    }

    #[test]
    fn names_line_and_nearest_name() {
        let errors = read_c("//@ about = \"x\"\n//@ cal = [\"f(1)\"]\n").unwrap_err();
        assert_eq!(errors[0].line, 2);
        assert_eq!(errors[0].message, "unknown directive `cal`; did you mean `call`?");
        let errors = read_c("//@ expect = [{ rule = \"arty\" }]\n").unwrap_err();
        assert!(
            errors[0].message.ends_with("did you mean `arity`?"),
            "{}",
            errors[0]
        );
        let errors = read_c("\n//@ targets = [\"nativ\"]").unwrap_err();
        assert_eq!((errors[0].line, errors[0].message.contains("native")), (2, true));
    }

    #[test]
    fn reports_every_error_at_once() {
        let errors = read_c("//@ opt = [9]\n//@ std = true\n//@ call = [\"f(\"]\n").unwrap_err();
        assert_eq!(errors.len(), 3, "{errors:?}");
        assert!(read_c("//@ about = \n").unwrap_err()[0].message.contains("TOML"));
    }
}
