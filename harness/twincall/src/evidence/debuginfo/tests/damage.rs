//! Damaged objects are refused or read as something else, but never bring the reader down.

use super::*;

const C: &str = "
    typedef struct node { struct node *next; union { int i; float f; } u; int m[2][3]; int b : 3; } node;
    enum e { A, B = -1 };
    static const struct { node *a0; enum e *a1; int (**a2)(int); } tc_c_types_f __attribute__((used));";

const RUST: &str = r#"
    #![no_std]
    #[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
    pub enum Data { A(u32, Option<&'static Data>), B([u8; 3]) }
    pub struct Types { pub a0: *const Data, pub a1: *const [u16; 3] }
    unsafe impl Sync for Types {}
    #[unsafe(no_mangle)]
    pub static tc_rust_types_f: Types = Types { a0: core::ptr::null(), a1: core::ptr::null() };
"#;

fn objects() -> Vec<(Side, Vec<u8>)> {
    let mut objects: Vec<_> = Target::ALL
        .into_iter()
        .map(|target| (Side::C, clang(target, &[], "unit.c", C)))
        .collect();
    objects.push((Side::C, gcc(&[], C)));
    objects.push((Side::Rust, rustc(&[], RUST)));
    objects
}

/// Reads and flattens, whatever comes of it. Returns whether there was anything to flatten.
fn read(object: &[u8], side: Side) -> bool {
    let Ok(table) = read_layouts(object, side) else {
        return false;
    };
    for index in 0..table.types.len() {
        table.leaves(TypeId(index));
        table.value_mask(TypeId(index));
    }
    !table.types.is_empty()
}

#[test]
fn truncated_objects() {
    for (side, object) in objects() {
        assert!(read(&object, side));
        for length in (0..object.len()).step_by(7) {
            read(&object[..length], side);
        }
        assert!(!read(&object[..object.len() / 8], side));
    }
}

#[test]
fn objects_with_damaged_bytes() {
    for (side, object) in objects() {
        let mut refused = 0;
        for place in 0..object.len().min(6000) {
            for pattern in [0x01, 0x80, 0xff] {
                let mut damaged = object.clone();
                damaged[place] ^= pattern;
                refused += usize::from(!read(&damaged, side));
            }
        }
        assert!(refused > 100, "only {refused} were noticed");
    }
}
