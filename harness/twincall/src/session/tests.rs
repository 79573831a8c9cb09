use super::*;

#[test]
fn the_first_line_of_a_message_with_an_error_says_what_is_wrong() {
    for (message, line) in [
        ("", ""),
        ("  just this \nmore", "just this"),
        (
            "warning: old\n  a.c:3:1: error: no type\nerror: two",
            "a.c:3:1: error: no type",
        ),
        ("in an error\nof ours", "in an error"),
        ("2 errors\na.c:1: error: none", "a.c:1: error: none"),
    ] {
        assert_eq!(first_error(message), line, "{message}");
    }
}

#[test]
fn only_a_folder_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for root in [file, folder.path().join("nothing")] {
        let opened = Session::open(&root, Options::default());
        assert!(
            matches!(&opened, Err(SessionError::NoRoot(path)) if *path == root),
            "{opened:?}"
        );
    }
}
