//! Reads the `//@` lines at the top of a fixture: TOML, one document per file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use crate::call::{self, CallExpression};
use crate::facts::{CallPath, Rule};
use crate::text::nearest;

#[cfg(test)]
mod tests;

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
    /// Calls that start the fixture's own program. How one ends is told and is no finding.
    pub program: Vec<CallExpression>,
    pub expect: Vec<Expectation>,
    /// Pairs of spellings, C first.
    pub same: Vec<(String, String)>,
    pub flags: Vec<String>,
    /// Libraries of the system, by the name behind `-l`, that define what both fixtures only declare.
    pub link: Vec<String>,
    pub rust_features: Vec<String>,
    pub edition: Option<Edition>,
    pub std: bool,
    /// Initial and maximum pages of the wasm memory.
    pub wasm_memory: Option<(u32, u32)>,
    /// Further options of wasm-ld.
    pub wasm_link_flags: Vec<String>,
    pub timeout_ms: Option<u64>,
    /// What both fixtures declare and neither defines is compared and not called. Without it that is a finding.
    pub undefined: bool,
}

/// An edition of Rust.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Deserialize)]
pub enum Edition {
    #[serde(rename = "2015")]
    E2015,
    #[serde(rename = "2018")]
    E2018,
    #[serde(rename = "2021")]
    E2021,
    #[default]
    #[serde(rename = "2024")]
    E2024,
}

impl Edition {
    pub(crate) const ALL: [Edition; 4] = [Edition::E2015, Edition::E2018, Edition::E2021, Edition::E2024];

    /// The edition of this name.
    pub(crate) fn named(name: &str) -> Option<Edition> {
        Edition::ALL.into_iter().find(|edition| edition.name() == name)
    }

    /// As rustc is told.
    pub const fn name(self) -> &'static str {
        match self {
            Edition::E2015 => "2015",
            Edition::E2018 => "2018",
            Edition::E2021 => "2021",
            Edition::E2024 => "2024",
        }
    }
}

/// An optimisation level: `-O0` or `-O2`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct OptLevel(u8);

impl OptLevel {
    /// No optimisation.
    pub const NONE: OptLevel = OptLevel(0);
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
    pub path: Option<CallPath>,
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

const KEYS: [&str; 18] = [
    "about",
    "ref",
    "targets",
    "not-applicable",
    "opt",
    "call",
    "program",
    "expect",
    "same",
    "flags",
    "link",
    "rust-features",
    "edition",
    "std",
    "wasm-memory",
    "wasm-link-flags",
    "timeout-ms",
    "undefined",
];

/// What an entry of `expect` may say.
const FILTERS: [&str; 6] = ["rule", "symbol", "target", "opt", "toolchain", "path"];

/// Keys that only a Rust fixture may use.
const RUST_KEYS: [&str; 3] = ["rust-features", "edition", "std"];

/// Reads the directives of one fixture. All errors are reported, not only the first.
pub fn read(file: &Path, text: &str, side: Side) -> Result<Directives, Vec<DirectiveError>> {
    let (document, late) = extract(text);
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
        places: places(&document),
        errors: Vec::new(),
    };
    if let Some(line) = late {
        let message = "directives end where code or a `/*` comment begins; move this line up";
        reader.error_at(line, message.to_owned());
    }
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

/// The TOML document in the leading comment, with every other line empty so that line numbers stay; and the first line
/// further down that looks like a part of it.
fn extract(text: &str) -> (String, Option<u32>) {
    let mut document = String::new();
    let mut in_code = false;
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
        let trimmed = line.trim_start();
        let directive = trimmed.strip_prefix("//@");
        if in_code {
            if directive.is_some() {
                return (document, Some(number));
            }
            continue;
        }
        match directive {
            Some(directive) => document.push_str(directive),
            None if trimmed.is_empty() || trimmed.starts_with("//") => {}
            None => in_code = true,
        }
        document.push('\n');
    }
    (document, None)
}

fn line_of(document: &str, offset: usize) -> u32 {
    let before = document.get(..offset).unwrap_or(document);
    before.bytes().filter(|&byte| byte == b'\n').count() as u32 + 1
}

struct Reader<'a> {
    file: &'a Path,
    places: BTreeMap<String, Place>,
    errors: Vec<DirectiveError>,
}

/// Where a directive stands.
struct Place {
    line: u32,
    /// The lines of its entries, where it is a list.
    entries: Vec<u32>,
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
            "program" => directives.program = self.calls(key, value),
            "expect" => directives.expect = self.expectations(key, value),
            "same" => directives.same = self.take(key, value).unwrap_or_default(),
            "flags" => directives.flags = self.one_or_many(key, value),
            "link" => directives.link = self.libraries(key, value),
            "rust-features" => directives.rust_features = self.one_or_many(key, value),
            "edition" => directives.edition = self.take(key, value),
            "std" => directives.std = self.take(key, value).unwrap_or_default(),
            "wasm-memory" => directives.wasm_memory = self.memory(key, value),
            "wasm-link-flags" => directives.wasm_link_flags = self.one_or_many(key, value),
            "timeout-ms" => directives.timeout_ms = self.timeout(key, value),
            "undefined" => directives.undefined = self.take(key, value).unwrap_or_default(),
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

