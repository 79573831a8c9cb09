//@ about = "A struct of doubles is bound as integers: it comes back in xmm0 and xmm1 from one side, rax and rdx from the other."
//@ ref = ["psABI 3.2.3"]
//@ expect = [{ rule = "field-kind", symbol = "make_span" }, { rule = "return-location", symbol = "make_span", target = "native" }]
struct span { double low, high; };

struct span make_span(void) { return (struct span){1.0, 2.0}; }
