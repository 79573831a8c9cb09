//! A run over a project: cases and targets in, reports out. What one case does never stops another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use thiserror::Error;
use twincall_abi::interface::{Interface, Side};
use twincall_abi::model;
use twincall_abi::target::Target;

use crate::build::{BuildError, Builder, CaseBuild, LevelBuild};
use crate::cache::{Cache, default_cache};
use crate::command::Recorder;
use crate::directive::OptLevel;
use crate::discover::{self, Case, Discovery};
use crate::events::Events;
use crate::facts::{Axis, CaseReport, ToolchainReport, Verdict, show_command};
use crate::judge::{self, Evidence, Further};
use crate::run::level::Runners;
use crate::run::native::NativeError;
use crate::run::plan::{Observation, Scope};
use crate::snapshot;
use crate::toolchain::sysroot::{self, Extent, ReadyLibraries, SysrootError};
use crate::toolchain::{self, CToolchain, RustToolchain, ToolchainChoice, ToolchainError};

mod config;
mod redeclared;
mod stop;

pub use stop::CaseError;
use stop::Stop;

pub use config::{CONFIG_FILE, Config, SnapshotConfig, ToolchainConfig};

/// A case has fewer cache entries than this.
const MAX_DAMAGED: usize = 64;

/// How a session is to run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub toolchains: ToolchainChoice,
    /// Only these levels, where a fixture has them.
    pub opt: Vec<OptLevel>,
    pub no_cache: bool,
    /// The cache folder; by default the user's.
    pub cache: Option<PathBuf>,
    /// Record snapshots instead of comparing them.
    pub bless: bool,
    /// Hold the slots that are placed from IR against the compilers' own back ends.
    pub back_end: bool,
    /// Ask a C compiler with another back end of every case, rather than where it may say who departs from the text.
    pub witness: bool,
    /// Keep the inputs and commands of every compiler and linker call in this folder.
    pub record: Option<PathBuf>,
    /// Who hears of what takes long.
    pub events: Events,
}

/// Libraries, or why there are none, once somebody has asked for them.
type Prepared = OnceLock<Result<ReadyLibraries, Arc<SysrootError>>>;

/// A project opened for running.
#[derive(Debug)]
pub struct Session {
    root: PathBuf,
    cache: Cache,
    c: CToolchain,
    rust: RustToolchain,
    /// A C compiler with another back end.
    further: Option<CToolchain>,
    config: Config,
    options: Options,
    runners: Runners,
    libraries: BTreeMap<(Target, Extent), Prepared>,
    recorder: Option<Arc<Recorder>>,
    warnings: Vec<String>,
}

#[derive(Debug, Error)]
pub enum SessionError {
    #[error("`{}` is no folder", .0.display())]
    NoRoot(PathBuf),
    #[error("{}:{line}: {message}", path.display())]
    Config {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
    #[error("record calls in `{}`: {source}", path.display())]
    Record { path: PathBuf, source: std::io::Error },
    #[error("read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
}

/// Times of one case, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timings {
    pub build: f64,
    pub run: f64,
    pub judge: f64,
}

impl Session {
    /// Opens the project in `root` and finds its toolchains.
    pub fn open(root: &Path, options: Options) -> Result<Session, SessionError> {
        let root = root
            .canonicalize()
            .ok()
            .filter(|root| root.is_dir())
            .ok_or_else(|| SessionError::NoRoot(root.to_owned()))?;
        let config = config::read(&root.join(CONFIG_FILE))?;
        let folder = options.cache.clone().unwrap_or_else(default_cache);
        let (mut cache, warning) = Cache::open(&folder, !options.no_cache);
        let choice =
            |given: &Option<String>, configured: &Option<String>| given.clone().or(configured.clone());
        let c = choice(&options.toolchains.c, &config.toolchain.c);
        let rust = choice(&options.toolchains.rust, &config.toolchain.rust);
        let c = toolchain::find_c(c.as_deref(), &cache)?;
        let rust = toolchain::find_rust(rust.as_deref(), &cache)?;
        let further = toolchain::find_further_c(&c, &cache);
        let libraries = Target::ALL
            .into_iter()
            .flat_map(|target| [Extent::Alloc, Extent::Std].map(|extent| ((target, extent), OnceLock::new())))
            .collect();
        let warnings = warning.into_iter().collect();
        let recorder = options
            .record
            .as_deref()
            .map(|folder| {
                Recorder::new(folder).map_err(|source| SessionError::Record {
                    path: folder.to_owned(),
                    source,
                })
            })
            .transpose()?
            .map(Arc::new);
        if let Some(recorder) = &recorder {
            cache.keep_written(recorder.objects());
        }
        Ok(Session {
            root,
            cache,
            c,
            rust,
            further,
            config,
            options,
            runners: Runners::find(),
            libraries,
            recorder,
            warnings,
        })
    }

