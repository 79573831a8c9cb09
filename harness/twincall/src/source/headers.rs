//! The standard headers of C: which word needs which, and what a type of one is where the header itself is not at hand.

use std::collections::{BTreeMap, BTreeSet};

use super::scan::{Outline, masked, tokens};

/// Words of `stdint.h`, which `inttypes.h` brings too.
const INTEGERS: [&str; 42] = [
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
    "uint_fast8_t",
    "int_fast8_t",
    "uint_fast16_t",
    "int_fast16_t",
    "uint_fast32_t",
    "int_fast32_t",
    "uint_fast64_t",
    "int_fast64_t",
    "uint_least8_t",
    "int_least8_t",
    "uint_least16_t",
    "int_least16_t",
    "uint_least32_t",
    "int_least32_t",
    "uint_least64_t",
    "int_least64_t",
];

/// Headers and the words that each brings.
const HEADERS: [(&str, &[&str]); 17] = [
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
    ("stdint.h", &INTEGERS),
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
    ("sys/socket.h", &["socklen_t"]),
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
    ("uchar.h", &["char16_t", "char32_t"]),
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

/// Headers whose words are C++'s own.
const OF_C_ALONE: [&str; 2] = ["stdbool.h", "uchar.h"];

/// Headers that come with a compiler, on every target.
const OF_THE_COMPILER: [&str; 5] = ["limits.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h"];

/// Types of `immintrin.h`, of which a compiler needs seconds to tell what is in it.
const VECTORS: [(&str, &str); 10] = [
    (
        "__m64",
        "typedef long long __m64 __attribute__((vector_size(8)));",
    ),
    ("__m128", "typedef float __m128 __attribute__((vector_size(16)));"),
    (
        "__m128d",
        "typedef double __m128d __attribute__((vector_size(16)));",
    ),
    (
        "__m128i",
        "typedef long long __m128i __attribute__((vector_size(16)));",
    ),
    ("__m256", "typedef float __m256 __attribute__((vector_size(32)));"),
    (
        "__m256d",
        "typedef double __m256d __attribute__((vector_size(32)));",
    ),
    (
        "__m256i",
        "typedef long long __m256i __attribute__((vector_size(32)));",
    ),
    ("__m512", "typedef float __m512 __attribute__((vector_size(64)));"),
    (
        "__m512d",
        "typedef double __m512d __attribute__((vector_size(64)));",
    ),
    (
        "__m512i",
        "typedef long long __m512i __attribute__((vector_size(64)));",
    ),
];

/// Types of C's library as wasi-libc has them, for wasm without a library.
const WASI: [(&str, &str); 12] = [
    ("FILE", "typedef struct _IO_FILE FILE;"),
    ("char16_t", "typedef __CHAR16_TYPE__ char16_t;"),
    ("char32_t", "typedef __CHAR32_TYPE__ char32_t;"),
    ("clock_t", "typedef long long clock_t;"),
    ("gid_t", "typedef unsigned gid_t;"),
    ("mode_t", "typedef unsigned mode_t;"),
    ("off_t", "typedef long long off_t;"),
    ("pid_t", "typedef int pid_t;"),
    ("socklen_t", "typedef unsigned socklen_t;"),
    ("ssize_t", "typedef long ssize_t;"),
    ("time_t", "typedef long long time_t;"),
    ("uid_t", "typedef unsigned uid_t;"),
];

/// Whether people name a header of the system in quotes.
pub(crate) fn is_known(name: &str) -> bool {
    HEADERS.iter().any(|(header, _)| *header == name) || ALSO.iter().any(|(header, _)| *header == name)
}

/// The headers whose words are used and that are not included.
pub(crate) fn missing(text: &str, outline: &Outline, cpp: bool) -> Vec<&'static str> {
    let words = missing_words(text, outline);
    HEADERS
        .iter()
        .filter(|(header, _)| !(cpp && OF_C_ALONE.contains(header)))
        .filter(|(_, brought)| brought.iter().any(|word| words.contains(word)))
        .map(|(header, _)| *header)
        .collect()
}

/// What a text alone, of which no other line is to come, needs in front of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Missing {
    pub(crate) includes: Vec<&'static str>,
    /// Types, each with the declaration that stands for its header.
    pub(crate) types: Vec<(&'static str, &'static str)>,
}

/// The same of a text that is read for its types, on a target with C's library or without it.
pub(crate) fn missing_types(text: &str, outline: &Outline, cpp: bool, library: bool) -> Missing {
    let words = missing_words(text, outline);
    let own = |table: &[(&'static str, &'static str)]| -> Vec<(&'static str, &'static str)> {
        let used = table.iter().filter(|(word, _)| words.contains(word));
        used.copied().collect()
    };
    let mut types = own(if library { &VECTORS } else { &WASI });
    let mut includes = missing(text, outline, cpp);
    includes.retain(|header| match library {
        true => *header != "immintrin.h",
        false => OF_THE_COMPILER.contains(header),
    });
    // The header makes a macro of it, behind which nothing shows what was written.
    if includes.contains(&"stdbool.h") && !words.contains("true") && !words.contains("false") {
        includes.retain(|header| *header != "stdbool.h");
        types.push(("bool", "typedef _Bool bool;"));
    }
    Missing { includes, types }
}

/// The words of headers that are used and that neither the text nor what it includes brings.
fn missing_words(text: &str, outline: &Outline) -> BTreeSet<&'static str> {
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
            || before("inttypes.h") && INTEGERS.contains(&word)
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
    let words = HEADERS.iter().flat_map(|(_, words)| words.iter().copied());
    words
        .filter(|word| used.get(word).is_some_and(|first| !brought(word, *first)) && !own(word))
        .collect()
}

/// `stdint.h` for `cstdint`.
fn plain_name(name: &str) -> String {
    match name.strip_prefix('c') {
        Some(rest) if !name.contains('.') => format!("{rest}.h"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scan::outline;

    #[track_caller]
    fn check(text: &str, cpp: bool, library: bool, includes: &[&str], types: &[&str]) {
        let missing = missing_types(text, &outline(text), cpp, library);
        assert_eq!(missing.includes, includes, "{text}");
        let names: Vec<&str> = missing.types.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, types, "{text}");
    }

    #[test]
    fn a_type_comes_by_its_header_where_that_is_at_hand() {
        let text = "size_t f(FILE *a, bool b, time_t t, __m128 v);";
        check(
            text,
            false,
            true,
            &["stddef.h", "stdio.h", "time.h"],
            &["__m128", "bool"],
        );
        check(text, false, false, &["stddef.h"], &["FILE", "time_t", "bool"]);
        check(text, true, true, &["stddef.h", "stdio.h", "time.h"], &["__m128"]);
        check("bool f(void) { return true; }", false, true, &["stdbool.h"], &[]);
    }

    #[test]
    fn a_word_of_the_texts_own_needs_no_header() {
        for text in [
            "typedef struct { int x[3]; } size_t; size_t f(size_t n);",
            "#include <stddef.h>\nsize_t f(size_t n);",
            "#define size_t unsigned\nsize_t f(size_t n);",
            "int f(int size_t_count); /* size_t */",
        ] {
            check(text, false, true, &[], &[]);
        }
    }
}
