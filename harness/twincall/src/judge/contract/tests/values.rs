//! What callbacks take and return, as debug information describes their types.

use super::*;

/// What debug information and declarations say together.
fn found(world: &World) -> Vec<(&'static str, String)> {
    let findings = world.judge().findings.into_iter();
    findings
        .map(|finding| (finding.rule.id(), finding.place.to_string()))
        .collect()
}

#[test]
fn values_of_callbacks_are_compared_as_those_of_functions() {
    let types = "#[repr(C)] pub struct Pair { a: i32, b: i32 }
        #[repr(C)] pub struct Swapped { b: i32, a: i32 }
        #[repr(C)] pub struct Named { x: i32, y: i32 }
        #[repr(C)] pub struct Floats { a: f32, b: f32 }\n";
    let pair = |c: &str, rust: &str| {
        let callback =
            |ty: &str, result: &str| format!("f(h: Option<unsafe extern \"C\" fn(v: {ty}) -> {result}>)");
        let argument = World::new(
            &(types.to_owned() + &declared(&callback(c, "i32"))),
            &(types.to_owned() + &defined(&callback(rust, "i32"))),
        );
        let result = World::new(
            &(types.to_owned() + &declared(&callback("i32", c))),
            &(types.to_owned() + &defined(&callback("i32", rust))),
        );
        [found(&argument), found(&result)]
    };
    for (c, rust) in [
        ("i32", "i32"),
        ("i32", "u32"),
        ("Pair", "Named"),
        ("Pair", "Pair"),
    ] {
        assert_eq!(pair(c, rust), [[], []], "{c} and {rust}");
    }
    let whole = [
        [("param-type", "argument 1, callback argument 1")],
        [("return-type", "argument 1, callback result")],
    ];
    for (c, rust) in [("i32", "i64"), ("f32", "f64"), ("Pair", "*const Pair")] {
        let expected = whole.map(|found| places(&found));
        let mut got = pair(c, rust);
        // By value the size and the fields may differ too.
        got.iter_mut()
            .for_each(|found| found.retain(|(rule, _)| rule.ends_with("-type")));
        assert_eq!(got, expected, "{c} and {rust}");
    }
    // The fields of what crosses by value, and of what lies behind a pointer.
    for (rust, rule, fields) in [
        ("Floats", "field-kind", ["a", "b"]),
        // The same names in another order are fields that were exchanged.
        ("Swapped", "field-offset", ["a", "b"]),
    ] {
        for star in ["", "*"] {
            let of = |ty: &str| match star {
                "" => ty.to_owned(),
                _ => format!("*const {ty}"),
            };
            let [argument, result] = pair(&of("Pair"), &of(rust));
            let expected = |value: &str| {
                let place = |field| (rule, format!("{star}argument 1, callback {value}.{field}"));
                fields.map(place)
            };
            assert_eq!(argument, expected("argument 1"), "{star}{rust}");
            assert_eq!(result, expected("result"), "{star}{rust}");
        }
    }
}

#[test]
fn a_callback_without_a_result_is_another_signature_and_not_another_value() {
    let callback = |result: &str| format!("f(h: Option<unsafe extern \"C\" fn(){result}>)");
    let world = |c: &str, rust: &str| found(&World::new(&declared(&callback(c)), &defined(&callback(rust))));
    let expected = places(&[("return-type", "argument 1, callback result")]);
    assert_eq!(world("", " -> i32"), expected);
    assert_eq!(world(" -> i32", ""), expected);
    assert_eq!(world(" -> !", " -> i32"), expected);
    assert_eq!(world("", " -> !"), []);
}
