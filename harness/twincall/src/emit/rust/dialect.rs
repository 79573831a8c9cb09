//! How generated Rust is spelled for a compiler: rustc 1.82 brought the syntax that edition 2024 asks for, and older ones
//! do not read it.

use crate::toolchain::Version;

/// The Rust that a compiler reads, as far as generated code depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Dialect {
    /// Before rustc 1.82: `#[no_mangle]`, `extern` without `unsafe`, `addr_of!`.
    Old,
    /// `#[unsafe(no_mangle)]`, `unsafe extern`, `&raw`.
    #[default]
    Current,
}

/// Ends the process or the instance, so that a panic is seen as a crash or a trap. The library `core` was built
/// for unwinding and names a personality routine, which nothing calls when panics abort.
const PANIC_HANDLER: &str = "#[panic_handler]
fn tc_panic(_: &::core::panic::PanicInfo<'_>) -> ! {
#[cfg(target_arch = \"wasm32\")]
::core::arch::wasm32::unreachable();
#[cfg(not(target_arch = \"wasm32\"))]
{
EXTERN \"C\" {
fn abort() -> !;
}
unsafe { abort() }
}
}
#[cfg(not(target_arch = \"wasm32\"))]
PERSONALITY
extern \"C\" fn tc_personality() {}";

impl Dialect {
    /// What a rustc of this version reads.
    pub fn of(version: Version) -> Dialect {
        if version < (1, 82, 0) {
            Dialect::Old
        } else {
            Dialect::Current
        }
    }

    /// The attribute that gives an item its own name as a link symbol.
    pub(super) fn no_mangle(self) -> &'static str {
        match self {
            Dialect::Old => "#[no_mangle]",
            Dialect::Current => "#[unsafe(no_mangle)]",
        }
    }

    /// The attribute that gives an item a link symbol.
    pub(super) fn export_name(self, symbol: &str) -> String {
        match self {
            Dialect::Old => format!("#[export_name = {symbol:?}]"),
            Dialect::Current => format!("#[unsafe(export_name = {symbol:?})]"),
        }
    }

    /// A pointer to a static. The old form stands in an `unsafe` block, because naming a `static mut` or a foreign one was
    /// an access.
    pub(super) fn address_of(self, place: &str) -> String {
        match self {
            Dialect::Old => format!("unsafe {{ ::core::ptr::addr_of!({place}) }}"),
            Dialect::Current => format!("(&raw const {place})"),
        }
    }

    /// The value of a struct of pointers. `zeroed` is no constant before rustc 1.75; the other form takes thin pointers only.
    pub(super) fn null_pointers(self, count: usize) -> String {
        match self {
            Dialect::Old => format!("::core::mem::transmute([0usize; {count}])"),
            Dialect::Current => "::core::mem::zeroed()".to_owned(),
        }
    }

    /// How a block of declarations begins.
    pub(super) fn foreign(self) -> &'static str {
        match self {
            Dialect::Old => "extern",
            Dialect::Current => "unsafe extern",
        }
    }

    pub(super) fn panic_handler(self) -> String {
        PANIC_HANDLER
            .replace("EXTERN", self.foreign())
            .replace("PERSONALITY", &self.export_name("rust_eh_personality"))
    }
}
