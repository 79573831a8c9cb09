//@ about = "Two halves alone in the first eightbyte: clang passes them in a general register, the text, gcc and rustc in a vector register."
//@ ref = ["psABI 3.2.3, classification (4)"]
//@ targets = ["native"]
//@ expect = [{ rule = "arg-location", symbol = "from_of", toolchain = "clang" }, { rule = "return-location", symbol = "make_span", toolchain = "clang" }]
struct span { _Float16 from, to; float weight __attribute__((aligned(8))); };

_Float16 from_of(struct span s) { return s.from; }
struct span make_span(_Float16 from, _Float16 to, float weight) { return (struct span){from, to, weight}; }
