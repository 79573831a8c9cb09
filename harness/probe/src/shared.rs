//! Memory that server and child share: the arena between guard regions, and the words by which they take turns.
//!
//! ```text
//! | control | reason | modules | stack copy | no access | ... arena | no access |
//!                                                             ^     ^ end of the arena, rounded up to 64 bytes: overruns fault at once
//!                                                             ^ multiple of 64
//! ```
//!
//! A fixture can scribble on all of this. The server therefore never trusts a value from here with more
//! than the outcome of the call that is running.

use std::ffi::c_void;
use std::io;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::{ptr, slice};

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};
use twincall_abi::run::Module;

/// Alignment of the arena in bytes, and the granularity of its end.
const ARENA_ALIGN: usize = 64;

/// Bytes without access on each side of the arena. One page would do for a small overrun; an index that
/// is wrong by a few thousand should fault as well.
const GUARD: usize = 64 * 1024;

const PAGE: usize = 4096;

/// How much of a crashed call's stack is kept, in bytes.
pub(crate) const STACK_COPY: usize = 64 * 1024;

/// Room in front of the arena: where it begins in the mapping, and its size, both in bytes.
#[derive(Clone, Copy, Debug)]
struct Room {
    at: usize,
    size: usize,
}

/// Why a library was not loaded or a call not made, as text.
const REASON: Room = Room { at: PAGE, size: PAGE };

/// What was loaded, as a message of [`Module`]s.
const MODULES: Room = Room {
    at: REASON.at + REASON.size,
    size: 64 * 1024,
};

const STACK: Room = Room {
    at: MODULES.at + MODULES.size,
    size: STACK_COPY,
};

/// Bytes in front of the first guard.
const HEAD: usize = STACK.at + STACK.size;

/// The general registers, in the order in which [`CrashRecord::registers`] holds them.
pub(crate) const REGISTERS: [&str; 18] = [
    "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
    "r15", "rip", "rflags",
];

/// What the signal handler of a child leaves behind.
#[derive(Debug)]
pub(crate) struct CrashRecord {
    /// The signal's number; 0 as long as there was none.
    pub(crate) signal: AtomicU32,
    /// Whether `address` holds a fault address.
    pub(crate) has_address: AtomicU32,
    pub(crate) address: AtomicU64,
    /// Address and length of what the stack copy holds.
    pub(crate) stack_at: AtomicU64,
    pub(crate) stack_length: AtomicU32,
    pub(crate) registers: [AtomicU64; REGISTERS.len()],
}

/// The words by which server and child take turns. The server writes `command`, the child `answer`.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Control {
    /// One more than the index of the call to make. The child sleeps on it (futex).
    pub(crate) command: AtomicU32,
    /// `command` of the last call that returned or was refused.
    pub(crate) answer: AtomicU32,
    /// What the child could not do, as a [`Setback`]; 0 for nothing.
    setback: AtomicU32,
    /// Bytes of the reason for it.
    reason_length: AtomicU32,
    /// The index of the library that is being loaded.
    pub(crate) loading: AtomicU32,
    /// Not 0 once all of them are loaded.
    pub(crate) loaded: AtomicU32,
    /// Bytes of the message about what was loaded.
    modules_length: AtomicU32,
    /// Not 0 once the descriptor is closed by which a child prints: the next call needs a new child.
    pub(crate) mute: AtomicU32,
    /// One more than the index of the last call that was begun in a burst.
    pub(crate) progress: AtomicU32,
    /// The same, as long as that call has not come back; then 0.
    pub(crate) running: AtomicU32,
    pub(crate) crash: CrashRecord,
}

/// What a child could not do. The reason lies beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub(crate) enum Setback {
    /// The call that was ordered was not made.
    Call = 1,
    /// The dynamic linker did not take a library.
    Library = 2,
}

/// What the guard knows of the server, in a mapping of its own.
#[derive(Debug)]
pub(crate) struct Progress {
    in_burst: AtomicU32,
    answered: AtomicU32,
}

impl Progress {
    /// Maps the words for the rest of the process's life, unless [`Progress::unmap`] is called.
    pub(crate) fn new() -> io::Result<&'static Progress> {
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a fresh mapping at an address of the kernel's choice overlaps nothing; it is zeroed, page
        // aligned, and read and written through atomics only.
        unsafe {
            let words = mmap_anonymous(ptr::null_mut(), PAGE, access, MapFlags::SHARED)?;
            Ok(&*words.cast::<Progress>())
        }
    }

    /// Takes the words out of this process's reach.
    ///
    /// # Safety
    /// Nothing in this process may use them any more.
    pub(crate) unsafe fn unmap(&self) {
        // SAFETY: the caller's promise. Where it fails, a fixture can disturb the guard, and no more.
        let _ = unsafe { munmap(ptr::from_ref(self).cast_mut().cast(), PAGE) };
    }

    /// Whether a group is being made at one go.
    pub(crate) fn is_in_burst(&self) -> bool {
        self.in_burst.load(Ordering::Acquire) != 0
    }

    pub(crate) fn set_in_burst(&self, is: bool) {
        self.in_burst.store(is.into(), Ordering::Release);
    }

    /// How many outcomes were written.
    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::Acquire) as usize
    }

    pub(crate) fn add_answer(&self) {
        self.answered.fetch_add(1, Ordering::AcqRel);
    }
}

