//! Fixtures that crash, hang, flee and lie. None may cost more than its own call.

use std::io::Read as _;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use twincall_abi::run::{Ending, Group};

use crate::support::{
    Library, call, compile, crash, finish, frame, group, library, one_by_one, refusal, result, run, stack,
    start,
};

const CRASHES: &str = r#"
DRIVER(segv) { UNUSED; __asm__ volatile("movq $0x77, %%rax\n\tmovl $1, 0x1230(%%rax)" ::: "rax", "memory"); }
DRIVER(noncanonical) { UNUSED; *(volatile int *)0x8000000000000000 = 1; }
DRIVER(fpe) { (void)args; *(int *)ret = 7 / *(volatile int *)ret; }
DRIVER(ill) { UNUSED; __builtin_trap(); }
DRIVER(trap) { UNUSED; __asm__ volatile("int3"); }
DRIVER(aborts) { UNUSED; abort(); }
DRIVER(bus) {
    UNUSED;
    int fd = memfd_create("empty", 0);
    *(volatile char *)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) = 1;
}
static int deep(volatile int *above) { volatile int here[512]; here[0] = *above; return deep(here) + here[0]; }
DRIVER(overflow) { int start = 0; (void)args; *(int *)ret = deep(&start); }
DRIVER(killed) { UNUSED; kill(getpid(), SIGKILL); }
DRIVER(segv_sent) { UNUSED; raise(SIGSEGV); }
DRIVER(wild_jump) { UNUSED; ((void (*)(void))0x10)(); }
DRIVER(callee_saved) { UNUSED; __asm__ volatile("xorl %%ebx, %%ebx\n\txorl %%r12d, %%r12d" ::: "memory"); }
static void *crash_aside(void *p) { return (void *)(intptr_t)*(volatile int *)p; }
DRIVER(thread) { pthread_t t; UNUSED; pthread_create(&t, 0, crash_aside, (void *)8); pthread_join(t, 0); }
"#;

#[test]
fn a_crash_has_signal_address_and_registers() {
    let library = library(CRASHES);
    let outcome = library.call("segv");
    let (signal, address, registers) = crash(&outcome);
    assert_eq!((signal, address), ("SIGSEGV", Some(0x12a7)));
    assert_eq!(registers["rax"], 0x77);
    assert_eq!(registers.len(), 18);
    assert!(registers["rip"] > 0x1000 && registers["rsp"] > 0x1000 && registers["rflags"] & 2 == 2);
    let outcome = library.call("wild_jump");
    let (signal, address, registers) = crash(&outcome);
    assert_eq!((signal, address, registers["rip"]), ("SIGSEGV", Some(0x10), 0x10));
}

#[test]
fn every_kind_of_crash_is_told_apart() {
    let library = library(CRASHES);
    let drivers = [
        ("noncanonical", "SIGSEGV", false),
        ("fpe", "SIGFPE", true),
        ("ill", "SIGILL", true),
        ("trap", "SIGTRAP", false),
        ("aborts", "SIGABRT", false),
        ("bus", "SIGBUS", true),
        ("overflow", "SIGSEGV", true),
        ("killed", "SIGKILL", false),
        ("segv_sent", "SIGSEGV", false),
        ("thread", "SIGSEGV", true),
    ];
    let names: Vec<&str> = drivers.iter().map(|driver| driver.0).collect();
    let outcomes = library.calls(&names);
    for (outcome, (driver, signal, has_address)) in outcomes.iter().zip(drivers) {
        assert!(
            matches!(outcome.ending, Ending::Crashed { .. }),
            "{driver}: {outcome:?}"
        );
        let found = crash(outcome);
        assert_eq!((found.0, found.1.is_some()), (signal, has_address), "{driver}");
        assert_eq!(found.2.is_empty(), signal == "SIGKILL", "{driver}");
        assert_eq!(outcome.arena.len(), crate::support::ARENA, "{driver}");
    }
}

