//@ about = "Three floats take two SSE registers, the second half used; the compilers write different IR for it."
//@ ref = ["psABI 3.2.3"]
struct vec3 { float x, y, z; };

struct vec3 make_vec3(float x, float y, float z) { return (struct vec3){x, y, z}; }
float vec3_z(struct vec3 v) { return v.z; }
struct vec3 rotate(struct vec3 v) { return (struct vec3){v.y, v.z, v.x}; }
