//! Fixtures that lie about how a call ended. What is told of it comes from the kernel, whatever they reach.

use twincall_abi::run::Ending;

use crate::support::{crash, group, library, one_by_one, refusal, result, run, run_as_nobody};

/// Writes over functions of the C library, which in a child are the ones that the probe calls too.
const HOOKS: &str = r#"
static int hook(const char *name, void *with) {
    unsigned char *at = dlsym(RTLD_DEFAULT, name);
    if (!at || mprotect((void *)((uintptr_t)at & -4096), 8192, PROT_READ | PROT_WRITE | PROT_EXEC)) return 0;
    /* movabs $with, %rax; jmp *%rax */
    memcpy(at, "\x48\xb8", 2), memcpy(at + 2, &with, 8), memcpy(at + 10, "\xff\xe0", 2);
    return 1;
}
static long lies(void) { return 0; }
static long boasts(long a, long b, long length) { (void)a, (void)b; return length; }
DRIVER(crashes) { UNUSED; *(volatile int *)16 = 1; }
"#;

#[test]
fn a_crash_is_one_whatever_of_the_c_library_is_replaced() {
    // What this process calls to make a call, and, where a process that loaded the library also answered, to tell of it.
    let hooked = [
        "write",
        "writev",
        "pwrite",
        "pwrite64",
        "read",
        "lseek",
        "lseek64",
        "close",
        "dup2",
        "pipe2",
        "signal",
        "sigaction",
        "sigaltstack",
        "sigprocmask",
        "setvbuf",
        "getpid",
        "kill",
        "raise",
        "syscall",
        "waitid",
        "_exit",
    ];
    for name in hooked {
        for with in ["lies", "boasts"] {
            let source = format!(
                "{HOOKS}__attribute__((constructor)) static void start(void) {{ if (!hook(\"{name}\", {with})) abort(); }}"
            );
            let library = library(&source);
            let mut batch = library.batch(vec![group(&["crashes"])]);
            batch.timeout_ms = 300;
            for batch in [batch.clone(), one_by_one(batch)] {
                let outcome = &run(&batch)[0];
                // Where the signal's action cannot be restored, the handler is called again and again.
                let hangs = matches!(name, "signal" | "sigaction") && outcome.ending == Ending::TimedOut;
                assert!(
                    hangs || crash(outcome).0 == "SIGSEGV",
                    "{name} {with}: {outcome:?}"
                );
            }
        }
    }
}

#[test]
fn an_answer_that_a_constructor_writes_into_the_results_is_not_believed_of_a_crash() {
    // One record with its mark, as a call that returned leaves it, in every file that is open.
    let source = r#"
        static unsigned char record[256 + 5];
        static void forge(void) {
            record[64] = 42, record[260] = 1;
            for (int fd = 3; fd < 4096; fd++) pwrite(fd, record, sizeof record, 0);
        }
        __attribute__((constructor)) static void start(void) { forge(); }
        DRIVER(crashes) { UNUSED; forge(); *(volatile int *)16 = 1; }
    "#;
    let library = library(source);
    let outcomes = library.calls(&["crashes", "good"]);
    assert_eq!(crash(&outcomes[0]).0, "SIGSEGV");
    assert_eq!(result(&outcomes[1]), 42);
}

#[test]
fn words_that_are_shared_make_no_crash_a_return() {
    // Every byte of all memory that is shared, set to one value before the crash.
    let source = r#"
        static void flood(int with) {
            char line[512];
            FILE *maps = fopen("/proc/self/maps", "r");
            while (fgets(line, sizeof line, maps)) {
                char *from, *to, access[5];
                if (sscanf(line, "%p-%p %4s", (void **)&from, (void **)&to, access) == 3 && !strcmp(access, "rw-s"))
                    memset(from, with, to - from);
            }
            fclose(maps);
        }
        __attribute__((constructor)) static void start(void) { flood(VALUE); }
        DRIVER(crashes) { UNUSED; flood(VALUE); *(volatile int *)16 = 1; }
    "#;
    for value in [0, 1, 2, 0x7f, 0xff] {
        let library = library(&source.replace("VALUE", &value.to_string()));
        for batch in [
            library.batch(vec![group(&["crashes"])]),
            one_by_one(library.batch(vec![group(&["crashes"])])),
        ] {
            let outcome = &run(&batch)[0];
            assert_ne!(outcome.ending, Ending::Returned, "{value}");
        }
    }
}

#[test]
fn the_probes_pipe_and_memory_are_out_of_reach() {
    // Junk into every descriptor, those of the other processes included, and into their memory.
    let source = r#"
        static int reached;
        static void spoil(pid_t pid) {
            char name[64];
            for (int fd = 0; fd < 4096; fd++) {
                snprintf(name, sizeof name, "/proc/%d/fd/%d", pid, fd);
                int file = open(name, O_WRONLY | O_NONBLOCK);
                if (file < 0) continue;
                ++reached;
                for (int i = 0; i < 64; i++) write(file, "junkjunk", 8);
            }
            snprintf(name, sizeof name, "/proc/%d/mem", pid);
            if (open(name, O_RDWR) >= 0) ++reached;
        }
        static pid_t parent_of(pid_t pid) {
            char name[64], text[512], *end;
            snprintf(name, sizeof name, "/proc/%d/stat", pid);
            FILE *file = fopen(name, "r");
            fgets(text, sizeof text, file);
            fclose(file);
            end = strrchr(text, ')');
            return atoi(end + 4);
        }
        DRIVER(spoils) {
            (void)args;
            for (int fd = 3; fd < 4096; fd++) write(fd, "junkjunk", 8);
            spoil(getppid());
            spoil(parent_of(getppid()));
            *(int *)ret = reached;
        }
    "#;
    let library = library(source);
    let outcomes = run_as_nobody(&library, &library.batch(vec![group(&["spoils", "good"])]));
    assert_eq!((result(&outcomes[0]), result(&outcomes[1])), (0, 42));
}

#[test]
fn what_is_not_known_is_told_as_that() {
    // The process that serves is killed: by a constructor, or by a call.
    let source =
        "__attribute__((constructor)) static void start(void) { kill(getppid(), SIGKILL); pause(); }";
    let library = library(source);
    for outcome in library.calls(&["good", "good"]) {
        assert!(matches!(outcome.ending, Ending::Unknown { .. }), "{outcome:?}");
        assert!(refusal(&outcome).contains("SIGKILL"), "{outcome:?}");
    }
}
