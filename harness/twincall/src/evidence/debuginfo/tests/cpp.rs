//! Layouts of C++, from clang.

use super::*;

const SOURCE: &str = r#"
namespace ns {
struct Base { virtual void f(); int b; static int s; };
struct Second { char c; };
struct Derived : Base, Second { short d; int &r; int Base::*pm; void (Base::*pmf)(); };
}
struct Virtual : virtual ns::Base { int v; };
enum class Scoped : unsigned char { A, B = 255 };
struct Empty {};
struct FromEmpty : Empty { int x; };
template <class T> struct Wrap { T t; };
struct Chars { char16_t c16; char32_t c32; decltype(nullptr) np; bool b; Wrap<int> w; bool &&rr; };
static const struct {
  ns::Derived *a0; Virtual *a1; Scoped *a2; Empty *a3; FromEmpty *a4; Chars *a5; ns::Derived *const *result;
} tc_c_types_f __attribute__((used)) = {};
void ns::Base::f() {}
"#;

fn params(target: Target) -> Params {
    let options = ["-std=c++20", "-fstandalone-debug"];
    Params::of(&clang(target, &options, "unit.cpp", SOURCE), Side::C)
}

#[test]
fn bases_are_fields_and_the_virtual_table_a_pointer() {
    let params = params(Target::X86_64LinuxGnu);
    assert_eq!(
        params.fields(0),
        "Base@0+128 Second@96+8 d@112+16 r@128+64 pm@192+64 pmf@256+128"
    );
    let leaves = "Base._vptr$Base@0+64 *__vtbl_ptr_type, Base.b@64+32 int, Second.c@96+8 int, d@112+16 int, \
        r@128+64 *int, pm@192+64 int, pmf.ptr@256+64 int, pmf.adj@320+64 int";
    assert_eq!(params.leaves(0), leaves);
}

#[test]
fn a_virtual_base_makes_a_class_opaque() {
    for target in Target::ALL {
        assert_eq!(params(target).layout(1).shape, Shape::Incomplete);
    }
}

#[test]
fn small_types_of_cpp() {
    for target in Target::ALL {
        let params = params(target);
        let word = target.pointer_size().bits().0;
        assert_eq!(params.leaves(2), "@0+8 uenum A=0 B=255");
        assert_eq!((params.size(3), params.fields(3)), (1, String::new()));
        assert_eq!((params.size(4), params.leaves(4)), (4, "x@0+32 int".to_owned()));
        let chars = params.leaves(5);
        let start = format!(
            "c16@0+16 uint, c32@32+32 uint, np@64+{word} *void, b@{}+8 bool, w.t@",
            64 + word
        );
        assert!(chars.starts_with(&start), "{chars}");
        assert!(chars.ends_with(&format!("+{word} *bool")), "{chars}");
        assert_eq!(
            params.names(),
            ["Derived", "Virtual", "Scoped", "Empty", "FromEmpty", "Chars"]
        );
    }
}
