//@ about = "A complex number of _Float16 fills half an eightbyte, as a struct of its two parts."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
_Float16 _Complex identity_c16(_Float16 _Complex z) { return z; }
