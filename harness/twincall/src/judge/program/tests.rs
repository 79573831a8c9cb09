use super::*;

#[test]
fn a_panic_is_told_in_its_own_words() {
    let new = "thread 'main' (7) panicked at rust-fixtures/reports/report.rs:24:5:\n\
        assertion `left == right` failed: 32\n  left: 0\n right: 1\nnote: run with\n";
    assert_eq!(
        said(new).unwrap(),
        "assertion `left == right` failed: 32; left: 0; right: 1"
    );
    let at = place(new).unwrap();
    assert_eq!(
        (at.file.as_str(), at.line),
        ("rust-fixtures/reports/report.rs", 24)
    );
    let old = "thread 'main' panicked at 'no such key', src/lib.rs:3:5\nnote: run with\n";
    assert_eq!(said(old).unwrap(), "no such key");
    assert_eq!(place(old).unwrap().line, 3);
}

#[test]
fn an_assertion_of_c_and_an_exception_of_cpp_are_told_too() {
    let c = "twincall-probe: c-fixtures/reports/report.c:12: int f(int): Assertion `x == 1' failed.\n";
    assert_eq!(said(c).unwrap(), "assertion `x == 1` failed");
    assert_eq!(place(c).unwrap().line, 12);
    let cpp = "terminate called after throwing an instance of 'std::runtime_error'\n  what():  no\n";
    assert_eq!(
        said(cpp).unwrap(),
        "terminate called after throwing an instance of 'std::runtime_error': no"
    );
    assert_eq!(said("all is well\n"), None);
}
