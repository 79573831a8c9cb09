//! The rules: kinds of disagreement, with their stable ids, their help and their sources.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Which promise a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Where a value lives: layout and slots.
    Location,
    /// Whether both declarations name the same type.
    Type,
    /// Which values are allowed.
    Domain,
    /// What happened when it ran or was linked.
    Run,
}

/// What shows that a rule is broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum SeenIn {
    /// The places of arguments and results.
    Slots,
    Other,
}

/// What mends a finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mend {
    /// The declaration that matches the definition.
    Declaration,
    /// No declaration by itself: what the rule's help says.
    Advice,
    /// A run showed it, and nothing that is declared explains it.
    Nothing,
}

/// A row is a rule: its id, the promise it is about, what shows it, its rank, what mends it, a sentence, help, and the source.
/// Everything that lists rules takes them from here.
macro_rules! rules {
    ($($variant:ident $id:literal $axis:ident $seen:ident $rank:literal $mend:ident
        $summary:literal $help:literal $reference:literal;)*) => {
        /// A kind of disagreement.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Rule {
            $(#[doc = $summary] $variant,)*
        }

        impl Rule {
            /// All rules, in the order in which findings are shown.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant,)*];

            /// The stable id: `field-offset`.
            pub const fn id(self) -> &'static str {
                match self { $(Rule::$variant => $id,)* }
            }

            /// Which promise is broken.
            pub const fn axis(self) -> Axis {
                match self { $(Rule::$variant => Axis::$axis,)* }
            }

            /// What shows it.
            const fn seen(self) -> SeenIn {
                match self { $(Rule::$variant => SeenIn::$seen,)* }
            }

            /// Whether only slots show it, which need the IR of both sides.
            pub const fn needs_slots(self) -> bool {
                matches!(self.seen(), SeenIn::Slots)
            }

            /// Of several findings of a report the one with the lowest rank is told first: causes before what follows from them,
            /// names and conventions, then layouts, then places, then types, then values.
            pub(crate) const fn rank(self) -> u8 {
                match self { $(Rule::$variant => $rank,)* }
            }

            /// What mends it.
            pub(crate) const fn mend(self) -> Mend {
                match self { $(Rule::$variant => Mend::$mend,)* }
            }

            /// One sentence.
            pub const fn summary(self) -> &'static str {
                match self { $(Rule::$variant => $summary,)* }
            }

            /// What goes wrong and what mends it.
            pub const fn help(self) -> &'static str {
                match self { $(Rule::$variant => $help,)* }
            }

            /// Where the promise is written.
            pub const fn reference(self) -> &'static str {
                match self { $(Rule::$variant => $reference,)* }
            }
        }
    };
}

