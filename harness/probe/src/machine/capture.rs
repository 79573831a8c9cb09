//! Capture stubs: code that can stand wherever a function is expected, writes down how it was called, and calls on or
//! returns what it was told to.
//!
//! To come back from the function that it calls on to, a stub exchanges the return address on the stack, so that this
//! function finds its registers and its arguments where the caller put them. The true address waits in a table, under the
//! place on the stack that it belongs to: calls may nest, run in threads and never come back. A call that is not recorded,
//! or of which no result is wanted, is passed on by a jump, and the unwinder sees nothing but the caller's own frame.

mod enter;
mod leave;

use std::arch::naked_asm;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use twincall_abi::machine::CAPTURE_STUBS;

/// The variables of a stub.
#[derive(Debug)]
#[repr(C)]
struct Stub {
    record: AtomicPtr<u8>,
    forward: AtomicPtr<()>,
}

static STUBS: [Stub; CAPTURE_STUBS as usize] = [const {
    Stub {
        record: AtomicPtr::new(ptr::null_mut()),
        forward: AtomicPtr::new(ptr::null_mut()),
    }
}; CAPTURE_STUBS as usize];

/// How many calls stubs have recorded since the last reset.
static ORDER: AtomicU64 = AtomicU64::new(0);

/// The address of a stub or of one of its variables. Without a number the first is meant.
pub(super) fn address(symbol: &str) -> Option<usize> {
    let rest = symbol.strip_prefix("tc_capture")?;
    let (variable, number) = match rest.rsplit_once('_') {
        Some((variable, digits)) if digits.starts_with(|first: char| first.is_ascii_digit()) => {
            let number: usize = digits.parse().ok()?;
            (variable, (number.to_string() == digits).then_some(number)?)
        }
        _ => (rest, 0),
    };
    let stub = STUBS.get(number)?;
    match variable {
        "" => CODE.get(number).map(|code| *code as *const () as usize),
        "_record" => Some(stub.record.as_ptr() as usize),
        "_forward" => Some(stub.forward.as_ptr() as usize),
        _ => None,
    }
}

/// Forgets what the last call assigned.
pub(super) fn reset() {
    ORDER.store(0, Ordering::Relaxed);
    for stub in &STUBS {
        stub.record.store(ptr::null_mut(), Ordering::Relaxed);
        stub.forward.store(ptr::null_mut(), Ordering::Relaxed);
    }
}

macro_rules! stubs {
    ($($number:literal)*) => {
        /// The code of each stub.
        static CODE: [unsafe extern "C" fn(); CAPTURE_STUBS as usize] = [$({
            /// # Safety
            /// The variables must be set: a stub without a record and without a function to call on to stops the process.
            #[unsafe(naked)]
            unsafe extern "C" fn stub() {
                // All that a stub may use is r11, which is nobody's at a call (psABI 3.2.3).
                naked_asm!(
                    ".cfi_startproc",
                    "endbr64",
                    "lea r11, [rip + {stubs} + {size} * {number}]",
                    "jmp {enter}",
                    ".cfi_endproc",
                    stubs = sym STUBS,
                    size = const size_of::<Stub>(),
                    number = const $number,
                    enter = sym enter::enter,
                )
            }
            stub
        }),*];
    };
}

stubs!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
