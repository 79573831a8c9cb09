//@ about = "A tagged union: a tag and a union of an integer and a double, by value and returned."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

union payload { int64_t integer; double real; };
struct variant { uint32_t tag; union payload payload; };

struct variant retag(struct variant v, uint32_t tag) { return (struct variant){tag, v.payload}; }
int64_t integer_of(struct variant v) { return v.payload.integer; }
