//@ targets = ["native"]
//@ expect = [{ rule = "crash", symbol = "is_unlocked_after" }]
//@ about = "The lock is still taken after an error in the interpreter"
//@ ref = ["posit-dev/ark#718"]
#include <setjmp.h>

static jmp_buf escape;

int rust_step(const int *value);

void raise_error(const int *code) {
    longjmp(escape, *code);
}

int protected_step(int value) {
    int code = setjmp(escape);
    return code != 0 ? code : rust_step(&value);
}
