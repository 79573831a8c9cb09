//! Layouts of Rust, natively with `core` and for wasm without any library, which no toolchain need have.

use super::*;

const SOURCE: &str = r#"
#![no_std]
#![allow(dead_code, non_camel_case_types, non_upper_case_globals)]
use core::{ffi::c_void, marker::PhantomData, mem::MaybeUninit, num::NonZeroU32, ptr::NonNull};
#[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }

#[repr(C)] pub struct Pair { a: i8, b: u64 }
#[repr(C)] pub struct Node {
    next: Option<&'static Node>, raw: *const Node, maybe: Option<NonNull<Node>>,
    call: Option<extern "C" fn(i32) -> i32>, always: extern "C" fn(i32), bytes: NonNull<u8>, any: *mut c_void,
}
#[repr(u8)] pub enum Plain { A = 1, B = 200 }
#[repr(i8)] pub enum Negative { A = -1, B = 100 }
#[repr(u8)] pub enum Data { A(u32), B { x: u8, y: u16 }, C }
#[repr(C)] pub union Pun { i: i32, h: u16 }
#[repr(transparent)] pub struct Wrapper(u32);
#[repr(C)] pub struct Generic<T> { t: T, p: PhantomData<T> }
#[repr(C, packed)] pub struct Packed { a: u8, b: u32 }
#[repr(C, align(64))] pub struct Aligned { a: u8 }
#[repr(transparent)] pub struct Handle(NonNull<Node>);
pub enum Never {}
#[repr(C)] pub struct Misc {
    c: char, b: bool, u: (), m: MaybeUninit<u64>, slice: &'static [u8], arr: [[u16; 3]; 2], i: i128,
    opt: Option<NonZeroU32>, ob: Option<bool>, handle: Option<Handle>, void: Option<Never>,
}
pub struct tc_rust_types_f_T {
    a0: *const Pair, a1: *const Node, a2: *const Plain, a3: *const Negative, a4: *const Data, a5: *const Pun,
    a6: *const Wrapper, a7: *const Generic<u16>, a8: *const Packed, a9: *const Aligned, a10: *const Misc,
    a11: *const Option<&'static Pair>, a12: *const (), a13: *const core::arch::x86_64::__m128,
    a14: *const [f32; 4], result: *const MaybeUninit<Pair>,
}
unsafe impl Sync for tc_rust_types_f_T {}
#[used] pub static tc_rust_types_f: tc_rust_types_f_T = unsafe { core::mem::zeroed() };

pub struct Result { a0: *const Never, result: *const () }
unsafe impl Sync for Result {}
#[used] pub static tc_rust_types_unit: Result = unsafe { core::mem::zeroed() };
pub struct Same { t0: *const Node, t1: *const Pair }
unsafe impl Sync for Same {}
#[used] pub static tc_rust_same: Same = unsafe { core::mem::zeroed() };
pub struct Symbols { table: *const [Pair; 3] }
unsafe impl Sync for Symbols {}
#[used] pub static tc_rust_data: Symbols = unsafe { core::mem::zeroed() };
"#;

fn native() -> Vec<Params> {
    let options: [&[&str]; 3] = [&["-Copt-level=0"], &["-Copt-level=2"], &["-Zdwarf-version=5"]];
    options
        .map(|options| Params::of(&rustc(options, SOURCE), Side::Rust))
        .into()
}

#[test]
fn structs_unions_and_plain_enums() {
    for params in native() {
        assert_eq!((params.size(0), params.align(0)), (16, Some(8)));
        assert_eq!(params.leaves(0), "a@0+8 int, b@64+64 uint");
        assert_eq!(params.leaves(2), "@0+8 uenum A=1 B=200");
        assert_eq!(params.leaves(3), "@0+8 enum A=-1 B=100");
        assert_eq!(params.leaves(5), "@0+32 bytes ffffffff");
        assert_eq!(
            params.leaves(6),
            "@0+32 uint",
            "a newtype's field has no name of its own"
        );
        assert_eq!(params.fields(7), "t@0+16 p@16+0");
        assert_eq!((params.size(8), params.fields(8)), (5, "a@0+8 b@8+32".to_owned()));
        assert_eq!((params.size(9), params.align(9)), (64, Some(64)));
        let names = params.names();
        assert_eq!(names[..4], ["Pair", "Node", "Plain", "Negative"]);
        assert_eq!(names[7], "Generic<u16>");
    }
}

#[test]
fn pointers_and_their_options_are_scalars() {
    for params in native() {
        let leaves = "next@0+64 *Node, raw@64+64 *Node, maybe@128+64 *Node, call@192+64 fn, always@256+64 fn, \
            bytes@320+64 *u8, any@384+64 *void";
        assert_eq!(params.leaves(1), leaves);
        // What may be written through: neither a reference nor `*const`, and `NonNull` also in an `Option`.
        let node = params.0.leaves(params.id(1)).into_iter();
        let constant: Vec<bool> = node
            .map(|leaf| {
                matches!(
                    leaf.kind,
                    LeafKind::Scalar(Scalar::Pointer { constant: true, .. })
                )
            })
            .collect();
        assert_eq!(constant, [true, true, false, false, false, false, false]);
        assert_eq!(params.leaves(11), "@0+64 *Pair");
    }
}