    /// A session over another project with the compilers and libraries of this one. What it makes is kept as long as it
    /// lives and no longer; a C compiler with another back end, which changes no verdict, is not asked.
    ///
    /// # Errors
    /// A root that is no folder.
    pub fn passing(&self, root: &Path) -> Result<Session, SessionError> {
        let root = root
            .canonicalize()
            .map_err(|_| SessionError::NoRoot(root.to_owned()))?;
        let folder = self.options.cache.clone().unwrap_or_else(default_cache);
        let (cache, warning) = Cache::open(&folder, false);
        Ok(Session {
            root,
            cache,
            c: self.c.clone(),
            rust: self.rust.clone(),
            further: None,
            config: Config::default(),
            options: Options {
                bless: false,
                ..self.options.clone()
            },
            runners: self.runners.clone(),
            libraries: self.libraries.clone(),
            recorder: self.recorder.clone(),
            warnings: warning.into_iter().collect(),
        })
    }

    /// The project's root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What the user should hear before the results.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The compilers of this session.
    pub fn toolchains(&self) -> Vec<ToolchainReport> {
        let version = |(major, minor, patch): toolchain::Version| format!("{major}.{minor}.{patch}");
        vec![
            ToolchainReport {
                name: self.c.name.clone(),
                version: version(self.c.version),
                language: Side::C.tag().to_owned(),
            },
            ToolchainReport {
                name: self.rust.name.clone(),
                version: self.rust.release.clone(),
                language: Side::Rust.tag().to_owned(),
            },
        ]
    }

    /// The levels that were asked for; none where those of each fixture are meant.
    pub(crate) fn levels(&self) -> &[OptLevel] {
        &self.options.opt
    }

    /// The program in which native calls are made, or why there is none.
    pub(crate) fn probe(&self) -> Result<&Path, Arc<NativeError>> {
        self.runners.probe()
    }

    /// A gcc beside this session's compilers, where one is installed.
    pub(crate) fn gcc(&self) -> Option<CToolchain> {
        toolchain::find_c(Some("gcc"), &self.cache).ok()
    }

    /// The compilers themselves, C first.
    pub(crate) fn compilers(&self) -> (&CToolchain, &RustToolchain) {
        (&self.c, &self.rust)
    }

    /// The pairs of the project.
    pub fn discover(&self) -> Discovery {
        discover::discover(&self.root)
    }

    /// What both sides of a case declare on a target, C first. Nothing is compiled.
    ///
    /// # Errors
    /// A source that cannot be read.
    pub fn interfaces(&self, case: &Case, target: Target) -> Result<(Interface, Interface), BuildError> {
        self.builder().interfaces(case, target)
    }

    /// What the written ABI depends on besides types, as the flags of one side of a case switch it on.
    ///
    /// # Errors
    /// A compiler that cannot be asked.
    pub fn options_of(&self, case: &Case, side: Side, target: Target) -> Result<model::Options, BuildError> {
        let features = self.builder().unit_features(side, case, target)?;
        let short = |flag: &String| flag == "-fshort-enums";
        Ok(model::Options {
            short_enums: side == Side::C && case.c.directives.flags.iter().any(short),
            ..model::Options::of_features(&features)
        })
    }

    /// Builds and judges one case without running anything.
    ///
    /// # Errors
    /// Libraries of Rust that are not there, and a pair that cannot be built.
    pub fn examine(&self, case: &Case, target: Target) -> Result<(CaseBuild, judge::Judgement), CaseError> {
        let libraries = self.libraries(target, extent_of(case))?;
        let build = self.builder().build(case, target, &libraries)?;
        let evidence = Evidence {
            case,
            target,
            build: &build,
            observations: &[],
            toolchains: [&self.c.name, &self.rust.name],
            llvm: [self.c.version.0, self.rust.llvm.0],
            further: None,
        };
        let judgement = judge::judge(&evidence);
        Ok((build, judgement))
    }

