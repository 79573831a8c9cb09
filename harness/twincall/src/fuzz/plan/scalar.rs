//! Scalars that both languages have, with their widths on each target and their words in C and Rust.

use twincall_abi::target::Target;

/// A scalar type by its meaning. The last two are of Rust only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Scalar {
    I8,
    U8,
    Char,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    I128,
    U128,
    Bool,
    F32,
    F64,
    Long,
    ULong,
    Size,
    IntPtr,
    UIntPtr,
    Wchar,
    /// `typedef long time_t`.
    Time,
    /// `typedef long long time_t`.
    WideTime,
    RustChar,
    NonZeroU32,
}

/// What a scalar is, apart from its width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    Signed,
    Unsigned,
    Bool,
    Float,
}

impl Scalar {
    pub(super) fn bits(self, target: Target) -> u32 {
        match self {
            Self::I8 | Self::U8 | Self::Char | Self::Bool => 8,
            Self::I16 | Self::U16 => 16,
            Self::I32 | Self::U32 | Self::F32 | Self::Wchar | Self::RustChar | Self::NonZeroU32 => 32,
            Self::I64 | Self::U64 | Self::F64 | Self::WideTime => 64,
            Self::I128 | Self::U128 => 128,
            Self::Long | Self::ULong | Self::Size | Self::IntPtr | Self::UIntPtr | Self::Time => {
                target.pointer_size().bits().0 as u32
            }
        }
    }

    /// The width where it is the same on every target.
    pub(super) fn fixed_bits(self) -> Option<u32> {
        let [first, second] = Target::ALL.map(|target| self.bits(target));
        (first == second).then_some(first)
    }

    pub(super) fn sort(self) -> Sort {
        match self {
            Self::I8
            | Self::Char
            | Self::I16
            | Self::I32
            | Self::I64
            | Self::I128
            | Self::Long
            | Self::IntPtr
            | Self::Wchar
            | Self::Time
            | Self::WideTime => Sort::Signed,
            Self::U8
            | Self::U16
            | Self::U32
            | Self::U64
            | Self::U128
            | Self::ULong
            | Self::Size
            | Self::UIntPtr
            | Self::RustChar
            | Self::NonZeroU32 => Sort::Unsigned,
            Self::Bool => Sort::Bool,
            Self::F32 | Self::F64 => Sort::Float,
        }
    }

    pub(super) fn is_integer(self) -> bool {
        matches!(self.sort(), Sort::Signed | Sort::Unsigned)
            && !matches!(self, Scalar::RustChar | Scalar::NonZeroU32)
    }

    /// The plain integer of this width and sign.
    pub(super) fn integer(bits: u32, signed: bool) -> Scalar {
        match (bits, signed) {
            (8, true) => Scalar::I8,
            (8, false) => Scalar::U8,
            (16, true) => Scalar::I16,
            (16, false) => Scalar::U16,
            (32, true) => Scalar::I32,
            (32, false) => Scalar::U32,
            (64, true) => Scalar::I64,
            (64, false) => Scalar::U64,
            (_, true) => Scalar::I128,
            (_, false) => Scalar::U128,
        }
    }

    /// Words that mean this in C. The two `time_t` are typedefs of the pair.
    pub(super) fn c(self) -> &'static [&'static str] {
        match self {
            Self::I8 => &["int8_t", "signed char"],
            Self::U8 => &["uint8_t", "unsigned char"],
            Self::Char => &["char"],
            Self::I16 => &["int16_t", "short"],
            Self::U16 => &["uint16_t", "unsigned short"],
            Self::I32 => &["int", "int32_t"],
            Self::U32 | Self::NonZeroU32 | Self::RustChar => &["unsigned int", "uint32_t", "unsigned"],
            Self::I64 => &["int64_t", "long long"],
            Self::U64 => &["uint64_t", "unsigned long long"],
            Self::I128 => &["__int128"],
            Self::U128 => &["unsigned __int128"],
            Self::Bool => &["bool", "_Bool"],
            Self::F32 => &["float"],
            Self::F64 => &["double"],
            Self::Long | Self::Time => &["long"],
            Self::ULong => &["unsigned long"],
            Self::Size => &["size_t"],
            Self::IntPtr => &["intptr_t", "ptrdiff_t"],
            Self::UIntPtr => &["uintptr_t"],
            Self::Wchar => &["wchar_t"],
            Self::WideTime => &["long long"],
        }
    }

    /// Rust's own word for it.
    pub(super) fn rust(self) -> &'static str {
        match self {
            Self::I8 | Self::Char => "i8",
            Self::U8 => "u8",
            Self::I16 => "i16",
            Self::U16 => "u16",
            Self::I32 | Self::Wchar => "i32",
            Self::U32 => "u32",
            Self::I64 | Self::WideTime => "i64",
            Self::U64 => "u64",
            Self::I128 => "i128",
            Self::U128 => "u128",
            Self::Bool => "bool",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Long | Self::Time | Self::IntPtr => "isize",
            Self::ULong | Self::Size | Self::UIntPtr => "usize",
            Self::RustChar => "char",
            Self::NonZeroU32 => "core::num::NonZeroU32",
        }
    }

    /// The name in `core::ffi` of C's own word, where there is one.
    pub(super) fn ffi(self) -> Option<&'static str> {
        Some(match self {
            Self::I8 => "c_schar",
            Self::U8 => "c_uchar",
            Self::Char => "c_char",
            Self::I16 => "c_short",
            Self::U16 => "c_ushort",
            Self::I32 | Self::Wchar => "c_int",
            Self::U32 => "c_uint",
            Self::I64 | Self::WideTime => "c_longlong",
            Self::U64 => "c_ulonglong",
            Self::F32 => "c_float",
            Self::F64 => "c_double",
            Self::Long | Self::Time => "c_long",
            Self::ULong => "c_ulong",
            Self::I128
            | Self::U128
            | Self::Bool
            | Self::Size
            | Self::IntPtr
            | Self::UIntPtr
            | Self::RustChar
            | Self::NonZeroU32 => return None,
        })
    }
}