#[test]
fn enums_with_data_are_variants() {
    for params in native() {
        let Shape::Variants {
            tag: Some(tag),
            variants,
        } = &params.layout(4).shape
        else {
            panic!()
        };
        assert_eq!((tag.offset.0, tag.width.0, variants.len()), (0, 8, 3));
        assert_eq!(variants[1].name, "B");
        let Shape::Struct { fields } = &params.0.get(variants[1].ty).shape else {
            panic!()
        };
        let places: Vec<_> = fields
            .iter()
            .map(|field| (field.name.as_str(), field.offset.0))
            .collect();
        assert_eq!(places, [("x", 8), ("y", 16)]);
        assert_eq!(params.leaves(4), format!("@0+64 bytes {}", "ff".repeat(8)));
    }
}

#[test]
fn other_types_of_rust() {
    for params in native() {
        let leaves = "c@0+32 char, b@32+8 bool, m@64+64 uint, slice.data_ptr@128+64 *u8, \
            slice.length@192+64 uint, arr[0][0]@256+16 uint, arr[0][1]@272+16 uint, arr[0][2]@288+16 uint, \
            arr[1][0]@304+16 uint, arr[1][1]@320+16 uint, arr[1][2]@336+16 uint, i@384+128 int, \
            opt@512+32 uint, ob@544+8 bytes ff, handle@576+64 *Node";
        assert_eq!(params.leaves(10), leaves);
        assert_eq!(params.layout(12).shape, Shape::Struct { fields: Vec::new() });
        let Shape::Struct { fields } = &params.layout(13).shape else {
            panic!()
        };
        assert!(matches!(
            params.0.get(fields[0].ty).shape,
            Shape::Array {
                vector: true,
                length: 4,
                ..
            }
        ));
        assert!(matches!(
            params.layout(14).shape,
            Shape::Array {
                vector: false,
                length: 4,
                ..
            }
        ));
    }
}

#[test]
fn generated_variables_of_rust() {
    for params in native() {
        let table = &params.0;
        assert_eq!(
            table.functions["f"].result,
            Some(params.id(0)),
            "`MaybeUninit<Pair>` is laid out as `Pair`"
        );
        assert_eq!(table.functions["unit"].result, None);
        assert_eq!(table.functions["unit"].params.len(), 1);
        assert_eq!(table.same, [params.id(1), params.id(0)]);
        assert_eq!(table.get(table.data["table"]).size, Bytes(48));
    }
}

/// Needs no library: the few language items stand in the source.
const BARE: &str = r#"
#![feature(no_core, lang_items, auto_traits)]
#![no_core]
#![allow(dead_code, internal_features, non_camel_case_types, non_upper_case_globals)]
#[lang = "pointee_sized"] pub trait PointeeSized {}
#[lang = "meta_sized"] pub trait MetaSized: PointeeSized {}
#[lang = "sized"] pub trait Sized: MetaSized {}
#[lang = "copy"] pub trait Copy: Sized {}
#[lang = "freeze"] pub unsafe auto trait Freeze {}
#[lang = "sync"] pub trait Sync {}
impl<T> Sync for T {}
#[lang = "drop_in_place"] unsafe fn drop_in_place<T: PointeeSized>(_: *mut T) {}
pub enum Option<T> { None, Some(T) }
#[repr(C)] pub struct Node { next: Option<&'static Node>, call: Option<extern "C" fn(i32)>, c: char, arr: [u16; 3] }
#[repr(u8)] pub enum Data { A(u32), B { x: u8, y: u16 } }
#[repr(i8)] pub enum Plain { Low = 2, High = 5 }
#[repr(C)] pub struct Pointers { a0: &'static Node, a1: &'static Data, a2: &'static Plain, result: &'static u64 }
static low: Plain = Plain::Low;
static data: Data = Data::A(1);
static node: Node = Node { next: Option::None, call: Option::None, c: 'a', arr: [1, 2, 3] };
static number: u64 = 1;
#[unsafe(no_mangle)]
pub static tc_rust_types_f: Pointers = Pointers { a0: &node, a1: &data, a2: &low, result: &number };
"#;

#[test]
fn wasm_objects_of_rust() {
    for level in ["-Copt-level=0", "-Copt-level=2"] {
        let params = Params::of(
            &rustc(&["--target=wasm32-unknown-unknown", level], BARE),
            Side::Rust,
        );
        let leaves = "next@0+32 *Node, call@32+32 fn, c@64+32 char, arr[0]@96+16 uint, arr[1]@112+16 uint, \
            arr[2]@128+16 uint";
        assert_eq!((params.size(0), params.leaves(0)), (20, leaves.to_owned()));
        assert!(
            matches!(&params.layout(1).shape, Shape::Variants { tag: Some(_), variants } if variants.len() == 2)
        );
        assert_eq!(params.leaves(2), "@0+8 enum Low=2 High=5");
    }
}

/// What is left of an option whose `None` is the niche of a number is the number, with its sign.
#[test]
fn a_niche_in_a_number_keeps_its_sign() {
    let source = "
        #![no_std]
        use core::num::{NonZeroI32, NonZeroU32};
        #[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
        pub struct tc_rust_types_f_T { a0: *const Option<NonZeroI32>, a1: *const Option<NonZeroU32>, result: *const () }
        unsafe impl Sync for tc_rust_types_f_T {}
        #[used] pub static tc_rust_types_f: tc_rust_types_f_T = unsafe { core::mem::zeroed() };
    ";
    let params = Params::of(&rustc(&[], source), Side::Rust);
    assert_eq!(params.leaves(0), "@0+32 int");
    assert_eq!(params.leaves(1), "@0+32 uint");
}