#[test]
fn a_crash_comes_with_its_stack_and_what_was_loaded() {
    let library = library(CRASHES);
    for driver in ["segv", "aborts", "overflow", "thread"] {
        let outcome = library.call(driver);
        let stack = stack(&outcome).unwrap_or_else(|| panic!("{driver}: no stack"));
        let rsp = crash(&outcome).2["rsp"];
        // Below an overflow there is nothing to read, up to the end of its page.
        let unreadable = stack.at - rsp;
        assert!(
            unreadable == 0 || driver == "overflow" && unreadable < 8192,
            "{driver}: {unreadable}"
        );
        assert!(
            (16..=64 << 10).contains(&stack.bytes.len()),
            "{driver}: {}",
            stack.bytes.len()
        );
        assert!(
            driver == "overflow" || driver == "thread" || stack.bytes.len() < 4096,
            "{driver}"
        );
        let loaded = |name: &str| stack.modules.iter().find(|module| module.path.contains(name));
        assert!(loaded("libc.so").is_some() && loaded("twincall-probe").is_none());
        let bias = loaded(library.path.to_str().unwrap()).unwrap().bias;
        assert!(bias > 0 && bias % 4096 == 0, "{bias:#x}");
    }
    assert_eq!(stack(&library.call("killed")), None);
}

#[test]
fn a_stack_pointer_to_nowhere_costs_the_backtrace_and_nothing_else() {
    let source = r#"
        DRIVER(lost) { UNUSED; __asm__ volatile("movq $0x5000, %%rsp\n\tpush %%rax" ::: "memory"); }
        DRIVER(high) { UNUSED; __asm__ volatile("movq $-8, %%rsp\n\tint3" ::: "memory"); }
    "#;
    let library = library(source);
    let outcomes = library.calls(&["lost", "high", "good"]);
    for (outcome, signal) in outcomes.iter().zip(["SIGSEGV", "SIGTRAP"]) {
        assert_eq!(crash(outcome).0, signal);
        assert_eq!(stack(outcome), None, "{signal}");
    }
    assert_eq!(result(&outcomes[2]), 42);
}

#[test]
fn crashes_are_attributed_to_the_call_that_was_running() {
    let library = library(CRASHES);
    let calls = (0..1000)
        .map(|id| call(id, if id % 2 == 0 { "segv" } else { "good" }))
        .collect();
    for outcome in run(&library.batch(vec![Group { calls }])) {
        if outcome.id % 2 == 0 {
            assert_eq!(crash(&outcome).1, Some(0x12a7), "call {}", outcome.id);
        } else {
            assert_eq!(result(&outcome), 42, "call {}", outcome.id);
        }
    }
}

#[test]
fn a_driver_that_spoils_registers_costs_one_call() {
    let library = library(CRASHES);
    let outcomes = library.calls(&["callee_saved", "good"]);
    assert_eq!(result(&outcomes[1]), 42);
}

const ENDS: &str = r#"
static void hook(void) { for (;;) pause(); }
DRIVER(exit_0) { UNUSED; exit(0); }
DRIVER(exit_3) { UNUSED; _exit(3); }
DRIVER(exit_113) { UNUSED; _exit(113); }
DRIVER(exit_hook) { UNUSED; atexit(hook); exit(0); }
DRIVER(spin) { UNUSED; for (;;) __asm__ volatile(""); }
DRIVER(stop) { UNUSED; raise(SIGSTOP); }
DRIVER(deaf) { UNUSED; sigset_t s; sigfillset(&s); sigprocmask(SIG_BLOCK, &s, 0); for (;;) pause(); }
DRIVER(nuisance) { (void)args; for (int i = 0; i < 1000; i++) kill(getppid(), SIGUSR1); *(int *)ret = 42; }
DRIVER(parent) { UNUSED; kill(getppid(), SIGKILL); for (;;) pause(); }
"#;

#[test]
fn a_process_that_ends_has_not_returned() {
    let library = library(ENDS);
    let outcomes = library.calls(&["exit_0", "exit_3", "exit_113", "good"]);
    assert_eq!(outcomes[0].ending, Ending::Exited { status: 0 });
    assert_eq!(outcomes[1].ending, Ending::Exited { status: 3 });
    assert_eq!(outcomes[2].ending, Ending::Exited { status: 113 });
    assert_eq!(result(&outcomes[3]), 42);
}

