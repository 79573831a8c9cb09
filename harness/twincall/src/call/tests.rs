use super::*;

fn integer(value: i128) -> Value {
    Value::Integer {
        negative: value < 0,
        magnitude: value.unsigned_abs(),
        suffix: None,
    }
}

#[test]
fn reads_buffers_and_result() {
    let call = parse("process_data(&[1, -2, 3], 3) == 0x4").unwrap();
    assert_eq!(call.function, "process_data");
    let buffer = Value::List(vec![integer(1), integer(-2), integer(3)]);
    assert_eq!(call.arguments, [Value::Pointer(Box::new(buffer)), integer(3)]);
    assert_eq!(call.expected, Some(integer(4)));
}

#[test]
fn reads_every_kind_of_value() {
    let call =
        parse(r#"f({1, {2.5, -0.0}}, [0; 4], "a\n\x41", @cb, pipe("hi"), null, true, 'c', -1i64, 1e-3)"#);
    let arguments = call.unwrap().arguments;
    assert_eq!(arguments.len(), 10);
    assert_eq!(arguments[2], Value::Text(b"a\nA".to_vec()));
    assert_eq!(arguments[7], integer(99));
    let long = Value::Integer {
        negative: true,
        magnitude: 1,
        suffix: Some(VariadicType::I64),
    };
    assert_eq!(arguments[8], long);
    assert_eq!(
        arguments[9],
        Value::Float {
            value: 1e-3,
            suffix: None
        }
    );
    let Value::Aggregate(outer) = &arguments[0] else {
        panic!("{arguments:?}")
    };
    let Value::Aggregate(inner) = &outer[1] else {
        panic!("{outer:?}")
    };
    assert!(matches!(inner[1], Value::Float { value, .. } if value.to_bits() == (-0.0f64).to_bits()));
}

#[test]
fn says_where_it_stops() {
    assert_eq!(parse("f(1, )x").unwrap_err().column, 7);
    assert_eq!(parse("f(1").unwrap_err().message, "expected `,`");
    assert_eq!(parse("f(wrong)").unwrap_err().message, "`wrong` is no value");
    assert!(
        parse(&format!("f({})", "&".repeat(100)))
            .unwrap_err()
            .message
            .contains("deeply")
    );
    assert!(parse("f([0; 99999999])").is_err());
    assert!(parse("").is_err());
    assert!(parse("f(\"é").is_err());
}

/// The one argument of `f(…)`.
fn argument(value: &str) -> Result<Value, CallSyntaxError> {
    let mut call = parse(&format!("f({value})"))?;
    assert_eq!(call.arguments.len(), 1, "{value}");
    Ok(call.arguments.remove(0))
}

#[test]
fn integers_keep_every_bit_up_to_128() {
    for (text, negative, magnitude) in [
        ("0", false, 0),
        ("-0", true, 0),
        ("1_000_000", false, 1_000_000),
        ("0xFf_fF", false, 0xFFFF),
        ("-0x10", true, 16),
        ("0b1010_0001", false, 0xA1),
        ("-9223372036854775808", true, 1 << 63),
        ("18446744073709551615", false, u128::from(u64::MAX)),
        ("340282366920938463463374607431768211455", false, u128::MAX),
        ("0xffffffffffffffffffffffffffffffff", false, u128::MAX),
        ("-170141183460469231731687303715884105728", true, 1 << 127),
    ] {
        let expected = Value::Integer {
            negative,
            magnitude,
            suffix: None,
        };
        assert_eq!(argument(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_no_number_is_is_told_as_it_was_written() {
    for text in [
        "340282366920938463463374607431768211456",
        "0x100000000000000000000000000000000",
        "0x",
        "0xg",
        "0b12",
        "0b1e1",
        "0X10",
        "12abc",
        "1.2.3",
        "1i16",
        "1.5i32",
        "1e400",
    ] {
        let error = argument(text).unwrap_err();
        assert_eq!(error.message, format!("`{text}` is no number"));
        assert_eq!(error.column, 3, "{text}");
    }
}

#[test]
fn a_suffix_is_the_type_of_a_number_and_no_digit_of_it() {
    use VariadicType::{F64, I32, I64, U32, U64};
    for (text, magnitude, suffix) in [
        ("7i32", 7, Some(I32)),
        ("7u32", 7, Some(U32)),
        ("7i64", 7, Some(I64)),
        ("7u64", 7, Some(U64)),
        ("0xffu64", 0xFF, Some(U64)),
        ("0b1_i32", 1, Some(I32)),
        // The letters of `f64` are digits here.
        ("0xf64", 0xF64, None),
        ("0x1f64", 0x1F64, None),
    ] {
        let expected = Value::Integer {
            negative: false,
            magnitude,
            suffix,
        };
        assert_eq!(argument(text), Ok(expected), "{text}");
    }
    for (text, value) in [("7f64", 7.0), ("-7f64", -7.0), ("2.5e1f64", 25.0)] {
        let expected = Value::Float {
            value,
            suffix: Some(F64),
        };
        assert_eq!(argument(text), Ok(expected), "{text}");
    }
}

#[test]
fn floats_are_the_nearest_double_with_their_sign() {
    for (text, value) in [
        ("1.", 1.0),
        ("1e3", 1e3),
        ("1E+3", 1e3),
        ("-1.5e-3", -1.5e-3),
        ("1_0.2_5", 10.25),
        ("0.1", 0.1),
        ("5e-324", f64::from_bits(1)),
        ("1.7976931348623157e308", f64::MAX),
        ("inf", f64::INFINITY),
        ("-inf", f64::NEG_INFINITY),
    ] {
        let Ok(Value::Float { value: read, suffix }) = argument(text) else {
            panic!("{text} is no float");
        };
        assert_eq!((read.to_bits(), suffix), (value.to_bits(), None), "{text}");
    }
    assert!(matches!(argument("nan"), Ok(Value::Float { value, .. }) if value.is_nan()));
}

#[test]
fn the_minus_of_a_hexadecimal_number_that_ends_in_e_is_no_exponent() {
    assert_eq!(parse("f(0x1e-3)").unwrap_err().message, "expected `,`");
    assert_eq!(
        parse("f(0x1e, -3)").unwrap().arguments,
        [integer(0x1E), integer(-3)]
    );
}

#[test]
fn text_becomes_the_bytes_that_it_means() {
    for (text, bytes) in [
        (r#""""#, &b""[..]),
        (r#""\n\t\0\\\"\'""#, b"\n\t\0\\\"'"),
        (r#""\x00\x7f\xFF""#, b"\x00\x7f\xFF"),
        (r#""\x41\x42C""#, b"ABC"),
        (r#""a, b) == 1""#, b"a, b) == 1"),
        ("\"\u{e9}\"", b"\xc3\xa9"),
    ] {
        assert_eq!(argument(text), Ok(Value::Text(bytes.to_vec())), "{text}");
        let pipe = format!("pipe( {text} )");
        assert_eq!(argument(&pipe), Ok(Value::Pipe(bytes.to_vec())), "{pipe}");
    }
}

#[test]
fn an_escape_that_nobody_knows_is_an_error() {
    for (text, message) in [
        (r#""\q""#, "unknown escape"),
        (r#""\xg0""#, "two hexadecimal digits"),
        (r#""\x+1""#, "two hexadecimal digits"),
        (r#""\x4""#, "two hexadecimal digits"),
        (r#""\""#, "does not end"),
        (r#""\"#, "unknown escape"),
    ] {
        let error = argument(text).unwrap_err();
        assert!(error.message.contains(message), "{text}: {error}");
    }
}

#[test]
fn a_character_is_one_byte() {
    for (text, byte) in [("'a'", 97), ("'\"'", 34), (r"'\''", 39), (r"'\xff'", 255)] {
        assert_eq!(argument(text), Ok(integer(byte)), "{text}");
    }
    for text in ["''", "'ab'", "'\u{e9}'"] {
        let error = argument(text).unwrap_err();
        assert!(error.message.contains("one ASCII character"), "{text}: {error}");
    }
}

#[test]
fn lists_end_with_a_comma_or_without_and_hold_nothing_or_more() {
    let list = |values: &[i128]| Value::List(values.iter().map(|value| integer(*value)).collect());
    for (text, value) in [
        ("[]", list(&[])),
        ("[ ]", list(&[])),
        ("[1,]", list(&[1])),
        ("[1, 2 , ]", list(&[1, 2])),
        ("{}", Value::Aggregate(vec![])),
        (
            "{1, [2], {}}",
            Value::Aggregate(vec![integer(1), list(&[2]), Value::Aggregate(vec![])]),
        ),
    ] {
        assert_eq!(argument(text), Ok(value), "{text}");
    }
    assert_eq!(parse("f()").unwrap().arguments, []);
    assert_eq!(parse("f(1,)").unwrap().arguments, [integer(1)]);
    for text in ["f(,)", "f([,])", "f({,})", "f(1,,2)", "f(1 2)", "f([1 2])"] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_value_is_repeated_up_to_a_limit() {
    let repeat = |count| {
        Ok(Value::Repeat {
            value: Box::new(Value::Aggregate(vec![integer(-1)])),
            count,
        })
    };
    assert_eq!(argument("[{-1}; 0]"), repeat(0));
    assert_eq!(argument("[{-1}; 0x10]"), repeat(16));
    assert_eq!(argument("[{-1}; 1_048_576]"), repeat(1 << 20));
    for count in ["1048577", "-1", "1.0", "true", "[1]", ""] {
        assert!(argument(&format!("[{{-1}}; {count}]")).is_err(), "{count}");
    }
}

#[test]
fn nesting_is_limited_and_neighbours_are_not_nested() {
    let nested = |depth: usize| argument(&format!("{}1", "&".repeat(depth - 1)));
    assert!(nested(MAX_DEPTH).is_ok());
    assert!(nested(MAX_DEPTH + 1).unwrap_err().message.contains("deeply"));
    let many = vec!["[1]"; 2 * MAX_DEPTH].join(", ");
    assert_eq!(
        parse(&format!("f({many})")).unwrap().arguments.len(),
        2 * MAX_DEPTH
    );
}

#[test]
fn columns_count_letters_and_not_bytes() {
    for (text, column, message) in [
        ("", 1, "expected a function name"),
        ("1f()", 1, "expected a function name"),
        ("f", 2, "expected `(`"),
        ("f(#)", 3, "expected a value"),
        ("f(@)", 4, "expected a symbol after `@`"),
        ("f() ==", 7, "expected a value"),
        ("f() = 1", 5, "unexpected text after the call"),
        ("f() == 1 2", 10, "unexpected text after the call"),
        ("f(pipe 1)", 8, "expected `(`"),
        ("f(\"\u{e9}\u{20ac}\", 0x)", 9, "`0x` is no number"),
        ("f(1, wrong)", 6, "`wrong` is no value"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(
            (error.column, error.message.as_str()),
            (column, message),
            "{text}"
        );
        assert_eq!(error.text, text);
    }
}

#[test]
fn spaces_mean_nothing_between_words() {
    let dense = parse("ns.f$1(&{1,[2;3]},pipe(\"a\"),@g)==-1").unwrap();
    let loose = parse("  ns.f$1 ( & { 1 , [ 2 ; 3 ] } , pipe ( \"a\" ) , @ g ) == -1 ").unwrap();
    assert_eq!(dense.function, "ns.f$1");
    assert_eq!(
        (loose.function, loose.arguments, loose.expected),
        (dense.function, dense.arguments, dense.expected)
    );
    assert_eq!(
        loose.text,
        "  ns.f$1 ( & { 1 , [ 2 ; 3 ] } , pipe ( \"a\" ) , @ g ) == -1 "
    );
}

#[test]
fn words_are_values_in_these_spellings_only() {
    for (text, value) in [
        ("true", Value::Bool(true)),
        ("false", Value::Bool(false)),
        ("null", Value::Null),
        ("NULL", Value::Null),
        ("@on_event", Value::Symbol("on_event".to_owned())),
    ] {
        assert_eq!(argument(text), Ok(value), "{text}");
    }
    for text in ["True", "Null", "nullptr", "NaN", "-true", "-nan"] {
        assert!(argument(text).is_err(), "{text}");
    }
}
