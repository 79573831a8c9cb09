//! The child: it loads the libraries and makes the calls of one group, at one go or as the server orders them, until one of
//! them ends it. Whatever it says, code of the fixture may have said in its place.

use std::arch::naked_asm;
use std::ffi::{c_int, c_void};
use std::os::fd::RawFd;
use std::ptr;
use std::sync::atomic::Ordering;

use rustix::process::{
    DumpableBehavior, Pid, Resource, Signal, getpid, getppid, set_dumpable_behavior,
    set_parent_process_death_signal, setsid,
};
use twincall_abi::run::{Batch, Group};

use crate::burst::{Record, Results};
use crate::call::{self, CallError, Prepared, Value};
use crate::crash;
use crate::load::Libraries;
use crate::machine;
use crate::process;
use crate::shared::{Progress, Setback, Shared};

/// The most a call may print, or write to any file, in bytes.
pub(crate) const FILE_SIZE: u64 = 1 << 20;

/// The stack, in bytes; what a fixture may allocate comes on top.
const STACK: u64 = 8 << 20;

/// Address space in bytes for the libraries themselves, on top of what constructors may take.
const LIBRARIES: u64 = 256 << 20;

/// Descriptors a fixture can have. Those of the probe lie above.
const DESCRIPTORS: u64 = 1024;

/// What a child needs to know.
#[derive(Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) batch: &'a Batch,
    pub(crate) group: &'a Group,
    pub(crate) shared: &'a Shared,
    /// The guard's words, which are none of a fixture's business.
    pub(crate) progress: &'a Progress,
    pub(crate) server: Pid,
    pub(crate) answers: RawFd,
    pub(crate) output: RawFd,
    pub(crate) null: RawFd,
    pub(crate) handler_stack: *mut u8,
    pub(crate) processor_seconds: u64,
}

/// What kept a child from making a call that was prepared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
enum PipeError {
    #[error("a pipe could not be opened")]
    NotOpened,
    #[error("the content of a pipe does not fit into it")]
    Full,
}

/// Makes the calls that the server orders. The server ends this process when it has no more.
pub(crate) fn run(setting: &Setting<'_>) -> ! {
    let calls = begin(setting);
    let control = setting.shared.control();
    let own = getpid();
    let mut last = 0;
    loop {
        last = control.await_order(last);
        let Some(call) = calls.get((last as usize).wrapping_sub(1)) else {
            leave();
        };
        connect(setting);
        let made = match call {
            Ok(call) => match setting.shared.arena(call.arena.len()) {
                Some(arena) => make(call, arena).map_err(|error| error.to_string()),
                None => leave(),
            },
            Err(error) => Err(error.to_string()),
        };
        if getpid() != own {
            // The fixture forked and both processes came back. Only one of them is the call.
            leave();
        }
        if let Err(reason) = made {
            setting.shared.set_back(Setback::Call, &reason);
        }
        let is_mute = output_length(setting).is_none();
        control.mute.store(is_mute.into(), Ordering::Relaxed);
        control.answer.store(last, Ordering::Release);
        process::report_to(setting.server);
    }
}

/// Makes the calls of the group from this one on without a word to the server, and leaves their results in a file. What
/// keeps a call from being made ends this process between two calls; the server then has them made call by call.
pub(crate) fn run_burst(setting: &Setting<'_>, results: &Results<'_>, from: usize) -> ! {
    let calls = begin(setting);
    let control = setting.shared.control();
    let own = getpid();
    for (index, call) in calls.iter().enumerate().skip(from) {
        let Ok(call) = call else { leave() };
        let (Some(arena), Ok(number)) = (setting.shared.arena(call.arena.len()), u32::try_from(index + 1))
        else {
            leave();
        };
        setting.shared.fill(call.arena);
        connect(setting);
        control.progress.store(number, Ordering::Relaxed);
        control.running.store(number, Ordering::Release);
        let made = make(call, arena);
        if getpid() != own {
            // The fixture forked and both processes came back. Only one of them is the call.
            leave();
        }
        control.running.store(0, Ordering::Release);
        let Some(output_end) = output_length(setting) else {
            leave();
        };
        let record = Record {
            arena: setting.shared.read(call.arena.len()),
            output_end,
        };
        if made.is_err() || !results.write(index, record) {
            leave();
        }
    }
    leave()
}

/// The length of what was printed, in bytes; nothing if the fixture closed the descriptor.
fn output_length(setting: &Setting<'_>) -> Option<usize> {
    // SAFETY: `lseek` takes any number. The file is appended to, so that its position is of no account.
    let length = unsafe { libc::lseek(setting.output, 0, libc::SEEK_END) };
    usize::try_from(length).ok()
}

