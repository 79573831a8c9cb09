//@ about = "Enums of two widths as struct members, next to each other."
#include <stdint.h>

enum shape { SHAPE_CIRCLE, SHAPE_SQUARE };
enum fill : unsigned char { FILL_NONE, FILL_SOLID };
struct figure { enum fill fill; enum shape shape; uint16_t size; };

enum shape shape_of(struct figure f) { return f.shape; }
struct figure make_figure(enum shape shape, enum fill fill, uint16_t size) { return (struct figure){fill, shape, size}; }
