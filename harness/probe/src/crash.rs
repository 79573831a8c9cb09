//! The signal handler of a child: it writes down where the call crashed and lets the signal end the process.
//!
//! That it crashed is told by the kernel to the server; the record says only where. Everything here is async-signal safe:
//! atomics, `getpid`, `sigaction`, `raise`, `pipe2`, `write`, `read`. The stack is copied as it is. What it means is read by the
//! tool, because this process may be in any state.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicUsize, Ordering};
use std::{mem, ptr};

use crate::shared::{Control, REGISTERS, STACK_COPY, Shared};

/// The signals that mean a crash.
const SIGNALS: [c_int; 7] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGABRT,
    libc::SIGTRAP,
    libc::SIGSYS,
];

/// Where `ucontext` holds each of [`REGISTERS`].
const CONTEXT: [c_int; REGISTERS.len()] = [
    libc::REG_RAX,
    libc::REG_RBX,
    libc::REG_RCX,
    libc::REG_RDX,
    libc::REG_RSI,
    libc::REG_RDI,
    libc::REG_RBP,
    libc::REG_RSP,
    libc::REG_R8,
    libc::REG_R9,
    libc::REG_R10,
    libc::REG_R11,
    libc::REG_R12,
    libc::REG_R13,
    libc::REG_R14,
    libc::REG_R15,
    libc::REG_RIP,
    libc::REG_EFL,
];

/// Bytes of the stack on which the handler runs; a frame with AMX state alone takes some 11 KiB.
const STACK: usize = 64 * 1024;

static CONTROL: AtomicPtr<Control> = AtomicPtr::new(ptr::null_mut());
static OWNER: AtomicI32 = AtomicI32::new(0);
static COPY: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
/// Where the stack of the probe begins, above that of the call.
static TOP: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Granularity in which the stack is read: what is readable ends at a page.
const PAGE: usize = 4096;

/// Memory for the handler's stack, taken once by the server and inherited by each child.
pub(crate) fn handler_stack() -> &'static mut [u8] {
    Box::leak(vec![0; STACK].into_boxed_slice())
}

/// Installs the handler in this process, which becomes the only one whose crash is recorded.
pub(crate) fn install(shared: &Shared, stack: *mut u8) {
    CONTROL.store(ptr::from_ref(shared.control()).cast_mut(), Ordering::Relaxed);
    COPY.store(shared.stack_copy(), Ordering::Relaxed);
    // SAFETY: `stack` has STACK bytes that nothing else uses; the action is fully initialised, and the
    // handler has the signature that SA_SIGINFO asks for.
    unsafe {
        OWNER.store(libc::getpid(), Ordering::Relaxed);
        let alternate = libc::stack_t {
            ss_sp: stack.cast(),
            ss_flags: 0,
            ss_size: STACK,
        };
        libc::sigaltstack(&alternate, ptr::null_mut());
        let mut action: libc::sigaction = mem::zeroed();
        let handler: extern "C" fn(c_int, *const libc::siginfo_t, *const c_void) = record;
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigfillset(&mut action.sa_mask);
        for signal in SIGNALS {
            libc::sigaction(signal, &action, ptr::null_mut());
        }
    }
}

/// Says where the stack of the call that now begins ends: what is above it is not the fixture's.
pub(crate) fn set_top(top: usize) {
    TOP.store(top, Ordering::Relaxed);
}

extern "C" fn record(signal: c_int, info: *const libc::siginfo_t, context: *const c_void) {
    // SAFETY: the kernel passes valid `info` and `context`; `CONTROL` points into a mapping that is never
    // unmapped; all calls are async-signal safe.
    unsafe {
        // It is blocked here, and ends the process when this function returns.
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
        if libc::getpid() != OWNER.load(Ordering::Relaxed) {
            // A process that the fixture forked. Its crash is the fixture's business.
            return;
        }
        let crash = &(*CONTROL.load(Ordering::Relaxed)).crash;
        if let Some(address) = fault_address(signal, &*info) {
            crash.address.store(address, Ordering::Relaxed);
            crash.has_address.store(1, Ordering::Relaxed);
        }
        let context = &*context.cast::<libc::ucontext_t>();
        for (word, at) in crash.registers.iter().zip(CONTEXT) {
            word.store(
                context.uc_mcontext.gregs[at as usize].cast_unsigned(),
                Ordering::Relaxed,
            );
        }
        let (at, length) = copy_stack(context.uc_mcontext.gregs[libc::REG_RSP as usize] as usize);
        crash.stack_at.store(at as u64, Ordering::Relaxed);
        crash.stack_length.store(length as u32, Ordering::Relaxed);
        crash.signal.store(signal.cast_unsigned(), Ordering::Release);
    }
}

