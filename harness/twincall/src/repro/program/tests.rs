use super::valgrind::read;

const OUTPUT: &str = "<?xml version=\"1.0\"?>
<valgrindoutput>
<error>
  <kind>InvalidWrite</kind>
  <what>Invalid write of size 1</what>
  <stack>
    <frame><ip>0x1</ip><fn>memset</fn></frame>
    <frame><ip>0x2</ip><fn>make</fn><dir>/d</dir><file>report.c</file><line>3</line></frame>
  </stack>
  <auxwhat>Address 0x4a5fce8 is 0 bytes after a block of size 8 alloc'd</auxwhat>
</error>
<error>
  <kind>Leak_DefinitelyLost</kind>
  <xwhat><text>8 bytes in 1 blocks are definitely lost</text></xwhat>
  <stack></stack>
</error>
<fatal_signal>
  <tid>1</tid><signo>11</signo><signame>SIGSEGV</signame>
  <event>Access not within mapped region</event>
  <stack><frame><ip>0x3</ip><fn>report::main</fn><file>report.rs</file><line>2</line></frame></stack>
</fatal_signal>
";

#[test]
fn faults_come_in_order_and_a_killed_program_leaves_open_text() {
    let seen = read(OUTPUT).unwrap();
    assert_eq!(seen.signal.as_deref(), Some("SIGSEGV"));
    assert!(seen.finished);
    let [fault] = seen.faults.as_slice() else {
        panic!("{:?}", seen.faults);
    };
    assert_eq!(fault.what, "Invalid write of size 1");
    assert_eq!(
        fault.detail.as_deref(),
        Some("is 0 bytes after a block of size 8 alloc'd")
    );
    let places: Vec<_> = fault
        .frames
        .iter()
        .map(|frame| (frame.function.as_str(), frame.line))
        .collect();
    assert_eq!(places, [("memset", None), ("make", Some(3))]);
}

#[test]
fn what_is_no_such_text_is_refused() {
    for text in [
        "",
        "valgrind: command line error",
        "<valgrindoutput><error></valgrindoutput>",
    ] {
        read(text).unwrap_err();
    }
}

#[test]
fn a_signal_alone_is_a_fault() {
    let start = OUTPUT.find("<error>").unwrap();
    let end = OUTPUT.find("<fatal_signal>").unwrap();
    let text = format!("{}{}", &OUTPUT[..start], &OUTPUT[end..]);
    let faults = read(&text).unwrap().faults;
    assert_eq!(faults[0].what, "Access not within mapped region");
    assert_eq!(faults[0].frames[0].file.as_deref(), Some("report.rs"));
}

#[test]
fn only_the_end_of_the_program_is_an_end() {
    let started = "<valgrindoutput><status><state>RUNNING</state></status>";
    assert!(!read(started).unwrap().finished);
    let ended = format!("{started}<status><state>FINISHED</state></status></valgrindoutput>");
    assert!(read(&ended).unwrap().finished);
}
