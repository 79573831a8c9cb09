//@ about = "A double in a struct is bound as an integer: natively every following word is in another register."
//@ ref = ["psABI 3.2.3"]
//@ expect = [{ rule = "field-kind", symbol = "number_of" }, { rule = "arg-location", symbol = "number_of", target = "native" }]
#include <stdint.h>

struct sample { double value; int64_t number; };

int64_t number_of(struct sample s) { return s.number; }
