//! The cache: unwritable, damaged, left by a killed run, used by two runs at once.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use twincall::facts::{Report, Verdict};

use crate::project::{Project, case, files_below};

/// One level is enough here, and half the work.
const GOOD: &str = "//@ about = \"is well\"\n//@ opt = 0";

fn project_of(cases: usize) -> Project {
    let project = Project::new();
    for number in 0..cases {
        project.twins(&format!("case_{number}"), GOOD);
    }
    project
}

#[track_caller]
fn all_agree(report: &Report, cases: usize) {
    assert_eq!(report.summary.executed, cases, "{:?}", report.summary);
    for case in &report.cases {
        assert_eq!(
            case.verdict,
            Verdict::Conforms,
            "{}: {:?}",
            case.name,
            case.findings
        );
    }
}

/// A file of an entry, as its head tells of it: name, bytes stored, bytes inflated, hash of what is stored.
type Stored = (String, u64, Option<u64>, [u8; 32]);

/// Nothing in the cache is half done, and each entry holds what its head says.
#[track_caller]
fn is_whole(project: &Project) {
    let files = files_below(&project.cache());
    assert!(!files.is_empty());
    for path in &files {
        let unfinished = path
            .components()
            .any(|part| part.as_os_str().to_string_lossy().starts_with("new-"));
        assert!(!unfinished, "{}", path.display());
    }
    for path in project.cached_files() {
        let bytes = fs::read(&path).unwrap();
        let length = u32::from_le_bytes(*bytes.first_chunk().unwrap());
        let (hash, rest) = bytes[4..].split_at(32);
        let (head, mut body) = rest.split_at(length as usize);
        assert_eq!(blake3::hash(head).as_bytes(), hash);
        let (files, _) = postcard::take_from_bytes::<Vec<Stored>>(head).unwrap();
        for (name, stored, _, hash) in files {
            let file = body.split_off(..usize::try_from(stored).unwrap()).unwrap();
            assert_eq!(blake3::hash(file), hash, "{name}");
        }
        assert!(body.is_empty(), "{} bytes are left", body.len());
    }
}

#[test]
fn an_unwritable_cache_costs_time_and_nothing_else() {
    let project = project_of(1);
    // A file where a folder should be stops root too.
    fs::write(project.cache(), "not a folder").unwrap();
    let run = project.run(&mut project.check_json()).exits(0);
    all_agree(&run.report(), 1);
    run.complains(&["warning: the cache folder `", "cannot be written"]);
    assert_eq!(fs::read_to_string(project.cache()).unwrap(), "not a folder");
}

#[test]
fn a_relative_cache_is_relative_to_where_the_run_started() {
    let project = project_of(1);
    let start = project.beside("start");
    fs::create_dir(&start).unwrap();
    let mut check = project.check_json();
    let run = project
        .run(check.env("TWINCALL_CACHE", "here").current_dir(&start))
        .exits(0);
    all_agree(&run.report(), 1);
    assert!(start.join("here").is_dir());
    assert!(!project.root().join("here").exists());
}

/// What is done to a file of the cache.
type Damage = fn(&Path);

