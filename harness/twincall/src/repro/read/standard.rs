//! The standard headers of C, and which word needs which.

use std::collections::{BTreeMap, BTreeSet};

use super::scan::{Outline, masked, tokens};

/// Headers and the words that each brings.
const HEADERS: [(&str, &[&str]); 15] = [
    ("assert.h", &["assert"]),
    ("errno.h", &["errno", "EINVAL", "ENOMEM"]),
    (
        "immintrin.h",
        &[
            "__m128", "__m128i", "__m128d", "__m256", "__m256i", "__m256d", "__m512", "__m512i", "__m512d",
            "__m64",
        ],
    ),
    (
        "limits.h",
        &[
            "INT_MAX",
            "INT_MIN",
            "UINT_MAX",
            "CHAR_BIT",
            "LONG_MAX",
            "LONG_MIN",
            "ULONG_MAX",
            "CHAR_MAX",
            "CHAR_MIN",
        ],
    ),
    (
        "pthread.h",
        &["pthread_t", "pthread_create", "pthread_join", "pthread_mutex_t"],
    ),
    ("setjmp.h", &["jmp_buf", "setjmp", "longjmp"]),
    (
        "stdarg.h",
        &["va_list", "va_start", "va_arg", "va_end", "va_copy"],
    ),
    ("stdbool.h", &["bool", "true", "false"]),
    (
        "stddef.h",
        &[
            "size_t",
            "ptrdiff_t",
            "NULL",
            "offsetof",
            "wchar_t",
            "max_align_t",
        ],
    ),
    (
        "stdint.h",
        &[
            "uint8_t",
            "int8_t",
            "uint16_t",
            "int16_t",
            "uint32_t",
            "int32_t",
            "uint64_t",
            "int64_t",
            "uintptr_t",
            "intptr_t",
            "uintmax_t",
            "intmax_t",
            "UINT8_MAX",
            "UINT16_MAX",
            "UINT32_MAX",
            "UINT64_MAX",
            "INT8_MAX",
            "INT16_MAX",
            "INT32_MAX",
            "INT64_MAX",
            "INT32_MIN",
            "INT64_MIN",
            "SIZE_MAX",
            "UINT64_C",
            "INT64_C",
            "UINT32_C",
        ],
    ),
    (
        "stdio.h",
        &[
            "printf",
            "fprintf",
            "sprintf",
            "snprintf",
            "vprintf",
            "vfprintf",
            "vsnprintf",
            "puts",
            "putchar",
            "fputs",
            "fflush",
            "fopen",
            "fclose",
            "fread",
            "fwrite",
            "FILE",
            "stdout",
            "stderr",
            "perror",
            "scanf",
            "sscanf",
        ],
    ),
    (
        "stdlib.h",
        &[
            "malloc", "calloc", "realloc", "free", "exit", "abort", "atoi", "strtol", "qsort", "rand", "abs",
            "getenv",
        ],
    ),
    (
        "string.h",
        &[
            "memcpy", "memset", "memmove", "memcmp", "strlen", "strcpy", "strncpy", "strcmp", "strncmp",
            "strcat", "strdup", "strchr", "strstr", "strerror",
        ],
    ),
    (
        "sys/types.h",
        &["ssize_t", "off_t", "pid_t", "mode_t", "uid_t", "gid_t"],
    ),
    (
        "time.h",
        &[
            "time_t",
            "clock_t",
            "timespec",
            "clock_gettime",
            "localtime",
            "gmtime",
        ],
    ),
];

/// Words that other headers bring too.
const ALSO: [(&str, &[&str]); 6] = [
    ("stdio.h", &["size_t", "NULL", "va_list", "ssize_t", "off_t"]),
    ("stdlib.h", &["size_t", "NULL", "wchar_t"]),
    ("string.h", &["size_t", "NULL"]),
    (
        "unistd.h",
        &["size_t", "ssize_t", "NULL", "pid_t", "uid_t", "gid_t", "off_t"],
    ),
    ("wchar.h", &["wchar_t", "size_t", "NULL", "FILE"]),
    ("time.h", &["size_t", "NULL"]),
];

/// Whether people name a header of the system in quotes.
pub(super) fn is_known(name: &str) -> bool {
    HEADERS.iter().any(|(header, _)| *header == name) || ALSO.iter().any(|(header, _)| *header == name)
}

/// The headers whose words are used and that are not included.
pub(super) fn missing_headers(text: &str, outline: &Outline, cpp: bool) -> Vec<&'static str> {
    let masked = masked(text, false);
    // By the line at which each is first included or used: what is included after its use is missing where it is used.
    let mut included: BTreeMap<String, usize> = BTreeMap::new();
    let mut defined: BTreeSet<&str> = BTreeSet::new();
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, (code, whole)) in masked.lines().zip(text.lines()).enumerate() {
        if let Some(directive) = code.trim_start().strip_prefix('#') {
            let directive = directive.trim_start();
            if directive.starts_with("include") {
                let name = whole
                    .split(['<', '"'])
                    .nth(1)
                    .and_then(|rest| rest.split(['>', '"']).next());
                if let Some(name) = name {
                    included.entry(plain_name(name)).or_insert(number);
                }
                continue;
            }
            let mut words = tokens(directive);
            if words.next() == Some("define") {
                defined.extend(words.next());
            }
            for word in words {
                used.entry(word).or_insert(number);
            }
            continue;
        }
        for word in tokens(code) {
            used.entry(word).or_insert(number);
        }
    }
    let brought = |word: &str, first: usize| {
        let before = |header: &str| included.get(header).is_some_and(|line| *line < first);
        HEADERS
            .iter()
            .chain(&ALSO)
            .any(|(header, words)| words.contains(&word) && before(header))
            || before("inttypes.h") && HEADERS[9].1.contains(&word)
            || word.starts_with("__m")
                && included
                    .keys()
                    .any(|header| header.ends_with("intrin.h") && before(header))
    };
    let own = |word: &str| {
        defined.contains(word)
            || outline.types.contains(word)
            || outline.defines.contains(word)
            || outline.declares.contains(word)
    };
    HEADERS
        .iter()
        .filter(|(header, _)| !(cpp && *header == "stdbool.h"))
        .filter(|(_, words)| {
            words
                .iter()
                .any(|word| used.get(word).is_some_and(|first| !brought(word, *first)) && !own(word))
        })
        .map(|(header, _)| *header)
        .collect()
}

/// `stdint.h` for `cstdint`.
fn plain_name(name: &str) -> String {
    match name.strip_prefix('c') {
        Some(rest) if !name.contains('.') => format!("{rest}.h"),
        _ => name.to_owned(),
    }
}
