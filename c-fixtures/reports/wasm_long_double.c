//@ expect = [{ rule = "arg-location", symbol = "halved", target = "wasm" }, { rule = "indirect", symbol = "halved", target = "wasm" }, { rule = "return-location", symbol = "halved", target = "native" }, { rule = "return-type", symbol = "halved" }, { rule = "signature-stub", symbol = "halved", target = "wasm" }]
//@ about = "wasm: a long double function bound as f64 traps"
long double halved(float value) {
    return value / 2;
}
