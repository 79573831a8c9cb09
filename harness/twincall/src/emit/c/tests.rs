//! Tests that units compile without a warning, and that drivers and echoes do what they say when they run.

use std::path::Path;
use std::process::{Command, Output};

use twincall_abi::interface::Interface;
use twincall_abi::target::Target;

use crate::call::VariadicType;
use crate::emit::{SIZES_MARKER, TypeKey, Unit, UnitRequest, VariadicCall};
use crate::interface::c::read_ast;

use super::write_unit;

const FIXTURE: &str = "#include <stdarg.h>
#include <stdbool.h>
#define args nonsense
#define function_like(x) nonsense
struct pair { int x; double y; };
typedef struct { const int fixed; char text[3]; } Sealed;
struct opaque;
enum color { RED, GREEN = 7 };
typedef float v4 __attribute__((vector_size(16)));
struct pair swap(struct pair p, int by) { struct pair r = { p.x + by, p.y * 2 }; return r; }
Sealed seal(const int a, bool b) { Sealed s = { a + b, { 'o', 'k', 0 } }; return s; }
int through(int (*f)(int), int v) { return f(v); }
int (*pick(int (*a)(int), int (*b)(int), enum color which))(int) { return which == GREEN ? b : a; }
int twice(int v) { return v * 2; }
int (function_like)(int v) { return v + 1; }
int last(const int *p, int n) { return p[n - 1]; }
void set(int *p, signed char v) { *p = v; }
v4 lanes(v4 a) { return a + a; }
_Complex double turn(_Complex double z) { return z; }
struct opaque *handle(struct opaque *o) { return o; }
void by_value(struct opaque o);
int sum(int n, ...) {
    va_list list; int total = 0;
    va_start(list, n);
    for (int i = 0; i < n; i++) total += va_arg(list, int);
    va_end(list);
    return total;
}
int listed(va_list list) { return va_arg(list, int); }
int (*rows(int (*grid)[3]))[3] { return grid; }
int unknown();
int unknown() { return 5; }
_Noreturn void die(void);
int renamed(int v) __asm__(\"odd.name\");
int renamed(int v) { return v; }
long double wide(long double v) { return v; }
int counter = 3;
extern int outside[];
const char *const names[2] = { 0, 0 };
_Thread_local int own;
";

const CPP_FIXTURE: &str = "struct pair { int x; double y; };
struct derived : pair { bool last; };
enum class color : unsigned char { red, green = 9 };
extern \"C\" {
pair swap(pair p, int by) noexcept { return { p.x + by, p.y * 2 }; }
derived *same(derived *d) { return d; }
color next(color c, bool b) { return b ? color::green : c; }
int counter = 3;
extern const int fixed;
const int fixed = 4;
auto tail(int v) -> int { return v; }
}
static_assert(sizeof(pair) == 16, \"\");
";

struct Built {
    folder: tempfile::TempDir,
    unit: Unit,
    name: &'static str,
}

fn clang(folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new("clang-22")
        .args(arguments)
        .current_dir(folder)
        .output();
    output.expect("clang-22 must be on PATH for these tests")
}

fn checked(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = clang(folder, arguments);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && text.is_empty(),
        "clang-22 {arguments:?}:\n{text}"
    );
    output.stdout
}

fn interface(folder: &Path, file: &str, target: Target) -> Interface {
    let triple = format!("--target={}", target.triple());
    let dump = ["-w", "-fsyntax-only", "-Xclang", "-ast-dump=json"];
    let arguments: Vec<&str> = [triple.as_str()].into_iter().chain(dump).chain([file]).collect();
    let json = checked(folder, &arguments);
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    read_ast(&json, target, &|name| name == file, &text).expect("the tree is read")
}

fn build(source: &str, cpp: bool, target: Target, same: &[String], calls: &[VariadicCall]) -> Built {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (file, name) = if cpp {
        ("fixture.cpp", "unit.cpp")
    } else {
        ("fixture.c", "unit.c")
    };
    std::fs::write(folder.path().join(file), source).expect("the fixture is written");
    let interface = interface(folder.path(), file, target);
    assert_eq!(interface.refused, []);
    let request = UnitRequest {
        interface: &interface,
        source_path: file,
        same,
        variadic_calls: calls,
        inner_attributes: &[],
        features: &[],
        dialect: Default::default(),
        std: false,
    };
    let unit = write_unit(&request, cpp);
    std::fs::write(folder.path().join(name), &unit.source).expect("the unit is written");
    Built { folder, unit, name }
}