#[test]
fn a_damaged_cache_is_made_again_and_the_result_is_the_same() {
    let project = project_of(2);
    let first = project.run(&mut project.check_json()).exits(0);
    all_agree(&first.report(), 2);
    let damages: [(&str, Damage); 5] = [
        ("a byte flipped in every file", |path| {
            let mut bytes = fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            if let Some(byte) = bytes.get_mut(middle) {
                *byte ^= 0x20;
            }
            fs::write(path, bytes).unwrap();
        }),
        ("the first byte flipped in every file", |path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[0] ^= 0x20;
            fs::write(path, bytes).unwrap();
        }),
        ("every entry cut", |path| {
            let bytes = fs::read(path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("every entry empty", |path| fs::write(path, "").unwrap()),
        ("a folder in the place of every entry", |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir_all(path.join("inside")).unwrap();
        }),
    ];
    for (what, damage) in damages {
        for path in project.cached_files() {
            if path.exists() {
                damage(&path);
            }
        }
        let run = project.run(&mut project.check_json()).exits(0);
        assert_eq!(run.stdout, first.stdout, "{what}: {}", run.stderr);
        is_whole(&project);
    }
}

#[test]
fn two_runs_at_once_share_a_cold_cache() {
    let project = project_of(3);
    let mut check = project.check_json();
    let (one, other) = (project.spawn(&mut check), project.spawn(&mut check));
    let (one, other) = (one.wait().exits(0), other.wait().exits(0));
    all_agree(&one.report(), 3);
    assert_eq!(one.stdout, other.stdout);
    is_whole(&project);
    // Without the cache neither disturbs the other, nor one that uses it.
    let mut without = project.check_json();
    without.args(["--no-cache", "case_1"]);
    let runs = [&mut without, &mut check].map(|command| project.spawn(command));
    let [without, with] = runs.map(|run| run.wait().exits(0));
    all_agree(&without.report(), 1);
    assert_eq!(with.stdout, one.stdout);
    is_whole(&project);
}

/// The same command, which Ctrl-C ends even where whoever runs these tests ignores it, as `nohup` and scripts in the
/// background do: that is inherited.
fn heeding_interrupts(command: &Command) -> Command {
    let mut heeding = Command::new("env");
    heeding.arg("--default-signal=INT").arg(command.get_program());
    heeding.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => heeding.env(name, value),
            None => heeding.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        heeding.current_dir(folder);
    }
    heeding
}

/// Ends a run in mid-work and checks that the next one knows nothing of it.
#[track_caller]
fn interrupt(signal: &str, project: &Project, in_the_midst: impl FnMut() -> bool) {
    let temporary = project.beside("tmp");
    fs::create_dir(&temporary).unwrap();
    let mut check = heeding_interrupts(&project.check_json());
    check.env("TMPDIR", &temporary);
    // A group of its own stands for a terminal's: Ctrl-C reaches the compilers too.
    let running = project.spawn(check.process_group(0));
    running.comes_to(in_the_midst);
    let group = format!("{}{}", if signal == "INT" { "-" } else { "" }, running.id());
    let kill = Command::new("sh")
        .args(["-c", "kill -s \"$1\" -- \"$2\"", "sh", signal, &group])
        .status();
    assert!(kill.unwrap().success());
    let run = running.wait();
    assert_eq!(run.status.code(), None, "a signal ends it: {run}");
    // What a run leaves lies in the cache, where the next one finds it. A compiler that was killed may leave files of its own.
    let left = fs::read_dir(&temporary).unwrap();
    let left = left.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let own: Vec<String> = left.filter(|name| name.starts_with(".tmp")).collect();
    assert_eq!(own, [""; 0]);
    project.await_calls();
}

#[test]
fn after_a_run_killed_while_it_builds_the_next_is_right() {
    for signal in ["INT", "KILL"] {
        let project = project_of(3);
        interrupt(signal, &project, || project.cached_files().len() > 4);
        let run = project.run(&mut project.check_json()).exits(0);
        all_agree(&run.report(), 3);
        is_whole(&project);
    }
}

#[test]
fn after_a_run_killed_while_it_calls_the_next_is_right_and_no_process_is_left() {
    for signal in ["INT", "KILL"] {
        let project = project_of(1);
        let directives = "//@ about = \"x\"\n//@ opt = 0\n//@ timeout-ms = 600000\n//@ call = [\"spin(1)\"]";
        let spinning = project.beside("spinning");
        let code = format!(
            "int creat(const char *, unsigned);\n\
             int spin(int x) {{ volatile int again = x; creat(\"{}\", 0600); while (again) {{}} return 0; }}",
            spinning.display()
        );
        project.defined_in_c("spin", directives, &code);
        interrupt(signal, &project, || spinning.exists());
        project.defined_in_c("spin", directives, &code.replace("(again)", "(again--)"));
        let report = project.run(&mut project.check_json()).exits(0).report();
        all_agree(&report, 2);
        assert!(case(&report, "spin").calls > 0);
        is_whole(&project);
    }
}
