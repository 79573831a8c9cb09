//! The standard headers of C, and which word needs which.

use std::collections::BTreeSet;

use super::scan::{Outline, masked, tokens};

/// Headers and the words that each brings.
const HEADERS: [(&str, &[&str]); 14] = [
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
    let mut included: BTreeSet<String> = BTreeSet::new();
    let mut defined: BTreeSet<&str> = BTreeSet::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for line in masked.lines().zip(text.lines()) {
        let (code, whole) = line;
        if let Some(directive) = code.trim_start().strip_prefix('#') {
            let directive = directive.trim_start();
            if let Some(rest) = directive.strip_prefix("include") {
                let name = whole
                    .split(['<', '"'])
                    .nth(1)
                    .and_then(|rest| rest.split(['>', '"']).next());
                included.extend(name.map(plain_name));
                let _ = rest;
                continue;
            }
            let mut words = tokens(directive);
            if words.next() == Some("define") {
                defined.extend(words.next());
            }
            used.extend(words);
            continue;
        }
        used.extend(tokens(code));
    }
    let brought = |word: &str| {
        HEADERS
            .iter()
            .chain(&ALSO)
            .any(|(header, words)| words.contains(&word) && included.contains(*header))
            || included.contains("inttypes.h") && HEADERS[9].1.contains(&word)
            || included.iter().any(|header| header.ends_with("intrin.h")) && word.starts_with("__m")
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
                .any(|word| used.contains(word) && !brought(word) && !own(word))
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
