//! What is asked of a report and what comes of it, as data that travels to a confined worker and back.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::super::Exit;
use crate::cache::Cache;
use crate::cache::default_cache;
use crate::directive::OptLevel;
use crate::facts::Confinement;
use crate::report::json;
use crate::repro::pair::{Source, Sources};
use crate::repro::read::{self, Reading};
use crate::repro::save::Saved;
use crate::repro::upstream::Kind;
use crate::repro::{self, ReproError, Request, human, markdown, matrix, save};
use crate::session::Options;
use crate::toolchain::{ANSWER, ToolchainChoice};

/// The threads of a confined worker: each may start a compiler, and all share one limit of memory.
const THREADS: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, Serialize, Deserialize)]
pub(super) enum ReproFormat {
    Human,
    /// The same as of `check`
    Json,
    /// A text to paste into an issue
    Markdown,
}

/// Everything that is asked. Nothing of the report was looked at yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) input: Input,
    /// The name of the pair, and whether it is kept.
    pub(super) name: String,
    pub(super) save: bool,
    pub(super) targets: Vec<Target>,
    pub(super) toolchains: ToolchainChoice,
    /// How suggestions end that the command line has taken.
    pub(super) given: Vec<String>,
    pub(super) opt: Vec<OptLevel>,
    pub(super) no_cache: bool,
    pub(super) back_end: bool,
    /// Seconds.
    pub(super) minimize: Option<u64>,
    pub(super) matrix: bool,
    pub(super) format: ReproFormat,
    /// The name of a form that is wanted in place of the answer.
    pub(super) emit: Option<String>,
    /// What was learned of toolchains outside.
    pub(super) learned: Vec<(String, Vec<u8>)>,
}

/// What was given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Input {
    Report { name: String, bytes: Vec<u8> },
    Parts { c: File, cpp: bool, rust: File },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: String,
}

/// What comes of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Done {
    /// The status of [`Exit`].
    pub(super) status: u8,
    pub(super) text: Option<String>,
    pub(super) complaint: Option<String>,
    /// The files of the pair, where it is to be kept.
    pub(super) saved: Option<Saved>,
    /// The part that a mend changes, and its new text, where the parts are files.
    pub(super) mended: Option<(Side, String)>,
}

impl Done {
    fn complains(exit: Exit, complaint: String) -> Done {
        Done {
            status: exit as u8,
            complaint: Some(complaint),
            ..Done::default()
        }
    }

    pub(super) fn exit(&self) -> Exit {
        let found = Exit::ALL.into_iter().find(|exit| *exit as u8 == self.status);
        found.unwrap_or(Exit::Incomplete)
    }
}

/// What a confined worker does.
pub(in super::super) fn work(confinement: &Confinement, job: &[u8]) -> Vec<u8> {
    let done = match postcard::from_bytes::<Job>(job) {
        Ok(mut job) => {
            // The pool of the tests of this program may be there already.
            let threads = std::thread::available_parallelism().map_or(1, |all| all.get().min(THREADS));
            let _ = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build_global();
            let (cache, _) = Cache::open(&default_cache(), true);
            // What is not taught is asked again.
            let _ = cache.teach(ANSWER, std::mem::take(&mut job.learned));
            job.perform(confinement, None)
        }
        Err(error) => Done::complains(Exit::Incomplete, format!("read the job: {error}")),
    };
    postcard::to_stdvec(&done).unwrap_or_default()
}

impl Job {
    /// Reads the report, builds, runs, judges, and writes the answer's text.
    pub(super) fn perform(&self, confinement: &Confinement, record: Option<PathBuf>) -> Done {
        let reading = match self.reading() {
            Ok(reading) => reading,
            Err(error) => return Done::complains(unread(&error), error.to_string()),
        };
        let request = Request {
            sources: &reading.sources,
            name: &self.name,
            targets: &self.targets,
            options: Options {
                toolchains: self.toolchains.clone(),
                opt: self.opt.clone(),
                no_cache: self.no_cache,
                back_end: self.back_end,
                witness: true,
                cache: None,
                bless: false,
                record,
                events: crate::cli::progress::events(),
            },
        };
        self.answer(&request, &reading, confinement)
            .unwrap_or_else(|error| Done::complains(Exit::Incomplete, error.to_string()))
    }

