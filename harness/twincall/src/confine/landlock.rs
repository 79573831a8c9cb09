//! Which files may be opened, and whom a signal reaches, by the kernel's Landlock.
//!
//! It stops reading and writing outside of the lists of the run, signals to processes outside of it, and, where the kernel
//! is new enough, TCP. What a report runs is in a domain of its own within that of the process that judges it: it cannot end
//! or look into that process, nor change what that process keeps.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

/// The newest version that was tried; of an older kernel's, as much is taken as it has.
const VERSION: ABI = ABI::V6;

/// What a program may write that the confined process starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Writes {
    /// What the process itself may write.
    All,
    /// The folder for temporary files only.
    Temporary,
}

/// Domains for programs, made once by the confined process.
#[derive(Debug)]
struct Domains {
    all: Option<OwnedFd>,
    temporary: Option<OwnedFd>,
}

static DOMAINS: OnceLock<Domains> = OnceLock::new();

/// Restricts this process, and what it starts. Says whether the kernel has all of it.
pub(super) fn apply(readable: &[PathBuf], writable: &[&Path], devices: &[&str]) -> Result<bool, String> {
    let domain = || -> Result<RulesetStatus, RulesetError> {
        let mut ruleset = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(VERSION))?
            .handle_access(AccessNet::from_all(VERSION))?
            .scope(Scope::from_all(VERSION))?
            .create()?;
        for path in readable {
            ruleset = allow(ruleset, path, false)?;
        }
        for path in writable.iter().copied().chain(devices.iter().map(Path::new)) {
            ruleset = allow(ruleset, path, true)?;
        }
        Ok(ruleset.restrict_self()?.ruleset)
    };
    match domain().map_err(|error| error.to_string())? {
        RulesetStatus::NotEnforced => Err("this kernel has no Landlock, or it is not switched on".to_owned()),
        status => Ok(status == RulesetStatus::FullyEnforced),
    }
}

/// Prepares the domains for programs: all may be read that this process may read.
pub(super) fn prepare_programs(all: &Path, temporary: &Path, devices: &[&str]) {
    let domain = |writable: &Path| -> Result<Option<OwnedFd>, RulesetError> {
        let mut ruleset = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_write(VERSION))?
            .scope(Scope::Signal)?
            .create()?;
        for path in [writable].into_iter().chain(devices.iter().map(Path::new)) {
            ruleset = allow_writing(ruleset, path)?;
        }
        Ok(ruleset.into())
    };
    // A kernel without these leaves the outer domain, and its answer says so.
    let _ = DOMAINS.set(Domains {
        all: domain(all).ok().flatten(),
        temporary: domain(temporary).ok().flatten(),
    });
}

/// The domain for a program, in a process that prepared one.
pub(super) fn of_program(writes: Writes) -> Option<RawFd> {
    let domains = DOMAINS.get()?;
    let domain = match writes {
        Writes::All => &domains.all,
        Writes::Temporary => &domains.temporary,
    };
    domain.as_ref().map(AsRawFd::as_raw_fd)
}

/// What is not there cannot be opened either.
fn allow(ruleset: RulesetCreated, path: &Path, write: bool) -> Result<RulesetCreated, RulesetError> {
    let Ok(file) = PathFd::new(path) else {
        return Ok(ruleset);
    };
    let rights = match write {
        true => AccessFs::from_all(VERSION),
        false => AccessFs::from_read(VERSION),
    };
    let rights = match path.is_dir() {
        true => rights,
        false => rights & AccessFs::from_file(VERSION),
    };
    ruleset.add_rule(PathBeneath::new(file, rights))
}

fn allow_writing(ruleset: RulesetCreated, path: &Path) -> Result<RulesetCreated, RulesetError> {
    let Ok(file) = PathFd::new(path) else {
        return Ok(ruleset);
    };
    let rights = match path.is_dir() {
        true => AccessFs::from_write(VERSION),
        false => AccessFs::from_write(VERSION) & AccessFs::from_file(VERSION),
    };
    ruleset.add_rule(PathBeneath::new(file, rights))
}
