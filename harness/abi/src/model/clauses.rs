//! The places in the written ABI that the model applies: an id as a reader would cite it and a sentence in our
//! own words. One constant for each rule; nothing here decides anything.

use serde::Serialize;

/// A place in the written ABI, with what it says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct Clause {
    /// Document, section and rule: `psABI 3.2.3, rule 5(c)`.
    pub id: &'static str,
    /// The rule in one sentence.
    pub says: &'static str,
}

macro_rules! clauses {
    ($($(#[$doc:meta])* $name:ident: $id:literal, $says:literal;)*) => {
        $($(#[$doc])* pub const $name: Clause = Clause { id: $id, says: $says };)*
        /// Every clause, in the order of this file.
        pub const ALL: &[Clause] = &[$($name),*];
    };
}

clauses! {
    /// Layout: C and its extensions.
    C_PROMOTIONS: "C 6.5.2.2 (6)",
        "An argument without a parameter is promoted: small integers to int, float to double.";
    /// An array parameter.
    C_ARRAY_PARAMETER: "C 6.7.6.3 (7)",
        "A parameter of array type is a pointer to the array's element.";
    /// `_Atomic` of an odd size.
    C_ATOMIC_SIZE: "C 6.2.5 (27)",
        "An atomic type need not have the size and alignment of the type it is made from.";

    /// x86-64: where the classes of scalars are listed.
    SYSV_CLASSES: "psABI 3.2.3, classes of basic types",
        "Integers and pointers are INTEGER, floating-point types and vectors SSE with SSEUP, long double X87 with X87UP.";
    /// x86-64: complex numbers.
    SYSV_COMPLEX: "psABI 3.2.3, complex types",
        "A complex number is classified as a struct of its two parts.";
    /// x86-64: complex long double.
    SYSV_COMPLEX_X87: "psABI 3.2.3, COMPLEX_X87",
        "A complex long double has class COMPLEX_X87.";
    /// x86-64: vectors.
    SYSV_VECTOR: "psABI 3.2.3, vectors",
        "A vector is SSE with SSEUP for each further eightbyte; one of at most four bytes is INTEGER.";
    /// x86-64: vectors of one float or double.
    SYSV_ONE_LANE: "psABI 3.2.3, vectors of one lane",
        "The text lists no vector of a single float or double: gcc passes it in memory, clang as a small integer or a double.";
    /// x86-64: small vectors of half precision.
    SYSV_HALF_LANES: "psABI 3.2.3, vectors of four bytes or less",
        "The text lists no vector this short: gcc gives lanes of half precision a vector register, clang a general one.";
    /// x86-64: vectors without registers that are wide enough.
    SYSV_WIDE_VECTOR: "psABI 3.2.3, vectors without registers",
        "Where no register is as wide as the vector, it travels in memory.";
    /// x86-64: how the two compilers return such vectors.
    SYSV_WIDE_VECTOR_RESULT: "psABI 3.2.3, results without registers",
        "The text does not say how a vector wider than the enabled registers comes back: gcc uses memory, clang splits it.";
    /// x86-64: bit-precise integers.
    SYSV_BIT_INT: "psABI 3.2.3, _BitInt",
        "A bit-precise integer of at most 64 bits is like the integer that holds it, a wider one an array of eightbytes.";
    /// x86-64: rule 1 on size.
    SYSV_LARGE: "psABI 3.2.3, rule 1 (size)",
        "An object larger than eight eightbytes has class MEMORY.";
    /// x86-64: rule 1 on alignment.
    SYSV_UNALIGNED: "psABI 3.2.3, rule 1 (alignment)",
        "An object with a field that is not at its natural alignment has class MEMORY.";
    /// x86-64: a struct as the unaligned field.
    SYSV_UNALIGNED_MEMBER: "psABI 3.2.3, rule 1 (alignment of aggregates)",
        "Whether a struct or array is an unaligned field, or only the scalars in it: clang asks the first, gcc the second.";
    /// x86-64: rule 2.
    SYSV_NON_TRIVIAL: "psABI 3.2.3, rule 2; Itanium C++ ABI 3.1.2.3",
        "A C++ object that is not trivial for calls is replaced by a pointer to it, of class INTEGER.";
    /// x86-64: rules 3 and 4.
    SYSV_MERGE: "psABI 3.2.3, rules 3 and 4",
        "Each eightbyte starts as NO_CLASS and takes the classes of the fields in it: MEMORY before INTEGER before SSE.";
    /// x86-64: rule 4(e).
    SYSV_MERGE_X87: "psABI 3.2.3, rule 4(e)",
        "An x87 class that shares its eightbyte with a floating-point field gives MEMORY.";
    /// x86-64: rule 5(b).
    SYSV_X87UP: "psABI 3.2.3, rule 5(b)",
        "X87UP that does not follow X87 puts the whole argument in memory.";
    /// x86-64: rule 5(c).
    SYSV_TWO_EIGHTBYTES: "psABI 3.2.3, rule 5(c)",
        "More than two eightbytes that are not one SSE followed by SSEUP put the whole argument in memory.";
    /// x86-64: rule 5(d).
    SYSV_SSEUP: "psABI 3.2.3, rule 5(d)",
        "SSEUP that follows neither SSE nor SSEUP becomes SSE.";
    /// x86-64: a struct whose padding fills an eightbyte.
    SYSV_NO_CLASS: "psABI 3.2.3, NO_CLASS",
        "An eightbyte of padding takes no register.";
    /// x86-64: bit-fields.
    SYSV_BIT_FIELD: "psABI 3.2.3, bit-fields",
        "A bit-field is an integer in the eightbytes that its bits lie in.";
    /// x86-64: unnamed bit-fields.
    SYSV_UNNAMED_BIT_FIELD: "psABI 3.2.3, unnamed bit-fields",
        "Whether an unnamed bit-field is a field to classify: gcc says yes, clang no. Where no register is left, gcc gives a struct of only such no place either.";
    /// x86-64: arrays without elements.
    SYSV_FLEXIBLE: "psABI 3.2.3, flexible array members",
        "The text does not know arrays without length: clang passes a struct that has one in memory; gcc ignores the member, and where nothing else is left only aligns the argument area.";
    /// x86-64: arrays of length 0.
    SYSV_ZERO_LENGTH: "psABI 3.2.3, arrays of length zero",
        "The text does not know arrays of length zero: gcc classifies one element where it does not begin an eightbyte, clang ignores the member.";
    /// x86-64: atomic members.
    SYSV_ATOMIC: "psABI 3.2.3, _Atomic",
        "The text does not mention atomic members: gcc classifies what is inside, clang passes the struct in memory.";
    /// x86-64: nothing to pass.
    SYSV_EMPTY: "psABI 3.2.3, empty objects",
        "An object without fields takes neither a register nor stack.";
    /// x86-64: empty classes of more than two eightbytes.
    SYSV_EMPTY_CLASS: "psABI 3.2.3, empty classes",
        "An empty C++ class of more than two eightbytes is in memory by rule 5; gcc passes no empty class at all.";
    /// x86-64: integer registers.
    SYSV_PASS_INTEGER: "psABI 3.2.3, passing (2)",
        "INTEGER takes the next of rdi, rsi, rdx, rcx, r8 and r9.";
    /// x86-64: vector registers.
    SYSV_PASS_SSE: "psABI 3.2.3, passing (3) and (4)",
        "SSE takes the next of xmm0 to xmm7, SSEUP the next eightbyte of that register.";
    /// x86-64: memory.
    SYSV_PASS_MEMORY: "psABI 3.2.3, passing (1) and (5)",
        "MEMORY and the x87 classes are passed on the stack, at the alignment of the type and in multiples of 8 bytes.";
    /// x86-64: all or nothing.
    SYSV_ALL_OR_NOTHING: "psABI 3.2.3, passing, end",
        "An argument that does not fit the registers left goes to the stack whole and leaves them to later arguments.";
    /// x86-64: a bare `__int128`.
    SYSV_INT128: "psABI 3.2.3, __int128",
        "A 16-byte integer is two INTEGER eightbytes in registers and aligned to 16 in memory.";
    /// x86-64: bool.
    SYSV_BOOL: "psABI 3.2.3, _Bool",
        "A _Bool is zero-extended to eight bits.";
    /// x86-64: wide vectors behind `...`.
    SYSV_UNNAMED_VECTOR: "psABI 3.5.7",
        "An unnamed argument of a vector wider than 16 bytes is passed on the stack.";
    /// x86-64: wide vectors before `...`.
    SYSV_NAMED_VECTOR: "psABI 3.2.3, vectors before an ellipsis",
        "Whether a named wide vector of a variadic function has a register: gcc says yes, LLVM no.";
    /// x86-64: results.
    SYSV_RETURN: "psABI 3.2.3, returning",
        "INTEGER comes back in rax and rdx, SSE in xmm0 and xmm1, X87 in st0, COMPLEX_X87 in st0 and st1.";
    /// x86-64: results in memory.
    SYSV_RETURN_MEMORY: "psABI 3.2.3, returning (2)",
        "For a MEMORY result the caller passes an address in rdi, and the callee returns it in rax.";
    /// x86-64: the count of vector registers.
    SYSV_VARIADIC: "psABI 3.5.7, al",
        "A call with unnamed arguments says in al how many vector registers it uses at most.";
    /// x86-64: `va_list`.
    SYSV_VA_LIST: "psABI 3.5.7, va_list",
        "A va_list is an array of one struct of 24 bytes, so that a parameter of it is a pointer.";
    /// Rust arrays by value.
    SYSV_ARRAY: "psABI 3.2.3, aggregates",
        "An array that a language passes by value is classified as a struct of its elements.";

    /// wasm: scalars.
    WASM_SCALAR: "wasm Basic C ABI, arguments (scalars)",
        "A scalar is passed as the wasm value type of its size.";
    /// wasm: small integers.
    WASM_EXTENSION: "wasm Basic C ABI, arguments (small integers)",
        "Integers of 8 and 16 bits are extended to 32 bits by their sign.";
    /// wasm: nothing to pass.
    WASM_EMPTY: "wasm Basic C ABI, arguments (empty)",
        "An empty struct or union is not passed.";
    /// wasm: singletons.
    WASM_SINGLETON: "wasm Basic C ABI, arguments (singletons)",
        "A struct or union that holds one scalar and nothing else is passed as that scalar.";
    /// wasm: other aggregates.
    WASM_INDIRECT: "wasm Basic C ABI, arguments (indirect)",
        "Any other struct or union is passed as a pointer to a copy.";
    /// wasm: over-alignment.
    WASM_OVER_ALIGNED: "wasm Basic C ABI, arguments (over-alignment)",
        "A struct that is larger than its only scalar is no singleton.";
    /// wasm: unions.
    WASM_UNION: "wasm Basic C ABI, arguments (unions)",
        "A union of several scalars is no singleton, even if they have one type.";
    /// wasm: arrays by value.
    WASM_ARRAY: "wasm Basic C ABI, arguments (arrays)",
        "An array is passed as a pointer to it.";
    /// wasm: 16-byte scalars.
    WASM_WIDE: "wasm Basic C ABI, arguments (128 bits)",
        "A 16-byte integer or long double is passed as two i64, low half first.";
    /// wasm: 16-byte results by the text.
    WASM_WIDE_RESULT: "wasm Basic C ABI, results (128 bits)",
        "The text returns a 16-byte scalar directly; compilers return it through a hidden pointer, having one result only.";
    /// wasm: results in memory.
    WASM_RESULT: "wasm Basic C ABI, results",
        "A result that is not passed as a scalar is written through a hidden pointer, the first parameter.";
    /// wasm: the buffer.
    WASM_VARIADIC: "wasm Basic C ABI, varargs",
        "Unnamed arguments lie in a buffer, each at its alignment, and its address is the last parameter.";
    /// wasm: flexible arrays.
    WASM_FLEXIBLE: "wasm Basic C ABI, arguments (flexible arrays)",
        "A struct of a flexible array only is empty by the text; clang passes a pointer.";
    /// wasm: vectors.
    WASM_VECTOR: "wasm Basic C ABI, arguments (vectors)",
        "A vector of 16 bytes is a v128 with simd128; without it each lane is a value of its own.";
    /// wasm: alignment of wide bit-precise integers.
    WASM_BIT_INT: "wasm Basic C ABI, _BitInt",
        "A wide bit-precise integer is like the smallest integer that holds it; compilers align it as an array of 64-bit words.";
    /// wasm: objects that are not trivial for calls.
    WASM_NON_TRIVIAL: "wasm Basic C ABI; Itanium C++ ABI 3.1.2.3",
        "A C++ object that is not trivial for calls is passed as a pointer to it.";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_clause_is_cited_once_and_says_a_sentence() {
        for (index, clause) in ALL.iter().enumerate() {
            assert!(clause.says.ends_with('.'), "{}", clause.id);
            assert!(
                ALL[..index].iter().all(|other| other.id != clause.id),
                "{}",
                clause.id
            );
        }
    }
}
