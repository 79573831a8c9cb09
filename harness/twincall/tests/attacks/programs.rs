//! Reports whose programs take what they can get, end what they can reach, or do not end.

use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::support::{Report, Run, User, await_end, children, left, mark, processes, twincall};
use crate::PRELUDE;
use crate::process::ends_within;

/// Of at most 512 at a time so many may be counted: while `/proc` is read some end and others begin. Without a limit there would be
/// tens of thousands.
const MOST: usize = 2 * 512;

/// A report that starts processes as fast as it can, and how many of them there were at once.
fn bomb(user: User, name: &str) -> (Run, usize) {
    let report = Report::short_attack(&format!(
        "{PRELUDE}int attack(void) {{ prctl(PR_SET_NAME, \"{name}\"); for (;;) fork(); }}\n"
    ));
    let watched = name.to_owned();
    let (done, finished) = mpsc::channel::<()>();
    let most = std::thread::spawn(move || {
        let mut most = 0;
        while finished.recv_timeout(Duration::from_millis(50)) == Err(RecvTimeoutError::Timeout) {
            most = most.max(processes(&watched).len());
        }
        most
    });
    let run = report.run(user, &["-O", "0"]);
    drop(done);
    (run, most.join().unwrap())
}

#[test]
fn a_fork_bomb() {
    let name = mark("tc-bomb");
    let (run, most) = bomb(User::Own, &name);
    run.answers();
    // It did go off, and it was held.
    assert!((2..=MOST).contains(&most), "{most} processes");
    assert_eq!(left(&name), 0);
}

#[test]
fn a_fork_bomb_of_nobody() {
    let name = mark("tc-bomn");
    let (run, most) = bomb(User::Nobody, &name);
    run.answers();
    assert!((2..=MOST).contains(&most), "{most} processes");
    assert_eq!(left(&name), 0);
}

#[test]
fn a_memory_bomb() {
    let available = || {
        let text = std::fs::read_to_string("/proc/meminfo").unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("MemAvailable:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10
    };
    // Under valgrind there is no limit on addresses. Each block is written, so that it is really there.
    let report = Report::attack(&format!(
        "{PRELUDE}int attack(void) {{ for (;;) {{ char *block = malloc(64 << 20); if (!block) return 1; memset(block, 1, 64 << 20); }} }}\n"
    ));
    let before = available();
    let (done, finished) = mpsc::channel::<()>();
    let least = std::thread::spawn(move || {
        let mut least = u64::MAX;
        while finished.recv_timeout(Duration::from_millis(50)) == Err(RecvTimeoutError::Timeout) {
            least = least.min(available());
        }
        least
    });
    let run = report.run(User::Own, &["-O", "0"]);
    drop(done);
    run.answers();
    let used = before.saturating_sub(least.join().unwrap());
    assert!(used < 8192, "{used} MiB were used");
}

#[test]
fn memory_without_an_owner() {
    // Files in memory belong to no process.
    let report = Report::short_attack(&format!(
        "{PRELUDE}int attack(void) {{ static char block[1 << 20]; memset(block, 1, sizeof block);\n\
         for (;;) {{ int file = memfd_create(\"x\", 0); if (file < 0) return 1; for (int i = 0; i < 64; i++) if (write(file, block, sizeof block) < 0) return 2; }} }}\n"
    ));
    report.run(User::Own, &["-O", "0"]).answers();
}

#[test]
fn a_disk_filled_with_one_file_and_with_many() {
    let report = Report::attack(&format!(
        r#"{PRELUDE}
static const char *folders[] = {{ "/twincall/tmp", "/twincall", "/tmp", "/dev/shm", "/var/tmp", "." }};
int attack(void) {{
    static char block[1 << 20];
    char path[256];
    long most_bytes = 0, most_files = 0, folders_written = 0;
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 6; i++) {{
        snprintf(path, sizeof path, "%s/one", folders[i]);
        int file = open(path, O_CREAT | O_WRONLY, 0666);
        if (file < 0) continue;
        folders_written++;
        long bytes = 0;
        for (ssize_t n; bytes < 4L << 30 && (n = write(file, block, sizeof block)) > 0; bytes += n) {{}}
        if (bytes > most_bytes) most_bytes = bytes;
        close(file);
        unlink(path);
        long files = 0;
        for (; files < 100000; files++) {{
            snprintf(path, sizeof path, "%s/many%ld", folders[i], files);
            file = open(path, O_CREAT | O_WRONLY, 0666);
            if (file < 0) break;
            close(file);
        }}
        if (files > most_files) most_files = files;
        while (files-- > 0) {{ snprintf(path, sizeof path, "%s/many%ld", folders[i], files); unlink(path); }}
    }}
    printf("places %ld\nmegabytes %ld\nfiles %ld\n", folders_written, most_bytes >> 20, most_files);
    return 0;
}}
"#
    ));
    let run = report.confined();
    let number = |name: &str| -> u64 {
        let line = run.stdout.lines().find_map(|line| line.trim().strip_prefix(name));
        line.unwrap_or_else(|| panic!("no `{name}` in:\n{}", run.text()))
            .trim()
            .parse()
            .unwrap()
    };
    // The folder for temporary files, and the folder of the program, which is one of them.
    assert_eq!(number("places"), 2);
    assert_eq!(number("megabytes"), 256);
    assert!((1000..65536).contains(&number("files")), "{}", run.text());
}