/// The mapping. It lives as long as the server.
#[derive(Debug)]
pub(crate) struct Shared {
    control: NonNull<Control>,
    arena_end: NonNull<u8>,
    capacity: usize,
}

impl Shared {
    /// Maps room for arenas of up to `capacity` bytes.
    pub(crate) fn new(capacity: usize) -> io::Result<Shared> {
        let too_large = || io::Error::from(io::ErrorKind::OutOfMemory);
        let room = capacity
            .max(1)
            .checked_next_multiple_of(PAGE)
            .ok_or_else(too_large)?;
        let total = room.checked_add(HEAD + 2 * GUARD).ok_or_else(too_large)?;
        // SAFETY: a fresh mapping at an address of the kernel's choice overlaps nothing.
        let base = unsafe { mmap_anonymous(ptr::null_mut(), total, ProtFlags::empty(), MapFlags::SHARED)? };
        // SAFETY: both ranges lie inside the mapping just made: control page and rooms first, the arena after the
        // guard.
        let (control, arena_end) = unsafe {
            let arena = base.byte_add(HEAD + GUARD);
            mprotect(base, HEAD, MprotectFlags::READ | MprotectFlags::WRITE)?;
            mprotect(arena, room, MprotectFlags::READ | MprotectFlags::WRITE)?;
            (base.cast::<Control>(), arena.byte_add(room).cast::<u8>())
        };
        let control = NonNull::new(control).ok_or_else(too_large)?;
        let arena_end = NonNull::new(arena_end).ok_or_else(too_large)?;
        Ok(Shared {
            control,
            arena_end,
            capacity: room,
        })
    }

    /// The words in shared memory; a fresh mapping is all zero.
    pub(crate) fn control(&self) -> &Control {
        const { assert!(size_of::<Control>() <= PAGE) };
        // SAFETY: the page is mapped for the life of `self`, aligned, and all fields are atomics, for which
        // every bit pattern is valid and concurrent writes of other processes are allowed.
        unsafe { self.control.as_ref() }
    }

    /// Where the handler of a crash copies the stack: [`STACK_COPY`] bytes.
    pub(crate) fn stack_copy(&self) -> *mut u8 {
        self.room(STACK)
    }

    fn room(&self, room: Room) -> *mut u8 {
        // SAFETY: every room lies in the head of the mapping.
        unsafe { self.control.as_ptr().cast::<u8>().add(room.at) }
    }

    /// Copies as much as there is room for. Returns how much that was.
    fn write(&self, room: Room, bytes: &[u8]) -> u32 {
        let length = bytes.len().min(room.size);
        // SAFETY: the room has that many bytes, and no reference into it exists.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), self.room(room), length) };
        length as u32
    }

    /// The first bytes of a room, whatever a fixture wrote as their number.
    fn copy(&self, room: Room, length: u32) -> Vec<u8> {
        let length = (length as usize).min(room.size);
        // SAFETY: the room has that many bytes; the rest is as in `read`.
        unsafe { slice::from_raw_parts(self.room(room), length) }.to_vec()
    }

    /// Says what the child could not do, and why.
    pub(crate) fn set_back(&self, what: Setback, reason: &str) {
        let length = self.write(REASON, reason.as_bytes());
        let control = self.control();
        control.reason_length.store(length, Ordering::Relaxed);
        control.setback.store(what as u32, Ordering::Release);
    }

    /// Why the child could not do this, if it says so.
    pub(crate) fn setback(&self, what: Setback) -> Option<String> {
        let control = self.control();
        let is_this = control.setback.load(Ordering::Acquire) == what as u32;
        is_this.then(|| {
            let reason = self.copy(REASON, control.reason_length.load(Ordering::Relaxed));
            String::from_utf8_lossy(&reason).into_owned()
        })
    }

    /// Keeps what was loaded for the backtrace of a crash.
    pub(crate) fn set_modules(&self, modules: &[Module]) {
        // Of more than there is room for nothing can be read, and a crash has no backtrace.
        let message = postcard::to_stdvec(modules).unwrap_or_default();
        let length = self.write(MODULES, &message);
        self.control().modules_length.store(length, Ordering::Relaxed);
    }

