//@ about = "A global object whose constructor runs before main: what a body has changed is there when Rust asks for it."
//@ call = ["fill(41) == 42"]

extern "C" int ask(int more);

namespace {
struct Counter {
    int value;
    explicit Counter(int start) : value(start) {}
};

int started() {
    volatile int start = 7;
    return start;
}

Counter counter(started());
} // namespace

extern "C" int held(int more) {
    return counter.value + more;
}

extern "C" int fill(int value) {
    if (counter.value != 7) {
        return -1;
    }
    counter.value = value;
    int result = ask(1);
    counter.value = 7;
    return result;
}
