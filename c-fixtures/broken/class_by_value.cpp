//@ about = "C++ returns a class with a destructor behind an address, and Rust looks for its one integer in a register."
//@ ref = ["Itanium C++ ABI 3.1.3.1", "rust-lang/rust-bindgen#2864"]
//@ expect = [{ rule = "arg-location", symbol = "ticket_take" }, { rule = "indirect", symbol = "ticket_take" }]
#include <stdint.h>

class Ticket {
    int32_t number;

public:
    explicit Ticket(int32_t number) : number(number) {}
    ~Ticket() { number = 0; }
};

extern "C" Ticket ticket_take(int32_t number) { return Ticket(number); }
