//! Types that come with the language: primitives, the C aliases of `core::ffi`, vectors of `core::arch`.

use twincall_abi::target::Target;
use twincall_abi::types::{FloatKind, Type};

/// Generic types of `core`, `alloc` and the prelude that mean something at the boundary.
const GENERIC: &[&str] = &[
    "Option",
    "Result",
    "Box",
    "NonNull",
    "NonZero",
    "PhantomData",
    "MaybeUninit",
    "Cell",
    "UnsafeCell",
    "SyncUnsafeCell",
    "ManuallyDrop",
    "Wrapping",
    "Saturating",
    "Pin",
    "AtomicPtr",
    "VaList",
    "CStr",
    "str",
    "String",
    "Vec",
];

/// Whether a name without a path, or behind a glob import of another crate, names a type of this module.
pub(super) fn is_known(name: &str) -> bool {
    GENERIC.contains(&name) || scalar(name, Target::X86_64LinuxGnu).is_some()
}

/// How a path of another crate is written where nothing is imported.
pub(super) fn from_anywhere(path: &[String]) -> String {
    let text = path.join("::");
    match path {
        [name] if name.starts_with("c_") && scalar(name, Target::X86_64LinuxGnu).is_some() => {
            format!("::core::ffi::{text}")
        }
        [first, _, ..] if is_known_crate(first) => format!("::{text}"),
        _ => text,
    }
}

/// The non-generic type of this name.
pub(super) fn scalar(name: &str, target: Target) -> Option<Type> {
    let pointer_bits = target.pointer_size().bits().0 as u32;
    let ty = match name {
        "bool" => Type::Bool,
        "char" => Type::UnicodeScalar,
        "f16" => Type::Float(FloatKind::F16),
        "f32" | "c_float" => Type::Float(FloatKind::F32),
        "f64" | "c_double" => Type::Float(FloatKind::F64),
        "f128" => Type::Float(FloatKind::F128),
        "c_void" => Type::Void,
        "AtomicBool" => Type::Bool,
        _ => {
            if let Some((bits, signed)) = integer(name, pointer_bits) {
                return Some(Type::Integer {
                    bits,
                    signed,
                    spelling: name.to_owned(),
                });
            }
            return vector(name);
        }
    };
    Some(ty)
}

/// Width and signedness of an integer type.
pub(super) fn integer(name: &str, pointer_bits: u32) -> Option<(u32, bool)> {
    let plain = match name {
        // Both targets follow the rule "signed unless the architecture is one of …" of core::ffi.
        "c_char" | "c_schar" => (8, true),
        "c_uchar" => (8, false),
        "c_short" => (16, true),
        "c_ushort" => (16, false),
        "c_int" => (32, true),
        "c_uint" => (32, false),
        "c_long" => (pointer_bits, true),
        "c_ulong" => (pointer_bits, false),
        "c_longlong" => (64, true),
        "c_ulonglong" => (64, false),
        "size_t" | "c_size_t" | "uintptr_t" => (pointer_bits, false),
        "ssize_t" | "c_ssize_t" | "intptr_t" | "ptrdiff_t" | "c_ptrdiff_t" => (pointer_bits, true),
        "__mmask8" => (8, false),
        "__mmask16" => (16, false),
        "__mmask32" => (32, false),
        "__mmask64" => (64, false),
        _ => {
            let (width, signed) = match name
                .strip_prefix("NonZero")
                .or_else(|| name.strip_prefix("Atomic"))
            {
                Some(rest) => (rest.strip_prefix(['I', 'U'])?, rest.starts_with('I')),
                None => match name.strip_suffix("_t") {
                    // libc's int32_t and uint8_t.
                    Some(rest) => (
                        rest.strip_prefix("uint").or_else(|| rest.strip_prefix("int"))?,
                        rest.starts_with('i'),
                    ),
                    None => (name.strip_prefix(['i', 'u'])?, name.starts_with('i')),
                },
            };
            let bits = match width {
                "8" => 8,
                "16" => 16,
                "32" => 32,
                "64" => 64,
                "128" => 128,
                "size" => pointer_bits,
                _ => return None,
            };
            (bits, signed)
        }
    };
    Some(plain)
}

fn vector(name: &str) -> Option<Type> {
    if name == "v128" {
        return Some(vector_of(
            Type::Integer {
                bits: 32,
                signed: true,
                spelling: "i32".to_owned(),
            },
            4,
        ));
    }
    let rest = name.strip_prefix("__m")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (bits, suffix) = rest.split_at(digits);
    let bits: u64 = bits.parse().ok().filter(|bits| matches!(bits, 128 | 256 | 512))?;
    Some(match suffix {
        "" => vector_of(Type::Float(FloatKind::F32), bits / 32),
        "d" => vector_of(Type::Float(FloatKind::F64), bits / 64),
        "h" => vector_of(Type::Float(FloatKind::F16), bits / 16),
        "bh" => vector_of(Type::Float(FloatKind::BF16), bits / 16),
        "i" => vector_of(
            Type::Integer {
                bits: 64,
                signed: true,
                spelling: "i64".to_owned(),
            },
            bits / 64,
        ),
        _ => return None,
    })
}

fn vector_of(element: Type, lanes: u64) -> Type {
    Type::Vector {
        element: Box::new(element),
        lanes,
    }
}

/// Crates whose types are known without their source.
pub(super) fn is_known_crate(name: &str) -> bool {
    matches!(name, "core" | "std" | "alloc" | "libc")
}

/// Whether a type of another crate has a lifetime parameter that a signature may leave out.
pub(super) fn has_lifetime(name: &str) -> bool {
    matches!(
        name,
        "VaList" | "Ref" | "RefMut" | "Cow" | "Context" | "Formatter" | "Arguments" | "PanicInfo"
    )
}