    fn reading(&self) -> Result<Reading, read::ReadError> {
        match &self.input {
            Input::Report { name, bytes } => read::read_bytes(name, bytes),
            Input::Parts { c, cpp, rust } => Ok(Reading {
                sources: Sources {
                    title: "a report".to_owned(),
                    cpp: *cpp,
                    c: Source::of_file(&c.name, &c.text),
                    rust: Source::of_file(&rust.name, &rust.text),
                    ..Sources::default()
                },
                ..Reading::default()
            }),
        }
    }

    fn answer(
        &self,
        request: &Request<'_>,
        reading: &Reading,
        confinement: &Confinement,
    ) -> Result<Done, ReproError> {
        let mut reproduction = repro::reproduce(request)?;
        if let Some(kind) = self.emit.as_deref().and_then(Kind::named) {
            return self.emitted(kind, request, &reproduction);
        }
        reproduction.mend(request)?;
        if let Some(seconds) = self.minimize {
            reproduction.minimize(request, Duration::from_secs(seconds))?;
        }
        if self.matrix {
            reproduction.matrix = Some(matrix::matrix(request)?);
        }
        reproduction.notes.extend(read::failure::notes(&reproduction));
        reproduction.notes.extend_from_slice(&reading.notes);
        let suggestions = reading
            .suggestions
            .iter()
            .filter(|one| !self.given.iter().any(|end| one.ends_with(end)));
        reproduction.suggestions.extend(suggestions.cloned());
        reproduction.report.confinement = Some(confinement.clone());
        let text = match self.format {
            ReproFormat::Human => human::render(&reproduction),
            ReproFormat::Markdown => markdown::render(request.sources, &reproduction),
            ReproFormat::Json => {
                reproduction.report.repro = Some(repro::section(&reproduction));
                match json::render(&reproduction.report) {
                    Ok(text) => text,
                    Err(error) => {
                        return Ok(Done::complains(
                            Exit::Incomplete,
                            format!("cannot write JSON: {error}"),
                        ));
                    }
                }
            }
        };
        Ok(self.done(text, request, &reproduction))
    }

    /// The report in a form for somebody else.
    fn emitted(
        &self,
        kind: &Kind,
        request: &Request<'_>,
        reproduction: &repro::Reproduction,
    ) -> Result<Done, ReproError> {
        match reproduction.emit(request, kind) {
            Ok(text) => Ok(self.done(text, request, reproduction)),
            Err(error @ ReproError::Unmade(_)) => {
                Ok(Done::complains(Exit::Incomplete, format!("failed to {error}")))
            }
            Err(error) => Err(error),
        }
    }

    /// The text, with the files of the pair where it is to be kept.
    fn done(&self, text: String, request: &Request<'_>, reproduction: &repro::Reproduction) -> Done {
        let mut done = Done {
            status: exit(reproduction) as u8,
            text: Some(text),
            ..Done::default()
        };
        if let (Input::Parts { .. }, Some(mended)) = (&self.input, &reproduction.mended) {
            done.mended = Some((mended.report.side, mended.text.clone()));
        }
        if self.save {
            match save::save(request, reproduction) {
                Ok(saved) => done.saved = Some(saved),
                Err(error) => {
                    done.status = Exit::Incomplete as u8;
                    done.complaint = Some(format!("failed to {error}"));
                }
            }
        }
        done
    }
}

/// What a report comes to of which nothing can be made. One without code is no failure: who has many reports looked at asks
/// its author for code, and mends nothing of their own.
fn unread(error: &read::ReadError) -> Exit {
    match error {
        read::ReadError::NoCode { .. } | read::ReadError::OneLanguage { .. } => Exit::NoCase,
        _ => Exit::Incomplete,
    }
}

fn exit(reproduction: &repro::Reproduction) -> Exit {
    if reproduction.found() {
        Exit::Unexpected
    } else if reproduction.unknown() {
        Exit::Incomplete
    } else {
        Exit::Expected
    }
}
