//@ about = "a hand-written C function returns without restoring rbx"
//@ ref = ["psABI 3.2.1"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "wasm has neither registers nor a machine stack to spoil" }
//@ call = ["clobber(7) == 8"]
//@ expect = [{ rule = "callee-saved", symbol = "clobber" }]
#include <stdint.h>

__attribute__((naked)) int32_t clobber(__attribute__((unused)) int32_t value) {
    __asm__("leal 1(%rdi), %eax\n\t"
            "xorl %ebx, %ebx\n\t"
            "retq");
}