fn leave() -> ! {
    // SAFETY: ending a process is always possible; no destructor and no exit handler may run.
    unsafe { libc::_exit(0) }
}

/// Gives up what a fixture must not have, sets limits, loads the libraries and prepares the calls.
fn begin<'a>(setting: &Setting<'a>) -> Vec<Result<Prepared<'a>, CallError>> {
    let own = getpid();
    set_up(setting);
    let control = setting.shared.control();
    let announce = |index| control.loading.store(index, Ordering::Release);
    let load = || Libraries::load(&setting.batch.libraries, announce);
    let memory = setting.batch.memory_limit.saturating_add(LIBRARIES);
    let libraries = match process::with_memory(memory, load) {
        Ok(libraries) => libraries,
        Err(error) => {
            setting.shared.set_back(Setback::Library, &error.to_string());
            leave();
        }
    };
    if getpid() != own {
        // A constructor forked and both processes came back.
        leave();
    }
    setting.shared.set_modules(&libraries.modules());
    let memory = process::address_space().saturating_add(setting.batch.memory_limit);
    process::limit(Resource::As, memory.saturating_add(STACK));
    take_signals();
    crash::install(setting.shared, setting.handler_stack);
    unbuffer();
    let calls = setting.group.calls.iter();
    let calls = calls.map(|call| call::prepare(call, &libraries)).collect();
    control.loaded.store(1, Ordering::Release);
    process::report_to(setting.server);
    calls
}

fn set_up(setting: &Setting<'_>) {
    // A session of its own: no terminal, and a group that can be ended as a whole.
    let _ = setsid();
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    if getppid() != Some(setting.server) {
        // The server died before the line above could take effect.
        leave();
    }
    // Its own folder below `/proc` is its own again. Where this fails, a fixture that looks there finds it closed.
    let _ = set_dumpable_behavior(DumpableBehavior::Dumpable);
    // SAFETY: the descriptor is this child's copy and not used by it, nor are the guard's words.
    unsafe {
        libc::close(setting.answers);
        setting.progress.unmap();
    }
    take_signals();
    process::limit(Resource::Core, 0);
    process::limit(Resource::Fsize, FILE_SIZE);
    process::limit(Resource::Stack, STACK);
    process::limit(Resource::Nofile, DESCRIPTORS);
    process::limit(Resource::Cpu, setting.processor_seconds);
    process::unblock_all();
}

/// Sets what does not crash a call to what a program finds, whatever constructors did.
fn take_signals() {
    // SAFETY: both numbers are valid.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
        // With the signal ignored, printing too much is a failed write and not a death.
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Connects the standard streams, which the last call may have closed or redirected.
fn connect(setting: &Setting<'_>) {
    // SAFETY: `dup2` takes any number; if the fixture closed even the high ones, what it prints after
    // that is lost, until this process is replaced.
    unsafe {
        libc::dup2(setting.null, 0);
        libc::dup2(setting.output, 1);
        libc::dup2(setting.output, 2);
    }
}

/// What a crashing fixture printed must not be lost in a buffer.
fn unbuffer() {
    unsafe extern "C" {
        static stdout: *mut libc::FILE;
    }
    // SAFETY: libc's stream exists from the start, and nothing was written to it before.
    unsafe { libc::setvbuf(stdout, ptr::null_mut(), libc::_IONBF, 0) };
}

fn make(call: &Prepared<'_>, arena: *mut u8) -> Result<(), PipeError> {
    let mut pipes = Pipes(Vec::new());
    machine::reset();
    for (variable, value) in &call.assignments {
        pipes.write(value, arena, *variable as *mut u8)?;
    }
    for (offset, value) in &call.fixups {
        pipes.write(value, arena, arena.wrapping_add(*offset))?;
    }
    let arguments = arena.wrapping_add(call.arguments_at).cast_const().cast();
    let result = arena.wrapping_add(call.result_at).cast();
    // SAFETY: the batch says that a driver of this type lies at that address. Should it not, this process
    // crashes, which is what it is for.
    enter(
        unsafe { std::mem::transmute::<usize, Driver>(call.driver) },
        arguments,
        result,
    );
    Ok(())
}

type Driver = unsafe extern "C-unwind" fn(*const *const c_void, *mut c_void);

/// Makes the call in a frame of its own.
#[inline(never)]
extern "C" fn enter(driver: Driver, arguments: *const *const c_void, result: *mut c_void) {
    let here = 0u8;
    crash::set_top(ptr::from_ref(&here) as usize);
    // SAFETY: see `make`.
    unsafe { keep_registers(driver, arguments, result) };
}

/// Calls the driver and restores the registers that a callee preserves from this frame. A `longjmp` to an earlier call, whose
/// frame lay at the same address, comes back with the registers of that call. Whatever the compiler keeps in them here, one
/// call must not be taken for the other. It has no unwind table, so that an exception or a panic that comes as far as this
/// aborts the process.
#[unsafe(naked)]
unsafe extern "C-unwind" fn keep_registers(
    driver: Driver,
    arguments: *const *const c_void,
    result: *mut c_void,
) {
    naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov rax, rdi",
        "mov rdi, rsi",
        "mov rsi, rdx",
        "call rax",
        // Copying backwards would garble every record from here on.
        "cld",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
    )
}

