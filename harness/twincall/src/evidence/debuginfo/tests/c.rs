//! Layouts of C, from clang and gcc, for each target, level and DWARF version.

use super::*;

/// Types that clang and gcc both know. `M` is the list of pointers in the generated variable.
const SOURCE: &str = r#"
typedef unsigned char byte;
typedef byte octet;
enum e { A, B, C = -5 };
enum u { LOW, HIGH = 0xffffffff };
struct node { struct node *next; const char *name; };
struct bits { unsigned a : 3, b : 5; int c : 20; unsigned long long d : 40; _Bool e : 1; };
struct __attribute__((packed)) packed { char c; int i; short s; int z : 7; int y : 9; };
union pun { int i; float f; char c[5]; };
struct outer { int k; union { int p; float q; }; struct { char m, n; }; struct bits b[2]; };
struct flexible { int n; int data[]; };
struct zero { int n; int data[0]; };
struct empty {};
typedef float v4 __attribute__((vector_size(16)));
struct opaque;
typedef int (*callback)(struct node *, void *);
struct arrays { short m[2][3]; v4 v; enum e e; callback f; struct opaque *o; volatile octet vi; _Atomic int ai; };
struct numbers { long double ld; _Complex double cd; _Complex float cf; __int128 i; };
struct __attribute__((aligned(64))) aligned { int x; };
typedef struct { int x; } unnamed;
typedef int fn(int);
typedef struct node alias;
static const struct {
  struct node *a0; struct bits *a1; struct packed *a2; union pun *a3; struct outer *a4;
  struct flexible *a5; struct zero *a6; struct empty *a7; struct arrays *a8; struct numbers *a9;
  struct aligned *a10; const unnamed *a11; int *const *restrict *a12; const void **a13; fn **a14;
  enum u *a15; octet *a16; struct opaque *a17; alias *a18; int (*a19)[2][3]; char (*a20)[4096];
  callback *result;
} tc_c_types_f __attribute__((used));
static const struct { void *result; } tc_c_types_nothing __attribute__((used));
static const struct { char tc_none; } tc_c_types_empty __attribute__((used));
static const struct { struct node *t0; enum e *t1; } tc_c_same __attribute__((used));
static const struct { struct opaque **handle; int (*table)[]; } tc_c_data __attribute__((used));
"#;

fn objects() -> Vec<(Target, Vec<u8>)> {
    let mut objects = Vec::new();
    for target in Target::ALL {
        for options in [
            ["-O0", "-gdwarf-5"],
            ["-O2", "-gdwarf-5"],
            ["-O2", "-gdwarf-4"],
            ["-O0", "-gdwarf-3"],
        ] {
            objects.push((target, clang(target, &options, "unit.c", SOURCE)));
        }
    }
    for options in [
        &["-O0"][..],
        &["-O2"],
        &["-gdwarf-4"],
        &["-gdwarf-3", "-gstrict-dwarf"],
    ] {
        objects.push((Target::X86_64LinuxGnu, gcc(options, SOURCE)));
    }
    objects
}

#[test]
fn both_compilers_agree_on_plain_c() {
    for (target, object) in objects() {
        let params = Params::of(&object, Side::C);
        let word = target.pointer_size().bits().0;

        assert_eq!(params.size(0), word / 4);
        assert_eq!(
            params.leaves(0),
            format!("next@0+{word} *struct node, name@{word}+{word} *char")
        );

        assert_eq!(params.size(1), 16);
        assert_eq!(params.fields(1), "a:@0+3 b:@3+5 c:@8+20 d:@64+40 e:@104+1");
        assert_eq!(
            params.leaves(1),
            "a@0+3 uint, b@3+5 uint, c@8+20 int, d@64+40 uint, e@104+1 bool"
        );

        assert_eq!(params.size(2), 9);
        assert_eq!(params.fields(2), "c@0+8 i@8+32 s@40+16 z:@56+7 y:@63+9");

        assert_eq!(params.fields(3), "i@0+32 f@0+32 c@0+40");
        assert_eq!(params.leaves(3), "@0+64 bytes ffffffffff000000");

        assert_eq!(params.size(4), 48);
        assert_eq!(params.fields(4), "k@0+32 @32+32 @64+16 b@128+256");
        let outer = params.leaves(4);
        assert!(
            outer.starts_with("k@0+32 int, @32+32 bytes ffffffff, m@64+8 int, n@72+8 int, b[0].a@128+3 uint")
        );
        assert!(
            outer.ends_with("b[1].d@320+40 uint, b[1].e@360+1 bool"),
            "{outer}"
        );

        for flexible in [5, 6] {
            assert_eq!(params.fields(flexible), "n@0+32 data@32+0");
            assert_eq!(params.leaves(flexible), "n@0+32 int");
        }
        assert_eq!((params.size(7), params.leaves(7)), (0, String::new()));
    }
}