#[test]
fn what_does_not_end_is_stopped_at_its_time_limit() {
    let library = library(ENDS);
    let mut batch = library.batch(vec![group(&["spin", "stop", "deaf", "exit_hook"])]);
    batch.timeout_ms = 50;
    for outcome in run(&batch) {
        assert_eq!(outcome.ending, Ending::TimedOut, "call {}", outcome.id);
    }
    // The calls behind one that hangs have the same limit, and on a busy machine nothing is done in a moment.
    let mut batch = library.batch(vec![group(&["spin", "good", "nuisance"])]);
    batch.timeout_ms = 500;
    let outcomes = run(&batch);
    assert_eq!(outcomes[0].ending, Ending::TimedOut);
    assert_eq!((result(&outcomes[1]), result(&outcomes[2])), (42, 42));
}

#[test]
fn a_call_that_kills_the_server_costs_itself() {
    let library = library(ENDS);
    let outcomes = library.calls(&["good", "parent", "exit_3", "good", "parent", "parent", "good"]);
    for good in [0, 3, 6] {
        assert_eq!(result(&outcomes[good]), 42, "call {good}");
    }
    for parent in [1, 4, 5] {
        assert!(refusal(&outcomes[parent]).contains("SIGKILL"), "call {parent}");
    }
    assert_eq!(outcomes[2].ending, Ending::Exited { status: 3 });
}

#[test]
fn a_process_that_ends_between_calls_costs_none() {
    let library = forking_library();
    let mut calls = vec![call(0, "ends_when_asked"), call(1, "good")];
    // The answer is larger than a pipe, so that the next call is not made before it is read.
    calls[0].arena = vec![0; 4 << 20];
    let batch = library.batch(vec![Group { calls }]);
    let mut probe = start(&frame(&postcard::to_stdvec(&batch).unwrap()));
    let mut answers = vec![0; 4];
    probe.stdout.as_mut().unwrap().read_exact(&mut answers).unwrap();
    let numbers = survivors(&library).1;
    let pid = Pid::from_raw(numbers[0].parse().unwrap()).unwrap();
    let process = pidfd_open(pid, PidfdFlags::empty()).unwrap();
    pidfd_send_signal(&process, Signal::TERM).unwrap();
    poll(&mut [PollFd::new(&process, PollFlags::IN)], None).unwrap();
    let (status, outcomes) = finish(probe, answers);
    assert_eq!(status, Some(0));
    assert_eq!((result(&outcomes[0]), result(&outcomes[1])), (42, 42));
}

#[test]
fn limits_beyond_reason_are_no_limits() {
    let library = library("");
    let mut batch = library.batch(vec![group(&["good"])]);
    (batch.timeout_ms, batch.memory_limit) = (u64::MAX, u64::MAX);
    assert_eq!(result(&run(&batch)[0]), 42);
}

const JUMPS: &str = r#"
#include <setjmp.h>
static jmp_buf away;
static int calls, jumps;
DRIVER(set) { (void)args; *(int *)ret = ++calls; if (setjmp(away)) jumps++; }
DRIVER(jump) { (void)args; *(int *)ret = ++calls; longjmp(away, 1); }
DRIVER(jumped) { (void)args; *(int *)ret = 10 * calls++ + jumps; }
"#;

#[test]
fn a_jump_into_an_earlier_call_ends_the_call_that_jumps() {
    let library = library(JUMPS);
    // At one go, and, because of the call that outlives it, one by one.
    let bursts = ["set", "jump", "jump", "jumped"];
    for drivers in [bursts.to_vec(), [&bursts[..], &["missing"]].concat()] {
        let outcomes = library.calls(&drivers);
        let results: Vec<i32> = outcomes[..4].iter().map(result).collect();
        assert_eq!(results, [1, 2, 3, 32], "{drivers:?}");
    }
}

