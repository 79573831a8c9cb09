//! Compiles and runs the code of a bug report where it can do no harm: in layers, each of which holds without the others, and each of
//! which may be missing on a machine.
//!
//! The tool starts its own program once more as a *worker* ([`worker`]), which confines itself before it looks at anything of the
//! report, and answers with finished text. The tool itself reads no file that the worker made.

use crate::facts::{Confinement, Layer};
use crate::temporary::Folder;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use thiserror::Error;

mod landlock;
mod layers;
mod limits;
mod namespaces;
mod programs;
mod seccomp;
mod system;
mod view;
mod wire;
pub mod worker;

pub(crate) use limits::DESCRIPTORS_OF_VALGRIND;
pub(crate) use programs::{Role, output, restrict};
pub use view::View;
pub(crate) use worker::is_confined;

/// The command by which the tool starts its worker.
pub const COMMAND: &str = "confined";

/// Statuses of a worker that gives no answer.
const STATUS_MEMORY: u8 = 70;
const STATUS_SETUP: u8 = 71;

/// Of what a worker complains about so many bytes are kept.
const COMPLAINT: u64 = 16 << 10;

/// What is sent to a worker.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Request {
    /// An empty folder; where there is no mount namespace the run writes there.
    place: PathBuf,
    view: View,
    /// Layers to do without, as on a machine that has none.
    without: Vec<Layer>,
    /// A folder on disk to write to, where nothing bounds what is written.
    disk: Option<PathBuf>,
    /// Nothing to do but to say which layers there are.
    job: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum ConfineError {
    #[error("start the confined run: {0}")]
    Start(#[from] io::Error),
    #[error(
        "run the report's code, because nothing here keeps files from it: {0}; with --unsandboxed it runs with your rights, like a program that you start yourself"
    )]
    Impossible(String),
    #[error("wait for the confined run: it did not end within {} s", .0.as_secs())]
    Time(Duration),
    #[error("wait for the confined run: it used too much memory")]
    Memory,
    #[error("read what the confined run answers: {0}")]
    Answer(String),
}

/// Which layers there are on this machine.
///
/// # Errors
/// A worker that cannot be started or does not answer.
pub fn examine(without: &[Layer]) -> Result<Confinement, ConfineError> {
    let view = View::system();
    let (confinement, _) = converse(&view, without, Vec::new(), Duration::from_secs(30))?;
    Ok(confinement)
}

/// Has a confined worker do a job, which is at most this long about it.
///
/// # Errors
/// See [`ConfineError`].
pub fn run(
    view: &View,
    without: &[Layer],
    job: Vec<u8>,
    limit: Duration,
) -> Result<(Confinement, Vec<u8>), ConfineError> {
    let (confinement, answer) = converse(view, without, job, limit)?;
    match answer {
        Some(answer) => Ok((confinement, answer)),
        None => Err(ConfineError::Answer("there is none".to_owned())),
    }
}

/// What the worker sends, or its end.
enum Heard {
    Confinement(Confinement),
    Answer(Vec<u8>),
    End(String),
}

fn converse(
    view: &View,
    without: &[Layer],
    job: Vec<u8>,
    limit: Duration,
) -> Result<(Confinement, Option<Vec<u8>>), ConfineError> {
    let place = Folder::new()?;
    let has_job = !job.is_empty();
    let disk = match without.contains(&Layer::Tmpfs) {
        true => Some(Folder::new()?),
        false => None,
    };
    let request = Request {
        disk: disk.as_ref().map(|disk| disk.path().to_owned()),
        place: place.path().to_owned(),
        view: view.clone(),
        without: without.to_vec(),
        job,
    };
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(COMMAND);
    if !without.contains(&Layer::EmptyEnvironment) {
        command.env_clear();
    }
    // What this program itself needs to start.
    if let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let result = listen(&mut child, &request, has_job, limit);
    // Whatever it is about, it is over. The kernel ends the rest of the run with its first process.
    let _ = child.kill();
    let status = child.wait()?;
    match result {
        Err(ConfineError::Answer(_)) if status.code() == Some(i32::from(STATUS_MEMORY)) => {
            Err(ConfineError::Memory)
        }
        result => result,
    }
}

fn listen(
    child: &mut Child,
    request: &Request,
    has_job: bool,
    limit: Duration,
) -> Result<(Confinement, Option<Vec<u8>>), ConfineError> {
    let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let deadline = Instant::now() + limit;
    let (sender, receiver) = mpsc::channel();
    let message = request.clone();
    // The worker takes the end of its input for the end of the tool, so that it stays open.
    let (done, finished) = mpsc::channel::<()>();
    std::thread::spawn(move || {
        if let Some(mut input) = input {
            // A worker that ends early closes the pipe; what it says then tells more than this error.
            let _ = wire::write(&mut input, &message);
            let _ = finished.recv();
        }
    });
    let complaint = std::thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut errors) = errors {
            let _ = errors.by_ref().take(COMPLAINT).read_to_end(&mut text);
            let _ = io::copy(&mut errors, &mut io::sink());
        }
        String::from_utf8_lossy(&text).into_owned()
    });
    std::thread::spawn(move || {
        let Some(mut output) = output else { return };
        let confinement = wire::read::<String>(&mut output)
            .and_then(|text| serde_json::from_str(&text).map_err(io::Error::other));
        let heard = match confinement {
            Ok(confinement) => Heard::Confinement(confinement),
            Err(error) => Heard::End(error.to_string()),
        };
        // Nobody listens any more once time is up.
        let _ = sender.send(heard);
        let heard = match wire::read(&mut output) {
            Ok(answer) => Heard::Answer(answer),
            Err(error) => Heard::End(error.to_string()),
        };
        let _ = sender.send(heard);
    });
    let hear = || match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(heard) => Ok(heard),
        Err(RecvTimeoutError::Timeout) => Err(ConfineError::Time(limit)),
        Err(RecvTimeoutError::Disconnected) => Ok(Heard::End("it ended".to_owned())),
    };
    let ended = |reason: String, complaint: std::thread::JoinHandle<String>, child: &mut Child| {
        // It may be about to say how it ended.
        std::thread::sleep(Duration::from_millis(100));
        let _ = child.try_wait();
        let _ = child.kill();
        let text = complaint.join().unwrap_or_default();
        let last = text.lines().map(str::trim).rfind(|line| !line.is_empty());
        ConfineError::Answer(match last {
            Some(line) => format!("{reason} ({line})"),
            None => reason,
        })
    };
    let confinement = match hear()? {
        Heard::Confinement(confinement) => confinement,
        Heard::End(reason) => return Err(ended(reason, complaint, child)),
        Heard::Answer(_) => return Err(ConfineError::Answer("it answers before its time".to_owned())),
    };
    if !has_job {
        return Ok((confinement, None));
    }
    let answer = match hear()? {
        Heard::Answer(answer) => answer,
        Heard::End(_) if !confinement.protects_files() => {
            return Err(ConfineError::Impossible(confinement.without_files()));
        }
        Heard::End(reason) => return Err(ended(reason, complaint, child)),
        Heard::Confinement(_) => return Err(ConfineError::Answer("it answers twice".to_owned())),
    };
    drop(done);
    Ok((confinement, Some(answer)))
}
