//@ about = "A struct of one vector is passed as the vector, one of two vectors in memory."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
#include <immintrin.h>

struct one_vector { __m128 v; };
struct two_vectors { __m128 v, w; };

struct one_vector identity_one(struct one_vector s) { return s; }
__m128 w_of(struct two_vectors s) { return s.w; }
