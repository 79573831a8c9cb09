//! Calls of compilers and linkers: whoever compiles or links says what is wanted, and the words for it are written here.
//!
//! A call knows what its result depends on besides the contents of files, so that what is kept in the cache under
//! [`ToolCall::add_to`] is what these very words made; it is shown, recorded and run from the same words.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use thiserror::Error;

use crate::cache::KeyBuilder;
use crate::confine;
use crate::text::quote;

mod c;
mod link;
mod record;
mod rust;

pub use c::MissingCompiler;
pub(crate) use c::{CCall, CCompiler, CProduct, Language, by_convention};
pub(crate) use link::{NativeLink, WasmLink, WasmSymbols, program_link};
pub use record::Recorder;
pub(crate) use record::scratch;
pub(crate) use rust::{RustCall, RustProduct};

/// How much a compiler writes about the source into what it makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DebugInfo {
    No,
    /// In the form that is the compiler's default.
    Full,
    /// In DWARF 4, for who reads nothing newer.
    Dwarf4,
}

/// A call that can be made: a program, its words, where it runs.
#[derive(Clone, Debug)]
pub(crate) struct ToolCall {
    program: PathBuf,
    /// What is accounted under its name: `clang: objects`.
    purpose: &'static str,
    /// What tells the program from another one at the same path.
    version: String,
    words: Vec<Word>,
    folder: Option<PathBuf>,
    environment: Vec<(&'static str, OsString)>,
}

#[derive(Clone, Debug)]
enum Word {
    Said(OsString),
    /// A file that is read or written, behind the words that lead to it. Where it lies decides nothing.
    File {
        before: &'static str,
        path: PathBuf,
    },
}

/// A call that was not made.
#[derive(Debug, Error)]
pub enum CallError {
    #[error("`{}` cannot be started: {source}", program.display())]
    Start {
        program: PathBuf,
        source: std::io::Error,
    },
    #[error("write the record of calls: {0}")]
    Record(std::io::Error),
}

impl ToolCall {
    pub(crate) fn new(purpose: &'static str, program: &Path, version: impl Into<String>) -> ToolCall {
        ToolCall {
            program: program.to_owned(),
            purpose,
            version: version.into(),
            words: Vec::new(),
            folder: None,
            environment: Vec::new(),
        }
    }

    pub(crate) fn say(&mut self, word: impl Into<OsString>) -> &mut ToolCall {
        self.words.push(Word::Said(word.into()));
        self
    }

    pub(crate) fn say_all<W: Into<OsString>>(&mut self, words: impl IntoIterator<Item = W>) -> &mut ToolCall {
        self.words
            .extend(words.into_iter().map(|word| Word::Said(word.into())));
        self
    }

    /// A file to read or write; the key of what is made has its content from who makes it.
    pub(crate) fn file(&mut self, path: impl Into<PathBuf>) -> &mut ToolCall {
        self.file_behind("", path)
    }

    /// The same in one word with what stands before it: `--allow-undefined-file=`.
    pub(crate) fn file_behind(&mut self, before: &'static str, path: impl Into<PathBuf>) -> &mut ToolCall {
        let path = path.into();
        self.words.push(Word::File { before, path });
        self
    }

    /// Where the result is written.
    pub(crate) fn output(&mut self, path: impl Into<PathBuf>) -> &mut ToolCall {
        self.say("-o").file(path)
    }

    /// Has a compiler write the files it reads as a rule of a makefile.
    pub(crate) fn dependencies(&mut self, path: impl Into<PathBuf>) -> &mut ToolCall {
        self.say_all(["-MD", "-MF"]).file(path)
    }

    pub(crate) fn run_in(&mut self, folder: &Path) -> &mut ToolCall {
        self.folder = Some(folder.to_owned());
        self
    }

    pub(crate) fn set(&mut self, variable: &'static str, value: impl Into<OsString>) -> &mut ToolCall {
        self.environment.push((variable, value.into()));
        self
    }

    /// Takes a word back.
    pub(crate) fn without(&mut self, word: &str) -> &mut ToolCall {
        self.words
            .retain(|said| !matches!(said, Word::Said(text) if text == word));
        self
    }

