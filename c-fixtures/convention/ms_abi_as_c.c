//@ about = "an ms_abi function declared extern \"C\": rcx, rdx and xmm2 against rdi, rsi and xmm0"
//@ ref = ["uefi-rs#38", "rust#65815"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "x86-64 calling conventions do not exist there" }
//@ expect = [{ rule = "calling-convention", symbol = "firmware_mix" }]
#include <stdint.h>

__attribute__((ms_abi)) uint64_t firmware_mix(uint64_t a, uint64_t b, double c) {
    return a + 3 * b + (c == 0);
}
