use super::*;
use crate::repro::pair::Source;

/// Leaves out what a compiler would say of these places: `side line:column message`.
fn without(c: &str, rust: &str, said: &[(Side, &str)]) -> (Sources, Option<Vec<String>>) {
    let mut sources = Sources {
        c: Source::of_file("r.md", c),
        rust: Source::of_file("r.md", rust),
        ..Sources::default()
    };
    let pair = sources.pair("report");
    let reasons: Vec<String> = said
        .iter()
        .map(|(side, said)| {
            let (place, message) = said.split_once(' ').unwrap();
            let (line, column) = place.split_once(':').unwrap();
            let (path, source) = match side {
                Side::C => (&pair.c_path, &pair.c),
                Side::Rust => (&pair.rust_path, &pair.rust),
            };
            let line = line.parse::<usize>().unwrap() + source.directives();
            format!("{}:{line}:{column}: error: {message}\n", path.display())
        })
        .collect();
    let notes = without_refused(&mut sources, &pair, reasons.iter().map(String::as_str));
    (sources, notes)
}

#[test]
fn one_declaration_goes_and_the_others_stay_where_they_are() {
    let c = "#include <gone.h>\nint f(widget_t w);\nint g(int a)\n{\n  return gone(a);\n}\nstatic int h(void) { return gone(1); }\n";
    let (sources, notes) = without(
        c,
        "extern \"C\" { fn f(w: u8) -> i32; fn g(a: u8) -> i32; }\n",
        &[
            (Side::C, "1:10 'gone.h' file not found"),
            (Side::C, "2:7 unknown type name 'widget_t'"),
            (Side::C, "5:15 use of undeclared identifier 'a'"),
            (Side::C, "5:10 call to undeclared function 'gone'; ISO C99"),
            (Side::C, "7:29 use of undeclared identifier 'gone'"),
        ],
    );
    let kept: Vec<&str> = sources.c.text.lines().map(str::trim).collect();
    assert_eq!(
        kept,
        ["", "", "int g(int a)", ";", "", "", ""],
        "{}",
        sources.c.text
    );
    // Declared in Rust alone, `f` would be a symbol that is missing.
    assert!(!sources.rust.text.contains("fn f") && sources.rust.text.contains("fn g"));
    let lost: Vec<&[String]> = sources.omitted.iter().map(|one| one.names.as_slice()).collect();
    assert_eq!(lost, [["h"], ["f"]]);
    let notes = notes.unwrap();
    for note in [
        "r.md:1: `#include` of `gone.h` is left out, since the report does not show it",
        "r.md:2: `f` is left out of the C part: it uses `widget_t`, which the report does not define",
        "r.md:5: the body of `g` is left out of the C part, where it counts as declared only: it uses `a`, which the report does not define",
    ] {
        assert!(notes.iter().any(|one| one == note), "{notes:?}");
    }
}

#[test]
fn items_of_rust_go_one_by_one() {
    let rust = "use gone::Thing;\nextern \"C\" {\n  fn f(t: Thing);\n  fn g(a: i32);\n}\n#[no_mangle]\npub unsafe extern \"C\" fn h(a: i32) -> i32 { gone(a) }\nstruct S;\nimpl S { fn m(&self) -> Thing { gone() } }\nfn main() { gone(1) }\n";
    let (sources, notes) = without(
        "void g(int a);\n",
        rust,
        &[
            (Side::Rust, "1:5 unresolved import `gone`"),
            (Side::Rust, "3:11 cannot find type `Thing` in this scope"),
            (Side::Rust, "7:45 cannot find function `gone` in this scope"),
            (Side::Rust, "9:25 cannot find type `Thing` in this scope"),
            (Side::Rust, "10:13 cannot find function `gone` in this scope"),
        ],
    );
    let text = &sources.rust.text;
    let file = syn::parse_file(text).unwrap();
    assert_eq!(file.items.len(), 4, "{text}");
    assert!(!text.contains("gone") && !text.contains("no_mangle"), "{text}");
    assert!(
        text.contains("extern \"C\" { pub \n")
            && text.contains("fn h(a: i32) -> i32 ; }")
            && text.contains("fn g(a: i32);")
    );
    assert_eq!(text.lines().count(), rust.lines().count());
    assert_eq!(notes.unwrap().len(), 5);
}

#[test]
fn a_type_to_which_only_pointers_lead_needs_no_definition() {
    let (sources, _) = without(
        "int f(widget_t *w);\nint g(widget_t const *w);\nint h(widget_t w);\n",
        "extern \"C\" { fn f(w: *mut Widget) -> i32; fn g(w: *const Widget); }\n",
        &[
            (Side::C, "1:7 unknown type name 'widget_t'"),
            (Side::C, "2:7 unknown type name 'widget_t'"),
            (Side::C, "3:7 unknown type name 'widget_t'"),
            (Side::Rust, "1:27 cannot find type `Widget` in this scope"),
        ],
    );
    assert!(
        sources
            .c
            .text
            .starts_with("typedef struct widget_t widget_t;\nint f(widget_t *w);\nint g(")
    );
    assert!(!sources.c.text.contains("int h") && sources.rust.text.contains("pub struct Widget {"));
    assert_eq!(
        (sources.c.lines.len(), sources.c.lines[1].as_ref().unwrap().1),
        (4, 1)
    );
    assert!(!c::is_pointed_to("int f(a *p) { return 2 * a; }", "a"));
    assert!(!rust::is_pointed_to("fn f(a: *mut T) -> T { }", "T"));
}

#[test]
fn lines_of_the_preprocessor_within_a_declaration_stay() {
    let c = "struct s {\n#ifdef A\n  gone_t a;\n#endif\n};\nint f(int);\n";
    let (sources, _) = without(
        c,
        "extern \"C\" { fn f(a: i32); }\n",
        &[(Side::C, "3:3 unknown type name 'gone_t'")],
    );
    let kept: Vec<&str> = sources.c.text.lines().map(str::trim).collect();
    assert_eq!(kept, ["", "#ifdef A", "", "#endif", "", "int f(int);"]);
}

#[test]
fn what_cannot_be_left_out_is_none() {
    let (sources, notes) = without("int f(int a);\n", "fn main() {}\n", &[(Side::C, "9:1 nonsense")]);
    assert_eq!((notes, sources.omitted), (None, Vec::new()));
}
