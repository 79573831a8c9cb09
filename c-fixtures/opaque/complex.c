//@ about = "Rust has no _Complex: it reads the parts through functions and passes the whole as an opaque pointer."
//@ call = ["imaginary_part(1.5, -2.5) == -2.5", "real_part(1.5, -2.5) == 1.5"]
struct phasor { float angle; double _Complex value; };

static struct phasor slot;

struct phasor *phasor_make(double re, double im) {
    slot.angle = 0.5f;
    __real__ slot.value = re;
    __imag__ slot.value = im;
    return &slot;
}

double phasor_real(const struct phasor *p) { return __real__ p->value; }
double phasor_imaginary(const struct phasor *p) { return __imag__ p->value; }
