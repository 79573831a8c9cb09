//@ about = "A union of float and double keeps the SSE class; four floats and two doubles take two registers."
//@ ref = ["psABI 3.2.3"]
union lanes { float narrow[4]; double wide[2]; };

float narrow_three(union lanes l) { return l.narrow[3]; }
double wide_zero(union lanes l) { return l.wide[0]; }
