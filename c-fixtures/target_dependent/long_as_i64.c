//@ about = "long bound as i64 is right natively and wrong in wasm, where the function types differ."
//@ ref = ["SalamLang#1609", "hew#1819"]
//@ expect = [{ rule = "param-type", symbol = "identity_long", target = "wasm" }, { rule = "return-type", symbol = "identity_long", target = "wasm" }]
long identity_long(long x) { return x; }