    /// All that decides about the result but for the contents of files: program, version, environment and words.
    pub(crate) fn add_to<'k>(&self, key: &'k mut KeyBuilder) -> &'k mut KeyBuilder {
        key.add(self.program.as_os_str().as_encoded_bytes())
            .add(&self.version);
        for (variable, value) in &self.environment {
            key.add(variable).add(value.as_encoded_bytes());
        }
        for word in &self.words {
            key.add(match word {
                Word::Said(word) => word.as_encoded_bytes(),
                Word::File { before, .. } => before.as_bytes(),
            });
        }
        key
    }

    /// The call as a person can repeat it from the project's root.
    pub(crate) fn show(&self, root: &Path) -> String {
        let root = format!("{}/", root.display());
        let mut shown = vec![self.program.to_string_lossy().into_owned()];
        for word in self.texts() {
            let word = word.to_string_lossy();
            // In a map of prefixes the root is not a path that is opened.
            let relative = word.strip_prefix(&root).filter(|rest| !rest.starts_with('='));
            shown.push(quote(relative.unwrap_or(&word)));
        }
        shown.join(" ")
    }

    /// Runs the tool to its end. Whether it took what it was given is in the answer.
    pub(crate) fn run(&self, recorder: Option<&Recorder>) -> Result<Output, CallError> {
        let mut command = self.command();
        if let Some(recorder) = recorder {
            recorder.record(&command).map_err(CallError::Record)?;
        }
        confine::output(&mut command, self.purpose).map_err(|source| CallError::Start {
            program: self.program.clone(),
            source,
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.texts());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        for (variable, value) in &self.environment {
            command.env(variable, value);
        }
        command
    }

    fn texts(&self) -> impl Iterator<Item = OsString> {
        self.words.iter().map(|word| match word {
            Word::Said(word) => word.clone(),
            Word::File { before, path } => {
                let mut word = OsString::from(before);
                word.push(OsStr::new(path));
                word
            }
        })
    }
}

/// What a tool that failed says of it, and how it ended where it could not say.
pub(crate) fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let how = match output.status.signal() {
        None => return said,
        Some(libc::SIGKILL | libc::SIGXCPU) if confine::is_confined() => {
            "error: it was stopped at a limit of this run, of time or of memory".to_owned()
        }
        Some(_) => format!("error: it ended by a signal ({})", output.status),
    };
    match said.is_empty() || said.ends_with('\n') {
        true => said + &how,
        false => format!("{said}\n{how}"),
    }
}

/// The first line in which a tool names an error, without the space around it.
pub(crate) fn first_error(messages: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(messages);
    let line = text.lines().find(|line| line.contains("error"))?;
    Some(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(call: &ToolCall) -> String {
        let mut key = KeyBuilder::new("test");
        call.add_to(&mut key);
        key.key().as_str().to_owned()
    }

    #[test]
    fn a_key_has_every_word_and_no_place() {
        let call = |version: &str, word: &str, path: &str| {
            let mut call = ToolCall::new("test", Path::new("/usr/bin/true"), version);
            call.say(word).output(path);
            key(&call)
        };
        let one = call("1", "-c", "/tmp/a/unit.o");
        assert_eq!(one, call("1", "-c", "/tmp/b/unit.o"));
        assert_ne!(one, call("2", "-c", "/tmp/a/unit.o"));
        assert_ne!(one, call("1", "-S", "/tmp/a/unit.o"));
        let mut set = ToolCall::new("test", Path::new("/usr/bin/true"), "1");
        set.say("-c").output("/tmp/a/unit.o").set("A", "1");
        assert_ne!(one, key(&set));
    }

    #[test]
    fn a_call_is_shown_from_the_root() {
        let mut call = ToolCall::new("test", Path::new("/usr/bin/clang"), "1");
        call.say("-ffile-prefix-map=/root/=")
            .file("/root/c-fixtures/a b.c")
            .output("/tmp/x.o");
        let shown = call.show(Path::new("/root"));
        assert_eq!(
            shown,
            "/usr/bin/clang -ffile-prefix-map=/root/= 'c-fixtures/a b.c' -o /tmp/x.o"
        );
    }

    #[test]
    fn a_tool_that_is_not_there_is_named() {
        let call = ToolCall::new("test", Path::new("/no/such/tool"), "1");
        let error = call.run(None).unwrap_err();
        assert!(error.to_string().contains("`/no/such/tool` cannot be started"));
    }
}