#[test]
fn what_a_call_printed_before_a_crash_is_its_own() {
    let source = r#"
        DRIVER(one) { (void)args; puts("one"); *(int *)ret = 1; }
        DRIVER(last) { UNUSED; puts("last words"); abort(); }
        DRIVER(leaves) { UNUSED; puts("bye"); _exit(3); }
        DRIVER(silent) { (void)args; *(int *)ret = 2; }
    "#;
    let library = library(source);
    let drivers = [
        "silent", "one", "last", "one", "silent", "leaves", "one", "one", "silent", "last",
    ];
    for (outcome, driver) in library.calls(&drivers).iter().zip(drivers) {
        let printed: &[u8] = match driver {
            "one" => b"one\n",
            "last" => b"last words\n",
            "leaves" => b"bye\n",
            _ => b"",
        };
        assert_eq!(outcome.output, printed, "call {}: {driver}", outcome.id);
    }
}

#[test]
fn a_crash_between_two_calls_is_no_calls_doing() {
    // What the probe itself writes for a call that came back ends the process.
    let source = r#"
        DRIVER(last_to_write) {
            (void)args;
            signal(SIGXFSZ, SIG_DFL);
            setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 0, 0 });
            *(int *)ret = 42;
        }
    "#;
    let library = library(source);
    let outcomes = library.calls(&["last_to_write", "good"]);
    assert_eq!((result(&outcomes[0]), result(&outcomes[1])), (42, 42));
}

#[test]
fn a_crash_of_what_an_earlier_call_left_is_that_of_the_call_that_runs() {
    let source = r#"
        #include <semaphore.h>
        static sem_t asked;
        static void *later(void *p) { sem_wait(&asked); abort(); return p; }
        DRIVER(crashes_later) {
            (void)args;
            pthread_t t;
            sem_init(&asked, 0, 0);
            pthread_create(&t, 0, later, 0);
            *(int *)ret = 42;
        }
        DRIVER(asks) { UNUSED; sem_post(&asked); for (;;) pause(); }
    "#;
    let library = library(source);
    let outcomes = library.calls(&["crashes_later", "good", "asks", "good"]);
    assert_eq!((result(&outcomes[0]), result(&outcomes[1])), (42, 42));
    assert_eq!(crash(&outcomes[2]).0, "SIGABRT");
    assert_eq!(result(&outcomes[3]), 42);
}

const GREEDY: &str = r#"
DRIVER(close_all) { UNUSED; for (int i = 0; i <= 1024; i++) close(i); }
DRIVER(close_range_all) { UNUSED; close_range(0, ~0U, 0); *(int *)ret = 42; }
DRIVER(hello) { (void)args; *(int *)ret = printf("hello"); }
DRIVER(flood) {
    (void)args;
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 16384; i++) *(int *)ret += write(1, block, sizeof block) > 0;
}
DRIVER(eat) {
    (void)args;
    for (;;) {
        char *p = malloc(1 << 20);
        if (!p) break;
        memset(p, 1, 1 << 20);
        ++*(int *)ret;
    }
}
DRIVER(descriptors) { (void)args; while (dup(0) >= 0) ++*(int *)ret; }
"#;

#[test]
fn closing_every_descriptor_disturbs_nothing() {
    let library = library(GREEDY);
    let outcomes = library.calls(&["close_all", "hello", "close_range_all", "hello", "good"]);
    assert_eq!(outcomes[0].ending, Ending::Returned);
    assert_eq!(
        outcomes[1].output, b"hello",
        "the streams are connected again for the next call"
    );
    assert_eq!(
        outcomes[3].output, b"hello",
        "even those of the probe are there again"
    );
    assert_eq!((result(&outcomes[2]), result(&outcomes[4])), (42, 42));
}

#[test]
fn a_flood_of_output_is_cut_and_does_not_kill() {
    let library = library(GREEDY);
    let outcomes = library.calls(&["flood", "hello"]);
    assert_eq!(result(&outcomes[0]), 16, "a mebibyte is let through");
    // The end is kept too, where a program says why it gives up.
    let half = [b'x'; 2048].as_slice();
    assert_eq!(outcomes[0].output, [half, b"\n[..]\n", half].concat());
    assert_eq!(outcomes[1].output, b"hello");
}

