//@ about = "float and double arrive with every bit, NaN payloads and negative zero included."
//@ ref = ["psABI 3.2.3"]
float identity_f32(float x) { return x; }
double identity_f64(double x) { return x; }

float second_f32(double a, float b, double c) {
    (void)a, (void)c;
    return b;
}

double third_f64(float a, float b, double c) {
    (void)a, (void)b;
    return c;
}
