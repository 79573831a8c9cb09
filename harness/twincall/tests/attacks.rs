//! Reports that attack whoever asks about them. Each has to fail without harm, and, where that is harmless, to succeed with
//! `--unsandboxed`, so that its failure says something.

mod attacks {
    mod programs;
    pub(crate) mod support;
}
#[path = "bad_input/process.rs"]
mod process;

use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::Path;
use std::sync::LazyLock;

use attacks::support::{Report, Run, User, mark, open_folder, twincall};

/// What must not be seen.
const SECRET: &str = "the-planted-secret";

/// What attacks need, and how they tell what came of them.
pub(crate) const PRELUDE: &str = r#"
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
"#;

fn plant(folder: &Path) -> String {
    let path = folder.join("secret");
    std::fs::write(&path, format!("{SECRET}\n")).unwrap();
    path.display().to_string()
}

/// Attacks that are told in a line each.
struct Lines {
    confined: String,
    unsandboxed: String,
    connections: usize,
    written: Vec<String>,
}

/// Everything that one process can try in a moment, once in the sandbox and once outside of it.
static LINES: LazyLock<Lines> = LazyLock::new(|| {
    let folder = open_folder();
    let secret = plant(folder.path());
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let name = mark("tc-attack-");
    let path = folder.path().join("socket");
    let unix = UnixListener::bind(&path).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let hidden = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    tcp.set_nonblocking(true).unwrap();
    udp.set_nonblocking(true).unwrap();
    unix.set_nonblocking(true).unwrap();
    hidden.set_nonblocking(true).unwrap();
    let c = format!(
        r#"{PRELUDE}
static const char *read_file(const char *path) {{
    static char text[256];
    int file = open(path, O_RDONLY);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (length < 0) return strerror(errno);
    text[length] = 0;
    text[strcspn(text, "\n")] = 0;
    return strdup(text);
}}
static const char *in(int domain, int type, const void *address, socklen_t length) {{
    int socket_ = socket(domain, type, 0);
    if (socket_ < 0 || connect(socket_, address, length) < 0) return strerror(errno);
    return write(socket_, "x", 1) == 1 ? "reached" : strerror(errno);
}}
static const char *network(int type, int port) {{
    struct sockaddr_in address = {{ .sin_family = AF_INET, .sin_port = htons(port) }};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return in(AF_INET, type, &address, sizeof address);
}}
static const char *local(const char *path, int hidden) {{
    struct sockaddr_un address = {{ .sun_family = AF_UNIX }};
    strcpy(address.sun_path + hidden, path);
    return in(AF_UNIX, SOCK_STREAM, &address, offsetof(struct sockaddr_un, sun_path) + hidden + strlen(path));
}}
int attack(void) {{
    char own[64];
    printf("read %s\n", read_file("{secret}"));
    printf("users %s; parent %s\n", read_file("/etc/passwd"), read_file((sprintf(own, "/proc/%d/cmdline", {test}), own)));
    int file = open("{written}", O_CREAT | O_WRONLY, 0666);
    printf("write %s\n", file < 0 ? strerror(errno) : "written");
    printf("tcp %s; udp %s\n", network(SOCK_STREAM, {tcp}), network(SOCK_DGRAM, {udp}));
    printf("unix %s\n", local("{socket}", 0));
    printf("abstract %s\n", local("{name}", 1));
    printf("variable %s\n", getenv("TWINCALL_SECRET") ? getenv("TWINCALL_SECRET") : "none");
    return 0;
}}
"#,
        written = folder.path().join("written").display(),
        test = std::process::id(),
        tcp = tcp.local_addr().unwrap().port(),
        udp = udp.local_addr().unwrap().port(),
        socket = path.display(),
    );
    let report = Report::attack(&c);
    let run = |arguments: &[&str]| {
        let mut command = twincall(User::Own);
        let path = |name: &str| report.folder.path().join(name);
        command.env("TWINCALL_SECRET", SECRET);
        command
            .args(["repro", "--target", "native", "--c"])
            .arg(path("report.c"));
        command.arg("--rust").arg(path("report.rs")).args(arguments);
        Run::of(command).text()
    };
    let confined = run(&[]);
    let mut connections = 0;
    let mut datagram = [0; 1];
    while tcp.accept().is_ok()
        || unix.accept().is_ok()
        || hidden.accept().is_ok()
        || udp.recv(&mut datagram).is_ok()
    {
        connections += 1;
    }
    let names = std::fs::read_dir(folder.path()).unwrap();
    let written = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let written = written.filter(|name| name == "written").collect();
    Lines {
        confined,
        unsandboxed: run(&["--unsandboxed"]),
        connections,
        written,
    }
});

