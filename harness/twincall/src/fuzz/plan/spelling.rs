//! The ways in which one and the same meaning is written, by name.

macro_rules! spellings {
    ($($name:ident $id:literal $about:literal;)*) => {
        /// A way to write a declaration that changes nothing of what it means.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Spelling {
            $(#[doc = $about] $name,)*
        }

        impl Spelling {
            /// Every spelling, in the order of tables.
            pub const ALL: &[Spelling] = &[$(Spelling::$name,)*];

            /// The name in tables.
            pub fn id(self) -> &'static str {
                match self {
                    $(Spelling::$name => $id,)*
                }
            }

            /// What is written, in a sentence.
            pub fn about(self) -> &'static str {
                match self {
                    $(Spelling::$name => $about,)*
                }
            }
        }
    };
}

spellings! {
    Plain "plain" "Nothing but the words of the two languages.";
    FfiName "ffi-name" "The names of core::ffi, such as c_int.";
    FullPath "full-path" "A type by its full path, such as core::ffi::c_int.";
    UseRename "use-rename" "A type that `use` gives another name.";
    TypeAlias "type-alias" "A type alias of Rust.";
    LongByTarget "long-by-target" "A long as an alias that is i64 on one target and i32 on the other.";
    Newtype "newtype" "A transparent struct around the type.";
    ConstForMut "const-for-mut" "*const where C may write.";
    MutForConst "mut-for-const" "*mut where C may not write.";
    NonNull "non-null" "NonNull for a pointer that Rust hands out.";
    OptionNonNull "option-non-null" "Option<NonNull> for a pointer.";
    Reference "reference" "A reference for a pointer that Rust hands out.";
    OptionReference "option-reference" "Option<&T> or Option<&mut T> for a pointer.";
    BytesForChars "bytes-for-chars" "*const u8 for const char *.";
    OptionFn "option-fn" "Option around a function pointer.";
    BareFn "bare-fn" "A plain fn for a callback that Rust hands out.";
    SafeFn "safe-fn" "A callback that is safe to call.";
    NamedParams "named-params" "Names of parameters in a callback's type.";
    SystemAbi "system-abi" "extern \"system\".";
    UnwindAbi "unwind-abi" "extern \"C-unwind\".";
    OtherFieldNames "other-field-names" "Fields by other names.";
    TupleStruct "tuple-struct" "A struct without names of fields.";
    GenericStruct "generic-struct" "A struct whose field types are parameters.";
    RawKeyword "raw-keyword" "A field with the name of a keyword.";
    PadBytes "pad-bytes" "Padding as _pad: [u8; n].";
    PadInteger "pad-integer" "Padding as an integer, _reserved.";
    PadBindgen "pad-bindgen" "Padding as __bindgen_padding_0.";
    PadMaybeUninit "pad-maybe-uninit" "Padding as [MaybeUninit<u8>; n].";
    BitsBindgen "bits-bindgen" "Bit-fields as bindgen's unit with an array that aligns it.";
    BitsBytes "bits-bytes" "Bit-fields as a field of bytes.";
    BitsMask "bits-mask" "Bit-fields as one integer with masks.";
    BindgenTail "bindgen-tail" "A flexible array as bindgen's type for it.";
    EmptyTail "empty-tail" "A flexible array as [T; 0].";
    NoTail "no-tail" "A flexible array that Rust leaves out.";
    RustEnum "rust-enum" "An enum of Rust with the same values.";
    EnumNewtype "enum-newtype" "An enum as a transparent struct with constants.";
    EnumInteger "enum-integer" "An enum as an integer with constants.";
    OpaqueBytes "opaque-bytes" "An incomplete type as a struct around [u8; 0].";
    OpaqueEnum "opaque-enum" "An incomplete type as an enum without values.";
    OpaqueVoid "opaque-void" "An incomplete type as c_void.";
    NamedLength "named-length" "The length of an array by the name of a constant.";
    UnusedType "unused-type" "A type that nothing uses.";
    CTypedef "c-typedef" "A typedef of a struct or a callback in C.";
    CArrayParam "c-array-param" "A pointer parameter of C that is written as an array.";
    COtherWord "c-other-word" "Another word of C for the same integer, such as uint32_t.";
    CConstParam "c-const-param" "A parameter of C that is const itself.";
}
