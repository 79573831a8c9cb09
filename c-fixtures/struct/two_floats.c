//@ about = "Two floats share one SSE register."
//@ ref = ["psABI 3.2.3"]
struct point { float x, y; };

struct point make_point(float x, float y) { return (struct point){x, y}; }
float point_y(struct point p) { return p.y; }