rules! {
    SymbolMissing "symbol-missing" Run Other 1 Advice "A function or variable is declared on one side and defined on neither."
        "The link fails or the loader refuses the library. Define the symbol, or correct its name: Rust needs #[unsafe(no_mangle)], C++ needs extern \"C\"."
        "System V gABI 4.1, symbol table; rust-lang/reference: no_mangle";
    SymbolRedirected "symbol-redirected" Run Other 2 Nothing "The same name in both sources stands for different link symbols."
        "A C header redirects the name (an asm label, a versioned function); Rust reaches the other function. Use #[link_name]."
        "GCC manual, asm labels; glibc feature_test_macros(7)";
    LinkRefused "link-refused" Run Other 99 Nothing "The linker refuses to join the two sides for another reason than a missing symbol."
        "The linker's message is part of the finding." "System V gABI 4.1; wasm tool-conventions Linking.md";
    DataSymbol "data-symbol" Type Other 18 Declaration "A global variable has another kind, size or type on the other side."
        "One side reads or writes bytes that do not belong to the variable. Declare it with the type of its definition."
        "C 6.2.7p2; psABI 3.1.2";
    CallingConvention "calling-convention" Type Other 3 Declaration "The two declarations name different calling conventions."
        "Even where both pass the arguments alike today, nothing promises that they will. Declare the function extern \"C\" in Rust, or give C the same attribute."
        "Rust reference, items.extern.abi; psABI 3.2.3";
    Arity "arity" Type Other 5 Declaration "The two declarations have different numbers of parameters."
        "The callee reads a register or stack word that the caller never set; on wasm the call traps."
        "C 6.5.2.2p2; wasm core spec, call";
    Variadic "variadic" Type Other 4 Declaration "Only one of the two declarations is variadic."
        "Natively al and the promotions are missing, on wasm the extra arguments lie in a buffer that the other side does not know."
        "psABI 3.5.7; wasm Basic C ABI, variable arguments";
    VarargPromotion "vararg-promotion" Type Other 24 Advice "An unnamed argument of a variadic call was not promoted as C promotes it."
        "va_arg in the callee reads a double or an int where a float or a small integer was passed. A generic function hides this from rustc: convert to f64 or i32 (c_double, c_int) before the call."
        "C 6.5.2.2p6; psABI 3.5.7; rust-lang/rust#61275";
    ReturnType "return-type" Type Other 20 Declaration "The results have different types."
        "Declare the result with the type of the definition." "C 6.2.7, 6.7.6.3p15";
    ParamType "param-type" Type Other 21 Declaration "A parameter has different types on the two sides."
        "Declare the parameter with the type of the definition." "C 6.2.7, 6.7.6.3p15";
    LayoutSize "layout-size" Location Other 6 Declaration "A struct or union has different sizes."
        "Copies, arrays and by-value arguments use the wrong number of bytes." "psABI 3.1.2, aggregates and unions";
    LayoutAlign "layout-align" Location Other 11 Declaration "A type has different alignments."
        "Enclosing types and stack arguments shift; aligned instructions may fault." "psABI 3.1.2, aggregates and unions";
    FieldMissing "field-missing" Location Other 7 Declaration "A field exists on one side only."
        "Add the field; every later field may lie elsewhere." "C 6.2.7p1";
    FieldOffset "field-offset" Location Other 8 Declaration "A field lies at another offset."
        "One side reads another field or padding. Compare order, packing and the types before it." "psABI 3.1.2, aggregates and unions";
    FieldWidth "field-width" Location Other 9 Declaration "A field has another width."
        "One side reads or writes bits of its neighbour." "psABI 3.1.2, scalar types and bit-fields";
    FieldKind "field-kind" Type Other 10 Declaration "A field holds another kind of value."
        "The bytes are the same, their meaning is not; by value the field may also travel in another class of register."
        "C 6.2.7p1; psABI 3.2.3, classification";
    UnspecifiedLayout "unspecified-layout" Type Other 12 Declaration "A Rust type without repr(C) stands for a type of C."
        "rustc may order and pad its fields as it likes, in each version anew. Write #[repr(C)] before it, or #[repr(transparent)] around a single field."
        "Rust reference, type-layout.repr.rust";
    Indirect "indirect" Location Slots 14 Declaration "One side passes the value, the other its address."
        "The callee takes a value for an address or the reverse." "psABI 3.2.3, rule 5 and returning of values; wasm Basic C ABI, arguments";
    TargetFeatures "target-features" Location Slots 13 Declaration "Vector registers of another width are used because target features differ."
        "Build both sides with the same features, or pass vectors by pointer." "psABI 3.2.3; Rust RFC 2574";
    ArgLocation "arg-location" Location Slots 16 Declaration "An argument lives in another register, or on the stack on one side only."
        "The callee reads whatever was in the place it looks at." "psABI 3.2.3, passing; wasm Basic C ABI, arguments";
    StackLayout "stack-layout" Location Slots 17 Declaration "An argument lies at another place on the stack."
        "It and all stack arguments after it are shifted." "psABI 3.2.3, passing";
    ReturnLocation "return-location" Location Slots 15 Declaration "The result comes back in another register."
        "The caller reads a register that the callee did not set." "psABI 3.2.3, returning of values";
    IntegerExtension "integer-extension" Location Slots 22 Declaration "A small integer is extended to 32 bits differently."
        "A callee that relies on the extension computes with wrong upper bits. Use the same signedness."
        "psABI 3.2.3, practice of LLVM; wasm Basic C ABI, arguments";
    Nullability "nullability" Domain Other 23 Advice "C may pass a null pointer where Rust promises there is none."
        "Use Option<&T>, Option<fn> or a raw pointer in Rust." "Rust reference, type layout: Option of references";
    InvalidValue "invalid-value" Domain Other 19 Advice "One side allows values that are undefined behaviour on the other."
        "Use an integer in Rust and convert with a check." "Rust reference, behavior considered undefined: invalid values";
    SignatureStub "signature-stub" Run Other 99 Nothing "A direct call was linked to a stub that traps, because the wasm function types differ."
        "wasm-ld only warns. Make the declarations agree." "wasm tool-conventions Linking.md";
    StackAlignment "stack-alignment" Run Other 25 Nothing "A call was made with a stack that is not aligned to 16 bytes."
        "The callee stores vectors where the processor refuses them, or reads its stack arguments amiss. Hand-written assembly must leave rsp + 8 a multiple of 16 at the entry of what it calls, and __stack_pointer on wasm."
        "psABI 3.2.2; wasm Basic C ABI, the linear stack";
    CalleeSaved "callee-saved" Run Other 26 Nothing "A function did not give back what it has to preserve."
        "The caller goes on with another value in rbx, rbp, r12 to r15 or rsp, with the direction flag set, or with other control bits of MXCSR or x87, on wasm with another __stack_pointer. Declare the register as clobbered, or save it."
        "psABI 3.2.1; wasm Basic C ABI, the linear stack";
    Value "value" Run Other 99 Nothing "Values arrived that were not sent, or two paths gave different results, and nothing static explains it."
        "Look at the bodies first: if each side alone already gives another result, the fixture differs, not the ABI."
        "psABI 3.2.3; wasm Basic C ABI";
    Crash "crash" Run Other 99 Nothing "The process died or left during the call." "Signal, address and registers are part of the finding."
        "signal(7)";
    Unwind "unwind" Run Other 27 Nothing "An exception or a panic met a function through which it may not pass, and the process ended."
        "extern \"C\" functions of Rust end the process where extern \"C-unwind\" lets it pass. Catch it on the side that raised it and return an error, or declare both sides extern \"C-unwind\"."
        "Rust RFC 2945; Rust reference, panic: unwinding across FFI boundaries";
    OutOfBounds "out-of-bounds" Run Other 99 Nothing "The call accessed wasm memory past its end." "An access past the last page traps."
        "wasm core spec, memory instructions";
    StackOverflow "stack-overflow" Run Other 99 Nothing "The stack grew over the data below it, and nothing trapped."
        "Variables have changed that nobody wrote to. Link with --stack-first, so that it traps, or give the stack more room (-z stack-size)."
        "wasm tool-conventions Linking.md; lld documentation, WebAssembly lld port: --stack-first";
    Trap "trap" Run Other 99 Nothing "The call ended in a wasm trap." "The kind of trap and the names on the stack are part of the finding."
        "wasm core spec, traps";
    Hang "hang" Run Other 99 Nothing "The call did not end within its time limit." "It was stopped; raise timeout-ms if it was only slow."
        "";
}

impl Rule {
    /// The rule with this id.
    pub fn from_id(id: &str) -> Option<Rule> {
        Rule::ALL.iter().copied().find(|rule| rule.id() == id)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rule, D::Error> {
        let id = String::deserialize(deserializer)?;
        Rule::from_id(&id).ok_or_else(|| serde::de::Error::custom(format!("unknown rule `{id}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_whole() {
        for rule in Rule::ALL {
            assert!(rule.summary().ends_with('.') && !rule.help().is_empty(), "{rule}");
            assert_eq!(Rule::from_id(rule.id()), Some(*rule));
            // A hang is our own limit; every other rule rests on a text.
            assert!(!rule.reference().is_empty() || *rule == Rule::Hang, "{rule}");
        }
    }
}
