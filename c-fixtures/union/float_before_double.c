//@ about = "A union whose first member begins with a float: clang passes four of the eight bytes in which the other member has a double"
//@ ref = ["psABI 3.2.3, classification (4)"]
//@ expect = [
//@   { rule = "value", symbol = "second_member", target = "native", toolchain = "clang" },
//@ ]

struct mixed {
    float first;
    double second;
};

union number {
    struct mixed mixed;
    double whole;
};

double second_member(union number value)
{
    return value.whole;
}
