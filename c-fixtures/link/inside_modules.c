//@ about = "Declarations and a definition in modules and in a function body, with types that are private there"
//@ call = ["first({5, [1.5]}) == 5", "doubled(21) == 42", "third(-1) == -1"]
#include <stdint.h>

struct pair {
    int32_t a;
    double b[1];
};

int32_t first(struct pair p) {
    return p.a;
}

int64_t third(int64_t value) {
    return value;
}

int32_t doubled(int32_t value);