/// Read ends that are open during one call.
struct Pipes(Vec<c_int>);

impl Pipes {
    fn write(&mut self, value: &Value<'_>, arena: *mut u8, to: *mut u8) -> Result<(), PipeError> {
        let word = match *value {
            Value::Address(address) => address,
            Value::Arena(offset) => arena.wrapping_add(offset) as usize,
            // SAFETY: the symbol is a pointer-sized variable by the batch's word for it.
            Value::Load(variable) => unsafe { ptr::read_unaligned(variable as *const usize) },
            Value::Pipe(content) => {
                let descriptor = self.open(content)?;
                // SAFETY: `to` has room for an `int` by the batch's word for it.
                unsafe { ptr::write_unaligned(to.cast::<c_int>(), descriptor) };
                return Ok(());
            }
        };
        // SAFETY: `to` lies in the arena, as `prepare` checked, or is a pointer-sized variable.
        unsafe { ptr::write_unaligned(to.cast::<usize>(), word) };
        Ok(())
    }

    /// Opens a pipe from which exactly this content can be read.
    fn open(&mut self, content: &[u8]) -> Result<c_int, PipeError> {
        let mut ends = [0; 2];
        // SAFETY: `ends` has room for both descriptors.
        if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_NONBLOCK) } != 0 {
            return Err(PipeError::NotOpened);
        }
        self.0.push(ends[0]);
        // SAFETY: both are the descriptors just opened. Only the writing end must not block, and it is gone
        // when the fixture reads.
        let written = unsafe {
            let written = libc::write(ends[1], content.as_ptr().cast(), content.len());
            libc::close(ends[1]);
            libc::fcntl(ends[0], libc::F_SETFL, 0);
            written
        };
        if usize::try_from(written) == Ok(content.len()) {
            Ok(ends[0])
        } else {
            Err(PipeError::Full)
        }
    }
}

impl Drop for Pipes {
    fn drop(&mut self) {
        for descriptor in &self.0 {
            // SAFETY: closing a number that the fixture has closed already only fails.
            unsafe { libc::close(*descriptor) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::arch::asm;

    /// A callee that preserves nothing.
    #[unsafe(naked)]
    unsafe extern "C-unwind" fn spoil(_: *const *const c_void, _: *mut c_void) {
        naked_asm!(
            "mov rbx, -1",
            "mov rbp, -1",
            "mov r12, -1",
            "mov r13, -1",
            "mov r14, -1",
            "mov r15, -1",
            "std",
            "ret",
        )
    }

    #[test]
    fn a_driver_cannot_spoil_the_registers_of_the_probe() {
        let mut after = [0u64; 7];
        // SAFETY: `rbx` and `rbp` are saved here, everything else is declared; the stack is aligned at the call, since the
        // block begins with it aligned and pushes four words.
        unsafe {
            asm!(
                "push rbx",
                "push rbp",
                "mov rbx, 1",
                "mov rbp, 2",
                "mov r12, 3",
                "mov r13, 4",
                "mov r14, 5",
                "mov r15, 6",
                "push rsi",
                "push rsi",
                "call {keep}",
                "pop rsi",
                "pop rsi",
                "mov [rsi], rbx",
                "mov [rsi + 8], rbp",
                "mov [rsi + 16], r12",
                "mov [rsi + 24], r13",
                "mov [rsi + 32], r14",
                "mov [rsi + 40], r15",
                "pushfq",
                "pop rax",
                "mov [rsi + 48], rax",
                "cld",
                "pop rbp",
                "pop rbx",
                keep = sym keep_registers,
                inout("rdi") spoil as *const () => _,
                inout("rsi") after.as_mut_ptr() => _,
                out("r12") _,
                out("r13") _,
                out("r14") _,
                out("r15") _,
                clobber_abi("C"),
            );
        }
        assert_eq!(after[..6], [1, 2, 3, 4, 5, 6]);
        assert_eq!(after[6] & twincall_abi::machine::DIRECTION_FLAG, 0);
    }
}
