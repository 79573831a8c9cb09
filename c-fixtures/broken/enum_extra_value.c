//@ about = "C's enum has a value that Rust's lacks: a C caller can make an invalid Rust value."
//@ ref = ["rust#36927", "UCG#137"]
//@ expect = [{ rule = "invalid-value", symbol = "state_number" }]
enum state { STATE_IDLE, STATE_BUSY, STATE_GONE };

int state_number(enum state s) { return (int)s; }