    fn builder(&self) -> Builder<'_> {
        Builder {
            root: &self.root,
            cache: &self.cache,
            c: &self.c,
            rust: &self.rust,
            recorder: self.recorder.as_deref(),
            back_end: self.options.back_end,
        }
    }

    /// Builds, runs and judges one case on one target.
    pub fn run(&self, case: &Case, target: Target) -> (CaseReport, Timings) {
        let mut timings = Timings::default();
        let mut result = self.try_run(case, target, &mut timings);
        // A damaged entry is gone once it was found, so each further attempt gets past it.
        for _ in 0..MAX_DAMAGED {
            match &result {
                Err(Stop::Failed(error)) if error.is_damage() => {
                    result = self.try_run(case, target, &mut timings);
                }
                _ => break,
            }
        }
        let mut report = match result {
            Ok(report) => report,
            Err(Stop::Listed(verdict, reason)) => CaseReport::listed(&case.name, target, verdict, reason),
            Err(Stop::Failed(error)) => {
                CaseReport::listed(&case.name, target, Verdict::Error, error.to_string())
            }
        };
        report.about.clone_from(&case.about);
        report.references.clone_from(&case.references);
        report.snapshot = self.snapshots().keep(&report);
        (report, timings)
    }

    /// Whether a case is built on a target at all, or why it is only listed.
    fn takes(&self, case: &Case, target: Target) -> Result<(), Stop> {
        if let Some(reason) = case.not_applicable(target) {
            return Err(Stop::Listed(Verdict::NotApplicable, reason));
        }
        if target.is_wasm() && self.c.gcc.is_some() {
            let reason = format!("{} has no back end for {target}; take a clang", self.c.name);
            return Err(Stop::Listed(Verdict::Unsupported, reason));
        }
        Ok(())
    }

    /// The libraries of Rust without which a case cannot be built on a target.
    pub(crate) fn needs(&self, case: &Case, target: Target) -> Option<(Target, Extent)> {
        let taken = self.takes(case, target).is_ok();
        taken.then(|| (target, extent_of(case)))
    }

    fn try_run(&self, case: &Case, target: Target, timings: &mut Timings) -> Result<CaseReport, Stop> {
        self.takes(case, target)?;
        let mut case = case.clone();
        if !self.options.opt.is_empty() {
            case.opt.retain(|opt| self.options.opt.contains(opt));
            if case.opt.is_empty() {
                let reason = "the fixture has none of the levels asked for".to_owned();
                return Err(Stop::Listed(Verdict::Skipped, reason));
            }
        }
        let case = &case;
        let libraries = self
            .libraries(target, extent_of(case))
            .map_err(|error| Stop::Listed(Verdict::Skipped, error.to_string()))?;
        let start = std::time::Instant::now();
        let build = self.builder().build(case, target, &libraries)?;
        timings.build = start.elapsed().as_secs_f64();
        let start = std::time::Instant::now();
        let mut observations = Vec::new();
        for level in &build.levels {
            observations.extend(self.run_level(&self.builder(), case, &build, level, target, Scope::All)?);
        }
        timings.run = start.elapsed().as_secs_f64();
        let start = std::time::Instant::now();
        let evidence = Evidence {
            case,
            target,
            build: &build,
            observations: &observations,
            toolchains: [&self.c.name, &self.rust.name],
            llvm: [self.c.version.0, self.rust.llvm.0],
            further: None,
        };
        let mut judgement = judge::judge(&evidence);
        timings.judge = start.elapsed().as_secs_f64();
        if self.options.witness || self.c.gcc.is_some() || judgement.is_in_doubt() {
            let start = std::time::Instant::now();
            let further = self.further(case, target, &libraries)?;
            timings.run += start.elapsed().as_secs_f64();
            if further.is_some() {
                let start = std::time::Instant::now();
                judgement = judge::judge(&Evidence {
                    further: further.as_ref(),
                    ..evidence
                });
                timings.judge += start.elapsed().as_secs_f64();
            }
        }
        let start = std::time::Instant::now();
        let more = self.judge_redeclared(case, target, &libraries, &build, &mut judgement)?;
        observations.extend(more);
        timings.run += start.elapsed().as_secs_f64();
        let mut report = CaseReport::listed(&case.name, target, judgement.verdict, String::new());
        report.reason = None;
        if !judgement.conflicts.is_empty() {
            report.verdict = Verdict::Error;
            let all = judgement.conflicts.join("; ");
            report.reason = Some(format!("evidence contradicts itself: {all}"));
        }
        // What was found in declarations still counts; but agreement without one of the functions would be a guess, and
        // what a link or run without it does says little.
        if let Some(reason) = judgement.unsupported
            && judgement.findings.iter().all(|finding| finding.axis == Axis::Run)
        {
            return Err(Stop::Listed(Verdict::Unsupported, reason));
        }
        report.form = Some(build.form);
        report.findings = judgement.findings;
        report.vanished = judgement.vanished;
        report.functions = judgement.functions;
        report.types = judgement.types;
        report.unchecked = judgement.unchecked;
        report.contradictions = judgement.conflicts;
        report.calls_unknown = judge::runs::unknown(&observations);
        if let Some(reason) = &report.calls_unknown
            && report.findings.iter().all(|finding| finding.contract_only)
        {
            report.verdict = Verdict::Error;
            report.reason = Some(format!("not known how calls ended: {reason}"));
        }
        report.notes = judgement.notes;
        report.left_out = build.beyond.clone();
        report.observations = judge::observed::summary(&observations, &self.root);
        report.program = judge::program::ends(case, &observations);
        report.calls = report.observations.iter().map(|seen| seen.calls).sum();
        report.crossings = judgement.crossings;
        report.command = show_command(&case.name, target);
        Ok(report)
    }

    /// What a C compiler with another back end does with the C side, at the first level.
    fn further(
        &self,
        case: &Case,
        target: Target,
        libraries: &ReadyLibraries,
    ) -> Result<Option<Further>, Stop> {
        if target.is_wasm() {
            return Ok(None);
        }
        let Some(c) = &self.further else {
            return Ok(None);
        };
        let builder = Builder {
            c,
            back_end: false,
            ..self.builder()
        };
        let mut case = case.clone();
        case.opt.truncate(1);
        let observe = || {
            let build = builder.build(&case, target, libraries)?;
            let mut observations = Vec::new();
            for level in &build.levels {
                observations.extend(self.run_level(
                    &builder,
                    &case,
                    &build,
                    level,
                    target,
                    Scope::MachineOfC,
                )?);
            }
            Ok(observations)
        };
        let observations = match observe() {
            Ok(observations) => Ok(observations),
            // What is damaged is made again, as for the pair's own compilers.
            Err(Stop::Failed(error)) if error.is_damage() => {
                return Err(Stop::Failed(error));
            }
            Err(Stop::Failed(error)) => Err(first_error(&error.to_string())),
            Err(Stop::Listed(_, reason)) => Err(reason),
        };
        Ok(Some(Further {
            name: c.name.clone(),
            observations,
        }))
    }

    fn run_level(
        &self,
        builder: &Builder<'_>,
        case: &Case,
        build: &CaseBuild,
        level: &LevelBuild,
        target: Target,
        scope: Scope,
    ) -> Result<Vec<Observation>, Stop> {
        self.runners
            .run(builder, case, build, level, target, scope)
            .map_err(|error| Stop::of_run(error, [&self.c.name, &self.rust.name]))
    }

    /// How the facts of this session are kept.
    pub fn snapshots(&self) -> snapshot::Keeper<'_> {
        let pinned = &self.config.snapshots;
        snapshot::Keeper {
            root: &self.root,
            pinned: [pinned.c.as_deref(), pinned.rust.as_deref()],
            used: [&self.c.name, &self.rust.name],
            all_levels: self.options.opt.is_empty(),
            bless: self.options.bless,
        }
    }

    /// Rust's libraries for a target, built first where they have to be.
    ///
    /// # Errors
    /// Why there are none.
    pub fn libraries(&self, target: Target, extent: Extent) -> Result<ReadyLibraries, Arc<SysrootError>> {
        let prepare = || {
            sysroot::prepare(&self.rust, target, extent, &self.cache, &self.options.events).map_err(Arc::new)
        };
        match self.libraries.get(&(target, extent)) {
            Some(cell) => cell.get_or_init(prepare).clone(),
            None => prepare(),
        }
    }
}

/// Which of Rust's libraries a case needs.
fn extent_of(case: &Case) -> Extent {
    Extent::of(case.rust.directives.std)
}

/// The line of a compiler's message that says what is wrong.
fn first_error(message: &str) -> String {
    let mut lines = message.lines();
    let told = lines.clone().find(|line| line.contains("error:"));
    told.or(lines.next()).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests;
