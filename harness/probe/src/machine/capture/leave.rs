//! The way back through a stub: what the function returned is written down and handed to the caller.

use std::arch::naked_asm;
use std::sync::atomic::AtomicU64;

use crate::machine::registers::{save_x87, vectors};
use twincall_abi::machine as layout;

/// A call that is to come back to its stub.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Pending {
    /// Where on the stack the return address was; 0 for an entry that is free. Entries of calls that never came back stay
    /// until another call comes from the same place.
    at: AtomicU64,
    return_address: AtomicU64,
    record: AtomicU64,
    _room: AtomicU64,
}

/// How many calls can be under way at a time. A call that finds no room is passed on by a jump.
pub(super) const PENDING: usize = 64;

pub(super) static WAITING: [Pending; PENDING] = [const {
    Pending {
        at: AtomicU64::new(0),
        return_address: AtomicU64::new(0),
        record: AtomicU64::new(0),
        _room: AtomicU64::new(0),
    }
}; PENDING];

/// Where the function called on to returns to. Its result registers, the callee-saved ones and the stack pointer are the
/// caller's business and pass through; the entry is the one nearest to where the stack pointer came back.
///
/// # Safety
/// Only reached through a return address that `enter` wrote.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn leave() {
    naked_asm!(
        // One byte before the return address, where an unwinder looks for the function: it finds none and stops, because
        // only the table knows where this frame began.
        "nop",
        "lea rdi, [rsp - 8]",
        "lea rcx, [rip + {waiting}]",
        "mov esi, {pending}",
        "xor r8d, r8d",
        "mov r9, -1",
        "2:",
        "mov r10, [rcx]",
        "test r10, r10",
        "jz 4f",
        "sub r10, rdi",
        "mov r11, r10",
        "neg r11",
        "cmovs r11, r10",
        "cmp r11, r9",
        "jae 4f",
        "mov r9, r11",
        "mov r8, rcx",
        "4:",
        "add rcx, {pending_size}",
        "dec esi",
        "jnz 2b",
        "test r8, r8",
        "jnz 5f",
        "ud2",
        "5:",
        "mov r10, [r8 + 8]",
        "mov r11, rsp",
        // The callee's frame is free, but of the caller's nothing may be lost, wherever the stack pointer stands.
        "mov rsp, [r8]",
        "mov r9, [r8 + 16]",
        "sub rdi, rsp",
        "mov [r9 + {rsp_off}], rdi",
        "mov qword ptr [r8], 0",
        "mov [r9 + {back}], rbx",
        "mov [r9 + {back} + 8], rbp",
        "mov [r9 + {back} + 16], r12",
        "mov [r9 + {back} + 24], r13",
        "mov [r9 + {back} + 32], r14",
        "mov [r9 + {back} + 40], r15",
        "stmxcsr [r9 + {back} + 48]",
        "fnstcw [r9 + {back} + 52]",
        "pushfq",
        "pop rcx",
        "mov [r9 + {flags_back}], rcx",
        "mov [r9 + {result} + {result_rax}], rax",
        "mov [r9 + {result} + {result_rdx}], rdx",
        "lea rcx, [r9 + {result} + {result_vectors}]",
        vectors!(store "0, 1, 2, 3" at "rcx"),
        "lea r8, [r9 + {result}]",
        "sub rsp, 112",
        save_x87!("r8"),
        "frstor [rsp]",
        "mov rsp, r11",
        "mov qword ptr [r9 + {returned}], 1",
        "jmp r10",
        waiting = sym WAITING,
        width = sym crate::machine::VECTOR_BYTES,
        pending = const PENDING,
        pending_size = const size_of::<Pending>(),
        rsp_off = const layout::CAPTURE_RSP_OFF,
        returned = const layout::CAPTURE_RETURNED,
        back = const layout::CAPTURE_SAVED_BACK,
        flags_back = const layout::CAPTURE_FLAGS_BACK,
        result = const layout::CAPTURE_RESULT,
        result_rax = const layout::RESULT_RAX,
        result_rdx = const layout::RESULT_RDX,
        result_vectors = const layout::RESULT_VECTORS,
        st_count = const layout::RESULT_ST_COUNT,
        st = const layout::RESULT_ST,
        st_stride = const layout::RESULT_ST_STRIDE,
    )
}
