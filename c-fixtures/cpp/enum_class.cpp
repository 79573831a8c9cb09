//@ about = "a C++ enum class with a fixed underlying type crosses as a Rust repr(u8) enum"
//@ call = ["next_light(0) == 1", "next_light(2) == 0", "rust_turns(1) == 1"]
#include <stdint.h>

enum class Light : uint8_t { Red, Green, Amber };

extern "C" Light next_light(Light light) {
    return light == Light::Red ? Light::Green : light == Light::Green ? Light::Amber : Light::Red;
}
