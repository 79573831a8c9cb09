//@ about = "In wasm a struct of one scalar is passed as that scalar, not through a pointer."
//@ ref = ["BasicCABI: Function signatures"]
#include <stdint.h>

struct celsius { float degrees; };
struct serial { int64_t number; };
struct tiny { uint8_t byte; };

struct celsius identity_celsius(struct celsius c) { return c; }
struct serial identity_serial(struct serial s) { return s; }
struct tiny identity_tiny(struct tiny t) { return t; }
