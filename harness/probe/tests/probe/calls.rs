//! Calls that end as a caller may expect: what goes in arrives, what comes out is read back.

use crate::support::{
    ARENA, FREE, RESULT, call, frame, group, library, one_by_one, refusal, result, run, run_raw, symbol,
};
use twincall_abi::run::{Assignment, Batch, Ending, Fixup, Group, Word};

const SOURCE: &str = r#"
static int add(int a, long b) { return a + (int)b; }
DRIVER(call_add) { *(int *)ret = add(*(const int *)args[0], *(const long *)args[1]); }
void *target, *other = (void *)0x1234;
int data[2] = { 7, 8 };
DRIVER(read_target) { (void)args; *(void **)ret = target; }
DRIVER(read_argument) { *(void **)ret = *(void *const *)args[0]; }
DRIVER(read_pipe) {
    int fd = *(const int *)args[0];
    char text[64] = { 0 };
    long n = read(fd, text, sizeof text), end = read(fd, text + 32, 1);
    memcpy(ret, text, 16);
    ((char *)ret)[16] = (char)n;
    ((char *)ret)[17] = (char)end;
}
DRIVER(overwrite) { (void)args; memset(ret, 0xee, 8); }
DRIVER(count) { static int calls; (void)args; *(int *)ret = ++calls; }
static char state(pid_t pid) {
    char path[32], text[256] = { 0 };
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY);
    read(fd, text, sizeof text - 1);
    close(fd);
    return strrchr(text, ')')[2];
}
DRIVER(late) { (void)args; while (state(getppid()) != 'S') sched_yield(); *(int *)ret = 42; }
DRIVER(print) { UNUSED; printf("to stdout"); fprintf(stderr, " and stderr"); }
DRIVER(stdin_is_empty) { (void)args; *(int *)ret = getchar() == EOF; }
DRIVER(print_and_crash) { UNUSED; printf("last words"); abort(); }
DRIVER(misaligned) { (void)args; *(int *)ret = (int)((uintptr_t)ret % 64); }
DRIVER(one_past) { (void)args; ((volatile char *)ret)[0] = 1; }
"#;

fn word(outcome: &twincall_abi::run::Outcome) -> u64 {
    assert_eq!(outcome.ending, Ending::Returned);
    u64::from_le_bytes(
        outcome.arena[RESULT as usize..RESULT as usize + 8]
            .try_into()
            .unwrap(),
    )
}

#[test]
fn arguments_arrive_and_the_result_comes_back() {
    let library = library(SOURCE);
    let mut add = call(9, "call_add");
    add.fixups = vec![
        Fixup {
            at: 0,
            word: Word::Arena { offset: FREE },
        },
        Fixup {
            at: 8,
            word: Word::Arena { offset: FREE + 8 },
        },
    ];
    add.arena[FREE as usize..FREE as usize + 4].copy_from_slice(&40i32.to_le_bytes());
    add.arena[FREE as usize + 8..FREE as usize + 16].copy_from_slice(&(-3i64).to_le_bytes());
    let outcome = run(&library.batch(vec![Group { calls: vec![add] }])).remove(0);
    assert_eq!(result(&outcome), 37);
    assert_eq!(outcome.id, 9);
    assert_eq!(outcome.arena.len(), ARENA);
    assert_eq!(outcome.output, b"");
}

#[test]
fn each_call_starts_from_its_own_arena() {
    let library = library(SOURCE);
    let outcomes = library.calls(&["overwrite", "read_target", "good"]);
    assert_eq!(word(&outcomes[0]), 0xeeee_eeee_eeee_eeee);
    assert_eq!(word(&outcomes[1]), 0);
    assert_eq!(result(&outcomes[2]), 42);
}

#[test]
fn variables_are_assigned_before_the_call() {
    let library = library(SOURCE);
    let assigned = |id, word| {
        let mut call = call(id, "read_target");
        call.assignments = vec![Assignment {
            variable: symbol("target"),
            word,
        }];
        call
    };
    let calls = vec![
        assigned(0, Word::Load(symbol("other"))),
        assigned(1, Word::Address(symbol("data"))),
        assigned(2, Word::Arena { offset: FREE }),
        call(3, "read_target"),
    ];
    let mut address = call(4, "read_argument");
    address.fixups = vec![
        Fixup {
            at: 0,
            word: Word::Arena { offset: FREE },
        },
        Fixup {
            at: FREE,
            word: Word::Address(symbol("data")),
        },
    ];
    let outcomes = run(&library.batch(vec![Group {
        calls: [calls, vec![address]].concat(),
    }]));
    assert_eq!(word(&outcomes[0]), 0x1234);
    assert_eq!(
        word(&outcomes[1]),
        word(&outcomes[4]),
        "one symbol has one address in a batch"
    );
    assert_eq!(word(&outcomes[2]) % 64, u64::from(FREE) % 64);
    assert_eq!(
        word(&outcomes[3]),
        word(&outcomes[2]),
        "an assignment lasts as long as the group"
    );
}

#[test]
fn a_group_shares_a_process_and_groups_do_not() {
    let library = library(SOURCE);
    let groups = vec![group(&["count", "count"]), group(&["count"])];
    let counts: Vec<i32> = run(&library.batch(groups)).iter().map(result).collect();
    assert_eq!(counts, [1, 2, 1]);
}

