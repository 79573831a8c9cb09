//! The direct call: every register and every byte of stack is what the frame says, and everything that comes back is written
//! to it.
//!
//! ```text
//!  own frame: callee-saved registers, what must come back unchanged, the frame's address   <- OWN.stack
//!  poison, at least 192 bytes
//!  argument area of the frame                                                              <- rsp at the call
//!  return address
//!  poison: the callee's red zone and stack
//! ```
//!
//! The callee may lose every register, so the way back leads through a static and through nothing else.

use std::arch::naked_asm;
use std::cell::UnsafeCell;
use std::ffi::c_void;

use super::registers::{save_x87, vectors};
use twincall_abi::machine as layout;

/// What the code behind the call finds without a register. Calls within calls keep the outer one's on the stack.
#[derive(Debug)]
#[repr(C)]
struct Own {
    /// The stack pointer of the own frame.
    stack: UnsafeCell<usize>,
    target: UnsafeCell<usize>,
    /// The stack pointer that came back.
    returned: UnsafeCell<usize>,
}

// SAFETY: only the assembly below touches the fields, in the one thread that makes the calls.
unsafe impl Sync for Own {}

static OWN: Own = Own {
    stack: UnsafeCell::new(0),
    target: UnsafeCell::new(0),
    returned: UnsafeCell::new(0),
};

/// The driver: makes the call of the direct frame to which the first argument points.
///
/// # Safety
/// The first argument must point to a frame with everything that it says to have, and the call be one that may be made.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn call(_arguments: *const *const c_void, _result: *mut c_void) {
    naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "push qword ptr [rip + {own}]",
        "mov rbx, [rdi]",
        // Own frame: 0 frame address, 8 stack pointer at the call, 16 MXCSR, 20 x87 control word, 24 free.
        "sub rsp, 32",
        "mov [rsp], rbx",
        "stmxcsr [rsp + 16]",
        "fnstcw [rsp + 20]",
        "mov [rip + {own}], rsp",
        "mov rax, [rbx + {target}]",
        "mov [rip + {own} + 8], rax",
        // The argument area.
        "lea r12, [rsp - 192]",
        "sub r12, [rbx + {stack_length}]",
        "mov rax, [rbx + {stack_align}]",
        "neg rax",
        "and r12, rax",
        "mov [rsp + 8], r12",
        // Poison from below the argument area to the own frame, then the arguments into it.
        "mov rcx, rsp",
        "mov rdi, r12",
        "sub rdi, [rbx + {poison_below}]",
        "mov rsp, rdi",
        "sub rcx, rdi",
        "mov rax, [rbx + {poison}]",
        "rep stosb",
        "lea rsi, [rbx + {stack}]",
        "mov rdi, r12",
        "mov rcx, [rbx + {stack_length}]",
        "rep movsb",
        "mov rsp, r12",
        // The registers.
        "mov r11, rax",
        "lea rax, [rbx + {vectors}]",
        vectors!(load "0, 1, 2, 3, 4, 5, 6, 7" at "rax"),
        "mov rdi, [rbx + {general}]",
        "mov rsi, [rbx + {general} + 8]",
        "mov rdx, [rbx + {general} + 16]",
        "mov rcx, [rbx + {general} + 24]",
        "mov r8, [rbx + {general} + 32]",
        "mov r9, [rbx + {general} + 40]",
        "mov r10, [rbx + {r10}]",
        "mov rax, [rbx + {rax}]",
        "movabs rbx, {pattern_rbx}",
        "movabs rbp, {pattern_rbp}",
        "movabs r12, {pattern_r12}",
        "movabs r13, {pattern_r13}",
        "movabs r14, {pattern_r14}",
        "movabs r15, {pattern_r15}",
        "call qword ptr [rip + {own} + 8]",
        // Nothing is known here but the address of OWN.
        "mov [rip + {own} + 16], rsp",
        "mov rsp, [rip + {own}]",
        "pushfq",
        "pop rsi",
        "cld",
        "mov rcx, [rsp]",
        "mov [rcx + {flags}], rsi",
        "mov [rcx + {saved}], rbx",
        "mov [rcx + {saved} + 8], rbp",
        "mov [rcx + {saved} + 16], r12",
        "mov [rcx + {saved} + 24], r13",
        "mov [rcx + {saved} + 32], r14",
        "mov [rcx + {saved} + 40], r15",
        "mov rbx, rcx",
        "mov [rbx + {result} + {result_rax}], rax",
        "mov [rbx + {result} + {result_rdx}], rdx",
        "mov rax, [rip + {own} + 16]",
        "sub rax, [rsp + 8]",
        "mov [rbx + {rsp_off}], rax",
        "mov rax, [rip + {width}]",
        "mov [rbx + {vector_bytes}], rax",
        "lea rax, [rbx + {result} + {result_vectors}]",
        vectors!(store "0, 1, 2, 3" at "rax"),
        // Of MXCSR the lower six bits are status.
        "stmxcsr [rsp + 24]",
        "mov eax, [rsp + 24]",
        "xor eax, [rsp + 16]",
        "and eax, 0xffc0",
        "mov [rbx + {mxcsr}], rax",
        "ldmxcsr [rsp + 16]",
        "fnstcw [rsp + 24]",
        "movzx eax, word ptr [rsp + 24]",
        "xor ax, [rsp + 20]",
        "mov [rbx + {x87_control}], rax",
        "lea rax, [rbx + {result}]",
        "sub rsp, 112",
        save_x87!("rax"),
        "add rsp, 112",
        "fldcw [rsp + 20]",
        "cmp qword ptr [rip + {width}], 16",
        "je 89f",
        "vzeroupper",
        "89:",
        "mov qword ptr [rbx + {returned}], 1",
        "add rsp, 32",
        "pop qword ptr [rip + {own}]",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        own = sym OWN,
        width = sym super::VECTOR_BYTES,
        target = const layout::DIRECT_TARGET,
        stack_length = const layout::DIRECT_STACK_LENGTH,
        stack_align = const layout::DIRECT_STACK_ALIGN,
        poison = const layout::DIRECT_POISON,
        poison_below = const layout::DIRECT_POISON_BELOW,
        stack = const layout::DIRECT_STACK,
        general = const layout::DIRECT_STATE + layout::STATE_GENERAL,
        r10 = const layout::DIRECT_STATE + layout::STATE_R10,
        rax = const layout::DIRECT_STATE + layout::STATE_RAX,
        vectors = const layout::DIRECT_STATE + layout::STATE_VECTORS,
        pattern_rbx = const layout::PATTERNS[0],
        pattern_rbp = const layout::PATTERNS[1],
        pattern_r12 = const layout::PATTERNS[2],
        pattern_r13 = const layout::PATTERNS[3],
        pattern_r14 = const layout::PATTERNS[4],
        pattern_r15 = const layout::PATTERNS[5],
        result = const layout::DIRECT_RESULT,
        result_rax = const layout::RESULT_RAX,
        result_rdx = const layout::RESULT_RDX,
        result_vectors = const layout::RESULT_VECTORS,
        st_count = const layout::RESULT_ST_COUNT,
        st = const layout::RESULT_ST,
        st_stride = const layout::RESULT_ST_STRIDE,
        returned = const layout::DIRECT_RETURNED,
        vector_bytes = const layout::DIRECT_VECTOR_BYTES,
        saved = const layout::DIRECT_SAVED,
        rsp_off = const layout::DIRECT_RSP_OFF,
        flags = const layout::DIRECT_FLAGS,
        mxcsr = const layout::DIRECT_MXCSR,
        x87_control = const layout::DIRECT_X87_CONTROL,
    )
}