fn calls() -> Vec<VariadicCall> {
    use VariadicType::{F64, I32, I64, Pointer, U32, U64};
    vec![
        VariadicCall {
            symbol: "sum".to_owned(),
            extra: vec![I32, I32, I32],
        },
        VariadicCall {
            symbol: "sum".to_owned(),
            extra: vec![U32, I64, U64, F64, Pointer],
        },
        VariadicCall {
            symbol: "twice".to_owned(),
            extra: vec![I32],
        },
    ]
}

fn same() -> Vec<String> {
    [
        "struct pair",
        "Sealed",
        "struct opaque",
        "int (*)(int)",
        "void",
        "int (int)",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Compiles a unit for its target at both levels; any warning is a failure.
fn compile(built: &Built, target: Target, standard: &str) {
    let triple = format!("--target={}", target.triple());
    for level in ["-O0", "-O2"] {
        let arguments = [
            &triple, level, standard, "-g", "-fPIC", "-Wall", "-Wextra", "-c", built.name, "-o", "unit.o",
        ];
        checked(built.folder.path(), &arguments);
    }
}

#[test]
fn units_compile_without_warnings() {
    for target in Target::ALL {
        let built = build(FIXTURE, false, target, &same(), &calls());
        compile(&built, target, "-std=gnu17");
        let built = build(CPP_FIXTURE, true, target, &["pair".to_owned()], &[]);
        compile(&built, target, "-std=c++20");
        compile(&build("", false, target, &[], &[]), target, "-std=gnu23");
    }
}

#[test]
fn echoes_have_the_type_of_their_function() {
    let built = build(FIXTURE, false, Target::X86_64LinuxGnu, &[], &[]);
    let mut source = built.unit.source.clone();
    let functions = [
        "swap", "seal", "through", "pick", "last", "lanes", "turn", "handle", "listed", "rows", "wide",
    ];
    for name in functions {
        let check = format!("__builtin_types_compatible_p(__typeof__({name}), __typeof__(tc_c_echo_{name}))");
        source.push_str(&format!("_Static_assert({check}, \"{name}\");\n"));
    }
    std::fs::write(built.folder.path().join(built.name), source).expect("the unit is written");
    compile(&built, Target::X86_64LinuxGnu, "-std=gnu17");
}

#[test]
fn what_cannot_be_called_is_listed() {
    let built = build(FIXTURE, false, Target::X86_64LinuxGnu, &[], &[]);
    let reason = |symbol: &str| {
        let found = built
            .unit
            .left_out
            .iter()
            .find(|(left_out, _)| left_out == symbol);
        found.map(|(_, reason)| reason.as_str()).unwrap_or_default()
    };
    assert!(reason("by_value").contains("incomplete"));
    assert!(reason("sum").contains("variadic"));
    assert!(reason("own").contains("thread-local"));
    assert_eq!(built.unit.left_out.len(), 3);
    let exports = |symbol: &str| built.unit.exports.iter().any(|export| export == symbol);
    assert!(exports("tc_c_call_die") && !exports("tc_c_echo_die"));
    assert!(exports("tc_c_address_by_value") && !exports("tc_c_call_by_value"));
    assert!(exports("tc_c_call_odd_x2e_name") && exports("tc_c_frame"));
    let calls = build(FIXTURE, false, Target::X86_64LinuxGnu, &[], &calls());
    assert!(
        calls
            .unit
            .left_out
            .iter()
            .any(|(symbol, reason)| symbol == "twice" && reason.contains("takes none"))
    );
}

/// Links a unit with a `main` that returns 0 or the line of the check that failed, and runs it.
fn run(built: &Built, main: &str, level: &str) {
    let folder = built.folder.path();
    let source = format!(
        "#include <string.h>\n#include <stdlib.h>\n#define CHECK(x) do {{ if (!(x)) return __LINE__; }} while (0)\n\
         typedef void driver(const void *const *, void *);\nextern void **tc_c_frame;\n\
         static void *storage[16];\n\
         __attribute__((constructor)) static void attach(void) {{ tc_c_frame = storage; }}\n\
         int outside[1]; void die(void) {{ exit(0); }}\nvoid by_value(void) {{}}\n{main}"
    );
    std::fs::write(folder.join("main.c"), source).expect("main is written");
    checked(folder, &[level, "-w", "-c", built.name, "-o", "unit.o"]);
    checked(folder, &["-O1", "-w", "main.c", "unit.o", "-o", "program"]);
    let status = Command::new(folder.join("program"))
        .status()
        .expect("the program starts");
    assert_eq!(status.code(), Some(0), "the check on this line of main.c failed");
}

#[test]
fn drivers_call_and_echoes_echo() {
    let built = build(FIXTURE, false, Target::X86_64LinuxGnu, &same(), &calls());
    let main = "
struct pair { int x; double y; };
typedef struct { int fixed; char text[3]; } Sealed;
extern driver tc_c_call_swap, tc_c_call_seal, tc_c_call_through, tc_c_call_set, tc_c_call_sum__v0,
    tc_c_call_sum__v1, tc_c_call_unknown, tc_c_call_odd_x2e_name, tc_c_call_pick, tc_c_call_function_like;
extern struct pair (*const tc_c_address_swap)(struct pair, int), swap(struct pair, int);
extern struct pair (*tc_c_target_swap)(struct pair, int);
extern struct pair (*const tc_c_echo_address_swap)(struct pair, int);
extern Sealed (*const tc_c_echo_address_seal)(int, _Bool);
extern int (*const tc_c_echo_address_sum__v1)(int, ...);
extern int (*tc_c_target_sum)(int, ...);
extern void (*const tc_c_echo_address_set)(int *, signed char);
extern int *const tc_c_data_address_counter;
extern int twice(int);
static struct pair other(struct pair p, int by) { p.x -= by; return p; }
int main(void) {
    struct pair p = { 3, 1.25 }, got;
    int by = 4, v = 21, result = 0;
    tc_c_call_swap((const void *[]){ &p, &by }, &got);
    CHECK(got.x == 7 && got.y == 2.5);
    CHECK(tc_c_address_swap == swap);
    tc_c_target_swap = other;
    tc_c_call_swap((const void *[]){ &p, &by }, &got);
    CHECK(got.x == -1 && got.y == 1.25);
    struct pair seen = { 0 }, back = { 77, -8.5 };
    int seen_by = 0;
    tc_c_frame[0] = &seen; tc_c_frame[1] = &seen_by; tc_c_frame[2] = &back;
    tc_c_target_swap = tc_c_echo_address_swap;
    tc_c_call_swap((const void *[]){ &p, &by }, &got);
    CHECK(seen.x == 3 && seen.y == 1.25 && seen_by == 4 && got.x == 77 && got.y == -8.5);
    _Bool yes = 1;
    Sealed sealed;
    tc_c_call_seal((const void *[]){ &v, &yes }, &sealed);
    CHECK(sealed.fixed == 22 && !strcmp(sealed.text, \"ok\"));
    int (*f)(int) = twice, (*g)(int) = abs, (*picked)(int);
    tc_c_call_through((const void *[]){ &f, &v }, &result);
    CHECK(result == 42);
    int which = 7;
    tc_c_call_pick((const void *[]){ &f, &g, &which }, &picked);
    CHECK(picked == abs);
    signed char minus = -9, seen_minus = 0;
    int *pointer = &result, *seen_pointer = 0;
    tc_c_call_set((const void *[]){ &pointer, &minus }, 0);
    CHECK(result == -9);
    tc_c_frame[0] = &seen_pointer; tc_c_frame[1] = &seen_minus;
    tc_c_echo_address_set(pointer, minus);
    CHECK(seen_pointer == pointer && seen_minus == -9);
    tc_c_call_function_like((const void *[]){ &v }, &result);
    CHECK(result == 22);
    int n = 3, a = 10, b = 20, c = 30;
    tc_c_call_sum__v0((const void *[]){ &n, &a, &b, &c }, &result);
    CHECK(result == 60);
    unsigned u = 4000000000u; long long l = -5; unsigned long long ul = ~0ull; double d = 0.5; void *q = &d;
    int sn; unsigned su; long long sl; unsigned long long sul; double sd; void *sq; int answer = 99;
    void *frame[] = { &sn, &su, &sl, &sul, &sd, &sq, &answer };
    memcpy(tc_c_frame, frame, sizeof frame);
    tc_c_target_sum = tc_c_echo_address_sum__v1;
    tc_c_call_sum__v1((const void *[]){ &n, &u, &l, &ul, &d, &q }, &result);
    CHECK(sn == 3 && su == u && sl == -5 && sul == ul && sd == 0.5 && sq == q && result == 99);
    tc_c_call_unknown((const void *[]){ 0 }, &result);
    CHECK(result == 5);
    tc_c_call_odd_x2e_name((const void *[]){ &v }, &result);
    CHECK(result == 21);
    CHECK(*tc_c_data_address_counter == 3);
    return 0;
}
";
    for level in ["-O0", "-O2"] {
        run(&built, main, level);
    }
}

#[test]
fn other_conventions_and_features_cross_too() {
    let source = "#include <immintrin.h>
__attribute__((ms_abi)) int ms(int a, double b, struct big *c) { return a + (int)b + (c != 0); }
__attribute__((ms_abi)) int msv(int n, ...);
__attribute__((target(\"avx\"))) __m256 wide(__m256 v);
";
    let source = source.replacen("__attribute__", "struct big { long a[4]; };\n__attribute__", 1);
    let calls = [VariadicCall {
        symbol: "msv".to_owned(),
        extra: vec![VariadicType::F64, VariadicType::I32],
    }];
    let built = build(&source, false, Target::X86_64LinuxGnu, &[], &calls);
    compile(&built, Target::X86_64LinuxGnu, "-std=gnu17");
    let main = "
extern driver tc_c_call_ms, tc_c_call_msv__v0;
extern __attribute__((ms_abi)) int (*const tc_c_echo_address_ms)(int, double, void *);
extern __attribute__((ms_abi)) int (*const tc_c_echo_address_msv__v0)(int, ...);
extern __attribute__((ms_abi)) int (*tc_c_target_msv)(int, ...);
__attribute__((ms_abi)) int msv(int n, ...) { return n; }
void wide(void) {}
int main(void) {
    int a = 3, result = 0, sa = 0; double b = 4.5, sb = 0; void *c = &b, *sc = 0; int back = 8, i = 6, si = 0;
    tc_c_call_ms((const void *[]){ &a, &b, &c }, &result);
    CHECK(result == 8);
    void *frame[] = { &sa, &sb, &sc, &back };
    memcpy(tc_c_frame, frame, sizeof frame);
    CHECK(tc_c_echo_address_ms(5, 6.5, c) == 8 && sa == 5 && sb == 6.5 && sc == c);
    void *more[] = { &sa, &sb, &si, &back };
    memcpy(tc_c_frame, more, sizeof more);
    tc_c_target_msv = tc_c_echo_address_msv__v0;
    sa = sb = 0;
    tc_c_call_msv__v0((const void *[]){ &a, &b, &i }, &result);
    CHECK(sa == 3 && sb == 4.5 && si == 6 && result == 8);
    return 0;
}
";
    run(&built, main, "-O2");
}

#[test]
fn cpp_drivers_call() {
    let built = build(CPP_FIXTURE, true, Target::X86_64LinuxGnu, &[], &[]);
    let main = "
struct pair { int x; double y; };
extern driver tc_c_call_swap, tc_c_call_next;
extern struct pair (*const tc_c_address_swap)(struct pair, int), swap(struct pair, int);
extern int *const tc_c_data_address_counter;
int main(void) {
    struct pair p = { 3, 1.25 }, got; int by = 4;
    tc_c_call_swap((const void *[]){ &p, &by }, &got);
    CHECK(got.x == 7 && got.y == 2.5 && tc_c_address_swap == swap && *tc_c_data_address_counter == 3);
    unsigned char color = 1, next = 0; _Bool yes = 1;
    tc_c_call_next((const void *[]){ &color, &yes }, &next);
    CHECK(next == 9);
    return 0;
}
";
    run(&built, main, "-O2");
}

#[test]
fn the_size_table_follows_its_marker() {
    let built = build(FIXTURE, false, Target::X86_64LinuxGnu, &same(), &calls());
    checked(
        built.folder.path(),
        &["-O0", "-w", "-c", built.name, "-o", "unit.o"],
    );
    let object = std::fs::read(built.folder.path().join("unit.o")).expect("the object is there");
    let marker = object
        .windows(16)
        .position(|window| window == SIZES_MARKER)
        .expect("the marker is in the object");
    let row = |key: TypeKey| {
        let index = built
            .unit
            .types
            .iter()
            .position(|known| *known == key)
            .expect("the type has a row");
        let word = |at: usize| {
            let at = marker + 16 + at * 8;
            u64::from_le_bytes(object[at..at + 8].try_into().expect("eight bytes"))
        };
        (word(index * 2), word(index * 2 + 1))
    };
    let param = |symbol: &str, index| {
        row(TypeKey::Param {
            symbol: symbol.to_owned(),
            index,
        })
    };
    assert_eq!(param("swap", 0), (16, 8));
    assert_eq!(param("set", 1), (1, 1));
    assert_eq!(param("by_value", 0), (0, 0));
    assert_eq!(param("listed", 0), (8, 8));
    assert_eq!(
        row(TypeKey::Result {
            symbol: "lanes".to_owned()
        }),
        (16, 16)
    );
    assert_eq!(
        row(TypeKey::Result {
            symbol: "wide".to_owned()
        }),
        (16, 16)
    );
    assert_eq!(row(TypeKey::Same { index: 1 }), (8, 4));
    assert_eq!(row(TypeKey::Same { index: 2 }), (0, 0));
    assert_eq!(row(TypeKey::Same { index: 5 }), (0, 0));
    assert_eq!(
        row(TypeKey::Data {
            symbol: "outside".to_owned()
        }),
        (0, 0)
    );
    assert_eq!(
        row(TypeKey::Data {
            symbol: "names".to_owned()
        }),
        (16, 8)
    );
}
