//! A report's two sources as a pair of fixtures: with directives, and with a function through which its program is started.

use crate::directive::Edition;
use std::io;
use std::path::{Path, PathBuf};

use twincall_abi::interface::{Side, SourceLocation};

use crate::discover::{C_FOLDER, RUST_FOLDER};

mod rust;

/// The function that stands for the program of the report.
pub const ENTRY: &str = "twincall_report_main";

/// The edition of Rust of a report that names none.
pub const EDITION: Edition = Edition::E2021;

/// What a report comes down to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sources {
    /// One sentence for `about`.
    pub title: String,
    pub references: Vec<String>,
    pub c: Source,
    /// The C part is C++.
    pub cpp: bool,
    pub rust: Source,
    /// Files that the C part includes, by name.
    pub headers: Vec<(String, String)>,
    /// The edition of Rust, where the report tells it.
    pub edition: Option<Edition>,
    pub c_flags: Vec<String>,
    pub rust_flags: Vec<String>,
    pub rust_features: Vec<String>,
    /// Options of wasm-ld.
    pub wasm_link_flags: Vec<String>,
    /// What the person wrote and neither part has, since no compiler takes it.
    pub omitted: Vec<Omitted>,
}

/// Something of a report that is in neither part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Omitted {
    pub side: Side,
    /// Functions and types that are gone with it; none where only a body or an import is.
    pub names: Vec<String>,
    /// What goes on after a colon: `it uses `number_t`, which the report does not define`.
    pub why: String,
}

/// One language's part.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Source {
    pub text: String,
    /// For each line of `text` its file and line as the person who reported it knows them.
    pub lines: Vec<Option<(String, u32)>>,
}

/// The two files of the pair.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pair {
    /// `reports/name`.
    pub name: String,
    pub c_path: PathBuf,
    pub rust_path: PathBuf,
    pub c: Source,
    pub rust: Source,
    pub headers: Vec<(PathBuf, String)>,
    /// How the report's program is called; empty if it has none.
    pub calls: Vec<String>,
}

/// What starts a report's program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    RustMain,
    RustTests,
    CMain,
    None,
}

/// What starts the program of these sources.
pub(super) fn entry(sources: &Sources) -> Entry {
    let edition = sources.edition.unwrap_or(EDITION);
    let entries = rust::prepare(&sources.rust.text, edition).entries;
    match (entries.as_slice(), c_main(&sources.c.text)) {
        ([first, ..], _) if first == ENTRY => Entry::RustMain,
        ([_, ..], _) => Entry::RustTests,
        ([], CMain::Plain | CMain::Arguments) => Entry::CMain,
        ([], CMain::None) => Entry::None,
    }
}

/// How a C part's `main` is declared.
enum CMain {
    None,
    /// `int main(void)`
    Plain,
    /// `int main(int, char **)`
    Arguments,
}

impl Source {
    /// A file of its own.
    pub fn of_file(name: &str, text: &str) -> Source {
        let lines = (1..=text.lines().count() as u32).map(|line| Some((name.to_owned(), line)));
        Source {
            text: text.to_owned(),
            lines: lines.collect(),
        }
    }

    /// The lines that a pair has before the report's own.
    pub(super) fn directives(&self) -> usize {
        self.text
            .lines()
            .take_while(|line| line.starts_with("//@"))
            .count()
    }

    fn push(&mut self, text: &str) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(text);
        let count = self.text.lines().count();
        self.lines.resize(count, None);
    }

    fn push_front(&mut self, text: &str) {
        let count = text.lines().count();
        self.text.insert_str(0, text);
        self.lines.splice(0..0, std::iter::repeat_n(None, count));
    }
}

