//! Known ways in which compilers depart from the written ABI, and by which sign a difference is recognised.

use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeDefinition, TypeKind};

use super::generate::Generated;
use super::outcome::{Place, Role};
use super::spell::members;

/// One explained kind of disagreement.
#[derive(Debug)]
pub struct Explanation {
    pub id: &'static str,
    /// Who departs and how.
    pub who: &'static str,
    /// What the text says.
    pub clause: &'static str,
    /// Where it is reported or documented, and which fixture shows it.
    pub report: &'static str,
    applies: fn(&Sign<'_>) -> bool,
}

/// What an explanation looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign<'a> {
    pub(super) compiler: &'a str,
    pub(super) target: Target,
    pub(super) role: Role,
    pub(super) place: Place,
    pub(super) generated: &'a Generated,
}

/// The explanation of a difference, if it has one.
pub(super) fn explain(sign: Sign<'_>) -> Option<&'static Explanation> {
    EXPLANATIONS
        .iter()
        .find(|explanation| (explanation.applies)(&sign))
}

impl Sign<'_> {
    fn is(&self, compiler: &str) -> bool {
        self.compiler.starts_with(compiler)
    }
}

/// All explained kinds. The table in `docs/disagreements.md` is printed from them.
pub static EXPLANATIONS: &[Explanation] = &[
    Explanation {
        id: "wasm-rust-union",
        who: "rustc passes a union of several scalars of one size by value; clang and the text pass a pointer",
        clause: "wasm Basic C ABI: only a struct or union that holds one scalar, recursively, is passed as that scalar",
        report: "rust-lang/rust#121408; fixtures union/same_scalar_twice, ladder/union_of_two_scalars",
        applies: |sign| {
            sign.is("rustc") && sign.target.is_wasm() && sign.role != Role::Layout && sign.has_wide_union()
        },
    },
    Explanation {
        id: "misaligned-empty-member",
        who: "clang passes a struct in memory if a member without size lies off its alignment; gcc looks at no such member",
        clause: "psABI 3.2.3, classification (1): a field off its alignment makes the class MEMORY; a field of size 0 is no C",
        report: "no report known; a zero-length array is a GNU extension",
        applies: |sign| {
            sign.is("clang")
                && !sign.target.is_wasm()
                && sign.role != Role::Layout
                && sign.has_misaligned_empty()
        },
    },
    Explanation {
        id: "wasm-vararg-empty",
        who: "clang's callers leave out an unnamed argument whose type holds only unnamed bit-fields; its va_arg reads one",
        clause: "wasm Basic C ABI, variadic: each argument lies in the buffer; the compiler disagrees with itself",
        report: "no report known; fixture variadic/empty_unnamed",
        applies: |sign| {
            sign.is("clang")
                && sign.target.is_wasm()
                && sign.role == Role::Callee
                && sign.generated.signature.variadic
                && sign.has_nameless_unnamed()
        },
    },
    Explanation {
        id: "wasm-vararg-packed",
        who: "clang's callers align an unnamed packed struct of one scalar as the scalar; its va_arg aligns it as the struct",
        clause: "wasm Basic C ABI, variadic: each argument lies at the next address that suits its type; the compiler disagrees with itself",
        report: "no report known; fixture variadic/packed_unnamed",
        applies: |sign| {
            sign.is("clang")
                && sign.target.is_wasm()
                && sign.role != Role::Layout
                && sign.has_packed_unnamed()
        },
    },
    Explanation {
        id: "rust-misaligned-empty-member",
        who: "rustc passes a packed struct in registers although a member without size lies off its alignment; gcc and clang use memory",
        clause: "psABI 3.2.3, classification (1): a field off its alignment makes the class MEMORY; a field of size 0 is no C",
        report: "no report known; a zero-length array is a GNU extension; fixture packed/zero_length_off_alignment",
        applies: |sign| {
            sign.is("rustc")
                && !sign.target.is_wasm()
                && sign.role != Role::Layout
                && sign.has_misaligned_empty()
        },
    },
    Explanation {
        id: "clang-union-narrowed",
        who: "clang passes only the first float of an eightbyte of a union, although another member fills the eightbyte",
        clause: "psABI 3.2.3, classification (4): the eightbyte is SSE and travels whole in its vector register",
        report: "no report known; fixture union/float_before_double shows the upper half of a double lost",
        applies: |sign| {
            sign.is("clang")
                && !sign.target.is_wasm()
                && matches!(sign.place, Place::Argument(_) | Place::Result)
                && sign.has_union_of_floats()
        },
    },
    Explanation {
        id: "clang-union-float128",
        who: "clang gives the first eightbyte of a union of __float128 and two doubles to a general register; gcc uses two vector registers",
        clause: "psABI 3.2.3, classification (4) and (5): SSE merged with SSE stays SSE, and SSEUP merged with SSE becomes SSE",
        report: "no report known; seen with union { __float128 a; double b[2]; }",
        applies: |sign| {
            sign.is("clang")
                && !sign.target.is_wasm()
                && sign.role != Role::Layout
                && sign.has_union_with_float128()
        },
    },
    Explanation {
        id: "rust-merged-variadic",
        who: "rustc at -O2 merges a function that makes a variadic call with one that makes the same call without `...`; if the latter is kept, al is not set",
        clause: "psABI 3.2.3, variadic functions: al holds an upper bound of the vector registers used",
        report: "no report known; LLVM's pass MergeFunctions, which rustc runs and clang does not",
        applies: |sign| {
            sign.is("rustc")
                && !sign.target.is_wasm()
                && sign.place == Place::VectorCount
                && sign.generated.variadic.is_empty()
        },
    },
    Explanation {
        id: "clang-crash-empty-array",
        who: "clang divides by the size of an array's element, which is 0, when it looks for the padding of an eightbyte",
        clause: "none: the compiler dies with SIGFPE",
        report: "no report known; seen with struct { long long a; float b; struct {} c[3]; } as a result",
        applies: |sign| {
            sign.is("clang")
                && !sign.target.is_wasm()
                && sign.place == Place::Unit
                && sign.has_array_of_empty()
        },
    },
];

