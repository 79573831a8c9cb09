//! Tests of the reader on what clang-22 really prints.

use std::process::Command;

use twincall_abi::interface::{Convention, Interface};
use twincall_abi::target::Target;
use twincall_abi::types::{FloatKind, Type, TypeKind};

use super::{AstError, read_ast};

/// Reads `source` as file `unit.c` or `unit.cpp` and gives the interface of everything beside it.
fn read(source: &str, extension: &str, target: Target) -> Interface {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let name = format!("unit.{extension}");
    std::fs::write(folder.path().join(&name), source).expect("the source is written");
    let header = "struct from_header { int a; };\n\nint in_header(struct from_header value);\n";
    std::fs::write(folder.path().join("own.h"), header).expect("the header is written");
    let output = Command::new("clang-22")
        .args([
            &format!("--target={}", target.triple()),
            "-w",
            "-fsyntax-only",
            "-Xclang",
            "-ast-dump=json",
            &name,
        ])
        .current_dir(folder.path())
        .output()
        .expect("clang-22 must be on PATH for these tests");
    assert!(
        output.status.success(),
        "clang-22: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let main = |file: &str| file == name || file == "./own.h";
    let text = |file: &str| std::fs::read_to_string(folder.path().join(file)).ok();
    read_ast(&output.stdout, target, &main, &text).expect("the tree is read")
}

fn c(source: &str) -> Interface {
    read(source, "c", Target::X86_64LinuxGnu)
}

fn integer(bits: u32, signed: bool, spelling: &str) -> Type {
    Type::Integer {
        bits,
        signed,
        spelling: spelling.to_owned(),
    }
}

fn param(interface: &Interface, symbol: &str, index: usize) -> Type {
    interface
        .function(symbol)
        .expect("the function is there")
        .signature
        .params[index]
        .ty
        .clone()
}

fn reason<'a>(interface: &'a Interface, symbol: &str) -> &'a str {
    let refusal = interface.refused.iter().find(|refusal| refusal.symbol == symbol);
    &refusal
        .unwrap_or_else(|| panic!("{symbol} is refused: {interface:?}"))
        .reason
}

