//@ targets = ["native"]
//@ expect = [{ rule = "indirect", symbol = "one_of", toolchain = "gcc-12" }]
//@ about = "gcc returns <1 x double> in memory"
typedef double one __attribute__((vector_size(8)));

one one_of(double value) {
    one v = {value};
    return v;
}