#[test]
fn memory_and_descriptors_run_out_for_the_fixture_alone() {
    let library = library(GREEDY);
    let outcomes = library.calls(&["eat", "descriptors"]);
    let mebibytes = result(&outcomes[0]);
    assert!((32..=80).contains(&mebibytes), "{mebibytes} MiB of 64");
    let outcomes = library.calls(&["descriptors", "good"]);
    assert!((900..=1024).contains(&result(&outcomes[0])));
    assert_eq!(result(&outcomes[1]), 42);
}

const FORKS: &str = r#"
#include <sys/wait.h>
static void leave_number(void) {
    Dl_info here;
    char name[512];
    dladdr((void *)leave_number, &here);
    snprintf(name, sizeof name, "%.*s/left/%d", (int)(strrchr(here.dli_fname, '/') - here.dli_fname), here.dli_fname, getpid());
    close(open(name, O_CREAT | O_WRONLY, 0600));
}
/* Nothing is written: the pipe ends when all who are to leave their numbers have done so. */
static int numbers[2];
static void linger(void) { leave_number(); close(numbers[1]); for (;;) pause(); }
static void await_numbers(void) { char none; close(numbers[1]); read(numbers[0], &none, 1); close(numbers[0]); }
DRIVER(leave_children) {
    (void)args;
    pipe(numbers);
    for (int i = 0; i < 20; i++) if (!fork()) linger();
    await_numbers();
    *(int *)ret = 42;
}
DRIVER(leave_fled) {
    (void)args;
    pipe(numbers);
    for (int i = 0; i < 5; i++) if (!fork()) { setsid(); if (!fork()) { setsid(); linger(); } linger(); }
    await_numbers();
    *(int *)ret = 42;
}
static void explode(void) {
    pid_t first = getpid();
    pipe(numbers);
    for (int i = 0; i < 7; i++) fork();
    if (getpid() != first) linger();
    await_numbers();
}
DRIVER(bomb) { UNUSED; explode(); abort(); }
DRIVER(hanging_bomb) { UNUSED; explode(); for (;;) pause(); }
DRIVER(both_return) { (void)args; if (fork()) { wait(0); *(int *)ret = 42; } }
DRIVER(says) { (void)args; puts("once"); *(int *)ret = 42; }
DRIVER(child_crashes) { (void)args; if (!fork()) abort(); wait(0); *(int *)ret = 42; }
DRIVER(child_crashes_first) { UNUSED; if (!fork()) abort(); wait(0); _exit(113); }
DRIVER(ends_when_asked) { (void)args; leave_number(); signal(SIGTERM, _exit); *(int *)ret = 42; }
"#;

/// How many processes a fixture left, by the files they wrote, and which of them live.
fn survivors(library: &Library) -> (usize, Vec<String>) {
    let files = std::fs::read_dir(library.beside("left")).unwrap();
    let pids: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let alive = |pid: &&String| std::path::Path::new("/proc").join(pid).exists();
    (pids.len(), pids.iter().filter(alive).cloned().collect())
}

/// The library, with a folder beside it in which its processes leave their numbers.
fn forking_library() -> Library {
    let library = library(FORKS);
    std::fs::create_dir(library.beside("left")).unwrap();
    library
}

#[test]
fn no_process_of_a_fixture_outlives_its_group() {
    let library = forking_library();
    let outcomes = library.calls(&["leave_children", "leave_fled"]);
    assert_eq!((result(&outcomes[0]), result(&outcomes[1])), (42, 42));
    let (left, alive) = survivors(&library);
    assert_eq!(left, 30);
    assert!(alive.is_empty(), "{alive:?}");
}