impl Sign<'_> {
    fn has_array_of_empty(&self) -> bool {
        let fields = self.generated.types.iter().flat_map(members);
        fields.into_iter().any(|field| match &field.ty {
            Type::Array { element, .. } => self.is_empty(element),
            _ => false,
        })
    }

    fn definition(&self, name: &str) -> Option<&TypeDefinition> {
        self.generated
            .types
            .iter()
            .find(|definition| definition.name == name)
    }

    fn has_union_with_float128(&self) -> bool {
        let is_wide = |field: &FieldDefinition| matches!(field.ty, Type::Float(FloatKind::F128));
        self.generated
            .types
            .iter()
            .any(|definition| match &definition.kind {
                TypeKind::Union { fields } => fields.len() > 1 && fields.iter().any(is_wide),
                _ => false,
            })
    }

    /// Whether a union has a member that begins with a small float beside another member.
    fn has_union_of_floats(&self) -> bool {
        self.generated
            .types
            .iter()
            .any(|definition| match &definition.kind {
                TypeKind::Union { fields } => {
                    fields.len() > 1 && fields.iter().any(|field| self.begins_small(&field.ty))
                }
                _ => false,
            })
    }

    fn begins_small(&self, ty: &Type) -> bool {
        use FloatKind::{BF16, F16, F32};
        match ty {
            Type::Float(kind) | Type::Complex(kind) => matches!(kind, F16 | BF16 | F32),
            Type::Array { element, .. } => self.begins_small(element),
            Type::Named(name) => self
                .definition(name)
                .and_then(|definition| members(definition).first())
                .is_some_and(|field| self.begins_small(&field.ty)),
            _ => false,
        }
    }

    fn has_wide_union(&self) -> bool {
        self.generated
            .types
            .iter()
            .any(|definition| matches!(&definition.kind, TypeKind::Union { fields } if fields.len() > 1))
    }

    fn has_misaligned_empty(&self) -> bool {
        self.generated.types.iter().any(|definition| {
            definition.attributes.packed.is_some()
                && members(definition).iter().any(|field| {
                    let ty = Type::Named(definition.name.clone());
                    self.is_empty(&field.ty) && ty != field.ty
                })
        })
    }

    /// Whether an unnamed argument's type holds no value.
    fn has_nameless_unnamed(&self) -> bool {
        self.generated.variadic.iter().any(|ty| match ty {
            Type::Named(name) => self.definition(name).is_some_and(|definition| {
                members(definition)
                    .iter()
                    .all(|field| field.name.is_none() || self.is_empty(&field.ty))
            }),
            _ => false,
        })
    }

    fn has_packed_unnamed(&self) -> bool {
        self.generated.variadic.iter().any(|ty| match ty {
            Type::Named(name) => self
                .definition(name)
                .is_some_and(|definition| definition.attributes.packed.is_some()),
            _ => false,
        })
    }

    fn is_empty(&self, ty: &Type) -> bool {
        match ty {
            Type::Array { element, length } => *length == Some(0) || self.is_empty(element),
            Type::Named(name) => self.definition(name).is_some_and(|definition| {
                !matches!(definition.kind, TypeKind::Enum { .. })
                    && members(definition).iter().all(|field| self.is_empty(&field.ty))
            }),
            _ => false,
        }
    }
}

/// The table of `docs/disagreements.md`.
pub fn table() -> String {
    let mut text = String::from(
        "| id | who departs, and how | what the text says | report and fixture |\n|---|---|---|---|\n",
    );
    for one in EXPLANATIONS {
        text.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            one.id, one.who, one.clause, one.report
        ));
    }
    text
}