/// Copies the stack from this address on, as far as there is room and it can be read. Returns where the copy begins, which
/// is above an overflow, and its length. It goes through a pipe, so that the kernel reads it and a bad address is an error and no
/// second crash; what reads another process's memory is refused to a confined one.
fn copy_stack(stack: usize) -> (usize, usize) {
    let end = TOP.load(Ordering::Relaxed).min(stack.saturating_add(STACK_COPY));
    let (mut at, mut length) = (stack, 0);
    let mut pipe = [0; 2];
    // SAFETY: there is room for two descriptors. They are closed with the process, which is about to end.
    if unsafe { libc::pipe2(pipe.as_mut_ptr(), libc::O_CLOEXEC | libc::O_NONBLOCK) } != 0 {
        return (at, 0);
    }
    while at + length < end {
        let from = at + length;
        let wanted = end.min((from / PAGE + 1) * PAGE) - from;
        let to = COPY.load(Ordering::Relaxed).wrapping_add(length);
        // SAFETY: the kernel checks where it reads from. There is room for STACK_COPY bytes, which `end` is not further away than.
        let copied = unsafe {
            match libc::write(pipe[1], from as *const c_void, wanted) {
                written if written == wanted as isize => libc::read(pipe[0], to.cast(), wanted),
                _ => -1,
            }
        };
        match copied {
            copied if copied == wanted as isize => length += wanted,
            _ if length == 0 => at = from + wanted,
            _ => break,
        }
    }
    (at, length)
}

/// The address, for signals that the processor caused and that have one. A general protection fault
/// (`SI_KERNEL`, for instance a non-canonical address) has none, although the field reads 0.
///
/// # Safety
/// `info` must belong to `signal`.
unsafe fn fault_address(signal: c_int, info: &libc::siginfo_t) -> Option<u64> {
    let by_processor = info.si_code > 0 && info.si_code != libc::SI_KERNEL;
    match signal {
        libc::SIGSEGV | libc::SIGBUS | libc::SIGFPE | libc::SIGILL if by_processor => {
            // SAFETY: for these signals, sent for a fault, the kernel fills in `si_addr`.
            Some(unsafe { info.si_addr() } as u64)
        }
        _ => None,
    }
}

/// The name of a signal as people write it.
pub(crate) fn signal_name(signal: i32) -> String {
    let name = match signal {
        libc::SIGHUP => "SIGHUP",
        libc::SIGINT => "SIGINT",
        libc::SIGQUIT => "SIGQUIT",
        libc::SIGILL => "SIGILL",
        libc::SIGTRAP => "SIGTRAP",
        libc::SIGABRT => "SIGABRT",
        libc::SIGBUS => "SIGBUS",
        libc::SIGFPE => "SIGFPE",
        libc::SIGKILL => "SIGKILL",
        libc::SIGUSR1 => "SIGUSR1",
        libc::SIGSEGV => "SIGSEGV",
        libc::SIGUSR2 => "SIGUSR2",
        libc::SIGPIPE => "SIGPIPE",
        libc::SIGALRM => "SIGALRM",
        libc::SIGTERM => "SIGTERM",
        libc::SIGSTKFLT => "SIGSTKFLT",
        libc::SIGXCPU => "SIGXCPU",
        libc::SIGXFSZ => "SIGXFSZ",
        libc::SIGVTALRM => "SIGVTALRM",
        libc::SIGPROF => "SIGPROF",
        libc::SIGIO => "SIGIO",
        libc::SIGPWR => "SIGPWR",
        libc::SIGSYS => "SIGSYS",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}
