//! What the probe itself offers to a batch: a driver that makes one call register by register, and stubs that record how
//! they were called. The assembly decides nothing; what a frame or a record means is in [`twincall_abi::machine`].

mod capture;
mod direct;
mod registers;

use std::sync::atomic::{AtomicU64, Ordering};

use twincall_abi::machine::DIRECT;

/// How many bytes of each vector register are moved: 16, 32 or 64.
static VECTOR_BYTES: AtomicU64 = AtomicU64::new(16);

/// The variable above, so that narrower registers can be tried on a processor with wide ones.
const VECTOR_BYTES_NAME: &str = "tc_vector_bytes";

/// The address of a symbol of the probe. They are code, or variables that a call may assign to.
pub(crate) fn address(symbol: &str) -> Option<usize> {
    match symbol {
        DIRECT => Some(direct::call as *const () as usize),
        VECTOR_BYTES_NAME => Some(VECTOR_BYTES.as_ptr() as usize),
        _ => capture::address(symbol),
    }
}

/// Brings every variable into the state in which a call finds it.
pub(crate) fn reset() {
    VECTOR_BYTES.store(vector_bytes(), Ordering::Relaxed);
    capture::reset();
}

/// What processor and system have of the vector registers.
fn vector_bytes() -> u64 {
    if is_x86_feature_detected!("avx512f") {
        64
    } else if is_x86_feature_detected!("avx") {
        32
    } else {
        16
    }
}