#[test]
fn a_process_that_outlives_the_run() {
    let name = mark("tc-stay");
    // The pipe ends once the process that is to stay has its name and has closed everything.
    let report = Report::short_attack(&format!(
        "{PRELUDE}int attack(void) {{ int ends[2]; char none; if (pipe(ends)) return 1;\n\
         if (fork() == 0) {{ setsid(); if (fork() == 0) {{ prctl(PR_SET_NAME, \"{name}\");\n\
         for (int i = 0; i < 4096; i++) close(i); for (;;) pause(); }} _exit(0); }}\n\
         close(ends[1]); return (int)read(ends[0], &none, 1); }}\n"
    ));
    report.run(User::Own, &["-O", "0"]).answers();
    assert_eq!(left(&name), 0);
    report
        .run(User::Own, &["-O", "0", "--without", "pid-namespace"])
        .answers();
    assert_eq!(left(&name), 0, "without a namespace of processes");
}

#[test]
fn the_run_ends_with_the_tool() {
    let name = mark("tc-wait");
    // It hangs in the compiler's stead: a program under valgrind that waits for nothing.
    let report = Report::attack(&format!(
        "{PRELUDE}int attack(void) {{ prctl(PR_SET_NAME, \"{name}\"); for (;;) pause(); }}\n"
    ));
    let path = |file: &str| report.folder.path().join(file);
    let mut tool = twincall(User::Own)
        .args(["repro", "--target", "native", "-O", "0", "--c"])
        .arg(path("report.c"))
        .arg("--rust")
        .arg(path("report.rs"))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Nothing that the program does reaches out of the sandbox, so that it is looked for, as long as the tool runs.
    while processes(&name).is_empty() {
        let over = ends_within(tool.id(), Duration::from_millis(50));
        assert!(!over, "the program never ran");
    }
    // The program has limits of its own, of which the first passes soon; the worker goes on for a minute at least.
    let workers = children(tool.id());
    assert!(!workers.is_empty());
    tool.kill().unwrap();
    tool.wait().unwrap();
    for worker in workers {
        await_end(worker);
    }
    assert_eq!(left(&name), 0);
}

