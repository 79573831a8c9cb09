//@ about = "An int and a float in one eightbyte: INTEGER wins, so the float travels in an integer register."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct reading { int32_t sensor; float value; };

struct reading make_reading(int32_t sensor, float value) { return (struct reading){sensor, value}; }
float reading_value(struct reading r) { return r.value; }
int32_t reading_sensor(struct reading r) { return r.sensor; }
