//@ about = "A number in a vector register and a pointer in a general one, and a pointer before a length."
//@ ref = ["psABI 3.2.3"]
struct sample { double value; void *owner; };
struct text { const char *data; unsigned long length; };

double value_of(struct sample sample) { return sample.value; }
unsigned long length_of(struct sample sample, struct text text) { (void)sample; return text.length; }
