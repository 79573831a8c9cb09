//@ targets = ["native"]
//@ expect = [{ rule = "arg-location", symbol = "lanes_of" }, { rule = "arg-location", symbol = "last_of" }, { rule = "indirect", symbol = "lanes_of" }]
//@ about = "A union of one 64-byte vector and four of 16 bytes"
//@ flags = ["-mavx512f"]
#include <immintrin.h>
#include <stdint.h>

union lanes {
    __m512i all;
    __m128i quarters[4];
};

union lanes lanes_of(int32_t value) {
    union lanes lanes;
    lanes.all = _mm512_set1_epi32(value);
    return lanes;
}

int32_t last_of(int32_t before, union lanes lanes) {
    return before + _mm_extract_epi32(lanes.quarters[3], 3);
}