#[test]
fn killing_the_parent_and_everybody_else() {
    // Somebody of the same user who has nothing to do with it.
    let mut bystander = Command::new("sleep").arg("600").spawn().unwrap();
    let report = Report::short_attack(&format!(
        "{PRELUDE}int attack(void) {{ for (int pid = 1; pid < 400; pid++) if (pid != getpid()) kill(pid, SIGKILL);\n\
         kill({bystander}, SIGKILL); kill({test}, SIGKILL); kill(-1, SIGKILL); kill(getppid(), SIGKILL); return 0; }}\n",
        bystander = bystander.id(),
        test = std::process::id(),
    ));
    // The worker that judges is beyond its reach as well, so that there is an answer.
    let run = report.run(User::Own, &["-O", "0"]);
    let alive = bystander.try_wait().unwrap().is_none();
    bystander.kill().unwrap();
    bystander.wait().unwrap();
    assert!(alive);
    run.says("argument 1 of other").answers();
}

#[test]
fn the_word_of_a_crash_is_not_the_reports() {
    // What tells of calls was written by a function that this replaces, where the library was loaded in its process.
    let report = Report::attack(&format!(
        "{PRELUDE}#include <dlfcn.h>\n#include <stdint.h>\n\
         static long lies(int fd, char *text, long length) {{\n\
           (void)fd;\n\
           for (long i = 0; i + 7 < length; i++) if (!memcmp(text + i, \"SIGSEGV\", 7)) memset(text, 0, length);\n\
           return length;\n\
         }}\n\
         __attribute__((constructor)) static void start(void) {{\n\
           unsigned char *at = dlsym(RTLD_DEFAULT, \"write\");\n\
           long (*with)(int, char *, long) = lies;\n\
           mprotect((void *)((uintptr_t)at & -4096), 8192, PROT_READ | PROT_WRITE | PROT_EXEC);\n\
           memcpy(at, \"\\x48\\xb8\", 2), memcpy(at + 2, &with, 8), memcpy(at + 10, \"\\xff\\xe0\", 2);\n\
         }}\n\
         int attack(void) {{ return *(volatile int *)16; }}\n"
    ));
    let run = report.confined();
    run.says("ends in SIGSEGV at address 0x10").answers();
    run.never_says("nothing that crosses the boundary is wrong");
    run.says("which could have forged what they showed");
}

#[test]
fn the_probes_words_are_not_the_reports() {
    // Junk into all that is open in any process that it may look into, and a constructor that ends who serves the calls.
    let junk = Report::short_attack(&format!(
        "{PRELUDE}__attribute__((constructor)) static void start(void) {{\n\
           char name[64];\n\
           for (int pid = 1; pid < 400; pid++) for (int fd = 0; fd < 1200; fd++) {{\n\
             snprintf(name, sizeof name, \"/proc/%d/fd/%d\", pid, fd);\n\
             int file = open(name, O_WRONLY | O_NONBLOCK);\n\
             if (file >= 0) {{ write(file, \"junkjunk\", 8); close(file); }}\n\
           }}\n\
           for (int fd = 3; fd < 1200; fd++) write(fd, \"junkjunk\", 8);\n\
         }}\n\
         int attack(void) {{ return 0; }}\n"
    ));
    let run = junk.confined();
    run.says("argument 1 of other")
        .never_says("link-refused")
        .answers();

    let silence = Report::attack(&format!(
        "{PRELUDE}__attribute__((constructor)) static void start(void) {{ kill(getppid(), SIGKILL); pause(); }}\n\
         int attack(void) {{ return 0; }}\n"
    ));
    let run = silence.confined();
    assert_eq!(run.code, Some(101), "{}", run.text());
    assert!(
        run.stdout.starts_with("not known how calls ended: "),
        "{}",
        run.text()
    );
    run.says("nothing is acquitted")
        .never_says("link-refused")
        .answers();
}

#[test]
fn a_flood_of_output_is_a_limit_of_ours() {
    let report = Report::new(
        "int add(int a) { return a + 1; }\n",
        "unsafe extern \"C\" { safe fn add(a: i32) -> i32; }\nfn main() { loop { println!(\"{}\", add(1)); } }\n",
    );
    let run = report.confined();
    assert_eq!(run.code, Some(0), "{}", run.text());
    run.says("was stopped at a limit of ours: it printed more than a call may")
        .says("was stopped when it had printed 1 MiB")
        .answers();
}