#[test]
fn arrays_enums_and_pointers_of_c() {
    for (target, object) in objects() {
        let params = Params::of(&object, Side::C);
        let word = target.pointer_size().bits().0;
        let fields = params.fields(8);
        assert!(fields.starts_with("m@0+96 v@128+128 e@256+32 f@"), "{fields}");
        let Shape::Struct { fields } = &params.layout(8).shape else {
            panic!("struct arrays is a struct");
        };
        let rows = params.0.get(fields[0].ty);
        let Shape::Array { element: row, .. } = rows.shape else {
            panic!("m is an array")
        };
        let names = [rows.name.as_str(), params.0.get(row).name.as_str()];
        for (name, dimensions) in names.into_iter().zip(["[2][3]", "[3]"]) {
            // gcc says `short int`.
            let element = name.strip_suffix(dimensions);
            assert!(matches!(element, Some("short" | "short int")), "{name}");
        }
        let leaves = params.leaves(8);
        let start = "m[0][0]@0+16 int, m[0][1]@16+16 int, m[0][2]@32+16 int, m[1][0]@48+16 int, ";
        assert!(leaves.starts_with(start), "{leaves}");
        assert!(
            leaves.contains("v[3]@224+32 float, e@256+32 enum A=0 B=1 C=-5, f@"),
            "{leaves}"
        );
        assert!(leaves.contains(&format!("+{word} fn, o@")), "{leaves}");
        assert!(
            leaves.contains(&format!("+{word} *struct opaque, vi@")),
            "{leaves}"
        );
        let Shape::Struct { fields } = &params.layout(8).shape else {
            panic!()
        };
        assert!(matches!(
            params.0.get(fields[0].ty).shape,
            Shape::Array {
                vector: false,
                length: 2,
                ..
            }
        ));
        assert!(matches!(
            params.0.get(fields[1].ty).shape,
            Shape::Array {
                vector: true,
                length: 4,
                ..
            }
        ));
        assert_eq!(
            params.0.get(fields[5].ty).name,
            "octet",
            "the outermost typedef under `volatile`"
        );

        assert_eq!(params.leaves(13), format!("@0+{word} *void"));
        assert_eq!(params.leaves(14), format!("@0+{word} fn"));
        assert_eq!(params.leaves(15), "@0+32 uenum LOW=0 HIGH=4294967295");
        assert_eq!(params.leaves(16), "@0+8 uint");
        assert_eq!(params.layout(17).shape, Shape::Incomplete);
        assert_eq!(params.size(17), 0);
        assert_eq!(params.leaves(18), params.leaves(0));
        assert_eq!(params.size(19), 24);
        assert_eq!(params.leaves(20), format!("@0+32768 bytes {}", "ff".repeat(4096)));

        let names = params.names();
        let expected = [
            "struct node",
            "struct bits",
            "struct packed",
            "union pun",
            "struct outer",
            "struct flexible",
            "struct zero",
            "struct empty",
            "struct arrays",
            "struct numbers",
            "struct aligned",
            "unnamed",
            "int *const *",
            "const void *",
            "fn *",
            "enum u",
            "octet",
            "struct opaque",
            "alias",
            "int[2][3]",
            "char[4096]",
        ];
        let plain = |name: &&str| name.replace("* const", "*const");
        assert_eq!(names.iter().map(plain).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn generated_variables_are_sorted_by_kind() {
    for (_, object) in objects() {
        let table = read_layouts(&object, Side::C).unwrap();
        assert_eq!(table.get(table.functions["f"].result.unwrap()).name, "callback");
        assert_eq!(table.functions["nothing"], Default::default());
        assert_eq!(table.functions["empty"], Default::default());
        let names = |ids: &[TypeId]| {
            ids.iter()
                .map(|id| table.get(*id).name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&table.same), ["struct node", "enum e"]);
        assert_eq!(table.data.keys().collect::<Vec<_>>(), ["handle", "table"]);
        assert!(matches!(
            table.get(table.data["table"]).shape,
            Shape::Array { length: 0, .. }
        ));
        assert_eq!(
            table.functions["f"].params[0], table.same[0],
            "one entry is one type"
        );
    }
}

#[test]
fn only_native_long_double_is_x87() {
    for (target, object) in objects() {
        let params = Params::of(&object, Side::C);
        let float = match target {
            Target::X86_64LinuxGnu => "ld@0+80 x87",
            Target::Wasm32Unknown => "ld@0+128 float",
        };
        let rest =
            "cd.re@128+64 float, cd.im@192+64 float, cf.re@256+32 float, cf.im@288+32 float, i@384+128 int";
        assert_eq!(params.leaves(9), format!("{float}, {rest}"));
    }
    let source = "struct s { __float128 q; _Complex long double c; _Float16 h; _Complex int i; };
        static const struct { struct s *a0; } tc_c_types_f __attribute__((used));";
    let leaves =
        "q@0+128 float, c.re@128+80 x87, c.im@256+80 x87, h@384+16 float, i.re@416+32 int, i.im@448+32 int";
    let clang = clang(Target::X86_64LinuxGnu, &[], "unit.c", source);
    assert_eq!(Params::of(&clang, Side::C).leaves(0), leaves);
    assert_eq!(Params::of(&gcc(&[], source), Side::C).leaves(0), leaves);
}

#[test]
fn stated_alignments_are_kept() {
    for target in Target::ALL {
        let params = Params::of(&clang(target, &[], "unit.c", SOURCE), Side::C);
        assert_eq!((params.size(10), params.align(10)), (64, Some(64)));
        assert_eq!(params.align(0), None);
    }
}

#[test]
fn what_only_clang_has() {
    let source = "
        enum small : unsigned char { S0, S1 = 255 };
        enum wide : long long { W = -9223372036854775807ll - 1 };
        typedef float f3 __attribute__((ext_vector_type(3)));
        typedef int wide_int __attribute__((aligned(16)));
        static const struct {
          enum small *a0; enum wide *a1; f3 *a2; unsigned _BitInt(37) *a3; wide_int *a4; _BitInt(100) *a5;
        } tc_c_types_f __attribute__((used));";
    for target in Target::ALL {
        let params = Params::of(&clang(target, &["-gdwarf-5"], "unit.c", source), Side::C);
        assert_eq!(params.leaves(0), "@0+8 uenum S0=0 S1=255");
        assert_eq!(params.leaves(1), "@0+64 enum W=-9223372036854775808");
        assert_eq!(
            (params.size(2), params.leaves(2).matches("float").count()),
            (16, 3)
        );
        assert_eq!(params.leaves(3), "@0+64 uint");
        assert_eq!((params.size(4), params.align(4)), (4, Some(16)));
        assert_eq!(params.leaves(5), "@0+128 int");
    }
}

#[test]
fn a_generated_variable_of_another_form_is_refused() {
    for (source, part) in [
        ("int tc_c_types_f;", "not a struct"),
        ("struct { int a0; } tc_c_types_f;", "`a0` does not point"),
        ("struct { void *a0; } tc_c_types_f;", "`a0` does not point"),
        ("struct { int *a0, *a2; } tc_c_types_f;", "without gaps"),
        (
            "struct { int result; } tc_c_types_f;",
            "`result` is not a pointer",
        ),
        ("struct { int x; } tc_c_data;", "`x` does not point"),
    ] {
        let object = clang(Target::X86_64LinuxGnu, &[], "unit.c", source);
        let error = read_layouts(&object, Side::C).unwrap_err().to_string();
        assert!(error.contains(part), "{source}: {error}");
    }
}

/// Names are for people, who read them to a depth: each pointer, qualifier, array and function is a step.
#[test]
fn names_are_cut_off_where_they_are_too_deep() {
    // Pairs of which the second is one step deeper than a name is written.
    let types = [
        ("int *****{}", "int ******{}", 5),
        ("int *const *const *{}", "int **const *const *{}", 3),
        ("int *volatile *volatile *{}", "int **volatile *volatile *{}", 3),
        ("int *restrict *restrict *{}", "int **restrict *restrict *{}", 3),
        (
            "_Atomic(_Atomic(int *) *) *{}",
            "_Atomic(_Atomic(int **) *) *{}",
            3,
        ),
        ("int ****{}[2]", "int *****{}[2]", 4),
        ("int ****{}(long)", "int *****{}(long)", 4),
        ("void {}(int ***)", "void {}(int ****)", 3),
        ("int ****(*{})(long)", "int *****(*{})(long)", 5),
        ("void (*{})(int ***)", "void (*{})(int ****)", 4),
    ];
    let all = types.iter().flat_map(|(known, cut, _)| [known, cut]);
    let members: String = all
        .enumerate()
        .map(|(index, ty)| format!("{};", ty.replace("{}", &format!("(*a{index})"))))
        .collect();
    let source = format!("static const struct {{ {members} }} tc_c_types_f __attribute__((used));");
    let object = clang(Target::X86_64LinuxGnu, &[], "unit.c", &source);
    let params = Params::of(&object, Side::C);
    for (index, (known, cut, stars)) in types.iter().enumerate() {
        let name = &params.layout(2 * index).name;
        assert!(!name.contains('…'), "{known}: {name}");
        assert_eq!(name.matches('*').count(), *stars, "{known}: {name}");
        let name = &params.layout(2 * index + 1).name;
        assert!(name.contains('…') && !name.contains("int"), "{cut}: {name}");
    }
}
