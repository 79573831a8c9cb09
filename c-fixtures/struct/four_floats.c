//@ about = "Four floats fill two SSE registers."
//@ ref = ["psABI 3.2.3"]
struct vec4 { float x, y, z, w; };

float vec4_w(struct vec4 v) { return v.w; }
struct vec4 backwards(struct vec4 v) { return (struct vec4){v.w, v.z, v.y, v.x}; }