#[test]
fn tells_file_and_line_across_headers_bodies_and_macros() {
    let interface = c("#include \"own.h\"
#include <stdarg.h>
#define TWICE(x) \\
    ((x) + (x))
static inline int body(int a) {
    return TWICE(a)
        + TWICE(a);
}
int after(int a) { return body(a); }
#define MAKE(name) int name(int x)
MAKE(one); int behind(void);

MAKE(two)
{ return x; }
int last;
_Static_assert(sizeof(int) == 4, \"\"); int beside(void);
");
    let at = |symbol: &str| {
        interface
            .function(symbol)
            .map(|f| (f.location.file.as_str(), f.location.line))
    };
    assert_eq!(at("in_header"), Some(("./own.h", 3)));
    assert_eq!(at("after"), Some(("unit.c", 9)));
    assert_eq!(at("one"), Some(("unit.c", 11)));
    assert_eq!(at("behind"), Some(("unit.c", 11)));
    assert_eq!(at("two"), Some(("unit.c", 13)));
    assert_eq!(interface.data("last").map(|data| data.location.line), Some(15));
    assert_eq!(
        interface.function("two").map(|f| f.declaration.as_str()),
        Some("int two(int)")
    );
    assert_eq!(
        at("beside"),
        Some(("unit.c", 16)),
        "what is passed over still moves the line"
    );
    assert!(
        interface.function("body").is_none(),
        "a static function is not part"
    );
}

#[test]
fn merges_declarations_and_keeps_the_prototype_as_written() {
    let interface = c(
        "int f(int,\n  const char * /* text */ name);\nint f(int a, const char *name) { return a; }
int g(int), h(long);
int renamed(void) __asm__(\"real\");
int unknown();
int inl(int a);
inline int inl(int a) { return a; }
inline int none(int a) { return a; }
extern inline __attribute__((gnu_inline)) int gnu_none(int a) { return a; }
inline __attribute__((gnu_inline)) int gnu(int a) { return a; }
extern int arr[]; int arr[3]; extern const char *const *text; _Thread_local int t;
",
    );
    assert_eq!(interface.functions.len(), 7);
    let f = interface.function("f").expect("f");
    assert!(f.defined);
    assert_eq!(f.declaration, "int f(int a, const char *name)");
    assert_eq!(f.signature.params[1].spelling, "const char *");
    assert_eq!(f.signature.params[1].name.as_deref(), Some("name"));
    assert_eq!(
        interface.function("h").map(|h| h.declaration.as_str()),
        Some("int h(long)")
    );
    assert_eq!(
        interface.function("real").map(|f| f.name.as_str()),
        Some("renamed")
    );
    assert!(
        interface
            .function("unknown")
            .is_some_and(|f| f.signature.unprototyped)
    );
    assert!(interface.function("inl").is_some_and(|f| f.defined));
    assert!(reason(&interface, "none").contains("inline"));
    assert!(reason(&interface, "gnu_none").contains("inline"));
    assert!(interface.function("gnu").is_some_and(|f| f.defined));
    let arr = interface.data("arr").expect("arr");
    assert_eq!(arr.spelling, "int[3]");
    assert!(arr.defined && arr.mutable && !arr.thread_local);
    let text = interface.data("text").expect("text");
    assert!(!text.defined && text.mutable);
    assert!(
        interface
            .data("t")
            .is_some_and(|data| data.thread_local && data.defined)
    );
}

#[test]
fn reads_scalars_by_target() {
    let source = "#include <stdint.h>
#include <stddef.h>
typedef float v4 __attribute__((vector_size(16)));
void f(long a, size_t b, uint8_t c, long double d, _Complex float e, __int128 g, _BitInt(17) h, _Bool i, v4 j, _Atomic int k, char l);
";
    let native = c(source);
    assert_eq!(param(&native, "f", 0), integer(64, true, "long"));
    assert_eq!(param(&native, "f", 1), integer(64, false, "size_t"));
    assert_eq!(param(&native, "f", 2), integer(8, false, "uint8_t"));
    assert_eq!(param(&native, "f", 3), Type::Float(FloatKind::X87));
    assert_eq!(param(&native, "f", 4), Type::Complex(FloatKind::F32));
    assert_eq!(param(&native, "f", 5), integer(128, true, "__int128"));
    let bit_int = Type::BitInt {
        bits: 17,
        signed: true,
    };
    assert_eq!(param(&native, "f", 6), bit_int);
    assert_eq!(param(&native, "f", 7), Type::Bool);
    let lanes = Type::Vector {
        element: Box::new(Type::Float(FloatKind::F32)),
        lanes: 4,
    };
    assert_eq!(param(&native, "f", 8), lanes);
    let atomic = Type::Atomic(Box::new(integer(32, true, "int")));
    assert_eq!(param(&native, "f", 9), atomic);
    assert_eq!(param(&native, "f", 10), integer(8, true, "char"));
    let wasm = read(source, "c", Target::Wasm32Unknown);
    assert_eq!(param(&wasm, "f", 0), integer(32, true, "long"));
    assert_eq!(param(&wasm, "f", 1), integer(32, false, "size_t"));
    assert_eq!(param(&wasm, "f", 3), Type::Float(FloatKind::F128));
}

#[test]
fn reads_structs_to_the_bit() {
    let interface = c("#pragma pack(push, 2)
#pragma pack(push)
#pragma pack(1)
#pragma pack(pop)
struct pp { char c; int i; };
#pragma pack(pop)
struct s {
    unsigned a : 3; int : 0; int : 4;
    union { int u; float f; };
    struct { int q; } named;
    _Alignas(32) int aligned;
    struct s *next; struct unknown *opaque;
    enum { IN = -1, NEXT } e;
    char tail[];
};
enum fixed : short { A, B = 5, C };
typedef struct __attribute__((packed, aligned(4))) { char c; int i; } Packed;
#define BOTH struct { int first; } x; union { float second; } y;
struct both { BOTH };
void f(struct s *s, struct pp p, enum fixed e, Packed k, struct both *b);
");
    let names: Vec<&str> = interface
        .types
        .iter()
        .map(|definition| definition.name.as_str())
        .collect();
    assert!(
        ["pp", "s", "fixed", "Packed", "both", "unknown"]
            .iter()
            .all(|name| names.contains(name)),
        "{names:?}"
    );
    let definition = |name: &str| interface.type_definition(name).expect("the type is there");
    assert_eq!(definition("pp").attributes.packed, Some(2));
    assert_eq!(definition("Packed").attributes.packed, Some(1));
    assert_eq!(definition("Packed").attributes.align, Some(4));
    assert_eq!(definition("unknown").kind, TypeKind::Incomplete);
    let TypeKind::Struct { fields } = &definition("s").kind else {
        panic!("s is a struct")
    };
    let widths: Vec<Option<u64>> = fields.iter().map(|field| field.bit_width).collect();
    assert_eq!(widths[..4], [Some(3), Some(0), Some(4), None]);
    assert_eq!(fields[1].name, None);
    let union = fields[3].anonymous.as_ref().expect("the union is anonymous");
    assert!(matches!(&union.kind, TypeKind::Union { fields } if fields.len() == 2));
    assert_eq!(fields[4].ty, Type::Named("s.named".to_owned()));
    assert!(fields[4].anonymous.is_none());
    assert_eq!(fields[5].align, Some(32));
    let next = Type::Pointer {
        pointee: Box::new(Type::Named("s".to_owned())),
        mutable: true,
        nullable: true,
    };
    assert_eq!(fields[6].ty, next);
    let values = vec![("IN".to_owned(), -1), ("NEXT".to_owned(), 0)];
    assert_eq!(
        definition("s.e").kind,
        TypeKind::Enum {
            underlying: None,
            values
        }
    );
    assert!(matches!(&fields[9].ty, Type::Array { length: None, .. }));
    let values = vec![("A".to_owned(), 0), ("B".to_owned(), 5), ("C".to_owned(), 6)];
    let underlying = Some(integer(16, true, "short"));
    assert_eq!(definition("fixed").kind, TypeKind::Enum { underlying, values });
    // Both members' types stand at one place, that of the macro.
    assert!(matches!(definition("both.x").kind, TypeKind::Struct { .. }));
    assert!(matches!(definition("both.y").kind, TypeKind::Union { .. }));
}

#[test]
fn reads_functions_of_every_shape() {
    let interface = c("#include <stdarg.h>
typedef int fn(int);
fn by_typedef;
int (*pick(int (*cb)(const char *, ...)))(int);
int (*grid(void))[3];
_Noreturn void die(void);
__attribute__((noreturn)) void die2(int);
__attribute__((ms_abi)) int ms(int a, ...);
#define AVX __attribute__((target(\"avx2,fma\")))
AVX int avx(int);
void list(va_list a, va_list *b);
void qualified(const int a, int *restrict b, int c[static 3], const int *const *d, fn *e);
");
    assert_eq!(param(&interface, "by_typedef", 0), integer(32, true, "int"));
    let result = |symbol: &str| {
        interface
            .function(symbol)
            .expect("it is there")
            .result_spelling
            .as_str()
    };
    assert_eq!(result("pick"), "int (*)(int)");
    assert_eq!(result("grid"), "int (*)[3]");
    assert_eq!(result("die"), "");
    let signature = |symbol: &str| &interface.function(symbol).expect("it is there").signature;
    assert_eq!(signature("die").result, Type::Never);
    assert_eq!(signature("die2").result, Type::Never);
    assert_eq!(signature("ms").convention, Convention::Win64);
    assert!(signature("ms").variadic);
    assert_eq!(
        interface
            .function("avx")
            .and_then(|f| f.target_features.as_deref()),
        Some("avx2,fma")
    );
    assert_eq!(param(&interface, "list", 0), Type::Opaque("va_list".to_owned()));
    assert!(matches!(
        param(&interface, "qualified", 2),
        Type::Pointer { mutable: true, .. }
    ));
    let Type::Pointer {
        pointee,
        mutable: false,
        ..
    } = param(&interface, "qualified", 3)
    else {
        panic!("what `const *` points to is const")
    };
    assert!(matches!(*pointee, Type::Pointer { mutable: false, .. }));
    assert!(matches!(
        param(&interface, "qualified", 4),
        Type::FunctionPointer { nullable: true, .. }
    ));
    let Type::FunctionPointer { signature, .. } = param(&interface, "pick", 0) else {
        panic!("a callback")
    };
    assert!(signature.variadic && signature.params[0].spelling == "const char *");
}

#[test]
fn refuses_what_has_no_name_outside() {
    let interface = c("void anonymous(struct { int z; } *p);
void local(struct nowhere *p);
void dependent(int n, int m[n][n]);
struct { int z; } variable;
");
    assert!(reason(&interface, "anonymous").contains("give the type a name"));
    assert!(reason(&interface, "local").contains("`nowhere`"));
    assert!(reason(&interface, "dependent").contains("depends on another parameter"));
    let Some(Type::Named(name)) = interface.data("variable").map(|data| data.ty.clone()) else {
        panic!("a variable may have a type without a name")
    };
    assert!(interface.type_definition(&name).is_some());
}

#[test]
fn reads_only_c_linkage_of_cpp() {
    let source = "struct base { int b; };
struct derived : base { int x; };
struct guard { int x; ~guard(); };
namespace ns { extern \"C\" int inside(int); }
extern \"C\" {
int plain(derived *d, bool b, wchar_t w);
int reference(const int &r);
int by_value(guard g);
int later(int);
const int internal = 4;
}
int later(int a) { return a; }
int mangled(int a) { return a; }
extern \"C\" int declared;
extern \"C\" int defined = 3;
";
    let interface = read(source, "cpp", Target::X86_64LinuxGnu);
    let symbols: Vec<&str> = interface
        .functions
        .iter()
        .map(|function| function.symbol.as_str())
        .collect();
    assert_eq!(symbols, ["plain", "by_value", "later"]);
    assert!(
        interface
            .function("by_value")
            .is_some_and(|function| function.passes_classes)
    );
    assert!(
        interface
            .function("plain")
            .is_some_and(|function| !function.passes_classes)
    );
    assert!(
        interface
            .function("later")
            .is_some_and(|function| function.defined)
    );
    assert!(
        interface
            .function("plain")
            .is_some_and(|function| !function.signature.unprototyped)
    );
    let data: Vec<(&str, bool)> = interface
        .data
        .iter()
        .map(|data| (data.symbol.as_str(), data.defined))
        .collect();
    assert_eq!(data, [("declared", false), ("defined", true)]);
    assert!(reason(&interface, "reference").contains("pointer"));
    assert!(reason(&interface, "inside").contains("namespace"));
    assert!(interface.type_definition("base").is_some());
}

#[test]
fn deep_expressions_do_not_matter() {
    let sum = vec!["a"; 3000].join(" + ");
    // clang's own limit is on brackets, not on chains of operators.
    let interface = c(&format!("int f(int a) {{ return {sum}; }}\nint g(int a);\n"));
    assert_eq!(interface.function("g").map(|g| g.location.line), Some(2));
}

#[test]
fn broken_documents_are_errors() {
    let read = |json: &str| read_ast(json.as_bytes(), Target::X86_64LinuxGnu, &|_| true, &|_| None);
    assert_eq!(read(""), Err(AstError::Truncated));
    assert_eq!(read("{\"kind\": \"Translat"), Err(AstError::Truncated));
    assert_eq!(read("[]"), Err(AstError::Json { offset: 0 }));
    assert_eq!(read("{}"), Err(AstError::NotATranslationUnit));
    assert_eq!(
        read("{\"kind\": \"TranslationUnitDecl\", \"x\": \"\\"),
        Err(AstError::Truncated)
    );
}
