//@ about = "A repr(C) newtype where repr(transparent) was meant: a struct of one scalar is passed as the scalar on both targets."
//@ ref = ["psABI 3.2.3", "BasicCABI: Function signatures"]
#include <stdint.h>

uint32_t identity_id(uint32_t id) { return id; }
double identity_length(double length) { return length; }
const void *identity_handle(const void *handle) { return handle; }