    /// What was loaded, by the child's word.
    pub(crate) fn modules(&self) -> Vec<Module> {
        let length = self.control().modules_length.load(Ordering::Relaxed);
        postcard::from_bytes(&self.copy(MODULES, length)).unwrap_or_default()
    }

    /// What the handler of the last crash copied, and its address; nothing if it copied nothing.
    pub(crate) fn crashed_stack(&self) -> Option<(u64, Vec<u8>)> {
        let crash = &self.control().crash;
        let bytes = self.copy(STACK, crash.stack_length.load(Ordering::Acquire));
        (!bytes.is_empty()).then(|| (crash.stack_at.load(Ordering::Relaxed), bytes))
    }

    /// The start of an arena of `length` bytes; `None` if it is larger than the room.
    pub(crate) fn arena(&self, length: usize) -> Option<*mut u8> {
        let rounded = length.checked_next_multiple_of(ARENA_ALIGN)?;
        if rounded > self.capacity {
            return None;
        }
        // SAFETY: `rounded` is at most the size of the readable and writable region before `arena_end`.
        Some(unsafe { self.arena_end.as_ptr().sub(rounded) })
    }

    /// Copies `content` to where an arena of its length begins. Says whether it fits.
    pub(crate) fn fill(&self, content: &[u8]) -> bool {
        let Some(start) = self.arena(content.len()) else {
            return false;
        };
        // SAFETY: `arena` returned room for that many bytes, and no reference into it exists.
        unsafe { ptr::copy_nonoverlapping(content.as_ptr(), start, content.len()) };
        true
    }

    /// The bytes of an arena of this length as they are now.
    pub(crate) fn read(&self, length: usize) -> Vec<u8> {
        let Some(start) = self.arena(length) else {
            return Vec::new();
        };
        // SAFETY: as in `fill`; the slice is copied at once. No child runs fixture code while the server
        // reads, other than stray descendants that will be killed, whose writes can only garble bytes.
        unsafe { slice::from_raw_parts(start, length) }.to_vec()
    }
}

impl Control {
    /// Clears what the last child left.
    pub(crate) fn begin(&self) {
        self.reset();
        self.command.store(0, Ordering::Relaxed);
        self.loading.store(0, Ordering::Relaxed);
        self.modules_length.store(0, Ordering::Relaxed);
        self.loaded.store(0, Ordering::Release);
    }

    /// Clears what the last call left.
    pub(crate) fn reset(&self) {
        self.answer.store(0, Ordering::Relaxed);
        self.setback.store(0, Ordering::Relaxed);
        self.mute.store(0, Ordering::Relaxed);
        self.progress.store(0, Ordering::Relaxed);
        self.running.store(0, Ordering::Relaxed);
        self.crash.has_address.store(0, Ordering::Relaxed);
        self.crash.stack_length.store(0, Ordering::Relaxed);
        self.crash.signal.store(0, Ordering::Release);
    }

    /// Orders the call with this number and wakes the child.
    pub(crate) fn order(&self, number: u32) {
        self.command.store(number, Ordering::Release);
        // SAFETY: FUTEX_WAKE only takes the address as a key.
        unsafe { libc::syscall(libc::SYS_futex, self.command.as_ptr(), libc::FUTEX_WAKE, 1) };
    }

    /// Sleeps until `command` is no longer `last`, and returns it.
    pub(crate) fn await_order(&self, last: u32) -> u32 {
        loop {
            let command = self.command.load(Ordering::Acquire);
            if command != last {
                return command;
            }
            // SAFETY: the word is mapped and aligned; a null timeout means to wait without one.
            unsafe {
                let word = self.command.as_ptr();
                libc::syscall(
                    libc::SYS_futex,
                    word,
                    libc::FUTEX_WAIT,
                    last,
                    ptr::null::<c_void>(),
                )
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arenas_are_aligned_and_end_at_the_guard() {
        let shared = Shared::new(5000).unwrap();
        for length in [0, 1, 63, 64, 65, 4096, 5000] {
            let start = shared.arena(length).unwrap();
            assert_eq!(start as usize % ARENA_ALIGN, 0);
            let slack = shared.arena_end.as_ptr() as usize - (start as usize + length);
            assert!(
                slack < ARENA_ALIGN,
                "{length}: {slack} bytes are left before the guard"
            );
            let content = vec![0xa5; length];
            assert!(shared.fill(&content));
            assert_eq!(shared.read(length), content);
        }
        assert!(shared.arena(8193).is_none());
        assert!(!shared.fill(&[0; 9000]));
    }

    #[test]
    fn an_impossible_size_is_an_error() {
        assert!(Shared::new(usize::MAX).is_err());
        assert!(Shared::new(usize::MAX / 2).is_err());
    }
}
