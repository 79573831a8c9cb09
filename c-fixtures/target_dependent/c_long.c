//@ about = "long is 64 bits natively and 32 in wasm; c_long follows it."
//@ ref = ["BasicCABI: Data Representation"]
long identity_long(long x) { return x; }
unsigned long identity_ulong(unsigned long x) { return x; }
