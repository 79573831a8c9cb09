//! `repro`: what is given goes to a confined worker, and what comes back is shown and, where that is asked for, kept.

use std::io::Read;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use clap::Args;
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::output::Output;
use super::progress::announce;
use super::{Exit, RunArgs, complain, find_root, options};
use crate::confine;
use crate::facts::{Confinement, Layer};
use crate::repro::confined::{Extent, Prepared};
use crate::repro::mend::project::replace;
use crate::repro::{self, read, save};
use crate::text::printable;

mod job;

pub(super) use job::work;
use job::{Done, File, Input, Job, ReproFormat};

/// Seconds that a confined run may take, beside what shrinking was given, and with every toolchain.
const LIMIT: u64 = 600;
const LIMIT_OF_MATRIX: u64 = 3600;

#[derive(Debug, Args)]
pub(super) struct ReproArgs {
    /// The report in Markdown, with code of both languages in it; `-` is standard input
    #[arg(value_name = "REPORT", conflicts_with_all = ["c", "rust", "cpp"])]
    report: Option<PathBuf>,
    /// The C part as a file
    #[arg(long, value_name = "FILE", requires = "rust")]
    c: Option<PathBuf>,
    /// The C part is C++
    #[arg(long)]
    cpp: bool,
    /// The Rust part as a file
    #[arg(long, value_name = "FILE", requires = "c")]
    rust: Option<PathBuf>,
    /// Keep the pair as c-fixtures/reports/NAME.c and its twin, with what it shows as the expected outcome
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// Write what mends it into the part that is changed, unless a generator wrote that
    #[arg(long, requires = "rust", conflicts_with_all = ["save", "emit"])]
    fix: bool,
    /// Ask every pair of installed toolchains
    #[arg(long)]
    matrix: bool,
    /// Shrink the pair while it shows the same, for at most this many seconds
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "60", value_parser = clap::value_parser!(u64).range(1..=3600))]
    minimize: Option<u64>,
    /// Compile and run the report's code with your rights, outside of the sandbox
    #[arg(long)]
    unsandboxed: bool,
    /// Do without a layer of the sandbox, as on a machine that has none
    #[arg(long, value_name = "LAYER", hide = true, value_parser = parse_layer, conflicts_with = "unsandboxed")]
    without: Vec<Layer>,
    #[command(flatten)]
    run: RunArgs,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = ReproFormat::Human)]
    format: ReproFormat,
    /// Write what was found as a test for LLVM's or rustc's tree, or as a state of Compiler Explorer, in place of the answer
    #[arg(long, value_name = "KIND", value_parser = super::kinds(), conflicts_with_all = ["format", "matrix", "minimize"])]
    emit: Option<String>,
    /// Write the result to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn parse_layer(name: &str) -> Result<Layer, String> {
    Layer::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = Layer::ALL.iter().map(|layer| layer.name()).collect();
        format!("known are {}", known.join(", "))
    })
}

