//@ about = "C moves the caller's own pointer forward through a pointer to it"
//@ call = ["rust_count_words(\"  one two  three \", 16) == 3", "rust_count_words(\"\", 0) == 0", "rust_count_words(\"one two\", 5) == 2"]
#include <stddef.h>

size_t next_word(const char **cursor, const char *end) {
    const char *at = *cursor;
    while (at != end && *at == ' ') {
        at++;
    }
    const char *start = at;
    while (at != end && *at != ' ') {
        at++;
    }
    *cursor = at;
    return (size_t)(at - start);
}