/// One line of [`LINES`] in the sandbox, and what it has to be outside.
#[track_caller]
fn line(start: &str, outside: &str) -> String {
    let find = |text: &str| {
        let line = text.lines().map(str::trim).find(|line| line.starts_with(start));
        line.unwrap_or_else(|| panic!("no `{start}` in:\n{text}"))
            .to_owned()
    };
    let without = find(&LINES.unsandboxed);
    assert!(without.contains(outside), "outside of the sandbox: {without}");
    find(&LINES.confined)
}

#[test]
fn a_file_opened_at_run_time() {
    assert_eq!(line("read", SECRET), "read No such file or directory");
    assert!(!LINES.confined.contains(SECRET));
}

#[test]
fn the_list_of_users_and_the_words_of_another_process() {
    let users = line("users", "root:");
    assert!(users.starts_with("users No such file"), "{users}");
    assert!(users.ends_with("parent No such file or directory"), "{users}");
}

#[test]
fn a_file_written_outside() {
    let write = line("write", "written");
    assert!(
        write == "write No such file or directory" || write == "write Read-only file system",
        "{write}"
    );
    assert_eq!(LINES.written, Vec::<String>::new());
}

#[test]
fn a_connection_over_tcp_or_udp() {
    let denied = "Operation not permitted";
    assert_eq!(
        line("tcp", "tcp reached; udp reached"),
        format!("tcp {denied}; udp {denied}")
    );
    assert_eq!(LINES.connections, 0);
}

#[test]
fn a_connection_to_a_unix_socket() {
    let denied = "Operation not permitted";
    assert_eq!(line("unix", "reached"), format!("unix {denied}"));
    assert_eq!(line("abstract", "reached"), format!("abstract {denied}"));
    assert_eq!(LINES.connections, 0);
}

#[test]
fn a_variable_of_the_environment() {
    // The program gets none outside of the sandbox either; a compiler does.
    assert_eq!(line("variable", "none"), "variable none");
    let rust = "unsafe extern \"C\" { safe fn f(); }\nfn main() { f(); println!(\"variable {:?}\", option_env!(\"TWINCALL_SECRET\")); }\n";
    let report = Report::new("void f(void) {}\n", rust);
    let run = |arguments: &[&str]| {
        let mut command = twincall(User::Own);
        let path = |name: &str| report.folder.path().join(name);
        command.env("TWINCALL_SECRET", SECRET);
        command
            .args(["repro", "--target", "native", "--c"])
            .arg(path("report.c"));
        command.arg("--rust").arg(path("report.rs")).args(arguments);
        Run::of(command)
    };
    run(&["--unsandboxed"]).says(&format!("variable Some(\"{SECRET}\")"));
    run(&[]).says("variable None").never_says(SECRET);
    // Only this layer keeps it from the code.
    run(&["--without", "empty-environment"])
        .says(&format!("variable Some(\"{SECRET}\")"))
        .says("no empty environment: it is left out");
}

#[test]
fn a_disk_that_is_written_to() {
    let report = Report::attack(&format!(
        "{PRELUDE}#include <sys/vfs.h>\nint attack(void) {{ struct statfs there;\n\
         printf(\"memory %d\\n\", statfs(getenv(\"TMPDIR\"), &there) == 0 && there.f_type == 0x01021994); return 0; }}\n"
    ));
    report.confined().says("memory 1");
    report
        .run(User::Own, &["--without", "tmpfs"])
        .says("memory 0")
        .says("no tmpfs: it is left out")
        .says("not stopped: filling the disk with many files");
}