pub(super) fn repro(arguments: &ReproArgs) -> Exit {
    let usage = |error: &str| {
        complain(error);
        Exit::Usage
    };
    let incomplete = |error: &str| {
        complain(error);
        Exit::Incomplete
    };
    if arguments.run.record.is_some() && !arguments.unsandboxed {
        return usage(
            "--record keeps files that only a run with --unsandboxed can write: give both, or neither",
        );
    }
    let root = arguments.run.project.root.clone().unwrap_or_else(find_root);
    if let Some(name) = &arguments.save
        && let Err(error) = save::check_name(name).and_then(|()| save::check_root(&root))
    {
        return usage(&format!("failed to {error}"));
    }
    let options = match options(&arguments.run) {
        Ok(options) => options,
        Err(error) => return usage(&error),
    };
    let input = match input(arguments) {
        Ok(input) => input,
        Err(error) => return usage(&error),
    };
    let parts = match &input {
        Input::Parts { c, rust, .. } => Some([c.text.clone(), rust.text.clone()]),
        Input::Report { .. } => None,
    };
    let output = match Output::open(arguments.output.as_deref()) {
        Ok(output) => output,
        Err(error) => return incomplete(&format!("cannot write the result: {error}")),
    };
    let targets = match arguments.run.target.as_slice() {
        [] => Target::ALL.to_vec(),
        targets => targets.to_vec(),
    };
    let job = Job {
        input,
        name: arguments.save.clone().unwrap_or_else(|| repro::NAME.to_owned()),
        save: arguments.save.is_some(),
        targets,
        toolchains: options.toolchains.clone(),
        given: given(&arguments.run),
        opt: options.opt.clone(),
        no_cache: options.no_cache,
        back_end: options.back_end,
        minimize: arguments.minimize,
        matrix: arguments.matrix,
        format: arguments.format,
        emit: arguments.emit.clone(),
        learned: Vec::new(),
    };
    let done = match arguments.unsandboxed {
        true => Ok(job.perform(&Confinement::unsandboxed(), options.record)),
        false => confined(arguments, &options, job),
    };
    let done = match done {
        Ok(done) => done,
        Err(error) => return incomplete(&error),
    };
    if let Some(text) = &done.text
        && let Err(error) = output.write(&printable(text))
    {
        return incomplete(&format!("cannot write the result: {error}"));
    }
    if let Some(complaint) = &done.complaint {
        complain(complaint);
    }
    if let (true, Some(before), Some((side, text))) = (arguments.fix, &parts, &done.mended) {
        let [c, rust] = before;
        let (file, before) = match side {
            Side::C => (&arguments.c, c),
            Side::Rust => (&arguments.rust, rust),
        };
        if let Some(file) = file {
            if let Err(error) = replace(file, before, text) {
                return incomplete(&printable(&format!("cannot write `{}`: {error}", file.display())));
            }
            announce(&format!("{side} is changed in {}", file.display()));
        }
    }
    if let Some(saved) = &done.saved {
        let name = arguments.save.as_deref().unwrap_or_default();
        if let Err(error) = save::write(&root, name, saved) {
            return incomplete(&format!("failed to {error}"));
        }
        let case = format!("{}/{name}", save::FAMILY);
        announce(&format!("saved as {case}; `twincall check {case}` runs it"));
    }
    done.exit()
}

/// Has a confined worker do the job.
fn confined(arguments: &ReproArgs, options: &crate::session::Options, mut job: Job) -> Result<Done, String> {
    let extent = match (job.matrix, job.save) {
        (true, _) => Extent::All,
        (false, true) => Extent::AndDefault,
        (false, false) => Extent::Chosen,
    };
    let mut prepared = Prepared::new(options, &job.targets, extent).map_err(|error| error.to_string())?;
    job.toolchains = prepared.toolchains.clone();
    job.learned = std::mem::take(&mut prepared.learned);
    // The cache inside is empty at first.
    job.no_cache = false;
    let seconds = if job.matrix { LIMIT_OF_MATRIX } else { LIMIT } + job.minimize.unwrap_or(0);
    let job = postcard::to_stdvec(&job).map_err(|error| error.to_string())?;
    let (_, answer) = confine::run(
        &prepared.view,
        &arguments.without,
        job,
        Duration::from_secs(seconds),
    )
    .map_err(|error| format!("failed to {error}"))?;
    postcard::from_bytes(&answer).map_err(|error| format!("failed to read the answer: {error}"))
}

fn input(arguments: &ReproArgs) -> Result<Input, String> {
    if let Some(report) = &arguments.report {
        let (name, bytes) = bytes_of(report)?;
        return Ok(Input::Report { name, bytes });
    }
    let (Some(c), Some(rust)) = (&arguments.c, &arguments.rust) else {
        return Err("give a report in Markdown, or a C part with --c and a Rust part with --rust".to_owned());
    };
    let cpp = c
        .extension()
        .is_some_and(|extension| ["cpp", "cc", "cxx"].iter().any(|known| extension == *known));
    let read = |path: &PathBuf| {
        let (_, bytes) = bytes_of(path)?;
        if bytes.len() > read::LONGEST {
            return Err(format!(
                "read `{}`: it has more than {} bytes",
                path.display(),
                read::LONGEST
            ));
        }
        let text = String::from_utf8(bytes).map_err(|error| format!("read `{}`: {error}", path.display()))?;
        let name = path.display().to_string();
        Ok(File { name, text })
    };
    Ok(Input::Parts {
        cpp: arguments.cpp || cpp,
        c: read(c)?,
        rust: read(rust)?,
    })
}

