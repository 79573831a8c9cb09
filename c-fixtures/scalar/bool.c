//@ about = "bool crosses as one byte that is 0 or 1."
//@ ref = ["psABI 3.1.2"]
#include <stdbool.h>

bool identity_bool(bool x) { return x; }
bool negation(bool x) { return !x; }
bool only_second(bool a, bool b) { return !a && b; }