impl Sources {
    /// The pair with this name in the folder `reports`.
    pub fn pair(&self, name: &str) -> Pair {
        let edition = self.edition.unwrap_or(EDITION);
        let mut c = self.c.clone();
        let mut calls = Vec::new();
        let prepared = rust::prepare(&self.rust.text, edition);
        let mut rust = Source {
            text: prepared.text,
            lines: self.rust.lines.clone(),
        };
        let mut c_flags = self.c_flags.clone();
        let linkage = if self.cpp { "extern \"C\" " } else { "" };
        for entry in &prepared.entries {
            c.push(&format!("{linkage}void {entry}(void);\n"));
            calls.push(format!("{entry}()"));
        }
        rust.push(&prepared.appended);
        if calls.is_empty() {
            let arguments = match c_main(&c.text) {
                CMain::None => None,
                CMain::Plain => Some(("", "")),
                CMain::Arguments => Some(("argc: i32, argv: *mut *mut core::ffi::c_char", "0, null")),
            };
            if let Some((parameters, values)) = arguments {
                if self.cpp {
                    // Under its new name `main` would have a mangled symbol.
                    let parameters = main_parameters(&c.text).unwrap_or_default();
                    c.push_front(&format!("extern \"C\" int {ENTRY}({parameters});\n"));
                }
                c_flags.push(format!("-Dmain={ENTRY}"));
                let unsafety = if edition >= Edition::E2024 { "unsafe " } else { "" };
                rust.push(&format!(
                    "{unsafety}extern \"C\" {{ pub fn {ENTRY}({parameters}) -> i32; }}\n"
                ));
                calls.push(format!("{ENTRY}({values})"));
            }
        }
        c.push_front(&self.c_directives(&c_flags, &calls));
        rust.push_front(&self.rust_directives(edition));
        let extension = if self.cpp { "cpp" } else { "c" };
        let folder = Path::new(C_FOLDER).join("reports");
        Pair {
            name: format!("reports/{name}"),
            c_path: folder.join(format!("{name}.{extension}")),
            rust_path: Path::new(RUST_FOLDER).join(format!("reports/{name}.rs")),
            c,
            rust,
            headers: self
                .headers
                .iter()
                .map(|(header, text)| (folder.join(header), text.clone()))
                .collect(),
            calls,
        }
    }

    fn c_directives(&self, flags: &[String], calls: &[String]) -> String {
        let mut text = directive("about", std::slice::from_ref(&self.title), false);
        text.push_str(&directive("ref", &self.references, true));
        text.push_str(&directive("flags", flags, true));
        text.push_str(&directive("wasm-link-flags", &self.wasm_link_flags, true));
        text.push_str(&directive("program", calls, true));
        // A report says what it needs to, and a library that it uses is not in it.
        text.push_str("//@ undefined = true\n");
        text
    }

    fn rust_directives(&self, edition: Edition) -> String {
        let mut text = directive("edition", &[edition.name().to_owned()], false);
        text.push_str("//@ std = true\n");
        text.push_str(&directive("flags", &self.rust_flags, true));
        text.push_str(&directive("rust-features", &self.rust_features, true));
        text
    }
}

impl Pair {
    /// Writes both files and the headers below a project's root.
    ///
    /// # Errors
    /// A folder or file that cannot be made.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        let mut files = vec![(&self.c_path, &self.c.text), (&self.rust_path, &self.rust.text)];
        files.extend(self.headers.iter().map(|(path, text)| (path, text)));
        for (path, text) in files {
            let path = root.join(path);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, text)?;
        }
        Ok(())
    }

    /// Puts a directive before the C part.
    pub(super) fn direct(&mut self, directive: &str) {
        self.c.push_front(directive);
    }

    /// The place of a declaration as the person who reported it knows it.
    pub fn place(&self, location: &SourceLocation) -> Option<(String, u32)> {
        let source = [(&self.c_path, &self.c), (&self.rust_path, &self.rust)]
            .into_iter()
            .find(|(path, _)| Path::new(&location.file) == path.as_path())?;
        let line = usize::try_from(location.line).ok()?.checked_sub(1)?;
        source.1.lines.get(line)?.clone()
    }

    /// The text of a side's file.
    pub fn text(&self, side: Side) -> &str {
        match side {
            Side::C => &self.c.text,
            Side::Rust => &self.rust.text,
        }
    }
}

/// A directive in TOML; nothing for an empty list.
fn directive(name: &str, values: &[String], list: bool) -> String {
    let quoted: Vec<String> = values
        .iter()
        .map(|value| toml::Value::String(value.replace(['\n', '\r'], " ")).to_string())
        .collect();
    match (list, quoted.as_slice()) {
        (_, []) => String::new(),
        (false, [value, ..]) => format!("//@ {name} = {value}\n"),
        (true, values) => format!("//@ {name} = [{}]\n", values.join(", ")),
    }
}

fn c_main(text: &str) -> CMain {
    match main_parameters(text) {
        None => CMain::None,
        Some(parameters) if parameters.is_empty() || parameters == "void" => CMain::Plain,
        Some(_) => CMain::Arguments,
    }
}

/// What is between the parentheses of the definition of `main`.
fn main_parameters(text: &str) -> Option<String> {
    let mut rest = text;
    let mut before = None;
    while let Some(at) = rest.find("main") {
        let (head, tail) = rest.split_at(at);
        let last = head.chars().next_back().or(before);
        let after = tail["main".len()..].trim_start();
        before = Some('n');
        rest = &tail["main".len()..];
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if last.is_some_and(word) || !after.starts_with('(') {
            continue;
        }
        let Some((parameters, body)) = after[1..].split_once(')') else {
            continue;
        };
        if body.trim_start().starts_with('{') {
            return Some(parameters.trim().to_owned());
        }
    }
    None
}