#[test]
fn a_fork_bomb_is_stopped_whole() {
    let library = forking_library();
    let outcomes = library.calls(&["bomb", "good"]);
    assert_eq!(crash(&outcomes[0]).0, "SIGABRT");
    assert_eq!(result(&outcomes[1]), 42);
    let (left, alive) = survivors(&library);
    assert_eq!(left, 127);
    assert!(alive.is_empty(), "{alive:?}");
    // How far this one comes within its limit depends on the machine.
    let mut batch = library.batch(vec![group(&["hanging_bomb"])]);
    batch.timeout_ms = 100;
    assert_eq!(run(&batch)[0].ending, Ending::TimedOut);
    let (_, alive) = survivors(&library);
    assert!(alive.is_empty(), "{alive:?}");
}

#[test]
fn a_forked_copy_makes_no_calls_and_its_crash_is_not_the_calls() {
    let library = forking_library();
    let drivers = [
        "both_return",
        "says",
        "child_crashes",
        "child_crashes_first",
        "good",
    ];
    let batch = library.batch(vec![group(&drivers)]);
    for batch in [batch.clone(), one_by_one(batch)] {
        let outcomes = run(&batch);
        for returns in [0, 1, 2, 4] {
            assert_eq!(result(&outcomes[returns]), 42, "{}", drivers[returns]);
        }
        assert_eq!(
            (&outcomes[0].output[..], &outcomes[1].output[..]),
            (&b""[..], &b"once\n"[..])
        );
        // The probe's own status for a crash, without one that it saw.
        assert_eq!(outcomes[3].ending, Ending::Exited { status: 113 });
    }
}

#[test]
fn what_unwinds_out_of_a_driver_is_an_abort() {
    let source = r#"
        extern "C" void throws(const void *const *, void *) { throw 1; }
        extern "C" void good(const void *const *, void *ret) { *(int *)ret = 42; }
    "#;
    let outcomes = compile("c++", "cc", source, &[]).calls(&["throws", "good"]);
    assert_eq!(crash(&outcomes[0]).0, "SIGABRT");
    assert_eq!(result(&outcomes[1]), 42);
}

#[test]
fn a_library_that_does_not_load_refuses_its_calls() {
    // Only what hangs is to meet its limit, of which constructors have a second at least.
    for (body, timeout_ms, reason) in [
        ("*(volatile int *)8 = 1;", 5000, "SIGSEGV"),
        ("for (;;) pause();", 100, "took longer than 1000 ms"),
        ("_exit(0);", 5000, "status 0"),
        ("close_range(0, ~0U, 0); abort();", 5000, "SIGABRT"),
    ] {
        let library = library(&format!(
            "__attribute__((constructor)) static void start(void) {{ {body} }}"
        ));
        let mut batch = library.batch(vec![group(&["good", "good"]), group(&["good"])]);
        batch.timeout_ms = timeout_ms;
        let outcomes = run(&batch);
        assert_eq!(outcomes.len(), 3);
        for outcome in &outcomes {
            assert!(refusal(outcome).contains(reason), "{outcome:?}");
            assert!(refusal(outcome).contains("libfixture.so"), "{outcome:?}");
        }
    }
    let missing = library("");
    let mut batch = missing.batch(vec![group(&["good"])]);
    batch.libraries[0].push_str(".not");
    assert!(refusal(&run(&batch)[0]).contains("libfixture.so.not"));
}

#[test]
fn a_constructor_that_prints_or_closes_descriptors_spoils_no_answer() {
    let source = "__attribute__((constructor)) static void start(void) { puts(\"hello\"); fflush(stdout); \
                  for (int i = 0; i < 1024; i++) close(i); }";
    let library = library(source);
    assert_eq!(result(&library.call("good")), 42);
}

#[test]
fn a_constructor_has_a_memory_limit_and_the_calls_have_theirs() {
    let source = r#"
        static int got;
        __attribute__((constructor)) static void start(void) {
            while (got < 64 && mmap(0, 64 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) got++;
        }
        DRIVER(reserved) { (void)args; *(int *)ret = got; }
        DRIVER(more) {
            (void)args;
            *(int *)ret = mmap(0, 32 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
        }
    "#;
    let library = library(source);
    let outcomes = library.calls(&["reserved", "more"]);
    assert!((1..=5).contains(&result(&outcomes[0])), "{:?}", outcomes[0]);
    assert_eq!(result(&outcomes[1]), 1);
}