    fn libraries(&mut self, key: &str, value: &toml::Value) -> Vec<String> {
        let names = self.one_or_many(key, value);
        for name in &names {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "_+.-".contains(letter);
            if name.is_empty() || name.starts_with('-') || !name.chars().all(plain) {
                self.error(
                    key,
                    format!("`{key}`: `{name}` is no name of a library; `z` stands for libz.so"),
                );
            }
        }
        names
    }

    fn targets(&mut self, key: &str, value: &toml::Value) -> Option<Vec<Target>> {
        let names = self.one_or_many(key, value);
        if names.is_empty() && value.is_array() {
            self.error(key, format!("`{key}` names no target; without it there are all"));
        }
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
        let mut levels: Vec<OptLevel> = match value {
            toml::Value::Integer(_) => vec![self.take(key, value)?],
            many => self.take(key, many)?,
        };
        levels.sort_unstable();
        levels.dedup();
        if levels.is_empty() {
            self.error(
                key,
                format!("`{key}` names no level; without it there are 0 and 2"),
            );
        }
        Some(levels)
    }

    fn timeout(&mut self, key: &str, value: &toml::Value) -> Option<u64> {
        let milliseconds: u64 = self.take(key, value)?;
        if milliseconds == 0 {
            self.error(
                key,
                format!("`{key}`: nothing returns in no time; it needs at least 1"),
            );
        }
        Some(milliseconds)
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
        for (index, text) in texts.iter().enumerate() {
            match call::parse(text) {
                Ok(call) => calls.push(call),
                Err(error) => self.error_in(key, index, format!("`{key}`: {error}")),
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
        for (index, entry) in entries.iter().enumerate() {
            let rule = entry
                .get("rule")
                .and_then(toml::Value::as_str)
                .unwrap_or_default()
                .to_owned();
            if !rule.is_empty() && Rule::from_id(&rule).is_none() {
                let known: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
                let message = format!("`{key}`: unknown rule `{rule}`{}", nearest(&rule, &known));
                self.error_in(key, index, message);
                continue;
            }
            let fields = entry.as_table().into_iter().flatten();
            let unknown = fields
                .map(|(field, _)| field.as_str())
                .find(|field| !FILTERS.contains(field));
            if let Some(field) = unknown {
                let near = nearest(field, &FILTERS);
                self.error_in(key, index, format!("`{key}`: unknown filter `{field}`{near}"));
                continue;
            }
            if let Some(name) = entry.get("target").and_then(toml::Value::as_str) {
                self.target(key, name);
            }
            if let Some(path) = entry.get("path").and_then(toml::Value::as_str)
                && path.parse::<CallPath>().is_err()
            {
                let known = CallPath::ALL.map(|path| path.to_string());
                let near = nearest(path, &known.each_ref().map(String::as_str));
                self.error_in(key, index, format!("`{key}`: unknown path `{path}`{near}"));
                continue;
            }
            let Some(mut expectation) = self.take::<Expectation>(key, entry) else {
                continue;
            };
            let place = self.places.get(key);
            expectation.line = place
                .and_then(|place| place.entries.get(index).copied())
                .unwrap_or(1);
            expectation.file = self.file.display().to_string();
            expectations.push(expectation);
        }
        expectations
    }

    /// Something is wrong with the whole of a directive.
    fn error(&mut self, key: &str, message: String) {
        let line = self.places.get(key).map_or(1, |place| place.line);
        self.error_at(line, message);
    }

    /// Something is wrong with one entry of a directive that is a list.
    fn error_in(&mut self, key: &str, index: usize, message: String) {
        let place = self.places.get(key);
        match place.and_then(|place| place.entries.get(index)) {
            Some(&line) => self.error_at(line, message),
            None => self.error(key, message),
        }
    }

    fn error_at(&mut self, line: u32, message: String) {
        self.errors.push(DirectiveError {
            file: self.file.to_owned(),
            line,
            message,
        });
    }
}

/// The lines of all directives, by key.
fn places(document: &str) -> BTreeMap<String, Place> {
    let Ok(table) = toml::de::DeTable::parse(document) else {
        return BTreeMap::new();
    };
    let place = |(key, value): (&toml::Spanned<_>, &toml::Spanned<toml::de::DeValue<'_>>)| {
        let entries = value.get_ref().as_array().into_iter();
        let entries = entries.flat_map(|entries| entries.iter());
        let place = Place {
            line: line_of(document, key.span().start),
            entries: entries
                .map(|entry| line_of(document, entry.span().start))
                .collect(),
        };
        (AsRef::<str>::as_ref(key.get_ref()).to_owned(), place)
    };
    table.get_ref().iter().map(place).collect()
}
