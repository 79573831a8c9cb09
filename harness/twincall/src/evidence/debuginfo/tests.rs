//! Tests on what the installed compilers write. `CLANG`, `GCC` and `RUSTC` override which those are.

use std::path::Path;
use std::process::Command;

use twincall_abi::interface::Side;
use twincall_abi::layout::{Layout, LayoutTable, LeafKind, Scalar, Shape, TypeId};
use twincall_abi::target::Target;
use twincall_abi::units::Bytes;

use super::{read_layouts, types};

mod c;
mod cpp;
mod damage;
mod rust;

/// The object that a compiler makes of a source text.
fn compile(program: &str, arguments: &[&str], file: &str, source: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(file), source).unwrap();
    let output = Command::new(program)
        .args(arguments)
        .args([file, "-o", "unit.o"])
        .current_dir(folder.path())
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .unwrap_or_else(|error| panic!("{program} must be installed for this test: {error}"));
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    std::fs::read(Path::new(folder.path()).join("unit.o")).unwrap()
}

fn tool(variable: &str, default: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| default.to_owned())
}

/// An object with debug information from clang.
pub(in crate::evidence) fn clang(target: Target, options: &[&str], file: &str, source: &str) -> Vec<u8> {
    let triple = format!("--target={}", target.triple());
    let arguments = [&["-g", "-c", triple.as_str()], options].concat();
    compile(&tool("CLANG", "clang-22"), &arguments, file, source)
}

fn gcc(options: &[&str], source: &str) -> Vec<u8> {
    compile(
        &tool("GCC", "gcc-12"),
        &[&["-g", "-c"], options].concat(),
        "unit.c",
        source,
    )
}

/// A native object with debug information from rustc.
pub(in crate::evidence) fn rustc(options: &[&str], source: &str) -> Vec<u8> {
    let fixed = [
        "--edition=2024",
        "--crate-type=lib",
        "--emit=obj",
        "-Cdebuginfo=2",
        "-Cpanic=abort",
    ];
    compile(
        &tool("RUSTC", "rustc"),
        &[&fixed, options].concat(),
        "unit.rs",
        source,
    )
}

/// The parameters of the function `f`, by position.
struct Params(LayoutTable);

impl Params {
    fn of(object: &[u8], side: Side) -> Params {
        Params(read_layouts(object, side).unwrap())
    }

    fn id(&self, index: usize) -> TypeId {
        self.0.functions["f"].params[index]
    }

    fn layout(&self, index: usize) -> &Layout {
        self.0.get(self.id(index))
    }

    fn size(&self, index: usize) -> u64 {
        self.layout(index).size.0
    }

    fn align(&self, index: usize) -> Option<u64> {
        self.layout(index).align.map(|Bytes(align)| align)
    }

    fn names(&self) -> Vec<&str> {
        self.0.functions["f"]
            .params
            .iter()
            .map(|id| self.0.get(*id).name.as_str())
            .collect()
    }

    /// `name@offset+width` for each field, in bits.
    fn fields(&self, index: usize) -> String {
        let (Shape::Struct { fields } | Shape::Union { fields }) = &self.layout(index).shape else {
            panic!("{:?} has no fields", self.layout(index));
        };
        let show = |field: &twincall_abi::layout::Field| {
            let colon = if field.bit_field { ":" } else { "" };
            format!("{}{colon}@{}+{}", field.name, field.offset.0, field.width.0)
        };
        fields.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    /// `path@offset+width kind` for each leaf, in bits.
    fn leaves(&self, index: usize) -> String {
        let show = |leaf: twincall_abi::layout::Leaf| {
            format!(
                "{}@{}+{} {}",
                leaf.path,
                leaf.offset.0,
                leaf.width.0,
                self.kind(&leaf.kind)
            )
        };
        self.0
            .leaves(self.id(index))
            .into_iter()
            .map(show)
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn kind(&self, kind: &LeafKind) -> String {
        match kind {
            LeafKind::Bytes { mask } => {
                format!(
                    "bytes {}",
                    mask.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
                )
            }
            LeafKind::Scalar(scalar) => match scalar {
                Scalar::Bool => "bool".to_owned(),
                Scalar::Integer { signed: true } => "int".to_owned(),
                Scalar::Integer { signed: false } => "uint".to_owned(),
                Scalar::UnicodeScalar => "char".to_owned(),
                Scalar::Float { x87: true } => "x87".to_owned(),
                Scalar::Float { x87: false } => "float".to_owned(),
                Scalar::Pointer { function: true, .. } => "fn".to_owned(),
                Scalar::Pointer { to: None, .. } => "*void".to_owned(),
                Scalar::Pointer { to: Some(to), .. } => format!("*{}", self.0.get(*to).name),
                Scalar::Enumeration { signed, values } => {
                    let values: Vec<_> = values
                        .iter()
                        .map(|(name, value)| format!("{name}={value}"))
                        .collect();
                    format!("{} {}", if *signed { "enum" } else { "uenum" }, values.join(" "))
                }
            },
        }
    }
}

#[test]
fn an_object_without_debug_information_says_so() {
    let object = compile(&tool("CLANG", "clang-22"), &["-c"], "unit.c", "int x;");
    let error = read_layouts(&object, Side::C).unwrap_err();
    assert!(error.to_string().contains("`-g`"), "{error}");
}

#[test]
fn a_symbol_that_is_no_identifier_is_found_by_its_linkage_name() {
    let c =
        r#"static const struct { int *a0; } tc_c_types_x __asm__("tc_c_types_a.b") __attribute__((used));"#;
    let object = clang(Target::X86_64LinuxGnu, &[], "unit.c", c);
    assert_eq!(
        read_layouts(&object, Side::C)
            .unwrap()
            .functions
            .keys()
            .collect::<Vec<_>>(),
        ["a.b"]
    );
    let rust = r#"
        #![no_std]
        #[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
        #[repr(C)] pub struct Types { pub a0: *const u8 }
        unsafe impl Sync for Types {}
        #[unsafe(export_name = "tc_rust_types_a.b")] #[used]
        pub static tc_rust_types_a_b: Types = Types { a0: core::ptr::null() };
        #[repr(C)] pub struct Nothing {}
        #[unsafe(no_mangle)] #[used] pub static tc_rust_types_c: Nothing = Nothing {};"#;
    let functions = read_layouts(&rustc(&[], rust), Side::Rust).unwrap().functions;
    assert_eq!(functions.keys().collect::<Vec<_>>(), ["a.b", "c"]);
    assert_eq!(functions["c"], Default::default());
}

#[test]
fn only_the_asked_side_is_read() {
    let source = "static const struct { int *a0; } tc_rust_types_f __attribute__((used));";
    let object = clang(Target::X86_64LinuxGnu, &[], "unit.c", source);
    assert_eq!(read_layouts(&object, Side::C).unwrap(), LayoutTable::default());
    assert_eq!(
        read_layouts(&object, Side::Rust).unwrap().functions["f"]
            .params
            .len(),
        1
    );
}

#[test]
fn fields_of_tuples_are_named_as_in_the_source() {
    for (told, written) in [("__0", "0"), ("__12", "12")] {
        assert_eq!(types::rust_field_name(told.to_owned()), written);
    }
    for name in ["__", "__x", "__1a", "_0", "0", "plain"] {
        assert_eq!(types::rust_field_name(name.to_owned()), name, "a name of its own");
    }
}
