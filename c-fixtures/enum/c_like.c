//@ about = "A C enum without an explicit type is 32 bits wide, as repr(C) makes Rust's."
//@ ref = ["psABI 3.1.2"]
enum color { COLOR_RED, COLOR_GREEN, COLOR_BLUE = 7 };

enum color identity_color(enum color c) { return c; }
int color_number(enum color c) { return (int)c; }
