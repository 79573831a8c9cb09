//@ about = "An empty struct as a result is no result and needs no hidden pointer."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct nothing {};

struct nothing make_nothing(uint32_t a) {
    (void)a;
    return (struct nothing){};
}
