//@ about = "Floats beyond the eighth go to the stack in order, each in eight bytes."
//@ ref = ["psABI 3.2.3"]
double tenth_float(float a, double b, float c, double d, float e, double f, float g, double h, float i, double j) {
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h, (void)i;
    return j;
}

float ninth_float(float a, double b, float c, double d, float e, double f, float g, double h, float i, double j) {
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h, (void)j;
    return i;
}