/// A file's name and content; of one that is too long only as much as it takes to see that.
fn bytes_of(path: &Path) -> Result<(String, Vec<u8>), String> {
    let mut bytes = Vec::new();
    let most = read::LONGEST as u64 + 1;
    let (name, result) = if path == Path::new("-") {
        let name = "report.md".to_owned();
        (name, std::io::stdin().lock().take(most).read_to_end(&mut bytes))
    } else {
        stays_in_its_folder(path)?;
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let file = open(path).map_err(|reason| format!("read `{}`: {reason}", path.display()))?;
        (name, file.take(most).read_to_end(&mut bytes))
    };
    match result {
        Ok(_) => Ok((name, bytes)),
        Err(error) => Err(format!("read `{}`: {error}", path.display())),
    }
}

/// Opens a file with content of its own. Others may block, never end, or say what only this process may read.
fn open(path: &Path) -> Result<std::fs::File, String> {
    const PROC_SUPER_MAGIC: rustix::fs::FsWord = 0x9fa0;
    const SYSFS_MAGIC: rustix::fs::FsWord = 0x6265_6572;
    let mut options = std::fs::File::options();
    // A pipe that nobody writes to would keep whoever opens it waiting.
    options.read(true).custom_flags(libc::O_NONBLOCK);
    let file = options.open(path).map_err(|error| error.to_string())?;
    let data = file.metadata().map_err(|error| error.to_string())?;
    if !data.is_file() {
        return Err("it is no file with content of its own".to_owned());
    }
    let system = rustix::fs::fstatfs(&file).map_err(|error| error.to_string())?;
    match system.f_type {
        PROC_SUPER_MAGIC | SYSFS_MAGIC => Err("it is a view into the kernel, and no report".to_owned()),
        _ => Ok(file),
    }
}

/// Refuses a path that leads out of its folder by a link: whoever made the folder may want to see in an answer what lies
/// elsewhere. Of a relative path every part is looked at, of an absolute one the last, since systems link their own folders.
fn stays_in_its_folder(path: &Path) -> Result<(), String> {
    let parents = path.components().take_while(|part| *part == Component::ParentDir);
    let folder: PathBuf = match path.is_absolute() {
        true => path.parent().map(Path::to_owned).unwrap_or_default(),
        false => parents.collect(),
    };
    let folder = match folder.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => folder,
    };
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(real), Ok(folder)) if !real.starts_with(&folder) => Err(format!(
            "read `{}`: it is a link to `{}`, out of its folder; name that file itself",
            path.display(),
            real.display()
        )),
        _ => Ok(()),
    }
}

/// How a suggestion ends that asks for what the command line has.
fn given(run: &RunArgs) -> Vec<String> {
    let targets = run
        .target
        .iter()
        .map(|target| format!(" --target {}", target.short()));
    let toolchains = run.toolchain.iter().map(|name| format!(" --toolchain {name}"));
    targets.chain(toolchains).collect()
}

#[cfg(test)]
mod tests {
    use super::open;

    #[test]
    fn what_has_no_content_of_its_own_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        for (path, reason) in [
            (pipe.as_path(), "no file with content of its own"),
            ("/dev/zero".as_ref(), "no file with content of its own"),
            (folder.path(), "no file with content of its own"),
            ("/proc/self/environ".as_ref(), "a view into the kernel"),
        ] {
            assert!(open(path).unwrap_err().contains(reason), "{}", path.display());
        }
        let file = folder.path().join("report.md");
        std::fs::write(&file, "text").unwrap();
        open(&file).unwrap();
    }
}
