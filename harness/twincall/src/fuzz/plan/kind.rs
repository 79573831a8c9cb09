//! The kinds of mistake, by name. What each is worth on a target is in [`super::wanted`].

macro_rules! kinds {
    ($($name:ident $id:literal $about:literal;)*) => {
        /// One kind of mistake that people make when they write a declaration twice.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Kind {
            $(#[doc = $about] $name,)*
        }

        impl Kind {
            /// Every kind, in the order of tables.
            pub const ALL: &[Kind] = &[$(Kind::$name,)*];

            /// The name on the command line and in tables.
            pub fn id(self) -> &'static str {
                match self {
                    $(Kind::$name => $id,)*
                }
            }

            /// What the mistake is, in a sentence.
            pub fn about(self) -> &'static str {
                match self {
                    $(Kind::$name => $about,)*
                }
            }
        }
    };
}

impl Kind {
    /// The kind of this name.
    pub fn from_id(id: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.id() == id)
    }
}

kinds! {
    ParamWidth "param-width" "A parameter is an integer of another width.";
    ResultWidth "result-width" "A result is an integer of another width.";
    FieldWidth "field-width" "A field is an integer of another width.";
    PointeeWidth "pointee-width" "A pointer is to an integer of another width.";
    GlobalWidth "global-width" "A variable is an integer of another width.";
    CallbackParamWidth "callback-param-width" "A callback's parameter is an integer of another width.";
    CallbackResultWidth "callback-result-width" "A callback's result is an integer of another width.";
    CallbackPointeeWidth "callback-pointee-width" "A callback's pointer is to an integer of another width.";
    Sign8 "sign-8" "An integer of 8 bits has another sign.";
    Sign16 "sign-16" "An integer of 16 bits has another sign.";
    Sign32 "sign-32" "An integer of 32 bits has another sign.";
    Sign64 "sign-64" "An integer of 64 bits has another sign.";
    BoolAsByte "bool-as-byte" "A bool is a byte on the other side.";
    ByteAsBool "byte-as-bool" "A byte is a bool on the other side.";
    BoolAsInt "bool-as-int" "A bool is an int on the other side.";
    IntAsBool "int-as-bool" "An int is a bool on the other side.";
    FloatAsDouble "float-as-double" "A float is a double on the other side.";
    DoubleAsFloat "double-as-float" "A double is a float on the other side.";
    FloatAsInteger "float-as-integer" "A float is an integer of its width on the other side.";
    IntegerAsFloat "integer-as-float" "An integer is a float of its width on the other side.";
    PointeeFloat "pointee-float" "A pointer to an integer is to a float of its width on the other side.";
    CharAsRustChar "char-as-rust-char" "A C char is Rust's char of four bytes.";
    WordAsRustChar "word-as-rust-char" "An integer of 32 bits is Rust's char.";
    NonZero "non-zero" "An integer is one that may not be 0 in Rust.";
    LongAsI64 "long-as-i64" "A long is always 64 bits wide in Rust.";
    LongAsI32 "long-as-i32" "A long is always 32 bits wide in Rust.";
    LongLongAsLong "long-long-as-long" "An integer of 64 bits is a long in Rust.";
    SizeAsU64 "size-as-u64" "A size_t is always 64 bits wide in Rust.";
    SizeAsInt "size-as-int" "A size_t is an int in Rust.";
    IntAsSize "int-as-size" "An int is a usize in Rust.";
    TimeAsI32 "time-as-i32" "A time_t is 32 bits wide in Rust.";
    WcharAsU16 "wchar-as-u16" "A wchar_t is 16 bits wide in Rust, as on Windows.";
    WcharAsByte "wchar-as-byte" "A wchar_t is a byte in Rust.";
    I128AsI64 "i128-as-i64" "An integer of 128 bits has 64 in Rust.";
    I128AsPair "i128-as-pair" "An integer of 128 bits is a struct of two halves in Rust.";
    PointerAsWord "pointer-as-word" "A pointer is an integer of its width on the other side.";
    WordAsPointer "word-as-pointer" "An integer of a pointer's width is a pointer on the other side.";
    PointerAsInt "pointer-as-int" "A pointer is an integer of 32 bits on the other side.";
    PointerDeeper "pointer-deeper" "A pointer is a pointer to a pointer on the other side.";
    PointerShallower "pointer-shallower" "A pointer to a pointer is a plain pointer on the other side.";
    PointeeByte "pointee-byte" "A pointer to something wider is to bytes on the other side.";
    PointeeVoid "pointee-void" "A typed pointer is untyped on the other side.";
    ReferenceForNullable "reference-for-nullable" "A pointer that may be null is a reference in Rust.";
    BareFnForNullable "bare-fn-for-nullable" "A callback that may be null is a plain fn in Rust.";
    SliceForPointer "slice-for-pointer" "A pointer is a slice of two words in Rust.";
    FieldMissing "field-missing" "A struct lacks a field.";
    FieldAdditional "field-additional" "A struct has a field too many.";
    FieldsSwapped "fields-swapped" "Two fields are in each other's place.";
    PackedLost "packed-lost" "A packed struct is not packed on the other side.";
    PackedAdded "packed-added" "A struct is packed on one side only.";
    PackedOther "packed-other" "A struct is packed to another boundary.";
    AlignLost "align-lost" "A struct lacks its alignment.";
    AlignAdded "align-added" "A struct is aligned on one side only.";
    AlignOther "align-other" "A struct is aligned to another boundary.";
    UnionAsStruct "union-as-struct" "A union is a struct on the other side.";
    StructAsUnion "struct-as-union" "A struct is a union on the other side.";
    ReprMissing "repr-missing" "A struct of Rust lacks repr(C).";
    ReprPackedAlone "repr-packed-alone" "A packed struct of Rust lacks repr(C).";
    ArrayLength "array-length" "An array in a struct has another length.";
    ArrayAsScalar "array-as-scalar" "An array in a struct is only its first element.";
    ArrayAsPointer "array-as-pointer" "An array in a struct is a pointer on the other side.";
    PointerAsArray "pointer-as-array" "A pointer in a struct is an array on the other side.";
    FlexibleAsPointer "flexible-as-pointer" "A flexible array is a pointer on the other side.";
    FlexibleAsOne "flexible-as-one" "A flexible array is one of a single element.";
    ZeroLengthLost "zero-length-lost" "An array of no elements, which aligns its struct, is lost.";
    ValueAsPointer "value-as-pointer" "A struct by value is a pointer on the other side.";
    PointerAsValue "pointer-as-value" "A pointer to a struct is the struct by value on the other side.";
    ResultAsPointer "result-as-pointer" "A struct as result is a pointer on the other side.";
    PointerResultAsValue "pointer-result-as-value" "A pointer to a struct as result is the struct by value.";
    FieldAsPointer "field-as-pointer" "A struct within a struct is a pointer on the other side.";
    PointerFieldAsValue "pointer-field-as-value" "A pointer in a struct is what it points to.";
    CallbackValueAsPointer "callback-value-as-pointer" "A callback takes a pointer for a struct by value.";
    CallbackPointerAsValue "callback-pointer-as-value" "A callback takes a struct by value for a pointer.";
    ScalarAsPointer "scalar-as-pointer" "A number by value is a pointer on the other side.";
    ParamMissing "param-missing" "A parameter is missing.";
    ParamAdditional "param-additional" "There is a parameter too many.";
    ParamsSwapped "params-swapped" "Two parameters are in each other's place.";
    ResultMissing "result-missing" "A function has no result on the other side.";
    ResultAdditional "result-additional" "A function without a result has one on the other side.";
    VariadicLost "variadic-lost" "The dots of a variadic function are lost.";
    VariadicAdded "variadic-added" "A function is variadic on one side only.";
    ConventionWin64 "convention-win64" "A function has the convention of Windows on one side.";
    ConventionRust "convention-rust" "A function has Rust's own convention.";
    CallbackConventionRust "callback-convention-rust" "A callback has Rust's own convention.";
    CallbackConventionWin64 "callback-convention-win64" "A callback has the convention of Windows on one side.";
    CallbackParamMissing "callback-param-missing" "A callback lacks a parameter.";
    CallbackParamAdditional "callback-param-additional" "A callback has a parameter too many.";
    CallbackParamsSwapped "callback-params-swapped" "Two parameters of a callback are in each other's place.";
    CallbackResultMissing "callback-result-missing" "A callback has no result on the other side.";
    CallbackResultAdditional "callback-result-additional" "A callback without a result has one on the other side.";
    CallbackAsVoid "callback-as-void" "A callback is an untyped pointer on the other side.";
    CallbackAsData "callback-as-data" "A callback is a pointer to a number on the other side.";
    EnumWidth "enum-width" "An enum is one of a byte on the other side.";
    EnumAsWide "enum-as-wide" "An enum is an integer of 64 bits on the other side.";
    EnumVariantMissing "enum-variant-missing" "An enum of Rust lacks a value.";
    EnumVariantAdditional "enum-variant-additional" "An enum of Rust has a value too many.";
    EnumValueChanged "enum-value-changed" "A value of an enum is another number in Rust.";
    GlobalArrayLength "global-array-length" "A variable is an array of another length.";
    GlobalMutability "global-mutability" "A constant is a variable on the other side.";
    GlobalArrayAsPointer "global-array-as-pointer" "An array variable is a pointer on the other side.";
    GlobalPointerAsArray "global-pointer-as-array" "A pointer variable is an array on the other side.";
    BitsNarrower "bits-narrower" "The unit of bit-fields is half as wide in Rust.";
    BitsWider "bits-wider" "The unit of bit-fields is twice as wide in Rust.";
    BitsMoved "bits-moved" "The unit of bit-fields changes places with a neighbour.";
}