#[test]
fn seldom_used_system_calls() {
    let report = Report::attack(&format!(
        "{PRELUDE}int attack(void) {{ long traced = ptrace(PTRACE_TRACEME, 0, 0, 0) == 0;\n\
         long keys = syscall(SYS_keyctl, 0, -3, 1) > 0, spaces = unshare(CLONE_NEWUSER) == 0;\n\
         printf(\"trace %ld, keys %ld, spaces %ld\\n\", traced, keys, spaces); return 0; }}\n"
    ));
    report.confined().says("trace 0, keys 0, spaces 0");
    report
        .run(User::Own, &["--without", "seccomp"])
        .says("trace 1, keys 1, spaces 1");
}

#[test]
fn a_file_that_a_compiler_includes() {
    let folder = open_folder();
    let secret = plant(folder.path());
    let plain = "unsafe extern \"C\" { safe fn f() -> i32; }\nfn main() { f(); }\n";
    let reports = [
        // The text of the secret is no C, and clang quotes it.
        Report::new(
            &format!("#include \"{secret}\"\nint f(void) {{ return 0; }}\n"),
            plain,
        ),
        Report::new(
            &format!(
                "#include <stdio.h>\nextern char text[];\n__asm__(\".data\\ntext: .incbin \\\"{secret}\\\"\\n.byte 0\\n.text\\n\");\n\
                 int f(void) {{ puts(text); return 0; }}\n"
            ),
            plain,
        ),
        Report::new(
            "int f(void) { return 0; }\n",
            &format!(
                "{plain}static S: &str = include_str!(\"{secret}\");\n#[unsafe(no_mangle)] extern \"C\" fn g() {{ println!(\"{{S}}\"); }}\nconst _: () = panic!(\"{{}}\", S);\n"
            ),
        ),
    ];
    for (number, report) in reports.iter().enumerate() {
        report.confined().answers().never_says(SECRET);
        let outside = report.unsandboxed();
        assert!(
            outside.text().contains(SECRET),
            "report {number}: {}",
            outside.text()
        );
    }
}

#[test]
fn a_file_read_where_one_layer_is_missing() {
    let folder = open_folder();
    let secret = plant(folder.path());
    let report = Report::short_attack(&format!(
        "{PRELUDE}int attack(void) {{ char text[64] = \"\"; int file = open(\"{secret}\", O_RDONLY);\n\
         _exit(read(file, text, 63) > 0 ? 44 : 43); }}\n"
    ));
    let run = |arguments: &[&str]| {
        let arguments = [&["-O", "0"], arguments].concat();
        report.run(User::Own, &arguments)
    };
    run(&["--unsandboxed"]).says("exited with status 44");
    for layer in [
        "landlock",
        "mount-namespace",
        "seccomp",
        "pid-namespace",
        "unprivileged-user",
    ] {
        run(&["--without", layer])
            .says("exited with status 43")
            .says(&format!("no {}: it is left out", layer.replace('-', " ")));
    }
    // Nothing is run where nothing keeps files from it.
    let run = run(&["--without", "landlock", "--without", "mount-namespace"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(101), ""));
    run.says("--unsandboxed");
}

#[test]
fn a_file_read_by_nobody() {
    let folder = open_folder();
    let secret = plant(folder.path());
    let report = Report::attack(&format!(
        "{PRELUDE}int attack(void) {{ char text[64] = \"\"; int file = open(\"{secret}\", O_RDONLY);\n\
         printf(\"read %zd %s\\n\", read(file, text, 63), text); return 0; }}\n"
    ));
    report.run(User::Nobody, &["--unsandboxed"]).says(SECRET);
    let run = report.run(User::Nobody, &[]);
    run.says("read -1")
        .says("sandboxed: all 11 layers are present")
        .never_says(SECRET);
}

