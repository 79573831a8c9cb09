//@ about = "Four bytes by value where C takes their address: both are in rdi, or in one wasm parameter."
//@ expect = [{ rule = "param-type", symbol = "first_of" }]
struct pair { short first, second; };

int first_of(const struct pair *pair) { return pair->first; }
