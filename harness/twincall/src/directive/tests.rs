use super::*;

fn read_c(text: &str) -> Result<Directives, Vec<DirectiveError>> {
    read(Path::new("f.c"), text, Side::C)
}

#[test]
fn reads_all_keys_over_several_lines() {
    let text = "//@ about = \"x\"\n// prose\n//@ call = [\n//@   \"f(1)\",\n//@ ]\n//@ opt = 2\n\
                //@ targets = [\"native\"]\n//@ expect = [{ rule = \"arity\", symbol = \"f\" }]\nint f(int);";
    let directives = read_c(text).unwrap();
    assert_eq!(directives.calls.len(), 1);
    assert_eq!(directives.opt, Some(vec![OptLevel(2)]));
    assert_eq!(directives.targets, Some(vec![Target::X86_64LinuxGnu]));
    assert_eq!(directives.expect[0].line, 8);
}

#[test]
fn names_line_and_nearest_name() {
    let errors = read_c("//@ about = \"x\"\n//@ cal = [\"f(1)\"]\n").unwrap_err();
    assert_eq!(errors[0].line, 2);
    assert_eq!(errors[0].message, "unknown directive `cal`; did you mean `call`?");
    let errors = read_c("//@ expect = [{ rule = \"arty\" }]\n").unwrap_err();
    assert!(
        errors[0].message.ends_with("did you mean `arity`?"),
        "{}",
        errors[0]
    );
    let errors = read_c("\n//@ targets = [\"nativ\"]").unwrap_err();
    assert_eq!((errors[0].line, errors[0].message.contains("native")), (2, true));
}

#[test]
fn each_expectation_has_its_own_line() {
    let text = "//@ expect = [\n//@   { rule = \"value\", symbol = \"f\" },\n\
                //@   { rule = \"value\", symbol = \"g\" },\n//@ ]\n";
    let lines: Vec<u32> = read_c(text).unwrap().expect.iter().map(|e| e.line).collect();
    assert_eq!(lines, [2, 3]);
}

#[test]
fn what_would_be_ignored_is_an_error() {
    for (text, line, message) in [
        ("int x;\n//@ opt = 2\n", 2, "move this line up"),
        ("/* a licence */\n//@ opt = 2\n", 2, "move this line up"),
        ("//@ opt = []", 1, "names no level"),
        ("//@ targets = []", 1, "names no target"),
        ("//@ timeout-ms = 0", 1, "at least 1"),
        (
            "//@ expect = [{ rule = \"value\", path = \"rust>c\" }]",
            1,
            "did you mean `rust->c`?",
        ),
        (
            "//@ expect = [\n//@ { rule = \"value\", symbl = \"f\" }]",
            2,
            "did you mean `symbol`?",
        ),
    ] {
        let errors = read_c(text).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].line, line, "{errors:?}");
        assert!(errors[0].message.contains(message), "{errors:?}");
    }
    assert_eq!(
        read_c("//@ opt = [2, 0, 2]").unwrap().opt,
        Some(OptLevel::DEFAULT.to_vec())
    );
}

#[test]
fn reports_every_error_at_once() {
    let errors = read_c("//@ opt = [9]\n//@ std = true\n//@ call = [\"f(\"]\n").unwrap_err();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(read_c("//@ about = \n").unwrap_err()[0].message.contains("TOML"));
}