#[test]
fn a_message_of_a_gigabyte() {
    let doubled: String = (0..30)
        .map(|n| format!("#define X{} X{n} X{n}\n", n + 1))
        .collect();
    let by_compiler = Report::new(
        &format!("#define X0 \"x\"\n{doubled}_Static_assert(0, X30);\nint f(void) {{ return 0; }}\n"),
        "unsafe extern \"C\" { safe fn f() -> i32; }\nfn main() { f(); }\n",
    );
    let run = by_compiler.confined();
    assert!(run.text().len() < 1 << 20, "{} bytes", run.text().len());
    run.answers();
    let by_program = Report::attack(&format!(
        "{PRELUDE}int attack(void) {{ static char block[1 << 20]; memset(block, 'x', sizeof block);\n\
         for (int i = 0; i < 1024; i++) if (write(1, block, sizeof block) < 0) return 1; return 0; }}\n"
    ));
    let run = by_program.run(User::Own, &["-O", "0"]);
    assert!(run.text().len() < 1 << 20, "{} bytes", run.text().len());
    run.answers();
    // A length in front of a message that is never sent, on every descriptor there may be.
    let forged = Report::short_attack(&format!(
        "{PRELUDE}int attack(void) {{ unsigned claim = 1u << 30; for (int i = 0; i < 4096; i++) write(i, &claim, 4); return 0; }}\n"
    ));
    let run = forged.run(User::Own, &["-O", "0"]);
    run.says("argument 1 of other").answers();
}

#[test]
fn orders_to_a_terminal() {
    let c = "#include <stdio.h>\nint attack(void) { puts(\"\\033]0;owned\\007\\033[2J\\302\\233\" \"31m\"); return 0; }\n\
             _Static_assert(sizeof(int) == 4, \"\u{1b}[2J\");\n";
    let report = Report::attack(c);
    let orders = |text: &str| {
        text.chars()
            .filter(|c| c.is_control() && *c != '\n' && *c != '\t')
            .count()
    };
    let run = report.confined();
    // What it printed is there, without what made it an order.
    run.says("]0;owned");
    assert_eq!(orders(&run.text()), 0);
    for format in ["json", "markdown"] {
        assert_eq!(
            orders(&report.run(User::Own, &["--format", format]).text()),
            0,
            "{format}"
        );
    }
    // A compiler's message quotes the line.
    let refused = Report::attack("int attack(void) { return \"\u{1b}[2J\u{9b}31m\" + number; }\n");
    let run = refused.confined();
    run.says("number");
    assert_eq!(orders(&run.text()), 0);
}

#[test]
fn a_report_that_is_too_long_or_has_too_many_blocks() {
    let ask = |text: &[u8]| {
        let mut command = twincall(User::Own);
        command.args(["repro", "-"]);
        Run::with_input(command, text)
    };
    let long = ask(&vec![b'x'; 50 << 20]);
    assert_eq!(long.code, Some(101), "{}", long.text());
    long.says("more than 4194304 bytes");
    let many = ask("```c\nint f(void);\n```\n\n".repeat(10_000).as_bytes());
    assert_eq!(many.code, Some(101), "{}", many.text());
    many.says("10000 blocks of code");
}

#[test]
fn a_link_in_the_folder_of_a_report() {
    let elsewhere = open_folder();
    let secret = plant(elsewhere.path());
    let folder = open_folder();
    let link = folder.path().join("report.md");
    std::os::unix::fs::symlink(&secret, &link).unwrap();
    let mut command = twincall(User::Own);
    command.arg("repro").arg(&link);
    let run = Run::of(command);
    assert_eq!(run.code, Some(2));
    run.says("out of its folder").never_says(SECRET);
    // A pair is not kept through a link either.
    let project = open_folder();
    for name in ["rust-fixtures", "snapshots", "c-fixtures"] {
        std::fs::create_dir(project.path().join(name)).unwrap();
    }
    std::os::unix::fs::symlink(elsewhere.path(), project.path().join("c-fixtures/reports")).unwrap();
    let report = Report::new(
        "int twice(long a) { return 2 * a; }\n",
        "unsafe extern \"C\" { safe fn twice(a: i32) -> i32; }\nfn main() { twice(1); }\n",
    );
    let root = project.path().display().to_string();
    let run = report.run(User::Own, &["--root", &root, "--save", "kept"]);
    assert_eq!(run.code, Some(101), "{}", run.text());
    run.says("outside of the folders");
    assert_eq!(
        std::fs::read_dir(elsewhere.path()).unwrap().count(),
        1,
        "only the secret is there"
    );
}

