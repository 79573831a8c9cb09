//@ about = "A union with one scalar member is a singleton in wasm."
//@ ref = ["BasicCABI: Function signatures"]
#include <stdint.h>

union alone { int32_t value; };

int32_t value_of(union alone u) { return u.value; }
union alone make_alone(int32_t value) { return (union alone){value}; }
