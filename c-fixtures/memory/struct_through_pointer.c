//@ about = "a struct is read and written through a pointer, and one field of it stays as it was"
//@ call = ["move_body(&{1.5, 9, -2.0, 7}, 0.5) == 2.0", "move_body(&{-0.0, -1, inf, 255}, 1.0) == 1.0"]
#include <stdint.h>

struct body {
    double x;
    int32_t id;
    double y;
    uint8_t moves;
};

double move_body(struct body *body, double distance) {
    body->x += distance;
    body->y -= distance;
    body->moves++;
    return body->x;
}