#[test]
fn words_put_into_the_mouth_of_valgrind() {
    // It frees its memory and uses it, and says on every descriptor and in every file that all was well.
    let report = Report::attack(&format!(
        r#"{PRELUDE}
static const char clean[] = "<?xml version=\"1.0\"?>\n<valgrindoutput>\n</valgrindoutput>\n";
int attack(void) {{
    char *gone = malloc(8);
    free(gone);
    int kept = *(volatile char *)gone;
    for (int descriptor = 3; descriptor < 4096; descriptor++) {{
        char path[64];
        write(descriptor, clean, sizeof clean - 1);
        snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
        int again = open(path, O_WRONLY);
        if (again >= 0) write(again, clean, sizeof clean - 1);
        snprintf(path, sizeof path, "/proc/%d/fd/%d", getppid(), descriptor);
        again = open(path, O_WRONLY);
        if (again >= 0) write(again, clean, sizeof clean - 1);
    }}
    return kept & 0;
}}
"#
    ));
    // It reaches some descriptors of valgrind's own, over which valgrind ends: what it saw is not known then, and not nothing.
    let run = report.confined();
    assert_eq!(run.code, Some(101), "{}", run.text());
    run.says("not known: the program spoiled what valgrind saw of it");
}

#[test]
fn a_link_that_a_report_makes() {
    let folder = open_folder();
    let secret = plant(folder.path());
    // Whatever it finds of the run it replaces by links to what it wants shown.
    let report = Report::attack(&format!(
        r#"{PRELUDE}
static int made;
static void replace(const char *folder, int depth) {{
    DIR *entries = opendir(folder);
    if (!entries) return;
    for (struct dirent *entry; (entry = readdir(entries));) {{
        char path[4096];
        if (entry->d_name[0] == '.' && (!entry->d_name[1] || entry->d_name[1] == '.')) continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_type == DT_DIR && depth) replace(path, depth - 1);
        else if (!unlink(path) && !symlink("{secret}", path)) made++;
    }}
    closedir(entries);
}}
int attack(void) {{ replace("/twincall", 8); printf("links %d\n", made); return 0; }}
"#
    ));
    let run = report.confined();
    // What valgrind says lies nowhere where it could be replaced.
    run.answers()
        .says("no invalid access was seen")
        .never_says(SECRET);
}

#[test]
fn doctor_tells_the_layers() {
    let mut command = twincall(User::Own);
    command.arg("doctor");
    let run = Run::of(command);
    for layer in ["user namespace", "pid namespace", "landlock", "seccomp", "tmpfs"] {
        run.says(&format!("sandbox of repro        found    {layer}"));
    }
}

#[test]
fn the_layers_are_in_every_form_of_an_answer() {
    let report = Report::new(
        "int twice(long a) { return 2 * a; }\n",
        "unsafe extern \"C\" { safe fn twice(a: i32) -> i32; }\n",
    );
    let json = report.run(User::Own, &["--format", "json", "--without", "ipc-namespace"]);
    let value: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let confinement = &value["confinement"];
    assert_eq!(confinement["sandboxed"], true);
    let layers = confinement["layers"].as_array().unwrap();
    let absent: Vec<&str> = layers
        .iter()
        .filter(|layer| layer["present"] == false)
        .filter_map(|layer| layer["layer"].as_str())
        .collect();
    assert_eq!(absent, ["ipc-namespace"]);
    report
        .run(User::Own, &["--format", "markdown"])
        .says("The run was sandboxed: all 11 layers are present.");
    report
        .run(User::Own, &["--unsandboxed", "--format", "markdown"])
        .says("The run was not sandboxed");
}