#[test]
fn the_answer_of_one_group_is_not_taken_for_that_of_the_next() {
    let library = library(SOURCE);
    // A server that sleeps has looked for an answer and found none.
    let batch = library.batch(vec![group(&["good"]), group(&["late"]), group(&["late"])]);
    for batch in [batch.clone(), one_by_one(batch)] {
        for outcome in run(&batch) {
            assert_eq!(result(&outcome), 42);
        }
    }
}

#[test]
fn a_pipe_holds_its_content_and_then_ends() {
    let library = library(SOURCE);
    let reader = |id, content: &[u8]| {
        let mut call = call(id, "read_pipe");
        call.fixups = vec![
            Fixup {
                at: 0,
                word: Word::Arena { offset: FREE },
            },
            Fixup {
                at: FREE,
                word: Word::Pipe {
                    content: content.to_vec(),
                },
            },
        ];
        call
    };
    // More pipes than a process can have descriptors: each must be closed after its call.
    let mut calls: Vec<_> = (0..1100).map(|id| reader(id, b"through a pipe")).collect();
    calls.push(reader(1100, &vec![0; 65537]));
    calls.push(reader(1101, b""));
    let outcomes = run(&library.batch(vec![Group { calls }]));
    for outcome in &outcomes[..1100] {
        assert_eq!(outcome.ending, Ending::Returned);
        let at = RESULT as usize;
        assert_eq!(&outcome.arena[at..at + 18], b"through a pipe\0\0\x0e\0");
    }
    assert!(refusal(&outcomes[1100]).contains("65537"));
    assert_eq!(outcomes[1101].arena[RESULT as usize + 16..][..2], [0, 0]);
}

#[test]
fn output_belongs_to_the_call_that_printed_it() {
    let library = library(SOURCE);
    let outcomes = library.calls(&["print", "good", "print", "print_and_crash", "stdin_is_empty"]);
    let printed: Vec<&[u8]> = outcomes.iter().map(|outcome| outcome.output.as_slice()).collect();
    assert_eq!(
        printed,
        [
            &b"to stdout and stderr"[..],
            b"",
            b"to stdout and stderr",
            b"last words",
            b""
        ]
    );
    assert_eq!(result(&outcomes[4]), 1);
}

#[test]
fn a_missing_symbol_refuses_its_own_call_only() {
    let library = library(SOURCE);
    let mut load = call(3, "good");
    load.fixups = vec![Fixup {
        at: 0,
        word: Word::Load(symbol("no_such_variable")),
    }];
    let mut wrong_library = call(4, "good");
    wrong_library.driver.library = 7;
    let mut with_nul = call(5, "good");
    with_nul.driver.symbol = "go\0od".to_owned();
    let mut calls = group(&["count", "no_such_driver", "count"]).calls;
    calls.extend([load, wrong_library, with_nul]);
    let outcomes = run(&library.batch(vec![Group { calls }]));
    assert_eq!((result(&outcomes[0]), result(&outcomes[2])), (1, 2));
    assert!(refusal(&outcomes[1]).contains("`no_such_driver`"));
    assert!(refusal(&outcomes[3]).contains("`no_such_variable`"));
    assert!(refusal(&outcomes[4]).contains("library 7"));
    refusal(&outcomes[5]);
}

#[test]
fn offsets_outside_of_the_arena_are_refused() {
    let library = library(SOURCE);
    let mut calls = vec![call(0, "good"), call(1, "good"), call(2, "good"), call(3, "good")];
    calls[0].fixups = vec![Fixup {
        at: ARENA as u32 - 7,
        word: Word::Arena { offset: 0 },
    }];
    calls[1].result_at = u32::MAX;
    calls[2].arguments_at = ARENA as u32 + 1;
    calls[3].fixups = vec![Fixup {
        at: 0,
        word: Word::Arena {
            offset: ARENA as u32 + 1,
        },
    }];
    for outcome in run(&library.batch(vec![Group { calls }])) {
        assert!(refusal(&outcome).contains("outside of the arena"));
    }
}

#[test]
fn arenas_are_aligned_and_writing_past_one_is_a_crash() {
    let library = library(SOURCE);
    let sized = |id, driver, size: usize, result_at| {
        let mut call = call(id, driver);
        call.arena = vec![0; size];
        call.result_at = result_at;
        call
    };
    let calls = vec![
        sized(0, "misaligned", 68, 64),
        sized(1, "misaligned", 4096 + 64 + 4, 4160),
        sized(2, "one_past", 4096, 4096),
        sized(3, "one_past", 128, 127),
        sized(4, "one_past", 0, 0),
    ];
    let outcomes = run(&library.batch(vec![Group { calls }]));
    assert_eq!(outcomes[0].arena[64..68], [0; 4]);
    assert_eq!(outcomes[1].arena[4160..4164], [0; 4]);
    assert_eq!(crate::support::crash(&outcomes[2]).0, "SIGSEGV");
    assert_eq!(outcomes[3].ending, Ending::Returned);
    assert_eq!(crate::support::crash(&outcomes[4]).0, "SIGSEGV");
}

#[test]
fn an_empty_batch_is_answered_with_nothing() {
    assert!(run(&Batch::default()).is_empty());
    let library = library("");
    assert!(run(&library.batch(vec![Group::default()])).is_empty());
}

#[test]
fn what_is_not_a_batch_ends_with_a_status_of_its_own() {
    assert_eq!(run_raw(b"").0, Some(65));
    assert_eq!(run_raw(&frame(b"\xff\xff\xff")).0, Some(65));
    assert_eq!(run_raw(&u32::MAX.to_le_bytes()).0, Some(65));
}
