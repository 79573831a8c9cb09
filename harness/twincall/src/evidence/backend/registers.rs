//! Names of x86-64 registers and register classes as LLVM prints them.

use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::units::Bytes;

/// A physical register: its widest common name (vector registers keep the name of their width) and its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Register {
    pub(super) full: String,
    pub(super) width: u64,
}

/// The eight registers older than x86-64, as 8, 4, 2 and 1 bytes.
const LEGACY: [[&str; 4]; 8] = [
    ["rax", "eax", "ax", "al"],
    ["rbx", "ebx", "bx", "bl"],
    ["rcx", "ecx", "cx", "cl"],
    ["rdx", "edx", "dx", "dl"],
    ["rsi", "esi", "si", "sil"],
    ["rdi", "edi", "di", "dil"],
    ["rbp", "ebp", "bp", "bpl"],
    ["rsp", "esp", "sp", "spl"],
];

/// A register by its name without `$`; `None` for what can carry no argument (flags, control words, `noreg`).
pub(super) fn register(name: &str) -> Option<Register> {
    let known = |full: String, width| Some(Register { full, width });
    for names in LEGACY {
        if let Some(index) = names.iter().position(|known| *known == name) {
            return known(names[0].to_owned(), 8 >> index);
        }
    }
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (kind, rest) = name.split_at(digits);
    let number_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, suffix) = rest.split_at(number_end);
    let number: u32 = number.parse().ok().filter(|number| *number < 32)?;
    match (kind, suffix) {
        ("r", "") => known(format!("r{number}"), 8),
        ("r", "d") => known(format!("r{number}"), 4),
        ("r", "w") => known(format!("r{number}"), 2),
        ("r", "b") => known(format!("r{number}"), 1),
        ("xmm", "") => known(format!("xmm{number}"), 16),
        ("ymm", "") => known(format!("ymm{number}"), 32),
        ("zmm", "") => known(format!("zmm{number}"), 64),
        // Instruction selection counts the x87 stack as `fp0`; a later pass makes `st0` of it.
        ("fp" | "st", "") => known(format!("st{number}"), 10),
        ("mm", "") => known(format!("mm{number}"), 8),
        ("k", "") => known(format!("k{number}"), 8),
        _ => None,
    }
}

/// Registers that calls name without passing anything in them.
pub(super) fn carries_nothing(full: &str) -> bool {
    full == "rsp"
}

/// Bytes of a virtual register by its class: `fr32`, `gr64_nosp`, `vr128x`.
pub(super) fn class_width(class: &str) -> Option<u64> {
    const WIDTHS: [(&str, u64); 14] = [
        ("fr128", 16),
        ("fr16", 2),
        ("fr32", 4),
        ("fr64", 8),
        ("gr16", 2),
        ("gr32", 4),
        ("gr64", 8),
        ("gr8", 1),
        ("rfp32", 4),
        ("rfp64", 8),
        ("rfp80", 10),
        ("vr128", 16),
        ("vr256", 32),
        ("vr512", 64),
    ];
    let found = WIDTHS.iter().find(|(name, _)| class.starts_with(name));
    found.map(|(_, width)| *width)
}

/// A value in a register. The width of a copy narrows vector and x87 registers, whose name does not say
/// whether a float, a double or a vector is inside.
pub(super) fn slot(register: &Register, copied: Option<u64>) -> Slot {
    let named_by_width = register.full.starts_with('r');
    let width = match copied {
        Some(copied) if !named_by_width => copied.min(register.width),
        _ => register.width,
    };
    Slot {
        location: Location::Register(register.full.clone()),
        width: Bytes(width),
        extension: Extension::None,
        content: Content::Value,
    }
}
